//! The story of a cell: its ends, then each vector, then the causes.

use std::fmt::Write as _;

use layout::abi::Scalar;
use proto::{Encoding, Family};

use super::integers;
use super::octets::shown;
use super::structs::Structs;
use crate::cause::Cause;
use crate::cell::Cell;
use crate::counterfactual;
use crate::expectation::{Ends, Prediction};
use crate::outcome::{Outcome, Short};
use crate::sums::predict::{self, raw, traps};
use crate::sums::vectors::Pair;

/// The text about one cell, as it is being written.
pub(super) struct Story<'a> {
    pub(super) ends: Ends<'a>,
    pub(super) encoding: &'static dyn Encoding,
    pub(super) text: String,
}

impl Story<'_> {
    pub(super) fn heading(&mut self, cell: &Cell) -> std::fmt::Result {
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

    pub(super) fn vector(&mut self, vector: Pair) -> std::fmt::Result {
        writeln!(self.text, "\n{} {}", vector.a, vector.b)?;
        let prediction = predict::Link::new(self.ends, self.encoding).predict(vector);
        match (self.shapes(), traps::named(self.encoding.name())) {
            (Some((client, server)), _) => {
                let structs = Structs {
                    ends: self.ends,
                    client: &client,
                    server: &server,
                };
                structs.write(&prediction, &mut self.text)?;
            }
            (None, Some(trap)) if !trap.request(self.ends.client).is_empty() => {
                integers::write(self.ends, &prediction, trap, &mut self.text)?;
            }
            _ => self.octets(&prediction)?,
        }
        let promised = predict::Promise::new(self.ends.client, self.encoding).of(vector);
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

    /// A written format looks the same on every machine: the octets say everything.
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

    /// Why, found by switching differences off.
    pub(super) fn causes(&mut self, vectors: &[Pair]) -> std::fmt::Result {
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
            let server = counterfactual::without(&[*cause], self.ends);
            let ends = Ends {
                server: &server,
                ..self.ends
            };
            let link = predict::Link::new(ends, self.encoding);
            for &vector in vectors {
                let outcome = link.predict(vector).outcome;
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
