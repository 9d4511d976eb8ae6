//! The values, and what becomes of a wrong codec.

use proto::{Family, Reply, Step, Unencodable};

use super::values::{DISTRIBUTIONS, values};
use super::*;

/// Fixed words that lose the sign of `b`; in every other way an encoding.
struct DropsTheSign {
    trap: Option<&'static str>,
}

impl Encoding for DropsTheSign {
    fn name(&self) -> &'static str {
        "drops-the-sign"
    }

    fn family(&self) -> Family {
        Family::Explicit
    }

    fn trap(&self) -> Option<&'static str> {
        self.trap
    }

    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        let b = request.b.saturating_abs();
        baselines::MEMCPY.encode_request(Request { b, ..request }, out)
    }

    fn decode_request(&self, octets: &[u8]) -> Step<Request> {
        baselines::MEMCPY.decode_request(octets)
    }

    fn encode_reply(&self, reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        baselines::MEMCPY.encode_reply(reply, out)
    }

    fn decode_reply(&self, octets: &[u8]) -> Step<Reply> {
        baselines::MEMCPY.decode_reply(octets)
    }
}

const VALUES: [Request; 2] = [Request { a: 1, b: 2 }, Request { a: 3, b: -4 }];

#[test]
fn a_wrong_codec_has_a_row_that_says_so_and_no_numbers() {
    let wrong = DropsTheSign { trap: None };
    let rows = here(&[&wrong, &baselines::MEMCPY], &VALUES);
    let [wrong, right] = rows.as_slice() else {
        panic!("two rows");
    };
    let RowStatus::Wrong(difference) = wrong.status() else {
        panic!("it is wrong");
    };
    assert_eq!(
        difference.to_string(),
        "on this machine, of 3 -4: the request 3,-4 came back as 3,4"
    );
    assert_eq!(wrong.published(), None);
    assert_eq!(right.status(), RowStatus::Equal);
    assert!(right.published().is_some_and(|here| here.time.is_some()));
}

#[test]
fn it_is_right_as_long_as_no_value_finds_it_out() {
    let wrong = DropsTheSign { trap: None };
    let rows = here(&[&wrong], &VALUES[..1]);
    assert_eq!(rows[0].status(), RowStatus::Equal);
    let rows = here(&[&wrong], &values(5, 1));
    assert!(matches!(rows[0].status(), RowStatus::Wrong(_)));
}

#[test]
fn what_says_itself_that_it_takes_something_for_granted_is_a_trap() {
    let trap = DropsTheSign {
        trap: Some("nobody owes anything"),
    };
    let rows = here(&[&trap], &VALUES);
    assert!(matches!(rows[0].status(), RowStatus::Trap(_)));
    assert_eq!(rows[0].published(), None);
}

#[test]
fn one_target_on_which_it_is_wrong_takes_all_its_numbers() {
    let mut rows = here(&[&baselines::MEMCPY], &VALUES);
    let name = baselines::MEMCPY.name();
    let instructions = Instructions {
        encode: None,
        decode: None,
        unrepresentable: 2,
    };
    let counted = |target, found| {
        let on_target = OnTarget::Counted {
            emulator: String::new(),
            compiler: String::new(),
            encodings: [(name, found)].into(),
        };
        BTreeMap::from([(target, on_target)])
    };
    give_counts(&mut rows, &counted("one", Ok(instructions)));
    assert_eq!(rows[0].published_on("one"), Some(&instructions));
    assert_eq!(rows[0].published_on("another"), None);

    let difference = Difference {
        value: VALUES[0],
        part: "reply",
        given: "3".to_owned(),
        came_back: "4".to_owned(),
        place: "another".to_owned(),
    };
    give_counts(&mut rows, &counted("another", Err(difference.clone())));
    assert_eq!(rows[0].status(), RowStatus::Wrong(&difference));
    assert_eq!(rows[0].published(), None);
    assert_eq!(rows[0].published_on("one"), None);
}

#[test]
fn every_encoding_of_the_registry_is_equal_here_unless_it_is_a_trap() {
    for row in here(proto::all(), &values(50, 1)) {
        let status = row.status();
        let is_trap = matches!(status, RowStatus::Trap(_));
        assert!(
            status == RowStatus::Equal || is_trap,
            "{}: {status:?}",
            row.encoding.name()
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_values_and_another_seed_others() {
    assert_eq!(values(20, 7), values(20, 7));
    assert_ne!(values(20, 7), values(20, 8));
    assert_eq!(values(20, 7).len(), 20 * DISTRIBUTIONS.len());
}

#[test]
fn more_values_are_the_same_ones_first() {
    let (few, many) = (values(3, 1), values(50, 1));
    for (few, many) in few.chunks(3).zip(many.chunks(50)) {
        assert_eq!(Some(few), many.get(..3));
    }
}

#[test]
fn each_distribution_gives_what_it_says() {
    let all = values(1000, 1);
    let mut each = all.chunks(1000);
    let mut next = || each.next().unwrap();
    assert!(next().iter().all(|value| (0..100).contains(&value.a)));
    let fits = |value: &&Request| i32::try_from(value.a).is_ok();
    assert!(next().iter().all(|value| fits(&value)));
    assert!(next().iter().filter(fits).count() < 5);
    let log = next();
    assert!(log.iter().all(|value| value.a >= 0));
    let small = log.iter().filter(fits).count();
    assert!((400..600).contains(&small), "{small} of 1000 fit 32 bits");
    let negative = next();
    assert!(negative.iter().all(|value| value.a < 0 && value.b < 0));
    let mirrored = log
        .iter()
        .zip(negative)
        .filter(|(log, negative)| log.a == !negative.a);
    assert!(
        mirrored.count() < 100,
        "each draws from a stream of its own"
    );
}
