//! Windows' programs that take part, under wine.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cross::runner::Runner;
use cross::wine::Prefix;
use cross::{Host, Target, TargetTools};
use layout::Abis;

use crate::bench::{Bench, extras_here, host_command, not_tried};
use crate::hanging::HangingRun;
use crate::interrupted::HANGS;

const PARTNER: &str = "c-gcc@x86_64-unknown-linux-gnu";
const ENCODINGS: &str =
    "text,text-long,raw-long,raw-fixed,raw-mixed,raw-packed,network,little,xdr,varint";

/// The kinds of Windows that programs in C can be built for and run on here; says so where not.
fn here() -> Vec<&'static Target> {
    let windows = cross::target::hosted().filter(|target| target.is_windows());
    extras_here("windows", windows, |tools| tools.gcc)
}

/// Every Windows' facts are the model's, and every octet and answer is predicted, whichever part it plays.
#[test]
fn every_windows_is_as_predicted_in_both_parts() {
    for windows in here() {
        let bench = Bench::new();
        let both = format!("c-gcc@{},{PARTNER}", windows.name);
        let ran = bench.matrix(&both, ENCODINGS, &["--vectors", "12"]);
        assert_eq!(ran.status, 0, "{}: {ran}", windows.name);
        assert!(
            ran.stdout
                .contains("every participant's own facts equal the model's (2 tried)"),
            "{ran}"
        );
        assert_eq!(ran.cells().len(), 40, "{ran}");
        assert!(ran.stdout.contains("480 as predicted, 0 not"), "{ran}");
        // A server and a client each; the prefix is no participant's. Who is there before the other is built has met itself.
        let met_itself = ran.stderr.contains("meanwhile, among those that are there");
        let processes = if met_itself { 6 } else { 4 };
        assert_eq!(ran.report()["summary"]["processes_run"], processes);
        let runner = ran.report()["participants"][0]["runner"].to_string();
        assert!(runner.contains("wine (wine-"), "{runner}");
    }
}

/// Two machines of 64 bits, as a person would try them: wrong numbers, and why.
#[test]
fn windows_and_linux_disagree_about_a_long_at_the_same_word_size() {
    let bench = Bench::new();
    let windows = "c-gcc@x86_64-pc-windows-gnu";
    let explained = |encoding: &str| {
        let ends = ["explain", "--server", windows, "--client", PARTNER];
        let ran = bench.run(&[&ends[..], &["--encoding", encoding, "--vector", "1,2"]].concat());
        assert_eq!(ran.status, 0, "{ran}");
        ran.stdout
    };
    let long = explained("raw-long");
    assert!(long.contains("because of: width"), "{long}");
    for same in ["raw-fixed", "raw-mixed", "raw-packed"] {
        let same = explained(same);
        assert!(!same.contains("because of"), "{same}");
    }
    if !here().iter().any(|one| one.name == "x86_64-pc-windows-gnu") {
        return;
    }
    let both = format!("{windows},{PARTNER}");
    let ran = bench.matrix(&both, "raw-long,raw-fixed", &["--vector", "1,2"]);
    assert_eq!(ran.status, 0, "{ran}");
    let cell = |server: &str, client: &str, encoding: &str| {
        let is_it = |cell: &&serde_json::Value| {
            cell["server"] == server && cell["client"] == client && cell["encoding"] == encoding
        };
        ran.cells().iter().find(is_it).unwrap()
    };
    let wrong = cell(windows, PARTNER, "raw-long");
    assert_eq!(wrong["causes"], serde_json::json!(["width"]), "{wrong}");
    let right = cell(windows, PARTNER, "raw-fixed");
    assert_eq!(right["result"], "correct", "{right}");
}

/// Types that machines lay out in different ways.
const TYPES: &str = "\
enum color { RED, BLUE };
struct packet { char op; long a; long long b; short c; void *p; long double ld; float f; double d; };
struct bits { unsigned char a : 3; unsigned int b : 9; unsigned short c : 4; int : 0; unsigned long d : 5; };
struct inner { char x; enum color e; struct packet q; __WCHAR_TYPE__ w; };
";

/// What `check` says of a machine, as a program whose status says whether a compiler says the same: of each place that has an address, and of the bits that each bit-field takes.
fn as_program(report: &serde_json::Value, machine: &str) -> String {
    let mut statements = String::new();
    for of_type in report["types"].as_array().unwrap() {
        let (name, layout) = (
            of_type["name"].as_str().unwrap(),
            &of_type["layouts"][machine],
        );
        let (size, align) = (&layout["size"], &layout["align"]);
        statements.push_str(&format!(
            "wrong += sizeof({name}) != {size};\nwrong += __builtin_offsetof(struct {{ char c; {name} t; }}, t) != {align};\n"
        ));
        for field in layout["fields"].as_array().unwrap() {
            let path = field["path"].as_str().unwrap();
            let number = |key: &str| field[key].as_u64().unwrap();
            let (offset, bits) = (number("bit_offset"), number("bit_size"));
            if path.is_empty() {
                continue;
            }
            if name != "struct bits" {
                statements.push_str(&format!(
                    "wrong += __builtin_offsetof({name}, {path}) != {} || sizeof((({name} *)0)->{path}) != {};\n",
                    offset / 8,
                    bits / 8
                ));
                continue;
            }
            statements.push_str(&format!(
                "{{ union {{ unsigned char o[{size}]; {name} t; }} u = {{ {{ 0 }} }}; u.t.{path} = -1;\n"
            ));
            for octet in 0..size.as_u64().unwrap() {
                let takes = |bit: &u64| (offset..offset + bits).contains(&(8 * octet + bit));
                let taken: u64 = (0..8).filter(takes).map(|bit| 1 << bit).sum();
                statements.push_str(&format!("wrong += u.o[{octet}] != {taken};\n"));
            }
            statements.push_str("}\n");
        }
    }
    format!("{TYPES}int main(void) {{\nint wrong = 0;\n{statements}return wrong != 0;\n}}\n")
}

