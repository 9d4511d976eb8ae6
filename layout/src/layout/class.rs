//! What a class around a C++ class must know of it, beside its size and alignment.

use std::sync::Arc;

use crate::types::{Functions, Role, TypeId};

use super::LayoutError;

/// More virtual bases, or empty classes whose addresses must differ, are no program's.
const MAX_KEPT: usize = 256;

/// A class in an array, in another class, or below it. Sizes, alignments and places are in octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Class {
    /// Itself; of an array the class of its elements.
    pub(super) id: TypeId,
    pub(super) is_array: bool,
    /// The room that it takes as a base: without its virtual bases, and without its trailing padding where another class may use that. 0 for an empty class.
    pub(super) base_size: u64,
    pub(super) base_align: u64,
    /// The room that it takes as a member without an address of its own: with its virtual bases.
    pub(super) data_size: u64,
    /// No virtual functions, no fields, and no base that has some.
    pub(super) is_empty: bool,
    /// Of nothing but fields without an address of their own: compilers disagree whether it is empty.
    pub(super) is_nearly_nothing: bool,
    /// It has a pointer to a virtual table, by itself or by a base.
    pub(super) is_dynamic: bool,
    /// By the standard that its ABI goes by.
    pub(super) is_pod: bool,
    pub(super) is_packed: bool,
    /// The empty classes in it, each with its place: two of one class may not have one address.
    pub(super) empty: Vec<(u64, TypeId)>,
    /// Those that are not in its virtual bases.
    pub(super) empty_as_base: Vec<(u64, TypeId)>,
    /// All virtual bases, in the order of their allocation.
    pub(super) virtual_bases: Vec<Arc<Class>>,
    /// Those of them whose virtual table a class in this one shares, so that they take no room of their own.
    pub(super) primary: Vec<TypeId>,
    /// Microsoft: what is special about classes of no size.
    pub(super) zero_sized: ZeroSized,
    /// Microsoft: it declares a virtual function itself.
    pub(super) has_virtual_function: bool,
    /// Microsoft: its functions, where they are known.
    pub(super) functions: Option<Arc<Functions>>,
    /// Microsoft: the classes that it names as its bases, and whether they are virtual ones.
    pub(super) bases: Vec<(Role, Arc<Class>)>,
    /// Microsoft: it has a virtual function, by itself or by a base.
    pub(super) is_polymorphic: bool,
    /// Microsoft: the virtual bases before which it keeps room.
    pub(super) vtordisps: Vec<TypeId>,
    /// Microsoft: it has a pointer to the places of its virtual bases, by itself or by a base.
    pub(super) has_base_pointer: bool,
    /// Microsoft: what attributes in it ask of its alignment.
    pub(super) required: u64,
    /// Microsoft: its virtual table begins with its own functions, or with those of a base that a class below can add to.
    pub(super) extends_vtable: bool,
}

/// Microsoft's compiler keeps an octet between two bases of which the first ends, and the second begins, with an object of no size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ZeroSized {
    pub(super) leads: bool,
    pub(super) ends: bool,
}

impl Class {
    /// Of nothing yet.
    pub(super) fn new(id: TypeId) -> Class {
        Class {
            id,
            is_array: false,
            base_size: 0,
            base_align: 1,
            data_size: 0,
            is_empty: false,
            is_nearly_nothing: false,
            is_dynamic: false,
            is_pod: false,
            is_packed: false,
            empty: Vec::new(),
            empty_as_base: Vec::new(),
            virtual_bases: Vec::new(),
            primary: Vec::new(),
            zero_sized: ZeroSized::default(),
            has_virtual_function: false,
            functions: None,
            bases: Vec::new(),
            is_polymorphic: false,
            vtordisps: Vec::new(),
            has_base_pointer: false,
            required: 1,
            extends_vtable: false,
        }
    }

    /// So many of them, one after another: `size` octets each.
    ///
    /// # Errors
    /// There are too many empty classes in it.
    pub(super) fn array(&self, size: u64, count: u64) -> Result<Class, LayoutError> {
        let mut empty = Vec::new();
        if !self.empty.is_empty() {
            for index in 0..count {
                let there = self.empty.iter();
                empty.extend(there.map(|(place, id)| (index.saturating_mul(size) + place, *id)));
                is_kept(empty.len())?;
            }
        }
        Ok(Class {
            is_array: true,
            empty_as_base: empty.clone(),
            empty,
            ..self.clone()
        })
    }
}

/// # Errors
/// There are more than are kept.
pub(super) fn is_kept(count: usize) -> Result<(), LayoutError> {
    if count <= MAX_KEPT {
        return Ok(());
    }
    Err(LayoutError::NotModelled {
        what: format!("more than {MAX_KEPT} empty or virtual base classes in one class"),
    })
}
