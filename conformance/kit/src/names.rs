//! Names on the command line: targets by name, and what to say of a name that is not there.

use cross::Target;
use cross::target::{did_you_mean, nearest};

use crate::machine_names;

/// Where the names of targets are to be found, for [`Unknown`].
pub const TARGETS: &str = "; `crossum targets` lists them";

/// The same of a target that programs run on: the list has machines, too, for which types are only laid out.
const RUNNING: &str = "; `crossum targets` lists them first, and below them machines that are only modelled, on which no program runs";

/// A target's name as it is read in a list: `s390x` for `s390x-unknown-linux-gnu`, `avr` for `avr-none`.
pub fn short(name: &str) -> &str {
    // What another C library's target is called says which.
    if let Some((short, library)) = name.split_once("-unknown-linux")
        && !library.starts_with("-musl")
    {
        return short;
    }
    let is_board = || cross::target(name).is_ok_and(|target| target.board.is_some());
    let end = ["-unknown-none", "-none"]
        .iter()
        .find_map(|end| name.split_once(end));
    end.filter(|_| is_board()).map_or(name, |(short, _)| short)
}

/// The target of a name: its own, as it is read in a list (`s390x`), or one that people have for such a machine (`ppc64le`, `Cortex-M`).
fn target(name: &str) -> Result<&'static Target, Unknown> {
    let mut all = cross::target::all();
    if let Some(target) = all.find(|target| target.name == name || short(&target.name) == name) {
        return Ok(target);
    }
    let machine = machine_names::named(name);
    let is_of = |machine: &str, target: &Target| {
        // A board stands for all that have its ABI; a system's machine is no other's.
        target.name == machine || target.board.is_some() && target.abi == machine
    };
    let mut all = cross::target::all();
    if let Some(target) = machine.and_then(|machine| all.find(|target| is_of(machine, target))) {
        return Ok(target);
    }
    let there = cross::target::all().map(|target| target.name.as_str());
    Err(Unknown::new("target", name, there, RUNNING))
}

/// A name that selects nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} `{name}`{}{hint}", did_you_mean(.nearest.as_deref()))]
pub struct Unknown {
    what: &'static str,
    name: String,
    nearest: Option<String>,
    /// Where the names are to be found, or why there is no such thing.
    hint: String,
}

impl Unknown {
    /// The name, what it was taken for, and the nearest of those that are there.
    pub fn new<'a>(
        what: &'static str,
        name: &str,
        there: impl IntoIterator<Item = &'a str>,
        hint: &str,
    ) -> Self {
        Unknown {
            what,
            name: name.to_owned(),
            nearest: nearest(name, there).map(str::to_owned),
            hint: hint.to_owned(),
        }
    }
}

/// Those of some things that have these names, in the order of the things; all of them when none is named.
///
/// # Errors
/// A name that none of them has.
pub fn named<'a, E: Clone>(
    what: &'static str,
    all: &'a [E],
    names: &[String],
    name_of: impl Fn(&'a E) -> &'a str,
    hint: &str,
) -> Result<Vec<E>, Unknown> {
    let known = || all.iter().map(&name_of);
    if let Some(name) = names.iter().find(|name| !known().any(|one| one == *name)) {
        return Err(Unknown::new(what, name, known(), hint));
    }
    let wanted = |one: &&'a E| names.is_empty() || names.iter().any(|name| name == name_of(*one));
    Ok(all.iter().filter(wanted).cloned().collect())
}

/// The targets of these names, full or [short]; those that plain `setup` brings when none is named. What is built for them is started as a program of Linux is.
///
/// # Errors
/// A name that is no target's, or that of another kind.
pub fn targets(names: &[String]) -> Result<Vec<&'static Target>, Unknown> {
    let chosen = hosted_targets(names)?;
    refuse(&chosen, |target| {
        let why = ": only `crossum matrix`, `crossum test` and their kin know it, for wine starts its programs";
        target.is_windows().then_some(why)
    })?;
    Ok(chosen)
}

/// The same, Windows' among them where they are named.
///
/// # Errors
/// A name that is no target's, or a board's.
pub fn hosted_targets(names: &[String]) -> Result<Vec<&'static Target>, Unknown> {
    let chosen = targets_and_extras(names, &[])?;
    refuse(&chosen, |target| {
        let why =
            ": only `crossum matrix` and its kin know it, a board without an operating system";
        target.board.is_some().then_some(why)
    })?;
    refuse(&chosen, |target| {
        let why = ": only `crossum matrix` and its kin know it, for zig builds C for it and nothing else here does";
        target.is_of_zig_alone().then_some(why)
    })?;
    Ok(chosen)
}

