//! The constants that a declaration depends on and that are not the same on every machine: lengths of arrays, widths of bit-fields, alignments, enumerators.

use std::collections::{BTreeSet, HashSet};

use layout::Abi;
use layout::abi::Scalar;
use layout::abi::Typedef;

use super::arguments::arguments;
use super::cxx;
use super::declarators::enumerators;
use super::parameters;
use super::parts;
use super::text::{Reach, Text};
use super::tokens::is_name;
use super::type_name::{TypeName, scalar};

/// A constant that may have another value on another machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    /// What it is the length, the width or the alignment of.
    pub of: String,
    /// In which way.
    pub role: Role,
    /// As it is written: `sizeof(void *)`.
    pub expression: String,
    /// What its value follows from.
    pub needs: Needs,
}

/// What a constant decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The length of an array.
    Length,
    /// The width of a bit-field.
    Width,
    /// An alignment.
    Alignment,
    /// A value: an enumerator's, or one of C++.
    Value,
    /// The name of a type that a template has as an argument.
    Argument,
}

/// What the value of a constant follows from. Two machines that agree in it agree in the value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The sizes of these.
    pub scalars: BTreeSet<Scalar>,
    /// Their alignments, too.
    pub alignments: bool,
    /// The alignments of variables, which GNU C tells of.
    pub modes: bool,
    /// Whether plain `char` is signed.
    pub signs: bool,
    /// Whether `wchar_t` is signed.
    pub wide_signs: bool,
    /// How records lie.
    pub records: bool,
    /// What these are.
    pub typedefs: BTreeSet<Typedef>,
    /// What only a compiler for the machine knows: its largest alignment.
    pub machine: bool,
    /// What only the machine's C library knows: what its names stand for.
    pub library: bool,
}

impl Needs {
    /// Whether what is so for one ABI is so for the other.
    pub fn agree(&self, one: &Abi, other: &Abi) -> bool {
        // Where a field is not aligned to its size, each compiler has its own rule for variables.
        let is_natural = |abi: &Abi, scalar: Scalar| {
            abi.align(scalar) == abi.size(scalar) && one.align(scalar) == other.align(scalar)
        };
        // An option of a compiler makes another ABI of a row.
        let is_row =
            || one.row() == other.row() && one.size(Scalar::Wchar) == other.size(Scalar::Wchar);
        let alike = || is_row() || one.places_alike(other);
        let same = |scalar: &Scalar| {
            one.size(*scalar) == other.size(*scalar)
                && (!self.alignments || one.align(*scalar) == other.align(*scalar))
                && (!self.modes || one.row() == other.row() || is_natural(one, *scalar))
        };
        // Of records that are made of scalars it is the one alignment more.
        let least = |abi: &Abi| abi.record_align_at_least();
        let is_alike = |typedef: &Typedef| {
            let size = |abi: &Abi| abi.typedef(*typedef).map(|scalar| abi.size(scalar));
            size(one).is_some() && size(one) == size(other)
        };
        !self.library
            && self.typedefs.iter().all(is_alike)
            && (!self.alignments || least(one) == least(other))
            && (!self.machine || one.row() == other.row())
            && (!self.signs || one.char_signed() == other.char_signed())
            && (!self.wide_signs || one.wchar_signed() == other.wchar_signed())
            && if self.records {
                alike()
            } else {
                self.scalars.iter().all(same)
            }
    }
}

impl Needs {
    /// What follows from the type that `sizeof` or `alignof` asks about.
    fn asked(&mut self, scope: Scope<'_>, behind: &[&str]) {
        if !asks_of_name(scope.text, behind) {
            return;
        }
        match in_parentheses(behind) {
            [name] if self.of_parameter(scope, name) => {}
            _ => self.records = true,
        }
    }

    /// What follows from a parameter of a template; whether the text says for which types it stands.
    fn of_parameter(&mut self, scope: Scope<'_>, name: &str) -> bool {
        let arguments = scope
            .template
            .and_then(|template| parameters::arguments(scope.text, template, name));
        let Some(arguments) = arguments else {
            return false;
        };
        for words in arguments {
            match (TypeName::of(&words), words.as_slice()) {
                (Some(TypeName::Scalar(scalar)), _) => {
                    self.scalars.insert(scalar);
                }
                (Some(TypeName::Pointer), _) => {
                    self.scalars.insert(Scalar::Pointer);
                }
                (_, [name]) => {
                    of_name(scope, name, true, self);
                }
                _ => self.records = true,
            }
        }
        true
    }

