//! ABIs that do not exist: copies with one property changed, to ask what that property alone does.
//!
//! Each copy keeps everything that its method does not name, and says in its name what was changed.

use std::convert::Infallible;

use super::{Abi, BitFieldOrder, ByteOrder, Dialect, Extent, Extents, Scalar, align_for};

impl Abi {
    /// With this byte order. Bit-fields are still filled from the same end.
    pub fn with_byte_order(&self, order: ByteOrder) -> Abi {
        Abi {
            byte_order: order,
            ..self.renamed(&format!("{order}-endian octets"))
        }
    }

    /// With the byte order of `other`. Bit-fields are still filled from the same end.
    pub fn with_byte_order_of(&self, other: &Abi) -> Abi {
        Abi {
            byte_order: other.byte_order,
            ..self.renamed(&format!("the byte order of {}", other.name))
        }
    }

    /// With bit-fields filled from this end.
    pub fn with_bit_field_order(&self, order: BitFieldOrder) -> Abi {
        Abi {
            bit_field_order: order,
            ..self.renamed(&format!("{order} bit-fields"))
        }
    }

    /// With every scalar aligned as in `other`, and of its own width. A scalar that has another width in
    /// `other` is aligned as `other` aligns things of this width: a `long` of 4 octets never to 8.
    pub fn with_alignment_of(&self, other: &Abi) -> Abi {
        let extents = Extents::from_fn(|scalar| {
            let (own, others) = (self.extents.of(scalar), other.extents.of(scalar));
            let same_width = own.size == others.size;
            let align = if same_width {
                others.align
            } else {
                align_for(own.size, other.align_at_most)
            };
            Extent {
                size: own.size,
                align,
            }
        });
        Abi {
            first_aligns: other
                .first_aligns
                .iter()
                .filter(|&(&scalar, &first)| first <= extents.of(scalar).size)
                .map(|(&scalar, &first)| (scalar, first))
                .collect(),
            extents,
            align_at_most: other.align_at_most,
            mode_align_at_most: other.mode_align_at_most,
            ..self.renamed(&format!("the alignment of {}", other.name))
        }
    }

    /// With bit-fields packed, and records aligned at least, as in `other`. Bit-fields are still filled from the same end.
    pub fn with_packing_of(&self, other: &Abi) -> Abi {
        Abi {
            bit_field_packing: other.bit_field_packing,
            empty_bit_field_align: other.empty_bit_field_align,
            record_align_at_least: other.record_align_at_least,
            ..self.renamed(&format!("the packing of {}", other.name))
        }
    }

    /// With every scalar as wide as in `other` (a `long double` in the format of `other`, too), and aligned by its
    /// own rule: `long` of 8 octets is aligned to 4 in a 32-bit ABI that aligns nothing to more.
    pub fn with_width_of(&self, other: &Abi) -> Abi {
        let extents = Extents::from_fn(|scalar| self.resized(scalar, other.size(scalar)));
        Abi {
            extents,
            long_double_format: other.long_double_format,
            typedefs: other.typedefs.clone(),
            ..self.renamed(&format!("the widths of {}", other.name))
        }
    }

    /// With a `long` of 8 octets, aligned by its own rule. Pointers stay as wide as they are.
    pub fn with_long_of_64_bits(&self) -> Abi {
        let mut copy = self.renamed("a long of 64 bits");
        copy.extents.long = self.resized(Scalar::Long, 8);
        copy
    }

    /// With the records of this compiler, where compilers disagree.
    pub fn with_compiler(&self, compiler: Dialect) -> Abi {
        Abi {
            compiler,
            ..self.renamed(&format!("records by {compiler}"))
        }
    }

    /// The same, but it keeps its name: what compiled a file is no change of its ABI.
    #[cfg(feature = "dwarf")]
    pub(crate) fn compiled_by(&self, compiler: Dialect) -> Abi {
        Abi {
            compiler,
            ..self.clone()
        }
    }

    /// With `char` and `wchar_t` signed or not as in `other`.
    pub fn with_signedness_of(&self, other: &Abi) -> Abi {
        Abi {
            char_signed: other.char_signed,
            wchar_signed: other.wchar_signed,
            ..self.renamed(&format!("the signedness of {}", other.name))
        }
    }
}

impl Abi {
    fn renamed(&self, change: &str) -> Abi {
        Abi {
            name: format!("{} with {change}", self.name),
            ..self.clone()
        }
    }

    fn resized(&self, scalar: Scalar, size: usize) -> Extent {
        let own = self.extents.of(scalar);
        if own.size == size {
            own
        } else {
            Extent {
                size,
                align: align_for(size, self.align_at_most),
            }
        }
    }
}

impl Extents {
    fn from_fn(mut extent: impl FnMut(Scalar) -> Extent) -> Extents {
        let Ok(extents) = Extents::try_from_fn(|scalar| Ok::<_, Infallible>(extent(scalar)));
        extents
    }
}
