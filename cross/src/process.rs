//! The one door through which processes start.
//!
//! Every child gets a process group of its own and is killed with all of that group when its handle is dropped; what it may print and how long it may take are bounded. A program on another machine is ended there by the end of its connection.

mod error;
mod exit;
mod keeper;
mod kept;
pub mod left;
mod remote;
mod running;
mod shown;

pub use error::ProcessError;
pub use exit::Exit;
pub use running::Running;

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nix::unistd::Pid;

use crate::host::Host;
use crate::scratch;
use kept::{Keep, Kept};

static STARTED: AtomicU64 = AtomicU64::new(0);
static HELD: AtomicU64 = AtomicU64::new(0);

/// How many processes this one has started so far.
pub fn started() -> u64 {
    STARTED.load(Ordering::Relaxed)
}

/// How many processes are held by a handle, which kills them when it is dropped.
pub fn held() -> u64 {
    HELD.load(Ordering::Relaxed)
}

/// A program, its arguments and its surroundings: what is needed to start it, now or later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    program: PathBuf,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    /// Whether variables of this process are inherited.
    inherits: bool,
    directory: Option<PathBuf>,
    /// What gives all this to a shell elsewhere, where it is to be done there.
    connection: Option<Box<Connection>>,
    /// Whether the program reads its standard input.
    reads_input: bool,
    /// Whether no signal asks it to end, but the end of its input.
    ends_with_input: bool,
}

/// A command that leads to another machine.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Connection {
    /// As the user knows it.
    name: String,
    command: Invocation,
}

/// What a process printed, and how it ended.
#[derive(Clone, Debug)]
pub struct Output {
    /// How it ended.
    pub exit: Exit,
    /// Standard output, at most as much as was asked for.
    pub stdout: String,
    /// The end of standard error.
    pub stderr: String,
}

/// What a process printed, and how it ended, if it did.
#[derive(Clone, Debug)]
pub struct Watched {
    /// How it ended; `None` where it was still running when its time was over, and was killed.
    pub exit: Option<Exit>,
    /// Standard output, at most as much as was asked for.
    pub stdout: String,
    /// Of standard error, the end; of what is watched for its errors, the begin.
    pub stderr: String,
}

/// How much is kept of a child's standard output, and of the end of its standard error, in octets.
const MAX_OUTPUT: usize = 4 << 20;
const MAX_ERRORS: usize = 16 << 10;

const TMPDIR: &str = "TMPDIR";

/// The status of ssh, and of the command line that it is given, when the program was not reached.
const UNREACHED: i32 = 255;

