//! A matrix over several machines, for real: shards that are run apart, merged, are one whole run.

use serde_json::Value;

use crate::bench::{Bench, Ran};

/// Two targets that every machine with `setup` has, in few encodings.
const CHOICE: [&str; 6] = [
    "--participants",
    "c-gcc",
    "--targets",
    "i686-unknown-linux-gnu,powerpc-unknown-linux-gnu,s390x-unknown-linux-gnu",
    "--encodings",
    "text,raw-long,json",
];

fn run(bench: &Bench, args: &[&str]) -> Ran {
    bench.run(&[args, &CHOICE].concat())
}

/// A report without its measurements: the fields that two runs of the same differ in.
fn told(bench: &Bench, file: &str) -> String {
    let text = std::fs::read_to_string(bench.path(file)).unwrap();
    let text = kit::saved_report::SavedReport::read(&bench.path(file)).map(|read| {
        let document = matrix::report::MatrixDocument::read_from(&read).unwrap();
        let written = serde_json::to_string(&document.as_version_1()).unwrap();
        assert_eq!(written + "\n", text);
        serde_json::to_string(&document.without_measurements()).unwrap()
    });
    text.unwrap()
}

#[test]
fn shards_run_apart_and_merged_are_one_whole_run_to_the_octet() {
    let bench = Bench::new();
    let whole = run(&bench, &["matrix", "--sample", "0", "--json", "whole.json"]);
    assert_eq!(whole.status, 0, "{whole}");
    for shard in ["1/4", "2/4", "3/4", "4/4"] {
        let file = format!("shard-{}.json", &shard[..1]);
        let ran = run(
            &bench,
            &["matrix", "--sample", "0", "--shard", shard, "--json", &file],
        );
        assert_eq!(ran.status, 0, "{ran}");
        assert!(
            ran.stdout.contains(&format!("shard {shard} of the matrix")),
            "{ran}"
        );
    }
    let files = [
        "shard-3.json",
        "shard-1.json",
        "shard-4.json",
        "shard-2.json",
    ];
    let reports = [
        "--json",
        "merged.json",
        "--junit",
        "merged.xml",
        "--markdown",
        "merged.md",
        "--sarif",
        "merged.sarif",
    ];
    let merged = bench.run(&[&["merge"], &files[..], &reports].concat());
    assert_eq!(merged.status, 0, "{merged}");
    assert_eq!(told(&bench, "merged.json"), told(&bench, "whole.json"));
    for file in ["merged.xml", "merged.md", "merged.sarif"] {
        assert!(bench.path(file).is_file(), "{file}");
    }
    let same = bench.run(&["diff", "whole.json", "merged.json"]);
    assert_eq!(same.status, 0, "{same}");
    assert!(same.stdout.starts_with("0 cells newly broken, 0 newly could not run, 0 newly held, 0 changed, 0 appeared, 0 vanished"), "{same}");

    // Packed, and in the other version.
    let older = ["merge", "whole.json", "--json", "older.json.gz"];
    let newer = [
        "merge",
        "older.json.gz",
        "--json",
        "newer.json.zst",
        "--format",
        "2",
    ];
    for args in [
        &older[..],
        &newer,
        &["diff", "older.json.gz", "newer.json.zst"],
    ] {
        let ran = bench.run(args);
        assert_eq!(ran.status, 0, "{ran}");
        assert!(args[0] == "merge" || ran.stdout == same.stdout, "{ran}");
    }
    let read = kit::saved_report::SavedReport::read(&bench.path("newer.json.zst")).unwrap();
    let newer = matrix::report::MatrixDocument::read_from(&read).unwrap();
    assert_eq!(
        serde_json::to_string(&newer.without_measurements()).unwrap(),
        told(&bench, "whole.json")
    );

    let short = bench.run(&[
        "merge",
        "shard-1.json",
        "shard-2.json",
        "shard-4.json",
        "--json",
        "short.json",
    ]);
    assert_eq!(short.status, 2, "{short}");
    assert!(short.stderr.contains("shard missing: 3/4"), "{short}");
    assert!(!bench.path("short.json").exists(), "nothing is written");

    let plan = run(&bench, &["plan", "--shards", "4", "--costs", "whole.json"]);
    assert_eq!(plan.status, 0, "{plan}");
}

