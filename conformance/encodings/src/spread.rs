//! Least, median and greatest of some whole numbers.

/// Of numbers, the least, the median and the greatest; of an even count the lower of the two in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// The least.
    pub min: u64,
    /// The one in the middle.
    pub median: u64,
    /// The greatest.
    pub max: u64,
}

impl Spread {
    /// Of these numbers; `None` when there are none.
    pub fn of(numbers: impl IntoIterator<Item = u64>) -> Option<Spread> {
        let mut numbers: Vec<_> = numbers.into_iter().collect();
        numbers.sort_unstable();
        Some(Spread {
            min: *numbers.first()?,
            median: *numbers.get((numbers.len() - 1) / 2)?,
            max: *numbers.last()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_even_count_is_the_lower_one() {
        let spread = |min, median, max| Some(Spread { min, median, max });
        assert_eq!(Spread::of([]), None);
        assert_eq!(Spread::of([5]), spread(5, 5, 5));
        assert_eq!(Spread::of([9, 1]), spread(1, 1, 9));
        assert_eq!(Spread::of([9, 1, 4]), spread(1, 4, 9));
        assert_eq!(Spread::of([9, 1, 4, 2]), spread(1, 2, 9));
    }
}
