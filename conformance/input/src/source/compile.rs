//! How a source is compiled: by this machine's compiler, and by those of others.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Context as _;
use cross::Host;
use layout::abi::Switch;

use super::{Flags, Kind};
use crate::prelude::Rewriting;

/// How a source is compiled.
#[derive(Clone, Debug, Default)]
pub struct Compile {
    /// The compiler: a name or a path; `cc` where there is none.
    pub compiler: Option<String>,
    /// Options of the build: what is included and defined, in which language.
    pub flags: Flags,
    /// What is done to the text that the preprocessor leaves, before anybody compiles it.
    pub rewriting: Rewriting,
}

/// All types of a source in its object, used or not.
const TYPES: [&str; 5] = [
    "-g",
    "-gdwarf-5",
    "-O0",
    "-w",
    "-fno-eliminate-unused-debug-types",
];

impl Compile {
    /// The compiler.
    ///
    /// # Errors
    /// It is not here.
    pub fn program(&self, kind: Kind, host: &Host) -> anyhow::Result<PathBuf> {
        let (standard, install) = match kind {
            Kind::Cxx => ("c++", "g++ or clang"),
            _ => ("cc", "gcc or clang"),
        };
        let named = self.compiler.as_deref().unwrap_or(standard);
        host.named_program(named).with_context(|| {
            format!("no compiler `{named}` here: install {install}, or name another with --cc; an object file with debug information needs none")
        })
    }

    /// The command that the options were written for: the compiler, and what is for it alone.
    ///
    /// # Errors
    /// It is not here.
    pub fn command(&self, kind: Kind, host: &Host) -> anyhow::Result<Vec<OsString>> {
        let program = self.program(kind, host)?.into_os_string();
        let own = self.flags.of_compiler().map(OsString::from);
        Ok(std::iter::once(program).chain(own).collect())
    }

    /// The options with which any preprocessor reads the source.
    pub fn preprocessing(&self, kind: Kind) -> Vec<OsString> {
        let language = match kind {
            Kind::Cxx => "c++",
            _ => "c",
        };
        let flags = self.flags.of_text().filter(|word| is_for(kind, word));
        let words = ["-w", "-x", language].into_iter().chain(flags);
        let macros = self.rewriting.macros().map(|name| format!("-D{name}"));
        let words = words.map(OsString::from);
        words.chain(macros.map(OsString::from)).collect()
    }

    /// The options with which any compiler compiles what a preprocessor left, so that all its types are in the object.
    pub fn compiling(&self, kind: Kind) -> Vec<OsString> {
        let words = TYPES.into_iter().chain(self.preprocessed(kind));
        words.map(OsString::from).collect()
    }

    /// Those options that move how types lie, with every compiler that has them.
    pub fn switches(&self) -> Vec<Switch> {
        let words: Vec<&str> = self.flags.of_language().collect();
        Switch::of(&words.join(" "))
    }

    /// The options by which any compiler takes a text for one that is preprocessed.
    pub fn preprocessed(&self, kind: Kind) -> Vec<&str> {
        let language = match kind {
            Kind::Cxx => "c++-cpp-output",
            _ => "cpp-output",
        };
        let flags = self.flags.of_language().filter(|word| is_for(kind, word));
        ["-x", language].into_iter().chain(flags).collect()
    }
}

/// Whether a word is no standard of the other language: a header may be tried in both.
fn is_for(kind: Kind, word: &str) -> bool {
    let standard = word.rsplit_once("-std=").map(|(_, standard)| standard);
    let language = standard.map(|standard| (Kind::named(standard), standard));
    // Assembly and others have no types.
    language.is_none_or(|(of, _)| of == kind)
}
