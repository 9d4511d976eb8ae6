//! What holds of a guess whatever the octets are.

use layout::abi::{BitFieldOrder, ByteOrder, LongDoubleFormat};
use quickcheck::quickcheck;

use super::*;
use crate::form::{Cell, Meaning, Padding};

fn cell(path: &str, meaning: Meaning, octet: u64, octets: u64, order: ByteOrder) -> Cell {
    Cell {
        path: path.to_owned(),
        bit_offset: 8 * octet,
        bit_size: 8 * octets,
        is_bit_field: false,
        order,
        bits: match order {
            ByteOrder::Big => BitFieldOrder::HighFirst,
            ByteOrder::Little => BitFieldOrder::LowFirst,
        },
        elements: None,
        lengths: String::new(),
        bit_stride: 8 * octets,
        meaning,
        type_name: "it".into(),
        declared: None,
        is_shared: false,
    }
}

/// A length, a truth value and a number, with `long`s of so many octets.
fn form(machine: &str, long: u64, order: ByteOrder) -> Form {
    let integer = Meaning::Integer {
        signed: true,
        is_time: false,
    };
    let mut text = cell("text", Meaning::Char, long + 1, 1, order);
    text.elements = Some(3);
    Form {
        machines: vec![machine.to_owned()],
        size: long + 12,
        cells: vec![
            cell("length", integer, 0, long, order),
            cell("last", Meaning::Bool, long, 1, order),
            text,
            cell(
                "ratio",
                Meaning::Float(LongDoubleFormat::IeeeSingle),
                long + 4,
                4,
                order,
            ),
        ],
        padding: vec![Padding {
            bit_offset: 8 * (long + 8),
            bit_size: 32,
            bits: BitFieldOrder::LowFirst,
        }],
    }
}

fn forms() -> Forms {
    Forms {
        name: "struct it".to_owned(),
        declared: None,
        forms: vec![
            form("little64", 8, ByteOrder::Little),
            form("big64", 8, ByteOrder::Big),
            form("little32", 4, ByteOrder::Little),
            form("big32", 4, ByteOrder::Big),
        ],
        is_undecided: false,
        is_unread: false,
        unknown: Vec::new(),
        ioctls: Vec::new(),
    }
}

quickcheck! {
    /// Every form is told: as one that can have written the octets, or with the reason why not; and in order.
    fn no_form_is_left_out(octets: Vec<u8>, skip: u8, stride: Option<u8>) -> bool {
        let forms = forms();
        let records = Records {
            skip: u64::from(skip % 8),
            count: None,
            stride: stride.map(u64::from),
        };
        let guess = Guess::of(&forms, &octets, &records, &[]);
        let bits: Vec<f64> = guess.candidates.iter().map(|one| one.bits).collect();
        guess.candidates.len() + guess.excluded.len() == forms.forms.len()
            && bits.is_sorted()
            && bits.iter().all(|bits| bits.is_finite() && *bits >= 0.0)
            && guess.candidates.iter().skip(1).all(|one| one.against.is_some())
    }

    /// What a form has written is not excluded for it.
    fn what_a_form_has_written_can_be_its(numbers: Vec<(i32, bool, f32)>) -> bool {
        let forms = forms();
        let Some(form) = forms.forms.get(3).filter(|_| !numbers.is_empty()) else {
            return true;
        };
        let record = |(length, last, ratio): &(i32, bool, f32)| {
            let mut record = length.to_be_bytes().to_vec();
            record.extend([u8::from(*last), b'a', 0, 0]);
            record.extend(ratio.to_be_bytes());
            record.extend([0; 4]);
            record
        };
        let octets: Vec<u8> = numbers.iter().flat_map(record).collect();
        let guess = Guess::of(&forms, &octets, &Records::default(), &[]);
        let mut found = guess.candidates.iter();
        found.any(|one| std::ptr::eq(one.form, form) && one.records == numbers.len())
    }
}

#[test]
fn small_numbers_and_zero_padding_decide_and_the_rival_is_told() {
    let forms = forms();
    let octets = [0, 0, 0, 16, 1, b'a', b'b', 0, 0x3f, 0x80, 0, 0, 0, 0, 0, 0];
    let guess = Guess::of(&forms, &octets, &Records::default(), &[]);
    let names: Vec<_> = guess
        .candidates
        .iter()
        .map(|one| one.form.machine())
        .collect();
    assert_eq!(names, ["big32", "little32"]);
    assert_eq!(guess.certainty(), Certainty::Clear);
    let against = guess.candidates[1].against.as_ref().unwrap();
    let value = ("length", "268435456", "16");
    let expected = [value.0, value.1, value.2].map(str::to_owned);
    let (path, here, there) = against.value.clone().unwrap();
    assert_eq!([path, here, there], expected);
    assert_eq!(against.witness.as_ref().unwrap().octet, 0);
    assert!(guess.candidates[0].evidence.contains(&Evidence::Length {
        path: "length".to_owned(),
        of: "the file",
        length: 16
    }));
}
