//! The compilers that may be here, and how each is called for which ABI. None of them needs a header.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::Output;
use std::sync::{LazyLock, Mutex, PoisonError};

use crossum_layout::abi::{Abi, Abis, BitFieldPacking, Dialect};

/// A compiler, called in one way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compiler {
    pub(crate) program: &'static str,
    pub(crate) args: &'static [&'static str],
    /// The row of the table.
    abi: &'static str,
    /// Whose layout of records it has.
    pub(crate) dialect: Dialect,
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

    /// The row of the table, or of that of disagreements.
    pub(crate) fn row(&self) -> &'static Abi {
        static DISAGREEMENTS: LazyLock<Abis> = LazyLock::new(|| {
            Abis::parse(include_str!("disagreements.toml")).expect("a table of ABIs")
        });
        let name = match self.abi {
            "s390x-clang-14" if !self.aligns_int128_to_16() => "s390x-elf",
            name => name,
        };
        let row = Abis::builtin().get(name);
        row.or_else(|| DISAGREEMENTS.get(self.abi))
            .unwrap_or_else(|| panic!("no row {}", self.abi))
    }

    /// Versions of Clang disagree about s390x: the one that is here is asked. One that is not here says nothing.
    fn aligns_int128_to_16(&self) -> bool {
        static SAID: LazyLock<Mutex<BTreeMap<&str, bool>>> = LazyLock::new(Mutex::default);
        let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
        *said.entry(self.program).or_insert_with(|| {
            let directory = tempfile::tempdir().expect("a folder");
            let source = "struct s { char c; __int128 i; };\n\
                          _Static_assert(__builtin_offsetof(struct s, i) == 16, \"\");\n";
            std::fs::write(directory.path().join("asked.c"), source).expect("a file");
            let args = ["-fsyntax-only", "asked.c"].map(OsStr::new);
            let ran = self.run(args.into_iter(), directory.path());
            ran.is_ok_and(|output| output.status.success())
        })
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
    ("aarch64-linux-gnu-gcc", &["-mabi=ilp32"], "aarch64-ilp32"),
    ("aarch64-linux-gnu-gcc", &["-mbig-endian"], "aarch64-be"),
    ("alpha-linux-gnu-gcc", &[], "alpha-osf"),
    ("arc-linux-gnu-gcc", &[], "arc-elf"),
    ("arm-linux-gnueabi-gcc", &[], "arm-aapcs"),
    ("arm-linux-gnueabi-gcc", &["-mabi=apcs-gnu"], "arm-oabi"),
    ("arm-linux-gnueabi-gcc", &["-mbig-endian"], "arm-aapcs-be"),
    ("arm-linux-gnueabihf-gcc", &[], "arm-aapcs"),
    ("arm-none-eabi-gcc", &[], "arm-bare"),
    ("avr-gcc", &[], "avr-gcc"),
    ("h8300-elf-gcc", &[], "h8300-elf"),
    ("h8300-elf-gcc", &["-ms"], "h8300-elf"),
    ("hppa-linux-gnu-gcc", &[], "hppa-sysv"),
    ("hppa64-linux-gnu-gcc-12", &[], "hppa64-sysv"),
    ("i686-linux-gnu-gcc", &[], "i386-sysv"),
    ("i686-w64-mingw32-gcc", &[], "i386-mingw"),
    ("m68k-linux-gnu-gcc", &[], "m68k-sysv"),
    ("m68k-linux-gnu-gcc", &["-malign-int"], "m68k-align-int"),
    ("mips-linux-gnu-gcc", &[], "mips-o32-be"),
    ("mipsel-linux-gnu-gcc", &[], "mips-o32-le"),
    ("mips64-linux-gnuabi64-gcc", &[], "mips-n64-be"),
    ("mips64-linux-gnuabi64-gcc", &["-mabi=n32"], "mips-n32-be"),
    ("mips64el-linux-gnuabi64-gcc", &[], "mips-n64-le"),
    ("mips64el-linux-gnuabi64-gcc", &["-mabi=n32"], "mips-n32-le"),
    ("msp430-elf-gcc", &[], "msp430-elf"),
    ("or1k-elf-gcc", &[], "or1k-elf"),
    ("powerpc-linux-gnu-gcc", &[], "powerpc-sysv"),
    ("powerpc-linux-gnu-gcc", &["-mlittle"], "powerpc-le"),
    (
        "powerpc-linux-gnu-gcc",
        &["-mlong-double-64"],
        "powerpc-musl",
    ),
    ("powerpc64-linux-gnu-gcc", &[], "powerpc64-elfv1"),
    (
        "powerpc64-linux-gnu-gcc",
        &["-mabi=elfv2", "-mlong-double-64"],
        "powerpc64-musl",
    ),
    ("powerpc64le-linux-gnu-gcc", &[], "powerpc64-elfv2"),
    (
        "powerpc64le-linux-gnu-gcc",
        &["-mabi=ieeelongdouble"],
        "powerpc64le-ieee128",
    ),
    (
        "powerpc64le-linux-gnu-gcc",
        &["-mlong-double-64"],
        "powerpc64le-musl",
    ),
    ("riscv64-linux-gnu-gcc", &[], "riscv64-lp64d"),
    ("riscv64-linux-gnu-gcc", &["-mbig-endian"], "riscv64-be"),
    (
        "riscv64-unknown-elf-gcc",
        &["-march=rv32gc", "-mabi=ilp32d"],
        "riscv32-ilp32d",
    ),
    ("rl78-elf-gcc", &[], "rl78-elf"),
    ("rx-elf-gcc", &[], "rx-le"),
    ("rx-elf-gcc", &["-mbig-endian-data"], "rx-be"),
    ("s390x-linux-gnu-gcc", &[], "s390x-elf"),
    ("s390x-linux-gnu-gcc", &["-m31"], "s390-elf"),
    ("sh4-linux-gnu-gcc", &[], "sh4-linux"),
    ("sh4-linux-gnu-gcc", &["-mb"], "sh4-be"),
    ("sparc64-linux-gnu-gcc", &[], "sparc64-sysv"),
    ("sparc64-linux-gnu-gcc", &["-m32"], "sparc-sysv"),
    ("x86_64-linux-gnu-gcc", &[], "x86_64-sysv"),
    ("x86_64-linux-gnu-gcc", &["-m32"], "i386-sysv"),
    ("x86_64-linux-gnu-gcc", &["-mx32"], "x86_64-x32"),
    ("x86_64-linux-gnux32-gcc", &[], "x86_64-x32"),
    ("x86_64-w64-mingw32-gcc", &[], "x86_64-mingw"),
    ("xtensa-lx106-elf-gcc", &[], "xtensa-lx106"),
];

