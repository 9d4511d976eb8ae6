//! Every cure that is printed, taken, cures: the fixes of the report are applied, and what they were for is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::bench::Bench;

/// Headers as they are, a fault or two in each: their names, and what is in them.
const HEADERS: [(&str, &str); 81] = [
    // Integers of the machine.
    ("long.h", "struct s { long length; };"),
    ("ulong.h", "struct s { unsigned long int a, b[4]; };"),
    (
        "size.h",
        "#include <stddef.h>\nstruct s { char tag[4]; size_t n; ptrdiff_t d; };",
    ),
    ("int.h", "struct s { int a; unsigned b; };"),
    (
        "const.h",
        "struct s { const long a; volatile unsigned long b; };",
    ),
    (
        "ssize.h",
        "#include <sys/types.h>\nstruct s { ssize_t n; char c; };",
    ),
    (
        "fast.h",
        "#include <stdint.h>\nstruct s { uint_fast16_t n; char c; };",
    ),
    (
        "own.h",
        "typedef unsigned long DWORD_T;\nstruct s { DWORD_T n; char c; };",
    ),
    (
        "lines.h",
        "struct s\n{\n\tchar op;\n\tlong length; /* of what follows */\n\tunsigned short tag;\n};",
    ),
    (
        "typedef.h",
        "typedef struct {\n    char op;\n    long length;\n} s_t;",
    ),
    (
        "named.h",
        "typedef struct wire { short a; long b; } wire_t;",
    ),
    ("crlf.h", "struct s {\r\n  char a;\r\n  long b;\r\n};\r\n"),
    (
        "guard.h",
        "#ifndef GUARD_H\n#define GUARD_H\n/* A header\n * with a comment. */\nstruct s { char a; long b; };\n#endif",
    ),
    (
        "once.h",
        "#pragma once\n#include <stddef.h>\nstruct s { char a; long b; size_t c; };",
    ),
    // Padding.
    (
        "before.h",
        "#include <stdint.h>\nstruct s { uint8_t op; uint64_t a; };",
    ),
    (
        "end.h",
        "#include <stdint.h>\nstruct s { uint64_t a; uint8_t op; };",
    ),
    (
        "both.h",
        "#include <stdint.h>\nstruct s { uint8_t op; uint64_t a; uint16_t tag; uint64_t b; uint8_t end; };",
    ),
    (
        "taken.h",
        "#include <stdint.h>\nstruct s { uint8_t reserved; uint64_t a; uint8_t reserved2; };",
    ),
    (
        "tall.h",
        "#include <stdint.h>\nstruct s\n{\n  uint8_t op;\n  uint64_t a; // the } first\n  uint16_t tag; /* and } the\n  second { */\n};",
    ),
    (
        "doubles.h",
        "struct s { char kind; double v[3]; short n; };",
    ),
    ("floats.h", "struct s { char kind; float v[3]; short n; };"),
    (
        "inner.h",
        "#include <stdint.h>\nstruct in { uint8_t a; uint64_t b; };\nstruct out { uint8_t c; struct in in; uint8_t d; };",
    ),
    (
        "anonymous.h",
        "#include <stdint.h>\nstruct s { uint8_t a; struct { uint8_t b; uint64_t c; }; };",
    ),
    (
        "member.h",
        "#include <stdint.h>\nstruct s { uint8_t a; struct { uint8_t b; uint64_t c; } in; uint8_t d; };",
    ),
    (
        "array.h",
        "#include <stdint.h>\nstruct in { uint64_t b; uint8_t a; };\nstruct out { uint16_t c; struct in in[3]; };",
    ),
    (
        "union.h",
        "#include <stdint.h>\nunion u { uint64_t a; uint8_t room[12]; };",
    ),
    (
        "inunion.h",
        "#include <stdint.h>\nstruct s { uint8_t kind; union { uint64_t a; uint8_t room[12]; } u; };",
    ),
    (
        "nested.h",
        "#include <stdint.h>\nstruct a { uint8_t x; uint64_t y; }; struct b { struct a a; uint8_t z; }; struct c { uint8_t w; struct b b[2]; };",
    ),
    // Sizes and padding together.
    (
        "mixed.h",
        "#include <stdint.h>\nstruct s { char op; long a; int16_t tag; unsigned long b; };",
    ),
    (
        "times.h",
        "#include <time.h>\nstruct s { char op; time_t when; unsigned short n; };",
    ),
    (
        "timeval.h",
        "#include <stdint.h>\n#include <time.h>\nstruct s { uint32_t id; time_t from, until; uint16_t n; };",
    ),
    (
        "wide.h",
        "#include <wchar.h>\nstruct s { char op; wchar_t name[5]; unsigned short n; };",
    ),
    (
        "widelong.h",
        "#include <wchar.h>\nstruct s { wchar_t name[5]; long n; char c; };",
    ),
    (
        "ldouble.h",
        "struct s { char op; long double v; short n; };",
    ),
    (
        "ldoublelong.h",
        "struct s { long double v; char c; long n; };",
    ),
    (
        "save.h",
        "struct hero { char name[16]; int level; long gold; double x, y; short flags; };\nstruct save { int version; struct hero hero[4]; long seed; };",
    ),
    (
        "log.h",
        "#include <stddef.h>\n#include <time.h>\nstruct record { time_t at; size_t length; char level; long line; };",
    ),
    (
        "frame.h",
        "#include <stdint.h>\ntypedef struct { uint8_t seq; uint32_t ms; int16_t x, y, z; uint8_t crc; } frame_t;",
    ),
    (
        "index.h",
        "#include <stdint.h>\nstruct entry { uint32_t hash; uint64_t offset; uint32_t length; };",
    ),
    (
        "bmp.h",
        "#include <stdint.h>\nstruct bmp { uint16_t type; uint32_t size; uint16_t r1, r2; uint32_t off; };",
    ),
    (
        "shared.h",
        "struct counter { int ready; unsigned long hits, misses; char name[10]; };",
    ),
    (
        "queue.h",
        "struct message { long type; char text[100]; int sender; };",
    ),
    (
        "ioctl.h",
        "#include <linux/ioctl.h>\n#include <stdint.h>\nstruct range { uint32_t id; uint64_t base; uint32_t flags; };\n#define SET_RANGE _IOW('r', 1, struct range)",
    ),
    (
        "ioctllong.h",
        "#include <linux/ioctl.h>\nstruct buffer { unsigned long at; unsigned int n; };\n#define MAP_BUFFER _IOWR('b', 2, struct buffer)",
    ),
    (
        "radio.h",
        "#include <stdint.h>\nstruct packet { uint8_t to, from; uint32_t count; float volts; uint8_t flags; };",
    ),
    // Constants of the machine.
    (
        "room.h",
        "#include <stdint.h>\nstruct s { char room[sizeof(void *)]; uint16_t after; };",
    ),
    (
        "fill.h",
        "#include <stdint.h>\nstruct s { uint32_t at; unsigned long lock; char fill[64 - sizeof(uint32_t) - sizeof(unsigned long)]; };",
    ),
    (
        "mask.h",
        "#include <stdint.h>\nstruct s { unsigned long word[1024 / (8 * sizeof(unsigned long))]; uint32_t next; };",
    ),
    (
        "table.h",
        "#include <stdint.h>\nstruct s { uint16_t t[sizeof(long)][4]; uint8_t n; };",
    ),
    (
        "aligned.h",
        "#include <stdint.h>\nstruct s { uint8_t kind; uint32_t v __attribute__((aligned(sizeof(long)))); };",
    ),
    // Declarations of several machines.
    (
        "word.h",
        "#include <stdint.h>\n#if UINTPTR_MAX > 0xffffffffu\ntypedef uint64_t word_t;\n#else\ntypedef uint32_t word_t;\n#endif\nstruct s { word_t w; uint16_t n; };",
    ),
    // Packed: widths are all that is left.
    (
        "packed.h",
        "struct __attribute__((packed)) s { char op; long a; short n; };",
    ),
    (
        "pack1.h",
        "#pragma pack(push, 1)\nstruct s { char op; unsigned long a; short n; };\n#pragma pack(pop)",
    ),
    (
        "pack4.h",
        "#include <stdint.h>\n#pragma pack(push, 4)\nstruct s { char op; uint64_t a; long b; };\n#pragma pack(pop)",
    ),
    // C++.
    (
        "class.hpp",
        "class s { public: char op; long a; short n; };",
    ),
    (
        "space.hpp",
        "#include <cstdint>\nnamespace net { struct s { uint8_t op; uint64_t a; }; }",
    ),
    (
        "initial.hpp",
        "#include <cstdint>\nstruct s { uint8_t op = 0; long a = 1; };",
    ),
    (
        "enum.hpp",
        "#include <cstdint>\nenum class e : uint8_t { A };\nstruct s { e k; long n; };",
    ),
    ("bool.hpp", "struct s { bool ok; int n; bool more; };"),
    (
        "nested.hpp",
        "#include <cstdint>\nnamespace net { struct s { uint8_t a; long n; struct in { int b; long c; } x; }; }",
    ),
    (
        "private.hpp",
        "#include <cstdint>\nclass s { uint8_t a; uint64_t b; uint8_t c; public: int get() const { return a; } };",
    ),
    (
        "alias.hpp",
        "#include <cstdint>\nusing word = unsigned long;\nstruct s { uint8_t a; word b; };",
    ),
    (
        "std.hpp",
        "#include <cstdint>\n#include <cstddef>\nstruct s { std::size_t n; std::uint8_t k; std::ptrdiff_t d; };",
    ),
    (
        "derived.hpp",
        "#include <cstdint>\nstruct b { uint32_t n; };\nstruct d : b { uint8_t t; uint64_t q; };",
    ),
    (
        "template.hpp",
        "#include <cstdint>\ntemplate <class T> struct slot { uint8_t tag; T value; };\nstruct s { slot<uint32_t> a; slot<uint16_t> b; };",
    ),
    (
        "values.hpp",
        "struct s { mutable long a = 2; volatile unsigned long b{3}; const long c = f(1, 2), d{4}; static int f(int, int); };",
    ),
    ("final.hpp", "struct s final { char a; long b; };"),
    (
        "static.hpp",
        "struct s { static const int K = 3; static long count; char c; long v[K]; };",
    ),
    (
        "extent.hpp",
        "struct s { char room[sizeof(long)]; short after; long w[2 * sizeof(void *)]; };",
    ),
    (
        "either.hpp",
        "#include <cstdint>\nstruct s { uint8_t t; union { uint64_t a; long b; }; uint8_t c; };",
    ),
    // Padding behind bit-fields, whose units Microsoft's compiler keeps whole.
    ("unit.h", "struct s { long long a : 8; long long b[2]; };"),
    (
        "half.h",
        "#include <stdint.h>\nstruct s { uint8_t x, y; short a : 5; uint64_t b; };",
    ),
    (
        "units.h",
        "#include <stdint.h>\nstruct s { uint16_t a : 9, b : 9; uint64_t c; };",
    ),
    (
        "last.h",
        "#include <stdint.h>\nstruct s { uint64_t a; uint16_t b : 3; };",
    ),
    // Where Microsoft's compiler has rules of its own, no member mends what moves.
    (
        "unit.hpp",
        "#include <cstdint>\nstruct base { uint8_t x, y, z, t; };\nstruct s : base { int32_t a : 19; uint64_t b; };",
    ),
    (
        "empty.hpp",
        "#include <cstdint>\nstruct none { };\nstruct s { [[no_unique_address]] none a; uint8_t b[3]; uint64_t c; };",
    ),
    // Undecided where `wchar_t` is another one.
    (
        "register.h",
        "#include <sys/types.h>\n#include <wchar.h>\nstruct s { wchar_t a; register_t b; };",
    ),
    // One gap that two paths lead to.
    (
        "twice.h",
        "#include <stdint.h>\nstruct s { struct { uint8_t a; uint64_t b; } x, y; };",
    ),
    // Nothing to be mended.
    (
        "fine.h",
        "#include <stdint.h>\nstruct s { uint32_t a; uint16_t b, c; };",
    ),
    (
        "node.ino",
        "struct reading { unsigned char alarm; float celsius; int ticks; };\nvoid setup() { }\nvoid loop() { }",
    ),
    (
        "flexible.h",
        "#include <stdint.h>\nstruct s { uint32_t a; uint32_t n; uint8_t data[]; };",
    ),
];

