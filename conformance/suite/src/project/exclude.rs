//! The tests that a project excludes on some targets, because they mean nothing there: `[[test.exclude]]` in `crossum.toml`.
//!
//! ```toml
//! [[test.exclude]]
//! tests = ["simd::*"]           # all tests, where left out
//! packages = ["fast-math"]      # of every package, where left out
//! on = ["big-endian", "emulated", "i686-unknown-linux-gnu"]   # everywhere, where left out
//! why = "needs SSE"
//! ```

use cross::Target;
use cross::target::{did_you_mean, nearest};
use globset::{Glob, GlobMatcher};
use serde::Deserialize;

use kit::property::On;

use crate::results::{Fact, Machine};

/// The section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Excludes {
    /// What is excluded.
    pub exclude: Vec<Exclude>,
}

/// Tests that are not run on some targets.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, try_from = "Written")]
pub struct Exclude {
    tests: Vec<Pattern>,
    packages: Vec<Pattern>,
    on: Vec<Where>,
    why: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    tests: Vec<Pattern>,
    #[serde(default)]
    packages: Vec<Pattern>,
    #[serde(default)]
    on: Vec<Where>,
    why: Option<String>,
}

impl TryFrom<Written> for Exclude {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Exclude, &'static str> {
        let Written {
            tests,
            packages,
            on,
            why,
        } = written;
        if tests.is_empty() && packages.is_empty() {
            return Err("neither `tests` nor `packages`: this would exclude everything");
        }
        Ok(Exclude {
            tests,
            packages,
            on,
            why,
        })
    }
}

/// Where tests are not run.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
enum Where {
    /// Where this is true of the machine.
    Fact(Fact),
    /// Where a property of the ABI holds, or on one target.
    On(On),
}

impl TryFrom<String> for Where {
    type Error = String;

    fn try_from(word: String) -> Result<Where, String> {
        if let Some(fact) = Fact::of_machines().find(|fact| fact.word() == word) {
            return Ok(Where::Fact(fact));
        }
        let near = nearest(&word, Fact::of_machines().map(Fact::word));
        let near = near.map(|near| {
            let near = did_you_mean(Some(near));
            format!("`{word}` is neither a property nor a target{near}")
        });
        On::try_from(word)
            .map(Where::On)
            .map_err(|error| near.unwrap_or(error))
    }
}

/// A name, or a pattern of names: `*`, `?`, `[...]`, `{a,b}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Pattern(GlobMatcher);

impl TryFrom<String> for Pattern {
    type Error = globset::Error;

    fn try_from(pattern: String) -> Result<Pattern, globset::Error> {
        Ok(Pattern(Glob::new(&pattern)?.compile_matcher()))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.0.glob() == other.0.glob()
    }
}

impl Eq for Pattern {}

impl Exclude {
    fn is_on(&self, target: &Target, machine: &Machine<'_>) -> bool {
        let holds = |one: &Where| match one {
            Where::Fact(fact) => fact.holds(machine),
            Where::On(on) => on.holds(target, machine.abi),
        };
        self.on.is_empty() || self.on.iter().any(holds)
    }

    fn is_of(&self, package: &str) -> bool {
        self.packages.is_empty() || matches(&self.packages, package)
    }

    fn reason(&self) -> String {
        let why = self.why.as_deref();
        why.unwrap_or("excluded in crossum.toml").to_owned()
    }
}

fn matches(patterns: &[Pattern], name: &str) -> bool {
    patterns.iter().any(|pattern| pattern.0.is_match(name))
}

impl Excludes {
    /// The excludes that hold on one target.
    pub fn on(&self, target: &Target, machine: &Machine<'_>) -> Excludes {
        let here = self.exclude.iter().filter(|one| one.is_on(target, machine));
        Excludes {
            exclude: here.cloned().collect(),
        }
    }

    /// Why a whole package is excluded, if it is. Such a package is not built.
    pub fn package(&self, package: &str) -> Option<String> {
        let mut whole = self.exclude.iter().filter(|one| one.tests.is_empty());
        whole.find(|one| one.is_of(package)).map(Exclude::reason)
    }

