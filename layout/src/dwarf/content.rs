//! What the entries of a type say, whichever unit they stand in: units that include one header repeat its types, and each is read once.
//!
//! The content of an entry is all that reading it depends on: its attributes, those of the entries below it, and the contents of the types that it refers to. Left out is where these stand, and which number a unit has for a file.

use std::collections::HashMap;

use gimli::{
    Abbreviation, Attribute, AttributeValue, DwTag, EntriesRaw, UnitOffset, constants as c,
};

use super::entry;
use super::error::Problem;
use super::language::Language;
use super::reader::{Open, Reader};
use super::sections::Octets;

/// A content, by a number of its own: two types of one content have one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Content {
    number: u32,
    /// Whether the type has a name of its own.
    pub(super) has_name: bool,
}

/// The contents that were met, and those of the unit that is being read.
#[derive(Default)]
pub(super) struct Contents<'a> {
    known: HashMap<Box<[u8]>, Content>,
    /// `None` for one that is not compared with others.
    of_unit: HashMap<UnitOffset, Option<Content>>,
    /// The unit's numbers for files.
    files: HashMap<u64, usize>,
    /// Those that are being written, each behind the one that refers to it.
    written: Vec<u8>,
    /// How many these are.
    depth: usize,
    attributes: Vec<Attribute<Octets<'a>>>,
}

/// As deep as types are read.
const MAX_DEPTH: usize = 100;
/// A pointer's chain is followed for so long: less than where the name of its end is given up.
const MAX_STEPS: usize = 16;

impl Contents<'_> {
    /// Begins with a unit.
    pub(super) fn begin(&mut self) {
        self.of_unit.clear();
        self.files.clear();
    }

    /// The number of what was written since there were so many octets.
    fn take(&mut self, before: usize, has_name: bool) -> Option<Content> {
        let written = self.written.get(before..)?;
        if let Some(&known) = self.known.get(written) {
            return Some(known);
        }
        let number = u32::try_from(self.known.len()).ok()?;
        let content = Content { number, has_name };
        self.known.insert(written.into(), content);
        Some(content)
    }

    /// LEB128: where a number ends can be told from it.
    fn number(&mut self, mut number: u128) {
        while let Some(low) = u8::try_from(number & 0x7f).ok().filter(|_| number >= 0x80) {
            self.written.push(low | 0x80);
            number >>= 7;
        }
        self.written.extend(u8::try_from(number));
    }

    fn octets(&mut self, octets: &[u8]) {
        self.number(octets.len() as u128);
        self.written.extend_from_slice(octets);
    }

    /// Writes a value, after what tells its form: a number may stand for a negative one of its width. `false` for a form that types of C have not.
    fn value(&mut self, value: &AttributeValue<Octets<'_>>) -> bool {
        let (form, number): (u8, u128) = match *value {
            AttributeValue::Data1(data) => (1, data.into()),
            AttributeValue::Data2(data) => (2, data.into()),
            AttributeValue::Data4(data) => (3, data.into()),
            AttributeValue::Data8(data) => (4, data.into()),
            AttributeValue::Data16(data) => (5, data),
            AttributeValue::Udata(data) => (6, data.into()),
            AttributeValue::Sdata(data) => (7, u128::from(data.cast_unsigned())),
            AttributeValue::Flag(flag) => (8, flag.into()),
            AttributeValue::DebugStrRef(offset) => (9, offset.0 as u128),
            AttributeValue::DebugLineStrRef(offset) => (10, offset.0 as u128),
            AttributeValue::String(octets) => {
                self.written.push(11);
                self.octets(octets.slice());
                return true;
            }
            AttributeValue::Exprloc(gimli::Expression(octets)) | AttributeValue::Block(octets) => {
                self.written.push(12);
                self.octets(octets.slice());
                return true;
            }
            _ => return false,
        };
        self.written.push(form);
        self.number(number);
        true
    }
}

