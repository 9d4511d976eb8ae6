//! Compilers that can say what a constant is on a machine: one for the machine itself, or one for another machine on which it must be the same.

use std::collections::BTreeSet;
use std::ffi::OsString;

use cross::Host;
use layout::abi::Switch;
use layout::macros::Machines;
use layout::{Abi, Abis};

use super::constant::Needs;
use super::front_end::FrontEnd;
use crate::source::Kind;

/// Targets of clang, by ABI: those that compile a preprocessed text without any sysroot.
const CLANG: &[(&str, &str)] = &[
    ("aarch64-aapcs64", "aarch64-linux-gnu"),
    ("aarch64-be", "aarch64_be-linux-gnu"),
    ("aarch64-darwin", "aarch64-apple-darwin"),
    ("aarch64-windows", "aarch64-pc-windows-msvc"),
    ("arm-aapcs", "armv7-linux-gnueabihf"),
    ("arm-aapcs-be", "armebv7-linux-gnueabihf"),
    ("bpf-be", "bpfeb"),
    ("bpf-le", "bpfel"),
    ("hexagon-linux", "hexagon-linux-musl"),
    ("i386-android", "i686-linux-android"),
    ("i386-darwin", "i386-apple-darwin"),
    ("i386-mingw", "i686-w64-mingw32"),
    ("i386-musl", "i686-linux-musl"),
    ("i386-sysv", "i686-linux-gnu"),
    ("i386-windows", "i686-pc-windows-msvc"),
    ("loongarch64-lp64d", "loongarch64-linux-gnu"),
    ("mips-n32-be", "mips64-linux-gnuabin32"),
    ("mips-n32-le", "mips64el-linux-gnuabin32"),
    ("mips-n64-be", "mips64-linux-gnuabi64"),
    ("mips-n64-le", "mips64el-linux-gnuabi64"),
    ("mips-o32-be", "mips-linux-gnu"),
    ("mips-o32-le", "mipsel-linux-gnu"),
    ("powerpc-le", "powerpcle-linux-gnu"),
    ("powerpc-musl", "powerpc-linux-musl"),
    ("powerpc-sysv", "powerpc-linux-gnu"),
    ("powerpc64-elfv1", "powerpc64-linux-gnu"),
    ("powerpc64-elfv2", "powerpc64le-linux-gnu"),
    ("powerpc64-musl", "powerpc64-linux-musl"),
    ("powerpc64le-musl", "powerpc64le-linux-musl"),
    ("riscv32-ilp32d", "riscv32-linux-gnu"),
    ("riscv64-lp64d", "riscv64-linux-gnu"),
    ("s390x-elf", "s390x-linux-gnu"),
    ("sparc64-sysv", "sparc64-linux-gnu"),
    ("x86_64-android", "x86_64-linux-android"),
    ("x86_64-darwin", "x86_64-apple-darwin"),
    ("x86_64-mingw", "x86_64-w64-mingw32"),
    ("x86_64-sysv", "x86_64-linux-gnu"),
    ("x86_64-windows", "x86_64-pc-windows-msvc"),
    ("x86_64-x32", "x86_64-linux-gnux32"),
];

/// ABIs whose object files this program cannot read: how their debug information is relocated is not known, or no program here makes them.
const UNREADABLE: [&str; 6] = [
    "arc-elf",
    "csky-abiv2",
    "or1k-elf",
    "wasm32",
    "wasm64",
    "xtensa-lx106",
];

/// Whether what a compiler for an ABI makes can be read.
pub(super) fn is_readable(abi: &Abi) -> bool {
    !UNREADABLE.contains(&abi.row())
}

/// The versions of clang that are looked for by name.
const VERSIONS: std::ops::RangeInclusive<u32> = 13..=24;

/// What this machine's gcc can be made to compile for, where it is for x86_64.
const MODES: [(&str, &str); 2] = [("i386-sysv", "-m32"), ("x86_64-x32", "-mx32")];

/// What it can be made to have as other machines have it.
const SWITCHES: [Switch; 2] = [Switch::CharSigned(false), Switch::ShortWchar];

fn with_word(one: &FrontEnd, word: &str, abi: Abi) -> FrontEnd {
    let mut words = one.words.clone();
    words.push(word.into());
    FrontEnd {
        words,
        abi,
        name: format!("{} {word}", one.name),
        is_gcc: one.is_gcc,
    }
}

