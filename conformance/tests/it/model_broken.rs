//! A model that is wrong on purpose, in one alignment of one ABI, must fail the run and name the cell.

use crate::bench::{Bench, native};

/// The builtin table with `int64_t` aligned to 4 on this machine, as it is on i386.
fn broken_table() -> String {
    let table = include_str!("../../../layout/abis.toml");
    let native = cross::targets().find(|target| target.is_native()).unwrap();
    let row = format!("[abi.{}]\n", native.abi);
    assert!(table.contains(&row));
    table.replace(&row, &format!("{row}align = {{ int64 = 4 }}\n"))
}

#[test]
fn the_participants_own_facts_find_it_out() {
    let bench = Bench::new();
    std::fs::write(bench.path("abis.toml"), broken_table()).unwrap();
    let ran = bench.matrix(&native(), "raw-mixed,text", &["--abis", "abis.toml"]);
    assert_eq!(ran.status, 1, "{ran}");
    assert!(
        ran.stdout.contains("align.int64 is 8, the model says 4"),
        "{ran}"
    );
    assert!(
        ran.stdout
            .contains("FAILS  every participant's own facts equal the model's"),
        "{ran}"
    );
    let why = ran.cells()[0]["why"].as_str().unwrap();
    assert!(
        why.contains(&native()) && why.contains("align.int64"),
        "{why}"
    );
    assert!(
        ran.cells()
            .iter()
            .all(|cell| cell["verdict"] == "could-not-run")
    );
}

#[test]
fn and_if_the_facts_agree_with_it_the_octets_do_not() {
    // A participant that says what the wrong model says, and does what the machine does.
    let lying = r#"
if [ "$2" = abi ]; then
    "$@" | sed -e 's/^align.int64 .*/align.int64 4/' -e 's/^size.raw-mixed .*/size.raw-mixed 24/' -e 's/^align.raw-mixed .*/align.raw-mixed 4/'
    exit
fi"#;
    let bench = Bench::new().with_runner(lying);
    std::fs::write(bench.path("abis.toml"), broken_table()).unwrap();
    let ran = bench.matrix(&native(), "raw-mixed,text", &["--abis", "abis.toml"]);
    assert_eq!(ran.status, 1, "{ran}");

    let cell = format!("raw-mixed: {0} serves, {0} asks", native());
    let again = format!(
        "again: crossum matrix --server {0} --client {0} --encodings raw-mixed",
        native()
    );
    assert!(
        ran.stdout.contains("not as predicted") && ran.stdout.contains(&cell),
        "{ran}"
    );
    assert!(ran.stdout.contains(&again), "{ran}");
    let verdict = |encoding: &str| {
        let cell = ran
            .cells()
            .iter()
            .find(|cell| cell["encoding"] == encoding)
            .unwrap();
        cell["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        (verdict("raw-mixed").as_str(), verdict("text").as_str()),
        ("broken", "held")
    );
    assert!(ran.report()["summary"]["mismatched"].as_u64().unwrap() > 0);
}
