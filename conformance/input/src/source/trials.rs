//! Options that are tried before they are named as advice.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::advice::{Advice, Wants};
use super::around::Wanted;
use super::missing::Missing;
use super::opening::{Failed, Opening, Way};
use super::paths::from_here;
use super::standard;
use super::{Flags, Kind};
use crate::prelude;
use crate::reading::front_end::Complaint;

/// So many options are tried.
const MAX_TRIALS: usize = 24;

/// So many headers may have to stand before a source, and so many folders may have to be named.
const MAX_BEFORE: usize = 4;

/// So many headers are looked for that declare a name, or include another.
const MAX_DECLARING: usize = 16;

/// So many names are looked for.
const MAX_NAMES: usize = 6;

/// What is wanted of a source that was refused in a way.
pub(super) async fn advice(
    opening: &Opening<'_>,
    way: &Way,
    complaint: &Complaint,
) -> Option<Advice> {
    let missing = Missing::of(&complaint.words);
    let mut trials = Trials {
        opening,
        left: MAX_TRIALS,
    };
    if let Some(advice) = trials.words(way, &missing).await {
        return Some(advice);
    }
    if let Some(compiler) = trials.compiler(way).await {
        return Some(Advice {
            wants: Wants::Machine,
            options: vec![format!("--cc {compiler}")],
            others: Vec::new(),
        });
    }
    if let Some(header) = &missing.header {
        return Some(trials.folders(way, header).await);
    }
    if let Some(advice) = trials.said(way, &missing).await {
        return Some(advice);
    }
    trials.before(way, complaint).await
}

/// Trials of options, as many as there may be.
struct Trials<'t> {
    opening: &'t Opening<'t>,
    left: usize,
}

