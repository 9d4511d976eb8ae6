//! This machine, as the probes see it: its environment, its search path, its cache, and what a project's settings say of it. Taken once, so that probes are functions of it and tests can make one up.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::cache::{Cache, Untrusted};
use crate::choice::Choice;
use crate::target::Target;

/// Where the probes look.
#[derive(Clone, Debug, Default)]
pub struct Host {
    variables: BTreeMap<String, String>,
    path: Vec<PathBuf>,
    /// The root under which distributions install; `/` but in tests.
    root: PathBuf,
    /// By the targets' names.
    choices: BTreeMap<String, Choice>,
    /// Opened when something of it is first needed.
    cache: Arc<OnceLock<Cache>>,
}

impl Host {
    /// This machine, now.
    pub fn this() -> Self {
        Host::new(
            std::env::vars_os().filter_map(|(key, value)| {
                Some((key.into_string().ok()?, value.into_string().ok()?))
            }),
            "/",
        )
    }

    /// A machine with these environment variables (`PATH` is one of them), whose distribution installs under `root`.
    pub fn new(
        variables: impl IntoIterator<Item = (String, String)>,
        root: impl Into<PathBuf>,
    ) -> Self {
        let variables: BTreeMap<_, _> = variables.into_iter().collect();
        let path = variables
            .get("PATH")
            .map(|path| std::env::split_paths(path).collect())
            .unwrap_or_default();
        Host {
            variables,
            path,
            root: root.into(),
            choices: BTreeMap::new(),
            cache: Arc::default(),
        }
    }

    /// The same machine, with what a project's settings choose, by the targets' names.
    pub fn with_choices(mut self, choices: BTreeMap<String, Choice>) -> Self {
        self.choices = choices;
        self
    }

    /// What the project's settings choose for a target.
    pub fn choice(&self, target: &Target) -> Option<&Choice> {
        self.choices.get(&target.name)
    }

    /// A variable of the environment, if it is set to something.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.trim().is_empty())
    }

    /// The first executable file of that name on the search path.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        self.programs(name).next()
    }

    /// All executable files of that name on the search path, in its order.
    pub fn programs(&self, name: &str) -> impl Iterator<Item = PathBuf> {
        let files = self.path.iter().map(move |folder| folder.join(name));
        files.filter(|file| is_executable(file))
    }

    /// The program that a variable names: a path, or a name to be found on the search path.
    pub fn named_program(&self, named: &str) -> Option<PathBuf> {
        if named.contains('/') {
            Some(PathBuf::from(named)).filter(|file| is_executable(file))
        } else {
            self.program(named)
        }
    }

    /// A place of the distribution, such as `usr/s390x-linux-gnu`, if it is there.
    pub fn installed(&self, place: &str) -> Option<PathBuf> {
        Some(self.root.join(place)).filter(|path| path.exists())
    }

    /// Where what was built is kept between runs: `$CROSSUM_CACHE`, else `$XDG_CACHE_HOME/crossum`, else `~/.cache/crossum`.
    ///
    /// Programs are taken from it and run. Where it is not this user's alone, it is a new folder that ends with this run ([`cache_trouble`](Self::cache_trouble)).
    pub fn cache(&self) -> PathBuf {
        self.opened_cache().folder.clone()
    }

    /// Why nothing is kept after this run, if nothing is.
    pub fn cache_trouble(&self) -> Option<&Untrusted> {
        self.opened_cache().trouble.as_ref()
    }

    fn opened_cache(&self) -> &Cache {
        self.cache.get_or_init(|| {
            let below = |variable| Some(Path::new(self.variable(variable)?).join("crossum"));
            let home = || Some(Path::new(self.variable("HOME")?).join(".cache/crossum"));
            let named = self.variable("CROSSUM_CACHE").map(PathBuf::from);
            Cache::open(named.or_else(|| below("XDG_CACHE_HOME")).or_else(home))
        })
    }

    /// Where rustup keeps its toolchains: `$RUSTUP_HOME`, else `~/.rustup`.
    pub(crate) fn rustup_toolchains(&self) -> Option<PathBuf> {
        let home = match self.variable("RUSTUP_HOME") {
            Some(home) => PathBuf::from(home),
            None => Path::new(self.variable("HOME")?).join(".rustup"),
        };
        Some(home.join("toolchains")).filter(|path| path.is_dir())
    }
}

fn is_executable(file: &Path) -> bool {
    file.metadata()
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}
