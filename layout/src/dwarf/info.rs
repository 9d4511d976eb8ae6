//! The debug information of one object file: its units, and what they refer to.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::rc::Rc;

use gimli::{
    Abbreviations, AttributeValue, DebugAbbrev, DebugAbbrevOffset, DebugCuIndex, DebugInfo,
    DebugTuIndex, DebugTypes, EndianSlice, IndexSectionId, RunTimeEndian, SectionId, UnitHeader,
    UnitIndex, UnitOffset, UnitType,
};

use super::budget::Budget;
use super::entry;
use super::error::{Problem, Spot};
use super::sections::{Octets, Sections};
use super::tables::{Tables, contribution};
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
    tables: Vec<Tables<'a>>,
    /// In the order of the file: those of `.debug_info`, then those of `.debug_types`, then those of the file that `dwz` moved them to.
    units: Vec<Listed<'a>>,
    /// Those of `.debug_info`. None of a package: nothing in it refers from one unit into another by an offset.
    in_info: Range<usize>,
    /// Whether strings that are the same are at one place.
    has_each_string_once: bool,
    /// The section that these are in.
    info: &'a [u8],
    /// Those of the alternate file, and its tables.
    in_alternate: Range<usize>,
    alternate: Option<usize>,
    /// Where the type of each type unit is, by its signature.
    signatures: HashMap<u64, At>,
    /// The tables that were read last. Units of one object file share one; those of a linked file mostly have one each.
    recent: Vec<(TableOfAbbreviations, Rc<Abbreviations>)>,
    /// Of each unit that others import, the first compilation that does.
    importers: Option<BTreeMap<usize, usize>>,
}

/// A unit that is not read yet.
#[derive(Clone)]
struct Listed<'a> {
    header: UnitHeader<Octets<'a>>,
    tables: usize,
}

/// By the tables that it is of, and its place in them.
type TableOfAbbreviations = (usize, DebugAbbrevOffset<usize>);

const MAX_RECENT_TABLES: usize = 4;

