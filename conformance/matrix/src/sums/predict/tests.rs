//! The model, on cases that a person worked out by hand.

use layout::Abis;

use super::*;
use crate::cause::Cause;
use crate::expectation::{Ends, Prediction};
use crate::outcome::Outcome;
use crate::outcome::Short;
use crate::sums::vectors::Pair;
use crate::sums::vectors::{self, pairs};

fn predicted(server: &str, client: &str, encoding: &str, a: i64, b: i64) -> Prediction {
    let abis = Abis::builtin();
    let ends = Ends {
        server: abis.get(server).unwrap(),
        client: abis.get(client).unwrap(),
    };
    Link::new(ends, proto::named(encoding).unwrap()).predict(Pair { a, b })
}

fn outcome(server: &str, client: &str, encoding: &str, a: i64, b: i64) -> Outcome {
    predicted(server, client, encoding, a, b).outcome
}

fn starved(got: usize, want: usize) -> Outcome {
    Outcome::Starved(Some(Short { got, want }))
}

#[test]
fn the_books_run_comes_out_as_it_is_printed() {
    let book = |a, b| predicted("i386-sysv", "powerpc-sysv", "raw-long", a, b);
    assert_eq!(book(1, 2).outcome, Outcome::Sum(3));
    let wrong = book(-22, -77);
    assert_eq!(wrong.outcome, Outcome::Sum(-16_777_314));
    assert_eq!(wrong.sent, [0xff, 0xff, 0xff, 0xea, 0xff, 0xff, 0xff, 0xb3]);
    assert_eq!(wrong.received, [0xfe, 0xff, 0xff, 0x9e]);
}

#[test]
fn raw_structs_between_two_machines() {
    use Outcome::{Sum, Unrepresentable};
    for (server, client, encoding, a, b, expected) in [
        // The same machine twice.
        (
            "x86_64-sysv",
            "x86_64-sysv",
            "raw-long",
            i64::MAX,
            i64::MIN,
            Sum(-1),
        ),
        // No room for a refusal: modulo 2^64, and modulo 2^32 where long has 32 bits.
        (
            "x86_64-sysv",
            "x86_64-sysv",
            "raw-long",
            i64::MAX,
            1,
            Sum(i64::MIN),
        ),
        (
            "i386-sysv",
            "arm-aapcs",
            "raw-long",
            0x7fff_ffff,
            1,
            Sum(-0x8000_0000),
        ),
        (
            "i386-sysv",
            "i386-sysv",
            "raw-long",
            0x1_0000_0000,
            1,
            Unrepresentable,
        ),
        // 8 octets where 16 are wanted.
        ("x86_64-sysv", "i386-sysv", "raw-long", 1, 2, starved(8, 16)),
        ("s390x-elf", "i386-sysv", "raw-long", 1, 2, starved(8, 16)),
        // 16 octets are two requests to a 32-bit machine: (1, 0) and (2, 0), and their sums are one reply to the client.
        (
            "i386-sysv",
            "x86_64-sysv",
            "raw-long",
            1,
            2,
            Sum(0x2_0000_0001),
        ),
        // Only the byte order is left: 2^56 + 2^57, swapped back.
        ("s390x-elf", "x86_64-sysv", "raw-fixed", 1, 2, Sum(3)),
        ("s390x-elf", "x86_64-sysv", "raw-fixed", 0xff, 1, Sum(0)),
        ("s390x-elf", "x86_64-sysv", "raw-packed", 0xff, 1, Sum(0)),
        // i386 aligns int64_t to 4: 24 octets where 32 are wanted.
        (
            "x86_64-sysv",
            "i386-sysv",
            "raw-mixed",
            1,
            2,
            starved(24, 32),
        ),
        // The other way it reads a from 4 octets of padding and the low half of a; b from the tag and padding.
        (
            "i386-sysv",
            "x86_64-sysv",
            "raw-mixed",
            1,
            2,
            Sum((1 << 32) + 0x5447),
        ),
        // m68k aligns it to 2: 20 octets.
        (
            "powerpc-sysv",
            "m68k-sysv",
            "raw-mixed",
            1,
            2,
            starved(20, 32),
        ),
        ("powerpc-sysv", "m68k-sysv", "raw-packed", 1, 2, Sum(3)),
    ] {
        let found = outcome(server, client, encoding, a, b);
        assert_eq!(
            found, expected,
            "{encoding} {a} {b}: {server} serves, {client} asks"
        );
    }
}

#[test]
fn native_bincode_is_portable_between_machines_of_one_byte_order() {
    let native = |server, client, a, b| outcome(server, client, "bincode-native", a, b);
    assert_eq!(
        native("x86_64-sysv", "arm-aapcs", -22, -77),
        Outcome::Sum(-99)
    );
    assert_eq!(native("s390x-elf", "x86_64-sysv", 1, 2), Outcome::Sum(3));
    assert_eq!(native("s390x-elf", "x86_64-sysv", 0xff, 1), Outcome::Sum(0));
    // Swapped, 0x7f and 0x7f overflow; the refusal comes back as variant 0x01000000.
    assert_eq!(
        native("s390x-elf", "x86_64-sysv", 0x7f, 0x7f),
        Outcome::Garbled
    );
    let refused = native("s390x-elf", "s390x-elf", i64::MAX, 1);
    assert_eq!(refused, Outcome::Refused("overflow".to_owned()));
}

