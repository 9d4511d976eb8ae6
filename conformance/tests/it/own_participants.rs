//! A user's own participants: the example, whose two bugs are found with their causes; scripts; and programs that misbehave.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::bench::{Bench, Ran, in_version_1};

/// Byte order, and the alignment of an `int64_t`, each differ between some of these, and nothing else separates them the same way but what aligns alike.
const SIX: &str = "x86_64-unknown-linux-gnu,i686-unknown-linux-gnu,armv7-unknown-linux-gnueabihf,s390x-unknown-linux-gnu,powerpc-unknown-linux-gnu,m68k-unknown-linux-gnu";

fn native() -> &'static str {
    let mut targets = cross::targets();
    &targets.find(|target| target.is_native()).unwrap().name
}

impl Bench {
    /// A copy of the example, in which some text is another.
    fn with_example(self, changes: &[(&str, &str, &str)]) -> Self {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/telemetry");
        for entry in example.read_dir().unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let mut text = std::fs::read_to_string(&path).unwrap();
            for (_, was, is) in changes.iter().filter(|(file, ..)| *file == name) {
                assert!(text.contains(was), "{name} has no `{was}`");
                text = text.replace(was, is);
            }
            std::fs::write(self.path(name), text).unwrap();
        }
        self
    }

    fn with_file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.path(name), text).unwrap();
        self
    }

    /// The matrix of `participants.toml`, with a report.
    fn own(&self, more: &[&str]) -> Ran {
        let args = ["matrix", "participants.toml", "--json", "report.json"];
        self.run(&[&args, more].concat())
    }
}

impl Ran {
    fn cell(&self, server: &str, client: &str, encoding: &str) -> &Value {
        let starts = |value: &Value, start: &str| value.as_str().unwrap().contains(start);
        let mut cells = self.cells().iter();
        let found = cells.find(|cell| {
            starts(&cell["server"], server)
                && starts(&cell["client"], client)
                && cell["encoding"] == encoding
        });
        found.unwrap()
    }

    /// The causes that were found for an encoding.
    fn causes(&self, encoding: &str) -> Vec<&str> {
        let explained = self.report()["summary"]["explained"].as_array();
        let mut rows = explained.into_iter().flatten();
        let Some(row) = rows.find(|row| row["encoding"] == encoding) else {
            return Vec::new();
        };
        if let Some(by_type) = row["by_type"].as_array() {
            let sets = by_type.iter().map(|row| row["causes"].as_array().unwrap());
            let sets = sets.inspect(|sets| assert_eq!(sets.len(), 1, "{self}"));
            let causes = sets.flatten().flat_map(|set| set.as_array().unwrap());
            let causes: BTreeSet<&str> = causes.map(|cause| cause.as_str().unwrap()).collect();
            return causes.into_iter().collect();
        }
        let signs = row["signs"].as_array().unwrap().iter();
        signs.map(|sign| sign["cause"].as_str().unwrap()).collect()
    }
}

/// A message of one struct as it lies in memory, in which the server finds its values. What is in it is a header.
const MESSAGE_C: &str = r#"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "message.h"

static size_t whole(int fd, void *place, size_t size, ssize_t (*go)(int, void *, size_t)) {
    size_t done = 0;
    while (done < size) {
        ssize_t n = go(fd, (char *)place + done, size - done);
        if (n <= 0) break;
        done += n;
    }
    return done;
}
static ssize_t put(int fd, void *place, size_t size) { return write(fd, place, size); }
int main(int argc, char **argv) {
    struct message message;
    struct sockaddr_in address;
    char line[64];
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    memset(&message, 0, sizeof message);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(atoi(argv[1]));
    if (argc == 3) {
        if (connect(fd, (struct sockaddr *)&address, sizeof address)) return 1;
        fill(&message, atol(argv[2]));
        whole(fd, &message, sizeof message, put);
        ssize_t n = read(fd, line, sizeof line);
        if (n <= 0) return 3;
        return write(1, line, n) != n;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 9)) return 1;
    for (;;) {
        int peer = accept(fd, 0, 0);
        if (whole(peer, &message, sizeof message, read) == sizeof message) {
            int n = show(&message, line);
            if (write(peer, line, n) != n) return 1;
        }
        close(peer);
    }
}
"#;

