//! All that is needed to build for one target and run there, found or missing.

use std::path::PathBuf;

use crate::compiler::{self, Compiler};
use crate::find::{Finding, Missing};
use crate::host::Host;
use crate::runner::{self, Runner};
use crate::rust_std::{self, RustStd, Toolchain};
use crate::target::Target;
use layout::{Abi, Abis};

/// The tools for one target.
#[derive(Clone, Debug)]
pub struct TargetTools {
    /// The target.
    pub target: &'static Target,
    /// Its ABI.
    pub abi: Abi,
    /// gcc.
    pub gcc: Finding<Compiler>,
    /// clang.
    pub clang: Finding<Compiler>,
    /// zig.
    pub zig: Finding<Compiler>,
    /// Rust's standard library, with the toolchain that can use it.
    pub rust: Finding<RustStd>,
    /// The C library that programs find when they run.
    pub c_library: Finding<PathBuf>,
    /// The runner.
    pub runner: Finding<Runner>,
}

impl TargetTools {
    /// Looks for everything; `None` when the table has no row for the target's ABI.
    pub fn find(
        host: &Host,
        toolchains: &[Toolchain],
        abis: &Abis,
        target: &'static Target,
    ) -> Option<TargetTools> {
        Some(TargetTools {
            target,
            abi: abis.get(&target.abi)?.clone(),
            gcc: compiler::gcc(host, target),
            clang: compiler::clang(host, target),
            zig: compiler::zig(host, target),
            rust: rust_std::rust_std(host, toolchains, target),
            c_library: runner::c_library(host, target),
            runner: runner::runner(host, target),
        })
    }

    /// What is missing, in the order of the fields; what cannot be had at all is not missing.
    pub fn missing(&self) -> Vec<&Missing> {
        let all = [
            self.gcc.as_ref().err(),
            self.clang.as_ref().err(),
            // Nobody needs it where others build for the target.
            self.zig
                .as_ref()
                .err()
                .filter(|_| self.target.is_of_zig_alone()),
            self.rust.as_ref().err(),
            self.c_library.as_ref().err(),
            self.runner.as_ref().err(),
        ];
        all.into_iter()
            .flatten()
            .filter(|missing| !matches!(missing.remedy, crate::find::Remedy::Nothing(_)))
            .collect()
    }
}
