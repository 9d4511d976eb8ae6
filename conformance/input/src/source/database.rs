//! A project's own word on how its sources are compiled: `compile_commands.json` (Clang's "JSON Compilation Database Format Specification"), which CMake, Meson, Bear and others write.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

use super::around::included;
use super::paths::from_here;
use super::{Flags, Kind};

/// Where it is looked for below each folder above a source.
const FOLDERS: [&str; 4] = ["", "build", "builddir", "out"];

/// Larger ones are not read.
const MAX_OCTETS: u64 = 512 << 20;

/// Larger files of options are not read.
const MAX_OPTIONS: u64 = 1 << 20;

/// So many files are looked through for what they include.
const MAX_LOOKED_AT: usize = 4_000;

/// Words before the compiler: programs that start it.
const LAUNCHERS: [&str; 8] = [
    "ccache",
    "sccache",
    "distcc",
    "icecc",
    "gomacc",
    "buildcache",
    "env",
    "colorgcc",
];

/// How each source of a project is compiled.
#[derive(Debug)]
pub struct Database {
    file: PathBuf,
    entries: Vec<Entry>,
}

/// A source.
#[derive(Debug)]
struct Entry {
    file: PathBuf,
    folder: PathBuf,
    words: Vec<String>,
}

/// As it is written.
#[derive(Deserialize)]
struct Written {
    directory: PathBuf,
    file: PathBuf,
    command: Option<String>,
    arguments: Option<Vec<String>>,
}

/// How a file is compiled.
#[derive(Clone, Debug)]
pub struct Build {
    /// The compiler, as a path where it was one.
    pub compiler: String,
    /// Its options.
    pub flags: Flags,
    /// The language of the source whose options these are.
    pub kind: Kind,
    /// Whose they are, in words.
    pub whose: String,
}

impl Database {
    /// Its name.
    pub const NAME: &'static str = "compile_commands.json";

    /// The nearest one above a file, in a folder of its project or that folder's `build`.
    pub fn find(file: &Path) -> Option<PathBuf> {
        let file = std::path::absolute(file).ok()?;
        let folders = file.ancestors().skip(1);
        let mut all =
            folders.flat_map(|folder| FOLDERS.map(|below| folder.join(below).join(Database::NAME)));
        all.find(|path| path.is_file())
    }

    /// Reads one: the file itself, or that in a folder.
    ///
    /// # Errors
    /// It is not there, too large, or no such document.
    pub fn read(path: &Path) -> anyhow::Result<Database> {
        let file = match path.is_dir() {
            true => path.join(Database::NAME),
            false => path.to_owned(),
        };
        let failed = || format!("cannot read {}", file.display());
        let data = std::fs::metadata(&file).with_context(failed)?;
        anyhow::ensure!(
            data.len() <= MAX_OCTETS,
            "{}: it has {} octets, and at most {MAX_OCTETS} are read",
            failed(),
            data.len()
        );
        let text = std::fs::read(&file).with_context(failed)?;
        let written: Vec<Written> = serde_json::from_slice(&text).with_context(failed)?;
        let base = file.parent().map(std::path::absolute);
        let base = base.and_then(Result::ok).unwrap_or_default();
        let entries = written.into_iter().map(|written| {
            let folder = base.join(&written.directory);
            let words = match (written.arguments, written.command) {
                (Some(words), _) => words,
                (None, Some(command)) => split(&command),
                (None, None) => Vec::new(),
            };
            Entry {
                file: plain(&folder.join(&written.file)),
                words: expanded(words, &folder),
                folder,
            }
        });
        let entries = entries.filter(|entry| !entry.words.is_empty());
        let entries = entries.collect();
        Ok(Database { file, entries })
    }

