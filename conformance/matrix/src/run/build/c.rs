//! Builds the C participant: one program that plays both parts.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cross::Target;
use cross::compiler::Compiler;

use super::kept;
use super::key::Key;
use super::sources::{Programs, Sources};
use crate::participant::Participant;

const C_FLAGS: [&str; 5] = ["-std=c99", "-O2", "-Wall", "-Wextra", "-Werror"];

/// Where a board has no C library: no function stands for a loop, and no library is linked but the compiler's.
const BARE_FLAGS: [&str; 3] = [
    "-ffreestanding",
    "-fno-builtin",
    "-fno-tree-loop-distribute-patterns",
];

/// What is compiled, and how.
struct Recipe {
    sources: Vec<PathBuf>,
    flags: Vec<String>,
    link: Vec<String>,
}

const PROGRAM: &str = "sum";

/// A program that is wanted, whether it is there or not.
struct Wanted<'a> {
    cache: &'a Path,
    recipe: Recipe,
    version: String,
    /// Where it is kept, and its name there.
    folder: PathBuf,
    file: String,
}

/// Builds it, unless the same was built before.
pub(super) async fn build(
    sources: &Sources,
    participant: &Participant,
    compiler: &Compiler,
) -> anyhow::Result<Programs> {
    let wanted = Wanted::new(sources, participant, compiler).await?;
    let is_new = !wanted.is_kept();
    if is_new {
        wanted.build(compiler).await?;
    }
    Ok(wanted.programs(is_new))
}

/// The same, if it was built before.
pub(super) async fn kept(
    sources: &Sources,
    participant: &Participant,
    compiler: &Compiler,
) -> anyhow::Result<Option<Programs>> {
    let wanted = Wanted::new(sources, participant, compiler).await?;
    Ok(wanted.is_kept().then(|| wanted.programs(false)))
}

impl<'a> Wanted<'a> {
    async fn new(
        sources: &'a Sources,
        participant: &Participant,
        compiler: &Compiler,
    ) -> anyhow::Result<Wanted<'a>> {
        let version = compiler.version().await?;
        let code = sources
            .workspace()?
            .join("conformance/matrix/participants/c");
        let recipe = recipe(&code, participant.target)
            .with_context(|| format!("cannot read {}", code.display()))?;
        let mut key = Key::default();
        key.add(&[&version, &format!("{compiler:?}")]);
        let words = recipe.flags.iter().chain(&recipe.link);
        // Where the checkout is does not matter: its files are part of the key.
        let words: Vec<_> = words
            .map(|word| word.replace(&*code.to_string_lossy(), ""))
            .collect();
        key.add(&words.iter().map(String::as_str).collect::<Vec<_>>());
        for folder in ["", "system", "system/os", "board", "board/bare"] {
            for file in of_kind(&code.join(folder), &["c", "h", "ld"])? {
                key.add_tree(&file)?;
            }
        }
        let place = Path::new("participants").join(participant.id.to_string());
        Ok(Wanted {
            cache: &sources.cache,
            recipe,
            version,
            folder: kept::folder(&sources.cache, &place, key),
            file: participant.target.file_of(PROGRAM),
        })
    }

    fn is_kept(&self) -> bool {
        kept::is_kept(&self.folder, &[&self.file])
    }

    /// Builds it, and puts it where it is kept.
    async fn build(&self, compiler: &Compiler) -> anyhow::Result<()> {
        let scratch = kept::scratch(self.cache)?;
        let words = |words: &'static [&'static str]| words.iter().copied();
        let flags: Vec<_> = words(&C_FLAGS)
            .chain(self.recipe.flags.iter().map(String::as_str))
            .collect();
        let link: Vec<_> = self.recipe.link.iter().map(String::as_str).collect();
        let built = scratch.path().join(&self.file);
        compiler
            .build_with(&flags, &self.recipe.sources, scratch.path(), &link, &built)
            .await?;
        kept::keep(self.cache, scratch.path(), &[&self.file], &self.folder)
    }

    fn programs(self, is_new: bool) -> Programs {
        let program = self.folder.join(&self.file);
        Programs {
            server: program.clone(),
            client: program,
            compiler: self.version,
            is_new,
        }
    }
}

/// The encodings, and what makes a program of them: sockets, or a board's serial line.
fn recipe(code: &Path, target: &Target) -> io::Result<Recipe> {
    let mut sources = of_kind(code, &["c"])?;
    let Some(board) = &target.board else {
        let system = code.join("system");
        sources.extend(of_kind(&system, &["c"])?);
        let (os, link) = match target.is_windows() {
            true => ("windows", &["-lws2_32"][..]),
            false => ("posix", &[][..]),
        };
        sources.push(system.join("os").join(os).with_extension("c"));
        return Ok(Recipe {
            sources,
            flags: Vec::new(),
            link: link.iter().map(|word| (*word).to_owned()).collect(),
        });
    };
    let folder = code.join("board");
    sources.push(folder.join("board.c"));
    sources.push(folder.join(&board.name).with_extension("c"));
    let script = folder.join(&board.name).with_extension("ld");
    // A board whose memory its C library knows needs no script of ours.
    if !script.is_file() {
        return Ok(Recipe {
            sources,
            flags: Vec::new(),
            link: Vec::new(),
        });
    }
    let bare = folder.join("bare");
    sources.extend(of_kind(&bare, &["c"])?);
    let own = |word: &&str| (*word).to_owned();
    let mut flags: Vec<_> = BARE_FLAGS.iter().map(own).collect();
    flags.extend(["-isystem".to_owned(), bare.display().to_string()]);
    let link = ["-nostdlib", "-Wl,--no-warn-rwx-segments"].iter().map(own);
    let script = ["-T".to_owned(), script.display().to_string()];
    let link = link.chain(script).chain(["-lgcc".to_owned()]);
    Ok(Recipe {
        sources,
        flags,
        link: link.collect(),
    })
}

/// The files of a folder with one of these extensions, sorted.
fn of_kind(folder: &Path, extensions: &[&str]) -> io::Result<Vec<PathBuf>> {
    let entries = folder.read_dir()?.collect::<io::Result<Vec<_>>>()?;
    let is_of_kind = |path: &PathBuf| {
        let extension = path.extension().unwrap_or_default();
        extensions.iter().any(|wanted| extension == *wanted)
    };
    let mut files: Vec<_> = entries
        .iter()
        .map(std::fs::DirEntry::path)
        .filter(is_of_kind)
        .collect();
    files.sort();
    Ok(files)
}
