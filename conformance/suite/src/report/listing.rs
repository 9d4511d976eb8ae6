//! The tests of a project by name, for people and for scripts: a line for each, with the targets where not all have it.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use kit::names::short;

use super::name;
use crate::results::TestId;
use crate::run::Listing;

/// Everything.
///
/// # Errors
/// Those of `out`.
pub fn write(listing: &Listing, out: &mut impl Write) -> fmt::Result {
    let mut tests: BTreeMap<&TestId, Vec<&str>> = BTreeMap::new();
    for (target, listed) in &listing.tests {
        for test in listed {
            tests.entry(test).or_default().push(short(target));
        }
    }
    for (test, targets) in tests {
        write!(out, "{}", name(test))?;
        if targets.len() < listing.tests.len() {
            write!(out, "  (on {})", targets.join(", "))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::ProgramId;

    #[test]
    fn a_test_that_not_all_targets_have_is_listed_with_those_that_have_it() {
        let test = |name: &str| TestId {
            package: "codec".to_owned(),
            program: ProgramId {
                kind: "lib".to_owned(),
                name: String::new(),
            },
            name: name.to_owned(),
        };
        let listing = Listing {
            tests: BTreeMap::from([
                (
                    "s390x-unknown-linux-gnu".to_owned(),
                    [test("a"), test("b")].into(),
                ),
                ("x86_64-unknown-linux-gnu".to_owned(), [test("a")].into()),
            ]),
            lost: BTreeMap::new(),
        };
        let mut text = String::new();
        write(&listing, &mut text).unwrap();
        assert_eq!(text, "codec lib a\ncodec lib b  (on s390x)\n");
    }
}
