//! The name of what is built from a content: compilers, flags and sources.
//!
//! It names a folder on disk, so every build of this program, by whatever toolchain, must come to the same name; the standard library's hasher does not promise that.

use std::fmt;
use std::io;
use std::path::Path;

use kit::fingerprint::Fingerprint;

/// A name that grows with the content.
#[derive(Clone, Copy, Default)]
pub(super) struct Key(Fingerprint);

impl Key {
    /// Adds words, such as a version or flags.
    pub(super) fn add(&mut self, words: &[&str]) {
        for word in words {
            self.0.add(word);
        }
    }

    /// Adds the names and contents of all files below a folder, or of a file.
    pub(super) fn add_tree(&mut self, path: &Path) -> io::Result<()> {
        if path.is_dir() {
            let mut entries: Vec<_> = path.read_dir()?.collect::<io::Result<Vec<_>>>()?;
            entries.sort_by_key(std::fs::DirEntry::file_name);
            for entry in entries {
                self.0.add_octets(entry.file_name().as_encoded_bytes());
                self.add_tree(&entry.path())?;
            }
            return Ok(());
        }
        self.0.add_octets(&std::fs::read(path)?);
        Ok(())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name was worked out by another program: what one build of this one keeps, every other build must find.
    #[test]
    fn the_same_content_has_the_same_name_whatever_built_this_program() {
        let folder = tempfile::tempdir().unwrap();
        let tree = folder.path().join("tree");
        std::fs::create_dir(&tree).unwrap();
        std::fs::write(tree.join("a.c"), [0, 255]).unwrap();
        std::fs::write(tree.join("b.h"), "").unwrap();
        let mut key = Key::default();
        key.add(&["gcc 12.2.0", "-O2"]);
        key.add_tree(&tree).unwrap();
        assert_eq!(key.to_string(), "25b5e15d49cd0312");

        let name = |octets: &[u8]| {
            std::fs::write(tree.join("b.h"), octets).unwrap();
            let mut key = Key::default();
            key.add_tree(&tree).unwrap();
            key.to_string()
        };
        assert_ne!(name(b""), name(b"\0"));
    }
}
