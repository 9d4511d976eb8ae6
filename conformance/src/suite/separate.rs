//! Where a test fails, and nowhere else: the simplest thing that the failing targets' ABIs have in common and no passing one has. Pure; nothing is claimed where nothing separates.

use std::collections::BTreeSet;

use layout::Abi;

use super::property::Property;

/// What the targets on which a test fails have in common, and no target on which it passes has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Only {
    /// One property; `or` are others that would explain the same, the targets at hand not telling them apart.
    One {
        /// The likeliest.
        property: Property,
        /// The others.
        or: Vec<Property>,
    },
    /// Two properties together, neither of which is enough.
    Both(Property, Property),
    /// They all share this ABI.
    OneAbi(String),
}

/// Finds what separates the failing from the passing: one property, else one ABI where only one fails, else two properties.
///
/// `None` where nothing does, or where it fails or passes everywhere.
pub fn separate(failing: &[&Abi], passing: &[&Abi]) -> Option<Only> {
    if failing.is_empty() || passing.is_empty() {
        return None;
    }
    let separates = |has: &dyn Fn(&Abi) -> bool| {
        failing.iter().all(|abi| has(abi)) && !passing.iter().any(|abi| has(abi))
    };
    let mut single = Property::ALL
        .into_iter()
        .filter(|property| separates(&|abi| property.holds(abi)));
    if let Some(property) = single.next() {
        let or = single.collect();
        return Some(Only::One { property, or });
    }
    let names: BTreeSet<_> = failing.iter().map(|abi| abi.name()).collect();
    if let (Some(name), 1) = (names.first(), names.len()) {
        return separates(&|abi| abi.name() == *name).then(|| Only::OneAbi((*name).to_owned()));
    }
    let mut pairs = Property::ALL.into_iter().enumerate().flat_map(|(at, one)| {
        let others = Property::ALL.into_iter().skip(at + 1);
        others.map(move |other| (one, other))
    });
    let (one, other) =
        pairs.find(|(one, other)| separates(&|abi| one.holds(abi) && other.holds(abi)))?;
    Some(Only::Both(one, other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cross::target;
    use layout::Abis;
    use quickcheck::quickcheck;

    fn abis(targets: &[&str]) -> Vec<&'static Abi> {
        let abi = |name: &&str| {
            let mut there = cross::targets().map(|target| &target.name);
            let full = there.find(|full| full.starts_with(&format!("{name}-")));
            let target = target(full.unwrap()).unwrap();
            Abis::builtin().get(&target.abi).unwrap()
        };
        targets.iter().map(abi).collect()
    }

    #[test]
    fn the_simplest_property_that_separates_is_claimed_and_none_where_none_does() {
        use Property::{BigEndian, Bits32, LittleEndian, LooseInt64, SignedChar, UnsignedChar};
        let one = |property, or: &[Property]| {
            Some(Only::One {
                property,
                or: or.to_vec(),
            })
        };
        for (failing, passing, only) in [
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
                Some(Only::Both(BigEndian, Bits32)),
            ),
            (
                &["powerpc"],
                &["mips", "s390x", "armv7"],
                Some(Only::OneAbi("powerpc-sysv".to_owned())),
            ),
            // The same ABI on both sides: it is not the ABI.
            (&["armv7"], &["arm", "mips", "s390x", "aarch64"], None),
            (&["x86_64", "powerpc"], &["s390x", "i686"], None),
            (&["x86_64"], &[], None),
            (&[], &["x86_64"], None),
        ] {
            let found = separate(&abis(failing), &abis(passing));
            assert_eq!(found, only, "fails on {failing:?}, passes on {passing:?}");
        }
    }

    quickcheck! {
        /// Whatever fails where: what is claimed holds on every failing ABI and on no passing one.
        fn what_is_claimed_separates(fails: Vec<Option<bool>>) -> bool {
            let all: Vec<_> = cross::targets().filter_map(|target| Abis::builtin().get(&target.abi)).collect();
            let side = |wanted| -> Vec<&Abi> {
                let both = all.iter().zip(&fails);
                both.filter(|(_, fails)| **fails == Some(wanted)).map(|(abi, _)| *abi).collect()
            };
            let (failing, passing) = (side(true), side(false));
            let holds: Box<dyn Fn(&Abi) -> bool> = match separate(&failing, &passing) {
                None => return true,
                Some(Only::One { property, .. }) => Box::new(move |abi| property.holds(abi)),
                Some(Only::Both(one, other)) => Box::new(move |abi| one.holds(abi) && other.holds(abi)),
                Some(Only::OneAbi(name)) => Box::new(move |abi| abi.name() == name),
            };
            failing.iter().all(|abi| holds(abi)) && !passing.iter().any(|abi| holds(abi))
        }
    }
}
