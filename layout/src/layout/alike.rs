//! ABIs on which a type lies in the same places, so that it need be laid out only once for all of them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use crate::abi::{Abi, Question, Scalar};
use crate::types::{Enum, Record, Rules, Type, TypeId, Types};

/// Of many types, on which ABIs each of them lies alike.
///
/// What a type asks an ABI about follows from what it is made of: one with a `short` and a pointer in it lies alike on all ABIs that say the same of those two and of records, whatever their `long double` is. Only places count, and not what is written into them: byte order and signs differ among ABIs that are alike.
///
/// ```
/// use crossum_layout::{Abis, Alike, Scalar, Types};
///
/// let mut types = Types::new();
/// let short = types.structure().field("a", Scalar::Char).field("b", Scalar::Short).add();
/// let double = types.structure().field("a", Scalar::Char).field("b", Scalar::LongDouble).add();
/// let abis = ["s390x-elf", "x86_64-sysv", "aarch64-aapcs64"];
/// let abis: Vec<_> = abis.iter().filter_map(|name| Abis::builtin().get(name)).collect();
///
/// let alike = Alike::new(abis, &types);
/// assert_eq!(*alike.firsts([short]), [0, 0, 0]);
/// // To 8 octets on s390x, to 16 on the others.
/// assert_eq!(*alike.firsts([double]), [0, 1, 1]);
/// ```
#[derive(Debug)]
pub struct Alike<'a> {
    abis: Vec<&'a Abi>,
    /// To each question the answers of the ABIs: a number that two of them share where they say the same.
    answers: Vec<Vec<usize>>,
    /// What each type asks.
    asked: Vec<Questions>,
    known: Mutex<HashMap<Questions, Arc<[usize]>>>,
}

