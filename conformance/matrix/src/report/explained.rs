//! Why cells of a user's own encodings break, in words that every report uses.

use crate::infer::{Distinction, DistinguishingFact, Explained, Explanation};
use kit::words::some;

/// Of signs that are there in the same cells, so many are named.
const SHOWN: usize = 4;

/// A line of how many cells, and a line for each thing that they have in common.
pub(super) fn lines(explained: &Explained) -> Vec<String> {
    let Explained {
        encoding,
        ran,
        wrong,
        explanation,
    } = explained;
    let cells = format!(
        "{encoding}: not correct in {wrong} of {}",
        some(*ran, "cell")
    );
    match explanation {
        Explanation::Where(all) => {
            let exactly = format!("{cells}, exactly those where");
            std::iter::once(exactly)
                .chain(all.iter().map(formatted))
                .collect()
        }
        Explanation::Everywhere | Explanation::Alone | Explanation::Nothing => {
            vec![format!("{cells}: {explanation}")]
        }
    }
}

fn formatted(signs: &Distinction) -> String {
    let Distinction {
        likeliest,
        or,
        distinguished_by,
    } = signs;
    let cause = likeliest.cause();
    let cause = cause.map_or(String::new(), |cause| format!("{cause}: "));
    if or.is_empty() {
        return format!("{cause}{likeliest}");
    }
    // Of differences, the fact alone says which.
    let name = |sign: &DistinguishingFact| match (likeliest, sign) {
        (DistinguishingFact::Between(_), DistinguishingFact::Between(key)) => key.clone(),
        _ => sign.to_string(),
    };
    let mut others: Vec<_> = or.iter().take(SHOWN).map(name).collect();
    if let Some(more @ 1..) = or.len().checked_sub(SHOWN) {
        others.push(format!("{more} more"));
    }
    let tells = distinguished_by.map(|target| format!("; {target} would tell more"));
    format!(
        "{cause}{likeliest} (the same cells: {}{})",
        others.join(", "),
        tells.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_cells_have_in_common_is_a_line_each() {
        let between = |key: &str| DistinguishingFact::Between(key.to_owned());
        let explanation = Explanation::Where(vec![
            Distinction {
                likeliest: between("byte-order"),
                or: Vec::new(),
                distinguished_by: None,
            },
            Distinction {
                likeliest: between("align.int64"),
                or: vec![
                    between("align.double"),
                    DistinguishingFact::Server("size.long".to_owned(), "4".to_owned()),
                    between("a"),
                    between("b"),
                    between("c"),
                ],
                distinguished_by: Some("m68k-unknown-linux-gnu"),
            },
        ]);
        let of = |explanation| {
            lines(&Explained {
                encoding: "v1".to_owned(),
                ran: 9,
                wrong: 6,
                explanation,
            })
        };
        assert_eq!(
            of(explanation),
            [
                "v1: not correct in 6 of 9 cells, exactly those where",
                "byte order: the two machines differ in byte-order",
                "padding: the two machines differ in align.int64 (the same cells: align.double, the server's size.long is 4, a, b, 1 more; m68k-unknown-linux-gnu would tell more)",
            ]
        );
        assert_eq!(
            of(Explanation::Everywhere),
            [
                "v1: not correct in 6 of 9 cells: everywhere, between equal machines too: it is not the machines"
            ]
        );
    }
}
