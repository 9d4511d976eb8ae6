//! What a new declaration makes of octets that are out there.

use std::collections::BTreeSet;

use super::{LockedField, LockedForm, LockedType};
use crate::form::{Cell, Form, Forms, Meaning};

/// What happened to a type, on some machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is.
    pub kind: Kind,
    /// The value that it is about; empty for the whole type.
    pub path: String,
    /// In words.
    pub words: String,
    /// Where it is declared now, file and line, where that is known.
    pub declared: Option<String>,
    /// On which machines. Sorted.
    pub machines: Vec<String>,
}

/// What a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A value lies elsewhere.
    Moved,
    /// A value has another width, order, sign or format.
    Meaning,
    /// A value is gone.
    Gone,
    /// A value is new where there was padding: in octets that are out there, anything.
    InPadding,
    /// A value is new behind the end, and nothing says how long a record is.
    Endless,
    /// The size is another one.
    Size,
    /// An enumerator has another value, or a value no longer has a name.
    Enumerator,
    /// The type is gone.
    TypeGone,
    /// The layout is not known.
    Undecided,
    /// A value is new behind the end of what has a length.
    Appended,
    /// A value has another name.
    Renamed,
}

/// What becomes of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// What is out there is read as it was written.
    Held,
    /// On some machines nobody can tell.
    Undecided,
    /// It is not.
    Broken,
}

impl Kind {
    /// What it makes of the type.
    pub fn verdict(self) -> Verdict {
        match self {
            Kind::Appended | Kind::Renamed => Verdict::Held,
            Kind::Undecided => Verdict::Undecided,
            _ => Verdict::Broken,
        }
    }

    /// In a word, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Moved => "moved",
            Kind::Meaning => "meaning",
            Kind::Gone => "gone",
            Kind::InPadding => "in-padding",
            Kind::Endless => "no-length",
            Kind::Size => "size",
            Kind::Enumerator => "enumerator",
            Kind::TypeGone => "type-gone",
            Kind::Undecided => "undecided",
            Kind::Appended => "appended",
            Kind::Renamed => "renamed",
        }
    }
}

/// What became of a locked type; `None` where it is no longer declared.
pub fn compare(locked: &LockedType, now: Option<&Forms>) -> (Verdict, Vec<Change>) {
    let mut changes = Changes::default();
    match now {
        None => {
            let words = format!("{} is no longer declared in {}", locked.name, locked.file);
            let machines: Vec<&str> = locked.machines().collect();
            changes.add(Kind::TypeGone, "", words, None, &machines);
        }
        Some(now) => {
            for layout in &locked.layouts {
                compare_layout(layout, now, &mut changes);
            }
            compare_enumerators(locked, now, &mut changes);
        }
    }
    let verdicts = changes.all.iter().map(|change| change.kind.verdict());
    (verdicts.max().unwrap_or(Verdict::Held), changes.all)
}

#[derive(Default)]
struct Changes {
    all: Vec<Change>,
}

impl Changes {
    /// The same on several machines is one change.
    fn add(
        &mut self,
        kind: Kind,
        path: &str,
        words: String,
        declared: Option<String>,
        machines: &[&str],
    ) {
        let same = self
            .all
            .iter_mut()
            .find(|one| (one.kind, &one.words) == (kind, &words));
        let change = match same {
            Some(same) => same,
            None => {
                self.all.push(Change {
                    kind,
                    path: path.to_owned(),
                    words,
                    declared,
                    machines: Vec::new(),
                });
                let last = self.all.len() - 1;
                let Some(change) = self.all.get_mut(last) else {
                    return;
                };
                change
            }
        };
        change
            .machines
            .extend(machines.iter().map(|name| (*name).to_owned()));
        change.machines.sort();
        change.machines.dedup();
    }
}