    /// What follows from how a record lies: where it is made of scalars without attributes, from these alone.
    fn of_record(&mut self, text: &Text, name: &str) {
        match parts::scalars(text, name) {
            Some(scalars) => {
                self.alignments = true;
                self.scalars.extend(scalars);
            }
            None => self.records = true,
        }
    }
}

impl std::fmt::Display for Constant {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Constant { of, expression, .. } = self;
        match self.role {
            Role::Length => write!(formatter, "`{of}` is as long as `{expression}`"),
            Role::Width => write!(formatter, "`{of}` is as wide as `{expression}`"),
            Role::Alignment => write!(formatter, "something is aligned to `{expression}`"),
            Role::Value => write!(formatter, "`{of}` is `{expression}`"),
            Role::Argument => write!(
                formatter,
                "`{of}` may be the argument of a template, where the compiler that read it keeps no names of types"
            ),
        }
    }
}

/// The constants in what a type reaches that may not be the same everywhere.
pub(super) fn constants(text: &Text, reach: &Reach) -> Vec<Constant> {
    let mut found = Found::default();
    if text.is_cxx() && reach.is_whole {
        found.all = arguments(reach);
        scan(text, &cxx::without_bodies(text.own()), &mut found);
        return found.all;
    }
    if text.is_cxx() {
        found.all = arguments(reach);
    }
    let mut seen: HashSet<*const super::text::Declaration> = HashSet::new();
    for declaration in reach.names.values().flatten() {
        let address = std::sync::Arc::as_ptr(declaration);
        // An enumeration is declared under each of its names.
        if !seen.insert(address) {
            continue;
        }
        let tokens: Vec<&str> = match text.is_cxx() {
            true => cxx::without_bodies(&declaration.tokens),
            false => declaration.tokens.iter().map(String::as_str).collect(),
        };
        scan(text, &tokens, &mut found);
    }
    found.all
}

/// Where a constant is written.
#[derive(Clone, Copy)]
struct Scope<'t> {
    text: &'t Text,
    /// The class template that it is in, if it is in one.
    template: Option<&'t str>,
}

/// Constants, each once.
#[derive(Default)]
struct Found {
    all: Vec<Constant>,
    known: HashSet<(String, Role, String)>,
}

impl Found {
    fn add(&mut self, constant: Constant) {
        let Constant {
            of,
            role,
            expression,
            ..
        } = &constant;
        // What its value follows from is said by the expression.
        if self.known.insert((of.clone(), *role, expression.clone())) {
            self.all.push(constant);
        }
    }
}

fn scan(text: &Text, tokens: &[&str], found: &mut Found) {
    let mut named = "";
    let mut template = None;
    for (at, token) in tokens.iter().enumerate() {
        let behind = tokens.get(at + 1..).unwrap_or_default();
        if *token == "template" && text.is_cxx() {
            template = parameters::Template::of(behind).map(|template| template.name);
        }
        let next = behind.first().copied().unwrap_or_default();
        let expression = match *token {
            "[" => Some((Role::Length, upto(behind, &["]"]))),
            // In C++ a colon has many meanings, and what is wanted is found by its keyword.
            ":" if !text.is_cxx() => Some((Role::Width, upto(behind, &[",", ";", "{", "}"]))),
            "=" if text.is_cxx() && !cxx::is_constant(tokens.get(..at).unwrap_or_default()) => None,
            "=" => Some((Role::Value, upto(behind, &[",", ";", "}"]))),
            "_Alignas" | "alignas" | "aligned" | "__aligned__" | "__vector_size__"
            | "vector_size"
                if next == "(" =>
            {
                Some((Role::Alignment, in_parentheses(behind)))
            }
            "aligned" | "__aligned__" if matches!(next, ")" | ",") => {
                found.add(Constant {
                    of: String::new(),
                    role: Role::Alignment,
                    expression: "aligned, without a number".to_owned(),
                    needs: Needs {
                        machine: true,
                        ..Needs::default()
                    },
                });
                None
            }
            // In C++ templates have constants for arguments.
            "sizeof" | "alignof" | "__builtin_offsetof" if text.is_cxx() => Some((
                Role::Value,
                upto(tokens.get(at..).unwrap_or_default(), &[";", "{", "}", ","]),
            )),
            _ => None,
        };
        if let Some((role, expression)) = expression {
            let is_alignment = role == Role::Alignment;
            if let Some(needs) = needs(Scope { text, template }, expression, is_alignment) {
                found.add(Constant {
                    of: named.to_owned(),
                    role,
                    expression: spelt(expression),
                    needs,
                });
            }
        }
        if is_name(token) {
            named = token;
        }
    }
}

