//! The object files that a file holds: itself, or the members of an archive or of a universal file.

use object::FileKind;
use object::read::archive::ArchiveFile;
use object::read::macho::{FatArch, MachOFatFile32, MachOFatFile64};

use super::codeview;
use super::error::{Problem, ReadError};
use super::instead;

/// One object file.
pub(super) struct Part<'a> {
    /// Its name in the archive; `None` for the file itself.
    pub(super) member: Option<String>,
    /// All of it.
    pub(super) octets: &'a [u8],
}

/// The object files in a file, in its order. What an archive holds beside object files is left out: tables of symbols, metadata, notes.
///
/// # Errors
/// The file is of no known format, or an archive whose directory is damaged.
pub(super) fn parts(octets: &[u8]) -> Result<Vec<Part<'_>>, ReadError> {
    let alone = |problem| ReadError {
        member: None,
        problem,
    };
    let parts = match FileKind::parse(octets) {
        // By hand, since an archive without members is too short for what FileKind looks at.
        _ if instead::by_beginning(octets).is_some() => Ok(vec![Part {
            member: None,
            octets,
        }]),
        _ if octets.starts_with(codeview::MAGIC) => Ok(vec![Part {
            member: None,
            octets,
        }]),
        _ if octets.starts_with(b"!<arch>\n") => members(octets),
        _ if octets.starts_with(b"!<thin>\n") => Err(Problem::ThinArchive),
        Ok(FileKind::Archive) => members(octets),
        Ok(FileKind::MachOFat32) => MachOFatFile32::parse(octets)
            .map_err(damaged)
            .and_then(|file| slices(octets, file.arches())),
        Ok(FileKind::MachOFat64) => MachOFatFile64::parse(octets)
            .map_err(damaged)
            .and_then(|file| slices(octets, file.arches())),
        Ok(kind) if is_object(kind) => Ok(vec![Part {
            member: None,
            octets,
        }]),
        Ok(_) | Err(_) => Err(Problem::NotAnObject {
            found: beginning(octets),
        }),
    };
    parts.map_err(alone)
}

fn is_object(kind: FileKind) -> bool {
    matches!(
        kind,
        FileKind::Elf32
            | FileKind::Elf64
            | FileKind::MachO32
            | FileKind::MachO64
            | FileKind::Coff
            | FileKind::CoffBig
            | FileKind::Pe32
            | FileKind::Pe64
            | FileKind::Wasm
    )
}

fn members(octets: &[u8]) -> Result<Vec<Part<'_>>, Problem> {
    let archive = ArchiveFile::parse(octets).map_err(damaged)?;
    if archive.is_thin() {
        return Err(Problem::ThinArchive);
    }
    let mut parts = Vec::new();
    for member in archive.members() {
        let member = member.map_err(damaged)?;
        let octets = member.data(octets).map_err(damaged)?;
        if FileKind::parse(octets).is_ok_and(is_object) || instead::by_beginning(octets).is_some() {
            parts.push(Part {
                member: Some(String::from_utf8_lossy(member.name()).into_owned()),
                octets,
            });
        }
    }
    Ok(parts)
}

fn slices<'a>(octets: &'a [u8], arches: &[impl FatArch]) -> Result<Vec<Part<'a>>, Problem> {
    let slice = |arch: &_| {
        Ok(Part {
            member: Some(format!("{:?}", FatArch::architecture(arch))),
            octets: FatArch::data(arch, octets).map_err(damaged)?,
        })
    };
    arches.iter().map(slice).collect()
}

pub(super) fn damaged(error: object::Error) -> Problem {
    Problem::Damaged {
        says: error.to_string(),
    }
}

/// In words for an error: what a file begins with.
fn beginning(octets: &[u8]) -> String {
    let octets = octets.get(..16.min(octets.len())).unwrap_or_default();
    if octets.is_empty() {
        return "an empty file".to_owned();
    }
    let printable = |octet: &u8| octet.is_ascii_graphic() || *octet == b' ';
    if octets.iter().all(printable) {
        return format!(
            "text that begins with `{}`",
            String::from_utf8_lossy(octets)
        );
    }
    let hex: Vec<_> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    format!("a file that begins with {}", hex.join(" "))
}
