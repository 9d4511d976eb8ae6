//! The machines that a type is laid out for.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use fnv::{FnvHashMap, FnvHashSet};
use kit::machine_names as names;
use kit::names::{TARGETS, Unknown};
use layout::abi::{Scalar, Typedef};
use layout::{Abi, Abis};

pub use super::bits::Bits;
use super::reading::library;

/// A kind of machine: a target, or an ABI that no target here has and that can only be modelled.
#[derive(Clone, Debug)]
pub struct Machine<'a> {
    /// The target's name; the ABI's where there is no target. A variant has `+time64` or `+time32` behind it.
    pub name: &'a str,
    /// Its ABI.
    pub abi: &'a Abi,
    /// What a build there decides about times and file offsets; `None` where its compiler's driver does.
    pub bits: Option<Bits>,
    /// Whether only types are laid out for it that lie otherwise there than without the decision.
    pub is_optional: bool,
}

impl<'a> Machine<'a> {
    /// Its name without a variant's.
    pub fn base(&self) -> &'a str {
        self.name.split('+').next().unwrap_or(self.name)
    }
}

/// The machines on which a build decides about times and file offsets, as they are in each case.
#[derive(Debug)]
pub struct Variants {
    rows: Vec<Variant>,
}

#[derive(Debug)]
struct Variant {
    /// The machine.
    base: String,
    /// It, and how it is called then.
    name: String,
    bits: Bits,
    abi: Abi,
    /// Whether it is so when nobody decides: the name is then the machine's own.
    is_usual: bool,
}

impl Variants {
    /// Of a table. `decided` is what options of the build decide; `wide` are the targets whose compilers' drivers give 64 bits of time without being asked.
    pub fn of(abis: &Abis, decided: Option<Bits>, wide: &BTreeSet<&str>) -> Variants {
        let mut rows = Vec::new();
        for (base, abi) in bare(abis) {
            if !library::has_bits(abi)
                || abi.size(Scalar::Long) != 4
                || abi.typedef(Typedef::Time).map(|time| abi.size(time)) != Some(4)
            {
                continue;
            }
            let usual = decided.unwrap_or(if wide.contains(base) {
                Bits::Times
            } else {
                Bits::Usual
            });
            let mut add = |name: String, bits: Bits, is_usual| {
                rows.push(Variant {
                    base: base.to_owned(),
                    name,
                    bits,
                    abi: bits.abi(abi),
                    is_usual,
                });
            };
            add(base.to_owned(), usual, true);
            add(format!("{base}+time64"), Bits::Times, false);
            add(format!("{base}+time32"), Bits::Usual, false);
        }
        Variants { rows }
    }
}

/// Whether it is a target, that is built for and run, and not only modelled.
pub fn is_target(name: &str) -> bool {
    // Asked of every machine for every finding.
    static NAMES: LazyLock<FnvHashSet<&str>> =
        LazyLock::new(|| cross::targets().map(|target| &*target.name).collect());
    NAMES.contains(name.split('+').next().unwrap_or(name))
}

/// What people call the machines that have a name beside their own. This and [`PLACES`] are asked for in every finding.
static SAID: LazyLock<FnvHashMap<&str, &str>> = LazyLock::new(|| {
    let machines = names::all_names().map(|(machine, _)| machine);
    machines
        .map(|machine| (machine, names::said(machine)))
        .collect()
});

/// Of the machines that are looked at when none is named, the place in the order in which people would say them.
static PLACES: LazyLock<FnvHashMap<&str, usize>> =
    LazyLock::new(|| names::usual().zip(0..).collect());

/// Where a machine stands in a list: the usual ones first.
#[inline]
fn place(machine: &str) -> usize {
    PLACES.get(machine).copied().unwrap_or(PLACES.len())
}

/// A machine's name as people say it: `s390x`, `Windows x64`, `armv7+time64`.
pub fn short(name: &str) -> Cow<'_, str> {
    let said = |name| SAID.get(name).copied().unwrap_or_else(|| names::said(name));
    match name.split_once('+') {
        Some((base, variant)) => format!("{}+{variant}", said(base)).into(),
        None => said(name).into(),
    }
}

/// The key by which machines are put into the order in which people would say them: those that most have first, variants last.
// Asked for every machine of every finding: optimised with whoever asks.
#[inline]
pub fn order(name: &str) -> (bool, usize, &str) {
    match name.split_once('+') {
        Some((base, _)) => (true, place(base), name),
        None => (false, place(name), name),
    }
}

/// Machines in the order in which people would say them; a variant is left out where its machine is there, too.
pub fn in_order<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_by_cached_key(|name| order(name));
    names.dedup();
    let machines: FnvHashSet<&str> = names.iter().copied().collect();
    let base = |name: &str| name.split('+').next().map(str::to_owned);
    names.retain(|name| {
        !name.contains('+') || base(name).is_none_or(|base| !machines.contains(base.as_str()))
    });
    names
}

/// Whether a machine is looked at when none is named.
pub fn is_usual(name: &str) -> bool {
    PLACES.contains_key(name)
}

