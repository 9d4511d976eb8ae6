//! Two types that are meant to be one, such as a C struct and what mirrors it in Rust: on each machine, whether they lie alike, and where they differ.
//!
//! Values are paired by their paths, and those that are left by their places: a name that another language does not allow (`type`) is no difference.

use std::collections::{BTreeMap, HashMap, VecDeque};

use input::Machine;
use layout::dwarf::MemberSource;
use layout::types::{Count, Type};

use crate::anatomy::{Anatomy, Field, Whole};
use crate::case::{Case, On, Read};
use crate::{origin, spelling};

/// What came of the comparison on one machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Both have the size, the alignment and the values of the other.
    Same,
    /// They have not.
    Differs(Vec<Difference>),
    /// One of them is undecided there, and why.
    Undecided(String),
    /// Neither is declared there.
    Absent,
}

/// One thing in which they differ.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// The path of the value, as the first has it where it has it; `sizeof` and `_Alignof` of the whole types.
    pub what: String,
    /// How it is in the first; `None` where it has no such value.
    pub first: Option<String>,
    /// How it is in the second.
    pub second: Option<String>,
}

/// A comparison on all machines.
#[derive(Clone, Debug, Default)]
pub struct Same {
    /// By the names of the machines.
    pub answers: BTreeMap<String, Answer>,
}

impl Same {
    /// Compares two types.
    pub fn of(first: &Case<'_>, second: &Case<'_>, machines: &[Machine<'_>]) -> Same {
        let machines = machines.iter().filter(|machine| !machine.is_optional);
        let answers = machines.map(|machine| {
            let answer = answer(on(first, machine.name), on(second, machine.name));
            (machine.name.to_owned(), answer)
        });
        Same {
            answers: answers.collect(),
        }
    }

    /// Whether they differ anywhere.
    pub fn differs(&self) -> bool {
        let mut answers = self.answers.values();
        answers.any(|answer| matches!(answer, Answer::Differs(_)))
    }

    /// Whether they are undecided anywhere, or nowhere both are declared.
    pub fn is_undecided(&self) -> bool {
        let mut answers = self.answers.values();
        answers
            .clone()
            .any(|answer| matches!(answer, Answer::Undecided(_)))
            || answers.all(|answer| *answer == Answer::Absent)
    }

    /// The machines of each answer, the answers in the order of [`Answer`].
    pub fn groups(&self) -> BTreeMap<&Answer, Vec<&str>> {
        let mut groups: BTreeMap<&Answer, Vec<&str>> = BTreeMap::new();
        for (machine, answer) in &self.answers {
            groups.entry(answer).or_default().push(machine);
        }
        groups
    }
}

fn on<'c, 'a>(case: &'c Case<'a>, machine: &str) -> Option<&'c On<'a>> {
    case.on.iter().find(|on| on.machines.contains(&machine))
}

fn answer(first: Option<&On<'_>>, second: Option<&On<'_>>) -> Answer {
    let (first, second) = match (Seen::of(first), Seen::of(second)) {
        (Seen::Laid(first), Seen::Laid(second)) => (first, second),
        (Seen::Absent, Seen::Absent) => return Answer::Absent,
        (Seen::Undecided(why), _) | (_, Seen::Undecided(why)) => return Answer::Undecided(why),
        (first, second) => {
            let said = |seen| match seen {
                Seen::Absent => None,
                _ => Some("declared".to_owned()),
            };
            return Answer::Differs(vec![Difference {
                what: String::new(),
                first: said(first),
                second: said(second),
            }]);
        }
    };
    let mut differences = differences(&first, &second);
    let untold = untold(&first, &second);
    match (differences.is_empty(), untold) {
        (true, None) => Answer::Same,
        (true, Some((_, why))) => Answer::Undecided(why),
        (false, untold) => {
            differences.extend(untold.map(|(alignment, _)| alignment));
            Answer::Differs(differences)
        }
    }
}

/// An alignment that an end does not tell, beside that of the other, and in words. It may be the same or not.
fn untold(first: &Laid<'_, '_>, second: &Laid<'_, '_>) -> Option<(Difference, String)> {
    let aligns = [first, second].map(|laid| laid.anatomy.align);
    let who = match aligns {
        [Some(_), Some(_)] => return None,
        [None, Some(_)] => "the first does not tell",
        [Some(_), None] => "the second does not tell",
        [None, None] => "neither tells",
    };
    let said = |align: Option<u64>| align.map_or("not told".to_owned(), |align| align.to_string());
    let [one, other] = aligns;
    let alignment = Difference {
        what: "_Alignof".to_owned(),
        first: Some(said(one)),
        second: Some(said(other)),
    };
    let why = format!("all that is told is the same, but {who} how it is aligned");
    Some((alignment, why))
}

/// How a type is seen on a machine.
enum Seen<'c, 'a> {
    Laid(Laid<'c, 'a>),
    Absent,
    Undecided(String),
}

struct Laid<'c, 'a> {
    on: &'c On<'a>,
    anatomy: &'c Anatomy,
    sources: BTreeMap<String, &'a MemberSource>,
}

impl<'c, 'a> Seen<'c, 'a> {
    fn of(on: Option<&'c On<'a>>) -> Seen<'c, 'a> {
        let Some(on) = on else {
            return Seen::Absent;
        };
        if let Some(ambiguity) = on.ambiguity() {
            return Seen::Undecided(ambiguity.why.clone());
        }
        match &*on.anatomy {
            Ok(anatomy) => Seen::Laid(Laid {
                on,
                anatomy,
                sources: on.read.map(sources).unwrap_or_default(),
            }),
            Err(Whole::Undeclared) => Seen::Absent,
            Err(why) => Seen::Undecided(why.to_string()),
        }
    }
}

fn sources(read: Read<'_>) -> BTreeMap<String, &MemberSource> {
    origin::sources(read).into_iter().collect()
}

fn differences(first: &Laid<'_, '_>, second: &Laid<'_, '_>) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut numbers = |what: &str, one: u64, other: u64| {
        if one != other {
            differences.push(Difference {
                what: what.to_owned(),
                first: Some(one.to_string()),
                second: Some(other.to_string()),
            });
        }
    };
    let (one, other) = (first.anatomy, second.anatomy);
    numbers("sizeof", one.size, other.size);
    if let (Some(one), Some(other)) = (one.align, other.align) {
        numbers("_Alignof", one, other);
    }
    for (field, its) in pairs(one, other) {
        let value = |of: Option<(&Field, &Laid<'_, '_>)>| of.map(|(field, laid)| laid.value(field));
        let (here, there) = (
            value(field.map(|field| (field, first))),
            value(its.map(|field| (field, second))),
        );
        if let (Some(here), Some(there)) = (&here, &there)
            && here.agrees_with(there)
        {
            continue;
        }
        let path = field.or(its).map(|field| field.path.clone());
        differences.push(Difference {
            what: path.unwrap_or_default(),
            first: here.map(|value| value.said),
            second: there.map(|value| value.said),
        });
    }
    differences
}

