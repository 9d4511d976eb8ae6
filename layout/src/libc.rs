//! The types that C libraries declare, as they lie on each machine: what a header of another machine's library would
//! have said.
//!
//! A [`Library`] is a table in `data/libc/`; the README there says how it was made. What it does not know it does not
//! answer: neither another library's nor another machine's layout stands in for it.

mod layout;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

pub use layout::{Field, Kind, Layout};

/// The types of one C library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    variants: Vec<Variant>,
    rows: Vec<Row>,
    types: BTreeMap<String, Keyed>,
}

/// What a program may decide about its types, by macros that it defines before any header: for glibc, how many bits
/// its times and file offsets have.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Its word in the table.
    pub name: String,
    /// The options by which a compiler was asked.
    pub args: Vec<String>,
}

/// A machine that the library was measured on, and who measured.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The machine's ABI: a row of `abis.toml`.
    pub abi: String,
    /// The version of the library.
    pub release: String,
    /// The program that was asked.
    pub program: String,
    /// And with which options.
    #[serde(default)]
    pub args: Vec<String>,
    /// What it calls itself: its macro `__VERSION__`.
    pub version: String,
    /// Data model and byte order, as names for lines of the table.
    pub facts: [String; 2],
}

/// The header that declares a type, by the type's name in C; `None` for a type that no library was asked about.
pub fn header(name: &str) -> Option<&'static str> {
    static HEADERS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
        let asked: BTreeMap<String, BTreeMap<String, Vec<String>>> =
            toml::from_str(include_str!("../data/libc/types.toml"))
                .expect("a test reads the built-in table");
        let types = asked
            .into_iter()
            .flat_map(|(header, types)| types.into_keys().map(move |name| (name, header.clone())));
        types.collect()
    });
    HEADERS.get(name).map(String::as_str)
}

impl Library {
    /// All that come with this crate, by name.
    pub fn builtin() -> &'static BTreeMap<&'static str, Library> {
        static BUILTIN: LazyLock<BTreeMap<&str, Library>> = LazyLock::new(|| {
            let read = |(name, text)| {
                (
                    name,
                    Library::parse(text).expect("a test reads the built-in tables"),
                )
            };
            TEXTS.into_iter().map(read).collect()
        });
        &BUILTIN
    }

    /// Reads a table; the README explains the notation.
    ///
    /// # Errors
    ///
    /// At the first thing that is no such table, and where two lines answer the same question.
    pub fn parse(text: &str) -> Result<Library, TableError> {
        let toml = |error: toml::de::Error| TableError::Toml {
            says: error.to_string(),
        };
        let File {
            variant,
            row,
            types,
        } = toml::from_str(text).map_err(toml)?;
        let types = types.into_iter().map(|(name, lines)| {
            let lines = lines.into_iter().map(|(key, answer)| {
                let layout = match answer {
                    Answer::Layout(text) => {
                        Some(text.parse().map_err(|says| TableError::Layout {
                            name: name.clone(),
                            says,
                        })?)
                    }
                    Answer::Declared(false) => None,
                    Answer::Declared(true) => {
                        let says = "expected a layout, or false".to_owned();
                        return Err(TableError::Layout {
                            name: name.clone(),
                            says,
                        });
                    }
                };
                Ok((key, layout))
            });
            let lines = lines.collect::<Result<_, TableError>>()?;
            Ok((name, Keyed(lines)))
        });
        let library = Library {
            variants: variant,
            rows: row,
            types: types.collect::<Result<_, TableError>>()?,
        };
        library.refuse_ambiguity()?;
        Ok(library)
    }

    /// Sorted as in the table, the usual one first.
    pub fn variants(&self) -> &[Variant] {
        &self.variants
    }

    /// The machines that it was measured on.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The machine of this ABI, with this version of the library.
    pub fn row(&self, abi: &str, release: &str) -> Option<&Row> {
        let mut rows = self.rows.iter();
        rows.find(|row| row.abi == abi && row.release == release)
    }

    /// By its word in the table.
    pub fn variant(&self, name: &str) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.name == name)
    }

    /// The types that it has anywhere, by their names in C: `struct timespec`, `time_t`.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.types.keys().map(String::as_str)
    }

    /// How a type lies on a machine that was measured; `None` where the library does not declare it.
    pub fn layout(&self, name: &str, row: &Row, variant: &Variant) -> Option<&Layout> {
        self.types.get(name)?.of(row, variant).ok()?
    }

    fn refuse_ambiguity(&self) -> Result<(), TableError> {
        for (name, lines) in &self.types {
            for row in &self.rows {
                for variant in &self.variants {
                    lines.of(row, variant).map_err(|keys| TableError::Twice {
                        name: name.clone(),
                        keys,
                    })?;
                }
            }
        }
        Ok(())
    }
}

const TEXTS: [(&str, &str); 9] = [
    ("avr-libc", include_str!("../data/libc/avr-libc.toml")),
    ("bionic", include_str!("../data/libc/bionic.toml")),
    ("darwin", include_str!("../data/libc/darwin.toml")),
    ("glibc", include_str!("../data/libc/glibc.toml")),
    ("mingw", include_str!("../data/libc/mingw.toml")),
    ("musl", include_str!("../data/libc/musl.toml")),
    ("newlib", include_str!("../data/libc/newlib.toml")),
    ("picolibc", include_str!("../data/libc/picolibc.toml")),
    ("wasi", include_str!("../data/libc/wasi.toml")),
];

