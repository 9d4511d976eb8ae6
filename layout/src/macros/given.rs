//! How options of a build change what a compiler predefines.

use super::{Language, Machine, Macros};

/// One change.
enum Change {
    Define(&'static str, String),
    Undefine(&'static str),
}

use Change::{Define, Undefine};

impl Machine {
    /// What it predefines where a build gives its compiler these options, in the order of a command line. Options that
    /// are not known change nothing.
    ///
    /// GCC's manual, 3.5 Options Controlling C Dialect, 3.18 Code Generation Conventions; `c_cpp_builtins` of
    /// c-family/c-cppbuiltin.cc. A test compares with the compilers that are here.
    #[must_use]
    pub fn given<'o>(&self, options: impl IntoIterator<Item = &'o str>) -> Machine {
        let mut machine = self.clone();
        for option in options {
            change(&mut machine.c, option, Language::C);
            if let Some(macros) = &mut machine.cxx {
                change(macros, option, Language::Cxx);
            }
        }
        machine
    }
}

fn change(macros: &mut Macros, option: &str, language: Language) {
    if let Some(standard) = strict(option) {
        if is_of(standard, language) {
            // Names without an underscore before them are the program's.
            macros.retain(|name, _| name.starts_with('_'));
            macros.insert("__STRICT_ANSI__".to_owned(), "1".to_owned());
        }
        return;
    }
    for change in changes(macros, option, language) {
        match change {
            Define(name, body) => macros.insert(name.to_owned(), body),
            Undefine(name) => macros.remove(name),
        };
    }
}

/// The standard that an option asks for without the extensions of GNU.
fn strict(option: &str) -> Option<&str> {
    if option == "-ansi" {
        return Some("ansi");
    }
    let standard = option.trim_start_matches('-').strip_prefix("std=")?;
    (!standard.starts_with("gnu")).then_some(standard)
}

fn is_of(standard: &str, language: Language) -> bool {
    standard == "ansi" || standard.starts_with("c++") == (language == Language::Cxx)
}

fn changes(macros: &Macros, option: &str, language: Language) -> Vec<Change> {
    let one = |name| Define(name, "1".to_owned());
    let is_arm = macros.contains_key("__ARM_SIZEOF_MINIMAL_ENUM");
    match option {
        "-funsigned-char" | "-fno-signed-char" => vec![one("__CHAR_UNSIGNED__")],
        "-fsigned-char" | "-fno-unsigned-char" => vec![Undefine("__CHAR_UNSIGNED__")],
        "-fshort-enums" if is_arm => vec![one("__ARM_SIZEOF_MINIMAL_ENUM")],
        "-fno-short-enums" if is_arm => {
            vec![Define("__ARM_SIZEOF_MINIMAL_ENUM", "4".to_owned())]
        }
        "-fshort-wchar" => short_wchar(macros, language),
        "-pthread" => vec![one("_REENTRANT")],
        "-fno-exceptions" => vec![Undefine("__EXCEPTIONS"), Undefine("__cpp_exceptions")],
        "-fno-rtti" => vec![Undefine("__GXX_RTTI"), Undefine("__cpp_rtti")],
        "-O0" => vec![
            one("__NO_INLINE__"),
            Undefine("__OPTIMIZE__"),
            Undefine("__OPTIMIZE_SIZE__"),
        ],
        _ => match option.strip_prefix("-O") {
            Some("s" | "z") => vec![
                one("__OPTIMIZE__"),
                one("__OPTIMIZE_SIZE__"),
                Undefine("__NO_INLINE__"),
            ],
            Some(_) => vec![
                one("__OPTIMIZE__"),
                Undefine("__OPTIMIZE_SIZE__"),
                Undefine("__NO_INLINE__"),
            ],
            None => Vec::new(),
        },
    }
}

/// `wchar_t` is the unsigned integer of 16 bits, which is a `short` on every machine of the table.
fn short_wchar(macros: &Macros, language: Language) -> Vec<Change> {
    // An `int` of 16 bits does not hold its values.
    let is_wide = macros
        .get("__SIZEOF_INT__")
        .is_some_and(|octets| octets != "2");
    let sign = if is_wide { "" } else { "U" };
    let mut changes = vec![
        Define("__SIZEOF_WCHAR_T__", "2".to_owned()),
        Define("__WCHAR_MAX__", format!("0xffff{sign}")),
        Define("__WCHAR_MIN__", format!("0{sign}")),
        Define("__WCHAR_TYPE__", "short unsigned int".to_owned()),
    ];
    if macros.contains_key("__WCHAR_WIDTH__") {
        changes.push(Define("__WCHAR_WIDTH__", "16".to_owned()));
    }
    if macros.contains_key("__ARM_SIZEOF_WCHAR_T") {
        changes.push(Define("__ARM_SIZEOF_WCHAR_T", "2".to_owned()));
    }
    if language == Language::Cxx {
        changes.push(Define("__WCHAR_UNSIGNED__", "1".to_owned()));
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::super::Machines;
    use super::*;

    #[test]
    fn options_change_what_is_predefined_on_every_machine() {
        let of = |name: &str, options: &[&str], asked: &str| {
            let machine = Machines::builtin().get(name).unwrap();
            let machine = machine.given(options.iter().copied());
            machine.macros(Language::C).unwrap().get(asked).cloned()
        };
        let one = Some("1".to_owned());
        for (name, options, asked, body) in [
            (
                "x86_64-sysv",
                &["-funsigned-char"][..],
                "__CHAR_UNSIGNED__",
                one.clone(),
            ),
            ("arm-aapcs", &["-fsigned-char"], "__CHAR_UNSIGNED__", None),
            ("arm-aapcs", &[], "__CHAR_UNSIGNED__", one.clone()),
            (
                "arm-aapcs",
                &["-fshort-enums"],
                "__ARM_SIZEOF_MINIMAL_ENUM",
                one.clone(),
            ),
            ("s390x-elf", &["-std=c11"], "unix", None),
            ("s390x-elf", &["-std=gnu11"], "unix", one.clone()),
            ("s390x-elf", &["-std=c++17"], "unix", one.clone()),
            ("i386-sysv", &["-ansi"], "i386", None),
            ("i386-sysv", &["-std=c99"], "__STRICT_ANSI__", one.clone()),
            ("i386-sysv", &["-O2"], "__OPTIMIZE__", one.clone()),
            ("i386-sysv", &["-O2", "-O0"], "__OPTIMIZE__", None),
            ("i386-sysv", &["-Os"], "__OPTIMIZE_SIZE__", one.clone()),
            (
                "m68k-sysv",
                &["-fshort-wchar"],
                "__WCHAR_MAX__",
                Some("0xffff".to_owned()),
            ),
            (
                "avr-gcc",
                &["-fshort-wchar"],
                "__WCHAR_MAX__",
                Some("0xffffU".to_owned()),
            ),
        ] {
            assert_eq!(of(name, options, asked), body, "{name} {options:?} {asked}");
        }
    }
}
