//! The sections that types are read from: unpacked, and with relocations applied.

use std::borrow::Cow;

use gimli::{EndianSlice, RunTimeEndian, SectionId};
use object::{CompressedData, CompressionFormat, Object, ObjectKind, ObjectSection};

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
    /// Of a package, which unit has which part of the others (DWARF 5, 7.3.5.3).
    pub(super) cu_index: Cow<'a, [u8]>,
    pub(super) tu_index: Cow<'a, [u8]>,
    /// Whether it is the half of split debug information that has the types: `.dwo`.
    pub(super) split: bool,
    /// Whether a linker made the file for good: it leaves each string once, and `ld -r` leaves those of each unit.
    pub(super) is_linked: bool,
}

/// Which of the two halves of split debug information; what is not split is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// What a linker takes: all, or what is left of it.
    Linked,
    /// What it does not take, and has the types.
    Split,
    /// What GCC keeps for a link with `-flto`, where the object has nothing else.
    Lto,
}

/// What claims to be more is a bomb, not debug information.
const MAX_UNPACKED: u64 = 1 << 30;
/// Deflate cannot do better (RFC 1951: a match of 258 octets takes at least 2 bits); Zstandard could, but does not for debug information.
const MAX_PACKING_RATIO: u64 = 1032;

impl<'a> Sections<'a> {
    /// Whether a file has a half: mostly it has one, and with `-gsplit-dwarf=single` both.
    pub(super) fn are_in(file: &object::File<'_>, half: Half) -> bool {
        [SectionId::DebugInfo, SectionId::DebugTypes]
            .iter()
            .filter_map(|&id| half.name(id))
            .any(|name| !sections(file, name).is_empty())
    }

    /// Those of one half of an object file.
    ///
    /// # Errors
    /// A section cannot be unpacked or relocated.
    pub(super) fn load(file: &object::File<'a>, half: Half) -> Result<Sections<'a>, Problem> {
        let mut room = MAX_UNPACKED;
        let mut load = |id: SectionId| {
            let name = half.name(id);
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
            cu_index: load(SectionId::DebugCuIndex)?,
            tu_index: load(SectionId::DebugTuIndex)?,
            split: half == Half::Split,
            is_linked: !matches!(file.kind(), ObjectKind::Relocatable | ObjectKind::Unknown),
        })
    }