/// Whether all of some machines run one program without a system, or are machines that few people have.
pub fn is_rare(names: &[String]) -> bool {
    let base = |name: &String| name.split('+').next().is_some_and(names::is_rare);
    !names.is_empty() && names.iter().all(base)
}

/// The other names of a machine, all of which `--targets` takes.
pub fn other_names(name: &str) -> Vec<&'static str> {
    names::other_names(name)
}

/// The names of the machines that there are without variants: the targets, then the ABIs without one; and their ABIs.
fn bare(abis: &Abis) -> Vec<(&str, &Abi)> {
    let targets =
        cross::targets().filter_map(|target| Some((target.name.as_str(), abis.get(&target.abi)?)));
    let has_target = |abi: &Abi| cross::targets().any(|target| target.abi == abi.name());
    let modelled = abis.iter().filter(|abi| !has_target(abi));
    let mut all: Vec<_> = targets
        .chain(modelled.map(|abi| (abi.name(), abi)))
        .collect();
    all.sort_by_key(|(name, _)| *name);
    all
}

/// Every machine there is, sorted by name; the variants behind, each of which is optional.
pub fn machines<'a>(abis: &'a Abis, variants: &'a Variants) -> Vec<Machine<'a>> {
    let base = bare(abis).into_iter().map(|(name, abi)| {
        let usual = variants
            .rows
            .iter()
            .find(|row| row.is_usual && row.base == name);
        Machine {
            name,
            abi: usual.map_or(abi, |usual| {
                if usual.bits == Bits::Usual {
                    abi
                } else {
                    &usual.abi
                }
            }),
            bits: None,
            is_optional: false,
        }
    });
    let others = variants.rows.iter().filter(|row| !row.is_usual);
    let others = others.map(|row| Machine {
        name: &row.name,
        abi: abis
            .get(row.abi.row())
            .filter(|_| row.bits == Bits::Usual)
            .unwrap_or(&row.abi),
        bits: Some(row.bits),
        is_optional: true,
    });
    base.chain(others).collect()
}

/// Which machines are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// None was named: those that people have.
    Usual,
    /// `all`: every one but those that stand apart (`apart` in abis.toml) and are not usual.
    All,
    /// Those that were named.
    Named,
}

/// The word that names every machine.
pub const ALL: &str = "all";

impl Scope {
    /// What these names on a command line ask for.
    pub fn of(names: &[String]) -> Scope {
        match names {
            [] => Scope::Usual,
            names if names.iter().any(|name| name == ALL) => Scope::All,
            _ => Scope::Named,
        }
    }

    /// Whether a machine that is not named is one of it.
    fn includes(self, machine: &Machine<'_>) -> bool {
        let is_usual = is_usual(machine.base());
        match self {
            Scope::Usual => is_usual,
            Scope::All => is_usual || machine.abi.apart().is_none(),
            Scope::Named => false,
        }
    }
}

/// Those that even `all` leaves out, and why.
pub fn left_out<'a>(all: &[Machine<'a>], names: &[String]) -> Vec<(&'a str, &'a str)> {
    let scope = Scope::of(names);
    let others = all.iter().filter(|machine| {
        let is_named = names.iter().any(|name| is_called(machine, name));
        scope == Scope::All && !machine.is_optional && !scope.includes(machine) && !is_named
    });
    others
        .filter_map(|machine| Some((machine.name, machine.abi.apart()?)))
        .collect()
}

/// Whether a name is this machine's, or that of the machine that it is a variant of; an ABI's name is of all its machines.
fn is_called(machine: &Machine<'_>, name: &str) -> bool {
    machine.abi.row() == name || names::names(machine.base(), name)
}

/// Whether a name is this variant's.
fn is_variant(machine: &Machine<'_>, name: &str) -> bool {
    let parts = machine.name.split_once('+').zip(name.split_once('+'));
    parts.is_some_and(|((base, variant), (name, of))| variant == of && names::names(base, name))
}

/// The machines of these names (see [`Scope`]); when none is named, those that people have. With each come the variants of it that differ, unless options of the build `decided`.
///
/// # Errors
/// A name that is no machine's.
pub fn named<'a>(
    all: &[Machine<'a>],
    names: &[String],
    decided: Option<Bits>,
) -> Result<Vec<Machine<'a>>, Unknown> {
    let is = |machine: &Machine<'_>, name: &String| {
        is_variant(machine, name) || !machine.is_optional && is_called(machine, name)
    };
    let mut given = names.iter().filter(|name| *name != ALL);
    if let Some(name) = given.find(|name| !all.iter().any(|machine| is(machine, name))) {
        let others = all.iter().flat_map(|machine| {
            let own = [machine.name, machine.abi.name(), names::said(machine.name)];
            own.into_iter().chain(names::other_names(machine.name))
        });
        return Err(Unknown::new("machine", name, others, TARGETS));
    }
    let scope = Scope::of(names);
    // A table of one's own may have none of those that people have.
    let scope = match scope {
        Scope::Usual if !all.iter().any(|machine| scope.includes(machine)) => Scope::All,
        scope => scope,
    };
    let of_base = |machine: &Machine<'_>| {
        scope.includes(machine) || names.iter().any(|name| is_called(machine, name))
    };
    let mut wanted: Vec<Machine<'a>> = Vec::new();
    for machine in all {
        let is_named = names.iter().any(|name| is_variant(machine, name));
        if is_named || of_base(machine) {
            wanted.push(Machine {
                is_optional: machine.is_optional && !is_named,
                ..machine.clone()
            });
        }
    }
    // Of a machine and its variants, those that are the same are one.
    let usual: Vec<Machine<'a>> = wanted
        .iter()
        .filter(|machine| machine.bits.is_none())
        .cloned()
        .collect();
    wanted.retain(|machine| {
        let base = usual.iter().find(|usual| usual.name == machine.base());
        !machine.is_optional || base.is_none_or(|base| decided.is_none() && base.abi != machine.abi)
    });
    Ok(wanted)
}

