//! What distinguishes the targets on which a test fails: the simplest fact that is true of all of them and of none on which it passes.
//!
//! Pure. Where nothing distinguishes them, nothing is claimed.

use std::collections::BTreeSet;

use layout::Abi;

use kit::property::Property;

/// A target, as far as a test can notice which it is.
#[derive(Clone, Copy, Debug)]
pub struct Machine<'a> {
    /// Its ABI.
    pub abi: &'a Abi,
    /// Whether it is emulated here.
    pub is_emulated: bool,
}

/// What may be true of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// A property of its ABI.
    Property(Property),
    /// It is emulated: the kernel, `/proc` and the network are those of this machine.
    Emulated,
}

/// The word for an emulated target, on the command line, in `crossum.toml` and in reports.
pub(crate) const EMULATED: &str = "emulated";

/// What is true of all targets on which a test fails, and of no target on which it passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Distinction {
    /// One fact. Those in `or` would explain the same: the targets at hand do not distinguish them from it.
    One {
        /// The likeliest fact.
        fact: Fact,
        /// The other facts.
        or: Vec<Fact>,
    },
    /// Two properties together, neither of which is enough.
    Both(Property, Property),
    /// They all have this ABI.
    OneAbi(String),
}

impl Fact {
    /// Every fact, the likelier explanation first. Byte order and width break more tests than emulation does, and emulation more than the other properties.
    pub fn all() -> impl Iterator<Item = Fact> {
        let (likely, others) = Property::ALL.split_at(4);
        let properties = |of: &'static [Property]| of.iter().copied().map(Fact::Property);
        properties(likely)
            .chain([Fact::Emulated])
            .chain(properties(others))
    }

    /// The word for it in machine-readable reports.
    pub fn word(self) -> &'static str {
        match self {
            Fact::Property(property) => property.word(),
            Fact::Emulated => EMULATED,
        }
    }

    /// The same, for somebody who reads it for the first time.
    pub fn told(self) -> &'static str {
        match self {
            Fact::Property(property) => property.told(),
            Fact::Emulated => EMULATED,
        }
    }

    /// Whether it is true of a machine.
    pub fn holds(self, machine: &Machine<'_>) -> bool {
        match self {
            Fact::Property(property) => property.holds(machine.abi),
            Fact::Emulated => machine.is_emulated,
        }
    }
}

