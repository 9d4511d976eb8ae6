//! What a file is, by its name and its first octets.

use std::io::Read as _;
use std::path::Path;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Text in C.
    C,
    /// Text in C++.
    Cxx,
    /// An object, archive, library or executable.
    Binary,
}

/// What a file's name says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guess {
    /// What it is taken for.
    pub kind: Kind,
    /// Whether a source may be in the other language, too: C and C++ share `.h`.
    pub is_either: bool,
    /// Whose words such files are written with: names of preludes.
    pub preludes: &'static [&'static str],
}

impl Kind {
    /// By the file's name; what has none of the names of sources is looked at, and whatever is not text is taken for a binary, whose reader will say.
    pub fn of(path: &Path) -> Kind {
        Guess::of(path).kind
    }

    /// The language that `-x` or a standard names, if it is C or C++: `c++-header`, `gnu++17`.
    pub fn named(language: &str) -> Kind {
        if language.contains("++") {
            Kind::Cxx
        } else {
            Kind::C
        }
    }

    /// As it is said to people.
    pub fn language(self) -> &'static str {
        match self {
            Kind::C => "C",
            Kind::Cxx => "C++",
            Kind::Binary => "an object file",
        }
    }
}

impl Guess {
    /// By the file's name.
    pub fn of(path: &Path) -> Guess {
        let sure = |kind| Guess {
            kind,
            is_either: false,
            preludes: &[],
        };
        let either = Guess {
            is_either: true,
            ..sure(Kind::C)
        };
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension {
            _ if path.as_os_str() == "-" => either,
            Some("c" | "i") => sure(Kind::C),
            // Objective-C: what is C in it.
            Some("m") => sure(Kind::C),
            Some("h" | "inc" | "inl" | "def" | "x" | "tbl") => either,
            Some(
                "hh" | "hpp" | "hxx" | "h++" | "hp" | "H" | "cc" | "cpp" | "cxx" | "c++" | "cp"
                | "C" | "ii" | "ipp" | "tpp" | "ixx" | "txx" | "tcc" | "tpl" | "mm",
            ) => sure(Kind::Cxx),
            Some("cu" | "cuh") => Guess {
                preludes: &["cuda"],
                ..sure(Kind::Cxx)
            },
            Some("ino" | "pde") => Guess {
                preludes: &["arduino"],
                ..sure(Kind::Cxx)
            },
            // Headers of C++ libraries have no extension, as those of the language itself.
            None if is_text(path) => Guess {
                is_either: true,
                ..sure(Kind::Cxx)
            },
            _ => sure(Kind::Binary),
        }
    }
}

/// So many octets are looked at.
const MAX_LOOKED_AT: u64 = 4096;

/// Whether a file begins with text: there is something in it, and no octet of it is 0.
fn is_text(path: &Path) -> bool {
    let is_file = std::fs::metadata(path).is_ok_and(|data| data.is_file());
    let Some(file) = is_file.then(|| std::fs::File::open(path).ok()).flatten() else {
        return false;
    };
    let mut octets = Vec::new();
    let read = file.take(MAX_LOOKED_AT).read_to_end(&mut octets);
    read.is_ok() && !octets.is_empty() && !octets.contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_known_by_their_names() {
        for (names, kind, is_either) in [
            ("a.c a.i a.m", Kind::C, false),
            ("a.h a.inc a.inl -", Kind::C, true),
            (
                "a.hpp a.hh a.hxx a.cc a.C a.H a.ipp a.tpp a.ino a.cu a.cuh",
                Kind::Cxx,
                false,
            ),
            ("a.o a.so a.elf a", Kind::Binary, false),
        ] {
            for name in names.split(' ') {
                let guess = Guess::of(Path::new(name));
                assert_eq!((guess.kind, guess.is_either), (kind, is_either), "{name}");
            }
        }
        assert_eq!(Guess::of(Path::new("node.ino")).preludes, ["arduino"]);
    }

    #[test]
    fn a_file_without_an_extension_is_source_where_it_is_text() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Packet");
        for (octets, kind) in [
            (&b"class Packet { int a; };\n"[..], Kind::Cxx),
            (b"\x7fELF\x02\x01\x01\x00", Kind::Binary),
            (b"", Kind::Binary),
        ] {
            std::fs::write(&file, octets).unwrap();
            assert_eq!(Kind::of(&file), kind);
        }
    }

    #[test]
    fn a_standard_names_its_language() {
        for (name, kind) in [
            ("c11", Kind::C),
            ("gnu++17", Kind::Cxx),
            ("c++-header", Kind::Cxx),
        ] {
            assert_eq!(Kind::named(name), kind);
        }
    }
}
