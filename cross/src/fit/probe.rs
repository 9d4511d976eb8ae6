//! Alignments, asked of a compiler: C that is added to the source that declares the types, and the answers in the debug information of what is compiled.

use std::fmt::Write as _;

use super::Alignments;
use crate::dwarf::{Keyword, Named, Program};
use crate::types::{Count, Type};

/// What the names of the questions begin with.
const PREFIX: &str = "crossum_alignment_of_";

/// C that asks for the alignment of each record among `named`, to stand after the source that declares them.
///
/// The answers are the lengths of arrays. Nothing is run, so any compiler for any machine can be asked; `-g` is needed to read what it says. The same `named` are needed for that.
pub fn source(named: &[Named]) -> String {
    let mut source = String::new();
    for (index, of) in named.iter().enumerate() {
        if of.name.keyword == Keyword::Enum {
            continue;
        }
        let name = of.name.to_string();
        // `__alignof__` is in all years of C, and of C++.
        let array = format!("{PREFIX}{index}");
        let _ = writeln!(
            source,
            "typedef char {array}[__alignof__({name})]; extern {array} {array}_asked; {array} {array}_asked;"
        );
    }
    source
}

/// The answers of a compiler: `program` is what was read of the object that [`source`] was compiled into, together with the source that it was made for, and `named` as it was then.
pub fn answers(program: &Program, named: &[Named]) -> Alignments {
    let mut alignments = Alignments::new();
    for answer in &program.named {
        let index = answer.name.path.strip_prefix(PREFIX);
        let Some(of) = index
            .and_then(|index| index.parse::<usize>().ok())
            .and_then(|index| named.get(index))
        else {
            continue;
        };
        let Some(Type::Array {
            count: Count::Fixed(align),
            ..
        }) = program.types.get(answer.kind)
        else {
            continue;
        };
        if let Some(Type::Record(_)) = program.types.get(of.kind) {
            alignments.insert(of.kind, *align);
        }
    }
    alignments
}
