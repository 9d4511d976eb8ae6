//! A record as it lies once each member has the type that its cure names: what padding is then to be written down.

use std::collections::HashMap;

use input::reading::library::UNNAMED;
use layout::Abi;
use layout::abi::{BitFieldPacking, Extent, Scalar};
use layout::types::{Count, Enum, Member, Record, RecordKind, Role, Rules, Type, TypeId, Types};

use super::cure;

/// Types that are nested deeper are not followed.
const MAX_DEPTH: usize = 64;

/// Padding in octets, on the machines that want least of it and on those that want most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) least: u64,
    pub(super) most: u64,
    pub(super) behind: Behind,
}

/// What stands right before padding. Microsoft's compiler ends a unit of bit-fields where its type ends, others where the last bit-field does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Behind {
    /// No bit-field, or the end of a unit.
    #[default]
    Nothing,
    /// A unit in which so many bits are left.
    Unit(u64),
    /// Bit-fields that do not share units alike on all machines.
    Units,
}

/// A type after its cure, in octets. Its size is the same on all machines, for all padding is written down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Mended {
    size: u64,
    align: Align,
    /// Of a record: before each member but bit-fields without a name, then at the end.
    gaps: Vec<Gap>,
}

/// An alignment in octets, on the machines that want least of it and on those that want most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Align {
    least: u64,
    most: u64,
}

/// The types of a reading after their cures.
pub(super) struct Cured<'c> {
    types: &'c Types,
    abis: Vec<&'c Abi>,
    /// Whether `wchar_t` is cured, though it may have one size on these machines: it has another where the type is undecided.
    cures_wchar: bool,
    known: HashMap<TypeId, Option<Mended>>,
}

impl<'c> Cured<'c> {
    /// Between these machines.
    pub(super) fn new(types: &'c Types, abis: Vec<&'c Abi>, cures_wchar: bool) -> Self {
        Cured {
            types,
            abis,
            cures_wchar,
            known: HashMap::new(),
        }
    }

    /// The padding of a record before a member, or at the end; `None` where its cure is no other type of a member: of classes with bases or with members that overlap, and of other languages' types.
    pub(super) fn gap(&mut self, record: TypeId, member: Option<usize>) -> Option<Gap> {
        self.fill(record, MAX_DEPTH);
        let gaps = &self.known.get(&record)?.as_ref()?.gaps;
        match member {
            Some(member) => gaps.get(member).copied(),
            None => gaps.last().copied(),
        }
    }

    /// Whether it is of these types.
    pub(super) fn is_of(&self, types: &Types) -> bool {
        std::ptr::eq(self.types, types)
    }

    /// How large a type is then, in octets.
    pub(super) fn size(&mut self, id: TypeId) -> Option<u64> {
        Some(self.fill(id, MAX_DEPTH)?.size)
    }

    fn fill(&mut self, id: TypeId, depth: usize) -> Option<&Mended> {
        if !self.known.contains_key(&id) {
            // What contains itself has no layout, and is found here.
            self.known.insert(id, None);
            let mended = self.mended(id, depth.checked_sub(1)?);
            self.known.insert(id, mended);
        }
        self.known.get(&id)?.as_ref()
    }

    fn mended(&mut self, id: TypeId, depth: usize) -> Option<Mended> {
        let types = self.types;
        match types.get(id)? {
            Type::Array { element, count } => {
                let element = self.fill(*element, depth)?;
                let count = match count {
                    Count::Fixed(count) => *count,
                    Count::Flexible => 0,
                };
                Some(Mended {
                    size: element.size.checked_mul(count)?,
                    align: element.align,
                    gaps: Vec::new(),
                })
            }
            Type::Aligned { of, align } => {
                let align = u64::from(*align);
                let of = self.fill(*of, depth)?;
                Some(Mended {
                    size: of.size,
                    align: Align {
                        least: align,
                        most: align,
                    },
                    gaps: Vec::new(),
                })
            }
            Type::Ordered { of, .. } | Type::Either { declared: of, .. } => {
                self.fill(*of, depth).cloned()
            }
            Type::Enum(Enum {
                fixed: Some(of), ..
            }) => self.fill(*of, depth).cloned(),
            Type::Record(record) => self.record(record, depth),
            kind => self.number(kind),
        }
    }

    fn number(&self, kind: &Type) -> Option<Mended> {
        let extents: Option<Vec<Extent>> = self.abis.iter().map(|abi| extent(abi, kind)).collect();
        let extents = extents?;
        let size = |extent: &Extent| u64::try_from(extent.size).unwrap_or(u64::MAX);
        let sizes: Vec<u64> = extents.iter().map(size).collect();
        let cured = match kind {
            Type::Scalar(Scalar::LongDouble) if self.long_doubles_differ() => Some(Scalar::Double),
            Type::Scalar(Scalar::Wchar) if self.cures_wchar => Some(Scalar::Int16),
            _ => cure::scalar_of(kind, &sizes),
        };
        let aligns = self.abis.iter().zip(&extents).map(|(abi, extent)| {
            let align = cured.map_or(extent.align, |scalar| abi.align(scalar));
            u64::try_from(align).unwrap_or(1)
        });
        let aligns: Vec<u64> = aligns.collect();
        Some(Mended {
            size: match cured {
                Some(scalar) => u64::try_from(self.abis.first()?.size(scalar)).ok()?,
                None => *sizes.first()?,
            },
            align: Align {
                least: *aligns.iter().min()?,
                most: *aligns.iter().max()?,
            },
            gaps: Vec::new(),
        })
    }

