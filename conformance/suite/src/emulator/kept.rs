//! What was found about emulators before, in the cache of this machine.

use std::collections::BTreeMap;
use std::hash::Hasher as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use cross::scratch::Scratch;
use cross::{Host, seal};
use fnv::FnvHasher;
use serde::{Deserialize, Serialize};

const FILE: &str = "faults.json";

/// What was found about one emulator.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The program that asked. After a change of it everything is asked again.
    source: String,
    /// Which file the emulator is: its path, its size, and when it was written. A new version is asked again.
    emulator: (PathBuf, u64, u64),
    /// What came of each question, by its name. `None` where the answer is right.
    pub(super) faults: BTreeMap<String, Option<String>>,
}

impl Kept {
    /// What is kept of an emulator and a target, where both are as they were; else nothing.
    pub(super) fn load(host: &Host, target: &str, emulator: &Path, source: &str) -> Kept {
        let blank = Kept {
            source: source.to_owned(),
            emulator: identity(emulator),
            faults: BTreeMap::new(),
        };
        let place = place(host, target, emulator);
        let text = match seal::check(&place) {
            Ok(()) => std::fs::read(place.join(FILE)).unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        match serde_json::from_slice::<Kept>(&text) {
            Ok(kept) if kept.is_about_the_same(&blank) => kept,
            _ => blank,
        }
    }

    fn is_about_the_same(&self, other: &Kept) -> bool {
        self.source == other.source && self.emulator == other.emulator
    }

    /// Keeps it. Where nothing can be kept, it is found again next time.
    pub(super) fn save(&self, host: &Host, target: &str) {
        let place = place(host, target, &self.emulator.0);
        let folder = place.parent().unwrap_or(Path::new("."));
        let write = || -> anyhow::Result<()> {
            std::fs::create_dir_all(folder)?;
            let scratch = Scratch::new_in(folder)?;
            let new = scratch.path().join("new");
            std::fs::create_dir(&new)?;
            serde_json::to_writer(std::fs::File::create(new.join(FILE))?, self)?;
            // What was found before is in this, too.
            let _ = std::fs::remove_dir_all(&place);
            Ok(seal::put(&new, &place)?)
        };
        let _ = write();
    }
}

/// A folder for each emulator of a target.
fn place(host: &Host, target: &str, emulator: &Path) -> PathBuf {
    let mut hasher = FnvHasher::default();
    hasher.write(emulator.as_os_str().as_bytes());
    let folder = host.cache().join("emulators");
    folder.join(format!("{target}-{:016x}", hasher.finish()))
}

fn identity(emulator: &Path) -> (PathBuf, u64, u64) {
    let metadata = emulator.metadata().ok();
    let written = metadata.as_ref().and_then(|data| data.modified().ok());
    let written = written.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    (
        emulator.to_owned(),
        metadata.map_or(0, |data| data.len()),
        written.map_or(0, |time| time.as_secs()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_kept_until_the_emulator_or_the_question_changes() {
        let folder = tempfile::tempdir().unwrap();
        let cache = folder.path().join("cache").display().to_string();
        let host = Host::new([("CROSSUM_CACHE".to_owned(), cache)], "/");
        let emulator = folder.path().join("qemu");
        std::fs::write(&emulator, "one").unwrap();
        let load = |source: &str| Kept::load(&host, "t", &emulator, source);
        let mut kept = load("asks");
        assert!(kept.faults.is_empty());
        kept.faults.insert("sine".to_owned(), Some("1".to_owned()));
        kept.save(&host, "t");
        assert_eq!(load("asks"), kept);
        assert!(load("asks otherwise").faults.is_empty());

        let file = place(&host, "t", &emulator).join(FILE);
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("\"1\"", "null")).unwrap();
        assert!(load("asks").faults.is_empty(), "it is not what was found");
        kept.save(&host, "t");
        assert_eq!(load("asks"), kept);

        std::fs::write(&emulator, "another").unwrap();
        assert!(load("asks").faults.is_empty());
    }
}
