//! Which targets a run is for.

use cross::Target;
use kit::property::Property;
use layout::Abis;

use crate::project::UsageError;

/// The targets of these names; where none is named, all for which Rust can build and whose programs can be run. Of these, those with all the properties.
///
/// # Errors
/// A name that is no target's; or [`UsageError`], where no target is left.
pub fn targets(names: &[String], properties: &[Property]) -> anyhow::Result<Vec<&'static Target>> {
    let is_possible = |target: &&Target| {
        !names.is_empty() || (target.no_rust.is_none() && target.unobserved.is_none())
    };
    let has_all = |target: &&Target| {
        let abi = Abis::builtin().get(&target.abi);
        abi.is_some_and(|abi| properties.iter().all(|property| property.holds(abi)))
    };
    let names: Vec<_> = names.iter().map(|name| usual(name)).collect();
    let named = kit::names::hosted_targets(&names)?;
    let selected: Vec<_> = named
        .into_iter()
        .filter(is_possible)
        .filter(has_all)
        .collect();
    if selected.is_empty() {
        let why = "no target is left: --abi chooses among what --targets leaves";
        return Err(UsageError(why.to_owned()).into());
    }
    Ok(selected)
}

/// This machine has no cross compiler, whose package would have Debian's name of it.
const AMD64: (&str, &str) = ("amd64", "x86_64-unknown-linux-gnu");

/// The full name where Debian or QEMU calls one target so: `ppc64el`, `armhf`, `riscv64`. Any other name as it is.
fn usual(name: &str) -> String {
    let own = [name.to_owned()];
    if kit::names::hosted_targets(&own).is_ok() {
        let [own] = own;
        return own;
    }
    let of_debian = |package: &String| {
        let library = package.strip_suffix("-cross")?;
        library
            .split_once("-dev-")
            .map(|(_, called)| called == name)
    };
    let is_debians = |target: &&Target| target.deb.iter().filter_map(of_debian).any(|is| is);
    let is_qemus = |target: &&Target| target.qemu.as_deref() == Some(name);
    let by_debian = cross::targets().find(is_debians);
    let mut by_qemu = cross::targets().filter(is_qemus);
    // QEMU's `arm` is both of Debian's.
    let by_qemu = by_qemu.next().filter(|_| by_qemu.next().is_none());
    let found = by_debian.or(by_qemu).map(|target| target.name.as_str());
    let found = found.or((name == AMD64.0).then_some(AMD64.1));
    found.unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(names: &[&str], properties: &[Property]) -> anyhow::Result<Vec<&'static str>> {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let targets = targets(&names, properties)?;
        Ok(targets.iter().map(|target| target.name.as_str()).collect())
    }

    #[test]
    fn properties_select_among_the_named_targets() {
        use Property::{BigEndian, Bits32, Bits64};
        let two = ["i686-unknown-linux-gnu", "s390x-unknown-linux-gnu"];
        assert_eq!(selected(&two, &[]).unwrap(), two);
        assert_eq!(selected(&two, &[BigEndian]).unwrap(), [two[1]]);
        assert_eq!(selected(&two, &[Bits32]).unwrap(), [two[0]]);
        let error = selected(&two, &[Bits32, Bits64]).unwrap_err();
        assert!(error.is::<UsageError>(), "{error}");
    }

    #[test]
    fn distributions_names_are_known() {
        for (name, full) in [
            ("ppc64el", "powerpc64le-unknown-linux-gnu"),
            ("ppc64le", "powerpc64le-unknown-linux-gnu"),
            ("ppc", "powerpc-unknown-linux-gnu"),
            ("arm64", "aarch64-unknown-linux-gnu"),
            ("armhf", "armv7-unknown-linux-gnueabihf"),
            ("armel", "arm-unknown-linux-gnueabi"),
            ("arm", "arm-unknown-linux-gnueabi"),
            ("i386", "i686-unknown-linux-gnu"),
            ("riscv64", "riscv64gc-unknown-linux-gnu"),
            ("amd64", "x86_64-unknown-linux-gnu"),
            ("s390x", "s390x-unknown-linux-gnu"),
        ] {
            assert_eq!(selected(&[name], &[]).unwrap(), [full], "{name}");
        }
        assert!(selected(&["ppc65"], &[]).is_err());
    }

    #[test]
    fn a_target_without_rust_is_selected_only_by_its_name() {
        let without = "hppa-unknown-linux-gnu";
        assert_eq!(selected(&[without], &[]).unwrap(), [without]);
        let all = selected(&[], &[]).unwrap();
        assert!(!all.contains(&without) && all.contains(&"s390x-unknown-linux-gnu"));
    }
}
