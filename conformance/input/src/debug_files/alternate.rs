//! The file to which `dwz -m` moved what several files have in common.

use std::path::{Path, PathBuf};

use layout::dwarf::Alternate;

use super::search::{Meant, first, refused};
use super::{Folders, Opened, is_regular};

/// Finds it; notes say where, and what is there and was not meant.
pub(super) fn find(file: &Opened, folders: &Folders, notes: &mut Vec<String>) -> Option<Vec<u8>> {
    let Alternate { file: name, id, .. } = file.links.alternate.as_ref()?;
    let folder = file.folder();
    let mut places = places(&folder, Path::new(name), id, folders);
    places.retain(|path| {
        let is_here = || {
            let path = std::fs::canonicalize(path);
            path.is_ok_and(|path| path.starts_with(&folder))
        };
        let leads_out = is_regular(path) && !folders.contain(path) && !is_here();
        if leads_out {
            notes.push(refused(
                path,
                "it is neither below the folder of the file nor in one of debug information (--debug-dir)",
            ));
        }
        !leads_out
    });
    let is_meant = |found: &Opened| Meant::by("build-id", &found.links.id, id);
    let found = first(places, &[], is_meant, notes)?;
    notes.push(format!(
        "what it has in common with other files is in {}",
        found.path.display()
    ));
    Some(found.octets)
}

/// Its name is a path from the folder of the file, where it is not absolute; and it has a build-id.
fn places(folder: &Path, name: &Path, id: &[u8], folders: &Folders) -> Vec<PathBuf> {
    let mut places = folders.of_path(name);
    places.push(folder.join(name));
    places.extend(folders.of_id(id));
    places
}
