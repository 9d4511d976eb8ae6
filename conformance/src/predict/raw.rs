//! Raw structs: written as the client's machine lays them out, read as the server's does.

use cross::Abi;
use cross::abi::Scalar;
use cross::layout::{Field, Packing, Placed, Record, lay_out};
use cross::octets::{cut_integer, place_integer, read_integer};

use super::{Ends, Prediction};
use crate::outcome::{Outcome, Short};
use crate::vectors::Vector;

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

/// The structs of a raw encoding on a machine; `None` for any other encoding.
pub fn shape(encoding: &str, abi: &Abi) -> Option<Shape> {
    let integer = match encoding {
        "raw-long" => Scalar::Long,
        "raw-fixed" | "raw-mixed" | "raw-packed" => Scalar::Int64,
        _ => return None,
    };
    let fields: &[(&str, Scalar)] = match encoding {
        "raw-mixed" | "raw-packed" => &[
            ("op", Scalar::Int8),
            ("a", Scalar::Int64),
            ("tag", Scalar::Int16),
            ("b", Scalar::Int64),
        ],
        _ => &[("a", integer), ("b", integer)],
    };
    let packing = if encoding == "raw-packed" {
        Packing::Packed
    } else {
        Packing::Natural
    };
    let record = |fields: &[(&str, Scalar)], packing| {
        let fields: Vec<_> = fields
            .iter()
            .map(|&(name, scalar)| Field::new(name, scalar))
            .collect();
        lay_out(abi, &fields, packing).ok()
    };
    Some(Shape {
        request: record(fields, packing)?,
        reply: record(&[("sum", integer)], Packing::Natural)?,
    })
}

pub(super) fn predict(ends: Ends<'_>, encoding: &str, vector: Vector) -> Prediction {
    let nothing = |outcome| Prediction {
        outcome,
        sent: Vec::new(),
        received: Vec::new(),
    };
    let (Some(server), Some(client)) = (shape(encoding, ends.server), shape(encoding, ends.client))
    else {
        return nothing(Outcome::Unsupported);
    };
    let Some(sent) = write(
        &client.request,
        ends.client,
        &[("a", vector.a), ("b", vector.b), ("op", OP), ("tag", TAG)],
    ) else {
        return nothing(Outcome::Unrepresentable);
    };

    // The server takes as many of its own structs as the octets hold.
    let requests = sent.chunks_exact(server.request.size);
    let left_over = requests.remainder().len();
    let mut replies: Vec<u8> = requests
        .filter_map(|octets| serve(&server, ends.server, octets))
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
        if let Some(Placed { offset, size, .. }) = record.field(name) {
            place_integer(*value, *size, abi.byte_order(), octets.get_mut(*offset..)?).ok()?;
        }
    }
    Some(octets)
}

/// Reads a field of a struct.
pub fn read(record: &Record, abi: &Abi, octets: &[u8], name: &str) -> Option<i64> {
    let Placed { offset, size, .. } = record.field(name)?;
    read_integer(octets.get(*offset..offset + size)?, abi.byte_order()).ok()
}
