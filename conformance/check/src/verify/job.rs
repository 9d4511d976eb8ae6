//! A compiler of a target.

use std::ffi::OsString;

use cross::Target;
use cross::compiler::{Compiler, Make};
use cross::find::Missing;
use cross::runner::Runner;
use input::reading::front_end::Driver;
use layout::Abi;
use layout::abi::Dialect;

/// A compiler of a target, and what runs its programs.
pub(super) struct Job {
    pub(super) target: &'static Target,
    /// As this compiler has it.
    pub(super) abi: Abi,
    pub(super) compiler: Compiler,
    pub(super) runner: Result<Runner, Missing>,
}

impl Job {
    pub(super) fn words(&self) -> Vec<OsString> {
        let words = self.compiler.words();
        words.into_iter().map(Into::into).collect()
    }

    pub(super) fn driver<'w>(&self, words: &'w [OsString]) -> Driver<'w> {
        Driver {
            words,
            lists_macros: false,
        }
    }
}

/// In which way a compiler lays records out.
pub(super) fn dialect(make: Make) -> Dialect {
    match make {
        Make::Gcc => Dialect::Gcc,
        Make::Clang | Make::Zig => Dialect::Clang,
    }
}
