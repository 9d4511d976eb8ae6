//! What distinguishes the targets on which a test fails: the simplest fact that is true of all of them and of none on which it passes.
//!
//! Pure. Where nothing distinguishes them, nothing is claimed.

use std::collections::BTreeSet;

use kit::property::Property;

use super::fact::{Fact, Machine};

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
    /// Two properties together, neither of which is enough. Those in `or` would explain the same.
    Both {
        /// The likeliest two.
        both: (Property, Property),
        /// The other pairs.
        or: Vec<(Property, Property)>,
    },
    /// They all have this ABI.
    OneAbi(String),
}

/// Finds what distinguishes the failing machines from the passing ones. It tries one fact first, the likeliest first; then one ABI, then the family, then two properties.
///
/// `None` where nothing distinguishes them, or where one of the two lists is empty.
pub(super) fn distinguish(
    failing: &[Machine<'_>],
    passing: &[Machine<'_>],
    likeliest_first: &[Fact],
) -> Option<Distinction> {
    if failing.is_empty() || passing.is_empty() {
        return None;
    }
    let distinguishes =
        |has: &dyn Fn(&Machine<'_>) -> bool| failing.iter().all(has) && !passing.iter().any(has);
    let is_true = |fact: &Fact| distinguishes(&|machine| fact.holds(machine));
    let mut single = likeliest_first.iter().copied().filter(is_true);
    if let Some(fact) = single.next() {
        let or = single.collect();
        return Some(Distinction::One { fact, or });
    }
    let names: BTreeSet<_> = failing.iter().map(|machine| machine.abi.name()).collect();
    if let (Some(name), 1) = (names.first(), names.len()) {
        return distinguishes(&|machine| machine.abi.name() == *name)
            .then(|| Distinction::OneAbi((*name).to_owned()));
    }
    if let Some(fact) = Fact::families().find(is_true) {
        let or = Vec::new();
        return Some(Distinction::One { fact, or });
    }
    let pairs = Property::ALL.into_iter().enumerate().flat_map(|(at, one)| {
        let others = Property::ALL.into_iter().skip(at + 1);
        others.map(move |other| (one, other))
    });
    let mut pairs = pairs.filter(|(one, other)| {
        distinguishes(&|machine| one.holds(machine.abi) && other.holds(machine.abi))
    });
    let both = pairs.next()?;
    let or = pairs.collect();
    Some(Distinction::Both { both, or })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cross::target;
    use layout::Abis;
    use quickcheck::quickcheck;

    use crate::results::fact::Family;

    /// All but this machine's own are emulated.
    fn machines(targets: &[&str]) -> Vec<Machine<'static>> {
        let machine = |name: &&str| {
            let mut names = cross::targets().map(|target| &target.name);
            let full = names.find(|full| full.starts_with(&format!("{name}-")));
            let target = target(full.unwrap()).unwrap();
            let abi = Abis::builtin().get(&target.abi).unwrap();
            Machine::of(&target.name, abi, !target.is_native())
        };
        targets.iter().map(machine).collect()
    }

    #[test]
    fn the_simplest_property_that_distinguishes_is_claimed_and_none_where_none_does() {
        use Fact::{Emulated, NotX86};
        use Property::{
            BigEndian, Bits32, LittleEndian, LooseInt64, SignedChar, StrictInt64, UnsignedChar,
        };
        let x86 = Fact::Family(Family::X86);
        let is = Fact::Property;
        let one = |fact, or: &[Fact]| {
            let or = or.to_vec();
            Some(Distinction::One { fact, or })
        };
        let both = |both, or: &[(Property, Property)]| {
            let or = or.to_vec();
            Some(Distinction::Both { both, or })
        };
        for (failing, passing, expected) in [
            (
                &["s390x", "powerpc"][..],
                &["x86_64", "i686", "aarch64"][..],
                one(is(BigEndian), &[]),
            ),
            // Without aarch64 other facts would explain it, too.
            (
                &["s390x", "powerpc"],
                &["x86_64", "i686"],
                one(is(BigEndian), &[NotX86, is(UnsignedChar)]),
            ),
            (
                &["x86_64"],
                &["s390x", "mips"],
                one(is(LittleEndian), &[x86]),
            ),
            // All that are emulated, and nothing else.
            (
                &["s390x", "i686", "mips64"],
                &["x86_64"],
                one(Emulated, &[]),
            ),
            (
                &["s390x", "armv7"],
                &["x86_64"],
                one(Emulated, &[NotX86, is(UnsignedChar)]),
            ),
            // All that are big-endian is the likelier explanation.
            (
                &["s390x", "mips"],
                &["x86_64"],
                one(is(BigEndian), &[Emulated, NotX86]),
            ),
            // One that is emulated passes.
            (&["s390x", "i686"], &["x86_64", "mips64"], None),
            (
                &["i686", "armv7", "mips"],
                &["x86_64", "s390x", "mips64"],
                one(is(Bits32), &[]),
            ),
            (
                &["i686"],
                &["x86_64", "armv7", "mipsel", "s390x"],
                one(is(LooseInt64), &[]),
            ),
            (
                &["s390x", "armv7", "aarch64"],
                &["x86_64", "mips"],
                one(is(UnsignedChar), &[]),
            ),
            (
                &["x86_64", "mips"],
                &["s390x", "armv7"],
                one(is(SignedChar), &[]),
            ),
            // What only x86 has is likelier than the sign of char.
            (
                &["s390x", "armv7", "aarch64"],
                &["x86_64", "i686"],
                one(NotX86, &[is(UnsignedChar)]),
            ),
            (
                &["x86_64", "i686"],
                &["s390x", "armv7", "aarch64"],
                one(x86, &[is(SignedChar)]),
            ),
            (
                &["armv7", "aarch64"],
                &["x86_64", "i686", "s390x", "powerpc"],
                one(Fact::Family(Family::Arm), &[]),
            ),
            (
                &["mips", "mips64el"],
                &["x86_64", "i686", "s390x", "aarch64"],
                one(Fact::Family(Family::Mips), &[]),
            ),
            (
                &["mips", "powerpc"],
                &["s390x", "armv7", "x86_64"],
                both((BigEndian, Bits32), &[]),
            ),
            // No little-endian machine of 32 bits aligns 64-bit integers as these do.
            (
                &["mips", "powerpc"],
                &["s390x", "i686", "x86_64"],
                both((BigEndian, Bits32), &[(Bits32, StrictInt64)]),
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
            let found = distinguish(&machines(failing), &machines(passing), &Fact::by_test(""));
            assert_eq!(
                found, expected,
                "fails on {failing:?}, passes on {passing:?}"
            );
        }
    }

    #[test]
    fn words_decide_between_facts_that_explain_the_same() {
        let (failing, passing) = (["s390x", "armv7", "aarch64"], ["x86_64", "i686"]);
        let first = |facts: Vec<Fact>| match distinguish(
            &machines(&failing),
            &machines(&passing),
            &facts,
        ) {
            Some(Distinction::One { fact, or }) => (fact, or),
            other => panic!("{other:?}"),
        };
        let of_char = Fact::Property(Property::UnsignedChar);
        let by_char = (of_char, vec![Fact::NotX86]);
        let types = "expected `*const i8`, found `*const u8`";
        assert_eq!(first(Fact::by_compiler(types)), by_char);
        assert_eq!(first(Fact::by_test("left: 200\n right: -56")), by_char);
        let by_assembly = (Fact::NotX86, vec![of_char]);
        let register = "invalid register `eax`";
        assert_eq!(first(Fact::by_compiler(register)), by_assembly);
        assert_eq!(first(Fact::by_test(register)), by_assembly);
        // What a test prints is no sign against byte order. What a compiler says is.
        let big = Fact::Property(Property::BigEndian);
        let of_big = |facts: Vec<Fact>| {
            let found = distinguish(&machines(&["s390x"]), &machines(&["x86_64"]), &facts);
            matches!(found, Some(Distinction::One { fact, .. }) if fact == big)
        };
        assert!(of_big(Fact::by_test(types)));
        assert!(!of_big(Fact::by_compiler(types)));

        let narrow = |words| {
            let (failing, passing) = (["mips", "powerpc"], ["s390x", "x86_64", "armv7"]);
            distinguish(
                &machines(&failing),
                &machines(&passing),
                &Fact::by_compiler(words),
            )
        };
        let narrow_only = Distinction::One {
            fact: Fact::NarrowAtomics,
            or: Vec::new(),
        };
        let found = narrow("no `AtomicU64` in `sync::atomic`");
        assert_eq!(found, Some(narrow_only));
        // Nobody speaks of atomics.
        let both = Distinction::Both {
            both: (Property::BigEndian, Property::Bits32),
            or: Vec::new(),
        };
        assert_eq!(narrow("attempt to add with overflow"), Some(both));
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
            let holds: Box<dyn Fn(&Machine<'_>) -> bool> = match distinguish(&failing, &passing, &Fact::by_test("")) {
                None => return true,
                Some(Distinction::One { fact, .. }) => Box::new(move |machine| fact.holds(machine)),
                Some(Distinction::Both { both: (one, other), .. }) => Box::new(move |machine| one.holds(machine.abi) && other.holds(machine.abi)),
                Some(Distinction::OneAbi(name)) => Box::new(move |machine| machine.abi.name() == name),
            };
            failing.iter().all(&holds) && !passing.iter().any(&holds)
        }
    }
}
