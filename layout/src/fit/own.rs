//! The ABI that a file was compiled for: the rows of the table that are for its machine, and agree with what the file says of C's scalars.

use object::Architecture;

use super::{Alignments, Fit, fit};
use crate::abi::{Abi, Abis, Dialect};
use crate::dwarf::{Format, Machine, Program};
use crate::layout::{LayoutError, Layouts};
use crate::types::TypeId;

/// The ABIs of a table that a program can have been compiled for, as its compiler lays records out; the likeliest first.
pub fn own(program: &Program, table: &Abis) -> Vec<Abi> {
    let machine = &program.machine;
    let is_clang = |producer: &String| producer.contains("clang");
    let compiler = if program.producers.iter().any(is_clang) {
        Dialect::Clang
    } else {
        Dialect::Gcc
    };
    let mut own: Vec<_> = table
        .iter()
        .filter(|abi| is_for(machine, abi.name()))
        .filter(|abi| abi.byte_order() == machine.byte_order)
        .filter(|abi| {
            let same = |(&scalar, &size)| u64::try_from(abi.size(scalar)) == Ok(size);
            program.scalars.iter().all(same)
        })
        .filter(|abi| {
            program
                .char_signed
                .is_none_or(|signed| signed == abi.char_signed())
        })
        .map(|abi| {
            if abi.compiler() == compiler {
                abi.clone()
            } else {
                abi.with_compiler(compiler)
            }
        })
        .collect();
    own.sort_by_key(|abi| RARER.iter().any(|rarer| abi.name().contains(rarer)));
    own
}

/// What a file is compiled for less often than for the other rows of its processor.
const RARER: [&str; 6] = ["align-int", "android", "bare", "ieee128", "musl", "oabi"];

/// Fits a program to the ABI that explains the most of its records; `None` when none of the table is possible.
pub fn best(
    program: &mut Program,
    table: &Abis,
    others: &[&Abi],
    reported: &Alignments,
) -> Option<(Abi, Fit)> {
    let mut best: Option<(usize, Abi, Fit, Program)> = None;
    let candidates = own(program, table);
    for abi in candidates {
        let mut fitted = program.clone();
        let fit = fit(&mut fitted, &abi, others, reported);
        let unexplained = unexplained(&fitted, &fit, &abi);
        if best.as_ref().is_none_or(|(least, ..)| unexplained < *least) {
            best = Some((unexplained, abi, fit, fitted));
        }
        if unexplained == 0 {
            break;
        }
    }
    let (_, abi, fit, fitted) = best?;
    *program = fitted;
    Some((abi, fit))
}

/// How many records the ABI does not explain: no reading agrees with them, or something in them is of a type that it does not know.
fn unexplained(program: &Program, fit: &Fit, abi: &Abi) -> usize {
    let layouts = Layouts::new(abi, &program.types);
    let is_unknown = |id: &&TypeId| matches!(layouts.of(**id), Err(LayoutError::NoSuchType { .. }));
    fit.unread.len() + program.observed.keys().filter(is_unknown).count()
}

/// Whether a row is for a machine, by its name: `processor-convention`.
fn is_for(machine: &Machine, name: &str) -> bool {
    let has = |part: &str| name.split('-').any(|found| found == part);
    let windows = has("windows") || has("mingw");
    if (machine.format == Format::Coff) != windows
        || (machine.format == Format::MachO) != has("darwin")
    {
        return false;
    }
    let processor = name.split('-').next().unwrap_or_default();
    let small = machine.pointer_size == 4;
    match machine.architecture {
        Architecture::Aarch64 => processor == "aarch64" && !has("ilp32"),
        Architecture::Aarch64_Ilp32 => has("ilp32"),
        Architecture::Arm => processor == "arm",
        Architecture::Hppa if small => processor == "hppa",
        Architecture::Hppa => processor == "hppa64",
        Architecture::LoongArch64 => processor == "loongarch64",
        Architecture::Mips => name.starts_with("mips-o32"),
        Architecture::Mips64 => name.starts_with("mips-n64"),
        Architecture::Mips64_N32 => name.starts_with("mips-n32"),
        Architecture::PowerPc64 => processor == "powerpc64" || processor == "powerpc64le",
        Architecture::S390x if small => processor == "s390",
        Architecture::Sparc | Architecture::Sparc32Plus => processor == "sparc",
        Architecture::SuperH => processor == "sh4",
        Architecture::X86_64 => processor == "x86_64" && !has("x32"),
        Architecture::X86_64_X32 => processor == "x86_64" && has("x32"),
        // The names are the same.
        other => format!("{other:?}").to_lowercase() == processor,
    }
}
