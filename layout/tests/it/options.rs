//! Objects that were compiled with an option that moves types: their own ABI is what the compiler made of it, and nothing is said of another machine that is not so there without the option, but that it is undecided.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crossum_layout::abi::{Dialect, Scalar, Switch};
use crossum_layout::dwarf::{self, Program};
use crossum_layout::fit::{self, Alignments, Fit};
use crossum_layout::types::{Count, Member, Record, RecordKind, Type, TypeId, Types};
use crossum_layout::{Abi, Abis, Layouts};

use crate::compiled::{Compiler, NoObject, run};

/// Types that some option moves.
const TYPES: &[(&str, &str, &[&str])] = &[
    (
        "struct scalars",
        "{ char c; long long ll; char c2; double d; char c3; long double ld; char c4; wchar_t w; char c5; long l; }",
        &["c", "ll", "c2", "d", "c3", "ld", "c4", "w", "c5", "l"],
    ),
    (
        "struct enums",
        "{ char c; enum small s; char c2; enum wide w; char c3; enum minus m; }",
        &["c", "s", "c2", "w", "c3", "m"],
    ),
    (
        "struct fields",
        "{ char a; int x : 3; short y : 4; char z : 2; long q : 20; int i; }",
        &["a", "i"],
    ),
    ("struct tiny", "{ char c; }", &["c"]),
    (
        "struct pair",
        "{ char c; struct tiny t; char d; }",
        &["c", "t", "d"],
    ),
    ("union either", "{ char c[3]; short s; }", &["c", "s"]),
    (
        "struct nested",
        "{ char c; struct scalars s[2]; char d; union either u; struct fields f; }",
        &["c", "s", "d", "u", "f"],
    ),
    (
        "struct complex",
        "{ char c; _Complex double d; char e; _Complex long double ld; }",
        &["c", "d", "e", "ld"],
    ),
    (
        "struct chars",
        "{ char text[3]; signed char s; unsigned char u; }",
        &["text", "s", "u"],
    ),
    (
        "struct ints",
        "{ char c; int i; char d; short s; char e; }",
        &["c", "i", "d", "s", "e"],
    ),
];

/// The types, and the compiler's constants for them as lengths of arrays.
fn source() -> String {
    let mut source = "#include <stddef.h>\nenum small { SMALL, TWO_HUNDRED = 200 };\nenum wide { WIDE = 70000 };\nenum minus { MINUS = -1 };\n".to_owned();
    for (index, (name, body, members)) in TYPES.iter().enumerate() {
        let mut ask = |what: &str, value: &str| {
            let _ = write!(
                source,
                "typedef char {what}[{value}];\n{what} the_{what};\n"
            );
        };
        let _ = members;
        ask(&format!("none_{index}"), "1");
        let _ = writeln!(source, "{name} {body};\n{name} object_{index};");
        let mut ask = |what: &str, value: &str| {
            let _ = write!(
                source,
                "typedef char {what}[{value}];\n{what} the_{what};\n"
            );
        };
        ask(&format!("size_{index}"), &format!("sizeof({name})"));
        ask(
            &format!("align_{index}"),
            &format!("offsetof(struct {{ char c; {name} t; }}, t)"),
        );
        for member in *members {
            ask(
                &format!("offset_{index}_{member}"),
                &format!("offsetof({name}, {member}) + 1"),
            );
        }
    }
    source
}

/// Size, alignment and the offsets of members, in octets.
type Numbers = (u64, u64, Vec<u64>);

/// What the compiler says of each type in constants.
fn constants(program: &Program) -> BTreeMap<&'static str, Numbers> {
    let length = |name: &str| {
        let named = program
            .of_name(name)
            .next()
            .expect("a typedef that was asked for");
        match program.types.get(named.kind) {
            Some(Type::Array {
                count: Count::Fixed(count),
                ..
            }) => *count,
            other => panic!("{name} is {other:?}"),
        }
    };
    let of_type = |(index, (name, _, members)): (usize, &(&'static str, &str, &[&str]))| {
        let offsets = members
            .iter()
            .map(|member| length(&format!("offset_{index}_{member}")) - 1);
        let numbers = (
            length(&format!("size_{index}")),
            length(&format!("align_{index}")),
            offsets.collect(),
        );
        (*name, numbers)
    };
    TYPES.iter().enumerate().map(of_type).collect()
}

