//! The declaration that a finding is about.

use input::Subject;
use layout::dwarf::{MemberSource, Place};
use layout::types::TypeId;

use crate::case::Read;
use crate::origin::{Link, Origin};

/// The declaration that a finding is about.
pub(super) struct Declared<'a> {
    pub(super) read: Read<'a>,
    /// The type that was asked about and declares it, where it is another one.
    pub(super) other: Option<&'a Subject>,
    /// The member; `None` for a type.
    pub(super) link: Option<Link>,
    /// Whether the member is the value itself, and not what contains it.
    pub(super) is_value: bool,
    /// How much of the path of the value is the owner's.
    pub(super) path: usize,
    /// Whether what is to be mended stands in a type of somebody else's, from which the member is.
    pub(super) is_foreign: bool,
}

impl<'a> Declared<'a> {
    pub(super) fn source(&self) -> Option<&'a MemberSource> {
        let link = self.link.as_ref()?;
        self.read.of.sources.get(&link.record)?.get(link.member)
    }

    /// Whether a member beside it is of a type that only Rust calls so.
    pub(super) fn is_rust(&self) -> bool {
        let record = self.link.as_ref().map(|link| link.record);
        let sources = record.and_then(|record| self.read.of.sources.get(&record));
        let mut names = sources
            .into_iter()
            .flatten()
            .filter_map(|one| one.type_name.as_deref());
        names.any(|name| {
            matches!(
                name,
                "u8" | "u16"
                    | "u32"
                    | "u64"
                    | "u128"
                    | "usize"
                    | "i8"
                    | "i16"
                    | "i32"
                    | "i64"
                    | "i128"
                    | "isize"
                    | "f32"
                    | "f64"
            )
        })
    }

    pub(super) fn place(&self) -> Option<Place> {
        let owner = self.other.unwrap_or(self.read.subject);
        let member = self.source().and_then(|source| source.place.clone());
        member.or_else(|| owner.declared.clone())
    }
}

/// The name of a member, from the path of a value.
pub(super) fn member_name<'p>(path: &'p str, link: &Link) -> &'p str {
    let path = path.get(link.path..).unwrap_or_default();
    let name = path.trim_start_matches('.').split('.').next();
    name.unwrap_or_default().trim_end_matches("[]")
}

/// The subject that a type is, if it was asked about and is not the one that is read.
pub(super) fn told<'a>(read: Read<'a>, kind: TypeId) -> Option<&'a Subject> {
    let place = read.of.of_type.get(&kind)?;
    let subject = read.of.subjects.get(*place)?;
    (subject.kind != read.subject.kind).then_some(subject)
}

/// The declaration of a member: its owner is the innermost type around it that was asked about.
pub(super) fn owned<'a>(read: Read<'a>, origin: &Origin, field: &str, at: usize) -> Declared<'a> {
    let links = origin.links.get(..=at).unwrap_or_default();
    let inner = links.iter().enumerate().rev();
    let owner = inner
        .filter_map(|(place, link)| Some((place, told(read, link.record)?)))
        .next();
    let (place, other) = match owner {
        Some((place, other)) => (place, Some(other)),
        None => (0, None),
    };
    let declared = |at: usize| Declared {
        read,
        other,
        link: links.get(at).cloned(),
        is_value: at + 1 == origin.links.len(),
        path: links
            .get(place)
            .map_or(0, |link| link.path)
            .min(field.len()),
        is_foreign: false,
    };
    let own = declared(place);
    let innermost = declared(at);
    // What a header of somebody else declares is not for this one's owner to change.
    let file = |one: &Declared<'_>| Some(one.source()?.place.as_ref()?.file.clone());
    if at == place || file(&innermost).is_some_and(|inner| Some(inner) == file(&own)) {
        innermost
    } else {
        Declared {
            // A struct without a name has no place of its own.
            is_foreign: file(&innermost).is_some() && file(&own).is_some(),
            ..own
        }
    }
}
