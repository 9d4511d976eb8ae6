//! What a C program declares, as a graph. It has no sizes and no offsets: those are an ABI's, and [`lay_out`](crate::lay_out) finds them.
//!
//! A [`Type`] refers to others by [`TypeId`], so that a struct that is used in many is written once. Pointers are scalars here: where a pointer points does not matter to how it lies in memory.
//!
//! [`Types::structure`] declares a record in a line for each field.

mod declare;
mod lies;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::abi::{ByteOrder, Number, Scalar, Typedef};

pub use declare::{Declare, RecordBuilder};
pub use lies::{Lies, LiesMember};

/// A type's place in its [`Types`]. In other [`Types`] it means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(u32);

impl TypeId {
    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// All types of a program.
#[derive(Clone, Debug, Default)]
pub struct Types {
    types: Vec<Type>,
    lies: BTreeMap<TypeId, Lies>,
    /// By the names of ABIs.
    untold: BTreeMap<String, BTreeSet<TypeId>>,
}

/// A type, as far as its layout depends on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Type {
    /// A scalar of the language. `signed char` and `unsigned char` are [`Scalar::Int8`]; [`Scalar::Char`] is the plain one, whose sign is the ABI's.
    Scalar(Scalar),
    /// A name that the C library or the language gives to another scalar on each ABI.
    Typedef(Typedef),
    /// A typedef that is what `declared` is where its file is from. Elsewhere it is that, or what a C library has under the name: it has a layout only where the two are the same.
    Either {
        /// The name, as the C library's.
        name: Typedef,
        /// What it is declared to be.
        declared: TypeId,
        /// What there is to decide, in words.
        why: String,
    },
    /// A number that its source may have under a name of C's of which debug information keeps no trace: Rust's `c_long`, Fortran's `c_size_t`. It has a layout only where each of these lies as it is declared.
    Untraced {
        /// What it is where its file is from.
        declared: TypeId,
        /// What it may be called: numbers, and no types that refer to others.
        may_be: Vec<Type>,
        /// What there is to decide, in words.
        why: String,
    },
    /// `__int128`, signed or not.
    Int128,
    /// IEEE 754 binary128 by its own name: `_Float128`, `__float128`.
    Float128,
    /// `_Complex` of this floating scalar.
    Complex(Scalar),
    /// A number of a language that has its own rules for it.
    Number {
        /// Which.
        kind: Number,
        /// Whose rules.
        rules: Rules,
    },
    /// C++: the pointer to a virtual table, which a polymorphic class has without declaring it.
    VtablePointer,
    /// C++: a reference, which lies as a pointer. GCC packs none.
    Reference,
    /// C++: a pointer to a member of a class.
    MemberPointer {
        /// Whether to a function.
        function: bool,
    },
    /// An enumeration.
    Enum(Enum),
    /// An array.
    Array {
        /// The type of its elements.
        element: TypeId,
        /// How many elements.
        count: Count,
    },
    /// A typedef with `__attribute__((aligned(N)))`, as the kernel's `__aligned_u64`: it may align to less than the type itself, too.
    Aligned {
        /// The type that it renames.
        of: TypeId,
        /// In octets, a power of two.
        align: u32,
    },
    /// C11's `_Atomic`, which may be aligned more strictly than what it is of, and larger.
    Atomic {
        /// Otherwise it is this.
        of: TypeId,
    },
    /// A class of the C++ standard library, which each library lays out in its own way: it has a layout only where types are taken as they are declared ([`Layouts::as_declared`](crate::Layouts::as_declared)).
    Library {
        /// What it is in the file.
        of: TypeId,
        /// Its outermost name: `std::string`.
        name: String,
    },
    /// A number in an order of octets that its declaration names, whatever that of the machine is: the kernel's `__be32`, GCC's `scalar_storage_order`.
    Ordered {
        /// Otherwise it is this.
        of: TypeId,
        /// Which octet comes first.
        order: ByteOrder,
        /// How many octets it has in the file, where the name that it was declared under is lost (GCC leaves out the typedef): on an ABI where `of` has another size it has no layout.
        octets: Option<u64>,
    },
    /// A struct or a union.
    Record(Record),
    /// A type whose layout its language leaves to the compiler: each version of it may choose another, on one machine, too.
    Unspecified {
        /// What it is, in words.
        what: String,
    },
    /// What has no size on any machine (C17, 6.2.5): a function, `void`, a type that is only announced. Something that holds one has no layout.
    Sizeless {
        /// What it is, in words.
        what: String,
    },
    /// Something whose layout is not known on other machines than the one it was compiled for; it has none here.
    Opaque {
        /// In words: what it is.
        what: String,
    },
}

