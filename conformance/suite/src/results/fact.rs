//! What may be true of a target, and may explain why a test fails there. Pure.

use std::collections::BTreeSet;

use kit::property::Property;
use layout::Abi;

/// A target, as far as a test can notice which it is.
#[derive(Clone, Copy, Debug)]
pub struct Machine<'a> {
    /// The kind of its processor, as the target's name begins: `powerpc64le`.
    pub arch: &'a str,
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
    /// It is of this family.
    Family(Family),
    /// It is none of the family for which most code is written, and which has instructions and assembly of its own.
    NotX86,
    /// It has no atomic operations of 64 bits, and so no `AtomicU64`.
    NarrowAtomics,
}

/// Processors that run much of the same assembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// i386 and x86-64.
    X86,
    /// Arm of 32 and of 64 bits.
    Arm,
    /// MIPS, of either byte order and width.
    Mips,
    /// PowerPC, of either byte order and width.
    Power,
}

impl Family {
    /// Every family of which several targets are known.
    const ALL: [Family; 4] = [Family::X86, Family::Arm, Family::Mips, Family::Power];

    /// The word for it in machine-readable reports.
    fn word(self) -> &'static str {
        match self {
            Family::X86 => "x86",
            Family::Arm => "arm",
            Family::Mips => "mips",
            Family::Power => "power",
        }
    }

    /// Whether a kind of processor is of it.
    fn has(self, arch: &str) -> bool {
        let beginnings: &[&str] = match self {
            Family::X86 => &["x86", "i386", "i586", "i686"],
            Family::Arm => &["arm", "aarch64", "thumb"],
            Family::Mips => &["mips"],
            Family::Power => &["powerpc"],
        };
        beginnings.iter().any(|one| arch.starts_with(one))
    }
}

/// The processors for which rustc has no atomic operations of 64 bits (`target_has_atomic`). A test compares it with rustc.
const NARROW_ATOMICS: [&str; 3] = ["mips", "mipsel", "powerpc"];

impl<'a> Machine<'a> {
    /// A target of this name.
    pub fn of(target: &'a str, abi: &'a Abi, is_emulated: bool) -> Machine<'a> {
        let (arch, _) = target.split_once('-').unwrap_or((target, ""));
        Machine {
            arch,
            abi,
            is_emulated,
        }
    }
}

impl Fact {
    /// Every fact by which targets are distinguished one by one, the likelier explanation of what a test printed first. Byte order and width break more tests than emulation does, emulation more than what only x86 has, and that more than the other properties, unless these are spoken of.
    pub(super) fn by_test(words: &str) -> Vec<Fact> {
        let (likely, others) = Property::ALL.split_at(4);
        let mut told = told_by(words);
        if has_both_signs(words) {
            told.extend(CHARS);
        }
        let all = of(likely).chain([Fact::Emulated]).chain(told);
        let all = all.chain([Fact::Family(Family::X86), Fact::NotX86]);
        once(all.chain(of(others)))
    }

    /// The same of what a compiler says: what it speaks of is first.
    pub(super) fn by_compiler(words: &str) -> Vec<Fact> {
        once(told_by(words).into_iter().chain(Fact::by_test("")))
    }

    /// Whether this is as likely, where both would explain the same and nothing is spoken of.
    pub(crate) fn is_as_likely(self, other: Fact) -> bool {
        let pairs = [Fact::NotX86, Fact::Family(Family::X86)]
            .into_iter()
            .zip(CHARS);
        pairs.into_iter().any(|pair| pair == (self, other))
    }

    /// Every family, where more is to be explained than one ABI.
    pub(super) fn families() -> impl Iterator<Item = Fact> {
        Family::ALL.into_iter().map(Fact::Family)
    }

    /// The facts that are no property of an ABI.
    pub(crate) fn of_machines() -> impl Iterator<Item = Fact> {
        Fact::families().chain([Fact::Emulated, Fact::NotX86, Fact::NarrowAtomics])
    }

