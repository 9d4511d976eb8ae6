//! What a preprocessor left of a source: its declarations by name, and the macros that it asked about.
//!
//! Attributes hide in macros (`EPOLL_PACKED` is `packed` on one machine and nothing on the others), and nothing in the source's own text shows it: so texts are compared after the preprocessor has been at them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::cxx;
use super::declarators::{enumerators, is_function, named, tags, typedefs};
use super::regions::{Region, Regions};
use super::tokens::{is_name, tokens};

/// The words that ask for an alignment.
pub(super) const ALIGNMENTS: [&str; 4] = ["aligned", "__aligned__", "_Alignas", "alignas"];

/// The words that ask for a type by its mode.
pub(super) const MODES: [&str; 2] = ["mode", "__mode__"];

/// A preprocessed source.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// Of every name: what declares it, in the order of the text.
    declared: HashMap<String, Vec<Arc<Declaration>>>,
    /// All tokens that are not a C library's or a compiler's.
    own: Arc<Vec<String>>,
    /// The macros that the source asked about.
    pub(super) asked: BTreeMap<String, Asked>,
    /// The files that are not a C library's or a compiler's, in the order in which they were entered.
    pub(super) files: Vec<Arc<str>>,
    /// Those of them that are Linux's, which other systems have not.
    pub(super) kernels: Vec<Arc<str>>,
    is_cxx: bool,
    /// What types depend on that were asked about, by their names: they are asked about again and again.
    reached: Arc<Mutex<HashMap<String, Arc<Reach>>>>,
    /// In C++: what every type of the text depends on.
    whole: OnceLock<Arc<Reach>>,
    /// Of every template that the user's declarations give arguments to: what is declared there.
    instances: OnceLock<HashMap<String, BTreeSet<String>>>,
}

/// A declaration.
#[derive(Debug)]
pub(super) struct Declaration {
    /// `#pragma pack` and its kin stand before the first.
    pub(super) tokens: Vec<String>,
    /// Where it stands.
    pub(super) region: Region,
    /// Whether a macro of the system stands in it.
    pub(super) is_expanded: bool,
    /// The names that it needs, once they were asked for.
    needs: OnceLock<Vec<String>>,
}

impl Declaration {
    /// The names that it needs: all but those that it only points to.
    fn needs(&self, is_cxx: bool) -> &[String] {
        self.needs.get_or_init(|| {
            let owned = |name: &str| name.to_owned();
            match is_cxx {
                true => cxx::named(&self.tokens).into_iter().map(owned).collect(),
                false => named(&self.tokens).map(owned).collect(),
            }
        })
    }
}

/// Where it stands is no part of what it says.
impl PartialEq for Declaration {
    fn eq(&self, other: &Declaration) -> bool {
        self.tokens == other.tokens
    }
}

/// A macro that a text asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// Its definition then, with its parameters; `None` where it was not defined.
    pub(super) body: Option<String>,
}

impl Text {
    /// Reads what a preprocessor wrote; gcc's `-dU` adds the macros.
    pub fn of(source: &str, is_cxx: bool) -> Text {
        let mut text = Text {
            is_cxx,
            ..Text::default()
        };
        let mut reader = Reader::new(is_cxx);
        let mut own = Vec::new();
        for line in source.lines() {
            match line.strip_prefix('#') {
                Some(directive) => text.directive(directive, &mut reader, &mut own),
                None => text.line(line, &mut reader, &mut own),
            }
        }
        text.own = Arc::new(own);
        text
    }