/// What stands before the first of these outside of brackets.
fn upto<'t, 's>(tokens: &'t [&'s str], ends: &[&str]) -> &'t [&'s str] {
    let mut depth = 0_i32;
    let end = tokens.iter().position(|token| {
        let ends = depth == 0 && ends.contains(token);
        match *token {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            _ => {}
        }
        ends || depth < 0
    });
    tokens
        .get(..end.unwrap_or(tokens.len()))
        .unwrap_or_default()
}

fn in_parentheses<'t, 's>(tokens: &'t [&'s str]) -> &'t [&'s str] {
    upto(tokens.get(1..).unwrap_or_default(), &[")"])
}

/// What the value of an expression follows from, but numbers; `None` where it follows from numbers alone.
fn needs(scope: Scope<'_>, expression: &[&str], is_alignment: bool) -> Option<Needs> {
    let text = scope.text;
    let mut needs = Needs::default();
    let mut depends = false;
    let mut words: Vec<&str> = Vec::new();
    let wraps = can_wrap(expression);
    let mut numbers = 0..0;
    // Of these values the type is asked for.
    let mut measured = 0..0;
    for (at, token) in expression.iter().enumerate() {
        let next = expression.get(at + 1).copied().unwrap_or_default();
        if numbers.contains(&at) {
            continue;
        }
        if matches!(*token, "sizeof" | "typeof" | "__typeof__" | "__typeof") {
            measured = at..at + 1 + operand(expression.get(at + 1..).unwrap_or_default());
        }
        let before = at.checked_sub(1).and_then(|before| expression.get(before));
        let is_measured = measured.contains(&at) && before != Some(&"[");
        match *token {
            // A number by another name: only how wide a `size_t` is may matter.
            "sizeof" if is_octets(expression.get(at + 1..).unwrap_or_default()) => {
                numbers = at..at + OCTETS;
                if expression.contains(&"~") {
                    depends = true;
                    needs.scalars.insert(Scalar::Pointer);
                }
            }
            // How many arguments a template has.
            "sizeof" if next == "." => {}
            "sizeof" => {
                depends = true;
                needs.scalars.insert(Scalar::Pointer);
                needs.asked(scope, expression.get(at + 1..).unwrap_or_default());
            }
            "_Alignof" | "alignof" | "__alignof__" | "__alignof" => {
                (depends, needs.alignments) = (true, true);
                needs.modes |= *token != "_Alignof";
                needs.asked(scope, expression.get(at + 1..).unwrap_or_default());
            }
            "struct" | "union" => {
                depends = true;
                needs.of_record(text, next);
            }
            "offsetof" | "__builtin_offsetof" if !text.is_cxx() => depends = true,
            "offsetof" | "__builtin_offsetof" | "enum" | "class" => {
                (depends, needs.records) = (true, true);
            }
            "long" | "short" | "int" | "char" | "double" | "float" | "signed" | "unsigned"
            | "_Bool" | "bool" | "void" | "_Complex" => {
                depends = true;
                needs.signs |= *token == "char" && is_cast_to_char(expression, at);
                words.push(token);
                continue;
            }
            // L"text" and L'c'
            "L" if next.starts_with(['"', '\'']) => {
                depends = true;
                needs.scalars.insert(Scalar::Wchar);
                needs.wide_signs |= next.contains('\\');
            }
            // The same everywhere.
            "u" | "U" | "u8" if next.starts_with(['"', '\'']) => {}
            // After a type it makes a pointer of it, and between numbers it multiplies.
            "*" if matches!(next, ")" | "*" | "" | "const") => {
                depends = true;
                needs.scalars.insert(Scalar::Pointer);
            }
            literal if literal.starts_with('\'') => {
                let is_plain = literal.is_ascii() && !literal.contains('\\');
                depends |= !is_plain;
                needs.signs |= !is_plain;
                needs.scalars.extend(is_measured.then_some(Scalar::Int));
            }
            number if number.starts_with(|c: char| c.is_ascii_digit()) => {
                let (number, length) = whole(expression.get(at..).unwrap_or_default());
                numbers = at..at + length;
                let scalar = match is_measured {
                    true => Some(of_number(&number)),
                    false => wide(&number).filter(|_| wraps),
                };
                depends |= scalar.is_some();
                needs.scalars.extend(scalar);
            }
            name if name.starts_with("__builtin") => (depends, needs.records) = (true, true),
            name if is_name(name) => {
                depends |= of_name(
                    scope,
                    name,
                    is_alignment && expression.len() == 1,
                    &mut needs,
                )
            }
            _ => {}
        }
        needs.scalars.extend(scalar(&words));
        words.clear();
    }
    needs.scalars.extend(scalar(&words));
    needs.alignments |= is_alignment && depends;
    depends.then_some(needs)
}