    /// How a file is compiled: itself; or a source that includes it, or else sits beside it.
    pub fn of(&self, file: &Path) -> Option<Build> {
        let file = file.canonicalize().ok()?;
        if let Some(entry) = self.entries.iter().find(|entry| entry.file == file) {
            return entry.build(format!("options of {}", from_here(&self.file)));
        }
        let stem = file.file_stem();
        let is_namesake = |entry: &&Entry| entry.file.file_stem() == stem;
        let is_beside = |entry: &&Entry| entry.file.parent() == file.parent();
        // A namesake says most where several include it.
        let (first, then): (Vec<_>, Vec<_>) = self.entries.iter().partition(is_namesake);
        let ordered = || first.iter().chain(&then).copied();
        let mut reach = Reach::new(&file);
        let of = |entry: &Entry, how: &str| {
            entry.build(format!(
                "options of {}, which {how} ({})",
                from_here(&entry.file),
                from_here(&self.file)
            ))
        };
        let direct = ordered().find(|entry| reach.includes(entry));
        if let Some(entry) = direct {
            return of(entry, "includes it");
        }
        let indirect = ordered().find(|entry| reach.leads_to(entry));
        if let Some(entry) = indirect {
            return of(entry, "includes it by way of others");
        }
        let beside = ordered().find(is_beside)?;
        of(beside, "sits beside it")
    }
}

impl Entry {
    fn build(&self, whose: String) -> Option<Build> {
        let name = |word: &str| {
            let name = Path::new(word).file_name().and_then(|name| name.to_str());
            name.unwrap_or(word).to_owned()
        };
        let is_before = |word: &&String| {
            LAUNCHERS.contains(&&*name(word)) || word.contains('=') && !word.starts_with('-')
        };
        let at = self.words.iter().position(|word| !is_before(&word))?;
        let (compiler, words) = self.words.get(at..)?.split_first()?;
        let compiler = match compiler.contains('/') {
            true => self.folder.join(compiler).to_string_lossy().into_owned(),
            false => compiler.clone(),
        };
        let flags = Flags::of(words, Some(&self.folder));
        let kind = match flags.language() {
            Some(language) => Kind::named(language),
            None if name(&compiler).contains("++") => Kind::Cxx,
            None => Kind::of(&self.file),
        };
        Some(Build {
            compiler,
            flags,
            kind,
            whose,
        })
    }

    /// Where it finds what it includes.
    fn folders(&self) -> Vec<PathBuf> {
        let flags = Flags::of(&self.words, Some(&self.folder));
        flags.folders().map(PathBuf::from).collect()
    }
}

/// Which sources include a file: each file is read once.
struct Reach<'f> {
    file: &'f Path,
    included: BTreeMap<PathBuf, Vec<String>>,
}

