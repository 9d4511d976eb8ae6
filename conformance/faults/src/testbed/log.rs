//! The server's log, as it is written.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use nix::errno::Errno;
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::ChildStderr;
use tokio::task::JoinHandle;

use super::wait::{coming, until};
use crate::observation::Halt;
use kit::lines::printable;

/// One entry of `sumsrv --log-format json`, as far as it is needed here.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Entry {
    #[serde(rename = "message")]
    pub(crate) what: String,
    pub(crate) peer: Option<SocketAddr>,
    pub(crate) why: Option<String>,
}

/// All entries so far, and what else was on standard error.
pub(crate) struct Log {
    written: Arc<Mutex<Written>>,
    follower: JoinHandle<()>,
}

#[derive(Default)]
struct Written {
    entries: Vec<Entry>,
    /// Lines that are no entries.
    words: Vec<String>,
}

/// How many lines of the log are kept. No scenario makes a server write so many.
const MAX_LINES: usize = 10_000;

impl Log {
    pub(crate) fn follow(stderr: ChildStderr) -> Log {
        let written = Arc::new(Mutex::new(Written::default()));
        let kept = Arc::clone(&written);
        let follower = tokio::spawn(async move {
            let mut reader = BufReader::new(stderr);
            let mut line = Vec::new();
            loop {
                line.clear();
                // A line is taken in pieces of 4096 octets, so that a flood without a line end is never kept whole.
                match (&mut reader).take(4096).read_until(b'\n', &mut line).await {
                    Ok(0) | Err(_) => return,
                    Ok(_) => keep(&kept, &line),
                }
            }
        });
        Log { written, follower }
    }

    /// All entries so far with this message.
    pub(crate) fn entries(&self, what: &str) -> Vec<Entry> {
        let matching = |written: &Written| {
            let entries = written.entries.iter().filter(|entry| entry.what == what);
            entries.cloned().collect()
        };
        self.written
            .lock()
            .map(|written| matching(&written))
            .unwrap_or_default()
    }

    /// Waits until there are so many entries with this message.
    pub(crate) async fn wait_for(&self, what: &str, times: usize) -> Result<Vec<Entry>, Halt> {
        let awaited = format!("{times} times `{what}` in the server's log");
        until(awaited, || {
            let entries = self.entries(what);
            Ok((entries.len() >= times).then_some(entries))
        })
        .await
    }

    /// Waits for the end of a connection. Gives the reason that the log has for it: `ended: the peer closed`, `broke: ECONNRESET`.
    pub(crate) async fn fate(&self, peer: SocketAddr) -> Result<String, Halt> {
        until(format!("the end of {peer} in the server's log"), || {
            let mut ends = [self.entries("ended"), self.entries("broke")]
                .into_iter()
                .flatten();
            Ok(ends
                .find(|entry| entry.peer == Some(peer))
                .map(|entry| entry.formatted()))
        })
        .await
    }

    /// The lines that are no entries, such as the message of a program that cannot start.
    pub(crate) async fn words(&mut self) -> String {
        // The stream ends with the process. Where another process holds it open, the lines until now are taken.
        let _ = coming("", &mut self.follower).await;
        self.written
            .lock()
            .map(|written| written.words.join("\n"))
            .unwrap_or_default()
    }
}

impl Entry {
    /// In a few words; an error of the system by its name.
    pub(crate) fn formatted(&self) -> String {
        match &self.why {
            Some(why) => format!("{}: {}", self.what, errno(why)),
            None => self.what.clone(),
        }
    }
}

fn keep(written: &Mutex<Written>, line: &[u8]) {
    let Ok(mut written) = written.lock() else {
        return;
    };
    if written.entries.len() + written.words.len() >= MAX_LINES {
        return;
    }
    match serde_json::from_slice(line) {
        Ok(entry) => written.entries.push(entry),
        Err(_) => written.words.push(printable(line)),
    }
}

/// `ECONNRESET` for `Connection reset by peer (os error 104)`: the number is this machine's own.
fn errno(words: &str) -> String {
    let number = words
        .rsplit_once("(os error ")
        .and_then(|(_, number)| number.strip_suffix(')')?.parse().ok());
    match number.map(Errno::from_raw) {
        Some(errno) if errno != Errno::UnknownErrno => format!("{errno:?}"),
        _ => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_system_is_named() {
        let reset = std::io::Error::from_raw_os_error(Errno::ECONNRESET as i32);
        assert_eq!(errno(&reset.to_string()), "ECONNRESET");
        for words in ["the peer closed", "(os error x)", "odd (os error 99999)"] {
            assert_eq!(errno(words), words);
        }
    }

    #[test]
    fn an_entry_is_what_the_server_writes() {
        let line = br#"{"timestamp":"2026-01-01T00:00:00Z","level":"INFO","message":"ended","service":"text","peer":"127.0.0.1:44054","why":"the peer closed","target":"sumsrv::serve"}"#;
        let entry: Entry = serde_json::from_slice(line).unwrap();
        assert_eq!(entry.formatted(), "ended: the peer closed");
        assert_eq!(entry.peer, Some("127.0.0.1:44054".parse().unwrap()));
    }
}
