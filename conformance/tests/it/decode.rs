//! `crossum decode`: old octets, read as the type that wrote them.

use cross::{Host, compiler, runner};
use serde_json::{Value, json};

use crate::bench::{Bench, Ran, host_command, not_tried};

const HEADER: &str = "
#include <stdint.h>
#include <time.h>
enum kind { OPEN = 1, CLOSE, SEND = 7 };
struct point { short x; double y; };
struct record {
  char tag[6];
  enum kind kind;
  long length;
  _Bool last;
  time_t when;
  unsigned low:3, high:5;
  int deep:10;
  struct point points[2];
  long double wide;
  uint16_t list[3];
  unsigned long long id;
};
";

/// Writes two records, in hexadecimal, octet by octet.
const PROGRAM: &str = r#"
#include <stdio.h>
#include <string.h>
#include "record.h"
int main(void) {
  for (int i = 0; i < 2; i++) {
    struct record r;
    memset(&r, 0, sizeof r);
    strcpy(r.tag, "ab");
    r.kind = i ? CLOSE : SEND;
    r.length = 100 - 300 * i;
    r.last = i;
    r.when = 1700000000 + i;
    r.low = 5; r.high = 17; r.deep = -3;
    r.points[0].x = -2; r.points[1].y = 2.5;
    r.wide = 0.375L;
    r.list[0] = 500; r.list[2] = 9;
    r.id = 77 + i;
    const unsigned char *octets = (const unsigned char *)&r;
    for (size_t at = 0; at < sizeof r; at++) printf("%02x", octets[at]);
    printf("\n");
  }
  return 0;
}
"#;

fn bench() -> Bench {
    let bench = Bench::new();
    std::fs::write(bench.path("record.h"), HEADER).unwrap();
    std::fs::write(bench.path("record.c"), PROGRAM).unwrap();
    bench
}

/// What this machine's program writes.
fn native(bench: &Bench) -> String {
    let mut compiler = host_command("gcc");
    compiler.current_dir(bench.folder.path());
    assert!(
        compiler
            .args(["record.c", "-o", "record"])
            .status()
            .unwrap()
            .success()
    );
    let ran = host_command(bench.path("record")).output().unwrap();
    String::from_utf8(ran.stdout).unwrap()
}

fn decode(bench: &Bench, more: &[&str], input: &str) -> Ran {
    let args = [
        "decode",
        "-",
        "--hex",
        "--from",
        "record.h",
        "--type",
        "struct record",
        "--json",
        "report.json",
    ];
    bench.run_with_input(&[&args, more].concat(), input)
}

/// The values of a record, by their paths; with a name or a date where it has one.
fn values(record: &Value) -> Vec<(String, Value)> {
    let fields = record["fields"].as_array().unwrap().iter();
    let value = |field: &Value| match (&field["name"], &field["date"]) {
        (Value::Null, Value::Null) => field["value"].clone(),
        (name, Value::Null) => json!([field["value"], name]),
        (_, date) => json!([field["value"], date]),
    };
    fields
        .map(|field| (field["path"].as_str().unwrap().to_owned(), value(field)))
        .collect()
}

fn expected(i: i64) -> Vec<(String, Value)> {
    let time = format!("2023-11-14T22:13:2{i}Z");
    let last = if i == 0 { "false" } else { "true" };
    let all = [
        ("tag", json!("ab")),
        (
            "kind",
            if i == 0 {
                json!([7, "SEND"])
            } else {
                json!([2, "CLOSE"])
            },
        ),
        ("length", json!(100 - 300 * i)),
        ("last", json!([i, last])),
        ("when", json!([1_700_000_000 + i, time])),
        ("low", json!(5)),
        ("high", json!(17)),
        ("deep", json!(-3)),
        ("points[0].x", json!(-2)),
        ("points[0].y", json!(0.0)),
        ("points[1].x", json!(0)),
        ("points[1].y", json!(2.5)),
        ("wide", json!(0.375)),
        ("list", json!([500, 0, 9])),
        ("id", json!(77 + i)),
    ];
    all.map(|(path, value)| (path.to_owned(), value)).into()
}

