//! What C++ classes have beside fields: base classes, pointers to virtual tables; and whether they are plain old data.

use std::sync::Arc;

use gimli::constants as c;

use super::entry::{self, Entry, Location};
use super::error::Problem;
use super::info::At;
use super::observed::ObservedMember;
use super::placed::{Placed, Reason};
use super::program::MemberSource;
use super::reader::{Open, Reader};
use crate::types::{Class, Functions, Member, Record, Role, Type, TypeId, VirtualFunction};

/// What of a class decides whether it is plain old data, as its entries are gone through.
pub(super) struct PlainOldData {
    class: Class,
    functions: Functions,
    /// Whether a function that decides it may be defaulted: not every compiler says so.
    is_doubtful: bool,
    constructors: Constructors,
    /// The accessibility of the fields, while it is that of all.
    access: Option<i128>,
    is_private_unless_told: bool,
    /// Whether a base has fields: then a class that has some, too, is not of standard layout.
    has_inherited_fields: bool,
    has_fields: bool,
    first_bases: Vec<TypeId>,
}

#[derive(Default)]
struct Constructors {
    any: bool,
    defaulted_default: bool,
}

impl PlainOldData {
    /// Of a class of nothing.
    pub(super) fn of(class: &Entry<'_>) -> PlainOldData {
        PlainOldData {
            class: Class::POD,
            functions: Functions::default(),
            is_doubtful: false,
            constructors: Constructors::default(),
            access: None,
            is_private_unless_told: class.tag() == c::DW_TAG_class_type,
            has_inherited_fields: false,
            has_fields: false,
            first_bases: Vec::new(),
        }
    }

    /// A pointer to a virtual table, or a reference: neither standard has these in plain old data.
    pub(super) fn is_none(&mut self) {
        self.is_none_of_03();
        self.class.is_pod_11 = false;
    }

    /// By C++03, whoever counts.
    fn is_none_of_03(&mut self) {
        self.class.is_pod = false;
        self.class.is_pod_by_clang = false;
        self.class.is_pod_undefaulted = false;
    }

    /// A field of this kind.
    pub(super) fn field(&mut self, entry: &Entry<'_>, kind: TypeId, class: Option<Class>) {
        let public = i128::from(c::DW_ACCESS_public.0);
        let private = i128::from(c::DW_ACCESS_private.0);
        let unless_told = if self.is_private_unless_told {
            private
        } else {
            public
        };
        let access = entry::number(entry, c::DW_AT_accessibility).unwrap_or(unless_told);
        if access != public {
            self.is_none_of_03();
        }
        self.class.is_pod_11 &= *self.access.get_or_insert(access) == access;
        if !self.has_fields && self.first_bases.contains(&kind) {
            self.class.is_pod_11 = false;
        }
        self.has_fields = true;
        self.contains(class);
    }

    fn contains(&mut self, class: Option<Class>) {
        if let Some(class) = class {
            self.class.is_pod &= class.is_pod;
            self.class.is_pod_by_clang &= class.is_pod_by_clang;
            self.class.is_pod_undefaulted &= class.is_pod_undefaulted;
            self.class.is_pod_11 &= class.is_pod_11;
        }
    }

    fn base(&mut self, kind: TypeId, record: &Record, is_virtual: bool) {
        self.is_none_of_03();
        self.contains(record.class);
        let has_fields = has_fields(record);
        self.class.is_pod_11 &= !(is_virtual || has_fields && self.has_inherited_fields);
        self.has_inherited_fields |= has_fields;
        self.first_bases.push(kind);
    }

    /// The class, its functions, and whether it may be plain old data all the same.
    pub(super) fn finish(self) -> (Class, Functions, bool) {
        let mut class = self.class;
        let constructors = self.constructors;
        // Without a default constructor it is not trivial.
        class.is_pod_11 &= (!constructors.any || constructors.defaulted_default)
            && !(self.has_fields && self.has_inherited_fields);
        (class, self.functions, self.is_doubtful)
    }
}

/// Whether a class has fields, by itself. One with bases that have some is not of standard layout, or has none itself.
fn has_fields(record: &Record) -> bool {
    record
        .members
        .iter()
        .any(|member| member.role == Role::Field)
        || record.members.len() > 1
        || record.class.is_some_and(|class| !class.is_pod_11)
}

/// What a function takes beside the object.
enum Takes {
    Nothing,
    /// An object of the class, or a reference to one.
    Copy,
    /// One that can be moved from.
    Moved,
    Other,
}

