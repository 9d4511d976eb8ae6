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
    let named = kit::names::hosted_targets(names)?;
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
    fn a_target_without_rust_is_selected_only_by_its_name() {
        let without = "hppa-unknown-linux-gnu";
        assert_eq!(selected(&[without], &[]).unwrap(), [without]);
        let all = selected(&[], &[]).unwrap();
        assert!(!all.contains(&without) && all.contains(&"s390x-unknown-linux-gnu"));
    }
}
