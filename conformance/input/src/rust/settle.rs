//! What the source decides, put into a program.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use layout::dwarf::{MemberSource, Program, Tagging};
use layout::fit::Alignments;
use layout::types::{Enum, Member, Rules, Type, TypeId};

use super::declared::{Contents, Declared, Field};
use super::names::{Meaning, meaning};
use super::text::Text;

/// Reads the source of the crates that a program's types are of, where it is here, and decides by it what debug information leaves open. Gives what the source says of alignments: which records may be packed.
///
/// A declaration counts where its fields are those of the program: a source may have been changed meanwhile.
pub fn settle(program: &mut Program) -> Alignments {
    let mut crates = Crates::default();
    let mut unpacked = BTreeSet::new();
    let tags: Vec<(TypeId, Arc<str>)> = program
        .tags
        .iter()
        .map(|(id, tag)| (*id, Arc::clone(tag)))
        .collect();
    for (id, tag) in tags {
        let Some((text, all)) = crates.declared(program, &tag) else {
            continue;
        };
        match program.types.get(id) {
            Some(Type::Record(record)) if record.rules == Rules::Rust => {
                let names: Vec<&str> = names(&record.members).collect();
                if let Some((declared, fields)) = of_fields(all, &names) {
                    if !declared.repr.packed {
                        unpacked.insert(id);
                    }
                    of_record(program, id, &tag, text, declared, fields);
                }
            }
            Some(Type::Enum(values)) => {
                if let [declared] = all {
                    let values = values.clone();
                    of_enum(program, id, &tag, values, declared);
                }
            }
            _ => {}
        }
    }
    let variants = std::mem::take(&mut program.variants);
    for (id, of) in &variants {
        if let Some((text, [declared])) = crates.declared(program, &of.path) {
            of_variants(program, *id, of, text, declared);
        }
    }
    program.variants = variants;
    for named in &mut program.named {
        if let Some((_, all)) = crates.declared_of(&program.crates, &named.name.path)
            && named.declared.is_empty()
        {
            named.declared = all.iter().map(|one| one.place.clone()).collect();
            named.declared.sort();
        }
    }
    let mut said = Alignments::default();
    if !unpacked.is_empty() {
        let records = program.observed.keys().copied();
        said.packed = Some(records.filter(|id| !unpacked.contains(id)).collect());
    }
    said
}

/// The texts of crates, each read when the first of its types is asked for.
#[derive(Default)]
struct Crates {
    texts: BTreeMap<String, Option<Text>>,
}

impl Crates {
    fn declared(&mut self, program: &Program, path: &str) -> Option<(&Text, &[Declared])> {
        self.declared_of(&program.crates, path)
    }

    /// The declarations of this path; several where a `cfg` chooses.
    fn declared_of(
        &mut self,
        crates: &BTreeMap<String, Arc<str>>,
        path: &str,
    ) -> Option<(&Text, &[Declared])> {
        let arguments = path.find('<').unwrap_or(path.len());
        let (name, inside) = path.get(..arguments)?.split_once("::")?;
        let root = crates.get(name)?;
        let text = self.texts.entry(name.to_owned());
        let text = text.or_insert_with(|| Text::of(Path::new(&**root)));
        let text = text.as_ref()?;
        Some((text, text.types.get(inside)?))
    }
}

fn names(members: &[Member]) -> impl Iterator<Item = &str> {
    members.iter().filter_map(|member| member.name.as_deref())
}

/// The declaration with fields of these names, where there is one.
fn of_fields<'d>(all: &'d [Declared], names: &[&str]) -> Option<(&'d Declared, &'d [Field])> {
    let mut fitting = all.iter().filter_map(|one| match &one.contents {
        Contents::Fields(fields) if are(fields, names) => Some((one, fields.as_slice())),
        _ => None,
    });
    let first = fitting.next()?;
    // Of several that a `cfg` chooses from, nobody says which it is.
    fitting.next().is_none().then_some(first)
}

fn are(fields: &[Field], names: &[&str]) -> bool {
    let fields = fields.iter().map(|field| field.name.as_str());
    fields.eq(names.iter().copied())
}

fn of_record(
    program: &mut Program,
    id: TypeId,
    tag: &str,
    text: &Text,
    declared: &Declared,
    fields: &[Field],
) {
    if let Some(sources) = program.sources.get_mut(&id) {
        for (source, field) in sources.iter_mut().zip(fields) {
            at(source, field, declared);
        }
    }
    let Some(Type::Record(record)) = program.types.get(id) else {
        return;
    };
    let mut record = record.clone();
    let places = program.observed.get(&id).map(|of| of.members.as_slice());
    let mut places = places.into_iter().flatten();
    if !declared.repr.is_specified() && places.any(|place| place.bit_size != Some(0)) {
        let what = format!("`{tag}` has no `repr(C)`: rustc may lay it out in another way");
        program.types.replace(id, Type::Unspecified { what });
        return;
    }
    for (member, field) in record.members.iter_mut().zip(fields) {
        member.kind = named(program, text, declared, field, member.kind);
    }
    program.types.replace(id, Type::Record(record));
}

/// Where a field stands, and what its type is called there.
fn at(source: &mut MemberSource, field: &Field, declared: &Declared) {
    source.place = Some(layout::dwarf::Place {
        line: field.line,
        ..declared.place.clone()
    });
    source.column = field.column;
    if let Some(name) = spelled(&field.kind) {
        source.type_name = Some(name.into());
    }
}

