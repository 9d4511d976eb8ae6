//! Why cells break, by the type of their message: the differences that must be switched off in the layout model before the server reads what the client wrote.
//!
//! The octets that travelled say which values were sent, and whether a program converts one itself; what the model then says must be what was observed, in every exchange, or nothing is explained.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use layout::{Abi, ByteOrder};

use super::ran::Octets;
use crate::cause::Cause;
use crate::counterfactual::without;
use crate::expectation::Ends;
use crate::message::fields::{Field, FieldKind, Fields, NoFields};
use crate::message::value::{Value, read};
use crate::message::{MessageType, MessageTypes};

/// A cell whose message has a type.
#[derive(Clone, Debug)]
pub struct TypedCell<'a> {
    /// The machines.
    pub server: &'a Abi,
    /// The machines.
    pub client: &'a Abi,
    /// What travelled, for each vector.
    pub exchanges: Vec<Octets<'a>>,
}

/// Sets of causes, each of which alone would explain a cell: mostly there is one. None where the cell is right.
pub type CauseSets = Vec<Vec<Cause>>;

/// Why a type explains nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unexplained {
    /// It has no values on a machine.
    #[error("on {machine}: {why}")]
    NoFields {
        /// The ABI.
        machine: String,
        /// Why.
        why: NoFields,
    },
    /// A message is shorter than the type.
    #[error("a message of {found} octets, where the type has {size} on {machine}")]
    Short {
        /// The client's ABI.
        machine: String,
        /// In octets.
        found: usize,
        /// `sizeof`.
        size: usize,
    },
    /// What the model says is not what was observed.
    #[error("the layout alone would have other cells break")]
    Otherwise,
}

/// In the order in which the sums have them.
const OF_TYPES: [Cause; 6] = [
    Cause::ByteOrder,
    Cause::Width,
    Cause::Padding,
    Cause::CharSign,
    Cause::BitFieldOrder,
    Cause::LongDouble,
];

/// Whose `char` the promise of an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CharMeans {
    /// What it is at the client.
    Clients,
    /// A number without a sign, or with one, wherever it is.
    Signed(bool),
}

/// What is taken for granted about the programs.
#[derive(Clone, Debug)]
struct Hypothesis {
    /// The differences between machines that they do not mend themselves.
    live: Vec<Cause>,
    char_means: CharMeans,
}

