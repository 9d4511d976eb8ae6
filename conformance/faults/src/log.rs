//! The server's log, as it is written.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use nix::errno::Errno;
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::ChildStderr;
use tokio::task::JoinHandle;

use super::Halt;
use super::wait::until;
use kit::lines::printable;

/// One entry: what `sumsrv --log-format json` writes, as far as it matters here.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Entry {
    #[serde(rename = "message")]
    pub(super) what: String,
    pub(super) peer: Option<SocketAddr>,
    pub(super) why: Option<String>,
}

/// All entries so far, and what else was on standard error.
pub(super) struct Log {
    written: Arc<Mutex<Written>>,
    follower: JoinHandle<()>,
}

#[derive(Default)]
struct Written {
    entries: Vec<Entry>,
    /// Lines that are no entries.
    words: Vec<String>,
}

/// More than any scenario makes a server write.
const MOST: usize = 10_000;

impl Log {
    pub(super) fn follow(stderr: ChildStderr) -> Log {
        let written = Arc::new(Mutex::new(Written::default()));
        let kept = Arc::clone(&written);
        let follower = tokio::spawn(async move {
            let mut reader = BufReader::new(stderr);
            let mut line = Vec::new();
            loop {
                line.clear();
                // What has no line end is taken in pieces: a flood without one must not be kept whole.
                match (&mut reader).take(4096).read_until(b'\n', &mut line).await {
                    Ok(0) | Err(_) => return,
                    Ok(_) => keep(&kept, &line),
                }
            }
        });
        Log { written, follower }
    }

    /// All entries that say this, so far.
    pub(super) fn said(&self, what: &str) -> Vec<Entry> {
        let saying = |written: &Written| {
            let entries = written.entries.iter().filter(|entry| entry.what == what);
            entries.cloned().collect()
        };
        self.written
            .lock()
            .map(|written| saying(&written))
            .unwrap_or_default()
    }

    /// Waits until so many entries say this.
    pub(super) async fn says(&self, what: &str, times: usize) -> Result<Vec<Entry>, Halt> {
        let awaited = format!("{times} times `{what}` in the server's log");
        until(awaited, || {
            let said = self.said(what);
            Ok((said.len() >= times).then_some(said))
        })
        .await
    }

    /// Waits for the end of a connection, and says why it ended: `ended: the peer closed`, `broke: ECONNRESET`.
    pub(super) async fn fate(&self, peer: SocketAddr) -> Result<String, Halt> {
        until(format!("the end of {peer} in the server's log"), || {
            let mut ends = [self.said("ended"), self.said("broke")]
                .into_iter()
                .flatten();
            Ok(ends
                .find(|entry| entry.peer == Some(peer))
                .map(|entry| entry.told()))
        })
        .await
    }

    /// The lines that were no entries: the last words of a program in trouble.
    pub(super) async fn words(&mut self) -> String {
        // It ends with the process; where somebody else holds the stream open, what came by then must do.
        let _ = super::wait::coming("", &mut self.follower).await;
        self.written
            .lock()
            .map(|written| written.words.join("\n"))
            .unwrap_or_default()
    }
}

impl Entry {
    /// In a few words; an error of the system by its name.
    pub(super) fn told(&self) -> String {
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
    if written.entries.len() + written.words.len() >= MOST {
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
        assert_eq!(entry.told(), "ended: the peer closed");
        assert_eq!(entry.peer, Some("127.0.0.1:44054".parse().unwrap()));
    }
}