/// Whose rules a type lies by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rules {
    /// C's: those of the ABI.
    #[default]
    C,
    /// rustc's: its own alignments of numbers (its targets' `data-layout`), and nothing takes no room on Windows either.
    Rust,
    /// Go's compiler, gc: nothing is aligned to more than a word, and a last field of no size is followed by an octet (cmd/compile/internal/types/size.go).
    Go,
    /// GNAT's: C's, unless a representation clause places the components.
    Ada,
    /// Free Pascal's: numbers are aligned to their sizes on every machine, unless `{$packrecords C}` asks for C's.
    Pascal,
    /// Zig's: C's, and nothing is packed but by an alignment of its own, which is told.
    Zig,
}

/// The length of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Count {
    /// So many elements; 0 is GNU C's zero-length array.
    Fixed(u64),
    /// A flexible array member: it takes no room, and aligns its record.
    Flexible,
}

/// An enumeration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Enum {
    /// The least value of its enumerators; 0 where there are none.
    pub least: i128,
    /// The largest.
    pub greatest: i128,
    /// `__attribute__((packed))`, or `-fshort-enums`: the shortest type that holds them, whatever the ABI says.
    pub packed: bool,
    /// The type that it is declared to have (`enum e : uint8_t`, in C++ and C23), whatever the ABI says.
    pub fixed: Option<TypeId>,
    /// Rust: whether it may be `repr(C)` as well as of the type that is fixed, between which debug information makes no difference. Then it has a layout only where the two are the same.
    pub may_be_c: bool,
}

/// A struct or a union.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Record {
    /// Which of the two.
    pub kind: RecordKind,
    /// In the order of their declaration.
    pub members: Vec<Member>,
    /// `__attribute__((packed))` on the record: as if on each member.
    pub packed: bool,
    /// `#pragma pack(N)` where it was declared: no member is aligned to more octets. A power of two.
    pub pack: Option<u32>,
    /// `__attribute__((aligned(N)))` or `_Alignas` on the record: at least so many octets. A power of two.
    pub aligned: Option<u32>,
    /// C++: it is a class. `None` in C, where a record without members takes no room.
    pub class: Option<Class>,
    /// C++: its functions, where they are known.
    pub functions: Option<Arc<Functions>>,
    /// Ada: where a representation clause places each member, in bits from the start: there on every machine.
    pub placed: Option<Vec<u64>>,
    /// Whose rules it lies by.
    pub rules: Rules,
}

/// What a C++ class is beside its members. Whether it is plain old data decides whether what derives from it may lie in its trailing padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Class {
    /// Plain old data as C++03 has it, without member initializers: "POD for the purpose of layout" (Itanium C++ ABI, 1.1). As GCC counts: from C++20 on, any constructor that is declared makes it none (P1008), be it defaulted or deleted.
    pub is_pod: bool,
    /// The same as Clang counts, since its version 16: in no year of the standard a constructor counts that is defaulted.
    pub is_pod_by_clang: bool,
    /// The same where a function that is defaulted or deleted counts as one that is written: for Apple's x86, and for every machine of Clang before 16.
    pub is_pod_undefaulted: bool,
    /// Trivial and of standard layout, as C++11 has it: Apple's arm64 and WebAssembly go by this.
    pub is_pod_11: bool,
    /// It declares a virtual function itself. Other ABIs than Microsoft's give a class with virtual bases a pointer to a virtual table all the same.
    pub has_virtual_function: bool,
}

/// The functions of a C++ class by which Microsoft's compiler lays it out: what they override decides about pointers and room that no other ABI has.
///
/// Two units of one program may name different functions of one class, and it is the same class all the same: all of these are equal.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Functions {
    /// The virtual ones that it declares itself, without those that a compiler adds.
    pub virtuals: Vec<VirtualFunction>,
    /// Whether it declares a constructor or a destructor; `None` where that is not known.
    pub has_structor: Option<bool>,
}

impl PartialEq for Functions {
    fn eq(&self, _: &Functions) -> bool {
        true
    }
}

