//! A corpus in one text file, so that the repository has one file a fuzz target and not one an input.
//!
//! A line is an input: its name, a space, and its octets in hexadecimal (`-` for none). The lines are sorted by name, and a line that starts with `#` is a comment.
//! libFuzzer names what it finds by the SHA-1 of the octets; an input that a person chose has a name that says what it is.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
    str::FromStr,
};

const HEADER: &str = "# NAME HEX: the inputs of a fuzz target. fuzz/README.md says how they are unpacked and packed.";

/// The inputs of a fuzz target, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pack(BTreeMap<String, Vec<u8>>);

/// What is no line of a pack.
#[derive(Debug, thiserror::Error)]
#[error("line {number}: found `{found}`, expected {expected}")]
pub struct PackError {
    number: usize,
    /// The beginning of the line.
    found: String,
    expected: &'static str,
}

/// The file of a target's pack: `fuzz/corpus/TARGET.hex`.
pub fn file(target: &str) -> PathBuf {
    folder(target).with_extension("hex")
}

/// The folder where cargo-fuzz looks for a target's inputs: `fuzz/corpus/TARGET`.
pub fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .with_file_name("corpus")
        .join(target)
}

impl Pack {
    /// How many inputs there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no input.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The octets of all inputs, in the order of their names.
    pub fn into_inputs(self) -> Vec<Vec<u8>> {
        self.0.into_values().collect()
    }

    /// Reads a folder with one file an input.
    ///
    /// # Errors
    /// When the folder or a file cannot be read, and when a file's name is none that a pack can have.
    pub fn from_folder(folder: &Path) -> io::Result<Pack> {
        let mut inputs = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            let name = name.filter(|name| is_name(name)).ok_or_else(|| {
                let words = format!("found the file {}, expected {NAME}", path.display());
                io::Error::new(io::ErrorKind::InvalidData, words)
            })?;
            inputs.insert(name.to_owned(), fs::read(&path)?);
        }
        Ok(Pack(inputs))
    }

    /// Writes one file an input. Other files in the folder stay.
    ///
    /// # Errors
    /// When the folder cannot be made or a file cannot be written.
    pub fn to_folder(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        for (name, octets) in &self.0 {
            fs::write(folder.join(name), octets)?;
        }
        Ok(())
    }
}

impl fmt::Display for Pack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        for (name, octets) in &self.0 {
            match octets.as_slice() {
                [] => writeln!(f, "{name} -")?,
                octets => writeln!(f, "{name} {}", hex::encode(octets))?,
            }
        }
        Ok(())
    }
}

impl FromStr for Pack {
    type Err = PackError;

    fn from_str(text: &str) -> Result<Self, PackError> {
        let mut inputs = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            if line.starts_with('#') {
                continue;
            }
            let wrong = |expected| PackError {
                number: index + 1,
                found: line.chars().take(60).collect(),
                expected,
            };
            let (name, octets) = line.split_once(' ').ok_or_else(|| wrong("`NAME HEX`"))?;
            if !is_name(name) {
                return Err(wrong(NAME));
            }
            let octets = match octets {
                "-" => Vec::new(),
                digits => hex::decode(digits)
                    .ok()
                    .filter(|octets| !octets.is_empty())
                    .ok_or_else(|| {
                        wrong("octets in hexadecimal behind the name, or `-` for none")
                    })?,
            };
            if inputs.insert(name.to_owned(), octets).is_some() {
                return Err(wrong("a name that no other input has"));
            }
        }
        Ok(Pack(inputs))
    }
}

const NAME: &str = "a name of letters, digits, `-`, `_` and `.` that does not start with `.`";

/// A name is a file's name, and must not lead out of its folder.
fn is_name(name: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
}
