//! Who is left of programs that ended: processes that they started in sessions of their own, so that no signal to a group reaches them.
//!
//! The kernel gives such a process to this one when its parent is gone. At the end of the run all of them are ended.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::prctl::set_child_subreaper;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, waitid, waitpid};
use nix::unistd::{Pid, getpid};

use super::keeper;

/// How long they may take to end when they are asked to.
const GRACE: Duration = Duration::from_secs(1);
/// How long the kernel may take to end them.
const ENDED_WITHIN: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Children that this process had before it started any, from the program that it replaced.
static BEFORE: OnceLock<BTreeSet<Pid>> = OnceLock::new();

/// From now on, whoever the programs leave is given to this process. Where the kernel refuses, it is nobody's.
pub fn adopt() {
    BEFORE.get_or_init(children);
    let _ = set_child_subreaper(true);
}

/// While this lives, what is left is given to nobody: an installer may start services that are to stay.
pub(super) struct Unadopted;

impl Unadopted {
    pub(super) fn new() -> Self {
        if BEFORE.get().is_some() {
            let _ = set_child_subreaper(false);
        }
        Unadopted
    }
}

impl Drop for Unadopted {
    fn drop(&mut self) {
        if BEFORE.get().is_some() {
            adopt();
        }
    }
}

/// Ends all who are left, when no program is wanted any more: first they are asked to, then they are killed.
pub fn end() {
    keeper::dismiss();
    let Some(before) = BEFORE.get() else {
        return;
    };
    let began = Instant::now();
    let mut asked = BTreeSet::new();
    loop {
        let left: BTreeSet<Pid> = children().difference(before).copied().collect();
        if left.is_empty() || began.elapsed() > ENDED_WITHIN {
            return;
        }
        for &pid in &left {
            // It may end, or have ended, at any moment: then there is nothing to do.
            let _ = waitpid(pid, Some(WaitPidFlag::WNOHANG));
            let signal = match began.elapsed() < GRACE {
                true if asked.insert(pid) => Signal::SIGTERM,
                true => continue,
                false => Signal::SIGKILL,
            };
            let _ = kill(pid, signal);
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}

/// The processes whose parent is this one.
fn children() -> BTreeSet<Pid> {
    let any = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
    let us = getpid();
    // Mostly there is none, which the kernel says at once. And another namespace's /proc has other numbers.
    let itself = std::fs::read_link("/proc/self").unwrap_or_default();
    if waitid(Id::All, any) == Err(Errno::ECHILD) || itself != Path::new(&us.to_string()) {
        return BTreeSet::new();
    }
    let entries = Path::new("/proc")
        .read_dir()
        .into_iter()
        .flatten()
        .flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let pids = pids.map(Pid::from_raw);
    pids.filter(|pid| parent(*pid) == Some(us)).collect()
}

fn parent(pid: Pid) -> Option<Pid> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // `PID (NAME) STATE PARENT`, and a name may have anything in it: proc_pid_stat(5).
    let (_, after) = stat.rsplit_once(") ")?;
    let parent = after.split(' ').nth(1)?;
    Some(Pid::from_raw(parent.parse().ok()?))
}
