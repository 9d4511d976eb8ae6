//! A source is read: in one way after the other, and where none leads to types, with advice.

use super::Kind;
use super::advice::Advice;
use super::missing::Missing;
use super::opened::{NotOpened, Note, Opened, Refused, Source};
use super::opening::{Failed, Opening, Way};
use super::trials;
use crate::reading::front_end::Complaint;

impl Source<'_> {
    /// Reads it: as its name says; as C++ where C refuses what only C++ has; without the bodies of its functions where those are refused.
    ///
    /// # Errors
    /// No way leads to types: the first complaint, with what the source wants.
    pub async fn open(self) -> Result<Opened, NotOpened> {
        open(&Opening::of(&self)).await
    }
}

async fn open(opening: &Opening<'_>) -> Result<Opened, NotOpened> {
    let Source { guess, compile, .. } = opening.source;
    let plain = Way {
        kind: guess.kind,
        compile: compile.clone(),
        notes: Vec::new(),
    };
    let first = match opening.first(plain).await {
        Ok(opened) => return Ok(opened),
        Err((way, failed)) => (way, refused(failed)?),
    };
    let (way, complaint) = first;
    let missing = Missing::of(&complaint.words);
    // In C++ it may want something else.
    let as_cxx = Way {
        kind: Kind::Cxx,
        notes: vec![Note::Cxx(complaint.first_error())],
        ..way.clone()
    };
    let mut told = (way.clone(), complaint.clone());
    if guess.is_either && way.kind == Kind::C && missing.is_cxx {
        match opening.with_and_without_bodies(as_cxx.clone()).await {
            Ok(opened) => return Ok(opened),
            Err(failed) => told = (as_cxx.clone(), refused(failed)?),
        }
    }
    if let Ok(opened) = opening.without_bodies(way.clone(), &complaint).await {
        return Ok(opened);
    }
    let advice = trials::advice(opening, &told.0, &told.1).await;
    let is_certain = advice.as_ref().is_some_and(Advice::is_proven);
    if !is_certain && guess.is_either {
        let other = match way.kind {
            Kind::C => as_cxx,
            _ => Way {
                kind: Kind::C,
                ..way
            },
        };
        if let Ok(opened) = opening.with_and_without_bodies(other).await {
            return Ok(opened);
        }
    }
    Err(NotOpened::Refused(Box::new(Refused {
        file: opening.source.file.to_owned(),
        complaint: told.1,
        advice,
    })))
}

fn refused(failed: Failed) -> Result<Complaint, NotOpened> {
    match failed {
        Failed::Refused(complaint) => Ok(complaint),
        Failed::Final(error) => Err(error),
    }
}
