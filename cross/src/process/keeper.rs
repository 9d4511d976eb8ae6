//! Who ends this run's programs when this program is killed (SIGKILL) and can end nobody: a shell that waits for the end of its input, which only this program holds open.
//!
//! Every program of the run has a mark in its environment, and passes it on, into whatever session. Out of reach is who throws its environment away and leaves its session as well, and everybody where there is no /proc.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use std::os::unix::process::CommandExt as _;

/// The mark: a variable with the folder of the run.
pub(super) const MARK: &str = "CROSSUM_RUN";

/// `$1` is the mark, and `$2` the folder. A program that starts others while it is looked for is found with them the next time.
const SCRIPT: &str = r#"while read -r line; do :; done
turn=0
while [ $turn -lt 100 ]; do
    left=$(grep -lzxF -e "$1=$2" /proc/[0-9]*/environ 2>/dev/null)
    [ -n "$left" ] || break
    for file in $left; do
        process=${file#/proc/}
        kill -9 "${process%/environ}" 2>/dev/null
    done
    turn=$((turn + 1))
done
rm -rf -- "$2""#;

enum Keeper {
    NotStarted,
    /// It runs, or could not be started.
    Started(Option<Child>),
}

static KEEPER: Mutex<Keeper> = Mutex::new(Keeper::NotStarted);

/// Starts it, unless it was. Where it cannot be, a SIGKILL leaves some programs behind.
pub(super) fn start(folder: &Path) {
    let mut keeper = KEEPER.lock().unwrap_or_else(PoisonError::into_inner);
    if matches!(*keeper, Keeper::NotStarted) {
        *keeper = Keeper::Started(waiting(folder).ok());
    }
}

/// Ends it: from now on nobody is to be ended.
pub(super) fn dismiss() {
    let mut keeper = KEEPER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Keeper::Started(child) = &mut *keeper
        && let Some(mut child) = child.take()
    {
        // It waits for nothing but this.
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// A signal of a terminal to this program's group is none to it.
fn waiting(folder: &Path) -> std::io::Result<Child> {
    #[expect(
        clippy::disallowed_methods,
        reason = "it must outlive this program, where the one door ends all"
    )]
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", SCRIPT, "sh", MARK])
        .arg(folder)
        .env_remove(MARK)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    #[test]
    fn who_has_the_mark_is_ended_with_the_run_and_nobody_else_is() {
        let around = tempfile::tempdir().unwrap();
        let [run, other] = ["run", "other"].map(|name| around.path().join(name));
        std::fs::create_dir(&run).unwrap();
        let sleeper = |folder: &Path| {
            #[expect(clippy::disallowed_methods, reason = "the keeper ends it")]
            let mut command = Command::new("/bin/sleep");
            command.arg("1000").env(MARK, folder).process_group(0);
            command.spawn().unwrap()
        };
        let (mut own, mut others) = (sleeper(&run), sleeper(&other));
        let mut keeper = waiting(&run).unwrap();
        // As the kernel does it when this program is gone.
        drop(keeper.stdin.take());
        assert!(keeper.wait().unwrap().success());
        assert_eq!(own.wait().unwrap().signal(), Some(9));
        assert_eq!(others.try_wait().unwrap(), None, "it has another mark");
        assert!(!run.exists());
        others.kill().unwrap();
        others.wait().unwrap();
    }
}
