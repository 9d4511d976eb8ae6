//! The table of ABIs and the layout rules, against the compilers themselves: every fact of a row becomes an assertion
//! in C that the compiler of that ABI has to accept. Nothing is run, and no header is needed.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fmt::{Display, Write as _};
use std::io;

use crate::compilers::{self, Compiler, host};
use crate::tools;
use crossum_layout::abi::{
    Abi, Abis, BitFieldOrder, BitFieldPacking, ByteOrder, LongDoubleFormat, Scalar,
};
use crossum_layout::lay_out;
use crossum_layout::types::{Count, Member, Type, TypeId, Types};

#[test]
fn every_compiler_here_agrees_with_its_row() {
    let mut disagreements = Vec::new();
    for compiler in compilers::all() {
        match refusal(&compiler, &assertions(&compiler.abi())) {
            Ok(None) => {}
            Ok(Some(says)) if says.contains("unknown target") => tools::not_done(compiler, &says),
            Ok(Some(says)) => disagreements.push(format!("{compiler} is of another ABI:\n{says}")),
            Err(error) => tools::not_here(compiler.program, &error),
        }
    }
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));

    let checked = refusal(&host(), &assertions(host().row()));
    assert_eq!(checked.expect("the compiler of this machine"), None);
}

/// These no distribution has, and nobody who has one has asked it yet.
const NOT_ASKED_YET: [&str; 3] = ["msp430-elf-gcc", "rl78-elf-gcc", "rx-elf-gcc"];

#[test]
fn a_row_says_which_compilers_it_is_compared_with() {
    let mut asked: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    // The compiler of this machine is one of those that have a name for each machine, too.
    let all = compilers::all().skip(1);
    for compiler in all.filter(|one| !NOT_ASKED_YET.contains(&one.program)) {
        let whose = asked.entry(compiler.row().name()).or_default();
        whose.insert(compiler.dialect.word());
    }
    let mut unasked = 0;
    for abi in Abis::builtin().iter() {
        let says: BTreeSet<&str> = abi.compared().iter().map(|one| one.word()).collect();
        let whose = asked.get(abi.name()).cloned().unwrap_or_default();
        unasked += usize::from(whose.is_empty());
        assert_eq!(says, whose, "{}", abi.name());
    }
    // C-SKY, Itanium, MicroBlaze in both orders, Nios II; and MSP430, RL78, RX in both.
    assert_eq!(unasked, 9);
}

/// The assertions are worth nothing unless a wrong one fails.
#[test]
fn a_compiler_refuses_each_wrong_fact() {
    let says = |abi: &Abi| {
        let refusal = refusal(&host(), &assertions(abi)).expect("the compiler of this machine");
        refusal.expect("a refusal of a wrong ABI")
    };
    let (abi, m68k) = (host().row(), builtin("m68k-sysv"));

    let said = says(m68k);
    for key in [
        "size.long is 4",
        "size.pointer is 4",
        "align.double is 2",
        "size.long-double is 12",
        "packing is dense",
    ] {
        assert!(said.contains(key), "`{key}` is not in:\n{said}");
    }
    let other_byte_order = match abi.byte_order() {
        ByteOrder::Big => ByteOrder::Little,
        ByteOrder::Little => ByteOrder::Big,
    };
    assert!(says(&abi.with_byte_order(other_byte_order)).contains("byte-order"));
    let other_bit_field_order = match abi.bit_field_order() {
        BitFieldOrder::LowFirst => BitFieldOrder::HighFirst,
        BitFieldOrder::HighFirst => BitFieldOrder::LowFirst,
    };
    assert!(
        says(&abi.with_bit_field_order(other_bit_field_order)).contains("bit_field_order_differs")
    );
}

fn builtin(name: &str) -> &'static Abi {
    Abis::builtin().get(name).expect("a row of the table")
}

