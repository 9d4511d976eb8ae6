//! What a struct may be made of: members, how they lie on each machine, and the struct that some of them make.

use layout::abi::{Scalar, Typedef};
use layout::types::{Enum, Type};
use layout::{Abi, ByteOrder, Types, lay_out};

use super::Messages;
use crate::message::MessageType;
use crate::message::fields::FieldKind;

/// In which order the octets of a number are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    /// In the machine's own.
    Native,
    Big,
    Little,
}

impl Order {
    pub(super) const ALL: [Order; 3] = [Order::Native, Order::Big, Order::Little];

    pub(super) fn on(self, machine: ByteOrder) -> ByteOrder {
        match self {
            Order::Native => machine,
            Order::Big => ByteOrder::Big,
            Order::Little => ByteOrder::Little,
        }
    }
}

/// What a member is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Member {
    Scalar(Scalar),
    Typedef(Typedef),
    /// An enumeration of few values.
    Enumeration,
    /// Bit-fields of these widths that fill a number.
    Bits(Scalar, Vec<u32>),
}

/// Members, in the order in which they come to mind: of those that lie alike on all machines at hand only the first is tried.
const MEMBERS: [(Member, &str); 16] = [
    (Member::Scalar(Scalar::Int8), "uint8_t"),
    (Member::Scalar(Scalar::Char), "char"),
    (Member::Scalar(Scalar::Int32), "int32_t"),
    (Member::Scalar(Scalar::Int64), "int64_t"),
    (Member::Scalar(Scalar::Int16), "int16_t"),
    (Member::Scalar(Scalar::Long), "long"),
    (Member::Scalar(Scalar::Int), "int"),
    (Member::Enumeration, "enum"),
    (Member::Typedef(Typedef::Size), "size_t"),
    (Member::Typedef(Typedef::Time), "time_t"),
    (Member::Typedef(Typedef::Off), "off_t"),
    (Member::Scalar(Scalar::Pointer), "void *"),
    (Member::Scalar(Scalar::Wchar), "wchar_t"),
    (Member::Scalar(Scalar::Double), "double"),
    (Member::Scalar(Scalar::Float), "float"),
    (Member::Scalar(Scalar::LongDouble), "long double"),
];

/// Numbers that bit-fields may fill.
pub(super) const UNITS: [Scalar; 4] = [Scalar::Int8, Scalar::Int16, Scalar::Int32, Scalar::Int64];

/// A member that may be next, and how it lies on each of the machines.
pub(super) struct Candidate {
    pub(super) member: Member,
    pub(super) kind: FieldKind,
    /// Size and alignment in a struct, in octets.
    pub(super) places: Vec<(usize, usize)>,
}

/// The members that lie differently on some machine.
pub(super) fn candidates(machines: &[Messages<'_>], abis: &[&Abi]) -> Vec<Candidate> {
    let mut seen = Vec::new();
    let mut all = Vec::new();
    for (member, _) in &MEMBERS {
        let kind = match member {
            Member::Scalar(Scalar::Char) => FieldKind::Char,
            Member::Scalar(Scalar::LongDouble) => FieldKind::LongDouble,
            _ => FieldKind::Number,
        };
        let everywhere = abis.iter().map(|abi| place(abi, member));
        let Some(everywhere) = everywhere.collect::<Option<Vec<_>>>() else {
            continue;
        };
        if seen.contains(&(kind, everywhere.clone())) {
            continue;
        }
        seen.push((kind, everywhere));
        if let Some(places) = places(machines, member) {
            all.push(Candidate {
                member: member.clone(),
                kind,
                places,
            });
        }
    }
    all
}

/// The same on each of these machines.
pub(super) fn places(machines: &[Messages<'_>], member: &Member) -> Option<Vec<(usize, usize)>> {
    machines.iter().map(|one| place(one.abi, member)).collect()
}

/// The size of a member, and what it is aligned to in a struct.
fn place(abi: &Abi, member: &Member) -> Option<(usize, usize)> {
    let message = message(
        &[Member::Scalar(Scalar::Int8), member.clone()],
        String::new(),
    );
    let layout = lay_out(abi, &message.types, message.id).ok()?;
    let placed = layout.members.get(1)?;
    let octets = |bits: u64| usize::try_from(bits / 8).ok();
    let size = octets(placed.bit_size).filter(|size| *size > 0)?;
    Some((size, octets(placed.bit_offset)?.max(1)))
}

/// What the member of this number is called.
pub(super) fn path(at: usize) -> String {
    format!("m{at}")
}

/// A struct of these members.
pub(super) fn message(members: &[Member], name: String) -> MessageType {
    let mut types = Types::new();
    let enumeration = types.add(Type::Enum(Enum::new(0, 9)));
    let mut record = types.structure();
    for (at, member) in members.iter().enumerate() {
        let path = path(at);
        record = match member {
            Member::Scalar(scalar) => record.field(&path, *scalar),
            Member::Typedef(typedef) => record.field(&path, *typedef),
            Member::Enumeration => record.field(&path, enumeration),
            Member::Bits(unit, widths) => {
                for (bit, width) in widths.iter().enumerate() {
                    record = record.bits(&format!("{path}b{bit}"), *unit, *width);
                }
                record
            }
        };
    }
    let id = record.add();
    MessageType { name, types, id }
}

/// The members in words, each of a row of the same once.
pub(super) fn named(members: &[Member]) -> String {
    let word = |member: &Member| match member {
        Member::Bits(_, widths) => {
            let widths = widths.iter().map(ToString::to_string);
            format!(
                "bit-fields of {} bits",
                widths.collect::<Vec<_>>().join(", ")
            )
        }
        _ => {
            let mut known = MEMBERS.iter();
            let known = known.find(|(other, _)| other == member);
            known.map_or("?", |(_, word)| word).to_owned()
        }
    };
    let mut rows: Vec<(String, usize)> = Vec::new();
    for member in members {
        let word = word(member);
        match rows.last_mut() {
            Some((last, count)) if *last == word => *count += 1,
            _ => rows.push((word, 1)),
        }
    }
    let rows = rows.into_iter().map(|(word, count)| match count {
        1 => word,
        count => format!("{count} {word}"),
    });
    format!("struct {{ {}; }}", rows.collect::<Vec<_>>().join("; "))
}