#[test]
fn what_this_machine_wrote_is_read_and_found_to_be_its() {
    let bench = bench();
    let dump = native(&bench);
    let target = cross::targets().find(|target| target.is_native()).unwrap();
    let ran = decode(
        &bench,
        &["--as", &target.name, "--csv", "report.csv"],
        &dump,
    );
    assert_eq!(ran.status, 0, "{ran}");
    let records = ran.report()["records"].as_array().unwrap();
    assert_eq!(records.len(), 2);
    for (i, record) in (0..).zip(records) {
        assert_eq!(values(record), expected(i));
    }
    assert_eq!(ran.report()["guess"], Value::Null);
    let table = std::fs::read_to_string(bench.path("report.csv")).unwrap();
    let mut lines = table.lines();
    assert_eq!(
        lines.next().unwrap(),
        "record,octet,tag,kind,length,last,when,low,high,deep,points[0].x,points[0].y,points[1].x,points[1].y,wide,list[0],list[1],list[2],id"
    );
    assert_eq!(
        lines.next().unwrap(),
        "0,0,ab,SEND,100,false,1700000000,5,17,-3,-2,0.0,0,2.5,0.375,500,0,9,77"
    );
    let ran = decode(&bench, &["--guess"], &dump);
    assert_eq!(ran.status, 0, "{ran}");
    assert!(likeliest(&ran).contains(&json!(target.name)), "{ran}");
    let found = ran.report()["records"].as_array().unwrap();
    assert_eq!(values(&found[1]), expected(1));
}

fn likeliest(ran: &Ran) -> Vec<Value> {
    let candidates = ran.report()["guess"]["candidates"].as_array().unwrap();
    candidates[0]["machines"].as_array().unwrap().clone()
}

/// On every machine that has a compiler and a runner here.
#[test]
fn what_each_machine_wrote_is_read_and_found_to_be_its() {
    let bench = bench();
    let host = Host::this();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut tried = 0;
    for target in cross::targets().filter(|target| target.unobserved.is_none()) {
        let (Ok(gcc), Ok(runner)) = (compiler::gcc(&host, target), runner::runner(&host, target))
        else {
            not_tried(&format!("what a program of {} writes", target.name));
            continue;
        };
        let words = gcc.value.words();
        let program = bench.path(&target.name);
        let mut compile = host_command(&words[0]);
        compile.current_dir(bench.folder.path()).args(&words[1..]);
        assert!(
            compile
                .args(["record.c", "-o"])
                .arg(&program)
                .status()
                .unwrap()
                .success()
        );
        let limit = std::time::Duration::from_secs(60);
        let ran = runtime
            .block_on(runner.value.invocation(&program).output(limit))
            .unwrap();
        let dump = &ran.stdout;
        let ran = decode(&bench, &["--guess"], dump);
        assert_eq!(ran.status, 0, "{}: {ran}", target.name);
        assert!(
            likeliest(&ran).contains(&json!(target.name)),
            "{}: {ran}",
            target.name
        );
        for (i, record) in (0..).zip(ran.report()["records"].as_array().unwrap()) {
            assert_eq!(values(record), expected(i), "{}", target.name);
        }
        tried += 1;
    }
    assert!(tried > 0, "this machine is one of the targets");
}

/// A record of another machine, in a file with something around it.
#[test]
fn records_are_where_skip_count_and_stride_say() {
    let bench = Bench::new();
    std::fs::write(bench.path("record.h"), "struct record { short a; int b; };").unwrap();
    let dump = "ffff 0001 0000 00000002 eeee 0003 0000 00000004 dd";
    let args = [
        "--as", "s390x", "--skip", "2", "--count", "2", "--stride", "0xa",
    ];
    let ran = decode(&bench, &args, dump);
    assert_eq!(ran.status, 0, "{ran}");
    let records = ran.report()["records"].as_array().unwrap();
    assert_eq!(
        values(&records[0]),
        [("a".to_owned(), json!(1)), ("b".to_owned(), json!(2))]
    );
    assert_eq!(
        values(&records[1]),
        [("a".to_owned(), json!(3)), ("b".to_owned(), json!(4))]
    );
    assert_eq!(records[1]["octet"], 12);
    assert_eq!(
        records[0]["padding"],
        json!([{ "bit_offset": 16, "bit_size": 16, "octets": "0000" }])
    );
}

