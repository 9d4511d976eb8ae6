//! What declares types: files, standard input, and how each is compiled.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cross::Host;
use layout::Abis;
use layout::dwarf::{Problem, Program};
use tempfile::TempDir;

use super::{databases, refused, unusable};
use crate::cli;
use check::report::InputRow;
use input::Machine;
use input::conditional::Renamed;
use input::debug_files::{DebugFiles, Folders};
use input::machine::Bits;
use input::prelude::Rewriting;
use input::reading::source::{Asking, Source, read};
use input::reading::surroundings::Surroundings;
use input::reading::text::Text;
use input::reading::{Readings, compiled_for};
use input::source::database::{Build, Database};
use input::source::opened::{self, Note};
use input::source::{Compile, Flags, Guess, Kind};
use input::subjects::{self, NoSubject, Wanted};

/// A file that was given, and how it is to be compiled.
pub(super) struct Given {
    /// Where it is.
    file: PathBuf,
    /// As reports name it.
    name: String,
    guess: Guess,
    compile: Compile,
    notes: Vec<Note>,
    /// The names of types that are asked about.
    types: Vec<String>,
    /// What came from standard input is kept here as long as somebody reads it.
    scratch: Option<TempDir>,
}

/// A file that was read.
pub(super) struct Input {
    pub(super) file: PathBuf,
    pub(super) compile: Compile,
    pub(super) wanted: Wanted,
    pub(super) readings: Readings,
    /// How it was read.
    pub(super) row: InputRow,
    /// Whether nothing of it was left out.
    pub(super) is_whole: bool,
    /// Its name in reports, where it has another one.
    pub(super) renamed: Option<Renamed>,
    _scratch: Option<TempDir>,
}

/// A file that could not be read.
pub(super) struct Refused {
    pub(super) row: InputRow,
    pub(super) error: anyhow::Error,
}

/// The name that stands for standard input.
const STDIN: &str = "-";

/// No more is read from standard input.
const MAX_STDIN: u64 = 256 << 20;

impl Input {
    /// Of a file with debug information.
    pub(super) fn of_object(
        file: PathBuf,
        wanted: Wanted,
        readings: Readings,
        row: InputRow,
    ) -> Input {
        Input {
            file,
            compile: Compile::default(),
            wanted,
            readings,
            row,
            is_whole: true,
            renamed: None,
            _scratch: None,
        }
    }
}

impl Given {
    /// The files of a command line.
    ///
    /// # Errors
    /// An option is wrong, or standard input cannot be read.
    pub(super) fn all(options: &cli::Check, host: &Host) -> anyhow::Result<Vec<Given>> {
        let named = databases::named(options, host)?;
        let files = options.files.iter();
        let given = files.map(|file| Given::of(file, options, named.as_ref(), host));
        given.collect()
    }

    /// A file of which one type is asked about.
    ///
    /// # Errors
    /// As [`Given::all`].
    pub(super) fn named(
        file: &Path,
        name: &str,
        options: &cli::Check,
        host: &Host,
    ) -> anyhow::Result<Given> {
        let named = databases::named(options, host)?;
        Ok(Given {
            types: vec![name.to_owned()],
            ..Given::of(file, options, named.as_ref(), host)?
        })
    }

    fn of(
        file: &Path,
        options: &cli::Check,
        named: Option<&Database>,
        host: &Host,
    ) -> anyhow::Result<Given> {
        let is_stdin = file.as_os_str() == STDIN;
        let scratch = is_stdin.then(stdin).transpose()?;
        let path = scratch
            .as_ref()
            .map_or_else(|| file.to_owned(), |folder| folder.path().join("stdin.h"));
        let mut guess = Guess::of(file);
        let mut compile = Compile {
            compiler: options.how.cc.clone(),
            ..Compile::default()
        };
        let mut notes = Vec::new();
        for folder in &options.how.include {
            compile.flags.add("-I", text(folder));
        }
        if is_stdin {
            // As if it were a file here.
            compile.flags.add("-iquote", ".".to_owned());
        }
        if guess.kind != Kind::Binary && !is_stdin {
            let found = match named {
                Some(_) => None,
                None => databases::nearest(file, host)?,
            };
            let build = named.or(found.as_ref()).and_then(|found| found.of(file));
            if let Some(build) = build {
                notes.push(build_of(build, &mut compile, &mut guess, host));
            }
        }
        for define in &options.how.define {
            compile.flags.add("-D", define.clone());
        }
        for header in &options.how.include_file {
            compile.flags.add("-include", text(header));
        }
        if let Some(standard) = &options.how.standard {
            compile.flags.set_standard(standard);
        }
        let last = Flags::of(&options.how.flags, None);
        let language = last.language().or(options.how.standard.as_deref());
        if let Some(language) = language {
            guess.kind = Kind::named(language);
            guess.is_either = false;
        }
        compile.flags.extend(last);
        let preludes = guess.preludes;
        let rewriting = Rewriting::default().with(preludes);
        let rewriting = rewriting.and_then(|rewriting| rewriting.with(&options.prelude));
        compile.rewriting = rewriting.map_err(|error| unusable(error.into()))?;
        Ok(Given {
            file: path,
            name: match is_stdin {
                true => "<stdin>".to_owned(),
                false => file.display().to_string(),
            },
            guess,
            compile,
            notes,
            types: options.types.clone(),
            scratch,
        })
    }

