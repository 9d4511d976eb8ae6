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
    /// The compiler of this machine (cc when left out)
    #[arg(long, value_name = "COMPILER")]
    pub cc: Option<String>,
    /// The project's settings (crossum.toml here or in a folder above when left out)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read the ABIs from this file instead of the builtin table
    #[arg(long, value_name = "FILE")]
    pub abis: Option<PathBuf>,
    /// How many compilers run at once
    #[arg(long, value_name = "N", default_value_t = matrix::run::default_jobs(), value_parser = at_least_one)]
    pub jobs: usize,
    /// Options for the compiler, as the project's build gives them
    #[arg(last = true, value_name = "COMPILER OPTIONS")]
    pub flags: Vec<String>,
}

impl HowRead {
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
            cc: self.cc.clone(),
            config: self.config.clone(),
            abis: self.abis.clone(),
            jobs: self.jobs,
            flags: self.flags.clone(),
            ..Check::default()
        }
    }
}
