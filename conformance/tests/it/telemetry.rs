//! The example of a protocol of one's own, from the struct that breaks to the code that does not: what `crossum port` writes of it, and its old octets.

use std::path::{Path, PathBuf};

use cross::{Host, Target, compiler, runner};

use crate::bench::{Bench, host_command, not_tried};

fn example(name: &str) -> PathBuf {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/telemetry");
    example.join(name)
}

fn bench() -> Bench {
    let bench = Bench::new();
    std::fs::copy(example("packet.h"), bench.path("packet.h")).unwrap();
    bench
}

fn port(bench: &Bench, more: &[&str]) {
    let args = ["port", "packet.h", "--type", "struct packet", "--lang", "c"];
    let ran = bench.run(&[&args, more].concat());
    assert_eq!(ran.status, 0, "{ran}");
}

#[test]
fn its_fourth_version_is_what_port_writes_today() {
    let bench = bench();
    port(&bench, &["--out", "."]);
    for name in ["packet_wire.h", "packet_wire.c"] {
        assert_eq!(
            std::fs::read_to_string(example(name)).unwrap(),
            std::fs::read_to_string(bench.path(name)).unwrap(),
            "{name}: write it anew with `crossum port packet.h --type 'struct packet' --lang c --out .` in examples/telemetry"
        );
    }
}

/// Version 1 as programs have sent and kept it: the struct as it lies in memory, the time with its octets swapped where the machine is little-endian.
const WRITER: &str = r#"
#include <endian.h>
#include <stdio.h>
#include <string.h>
#include "packet.h"
int main(void) {
  for (int i = 0; i < 3; i++) {
    struct packet packet;
    memset(&packet, 0, sizeof packet);
    packet.sensor = (uint8_t)(7 + i);
    packet.at = htobe64(1700000000u + (uint64_t)i * 8589934592u);
    packet.millivolts = (uint16_t)(3300 + i);
    for (size_t at = 0; at < sizeof packet; at++) printf("%02x", ((unsigned char *)&packet)[at]);
  }
  printf("\n");
  return 0;
}
"#;

/// Reads what an i686 has written, whatever this machine is: there the time had its octets swapped.
const READER: &str = r#"
#include <stdio.h>
#include "packet_wire.h"
static const uint8_t old[] = { OLD };
int main(void) {
  for (unsigned at = 0; at + PACKET_OCTETS <= sizeof old; at += PACKET_OCTETS) {
    struct packet_wire packet;
    uint64_t time = 0;
    packet_decode(&packet, &old[at]);
    for (int octet = 0; octet < 8; octet++) time = time << 8 | (packet.at >> 8 * octet & 0xff);
    printf("%u at %llu: %u mV\n", packet.sensor, (unsigned long long)time, packet.millivolts);
  }
  return 0;
}
"#;

/// A program of these sources for a target, run there; `None` where its compiler or emulator is not here.
async fn ran(bench: &Bench, target: &Target, sources: &[&str], flags: &[&str]) -> Option<String> {
    let host = Host::this();
    let (Ok(gcc), Ok(runner)) = (compiler::gcc(&host, target), runner::runner(&host, target))
    else {
        not_tried(&format!("old packets of the example on {}", target.name));
        return None;
    };
    let words = gcc.value.words();
    let program = bench.path(&target.name);
    let mut compile = host_command(&words[0]);
    compile.current_dir(bench.folder.path()).args(&words[1..]);
    compile.args(["-std=gnu99", "-O2", "-Wall", "-Werror", "-o"]);
    let compile = compile.arg(&program).args(flags).args(sources);
    assert!(compile.status().unwrap().success(), "{}", target.name);
    let said = runner.value.invocation(&program);
    Some(said.run(std::time::Duration::from_secs(60)).await.unwrap())
}

#[tokio::test]
async fn old_packets_of_an_i686_are_read_on_an_s390x() {
    let target = |name: &str| cross::targets().find(|target| target.name.starts_with(name));
    let (i686, s390x) = (target("i686-").unwrap(), target("s390x-").unwrap());
    let bench = bench();
    std::fs::write(bench.path("writer.c"), WRITER).unwrap();
    std::fs::write(bench.path("reader.c"), READER).unwrap();
    let Some(old) = ran(&bench, i686, &["writer.c"], &[]).await else {
        return;
    };
    // By this machine, from the declaration.
    let decode = [
        "decode",
        "-",
        "--hex",
        "--from",
        "packet.h",
        "--type",
        "struct packet",
        "--as",
        "i686",
        "--csv",
        "old.csv",
    ];
    let decoded = bench.run_with_input(&decode, &old);
    assert_eq!(decoded.status, 0, "{decoded}");
    let csv = std::fs::read_to_string(bench.path("old.csv")).unwrap();
    assert_eq!(csv.lines().count(), 4, "{csv}");
    assert!(csv.contains("3302"), "{csv}");
    // By the other machine, with code that knows the old format.
    port(&bench, &["--as", "i686", "--out", "."]);
    let pairs = old.trim().as_bytes().chunks(2);
    let octets = pairs.map(|pair| format!("0x{},", std::str::from_utf8(pair).unwrap()));
    let octets: String = octets.collect();
    let flags = [format!("-DOLD={octets}")];
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let Some(read) = ran(&bench, s390x, &["reader.c", "packet_wire.c"], &flags).await else {
        return;
    };
    assert_eq!(
        read,
        "7 at 1700000000: 3300 mV\n8 at 10289934592: 3301 mV\n9 at 18879869184: 3302 mV\n"
    );
}
