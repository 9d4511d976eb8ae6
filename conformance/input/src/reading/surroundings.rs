//! What stands around a type's declaration and concerns it: a `#pragma pack` that another file left open, and numbers that its size is a part of.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use layout::dwarf::Place;

use super::tokens::{is_name, raw, tokens};

/// A `#pragma pack` that the file which has it does not take back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOpen {
    /// Where it is; where another header was included for it, that line.
    pub place: Place,
    /// As it is written: `pack(push, 1)`.
    pub words: String,
    /// Whether it is another file's than that of the type.
    pub is_others: bool,
}

/// What a text has.
#[derive(Debug, Default)]
pub struct Surroundings {
    open: Vec<Open>,
    /// By the types' names, as `_IOR` and its kin name them: the macros.
    numbers: BTreeMap<String, BTreeSet<String>>,
}

/// A pragma that was left open, and what it packs in other files.
#[derive(Clone, Debug)]
struct Open {
    place: Place,
    words: String,
    /// Files, and the first and the last line in each.
    packed: BTreeMap<Arc<str>, (u64, u64)>,
    /// Whether anything stands behind it in its own file: a header that only has the pragma is there to be included for it.
    is_used: bool,
    is_left: bool,
}

/// Larger files are not looked at.
const MAX_OCTETS: u64 = 16 << 20;

impl Surroundings {
    /// Of what a preprocessor left, and of the user's own files.
    pub fn of<'f>(text: &str, files: impl Iterator<Item = &'f str>) -> Surroundings {
        Surroundings {
            open: left_open(text),
            numbers: numbers(files),
        }
    }

    /// What concerns a type that is declared in a place: the first of a file is told of what that file leaves open.
    pub(super) fn left_open(
        &self,
        declared: Option<&Place>,
        first: &BTreeSet<Place>,
    ) -> Vec<LeftOpen> {
        let Some(declared) = declared else {
            return Vec::new();
        };
        let concerns = self.open.iter().filter_map(|open| {
            let mut packed = open.packed.iter();
            let is_others = packed.any(|(file, (from, to))| {
                (*from..=*to).contains(&declared.line) && is_same(file, &declared.file)
            });
            let is_own = first.contains(declared) && is_same(&open.place.file, &declared.file);
            (is_others || is_own).then(|| LeftOpen {
                place: open.place.clone(),
                words: open.words.clone(),
                is_others,
            })
        });
        concerns.collect()
    }

    /// Of each file that leaves something open, the first of these places behind that.
    pub(super) fn first<'p>(
        &self,
        places: impl Iterator<Item = &'p Place> + Clone,
    ) -> BTreeSet<Place> {
        let firsts = self.open.iter().filter_map(|open| {
            let behind = places.clone().filter(|place| {
                place.line >= open.place.line && is_same(&open.place.file, &place.file)
            });
            behind.min_by_key(|place| place.line).cloned()
        });
        firsts.collect()
    }

    /// The macros that have a type's size in their number.
    pub(super) fn numbers(&self, name: &str) -> Vec<String> {
        let bare = name.rsplit(' ').next().unwrap_or(name);
        let names = [name, bare];
        let found = names.iter().filter_map(|name| self.numbers.get(*name));
        let found: BTreeSet<&String> = found.flatten().collect();
        found.into_iter().cloned().collect()
    }
}

/// Whether two paths are of one file: a preprocessor has them as they were given, debug information whole.
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (Path::new(one), Path::new(other));
    one == other
        || one.file_name() == other.file_name()
            && one
                .canonicalize()
                .ok()
                .is_some_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// The pragmas that a file leaves open, so that they pack what is declared in others, or in whoever includes the source.
