//! Asks the compilers what each machine sees of a source, and says what is known of each type on each machine.

mod plan;
mod refused;
mod replaced;
mod rows;
mod sized;
mod texts;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use cross::Host;
use layout::abi::{Scalar, Switch};
use layout::dwarf::Program;
use layout::fit::{self, Alignments};
use layout::macros::Language;
use layout::{Abi, Abis};
use tempfile::TempDir;

use super::configured::{self, Configured};
use super::constant::{Constant, Needs};
use super::evaluators::{Evaluators, is_readable};
use super::front_end::FrontEnd;
use super::groups::{self, Answers};
use super::headers;
use super::hidden;
use super::library::{self, StandIn};
use super::modes;
use super::packs;
use super::questions::{self, OfType, Questions};
use super::real_names;
use super::text::{Reach, Text};
use super::{Known, ReadBy, Reading, Readings, Row, Status, overlay, own, settle, times};
use crate::Machine;
use crate::built::{Built, with};
use crate::machine::Bits;
use crate::source::{Compile, Kind};
use crate::subjects::{self, Subjects, Wanted};

/// A source, and how it is compiled.
pub struct Source {
    /// Its file.
    pub path: PathBuf,
    /// Its language.
    pub kind: Kind,
    /// Options of the build.
    pub compile: Compile,
    /// Which of its types.
    pub wanted: Wanted,
}

/// What this machine's compiler made of it.
pub struct Here {
    /// The types.
    pub program: Program,
    /// What it told of alignments.
    pub told: Alignments,
    /// What its preprocessor left.
    pub text: String,
    /// The command of the compiler, with what is for it alone.
    pub compiler: Vec<OsString>,
}

/// Who is to be asked.
pub struct Asking<'a> {
    /// This machine.
    pub host: &'a Host,
    /// The table of ABIs.
    pub abis: &'a Abis,
    /// The machines that the types are laid out on.
    pub machines: &'a [Machine<'a>],
    /// How many compilers run at once.
    pub jobs: usize,
    /// Whether every compiler that is here is asked, and not only where the text asks something.
    pub everybody: bool,
}

/// Reads a source as each machine does.
///
/// # Errors
/// Nothing here has the ABI of the first reading; there is no room for files; a task was lost. What another machine's compiler refuses is undecided there.
pub async fn read(source: Source, here: Here, asking: &Asking<'_>) -> anyhow::Result<Readings> {
    let is_cxx = source.kind == Kind::Cxx;
    let language = if is_cxx { Language::Cxx } else { Language::C };
    let by_gcc = here
        .program
        .producers
        .iter()
        .any(|name| name.starts_with("GNU "));
    let others: Vec<&Abi> = asking.machines.iter().map(|machine| machine.abi).collect();
    let mut program = here.program;
    let fit = fit::best(&mut program, asking.abis, &others, &here.told);
    let no_abi = || subjects::NoSubject::NoAbi(program.machine.to_string());
    let fit = fit.ok_or_else(no_abi)?;
    let own = fit.own.first().ok_or_else(no_abi)?;
    let abi = own.abi.clone();
    let switches = source.compile.switches();
    // Of a sign of `char` nothing moves, and the others' is not this machine's.
    let own_abi = match own.switches.is_empty() {
        true => asking.abis.get(abi.name()).cloned().unwrap_or(abi.clone()),
        false => abi.clone(),
    };
    let built = Built::of_source(&own_abi, &switches, asking.machines);
    let file = here.compiler.first().map(Path::new);
    let name = file.and_then(|file| file.file_name()?.to_str());
    let name = name.unwrap_or("cc").to_owned();
    let front_end = FrontEnd {
        words: here.compiler,
        abi: asking.abis.get(abi.name()).cloned().unwrap_or(abi),
        name,
        is_gcc: by_gcc,
    };
    let mut first = subjects::of(program, &fit, &source.wanted);
    first.built.clone_from(&built);
    let text = Text::of(&here.text, is_cxx);
    let names: Vec<String> = first.subjects.iter().map(|one| one.name.clone()).collect();
    let flags = source.compile.flags.clone();
    let given: Vec<&str> = flags.of_text().collect();
    let answers = || -> BTreeMap<&str, Answers> {
        let machines = asking.machines.iter();
        let said = machines.filter_map(|machine| {
            Some((machine.name, groups::answers(machine, language, &given)?))
        });
        said.collect()
    };
    let known = || answers().into_values().collect();
    let is_anybody_unknown = || {
        let mut everybody = asking.machines.iter();
        everybody.any(|machine| !groups::is_known(machine, language))
    };
    let options = source.compile.flags.defined();
    let questions = Questions::of(&text, &names, known, is_anybody_unknown, &options);
    let blind = !by_gcc;
    let is_configured = asking
        .machines
        .iter()
        .any(|machine| !configured::names(&text, machine.abi, &front_end.abi).is_empty());
    let abis = || asking.machines.iter().map(|machine| machine.abi);
    let is_hidden = hidden::is_anywhere(&text, abis())
        || modes::is_anywhere(&text, abis(), &front_end.abi)
        || packs::is_anywhere(&text);
    if questions.is_none() && !blind && !asking.everybody && !is_configured && !is_hidden {
        return Ok(Readings {
            texts: vec![text],
            ..Readings::only(first, front_end.name)
        });
    }
    let machines = asking.machines.iter();
    let varying: BTreeSet<String> = first
        .subjects
        .iter()
        .filter(|one| {
            let reach = text.reach(&one.name);
            let is_moved =
                |abi: &Abi| library::names(&text, &reach).any(|name| library::varies(name, abi));
            questions.build
                || times::are_in(&first.types, one.kind)
                || others
                    .iter()
                    .any(|abi| abi.size(Scalar::Long) == 4 && is_moved(abi))
        })
        .map(|one| one.name.clone())
        .collect();
    let machines: Vec<&Machine<'_>> = machines
        .filter(|machine| !machine.is_optional || !varying.is_empty())
        .collect();
    let overlay = tempfile::tempdir().context("no place for headers")?;
    overlay::write(overlay.path()).context("no place for headers")?;
    let mut work = Work {
        source: Arc::new(source),
        language,
        asking,
        machines,
        varying,
        front_end,
        switches,
        built,
        questions,
        answers: answers(),
        predefined: BTreeSet::new(),
        blind,
        overlay,
        here: here.text,
        readings: Vec::new(),
        seen: Vec::new(),
        stand_ins: BTreeMap::new(),
        refused: refused::Refused::default(),
    };
    work.seen.push(Seen {
        text: Ok(text),
        plain: work.here.clone(),
        origin: 0,
        written: 0,
        asks: RefCell::default(),
    });
    work.readings.push(Reading {
        subjects: first,
        by: work.front_end.name.clone(),
    });
    work.finish().await
}

