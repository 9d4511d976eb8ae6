//! What generated code costs: its instructions beside those of code that a person writes with `htonl` and its kin.

use std::time::Duration;

use cross::counting::Counter;
use cross::{Host, compiler};

use crate::bench::{Bench, host_command, not_tried};

/// Of every width, at even and odd places, alone and in arrays.
const PACKET: &str = "
#include <stdint.h>
struct packet {
  uint8_t kind; uint32_t sequence; uint16_t port; uint64_t serial; int32_t offset; int64_t when;
  uint16_t flags; uint8_t hops; uint32_t sum; uint64_t key; int16_t level; float ratio; double value;
  uint32_t table[4]; uint16_t list[3]; uint8_t name[6];
};
";

/// The same octets as people write them: `htonl`, and `memcpy` for what does not lie at its alignment.
const BY_HAND: &str = r#"
#include <arpa/inet.h>
#include <string.h>
#include "packet_wire.h"
static uint64_t swap(uint64_t v) { return htonl(1) == 1 ? v : (uint64_t)htonl((uint32_t)v) << 32 | htonl((uint32_t)(v >> 32)); }
#define PUT(bits, at, value, order) do { uint##bits##_t v = order((uint##bits##_t)(value)); memcpy(to + (at), &v, sizeof v); } while (0)
#define GET(bits, at, value, order) do { uint##bits##_t v; memcpy(&v, from + (at), sizeof v); v = order(v); memcpy(&(value), &v, sizeof v); } while (0)
void hand_encode(const struct packet_wire *from, uint8_t *to) {
  uint32_t ratio; uint64_t value;
  to[0] = from->kind; PUT(32, 1, from->sequence, htonl); PUT(16, 5, from->port, htons); PUT(64, 7, from->serial, swap);
  PUT(32, 15, from->offset, htonl); PUT(64, 19, from->when, swap); PUT(16, 27, from->flags, htons); to[29] = from->hops;
  PUT(32, 30, from->sum, htonl); PUT(64, 34, from->key, swap); PUT(16, 42, from->level, htons);
  memcpy(&ratio, &from->ratio, 4); PUT(32, 44, ratio, htonl); memcpy(&value, &from->value, 8); PUT(64, 48, value, swap);
  for (int i = 0; i < 4; i++) PUT(32, 56 + 4 * i, from->table[i], htonl);
  for (int i = 0; i < 3; i++) PUT(16, 72 + 2 * i, from->list[i], htons);
  memcpy(to + 78, from->name, 6);
}
void hand_decode(struct packet_wire *to, const uint8_t *from) {
  to->kind = from[0]; GET(32, 1, to->sequence, ntohl); GET(16, 5, to->port, ntohs); GET(64, 7, to->serial, swap);
  GET(32, 15, to->offset, ntohl); GET(64, 19, to->when, swap); GET(16, 27, to->flags, ntohs); to->hops = from[29];
  GET(32, 30, to->sum, ntohl); GET(64, 34, to->key, swap); GET(16, 42, to->level, ntohs);
  GET(32, 44, to->ratio, ntohl); GET(64, 48, to->value, swap);
  for (int i = 0; i < 4; i++) GET(32, 56 + 4 * i, to->table[i], ntohl);
  for (int i = 0; i < 3; i++) GET(16, 72 + 2 * i, to->list[i], ntohs);
  memcpy(to->name, from + 78, 6);
}
"#;

/// Nothing is counted of two that do not do the same.
const MAIN: &str = r#"
#include <string.h>
#include "packet_wire.h"
void hand_encode(const struct packet_wire *from, uint8_t *to);
void hand_decode(struct packet_wire *to, const uint8_t *from);
__attribute__((noinline, noclone)) void mark(void) { __asm__ volatile("" ::: "memory"); }
int main(void) {
  uint8_t octets[PACKET_OCTETS], ours[PACKET_OCTETS], theirs[PACKET_OCTETS];
  static struct packet_wire by_us, by_them;
  for (int i = 0; i < PACKET_OCTETS; i++) octets[i] = (uint8_t)(i + 1);
  mark(); packet_decode(&by_us, octets); mark();
  mark(); hand_decode(&by_them, octets); mark();
  mark(); packet_encode(&by_us, ours); mark();
  mark(); hand_encode(&by_them, theirs); mark();
  return memcmp(&by_us, &by_them, sizeof by_us) || memcmp(ours, octets, sizeof ours) || memcmp(theirs, octets, sizeof theirs);
}
"#;

#[tokio::test]
async fn generated_c_costs_at_most_half_as_much_again_as_code_by_hand() {
    let bench = Bench::new();
    for (name, text) in [("packet.h", PACKET), ("hand.c", BY_HAND), ("main.c", MAIN)] {
        std::fs::write(bench.path(name), text).unwrap();
    }
    let ran = bench.run(&[
        "port",
        "packet.h",
        "--type",
        "struct packet",
        "--lang",
        "c",
        "--out",
        ".",
    ]);
    assert_eq!(ran.status, 0, "{ran}");
    let host = Host::this();
    for architecture in ["x86_64", "s390x", "powerpc", "armv7"] {
        let target =
            cross::targets().find(|target| target.name.split('-').next() == Some(architecture));
        let target = target.expect("it is a row of the targets");
        let (Ok(gcc), Ok(counter)) = (
            compiler::gcc(&host, target),
            Counter::find(&host, target).await,
        ) else {
            not_tried(&format!("what generated code costs on {}", target.name));
            continue;
        };
        let words = gcc.value.words();
        let mut compile = host_command(&words[0]);
        compile.current_dir(bench.folder.path()).args(&words[1..]);
        compile.args([
            "-std=gnu99",
            "-O2",
            "-static",
            "-no-pie",
            "-o",
            architecture,
        ]);
        let compile = compile.args(["packet_wire.c", "hand.c", "main.c"]);
        assert!(compile.status().unwrap().success(), "{architecture}");
        let program = bench.path(architecture);
        let counted = counter
            .value
            .count(&host, &program, "mark", Duration::from_secs(60))
            .await
            .unwrap();
        let [decode, hand_decode, encode, hand_encode] = counted.intervals[..] else {
            panic!("{architecture}: {:?}", counted.intervals);
        };
        println!(
            "{architecture}: encode {encode} to {hand_encode}, decode {decode} to {hand_decode}"
        );
        assert!(
            2 * encode <= 3 * hand_encode,
            "{architecture}: encode {encode} to {hand_encode}"
        );
        assert!(
            2 * decode <= 3 * hand_decode,
            "{architecture}: decode {decode} to {hand_decode}"
        );
    }
}
