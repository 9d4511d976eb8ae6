//! What was read of types that units repeat, by what they say and who compiled them.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::content::Content;
use super::error::Problem;
use super::info::At;
use super::program::Declaration;
use super::reader::{Open, Reader, Resolved};
use super::unit::Unit;

/// All that types of one content may differ in: the unit's compiler, and the build that it is taken for.
type Key = (usize, usize, Content);

/// The types that were read.
#[derive(Default)]
pub(super) struct Repeats {
    makers: HashMap<Maker, usize>,
    /// That of the unit that is being read.
    maker: usize,
    read: HashMap<Key, Resolved>,
    declared: HashMap<Content, Rc<Declaration>>,
    /// Those that are among the types of the program.
    named: HashSet<Key>,
}

/// What reading a type of C depends on beside its content.
#[derive(PartialEq, Eq, Hash)]
struct Maker {
    tables: usize,
    version: u16,
    address_size: u8,
    lower_bound: Option<i128>,
    producer: String,
}

impl Repeats {
    /// Begins with a unit.
    pub(super) fn begin(&mut self, unit: &Unit<'_>) {
        let maker = Maker {
            tables: unit.tables,
            version: unit.header.version(),
            address_size: unit.header.address_size(),
            lower_bound: unit.lower_bound,
            producer: unit.producer.clone(),
        };
        let next = self.makers.len();
        self.maker = *self.makers.entry(maker).or_insert(next);
    }
}

impl<'a> Reader<'_, 'a> {
    /// The content of a type of the unit that is being read, where others may have it, too.
    ///
    /// # Errors
    /// An entry of it is damaged.
    pub(super) fn repeated(&mut self, open: &Open<'a>, at: At) -> Result<Option<Content>, Problem> {
        if at.unit != self.current || !self.info.has_repeats() {
            return Ok(None);
        }
        self.content(open, at.offset)
    }

    /// What was read of such a type of the same build.
    pub(super) fn read_before(&self, content: Content) -> Option<Resolved> {
        self.repeats.read.get(&self.key(content)?).copied()
    }

    /// Keeps what was read, for those who have the same content.
    pub(super) fn keep(&mut self, content: Content, resolved: Resolved) {
        // What has no name of its own is called by what it is in.
        if let Some(key) = self.key(content).filter(|_| content.has_name) {
            self.repeats.read.insert(key, resolved);
        }
    }

    /// How such a type is declared.
    pub(super) fn declared_before(&self, content: Content) -> Option<Rc<Declaration>> {
        self.repeats.declared.get(&content).map(Rc::clone)
    }

    /// Keeps how it is declared.
    pub(super) fn keep_declaration(&mut self, content: Content, declaration: &Rc<Declaration>) {
        let declaration = Rc::clone(declaration);
        self.repeats.declared.insert(content, declaration);
    }

    /// Whether such a type is among those of the program.
    pub(super) fn is_named(&self, content: Content) -> bool {
        let key = self.key(content);
        key.is_some_and(|key| self.repeats.named.contains(&key))
    }

    /// It is one of them now.
    pub(super) fn put_named(&mut self, content: Content) {
        let key = self.key(content);
        let is_kept = |key: &Key| self.repeats.read.contains_key(key);
        if let Some(key) = key.filter(is_kept) {
            self.repeats.named.insert(key);
        }
    }

    /// `None` in a unit that turned out to be of another build than the one it was taken for.
    fn key(&self, content: Content) -> Option<Key> {
        let build = self.builds.settled()?;
        Some((self.repeats.maker, build, content))
    }
}
