//! What packs a record in its text: the attribute on it, or on something in it, and a `#pragma pack`.

use crate::types::{Record, Rules};

/// What a text has on a record that packs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Packing {
    /// `packed` on the record itself, or a word that has it in it.
    pub record: bool,
    /// The attribute itself, where it can be nothing else's.
    pub is_certain: bool,
    /// `packed` between its braces: on a member, or on a record in it.
    pub inside: bool,
    /// A `#pragma pack` in force.
    pub pragma: bool,
}

impl Packing {
    /// By what stands before its braces, and whether a pragma is in force there.
    pub(super) fn before_braces(declaration: &[&str], pragma: bool) -> Packing {
        let is_certain = |at: usize| {
            let (before, behind) = declaration.split_at_checked(at).unwrap_or_default();
            before.iter().any(|word| is_attribute(word))
                && behind.first().is_some_and(|word| is_packed(before, word))
        };
        Packing {
            record: declaration.iter().any(|word| word.contains("packed")),
            is_certain: (1..declaration.len()).any(is_certain),
            inside: false,
            pragma,
        }
    }

    /// A word behind those of a declaration, between the braces of a record or outside of any.
    pub(super) fn word(&mut self, word: &str, declaration: &[&str], in_braces: bool) {
        if !word.contains("packed") {
            return;
        }
        if in_braces {
            self.inside = true;
            return;
        }
        self.record = true;
        // Behind a name it would be a variable's.
        let is_behind = matches!(declaration, ["}", next, ..] if is_attribute(next));
        self.is_certain |= is_behind && is_packed(declaration, word);
    }

    pub(super) fn is_any(self) -> bool {
        self.record || self.inside || self.pragma
    }

    /// Of two records that have one name.
    pub(super) fn or(self, other: Packing) -> Packing {
        Packing {
            record: self.record || other.record,
            // One of them may be without.
            is_certain: self.is_certain && other.is_certain,
            inside: self.inside || other.inside,
            pragma: self.pragma || other.pragma,
        }
    }

    /// Of a record between the braces of one that has this.
    pub(super) fn of_inner(self) -> Packing {
        Packing {
            record: self.record || self.inside,
            is_certain: false,
            ..self
        }
    }

    /// Whether a record can be packed so by this text.
    pub(super) fn allows(self, record: &Record) -> bool {
        let has_packed = record.members.iter().any(|member| member.packed);
        // Which classes `packed` leaves alone, compilers do not agree about.
        let must = self.is_certain && record.class.is_none() && record.rules == Rules::C;
        (if record.packed { self.record } else { !must })
            && (self.inside || !has_packed)
            && (self.pragma || record.pack.is_none())
    }
}

fn is_attribute(word: &str) -> bool {
    matches!(word, "__attribute__" | "__attribute")
}

/// Whether a word is the attribute `packed`, and no name.
fn is_packed(before: &[&str], word: &str) -> bool {
    matches!(word, "packed" | "__packed__") && matches!(before.last(), Some(&("(" | ",")))
}

#[cfg(test)]
mod tests {
    use super::Packing;
    use crate::Scalar;
    use crate::types::{Record, Type, Types};

    #[test]
    fn a_record_is_packed_as_its_text_packs_it() {
        let mut types = Types::new();
        let plain = types.structure().field("a", Scalar::Int).add();
        let Some(Type::Record(plain)) = types.get(plain) else {
            unreachable!("a record was added");
        };
        let packed = Record {
            packed: true,
            ..plain.clone()
        };
        let within = Record {
            pack: Some(2),
            ..plain.clone()
        };
        let mut one = plain.clone();
        one.members[0].packed = true;
        let none = Packing::default();
        let record = Packing {
            record: true,
            ..none
        };
        let certain = Packing {
            is_certain: true,
            ..record
        };
        let inside = Packing {
            inside: true,
            ..none
        };
        let pragma = Packing {
            pragma: true,
            ..none
        };
        for (packing, allowed) in [
            (none, [true, false, false, false]),
            (record, [true, true, false, false]),
            (certain, [false, true, false, false]),
            (inside, [true, false, false, true]),
            (inside.of_inner(), [true, true, false, true]),
            (pragma, [true, false, true, false]),
            (certain.or(none), [true, true, false, false]),
        ] {
            let found = [plain, &packed, &within, &one].map(|record| packing.allows(record));
            assert_eq!(found, allowed, "{packing:?}");
        }
    }
}
