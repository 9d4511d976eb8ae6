//! Values, each kept once and known by its place: what half a million exchanges have in common.

use std::collections::HashMap;
use std::hash::Hash;

pub(super) struct Distinct<T> {
    rows: Vec<T>,
    places: HashMap<T, usize>,
}

impl<T: Clone + Eq + Hash> Distinct<T> {
    pub(super) fn new() -> Self {
        Distinct {
            rows: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Where a value is; it is put there if it is new.
    pub(super) fn place(&mut self, value: T) -> usize {
        let (rows, next) = (&mut self.rows, self.places.len());
        *self.places.entry(value).or_insert_with_key(|value| {
            rows.push(value.clone());
            next
        })
    }

    /// All of them, in the order in which they came.
    pub(super) fn rows(self) -> Vec<T> {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_again_has_its_old_place() {
        let mut distinct = Distinct::new();
        let places = ["a", "b", "a", "c", "b"].map(|value| distinct.place(value));
        assert_eq!(places, [0, 1, 0, 2, 1]);
        assert_eq!(distinct.rows(), ["a", "b", "c"]);
    }
}