/// What the compiler says against this C program: `None` when it accepts it, an error when it cannot be started.
fn refusal(compiler: &Compiler, program: &str) -> io::Result<Option<String>> {
    let directory = tempfile::tempdir()?;
    let source = directory.path().join("assertions.c");
    std::fs::write(&source, program)?;
    // Optimised: what is known at compile time must be seen to be known.
    let options = ["-std=gnu11", "-O2", "-w", "-S", "-o"].map(OsStr::new);
    let files = [directory.path().join("assertions.s"), source];
    let args = options
        .into_iter()
        .chain(files.iter().map(|file| file.as_os_str()));
    let output = compiler.run(args, directory.path())?;
    if output.status.success() {
        return Ok(None);
    }
    let says = String::from_utf8_lossy(&output.stderr);
    Ok(Some(
        says.lines()
            .filter(|line| line.contains("error: "))
            .collect::<Vec<_>>()
            .join("\n"),
    ))
}

/// The whole row in C.
fn assertions(abi: &Abi) -> String {
    let mut program = String::from(
        "typedef __INT8_TYPE__ int8_t; typedef __INT16_TYPE__ int16_t; typedef __INT32_TYPE__ int32_t;\n\
         typedef __INT64_TYPE__ int64_t; typedef __WCHAR_TYPE__ wchar_t; enum small { ZERO };\n\
         #define IS_X87 (__LDBL_MANT_DIG__ == 64)\n\
         #define ALIGN(T) __builtin_offsetof(struct { char c; T t; }, t)\n",
    );
    program += &scalars(abi);
    program += &formats(abi);
    program += &records(abi);
    program += &bit_fields(abi);
    program += &atomics(abi);
    program
}

/// `_Atomic` of numbers and of records, where the rules know a layout.
fn atomics(abi: &Abi) -> String {
    let mut program = String::new();
    let octets = |count: u64| format!("struct {{ char c[{count}]; }}");
    let scalars = [
        Scalar::Short,
        Scalar::Int,
        Scalar::LongLong,
        Scalar::Double,
        Scalar::LongDouble,
    ];
    let mut all: Vec<(String, Types, TypeId)> = Vec::new();
    for scalar in scalars {
        let mut types = Types::new();
        let of = types.add(scalar);
        all.push((c_name(scalar).to_owned(), types, of));
    }
    for count in [1, 2, 3, 4, 6, 8, 12, 16, 24] {
        let mut types = Types::new();
        let element = types.add(Scalar::Char);
        let array = types.add(Type::Array {
            element,
            count: Count::Fixed(count),
        });
        let of = types.structure().member(Member::new("c", array)).add();
        all.push((octets(count), types, of));
    }
    let mut laid_out = 0;
    for (name, mut types, of) in all {
        let atomic = types.add(Type::Atomic { of });
        let Ok(layout) = lay_out(abi, &types, atomic) else {
            continue;
        };
        laid_out += 1;
        let (size, align) = (layout.size, layout.align);
        let atomic = format!("_Atomic({name})");
        program += &assertion(
            &format!("sizeof({atomic})"),
            size,
            &format!("size of {atomic}"),
        );
        program += &assertion(
            &format!("ALIGN({atomic})"),
            align,
            &format!("align of {atomic}"),
        );
    }
    assert!(laid_out > 5, "{}: {laid_out}", abi.name());
    program
}

fn scalars(abi: &Abi) -> String {
    let mut program = String::new();
    for &scalar in Scalar::ALL {
        let name = c_name(scalar);
        program += &assertion(
            &format!("sizeof({name})"),
            abi.size(scalar),
            &format!("size.{scalar}"),
        );
        program += &assertion(
            &format!("ALIGN({name})"),
            abi.align(scalar),
            &format!("align.{scalar}"),
        );
    }
    match abi.int128() {
        None => program += "#ifdef __SIZEOF_INT128__\n#error \"int128 is false\"\n#endif\n",
        Some(extent) => {
            program += &assertion("sizeof(__int128)", extent.size, "size of int128");
            program += &assertion("ALIGN(__int128)", extent.align, "align of int128");
        }
    }
    program += &assertion(
        "(char)-1 < 0",
        usize::from(abi.char_signed()),
        "char-signed",
    );
    program += &assertion(
        "(wchar_t)-1 < 0",
        usize::from(abi.wchar_signed()),
        "wchar-signed",
    );
    program
}

