//! The fields of a record, one after another: members, base classes, functions.

use std::sync::Arc;

use ms_codeview::types::fields::Field;
use ms_codeview::types::{TypeData, TypeIndex};

use super::super::error::Problem;
use super::super::observed::{Observed, ObservedMember};
use super::super::program::MemberSource;
use super::{Placed, Reader, primitive, text};
use crate::types::{self, Member, RecordKind, Role, Type, TypeId};

/// A record that is being read.
pub(super) struct Class<'c, 'r, 'a> {
    reader: &'c mut Reader<'r, 'a>,
    kind: RecordKind,
    tag: Arc<str>,
    /// `None` in C.
    class: Option<types::Class>,
    /// Whether functions of it may be defaulted, which nobody says.
    is_doubtful: bool,
    access: Option<u16>,
    members: Vec<Placed>,
    /// Where the pointer is that leads to virtual bases, if it has such.
    pointer_to_bases: Option<u64>,
    depth: usize,
}

/// What follows a tag in an error.
type Reason = String;

impl<'c, 'r, 'a> Class<'c, 'r, 'a> {
    /// One of nothing.
    pub(super) fn new(
        reader: &'c mut Reader<'r, 'a>,
        kind: RecordKind,
        is_cxx: bool,
        tag: &Arc<str>,
    ) -> Class<'c, 'r, 'a> {
        Class {
            reader,
            kind,
            tag: Arc::clone(tag),
            class: is_cxx.then_some(types::Class::POD),
            is_doubtful: false,
            access: None,
            members: Vec::new(),
            pointer_to_bases: None,
            depth: 0,
        }
    }

    /// The next field.
    ///
    /// # Errors
    /// Something in it is damaged. A reason is what is not known of the record because of it.
    pub(super) fn add(&mut self, field: &Field<'a>) -> Result<Result<(), Reason>, Problem> {
        match field {
            Field::Member(of) => {
                let Ok(octets) = u64::try_from(of.offset) else {
                    return Ok(Err(format!(
                        "whose member `{}` lies at no possible place",
                        of.name
                    )));
                };
                self.member(&text(of.name), of.ty, octets, of.attr)
            }
            Field::BaseClass(of) => {
                let Ok(octets) = u64::try_from(of.offset) else {
                    return Ok(Err("whose base class lies at no possible place".to_owned()));
                };
                self.base(of.ty, Some(octets))
            }
            Field::DirectVirtualBaseClass(of) => {
                let Ok(octets) = u64::try_from(of.vbpoff) else {
                    return Ok(Err(
                        "whose virtual base lies at no possible place".to_owned()
                    ));
                };
                self.pointer_to_bases.get_or_insert(octets);
                self.base(of.fixed.btype.get(), None)
            }
            Field::VFuncTable(_) | Field::VFuncOffset(_) => {
                self.is_none();
                self.vtable_pointer(0);
                Ok(Ok(()))
            }
            Field::OneMethod(of) => {
                self.function(of.name, of.attr);
                Ok(Ok(()))
            }
            Field::Method(of) => {
                let list = self.reader.records.get(of.methods.0);
                if let Some(TypeData::MethodList(list)) = list.and_then(|list| list.data()) {
                    let mut list = types_of(list.bytes);
                    while let Ok(Some(one)) = list.next() {
                        self.function(of.name, one.attr);
                    }
                }
                Ok(Ok(()))
            }
            _ => Ok(Ok(())),
        }
    }

    fn member(
        &mut self,
        name: &Arc<str>,
        of: TypeIndex,
        octets: u64,
        attr: u16,
    ) -> Result<Result<(), Reason>, Problem> {
        let inside: Arc<str> = format!("{}.{name}", self.tag).into();
        let is_cxx = self.class.is_some();
        let bit_field = match self.reader.records.get(of.0).and_then(|of| of.data()) {
            Some(TypeData::Bitfield(of)) => Some(of),
            _ => None,
        };
        let spelled = bit_field.map_or(of, |of| of.underlying_type.get());
        let resolved = self.reader.resolve(spelled, &inside, is_cxx)?;
        let whole = resolved.size.and_then(|size| size.checked_mul(8));
        let bit = bit_field.map_or(0, |of| u64::from(of.position));
        let Some(bit_offset) = octets.checked_mul(8).and_then(|at| at.checked_add(bit)) else {
            return Ok(Err(format!(
                "whose member `{name}` lies at no possible place"
            )));
        };
        let bits = bit_field.map(|of| u32::from(of.length));
        // A bit-field of an enumeration or a `bool` is of its own type: no name that is lost changes it.
        self.counts(resolved.id, attr);
        self.depth = self.depth.max(resolved.depth);
        let known = primitive::of(spelled, &self.reader.machine, true);
        let member = Member {
            bits,
            ..Member::new(&**name, resolved.id)
        };
        let observed = ObservedMember {
            bit_offset,
            bit_size: bits.map(u64::from).or(whole),
            align: None,
            is_computed: false,
        };
        let source = MemberSource {
            signed: known.as_ref().and_then(|of| of.signed),
            type_name: known.map(|of| of.name.into()),
            ..MemberSource::default()
        };
        self.members.push((member, observed, source));
        Ok(Ok(()))
    }

    /// A base class, and where it lies; `None` for a virtual one.
    fn base(&mut self, of: TypeIndex, octets: Option<u64>) -> Result<Result<(), Reason>, Problem> {
        let tag = Arc::clone(&self.tag);
        let base = self.reader.resolve(of, &tag, true)?;
        let is_class = match self.reader.interned.types.get(base.id) {
            Some(Type::Record(record)) => record.class.is_some(),
            Some(Type::Opaque { what } | Type::Sizeless { what }) => {
                return Ok(Err(format!("whose base class is {what}")));
            }
            _ => false,
        };
        if !is_class {
            return Ok(Err("whose base class is no class".to_owned()));
        }
        self.is_none_of_03();
        if let Some(class) = &mut self.class {
            // Whether it or a base has the fields decides; it is asked where it matters.
            class.is_pod_11 = false;
            self.is_doubtful = true;
        }
        self.depth = self.depth.max(base.depth);
        let observed = ObservedMember {
            bit_offset: octets.unwrap_or_default().saturating_mul(8),
            bit_size: None,
            align: None,
            is_computed: octets.is_none(),
        };
        let member = match octets {
            Some(_) => Member::base(base.id),
            None => Member::virtual_base(base.id),
        };
        self.members
            .push((member, observed, MemberSource::default()));
        Ok(Ok(()))
    }

    /// Microsoft's lies before all else that the class has itself; the one that leads to virtual bases where the file says.
    fn vtable_pointer(&mut self, octets: u64) {
        let size = u64::from(self.reader.machine.pointer_size);
        let kind = self.reader.interned.plain(Type::VtablePointer);
        let member = Member {
            role: Role::VtablePointer,
            ..Member::new("_vptr", kind)
        };
        let observed = ObservedMember {
            bit_offset: octets.saturating_mul(8),
            bit_size: Some(8 * size),
            align: None,
            is_computed: false,
        };
        let placed = (member, observed, MemberSource::default());
        let first = |(of, ..): &Placed| of.role == Role::Field;
        let place = self.members.iter().position(first);
        let place = place.unwrap_or(self.members.len());
        self.members.insert(place, placed);
    }

    /// A function, as far as it decides whether the class is plain old data.
    fn function(&mut self, name: &[u8], attr: u16) {
        /// CV_methodprop_e: virtual, introducing, pure, pure and introducing.
        const VIRTUAL: [u16; 4] = [1, 4, 5, 6];
        /// CV_fldattr_t.compgenx: the compiler made it.
        const MADE: u16 = 1 << 8;
        if attr & MADE != 0 {
            return;
        }
        if VIRTUAL.contains(&(attr >> 2 & 7)) {
            self.is_none();
            if let Some(class) = &mut self.class {
                class.has_virtual_function = true;
            }
        }
        let own = self.tag.rsplit("::").next().unwrap_or_default();
        let own = own.split('<').next().unwrap_or_default();
        let plain = name
            .split(|octet| *octet == b'<')
            .next()
            .unwrap_or_default();
        if plain == own.as_bytes() || name.starts_with(b"~") || name == b"operator=" {
            self.is_none();
            self.is_doubtful = true;
        }
    }

    /// A field of this kind, and with this access: 3 is public.
    fn counts(&mut self, kind: TypeId, attr: u16) {
        let access = attr & 3;
        if access != 3 {
            self.is_none_of_03();
        }
        let same = *self.access.get_or_insert(access) == access;
        let inner = self.class_of(kind);
        let is_reference = self.reader.interned.types.get(kind) == Some(&Type::Reference);
        let Some(class) = &mut self.class else {
            return;
        };
        class.is_pod_11 &= same;
        if let Some(inner) = inner {
            class.is_pod &= inner.is_pod;
            class.is_pod_by_clang &= inner.is_pod_by_clang;
            class.is_pod_undefaulted &= inner.is_pod_undefaulted;
            class.is_pod_11 &= inner.is_pod_11;
        }
        if is_reference {
            self.is_none();
        }
    }

    fn class_of(&self, mut id: TypeId) -> Option<types::Class> {
        // Bounded by the number of types: what an array is of was added before it.
        loop {
            match self.reader.interned.types.get(id)? {
                Type::Array { element, .. } => id = *element,
                Type::Record(record) => return record.class,
                _ => return None,
            }
        }
    }

    fn is_none(&mut self) {
        self.is_none_of_03();
        if let Some(class) = &mut self.class {
            class.is_pod_11 = false;
        }
    }

    fn is_none_of_03(&mut self) {
        if let Some(class) = &mut self.class {
            class.is_pod = false;
            class.is_pod_by_clang = false;
            class.is_pod_undefaulted = false;
        }
    }

    /// The record, how it lies, how its members are written, and how deep they are nested.
    pub(super) fn finish(
        mut self,
        size: u64,
    ) -> (types::Record, Observed, Vec<MemberSource>, usize) {
        let has = |role| self.members.iter().any(|(of, ..)| of.role == role);
        if let Some(octets) = self.pointer_to_bases
            && !has(Role::VtablePointer)
        {
            self.vtable_pointer(octets);
        }
        let may_be_pod = self.is_doubtful && self.class.is_some();
        let mut record = types::Record {
            class: self.class,
            ..types::Record::new(self.kind)
        };
        let mut observed = Observed {
            size,
            may_be_pod,
            ..Observed::default()
        };
        let mut sources = Vec::new();
        for (member, place, source) in self.members {
            record.members.push(member);
            observed.members.push(place);
            sources.push(source);
        }
        (record, observed, sources, self.depth)
    }
}

fn types_of(octets: &[u8]) -> ms_codeview::types::MethodList<'_> {
    ms_codeview::types::MethodList { rest: octets }
}