impl<'a> Reader<'_, 'a> {
    /// The content of a type of the unit that is being read; `None` where it has something that is not compared, such as a reference into another unit.
    ///
    /// # Errors
    /// An entry is damaged, or there are more to read than the file is large.
    pub(super) fn content(
        &mut self,
        open: &Open<'a>,
        offset: UnitOffset,
    ) -> Result<Option<Content>, Problem> {
        if open.unit.language != Language::C || self.contents.depth == MAX_DEPTH {
            return Ok(None);
        }
        if let Some(known) = self.contents.of_unit.get(&offset) {
            return Ok(*known);
        }
        // What it is found to be while it is written: a type that contains itself is none.
        self.contents.of_unit.insert(offset, None);
        let before = self.contents.written.len();
        self.contents.depth += 1;
        let written = self.write(open, offset)?;
        self.contents.depth -= 1;
        let content = written.and_then(|has_name| self.contents.take(before, has_name));
        self.contents.written.truncate(before);
        self.contents.of_unit.insert(offset, content);
        Ok(content)
    }

    /// Writes what an entry says, and tells whether it has a name. `None` where it says something that is not compared.
    fn write(&mut self, open: &Open<'a>, offset: UnitOffset) -> Result<Option<bool>, Problem> {
        let Some((mut entries, entry)) = self.at(open, offset)? else {
            return Ok(None);
        };
        let Some(of) = self.write_entry(open, &mut entries, entry)? else {
            return Ok(None);
        };
        let has_name = entry::value(&self.contents.attributes, c::DW_AT_name).is_some();
        let of_children = match entry.tag() {
            c::DW_TAG_pointer_type => {
                let is_whole = self.write_pointee(open, of)?;
                return Ok(is_whole.then_some(has_name));
            }
            c::DW_TAG_subroutine_type => return Ok(Some(has_name)),
            c::DW_TAG_structure_type | c::DW_TAG_union_type => c::DW_TAG_member,
            c::DW_TAG_array_type => c::DW_TAG_subrange_type,
            c::DW_TAG_enumeration_type if self.has_usual_width() => c::DW_TAG_enumerator,
            c::DW_TAG_base_type
            | c::DW_TAG_typedef
            | c::DW_TAG_const_type
            | c::DW_TAG_volatile_type
            | c::DW_TAG_restrict_type
            | c::DW_TAG_atomic_type => {
                let is_whole = self.write_type(open, of)?;
                return Ok(is_whole.then_some(has_name));
            }
            _ => return Ok(None),
        };
        let mut is_whole = self.write_type(open, of)?;
        let place = open.unit.spot(offset);
        while entry.has_children() && is_whole {
            self.budget.take(1, place)?;
            let child = entries.read_abbreviation();
            let Some(child) = child.map_err(|error| place.found(error))? else {
                break;
            };
            let is_known = child.tag() == of_children && !child.has_children();
            let of = match is_known {
                true => self.write_entry(open, &mut entries, child)?,
                false => None,
            };
            is_whole = match of {
                Some(of) => self.write_type(open, of)?,
                None => false,
            };
        }
        Ok(is_whole.then_some(has_name))
    }

    /// An entry by its place: what it is, and where its attributes begin.
    fn at<'o>(
        &mut self,
        open: &'o Open<'a>,
        offset: UnitOffset,
    ) -> Result<Option<Begun<'o, 'a>>, Problem> {
        let place = open.unit.spot(offset);
        self.budget.take(1, place)?;
        let unit = &open.unit;
        let begun = || {
            let mut entries = unit.header.entries_raw(&unit.abbreviations, Some(offset))?;
            let entry = entries.read_abbreviation()?;
            Ok(entry.map(|entry| (entries, entry)))
        };
        begun().map_err(|error: gimli::Error| place.found(error))
    }

    /// Writes the tag and the attributes of an entry, but for the type that it refers to, which is given back. `None` where one is not compared.
    fn write_entry(
        &mut self,
        open: &Open<'a>,
        entries: &mut EntriesRaw<'_, Octets<'a>>,
        entry: &Abbreviation,
    ) -> Result<Option<Option<UnitOffset>>, Problem> {
        let mut attributes = std::mem::take(&mut self.contents.attributes);
        let place = open.unit.spot(entries.next_offset());
        let read = entries.read_attributes(entry.attributes(), &mut attributes);
        read.map_err(|error| place.found(error))?;
        self.contents.number(entry.tag().0.into());
        let mut of = None;
        let mut is_whole = true;
        for attribute in &attributes {
            let value = attribute.raw_value();
            match (attribute.name(), &value) {
                (c::DW_AT_sibling, _) => continue,
                (c::DW_AT_type, AttributeValue::UnitRef(target)) => of = Some(*target),
                (c::DW_AT_decl_file, _) => {
                    let file = self.file(open, &value)?;
                    self.contents.number(c::DW_AT_decl_file.0.into());
                    self.contents.number(file as u128);
                }
                (name, value) => {
                    self.contents.number(name.0.into());
                    is_whole &= self.contents.value(value);
                }
            }
        }
        // No attribute has this number.
        self.contents.number(0);
        self.contents.attributes = attributes;
        Ok(is_whole.then_some(of))
    }

    /// A file by what all units have in common about it: where its path is kept, once for all. 0 where nothing is known.
    fn file(
        &mut self,
        open: &Open<'a>,
        value: &AttributeValue<Octets<'a>>,
    ) -> Result<usize, Problem> {
        let number = entry::as_number(value).and_then(|number| u64::try_from(number).ok());
        let Some(number) = number else {
            return Ok(0);
        };
        if let Some(&known) = self.contents.files.get(&number) {
            return Ok(known);
        }
        let path = self.file_path(open, number)?;
        let file = path.map_or(0, |path| path.as_ptr().addr());
        self.contents.files.insert(number, file);
        Ok(file)
    }

    /// Writes the content of a type that is referred to.
    fn write_type(&mut self, open: &Open<'a>, of: Option<UnitOffset>) -> Result<bool, Problem> {
        let content = match of {
            Some(of) => match self.content(open, of)? {
                Some(content) => u128::from(content.number) + 1,
                None => return Ok(false),
            },
            None => 0,
        };
        self.contents.number(content);
        Ok(true)
    }

    /// Writes what is known of a pointer by what it points to: the name that stands at the end of its chain.
    fn write_pointee(
        &mut self,
        open: &Open<'a>,
        mut next: Option<UnitOffset>,
    ) -> Result<bool, Problem> {
        for _ in 0..MAX_STEPS {
            let Some(offset) = next else {
                self.contents.number(0);
                return Ok(true);
            };
            let Some((mut entries, entry)) = self.at(open, offset)? else {
                return Ok(false);
            };
            let place = open.unit.spot(offset);
            let attributes = &mut self.contents.attributes;
            let read = entries.read_attributes(entry.attributes(), attributes);
            read.map_err(|error| place.found(error))?;
            let value = |name| entry::value(&self.contents.attributes, name);
            let (name, of) = (value(c::DW_AT_name), value(c::DW_AT_type));
            let is_of_another = value(c::DW_AT_specification).is_some();
            self.contents.number(entry.tag().0.into());
            match entry.tag() {
                tag if is_named(tag) => {
                    return Ok(!is_of_another && name.is_none_or(|name| self.contents.value(&name)));
                }
                c::DW_TAG_subroutine_type => return Ok(true),
                c::DW_TAG_pointer_type
                | c::DW_TAG_array_type
                | c::DW_TAG_const_type
                | c::DW_TAG_volatile_type
                | c::DW_TAG_restrict_type
                | c::DW_TAG_atomic_type => {}
                _ => return Ok(false),
            }
            next = match of {
                Some(AttributeValue::UnitRef(of)) => Some(of),
                Some(_) => return Ok(false),
                None => None,
            };
        }
        Ok(false)
    }

    /// Whether the entry whose attributes were read last is as wide as an enumeration is that nobody asked to be short: of others it matters what else the unit has.
    fn has_usual_width(&self) -> bool {
        let size = entry::value(&self.contents.attributes, c::DW_AT_byte_size);
        let size = size.and_then(|size| entry::as_number(&size));
        self.machine.pointer_size >= 4 && size.is_some_and(|size| size >= 4)
    }
}

/// An entry, and its attributes and those below it.
type Begun<'o, 'a> = (EntriesRaw<'o, Octets<'a>>, &'o Abbreviation);

/// What a pointer to it is called by.
fn is_named(tag: DwTag) -> bool {
    matches!(
        tag,
        c::DW_TAG_base_type
            | c::DW_TAG_typedef
            | c::DW_TAG_structure_type
            | c::DW_TAG_union_type
            | c::DW_TAG_enumeration_type
    )
}
