//! The file in which the system's logins are, of another machine: read, and found to be its.

use std::time::Duration;

use cross::{Host, compiler, runner};
use serde_json::json;

use crate::bench::{Bench, host_command, not_tried};

/// Writes three entries as login programs do, in hexadecimal.
const LOGINS: &str = r#"
#include <stdio.h>
#include <string.h>
#include <utmp.h>
int main(void) {
  for (int i = 0; i < 3; i++) {
    struct utmp u;
    memset(&u, 0, sizeof u);
    u.ut_type = i ? USER_PROCESS : BOOT_TIME;
    u.ut_pid = 1000 * i;
    u.ut_session = 1000 * i;
    strcpy(u.ut_line, i ? "pts/0" : "~");
    strcpy(u.ut_user, i ? "ada" : "reboot");
    u.ut_tv.tv_sec = 1730000000 + 100 * i;
    u.ut_tv.tv_usec = 4711;
    for (size_t at = 0; at < sizeof u; at++) printf("%02x", ((unsigned char *)&u)[at]);
  }
  return 0;
}
"#;

#[tokio::test]
async fn logins_of_another_machine_are_read_and_found_to_be_its() {
    let bench = Bench::new();
    std::fs::write(bench.path("logins.c"), LOGINS).unwrap();
    let host = Host::this();
    for name in ["i686", "powerpc", "s390x"] {
        let is_it = |target: &&cross::Target| target.name.split('-').next() == Some(name);
        let target = cross::targets().find(is_it).unwrap();
        let (Ok(gcc), Ok(runner)) = (compiler::gcc(&host, target), runner::runner(&host, target))
        else {
            not_tried(&format!("logins of {}", target.name));
            continue;
        };
        let words = gcc.value.words();
        let program = bench.path(name);
        let mut compile = host_command(&words[0]);
        compile.current_dir(bench.folder.path()).args(&words[1..]);
        let compile = compile.args(["logins.c", "-o"]).arg(&program);
        assert!(compile.status().unwrap().success(), "{name}");
        let dump = runner.value.invocation(&program);
        let dump = dump.run(Duration::from_secs(60)).await.unwrap();
        for who in [&["--guess"][..], &["--as", name]] {
            let args = [
                "decode",
                "-",
                "--hex",
                "--from",
                "/usr/include/utmp.h",
                "--type",
                "struct utmp",
                "--json",
                "report.json",
            ];
            let ran = bench.run_with_input(&[&args, who].concat(), &dump);
            assert_eq!(ran.status, 0, "{name}: {ran}");
            let report = ran.report();
            if who == ["--guess"] {
                let likeliest = &report["guess"]["candidates"][0]["machines"];
                let likeliest = likeliest.as_array().unwrap();
                assert!(likeliest.contains(&json!(target.name)), "{name}: {ran}");
            }
            let last = report["records"][2]["fields"].as_array().unwrap();
            for (path, value) in [
                ("ut_type", json!(7)),
                ("ut_pid", json!(2000)),
                ("ut_user", json!("ada")),
                ("ut_tv.tv_sec", json!(1_730_000_200)),
                ("ut_tv.tv_usec", json!(4711)),
            ] {
                let field = last.iter().find(|field| field["path"] == path);
                assert_eq!(field.unwrap()["value"], value, "{name}: {path}: {ran}");
            }
        }
    }
}