#[test]
fn a_plan_for_each_reader() {
    let bench = Bench::new();
    let plan = |more: &[&str]| {
        let ran = run(&bench, &[&["plan", "--shards", "2"], more].concat());
        assert_eq!(ran.status, 0, "{ran}");
        ran.stdout
    };
    insta::assert_snapshot!(plan(&[]));
    insta::assert_snapshot!(plan(&["--github"]));
    insta::assert_snapshot!(plan(&["--gitlab"]));
    let github: Value = serde_json::from_str(&plan(&["--github"])).unwrap();
    assert_eq!(github["include"][1]["shard"], "2/2");
}

#[test]
fn a_shard_that_is_none_and_a_report_that_is_none_exit_with_2() {
    let bench = Bench::new();
    std::fs::write(bench.path("cut.json"), "{\"format\":\"crossum-matrix\",").unwrap();
    std::fs::write(
        bench.path("new.json"),
        "{\"format\":\"crossum-matrix\",\"version\":7}",
    )
    .unwrap();
    std::fs::write(bench.path("other.json"), "{\"format\":\"junit\"}").unwrap();
    for (args, expected) in [
        (&["matrix", "--shard", "5/4"][..], "K/N was expected"),
        (
            &["predict", "--json", "p.json", "--format", "3"],
            "there are versions 1 and 2",
        ),
        (&["plan", "--shards", "0"], "at least 1 is needed"),
        (
            &[
                "plan",
                "--shards",
                "7",
                "--targets",
                "i686-unknown-linux-gnu,s390x-unknown-linux-gnu",
            ],
            "between 3 pairs of targets",
        ),
        (
            &["plan", "--shards", "2", "--costs", "cut.json"],
            "cut.json: it was cut short",
        ),
        (
            &["merge", "new.json"],
            "new.json: it is a `crossum-matrix` of version 7",
        ),
        (&["merge", "nowhere.json"], "nowhere.json: No such file"),
        (
            &["diff", "other.json", "cut.json"],
            "other.json: it is JSON, but no report of crossum",
        ),
        (
            &["diff", "cut.json", "other.json"],
            "cut.json: it was cut short",
        ),
    ] {
        let ran = bench.run(args);
        assert_eq!(ran.status, 2, "{args:?}: {ran}");
        assert!(ran.stderr.contains(expected), "{args:?}: {ran}");
    }
}

#[test]
fn checked_types_are_compared_too() {
    let bench = Bench::new();
    for (file, header) in [
        ("a", "struct op { long long a; int b; int c; };"),
        ("b", "struct op { long a; int b; int c; };"),
    ] {
        std::fs::write(bench.path("op.h"), header).unwrap();
        let json = format!("{file}.json");
        let ran = bench.run(&["check", "op.h", "--json", &json]);
        assert_eq!(ran.status, 0, "{ran}");
    }
    let worse = bench.run(&["diff", "a.json", "b.json", "--json", "diff.json"]);
    assert_eq!(worse.status, 1, "{worse}");
    assert!(
        worse.stdout.contains("struct op, a: width: was not there"),
        "{worse}"
    );
    let better = bench.run(&["diff", "b.json", "a.json"]);
    assert_eq!(better.status, 0, "{better}");
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = bench.run(&["completions", shell]);
        assert_eq!(ran.status, 0, "{ran}");
        assert!(
            ran.stdout.contains("merge") && ran.stdout.contains("junit"),
            "{shell}"
        );
    }
    assert_eq!(bench.run(&["completions", "sh"]).status, 2);
    let ran = bench.run(&["man", "man/man1"]);
    assert_eq!(ran.status, 0, "{ran}");
    for page in [
        "crossum.1",
        "crossum-matrix.1",
        "crossum-plan.1",
        "crossum-diff.1",
    ] {
        let text = std::fs::read_to_string(bench.path("man/man1").join(page)).unwrap();
        assert!(text.contains(".TH"), "{page}");
    }
    std::fs::write(bench.path("file"), "").unwrap();
    assert_eq!(bench.run(&["man", "file/man1"]).status, 2);
}
