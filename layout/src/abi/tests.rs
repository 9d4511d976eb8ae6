use super::*;

/// A whole table, with a row in which everything is said; each test changes a line of it.
const TABLE: &str = r#"
[common]
size = { bool = 1, char = 1, short = 2, int = 4, long-long = 8, int64 = 8, float = 4, double = 8, wchar = 4, enum = 4 }
align-at-most = 16
int128 = false
float128 = false
char-signed = true
wchar-signed = true
bit-field-packing = "sysv"
compiler = "gcc"
enum-rule = "int"

[abi.made-up]
source = "nowhere"
byte-order = "little"
size.long = 4
size.pointer = 4
size.long-double = 12
long-double-format = "x87-extended"
bit-field-order = "low-first"
"#;

fn builtin(name: &str) -> &'static Abi {
    Abis::builtin().get(name).unwrap()
}

fn check_extents(abi: &Abi, expected: &[(Scalar, usize, usize)]) {
    for &(scalar, size, align) in expected {
        assert_eq!(
            (abi.size(scalar), abi.align(scalar)),
            (size, align),
            "{scalar} in {}",
            abi.name()
        );
    }
}

#[test]
fn every_builtin_row_is_read_and_has_a_source() {
    let names: Vec<&str> = Abis::builtin().iter().map(Abi::name).collect();
    assert_eq!(
        names,
        [
            "aarch64-aapcs64",
            "aarch64-be",
            "aarch64-darwin",
            "aarch64-freebsd",
            "aarch64-ilp32",
            "aarch64-netbsd",
            "aarch64-openbsd",
            "aarch64-windows",
            "alpha-osf",
            "arc-elf",
            "arm-aapcs",
            "arm-aapcs-be",
            "arm-bare",
            "arm-oabi",
            "avr-gcc",
            "bpf-be",
            "bpf-le",
            "csky-abiv2",
            "h8300-elf",
            "hexagon-linux",
            "hppa-sysv",
            "hppa64-sysv",
            "i386-android",
            "i386-darwin",
            "i386-freebsd",
            "i386-mingw",
            "i386-musl",
            "i386-netbsd",
            "i386-openbsd",
            "i386-sysv",
            "i386-windows",
            "ia64-sysv",
            "loongarch64-lp64d",
            "m68k-align-int",
            "m68k-sysv",
            "microblaze-be",
            "microblaze-le",
            "mips-n32-be",
            "mips-n32-le",
            "mips-n64-be",
            "mips-n64-le",
            "mips-o32-be",
            "mips-o32-le",
            "msp430-elf",
            "nios2-elf",
            "or1k-elf",
            "powerpc-aix",
            "powerpc-le",
            "powerpc-musl",
            "powerpc-sysv",
            "powerpc64-aix",
            "powerpc64-elfv1",
            "powerpc64-elfv2",
            "powerpc64-musl",
            "powerpc64le-ieee128",
            "powerpc64le-musl",
            "riscv32-ilp32d",
            "riscv64-be",
            "riscv64-lp64d",
            "rl78-elf",
            "rx-be",
            "rx-le",
            "s390-elf",
            "s390x-elf",
            "sh4-be",
            "sh4-linux",
            "sparc-sysv",
            "sparc64-sysv",
            "wasm32",
            "wasm64",
            "x86_64-android",
            "x86_64-darwin",
            "x86_64-freebsd",
            "x86_64-mingw",
            "x86_64-netbsd",
            "x86_64-openbsd",
            "x86_64-sysv",
            "x86_64-windows",
            "x86_64-x32",
            "xtensa-lx106",
        ]
    );
    for abi in Abis::builtin().iter() {
        assert!(abi.source().len() > 10, "{}", abi.name());
        assert_eq!(Abis::builtin().get(abi.name()), Some(abi));
    }
    assert_eq!(Abis::builtin().get("pdp11"), None);
}