/// What is wrong with the table of a library. Always the fault of the table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// No TOML, or another shape.
    #[error("{says}")]
    Toml {
        /// Where, and what is wrong there.
        says: String,
    },
    /// A line is no layout.
    #[error("`{name}`: {says}")]
    Layout {
        /// The type.
        name: String,
        /// What was found, and what was expected.
        says: String,
    },
    /// Of two lines neither is the one that counts.
    #[error("`{name}`: both `{}` and `{}` speak of the same machine", keys[0], keys[1])]
    Twice {
        /// The type.
        name: String,
        /// The two.
        keys: [String; 2],
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    variant: Vec<Variant>,
    row: Vec<Row>,
    #[serde(default)]
    types: BTreeMap<String, BTreeMap<String, Answer>>,
}

/// A layout, or `false` where the library does not declare the type after all.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Layout(String),
    Declared(bool),
}

/// Layouts by words that a machine must have for them to be its own; `all` for none.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Keyed(BTreeMap<String, Option<Layout>>);

impl Keyed {
    /// The line that counts: one with the name of the ABI before one without, and then that with more words.
    ///
    /// # Errors
    ///
    /// The keys of two lines that would count alike.
    fn of(&self, row: &Row, variant: &Variant) -> Result<Option<&Layout>, [String; 2]> {
        let [model, order] = &row.facts;
        let words = [&row.abi, &row.release, &variant.name, model, order].map(String::as_str);
        let mut found: Option<((bool, usize), &str, Option<&Layout>)> = None;
        for (key, layout) in &self.0 {
            let needed: Vec<&str> = key.split(' ').filter(|word| *word != "all").collect();
            if !needed.iter().all(|word| words.contains(word)) {
                continue;
            }
            let weight = (needed.contains(&row.abi.as_str()), needed.len());
            match found {
                Some((other, ..)) if other > weight => {}
                Some((other, rival, _)) if other == weight => {
                    return Err([rival.to_owned(), key.clone()]);
                }
                _ => found = Some((weight, key, layout.as_ref())),
            }
        }
        Ok(found.and_then(|(_, _, layout)| layout))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = r#"
        variant = [{ name = "time32", args = [] }, { name = "time64", args = ["-D_TIME_BITS=64"] }]
        [[row]]
        abi = "a"
        release = "1"
        program = "gcc"
        version = "12"
        facts = ["ilp32", "big"]
    "#;

    fn sizes(lines: &str) -> Result<[Option<usize>; 2], TableError> {
        let library = Library::parse(&format!("{HEAD}\n[types.t]\n{lines}"))?;
        let row = &library.rows()[0];
        let [narrow, wide] = library.variants() else {
            panic!("two variants")
        };
        let size = |variant| library.layout("t", row, variant).map(|layout| layout.size);
        Ok([size(narrow), size(wide)])
    }

    #[test]
    fn the_line_that_knows_most_about_a_machine_counts() {
        let of = |lines| sizes(lines).unwrap();
        assert_eq!(of("all = 'i 4/4'"), [Some(4), Some(4)]);
        assert_eq!(of("lp64 = 'i 8/8'"), [None, None]);
        assert_eq!(
            of("ilp32 = 'i 4/4'\n'ilp32 time64' = 'i 8/4'"),
            [Some(4), Some(8)]
        );
        assert_eq!(of("'ilp32 big' = 'i 4/4'\na = 'i 2/2'"), [Some(2), Some(2)]);
        assert_eq!(of("a = 'i 2/2'\n'a 1 time32' = false"), [None, Some(2)]);
    }

    #[test]
    fn what_debian_13_is_asked_about_first() {
        let glibc = &Library::builtin()["glibc"];
        let of = |abi, variant| {
            let row = glibc.row(abi, "2.41").unwrap();
            let layout = glibc.layout("struct timespec", row, glibc.variant(variant).unwrap());
            layout.unwrap().to_string()
        };
        assert_eq!(of("arm-aapcs", "time64"), "s 16/8 tv_sec:i0+8 tv_nsec:i8+4");
        assert_eq!(
            of("powerpc-sysv", "time64"),
            "s 16/8 tv_sec:i0+8 tv_nsec:i12+4"
        );
        assert_eq!(of("i386-sysv", "time32"), "s 8/4 tv_sec:i0+4 tv_nsec:i4+4");
        assert_eq!(header("struct timespec"), Some("time.h"));
        assert_eq!(header("struct header"), None);
        for name in glibc.types() {
            assert!(header(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_table_that_answers_twice_or_not_at_all_is_refused() {
        let says = |lines| sizes(lines).unwrap_err().to_string();
        assert_eq!(
            says("ilp32 = 'i 4/4'\nbig = 'i 8/8'"),
            "`t`: both `big` and `ilp32` speak of the same machine"
        );
        assert_eq!(says("all = true"), "`t`: expected a layout, or false");
        assert!(
            says("all = 'x'").starts_with("`t`: "),
            "{}",
            says("all = 'x'")
        );
    }
}
