//! What a document tells of cells. What many of them have in common is there once, and is referred to by its place, from 0.

use serde::{Deserialize, Serialize};

use super::Word;

/// A cell: who serves, who asks, and what there is to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CellRow {
    /// The participant that serves: its place in `participants`.
    pub(crate) server: usize,
    /// The participant that asks.
    pub(crate) client: usize,
    /// Its place in `stories`.
    pub(crate) story: usize,
}

/// What there is to tell of a cell, and of all others like it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct StoryRow<'a> {
    #[serde(borrow)]
    pub(crate) encoding: Word<'a>,
    /// `text`, `raw` or `explicit`.
    #[serde(borrow)]
    pub(crate) family: Word<'a>,
    /// `held`, `broken`, `unsupported` or `could-not-run`; null where nothing was run.
    #[serde(borrow)]
    pub(crate) verdict: Option<Word<'a>>,
    /// `correct`, `lucky` (some vectors right, some wrong), `wrong`, `starved` (it hangs), `refused` or `unrepresentable`; null where there is none.
    #[serde(borrow)]
    pub(crate) result: Option<Word<'a>>,
    /// `byte-order`, `width`, `padding`, `charset`; in a user's own protocol also `char-sign`, `bit-field-order`, `long-double`.
    #[serde(borrow)]
    pub(crate) causes: Vec<Word<'a>>,
    /// Why it could not run.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<Word<'a>>,
    /// For each vector the place of what came of it, in `exchanges`.
    pub(crate) exchanges: Vec<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct VectorRow<'a> {
    /// The first number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) a: Option<i64>,
    /// The second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) b: Option<i64>,
    /// In a user's own protocol, instead of two numbers.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) request: Option<Word<'a>>,
    /// In a user's own protocol, of which there is no prediction.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) promised: Option<OutcomeRow<'a>>,
    /// What the model says; null where there is no prediction.
    #[serde(borrow)]
    pub(crate) predicted: Option<OutcomeRow<'a>>,
    /// What came of it; null where it was not asked.
    #[serde(borrow)]
    pub(crate) observed: Option<OutcomeRow<'a>>,
    /// The octets of the request, in hexadecimal: those observed, or those predicted where nothing was run.
    #[serde(borrow)]
    pub(crate) sent: Word<'a>,
    /// The octets of the reply.
    #[serde(borrow)]
    pub(crate) received: Word<'a>,
}

impl VectorRow<'_> {
    /// What was asked, in words.
    pub(crate) fn asked(&self) -> String {
        let number = |number: Option<i64>| number.map_or("?".to_owned(), |n| n.to_string());
        match &self.request {
            Some(request) => request.to_string(),
            None => format!("{} {}", number(self.a), number(self.b)),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum OutcomeRow<'a> {
    Sum {
        sum: i64,
    },
    Reply {
        #[serde(borrow)]
        reply: Word<'a>,
    },
    Refused {
        #[serde(borrow)]
        why: Word<'a>,
    },
    Starved {
        got: Option<usize>,
        want: Option<usize>,
    },
    Closed,
    Died {
        #[serde(borrow)]
        how: Word<'a>,
    },
    Garbled,
    Unrepresentable,
    Unsupported,
}
