//! The most that a type is aligned to on any ABI: a `#pragma pack` of as much makes no difference.

use std::collections::HashMap;

use crate::abi::{Number, Scalar};
use crate::dwarf::Program;
use crate::types::{Member, Record, Type, TypeId};

/// Of records, as far as they were asked about.
#[derive(Default)]
pub(super) struct Widest {
    known: HashMap<TypeId, u32>,
}

/// What no scalar but those of 16 octets is aligned to more than.
const BY_ITSELF: u32 = 8;

impl Widest {
    /// Of a record, in octets, as far as its members' types tell. Those of the records in it are asked for before.
    pub(super) fn of(&mut self, program: &Program, id: TypeId, record: &Record) -> u32 {
        let of_member = |member: &Member| {
            let of_type = self.of_type(program, member.kind);
            of_type.max(member.aligned.unwrap_or(1))
        };
        let of_members = record.members.iter().map(of_member).max().unwrap_or(1);
        let widest = of_members.max(record.aligned.unwrap_or(1));
        self.known.insert(id, widest);
        widest
    }

    fn of_type(&self, program: &Program, id: TypeId) -> u32 {
        match program.types.get(id) {
            Some(Type::Array { element, .. }) => self.of_type(program, *element),
            Some(Type::Aligned { of, align }) => self.of_type(program, *of).max(*align),
            Some(Type::Untraced { declared, .. }) => self.of_type(program, *declared),
            Some(Type::Record(_)) => self.known.get(&id).copied().unwrap_or(BY_ITSELF),
            Some(Type::Scalar(Scalar::Char | Scalar::Int8)) => 1,
            Some(Type::Scalar(Scalar::Short | Scalar::Int16)) => 2,
            Some(Type::Scalar(Scalar::Int | Scalar::Int32 | Scalar::Float)) => 4,
            Some(
                Type::Number {
                    kind: Number::Int128,
                    ..
                }
                | Type::Int128
                | Type::Float128
                | Type::Complex(_)
                | Type::Scalar(Scalar::LongDouble),
            ) => 2 * BY_ITSELF,
            _ => BY_ITSELF,
        }
    }
}