/// Names that are taken at their word, and where.
type Names = BTreeMap<String, (Configured, Vec<String>)>;

/// A text, as somebody's preprocessor left it.
struct Seen {
    /// Taken apart; or what the preprocessor complained of.
    text: Result<Text, String>,
    plain: String,
    /// The text that it is but for the numbers that stand in it for questions; itself, where there are none.
    origin: usize,
    /// The text that it is but for all that stands in it for something; itself, where nothing does.
    written: usize,
    /// What the types ask that depend on all of it.
    asks: RefCell<HashMap<String, Arc<OfType>>>,
}

/// Who compiles what for a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reader {
    /// The first reading is this machine's own.
    Here,
    /// Its own compiler reads text `seen`.
    Own { seen: usize, front_end: usize },
    /// Text `seen` is what its preprocessor would leave, and this machine's front end left it.
    Told { seen: usize },
    /// What its compiler predefines is not known.
    Unknown,
}

struct Work<'w> {
    source: Arc<Source>,
    language: Language,
    asking: &'w Asking<'w>,
    /// Those that are laid out for: variants only where a type needs them.
    machines: Vec<&'w Machine<'w>>,
    /// The types that differ on variants.
    varying: BTreeSet<String>,
    front_end: FrontEnd,
    /// Options of the build that move how types lie.
    switches: Vec<Switch>,
    /// The ABIs that are others by them.
    built: Vec<Built>,
    questions: Questions,
    answers: BTreeMap<&'w str, Answers>,
    /// What any compiler predefines, by name.
    predefined: BTreeSet<String>,
    /// Whether the front end does not tell what a text asks about.
    blind: bool,
    overlay: TempDir,
    here: String,
    readings: Vec<Reading>,
    /// The texts; the first is this machine's own.
    seen: Vec<Seen>,
    /// What stands in texts for types of other C libraries.
    stand_ins: BTreeMap<usize, BTreeMap<String, StandIn>>,
    /// What is not tried again.
    refused: refused::Refused,
}

