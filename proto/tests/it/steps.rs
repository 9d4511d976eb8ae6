//! What a decoder returns for too few octets, and for octets that are not a reply.

use std::ffi::c_long;

use proto::{
    Encoding, Family, Reply, Request, Step, Unencodable, Why, all, named, raw_mixed_layout,
};

#[test]
fn a_fixed_size_is_wanted_from_the_first_octet_on() {
    let long = size_of::<c_long>();
    let address = size_of::<usize>();
    for (name, request, reply) in [
        ("raw-long", 2 * long, long),
        ("raw-fixed", 16, 8),
        ("raw-mixed", raw_mixed_layout().size, 8),
        ("raw-packed", 19, 8),
        ("network", 16, 16),
        ("little", 16, 16),
        ("usize", address + 16, address + 8),
        ("zerocopy", 16, 9),
        ("rkyv-le", 16, 16),
        ("rkyv-be", 16, 16),
    ] {
        let encoding = named(name).unwrap();
        for given in 0..request {
            assert_eq!(
                encoding.decode_request(&vec![0; given]),
                Step::NeedMore { want: request },
                "{name}"
            );
        }
        for given in 0..reply {
            assert_eq!(
                encoding.decode_reply(&vec![0; given]),
                Step::NeedMore { want: reply },
                "{name}"
            );
        }
    }
}

#[test]
fn an_xdr_reply_wants_its_discriminant_and_then_its_arm() {
    let xdr = named("xdr").unwrap();
    for given in 0..4 {
        assert_eq!(
            xdr.decode_reply(&vec![0; given]),
            Step::NeedMore { want: 4 }
        );
    }
    for given in 4..12 {
        assert_eq!(
            xdr.decode_reply(&vec![0; given]),
            Step::NeedMore { want: 12 }
        );
    }
}

#[test]
fn a_frame_wants_its_length_and_then_its_content() {
    for encoding in framed() {
        let name = encoding.name();
        for given in 0..4 {
            let octets = vec![0xff; given];
            assert_eq!(
                encoding.decode_request(&octets),
                Step::NeedMore { want: 4 },
                "{name}"
            );
            assert_eq!(
                encoding.decode_reply(&octets),
                Step::NeedMore { want: 4 },
                "{name}"
            );
        }
        for given in 0..5 {
            let octets = [&length(encoding, 5)[..], &vec![0; given]].concat();
            assert_eq!(
                encoding.decode_request(&octets),
                Step::NeedMore { want: 9 },
                "{name}"
            );
            assert_eq!(
                encoding.decode_reply(&octets),
                Step::NeedMore { want: 9 },
                "{name}"
            );
        }
    }
}

#[test]
fn what_is_too_large_is_what_exceeds_the_cap_by_more_than_its_envelope() {
    for encoding in all() {
        let frame = [&length(*encoding, 1025)[..], &[0xff; 4096]].concat();
        let line = vec![b'1'; 4096];
        let refused = [frame, line].iter().any(|octets| {
            let too_large = Step::Refused {
                why: Why::TooLarge,
                used: None,
            };
            encoding.decode_request(octets) == too_large
        });
        let name = encoding.name();
        assert_eq!(refused, encoding.envelope().is_some(), "{name}");
        let expected = match () {
            () if UNFRAMED.contains(&name) => None,
            () if encoding.family() == Family::Explicit => Some(4),
            () if encoding.family() == Family::Text => Some(1),
            () => None,
        };
        assert_eq!(encoding.envelope(), expected, "{name}");
    }
}

#[test]
fn text_wants_one_octet_more() {
    let text = named("text").unwrap();
    for given in 0..=1024 {
        let octets = vec![b'7'; given];
        assert_eq!(
            text.decode_request(&octets),
            Step::NeedMore { want: given + 1 }
        );
        assert_eq!(
            text.decode_reply(&octets),
            Step::NeedMore { want: given + 1 }
        );
    }
}

