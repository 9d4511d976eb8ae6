//! A place for one value of each type, filled once and never emptied, so that threads may share what one of them worked out.
//!
//! The places come in pages that are made when one of them is filled: a program has many types, and often only a few are asked about.

use std::sync::OnceLock;

use crate::types::TypeId;

pub(super) struct Table<T> {
    pages: Box<[OnceLock<Box<Page<T>>>]>,
}

const PAGE: usize = 64;

type Page<T> = [OnceLock<Box<T>>; PAGE];

impl<T> Table<T> {
    /// With a place for each of so many types.
    pub(super) fn new(types: usize) -> Table<T> {
        Table {
            pages: std::iter::repeat_with(OnceLock::new)
                .take(types.div_ceil(PAGE))
                .collect(),
        }
    }

    pub(super) fn get(&self, id: TypeId) -> Option<&T> {
        let index = id.index();
        let page = self.pages.get(index / PAGE)?.get()?;
        page.get(index % PAGE)?.get().map(Box::as_ref)
    }

    /// What is there already stays: whoever was first worked the same out. A type that has no place has nothing kept.
    pub(super) fn fill(&self, id: TypeId, value: T) {
        let index = id.index();
        let page = self.pages.get(index / PAGE);
        let page =
            page.map(|page| page.get_or_init(|| Box::new([const { OnceLock::new() }; PAGE])));
        if let Some(place) = page.and_then(|page| page.get(index % PAGE)) {
            let _ = place.set(Box::new(value));
        }
    }
}
