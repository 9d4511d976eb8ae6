//! The reader of debug information against octets that nobody means well with: whatever they are, it ends, and says so.

use std::fmt::Write as _;
use std::sync::LazyLock;

use crossum_layout::dwarf::{self, Problem, Program, ReadError};
use crossum_layout::types::Type;
use quickcheck::{Arbitrary, Gen, QuickCheck};

use crate::compiled::{Compiler, HOST, contents, run};

const SOURCE: &str = r"
struct args { long arg1, arg2; }; enum kind { ONE, TWO }; typedef struct args args_t;
struct node { struct node *next; args_t a[3]; enum kind k; unsigned f : 3; union { int i; char c[7]; }; } node;
";

fn objects() -> Vec<Vec<u8>> {
    let big = Compiler {
        program: "powerpc64-linux-gnu-gcc",
        args: &[],
    };
    let wasm = Compiler {
        program: "clang",
        args: &["--target=wasm32"],
    };
    let ways: [(Compiler, &[&str]); 6] = [
        (HOST, &["-gdwarf-5"]),
        (HOST, &["-gdwarf-4", "-fdebug-types-section"]),
        (HOST, &["-gdwarf-5", "-gz"]),
        (HOST, &["-gdwarf-2"]),
        (big, &["-gdwarf-5"]),
        (wasm, &["-g"]),
    ];
    let objects = ways.iter().filter(|(compiler, _)| compiler.is_here());
    let objects = objects.map(|(compiler, way)| compiler.object("c", SOURCE, way));
    let objects = objects.map(|object| object.expect("an object"));
    objects.chain([library()]).collect()
}

/// Two units that have the same types, in a file in which each string is once.
fn library() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a directory");
    let source = |name: &str, other: &str| {
        let text = SOURCE.replace("} node;", &format!("}} {name};")) + other;
        std::fs::write(folder.path().join(format!("{name}.c")), text).expect("a file");
    };
    source("one", "");
    source("two", "struct own { int i; } own;");
    let args = [
        "-g",
        "-shared",
        "-nostdlib",
        "-o",
        "library",
        "one.c",
        "two.c",
    ];
    let made = run("gcc", &args, folder.path()).expect("the compiler of this machine");
    assert!(made.status.success());
    std::fs::read(folder.path().join("library")).expect("a library")
}

#[test]
fn a_truncated_file_ends_in_a_program_or_an_error() {
    let mut errors = 0;
    for octets in objects() {
        for length in (0..octets.len())
            .step_by(64)
            .chain(octets.len() - 64..octets.len())
        {
            errors += usize::from(dwarf::read(&octets[..length]).is_err());
        }
    }
    assert!(errors > 100, "{errors}");
}

/// Allocations for each octet of a file: an honest one needs less than an eighth of this.
const MAX_ALLOCATIONS_PER_OCTET: u64 = 1;
/// Octets that are allocated in all for each octet of a file: deflate unpacks to 1032 times as many (RFC 1951), and what is read of them is a small part beside that.
const MAX_ALLOCATED_PER_OCTET: u64 = 1032 + 200;

/// Reads a file, and counts what that allocates: the same on every machine, however busy it is.
fn read_within_bounds(octets: &[u8]) -> Result<Result<Program, ReadError>, String> {
    let mut read = None;
    let cost = allocation_counter::measure(|| read = Some(dwarf::read(octets)));
    let of = octets.len() as u64;
    let is_within = cost.count_total <= MAX_ALLOCATIONS_PER_OCTET * of
        && cost.bytes_total <= MAX_ALLOCATED_PER_OCTET * of;
    let (allocations, bytes) = (cost.count_total, cost.bytes_total);
    let too_much = || format!("{allocations} allocations of {bytes} octets for {of}");
    if is_within {
        Ok(read.expect("a result"))
    } else {
        Err(too_much())
    }
}

#[test]
fn the_cost_of_a_file_is_counted_and_an_honest_one_has_some() {
    for octets in objects() {
        let cost = allocation_counter::measure(|| drop(dwarf::read(&octets)));
        assert!(cost.count_total > 100, "{}", cost.count_total);
        assert!(
            // A file of a thousand octets has as many kinds of types as a large one.
            cost.count_total < octets.len().max(4096) as u64 / 8,
            "{} of {}",
            cost.count_total,
            octets.len()
        );
    }
}

/// Octets and what is done to them: each place modulo the length, and what it is changed by.
#[derive(Clone, Debug)]
struct Damage(Vec<(usize, u8)>);

