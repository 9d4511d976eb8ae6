//! Relocations of debug sections: what a linker would have written into an object file that was not linked.
//!
//! Only those that refer to another debug section matter here: offsets of names, abbreviations, types and file tables.
//! They are absolute, of 32 bits in 32-bit DWARF and of 64 in 64-bit DWARF, on every machine; what machines have beside them (addresses relative to the place, thread-local offsets) is in locations of variables, which are not read.

use std::borrow::Cow;

use object::elf;
use object::read::{Relocation, RelocationFlags, RelocationKind, RelocationTarget};
use object::{Architecture, Object, ObjectSection, ObjectSymbol, SectionKind};

use super::machine::Processor;

/// What a relocation does to its place. V is what the place holds, S the symbol, A the addend; names as in the psABIs.
#[derive(Clone, Copy)]
enum Effect {
    /// S + A
    Set,
    /// V + S + A
    Add,
    /// V - S - A
    Subtract,
}

/// Applies the relocations of one section to its octets.
///
/// # Errors
/// One lies outside of the section, refers to nothing, or is of a machine whose relocations are not known here.
pub(super) fn apply<'a>(
    file: &object::File<'a>,
    section: &object::Section<'a, '_>,
    octets: &mut Cow<'a, [u8]>,
) -> Result<(), String> {
    let processor = Processor::of(file, file.architecture());
    let little = file.endianness() == object::Endianness::Little;
    // These have relocations with addends, and keep the addend in the place all the same (BFD: partial_inplace).
    let keeps_addend = matches!(
        file.architecture(),
        Architecture::SuperH | Architecture::Xtensa
    );
    for (offset, relocation) in section.relocations() {
        let Some((effect, size)) = effect(processor, &relocation)
            .map_err(|says| format!("relocation at {offset:#x}: {says}"))?
        else {
            continue;
        };
        let symbol = symbol(file, relocation.target()).ok_or_else(|| {
            format!("relocation at {offset:#x}: found none of the file's symbols, expected one")
        })?;
        let place = usize::try_from(offset)
            .ok()
            .and_then(|offset| octets.to_mut().get_mut(offset..offset.checked_add(size)?));
        let place = place.ok_or_else(|| {
            format!("relocation at {offset:#x}: found no {size} octets there, expected an offset in the section")
        })?;
        let held = get(place, little);
        let addend = relocation.addend().cast_unsigned();
        let value = symbol.wrapping_add(addend);
        let value = match effect {
            Effect::Set if relocation.has_implicit_addend() || keeps_addend => {
                held.wrapping_add(value)
            }
            Effect::Set => value,
            Effect::Add => held.wrapping_add(value),
            Effect::Subtract => held.wrapping_sub(value),
        };
        put(place, value, little);
    }
    Ok(())
}

