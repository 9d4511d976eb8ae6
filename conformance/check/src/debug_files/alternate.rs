//! The file to which `dwz -m` moved what several files have in common.

use std::path::{Path, PathBuf};

use kit::words::hex;
use layout::dwarf::Alternate;

use super::{Folders, Opened, is_regular};

/// Finds it; notes say where, and what is there and was not meant.
pub(super) fn find(file: &Opened, folders: &Folders, notes: &mut Vec<String>) -> Option<Vec<u8>> {
    let Alternate { file: name, id, .. } = file.links.alternate.as_ref()?;
    let folder = file.folder();
    for path in places(&folder, Path::new(name), id, folders) {
        if !path.exists() {
            continue;
        }
        let is_here = || {
            let path = std::fs::canonicalize(&path);
            path.is_ok_and(|path| path.starts_with(&folder))
        };
        if !is_regular(&path) {
            notes.push(format!(
                "{}: refused, since it is no regular file",
                path.display()
            ));
            continue;
        }
        if !folders.contain(&path) && !is_here() {
            notes.push(format!(
                "{}: refused, since it is neither below the folder of the file nor in one of debug information (--debug-dir)",
                path.display()
            ));
            continue;
        }
        let Some(found) = Opened::of(&path).ok() else {
            continue;
        };
        if found.links.id != *id {
            notes.push(format!(
                "{}: not used, since its build-id is {}, and {} is wanted",
                path.display(),
                hex(&found.links.id),
                hex(id)
            ));
            continue;
        }
        notes.push(format!(
            "what it has in common with other files is in {}",
            path.display()
        ));
        return Some(found.octets);
    }
    None
}

/// Its name is a path from the folder of the file, where it is not absolute; and it has a build-id.
fn places(folder: &Path, name: &Path, id: &[u8], folders: &Folders) -> Vec<PathBuf> {
    let mut places = folders.of_path(name);
    places.push(folder.join(name));
    places.extend(folders.of_id(id));
    places
}
