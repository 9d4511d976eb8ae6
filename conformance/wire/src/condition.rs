//! What a record must hold: `magic == 0x1f8b`.

use std::str::FromStr;

use crate::form::{Cell, Form, Meaning};
use crate::value::{self, Value};

/// A comparison of a value with a constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// As it was given.
    pub text: String,
    path: String,
    comparison: Comparison,
    constant: Constant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Constant {
    Number(i128),
    Text(String),
    /// An enumerator.
    Name(String),
}

/// Why a text is no condition, or none of a type's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCondition {
    /// It cannot be read.
    #[error(
        "`{text}` is no condition: expected a field, one of == != < <= > >=, and a number, a 'text' or an enumerator, such as 'magic == 0x1f8b'"
    )]
    Form {
        /// As it was given.
        text: String,
    },
    /// The type has no such field.
    #[error("`{text}`: the type has no field `{path}`{}", cross::target::did_you_mean(nearest.as_deref()))]
    Field {
        /// As it was given.
        text: String,
        /// That was looked for.
        path: String,
        /// The nearest there is.
        nearest: Option<String>,
    },
    /// The field has no such name.
    #[error("`{text}`: `{path}` has no enumerator `{name}`{}", cross::target::did_you_mean(nearest.as_deref()))]
    Enumerator {
        /// As it was given.
        text: String,
        /// The field.
        path: String,
        /// That was looked for.
        name: String,
        /// The nearest there is.
        nearest: Option<String>,
    },
}

/// Two characters before one of them alone.
const COMPARISONS: [(&str, Comparison); 7] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
    ("=", Comparison::Equal),
];

impl FromStr for Condition {
    type Err = NoCondition;

    fn from_str(text: &str) -> Result<Condition, NoCondition> {
        let wrong = || NoCondition::Form {
            text: text.to_owned(),
        };
        let at = text.find(['=', '!', '<', '>']).ok_or_else(wrong)?;
        let (path, rest) = text.split_at_checked(at).ok_or_else(wrong)?;
        let found = COMPARISONS
            .iter()
            .find_map(|(sign, comparison)| Some((*comparison, rest.strip_prefix(sign)?)));
        let (comparison, constant) = found.ok_or_else(wrong)?;
        let (path, constant) = (path.trim(), constant.trim());
        let constant = Constant::of(constant).ok_or_else(wrong)?;
        let is_ordered = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if path.is_empty() || is_ordered && matches!(constant, Constant::Text(_)) {
            return Err(wrong());
        }
        Ok(Condition {
            text: text.to_owned(),
            path: path.to_owned(),
            comparison,
            constant,
        })
    }
}

impl Constant {
    fn of(text: &str) -> Option<Constant> {
        for quote in ['\'', '"'] {
            if let Some(inside) = text.strip_prefix(quote) {
                return Some(Constant::Text(inside.strip_suffix(quote)?.to_owned()));
            }
        }
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let hex = digits.strip_prefix("0x").or(digits.strip_prefix("0X"));
        let number = match hex {
            Some(hex) => i128::from_str_radix(hex, 16).ok(),
            None => digits.parse().ok(),
        };
        if let Some(number) = number.filter(|_| !digits.starts_with(['+', '-'])) {
            return Some(Constant::Number(if is_negative { -number } else { number }));
        }
        let is_name = text
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || c == ':')
            && text.starts_with(|c: char| c.is_alphabetic() || c == '_');
        is_name.then(|| Constant::Name(text.to_owned()))
    }
}

