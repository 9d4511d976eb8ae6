//! The PDB of a program of Windows: beside it, or in a folder of debug information; its GUID must be the program's.

use layout::dwarf::PdbLink;

use super::search::{Meant, first};
use super::{Folders, Opened};

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
    let places = places.map(|folder| folder.join(last));
    let is_meant = |found: &Opened| Meant::by("GUID", &found.links.id, id);
    let found = first(places, &[], is_meant, notes)?;
    notes.push(found.has_types_by("its GUID"));
    Some(found)
}
