//! Declarations that a preprocessor changes.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use layout::Layouts;
use layout::abi::{Scalar, Typedef};
use layout::dwarf::MemberSource;
use layout::types::Type;

use super::groups::{owned, some};
use super::{Found, Rule};
use crate::anatomy::{Anatomy, Field, as_declared, is_inside_library};
use crate::case::On;
use crate::origin::sources;
use crate::spelling;
use crate::{Case, islands};

pub(super) const RULE: Rule = Rule {
    code: "conditional-text",
    title: "a declaration that is another one on another machine: an #if, a macro, or a header of the system decides it",
    cure: "one declaration for all machines, of types with their width in their names",
    explain: "\
A preprocessor decides what a compiler sees of a declaration: by an #if in it or around it, by a macro in it that is `packed` for one compiler and nothing for another, by a typedef that is chosen elsewhere. Machines then lay out different declarations, and no rule about layouts says anything about that.

`crossum check` reads C and C++ source as each machine's compiler does and lays out what that one sees; this is found where what they see is not laid out alike. Of an object file only one machine's declaration is known: there an #if in the source is all that can be told.

Give what leaves the machine one declaration without conditions.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    let line = case.subject.conditional.into_iter();
    let in_source = line.map(|line| Found {
        cure: None,
        field: String::new(),
        message: format!("an #if in its declaration, line {line}"),
        targets: Vec::new(),
    });
    in_source.chain(between(case)).collect()
}

/// The number of a declaration, and its fields: paths and types. Lengths are left out: they may be constants of the machine.
type Declaration = (usize, Vec<(String, String)>);