/// Byte order, and how floating-point numbers are written. What is no integer constant expression is asked of the
/// optimiser: a call that it does not remove is an error.
fn formats(abi: &Abi) -> String {
    let order = match abi.byte_order() {
        ByteOrder::Big => "__ORDER_BIG_ENDIAN__",
        ByteOrder::Little => "__ORDER_LITTLE_ENDIAN__",
    };
    let format = abi.long_double_format();
    let first_octet_of_minus_two = match abi.byte_order() {
        ByteOrder::Big => "0xc0",
        ByteOrder::Little => "0x00",
    };
    let mut program = format!(
        "_Static_assert(__BYTE_ORDER__ == {order}, \"byte-order is {}\");\n",
        abi.byte_order()
    );
    let _ = writeln!(
        program,
        "_Static_assert(__LDBL_MANT_DIG__ == {}, \"long-double-format is {format}\");\n\
         _Static_assert(__LDBL_MAX_EXP__ == {}, \"long-double-format is {format}\");",
        format.mantissa_bits(),
        format.max_exponent(),
    );
    let number = "double number = -2;";
    program += &octets(
        "byte_order_of_double",
        number,
        &[(0, first_octet_of_minus_two)],
    );

    // Sign, exponent 0x3fff and the explicit leading bit; the two extended formats differ in where these are.
    let number = "long double number = -1;";
    let expected: &[(usize, &str)] = match format {
        LongDoubleFormat::X87Extended => &[(9, "0xbf"), (8, "0xff"), (7, "0x80")],
        LongDoubleFormat::M68kExtended => &[(0, "0xbf"), (1, "0xff"), (4, "0x80")],
        _ => &[],
    };
    program += &octets("long_double_format", number, expected);
    program
}

fn bit_fields(abi: &Abi) -> String {
    let first_octet = match abi.bit_field_order() {
        BitFieldOrder::LowFirst => "0x01",
        BitFieldOrder::HighFirst => "0x80",
    };
    let number = "struct { unsigned char one : 1; } number = { 1 };";
    let mut program = octets("bit_field_order", number, &[(0, first_octet)]);

    let packing = abi.bit_field_packing();
    let has_examples = match packing {
        BitFieldPacking::Sysv | BitFieldPacking::Aapcs => {
            abi.size(Scalar::Int) == 4 && abi.record_align_at_least() == 1
        }
        BitFieldPacking::Dense => abi.align(Scalar::Int) == 2,
        BitFieldPacking::Aix
        | BitFieldPacking::Microsoft
        | BitFieldPacking::Msvc
        | BitFieldPacking::Rx => false,
        packing => panic!("nothing is known of `{packing}` here"),
    };
    if !has_examples {
        // Types by chance cover these as well.
        return program;
    }
    let (int, long_long) = (abi.align(Scalar::Int), abi.align(Scalar::LongLong));
    // What is declared; its size and alignment where the declared type matters; and where it does not (m68k).
    let sysv_or = |sysv: (usize, usize), dense: (usize, usize)| match packing {
        BitFieldPacking::Sysv | BitFieldPacking::Aapcs => sysv,
        _ => dense,
    };
    let unnamed_or =
        |aapcs: (usize, usize), sysv: (usize, usize), dense: (usize, usize)| match packing {
            BitFieldPacking::Aapcs => aapcs,
            BitFieldPacking::Sysv => sysv,
            _ => dense,
        };
    let cases = [
        ("int a : 1;", sysv_or((4, int), (1, 1))),
        ("int a : 20; int b : 20;", sysv_or((8, int), (5, 1))),
        ("short a : 9; short b : 9;", sysv_or((4, 2), (3, 1))),
        ("char c; int a : 24; char d;", sysv_or((8, int), (5, 1))),
        ("char c; long long a : 40;", sysv_or((8, long_long), (6, 1))),
        // Where long long is aligned to 4, its units lie at multiples of 4.
        (
            "int a; char b; long long c : 40;",
            sysv_or((if long_long == 4 { 12 } else { 16 }, long_long), (10, 2)),
        ),
        (
            "char a; int : 3; char b;",
            unnamed_or((4, 4), (3, 1), (3, 1)),
        ),
        (
            "char a; int : 0; char b;",
            unnamed_or((8, 4), (5, 1), (4, 2)),
        ),
        (
            "char a; char : 0; char b;",
            unnamed_or((2, 1), (2, 1), (4, 2)),
        ),
        (
            "char a; long long : 0; char b;",
            unnamed_or((16, 8), (long_long + 1, 1), (4, 2)),
        ),
    ];
    for (declared, (size, align)) in cases {
        let about = format!("packing is {packing}: {declared}");
        program += &assertion(&format!("sizeof(struct {{ {declared} }})"), size, &about);
        program += &assertion(&format!("ALIGN(struct {{ {declared} }})"), align, &about);
    }
    program
}

