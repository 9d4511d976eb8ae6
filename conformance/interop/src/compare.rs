//! What a codec answered, beside what it should have: pure.

use proto::Encoding;

use crate::message::Message;
use crate::order::{Answer, Order};

/// How many differences of each kind are kept in words. All are counted.
const KEPT: usize = 3;

/// What one side of an implementation was tried at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// It reads requests that ours wrote.
    ReadsRequests,
    /// It writes requests that ours reads.
    WritesRequests,
    /// It reads replies that ours wrote, sums and refusals.
    ReadsReplies,
    /// It writes replies that ours reads.
    WritesReplies,
}

impl Side {
    /// All of them, in the order of reports.
    pub const ALL: [Side; 4] = [
        Side::ReadsRequests,
        Side::WritesRequests,
        Side::ReadsReplies,
        Side::WritesReplies,
    ];

    fn of(order: &Order) -> Side {
        match order {
            Order::Read(Message::Request(_), _) => Side::ReadsRequests,
            Order::Read(Message::Reply(_), _) => Side::ReadsReplies,
            Order::Write(Message::Request(_)) => Side::WritesRequests,
            Order::Write(Message::Reply(_)) => Side::WritesReplies,
        }
    }

    /// Whether it reads what ours wrote.
    pub fn reads(self) -> bool {
        matches!(self, Side::ReadsRequests | Side::ReadsReplies)
    }

    /// As in reports.
    pub fn name(self) -> &'static str {
        match self {
            Side::ReadsRequests => "reads requests",
            Side::WritesRequests => "writes requests",
            Side::ReadsReplies => "reads replies",
            Side::WritesReplies => "writes replies",
        }
    }
}

/// How often it was right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Of so many messages.
    pub tried: usize,
    /// So many.
    pub right: usize,
}

/// A message that came out otherwise at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where.
    pub side: Side,
    /// The message.
    pub message: Message,
    /// What was found instead.
    pub found: String,
    /// Its octets, where some were written.
    pub octets: Vec<u8>,
}

/// A message that both write, each in octets of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelling {
    /// The message.
    pub message: Message,
    /// As our code writes it.
    pub ours: Vec<u8>,
    /// As theirs does.
    pub theirs: Vec<u8>,
}

/// What came of all orders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// In the order of [`Side::ALL`].
    pub tallies: [Tally; 4],
    /// How many messages of those that it wrote have the octets that ours have.
    pub alike: usize,
    /// The first that was read and has not.
    pub spelling: Option<Spelling>,
    /// The first differences of each side.
    pub differences: Vec<Difference>,
    /// Where it differs.
    differing: Vec<(Side, Message)>,
}

impl Compared {
    /// The tally of a side.
    pub fn tally(&self, side: Side) -> Tally {
        let mut all = Side::ALL.iter().zip(&self.tallies);
        all.find(|(one, _)| **one == side)
            .map(|(_, tally)| *tally)
            .unwrap_or_default()
    }

    /// How many messages it wrote.
    pub fn written(&self) -> usize {
        self.tally(Side::WritesRequests).tried + self.tally(Side::WritesReplies).tried
    }

    /// Where it differs.
    pub fn differing(&self) -> &[(Side, Message)] {
        &self.differing
    }

    fn note(&mut self, order: &Order, found: Result<(), (String, Vec<u8>)>) {
        let side = Side::of(order);
        let mut all = Side::ALL.iter().zip(&mut self.tallies);
        if let Some((_, tally)) = all.find(|(one, _)| **one == side) {
            tally.tried += 1;
            tally.right += usize::from(found.is_ok());
        }
        let Err((found, octets)) = found else { return };
        let message = order.message();
        self.differing.push((side, message));
        let mut kept = self.differences.iter().filter(|one| one.side == side);
        if kept.clone().count() < KEPT && !kept.any(|one| one.message == message) {
            self.differences.push(Difference {
                side,
                message,
                found,
                octets,
            });
        }
    }
}

/// The orders for these messages: each is written, and what ours writes of it is read.
pub(crate) fn orders(messages: &[Message], encoding: &dyn Encoding) -> Vec<Order> {
    let orders = messages.iter().flat_map(|message| {
        let read = message.octets(encoding);
        let read = read.map(|octets| Order::Read(*message, octets));
        [Some(Order::Write(*message)), read]
    });
    orders.flatten().collect()
}

