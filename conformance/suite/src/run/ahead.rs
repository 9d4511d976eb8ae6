//! Which targets one cargo builds for at once.

use cross::rust_std::Place;
use cross::{TargetTools, build_std};
use kit::progress::Bar;

use super::plan::Plan;
use crate::build::{Ahead, BuildSite};

/// So many targets at least are a group: enough to have something to compile while a crate waits for another.
const MIN_GROUP: usize = 4;

/// The targets in their order, in groups. This machine is one of its own, so that what does not compile at all is reported soon. The others are in groups of as many as there are cores: what is built first is tested while the next group is built.
pub(super) fn groups(tools: &[TargetTools], cores: usize) -> impl Iterator<Item = &[TargetTools]> {
    let here = tools.iter().take_while(|one| one.target.is_native());
    let (here, others) = tools.split_at_checked(here.count()).unwrap_or_default();
    let here = (!here.is_empty()).then_some(here);
    here.into_iter().chain(others.chunks(cores.max(MIN_GROUP)))
}

/// Builds for those of a group for which everything is here. What is wrong with one comes to light when it is prepared.
pub(super) async fn build(group: &[TargetTools], plan: &Plan, site: &BuildSite, bar: &Bar) {
    let mut ready = Vec::new();
    for tools in group {
        ready.extend(found(tools, plan).await);
    }
    let names: Vec<_> = ready.iter().map(|one| one.target.name.as_str()).collect();
    bar.at(format_args!("{}", names.join(", ")));
    // The same error is met by each target's own cargo.
    drop(site.build_ahead(&ready).await);
}

/// What a build for a target takes. `None` where something is missing, or its standard library is still to be built.
async fn found<'a>(tools: &'a TargetTools, plan: &Plan) -> Option<Ahead<'a>> {
    let std = tools.rust.as_ref().ok()?.value.clone();
    let gcc = tools.gcc.as_ref().ok()?;
    tools.runner.as_ref().ok()?;
    if matches!(std.place, Place::ToBeBuilt { .. }) {
        return None;
    }
    Some(Ahead {
        target: tools.target,
        std: build_std::build(std, tools.target).await.ok()?,
        linker: gcc.value.linker().clone(),
        excludes: plan.excludes_on(tools),
    })
}

#[cfg(test)]
mod tests {
    use cross::Host;
    use layout::Abis;

    use super::*;

    #[test]
    fn this_machine_is_alone_and_the_others_are_as_many_as_cores() {
        let nowhere = Host::new([], "/nowhere");
        let find = |name: &str| {
            let target = cross::target(name).unwrap();
            TargetTools::find(&nowhere, &[], Abis::builtin(), target).unwrap()
        };
        let emulated = [
            "aarch64-unknown-linux-gnu",
            "i686-unknown-linux-gnu",
            "mips-unknown-linux-gnu",
            "powerpc-unknown-linux-gnu",
            "s390x-unknown-linux-gnu",
            "sparc64-unknown-linux-gnu",
        ];
        let native = cross::targets().find(|target| target.is_native()).unwrap();
        let names = [native.name.as_str()].into_iter().chain(emulated);
        let all: Vec<_> = names.map(find).collect();
        let sizes = |tools, cores| groups(tools, cores).map(<[_]>::len).collect::<Vec<_>>();
        assert_eq!(sizes(&all, 2), [1, 4, 2]);
        assert_eq!(sizes(&all, 16), [1, 6]);
        assert_eq!(sizes(&all[1..], 5), [5, 1]);
        assert_eq!(sizes(&all[..1], 2), [1]);
        assert!(sizes(&[], 2).is_empty());
    }
}
