//! Places in sources, and what is to stand there.

use std::ops::Range;
use std::sync::Arc;

/// A place in a source file, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The file, as the compiler has it.
    pub file: Arc<str>,
    /// From 1; 0 where the compiler does not say.
    pub line: u64,
    /// In the line, from 1 and in characters: the first, and the one behind the last. `None` where the text is not here.
    pub columns: Option<Range<usize>>,
}

/// Characters of a line, and what takes their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Where.
    pub spot: Spot,
    /// What.
    pub text: String,
}

/// The columns of octets of a line: from 1, in characters.
pub(super) fn columns(line: &str, octets: &Range<usize>) -> Range<usize> {
    let column = |octet: usize| line.get(..octet).map_or(0, |before| before.chars().count()) + 1;
    column(octets.start)..column(octets.end)
}
