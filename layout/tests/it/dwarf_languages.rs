//! The reader of debug information against languages other than C.

use crossum_layout::dwarf::{self, Language, Program};
use crossum_layout::fit::{self, Alignments};
use crossum_layout::types::Type;
use crossum_layout::{Abi, Abis, LayoutError, lay_out};

use crate::compiled::{Compiler, contents, formatted, run};

fn cpp(source: &str) -> Option<Vec<Program>> {
    let compilers = [
        ("g++", &["-gdwarf-4"][..]),
        ("g++", &["-gdwarf-5", "-fdebug-types-section"]),
        ("clang++", &["-gdwarf-5", "-fstandalone-debug"]),
    ];
    let programs = compilers.into_iter().filter_map(|(program, args)| {
        let compiler = Compiler { program, args: &[] };
        match compiler.object("cc", source, args) {
            Ok(octets) => Some(dwarf::read(&octets).expect("a program")),
            Err(why) => {
                why.name(program, program);
                None
            }
        }
    });
    Some(programs.collect::<Vec<_>>()).filter(|programs| !programs.is_empty())
}

#[test]
fn cpp_types_have_paths_and_plain_old_data_is_distinguished_from_the_rest() {
    let source = r"
namespace net { namespace v1 {
    struct header { char kind; long length; static int count; int total() const; };
    struct message : header { short id; struct inner { char c; } in; enum class colour : short { red = 3, blue = 7 } col; };
    struct outside { struct later; struct sooner { char c; } s; }; struct outside::later { int i; }; struct after { long l; };
    enum plain { a, b }; enum declared : unsigned char { c = 9 }; enum longer : long { d = 1 };
    struct empty {}; struct from_empty : empty { int i; };
    struct virtually { virtual void f(); int i; };
    class hidden { int i; char c; public: int get(); }; struct from_hidden : hidden { char d; };
    struct references { int &r; int &&rr; int references::*m; char16_t c16; bool b; wchar_t w; char32_t c32; };
    struct enums { plain p; declared q; longer l; };
} }
net::v1::message m; net::v1::from_empty e; net::v1::outside o; net::v1::outside::later l; net::v1::after af; void use(net::v1::virtually *v, net::v1::from_hidden *h, net::v1::references *r, net::v1::enums *x) { v->f(); h->d = 1; r->b = true; x->p = net::v1::a; }
void net::v1::virtually::f() {}
";
    let Some(programs) = cpp(source) else { return };
    for program in programs {
        let one = |name: &str| {
            let named: Vec<_> = program.of_name(name).collect();
            assert_eq!(named.len(), 1, "{name} in {:?}", program.producers);
            assert_eq!(named[0].name.language, Language::Cpp);
            contents(&program, named[0].kind)
        };
        for named in &program.named {
            let path = &named.name.path;
            assert!(
                path.starts_with("net::v1::"),
                "{path} in {:?}",
                program.producers
            );
        }
        assert_eq!(one("net::v1::header"), "Struct { kind char, length long }");
        assert_eq!(
            one("net::v1::message"),
            "Struct { _ Struct { kind char, length long }, id short, in Struct { c char }, col enum 3..=7 : short }"
        );
        assert_eq!(one("net::v1::message::inner"), "Struct { c char }");
        assert_eq!(one("net::v1::outside::later"), "Struct { i int }");
        assert_eq!(one("net::v1::outside::sooner"), "Struct { c char }");
        assert_eq!(one("net::v1::after"), "Struct { l long }");
        assert_eq!(
            one("net::v1::from_empty"),
            "Struct { _ Struct {  }, i int }"
        );
        assert_eq!(
            one("net::v1::enums"),
            "Struct { p enum 0..=1, q enum 9..=9 : int8, l enum 1..=1 : long }"
        );
        assert_eq!(
            one("net::v1::virtually"),
            "Struct { _vptr VtablePointer, i int }"
        );
        assert_eq!(
            one("net::v1::from_hidden"),
            "Struct { _ Struct { i int, c char }, d char }"
        );
        let class = |name: &str| {
            let named = program.of_name(name).next().expect("a type");
            match program.types.get(named.kind) {
                Some(Type::Record(record)) => record.class.expect("a class"),
                other => panic!("{name}: {other:?}"),
            }
        };
        for (name, is_pod, is_pod_11) in [
            ("net::v1::header", true, true),
            ("net::v1::message", false, false),
            ("net::v1::from_empty", false, true),
            ("net::v1::virtually", false, false),
            ("net::v1::hidden", false, true),
            ("net::v1::references", false, false),
        ] {
            let class = class(name);
            assert_eq!(
                (class.is_pod, class.is_pod_11),
                (is_pod, is_pod_11),
                "{name}"
            );
        }
        let references = one("net::v1::references");
        assert!(
            references.starts_with(
                "Struct { r Reference, rr Reference, m MemberPointer { function: false }, "
            ),
            "{references}"
        );
        assert!(
            references.ends_with("c16 int16, b bool, w wchar, c32 int32 }"),
            "{references}"
        );
    }
}

