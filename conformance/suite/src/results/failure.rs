//! The tests that fail somewhere, where they pass, and what is claimed of that.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::distinction::{Distinction, distinguish};
use super::emulator_fault::{EmulatorFault, SecondOpinion};
use super::fact::{Fact, Machine};
use super::message::comparable;
use super::miri::MiriOpinion;
use super::target::TargetRun;
use super::test::{TestId, TestOutcome};

/// A test that fails on at least one target.
#[derive(Clone, Debug)]
pub struct Failure<'a> {
    /// Which.
    pub test: &'a TestId,
    /// The targets on which it failed, and failed once more when nothing else ran. With what it printed there.
    pub failed: Vec<(&'a TargetRun, &'a str)>,
    /// The targets on which it failed, and passed when it was run once more, alone. With what it printed when it failed.
    pub flaky: Vec<(&'a TargetRun, &'a str)>,
    /// The targets on which it failed, and passes with another emulator. With what it printed when it failed, and the name of the other.
    pub emulator: Vec<(&'a TargetRun, &'a str, &'a str)>,
    /// The targets on which it passed.
    pub passed: Vec<&'a TargetRun>,
    /// What distinguishes all of `failed` from `passed`.
    pub distinction: Option<Distinction>,
    /// The same words were printed on the targets of a group. The largest group is first.
    pub groups: Vec<MessageGroup<'a>>,
}

/// The targets on which a test failed with the same words.
#[derive(Clone, Debug)]
pub struct MessageGroup<'a> {
    /// What it printed, as far as two processes print the same.
    pub message: String,
    /// The targets.
    pub failed: Vec<&'a TargetRun>,
    /// What distinguishes them from the targets on which the test passes, where nothing distinguishes all on which it fails.
    pub distinction: Option<Distinction>,
}

/// What a failure is marked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It fails on those targets only.
    Only(Distinction),
    /// Its emulators are at fault: others pass it.
    Emulator,
    /// Its emulators may be at fault: they are seen to do wrong what looks like this failure.
    PerhapsEmulator,
    /// It passed everywhere when it was run once more, alone.
    Flaky,
    /// It fails on this machine, too.
    HereToo,
    /// Nothing is claimed.
    None,
}

/// The tests that fail somewhere, sorted. What fails on this machine, too, is last, since it says nothing of the others.
pub fn failures(runs: &[TargetRun]) -> Vec<Failure<'_>> {
    let mut failures: BTreeMap<&TestId, Failure<'_>> = BTreeMap::new();
    for run in runs {
        for (test, outcome) in &run.tests {
            let (TestOutcome::Failed(printed) | TestOutcome::Flaky(printed)) = outcome else {
                continue;
            };
            let failure = failures.entry(test).or_insert_with(|| Failure::of(test));
            match (outcome, run.second_opinions.get(test)) {
                (TestOutcome::Flaky(_), _) => failure.flaky.push((run, printed)),
                (_, Some(SecondOpinion::Passes(other))) => {
                    failure.emulator.push((run, printed, other));
                }
                (_, Some(SecondOpinion::Fails(_)) | None) => failure.failed.push((run, printed)),
            }
        }
    }
    let mut failures: Vec<_> = failures.into_values().collect();
    for failure in &mut failures {
        let passes = |run: &&TargetRun| run.tests.get(failure.test) == Some(&TestOutcome::Passed);
        failure.passed = runs.iter().filter(passes).collect();
        failure.claim();
    }
    // The order of tests stays within the two halves.
    failures.sort_by_key(|failure| failure.marks().contains(&Mark::HereToo));
    failures
}

impl<'a> Failure<'a> {
    fn of(test: &'a TestId) -> Self {
        Failure {
            test,
            failed: Vec::new(),
            flaky: Vec::new(),
            emulator: Vec::new(),
            passed: Vec::new(),
            distinction: None,
            groups: Vec::new(),
        }
    }

    /// Claims what distinguishes the targets: all of them, or else those with the same message.
    fn claim(&mut self) {
        let passing = machines(self.passed.iter().copied());
        let failed = self.failed.iter().map(|(run, _)| *run);
        let words: Vec<_> = self.failed.iter().map(|(_, printed)| *printed).collect();
        let facts = Fact::by_test(&words.join("\n"));
        self.distinction = distinguish(&machines(failed), &passing, &facts);
        let mut groups: BTreeMap<String, Vec<&TargetRun>> = BTreeMap::new();
        for (run, printed) in &self.failed {
            // A path may have the target's name in it.
            let message = comparable(printed).replace(&run.target.name, "TARGET");
            groups.entry(message).or_default().push(run);
        }
        let group = |(message, failed): (String, Vec<&'a TargetRun>)| {
            let facts = Fact::by_test(&message);
            let distinction = distinguish(&machines(failed.iter().copied()), &passing, &facts);
            MessageGroup {
                message,
                failed,
                distinction: distinction.filter(says_something_of_a_group),
            }
        };
        self.groups = groups.into_iter().map(group).collect();
        self.groups.sort_by_key(|group| Reverse(group.failed.len()));
        if self.suspects().is_some() {
            self.distinction = None;
            for group in &mut self.groups {
                group.distinction = None;
            }
        } else if self.groups_say_more() {
            self.distinction = None;
        } else if self.distinction.is_some() || self.groups.len() == 1 {
            for group in &mut self.groups {
                group.distinction = None;
            }
        }
    }

