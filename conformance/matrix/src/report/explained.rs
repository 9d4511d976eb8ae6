//! Why cells of a user's own encodings break, in words that every report uses.

use crate::infer::{
    Alternative, Condition, Distinction, DistinguishingFact, Explained, Explanation, named,
};
use kit::words::some;

/// Of conditions that hold in the same cells, so many are named.
const SHOWN: usize = 4;

/// A line of how many cells, and a line for each thing that they have in common.
pub(super) fn lines(explained: &Explained) -> Vec<String> {
    let Explained {
        encoding,
        ran,
        wrong,
        explanation,
        untyped,
    } = explained;
    let cells = format!(
        "{encoding}: not correct in {wrong} of {}",
        some(*ran, "cell")
    );
    let mut lines = match explanation {
        Explanation::Where(alternatives) => compared(&cells, alternatives),
        Explanation::ByType {
            of,
            cells: sets,
            distinguished_by,
        } => {
            let first = format!("{cells}, by the layout of {of} because of");
            let of_set = sets
                .iter()
                .map(|(sets, count)| format!("{}: {}", named(sets), some(*count, "cell")));
            let tells = distinguished_by.map(|target| format!("{target} would tell more"));
            std::iter::once(first).chain(of_set).chain(tells).collect()
        }
        Explanation::Everywhere | Explanation::Alone | Explanation::Nothing => {
            vec![format!("{cells}: {explanation}")]
        }
    };
    if let Some(why) = untyped {
        lines.push(format!("the type of the message does not say why: {why}"));
    }
    lines
}

/// One alternative, or all of them, each behind its own line.
fn compared(cells: &str, alternatives: &[Alternative]) -> Vec<String> {
    let mut lines = vec![format!("{cells}, exactly those where")];
    for (at, alternative) in alternatives.iter().enumerate() {
        if at > 0 {
            lines.push(
                "or else, and these machines do not decide it, exactly those where".to_owned(),
            );
        }
        lines.extend(alternative.0.iter().map(formatted));
    }
    lines
}

fn formatted(distinction: &Distinction) -> String {
    let Distinction {
        likeliest,
        or,
        distinguished_by,
    } = distinction;
    let causes = distinction.causes();
    let causes: Vec<String> = causes.iter().flatten().map(ToString::to_string).collect();
    let causes = match causes.as_slice() {
        [] => String::new(),
        causes => format!("{}: ", causes.join(" or ")),
    };
    let tells = distinguished_by.map(|target| format!("{target} would tell more"));
    if or.is_empty() {
        let tells = tells.map_or(String::new(), |tells| format!(" ({tells})"));
        return format!("{causes}{likeliest}{tells}");
    }
    // Of differences, the fact alone says which.
    let name = |condition: &Condition| match (likeliest, condition) {
        (
            Condition {
                fact: DistinguishingFact::Between(_),
                and: None,
            },
            Condition {
                fact: DistinguishingFact::Between(key),
                and: None,
            },
        ) => key.clone(),
        _ => condition.to_string(),
    };
    // Of those with another cause, each is shown.
    let (others, same): (Vec<&Condition>, Vec<&Condition>) = or
        .iter()
        .partition(|condition| condition.cause() != likeliest.cause());
    let mut shown: Vec<&Condition> = Vec::new();
    for condition in others {
        if !shown.iter().any(|one| one.cause() == condition.cause()) {
            shown.push(condition);
        }
    }
    let room = SHOWN.saturating_sub(shown.len());
    shown.extend(same.into_iter().take(room));
    let mut names: Vec<String> = or
        .iter()
        .filter(|condition| shown.contains(condition))
        .map(name)
        .collect();
    if let Some(more @ 1..) = or.len().checked_sub(names.len()) {
        names.push(format!("{more} more"));
    }
    let tells = tells.map(|tells| format!("; {tells}"));
    format!(
        "{causes}{likeliest} (the same cells: {}{})",
        names.join(", "),
        tells.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cause::Cause;

    #[test]
    fn what_the_cells_have_in_common_is_a_line_each() {
        let between = |key: &str| Condition::from(DistinguishingFact::Between(key.to_owned()));
        let first = Alternative(vec![
            Distinction {
                likeliest: between("byte-order"),
                or: Vec::new(),
                distinguished_by: None,
            },
            Distinction {
                likeliest: between("align.int64"),
                or: vec![
                    between("align.double"),
                    DistinguishingFact::Server("size.long".to_owned(), "4".to_owned()).into(),
                    between("align.a"),
                    between("align.b"),
                    between("align.c"),
                ],
                distinguished_by: Some("m68k-unknown-linux-gnu"),
            },
        ]);
        let second = Alternative(vec![Distinction {
            likeliest: Condition {
                fact: DistinguishingFact::ClientLarger("size.long".to_owned()),
                and: Some(DistinguishingFact::Client(
                    "byte-order".to_owned(),
                    "big".to_owned(),
                )),
            },
            or: Vec::new(),
            distinguished_by: Some("m68k-unknown-linux-gnu"),
        }]);
        let of = |explanation, untyped| {
            lines(&Explained {
                encoding: "v1".to_owned(),
                ran: 9,
                wrong: 6,
                explanation,
                untyped,
            })
        };
        assert_eq!(
            of(Explanation::Where(vec![first, second]), None),
            [
                "v1: not correct in 6 of 9 cells, exactly those where",
                "byte order: the two machines differ in byte-order",
                "padding or width: the two machines differ in align.int64 (the same cells: align.double, the server's size.long is 4, align.a, align.b, 1 more; m68k-unknown-linux-gnu would tell more)",
                "or else, and these machines do not decide it, exactly those where",
                "width: the client's size.long is larger than the server's and the client's byte-order is big (m68k-unknown-linux-gnu would tell more)",
            ]
        );
        assert_eq!(
            of(Explanation::Everywhere, Some("why".to_owned())),
            [
                "v1: not correct in 6 of 9 cells: everywhere, between equal machines too: it is not the machines",
                "the type of the message does not say why: why"
            ]
        );
        let by_type = Explanation::ByType {
            of: "struct s (s.h)".to_owned(),
            cells: vec![
                (vec![vec![Cause::Width]], 4),
                (
                    vec![vec![Cause::Width, Cause::Padding], vec![Cause::ByteOrder]],
                    1,
                ),
            ],
            distinguished_by: Some("m68k-unknown-linux-gnu"),
        };
        assert_eq!(
            of(by_type, None),
            [
                "v1: not correct in 6 of 9 cells, by the layout of struct s (s.h) because of",
                "width: 4 cells",
                "width and padding, or else byte order: 1 cell",
                "m68k-unknown-linux-gnu would tell more"
            ]
        );
    }
}
