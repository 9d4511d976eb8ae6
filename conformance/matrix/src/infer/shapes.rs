//! Structs that messages may be: those in which the octets of every machine that wrote one hold the same values.
//!
//! A struct is put together member by member, the likeliest first: what has few members, and members of which no two machines need a word. Octets between two members are padding. What all machines wrote alike behind the last member is no part of it. Pure.

mod cost;
mod members;

use std::collections::{BTreeMap, BinaryHeap};

use layout::abi::Scalar;
use layout::{Abi, ByteOrder, lay_out};

use self::members::{Candidate, Member, Order, UNITS, candidates, message, named, path, places};
use super::turned::groups;
use crate::message::MessageType;
use crate::message::fields::{Field, FieldKind, Fields};
use crate::message::value::{Value, read};

/// No more structs are looked at, finished or not.
const MAX_STEPS: usize = 20_000;

/// Of those that end at the same places, so many are followed.
const MAX_ALIKE: usize = 1024;

/// No message that is longer is taken apart.
const MAX_OCTETS: usize = 1024;

/// What one machine wrote, for each vector.
pub(super) struct Messages<'a> {
    pub(super) abi: &'a Abi,
    pub(super) of_vector: Vec<&'a [u8]>,
}

/// A struct that the messages may be.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// Its type; in words, the members.
    pub(super) message: MessageType,
    /// The likelier, the smaller.
    pub(super) cost: usize,
    /// The order of the octets of each member, and whether it is ever anything but zero.
    members: Vec<(Order, bool)>,
}

impl Shape {
    /// What of its messages is seen on a machine: how long they are, and where the lowest octets of its numbers lie that are not always zero.
    pub(super) fn seen_on(&self, abi: &Abi) -> Option<(usize, Vec<usize>)> {
        let layout = lay_out(abi, &self.message.types, self.message.id).ok()?;
        let named = |at: usize| {
            let plain = layout.member(&path(at));
            plain.or_else(|| layout.member(&format!("{}b0", path(at))))
        };
        let octets = |bits: u64| usize::try_from(bits / 8).ok();
        let mut lowest = Vec::new();
        for (at, (order, is_zero)) in self.members.iter().enumerate() {
            let placed = named(at)?;
            if *is_zero {
                continue;
            }
            let first = octets(placed.bit_offset)?;
            let is_little = order.on(abi.byte_order()) == ByteOrder::Little;
            lowest.push(match is_little || placed.is_bit_field {
                true => first,
                false => (first + octets(placed.bit_size)?).saturating_sub(1),
            });
        }
        Some((octets(8 * layout.size)?, lowest))
    }
}

/// What a member is found to hold.
struct Held {
    /// The orders in which all machines have the same values.
    orders: Vec<Order>,
    is_zero: bool,
    /// Whether a value of 64 bits is a small negative number of 32.
    is_like_a_negative: bool,
}

/// The beginning of a struct.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Beginning {
    // First, by which they are ordered.
    cost: usize,
    members: Vec<(Member, Order, bool)>,
    /// Where its last member ends, in the messages of each machine.
    ends: Vec<usize>,
    /// What it is aligned to on each machine.
    aligns: Vec<usize>,
    /// Whether the last member is an octet.
    in_octets: bool,
    /// The orders that the octets of its last numbers may have, one of them for all.
    orders: Vec<Order>,
}

/// What matters of a beginning to what may follow it.
type Followed = (Vec<usize>, Vec<usize>, bool, Vec<Order>);

/// Structs that the messages of these machines may be, the likeliest first.
pub(super) struct Shapes<'a> {
    machines: &'a [Messages<'a>],
    /// By which values are read on each machine.
    readers: Vec<Fields>,
    candidates: Vec<Candidate>,
    /// Numbers that bit-fields may fill, and how they lie.
    units: Vec<(Scalar, Vec<(usize, usize)>)>,
    open: BinaryHeap<std::cmp::Reverse<Beginning>>,
    /// How many were followed that end at these places.
    followed: BTreeMap<Followed, usize>,
    steps: usize,
    reached: usize,
    /// What the likeliest of those costs that were not followed.
    left_out: Option<usize>,
}