impl Invocation {
    /// A program without arguments.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Invocation {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            inherits: true,
            directory: None,
            connection: None,
            reads_input: false,
            ends_with_input: false,
        }
    }

    /// Adds an argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    pub fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets a variable of the environment; all others are inherited, unless [`without_environment`](Invocation::without_environment) says otherwise.
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env
            .push((key.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Inherits no variable of the environment.
    pub fn without_environment(mut self) -> Self {
        self.inherits = false;
        self
    }

    /// When this process is killed, the command ends by itself, and does what is to be done before: nobody else ends it.
    pub fn ending_by_itself(self) -> Self {
        self.env(keeper::MARK, "")
    }

    /// Sets the working directory.
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// The same command on another machine, by way of one that gives its last argument to a shell there, as ssh does.
    ///
    /// Neither environment nor directory nor signals cross: the variables that are set are set there, the directory is entered if it is there, too, and the end of the connection ends the program (SIGTERM, then SIGKILL), unless it [reads its input](Invocation::reading_input).
    pub fn through(mut self, connection: Invocation) -> Self {
        self.connection = Some(Box::new(Connection {
            name: connection.to_string(),
            command: connection,
        }));
        self
    }

    /// The program reads its standard input, and ends by itself when that does.
    pub fn reading_input(mut self) -> Self {
        self.reads_input = true;
        self
    }

    /// The program knows no signal that asks it to end: the end of its input does. So that is held open as long as it is wanted.
    pub fn ending_with_input(mut self) -> Self {
        self.ends_with_input = true;
        self
    }

    /// Whether the end of its input is what asks it to end: no signal reaches it.
    pub fn ends_with_input(&self) -> bool {
        (self.connection.is_some() || self.ends_with_input) && !self.reads_input
    }

    /// The program that is started here.
    pub fn program(&self) -> &Path {
        self.connection
            .as_ref()
            .map_or(&self.program, |connection| connection.command.program())
    }

    /// What is started here.
    fn here(&self) -> Cow<'_, Invocation> {
        match &self.connection {
            None => Cow::Borrowed(self),
            Some(connection) => {
                Cow::Owned(connection.command.clone().arg(remote::command_line(self)))
            }
        }
    }

    /// The same command as the last arguments of another, which starts it: `nsenter --net ... PROGRAM ARGS`.
    ///
    /// Variables of both are set, in the directory of this one.
    pub fn started_by(mut self, starter: Invocation) -> Self {
        if let Some(Connection { name, command }) = self.connection.take().map(|all| *all) {
            let command = command.started_by(starter);
            self.connection = Some(Box::new(Connection { name, command }));
            return self;
        }
        let command = [self.program.into_os_string()].into_iter().chain(self.args);
        self.args = starter.args.into_iter().chain(command).collect();
        self.env = starter.env.into_iter().chain(self.env).collect();
        self.inherits &= starter.inherits;
        self.program = starter.program;
        self
    }

    /// The same command, killed by the kernel when this process dies: what `Drop` cannot do after a SIGKILL.
    ///
    /// By way of util-linux's `setpriv`, where it is installed, since `prctl` between fork and exec would need unsafe code; it replaces itself with the command, so no process is added.
    /// The kernel watches the thread that starts the child: that must be one that lives as long as the process.
    pub fn kill_with_parent(self, host: &Host) -> Self {
        self.signal_with_parent("KILL", host)
    }

    /// The same with another signal, such as `INT`, for a program that tidies up when it comes.
    pub fn signal_with_parent(self, signal: &str, host: &Host) -> Self {
        let Some(setpriv) = host.program("setpriv") else {
            return self;
        };
        self.started_by(Invocation::new(setpriv).args(["--pdeathsig", signal, "--"]))
    }

    /// As a program of this run: with its mark, and with a folder for temporary files that ends with it.
    fn of_this_run(&self) -> tokio::process::Command {
        let mut command = self.command();
        if let (true, Some(folder)) = (self.inherits, scratch::for_programs()) {
            keeper::start(folder);
            if !self.env.iter().any(|(key, _)| key == keeper::MARK) {
                command.env(keeper::MARK, folder);
            }
            // What it leaves there when it is killed ends with this run.
            if !self.env.iter().any(|(key, _)| key == TMPDIR) {
                command.env(TMPDIR, folder);
            }
        }
        command
    }

    fn command(&self) -> tokio::process::Command {
        #[expect(clippy::disallowed_methods, reason = "this is the one door")]
        let mut command = tokio::process::Command::new(&self.program);
        if !self.inherits {
            command.env_clear();
        }
        command
            .args(&self.args)
            .envs(self.env.iter().map(|(key, value)| (key, value)));
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        command.process_group(0);
        command
    }

    /// Starts the process with all three standard streams piped.
    ///
    /// # Errors
    /// [`ProcessError::Start`].
    pub fn start(&self) -> Result<Running, ProcessError> {
        let here = self.here();
        let mut command = here.of_this_run();
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        here.spawn(command)
    }

    fn spawn(&self, mut command: tokio::process::Command) -> Result<Running, ProcessError> {
        let child = command.spawn().map_err(|source| ProcessError::Start {
            program: self.program.clone(),
            source,
        })?;
        STARTED.fetch_add(1, Ordering::Relaxed);
        HELD.fetch_add(1, Ordering::Relaxed);
        let group = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .map(Pid::from_raw);
        Ok(Running {
            program: self.program.clone(),
            child,
            group,
        })
    }

    /// Runs the process to its end, without input, and keeps what it printed.
    ///
    /// # Errors
    /// It cannot be started, or is still running after `limit`.
    pub async fn output(&self, limit: Duration) -> Result<Output, ProcessError> {
        let watched = self.watch(limit, MAX_OUTPUT).await?;
        let exit = watched.exit.ok_or_else(|| ProcessError::Late {
            program: self.program().to_owned(),
            limit,
        })?;
        Ok(Output {
            exit,
            stdout: watched.stdout,
            stderr: watched.stderr,
        })
    }

    /// Runs the process to its end or until `limit`, without input, and keeps what it printed so far: at most `max_output` octets of standard output, and the end of standard error.
    ///
    /// # Errors
    /// It cannot be started, or talking to it fails.
    pub async fn watch(&self, limit: Duration, max_output: usize) -> Result<Watched, ProcessError> {
        self.watched(limit, max_output, (MAX_ERRORS, Keep::End))
            .await
    }

    /// The same, of which the begin of standard error is kept, up to so many octets.
    ///
    /// # Errors
    /// As [`Invocation::watch`].
    pub async fn watch_errors(
        &self,
        limit: Duration,
        max_errors: usize,
    ) -> Result<Watched, ProcessError> {
        self.watched(limit, MAX_OUTPUT, (max_errors, Keep::Start))
            .await
    }

    async fn watched(
        &self,
        limit: Duration,
        max_output: usize,
        (max_errors, keep): (usize, Keep),
    ) -> Result<Watched, ProcessError> {
        let here = self.here();
        let mut command = here.of_this_run();
        command
            .stdin(if self.ends_with_input() {
                Stdio::piped()
            } else {
                Stdio::null()
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut running = here.spawn(command)?;
        // Held open, where it is one: its end would be the program's.
        let _input = running.child.stdin.take();
        let mut said = Kept::new(running.child.stdout.take(), max_output, Keep::Start);
        let mut complained = Kept::new(running.child.stderr.take(), max_errors, keep);
        let mut exit = None;
        let work = async {
            let reading = async { tokio::try_join!(said.read_all(), complained.read_all()) };
            tokio::pin!(reading);
            let mut is_read = false;
            while exit.is_none() {
                tokio::select! {
                    read = &mut reading, if !is_read => {
                        read?;
                        is_read = true;
                    }
                    ended = running.child.wait() => {
                        exit = Some(Exit::from(ended?));
                        running.end_group();
                    }
                }
            }
            io::Result::Ok(is_read)
        };
        match tokio::time::timeout(limit, work).await {
            // Others may hold the pipes open, out of reach of a signal to the group: what is in there now is all that is waited for.
            Ok(Ok(false)) => {
                said.read_rest();
                complained.read_rest();
            }
            Ok(Ok(true)) | Err(_) => {}
            Ok(Err(source)) => {
                return Err(ProcessError::Lost {
                    program: self.program().to_owned(),
                    source,
                });
            }
        }
        let stderr = complained.text();
        if let (Some(connection), Some(Exit::Code(UNREACHED))) = (&self.connection, exit) {
            return Err(ProcessError::Unreached {
                connection: connection.name.clone(),
                stderr,
            });
        }
        Ok(Watched {
            exit,
            stdout: said.text(),
            stderr,
        })
    }

    /// Runs the process to its end and insists on status 0; gives its standard output.
    ///
    /// # Errors
    /// As [`Invocation::output`], and [`ProcessError::Failed`] with the end of its standard error.
    pub async fn run(&self, limit: Duration) -> Result<String, ProcessError> {
        let output = self.output(limit).await?;
        match output.exit {
            Exit::Code(0) => Ok(output.stdout),
            exit => Err(ProcessError::Failed {
                command: self.to_string(),
                exit,
                stderr: output.stderr,
            }),
        }
    }

    /// Runs the process on the terminal of this one (an installer that asks and reports for itself).
    ///
    /// It stays in this process group: a terminal's interrupt must reach it, and it must be able to read the terminal.
    ///
    /// # Errors
    /// It cannot be started, or ended otherwise than with status 0.
    pub async fn run_on_terminal(&self) -> Result<(), ProcessError> {
        let here = self.here();
        let mut command = here.command();
        command
            .process_group(nix::unistd::getpgrp().as_raw())
            .kill_on_drop(true);
        let _unadopted = left::Unadopted::new();
        let mut running = here.spawn(command)?;
        running.group = None;
        let status = running.child.wait().await;
        match status.map(Exit::from) {
            Ok(Exit::Code(0)) => Ok(()),
            Ok(exit) => Err(ProcessError::Failed {
                command: self.to_string(),
                exit,
                stderr: String::new(),
            }),
            Err(source) => Err(ProcessError::Lost {
                program: self.program().to_owned(),
                source,
            }),
        }
    }
}

#[cfg(test)]
mod tests;
