//! A compiler's command line, taken apart by who needs which word.
//!
//! Other machines' compilers read the same source with what says which text it is and in which language. What is about the machine is for the compiler alone that it was written for.

use std::path::Path;

/// The words of a command line that matter to what types are, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    all: Vec<Flag>,
    /// `-x`, if it was given: the last.
    language: Option<String>,
}

/// An option and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Flag {
    words: Vec<String>,
    about: About,
}

/// Whom an option is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// What is included and defined: for every preprocessor.
    Text,
    /// The language: for every preprocessor and compiler.
    Language,
    /// The machine, or nothing that is known: for the compiler alone that it was given to.
    Compiler,
    /// Not about types: for nobody.
    Nothing,
}

/// Where an option's value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// It has none: the word is the whole option.
    Whole,
    /// The word begins with the option.
    Prefix,
    /// In the same word or in the next.
    Value,
    /// In the next word.
    Next,
}

use About::{Compiler, Language, Nothing, Text};
use Form::{Next, Prefix, Value, Whole};

/// An option, where its value stands, whom it is for, and whether the value is a path. The first that fits counts.
type Row = (&'static str, Form, About, bool);

/// Options of GCC and Clang; what is not here is [`Compiler`]'s.
const OPTIONS: &[Row] = &[
    ("-include-pch", Next, Nothing, false),
    ("-include", Value, Text, true),
    ("-imacros", Value, Text, true),
    ("-isystem", Value, Text, true),
    ("-iquote", Value, Text, true),
    ("-idirafter", Value, Text, true),
    ("-iframework", Value, Text, true),
    ("-cxx-isystem", Value, Text, true),
    ("-isysroot", Value, Compiler, true),
    ("--sysroot=", Prefix, Compiler, false),
    ("--sysroot", Next, Compiler, true),
    ("-I", Value, Text, true),
    ("-F", Value, Text, true),
    ("-D", Value, Text, false),
    ("-U", Value, Text, false),
    ("-undef", Whole, Text, false),
    ("-trigraphs", Whole, Text, false),
    ("-pthread", Whole, Text, false),
    ("-std=", Prefix, Language, false),
    ("--std=", Prefix, Language, false),
    ("-ansi", Whole, Language, false),
    ("-fsigned-char", Whole, Language, false),
    ("-funsigned-char", Whole, Language, false),
    ("-fshort-enums", Whole, Language, false),
    ("-fno-short-enums", Whole, Language, false),
    ("-fshort-wchar", Whole, Language, false),
    ("-fpack-struct", Prefix, Language, false),
    ("-fms-extensions", Whole, Language, false),
    ("-fgnu89-inline", Whole, Language, false),
    ("-fno-exceptions", Whole, Language, false),
    ("-fno-rtti", Whole, Language, false),
    ("-ffreestanding", Whole, Language, false),
    ("-fopenmp", Whole, Language, false),
    ("-fPIC", Whole, Language, false),
    ("-fpic", Whole, Language, false),
    ("-fPIE", Whole, Language, false),
    ("-fpie", Whole, Language, false),
    ("-target", Next, Compiler, false),
    ("-arch", Next, Compiler, false),
    ("-Xclang", Next, Compiler, false),
    ("-mllvm", Next, Nothing, false),
    ("-Xpreprocessor", Next, Compiler, false),
    ("-Xlinker", Next, Nothing, false),
    ("-Xassembler", Next, Nothing, false),
    ("-T", Value, Nothing, false),
    ("-o", Value, Nothing, false),
    ("-MF", Value, Nothing, false),
    ("-MT", Value, Nothing, false),
    ("-MQ", Value, Nothing, false),
    ("-M", Prefix, Nothing, false),
    ("-W", Prefix, Nothing, false),
    ("-w", Whole, Nothing, false),
    // It defines `__OPTIMIZE__`, and nothing that lies anywhere.
    ("-O", Prefix, Text, false),
    ("-g", Prefix, Nothing, false),
    ("-c", Whole, Nothing, false),
    ("-S", Whole, Nothing, false),
    ("-E", Whole, Nothing, false),
    ("-P", Whole, Nothing, false),
    ("-C", Whole, Nothing, false),
    ("-s", Whole, Nothing, false),
    ("-v", Whole, Nothing, false),
    ("-l", Prefix, Nothing, false),
    ("-L", Value, Nothing, false),
    ("-pipe", Whole, Nothing, false),
    ("-pedantic", Prefix, Nothing, false),
    ("-save-temps", Prefix, Nothing, false),
    ("-fsyntax-only", Whole, Nothing, false),
    // Without them there is debug information in the object, and every place is the file's own.
    ("-flto", Prefix, Nothing, false),
    ("-fdebug-prefix-map", Prefix, Nothing, false),
    ("-ffile-prefix-map", Prefix, Nothing, false),
    ("-fmacro-prefix-map", Prefix, Nothing, false),
    ("-fdebug-", Prefix, Nothing, false),
    ("-fdiagnostics-", Prefix, Nothing, false),
    ("-fcolor-diagnostics", Whole, Nothing, false),
    ("-fmodules", Prefix, Nothing, false),
    ("-fmodule-", Prefix, Nothing, false),
    ("-fdeps-", Prefix, Nothing, false),
    ("-fprofile-", Prefix, Nothing, false),
    ("-ftest-coverage", Whole, Nothing, false),
    ("--coverage", Whole, Nothing, false),
    ("-Winvalid-pch", Whole, Nothing, false),
];

impl Flags {
    /// Reads a command line without its program. Words that are no option are files, and are left out; the others are read as from the folder that the compiler was started in.
    pub fn of(words: &[String], folder: Option<&Path>) -> Flags {
        let mut flags = Flags::default();
        // What follows `-Wp,` is the preprocessor's.
        let words = words
            .iter()
            .flat_map(|word| match word.strip_prefix("-Wp,") {
                Some(list) => list.split(',').map(str::to_owned).collect(),
                None => vec![word.clone()],
            });
        let mut words = words;
        while let Some(word) = words.next() {
            if word == "-x" {
                flags.language = words.next();
            } else if let Some(language) = word.strip_prefix("-x") {
                flags.language = Some(language.to_owned());
            } else if word.len() > 1 && word.starts_with('-') {
                flags.option(word, &mut words, folder);
            }
        }
        flags
    }

    fn option(
        &mut self,
        word: String,
        rest: &mut impl Iterator<Item = String>,
        folder: Option<&Path>,
    ) {
        let fits = |(option, form, ..): &&Row| match form {
            Whole | Next => word == *option,
            Prefix | Value => word.starts_with(option),
        };
        let Some(&(option, form, about, is_path)) = OPTIONS.iter().find(fits) else {
            self.push(Compiler, vec![word]);
            return;
        };
        let value = match form {
            Whole | Prefix => {
                self.push(about, vec![word]);
                return;
            }
            Value if word.len() > option.len() => word.get(option.len()..).map(str::to_owned),
            Value | Next => rest.next(),
        };
        let value = value.unwrap_or_default();
        let value = match folder {
            Some(folder) if is_path => placed(folder, option, &value),
            _ => value,
        };
        self.push(about, vec![option.to_owned(), value]);
    }

    fn push(&mut self, about: About, words: Vec<String>) {
        if about != Nothing {
            self.all.push(Flag { words, about });
        }
    }

    /// Another option with its value, in front of all others of its kind that come later.
    pub fn add(&mut self, option: &str, value: String) {
        self.push(Text, vec![option.to_owned(), value]);
    }

    /// The language's version: `c++17`.
    pub fn set_standard(&mut self, standard: &str) {
        self.push(Language, vec![format!("-std={standard}")]);
    }

    /// Whatever comes behind these.
    pub fn extend(&mut self, more: Flags) {
        self.all.extend(more.all);
        self.language = more.language.or(self.language.take());
    }

    /// What every preprocessor is given.
    pub fn of_text(&self) -> impl Iterator<Item = &str> {
        self.words(&[Text, Language])
    }

    /// What every compiler of a preprocessed text is given.
    pub fn of_language(&self) -> impl Iterator<Item = &str> {
        self.words(&[Language])
    }

    /// What only the compiler is given that these were written for.
    pub fn of_compiler(&self) -> impl Iterator<Item = &str> {
        self.words(&[Compiler])
    }

    /// All, as on a command line.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.words(&[Text, Language, Compiler])
    }

    fn words<'f>(&'f self, about: &'static [About]) -> impl Iterator<Item = &'f str> {
        let flags = self.all.iter().filter(|flag| about.contains(&flag.about));
        flags.flat_map(|flag| flag.words.iter().map(String::as_str))
    }

    /// The values of an option that has one, in their order.
    fn values<'f>(&'f self, option: &'f str) -> impl Iterator<Item = &'f str> {
        let flags = self.all.iter();
        flags.filter_map(move |flag| match flag.words.as_slice() {
            [first, value] if first == option => Some(value.as_str()),
            _ => None,
        })
    }

    /// The macros that are defined: `NAME` or `NAME=VALUE`.
    pub fn defined(&self) -> Vec<String> {
        self.values("-D").map(str::to_owned).collect()
    }

    /// Whether headers stand before the source.
    pub fn has_before(&self) -> bool {
        self.values("-include").next().is_some()
    }

    /// A preprocessed text in which the headers of a project's own folders are no system's: a compiler says so of all that it found by `-isystem` and `-idirafter`, and what a system declares is another's on each machine.
    pub fn owned(&self, text: String) -> String {
        let after = self.values("-idirafter");
        let system = self.values("-isystem");
        let own: Vec<String> = after
            .chain(system.filter(|folder| !is_of_system(folder)))
            .map(|folder| format!("{}/", folder.trim_end_matches('/')))
            .collect();
        if own.is_empty() {
            return text;
        }
        let is_own = |file: &str| own.iter().any(|folder| file.starts_with(folder.as_str()));
        let lines = text.lines().map(|line| {
            let rest = line
                .strip_prefix("# ")
                .and_then(|rest| rest.rsplit_once('"'));
            match rest.and_then(|(place, flags)| Some((place, place.split_once('"')?.1, flags))) {
                Some((place, file, flags)) if is_own(file) => {
                    format!("# {place}\"{}", flags.replace(" 3", "").replace(" 4", ""))
                }
                _ => line.to_owned(),
            }
        });
        let mut owned = lines.collect::<Vec<_>>().join("\n");
        owned.push('\n');
        owned
    }

    /// The folders in which included files are looked for.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        let options = ["-iquote", "-I", "-isystem", "-idirafter"];
        options.into_iter().flat_map(|option| self.values(option))
    }

    /// Without what is for the compiler alone that they were written for.
    #[must_use]
    pub fn for_others(&self) -> Flags {
        let all = self.all.iter().filter(|flag| flag.about != Compiler);
        Flags {
            all: all.cloned().collect(),
            language: self.language.clone(),
        }
    }

    /// The language that `-x` names.
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }
}

