//! The file that has all debug information of one that was stripped: by build-id, or by the name and the checksum of its `.gnu_debuglink`.

use std::path::{Path, PathBuf};

use layout::dwarf::DebugLink;

use super::search::{Meant, first};
use super::{Folders, Opened, octets};

/// Finds it; notes say where, and what is there and was not meant.
pub(super) fn find(file: &Opened, folders: &Folders, notes: &mut Vec<String>) -> Option<Opened> {
    by_id(file, folders, notes).or_else(|| by_link(file, folders, notes))
}

fn by_id(file: &Opened, folders: &Folders, notes: &mut Vec<String>) -> Option<Opened> {
    let id = &file.links.id;
    let is_meant = |of: &Opened| Meant::by("build-id", &of.links.id, id).with_types(of);
    let found = first(folders.of_id(id), &file.names, is_meant, notes)?;
    notes.push(found.has_types_by("its build-id"));
    Some(found)
}

fn by_link(file: &Opened, folders: &Folders, notes: &mut Vec<String>) -> Option<Opened> {
    let DebugLink {
        file: name, crc, ..
    } = file.links.debug_link.as_ref()?;
    let is_name = Path::new(name)
        .file_name()
        .is_some_and(|own| own == &**name);
    if !is_name {
        notes.push(format!(
            "its .gnu_debuglink names `{}`, which is no name of a file in its folder: refused",
            name.escape_debug()
        ));
        return None;
    }
    let places = places(&file.folder(), name, folders);
    let others = places.iter().filter(|path| !is_same(path, &file.path));
    let is_meant = |found: &Opened| {
        let Ok(its) = octets::checksum(&found.path) else {
            return Meant::No;
        };
        let (one, other) = (&found.links.id, &file.links.id);
        if its != *crc {
            Meant::Not(format!(
                "its checksum is {its:08x}, and .gnu_debuglink wants {crc:08x}"
            ))
        } else if one.is_empty() || other.is_empty() {
            Meant::Yes.with_types(found)
        } else {
            Meant::by("build-id", one, other).with_types(found)
        }
    };
    if let Some(found) = first(others.cloned(), &file.names, is_meant, notes) {
        notes.push(found.has_types_by(".gnu_debuglink"));
        return Some(found);
    }
    let looked: Vec<_> = places
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    notes.push(format!(
        "its debug information is in `{name}`, which is none of {}",
        looked.join(", ")
    ));
    None
}

/// A file that was stripped may have the name that its debug information has elsewhere.
fn is_same(one: &Path, other: &Path) -> bool {
    let plain = |path: &Path| std::fs::canonicalize(path).ok();
    plain(one).is_some_and(|one| plain(other) == Some(one))
}

/// Where gdb looks: beside it, in `.debug` there, and below each folder where it lies below the root ("Separate Debug Files" in gdb's manual).
fn places(folder: &Path, name: &str, folders: &Folders) -> Vec<PathBuf> {
    let below = folder.strip_prefix("/").unwrap_or(folder);
    let elsewhere = folders.iter().map(|root| root.join(below).join(name));
    [folder.join(name), folder.join(".debug").join(name)]
        .into_iter()
        .chain(elsewhere)
        .collect()
}
