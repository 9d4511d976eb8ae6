//! The debug information of one object file: its units, and what they refer to.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use gimli::{
    Abbreviations, AttributeValue, DebugAbbrev, DebugAbbrevOffset, DebugInfo, DebugLine,
    DebugLineStr, DebugStr, DebugStrOffsets, DebugTypes, EndianSlice, RunTimeEndian, SectionId,
    UnitHeader, UnitOffset, UnitType,
};

use super::budget::Budget;
use super::error::{Problem, Spot};
use super::sections::{Octets, Sections};
use super::unit::{self, Unit};
use crate::abi::ByteOrder;

/// The place of an entry: its unit, and where in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct At {
    pub(super) unit: usize,
    pub(super) offset: UnitOffset,
}

/// The sections as gimli reads them, and where each unit begins.
pub(super) struct Info<'a> {
    abbrev: DebugAbbrev<Octets<'a>>,
    str: DebugStr<Octets<'a>>,
    str_offsets: DebugStrOffsets<Octets<'a>>,
    pub(super) line: DebugLine<Octets<'a>>,
    line_str: DebugLineStr<Octets<'a>>,
    split: bool,
    /// In the order of the file: those of `.debug_info`, then those of `.debug_types`.
    pub(super) units: Vec<UnitHeader<Octets<'a>>>,
    /// How many of them are of `.debug_info`.
    in_info: usize,
    /// Where the type of each type unit is, by its signature.
    signatures: HashMap<u64, At>,
    /// The tables that were read last. Units of one object file share one; those of a linked file mostly have one each.
    recent: Vec<(DebugAbbrevOffset<usize>, Rc<Abbreviations>)>,
}

const MAX_RECENT_TABLES: usize = 4;

