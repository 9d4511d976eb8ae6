//! What there is to build and run with.

use std::path::PathBuf;

use clap::Args;

/// `crossum setup`
#[derive(Args)]
pub struct Setup {
    /// Only for these targets
    #[arg(long, value_name = "TARGET,...", value_delimiter = ',')]
    pub targets: Vec<String>,
    /// Besides, what is never needed: boards and their emulators, compilers for Windows and wine, those for machines that few have, or zig and its C libraries
    #[arg(long, value_name = "WHAT", value_enum)]
    pub with: Option<Extra>,
    /// The project's settings (crossum.toml here or in a folder above when left out)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

/// What can be had besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Extra {
    /// Compilers for boards without an operating system, and emulators of them
    Boards,
    /// Compilers for Windows, and wine, which starts its programs here
    Windows,
    /// gcc for machines that few have: MIPS release 6, and SPARC of 32 bits
    Rare,
    /// zig, which builds for more machines, with a C library of its own (musl): 80 MB from PyPI, 400 MB in the cache
    Zig,
}

impl Extra {
    /// The word for it, here and in the table of targets.
    pub fn word(self) -> &'static str {
        match self {
            Extra::Boards => "boards",
            Extra::Windows => "windows",
            Extra::Rare => "rare",
            Extra::Zig => "zig",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::ValueEnum as _;

    use super::Extra;

    #[test]
    fn what_the_table_says_is_brought_when_asked_can_be_asked_for() {
        let of_table: BTreeSet<_> = cross::target::extras()
            .filter_map(|target| target.with.as_deref())
            .collect();
        let asked: BTreeSet<_> = Extra::value_variants()
            .iter()
            .map(|one| one.word())
            .collect();
        assert_eq!(of_table, asked);
        for one in Extra::value_variants() {
            let value = one.to_possible_value().unwrap();
            assert_eq!(value.get_name(), one.word());
        }
    }
}

/// `crossum doctor`
#[derive(Args)]
pub struct Doctor {
    /// Only these targets
    #[arg(long, value_name = "TARGET,...", value_delimiter = ',')]
    pub targets: Vec<String>,
    /// The project's settings (crossum.toml here or in a folder above when left out)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// `crossum targets`
#[derive(Args)]
pub struct Targets {
    /// As JSON
    #[arg(long, conflicts_with = "github")]
    pub json: bool,
    /// As the `matrix` of a GitHub Actions job
    #[arg(long)]
    pub github: bool,
}