    /// Whether one of the machines packs bit-fields so.
    fn has(&self, so: fn(BitFieldPacking) -> bool) -> bool {
        self.abis.iter().any(|abi| so(abi.bit_field_packing()))
    }

    fn long_doubles_differ(&self) -> bool {
        let kind = |abi: &Abi| (abi.long_double_format(), abi.size(Scalar::LongDouble));
        let mut kinds = self.abis.iter().map(|abi| kind(abi));
        let first = kinds.next();
        kinds.any(|kind| Some(kind) != first)
    }

    fn record(&mut self, record: &Record, depth: usize) -> Option<Mended> {
        let mut members = record.members.iter();
        let is_plain = members.all(|one| one.role == Role::Field && !one.no_unique_address);
        if !is_plain || record.rules != Rules::C {
            return None;
        }
        let mut mended = Mended {
            align: Align { least: 1, most: 1 },
            ..Mended::default()
        };
        let mut end = 0_u64;
        let mut run: Option<Run> = None;
        for member in &record.members {
            let of = self.fill(member.kind, depth)?;
            let (size, align) = (of.size, aligned(record, member, of.align));
            if record.kind == RecordKind::Union {
                (end, run) = (0, None);
            }
            let mut gap = Gap::default();
            if let Some(bits) = member.bits {
                let unit = size.checked_mul(8).filter(|unit| *unit > 0)?;
                let bits = u64::from(bits);
                let is_free = record.packed || member.packed || record.pack.is_some();
                let is_next = bits == 0 || !is_free && end % unit + bits > unit;
                if is_next {
                    end = end.next_multiple_of(unit);
                }
                let is_alike = match run {
                    // Some leave bits of a unit free that the next bit-field does not fit in, and others do not.
                    Some(run) => {
                        run.is_plain && run.unit == unit && !(is_next && self.has(is_dense))
                    }
                    None => end.is_multiple_of(unit) && !is_next,
                };
                let is_own = unit >= 32 || !self.has(is_aix);
                run = Some(Run {
                    unit,
                    is_plain: is_alike && is_own && !is_free,
                });
                end += bits;
            } else {
                let begin = end.div_ceil(8);
                gap = between(begin, align, behind(run, end));
                run = None;
                end = (begin + gap.most).checked_add(size)?.checked_mul(8)?;
            }
            mended.size = mended.size.max(end.div_ceil(8));
            mended.align.least = mended.align.least.max(align.least);
            mended.align.most = mended.align.most.max(align.most);
            let is_named = member
                .name
                .as_deref()
                .is_some_and(|name| !name.ends_with(UNNAMED));
            if member.bits.is_none() || is_named {
                mended.gaps.push(gap);
            }
        }
        if let Some(align) = record.aligned.map(u64::from) {
            mended.align.least = mended.align.least.max(align);
            mended.align.most = mended.align.most.max(align);
        }
        let last = match record.kind {
            RecordKind::Union => Behind::Nothing,
            _ => behind(run, end),
        };
        let at_end = between(mended.size, mended.align, last);
        mended.gaps.push(at_end);
        mended.size = mended.size.checked_add(at_end.most)?;
        Some(mended)
    }
}

fn is_dense(packing: BitFieldPacking) -> bool {
    packing == BitFieldPacking::Dense
}

/// There a unit has 32 bits at least.
fn is_aix(packing: BitFieldPacking) -> bool {
    packing == BitFieldPacking::Aix
}

/// Bit-fields one behind the other.
#[derive(Clone, Copy)]
struct Run {
    /// Of the last of them, in bits.
    unit: u64,
    /// Whether all are of one size, from the begin of a unit on.
    is_plain: bool,
}

fn behind(run: Option<Run>, end: u64) -> Behind {
    match run {
        Some(Run { unit, is_plain }) if unit > 8 => match end.next_multiple_of(unit) - end {
            _ if !is_plain => Behind::Units,
            0 => Behind::Nothing,
            left => Behind::Unit(left),
        },
        _ => Behind::Nothing,
    }
}

/// How a member is aligned in its record.
fn aligned(record: &Record, member: &Member, of: Align) -> Align {
    let one = |align: u64| {
        let align = match record.packed || member.packed {
            true => 1,
            false => align,
        };
        let align = align.max(member.aligned.map_or(1, u64::from));
        align.min(record.pack.map_or(align, u64::from)).max(1)
    };
    Align {
        least: one(of.least),
        most: one(of.most),
    }
}

fn between(begin: u64, align: Align, behind: Behind) -> Gap {
    let gap = |align: u64| begin.next_multiple_of(align) - begin;
    Gap {
        least: gap(align.least),
        most: gap(align.most),
        behind,
    }
}