impl<'a> Alike<'a> {
    /// Of these types on these ABIs.
    pub fn new(abis: impl IntoIterator<Item = &'a Abi>, types: &Types) -> Alike<'a> {
        let abis: Vec<&Abi> = abis.into_iter().collect();
        let answers =
            Question::all().map(|question| numbered(abis.iter().map(|abi| question.ask(abi))));
        Alike {
            answers: answers.collect(),
            asked: asked(types),
            abis,
            known: Mutex::default(),
        }
    }

    /// The ABIs, as they were given.
    pub fn abis(&self) -> &[&'a Abi] {
        &self.abis
    }

    /// Of each ABI the place of the first one on which all of these types lie as on it, or have no layout for the same reason.
    pub fn firsts(&self, ids: impl IntoIterator<Item = TypeId>) -> Arc<[usize]> {
        let mut questions = Questions::default();
        for id in ids {
            questions.add(
                self.asked
                    .get(id.index())
                    .copied()
                    .unwrap_or(Questions::EVERY),
            );
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let firsts = known
            .entry(questions)
            .or_insert_with(|| self.answering_alike(questions));
        Arc::clone(firsts)
    }

    fn answering_alike(&self, questions: Questions) -> Arc<[usize]> {
        let mut firsts = BTreeMap::new();
        let places = 0..self.abis.len();
        let first = places.map(|place| {
            let asked = self.answers.iter().enumerate();
            let asked = asked.filter(|(question, _)| questions.has(*question));
            let answers: Vec<Option<&usize>> =
                asked.map(|(_, answers)| answers.get(place)).collect();
            *firsts.entry(answers).or_insert(place)
        });
        first.collect()
    }
}

/// Numbers what is equal alike, in the order in which it comes.
fn numbered<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<usize> {
    let mut different: Vec<T> = Vec::new();
    values
        .map(
            |value| match different.iter().position(|one| *one == value) {
                Some(number) => number,
                None => {
                    different.push(value);
                    different.len() - 1
                }
            },
        )
        .collect()
}

/// A set of questions, by their places in [`Question::all`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Questions(u64);

impl Questions {
    const EVERY: Questions = Questions(u64::MAX);

    fn of(questions: impl IntoIterator<Item = Question>) -> Questions {
        let place = |one| Question::all().position(|question| question == one);
        let places = questions.into_iter().map(place);
        places.fold(Questions(0), |all, place| {
            let bit = place.and_then(|place| 1_u64.checked_shl(u32::try_from(place).ok()?));
            bit.map_or(Questions::EVERY, |bit| Questions(all.0 | bit))
        })
    }

    fn add(&mut self, others: Questions) {
        self.0 |= others.0;
    }

    fn has(self, place: usize) -> bool {
        u32::try_from(place)
            .is_ok_and(|place| self.0.checked_shr(place).is_some_and(|bits| bits & 1 == 1))
    }
}

/// After so many rounds every type asks every question: in programs types are nested less deeply, and mostly come after what is in them.
const ROUNDS: usize = 32;

/// What each type asks, its parts included.
fn asked(types: &Types) -> Vec<Questions> {
    let mut asked: Vec<Questions> = types.all().map(|(_, kind)| by_itself(kind)).collect();
    for _ in 0..ROUNDS {
        let mut is_settled = true;
        for (id, kind) in types.all() {
            let of = |asked: &[Questions], id: TypeId| {
                asked.get(id.index()).copied().unwrap_or_default()
            };
            let before = of(&asked, id);
            let mut all = before;
            kind.parts().for_each(|part| all.add(of(&asked, part)));
            if let Some(place) = asked.get_mut(id.index()) {
                *place = all;
            }
            is_settled &= all == before;
        }
        if is_settled {
            return asked;
        }
    }
    vec![Questions::EVERY; asked.len()]
}

/// What a type asks for itself.
fn by_itself(kind: &Type) -> Questions {
    let mut questions = vec![Question::Records];
    match kind {
        Type::Scalar(scalar) | Type::Complex(scalar) => questions.push(Question::Scalar(*scalar)),
        Type::Typedef(name) | Type::Either { name, .. } => questions.push(Question::Typedef(*name)),
        Type::Untraced { may_be, .. } => {
            let mut all = Questions::of(questions);
            may_be.iter().for_each(|kind| all.add(by_itself(kind)));
            return all;
        }
        Type::Int128 => questions.push(Question::Int128),
        Type::Float128 => questions.push(Question::Float128),
        Type::Number {
            rules: Rules::Go, ..
        }
        | Type::Atomic { .. } => questions.push(Question::Everything),
        Type::Number { .. } => questions.push(Question::Numbers),
        Type::Enum(Enum {
            fixed: Some(_),
            may_be_c: false,
            ..
        }) => {}
        Type::Enum(_) => questions.push(Question::Enums),
        Type::Record(record) => return of_record(record),
        Type::Reference | Type::VtablePointer | Type::MemberPointer { .. } => {
            questions.push(Question::Scalar(Scalar::Pointer))
        }
        // They are what they are of, or nothing.
        Type::Array { .. }
        | Type::Aligned { .. }
        | Type::Library { .. }
        | Type::Ordered { .. }
        | Type::Unspecified { .. }
        | Type::Sizeless { .. }
        | Type::Opaque { .. } => {}
    }
    Questions::of(questions)
}

fn of_record(record: &Record) -> Questions {
    let mut questions = vec![Question::Records];
    if record.rules == Rules::Go {
        questions.push(Question::Everything);
    }
    if record.members.iter().any(|member| member.bits.is_some()) {
        questions.push(Question::BitFields);
    }
    if record.class.is_some() {
        questions.push(Question::Classes);
    }
    Questions::of(questions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_has_a_place_in_a_set() {
        let count = Question::all().count();
        assert!(count <= 64, "{count}");
        for (place, question) in Question::all().enumerate() {
            let alone = Questions::of([question]);
            assert_ne!(alone, Questions::EVERY);
            let has: Vec<usize> = (0..count).filter(|place| alone.has(*place)).collect();
            assert_eq!(has, [place], "{question:?}");
        }
    }
}
