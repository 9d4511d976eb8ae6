//! What a selection comes to: names of targets, encodings and participants become the cells of a matrix. Whatever is wrong with a selection is found here, before anything is built.

mod available;
mod roles;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cross::{Host, Target};
use kit::names::Unknown;
use layout::abi::AbiError;
use layout::{Abi, Abis};

use crate::cell::{self, Cell};
use crate::file::{File, Unreadable};
use crate::message::TypesOf;
use crate::message::compiled::{Machines, types_of};
use crate::protocol::{Encoding, Protocol};
use crate::shards::Shard;
use crate::sums::vectors::PairChoice;

pub use available::Available;
pub use roles::{Names, Roles};

/// More exchanges than this are not kept in memory at once.
const MAX_EXCHANGES: usize = 4_000_000;

/// A matrix that was selected, and what selected it.
pub struct Selection {
    /// The ABIs.
    pub abis: Abis,
    /// The file that the ABIs came from, where it is not the builtin table.
    pub abis_file: Option<PathBuf>,
    /// The file of the user's own participants.
    pub file: Option<PathBuf>,
    /// The names that selected.
    pub names: Names,
    /// What the participants speak.
    pub protocol: Arc<dyn Protocol>,
    /// The encodings of the cells, in the order of reports.
    pub encodings: Vec<Arc<dyn Encoding>>,
    /// Who plays which part.
    pub roles: Roles,
    /// The cells, in the order of reports.
    pub cells: Vec<Cell>,
    /// A fingerprint of what the tables say of these participants.
    pub model: String,
}

/// A selection from which no matrix comes.
#[derive(Debug, thiserror::Error)]
pub enum SelectionError {
    /// A name that selects nothing.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// The file of participants cannot be used.
    #[error(transparent)]
    File(#[from] Unreadable),
    /// The file of ABIs cannot be read.
    #[error("cannot read {}: {source}", .file.display())]
    UnreadableAbis {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file of ABIs cannot be used.
    #[error("{}: {source}", .file.display())]
    Abis {
        /// The file.
        file: PathBuf,
        /// Why.
        source: AbiError,
    },
    /// The ABIs lack that of a participant's target.
    #[error("the ABI table has no row `{abi}`, which {target} needs")]
    NoAbi {
        /// The ABI.
        abi: String,
        /// The target.
        target: String,
    },
    /// Pairs of numbers for a protocol that asks something else.
    #[error(
        "--vector is a pair of numbers to add: what is asked in a protocol of your own is in its file"
    )]
    PairsForOwn,
    /// The names leave no cell.
    #[error(
        "no cell is left: --server and --client choose among what --targets and --participants leave"
    )]
    NoCells,
    /// More exchanges than are kept.
    #[error(
        "{cells} cells with {vectors} vectors each are {exchanges} exchanges, and at most {MAX_EXCHANGES} are kept: choose fewer cells or vectors"
    )]
    TooMany {
        /// How many cells.
        cells: usize,
        /// How many vectors each.
        vectors: usize,
        /// Their product.
        exchanges: usize,
    },
}

impl Selection {
    /// What these names select: of the participants of this repository, and of a user's file if there is one. `choice` says which sums are asked.
    ///
    /// # Errors
    /// As [`SelectionError`] says.
    pub fn new(
        file: Option<&Path>,
        names: Names,
        choice: PairChoice,
        abis_file: Option<&Path>,
    ) -> Result<Selection, SelectionError> {
        let abis = abis(abis_file)?;
        let own = file.map(|file| File::read(file, &abis)).transpose()?;
        if own.as_ref().is_some_and(File::has_protocol) && choice.names_pairs() {
            return Err(SelectionError::PairsForOwn);
        }
        let available = Available::new(own.as_ref(), choice);
        let encodings = available.encodings(&names.encodings)?;
        let roles = names.roles(&available, &abis)?;
        for participant in &roles.all {
            abi(&abis, participant.target)?;
        }
        let mut cells = cell::cells(&roles.servers, &roles.clients, &encodings);
        cells.retain(|cell| names.admit(&available, cell));
        if cells.is_empty() {
            return Err(SelectionError::NoCells);
        }
        let vectors = available.protocol.vector_count();
        let exchanges = cells.len().saturating_mul(vectors);
        if exchanges > MAX_EXCHANGES {
            return Err(SelectionError::TooMany {
                cells: cells.len(),
                vectors,
                exchanges,
            });
        }
        let fingerprint = own.as_ref().map(|own| format!("-{}", own.fingerprint));
        Ok(Selection {
            model: roles.fingerprint(&abis) + &fingerprint.unwrap_or_default(),
            abis,
            abis_file: abis_file.map(Path::to_owned),
            file: file.map(Path::to_owned),
            names,
            protocol: available.protocol,
            encodings,
            roles,
            cells,
        })
    }

    /// The types of messages that the user's file names, read by this machine's compiler; why not, where they cannot be.
    pub async fn message_types(&self, host: &Host) -> TypesOf {
        let file = self
            .file
            .as_deref()
            .and_then(|file| std::path::absolute(file).ok());
        let Some(folder) = file.as_deref().and_then(Path::parent) else {
            return TypesOf::new();
        };
        let participants = self.roles.all.iter();
        let names: BTreeSet<&str> = participants.map(|one| one.target.abi.as_str()).collect();
        let all: Vec<&Abi> = names
            .into_iter()
            .filter_map(|name| self.abis.get(name))
            .collect();
        let machines = Machines {
            all: &all,
            table: &self.abis,
        };
        types_of(&self.encodings, folder, machines, host).await
    }

