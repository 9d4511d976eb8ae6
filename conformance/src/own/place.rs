//! Where in a file something stands.

use std::ops::Range;

/// The line, from 1, in which a span of octets begins.
pub(super) fn line(text: &str, span: &Range<usize>) -> usize {
    let before = text.as_bytes().get(..span.start).unwrap_or_default();
    1 + before.iter().filter(|octet| **octet == b'\n').count()
}