    /// What its options decide about times and file offsets.
    pub(super) fn bits(&self) -> Option<Bits> {
        Bits::of_options(&self.compile.flags.defined())
    }

    /// Whether the same compiler compiles another file for the same machine.
    pub(super) fn is_compiled_as(&self, other: &Given) -> bool {
        let own = |one: &Given| {
            let words: Vec<String> = one.compile.flags.of_compiler().map(str::to_owned).collect();
            (one.guess.kind, one.compile.compiler.clone(), words)
        };
        own(self) == own(other)
    }

    /// The ABI that a source is compiled for. An object tells its own when it is read.
    pub(super) async fn compiled_for<'a>(&self, abis: &'a Abis, host: &Host) -> Option<&'a str> {
        match self.guess.kind {
            Kind::Binary => None,
            kind => compiled_for::abi(&self.compile, kind, abis, host).await,
        }
    }

    /// Reads its types for these machines.
    pub(super) async fn read(
        self,
        options: &cli::Check,
        abis: &Abis,
        machines: &[Machine<'_>],
        host: &Host,
    ) -> Result<Input, Box<Refused>> {
        let name = self.name.clone();
        let read = match self.guess.kind {
            Kind::Binary => self.object(options, abis, machines).map_err(unusable),
            _ => {
                let read = self.source(options, abis, machines, host).await;
                read.map_err(refused)
            }
        };
        read.map_err(|error| {
            Box::new(Refused {
                row: InputRow::refused(&name, format!("{error:#}")),
                error,
            })
        })
    }

    fn wanted(&self, options: &cli::Check) -> anyhow::Result<Wanted> {
        let is_source = self.guess.kind != Kind::Binary;
        let wanted = Wanted::new(&self.types, options.all, &self.file, is_source);
        wanted.with_context(|| self.name.clone())
    }

    fn object(
        self,
        options: &cli::Check,
        abis: &Abis,
        machines: &[Machine<'_>],
    ) -> anyhow::Result<Input> {
        anyhow::ensure!(!options.verify, "{}: {NO_VERIFY}", self.name);
        let wanted = self.wanted(options)?;
        let folders = Folders::with(&options.how.debug_dir);
        let (files, program) = self.read_object(&folders, &wanted)?;
        let octets = files.octets();
        let is_text = !octets.is_empty() && std::str::from_utf8(octets).is_ok();
        // A debug file is larger than what is taken from it.
        let mut notes = files.into_notes();
        let name = self.name.clone();
        let mut program = program.with_context(|| match is_text {
            true => format!("{name} is text: if it is source, say in which language, with --std c17 or --std c++17"),
            false if notes.is_empty() => name.clone(),
            false => format!("{name} ({})", notes.join("; ")),
        })?;
        let unread = told_unread(&program, &mut notes);
        let mut said = input::rust::settle(&mut program);
        said.stored = check::storage_order::in_sources(&program);
        let subjects = subjects::decide(program, &said, &wanted, abis, machines);
        let subjects = subjects.with_context(|| self.name.clone())?;
        let row = InputRow::object(&self.name, notes);
        let readings = Readings::only(subjects, self.name);
        Ok(Input {
            is_whole: !unread,
            ..Input::of_object(self.file, wanted, readings, row)
        })
    }

    /// Its types, and the files that they are in. Where they are asked for by name, what has none of the names is left out at first: what they refer to may be there, and of a wrong name all others are wanted.
    fn read_object(
        &self,
        folders: &Folders,
        wanted: &Wanted,
    ) -> anyhow::Result<(DebugFiles, Result<Program, NoSubject>)> {
        let names = wanted.bare_names().unwrap_or_default();
        let find = |names: &[String]| -> anyhow::Result<_> {
            let files = DebugFiles::find(&self.file, folders, names)?;
            let program = subjects::read_with(files.octets(), &files.companions(), wanted);
            Ok((files, program))
        };
        match find(&names)? {
            (_, Err(_)) if !names.is_empty() => find(&[]),
            found => Ok(found),
        }
    }

    async fn source(
        self,
        options: &cli::Check,
        abis: &Abis,
        machines: &[Machine<'_>],
        host: &Host,
    ) -> anyhow::Result<Input> {
        // The compiler would say so, too, and less clearly.
        let there = std::fs::metadata(&self.file);
        there.with_context(|| format!("cannot read {}", self.name))?;
        let wanted = self.wanted(options)?;
        let Given {
            file,
            name,
            guess,
            compile,
            mut notes,
            scratch,
            ..
        } = self;
        let source = opened::Source {
            file: &file,
            guess,
            compile,
            wanted,
            host,
        };
        let opened = source.open().await.map_err(|error| error.of(&name))?;
        notes.extend(opened.notes);
        anyhow::ensure!(
            !options.verify || opened.kind == Kind::C,
            "{name}: {NO_VERIFY}"
        );
        let row = InputRow::source(&name, opened.kind, &opened.here, &opened.compile, &notes);
        let seen = &opened.here.text;
        let text = Text::of(seen, opened.kind == Kind::Cxx);
        let around = Surroundings::of(seen, text.users_files());
        let source = Source {
            path: file.canonicalize().with_context(|| name.clone())?,
            kind: opened.kind,
            compile: opened.compile.clone(),
            wanted: opened.wanted.clone(),
        };
        let asking = Asking {
            host,
            abis,
            machines,
            jobs: options.how.jobs,
            everybody: options.verify,
        };
        let readings = read(source, opened.here, &asking).await;
        let mut readings = readings.with_context(|| name.clone())?;
        readings.see(&around);
        let renamed = scratch.is_some().then(|| Renamed {
            name: name.as_str().into(),
            file: file.clone(),
        });
        if let Some(renamed) = &renamed {
            readings.rename(renamed);
        }
        Ok(Input {
            file,
            compile: opened.compile,
            wanted: opened.wanted,
            readings,
            row,
            is_whole: true,
            renamed,
            _scratch: scratch,
        })
    }
}

/// Notes what of a file was not read; whether there was anything that has types.
fn told_unread(program: &Program, notes: &mut Vec<String>) -> bool {
    let (without, others): (Vec<_>, Vec<_>) = program
        .unread
        .iter()
        .partition(|unread| matches!(unread.problem, Problem::NoDebugInfo { .. }));
    notes.extend(others.iter().map(|unread| format!("not read: {unread}")));
    if let [first, rest @ ..] = without.as_slice() {
        let name = first.member.as_deref().unwrap_or_default();
        notes.push(match rest.len() {
            0 => format!("its member `{name}` has no debug information"),
            others => format!("its member `{name}` and {others} others have no debug information"),
        });
    }
    !others.is_empty()
}

const NO_VERIFY: &str = "--verify needs C source, which other compilers can compile, too";

/// Takes over how a project compiles a file; what is for its compiler alone only where that is here.
fn build_of(build: Build, compile: &mut Compile, guess: &mut Guess, host: &Host) -> Note {
    let Build {
        compiler,
        flags,
        kind,
        whose,
    } = build;
    if guess.is_either {
        guess.kind = kind;
    }
    let own: Vec<&str> = flags.of_compiler().collect();
    let is_left = |why: String| match own.as_slice() {
        [] => format!("{whose}; {why}"),
        own => format!("{whose}, without {}: {why}", own.join(" ")),
    };
    let (flags, how) = match &compile.compiler {
        Some(named) if *named != compiler => {
            let why = format!("read by {named}, and not by its {compiler}");
            (flags.for_others(), is_left(why))
        }
        _ if host.named_program(&compiler).is_some() => {
            compile.compiler = Some(compiler);
            (flags, whose)
        }
        _ => {
            let why = format!("its compiler {compiler} is not here");
            (flags.for_others(), is_left(why))
        }
    };
    compile.flags.extend(flags);
    Note::Build(how)
}

/// What comes from standard input, in a file of its own.
fn stdin() -> anyhow::Result<TempDir> {
    let folder = tempfile::tempdir().context("no place for what comes from standard input")?;
    let mut octets = Vec::new();
    let read = std::io::stdin()
        .lock()
        .take(MAX_STDIN + 1)
        .read_to_end(&mut octets);
    read.context("cannot read standard input")
        .map_err(unusable)?;
    if octets.len() as u64 > MAX_STDIN {
        let why = anyhow::anyhow!("standard input has more than {MAX_STDIN} octets");
        return Err(unusable(why));
    }
    std::fs::write(folder.path().join("stdin.h"), octets)
        .context("no place for what comes from standard input")?;
    Ok(folder)
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
