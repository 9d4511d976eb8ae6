//! Where sources are, and where what is built from them is kept.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// The two places.
#[derive(Clone)]
pub(super) struct Sources {
    /// The checkout, where something of it is to be built.
    pub(super) workspace: Option<PathBuf>,
    /// What was built, by content: another checkout of the same sources finds it there.
    pub(super) cache: PathBuf,
}

/// The programs of a participant, and what compiled them.
pub(super) struct Programs {
    pub(super) server: PathBuf,
    pub(super) client: PathBuf,
    pub(super) compiler: String,
    pub(super) is_new: bool,
}

impl Sources {
    /// The checkout, which must be there now.
    pub(super) fn workspace(&self) -> anyhow::Result<&Path> {
        let none = "this is built from a checkout of crossum, and none is here: run it in one, or name one in $CROSSUM_WORKSPACE";
        self.workspace.as_deref().context(none)
    }
}
