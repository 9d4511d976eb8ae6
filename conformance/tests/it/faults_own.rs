//! `crossum faults FILE`: a user's server and client that are right, and others that are wrong in one way, which the right scenario must find.

use serde_json::Value;

use crate::bench::{Bench, Ran, not_tried};

/// The programs, in C.
const PAIR: &str = include_str!("faults_pair.c");

/// Servers and clients of each kind, all of one program.
fn bench(terms: &str) -> Bench {
    let bench = Bench::new();
    std::fs::write(bench.path("pair.c"), PAIR).unwrap();
    let mut file = String::from(
        "[[encoding]]\nname = \"lines\"\nfamily = \"text\"\nclaim = \"correct-everywhere\"\n[[vector]]\nrequest = \"21\"\nreply = \"42\"\n",
    );
    let mut participant = |name: &str, part: &str| {
        file += &format!(
            "[[participant]]\nname = \"{name}\"\ntargets = \"host\"\nbuild = [\"{{cc}} -std=gnu99 -Wall -Wextra -Werror pair.c -o {{out}}/pair\"]\n{part}\n"
        );
    };
    for kind in [
        "right",
        "loses",
        "leaves",
        "leaks",
        "zombies",
        "rebinds-never",
    ] {
        participant(
            &format!("server-{kind}"),
            &format!("listen = \"{{out}}/pair serve {kind} {{port}}\""),
        );
    }
    for kind in ["right", "waits", "hides"] {
        participant(
            &format!("client-{kind}"),
            &format!("ask = \"{{out}}/pair ask {kind} {{port}} {{request}}\""),
        );
    }
    std::fs::write(bench.path("participants.toml"), file + terms).unwrap();
    bench
}

/// Runs scenarios between two of them; `None` where this machine can make no network, which is said.
fn ran(bench: &Bench, server: &str, client: &str, only: &str) -> Option<Ran> {
    let mut options = vec!["faults", "participants.toml", "--json", "report.json"];
    options.extend(["--server", server, "--client", client]);
    if !only.is_empty() {
        options.extend(["--only", only]);
    }
    let ran = bench.run(&options);
    if ran.status == 3 && ran.stdout.contains("no network namespace can be made here") {
        not_tried(&ran.stdout);
        return None;
    }
    assert!(ran.report.is_some(), "{server}, {client}: {ran}");
    Some(ran)
}

fn scenarios(ran: &Ran) -> Vec<Value> {
    let report = ran.report();
    assert_eq!(report["format"], "crossum-faults");
    report["scenarios"].as_array().unwrap().clone()
}

#[test]
fn programs_that_are_right_hold_in_every_scenario() {
    let bench = bench("");
    let Some(ran) = ran(&bench, "server-right", "client-right", "") else {
        return;
    };
    let all = scenarios(&ran);
    assert_eq!(all.len(), faults::of_pairs().len());
    for scenario in &all {
        assert_eq!(scenario["verdict"], "held", "{scenario:#}");
    }
    assert_eq!(ran.status, 0, "{ran}");
    // Weather was seen, and is told with who made it.
    let weather = all.iter().filter(|one| one.get("network").is_some());
    assert_eq!(weather.count(), 5);
}

