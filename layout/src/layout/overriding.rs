//! What the virtual functions of a class override: from that Microsoft's compiler decides whether the class has a pointer to a virtual table of its own, and before which virtual bases it keeps room.
//!
//! `MicrosoftRecordLayoutBuilder` of RecordLayoutBuilder.cpp (LLVM 14 to 19): `layoutNonVirtualBases`, `computeVtorDispSet`.

use std::collections::BTreeSet;

use crate::types::{Role, TypeId, VirtualFunction};

use super::LayoutError;
use super::class::Class;

/// Whether a class whose bases have virtual functions declares one that is new.
///
/// # Errors
/// It is not known which functions it declares, or what they override.
pub(super) fn adds_function(class: &Class) -> Result<bool, LayoutError> {
    for function in virtuals(class)? {
        if overridden(class, function)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The virtual bases before which the class keeps room ("vtordisp"): for its bases, and where a constructor or a destructor could call a function that it overrides in one of them.
///
/// # Errors
/// It is not known which functions it declares, or what they override.
pub(super) fn vtordisps(class: &Class) -> Result<Vec<TypeId>, LayoutError> {
    let inherited = class.bases.iter().flat_map(|(_, base)| &base.vtordisps);
    let mut all: Vec<TypeId> = inherited.copied().collect();
    let functions = class.functions.as_ref();
    let has_structor = functions.and_then(|functions| functions.has_structor);
    if has_structor != Some(false) && class.virtual_bases.iter().any(|base| base.is_polymorphic) {
        let [mut roots, mut may_be] = [BTreeSet::new(), BTreeSet::new()];
        for function in virtuals(class)? {
            if function.name == VirtualFunction::DESTRUCTOR {
                continue;
            }
            match (function.is_pure, has_structor) {
                (Some(true), _) => {}
                (Some(false), Some(_)) => roots.extend(overridden(class, function)?),
                _ => may_be.extend(overridden(class, function)?),
            }
        }
        for base in &class.virtual_bases {
            let is_one_of = |roots: &BTreeSet<TypeId>| {
                let mut inside = classes(base, false).into_iter().map(|one| one.id);
                roots.contains(&base.id) || inside.any(|id| roots.contains(&id))
            };
            if is_one_of(&roots) {
                all.push(base.id);
            } else if is_one_of(&may_be) {
                return Err(unknown());
            }
        }
    }
    Ok(all)
}

fn virtuals(class: &Class) -> Result<&[VirtualFunction], LayoutError> {
    match &class.functions {
        Some(functions) => Ok(&functions.virtuals),
        None if class.has_virtual_function => Err(unknown()),
        None => Ok(&[]),
    }
}

/// The classes that declare first what this function of a class overrides.
fn overridden(class: &Class, function: &VirtualFunction) -> Result<BTreeSet<TypeId>, LayoutError> {
    let mut roots = BTreeSet::new();
    for declaring in classes(class, true) {
        if declares(declaring, function)? {
            let mut first = true;
            for other in classes(declaring, true) {
                first &= !declares(other, function)?;
            }
            if first {
                roots.insert(declaring.id);
            }
        }
    }
    Ok(roots)
}

fn declares(class: &Class, function: &VirtualFunction) -> Result<bool, LayoutError> {
    let mut found = false;
    for own in virtuals(class)? {
        if own.name != function.name {
            continue;
        }
        found |= own.name == VirtualFunction::DESTRUCTOR
            || match (&own.signature, &function.signature) {
                (Some(own), Some(other)) => own == other,
                _ => return Err(unknown()),
            };
    }
    Ok(found)
}

/// The classes below a class, each once; by way of virtual bases, too, or not.
fn classes(class: &Class, by_virtual: bool) -> Vec<&Class> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    let mut next = vec![class];
    while let Some(class) = next.pop() {
        for (role, base) in &class.bases {
            if (by_virtual || *role == Role::Base) && seen.insert(base.id) {
                all.push(&**base);
                next.push(base);
            }
        }
    }
    all
}

fn unknown() -> LayoutError {
    LayoutError::NotModelled {
        what: "a virtual base class with virtual functions: Microsoft's compiler keeps room before it where a class overrides one, and it is not known whether this one does".to_owned(),
    }
}
