//! Records in few words.

use crossum_layout::abi::Scalar;
use crossum_layout::types::{Count, Member, Record, RecordKind, Type, TypeId, Types};

use crate::random_types::case::Case;

/// A record; a member says by their places which of its typedefs and arrays it has.
pub(super) struct Shape {
    pub(super) kind: RecordKind,
    pub(super) members: Vec<Part>,
    pub(super) packed: bool,
    pub(super) pack: Option<u32>,
    /// The alignments of the typedefs that members may have.
    pub(super) typedefs: Vec<u32>,
    /// The lengths of the arrays that members may be.
    pub(super) arrays: Vec<Count>,
}

pub(super) struct Part {
    member: Member,
    scalar: Scalar,
    typedef: Option<usize>,
    array: Option<usize>,
}

pub(super) fn structure(members: Vec<Part>) -> Shape {
    Shape {
        kind: RecordKind::Struct,
        members,
        packed: false,
        pack: None,
        typedefs: Vec::new(),
        arrays: Vec::new(),
    }
}

pub(super) fn union(members: Vec<Part>) -> Shape {
    Shape {
        kind: RecordKind::Union,
        ..structure(members)
    }
}

pub(super) fn plain(name: &str, scalar: Scalar) -> Part {
    let kind = Types::new().add(scalar);
    Part {
        member: if name.is_empty() {
            Member::unnamed(kind)
        } else {
            Member::new(name, kind)
        },
        scalar,
        typedef: None,
        array: None,
    }
}

pub(super) fn bits(name: &str, scalar: Scalar, bits: u32) -> Part {
    let mut part = plain(name, scalar);
    part.member.bits = Some(bits);
    part
}

pub(super) fn aligned(align: u32, mut part: Part) -> Part {
    part.member.aligned = Some(align);
    part
}

pub(super) fn of_typedef(typedef: usize, part: Part) -> Part {
    Part {
        typedef: Some(typedef),
        ..part
    }
}

pub(super) fn of_array(array: usize, part: Part) -> Part {
    Part {
        array: Some(array),
        ..part
    }
}

impl Shape {
    pub(super) fn case(&self) -> Case {
        let mut types = Types::new();
        let mut record = Record::new(self.kind);
        record.packed = self.packed;
        record.pack = self.pack;
        for part in &self.members {
            let mut member = part.member.clone();
            member.kind = kind(&mut types, self, part);
            record.members.push(member);
        }
        let root = types.add(record);
        Case {
            types,
            records: vec![root],
            root,
        }
    }
}

fn kind(types: &mut Types, shape: &Shape, part: &Part) -> TypeId {
    let mut kind = types.add(Type::Scalar(part.scalar));
    if let Some(typedef) = part.typedef {
        let align = shape.typedefs[typedef];
        kind = types.add(Type::Aligned { of: kind, align });
    }
    if let Some(array) = part.array {
        let count = shape.arrays[array];
        kind = types.add(Type::Array {
            element: kind,
            count,
        });
    }
    kind
}
