//! No bound and no verdict hangs on the clock of the day, which somebody may set: only these files ask for it.

use std::path::{Path, PathBuf};

/// Each with its use of it.
const ALLOWED: [(&str, &str); 3] = [
    (
        "sumsrv/src/services/daytime.rs",
        "the service that tells it",
    ),
    (
        "conformance/suite/src/emulator/kept.rs",
        "when a file was written, compared for equality",
    ),
    (
        "conformance/matrix/src/run/build/kept.rs",
        "what nobody asked for in a week is removed, and would be built again",
    ),
];

const WORDS: [&str; 2] = ["SystemTime", "UNIX_EPOCH"];

#[test]
fn only_these_files_ask_for_the_time_of_the_day() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut asking = Vec::new();
    let mut looked_at = 0;
    for folder in [
        "conformance",
        "cross",
        "layout",
        "proto",
        "gauge",
        "sumsrv",
        "sumcli",
        "participant",
    ] {
        let mut ahead = vec![root.join(folder)];
        while let Some(folder) = ahead.pop() {
            for entry in folder.read_dir().unwrap().flatten() {
                let path: PathBuf = entry.path();
                if path.is_dir() {
                    // Of programs, and not of what tests them.
                    let name = entry.file_name();
                    if name != "target" && name != "tests" {
                        ahead.push(path);
                    }
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    looked_at += 1;
                    let text = std::fs::read_to_string(&path).unwrap();
                    if WORDS.iter().any(|word| text.contains(word)) {
                        let below = path.strip_prefix(&root).unwrap();
                        asking.push(below.display().to_string());
                    }
                }
            }
        }
    }
    asking.sort();
    let mut allowed = ALLOWED.map(|(path, _)| path);
    allowed.sort_unstable();
    assert_eq!(asking, allowed);
    assert!(looked_at > 300, "{looked_at} files");
}
