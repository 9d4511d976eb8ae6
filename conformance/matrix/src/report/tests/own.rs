//! A user's own protocol in the reports: claims that fail, a failure that is mended, what cells have in common; and no prediction.

use std::sync::Arc;

use layout::abi::Scalar;

use super::{Abis, Found, JudgedCell, Matrix, Model, Names, Roles};
use crate::cell;
use crate::claims;
use crate::file::File;
use crate::infer;
use crate::message::TypesOf;
use crate::observation::{Exchange, Observation};
use crate::outcome::Outcome;
use crate::own::Promise;
use crate::participant::Participant;
use crate::report::page::page;
use crate::report::{MatrixDocument, annotations, markdown, sarif, terminal};
use crate::select::Available;
use crate::sums::vectors::PairChoice;

const FILE: &str = r#"
[[participant]]
name = "radio"
listen = "x {port} {encoding}"
ask = "x {port} {encoding} {request}"

[[participant]]
name = "mast"
listen = "x {port} {encoding}"
targets = ["x86_64-unknown-linux-gnu"]

[[encoding]]
name = "raw"
family = "raw"
claim = "correct-everywhere"

[[encoding]]
name = "mended"
family = "raw"
claim = "known-broken"
facts = ["byte-order"]
reason = "issue 12"

[[encoding]]
name = "written"
family = "explicit"
claim = "correct-within-an-island"

[[encoding]]
name = "plain"
family = "text"
claim = "correct-everywhere"

[[vector]]
request = "1 on"
reply = "ok"

[[vector]]
request = "off"
refused = "nothing"
"#;

/// An octet, and eight that are aligned: as the machine with this ABI writes them.
fn sent(abi: &str, number: u64, is_struct: bool) -> Vec<u8> {
    let abi = Abis::builtin().get(abi).unwrap();
    // What every machine writes otherwise is no value.
    let mut octets = vec![match is_struct {
        true => 1,
        false => u8::try_from(abi.name().len()).unwrap(),
    }];
    octets.resize(abi.align(Scalar::Int64), 0);
    octets.extend(match abi.byte_order() {
        layout::ByteOrder::Big => number.to_be_bytes(),
        layout::ByteOrder::Little => number.to_le_bytes(),
    });
    octets
}

/// What was observed: `raw` is right between machines of one byte order and alignment only, everything else everywhere.
fn observed(
    roles: &Roles,
    available: &Available,
    file: &File,
    (number, is_struct): (u64, bool),
) -> Vec<JudgedCell> {
    let encodings = available.protocol.encodings();
    let cells = cell::cells(&roles.servers, &roles.clients, encodings);
    let mut model = Model::new(Abis::builtin());
    let facts = |name: &str| {
        let abi = Abis::builtin().get(name).unwrap();
        (abi.byte_order(), abi.align(Scalar::Int64))
    };
    let judged = cells.into_iter().map(|cell| {
        let (server, client) = (&cell.server.target.abi, &cell.client.target.abi);
        let right = cell.encoding.name() != "raw" || facts(server) == facts(client);
        let exchanges = file.vectors.iter().map(|vector| Exchange {
            outcome: match &vector.promise {
                _ if !right => Outcome::Reply("no".to_owned()),
                Promise::Reply(words) => Outcome::Reply(words.clone()),
                Promise::Refused(why) => Outcome::Refused(why.clone()),
            },
            sent: sent(client, number, is_struct),
            received: vec![2],
        });
        let observation = Observation::Ran(exchanges.collect());
        model.judge(cell, observation)
    });
    judged.collect()
}