/// The causes of each cell, in the order of the cells.
///
/// # Errors
/// The type says nothing about these cells, or something else than what was observed.
pub fn explain_by_type(
    types: &MessageTypes,
    cells: &[TypedCell<'_>],
) -> Result<Vec<CauseSets>, Unexplained> {
    explain(types, cells, OF_TYPES.len())
}

/// The same, where the programs mend nothing themselves but the order of octets.
pub(super) fn explain_unmended(
    types: &MessageTypes,
    cells: &[TypedCell<'_>],
) -> Result<Vec<CauseSets>, Unexplained> {
    explain(types, cells, 0)
}

/// Of the differences, the programs mend at most so many.
fn explain(
    types: &MessageTypes,
    cells: &[TypedCell<'_>],
    mended: usize,
) -> Result<Vec<CauseSets>, Unexplained> {
    let preferences = [
        [Convention::Native, BIG, LITTLE],
        [BIG, LITTLE, Convention::Native],
    ];
    let models = preferences.map(|preferred| Model::of(types, cells, preferred));
    let [native, converted] = models;
    let models = [native?, converted?];
    let has_chars = models.iter().any(Model::has_chars);
    let mut of_size: BTreeMap<usize, Vec<Hypothesis>> = BTreeMap::new();
    for hypothesis in hypotheses(has_chars) {
        let dropped = OF_TYPES.len() - hypothesis.live.len();
        of_size.entry(dropped).or_default().push(hypothesis);
    }
    for (_, hypotheses) in of_size.range(..=mended) {
        let all = hypotheses.iter();
        let all = all.flat_map(|hypothesis| models.iter().map(move |model| (model, hypothesis)));
        let fitting = all.filter_map(|(model, hypothesis)| model.causes(hypothesis, cells));
        let told = fitting.reduce(|mut told, others| {
            for (sets, others) in told.iter_mut().zip(others) {
                for set in others {
                    if !sets.contains(&set) {
                        sets.push(set);
                    }
                }
            }
            told
        });
        if let Some(told) = told {
            return Ok(told);
        }
    }
    Err(Unexplained::Otherwise)
}

fn hypotheses(has_chars: bool) -> Vec<Hypothesis> {
    let mut all = Vec::new();
    let means: &[CharMeans] = match has_chars {
        true => &[
            CharMeans::Clients,
            CharMeans::Signed(false),
            CharMeans::Signed(true),
        ],
        false => &[CharMeans::Clients],
    };
    for live in subsets() {
        all.extend(means.iter().map(|&char_means| Hypothesis {
            live: live.clone(),
            char_means,
        }));
    }
    all
}

/// All sets of causes, small ones first.
fn subsets() -> Vec<Vec<Cause>> {
    let mut sets: Vec<Vec<Cause>> = (0_u32..1 << OF_TYPES.len())
        .map(|bits| {
            let causes = OF_TYPES.into_iter().enumerate();
            let chosen = causes.filter(|(at, _)| bits >> at & 1 == 1);
            chosen.map(|(_, cause)| cause).collect()
        })
        .collect();
    sets.sort_by_key(Vec::len);
    sets
}

/// In which order the octets of one value are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Convention {
    /// In the machine's own.
    Native,
    /// In this one: the programs convert.
    Fixed(ByteOrder),
}

const BIG: Convention = Convention::Fixed(ByteOrder::Big);
const LITTLE: Convention = Convention::Fixed(ByteOrder::Little);

/// A value that is compared.
struct Compared {
    path: String,
    convention: Convention,
    /// What each vector sends.
    values: Vec<Value>,
}

/// What the type says of these cells.
struct Model<'a> {
    types: &'a MessageTypes,
    /// By the name of the client's ABI.
    clients: BTreeMap<&'a str, Fields>,
    compared: Vec<Compared>,
}

fn fields(message: &MessageType, abi: &Abi) -> Result<Fields, Unexplained> {
    Fields::of(message, abi).map_err(|why| Unexplained::NoFields {
        machine: abi.name().to_owned(),
        why,
    })
}

impl<'a> Model<'a> {
    /// By the first of these conventions, for each value, in which all clients send the same.
    fn of(
        types: &'a MessageTypes,
        cells: &[TypedCell<'a>],
        preferred: [Convention; 3],
    ) -> Result<Model<'a>, Unexplained> {
        let mut clients: BTreeMap<&str, Fields> = BTreeMap::new();
        for cell in cells {
            let name = cell.client.name();
            if !clients.contains_key(name) {
                clients.insert(name, fields(&types.client, cell.client)?);
            }
            // Said here, so that nothing below has to.
            fields(&types.server, cell.server)?;
            let size = clients.get(name).map_or(0, |fields| fields.size);
            let short = cell.exchanges.iter().map(|one| one.sent.len());
            if let Some(found) = short.filter(|found| *found < size).min() {
                return Err(Unexplained::Short {
                    machine: name.to_owned(),
                    found,
                    size,
                });
            }
        }
        let first = clients.values().next();
        let paths = first.map(|fields| fields.all.iter().map(|field| field.path.clone()));
        let paths: Vec<String> = paths.into_iter().flatten().collect();
        let compared = paths
            .into_iter()
            .filter_map(|path| compared(path, preferred, &clients, cells))
            .collect();
        Ok(Model {
            types,
            clients,
            compared,
        })
    }

    fn has_chars(&self) -> bool {
        let mut all = self.clients.values().flat_map(|fields| &fields.all);
        all.any(|field| field.kind == FieldKind::Char)
    }

    /// The causes of each cell; `None` where the hypothesis says of one exchange something else than what was observed.
    fn causes(&self, hypothesis: &Hypothesis, cells: &[TypedCell<'_>]) -> Option<Vec<CauseSets>> {
        let dropped = OF_TYPES.into_iter();
        let dropped: Vec<Cause> = dropped
            .filter(|cause| !hypothesis.live.contains(cause))
            .collect();
        let mut known: BTreeMap<(&str, &str, bool), CauseSets> = BTreeMap::new();
        let mut all = Vec::new();
        for cell in cells {
            let ends = Ends {
                server: cell.server,
                client: cell.client,
            };
            let readings = self.readings(hypothesis, ends, &dropped)?;
            let mut exchanges = cell.exchanges.iter().enumerate();
            if !exchanges.all(|(at, one)| readings.right(at, one.sent) == one.right) {
                return None;
            }
            // The octets of another implementation may be others.
            let is_right = cell.exchanges.iter().all(|one| one.right);
            let sets = match known.entry((cell.server.name(), cell.client.name(), is_right)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(self.of_cell(hypothesis, cell, &dropped)?),
            };
            all.push(sets.clone());
        }
        Some(all)
    }

    /// The smallest sets of differences without which every exchange of a cell comes right.
    fn of_cell(
        &self,
        hypothesis: &Hypothesis,
        cell: &TypedCell<'_>,
        dropped: &[Cause],
    ) -> Option<CauseSets> {
        let ends = Ends {
            server: cell.server,
            client: cell.client,
        };
        let mut found: CauseSets = Vec::new();
        for set in subsets() {
            if found.first().is_some_and(|first| first.len() < set.len()) {
                break;
            }
            if set.iter().any(|cause| dropped.contains(cause)) {
                continue;
            }
            let switched: Vec<Cause> = OF_TYPES
                .into_iter()
                .filter(|cause| set.contains(cause) || dropped.contains(cause))
                .collect();
            let readings = self.readings(hypothesis, ends, &switched)?;
            let mut exchanges = cell.exchanges.iter().enumerate();
            if exchanges.all(|(at, one)| readings.right(at, one.sent)) {
                found.push(set);
            }
        }
        if found == [Vec::new()] {
            return Some(Vec::new());
        }
        (!found.is_empty()).then_some(found)
    }

    /// How the server reads the client's messages, were it like the client in these respects.
    fn readings(
        &self,
        hypothesis: &Hypothesis,
        ends: Ends<'_>,
        switched: &[Cause],
    ) -> Option<Readings<'_>> {
        let abi = without(switched, ends);
        let mut server = Fields::of(&self.types.server, &abi).ok()?;
        let client = self.clients.get(ends.client.name())?;
        if switched.contains(&Cause::LongDouble) {
            server.long_double = client.long_double;
        } else {
            server.long_double = ends.server.long_double_format();
        }
        let meant = match hypothesis.char_means {
            _ if switched.contains(&Cause::CharSign) => server.char_signed,
            CharMeans::Clients => client.char_signed,
            CharMeans::Signed(signed) => signed,
        };
        let is_width_live = !switched.contains(&Cause::Width);
        Some(Readings {
            model: self,
            is_sign_kept: meant == server.char_signed,
            server,
            client,
            is_width_live,
        })
    }
}

/// What a server reads.
struct Readings<'a> {
    model: &'a Model<'a>,
    server: Fields,
    client: &'a Fields,
    /// Whether a `char` is to the server what the promise means.
    is_sign_kept: bool,
    /// Whether a value that the client's machine cannot hold counts.
    is_width_live: bool,
}