/// Whether one of these is refused, and why.
fn refuse(
    chosen: &[&'static Target],
    why: impl Fn(&Target) -> Option<&'static str>,
) -> Result<(), Unknown> {
    let refused = chosen
        .iter()
        .find_map(|target| Some((target, why(target)?)));
    match refused {
        None => Ok(()),
        Some((target, why)) => Err(Unknown::new("target", &target.name, [], why)),
    }
}

/// The targets of any kind of these names, full or [short]; those that plain `setup` brings and these `extras` when none is named.
///
/// # Errors
/// A name that is no target's.
pub fn targets_and_extras(
    names: &[String],
    extras: &[&'static Target],
) -> Result<Vec<&'static Target>, Unknown> {
    if names.is_empty() {
        let mut all: Vec<_> = cross::targets().chain(extras.iter().copied()).collect();
        all.sort_by_key(|target| &target.name);
        return Ok(all);
    }
    let chosen = names.iter().map(|name| target(name));
    let chosen = chosen.collect::<Result<Vec<_>, _>>()?;
    Ok(cross::target::all()
        .filter(|target| chosen.iter().any(|one| one.name == target.name))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_chosen_by_each_name_that_is_printed_of_it() {
        for target in cross::targets() {
            for name in [&target.name, short(&target.name)] {
                let chosen = targets(&[name.to_owned()]).unwrap();
                let chosen: Vec<_> = chosen.iter().map(|one| &one.name).collect();
                assert_eq!(chosen, [&target.name], "{name}");
            }
        }
        for board in cross::target::boards() {
            for name in [&board.name, short(&board.name)] {
                let names = [name.to_owned()];
                assert_eq!(targets_and_extras(&names, &[]).unwrap(), [board], "{name}");
                let why = targets(&names).unwrap_err().to_string();
                assert!(why.contains("without an operating system"), "{why}");
            }
        }
        for zigs in cross::target::hosted().filter(|target| target.is_of_zig_alone()) {
            for name in [&zigs.name, short(&zigs.name)] {
                let names = [name.to_owned()];
                assert_eq!(targets_and_extras(&names, &[]).unwrap(), [zigs], "{name}");
                let why = targets(&names).unwrap_err().to_string();
                assert!(why.contains("for zig builds C for it"), "{why}");
            }
        }
        assert!(targets(&["s390".to_owned()]).is_err());
        let modelled = targets(&["macOS arm64".to_owned()])
            .unwrap_err()
            .to_string();
        assert!(modelled.contains("only modelled"), "{modelled}");
    }

    #[test]
    fn a_target_is_chosen_by_each_name_that_people_have_for_its_machine() {
        let mut chosen = 0;
        for (machine, name) in machine_names::all_names() {
            let Ok(found) = targets_and_extras(&[name.to_owned()], &[]) else {
                assert!(cross::target(machine).is_err(), "{name} is {machine}");
                continue;
            };
            chosen += 1;
            let [target] = found.as_slice() else {
                panic!("{name}: {found:?}");
            };
            // Two targets can be named by what stands for both: the one of Windows' GNU names is a target, and an ABI's row, too.
            assert!(
                [&target.name, &target.abi].contains(&&machine.to_owned()),
                "{name} is {machine}, and not {}",
                target.name
            );
        }
        assert!(chosen > 40, "{chosen}");
        for (name, full) in [
            ("riscv64", "riscv64gc-unknown-linux-gnu"),
            ("ppc64le", "powerpc64le-unknown-linux-gnu"),
            ("arm64", "aarch64-unknown-linux-gnu"),
            ("Cortex-M", "thumbv7m-none-eabi"),
            ("AVR", "avr-none"),
            ("esp8266", "xtensa-esp8266-none-elf"),
        ] {
            let found = targets_and_extras(&[name.to_owned()], &[]).unwrap();
            assert_eq!(found, [cross::target(full).unwrap()], "{name}");
        }
    }

    #[test]
    fn a_target_of_windows_is_chosen_where_wine_starts_programs_and_only_by_its_name() {
        let names = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| (*name).to_owned()).collect()
        };
        let windows = "x86_64-pc-windows-gnu";
        let why = targets(&names(&[windows])).unwrap_err().to_string();
        assert!(why.contains("for wine starts its programs"), "{why}");
        let chosen = |given: &[&str]| -> Vec<&str> {
            let chosen = hosted_targets(&names(given)).unwrap();
            chosen.iter().map(|target| target.name.as_str()).collect()
        };
        assert_eq!(chosen(&[windows]), [windows]);
        let native = "x86_64-unknown-linux-gnu";
        assert_eq!(chosen(&[native, windows]), [windows, native]);
        assert_eq!(chosen(&["x86_64"]), [native]);
        let all = targets(&[]).unwrap();
        assert_eq!(chosen(&[]).len(), all.len());
        assert!(hosted_targets(&names(&["x86_64-pc-windows"])).is_err());
        assert!(hosted_targets(&names(&["avr"])).is_err());
    }

    #[test]
    fn extras_are_chosen_where_nobody_is_named_only_if_they_are_here() {
        let windows = cross::target("i686-pc-windows-gnu").unwrap();
        let default = targets_and_extras(&[], &[]).unwrap();
        assert!(!default.contains(&windows));
        let here = targets_and_extras(&[], &[windows]).unwrap();
        assert_eq!(here.len(), default.len() + 1);
        assert!(here.contains(&windows) && here.is_sorted_by_key(|target| &target.name));
    }
}
