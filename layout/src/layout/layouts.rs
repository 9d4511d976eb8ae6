//! The layouts of many types on one ABI, each worked out once.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use crate::abi::{Abi, Typedef};
use crate::types::{Count, Enum, Lies, Type, TypeId, Types};

use super::atomic;
use super::field::{limit, power_of_two};
use super::shape::{self, Shape};
use super::table::Table;
use super::{Layout, LayoutError, Leaves, record};

/// An ABI, a program's types, and the layouts known so far.
///
/// Each layout is worked out once and kept; a type in another is worked out for both. Threads may share it: what one of them asks for, the others find.
///
/// ```
/// use crossum_layout::{Abis, LeafKind, Layouts, Scalar, Types};
///
/// let mut types = Types::new();
/// let point = types.structure().field("x", Scalar::Short).field("y", Scalar::Long).add();
/// let points = types.array(point, 3);
/// let path = types.structure().field("open", Scalar::Char).field("points", points).add();
///
/// let layouts = Layouts::new(Abis::builtin().get("i386-sysv").unwrap(), &types);
/// assert_eq!(layouts.of(path)?.size, 28);
/// let leaves = layouts.leaves(path)?.filter(|leaf| leaf.kind != LeafKind::Padding);
/// let places: Vec<_> = leaves.map(|leaf| (leaf.path, leaf.bit_offset / 8)).collect();
/// let expected = [("open", 0), ("points[].x", 4), ("points[].y", 8)];
/// assert_eq!(places, expected.map(|(path, octet)| (path.to_owned(), octet)));
/// # Ok::<(), crossum_layout::LayoutError>(())
/// ```
pub struct Layouts<'a> {
    abi: &'a Abi,
    types: &'a Types,
    as_declared: bool,
    /// Whether what is only known of the machine where types were read counts.
    where_read: bool,
    known: Table<Result<Layout<'a>, LayoutError>>,
}

