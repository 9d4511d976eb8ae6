//! What is known of an ABI, and from whom: programs that ran, compilers, or its source alone.

use cross::Target;
use layout::Abi;
use serde::Serialize;

/// The best that is known of an ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Known {
    /// Programs of it run in the matrix, and what they measure is compared with the row.
    Observed,
    /// Nothing runs, and every fact of the row is compared with a compiler.
    Compared,
    /// The row is what its source says.
    Modelled,
}

impl Known {
    /// What is known of this ABI.
    pub fn of(abi: &Abi) -> Known {
        if observed_on(abi).next().is_some() {
            Known::Observed
        } else if abi.compared().is_empty() {
            Known::Modelled
        } else {
            Known::Compared
        }
    }
}

/// The targets of this ABI whose programs run, sorted by name.
pub fn observed_on(abi: &Abi) -> impl Iterator<Item = &'static Target> {
    cross::target::all().filter(|target| target.abi == abi.name() && target.unobserved.is_none())
}

/// The compilers that the row is compared with, in words.
pub fn compilers(abi: &Abi) -> Vec<&'static str> {
    abi.compared().iter().map(|one| one.word()).collect()
}

/// From whom it is known, for a column of a table.
pub fn known_by(abi: &Abi) -> String {
    match Known::of(abi) {
        Known::Observed => "programs".to_owned(),
        Known::Compared => compilers(abi).join(", "),
        Known::Modelled => "its source".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use layout::Abis;

    #[test]
    fn an_abi_is_known_by_the_best_that_there_is() {
        for (name, known, by) in [
            ("s390x-elf", Known::Observed, "programs"),
            ("avr-gcc", Known::Observed, "programs"),
            // Its only target crashes.
            ("sh4-linux", Known::Compared, "gcc"),
            ("x86_64-x32", Known::Compared, "gcc, clang"),
            ("aarch64-darwin", Known::Compared, "clang"),
            ("rx-le", Known::Modelled, "its source"),
            ("ia64-sysv", Known::Modelled, "its source"),
        ] {
            let abi = Abis::builtin().get(name).unwrap();
            assert_eq!(Known::of(abi), known, "{name}");
            assert_eq!(known_by(abi), by, "{name}");
        }
    }

    #[test]
    fn every_row_says_since_when_it_is_there() {
        for abi in Abis::builtin().iter() {
            assert!(abi.since().is_some(), "{}", abi.name());
        }
    }
}