/// Whether a folder that was given may be a C library's.
fn is_of_system(folder: &str) -> bool {
    folder.starts_with("/usr/") || folder.starts_with("/opt/") || folder.contains("/usr/include")
}

/// A path as it is from everywhere. What `-include` names may be looked for as `#include "..."` is.
fn placed(folder: &Path, option: &str, value: &str) -> String {
    let there = folder.join(value);
    let is_searched = matches!(option, "-include" | "-imacros") && !there.exists();
    if is_searched {
        return value.to_owned();
    }
    there.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(line: &str) -> Flags {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        Flags::of(&words, Some(Path::new("/project/build")))
    }

    fn joined<'w>(words: impl Iterator<Item = &'w str>) -> String {
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_word_is_for_those_who_need_it() {
        let line = "-mcpu=cortex-m4 -Iinc -I ../up -isystem /sys -DA=1 -D B -std=c11 -O2 -g3 -Wall -Werror -fshort-enums -fno-common -flto -c -o x.o -MD -MF x.d x.c -Wp,-MMD,x.d,-DC --sysroot=/root";
        let flags = flags(line);
        for (found, expected) in [
            (
                joined(flags.of_text()),
                "-I /project/build/inc -I /project/build/../up -isystem /sys -D A=1 -D B -std=c11 -O2 -fshort-enums -D C",
            ),
            (joined(flags.of_language()), "-std=c11 -fshort-enums"),
            (
                joined(flags.of_compiler()),
                "-mcpu=cortex-m4 -fno-common --sysroot=/root",
            ),
        ] {
            assert_eq!(found, expected);
        }
        assert_eq!(flags.defined(), ["A=1", "B", "C"]);
        assert_eq!(joined(flags.for_others().all()), joined(flags.of_text()));
    }

    #[test]
    fn a_projects_own_headers_are_no_systems() {
        let flags = flags("-isystem vendor -idirafter /found/ -isystem /usr/avr/include");
        for (marker, expected) in [
            ("# 1 \"/found/a.h\" 1 3 4", "# 1 \"/found/a.h\" 1"),
            (
                "# 9 \"/project/build/vendor/b.h\" 2 3",
                "# 9 \"/project/build/vendor/b.h\" 2",
            ),
            (
                "# 1 \"/usr/avr/include/c.h\" 1 3",
                "# 1 \"/usr/avr/include/c.h\" 1 3",
            ),
            ("struct s { int a; }; # 3", "struct s { int a; }; # 3"),
        ] {
            assert_eq!(flags.owned(format!("{marker}\n")), format!("{expected}\n"));
        }
    }

    #[test]
    fn the_last_language_counts_and_a_value_may_be_missing() {
        assert_eq!(flags("-xc -x c++ a.h").language(), Some("c++"));
        assert_eq!(joined(flags("-I").of_text()), "-I /project/build/");
    }
}
