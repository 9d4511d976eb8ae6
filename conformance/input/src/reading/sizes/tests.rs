use layout::Abis;
use layout::abi::Scalar;
use layout::types::{Count, Member, Record, RecordKind, Types};

use super::*;

const HEADER: &str = "# 1 \"/usr/include/stddef.h\" 1 3 4\ntypedef unsigned long size_t;\ntypedef long time_t;\nint f(char[sizeof(long)]);\n# 2 \"own.h\" 2\n";

const DECLARED: &str = "typedef long word;\ntypedef word words[3];\ntypedef struct in inner;\nstruct in { char c; double d; };\n";

/// What is asked in a declaration, answered for a machine.
fn told(declaration: &str, machine: &str) -> String {
    let abi = Abis::builtin().get(machine).unwrap();
    let mut types = Types::new();
    let (char, double) = (types.add(Scalar::Char), types.add(Scalar::Double));
    let mut record = Record::new(RecordKind::Struct);
    record.members = vec![Member::new("c", char), Member::new("d", double)];
    let id = types.add(record);
    let long = types.add(Scalar::Long);
    let words = types.add(Type::Array {
        element: long,
        count: Count::Fixed(2),
    });
    let mut of = Record::new(RecordKind::Struct);
    of.members = vec![Member::new("w", words)];
    let of = types.add(of);
    let source = format!("# 1 \"own.h\"\n{HEADER}{DECLARED}{declaration}");
    let text = Text::of(&source, false);
    let sizes = Sizes {
        abi,
        text: &text,
        layouts: &Layouts::new(abi, &types),
        types: &[("struct in", id), ("struct of", of)].into(),
        stand_ins: &BTreeMap::new(),
        most_aligned: Some(8),
    };
    let sites = sites(&source);
    let answers: Vec<_> = sites.iter().map(|site| sizes.answer(site)).collect();
    let answered = answered(&source, &sites, &answers);
    assert!(
        answered.contains("int f(char[sizeof(long)]);"),
        "{answered}"
    );
    answered.rsplit_once(DECLARED).unwrap().1.to_owned()
}

#[test]
fn what_the_model_knows_is_a_number_on_each_machine() {
    for (asked, on_arm, on_i386, on_m68k, on_x86_64) in [
        ("sizeof(long)", 4, 4, 4, 8),
        ("sizeof(void (*)(int))", 4, 4, 4, 8),
        ("sizeof(long double)", 8, 12, 12, 16),
        ("_Alignof(double)", 8, 4, 2, 8),
        ("sizeof(size_t)", 4, 4, 4, 8),
        ("sizeof(time_t)", 4, 4, 4, 8),
        ("sizeof(word[2])", 8, 8, 8, 16),
        ("sizeof(words)", 12, 12, 12, 24),
        ("sizeof(struct in)", 16, 12, 10, 16),
        ("sizeof(inner)", 16, 12, 10, 16),
        ("__builtin_offsetof(struct in, d)", 8, 4, 2, 8),
        ("sizeof(((struct in *)0)->d)", 8, 8, 8, 8),
        ("sizeof((((struct of *)0)->w)[0])", 4, 4, 4, 8),
        ("sizeof(((struct of *)0)->w[0])", 4, 4, 4, 8),
    ] {
        let declaration = format!("struct s {{ char a[3 *\n{asked}]; }};");
        for (machine, octets) in [
            ("arm-aapcs", on_arm),
            ("i386-sysv", on_i386),
            ("m68k-sysv", on_m68k),
            ("x86_64-sysv", on_x86_64),
        ] {
            let right = format!("struct s {{ char a[3 *\nsizeof(char[{octets}])]; }};");
            assert_eq!(told(&declaration, machine), right, "{asked} on {machine}");
        }
    }
}

#[test]
fn an_alignment_is_the_number_itself() {
    let declaration = "struct s { _Alignas(long long) char c; };";
    let right = "struct s { _Alignas(4) char c; };";
    assert_eq!(told(declaration, "i386-sysv"), right);
}

#[test]
fn aligned_without_a_number_is_that_of_the_machine() {
    for (declared, right) in [
        (
            "int a __attribute__((aligned));",
            "int a __attribute__((__aligned__(8)));",
        ),
        (
            "int a __attribute__((packed, __aligned__));",
            "int a __attribute__((packed, __aligned__(8)));",
        ),
        (
            "int aligned, b[sizeof(aligned)];",
            "int aligned, b[sizeof(aligned)];",
        ),
        (
            "int a __attribute__((aligned(2)));",
            "int a __attribute__((aligned(2)));",
        ),
    ] {
        assert_eq!(told(declared, "s390x-elf"), right);
    }
}

#[test]
fn what_the_model_does_not_know_stays() {
    for declaration in [
        "char a[sizeof(struct unknown)];",
        "char a[sizeof(1L)];",
        "char a[sizeof(double _Complex)];",
        // A variable is aligned to 8 there, and a field to 4.
        "char a[__alignof__(double)];",
        "char a[__builtin_offsetof(struct in, c[1])];",
    ] {
        assert_eq!(told(declaration, "i386-sysv"), declaration);
    }
}

#[test]
fn line_markers_within_a_question_are_kept() {
    let declaration = "char a[sizeof(\n# 2 \"own.h\" 3 4\nlong\n# 2 \"own.h\"\n)]; char b;";
    let right = "char a[sizeof(char[8])\n\n# 2 \"own.h\" 3 4\n\n# 2 \"own.h\"\n]; char b;";
    let told = told(declaration, "x86_64-sysv");
    assert_eq!(told.replace("\n\n", "\n"), right.replace("\n\n", "\n"));
    assert_eq!(told.lines().count(), declaration.lines().count());
}
