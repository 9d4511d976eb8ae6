//! Reading types: an entry that refers to others becomes a [`Type`] that refers to others.
//!
//! Kinds of entries have a file each: [`super::record`], [`super::array`], [`super::enumeration`]. Here is what they share: that each entry is read once, and none forever.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use gimli::{AttributeValue, UnitOffset, constants as c};

use super::budget::Budget;
use super::build::Builds;
use super::content::Contents;
use super::entry::{self, Entry};
use super::error::Problem;
use super::files::Files;
use super::info::{At, Info};
use super::intern::Interned;
use super::language::Language;
use super::machine::Machine;
use super::mentions::Mentions;
use super::repeats::Repeats;
use super::scan::Scan;
use super::spelled::Spelled;
use super::unit::Unit;
use crate::abi::ByteOrder;
use crate::types::{Rules, Type, TypeId};

/// A type, and what is known of it beside its contents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resolved {
    pub(super) id: TypeId,
    /// In this file, in octets; `None` where nobody says.
    pub(super) size: Option<u64>,
    /// Whether it is an integer of C: only such a one can be a `size_t`.
    pub(super) integer: bool,
    /// The alignment that an attribute gave it, in octets: its own, or one that it has from its members.
    pub(super) asked: Option<u32>,
    /// How many records and arrays are nested in it.
    pub(super) depth: usize,
    /// Whether it is a reference of C++.
    pub(super) is_reference: bool,
    /// The order of octets that the record has in which it is a member, where that is not the machine's.
    pub(super) stored: Option<ByteOrder>,
}

impl Resolved {
    /// Something that has a size, and of which nothing else is to be said.
    pub(super) fn new(id: TypeId, size: Option<u64>) -> Resolved {
        Resolved {
            id,
            size,
            integer: false,
            asked: None,
            depth: 0,
            is_reference: false,
            stored: None,
        }
    }
}

/// A unit that is being read.
pub(super) struct Open<'a> {
    pub(super) unit: Unit<'a>,
    pub(super) scan: Scan<'a>,
}

impl Open<'_> {
    /// Whether gcc wrote it, which has its own way with `DW_AT_alignment`.
    pub(super) fn is_gcc(&self) -> bool {
        self.unit.producer.starts_with("GNU ")
    }

    /// Whether GCC compiled it as C++20 or later: `GNU C++20 12.2.0 ...`.
    pub(super) fn is_gnu_cxx20(&self) -> bool {
        let year = self.unit.producer.strip_prefix("GNU C++");
        let year = year.and_then(|year| year.get(..2)?.parse::<u32>().ok());
        year.is_some_and(|year| (20..90).contains(&year))
    }

    /// Whether its compiler writes the alignment of every type and member, and not only what was asked for: rustc, LDC and Zig do.
    pub(super) fn tells_every_alignment(&self) -> bool {
        let tells = ["LDC ", "zig "]
            .iter()
            .any(|of| self.unit.producer.starts_with(of));
        tells || self.unit.language == Language::Rust
    }

    /// Whether it writes the alignment that each member has, packed or not.
    pub(super) fn tells_members_alignment(&self) -> bool {
        self.tells_every_alignment() && self.unit.language != Language::Rust
    }

    /// Whose rules its types lie by.
    pub(super) fn rules(&self) -> Rules {
        self.unit.language.rules(&self.unit.producer)
    }
}

/// What reads the types of one object file.
pub(super) struct Reader<'r, 'a> {
    pub(super) info: Info<'a>,
    pub(super) machine: Machine,
    pub(super) budget: &'r mut Budget,
    pub(super) interned: &'r mut Interned,
    pub(super) builds: &'r mut Builds,
    /// The names that alone are asked for.
    pub(super) only: Option<Mentions>,
    pub(super) contents: Contents<'a>,
    pub(super) repeats: Repeats,
    files: Files<'a>,
    open: HashMap<usize, Rc<Open<'a>>>,
    /// The unit that is being read.
    pub(super) current: usize,
    /// The types of that unit.
    known: HashMap<UnitOffset, Resolved>,
    /// The types that it, or one before it, referred to in others.
    known_elsewhere: HashMap<At, Resolved>,
    /// The names of types as members have them.
    pub(super) spelled: HashMap<At, Spelled>,
    /// Those whose reading has begun.
    begun: Vec<At>,
    /// How often one was not read, since of those something was begun already.
    cuts: usize,
}

