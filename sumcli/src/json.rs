//! The document of `bench --json`.

use std::collections::BTreeMap;

use serde::Serialize;
use sumcli::bench::{Latency, Report};

/// Raised when a field changes its meaning or goes away.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    encoding: &'a str,
    address: String,
    connections: usize,
    depth: usize,
    seconds: f64,
    sent: u64,
    answered: u64,
    unanswered: u64,
    wrong: u64,
    refused: u64,
    lost: &'a BTreeMap<String, usize>,
    requests_per_second: f64,
    latency_ns: Option<Quantiles>,
}

#[derive(Serialize)]
struct Quantiles {
    p50: u128,
    p99: u128,
    #[serde(rename = "p99.9")]
    p99_9: u128,
    max: u128,
}

/// One line.
pub(crate) fn document(report: &Report) -> serde_json::Result<String> {
    serde_json::to_string(&Document {
        version: VERSION,
        encoding: report.encoding,
        address: report.addr.to_string(),
        connections: report.plan.connections,
        depth: report.plan.depth,
        seconds: report.elapsed.as_secs_f64(),
        sent: report.sent,
        answered: report.answered,
        unanswered: report.unanswered(),
        wrong: report.wrong,
        refused: report.refused,
        lost: &report.lost,
        requests_per_second: report.throughput(),
        latency_ns: report.latency.map(quantiles),
    })
}

fn quantiles(latency: Latency) -> Quantiles {
    Quantiles {
        p50: latency.p50.as_nanos(),
        p99: latency.p99.as_nanos(),
        p99_9: latency.p99_9.as_nanos(),
        max: latency.max.as_nanos(),
    }
}
