//! How a file names integers of a fixed width.

/// What a cure that names one has to write in a file, and to include.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IntegerNames {
    /// The line before which `<stdint.h>` is to be included, counted from 1: the first that includes something, or the first of all. `None` where the file names that header or a type of it.
    pub include_at: Option<u64>,
    /// Whether it has the kernel's names (`__u32`), and no others.
    pub are_kernel: bool,
}

/// What shows that the names of `<stdint.h>` are declared.
const OF_STDINT: [&str; 6] = [
    "stdint",
    "inttypes.h",
    "int8_t",
    "int16_t",
    "int32_t",
    "int64_t",
];

const OF_THE_KERNEL: [&str; 4] = ["__u8 ", "__u16 ", "__u32 ", "__u64 "];

impl IntegerNames {
    /// Those of a file with these lines.
    pub fn of(lines: &[String]) -> IntegerNames {
        let has = |names: &[&str]| {
            let mut all = lines.iter();
            all.any(|line| names.iter().any(|name| line.contains(name)))
        };
        if has(&OF_STDINT) {
            return IntegerNames::default();
        }
        let includes = |line: &String| {
            let directive = line.trim_start().strip_prefix('#');
            directive.is_some_and(|rest| rest.trim_start().starts_with("include"))
        };
        let at = lines.iter().position(includes).unwrap_or(0);
        IntegerNames {
            include_at: u64::try_from(at + 1).ok(),
            are_kernel: has(&OF_THE_KERNEL),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Option<u64>, bool) {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let names = IntegerNames::of(&lines);
        (names.include_at, names.are_kernel)
    }

    #[test]
    fn a_file_shows_which_names_it_has() {
        assert_eq!(of("struct s { long a; };"), (Some(1), false));
        assert_eq!(
            of("/* s */\n # include <time.h>\nlong a;"),
            (Some(2), false)
        );
        assert_eq!(of("#include <stdint.h>"), (None, false));
        assert_eq!(of("uint16_t a;"), (None, false));
        assert_eq!(of("#include <linux/types.h>\n__u32 a;"), (Some(1), true));
        assert_eq!(of("__u32 a;\nint8_t b;"), (None, false));
    }
}