/// The machines of a locked form, by the form that they have now.
fn compare_layout(locked: &LockedForm, now: &Forms, changes: &mut Changes) {
    let machines = || locked.machines.iter().map(String::as_str);
    for form in &now.forms {
        let here = |name: &&str| form.machines.iter().any(|other| other == name);
        let here: Vec<&str> = machines().filter(here).collect();
        if !here.is_empty() {
            compare_form(locked, form, &here, changes);
        }
    }
    for machine in machines().filter(|name| now.on(name).is_none()) {
        let why = now
            .unknown_on(machine)
            .unwrap_or("nothing is known of the type there");
        changes.add(Kind::Undecided, "", why.to_owned(), None, &[machine]);
    }
}

fn compare_form(locked: &LockedForm, form: &Form, machines: &[&str], changes: &mut Changes) {
    let mut matched: BTreeSet<usize> = BTreeSet::new();
    for old in &locked.fields {
        let at_place = form
            .cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| cell.place() == old.place);
        let mut at_place: Vec<_> = at_place.collect();
        // Of several members of a union the one of the same name, or else of the same meaning.
        at_place.sort_by_key(|(_, cell)| (cell.path != old.path, !is_read(old, cell)));
        let by_name = form.cells.iter().find(|cell| cell.path == old.path);
        match (at_place.first(), by_name) {
            (Some((place, cell)), _) if is_read(old, cell) => {
                matched.insert(*place);
                let is_elsewhere = by_name.is_some_and(|named| named.place() != old.place);
                if cell.path == old.path {
                    continue;
                }
                let (kind, words) = match by_name.filter(|_| is_elsewhere) {
                    // Something else has come before it.
                    Some(named) => {
                        matched.extend(place_among(form, named));
                        let words = format!("{}; `{}` is there now", moved(old, named), cell.path);
                        (Kind::Moved, words)
                    }
                    None => (
                        Kind::Renamed,
                        format!("`{}` is called `{}` now", old.path, cell.path),
                    ),
                };
                changes.add(kind, &old.path, words, declared(cell), machines);
            }
            (Some((place, cell)), _) if cell.path == old.path => {
                matched.insert(*place);
                let words = format!(
                    "`{}` at {} was {}, and is {}",
                    old.path,
                    old.place,
                    old.kind,
                    super::kind(cell)
                );
                changes.add(Kind::Meaning, &old.path, words, declared(cell), machines);
            }
            (_, Some(cell)) => {
                matched.extend(place_among(form, cell));
                let kind = match place_of(&old.place).zip(place_of(&cell.place())) {
                    Some(((a, _), (b, _))) if a == b => Kind::Meaning,
                    _ => Kind::Moved,
                };
                changes.add(kind, &old.path, moved(old, cell), declared(cell), machines);
            }
            (_, None) => {
                let words = format!("`{}` at {} is gone", old.path, old.place);
                changes.add(Kind::Gone, &old.path, words, None, machines);
            }
        }
    }
    let has_length = locked.fields.iter().any(is_length);
    let mut is_appended = false;
    for (place, cell) in form.cells.iter().enumerate() {
        if matched.contains(&place) || is_covered(cell, locked) {
            continue;
        }
        let (path, at) = (&cell.path, cell.place());
        let (kind, words) = if cell.bit_offset < 8 * locked.size {
            (
                Kind::InPadding,
                format!(
                    "`{path}` is new at {at}, where octets that are out there have padding, which can be anything"
                ),
            )
        } else if has_length {
            is_appended = true;
            (
                Kind::Appended,
                format!("`{path}` is new at {at}, behind the end"),
            )
        } else {
            is_appended = true;
            (
                Kind::Endless,
                format!(
                    "`{path}` is new at {at}, behind the end, and no field says how long a record is"
                ),
            )
        };
        changes.add(kind, path, words, declared(cell), machines);
    }
    let is_told = changes.all.iter().any(|change| {
        change.kind.verdict() == Verdict::Broken
            && machines
                .iter()
                .all(|name| change.machines.iter().any(|other| other == name))
    });
    if form.size != locked.size && !is_appended && !is_told {
        let words = format!("the size was {}, and is {}", locked.size, form.size);
        changes.add(Kind::Size, "", words, None, machines);
    }
}