#[test]
fn every_builtin_row_is_consistent() {
    for abi in Abis::builtin().iter() {
        for &scalar in Scalar::ALL {
            let (size, align) = (abi.size(scalar), abi.align(scalar));
            assert!(
                align.is_power_of_two() && size.is_multiple_of(align),
                "{scalar} in {}: {size}/{align}",
                abi.name()
            );
        }
        let long_or_long_long = [Scalar::Long, Scalar::LongLong]
            .into_iter()
            .any(|scalar| abi.extents.of(scalar) == abi.extents.of(Scalar::Int64));
        assert!(long_or_long_long, "int64_t in {}", abi.name());
        // True of gcc on Linux, though C does not ask for it.
        let high_first = abi.bit_field_order() == BitFieldOrder::HighFirst;
        assert_eq!(
            abi.byte_order() == ByteOrder::Big,
            high_first,
            "{}",
            abi.name()
        );
    }
}

#[test]
fn sixty_four_bits_are_aligned_as_the_documents_say() {
    use Scalar::{Double, Int64, Long, LongDouble, LongLong, Pointer};
    check_extents(
        builtin("i386-sysv"),
        &[
            (Long, 4, 4),
            (LongLong, 8, 4),
            (Double, 8, 4),
            (LongDouble, 12, 4),
        ],
    );
    check_extents(
        builtin("m68k-sysv"),
        &[
            (Long, 4, 2),
            (Int64, 8, 2),
            (Double, 8, 2),
            (LongDouble, 12, 2),
        ],
    );
    check_extents(
        builtin("arm-aapcs"),
        &[
            (Long, 4, 4),
            (LongLong, 8, 8),
            (Double, 8, 8),
            (LongDouble, 8, 8),
        ],
    );
    check_extents(
        builtin("sh4-linux"),
        &[(Int64, 8, 4), (Double, 8, 4), (LongDouble, 8, 4)],
    );
    check_extents(
        builtin("s390x-elf"),
        &[(Long, 8, 8), (Pointer, 8, 8), (LongDouble, 16, 8)],
    );
    check_extents(
        builtin("powerpc-sysv"),
        &[(Long, 4, 4), (Int64, 8, 8), (LongDouble, 16, 16)],
    );
    check_extents(
        builtin("x86_64-x32"),
        &[
            (Long, 4, 4),
            (Pointer, 4, 4),
            (Int64, 8, 8),
            (LongDouble, 16, 16),
        ],
    );
    check_extents(
        builtin("avr-gcc"),
        &[
            (Scalar::Int, 2, 1),
            (Scalar::Int16, 2, 1),
            (Scalar::Int32, 4, 1),
        ],
    );
    let octets = |size, align| Some(Extent { size, align });
    assert_eq!(builtin("i386-sysv").float128(), octets(16, 16));
    assert_eq!(builtin("s390x-elf").float128(), octets(16, 8));
    assert_eq!(builtin("m68k-sysv").float128(), None);
    assert_eq!(
        builtin("s390x-elf").int128(),
        Some(Extent { size: 16, align: 8 })
    );
    assert_eq!(
        builtin("x86_64-sysv").int128(),
        Some(Extent {
            size: 16,
            align: 16
        })
    );
    assert_eq!(builtin("i386-sysv").int128(), None);
}

#[test]
fn the_facts_are_those_that_a_program_measures() {
    let facts = builtin("m68k-sysv").fact_words();
    let lines: Vec<String> = facts
        .iter()
        .map(|(key, value)| format!("{key} {value}"))
        .collect();
    assert_eq!(
        lines,
        [
            "align.double 2",
            "align.enum 2",
            "align.float 2",
            "align.int 2",
            "align.int64 2",
            "align.long 2",
            "align.long-double 2",
            "align.long-long 2",
            "align.pointer 2",
            "align.short 2",
            "align.wchar 2",
            "bit-field-order high-first",
            "byte-order big",
            "char-signed true",
            "long-double-format m68k-extended",
            "size.double 8",
            "size.enum 4",
            "size.float 4",
            "size.int 4",
            "size.int64 8",
            "size.long 4",
            "size.long-double 12",
            "size.long-long 8",
            "size.pointer 4",
            "size.short 2",
            "size.wchar 4",
            "wchar-signed true",
        ]
    );
}

#[test]
fn the_name_of_every_fact_is_read_back() {
    for fact in Fact::all() {
        assert_eq!(fact.to_string().parse(), Ok(fact));
    }
    for name in [
        "",
        "size",
        "size.",
        "size.made-up",
        "sizes.long",
        "byte-order ",
    ] {
        let refusal = name.parse::<Fact>().unwrap_err().to_string();
        assert!(
            refusal.starts_with(&format!("found `{name}`, expected byte-order, ")),
            "{refusal}"
        );
    }
}

