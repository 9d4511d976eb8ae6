//! Many requests at once: every sum verified, how many a second, how long each took.
//!
//! [`bench()`] connects first, and then measures. `pipeline` is one connection; `tally` has the counts of all.

mod pipeline;
mod plan;
mod report;
mod requests;
mod resolve;
mod tally;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use proto::{Encoding, Unencodable};
use tokio::{
    net::TcpStream,
    task::JoinSet,
    time::{Instant, sleep_until, timeout},
};

use self::{
    pipeline::{Ending, Pipeline},
    requests::Requests,
    tally::Shared,
};
pub use self::{
    plan::Plan,
    report::{Latency, Report},
    resolve::{ResolveError, resolve},
};
use crate::{errno::Errno, reach::seconds};

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// Not all connections could be made.
    #[error(
        "cannot connect to {addr}: {} ({made} of {wanted} connections were made)",
        Errno(source)
    )]
    Connect {
        /// Where to.
        addr: SocketAddr,
        /// How many connections were made.
        made: usize,
        /// How many were wanted.
        wanted: usize,
        /// What the system said.
        source: io::Error,
    },
    /// This machine cannot encode the requests.
    #[error(transparent)]
    Unencodable(#[from] Unencodable),
}

/// Loads the server as the plan says, and reports the result. Wrong sums and lost connections are in the report, and not errors.
///
/// It runs on the caller's runtime, which needs I/O and time.
///
/// # Errors
/// When nothing was measured, because the connections could not be made.
pub async fn bench(
    encoding: &'static dyn Encoding,
    addr: SocketAddr,
    plan: Plan,
) -> Result<Report, BenchError> {
    let requests = Arc::new(Requests::new(encoding)?);
    let streams = connect(addr, plan).await?;
    let tally = Shared::new(plan.requests);
    let start = Instant::now();
    let mut pipelines = JoinSet::new();
    for stream in streams {
        let pipeline = Pipeline::new(encoding, requests.clone(), plan.depth, tally.clone());
        pipelines.spawn(pipeline.run(stream));
    }
    let endings = watch(&mut pipelines, &tally, start, plan).await;
    Ok(Report::new(
        encoding.name(),
        addr,
        plan,
        start,
        endings,
        tally,
    ))
}

/// Connects one after the other, so that the queue of a server that accepts slowly does not overflow.
async fn connect(addr: SocketAddr, plan: Plan) -> Result<Vec<TcpStream>, BenchError> {
    let mut streams = Vec::new();
    for made in 0..plan.connections {
        let stream = match timeout(plan.patience, TcpStream::connect(addr)).await {
            Ok(connected) => connected,
            // Our own time limit, and not the system's: it has no errno.
            Err(_) => Err(io::Error::other(format!(
                "no connection within {}",
                seconds(plan.patience)
            ))),
        };
        let stream = stream.map_err(|source| BenchError::Connect {
            addr,
            made,
            wanted: plan.connections,
            source,
        })?;
        // Without it a request may wait for an acknowledgement. A socket that refuses it is only slower.
        let _ = stream.set_nodelay(true);
        streams.push(stream);
    }
    Ok(streams)
}

/// Waits for all pipelines. Stops them from asking when the time is over, and gives up when no reply has come on any of them for too long.
async fn watch(
    pipelines: &mut JoinSet<Ending>,
    tally: &Shared,
    start: Instant,
    plan: Plan,
) -> Vec<Ending> {
    let end = start + plan.duration;
    let mut endings = Vec::new();
    let mut over = false;
    let mut seen = 0;
    let mut give_up = start + plan.patience;
    loop {
        tokio::select! {
            ended = pipelines.join_next() => match ended {
                // A pipeline that panicked is a fault of ours, and not of the server.
                Some(ended) => endings.push(ended.unwrap_or(Ending::Lost)),
                None => return endings,
            },
            () = sleep_until(end), if !over => {
                over = true;
                tally.lock().ask_no_more();
            }
            () = sleep_until(give_up) => {
                let answered = tally.lock().answered();
                if answered == seen {
                    endings.extend((0..pipelines.len()).map(|_| Ending::Silent));
                    pipelines.abort_all();
                    while pipelines.join_next().await.is_some() {}
                    return endings;
                }
                seen = answered;
                give_up += plan.patience.max(Duration::from_millis(1));
            }
        }
    }
}