/// What two values have in common that belong together.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Path(String),
    Place(u64, u64),
}

/// The values of two types that belong together: those of one path, then those of one place; those without a counterpart alone.
fn pairs<'a>(one: &'a Anatomy, other: &'a Anatomy) -> Vec<(Option<&'a Field>, Option<&'a Field>)> {
    let mut left: BTreeMap<usize, &Field> = other.fields.iter().enumerate().collect();
    let mut theirs: Vec<Option<&Field>> = vec![None; one.fields.len()];
    let mut pair = |key: &dyn Fn(&Field) -> Key| {
        let mut by_key: HashMap<Key, VecDeque<usize>> = HashMap::new();
        for (&number, field) in &left {
            by_key.entry(key(field)).or_default().push_back(number);
        }
        for (field, its) in one.fields.iter().zip(&mut theirs) {
            if its.is_none() {
                let numbers = by_key.get_mut(&key(field));
                let number = numbers.and_then(VecDeque::pop_front);
                *its = number.and_then(|number| left.remove(&number));
            }
        }
    };
    pair(&|field| Key::Path(field.path.clone()));
    pair(&|field| Key::Place(field.bit_offset, field.bit_size));
    let ours = one.fields.iter().map(Some);
    let alone = left.into_values().map(|its| (None, Some(its)));
    ours.zip(theirs).chain(alone).collect()
}

/// A value as it is compared.
struct Value {
    place: (u64, u64),
    arrays: Vec<(u64, Option<u64>)>,
    order: bool,
    meaning: Meaning,
    signed: Option<bool>,
    said: String,
}

impl Value {
    fn agrees_with(&self, other: &Value) -> bool {
        let same_sign = match (self.signed, other.signed) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        (self.place, &self.arrays, self.order, self.meaning)
            == (other.place, &other.arrays, other.order, other.meaning)
            && same_sign
    }
}

/// What its octets stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Integer,
    Float,
    Complex,
    Pointer,
    Other,
}

impl Laid<'_, '_> {
    fn value(&self, field: &Field) -> Value {
        let source = self.sources.get(&field.path).copied();
        let signed = source
            .and_then(|source| source.signed)
            .filter(|_| !is_plain_char(&field.kind));
        let arrays = field.repeated.iter().map(|array| {
            let count = match array.count {
                Count::Fixed(count) => Some(count),
                Count::Flexible => None,
            };
            (array.bit_stride, count)
        });
        let swapped = match field.order {
            Some(order) => format!(", {order}-endian"),
            None => String::new(),
        };
        Value {
            place: (field.bit_offset, field.bit_size),
            arrays: arrays.collect(),
            order: field.bit_size > 8 && field.byte_order(self.on.abi) != self.on.abi.byte_order(),
            meaning: meaning(&field.kind),
            signed,
            said: format!(
                "{} {}{swapped}",
                spelling::place(field),
                spelling::declared(field, source)
            ),
        }
    }
}

fn is_plain_char(kind: &Type) -> bool {
    use layout::Scalar;
    matches!(kind, Type::Scalar(Scalar::Char))
}

fn meaning(kind: &Type) -> Meaning {
    use layout::Scalar;
    use layout::abi::Number;
    match kind {
        Type::Scalar(Scalar::Float | Scalar::Double | Scalar::LongDouble)
        | Type::Float128
        | Type::Number {
            kind: Number::Float32 | Number::Float64,
            ..
        } => Meaning::Float,
        Type::Complex(_)
        | Type::Number {
            kind: Number::Complex64 | Number::Complex128,
            ..
        } => Meaning::Complex,
        Type::Scalar(Scalar::Pointer) | Type::Reference | Type::VtablePointer => Meaning::Pointer,
        Type::Scalar(_) | Type::Typedef(_) | Type::Either { .. } | Type::Int128 | Type::Enum(_) => {
            Meaning::Integer
        }
        Type::Number { .. } => Meaning::Integer,
        _ => Meaning::Other,
    }
}