impl<'a> Shapes<'a> {
    /// `abis` are all machines that read or write a message. `None` where the messages are too long.
    pub(super) fn of(machines: &'a [Messages<'a>], abis: &[&Abi]) -> Option<Shapes<'a>> {
        let longest = machines.iter().flat_map(|one| &one.of_vector);
        let longest = longest.map(|octets| octets.len()).max()?;
        if longest > MAX_OCTETS {
            return None;
        }
        let readers = machines.iter().map(|one| {
            let message = message(&[Member::Scalar(Scalar::Int8)], String::new());
            Fields::of(&message, one.abi).ok()
        });
        let start = Beginning {
            cost: 0,
            members: Vec::new(),
            ends: vec![0; machines.len()],
            aligns: vec![1; machines.len()],
            in_octets: false,
            orders: Order::ALL.to_vec(),
        };
        Some(Shapes {
            machines,
            readers: readers.collect::<Option<_>>()?,
            candidates: candidates(machines, abis),
            units: UNITS
                .into_iter()
                .filter_map(|unit| Some((unit, places(machines, &Member::Scalar(unit))?)))
                .collect(),
            open: BinaryHeap::from([std::cmp::Reverse(start)]),
            followed: BTreeMap::new(),
            steps: 0,
            reached: 0,
            left_out: None,
        })
    }

    /// No struct that is still to come costs less.
    pub(super) fn reached(&self) -> usize {
        self.reached
    }

    /// Whether all structs were told that cost at most so much.
    pub(super) fn are_all_up_to(&self, cost: usize) -> bool {
        self.left_out.is_none_or(|left_out| left_out > cost)
    }

    /// The octets of each machine from one place to another, for each vector.
    fn octets<'s>(
        &'s self,
        from: &'s [usize],
        to: &'s [usize],
    ) -> impl Iterator<Item = Option<Vec<&'a [u8]>>> + 's {
        let places = self.machines.iter().zip(from.iter().zip(to));
        places.map(|(machine, (from, to))| {
            let all = machine.of_vector.iter();
            all.map(|octets| octets.get(*from..*to)).collect()
        })
    }

    /// What padding costs; `None` where there are no octets for it, or some that are not zero, which may be a member.
    fn padding(&self, from: &[usize], to: &[usize]) -> Option<usize> {
        let is_zero = |octets: &&[u8]| octets.iter().all(|octet| *octet == 0);
        for octets in self.octets(from, to) {
            if !octets?.iter().all(is_zero) {
                return None;
            }
        }
        Some(if from == to { 0 } else { cost::GAP })
    }

    fn follow(&mut self, beginning: &Beginning) {
        let mut found = Vec::new();
        // In what is alike on all machines only the sign of a `char` can matter, and how a member is aligned.
        let is_alike = self.is_alike_from(&beginning.ends);
        let may_matter = |candidate: &&Candidate| {
            let first = candidate.places.first();
            let is_same = candidate.places.iter().all(|place| Some(place) == first);
            !is_alike || !is_same || first == Some(&(1, 1))
        };
        for candidate in self.candidates.iter().filter(may_matter) {
            found.extend(self.with(beginning, candidate));
        }
        if !is_alike {
            for (unit, places) in &self.units {
                found.extend(self.with_bits(beginning, *unit, places));
            }
        }
        self.open.extend(found.into_iter().map(std::cmp::Reverse));
    }

    /// The places of a next member of these sizes and alignments, and what the padding before it costs.
    fn next(
        &self,
        beginning: &Beginning,
        places: &[(usize, usize)],
    ) -> Option<(Vec<usize>, Vec<usize>, usize)> {
        let all = beginning.ends.iter().zip(places);
        let from: Vec<usize> = all
            .map(|(end, (_, align))| end.next_multiple_of(*align))
            .collect();
        let to = from.iter().zip(places).map(|(from, (size, _))| from + size);
        let to: Vec<usize> = to.collect();
        let padding = self.padding(&beginning.ends, &from)?;
        Some((from, to, padding))
    }

    fn with(&self, beginning: &Beginning, candidate: &Candidate) -> Option<Beginning> {
        let (from, to, padding) = self.next(beginning, &candidate.places)?;
        let held = self.held(candidate, &from)?;
        let in_octets = candidate.member == Member::Scalar(Scalar::Int8);
        let own = match candidate.kind {
            FieldKind::Char => cost::CHAR,
            FieldKind::LongDouble => cost::LONG_DOUBLE,
            _ if !in_octets => cost::NUMBER,
            _ if beginning.in_octets && padding == 0 => cost::NEXT_OCTET,
            _ => cost::OCTET,
        };
        let (orders, mut of_order) = beginning.orders_of(&held);
        if held.is_like_a_negative {
            of_order += cost::LIKE_A_NEGATIVE;
        }
        if held.is_zero {
            of_order += cost::ZERO;
        }
        let order = orders.first().copied()?;
        let member = (candidate.member.clone(), order, held.is_zero);
        let cost = padding + own + of_order;
        Some(Beginning {
            orders,
            ..beginning.then(member, &candidate.places, to, cost)
        })
    }

    /// What a member holds there, if all machines have the same in it for every vector.
    fn held(&self, candidate: &Candidate, from: &[usize]) -> Option<Held> {
        let (mut orders, mut is_zero, mut is_like_a_negative) = (Vec::new(), true, true);
        for order in Order::ALL {
            let Some(values) = self.values(candidate, from, order) else {
                continue;
            };
            // Without its highest bit, a `char` is an octet as any other.
            let has_sign = |value: &Value| matches!(value, Value::Char(128..));
            if candidate.kind == FieldKind::Char && !values.iter().any(has_sign) {
                return None;
            }
            let is_none = |value: &Value| matches!(value, Value::Number { value: 0, .. });
            is_zero &= values.iter().all(is_none);
            is_like_a_negative &= values.iter().any(is_small_negative);
            orders.push(order);
        }
        (!orders.is_empty()).then_some(Held {
            orders,
            is_zero,
            is_like_a_negative,
        })
    }

    /// The values that all machines have there; `None` where some have others.
    fn values(&self, candidate: &Candidate, from: &[usize], order: Order) -> Option<Vec<Value>> {
        let mut known: Vec<Value> = Vec::new();
        let places = from.iter().zip(&candidate.places);
        for ((machine, reader), (from, (size, _))) in
            self.machines.iter().zip(&self.readers).zip(places)
        {
            let field = Field {
                path: String::new(),
                kind: candidate.kind,
                bit_offset: 8 * from,
                bits: 8 * size,
            };
            for (vector, octets) in machine.of_vector.iter().enumerate() {
                let value = read(reader, &field, octets, order.on(reader.byte_order))?;
                match known.get_mut(vector) {
                    None => known.push(value),
                    Some(known) if !value.is_cut_of(known) => return None,
                    Some(known) if value.width() > known.width() => *known = value,
                    Some(_) => {}
                }
            }
        }
        Some(known)
    }

    /// Whether all machines wrote the same from there on.
    fn is_alike_from(&self, ends: &[usize]) -> bool {
        let rest = self.machines.iter().zip(ends).map(|(machine, end)| {
            let all = machine.of_vector.iter();
            all.map(|octets| octets.get(*end..))
                .collect::<Option<Vec<_>>>()
        });
        let mut rest = rest.peekable();
        let first = rest.peek().cloned().flatten();
        first.is_some() && rest.all(|other| other == first)
    }

    /// Bit-fields that fill a number, where they are seen: the octets of a little-endian machine and of a big-endian one have the same groups of bits in the other order.
    fn with_bits(
        &self,
        beginning: &Beginning,
        unit: Scalar,
        places: &[(usize, usize)],
    ) -> Option<Beginning> {
        let (from, to, padding) = self.next(beginning, places)?;
        let octets = self.octets(&from, &to).collect::<Option<Vec<_>>>()?;
        let (mut little, mut big) = (Vec::new(), Vec::new());
        for (reader, octets) in self.readers.iter().zip(octets) {
            if reader.low_first {
                little.push(octets);
            } else {
                big.push(octets);
            }
        }
        let (first, other) = (little.first()?, big.first()?);
        let alike = |all: &[Vec<&[u8]>], first: &Vec<&[u8]>| all.iter().all(|one| one == first);
        if !alike(&little, first) || !alike(&big, other) || first == other {
            return None;
        }
        let pairs = first.iter().copied().zip(other.iter().copied());
        let widths = groups(&pairs.collect::<Vec<_>>(), places.first()?.0)?;
        let mut cost = padding + cost::BITS + cost::of_bit_fields(&widths)?;
        let number = Candidate {
            member: Member::Scalar(unit),
            kind: FieldKind::Number,
            places: places.to_vec(),
        };
        if self.values(&number, &from, Order::Native).is_some() {
            cost += cost::LIKE_A_NUMBER;
        }
        let member = (Member::Bits(unit, widths), Order::Native, false);
        Some(beginning.then(member, places, to, cost))
    }

    /// The whole struct, where nothing but what all machines wrote alike is behind it.
    fn finished(&self, beginning: &Beginning) -> Option<Shape> {
        if beginning.members.is_empty() {
            return None;
        }
        let places = beginning.ends.iter().zip(&beginning.aligns);
        let sizes: Vec<usize> = places
            .map(|(end, align)| end.next_multiple_of(*align))
            .collect();
        let padding = self.padding(&beginning.ends, &sizes)?;
        if !self.is_alike_from(&sizes) {
            return None;
        }
        let has_rest = self.machines.iter().zip(&sizes).any(|(machine, size)| {
            let mut all = machine.of_vector.iter();
            all.any(|octets| octets.len() > *size)
        });
        let rest = if has_rest { cost::REST } else { 0 };
        let members: Vec<Member> = beginning.members.iter().map(|one| one.0.clone()).collect();
        let message = message(&members, named(&members));
        // What the layout has between members is what was found.
        let mut machines = self.machines.iter().zip(&sizes);
        let is_sized = machines.all(|(machine, size)| {
            let fields = Fields::of(&message, machine.abi);
            fields.is_ok_and(|fields| fields.size == *size)
        });
        is_sized.then_some(Shape {
            message,
            cost: beginning.cost + padding + rest,
            members: beginning.members.iter().map(|one| (one.1, one.2)).collect(),
        })
    }
}