/// Compares the answers with what they should be. An order without an answer is a difference, too.
pub(crate) fn compare(orders: &[Order], answers: &[Answer], encoding: &dyn Encoding) -> Compared {
    let mut compared = Compared::default();
    for (at, order) in orders.iter().enumerate() {
        let found = match (order, answers.get(at)) {
            (_, None) => Err(("no answer".to_owned(), Vec::new())),
            (_, Some(Answer::Failed(why))) => Err((why.clone(), octets(order))),
            (Order::Read(message, octets), Some(Answer::Message(read))) => match read == message {
                true => Ok(()),
                false => Err((read.to_string(), octets.clone())),
            },
            (Order::Write(message), Some(Answer::Octets(theirs))) => {
                written(*message, theirs, encoding, &mut compared)
            }
            (_, Some(_)) => Err(("an answer to another order".to_owned(), octets(order))),
        };
        compared.note(order, found);
    }
    compared
}

fn octets(order: &Order) -> Vec<u8> {
    match order {
        Order::Read(_, octets) => octets.clone(),
        Order::Write(_) => Vec::new(),
    }
}

/// What ours reads in octets of theirs.
fn written(
    message: Message,
    theirs: &[u8],
    encoding: &dyn Encoding,
    compared: &mut Compared,
) -> Result<(), (String, Vec<u8>)> {
    match message.read_like(theirs, encoding) {
        Ok(read) if read == message => {}
        Ok(read) => return Err((read.to_string(), theirs.to_vec())),
        Err(why) => return Err((why, theirs.to_vec())),
    }
    let ours = message.octets(encoding).unwrap_or_default();
    if ours == theirs {
        compared.alike += 1;
    } else if compared.spelling.is_none() {
        compared.spelling = Some(Spelling {
            message,
            ours,
            theirs: theirs.to_vec(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages() -> Vec<Message> {
        ["request 1 2", "sum 3", "refused overflow"]
            .map(|text| text.parse().unwrap())
            .to_vec()
    }

    /// As an implementation answers that writes and reads as ours does, but where `bent` has another answer.
    fn compared(name: &str, bent: impl Fn(&Order) -> Option<&'static str>) -> Compared {
        let encoding = proto::named(name).unwrap();
        let orders = orders(&messages(), encoding);
        let answer = |order: &Order| match (bent(order), order) {
            (Some(line), _) => Answer::of(line),
            (None, Order::Read(message, _)) => Answer::Message(*message),
            (None, Order::Write(message)) => Answer::Octets(message.octets(encoding).unwrap()),
        };
        let answers: Vec<Answer> = orders.iter().map(answer).collect();
        compare(&orders, &answers, encoding)
    }

    #[test]
    fn what_answers_as_ours_does_not_differ() {
        let compared = compared("cbor", |_| None);
        let tallies = compared.tallies.map(|tally| (tally.tried, tally.right));
        assert_eq!(tallies, [(1, 1), (1, 1), (2, 2), (2, 2)]);
        assert_eq!((compared.alike, compared.written()), (3, 3));
        assert_eq!((compared.spelling, compared.differences), (None, vec![]));
    }

    #[test]
    fn another_spelling_is_no_difference_and_another_value_is_one() {
        let told = compared("cbor", |order| match order.to_string().as_str() {
            "write sum 3" => Some("octets 00000007bf6373756d03ff"),
            _ => None,
        });
        assert_eq!(told.differences, vec![]);
        assert_eq!(told.alike, 2);
        assert_eq!(told.spelling.unwrap().message.to_string(), "sum 3");
        for (order, line, found) in [
            ("write sum 3", "octets 00000006a16373756d04", "sum 4"),
            ("write sum 3", "octets 00000006a16373756e03", "malformed"),
            (
                "write sum 3",
                "octets 00000006a1637375",
                "at least 10 octets are needed",
            ),
            ("write sum 3", "sum 3", "an answer to another order"),
            ("write request 1 2", "failed OverflowError", "OverflowError"),
            (
                "read request 00000007a2616101616202",
                "request 2 1",
                "request 2 1",
            ),
            (
                "read reply 00000006a16373756d03",
                "Segmentation fault",
                "Segmentation fault",
            ),
            (
                "read reply 00000006a16373756d03",
                "refused overflow",
                "refused overflow",
            ),
        ] {
            let told = compared("cbor", |one| (one.to_string() == order).then_some(line));
            let differences: Vec<&str> = told
                .differences
                .iter()
                .map(|one| one.found.as_str())
                .collect();
            assert_eq!(differences, [found], "{order}: {line}");
            let wrong = told.tallies.iter().map(|tally| tally.tried - tally.right);
            assert_eq!(wrong.sum::<usize>(), 1);
            assert_eq!(told.differing().len(), 1);
        }
    }

    #[test]
    fn an_order_without_an_answer_is_a_difference() {
        let encoding = proto::named("xdr").unwrap();
        let orders = orders(&messages(), encoding);
        let told = compare(&orders, &[], encoding);
        assert_eq!(told.differing().len(), orders.len());
        assert_eq!(told.differences[0].found, "no answer");
    }
}
