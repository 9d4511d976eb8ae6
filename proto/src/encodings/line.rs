//! Lines, and the integers in them.

use memchr::memchr;

use crate::{MAX_MESSAGE, Step, Why};

/// Takes one line that ends in `end`. `read` is given the line without its end.
///
/// The end is looked for in [`MAX_MESSAGE`] octets and one more. A longer line is refused, wherever it ends.
pub(super) fn take<T>(octets: &[u8], end: u8, read: impl FnOnce(&[u8]) -> Option<T>) -> Step<T> {
    let window = octets.get(..=MAX_MESSAGE).unwrap_or(octets);
    let Some(length) = memchr(end, window) else {
        return if window.len() > MAX_MESSAGE {
            Step::Refused {
                why: Why::TooLarge,
                used: None,
            }
        } else {
            Step::NeedMore {
                want: octets.len() + 1,
            }
        };
    };
    let used = length + 1;
    match window.get(..length).and_then(read) {
        Some(value) => Step::Done { value, used },
        None => Step::Refused {
            why: Why::Malformed,
            used: Some(used),
        },
    }
}

/// Skips white space and takes an integer as `scanf("%ld")` does, but refuses what does not fit 64 bits.
pub(super) fn scan_integer(line: &[u8]) -> Option<(i64, &[u8])> {
    let mut rest = line;
    while let [b' ' | b'\t' | 0x0b | 0x0c | b'\r', after @ ..] = rest {
        rest = after;
    }
    let negative = rest.first() == Some(&b'-');
    if let [b'-' | b'+', after @ ..] = rest {
        rest = after;
    }
    let digits = rest;
    // The value is negative until the end, since the least integer has no positive counterpart.
    let mut value = 0i64;
    while let [octet @ b'0'..=b'9', after @ ..] = rest {
        value = value
            .checked_mul(10)?
            .checked_sub(i64::from(octet - b'0'))?;
        rest = after;
    }
    if rest.len() == digits.len() {
        return None;
    }
    if !negative {
        value = value.checked_neg()?;
    }
    Some((value, rest))
}

/// Reads a whole line as an integer in canonical decimal: `-` when negative, no other sign, no padding.
pub(super) fn canonical_integer(line: &[u8]) -> Option<i64> {
    match line {
        [b'0'] => Some(0),
        [b'1'..=b'9', ..] | [b'-', b'1'..=b'9', ..] => match scan_integer(line)? {
            (value, []) => Some(value),
            _ => None,
        },
        _ => None,
    }
}

/// Appends an integer in canonical decimal. Nothing is allocated, since a server writes millions of integers a second.
pub(super) fn put_integer(value: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_line_is_refused_at_the_first_octet_over_the_cap() {
        let step = |length| take(&vec![b'1'; length], b'\n', |_| Some(()));
        assert_eq!(step(0), Step::NeedMore { want: 1 });
        assert_eq!(step(1024), Step::NeedMore { want: 1025 });
        assert_eq!(
            step(1025),
            Step::Refused {
                why: Why::TooLarge,
                used: None
            }
        );
    }

    #[test]
    fn a_line_of_one_octet_too_many_is_refused_although_its_end_is_there() {
        let line = |length| [vec![b'1'; length], vec![b'\n']].concat();
        assert_eq!(
            take(&line(1024), b'\n', |_| Some(())),
            Step::Done {
                value: (),
                used: 1025
            }
        );
        assert_eq!(
            take(&line(1025), b'\n', |_| Some(())),
            Step::Refused {
                why: Why::TooLarge,
                used: None
            }
        );
    }

    #[test]
    fn an_integer_is_written_as_the_standard_library_writes_it() {
        let written = |value| {
            let mut out = Vec::new();
            put_integer(value, &mut out);
            String::from_utf8(out).unwrap()
        };
        let powers = (0..19).map(|power| 10_i64.pow(power));
        let around = powers.flat_map(|power| [power - 1, power, power + 1]);
        for value in around.chain([i64::MAX]) {
            assert_eq!(written(value), value.to_string());
            assert_eq!(written(-value), (-value).to_string());
        }
        assert_eq!(written(i64::MIN), i64::MIN.to_string());
    }

    #[test]
    fn only_one_spelling_of_an_integer_is_canonical() {
        for (line, expected) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("", None),
            ("-", None),
            ("-0", None),
            ("+1", None),
            ("01", None),
            ("-01", None),
            (" 1", None),
            ("1 ", None),
            ("1\r", None),
            ("9223372036854775808", None),
        ] {
            assert_eq!(canonical_integer(line.as_bytes()), expected, "{line:?}");
        }
    }
}