/// The compilers here that compile a preprocessed text, best first for any machine.
pub(super) struct Evaluators {
    all: Vec<FrontEnd>,
}

impl Evaluators {
    /// Looks for them. `here` is this machine's compiler.
    pub(super) fn find(host: &Host, abis: &Abis, here: &FrontEnd, kind: Kind) -> Evaluators {
        let mut all = vec![here.clone()];
        for (abi, mode) in MODES {
            if let (true, "x86_64-sysv", Some(abi)) = (here.is_gcc, here.abi.name(), abis.get(abi))
            {
                all.push(with_word(here, mode, abi.clone()));
            }
        }
        let modes = all.clone();
        for (switch, one) in SWITCHES
            .iter()
            .flat_map(|switch| modes.iter().map(move |one| (*switch, one)))
            .filter(|_| here.is_gcc)
        {
            all.push(with_word(one, &switch.words(), one.abi.with_switch(switch)));
        }
        let is_cxx = kind == Kind::Cxx;
        let clang = clang(host);
        for abi in abis.iter().filter(|abi| is_readable(abi)) {
            // The programs that the table of macros was made with are the machine's own.
            let head = Machines::builtin()
                .get(abi.name())
                .map(|machine| &machine.head);
            if let Some(head) = head {
                let program = match is_cxx {
                    true => plus_plus(&head.program),
                    false => head.program.clone(),
                };
                if let Some(path) = host.program(&program) {
                    all.push(FrontEnd {
                        words: std::iter::once(path.into_os_string())
                            .chain(head.args.iter().map(OsString::from))
                            .collect(),
                        abi: abi.clone(),
                        name: std::iter::once(program.as_str())
                            .chain(head.args.iter().map(String::as_str))
                            .collect::<Vec<_>>()
                            .join(" "),
                        is_gcc: !program.starts_with("clang"),
                    });
                    continue;
                }
            }
            let target = CLANG.iter().find(|(name, _)| *name == abi.name());
            if let (Some((_, target)), Some(clang)) = (target, &clang) {
                all.push(FrontEnd {
                    words: vec![clang.clone(), format!("--target={target}").into()],
                    abi: abi.clone(),
                    name: format!("clang --target={target}"),
                    is_gcc: false,
                });
            }
        }
        Evaluators { all }
    }

    /// Those that have none of these names; this machine's compiler stays.
    pub(super) fn without(mut self, names: &BTreeSet<String>) -> Evaluators {
        self.all.retain(|one| !names.contains(&one.name));
        self
    }

    /// The best for a machine, of those that understand the text: its own gcc, else the first that must find the same value there.
    pub(super) fn best(
        &self,
        abi: &Abi,
        needs: &[&Needs],
        understands: impl Fn(&Abi) -> bool,
    ) -> Option<&FrontEnd> {
        let is_own = |one: &&FrontEnd| one.is_gcc && one.abi.row() == abi.row();
        let agrees = |one: &&FrontEnd| needs.iter().all(|needs| one.finds(needs, abi));
        let mut all = self.all.iter().filter(|one| understands(&one.abi));
        let is_for = |one: &&FrontEnd| one.abi.row() == abi.row() && agrees(one);
        let own = all.clone().find(is_own);
        // A program need not know every machine that it has a name for here.
        own.or_else(|| all.clone().find(is_for))
            .or_else(|| all.find(agrees))
    }
}

fn clang(host: &Host) -> Option<OsString> {
    let named = || {
        VERSIONS
            .rev()
            .find_map(|version| host.program(&format!("clang-{version}")))
    };
    let clang = host.program("clang").or_else(named)?;
    Some(clang.into_os_string())
}

/// The program of the same compiler for C++.
fn plus_plus(program: &str) -> String {
    match program.split_once("clang") {
        Some((before, version)) => format!("{before}clang++{version}"),
        None => program
            .strip_suffix("gcc")
            .map_or(program.to_owned(), |prefix| format!("{prefix}g++")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_of_clang_is_for_an_abi_of_the_table() {
        for (abi, target) in CLANG {
            assert!(Abis::builtin().get(abi).is_some(), "{abi} {target}");
        }
    }

    #[test]
    fn a_program_for_cxx_has_its_usual_name() {
        for (program, plus) in [
            ("arm-linux-gnueabihf-gcc", "arm-linux-gnueabihf-g++"),
            ("clang-19", "clang++-19"),
        ] {
            assert_eq!(plus_plus(program), plus);
        }
    }
}
