use super::*;
use crate::reading::library;

fn c(source: &str) -> Text {
    Text::of(source, false)
}

#[test]
fn an_attribute_out_of_a_macro_is_another_text_for_all_that_contain_it() {
    let natural = c(
        "# 1 \"x.h\"\ntypedef unsigned long size;\nstruct in { int a; } ;\nstruct out { struct in in; };\nstruct other { int a; struct in *far; };",
    );
    let packed = c(
        "typedef unsigned long size;\nstruct in\n{ int a; } __attribute__((packed));\nstruct out { struct in in; };\nstruct other { int a; struct in *far; };",
    );
    for (name, differs) in [
        ("struct in", true),
        ("struct out", true),
        ("struct other", false),
        ("size", false),
    ] {
        assert_eq!(natural.differs(&packed, name), differs, "{name}");
        assert!(!natural.differs(&natural, name), "{name}");
    }
}

#[test]
fn a_pack_that_is_in_force_is_a_part_of_every_declaration_behind_it() {
    let natural = c("struct a { int i; };\nstruct b { int i; };");
    let packed = c(
        "struct a { int i; };\n#pragma pack(push, 1)\nstruct b { int i; };\n#pragma pack(pop)\nstruct c { int i; };",
    );
    assert!(!natural.differs(&packed, "struct a"));
    assert!(natural.differs(&packed, "struct b"));
    let never = c("#pragma pack(1)\n#pragma pack()\nstruct b { int i; };");
    assert!(!natural.differs(&never, "struct b"));
}

#[test]
fn a_typedef_of_a_struct_without_a_tag_is_found_by_its_name() {
    let here = c("typedef struct { unsigned char _[8]; } kptr;");
    let there = c("typedef struct { unsigned char _[8]; } __attribute__((aligned(8))) kptr;");
    assert!(here.differs(&there, "kptr"));
}

#[test]
fn what_a_declaration_reaches_is_what_lies_in_it() {
    let text = c("\
enum { N = 4 };
typedef int (*handler)(struct far *), number;
struct part { number n; };
static inline int f(struct lost *p) { return 1; }
struct far { int a; };
struct near { int a; };
struct whole { struct part parts[N * 2]; struct far *next; handler h; void (*call)(struct far); struct near *p, q; };
");
    let reached: Vec<_> = text.reach("struct whole").names.keys().cloned().collect();
    assert_eq!(reached, ["N", "handler", "near", "number", "part", "whole"]);
}

#[test]
fn what_headers_of_the_system_declare_is_theirs() {
    let text = c(
        "# 1 \"/usr/include/pthread.h\" 1 3 4\ntypedef union { char s[40]; } pthread_mutex_t;\ntypedef unsigned long size_t;\n# 2 \"own.h\" 2\nstruct lock { pthread_mutex_t m; size_t n; };",
    );
    let reach = text.reach("struct lock");
    assert_eq!(
        library::names(&text, &reach).collect::<Vec<_>>(),
        ["pthread_mutex_t"]
    );
    assert!(text.is_of_system("pthread_mutex_t") && !text.is_of_system("lock"));
}

#[test]
fn what_is_in_extern_c_and_in_namespaces_is_declared_all_the_same() {
    let text = Text::of(
        "extern \"C\" {\nstruct a { int i; };\n}\nnamespace n { struct b { int i; }; }\nstruct d { int i; };",
        true,
    );
    for name in ["a", "b", "d"] {
        assert_eq!(text.declarations(name).len(), 1, "{name}");
    }
}

#[test]
fn macros_that_were_asked_about_are_kept_with_their_bodies() {
    let text = c(
        "# 1 \"own.h\"\n#undef _MSC_VER\n#define UINTPTR_MAX (18446744073709551615UL)\n#define PAIR(a,b) b; a\n#undef LONG_MAX\n#define LONG_MAX __LONG_MAX__\n",
    );
    let asked = text
        .asked
        .iter()
        .map(|(name, asked)| (name.as_str(), asked.body.as_deref()));
    assert_eq!(
        asked.collect::<Vec<_>>(),
        [
            ("LONG_MAX", Some("__LONG_MAX__")),
            ("PAIR", Some("(a,b) b; a")),
            ("UINTPTR_MAX", Some("(18446744073709551615UL)")),
            ("_MSC_VER", None),
        ]
    );
}

#[test]
fn two_compilers_may_see_other_lines_of_one_header() {
    let header = "# 1 \"/usr/include/time.h\" 1 3\n";
    let own = "# 2 \"own.h\" 2\nstruct s { time_t t; };\nstruct other { int a; };";
    let wide = c(&format!("{header}typedef __time64_t time_t;\n{own}"));
    let usual = c(&format!("{header}typedef __time_t time_t;\n{own}"));
    assert!(!wide.differs(&usual, "struct s") && wide.differs_below(&usual, "struct s"));
    assert!(!wide.differs_below(&usual, "struct other") && !wide.differs_below(&wide, "struct s"));
}
