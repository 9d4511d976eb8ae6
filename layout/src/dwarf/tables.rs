//! What the entries of a unit refer to by offsets: abbreviations, strings and files. In a file they are one for all units; a package (DWARF 5, 7.3.5) has a part of each for every unit, and what `dwz` moved to another file has that file's.

use gimli::{
    DebugAbbrev, DebugLine, DebugLineStr, DebugStr, DebugStrOffsets, EndianSlice, RunTimeEndian,
    UnitIndexSection,
};

use super::sections::{Octets, Sections};

/// The tables of one file, or of one unit of a package.
#[derive(Clone)]
pub(super) struct Tables<'a> {
    pub(super) abbrev: DebugAbbrev<Octets<'a>>,
    pub(super) str: DebugStr<Octets<'a>>,
    pub(super) str_offsets: DebugStrOffsets<Octets<'a>>,
    pub(super) line: DebugLine<Octets<'a>>,
    pub(super) line_str: DebugLineStr<Octets<'a>>,
    /// Whether they are of the half of split debug information that has the types.
    pub(super) split: bool,
}

impl<'a> Tables<'a> {
    /// Those of a whole file.
    pub(super) fn of(sections: &'a Sections<'_>, endian: RunTimeEndian) -> Tables<'a> {
        let octets = |section: &'a [u8]| EndianSlice::new(section, endian);
        Tables {
            abbrev: octets(&sections.abbrev).into(),
            str: octets(&sections.str).into(),
            str_offsets: octets(&sections.str_offsets).into(),
            line: octets(&sections.line).into(),
            line_str: octets(&sections.line_str).into(),
            split: sections.split,
        }
    }

    /// Those of a unit of a package: of each section the part that the index gives to it. Strings are shared.
    ///
    /// `None` where a part lies outside of its section.
    pub(super) fn part(
        sections: &'a Sections<'_>,
        endian: RunTimeEndian,
        given: &[UnitIndexSection],
    ) -> Option<Tables<'a>> {
        use gimli::IndexSectionId as Id;
        let part = |id: Id, section: &'a [u8]| {
            let given = given.iter().find(|given| given.section == id);
            let octets = given.map_or(Some(&[][..]), |given| contribution(section, given));
            Some(EndianSlice::new(octets?, endian))
        };
        Some(Tables {
            abbrev: part(Id::DebugAbbrev, &sections.abbrev)?.into(),
            str_offsets: part(Id::DebugStrOffsets, &sections.str_offsets)?.into(),
            line: part(Id::DebugLine, &sections.line)?.into(),
            ..Tables::of(sections, endian)
        })
    }
}

/// What of a section an index gives to a unit; `None` where that lies outside of it.
pub(super) fn contribution<'a>(section: &'a [u8], given: &UnitIndexSection) -> Option<&'a [u8]> {
    let start = usize::try_from(given.offset).ok()?;
    let size = usize::try_from(given.size).ok()?;
    section.get(start..start.checked_add(size)?)
}