    /// Whether its units are told apart by indices.
    pub(super) fn is_package(&self) -> bool {
        !self.cu_index.is_empty() || !self.tu_index.is_empty()
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

impl Half {
    /// The name of a section in it.
    fn name(self, id: SectionId) -> Option<&'static str> {
        match (self, id) {
            (Half::Linked | Half::Lto, SectionId::DebugCuIndex | SectionId::DebugTuIndex) => None,
            // Only a package has these, and there they have one name.
            (Half::Split, SectionId::DebugCuIndex | SectionId::DebugTuIndex) => Some(id.name()),
            (Half::Linked, id) => Some(id.name()),
            (Half::Split, id) => id.dwo_name(),
            (Half::Lto, id) => Some(match id {
                SectionId::DebugInfo => ".gnu.debuglto_.debug_info",
                SectionId::DebugTypes => ".gnu.debuglto_.debug_types",
                SectionId::DebugAbbrev => ".gnu.debuglto_.debug_abbrev",
                SectionId::DebugStr => ".gnu.debuglto_.debug_str",
                SectionId::DebugStrOffsets => ".gnu.debuglto_.debug_str_offsets",
                SectionId::DebugLine => ".gnu.debuglto_.debug_line",
                SectionId::DebugLineStr => ".gnu.debuglto_.debug_line_str",
                _ => return None,
            }),
        }
    }
}

/// The sections of a name, or of the name that it has in Mach-O or when old tools packed it (`.zdebug_info`).
///
/// A linked file has one. An object file may have several: each type unit has its own, so that a linker can keep one of equal ones (DWARF 5, E.2.1).
fn sections<'a, 'file>(
    file: &'file object::File<'a>,
    name: &str,
) -> Vec<object::Section<'a, 'file>> {
    let of = |is: &dyn Fn(&str) -> bool| -> Vec<_> {
        let of_it = |section: &object::Section<'a, 'file>| section.name().is_ok_and(is);
        file.sections().filter(of_it).collect()
    };
    let of_that_name = match once_in_coff(file, name) {
        Some(once) => of(&|found| found == name || found.starts_with(once)),
        None => of(&|found| found == name),
    };
    if !of_that_name.is_empty() {
        return of_that_name;
    }
    let packed = packed_name(name);
    match file.section_by_name(name) {
        Some(section) => vec![section],
        None => of(&|found| Some(found) == packed.as_deref()),
    }
}

/// What GCC calls the sections of type units in COFF, each with the type's signature behind it (`UNIQUE_SECTION` of config/i386/winnt.cc).
fn once_in_coff(file: &object::File<'_>, name: &str) -> Option<&'static str> {
    match name {
        _ if file.format() != object::BinaryFormat::Coff => None,
        ".debug_info" => Some(".gnu.linkonce.wi."),
        ".debug_types" => Some(".gnu.linkonce.wt."),
        _ => None,
    }
}

/// A section of COFF without the zeros behind its unit or units, which fill it up to a multiple of four octets.
fn without_fill(mut octets: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let zeros = octets.iter().rev().take_while(|octet| **octet == 0).count();
    let mut units: &[u8] = &octets;
    // Each begins with how long it is (DWARF 5, 7.4); longer ones than four octets can say are left as they are.
    while let Some((length, rest)) = units.split_first_chunk() {
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        match rest.get(length..).filter(|_| length > 0) {
            Some(rest) => units = rest,
            None => break,
        }
    }
    let end = octets.len() - units.len();
    if units.len() <= zeros {
        match &mut octets {
            Cow::Borrowed(octets) => *octets = octets.get(..end).unwrap_or_default(),
            Cow::Owned(octets) => octets.truncate(end),
        }
    }
    octets
}

/// The name that a section has when it is packed and its format has no flag for that: `.zdebug_info`.
fn packed_name(name: &str) -> Option<String> {
    Some(format!(".z{}", name.strip_prefix('.')?))
}

/// All sections of a name, one after another: what refers from one into another does so by a type's signature, not by an offset.
fn together<'a>(
    file: &object::File<'a>,
    name: &'static str,
    room: &mut u64,
) -> Result<Cow<'a, [u8]>, Problem> {
    let mut all = Cow::Borrowed(&[][..]);
    for section in sections(file, name) {
        let mut octets = unpacked(file, &section, name, room)?;
        if once_in_coff(file, name).is_some() {
            octets = without_fill(octets);
        }
        if all.is_empty() {
            all = octets;
        } else {
            all.to_mut().extend_from_slice(&octets);
        }
    }
    Ok(all)
}

/// One section that needs no relocation.
pub(super) fn one<'a>(
    file: &object::File<'a>,
    name: &'static str,
) -> Result<Cow<'a, [u8]>, Problem> {
    let mut room = MAX_UNPACKED;
    match file.section_by_name(name) {
        Some(section) => unpacked(file, &section, name, &mut room),
        None => Ok(Cow::Borrowed(&[][..])),
    }
}

/// All sections of a name that need no relocation, one after another.
pub(super) fn all<'a>(
    file: &object::File<'a>,
    name: &'static str,
) -> Result<Vec<Cow<'a, [u8]>>, Problem> {
    let mut room = MAX_UNPACKED;
    let all = sections(file, name).into_iter();
    all.map(|section| unpacked(file, &section, name, &mut room))
        .collect()
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
    let packed = match section.name() {
        Ok(name) if packed.format == CompressionFormat::None => by_its_name(name, packed),
        _ => packed,
    };
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

/// A section whose name says that it is packed: `ZLIB`, its size in eight octets, most significant first, and the stream. The `object` crate knows it in ELF and Mach-O.
fn by_its_name<'a>(name: &str, plain: CompressedData<'a>) -> CompressedData<'a> {
    let packed = || {
        let rest = plain.data.strip_prefix(b"ZLIB")?;
        let (size, data) = rest.split_first_chunk()?;
        Some(CompressedData {
            format: CompressionFormat::Zlib,
            data,
            uncompressed_size: u64::from_be_bytes(*size),
        })
    };
    match name.starts_with(".zdebug_").then(packed) {
        Some(Some(packed)) => packed,
        _ => plain,
    }
}

/// In words for an error: what a file has instead of debug information.
pub(super) fn section_names(file: &object::File<'_>) -> String {
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
