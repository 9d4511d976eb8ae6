//! The one door through which processes start.
//!
//! Every child gets a process group of its own and is killed with all of that group when its handle is dropped; what it may print and how long it may take are bounded.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};

use crate::host::Host;

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
    directory: Option<PathBuf>,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It returned this status.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
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

/// What may go wrong around a process, as opposed to inside it.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// It did not start.
    #[error("cannot start {program}: {source}")]
    Start {
        /// The program.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It was still running when its time was over, and was killed.
    #[error("{program} was still running after {} s and was killed", .limit.as_secs())]
    Late {
        /// The program.
        program: PathBuf,
        /// The time it had.
        limit: Duration,
    },
    /// Talking to it failed.
    #[error("lost {program}: {source}")]
    Lost {
        /// The program.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It ended otherwise than with status 0, where that was wanted.
    #[error("`{command}` {exit}{}", said(.stderr))]
    Failed {
        /// The whole command.
        command: String,
        /// How it ended.
        exit: Exit,
        /// The end of what it wrote to standard error.
        stderr: String,
    },
}

fn said(stderr: &str) -> String {
    let stderr = stderr.trim_end();
    if stderr.is_empty() {
        String::new()
    } else {
        format!(":\n{stderr}")
    }
}

/// The most that is kept of a child's standard output, and of the end of its standard error.
const KEPT_OUTPUT: usize = 4 << 20;
const KEPT_ERRORS: usize = 16 << 10;

impl Invocation {
    /// A program without arguments.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Invocation {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            directory: None,
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

    /// Sets a variable of the environment; all others are inherited.
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env
            .push((key.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Sets the working directory.
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// The program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The same command, killed by the kernel when this process is: what `Drop` cannot do after a SIGKILL.
    ///
    /// By way of util-linux's `setpriv`, where it is installed, since `prctl` between fork and exec would need unsafe code; it replaces itself with the command, so no process is added.
    /// The kernel watches the thread that starts the child: that must be one that lives as long as the process.
    pub fn dying_with_this_process(self, host: &Host) -> Self {
        let Some(setpriv) = host.program("setpriv") else {
            return self;
        };
        let args = ["--pdeathsig", "KILL", "--"]
            .map(OsString::from)
            .into_iter()
            .chain([self.program.into_os_string()]);
        Invocation {
            program: setpriv,
            args: args.chain(self.args).collect(),
            ..self
        }
    }

    fn command(&self) -> tokio::process::Command {
        #[expect(clippy::disallowed_methods, reason = "this is the one door")]
        let mut command = tokio::process::Command::new(&self.program);
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
        let mut command = self.command();
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        self.spawn(command)
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
        let mut command = self.command();
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut running = self.spawn(command)?;
        let stdout = running.child.stdout.take();
        let stderr = running.child.stderr.take();
        let work = async {
            let (stdout, stderr) = tokio::try_join!(
                keep(stdout, KEPT_OUTPUT, Keep::Start),
                keep(stderr, KEPT_ERRORS, Keep::End)
            )?;
            Ok::<_, io::Error>((stdout, stderr, running.child.wait().await?))
        };
        match tokio::time::timeout(limit, work).await {
            Ok(Ok((stdout, stderr, status))) => {
                running.end_group();
                Ok(Output {
                    exit: Exit::from(status),
                    stdout,
                    stderr,
                })
            }
            Ok(Err(source)) => Err(ProcessError::Lost {
                program: self.program.clone(),
                source,
            }),
            Err(_) => Err(ProcessError::Late {
                program: self.program.clone(),
                limit,
            }),
        }
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
    pub async fn run_in_the_open(&self) -> Result<(), ProcessError> {
        let mut command = self.command();
        command
            .process_group(nix::unistd::getpgrp().as_raw())
            .kill_on_drop(true);
        let mut running = self.spawn(command)?;
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
                program: self.program.clone(),
                source,
            }),
        }
    }
}

/// The command as one could type it into a shell.
impl fmt::Display for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (key, value) in &self.env {
            write!(f, "{}={} ", key.to_string_lossy(), quoted(value))?;
        }
        f.write_str(&quoted(self.program.as_os_str()))?;
        for arg in &self.args {
            write!(f, " {}", quoted(arg))?;
        }
        Ok(())
    }
}

/// A word as a shell takes it; control characters in bash's notation.
fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=+./:,@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into_owned();
    }
    if !word.chars().any(char::is_control) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    let spelt = |c: char| match c {
        '\'' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    format!("$'{}'", word.chars().map(spelt).collect::<String>())
}

/// A process that runs. Dropping it kills its whole group.
#[derive(Debug)]
pub struct Running {
    program: PathBuf,
    child: Child,
    /// `None` once it was ended.
    group: Option<Pid>,
}

impl Running {
    /// Takes the three streams: input, output, errors. Each can be taken once.
    pub fn streams(&mut self) -> Option<(ChildStdin, ChildStdout, ChildStderr)> {
        Some((
            self.child.stdin.take()?,
            self.child.stdout.take()?,
            self.child.stderr.take()?,
        ))
    }