impl<'a> Reader<'_, 'a> {
    /// A base class: a member without a name.
    pub(super) fn base_class(
        &mut self,
        inheritance: &Entry<'a>,
        at: At,
        tag: &Arc<str>,
        plain: &mut PlainOldData,
    ) -> Result<Result<Placed, Reason>, Problem> {
        let value = entry::value(inheritance.attrs(), c::DW_AT_type);
        let base = self.referred(at.unit, value.as_ref(), tag)?;
        let record = match self.interned.types.get(base.id) {
            Some(Type::Record(record)) if record.class.is_some() => record,
            Some(Type::Opaque { what } | Type::Sizeless { what }) => {
                return Ok(Err(format!("whose base class is {what}")));
            }
            Some(Type::Library { name, .. }) => {
                let why = format!(
                    "whose base class is `{name}`, which each C++ library lays out in its own way"
                );
                return Ok(Err(why));
            }
            _ => return Ok(Err("whose base class is no class".to_owned())),
        };
        let virtuality = entry::number(inheritance, c::DW_AT_virtuality);
        let is_virtual = virtuality.is_some_and(|of| of != 0);
        plain.base(base.id, record, is_virtual);
        let octets = match entry::location(inheritance) {
            _ if is_virtual => None,
            Location::At(octets) => Some(octets),
            Location::Absent => Some(0),
            Location::Computed => {
                return Ok(Err("whose base class lies at a computed place".to_owned()));
            }
        };
        let member = match octets {
            Some(_) => Member::base(base.id),
            None => Member::virtual_base(base.id),
        };
        let observed = ObservedMember {
            bit_offset: octets.unwrap_or_default().saturating_mul(8),
            // How much of it another class uses is not said.
            bit_size: None,
            align: None,
            is_computed: octets.is_none(),
        };
        Ok(Ok(Placed {
            member,
            observed,
            source: MemberSource::default(),
            asked: base.asked,
            depth: base.depth,
            stored: None,
        }))
    }

    /// A member function, as far as it decides whether the class is plain old data.
    pub(super) fn member_function(
        &mut self,
        open: &Open<'a>,
        class: &Entry<'a>,
        at: At,
        function: &Entry<'a>,
        plain: &mut PlainOldData,
    ) -> Result<(), Problem> {
        let virtuality = entry::number(function, c::DW_AT_virtuality).unwrap_or(0);
        let is_virtual = virtuality != 0;
        plain.class.has_virtual_function |= is_virtual;
        if entry::flag(function, c::DW_AT_artificial) {
            return Ok(());
        }
        let name = self.own_name(&open.unit, function)?.unwrap_or_default();
        let of = self.own_name(&open.unit, class)?.unwrap_or_default();
        let of = of.split('<').next().unwrap_or_default();
        let is_constructor = name.split('<').next() == Some(of) && !of.is_empty();
        let is_destructor = name.starts_with('~');
        if is_constructor || is_destructor {
            // Of a template that nobody used nothing is told.
            plain.functions.has_structor = Some(true);
        }
        if is_virtual {
            let declared = match is_destructor {
                true => VirtualFunction::new(VirtualFunction::DESTRUCTOR, None),
                false => {
                    let mangled = self.linkage_name(&open.unit, function)?;
                    let signature = mangled.and_then(|mangled| signature(&mangled, &name));
                    VirtualFunction::new(name.clone(), signature)
                }
            };
            let is_pure = virtuality == i128::from(c::DW_VIRTUALITY_pure_virtual.0);
            // GCC calls all of them virtual, be they pure or not.
            let is_told = is_pure || !open.is_gcc();
            let declared = match is_told {
                true => declared.pure(is_pure),
                false => declared,
            };
            plain.functions.virtuals.push(declared);
        }
        if !is_constructor && !is_destructor && name != "operator=" {
            return Ok(());
        }
        let takes = self.takes(open, at, function)?;
        let is_defaulted = entry::number(function, c::DW_AT_defaulted) == Some(1);
        let is_deleted = entry::flag(function, c::DW_AT_deleted);
        let is_provided = !is_defaulted && !is_deleted;
        let mut decides = false;
        // Any that is declared counts where those count that are defaulted.
        plain.class.is_pod_undefaulted = false;
        if is_constructor {
            // P1008, as GCC takes it: what is no aggregate is no plain old data.
            plain.class.is_pod &= !open.is_gnu_cxx20();
            plain.constructors.any = true;
            // Deleted where it is declared, it is as trivial as a defaulted one.
            plain.constructors.defaulted_default |=
                matches!(takes, Takes::Nothing) && (is_defaulted || is_deleted);
            decides = is_provided || entry::flag(function, c::DW_AT_explicit);
            if decides {
                plain.is_none_of_03();
            }
            plain.class.is_pod_11 &= !is_provided || matches!(takes, Takes::Nothing | Takes::Other);
            if matches!(takes, Takes::Nothing) && is_provided {
                plain.class.is_pod_11 = false;
            }
        } else if is_destructor {
            decides = is_provided;
            if decides {
                plain.is_none();
            }
        } else if is_provided {
            let copies = matches!(takes, Takes::Copy);
            decides = copies || matches!(takes, Takes::Moved);
            if copies {
                plain.is_none_of_03();
            }
            plain.class.is_pod_11 &= !decides;
        }
        // gcc alone says what is defaulted.
        plain.is_doubtful |= decides && !open.is_gcc();
        Ok(())
    }

    fn takes(
        &mut self,
        open: &Open<'a>,
        class: At,
        function: &Entry<'a>,
    ) -> Result<Takes, Problem> {
        let parameters = self.children(&open.unit, function)?;
        let mut declared = parameters.iter().filter(|parameter| {
            parameter.tag() == c::DW_TAG_formal_parameter
                && !entry::flag(parameter, c::DW_AT_artificial)
        });
        let Some(first) = declared.next() else {
            return Ok(Takes::Nothing);
        };
        if declared.next().is_some() {
            return Ok(Takes::Other);
        }
        let mut takes = Takes::Copy;
        let mut from = class.unit;
        let mut next = entry::value(first.attrs(), c::DW_AT_type);
        // A reference, then qualifiers.
        for _ in 0..MAX_QUALIFIERS {
            let Some(target) = next.and_then(|of| self.info.target(from, &of)) else {
                break;
            };
            if target == class {
                return Ok(takes);
            }
            let (_, entry) = self.entry_of(target)?;
            match entry.tag() {
                c::DW_TAG_rvalue_reference_type => takes = Takes::Moved,
                c::DW_TAG_reference_type | c::DW_TAG_const_type | c::DW_TAG_volatile_type => {}
                _ => break,
            }
            next = entry::value(entry.attrs(), c::DW_AT_type);
            from = target.unit;
        }
        Ok(Takes::Other)
    }

    /// What a type is as a member of a class: `None` where it is no class, and no array of one.
    pub(super) fn class_of(&self, mut id: TypeId) -> Option<Class> {
        // Bounded by the number of types: what an array is of was added before it.
        loop {
            match self.interned.types.get(id)? {
                Type::Array { element: of, .. }
                | Type::Aligned { of, .. }
                | Type::Library { of, .. } => id = *of,
                Type::Record(record) => return record.class,
                _ => return None,
            }
        }
    }
}

