use super::*;

fn found(source: &str, name: &str) -> Vec<String> {
    let text = Text::of(source, false);
    let all = constants(&text, &text.reach(name));
    all.iter().map(ToString::to_string).collect()
}

#[test]
fn constants_that_move_are_named() {
    for (declaration, told) in [
        (
            "char room[sizeof(void *)];",
            "`room` is as long as `sizeof(void *)`",
        ),
        (
            "unsigned x : sizeof(long) * 4;",
            "`x` is as wide as `sizeof(long)*4`",
        ),
        (
            "_Alignas(long long) char c[8];",
            "something is aligned to `long long`",
        ),
        (
            "int v __attribute__((aligned(sizeof(int))));",
            "something is aligned to `sizeof(int)`",
        ),
        (
            "int v __attribute__((aligned));",
            "something is aligned to `aligned, without a number`",
        ),
        (
            "char c[(0x7fffffffL << 1) > 0 ? 8 : 4];",
            "`c` is as long as `(0x7fffffffL < < 1) > 0 ? 8:4`",
        ),
        (
            "char c[(char)-1 < 0 ? 4 : 8];",
            "`c` is as long as `(char) - 1 < 0 ? 4:8`",
        ),
        (
            "char c[sizeof(L\"x\")];",
            "`c` is as long as `sizeof(L\"x\")`",
        ),
        (
            "char c['\\xff' < 0 ? 4 : 8];",
            "`c` is as long as `'\\xff' < 0 ? 4:8`",
        ),
        (
            "char c[(unsigned long)-1 % 7];",
            "`c` is as long as `(unsigned long) - 1%7`",
        ),
        (
            "char c[sizeof(struct in)];",
            "`c` is as long as `sizeof(struct in)`",
        ),
    ] {
        let source = format!("struct in {{ int a; }};\nstruct s {{ {declaration} }};");
        assert_eq!(found(&source, "struct s"), [told], "{declaration}");
    }
}

#[test]
fn constants_of_numbers_alone_are_the_same_everywhere() {
    for declaration in [
        "char c[16];",
        "char c[4 * (3 + N) << 2];",
        "char c[0x10UL];",
        "unsigned x : 3, y : N;",
        "int v __attribute__((aligned(16), packed));",
        "char c['a'];",
        // What compares two numbers is the same in any type that holds them.
        "char c[0x7fffffffffffffffL > 0x7fffffff ? 8 : 4];",
        // So is what stands for what the model knows.
        "char c[64 - 2 * sizeof(char[8])];",
        "enum { A = 1, B = A + 1 } e;",
    ] {
        let source = format!("enum {{ N = 3 }};\nstruct s {{ {declaration} }};");
        assert_eq!(found(&source, "struct s"), [""; 0], "{declaration}");
    }
}

#[test]
fn an_enumerator_that_is_used_is_looked_at() {
    let source = "enum { N = sizeof(long) };\nstruct s { char c[N]; };\nstruct t { char c[3]; };";
    assert_eq!(found(source, "struct s"), ["`N` is `sizeof(long)`"]);
    assert_eq!(found(source, "struct t"), [""; 0]);
}