#[test]
fn what_is_wrong_with_a_program_is_found_by_its_scenario() {
    let bench = bench("[faults]\nwithin = 3\n");
    for (server, client, scenario, who, seen) in [
        (
            "server-right",
            "client-waits",
            "server-dies-while-client-waits",
            "client",
            "still waits",
        ),
        (
            "server-right",
            "client-hides",
            "server-dies-while-client-waits",
            "client",
            "tells nobody",
        ),
        (
            "server-loses",
            "client-right",
            "half-close",
            "client",
            "a reply of 0 octets",
        ),
        (
            "server-leaves",
            "client-right",
            "server-shuts-down",
            "server",
            "1 process left",
        ),
        (
            "server-leaks",
            "client-right",
            "undisturbed",
            "server",
            "5 descriptors",
        ),
        (
            "server-zombies",
            "client-right",
            "client-dies",
            "server",
            "processes",
        ),
        (
            "server-rebinds-never",
            "client-right",
            "restart-in-time-wait",
            "",
            "",
        ),
    ] {
        let told = format!("{server}, {client}: {scenario}");
        let Some(ran) = ran(&bench, server, client, scenario) else {
            return;
        };
        let [result] = scenarios(&ran).try_into().expect(&told);
        assert_eq!(result["verdict"], "broken", "{told}: {result:#}");
        assert_eq!(ran.status, 1, "{told}");
        match who {
            "" => assert!(
                result["why"].as_str().unwrap().contains("bind"),
                "{result:#}"
            ),
            who => {
                let observed = result[who]["observed"].as_str().unwrap();
                assert!(observed.contains(seen), "{told}: {observed}");
            }
        }
    }
}

#[test]
fn a_fault_that_is_known_is_expected_and_one_that_is_mended_is_told() {
    let known = "[faults]\nwithin = 3\n[[faults.scenario]]\nname = \"server-dies-while-client-waits\"\nclient = \"waits\"\nreason = \"issue 7\"\n";
    let bench = bench(known);
    for (client, verdict) in [("client-waits", "held"), ("client-right", "broken")] {
        let only = "server-dies-while-client-waits";
        let Some(ran) = ran(&bench, "server-right", client, only) else {
            return;
        };
        let [result] = scenarios(&ran).try_into().unwrap();
        assert_eq!(result["verdict"], verdict, "{client}: {result:#}");
        let expected = result["client"]["expected"].as_str().unwrap();
        assert!(expected.contains("issue 7"), "{expected}");
    }
}

#[test]
fn a_word_that_nobody_knows_is_told_with_the_nearest() {
    let bench = bench("[faults]\nencoding = \"line\"\n");
    for (options, expected) in [
        (&["--only", "half-closed"][..], "did you mean `half-close`?"),
        (&[], "unknown encoding `line`, did you mean `lines`?"),
    ] {
        let ran = bench.run(&[&["faults", "participants.toml"], options].concat());
        assert_eq!(ran.status, 2, "{ran}");
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
    let bench = self::bench("[faults]\nencoding = \"lines\"\n");
    let ran = bench.run(&["faults", "participants.toml", "--server", "server-rigth"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(
        ran.stderr.contains("did you mean `server-right`?"),
        "{}",
        ran.stderr
    );
    let ran = bench.run(&["faults", "participants.toml", "--list"]);
    for scenario in faults::of_pairs() {
        assert!(ran.stdout.contains(scenario.must), "{}", scenario.name);
    }
}

#[test]
fn a_list_refuses_what_a_run_refuses() {
    let bench = bench("[faults]\nencoding = \"lines\"\n");
    std::fs::create_dir(bench.path("folder")).unwrap();
    std::fs::write(bench.path("octets"), [0xff, 0, 7]).unwrap();
    for (options, expected) in [
        (&["missing.toml"][..], "missing.toml"),
        (&["folder"], "folder"),
        (&["octets"], "octets"),
        (
            &["participants.toml", "--server", "server-rigth"],
            "did you mean `server-right`?",
        ),
        (
            &["participants.toml", "--only", "half-closed"],
            "did you mean `half-close`?",
        ),
        (&["--only", "nope"], "unknown scenario `nope`"),
    ] {
        let ran = bench.run(&[&["faults", "--list"], options].concat());
        assert_eq!(ran.status, 2, "{options:?}: {ran}");
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
        assert_eq!(ran.stdout, "", "{options:?}");
    }
    let ran = bench.run(&["faults", "--list", "--only", "half-close"]);
    assert_eq!(ran.status, 0, "{ran}");
    let names = ran.stdout.lines().filter(|line| !line.starts_with(' '));
    let names: Vec<_> = names.filter_map(|line| line.split("  ").next()).collect();
    assert_eq!(names, ["half-close"]);
}