impl Condition {
    /// Whether the type has the field, and the field the name.
    ///
    /// # Errors
    /// It has not; with the nearest that it has.
    pub fn check(&self, form: &Form) -> Result<(), NoCondition> {
        let nearest = |name: &str, there: &mut dyn Iterator<Item = &str>| {
            cross::target::nearest(name, there).map(str::to_owned)
        };
        let Some((cell, _)) = self.cell(form) else {
            let mut paths = form.cells.iter().map(|cell| cell.path.as_str());
            return Err(NoCondition::Field {
                text: self.text.clone(),
                path: self.path.clone(),
                nearest: nearest(&self.path, &mut paths),
            });
        };
        if let Constant::Name(name) = &self.constant {
            let names: &[_] = match &cell.meaning {
                Meaning::Enum { names, .. } => names,
                _ => &[],
            };
            if !names.iter().any(|one| *one.name == **name) {
                let mut there = names.iter().map(|one| &*one.name);
                return Err(NoCondition::Enumerator {
                    text: self.text.clone(),
                    path: self.path.clone(),
                    name: name.clone(),
                    nearest: nearest(name, &mut there),
                });
            }
        }
        Ok(())
    }

    /// Whether it holds of a record; not where the record has no such value.
    pub fn holds(&self, form: &Form, record: &[u8]) -> bool {
        let Some((cell, element)) = self.cell(form) else {
            return false;
        };
        if let Constant::Text(expected) = &self.constant {
            let is_equal = match value::read(cell, record) {
                Some(Value::Text(found)) => found == *expected,
                _ => false,
            };
            return is_equal == (self.comparison == Comparison::Equal);
        }
        let constant = match (&self.constant, &cell.meaning) {
            (Constant::Number(number), _) => Some(*number),
            (Constant::Name(name), Meaning::Enum { names, .. }) => {
                let mut names = names.iter();
                let named = names.find(|one| *one.name == **name);
                named.map(|one| one.value)
            }
            _ => None,
        };
        let found = value::integer(cell, record, element);
        let Some((found, constant)) = found.zip(constant) else {
            return false;
        };
        match self.comparison {
            Comparison::Equal => found == constant,
            Comparison::NotEqual => found != constant,
            Comparison::Less => found < constant,
            Comparison::LessOrEqual => found <= constant,
            Comparison::Greater => found > constant,
            Comparison::GreaterOrEqual => found >= constant,
        }
    }

    /// The value that it is about, and which of its elements.
    fn cell<'f>(&self, form: &'f Form) -> Option<(&'f Cell, u64)> {
        let find = |path: &str| form.cells.iter().find(|cell| cell.path == path);
        if let Some(cell) = find(&self.path) {
            return Some((cell, 0));
        }
        let (path, index) = self.path.strip_suffix(']')?.rsplit_once('[')?;
        let cell = find(path)?;
        let index = index.parse().ok()?;
        (cell.elements? > index).then_some((cell, index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read() {
        let condition = |text: &str| {
            let condition = Condition::from_str(text)?;
            Ok((condition.path, condition.comparison, condition.constant))
        };
        let wrong = |text: &str| {
            Err(NoCondition::Form {
                text: text.to_owned(),
            })
        };
        use Comparison::*;
        for (text, expected) in [
            (
                "magic == 0x1F8b",
                Ok(("magic".to_owned(), Equal, Constant::Number(0x1f8b))),
            ),
            (
                "a.b[1].c<=-3",
                Ok(("a.b[1].c".to_owned(), LessOrEqual, Constant::Number(-3))),
            ),
            (
                "kind != OPEN",
                Ok((
                    "kind".to_owned(),
                    NotEqual,
                    Constant::Name("OPEN".to_owned()),
                )),
            ),
            (
                "tag = 'ab c'",
                Ok(("tag".to_owned(), Equal, Constant::Text("ab c".to_owned()))),
            ),
            ("n >5", Ok(("n".to_owned(), Greater, Constant::Number(5)))),
            ("magic", wrong("magic")),
            ("== 3", wrong("== 3")),
            ("a == ", wrong("a == ")),
            ("a == 'x", wrong("a == 'x")),
            ("a < 'x'", wrong("a < 'x'")),
            ("a == 0xg", wrong("a == 0xg")),
            ("a ! 3", wrong("a ! 3")),
            ("a == --3", wrong("a == --3")),
        ] {
            assert_eq!(condition(text), expected, "{text}");
        }
    }
}