/// Clang, for the triples that its back ends know, and newer ones beside it.
const CLANG: &[Row] = &[
    (
        "clang",
        &["--target=aarch64-apple-darwin"],
        "aarch64-darwin",
    ),
    ("clang", &["--target=aarch64-linux-gnu"], "aarch64-aapcs64"),
    ("clang", &["--target=aarch64_be-linux-gnu"], "aarch64-be"),
    (
        "clang",
        &["--target=aarch64-pc-windows-msvc"],
        "aarch64-windows",
    ),
    ("clang", &["--target=armv5te-linux-gnueabi"], "arm-aapcs"),
    ("clang", &["--target=armv7-linux-gnueabihf"], "arm-aapcs"),
    (
        "clang",
        &["--target=armebv7-linux-gnueabihf"],
        "arm-aapcs-be",
    ),
    (
        "clang",
        &["--target=armv7-none-eabi", "-fshort-enums"],
        "arm-bare",
    ),
    ("clang", &["--target=avr"], "avr-clang"),
    ("clang", &["--target=bpfeb"], "bpf-be"),
    ("clang", &["--target=bpfel"], "bpf-le"),
    ("clang", &["--target=hexagon-linux-musl"], "hexagon-linux"),
    ("clang", &["--target=i386-apple-darwin"], "i386-darwin"),
    ("clang", &["--target=i686-linux-android"], "i386-android"),
    ("clang", &["--target=i686-linux-gnu"], "i386-sysv"),
    ("clang", &["--target=i686-linux-musl"], "i386-musl"),
    ("clang", &["--target=i686-pc-windows-msvc"], "i386-windows"),
    ("clang", &["--target=i686-w64-mingw32"], "i386-mingw"),
    (
        "clang",
        &["--target=loongarch64-linux-gnu"],
        "loongarch64-lp64d",
    ),
    ("clang", &["--target=mips-linux-gnu"], "mips-o32-be"),
    ("clang", &["--target=mipsel-linux-gnu"], "mips-o32-le"),
    ("clang", &["--target=mips64-linux-gnuabi64"], "mips-n64-be"),
    ("clang", &["--target=mips64-linux-gnuabin32"], "mips-n32-be"),
    (
        "clang",
        &["--target=mips64el-linux-gnuabi64"],
        "mips-n64-le",
    ),
    (
        "clang",
        &["--target=mips64el-linux-gnuabin32"],
        "mips-n32-le",
    ),
    ("clang", &["--target=powerpc-linux-gnu"], "powerpc-sysv"),
    ("clang", &["--target=powerpc-linux-musl"], "powerpc-musl"),
    ("clang", &["--target=powerpcle-linux-gnu"], "powerpc-le"),
    (
        "clang",
        &["--target=powerpc64-linux-gnu"],
        "powerpc64-elfv1",
    ),
    (
        "clang",
        &["--target=powerpc64-linux-musl"],
        "powerpc64-musl",
    ),
    (
        "clang",
        &["--target=powerpc64le-linux-gnu", "-mfloat128"],
        "powerpc64-elfv2",
    ),
    (
        "clang",
        &[
            "--target=powerpc64le-linux-gnu",
            "-mfloat128",
            "-mabi=ieeelongdouble",
        ],
        "powerpc64le-ieee128",
    ),
    (
        "clang",
        &["--target=powerpc64le-linux-musl", "-mfloat128"],
        "powerpc64le-musl",
    ),
    ("clang", &["--target=riscv32-linux-gnu"], "riscv32-ilp32d"),
    ("clang", &["--target=riscv64-linux-gnu"], "riscv64-lp64d"),
    ("clang", &["--target=s390x-linux-gnu"], "s390x-clang-14"),
    ("clang", &["--target=sparc64-linux-gnu"], "sparc64-sysv"),
    (
        "clang",
        &["--target=aarch64-unknown-freebsd"],
        "aarch64-freebsd",
    ),
    (
        "clang",
        &["--target=aarch64-unknown-netbsd"],
        "aarch64-netbsd",
    ),
    (
        "clang",
        &["--target=aarch64-unknown-openbsd"],
        "aarch64-openbsd",
    ),
    ("clang", &["--target=i386-unknown-freebsd"], "i386-freebsd"),
    ("clang", &["--target=i386-unknown-netbsd"], "i386-netbsd"),
    ("clang", &["--target=i386-unknown-openbsd"], "i386-openbsd"),
    (
        "clang",
        &["--target=x86_64-unknown-freebsd"],
        "x86_64-freebsd",
    ),
    (
        "clang",
        &["--target=x86_64-unknown-netbsd"],
        "x86_64-netbsd",
    ),
    (
        "clang",
        &["--target=x86_64-unknown-openbsd"],
        "x86_64-openbsd",
    ),
    ("clang", &["--target=msp430"], "msp430-clang"),
    (
        "clang",
        &["--target=powerpc-ibm-aix", "-fintegrated-as"],
        "powerpc-aix",
    ),
    // Clang 14 writes no objects of 64-bit AIX.
    ("clang", &["--target=wasm32"], "wasm32"),
    ("clang", &["--target=wasm64"], "wasm64"),
    ("clang", &["--target=x86_64-apple-darwin"], "x86_64-darwin"),
    (
        "clang",
        &["--target=x86_64-linux-android"],
        "x86_64-android",
    ),
    ("clang", &["--target=x86_64-linux-gnu"], "x86_64-sysv"),
    ("clang", &["--target=x86_64-linux-gnux32"], "x86_64-x32"),
    (
        "clang",
        &["--target=x86_64-pc-windows-msvc"],
        "x86_64-windows",
    ),
    ("clang", &["--target=x86_64-w64-mingw32"], "x86_64-mingw"),
    (
        "clang-19",
        &["--target=aarch64-apple-darwin"],
        "aarch64-darwin",
    ),
    (
        "clang-19",
        &["--target=aarch64-linux-gnu"],
        "aarch64-aapcs64",
    ),
    ("clang-19", &["--target=aarch64_be-linux-gnu"], "aarch64-be"),
    (
        "clang-19",
        &["--target=aarch64-pc-windows-msvc"],
        "aarch64-windows",
    ),
    ("clang-19", &["--target=armv5te-linux-gnueabi"], "arm-aapcs"),
    ("clang-19", &["--target=armv7-linux-gnueabihf"], "arm-aapcs"),
    (
        "clang-19",
        &["--target=armebv7-linux-gnueabihf"],
        "arm-aapcs-be",
    ),
    (
        "clang-19",
        &["--target=armv7-none-eabi", "-fshort-enums"],
        "arm-bare",
    ),
    ("clang-19", &["--target=avr"], "avr-clang"),
    ("clang-19", &["--target=bpfeb"], "bpf-be"),
    ("clang-19", &["--target=bpfel"], "bpf-le"),
    (
        "clang-19",
        &["--target=hexagon-linux-musl"],
        "hexagon-linux",
    ),
    ("clang-19", &["--target=i386-apple-darwin"], "i386-darwin"),
    ("clang-19", &["--target=i686-linux-android"], "i386-android"),
    ("clang-19", &["--target=i686-linux-gnu"], "i386-sysv"),
    ("clang-19", &["--target=i686-linux-musl"], "i386-musl"),
    (
        "clang-19",
        &["--target=i686-pc-windows-msvc"],
        "i386-windows",
    ),
    ("clang-19", &["--target=i686-w64-mingw32"], "i386-mingw"),
    (
        "clang-19",
        &["--target=loongarch64-linux-gnu"],
        "loongarch64-lp64d",
    ),
    ("clang-19", &["--target=mips-linux-gnu"], "mips-o32-be"),
    ("clang-19", &["--target=mipsel-linux-gnu"], "mips-o32-le"),
    (
        "clang-19",
        &["--target=mips64-linux-gnuabi64"],
        "mips-n64-be",
    ),
    (
        "clang-19",
        &["--target=mips64-linux-gnuabin32"],
        "mips-n32-be",
    ),
    (
        "clang-19",
        &["--target=mips64el-linux-gnuabi64"],
        "mips-n64-le",
    ),
    (
        "clang-19",
        &["--target=mips64el-linux-gnuabin32"],
        "mips-n32-le",
    ),
    ("clang-19", &["--target=powerpc-linux-gnu"], "powerpc-sysv"),
    ("clang-19", &["--target=powerpc-linux-musl"], "powerpc-musl"),
    ("clang-19", &["--target=powerpcle-linux-gnu"], "powerpc-le"),
    (
        "clang-19",
        &["--target=powerpc64-linux-gnu"],
        "powerpc64-elfv1",
    ),
    (
        "clang-19",
        &["--target=powerpc64-linux-musl"],
        "powerpc64-musl",
    ),
    (
        "clang-19",
        &["--target=powerpc64le-linux-gnu", "-mfloat128"],
        "powerpc64-elfv2",
    ),
    (
        "clang-19",
        &[
            "--target=powerpc64le-linux-gnu",
            "-mfloat128",
            "-mabi=ieeelongdouble",
        ],
        "powerpc64le-ieee128",
    ),
    (
        "clang-19",
        &["--target=powerpc64le-linux-musl", "-mfloat128"],
        "powerpc64le-musl",
    ),
    (
        "clang-19",
        &["--target=riscv32-linux-gnu"],
        "riscv32-ilp32d",
    ),
    ("clang-19", &["--target=riscv64-linux-gnu"], "riscv64-lp64d"),
    ("clang-19", &["--target=s390x-linux-gnu"], "s390x-elf"),
    ("clang-19", &["--target=sparc64-linux-gnu"], "sparc64-sysv"),
    (
        "clang-19",
        &["--target=aarch64-unknown-freebsd"],
        "aarch64-freebsd",
    ),
    (
        "clang-19",
        &["--target=aarch64-unknown-netbsd"],
        "aarch64-netbsd",
    ),
    (
        "clang-19",
        &["--target=aarch64-unknown-openbsd"],
        "aarch64-openbsd",
    ),
    (
        "clang-19",
        &["--target=i386-unknown-freebsd"],
        "i386-freebsd",
    ),
    ("clang-19", &["--target=i386-unknown-netbsd"], "i386-netbsd"),
    (
        "clang-19",
        &["--target=i386-unknown-openbsd"],
        "i386-openbsd",
    ),
    (
        "clang-19",
        &["--target=x86_64-unknown-freebsd"],
        "x86_64-freebsd",
    ),
    (
        "clang-19",
        &["--target=x86_64-unknown-netbsd"],
        "x86_64-netbsd",
    ),
    (
        "clang-19",
        &["--target=x86_64-unknown-openbsd"],
        "x86_64-openbsd",
    ),
    ("clang-19", &["--target=msp430"], "msp430-clang"),
    (
        "clang-19",
        &["--target=powerpc-ibm-aix", "-fintegrated-as"],
        "powerpc-aix",
    ),
    (
        "clang-19",
        &["--target=powerpc64-ibm-aix", "-fintegrated-as"],
        "powerpc64-aix",
    ),
    ("clang-19", &["--target=wasm32"], "wasm32"),
    ("clang-19", &["--target=wasm64"], "wasm64"),
    (
        "clang-19",
        &["--target=x86_64-apple-darwin"],
        "x86_64-darwin",
    ),
    (
        "clang-19",
        &["--target=x86_64-linux-android"],
        "x86_64-android",
    ),
    ("clang-19", &["--target=x86_64-linux-gnu"], "x86_64-sysv"),
    ("clang-19", &["--target=x86_64-linux-gnux32"], "x86_64-x32"),
    (
        "clang-19",
        &["--target=x86_64-pc-windows-msvc"],
        "x86_64-windows",
    ),
    ("clang-19", &["--target=x86_64-w64-mingw32"], "x86_64-mingw"),
];
