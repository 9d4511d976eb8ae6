//! Raw structs: what the client wrote, field by field, and as what the server reads it.

use std::fmt::{Result, Write as _};

use layout::Abi;
use layout::abi::Scalar;

use super::octets::spaced;
use crate::expectation::{Ends, Prediction};
use crate::outcome::Outcome;
use crate::sums::predict::raw;

/// The structs of an encoding on the two machines of a cell.
pub(super) struct Structs<'a> {
    pub(super) ends: Ends<'a>,
    pub(super) client: &'a raw::Shape,
    pub(super) server: &'a raw::Shape,
}

impl Structs<'_> {
    /// Writes what each end makes of what the other wrote.
    pub(super) fn write(&self, prediction: &Prediction, text: &mut String) -> Result {
        let (client, server) = (self.client, self.server);
        if prediction.outcome == Outcome::Unrepresentable {
            let bits = 8 * self.ends.client.size(Scalar::Long);
            return writeln!(
                text,
                "  the client's long has {bits} bits, too few for one of these: nothing is sent"
            );
        }
        let Ends {
            client: client_abi,
            server: server_abi,
        } = self.ends;
        writeln!(
            text,
            "  the client writes {} octets, {}-endian",
            prediction.sent.len(),
            client_abi.byte_order()
        )?;
        record(&client.request, client_abi, &prediction.sent, text)?;

        let mut requests = prediction.sent.chunks_exact(server.request.size);
        let left_over = requests.remainder().len();
        for octets in requests.by_ref() {
            writeln!(
                text,
                "  the server reads {} octets, {}-endian",
                server.request.size,
                server_abi.byte_order()
            )?;
            record(&server.request, server_abi, octets, text)?;
            if let (Some(a), Some(b)) = (
                raw::read(&server.request, server_abi, octets, "a"),
                raw::read(&server.request, server_abi, octets, "b"),
            ) {
                let bits = 8 * server.reply.size;
                writeln!(
                    text,
                    "  it adds, in {bits} bits: {a} + {b} = {}",
                    sum(a, b, server, server_abi)
                )?;
            }
        }
        if left_over > 0 {
            let want = server.request.size;
            writeln!(
                text,
                "  the server has {left_over} octets, and its struct has {want}: it waits for {} more",
                want - left_over
            )?;
        }
        if !prediction.received.is_empty() {
            writeln!(
                text,
                "  the client reads {} octets, {}-endian",
                prediction.received.len(),
                client_abi.byte_order()
            )?;
            if prediction.received.len() == client.reply.size {
                record(&client.reply, client_abi, &prediction.received, text)?;
            }
        }
        if matches!(prediction.outcome, Outcome::Starved(_)) {
            writeln!(
                text,
                "  the client waits for a reply of {} octets that never comes whole: both hang",
                client.reply.size
            )?;
        }
        Ok(())
    }
}

/// A struct, a line a field, padding included.
fn record(record: &raw::Record, abi: &Abi, octets: &[u8], text: &mut String) -> Result {
    let mut lines: Vec<(usize, usize, String)> = Vec::new();
    for field in &record.fields {
        let value = raw::read(record, abi, octets, field.name)
            .map(|value| value.to_string())
            .unwrap_or_default();
        lines.push((
            field.offset,
            field.size,
            format!("{} = {value}", field.name),
        ));
    }
    lines.extend(
        record
            .padding
            .iter()
            .map(|hole| (hole.offset, hole.size, "(padding)".to_owned())),
    );
    lines.sort();
    for (offset, size, what) in lines {
        let part = octets.get(offset..offset + size).unwrap_or_default();
        writeln!(text, "    {offset:>2}  {:<23}  {what}", spaced(part))?;
    }
    Ok(())
}

fn sum(a: i64, b: i64, server: &raw::Shape, abi: &Abi) -> String {
    let cut = layout::octets::cut_integer(
        a.wrapping_add(b),
        server.reply.field("sum").map_or(8, |field| field.size),
    );
    let octets = cut
        .as_ref()
        .ok()
        .and_then(|sum| raw::write(&server.reply, abi, &[("sum", *sum)]))
        .unwrap_or_default();
    format!(
        "{}, and writes {}",
        cut.unwrap_or_default(),
        spaced(&octets)
    )
}
