//! What is put in the place of declarations that are this machine's: names that configure wrote, and the types of another C library.

use super::*;

impl Work<'_> {
    /// Takes names at their word that were written for this machine, in all texts; which, and on which machines their declarations have another width.
    pub(super) async fn by_name(
        &mut self,
        readers: &BTreeMap<&str, Reader>,
    ) -> anyhow::Result<Names> {
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
                seen.asks = RefCell::default();
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
            .types(
                &plain,
                self.source.kind,
                &self.source.compile,
                &self.source.wanted,
            )
            .await;
        let (mut program, told) = made.map_err(anyhow::Error::msg)?;
        let machines = self.asking.machines.iter();
        let others: Vec<Abi> = machines
            .map(|machine| with(machine.abi, &self.switches))
            .collect();
        let others: Vec<&Abi> = others.iter().collect();
        let own = with(&self.front_end.abi, &self.switches);
        let own = own.with_compiler(self.front_end.dialect());
        let fit = fit::fit(&mut program, &own, &others, &told);
        if let Some(first) = self.readings.first_mut() {
            first.subjects = subjects::of(program, &fit, &self.source.wanted);
            first.subjects.built.clone_from(&self.built);
        }
        Ok(found)
    }

    /// Puts what the tables say of other machines' C libraries in the place of this one's. Where it is needed for one machine it is taken for all that the tables have, so that a type of the library is taken apart in one way everywhere.
    pub(super) fn stand_in<'m>(
        &mut self,
        readers: &mut BTreeMap<&'m str, Reader>,
        own: &mut Vec<FrontEnd>,
    ) where
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
                let types = names
                    .iter()
                    .flat_map(|name| self.asks(seen, name).library.clone());
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
            let types = types.filter(|name| !self.refused.stand_ins.contains(*name));
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
                    let (new, written) = (self.seen.len(), self.written(seen));
                    self.see(plain.ok_or_else(String::new));
                    if let Some(new) = self.seen.last_mut() {
                        new.written = written;
                    }
                    self.stand_ins.insert(new, found);
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
}
