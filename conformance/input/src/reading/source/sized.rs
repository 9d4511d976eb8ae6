//! Numbers in the place of what the texts ask about sizes, so that this machine's compiler finds what another's would.

use layout::Layouts;
use layout::types::TypeId;

use super::*;
use crate::reading::sizes::{self, Site, Sizes};

impl Work<'_> {
    /// Puts them into the texts that a machine's own compiler does not read, or whose objects nobody can read.
    pub(super) fn with_sizes<'m>(&mut self, readers: &mut BTreeMap<&'m str, Reader>)
    where
        Self: 'm,
    {
        let Some(first) = self.readings.first() else {
            return;
        };
        let mut sites_of: BTreeMap<usize, Vec<Site>> = BTreeMap::new();
        let mut types_of: BTreeMap<usize, BTreeMap<&str, TypeId>> = BTreeMap::new();
        let mut found: BTreeMap<(usize, Vec<Option<String>>), Vec<&'m str>> = BTreeMap::new();
        let no_stand_ins = BTreeMap::new();
        for (name, reader) in readers.iter() {
            let machine = self.machines.iter().find(|machine| machine.name == *name);
            let (Some(machine), Reader::Told { seen } | Reader::Own { seen, .. }) =
                (machine, reader)
            else {
                continue;
            };
            if matches!(reader, Reader::Own { .. }) && is_readable(machine.abi) {
                continue;
            }
            let (Ok(text), Some(plain)) = (self.text(*seen), self.seen.get(*seen)) else {
                continue;
            };
            let sites = sites_of
                .entry(*seen)
                .or_insert_with(|| sizes::sites(&plain.plain));
            if sites.is_empty() {
                continue;
            }
            let types = types_of.entry(*seen).or_insert_with(|| {
                let here = first.subjects.subjects.iter();
                here.filter(|one| self.is_known(*seen, &one.name))
                    .map(|one| (one.name.as_str(), one.kind))
                    .collect()
            });
            let abi = with(machine.abi, &self.switches);
            let sizes = Sizes {
                abi: &abi,
                text,
                layouts: &Layouts::new(&abi, &first.subjects.types),
                types,
                stand_ins: self.stand_ins.get(seen).unwrap_or(&no_stand_ins),
                most_aligned: groups::most_aligned(machine, self.language),
            };
            let answers: Vec<_> = sites.iter().map(|site| sizes.answer(site)).collect();
            if answers.iter().any(Option::is_some) {
                found.entry((*seen, answers)).or_default().push(name);
            }
        }
        for ((seen, answers), machines) in found {
            let sites = sites_of.get(&seen).map(Vec::as_slice).unwrap_or_default();
            let plain = self.seen.get(seen).map(|seen| seen.plain.as_str());
            let plain = sizes::answered(plain.unwrap_or_default(), sites, &answers);
            let new = self.seen.len();
            let written = self.written(seen);
            self.see(Ok(plain));
            if let Some(new) = self.seen.last_mut() {
                (new.origin, new.written) = (seen, written);
            }
            for machine in machines {
                if let Some(Reader::Told { seen } | Reader::Own { seen, .. }) =
                    readers.get_mut(machine)
                {
                    *seen = new;
                }
            }
        }
    }

    /// Whether a type lies on every machine as the model has the first reading's: it is declared there as here, and no value in it is another library's.
    fn is_known(&self, seen: usize, name: &str) -> bool {
        let is_expanded = self.asks(seen, name).is_expanded;
        self.is_as_here(seen, name) && (!is_expanded || self.questions.library_values.is_empty())
    }
}