#[test]
fn rust_types_are_read_as_far_as_c_has_them() {
    let source = r"
#![allow(dead_code)]
pub mod wire {
    #[repr(C)] pub struct Header { pub op: i8, pub a: i64, pub n: usize, pub c: char, pub b: bool, pub bytes: [u8; 3], pub p: *const u8, pub wide: u128 }
    #[repr(C)] pub union Either { pub i: u32, pub f: f32 }
    #[repr(C)] pub enum Kind { One = 1, Two = 200 }
    #[repr(u8)] pub enum Short { A, B = 9 }
    #[repr(C, packed)] pub struct Packed { pub c: u8, pub l: u64 }
    #[repr(C, align(16))] pub struct Aligned { pub a: u8, pub b: u32 }
    pub struct Reordered { pub a: u8, pub b: u32, pub c: u8 }
    #[repr(C)] pub struct Nullable<'a> { pub r: Option<&'a u8>, pub b: Option<Box<u64>>, pub f: Option<fn(u8)>, pub t: (u8, u32) }
    pub enum Data { Nothing, Number(u64), Text([u8; 9]) }
}
#[no_mangle] pub static HEADER: fn(wire::Header, wire::Either, wire::Kind, wire::Short, wire::Packed, wire::Reordered, wire::Data, wire::Nullable, wire::Aligned) = f;
fn f(h: wire::Header, e: wire::Either, k: wire::Kind, s: wire::Short, p: wire::Packed, r: wire::Reordered, d: wire::Data, n: wire::Nullable, a: wire::Aligned) {
    let _ = (h.op, unsafe { e.i }, k as u32, s as u8, p.c, r.a, d, n.t.0, a.b);
}
";
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("case.rs"), source).expect("a file");
    let args = [
        "--crate-type=lib",
        "--emit=obj",
        "-g",
        "-Ccodegen-units=1",
        "case.rs",
        "-o",
        "case.o",
    ];
    match run("rustc", &args, directory.path()) {
        Ok(output) if output.status.success() => {}
        Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stderr)),
        Err(why) => return why.name("rustc", "rustc"),
    }
    let octets = std::fs::read(directory.path().join("case.o")).expect("an object");
    let mut program =
        dwarf::read_where(&octets, |of| of.name.path.starts_with("case::")).expect("a program");
    let all = [
        "case::wire::Header",
        "case::wire::Either",
        "case::wire::Kind",
        "case::wire::Short",
        "case::wire::Packed",
        "case::wire::Reordered",
        "case::wire::Nullable",
    ];
    assert_eq!(
        formatted(&program, &all),
        "\
case::wire::Either: Union { i int32 or 1 of C's, f Number { kind: Float32, rules: Rust } }
case::wire::Header: Struct { op int8, a Number { kind: Int64, rules: Rust } or 1 of C's, n size_t, c int32, b bool, bytes [3]int8, p pointer, wide Number { kind: Int128, rules: Rust } }
case::wire::Kind: enum 1..=200 : int32
case::wire::Nullable: Struct { r pointer, b pointer, f pointer, t Unspecified { what: \"`(u8, u32)` is a tuple, whose fields rustc orders\" } }
case::wire::Packed: Struct { c int8, l Number { kind: Int64, rules: Rust } or 1 of C's }
case::wire::Reordered: Struct { a int8, b int32 or 1 of C's, c int8 }
case::wire::Short: enum 0..=9 : int8
"
    );
    let data = program.of_name("case::wire::Data").next().expect("a type");
    assert!(contents(&program, data.kind).contains("variants with contents"));
    let observed = |name| {
        let named = program.of_name(name).next().expect("a type");
        let observed = &program.observed[&named.kind];
        (observed.size, observed.align)
    };
    assert_eq!(observed("case::wire::Packed"), (9, Some(1)));
    assert_eq!(observed("case::wire::Header").1, Some(16));

    // What lies in another order than it is declared in has no `repr`.
    let all: Vec<&Abi> = Abis::builtin().iter().collect();
    let none = Alignments::default();
    fit::best(&mut program, Abis::builtin(), &all, &none).expect("a row");
    let fitted = |name| {
        let named = program.of_name(name).next().expect("a type");
        lay_out(
            Abis::builtin().get("x86_64-sysv").expect("a row"),
            &program.types,
            named.kind,
        )
    };
    let reordered = fitted("case::wire::Reordered");
    let is_unspecified =
        matches!(&reordered, Err(LayoutError::Unspecified { what }) if what.contains("reordered"));
    assert!(is_unspecified, "{reordered:?}");
    assert_eq!(fitted("case::wire::Header").expect("a layout").align, 16);
    let aligned = fitted("case::wire::Aligned").expect("a layout");
    assert_eq!((aligned.size, aligned.align), (16, 16));
}