#[test]
fn every_word_is_read_back() {
    fn check<T: std::str::FromStr<Err = UnknownWord> + ToString + PartialEq + std::fmt::Debug>(
        all: &[T],
    ) {
        for variant in all {
            assert_eq!(variant.to_string().parse().as_ref(), Ok(variant));
        }
        assert!("made-up".parse::<T>().is_err());
    }
    check(Scalar::ALL);
    check(ByteOrder::ALL);
    check(LongDoubleFormat::ALL);
    check(BitFieldOrder::ALL);
    check(BitFieldPacking::ALL);
    check(EnumRule::ALL);
    check(Dialect::ALL);
    check(PodRule::ALL);
    check(Typedef::ALL);
}

#[test]
fn a_row_says_only_what_is_particular_to_it() {
    let table = Abis::parse(TABLE).unwrap();
    let abi = table.get("made-up").unwrap();
    check_extents(
        abi,
        &[
            (Scalar::Int, 4, 4),
            (Scalar::Double, 8, 8),
            (Scalar::LongDouble, 12, 4),
        ],
    );

    let row_before_common = TABLE.replace(
        "size.long = 4",
        "size.long = 4\nsize.wchar = 2\nalign.double = 4",
    );
    let table = Abis::parse(&row_before_common).unwrap();
    let abi = table.get("made-up").unwrap();
    check_extents(
        abi,
        &[
            (Scalar::Wchar, 2, 2),
            (Scalar::Double, 8, 4),
            (Scalar::Int64, 8, 8),
        ],
    );
}