/// How a declaration differs from the usual one.
#[derive(PartialEq, Eq)]
enum Differs {
    /// In the field of this path, and how.
    In(String, String),
    /// In nothing that moves anything, or that no other finding tells.
    Elsewhere,
    /// In nothing that the fields show: what is known of it.
    Unseen(&'static str),
}

impl Differs {
    fn field(&self) -> Option<&str> {
        match self {
            Differs::In(path, _) => Some(path),
            _ => None,
        }
    }
}

const OTHER_ATTRIBUTES: &str = "its attributes are others";

/// So many other declarations are told.
const MAX_TOLD: usize = 3;

/// What other machines than most see of it. Declarations that are written for each machine so that the same comes out of them are nobody's trouble.
fn between(case: &Case<'_>) -> Option<Found> {
    if case.is_one_reading() || islands::islands(case).len() < 2 {
        return None;
    }
    let mut groups: Vec<(Declaration, Vec<&On<'_>>)> = Vec::new();
    for (on, anatomy) in case.known() {
        let declaration = declaration(on, anatomy);
        match groups.iter_mut().find(|(same, _)| *same == declaration) {
            Some((_, group)) => group.push(on),
            None => groups.push((declaration, vec![on])),
        }
    }
    let machines = |group: &[&On<'_>]| group.iter().map(|on| on.machines.len()).sum::<usize>();
    // The first of equals.
    groups.sort_by_key(|((number, _), group)| (std::cmp::Reverse(machines(group)), *number));
    let ((_, most), others) = groups.split_first()?;
    let usual: BTreeSet<_> = most.iter().map(|on| lies(on)).collect();
    // What is laid out as on some machine with the usual declaration moves nothing.
    let others = others.iter().map(|(_, group)| {
        let other = group.iter().filter(|on| !usual.contains(&lies(on)));
        other.copied().collect::<Vec<_>>()
    });
    let others = others
        .filter(|group| !group.is_empty())
        .filter_map(|group| {
            let differs = difference(most.first()?, group.first()?);
            let is_told = differs != Differs::Elsewhere;
            is_told.then_some((group, differs))
        });
    let others: Vec<(Vec<&On<'_>>, Differs)> = others.collect();
    let named = |group: &[&On<'_>]| owned(group.iter().flat_map(|on| &on.machines).copied());
    // Where one field is what differs, it is of the field, and told where that is declared.
    let mut fields = others.iter().map(|(_, differs)| differs.field());
    let field = fields.next().flatten();
    let field = field.filter(|field| fields.all(|other| other == Some(field)));
    // Those of which the same is to be said are told together.
    let mut alike: Vec<(&Differs, Vec<&On<'_>>)> = Vec::new();
    for (group, differs) in &others {
        match alike.iter_mut().find(|(same, _)| *same == differs) {
            Some((_, all)) => all.extend(group),
            None => alike.push((differs, group.clone())),
        }
    }
    let told = alike.iter().take(MAX_TOLD).map(|(differs, group)| {
        let what = match differs {
            Differs::In(_, what) if field.is_some() => {
                what.strip_prefix("is ").unwrap_or(what).to_owned()
            }
            Differs::In(path, what) => {
                format!("`{}` {what}", as_declared(path))
            }
            Differs::Unseen(what) => (*what).to_owned(),
            Differs::Elsewhere => OTHER_ATTRIBUTES.to_owned(),
        };
        format!("on {}: {what}", some(&named(group)))
    });
    let mut told: Vec<String> = told.collect();
    if alike.len() > MAX_TOLD {
        told.push(format!("{} more", alike.len() - MAX_TOLD));
    }
    (!told.is_empty()).then(|| Found {
        cure: None,
        field: field.unwrap_or_default().to_owned(),
        message: format!("declared otherwise {}", told.join("; ")),
        targets: named(
            &others
                .iter()
                .flat_map(|(group, _)| group.iter().copied())
                .collect::<Vec<_>>(),
        ),
    })
}

/// What headers of the system declare shows in the fields alone.
fn declaration(on: &On<'_>, anatomy: &Anatomy) -> Declaration {
    let fields = anatomy.fields.iter();
    let fields = fields.map(|field| (field.path.clone(), spelling::element(field)));
    (number(on), fields.collect())
}

/// Which of the program's own texts declares it there.
fn number(on: &On<'_>) -> usize {
    on.read.map_or(0, |read| read.declaration)
}

/// How it lies: its size, its values and their byte order.
fn lies(on: &On<'_>) -> Option<String> {
    let anatomy = (*on.anatomy).as_ref().ok()?;
    let fields = anatomy.fields.iter();
    let fields = fields.map(|field| (field.path.as_str(), field.bit_offset, field.extent().0));
    let fields: Vec<_> = fields.collect();
    Some(format!(
        "{:?} {} {fields:?}",
        on.abi.byte_order(),
        anatomy.size
    ))
}

/// Whether two fields differ in nothing but that one was read as a bit-field which fills its type: from Clang 14 on nothing tells that from a field.
fn is_whole(one: &Field, other: &Field) -> bool {
    one.is_bit_field != other.is_bit_field
        && one.bit_size == other.bit_size
        && spelling::element(one) == spelling::element(other)
}

fn are_integers(one: &Field, other: &Field) -> bool {
    let is_integer = |field: &Field| match &field.kind {
        Type::Scalar(scalar) => !matches!(
            scalar,
            Scalar::Pointer | Scalar::Float | Scalar::Double | Scalar::LongDouble
        ),
        Type::Typedef(_) | Type::Either { .. } | Type::Enum(_) => true,
        _ => false,
    };
    is_integer(one) && is_integer(other)
}

fn points(field: &Field) -> bool {
    matches!(field.kind, Type::Scalar(Scalar::Pointer))
}

/// Whether the usual declaration would lie there as the other one does: then only the machine moves anything.
fn lies_as(most: &On<'_>, other: &On<'_>) -> bool {
    let laid_out = || {
        let read = most.read?;
        let layouts = Layouts::new(other.abi, read.types);
        let anatomy = Anatomy::of(&layouts, read.types, read.subject.kind);
        lies(&On {
            anatomy: Rc::new(anatomy),
            ..other.clone()
        })
    };
    let there = lies(other);
    there.is_some() && laid_out() == there
}

/// Whether something packed it: a field lies where its type would not.
fn is_packed(anatomy: &Anatomy) -> bool {
    let mut fields = anatomy.fields.iter().filter(|field| !field.is_bit_field);
    fields.any(|field| !field.offset().is_multiple_of(field.align))
}

/// Whether something in it is to be aligned: where nothing is, all lies as if it were packed.
fn is_aligned(anatomy: &Anatomy) -> bool {
    let mut fields = anatomy.fields.iter().filter(|field| !field.is_bit_field);
    fields.any(|field| field.align > 1)
}

/// What differs first: a field that only one has, or that is of another type, or stands elsewhere; its path, and how.
fn difference(most_on: &On<'_>, other_on: &On<'_>) -> Differs {
    let (Ok(most), Ok(other)) = (&*most_on.anatomy, &*other_on.anatomy) else {
        return Differs::Unseen(OTHER_ATTRIBUTES);
    };
    // The program's own text is one: all that differs is the C library's, or the compiler's.
    let is_one_text = number(most_on) == number(other_on);
    let mut is_elsewhere = is_one_text;
    // Without what stands in a library's type for fields that nobody names.
    let fields = |of: &'_ Anatomy| {
        let fields = of.fields.iter();
        let fields = fields.filter(|field| !(is_one_text && is_inside_library(&field.path)));
        fields.cloned().collect::<Vec<_>>()
    };
    let (most_fields, other_fields) = (fields(most), fields(other));
    let of = |fields: &[Field], path: &str| fields.iter().find(|field| field.path == path).cloned();
    let sources = [most_on, other_on].map(|on| on.read.map(sources).unwrap_or_default());
    let [most_sources, other_sources] = &sources;
    for field in &other_fields {
        let Some(here) = of(&most_fields, &field.path) else {
            return Differs::In(field.path.clone(), "is only there".to_owned());
        };
        if spelling::spelling(&here) == spelling::spelling(field) || is_whole(&here, field) {
            continue;
        }
        let is_as_wide = here.extent() == field.extent();
        // An integer by another name is as wide; what points, and in one text how wide it is, other findings tell.
        if is_as_wide && are_integers(&here, field)
            || is_one_text && (!is_as_wide || points(&here) != points(field))
        {
            is_elsewhere = true;
            continue;
        }
        let name =
            |sources: &HashMap<String, &MemberSource>| sources.get(&field.path)?.type_name.clone();
        // A name of the C library's is another type there, which has findings of its own.
        let usual_name = name(most_sources);
        if usual_name.is_some_and(|usual| {
            Typedef::named(&usual).is_some()
                && name(other_sources).is_some_and(|there| *there == *usual)
        }) {
            is_elsewhere = true;
            continue;
        }
        if is_one_text || is_inside_library(&field.path) {
            let how = "is the C library's, which declares another one there".to_owned();
            return Differs::In(field.path.clone(), how);
        }
        let told = |tell: fn(&Field, Option<&MemberSource>) -> String| {
            let of = |field: &Field, sources: &HashMap<String, &MemberSource>| {
                tell(field, sources.get(&field.path).copied())
            };
            (of(field, other_sources), of(&here, most_sources))
        };
        let (mut there, mut usual) = told(spelling::declared);
        // One name for two types.
        if there == usual {
            (there, usual) = told(spelling::meant);
        }
        let how = format!("is {there} instead of {usual}");
        return Differs::In(field.path.clone(), how);
    }
    let mut missing = most_fields.iter();
    if let Some(field) = missing.find(|field| of(&other_fields, &field.path).is_none()) {
        return Differs::In(field.path.clone(), "is not there".to_owned());
    }
    let mut order = most_fields.iter().zip(&other_fields);
    match order.find(|(here, there)| here.path != there.path) {
        Some((here, there)) => Differs::In(
            there.path.clone(),
            format!("stands where others have `{}`", here.path),
        ),
        None if is_one_text || lies_as(most_on, other_on) => Differs::Elsewhere,
        None => match (is_packed(most), is_packed(other)) {
            (false, true) => Differs::Unseen("lies packed there"),
            (true, false) if is_aligned(other) => Differs::Unseen("does not lie packed there"),
            _ if is_elsewhere => Differs::Elsewhere,
            _ => Differs::Unseen(OTHER_ATTRIBUTES),
        },
    }
}
