//! Messages that have one size.

use crate::Step;

/// Takes the first `N` octets, or says that `N` are needed.
pub(super) fn take<const N: usize, T>(
    octets: &[u8],
    read: impl FnOnce(&[u8; N]) -> Step<T>,
) -> Step<T> {
    match octets.first_chunk::<N>() {
        Some(message) => read(message),
        None => Step::NeedMore { want: N },
    }
}
