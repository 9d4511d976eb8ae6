//! Names on the command line: targets by name, and what to say of a name that is not there.

use cross::Target;
use cross::target::{did_you_mean, nearest};

/// Where the names of targets are to be found, for [`Unknown`].
pub const TARGETS: &str = "; `crossum targets` lists them";

/// The same of a target that programs run on: the list has machines, too, for which types are only laid out.
const RUNNING: &str = "; `crossum targets` lists them first, and below them machines that are only modelled, on which no program runs";

/// A target's name as it is read in a list: `s390x` for `s390x-unknown-linux-gnu`, `avr` for `avr-none`.
pub fn short(name: &str) -> &str {
    if let Some((short, _)) = name.split_once("-unknown-linux") {
        return short;
    }
    let is_board = || cross::target(name).is_ok_and(|target| target.board.is_some());
    let end = ["-unknown-none", "-none"]
        .iter()
        .find_map(|end| name.split_once(end));
    end.filter(|_| is_board()).map_or(name, |(short, _)| short)
}

/// The full name of a target that is named as it is read in a list: `s390x-unknown-linux-gnu` for `s390x`. Any other name as it is.
fn full(name: &str) -> &str {
    let mut all = cross::target::all().map(|target| target.name.as_str());
    all.find(|full| short(full) == name).unwrap_or(name)
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

/// The targets of these names, full or [short]; all of them when none is named. They have an operating system.
///
/// # Errors
/// A name that is no target's.
pub fn targets(names: &[String]) -> Result<Vec<&'static Target>, Unknown> {
    let chosen = targets_and_boards(names, &[])?;
    match chosen.iter().find(|target| target.board.is_some()) {
        None => Ok(chosen),
        Some(board) => {
            let hint =
                ": only `crossum matrix` and its kin know it, a board without an operating system";
            Err(Unknown::new("target", &board.name, [], hint))
        }
    }
}

/// The targets and the boards of these names, full or [short]; all targets and these `boards` when none is named.
///
/// # Errors
/// A name that is no target's.
pub fn targets_and_boards(
    names: &[String],
    boards: &[&'static Target],
) -> Result<Vec<&'static Target>, Unknown> {
    if names.is_empty() {
        let mut all: Vec<_> = cross::targets().chain(boards.iter().copied()).collect();
        all.sort_by_key(|target| &target.name);
        return Ok(all);
    }
    let there = || {
        let all = cross::target::all().filter(|target| target.tests_only.is_none());
        all.map(|target| target.name.as_str())
    };
    let find = |name: &String| match cross::target(full(name)) {
        Ok(target) => match &target.tests_only {
            None => Ok(target),
            Some(why) => {
                let hint = format!(": only `crossum test` knows it, {why}");
                Err(Unknown::new("target", name, [], &hint))
            }
        },
        Err(_) => Err(Unknown::new("target", name, there(), RUNNING)),
    };
    let chosen = names.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    Ok(cross::target::all()
        .filter(|target| chosen.iter().any(|one| one.name == target.name))
        .collect())
}

/// The targets of these names, those for a crate's own tests only and boards where they are named.
///
/// # Errors
/// A name that is no target's.
pub fn targets_of_any_kind(names: &[String]) -> Result<Vec<&'static Target>, Unknown> {
    let boards = names
        .iter()
        .filter(|name| is_board(name))
        .cloned()
        .collect::<Vec<_>>();
    let others = names
        .iter()
        .filter(|name| !is_board(name))
        .cloned()
        .collect::<Vec<_>>();
    let mut chosen = match (boards.is_empty(), others.is_empty()) {
        (false, true) => Vec::new(),
        _ => targets_of_tests(&others)?,
    };
    if !boards.is_empty() {
        chosen.extend(targets_and_boards(&boards, &[])?);
    }
    Ok(chosen)
}

fn is_board(name: &str) -> bool {
    cross::target(full(name)).is_ok_and(|target| target.board.is_some())
}

/// The targets of these names, and those for a crate's own tests only where they are named.
///
/// # Errors
/// A name that is no target's.
pub fn targets_of_tests(names: &[String]) -> Result<Vec<&'static Target>, Unknown> {
    let is_tests_only =
        |name: &&String| cross::target(name).is_ok_and(|target| target.tests_only.is_some());
    let (apart, others): (Vec<_>, Vec<_>) = names.iter().partition(is_tests_only);
    let mut chosen = match (apart.is_empty(), others.is_empty()) {
        (false, true) => Vec::new(),
        _ => targets(&others.into_iter().cloned().collect::<Vec<_>>())?,
    };
    let is_named = |target: &&Target| apart.contains(&&target.name);
    chosen.extend(cross::target::with_tests_only().filter(is_named));
    chosen.sort_by_key(|target| &target.name);
    Ok(chosen)
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
                assert_eq!(targets_and_boards(&names, &[]).unwrap(), [board], "{name}");
                let why = targets(&names).unwrap_err().to_string();
                assert!(why.contains("without an operating system"), "{why}");
            }
        }
        assert!(targets(&["s390".to_owned()]).is_err());
        let modelled = targets(&["Cortex-M".to_owned()]).unwrap_err().to_string();
        assert!(modelled.contains("only modelled"), "{modelled}");
    }

    #[test]
    fn a_target_for_tests_only_is_chosen_for_them_and_only_by_its_name() {
        let names = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| (*name).to_owned()).collect()
        };
        let windows = "x86_64-pc-windows-gnu";
        let why = targets(&names(&[windows])).unwrap_err().to_string();
        assert!(why.contains("only `crossum test` knows it"), "{why}");
        let chosen = |given: &[&str]| -> Vec<&str> {
            let chosen = targets_of_tests(&names(given)).unwrap();
            chosen.iter().map(|target| target.name.as_str()).collect()
        };
        assert_eq!(chosen(&[windows]), [windows]);
        let native = "x86_64-unknown-linux-gnu";
        assert_eq!(chosen(&[native, windows]), [windows, native]);
        let all = targets(&[]).unwrap();
        assert_eq!(chosen(&[]).len(), all.len());
        assert!(targets_of_tests(&names(&["x86_64-pc-windows"])).is_err());
    }
}
