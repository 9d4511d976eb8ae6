//! A prefix of a run's own: what wine has in the place of a Windows machine's disk and registry, and the server that its programs talk to.
//!
//! Wine's own way to make one takes eight seconds and 700 megaoctets, most of them copies of its libraries. Programs that have no window, no service and no device need nothing of it but the libraries, to which a link leads. So a prefix is made in milliseconds, is the run's alone, and nothing of the user's is read or changed.

use std::ffi::OsString;
use std::io;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use nix::unistd::Uid;
use tempfile::TempDir;

use super::Wine;
use crate::host::Host;
use crate::process::{Invocation, ProcessError, Running};

/// A prefix. When it is dropped, its server ends, with all programs in it.
#[derive(Debug)]
pub struct Prefix {
    server: Running,
    // Removed last.
    folder: TempDir,
}

/// There is no prefix.
#[derive(Debug, thiserror::Error)]
pub enum NoPrefix {
    /// Its folder cannot be made.
    #[error("cannot make a folder for wine: {0}")]
    Folder(#[from] io::Error),
    /// Its server cannot be started.
    #[error(transparent)]
    Server(#[from] ProcessError),
    /// Its server ended, or never listened.
    #[error("wineserver {0}")]
    Silent(String),
}

/// This file says of which version a prefix is, or that wine is to leave it as it is.
const VERSION: &str = ".update-timestamp";
const AS_IT_IS: &str = "disable\n";

/// No service is started. Wine's `wineboot` is, which would start them, with every program that finds no other there: who starts beside that one waits for its word.
const OVERRIDES: &str = "services.exe=d";

/// In the foreground, and until it is told to end.
const SERVER_OPTIONS: [&str; 2] = ["-f", "-p"];

const READY_WITHIN: Duration = Duration::from_secs(20);
const LOOKED_EVERY: Duration = Duration::from_millis(5);
const ENDED_WITHIN: Duration = Duration::from_secs(5);

impl Prefix {
    /// Makes one and starts its server, by way of `start`: a server has all the sockets of its programs, and so it must be in their network.
    ///
    /// # Errors
    /// [`NoPrefix`].
    pub async fn new(
        wine: &Wine,
        host: &Host,
        start: impl FnOnce(Invocation) -> Invocation,
    ) -> Result<Prefix, NoPrefix> {
        let folder = tempfile::Builder::new().prefix("wine-").tempdir()?;
        furnish(folder.path(), wine)?;
        let server = surrounded(Invocation::new(&wine.server), folder.path());
        let server = server.args(SERVER_OPTIONS);
        // It is told as it always is, so that it ends its programs and removes its socket.
        let server = start(server.signal_with_parent("INT", host)).start()?;
        let mut prefix = Prefix { server, folder };
        prefix.ready().await?;
        Ok(prefix)
    }

    /// The same program, to be started in this prefix.
    pub fn inside(&self, program: Invocation) -> Invocation {
        surrounded(program, self.folder.path())
    }

    /// What a program must know to be in it.
    pub fn variables(&self) -> impl Iterator<Item = (&'static str, OsString)> {
        variables(self.folder.path()).into_iter()
    }

    /// Waits until the server listens: a program that came before would start one of its own.
    async fn ready(&mut self) -> Result<(), NoPrefix> {
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            if self.socket().is_some_and(|socket| listens(&socket)) {
                return Ok(());
            }
            if let Some(exit) = self.server.ended() {
                return Err(NoPrefix::Silent(exit.to_string()));
            }
            if Instant::now() > deadline {
                let seconds = READY_WITHIN.as_secs();
                return Err(NoPrefix::Silent(format!(
                    "does not listen {seconds} s after its start"
                )));
            }
            tokio::time::sleep(LOOKED_EVERY).await;
        }
    }

    /// The server's socket, in a folder that is named for the prefix's device and number.
    fn socket(&self) -> Option<PathBuf> {
        let data = self.folder.path().metadata().ok()?;
        let name = format!("server-{:x}-{:x}/socket", data.dev(), data.ino());
        // Debian's is where temporary files are, in a folder of a name that is noted in the prefix; others' in one for each user.
        let noted = std::fs::read_to_string(self.folder.path().join("wineserver"));
        let around = match noted {
            Ok(noted) => self.folder.path().join(noted.trim()),
            Err(_) => PathBuf::from(format!("/tmp/.wine-{}", Uid::current())),
        };
        Some(around.join(name))
    }
}

/// Whether somebody takes what comes to a socket. That it is there is not enough: a program that comes between its name and its first listening starts a server of its own, and ends with that one.
fn listens(socket: &Path) -> bool {
    match UnixStream::connect(socket) {
        Ok(_) => true,
        // Wine itself goes into the folder first; a path from here may be longer than an address.
        Err(error) => error.kind() == io::ErrorKind::InvalidInput && socket.exists(),
    }
}

impl Drop for Prefix {
    fn drop(&mut self) {
        self.server.end(Signal::SIGINT, ENDED_WITHIN);
    }
}

/// What a program must know to be in a prefix, and to tell nothing on standard error of what wine lacks.
fn variables(folder: &Path) -> [(&'static str, OsString); 4] {
    [
        ("TMPDIR", folder.into()),
        ("WINEPREFIX", folder.into()),
        ("WINEDEBUG", "-all".into()),
        ("WINEDLLOVERRIDES", OVERRIDES.into()),
    ]
}

fn surrounded(program: Invocation, folder: &Path) -> Invocation {
    let variables = variables(folder).into_iter();
    variables.fold(program, |program, (name, value)| program.env(name, value))
}

/// A disk with wine's libraries, and the disk of this machine as another.
fn furnish(folder: &Path, wine: &Wine) -> io::Result<()> {
    let windows = folder.join("drive_c/windows");
    let drives = folder.join("dosdevices");
    std::fs::create_dir_all(&windows)?;
    std::fs::create_dir(&drives)?;
    symlink("../drive_c", drives.join("c:"))?;
    symlink("/", drives.join("z:"))?;
    for (name, libraries) in wine.folders_of_windows() {
        symlink(libraries, windows.join(name))?;
    }
    std::fs::write(folder.join(VERSION), AS_IT_IS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wine(libraries: [Option<&str>; 2], server: &str) -> Wine {
        Wine {
            program: PathBuf::from("/usr/bin/wine"),
            server: PathBuf::from(server),
            libraries: libraries.map(|folder| folder.map(PathBuf::from)),
        }
    }

    #[test]
    fn windows_folders_lead_to_the_libraries_that_are_here() {
        let linked = |libraries| -> [Option<String>; 2] {
            let folder = tempfile::tempdir().unwrap();
            furnish(folder.path(), &wine(libraries, "")).unwrap();
            let version = std::fs::read_to_string(folder.path().join(VERSION)).unwrap();
            assert_eq!(version, "disable\n");
            let root = std::fs::read_link(folder.path().join("dosdevices/z:")).unwrap();
            assert_eq!(root, Path::new("/"));
            ["system32", "syswow64"].map(|name| {
                let link = folder.path().join("drive_c/windows").join(name);
                Some(std::fs::read_link(link).ok()?.display().to_string())
            })
        };
        let words = |words: [Option<&str>; 2]| words.map(|word| word.map(str::to_owned));
        let (wide, narrow) = (Some("/w/64"), Some("/w/32"));
        assert_eq!(linked([wide, narrow]), words([wide, narrow]));
        assert_eq!(linked([wide, None]), words([wide, None]));
        // A wine for 32 bits alone has them where the only ones are.
        assert_eq!(linked([None, narrow]), words([narrow, None]));
    }

    #[tokio::test]
    async fn a_server_that_ends_makes_no_prefix() {
        let wine = wine([None, None], "/bin/false");
        let made = Prefix::new(&wine, &Host::this(), |server| server).await;
        assert_eq!(
            made.unwrap_err().to_string(),
            "wineserver exited with status 1"
        );
    }

    /// A shell that does what wine's server does: it makes its socket, and tidies up when it is told to end.
    #[tokio::test]
    async fn a_prefix_is_there_once_its_server_listens_and_gone_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let (script, gone) = (folder.path().join("server"), folder.path().join("gone"));
        let text = format!(
            "#!/bin/sh\nset -e\necho wine-$$ > $WINEPREFIX/wineserver\n\
             around=$TMPDIR/wine-$$\ntrap 'kill $!; rm -r $around; touch {}; exit 0' INT\n\
             named=server-$(stat -c %D $WINEPREFIX)-$(printf %x $(stat -c %i $WINEPREFIX))\n\
             mkdir -p $around/$named\n\
             perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Local => shift, Listen => 1); sleep' $around/$named/socket &\nwait\n",
            gone.display()
        );
        std::fs::write(&script, text).unwrap();
        let prefix = |script: &Path| {
            let start = Invocation::new("/bin/sh").arg(script);
            let wine = wine([None, None], "/bin/true");
            async move { Prefix::new(&wine, &Host::default(), |server| server.started_by(start)).await }
        };
        let made = prefix(&script).await.unwrap();
        let place = made.folder.path().to_owned();
        let program = made.inside(Invocation::new("/p")).to_string();
        assert!(
            program.contains(&format!("WINEPREFIX={}", place.display())),
            "{program}"
        );
        assert!(!gone.exists());
        drop(made);
        assert!(gone.exists() && !place.exists());
    }
}