/// What the model says of a type on an ABI; `None` where it says nothing.
fn modelled(layouts: &Layouts<'_>, id: TypeId, members: &[&str]) -> Option<Numbers> {
    let layout = layouts.of(id).ok()?;
    let offset = |member: &&str| layout.member(member).expect("a member").offset();
    let offsets = members.iter().map(offset).collect::<Option<_>>()?;
    Some((layout.size, layout.align, offsets))
}

fn read(compiler: Compiler, options: &[&str]) -> Result<Program, NoObject> {
    let options = [&["-g", "-fno-eliminate-unused-debug-types"], options].concat();
    let object = compiler.object("c", &source(), &options)?;
    Ok(dwarf::read(&object).expect("a program"))
}

fn fitted(program: &mut Program) -> Fit {
    let table = Abis::builtin();
    let all: Vec<&Abi> = table.iter().collect();
    fit::best(program, table, &all, &Alignments::default()).expect("an ABI of the table")
}

const fn gcc(program: &'static str) -> Compiler {
    Compiler { program, args: &[] }
}

const fn clang(args: &'static [&'static str]) -> Compiler {
    Compiler {
        program: "clang",
        args,
    }
}

/// A compiler, and the row of the table that its objects are for.
type OfRow = (Compiler, &'static str);

/// Options, and compilers that have them, with the row of the table that they are for.
const OPTIONS: &[(&[&str], &[OfRow])] = &[
    (&["-funsigned-char"], &[X86_64, I386, ARM, CLANG_X86_64]),
    (&["-fsigned-char"], &[X86_64, ARM, POWERPC, CLANG_ARM]),
    (
        &["-mlong-double-64"],
        &[
            X86_64,
            I386,
            POWERPC,
            POWERPC64,
            S390X,
            ALPHA,
            CLANG_I386,
            CLANG_X86_64,
        ],
    ),
    (&["-mlong-double-80"], &[X86_64, I386]),
    (
        &["-mlong-double-128"],
        &[X86_64, I386, POWERPC, S390X, CLANG_I386],
    ),
    (&["-m128bit-long-double"], &[X86_64, I386]),
    (&["-m96bit-long-double"], &[I386]),
    (
        &["-fshort-enums"],
        &[
            X86_64,
            I386,
            ARM,
            AARCH64,
            POWERPC,
            M68K,
            MIPS,
            CLANG_X86_64,
            CLANG_ARM,
        ],
    ),
    (
        &["-fno-short-enums"],
        &[ARM, (gcc("arm-none-eabi-gcc"), "arm-aapcs")],
    ),
    (&["-mms-bitfields"], &[X86_64, I386, CLANG_X86_64]),
    (&["-malign-double"], &[I386, CLANG_I386]),
    (&["-fshort-wchar"], &[X86_64, ARM, S390X, CLANG_X86_64]),
    (&["-fpack-struct"], &[X86_64, I386, ARM, S390X]),
    (
        &["-fpack-struct=2"],
        &[X86_64, I386, POWERPC, SPARC64, CLANG_X86_64],
    ),
    (&["-fpack-struct=4"], &[X86_64, HPPA]),
    (&["-fno-common"], &[X86_64, ARM]),
    (&["-m16"], &[(gcc("gcc"), "i386-sysv")]),
    (&["-mx32"], &[(gcc("gcc"), "x86_64-x32")]),
    (&["-malign-int"], &[M68K]),
    (&["-mshort"], &[M68K]),
    (
        &["-mabi=apcs-gnu"],
        &[(gcc("arm-linux-gnueabi-gcc"), "arm-oabi")],
    ),
    (&["-mabi=aapcs"], &[ARM]),
    (&["-mstructure-size-boundary=32"], &[ARM]),
    (
        &["-mabi=32"],
        &[(gcc("mips64-linux-gnuabi64-gcc"), "mips-o32-be")],
    ),
    (
        &["-mabi=n32"],
        &[(gcc("mips64-linux-gnuabi64-gcc"), "mips-n32-be")],
    ),
    (
        &["-mabi=ilp32"],
        &[(gcc("aarch64-linux-gnu-gcc"), "aarch64-ilp32")],
    ),
    (&["-mabi=ieeelongdouble"], &[POWERPC64]),
    (
        &["-m32", "-mlong-double-128"],
        &[(gcc("sparc64-linux-gnu-gcc"), "sparc-sysv")],
    ),
    (
        &[
            "-m32",
            "-malign-double",
            "-mlong-double-64",
            "-fshort-enums",
            "-fshort-wchar",
            "-fpack-struct=4",
        ],
        &[(gcc("gcc"), "i386-sysv")],
    ),
];

const X86_64: (Compiler, &str) = (gcc("gcc"), "x86_64-sysv");
const I386: (Compiler, &str) = (gcc("i686-linux-gnu-gcc"), "i386-sysv");
const ARM: (Compiler, &str) = (gcc("arm-linux-gnueabi-gcc"), "arm-aapcs");
const AARCH64: (Compiler, &str) = (gcc("aarch64-linux-gnu-gcc"), "aarch64-aapcs64");
const POWERPC: (Compiler, &str) = (gcc("powerpc-linux-gnu-gcc"), "powerpc-sysv");
const POWERPC64: (Compiler, &str) = (gcc("powerpc64le-linux-gnu-gcc"), "powerpc64-elfv2");
const S390X: (Compiler, &str) = (gcc("s390x-linux-gnu-gcc"), "s390x-elf");
const ALPHA: (Compiler, &str) = (gcc("alpha-linux-gnu-gcc"), "alpha-osf");
const M68K: (Compiler, &str) = (gcc("m68k-linux-gnu-gcc"), "m68k-sysv");
const MIPS: (Compiler, &str) = (gcc("mips-linux-gnu-gcc"), "mips-o32-be");
const HPPA: (Compiler, &str) = (gcc("hppa-linux-gnu-gcc"), "hppa-sysv");
const SPARC64: (Compiler, &str) = (gcc("sparc64-linux-gnu-gcc"), "sparc64-sysv");
const CLANG_X86_64: (Compiler, &str) = (
    clang(&["--target=x86_64-linux-gnu", "-ffreestanding"]),
    "x86_64-sysv",
);
const CLANG_I386: (Compiler, &str) = (
    clang(&["--target=i686-linux-gnu", "-ffreestanding"]),
    "i386-sysv",
);
const CLANG_ARM: (Compiler, &str) = (
    clang(&["--target=armv7-linux-gnueabihf", "-ffreestanding"]),
    "arm-aapcs",
);

/// Machines that are asked what the types are there without the option.
const PLAIN: &[OfRow] = &[
    X86_64, I386, ARM, AARCH64, POWERPC, POWERPC64, S390X, ALPHA, M68K, MIPS, HPPA, SPARC64,
];

/// Of each ABI, the numbers of each type.
type Elsewhere = BTreeMap<&'static str, BTreeMap<&'static str, Numbers>>;

/// What the machines without options say, when they are given some that they know.
fn elsewhere(options: &[&str]) -> Elsewhere {
    let read = |&(compiler, row): &(Compiler, &'static str)| {
        let program = read(compiler, options).ok()?;
        Some((row, constants(&program)))
    };
    PLAIN.iter().filter_map(read).collect()
}

/// What is wrong about one object, in words.
fn wrong(
    program: &mut Program,
    row: &str,
    options: &[&str],
    plain: &Elsewhere,
    same: &Elsewhere,
) -> Vec<String> {
    let expected = constants(program);
    let fit = fitted(program);
    let [own] = fit.own.as_slice() else {
        return vec![format!("{} builds, expected one", fit.own.len())];
    };
    let mut wrong = Vec::new();
    if own.abi.name() != row {
        wrong.push(format!("for {}, expected {row}", own.abi.name()));
    }
    let given = Switch::of(&options.join(" "));
    let recorded = program.builds[0].recorded;
    if recorded && !given.iter().all(|switch| own.switches.contains(switch)) {
        wrong.push(format!("found {:?}, expected {given:?}", own.switches));
    }
    // Which would be in the source, and so on every machine.
    let looks_like_a_pragma = !recorded && matches!(given[..], [Switch::PackStruct(Some(_))]);
    let layouts = Layouts::as_declared(&own.abi, &program.types);
    for (name, _, members) in TYPES {
        let id = program.of_name(name).next().expect("the type").kind;
        let found = modelled(&layouts, id, members);
        // Clang before 15 does not write of which type a complex number is.
        let is_unsaid = *name == "struct complex" && !recorded && found.is_none();
        if found.as_ref() != Some(&expected[name]) && !is_unsaid {
            wrong.push(format!(
                "{name}: own {found:?}, expected {:?}",
                expected[name]
            ));
        }
        for (abi, numbers) in plain {
            let table = Abis::builtin();
            let there = own.on(table.get(abi).expect("a row"));
            let found = modelled(&Layouts::new(&there, &program.types), id, members);
            if let (Some(found), Some(same)) = (&found, same.get(abi))
                && recorded
                && found != &same[name]
            {
                wrong.push(format!(
                    "{name}: on {abi} with the same option {found:?}, expected {:?}",
                    same[name]
                ));
            }
            let is_undecided = fit
                .about(&program.types, id)
                .iter()
                .any(|ambiguity| ambiguity.abis.contains(*abi));
            if let Some(found) = found
                && *abi != row
                && !is_undecided
                && !looks_like_a_pragma
                && found != numbers[name]
            {
                wrong.push(format!(
                    "{name}: on {abi} {found:?}, expected {:?} there, or to be undecided",
                    numbers[name]
                ));
            }
        }
    }
    wrong
}

#[test]
fn an_objects_own_abi_is_what_its_options_made_of_it_and_elsewhere_nothing_is_taken_for_granted() {
    let plain = elsewhere(&[]);
    for (compiler, row) in PLAIN {
        assert!(
            plain.contains_key(row) || !compiler.is_here(),
            "{compiler} for {row}"
        );
    }
    let mut wrong_objects = Vec::new();
    let mut tried = 0;
    for (options, compilers) in OPTIONS {
        let of_an_abi = |option: &&str| ["-m16", "-m32", "-mx32"].contains(option);
        let same = match Switch::of(&options.join(" ")).is_empty() || options.iter().any(of_an_abi)
        {
            true => Elsewhere::new(),
            false => elsewhere(options),
        };
        for &(compiler, row) in *compilers {
            let mut program = match read(compiler, options) {
                Ok(program) => program,
                Err(why) => {
                    let what = format!("{compiler} {}", options.join(" "));
                    why.name(&what, compiler.program);
                    continue;
                }
            };
            tried += 1;
            let found = wrong(&mut program, row, options, &plain, &same);
            wrong_objects.extend(
                found
                    .into_iter()
                    .map(|wrong| format!("{compiler} {}: {wrong}", options.join(" "))),
            );
        }
    }
    println!("{tried} objects, {} machines without options", plain.len());
    assert!(
        tried > 0 && plain.contains_key("x86_64-sysv"),
        "the compiler of this machine"
    );
    assert!(wrong_objects.is_empty(), "{}", wrong_objects.join("\n"));
}

/// Each type with its layout on the ABI of its own unit, and whether it is undecided elsewhere; in the order of their names.
fn told(octets: &[u8]) -> Vec<String> {
    let mut program = dwarf::read(octets).expect("a program");
    let fit = fitted(&mut program);
    let mut told = Vec::new();
    for named in &program.named {
        if !program.observed.contains_key(&named.kind) {
            continue;
        }
        let own = &fit.own[program.build_of(named.kind)];
        let layouts = Layouts::as_declared(&own.abi, &program.types);
        let numbers = layouts.of(named.kind).map(|layout| {
            let offsets: Vec<_> = layout
                .members
                .iter()
                .map(|member| member.bit_offset)
                .collect();
            (layout.size, offsets)
        });
        let why: Vec<_> = fit
            .about(&program.types, named.kind)
            .iter()
            .map(|ambiguity| ambiguity.why.clone())
            .collect();
        told.push(format!("{} {numbers:?} {why:?}", named.name));
    }
    told.sort();
    told
}

#[test]
fn units_with_other_options_are_each_by_its_own_in_whatever_order_they_were_linked() {
    let unit = |name: &str| {
        format!(
            "struct common {{ char c; int i; }};\nstruct of_{name} {{ char c; long double d; struct common s; enum {{ ONE_{name} }} e; }};\nstruct same {{ char c; long double d; }};\nstruct of_{name} a_{name}; struct same same_{name};\n"
        )
    };
    let directory = tempfile::tempdir().expect("a directory");
    let units = [
        ("plain", ["-O0", "-O0"]),
        ("short", ["-mlong-double-64", "-fshort-enums"]),
        ("windows", ["-mms-bitfields", "-funsigned-char"]),
    ];
    for (name, options) in units {
        let file = format!("{name}.c");
        std::fs::write(directory.path().join(&file), unit(name)).expect("a file");
        let mut args = vec!["-g", "-c", &file];
        args.extend(options);
        let made = run("gcc", &args, directory.path()).expect("the compiler of this machine");
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
    }
    let linked = |order: &[&str]| {
        let args = [&["-r", "-nostdlib", "-o", "all.o"], order].concat();
        let made = run("gcc", &args, directory.path()).expect("the linker of this machine");
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        told(&std::fs::read(directory.path().join("all.o")).expect("an object"))
    };
    let one = linked(&["plain.o", "short.o", "windows.o"]);
    let other = linked(&["windows.o", "short.o", "plain.o"]);
    assert_eq!(one, other);
    let all = one.join("\n");
    // On x86_64: 16 octets aligned to 16, and 8 aligned to 8 where the option was given.
    for expected in [
        "struct same Ok((32, [0, 128]))",
        "struct same Ok((16, [0, 64]))",
        "struct of_plain Ok((48, [0, 128, 256, 320]))",
        "struct of_short Ok((32, [0, 64, 128, 192]))",
        "`-mlong-double-64`",
        "`-fshort-enums`",
    ] {
        assert!(all.contains(expected), "{expected} is not in\n{all}");
    }
}

/// A bit-field of width 0 is cut down by the option, and by no pragma.
#[test]
fn what_packs_every_record_cuts_a_bit_field_of_width_0_down_and_a_pragma_does_not() {
    const BODIES: &[&str] = &[
        "char a; int : 0; char b;",
        "char a; long long : 0; short b; char c;",
        "char a : 3; long : 0; char b : 2; int : 0;",
    ];
    for (compiler, row) in [X86_64, I386, ARM, AARCH64, M68K, SPARC64, CLANG_X86_64] {
        let abi = Abis::builtin().get(row).expect("a row");
        for octets in [1, 2, 4, 8] {
            let mut source = String::new();
            let abi = match compiler.program {
                "clang" => abi.with_compiler(Dialect::Clang),
                _ => abi.clone(),
            };
            let abi = abi.with_switch(Switch::PackStruct(Some(octets)));
            for (index, body) in BODIES.iter().enumerate() {
                for (line, pack) in [octets, 1, 4].into_iter().enumerate() {
                    let mut types = Types::new();
                    let [char, short, int, long, longer] = [
                        Scalar::Char,
                        Scalar::Short,
                        Scalar::Int,
                        Scalar::Long,
                        Scalar::LongLong,
                    ]
                    .map(|scalar| types.add(Type::Scalar(scalar)));
                    let bits = |kind, bits| Member::unnamed(kind).bits(bits);
                    let members = match index {
                        0 => vec![Member::new("a", char), bits(int, 0), Member::new("b", char)],
                        1 => vec![
                            Member::new("a", char),
                            bits(longer, 0),
                            Member::new("b", short),
                            Member::new("c", char),
                        ],
                        _ => vec![
                            Member::new("a", char).bits(3),
                            bits(long, 0),
                            Member::new("b", char).bits(2),
                            bits(int, 0),
                        ],
                    };
                    let mut record = Record::new(RecordKind::Struct);
                    record.members = members;
                    record.pack = Some(pack);
                    let record = types.add(Type::Record(record));
                    let layouts = Layouts::new(&abi, &types);
                    let layout = layouts.of(record).expect("a layout");
                    let pragma = match line {
                        0 => "#pragma pack()".to_owned(),
                        _ => format!("#pragma pack({pack})"),
                    };
                    let name = format!("s{index}_{line}");
                    let _ = writeln!(source, "{pragma}\nstruct {name} {{ {body} }};");
                    let (size, align) = (layout.size, layout.align);
                    let _ = writeln!(
                        source,
                        "_Static_assert(sizeof(struct {name}) == {size} && _Alignof(struct {name}) == {align}, \"{size} {align}\");"
                    );
                }
            }
            let option = format!("-fpack-struct={octets}");
            match compiler.object("c", &source, &[&option]) {
                Ok(_) => {}
                Err(NoObject::Refused(why)) => panic!("{compiler} {option}: {why}"),
                Err(why) => why.name("-fpack-struct", compiler.program),
            }
        }
    }
}

/// Which `double` it moves is not known: nothing is said of other machines, and no alignment.
#[test]
fn what_aligns_as_power_does_is_known_on_its_own_machine_alone() {
    let compiler = gcc("powerpc64-linux-gnu-gcc");
    let source = "struct moved { char a; double b; long c; }; struct one { double a; }; struct around { int a; struct one b[2]; }; struct ints { char a; long b; };
        struct moved m; struct one o; struct around r; struct ints i;";
    let octets = match compiler.object("c", source, &["-g", "-malign-power"]) {
        Ok(octets) => octets,
        Err(why) => return why.name("gcc -malign-power", compiler.program),
    };
    let mut program = dwarf::read(&octets).expect("a program");
    let fit = fitted(&mut program);
    assert_eq!(fit.own[0].abi.name(), "powerpc64-elfv1");
    let own = Layouts::where_read(&fit.own[0].abi, &program.types);
    let x86_64 = "x86_64-sysv".to_owned();
    let there = Layouts::new(Abis::builtin().get(&x86_64).expect("a row"), &program.types);
    for (name, size, is_moved) in [
        ("struct moved", 24, true),
        ("struct one", 8, true),
        ("struct around", 20, true),
        ("struct ints", 16, false),
    ] {
        let kind = program.of_name(name).next().expect("a type").kind;
        assert_eq!(own.of(kind).expect("a layout").size, size, "{name}");
        assert_eq!(own.tells_alignment(kind), !is_moved, "{name}");
        let about = fit.about(&program.types, kind);
        let is_told = about
            .iter()
            .any(|of| of.why.contains("-malign-power") && of.abis.contains(&x86_64));
        // What no reading explains is undecided anyhow.
        let is_told = is_told || there.of(kind).is_err();
        assert_eq!(is_told, is_moved, "{name}: {about:?}");
    }
}
