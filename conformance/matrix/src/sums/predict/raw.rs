//! Raw structs: written as the client's machine lays them out, read as the server's does.

use layout::Abi;
use layout::abi::Scalar;
use layout::octets::{cut_integer, place_integer, read_integer};
use layout::types::Types;
use layout::{Layout, lay_out};

use crate::expectation::{Ends, Prediction};
use crate::outcome::{Outcome, Short};
use crate::sums::vectors::Pair;

/// What every `op` and `tag` holds (PROTOCOL.md).
const OP: i64 = 0x2b;
const TAG: i64 = 0x5447;

/// The two structs of a raw encoding, as one machine lays them out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The request.
    pub request: Record,
    /// The reply.
    pub reply: Record,
}

/// A struct of integers as it lies in memory. Offsets and sizes are in octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// `sizeof`
    pub size: usize,
    /// As a field of another struct.
    pub align: usize,
    /// In the order of their declaration.
    pub fields: Vec<Part<&'static str>>,
    /// What belongs to no field, in order.
    pub padding: Vec<Part<()>>,
}

impl Record {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Part<&'static str>> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A stretch of a struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<Name> {
    /// Whose it is.
    pub name: Name,
    /// From the start of the struct.
    pub offset: usize,
    /// Never 0.
    pub size: usize,
}

/// The structs of a raw encoding on a machine; `None` for any other encoding.
pub fn shape(encoding: &str, abi: &Abi) -> Option<Shape> {
    let integer = match encoding {
        "raw-long" => Scalar::Long,
        "raw-fixed" | "raw-mixed" | "raw-packed" => Scalar::Int64,
        _ => return None,
    };
    let request: &[(&str, Scalar)] = match encoding {
        "raw-mixed" | "raw-packed" => &[
            ("op", Scalar::Int8),
            ("a", Scalar::Int64),
            ("tag", Scalar::Int16),
            ("b", Scalar::Int64),
        ],
        _ => &[("a", integer), ("b", integer)],
    };
    Some(Shape {
        request: record(abi, request, encoding == "raw-packed")?,
        reply: record(abi, &[("sum", integer)], false)?,
    })
}

fn record(abi: &Abi, fields: &[(&'static str, Scalar)], packed: bool) -> Option<Record> {
    let mut types = Types::new();
    let mut declaration = types.structure();
    for &(name, scalar) in fields {
        declaration = declaration.field(name, scalar);
    }
    if packed {
        declaration = declaration.packed();
    }
    let id = declaration.add();
    let layout = lay_out(abi, &types, id).ok()?;
    measured(&layout, fields)
}

/// There are no bit-fields here, and everything is small.
fn measured(layout: &Layout<'_>, fields: &[(&'static str, Scalar)]) -> Option<Record> {
    let octets = |bits: u64| usize::try_from(bits / 8).ok();
    let names = fields.iter().map(|&(name, _)| name);
    let fields = names.zip(&layout.members).map(|(name, member)| {
        Some(Part {
            name,
            offset: octets(member.bit_offset)?,
            size: octets(member.bit_size)?,
        })
    });
    let padding = layout.padding.iter().map(|hole| {
        Some(Part {
            name: (),
            offset: octets(hole.bit_offset)?,
            size: octets(hole.bit_size)?,
        })
    });
    Some(Record {
        size: usize::try_from(layout.size).ok()?,
        align: usize::try_from(layout.align).ok()?,
        fields: fields.collect::<Option<_>>()?,
        padding: padding.collect::<Option<_>>()?,
    })
}

/// The structs of a raw encoding at both ends: laid out once, for any number of vectors.
pub(super) struct Structs<'a> {
    ends: Ends<'a>,
    server: Shape,
    client: Shape,
}

impl<'a> Structs<'a> {
    /// `None` where an end has no such struct, or the encoding is no raw one.
    pub(super) fn new(ends: Ends<'a>, encoding: &str) -> Option<Self> {
        Some(Structs {
            ends,
            server: shape(encoding, ends.server)?,
            client: shape(encoding, ends.client)?,
        })
    }

    /// The same program at both ends.
    pub(super) fn of_one_kind(machine: &'a Abi, encoding: &str) -> Option<Self> {
        let ends = Ends {
            server: machine,
            client: machine,
        };
        Structs::new(ends, encoding)
    }

    pub(super) fn predict(&self, vector: Pair) -> Prediction {
        let Structs {
            ends,
            server,
            client,
        } = self;
        let Some(sent) = write(
            &client.request,
            ends.client,
            &[("a", vector.a), ("b", vector.b), ("op", OP), ("tag", TAG)],
        ) else {
            return Prediction {
                outcome: Outcome::Unrepresentable,
                sent: Vec::new(),
                received: Vec::new(),
            };
        };

        // The server takes as many of its own structs as the octets hold.
        let requests = sent.chunks_exact(server.request.size);
        let left_over = requests.remainder().len();
        let mut replies: Vec<u8> = requests
            .filter_map(|octets| serve(server, ends.server, octets))
            .flatten()
            .collect();

        let outcome = match replies.get(..client.reply.size) {
            Some(octets) => match read(&client.reply, ends.client, octets, "sum") {
                Some(sum) => Outcome::Sum(sum),
                None => Outcome::Garbled,
            },
            // The client wants more than comes. After its half-close the server speaks up, unless it stands between two requests.
            None => Outcome::Starved((left_over > 0).then_some(Short {
                got: left_over,
                want: server.request.size,
            })),
        };
        replies.truncate(client.reply.size);
        Prediction {
            outcome,
            sent,
            received: replies,
        }
    }
}

/// One request, one reply: the sum is taken modulo 2^64 and cut to the width of its field.
fn serve(shape: &Shape, abi: &Abi, octets: &[u8]) -> Option<Vec<u8>> {
    let a = read(&shape.request, abi, octets, "a")?;
    let b = read(&shape.request, abi, octets, "b")?;
    let sum = cut_integer(a.wrapping_add(b), shape.reply.field("sum")?.size).ok()?;
    write(&shape.reply, abi, &[("sum", sum)])
}

/// Writes a struct, padding zero; `None` when a value does not fit its field.
pub fn write(record: &Record, abi: &Abi, values: &[(&str, i64)]) -> Option<Vec<u8>> {
    let mut octets = vec![0; record.size];
    for (name, value) in values {
        if let Some(Part { offset, size, .. }) = record.field(name) {
            place_integer(*value, *size, abi.byte_order(), octets.get_mut(*offset..)?).ok()?;
        }
    }
    Some(octets)
}

/// Reads a field of a struct.
pub fn read(record: &Record, abi: &Abi, octets: &[u8], name: &str) -> Option<i64> {
    let Part { offset, size, .. } = record.field(name)?;
    read_integer(octets.get(*offset..offset + size)?, abi.byte_order()).ok()
}
