//! What the compiler refuses on some targets, and what distinguishes those from the others.

use std::collections::BTreeMap;

use super::distinction::{Distinction, distinguish};
use super::fact::{Fact, Machine};
use super::target::{CompileError, TargetRun, TargetStatus};

/// The compiler's first error, on all targets on which it is the same.
#[derive(Clone, Debug)]
pub struct BuildFailure<'a> {
    /// The package, where the others were built.
    pub package: Option<&'a str>,
    /// The error, as it is on the first of the targets.
    pub error: &'a CompileError,
    /// The targets.
    pub failed: Vec<&'a TargetRun>,
    /// The targets for which it was built.
    pub built: Vec<&'a TargetRun>,
    /// What distinguishes the first from the second.
    pub distinction: Option<Distinction>,
}

/// What could not be built, sorted by package and message.
pub fn build_failures(runs: &[TargetRun]) -> Vec<BuildFailure<'_>> {
    let mut failures: BTreeMap<(Option<&str>, String), BuildFailure<'_>> = BTreeMap::new();
    for run in runs {
        let whole = match &run.status {
            TargetStatus::NotBuilt(error) => Some((None, error)),
            TargetStatus::Ran | TargetStatus::Built | TargetStatus::CouldNotRun(_) => None,
        };
        let members = run.unbuilt.iter();
        let members = members.map(|(package, error)| (Some(package.as_str()), error));
        for (package, error) in whole.into_iter().chain(members) {
            let failure = failures.entry((package, error.to_string()));
            let failure = failure.or_insert_with(|| BuildFailure {
                package,
                error,
                failed: Vec::new(),
                built: Vec::new(),
                distinction: None,
            });
            failure.failed.push(run);
        }
    }
    let mut failures: Vec<_> = failures.into_values().collect();
    for failure in &mut failures {
        let is_built = |run: &&TargetRun| {
            let of_package = |package| !run.unbuilt.contains_key(package);
            run.status.is_whole() && failure.package.is_none_or(of_package)
        };
        failure.built = runs.iter().filter(is_built).collect();
        let (failed, built) = (machines(&failure.failed), machines(&failure.built));
        let facts = Fact::by_compiler(&failure.error.rendered);
        failure.distinction = distinguish(&failed, &built, &facts);
    }
    failures
}

/// The machines, of which none is emulated: it is this machine that compiles.
fn machines<'a>(runs: &[&'a TargetRun]) -> Vec<Machine<'a>> {
    let machine = |run: &&'a TargetRun| Machine::of(&run.target.name, &run.abi, false);
    runs.iter().map(machine).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Fact;
    use super::super::fixture::run;
    use super::*;
    use kit::property::Property;

    fn error(message: &str) -> CompileError {
        CompileError {
            place: Some(("src/lib.rs".to_owned(), 3)),
            message: message.to_owned(),
            rendered: message.to_owned(),
        }
    }

    #[test]
    fn each_message_of_the_compiler_is_marked_with_where_only() {
        let not_built = |target: &str, message: &str| {
            let mut run = run(target, Vec::new());
            run.status = TargetStatus::NotBuilt(error(message));
            run
        };
        let mut without_a_member = run("i686", Vec::new());
        let unbuilt = ("narrow".to_owned(), error("no u64 atomics"));
        let another = ("other".to_owned(), error("no u64 atomics"));
        without_a_member.unbuilt.extend([unbuilt, another]);
        let runs = [
            not_built("s390x", "expected `i8`, found `u8`"),
            not_built("aarch64", "expected `i8`, found `u8`"),
            without_a_member,
            run("x86_64", Vec::new()),
        ];
        let failures = build_failures(&runs);
        let found: Vec<_> = failures
            .iter()
            .map(|failure| (failure.package, failure.failed.len(), failure.built.len()))
            .collect();
        assert_eq!(
            found,
            [(None, 2, 2), (Some("narrow"), 1, 1), (Some("other"), 1, 1)]
        );
        let facts = failures.iter().map(|failure| match &failure.distinction {
            Some(Distinction::One { fact, .. }) => *fact,
            other => panic!("{other:?}"),
        });
        let expected =
            [Property::UnsignedChar, Property::Bits32, Property::Bits32].map(Fact::Property);
        assert_eq!(facts.collect::<Vec<_>>(), expected);
    }
}
