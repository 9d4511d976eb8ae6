//! Many requests at once: every sum verified, how many a second, how long each took.
//!
//! [`bench()`] connects first and measures then. `pipeline` is one connection, `tally` what all of them add up to.

mod pipeline;
mod plan;
mod questions;
mod report;
mod tally;
mod whom;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use proto::{Encoding, Unencodable};
use tokio::{
    net::TcpStream,
    task::JoinSet,
    time::{Instant, sleep_until, timeout},
};

use self::{
    pipeline::{Ending, Pipeline},
    questions::Questions,
    tally::Shared,
};
pub use self::{
    plan::Plan,
    report::{Latency, Report},
    whom::{WhomError, whom},
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
        /// Whom to.
        addr: SocketAddr,
        /// How many there were by then.
        made: usize,
        /// How many there should have been.
        wanted: usize,
        /// What the system said.
        source: io::Error,
    },
    /// This machine cannot say the requests in this encoding.
    #[error(transparent)]
    Unencodable(#[from] Unencodable),
}

/// Asks as the plan says, and reports what came of it, whatever came of it.
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
    let questions = Arc::new(Questions::new(encoding)?);
    let streams = connect(addr, plan).await?;
    let tally = Shared::new(plan.requests);
    let start = Instant::now();
    let mut pipelines = JoinSet::new();
    for stream in streams {
        let pipeline = Pipeline::new(encoding, questions.clone(), plan.depth, tally.clone());
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

/// One after the other: the kernel's queue of a server that accepts slowly is not overrun.
async fn connect(addr: SocketAddr, plan: Plan) -> Result<Vec<TcpStream>, BenchError> {
    let mut streams = Vec::new();
    for made in 0..plan.connections {
        let stream = match timeout(plan.patience, TcpStream::connect(addr)).await {
            Ok(connected) => connected,
            // Our own patience, and not the system's: it has no errno.
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
        // Without it a request may wait for an acknowledgement; a socket that refuses it is slower and no worse.
        let _ = stream.set_nodelay(true);
        streams.push(stream);
    }
    Ok(streams)
}

/// Waits for all pipelines, says when the time is over, and gives up when none of them was told anything for too long.
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
                // A pipeline that panicked is a bug, and not the server's.
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
