//! The sections that types are read from: unpacked, and with relocations applied.

use std::borrow::Cow;

use gimli::{EndianSlice, RunTimeEndian, SectionId};
use object::{CompressionFormat, Object, ObjectKind, ObjectSection};

use super::error::Problem;
use super::relocation;

/// How gimli reads a section here.
pub(super) type Octets<'a> = EndianSlice<'a, RunTimeEndian>;

/// The sections of one object file; those that are not there are empty.
///
/// DWARF 5, 7.3.1 "Relocatable objects"; 7.3.2 "Split DWARF object files" for the other names.
pub(super) struct Sections<'a> {
    pub(super) info: Cow<'a, [u8]>,
    pub(super) types: Cow<'a, [u8]>,
    pub(super) abbrev: Cow<'a, [u8]>,
    pub(super) str: Cow<'a, [u8]>,
    pub(super) str_offsets: Cow<'a, [u8]>,
    pub(super) line: Cow<'a, [u8]>,
    pub(super) line_str: Cow<'a, [u8]>,
    /// Whether it is the half of split debug information that has the types: `.dwo`.
    pub(super) split: bool,
}

/// What claims to be more is a bomb, not debug information.
const MAX_UNPACKED: u64 = 1 << 30;
/// Deflate cannot do better (RFC 1951: a match of 258 octets takes at least 2 bits); Zstandard could, but does not for debug information.
const MAX_PACKING_RATIO: u64 = 1032;

impl<'a> Sections<'a> {
    /// Those of an object file.
    ///
    /// # Errors
    /// There is no debug information, or a section cannot be unpacked or relocated.
    pub(super) fn load(file: &object::File<'a>) -> Result<Sections<'a>, Problem> {
        let is_present = |name| file.section_by_name(name).is_some();
        let whole =
            is_present(SectionId::DebugInfo.name()) || is_present(SectionId::DebugTypes.name());
        let split = !whole && SectionId::DebugInfo.dwo_name().is_some_and(is_present);
        if !whole && !split {
            return Err(Problem::NoDebugInfo {
                found: section_names(file),
            });
        }
        let mut room = MAX_UNPACKED;
        let mut load = |id: SectionId| {
            let name = if split {
                id.dwo_name()
            } else {
                Some(id.name())
            };
            name.map_or(Ok(Cow::Borrowed(&[][..])), |name| {
                together(file, name, &mut room)
            })
        };
        Ok(Sections {
            info: load(SectionId::DebugInfo)?,
            types: load(SectionId::DebugTypes)?,
            abbrev: load(SectionId::DebugAbbrev)?,
            str: load(SectionId::DebugStr)?,
            str_offsets: load(SectionId::DebugStrOffsets)?,
            line: load(SectionId::DebugLine)?,
            line_str: load(SectionId::DebugLineStr)?,
            split,
        })
    }

    /// All of them together, in octets.
    pub(super) fn len(&self) -> usize {
        [
            &self.info,
            &self.types,
            &self.abbrev,
            &self.str,
            &self.str_offsets,
            &self.line,
            &self.line_str,
        ]
        .iter()
        .map(|section| section.len())
        .sum()
    }
}

/// The sections of a name, or of the name that it has in Mach-O or when old tools packed it (`.zdebug_info`).
///
/// A linked file has one. An object file may have several: each type unit has its own, so that a linker can keep one of equal ones (DWARF 5, E.2.1).
fn sections<'a, 'file>(
    file: &'file object::File<'a>,
    name: &str,
) -> Vec<object::Section<'a, 'file>> {
    let of_that_name: Vec<_> = file
        .sections()
        .filter(|section| section.name().is_ok_and(|found| found == name))
        .collect();
    if of_that_name.is_empty() {
        file.section_by_name(name).into_iter().collect()
    } else {
        of_that_name
    }
}

/// All sections of a name, one after another: what refers from one into another does so by a type's signature, not by an offset.
fn together<'a>(
    file: &object::File<'a>,
    name: &'static str,
    room: &mut u64,
) -> Result<Cow<'a, [u8]>, Problem> {
    let mut all = Cow::Borrowed(&[][..]);
    for section in sections(file, name) {
        let octets = unpacked(file, &section, name, room)?;
        if all.is_empty() {
            all = octets;
        } else {
            all.to_mut().extend_from_slice(&octets);
        }
    }
    Ok(all)
}

fn unpacked<'a>(
    file: &object::File<'a>,
    section: &object::Section<'a, '_>,
    name: &'static str,
    room: &mut u64,
) -> Result<Cow<'a, [u8]>, Problem> {
    let wrong = |says: String| Problem::Section {
        section: name,
        says,
    };
    let packed = section
        .compressed_data()
        .map_err(|error| wrong(error.to_string()))?;
    let (claimed, has) = (packed.uncompressed_size, packed.data.len() as u64);
    let possible = match packed.format {
        CompressionFormat::None => has,
        _ => has.saturating_mul(MAX_PACKING_RATIO),
    };
    // Sections may share the octets of the file, and each may be copied.
    let possible = possible.min(*room);
    if claimed > possible {
        return Err(wrong(format!(
            "found {has} octets that stand for {claimed}, expected at most {possible}"
        )));
    }
    *room -= claimed;
    let mut octets = packed
        .decompress()
        .map_err(|error| wrong(error.to_string()))?;
    if file.kind() == ObjectKind::Relocatable {
        relocation::apply(file, section, &mut octets).map_err(wrong)?;
    }
    Ok(octets)
}

/// In words for an error: what a file has instead of debug information.
fn section_names(file: &object::File<'_>) -> String {
    const MAX_NAMED_SECTIONS: usize = 12;
    let names: Vec<_> = file
        .sections()
        .filter_map(|section| Some(section.name().ok()?.to_owned()))
        .filter(|name| !name.is_empty())
        .take(MAX_NAMED_SECTIONS + 1)
        .collect();
    match names.get(..MAX_NAMED_SECTIONS) {
        _ if names.is_empty() => "no sections".to_owned(),
        Some(first) if names.len() > MAX_NAMED_SECTIONS => {
            format!("sections {}, ...", first.join(", "))
        }
        _ => format!("sections {}", names.join(", ")),
    }
}
