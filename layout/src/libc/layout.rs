//! How one type lies: `s 16/8 tv_sec:i0+8 tv_nsec:i8+8`, in the notation of the tables.

use std::fmt;
use std::str::FromStr;

/// How a type of a C library lies on one machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// What it is.
    pub kind: Kind,
    /// `sizeof`, in octets.
    pub size: usize,
    /// As a field of a record, in octets.
    pub align: usize,
    /// Those that programs name, in the order of the table; others, and padding, lie between them.
    pub fields: Vec<Field>,
}

/// A field that programs name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// In C.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// `offsetof`, in octets.
    pub offset: usize,
    /// In octets.
    pub size: usize,
}

/// What a type is, as far as it can be seen in its octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An integer with a sign, or an enumeration.
    Signed,
    /// An integer without.
    Unsigned,
    /// A floating-point number.
    Float,
    /// A pointer.
    Pointer,
    /// An array.
    Array,
    /// A struct.
    Struct,
    /// A union.
    Union,
}

impl Kind {
    const LETTERS: [(Kind, char); 7] = [
        (Kind::Signed, 'i'),
        (Kind::Unsigned, 'u'),
        (Kind::Float, 'f'),
        (Kind::Pointer, 'p'),
        (Kind::Array, 'a'),
        (Kind::Struct, 's'),
        (Kind::Union, 'n'),
    ];

    fn of_letter(letter: char) -> Option<Kind> {
        let mut letters = Kind::LETTERS.into_iter();
        letters
            .find(|(_, own)| *own == letter)
            .map(|(kind, _)| kind)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = Kind::LETTERS.iter();
        let letter = letters
            .find(|(kind, _)| kind == self)
            .map(|(_, letter)| *letter);
        write!(formatter, "{}", letter.unwrap_or('?'))
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Layout {
            kind,
            size,
            align,
            fields,
        } = self;
        write!(formatter, "{kind} {size}/{align}")?;
        for Field {
            name,
            kind,
            offset,
            size,
        } in fields
        {
            write!(formatter, " {name}:{kind}{offset}+{size}")?;
        }
        Ok(())
    }
}

impl FromStr for Layout {
    type Err = String;

    fn from_str(text: &str) -> Result<Layout, String> {
        let wrong = || format!("found `{text}`, expected something like `s 16/8 tv_sec:i0+8`");
        let mut words = text.split(' ');
        let kind = words.next().and_then(letter).ok_or_else(wrong)?;
        let (size, align) = words
            .next()
            .and_then(|word| pair(word, '/'))
            .ok_or_else(wrong)?;
        let fields = words.map(field).collect::<Option<Vec<Field>>>();
        Ok(Layout {
            kind,
            size,
            align,
            fields: fields.ok_or_else(wrong)?,
        })
    }
}

fn letter(word: &str) -> Option<Kind> {
    let mut letters = word.chars();
    let kind = Kind::of_letter(letters.next()?)?;
    letters.next().is_none().then_some(kind)
}

fn pair(word: &str, between: char) -> Option<(usize, usize)> {
    let (one, other) = word.split_once(between)?;
    Some((one.parse().ok()?, other.parse().ok()?))
}

fn field(word: &str) -> Option<Field> {
    let (name, place) = word.split_once(':')?;
    let kind = Kind::of_letter(place.chars().next()?)?;
    let (offset, size) = pair(place.get(1..)?, '+')?;
    Some(Field {
        name: name.to_owned(),
        kind,
        offset,
        size,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_is_read_as_it_is_written() {
        for text in [
            "i 4/4",
            "n 40/8",
            "s 16/8 tv_sec:i0+8 tv_nsec:i8+8",
            "a 200/8",
        ] {
            let layout: Layout = text.parse().unwrap();
            assert_eq!(layout.to_string(), text);
        }
        for text in [
            "",
            "i",
            "i 4",
            "i 4/",
            "x 4/4",
            "ii 4/4",
            "s 4/4 a",
            "s 4/4 a:i0",
            "s 4/4 a:0+4",
            "s 4/4 ",
        ] {
            assert!(text.parse::<Layout>().is_err(), "{text}");
        }
    }
}
