//! Which declarations lead to a value: the members, from the type that was asked about to the value's own.

use std::collections::HashMap;

use input::reading::library::UNNAMED;
use layout::dwarf::MemberSource;
use layout::types::{Member, Record, Type, TypeId, Types};

use crate::case::Read;

/// The members that lead to a value, the outermost first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) links: Vec<Link>,
    /// The value's type, without arrays and what only aligns it.
    pub(crate) leaf: TypeId,
}

/// A member on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The record that it is declared in.
    pub(crate) record: TypeId,
    /// Which of its members, bit-fields without a name left out.
    pub(crate) member: usize,
    /// The path of the record, which is how much of the value's.
    pub(crate) path: usize,
}

impl Link {
    /// The member, in the record that it is declared in.
    pub(crate) fn member<'t>(&self, record: &'t Record) -> Option<&'t Member> {
        let mut named = record.members.iter().filter(|one| !is_unnamed(one));
        named.nth(self.member)
    }
}

/// Whether a member is a bit-field without a name, which no path leads to.
fn is_unnamed(member: &Member) -> bool {
    let name = member.name.as_deref();
    member.bits.is_some() && name.is_none_or(|name| name.ends_with(UNNAMED))
}

impl Origin {
    /// How the value is written in its source, as far as the compiler says.
    pub(crate) fn source<'a>(&self, read: Read<'a>) -> Option<&'a MemberSource> {
        let link = self.links.last()?;
        read.of.sources.get(&link.record)?.get(link.member)
    }
}

/// How the values of a type are written in its source, by their paths.
pub(crate) fn sources(read: Read<'_>) -> HashMap<String, &MemberSource> {
    let origins = origins(read.types, read.subject.kind).into_iter();
    let sources = origins.filter_map(|(path, origin)| Some((path, origin.source(read)?)));
    sources.collect()
}

/// More values than this are not followed: a short declaration can have more than memory holds.
const MAX_VALUES: usize = 100_000;

/// A record whose members are being followed.
struct Open {
    record: TypeId,
    path: usize,
    /// The next member, and its place among those that have a source.
    next: usize,
    named: usize,
}

/// Of every value of a type, by its path; the first of several with one path.
pub(crate) fn origins(types: &Types, of: TypeId) -> HashMap<String, Origin> {
    let mut origins = HashMap::new();
    let mut open: Vec<Open> = Vec::new();
    let mut path = String::new();
    let mut links: Vec<Link> = Vec::new();
    let (leaf, _) = element(types, of);
    match types.get(leaf) {
        Some(Type::Record(_)) => open.push(Open {
            record: leaf,
            path: 0,
            next: 0,
            named: 0,
        }),
        _ => {
            origins.insert(String::new(), Origin { links, leaf });
            return origins;
        }
    }
    while let Some(record) = open.last_mut() {
        path.truncate(record.path);
        let member = match types.get(record.record) {
            Some(Type::Record(of)) => of.members.get(record.next),
            _ => None,
        };
        let Some(member) = member.filter(|_| origins.len() < MAX_VALUES) else {
            open.pop();
            links.pop();
            continue;
        };
        record.next += 1;
        if is_unnamed(member) {
            continue;
        }
        links.push(Link {
            record: record.record,
            member: record.named,
            path: record.path,
        });
        record.named += 1;
        if let Some(name) = &member.name {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
        }
        let (leaf, arrays) = element(types, member.kind);
        if matches!(types.get(leaf), Some(Type::Record(_))) {
            path.push_str(&"[]".repeat(arrays));
            open.push(Open {
                record: leaf,
                path: path.len(),
                next: 0,
                named: 0,
            });
            continue;
        }
        origins.entry(path.clone()).or_insert_with(|| Origin {
            links: links.clone(),
            leaf,
        });
        links.pop();
    }
    origins
}

/// What an array is of, and how many dimensions it has.
fn element(types: &Types, mut id: TypeId) -> (TypeId, usize) {
    let mut arrays = 0;
    // Bounded by the number of types: what a type is made of was read before it.
    loop {
        match types.get(id) {
            Some(Type::Array { element, .. }) => {
                arrays += 1;
                id = *element;
            }
            Some(Type::Aligned { of, .. }) => id = *of,
            _ => return (id, arrays),
        }
    }
}

#[cfg(test)]
mod tests {
    use layout::abi::Scalar;

    use super::*;

    #[test]
    fn a_value_is_reached_through_the_members_that_are_written() {
        let mut types = Types::new();
        let inner = types
            .structure()
            .field("x", Scalar::Short)
            .unnamed_bits(Scalar::Int, 3)
            .field("y", Scalar::Long)
            .add();
        let two = types.array(inner, 2);
        let anonymous = types.union().field("a", Scalar::Int).add();
        let outer = types
            .structure()
            .field("first", Scalar::Char)
            .field("two", two)
            .anonymous(anonymous)
            .field("last", Scalar::Int)
            .add();
        let origins = origins(&types, outer);
        let links = |path: &'static str| -> Vec<(TypeId, usize, &str)> {
            let links = origins[path].links.iter();
            links
                .map(|link| (link.record, link.member, &path[..link.path]))
                .collect()
        };
        assert_eq!(origins.len(), 5);
        assert_eq!(links("first"), [(outer, 0, "")]);
        assert_eq!(links("two[].y"), [(outer, 1, ""), (inner, 1, "two[]")]);
        assert_eq!(links("a"), [(outer, 2, ""), (anonymous, 0, "")]);
        assert_eq!(links("last"), [(outer, 3, "")]);
    }
}
