//! How the types of a C library lie, as a compiler with the library's headers says. Nothing is run: every number is
//! written in decimal digits into a constant, and read from the object file, whatever its format and byte order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crossum_layout::libc::Layout;

use crate::asked::start;

/// Headers, the types that are looked for in each, and the fields of these.
pub(crate) type Asked = BTreeMap<String, BTreeMap<String, Vec<String>>>;

pub(crate) fn asked() -> Asked {
    toml::from_str(include_str!("../../data/libc/types.toml")).unwrap()
}

/// What a compiler found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Measured {
    /// The version of the library, where its headers tell.
    pub(crate) release: Option<String>,
    /// Types by name.
    pub(crate) layouts: BTreeMap<String, Layout>,
}

/// Asks a compiler, called so; the reason where it does not say.
pub(crate) fn measured<S: AsRef<str>>(
    program: &str,
    args: &[S],
    asked: &Asked,
) -> Result<Measured, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let source = folder.path().join("types.c");
    let object = folder.path().join("types.o");
    let stubs = stubs(folder.path());
    let mut questions = questions(asked);
    for _ in 0..ROUNDS {
        std::fs::write(&source, &questions).map_err(|error| error.to_string())?;
        let own = args.iter().map(AsRef::as_ref);
        let files = [
            "-c",
            source.to_str().unwrap(),
            "-o",
            object.to_str().unwrap(),
        ];
        let options = [
            "-w",
            "-std=gnu11",
            "-fno-lto",
            "-ferror-limit=0",
            "-idirafter",
            &stubs,
        ];
        // gcc knows no limit, and no such option.
        let options = options.into_iter().filter(|option| {
            *option != "-ferror-limit=0" || program.contains("clang") || program.contains("zig")
        });
        let output = start(program, own.chain(options).chain(files))?;
        if output.status.success() {
            let object = std::fs::read(&object).map_err(|error| error.to_string())?;
            let asked_for = questions.lines().filter(|line| is_question(line)).count();
            return answers(&object, asked, asked_for);
        }
        let complaints = String::from_utf8_lossy(&output.stderr);
        questions = without_refused(&questions, &source, &complaints)
            .ok_or_else(|| complaints.lines().take(3).collect::<Vec<_>>().join("; "))?;
    }
    Err(format!("{program} refuses questions for ever"))
}

const ROUNDS: usize = 32;

/// Lists of functions that glibc lacks on a machine, one for each way to call functions there: nothing about types.
/// Debian has those of its own machines only.
fn stubs(folder: &Path) -> String {
    let gnu = folder.join("gnu");
    std::fs::create_dir(&gnu).unwrap();
    for name in [
        "lp64_be", "ilp32d", "hard", "soft", "ilp32_d", "lp64d", "n32_hard", "32", "31", "64-v2",
    ] {
        std::fs::write(gnu.join(format!("stubs-{name}.h")), "").unwrap();
    }
    folder.to_str().unwrap().to_owned()
}

/// One question a line: a line that is refused can be left out.
fn questions(asked: &Asked) -> String {
    let mut text = String::from(PREAMBLE);
    let version = "avr/version.h".to_owned();
    for header in asked.keys().chain([&version]) {
        let _ = writeln!(
            text,
            "#if __has_include(<{header}>)\n#include <{header}>\n#endif"
        );
    }
    text += MACROS;
    for (number, (name, fields)) in asked.values().flatten().enumerate() {
        let _ = writeln!(text, "TYPE({number}, {name})");
        for (field, name_of_field) in fields.iter().enumerate() {
            let _ = writeln!(text, "FIELD({number}, {field}, {name}, {name_of_field})");
        }
    }
    text
}

const PREAMBLE: &str = "#define _GNU_SOURCE 1\n#define _DARWIN_C_SOURCE 1\n";

/// `T_N=kind size align` and `F_N_M=kind offset size`, each an array of characters.
const MACROS: &str = r#"
#undef TYPE
#undef FIELD
#define CLASS_ __builtin_classify_type
#define DECAYED_(e) (__builtin_choose_expr(CLASS_(e) == 5, (e), (char *)0) + 0)
#define ARRAY_(e) (CLASS_(e) == 5 && !__builtin_types_compatible_p(__typeof__(e), __typeof__(DECAYED_(e))))
#define NUMBER_(e) __builtin_choose_expr(CLASS_(e) < 5, (e), 0)
#define SIGN_(e) ((__typeof__(NUMBER_(e)))-1 < 0 ? 'i' : 'u')
#define KIND_(e) (ARRAY_(e) ? 'a' : CLASS_(e) == 5 ? 'p' : CLASS_(e) == 8 ? 'f' : CLASS_(e) == 12 ? 's' : CLASS_(e) == 13 ? 'n' : SIGN_(e))
#define DIGITS_(n) '0' + (n) / 100000 % 10, '0' + (n) / 10000 % 10, '0' + (n) / 1000 % 10, '0' + (n) / 100 % 10, '0' + (n) / 10 % 10, '0' + (n) % 10
#define FACT_(name, key, kind, one, other) \
    const struct { char key_[sizeof key - 1], value_[16]; } name = { key, { kind, ' ', DIGITS_(one), ' ', DIGITS_(other), ';' } };
