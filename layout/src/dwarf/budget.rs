//! How much may be read of a file: what its parts refer to again and again is not read without end.

use super::error::{Problem, Spot};

/// Steps that are left. A step is an entry, or some octets of a table.
pub(super) struct Budget {
    left: usize,
}

/// An honest file is read about twice: once to find the types that it names, once to read them. No entry is shorter than an octet, and few are shorter than four.
const STEPS_PER_OCTET: usize = 2;
/// For a file so small that this counts for nothing.
const MIN_STEPS: usize = 1 << 12;

impl Budget {
    /// For debug information of so many octets.
    pub(super) fn for_octets(octets: usize) -> Budget {
        Budget {
            left: octets.saturating_mul(STEPS_PER_OCTET).max(MIN_STEPS),
        }
    }

    /// Takes some steps.
    ///
    /// # Errors
    /// [`Problem::TooMuch`] when there are no more.
    pub(super) fn take(&mut self, steps: usize, place: Spot) -> Result<(), Problem> {
        self.left = self
            .left
            .checked_sub(steps)
            .ok_or(Problem::TooMuch { place })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many steps a budget has.
    fn steps(octets: usize) -> usize {
        let place = Spot {
            section: ".debug_info",
            offset: 7,
        };
        let mut budget = Budget::for_octets(octets);
        let taken = std::iter::repeat_with(|| budget.take(1, place)).take_while(Result::is_ok);
        let steps = taken.count();
        assert_eq!(budget.take(1, place), Err(Problem::TooMuch { place }));
        steps
    }

    #[test]
    fn there_are_two_steps_for_each_octet_and_some_for_the_smallest_file() {
        assert_eq!(steps(100_000), 200_000);
        assert_eq!(steps(0), 4096);
    }
}