/// The name of the elements of a type, where it has a simple one.
fn spelled(kind: &syn::Type) -> Option<String> {
    match kind {
        syn::Type::Array(of) => spelled(&of.elem),
        syn::Type::Path(of) => {
            let last = of.path.segments.last()?;
            last.arguments.is_empty().then(|| last.ident.to_string())
        }
        _ => None,
    }
}

/// The type of a field, by the name that it has in the source.
fn named(
    program: &mut Program,
    text: &Text,
    around: &Declared,
    field: &Field,
    kind: TypeId,
) -> TypeId {
    let meaning = meaning(text, &around.module, &around.parameters, &field.kind);
    with_meaning(program, kind, &meaning)
}

/// Through arrays, which a reader nests no deeper than it reads.
fn with_meaning(program: &mut Program, kind: TypeId, meaning: &Meaning) -> TypeId {
    match (program.types.get(kind), meaning) {
        (Some(&Type::Array { element, count }), _) => {
            let of = with_meaning(program, element, meaning);
            if of == element {
                return kind;
            }
            program.types.add(Type::Array { element: of, count })
        }
        (Some(Type::Untraced { declared, .. }), Meaning::Itself) => *declared,
        (Some(Type::Untraced { may_be, .. }), Meaning::C(number)) if may_be.contains(number) => {
            program.types.add(number.clone())
        }
        (Some(Type::Scalar(layout::abi::Scalar::Int8)), Meaning::C(Type::Scalar(char))) => {
            program.types.add(*char)
        }
        (Some(Type::Record(_)), Meaning::Itself) if is_generic(program, kind) => {
            definite(program, kind)
        }
        _ => kind,
    }
}

/// Whether it is a type of Rust's own library that has parameters: what it is made of is what the source says around it.
fn is_generic(program: &Program, kind: TypeId) -> bool {
    let tag = program.tags.get(&kind);
    tag.is_some_and(|tag| tag.starts_with("core::") && tag.contains('<'))
}

/// The same type without what has other names in other sources. Records nest no deeper than a reader reads them.
fn definite(program: &mut Program, kind: TypeId) -> TypeId {
    match program.types.get(kind) {
        Some(Type::Untraced { declared, .. }) => *declared,
        Some(&Type::Array { element, count }) => {
            let element = definite(program, element);
            program.types.add(Type::Array { element, count })
        }
        Some(Type::Record(record)) => {
            let mut record = record.clone();
            for member in &mut record.members {
                member.kind = definite(program, member.kind);
            }
            let id = program.types.add(Type::Record(record));
            if let Some(observed) = program.observed.get(&kind).cloned() {
                program.observed.insert(id, observed);
            }
            if let Some(tag) = program.tags.get(&kind).cloned() {
                program.tags.insert(id, tag);
            }
            id
        }
        _ => kind,
    }
}

/// Of the integer that is named beside it, or else of C's.
fn with_repr(mut values: Enum, declared: &Declared) -> Enum {
    values.may_be_c = false;
    values.fixed = values.fixed.filter(|_| declared.repr.integer);
    values
}

fn of_enum(program: &mut Program, id: TypeId, tag: &str, values: Enum, declared: &Declared) {
    let kind = match declared.repr {
        repr if repr.integer || repr.c => Type::Enum(with_repr(values, declared)),
        _ => Type::Unspecified {
            what: format!("`{tag}` has no `repr`: rustc chooses the integer that it is"),
        },
    };
    program.types.replace(id, kind);
}

fn of_variants(
    program: &mut Program,
    id: TypeId,
    of: &layout::dwarf::Variants,
    text: &Text,
    declared: &Declared,
) {
    let Contents::Variants(variants) = &declared.contents else {
        return;
    };
    let tagging = match declared.repr {
        repr if repr.c => Tagging::Struct,
        repr if repr.integer => Tagging::Union,
        _ => {
            let what = format!(
                "`{}` has no `repr`: rustc may lay it out in another way",
                of.path
            );
            program.types.replace(id, Type::Unspecified { what });
            return;
        }
    };
    let mut of = of.clone();
    let is_same = of.variants.len() == variants.len()
        && of
            .variants
            .iter()
            .zip(variants)
            .all(|(one, (name, fields))| {
                let names: Vec<&str> = one
                    .fields
                    .iter()
                    .filter_map(|(member, _)| member.name.as_deref())
                    .collect();
                one.name == *name && are(fields, &names)
            });
    if !is_same {
        return;
    }
    for (variant, (_, fields)) in of.variants.iter_mut().zip(variants) {
        for ((member, _), field) in variant.fields.iter_mut().zip(fields) {
            member.kind = named(program, text, declared, field, member.kind);
        }
    }
    if let Some(Type::Enum(values)) = of.discriminant.and_then(|id| program.types.get(id)) {
        let values = with_repr(values.clone(), declared);
        of.discriminant = Some(program.types.add(Type::Enum(values)));
    }
    let records = of.records(tagging, |record, observed, tag| {
        let id = program.types.add(Type::Record(record));
        program.observed.insert(id, observed);
        program.tags.insert(id, tag.into());
        id
    });
    if let Some((record, observed)) = records {
        program.types.replace(id, Type::Record(record));
        program.observed.insert(id, observed);
        program.tags.insert(id, Arc::clone(&of.path));
    }
}
