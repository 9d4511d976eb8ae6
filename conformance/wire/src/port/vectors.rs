//! Records that show whether code reads and writes a format, and what a program says of them that does.

use super::Port;
use crate::form::{Cell, Meaning};
use crate::value;

/// Records of a format: a distinct value in every octet; zeros; ones; both ends of every width, with and without sign. Truth values are 0 and 1, numbers are finite, and padding is zero: what is written again is then the same.
pub fn records(port: &Port) -> Vec<Vec<u8>> {
    let size = usize::try_from(port.form.size).unwrap_or(0);
    let fills: [fn(u64, u64) -> u64; 6] = [
        |at, _| at,
        |_, _| 0,
        |_, _| u64::MAX,
        // The least with a sign, the greatest with one, and one.
        |_, bits| {
            1_u64
                .checked_shl(u32::try_from(bits.saturating_sub(1)).unwrap_or(0))
                .unwrap_or(0)
        },
        |_, bits| {
            u64::MAX
                .checked_shr(u32::try_from(65 - bits.min(64)).unwrap_or(0))
                .unwrap_or(0)
        },
        |_, _| 1,
    ];
    let records = fills.iter().map(|fill| {
        let mut record = vec![0; size];
        for (place, cell) in (0_u64..).zip(&port.form.cells) {
            for element in 0..cell.elements.unwrap_or(1) {
                let bits = bits(cell, place + element, fill);
                value::write(cell, &mut record, element, bits);
            }
        }
        record
    });
    records.collect()
}

/// The bits of a value, by a fill; the first is given octets that are all different.
fn bits(cell: &Cell, place: u64, fill: &fn(u64, u64) -> u64) -> u64 {
    // Of a fill that asks for the place: octets from 1 on, each value with others.
    let distinct = (0..8).fold(0_u64, |bits, octet| {
        bits << 8 | (1 + (place * 8 + octet) % 251)
    });
    let filled = match fill(u64::MAX - 1, cell.bit_size) {
        asked if asked == u64::MAX - 1 => distinct,
        filled => filled,
    };
    match &cell.meaning {
        Meaning::Bool => filled & 1,
        // Finite: no processor changes such a number's bits.
        Meaning::Float(_) if cell.bit_size == 32 => u64::from(float(filled, place).to_bits()),
        Meaning::Float(_) => f64::from(float(filled, place)).to_bits() | filled & 0xff_ffff,
        _ => filled,
    }
}

fn float(filled: u64, place: u64) -> f32 {
    let number = f32::from(u16::try_from(filled & 0x7fff).unwrap_or(0));
    let part = f32::from(u16::try_from(place % 1000).unwrap_or(0));
    if filled >> 63 == 1 {
        -number - part / 8.0
    } else {
        number + part / 8.0
    }
}

/// What a program prints that reads a record: a line for each element of each value, as `name=number` (of a floating-point number its bits, without a sign).
pub fn values(port: &Port, record: &[u8]) -> String {
    let mut lines = String::new();
    for (name, cell) in port.fields.iter().zip(&port.form.cells) {
        for element in 0..cell.elements.unwrap_or(1) {
            let number = match &cell.meaning {
                Meaning::Float(_) | Meaning::Char => {
                    value::bits(cell, record, element).and_then(|bits| i128::try_from(bits).ok())
                }
                _ => value::integer(cell, record, element),
            };
            let number = number.unwrap_or_default();
            lines.push_str(&format!("{name}={number}\n"));
        }
    }
    lines
}

/// What a program prints that reads a record and writes it again: its values, and the octets that it has written.
pub fn lines(port: &Port, record: &[u8]) -> String {
    format!("{}{}\n", values(port, record), kit::words::hex(record))
}