/// Whether a constant depends on what a name in it means.
fn of_name(scope: Scope<'_>, name: &str, is_type: bool, needs: &mut Needs) -> bool {
    let text = scope.text;
    if name == "wchar_t" {
        needs.scalars.insert(Scalar::Wchar);
        return true;
    }
    if let Some(width) =
        super::typedef_name::promised(name).filter(|_| super::typedef_name::is_modelled(name))
    {
        needs.scalars.extend(match width {
            8 => Some(Scalar::Int8),
            16 => Some(Scalar::Int16),
            32 => Some(Scalar::Int32),
            _ => Some(Scalar::Int64),
        });
        return true;
    }
    let declarations = text.declarations(name);
    if declarations.is_empty() && needs.of_parameter(scope, name) {
        return true;
    }
    if let Some(words) = alias(declarations) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            [.., "*"] => {
                needs.scalars.insert(Scalar::Pointer);
            }
            [other] if is_name(other) && *other != name && scalar_words(&[*other]).is_none() => {
                return of_name(scope, other, is_type, needs);
            }
            words => match scalar_words(words) {
                Some(scalar) => {
                    needs.scalars.insert(scalar);
                }
                None => needs.of_record(text, name),
            },
        }
        return true;
    }
    match Typedef::named(name) {
        Some(Typedef::Size | Typedef::Ssize | Typedef::Ptrdiff | Typedef::Intptr) => {
            needs.scalars.insert(Scalar::Pointer);
            return true;
        }
        // Each library has its own.
        _ if text.is_of_system(name) => {
            needs.library = true;
            return true;
        }
        _ => {}
    }
    let is_enumerator = declarations
        .iter()
        .any(|one| enumerators(&one.tokens).any(|it| it == name));
    let is_declared_type = !declarations.is_empty() && !is_enumerator;
    if is_declared_type || is_type && !is_enumerator {
        needs.of_record(text, name);
        return true;
    }
    false
}

/// What a typedef of the user's gives another name; `None` of anything else.
fn alias(declarations: &[std::sync::Arc<super::text::Declaration>]) -> Option<&[String]> {
    match declarations {
        [one] if !one.region.is_system => match one.tokens.as_slice() {
            [keyword, renamed @ .., _] if keyword == "typedef" => Some(renamed),
            _ => None,
        },
        _ => None,
    }
}

/// The scalar that these are all the words of.
fn scalar_words(words: &[&str]) -> Option<Scalar> {
    match TypeName::of(words) {
        Some(TypeName::Scalar(scalar)) => Some(scalar),
        _ => None,
    }
}

/// How many tokens `sizeof` is about.
fn operand(behind: &[&str]) -> usize {
    match behind.first() {
        Some(&"(") => 2 + in_parentheses(behind).len(),
        Some(&("-" | "+" | "~" | "!" | "*" | "&")) => {
            1 + operand(behind.get(1..).unwrap_or_default())
        }
        Some(&"L") => 2,
        Some(_) => 1,
        None => 0,
    }
}

/// The tokens of `sizeof(char[8])`, which stands for a number.
const OCTETS: usize = 7;

