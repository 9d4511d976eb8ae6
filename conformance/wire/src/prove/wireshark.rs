//! tshark reads a capture with a packet for each record, with the dissector that was written.

use std::path::Path;

use cross::Host;
use cross::process::Invocation;

use super::{Outcome, ran};
use crate::port::Generated;

const CAPTURE: &str = "records.pcap";

/// A link type that is for private use (LINKTYPE_USER0, <https://www.tcpdump.org/linktypes.html>).
const USER0: u32 = 147;

pub(super) async fn prove(
    host: &Host,
    folder: &Path,
    prover: &Generated,
    records: &[Vec<u8>],
    expected: &str,
) -> Outcome {
    let Some(tshark) = host.program("tshark") else {
        return Outcome::CouldNotRun("tshark is not here (apt-get install tshark)".to_owned());
    };
    let capture = folder.join(CAPTURE);
    if let Err(error) = std::fs::write(&capture, pcap(records)) {
        return Outcome::CouldNotRun(format!("cannot write {}: {error}", capture.display()));
    }
    let run = Invocation::new(tshark)
        // No settings and no scripts but these.
        .env("HOME", folder)
        .env("XDG_CONFIG_HOME", folder)
        .args(["-n", "-q", "-X"])
        .arg(format!("lua_script:{}", prover.name))
        .arg("-r")
        .arg(&capture)
        .directory(folder);
    ran(&run, expected).await
}

/// A capture (draft-ietf-opsawg-pcap) with a packet for each record.
fn pcap(records: &[Vec<u8>]) -> Vec<u8> {
    const LONGEST: u32 = 1 << 20;
    // Its magic, version 2.4, two fields that are zero, the longest packet, the link type.
    let head = [0xa1b2_c3d4, 2 << 16 | 4, 0, 0, LONGEST, USER0];
    let mut octets: Vec<u8> = head.into_iter().flat_map(u32::to_be_bytes).collect();
    for record in records {
        let length = u32::try_from(record.len()).unwrap_or(LONGEST);
        // At no time, whole.
        let head = [0, 0, length, length];
        octets.extend(head.into_iter().flat_map(u32::to_be_bytes));
        octets.extend(record);
    }
    octets
}
