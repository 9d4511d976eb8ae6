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
            "char c[0x7fffffffffffffffL > 0x7fffffff ? 8 : 4];",
            "`c` is as long as `0x7fffffffffffffffL > 0x7fffffff ? 8:4`",
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
}
