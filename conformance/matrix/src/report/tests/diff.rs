//! What changed between two runs, and what is no change.

use serde_json::Value;

use super::Made;
use crate::observation::Observation;
use crate::report::MatrixDocument;
use crate::report::diff::{self, MatrixDiff};
use kit::saved_report::SavedReport;

const I686: &str = "c-gcc@i686-unknown-linux-gnu";
const POWERPC: &str = "rust@powerpc-unknown-linux-gnu";

/// For people, for programs, and whether it is worse.
fn compared(before: &Made, after: &Made) -> (String, Value, bool) {
    let (before, after) = (
        SavedReport::of("a.json", before.json()),
        SavedReport::of("b.json", after.json()),
    );
    let (before, after) = (
        MatrixDocument::read_from(&before).unwrap(),
        MatrixDocument::read_from(&after).unwrap(),
    );
    let diff = MatrixDiff::of(&before, &after);
    let mut text = String::new();
    diff::terminal::write(&diff, &mut text).unwrap();
    let text = anstream::adapter::strip_str(&text).to_string();
    (text, serde_json::to_value(&diff).unwrap(), diff.is_worse())
}

#[test]
fn two_runs_of_the_same_differ_in_nothing_but_measurements() {
    let (before, mut after) = (Made::troubled(), Made::troubled());
    after.found.measured.seconds.run = 99.0;
    after.found.measured.costs.clear();
    let (text, json, is_worse) = compared(&before, &after);
    assert_eq!(
        text,
        "0 cells newly broken, 0 newly could not run, 0 newly held, 0 changed, 0 appeared, 0 vanished\n"
    );
    assert!(!is_worse && json["summary"]["changed"] == 0);
}

#[test]
fn what_broke_comes_first_with_the_digits() {
    let (before, after) = (Made::small(), Made::troubled());
    let (text, json, is_worse) = compared(&before, &after);
    assert!(is_worse);
    insta::assert_snapshot!(text);
    let broken = &json["newly_broken"][0];
    assert_eq!(
        (&broken["server"], &broken["encoding"]),
        (&I686.into(), &"text".into())
    );
    assert_eq!(broken["vectors"][0]["after"]["observed"]["sum"], 77);
    assert_eq!(broken["vectors"][0]["before"]["observed"]["sum"], -99);

    let (text, json, is_worse) = compared(&after, &before);
    assert!(!is_worse, "{text}");
    assert_eq!(json["newly_held"].as_array().unwrap().len(), 3);
}

#[test]
fn each_change_is_one_of_its_kind() {
    let small = Made::small();
    let changed = |change: &dyn Fn(&mut Made)| {
        let mut after = Made::small();
        change(&mut after);
        let (_, json, is_worse) = compared(&small, &after);
        let counts = json["summary"].as_object().unwrap().clone();
        let nonzero = counts.into_iter().filter(|(_, count)| *count != 0);
        let nonzero: Vec<_> = nonzero.map(|(kind, _)| kind).collect();
        (nonzero.join(" "), is_worse)
    };
    let could_not_run = || Observation::CouldNotRun("no".to_owned());
    let id = small.roles.all[0].id.clone();
    for (expected, was_worse, change) in [
        (
            "newly_broken",
            true,
            Box::new(|made: &mut Made| made.wrong("text", I686, POWERPC, 1))
                as Box<dyn Fn(&mut Made)>,
        ),
        (
            "newly_could_not_run",
            false,
            Box::new(|made: &mut Made| made.set("text", I686, POWERPC, could_not_run())),
        ),
        (
            "changed",
            false,
            Box::new(|made: &mut Made| made.set("text", I686, POWERPC, Observation::Unsupported)),
        ),
        (
            "vanished",
            false,
            Box::new(|made: &mut Made| {
                made.cells.pop();
                made.observations.pop();
            }),
        ),
        (
            "participants",
            false,
            Box::new(move |made: &mut Made| {
                made.found.known.get_mut(&id).unwrap().runner = Some("qemu 8".to_owned());
            }),
        ),
        (
            "asked",
            false,
            Box::new(|made: &mut Made| made.model = "other".to_owned()),
        ),
    ] {
        assert_eq!(changed(&change), (expected.to_owned(), was_worse));
    }
}

#[test]
fn a_cell_that_is_new_and_broken_is_newly_broken() {
    let (mut before, after) = (Made::small(), Made::troubled());
    let is = |at: &usize| before.cells[*at].encoding.name() != "text";
    let kept: Vec<_> = (0..before.cells.len()).filter(is).collect();
    before.observations = kept
        .iter()
        .map(|at| before.observations[*at].clone())
        .collect();
    before.cells = kept.iter().map(|at| before.cells[*at].clone()).collect();
    let (text, json, is_worse) = compared(&before, &after);
    assert!(
        is_worse && text.contains("was not there, is broken"),
        "{text}"
    );
    assert_eq!(json["newly_broken"].as_array().unwrap().len(), 2);
    assert_eq!(
        json["summary"]["appeared"], 35,
        "all others of that encoding"
    );
}
