//! The compilers that may be here, and how each is called for which ABI. None of them needs a header.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::Output;

use cross::abi::{Abi, Abis, BitFieldPacking, Dialect};

/// A compiler, called in one way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compiler {
    pub(crate) program: &'static str,
    pub(crate) args: &'static [&'static str],
    /// The row of the table.
    abi: &'static str,
    /// Whose layout of records it has.
    dialect: Dialect,
}

impl Compiler {
    /// How it lays out what compilers disagree about.
    pub(crate) fn abi(&self) -> Abi {
        let abi = self.row();
        if abi.compiler() == self.dialect || abi.bit_field_packing() == BitFieldPacking::Msvc {
            abi.clone()
        } else {
            abi.with_compiler(self.dialect)
        }
    }

    /// The row of the table.
    pub(crate) fn row(&self) -> &'static Abi {
        Abis::builtin()
            .get(self.abi)
            .unwrap_or_else(|| panic!("no row {}", self.abi))
    }

    /// Compiles a file.
    pub(crate) fn run<'a>(
        &self,
        args: impl Iterator<Item = &'a OsStr>,
        directory: &Path,
    ) -> io::Result<Output> {
        let own = self.args.iter().map(OsStr::new);
        start(self.program, own.chain(args), directory)
    }
}

impl std::fmt::Display for Compiler {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.program)?;
        for arg in self.args {
            write!(formatter, " {arg}")?;
        }
        write!(formatter, " ({})", self.abi)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test of the model against the compilers themselves"
)]
fn start<'a>(
    program: &str,
    args: impl Iterator<Item = &'a OsStr>,
    directory: &Path,
) -> io::Result<Output> {
    std::process::Command::new(program)
        .args(args)
        .current_dir(directory)
        .env("LC_ALL", "C")
        .output()
}

/// The compiler of the machine that runs the tests: the one check that must not be left out.
pub(crate) fn host() -> Compiler {
    let abi = if cfg!(all(target_arch = "x86_64", target_pointer_width = "64")) {
        "x86_64-sysv"
    } else if cfg!(all(target_arch = "aarch64", target_endian = "little")) {
        "aarch64-aapcs64"
    } else if cfg!(target_arch = "s390x") {
        "s390x-elf"
    } else if cfg!(target_arch = "riscv64") {
        "riscv64-lp64d"
    } else if cfg!(all(target_arch = "powerpc64", target_endian = "little")) {
        "powerpc64-elfv2"
    } else {
        panic!("no ABI is known for this machine")
    };
    Compiler {
        program: "gcc",
        args: &[],
        abi,
        dialect: Dialect::Gcc,
    }
}

/// The host's, and all that Debian has.
pub(crate) fn all() -> impl Iterator<Item = Compiler> {
    let of = |dialect| {
        move |&(program, args, abi): &(&'static str, &'static [&'static str], &'static str)| {
            Compiler {
                program,
                args,
                abi,
                dialect,
            }
        }
    };
    [host()]
        .into_iter()
        .chain(GCC.iter().map(of(Dialect::Gcc)))
        .chain(CLANG.iter().map(of(Dialect::Clang)))
}

type Row = (&'static str, &'static [&'static str], &'static str);

/// GCC, by Debian's names.
const GCC: &[Row] = &[
    ("aarch64-linux-gnu-gcc", &[], "aarch64-aapcs64"),
    ("alpha-linux-gnu-gcc", &[], "alpha-osf"),
    ("arm-linux-gnueabi-gcc", &[], "arm-aapcs"),
    ("arm-linux-gnueabihf-gcc", &[], "arm-aapcs"),
    ("hppa-linux-gnu-gcc", &[], "hppa-sysv"),
    ("i686-linux-gnu-gcc", &[], "i386-sysv"),
    ("m68k-linux-gnu-gcc", &[], "m68k-sysv"),
    ("mips-linux-gnu-gcc", &[], "mips-o32-be"),
    ("mipsel-linux-gnu-gcc", &[], "mips-o32-le"),
    ("mips64-linux-gnuabi64-gcc", &[], "mips-n64-be"),
    ("mips64-linux-gnuabi64-gcc", &["-mabi=n32"], "mips-n32-be"),
    ("mips64el-linux-gnuabi64-gcc", &[], "mips-n64-le"),
    ("mips64el-linux-gnuabi64-gcc", &["-mabi=n32"], "mips-n32-le"),
    ("powerpc-linux-gnu-gcc", &[], "powerpc-sysv"),
    ("powerpc64-linux-gnu-gcc", &[], "powerpc64-elfv1"),
    ("powerpc64le-linux-gnu-gcc", &[], "powerpc64-elfv2"),
    ("riscv64-linux-gnu-gcc", &[], "riscv64-lp64d"),
    ("s390x-linux-gnu-gcc", &[], "s390x-elf"),
    ("sh4-linux-gnu-gcc", &[], "sh4-linux"),
    ("sparc64-linux-gnu-gcc", &[], "sparc64-sysv"),
    ("x86_64-linux-gnu-gcc", &["-m32"], "i386-sysv"),
    ("x86_64-linux-gnu-gcc", &["-mx32"], "x86_64-x32"),
];

/// Clang, for the triples that its back ends know.
const CLANG: &[Row] = &[];