impl Work<'_> {
    async fn finish(mut self) -> anyhow::Result<Readings> {
        let mut readers: BTreeMap<&str, Reader> = BTreeMap::new();
        let mut own = Vec::new();
        for &machine in &self.machines {
            if self.is_here(machine) {
                readers.insert(machine.name, Reader::Here);
            } else if let Some(front_end) =
                own::front_end(machine, self.asking.host, self.source.kind)
            {
                own.push((machine, front_end));
            }
        }
        self.read_own(&own, &mut readers).await?;
        self.read_told(&mut readers).await?;
        let own: Vec<FrontEnd> = own.into_iter().map(|(_, front_end)| front_end).collect();
        let configured = self.by_name(&readers).await?;
        let mut known = BTreeMap::new();
        loop {
            let (mut readers, mut own) = (readers.clone(), own.clone());
            self.stand_in(&mut readers, &mut own);
            self.with_sizes(&mut readers);
            let plan = self.plan(&readers, &own);
            let made = self.compile(&plan, &mut known).await?;
            if !self.refuse(&plan, &made) {
                let made = self.subjects(&plan, made);
                return Ok(self.rows(&readers, &plan, made, &configured));
            }
            known.extend(made);
        }
    }

    /// Whether the first reading is a machine's own.
    fn is_here(&self, machine: &Machine<'_>) -> bool {
        let same = machine.abi.row() == self.front_end.abi.row() && machine.bits.is_none();
        same && cross::target(machine.name).map_or(true, cross::Target::is_native)
    }

    fn see(&mut self, text: Result<String, String>) {
        let is_cxx = self.source.kind == Kind::Cxx;
        let origin = self.seen.len();
        self.seen.push(match text {
            Ok(plain) => {
                let plain = library::with_names(&plain);
                let mut text = Text::of(&plain, is_cxx);
                for other in self.seen.iter().filter_map(|seen| seen.text.as_ref().ok()) {
                    text.share(other);
                }
                Seen {
                    text: Ok(text),
                    plain,
                    origin,
                    written: origin,
                    asks: RefCell::default(),
                }
            }
            Err(complaint) => Seen {
                text: Err(complaint),
                plain: String::new(),
                origin,
                written: origin,
                asks: RefCell::default(),
            },
        });
    }

    /// The names that a text can declare: all that were asked about here.
    fn names(&self) -> impl Iterator<Item = &str> {
        let first = self.readings.first();
        let subjects = first
            .into_iter()
            .flat_map(|reading| &reading.subjects.subjects);
        subjects.map(|subject| subject.name.as_str())
    }

    fn text(&self, seen: usize) -> Result<&Text, &str> {
        match self.seen.get(seen).map(|seen| &seen.text) {
            Some(Ok(text)) => Ok(text),
            Some(Err(complaint)) => Err(complaint),
            None => Err(""),
        }
    }

    fn origin(&self, seen: usize) -> usize {
        self.seen.get(seen).map_or(seen, |seen| seen.origin)
    }

    /// The text as its preprocessor left it.
    fn written(&self, seen: usize) -> usize {
        self.seen.get(seen).map_or(seen, |seen| seen.written)
    }

    /// What stands in a text for types of another C library.
    fn stand_ins_in(&self, seen: usize) -> Option<&BTreeMap<String, StandIn>> {
        // Numbers in the place of questions are put into a text that has stand-ins already.
        let mut seen = seen;
        loop {
            let origin = self.origin(seen);
            match self.stand_ins.get(&seen) {
                None if origin != seen => seen = origin,
                found => return found,
            }
        }
    }

    /// The name that a type has in a text: `box<crossum_tm>` for `box<tm>`, where something stands in for `tm`.
    fn name_in<'n>(&self, seen: usize, name: &'n str) -> Cow<'n, str> {
        match self.stand_ins_in(seen) {
            Some(stand_ins) => real_names::stood_in(name, stand_ins),
            None => name.into(),
        }
    }

    /// What a type asks in a text.
    fn asks(&self, seen: usize, name: &str) -> Arc<OfType> {
        let name = &*self.name_in(seen, name);
        match self.text(seen) {
            Ok(_) if seen == 0 => self.questions.types.get(name).cloned().unwrap_or_default(),
            Ok(text) => match self.seen.get(seen) {
                Some(seen) => OfType::shared(text, name, &mut seen.asks.borrow_mut()),
                None => Arc::default(),
            },
            Err(_) => Arc::default(),
        }
    }

    /// The first name in a type's declaration that headers of the system declare here and none declares there.
    fn missing(&self, seen: usize, name: &str) -> Option<String> {
        let (here, there) = (self.text(0).ok()?, self.text(seen).ok()?);
        let reach = here.reach(name);
        let mut names = reach.system.iter();
        let is_missing =
            |name: &&String| here.is_of_system(name) && there.declarations(name).is_empty();
        names.find(is_missing).cloned()
    }

    /// Whether a type can be taken from the first reading though another text was seen: it is declared there as here, and asks nothing.
    fn is_as_here(&self, seen: usize, name: &str) -> bool {
        let (Ok(here), Ok(there)) = (self.text(0), self.text(seen)) else {
            return false;
        };
        let asks = self.asks(seen, name);
        (seen == 0 || self.name_in(seen, name) == name && !here.differs(there, name))
            && asks.constants.is_empty()
            && asks.library.is_empty()
    }
}
