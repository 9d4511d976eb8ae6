//! `crossum explain`: one cell, octet by octet, told from the model.

mod integers;

use std::fmt::Write as _;
use std::sync::Arc;

use layout::Abi;
use layout::abi::Scalar;
use proto::{Encoding, Family};

use super::chosen::{abis, has_abi};
use super::{Unusable, print};
use crate::cell::Cell;
use crate::cli;
use crate::exit::Exit;
use crate::outcome::{Outcome, Short};
use crate::participant::Participant;
use crate::predict::traps;
use crate::predict::{self, Cause, Ends, Prediction, raw};
use crate::report::hex;
use crate::select::{self, Names, There};
use crate::vectors::{Choice, Pair};

/// Explains.
pub(super) fn run(options: &cli::Explain) -> anyhow::Result<Exit> {
    let abis = abis(options.abis.as_deref())?;
    let encodings = select::encodings(std::slice::from_ref(&options.encoding))?;
    let names = Names {
        servers: vec![options.server.clone()],
        clients: vec![options.client.clone()],
        ..Names::default()
    };
    let roles = names.roles(&There::of(None))?;
    let first = encodings.first().copied();
    let ends = first.and_then(|encoding| {
        Some((
            encoding,
            one(&roles.servers, encoding)?,
            one(&roles.clients, encoding)?,
        ))
    });
    let Some((encoding, server, client)) = ends else {
        return Err(Unusable("there is no such cell".to_owned()).into());
    };
    let (server_abi, client_abi) = (
        has_abi(&abis, server.target)?,
        has_abi(&abis, client.target)?,
    );

    let cell = Cell {
        server,
        client,
        encoding: crate::encoding::Encoding::Sum(encoding),
    };
    let ends = Ends {
        server: server_abi,
        client: client_abi,
    };
    let mut story = Story {
        ends,
        encoding,
        text: String::new(),
    };
    story.heading(&cell)?;
    if !cell.is_declared() {
        let why = format!(
            "there is nothing to explain: {} and {} do not both implement {}",
            cell.server.id,
            cell.client.id,
            encoding.name()
        );
        return Err(Unusable(why).into());
    }
    for vector in &options.vector {
        story.vector(*vector)?;
    }
    story.causes(&options.vector)?;
    let vectors = Choice::Given(options.vector.clone()).options();
    let abis = options
        .abis
        .as_ref()
        .map(|file| format!(" --abis {}", file.display()))
        .unwrap_or_default();
    writeln!(
        story.text,
        "\nsee it happen: {}{vectors}{abis}",
        cell.rerun(None)
    )?;
    print(&story.text)?;
    Ok(Exit::Held)
}

/// Of the participants that a name stands for, the first that implements the encoding.
fn one(participants: &[Arc<Participant>], encoding: &dyn Encoding) -> Option<Arc<Participant>> {
    let implementing = participants
        .iter()
        .find(|participant| participant.implementation.implements(encoding.name()));
    implementing.or(participants.first()).cloned()
}

/// A story that is being told.
struct Story<'a> {
    ends: Ends<'a>,
    encoding: &'static dyn Encoding,
    text: String,
}

