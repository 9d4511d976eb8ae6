//! What to write instead.

use input::reading::library::UNNAMED;
use layout::Repeated;
use layout::abi::Scalar;
use layout::dwarf::MemberSource;
use layout::types::{Count, RecordKind, Type, Types};

use crate::anatomy::Field;
use crate::origin::Link;
use crate::spelling;

/// A cure, as far as it can be written down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cure {
    /// The words of a type that take the place of those that are there.
    pub(super) type_words: Option<String>,
    /// The lengths of an array, in the place of constants of the machine: `[48]`.
    pub(super) lengths: Option<String>,
    /// A number in the place of an alignment that is a constant of the machine.
    pub(super) alignment: Option<u64>,
    /// A declaration to be added before this one, or at the end where the finding is about the whole type.
    pub(super) before: Option<String>,
    /// In words, where no line would do.
    pub(super) words: Option<String>,
}

impl Cure {
    /// Other words for the type of the member.
    pub(super) fn words_of_type(words: impl Into<String>) -> Cure {
        Cure {
            type_words: Some(words.into()),
            ..Cure::default()
        }
    }

    /// Something that is said.
    pub(super) fn said(words: impl Into<String>) -> Cure {
        Cure {
            words: Some(words.into()),
            ..Cure::default()
        }
    }
}

/// Of a value whose type has another size on another machine: a type that has the greatest of them on all.
pub(super) fn of_size(
    code: &str,
    on: &[&Field],
    source: Option<&MemberSource>,
    is_rust: bool,
) -> Cure {
    let bits = on.iter().map(|field| field.bit_size).max().unwrap_or(0);
    let Some(field) = on.first() else {
        return Cure::default();
    };
    match (code, &field.kind) {
        ("long-double-format", _) => return Cure::words_of_type("double"),
        ("wchar_t", _) => return Cure::words_of_type("uint16_t"),
        ("width", Type::Scalar(Scalar::Double)) => {
            return Cure::said("`float`, which has 32 bits everywhere, if AVR takes part");
        }
        ("width", Type::Complex(_)) => {
            return Cure::said("two `float`s, which have 32 bits everywhere, if AVR takes part");
        }
        ("width", _) if field.is_bit_field => {
            return Cure::said("a width that is a number, and not a constant of the machine");
        }
        ("width", _) if lengths_differ(on) => {
            let has_one_size = on.iter().all(|other| other.bit_size == field.bit_size);
            let of_elements = match has_one_size {
                true => Cure::default(),
                false => integer(code, bits, source, is_rust),
            };
            let lengths = spelling::lengths(field);
            return Cure {
                words: Some(format!("a length that is a number: `{lengths}`")),
                lengths: Some(lengths),
                ..of_elements
            };
        }
        _ => {}
    }
    integer(code, bits, source, is_rust)
}

/// An integer of so many bits, with the sign that the source says.
fn integer(code: &str, bits: u64, source: Option<&MemberSource>, is_rust: bool) -> Cure {
    if !matches!(bits, 8 | 16 | 32 | 64) {
        return Cure::default();
    }
    let signed = source.and_then(|source| source.signed).or(match code {
        "time-type" | "enum-size" => Some(true),
        _ => None,
    });
    match (signed, is_rust) {
        (Some(signed), true) => {
            Cure::words_of_type(format!("{}{bits}", if signed { "i" } else { "u" }))
        }
        (Some(signed), false) => {
            Cure::words_of_type(format!("{}int{bits}_t", if signed { "" } else { "u" }))
        }
        (None, _) => Cure::default(),
    }
}

/// What a value of another size elsewhere becomes, once it is cured; `None` where its type stays.
pub(super) fn scalar(own: &Field, on: &[&Field]) -> Option<Scalar> {
    if own.kind == Type::Scalar(Scalar::LongDouble) {
        return Some(Scalar::Double);
    }
    let sizes: Vec<u64> = on.iter().map(|field| field.bit_size / 8).collect();
    scalar_of(&own.kind, &sizes).filter(|_| !own.is_bit_field)
}

/// The same of a type that has these sizes on the machines, in octets.
pub(super) fn scalar_of(kind: &Type, sizes: &[u64]) -> Option<Scalar> {
    if let Type::Scalar(Scalar::Double | Scalar::Float | Scalar::LongDouble | Scalar::Pointer)
    | Type::Complex(_) = kind
    {
        return None;
    }
    if sizes.iter().all(|size| Some(size) == sizes.first()) {
        return None;
    }
    if *kind == Type::Scalar(Scalar::Wchar) {
        return Some(Scalar::Int16);
    }
    match sizes.iter().max()? {
        1 => Some(Scalar::Int8),
        2 => Some(Scalar::Int16),
        4 => Some(Scalar::Int32),
        8 => Some(Scalar::Int64),
        _ => None,
    }
}

fn lengths_differ(on: &[&Field]) -> bool {
    let lengths = |field: &Field| -> Vec<Option<u64>> {
        let own = field.arrays().1.iter();
        own.map(|Repeated { count, .. }| match count {
            Count::Fixed(count) => Some(*count),
            Count::Flexible => None,
        })
        .collect()
    };
    let mut all = on.iter().map(|field| (&field.kind, lengths(field)));
    let Some((kind, first)) = all.next() else {
        return false;
    };
    // What is of another type elsewhere is another declaration.
    all.any(|(other, length)| other == kind && length != first)
}

/// Of bit-fields: an integer that has the bits of all that stand together.
pub(super) fn of_bit_field(types: &Types, link: &Link, is_rust: bool) -> Cure {
    let Some(Type::Record(record)) = types.get(link.record) else {
        return Cure::default();
    };
    if record.kind == RecordKind::Union {
        return Cure::default();
    }
    let mut runs: Vec<(Vec<usize>, u32)> = vec![(Vec::new(), 0)];
    let mut named = 0;
    for member in &record.members {
        let is_named = member
            .name
            .as_deref()
            .is_some_and(|name| !name.ends_with(UNNAMED));
        match member.bits {
            Some(0) | None => runs.push((Vec::new(), 0)),
            Some(bits) => {
                if let Some((members, total)) = runs.last_mut() {
                    *total = total.saturating_add(bits);
                    if is_named {
                        members.push(named);
                    }
                }
            }
        }
        if is_named || member.bits.is_none() {
            named += 1;
        }
    }
    let run = runs
        .into_iter()
        .find(|(members, _)| members.contains(&link.member));
    let width = run.and_then(|(_, bits)| [8, 16, 32, 64].into_iter().find(|width| bits <= *width));
    match width {
        Some(width) if !is_rust => {
            Cure::said(format!("one `uint{width}_t`, with shifts and masks"))
        }
        _ => Cure::default(),
    }
}

/// Of padding behind a bit-field: the rest of its unit, in bits, and what is left behind that, in octets.
pub(super) fn of_unit(unit: &str, names: [&str; 2], bits: u64, octets: u64) -> Cure {
    let [first, second] = names;
    let rest = match octets {
        0 => String::new(),
        octets => format!(" uint8_t {second}[{octets}];"),
    };
    Cure {
        before: Some(format!("{unit} {first} : {bits};{rest}")),
        ..Cure::default()
    }
}

/// Of padding: so many octets as a member of their own, of this name.
pub(super) fn of_gap(name: &str, octets: u64, is_rust: bool) -> Cure {
    Cure {
        before: Some(match is_rust {
            true => format!("{name}: [u8; {octets}],"),
            false => format!("uint8_t {name}[{octets}];"),
        }),
        ..Cure::default()
    }
}
