//! The search for one file: in some places, of which the first has it that is the one which is meant.

use std::path::{Path, PathBuf};

use kit::words::hex;

use super::{Opened, is_regular};

/// Whether a file that is there is the one.
pub(super) enum Meant {
    /// It is.
    Yes,
    /// It is of no use, and nothing is to be said about it.
    No,
    /// It is not, and why.
    Not(String),
}

impl Meant {
    /// The one if a number of it is that which is wanted.
    pub(super) fn by(number: &str, found: &[u8], wanted: &[u8]) -> Meant {
        if found == wanted {
            return Meant::Yes;
        }
        let (found, wanted) = (hex(found), hex(wanted));
        Meant::Not(format!("its {number} is {found}, and {wanted} is wanted"))
    }

    /// The same, of one that has types.
    pub(super) fn with_types(self, found: &Opened) -> Meant {
        match self {
            Meant::Yes if !found.links.has_types => Meant::No,
            meant => meant,
        }
    }
}

/// The first file that is the one, of which types of these names are wanted, or all. Notes say what is there and was not.
pub(super) fn first(
    places: impl IntoIterator<Item = PathBuf>,
    names: &[String],
    is_meant: impl Fn(&Opened) -> Meant,
    notes: &mut Vec<String>,
) -> Option<Opened> {
    for path in places.into_iter().filter(|path| path.exists()) {
        if !is_regular(&path) {
            notes.push(refused(&path, "it is no regular file"));
            continue;
        }
        let Ok(found) = Opened::of(&path, names) else {
            continue;
        };
        match is_meant(&found) {
            Meant::Yes => return Some(found),
            Meant::No => {}
            Meant::Not(why) => notes.push(format!("{}: not used, since {why}", path.display())),
        }
    }
    None
}

/// What is said of a file that is not even opened.
pub(super) fn refused(path: &Path, why: &str) -> String {
    format!("{}: refused, since {why}", path.display())
}