#[test]
fn what_agrees_for_a_constant_is_what_it_names() {
    let abis = layout::Abis::builtin();
    let abi = |name| abis.get(name).unwrap();
    let needs = |declaration: &str| {
        let text = Text::of(&format!("struct s {{ {declaration} }};"), false);
        constants(&text, &text.reach("struct s")).remove(0).needs
    };
    let (x64, x86, arm, m68k) = (
        abi("x86_64-sysv"),
        abi("i386-sysv"),
        abi("arm-aapcs"),
        abi("m68k-sysv"),
    );
    let long = needs("char c[sizeof(long)];");
    assert!(!long.agree(x64, x86) && long.agree(x86, arm) && long.agree(x86, m68k));
    let aligned = needs("_Alignas(double) char c;");
    assert!(!aligned.agree(x86, arm) && aligned.agree(x64, arm) && !aligned.agree(x86, m68k));
    let bare = needs("int v __attribute__((aligned));");
    assert!(!bare.agree(x86, arm) && bare.agree(arm, arm));
    let record = needs("char c[sizeof(struct in)];");
    assert!(!record.agree(x86, arm) && record.agree(arm, arm));
    let (s390, sh4) = (abi("s390x-elf"), abi("sh4-linux"));
    let sign = needs("char c[(char)-1 < 0 ? 4 : 8];");
    assert!(!sign.agree(x64, s390) && sign.agree(x64, x86));
    for (constant, x64_and_windows, x64_and_s390, x86_and_arm) in [
        ("sizeof 1.0L", false, true, false),
        ("sizeof(1.5f)", true, true, true),
        ("sizeof 2L", false, true, true),
        ("sizeof 'a'", true, true, true),
        ("sizeof(0xffffffffffu)", false, true, true),
        ("(sizeof(void *) | 0) > 0xffffffffu", true, true, true),
        ("~0UL > 1", false, true, true),
        ("(__UINTPTR_TYPE__)-1 > 0x1ffffffff", false, true, true),
    ] {
        let needs = needs(&format!("char c[({constant}) ? 1 : 2];"));
        let windows = abi("x86_64-windows");
        let found = (
            needs.agree(x64, windows),
            needs.agree(x64, s390),
            needs.agree(x86, arm),
        );
        let right = (x64_and_windows, x64_and_s390, x86_and_arm);
        assert_eq!(found, right, "{constant}");
    }
    let unsigned = x64.with_switch(layout::abi::Switch::CharSigned(false));
    assert!(sign.agree(&unsigned, s390) && sign.agree(&unsigned, arm));
    let short = x64.with_switch(layout::abi::Switch::ShortWchar);
    assert!(!record.agree(&short, x64));
    let wide = needs("char c[sizeof(L\"x\")];");
    assert!(!wide.agree(x64, abi("x86_64-mingw")) && wide.agree(x64, s390));
    // A `long long` variable is aligned to 8 on i386, and a field to 4; on sh4 both are aligned to 4.
    let gnu = needs("char c[__alignof__(long long)];");
    assert!(!gnu.agree(x86, sh4) && gnu.agree(arm, x64));
    // GCC's rule, and Clang's.
    assert!(!gnu.agree(sh4, abi("i386-darwin")) && gnu.agree(x86, x86));
}

#[test]
fn what_a_name_of_the_library_stands_for_only_its_library_knows() {
    let header = "# 1 \"own.h\"\n# 1 \"/usr/include/time.h\" 1 3 4\ntypedef long time_t;\n# 2 \"own.h\" 2\ntypedef long word;\n";
    let text = Text::of(
        &format!(
            "{header}struct s {{ char a[sizeof(time_t)]; }};\nstruct t {{ char a[sizeof(word)]; }};"
        ),
        false,
    );
    let of = |name: &str| constants(&text, &text.reach(name)).remove(0).needs;
    let abi = |name| layout::Abis::builtin().get(name).unwrap();
    let (x86, arm) = (abi("i386-sysv"), abi("arm-aapcs"));
    assert!(!of("struct s").agree(x86, x86));
    assert!(of("struct t").agree(x86, arm));
}

#[test]
fn what_a_template_asks_of_its_argument_a_compiler_of_that_layout_must_say() {
    let needs = |source: &str| {
        let text = Text::of(source, true);
        let all = constants(&text, &text.reach("S"));
        all.into_iter()
            .map(|constant| constant.needs)
            .collect::<Vec<_>>()
    };
    let abi = |name| layout::Abis::builtin().get(name).unwrap();
    let (x64, windows) = (abi("x86_64-sysv"), abi("x86_64-windows"));
    for source in [
        "template <class T> struct S { char room[16 - sizeof(T)]; };",
        "template <class T> constexpr int a = alignof(T);",
    ] {
        let needs = needs(source);
        assert!(!needs.is_empty(), "{source}");
        assert!(!needs.iter().all(|one| one.agree(x64, windows)), "{source}");
        assert!(needs.iter().all(|one| one.agree(x64, x64)), "{source}");
    }
    // It computes as soon as it is compiled.
    let computed = needs("constexpr int f(int x) { return x * sizeof(long); }");
    assert!(!computed.iter().all(|one| one.agree(x64, windows)));
    assert!(!computed.is_empty());
    let runs = needs("int f(int x) { return x * sizeof(long); }");
    assert_eq!(runs, []);
    let counts = needs("template <class... T> struct S { char c[sizeof...(T)]; };");
    assert_eq!(counts, []);
}
