//! Alignments, asked of a compiler: C that is added to the source that declares the types, and the answers in the debug information of what is compiled.
//!
//! 1. Read a [`Program`] from an object that was compiled from a source.
//! 2. Compile that source with the text of [`source`] after it, by the same compiler with the same flags and `-g`.
//! 3. Read that object, and give what was read to [`answers`].

use std::fmt::Write as _;

use super::Alignments;
use crate::abi::Scalar;
use crate::dwarf::{Language, Named, Program};
use crate::types::{Count, Role, Type};

/// What the names of the questions begin with.
const PREFIX: &str = "crossum_alignment_of_";

/// C that asks for the alignment of each record among `named`, and of its members, to stand after the source that declares them.
///
/// The answers are the lengths of arrays in the debug information. Nothing is run, so any compiler for any machine can be asked.
pub fn source(program: &Program, named: &[Named]) -> String {
    let mut source = String::new();
    // Clang's answer about a member would be no news; and it writes a bit-field as wide as its type down as a member like others, which cannot be asked about.
    let ask_members = program
        .producers
        .iter()
        .all(|name| name.starts_with("GNU "));
    for (index, of) in named.iter().enumerate() {
        let Some(Type::Record(record)) = program.types.get(of.kind) else {
            continue;
        };
        let name = of.name.to_string();
        ask(&mut source, &format!("{index}"), &name);
        for (place, member) in record.members.iter().enumerate() {
            // Of a reference C++ tells the alignment of what it refers to.
            let may_refer = of.name.language == Language::Cpp
                && program.types.get(member.kind) == Some(&Type::Scalar(Scalar::Pointer));
            let asks = ask_members && member.role == Role::Field && !may_refer;
            if let (Some(member), None, true) = (&member.name, member.bits, asks) {
                let member = format!("(({name} *)0)->{member}");
                ask(&mut source, &format!("{index}_{place}"), &member);
            }
        }
    }
    source
}

/// `__alignof__` is in all years of C, and in C++; for a member it is GNU's.
fn ask(source: &mut String, question: &str, of: &str) {
    let array = format!("{PREFIX}{question}");
    let _ = writeln!(
        source,
        "typedef char {array}[__alignof__({of})]; extern {array} {array}_asked; {array} {array}_asked;"
    );
}

/// The answers of a compiler, in octets: `program` is what was read from the object with the questions, `named` what [`source`] was given.
pub fn answers(program: &Program, named: &[Named]) -> Alignments {
    let mut alignments = Alignments::default();
    for answer in &program.named {
        let Some(question) = answer.name.path.strip_prefix(PREFIX) else {
            continue;
        };
        let (index, place) = match question.split_once('_') {
            Some((index, place)) => (index, place.parse::<usize>().ok()),
            None => (question, None),
        };
        let of = index
            .parse::<usize>()
            .ok()
            .and_then(|index| named.get(index));
        let (
            Some(of),
            Some(Type::Array {
                count: Count::Fixed(align),
                ..
            }),
        ) = (of, program.types.get(answer.kind))
        else {
            continue;
        };
        match place {
            Some(place) => alignments.members.insert((of.kind, place), *align),
            None => alignments.records.insert(of.kind, *align),
        };
    }
    alignments
}
