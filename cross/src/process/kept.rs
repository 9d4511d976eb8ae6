//! What is kept of what a process prints.

use std::io;
use std::os::fd::AsFd;

use nix::unistd::read;
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// Which octets are kept of a stream that has more.
#[derive(Clone, Copy, Debug)]
pub(super) enum Keep {
    Start,
    End,
}

/// Nobody who is well prints more on one stream, in octets: who does is ended.
pub(super) const MAX_PRINTED: u64 = 1 << 30;

/// The most that the kernel holds of a pipe, in octets (pipe(7), `pipe-max-size`).
const MAX_IN_PIPE: usize = 1 << 20;

/// A stream, and what is kept of it.
#[derive(Debug)]
pub(super) struct Kept<S> {
    stream: Option<S>,
    max: usize,
    which: Keep,
    octets: Vec<u8>,
    printed: u64,
}

impl<S: AsyncRead + AsFd + Unpin> Kept<S> {
    /// Nothing yet; at most `max` octets.
    pub(super) fn new(stream: Option<S>, max: usize, which: Keep) -> Self {
        Kept {
            stream,
            max,
            which,
            octets: Vec::new(),
            printed: 0,
        }
    }

    /// Reads to the end of the stream. What was read so far is kept even if this is dropped.
    ///
    /// # Errors
    /// The stream fails, or has no end.
    pub(super) async fn read_all(&mut self) -> io::Result<()> {
        let mut chunk = vec![0; 8192];
        loop {
            let Some(stream) = &mut self.stream else {
                return Ok(());
            };
            let read = stream.read(&mut chunk).await?;
            if read == 0 {
                return Ok(());
            }
            self.keep(chunk.get(..read).unwrap_or_default());
            if self.printed > MAX_PRINTED {
                return Err(io::Error::other(format!(
                    "it printed more than {MAX_PRINTED} octets, and was killed"
                )));
            }
        }
    }

    /// Reads what is there now, and waits for nobody.
    pub(super) fn read_rest(&mut self) {
        let mut chunk = vec![0; 8192];
        let mut more = MAX_IN_PIPE;
        while let Some(stream) = &self.stream
            // The stream does not block: where nothing is there, that is an error.
            && let Ok(read @ 1..) = read(stream.as_fd(), &mut chunk)
            && more > 0
        {
            more = more.saturating_sub(read);
            self.keep(chunk.get(..read).unwrap_or_default());
        }
    }

    fn keep(&mut self, read: &[u8]) {
        self.printed = self
            .printed
            .saturating_add(u64::try_from(read.len()).unwrap_or(u64::MAX));
        self.octets.extend_from_slice(read);
        let more = self.octets.len().saturating_sub(self.max);
        if more > 0 {
            match self.which {
                Keep::Start => self.octets.truncate(self.max),
                Keep::End => drop(self.octets.drain(..more)),
            }
        }
    }

    /// What was kept.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.octets).into_owned()
    }
}