impl Eq for Functions {}

impl Hash for Functions {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// A virtual function, as its class declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VirtualFunction {
    /// Its own name; `~` of a destructor, which overrides one of another name.
    pub name: String,
    /// Its qualifiers and parameters, in whatever spelling: two of one name that are the same override each other, and others do not. `None` where that is not known.
    pub signature: Option<String>,
    /// Whether it is pure (`= 0`); `None` where that is not known.
    pub is_pure: Option<bool>,
}

impl Functions {
    /// With these virtual functions. `has_structor` is whether a constructor or a destructor is declared.
    pub fn new(virtuals: Vec<VirtualFunction>, has_structor: bool) -> Functions {
        Functions {
            virtuals,
            has_structor: Some(has_structor),
        }
    }
}

impl VirtualFunction {
    /// The name of every destructor.
    pub const DESTRUCTOR: &'static str = "~";

    /// One of which it is not known whether it is pure.
    pub fn new(name: impl Into<String>, signature: Option<String>) -> VirtualFunction {
        VirtualFunction {
            name: name.into(),
            signature,
            is_pure: None,
        }
    }

    /// With `= 0`, or without.
    pub fn pure(self, is_pure: bool) -> VirtualFunction {
        VirtualFunction {
            is_pure: Some(is_pure),
            ..self
        }
    }
}

impl Class {
    /// Plain old data by both standards.
    pub const POD: Class = Class {
        is_pod: true,
        is_pod_by_clang: true,
        is_pod_undefaulted: true,
        is_pod_11: true,
        has_virtual_function: false,
    };
    /// Plain old data by neither.
    pub const NO_POD: Class = Class {
        is_pod: false,
        is_pod_by_clang: false,
        is_pod_undefaulted: false,
        is_pod_11: false,
        has_virtual_function: false,
    };
}

/// What a member of a record is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// A field that is declared.
    #[default]
    Field,
    /// C++: a base class. Bases come before the fields, in the order of their declaration.
    Base,
    /// C++: a virtual base class.
    VirtualBase,
    /// C++: the pointer to a virtual table that the class has itself, and not by way of a base class.
    VtablePointer,
}

/// Struct or union.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecordKind {
    /// Its members lie one after another.
    Struct,
    /// Its members lie on one another.
    Union,
}

/// A member of a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Member {
    /// `None` for an anonymous struct or union, and for an unnamed bit-field.
    pub name: Option<String>,
    /// What it is.
    pub kind: TypeId,
    /// The width of a bit-field; 0 only where it has no name.
    pub bits: Option<u32>,
    /// `__attribute__((packed))` on the member.
    pub packed: bool,
    /// `__attribute__((aligned(N)))` or `_Alignas` on the member. A power of two.
    pub aligned: Option<u32>,
    /// A field, or what a C++ class has beside fields.
    pub role: Role,
    /// C++: `[[no_unique_address]]`.
    pub no_unique_address: bool,
}

impl Type {
    /// The types that it is made of, and that must be known to lay it out.
    pub(crate) fn parts(&self) -> impl Iterator<Item = TypeId> + use<'_> {
        let (one, members) = match self {
            Type::Array { element: part, .. }
            | Type::Aligned { of: part, .. }
            | Type::Atomic { of: part }
            | Type::Either { declared: part, .. }
            | Type::Untraced { declared: part, .. }
            | Type::Library { of: part, .. }
            | Type::Ordered { of: part, .. } => (Some(*part), None),
            Type::Enum(values) => (values.fixed, None),
            Type::Record(record) => (None, Some(&record.members)),
            _ => (None, None),
        };
        let members = members.into_iter().flatten().map(|member| member.kind);
        one.into_iter().chain(members)
    }
}

impl Enum {
    /// With enumerators of these values and no attributes.
    pub fn new(least: i128, greatest: i128) -> Enum {
        Enum {
            least,
            greatest,
            packed: false,
            fixed: None,
            may_be_c: false,
        }
    }

    /// How many bits hold every value, a sign among them where one is negative.
    pub(crate) fn bits(&self) -> u32 {
        let (least, greatest) = (self.least.min(self.greatest), self.greatest.max(self.least));
        let unsigned = |value: i128| i128::BITS - value.leading_zeros();
        let signed = |value: i128| 1 + unsigned(if value < 0 { !value } else { value });
        if least < 0 {
            signed(least).max(signed(greatest))
        } else {
            unsigned(greatest)
        }
    }
}

