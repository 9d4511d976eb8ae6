//! Objects made by the compilers of this machine, for tests that read them.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::process::Output;

use crossum_layout::dwarf::Program;
use crossum_layout::types::{Count, Type, TypeId};

use crate::tools;

/// A compiler and the arguments that make it compile for some machine.
#[derive(Clone, Copy)]
pub(crate) struct Compiler {
    pub(crate) program: &'static str,
    pub(crate) args: &'static [&'static str],
}

/// Debian's names of every gcc, and the targets of Clang: all byte orders, classes and formats.
pub(crate) const COMPILERS: &[Compiler] = &[
    gcc("gcc", &[]),
    gcc("aarch64-linux-gnu-gcc", &[]),
    gcc("alpha-linux-gnu-gcc", &[]),
    gcc("arc-linux-gnu-gcc", &[]),
    gcc("arm-linux-gnueabi-gcc", &[]),
    gcc("arm-linux-gnueabihf-gcc", &["-mbig-endian"]),
    gcc("hppa-linux-gnu-gcc", &[]),
    gcc("i686-linux-gnu-gcc", &[]),
    gcc("m68k-linux-gnu-gcc", &[]),
    gcc("mips-linux-gnu-gcc", &[]),
    gcc("mipsel-linux-gnu-gcc", &[]),
    gcc("mips64-linux-gnuabi64-gcc", &[]),
    gcc("mips64-linux-gnuabi64-gcc", &["-mabi=n32"]),
    gcc("mips64el-linux-gnuabi64-gcc", &[]),
    gcc("mips64el-linux-gnuabi64-gcc", &["-mabi=n32"]),
    gcc("or1k-elf-gcc", &[]),
    gcc("powerpc-linux-gnu-gcc", &[]),
    gcc("powerpc64-linux-gnu-gcc", &[]),
    gcc("powerpc64le-linux-gnu-gcc", &[]),
    gcc("riscv64-linux-gnu-gcc", &[]),
    gcc("s390x-linux-gnu-gcc", &[]),
    gcc("s390x-linux-gnu-gcc", &["-m31"]),
    gcc("sh4-linux-gnu-gcc", &[]),
    gcc("sparc64-linux-gnu-gcc", &[]),
    gcc("sparc64-linux-gnu-gcc", &["-m32"]),
    gcc("x86_64-linux-gnu-gcc", &[]),
    gcc("x86_64-linux-gnu-gcc", &["-mx32"]),
    clang(&["--target=aarch64-linux-gnu"]),
    clang(&["--target=aarch64_be-linux-gnu"]),
    clang(&["--target=armv7-linux-gnueabihf"]),
    clang(&["--target=armebv7-linux-gnueabihf"]),
    clang(&["--target=i686-linux-gnu"]),
    clang(&["--target=mips-linux-gnu"]),
    clang(&["--target=mips64el-linux-gnuabi64"]),
    clang(&["--target=powerpc-linux-gnu"]),
    clang(&["--target=powerpc64le-linux-gnu"]),
    clang(&["--target=riscv32-linux-gnu"]),
    clang(&["--target=riscv64-linux-gnu", "-mrelax"]),
    clang(&["--target=s390x-linux-gnu"]),
    clang(&["--target=sparc-linux-gnu", "-fintegrated-as"]),
    clang(&["--target=sparc64-linux-gnu"]),
    clang(&["--target=x86_64-linux-gnu"]),
    clang(&["--target=x86_64-linux-gnux32"]),
    clang(&["--target=x86_64-apple-darwin"]),
    clang(&["--target=arm64-apple-darwin"]),
    clang(&["--target=i686-apple-darwin"]),
    clang(&["--target=x86_64-pc-windows-gnu"]),
    clang(&["--target=i686-pc-windows-gnu"]),
];

const fn gcc(program: &'static str, args: &'static [&'static str]) -> Compiler {
    Compiler { program, args }
}

const fn clang(args: &'static [&'static str]) -> Compiler {
    gcc("clang", args)
}

/// The compiler of the machine that runs this test.
pub(crate) const HOST: Compiler = gcc("gcc", &[]);

/// Why there is no object.
#[derive(Debug)]
pub(crate) enum NoObject {
    /// The compiler is not there.
    Absent(io::Error),
    /// It refused; what it said.
    Refused(String),
}