/// What follows the name of a member function in its mangled form, and its qualifiers; `None` where that says it by what came before, which another class has otherwise, or in another ABI's way.
///
/// Itanium C++ ABI, 5.1.2 "Other Entities" (`nested-name`), 5.1.10 "Compression".
fn signature(mangled: &str, name: &str) -> Option<String> {
    let nested = mangled.trim_start_matches('_').strip_prefix("ZN")?;
    let end = nested.find(|c| !matches!(c, 'r' | 'V' | 'K' | 'R' | 'O'))?;
    let (qualifiers, path) = nested.split_at_checked(end)?;
    let own = format!("{}{name}E", name.len());
    // More than one may be a part of a class's name.
    let mut parts = path.split(&own);
    let (Some(_), Some(parameters), None) = (parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    let is_back = |from: &str| {
        let number =
            from.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase());
        number.starts_with('_')
    };
    let mut back = parameters
        .match_indices('S')
        .map(|(at, _)| parameters.get(at + 1..));
    let refers_back = back.any(|from| from.is_some_and(is_back));
    (!refers_back).then(|| format!("{qualifiers} {parameters}"))
}

/// Between a parameter and its class: more are none of a program's.
const MAX_QUALIFIERS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_a_functions_name_is_its_signature() {
        for (mangled, name, expected) in [
            ("_ZN1D1fEv", "f", Some(" v")),
            ("__ZN1D1fEv", "f", Some(" v")),
            ("_ZNK3net1D1fEiPKc", "f", Some("K iPKc")),
            ("_ZN1DIiE1fERKSs", "f", Some(" RKSs")),
            // Another class has the same by other words.
            ("_ZN1D1fEPS_", "f", None),
            ("_ZN1D1fEP3FooS1_", "f", None),
            ("_ZN1DeqERKS_", "operator==", None),
            ("?f@D@@UEAAXXZ", "f", None),
            ("_ZN4a1fE1fEv", "f", None),
        ] {
            assert_eq!(signature(mangled, name).as_deref(), expected, "{mangled}");
        }
    }
}
