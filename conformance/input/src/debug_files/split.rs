//! The halves of split debug information: a file for each unit (`.dwo`), or a package of them (`.dwp`).

use std::path::{Path, PathBuf};

use layout::dwarf::SplitUnit;

use super::{Folders, Opened, is_regular};
use crate::source;

/// More octets are not read together.
const MAX_OCTETS: usize = 4 << 30;

/// Finds them; notes say where. Whether each is the one that is meant says the reader, by a number that both halves have.
pub(super) fn find(
    given: &Path,
    file: &Opened,
    folders: &Folders,
    notes: &mut Vec<String>,
) -> Vec<Vec<u8>> {
    let units = &file.links.split;
    if units.is_empty() {
        return Vec::new();
    }
    for path in packages(given, file, folders) {
        if is_regular(&path)
            && let Ok(octets) = source::read(&path)
        {
            notes.push(format!(
                "its types are split off, and in the package {}",
                path.display()
            ));
            return vec![octets];
        }
    }
    let folder = file.folder();
    let (mut all, mut room, mut first) = (Vec::new(), MAX_OCTETS, None);
    for unit in units {
        let mut places = places(unit, &folder).into_iter();
        let Some(path) = places.find(|path| is_regular(path)) else {
            continue;
        };
        let Some(octets) = source::read(&path).ok().filter(|of| of.len() <= room) else {
            continue;
        };
        room -= octets.len();
        first.get_or_insert(path);
        all.push(octets);
    }
    if let Some(first) = first {
        let others = all.len() - 1;
        let and = match others {
            0 => String::new(),
            1 => " and one other".to_owned(),
            others => format!(" and {others} others"),
        };
        notes.push(format!(
            "its types are split off, and in {}{and}",
            first.display()
        ));
    }
    all
}

/// Beside the program, and beside its debug information; and below each folder where the program lies below the root.
fn packages(given: &Path, file: &Opened, folders: &Folders) -> Vec<PathBuf> {
    let with = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push(".dwp");
        PathBuf::from(name)
    };
    let mut packages = vec![with(given), with(&file.path)];
    if let Ok(path) = std::fs::canonicalize(given) {
        let below = path.strip_prefix("/").unwrap_or(&path);
        packages.extend(folders.iter().map(|root| with(&root.join(below))));
    }
    packages.dedup();
    packages
}

/// Where the compiler put it; and beside the file, where somebody moved both.
fn places(unit: &SplitUnit, folder: &Path) -> Vec<PathBuf> {
    let name = Path::new(&unit.file);
    let mut places = vec![Path::new(&unit.folder).join(name), folder.join(name)];
    places.extend(name.file_name().map(|name| folder.join(name)));
    places
}
