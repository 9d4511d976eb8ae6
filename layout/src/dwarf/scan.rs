//! The first reading of a unit: which types it names, and in which namespaces.

use gimli::{Attribute, AttributeValue, DwTag, UnitOffset, constants as c};

use super::budget::Budget;
use super::entry;
use super::error::Problem;
use super::language::Language;
use super::mentions::Mentions;
use super::sections::Octets;
use super::unit::Unit;

/// What was found in a unit.
#[derive(Default)]
pub(super) struct Scan<'a> {
    /// In the order of the unit.
    scopes: Vec<Scope<'a>>,
    /// The types that have a name and are more than announced, in the order of the unit.
    pub(super) named: Vec<UnitOffset>,
}

/// A namespace, or a type that types are declared in.
struct Scope<'a> {
    /// The entries between these two are in it.
    start: UnitOffset,
    end: UnitOffset,
    /// The one that it is written in.
    outer: Option<usize>,
    /// The one that it belongs to: the same, or the one that it was announced in.
    parent: Option<usize>,
    name: Option<AttributeValue<Octets<'a>>>,
}

impl<'a> Scan<'a> {
    /// Reads the entries of a unit, all or those that begin before an `end`. `only` has the names that alone are asked for.
    ///
    /// # Errors
    /// An entry is damaged.
    pub(super) fn of(
        unit: &Unit<'a>,
        only: Option<&Mentions>,
        end: Option<UnitOffset>,
        budget: &mut Budget,
    ) -> Result<Scan<'a>, Problem> {
        let mut scan = Scan::default();
        // Those that are open, how deep each is, and whether it is a type.
        let mut open: Vec<(isize, usize, bool)> = Vec::new();
        // As many as a type has.
        let mut attributes = Vec::with_capacity(16);
        let is_asked_for = |name: &_| only.is_none_or(|only| only.may_be(name));
        let header = &unit.header;
        let mut entries = header
            .entries_raw(&unit.abbreviations, None)
            .map_err(|error| unit.spot(header.root_offset()).found(error))?;
        while !entries.is_empty() {
            let (offset, depth) = (entries.next_offset(), entries.next_depth());
            if end.is_some_and(|end| end < offset) {
                break;
            }
            let place = unit.spot(offset);
            budget.take(1, place)?;
            while let Some(&(its_depth, scope, _)) = open.last()
                && depth <= its_depth
            {
                if let Some(scope) = scan.scopes.get_mut(scope) {
                    scope.end = offset;
                }
                open.pop();
            }
            let abbreviation = entries
                .read_abbreviation()
                .map_err(|error| place.found(error))?;
            let Some(abbreviation) = abbreviation else {
                continue;
            };
            let tag = abbreviation.tag();
            let specifications = abbreviation.attributes();
            let is_scope = abbreviation.has_children() && unit.language.has_paths() && opens(tag);
            if !is_scope && !names_a_type(tag) {
                entries
                    .skip_attributes(specifications)
                    .map_err(|error| place.found(error))?;
                continue;
            }
            entries
                .read_attributes(specifications, &mut attributes)
                .map_err(|error| place.found(error))?;
            let name = entry::value(&attributes, gimli::DW_AT_name);
            let specified = specification(&attributes);
            let announced = entry::value(&attributes, gimli::DW_AT_declaration).is_some();
            // In a type of Rust are its variants, which are no types of the program.
            let is_variant = unit.language == Language::Rust
                && open.last().is_some_and(|(_, _, is_type)| *is_type);
            if names_a_type(tag)
                && !is_variant
                && (name.as_ref().is_some_and(is_asked_for) || specified.is_some())
                && !announced
            {
                scan.named.push(offset);
            }
            if is_scope {
                let outer = open.last().map(|&(_, scope, _)| scope);
                let parent = match specified {
                    Some(announced) => scan.innermost(announced),
                    None => outer,
                };
                open.push((depth, scan.scopes.len(), names_a_type(tag)));
                scan.scopes.push(Scope {
                    start: offset,
                    end: UnitOffset(usize::MAX),
                    outer,
                    parent,
                    name,
                });
            }
        }
        Ok(scan)
    }

    /// The names of what an entry is in, from the outermost; `None` for what has no name of its own.
    pub(super) fn around(&self, offset: UnitOffset) -> Vec<Option<&AttributeValue<Octets<'a>>>> {
        let mut next = self.innermost(offset);
        let mut names = Vec::new();
        while let Some(scope) = next.and_then(|index| self.scopes.get(index))
            && names.len() < MAX_NESTED
        {
            names.push(scope.name.as_ref());
            next = scope.parent;
        }
        names.reverse();
        names
    }

    /// The scope that an entry is written in.
    fn innermost(&self, offset: UnitOffset) -> Option<usize> {
        let before = self.scopes.partition_point(|scope| scope.start < offset);
        let mut next = before.checked_sub(1);
        // Those that begin before it and end before it, too, are passed by.
        while let Some(scope) = next.and_then(|index| self.scopes.get(index))
            && scope.end <= offset
        {
            next = scope.outer;
        }
        next
    }
}

/// The entry that announced, in a namespace, what is defined outside of it (DWARF 5, 2.13.2).
pub(super) fn specification(attributes: &[Attribute<Octets<'_>>]) -> Option<UnitOffset> {
    match entry::value(attributes, gimli::DW_AT_specification) {
        Some(AttributeValue::UnitRef(offset)) => Some(offset),
        _ => None,
    }
}

/// Deeper than any program; without it, paths of hostile files would be long beyond measure.
const MAX_NESTED: usize = 64;

fn names_a_type(tag: DwTag) -> bool {
    matches!(
        tag,
        c::DW_TAG_structure_type
            | c::DW_TAG_class_type
            | c::DW_TAG_union_type
            | c::DW_TAG_enumeration_type
            | c::DW_TAG_typedef
    )
}

fn opens(tag: DwTag) -> bool {
    matches!(
        tag,
        c::DW_TAG_namespace
            | c::DW_TAG_module
            | c::DW_TAG_structure_type
            | c::DW_TAG_class_type
            | c::DW_TAG_union_type
            | c::DW_TAG_enumeration_type
    )
}