#[test]
fn an_integer_as_wide_as_an_address_starves_one_end_between_widths() {
    use Outcome::Sum;
    let overflow = || Outcome::Refused("overflow".to_owned());
    for (server, client, a, b, expected) in [
        ("x86_64-sysv", "x86_64-sysv", -22, -77, Sum(-99)),
        // The byte order is written down: only widths matter.
        ("s390x-elf", "x86_64-sysv", -22, -77, Sum(-99)),
        ("i386-sysv", "powerpc-sysv", -22, -77, Sum(-99)),
        ("s390x-elf", "x86_64-sysv", i64::MAX, 1, overflow()),
        // 20 octets where 24 are wanted.
        ("x86_64-sysv", "i386-sysv", 1, 2, starved(20, 24)),
        ("s390x-elf", "i386-sysv", 1, 2, starved(20, 24)),
        // 24 octets are one request and 4 of the next; its reply of 12 is too short for the client.
        ("i386-sysv", "x86_64-sysv", 1, 2, starved(4, 20)),
        ("powerpc-sysv", "alpha-osf", 1, 2, starved(4, 20)),
    ] {
        let found = outcome(server, client, "usize", a, b);
        assert_eq!(found, expected, "{server} serves, {client} asks");
    }
    let narrow = predicted("x86_64-sysv", "powerpc-sysv", "usize", 1, -2);
    assert_eq!(narrow.sent[..12], [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(narrow.sent[12..], (-2_i64).to_le_bytes());
    assert_eq!(narrow.received, [0; 0]);
    // The server reads a = 1 << 32 and b = 2 << 32, each a half of its own and a half of its neighbour.
    let wide = predicted("i386-sysv", "x86_64-sysv", "usize", 1, 2);
    assert_eq!(wide.sent.len(), 24);
    assert_eq!(wide.received, [0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0]);
}

#[test]
fn a_length_in_the_other_byte_order_is_too_large() {
    let native = |server, client, a, b| predicted(server, client, "length-native", a, b);
    // Widths do not matter.
    for (server, client) in [("x86_64-sysv", "arm-aapcs"), ("s390x-elf", "m68k-sysv")] {
        assert_eq!(native(server, client, -22, -77).outcome, Outcome::Sum(-99));
        let refused = native(server, client, i64::MIN, -1).outcome;
        assert_eq!(refused, Outcome::Refused("overflow".to_owned()));
    }
    let swapped = native("powerpc-sysv", "x86_64-sysv", 1, 2);
    assert_eq!(swapped.outcome, Outcome::Garbled);
    assert_eq!(swapped.sent[..4], [16, 0, 0, 0]);
    assert_eq!(swapped.received[..4], [0, 0, 0, 16]);
    assert_eq!(swapped.received[4..12], [0, 0, 0, 0, 0, 0, 0, 3]);
    assert_eq!(swapped.received[12..], [0; 8]);
    let swapped = native("x86_64-sysv", "powerpc-sysv", 1, 2);
    assert_eq!(swapped.outcome, Outcome::Garbled);
    assert_eq!(swapped.sent[..4], [0, 0, 0, 16]);
    assert_eq!(swapped.received[..4], [16, 0, 0, 0]);
}

#[test]
fn between_all_machines_a_trap_breaks_where_they_differ_in_what_it_takes_for_granted() {
    let address = |abi: &layout::Abi| abi.size(layout::abi::Scalar::Pointer);
    let abis = Abis::builtin();
    for server in abis.iter() {
        for client in abis.iter() {
            let said = |encoding| outcome(server.name(), client.name(), encoding, 1, -2);
            let place = format!("{} serves, {} asks", server.name(), client.name());
            let widths_agree = address(server) == address(client);
            match said("usize") {
                Outcome::Sum(-1) => assert!(widths_agree, "{place}"),
                Outcome::Starved(Some(_)) => assert!(!widths_agree, "{place}"),
                outcome => panic!("{place}: {outcome}"),
            }
            let orders_agree = server.byte_order() == client.byte_order();
            match said("length-native") {
                Outcome::Sum(-1) => assert!(orders_agree, "{place}"),
                Outcome::Garbled => assert!(!orders_agree, "{place}"),
                outcome => panic!("{place}: {outcome}"),
            }
        }
    }
}

#[test]
fn a_traps_octets_are_those_of_its_encoding() {
    // This machine against itself is what proto's own encoding does here.
    let native = cross::targets().find(|target| target.is_native()).unwrap();
    for name in ["usize", "length-native", "bincode-native"] {
        let encoding = proto::named(name).unwrap();
        for vector in pairs(40, 5) {
            let model = predicted(&native.abi, &native.abi, name, vector.a, vector.b);
            let (mut sent, mut received) = (Vec::new(), Vec::new());
            let request = proto::Request {
                a: vector.a,
                b: vector.b,
            };
            encoding.encode_request(request, &mut sent).unwrap();
            encoding
                .encode_reply(request.answer(), &mut received)
                .unwrap();
            assert_eq!((model.sent, model.received), (sent, received), "{name}");
        }
    }
}

#[test]
fn ebcdic_never_ends_a_line() {
    let prediction = predicted("x86_64-sysv", "s390x-elf", "text-ebcdic", -1, 2);
    assert_eq!(prediction.sent, [0x60, 0xf1, 0x40, 0xf2, 0x25]);
    assert_eq!(prediction.outcome, starved(5, 6));
    let mut sent = Vec::new();
    let request = proto::Request { a: -1, b: 2 };
    proto::named("text-ebcdic")
        .unwrap()
        .encode_request(request, &mut sent)
        .unwrap();
    assert_eq!(prediction.sent, sent);
}

#[test]
fn a_long_of_32_bits_answers_what_the_books_server_answers() {
    for (server, outcome) in [
        ("x86_64-sysv", Outcome::Sum(5_000_000_001)),
        ("i386-sysv", Outcome::Sum(-2_147_483_648)),
        ("s390x-elf", Outcome::Sum(5_000_000_001)),
        ("powerpc-sysv", Outcome::Sum(-2_147_483_648)),
    ] {
        let prediction = predicted(server, "arm-aapcs", "text-long", 5_000_000_000, 1);
        assert_eq!(prediction.outcome, outcome, "{server}");
        assert_eq!(prediction.sent, b"5000000000 1\n");
        let received = match outcome {
            Outcome::Sum(sum) => format!("{sum}\n"),
            _ => String::new(),
        };
        assert_eq!(prediction.received, received.into_bytes(), "{server}");
    }
}

#[test]
fn everything_that_claims_to_be_portable_is_predicted_right_between_all_machines() {
    for encoding in proto::all() {
        let claims = crate::sums::is_correct_everywhere(*encoding);
        for vector in pairs(vectors::DEFAULT, 0) {
            let found = outcome(
                "m68k-sysv",
                "alpha-osf",
                encoding.name(),
                vector.a,
                vector.b,
            );
            if claims {
                let client = Abis::builtin().get("alpha-osf").unwrap();
                assert_eq!(
                    found,
                    Promise::new(client, *encoding).of(vector),
                    "{}",
                    encoding.name()
                );
            }
        }
    }
}

#[test]
fn causes_are_the_smallest_set_of_repairs() {
    use Cause::{ByteOrder, Charset, Padding, Width};
    let abis = Abis::builtin();
    let vectors = pairs(vectors::DEFAULT, 0);
    for (server, client, encoding, expected) in [
        ("x86_64-sysv", "x86_64-sysv", "raw-long", &[][..]),
        ("x86_64-sysv", "s390x-elf", "raw-long", &[ByteOrder]),
        ("x86_64-sysv", "i386-sysv", "raw-long", &[Width]),
        // Within an island nothing breaks: the machines agree, even on what their long cannot hold.
        ("i386-sysv", "arm-aapcs", "raw-long", &[]),
        ("i386-sysv", "powerpc-sysv", "raw-long", &[ByteOrder]),
        // Neither repair alone helps.
        (
            "x86_64-sysv",
            "powerpc-sysv",
            "raw-long",
            &[ByteOrder, Width],
        ),
        ("x86_64-sysv", "powerpc-sysv", "raw-fixed", &[ByteOrder]),
        ("x86_64-sysv", "i386-sysv", "raw-fixed", &[]),
        ("x86_64-sysv", "i386-sysv", "raw-mixed", &[Padding]),
        (
            "x86_64-sysv",
            "m68k-sysv",
            "raw-mixed",
            &[ByteOrder, Padding],
        ),
        ("x86_64-sysv", "m68k-sysv", "raw-packed", &[ByteOrder]),
        ("x86_64-sysv", "m68k-sysv", "network", &[]),
        ("x86_64-sysv", "x86_64-sysv", "text-ebcdic", &[Charset]),
        ("x86_64-sysv", "i386-sysv", "text-long", &[]),
        ("i386-sysv", "s390x-elf", "text-long", &[Width]),
        ("i386-sysv", "i386-sysv", "text-long", &[Width]),
        ("x86_64-sysv", "s390x-elf", "bincode-native", &[ByteOrder]),
        ("x86_64-sysv", "powerpc-sysv", "usize", &[Width]),
        ("powerpc-sysv", "s390x-elf", "usize", &[Width]),
        ("x86_64-sysv", "s390x-elf", "usize", &[]),
        ("x86_64-sysv", "powerpc-sysv", "length-native", &[ByteOrder]),
        ("x86_64-sysv", "i386-sysv", "length-native", &[]),
    ] {
        let ends = Ends {
            server: abis.get(server).unwrap(),
            client: abis.get(client).unwrap(),
        };
        let found = causes(ends, proto::named(encoding).unwrap(), &vectors);
        assert_eq!(
            found, expected,
            "{encoding}: {server} serves, {client} asks"
        );
    }
}