    /// The word for it in machine-readable reports, and in `crossum.toml`.
    pub fn word(self) -> &'static str {
        match self {
            Fact::Property(property) => property.word(),
            Fact::Emulated => "emulated",
            Fact::Family(family) => family.word(),
            Fact::NotX86 => "non-x86",
            Fact::NarrowAtomics => "no-64-bit-atomics",
        }
    }

    /// The same, for somebody who reads it for the first time.
    pub fn told(self) -> &'static str {
        match self {
            Fact::Property(property) => property.told(),
            Fact::Family(Family::Arm) => "Arm",
            Fact::Family(Family::Mips) => "MIPS",
            Fact::Family(Family::Power) => "Power",
            Fact::NarrowAtomics => "no 64-bit atomics",
            Fact::Emulated | Fact::Family(Family::X86) | Fact::NotX86 => self.word(),
        }
    }

    /// Whether it is true of a machine.
    pub fn holds(self, machine: &Machine<'_>) -> bool {
        match self {
            Fact::Property(property) => property.holds(machine.abi),
            Fact::Emulated => machine.is_emulated,
            Fact::Family(family) => family.has(machine.arch),
            Fact::NotX86 => !Family::X86.has(machine.arch),
            Fact::NarrowAtomics => NARROW_ATOMICS.contains(&machine.arch),
        }
    }
}

/// The sign of `char`, whichever it is.
const CHARS: [Fact; 2] = [
    Fact::Property(Property::UnsignedChar),
    Fact::Property(Property::SignedChar),
];

fn of(properties: &'static [Property]) -> impl Iterator<Item = Fact> {
    properties.iter().copied().map(Fact::Property)
}

/// Each fact where it is first.
fn once(facts: impl Iterator<Item = Fact>) -> Vec<Fact> {
    let mut once = Vec::new();
    for fact in facts {
        if !once.contains(&fact) {
            once.push(fact);
        }
    }
    once
}

/// Those that words speak of, as compilers and assertions name them.
fn told_by(words: &str) -> Vec<Fact> {
    let mut told = Vec::new();
    let has = |word: &str| {
        let mut found = words.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        found.any(|one| one == word)
    };
    if ["AtomicU64", "AtomicI64"].into_iter().any(has) {
        told.push(Fact::NarrowAtomics);
    }
    if has("c_char") || (has("i8") && has("u8")) {
        told.extend(CHARS);
    }
    told
}

/// Whether there is a number and the same octet as a number with the other sign: `200` and `-56`.
fn has_both_signs(words: &str) -> bool {
    let words = words.split(|c: char| !(c.is_ascii_alphanumeric() || "-._".contains(c)));
    let numbers: BTreeSet<i16> = words.filter_map(|word| word.parse().ok()).collect();
    let negative = numbers.range(-128..0);
    negative
        .into_iter()
        .any(|number| numbers.contains(&(number + 256)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cross::process::Invocation;
    use layout::Abis;

    use super::*;

    #[tokio::test]
    async fn rustc_knows_the_same_processors_without_wide_atomics() {
        for target in cross::targets().filter(|target| target.no_rust.is_none()) {
            let cfg = Invocation::new("rustc").args(["--print", "cfg", "--target", &target.name]);
            let cfg = cfg.run(Duration::from_secs(60)).await.unwrap();
            let machine = Machine::of(
                &target.name,
                Abis::builtin().get(&target.abi).unwrap(),
                true,
            );
            let is_wide = cfg.contains("target_has_atomic=\"64\"");
            assert_eq!(
                Fact::NarrowAtomics.holds(&machine),
                !is_wide,
                "{}",
                target.name
            );
            // rustc's word for the kind of processor is of the same family.
            let arch = cfg
                .lines()
                .find_map(|line| line.strip_prefix("target_arch=\""));
            let arch = arch.unwrap().trim_end_matches('"');
            for family in Family::ALL {
                assert_eq!(family.has(machine.arch), family.has(arch), "{arch}");
            }
        }
    }

    #[test]
    fn words_speak_of_a_fact_or_of_none() {
        for (words, expected) in [
            (
                "unresolved import `std::sync::atomic::AtomicU64`",
                &[Fact::NarrowAtomics][..],
            ),
            ("expected `*const u8`, found `*const i8`", &CHARS),
            ("expected `c_char`, found `u8`", &CHARS),
            ("expected `u8`, found `&str`", &[]),
            ("invalid register `eax`", &[]),
        ] {
            assert_eq!(told_by(words), expected, "{words}");
        }
    }

    #[test]
    fn an_octet_is_seen_with_both_signs() {
        for (words, expected) in [
            ("left: 200\n right: -56", true),
            ("[-1, 3] is not [255, 3]", true),
            ("left: 1\n right: -1", false),
            ("src/lib.rs:200:5: -57", false),
            ("left: 65336\n right: -200", false),
            ("", false),
        ] {
            assert_eq!(has_both_signs(words), expected, "{words}");
        }
    }
}
