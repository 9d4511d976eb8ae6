//! Which texts are compiled, and by whom.

use kit::pool::try_all;

use super::*;

/// What is to be compiled, each once.
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
    /// By the machines' names, where something is compiled for them.
    pub(super) of: BTreeMap<String, OfMachine>,
}

/// Which steps are for a machine.
#[derive(Clone, Copy)]
pub(super) struct OfMachine {
    /// For types that no constant of the machine is in.
    pub(super) plain: usize,
    /// For the others: by a compiler that must find the same values.
    pub(super) constants: usize,
}

impl OfMachine {
    pub(super) fn has(self, step: usize) -> bool {
        self.plain == step || self.constants == step
    }
}

pub(super) struct Step {
    pub(super) seen: usize,
    pub(super) front_end: FrontEnd,
    /// Whether it is the compiler of the machines that it is for, and says what their names of the C library are.
    pub(super) is_own: bool,
}

/// The name of a compiler, and a text.
pub(super) type Compilation = (String, Arc<str>);

/// What came of one; or what the compiler complained of.
pub(super) type Made = Result<(Program, Alignments), String>;

/// A text that is compiled for several machines.
struct Shared<'o> {
    seen: usize,
    /// The machine's own compiler that does it, where not this machine's.
    own: Option<&'o FrontEnd>,
    /// Whether nothing in it is the compiler's to say.
    is_plain: bool,
}

