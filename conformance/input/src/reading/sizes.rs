//! What `sizeof`, `_Alignof` and `offsetof` are on a machine, where the model knows it: written into a text as numbers, so that any compiler finds there what the machine's own would.
//!
//! What the model does not know stays as it is, and needs a compiler that must agree.

use std::collections::BTreeMap;
use std::ops::Range;

use layout::abi::{Scalar, Typedef};
use layout::types::{Type, TypeId};
use layout::{Abi, Layouts};

use super::library::{self, StandIn};
use super::regions::Regions;
use super::text::Text;
use super::tokens::{is_name, tokens};
use super::type_name::TypeName;
use super::typedef_name;

/// A place in a text that asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Site {
    range: Range<usize>,
    question: Question,
}

/// What it asks.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Question {
    /// `sizeof(T)`
    Size(TypeName),
    /// `_Alignof(T)`; and whether in the way of GNU C, which tells of variables and not of fields.
    Alignment(TypeName, bool),
    /// `_Alignas(T)`
    Aligned(TypeName),
    /// `offsetof(T, a.b)`
    Offset(TypeName, Vec<String>),
    /// `sizeof(((T *)0)->a.b)`
    SizeOfMember(TypeName, Vec<String>),
    /// `sizeof(((T *)0)->a.b[0])`
    SizeOfElement(TypeName, Vec<String>),
    /// `aligned`, without a number.
    MostAligned,
}

/// The places in the user's own lines of a preprocessed text.
pub(super) fn sites(text: &str) -> Vec<Site> {
    let words = words(text);
    let mut sites = Vec::new();
    let mut at = 0;
    while let Some((keyword, from)) = words.get(at) {
        at += 1;
        let neighbours = [at.checked_sub(2), Some(at)];
        let neighbours = neighbours.map(|at| words.get(at?).map(|(word, _)| *word));
        let is_attribute = matches!(neighbours, [Some("(" | ","), Some(")" | ",")]);
        if is_attribute && matches!(*keyword, "aligned" | "__aligned__") {
            sites.push(Site {
                range: from.clone(),
                question: Question::MostAligned,
            });
            continue;
        }
        let is_asking = matches!(
            *keyword,
            "sizeof"
                | "_Alignof"
                | "alignof"
                | "__alignof__"
                | "__alignof"
                | "_Alignas"
                | "alignas"
                | "__builtin_offsetof"
        );
        if !is_asking || words.get(at).map(|(word, _)| *word) != Some("(") {
            continue;
        }
        let Some(length) = closing(words.get(at..).unwrap_or_default()) else {
            continue;
        };
        let inside = words.get(at + 1..at + length).unwrap_or_default();
        let inside: Vec<&str> = inside.iter().map(|(word, _)| *word).collect();
        let end = words.get(at + length).map(|(_, range)| range.end);
        if let (Some(question), Some(end)) = (Question::of(keyword, &inside), end) {
            sites.push(Site {
                range: from.start..end,
                question,
            });
            at += length;
        }
    }
    sites
}

/// The tokens of the user's own lines, and where they are.
fn words(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut regions = Regions::default();
    let mut is_users = false;
    let mut words = Vec::new();
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        if let Some(directive) = line.strip_prefix('#') {
            if let Some(region) = regions.enter(directive.trim_end()) {
                is_users = !region.is_system;
            }
        } else if is_users {
            let mut at = 0;
            for token in tokens(line) {
                let behind = line.get(at..).unwrap_or_default();
                let from = at + behind.find(token).unwrap_or_default();
                at = from + token.len();
                words.push((token, begin + from..begin + at));
            }
        }
        begin += line.len();
    }
    words
}