    /// Whether a test of this package may be excluded.
    pub fn concerns(&self, package: &str) -> bool {
        self.exclude.iter().any(|one| one.is_of(package))
    }

    /// Why a test is excluded, if it is.
    pub fn test(&self, package: &str, name: &str) -> Option<String> {
        let is_meant = |one: &&Exclude| {
            one.is_of(package) && (one.tests.is_empty() || matches(&one.tests, name))
        };
        self.exclude.iter().find(is_meant).map(Exclude::reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use layout::Abis;

    fn on(text: &str, target: &str) -> Excludes {
        let excludes: Excludes = toml::from_str(text).unwrap();
        let target = cross::target(target).unwrap();
        let abi = Abis::builtin().get(&target.abi).unwrap();
        let machine = Machine::of(&target.name, abi, !target.is_native());
        excludes.on(target, &machine)
    }

    #[test]
    fn tests_are_excluded_where_it_says_and_nowhere_else() {
        let text = "[[exclude]]\ntests = [\"simd::*\", \"exact\"]\non = [\"big-endian\", \"i686-unknown-linux-gnu\"]\nwhy = \"needs SSE\"";
        for (target, name, excluded) in [
            ("s390x-unknown-linux-gnu", "simd::add", true),
            ("i686-unknown-linux-gnu", "exact", true),
            ("s390x-unknown-linux-gnu", "exactly", false),
            ("s390x-unknown-linux-gnu", "other::simd::add", false),
            ("x86_64-unknown-linux-gnu", "simd::add", false),
        ] {
            let found = on(text, target).test("any", name);
            assert_eq!(
                found,
                excluded.then(|| "needs SSE".to_owned()),
                "{target} {name}"
            );
        }
    }

    #[test]
    fn what_reports_say_of_a_machine_is_known_here() {
        let is_on = |word: &str, target: &str| {
            let text = format!("[[exclude]]\ntests = [\"x\"]\non = [\"{word}\"]");
            on(&text, target).test("any", "x").is_some()
        };
        for (word, there, elsewhere) in [
            (
                "emulated",
                "aarch64-unknown-linux-gnu",
                "x86_64-unknown-linux-gnu",
            ),
            (
                "non-x86",
                "aarch64-unknown-linux-gnu",
                "i686-unknown-linux-gnu",
            ),
            (
                "arm",
                "armv7-unknown-linux-gnueabihf",
                "s390x-unknown-linux-gnu",
            ),
            (
                "no-64-bit-atomics",
                "powerpc-unknown-linux-gnu",
                "i686-unknown-linux-gnu",
            ),
        ] {
            assert!(is_on(word, there), "{word}");
            assert!(!is_on(word, elsewhere), "{word}");
        }
        let misspelt = "[[exclude]]\ntests = [\"x\"]\non = [\"emulatd\"]";
        let error = toml::from_str::<Excludes>(misspelt).unwrap_err();
        assert!(
            error.to_string().contains("did you mean `emulated`"),
            "{error}"
        );
    }

    #[test]
    fn a_package_without_tests_named_is_excluded_as_a_whole() {
        let text = "[[exclude]]\npackages = [\"native-*\"]\n[[exclude]]\ntests = [\"x\"]\npackages = [\"other\"]";
        let excludes = on(text, "s390x-unknown-linux-gnu");
        assert!(excludes.package("native-tls").is_some());
        assert!(excludes.package("other").is_none());
        assert!(excludes.concerns("other") && !excludes.concerns("third"));
        assert!(excludes.test("native-tls", "anything").is_some());
        assert!(excludes.test("other", "x").is_some() && excludes.test("other", "y").is_none());
    }

    #[test]
    fn one_that_would_exclude_everything_is_a_mistake() {
        let error = toml::from_str::<Excludes>("[[exclude]]\non = [\"32-bit\"]").unwrap_err();
        assert!(
            error.to_string().contains("neither `tests` nor `packages`"),
            "{error}"
        );
    }
}
