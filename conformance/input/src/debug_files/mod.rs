//! The debug information of a file, wherever it is: in the file, beside it, in a bundle, in the folders of a distribution, split in halves, or shared with other files.
//!
//! It is looked for where gdb and readelf look for it. What is not the one that was meant (another build-id, another checksum) is named and not used; a name that leads out of the folders where it may lead is refused.

mod alternate;
mod bundle;
mod folders;
mod linked;
mod octets;
mod pdb;
mod search;
mod split;

use std::path::{Path, PathBuf};

use layout::dwarf::{self, Companions, Links};

pub use folders::Folders;

/// The files that have the debug information of one.
#[derive(Debug, Default)]
pub struct DebugFiles {
    octets: Vec<u8>,
    alternate: Option<Vec<u8>>,
    split: Vec<Vec<u8>>,
    /// Where it was found, a line each, and what was found and not used.
    notes: Vec<String>,
}

/// A file, and what it says of where its debug information is.
struct Opened {
    path: PathBuf,
    octets: Vec<u8>,
    links: Links,
    /// Of types without their namespaces, where only these are wanted of it.
    names: Vec<String>,
}

impl Opened {
    fn of(path: &Path, names: &[String]) -> anyhow::Result<Opened> {
        let octets = octets::read(path, names)?;
        // What is wrong with it is told by whoever reads its types.
        let links = dwarf::links(&octets).unwrap_or_default();
        Ok(Opened {
            path: path.to_owned(),
            octets,
            links,
            names: names.to_vec(),
        })
    }

    /// That it has the types of another, and by what it was found.
    fn has_types_by(&self, number: &str) -> String {
        let path = self.path.display();
        format!("its debug information is in {path}, by {number}")
    }

    /// The folder that it is in, without symbolic links.
    fn folder(&self) -> PathBuf {
        let path = std::fs::canonicalize(&self.path);
        let path = path.unwrap_or_else(|_| self.path.clone());
        path.parent().map(Path::to_owned).unwrap_or_default()
    }
}

impl DebugFiles {
    /// Those of a file. With names, of types without their namespaces, what has none of these is left out, and a type that one of them refers to may be in it.
    ///
    /// # Errors
    /// The file itself cannot be read.
    pub fn find(file: &Path, folders: &Folders, names: &[String]) -> anyhow::Result<DebugFiles> {
        let mut notes = Vec::new();
        let file = bundle::inside(file);
        let folders = folders.and_around(&file);
        let given = Opened::of(&file, names)?;
        let linked = if given.links.has_types {
            None
        } else {
            bundle::beside(&given, &mut notes)
                .or_else(|| linked::find(&given, &folders, &mut notes))
                .or_else(|| pdb::find(&given, &folders, &mut notes))
        };
        let opened = linked.unwrap_or(given);
        let alternate = alternate::find(&opened, &folders, &mut notes);
        let split = split::find(&file, &opened, &folders, &mut notes);
        Ok(DebugFiles {
            octets: opened.octets,
            alternate,
            split,
            notes,
        })
    }

    /// The file that has the debug information, or the one that was given.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// What was noted, without the octets.
    pub fn into_notes(self) -> Vec<String> {
        self.notes
    }

    /// The others.
    pub fn companions(&self) -> Companions<'_> {
        let mut companions = Companions::default();
        companions.alternate = self.alternate.as_deref();
        companions.split = self.split.iter().map(Vec::as_slice).collect();
        companions
    }
}

/// Whether a path leads to a regular file: a pipe or a device has no debug information, and reading it may have no end.
fn is_regular(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|data| data.is_file())
}
