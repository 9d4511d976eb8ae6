//! The ABI that a file was compiled for: the rows of the table that are for its machine, and agree with what the file says of C's scalars.

use object::Architecture;

use super::{Alignments, Fit, of_builds};
use crate::abi::{Abi, Abis, Scalar, Switch};
use crate::dwarf::{Build, Format, Machine, Processor, Program};
use crate::layout::{LayoutError, Layouts};
use crate::types::TypeId;

/// The ABI that some units of a file were compiled for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// As their compiler has it, with their options. It has the name of a row of the table.
    pub abi: Abi,
    /// What makes it another than the row: options that the compiler wrote down, and what only shows in the types.
    pub switches: Vec<Switch>,
}

impl Own {
    /// Another ABI with the same options, as far as layout goes; of its own row, this.
    pub fn on(&self, abi: &Abi) -> Abi {
        if abi.name() == self.abi.name() {
            return self.abi.clone();
        }
        let moving = self.switches.iter().filter(|switch| moves(**switch));
        moving.fold(abi.clone(), |abi, &switch| abi.with_switch(switch))
    }
}

/// Whether an option moves anything. The sign of a `char` does not.
pub(super) fn moves(switch: Switch) -> bool {
    !matches!(switch, Switch::CharSigned(_))
}

/// The ABIs of a table that a build of a program can have been compiled for; the likeliest first.
///
/// They are the rows for the file's processor, format and byte order, with the options that the build has and those that its scalars show.
pub fn candidates(program: &Program, build: &Build, table: &Abis) -> Vec<Own> {
    let machine = &program.machine;
    let mut own: Vec<_> = table
        .iter()
        .filter(|abi| is_for(machine, abi.name()) && abi.byte_order() == machine.byte_order)
        .filter(|abi| {
            let pointer = build.scalars.get(&Scalar::Pointer);
            pointer.is_none_or(|&size| u64::try_from(abi.size(Scalar::Pointer)) == Ok(size))
        })
        .map(|row| with_options(row, build))
        .collect();
    own.sort_by_key(|own| {
        let shown = own
            .switches
            .iter()
            .filter(|switch| !build.switches.contains(switch));
        (is_rarer(program, build, own.abi.name()), shown.count())
    });
    // Clang does not say that it was asked for them.
    if !build.recorded {
        let asked = [Switch::MsBitFields(true), Switch::AlignDouble(true)].into_iter();
        let with = |switch: Switch| {
            own.clone().into_iter().filter_map(move |mut own| {
                let abi = own.abi.with_switch(switch);
                own.switches.push(switch);
                (abi != own.abi).then_some(Own { abi, ..own })
            })
        };
        let asked: Vec<Own> = asked.flat_map(with).collect();
        own.extend(asked);
    }
    own
}

/// A row with the options of a build, and whatever else must be so for its scalars to be what they are.
fn with_options(row: &Abi, build: &Build) -> Own {
    let mut abi = row.compiled_by(build.compiler);
    for &switch in &build.switches {
        abi = abi.with_switch(switch);
    }
    let mut switches = build.switches.clone();
    let sign = build
        .char_signed
        .filter(|&signed| signed != abi.char_signed());
    let sizes = build.scalars.iter();
    let shown = sizes
        .map(|(&scalar, &size)| Switch::Size(scalar, size))
        .chain(sign.map(Switch::CharSigned));
    for switch in shown {
        let is_new = match switch {
            Switch::Size(scalar, size) => u64::try_from(abi.size(scalar)) != Ok(size),
            _ => true,
        };
        if is_new {
            abi = abi.with_switch(switch);
            switches.push(switch);
        }
    }
    Own { abi, switches }
}

/// Whether a row is what a file is compiled for less often than for the others of its processor, or the file shows that it is for another.
fn is_rarer(program: &Program, build: &Build, row: &str) -> bool {
    let has = |part: &str| row.contains(part);
    let machine = &program.machine;
    let android = program
        .producers
        .iter()
        .any(|name| name.contains("Android"));
    // ELF for the Arm Architecture, 2023Q3, 5.2: no version of the EABI.
    let oabi = machine.processor == Processor::Known(Architecture::Arm) && machine.flags >> 24 == 0;
    build.is_codeview && has("mingw")
        || has("musl") != program.musl
        || has("android") != android
        || has("oabi") != (oabi && machine.format == Format::Elf)
        // Of a machine whose BSD has no row, the others' is the next best.
        || machine.bsd.is_some_and(|bsd| !has(bsd))
        || RARER.iter().any(|&rarer| has(rarer))
}

/// What is for them says so.
const BSDS: [&str; 3] = ["freebsd", "netbsd", "openbsd"];

