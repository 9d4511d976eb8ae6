//! How the fields of a C record lie in memory under an ABI. Pure: an ABI and a declaration in, offsets out.
//!
//! Records of scalars, natural or packed. Every offset and size is in octets.

use std::collections::BTreeSet;

use crate::abi::{Abi, Scalar};

/// Whether a record has padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Packing {
    /// Each field at the next multiple of its alignment, the size a multiple of the largest: plain C.
    Natural,
    /// Each field right after the one before, the record aligned to 1: `__attribute__((packed))`, `#pragma pack(1)`.
    Packed,
}

/// What a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// One scalar.
    Scalar(Scalar),
}

impl Type {
    /// In octets.
    pub fn size(self, abi: &Abi) -> usize {
        let Type::Scalar(scalar) = self;
        abi.size(scalar)
    }

    /// As a field of a record, in octets.
    pub fn align(self, abi: &Abi) -> usize {
        let Type::Scalar(scalar) = self;
        abi.align(scalar)
    }
}

impl From<Scalar> for Type {
    fn from(scalar: Scalar) -> Type {
        Type::Scalar(scalar)
    }
}

/// A field as it is declared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// Unique in its record.
    pub name: String,
    /// What it is.
    pub kind: Type,
}

impl Field {
    /// A field `name` of this type, or of this scalar.
    pub fn new(name: impl Into<String>, kind: impl Into<Type>) -> Field {
        Field {
            name: name.into(),
            kind: kind.into(),
        }
    }
}

/// A record as it lies in memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// `sizeof`, in octets: trailing padding is part of it. A record without fields has size 0, as in GNU C.
    pub size: usize,
    /// In octets, at least 1.
    pub align: usize,
    /// In the order of their declaration, which is also that of their offsets.
    pub fields: Vec<Placed>,
    /// The octets that belong to no field, in order; none is empty, and no two touch.
    pub padding: Vec<Hole>,
}

impl Record {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Placed> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A field and where it lies.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Placed {
    /// As declared.
    pub name: String,
    /// As declared.
    pub kind: Type,
    /// From the start of the record, in octets.
    pub offset: usize,
    /// In octets.
    pub size: usize,
}

/// Padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hole {
    /// From the start of the record, in octets.
    pub offset: usize,
    /// In octets, never 0.
    pub size: usize,
}

/// Places `fields` one after another as `abi` says.
///
/// Every psABI of the table has the same rule, "Aggregates and Unions": a field lies at the lowest free offset that
/// its alignment allows; a record is aligned like the most aligned of its fields, and padded to a multiple of that.
///
/// # Errors
///
/// When two fields have one name, or the record does not fit the address space of this machine.
pub fn lay_out(abi: &Abi, fields: &[Field], packing: Packing) -> Result<Record, LayoutError> {
    let mut record = Record {
        size: 0,
        align: 1,
        fields: Vec::new(),
        padding: Vec::new(),
    };
    let mut names = BTreeSet::new();
    for field in fields {
        if !names.insert(&field.name) {
            return Err(LayoutError::NameTwice {
                field: field.name.clone(),
            });
        }
        let too_large = || LayoutError::TooLarge {
            field: field.name.clone(),
        };
        let align = match packing {
            Packing::Natural => field.kind.align(abi),
            Packing::Packed => 1,
        };
        record.pad_to_multiple_of(align).ok_or_else(too_large)?;
        record
            .append(field, field.kind.size(abi))
            .ok_or_else(too_large)?;
        record.align = record.align.max(align);
    }
    let last = || {
        fields
            .last()
            .map(|field| field.name.clone())
            .unwrap_or_default()
    };
    record
        .pad_to_multiple_of(record.align)
        .ok_or_else(|| LayoutError::TooLarge { field: last() })?;
    Ok(record)
}

/// Why fields make no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// C refuses such a record too.
    #[error("field `{field}`: a field of this name was declared before; expected another name")]
    NameTwice {
        /// The name.
        field: String,
    },
    /// The record would be larger than an address can say.
    #[error(
        "field `{field}` ends beyond {} octets: expected a smaller record",
        usize::MAX
    )]
    TooLarge {
        /// The first field that does not fit.
        field: String,
    },
}

