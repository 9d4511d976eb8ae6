//! Where a type is declared, and how that is read: for every command that asks about one.

use std::path::PathBuf;

use clap::Args;

use super::{Check, at_least_one};

/// How a header is read: as `crossum check` reads it.
#[derive(Args)]
pub struct HowRead {
    /// Where the compiler looks for included files
    #[arg(long, short = 'I', value_name = "FOLDER")]
    pub include: Vec<PathBuf>,
    /// A macro for the compiler
    #[arg(long, short = 'D', value_name = "NAME[=VALUE]")]
    pub define: Vec<String>,
    /// A header that is read before the file, as if the file included it
    #[arg(long, value_name = "FILE")]
    pub include_file: Vec<PathBuf>,
    /// The language and its version: c99, gnu17, c++20
    #[arg(long = "std", value_name = "STANDARD")]
    pub standard: Option<String>,
    /// The folder of a compile_commands.json (that of the project, when left out)
    #[arg(short = 'p', long = "database", value_name = "FOLDER")]
    pub database: Option<PathBuf>,
    /// Where debug information of objects is looked for, too, as `crossum check` does
    #[arg(long, value_name = "FOLDER")]
    pub debug_dir: Vec<PathBuf>,
    /// The compiler of this machine (cc when left out)
    #[arg(long, value_name = "COMPILER")]
    pub cc: Option<String>,
    /// The project's settings (crossum.toml here or in a folder above when left out)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How many compilers run at once
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

    /// With options in such words, and what else `crossum check` was told.
    pub fn of_words(check: &Check, words: &[String]) -> HowRead {
        HowRead {
            include: check.include.clone(),
            define: check.define.clone(),
            include_file: check.include_file.clone(),
            standard: check.standard.clone(),
            database: check.database.clone(),
            debug_dir: check.debug_dir.clone(),
            cc: check.cc.clone(),
            config: check.config.clone(),
            jobs: check.jobs,
            flags: words.iter().chain(&check.flags).cloned().collect(),
        }
    }

    /// What `crossum check` would be asked to read these types of these files.
    pub fn check(&self, files: Vec<PathBuf>, types: Vec<String>) -> Check {
        Check {
            files,
            types,
            include: self.include.clone(),
            define: self.define.clone(),
            include_file: self.include_file.clone(),
            standard: self.standard.clone(),
            database: self.database.clone(),
            debug_dir: self.debug_dir.clone(),
            cc: self.cc.clone(),
            config: self.config.clone(),
            jobs: self.jobs,
            flags: self.flags.clone(),
            ..Check::default()
        }
    }
}