/// How large a type is that refers to no other; `None` where it is none of C's.
fn extent(abi: &Abi, kind: &Type) -> Option<Extent> {
    let of = |scalar: Scalar| Extent {
        size: abi.size(scalar),
        align: abi.align(scalar),
    };
    match kind {
        Type::Scalar(scalar) => Some(of(*scalar)),
        Type::Typedef(name) => Some(of(abi.typedef(*name)?)),
        Type::Int128 => abi.int128(),
        Type::Float128 => abi.float128(),
        Type::Complex(scalar) => Some(Extent {
            size: 2 * abi.size(*scalar),
            align: abi.align(*scalar),
        }),
        Type::Enum(_) => Some(of(Scalar::Enum)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use layout::Abis;

    use super::*;

    fn gaps(types: &Types, record: TypeId, abis: &[&str]) -> Vec<(u64, u64)> {
        let abis = abis
            .iter()
            .map(|name| Abis::builtin().get(name).unwrap())
            .collect();
        let mut cured = Cured::new(types, abis, false);
        cured.fill(record, MAX_DEPTH);
        let mended = cured.known[&record].clone().unwrap();
        mended
            .gaps
            .iter()
            .map(|gap| (gap.least, gap.most))
            .collect()
    }

    #[test]
    fn padding_is_what_is_left_once_every_type_is_cured() {
        let mut types = Types::new();
        let inner = types
            .structure()
            .field("a", Scalar::Char)
            .field("b", Scalar::Long)
            .add();
        let text = types.array(Scalar::Wchar, 5);
        let outer = types
            .structure()
            .field("in", inner)
            .field("text", text)
            .field("w", Scalar::LongDouble)
            .field("c", Scalar::Char)
            .add();
        let all = ["x86_64-sysv", "i386-sysv", "x86_64-windows"];
        // The `long` becomes an `int64_t`, which i386 aligns to 4.
        assert_eq!(gaps(&types, inner, &all), [(0, 0), (3, 7), (0, 0)]);
        // 16 octets of `inner`, 10 of `uint16_t[5]`, a `double`, 1.
        assert_eq!(
            gaps(&types, outer, &all),
            [(0, 0), (0, 0), (2, 6), (0, 0), (3, 7)]
        );
    }

    #[test]
    fn what_a_bit_field_leaves_of_its_unit_is_known_where_all_have_the_same_units() {
        let behind = |build: fn(&mut Types) -> TypeId, abis: &[&str]| {
            let mut types = Types::new();
            let record = build(&mut types);
            let abis = abis
                .iter()
                .map(|name| Abis::builtin().get(name).unwrap())
                .collect();
            let mut cured = Cured::new(&types, abis, false);
            cured.gap(record, None).unwrap().behind
        };
        let all = ["x86_64-sysv", "x86_64-windows", "avr-gcc"];
        let short = |types: &mut Types| {
            let record = types.structure().field("a", Scalar::Int64);
            record.bits("b", Scalar::Int16, 3).add()
        };
        assert_eq!(behind(short, &all), Behind::Unit(13));
        assert_eq!(
            behind(short, &["x86_64-sysv", "powerpc-aix"]),
            Behind::Units
        );
        let octet = |types: &mut Types| types.structure().bits("b", Scalar::Int8, 3).add();
        assert_eq!(behind(octet, &all), Behind::Nothing);
        let whole = |types: &mut Types| types.structure().bits("b", Scalar::Int16, 16).add();
        assert_eq!(behind(whole, &all), Behind::Nothing);
        // A part of a unit has an octet before it, or a bit-field of another type.
        let later = |types: &mut Types| {
            let record = types.structure().field("a", Scalar::Int8);
            record.bits("b", Scalar::Int16, 3).add()
        };
        assert_eq!(behind(later, &all), Behind::Units);
        let mixed = |types: &mut Types| {
            let record = types.structure().bits("a", Scalar::Int16, 3);
            record.bits("b", Scalar::Int32, 3).add()
        };
        assert_eq!(behind(mixed, &all), Behind::Units);
        // AVR fills what others leave of the first unit.
        let second = |types: &mut Types| {
            let record = types.structure().bits("a", Scalar::Int16, 9);
            record.bits("b", Scalar::Int16, 9).add()
        };
        assert_eq!(behind(second, &all), Behind::Units);
        assert_eq!(behind(second, &all[..2]), Behind::Unit(7));
    }

    #[test]
    fn what_is_packed_has_none_and_what_contains_itself_is_no_matter() {
        let mut types = Types::new();
        let packed = types
            .structure()
            .field("a", Scalar::Char)
            .field("b", Scalar::Int64)
            .packed()
            .add();
        let all = ["x86_64-sysv", "i386-sysv"];
        assert_eq!(gaps(&types, packed, &all), [(0, 0); 3]);
        let itself = types.structure().field("a", Scalar::Int).add();
        let mut record = Record::new(RecordKind::Struct);
        record.members.push(Member::new("a", itself));
        types.replace(itself, Type::Record(record));
        let abis = vec![Abis::builtin().get("x86_64-sysv").unwrap()];
        assert_eq!(Cured::new(&types, abis, false).gap(itself, None), None);
    }
}
