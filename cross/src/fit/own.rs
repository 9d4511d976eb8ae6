//! The ABI that a file was compiled for: the rows of the table that are for its machine, and agree with what the file says of C's scalars.

use object::Architecture;

use super::{Alignments, Fit, fit};
use crate::abi::{Abi, Abis, Dialect};
use crate::dwarf::Program;

/// The ABIs of a table that a program can have been compiled for, as its compiler lays records out; the likeliest first.
pub fn own(program: &Program, table: &Abis) -> Vec<Abi> {
    let machine = &program.machine;
    let is_clang = |producer: &String| producer.contains("clang");
    let compiler = if program.producers.iter().any(is_clang) {
        Dialect::Clang
    } else {
        Dialect::Gcc
    };
    table
        .iter()
        .filter(|abi| is_for(machine.architecture, machine.windows, abi.name()))
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
        .collect()
}

/// Fits a program to the ABI that leaves the fewest of its records unread; `None` when none of the table is possible.
pub fn best(
    program: &mut Program,
    table: &Abis,
    others: &[&Abi],
    told: &Alignments,
) -> Option<(Abi, Fit)> {
    let mut best: Option<(Abi, Fit, Program)> = None;
    let candidates = own(program, table);
    for abi in candidates {
        let mut fitted = program.clone();
        let fit = fit(&mut fitted, &abi, others, told);
        let none_unread = fit.unread.is_empty();
        let better = match &best {
            Some((_, least, _)) => fit.unread.len() < least.unread.len(),
            None => true,
        };
        if better {
            best = Some((abi, fit, fitted));
        }
        if none_unread {
            break;
        }
    }
    let (abi, fit, fitted) = best?;
    *program = fitted;
    Some((abi, fit))
}

/// Whether a row is for a machine, by its name: `processor-convention`.
fn is_for(architecture: Architecture, windows: bool, name: &str) -> bool {
    if windows != (name.contains("windows") || name.contains("mingw") || name.contains("msvc")) {
        return false;
    }
    let is = |processor: &str| {
        name.strip_prefix(processor)
            .is_some_and(|rest| rest.starts_with('-') || rest.starts_with('_'))
    };
    match architecture {
        Architecture::Aarch64 => is("aarch64"),
        Architecture::Alpha => is("alpha"),
        Architecture::Arm => is("arm") || is("armeb"),
        Architecture::Hppa => is("hppa"),
        Architecture::I386 => is("i386") || is("i686"),
        Architecture::LoongArch64 => is("loongarch64"),
        Architecture::M68k => is("m68k"),
        Architecture::Mips => name.starts_with("mips-o32"),
        Architecture::Mips64 => name.starts_with("mips-n64"),
        Architecture::Mips64_N32 => name.starts_with("mips-n32"),
        Architecture::PowerPc => is("powerpc"),
        Architecture::PowerPc64 => is("powerpc64"),
        Architecture::Riscv32 => is("riscv32"),
        Architecture::Riscv64 => is("riscv64"),
        Architecture::S390x => is("s390x"),
        Architecture::Sparc | Architecture::Sparc32Plus => is("sparc"),
        Architecture::Sparc64 => is("sparc64"),
        Architecture::SuperH => is("sh4"),
        Architecture::X86_64 => is("x86_64") && !name.contains("x32"),
        Architecture::X86_64_X32 => name.starts_with("x86_64-x32"),
        _ => false,
    }
}
