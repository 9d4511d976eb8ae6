//! Paths as a person would type them here.

use std::path::{Component, Path, PathBuf};

/// From the current folder, where that is at most two folders up; else whole.
pub(super) fn from_here(path: &Path) -> String {
    let Ok(here) = std::env::current_dir() else {
        return path.display().to_string();
    };
    relative(path, &here).display().to_string()
}

/// More folders up are read worse than a whole path.
const MAX_UP: usize = 2;

fn relative(path: &Path, here: &Path) -> PathBuf {
    if path.is_relative() {
        return path.to_owned();
    }
    for (up, folder) in here.ancestors().enumerate().take(MAX_UP + 1) {
        // Nearly everything is below the root.
        if folder.components().count() < 2 {
            break;
        }
        let Ok(rest) = path.strip_prefix(folder) else {
            continue;
        };
        let ups = std::iter::repeat_n(Component::ParentDir, up);
        let found: PathBuf = ups.chain(rest.components()).collect();
        return match found.as_os_str().is_empty() {
            true => PathBuf::from("."),
            false => found,
        };
    }
    path.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_short_where_it_is_near() {
        let here = Path::new("/home/me/project/src");
        for (path, expected) in [
            ("/home/me/project/src/a.h", "a.h"),
            ("/home/me/project/src", "."),
            ("/home/me/project/inc/a.h", "../inc/a.h"),
            ("/usr/include/a.h", "/usr/include/a.h"),
            ("b/a.h", "b/a.h"),
        ] {
            assert_eq!(relative(Path::new(path), here), Path::new(expected));
        }
    }
}