impl<'f> Reach<'f> {
    fn new(file: &'f Path) -> Reach<'f> {
        Reach {
            file,
            included: BTreeMap::new(),
        }
    }

    fn includes(&mut self, entry: &Entry) -> bool {
        let folders = entry.folders();
        let included = self.of(&entry.file, &folders);
        included.iter().any(|path| path == self.file)
    }

    fn leads_to(&mut self, entry: &Entry) -> bool {
        let folders = entry.folders();
        let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
        let mut next = vec![entry.file.clone()];
        while let Some(path) = next.pop() {
            if path == self.file {
                return true;
            }
            if seen.insert(path.clone()) {
                next.extend(self.of(&path, &folders));
            }
        }
        false
    }

    /// What a file includes that is found in these folders, the system's left out.
    fn of(&mut self, path: &Path, folders: &[PathBuf]) -> Vec<PathBuf> {
        if !self.included.contains_key(path) {
            let is_full = self.included.len() >= MAX_LOOKED_AT;
            let text = match is_full {
                true => Vec::new(),
                false => std::fs::read(path).unwrap_or_default(),
            };
            let text = String::from_utf8_lossy(&text).into_owned();
            let names = included(&text).map(str::to_owned).collect();
            self.included.insert(path.to_owned(), names);
        }
        let names = self.included.get(path).into_iter().flatten();
        let found = names.filter_map(|name| {
            let own = path.parent().into_iter();
            let mut all = own.chain(folders.iter().map(PathBuf::as_path));
            let place = all.find(|folder| folder.join(name).is_file())?;
            place.join(name).canonicalize().ok()
        });
        found.collect()
    }
}

/// A path without links, where it is there.
fn plain(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// With the words of files of options (`@file`) in their place. What is not there is left out: CMake's lists of modules are made by the build.
fn expanded(words: Vec<String>, folder: &Path) -> Vec<String> {
    let words = words.into_iter().flat_map(|word| {
        let Some(file) = word.strip_prefix('@') else {
            return vec![word];
        };
        let path = folder.join(file);
        let is_small = std::fs::metadata(&path).is_ok_and(|data| data.len() <= MAX_OPTIONS);
        let text = is_small.then(|| std::fs::read_to_string(&path).ok());
        text.flatten().map_or_else(Vec::new, |text| split(&text))
    });
    words.collect()
}

/// The words of a command, as a POSIX shell splits it; none where a quotation mark is left open.
fn split(command: &str) -> Vec<String> {
    shlex::split(command).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A project in which one source includes a header, one by way of another, and one sits beside.
    fn project() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for (name, text) in [
            ("src/a.c", "#include <wire.h>\n"),
            ("src/b.cpp", "#include \"deep.hpp\"\n"),
            ("src/deep.hpp", "#include \"deeper.hpp\"\n"),
            ("src/deeper.hpp", ""),
            ("inc/wire.h", "#include <base.h>\n"),
            ("inc/base.h", ""),
            ("src/alone.h", ""),
            ("else/far.h", ""),
        ] {
            let file = root.join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        std::fs::create_dir(root.join("build")).unwrap();
        let text = format!(
            r#"[{{"directory": "{0}/build", "file": "../src/a.c", "command": "ccache /opt/x/bin/arm-none-eabi-gcc -I../inc -DA='1 2' -mthumb -o a.o -c ../src/a.c"}},
                {{"directory": ".", "file": "../src/b.cpp", "arguments": ["g++", "-std=c++17", "-c", "../src/b.cpp"]}}]"#,
            root.display()
        );
        std::fs::write(root.join("build").join(Database::NAME), text).unwrap();
        (folder, root)
    }

    #[test]
    fn each_file_has_its_own_options_or_those_of_a_source_that_leads_to_it() {
        let (_folder, root) = project();
        let found = Database::find(&root.join("inc/wire.h")).unwrap();
        assert_eq!(found, root.join("build").join(Database::NAME));
        let database = Database::read(&root.join("build")).unwrap();
        for (file, compiler, kind, whose) in [
            (
                "src/a.c",
                "/opt/x/bin/arm-none-eabi-gcc",
                Kind::C,
                "options of ",
            ),
            (
                "inc/wire.h",
                "/opt/x/bin/arm-none-eabi-gcc",
                Kind::C,
                "a.c, which includes it (",
            ),
            (
                "inc/base.h",
                "/opt/x/bin/arm-none-eabi-gcc",
                Kind::C,
                "a.c, which includes it by way",
            ),
            (
                "src/deeper.hpp",
                "g++",
                Kind::Cxx,
                "b.cpp, which includes it by way of others",
            ),
            (
                "src/alone.h",
                "/opt/x/bin/arm-none-eabi-gcc",
                Kind::C,
                "a.c, which sits beside it",
            ),
        ] {
            let build = database.of(&root.join(file)).unwrap();
            assert_eq!((&*build.compiler, build.kind), (compiler, kind), "{file}");
            assert!(build.whose.contains(whose), "{file}: {}", build.whose);
        }
        let wire = database.of(&root.join("inc/wire.h")).unwrap();
        let all: Vec<_> = wire.flags.all().collect();
        let include = format!("{}/build/../inc", root.display());
        assert_eq!(all, ["-I", &include, "-D", "A=1 2", "-mthumb"]);
        assert!(database.of(&root.join("else/far.h")).is_none());
    }

    #[test]
    fn what_is_no_database_is_refused_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let told = Database::read(folder.path()).unwrap_err();
        assert!(format!("{told:#}").contains(Database::NAME));
        std::fs::write(folder.path().join(Database::NAME), "[{}]").unwrap();
        let told = format!("{:#}", Database::read(folder.path()).unwrap_err());
        assert!(told.contains("directory"), "{told}");
    }
}
