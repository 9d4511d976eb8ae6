//! What compilers' drivers define for C libraries, beside what the compilers predefine: on Debian 13 gcc gives 32-bit
//! machines 64 bits of time, and clang does not.
//!
//! This belongs to a program and its options, not to an ABI: where the program is here, it is to be asked (`-dM -E`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// What some drivers do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Driver {
    /// The system that they come with.
    pub system: String,
    /// What they call themselves: their macro `__VERSION__`.
    pub version: String,
    /// Their names.
    pub programs: Vec<String>,
    /// The options that they were given.
    #[serde(default)]
    pub args: Vec<String>,
    /// What is defined then of `_TIME_BITS` and `_FILE_OFFSET_BITS`, by these options or by the driver.
    pub defines: BTreeMap<String, String>,
}

/// The table `data/drivers.toml`.
pub fn builtin() -> &'static [Driver] {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        driver: Vec<Driver>,
    }
    static BUILTIN: LazyLock<Vec<Driver>> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("../data/drivers.toml"))
            .expect("a test reads the built-in table");
        file.driver
    });
    &BUILTIN
}

/// What the driver of this name and version defines without any option; `None` where nobody looked.
pub fn defaults(program: &str, version: &str) -> Option<&'static BTreeMap<String, String>> {
    let mut drivers = builtin().iter();
    let driver = drivers.find(|driver| {
        driver.args.is_empty()
            && driver.version == version
            && driver.programs.iter().any(|own| own == program)
    });
    driver.map(|driver| &driver.defines)
}