impl Arbitrary for Damage {
    fn arbitrary(g: &mut Gen) -> Damage {
        let few = usize::arbitrary(g) % 6 + 1;
        Damage(
            (0..few)
                .map(|_| (usize::arbitrary(g), u8::arbitrary(g) | 1))
                .collect(),
        )
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Damage>> {
        Box::new(self.0.shrink().map(Damage))
    }
}

#[test]
fn a_damaged_file_ends_in_a_program_or_an_error() {
    static OBJECTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(objects);
    fn ends(which: usize, Damage(places): Damage) -> bool {
        let mut octets = OBJECTS[which % OBJECTS.len()].clone();
        for (place, change) in places {
            let place = place % octets.len();
            octets[place] ^= change;
        }
        // Whatever is left out for a name is in the file.
        let names = ["node".to_owned()];
        let parts = dwarf::unneeded(std::io::Cursor::new(&octets), &names);
        let mut ends = parts.iter().map(|part| part.end);
        ends.all(|end| end <= octets.len() as u64) && read_within_bounds(&octets).is_ok()
    }
    let mut quickcheck = QuickCheck::new().tests(10_000).max_tests(10_000);
    quickcheck.quickcheck(ends as fn(usize, Damage) -> bool);
}

#[test]
fn a_struct_of_ten_thousand_members_is_read() {
    let mut source = "struct many {".to_owned();
    for index in 0..10_000 {
        write!(source, "char c{index}; long l{index};").expect("a string");
    }
    source += "} many;";
    let octets = HOST.object("c", &source, &["-g"]).expect("an object");
    let program = dwarf::read(&octets).expect("a program");
    let many = program.of_name("struct many").next().expect("a type");
    let observed = &program.observed[&many.kind];
    assert_eq!(observed.members.len(), 20_000);
    assert_eq!(observed.members[19_999].bit_offset, 8 * (observed.size - 8));
}

/// Debug information written by hand, where each entry can refer to each: DWARF 4, of this machine.
struct ByHand(String);

impl ByHand {
    fn new() -> ByHand {
        let mut text = ".section .debug_abbrev,\"\",@progbits\nabbrev:\n".to_owned();
        // Code, tag, children, and attributes as pairs of name and form.
        let abbreviations: &[&[u8]] = &[
            &[1, 0x11, 1, 0, 0],
            // structure_type: name string, byte_size data1
            &[2, 0x13, 1, 0x03, 0x08, 0x0b, 0x0b, 0, 0],
            // member: name string, type ref4, data_member_location data1
            &[3, 0x0d, 0, 0x03, 0x08, 0x49, 0x13, 0x38, 0x0b, 0, 0],
            // typedef: name string, type ref4
            &[4, 0x16, 0, 0x03, 0x08, 0x49, 0x13, 0, 0],
            // array_type: type ref4
            &[5, 0x01, 1, 0x49, 0x13, 0, 0],
            // subrange_type: count data1
            &[6, 0x21, 0, 0x37, 0x0b, 0, 0],
            // const_type: type ref4
            &[7, 0x26, 0, 0x49, 0x13, 0, 0],
            // structure_type without anything
            &[8, 0x13, 1, 0, 0],
            // subrange_type: upper_bound data4
            &[10, 0x21, 0, 0x2f, 0x06, 0, 0],
            // base_type: name string, encoding data1, byte_size data1
            &[9, 0x24, 0, 0x03, 0x08, 0x3e, 0x0b, 0x0b, 0x0b, 0, 0],
        ];
        for abbreviation in abbreviations {
            let octets: Vec<_> = abbreviation.iter().map(u8::to_string).collect();
            writeln!(text, ".byte {}", octets.join(",")).expect("a string");
        }
        text += ".byte 0\n.section .debug_info,\"\",@progbits\n";
        ByHand(text)
    }

    /// A unit with these entries. `@L` stands for a reference to label L, which is `L:` before an entry.
    fn unit(mut self, entries: &str) -> ByHand {
        let unit = self.0.len();
        write!(
            self.0,
            "unit{unit}: .long end{unit} - version{unit}\nversion{unit}: .short 4\n.long abbrev\n.byte 8\n.byte 1\n"
        )
        .expect("a string");
        for line in entries.lines() {
            let (label, line) = line.split_once(": ").unwrap_or(("", line));
            if !label.is_empty() {
                writeln!(self.0, "{}:", label.trim()).expect("a string");
            }
            for word in line.split_whitespace() {
                match (word.strip_prefix('@'), word.parse::<u8>()) {
                    (Some(label), _) => writeln!(self.0, ".long {label} - unit{unit}"),
                    (None, Ok(octet)) => writeln!(self.0, ".byte {octet}"),
                    (None, Err(_)) => writeln!(self.0, ".asciz \"{word}\""),
                }
                .expect("a string");
            }
        }
        write!(self.0, ".byte 0\nend{unit}:\n").expect("a string");
        self
    }

    fn octets(&self) -> Vec<u8> {
        HOST.object("s", &self.0, &[]).expect("an object")
    }

