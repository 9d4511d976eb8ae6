//! The two versions of the document say the same, and what refers to nothing is refused.

use std::collections::HashSet;

use serde_json::Value;

use super::Made;
use crate::report::MatrixDocument;
use crate::report::diff::MatrixDiff;
use crate::report::document::observed::observation;
use kit::saved_report::SavedReport;

/// The same document as version 1.
fn version_1(text: &str) -> String {
    let saved = SavedReport::of("r.json", text.to_owned());
    let document = MatrixDocument::read_from(&saved).unwrap();
    serde_json::to_string(&document.as_version_1()).unwrap()
}

fn read_and_written(text: &str) -> Result<String, String> {
    let saved = SavedReport::of("r.json", text.to_owned());
    let document = MatrixDocument::read_from(&saved).map_err(|error| error.to_string())?;
    Ok(serde_json::to_string(&document).unwrap())
}

#[test]
fn there_and_back_nothing_is_lost() {
    let mut made = Made::troubled();
    made.found
        .known
        .values_mut()
        .for_each(|known| known.differs = true);
    let second = made.json();
    let first = version_1(&second);
    assert_eq!(read_and_written(&second).as_ref(), Ok(&second));
    assert_eq!(read_and_written(&first).as_ref(), Ok(&second));
    assert_eq!(version_1(&first), first);

    let (first, second): (Value, Value) = (
        serde_json::from_str(&first).unwrap(),
        serde_json::from_str(&second).unwrap(),
    );
    assert_eq!(
        (&first["version"], &second["version"]),
        (&1.into(), &2.into())
    );
    let list = |of: &Value| of.as_array().unwrap().clone();
    let whole = list(&first["cells"]);
    assert_eq!(whole.len(), made.cells.len());
    for ((cell, row), judged) in whole
        .iter()
        .zip(list(&second["cells"]))
        .zip(made.judge().judged)
    {
        let place = |key: &str| usize::try_from(row[key].as_u64().unwrap()).unwrap();
        let story = &second["stories"][place("story")];
        assert_eq!(
            cell["server"],
            second["participants"][place("server")]["id"]
        );
        assert_eq!(cell["client"], judged.cell.client.id.to_string());
        assert_eq!(cell["rerun"], made.judge().matrix().rerun(&judged.cell));
        for key in ["encoding", "family", "verdict", "result", "causes", "why"] {
            assert_eq!(cell[key], story[key], "{key}");
        }
        let exchanges = list(&story["exchanges"]).into_iter();
        let exchanges = exchanges.map(|at| {
            let at = usize::try_from(at.as_u64().unwrap()).unwrap();
            second["exchanges"][at].clone()
        });
        assert_eq!(list(&cell["vectors"]), exchanges.collect::<Vec<_>>());
    }
}

#[test]
fn cells_that_break_in_other_ways_have_other_stories() {
    let mut made = Made::small();
    let pair =
        |implementation: &str, target: &str| format!("{implementation}@{target}-unknown-linux-gnu");
    // The same machines, the same verdict and the same result; only what came back is another.
    for (server, client, sum) in [
        ("c-gcc", "rust", 77),
        ("rust", "c-gcc", 78),
        ("rust", "rust", 78),
    ] {
        made.wrong("text", &pair(server, "i686"), &pair(client, "powerpc"), sum);
    }
    let text = SavedReport::of("r.json", made.json());
    let document = MatrixDocument::read_from(&text).unwrap();
    let judged = made.judge().judged;
    for (cell, judged) in document.reported().zip(&judged) {
        let told = observation(&cell, made.protocol.vectors());
        assert_eq!(
            told.as_ref().ok(),
            judged.observation.as_ref(),
            "{}",
            judged.cell
        );
    }
    let broken = document.stories.iter();
    let broken = broken.filter(|story| {
        story
            .verdict
            .as_ref()
            .is_some_and(|it| it.as_str() == "broken")
    });
    assert_eq!(broken.count(), 2);
}

#[test]
fn what_is_equal_is_written_once() {
    let text = Made::troubled().json();
    let document: Value = serde_json::from_str(&text).unwrap();
    for key in ["exchanges", "stories"] {
        let rows = document[key].as_array().unwrap();
        let different: HashSet<_> = rows.iter().map(Value::to_string).collect();
        assert_eq!(different.len(), rows.len(), "{key}");
    }
    let count = |key: &str| document[key].as_array().unwrap().len();
    // Three machines and three encodings: two participants of a machine have the same to tell.
    assert!(
        count("stories") * 3 < count("cells"),
        "{}",
        count("stories")
    );
}

#[test]
fn versions_are_compared_with_each_other() {
    let (before, after) = (Made::small().json(), Made::troubled().json());
    let changes = |before: &str, after: &str| {
        let texts = [before, after].map(|text| SavedReport::of("r.json", text.to_owned()));
        let [before, after] = texts
            .each_ref()
            .map(|text| MatrixDocument::read_from(text).unwrap());
        serde_json::to_value(MatrixDiff::of(&before, &after)).unwrap()
    };
    let (old, none) = (version_1(&before), changes(&before, &version_1(&before)));
    for kind in ["newly_broken", "changed", "appeared", "asked"] {
        assert_eq!(none["summary"][kind], 0, "{kind}");
    }
    assert_eq!(changes(&old, &after), changes(&before, &after));
}

#[test]
fn what_refers_to_nothing_is_refused() {
    let whole = Made::small().json();
    let changed = |pointer: &str, to: usize| {
        let mut document: Value = serde_json::from_str(&whole).unwrap();
        *document.pointer_mut(pointer).unwrap() = to.into();
        read_and_written(&document.to_string()).unwrap_err()
    };
    for (pointer, expected) in [
        (
            "/cells/1/server",
            "its cell refers to place 77 of `participants`",
        ),
        (
            "/cells/1/client",
            "its cell refers to place 77 of `participants`",
        ),
        ("/cells/1/story", "its cell refers to place 77 of `stories`"),
        (
            "/stories/0/exchanges/2",
            "its story refers to place 77 of `exchanges`",
        ),
    ] {
        let refused = changed(pointer, 77);
        assert!(refused.contains(expected), "{pointer}: {refused}");
    }
    let other = version_1(&whole).replacen("\"server\":\"c-gcc@i686", "\"server\":\"c-gcc@i786", 1);
    let refused = read_and_written(&other).unwrap_err();
    assert!(
        refused.contains("is of `c-gcc@i786-unknown-linux-gnu`, which is not among"),
        "{refused}"
    );
}