#[test]
fn what_is_no_reply_is_refused() {
    let word = |value: u8| [0, 0, 0, 0, 0, 0, 0, value];
    let network = |status, sum| [word(status), word(sum)].concat();
    let framed =
        |content: &[u8]| [&[0, 0, 0, u8::try_from(content.len()).unwrap()], content].concat();
    let address = size_of::<usize>();
    // A root of two words.
    let capnp = |first: u8, second: u8| {
        let little = |value: u8| [value, 0, 0, 0, 0, 0, 0, 0];
        [[0, 0, 0, 0, 2, 0, 0, 0], little(first), little(second)].concat()
    };
    let cases: Vec<(&str, Vec<u8>, Option<usize>)> = vec![
        ("text", b"3 \n".to_vec(), Some(3)),
        ("text", b"+3\n".to_vec(), Some(3)),
        ("text", b"03\n".to_vec(), Some(3)),
        ("text", b"-0\n".to_vec(), Some(3)),
        ("text", b"3\r\n".to_vec(), Some(3)),
        ("text", b"\n".to_vec(), Some(1)),
        ("text", b"input error \n".to_vec(), Some(13)),
        ("text", b"INPUT ERROR\n".to_vec(), Some(12)),
        ("text", b"9223372036854775808\n".to_vec(), Some(20)),
        ("network", network(4, 0), Some(16)),
        ("network", network(2, 1), Some(16)),
        ("network", vec![0xff; 16], Some(16)),
        ("xdr", vec![0, 0, 0, 4], None),
        ("xdr", vec![0xff; 4], None),
        (
            "usize",
            [&4_usize.to_le_bytes()[..], &[0; 8]].concat(),
            Some(address + 8),
        ),
        (
            "usize",
            [&2_usize.to_le_bytes()[..], &word(1)].concat(),
            Some(address + 8),
        ),
        ("zerocopy", [&[4][..], &word(0)].concat(), Some(9)),
        ("zerocopy", [&[2][..], &word(1)].concat(), Some(9)),
        // An unknown variant, of either enum, and octets in the padding.
        (
            "rkyv-le",
            [[2, 0, 0, 0, 0, 0, 0, 0], word(0)].concat(),
            Some(16),
        ),
        (
            "rkyv-le",
            [[1, 3, 0, 0, 0, 0, 0, 0], word(0)].concat(),
            Some(16),
        ),
        (
            "rkyv-le",
            [[1, 1, 0, 0, 0, 0, 0, 0], word(1)].concat(),
            Some(16),
        ),
        (
            "rkyv-be",
            [[0, 0, 0, 0, 0, 0, 0, 1], word(3)].concat(),
            Some(16),
        ),
        ("varint", framed(&[]), Some(4)),
        ("varint", framed(&[0x04]), Some(5)),
        ("varint", framed(&[0x02, 0x00]), Some(6)),
        ("bincode", framed(&[0x02, 0x00]), Some(6)),
        ("bincode", framed(&[0x01, 0x03]), Some(6)),
        ("bincode-be", framed(&[0, 0, 0, 1, 0, 0, 0, 3]), Some(12)),
        ("postcard", framed(&[0x02]), Some(5)),
        ("postcard", framed(&[0x01, 0x03]), Some(6)),
        ("borsh", framed(&[0x02, 0x00]), Some(6)),
        ("borsh", framed(&[0x01, 0x03]), Some(6)),
        ("borsh", framed(&[0x01, 0x01, 0x00]), Some(7)),
        ("cbor", framed(b"\xa0"), Some(5)),
        ("cbor", framed(b"\xa1\x63sun\x03"), Some(10)),
        ("cbor", framed(b"\xa1\x67refused\x65never"), Some(19)),
        ("msgpack", framed(b"\x80"), Some(5)),
        (
            "msgpack",
            framed(b"\x81\xa7refused\xabinput-error"),
            Some(25),
        ),
        ("json", framed(b"{}"), Some(6)),
        ("json", framed(b"3"), Some(5)),
        ("json", framed(br#"{"sum":3,"sum":4}"#), Some(21)),
        ("json", framed(br#"{"refused":"input-error"}"#), Some(29)),
        ("protobuf", framed(&[]), Some(4)),
        ("protobuf", framed(&[0x10, 0x00]), Some(6)),
        ("protobuf", framed(&[0x10, 0x04]), Some(6)),
        ("protobuf", framed(&[0x08, 0x06, 0x10, 0x02]), Some(8)),
        ("protobuf", framed(&[0x18, 0x00]), Some(6)),
        // Discriminant 2; a refusal with the unknown reason 3; a sum that would be written without its last word.
        ("capnp", framed(&capnp(0, 2)), Some(28)),
        ("capnp", framed(&capnp(3, 1)), Some(28)),
        ("capnp", framed(&capnp(3, 0)), Some(28)),
        // An unknown tag, unknown reasons, an INTEGER that is not in the CHOICE, and a long one.
        ("der", framed(&[0x82, 1, 1]), Some(7)),
        ("der", framed(&[0x81, 1, 0]), Some(7)),
        ("der", framed(&[0x81, 1, 4]), Some(7)),
        ("der", framed(&[0x02, 1, 3]), Some(7)),
        ("der", framed(&[0x80, 2, 0, 3]), Some(8)),
    ];
    for (name, octets, used) in cases {
        let decoded = named(name).unwrap().decode_reply(&octets);
        assert_eq!(
            decoded,
            Step::Refused {
                why: Why::Malformed,
                used
            },
            "{name}: {octets:02x?}"
        );
    }
}

/// The crates bound their recursion. A frame is so short that it bounds it before they do.
#[test]
fn nesting_as_deep_as_a_frame_allows_is_refused_and_not_followed() {
    for (name, opening) in [
        ("json", b'['),
        ("json", b'{'),
        ("cbor", 0x81),
        ("cbor", 0xc6),
        ("cbor", 0xbf),
        ("msgpack", 0x91),
        ("msgpack", 0x81),
    ] {
        let octets = [vec![0, 0, 4, 0], vec![opening; 1024]].concat();
        let refused = Why::Malformed;
        let encoding = named(name).unwrap();
        assert_eq!(
            encoding.decode_request(&octets),
            Step::Refused {
                why: refused,
                used: Some(1028)
            },
            "{name}"
        );
        assert_eq!(
            encoding.decode_reply(&octets),
            Step::Refused {
                why: refused,
                used: Some(1028)
            },
            "{name}"
        );
    }
}

#[test]
fn a_message_has_one_spelling_but_where_the_format_allows_several() {
    let several: Vec<&str> = all()
        .iter()
        .filter(|encoding| !encoding.is_canonical())
        .map(|encoding| encoding.name())
        .collect();
    assert_eq!(several, ["cbor", "msgpack", "json", "protobuf"]);
}

#[test]
fn only_text_can_say_input_error_and_raw_can_refuse_nothing() {
    for encoding in all() {
        let mut out = vec![7];
        let said = encoding.encode_reply(Reply::Refused(Why::InputError), &mut out);
        if encoding.family() == Family::Text {
            assert_eq!(said, Ok(()), "{}", encoding.name());
        } else {
            assert_eq!(said, Err(Unencodable::NoRefusal), "{}", encoding.name());
            assert_eq!(
                out,
                [7],
                "{}: nothing is appended on error",
                encoding.name()
            );
        }
        let said = encoding.encode_reply(Reply::Refused(Why::Overflow), &mut out);
        assert_eq!(
            said.is_err(),
            encoding.family() == Family::Raw,
            "{}",
            encoding.name()
        );
    }
}

#[test]
#[allow(clippy::useless_conversion, reason = "`long` is narrower elsewhere")]
fn a_raw_sum_wraps_at_the_width_of_its_field() {
    let over = Request { a: i64::MAX, b: 1 };
    for name in ["raw-fixed", "raw-mixed", "raw-packed"] {
        assert_eq!(
            named(name).unwrap().answer(over),
            Reply::Sum(i64::MIN),
            "{name}"
        );
    }
    let raw_long = named("raw-long").unwrap();
    let over = Request {
        a: c_long::MAX.into(),
        b: 1,
    };
    assert_eq!(raw_long.answer(over), Reply::Sum(c_long::MIN.into()));
    assert_eq!(
        named("network")
            .unwrap()
            .answer(Request { a: i64::MIN, b: -1 }),
        Reply::Refused(Why::Overflow)
    );
}

#[test]
fn an_argument_that_a_long_cannot_hold_is_not_written() {
    let mut out = vec![7];
    let written = named("raw-long")
        .unwrap()
        .encode_request(Request { a: 1, b: i64::MAX }, &mut out);
    if c_long::BITS == 64 {
        assert_eq!(written, Ok(()));
    } else {
        assert_eq!(
            written,
            Err(Unencodable::TooWide {
                value: i64::MAX,
                bits: 32
            })
        );
        assert_eq!(out, [7]);
    }
}

#[test]
fn where_a_message_ends_is_the_machines_own_matter_in_raw_structs_and_in_some_traps() {
    let native: Vec<&str> = all()
        .iter()
        .filter(|encoding| encoding.has_native_boundaries())
        .map(|encoding| encoding.name())
        .collect();
    assert_eq!(
        native,
        [
            "text-ebcdic",
            "raw-long",
            "raw-fixed",
            "raw-mixed",
            "raw-packed",
            "usize",
            "length-native"
        ]
    );
}

/// The explicit encodings without frames.
const UNFRAMED: [&str; 7] = [
    "network", "little", "usize", "xdr", "zerocopy", "rkyv-le", "rkyv-be",
];

/// The encodings whose messages are in frames.
pub(crate) fn framed() -> impl Iterator<Item = &'static dyn Encoding> {
    let explicit = all()
        .iter()
        .copied()
        .filter(|encoding| encoding.family() == Family::Explicit);
    explicit.filter(|encoding| !UNFRAMED.contains(&encoding.name()))
}

/// The length of a frame, as it is written on this machine.
pub(crate) fn length(encoding: &dyn Encoding, length: u32) -> [u8; 4] {
    match encoding.name() {
        "length-native" => length.to_ne_bytes(),
        _ => length.to_be_bytes(),
    }
}
