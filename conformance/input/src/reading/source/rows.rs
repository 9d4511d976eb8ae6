//! What is known of each type on each machine.

use super::plan::{Plan, Step};
use super::*;

impl Work<'_> {
    pub(super) fn rows(
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
                let of = plan.of.get(machine.name);
                let made = |has_constants: bool| {
                    let step = match has_constants {
                        true => of?.constants,
                        false => of?.plain,
                    };
                    Some((plan.steps.get(step)?, made_by.get(step)?.as_ref()))
                };
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
                left_open: Vec::new(),
                ioctls: Vec::new(),
            }
        });
        let rows = rows.collect();
        let text_of = readers.iter().map(|(machine, reader)| {
            let seen = match reader {
                Reader::Own { seen, .. } | Reader::Told { seen } => *seen,
                Reader::Here | Reader::Unknown => 0,
            };
            ((*machine).to_owned(), self.origin(seen))
        });
        let named = |machine: &str| self.machines.iter().find(|one| one.name == machine);
        let read_by = readers.iter().map(|(machine, reader)| {
            let of = plan.of.get(*machine);
            let step = of.and_then(|of| plan.steps.get(of.constants));
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
            by_name: configured
                .iter()
                .map(|(name, (one, _))| (name.clone(), one.clone()))
                .collect(),
            texts: self
                .seen
                .into_iter()
                .map(|seen| seen.text.unwrap_or_default())
                .collect(),
            all: self.readings,
        }
    }

    /// What is known of a type on a machine.
    fn status<'p>(
        &self,
        name: &str,
        machine: &Machine<'_>,
        reader: &Reader,
        made: impl Fn(bool) -> Option<(&'p Step, Result<&'p usize, &'p String>)>,
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
        let hidden = |seen: usize| {
            if machine.abi.name() == self.front_end.abi.name() {
                return None;
            }
            let text = self.text(seen).ok()?;
            let reach = text.reach(name);
            if let Some(words) = packs::unread(text, &reach, machine.abi) {
                return Some(Status::Undecided(words));
            }
            let why = self.hidden(text, &reach, machine.abi)?;
            let bring = self.bring(machine);
            Some(Status::Undecided(format!("{why}; {bring}")))
        };
        let seen = match reader {
            Reader::Here => return hidden(0).unwrap_or_else(|| read(0, 0)),
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
        let is_another_library = !reads_itself && !library::is_glibc(machine.abi);
        let path = self.source.path.to_string_lossy();
        let is_of_library = path.starts_with("/usr/") && headers::is_of_implementation(&path);
        if is_another_library && is_of_library {
            return Status::Undecided(
                "it is a header of another C library than that machine's".to_owned(),
            );
        }
        let asks = self.asks(seen, name);
        let made = made(!asks.constants.is_empty());
        let is_own = made.as_ref().is_some_and(|(step, _)| step.is_own);
        let hidden = hidden(seen);
        let is_hidden = hidden.is_some();
        if let (false, Some(undecided)) = (is_own, hidden) {
            return undecided;
        }
        // glibc's are the same on most machines that have it.
        let is_known = |name: &&String| match questions::is_order(name) {
            true => library::has_orders(machine.abi),
            false => !is_another_library && !questions::is_of_machine(name),
        };
        let values = self.questions.library_values.iter();
        let values = values.filter(|_| asks.is_expanded);
        let mut decided_by = self.questions.library_macros.iter().chain(values);
        let unknown = decided_by.find(|name| !is_known(name));
        if let (false, Some(name)) = (reads_itself, unknown) {
            return Status::Undecided(format!(
                "it depends on `{name}`, which that machine's C library defines; {}",
                self.bring(machine)
            ));
        }
        if let (true, Some(name)) = (reads_itself, self.missing(seen, name)) {
            return Status::Undecided(format!(
                "`{name}` is declared by none of the headers that it includes there"
            ));
        }
        let mut libraries = asks.library.iter();
        let library = libraries.find(|name| !library::is_modelled(name, machine.abi));
        // What something stands in for is another type there.
        let is_same = seen == 0
            || self.name_in(seen, name) == name
                && self.text(0).is_ok_and(|here| {
                    self.text(seen)
                        .is_ok_and(|there| !here.differs(there, name))
                });
        let is_everywhere = is_same && asks.constants.is_empty() && library.is_none();
        // What the first compiler hides, this machine's own shows.
        if is_everywhere && !is_hidden && here(0).is_some() {
            return read(0, 0);
        }
        if let (false, Some(library)) = (is_own, library) {
            return Status::Undecided(format!(
                "`{library}` is declared by that machine's C library; {}",
                self.bring(machine)
            ));
        }
        match made {
            None => Status::Undeclared,
            Some((_, Err(complaint))) => Status::Undecided(complaint.clone()),
            Some((step, Ok(reading))) => {
                let is_lost =
                    |constant: &&Constant| !step.front_end.finds(&constant.needs, machine.abi);
                match asks.constants.iter().find(is_lost) {
                    Some(constant) if !is_own => Status::Undecided(constant.to_string()),
                    _ => read(*reading, declarations.number(name, self.written(seen))),
                }
            }
        }
    }
}

impl Work<'_> {
    /// What a machine's own compiler shows of a type, and another's does not; `None` where there is nothing.
    pub(super) fn hidden(&self, text: &Text, reach: &Reach, machine: &Abi) -> Option<String> {
        hidden::alignment(text, reach, machine)
            .or_else(|| modes::of_another(reach, machine, &self.front_end.abi))
    }

    /// How to bring a machine's C library here, and a compiler that reads its headers.
    fn bring(&self, machine: &Machine<'_>) -> String {
        match cross::target(machine.name) {
            Err(_) => "crossum cannot bring it".to_owned(),
            Ok(target) if self.source.kind == Kind::Cxx => {
                let of_cxx =
                    |package: &String| Some(format!("g++-{}", package.strip_prefix("gcc-")?));
                match target.packages().iter().find_map(of_cxx) {
                    Some(package) => format!("Debian's {package} brings it"),
                    None => "crossum cannot bring it".to_owned(),
                }
            }
            Ok(target) => format!("`crossum setup --targets {}` brings it", target.name),
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
