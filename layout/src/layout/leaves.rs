//! A type taken apart: every value in it that is no record, and the padding between them, seen from the outermost type.

use crate::types::{Count, Role, Type, TypeId};

use super::{Hole, Layout, LayoutError, Layouts, Placed};

/// A value in a type, or padding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Leaf {
    /// The names that lead to it, as in C: `a.b`. An element of an array of records has `[]` after the array's name, and
    /// members of anonymous records have no more than their own name. Of padding: the path of the record it is in.
    pub path: String,
    /// What it is.
    pub kind: LeafKind,
    /// From the start of the outermost type, numbered as [`Placed::bit_offset`]. In arrays, of the first element.
    pub bit_offset: u64,
    /// Of one element, in bits.
    pub bit_size: u64,
    /// The arrays it is in, the outermost first.
    pub repeated: Vec<Repeated>,
}

/// What lies there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeafKind {
    /// A value of this type, which is no record and no array.
    Value(TypeId),
    /// A bit-field of this type.
    BitField(TypeId),
    /// Nothing: padding, or a bit-field without a name. In a union, what no alternative covers; the padding inside of
    /// an alternative may be a value of another.
    Padding,
    /// A pointer of the compiler's that no member stands for: see [`Layout::base_pointer`].
    BasePointer,
}

/// An array around a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Repeated {
    /// How many elements it has.
    pub count: Count,
    /// From one element to the next, in bits.
    pub bit_stride: u64,
}

/// The leaves of a type, in the order of their declaration, padding where it lies. They are worked out as they are asked
/// for, because a small declaration can have more of them than memory holds.
#[derive(Debug)]
pub struct Leaves<'l, 'a> {
    layouts: &'l Layouts<'a>,
    /// The records that we are in, the outermost first.
    open: Vec<Open<'l, 'a>>,
    path: String,
    repeated: Vec<Repeated>,
    /// A type that is itself a leaf.
    only: Option<Leaf>,
}

/// Where a type lies that is gone into, and how much of it is there.
struct Part {
    bit_offset: u64,
    bit_size: Option<u64>,
    is_base: bool,
}

/// A record whose members are being walked.
#[derive(Debug)]
struct Open<'l, 'a> {
    layout: &'l Layout<'a>,
    bit_offset: u64,
    /// How much of it is here: less than its size where it is a base class, or has no address of its own.
    bit_size: u64,
    is_base: bool,
    next_member: usize,
    next_hole: usize,
    /// Until it is met.
    base_pointer: Option<Hole>,
    /// How much of the path and of the arrays belongs to it.
    path: usize,
    repeated: usize,
}

impl<'l, 'a> Leaves<'l, 'a> {
    pub(super) fn new(layouts: &'l Layouts<'a>, id: TypeId) -> Result<Leaves<'l, 'a>, LayoutError> {
        layouts.of(id)?;
        let mut leaves = Leaves {
            layouts,
            open: Vec::new(),
            path: String::new(),
            repeated: Vec::new(),
            only: None,
        };
        let whole = Part {
            bit_offset: 0,
            bit_size: None,
            is_base: false,
        };
        leaves.only = leaves.enter(id, whole, None);
        Ok(leaves)
    }

