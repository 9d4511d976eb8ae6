//! One place for each type, however many units of a file repeat it.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use super::observed::Observed;
use super::program::{Enumerator, MemberSource};
use super::variants::Variants;
use crate::types::{Type, TypeId, Types};

/// Types by their contents. Two of one content but different tags are two: what else is learnt about one by its name says nothing about the other.
#[derive(Default)]
pub(super) struct Interned {
    pub(super) types: Types,
    pub(super) observed: BTreeMap<TypeId, Observed>,
    pub(super) tags: BTreeMap<TypeId, Arc<str>>,
    pub(super) sources: BTreeMap<TypeId, Vec<MemberSource>>,
    pub(super) enumerators: BTreeMap<TypeId, Vec<Enumerator>>,
    pub(super) variants: BTreeMap<TypeId, Variants>,
    /// Keyed by a hash of the content; of two with one hash the later has the next free key.
    places: HashMap<u64, TypeId>,
    hasher: RandomState,
}

impl Interned {
    /// A type that is nothing but its contents.
    pub(super) fn plain(&mut self, kind: Type) -> TypeId {
        self.intern(kind, None, None)
    }

    /// A record or an enumeration as it lies in the file, under its tag or the words that tell it from others without one.
    pub(super) fn laid_out(&mut self, kind: Type, observed: Observed, tag: &Arc<str>) -> TypeId {
        self.intern(kind, Some(observed), Some(tag))
    }

    fn intern(&mut self, kind: Type, observed: Option<Observed>, tag: Option<&Arc<str>>) -> TypeId {
        let mut key = self.hasher.hash_one((&kind, &observed, tag));
        while let Some(&id) = self.places.get(&key) {
            let same = self.types.get(id) == Some(&kind)
                && self.observed.get(&id) == observed.as_ref()
                && self.tags.get(&id) == tag;
            if same {
                return id;
            }
            key = key.wrapping_add(1);
        }
        let id = self.types.add(kind);
        self.places.insert(key, id);
        if let Some(observed) = observed {
            self.observed.insert(id, observed);
        }
        if let Some(tag) = tag {
            self.tags.insert(id, Arc::clone(tag));
        }
        id
    }
}