/// What a relocation does, and to how many octets; `None` for one that does not matter here.
fn effect(
    processor: Processor,
    relocation: &Relocation,
) -> Result<Option<(Effect, usize)>, String> {
    match relocation.kind() {
        RelocationKind::Absolute | RelocationKind::SectionOffset => {
            let size = usize::from(relocation.size() / 8);
            Ok(matches!(size, 1 | 2 | 4 | 8).then_some((Effect::Set, size)))
        }
        RelocationKind::Unknown => match (processor, relocation.flags()) {
            (Processor::Arc, RelocationFlags::Elf { r_type }) => Ok(arc(r_type)),
            (Processor::Or1k, RelocationFlags::Elf { r_type }) => Ok(or1k(r_type)),
            (Processor::S390, _) => Ok(None),
            (
                Processor::Known(Architecture::Wasm32 | Architecture::Wasm64),
                RelocationFlags::Wasm { r_type },
            ) => Ok(wasm(r_type)),
            (Processor::Known(Architecture::Unknown), RelocationFlags::Elf { r_type }) => {
                Err(format!(
                    "found type {} of an unknown machine, expected a machine whose relocations are known",
                    r_type.0
                ))
            }
            (
                Processor::Known(Architecture::Riscv32 | Architecture::Riscv64),
                RelocationFlags::Elf { r_type },
            ) => Ok(riscv(r_type)),
            (
                Processor::Known(Architecture::LoongArch32 | Architecture::LoongArch64),
                RelocationFlags::Elf { r_type },
            ) => Ok(loongarch(r_type)),
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

/// Synopsys' "ARC ABI", table of relocation types, as binutils' `include/elf/arc-reloc.def` has them.
fn arc(r_type: elf::RelocationType) -> Option<(Effect, usize)> {
    Some(match r_type.0 {
        1 => (Effect::Set, 1),
        2 => (Effect::Set, 2),
        4 => (Effect::Set, 4),
        _ => return None,
    })
}

/// OpenRISC 1000 Architecture Manual, "Relocations", as binutils' `include/elf/or1k.h` has them.
fn or1k(r_type: elf::RelocationType) -> Option<(Effect, usize)> {
    Some(match r_type.0 {
        1 => (Effect::Set, 4),
        2 => (Effect::Set, 2),
        3 => (Effect::Set, 1),
        _ => return None,
    })
}

/// WebAssembly's tool conventions, "Linking", `R_WASM_SECTION_OFFSET_I32`. What refers to code and memory is in locations.
fn wasm(r_type: u8) -> Option<(Effect, usize)> {
    (r_type == 9).then_some((Effect::Set, 4))
}

/// RISC-V ELF psABI 1.0, 8.5 "Relocations": a difference of two labels is an addition and a subtraction, since the linker may make the code between them shorter.
fn riscv(r_type: elf::RelocationType) -> Option<(Effect, usize)> {
    Some(match r_type {
        elf::R_RISCV_ADD8 => (Effect::Add, 1),
        elf::R_RISCV_ADD16 => (Effect::Add, 2),
        elf::R_RISCV_ADD32 => (Effect::Add, 4),
        elf::R_RISCV_ADD64 => (Effect::Add, 8),
        elf::R_RISCV_SUB8 => (Effect::Subtract, 1),
        elf::R_RISCV_SUB16 => (Effect::Subtract, 2),
        elf::R_RISCV_SUB32 => (Effect::Subtract, 4),
        elf::R_RISCV_SUB64 => (Effect::Subtract, 8),
        elf::R_RISCV_SET8 => (Effect::Set, 1),
        elf::R_RISCV_SET16 => (Effect::Set, 2),
        elf::R_RISCV_SET32 => (Effect::Set, 4),
        _ => return None,
    })
}

/// ELF for the LoongArch Architecture 2.30, "Relocations": as RISC-V.
fn loongarch(r_type: elf::RelocationType) -> Option<(Effect, usize)> {
    Some(match r_type {
        elf::R_LARCH_ADD8 => (Effect::Add, 1),
        elf::R_LARCH_ADD16 => (Effect::Add, 2),
        elf::R_LARCH_ADD32 => (Effect::Add, 4),
        elf::R_LARCH_ADD64 => (Effect::Add, 8),
        elf::R_LARCH_SUB8 => (Effect::Subtract, 1),
        elf::R_LARCH_SUB16 => (Effect::Subtract, 2),
        elf::R_LARCH_SUB32 => (Effect::Subtract, 4),
        elf::R_LARCH_SUB64 => (Effect::Subtract, 8),
        _ => return None,
    })
}

/// The value of what a relocation refers to. Debug sections count from their own start, whatever address they are given.
fn symbol(file: &object::File<'_>, target: RelocationTarget) -> Option<u64> {
    match target {
        RelocationTarget::Symbol(index) => Some(file.symbol_by_index(index).ok()?.address()),
        RelocationTarget::Section(index) => {
            let section = file.section_by_index(index).ok()?;
            Some(if section.kind() == SectionKind::Debug {
                0
            } else {
                section.address()
            })
        }
        _ => Some(0),
    }
}

fn get(place: &[u8], little: bool) -> u64 {
    let append = |value: u64, octet: &u8| (value << 8) | u64::from(*octet);
    if little {
        place.iter().rev().fold(0, append)
    } else {
        place.iter().fold(0, append)
    }
}

fn put(place: &mut [u8], value: u64, little: bool) {
    let octets = value.to_le_bytes();
    if little {
        place
            .iter_mut()
            .zip(octets)
            .for_each(|(to, from)| *to = from);
    } else {
        place
            .iter_mut()
            .rev()
            .zip(octets)
            .for_each(|(to, from)| *to = from);
    }
}