/// A finding: the file, the type, the code, the field; and the machines.
type Findings = BTreeMap<(String, String, String, String), BTreeSet<String>>;

/// Replacements in a file: the line, the columns, and the text.
type Fixes = BTreeMap<String, BTreeSet<(usize, usize, usize, String)>>;

/// What a report says of all files.
#[derive(Default)]
struct Report {
    found: Findings,
    /// Those with a fix.
    fixed: Findings,
    fixes: Fixes,
    /// By file and type: the machines on which nothing could be found.
    undecided: BTreeMap<(String, String), BTreeSet<String>>,
}

fn checked(bench: &Bench, files: &[&str]) -> Report {
    let ran = bench.run(&[&["check", "--json", "report.json"], files].concat());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let mut report = Report::default();
    for row in ran.report()["types"].as_array().unwrap() {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let declared = text(&row["declared"]);
        let file = declared.rsplit_once(':').unwrap().0.to_owned();
        let file = text(&Path::new(&file).file_name().unwrap().to_str().into());
        for undecided in row["undecided"].as_array().unwrap() {
            let machines = undecided["targets"].as_array().unwrap().iter().map(text);
            let of = report.undecided.entry((file.clone(), text(&row["name"])));
            of.or_default().extend(machines);
        }
        for finding in row["findings"].as_array().unwrap() {
            // It is told where it is declared.
            if finding.get("by").is_some() {
                continue;
            }
            let code = text(&finding["code"]);
            let key = (
                file.clone(),
                text(&row["name"]),
                code,
                text(&finding["field"]),
            );
            let targets = finding["targets"].as_array().unwrap().iter().map(text);
            let targets: BTreeSet<String> = targets.collect();
            let found = report.found.entry(key.clone()).or_default();
            found.extend(targets.clone());
            for fix in finding["fixes"].as_array().into_iter().flatten() {
                let number = |name: &str| -> usize {
                    usize::try_from(fix["place"][name].as_u64().unwrap()).unwrap()
                };
                report.fixes.entry(file.clone()).or_default().insert((
                    number("line"),
                    number("column"),
                    number("end_column"),
                    text(&fix["text"]),
                ));
                let fixed = report.fixed.entry(key.clone()).or_default();
                fixed.extend(targets.clone());
            }
        }
    }
    report
}

