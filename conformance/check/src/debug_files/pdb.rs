//! The PDB of a program of Windows: beside it, or in a folder of debug information; its GUID must be the program's.

use kit::words::hex;
use layout::dwarf::PdbLink;

use super::{Folders, Opened, is_regular};

/// Finds it; notes say where, and what is there and was not meant.
pub(super) fn find(file: &Opened, folders: &Folders, notes: &mut Vec<String>) -> Option<Opened> {
    let PdbLink { file: name, id, .. } = file.links.pdb.as_ref()?;
    // The path is one of the machine that linked it; only its last name is looked for.
    let last = name.rsplit(['\\', '/']).next().unwrap_or_default();
    if last.is_empty() || last == ".." || last == "." {
        return None;
    }
    let folder = file.folder();
    let places = std::iter::once(folder.as_path()).chain(folders.iter());
    for path in places.map(|folder| folder.join(last)) {
        if !path.exists() {
            continue;
        }
        if !is_regular(&path) {
            notes.push(format!(
                "{}: refused, since it is no regular file",
                path.display()
            ));
            continue;
        }
        let Some(found) = Opened::of(&path).ok() else {
            continue;
        };
        if found.links.id != *id {
            notes.push(format!(
                "{}: not used, since its GUID is {}, and {} is wanted",
                path.display(),
                hex(&found.links.id),
                hex(id)
            ));
            continue;
        }
        notes.push(format!(
            "its debug information is in {}, by its GUID",
            path.display()
        ));
        return Some(found);
    }
    None
}
