//! The texts: what each machine's preprocessor leaves of a source.

use kit::pool::try_all;

use super::*;

/// What a build decides about times, among the answers of machines: no macro has such a name.
const BITS: &str = "times and file offsets";

/// Integers that Microsoft's compilers have words for, and Clang where it speaks for them.
const MICROSOFT: [&str; 4] = [
    "-D__int8=char",
    "-D__int16=short",
    "-D__int32=int",
    "-D__int64=long long",
];

impl Work<'_> {
    /// Has the machines' own compilers preprocess the source.
    pub(super) async fn read_own<'m>(
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
        let texts = try_all(self.asking.jobs, work).await;
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
    pub(super) async fn read_told<'m>(
        &mut self,
        readers: &mut BTreeMap<&'m str, Reader>,
    ) -> anyhow::Result<()>
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
        let asks = self.questions.macros || self.blind;
        // Who compiles a constant for another machine needs that machine's text; and what a build decides, headers ask about.
        let is_asked = |machine: &&Machine<'_>| {
            asks || self.questions.has_constants() || machine.bits.is_some()
        };
        let (rest, alike): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_asked);
        found.extend(
            alike
                .iter()
                .map(|machine| (machine.name, Reader::Told { seen: 0 })),
        );
        if !rest.is_empty() {
            let mut answers = std::mem::take(&mut self.answers);
            for machine in &rest {
                if let (Some(bits), Some(answers)) = (machine.bits, answers.get_mut(machine.name)) {
                    answers.insert(BITS.to_owned(), format!("{bits:?}"));
                }
            }
            self.predefined = answers
                .values()
                .flat_map(|answers| answers.keys().cloned())
                .collect();
            let mut asked: BTreeSet<String> = match self.blind {
                true => answers
                    .values()
                    .flat_map(|answers| answers.keys().cloned())
                    .collect(),
                false => self.asked(0),
            };
            asked.insert(BITS.to_owned());
            let mut pending: Vec<(usize, &Answers)> = Vec::new();
            for (index, machine) in rest.iter().enumerate() {
                match answers.get(machine.name) {
                    Some(answers) => pending.push((index, answers)),
                    None if !asks => found.push((machine.name, Reader::Told { seen: 0 })),
                    None => found.push((machine.name, Reader::Unknown)),
                }
            }
            while !pending.is_empty() {
                let groups = groups::alike(&pending, &asked);
                pending.clear();
                let firsts = groups
                    .iter()
                    .filter_map(|group| rest.get(group.first()?.0).copied());
                let texts = self.preprocess_as(firsts.collect()).await;
                for (group, text) in groups.iter().zip(texts) {
                    let seen = self.seen.len();
                    self.see(text.map(|text| library::without_float128(&text)));
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

    fn asked(&self, seen: usize) -> BTreeSet<String> {
        let text = self.seen.get(seen).and_then(|seen| seen.text.as_ref().ok());
        let is_predefined = |name: &str| self.predefined.contains(name);
        let options = self.source.compile.flags.defined();
        let names = text.map(|text| questions::distinguishing(text, is_predefined, &options));
        let names = names.into_iter().flatten();
        names.collect()
    }

    /// Whether a text could be read at all.
    fn is_read(&self, seen: usize) -> bool {
        self.text(seen).is_ok()
    }

    /// This machine's preprocessor, told what each of these machines' compilers predefines.
    async fn preprocess_as(&self, machines: Vec<&Machine<'_>>) -> Vec<Result<String, String>> {
        let given: Vec<&str> = self.source.compile.flags.of_text().collect();
        let work = machines.into_iter().map(|machine| {
            let (front_end, source) = (self.front_end.clone(), Arc::clone(&self.source));
            let options = groups::options(machine, self.language, &given).unwrap_or_default();
            let mut options: Vec<OsString> = options.into_iter().map(Into::into).collect();
            // Apple's compilers predefine it, and glibc's headers define it in another way.
            options.push("-U__nonnull".into());
            options.push("-isystem".into());
            options.push(self.overlay.path().into());
            let words = MICROSOFT
                .iter()
                .filter(|_| machine.abi.row().ends_with("-windows"));
            options.extend(words.map(OsString::from));
            let bits = machine.bits.map_or(&[][..], Bits::options);
            options.extend(bits.iter().map(OsString::from));
            let name = machine.name.to_owned();
            async move {
                let text =
                    front_end.preprocess(&source.path, source.kind, &source.compile, &options);
                text.await
                    .map_err(|complaint| format!("{} as {name}: {complaint}", front_end.name))
            }
        });
        let work: Vec<_> = work.collect();
        try_all(self.asking.jobs, work).await
    }
}
