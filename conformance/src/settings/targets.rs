//! How programs of a target are started, and where they are reached: `[target.NAME]` in `crossum.toml`.
//!
//! ```toml
//! [target.s390x-unknown-linux-gnu]
//! runner = "/opt/qemu-9/bin/qemu-s390x"       # or words: ["ssh", "board1"]; "native"; "wine"
//! sysroot = "/srv/s390x"
//!
//! [target."arm*"]                             # a pattern, or a property: big-endian, 32-bit
//! runner = ["ssh", "board1"]
//! copy = ["scp", "-q", "{program}", "board1:{there}"]
//! address = "192.168.7.2"
//!
//! [target.avr-none]                           # a real board
//! serial = "/dev/ttyUSB0"
//! baud = 115200
//! reset = "dtr"
//! flash = ["avrdude", "-p", "m328p", "-c", "arduino", "-P", "{serial}", "-U", "flash:w:{program}:e"]
//! ```
//!
//! Each setting is that of the last section that has it, and a target's own name comes last. What belongs to a runner stays with it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use cross::Target;
use cross::choice::{Choice, Port, Reset, Starter};
use cross::find::{Found, Origin};
use cross::target::{all, did_you_mean, nearest};
use globset::{Glob, GlobMatcher};
use layout::Abis;
use serde::Deserialize;
use toml::Spanned;

use kit::property::Property;

/// The sections as they are written, by name.
pub(super) type Sections = BTreeMap<Spanned<String>, Section>;

/// What is said of some targets.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, try_from = "Written")]
pub(super) struct Section {
    runner: Option<Spanned<Starter>>,
    sysroot: Option<Spanned<PathBuf>>,
    address: Option<Spanned<IpAddr>>,
    serial: Option<Spanned<Port>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    runner: Option<Spanned<Words>>,
    remote: Option<bool>,
    copy: Option<Words>,
    there: Option<String>,
    version: Option<Words>,
    sysroot: Option<Spanned<PathBuf>>,
    address: Option<Spanned<IpAddr>>,
    serial: Option<Spanned<PathBuf>>,
    baud: Option<u32>,
    reset: Option<Reset>,
    flash: Option<Words>,
}

/// What is usual on a board's serial line.
const BAUD: u32 = 115_200;

/// A command: its words, or a line that is split where there are spaces.
#[derive(Deserialize)]
#[serde(try_from = "Line")]
struct Words(Vec<String>);

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a command was expected: a line, or a list of words"
)]
enum Line {
    Whole(String),
    Split(Vec<String>),
}

impl TryFrom<Line> for Words {
    type Error = &'static str;

    fn try_from(line: Line) -> Result<Words, &'static str> {
        let words: Vec<_> = match line {
            Line::Whole(line) => line.split_whitespace().map(str::to_owned).collect(),
            Line::Split(words) => words,
        };
        match words.first().map(|first| first.trim().is_empty()) {
            Some(false) => Ok(Words(words)),
            _ => Err("the command is empty"),
        }
    }
}

impl TryFrom<Written> for Section {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Section, &'static str> {
        let Written {
            runner,
            remote,
            copy,
            there,
            version,
            sysroot,
            address,
            serial,
            baud,
            reset,
            flash,
        } = written;
        if serial.is_none() && (baud.is_some() || reset.is_some() || flash.is_some()) {
            return Err("`baud`, `reset` and `flash` belong to a `serial`, and there is none");
        }
        if serial.is_some() && runner.is_some() {
            return Err("a board is at `serial`, or behind a `runner`, and not both");
        }
        let serial = serial.map(|path| {
            let span = path.span();
            let port = Port {
                path: path.into_inner(),
                baud: baud.unwrap_or(BAUD),
                reset,
                flash: flash.map(|flash| flash.0),
            };
            Spanned::new(span, port)
        });
        let Some(runner) = runner else {
            if remote.is_some() || copy.is_some() || there.is_some() || version.is_some() {
                return Err(
                    "`remote`, `copy`, `there` and `version` belong to a `runner`, and there is none",
                );
            }
            return Ok(Section {
                runner: None,
                sysroot,
                address,
                serial,
            });
        };
        let span = runner.span();
        let starter = Starter {
            words: runner.into_inner().0,
            remote,
            copy: copy.map(|copy| copy.0),
            there,
            version: version.map(|version| version.0),
        };
        match (&starter.copy, &starter.there) {
            (Some(_), _) | (_, Some(_)) if !starter.is_remote() => {
                return Err(
                    "`copy` and `there` are for another machine: `ssh`, or any runner with `remote = true`",
                );
            }
            (None, Some(_)) => return Err("`there` without `copy`: nothing takes programs there"),
            (Some(copy), _) if !copy.iter().any(|word| word.contains("{program}")) => {
                return Err("`copy` has no {program}: the path of the program here");
            }
            (_, Some(there)) if !(there.starts_with('/') && there.contains("{name}")) => {
                return Err(
                    "`there` is a path from the root on with {name} in it, such as /tmp/crossum-{name}",
                );
            }
            _ => {}
        }
        Ok(Section {
            runner: Some(Spanned::new(span, starter)),
            sysroot,
            address,
            serial,
        })
    }
}