/// What `check` says of Windows is what mingw's programs see when they run, and what clang makes of the same text for Microsoft's ABI.
#[tokio::test(flavor = "current_thread")]
async fn what_check_says_of_windows_is_what_its_programs_see() {
    let bench = Bench::new();
    std::fs::write(bench.path("types.h"), TYPES).unwrap();
    let machines = "x86_64-mingw,i386-mingw,x86_64-windows,i386-windows";
    let checked = bench.run(&[
        "check",
        "types.h",
        "--targets",
        machines,
        "--json",
        "report.json",
    ]);
    let report = checked.report();
    assert_eq!(report["types"].as_array().unwrap().len(), 4, "{checked}");
    for windows in here() {
        let source = bench.path("program.c");
        std::fs::write(&source, as_program(report, &windows.abi)).unwrap();
        let tools = TargetTools::find(&Host::this(), &[], Abis::builtin(), windows).unwrap();
        let program = bench.path("program.exe");
        let (folder, sources) = (bench.folder.path(), [source]);
        let built = tools
            .gcc
            .unwrap()
            .value
            .build(&[], &sources, folder, &program)
            .await;
        built.unwrap();
        let Runner::Wine(wine) = tools.runner.unwrap().value else {
            panic!("somebody named another runner")
        };
        let prefix = Prefix::new(&wine, &Host::this(), |server| server)
            .await
            .unwrap();
        let run = prefix.inside(Runner::Wine(wine).invocation(&program));
        run.run(Duration::from_secs(60)).await.unwrap();
    }
    // No such program can be linked here: the compiler itself works out what it would return.
    for (machine, triple) in [
        ("x86_64-windows", "x86_64-pc-windows-msvc"),
        ("i386-windows", "i686-pc-windows-msvc"),
    ] {
        let source = bench.path("program.c");
        std::fs::write(&source, as_program(report, machine)).unwrap();
        let mut clang = host_command("clang");
        clang
            .args([
                "-O2",
                "-S",
                "-emit-llvm",
                "-o",
                "-",
                &format!("--target={triple}"),
            ])
            .arg(source);
        let Ok(made) = clang.output() else {
            not_tried("clang for Microsoft's ABI");
            return;
        };
        let text = String::from_utf8(made.stdout).unwrap();
        let main = text.split_once(" @main()").unwrap().1;
        let returned = main.lines().find(|line| line.contains("ret i32"));
        assert_eq!(
            returned.map(str::trim),
            Some("ret i32 0"),
            "{machine}: {text}"
        );
    }
}

/// The processes whose temporary files are in a folder: all that a run started.
fn started_in(folder: &Path) -> Vec<PathBuf> {
    let folder = folder.display().to_string();
    let processes = Path::new("/proc").read_dir().unwrap().flatten();
    let has_it = |process: &PathBuf| {
        let variables = std::fs::read(process.join("environ")).unwrap_or_default();
        String::from_utf8_lossy(&variables).contains(&folder)
    };
    let processes = processes.map(|entry| entry.path());
    processes.filter(has_it).collect()
}

/// After a run, and after one that was killed.
#[test]
fn nothing_is_left_of_wine() {
    let Some(windows) = here().first().copied() else {
        return;
    };
    let temporary = tempfile::tempdir().unwrap();
    let tmpdir = temporary.path().display().to_string();
    let bench = Bench::new().with_variable("TMPDIR", &tmpdir);
    let both = format!("c-gcc@{},{PARTNER}", windows.name);
    let ran = bench.matrix(&both, "text", &["--vectors", "12"]);
    assert_eq!(ran.status, 0, "{ran}");
    assert_eq!(started_in(temporary.path()), Vec::<PathBuf>::new());
    assert_eq!(temporary.path().read_dir().unwrap().count(), 0);

    let bench = bench.with_runner(HANGS);
    let matrix = [
        "matrix",
        "--participants",
        &both,
        "--encodings",
        "text",
        "--sample",
        "0",
    ];
    let running = HangingRun::start(bench.command(&matrix), &bench.path("hangs"));
    let is_wines = |process: &PathBuf| {
        let name = std::fs::read_to_string(process.join("comm")).unwrap_or_default();
        name.starts_with("wineserver")
    };
    assert!(started_in(temporary.path()).iter().any(is_wines));
    running.kill();
    let deadline = Instant::now() + Duration::from_secs(20);
    while started_in(temporary.path()).iter().any(is_wines) {
        assert!(Instant::now() < deadline, "wineserver is still there");
        std::thread::yield_now();
    }
}