impl Record {
    fn pad_to_multiple_of(&mut self, align: usize) -> Option<()> {
        let end = self.size.checked_next_multiple_of(align)?;
        if end > self.size {
            self.padding.push(Hole {
                offset: self.size,
                size: end - self.size,
            });
        }
        self.size = end;
        Some(())
    }

    fn append(&mut self, field: &Field, size: usize) -> Option<()> {
        let end = self.size.checked_add(size)?;
        self.fields.push(Placed {
            name: field.name.clone(),
            kind: field.kind,
            offset: self.size,
            size,
        });
        self.size = end;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::Abis;
    use quickcheck::{Arbitrary, Gen, quickcheck};

    fn builtin(name: &str) -> &'static Abi {
        Abis::builtin().get(name).unwrap()
    }

    fn fields(scalars: &[Scalar]) -> Vec<Field> {
        scalars
            .iter()
            .enumerate()
            .map(|(n, &scalar)| Field::new(format!("f{n}"), scalar))
            .collect()
    }

    /// Size, alignment and offsets of a record of these scalars.
    fn check(abi: &str, scalars: &[Scalar], packing: Packing, expected: (usize, usize, &[usize])) {
        let record = lay_out(builtin(abi), &fields(scalars), packing).unwrap();
        let offsets: Vec<usize> = record.fields.iter().map(|field| field.offset).collect();
        assert_eq!(
            (record.size, record.align, offsets.as_slice()),
            expected,
            "{scalars:?} in {abi}, {packing:?}"
        );
    }

    #[test]
    fn a_long_long_after_a_char_lies_where_the_abi_says() {
        let scalars = [Scalar::Char, Scalar::LongLong];
        check("x86_64-sysv", &scalars, Packing::Natural, (16, 8, &[0, 8]));
        check("arm-aapcs", &scalars, Packing::Natural, (16, 8, &[0, 8]));
        check("hppa-sysv", &scalars, Packing::Natural, (16, 8, &[0, 8]));
        check("i386-sysv", &scalars, Packing::Natural, (12, 4, &[0, 4]));
        check("sh4-linux", &scalars, Packing::Natural, (12, 4, &[0, 4]));
        check("m68k-sysv", &scalars, Packing::Natural, (10, 2, &[0, 2]));
    }

    #[test]
    fn fixed_widths_do_not_fix_the_padding() {
        let scalars = [Scalar::Int8, Scalar::Int64, Scalar::Int16, Scalar::Int64];
        check(
            "s390x-elf",
            &scalars,
            Packing::Natural,
            (32, 8, &[0, 8, 16, 24]),
        );
        check(
            "i386-sysv",
            &scalars,
            Packing::Natural,
            (24, 4, &[0, 4, 12, 16]),
        );
        check(
            "m68k-sysv",
            &scalars,
            Packing::Natural,
            (20, 2, &[0, 2, 10, 12]),
        );
        for abi in Abis::builtin().iter() {
            check(
                abi.name(),
                &scalars,
                Packing::Packed,
                (19, 1, &[0, 1, 9, 11]),
            );
        }
    }

    #[test]
    fn a_long_double_is_padded_as_the_abi_says() {
        let scalars = [Scalar::Char, Scalar::LongDouble];
        check(
            "x86_64-sysv",
            &scalars,
            Packing::Natural,
            (32, 16, &[0, 16]),
        );
        check("s390x-elf", &scalars, Packing::Natural, (24, 8, &[0, 8]));
        check("i386-sysv", &scalars, Packing::Natural, (16, 4, &[0, 4]));
        check("m68k-sysv", &scalars, Packing::Natural, (14, 2, &[0, 2]));
        check("mips-o32-be", &scalars, Packing::Natural, (16, 8, &[0, 8]));
    }

    #[test]
    fn trailing_padding_belongs_to_the_record() {
        let record = lay_out(
            builtin("x86_64-sysv"),
            &fields(&[Scalar::Char, Scalar::Int, Scalar::Short]),
            Packing::Natural,
        );
        assert_eq!(
            record.unwrap().padding,
            [
                Hole { offset: 1, size: 3 },
                Hole {
                    offset: 10,
                    size: 2
                }
            ]
        );
    }

