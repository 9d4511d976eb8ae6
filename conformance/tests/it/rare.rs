//! Machines that few have take part, by what `setup --with rare` brings.

use cross::{Host, Target, TargetTools};
use layout::Abis;

use crate::bench::{Bench, extras_here};

const PARTNER: &str = "c-gcc@x86_64-unknown-linux-gnu";
const ENCODINGS: &str =
    "text,text-long,raw-long,raw-fixed,raw-mixed,raw-packed,network,little,xdr,varint";

/// Those that run here; says so where not.
fn here() -> Vec<&'static Target> {
    let rare = cross::target::extras().filter(|target| target.with.as_deref() == Some("rare"));
    extras_here("rare", rare, |tools| tools.gcc)
}

/// Facts, octets and answers are the model's, by gcc and where there is one by clang.
#[test]
fn every_machine_that_few_have_is_as_predicted_in_both_parts() {
    for target in here() {
        let own = match target.no_clang {
            Some(_) => vec![format!("c-gcc@{}", target.name)],
            None => ["c-gcc", "c-clang"]
                .map(|one| format!("{one}@{}", target.name))
                .to_vec(),
        };
        let all = own.len() + 1;
        let ran = Bench::new().matrix(
            &format!("{},{PARTNER}", own.join(",")),
            ENCODINGS,
            &["--vectors", "12"],
        );
        assert_eq!(ran.status, 0, "{}: {ran}", target.name);
        let facts = format!("every participant's own facts equal the model's ({all} tried)");
        assert!(ran.stdout.contains(&facts), "{ran}");
        let cells = all * all * 10;
        assert_eq!(ran.cells().len(), cells, "{ran}");
        let predicted = format!("{} as predicted, 0 not", thousands(cells * 12));
        assert!(ran.stdout.contains(&predicted), "{ran}");
    }
}

/// As the summary writes it.
fn thousands(count: usize) -> String {
    match count / 1000 {
        0 => count.to_string(),
        thousands => format!("{thousands},{:03}", count % 1000),
    }
}

/// A gcc for 64 bits alone is no gcc for the 32 bits beside it: the libraries say whether it is.
#[test]
fn where_only_the_compiler_of_64_bits_is_here_the_target_of_32_says_what_brings_it() {
    let root = tempfile::tempdir().unwrap();
    let bin = root.path().join("bin");
    std::fs::create_dir_all(root.path().join("usr/sparc64-linux-gnu/lib")).unwrap();
    std::fs::create_dir_all(&bin).unwrap();
    let gcc = bin.join("sparc64-linux-gnu-gcc");
    std::fs::write(&gcc, "").unwrap();
    let runs = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&gcc, runs).unwrap();
    let path = bin.display().to_string();
    let host = Host::new([("PATH".to_owned(), path)], root.path());
    let find = |name: &str| {
        let target = cross::target(name).unwrap();
        TargetTools::find(&host, &[], Abis::builtin(), target).unwrap()
    };
    assert!(find("sparc64-unknown-linux-gnu").c_library.is_ok());
    let tools = find("sparc-unknown-linux-gnu");
    let missing = tools.c_library.unwrap_err().to_string();
    assert!(
        missing.contains("gcc-multilib-sparc64-linux-gnu"),
        "{missing}"
    );
    let said = TargetTools::missing(&find("sparc-unknown-linux-gnu")).len();
    assert!(said > 0, "nothing is missing");
}
