//! Octets that a program has left: a file, or text in hexadecimal; and the records in them.

use std::fmt;

/// Octets, and where they are from.
#[derive(Clone, Debug)]
pub struct Dump {
    /// As it was given.
    pub name: String,
    /// All of it.
    pub octets: Vec<u8>,
}

/// Which octets of a dump are records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// So many octets stand before the first.
    pub skip: u64,
    /// How many there are; as many as there is room for where nobody says.
    pub count: Option<u64>,
    /// From the beginning of one to that of the next, in octets; the size of the type where nobody says.
    pub stride: Option<u64>,
}

/// Why octets are no records of a type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRecords {
    /// There are fewer octets than are skipped.
    #[error("it has {found} octets, and {skip} are to be skipped")]
    Skipped {
        /// In the dump.
        found: u64,
        /// That were to be skipped.
        skip: u64,
    },
    /// There is less than one.
    #[error("{}, expected at least {size}, the size of the type", octets(*found))]
    TooShort {
        /// From the first record on.
        found: u64,
        /// Of the type.
        size: u64,
    },
    /// There are octets left over.
    #[error("{} {} of {stride}, and {left} left over", octets(*found), records(*count))]
    LeftOver {
        /// From the first record on.
        found: u64,
        /// How many records they are.
        count: u64,
        /// From one to the next.
        stride: u64,
        /// Behind the last.
        left: u64,
    },
    /// There are fewer records than were asked for.
    #[error("{} records of {stride} octets are asked for, and {} only {found}", count, octets_are(*found))]
    TooFew {
        /// That were asked for.
        count: u64,
        /// From one to the next.
        stride: u64,
        /// Octets from the first record on.
        found: u64,
    },
    /// Records would lie on one another.
    #[error("a stride of {stride} octets, expected at least {size}, the size of the type")]
    Stride {
        /// That was asked for.
        stride: u64,
        /// Of the type.
        size: u64,
    },
    /// Nothing is in the type.
    #[error("the type has no octets there")]
    Empty,
}

fn octets(number: u64) -> String {
    match number {
        1 => "1 octet is there".to_owned(),
        number => format!("{number} octets are there"),
    }
}

fn octets_are(number: u64) -> &'static str {
    if number == 1 { "there is" } else { "there are" }
}

fn records(number: u64) -> String {
    match number {
        1 => "with 1 record".to_owned(),
        number => format!("with {number} records"),
    }
}

/// What is no hexadecimal text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoHex {
    /// A character.
    #[error("line {line}: {found:?} is no hexadecimal digit")]
    Character {
        /// It.
        found: char,
        /// From 1.
        line: usize,
    },
    /// Half an octet at the end.
    #[error("an odd number of hexadecimal digits: half an octet is missing")]
    Odd,
}

/// The octets of hexadecimal text; spaces, ends of lines, commas, colons and `0x` between them say nothing.
///
/// # Errors
/// It has something else in it.
pub fn from_hex(text: &str) -> Result<Vec<u8>, NoHex> {
    let mut octets = Vec::new();
    let mut half: Option<u8> = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.replace("0x", " ").replace("0X", " ");
        for found in line.chars() {
            if matches!(found, ' ' | '\t' | '\r' | ',' | ':') {
                continue;
            }
            let digit = found
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok());
            let digit = digit.ok_or(NoHex::Character {
                found,
                line: number + 1,
            })?;
            match half.take() {
                None => half = Some(digit),
                Some(high) => octets.push(high << 4 | digit),
            }
        }
    }
    match half {
        None => Ok(octets),
        Some(_) => Err(NoHex::Odd),
    }
}