    #[test]
    fn a_field_is_found_by_its_name() {
        let declared = [
            Field::new("op", Scalar::Int8),
            Field::new("a", Scalar::Int64),
        ];
        let record = lay_out(builtin("i386-sysv"), &declared, Packing::Natural).unwrap();
        let placed = Placed {
            name: "a".to_owned(),
            kind: Type::Scalar(Scalar::Int64),
            offset: 4,
            size: 8,
        };
        assert_eq!(record.field("a"), Some(&placed));
        assert_eq!(record.field("b"), None);
    }

    #[test]
    fn a_record_without_fields_has_no_size() {
        for packing in [Packing::Natural, Packing::Packed] {
            check("x86_64-sysv", &[], packing, (0, 1, &[]));
        }
    }

    #[test]
    fn two_fields_of_one_name_are_refused() {
        let twice = [
            Field::new("a", Scalar::Int),
            Field::new("b", Scalar::Int),
            Field::new("a", Scalar::Char),
        ];
        let error = lay_out(builtin("x86_64-sysv"), &twice, Packing::Natural).unwrap_err();
        assert_eq!(
            error,
            LayoutError::NameTwice {
                field: "a".to_owned()
            }
        );
    }

    /// Some record in some ABI, counterfactual ones included.
    #[derive(Clone, Debug)]
    struct Case {
        abi: Abi,
        fields: Vec<Field>,
    }

    impl Arbitrary for Case {
        fn arbitrary(g: &mut Gen) -> Case {
            let abis: Vec<&Abi> = Abis::builtin().iter().collect();
            let (abi, other) = (*g.choose(&abis).unwrap(), *g.choose(&abis).unwrap());
            let abi = g
                .choose(&[
                    abi.clone(),
                    abi.with_alignment_of(other),
                    abi.with_width_of(other),
                ])
                .unwrap()
                .clone();
            let scalars: Vec<Scalar> = Vec::<u8>::arbitrary(g)
                .iter()
                .map(|_| *g.choose(Scalar::ALL).unwrap())
                .collect();
            Case {
                abi,
                fields: fields(&scalars),
            }
        }

        fn shrink(&self) -> Box<dyn Iterator<Item = Case>> {
            let Case { abi, fields } = self.clone();
            Box::new((0..fields.len()).map(move |dropped| {
                let mut fields = fields.clone();
                fields.remove(dropped);
                Case {
                    abi: abi.clone(),
                    fields,
                }
            }))
        }
    }

    /// Whether fields and holes, in order, cover the record without gap or overlap.
    fn is_covered(record: &Record) -> bool {
        let mut pieces: Vec<(usize, usize)> = record
            .fields
            .iter()
            .map(|field| (field.offset, field.size))
            .collect();
        pieces.extend(record.padding.iter().map(|hole| (hole.offset, hole.size)));
        pieces.sort_unstable();
        let end = pieces.iter().try_fold(0, |end, &(offset, size)| {
            (offset == end).then_some(end + size)
        });
        end == Some(record.size)
    }

    quickcheck! {
        fn fields_are_aligned_and_padding_is_as_small_as_it_can_be(case: Case) -> bool {
            let record = lay_out(&case.abi, &case.fields, Packing::Natural).unwrap();
            record.fields.iter().all(|field| field.offset.is_multiple_of(field.kind.align(&case.abi)))
                && record.fields.iter().all(|field| record.align.is_multiple_of(field.kind.align(&case.abi)))
                && record.size.is_multiple_of(record.align)
                && record.padding.iter().all(|hole| 0 < hole.size && hole.size < record.align)
                && is_covered(&record)
        }

        fn a_packed_record_has_no_holes(case: Case) -> bool {
            let record = lay_out(&case.abi, &case.fields, Packing::Packed).unwrap();
            record.align == 1
                && record.padding.is_empty()
                && is_covered(&record)
                && record.size == case.fields.iter().map(|field| field.kind.size(&case.abi)).sum::<usize>()
        }

        fn fields_keep_their_order(case: Case) -> bool {
            [Packing::Natural, Packing::Packed].into_iter().all(|packing| {
                let record = lay_out(&case.abi, &case.fields, packing).unwrap();
                record.fields.iter().map(|field| &field.name).eq(case.fields.iter().map(|field| &field.name))
                    && record.fields.is_sorted_by(|one, next| one.offset + one.size <= next.offset)
            })
        }
    }
}
