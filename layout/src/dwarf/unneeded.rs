//! What of a large file need not be read: code, data and relocations that a linker has carried out; where types are asked for by name, units that do not have these.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

use gimli::{DebugInfo, EndianSlice, RunTimeEndian, UnitType};
use object::{BinaryFormat, CompressionFormat, Object, ObjectKind, ObjectSection, ReadCache};

use super::mentions::{Mentions, WORTH_IT};
use super::reader::SMALL_UNIT;
use crate::abi::ByteOrder;

/// Linkers make some dozens; each has a name to read, and is compared with the others.
const MAX_SECTIONS: usize = 1024;
/// A file is read in pieces of so many octets.
const PIECE: usize = 1 << 20;

/// The parts of a linked ELF file that have nothing to do with its types, in order: whoever reads the file for [`read`](super::read) and [`links`](super::links) may put zeros there. None of any other file.
///
/// With names, of types without their namespaces, the same for [`read_named`](super::read_named) alone: units without any of them are left out, too. Where a unit that has one refers to a type in another that was left out, reading ends in an error.
pub fn unneeded(mut file: impl Read + Seek, names: &[String]) -> Vec<Range<u64>> {
    let length = file.seek(SeekFrom::End(0)).unwrap_or_default();
    let Some((mut unneeded, units)) = sections(&mut file, names) else {
        return Vec::new();
    };
    if let Some(units) = units
        && let Ok(unmentioned) = units.unmentioned(file)
    {
        unneeded.extend(unmentioned);
    }
    // A damaged file has sections behind its end.
    unneeded.retain(|part| part.end <= length);
    unneeded.sort_by_key(|part| part.start);
    unneeded
}

/// The sections that are not needed, and where units are that may not be.
fn sections(file: impl Read + Seek, names: &[String]) -> Option<(Vec<Range<u64>>, Option<Units>)> {
    let cache = ReadCache::new(file);
    let file = object::File::parse(&cache).ok()?;
    let is_linked = !matches!(file.kind(), ObjectKind::Relocatable | ObjectKind::Unknown);
    let has_few = file.sections().take(MAX_SECTIONS + 1).count() <= MAX_SECTIONS;
    if file.format() != BinaryFormat::Elf || !is_linked || !has_few {
        return None;
    }
    let mut needed = Vec::new();
    let mut others = Vec::new();
    for section in file.sections() {
        let Some((start, length)) = section.file_range() else {
            continue;
        };
        let range = start..start.saturating_add(length);
        match section.name() {
            Ok(name) if !is_needed(name) => others.push(range),
            _ => needed.push(range),
        }
    }
    // In a file that is not as linkers make them, sections may lie in each other.
    let overlap = |part: &Range<u64>| {
        let apart = |of: &&Range<u64>| of.end <= part.start || part.end <= of.start;
        needed.iter().filter(|of| !apart(of)).count()
    };
    others.retain(|other| overlap(other) == 0);
    let units = Units::of(&file, names).filter(|units| overlap(&units.place) == 1);
    Some((others, units))
}

/// The units of a file whose types are asked for by name.
struct Units {
    /// Where they are in the file.
    place: Range<u64>,
    names: Mentions,
    order: ByteOrder,
}

impl Units {
    /// Those of a file that is large enough, and has all in its own `.debug_info` as it is.
    fn of<'a>(file: &impl Object<'a>, names: &[String]) -> Option<Units> {
        let info = file.section_by_name(".debug_info")?;
        let str = file.section_by_name(".debug_str")?;
        let others = [
            ".debug_str_offsets",
            ".debug_types",
            ".debug_cu_index",
            ".debug_tu_index",
            ".debug_sup",
            ".gnu_debugaltlink",
        ];
        let is_plain = others
            .iter()
            .all(|name| file.section_by_name(name).is_none());
        let place = info.compressed_file_range().ok()?;
        if names.is_empty()
            || !is_plain
            || place.format != CompressionFormat::None
            || place.uncompressed_size < WORTH_IT as u64
        {
            return None;
        }
        let order = match file.endianness() {
            object::Endianness::Little => ByteOrder::Little,
            object::Endianness::Big => ByteOrder::Big,
        };
        Some(Units {
            place: place.offset..place.offset.saturating_add(place.uncompressed_size),
            names: Mentions::by(names, &str.uncompressed_data().ok()?, order)?,
            order,
        })
    }

    /// What is behind the headers of those that mention none of the names.
    fn unmentioned(&self, mut file: impl Read + Seek) -> io::Result<Vec<Range<u64>>> {
        let mut unmentioned = Vec::new();
        file.seek(SeekFrom::Start(self.place.start))?;
        let mut file = BufReader::with_capacity(PIECE, file);
        let mut start = self.place.start;
        let mut unit = Vec::new();
        while start < self.place.end {
            let mut length = [0; 4];
            file.read_exact(&mut length)?;
            let (octets, endian) = match self.order {
                ByteOrder::Little => (u32::from_le_bytes(length), RunTimeEndian::Little),
                ByteOrder::Big => (u32::from_be_bytes(length), RunTimeEndian::Big),
            };
            let end = start + 4 + u64::from(octets);
            // What is longer has its length elsewhere (DWARF 5, 7.4): it is read, and what is behind it.
            if octets >= 0xffff_fff0 || end > self.place.end {
                break;
            }
            unit.clear();
            unit.extend_from_slice(&length);
            file.by_ref().take(octets.into()).read_to_end(&mut unit)?;
            let mut headers = DebugInfo::from(EndianSlice::new(&unit, endian)).units();
            if let Ok(Some(header)) = headers.next()
                && header.type_() == UnitType::Compilation
                && unit.len() > SMALL_UNIT
                && !self.names.may_be_in(&unit)
            {
                let entries = start + header.root_offset().0 as u64;
                unmentioned.push(entries..end);
            }
            start = end;
        }
        Ok(unmentioned)
    }
}

/// By the beginning of its name: what has types, what leads to other files, and the tables of names.
fn is_needed(name: &str) -> bool {
    const NEEDED: &[&str] = &[
        ".debug_abbrev",
        ".debug_cu_index",
        ".debug_info",
        ".debug_line",
        ".debug_str",
        ".debug_sup",
        ".debug_tu_index",
        ".debug_types",
        ".zdebug_",
        ".BTF",
        ".gnu",
        ".note",
        ".shstrtab",
    ];
    NEEDED.iter().any(|needed| name.starts_with(needed))
}
