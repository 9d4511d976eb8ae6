//! C11's `_Atomic`: aligned so that the processor can move it at once, which is the compiler's to say.
//!
//! GCC (`build_qualified_type` of tree.cc, GCC 12): what has the size of an integer is aligned as a variable of that integer. Clang (`ASTContext::getTypeInfoImpl`, LLVM 14 to 19): what is no larger than the processor can move at once (`MaxAtomicPromoteWidth`) is rounded up to a power of two, and aligned to it. That is a word at least, and a number of 8 octets everywhere but on AIX with 32 bits, and on machines that align nothing to 4.

use super::LayoutError;
use super::shape::{Shape, octets};
use crate::Abi;
use crate::abi::{BitFieldPacking, Dialect, Scalar};

/// The largest integer of any compiler.
const LARGEST: u64 = 16;
/// The same, as a size of the table.
const WIDEST: usize = 16;
/// The largest number that Clang aligns to its size on every machine.
const LARGEST_OF_CLANG: u64 = 8;

pub(super) fn shape(abi: &Abi, of: Shape) -> Result<Shape, LayoutError> {
    let is_integer = of.size.is_power_of_two() && of.size <= LARGEST;
    if of.size == LARGEST && abi.compiler() == Dialect::Gcc && abi.name().starts_with("s390") {
        return Err(LayoutError::NotModelled {
            what: "an _Atomic of 16 octets, which GCC 14 aligns to 16 on s390, and GCC 12 to 8"
                .to_owned(),
        });
    }
    let align = match abi.compiler() {
        Dialect::Gcc if is_integer => {
            let size = usize::try_from(of.size).unwrap_or(usize::MAX);
            octets(abi.mode_align(size))
        }
        Dialect::Gcc => 1,
        Dialect::Clang => {
            let is_number = of.scalar == of.size && of.size <= LARGEST_OF_CLANG;
            let is_word = of.size <= octets(abi.size(Scalar::Pointer));
            if !is_integer || !is_number && !is_word {
                return Err(LayoutError::NotModelled {
                    what: format!(
                        "an _Atomic of {} octets, which Clang pads and aligns by what the processor can move",
                        of.size
                    ),
                });
            }
            // A processor of octets or of pairs of them is given nothing to move at once, and AIX's a word.
            let is_aix = abi.bit_field_packing() == BitFieldPacking::Aix;
            match abi.mode_align(WIDEST) {
                1 | 2 => of.align,
                _ if is_aix && !is_word => of.align,
                _ => of.size,
            }
        }
    };
    let align = align.max(of.align);
    Ok(Shape {
        align,
        first: align,
        natural: align,
        ..of
    })
}
