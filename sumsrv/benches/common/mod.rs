//! What the benchmarks share: a server as a process, and medians.

use std::{
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

pub(crate) type Trouble = Box<dyn std::error::Error>;

/// A server that is ready, and does not outlive its handle.
pub(crate) struct Server {
    process: Process,
    pub(crate) addr: SocketAddr,
}

impl Server {
    /// Starts a program that says where it listens, once, and then `ready`.
    pub(crate) fn start(
        program: &Path,
        arguments: impl IntoIterator<Item = impl AsRef<std::ffi::OsStr>>,
    ) -> Result<Self, Trouble> {
        let mut process = Process::start(program, arguments)?;
        let output = process.0.stdout.take().ok_or("no output")?;
        let mut lines = BufReader::new(output).lines();
        let line = lines.next().ok_or("the server says nothing")??;
        let addr = line.rsplit(' ').next().unwrap_or_default().parse()?;
        while lines.next().ok_or("the server is not ready")?? != "ready" {}
        Ok(Server { process, addr })
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.0.id()
    }

    /// Sends the signal to stop, and waits for the end.
    pub(crate) fn stop(mut self) -> Result<(), Trouble> {
        kill(Pid::from_raw(self.id().try_into()?), Signal::SIGTERM)?;
        // The signal may have come just before a blocking `accept`, which this ends.
        let _ = TcpStream::connect(self.addr);
        self.process.0.wait()?;
        Ok(())
    }
}

/// A process that does not outlive its handle.
pub(crate) struct Process(pub(crate) Child);

impl Process {
    #[expect(
        clippy::disallowed_methods,
        reason = "a benchmark of this crate alone; `cross` is not among what sumsrv knows, and every process is waited for"
    )]
    pub(crate) fn start(
        program: &Path,
        arguments: impl IntoIterator<Item = impl AsRef<std::ffi::OsStr>>,
    ) -> Result<Self, Trouble> {
        let mut command = Command::new(program);
        let child = command.args(arguments).stdout(Stdio::piped()).spawn();
        let child =
            child.map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        Ok(Process(child))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already, unless something went wrong.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
