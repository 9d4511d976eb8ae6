//! `crossum compat`: one machine, several ABIs.

use cross::{Host, compiler, runner};
use serde_json::json;

use crate::bench::{Bench, Ran, host_command, not_tried};

const HEADER: &str = "
#include <stdint.h>
#include <sys/ioctl.h>
#define MAGIC 0xb7
struct moved { uint32_t first; uint64_t second; };
struct fixed { uint32_t first, second; };
struct address { void *to; };
#define MOVED_GET _IOR('X', 1, struct moved)
#define MOVED_SET _IOWR(MAGIC, 2, struct moved)
#define FIXED_SET _IOW('X', 3, struct fixed)
#define MOVED_ZONES _IOR('X', 4, struct moved[3])
#define MOVED_WHERE _IOR('X', 5, struct moved *)
";

fn compat(bench: &Bench, abis: &str) -> Ran {
    bench.run(&["compat", "uapi.h", "--abis", abis, "--json", "report.json"])
}

fn bench() -> Bench {
    let bench = Bench::new();
    std::fs::write(bench.path("uapi.h"), HEADER).unwrap();
    bench
}

#[test]
fn what_a_program_of_32_bits_shares_with_one_of_64_is_said() {
    let bench = bench();
    let ran = compat(&bench, "i686,x86_64");
    assert_eq!(ran.status, 1, "{ran}");
    let types = ran.report()["types"].as_array().unwrap();
    let verdicts: Vec<_> = types
        .iter()
        .map(|one| {
            (
                one["name"].as_str().unwrap(),
                one["verdict"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        verdicts,
        [
            ("struct address", "translate"),
            ("struct fixed", "shared"),
            ("struct moved", "translate")
        ]
    );
    assert_eq!(types[0]["has_addresses"], true);
    let moved = &types[2]["groups"][1];
    assert_eq!(moved["abis"], json!(["x86_64-unknown-linux-gnu"]));
    assert_eq!(
        moved["differences"],
        json!([
            { "path": "", "first": "12 octets", "here": "16 octets" },
            { "path": "second", "first": "4:8 unsigned little", "here": "8:8 unsigned little" }
        ])
    );
    let ran = compat(&bench, "armv7,aarch64");
    assert_eq!(ran.report()["types"][2]["verdict"], "shared");
    let ran = bench.run(&[
        "compat",
        "uapi.h",
        "--abis",
        "armv7,aarch64",
        "--type",
        "struct moved",
    ]);
    assert_eq!(ran.status, 0, "{ran}");
    // An address is none to another program, wherever it lies.
    let ran = compat(&bench, "armv7,i686");
    let address = &ran.report()["types"][0];
    assert_eq!(address["verdict"], "translate");
    assert_eq!(address["groups"].as_array().unwrap().len(), 1);
    let ran = bench.run(&[
        "compat",
        "uapi.h",
        "--abis",
        "armv7,i686",
        "--type",
        "struct address",
    ]);
    assert_eq!(ran.status, 1, "{ran}");
    for abis in ["armv7", "i686,i686", "i686,i686-unknown-linux-gnu"] {
        let ran = bench.run(&["compat", "uapi.h", "--abis", abis]);
        assert_eq!(ran.status, 2, "{abis}: {ran}");
        assert!(ran.stderr.contains("expected two or more"), "{abis}: {ran}");
    }
}

/// What the C library's headers of each machine make of the macros, as its own program prints them.
#[test]
fn the_numbers_of_ioctls_are_those_of_each_machine() {
    let bench = bench();
    let program = "
#include <stdio.h>
#include \"uapi.h\"
int main(void) { printf(\"%lu %lu %lu %lu\", (unsigned long)MOVED_GET & 0xffffffff, (unsigned long)MOVED_SET & 0xffffffff, (unsigned long)MOVED_ZONES & 0xffffffff, (unsigned long)FIXED_SET & 0xffffffff); return 0; }
";
    std::fs::write(bench.path("numbers.c"), program).unwrap();
    let host = Host::this();
    let all: Vec<_> = cross::targets()
        .filter(|target| target.unobserved.is_none())
        .collect();
    let names: Vec<_> = all.iter().map(|target| target.name.as_str()).collect();
    let ran = compat(&bench, &names.join(","));
    let types = ran.report()["types"].as_array().unwrap();
    let number = |kind: usize, ioctl: usize, name: &str| {
        types[kind]["ioctls"][ioctl]["numbers"][name].clone()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut tried = 0;
    for target in all {
        let (Ok(gcc), Ok(runner)) = (compiler::gcc(&host, target), runner::runner(&host, target))
        else {
            not_tried(&format!("the numbers of ioctls on {}", target.name));
            continue;
        };
        let words = gcc.value.words();
        let path = bench.path(&target.name);
        let mut compile = host_command(&words[0]);
        compile.current_dir(bench.folder.path()).args(&words[1..]);
        assert!(
            compile
                .args(["numbers.c", "-o"])
                .arg(&path)
                .status()
                .unwrap()
                .success()
        );
        let limit = std::time::Duration::from_secs(60);
        let said = runtime
            .block_on(runner.value.invocation(&path).output(limit))
            .unwrap()
            .stdout;
        let expected: Vec<u64> = said.split(' ').map(|word| word.parse().unwrap()).collect();
        let found =
            [(2, 0), (2, 1), (2, 2), (1, 0)].map(|(kind, ioctl)| number(kind, ioctl, &target.name));
        assert_eq!(json!(found), json!(expected), "{}", target.name);
        tried += 1;
    }
    assert!(tried > 0, "this machine is one of the targets");
}

#[test]
fn a_number_that_the_compiler_does_not_tell_is_not_made_up() {
    let bench = Bench::new();
    let header = "struct fixed { int a; };\n#define FIXED_SET _IOW(NOWHERE, 3, struct fixed)\n";
    std::fs::write(bench.path("uapi.h"), header).unwrap();
    let ran = compat(&bench, "i686,x86_64");
    assert_eq!(ran.status, 0, "{ran}");
    assert!(
        ran.stdout
            .contains("the numbers of FIXED_SET are not known"),
        "{ran}"
    );
    assert_eq!(ran.report()["types"][0]["ioctls"], json!([]));
}

/// What was asked for on trackers of others, in declarations of our own that have the same shape: refused as it was, and shared once it was mended.
#[test]
fn what_others_were_bitten_by_is_told_and_its_cure_is_shared() {
    // The sizes are those before, on each of the two.
    let cases = [
        // waywardgeek/infnoise#118: counters behind a 64-bit one, 34 octets of values in 36 or 40.
        (
            "i686,x86_64",
            "#include <stdint.h>\n#include <sys/ioctl.h>\nstruct stats { uint64_t total; uint32_t a, b, c, d, e, f; uint8_t g, h; };\n#define STATS_GET _IOR('i', 1, struct stats)\n",
            (36, 40),
            "#include <stdint.h>\n#include <sys/ioctl.h>\nstruct stats { uint64_t total; uint32_t a, b, c, d, e, f; uint8_t g, h; uint8_t pad[6]; } __attribute__((aligned(8)));\n#define STATS_GET _IOR('i', 1, struct stats)\n",
        ),
        // kdave/btrfs-progs#631: a time of 12 octets or 16, twice in a request of 192 or 200.
        (
            "i686,x86_64",
            "#include <stdint.h>\nstruct stamp { uint64_t sec; uint32_t nsec; };\nstruct stats { char id[16]; uint64_t sent, got; struct stamp from, to; uint64_t flags, spare[16]; };\n",
            (192, 200),
            "#include <stdint.h>\nstruct stamp { uint64_t sec; uint32_t nsec, zero; };\nstruct stats { char id[16]; uint64_t sent, got; struct stamp from, to; uint64_t flags, spare[16]; };\n",
        ),
        // FEX-Emu/FEX#1241: programs of a 32-bit x86 on a kernel of aarch64.
        (
            "i686,aarch64",
            "#include <stdint.h>\nstruct stats { uint32_t handle; uint64_t offset; uint32_t flags; };\n",
            (16, 24),
            "#include <stdint.h>\nstruct stats { uint32_t handle, flags; uint64_t offset; };\n",
        ),
        // eclipse-iceoryx/iceoryx#2348: a publisher of 32 bits and a subscriber of 64 on one segment.
        (
            "i686,x86_64",
            "#include <cstdint>\nstruct stats { std::uint32_t id; std::uint64_t time; };\n",
            (12, 16),
            "#include <cstdint>\nstruct stats { std::uint32_t id; alignas(8) std::uint64_t time; };\n",
        ),
        // OpenKneeboard/OpenKneeboard#588: a handle, which has the width of an address, in a segment of Windows.
        (
            "i386-windows,x86_64-windows",
            "#include <stdint.h>\nstruct stats { uint32_t session; void *feeder; uint64_t frame; };\n",
            (16, 24),
            "#include <stdint.h>\nstruct stats { uint32_t session; uint32_t feeder; uint64_t frame; };\n",
        ),
    ];
    for (abis, before, sizes, after) in cases {
        let bench = Bench::new();
        let name = if before.contains("<cstdint>") {
            "shared.hpp"
        } else {
            "shared.h"
        };
        let asked = |text: &str| {
            std::fs::write(bench.path(name), text).unwrap();
            let args = [
                "compat",
                name,
                "--abis",
                abis,
                "--type",
                "*stats",
                "--json",
                "report.json",
            ];
            let ran = bench.run(&args);
            let found = ran.report()["types"][0].clone();
            (ran, found)
        };
        let (ran, found) = asked(before);
        assert_eq!(ran.status, 1, "{before}: {ran}");
        assert_eq!(found["verdict"], "translate", "{before}: {ran}");
        let groups = found["groups"].as_array().unwrap();
        let octets = groups.iter().map(|group| group["size"].as_u64().unwrap());
        assert_eq!(
            octets.collect::<Vec<_>>(),
            [sizes.0, sizes.1],
            "{before}: {ran}"
        );
        for ioctl in found["ioctls"].as_array().unwrap() {
            assert_eq!(ioctl["needs_compat"], true, "{before}: {ran}");
        }
        let (ran, found) = asked(after);
        assert_eq!(ran.status, 0, "{after}: {ran}");
        assert_eq!(found["verdict"], "shared", "{after}: {ran}");
        for ioctl in found["ioctls"].as_array().unwrap() {
            assert_eq!(ioctl["needs_compat"], false, "{after}: {ran}");
        }
    }
}

/// A driver's types in one header, its numbers in another, which does not include the first.
#[test]
fn the_numbers_may_be_in_a_header_of_their_own() {
    let bench = Bench::new();
    let types = "#include <stdint.h>\nstruct moved { uint32_t first; uint64_t second; };\nstruct other { int a; };\n";
    std::fs::write(bench.path("types.h"), types).unwrap();
    let numbers = "#include <sys/ioctl.h>\n#define MOVED_GET _IOR('X', 1, struct moved)\n";
    std::fs::write(bench.path("driver.h"), numbers).unwrap();
    let args = [
        "compat",
        "types.h",
        "--abis",
        "i686,x86_64",
        "--json",
        "report.json",
    ];
    let ioctls = |more: &[&str]| {
        let ran = bench.run(&[&args[..], more].concat());
        assert_eq!(ran.status, 1, "{ran}");
        let types = ran.report()["types"].as_array().unwrap().clone();
        types
            .iter()
            .map(|one| one["ioctls"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ioctls(&[]), [json!([]), json!([])]);
    let expected = json!([{
        "name": "MOVED_GET",
        "numbers": { "i686-unknown-linux-gnu": 0x800c_5801_u32, "x86_64-unknown-linux-gnu": 0x8010_5801_u32 },
        "needs_compat": true
    }]);
    assert_eq!(ioctls(&["--ioctl", "driver.h"]), [expected, json!([])]);
    let ran = bench.run(&[&args[..], &["--ioctl", "nowhere.h"]].concat());
    assert_eq!(ran.status, 2, "{ran}");
}

/// The same octets, and another number: -1 where `char` has a sign, and 15 where it has none.
#[test]
fn the_sign_of_a_plain_char_bit_field_has_to_be_translated() {
    let bench = Bench::new();
    std::fs::write(bench.path("uapi.h"), "struct s { int a; char b:4; };").unwrap();
    let ran = compat(&bench, "x86_64,aarch64");
    assert_eq!(ran.status, 1, "{ran}");
    assert_eq!(
        ran.report()["types"][0]["groups"][1]["differences"],
        json!([{ "path": "b", "first": "4.0:4b signed low-first", "here": "4.0:4b unsigned low-first" }])
    );
    std::fs::write(
        bench.path("uapi.h"),
        "struct s { int a; char b; signed char c:4; };",
    )
    .unwrap();
    assert_eq!(compat(&bench, "x86_64,aarch64").status, 0);
}
