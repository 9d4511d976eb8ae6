//! What of a PDB, or of an object's symbols, is wanted: types, names of typedefs, the machine and the compiler.

use ms_codeview::syms::{SymIter, SymKind};
use object::Architecture;

use super::super::error::Problem;
use super::super::machine::{Format, Machine, Processor};
use super::msf::{Msf, stream, u32_at, wrong};
use crate::abi::ByteOrder;

/// The streams of a PDB that are read.
pub(in super::super) struct Pdb {
    /// What it was linked for.
    pub(in super::super) machine: Machine,
    types: Vec<u8>,
    ids: Vec<u8>,
    pub(super) symbols: Vec<u8>,
}

impl Pdb {
    /// Reads them.
    ///
    /// # Errors
    /// The file ends early or contradicts itself, or it is of a machine that is not known.
    pub(in super::super) fn of(octets: &[u8]) -> Result<Pdb, Problem> {
        let mut msf = Msf::open(octets)?;
        let debug = msf.stream(stream::DEBUG)?;
        // LLVM, docs/PDB/DbiStream.rst, "Stream Header".
        let number = |at: usize| {
            let octets = debug.get(at..at.checked_add(2)?)?;
            Some(u16::from_le_bytes(octets.try_into().ok()?))
        };
        let symbols = match number(20) {
            None | Some(u16::MAX) => Vec::new(),
            Some(of) => msf.stream(of.into())?,
        };
        let machine = match number(58) {
            Some(0x14c) => machine(Architecture::I386, 4),
            Some(0x8664) => machine(Architecture::X86_64, 8),
            Some(0x1c0 | 0x1c4) => machine(Architecture::Arm, 4),
            Some(0xaa64) => machine(Architecture::Aarch64, 8),
            Some(other) => {
                let says =
                    format!("found a PDB for the machine {other:#x}, which is none of Windows");
                return Err(wrong(58, &says));
            }
            None => {
                return Err(Problem::NoDebugInfo {
                    found: "a PDB without a stream of modules".to_owned(),
                });
            }
        };
        Ok(Pdb {
            machine,
            types: msf.stream(stream::TYPES)?,
            ids: msf.stream(stream::IDS)?,
            symbols,
        })
    }

    /// The records of types.
    pub(super) fn types(&self) -> Result<&[u8], Problem> {
        records(&self.types)
    }

    /// Those of strings and places.
    pub(super) fn ids(&self) -> Result<&[u8], Problem> {
        records(&self.ids)
    }
}

/// What tells a PDB from others: its GUID, which the program has, too.
pub(in super::super) fn id_of(octets: &[u8]) -> Option<Vec<u8>> {
    let info = Msf::open(octets).ok()?.stream(stream::INFO).ok()?;
    info.get(12..28).map(<[u8]>::to_vec)
}

/// What is behind the header of a stream of records (LLVM, docs/PDB/TpiStream.rst); none where there is no such stream.
fn records(stream: &[u8]) -> Result<&[u8], Problem> {
    if stream.is_empty() {
        return Ok(stream);
    }
    let number = |at| u32_at(stream, at).and_then(|of| usize::try_from(of).ok());
    let first = number(8);
    if first != usize::try_from(super::primitive::FIRST_RECORD).ok() {
        return Err(wrong(8, "found types that are not counted from 0x1000"));
    }
    let part = || {
        let (header, size) = (number(4)?, number(16)?);
        stream.get(header..header.checked_add(size)?)
    };
    part().ok_or_else(|| wrong(4, "found more types than are in their stream"))
}

fn machine(architecture: Architecture, pointer_size: u8) -> Machine {
    Machine {
        processor: Processor::Known(architecture),
        byte_order: ByteOrder::Little,
        pointer_size,
        flags: 0,
        format: Format::Coff,
        bsd: None,
    }
}

/// The parts of an object's `.debug$S` that have symbols: each part has a kind and a size, and begins at a multiple of 4 (LLVM, docs/PDB/ModiStream.rst, "C13 Line Information").
pub(super) fn symbols(section: &[u8]) -> Vec<&[u8]> {
    const SYMBOLS: u32 = 0xf1;
    let mut parts = Vec::new();
    let mut at = 4;
    while let (Some(kind), Some(size)) = (u32_at(section, at), u32_at(section, at + 4)) {
        let begin = at + 8;
        let end = usize::try_from(size)
            .ok()
            .and_then(|size| begin.checked_add(size));
        let Some(part) = end.and_then(|end| section.get(begin..end)) else {
            break;
        };
        if kind == SYMBOLS {
            parts.push(part);
        }
        at = begin + part.len().next_multiple_of(4);
    }
    parts
}

/// What the compiler says of itself: `S_COMPILE3`.
pub(super) fn compiler(symbols: &[u8]) -> Option<String> {
    let mut all = SymIter::new(symbols);
    let said = all.find(|symbol| symbol.kind == SymKind::S_COMPILE3)?;
    // Flags, a machine, and two versions of four numbers are before it.
    let name = said.data.get(22..)?.split(|octet| *octet == 0).next()?;
    Some(String::from_utf8_lossy(name).into_owned())
}