/// Finds what distinguishes the failing machines from the passing ones. It tries one fact first, then one ABI, then two properties.
///
/// `None` where nothing distinguishes them, or where one of the two lists is empty.
pub fn distinguish(failing: &[Machine<'_>], passing: &[Machine<'_>]) -> Option<Distinction> {
    if failing.is_empty() || passing.is_empty() {
        return None;
    }
    let distinguishes =
        |has: &dyn Fn(&Machine<'_>) -> bool| failing.iter().all(has) && !passing.iter().any(has);
    let mut single = Fact::all().filter(|fact| distinguishes(&|machine| fact.holds(machine)));
    if let Some(fact) = single.next() {
        let or = single.collect();
        return Some(Distinction::One { fact, or });
    }
    let names: BTreeSet<_> = failing.iter().map(|machine| machine.abi.name()).collect();
    if let (Some(name), 1) = (names.first(), names.len()) {
        return distinguishes(&|machine| machine.abi.name() == *name)
            .then(|| Distinction::OneAbi((*name).to_owned()));
    }
    let mut pairs = Property::ALL.into_iter().enumerate().flat_map(|(at, one)| {
        let others = Property::ALL.into_iter().skip(at + 1);
        others.map(move |other| (one, other))
    });
    let (one, other) = pairs.find(|(one, other)| {
        distinguishes(&|machine| one.holds(machine.abi) && other.holds(machine.abi))
    })?;
    Some(Distinction::Both(one, other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cross::target;
    use layout::Abis;
    use quickcheck::quickcheck;

    /// All but this machine's own are emulated.
    fn machines(targets: &[&str]) -> Vec<Machine<'static>> {
        let machine = |name: &&str| {
            let mut names = cross::targets().map(|target| &target.name);
            let full = names.find(|full| full.starts_with(&format!("{name}-")));
            let target = target(full.unwrap()).unwrap();
            Machine {
                abi: Abis::builtin().get(&target.abi).unwrap(),
                is_emulated: !target.is_native(),
            }
        };
        targets.iter().map(machine).collect()
    }

    #[test]
    fn the_simplest_property_that_distinguishes_is_claimed_and_none_where_none_does() {
        use Fact::Emulated;
        use Property::{BigEndian, Bits32, LittleEndian, LooseInt64, SignedChar, UnsignedChar};
        let facts = |or: &[Property]| or.iter().copied().map(Fact::Property).collect();
        let one = |property, or: &[Property]| {
            Some(Distinction::One {
                fact: Fact::Property(property),
                or: facts(or),
            })
        };
        let emulated = |or: &[Property]| {
            Some(Distinction::One {
                fact: Emulated,
                or: facts(or),
            })
        };
        for (failing, passing, expected) in [
            (
                &["s390x", "powerpc"][..],
                &["x86_64", "i686", "aarch64"][..],
                one(BigEndian, &[]),
            ),
            // Without aarch64 the sign of char would explain it, too.
            (
                &["s390x", "powerpc"],
                &["x86_64", "i686"],
                one(BigEndian, &[UnsignedChar]),
            ),
            (&["x86_64"], &["s390x", "mips"], one(LittleEndian, &[])),
            // All that are emulated, and nothing else.
            (&["s390x", "i686", "mips64"], &["x86_64"], emulated(&[])),
            (&["s390x", "armv7"], &["x86_64"], emulated(&[UnsignedChar])),
            // All that are big-endian is the likelier explanation.
            (
                &["s390x", "mips"],
                &["x86_64"],
                Some(Distinction::One {
                    fact: Fact::Property(BigEndian),
                    or: vec![Emulated],
                }),
            ),
            // One that is emulated passes.
            (&["s390x", "i686"], &["x86_64", "mips64"], None),
            (
                &["i686", "armv7", "mips"],
                &["x86_64", "s390x", "mips64"],
                one(Bits32, &[]),
            ),
            (
                &["i686"],
                &["x86_64", "armv7", "mipsel", "s390x"],
                one(LooseInt64, &[]),
            ),
            (
                &["s390x", "armv7", "aarch64"],
                &["x86_64", "mips"],
                one(UnsignedChar, &[]),
            ),
            (
                &["x86_64", "mips"],
                &["s390x", "armv7"],
                one(SignedChar, &[]),
            ),
            (
                &["mips", "powerpc"],
                &["s390x", "armv7", "x86_64"],
                Some(Distinction::Both(BigEndian, Bits32)),
            ),
            (
                &["powerpc"],
                &["mips", "s390x", "armv7"],
                Some(Distinction::OneAbi("powerpc-sysv".to_owned())),
            ),
            // The same ABI on both sides: it is not the ABI.
            (&["armv7"], &["arm", "mips", "s390x", "aarch64"], None),
            (&["x86_64", "powerpc"], &["s390x", "i686"], None),
            (&["x86_64"], &[], None),
            (&[], &["x86_64"], None),
        ] {
            let found = distinguish(&machines(failing), &machines(passing));
            assert_eq!(
                found, expected,
                "fails on {failing:?}, passes on {passing:?}"
            );
        }
    }

    quickcheck! {
        /// Whatever fails where: what is claimed holds on every failing machine and on no passing one.
        fn what_is_claimed_distinguishes(fails: Vec<Option<bool>>) -> bool {
            let names: Vec<_> = cross::targets().map(|target| target.name.split('-').next().unwrap()).collect();
            let all = machines(&names);
            let side = |wanted| -> Vec<Machine<'_>> {
                let both = all.iter().zip(&fails);
                both.filter(|(_, fails)| **fails == Some(wanted)).map(|(machine, _)| *machine).collect()
            };
            let (failing, passing) = (side(true), side(false));
            let holds: Box<dyn Fn(&Machine<'_>) -> bool> = match distinguish(&failing, &passing) {
                None => return true,
                Some(Distinction::One { fact, .. }) => Box::new(move |machine| fact.holds(machine)),
                Some(Distinction::Both(one, other)) => Box::new(move |machine| one.holds(machine.abi) && other.holds(machine.abi)),
                Some(Distinction::OneAbi(name)) => Box::new(move |machine| machine.abi.name() == name),
            };
            failing.iter().all(&holds) && !passing.iter().any(&holds)
        }
    }
}