/// How many tokens lie before the one that closes the first.
fn closing(words: &[(&str, Range<usize>)]) -> Option<usize> {
    let mut depth = 0_i32;
    words.iter().position(|(word, _)| {
        match *word {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        depth == 0
    })
}

impl Question {
    fn of(keyword: &str, inside: &[&str]) -> Option<Question> {
        match keyword {
            "sizeof" => {
                member_of_null(inside).or_else(|| Some(Question::Size(TypeName::of(inside)?)))
            }
            "_Alignas" | "alignas" => Some(Question::Aligned(TypeName::of(inside)?)),
            "__builtin_offsetof" => {
                let comma = inside.iter().position(|word| *word == ",")?;
                let (kind, path) = inside.split_at_checked(comma)?;
                Some(Question::Offset(
                    TypeName::of(kind)?,
                    fields(path.get(1..)?)?,
                ))
            }
            _ => {
                let is_gnu = keyword.starts_with("__");
                Some(Question::Alignment(TypeName::of(inside)?, is_gnu))
            }
        }
    }
}

/// `((T *)0)->a`, and `(((T *)0)->a)[0]`
fn member_of_null(inside: &[&str]) -> Option<Question> {
    if let [array @ .., "[", "0", "]"] = inside {
        let bare = match array {
            ["(", bare @ .., ")"] => bare,
            bare => bare,
        };
        return match member_of_null(bare)? {
            Question::SizeOfMember(kind, path) => Some(Question::SizeOfElement(kind, path)),
            _ => None,
        };
    }
    let inside = inside.strip_prefix(&["(", "("])?;
    let zero = inside.iter().position(|word| *word == "0")?;
    let (kind, behind) = inside.split_at_checked(zero)?;
    let kind = kind.strip_suffix(&["*", ")"])?;
    let path = behind.strip_prefix(&["0", ")", "-", ">"])?;
    Some(Question::SizeOfMember(TypeName::of(kind)?, fields(path)?))
}

/// The fields of `a.b`; `None` of anything else.
fn fields(path: &[&str]) -> Option<Vec<String>> {
    let fields = path.split(|word| *word == ".");
    fields
        .map(|field| match field {
            [name] if is_name(name) => Some((*name).to_owned()),
            _ => None,
        })
        .collect()
}

/// What is known of types on one machine.
pub(super) struct Sizes<'s> {
    /// The machine's ABI.
    pub(super) abi: &'s Abi,
    /// The text that asks.
    pub(super) text: &'s Text,
    /// Layouts on that ABI of the types that are declared there as here.
    pub(super) layouts: &'s Layouts<'s>,
    /// Which they are, by their names.
    pub(super) types: &'s BTreeMap<&'s str, TypeId>,
    /// What stands in for types of the machine's C library, by the names that the library has for them.
    pub(super) stand_ins: &'s BTreeMap<String, StandIn>,
    /// What `aligned` without a number asks for there, in octets, where that is known.
    pub(super) most_aligned: Option<u64>,
}