const RARER: [&str; 3] = ["align-int", "bare", "ieee128"];

/// Finds the attributes of a program's records, by the ABIs of a table that explain the most of them, and puts them into its types.
///
/// `others` are the ABIs that the types are to be laid out on; `reported` may be empty. The result has the ABIs that the file was compiled for, and what is left open; `None` when the table has no [candidate](candidates), and then the program is as it was.
///
/// ```no_run
/// use crossum_layout::{Abis, dwarf, fit, lay_out};
///
/// let mut program = dwarf::read(&std::fs::read("packet.o")?)?;
/// let s390x = Abis::builtin().get("s390x-elf").unwrap();
/// let fit = fit::best(&mut program, Abis::builtin(), &[s390x], &Default::default())
///     .ok_or("of no ABI in the table")?;
/// for own in &fit.own {
///     println!("compiled for {}", own.abi.name());
/// }
/// for named in &program.named {
///     match lay_out(s390x, &program.types, named.kind) {
///         Ok(layout) => println!("{}: {layout}", named.name),
///         Err(error) => println!("{}: {error}", named.name),
///     }
///     for ambiguity in fit.about(&program.types, named.kind) {
///         println!("  ambiguous: {}", ambiguity.why);
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn best(
    program: &mut Program,
    table: &Abis,
    others: &[&Abi],
    reported: &Alignments,
) -> Option<Fit> {
    let candidates: Vec<Vec<Own>> = program
        .builds
        .iter()
        .map(|build| self::candidates(program, build, table))
        .collect();
    let first = candidates.iter().map(|of_build| of_build.first().cloned());
    let mut best = Attempt::of(program, first.collect::<Option<_>>()?, others, reported);
    for (build, candidates) in candidates.into_iter().enumerate() {
        for other in candidates.into_iter().skip(1) {
            let unexplained = best.unexplained(build);
            if unexplained == 0 {
                break;
            }
            let mut own = best.fit.own.clone();
            if let Some(place) = own.get_mut(build) {
                *place = other;
            }
            let attempt = Attempt::of(program, own, others, reported);
            if attempt.unexplained(build) < unexplained {
                best = attempt;
            }
        }
    }
    *program = best.program;
    Some(best.fit)
}

/// A program fitted to some ABIs.
struct Attempt {
    program: Program,
    fit: Fit,
    unexplained: Vec<usize>,
}

impl Attempt {
    fn of(program: &Program, own: Vec<Own>, others: &[&Abi], reported: &Alignments) -> Attempt {
        let mut program = program.clone();
        let fit = of_builds(&mut program, own, others, Own::on, reported);
        let builds = fit.own.iter().enumerate();
        let unexplained = builds.map(|(build, own)| unexplained(&program, &fit, build, &own.abi));
        Attempt {
            unexplained: unexplained.collect(),
            program,
            fit,
        }
    }

    fn unexplained(&self, build: usize) -> usize {
        self.unexplained.get(build).copied().unwrap_or_default()
    }
}

/// How many records of a build its ABI does not explain: no reading agrees with them, or something in them is of a type that it does not know.
fn unexplained(program: &Program, fit: &Fit, build: usize, abi: &Abi) -> usize {
    let layouts = Layouts::as_declared(abi, &program.types);
    let is_unknown = |id: TypeId| matches!(layouts.of(id), Err(LayoutError::NoSuchType { .. }));
    // An option that the compiler did not write down is the simpler cause.
    let recorded = program
        .builds
        .get(build)
        .is_some_and(|build| build.recorded);
    let is_strained = |id: &TypeId| !recorded && fit.strained.contains(id);
    program
        .observed
        .keys()
        .filter(|&&id| program.build_of(id) == build)
        .filter(|&&id| fit.unread.contains(&id) || is_strained(&id) || is_unknown(id))
        .count()
}

/// Whether a row is for a machine, by its name: `processor-convention`.
fn is_for(machine: &Machine, name: &str) -> bool {
    let has = |part: &str| name.split('-').any(|found| found == part);
    let windows = has("windows") || has("mingw");
    if (machine.format == Format::Coff) != windows
        || (machine.format == Format::MachO) != has("darwin")
        // AIX has a format of its own, which nobody reads here.
        || has("aix")
        || BSDS.iter().any(|bsd| has(bsd) && machine.bsd != Some(*bsd))
    {
        return false;
    }
    let processor = name.split('-').next().unwrap_or_default();
    let small = machine.pointer_size == 4;
    let Processor::Known(architecture) = machine.processor else {
        return format!("{:?}", machine.processor).to_lowercase() == processor;
    };
    match architecture {
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