/// Whether a new value lies in what other values had before: a part of them, or several.
fn is_covered(cell: &Cell, locked: &LockedForm) -> bool {
    let (begin, end) = (cell.bit_offset, cell.bit_end());
    locked.fields.iter().any(|old| {
        place_of(&old.place).is_some_and(|(offset, size)| offset < end && begin < offset + size)
    })
}

/// Whether a value reads what the locked one wrote.
fn is_read(old: &LockedField, cell: &Cell) -> bool {
    let now = super::kind(cell);
    if old.kind == now {
        return true;
    }
    // One octet of text, or a number: the sign of plain `char` is the machine's own.
    let bare = |kind: &str| {
        let (head, length) = kind.split_at(kind.find('[').unwrap_or(kind.len()));
        (head.to_owned(), length.to_owned())
    };
    let ((old, old_length), (now, now_length)) = (bare(&old.kind), bare(&now));
    let is_octet = |kind: &str| matches!(kind, "signed" | "unsigned");
    // Locks by older versions do not say what an array without a length is of.
    let is_untold = old_length == "[0]" && now_length.contains(" of each ");
    if is_untold && old == now {
        return true;
    }
    (old_length == now_length || is_untold)
        && (old == "char" && is_octet(&now)
            || now == "char" && is_octet(&old)
            || old == "bool" && now == "unsigned")
}

fn moved(old: &LockedField, now: &Cell) -> String {
    let now = now.place();
    format!(
        "`{}` was at {}, and is at {now} (octet:size)",
        old.path, old.place
    )
}

fn place_among(form: &Form, cell: &Cell) -> Option<usize> {
    form.cells
        .iter()
        .position(|other| std::ptr::eq(other, cell))
}

/// Whether a locked value says how long a record is, by its name.
fn is_length(field: &LockedField) -> bool {
    let name = field
        .path
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_named = ["len", "size", "bytes", "octets", "version"]
        .iter()
        .any(|word| name.contains(word));
    is_named && (field.kind.starts_with("unsigned") || field.kind.starts_with("signed"))
}

/// `4:8` and `4.3:5b`, in bits.
fn place_of(place: &str) -> Option<(u64, u64)> {
    let (at, size) = place.split_once(':')?;
    if let Some(bits) = size.strip_suffix('b') {
        let (octet, bit) = at.split_once('.')?;
        let offset = octet.parse::<u64>().ok()?.checked_mul(8)?;
        return Some((offset.checked_add(bit.parse().ok()?)?, bits.parse().ok()?));
    }
    let octets = |text: &str| text.parse::<u64>().ok()?.checked_mul(8);
    Some((octets(at)?, octets(size)?))
}

fn declared(cell: &Cell) -> Option<String> {
    cell.declared.as_ref().map(ToString::to_string)
}

fn compare_enumerators(locked: &LockedType, now: &Forms, changes: &mut Changes) {
    let machines: Vec<&str> = locked.machines().collect();
    for (path, old) in &locked.values {
        let mut cells = now.forms.iter().flat_map(|form| &form.cells);
        let Some(cell) = cells.find(|cell| cell.path == *path) else {
            continue;
        };
        let Meaning::Enum { names, .. } = &cell.meaning else {
            continue;
        };
        for (name, value) in old {
            let same = names.iter().find(|one| *one.name == **name);
            let of = match path.as_str() {
                "" => String::new(),
                path => format!(" of `{path}`"),
            };
            let words = match same {
                Some(one) if one.value == *value => continue,
                Some(one) => format!("`{name}`{of} was {value}, and is {}", one.value),
                None if names.iter().any(|one| one.value == *value) => continue,
                None => format!("{value}, which was `{name}`{of}, has no name now"),
            };
            changes.add(Kind::Enumerator, path, words, None, &machines);
        }
    }
}