    /// Asks the process to end (SIGTERM).
    pub fn terminate(&self) {
        if let Some(leader) = self.group {
            // It may be gone already, which is what was wanted.
            let _ = kill(leader, Signal::SIGTERM);
        }
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// [`ProcessError::Lost`].
    pub async fn wait(&mut self) -> Result<Exit, ProcessError> {
        let status = self
            .child
            .wait()
            .await
            .map_err(|source| ProcessError::Lost {
                program: self.program.clone(),
                source,
            })?;
        self.end_group();
        Ok(Exit::from(status))
    }

    /// Kills whatever is left of the group.
    ///
    /// After the leader was waited for, too: its number stays taken while others are in its group, and is far from being given out again when nobody is.
    fn end_group(&mut self) {
        if let Some(group) = self.group.take() {
            // It may be empty already, which is what is wanted.
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        HELD.fetch_sub(1, Ordering::Relaxed);
        if self.group.is_some() {
            self.end_group();
            // Reap at once if it is dead already; otherwise tokio's orphan queue does.
            let _ = self.child.try_wait();
        }
    }
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Self {
        use std::os::unix::process::ExitStatusExt as _;
        match (status.code(), status.signal()) {
            (Some(code), _) => Exit::Code(code),
            (None, Some(signal)) => Exit::Signal(signal),
            // Neither exited nor signalled: wait(2) reports that only for stopped processes, which are not asked for.
            (None, None) => Exit::Code(-1),
        }
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Code(code) => write!(f, "exited with status {code}"),
            Exit::Signal(number) => match Signal::try_from(*number) {
                Ok(signal) => write!(f, "was killed by {signal}"),
                Err(_) => write!(f, "was killed by signal {number}"),
            },
        }
    }
}

enum Keep {
    Start,
    End,
}

/// Reads a stream to its end and keeps at most `most` octets of it.
async fn keep(
    stream: Option<impl AsyncRead + Unpin>,
    most: usize,
    which: Keep,
) -> io::Result<String> {
    let Some(mut stream) = stream else {
        return Ok(String::new());
    };
    let mut kept = Vec::new();
    let mut chunk = vec![0; 8192];
    loop {
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            return Ok(String::from_utf8_lossy(&kept).into_owned());
        }
        kept.extend_from_slice(chunk.get(..read).unwrap_or_default());
        if kept.len() > most {
            match which {
                Keep::Start => kept.truncate(most),
                Keep::End => drop(kept.drain(..kept.len() - most)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    fn shell(script: &str) -> Invocation {
        Invocation::new("/bin/sh").args(["-c", script])
    }

    #[tokio::test]
    async fn output_and_status_come_back() {
        let output = shell("echo out; echo err >&2; exit 3")
            .output(SOON)
            .await
            .unwrap();
        assert_eq!(
            (output.stdout.as_str(), output.stderr.as_str()),
            ("out\n", "err\n")
        );
        assert_eq!(output.exit, Exit::Code(3));
    }

    #[tokio::test]
    async fn a_signal_is_told_from_a_status() {
        let output = shell("kill -SEGV $$").output(SOON).await.unwrap();
        assert_eq!(output.exit.to_string(), "was killed by SIGSEGV");
    }

    #[tokio::test]
    async fn a_failure_carries_what_the_program_said() {
        let error = shell("echo no such luck >&2; exit 1")
            .run(SOON)
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "`/bin/sh -c 'echo no such luck >&2; exit 1'` exited with status 1:\nno such luck"
        );
    }

    #[tokio::test]
    async fn a_command_is_told_as_a_shell_takes_it() {
        let told = Invocation::new("/usr/bin/cc")
            .env("FLAGS", "-a\u{1f}it's")
            .args(["two words", "", "it's", "-o=x"]);
        assert_eq!(
            told.to_string(),
            r"FLAGS=$'-a\u001fit\'s' /usr/bin/cc 'two words' '' 'it'\''s' -o=x"
        );
        let bash = Invocation::new("bash")
            .args(["-c", r"printf %s $'-a\u001fit\'s'"])
            .run(SOON)
            .await
            .unwrap();
        assert_eq!(bash, "-a\u{1f}it's");
    }

    #[tokio::test]
    async fn a_late_process_is_killed_with_its_children() {
        // The grandchild holds the pipe open: it must die too, or reading its output would never end.
        let mut running = shell("sleep 1000 & echo $!; wait").start().unwrap();
        let (_stdin, mut stdout, _stderr) = running.streams().unwrap();
        let mut grandchild = vec![0; 16];
        let read = stdout.read(&mut grandchild).await.unwrap();
        assert!(read > 0);
        drop(running);
        let rest = tokio::time::timeout(SOON, stdout.read(&mut grandchild)).await;
        assert_eq!(rest.expect("the pipe closes").unwrap(), 0);

        let late = shell("sleep 1000")
            .output(Duration::from_millis(10))
            .await
            .unwrap_err();
        assert!(matches!(late, ProcessError::Late { .. }), "{late}");
    }

    #[tokio::test]
    async fn a_leader_that_ends_first_leaves_nobody_behind() {
        // The grandchild lets go of the pipes, so that nothing but its group ties it to us.
        let script = "sleep 1000 >/dev/null 2>&1 </dev/null & echo $!";
        let output = shell(script).output(SOON).await.unwrap();
        let stat = format!("/proc/{}/stat", output.stdout.trim());
        let is_gone = || std::fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "));
        let until = std::time::Instant::now() + SOON;
        while !is_gone() {
            assert!(std::time::Instant::now() < until, "{stat} is still there");
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_flood_is_bounded() {
        let output = shell("head -c 20000000 /dev/zero; head -c 2000000 /dev/zero >&2")
            .output(SOON)
            .await
            .unwrap();
        assert_eq!(
            (output.stdout.len(), output.stderr.len()),
            (KEPT_OUTPUT, KEPT_ERRORS)
        );
    }

    #[tokio::test]
    async fn a_missing_program_is_named() {
        let error = Invocation::new("/nowhere/gcc").run(SOON).await.unwrap_err();
        assert!(
            error.to_string().starts_with("cannot start /nowhere/gcc: "),
            "{error}"
        );
    }
}