impl<'a> Info<'a> {
    /// Finds the units.
    ///
    /// # Errors
    /// The header of one is damaged, or of a version that is not known.
    pub(super) fn open(sections: &'a Sections<'_>, order: ByteOrder) -> Result<Info<'a>, Problem> {
        let endian = match order {
            ByteOrder::Big => RunTimeEndian::Big,
            ByteOrder::Little => RunTimeEndian::Little,
        };
        let octets = |section: &'a Cow<'_, [u8]>| EndianSlice::new(section, endian);
        let mut info = Info {
            abbrev: octets(&sections.abbrev).into(),
            str: octets(&sections.str).into(),
            str_offsets: octets(&sections.str_offsets).into(),
            line: octets(&sections.line).into(),
            line_str: octets(&sections.line_str).into(),
            split: sections.split,
            units: Vec::new(),
            in_info: 0,
            signatures: HashMap::new(),
            recent: Vec::new(),
        };
        let mut next = 0;
        let mut units = DebugInfo::from(octets(&sections.info)).units();
        while let Some(header) = units
            .next()
            .map_err(|error| header_spot(SectionId::DebugInfo, next).found(error))?
        {
            next = unit::section_offset(&header, UnitOffset(header.length_including_self()));
            info.add(header);
        }
        info.in_info = info.units.len();
        next = 0;
        let mut units = DebugTypes::from(octets(&sections.types)).units();
        while let Some(header) = units
            .next()
            .map_err(|error| header_spot(SectionId::DebugTypes, next).found(error))?
        {
            next = unit::section_offset(&header, UnitOffset(header.length_including_self()));
            info.add(header);
        }
        Ok(info)
    }

    fn add(&mut self, header: UnitHeader<Octets<'a>>) {
        if let UnitType::Type {
            type_signature,
            type_offset,
        }
        | UnitType::SplitType {
            type_signature,
            type_offset,
        } = header.type_()
        {
            let at = At {
                unit: self.units.len(),
                offset: type_offset,
            };
            // A linker keeps one of equal type units; where it did not, any will do.
            self.signatures.entry(type_signature.0).or_insert(at);
        }
        self.units.push(header);
    }

    /// Reads what is at the root of a unit.
    ///
    /// # Errors
    /// It is damaged, or there are more abbreviations to read than the file is large.
    pub(super) fn unit(&mut self, index: usize, budget: &mut Budget) -> Result<Unit<'a>, Problem> {
        let Some(header) = self.units.get(index).cloned() else {
            let place = header_spot(SectionId::DebugInfo, 0);
            return Err(place.found(format!("found no unit {index}")));
        };
        let abbreviations = self.abbreviations(&header, budget)?;
        Unit::open(header, abbreviations, self.split)
    }

    fn abbreviations(
        &mut self,
        header: &UnitHeader<Octets<'a>>,
        budget: &mut Budget,
    ) -> Result<Rc<Abbreviations>, Problem> {
        let offset = header.debug_abbrev_offset();
        if let Some((_, table)) = self.recent.iter().find(|(of, _)| *of == offset) {
            return Ok(Rc::clone(table));
        }
        let place = Spot {
            section: SectionId::DebugAbbrev.name(),
            offset: offset.0,
        };
        budget.take(table_length(&self.abbrev, offset) / 2, place)?;
        let table = self
            .abbrev
            .abbreviations(offset)
            .map_err(|error| place.found(error))?;
        let table = Rc::new(table);
        if self.recent.len() == MAX_RECENT_TABLES {
            self.recent.remove(0);
        }
        self.recent.push((offset, Rc::clone(&table)));
        Ok(table)
    }

    /// The entry that an attribute of a unit refers to (DWARF 5, 7.5.5, class reference).
    pub(super) fn target(&self, from: usize, value: &AttributeValue<Octets<'a>>) -> Option<At> {
        match *value {
            AttributeValue::UnitRef(offset) => Some(At { unit: from, offset }),
            AttributeValue::DebugInfoRef(offset) => {
                let in_info = self.units.get(..self.in_info)?;
                let after = in_info.partition_point(|header| unit::start(header) <= offset.0);
                let index = after.checked_sub(1)?;
                let start = unit::start(in_info.get(index)?);
                let offset = UnitOffset(offset.0.checked_sub(start)?);
                Some(At {
                    unit: index,
                    offset,
                })
            }
            AttributeValue::DebugTypesRef(signature) => self.signatures.get(&signature.0).copied(),
            _ => None,
        }
    }

    /// A string that an attribute of a unit gives (DWARF 5, 7.5.5, class string). What is not UTF-8 in it is replaced.
    ///
    /// # Errors
    /// It is not where the attribute says.
    pub(super) fn string(
        &self,
        unit: &Unit<'a>,
        value: &AttributeValue<Octets<'a>>,
    ) -> Result<Option<Cow<'a, str>>, gimli::Error> {
        let octets = match *value {
            AttributeValue::String(octets) => octets,
            AttributeValue::DebugStrRef(offset) => self.str.get_str(offset)?,
            AttributeValue::DebugLineStrRef(offset) => self.line_str.get_str(offset)?,
            AttributeValue::DebugStrOffsetsIndex(index) => {
                let format = unit.header.encoding().format;
                let base = unit.str_offsets_base;
                let offset = self.str_offsets.get_str_offset(format, base, index)?;
                self.str.get_str(offset)?
            }
            _ => return Ok(None),
        };
        Ok(Some(octets.to_string_lossy()))
    }
}

fn header_spot(section: SectionId, offset: usize) -> Spot {
    Spot {
        section: section.name(),
        offset,
    }
}

/// How long a table of abbreviations is, in octets, as far as it is well formed (DWARF 5, 7.5.3): gimli keeps all of it, so its price must be known before.
fn table_length(abbrev: &DebugAbbrev<Octets<'_>>, offset: DebugAbbrevOffset<usize>) -> usize {
    use gimli::{Reader as _, Section as _};
    let mut table = *abbrev.reader();
    if table.skip(offset.0).is_err() {
        return 0;
    }
    let before = table.len();
    let mut declaration = || -> gimli::Result<bool> {
        if table.read_uleb128()? == 0 {
            return Ok(false);
        }
        table.read_uleb128()?;
        table.read_u8()?;
        loop {
            let (name, form) = (table.read_uleb128()?, table.read_uleb128()?);
            if form == u64::from(gimli::DW_FORM_implicit_const.0) {
                table.read_sleb128()?;
            }
            if (name, form) == (0, 0) {
                return Ok(true);
            }
        }
    };
    while let Ok(true) = declaration() {}
    before - table.len()
}
