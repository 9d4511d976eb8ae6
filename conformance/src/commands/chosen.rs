//! What a selection on the command line comes to, for every command that takes one. Whatever is wrong with it is found here, before anything is built.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cross::Target;
use layout::{Abi, Abis};

use super::{Unusable, unusable};
use crate::cell::{self, Cell};
use crate::claims::Claimed;
use crate::cli::Selection;
use crate::encoding::Encoding;
use crate::judged::Judged;
use crate::own::{self, why};
use crate::report::{Found, Matrix};
use crate::select::{Names, Roles, There};
use crate::shards::Shard;
use crate::vectors::{Choice, Vector};

/// What there is to do.
pub(super) struct Chosen {
    pub(super) abis: Abis,
    pub(super) abis_file: Option<PathBuf>,
    /// The user's own participants.
    pub(super) file: Option<&'static own::File>,
    pub(super) names: Names,
    pub(super) encodings: Vec<Encoding>,
    pub(super) roles: Roles,
    pub(super) cells: Vec<Cell>,
    pub(super) choice: Choice,
    pub(super) vectors: Vec<Vector>,
    /// A fingerprint of what the tables say of these participants.
    pub(super) model: String,
}

/// More exchanges than this are not kept in memory at once.
const MOST_EXCHANGES: usize = 4_000_000;

impl Chosen {
    pub(super) fn from(selection: Selection) -> anyhow::Result<Chosen> {
        let file = own(selection.file.as_deref())?;
        let choice = match file.filter(|file| !file.encodings.is_empty()) {
            Some(_) if !selection.vector.is_empty() => {
                let why = "--vector is a pair of numbers to add: what is asked in a protocol of your own is in its file";
                return Err(Unusable(why.to_owned()).into());
            }
            Some(file) => Choice::Own(&file.vectors),
            None if selection.vector.is_empty() => Choice::Chosen {
                count: selection.vectors,
                seed: selection.seed,
            },
            None => Choice::Given(selection.vector),
        };
        let names = Names {
            targets: selection.targets,
            encodings: selection.encodings,
            participants: selection.participants,
            servers: selection.server,
            clients: selection.client,
        };
        Chosen::of(file, names, choice, selection.abis)
    }

    /// What these names choose.
    pub(super) fn of(
        file: Option<&'static own::File>,
        names: Names,
        choice: Choice,
        abis_file: Option<PathBuf>,
    ) -> anyhow::Result<Chosen> {
        let abis = abis(abis_file.as_deref())?;
        let there = There::of(file);
        let encodings = there.encodings(&names.encodings)?;
        let roles = names.roles(&there)?;
        for participant in &roles.all {
            has_abi(&abis, participant.target)?;
        }
        let cells = cell::cells(&roles.servers, &roles.clients, &encodings);
        if cells.is_empty() {
            let why = "no cell is left: --server and --client choose among what --targets and --participants leave";
            return Err(Unusable(why.to_owned()).into());
        }
        let exchanges = cells.len().saturating_mul(choice.count());
        if exchanges > MOST_EXCHANGES {
            let why = format!(
                "{} cells with {} vectors each are {exchanges} exchanges, and at most {MOST_EXCHANGES} are kept: choose fewer cells or vectors",
                cells.len(),
                choice.count()
            );
            return Err(Unusable(why).into());
        }
        let own = file.map(|file| format!("-{}", file.fingerprint));
        Ok(Chosen {
            vectors: choice.vectors(),
            model: roles.fingerprint(&abis) + &own.unwrap_or_default(),
            abis,
            abis_file,
            file,
            names,
            encodings,
            roles,
            cells,
            choice,
        })
    }

    /// Keeps one part of it.
    pub(super) fn keep(&mut self, shard: &Shard) {
        let cells = shard.cells.iter();
        self.cells = cells
            .filter_map(|at| self.cells.get(*at))
            .cloned()
            .collect();
        self.roles = self.roles.within(&self.cells);
    }

    /// What the reports are made from.
    pub(super) fn matrix<'a>(
        &'a self,
        judged: &'a [Judged],
        claims: &'a [Claimed],
        explained: &'a [why::Explained],
        found: Option<&'a Found>,
    ) -> Matrix<'a> {
        Matrix {
            abis: &self.abis,
            abis_file: self.abis_file.as_deref(),
            file: self.file.map(|file| file.path.as_path()),
            explained,
            model: &self.model,
            roles: &self.roles,
            encodings: &self.encodings,
            names: &self.names,
            choice: &self.choice,
            vectors: &self.vectors,
            judged,
            claims,
            found,
            shard: None,
            interrupted: false,
        }
    }
}

/// The user's own participants. The file is read once, and kept as long as the process lives, as the builtin tables are.
pub(super) fn own(file: Option<&Path>) -> anyhow::Result<Option<&'static own::File>> {
    let Some(path) = file else {
        return Ok(None);
    };
    let file = own::File::read(path).map_err(|error| unusable(error.into()))?;
    Ok(Some(Box::leak(Box::new(file))))
}

/// The ABIs: those of a file, or the builtin ones.
pub(super) fn abis(file: Option<&Path>) -> anyhow::Result<Abis> {
    let Some(file) = file else {
        return Ok(Abis::builtin().clone());
    };
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()));
    let table = Abis::parse(&text.map_err(unusable)?);
    table
        .with_context(|| file.display().to_string())
        .map_err(unusable)
}

/// A target's ABI, which must be in the table.
pub(super) fn has_abi<'a>(abis: &'a Abis, target: &Target) -> anyhow::Result<&'a Abi> {
    abis.get(&target.abi).ok_or_else(|| {
        let why = format!(
            "the ABI table has no row `{}`, which {} needs",
            target.abi, target.name
        );
        Unusable(why).into()
    })
}
