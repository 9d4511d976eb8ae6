//! A protocol of one's own: its encodings, what is claimed of them, and what is asked.

use cross::target::{did_you_mean, nearest};
use proto::Family;

use super::rows::{ClaimWord, EncodingRow, FamilyWord, TypeWords, VectorRow};
use super::{Reader, Unreadable};
use crate::message::declared::{DeclaredTypes, NamedType};
use crate::own::claim::{self, Claim, Island};
use crate::own::{Declaration, Promise, Question};

/// In octets. With what the contract puts around it, a request must fit one line.
const LONGEST_REQUEST: usize = 4096;

impl Reader<'_> {
    pub(super) fn encodings(&self, rows: &[EncodingRow]) -> Result<Vec<Declaration>, Unreadable> {
        let mut encodings: Vec<Declaration> = Vec::new();
        for row in rows {
            let name = self.name(&row.name)?;
            if encodings.iter().any(|other| other.name == name) {
                return self.wrong(&row.name, format!("there is an encoding `{name}` already"));
            }
            encodings.push(Declaration {
                family: match row.family {
                    FamilyWord::Text => Family::Text,
                    FamilyWord::Raw => Family::Raw,
                    FamilyWord::Explicit => Family::Explicit,
                },
                claim: self.claim(row)?,
                types: self.types(row)?,
                line: self.line(&row.name),
                name,
            });
        }
        Ok(encodings)
    }

    fn types(&self, row: &EncodingRow) -> Result<Option<DeclaredTypes>, Unreadable> {
        let Some(words) = &row.types else {
            return Ok(None);
        };
        let named = |text: &str| {
            match NamedType::read(text) {
            Some(named) => Ok(named),
            None => self.wrong(
                words,
                format!("`{text}` is no type: a header and a name in it, such as \"packet.h: struct sample\""),
            ),
        }
        };
        Ok(Some(match words.get_ref() {
            TypeWords::Both(text) => DeclaredTypes {
                server: named(text)?,
                client: named(text)?,
            },
            TypeWords::Each(each) => DeclaredTypes {
                server: named(&each.server)?,
                client: named(&each.client)?,
            },
        }))
    }

    fn claim(&self, row: &EncodingRow) -> Result<Claim, Unreadable> {
        let there = claim::facts(self.abis);
        for fact in row.facts.iter().flatten() {
            let name = fact.get_ref();
            if !there.contains(name) {
                let near = nearest(name, there.iter().map(String::as_str));
                let all: Vec<&str> = there.iter().map(String::as_str).collect();
                let near = did_you_mean(near);
                let why = format!(
                    "there is no fact `{name}`{near}; there are {}",
                    all.join(", ")
                );
                return self.wrong(fact, why);
            }
        }
        let facts = row.facts.as_ref().map(|facts| {
            let facts = facts.iter().map(|fact| fact.get_ref().clone());
            facts.collect::<Vec<_>>()
        });
        match (row.claim, facts, row.reason.clone()) {
            (ClaimWord::KnownBroken, Some(facts), Some(reason)) if !facts.is_empty() => {
                Ok(Claim::KnownBroken {
                    island: Island::of(facts),
                    reason,
                })
            }
            (ClaimWord::KnownBroken, _, None) => self.wrong(
                &row.name,
                "`known-broken` needs a `reason`: what is wrong, or where it is written down",
            ),
            (ClaimWord::KnownBroken, _, Some(_)) => self.wrong(
                &row.name,
                "`known-broken` needs `facts`: it is broken between machines that differ in one of them, such as [\"byte-order\"]",
            ),
            (_, _, Some(_)) => self.wrong(&row.name, "a `reason` is for `known-broken`"),
            (ClaimWord::CorrectEverywhere, Some(_), None) => self.wrong(
                &row.name,
                "`facts` are for `correct-within-an-island` and `known-broken`",
            ),
            (ClaimWord::CorrectEverywhere, None, None) => Ok(Claim::CorrectEverywhere),
            (ClaimWord::CorrectWithinAnIsland, facts, None) => Ok(Claim::CorrectWithinAnIsland(
                Island::of(facts.unwrap_or_default()),
            )),
        }
    }

    pub(super) fn vectors(
        &self,
        rows: &[VectorRow],
        wanted: bool,
    ) -> Result<Vec<Question>, Unreadable> {
        if let (Some(row), false) = (rows.first(), wanted) {
            return self.wrong(
                &row.request,
                "vectors are for encodings of one's own, and there is no [[encoding]]",
            );
        }
        if rows.is_empty() && wanted {
            return self.lacks("it has no [[vector]]: nothing would be asked");
        }
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut vectors = Vec::new();
        for row in rows {
            let promise = match (&row.reply, &row.refused) {
                (Some(reply), None) => Promise::Reply(words(reply)),
                (None, Some(why)) => Promise::Refused(words(why)),
                _ => {
                    return self
                        .wrong(&row.request, "a vector has either a `reply` or a `refused`");
                }
            };
            let request = words(row.request.get_ref());
            if request.is_empty() {
                return self.wrong(&row.request, "an empty request");
            }
            if request.len() > LONGEST_REQUEST {
                let why = format!("a request of more than {LONGEST_REQUEST} octets");
                return self.wrong(&row.request, why);
            }
            vectors.push(Question { request, promise });
        }
        Ok(vectors)
    }
}
