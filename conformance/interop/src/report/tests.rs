//! Made-up results with one of every verdict, as people and programs read them.

use super::{Interop, InteropReport, terminal};
use crate::compare::{compare, orders};
use crate::implementation::all;
use crate::message::Message;
use crate::order::{Answer, Order};
use crate::run::Tried;

/// As an implementation answers that is right but where it has these lines.
fn tried(name: &str, bent: &[(&str, &str)]) -> Tried {
    let implementation = all().iter().find(|one| one.name == name).unwrap().clone();
    let encoding = implementation.ours().unwrap();
    let messages = ["request -128 5", "sum 7", "refused overflow"];
    let messages: Vec<Message> = messages.map(|text| text.parse().unwrap()).to_vec();
    let orders = orders(&messages, encoding);
    let answers = orders.iter().map(|order| {
        let text = order.to_string();
        match (bent.iter().find(|(one, _)| *one == text), order) {
            (Some((_, line)), _) => Answer::of(line),
            (None, Order::Write(message)) => Answer::Octets(message.octets(encoding).unwrap()),
            (None, Order::Read(message, _)) => Answer::Message(*message),
        }
    });
    let answers: Vec<Answer> = answers.collect();
    Tried {
        runner: "Python 3.11.7".to_owned(),
        result: Ok(compare(&orders, &answers, encoding)),
        implementation,
    }
}

fn all_verdicts() -> Vec<Tried> {
    let missing = Tried {
        runner: String::new(),
        result: Err("no program `npm` is on the search path".to_owned()),
        ..tried("borsh-js", &[])
    };
    vec![
        tried("struct", &[]),
        missing,
        tried(
            "cbor2-indefinite",
            &[("write sum 7", "octets 00000007bf6373756d07ff")],
        ),
        tried(
            "msgpack",
            &[
                ("write sum 7", "octets 0000000681a373756d08"),
                (
                    "read request 0000000882a161d080a16205",
                    "failed \"\\u0007\"",
                ),
            ],
        ),
        tried(
            "pyasn1",
            &[("write request -128 5", "octets 0000000930070202ff80020105")],
        ),
        tried("javascript-json", &[]),
    ]
}

#[test]
fn people_read_what_agrees_and_what_differs() {
    let tried = all_verdicts();
    let interop = Interop {
        tried: &tried,
        requests: 1,
        seed: 1,
    };
    let mut text = String::new();
    terminal::write(&interop, 140, &mut text).unwrap();
    insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string());
}

#[test]
fn programs_read_the_same() {
    let tried = all_verdicts();
    let interop = Interop {
        tried: &tried,
        requests: 1,
        seed: 1,
    };
    let report = InteropReport::of(&interop);
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
}
