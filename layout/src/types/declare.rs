//! Declaring types in few words: a record of four fields is four lines.

use super::{Count, Enum, Member, Record, RecordKind, Type, TypeId, Types};
use crate::abi::{Scalar, Typedef};

impl Types {
    /// Begins a struct; [`RecordBuilder::add`] ends it.
    ///
    /// ```
    /// use crossum_layout::{Abis, Scalar, Types, lay_out};
    ///
    /// let mut types = Types::new();
    /// let packet = types
    ///     .structure()
    ///     .field("op", Scalar::Int8)
    ///     .field("a", Scalar::Int64)
    ///     .field("tag", Scalar::Int16)
    ///     .field("b", Scalar::Int64)
    ///     .add();
    ///
    /// let m68k = Abis::builtin().get("m68k-sysv").unwrap();
    /// let layout = lay_out(m68k, &types, packet)?;
    /// assert_eq!((layout.size, layout.align), (20, 2));
    /// assert_eq!(layout.member("b").unwrap().offset(), Some(12));
    /// # Ok::<(), crossum_layout::LayoutError>(())
    /// ```
    pub fn structure(&mut self) -> RecordBuilder<'_> {
        self.record(RecordKind::Struct)
    }

    /// Begins a union; [`RecordBuilder::add`] ends it.
    pub fn union(&mut self) -> RecordBuilder<'_> {
        self.record(RecordKind::Union)
    }

    fn record(&mut self, kind: RecordKind) -> RecordBuilder<'_> {
        RecordBuilder {
            types: self,
            record: Record::new(kind),
        }
    }

    /// Adds an array of so many elements; of 0 it is GNU C's zero-length array.
    pub fn array(&mut self, element: impl Declare, count: u64) -> TypeId {
        let element = element.declare(self);
        let count = Count::Fixed(count);
        self.add(Type::Array { element, count })
    }

    /// Adds a flexible array: the last member of a struct can be one.
    pub fn flexible_array(&mut self, element: impl Declare) -> TypeId {
        let element = element.declare(self);
        let count = Count::Flexible;
        self.add(Type::Array { element, count })
    }
}

/// A struct or a union that is being declared: see [`Types::structure`].
///
/// Its methods check nothing: what no compiler takes is refused where it is laid out.
#[must_use = "the record is not there before `add`"]
#[derive(Debug)]
pub struct RecordBuilder<'t> {
    types: &'t mut Types,
    record: Record,
}

impl RecordBuilder<'_> {
    /// A member that is no bit-field.
    pub fn field(self, name: &str, kind: impl Declare) -> Self {
        let kind = kind.declare(self.types);
        self.member(Member::new(name, kind))
    }

    /// A bit-field of so many bits.
    pub fn bits(self, name: &str, kind: impl Declare, bits: u32) -> Self {
        let kind = kind.declare(self.types);
        self.member(Member::new(name, kind).bits(bits))
    }

    /// A bit-field without a name. One of 0 bits ends the unit that bit-fields are filling.
    pub fn unnamed_bits(self, kind: impl Declare, bits: u32) -> Self {
        let kind = kind.declare(self.types);
        self.member(Member::unnamed(kind).bits(bits))
    }

    /// An anonymous struct or union.
    pub fn anonymous(self, record: impl Declare) -> Self {
        let kind = record.declare(self.types);
        self.member(Member::unnamed(kind))
    }

    /// Any other member: one with attributes of its own.
    pub fn member(mut self, member: Member) -> Self {
        self.record.members.push(member);
        self
    }

    /// `__attribute__((packed))`.
    pub fn packed(mut self) -> Self {
        self.record.packed = true;
        self
    }

    /// `#pragma pack(octets)`: a power of two.
    pub fn pack(mut self, octets: u32) -> Self {
        self.record.pack = Some(octets);
        self
    }

    /// `__attribute__((aligned(octets)))`: a power of two.
    pub fn aligned(mut self, octets: u32) -> Self {
        self.record.aligned = Some(octets);
        self
    }

    /// Ends the declaration.
    pub fn add(self) -> TypeId {
        self.types.add(self.record)
    }
}

/// What a member or an element can be declared to be: a type that is there already, or one that is added for it.
pub trait Declare {
    /// Its place among these types.
    fn declare(self, types: &mut Types) -> TypeId;
}

impl Declare for TypeId {
    fn declare(self, _: &mut Types) -> TypeId {
        self
    }
}

macro_rules! added {
    ($($Kind:ident => $of:expr),+ $(,)?) => { $(
        impl From<$Kind> for Type {
            fn from(kind: $Kind) -> Type {
                $of(kind)
            }
        }

        impl Declare for $Kind {
            fn declare(self, types: &mut Types) -> TypeId {
                types.add(self)
            }
        }
    )+ };
}
added!(Scalar => Type::Scalar, Typedef => Type::Typedef, Enum => Type::Enum, Record => Type::Record);

impl Declare for Type {
    fn declare(self, types: &mut Types) -> TypeId {
        types.add(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_is_the_record_that_it_says() {
        let mut types = Types::new();
        let inner = types.union().field("i", Scalar::Int).add();
        let list = types.flexible_array(Typedef::Size);
        let name = types.array(Scalar::Char, 16);
        let id = types
            .structure()
            .field("name", name)
            .bits("flag", Scalar::Int, 3)
            .unnamed_bits(Scalar::Int, 0)
            .anonymous(inner)
            .member(Member::new("aligned", inner).aligned(8).packed())
            .field("list", list)
            .packed()
            .pack(2)
            .aligned(4)
            .add();
        let Some(Type::Record(record)) = types.get(id) else {
            panic!("no record");
        };
        let said: Vec<_> = record
            .members
            .iter()
            .map(|member| {
                let name = member.name.as_deref();
                (name, member.bits, member.packed, member.aligned)
            })
            .collect();
        assert_eq!(
            said,
            [
                (Some("name"), None, false, None),
                (Some("flag"), Some(3), false, None),
                (None, Some(0), false, None),
                (None, None, false, None),
                (Some("aligned"), None, true, Some(8)),
                (Some("list"), None, false, None),
            ]
        );
        let kinds: Vec<_> = record.members.iter().map(|member| member.kind).collect();
        assert_eq!(kinds[3..], [inner, inner, list]);
        assert_eq!(types.get(kinds[1]), Some(&Type::Scalar(Scalar::Int)));
        assert_eq!((record.kind, record.packed), (RecordKind::Struct, true));
        assert_eq!((record.pack, record.aligned), (Some(2), Some(4)));
        let Some(Type::Array { count, .. }) = types.get(list) else {
            panic!("no array");
        };
        assert_eq!(*count, Count::Flexible);
    }
}