impl Sizes<'_> {
    /// What is to stand in the place of a site; `None` where the model does not know.
    pub(super) fn answer(&self, site: &Site) -> Option<String> {
        // As a `size_t`, which a number by itself is not.
        let number = |octets: u64| format!("sizeof(char[{octets}])");
        let found = match &site.question {
            Question::Size(kind) => self.extent(kind)?.0,
            Question::Alignment(kind, is_gnu) => self.alignment(kind, *is_gnu)?,
            Question::Aligned(kind) => {
                let keyword = match self.text.is_cxx() {
                    true => "alignas",
                    false => "_Alignas",
                };
                return Some(format!("{keyword}({})", self.alignment(kind, false)?));
            }
            Question::Offset(kind, path) => self.member(kind, path)?.0,
            Question::SizeOfMember(kind, path) => self.member(kind, path)?.1,
            Question::SizeOfElement(kind, path) => self.element(kind, path)?,
            Question::MostAligned => {
                return Some(format!("__aligned__({})", self.most_aligned?));
            }
        };
        // `char[0]` is no ISO C, and not all compilers take it.
        (found > 0 || matches!(site.question, Question::Offset(..))).then(|| match found {
            0 => "(sizeof(char[1]) - 1)".to_owned(),
            found => number(found),
        })
    }

    fn alignment(&self, kind: &TypeName, is_gnu: bool) -> Option<u64> {
        if let TypeName::Scalar(scalar) = kind {
            // C++ and GNU C may tell of a variable, which is aligned to more where a field is not aligned to its size: to how much, each compiler has its own rule.
            let is_natural = self.abi.size(*scalar) == self.abi.align(*scalar);
            if (is_gnu || self.text.is_cxx()) && !is_natural {
                return None;
            }
        }
        Some(self.extent(kind)?.1)
            .filter(|_| !is_gnu || matches!(kind, TypeName::Scalar(_) | TypeName::Pointer))
    }

    /// Size and alignment, in octets.
    fn extent(&self, kind: &TypeName) -> Option<(u64, u64)> {
        match kind {
            TypeName::Scalar(scalar) => self.scalar(*scalar),
            TypeName::Pointer => self.scalar(Scalar::Pointer),
            TypeName::Array(element, count) => {
                let (size, align) = self.extent(element)?;
                Some((size.checked_mul(*count)?, align))
            }
            // Whose a name is takes a compiler there.
            TypeName::Tagged(..) | TypeName::Named(_) if self.text.is_cxx() => None,
            TypeName::Tagged(keyword, name) => self
                .stand_in(name)
                .or_else(|| self.record(&format!("{keyword} {name}"))),
            TypeName::Named(name) => self.stand_in(name).or_else(|| self.named(name)),
        }
    }

    fn scalar(&self, scalar: Scalar) -> Option<(u64, u64)> {
        octets(self.abi.size(scalar), self.abi.align(scalar))
    }

    fn stand_in(&self, name: &str) -> Option<(u64, u64)> {
        let own = name.strip_prefix(library::PREFIX)?;
        let stand_in = self.stand_ins.get(own)?;
        octets(stand_in.size, stand_in.align)
    }

    fn record(&self, name: &str) -> Option<(u64, u64)> {
        let layout = self.layouts.of(*self.types.get(name)?).ok()?;
        Some((layout.size, layout.align))
    }

    fn named(&self, name: &str) -> Option<(u64, u64)> {
        let declarations = self.text.declarations(name);
        if declarations.iter().any(|one| !one.region.is_system) {
            return self.alias(name).or_else(|| self.record(name));
        }
        if name == "wchar_t" {
            return self.scalar(Scalar::Wchar);
        }
        if let Some(typedef) = Typedef::named(name) {
            // What a build decided about times is no part of the ABI.
            let is_moved = library::moves(library::bits(self.text), name);
            let is_known = !is_moved || library::is_modelled(name, self.abi);
            return self.scalar(self.abi.typedef(typedef).filter(|_| is_known)?);
        }
        let width = typedef_name::promised(name).filter(|_| typedef_name::is_modelled(name))?;
        self.scalar(match width {
            8 => Scalar::Int8,
            16 => Scalar::Int16,
            32 => Scalar::Int32,
            _ => Scalar::Int64,
        })
    }

    /// Of a typedef of the user's that gives another type a name.
    fn alias(&self, name: &str) -> Option<(u64, u64)> {
        let [declaration] = self.text.declarations(name) else {
            return None;
        };
        let tokens: Vec<&str> = declaration.tokens.iter().map(String::as_str).collect();
        let ["typedef", declared @ ..] = tokens.as_slice() else {
            return None;
        };
        let renamed: Vec<&str> = match declared {
            // typedef struct tag { ... } name;
            [keyword, tag, "{", .., "}", last] if *last == name => vec![*keyword, *tag],
            // Without its name a declarator is the name of a type.
            declared => {
                let others = declared.iter().copied().filter(|token| *token != name);
                others.collect()
            }
        };
        let kind = TypeName::of(&renamed)?;
        self.extent(&kind)
    }

    /// How large the elements of a member are that is an array, in octets.
    fn element(&self, kind: &TypeName, path: &[String]) -> Option<u64> {
        let (_, _, id) = self.placed(kind, path)?;
        match self.layouts.types().get(id)? {
            Type::Array { element, .. } => Some(self.layouts.of(*element).ok()?.size),
            _ => None,
        }
    }

    /// Offset and size of a member, in octets.
    fn member(&self, kind: &TypeName, path: &[String]) -> Option<(u64, u64)> {
        let (offset, size, _) = self.placed(kind, path)?;
        Some((offset, size))
    }

    /// Offset and size of a member, in octets, and its type.
    fn placed(&self, kind: &TypeName, path: &[String]) -> Option<(u64, u64, TypeId)> {
        let name = match kind {
            TypeName::Tagged(keyword, name) => format!("{keyword} {name}"),
            TypeName::Named(name) => name.clone(),
            _ => return None,
        };
        let mut id = *self.types.get(name.as_str())?;
        let (mut offset, mut size) = (0, 0);
        for field in path {
            let layout = self.layouts.of(id).ok()?;
            let member = layout.member(field)?;
            offset += member.offset()?;
            size = member.bit_size / 8;
            id = member.kind;
        }
        Some((offset, size, id))
    }
}

fn octets(size: usize, align: usize) -> Option<(u64, u64)> {
    Some((u64::try_from(size).ok()?, u64::try_from(align).ok()?))
}

/// A text with these answers at its sites; lines stay what they are.
pub(super) fn answered(text: &str, sites: &[Site], answers: &[Option<String>]) -> String {
    let mut answered = String::with_capacity(text.len());
    let mut done = 0;
    for (site, answer) in sites.iter().zip(answers) {
        let Some(answer) = answer else { continue };
        let before = text.get(done..site.range.start);
        answered.push_str(before.unwrap_or_default());
        answered.push_str(answer);
        let replaced = text.get(site.range.clone()).unwrap_or_default();
        // Line markers within it say whose the rest of the text is.
        for line in replaced.split('\n').skip(1) {
            answered.push('\n');
            if line.starts_with('#') {
                answered.push_str(line);
            }
        }
        done = site.range.end;
    }
    answered.push_str(text.get(done..).unwrap_or_default());
    answered
}

#[cfg(test)]
mod tests;