impl Record {
    /// Without members and attributes. [`Types::structure`] and [`Types::union`] declare one in fewer words.
    pub fn new(kind: RecordKind) -> Record {
        Record {
            kind,
            members: Vec::new(),
            packed: false,
            pack: None,
            aligned: None,
            class: None,
            functions: None,
            placed: None,
            rules: Rules::C,
        }
    }
}

impl Member {
    /// With a name and no attributes.
    pub fn new(name: impl Into<String>, kind: TypeId) -> Member {
        Member {
            name: Some(name.into()),
            ..Member::unnamed(kind)
        }
    }

    /// Without a name: an anonymous struct or union, or, with [`Member::bits`], a bit-field.
    pub fn unnamed(kind: TypeId) -> Member {
        Member {
            name: None,
            kind,
            bits: None,
            packed: false,
            aligned: None,
            role: Role::Field,
            no_unique_address: false,
        }
    }

    /// A base class.
    pub fn base(kind: TypeId) -> Member {
        Member {
            role: Role::Base,
            ..Member::unnamed(kind)
        }
    }

    /// A virtual base class.
    pub fn virtual_base(kind: TypeId) -> Member {
        Member {
            role: Role::VirtualBase,
            ..Member::unnamed(kind)
        }
    }

    /// With `[[no_unique_address]]`.
    pub fn no_unique_address(self) -> Member {
        Member {
            no_unique_address: true,
            ..self
        }
    }

    /// As a bit-field of so many bits.
    pub fn bits(self, bits: u32) -> Member {
        Member {
            bits: Some(bits),
            ..self
        }
    }

    /// With `__attribute__((packed))`.
    pub fn packed(self) -> Member {
        Member {
            packed: true,
            ..self
        }
    }

    /// With `__attribute__((aligned(octets)))` or `_Alignas(octets)`: a power of two.
    pub fn aligned(self, octets: u32) -> Member {
        Member {
            aligned: Some(octets),
            ..self
        }
    }
}

impl Types {
    /// None yet.
    pub fn new() -> Types {
        Types::default()
    }

    /// Adds a type. What it refers to may be added later: it is looked up only where it is laid out.
    pub fn add(&mut self, kind: impl Into<Type>) -> TypeId {
        let id = TypeId(u32::try_from(self.types.len()).unwrap_or(u32::MAX));
        self.types.push(kind.into());
        id
    }

    /// Puts another type in a place, or nothing where these types have no such place.
    pub fn replace(&mut self, id: TypeId, kind: Type) {
        if let Some(place) = self.place(id) {
            *place = kind;
        }
    }

    /// How a type lies where it was read; `None` where its layout there is the one that follows from what it is.
    pub fn lies(&self, id: TypeId) -> Option<&Lies> {
        self.lies.get(&id)
    }

    /// Says how a type lies where it was read.
    pub fn put_lies(&mut self, id: TypeId, lies: Lies) {
        self.lies.insert(id, lies);
    }

    /// Whether a record may be aligned otherwise on an ABI than follows from what is known of it, because nothing tells what its declaration asks for.
    pub fn is_untold(&self, id: TypeId, abi: &str) -> bool {
        self.untold.get(abi).is_some_and(|of| of.contains(&id))
    }

    /// Says so of some records.
    pub fn put_untold(&mut self, abi: &str, records: BTreeSet<TypeId>) {
        if !records.is_empty() {
            let untold = self.untold.entry(abi.to_owned()).or_default();
            untold.extend(records);
        }
    }

    /// All, in the order in which they were added.
    pub fn all(&self) -> impl Iterator<Item = (TypeId, &Type)> {
        (0_u32..).map(TypeId).zip(&self.types)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.types.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.types.is_empty()
    }

    /// Forgets those that were added last, and keeps `len`. Nothing that is kept may refer to them: their places go to the next that are added.
    pub fn truncate(&mut self, len: usize) {
        self.types.truncate(len);
    }

    /// The type in a place; `None` for a place in other [`Types`].
    pub fn get(&self, id: TypeId) -> Option<&Type> {
        self.types.get(id.index())
    }

    fn place(&mut self, id: TypeId) -> Option<&mut Type> {
        self.types.get_mut(id.index())
    }
}