    /// Whether all targets are emulated, and nothing else, while each message has a likelier explanation: then these are several causes, which together hit every emulated target. Messages of one target each say nothing: they may differ in a word that names the machine.
    fn groups_say_more(&self) -> bool {
        let is_emulated = |one: &Option<Distinction>| {
            let fact = Fact::Emulated;
            matches!(one, Some(Distinction::One { fact: found, .. }) if *found == fact)
        };
        let is_likelier = |group: &MessageGroup<'_>| {
            group.distinction.is_some() && !is_emulated(&group.distinction)
        };
        is_emulated(&self.distinction)
            && self.groups.len() > 1
            && self.groups.len() < self.failed.len()
            && self.groups.iter().all(is_likelier)
    }

    /// For each target on which it fails the fault of its emulator from which the failure may come, where there is one on all of them and neither another emulator nor Miri fails the test, too.
    pub fn suspects(&self) -> Option<Vec<(&'a TargetRun, &'a EmulatorFault)>> {
        if self.failed.is_empty() {
            return None;
        }
        let suspect = |(run, printed): &(&'a TargetRun, &'a str)| {
            let fails_without = run.miri.get(self.test);
            let fails_without = fails_without.is_some_and(MiriOpinion::is_against_the_test);
            if fails_without || run.second_opinions.contains_key(self.test) {
                return None;
            }
            Some((*run, run.fault_of(self.test, printed)?))
        };
        self.failed.iter().map(suspect).collect()
    }

    /// The marks. There are several only where there are several messages.
    pub fn marks(&self) -> Vec<Mark> {
        if self.failed.is_empty() {
            let is_emulators = !self.emulator.is_empty();
            return vec![if is_emulators {
                Mark::Emulator
            } else {
                Mark::Flaky
            }];
        }
        if self.suspects().is_some() {
            return vec![Mark::PerhapsEmulator];
        }
        let groups = self.groups.iter();
        let groups = groups.filter_map(|group| group.distinction.clone());
        let mut marks: Vec<Mark> = Vec::new();
        for distinction in self.distinction.clone().into_iter().chain(groups) {
            let mark = Mark::Only(distinction);
            if !marks.contains(&mark) {
                marks.push(mark);
            }
        }
        if marks.is_empty() {
            let here = self.failed.iter().any(|(run, _)| run.target.is_native());
            marks.push(if here { Mark::HereToo } else { Mark::None });
        }
        marks
    }
}

/// Whether this says anything of some of the targets on which a test fails. Almost any one target has an ABI of its own, or two properties, and the machines of a family may print the same word that names them.
fn says_something_of_a_group(distinction: &Distinction) -> bool {
    match distinction {
        Distinction::One { fact, .. } => !matches!(fact, Fact::Family(_)),
        Distinction::Both { .. } | Distinction::OneAbi(_) => false,
    }
}

/// The targets, as tests can notice which they are.
pub(super) fn machines<'a>(runs: impl IntoIterator<Item = &'a TargetRun>) -> Vec<Machine<'a>> {
    let machine = |run: &'a TargetRun| Machine::of(&run.target.name, &run.abi, run.is_emulated);
    runs.into_iter().map(machine).collect()
}

#[cfg(test)]
mod tests {
    use super::super::ProgramId;
    use super::super::emulator_fault::Signs;
    use super::super::fixture::run;
    use super::*;
    use kit::property::Property;

    fn one(fact: Fact, or: &[Fact]) -> Mark {
        let or = or.to_vec();
        Mark::Only(Distinction::One { fact, or })
    }

    /// The marks of a test that comes to this on each target. A word is what it prints when it fails; `~` before it means that it passes alone.
    fn marks(outcomes: &[(&str, &str)]) -> Vec<Mark> {
        let test = TestId {
            package: "codec".to_owned(),
            program: ProgramId::doc(),
            name: "reads".to_owned(),
        };
        let outcome = |word: &str| match word.strip_prefix('~') {
            Some(word) => TestOutcome::Flaky(word.to_owned()),
            None if word == "passes" => TestOutcome::Passed,
            None => TestOutcome::Failed(word.to_owned()),
        };
        let runs: Vec<_> = outcomes
            .iter()
            .map(|(target, word)| run(target, vec![(test.clone(), outcome(word))]))
            .collect();
        let failures = failures(&runs);
        assert_eq!(failures.len(), 1);
        failures[0].marks()
    }

