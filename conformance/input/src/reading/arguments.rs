//! What is lost of a type where a template has it as an argument: a compiler writes down which type it is, and not under which name it was given. `slot<uint64_t>` is one of `unsigned long` on some machines, and of `unsigned long long` on others.

use std::collections::BTreeSet;

use layout::abi::{Scalar, Typedef};

use super::constant::{Constant, Needs, Role};
use super::text::Reach;
use super::typedef_name;

/// The names of the system that may be arguments of templates, in what a type reaches.
pub(super) fn arguments(reach: &Reach) -> Vec<Constant> {
    let mut declarations = reach.names.values().flatten();
    let has_templates = declarations
        .any(|one| !one.region.is_system && one.tokens.iter().any(|token| token == "template"));
    if !has_templates {
        return Vec::new();
    }
    let names = reach.system.iter();
    let arguments = names.filter_map(|name| {
        Some(Constant {
            of: name.clone(),
            role: Role::Argument,
            expression: name.clone(),
            needs: needs(name)?,
        })
    });
    arguments.collect()
}

/// What machines agree in on which a name stands for a scalar that lies alike; `None` where it is one of the same size on all.
fn needs(name: &str) -> Option<Needs> {
    // A type of its own in C++.
    if name == "wchar_t" || !typedef_name::is_modelled(name) {
        return None;
    }
    let mut needs = Needs::default();
    match (Typedef::named(name), typedef_name::promised(name)) {
        (None, Some(8 | 16)) => return None,
        (None, Some(32)) => needs.scalars.extend([Scalar::Int, Scalar::Long]),
        (None, _) => needs.scalars.extend([Scalar::Long, Scalar::LongLong]),
        (Some(typedef), _) => {
            needs.scalars =
                BTreeSet::from([Scalar::Int, Scalar::Long, Scalar::LongLong, Scalar::Pointer]);
            needs.typedefs.insert(typedef);
        }
    }
    Some(needs)
}
