//! What a selection on the command line comes to, for every command that takes one. Whatever is wrong with it is found here, before anything is built.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cross::{Abi, Abis, Target};
use proto::Encoding;

use super::{Unusable, unusable};
use crate::cell::{self, Cell};
use crate::cli::Selection;
use crate::report::Unfinished;
use crate::select::{self, Roles};
use crate::vectors::{Choice, Vector};

/// What there is to do, and where the report goes.
pub(super) struct Chosen {
    pub(super) abis: Abis,
    pub(super) abis_file: Option<PathBuf>,
    pub(super) encodings: Vec<&'static dyn Encoding>,
    pub(super) roles: Roles,
    pub(super) cells: Vec<Cell>,
    pub(super) choice: Choice,
    pub(super) vectors: Vec<Vector>,
    pub(super) report: Option<Unfinished>,
}

/// More exchanges than this are not kept in memory at once.
const MOST_EXCHANGES: usize = 4_000_000;

impl Chosen {
    pub(super) fn from(selection: Selection) -> anyhow::Result<Chosen> {
        let abis = abis(selection.abis.as_deref())?;
        let encodings = select::encodings(&selection.encodings)?;
        let roles = select::roles(
            &selection.targets,
            &selection.participants,
            &selection.server,
            &selection.client,
        )?;
        for participant in &roles.all {
            has_abi(&abis, participant.target)?;
        }
        let cells = cell::cells(&roles.servers, &roles.clients, &encodings);
        if cells.is_empty() {
            let why = "no cell is left: --server and --client choose among what --targets and --participants leave";
            return Err(Unusable(why.to_owned()).into());
        }
        let choice = if selection.vector.is_empty() {
            Choice::Chosen {
                count: selection.vectors,
                seed: selection.seed,
            }
        } else {
            Choice::Given(selection.vector)
        };
        let exchanges = cells.len().saturating_mul(choice.count());
        if exchanges > MOST_EXCHANGES {
            let why = format!(
                "{} cells with {} vectors each are {exchanges} exchanges, and at most {MOST_EXCHANGES} are kept: choose fewer cells or vectors",
                cells.len(),
                choice.count()
            );
            return Err(Unusable(why).into());
        }
        let vectors = choice.vectors();
        let report = selection
            .json
            .as_deref()
            .map(Unfinished::claim)
            .transpose()
            .map_err(unusable)?;
        Ok(Chosen {
            abis,
            abis_file: selection.abis,
            encodings,
            roles,
            cells,
            choice,
            vectors,
            report,
        })
    }
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