    /// The files that are not a C library's or a compiler's, in the order in which they were entered.
    pub fn users_files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| &**file)
    }

    fn directive(&mut self, directive: &str, reader: &mut Reader, own: &mut Vec<String>) {
        let (word, rest) = directive
            .trim()
            .split_once(' ')
            .unwrap_or((directive.trim(), ""));
        match word {
            "define" | "undef" => {
                let end = rest.find([' ', '(']).unwrap_or(rest.len());
                let (name, body) = rest.split_at_checked(end).unwrap_or((rest, ""));
                let body = (word == "define").then(|| body.trim_start().to_owned());
                let asked = self.asked.entry(name.to_owned());
                // One that was not defined at first may be later.
                let asked = asked.or_insert(Asked { body: None });
                asked.body = asked.body.take().or(body);
            }
            "pragma" => {
                reader.pragmas.told(rest);
                if !reader.region.is_system {
                    own.push(format!("#pragma {rest}"));
                }
            }
            _ => {
                if let Some(region) = reader.regions.enter(directive) {
                    if !region.is_system && !self.files.contains(&region.file) {
                        self.files.push(Arc::clone(&region.file));
                        if region.is_kernels {
                            self.kernels.push(Arc::clone(&region.file));
                        }
                    }
                    reader.region = region;
                }
            }
        }
    }

    fn line(&mut self, line: &str, reader: &mut Reader, own: &mut Vec<String>) {
        for token in tokens(line) {
            if !reader.region.is_system {
                own.push(token.to_owned());
            }
            reader.is_expanded |= reader.region.is_expanded;
            if let Some(tokens) = reader.take(token) {
                self.declare(Declaration {
                    tokens,
                    region: reader.region.clone(),
                    is_expanded: std::mem::take(&mut reader.is_expanded),
                    needs: OnceLock::new(),
                });
            }
        }
    }

    /// Keeps a declaration under its tag, its typedef's names and its enumerators; others declare no type. In C++ values and functions decide what a type is, too.
    fn declare(&mut self, declaration: Declaration) {
        let tokens = &declaration.tokens;
        let mut names: BTreeSet<String> = enumerators(tokens).map(str::to_owned).collect();
        names.extend(tags(tokens).map(str::to_owned));
        names.extend(typedefs(tokens).map(str::to_owned));
        if self.is_cxx && !declaration.region.is_system {
            names.extend(cxx::declared(tokens).into_iter().map(str::to_owned));
        }
        let declaration = Arc::new(declaration);
        for name in names {
            let known = self.declared.entry(name).or_default();
            known.push(Arc::clone(&declaration));
        }
    }

    /// What declares a name.
    pub(super) fn declarations(&self, name: &str) -> &[Arc<Declaration>] {
        self.declared.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether the name is declared by a header of the system, and nowhere else.
    pub(super) fn is_of_system(&self, name: &str) -> bool {
        let declarations = self.declarations(name);
        !declarations.is_empty() && declarations.iter().all(|one| one.region.is_system)
    }

    /// Everything of the user's that a type's declaration depends on: itself, and what it names, but for what it only points to. In C++ this is the whole text where nothing in it declares such a name.
    pub(super) fn reach(&self, name: &str) -> Arc<Reach> {
        if !self.reaches_all(name) {
            // Nothing panics while it is held.
            let reached = || self.reached.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = reached().get(name) {
                return Arc::clone(known);
            }
            let names = match self.is_cxx {
                true => tokens(name).filter(|word| is_name(word)).collect(),
                false => vec![bare(name)],
            };
            let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            names.extend(self.instances(name).cloned());
            let reach = Arc::new(self.follow(names));
            reached().insert(name.to_owned(), Arc::clone(&reach));
            return reach;
        }
        let whole = self.whole.get_or_init(|| {
            let known = self.declared.keys();
            let own = known.filter(|name| !self.is_of_system(name));
            let named = self.own.iter().filter(|token| is_name(token));
            Arc::new(Reach {
                is_whole: true,
                ..self.follow(own.chain(named).cloned().collect())
            })
        });
        Arc::clone(whole)
    }

    /// What a type is declared by that is one of a template: `slot<8>` is there where something names it, and `slot<sizeof(long)>` names it on some machines.
    fn instances(&self, name: &str) -> impl Iterator<Item = &String> {
        let templates = name.contains('<').then(|| {
            self.instances.get_or_init(|| {
                let mut instances: HashMap<String, BTreeSet<String>> = HashMap::new();
                for (declared, declarations) in &self.declared {
                    let own = declarations.iter().filter(|one| !one.region.is_system);
                    for pair in own.flat_map(|one| one.tokens.windows(2)) {
                        if let [template, open] = pair
                            && open == "<"
                            && is_name(template)
                        {
                            let of = instances.entry(template.clone()).or_default();
                            of.insert(declared.clone());
                        }
                    }
                }
                instances
            })
        });
        let named = tokens(name).filter(|word| is_name(word));
        let named = named.collect::<BTreeSet<_>>().into_iter();
        named.flat_map(move |word| {
            templates
                .and_then(|templates| templates.get(word))
                .into_iter()
                .flatten()
        })
    }

    /// Whether a type depends on the whole text, as all such types do.
    pub(super) fn reaches_all(&self, name: &str) -> bool {
        if !self.is_cxx {
            return false;
        }
        // `net::slot<int>` is declared as `slot`.
        let name = name.split_once('<').map_or(name, |(template, _)| template);
        let own = name.rsplit([':', ' ']).next().unwrap_or(name);
        self.declarations(own).is_empty()
    }

    fn follow(&self, mut next: Vec<String>) -> Reach {
        let mut reach = Reach::default();
        while let Some(name) = next.pop() {
            if reach.names.contains_key(&name) || reach.system.contains(&name) {
                continue;
            }
            let declarations = self.declarations(&name);
            if self.is_of_system(&name) || is_builtin(&name) {
                reach.system.insert(name);
                continue;
            }
            for declaration in declarations {
                next.extend(declaration.needs(self.is_cxx).iter().cloned());
            }
            if !declarations.is_empty() {
                reach.names.insert(name, declarations.to_vec());
            }
        }
        reach
    }

    /// Whether a type, or one that its declaration names, is declared otherwise there. What a header of the system declares is not compared: it is another's on each machine.
    pub fn differs(&self, there: &Text, name: &str) -> bool {
        if Arc::ptr_eq(&self.own, &there.own) {
            return false;
        }
        if self.reaches_all(name) || there.reaches_all(name) {
            return self.own != there.own;
        }
        self.reach(name).names != there.reach(name).names
    }

    /// The same, down to what headers of the system declare: for two compilers that include the same ones, and may see other lines of them.
    pub fn differs_below(&self, there: &Text, name: &str) -> bool {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut next = vec![bare(name)];
        while let Some(name) = next.pop() {
            if !seen.insert(name) {
                continue;
            }
            let here = self.declarations(name);
            if here != there.declarations(name) {
                return true;
            }
            next.extend(
                here.iter()
                    .flat_map(|one| one.needs(false))
                    .map(String::as_str),
            );
        }
        false
    }

    /// Whether all that is the user's is the same there.
    pub(super) fn is_same(&self, there: &Text) -> bool {
        self.own == there.own
    }

    /// The names of the user's own typedefs, with what declares them.
    pub(super) fn users_typedefs(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.declared.iter().filter_map(|(name, declarations)| {
            let one = declarations.iter().find(|one| !one.region.is_system)?;
            let is_typedef = typedefs(&one.tokens).any(|declared| declared == name);
            is_typedef.then_some((name.as_str(), one.tokens.as_slice()))
        })
    }

    /// Takes another's list of tokens for this one's, where they are the same: then they are compared at once.
    pub(super) fn share(&mut self, other: &Text) {
        if self.own == other.own {
            self.own = Arc::clone(&other.own);
        }
    }

    /// The tokens of the user's own text.
    pub(super) fn own(&self) -> &[String] {
        &self.own
    }

    pub(super) fn is_cxx(&self) -> bool {
        self.is_cxx
    }
}

