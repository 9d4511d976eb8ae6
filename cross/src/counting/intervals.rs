//! The instructions between calls of a function, the mark.

use super::function::Function;

/// What was counted so far.
#[derive(Clone, Debug)]
pub struct Intervals {
    mark: Function,
    /// Whether the last instruction was the mark's own.
    in_mark: bool,
    calls: u64,
    current: u64,
    ended: Vec<u64>,
}

/// Intervals beyond this are not kept.
const MAX_INTERVALS: usize = 1 << 24;

impl Intervals {
    /// Nothing was executed yet.
    pub fn of(mark: Function) -> Self {
        Intervals {
            mark,
            in_mark: false,
            calls: 0,
            current: 0,
            ended: Vec::new(),
        }
    }

    /// The instruction at this address was executed.
    ///
    /// A call is noticed by where it comes to, from outside: on some machines a function has two entries, and a call from its own neighbourhood takes the second.
    pub fn executed(&mut self, pc: u64) {
        let in_mark = self.mark.contains(pc);
        if in_mark && !self.in_mark {
            self.calls += 1;
            if self.is_inside() {
                self.current = 0;
            } else if self.ended.len() < MAX_INTERVALS {
                self.ended.push(self.current);
            }
        } else if self.is_inside() {
            self.current += 1;
        }
        self.in_mark = in_mark;
    }

    /// That of the line before was not, after all.
    pub fn withdrawn(&mut self) {
        self.current = self.current.saturating_sub(1);
    }

    /// Whether an interval has begun and not ended.
    fn is_inside(&self) -> bool {
        self.calls % 2 == 1
    }

    /// The instructions of each interval.
    ///
    /// # Errors
    /// The last one has no end: so many calls there were.
    pub fn finish(self) -> Result<Vec<u64>, u64> {
        if self.is_inside() {
            return Err(self.calls);
        }
        Ok(self.ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(pcs: impl IntoIterator<Item = u64>) -> Result<Vec<u64>, u64> {
        let mut intervals = Intervals::of(Function {
            address: 100,
            size: 4,
        });
        for pc in pcs {
            intervals.executed(pc);
        }
        intervals.finish()
    }

    #[test]
    fn what_is_between_two_calls_is_counted_and_what_is_not_is_not() {
        // The mark's first instruction is not counted, its others are: they are so in every interval, the empty one among them.
        let mark = [100, 102];
        assert_eq!(counted([]), Ok(vec![]));
        assert_eq!(counted([1, 2, 3]), Ok(vec![]));
        let empty = [1, 100, 102, 2, 100, 102, 3];
        assert_eq!(counted(empty), Ok(vec![2]));
        let pcs = [
            &[1][..],
            &mark,
            &[5, 6, 7],
            &mark,
            &[8, 9],
            &mark,
            &[5],
            &mark,
        ];
        assert_eq!(counted(pcs.concat()), Ok(vec![4, 2]));
    }

    #[test]
    fn a_function_is_entered_at_any_of_its_instructions() {
        assert_eq!(counted([1, 102, 2, 3, 100, 102]), Ok(vec![2]));
    }

    #[test]
    fn an_interval_without_an_end_is_refused() {
        assert_eq!(counted([100, 1, 100, 1, 100]), Err(3));
    }

    #[test]
    fn what_was_withdrawn_is_not_counted() {
        let mut intervals = Intervals::of(Function {
            address: 100,
            size: 1,
        });
        intervals.executed(100);
        intervals.executed(1);
        intervals.withdrawn();
        intervals.executed(1);
        intervals.executed(100);
        assert_eq!(intervals.finish(), Ok(vec![1]));
    }
}