impl<'a> Layouts<'a> {
    /// None worked out yet.
    pub fn new(abi: &'a Abi, types: &'a Types) -> Layouts<'a> {
        Layouts {
            abi,
            types,
            as_declared: false,
            where_read: false,
            known: Table::new(types.len()),
        }
    }

    /// For the ABI that the types were read on: every typedef is what it is declared to be.
    pub fn as_declared(abi: &'a Abi, types: &'a Types) -> Layouts<'a> {
        Layouts {
            as_declared: true,
            ..Layouts::new(abi, types)
        }
    }

    /// The same, and a type lies as its file says where nothing else tells: see [`Types::lies`].
    pub fn where_read(abi: &'a Abi, types: &'a Types) -> Layouts<'a> {
        Layouts {
            where_read: true,
            ..Layouts::as_declared(abi, types)
        }
    }

    /// Whether the alignment of a type is known, and not only where it lies in a file.
    pub fn tells_alignment(&self, id: TypeId) -> bool {
        let id = self.innermost(id);
        let lies = self.lies(id).is_none_or(|lies| lies.align.is_some());
        lies && !self.types.is_untold(id, self.abi.name())
    }

    /// What arrays and their kin are of, as far as alignments go.
    fn innermost(&self, mut id: TypeId) -> TypeId {
        while let Some(
            Type::Array { element: of, .. } | Type::Library { of, .. } | Type::Ordered { of, .. },
        ) = self.types.get(id)
        {
            id = *of;
        }
        id
    }

    /// How a type lies here by what its file says, and not by what it is.
    fn lies(&self, id: TypeId) -> Option<&'a Lies> {
        self.types.lies(id).filter(|_| self.where_read)
    }

    /// The ABI.
    pub fn abi(&self) -> &'a Abi {
        self.abi
    }

    /// The types.
    pub fn types(&self) -> &'a Types {
        self.types
    }

    /// The layout of a type. Types in types are worked out first, on a list and not by recursion: no nesting is too deep.
    ///
    /// # Errors
    ///
    /// See [`LayoutError`].
    pub fn of(&self, id: TypeId) -> Result<&Layout<'a>, LayoutError> {
        if self.known.get(id).is_none() {
            self.work_out(id);
        }
        let known = self.known.get(id).map(Result::as_ref);
        known
            .unwrap_or(Err(&LayoutError::Missing))
            .map_err(LayoutError::clone)
    }

    /// The same of a type that nobody asks about again: it is not kept, only what is known of its parts.
    pub(crate) fn of_one(&self, id: TypeId) -> Result<Layout<'a>, LayoutError> {
        for part in self.parts(id) {
            if self.shape(part).is_none() {
                // Its trouble is found again where it is laid out.
                let _ = self.of(part);
            }
        }
        self.lay_out(id)
    }

    /// Fills the places of a type and of what it is made of.
    fn work_out(&self, id: TypeId) {
        if self.types.get(id).is_none() {
            return;
        }
        let mut wanted = vec![id];
        let mut begun = HashSet::new();
        while let Some(&next) = wanted.last() {
            if self.known.get(next).is_some() {
                wanted.pop();
                continue;
            }
            let first: Vec<TypeId> = self
                .parts(next)
                .filter(|part| self.shape(*part).is_none())
                .collect();
            let layout = if first.is_empty() {
                self.lay_out(next)
            } else {
                begun.insert(next);
                if first.iter().any(|part| begun.contains(part)) {
                    Err(LayoutError::ContainsItself)
                } else {
                    wanted.extend(first);
                    continue;
                }
            };
            self.known.fill(next, layout);
            wanted.pop();
        }
    }

    /// Everything in a type that is no struct, union or array of such, with its path, and the padding between.
    ///
    /// # Errors
    ///
    /// See [`LayoutError`].
    pub fn leaves(&self, id: TypeId) -> Result<Leaves<'_, 'a>, LayoutError> {
        Leaves::new(self, id)
    }

    /// The types that a type is made of.
    fn parts(&self, id: TypeId) -> impl Iterator<Item = TypeId> + use<'a> {
        let kind = self.types.get(id).filter(|_| self.lies(id).is_none());
        kind.into_iter().flat_map(Type::parts)
    }

    /// What is known of a type: `None` for one that refers to others and was not worked out.
    fn shape(&self, id: TypeId) -> Option<Result<Shape, LayoutError>> {
        let Some(kind) = self.types.get(id) else {
            return Some(Err(LayoutError::Missing));
        };
        let by_itself = match self.lies(id) {
            Some(_) => None,
            None => shape::shape(self.abi, kind),
        };
        by_itself.or_else(|| {
            let layout = self.known.get(id)?.as_ref();
            Some(
                layout
                    .map(|layout| layout.shape.clone())
                    .map_err(LayoutError::clone),
            )
        })
    }

    /// A type whose parts are known.
    fn lay_out(&self, id: TypeId) -> Result<Layout<'a>, LayoutError> {
        if let Some(lies) = self.lies(id) {
            return Ok(record::as_it_lies(lies));
        }
        let part = |id| self.shape(id).unwrap_or(Err(LayoutError::Missing));
        let shape = match self.types.get(id) {
            Some(Type::Record(record)) => return record::lay_out(self.abi, id, record, part),
            Some(Type::Array { element, count }) => self.array(part(*element)?, *count)?,
            Some(Type::Aligned { of, align }) => aligned(part(*of)?, *align)?,
            Some(Type::Atomic { of }) => atomic::shape(self.abi, part(*of)?)?,
            Some(Type::Either {
                name,
                declared,
                why,
            }) => self.either(*name, part(*declared)?, why)?,
            Some(Type::Untraced {
                declared,
                may_be,
                why,
            }) => self.one_of(part(*declared)?, may_be, why)?,
            Some(Type::Ordered { of, octets, .. }) => {
                let of = part(*of)?;
                if let Some(octets) = octets.filter(|octets| *octets != of.size) {
                    return Err(LayoutError::Opaque {
                        what: format!(
                            "a number of {octets} octets with a storage order of its own, whose typedef is not told"
                        ),
                    });
                }
                of
            }
            Some(Type::Library { of, .. }) if self.as_declared => part(*of)?,
            Some(Type::Library { name, .. }) => {
                return Err(LayoutError::LibraryClass { name: name.clone() });
            }
            Some(Type::Enum(Enum {
                fixed: Some(fixed),
                may_be_c: false,
                ..
            })) => part(*fixed)?,
            Some(Type::Enum(
                values @ Enum {
                    fixed: Some(fixed), ..
                },
            )) => {
                let as_c = Enum {
                    fixed: None,
                    ..values.clone()
                };
                self.one_of(part(*fixed)?, &[Type::Enum(as_c)], OR_C)?
            }
            Some(_) => part(id)?,
            None => return Err(LayoutError::Missing),
        };
        Ok(Layout {
            size: shape.size,
            align: shape.align,
            members: Vec::new(),
            padding: Vec::new(),
            base_pointer: None,
            shape,
        })
    }

    fn either(&self, name: Typedef, declared: Shape, why: &str) -> Result<Shape, LayoutError> {
        self.one_of(declared, &[Type::Typedef(name)], why)
    }

    /// What is the same whichever of these it is.
    fn one_of(&self, declared: Shape, may_be: &[Type], why: &str) -> Result<Shape, LayoutError> {
        let is_same = |kind: &Type| {
            let shape = shape::shape(self.abi, kind);
            matches!(shape, Some(Ok(Shape { size, align, .. })) if (size, align) == (declared.size, declared.align))
        };
        if self.as_declared || may_be.iter().all(is_same) {
            return Ok(declared);
        }
        Err(LayoutError::Opaque {
            what: why.to_owned(),
        })
    }

    fn array(&self, element: Shape, count: Count) -> Result<Shape, LayoutError> {
        let (size, align) = (element.size, element.align);
        let class = match (&element.class, count) {
            (None, _) => None,
            (Some(class), Count::Flexible) => Some(class.array(size, 0)?),
            (Some(class), Count::Fixed(count)) => Some(class.array(size, count)?),
        };
        if !size.is_multiple_of(align) {
            return Err(LayoutError::Element { size, align });
        }
        let limit = limit(self.abi);
        let size = match count {
            Count::Flexible => Some(0),
            Count::Fixed(count) => size.checked_mul(count).filter(|size| *size <= limit),
        };
        Ok(Shape {
            size: size.ok_or(LayoutError::TooLarge { limit })?,
            integer: false,
            flexible: count == Count::Flexible,
            class: class.map(Arc::new),
            ..element
        })
    }
}

const OR_C: &str = "an enumeration with `repr(C)`, or with an integer as its `repr`: debug information makes no difference between them";

fn aligned(shape: Shape, align: u32) -> Result<Shape, LayoutError> {
    power_of_two(Some(align))?;
    let align = u64::from(align);
    Ok(Shape {
        align,
        first: align,
        required: shape.required.max(align),
        ..shape
    })
}

impl fmt::Debug for Layouts<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Layouts")
            .field("abi", &self.abi.name())
            .field("types", &self.types.len())
            .finish_non_exhaustive()
    }
}