const MESSAGE_TOML: &str = r#"
[[participant]]
name = "one"
build = ["{cc} -O1 message.c -o {out}/one"]
listen = "{out}/one {port}"
ask = "{out}/one {port} {request}"

[[encoding]]
name = "message"
family = "raw"
claim = "correct-within-an-island"
type = "message.h: struct message"
"#;

/// Programs with one planted bug, run on these targets: what the type of the message says, and what comparison says where no type is named.
#[test]
fn a_planted_bug_is_found_by_the_type_of_its_message_and_without_it_nothing_else_alone() {
    let long = "struct message { long n; };
        static inline void fill(struct message *m, long n) { m->n = n; }
        static inline int show(struct message *m, char *line) { return sprintf(line, \"%ld\", m->n); }";
    let bits = "struct message { unsigned char low : 3, high : 5; };
        static inline void fill(struct message *m, long n) { m->low = n & 7; m->high = n >> 3; }
        static inline int show(struct message *m, char *line) { return sprintf(line, \"%d\", m->low | m->high << 3); }";
    let sign = "struct message { char c; };
        static inline void fill(struct message *m, long n) { m->c = n; }
        static inline int show(struct message *m, char *line) { return sprintf(line, \"%d\", m->c); }";
    for (header, targets, requests, by_type, compared) in [
        (
            long,
            "x86_64-unknown-linux-gnu,i686-unknown-linux-gnu,s390x-unknown-linux-gnu,powerpc-unknown-linux-gnu",
            &["7"][..],
            &["byte-order", "width"][..],
            &["byte-order", "width"][..],
        ),
        (
            bits,
            "x86_64-unknown-linux-gnu,i686-unknown-linux-gnu,s390x-unknown-linux-gnu,powerpc-unknown-linux-gnu",
            &["17", "77"],
            &["bit-field-order"],
            &["bit-field-order"],
        ),
        (
            sign,
            "x86_64-unknown-linux-gnu,armv7-unknown-linux-gnueabihf,s390x-unknown-linux-gnu,mips-unknown-linux-gnu",
            &["65", "200"],
            &["char-sign"],
            &["char-sign"],
        ),
    ] {
        let vectors = requests.iter();
        let vectors = vectors.map(|n| format!("[[vector]]\nrequest = \"{n}\"\nreply = \"{n}\"\n"));
        let vectors: String = vectors.collect();
        let includes = "#include <stdio.h>\n".to_owned() + header;
        let of = |toml: &str| {
            let bench = Bench::new()
                .with_file("message.c", MESSAGE_C)
                .with_file("message.h", &includes)
                .with_file("participants.toml", &(toml.to_owned() + &vectors));
            bench.own(&["--targets", targets])
        };
        let ran = of(MESSAGE_TOML);
        assert!(
            ran.report()["summary"]["explained"][0]["by_type"].is_array(),
            "{ran}"
        );
        assert_eq!(ran.causes("message"), by_type, "{ran}");
        let untyped = MESSAGE_TOML.replace("type = \"message.h: struct message\"\n", "");
        let ran = of(&untyped);
        let mut causes = ran.causes("message");
        causes.sort_unstable();
        causes.dedup();
        assert_eq!(causes, compared, "{ran}");
    }
}

#[test]
fn the_examples_two_bugs_are_found_each_with_its_cause() {
    let ran = Bench::new().with_example(&[]).own(&["--targets", SIX]);
    assert_eq!(ran.status, 0, "{ran}");
    assert_eq!(ran.causes("v1"), ["byte-order", "padding"]);
    assert_eq!(ran.causes("v2"), ["padding"]);
    assert_eq!(ran.causes("v3"), [""; 0]);
    assert_eq!(ran.causes("v4"), [""; 0]);
    for (server, client, encoding, result, causes) in [
        ("x86_64", "armv7", "v1", "correct", &[][..]),
        ("x86_64", "s390x", "v1", "wrong", &["byte-order"]),
        ("i686", "x86_64", "v1", "wrong", &["padding"]),
        ("i686", "s390x", "v1", "wrong", &["byte-order", "padding"]),
        ("x86_64", "s390x", "v2", "correct", &[]),
        // The station waits for octets that a sensor with less padding never sends.
        ("x86_64", "i686", "v2", "starved", &["padding"]),
        ("m68k", "s390x", "v2", "wrong", &["padding"]),
        ("i686", "m68k", "v3", "correct", &[]),
        ("i686", "s390x", "v4", "correct", &[]),
    ] {
        let cell = ran.cell(server, client, encoding);
        assert_eq!(cell["result"], result, "{cell}");
        assert_eq!(cell["causes"], serde_json::json!(causes), "{cell}");
    }
    // 3300 is 0x0ce4: sent as it lies in a big-endian memory, read in a little-endian one.
    let vector = &ran.cell("x86_64", "s390x", "v1")["vectors"][0];
    assert_eq!(
        vector["observed"]["reply"],
        "sensor 7 at 1700000000: 58380 mV"
    );
    assert_eq!(
        vector["sent"],
        "0700000000000000000000006553f1000ce4000000000000"
    );
    let answer: String = b"sensor 7 at 1700000000: 58380 mV\n"
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect();
    assert_eq!(vector["received"], answer);
    assert!(
        ran.stdout
            .contains("by the layout of struct packet (packet.h) because of"),
        "{ran}"
    );
}

#[test]
fn a_claim_that_is_wrong_fails_and_so_does_a_failure_that_is_mended() {
    let two = "x86_64-unknown-linux-gnu,i686-unknown-linux-gnu";
    let believed = (
        "participants.toml",
        "claim = \"known-broken\"\nfacts = [\"align.int64\"]\nreason = \"the time does not lie at the same place everywhere\"",
        "claim = \"correct-everywhere\"",
    );
    let bench = Bench::new().with_example(&[believed]);
    let ran = bench.own(&["--targets", two, "--encodings", "v2"]);
    assert_eq!(ran.status, 1, "{ran}");
    let cell = ran.cell("i686", "x86_64", "v2");
    assert_eq!(
        (&cell["verdict"], &cell["result"]),
        (&"broken".into(), &"wrong".into())
    );
    assert_eq!(ran.cell("i686", "i686", "v2")["verdict"], "held");
    assert!(
        ran.stdout.contains("FAILS  `v2` is correct in every cell"),
        "{ran}"
    );
    assert!(
        ran.stdout
            .contains("promised sensor 7 at 1700000000: 3300 mV, observed"),
        "{ran}"
    );

    // Version 2, too, is written octet by octet now: right everywhere, and no longer what is claimed.
    let written = ("common.h", "version == 3", "version >= 2");
    let as_long = ("common.h", "    case 3:", "    case 2:\n    case 3:");
    let bench = Bench::new().with_example(&[written, as_long]);
    let ran = bench.own(&["--targets", two, "--encodings", "v2"]);
    assert_eq!(ran.status, 1, "{ran}");
    let cell = ran.cell("i686", "x86_64", "v2");
    assert_eq!(
        (&cell["verdict"], &cell["result"]),
        (&"broken".into(), &"correct".into())
    );
    assert!(
        ran.stdout
            .contains("known broken: if it is mended, take the claim back"),
        "{ran}"
    );
    assert_eq!(ran.causes("v2"), [""; 0]);
}

#[test]
fn shards_of_it_merge_to_one_whole_run() {
    let bench = Bench::new().with_example(&[]);
    let choice = [
        "--targets",
        "x86_64-unknown-linux-gnu,i686-unknown-linux-gnu,s390x-unknown-linux-gnu",
        "--encodings",
        "v1,v3",
    ];
    let run =
        |args: &[&str]| bench.run(&[&["matrix", "participants.toml"], args, &choice].concat());
    assert_eq!(run(&["--json", "whole.json"]).status, 0);
    for (shard, file) in [("1/2", "1.json"), ("2/2", "2.json")] {
        assert_eq!(run(&["--shard", shard, "--json", file]).status, 0);
    }
    let merged = bench.run(&["merge", "1.json", "2.json", "--json", "report.json"]);
    assert_eq!(merged.status, 0, "{merged}");
    let read = |name: &str| -> Value {
        in_version_1(serde_json::from_slice(&std::fs::read(bench.path(name)).unwrap()).unwrap())
    };
    let whole = read("whole.json");
    for field in ["cells", "participants", "selection", "model"] {
        assert_eq!(merged.report()[field], whole[field], "{field}");
    }
    for field in ["claims", "explained", "by_encoding"] {
        assert_eq!(
            merged.report()["summary"][field],
            whole["summary"][field],
            "{field}"
        );
    }
    let same = bench.run(&["diff", "whole.json", "report.json"]);
    assert_eq!(same.status, 0, "{same}");

    // Another file is another protocol.
    let text = std::fs::read_to_string(bench.path("participants.toml")).unwrap();
    std::fs::write(bench.path("participants.toml"), text + "\n# changed\n").unwrap();
    let changed = bench.run(&["merge", "1.json", "2.json", "--json", "no.json"]);
    assert_eq!(changed.status, 2, "{changed}");
    assert!(
        changed.stderr.contains("or participants.toml was changed"),
        "{changed}"
    );
    assert!(!bench.path("no.json").exists());
}

/// A client by the contract, in bash: it knows the encoding `line`, and writes and reads lines.
const BY_CONTRACT: &str = r#"
[ "$1" = drive ] || exit 127
while read -r id encoding address request; do
  if [ "$encoding" != line ]; then echo "$id unsupported sent - recv - from -"; continue; fi
  exec 3<>"/dev/tcp/${address%:*}/${address#*:}"
  printf '%s\n' "$request" >&3
  IFS= read -r reply <&3
  exec 3>&-
  hex() { printf '%s\n' "$1" | od -An -v -tx1 | tr -d ' \n'; }
  echo "$id reply $reply sent $(hex "$request") recv $(hex "$reply") from -"
done
"#;

/// A server as it is: `server PORT` answers a line with the same and a `!`; `hang` with nothing, ever; `close` with the end; of `die` it dies, and with `once` after each answer.
const LINES: &str = r#"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int once = argc == 3 && !strcmp(argv[2], "once");
    if (argc != 2 + once || bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 16))
        return 3;
    for (;;) {
        int client = accept(listener, NULL, NULL);
        char line[256];
        size_t got = 0;
        while (got < sizeof line - 2) {
            ssize_t n = read(client, line + got, sizeof line - 2 - got);
            if (n <= 0 || (got += (size_t)n, line[got - 1] == '\n' && strncmp(line, "hang", 4)))
                break;
        }
        if (!strncmp(line, "die", 3))
            return 4;
        if (strncmp(line, "hang", 4) && strncmp(line, "close", 5)) {
            memcpy(line + got - 1, "!\n", 2);
            if (write(client, line, got + 1) < 0)
                return 5;
        }
        close(client);
        if (once)
            return 0;
    }
}
"#;

fn lines(participant: &str, vectors: &str) -> Bench {
    let file = format!(
        "{participant}\n[[encoding]]\nname = \"line\"\nfamily = \"text\"\nclaim = \"correct-everywhere\"\n{vectors}"
    );
    Bench::new()
        .with_file("participants.toml", &file)
        .with_file("server.c", LINES)
        .with_file("client.sh", BY_CONTRACT)
        .with_file(
            "ask.sh",
            "exec 3<>\"/dev/tcp/127.0.0.1/$1\" && shift && printf '%s\\n' \"$*\" >&3 && IFS= read -r reply <&3 || exit 7\nprintf '%s\\n' \"$reply\"\n",
        )
}

const SERVER: &str = "[[participant]]\nname = \"lines\"\nbuild = [\"{cc} -O2 server.c -o {out}/server\"]\nlisten = \"{out}/server {port}\"\n";

fn vector(request: &str, reply: &str) -> String {
    format!("[[vector]]\nrequest = \"{request}\"\nreply = \"{reply}\"\n")
}

#[test]
fn a_client_by_the_contract_speaks_to_a_server_as_it_is() {
    let file = format!("{SERVER}client = \"bash client.sh\"\n");
    let bench = lines(&file, &(vector("a  b", "a b!") + &vector("x", "x!")));
    let ran = bench.own(&["--targets", native()]);
    assert_eq!(ran.status, 0, "{ran}");
    let vector = &ran.cell("lines", "lines", "line")["vectors"][0];
    assert_eq!(
        (&vector["sent"], &vector["received"]),
        (&"6120620a".into(), &"612062210a".into())
    );
}

#[test]
fn what_programs_as_they_are_do_is_told_as_what_it_is() {
    let file = format!("{SERVER}ask = \"bash ask.sh {{port}} {{request}}\"\n");
    for (request, outcome) in [
        (
            "one two",
            serde_json::json!({ "kind": "reply", "reply": "one two!" }),
        ),
        // The server waits for more, and the client for an answer.
        (
            "hang",
            serde_json::json!({ "kind": "starved", "got": null, "want": null }),
        ),
        ("close", serde_json::json!({ "kind": "closed" })),
    ] {
        let bench = lines(&file, &vector(request, "one two!"));
        let ran = bench.own(&["--targets", native()]);
        let right = outcome["kind"] == "reply";
        assert_eq!(ran.status, i32::from(!right), "{ran}");
        assert_eq!(
            ran.cell("lines", "lines", "line")["vectors"][0]["observed"],
            outcome
        );
    }
    for (change, with, why) in [
        (
            "bash ask.sh {port}",
            "bash ask.sh 1; true {port}",
            "it never connected to 127.0.0.1:",
        ),
        (
            "{out}/server {port}",
            "{out}/server {port} a b",
            "it does not listen on port",
        ),
        (
            "{out}/server {port}",
            "{out}/server 1 {port}",
            "exited with status 3",
        ),
        ("server.c -o", "server.c -nothing -o", "-nothing"),
        ("{out}/server {port}", "{out}/none {port}", "{out}/none"),
    ] {
        let why = why.replace("{out}/", "/");
        let bench = lines(&file.replace(change, with), &vector("a", "a!"));
        let ran = bench.own(&["--targets", native()]);
        assert_eq!(ran.status, 3, "{with}: {ran}");
        let cell = ran.cell("lines", "lines", "line");
        assert_eq!(cell["verdict"], "could-not-run", "{ran}");
        assert!(
            cell["why"].as_str().unwrap().contains(&why),
            "{with}: {ran}"
        );
    }
    // A server that dies of one request is there again for the next.
    let both = vector("die", "a!") + &vector("a", "a!");
    let ran = lines(&file, &both).own(&["--targets", native()]);
    assert_eq!(ran.status, 1, "{ran}");
    let vectors = &ran.cell("lines", "lines", "line")["vectors"];
    let died = serde_json::json!({ "kind": "died", "how": "exited with status 4" });
    let right = serde_json::json!({ "kind": "reply", "reply": "a!" });
    assert_eq!(
        (&vectors[0]["observed"], &vectors[1]["observed"]),
        (&died, &right)
    );
    // One that ends after each answer is there for each.
    let once = file.replace("{out}/server {port}", "{out}/server {port} once");
    let ran = lines(&once, &both.replace("die", "a")).own(&["--targets", native()]);
    assert_eq!(ran.status, 0, "{ran}");

    // A client by the contract does not say when it ended: then nothing is known.
    let file = format!("{SERVER}client = \"bash client.sh\"\n");
    let ran = lines(&file, &both).own(&["--targets", native()]);
    assert_eq!(ran.status, 3, "{ran}");
    let why = &ran.cell("lines", "lines", "line")["why"];
    assert!(
        why.as_str().unwrap().contains("exited with status 4"),
        "{ran}"
    );
}

/// Asks, and notes in which network it is.
const NOTES_ITS_NETWORK: &str = "readlink /proc/self/ns/net >>networks\nexec bash ask.sh \"$@\"\n";

#[test]
fn programs_as_they_are_meet_in_a_network_of_the_runs_own_unless_they_need_this_machines() {
    let own = std::fs::read_link("/proc/self/ns/net").unwrap();
    let own = own.to_str().unwrap();
    for (network, is_own) in [
        ("network = \"host\"\n", true),
        ("network = \"own\"\n", false),
        ("", false),
    ] {
        let file = format!("{SERVER}{network}ask = \"bash notes.sh {{port}} {{request}}\"\n");
        let both = vector("a", "a!") + &vector("b", "b!");
        let bench = lines(&file, &both).with_file("notes.sh", NOTES_ITS_NETWORK);
        let ran = bench.own(&["--targets", native()]);
        assert_eq!(ran.status, 0, "{network}: {ran}");
        let noted = std::fs::read_to_string(bench.path("networks")).unwrap();
        let noted: Vec<&str> = noted.lines().collect();
        assert_eq!(noted.len(), 2, "{noted:?}");
        // Where this user may make none, the run says so.
        if !ran.stderr.contains("no network of the run's own (") {
            assert_eq!(noted[0] == own, is_own, "{network}: {noted:?}");
            assert_eq!(noted[0], noted[1]);
        }
    }
    let bench = lines(&format!("{SERVER}network = \"mine\"\n"), "");
    let ran = bench.own(&["--targets", native()]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("expected `own` or `host`"), "{ran}");
}

#[test]
fn a_client_that_waits_on_after_the_end_starved() {
    let file = format!("{SERVER}ask = \"bash deaf.sh {{port}} {{request}}\"\n");
    let bench = lines(&file, &vector("hang", "a!")).with_file(
        "deaf.sh",
        "exec 3<>\"/dev/tcp/127.0.0.1/$1\"; echo \"$2\" >&3; exec sleep 1000\n",
    );
    let ran = bench.own(&["--targets", native()]);
    assert_eq!(ran.status, 1, "{ran}");
    assert_eq!(ran.cell("lines", "lines", "line")["result"], "starved");
}

/// Speaks in `line`, and in nothing else.
const ONLY_LINE: &str =
    "[ $2 = line ] || exit 9; port=$1; shift 2; exec bash ask.sh $port \"$@\"\n";

/// Asks in any, and in all but `line` for the server's death.
const DIES_IN_ANOTHER: &str =
    "port=$1; [ $2 = line ] && shift 2 || set -- die; exec bash ask.sh $port \"$@\"\n";

#[test]
fn trouble_in_one_cell_is_of_that_cell_alone() {
    let file = "[[participant]]\nname = \"lines\"\nbuild = [\"{cc} -O2 server.c -o {out}/server\"]\nlisten = \"sh -c 'exec {out}/server $0' {port} {encoding}\"\nask = \"bash only.sh {port} {encoding} {request}\"\n[[encoding]]\nname = \"another\"\nfamily = \"text\"\nclaim = \"correct-everywhere\"\n";
    let vectors = vector("a", "a!") + &vector("b", "b!");
    let bench = lines(file, &vectors).with_file("only.sh", ONLY_LINE);
    let ran = bench.own(&["--targets", native()]);
    assert_eq!(ran.status, 3, "{ran}");
    let cell = ran.cell("lines", "lines", "another");
    assert_eq!(cell["verdict"], "could-not-run", "{ran}");
    assert!(
        cell["why"].as_str().unwrap().contains("never connected"),
        "{ran}"
    );
    assert_eq!(
        ran.cell("lines", "lines", "line")["verdict"],
        "held",
        "{ran}"
    );
    // In the other encoding the server has a process of its own, which dies.
    let bench = lines(file, &vectors).with_file("only.sh", DIES_IN_ANOTHER);
    let ran = bench.own(&["--targets", native()]);
    assert_eq!(ran.status, 1, "{ran}");
    let cell = ran.cell("lines", "lines", "another");
    assert_eq!(cell["vectors"][1]["observed"]["kind"], "died", "{ran}");
    assert_eq!(
        ran.cell("lines", "lines", "line")["verdict"],
        "held",
        "{ran}"
    );
}

#[test]
fn a_program_of_ones_own_joins_the_sums_by_the_contract() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("matrix/participants/c");
    let file = format!(
        "[variables]\nsources = \"{}\"\n[[participant]]\nname = \"mine\"\nbuild = [\"sh -c '{{cc}} -O1 {{sources}}/*.c {{sources}}/system/*.c {{sources}}/system/os/posix.c -o {{out}}/sum'\"]\nserver = \"{{out}}/sum\"\nclient = \"{{out}}/sum\"\nencodings = [\"network\", \"raw-long\", \"text\", \"raw-fixed\", \"raw-mixed\", \"raw-packed\", \"little\", \"xdr\", \"varint\"]\n",
        sources.display()
    );
    let bench = Bench::new().with_file("participants.toml", &file);
    let ran = bench.own(&[
        "--targets",
        "i686-unknown-linux-gnu,s390x-unknown-linux-gnu",
        "--participants",
        "mine,c-gcc",
        "--encodings",
        "network,raw-long",
    ]);
    assert_eq!(ran.status, 0, "{ran}");
    let summary = &ran.report()["summary"];
    assert_eq!(
        (&summary["cells"], &summary["mismatched"]),
        (&32.into(), &0.into())
    );
    let cell = ran.cell("mine@i686", "c-gcc@s390x", "raw-long");
    assert_eq!(cell["result"], "lucky");
    assert_eq!(cell["causes"], serde_json::json!(["byte-order", "width"]));
    // `c-gcc` met itself on two machines, in two encodings, while `mine` was built; then all four met, but for these cells.
    let meanwhile =
        "meanwhile, among those that are there: 8 cells as claimed, 0 not, 0 could not run";
    let at = |words: &str| ran.stderr.find(words);
    assert!(at(meanwhile).is_some(), "{ran}");
    assert!(at(meanwhile) < at("exchanging: "), "{ran}");
    // Two servers and two clients, then four of each.
    assert_eq!(summary["processes_run"], 12);
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_line_before_anything_runs() {
    for (text, why) in [
        (
            "[[participant]]\nname = \"x\"\nserve = \"x\"\n",
            "participants.toml:3: unknown field `serve`",
        ),
        (
            "[[participant]]\nname = \"x\"\nencodings = [\"text\"]\n",
            "participants.toml:2: `x` has no command to start it",
        ),
        (
            "[variables]\na = \"{b}\"\nb = \"{a}\"\n",
            "participants.toml:2: the variables go round in a loop: a -> b -> a",
        ),
        (
            "[[participant]]\nname = \"rust\"\nserver = \"x\"\nencodings = [\"text\"]\n",
            "participants.toml:2: `rust` takes part already",
        ),
    ] {
        let bench = Bench::new().with_file("participants.toml", text);
        let ran = bench.own(&[]);
        assert_eq!(ran.status, 2, "{ran}");
        assert!(ran.stderr.contains(why), "{text}: {ran}");
        assert!(ran.report.is_none());
    }
    let ran = Bench::new().run(&["matrix", "nowhere.toml"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("nowhere.toml: No such file"), "{ran}");
}