/// A type's name without its keyword.
fn bare(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or(name)
}

/// Whether a type is the compiler's own, and declared nowhere.
fn is_builtin(name: &str) -> bool {
    matches!(name, "__builtin_va_list" | "__va_list_tag" | "__va_list")
}

/// What a declaration depends on.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// The user's own declarations, by name.
    pub(super) names: BTreeMap<String, Vec<Arc<Declaration>>>,
    /// The names that headers of the system declare.
    pub(super) system: BTreeSet<String>,
    /// Whether it is the whole text, since it takes a compiler of C++ to find what counts.
    pub(super) is_whole: bool,
    words: OnceLock<Words>,
}

/// Which words stand in declarations that are looked for once a machine.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Words {
    /// Of an alignment.
    pub(super) align: bool,
    /// `mode`.
    pub(super) mode: bool,
    /// `#pragma pack`.
    pub(super) pack: bool,
}

impl Reach {
    /// Which of the words that are looked for stand in it.
    pub(super) fn words(&self) -> Words {
        *self.words.get_or_init(|| {
            let tokens = self.names.values().flatten().flat_map(|one| &one.tokens);
            tokens.fold(Words::default(), |found, token| Words {
                align: found.align || ALIGNMENTS.contains(&token.as_str()),
                mode: found.mode || MODES.contains(&token.as_str()),
                pack: found.pack || token.starts_with(PACK),
            })
        })
    }