/// Which targets a section is about.
enum Whose {
    Named(&'static Target),
    With(Property),
    Like(GlobMatcher),
}

impl Whose {
    fn of(name: &str) -> Result<Whose, String> {
        if let Ok(target) = cross::target(name) {
            return Ok(Whose::Named(target));
        }
        if let Ok(property) = name.parse() {
            return Ok(Whose::With(property));
        }
        let pattern = Glob::new(name).map_err(|error| error.to_string())?;
        let like = Whose::Like(pattern.compile_matcher());
        if all().any(|target| like.includes(target)) {
            return Ok(like);
        }
        let properties = Property::ALL.map(Property::word).into_iter();
        let targets = all().map(|target| target.name.as_str());
        let near = nearest(name, targets.chain(properties));
        Err(format!(
            "`{name}` is no target, pattern of targets or property{}",
            did_you_mean(near)
        ))
    }

    fn includes(&self, target: &Target) -> bool {
        match self {
            Whose::Named(named) => named.name == target.name,
            Whose::With(property) => {
                let abi = Abis::builtin().get(&target.abi);
                abi.is_some_and(|abi| property.holds(abi))
            }
            Whose::Like(pattern) => pattern.is_match(&target.name),
        }
    }
}

/// A file of settings: where it is, and what it says.
pub(super) struct File<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl File<'_> {
    fn line(&self, octet: usize) -> usize {
        let before = self.text.as_bytes().iter().take(octet);
        1 + before.filter(|octet| **octet == b'\n').count()
    }

    fn found<T: Clone>(&self, spanned: &Spanned<T>) -> Found<T> {
        Found {
            value: spanned.get_ref().clone(),
            origin: Origin::Settings(self.path.to_owned(), self.line(spanned.span().start)),
        }
    }

    /// A path as it is meant: from the file's own folder on.
    fn place(&self, path: &Path) -> PathBuf {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let place = folder.join(path);
        std::path::absolute(&place).unwrap_or(place)
    }

    /// A command that is named by a relative path is meant so, too; a name is looked for on the search path.
    fn command(&self, words: &mut [String]) {
        if let Some(first) = words.first_mut().filter(|first| first.contains('/')) {
            *first = self.place(first.as_ref()).display().to_string();
        }
    }

    fn add(&self, section: &Section, choice: &mut Choice) {
        if let Some(spanned) = &section.runner {
            let mut found = self.found(spanned);
            let Starter {
                words,
                copy,
                version,
                ..
            } = &mut found.value;
            let commands = [Some(words), copy.as_mut(), version.as_mut()];
            for words in commands.into_iter().flatten() {
                self.command(words);
            }
            choice.runner = Some(found);
        }
        if let Some(spanned) = &section.sysroot {
            choice.sysroot = Some(self.found(spanned).map(|folder| self.place(&folder)));
        }
        if let Some(spanned) = &section.address {
            choice.address = Some(self.found(spanned));
        }
        if let Some(spanned) = &section.serial {
            let mut found = self.found(spanned);
            found.value.path = self.place(&found.value.path);
            if let Some(flash) = &mut found.value.flash {
                self.command(flash);
            }
            choice.serial = Some(found);
        }
    }

    /// What the sections choose for each target.
    ///
    /// # Errors
    /// A name that names nothing, with its line.
    pub(super) fn choices(&self, sections: &Sections) -> Result<BTreeMap<String, Choice>, String> {
        let mut whose = Vec::new();
        for (name, section) in sections {
            let start = name.span().start;
            let of = Whose::of(name.get_ref())
                .map_err(|why| format!("line {}: {why}", self.line(start)))?;
            if let (Whose::Named(target), Some(serial)) = (&of, &section.serial)
                && target.board.is_none()
            {
                let line = self.line(serial.span().start);
                return Err(format!(
                    "line {line}: `serial` is where a board is, and {} has an operating system: a `runner` starts its programs",
                    target.name
                ));
            }
            whose.push((matches!(of, Whose::Named(_)), start, of, section));
        }
        whose.sort_by_key(|(is_named, start, ..)| (*is_named, *start));
        let mut choices = BTreeMap::new();
        for target in all() {
            let mut choice = Choice::default();
            let its = whose.iter().filter(|(_, _, of, _)| of.includes(target));
            its.for_each(|(.., section)| self.add(section, &mut choice));
            if choice != Choice::default() {
                choices.insert(target.name.clone(), choice);
            }
        }
        Ok(choices)
    }
}