#[test]
fn what_holds_in_every_record_decides() {
    let bench = Bench::new();
    std::fs::write(
        bench.path("record.h"),
        "struct record { int magic; int value; };",
    )
    .unwrap();
    // The same, whichever octet is first.
    let dump = "01020201 00000000";
    let ran = decode(&bench, &["--guess", "--targets", "x86_64,s390x"], dump);
    assert_eq!(ran.status, 3, "{ran}");
    assert_eq!(ran.report()["guess"]["certainty"], "open");
    assert!(ran.stdout.contains("octet 0 of a record decides"), "{ran}");
    let dump = "01020304 00000000";
    let args = ["--guess", "--targets", "x86_64,s390x", "--where"];
    let ran = decode(
        &bench,
        &[&args[..], &["magic == 0x01020304"]].concat(),
        dump,
    );
    assert_eq!(ran.status, 0, "{ran}");
    assert_eq!(ran.report()["guess"]["certainty"], "only");
    assert_eq!(likeliest(&ran), [json!("s390x-unknown-linux-gnu")]);
    let ran = decode(&bench, &[&args[..], &["magic == 5"]].concat(), dump);
    assert_eq!(ran.status, 1, "{ran}");
    assert!(
        ran.stdout.contains("record 0: magic == 5 does not hold"),
        "{ran}"
    );
    let ran = decode(&bench, &[&args[..], &["magik == 5"]].concat(), dump);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(
        ran.stderr
            .contains("the type has no field `magik`, did you mean `magic`?"),
        "{ran}"
    );
}

#[test]
fn what_is_no_dump_of_the_type_is_said() {
    let bench = Bench::new();
    std::fs::write(bench.path("record.h"), "struct record { int a; _Bool b; };").unwrap();
    for (more, dump, status, words) in [
        (
            &["--as", "s390x"][..],
            "000000",
            2,
            "3 octets are there, expected at least 8, the size of the type",
        ),
        (
            &["--as", "s390x"],
            "0000000000000000 00",
            2,
            "9 octets are there with 1 record of 8, and 1 left over; `--skip`",
        ),
        (
            &["--as", "s390x", "--count", "9"],
            "0000000000000000",
            2,
            "9 records of 8 octets are asked for, and there are only 8",
        ),
        (
            &["--as", "s390x", "--stride", "4"],
            "0000000000000000",
            2,
            "a stride of 4 octets, expected at least 8",
        ),
        (
            &["--as", "s390x"],
            "00z0",
            2,
            "line 1: 'z' is no hexadecimal digit",
        ),
        (&["--as", "s390"], "00", 2, "unknown machine `s390`"),
        (&[], "00", 2, "<--as <MACHINE>|--guess>"),
        (
            &["--as", "s390x", "--guess"],
            "00",
            2,
            "'--as <MACHINE>' cannot be used with '--guess'",
        ),
        (
            &["--guess", "--count", "0"],
            "0000000000000000",
            2,
            "expected at least 1 record",
        ),
        (
            &["--as", "s390x", "--count", "0"],
            "0000000000000000",
            2,
            "expected at least 1 record",
        ),
        (
            &["--as", "s390x", "--where", "a == 1"],
            "0000000000000000",
            2,
            "'--as <MACHINE>' cannot be used with '--where <FIELD == VALUE>'",
        ),
        (
            &["--as", "s390x", "--targets", "x86_64"],
            "0000000000000000",
            2,
            "'--as <MACHINE>' cannot be used with '--targets <NAME,...>'",
        ),
        (&["--as", "s390x", "--type", "struct rekord"], "00", 2, ""),
    ] {
        let ran = decode(&bench, more, dump);
        assert_eq!(ran.status, status, "{more:?}: {ran}");
        assert!(ran.stderr.contains(words), "{more:?}: {ran}");
    }
    // Another type's: a truth value that is none on any machine, and on the one that was named.
    let ran = decode(
        &bench,
        &["--as", "s390x"],
        "0000000000000000 00000001ff000000",
    );
    assert_eq!(ran.status, 1, "{ran}");
    let words = "record 1: `b` is 255, and a truth value is 0 or 1. No program of s390x has written this as struct record: the dump is another type's";
    assert!(ran.stdout.contains(words), "{ran}");
    let ran = decode(&bench, &["--guess"], "0000000000000000 ffffffffffffffff");
    assert_eq!(ran.status, 1, "{ran}");
    assert!(ran.stdout.contains("a truth value is 0 or 1"), "{ran}");
    let ran = bench.run(&[
        "decode",
        "nothing.bin",
        "--from",
        "record.h",
        "--type",
        "struct record",
        "--as",
        "arm",
    ]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("cannot read nothing.bin"), "{ran}");
}