/// Deeper than any program. Each level takes room on the stack, of this reader and of whoever follows the types.
const MAX_DEPTH: usize = 100;
/// In octets.
pub(super) const SMALL_UNIT: usize = 512;
/// Units that are kept open for what others refer to in them.
const MAX_OPEN_UNITS: usize = 8;

impl<'r, 'a> Reader<'r, 'a> {
    pub(super) fn new(
        info: Info<'a>,
        machine: Machine,
        budget: &'r mut Budget,
        interned: &'r mut Interned,
        builds: &'r mut Builds,
    ) -> Reader<'r, 'a> {
        Reader {
            info,
            machine,
            budget,
            interned,
            builds,
            only: None,
            contents: Contents::default(),
            repeats: Repeats::default(),
            files: Files::default(),
            open: HashMap::new(),
            current: 0,
            known: HashMap::new(),
            known_elsewhere: HashMap::new(),
            spelled: HashMap::new(),
            begun: Vec::with_capacity(16),
            cuts: 0,
        }
    }

    /// Begins with a unit, and forgets what only the one before it could refer to.
    ///
    /// # Errors
    /// It is damaged.
    pub(super) fn begin(&mut self, index: usize) -> Result<Rc<Open<'a>>, Problem> {
        self.open.remove(&self.current);
        self.known = HashMap::new();
        self.spelled = HashMap::new();
        self.current = index;
        let open = self.open(index)?;
        self.builds.begin(&open.unit);
        self.contents.begin();
        self.repeats.begin(&open.unit);
        Ok(open)
    }

    /// Whether a unit has nothing that is asked for. A small one may be a half of one that has, and is always read.
    pub(super) fn passes_by(&self, index: usize) -> bool {
        let (Some(only), Some(part)) = (&self.only, self.info.part(index)) else {
            return false;
        };
        part.len() > SMALL_UNIT && !only.may_be_in(part)
    }

    /// What a unit has in common with its other half, where it is split.
    ///
    /// # Errors
    /// It is damaged.
    pub(super) fn split_id(&mut self, index: usize) -> Result<Option<u64>, Problem> {
        Ok(self.info.unit(index, self.budget)?.split_id)
    }

    /// Which of the halves that are looked for are here; they are taken out of these.
    ///
    /// # Errors
    /// The root of a unit is damaged.
    pub(super) fn found_among(
        &mut self,
        halves: &mut BTreeMap<u64, String>,
    ) -> Result<BTreeSet<u64>, Problem> {
        let mut found = BTreeSet::new();
        for index in 0..self.info.units() {
            let id = self.split_id(index)?;
            found.extend(id.filter(|id| halves.remove(id).is_some()));
        }
        Ok(found)
    }

    fn open(&mut self, index: usize) -> Result<Rc<Open<'a>>, Problem> {
        if let Some(open) = self.open.get(&index) {
            return Ok(Rc::clone(open));
        }
        let unit = self.info.unit(index, self.budget)?;
        let only = self.only.as_ref();
        let last = only.and_then(|only| only.last_in(self.info.part(index)?));
        // Elsewhere what is defined later may be of a name that was announced before.
        let end = last.filter(|_| !unit.language.has_paths());
        let scan = Scan::of(&unit, only, end.map(UnitOffset), self.budget)?;
        let open = Rc::new(Open { unit, scan });
        if self.open.len() == MAX_OPEN_UNITS {
            self.open.clear();
        }
        self.open.insert(index, Rc::clone(&open));
        Ok(open)
    }

    /// The type that an attribute of an entry refers to.
    ///
    /// `name` stands in for that of a type without one.
    pub(super) fn referred(
        &mut self,
        from: usize,
        value: Option<&AttributeValue<super::sections::Octets<'a>>>,
        name: &Arc<str>,
    ) -> Result<Resolved, Problem> {
        let Some(value) = value else {
            return Ok(self.sizeless("void".to_owned()));
        };
        match self.info.target(from, value) {
            Some(at) => self.resolve(at, name),
            None => Ok(self.opaque("a type that is not in this file".to_owned(), None)),
        }
    }

    /// The type of an entry. `name` stands in for that of a type without one.
    pub(super) fn resolve(&mut self, at: At, name: &Arc<str>) -> Result<Resolved, Problem> {
        let known = if at.unit == self.current {
            self.known.get(&at.offset)
        } else {
            self.known_elsewhere.get(&at)
        };
        if let Some(known) = known {
            return Ok(*known);
        }
        if self.begun.contains(&at) {
            self.cuts += 1;
            return Ok(self.opaque("a type that contains itself".to_owned(), None));
        }
        if self.begun.len() == MAX_DEPTH {
            self.cuts += 1;
            return Ok(self.too_deep());
        }
        let open = self.open(at.unit)?;
        let content = self.repeated(&open, at)?;
        if let Some(known) = content.and_then(|content| self.read_before(content)) {
            self.known.insert(at.offset, known);
            return Ok(known);
        }
        let cuts = self.cuts;
        self.begun.push(at);
        let resolved = self.read(&open, at, name);
        self.begun.pop();
        let mut resolved = resolved?;
        if resolved.depth > MAX_DEPTH {
            resolved = self.too_deep();
        }
        if let Some(content) = content.filter(|_| self.cuts == cuts) {
            self.keep(content, resolved);
        }
        if at.unit == self.current {
            self.known.insert(at.offset, resolved);
        } else {
            self.known_elsewhere.insert(at, resolved);
        }
        Ok(resolved)
    }

    fn too_deep(&mut self) -> Resolved {
        let what = format!("a type nested more than {MAX_DEPTH} deep");
        self.opaque(what, None)
    }

    /// Reads an entry, its first time.
    fn read(&mut self, open: &Open<'a>, at: At, name: &Arc<str>) -> Result<Resolved, Problem> {
        let entry = self.entry(&open.unit, at.offset)?;
        let size = entry::unsigned(&entry, c::DW_AT_byte_size);
        match entry.tag() {
            c::DW_TAG_base_type => self.base(open, &entry),
            c::DW_TAG_typedef => self.typedef(open, &entry, at),
            c::DW_TAG_const_type
            | c::DW_TAG_volatile_type
            | c::DW_TAG_restrict_type
            | c::DW_TAG_immutable_type => {
                let of = entry::value(entry.attrs(), c::DW_AT_type);
                self.referred(at.unit, of.as_ref(), name)
            }
            c::DW_TAG_atomic_type => self.atomic(&entry, at, name),
            c::DW_TAG_pointer_type => Ok(self.pointer(&open.unit, size)),
            c::DW_TAG_reference_type | c::DW_TAG_rvalue_reference_type => {
                Ok(self.reference(&open.unit, size))
            }
            c::DW_TAG_ptr_to_member_type => self.member_pointer(&open.unit, &entry, at),
            c::DW_TAG_array_type => self.array(open, &entry, at, name),
            c::DW_TAG_structure_type | c::DW_TAG_class_type | c::DW_TAG_union_type => {
                self.record(open, &entry, at, name)
            }
            c::DW_TAG_enumeration_type => self.enumeration(open, &entry, at, name),
            c::DW_TAG_string_type if open.unit.language == Language::Fortran => {
                self.string(&entry, at, name)
            }
            // Of Ada and Pascal, with the size of what it is a part of.
            c::DW_TAG_subrange_type if size.is_none() => {
                let of = entry::value(entry.attrs(), c::DW_AT_type);
                self.referred(at.unit, of.as_ref(), name)
            }
            // C++: as large as a pointer, and aligned as one ([basic.fundamental]).
            c::DW_TAG_unspecified_type
                if self.own_name(&open.unit, &entry)?.as_deref() == Some("decltype(nullptr)") =>
            {
                Ok(self.pointer(&open.unit, size))
            }
            c::DW_TAG_subroutine_type => Ok(self.sizeless("a function".to_owned())),
            tag => {
                let what = match tag {
                    c::DW_TAG_unspecified_type => "a type without contents".to_owned(),
                    tag => match tag.static_string() {
                        Some(tag) => format!("{tag}, which C has not"),
                        None => format!("an entry of unknown tag {:#x}", tag.0),
                    },
                };
                Ok(self.opaque(what, size))
            }
        }
    }

    /// One entry by its place, and the unit that it is in.
    pub(super) fn entry_of(&mut self, at: At) -> Result<(Rc<Open<'a>>, Entry<'a>), Problem> {
        let open = self.open(at.unit)?;
        let entry = self.entry(&open.unit, at.offset)?;
        Ok((open, entry))
    }

    /// One entry, without those below it.
    pub(super) fn entry(
        &mut self,
        unit: &Unit<'a>,
        offset: UnitOffset,
    ) -> Result<Entry<'a>, Problem> {
        let place = unit.spot(offset);
        self.budget.take(1, place)?;
        let mut entry = Entry::null();
        let found = unit
            .header
            .entries_raw(&unit.abbreviations, Some(offset))
            .and_then(|mut entries| entries.read_entry(&mut entry))
            .map_err(|error| place.found(error))?;
        if found {
            Ok(entry)
        } else {
            Err(place.found("found nothing, expected a type that another entry refers to"))
        }
    }

    /// The path of the file that an entry is declared in; `None` where the compiler does not say.
    pub(super) fn declared_in(
        &mut self,
        open: &Open<'a>,
        entry: &Entry<'a>,
    ) -> Result<Option<Arc<str>>, Problem> {
        match entry::unsigned(entry, c::DW_AT_decl_file) {
            Some(file) => self.file_path(open, file),
            None => Ok(None),
        }
    }

    /// The path of a file by its number in a unit. That of one file is kept in one place.
    pub(super) fn file_path(
        &mut self,
        open: &Open<'a>,
        number: u64,
    ) -> Result<Option<Arc<str>>, Problem> {
        self.files.path(&self.info, &open.unit, number, self.budget)
    }

    /// The entries directly below one, with their places.
    pub(super) fn children(
        &mut self,
        unit: &Unit<'a>,
        parent: &Entry<'a>,
    ) -> Result<Vec<Entry<'a>>, Problem> {
        if !parent.has_children() {
            return Ok(Vec::new());
        }
        // More than most have.
        let mut children = Vec::with_capacity(8);
        let place = unit.spot(parent.offset());
        let mut entries = unit
            .header
            .entries_raw(&unit.abbreviations, Some(parent.offset()))
            .map_err(|error| place.found(error))?;
        let mut entry = Entry::null();
        let mut read = |entry: &mut Entry<'a>| {
            entries.read_entry(entry)?;
            Ok(entries.next_depth())
        };
        let mut depth = read(&mut entry).map_err(|error: gimli::Error| place.found(error))?;
        while depth > 0 {
            let its_depth = depth;
            self.budget.take(1, place)?;
            depth = read(&mut entry).map_err(|error| place.found(error))?;
            if its_depth == 1 && !entry.is_null() {
                children.push(entry.clone());
            }
        }
        Ok(children)
    }

    /// Something without a layout of its own, with the words for it.
    pub(super) fn opaque(&mut self, what: String, size: Option<u64>) -> Resolved {
        Resolved::new(self.interned.plain(Type::Opaque { what }), size)
    }

    /// What has no size anywhere, with the words for it.
    pub(super) fn sizeless(&mut self, what: String) -> Resolved {
        Resolved::new(self.interned.plain(Type::Sizeless { what }), None)
    }
}

/// `DW_AT_alignment` (DWARF 5, 2.24) in octets, where it is a power of two as it must be.
pub(super) fn alignment(entry: &Entry<'_>) -> Option<u32> {
    entry::unsigned(entry, c::DW_AT_alignment)
        .and_then(|octets| u32::try_from(octets).ok())
        .filter(|octets| octets.is_power_of_two())
}