fn left_open(text: &str) -> Vec<Open> {
    let mut files: Vec<Place> = Vec::new();
    let mut all: Vec<Open> = Vec::new();
    // The place in `all` of what is in force; nothing where nothing is.
    let mut now: Option<usize> = None;
    let mut kept: Vec<Option<usize>> = Vec::new();
    for line in text.lines() {
        if let Some(pragma) = line
            .strip_prefix("#pragma ")
            .filter(|rest| rest.starts_with("pack"))
        {
            let place = files.last().cloned();
            let words: Vec<&str> = tokens(pragma)
                .filter(|word| !matches!(*word, "," | "(" | ")" | "pack"))
                .collect();
            let number = words
                .iter()
                .any(|word| word.starts_with(|c: char| c.is_ascii_digit()));
            match words.first() {
                Some(&"push") => kept.push(now),
                Some(&"pop") => now = kept.pop().flatten(),
                None => now = None,
                _ => {}
            }
            if let (true, Some(place)) = (number && words.first() != Some(&"pop"), place) {
                now = Some(all.len());
                all.push(Open {
                    place,
                    words: pragma.to_owned(),
                    packed: BTreeMap::new(),
                    is_used: false,
                    is_left: false,
                });
            }
        }
        match line.strip_prefix("# ") {
            Some(marker) => {
                let Some((place, flag)) = marked(marker) else {
                    continue;
                };
                match flag {
                    Some('1') => files.push(place),
                    Some('2') => {
                        files.pop();
                        leave(now.and_then(|now| all.get_mut(now)), &files, &place);
                        if let Some(file) = files.last_mut() {
                            *file = place;
                        } else {
                            files.push(place);
                        }
                    }
                    _ => match files.last_mut() {
                        Some(file) => *file = place,
                        None => files.push(place),
                    },
                }
            }
            None => {
                let is_code = !line.trim().is_empty() && !line.starts_with('#');
                if let (true, Some(file), Some(open)) =
                    (is_code, files.last(), now.and_then(|now| all.get_mut(now)))
                {
                    open.is_used |= file.file == open.place.file;
                    if open.is_left {
                        let lines = open.packed.entry(Arc::clone(&file.file));
                        lines.or_insert((file.line, file.line)).1 = file.line;
                    }
                }
                if let Some(file) = files.last_mut() {
                    file.line += 1;
                }
            }
        }
    }
    let at_the_end = now;
    let all = all.into_iter().enumerate();
    let left = all.filter(|(number, open)| Some(*number) == at_the_end || !open.packed.is_empty());
    left.map(|(_, open)| open).collect()
}

/// A file comes to its end, and what is in force is its own: it is left open, or whoever included the file for it has it now.
fn leave(open: Option<&mut Open>, files: &[Place], back: &Place) {
    let Some(open) = open.filter(|open| !open.is_left) else {
        return;
    };
    if files.iter().any(|file| file.file == open.place.file) {
        return;
    }
    if open.is_used {
        open.is_left = true;
    } else {
        // The include is the line before.
        open.place = Place {
            file: Arc::clone(&back.file),
            line: back.line.saturating_sub(1),
        };
    }
}

/// The place that a line marker is about, and whether a file begins or ends there: `1 "a.h" 2 3`.
fn marked(marker: &str) -> Option<(Place, Option<char>)> {
    let (line, rest) = marker.split_once(' ')?;
    let (file, flags) = rest.strip_prefix('"')?.rsplit_once('"')?;
    let place = Place {
        file: file.into(),
        line: line.parse().ok()?,
    };
    Some((place, flags.trim().chars().next()))
}