impl<'a> Info<'a> {
    /// Finds the units of a file, and of the one that `dwz` moved a part of them to.
    ///
    /// # Errors
    /// The header of one is damaged, or of a version that is not known.
    pub(super) fn open(
        sections: &'a Sections<'_>,
        alternate: Option<&'a Sections<'_>>,
        order: ByteOrder,
    ) -> Result<Info<'a>, Problem> {
        let endian = match order {
            ByteOrder::Big => RunTimeEndian::Big,
            ByteOrder::Little => RunTimeEndian::Little,
        };
        let mut info = Info {
            tables: Vec::new(),
            units: Vec::new(),
            in_info: 0..0,
            info: &sections.info,
            has_each_string_once: sections.is_linked,
            in_alternate: 0..0,
            alternate: None,
            signatures: HashMap::new(),
            recent: Vec::new(),
            importers: None,
        };
        if sections.is_package() {
            info.add_package(sections, endian)?;
            return Ok(info);
        }
        let tables = info.add_tables(Tables::of(sections, endian));
        let octets = EndianSlice::new(&sections.info, endian);
        info.in_info = info.add_units(octets, SectionId::DebugInfo, tables)?;
        let octets = EndianSlice::new(&sections.types, endian);
        info.add_units(octets, SectionId::DebugTypes, tables)?;
        if let Some(sections) = alternate {
            let tables = info.add_tables(Tables::of(sections, endian));
            let octets = EndianSlice::new(&sections.info, endian);
            info.in_alternate = info.add_units(octets, SectionId::DebugInfo, tables)?;
            info.alternate = Some(tables);
        }
        Ok(info)
    }

    fn add_tables(&mut self, tables: Tables<'a>) -> usize {
        self.tables.push(tables);
        self.tables.len() - 1
    }

    /// The units of a package, by its indices (DWARF 5, 7.3.5.3): each with the tables that are its own.
    fn add_package(
        &mut self,
        sections: &'a Sections<'_>,
        endian: RunTimeEndian,
    ) -> Result<(), Problem> {
        let place = |section: SectionId| header_spot(section, 0);
        let cu_index = DebugCuIndex::from(EndianSlice::new(&sections.cu_index, endian)).index();
        let tu_index = DebugTuIndex::from(EndianSlice::new(&sections.tu_index, endian)).index();
        let indices = [
            (cu_index, SectionId::DebugCuIndex),
            (tu_index, SectionId::DebugTuIndex),
        ];
        for (index, section) in indices {
            let index: UnitIndex<_> = index.map_err(|error| place(section).found(error))?;
            for row in 1..=index.unit_count() {
                let given = index.sections(row);
                let given = given.map_err(|error| place(section).found(error))?;
                let given: Vec<_> = given.collect();
                let outside = || place(section).found(format!("row {row} is outside of the file"));
                let tables = Tables::part(sections, endian, &given).ok_or_else(outside)?;
                let tables = self.add_tables(tables);
                for (id, octets, of) in [
                    (
                        IndexSectionId::DebugInfo,
                        &sections.info,
                        SectionId::DebugInfo,
                    ),
                    (
                        IndexSectionId::DebugTypes,
                        &sections.types,
                        SectionId::DebugTypes,
                    ),
                ] {
                    if let Some(given) = given.iter().find(|given| given.section == id) {
                        let octets = contribution(octets, given).ok_or_else(outside)?;
                        self.add_units(EndianSlice::new(octets, endian), of, tables)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The units of one section, or of what a package has of it.
    fn add_units(
        &mut self,
        octets: Octets<'a>,
        section: SectionId,
        tables: usize,
    ) -> Result<Range<usize>, Problem> {
        let begin = self.units.len();
        let mut next = 0;
        let mut add = |header: Result<Option<UnitHeader<Octets<'a>>>, gimli::Error>| {
            let header = header.map_err(|error| header_spot(section, next).found(error))?;
            let Some(header) = header else {
                return Ok(false);
            };
            next = unit::section_offset(&header, UnitOffset(header.length_including_self()));
            self.add(header, tables);
            Ok(true)
        };
        if section == SectionId::DebugTypes {
            let mut units = DebugTypes::from(octets).units();
            while add(units.next())? {}
        } else {
            let mut units = DebugInfo::from(octets).units();
            while add(units.next())? {}
        }
        Ok(begin..self.units.len())
    }

    fn add(&mut self, header: UnitHeader<Octets<'a>>, tables: usize) {
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
        self.units.push(Listed { header, tables });
    }

    /// The units of the file itself.
    pub(super) fn own_units(&self) -> Range<usize> {
        0..self.units.len() - self.in_alternate.len()
    }

    /// The octets of a unit of `.debug_info`; `None` of another section's, or another file's.
    pub(super) fn part(&self, unit: usize) -> Option<&'a [u8]> {
        let header = &self
            .units
            .get(unit)
            .filter(|_| self.in_info.contains(&unit))?
            .header;
        let start = unit::start(header);
        self.info.get(start..start + header.length_including_self())
    }

    /// Whether the types of a unit may be in another file: it says so at its root, where it does.
    pub(super) fn may_be_split(&self, unit: usize, has_names_of_gnu: bool) -> bool {
        let header = self.units.get(unit).map(|listed| &listed.header);
        header.is_some_and(|header| match header.version() {
            5.. => matches!(header.type_(), UnitType::Skeleton(_)),
            _ => has_names_of_gnu,
        })
    }

    /// How many units there are, those of the alternate file included.
    pub(super) fn units(&self) -> usize {
        self.units.len()
    }

    /// Whether there are several units that repeat each other's types in the same words.
    pub(super) fn has_repeats(&self) -> bool {
        self.units.len() > 1 && self.has_each_string_once
    }

    /// Whether the types of a unit are the file's: it is its own, or the file imports it from the alternate file.
    ///
    /// # Errors
    /// The root of a unit is damaged.
    pub(super) fn has(&mut self, unit: usize, budget: &mut Budget) -> Result<bool, Problem> {
        Ok(!self.in_alternate.contains(&unit) || self.importers(budget)?.contains_key(&unit))
    }

    /// Reads what is at the root of a unit.
    ///
    /// # Errors
    /// It is damaged, or there are more abbreviations to read than the file is large.
    pub(super) fn unit(&mut self, index: usize, budget: &mut Budget) -> Result<Unit<'a>, Problem> {
        let mut unit = self.alone(index, budget)?;
        if unit.is_partial && !unit.says_language {
            let importer = self.importers(budget)?.get(&index).copied();
            if let Some(importer) = importer {
                unit.is_of(&self.alone(importer, budget)?);
            }
        }
        Ok(unit)
    }

    /// A unit by what it says itself.
    fn alone(&mut self, index: usize, budget: &mut Budget) -> Result<Unit<'a>, Problem> {
        let Some(listed) = self.units.get(index).cloned() else {
            let place = header_spot(SectionId::DebugInfo, 0);
            return Err(place.found(format!("found no unit {index}")));
        };
        let abbreviations = self.abbreviations(&listed, budget)?;
        let split = self.tables(listed.tables)?.split;
        let mut unit = Unit::open(listed.header, listed.tables, abbreviations, split)?;
        let place = unit.spot(unit.header.root_offset());
        if let Some(producer) = &unit.said_producer {
            let producer = self.string(&unit, producer);
            let producer = producer.map_err(|error| place.found(error))?;
            let producer = producer.unwrap_or_default().into_owned();
            budget.take(producer.len() / 16, place)?;
            unit.language = unit.language.by(&producer);
            unit.producer = producer;
        }
        Ok(unit)
    }

    fn tables(&self, index: usize) -> Result<&Tables<'a>, Problem> {
        let place = header_spot(SectionId::DebugInfo, 0);
        let tables = self.tables.get(index);
        tables.ok_or_else(|| place.found("found a unit without tables"))
    }

    /// The compilations of which the units are that have no language of their own: `dwz` puts what several compilations have into such units, which these import (DWARF 5, 3.1.1 and 3.2.5).
    fn importers(&mut self, budget: &mut Budget) -> Result<&BTreeMap<usize, usize>, Problem> {
        if self.importers.is_none() {
            let mut importers = BTreeMap::new();
            for index in self.in_info.clone() {
                let unit = self.alone(index, budget)?;
                if unit.is_partial {
                    continue;
                }
                let mut next = self.imports(index, &unit, budget)?;
                while let Some(imported) = next.pop() {
                    if importers.contains_key(&imported) {
                        continue;
                    }
                    importers.insert(imported, index);
                    let unit = self.alone(imported, budget)?;
                    next.extend(self.imports(imported, &unit, budget)?);
                }
            }
            self.importers = Some(importers);
        }
        Ok(self.importers.get_or_insert_default())
    }

    /// The units that a unit imports: they stand first in it.
    fn imports(
        &self,
        index: usize,
        unit: &Unit<'a>,
        budget: &mut Budget,
    ) -> Result<Vec<usize>, Problem> {
        let place = unit.spot(unit.header.root_offset());
        let wrong = |error: gimli::Error| place.found(error);
        let mut imports = Vec::new();
        let mut entries = unit
            .header
            .entries_raw(&unit.abbreviations, None)
            .map_err(wrong)?;
        let mut entry = entry::Entry::null();
        entries.read_entry(&mut entry).map_err(wrong)?;
        while !entries.is_empty() {
            budget.take(1, place)?;
            entries.read_entry(&mut entry).map_err(wrong)?;
            if entry.tag() != gimli::DW_TAG_imported_unit {
                break;
            }
            let of = entry::value(entry.attrs(), gimli::DW_AT_import);
            let of = of.and_then(|of| self.target(index, &of));
            imports.extend(of.map(|at| at.unit));
        }
        Ok(imports)
    }

    fn abbreviations(
        &mut self,
        listed: &Listed<'a>,
        budget: &mut Budget,
    ) -> Result<Rc<Abbreviations>, Problem> {
        let offset = listed.header.debug_abbrev_offset();
        let key = (listed.tables, offset);
        if let Some((_, table)) = self.recent.iter().find(|(of, _)| *of == key) {
            return Ok(Rc::clone(table));
        }
        let place = Spot {
            section: SectionId::DebugAbbrev.name(),
            offset: offset.0,
        };
        let abbrev = self.tables(listed.tables)?.abbrev;
        budget.take(table_length(&abbrev, offset) / 2, place)?;
        let table = abbrev.abbreviations(offset);
        let table = Rc::new(table.map_err(|error| place.found(error))?);
        if self.recent.len() == MAX_RECENT_TABLES {
            self.recent.remove(0);
        }
        self.recent.push((key, Rc::clone(&table)));
        Ok(table)
    }

    /// The entry that an attribute of a unit refers to (DWARF 5, 7.5.5, class reference).
    pub(super) fn target(&self, from: usize, value: &AttributeValue<Octets<'a>>) -> Option<At> {
        let (units, offset) = match *value {
            AttributeValue::UnitRef(offset) => return Some(At { unit: from, offset }),
            AttributeValue::DebugTypesRef(signature) => {
                return self.signatures.get(&signature.0).copied();
            }
            AttributeValue::DebugInfoRef(offset) if self.in_alternate.contains(&from) => {
                (&self.in_alternate, offset)
            }
            AttributeValue::DebugInfoRef(offset) => (&self.in_info, offset),
            AttributeValue::DebugInfoRefSup(offset) => (&self.in_alternate, offset),
            _ => return None,
        };
        let among = self.units.get(units.clone())?;
        let after = among.partition_point(|listed| unit::start(&listed.header) <= offset.0);
        let index = after.checked_sub(1)?;
        let start = unit::start(&among.get(index)?.header);
        Some(At {
            unit: units.start + index,
            offset: UnitOffset(offset.0.checked_sub(start)?),
        })
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
        let Some(tables) = self.tables.get(unit.tables) else {
            return Ok(None);
        };
        let octets = match *value {
            AttributeValue::String(octets) => octets,
            AttributeValue::DebugStrRef(offset) => tables.str.get_str(offset)?,
            AttributeValue::DebugLineStrRef(offset) => tables.line_str.get_str(offset)?,
            AttributeValue::DebugStrRefSup(offset) => {
                let alternate = self.alternate.and_then(|index| self.tables.get(index));
                match alternate {
                    Some(alternate) => alternate.str.get_str(offset)?,
                    None => return Ok(None),
                }
            }
            AttributeValue::DebugStrOffsetsIndex(index) => {
                let format = unit.header.encoding().format;
                let base = unit.str_offsets_base;
                let offset = tables.str_offsets.get_str_offset(format, base, index)?;
                tables.str.get_str(offset)?
            }
            _ => return Ok(None),
        };
        Ok(Some(octets.to_string_lossy()))
    }

    /// The table of lines of a unit.
    pub(super) fn line(&self, unit: &Unit<'a>) -> Option<gimli::DebugLine<Octets<'a>>> {
        Some(self.tables.get(unit.tables)?.line)
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