impl NoObject {
    /// Names what was not tried: `what` a program was asked.
    pub(crate) fn name(&self, what: &str, program: &str) {
        match self {
            NoObject::Absent(error) => tools::not_here(program, error),
            NoObject::Refused(said) => tools::not_done(what, said),
        }
    }
}

impl Compiler {
    /// Whether it is here, and compiles for its machine; it is named when not.
    pub(crate) fn is_here(self) -> bool {
        let refusal = self.object("c", "", &[]).err();
        if let Some(why) = &refusal {
            why.name(&self.to_string(), self.program);
        }
        refusal.is_none()
    }

    /// Compiles `source`, a file named `case` plus `extension`, and gives the octets of the object.
    pub(crate) fn object(
        self,
        extension: &str,
        source: &str,
        args: &[&str],
    ) -> Result<Vec<u8>, NoObject> {
        let directory = tempfile::tempdir().expect("a directory");
        let name = format!("case.{extension}");
        std::fs::write(directory.path().join(&name), source).expect("a file");
        let args: Vec<&str> = self
            .args
            .iter()
            .chain(args)
            .copied()
            .chain(["-w", "-c", &name, "-o", "case.o"])
            .collect();
        let output = run(self.program, &args, directory.path())?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(NoObject::Refused(said));
        }
        Ok(std::fs::read(directory.path().join("case.o")).expect("an object"))
    }
}

/// A compiler and its arguments, in words.
impl std::fmt::Display for Compiler {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.program, self.args.join(" "))
    }
}

/// Runs a program of this machine to its end.
#[expect(
    clippy::disallowed_methods,
    reason = "a test that makes its own inputs"
)]
pub(crate) fn run(program: &str, args: &[&str], directory: &Path) -> Result<Output, NoObject> {
    std::process::Command::new(program)
        .args(args)
        .current_dir(directory)
        .env("LC_ALL", "C")
        .output()
        .map_err(NoObject::Absent)
}

/// What a program's types are, in one line each and without a size: those under the names that begin with one of `names`.
pub(crate) fn formatted(program: &Program, names: &[&str]) -> String {
    let mut text = String::new();
    for named in &program.named {
        let name = named.name.to_string();
        if !names.contains(&name.as_str()) {
            continue;
        }
        writeln!(text, "{name}: {}", contents(program, named.kind)).expect("a string");
    }
    text
}

/// A type with everything in it.
pub(crate) fn contents(program: &Program, id: TypeId) -> String {
    match program.types.get(id) {
        None => "?".to_owned(),
        Some(Type::Scalar(scalar)) => scalar.to_string(),
        Some(Type::Typedef(name)) => name.to_string(),
        Some(Type::Aligned { of, align }) => format!("{} aligned {align}", contents(program, *of)),
        Some(Type::Ordered { of, order, .. }) => {
            format!("{order}-endian {}", contents(program, *of))
        }
        Some(Type::Untraced {
            declared, may_be, ..
        }) => {
            format!(
                "{} or {} of C's",
                contents(program, *declared),
                may_be.len()
            )
        }
        Some(Type::Array { element, count }) => {
            let count = match count {
                Count::Fixed(count) => count.to_string(),
                Count::Flexible => String::new(),
            };
            format!("[{count}]{}", contents(program, *element))
        }
        Some(Type::Enum(of)) => {
            let packed = if of.packed { " packed" } else { "" };
            let fixed = of.fixed.map(|of| format!(" : {}", contents(program, of)));
            let fixed = fixed.unwrap_or_default();
            format!("enum {}..={}{packed}{fixed}", of.least, of.greatest)
        }
        Some(Type::Record(record)) => {
            let members = record.members.iter().map(|member| {
                let name = member.name.as_deref().unwrap_or("_");
                let bits = member
                    .bits
                    .map(|bits| format!(":{bits}"))
                    .unwrap_or_default();
                let aligned = member.aligned.map(|align| format!(" aligned {align}"));
                let aligned = aligned.unwrap_or_default();
                let packed = if member.packed { " packed" } else { "" };
                let kind = contents(program, member.kind);
                format!("{name}{bits} {kind}{packed}{aligned}")
            });
            let members: Vec<_> = members.collect();
            let aligned = record.aligned.map(|align| format!(" aligned {align}"));
            let aligned = aligned.unwrap_or_default();
            format!("{:?} {{ {} }}{aligned}", record.kind, members.join(", "))
        }
        Some(other) => format!("{other:?}"),
    }
}