/// Which types' sizes are parts of numbers of `ioctl`, in these files: `#define NAME _IOR('a', 1, struct s)`, by way of macros of their own, too.
fn numbers<'f>(files: impl Iterator<Item = &'f str>) -> BTreeMap<String, BTreeSet<String>> {
    let mut defined: Vec<(String, Vec<String>)> = Vec::new();
    for file in files {
        let data = std::fs::metadata(file);
        let is_small = data.is_ok_and(|data| data.is_file() && data.len() <= MAX_OCTETS);
        let Some(octets) = is_small.then(|| std::fs::read(file).ok()).flatten() else {
            continue;
        };
        let text = raw(&String::from_utf8_lossy(&octets));
        for line in text.lines() {
            let rest = line.trim_start().strip_prefix('#').map(str::trim_start);
            let Some(rest) = rest.and_then(|rest| rest.strip_prefix("define")) else {
                continue;
            };
            let mut words = tokens(rest).map(str::to_owned);
            if let Some(name) = words.next() {
                defined.push((name, words.collect()));
            }
        }
    }
    let mut makers: BTreeSet<String> = ["_IOR", "_IOW", "_IOWR"].map(str::to_owned).into();
    // A macro of a project's own that has one of them in it, and hands its parameter on.
    loop {
        let more = defined.iter().filter(|(name, body)| {
            body.first().is_some_and(|word| word == "(")
                && body.iter().any(|word| makers.contains(word))
                && !makers.contains(name)
        });
        let more: Vec<String> = more.map(|(name, _)| name.clone()).collect();
        if more.is_empty() {
            break;
        }
        makers.extend(more);
    }
    let mut numbers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, body) in &defined {
        let Some(at) = body.iter().position(|word| makers.contains(word)) else {
            continue;
        };
        if makers.contains(name) {
            continue;
        }
        let behind = body.get(at + 1..).unwrap_or_default();
        // The type is the last argument.
        let end = behind.iter().rposition(|word| word == ")").unwrap_or(0);
        let inside = behind.get(..end).unwrap_or_default();
        let comma = inside.iter().rposition(|word| word == ",");
        let words = comma
            .and_then(|comma| inside.get(comma + 1..))
            .unwrap_or_default();
        // Of a pointer the size is the machine's, whatever it points to.
        if words.iter().any(|word| word == "*") {
            continue;
        }
        let words: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .filter(|word| is_name(word) && !matches!(*word, "const" | "volatile"))
            .collect();
        if !words.is_empty() {
            let macros = numbers.entry(words.join(" ")).or_default();
            macros.insert(name.clone());
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let open = left_open(text).into_iter();
        let told = open.map(|open| {
            let packed: Vec<_> = open
                .packed
                .iter()
                .map(|(file, (from, to))| format!("{file}:{from}-{to}"))
                .collect();
            format!("{} {} [{}]", open.place, open.words, packed.join(" "))
        });
        told.collect()
    }

    #[test]
    fn what_a_file_leaves_open_is_found_with_what_it_packs() {
        for (text, expected) in [
            // A header that is read by itself.
            (
                "# 1 \"a.h\"\n\n#pragma pack(push, 1)\n# 3 \"a.h\"\nstruct s { int a; };\n",
                &["a.h:2 pack(push, 1) []"][..],
            ),
            // One that is included.
            (
                "# 1 \"v.h\"\n# 1 \"a.h\" 1\n#pragma pack(1)\n# 2 \"a.h\"\nstruct s { int a; };\n# 2 \"v.h\" 2\nstruct v { int b; };\n\n",
                &["a.h:1 pack(1) [v.h:2-2]"],
            ),
            // It takes it back itself.
            (
                "# 1 \"a.h\"\n#pragma pack(push, 1)\n# 2 \"a.h\"\nstruct s { int a; };\n#pragma pack(pop)\n# 4 \"a.h\"\n",
                &[],
            ),
            // Headers that are there to be included for the pragma.
            (
                "# 1 \"v.h\"\n# 1 \"begin.h\" 1\n#pragma pack(push, 1)\n# 2 \"begin.h\"\n# 2 \"v.h\" 2\nstruct v { int b; };\n# 1 \"end.h\" 1\n#pragma pack(pop)\n# 2 \"end.h\"\n# 4 \"v.h\" 2\nstruct w { int b; };\n",
                &[],
            ),
            (
                "# 1 \"v.h\"\n# 1 \"begin.h\" 1\n#pragma pack(push, 1)\n# 2 \"begin.h\"\n# 2 \"v.h\" 2\nstruct v { int b; };\n",
                &["v.h:1 pack(push, 1) []"],
            ),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn a_types_size_is_a_part_of_numbers_by_way_of_macros_too() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.h");
        let text = "#define MY_IOWR(nr, type) _IOWR('m', nr, type)\n#define GET _IOR('m', 1, struct get)\n#define SET MY_IOWR(2, set_t)\n# define ALSO _IOW('m', 3, const struct get)\n#define NONE _IO('m', 4)\n#define AT _IOR('m', 5, struct get *)\n#define MANY _IOR('m', 6, struct many[3])\n";
        std::fs::write(&file, text).unwrap();
        let path = file.to_string_lossy().into_owned();
        let seen = Surroundings::of("", std::iter::once(&*path));
        assert_eq!(seen.numbers("struct get"), ["ALSO", "GET"]);
        assert_eq!(seen.numbers("set_t"), ["SET"]);
        assert_eq!(seen.numbers("struct many"), ["MANY"]);
        assert!(seen.numbers("struct none").is_empty());
    }
}
