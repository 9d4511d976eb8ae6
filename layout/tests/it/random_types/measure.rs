//! Cases as a compiler lays them out, without debug information: one constant that holds sizes, alignments and offsets,
//! and for each bit-field an object in which it alone is not zero. The constant begins with a number that is found in
//! whatever kind of file the compiler writes, and tells the byte order of the target.

use std::ffi::OsStr;
use std::fmt::Write as _;

use crossum_layout::abi::{Abi, BitFieldOrder};

use super::case::{Case, Expected};
use super::declare::declare;
use crate::compilers::Compiler;
use crate::tools;

/// Begins the constant; no palindrome, and nothing that a compiler writes by itself.
const MAGIC: u64 = 0xc705_5e1d_0b17_f1a7;

/// Why nothing was measured.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The compiler is not here.
    NotHere(std::io::Error),
    /// It refused the program.
    Refused(String),
}

impl Failure {
    /// Names what was not tried.
    pub(crate) fn name(&self, compiler: &Compiler) {
        match self {
            Failure::NotHere(error) => tools::not_here(compiler.program, error),
            Failure::Refused(says) => tools::not_done(compiler, says),
        }
    }
}

/// Compares each case with what the compiler makes of it: the differences, in words, and `None` where there are none.
pub(crate) fn differences(
    compiler: &Compiler,
    abi: &Abi,
    cases: &[(&Case, Expected)],
) -> Result<Vec<Option<String>>, Failure> {
    let object = compile(compiler, &program(cases))?;
    let order = abi.bit_field_order();
    let Some(mut constant) = Constant::find(&object) else {
        return Err(Failure::Refused(
            "there is no constant in the object".to_owned(),
        ));
    };
    Ok(cases
        .iter()
        .map(|(_, expected)| {
            let mut found = constant.compare(expected, order);
            found.sort();
            (!found.is_empty()).then(|| found.join(", "))
        })
        .collect())
}

const PRELUDE: &str = "enum small { ZERO };
#if defined(__clang__) && __LDBL_MANT_DIG__ == 113
#define FLOAT128 long double
#elif defined(__clang__)
#define FLOAT128 __float128
#else
#define FLOAT128 _Float128
#endif
";

fn program(cases: &[(&Case, Expected)]) -> String {
    let mut program = String::from(PRELUDE);
    let mut facts = format!("{MAGIC}ull,\n");
    let (mut objects, mut contents) = (String::new(), String::new());
    for (number, (case, expected)) in cases.iter().enumerate() {
        let (declarations, name) = declare(case, &format!("t{number}"));
        program += &declarations;
        let _ = writeln!(program, "struct a{number} {{ char c; {name} t; }};");
        let _ = write!(
            facts,
            "sizeof({name}), __builtin_offsetof(struct a{number}, t)"
        );
        for (path, ..) in &expected.values {
            let _ = write!(
                facts,
                ", __builtin_offsetof({name}, {path}), sizeof((({name} *)0)->{path})"
            );
        }
        for (bit_field, (path, ..)) in expected.bit_fields.iter().enumerate() {
            let object = format!("b{number}_{bit_field}");
            let _ = write!(facts, ", __builtin_offsetof(struct all, {object})");
            let _ = writeln!(objects, "{name} {object};");
            let _ = writeln!(contents, ".{object} = {{ .{path} = -1 }},");
        }
        facts += ",\n";
    }
    let _ = writeln!(
        program,
        "struct all {{\nunsigned long long facts[{}];\n{objects}char end;\n}} __attribute__((packed));\n\
         const struct all all = {{ {{\n{facts}}},\n{contents}.end = 1 }};",
        1 + facts_of(cases),
    );
    program
}

fn facts_of(cases: &[(&Case, Expected)]) -> usize {
    let of = |expected: &Expected| 2 + 2 * expected.values.len() + expected.bit_fields.len();
    cases.iter().map(|(_, expected)| of(expected)).sum()
}

fn compile(compiler: &Compiler, program: &str) -> Result<Vec<u8>, Failure> {
    let directory = tempfile::tempdir().map_err(Failure::NotHere)?;
    let (source, object) = (
        directory.path().join("types.c"),
        directory.path().join("types.o"),
    );
    std::fs::write(&source, program).map_err(Failure::NotHere)?;
    let options = ["-std=gnu11", "-w", "-c", "-o"].map(OsStr::new);
    let files = [object.as_os_str(), source.as_os_str()];
    let output = compiler
        .run(options.into_iter().chain(files), directory.path())
        .map_err(Failure::NotHere)?;
    if !output.status.success() {
        let says = String::from_utf8_lossy(&output.stderr);
        let says: Vec<&str> = says.lines().take(12).collect();
        return Err(Failure::Refused(says.join("\n")));
    }
    std::fs::read(object).map_err(Failure::NotHere)
}

/// The constant in an object.
struct Constant<'a> {
    octets: &'a [u8],
    is_big: bool,
    next: usize,
}

impl<'a> Constant<'a> {
    fn find(object: &'a [u8]) -> Option<Constant<'a>> {
        let at = |number: [u8; 8]| object.windows(8).position(|window| window == number);
        let (start, is_big) = match at(MAGIC.to_le_bytes()) {
            Some(start) => (start, false),
            None => (at(MAGIC.to_be_bytes())?, true),
        };
        Some(Constant {
            octets: &object[start..],
            is_big,
            next: 8,
        })
    }

    fn fact(&mut self) -> u64 {
        let octets = self.octets[self.next..self.next + 8].try_into();
        let octets = octets.expect("8 octets");
        self.next += 8;
        if self.is_big {
            u64::from_be_bytes(octets)
        } else {
            u64::from_le_bytes(octets)
        }
    }

    fn compare(&mut self, expected: &Expected, order: BitFieldOrder) -> Vec<String> {
        let mut differences = Vec::new();
        let mut compare = |what: &str, found: u64, expected: u64| {
            if found != expected {
                differences.push(format!("{what} is {found}, the model says {expected}"));
            }
        };
        let size = self.fact();
        compare("size", size, expected.size);
        compare("align", self.fact(), expected.align);
        for (path, offset, octets) in &expected.values {
            compare(&format!("offset of {path}"), self.fact(), *offset);
            compare(&format!("size of {path}"), self.fact(), *octets);
        }
        for (path, bit_offset, bit_size) in &expected.bit_fields {
            let start = usize::try_from(self.fact()).expect("an offset");
            let end = start + usize::try_from(size).expect("a size");
            let found = ones(&self.octets[start..end], order);
            let model: Vec<u64> = (*bit_offset..bit_offset + bit_size).collect();
            if found != model {
                differences.push(format!(
                    "bits of {path} are {found:?}, the model says {bit_offset}+{bit_size}"
                ));
            }
        }
        differences
    }
}

/// The bits that are set, numbered from the end where the first bit-field lies.
fn ones(octets: &[u8], order: BitFieldOrder) -> Vec<u64> {
    let bits = octets.iter().flat_map(|octet| {
        (0..8).map(move |bit| match order {
            BitFieldOrder::LowFirst => octet >> bit & 1,
            BitFieldOrder::HighFirst => octet >> (7 - bit) & 1,
        })
    });
    (0..)
        .zip(bits)
        .filter(|(_, bit)| *bit == 1)
        .map(|(place, _)| place)
        .collect()
}
