//! The suite of planted bugs: ten bugs, alone and in pairs, on random sets of four machines. A model of the programs says what every pair observes, and what the right causes are; the code under test sees the octets and the verdicts alone.
#![allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "the programs and their messages are made here"
)]

mod program;

use std::collections::{BTreeMap, BTreeSet};

use layout::{Abi, Abis};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use super::by_octets::{ByOctets, explain_by_octets};
use super::by_type::{TypedCell, explain_by_type};
use super::explanation::{Alternative, Explanation};
use super::fact::{Facts, of_machine};
use super::ran::{Octets, Ran};
use super::search::explain;
use crate::cause::Cause;
use crate::expectation::Ends;
use crate::message::{MessageType, MessageTypes};
use program::{BUGS, Bug, Exchange, Program, VECTORS};

const SETS: usize = 20;

type Sets = Vec<Vec<Cause>>;

/// The machines of the targets, and one with short enumerations.
fn machines() -> Vec<&'static Abi> {
    let names: BTreeSet<&str> = cross::targets()
        .map(|target| target.abi.as_str())
        .chain(["hexagon-linux"])
        .collect();
    let abis = Abis::builtin();
    names
        .into_iter()
        .map(|name| abis.get(name).unwrap())
        .collect()
}

/// Random sets of four machines.
fn sets() -> Vec<Vec<&'static Abi>> {
    sets_by(17, SETS)
}

fn sets_by(seed: u64, count: usize) -> Vec<Vec<&'static Abi>> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let all = machines();
    let set = |random: &mut ChaCha8Rng| {
        let mut left = all.clone();
        let mut one = || left.swap_remove(random.next_u64() as usize % left.len());
        vec![one(), one(), one(), one()]
    };
    (0..count).map(|_| set(&mut random)).collect()
}

/// Each bug alone, and all pairs.
fn bugs() -> Vec<Vec<Bug>> {
    let alone = BUGS.iter().map(|bug| vec![*bug]);
    let pairs = BUGS.iter().enumerate();
    let pairs = pairs.flat_map(|(at, one)| BUGS[at + 1..].iter().map(|other| vec![*one, *other]));
    alone.chain(pairs).collect()
}

/// A program on four machines: every machine serves every machine.
struct Draw {
    program: Program,
    machines: Vec<&'static Abi>,
    cells: Vec<(Ends<'static>, Vec<Exchange>)>,
}

impl Draw {
    fn of(bugs: &[Bug], machines: &[&'static Abi]) -> Draw {
        Draw::with(Program::with(bugs), machines)
    }

    fn with(program: Program, machines: &[&'static Abi]) -> Draw {
        let pairs = machines
            .iter()
            .flat_map(|server| machines.iter().map(move |client| Ends { server, client }));
        let cells = pairs.map(|ends| {
            let exchanges = (0..VECTORS).map(|vector| program.exchange(vector, ends));
            (ends, exchanges.collect())
        });
        Draw {
            cells: cells.collect(),
            machines: machines.to_vec(),
            program,
        }
    }

    fn is_right(exchanges: &[Exchange]) -> bool {
        exchanges.iter().all(|exchange| exchange.right)
    }

    /// Whether there is something to explain, and something to compare it with.
    fn says_something(&self) -> bool {
        let right = self.cells.iter().filter(|(_, all)| Self::is_right(all));
        (1..self.cells.len()).contains(&right.count())
    }

    fn named(&self) -> String {
        let names: Vec<_> = self.machines.iter().map(|abi| abi.name()).collect();
        format!("{} on {}", self.program.name, names.join(", "))
    }

    fn typed(&self) -> Vec<TypedCell<'_>> {
        let cells = self.cells.iter().map(|(ends, exchanges)| TypedCell {
            server: ends.server,
            client: ends.client,
            exchanges: exchanges.iter().map(octets).collect(),
        });
        cells.collect()
    }

    fn by_octets(&self) -> Option<ByOctets<'_>> {
        explain_by_octets(&self.typed())
    }

    fn by_type(&self) -> Result<Vec<Sets>, String> {
        let message = MessageType {
            name: "struct message".to_owned(),
            types: self.program.types.clone(),
            id: self.program.message,
        };
        let types = MessageTypes {
            server: message.clone(),
            client: message,
        };
        explain_by_type(&types, &self.typed()).map_err(|why| why.to_string())
    }

    fn by_comparison(&self) -> Option<Explanation> {
        let facts: BTreeMap<&str, Facts> = self
            .machines
            .iter()
            .map(|abi| (abi.name(), of_machine(abi)))
            .collect();
        let cells = self.cells.iter().map(|(ends, exchanges)| Ran {
            server: &facts[ends.server.name()],
            client: &facts[ends.client.name()],
            right: Self::is_right(exchanges),
            exchanges: exchanges.iter().map(octets).collect(),
        });
        explain(&cells.collect::<Vec<_>>(), true)
    }

