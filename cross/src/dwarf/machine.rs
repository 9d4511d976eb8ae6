//! Which machine a file was compiled for, as far as the file says it.

use std::fmt;

use object::{Architecture, FileFlags, Object};

use crate::abi::ByteOrder;

/// What the headers of an object file say about its machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The processor, and the data model where the format tells it apart (x32, n32).
    pub architecture: Architecture,
    /// Of its data.
    pub byte_order: ByteOrder,
    /// Of an address, in octets.
    pub pointer_size: u8,
    /// ELF's `e_flags`; 0 elsewhere.
    pub flags: u32,
    /// Whether it is PE or COFF: Microsoft's data model.
    pub windows: bool,
}

impl Machine {
    /// The machine of an object.
    pub(super) fn of(file: &object::File<'_>) -> Machine {
        let byte_order = match file.endianness() {
            object::Endianness::Little => ByteOrder::Little,
            object::Endianness::Big => ByteOrder::Big,
        };
        let architecture = file.architecture();
        // x32 and n32 point with 4 octets, though their processors could with 8; COFF files have no class.
        let pointer_size = match architecture.address_size() {
            Some(size) => size.bytes(),
            None if file.is_64() => 8,
            None => 4,
        };
        let flags = match file.flags() {
            FileFlags::Elf { e_flags, .. } => e_flags.0,
            _ => 0,
        };
        Machine {
            architecture,
            byte_order,
            pointer_size,
            flags,
            windows: matches!(
                file.format(),
                object::BinaryFormat::Coff | object::BinaryFormat::Pe
            ),
        }
    }

    /// Whether objects of the two can be in one program: flags say more than the data model (a floating-point unit, say).
    pub(super) fn agrees_with(&self, other: &Machine) -> bool {
        (self.architecture, self.byte_order, self.pointer_size)
            == (other.architecture, other.byte_order, other.pointer_size)
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:?}, {}-endian, {} bits",
            self.architecture,
            self.byte_order,
            8 * u32::from(self.pointer_size)
        )
    }
}