/// An octet that is another on each machine is no part of a struct. A number of one octet may as well have been shifted. A server on one machine alone: that the two differ in byte order, and that the client's is big, is the same whoever else asks.
#[test]
fn a_target_that_would_tell_nothing_is_not_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("participants.toml");
    let text = FILE.replace(
        "name = \"radio\"\nlisten = \"x {port} {encoding}\"",
        "name = \"radio\"",
    );
    std::fs::write(&path, text).unwrap();
    let file = File::read(&path, Abis::builtin()).unwrap();
    let available = Available::new(Some(&file), PairChoice::default());
    for (targets, told) in [
        (&[""][..], None),
        (&["x86_64", "powerpc-"], Some("arm-unknown-linux-gnueabi")),
    ] {
        let starts = |name: &str| targets.iter().any(|start| name.starts_with(start));
        let all = cross::targets().map(|target| target.name.clone());
        let names = Names {
            targets: all.filter(|name| starts(name)).collect(),
            ..Names::default()
        };
        let roles = names.roles(&available, Abis::builtin()).unwrap();
        let mut judged = observed(&roles, &available, &file, (7, false));
        let explained = infer::explain_all(
            &*available.protocol,
            Abis::builtin(),
            &TypesOf::new(),
            &mut judged,
        );
        let infer::Explanation::Where(all) = &explained[0].explanation else {
            panic!("{explained:?}");
        };
        assert!(!all[0].0[0].or.is_empty());
        assert_eq!(all[0].0[0].distinguished_by, told, "{all:?}");
    }
}

#[test]
fn every_report_tells_a_protocol_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("participants.toml");
    std::fs::write(&path, FILE).unwrap();
    let file = File::read(&path, Abis::builtin()).unwrap();
    let available = Available::new(Some(&file), PairChoice::default());
    let names = Names {
        targets: ["i686", "x86_64", "armv7", "powerpc", "m68k"]
            .map(|start| {
                let mut targets = cross::targets();
                let found = targets.find(|target| target.name.starts_with(start));
                found.unwrap().name.clone()
            })
            .to_vec(),
        ..Names::default()
    };
    let roles = names.roles(&available, Abis::builtin()).unwrap();
    let plays = |those: &[Arc<Participant>]| {
        let mast = |one: &&Arc<Participant>| one.id.implementation == "mast";
        those.iter().filter(mast).count()
    };
    assert_eq!(
        (plays(&roles.servers), plays(&roles.clients)),
        (1, 0),
        "it only serves"
    );
    let mut judged = observed(&roles, &available, &file, (0x0102_0304_0506_0708, true));
    let protocol = &*available.protocol;
    let explained = infer::explain_all(protocol, Abis::builtin(), &TypesOf::new(), &mut judged);
    let claims = claims::of_cells(protocol, &judged);
    let found = Found::default();
    let matrix = Matrix {
        abis: Abis::builtin(),
        abis_file: None,
        file: Some("participants.toml".as_ref()),
        model: "m",
        roles: &roles,
        encodings: protocol.encodings(),
        names: &names,
        protocol,
        judged: &judged,
        claims: &claims,
        explained: &explained,
        found: Some(&found),
        shard: None,
        interrupted: false,
    };
    let mut text = String::new();
    terminal::write(&matrix, 100, &mut text).unwrap();
    insta::assert_snapshot!(
        "own_people",
        anstream::adapter::strip_str(&text).to_string()
    );
    insta::assert_snapshot!("own_markdown", markdown::text(&matrix));
    let mut text = String::new();
    annotations::write(&matrix, &mut text).unwrap();
    let first = text.lines().next().unwrap();
    assert!(
        first.starts_with("::error title=crossum%3A not as claimed::7 cells, such as raw: "),
        "{first}"
    );

    // A claim that fails is shown where it is written.
    let log = serde_json::to_value(sarif::document(&matrix)).unwrap();
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "participants.toml");
    assert_eq!(place["region"]["startLine"], 13);
    assert!(!log.to_string().contains("crossum explain"));

    let document = MatrixDocument::of(&matrix);
    let document = serde_json::to_value(document.as_version_1()).unwrap();
    let cells = document["cells"].as_array().unwrap();
    let wrong = cells.iter().find(|cell| cell["result"] == "wrong").unwrap();
    insta::assert_snapshot!("own_programs", serde_json::to_string_pretty(wrong).unwrap());
    assert_eq!(document["summary"]["mismatched"], 0);
    let rows = &document["summary"]["explained"][0]["by_type"];
    assert_eq!(
        rows[2],
        serde_json::json!({ "causes": [["byte-order", "padding"]], "cells": 9 })
    );

    let page = page(&matrix).unwrap();
    assert!(page.contains("<h2>Why</h2>") && page.contains("byte order and padding: 9 cells"));
    assert!(!page.contains("as predicted<"), "nothing was");
    assert!(page.contains("<b>s</b> sign of char"));
    assert!(!page.contains("what was predicted"));
}