/// Parses `TABLE` with `old` replaced by `new`, and compares the error.
fn check_error(old: &str, new: &str, expected: &str) {
    assert!(TABLE.contains(old), "the table has no `{old}` to replace");
    let error = Abis::parse(&TABLE.replace(old, new)).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_missing_value_is_named_with_its_row_and_what_it_could_be() {
    check_error(
        "byte-order = \"little\"",
        "",
        "ABI `made-up`: `byte-order` is missing here and in [common], expected one of: big, little",
    );
    check_error(
        "size.long = 4",
        "",
        "ABI `made-up`: `size.long` is missing here and in [common], expected octets: 4 or 8",
    );
    check_error(
        "\nchar-signed = true",
        "",
        "ABI `made-up`: `char-signed` is missing here and in [common], expected true or false",
    );
    check_error(
        "align-at-most = 16",
        "",
        "ABI `made-up`: `align-at-most` is missing here and in [common], expected a power of two, at most 16",
    );
    check_error(
        "source = \"nowhere\"",
        "",
        "ABI `made-up`: `source` is missing here and in [common], expected the document that defines the ABI, and where \
         in it",
    );
}

#[test]
fn a_wrong_value_is_named_with_its_row_and_key() {
    let long =
        |found: &str| format!("ABI `made-up`: `size.long`: found {found}, expected octets: 4 or 8");
    for found in ["0", "-4", "3", "16"] {
        check_error(
            "size.long = 4",
            &format!("size.long = {found}"),
            &long(found),
        );
    }
    let align = |found: &str| {
        format!(
            "ABI `made-up`: `align.long`: found {found}, expected a power of two that divides size.long = 4"
        )
    };
    for found in ["0", "-1", "3", "8", "4294967296"] {
        check_error(
            "size.long = 4",
            &format!("size.long = 4\nalign.long = {found}"),
            &align(found),
        );
    }
    for found in ["0", "3", "4", "16"] {
        let expected = format!(
            "ABI `made-up`: `first-align.double`: found {found}, expected a power of two, more than align.double = 4 and at most size.double = 8"
        );
        check_error(
            "size.long = 4",
            &format!("size.long = 4\nalign.double = 4\nfirst-align.double = {found}"),
            &expected,
        );
    }
    for found in ["0", "3", "32"] {
        let expected = format!(
            "ABI `made-up`: `align-at-most`: found {found}, expected a power of two, at most 16"
        );
        check_error(
            "align-at-most = 16",
            &format!("align-at-most = {found}"),
            &expected,
        );
    }
    check_error(
        "\"low-first\"",
        "\"left\"",
        "ABI `made-up`: `bit-field-order`: found `left`, expected one of: low-first, high-first",
    );
    check_error(
        "source = \"nowhere\"",
        "source = \" \"",
        "ABI `made-up`: `source`: found nothing, expected the document that defines the ABI, and where in it",
    );
    check_error(
        "\"x87-extended\"",
        "\"ieee-quad\"",
        "ABI `made-up`: `long-double-format`: found ieee-quad with size.long-double = 12, expected a format of 12 \
         octets; ieee-quad has 16",
    );
}

#[test]
fn an_unknown_key_is_refused_with_its_row() {
    let scalars = "bool, char, short, int, long, long-long, int64, pointer, float, double, long-double, wchar, enum";
    check_error(
        "size.long = 4",
        "size.lnog = 4",
        &format!("ABI `made-up`: `size`: found `lnog`, expected one of: {scalars}"),
    );
    // An int32_t is an int, and never has a size of its own.
    check_error(
        "size.long = 4",
        "size.long = 4\nalign.int32 = 4",
        &format!("ABI `made-up`: `align`: found `int32`, expected one of: {scalars}"),
    );
    check_error(
        "int128 = false",
        "source = \"everywhere\"",
        "ABI `common`: `source`: found `everywhere`, expected a source in each row",
    );
    check_shape(
        "byte-order",
        "byte-odor",
        &["ABI `made-up`", "byte-odor", "byte-order"],
    );
    check_shape(
        "int128 = false",
        "int256 = false",
        &["ABI `common`", "int256", "int128"],
    );
    check_shape(
        "[common]",
        "[uncommon]",
        &["the table of ABIs", "uncommon", "common"],
    );
}

#[test]
fn a_value_of_another_type_is_refused_with_its_row_and_key() {
    check_shape(
        "size.long = 4",
        "size.long = \"four\"",
        &["ABI `made-up`", "size", "long", "four"],
    );
    check_shape(
        "char-signed = true",
        "char-signed = 1",
        &["ABI `common`", "char-signed", "boolean"],
    );
    check_shape(
        "[abi.made-up]",
        "[abi]\nmade-up = 1\n[x]",
        &["the table of ABIs", "made-up"],
    );
}

#[test]
fn what_is_no_toml_is_refused_with_the_line() {
    check_shape("\"little\"", "little", &["the table of ABIs", "line 15"]);
    check_shape(
        "[abi.made-up]",
        "[abi.made-up]\n[abi.made-up]",
        &["the table of ABIs", "made-up", "duplicate"],
    );
}

/// For errors whose words are partly those of the TOML reader: each of `named` is in the message.
fn check_shape(old: &str, new: &str, named: &[&str]) {
    assert!(TABLE.contains(old), "the table has no `{old}` to replace");
    let message = Abis::parse(&TABLE.replace(old, new))
        .unwrap_err()
        .to_string();
    for name in named {
        assert!(message.contains(name), "`{name}` is not in: {message}");
    }
    assert!(!message.contains('\n'), "{message}");
}

#[test]
fn a_counterfactual_changes_only_what_its_name_says() {
    use Scalar::{Double, Int64, Long, LongDouble, Pointer};
    let (i386, amd64) = (builtin("i386-sysv"), builtin("x86_64-sysv"));
    let (m68k, s390x) = (builtin("m68k-sysv"), builtin("s390x-elf"));

    let copy = i386.with_byte_order_of(s390x);
    assert_eq!(copy.name(), "i386-sysv with the byte order of s390x-elf");
    assert_eq!(
        copy,
        Abi {
            name: copy.name.clone(),
            byte_order: ByteOrder::Big,
            ..i386.clone()
        }
    );

    let copy = i386.with_byte_order(ByteOrder::Big);
    assert_eq!(copy.name(), "i386-sysv with big-endian octets");
    assert_eq!(copy.byte_order(), ByteOrder::Big);

    let copy = i386.with_alignment_of(amd64);
    check_extents(
        &copy,
        &[
            (Long, 4, 4),
            (Pointer, 4, 4),
            (Int64, 8, 8),
            (Double, 8, 8),
            (LongDouble, 12, 4),
        ],
    );
    let copy = amd64.with_alignment_of(m68k);
    check_extents(&copy, &[(Long, 8, 2), (Int64, 8, 2), (LongDouble, 16, 2)]);
    assert_eq!(copy.int128(), Some(Extent { size: 16, align: 2 }));

    let copy = i386.with_width_of(s390x);
    check_extents(
        &copy,
        &[
            (Long, 8, 4),
            (Pointer, 8, 4),
            (Int64, 8, 4),
            (LongDouble, 16, 4),
        ],
    );
    assert_eq!(copy.long_double_format(), LongDoubleFormat::IeeeQuad);
    assert_eq!(copy.byte_order(), ByteOrder::Little);
    check_extents(
        &amd64.with_width_of(i386),
        &[(Long, 4, 4), (Int64, 8, 8), (LongDouble, 12, 4)],
    );

    check_extents(
        &m68k.with_long_of_64_bits(),
        &[(Long, 8, 2), (Pointer, 4, 2)],
    );
    check_extents(
        &builtin("arm-aapcs").with_long_of_64_bits(),
        &[(Long, 8, 8), (Pointer, 4, 4)],
    );

    let copy = i386.with_signedness_of(builtin("arm-aapcs"));
    assert_eq!((copy.char_signed(), copy.wchar_signed()), (false, false));
    let copy = i386.with_bit_field_order(BitFieldOrder::HighFirst);
    assert_eq!(copy.bit_field_order(), BitFieldOrder::HighFirst);
}

#[test]
fn nothing_changes_when_a_property_comes_from_the_same_abi() {
    for abi in Abis::builtin().iter() {
        let copies = [
            abi.with_byte_order_of(abi),
            abi.with_alignment_of(abi),
            abi.with_width_of(abi),
            abi.with_signedness_of(abi),
        ];
        for copy in copies {
            assert_eq!(
                Abi {
                    name: abi.name.clone(),
                    ..copy
                },
                *abi
            );
        }
    }
}

/// `TABLE` with a C library, and two of its typedefs said again elsewhere.
fn table_with_typedefs() -> String {
    let common = "[common.typedef]\nsize_t = \"pointer\"\ntime_t = \"int\"\n";
    let library = "[library.libc]\ntime_t = \"long\"\noff_t = \"long\"\n";
    TABLE.replace(
        "[abi.made-up]",
        &format!("{common}\n{library}\n[abi.made-up]"),
    ) + "library = \"libc\"\ntypedef.off_t = \"int64\"\n"
}

#[test]
fn a_typedef_is_the_rows_own_else_its_librarys_else_common() {
    let table = Abis::parse(&table_with_typedefs()).unwrap();
    let abi = table.get("made-up").unwrap();
    let typedefs = [
        (Typedef::Size, Some(Scalar::Pointer)),
        (Typedef::Time, Some(Scalar::Long)),
        (Typedef::Off, Some(Scalar::Int64)),
        (Typedef::Ino, None),
    ];
    for (name, scalar) in typedefs {
        assert_eq!(abi.typedef(name), scalar, "{name}");
    }
}

#[test]
fn a_typedef_or_library_that_is_not_there_is_refused_with_its_row() {
    let check = |old: &str, new: &str, expected: &[&str]| {
        let table = table_with_typedefs();
        assert!(table.contains(old), "{old}");
        let error = Abis::parse(&table.replace(old, new)).unwrap_err();
        for expected in expected {
            let message = error.to_string();
            assert!(message.contains(expected), "{expected} is not in {message}");
        }
    };
    check(
        "library = \"libc\"",
        "library = \"newlib\"",
        &["ABI `made-up`: `library`: found `newlib`, expected one of: libc"],
    );
    check(
        "typedef.off_t",
        "typedef.of_t",
        &["ABI `made-up`: `typedef.of_t`: found `of_t`", "off_t"],
    );
    check(
        "typedef.off_t = \"int64\"",
        "typedef.off_t = \"int65\"",
        &["ABI `made-up`: `typedef.off_t`: found `int65`", "int64"],
    );
    check(
        "library = \"libc\"",
        "library = \"libc\"\nrecord-align-at-least = 3",
        &["`record-align-at-least`: found 3, expected a power of two"],
    );
}
