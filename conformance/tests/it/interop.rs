//! `crossum interop`: with what this machine has, without a network, and with a codec that misreads.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::bench::{Bench, Ran, not_tried};

impl Bench {
    fn interop(&self, encoding: &str, only: &str) -> Ran {
        self.run(&["interop", encoding, "--only", only, "--json", "report.json"])
    }

    /// Nothing is kept, and no registry is reached.
    fn offline(self) -> Bench {
        let cache = self.path("cache").display().to_string();
        self.with_variable("CROSSUM_CACHE", cache)
            .with_variable("PIP_NO_INDEX", "1")
            .with_variable("PIP_FIND_LINKS", "")
            .with_variable("npm_config_cache", "/dev/null/none")
            .with_variable("npm_config_offline", "true")
    }
}

fn row(ran: &Ran) -> &Value {
    &ran.report()["implementations"][0]
}

/// Whether Python is here.
fn has_python() -> bool {
    let is_here = cross::Host::this().program("python3").is_some();
    if !is_here {
        not_tried("codecs in Python");
    }
    is_here
}

#[test]
fn what_a_language_has_of_itself_needs_no_network() {
    if !has_python() {
        return;
    }
    let bench = Bench::new().offline();
    let ran = bench.interop("network", "struct");
    assert_eq!(ran.status, 0, "{ran}");
    let row = row(&ran);
    assert_eq!(row["verdict"], "agrees", "{ran}");
    let compared = &row["compared"];
    for side in [
        "reads_requests",
        "writes_requests",
        "reads_replies",
        "writes_replies",
    ] {
        assert!(compared[side]["tried"].as_u64().unwrap() >= 500, "{ran}");
        assert_eq!(compared[side]["tried"], compared[side]["right"], "{ran}");
    }
}

#[test]
fn without_a_registry_a_package_could_not_be_brought_and_its_implementation_could_not_run() {
    if !has_python() {
        return;
    }
    let bench = Bench::new().offline();
    let ran = bench.interop("xdr", "xdrlib3");
    assert_eq!(ran.status, 3, "{ran}");
    let row = row(&ran);
    assert_eq!(row["verdict"], "could-not-run", "{ran}");
    let why = row["why"].as_str().unwrap();
    assert!(why.contains("xdrlib3==0.1.1 cannot be brought: "), "{ran}");
    assert!(row["compared"].is_null(), "{ran}");
    // Half of a folder is none.
    let kept = bench.path("cache/interop").read_dir().unwrap();
    assert_eq!(kept.count(), 0);
}

#[test]
fn without_its_language_an_implementation_could_not_run() {
    let bench = Bench::new().offline();
    std::fs::create_dir(bench.path("empty")).unwrap();
    let empty = bench.path("empty").display().to_string();
    let bench = bench.with_variable("PATH", empty);
    for (encoding, name, program) in [
        ("network", "struct", "python3"),
        ("json", "javascript-json", "node"),
        ("xdr", "rpcgen", "rpcgen"),
        ("cbor", "jackson", "java"),
    ] {
        let ran = bench.interop(encoding, name);
        assert_eq!(ran.status, 3, "{ran}");
        let why = row(&ran)["why"].as_str().unwrap();
        let told = format!("no program `{program}` is on the search path (apt-get install ");
        assert!(why.starts_with(&told), "{ran}");
    }
}

/// A Python that calls itself one, and gives these lines for answers.
fn with_python(answers: &str) -> Bench {
    let bench = Bench::new().offline();
    let folder = bench.path("bin");
    std::fs::create_dir(&folder).unwrap();
    let python = folder.join("python3");
    let script = format!("#!/bin/sh\n[ $1 = --version ] && echo Python 4 && exit\n{answers}\n");
    std::fs::write(&python, script).unwrap();
    std::fs::set_permissions(&python, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", folder.display());
    bench.with_variable("PATH", path)
}

#[test]
fn a_codec_that_misreads_or_says_nothing_or_dies_is_told_and_is_no_pass() {
    for (answers, status, verdict, told) in [
        (
            // Every order has an answer, and one of each kind is right by no chance.
            "while read -r verb what rest; do echo request 4 4; done < \"$4\"",
            1,
            "differs",
            "request -9223372036854775808 -9223372036854775807 became request 4 4",
        ),
        ("exit 0", 1, "differs", "became no answer"),
        (
            "echo octets 00; echo alas >&2; kill -KILL $$",
            3,
            "could-not-run",
            "its codec was killed by SIGKILL at `read request ",
        ),
    ] {
        let bench = with_python(answers);
        let ran = bench.interop("network", "struct");
        assert_eq!(ran.status, status, "{ran}");
        assert_eq!(row(&ran)["verdict"], verdict, "{ran}");
        assert!(ran.stdout.contains(told), "{ran}");
    }
}
