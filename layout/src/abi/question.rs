//! What layouts ask an ABI about: where two ABIs answer alike, what asks no more lies alike.

use super::{Abi, BitFieldOrder, BitFieldPacking, ByteOrder, Dialect, EnumRule, Extent, Extents};
use super::{LongDoubleFormat, PodRule, RustAligns, Scalar, Typedef};

/// Something that the layout of a type depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// What every layout may depend on: how large a pointer is, by which the largest object goes, and the rules of records. A property that is added to ABIs is taken to be such until it is named here.
    Records,
    /// Everything that a layout may depend on, the ABI's name too.
    Everything,
    /// `__int128`.
    Int128,
    /// `_Float128`.
    Float128,
    /// Enumerations.
    Enums,
    /// Bit-fields.
    BitFields,
    /// Classes of C++.
    Classes,
    /// Numbers of languages that have rules of their own for them.
    Numbers,
    /// A scalar.
    Scalar(Scalar),
    /// A name of the C library.
    Typedef(Typedef),
}

/// What an ABI says to a question; of no use but to be compared with another's.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Abi(Box<Abi>),
    Lies(Option<Lies>),
    Enums(EnumRule, Vec<Lies>),
    Classes(PodRule),
    Numbers(RustAligns, Box<Extents>),
}

/// How a scalar lies.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lies {
    extent: Extent,
    first_align: usize,
    /// Microsoft's rules align a record to the size of what it has of these.
    is_arithmetic: bool,
}

impl Question {
    /// Those that are about no one scalar or name.
    const OF_RULES: [Question; 8] = [
        Question::Records,
        Question::Everything,
        Question::Int128,
        Question::Float128,
        Question::Enums,
        Question::BitFields,
        Question::Classes,
        Question::Numbers,
    ];

    /// Each once.
    pub(crate) fn all() -> impl Iterator<Item = Question> {
        let scalars = Scalar::ALL.iter().copied().map(Question::Scalar);
        let typedefs = Typedef::ALL.iter().copied().map(Question::Typedef);
        Question::OF_RULES
            .into_iter()
            .chain(scalars)
            .chain(typedefs)
    }

    /// Asks it.
    pub(crate) fn ask(self, abi: &Abi) -> Answer {
        let lies = |extent: Extent| Lies {
            extent,
            first_align: extent.align,
            is_arithmetic: true,
        };
        match self {
            Question::Records => Answer::Abi(Box::new(abi.of_records())),
            Question::Everything => Answer::Abi(Box::new(Abi {
                name: abi.name.clone(),
                ..abi.places()
            })),
            Question::Int128 => Answer::Lies(abi.int128().map(lies)),
            Question::Float128 => Answer::Lies(abi.float128().map(lies)),
            Question::Enums => {
                use Scalar::{Char, Enum, Int32, LongLong, Short};
                let scalars = [Enum, Char, Short, Int32, LongLong];
                Answer::Enums(abi.enum_rule, scalars.map(|scalar| abi.lies(scalar)).into())
            }
            Question::BitFields => Answer::Abi(Box::new(Abi {
                bit_field_packing: abi.bit_field_packing,
                empty_bit_field_align: abi.empty_bit_field_align,
                align_at_most: abi.align_at_most,
                mode_align_at_most: abi.mode_align_at_most,
                extents: Extents {
                    int: abi.extents.int,
                    long: abi.extents.long,
                    ..abi.of_records().extents
                },
                ..abi.of_records()
            })),
            Question::Classes => Answer::Classes(abi.pod_rule),
            Question::Numbers => Answer::Numbers(abi.rust, Box::new(abi.extents.clone())),
            Question::Scalar(scalar) => Answer::Lies(Some(abi.lies(scalar))),
            Question::Typedef(name) => {
                Answer::Lies(abi.typedef(name).map(|scalar| abi.lies(scalar)))
            }
        }
    }
}

impl Abi {
    /// Whether every type has the same layout on both, or none. They may differ in their names and in what is written into a place, but not in where it is.
    pub fn places_alike(&self, other: &Abi) -> bool {
        self.places() == other.places()
    }

    fn lies(&self, scalar: Scalar) -> Lies {
        Lies {
            extent: self.extents.of(scalar),
            first_align: self.first_align(scalar),
            is_arithmetic: !matches!(scalar, Scalar::Pointer | Scalar::Enum),
        }
    }

    /// Without what no layout depends on.
    fn places(&self) -> Abi {
        Abi {
            name: String::new(),
            source: String::new(),
            compared: Vec::new(),
            since: None,
            apart: None,
            byte_order: ByteOrder::Little,
            char_signed: false,
            wchar_signed: false,
            // Bits are numbered from the end that is filled first, as DWARF 5's DW_AT_data_bit_offset does.
            bit_field_order: BitFieldOrder::LowFirst,
            ..self.clone()
        }
    }

    /// Without what only some layouts depend on, too: what other questions ask about.
    fn of_records(&self) -> Abi {
        let packing = match (self.bit_field_packing, self.compiler) {
            // Without bit-fields they are one; Clang has no records with the last.
            (BitFieldPacking::Sysv | BitFieldPacking::Aapcs, _)
            | (BitFieldPacking::Dense, Dialect::Gcc) => BitFieldPacking::Sysv,
            (packing, _) => packing,
        };
        // Microsoft's rules look at the machine's words in other records, too.
        let is_sysv = packing == BitFieldPacking::Sysv;
        let only_of_others = |align: usize| if is_sysv { 1 } else { align };
        Abi {
            extents: Extents::all(Extent {
                size: self.extents.pointer.size,
                align: 1,
            }),
            align_at_most: only_of_others(self.align_at_most),
            mode_align_at_most: only_of_others(self.mode_align_at_most),
            int128: false,
            float128: false,
            long_double_format: LongDoubleFormat::IeeeDouble,
            bit_field_packing: packing,
            empty_bit_field_align: 1,
            enum_rule: EnumRule::Int,
            pod_rule: PodRule::Cpp03,
            rust: RustAligns {
                int64: None,
                float: None,
                double: None,
                int128: 1,
            },
            go_port: false,
            typedefs: std::collections::BTreeMap::new(),
            ..self.places()
        }
    }
}