    #[test]
    fn each_message_has_its_mark_where_the_whole_has_none() {
        let big = |or: &[Fact]| one(Fact::Property(Property::BigEndian), or);
        let narrow = |or: &[Fact]| one(Fact::Property(Property::Bits32), or);
        let loose = Fact::Property(Property::LooseInt64);
        for (outcomes, expected) in [
            // Two causes: byte order, and where that is right, width.
            (
                &[
                    ("x86_64", "passes"),
                    ("aarch64", "passes"),
                    ("mips64", "order"),
                    ("s390x", "order"),
                    ("i686", "width"),
                    ("mipsel", "width"),
                ][..],
                vec![big(&[]), narrow(&[])],
            ),
            // One cause. That the messages differ changes nothing.
            (
                &[
                    ("x86_64", "passes"),
                    ("aarch64", "passes"),
                    ("mips64", "order"),
                    ("s390x", "other"),
                ],
                vec![big(&[])],
            ),
            // What passes alone is no sign of anything.
            (
                &[("x86_64", "passes"), ("s390x", "~port")],
                vec![Mark::Flaky],
            ),
            (
                &[
                    ("x86_64", "passes"),
                    ("aarch64", "passes"),
                    ("mips64", "order"),
                    ("i686", "~port"),
                ],
                vec![big(&[])],
            ),
            (
                &[("x86_64", "fails"), ("s390x", "fails")],
                vec![Mark::HereToo],
            ),
            (
                &[
                    ("x86_64", "passes"),
                    ("aarch64", "fails"),
                    ("s390x", "fails"),
                    ("riscv64gc", "passes"),
                    ("mips64", "passes"),
                ],
                vec![Mark::None],
            ),
            (
                &[
                    ("x86_64", "passes"),
                    ("i686", "fails"),
                    ("s390x", "fails"),
                    ("aarch64", "fails"),
                ],
                vec![one(Fact::Emulated, &[])],
            ),
            // Two causes that together hit all that are emulated.
            (
                &[
                    ("x86_64", "passes"),
                    ("i686", "width"),
                    ("mips64", "order"),
                    ("s390x", "order"),
                ],
                vec![
                    big(&[Fact::Emulated, Fact::NotX86]),
                    narrow(&[Fact::Emulated, loose]),
                ],
            ),
            // Each target has words of its own.
            (
                &[
                    ("x86_64", "passes"),
                    ("i686", "no x86"),
                    ("mips64", "no mips64"),
                ],
                vec![one(Fact::Emulated, &[])],
            ),
        ] {
            assert_eq!(marks(outcomes), expected, "{outcomes:?}");
        }
    }

    #[test]
    fn what_the_emulator_does_wrong_is_no_mark_of_the_crate() {
        let test = TestId {
            package: "codec".to_owned(),
            program: ProgramId::doc(),
            name: "scales".to_owned(),
        };
        let failed = |printed: &str| vec![(test.clone(), TestOutcome::Failed(printed.to_owned()))];
        let fault = EmulatorFault {
            what: "multiplies f32 pairs wrongly".to_owned(),
            observed: "0.05 for 2.4".to_owned(),
            signs: Signs::Fraction,
        };
        let native = || run("x86_64", vec![(test.clone(), TestOutcome::Passed)]);
        let marks = |s390x: TargetRun, more: Vec<TargetRun>| {
            let runs = [vec![native(), s390x], more].concat();
            failures(&runs)[0].marks()
        };
        let big = Fact::Property(Property::BigEndian);
        let faulty = |printed: &str| TargetRun {
            emulator_faults: vec![fault.clone()],
            ..run("s390x", failed(printed))
        };
        assert_eq!(marks(faulty("left: 0.05"), vec![]), [Mark::PerhapsEmulator]);
        // No fraction in it: the fault does not explain it.
        assert!(
            matches!(&marks(faulty("left: 256"), vec![])[..], [Mark::Only(Distinction::One { fact, .. })] if *fact == big)
        );
        // Its calls of the system show that it ran into it, whatever it printed.
        let met = TargetRun {
            met: [(test.clone(), fault.what.clone())].into(),
            ..faulty("left: 256")
        };
        assert_eq!(marks(met, vec![]), [Mark::PerhapsEmulator]);
        // On the other big-endian machine the emulator is right, and the test fails.
        let also = vec![run("mips64", failed("left: 0.05"))];
        assert!(
            matches!(&marks(faulty("left: 0.05"), also)[..], [Mark::Only(Distinction::One { fact, .. })] if *fact == big)
        );
        let with = |opinion: fn(String) -> SecondOpinion| {
            let mut run = faulty("left: 0.05");
            let opinion = opinion("QEMU 10.0.13".to_owned());
            run.second_opinions.insert(test.clone(), opinion);
            run
        };
        assert_eq!(marks(with(SecondOpinion::Passes), vec![]), [Mark::Emulator]);
        // The other emulator is right, and the test fails all the same.
        assert!(
            matches!(&marks(with(SecondOpinion::Fails), vec![])[..], [Mark::Only(Distinction::One { fact, .. })] if *fact == big)
        );
    }
}
