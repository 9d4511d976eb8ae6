//! A namespace of the run's own in which a program starts: with a network of its own, a view of the project of its own, and a kernel that starts the target's runner for programs of that kind.
//!
//! All of it is gone with the last process that is in it.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use cross::Host;
use cross::process::{Exit, Invocation};

use super::surroundings::script;
use crate::project::Project;

/// The status of the script that may not do what it is to do.
const NOT_ALLOWED: i32 = 125;

const QUESTION_TIMEOUT: Duration = Duration::from_secs(20);

/// What a namespace is to have besides its user.
#[derive(Clone, Debug, Default)]
pub(super) struct Namespace {
    /// Whether it has a network of its own, where only the loopback address is.
    own_network: bool,
    /// What is done before the program starts, each a command for a shell.
    parts: Vec<String>,
}

impl Namespace {
    /// The kernel starts programs by this rule. The folder is a place to mount on.
    pub(super) fn with_rule(mut self, rule: &str, place: &Path) -> Namespace {
        let place = Invocation::new(place);
        self.parts.push(format!(
            "mount -t binfmt_misc binfmt_misc {place} && printf %s '{rule}' >{place}/register"
        ));
        self
    }

    /// It has a network of its own, where this machine can set one up.
    pub(super) fn with_network(mut self, host: &Host) -> Namespace {
        if let Some(ip) = host.program("ip") {
            self.own_network = true;
            let command = Invocation::new(ip).args(["link", "set", "lo", "up"]);
            self.parts.push(command.to_string());
        }
        self
    }

    /// What is written into the project is seen in here only, but for what is built. `place` is a folder to mount on. A project whose name the kernel would take for two is seen as it is.
    pub(super) fn with_view(mut self, project: &Project, place: &Path) -> Namespace {
        let (root, built) = (&project.root, &project.built);
        let is_plain = |path: &Path| !path.display().to_string().contains([':', ',', '\\']);
        let is_nested = |path: &Path| path.components().count() > 2;
        if !(is_plain(root) && is_plain(place) && is_nested(root)) || place.starts_with(root) {
            return self;
        }
        let at = |name: &str| Invocation::new(place.join(name)).to_string();
        let [new, work, kept] = ["new", "work", "kept"].map(at);
        let lower = Invocation::new("mount")
            .args(["-t", "overlay", "overlay", "-o"])
            .arg(format!(
                "userxattr,lowerdir={},upperdir={},workdir={}",
                root.display(),
                place.join("new").display(),
                place.join("work").display()
            ))
            .arg(root);
        let place = Invocation::new(place);
        let mut part = format!(
            "mount -t tmpfs -o mode=755 tmpfs {place} && mkdir {new} {work} {kept} && chmod --reference={} {new}",
            Invocation::new(root)
        );
        let is_within = built.starts_with(root);
        let built = Invocation::new(built);
        if is_within {
            let _ = write!(part, " && mount --bind {built} {kept}");
        }
        let _ = write!(part, " && {lower}");
        if is_within {
            let _ = write!(part, " && mount --bind {kept} {built}");
        }
        self.parts.push(part);
        self
    }

    /// The command that enters one. `None` where something of it may not be done on this machine. Its script is in `folder`, by this name.
    pub(super) async fn entered(
        &self,
        host: &Host,
        folder: &Path,
        name: &str,
    ) -> Option<Invocation> {
        let unshare = host.program("unshare")?;
        let (user, group) = (nix::unistd::getuid(), nix::unistd::getgid());
        let parts = self.parts.iter();
        let parts: String = parts
            .map(|part| format!("{{ {part}; }} >/dev/null 2>&1 || exit {NOT_ALLOWED}\n"))
            .collect();
        // A process is in the folder as it was before something was mounted on it, until it enters it anew.
        let body =
            format!("here=$(pwd -P)\n{parts}cd \"$here\" || exit {NOT_ALLOWED}\nexec \"$@\"\n");
        let enter = folder.join(name);
        script(&enter, &body).ok()?;
        let network = self.own_network.then_some("--net");
        let starter = Invocation::new(&unshare)
            .args(["--user", "--map-root-user", "--mount"])
            .args(network)
            .arg("--")
            .arg(&enter);
        // A test sees the user that it would see without all this.
        let starter = match user.is_root() {
            true => starter,
            false => starter
                .arg(&unshare)
                .arg("--user")
                .arg(format!("--map-user={user}"))
                .arg(format!("--map-group={group}"))
                .arg("--"),
        };
        let asked = starter.clone().arg("true").output(QUESTION_TIMEOUT).await;
        matches!(asked.ok()?.exit, Exit::Code(0)).then_some(starter)
    }
}