impl Readings<'_> {
    /// Whether every value of the vector of this number arrives.
    fn right(&self, vector: usize, sent: &[u8]) -> bool {
        if sent.len() < self.server.size {
            return false;
        }
        self.model.compared.iter().all(|compared| {
            let Some(true_value) = compared.values.get(vector) else {
                return true;
            };
            let Some(field) = self.server.named(&compared.path) else {
                return true;
            };
            let own = self.client.named(&compared.path);
            let own = own.and_then(|field| compared.read(self.client, field, sent));
            // Without the difference in width, the client's own value is what can arrive.
            let expected = match (&own, self.is_width_live) {
                (Some(own), false) => own,
                _ => true_value,
            };
            let Some(found) = compared.read(&self.server, field, sent) else {
                return false;
            };
            let is_sign_lost = matches!(found, Value::Char(128..)) && !self.is_sign_kept;
            found.is(expected) && !is_sign_lost
        })
    }
}

impl Compared {
    fn read(&self, fields: &Fields, field: &Field, octets: &[u8]) -> Option<Value> {
        match self.convention {
            Convention::Native => read(fields, field, octets, fields.byte_order),
            Convention::Fixed(order) => read(fields, field, octets, order),
        }
    }
}

/// What is sent under a path, by the octets of all clients; `None` where they do not agree on anything.
fn compared(
    path: String,
    preferred: [Convention; 3],
    clients: &BTreeMap<&str, Fields>,
    cells: &[TypedCell<'_>],
) -> Option<Compared> {
    preferred.into_iter().find_map(|convention| {
        let mut compared = Compared {
            path: path.clone(),
            convention,
            values: Vec::new(),
        };
        let mut values: Vec<Option<Value>> = Vec::new();
        for cell in cells {
            let fields = clients.get(cell.client.name())?;
            let field = fields.named(&path)?;
            values.resize(values.len().max(cell.exchanges.len()), None);
            for (one, known) in cell.exchanges.iter().zip(&mut values) {
                let value = compared.read(fields, field, one.sent)?;
                match known {
                    None => *known = Some(value),
                    Some(known) if !value.is_cut_of(known) => return None,
                    // The widest machine knows best.
                    Some(known) if value.width() > known.width() => *known = value,
                    Some(_) => {}
                }
            }
        }
        compared.values = values.into_iter().collect::<Option<_>>()?;
        Some(compared)
    })
}
