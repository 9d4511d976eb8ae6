//! Which machine a file was compiled for, as far as the file says it.

use std::fmt;

use object::{AddressSize, Architecture, FileFlags, Object, elf};

use crate::abi::ByteOrder;

/// What the headers of an object file say about its machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Machine {
    /// The processor, and the data model where the format has one of its own for it (x32, n32).
    pub(crate) processor: Processor,
    /// Which octet of its numbers comes first.
    pub byte_order: ByteOrder,
    /// The size of an address, in octets.
    pub pointer_size: u8,
    /// ELF's `e_flags`; 0 elsewhere.
    pub flags: u32,
    /// What kind of file it is: Windows and Darwin have data models of their own.
    pub format: Format,
    /// The BSD that the file is for, if it says so: its C library has types of its own.
    pub(crate) bsd: Option<&'static str>,
}

/// A processor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Processor {
    /// One that the `object` crate knows.
    Known(Architecture),
    /// ARC, whose ELF has a number for each of its versions.
    Arc,
    /// OpenRISC 1000.
    Or1k,
    /// s390 with addresses of 31 bits.
    S390,
}

impl fmt::Debug for Processor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Processor::Known(architecture) => write!(formatter, "{architecture:?}"),
            Processor::Arc => formatter.write_str("Arc"),
            Processor::Or1k => formatter.write_str("Or1k"),
            Processor::S390 => formatter.write_str("S390"),
        }
    }
}

impl Processor {
    /// That of a file; by ELF's number where `object` knows no other word for it.
    pub(super) fn of(file: &object::File<'_>, architecture: Architecture) -> Processor {
        use object::read::elf::FileHeader as _;
        let number = match file {
            object::File::Elf32(elf) if architecture == Architecture::Unknown => {
                elf.elf_header().e_machine(elf.endian())
            }
            _ => return Processor::Known(architecture),
        };
        match number {
            elf::EM_ARC | elf::EM_ARC_COMPACT | elf::EM_ARC_COMPACT2 => Processor::Arc,
            elf::EM_OPENRISC => Processor::Or1k,
            elf::EM_S390 => Processor::S390,
            _ => Processor::Known(architecture),
        }
    }
}

/// A format of object files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Unix.
    Elf,
    /// Darwin.
    MachO,
    /// Windows.
    Coff,
}

impl Machine {
    /// The processor, as the `object` crate names it: `S390x`, `X86_64_X32`.
    pub fn processor(&self) -> String {
        format!("{:?}", self.processor)
    }

    /// The machine of an object.
    pub(super) fn of(file: &object::File<'_>) -> Machine {
        let byte_order = match file.endianness() {
            object::Endianness::Little => ByteOrder::Little,
            object::Endianness::Big => ByteOrder::Big,
        };
        let architecture = file.architecture();
        let format = match file.format() {
            object::BinaryFormat::Coff | object::BinaryFormat::Pe => Format::Coff,
            object::BinaryFormat::MachO => Format::MachO,
            _ => Format::Elf,
        };
        let pointer_size = match (architecture.address_size(), format) {
            // COFF files have no class.
            (Some(size), Format::Coff) => size.bytes(),
            (Some(AddressSize::U8 | AddressSize::U16), _) => 2,
            // x32 and n32 are of the smaller class, and point with 4 octets.
            _ if file.is_64() => 8,
            _ => 4,
        };
        let flags = match file.flags() {
            FileFlags::Elf { e_flags, .. } => e_flags.0,
            _ => 0,
        };
        Machine {
            processor: Processor::of(file, architecture),
            byte_order,
            pointer_size,
            flags,
            format,
            bsd: bsd(file),
        }
    }

    /// Whether objects of the two can be in one program: flags say more than the data model (a floating-point unit, say).
    pub(super) fn agrees_with(&self, other: &Machine) -> bool {
        (self.processor, self.byte_order, self.pointer_size)
            == (other.processor, other.byte_order, other.pointer_size)
    }
}

/// By ELF's `EI_OSABI`, which FreeBSD's objects have, too; or by the note that the others' programs have. An object of NetBSD or OpenBSD says nothing.
fn bsd(file: &object::File<'_>) -> Option<&'static str> {
    let os_abi = match file.flags() {
        FileFlags::Elf { os_abi, .. } => os_abi,
        _ => return None,
    };
    let has = |section: &str| file.section_by_name(section).is_some();
    match os_abi {
        elf::ELFOSABI_FREEBSD => Some("freebsd"),
        elf::ELFOSABI_NETBSD => Some("netbsd"),
        elf::ELFOSABI_OPENBSD => Some("openbsd"),
        _ if has(".note.netbsd.ident") => Some("netbsd"),
        _ if has(".note.openbsd.ident") => Some("openbsd"),
        _ => None,
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:?}, {}-endian, {} bits",
            self.processor,
            self.byte_order,
            8 * u32::from(self.pointer_size)
        )
    }
}