impl Records {
    /// The records of a type of this size, each with its place in the dump.
    ///
    /// # Errors
    /// The octets are no whole number of such records.
    pub fn of<'d>(
        &self,
        dump: &'d [u8],
        size: u64,
    ) -> Result<impl ExactSizeIterator<Item = (u64, &'d [u8])> + Clone + use<'d>, NoRecords> {
        let (stride, count) = self.fit(dump.len() as u64, size)?;
        let (skip, wide) = (self.skip, usize::try_from(size).unwrap_or(usize::MAX));
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        Ok((0..count).map(move |number| {
            let at = skip + number as u64 * stride;
            let begin = usize::try_from(at).unwrap_or(usize::MAX);
            let octets = dump.get(begin..).and_then(|rest| rest.get(..wide));
            (at, octets.unwrap_or_default())
        }))
    }

    /// The stride and the number of records of a type of this size in so many octets.
    ///
    /// # Errors
    /// They are no whole number of such records.
    pub fn fit(&self, octets: u64, size: u64) -> Result<(u64, u64), NoRecords> {
        let found = octets.checked_sub(self.skip).ok_or(NoRecords::Skipped {
            found: octets,
            skip: self.skip,
        })?;
        if size == 0 {
            return Err(NoRecords::Empty);
        }
        let stride = self.stride.unwrap_or(size);
        if stride < size {
            return Err(NoRecords::Stride { stride, size });
        }
        if let Some(count) = self.count {
            let needed = count.saturating_sub(1).checked_mul(stride);
            let needed = needed.and_then(|octets| octets.checked_add(size));
            return match needed {
                Some(needed) if needed <= found => Ok((stride, count)),
                _ => Err(NoRecords::TooFew {
                    count,
                    stride,
                    found,
                }),
            };
        }
        if found < size {
            return Err(NoRecords::TooShort { found, size });
        }
        // Behind the last record there need be nothing between it and the next.
        let (count, left) = ((found - size) / stride + 1, (found - size) % stride);
        if left != 0 && left != stride - size {
            return Err(NoRecords::LeftOver {
                found,
                count,
                stride,
                left,
            });
        }
        Ok((stride, count))
    }
}

impl fmt::Display for Dump {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_text_is_read_however_it_is_spaced() {
        for text in [
            "0102ff",
            "01 02\nFF\n",
            "0x01, 0x02, 0xff",
            "01:02:ff",
            "0 1 0 2 f f",
        ] {
            assert_eq!(from_hex(text), Ok(vec![1, 2, 0xff]), "{text}");
        }
        assert_eq!(from_hex(""), Ok(vec![]));
        assert_eq!(from_hex("012"), Err(NoHex::Odd));
        let found = 'g';
        assert_eq!(from_hex("01\n0g"), Err(NoHex::Character { found, line: 2 }));
    }

    #[test]
    fn records_are_whole_or_there_are_none() {
        let records = |skip, count, stride| Records {
            skip,
            count,
            stride,
        };
        for (records, octets, size, expected) in [
            (records(0, None, None), 48, 12, Ok((12, 4))),
            (records(4, None, None), 16, 12, Ok((12, 1))),
            (records(0, None, Some(16)), 48, 12, Ok((16, 3))),
            (records(0, None, Some(16)), 44, 12, Ok((16, 3))),
            (records(0, Some(2), None), 47, 12, Ok((12, 2))),
            (records(0, Some(0), None), 47, 12, Ok((12, 0))),
        ] {
            assert_eq!(records.fit(octets, size), expected);
        }
        let wrong = |records: Records, octets| records.fit(octets, 12).unwrap_err().to_string();
        insta::assert_snapshot!(
            [
                wrong(records(0, None, None), 11),
                wrong(records(0, None, None), 1),
                wrong(records(0, None, None), 47),
                wrong(records(0, None, None), 13),
                wrong(records(50, None, None), 48),
                wrong(records(0, Some(5), None), 48),
                wrong(records(0, Some(u64::MAX), None), 48),
                wrong(records(0, None, Some(8)), 48),
            ]
            .join("\n")
        );
    }

    #[test]
    fn each_record_is_where_its_stride_says() {
        let octets: Vec<u8> = (0..11).collect();
        let records = Records {
            skip: 1,
            count: None,
            stride: Some(4),
        };
        let found: Vec<_> = records.of(&octets, 2).unwrap().collect();
        assert_eq!(found, [(1, &[1, 2][..]), (5, &[5, 6]), (9, &[9, 10])]);
    }
}