impl Trials<'_> {
    /// Whether a source compiles in a way; or what is complained of then.
    async fn compiles(&mut self, way: &Way) -> Result<(), Option<Complaint>> {
        self.left = self.left.checked_sub(1).ok_or(None)?;
        let complaint = match self.opening.with_and_without_bodies(way.clone()).await {
            Ok(_) => return Ok(()),
            Err(Failed::Final(_)) => return Err(None),
            Err(Failed::Refused(complaint)) => complaint,
        };
        // Behind what was missing there may be C++.
        let is_either = self.opening.source.guess.is_either && way.kind == Kind::C;
        if is_either && Missing::of(&complaint.words).is_cxx {
            let way = Way {
                kind: Kind::Cxx,
                ..way.clone()
            };
            let tried = self.opening.with_and_without_bodies(way).await;
            return tried.map(|_| ()).map_err(|_| Some(complaint));
        }
        Err(Some(complaint))
    }

    /// Words of other compilers in the lines that were complained of.
    async fn words(&mut self, way: &Way, missing: &Missing) -> Option<Advice> {
        let known = |name: &&String| !prelude::of_word(name).is_empty();
        let all = missing.names.iter().chain(&missing.nearby);
        let word = all.clone().find(known)?;
        let preludes = prelude::of_word(word);
        let wants = Wants::Word(word.clone(), preludes.to_vec());
        for name in preludes {
            let mut with = way.clone();
            with.compile.rewriting = with.compile.rewriting.with(&[name]).ok()?;
            if self.compiles(&with).await.is_ok() {
                return Some(Advice {
                    wants,
                    options: vec![format!("--prelude {name}")],
                    others: Vec::new(),
                });
            }
        }
        // Words such as `byte` are also names of the source's own; one beside a name that is missing may be a member's.
        let is_beside = !missing.names.is_empty() && !missing.names.contains(word);
        let is_plain = word.starts_with('_') && !is_beside;
        is_plain.then(|| Advice {
            wants,
            options: Vec::new(),
            others: preludes
                .iter()
                .map(|name| format!("--prelude {name}"))
                .collect(),
        })
    }

    /// A cross compiler in whose folder the source lies.
    async fn compiler(&mut self, way: &Way) -> Option<String> {
        let source = self.opening.source;
        if source.compile.compiler.is_some() {
            return None;
        }
        // A folder of the compiler's may be full of links.
        let file = std::path::absolute(source.file).ok()?;
        let behind = source.file.canonicalize().ok()?;
        let folders = file.ancestors().chain(behind.ancestors());
        let names = folders.filter_map(|folder| folder.file_name()?.to_str());
        let named: BTreeSet<String> = names
            .filter(|name| name.contains('-') || *name == "avr")
            .map(|name| format!("{name}-gcc"))
            .filter(|name| source.host.program(name).is_some())
            .collect();
        for compiler in named {
            let mut with = way.clone();
            with.compile.compiler = Some(compiler.clone());
            if self.compiles(&with).await.is_ok() {
                return Some(compiler);
            }
        }
        None
    }

    /// The folders in which headers are that are included, one after the other: a header may include what is in another folder again.
    async fn folders(&mut self, way: &Way, header: &str) -> Advice {
        let wants = Wants::Header(header.to_owned());
        let (mut way, mut header) = (way.clone(), header.to_owned());
        let mut options = Vec::new();
        let mut others = Vec::new();
        while options.len() < MAX_BEFORE {
            let mut next: Option<(Way, String, String)> = None;
            for folder in self.opening.around().folders(&header) {
                let option = format!("-I {}", from_here(&folder));
                let mut with = way.clone();
                let value = folder.to_string_lossy().into_owned();
                with.compile.flags.add("-I", value);
                match self.compiles(&with).await {
                    Ok(()) => {
                        options.push(option);
                        return Advice {
                            wants,
                            options,
                            others: Vec::new(),
                        };
                    }
                    Err(Some(complaint)) => {
                        let still = Missing::of(&complaint.words).header;
                        if let (Some(still), None) = (still, &next)
                            && still != header
                        {
                            next = Some((with, still, option.clone()));
                        }
                        if options.is_empty() {
                            others.push(option);
                        }
                    }
                    Err(None) => {}
                }
            }
            let Some((with, still, option)) = next else {
                break;
            };
            (way, header) = (with, still);
            options.push(option);
        }
        Advice {
            wants,
            options: Vec::new(),
            others,
        }
    }

    /// What the source asks for itself: another header, or a macro.
    async fn said(&mut self, way: &Way, missing: &Missing) -> Option<Advice> {
        let wants = Wants::Said(missing.said.clone()?, missing.macros.clone());
        let around = self.opening.around();
        let mut headers = Candidates::of(self.opening.source.file);
        for said in missing.said_headers() {
            for folder in around.folders(said) {
                headers.add(&folder.join(said));
            }
            headers.add(Path::new(said));
        }
        let headers = headers.all.into_iter().map(|header| ("-include", header));
        let headers: Vec<_> = headers.collect();
        let macros = missing.macros.iter().take(MAX_NAMES);
        let macros: Vec<_> = macros.map(|name| ("-D", name.clone())).collect();
        let both = macros.iter().flat_map(|name| {
            let with = |header: &_| vec![name.clone(), Clone::clone(header)];
            headers.iter().map(with).collect::<Vec<_>>()
        });
        // "Compile with -fPIC".
        let words = missing
            .said
            .iter()
            .flat_map(|said| said.split([' ', '"', '.']));
        let flags = words.filter(|word| word.len() > 2 && word.starts_with('-'));
        let flags: Vec<_> = flags.map(|word| ("--", word.to_owned())).collect();
        let alone = headers.iter().chain(&macros).chain(&flags);
        let alone = alone.map(|one| vec![one.clone()]);
        for options in alone.chain(both) {
            let mut with = way.clone();
            for (option, value) in &options {
                match *option {
                    "--" => {
                        let flags = Flags::of(std::slice::from_ref(value), None);
                        with.compile.flags.extend(flags);
                    }
                    option => with.compile.flags.add(option, value.clone()),
                }
            }
            if self.compiles(&with).await.is_ok() {
                let options = options.iter().map(|(option, value)| match *option {
                    "-D" | "--" => format!("{option} {value}"),
                    _ => format!("--include-file {}", shown(value)),
                });
                return Some(Advice {
                    wants,
                    options: options.collect(),
                    others: Vec::new(),
                });
            }
        }
        None
    }

    /// Headers that must stand before the source.
    async fn before(&mut self, way: &Way, complaint: &Complaint) -> Option<Advice> {
        let first = Missing::of(&complaint.words);
        let wants = match (&first.said, first.names.first()) {
            (Some(said), _) => Wants::Said(said.clone(), first.macros.clone()),
            (None, Some(name)) => {
                let is_own = |name: &&String| standard::header(name).is_none();
                let own = first.names.iter().find(is_own);
                Wants::Name(own.unwrap_or(name).clone())
            }
            (None, None) => Wants::Name(first.wanted().first().map(|name| (*name).to_owned())?),
        };
        let mut way = way.clone();
        let mut missing = first.clone();
        let mut options: Vec<String> = Vec::new();
        let mut others: Vec<String> = Vec::new();
        while options.len() < MAX_BEFORE {
            let mut next: Option<(Way, Missing, String)> = None;
            for header in self.candidates(&missing) {
                let option = format!("--include-file {}", shown(&header));
                if options.contains(&option) {
                    continue;
                }
                let mut with = way.clone();
                with.compile.flags.add("-include", header.clone());
                match self.compiles(&with).await {
                    Ok(()) => {
                        options.push(option);
                        return Some(Advice {
                            wants,
                            options,
                            others: Vec::new(),
                        });
                    }
                    Err(Some(complaint)) => {
                        let still = Missing::of(&complaint.words);
                        // It gives what was wanted, and something else is wanted now.
                        let wanted = missing.names.first();
                        let gives = wanted.is_some_and(|name| !still.names.contains(name))
                            && still.header.is_none()
                            && still.said.is_none();
                        if gives && next.is_none() {
                            next = Some((with, still, option.clone()));
                        }
                        if options.is_empty() && others.len() < MAX_BEFORE {
                            others.push(option);
                        }
                    }
                    Err(None) => {}
                }
            }
            let Some((with, still, option)) = next else {
                break;
            };
            (way, missing) = (with, still);
            options.push(option);
        }
        // No compiler said that a name beside a fault is declared nowhere: without a header that gives it, it is a fault of the text.
        let is_told = first.said.is_some() || !first.names.is_empty();
        is_told.then(|| Advice {
            wants,
            options: Vec::new(),
            others,
        })
    }

    /// The headers that may have to stand before a source, the likeliest first: those that declare what is missing; those of the standard library; and those that include it.
    fn candidates(&self, missing: &Missing) -> Vec<String> {
        let mut all = Candidates::of(self.opening.source.file);
        let is_standard = |name: &&str| standard::header(name).is_some();
        let names = missing.wanted().into_iter();
        // What declares a project's own names includes the standard's, too.
        let (standard, own): (Vec<&str>, Vec<&str>) = names.partition(is_standard);
        let own: Vec<&str> = own.into_iter().take(MAX_NAMES).collect();
        let file = self.opening.source.file;
        let name = file.file_name().and_then(|name| name.to_str());
        let mut found = self.opening.around().find(&Wanted {
            names: &own,
            files: &[name.unwrap_or_default()],
            at_most: MAX_DECLARING,
        });
        for declaring in std::mem::take(&mut found.declaring) {
            // One that includes the source itself declares what that wants before.
            let (both, only): (Vec<_>, Vec<_>) = declaring
                .iter()
                .partition(|path| found.headers.contains(path));
            for path in both.into_iter().chain(only).take(MAX_BEFORE) {
                all.add(path);
            }
        }
        for header in standard.into_iter().filter_map(standard::header) {
            all.add(Path::new(header));
        }
        for path in found.headers.iter().take(MAX_BEFORE) {
            all.add(path);
        }
        // What includes those may be what programs include.
        let names = found
            .headers
            .iter()
            .filter_map(|path| path.file_name()?.to_str());
        let names: Vec<&str> = names.take(MAX_BEFORE).collect();
        let above = self.opening.around().find(&Wanted {
            names: &[],
            files: &names,
            at_most: MAX_BEFORE,
        });
        for path in above.headers.iter().chain(&found.sources) {
            all.add(path);
        }
        all.all
    }
}

/// Headers that may have to stand before a source, each once; never the source itself.
struct Candidates {
    source: Option<PathBuf>,
    all: Vec<String>,
}

impl Candidates {
    fn of(source: &Path) -> Candidates {
        Candidates {
            source: source.canonicalize().ok(),
            all: Vec::new(),
        }
    }

    fn add(&mut self, header: &Path) {
        let is_itself = match header.canonicalize() {
            Ok(path) => Some(path) == self.source,
            // It is looked for as `#include` does.
            Err(_) => {
                let name = self.source.as_deref().and_then(Path::file_name);
                header.file_name() == name
            }
        };
        let header = header.to_string_lossy().into_owned();
        if !is_itself && !self.all.contains(&header) {
            self.all.push(header);
        }
    }
}

fn shown(header: &str) -> String {
    from_here(Path::new(header))
}
