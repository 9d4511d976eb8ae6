//! Types by mode: `typedef int s64 __attribute__((mode(DI)))`. The compiler that reads it writes down which of its own types that is, `long` on x86_64, and no name of it is left; on a machine with other widths it is another type.
//!
//! GCC manual, "Common Type Attributes"; GCC internals, "Machine Modes".

use layout::Abi;
use layout::abi::Scalar;

use super::text::{MODES, Reach, Text};

/// A mode in the declarations of a type, or in those that it names, that is another type on this machine than where they were read; `None` where there is none.
pub(super) fn of_another(reach: &Reach, machine: &Abi, reader: &Abi) -> Option<String> {
    if !reach.words().mode {
        return None;
    }
    let mut declarations = reach.names.values().flatten();
    declarations.find_map(|one| {
        let mode = first(&one.tokens, machine, reader)?;
        Some(format!(
            "`mode({mode})` is another type there, and the compiler that read it shows which it is on its own machine"
        ))
    })
}

/// Whether there is one anywhere in the user's text, for one of these machines.
pub(super) fn is_anywhere<'a>(
    text: &Text,
    machines: impl IntoIterator<Item = &'a Abi>,
    reader: &Abi,
) -> bool {
    let mut machines = machines.into_iter();
    machines.any(|machine| first(text.own(), machine, reader).is_some())
}

fn first<'t>(tokens: &'t [String], machine: &Abi, reader: &Abi) -> Option<&'t str> {
    tokens.windows(4).find_map(|words| match words {
        [before, attribute, open, mode]
            if matches!(before.as_str(), "(" | ",")
                && MODES.contains(&attribute.as_str())
                && open == "("
                && !is_alike(mode.trim_matches('_'), machine, reader) =>
        {
            Some(mode.as_str())
        }
        _ => None,
    })
}

/// Whether what the reader shows of a mode is the same type on this machine.
fn is_alike(mode: &str, machine: &Abi, reader: &Abi) -> bool {
    let same = |scalar| machine.size(scalar) == reader.size(scalar);
    let is_long = |abi: &Abi| abi.size(Scalar::Long) == abi.size(Scalar::Pointer);
    match mode {
        "byte" | "QI" | "HI" => true,
        "SI" => same(Scalar::Int),
        "DI" => same(Scalar::Long),
        // `long` on each.
        "word" | "pointer" => is_long(machine) && is_long(reader),
        "SF" => same(Scalar::Float),
        "DF" => same(Scalar::Double),
        _ => machine.name() == reader.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::tokens::tokens;

    fn abi(name: &str) -> &'static Abi {
        layout::Abis::builtin().get(name).unwrap()
    }

    #[test]
    fn a_mode_is_another_type_where_what_it_is_here_has_another_width() {
        for (mode, machine, is_another) in [
            ("DI", "i386-sysv", true),
            ("__DI__", "arm-bare", true),
            ("DI", "x86_64-windows", true),
            ("DI", "s390x-elf", false),
            ("SI", "i386-sysv", false),
            ("SI", "avr-gcc", true),
            ("HI", "avr-gcc", false),
            ("pointer", "arm-aapcs", false),
            ("word", "x86_64-windows", true),
            ("DF", "avr-gcc", true),
            ("DF", "mips-o32-be", false),
            ("V4SI", "s390x-elf", true),
        ] {
            let text = format!("typedef int t __attribute__((mode({mode})));");
            let words: Vec<String> = tokens(&text).map(str::to_owned).collect();
            let found = first(&words, abi(machine), abi("x86_64-sysv"));
            assert_eq!(found.is_some(), is_another, "{mode} on {machine}");
        }
    }

    #[test]
    fn a_function_or_a_member_of_that_name_is_none() {
        for text in ["int mode(int DI);", "struct s { int mode; int (DI); };"] {
            let words: Vec<String> = tokens(text).map(str::to_owned).collect();
            assert_eq!(first(&words, abi("i386-sysv"), abi("x86_64-sysv")), None);
        }
    }
}