    /// All causes of its cells.
    fn truth(&self) -> BTreeSet<Cause> {
        let sets = self.cells.iter();
        let sets = sets.flat_map(|(ends, _)| self.program.truth(*ends));
        sets.flatten().collect()
    }
}

fn octets(exchange: &Exchange) -> Octets<'_> {
    Octets {
        sent: &exchange.sent,
        received: &exchange.received,
        right: exchange.right,
    }
}

fn draws() -> Vec<Draw> {
    draws_on(&sets())
}

fn draws_on(sets: &[Vec<&'static Abi>]) -> Vec<Draw> {
    let all = bugs().into_iter();
    let all = all.flat_map(|bugs| {
        let of_bugs = sets.iter().map(|machines| Draw::of(&bugs, machines));
        of_bugs.collect::<Vec<_>>()
    });
    all.collect()
}

#[test]
fn with_the_type_of_the_message_every_cell_has_its_causes_and_no_other() {
    let (mut right, mut all) = (0, 0);
    let mut otherwise = Vec::new();
    for draw in draws().iter().filter(|draw| draw.says_something()) {
        all += 1;
        match draw.by_type() {
            Ok(told) => {
                let cells = draw.cells.iter().zip(told);
                let cells =
                    cells.map(
                        |((ends, exchanges), sets)| match Draw::is_right(exchanges) {
                            true => (Vec::new(), sets),
                            false => (draw.program.truth(*ends), sets),
                        },
                    );
                let cells: Vec<_> = cells.collect();
                let is_false = |(truth, sets): &&(Sets, Sets)| {
                    sets.is_empty() != truth.is_empty()
                        || !truth.iter().all(|set| sets.contains(set))
                };
                match cells.iter().filter(is_false).count() {
                    0 => right += usize::from(cells.iter().all(|(truth, sets)| truth == sets)),
                    cells => otherwise.push(format!("false in {cells}: {}", draw.named())),
                }
            }
            Err(why) => eprintln!("nothing is told of {}: {why}", draw.named()),
        }
    }
    eprintln!("{right} of {all} draws");
    assert_eq!(otherwise, [""; 0]);
    assert!(all > 500 && right * 100 >= 95 * all, "{right} of {all}");
}

#[test]
fn without_a_type_nothing_false_is_told_alone() {
    let (mut right, mut alone, mut all) = (0, 0, 0);
    let mut otherwise = Vec::new();
    for draw in draws().iter().filter(|draw| draw.says_something()) {
        all += 1;
        let truth = draw.truth();
        let told = draw.by_comparison();
        let alternatives = match &told {
            Some(Explanation::Where(alternatives)) => alternatives,
            // That nothing is known is not false.
            Some(Explanation::Nothing) => continue,
            _ => {
                otherwise.push(format!("{told:?}: {}", draw.named()));
                continue;
            }
        };
        let admits = |alternative: &Alternative| {
            alternative.0.iter().all(|distinction| {
                let mut causes = distinction.causes().into_iter();
                causes.any(|cause| cause.is_some_and(|cause| truth.contains(&cause)))
            })
        };
        if alternatives.iter().any(admits) {
            right += 1;
            let is_one = |all: &Alternative| all.0.iter().all(|one| one.causes().len() == 1);
            alone += usize::from(alternatives.len() == 1 && alternatives.iter().all(is_one));
        } else {
            let told = told.as_ref().map(ToString::to_string);
            otherwise.push(format!("{told:?} because of {truth:?}: {}", draw.named()));
        }
    }
    eprintln!("{right} of {all} draws, {alone} of them without another that fits");
    assert_eq!(otherwise, [""; 0]);
    assert!(all > 500 && right * 100 >= 95 * all, "{right} of {all}");
}

/// No machine is to blame for what goes wrong between equal ones, whatever its type says.
#[test]
fn a_bug_that_is_there_between_equal_machines_is_no_difference_between_machines() {
    for bugs in bugs().iter().filter(|bugs| bugs.contains(&Bug::StringEnd)) {
        let draw = Draw::of(bugs, &sets()[0]);
        assert!(draw.by_type().is_err(), "{}", draw.named());
        assert_eq!(draw.by_comparison(), Some(Explanation::Everywhere));
    }
}

/// One `long`, in the machine's own byte order.
#[test]
fn one_long_breaks_by_its_byte_order_and_its_width_and_by_nothing_else() {
    let bug = [Bug::OwnLong];
    for machines in [
        ["x86_64-sysv", "i386-sysv", "s390x-elf", "powerpc-sysv"],
        ["x86_64-sysv", "i386-sysv", "s390x-elf", "sparc64-sysv"],
        ["x86_64-sysv", "arm-aapcs", "mips-n64-be", "m68k-sysv"],
        [
            "aarch64-aapcs64",
            "i386-sysv",
            "powerpc64-elfv1",
            "mips-o32-be",
        ],
    ] {
        let machines = machines.map(|name| Abis::builtin().get(name).unwrap());
        let draw = Draw::of(&bug, &machines);
        let truth = BTreeSet::from([Cause::ByteOrder, Cause::Width]);
        assert_eq!(draw.truth(), truth);
        let by_type = draw.by_type().unwrap();
        let told: BTreeSet<Cause> = by_type.into_iter().flatten().flatten().collect();
        assert_eq!(told, truth, "{}", draw.named());
        let Some(Explanation::Where(alternatives)) = draw.by_comparison() else {
            panic!("{}", draw.named());
        };
        let first: BTreeSet<Cause> = alternatives[0]
            .0
            .iter()
            .filter_map(|one| one.likeliest.cause())
            .collect();
        assert_eq!(first, truth, "{}: {alternatives:?}", draw.named());
        eprintln!("{}: {}", draw.named(), Explanation::Where(alternatives));
    }
}

/// What the octets alone say of some draws.
#[derive(Debug, Default)]
struct Told {
    /// The causes of each cell, and no other.
    right: usize,
    /// These among others that the octets may have come of.
    among: usize,
    /// Nothing.
    nothing: usize,
    otherwise: Vec<String>,
}

impl Told {
    fn of(draws: &[Draw]) -> Told {
        let mut told = Told::default();
        for draw in draws.iter().filter(|draw| draw.says_something()) {
            let Some(by_octets) = draw.by_octets() else {
                told.nothing += 1;
                continue;
            };
            let truth =
                draw.cells
                    .iter()
                    .map(|(ends, exchanges)| match Draw::is_right(exchanges) {
                        true => Vec::new(),
                        false => draw.program.truth(*ends),
                    });
            let cells: Vec<(Sets, &Sets)> = truth.zip(&by_octets.causes).collect();
            let is_false = |(truth, sets): &&(Sets, &Sets)| {
                sets.is_empty() != truth.is_empty() || !truth.iter().all(|set| sets.contains(set))
            };
            if cells.iter().any(|cell| is_false(&cell)) {
                let told_as = by_octets.named();
                told.otherwise
                    .push(format!("{} as {told_as}", draw.named()));
            } else if cells.iter().all(|(truth, sets)| truth == *sets) {
                told.right += 1;
            } else {
                told.among += 1;
            }
        }
        told
    }

    fn all(&self) -> usize {
        self.right + self.among + self.nothing + self.otherwise.len()
    }
}

/// `CROSSUM_TEST_SEED=N` has other machines drawn, and other programs.
fn seed() -> u64 {
    let seed = std::env::var("CROSSUM_TEST_SEED").ok();
    seed.and_then(|seed| seed.parse().ok()).unwrap_or(2026)
}

/// Of the rest, the machines at hand do not decide what the octets are: all that it may be is told.
#[test]
fn octets_alone_tell_what_the_type_would_and_nothing_false() {
    let told = Told::of(&draws_on(&sets_by(seed(), 2)));
    eprintln!("{told:?} of {}", told.all());
    assert_eq!(told.otherwise, [""; 0]);
    assert!(told.all() > 60 && told.right * 100 >= 75 * told.all());
    assert!(told.nothing * 100 <= 5 * told.all());
}

#[test]
fn octets_alone_tell_nothing_false_of_structs_by_chance() {
    let mut random = ChaCha8Rng::seed_from_u64(seed());
    let mut below = |bound: u64| random.next_u64() % bound;
    let sets = sets_by(seed() + 1, 40);
    let draws = sets
        .iter()
        .map(|machines| Draw::with(Program::by_chance(&mut below), machines));
    let told = Told::of(&draws.collect::<Vec<_>>());
    eprintln!("{told:?} of {}", told.all());
    assert_eq!(told.otherwise, [""; 0]);
    assert!(told.all() > 25 && told.right * 100 >= 70 * told.all());
    assert!(told.nothing * 100 <= 5 * told.all());
}

/// On these, a length of eight octets and one of four with padding behind it are the same octets.
#[test]
fn where_octets_may_be_of_two_structs_both_are_told_and_who_would_decide() {
    let names = ["mips-n64-be", "hexagon-linux", "riscv64-lp64d", "alpha-osf"];
    let abi = |name: &str| Abis::builtin().get(name).unwrap();
    let draw = Draw::of(&[Bug::TimeT, Bug::LengthPrefix], &names.map(abi));
    let told = draw.by_octets().unwrap();
    assert!(told.shapes.len() > 1, "{}", told.named());
    let truth = draw.cells.iter().map(|(ends, _)| draw.program.truth(*ends));
    for (truth, sets) in truth.zip(&told.causes) {
        assert!(truth.iter().all(|set| set.is_empty() || sets.contains(set)));
    }
    assert!(told.told_apart_by(abi("powerpc-sysv")) > 0);
    for name in names {
        assert_eq!(told.told_apart_by(abi(name)), 0, "{name}");
    }
}