impl Iterator for Shapes<'_> {
    type Item = Shape;

    fn next(&mut self) -> Option<Shape> {
        while let Some(std::cmp::Reverse(beginning)) = self.open.pop() {
            let ends = (
                beginning.ends.clone(),
                beginning.aligns.clone(),
                beginning.in_octets,
                beginning.orders.clone(),
            );
            let followed = self.followed.entry(ends).or_default();
            *followed += 1;
            self.steps += 1;
            self.reached = beginning.cost;
            if self.steps > MAX_STEPS || *followed > MAX_ALIKE {
                self.left_out.get_or_insert(beginning.cost);
                if self.steps > MAX_STEPS {
                    return None;
                }
                continue;
            }
            self.follow(&beginning);
            if let Some(shape) = self.finished(&beginning) {
                return Some(shape);
            }
        }
        None
    }
}

impl Beginning {
    /// The orders of the octets with a member that holds this, the likeliest first, and what they cost.
    fn orders_of(&self, held: &Held) -> (Vec<Order>, usize) {
        let common = self
            .orders
            .iter()
            .filter(|order| held.orders.contains(order));
        let common: Vec<Order> = common.copied().collect();
        let (orders, mixed) = match common.is_empty() {
            true => (held.orders.clone(), cost::MIXED),
            false => (common, 0),
        };
        let is_little = |orders: &[Order]| *orders == [Order::Little];
        let little = match is_little(&orders) && !is_little(&self.orders) {
            true => cost::LITTLE,
            false => 0,
        };
        (orders, mixed + little)
    }

    fn then(
        &self,
        member: (Member, Order, bool),
        places: &[(usize, usize)],
        ends: Vec<usize>,
        cost: usize,
    ) -> Beginning {
        let aligns = self.aligns.iter().zip(places);
        Beginning {
            cost: self.cost + cost,
            in_octets: member.0 == Member::Scalar(Scalar::Int8),
            orders: self.orders.clone(),
            members: self.members.iter().cloned().chain([member]).collect(),
            ends,
            aligns: aligns.map(|(one, (_, other))| *one.max(other)).collect(),
        }
    }
}

fn is_small_negative(value: &Value) -> bool {
    matches!(
        value,
        Value::Number {
            value: 0xffff_0000..=0xffff_ffff,
            bits: 64,
        }
    )
}