/// Adds a machine of an ABI that a file was compiled for, unless one of its machines is looked at anyhow.
pub fn add_own<'a>(all: &[Machine<'a>], abi: &str, machines: &mut Vec<Machine<'a>>) {
    let is_of = |machine: &&Machine<'_>| machine.abi.row() == abi;
    let mut of_abi = all.iter().filter(is_of);
    if machines.iter().any(|machine| is_of(&machine)) {
        return;
    }
    if let Some(own) = of_abi.find(|machine| !machine.is_optional) {
        let is_behind = |other: &Machine<'_>| other.is_optional || other.name > own.name;
        let place = machines.iter().position(is_behind);
        machines.insert(place.unwrap_or(machines.len()), own.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_of_one_machine_and_every_machine_is_there() {
        let abis = Abis::builtin();
        let variants = Variants::of(abis, None, &BTreeSet::new());
        let machines = machines(abis, &variants);
        let machines = || machines.iter().filter(|machine| !machine.is_optional);
        for (machine, name) in names::all_names() {
            let of: Vec<_> = machines()
                .filter(|machine| machine.name == name || names::names(machine.name, name))
                .map(|machine| machine.name)
                .collect();
            assert_eq!(of, [machine], "{name}");
        }
    }

    #[test]
    fn options_of_a_build_decide_how_wide_times_are() {
        for (options, bits) in [
            (&[][..], None),
            (&["X=1", "NDEBUG"], None),
            (&["_FILE_OFFSET_BITS=64"], Some(Bits::Offsets)),
            (
                &["_FILE_OFFSET_BITS=64", "_TIME_BITS=64"],
                Some(Bits::Times),
            ),
            (&["_TIME_BITS=32"], Some(Bits::Usual)),
            (&["_FILE_OFFSET_BITS=32"], Some(Bits::Usual)),
            (
                &["_TIME_BITS=32", "_FILE_OFFSET_BITS=64"],
                Some(Bits::Offsets),
            ),
            (
                &["_TIME_BITS=64", "_FILE_OFFSET_BITS=64", "_TIME_BITS=32"],
                Some(Bits::Offsets),
            ),
            (&["MY_TIME_BITS=64", "_TIME_BITS"], None),
        ] {
            let options: Vec<_> = options.iter().map(|option| (*option).to_owned()).collect();
            assert_eq!(Bits::of_options(&options), bits, "{options:?}");
        }
    }

    #[test]
    fn a_machine_whose_times_a_build_decides_has_a_variant_of_what_is_not_usual_there() {
        const ARM: &str = "armv7-unknown-linux-gnueabihf";
        let names = |decided, wide: &[&str], given: &[&str]| {
            let abis = Abis::builtin();
            let variants = Variants::of(abis, decided, &wide.iter().copied().collect());
            let all = machines(abis, &variants);
            let given: Vec<_> = given.iter().map(|name| (*name).to_owned()).collect();
            let named = named(&all, &given, decided).unwrap();
            let time = |machine: &Machine<'_>| {
                machine
                    .abi
                    .typedef(Typedef::Time)
                    .map(|time| machine.abi.size(time))
            };
            let told = named.iter().map(|machine| {
                format!(
                    "{} {:?} {}",
                    machine.name,
                    time(machine),
                    machine.is_optional
                )
            });
            told.collect::<Vec<_>>()
        };
        let variant =
            |name: &str, size, optional| format!("{ARM}{name} {:?} {optional}", Some(size));
        assert_eq!(
            names(None, &[], &[ARM]),
            [variant("", 4, false), variant("+time64", 8, true)]
        );
        assert_eq!(
            names(None, &[ARM], &[ARM]),
            [variant("", 8, false), variant("+time32", 4, true)]
        );
        assert_eq!(
            names(Some(Bits::Times), &[], &[ARM]),
            [variant("", 8, false)]
        );
        let wide = format!("{ARM}+time64");
        assert_eq!(names(None, &[], &[&wide]), [variant("+time64", 8, false)]);
        assert_eq!(names(None, &[], &["x86_64-unknown-linux-gnu"]).len(), 1);
        assert_eq!(short(&wide), "armv7+time64");
    }
}