    /// Goes into a type: opens the record that it is, or is an array of, or returns the leaf.
    fn enter(&mut self, id: TypeId, part: Part, bit_field: Option<u64>) -> Option<Leaf> {
        let bit_offset = part.bit_offset;
        let types = self.layouts.types();
        let mut base = id;
        let mut dimensions = 0;
        loop {
            match types.get(base) {
                Some(Type::Array { element, count }) => {
                    let size = self.layouts.of(*element).map_or(0, |layout| layout.size);
                    self.repeated.push(Repeated {
                        count: *count,
                        bit_stride: 8 * size,
                    });
                    dimensions += 1;
                    base = *element;
                }
                Some(Type::Aligned { of, .. } | Type::Atomic { of } | Type::Library { of, .. }) => {
                    base = *of
                }
                _ => break,
            }
        }
        let layout = self.layouts.of(base).ok()?;
        // What only its file knows has members all the same.
        if matches!(types.get(base), Some(Type::Record(_))) || !layout.members.is_empty() {
            self.path.push_str(&"[]".repeat(dimensions));
            self.open.push(Open {
                layout,
                bit_offset,
                bit_size: match part.bit_size {
                    Some(bits) if dimensions == 0 => bits,
                    _ => 8 * layout.size,
                },
                is_base: part.is_base,
                next_member: 0,
                next_hole: 0,
                base_pointer: layout.base_pointer,
                path: self.path.len(),
                repeated: self.repeated.len(),
            });
            return None;
        }
        Some(Leaf {
            path: self.path.clone(),
            kind: match bit_field {
                Some(_) => LeafKind::BitField(id),
                None => LeafKind::Value(base),
            },
            bit_offset,
            bit_size: bit_field.unwrap_or(8 * layout.size),
            repeated: self.repeated.clone(),
        })
    }

    fn padding(&self, bit_offset: u64, bit_size: u64) -> Leaf {
        Leaf {
            kind: LeafKind::Padding,
            ..self.base_pointer(bit_offset, bit_size)
        }
    }

    fn base_pointer(&self, bit_offset: u64, bit_size: u64) -> Leaf {
        Leaf {
            path: self.path.clone(),
            kind: LeafKind::BasePointer,
            bit_offset,
            bit_size,
            repeated: self.repeated.clone(),
        }
    }

    fn member(&mut self, member: Placed<'a>, bit_offset: u64) -> Option<Leaf> {
        if member.is_bit_field && member.name.is_none() {
            return (member.bit_size > 0).then(|| self.padding(bit_offset, member.bit_size));
        }
        if let Some(name) = member.name {
            if !self.path.is_empty() {
                self.path.push('.');
            }
            self.path.push_str(name);
        }
        let bit_field = member.is_bit_field.then_some(member.bit_size);
        let part = Part {
            bit_offset,
            bit_size: Some(member.bit_size),
            is_base: member.role != Role::Field,
        };
        self.enter(member.kind, part, bit_field)
    }
}

impl Iterator for Leaves<'_, '_> {
    type Item = Leaf;

    fn next(&mut self) -> Option<Leaf> {
        if let Some(only) = self.only.take() {
            return Some(only);
        }
        loop {
            let record = self.open.last_mut()?;
            self.path.truncate(record.path);
            self.repeated.truncate(record.repeated);
            let member = record.layout.members.get(record.next_member).copied();
            let hole = record.layout.padding.get(record.next_hole).copied();
            let begins_behind = |hole: &Hole, pointer: Option<Hole>| {
                pointer.is_some_and(|pointer| pointer.bit_offset < hole.bit_offset)
            };
            let hole = hole
                .filter(|hole| member.is_none_or(|member| hole.bit_offset < member.bit_offset))
                .filter(|hole| !begins_behind(hole, record.base_pointer));
            if let Some(hole) = hole {
                record.next_hole += 1;
                // What a class around uses is no padding.
                if hole.bit_offset >= record.bit_size {
                    continue;
                }
                let bit_offset = record.bit_offset + hole.bit_offset;
                return Some(self.padding(bit_offset, hole.bit_size));
            }
            let pointer = record.base_pointer;
            let pointer = pointer.filter(|pointer| {
                member.is_none_or(|member| pointer.bit_offset < member.bit_offset)
            });
            if let Some(pointer) = pointer {
                record.base_pointer = None;
                let bit_offset = record.bit_offset + pointer.bit_offset;
                return Some(self.base_pointer(bit_offset, pointer.bit_size));
            }
            let Some(member) = member else {
                self.open.pop();
                continue;
            };
            record.next_member += 1;
            // Those are where the outermost class has them.
            if record.is_base && member.role == Role::VirtualBase {
                continue;
            }
            let bit_offset = record.bit_offset + member.bit_offset;
            if let Some(leaf) = self.member(member, bit_offset) {
                return Some(leaf);
            }
        }
    }
}
