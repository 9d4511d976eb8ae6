//! Wine, which starts Windows' programs: where it is, and what a run has of its own for it.

mod prefix;
mod rust;

use std::path::{Path, PathBuf};

pub use prefix::{NoPrefix, Prefix};
pub use rust::{NoLibrary, variables};

use crate::find::{Finding, Found, Missing, Origin, Remedy};
use crate::host::Host;
use crate::target::Target;

/// Wine as it is installed here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wine {
    /// What starts a program.
    pub program: PathBuf,
    /// What all programs of a prefix talk to, as those of Windows do to its kernel.
    server: PathBuf,
    /// The folders of the libraries for programs of 64 and of 32 bits; one of them may not be installed.
    libraries: [Option<PathBuf>; 2],
}

/// How wine calls the folders of libraries for programs of 64 and of 32 bits.
const KINDS: [&str; 2] = ["x86_64-windows", "i386-windows"];

/// Where folders of libraries are, beside the `bin` that wine is in: of Debian, of wine itself, of others.
const PLACES: [&str; 5] = [
    "lib/x86_64-linux-gnu/wine",
    "lib/i386-linux-gnu/wine",
    "lib/wine",
    "lib64/wine",
    "lib32/wine",
];

/// What every program needs. An empty folder may be there for the sake of others.
const FIRST_LIBRARY: &str = "ntdll.dll";

/// The package of Debian that brings wine's own programs.
const PROGRAMS: &str = "wine";

/// The package that brings the libraries for programs of 64 bits.
const LIBRARIES_64: &str = "wine64";

/// The same for 32 bits: of another architecture, which apt must have been told of.
const LIBRARIES_32: &str = "wine32:i386";

impl Wine {
    /// Looks for wine with the libraries for a target's programs.
    ///
    /// # Errors
    /// What is missing of it.
    pub(crate) fn find(host: &Host, target: &Target) -> Finding<Wine> {
        let (kind, package) = match target.arch.as_str() {
            "x86_64" => ("x86_64-windows", LIBRARIES_64),
            _ => ("i386-windows", LIBRARIES_32),
        };
        let missing = |looked: Vec<String>, packages: &[&str]| Missing {
            what: "wine".to_owned(),
            looked,
            remedy: Remedy::Packages(packages.iter().map(|&name| name.to_owned()).collect()),
        };
        let program = |name: &str| {
            let found = host.program(name);
            found.ok_or_else(|| missing(vec![format!("{name} on PATH")], &[PROGRAMS, package]))
        };
        let (wine, server) = (program("wine")?, program("wineserver")?);
        let folders = folders(&wine);
        let of_kind = |kind: &str| {
            let mut folders = folders.iter().map(|folder| folder.join(kind));
            folders.find(|folder| folder.join(FIRST_LIBRARY).is_file())
        };
        if of_kind(kind).is_none() {
            let looked = folders.iter().map(|folder| {
                let file = folder.join(kind).join(FIRST_LIBRARY);
                file.display().to_string()
            });
            return Err(missing(looked.collect(), &[package]));
        }
        Ok(Found {
            origin: Origin::Path(wine.clone()),
            value: Wine {
                program: wine,
                server,
                libraries: KINDS.map(of_kind),
            },
        })
    }

    /// Each folder of libraries that there is, with its name in Windows: that of the wider programs is `system32`.
    fn folders_of_windows(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let there = self.libraries.iter().filter_map(Option::as_deref);
        ["system32", "syswow64"].into_iter().zip(there)
    }
}

/// Where libraries can be, seen from where wine is: by its own name, and where links of that name lead.
fn folders(wine: &Path) -> Vec<PathBuf> {
    let real = wine.canonicalize().ok();
    let names = [Some(wine.to_owned()), real].into_iter().flatten();
    let mut folders = Vec::new();
    for name in names {
        let root = name.parent().and_then(Path::parent);
        let here = root
            .into_iter()
            .flat_map(|root| PLACES.map(|place| root.join(place)));
        for folder in here {
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
    }
    folders
}
