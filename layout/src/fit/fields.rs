//! Bit-fields without a name, which compilers leave out of debug information: where they stand is read from the text that was compiled, and their types and widths are asked of the compiler, which knows every macro, constant and typedef in them.
//!
//! In C++ what stands in a class may mean something else outside of it: there a field counts that is of a type of the language and whose width is a number.

mod text;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use self::text::{Body, Shown};
use super::{Alignments, innermost};
use crate::dwarf::Program;
use crate::types::{Count, Member, Record, Type, TypeId};

/// What the names of the questions begin with.
const PREFIX: &str = "crossum_field_without_name_";

/// A bit-field without a name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unnamed {
    /// How many of the members that debug information shows stand before it.
    pub behind: usize,
    /// Its declared type: a scalar, a typedef or an enumeration.
    pub kind: Type,
    /// Its width.
    pub bits: u32,
}

/// The bit-fields without a name of a program's records, as the text writes them; none of a record that has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    fields: Vec<(TypeId, Vec<Field>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    behind: usize,
    kind: String,
    width: String,
}

impl Written {
    /// Finds them in a preprocessed text of C. Of a record whose members are not those of the program nothing is told.
    pub fn of(program: &Program, source: &str) -> Written {
        let bodies = text::bodies(source);
        let mut fields = BTreeMap::new();
        for (&id, tag) in &program.tags {
            if let Some(body) = bodies.get(&**tag) {
                find(program, id, body, &mut fields);
            }
        }
        Written {
            fields: fields.into_iter().collect(),
        }
    }

    /// Finds them in a preprocessed text of C++.
    pub fn of_classes(program: &Program, source: &str) -> Written {
        let bodies = text::classes(source);
        let mut fields = BTreeMap::new();
        for (&id, tag) in &program.tags {
            // A class that shows nothing may be empty to some compilers, and to others not.
            let body = bodies.get(&**tag).filter(|body| !body.shown.is_empty());
            if let Some(body) = body {
                find(program, id, body, &mut fields);
            }
        }
        fields.retain(|_, fields| fields.iter().all(Field::is_plain));
        Written {
            fields: fields.into_iter().collect(),
        }
    }

    /// Whether there is nothing to ask.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// C that asks for their types and widths, a line each, to stand behind the text.
    pub fn source(&self) -> String {
        let mut source = String::new();
        for (question, field) in self.fields.iter().flat_map(|(_, of)| of).enumerate() {
            let Field { kind, width, .. } = field;
            let name = format!("{PREFIX}{question}");
            let _ = writeln!(
                source,
                "struct {name} {{ {kind} type; char width[({width}) + 1]; }}; extern struct {name} {name}_asked; struct {name} {name}_asked;"
            );
        }
        source
    }

    /// Takes a compiler's answers: `program` is what was read from the object with the questions. A record of which one was not answered is left out.
    pub fn answers(&self, program: &Program, told: &mut Alignments) {
        let answered: BTreeMap<usize, (Type, u32)> = program
            .tags
            .iter()
            .filter_map(|(&id, tag)| {
                let question = tag.strip_prefix(PREFIX)?.parse().ok()?;
                Some((question, answer(program, id)?))
            })
            .collect();
        let mut questions = 0..;
        for (id, fields) in &self.fields {
            let fields = fields.iter().map(|field| {
                let (kind, bits) = answered.get(&questions.next()?)?.clone();
                let behind = field.behind;
                Some(Unnamed { behind, kind, bits })
            });
            // Each has its number, whether one before it was answered or not.
            let fields: Vec<Option<Unnamed>> = fields.collect();
            if let Some(fields) = fields.into_iter().collect() {
                told.fields.insert(*id, fields);
            }
        }
    }
}

impl Field {
    /// Whether it means the same wherever it stands.
    fn is_plain(&self) -> bool {
        const WORDS: [&str; 9] = [
            "int", "unsigned", "signed", "char", "short", "long", "bool", "const", "volatile",
        ];
        const WIDTHS: [&str; 8] = [
            "int8_t", "uint8_t", "int16_t", "uint16_t", "int32_t", "uint32_t", "int64_t",
            "uint64_t",
        ];
        let mut words = self.kind.split(' ');
        let is_number = self.width.bytes().all(|octet| octet.is_ascii_digit());
        is_number && words.all(|word| WORDS.contains(&word) || WIDTHS.contains(&word))
    }
}

/// The bit-fields without a name of records, each behind so many members, with its type and width.
pub(super) type Fields = BTreeMap<TypeId, Vec<(usize, TypeId, u32)>>;

/// Those that are known, whose types are added to the program's.
pub(super) fn added(program: &mut Program, reported: &Alignments) -> Fields {
    let mut add = |field: &Unnamed| {
        (
            field.behind,
            program.types.add(field.kind.clone()),
            field.bits,
        )
    };
    let fields = reported.fields.iter();
    let added = fields.map(|(&id, fields)| (id, fields.iter().map(&mut add).collect()));
    added.collect()
}

/// A record with its bit-fields without a name.
pub(super) fn with(record: &Record, fields: &[(usize, TypeId, u32)]) -> Record {
    let mut members = Vec::with_capacity(record.members.len() + fields.len());
    let mut fields = fields.iter().peekable();
    for (place, member) in record.members.iter().enumerate() {
        while let Some(&(_, kind, bits)) = fields.next_if(|(behind, ..)| *behind <= place) {
            members.push(Member::unnamed(kind).bits(bits));
        }
        members.push(member.clone());
    }
    members.extend(fields.map(|&(_, kind, bits)| Member::unnamed(kind).bits(bits)));
    Record {
        members,
        ..record.clone()
    }
}

/// Those of a record, and of the records that are declared in it.
fn find(program: &Program, id: TypeId, body: &Body, found: &mut BTreeMap<TypeId, Vec<Field>>) {
    let Some(Type::Record(record)) = program.types.get(id) else {
        return;
    };
    let is_shown = |(member, shown): (&Member, &Shown)| {
        let name = member.name.as_deref();
        shown.name.as_deref().is_none_or(|of| name == Some(of))
    };
    let is_same = record.members.len() == body.shown.len()
        && record.members.iter().zip(&body.shown).all(is_shown);
    if !is_same || found.contains_key(&id) {
        return;
    }
    let fields = body.unnamed.iter().map(|field| Field {
        behind: field.behind,
        kind: field.kind.clone(),
        width: field.width.clone(),
    });
    found.insert(id, fields.collect());
    for (member, shown) in record.members.iter().zip(&body.shown) {
        if let Some(inside) = &shown.body {
            find(program, innermost(program, member.kind), inside, found);
        }
    }
}

fn answer(program: &Program, id: TypeId) -> Option<(Type, u32)> {
    let Some(Type::Record(record)) = program.types.get(id) else {
        return None;
    };
    let [kind, width] = record.members.as_slice() else {
        return None;
    };
    let kind = match program.types.get(kind.kind)? {
        kind @ (Type::Scalar(_) | Type::Typedef(_) | Type::Enum(_)) => kind.clone(),
        _ => return None,
    };
    let Type::Array {
        count: Count::Fixed(width),
        ..
    } = program.types.get(width.kind)?
    else {
        return None;
    };
    let bits = u32::try_from(width.checked_sub(1)?).ok()?;
    Some((kind, bits))
}
