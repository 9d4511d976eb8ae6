//! The octets of a file, as far as its types are in them.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use layout::dwarf;

use crate::source;

/// What is smaller is read whole.
const LARGE: u64 = 8 << 20;

/// The octets of a file: of a large one, zeros where it has no debug information, and where this has no types of some names. They take no room, since nobody looks at them.
///
/// # Errors
/// It is no regular file, too large, or cannot be read.
pub(super) fn read(path: &Path, names: &[String]) -> anyhow::Result<Vec<u8>> {
    if std::fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() > LARGE)
        && let Ok(octets) = without_others(path, names)
    {
        return Ok(octets);
    }
    source::read(path)
}

fn without_others(path: &Path, names: &[String]) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let others = dwarf::unneeded(&file, names);
    // What is as long as all that may be read whole is left to whoever says so.
    let whole = usize::try_from(length).map_err(io::Error::other)?;
    if others.is_empty() || length > source::MAX_OCTETS {
        return Err(io::ErrorKind::Unsupported.into());
    }
    let mut octets = vec![0; whole];
    let mut next = 0;
    let ends = others.iter().map(|other| (other.start, other.end));
    for (end, after) in ends.chain([(length, length)]) {
        let part = usize::try_from(next).ok().zip(usize::try_from(end).ok());
        let part = part.and_then(|(next, end)| octets.get_mut(next..end));
        if let Some(part) = part {
            file.seek(SeekFrom::Start(next))?;
            file.read_exact(part)?;
        }
        next = next.max(after);
    }
    Ok(octets)
}

/// The checksum of a file by which `.gnu_debuglink` knows it.
///
/// # Errors
/// It cannot be read.
pub(super) fn checksum(path: &Path) -> io::Result<u32> {
    let mut file = File::open(path)?;
    let mut hasher = crc32fast::Hasher::new();
    let mut part = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut part)?;
        match part.get(..read) {
            Some(read) if !read.is_empty() => hasher.update(read),
            _ => return Ok(hasher.finalize()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program with code enough to be large, beside the same read whole.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test that makes its own input")]
    fn what_is_left_out_of_a_large_file_is_nothing_that_types_are_read_from() {
        let folder = tempfile::tempdir().unwrap();
        let source =
            "char large[10 << 20] = { 1 }; struct s { int i; } s; int main(void) { return s.i; }";
        std::fs::write(folder.path().join("large.c"), source).unwrap();
        let mut compiler = std::process::Command::new("cc");
        compiler.current_dir(folder.path());
        compiler.args(["-g", "large.c", "-o", "large"]);
        assert!(compiler.status().unwrap().success());
        let path = folder.path().join("large");
        let (part, whole) = (read(&path, &[]).unwrap(), std::fs::read(&path).unwrap());
        assert_eq!(part.len(), whole.len());
        let differ = part.iter().zip(&whole).filter(|(one, other)| one != other);
        assert!(differ.count() > 0);
        assert_eq!(dwarf::links(&part).unwrap(), dwarf::links(&whole).unwrap());
        let types = |octets: &[u8]| format!("{:?}", dwarf::read(octets).unwrap());
        assert_eq!(types(&part), types(&whole));
        assert_eq!(checksum(&path).unwrap(), crc32fast::hash(&whole));
    }
}