fn is_octets(behind: &[&str]) -> bool {
    matches!(behind, ["(", "char", "[", number, "]", ")", ..] if number.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether a value may not fit into the type of the expression: comparisons alone do not depend on it.
fn can_wrap(expression: &[&str]) -> bool {
    let shifts = expression.windows(2).any(|two| two == ["<", "<"]);
    let computes = |token: &&str| matches!(*token, "~" | "-" | "+" | "*" | "sizeof");
    shifts || expression.iter().any(computes)
}

/// Whether a value is made a plain `char`, and may become negative.
fn is_cast_to_char(expression: &[&str], at: usize) -> bool {
    let before = expression.get(..at).unwrap_or_default();
    let opening = before.iter().rposition(|token| *token == "(");
    let sign = |token: &&str| matches!(*token, "signed" | "unsigned");
    let has_sign =
        before.iter().rev().take(1).any(sign) || expression.get(at + 1).is_some_and(sign);
    let asked = opening
        .and_then(|opening| before.get(opening.checked_sub(1)?))
        .copied()
        .unwrap_or_default();
    let is_asked_about = matches!(
        asked,
        "sizeof" | "_Alignof" | "alignof" | "__alignof__" | "__alignof"
    );
    !has_sign && !is_asked_about
}

/// A number with what stands behind its point, and how many tokens it is: `1`, `.`, `0L`.
fn whole(tokens: &[&str]) -> (String, usize) {
    let is_part = |token: &&&str| token.starts_with(|c: char| c.is_ascii_alphanumeric());
    let length = match tokens {
        [_, ".", fraction, ..] if is_part(&fraction) => 3,
        [_, ".", ..] => 2,
        _ => 1,
    };
    let parts = tokens.get(..length).unwrap_or_default();
    (parts.concat(), length)
}

/// The type of a number that is no `int`, where it is not wide enough for all machines.
fn wide(number: &str) -> Option<Scalar> {
    match of_number(number) {
        // Up to here an `int` holds it, or an `unsigned`, which is as wide; where these have 16 bits it is wider, and the value the same.
        Scalar::Int => None,
        scalar @ (Scalar::Long | Scalar::LongDouble) => Some(scalar),
        _ => None,
    }
}

/// The type of a number, but for its sign, where an `int` has 32 bits.
fn of_number(number: &str) -> Scalar {
    let lower = number.to_ascii_lowercase();
    let is_hexadecimal = lower.starts_with("0x");
    let is_floating = lower.contains(['.', 'p']) || !is_hexadecimal && lower.contains('e');
    if is_floating {
        return match lower.chars().last() {
            Some('l') => Scalar::LongDouble,
            Some('f') => Scalar::Float,
            _ => Scalar::Double,
        };
    }
    let digits = lower.trim_end_matches(['l', 'u']);
    let value = match digits.strip_prefix("0x") {
        Some(digits) => u128::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    let suffix = lower.get(digits.len()..).unwrap_or_default();
    match suffix.matches('l').count() {
        0 => {}
        1 => return Scalar::Long,
        _ => return Scalar::LongLong,
    }
    // Without a suffix only a number that is not decimal may be an `unsigned`.
    let can_be_unsigned = suffix.contains('u') || digits.starts_with('0');
    let most = if can_be_unsigned {
        0xffff_ffff
    } else {
        0x7fff_ffff
    };
    match value {
        Ok(value) if value <= most => Scalar::Int,
        _ => Scalar::Long,
    }
}

/// As a person writes it, and not too long.
fn spelt(expression: &[&str]) -> String {
    const MAX_SHOWN: usize = 80;
    let mut text = String::new();
    let mut last = "";
    for token in expression {
        let is_word = |token: &str| token.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let joined = is_word(last) && (is_word(token) || *token == "*");
        let is_operator = |token: &str| matches!(token, "-" | "+" | "/" | "<" | ">" | "?" | "=");
        if joined || is_operator(token) || is_operator(last) {
            text.push(' ');
        }
        text.push_str(token);
        last = token;
    }
    match text.char_indices().nth(MAX_SHOWN) {
        Some((at, _)) => format!("{} ...", text.get(..at).unwrap_or_default()),
        None => text.trim().to_owned(),
    }
}

/// Whether it is about something that only a compiler of C++ can follow, such as a template's argument.
fn asks_of_name(text: &Text, behind: &[&str]) -> bool {
    let inside = in_parentheses(behind);
    let is_scalar = matches!(
        TypeName::of(inside),
        Some(TypeName::Scalar(_) | TypeName::Pointer)
    );
    text.is_cxx() && !is_scalar
}

#[cfg(test)]
mod tests;
