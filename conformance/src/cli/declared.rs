//! Where a type is declared, and how that is read: for every command that asks about one.

use std::path::PathBuf;

use clap::Args;

use super::{Check, at_least_one};

/// How a header is read: as `crossum check` reads it.
#[derive(Args, Clone, Default)]
pub struct HowRead {
    /// Where the compiler looks for included files
    #[arg(long, short = 'I', value_name = "FOLDER")]
    pub include: Vec<PathBuf>,
    /// A macro for the compiler
    #[arg(long, short = 'D', value_name = "NAME[=VALUE]")]
    pub define: Vec<String>,
    /// A header that is read before the file, as if the file included it (GCC's -include); may be given more than once
    #[arg(long, value_name = "FILE")]
    pub include_file: Vec<PathBuf>,
    /// The language and its version: c99, gnu17, c++20; of standard input and of files whose names say neither
    #[arg(long = "std", value_name = "STANDARD")]
    pub standard: Option<String>,
    /// The folder of a compile_commands.json, whose options are taken (that of the project, or of its build folder, when left out)
    #[arg(short = 'p', long = "database", value_name = "FOLDER")]
    pub database: Option<PathBuf>,
    /// Where debug information is looked for that is not in a file itself, before /usr/lib/debug; may be given more than once
    #[arg(long, value_name = "FOLDER")]
    pub debug_dir: Vec<PathBuf>,
    /// The compiler of this machine (cc when left out)
    #[arg(long, value_name = "COMPILER")]
    pub cc: Option<String>,
    /// The project's settings (crossum.toml here or in a folder above when left out)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How many compilers, and programs that they made, run at once
    #[arg(long, value_name = "N", default_value_t = matrix::run::default_jobs(), value_parser = at_least_one)]
    pub jobs: usize,
    /// Options for the compiler, as the project's build gives them
    #[arg(last = true, value_name = "COMPILER OPTIONS")]
    pub flags: Vec<String>,
}

impl HowRead {
    /// The options for the compiler, in words that stand behind `--`.
    pub fn words(&self) -> Vec<String> {
        let path = |path: &PathBuf| path.display().to_string();
        let include = self
            .include
            .iter()
            .map(|folder| format!("-I{}", path(folder)));
        let define = self.define.iter().map(|define| format!("-D{define}"));
        let before = self.include_file.iter();
        let before = before.flat_map(|file| ["-include".to_owned(), path(file)]);
        let standard = self
            .standard
            .iter()
            .map(|standard| format!("-std={standard}"));
        let words = include.chain(define).chain(before).chain(standard);
        words.chain(self.flags.iter().cloned()).collect()
    }

    /// The same, with options in such words before the others.
    pub fn with_words(&self, words: &[String]) -> HowRead {
        HowRead {
            flags: words.iter().chain(&self.flags).cloned().collect(),
            ..self.clone()
        }
    }

    /// What `crossum check` would be asked to read these types of these files.
    pub fn check(&self, files: Vec<PathBuf>, types: Vec<String>) -> Check {
        Check {
            files,
            types,
            how: self.clone(),
            ..Check::default()
        }
    }
}