/// Applies replacements, from the last to the first.
fn applied(text: &str, fixes: &BTreeSet<(usize, usize, usize, String)>) -> String {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    for (line, begin, end, text) in fixes.iter().rev() {
        lines[line - 1].replace_range(begin - 1..end - 1, text);
    }
    lines.join("\n")
}

#[test]
fn every_fix_of_a_report_cures() {
    let bench = Bench::new();
    let files: Vec<&str> = HEADERS.iter().map(|(name, _)| *name).collect();
    for (name, text) in HEADERS {
        std::fs::write(bench.path(name), format!("{text}\n")).unwrap();
    }
    let before = checked(&bench, &files);
    let Report { fixed, fixes, .. } = &before;
    // Else nothing would be tried.
    assert!(fixed.len() > 80, "{} findings have fixes", fixed.len());
    for (name, text) in HEADERS {
        if let Some(fixes) = fixes.get(name) {
            let mended = applied(&format!("{text}\n"), fixes);
            std::fs::write(bench.path(name), mended).unwrap();
        }
    }
    let after = checked(&bench, &files);
    let mut wrong = Vec::new();
    for key in fixed.keys().filter(|key| after.found.contains_key(*key)) {
        wrong.push(format!("{key:?} is still there on {:?}", after.found[key]));
    }
    for (key, targets) in &after.found {
        let (file, name, code, field) = key;
        let mut known = before.found.get(key).cloned().unwrap_or_default();
        // Where nothing was known nothing was found.
        let undecided = before.undecided.get(&(file.clone(), name.clone()));
        known.extend(undecided.into_iter().flatten().cloned());
        let new: Vec<_> = targets.difference(&known).collect();
        // In a packed record an integer of fixed width is not aligned where a shorter one was; and AVR's `double` has 32 bits, for which there is another cure.
        let is_avr = code == "width" && file.starts_with("ldouble") && new == ["avr-gcc"];
        // What fills a unit of bit-fields is one more of them.
        let is_filling = code == "bit-field-order" && field.starts_with("reserved");
        if !new.is_empty() && code != "alignment" && !is_avr && !is_filling {
            wrong.push(format!("{key:?} is new on {new:?}"));
        }
    }
    for (name, fixes) in &after.fixes {
        wrong.push(format!("{name} is to be mended once more: {fixes:?}"));
    }
    let texts = |wrong: &str| {
        let file = wrong.split('"').nth(1).unwrap_or_default();
        std::fs::read_to_string(bench.path(file)).unwrap_or_default()
    };
    let wrong: Vec<String> = wrong
        .iter()
        .map(|wrong| format!("{wrong}\n{}", texts(wrong)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where no line can be written by itself: what the words ask for, written by hand.
#[test]
fn what_a_cure_asks_for_in_words_cures_too() {
    let stdint = "#include <stdint.h>\n";
    for (name, code, words, before, after) in [
        (
            "bits.h",
            "bit-field-order",
            "one `uint16_t`, with shifts and masks",
            "struct s { uint16_t flags : 4, version : 12; };",
            "struct s { uint16_t flags_version; };",
        ),
        (
            "units.h",
            "bit-field-packing",
            "one declared type for all bit-fields in a row, as narrow as holds them",
            "struct s { unsigned a : 2, b : 6; uint8_t c; };",
            "struct s { uint8_t a : 2, b : 6; uint8_t c; };",
        ),
        (
            "kind.h",
            "enum-size",
            "`int32_t` wherever it is sent",
            "enum kind { A, B }; struct s { enum kind k; };",
            "struct s { int32_t k; };",
        ),
        (
            "real.h",
            "width",
            "`float`, which has 32 bits everywhere",
            "struct s { double a; };",
            "struct s { float a; };",
        ),
        (
            "complex.h",
            "width",
            "two `float`s, which have 32 bits everywhere",
            "struct s { double _Complex a; };",
            "struct s { float re, im; };",
        ),
        (
            "union.h",
            "padding",
            "write `uint8_t reserved[16];` at the end",
            "union u { uint64_t a; uint8_t room[12]; };",
            "union u { uint64_t a; uint8_t room[12]; uint8_t reserved[16]; };",
        ),
        (
            "anonymous.h",
            "padding",
            "before the struct or union without a name that begins with it",
            "struct s { uint8_t a; struct { uint64_t b; }; };",
            "struct s { uint8_t a; uint8_t reserved[7]; struct { uint64_t b; }; };",
        ),
        (
            "bases.hpp",
            "padding",
            "members instead of base classes",
            "struct A { }; struct B { }; struct price : A, B { uint16_t cents; };",
            "struct price { uint16_t cents; };",
        ),
        (
            "string.hpp",
            "opaque",
            "an array of fixed length",
            "#include <string>\nstruct s { std::string name; };",
            "struct s { char name[32]; };",
        ),
        (
            "vtable.hpp",
            "vtable",
            "a struct without virtual functions",
            "struct s { virtual ~s(); uint32_t a; };",
            "struct s { uint32_t a; };",
        ),
        (
            "left.h",
            "pack-left-open",
            "`#pragma pack(pop)` at the end",
            "#pragma pack(push, 1)\nstruct s { uint8_t a, b; };",
            "#pragma pack(push, 1)\nstruct s { uint8_t a, b; };\n#pragma pack(pop)",
        ),
        (
            "next.h",
            "pointer",
            "an offset or an index instead",
            "struct s { char *next; };",
            "struct s { uint32_t next; };",
        ),
    ] {
        let bench = Bench::new();
        let found = |text: &str| {
            std::fs::write(bench.path(name), format!("{stdint}{text}\n")).unwrap();
            let ran = bench.run(&["check", "--json", "report.json", name]);
            assert_eq!(ran.status, 0, "{name}: {}", ran.stderr);
            let types = ran.report()["types"].as_array().unwrap().clone();
            let findings = types
                .iter()
                .flat_map(|row| row["findings"].as_array().unwrap());
            let codes = findings.map(|finding| finding["code"].as_str().unwrap().to_owned());
            (codes.collect::<BTreeSet<_>>(), ran.stdout.clone())
        };
        let (codes, screen) = found(before);
        assert!(codes.contains(code), "{name}: {screen}");
        assert!(screen.contains(words), "{name}: {screen}");
        let (codes, screen) = found(after);
        assert!(!codes.contains(code), "{name}: {screen}");
    }
}

/// GNU C takes a last declaration without its semicolon; what is to be written has one.
#[test]
fn a_declaration_without_a_semicolon_is_cured_with_one() {
    let bench = Bench::new();
    let text = "struct s {long a}; struct t { char b; };\n";
    std::fs::write(bench.path("one.h"), text).unwrap();
    for format in ["text", "short"] {
        let ran = bench.run(&["check", "one.h", "--format", format]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains("write `int64_t a;`"), "{}", ran.stdout);
    }
}

/// A machine on which something is undecided has the same octets as nobody.
#[test]
fn a_machine_where_a_type_is_undecided_is_on_no_island() {
    let bench = Bench::new();
    let text =
        "#include <stdint.h>\n#include <semaphore.h>\nstruct s { uint8_t a; sem_t wait; };\n";
    std::fs::write(bench.path("wait.h"), text).unwrap();
    let ran = bench.run(&["check", "--json", "report.json", "wait.h"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let row = &ran.report()["types"][0];
    let undecided = row["undecided"].as_array().unwrap().iter();
    let undecided = undecided.flat_map(|one| one["targets"].as_array().unwrap());
    let undecided: BTreeSet<_> = undecided.filter_map(Value::as_str).collect();
    assert!(!undecided.is_empty(), "{}", ran.stdout);
    let islands = row["islands"].as_array().unwrap().iter();
    let known = islands.flat_map(|one| one.as_array().unwrap());
    let known: BTreeSet<_> = known.filter_map(Value::as_str).collect();
    assert!(known.is_disjoint(&undecided), "{}", ran.stdout);
}
