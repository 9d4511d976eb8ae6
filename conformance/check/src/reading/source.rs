//! Asks the compilers what each machine sees of a source, and says what is known of each type on each machine.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use cross::Host;
use layout::abi::Scalar;
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
use super::library::{self, StandIn};
use super::questions::{OfType, Questions};
use super::text::Text;
use super::{Known, ReadBy, Reading, Readings, Row, Status, overlay, own, settle, times};
use crate::Machine;
use crate::machine::Bits;
use crate::source::{Compile, Kind};
use crate::subjects::{self, Subjects, Wanted};
use crate::turns::some_at_a_time;

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
    /// The program, as it is called.
    pub compiler: PathBuf,
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
    let (abi, fit) = fit::best(&mut program, asking.abis, &others, &here.told)
        .ok_or_else(|| subjects::NoSubject::NoAbi(program.machine.to_string()))?;
    let name = here
        .compiler
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("cc");
    let front_end = FrontEnd {
        words: vec![here.compiler.clone().into_os_string()],
        abi: asking.abis.get(abi.name()).cloned().unwrap_or(abi),
        name: name.to_owned(),
        is_gcc: by_gcc,
    };
    let first = subjects::of(program, &fit, &source.wanted);
    let text = Text::of(&here.text, is_cxx);
    let names: Vec<String> = first.subjects.iter().map(|one| one.name.clone()).collect();
    let answers: BTreeMap<&str, Answers> = asking
        .machines
        .iter()
        .filter_map(|machine| Some((machine.name, groups::answers(machine, language)?)))
        .collect();
    let known: Vec<Answers> = answers.values().cloned().collect();
    let questions = Questions::of(&text, &names, &known, &source.compile.define);
    let blind = !by_gcc;
    let is_configured = asking
        .machines
        .iter()
        .any(|machine| !configured::names(&text, machine.abi, &front_end.abi).is_empty());
    if questions.is_none() && !blind && !asking.everybody && !is_configured {
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
            let is_moved = |abi: &Abi| text.library(&reach).any(|name| library::varies(name, abi));
            times::are_in(&first.types, one.kind)
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
        questions,
        answers,
        blind,
        overlay,
        here: here.text,
        readings: Vec::new(),
        seen: Vec::new(),
    };
    work.seen.push(Seen {
        text: Ok(text),
        plain: work.here.clone(),
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
    questions: Questions,
    answers: BTreeMap<&'w str, Answers>,
    /// Whether the front end does not tell what a text asks about.
    blind: bool,
    overlay: TempDir,
    here: String,
    readings: Vec<Reading>,
    /// The texts; the first is this machine's own.
    seen: Vec<Seen>,
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
        let mut own: Vec<FrontEnd> = own.into_iter().map(|(_, front_end)| front_end).collect();
        let configured = self.by_name(&readers).await?;
        self.stand_in(&mut readers, &mut own);
        let plan = self.plan(&readers, &own);
        let made = self.compile(&plan).await?;
        Ok(self.rows(&readers, &plan, made, &configured))
    }

    /// Whether the first reading is a machine's own.
    fn is_here(&self, machine: &Machine<'_>) -> bool {
        let same = machine.abi.row() == self.front_end.abi.row() && machine.bits.is_none();
        same && cross::target(machine.name).map_or(true, cross::Target::is_native)
    }

    /// Has the machines' own compilers preprocess the source.
    async fn read_own<'m>(
        &mut self,
        own: &[(&'m Machine<'m>, FrontEnd)],
        readers: &mut BTreeMap<&'m str, Reader>,
    ) -> anyhow::Result<()> {
        let work = own.iter().map(|(machine, front_end)| {
            let (front_end, source) = (front_end.clone(), Arc::clone(&self.source));
            let options = machine.bits.map_or(&[][..], Bits::options);
            let options: Vec<OsString> = options.iter().map(OsString::from).collect();
            async move {
                let text =
                    front_end.preprocess(&source.path, source.kind, &source.compile, &options);
                text.await
                    .map_err(|complaint| format!("{}: {complaint}", front_end.name))
            }
        });
        let texts = some_at_a_time(work, self.asking.jobs, || ()).await?;
        for (index, ((machine, _), text)) in own.iter().zip(texts).enumerate() {
            let reader = Reader::Own {
                seen: self.seen.len(),
                front_end: index,
            };
            self.see(text);
            readers.insert(machine.name, reader);
        }
        Ok(())
    }

    /// Has this machine's front end preprocess the source for the others, those that answer alike together.
    async fn read_told<'m>(&mut self, readers: &mut BTreeMap<&'m str, Reader>) -> anyhow::Result<()>
    where
        Self: 'm,
    {
        let machines = self.machines.clone();
        let rest: Vec<&Machine<'_>> = machines
            .iter()
            .copied()
            .filter(|machine| !readers.contains_key(machine.name))
            .collect();
        let mut found: Vec<(&str, Reader)> = Vec::new();
        if !self.questions.macros && !self.blind {
            found.extend(
                rest.iter()
                    .map(|machine| (machine.name, Reader::Told { seen: 0 })),
            );
        } else {
            let answers = std::mem::take(&mut self.answers);
            let mut asked: BTreeSet<String> = match self.blind {
                true => answers
                    .values()
                    .flat_map(|answers| answers.keys().cloned())
                    .collect(),
                false => self.asked(0),
            };
            let mut pending: Vec<(usize, &Answers)> = Vec::new();
            for (index, machine) in rest.iter().enumerate() {
                match answers.get(machine.name) {
                    Some(answers) => pending.push((index, answers)),
                    None => found.push((machine.name, Reader::Unknown)),
                }
            }
            while !pending.is_empty() {
                let groups = groups::alike(&pending, &asked);
                pending.clear();
                let firsts = groups
                    .iter()
                    .filter_map(|group| rest.get(group.first()?.0).copied());
                let texts = self.preprocess_as(firsts.collect()).await?;
                for (group, text) in groups.iter().zip(texts) {
                    let seen = self.seen.len();
                    self.see(text);
                    // Who answers otherwise where only this text asks has not been read yet.
                    let more = match (self.is_read(seen), group.first()) {
                        (false, Some((_, answers))) => answers.keys().cloned().collect(),
                        _ => self.asked(seen),
                    };
                    let alike = groups::alike(group, &more);
                    for (number, group) in alike.iter().enumerate() {
                        for (index, answers) in group {
                            match rest.get(*index) {
                                Some(machine) if number == 0 => {
                                    found.push((machine.name, Reader::Told { seen }))
                                }
                                _ => pending.push((*index, answers)),
                            }
                        }
                    }
                    asked.extend(more);
                }
            }
        }
        for (name, reader) in found {
            let machine = machines.iter().find(|machine| machine.name == name);
            if let Some(machine) = machine {
                readers.insert(machine.name, reader);
            }
        }
        Ok(())
    }

    /// Takes names at their word that were written for this machine, in all texts; which, and on which machines their declarations have another width.
    async fn by_name(&mut self, readers: &BTreeMap<&str, Reader>) -> anyhow::Result<Names> {
        let mut found: BTreeMap<String, (Configured, Vec<String>)> = BTreeMap::new();
        for &machine in &self.machines {
            let seen = match readers.get(machine.name) {
                Some(Reader::Here) => 0,
                Some(Reader::Own { seen, .. } | Reader::Told { seen }) => *seen,
                _ => continue,
            };
            let Ok(text) = self.text(seen) else { continue };
            for one in configured::names(text, machine.abi, &self.front_end.abi) {
                let (_, targets) = found.entry(one.name.clone()).or_insert((one, Vec::new()));
                targets.push(machine.name.to_owned());
            }
        }
        if found.is_empty() {
            return Ok(found);
        }
        let is_cxx = self.source.kind == Kind::Cxx;
        let names = found
            .iter()
            .map(|(name, (one, _))| (name.clone(), one.clone()));
        let names = names.collect();
        for seen in &mut self.seen {
            if seen.text.is_ok() {
                seen.plain = configured::rewritten(&seen.plain, &names);
                seen.text = Ok(Text::of(&seen.plain, is_cxx));
            }
        }
        // The first reading was of another text.
        let plain = self
            .seen
            .first()
            .map(|seen| seen.plain.clone())
            .unwrap_or_default();
        let made = self
            .front_end
            .types(&plain, self.source.kind, &self.source.wanted)
            .await;
        let (mut program, told) = made.map_err(anyhow::Error::msg)?;
        let others: Vec<&Abi> = self
            .asking
            .machines
            .iter()
            .map(|machine| machine.abi)
            .collect();
        let own = self.front_end.abi.with_compiler(self.front_end.dialect());
        let fit = fit::fit(&mut program, &own, &others, &told);
        if let Some(first) = self.readings.first_mut() {
            first.subjects = subjects::of(program, &fit, &self.source.wanted);
        }
        Ok(found)
    }

    /// Puts what the tables say of other machines' C libraries in the place of this one's. Where it is needed for one machine it is taken for all that the tables have, so that a type of the library is taken apart in one way everywhere.
    fn stand_in<'m>(&mut self, readers: &mut BTreeMap<&'m str, Reader>, own: &mut Vec<FrontEnd>)
    where
        Self: 'm,
    {
        let names: Vec<String> = self.names().map(str::to_owned).collect();
        let mut of_text: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        let mut is_needed = false;
        for reader in readers.values() {
            let (seen, is_told) = match reader {
                Reader::Here => (0, false),
                Reader::Own { seen, .. } => (*seen, false),
                Reader::Told { seen } => (*seen, true),
                Reader::Unknown => continue,
            };
            let of_text = of_text.entry(seen).or_insert_with(|| {
                let types = names.iter().flat_map(|name| self.asks(seen, name).library);
                types.collect()
            });
            is_needed |= is_told && !of_text.is_empty();
        }
        if !is_needed {
            return;
        }
        let here = own.len();
        own.push(self.front_end.clone());
        let is_cxx = self.source.kind == Kind::Cxx;
        let mut replaced: BTreeMap<(usize, Vec<StandIn>), usize> = BTreeMap::new();
        for machine in self.machines.clone() {
            let Some(reader) = readers.get_mut(machine.name) else {
                continue;
            };
            let seen = match reader {
                Reader::Here => 0,
                Reader::Own { seen, .. } | Reader::Told { seen } => *seen,
                Reader::Unknown => continue,
            };
            // A compiler is asked about what it sees itself.
            if self.asking.everybody && !matches!(reader, Reader::Told { .. }) {
                continue;
            }
            let Ok(bits) = self.text(seen).map(library::bits) else {
                continue;
            };
            let bits = machine.bits.unwrap_or(bits);
            let types = of_text.get(&seen).into_iter().flatten();
            let types = types.filter(|name| !library::is_modelled(name, machine.abi));
            let found = types.filter_map(|name| {
                Some((
                    name.clone(),
                    library::stand_in(name, machine.abi, bits).ok()?,
                ))
            });
            let found: BTreeMap<String, StandIn> = found.collect();
            if found.is_empty() {
                continue;
            }
            let key = (seen, found.values().cloned().collect());
            let new = match replaced.get(&key) {
                Some(new) => *new,
                None => {
                    let plain = self
                        .seen
                        .get(seen)
                        .map(|seen| library::replaced(&seen.plain, &found, is_cxx));
                    let new = self.seen.len();
                    self.see(plain.ok_or_else(String::new));
                    replaced.insert(key, new);
                    new
                }
            };
            *reader = match reader {
                Reader::Here => Reader::Own {
                    seen: new,
                    front_end: here,
                },
                Reader::Own { front_end, .. } => Reader::Own {
                    seen: new,
                    front_end: *front_end,
                },
                _ => Reader::Told { seen: new },
            };
        }
    }

    fn asked(&self, seen: usize) -> BTreeSet<String> {
        let text = self.seen.get(seen).and_then(|seen| seen.text.as_ref().ok());
        let names = text.into_iter().flat_map(|text| text.asked.keys().cloned());
        names.collect()
    }

    /// Whether a text could be read at all.
    fn is_read(&self, seen: usize) -> bool {
        self.text(seen).is_ok()
    }

    /// This machine's preprocessor, told what each of these machines' compilers predefines.
    async fn preprocess_as(
        &self,
        machines: Vec<&Machine<'_>>,
    ) -> anyhow::Result<Vec<Result<String, String>>> {
        let work = machines.into_iter().map(|machine| {
            let (front_end, source) = (self.front_end.clone(), Arc::clone(&self.source));
            let options = groups::options(machine, self.language).unwrap_or_default();
            let mut options: Vec<OsString> = options.into_iter().map(Into::into).collect();
            options.push("-isystem".into());
            options.push(self.overlay.path().into());
            let name = machine.name.to_owned();
            async move {
                let text =
                    front_end.preprocess(&source.path, source.kind, &source.compile, &options);
                text.await
                    .map_err(|complaint| format!("{} as {name}: {complaint}", front_end.name))
            }
        });
        let work: Vec<_> = work.collect();
        some_at_a_time(work.into_iter(), self.asking.jobs, || ()).await
    }

    fn see(&mut self, text: Result<String, String>) {
        let is_cxx = self.source.kind == Kind::Cxx;
        self.seen.push(match text {
            Ok(plain) => {
                let plain = library::with_names(&plain);
                Seen {
                    text: Ok(Text::of(&plain, is_cxx)),
                    plain,
                }
            }
            Err(complaint) => Seen {
                text: Err(complaint),
                plain: String::new(),
            },
        });
    }
}

