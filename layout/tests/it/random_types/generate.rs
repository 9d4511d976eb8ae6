//! Types by chance, from a seed: what GCC's struct-layout-1 and Csmith do for compilers.

use crossum_layout::abi::{Abi, Dialect, Scalar};
use crossum_layout::types::{Count, Enum, Member, Record, RecordKind, Type, TypeId, Types};

use super::case::Case;

/// Numbers by chance: SplitMix64 (Steele, Lea and Flood, 2014). The same seed gives the same numbers everywhere.
pub(crate) struct Chance {
    state: u64,
}

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Less than `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Once in so many times.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn one_of<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        let place = self.below(things.len() as u64);
        &things[usize::try_from(place).expect("a place in a slice")]
    }
}

/// A case that is possible on this ABI: widths depend on it.
pub(crate) fn generate(chance: &mut Chance, abi: &Abi) -> Case {
    let mut types = Types::new();
    let mut generator = Generator::new(&mut types, chance, abi);
    let root = generator.record(0, None);
    let records = generator.records;
    Case {
        types,
        records,
        root,
    }
}

/// The same, as one of several in a program.
pub(crate) fn into(types: &mut Types, chance: &mut Chance, abi: &Abi) -> TypeId {
    Generator::new(types, chance, abi).record(0, None)
}

const SCALARS: &[Scalar] = Scalar::ALL;

const INTEGERS: &[Scalar] = &[
    Scalar::Bool,
    Scalar::Char,
    Scalar::Int8,
    Scalar::Short,
    Scalar::Int,
    Scalar::Int,
    Scalar::Long,
    Scalar::LongLong,
    Scalar::Int16,
    Scalar::Int32,
    Scalar::Int64,
    Scalar::Wchar,
    Scalar::Enum,
];

struct Generator<'a> {
    chance: &'a mut Chance,
    abi: &'a Abi,
    types: &'a mut Types,
    records: Vec<TypeId>,
    names: usize,
}

impl<'a> Generator<'a> {
    fn new(types: &'a mut Types, chance: &'a mut Chance, abi: &'a Abi) -> Generator<'a> {
        Generator {
            chance,
            abi,
            types,
            records: Vec::new(),
            names: 0,
        }
    }

    /// An anonymous record is under the `#pragma pack` of the one around it.
    fn record(&mut self, depth: u64, pack: Option<Option<u32>>) -> TypeId {
        let is_union = self.chance.once_in(5);
        let pack = pack.unwrap_or_else(|| {
            self.chance
                .once_in(7)
                .then(|| *self.chance.one_of(&[1, 2, 4, 8, 16]))
        });
        let count = if self.chance.once_in(30) {
            0
        } else {
            1 + self.chance.below(if depth == 0 { 7 } else { 4 })
        };
        // Attributes are rare, so that plain types are not.
        let is_plain = self.chance.once_in(2);
        let mut members: Vec<Member> = (0..count)
            .map(|_| self.member(depth, pack, is_plain))
            .collect();
        let has_name = members.iter().any(|member| member.name.is_some());
        if depth == 0 && !is_union && has_name && self.chance.once_in(15) {
            let element = self.value(depth + 2);
            let kind = self.types.add(Type::Array {
                element,
                count: Count::Flexible,
            });
            members.push(self.named(kind));
        }
        let mut record = Record::new(if is_union {
            RecordKind::Union
        } else {
            RecordKind::Struct
        });
        record.members = members;
        record.packed = !is_plain && self.chance.once_in(4);
        record.pack = pack;
        record.aligned = (!is_plain && self.chance.once_in(6)).then(|| self.align());
        let id = self.types.add(record);
        self.records.push(id);
        id
    }

    fn member(&mut self, depth: u64, pack: Option<u32>, is_plain: bool) -> Member {
        let mut member = match self.chance.below(12) {
            0..=5 => self.bit_field(),
            6 if depth < 2 => {
                let kind = self.record(depth + 1, Some(pack));
                self.names += 1;
                Member::unnamed(kind)
            }
            7 if depth < 2 => {
                let kind = self.record(depth + 1, None);
                let kind = self.maybe_array(kind);
                self.named(kind)
            }
            _ => {
                let kind = self.value(depth);
                let kind = self.maybe_array(kind);
                self.named(kind)
            }
        };
        // On an anonymous member, compilers take an attribute for one of its record.
        if !is_plain && (member.name.is_some() || member.bits.is_some()) {
            member.packed = self.chance.once_in(8);
            member.aligned = self.chance.once_in(8).then(|| self.align());
        }
        member
    }

    fn named(&mut self, kind: TypeId) -> Member {
        self.names += 1;
        Member::new(format!("f{}", self.names), kind)
    }

    fn bit_field(&mut self) -> Member {
        let (kind, width) = self.integer();
        let bits = match self.chance.below(10) {
            0 => 0,
            1 => width,
            2 => width.min(8 << self.chance.below(4)),
            _ => 1 + self.chance.below(width),
        };
        let mut member = self.named(kind);
        if bits == 0 || self.chance.once_in(8) {
            member.name = None;
        }
        member.bits = Some(u32::try_from(bits).expect("a width"));
        member
    }

    /// The type of a bit-field, and how wide it can be.
    fn integer(&mut self) -> (TypeId, u64) {
        let scalar = *self.chance.one_of(INTEGERS);
        let width = match scalar {
            Scalar::Bool => 1,
            // Not more than the values need: there is no warning to be had.
            scalar => 8 * self.abi.size(scalar) as u64,
        };
        let id = self.types.add(Type::Scalar(scalar));
        match self.chance.below(24) {
            0 => (self.aligned(id), width),
            1 => {
                let mut values = Enum::new(0, 100);
                values.packed = self.chance.once_in(2);
                (self.types.add(values), 7)
            }
            2 if self.abi.int128().is_some() => (self.types.add(Type::Int128), 128),
            _ => (id, width),
        }
    }

    /// Something that is no record.
    fn value(&mut self, depth: u64) -> TypeId {
        let scalar = *self.chance.one_of(SCALARS);
        let id = self.types.add(Type::Scalar(scalar));
        match self.chance.below(20) {
            0 if depth < 2 => self.aligned(id),
            1 => {
                let values = [
                    (0, 1),
                    (0, 255),
                    (-1, 127),
                    (-129, 0),
                    (0, 65535),
                    (0, 65536),
                    (-1, i128::from(i32::MAX)),
                    (0, i128::from(u32::MAX)),
                    (-1, i128::from(u32::MAX)),
                    (i128::from(i64::MIN), 0),
                ];
                let &(least, greatest) = self.chance.one_of(&values);
                let mut values = Enum::new(least, greatest);
                values.packed = self.chance.once_in(2);
                // GCC has it from 13 on only.
                let is_clang = self.abi.compiler() == Dialect::Clang;
                values.fixed = (is_clang && self.chance.once_in(3)).then(|| {
                    let scalars = [Scalar::LongLong, Scalar::Int64];
                    let scalar = *self.chance.one_of(&scalars);
                    self.types.add(Type::Scalar(scalar))
                });
                self.types.add(values)
            }
            2 if self.abi.int128().is_some() => self.types.add(Type::Int128),
            3 if self.abi.float128().is_some() => self.types.add(Type::Float128),
            4 => {
                let floats = [Scalar::Float, Scalar::Double, Scalar::LongDouble];
                let scalar = *self.chance.one_of(&floats);
                self.types.add(Type::Complex(scalar))
            }
            _ => id,
        }
    }

    fn aligned(&mut self, of: TypeId) -> TypeId {
        let align = self.align();
        self.types.add(Type::Aligned { of, align })
    }

    fn maybe_array(&mut self, element: TypeId) -> TypeId {
        let is_aligned = matches!(self.types.get(element), Some(Type::Aligned { .. }));
        if is_aligned || !self.chance.once_in(5) {
            return element;
        }
        let count = Count::Fixed(*self.chance.one_of(&[0, 1, 2, 3]));
        let array = self.types.add(Type::Array { element, count });
        if self.chance.once_in(4) {
            let count = Count::Fixed(2);
            return self.types.add(Type::Array {
                element: array,
                count,
            });
        }
        array
    }

    fn align(&mut self) -> u32 {
        *self.chance.one_of(&[1, 2, 4, 8, 16, 32])
    }
}