    fn read(&self) -> Program {
        dwarf::read(&self.octets()).expect("a program")
    }
}

fn of(program: &Program, name: &str) -> String {
    let named = program.of_name(name).next().expect(name);
    contents(program, named.kind)
}

#[test]
fn types_that_contain_themselves_are_told_as_such() {
    let program = ByHand::new()
        .unit(
            "one: 2 one 4
3 self @one 0
0
two: 4 two @three
three: 7 @two
four: 4 four @five
five: 5 @six
6 3
0
six: 2 six 8
3 again @five 0
0
",
        )
        .read();
    let cyclic = r#"Opaque { what: "a type that contains itself" }"#;
    assert_eq!(
        of(&program, "struct one"),
        format!("Struct {{ self {cyclic} }}")
    );
    assert_eq!(of(&program, "two"), cyclic);
    assert!(
        of(&program, "four").contains(cyclic),
        "{}",
        of(&program, "four")
    );
    assert!(
        of(&program, "struct six").contains(cyclic),
        "{}",
        of(&program, "struct six")
    );
}

#[test]
fn an_array_whose_last_element_is_minus_one_has_none() {
    let program = ByHand::new()
        .unit("int: 9 int 5 4\nnone: 5 @int\n10 255 255 255 255\n0\n4 none @none\n")
        .read();
    assert_eq!(of(&program, "none"), "[0]int");
}

/// As RISC-V does where a linker may make code shorter.
#[test]
fn a_length_that_is_an_addition_and_a_subtraction_is_worked_out() {
    let riscv = Compiler {
        program: "riscv64-linux-gnu-gcc",
        args: &[],
    };
    let ByHand(text) = ByHand::new().unit("int: 9 int 5 4\n4 number @int\n");
    let at = text.find("unit").expect("a unit");
    let unit = text[at..]
        .split(':')
        .next()
        .expect("a label")
        .trim_start_matches("unit");
    let length = format!(".long end{unit} - version{unit}");
    let apart = format!(
        ".reloc ., R_RISCV_ADD32, end{unit}\n.reloc ., R_RISCV_SUB32, version{unit}\n.long 0"
    );
    match riscv.object("s", &text.replace(&length, &apart), &[]) {
        Ok(octets) => {
            let program = dwarf::read(&octets).expect("a program");
            assert_eq!(of(&program, "number"), "int");
        }
        Err(why) => why.name(&riscv.to_string(), riscv.program),
    }
}

#[test]
fn nesting_without_end_ends() {
    let mut entries = "int: 9 int 5 4\nt0: 2 t0 4\n3 m @int 0\n0\n".to_owned();
    for index in 1..3000 {
        write!(
            entries,
            "t{index}: 2 t{index} 4\n3 m @t{} 0\n0\n",
            index - 1
        )
        .expect("a string");
    }
    // Once from the inside, and once from the outside.
    for outer in ["", "first: 4 first @t2999\n"] {
        let program = ByHand::new().unit(&format!("{outer}{entries}")).read();
        assert!(of(&program, "struct t2").starts_with("Struct { m Struct { m Struct { m int } }"));
        let deep = |id| matches!(program.types.get(id), Some(Type::Opaque { what }) if what.contains("deep"));
        assert!(program.named.iter().any(|named| deep(named.kind)));
    }
}

/// Entries that share what is below them, so that reading each alone reads the rest again: the square of the file's size.
#[test]
fn what_would_take_out_of_all_proportion_is_refused() {
    // Struct in struct in struct, all of which end at the end of the file.
    let mut nested = String::new();
    for index in 0..20_000 {
        writeln!(nested, "s{index}: 2 s{index} 4").expect("a string");
    }
    let octets = ByHand::new().unit(&nested).octets();
    let read = read_within_bounds(&octets).expect("bounds");
    let error = read.expect_err("too much");
    assert!(
        matches!(
            error.problem,
            Problem::TooMuch { .. } | Problem::Dwarf { .. }
        ),
        "{error}"
    );

    // References into the middle of a run of octets that is an entry wherever one begins.
    let mut overlapping = "int: 9 int 5 4\nrun: ".to_owned() + &"8 ".repeat(20_000) + "\n";
    overlapping += &"0 ".repeat(20_000);
    overlapping += "\n";
    for index in 0..5000 {
        writeln!(overlapping, "4 u{index} @run+{index}").expect("a string");
    }
    let octets = ByHand::new().unit(&overlapping).octets();
    let read = read_within_bounds(&octets).expect("bounds");
    let error = read.expect_err("too much");
    assert!(matches!(error.problem, Problem::TooMuch { .. }), "{error}");
}

#[test]
fn a_section_that_claims_to_unpack_without_end_is_refused() {
    let mut octets = HOST.object("c", SOURCE, &["-g", "-gz"]).expect("an object");
    // Elf64_Chdr: type, reserved, size, alignment; the data is a zlib stream.
    let header = octets
        .windows(26)
        .position(|at| at[..8] == [1, 0, 0, 0, 0, 0, 0, 0] && at[24] == 0x78)
        .expect("a packed section");
    octets[header + 8..header + 16].copy_from_slice(&(1u64 << 40).to_le_bytes());
    let error = dwarf::read(&octets).expect_err("too large");
    assert!(
        error
            .to_string()
            .contains("octets that stand for 1099511627776"),
        "{error}"
    );
}
