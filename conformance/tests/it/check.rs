//! `crossum check`, on headers of a few lines. What needs other compilers than this machine's is at the end.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::bench::{Bench, Ran, host_command};

/// The targets of the matrix, by ({little, big}, {32, 64}).
fn matrix() -> BTreeMap<(String, u64), BTreeSet<String>> {
    let mut islands: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for target in cross::targets().filter(|target| target.unobserved.is_none()) {
        let abi = layout::Abis::builtin().get(&target.abi).unwrap();
        let long = abi.size(layout::abi::Scalar::Long) as u64;
        let island = islands.entry((abi.byte_order().to_string(), 8 * long));
        island.or_default().insert(target.name.clone());
    }
    islands
}

#[test]
fn the_struct_of_the_book_has_four_islands() {
    let targets = matrix()
        .into_values()
        .flatten()
        .collect::<Vec<_>>()
        .join(",");
    let bench = with("sum.h", "struct args { long arg1, arg2; };\n");
    let ran = json(&bench, &["sum.h", "--targets", &targets]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let args = only(&ran);
    assert_eq!(args["name"], "struct args");
    assert!(args["declared"].as_str().unwrap().ends_with("sum.h:1"));
    let expected: BTreeSet<_> = matrix().into_values().collect();
    assert_eq!(expected.len(), 4);
    assert_eq!(islands(&args), expected);
    assert_eq!(codes(&args), ["byte-order", "width"].into());
    let layout = &args["layouts"]["s390x-unknown-linux-gnu"];
    assert_eq!((&layout["size"], &layout["align"]), (&16.into(), &8.into()));
    let field = &layout["fields"][1];
    assert_eq!(
        (&field["path"], &field["bit_offset"], &field["bit_size"]),
        (&"arg2".into(), &64.into(), &64.into())
    );
}

/// gcc aligns the second to 8 on aarch64: its bit-field of width 0 counts there.
#[test]
fn a_group_that_aligns_a_type_in_two_ways_shows_both() {
    let text =
        "struct s { int a; long long : 0; int b[2]; } __attribute__((packed, aligned(4)));\n";
    let bench = with("s.h", text);
    let targets = "x86_64,aarch64";
    let ran = bench.run(&["check", "s.h", "--targets", targets, "--layout"]);
    assert!(
        ran.stdout.contains("portable between 2 machines"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("16, 4 or 8"), "{}", ran.stdout);
}

/// What of Microsoft's C++ no member stands for is no padding that may be cleared.
#[test]
fn a_pointer_of_the_compilers_is_shown_as_what_it_is() {
    let text = "struct V { int v; };\nstruct C : virtual V { int c; virtual void f(); };\n";
    let bench = with("c.hpp", text);
    let targets = "x86_64,x86_64-windows";
    let ran = bench.run(&["check", "c.hpp", "--targets", targets, "--layout"]);
    let row = ran
        .stdout
        .lines()
        .find(|line| line.contains("(virtual bases)"));
    assert!(row.is_some_and(|row| row.contains("8:8")), "{}", ran.stdout);
    let ran = json(&bench, &["c.hpp", "--targets", targets, "--type", "C"]);
    let layouts = &only(&ran)["layouts"];
    let pointers = &layouts["x86_64-windows"]["pointers"];
    assert_eq!(pointers[0]["bit_offset"], 64);
    assert!(layouts["x86_64-unknown-linux-gnu"]["pointers"].is_null());
}

#[test]
fn padding_alone_parts_machines_whose_widths_agree() {
    let bench = with("op.h", "struct op { char op; long long a; };\n");
    let ran = json(&bench, &["op.h", "--targets", "all"]);
    let op = only(&ran);
    let island = |name: &str| {
        let mut islands = islands(&op).into_iter();
        islands.find(|island| island.contains(name)).unwrap()
    };
    let [i686, armv7, m68k] = [
        "i686-unknown-linux-gnu",
        "armv7-unknown-linux-gnueabihf",
        "m68k-unknown-linux-gnu",
    ]
    .map(island);
    assert!(i686 != armv7 && armv7 != m68k && m68k != i686);
    assert!(codes(&op).contains("padding"), "{op:#}");
    assert!(codes(&op).contains("plain-char"), "{op:#}");
}

#[test]
fn a_type_that_is_the_same_everywhere_is_portable() {
    let bench = with(
        "safe.h",
        "#include <stdint.h>\nstruct safe { uint8_t octets[6]; int8_t sign; uint8_t rest; };\n",
    );
    let ran = json(&bench, &["safe.h"]);
    let safe = only(&ran);
    assert_eq!(islands(&safe).len(), 1);
    assert_eq!(codes(&safe), BTreeSet::new());
    assert_eq!(ran.report()["summary"]["portable"], 1);
    assert!(
        ran.stdout
            .contains("struct safe: portable, 8 octets; same octets between all 14 machines"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_header_that_does_not_compile_is_told_in_the_compilers_words() {
    let bench = with("wrong.h", "struct args {\n  lung a;\n};\n");
    let ran = bench.run(&["check", "wrong.h"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("wrong.h:2:"), "{}", ran.stderr);
    assert!(ran.stderr.contains("lung"), "{}", ran.stderr);
}

#[test]
fn a_file_without_types_or_debug_information_is_told() {
    for (name, text, told) in [
        ("empty.h", "\n", "declares no struct"),
        ("types.o", "", "types.o"),
        ("noise.bin", "this is no object file", "noise.bin"),
    ] {
        let ran = with(name, text).run(&["check", name]);
        assert_eq!(ran.status, 2, "{name}: {}", ran.stdout);
        assert!(ran.stderr.contains(told), "{name}: {}", ran.stderr);
    }
    let ran = Bench::new().run(&["check", "missing.h"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("cannot read missing.h"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_type_that_does_not_exist_is_told_with_the_nearest() {
    let bench = with("sum.h", "struct arguments { long a; };\n");
    let ran = bench.run(&["check", "sum.h", "--type", "struct argument"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("did you mean `arguments`?"),
        "{}",
        ran.stderr
    );
}

#[test]
fn types_are_chosen_by_name_and_pattern() {
    let text = "#include <stddef.h>\nstruct one { int a; };\nstruct two { int a; };\ntypedef struct { size_t n; } three;\n";
    let bench = with("some.h", text);
    for (options, expected) in [
        (&[][..], &["struct one", "struct two", "three"][..]),
        (&["--type", "struct one"], &["struct one"]),
        (&["--type", "t*"], &["struct two", "three"]),
        (
            &["--type", "one", "--type", "three"],
            &["struct one", "three"],
        ),
    ] {
        let ran = json(&bench, &[&["some.h"], options].concat());
        let names: Vec<_> = types(&ran)
            .iter()
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(names, expected, "{options:?}");
    }
}

#[test]
fn a_denied_finding_is_exit_status_1_unless_it_is_allowed() {
    let bench = with("sum.h", "struct args { long arg1, arg2; };\n");
    for (options, status) in [
        (&[][..], 0),
        (&["--deny", "width"], 1),
        (&["--deny", "all"], 1),
        (&["--deny", "padding"], 0),
        (&["--deny", "width", "--allow", "width@struct args"], 0),
        (&["--deny", "width", "--allow", "width@struct other"], 1),
        (&["--deny", "width", "--allow", "width"], 0),
        (&["--deny", "no-such-code"], 2),
    ] {
        let ran = bench.run(&[&["check", "sum.h"], options].concat());
        assert_eq!(
            ran.status, status,
            "{options:?}: {}{}",
            ran.stdout, ran.stderr
        );
    }
    for (allow, told) in [
        ("width@nope", "no type `nope` was read"),
        ("width@args", ""),
        ("width", ""),
    ] {
        let ran = bench.run(&["check", "sum.h", "--allow", allow]);
        assert_eq!(ran.status, 0, "{allow}: {}", ran.stderr);
        assert!(ran.stderr.contains(told), "{allow}: {}", ran.stderr);
        assert_eq!(ran.stderr.is_empty(), told.is_empty(), "{}", ran.stderr);
    }
    let ran = bench.run(&["check", "sum.h", "--targets", "avr", "--layout"]);
    for told in [
        "portable on 1 machine  sum.h",
        "1 type on 1 machine: 1 portable",
    ] {
        assert!(ran.stdout.contains(told), "{}", ran.stdout);
    }
    // The step that fails a build when somebody adds a `long`: the project's own settings.
    std::fs::write(bench.path("crossum.toml"), "[check]\ndeny = [\"width\"]\n").unwrap();
    assert_eq!(bench.run(&["check", "sum.h"]).status, 1);
    std::fs::write(bench.path("crossum.toml"), "[check]\ndeny = [\"with\"]\n").unwrap();
    let ran = bench.run(&["check", "sum.h"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("did you mean `width`?"),
        "{}",
        ran.stderr
    );
}

/// `struct __va_list_tag` cannot be named, so its alignment cannot be asked for; that of the others can.
#[test]
fn what_a_compiler_refuses_to_say_silences_nothing_else() {
    let text =
        "#include <stdarg.h>\nstruct two { long a; long long b; };\nvoid use(va_list list);\n";
    let bench = with("two.h", text);
    let ran = json(&bench, &["two.h", "--all"]);
    let types = ran.report()["types"].as_array().unwrap();
    let two = types
        .iter()
        .find(|one| one["name"] == "struct two")
        .unwrap();
    assert_eq!(two["undecided"], serde_json::json!([]));
}

/// Nothing in debug information tells what fills it up; and the ABI of a C library that does not know its types must not be taken for the file's because nothing is wrong there.
#[test]
// A class with functions is not read from the text.
fn a_record_that_no_reading_explains_is_undecided_wherever_its_types_are_known() {
    let text = "#include <sys/types.h>\nstruct odd { __syscall_slong_t a; int b; int :32; int :32; int :32; void f(); };\n";
    let bench = with("odd.hpp", text);
    let odd = only(&json(&bench, &["odd.hpp", "--targets", "all"]));
    let native = cross::targets().find(|target| target.is_native()).unwrap();
    assert_eq!(odd["layouts"][&native.name]["size"], serde_json::json!(24));
    let why = odd["undecided"].to_string();
    for expected in [
        "bit-fields without a name fill what no member takes",
        "\"i686-unknown-linux-gnu\"",
        "\"m68k-unknown-linux-gnu\"",
        "\"armv7-unknown-linux-gnueabihf\"",
    ] {
        assert!(why.contains(expected), "{expected} is not in {why}");
    }
    assert!(!why.contains(&format!("{:?}", native.name)), "{why}");
}

#[test]
fn a_declaration_with_conditions_says_so() {
    let text = "struct moved {\n  char a;\n#ifdef __BIG_ENDIAN__\n  char b;\n#endif\n};\n";
    let ran = json(&with("moved.h", text), &["moved.h"]);
    let moved = only(&ran);
    assert!(codes(&moved).contains("conditional-text"), "{moved:#}");
}

/// The machines that a report is about.
fn machines(ran: &Ran) -> BTreeSet<String> {
    let names = ran.report()["machines"].as_array().unwrap().iter();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_machines_that_people_have_are_looked_at_unless_others_are_named() {
    let bench = with("int.h", "struct it { int a; };\n");
    let usual = json(&bench, &["int.h"]);
    assert_eq!(machines(&usual).len(), 14);
    // On AVR an int has 16 bits.
    assert_eq!(codes(&only(&usual)), ["byte-order", "width"].into());
    let all = json(&bench, &["int.h", "--targets", "all"]);
    assert!(machines(&all).len() > 60 && machines(&all).is_superset(&machines(&usual)));
    // A dead one stands apart: it would part everything.
    assert!(!machines(&all).contains("arm-oabi"), "{}", all.stdout);
    assert!(
        all.stdout
            .contains("not looked at unless `--targets` names them: arm-oabi")
    );
    let named = json(&bench, &["int.h", "--targets", "arm-oabi,x86_64"]);
    let expected = ["arm-oabi", "x86_64-unknown-linux-gnu"].map(str::to_owned);
    assert_eq!(machines(&named), expected.into());
}

/// What is printed of a machine can be typed; so can what people have for it elsewhere.
#[test]
fn every_name_that_is_printed_is_one_that_is_taken() {
    let bench = with("int.h", "struct it { int a; };\n");
    let usual = bench.run(&["check", "int.h"]);
    let line = usual
        .stdout
        .lines()
        .find(|line| line.starts_with("machines: "));
    let names = line.unwrap().trim_start_matches("machines: ");
    let names: Vec<&str> = names.split(';').next().unwrap().split(", ").collect();
    assert_eq!(names.len(), 14, "{names:?}");
    let again = json(&bench, &["int.h", "--targets", &names.join(",")]);
    assert_eq!(machines(&again), machines(&json(&bench, &["int.h"])));
    for (name, machine) in [
        ("x86_64", "x86_64-unknown-linux-gnu"),
        ("x86_64-pc-windows-msvc", "x86_64-windows"),
        ("wasm32-unknown-unknown", "wasm32"),
        ("thumbv7em-none-eabihf", "arm-bare"),
        ("arm64", "aarch64-unknown-linux-gnu"),
        ("uno", "avr-gcc"),
        ("esp32", "xtensa-lx106"),
        ("esp8266", "xtensa-lx106"),
        ("x86_64-linux-gnu", "x86_64-unknown-linux-gnu"),
        ("armv7+time64", "armv7-unknown-linux-gnueabihf+time64"),
    ] {
        let ran = json(&bench, &["int.h", "--targets", name]);
        assert_eq!(machines(&ran), [machine.to_owned()].into(), "{name}");
    }
    let ran = bench.run(&["check", "int.h", "--targets", "esp23"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("did you mean"), "{}", ran.stderr);
}

#[test]
fn between_some_machines_only_what_breaks_between_them_is_told() {
    let text = "struct two { int a; long long b; };\n";
    let bench = with("two.h", text);
    let ran = bench.run(&["check", "two.h", "--between", "x86_64,aarch64"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(
        ran.stdout
            .contains("struct two: portable, 16 octets; same octets between x86_64, aarch64"),
        "{}",
        ran.stdout
    );
    let ran = bench.run(&["check", "two.h", "--between", "esp32,avr,x86_64"]);
    assert!(
        ran.stdout.contains(
            "16 octets on x86_64, 10 on AVR; `b` at 8, 2; same octets between x86_64, ESP32; breaks against AVR"
        ),
        "{}",
        ran.stdout
    );
    for (options, why) in [
        (
            &["--between", "x86_64"][..],
            "found one machine, expected two or more, such as --between x86_64,aarch64",
        ),
        (
            &["--between", "avr,avr"],
            "found one machine, expected two or more, such as --between avr,x86_64",
        ),
        (
            &["--between", "x86_64,avr", "--targets", "all"],
            "cannot be used with",
        ),
    ] {
        let ran = bench.run(&[&["check", "two.h"], options].concat());
        assert_eq!(ran.status, 2, "{options:?}");
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
}

#[test]
fn a_type_that_compilers_of_some_machine_refuse_is_not_undecided() {
    let bench = with("wide.h", "struct wide { int a : 24; };\n");
    let ran = json(
        &bench,
        &["wide.h", "--targets", "avr-gcc,x86_64-unknown-linux-gnu"],
    );
    let wide = only(&ran);
    assert_eq!(wide["undecided"], Value::Array(Vec::new()));
    let refused = &wide["refused"][0];
    assert_eq!(refused["targets"][0], "avr-gcc");
    let why = refused["why"].as_str().unwrap();
    assert!(why.contains("expected at most 16"), "{why}");
}

#[test]
fn a_type_that_one_machine_alone_declares_is_not_portable_and_each_says_where_it_is_not() {
    let text = "template<int N> struct Box { char c[N]; unsigned short n; };\nstruct U { Box<sizeof(long)> a; unsigned char t; };\n";
    let ran = json(
        &with("box.hpp", text),
        &["box.hpp", "--targets", "x86_64,i686"],
    );
    for expected in [
        "\nBox<4>: 6 octets; same octets on i686 alone\n",
        "\nBox<8>: 10 octets; same octets on x86_64 alone\n",
        "\nrefused on i686: not declared there (Box<8>)\n",
        "\nrefused on x86_64: not declared there (Box<4>)\n",
    ] {
        let stdout = format!("\n{}", ran.stdout);
        assert!(stdout.contains(expected), "{expected}{stdout}");
    }
    assert_eq!(ran.report()["summary"]["portable"], 0);
    assert_eq!(ran.report()["summary"]["not_portable"], 3);
}

#[test]
fn no_number_is_told_of_a_machine_on_which_it_is_undecided() {
    let text =
        "struct __attribute__((packed)) row { _Alignas(8) char c; long long v; long a, b, d; };\n";
    let options = ["row.h", "--targets", "x86_64,i686,x86_64-windows"];
    let ran = json(&with("row.h", text), &options);
    let row = only(&ran);
    let undecided = row["undecided"][0]["targets"].as_array().unwrap();
    assert_eq!(*undecided, ["x86_64-windows"]);
    let layouts = row["layouts"].as_object().unwrap();
    let known: BTreeSet<_> = layouts.keys().map(String::as_str).collect();
    assert_eq!(
        known,
        ["i686-unknown-linux-gnu", "x86_64-unknown-linux-gnu"].into()
    );
    for finding in row["findings"].as_array().unwrap() {
        let words = finding.to_string();
        assert!(!words.to_lowercase().contains("windows"), "{words}");
    }
    let verdict = ran
        .stdout
        .lines()
        .find(|line| line.starts_with("struct row:"));
    let verdict = verdict.unwrap();
    assert!(
        verdict.contains(": 40 octets on x86_64, 24 on i686;") && !verdict.contains("Windows"),
        "{verdict}"
    );
}

#[test]
fn an_address_is_found_where_its_place_is_undecided() {
    let text = "struct __attribute__((packed)) row { char *p; _Alignas(8) char c; };\n";
    let options = ["row.h", "--targets", "x86_64-windows", "--deny", "pointer"];
    let ran = json(&with("row.h", text), &options);
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    assert_eq!(codes(&only(&ran)), ["pointer"].into());
}

#[test]
fn findings_are_explained() {
    let bench = Bench::new();
    let ran = bench.run(&["check", "--explain"]);
    assert_eq!(ran.status, 0);
    for rule in check::findings::all() {
        assert!(ran.stdout.contains(rule.code), "{}", rule.code);
        let ran = bench.run(&["check", "--explain", rule.code]);
        assert!(
            ran.stdout.contains(rule.explain) && ran.stdout.contains(rule.cure),
            "{}",
            rule.code
        );
    }
    let ran = bench.run(&["check", "--explain", "pading"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("did you mean `padding`?"),
        "{}",
        ran.stderr
    );
}

#[test]
fn code_scanning_and_annotations_point_at_the_declaration() {
    let bench = with("sum.h", "\nstruct args { long arg1; };\n");
    let ran = bench.run(&[
        "check",
        "sum.h",
        "--deny",
        "width",
        "--sarif",
        "report.json",
        "--github",
    ]);
    assert_eq!(ran.status, 1);
    let sarif = Ran::report(&Ran {
        report: read(&bench, "report.json"),
        ..ran
    })
    .clone();
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let levels: BTreeMap<_, _> = results
        .iter()
        .map(|result| {
            (
                result["ruleId"].as_str().unwrap(),
                result["level"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        levels,
        [("byte-order", "warning"), ("width", "error")].into()
    );
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "sum.h");
    let region = serde_json::json!({ "startLine": 2, "startColumn": 20, "endColumn": 24 });
    assert_eq!(place["region"], region);
    let width = results.iter().find(|one| one["ruleId"] == "width").unwrap();
    let change = &width["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "sum.h");
    let region = serde_json::json!({ "startLine": 2, "startColumn": 15, "endColumn": 19 });
    assert_eq!(change["replacements"][0]["deletedRegion"], region);
    assert_eq!(
        change["replacements"][0]["insertedContent"]["text"],
        "int64_t"
    );
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    for result in results {
        assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]));
    }

    let ran = bench.run(&["check", "sum.h", "--deny", "width", "--github"]);
    let error =
        "::error file=sum.h,line=2,col=20,endColumn=23,title=crossum%3A width::struct args, arg1: ";
    assert!(ran.stdout.contains(error), "{}", ran.stdout);
    assert!(
        ran.stdout.contains(
            "::warning file=sum.h,line=2,col=20,endColumn=23,title=crossum%3A byte-order::"
        )
    );
}

#[test]
fn a_type_of_ten_thousand_fields_and_one_that_points_to_itself_are_checked() {
    let fields: String = (0..10_000)
        .map(|number| format!("short f{number};\n"))
        .collect();
    let text =
        format!("struct wide {{ {fields} }};\nstruct list {{ struct list *next; int value; }};\n");
    let ran = json(&with("wide.h", &text), &["wide.h", "--targets", "all"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let wide = &types(&ran)[1];
    assert_eq!(wide["layouts"]["m68k-unknown-linux-gnu"]["size"], 20_000);
    let list = &types(&ran)[0];
    assert!(codes(list).contains("pointer"));
}

#[test]
fn what_is_shown_can_be_taken_in_at_a_glance() {
    let text = "struct args { long arg1, arg2; };\nstruct op { char op; long long a; unsigned low : 3, high : 5; };\n";
    let targets = "aarch64-unknown-linux-gnu,armv7-unknown-linux-gnueabihf,i686-unknown-linux-gnu,m68k-unknown-linux-gnu,powerpc-unknown-linux-gnu,s390x-unknown-linux-gnu,x86_64-unknown-linux-gnu";
    let bench = with("wire.h", text);
    let ran = bench.run(&["check", "wire.h", "--targets", targets]);
    insta::assert_snapshot!(ran.stdout);
    let ran = bench.run(&["check", "wire.h", "--targets", targets, "--layout"]);
    insta::assert_snapshot!(ran.stdout);
}

/// A header as they are: a struct in a struct and in a union, times, bit-fields, a pointer.
const FOUR_TYPES: &str = "\
#include <stdint.h>
#include <time.h>
#include <wchar.h>
enum kind { HELLO, DATA, BYE };
struct header { char magic[4]; enum kind kind; long length; uint16_t flags:4, ver:12; time_t stamp; };
struct sample { struct header h; double v[3]; long double w; wchar_t name[8]; void *next; _Bool ok; };
union u { struct sample s; char raw[64]; };
";

#[test]
fn the_first_screen_says_each_fault_once_and_what_to_write() {
    let bench = with("four.h", FOUR_TYPES);
    let ran = bench.run(&["check", "four.h"]);
    assert!(ran.stdout.lines().count() <= 40, "{}", ran.stdout);
    for (what, times) in [
        ("`length` of", 1),
        ("write `int64_t length;`", 1),
        ("`stamp` moves from 24 to 16", 1),
        ("int64_t stamp;`", 1),
        ("write `double w;`", 1),
        ("write `uint16_t name[8];`", 1),
        ("warning[enum-size]", 1),
        // A `long`, and a `double` on AVR.
        ("warning[width]", 2),
        ("warning[pointer]", 1),
        ("byte-order", 0),
        ("by `struct header`", 2),
    ] {
        assert_eq!(
            ran.stdout.matches(what).count(),
            times,
            "{what}: {}",
            ran.stdout
        );
    }
    insta::assert_snapshot!(ran.stdout);
}

/// Of a large header what is wrong can be seen, and not what is right a hundred times.
#[test]
fn types_of_which_the_same_is_to_be_said_share_a_line() {
    let fine = |number| format!("struct fine{number} {{ uint32_t id; uint8_t octets[8]; }};\n");
    let text: String = (0..100).map(fine).collect();
    let text = format!("#include <stdint.h>\n{text}struct bad {{ long length; }};\n");
    let ran = with("large.h", &text).run(&["check", "large.h"]);
    assert!(ran.stdout.lines().count() <= 12, "{}", ran.stdout);
    for expected in [
        "`length` of `struct bad`",
        "struct fine0, struct fine1, struct fine10, struct fine11 and 96 more: order differs; same octets between x86_64",
    ] {
        assert!(ran.stdout.contains(expected), "{expected}: {}", ran.stdout);
    }
}

/// The machines that no program is built for are listed, too, with the names that people have for them.
#[test]
fn every_machine_is_listed() {
    let ran = Bench::new().run(&["targets"]);
    for abi in layout::Abis::builtin().iter() {
        assert!(ran.stdout.contains(abi.name()), "{}", abi.name());
    }
    for name in [
        "Windows x64 *",
        "x86_64-pc-windows-msvc",
        "uno",
        "esp8266",
        "arm-oabi",
    ] {
        assert!(ran.stdout.contains(name), "{name}: {}", ran.stdout);
    }
}

/// A typedef and its struct are one type, whatever it is called.
#[test]
fn a_type_with_several_names_is_told_once() {
    let text = "typedef struct header header;\nstruct header { long length; };\ntypedef struct { long x; } A, B;\ntypedef A C;\n";
    for (file, expected) in [
        ("twice.h", ["A", "struct header"]),
        ("twice.hpp", ["A", "header"]),
    ] {
        let ran = json(&with(file, text), &[file]);
        let rows = types(&ran);
        let names: Vec<_> = rows
            .iter()
            .map(|row| row["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, expected, "{file}");
    }
}

#[test]
fn declared_names_and_signs_are_kept() {
    let text = "#include <stdint.h>\n#include <time.h>\nstruct all { unsigned long a; uint16_t b[2], c:3; time_t d; size_t e; struct { short f; } g; };\n";
    let ran = json(&with("all.h", text), &["all.h"]);
    let all = only(&ran);
    let fields = all["layouts"]["x86_64-unknown-linux-gnu"]["fields"]
        .as_array()
        .unwrap();
    let names: Vec<_> = fields
        .iter()
        .map(|field| field["type"].as_str().unwrap())
        .collect();
    let expected = [
        "unsigned long",
        "uint16_t",
        "uint16_t",
        "time_t",
        "size_t",
        "short",
    ];
    assert_eq!(names, expected);
    let written = |field: &str| {
        let mut findings = all["findings"].as_array().unwrap().iter();
        let width = |one: &&Value| {
            one["field"] == field && matches!(one["code"].as_str(), Some("width" | "time-type"))
        };
        findings.find(width).map(|one| one["write"].clone())
    };
    assert_eq!(written("a"), Some("uint64_t a;".into()));
    assert_eq!(written("d"), Some("int64_t d;".into()));
    assert_eq!(written("e"), Some("uint64_t e;".into()));
}

/// `--format gcc` is fed to the expression of VS Code's problem matcher `$gcc`, `--format short` to the one of docs/check.md, which has the code beside the level.
#[test]
fn an_editor_finds_file_line_column_level_code_and_words() {
    let text = "struct args {\n  long arg1;\n  char *at, *end;\n};\n";
    let bench = with("sum.h", text);
    let gcc = r"^(.*?):(\d+):(\d*):?\s+(?:fatal\s+)?(warning|error):\s+(.*)$";
    let own = r"^(.*?):(\d+):(\d+): (warning|error)\[([a-z_-]+)\]: (.*)$";
    assert!(include_str!("../../../docs/check.md").contains(&own.replace('\\', "\\\\")));
    for (format, expression) in [("short", own), ("gcc", gcc)] {
        let ran = bench.run(&["check", "sum.h", "--format", format, "--deny", "pointer"]);
        assert_eq!(ran.status, 1, "{}", ran.stderr);
        let matcher = regex::Regex::new(expression).unwrap();
        let mut found = BTreeSet::new();
        for line in ran.stdout.lines() {
            let Some(parts) = matcher.captures(line) else {
                panic!("{line} is no problem for an editor: {}", ran.stdout);
            };
            let part = |group| parts.get(group).map_or("", |part| part.as_str());
            assert_eq!(part(1), "sum.h");
            let code = match format {
                "short" => part(5),
                _ => part(5).rsplit(['[', ']']).nth(1).unwrap(),
            };
            found.insert([code, part(4), part(2), part(3)].map(str::to_owned));
        }
        let expected = [
            ["byte-order", "warning", "2", "8"],
            ["padding-leak", "warning", "1", "8"],
            ["pointer", "error", "3", "14"],
            ["pointer", "error", "3", "9"],
            ["width", "warning", "2", "8"],
        ];
        let expected = expected.map(|parts| parts.map(str::to_owned));
        assert_eq!(found, expected.into(), "{}", ran.stdout);
    }
}

/// Applied, the fixes of a report leave nothing to be fixed.
#[test]
fn what_is_to_be_written_helps() {
    let text = "#include <stdint.h>\n#include <stddef.h>\n#include <time.h>\nstruct wire {\n  char op;\n  long length;\n  unsigned long a, b[2];\n  size_t n;\n  int16_t tag;\n  time_t when;\n};\n";
    let bench = with("wire.h", text);
    let targets = "x86_64,i686,armv7,s390x,Windows x64,macOS arm64";
    let ran = json(&bench, &["wire.h", "--targets", targets]);
    let mut fixes: BTreeSet<(usize, usize, usize, String)> = BTreeSet::new();
    for finding in only(&ran)["findings"].as_array().unwrap() {
        for fix in finding["fixes"].as_array().into_iter().flatten() {
            let number =
                |name: &str| -> usize { fix["place"][name].as_u64().unwrap().try_into().unwrap() };
            let text = fix["text"].as_str().unwrap().to_owned();
            fixes.insert((number("line"), number("column"), number("end_column"), text));
        }
    }
    assert!(fixes.len() >= 5, "{fixes:?}");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (number, (line, begin, end, text)) in fixes.iter().rev().enumerate() {
        // Names of padding must differ.
        let text = text.replace("reserved", &format!("reserved{number}"));
        lines[line - 1].replace_range(begin - 1..end - 1, &text);
    }
    let mended = lines.join("\n") + "\n";
    std::fs::write(bench.path("mended.h"), &mended).unwrap();
    let ran = json(&bench, &["mended.h", "--targets", targets]);
    assert_eq!(ran.status, 0, "{mended}{}", ran.stderr);
    let left = only(&ran);
    assert!(
        codes(&left).is_subset(&["byte-order", "plain-char", "padding-leak", "padding"].into()),
        "{mended}{left:#}"
    );
    let widths = &left["layouts"];
    let size = |machine: &str| widths[machine]["fields"].clone();
    assert_eq!(
        size("x86_64-unknown-linux-gnu"),
        size("i686-unknown-linux-gnu"),
        "{mended}"
    );
}

#[test]
fn a_page_draws_each_type_for_every_group_of_machines() {
    let text = "#include <stdint.h>\nstruct in { char op; long long a; uint8_t low : 3, high : 5; };\nstruct out { struct in two[2]; union { uint8_t raw[6]; uint32_t word; }; };\nstruct huge { char all[100000]; long last; };\n";
    let bench = with("map.h", text);
    let ran = bench.run(&[
        "check",
        "map.h",
        "--targets",
        "x86_64,i686,s390x",
        "--html",
        "map.html",
    ]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let page = std::fs::read_to_string(bench.path("map.html")).unwrap();
    for (what, times) in [
        // Three strips for each of two types, and a ruler over them.
        ("class=\"map-label\"", 6),
        ("<title>a: long long, octet 8, 8 octets</title>", 2),
        ("<title>a: long long, octet 4, 8 octets</title>", 1),
        ("<title>7 octets of padding</title>", 4),
        ("<title>low: uint8_t:3, bit 128, 3 bits</title>", 2),
        ("1 more of two", 3),
        ("Too large to be drawn", 1),
        ("write <code>uint8_t reserved[7];</code> before it", 2),
        ("http://", 0),
        ("https://", 0),
        ("<script", 0),
    ] {
        assert_eq!(page.matches(what).count(), times, "{what}");
    }
    // What is marked leads to its reason.
    let links: BTreeSet<&str> = page
        .split("href=\"#")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    for link in links {
        assert!(page.contains(&format!("id=\"{link}\"")), "{link}");
    }
}

/// Each is of a public report: what was written there as the cure, or would have been one.
#[test]
fn the_advice_fits_the_fault() {
    let head = "#include <stdint.h>\n";
    for (file, text, advice) in [
        (
            "op.h",
            "struct op { char op; long long a; };",
            "write `uint8_t reserved[7];` before it",
        ),
        (
            "late.h",
            "struct late { long a; int b; };",
            "write `uint8_t reserved[4];` at the end",
        ),
        (
            "both.h",
            "struct both { char a; unsigned long b; };",
            "write `uint8_t reserved[7]; uint64_t b;`",
        ),
        (
            "many.h",
            "struct many { unsigned long int a, b[4]; };",
            "write `uint64_t a, b[4];`",
        ),
        (
            "room.h",
            "struct room { char room[sizeof(void *)]; };",
            "write `char room[8];`",
        ),
        (
            "real.h",
            "struct real { double a; };",
            "`float`, which has 32 bits everywhere, if AVR takes part",
        ),
        (
            "kind.h",
            "enum kind { A, B }; struct s { enum kind k; };",
            "`int32_t` wherever it is sent, or `enum kind : int32_t`",
        ),
        (
            "at.h",
            "struct at { char *next; };",
            "an offset or an index instead",
        ),
        (
            "bits.h",
            "struct bits { uint16_t flags : 4, version : 12; };",
            "one `uint16_t`, with shifts and masks",
        ),
        // A unit of Microsoft's is as wide as the declared type (OHMComm#61).
        (
            "rtp.h",
            "struct rtp { unsigned version : 2, type : 14; uint16_t sequence; };",
            "one declared type for all bit-fields in a row",
        ),
        // More than one empty base (kungfu#664).
        (
            "bases.hpp",
            "struct A { }; struct B { }; struct price : A, B { uint16_t cents; };",
            "members instead of base classes",
        ),
    ] {
        let ran = with(file, &format!("{head}{text}\n")).run(&["check", file]);
        assert_eq!(ran.status, 0, "{file}: {}", ran.stderr);
        assert!(
            ran.stdout.contains(advice),
            "{file}: {advice}: {}",
            ran.stdout
        );
    }
}

/// Of an object whose sources are elsewhere, the same is told without the line.
#[test]
fn without_the_source_a_diagnosis_says_where_it_would_be() {
    let bench = with("gone.c", "struct args {\n  long arg1;\n} it;\n");
    let compiled = host_command("cc")
        .args(["-g", "-c", "gone.c", "-o", "gone.o"])
        .current_dir(bench.path(""))
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{compiled:?}");
    std::fs::remove_file(bench.path("gone.c")).unwrap();
    let ran = bench.run(&["check", "gone.o"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    for expected in [
        "warning[width]: `arg1` of `struct args`: 8 octets on x86_64",
        "gone.c:2",
        "help: write `int64_t arg1;`",
    ] {
        assert!(ran.stdout.contains(expected), "{expected}: {}", ran.stdout);
    }
}

#[test]
fn the_compilers_of_every_target_here_and_their_machines_say_the_same() {
    // `struct __va_list_tag` is the compiler's own, and has a name that no program can use.
    let text = "\
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>
struct plain { char op; long long a; int16_t tag; double d; };
struct __attribute__((packed)) packed { char op; int a; uint16_t b; };
struct bits { unsigned a : 3, b : 7; uint8_t c : 4; int : 0; unsigned long d : 17; };
union either { char c[5]; int32_t i; long double ld; };
struct nested { struct plain p[3]; uint16_t one[1]; union either u; enum { RED, BLUE } colour; size_t n; void *at; };
typedef struct { int32_t n; int16_t m; } pairs[3];
";
    let bench = with("wire.h", text);
    let ran = json(&bench, &["wire.h", "--verify", "--all"]);
    let verified = &ran.report()["verified"];
    println!("could not run: {}", verified["could_not_run"]);
    // A compiler may be missing; what we wrote ourselves must compile.
    let ours = verified["could_not_run"].to_string();
    assert!(!ours.contains("error:"), "{ours}");
    let mismatches = verified["mismatches"].as_array().unwrap().len();
    assert_eq!(mismatches, 0, "{}", ran.stdout);
    assert_eq!(verified["equal"], verified["types"]);
    assert!(verified["types"].as_u64().unwrap() >= 10, "{verified:#}");
    assert!(verified["probed"].as_u64().unwrap() >= 30, "{verified:#}");
    let could_not_run = verified["could_not_run"].as_array().unwrap().len();
    assert_eq!(ran.status, if could_not_run > 0 { 3 } else { 0 });
}

#[test]
fn a_model_that_is_wrong_is_found_out_by_compiler_and_machine() {
    let native = cross::targets().find(|target| target.is_native()).unwrap();
    let bench = with("op.h", "struct op { char op; long long a; };\n");
    let table = include_str!("../../../layout/abis.toml");
    let row = format!("[abi.{}]\n", native.abi);
    let (before, after) = table.split_once(&row).unwrap();
    std::fs::write(
        bench.path("abis.toml"),
        format!("{before}{row}align.long-long = 4\n{after}"),
    )
    .unwrap();
    let options = [
        "op.h",
        "--verify",
        "--abis",
        "abis.toml",
        "--targets",
        &native.name,
    ];
    let ran = json(&bench, &options);
    assert_eq!(ran.status, 1, "{}{}", ran.stdout, ran.stderr);
    let mismatches = ran.report()["verified"]["mismatches"].as_array().unwrap();
    assert!(
        mismatches
            .iter()
            .any(|one| one["model"]["fields"][1]["bit_offset"] == 32
                && one["compiler"]["fields"][1]["bit_offset"] == 64)
    );
    assert!(
        mismatches
            .iter()
            .any(|one| one["model"]["octets"].is_string())
    );
    assert!(ran.stdout.contains("MISMATCH  struct op"), "{}", ran.stdout);
}

#[test]
fn two_compilers_that_disagree_are_a_finding_which_can_be_denied_and_allowed() {
    let text = "typedef int wide __attribute__((aligned(16)));\nstruct apart { char c; wide b : 3; char d; };\n";
    let bench = with("apart.h", text);
    let target = "x86_64-unknown-linux-gnu";
    let options = ["apart.h", "--verify", "--targets", target];
    let ran = json(&bench, &options);
    let could_not_run = &ran.report()["verified"]["could_not_run"];
    if could_not_run.as_array().is_some_and(|all| !all.is_empty()) {
        return println!("could not run: {could_not_run}");
    }
    assert!(codes(&only(&ran)).contains("compiler-disagreement"));
    let denied = ["--deny", "compiler-disagreement"];
    let allowed = ["--allow", "compiler-disagreement@apart"];
    assert_eq!(json(&bench, &[&options[..], &denied].concat()).status, 1);
    let both = [&options[..], &denied, &allowed].concat();
    assert_eq!(json(&bench, &both).status, 0);
}

#[test]
fn what_no_other_compiler_can_read_is_not_verified() {
    let bench = with("wire.hpp", "struct wire { int a; };\n");
    let ran = bench.run(&["check", "--verify", "wire.hpp"]);
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    let ran = bench.run(&["check", "--verify", "/bin/sh"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("--verify needs C source"),
        "{}",
        ran.stderr
    );
}

fn with(name: &str, text: &str) -> Bench {
    let bench = Bench::new();
    std::fs::write(bench.path(name), text).unwrap();
    bench
}

fn json(bench: &Bench, options: &[&str]) -> Ran {
    bench.run(&[&["check", "--json", "report.json"], options].concat())
}

fn read(bench: &Bench, name: &str) -> Option<Value> {
    Some(serde_json::from_slice(&std::fs::read(bench.path(name)).ok()?).unwrap())
}

fn types(ran: &Ran) -> Vec<Value> {
    assert_eq!(ran.report()["format"], "crossum-check");
    ran.report()["types"].as_array().unwrap().clone()
}

fn only(ran: &Ran) -> Value {
    let types = types(ran);
    assert_eq!(types.len(), 1, "{}", ran.stdout);
    types[0].clone()
}

fn islands(row: &Value) -> BTreeSet<BTreeSet<String>> {
    let names = |island: &Value| -> BTreeSet<String> {
        let names = island.as_array().unwrap().iter();
        names
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    row["islands"]
        .as_array()
        .unwrap()
        .iter()
        .map(names)
        .collect()
}

fn codes(row: &Value) -> BTreeSet<&str> {
    let findings = row["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}