/// What is to be compiled, each once.
struct Plan {
    steps: Vec<Step>,
    /// By the machines' names, where something is compiled for them.
    of: BTreeMap<String, usize>,
}

struct Step {
    seen: usize,
    front_end: FrontEnd,
    /// Whether it is the compiler of the machines that it is for, and says what their names of the C library are.
    is_own: bool,
}

impl Work<'_> {
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

    /// What a type asks in a text.
    fn asks(&self, seen: usize, name: &str) -> OfType {
        match self.text(seen) {
            Ok(_) if seen == 0 => self.questions.types.get(name).cloned().unwrap_or_default(),
            Ok(text) => OfType::of(text, name),
            Err(_) => OfType::default(),
        }
    }

    /// Whether a type can be taken from the first reading though another text was seen: it is declared there as here, and asks nothing.
    fn is_as_here(&self, seen: usize, name: &str) -> bool {
        let (Ok(here), Ok(there)) = (self.text(0), self.text(seen)) else {
            return false;
        };
        let asks = self.asks(seen, name);
        (seen == 0 || !here.differs(there, name))
            && asks.constants.is_empty()
            && asks.library.is_empty()
    }

    fn plan(&self, readers: &BTreeMap<&str, Reader>, own: &[FrontEnd]) -> Plan {
        let mut plan = Plan {
            steps: Vec::new(),
            of: BTreeMap::new(),
        };
        let evaluators = Evaluators::find(
            self.asking.host,
            self.asking.abis,
            &self.front_end,
            self.source.kind,
        );
        // Texts that are the same for the user's own lines are one.
        let mut same: BTreeMap<usize, usize> = BTreeMap::new();
        let mut wanted: BTreeMap<usize, Vec<OfType>> = BTreeMap::new();
        let mut steps: BTreeMap<(usize, String), usize> = BTreeMap::new();
        for &machine in &self.machines {
            let (seen, own) = match readers.get(machine.name) {
                Some(Reader::Own { seen, front_end }) => (*seen, own.get(*front_end)),
                Some(Reader::Told { seen }) => (*seen, None),
                _ => continue,
            };
            let Ok(text) = self.text(seen) else { continue };
            let seen = match own {
                Some(_) => seen,
                None => *same.entry(seen).or_insert_with(|| {
                    let mut others = (0..seen).filter_map(|other| Some((other, self.text(other).ok()?)));
                    let told = |other: &usize| *other == 0 || !readers.values().any(|reader| matches!(reader, Reader::Own { seen, .. } if seen == other));
                    others.find(|(other, that)| told(other) && that.is_same(text)).map_or(seen, |(other, _)| other)
                }),
            };
            let wanted = wanted.entry(seen).or_insert_with(|| {
                let names: BTreeSet<&str> = self.names().collect();
                names
                    .into_iter()
                    .filter(|name| !self.is_as_here(seen, name))
                    .map(|name| self.asks(seen, name))
                    .collect()
            });
            let declares_more = seen != 0 && self.text(0).is_ok_and(|here| !here.is_same(text));
            if wanted.is_empty() && !declares_more {
                continue;
            }
            let needs: Vec<_> = wanted
                .iter()
                .flat_map(|of| &of.constants)
                .map(|constant| &constant.needs)
                .collect();
            let best = |needs: &[&Needs]| evaluators.best(machine.abi, needs);
            let own = own.filter(|own| is_readable(&own.abi));
            let front_end = match own {
                Some(own) => own,
                None if needs.is_empty() => &self.front_end,
                // Where none can say all, one that can say something is better than nothing.
                None => best(&needs)
                    .or_else(|| needs.iter().find_map(|needs| best(&[*needs])))
                    .unwrap_or(&self.front_end),
            };
            let front_end = front_end.clone();
            let key = (seen, front_end.name.clone());
            let step = *steps.entry(key).or_insert_with(|| {
                plan.steps.push(Step {
                    seen,
                    front_end,
                    is_own: own.is_some(),
                });
                plan.steps.len() - 1
            });
            plan.of.insert(machine.name.to_owned(), step);
        }
        plan
    }

    /// Compiles what there is to compile.
    async fn compile(&self, plan: &Plan) -> anyhow::Result<Vec<Result<Subjects, String>>> {
        let work = plan.steps.iter().map(|step| {
            let text = self
                .seen
                .get(step.seen)
                .map(|seen| seen.plain.clone())
                .unwrap_or_default();
            let (front_end, source) = (step.front_end.clone(), Arc::clone(&self.source));
            async move {
                let made = front_end.types(&text, source.kind, &source.wanted).await;
                made.map_err(|complaint| format!("{}: {complaint}", front_end.name))
            }
        });
        let work: Vec<_> = work.collect();
        let made = some_at_a_time(work.into_iter(), self.asking.jobs, || ()).await?;
        let subjects = plan
            .steps
            .iter()
            .zip(made)
            .enumerate()
            .map(|(index, (step, made))| {
                let (mut program, told) = made?;
                if step.is_own {
                    settle::by_declaration(&mut program, &step.front_end.abi);
                }
                let machines = self.machines.iter();
                let others: Vec<&Abi> = machines
                    .filter(|machine| plan.of.get(machine.name) == Some(&index))
                    .map(|machine| machine.abi)
                    .collect();
                let own = step.front_end.abi.with_compiler(step.front_end.dialect());
                let fit = fit::fit(&mut program, &own, &others, &told);
                Ok(subjects::of(program, &fit, &self.source.wanted))
            });
        Ok(subjects.collect())
    }

    fn rows(
        mut self,
        readers: &BTreeMap<&str, Reader>,
        plan: &Plan,
        made: Vec<Result<Subjects, String>>,
        configured: &Names,
    ) -> Readings {
        let mut places = Vec::new();
        let mut made_by: Vec<Result<usize, String>> = Vec::new();
        for (step, made) in plan.steps.iter().zip(made) {
            made_by.push(made.map(|subjects| {
                self.readings.push(Reading {
                    subjects,
                    by: step.front_end.name.clone(),
                });
                self.readings.len() - 1
            }));
        }
        for reading in &self.readings {
            let subjects = reading.subjects.subjects.iter().enumerate();
            let places_here: BTreeMap<String, usize> =
                subjects.map(|(at, one)| (one.name.clone(), at)).collect();
            places.push(places_here);
        }
        let mut names: BTreeMap<String, Option<layout::dwarf::Place>> = BTreeMap::new();
        for reading in &self.readings {
            for subject in &reading.subjects.subjects {
                let declared = names.entry(subject.name.clone()).or_default();
                if declared.is_none() {
                    declared.clone_from(&subject.declared);
                }
            }
        }
        let rows = names.into_iter().map(|(name, declared)| {
            let mut declarations = Declarations::new(&self);
            let varies = self.varying.contains(&name);
            let laid_out = self
                .machines
                .iter()
                .filter(|machine| !machine.is_optional || varies);
            let each = laid_out.map(|machine| {
                let reader = readers.get(machine.name).unwrap_or(&Reader::Unknown);
                let step = plan.of.get(machine.name);
                let made = step
                    .and_then(|step| Some((plan.steps.get(*step)?, made_by.get(*step)?.as_ref())));
                let status = self.status(&name, machine, reader, made, &places, &mut declarations);
                (machine.name.to_owned(), status)
            });
            let each: BTreeMap<String, Status> = each.collect();
            let mut all = each.values();
            let first = all.next().cloned();
            let known = match first {
                Some(first) if all.all(|status| *status == first) => Known::Alike(first),
                _ => Known::Each(each),
            };
            let reach = self.text(0).map(|text| text.reach(&name));
            let reached = |one: &&(Configured, Vec<String>)| {
                reach
                    .as_ref()
                    .is_ok_and(|reach| reach.names.contains_key(&one.0.name))
            };
            let configured = configured.values().filter(reached).cloned().collect();
            Row {
                varies,
                name,
                declared,
                known,
                configured,
            }
        });
        let rows = rows.collect();
        let text_of = readers.iter().map(|(machine, reader)| {
            let seen = match reader {
                Reader::Own { seen, .. } | Reader::Told { seen } => *seen,
                Reader::Here | Reader::Unknown => 0,
            };
            ((*machine).to_owned(), seen)
        });
        let named = |machine: &str| self.machines.iter().find(|one| one.name == machine);
        let read_by = readers.iter().map(|(machine, reader)| {
            let step = plan.of.get(*machine).and_then(|step| plan.steps.get(*step));
            let by = self.front_end.name.clone();
            let constants = step
                .map(|step| step.front_end.name.clone())
                .filter(|name| *name != by);
            let own = named(machine)
                .and_then(|machine| own::front_end(machine, self.asking.host, self.source.kind));
            let by = match (reader, own) {
                (Reader::Here, _) => ReadBy::Here(by),
                (Reader::Own { .. }, Some(own)) => ReadBy::Own(own.name),
                (Reader::Own { .. }, None) => ReadBy::Here(by),
                (Reader::Told { .. }, _) => ReadBy::Told { by, constants },
                (Reader::Unknown, _) => ReadBy::Nobody,
            };
            ((*machine).to_owned(), by)
        });
        let read_by = read_by.collect();
        Readings {
            read_by,
            rows,
            text_of: text_of.collect(),
            texts: self
                .seen
                .into_iter()
                .map(|seen| seen.text.unwrap_or_default())
                .collect(),
            all: self.readings,
        }
    }

    /// What is known of a type on a machine.
    fn status(
        &self,
        name: &str,
        machine: &Machine<'_>,
        reader: &Reader,
        made: Option<(&Step, Result<&usize, &String>)>,
        places: &[BTreeMap<String, usize>],
        declarations: &mut Declarations<'_>,
    ) -> Status {
        let here = |reading: usize| {
            places
                .get(reading)
                .and_then(|names| names.get(name))
                .copied()
        };
        let read = |reading: usize, declaration: usize| match here(reading) {
            Some(subject) => Status::Read {
                reading,
                subject,
                declaration,
            },
            None => Status::Undeclared,
        };
        let seen = match reader {
            Reader::Here => return read(0, 0),
            Reader::Unknown => {
                return Status::Undecided(
                    "what its compiler predefines is not known here, and the text asks".to_owned(),
                );
            }
            Reader::Own { seen, .. } | Reader::Told { seen } => *seen,
        };
        if let Err(complaint) = self.text(seen) {
            return Status::Undecided(complaint.to_owned());
        }
        let reads_itself = matches!(reader, Reader::Own { .. });
        let is_own = made.as_ref().is_some_and(|(step, _)| step.is_own);
        if let (false, Some(name)) = (reads_itself, self.questions.library_macros.first()) {
            return Status::Undecided(format!(
                "an #if asks about `{name}`, which that machine's C library defines; {}",
                bring(machine)
            ));
        }
        let mut asks = self.asks(seen, name);
        asks.library
            .retain(|name| !library::is_modelled(name, machine.abi));
        let is_same = seen == 0
            || self.text(0).is_ok_and(|here| {
                self.text(seen)
                    .is_ok_and(|there| !here.differs(there, name))
            });
        if is_same && asks.constants.is_empty() && asks.library.is_empty() && here(0).is_some() {
            return read(0, 0);
        }
        if let (false, Some(library)) = (is_own, asks.library.first()) {
            return Status::Undecided(format!(
                "`{library}` is declared by that machine's C library; {}",
                bring(machine)
            ));
        }
        match made {
            None => Status::Undeclared,
            Some((_, Err(complaint))) => Status::Undecided(complaint.clone()),
            Some((step, Ok(reading))) => {
                let agrees =
                    |constant: &&Constant| !constant.needs.agree(&step.front_end.abi, machine.abi);
                match asks.constants.iter().find(agrees) {
                    Some(constant) if !is_own => Status::Undecided(constant.to_string()),
                    _ => read(*reading, declarations.number(name, seen)),
                }
            }
        }
    }
}

/// The different declarations of one type, by the texts that they are in.
struct Declarations<'w> {
    work: &'w Work<'w>,
    /// A text of each; the first is this machine's own.
    seen: Vec<usize>,
}

impl<'w> Declarations<'w> {
    fn new(work: &'w Work<'w>) -> Self {
        Declarations {
            work,
            seen: vec![0],
        }
    }

    /// Which declaration a text has.
    fn number(&mut self, name: &str, seen: usize) -> usize {
        let Ok(text) = self.work.text(seen) else {
            return 0;
        };
        let same = |other: &usize| {
            self.work
                .text(*other)
                .is_ok_and(|that| !that.differs(text, name))
        };
        self.seen.iter().position(same).unwrap_or_else(|| {
            self.seen.push(seen);
            self.seen.len() - 1
        })
    }
}

/// How to bring a machine's C library here.
fn bring(machine: &Machine<'_>) -> String {
    match cross::target(machine.name) {
        Ok(target) => format!("`crossum setup --targets {}` brings it", target.name),
        Err(_) => "crossum cannot bring it".to_owned(),
    }
}
