//! A board at a serial port of this machine.
//!
//! A board has one line, and may be server and client at once, which are two processes: who asks something has the line for that question alone.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cross::Host;
use cross::choice::{Port as Place, Reset};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use serial2_tokio::SerialPort;
use tokio::io::{AsyncWriteExt as _, ReadHalf, WriteHalf};

use kit::lines::Lines;

/// How long the reset line is held: a capacitor stands between it and the processor of most boards.
const HELD: Duration = Duration::from_millis(100);

/// How long somebody who waits for the line looks away.
const TURN: Duration = Duration::from_millis(2);

/// An open port.
pub(super) struct Port {
    pub(super) lines: Lines<ReadHalf<SerialPort>>,
    writes: WriteHalf<SerialPort>,
    lock: PathBuf,
    turn: Option<Flock<File>>,
}

impl Port {
    /// Opens it, in its own turn, and resets the board if a line for that was named.
    pub(super) async fn open(place: &Place) -> io::Result<Port> {
        let path = &place.path;
        let told = |error: io::Error| {
            io::Error::new(
                error.kind(),
                format!("the serial port {}: {error}", path.display()),
            )
        };
        let name = path.display().to_string().replace('/', "-");
        let lock = Host::this().cache().join("ports").join(name + ".lock");
        let turn = turn(&lock).await?;
        let port = SerialPort::open(path, place.baud).map_err(told)?;
        if let Some(line) = place.reset {
            let set = |to| match line {
                Reset::Dtr => port.set_dtr(to),
                Reset::Rts => port.set_rts(to),
            };
            set(false).map_err(told)?;
            tokio::time::sleep(HELD).await;
            set(true).map_err(told)?;
        }
        port.discard_input_buffer().map_err(told)?;
        let (reads, writes) = tokio::io::split(port);
        Ok(Port {
            lines: Lines::new(reads),
            writes,
            lock,
            turn: Some(turn),
        })
    }

    /// Waits for a turn.
    pub(super) async fn begin(&mut self) -> io::Result<()> {
        if self.turn.is_none() {
            self.turn = Some(turn(&self.lock).await?);
        }
        Ok(())
    }

    /// Ends the turn.
    pub(super) fn end(&mut self) {
        self.turn = None;
    }

    pub(super) async fn write(&mut self, text: &str) -> io::Result<()> {
        self.writes.write_all(text.as_bytes()).await?;
        self.writes.flush().await
    }
}

/// Waits until nobody else has the line. A lock ends with its holder.
async fn turn(lock: &Path) -> io::Result<Flock<File>> {
    if let Some(folder) = lock.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = File::create(lock)?;
    loop {
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(turn) => return Ok(turn),
            Err((waits, Errno::EWOULDBLOCK)) => file = waits,
            Err((_, error)) => return Err(error.into()),
        }
        tokio::time::sleep(TURN).await;
    }
}
