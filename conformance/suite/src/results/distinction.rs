//! What distinguishes the targets on which a test fails: the simplest property that all their ABIs have and that no ABI has on which it passes.
//!
//! Pure. Where nothing distinguishes them, nothing is claimed.

use std::collections::BTreeSet;

use layout::Abi;

use kit::property::Property;

/// What all targets have on which a test fails, and no target has on which it passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Distinction {
    /// One property. Those in `or` would explain the same: the targets at hand do not distinguish them from it.
    One {
        /// The likeliest property.
        property: Property,
        /// The other properties.
        or: Vec<Property>,
    },
    /// Two properties together, neither of which is enough.
    Both(Property, Property),
    /// They all have this ABI.
    OneAbi(String),
}

/// Finds what distinguishes the failing ABIs from the passing ones. It tries one property first, then one ABI, then two properties.
///
/// `None` where nothing distinguishes them, or where one of the two lists is empty.
pub fn distinguish(failing: &[&Abi], passing: &[&Abi]) -> Option<Distinction> {
    if failing.is_empty() || passing.is_empty() {
        return None;
    }
    let distinguishes = |has: &dyn Fn(&Abi) -> bool| {
        failing.iter().all(|abi| has(abi)) && !passing.iter().any(|abi| has(abi))
    };
    let mut single = Property::ALL
        .into_iter()
        .filter(|property| distinguishes(&|abi| property.holds(abi)));
    if let Some(property) = single.next() {
        let or = single.collect();
        return Some(Distinction::One { property, or });
    }
    let names: BTreeSet<_> = failing.iter().map(|abi| abi.name()).collect();
    if let (Some(name), 1) = (names.first(), names.len()) {
        return distinguishes(&|abi| abi.name() == *name)
            .then(|| Distinction::OneAbi((*name).to_owned()));
    }
    let mut pairs = Property::ALL.into_iter().enumerate().flat_map(|(at, one)| {
        let others = Property::ALL.into_iter().skip(at + 1);
        others.map(move |other| (one, other))
    });
    let (one, other) =
        pairs.find(|(one, other)| distinguishes(&|abi| one.holds(abi) && other.holds(abi)))?;
    Some(Distinction::Both(one, other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cross::target;
    use layout::Abis;
    use quickcheck::quickcheck;

    fn abis(targets: &[&str]) -> Vec<&'static Abi> {
        let abi = |name: &&str| {
            let mut names = cross::targets().map(|target| &target.name);
            let full = names.find(|full| full.starts_with(&format!("{name}-")));
            let target = target(full.unwrap()).unwrap();
            Abis::builtin().get(&target.abi).unwrap()
        };
        targets.iter().map(abi).collect()
    }

    #[test]
    fn the_simplest_property_that_distinguishes_is_claimed_and_none_where_none_does() {
        use Property::{BigEndian, Bits32, LittleEndian, LooseInt64, SignedChar, UnsignedChar};
        let one = |property, or: &[Property]| {
            Some(Distinction::One {
                property,
                or: or.to_vec(),
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
            let found = distinguish(&abis(failing), &abis(passing));
            assert_eq!(
                found, expected,
                "fails on {failing:?}, passes on {passing:?}"
            );
        }
    }

    quickcheck! {
        /// Whatever fails where: what is claimed holds on every failing ABI and on no passing one.
        fn what_is_claimed_distinguishes(fails: Vec<Option<bool>>) -> bool {
            let all: Vec<_> = cross::targets().filter_map(|target| Abis::builtin().get(&target.abi)).collect();
            let side = |wanted| -> Vec<&Abi> {
                let both = all.iter().zip(&fails);
                both.filter(|(_, fails)| **fails == Some(wanted)).map(|(abi, _)| *abi).collect()
            };
            let (failing, passing) = (side(true), side(false));
            let holds: Box<dyn Fn(&Abi) -> bool> = match distinguish(&failing, &passing) {
                None => return true,
                Some(Distinction::One { property, .. }) => Box::new(move |abi| property.holds(abi)),
                Some(Distinction::Both(one, other)) => Box::new(move |abi| one.holds(abi) && other.holds(abi)),
                Some(Distinction::OneAbi(name)) => Box::new(move |abi| abi.name() == name),
            };
            failing.iter().all(|abi| holds(abi)) && !passing.iter().any(|abi| holds(abi))
        }
    }
}
