//! The last line that a program writes to standard error.

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::ChildStderr;
use tokio::task::JoinHandle;

use kit::lines::printable;

/// Reads a standard error to its end, and gives its last line that is not empty.
pub(crate) fn last_words(errors: ChildStderr) -> JoinHandle<String> {
    tokio::spawn(async move {
        let mut reader = BufReader::new(errors);
        let (mut line, mut last) = (Vec::new(), String::new());
        loop {
            line.clear();
            // A line is taken in pieces: one without an end must not fill the memory.
            match (&mut reader).take(512).read_until(b'\n', &mut line).await {
                Ok(0) | Err(_) => return last,
                Ok(_) => {
                    let words = printable(&line);
                    if !words.is_empty() {
                        last = words;
                    }
                }
            }
        }
    })
}
