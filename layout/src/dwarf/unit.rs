//! A unit of debug information (DWARF 5, 3.1): one source file, mostly, or one type.

use std::rc::Rc;

use gimli::{
    Abbreviations, AttributeValue, DebugLineOffset, DebugStrOffsetsBase, DwarfFileType, SectionId,
    UnitHeader, UnitOffset, UnitType,
};

use super::entry::{self, Entry};
use super::error::{Problem, Spot};
use super::language::{self, Language};
use super::sections::Octets;

/// What of a unit must be known to read its entries.
pub(super) struct Unit<'a> {
    pub(super) header: UnitHeader<Octets<'a>>,
    /// Which of the file's tables its entries refer to.
    pub(super) tables: usize,
    pub(super) abbreviations: Rc<Abbreviations>,
    pub(super) language: Language,
    pub(super) says_language: bool,
    /// Whether it is a part that compilations share (DWARF 5, 3.1.1 `DW_TAG_partial_unit`).
    pub(super) is_partial: bool,
    /// Where its arrays begin; `None` where its language is not known.
    pub(super) lower_bound: Option<i128>,
    pub(super) str_offsets_base: DebugStrOffsetsBase<usize>,
    /// Where its table of files is.
    pub(super) lines: Option<DebugLineOffset<usize>>,
    pub(super) directory: Option<AttributeValue<Octets<'a>>>,
    pub(super) said_producer: Option<AttributeValue<Octets<'a>>>,
    /// What its compiler says of itself.
    pub(super) producer: String,
    pub(super) name: Option<AttributeValue<Octets<'a>>>,
    /// The file that has the rest of it.
    pub(super) split_to: Option<AttributeValue<Octets<'a>>>,
    /// What the two halves of split debug information have in common (DWARF 5, 3.1.2).
    pub(super) split_id: Option<u64>,
}

impl<'a> Unit<'a> {
    /// Reads the entry at the root of a unit.
    ///
    /// # Errors
    /// There is none, or it is damaged.
    pub(super) fn open(
        header: UnitHeader<Octets<'a>>,
        tables: usize,
        abbreviations: Rc<Abbreviations>,
        split: bool,
    ) -> Result<Unit<'a>, Problem> {
        let mut root = Entry::null();
        let place = spot(&header, header.root_offset());
        header
            .entries_raw(&abbreviations, None)
            .and_then(|mut entries| entries.read_entry(&mut root))
            .map_err(|error| place.found(error))?;
        let value = |name| entry::value(root.attrs(), name);
        let language = entry::unsigned(&root, gimli::DW_AT_language)
            .and_then(|code| u16::try_from(code).ok())
            .map(gimli::DwLang);
        let file_type = if split {
            DwarfFileType::Dwo
        } else {
            DwarfFileType::Main
        };
        let base = match root.attr_value(gimli::DW_AT_str_offsets_base) {
            Some(AttributeValue::DebugStrOffsetsBase(base)) => base,
            _ => DebugStrOffsetsBase::default_for_encoding_and_file(header.encoding(), file_type),
        };
        let lines = match root.attr_value(gimli::DW_AT_stmt_list) {
            Some(AttributeValue::DebugLineRef(offset)) => Some(offset),
            _ => None,
        };
        let split_id = match header.type_() {
            UnitType::Skeleton(id) | UnitType::SplitCompilation(id) => Some(id.0),
            _ => entry::unsigned(&root, gimli::DW_AT_GNU_dwo_id),
        };
        Ok(Unit {
            says_language: language.is_some(),
            is_partial: root.tag() == gimli::DW_TAG_partial_unit,
            language: Language::of(language),
            lower_bound: language::lower_bound(language),
            str_offsets_base: base,
            lines,
            directory: value(gimli::DW_AT_comp_dir),
            said_producer: value(gimli::DW_AT_producer),
            producer: String::new(),
            name: value(gimli::DW_AT_name),
            // The other half has the name, too.
            split_to: value(gimli::DW_AT_dwo_name)
                .or_else(|| value(gimli::DW_AT_GNU_dwo_name))
                .filter(|_| !split),
            split_id,
            tables,
            header,
            abbreviations,
        })
    }

    /// Takes over what a compilation says that imports it.
    pub(super) fn is_of(&mut self, importer: &Unit<'a>) {
        self.language = importer.language;
        self.lower_bound = importer.lower_bound;
        self.producer.clone_from(&importer.producer);
    }

    /// Where an entry is, for an error.
    pub(super) fn spot(&self, offset: UnitOffset) -> Spot {
        spot(&self.header, offset)
    }
}

/// Where an entry of a unit is in its section.
pub(super) fn spot(header: &UnitHeader<Octets<'_>>, offset: UnitOffset) -> Spot {
    Spot {
        section: header.section().name(),
        offset: section_offset(header, offset),
    }
}

/// An offset in a unit as one in its section.
pub(super) fn section_offset(header: &UnitHeader<Octets<'_>>, offset: UnitOffset) -> usize {
    start(header).saturating_add(offset.0)
}

/// Where a unit begins in its section.
pub(super) fn start(header: &UnitHeader<Octets<'_>>) -> usize {
    let start = if header.section() == SectionId::DebugTypes {
        header.debug_types_offset().map(|offset| offset.0)
    } else {
        header.debug_info_offset().map(|offset| offset.0)
    };
    start.unwrap_or_default()
}
