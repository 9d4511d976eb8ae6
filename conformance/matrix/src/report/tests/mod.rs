//! A matrix that nobody ran, and what the reports make of it.

mod diff;
mod formats;
mod merge;
mod own;
mod page;
mod versions;

use std::collections::BTreeMap;
use std::sync::Arc;

use layout::Abis;

use super::measured::{Cost, Measured, Seconds};
use super::{Found, Known, Matrix, MatrixDocument};
use crate::cell::{self, Cell};
use crate::claims::{self, Claimed};
use crate::judged::{JudgedCell, Model};
use crate::observation::{Exchange, Observation};
use crate::outcome::Outcome;
use crate::protocol::{Encoding, Protocol};
use crate::select::{Available, Names, Roles};
use crate::shards::Shard;
use crate::sums::vectors::PairChoice;

/// A matrix, all of whose cells do what is predicted, but for those that a test makes otherwise.
struct Made {
    names: Names,
    protocol: Arc<dyn Protocol>,
    roles: Roles,
    model: String,
    cells: Vec<Cell>,
    observations: Vec<Observation>,
    found: Found,
    shard: Option<Shard>,
}

/// A matrix that is judged.
struct JudgedMatrix<'a> {
    made: &'a Made,
    judged: Vec<JudgedCell>,
    claims: Vec<Claimed>,
    encodings: Vec<Arc<dyn Encoding>>,
}

const TARGETS: [&str; 3] = [
    "i686-unknown-linux-gnu",
    "powerpc-unknown-linux-gnu",
    "x86_64-unknown-linux-gnu",
];