impl Work<'_> {
    pub(super) fn plan(&self, readers: &BTreeMap<&str, Reader>, own: &[FrontEnd]) -> Plan {
        let mut plan = Plan {
            steps: Vec::new(),
            of: BTreeMap::new(),
        };
        let evaluators = Evaluators::find(
            self.asking.host,
            self.asking.abis,
            &self.front_end,
            self.source.kind,
        )
        .without(&self.refused.compilers);
        let mut shared = vec![Shared {
            seen: 0,
            own: None,
            is_plain: false,
        }];
        let mut wanted: BTreeMap<usize, Vec<Arc<OfType>>> = BTreeMap::new();
        let mut steps: BTreeMap<(usize, String), usize> = BTreeMap::new();
        for &machine in &self.machines {
            let (seen, own) = match readers.get(machine.name) {
                Some(Reader::Own { seen, front_end }) => (*seen, own.get(*front_end)),
                Some(Reader::Told { seen }) => (*seen, None),
                _ => continue,
            };
            let Ok(text) = self.text(seen) else { continue };
            // What the first compiler hides is asked of the machine's own.
            let is_hidden = |name: &str| {
                own.is_some() && self.hidden(text, &text.reach(name), machine.abi).is_some()
            };
            let has_hidden = self.names().any(is_hidden);
            let wanted = wanted.entry(seen).or_insert_with(|| {
                let names: BTreeSet<&str> = self.names().collect();
                let mut wanted: Vec<_> = names
                    .into_iter()
                    .filter(|name| !self.is_as_here(seen, name) || is_hidden(name))
                    .map(|name| self.asks(seen, name))
                    .collect();
                // One for all types that depend on the whole text.
                wanted.dedup_by(|one, other| Arc::ptr_eq(one, other));
                wanted
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
            let is_of_data_model = wanted.iter().any(|of| of.is_of_data_model);
            let is_plain = !has_hidden && wanted.iter().all(|of| of.is_plain());
            // Texts that are the same for the user's own lines are one, but where the compiler counts that reads the rest.
            let is_shared = is_plain || own.is_none() && (needs.is_empty() || !is_of_data_model);
            let fits = |one: &&Shared<'_>| {
                let is_same = || self.text(one.seen).is_ok_and(|that| that.is_same(text));
                (is_plain && one.is_plain || own.is_none() && one.own.is_none()) && is_same()
            };
            let (seen, own) = match shared.iter().find(fits).filter(|_| is_shared) {
                Some(one) => (one.seen, one.own),
                None => {
                    shared.push(Shared {
                        seen,
                        own,
                        is_plain,
                    });
                    (seen, own)
                }
            };
            // glibc's headers say what `int64_t` is by how wide a pointer is, and no other library's are read here.
            let here = &self.front_end.abi;
            let understands = |abi: &Abi| {
                let is_as_here = [Scalar::Long, Scalar::Pointer]
                    .iter()
                    .all(|scalar| abi.size(*scalar) == here.size(*scalar));
                let is_narrow = |abi: &Abi| abi.size(Scalar::Pointer) == 4;
                let is_told = self.origin(seen) != 0 && is_narrow(abi) && is_narrow(machine.abi);
                !is_of_data_model || is_as_here || is_told
            };
            let best = |needs: &[&Needs]| evaluators.best(machine.abi, needs, understands);
            let own = own.filter(|own| is_readable(&own.abi));
            let front_end = match own {
                Some(own) => own,
                None if needs.is_empty() => &self.front_end,
                // Where none can say all, one that can say something is better than nothing.
                None => best(&needs)
                    .or_else(|| needs.iter().find_map(|needs| best(&[*needs])))
                    .unwrap_or(&self.front_end),
            };
            let mut step = |front_end: &FrontEnd| {
                let key = (seen, front_end.name.clone());
                *steps.entry(key).or_insert_with(|| {
                    plan.steps.push(Step {
                        seen,
                        front_end: front_end.clone(),
                        is_own: own.is_some(),
                    });
                    plan.steps.len() - 1
                })
            };
            let constants = step(front_end);
            let has_plain = || wanted.iter().any(|of| of.constants.is_empty());
            let plain = match own {
                None if declares_more && has_plain() => step(&self.front_end),
                _ => constants,
            };
            plan.of
                .insert(machine.name.to_owned(), OfMachine { plain, constants });
        }
        plan
    }

    /// Compiles what there is to compile, but for what `known` has of it, which is taken out.
    pub(super) async fn compile(
        &self,
        plan: &Plan,
        known: &mut BTreeMap<Compilation, Made>,
    ) -> anyhow::Result<Vec<(Compilation, Made)>> {
        let all: Vec<Compilation> = plan.steps.iter().map(|step| self.text_of(step)).collect();
        // Of two steps that compile the same, one takes what is known of it.
        let found: Vec<Option<Made>> = all.iter().map(|one| known.remove(one)).collect();
        let new = plan.steps.iter().zip(&all).zip(&found);
        let new = new.filter(|(_, found)| found.is_none());
        let work = new.map(|((step, (_, text)), _)| {
            let (front_end, source) = (step.front_end.clone(), Arc::clone(&self.source));
            let text = Arc::clone(text);
            async move {
                let made = front_end.types(&text, source.kind, &source.compile, &source.wanted);
                made.await
                    .map_err(|complaint| format!("{}: {complaint}", front_end.name))
            }
        });
        let work: Vec<_> = work.collect();
        let made = try_all(self.asking.jobs, work).await;
        let mut made = made.into_iter();
        let all = all.into_iter().zip(found).map(|(compilation, found)| {
            let made = found.or_else(|| made.next());
            let missing = || Err("what was compiled of it is lost".to_owned());
            (compilation, made.unwrap_or_else(missing))
        });
        Ok(all.collect())
    }

    /// What a step compiles: two with the same make the same.
    fn text_of(&self, step: &Step) -> Compilation {
        let text = self.seen.get(step.seen).map(|seen| match step.is_own {
            true => seen.plain.clone(),
            false => {
                let text = library::with_widths(&seen.plain, &step.front_end.abi);
                match step.front_end.is_gcc {
                    true => text,
                    false => library::without_deallocators(&text),
                }
            }
        });
        (step.front_end.name.clone(), text.unwrap_or_default().into())
    }

    /// What was made, as types that can be laid out.
    pub(super) fn subjects(
        &self,
        plan: &Plan,
        made: Vec<(Compilation, Made)>,
    ) -> Vec<Result<Subjects, String>> {
        let subjects = plan
            .steps
            .iter()
            .zip(made)
            .enumerate()
            .map(|(index, (step, (_, made)))| {
                let (mut program, told) = made?;
                if step.is_own {
                    settle::by_declaration(&mut program, &step.front_end.abi);
                }
                let machines = self.machines.iter();
                let others: Vec<Abi> = machines
                    .filter(|machine| plan.of.get(machine.name).is_some_and(|of| of.has(index)))
                    .map(|machine| with(machine.abi, &self.switches))
                    .collect();
                let others: Vec<&Abi> = others.iter().collect();
                let own = with(&step.front_end.abi, &self.switches);
                let own = own.with_compiler(step.front_end.dialect());
                let fit = fit::fit(&mut program, &own, &others, &told);
                if let Some(stand_ins) = self.stand_ins_in(step.seen) {
                    real_names::give_back(&mut program, stand_ins);
                }
                let mut subjects = subjects::of(program, &fit, &self.source.wanted);
                subjects.built.clone_from(&self.built);
                Ok(subjects)
            });
        subjects.collect()
    }
}