/// The layout rules, in a record of each scalar after a char, and in one of all of them.
fn records(abi: &Abi) -> String {
    let after_char = Scalar::ALL
        .iter()
        .map(|&scalar| vec![Scalar::Char, scalar, Scalar::Short]);
    let there_and_back = Scalar::ALL
        .iter()
        .chain(Scalar::ALL.iter().rev())
        .copied()
        .collect();
    let mut program = String::new();
    for (number, scalars) in after_char.chain([there_and_back]).enumerate() {
        for (packed, attribute) in [(false, ""), (true, "__attribute__((packed))")] {
            let name = format!(
                "struct record_{number}{}",
                if packed { "_packed" } else { "" }
            );
            let mut types = Types::new();
            let mut record = types.structure();
            for (n, &scalar) in scalars.iter().enumerate() {
                record = record.field(&format!("f{n}"), scalar);
            }
            let id = if packed { record.packed() } else { record }.add();
            let layout = lay_out(abi, &types, id).expect("a layout of scalars");
            let declared: String = scalars
                .iter()
                .enumerate()
                .map(|(n, &scalar)| format!("{} f{n}; ", c_name(scalar)))
                .collect();
            let _ = writeln!(program, "{name} {{ {declared}}} {attribute};");
            program += &assertion(&format!("sizeof({name})"), layout.size, "size of a record");
            program += &assertion(
                &format!("ALIGN({name})"),
                layout.align,
                "alignment of a record",
            );
            for (n, member) in layout.members.iter().enumerate() {
                let offset = format!("__builtin_offsetof({name}, f{n})");
                program += &assertion(&offset, member.bit_offset / 8, "offset of a field");
            }
        }
    }
    program
}

fn c_name(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Enum => "enum small",
        other => other.c_name(),
    }
}

fn assertion(expression: &str, expected: impl Display, about: &str) -> String {
    format!("_Static_assert(({expression}) == {expected}, \"{about} is {expected}\");\n")
}

/// The octets of the constant that `number` declares have these values at these indices.
fn octets(name: &str, number: &str, expected: &[(usize, &str)]) -> String {
    // GCC 5 does not see through memcpy, and Clang not through an x87 number.
    let mut program = format!(
        "#if defined(__clang__) ? !IS_X87 : __GNUC__ > 5\n\
         extern void {name}_differs(void) __attribute__((error(\"{name}_differs\")));\n\
         void {name}(void) {{ static const {number}\n\
         unsigned char octets[sizeof number]; __builtin_memcpy(octets, &number, sizeof number);\n"
    );
    for (index, octet) in expected {
        let _ = writeln!(program, "if (octets[{index}] != {octet}) {name}_differs();");
    }
    program + "}\n#endif\n"
}