impl Story<'_> {
    fn heading(&mut self, cell: &Cell) -> std::fmt::Result {
        writeln!(
            self.text,
            "{} ({})",
            self.encoding.name(),
            self.encoding.family().name()
        )?;
        for (role, participant, abi) in [
            ("client", &cell.client, self.ends.client),
            ("server", &cell.server, self.ends.server),
        ] {
            writeln!(
                self.text,
                "  {role}  {}: {}, {}-endian, long of {} octets, int64_t aligned to {}",
                participant.id,
                abi.name(),
                abi.byte_order(),
                abi.size(Scalar::Long),
                abi.align(Scalar::Int64)
            )?;
        }
        Ok(())
    }

    fn vector(&mut self, vector: Pair) -> std::fmt::Result {
        writeln!(self.text, "\n{} {}", vector.a, vector.b)?;
        let prediction = predict::predict(self.ends, self.encoding, vector);
        match (self.shapes(), traps::named(self.encoding.name())) {
            (Some((client, server)), _) => self.structs(&prediction, &client, &server)?,
            (None, Some(trap)) if !trap.request(self.ends.client).is_empty() => {
                integers::tell(self.ends, &prediction, trap, &mut self.text)?;
            }
            _ => self.octets(&prediction)?,
        }
        let promised = predict::promised(self.ends.client, self.encoding, vector);
        if prediction.outcome == promised {
            writeln!(self.text, "  so: {}, as it should be", prediction.outcome)
        } else {
            writeln!(
                self.text,
                "  so: {}, where {promised} is right",
                prediction.outcome
            )
        }
    }

    fn shapes(&self) -> Option<(raw::Shape, raw::Shape)> {
        let shape = |abi| raw::shape(self.encoding.name(), abi);
        Some((shape(self.ends.client)?, shape(self.ends.server)?))
    }

    /// A written format looks the same on every machine: the octets are the story.
    fn octets(&mut self, prediction: &Prediction) -> std::fmt::Result {
        writeln!(
            self.text,
            "  the client sends    {}",
            shown(&prediction.sent)
        )?;
        if let Outcome::Starved(Some(Short { got, want })) = prediction.outcome {
            writeln!(
                self.text,
                "  the server has {got} octets and waits for {want} or more; the client waits for a reply: both hang"
            )
        } else {
            writeln!(
                self.text,
                "  the server answers  {}",
                shown(&prediction.received)
            )
        }
    }

    fn structs(
        &mut self,
        prediction: &Prediction,
        client: &raw::Shape,
        server: &raw::Shape,
    ) -> std::fmt::Result {
        if prediction.outcome == Outcome::Unrepresentable {
            let bits = 8 * self.ends.client.size(Scalar::Long);
            return writeln!(
                self.text,
                "  the client's long has {bits} bits, too few for one of these: nothing is sent"
            );
        }
        let Ends {
            client: client_abi,
            server: server_abi,
        } = self.ends;
        writeln!(
            self.text,
            "  the client writes {} octets, {}-endian",
            prediction.sent.len(),
            client_abi.byte_order()
        )?;
        self.record(&client.request, client_abi, &prediction.sent)?;

        let mut requests = prediction.sent.chunks_exact(server.request.size);
        let left_over = requests.remainder().len();
        for octets in requests.by_ref() {
            writeln!(
                self.text,
                "  the server reads {} octets, {}-endian",
                server.request.size,
                server_abi.byte_order()
            )?;
            self.record(&server.request, server_abi, octets)?;
            if let (Some(a), Some(b)) = (
                raw::read(&server.request, server_abi, octets, "a"),
                raw::read(&server.request, server_abi, octets, "b"),
            ) {
                let bits = 8 * server.reply.size;
                writeln!(
                    self.text,
                    "  it adds, in {bits} bits: {a} + {b} = {}",
                    sum(a, b, server, server_abi)
                )?;
            }
        }
        if left_over > 0 {
            let want = server.request.size;
            writeln!(
                self.text,
                "  the server has {left_over} octets, and its struct has {want}: it waits for {} more",
                want - left_over
            )?;
        }
        if !prediction.received.is_empty() {
            writeln!(
                self.text,
                "  the client reads {} octets, {}-endian",
                prediction.received.len(),
                client_abi.byte_order()
            )?;
            if prediction.received.len() == client.reply.size {
                self.record(&client.reply, client_abi, &prediction.received)?;
            }
        }
        if matches!(prediction.outcome, Outcome::Starved(_)) {
            writeln!(
                self.text,
                "  the client waits for a reply of {} octets that never comes whole: both hang",
                client.reply.size
            )?;
        }
        Ok(())
    }

    /// A struct, a line a field, padding included.
    fn record(&mut self, record: &raw::Record, abi: &Abi, octets: &[u8]) -> std::fmt::Result {
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
            writeln!(self.text, "    {offset:>2}  {:<23}  {what}", spaced(part))?;
        }
        Ok(())
    }

    /// Why, found by switching differences off.
    fn causes(&mut self, vectors: &[Pair]) -> std::fmt::Result {
        let causes = predict::causes(self.ends, self.encoding, vectors);
        if causes.is_empty() {
            return writeln!(self.text, "\nnothing breaks these");
        }
        let names: Vec<_> = causes.iter().map(Cause::to_string).collect();
        writeln!(self.text, "\nbecause of: {}", names.join(", "))?;
        if self.encoding.family() != Family::Raw {
            return match self.encoding.trap() {
                Some(trap) => writeln!(self.text, "  {trap}"),
                None => Ok(()),
            };
        }
        for cause in &causes {
            let server = predict::without(&[*cause], self.ends);
            let ends = Ends {
                server: &server,
                ..self.ends
            };
            for &vector in vectors {
                let outcome = predict::predict(ends, self.encoding, vector).outcome;
                writeln!(
                    self.text,
                    "  without the difference in {cause}: {} {} -> {outcome}",
                    vector.a, vector.b
                )?;
            }
        }
        Ok(())
    }
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

fn spaced(octets: &[u8]) -> String {
    octets
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Octets, and the characters they would be where all of them are such.
fn shown(octets: &[u8]) -> String {
    match std::str::from_utf8(octets) {
        Ok(text) if text.chars().all(|c| c == '\n' || (' '..='~').contains(&c)) => {
            format!("{}  {text:?}", hex(octets))
        }
        _ => hex(octets),
    }
}