#define TYPE(n, ...) FACT_(type_##n##_, "~{T_" #n "=", KIND_(*(__VA_ARGS__ *)0), sizeof(__VA_ARGS__), __builtin_offsetof(struct { char c_; __VA_ARGS__ t_; }, t_))
#define FIELD(n, m, T, f) FACT_(field_##n##_##m##_, "~{F_" #n "_" #m "=", KIND_(((T *)0)->f), __builtin_offsetof(T, f), sizeof(((T *)0)->f))
#ifdef __GLIBC__
FACT_(release_, "~{V=", 'v', __GLIBC__, __GLIBC_MINOR__)
#elif defined __MINGW64_VERSION_MAJOR
FACT_(release_, "~{V=", 'v', __MINGW64_VERSION_MAJOR, __MINGW64_VERSION_MINOR)
#elif defined __AVR_LIBC_MAJOR__
FACT_(release_, "~{V=", 'v', __AVR_LIBC_MAJOR__, __AVR_LIBC_MINOR__)
#elif defined __PICOLIBC__
FACT_(release_, "~{V=", 'v', __PICOLIBC__, __PICOLIBC_MINOR__)
#elif defined __NEWLIB__
FACT_(release_, "~{V=", 'v', __NEWLIB__, __NEWLIB_MINOR__)
#endif
"#;

/// The source without the questions that a compiler complains of, by their own lines or as what a macro was expanded
/// for; and where it complains of none, without the headers that it complains of. `None` when there are none, either.
fn without_refused(source: &str, path: &Path, complaints: &str) -> Option<String> {
    let path = format!("{}:", path.display());
    let lines = complaints.lines().filter_map(|line| line.split_once(&path));
    let refused: BTreeSet<usize> = lines
        .filter_map(|(_, place)| place.split([':', ',']).next()?.parse().ok())
        .collect();
    let without = |marks: &[&str]| {
        let lines = source.lines().enumerate().map(|(at, line)| {
            let is_theirs = marks.iter().any(|mark| line.starts_with(mark));
            if is_theirs && refused.contains(&(at + 1)) {
                ""
            } else {
                line
            }
        });
        let fewer = lines.collect::<Vec<_>>().join("\n") + "\n";
        (fewer != source).then_some(fewer)
    };
    without(&QUESTIONS).or_else(|| without(&["#include"]))
}

/// How a question begins.
const QUESTIONS: [&str; 2] = ["TYPE(", "FIELD("];

fn is_question(line: &str) -> bool {
    QUESTIONS.iter().any(|mark| line.starts_with(mark))
}

/// What stands in an object file; the reason where it is not what was `asked_for`.
fn answers(object: &[u8], asked: &Asked, asked_for: usize) -> Result<Measured, String> {
    let text = String::from_utf8_lossy(object);
    let facts: BTreeMap<&str, (char, usize, usize)> =
        text.split("~{").skip(1).filter_map(fact).collect();
    let release = facts
        .get("V")
        .map(|(_, major, minor)| format!("{major}.{minor}"));
    let mut layouts = BTreeMap::new();
    for (number, (name, fields)) in asked.values().flatten().enumerate() {
        let Some((kind, size, align)) = facts.get(format!("T_{number}").as_str()) else {
            continue;
        };
        let mut layout = format!("{kind} {size}/{align}");
        for (field, name) in fields.iter().enumerate() {
            if let Some((kind, offset, size)) = facts.get(format!("F_{number}_{field}").as_str()) {
                let _ = write!(layout, " {name}:{kind}{offset}+{size}");
            }
        }
        layouts.insert(name.clone(), layout.parse().unwrap());
    }
    let answered = facts.keys().filter(|key| **key != "V").count();
    if answered != asked_for {
        return Err(format!("{answered} answers to {asked_for} questions"));
    }
    Ok(Measured { release, layouts })
}

/// `KEY=K 000016 000008;`
fn fact(text: &str) -> Option<(&str, (char, usize, usize))> {
    let (key, value) = text.split_once('=')?;
    let mut words = value.split(';').next()?.split(' ');
    let kind = words.next()?.chars().next()?;
    let mut number = || words.next()?.parse().ok();
    Some((key, (kind, number()?, number()?)))
}