impl Made {
    fn new(encodings: &[&str], choice: PairChoice) -> Made {
        let owned = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| (*name).to_owned()).collect()
        };
        let names = Names {
            targets: owned(&TARGETS),
            encodings: owned(encodings),
            participants: owned(&["c-gcc", "rust"]),
            ..Names::default()
        };
        let available = Available::new(None, choice);
        let roles = names.roles(&available, Abis::builtin()).unwrap();
        let encodings = available.encodings(&names.encodings).unwrap();
        let cells = cell::cells(&roles.servers, &roles.clients, &encodings);
        let mut model = Model::new(Abis::builtin());
        let observations = cells.iter().map(|cell| {
            let expected = model.expect(cell);
            let exchange = |expectation: &crate::expectation::Expectation| {
                let prediction = expectation.prediction.clone().unwrap();
                Exchange {
                    outcome: prediction.outcome,
                    sent: prediction.sent,
                    received: prediction.received,
                }
            };
            match cell.is_declared() {
                true => Observation::Ran(expected.vectors.iter().map(exchange).collect()),
                false => Observation::Unsupported,
            }
        });
        let observations = observations.collect();
        let known = roles.all.iter().map(|participant| {
            let abi = Abis::builtin().get(&participant.target.abi).unwrap();
            let known = Known {
                runner: Some("qemu 7.2".to_owned()),
                compiler: Some("gcc 12.2.0".to_owned()),
                facts: abi.fact_words(),
                differs: false,
                trouble: None,
            };
            (participant.id.clone(), known)
        });
        let cost = Cost {
            build: Some(1.5),
            run: 0.25,
            cells: 10,
        };
        let costs = roles.all.iter();
        let costs = costs.map(|participant| (participant.id.to_string(), cost));
        Made {
            found: Found {
                known: known.collect::<BTreeMap<_, _>>(),
                measured: Measured {
                    processes: 100,
                    processes_run: 10,
                    seconds: Seconds {
                        build: 1.0,
                        prove: 0.5,
                        run: 2.0,
                    },
                    costs: costs.collect(),
                    ..Measured::default()
                },
            },
            model: roles.fingerprint(Abis::builtin()),
            names,
            protocol: available.protocol,
            roles,
            cells,
            observations,
            shard: None,
        }
    }

    /// A few vectors of a few encodings.
    fn small() -> Made {
        let choice = PairChoice::Chosen { count: 3, seed: 7 };
        Made::new(&["text", "raw-long", "json"], choice)
    }

    /// The first cell of this encoding between these two does something else.
    fn set(&mut self, encoding: &str, server: &str, client: &str, observation: Observation) {
        let is = |cell: &Cell| {
            cell.encoding.name() == encoding
                && cell.server.id.to_string() == server
                && cell.client.id.to_string() == client
        };
        let at = self
            .cells
            .iter()
            .position(is)
            .expect("there is such a cell");
        self.observations[at] = observation;
    }

    /// This cell gets a wrong sum for its second vector.
    fn wrong(&mut self, encoding: &str, server: &str, client: &str, sum: i64) {
        let is = |cell: &Cell| {
            cell.encoding.name() == encoding
                && cell.server.id.to_string() == server
                && cell.client.id.to_string() == client
        };
        let at = self
            .cells
            .iter()
            .position(is)
            .expect("there is such a cell");
        if let Observation::Ran(exchanges) = &mut self.observations[at] {
            Arc::make_mut(exchanges)[1].outcome = Outcome::Sum(sum);
        }
    }

    /// One thing of each kind went wrong.
    fn troubled() -> Made {
        let mut made = Made::small();
        let (i686, powerpc) = (
            "c-gcc@i686-unknown-linux-gnu",
            "rust@powerpc-unknown-linux-gnu",
        );
        made.wrong("text", i686, powerpc, 77);
        made.wrong("raw-long", i686, i686, -98);
        let why = "the client rust@powerpc-unknown-linux-gnu: was killed by SIGSEGV\n`out of cheese` & <more>";
        made.set(
            "json",
            powerpc,
            powerpc,
            Observation::CouldNotRun(why.to_owned()),
        );
        made
    }

    /// The part of it that a shard runs.
    fn part(&self, shard: &Shard) -> Made {
        let cells: Vec<_> = shard
            .cells
            .iter()
            .map(|at| self.cells[*at].clone())
            .collect();
        let observations = shard.cells.iter().map(|at| self.observations[*at].clone());
        let roles = self.roles.within(&cells);
        let known = roles
            .all
            .iter()
            .map(|one| (one.id.clone(), self.found.known[&one.id].clone()));
        Made {
            names: self.names.clone(),
            protocol: Arc::clone(&self.protocol),
            model: self.model.clone(),
            observations: observations.collect(),
            found: Found {
                known: known.collect(),
                measured: self.found.measured.clone(),
            },
            shard: Some(shard.clone()),
            cells,
            roles,
        }
    }

    fn judge(&self) -> JudgedMatrix<'_> {
        let mut model = Model::new(Abis::builtin());
        let cells = self.cells.iter().cloned().zip(self.observations.clone());
        let judged: Vec<_> = cells.map(|(cell, seen)| model.judge(cell, seen)).collect();
        let mut claims = claims::of_cells(&*self.protocol, &judged);
        claims.extend(self.found.claim());
        let encodings = self.protocol.encodings().iter();
        let is_named = |encoding: &&Arc<dyn Encoding>| {
            let names = &self.names.encodings;
            names.is_empty() || names.iter().any(|name| name == encoding.name())
        };
        JudgedMatrix {
            encodings: encodings.filter(is_named).cloned().collect(),
            made: self,
            judged,
            claims,
        }
    }

    /// As it is written to a file.
    fn json(&self) -> String {
        serde_json::to_string(&MatrixDocument::of(&self.judge().matrix())).unwrap()
    }
}

impl JudgedMatrix<'_> {
    fn matrix(&self) -> Matrix<'_> {
        let made = self.made;
        Matrix {
            abis: Abis::builtin(),
            abis_file: None,
            file: None,
            explained: &[],
            model: &made.model,
            roles: &made.roles,
            encodings: &self.encodings,
            names: &made.names,
            protocol: &*made.protocol,
            judged: &self.judged,
            claims: &self.claims,
            found: Some(&made.found),
            shard: made.shard.as_ref(),
            interrupted: false,
        }
    }
}
