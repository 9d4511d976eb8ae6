//! Bundles of Darwin: `dsymutil program` makes `program.dSYM`, and puts a file into it.

use std::path::{Path, PathBuf};

use super::Opened;
use super::search::{Meant, first};

/// Where the file is in a bundle.
const INSIDE: &str = "Contents/Resources/DWARF";

/// The file in a bundle that was given; any other file is itself. Of several files in one none is chosen.
pub(super) fn inside(path: &Path) -> PathBuf {
    let is_bundle = path.is_dir() && path.extension().is_some_and(|of| of == "dSYM");
    let files = is_bundle.then(|| std::fs::read_dir(path.join(INSIDE)).ok());
    let files = files.flatten().into_iter().flatten();
    let files: Vec<PathBuf> = files.flatten().map(|entry| entry.path()).collect();
    match files.as_slice() {
        [one] => one.clone(),
        _ => path.to_owned(),
    }
}

/// The file in the bundle beside a program; notes say where, or that it is of another program.
pub(super) fn beside(file: &Opened, notes: &mut Vec<String>) -> Option<Opened> {
    let name = file.path.file_name()?;
    let mut bundle = name.to_owned();
    bundle.push(".dSYM");
    let path = file.path.with_file_name(bundle).join(INSIDE).join(name);
    let is_meant = |of: &Opened| Meant::by("UUID", &of.links.id, &file.links.id).with_types(of);
    let found = first([path], &file.names, is_meant, notes)?;
    let path = found.path.display();
    notes.push(format!("its debug information is in {path}"));
    Some(found)
}
