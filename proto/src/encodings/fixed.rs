//! Messages that have one size.

use zerocopy::FromBytes;

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

/// Takes one of this machine's structs, as it lies in memory. Any octets are one.
pub(super) fn take_struct<S: FromBytes, T>(octets: &[u8], read: impl FnOnce(S) -> T) -> Step<T> {
    let size = size_of::<S>();
    match S::read_from_prefix(octets) {
        Ok((value, _)) => Step::Done {
            value: read(value),
            used: size,
        },
        Err(_) => Step::NeedMore { want: size },
    }
}
