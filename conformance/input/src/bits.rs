//! How wide times and file offsets are: a decision of a build.

use layout::Abi;

/// How wide times and file offsets are, which options of a build decide on 32-bit machines with glibc.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bits {
    /// Both as wide as a `long`.
    Usual,
    /// File offsets of 64 bits: `_FILE_OFFSET_BITS=64`.
    Offsets,
    /// File offsets and times of 64 bits: `_TIME_BITS=64`, too.
    Times,
}

impl Bits {
    /// What options of a compiler decide (`NAME=VALUE`, as after `-D`); `None` where they leave it to the driver.
    pub fn of_options(define: &[String]) -> Option<Bits> {
        // Of two definitions the last counts, as for a compiler.
        let value = |name: &str| {
            let options = define.iter().filter_map(|option| option.split_once('='));
            let mut named = options.filter(|(option, _)| *option == name);
            named.next_back().map(|(_, value)| value)
        };
        match (value("_TIME_BITS"), value("_FILE_OFFSET_BITS")) {
            (Some("64"), _) => Some(Bits::Times),
            (_, Some("64")) => Some(Bits::Offsets),
            (Some(_), _) | (_, Some(_)) => Some(Bits::Usual),
            (None, None) => None,
        }
    }

    /// The options that decide so, whatever the driver does by itself.
    pub fn options(self) -> &'static [&'static str] {
        match self {
            Bits::Usual => &["-U_TIME_BITS", "-U_FILE_OFFSET_BITS"],
            Bits::Offsets => &["-U_TIME_BITS", "-D_FILE_OFFSET_BITS=64"],
            Bits::Times => &["-D_TIME_BITS=64", "-D_FILE_OFFSET_BITS=64"],
        }
    }

    /// An ABI with what it decides.
    pub(crate) fn abi(self, abi: &Abi) -> Abi {
        match self {
            Bits::Usual => abi.clone(),
            Bits::Offsets => abi.with_wide_offsets(),
            Bits::Times => abi.with_wide_times(),
        }
    }
}
