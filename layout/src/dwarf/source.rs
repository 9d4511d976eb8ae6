//! How a member is written in its source: where, and under which name of its type. No layout depends on it.

use std::sync::Arc;

use gimli::{AttributeValue, constants as c};

use super::entry::{self, Entry};
use super::error::Problem;
use super::info::At;
use super::language::Language;
use super::program::{MemberSource, Place};
use super::reader::{Open, Reader};
use super::sections::Octets;
use super::spelled::Spelled;

/// A chain of pointers, qualifiers and arrays is followed for so long.
const MAX_STEPS: usize = 32;

impl<'a> Reader<'_, 'a> {
    /// What the compiler says about the text of a member.
    ///
    /// # Errors
    /// An entry is damaged, or there are more to read than the file is large.
    pub(super) fn member_source(
        &mut self,
        open: &Open<'a>,
        entry: &Entry<'a>,
        at: At,
    ) -> Result<MemberSource, Problem> {
        let line = entry::unsigned(entry, c::DW_AT_decl_line);
        let file = match line {
            Some(_) => self.declared_in(open, entry)?,
            None => None,
        };
        let place = file.zip(line).map(|(file, line)| Place { file, line });
        let of = entry::value(entry.attrs(), c::DW_AT_type);
        let spelled = match of.and_then(|of| self.info.target(at.unit, &of)) {
            Some(target) => Some(self.spelled(target)?),
            None => None,
        };
        Ok(MemberSource {
            place,
            column: entry::unsigned(entry, c::DW_AT_decl_column).unwrap_or_default(),
            type_name: spelled.as_ref().map(|of| Arc::clone(&of.name)),
            signed: spelled.and_then(|of| of.signed),
        })
    }

    /// The name of a type, without qualifiers, and of an array that of its elements.
    fn spelled(&mut self, at: At) -> Result<Spelled, Problem> {
        if let Some(known) = self.spelled.get(&at) {
            return Ok(known.clone());
        }
        let (mut next, mut pointers) = (Some(at), 0);
        let mut named: Option<String> = None;
        let mut signed = None;
        for _ in 0..MAX_STEPS {
            let Some(at) = next else { break };
            let (open, entry) = self.entry_of(at)?;
            let name = |keyword: &str, path: Option<Arc<str>>| {
                let path = path.as_deref().unwrap_or("(unnamed)").to_owned();
                match (open.unit.language, keyword) {
                    (Language::C, keyword @ ("struct" | "union" | "enum")) => {
                        format!("{keyword} {path}")
                    }
                    _ => path,
                }
            };
            let tag = entry.tag();
            match tag {
                c::DW_TAG_pointer_type if named.is_none() => pointers += 1,
                c::DW_TAG_typedef => {
                    let path = self.path(&open, &entry)?;
                    named.get_or_insert(name("", path));
                }
                c::DW_TAG_base_type => {
                    let own = self.own_name(&open.unit, &entry)?;
                    named.get_or_insert(in_usual_order(&own.unwrap_or_default()));
                    signed = sign(&entry);
                }
                c::DW_TAG_structure_type | c::DW_TAG_class_type => {
                    let path = self.path(&open, &entry)?;
                    named.get_or_insert(name("struct", path));
                }
                c::DW_TAG_union_type => {
                    let path = self.path(&open, &entry)?;
                    named.get_or_insert(name("union", path));
                }
                c::DW_TAG_enumeration_type => {
                    let path = self.path(&open, &entry)?;
                    named.get_or_insert(name("enum", path));
                }
                c::DW_TAG_subroutine_type => {
                    named.get_or_insert("void (function)".to_owned());
                }
                _ => {}
            }
            let goes_on = matches!(
                tag,
                c::DW_TAG_const_type
                    | c::DW_TAG_volatile_type
                    | c::DW_TAG_restrict_type
                    | c::DW_TAG_immutable_type
                    | c::DW_TAG_atomic_type
                    | c::DW_TAG_array_type
                    | c::DW_TAG_pointer_type
                    | c::DW_TAG_typedef
            );
            // Of what a pointer points to only the name is wanted.
            let is_done = pointers > 0 && named.is_some();
            let of = entry::value(entry.attrs(), c::DW_AT_type).filter(|_| goes_on && !is_done);
            next = of.and_then(|of: AttributeValue<Octets<'a>>| self.info.target(at.unit, &of));
        }
        let mut name = named.unwrap_or_else(|| "void".to_owned());
        if pointers > 0 {
            signed = None;
            name.push(' ');
            name.push_str(&"*".repeat(pointers));
        }
        let spelled = Spelled {
            name: name.into(),
            signed,
        };
        self.spelled.insert(at, spelled.clone());
        Ok(spelled)
    }
}

fn sign(base: &Entry<'_>) -> Option<bool> {
    let encoding = entry::unsigned(base, c::DW_AT_encoding)?;
    match gimli::DwAte(u8::try_from(encoding).ok()?) {
        c::DW_ATE_signed | c::DW_ATE_signed_char => Some(true),
        c::DW_ATE_unsigned | c::DW_ATE_unsigned_char => Some(false),
        _ => None,
    }
}

/// gcc says `long unsigned int` where programs say `unsigned long`.
fn in_usual_order(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_c = words.iter().all(|word| {
        matches!(
            *word,
            "signed" | "unsigned" | "char" | "short" | "int" | "long"
        )
    });
    if !is_c || words.is_empty() {
        return name.to_owned();
    }
    let count = |word: &str| words.iter().filter(|other| **other == word).count();
    let mut usual = Vec::new();
    if count("unsigned") > 0 {
        usual.push("unsigned");
    } else if count("signed") > 0 && count("char") > 0 {
        usual.push("signed");
    }
    usual.extend(std::iter::repeat_n("long", count("long")));
    usual.extend(std::iter::repeat_n("short", count("short")));
    usual.extend(std::iter::repeat_n("char", count("char")));
    if usual.is_empty() || usual == ["unsigned"] {
        usual.push("int");
    }
    usual.join(" ")
}

#[cfg(test)]
mod tests {
    use super::in_usual_order;

    #[test]
    fn words_of_a_base_type_stand_as_programs_have_them() {
        for (gcc, usual) in [
            ("long unsigned int", "unsigned long"),
            ("long long int", "long long"),
            ("short unsigned int", "unsigned short"),
            ("unsigned int", "unsigned int"),
            ("int", "int"),
            ("unsigned char", "unsigned char"),
            ("signed char", "signed char"),
            ("char", "char"),
            ("long double", "long double"),
            ("_Bool", "_Bool"),
            ("u64", "u64"),
            ("", ""),
        ] {
            assert_eq!(in_usual_order(gcc), usual);
        }
    }
}
