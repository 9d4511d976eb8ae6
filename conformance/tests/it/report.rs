//! The machine-readable report keeps the fields that other tools rely on.

use serde_json::Value;

use crate::bench::{Bench, native};

#[test]
fn a_run_has_every_promised_field() {
    let ran = Bench::new().matrix(
        &native(),
        "text,raw-long",
        &["--vectors", "13", "--seed", "3"],
    );
    assert_eq!(ran.status, 0, "{ran}");
    let report = ran.report();
    assert_eq!(
        (&report["format"], &report["version"]),
        (&"crossum-matrix".into(), &1.into())
    );

    let participant = &report["participants"][0];
    for key in [
        "id",
        "implementation",
        "target",
        "abi",
        "runner",
        "compiler",
    ] {
        assert!(participant[key].is_string(), "{key}: {participant}");
    }
    assert_eq!(
        participant["roles"],
        serde_json::json!(["client", "server"])
    );
    assert!(
        participant["facts"]["size.long"].is_u64()
            && participant["facts"]["char-signed"].is_boolean(),
        "{participant}"
    );

    let cell = &report["cells"][1];
    assert_eq!(
        (&cell["encoding"], &cell["family"]),
        (&"raw-long".into(), &"raw".into())
    );
    assert_eq!(
        (&cell["verdict"], &cell["result"]),
        (&"held".into(), &"correct".into())
    );
    assert_eq!(
        cell["rerun"],
        format!(
            "crossum matrix --server {0} --client {0} --encodings raw-long --vectors 13 --seed 3",
            native()
        )
    );
    let vectors = cell["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 13);
    let book = &vectors[1];
    assert_eq!((&book["a"], &book["b"]), (&(-22).into(), &(-77).into()));
    assert_eq!(
        book["observed"],
        serde_json::json!({ "kind": "sum", "sum": -99 })
    );
    assert_eq!(book["predicted"], book["observed"]);
    let octets = if cfg!(target_endian = "big") {
        "ffffffffffffffea"
    } else {
        "eaffffffffffffff"
    };
    assert!(book["sent"].as_str().unwrap().starts_with(octets), "{book}");

    let summary = &report["summary"];
    let number = |key: &str| {
        summary[key]
            .as_u64()
            .unwrap_or_else(|| panic!("{key}: {summary}"))
    };
    assert_eq!(
        (
            number("participants"),
            number("targets"),
            number("cells"),
            number("vectors")
        ),
        (1, 1, 2, 26)
    );
    assert_eq!(
        (number("predicted_equals_observed"), number("mismatched")),
        (26, 0)
    );
    assert_eq!((number("unsupported"), number("could_not_run")), (0, 0));
    assert_eq!(
        summary["by_encoding"]["text"],
        serde_json::json!({
            "family": "text", "cells": 1, "correct": 1, "not_correct": 0, "unsupported": 0, "could_not_run": 0
        })
    );
    assert!(
        summary["claims"]
            .as_array()
            .unwrap()
            .iter()
            .all(|claim| claim["held"] == true && claim["claim"].is_string())
    );
    assert!(
        number("processes") >= 4 && number("processes_run") == 2,
        "{summary}"
    );
    assert!(summary["seconds"]["build"].is_f64() && summary["seconds"]["run"].is_f64());
}

#[test]
fn a_page_is_one_file_and_the_same_octets_every_time() {
    let bench = Bench::new();
    let page = || {
        let ran = bench.run(&[
            "predict",
            "--participants",
            "c-gcc",
            "--encodings",
            "text,raw-long",
            "--html",
            "page.html",
        ]);
        assert_eq!(ran.status, 0, "{ran}");
        std::fs::read_to_string(bench.path("page.html")).unwrap()
    };
    let first = page();
    assert!(first.starts_with("<!DOCTYPE html>") && first.ends_with("</html>\n"));
    for foreign in ["http://", "https://", "src=", "url("] {
        assert!(!first.contains(foreign), "{foreign}");
    }
    assert_eq!(first, page());
}

#[test]
fn a_prediction_is_the_same_octets_every_time_and_says_that_nothing_was_observed() {
    let bench = Bench::new();
    let predict = || {
        let args = [
            "predict",
            "--participants",
            "c-gcc",
            "--encodings",
            "raw-long,raw-mixed",
            "--json",
            "report.json",
        ];
        let ran = bench.run(&args);
        assert_eq!(ran.status, 0, "{ran}");
        (std::fs::read(bench.path("report.json")).unwrap(), ran)
    };
    let ((first, ran), (second, _)) = (predict(), predict());
    assert_eq!(first, second);
    assert_eq!(ran.report()["format"], "crossum-prediction");
    assert!(ran.cells().iter().all(|cell| cell["verdict"].is_null()));
    assert!(
        ran.cells()
            .iter()
            .flat_map(|cell| cell["vectors"].as_array().unwrap())
            .all(|vector| vector["observed"].is_null())
    );
}

#[test]
fn starved_cells_say_how_many_octets_were_got_and_wanted() {
    let args = [
        "predict",
        "--server",
        "c-gcc@x86_64-unknown-linux-gnu",
        "--client",
        "c-gcc@i686-unknown-linux-gnu",
    ];
    let ran = Bench::new().run(
        &[
            &args[..],
            &["--encodings", "raw-long", "--json", "report.json"],
        ]
        .concat(),
    );
    let cell = &ran.cells()[0];
    assert_eq!(
        (&cell["result"], &cell["causes"]),
        (&"starved".into(), &serde_json::json!(["width"]))
    );
    assert_eq!(
        cell["vectors"][0]["predicted"],
        serde_json::json!({ "kind": "starved", "got": 8, "want": 16 })
    );
    let unrepresentable = cell["vectors"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|vector| vector["predicted"]["kind"] == "unrepresentable");
    assert!(unrepresentable.count() > 0);
    assert_eq!(
        ran.report()["summary"]["by_encoding"]["raw-long"]["not_correct"],
        Value::from(1)
    );
}
