//! The value of a constant that is written with numbers alone: `2 * 8`, `1u << 4`, `(0x10)`, and `sizeof(char[8])`, which is a number by another name.

/// A binary operator by its words, and what it makes of two values.
type Operator = (&'static [&'static str], fn(u64, u64) -> Option<u64>);

/// Those that bind alike, the loosest first (C11 6.5.5 to 6.5.7).
const LEVELS: [&[Operator]; 3] = [
    &[
        (&["<", "<"], |one, other| {
            let factor = 1_u64.checked_shl(u32::try_from(other).ok()?)?;
            one.checked_mul(factor)
        }),
        (&[">", ">"], |one, other| {
            one.checked_shr(u32::try_from(other).ok()?)
        }),
    ],
    &[(&["+"], u64::checked_add), (&["-"], u64::checked_sub)],
    &[
        (&["*"], u64::checked_mul),
        (&["/"], u64::checked_div),
        (&["%"], u64::checked_rem),
    ],
];

/// How deep parentheses may stand in each other.
const MAX_DEPTH: usize = 16;

/// The value of these words; `None` where anything but numbers is in it, or it is no number of C's.
pub(super) fn of(words: &[&str]) -> Option<u64> {
    let (value, rest) = level(words, &LEVELS, 0)?;
    rest.is_empty().then_some(value)
}

/// A value, and the words behind it.
type Parsed<'w, 's> = Option<(u64, &'w [&'s str])>;

fn level<'w, 's>(words: &'w [&'s str], levels: &[&[Operator]], depth: usize) -> Parsed<'w, 's> {
    let Some((operators, tighter)) = levels.split_first() else {
        return operand(words, depth);
    };
    let (mut value, mut rest) = level(words, tighter, depth)?;
    loop {
        let found = operators
            .iter()
            .find_map(|(name, apply)| Some((rest.strip_prefix(*name)?, apply)));
        let Some((behind, apply)) = found else {
            return Some((value, rest));
        };
        let (other, behind) = level(behind, tighter, depth)?;
        value = apply(value, other)?;
        rest = behind;
    }
}

fn operand<'w, 's>(words: &'w [&'s str], depth: usize) -> Parsed<'w, 's> {
    match words {
        ["sizeof", "(", "char", "[", behind @ ..] => closed(behind, &["]", ")"], depth),
        ["(", behind @ ..] => closed(behind, &[")"], depth),
        [word, rest @ ..] => Some((literal(word)?, rest)),
        [] => None,
    }
}

/// A value before what closes it.
fn closed<'w, 's>(words: &'w [&'s str], end: &[&'static str], depth: usize) -> Parsed<'w, 's> {
    if depth == MAX_DEPTH {
        return None;
    }
    let (value, rest) = level(words, &LEVELS, depth + 1)?;
    Some((value, rest.strip_prefix(end)?))
}

/// An integer as C writes it: decimal, hexadecimal, octal or binary, with or without a suffix.
fn literal(word: &str) -> Option<u64> {
    let digits = word.trim_end_matches(['u', 'U', 'l', 'L']);
    let (digits, radix) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (digits.get(2..)?, 16),
        [b'0', b'b' | b'B', ..] => (digits.get(2..)?, 2),
        [b'0', _, ..] => (digits.get(1..)?, 8),
        _ => (digits, 10),
    };
    let is_digit = |letter: char| letter.is_digit(radix);
    let value = u64::from_str_radix(digits, radix).ok()?;
    digits.chars().all(is_digit).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_reckoned_as_c_does() {
        for (words, value) in [
            ("8", Some(8)),
            ("0x10u", Some(16)),
            ("010UL", Some(8)),
            ("0b100", Some(4)),
            ("0", Some(0)),
            ("1 << 3", Some(8)),
            ("1 << 2 + 1", Some(8)),
            ("64 > > 2", Some(16)),
            ("2 * sizeof ( char [ 8 ] )", Some(16)),
            ("sizeof ( char [ 4 + 4 ] ) / 2", Some(4)),
            ("( 2 + 2 ) * 4", Some(16)),
            ("20 - 8 - 4", Some(8)),
            // Another's size, a name, and what is no number at all.
            ("sizeof ( int )", None),
            ("sizeof ( char )", None),
            ("K", None),
            ("double", None),
            ("4 ?", None),
            ("( 4", None),
            ("4 )", None),
            ("1 / 0", None),
            ("2 - 4", None),
            ("1 << 64", None),
            ("+4", None),
            ("09", None),
            ("", None),
        ] {
            let words: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
            let words: Vec<&str> = words
                .into_iter()
                .flat_map(|word| match word {
                    "<<" => vec!["<", "<"],
                    word => vec![word],
                })
                .collect();
            assert_eq!(of(&words), value, "{words:?}");
        }
        let deep: Vec<&str> = ["("].repeat(100_000);
        assert_eq!(of(&deep), None);
    }
}