    /// Whether macros of the system stand in the user's declarations.
    pub(super) fn is_expanded(&self) -> bool {
        let declarations = self.names.values().flatten();
        let mut users = declarations.filter(|one| !one.region.is_system);
        users.any(|one| one.is_expanded)
    }
}

/// Where a text is being read.
struct Reader {
    regions: Regions,
    region: Region,
    /// Whether a macro of the system stands in the declaration.
    is_expanded: bool,
    is_cxx: bool,
    pragmas: Pragmas,
    declaration: Vec<String>,
    depth: i32,
    /// Braces of namespaces and of `extern "C"`: what is in them is as good as outside.
    transparent: i32,
}

impl Reader {
    fn new(is_cxx: bool) -> Reader {
        Reader {
            regions: Regions::default(),
            region: Region {
                file: "".into(),
                is_system: false,
                is_kernels: false,
                is_expanded: false,
            },
            is_expanded: false,
            is_cxx,
            pragmas: Pragmas::default(),
            declaration: Vec::new(),
            depth: 0,
            transparent: 0,
        }
    }

    /// One token more; the declaration that it ends.
    fn take(&mut self, token: &str) -> Option<Vec<String>> {
        match token {
            "{" if self.depth == 0 && is_transparent(&self.declaration) => {
                self.transparent += 1;
                self.declaration.clear();
                return None;
            }
            "}" if self.depth == 0 && self.transparent > 0 => {
                self.transparent -= 1;
                self.declaration.clear();
                return None;
            }
            "{" => self.depth += 1,
            "}" => self.depth -= 1,
            _ => {}
        }
        let ends = token == ";" && self.depth <= 0;
        if ends {
            self.depth = 0;
            return Some(std::mem::take(&mut self.declaration));
        }
        if self.declaration.is_empty() {
            self.declaration.extend(self.pragmas.in_force());
        }
        self.declaration.push(token.to_owned());
        if token == "}" && self.depth == 0 && is_function(&self.declaration) {
            self.is_expanded &= self.is_cxx;
            let function = std::mem::take(&mut self.declaration);
            return self.is_cxx.then_some(function);
        }
        None
    }
}

/// How a declaration begins that a `#pragma pack` is in force for.
pub(super) const PACK: &str = "#pack ";

/// `#pragma pack`, and others that change how what follows lies.
#[derive(Default)]
struct Pragmas {
    packs: Vec<String>,
    pack: String,
    others: BTreeMap<String, String>,
}

impl Pragmas {
    fn told(&mut self, pragma: &str) {
        let words: Vec<&str> = tokens(pragma)
            .filter(|word| !matches!(*word, "," | "(" | ")"))
            .collect();
        match words.as_slice() {
            ["pack", rest @ ..] => {
                let number = rest
                    .iter()
                    .find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
                match rest.first() {
                    Some(&"push") => self.packs.push(self.pack.clone()),
                    Some(&"pop") => self.pack = self.packs.pop().unwrap_or_default(),
                    None => self.pack.clear(),
                    _ => {}
                }
                if let Some(number) = number {
                    self.pack = (*number).to_owned();
                } else if let Some(name) = rest
                    .iter()
                    .rfind(|word| !matches!(**word, "push" | "pop" | "show"))
                    .filter(|_| rest.first() != Some(&"pop"))
                {
                    // A label, or a macro that GCC leaves alone.
                    self.pack = (*name).to_owned();
                }
            }
            [
                word @ ("scalar_storage_order" | "ms_struct" | "options"),
                rest @ ..,
            ] => {
                self.others.insert((*word).to_owned(), rest.join(" "));
            }
            _ => {}
        }
    }

    fn in_force(&self) -> impl Iterator<Item = String> {
        let pack = (!self.pack.is_empty()).then(|| format!("{PACK}{}", self.pack));
        let others = self.others.iter();
        let others = others.map(|(word, value)| format!("#{word} {value}"));
        pack.into_iter().chain(others)
    }
}

fn is_transparent(declaration: &[String]) -> bool {
    let words: Vec<&str> = declaration.iter().map(String::as_str).collect();
    matches!(words.as_slice(), ["extern", "\"C\"" | "\"C++\""])
        || words.iter().take(2).any(|word| *word == "namespace")
}

#[cfg(test)]
mod tests;
