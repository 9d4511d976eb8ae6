//! The folders in which distributions put debug information.

use std::path::{Path, PathBuf};

use kit::words::hex;

/// Where it is when nobody says otherwise.
const USUAL: &str = "/usr/lib/debug";

/// The folders to look in, the first first.
#[derive(Clone, Debug)]
pub struct Folders(Vec<PathBuf>);

impl Folders {
    /// Those that were named, and the usual one.
    pub fn with(named: &[PathBuf]) -> Folders {
        let usual = Path::new(USUAL).to_owned();
        Folders(named.iter().cloned().chain([usual]).collect())
    }

    /// The same, and before the usual one that of a tree which the file itself is in: a package that was unpacked elsewhere refers to `/usr/lib/debug` all the same.
    pub(super) fn and_around(&self, file: &Path) -> Folders {
        let path = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
        let is_tree = |folder: &&Path| folder.ends_with("lib/debug");
        let mut folders = self.0.clone();
        if let Some(tree) = path.ancestors().find(is_tree)
            && !folders.iter().any(|folder| folder == tree)
        {
            folders.insert(folders.len().saturating_sub(1), tree.to_owned());
        }
        Folders(folders)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().map(PathBuf::as_path)
    }

    /// The places of what has a build-id: `.build-id/ab/cdef.debug` in each folder.
    pub(super) fn of_id(&self, id: &[u8]) -> Vec<PathBuf> {
        let Some((first, rest)) = id.split_first().filter(|(_, rest)| !rest.is_empty()) else {
            return Vec::new();
        };
        let name = format!(".build-id/{}/{}.debug", hex(&[*first]), hex(rest));
        self.iter().map(|folder| folder.join(&name)).collect()
    }

    /// The places that a path below the usual folder has in each.
    pub(super) fn of_path(&self, path: &Path) -> Vec<PathBuf> {
        let below = path.strip_prefix(USUAL).ok();
        let places = below.map(|below| self.iter().map(|folder| folder.join(below)).collect());
        places.unwrap_or_default()
    }

    /// Whether a file lies in one of them, whatever links lead to it.
    pub(super) fn contain(&self, path: &Path) -> bool {
        std::fs::canonicalize(path).is_ok_and(|path| {
            let mut folders = self.iter();
            folders.any(|folder| std::fs::canonicalize(folder).is_ok_and(|at| path.starts_with(at)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_id_is_a_path_in_each_folder() {
        let folders = Folders::with(&[PathBuf::from("/srv/debug")]);
        assert_eq!(
            folders.of_id(&[0xab, 0xcd, 0x0f]),
            [
                Path::new("/srv/debug/.build-id/ab/cd0f.debug"),
                Path::new("/usr/lib/debug/.build-id/ab/cd0f.debug"),
            ]
        );
        assert!(folders.of_id(&[]).is_empty());
        assert!(folders.of_id(&[1]).is_empty());
    }

    #[test]
    fn what_is_below_the_usual_folder_is_below_the_others_too() {
        let folders = Folders::with(&[PathBuf::from("/srv/debug")]);
        let shared = Path::new("/usr/lib/debug/.dwz/x86_64-linux-gnu/coreutils.debug");
        assert_eq!(
            folders.of_path(shared).first().map(PathBuf::as_path),
            Some(Path::new(
                "/srv/debug/.dwz/x86_64-linux-gnu/coreutils.debug"
            ))
        );
        assert!(folders.of_path(Path::new("/etc/passwd")).is_empty());
    }

    #[test]
    fn the_tree_that_a_file_is_in_is_a_folder_of_it() {
        let root = tempfile::tempdir().unwrap();
        let tree = root.path().join("usr/lib/debug");
        std::fs::create_dir_all(tree.join(".build-id/ab")).unwrap();
        let file = tree.join(".build-id/ab/cd.debug");
        std::fs::write(&file, "").unwrap();
        let folders = Folders::with(&[]).and_around(&file);
        let all: Vec<_> = folders.iter().collect();
        assert_eq!(all, [&*tree.canonicalize().unwrap(), Path::new(USUAL)]);
        assert!(folders.contain(&file));
        assert!(!folders.contain(root.path()));
    }
}
