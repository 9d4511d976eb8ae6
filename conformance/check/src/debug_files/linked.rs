//! The file that has all debug information of one that was stripped: by build-id, or by the name and the checksum of its `.gnu_debuglink`.

use std::path::{Path, PathBuf};

use kit::words::hex;
use layout::dwarf::DebugLink;

use super::{Folders, Opened, is_regular};

/// Finds it; notes say where, and what is there and was not meant.
pub(super) fn find(file: &Opened, folders: &Folders, notes: &mut Vec<String>) -> Option<Opened> {
    by_id(file, folders, notes).or_else(|| by_link(file, folders, notes))
}

fn by_id(file: &Opened, folders: &Folders, notes: &mut Vec<String>) -> Option<Opened> {
    let id = &file.links.id;
    for path in folders
        .of_id(id)
        .into_iter()
        .filter(|path| is_regular(path))
    {
        let Some(found) = Opened::of(&path).ok() else {
            continue;
        };
        let other = &found.links.id;
        if other != id {
            notes.push(format!(
                "{}: not used, since its build-id is {}, and not {}",
                path.display(),
                hex(other),
                hex(id)
            ));
        } else if found.links.has_types {
            notes.push(format!(
                "its debug information is in {}, by its build-id",
                path.display()
            ));
            return Some(found);
        }
    }
    None
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
    for path in &places {
        if !path.exists() || is_same(path, &file.path) {
            continue;
        }
        if !is_regular(path) {
            notes.push(format!(
                "{}: refused, since it is no regular file",
                path.display()
            ));
            continue;
        }
        let Some(found) = Opened::of(path).ok() else {
            continue;
        };
        let its = crc32fast::hash(&found.octets);
        if its != *crc {
            notes.push(format!(
                "{}: not used, since its checksum is {its:08x}, and .gnu_debuglink wants {crc:08x}",
                path.display()
            ));
        } else if !found.links.id.is_empty()
            && !file.links.id.is_empty()
            && found.links.id != file.links.id
        {
            notes.push(format!(
                "{}: not used, since its build-id is {}, and not {}",
                path.display(),
                hex(&found.links.id),
                hex(&file.links.id)
            ));
        } else if found.links.has_types {
            notes.push(format!(
                "its debug information is in {}, by .gnu_debuglink",
                path.display()
            ));
            return Some(found);
        }
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