    /// Keeps the cells of a shard, and who plays a part in them.
    pub fn keep(&mut self, shard: &Shard) {
        let cells = shard.cells.iter();
        self.cells = cells
            .filter_map(|at| self.cells.get(*at))
            .cloned()
            .collect();
        self.roles = self.roles.within(&self.cells);
    }
}

/// The ABIs: those of a file, or the builtin ones.
///
/// # Errors
/// The file cannot be read, or is no table of ABIs.
pub fn abis(file: Option<&Path>) -> Result<Abis, SelectionError> {
    let Some(path) = file else {
        return Ok(Abis::builtin().clone());
    };
    let file = path.to_owned();
    match std::fs::read_to_string(path) {
        Ok(text) => Abis::parse(&text).map_err(|source| SelectionError::Abis { file, source }),
        Err(source) => Err(SelectionError::UnreadableAbis { file, source }),
    }
}

/// A target's ABI, which must be in the table.
///
/// # Errors
/// It is not.
pub fn abi<'a>(abis: &'a Abis, target: &Target) -> Result<&'a Abi, SelectionError> {
    abis.get(&target.abi).ok_or_else(|| SelectionError::NoAbi {
        abi: target.abi.clone(),
        target: target.name.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
[[participant]]
name = "radio"
server = "./radio"
client = "./radio"
targets = ["big-endian"]

[[encoding]]
name = "raw"
family = "raw"
claim = "correct-within-an-island"
facts = ["byte-order"]

[[vector]]
request = "on"
reply = "ok"
"#;

    /// The table of ABIs, with a change.
    fn abis(folder: &Path, change: impl Fn(&str) -> String) -> PathBuf {
        let table = concat!(env!("CARGO_MANIFEST_DIR"), "/../../layout/abis.toml");
        let file = folder.join("abis.toml");
        std::fs::write(&file, change(&std::fs::read_to_string(table).unwrap())).unwrap();
        file
    }

    fn select(file: &Path, abis: Option<&Path>) -> Result<Selection, SelectionError> {
        let names = Names {
            targets: vec!["i686-unknown-linux-gnu".to_owned()],
            ..Names::default()
        };
        Selection::new(Some(file), names, PairChoice::default(), abis)
    }

    #[test]
    fn who_can_take_part_and_what_can_be_claimed_is_said_by_the_abis_that_were_given() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("participants.toml");
        std::fs::write(&file, FILE).unwrap();
        assert!(matches!(select(&file, None), Err(SelectionError::NoCells)));

        let big = abis(folder.path(), |table| {
            let (before, i386) = table.split_once("[abi.i386-sysv]").unwrap();
            let i386 = i386.replacen("byte-order = \"little\"", "byte-order = \"big\"", 1);
            format!("{before}[abi.i386-sysv]{i386}")
        });
        let selection = select(&file, Some(&big)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(selection.cells.len(), 1);

        let none = abis(folder.path(), |table| {
            let rows = table.find("\n[abi.").unwrap();
            table.split_at(rows).0.to_owned() + "\n[abi]\n"
        });
        let error = select(&file, Some(&none)).err().unwrap().to_string();
        assert!(error.contains("there is no fact `byte-order`"), "{error}");
    }

    #[test]
    fn who_joins_the_sums_meets_the_participant_that_is_built_in_seconds() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("participants.toml");
        let text = "[[participant]]\nname = \"radio\"\nserver = \"x\"\nclient = \"x\"\nencodings = [\"xdr\"]\ntargets = \"big-endian\"";
        std::fs::write(&file, text).unwrap();
        let select = |names: Names| {
            let selection = Selection::new(Some(&file), names, PairChoice::default(), None);
            selection.unwrap_or_else(|error| panic!("{error}"))
        };
        let selection = select(Names::default());
        let ends = |cell: &Cell| [cell.server.id.clone(), cell.client.id.clone()];
        let names: std::collections::BTreeSet<String> = selection
            .cells
            .iter()
            .flat_map(ends)
            .map(|id| id.implementation)
            .collect();
        assert_eq!(Vec::from_iter(names), ["c-gcc", "radio"]);
        for cell in &selection.cells {
            let of_radio = ends(cell).iter().any(|id| id.implementation == "radio");
            assert!(of_radio && cell.encoding.name() == "xdr", "{cell}");
        }
        // Whoever is named takes part.
        let named = Names {
            clients: vec!["rust".to_owned()],
            ..Names::default()
        };
        let mut cells = select(named).cells.into_iter();
        assert!(cells.any(|cell| cell.server.id.implementation == "c-clang"));
    }

    #[test]
    fn what_would_not_fit_the_memory_is_refused_before_it_is_made() {
        let choice = PairChoice::Chosen {
            count: usize::MAX,
            seed: 1,
        };
        let error = Selection::new(None, Names::default(), choice, None).err();
        assert!(matches!(error, Some(SelectionError::TooMany { .. })));
    }
}
