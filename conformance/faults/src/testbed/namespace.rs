//! A network namespace, and the process that holds it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use cross::process::{Invocation, ProcessError, Running};
use nix::sys::signal::{Signal, kill};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::ChildStdin;

use super::kernel::Pid;
use super::wait::coming;
use crate::observation::Halt;

/// A network namespace.
pub(crate) struct Namespace {
    holder: Running,
    nsenter: PathBuf,
    /// Whether it belongs to a user namespace that was made for it, because this user may not make a network namespace otherwise.
    in_user_namespace: bool,
    /// When it is closed, the namespace ends.
    _input: ChildStdin,
}

impl Namespace {
    /// Makes the first namespace in the first way that this user is allowed: directly, or in a user namespace where it is root.
    pub(super) async fn first(unshare: &Path, nsenter: &Path) -> Result<Namespace, Halt> {
        let ways = [
            ("as this user", &["--net", "--"][..]),
            (
                "in a user namespace",
                &["--user", "--map-root-user", "--net", "--"][..],
            ),
        ];
        let mut refused = Vec::new();
        for (turn, (way, options)) in ways.into_iter().enumerate() {
            let make = Invocation::new(unshare).args(options);
            match hold(waiting().started_by(make), nsenter.to_owned(), turn > 0).await {
                Ok(namespace) => return Ok(namespace),
                Err(why) => refused.push(format!("{way}: {why}")),
            }
        }
        let refused = refused.join("; ");
        Err(Halt::CouldNotRun(format!(
            "no network namespace can be made here ({refused}); root can, and others where user namespaces are allowed"
        )))
    }

    /// Makes another network namespace in the same user namespace. Interfaces can be moved between the two.
    pub(super) async fn sibling(&self, unshare: &Path) -> Result<Namespace, Halt> {
        let make = Invocation::new(unshare).args(["--net", "--"]);
        let program = self.inside(waiting().started_by(make));
        hold(program, self.nsenter.clone(), self.in_user_namespace).await
    }

    /// A process in it.
    pub(crate) fn pid(&self) -> Result<Pid, Halt> {
        let gone =
            || Halt::CouldNotRun("the process that holds a network namespace is gone".to_owned());
        self.holder.pid().map(Pid).ok_or_else(gone)
    }

    /// The same program, to be started in this namespace.
    pub(crate) fn inside(&self, program: Invocation) -> Invocation {
        let mut enter = Invocation::new(&self.nsenter)
            .arg("--target")
            .arg(self.holder.pid().unwrap_or_default().to_string())
            .arg("--net");
        if self.in_user_namespace {
            enter = enter.args(["--user", "--preserve-credentials"]);
        }
        program.started_by(enter.arg("--"))
    }

    /// The processes in it, but for the one that holds it: those that were started in it, and what they started, in whatever session.
    pub(crate) fn residents(&self) -> Result<Vec<Pid>, Halt> {
        let holder = self.pid()?;
        let namespace = |pid: &OsStr| {
            let link = Path::new("/proc").join(pid).join("ns/net");
            std::fs::read_link(link).ok()
        };
        let own = namespace(OsStr::new(&holder.0.to_string()));
        let own = own.ok_or_else(|| {
            Halt::CouldNotRun("/proc does not say which network a process is in".to_owned())
        })?;
        let mut residents = Vec::new();
        for entry in std::fs::read_dir("/proc")?.flatten() {
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| name.parse().ok());
            if let Some(number) = number
                && number != holder.0
                // A process that has ended, and one of another user, is in none.
                && namespace(&name).as_ref() == Some(&own)
            {
                residents.push(Pid(number));
            }
        }
        residents.sort();
        Ok(residents)
    }
}

/// When it ends, so does whoever is in it, in whatever session.
impl Drop for Namespace {
    fn drop(&mut self) {
        for resident in self.residents().unwrap_or_default() {
            // It may have ended already.
            let _ = kill(nix::unistd::Pid::from_raw(resident.0), Signal::SIGKILL);
        }
    }
}

/// A program that prints `here` and then waits for the end of its input. Where that comes because this program was killed, it kills whoever is in the namespace.
fn waiting() -> Invocation {
    let script = "echo here; while read -r line; do :; done
        for process in /proc/[0-9]*; do
            if [ $process/ns/net -ef /proc/$$/ns/net ] && [ ${process#/proc/} != $$ ]; then
                kill -9 ${process#/proc/}
            fi
        done";
    Invocation::new("/bin/sh")
        .args(["-c", script])
        .ending_by_itself()
}

async fn hold(
    program: Invocation,
    nsenter: PathBuf,
    in_user_namespace: bool,
) -> Result<Namespace, Halt> {
    let mut holder = program.start()?;
    let streams = holder.streams();
    let (input, output, mut errors) = streams.ok_or_else(|| ProcessError::Lost {
        program: program.program().to_owned(),
        source: std::io::Error::other("its streams are not piped"),
    })?;
    let mut line = String::new();
    let mut output = BufReader::new(output);
    coming("a network namespace", output.read_line(&mut line)).await??;
    if line == "here\n" {
        return Ok(Namespace {
            holder,
            nsenter,
            in_user_namespace,
            _input: input,
        });
    }
    drop(input);
    let mut why = String::new();
    let reading = tokio::io::AsyncReadExt::read_to_string(&mut errors, &mut why);
    coming("the reason why there is no network namespace", reading).await??;
    Err(Halt::CouldNotRun(why.trim_end().to_owned()))
}

pub(super) fn found(tool: &cross::find::Finding<PathBuf>) -> Result<PathBuf, Halt> {
    match tool {
        Ok(found) => Ok(found.value.clone()),
        Err(missing) => Err(Halt::CouldNotRun(missing.to_string())),
    }
}
