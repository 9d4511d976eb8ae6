//! What the text of a source says of records and debug information does not: bit-fields without a name, which compilers leave out; `packed` and `#pragma pack`; in C++ what makes a class other than plain old data and leaves no trace.

use std::collections::{BTreeMap, BTreeSet};

use super::Alignments;
use super::aligned::{self, Aligned};
use super::packing::Packing;
use crate::abi::ByteOrder;
use crate::dwarf::Program;
use crate::types::{Type, TypeId};

impl Alignments {
    /// Reads the source that declares a program's types: C or C++, preprocessed or not. Of a text that is not preprocessed both branches of a condition count, and macros hide what is in them.
    pub fn read_source(&mut self, program: &Program, source: &str) {
        let names = names(source);
        let such = |such: fn(&Found) -> bool| {
            let is_such = |tag: &&str| names.get(*tag).is_some_and(such);
            let tags = program.tags.iter();
            let found =
                tags.filter(|(_, tag)| components(tag).iter().any(|tag| is_such(&tag.as_str())));
            found.map(|(&id, _)| id).collect::<BTreeSet<_>>()
        };
        self.unnamed = Some(such(|found| found.unnamed));
        self.packed = Some(such(|found| found.packing.is_any()));
        if is_preprocessed(source) {
            let packing = program.tags.iter().filter_map(|(&id, tag)| {
                let packing = names.get(&**tag).map(|found| found.packing);
                // What stands in the braces around it may be its own.
                let inside = || {
                    let parts = components(tag);
                    let found = parts.iter().filter_map(|part| names.get(part));
                    found
                        .map(|found| found.packing.of_inner())
                        .reduce(Packing::or)
                };
                Some((id, packing.or_else(inside)?))
            });
            self.packing = packing.collect();
        }
        self.overlapping = Some(such(|found| found.overlapping));
        // Of what is not found in the source nobody knows.
        let is_found = |id: &TypeId| {
            let tag = program.tags.get(id);
            let parts = tag.map(|tag| components(tag)).unwrap_or_default();
            parts.iter().any(|part| names.contains_key(part))
        };
        let not_found = program.observed.keys().filter(|id| !is_found(id));
        // What one in it asks for is not asked of the record itself; which of those in it, the names do not tell.
        let is_aligned = |tag: &str| match names.get(tag) {
            Some(found) => found.aligned != Aligned::Naturally,
            None => components(tag).iter().any(|part| {
                let found = names.get(part);
                found.is_some_and(|of| of.aligned != Aligned::Naturally || of.aligned_inside)
            }),
        };
        let aligned = program.tags.iter().filter(|(_, tag)| is_aligned(tag));
        let mut aligned: BTreeSet<TypeId> = aligned.map(|(&id, _)| id).collect();
        aligned.extend(not_found);
        self.aligned = Some(aligned);
        let numbers =
            program
                .tags
                .iter()
                .filter_map(|(&id, tag)| match names.get(&**tag)?.aligned {
                    Aligned::To(octets) => Some((id, octets)),
                    _ => None,
                });
        self.aligned_to = numbers.collect();
        self.overlapping_on_windows = such(|found| found.overlapping_on_windows);
        self.initialized = Some(with_those_around(program, such(|found| found.initialized)));
        // Of a record in another it is the other's only where it says so itself.
        let orders = program.tags.iter().filter_map(|(&id, tag)| {
            let found = names.get(&**tag)?;
            Some((id, found.order?))
        });
        self.stored = orders.collect();
        // Microsoft's pragma decides in the place of what functions override, and GCC takes no notice of it.
        let is_decided = source.contains("#pragma vtordisp");
        self.untold_functions = (is_preprocessed(source) && !is_decided).then(|| {
            let mut untold = such(|found| found.untold_functions);
            untold.extend(program.observed.keys().filter(|id| !is_found(id)));
            untold
        });
    }
}

/// These, and the records that contain one of them.
fn with_those_around(program: &Program, mut found: BTreeSet<TypeId>) -> BTreeSet<TypeId> {
    // What a record is made of was added before it.
    for &id in program.observed.keys() {
        if let Some(Type::Record(record)) = program.types.get(id)
            && record
                .members
                .iter()
                .any(|member| found.contains(&super::innermost(program, member.kind)))
        {
            found.insert(id);
        }
    }
    found
}

/// What a tag is made of: of `net::Maybe<int>.value` these are `net`, `Maybe` and `value`.
fn components(tag: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut depth = 0_u32;
    for letter in tag.chars() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            letter if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    let parts = plain.split([':', '.']).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// What is in a record, or in one in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Found {
    /// A bit-field without a name.
    unnamed: bool,
    packing: Packing,
    /// A member with an initializer, or a template of functions.
    initialized: bool,
    /// `[[no_unique_address]]`.
    overlapping: bool,
    /// `[[msvc::no_unique_address]]`, which every other compiler ignores.
    overlapping_on_windows: bool,
    /// An alignment of the record's own.
    aligned: Aligned,
    /// One of a record in it, or of a member of such a type.
    aligned_inside: bool,
    /// `scalar_storage_order`.
    order: Option<ByteOrder>,
    /// `= 0` behind the parameters of a function, or a template.
    untold_functions: bool,
}

/// Whether a preprocessor left it, with its lines' origins and without a macro.
fn is_preprocessed(source: &str) -> bool {
    let is_origin = |line: &str| {
        let number = line.strip_prefix("# ");
        number.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    };
    source.lines().any(is_origin)
}

/// The outermost records in which something was found, by tag and by typedef.
fn names(source: &str) -> BTreeMap<String, Found> {
    let text = without_comments(source);
    let mut scanner = Scanner::default();
    for line in text.lines() {
        match line.trim_start().strip_prefix('#') {
            Some(directive) => scanner.directive(directive),
            None => words(line).for_each(|word| scanner.word(word)),
        }
    }
    scanner.names
}

/// A text that is being read.
#[derive(Default)]
struct Scanner<'t> {
    names: BTreeMap<String, Found>,
    /// The words since the last `;`, brace or comma in a record.
    declaration: Vec<&'t str>,
    /// The braces around: of records, and of others.
    open: Vec<bool>,
    /// The outermost record.
    called: Vec<String>,
    found: Found,
    packs: Vec<bool>,
    is_packing: bool,
    /// By a pragma.
    order: Option<ByteOrder>,
    /// `scalar_storage_order` came, and the next word that is an order is its.
    asks_order: bool,
    /// A bit-field without a name of an enumeration's type came, unless braces follow: then it is the enumeration's own type.
    awaits_braces: bool,
    /// An `=` came, and it depends on the next word whether it initializes.
    assigns: bool,
    alignments: aligned::Reader<'t>,
}

impl<'t> Scanner<'t> {
    fn directive(&mut self, directive: &str) {
        let words: Vec<&str> = words(directive).collect();
        if let ["pragma", "scalar_storage_order", order, ..] = words.as_slice() {
            self.order = byte_order(order);
        }
        let ["pragma", "pack", rest @ ..] = words.as_slice() else {
            return;
        };
        let number = rest.iter().find_map(|word| word.parse::<u32>().ok());
        if rest.contains(&"push") {
            self.packs.push(self.is_packing);
        } else if rest.contains(&"pop") {
            self.is_packing = self.packs.pop().unwrap_or_default();
        } else if number.is_none() {
            self.is_packing = false;
        }
        // A number may be a macro.
        let names = rest
            .iter()
            .any(|word| is_name(word) && !matches!(*word, "push" | "pop"));
        if number.is_some_and(|number| number > 0) || names {
            self.is_packing = true;
        }
        self.found.packing.pragma |= self.is_packing;
    }

    fn word(&mut self, word: &'t str) {
        let in_record = self.open.last() == Some(&true);
        if std::mem::take(&mut self.assigns) {
            self.found.initialized |= !matches!(word, "default" | "delete" | "=");
        }
        let in_braces = self.open.contains(&true);
        self.found.packing.word(word, &self.declaration, in_braces);
        self.alignment(word);
        self.found.overlapping |= word.contains("no_unique_address");
        self.found.overlapping_on_windows |=
            word == "no_unique_address" && self.declaration.ends_with(&["msvc", "::"]);
        // On the record itself, be it before or after its braces.
        if word == "scalar_storage_order" {
            self.asks_order = true;
        } else if let Some(order) = byte_order(word).filter(|_| self.asks_order) {
            self.asks_order = false;
            self.found.order = Some(order);
        }
        self.found.untold_functions |= in_record
            && (word == "template" || word == "0" && is_behind_parameters(&self.declaration));
        match word {
            "{" => {
                self.awaits_braces = false;
                self.begin(in_record);
            }
            "}" => {
                self.open.pop();
                self.declaration = vec!["}"];
            }
            ";" => {
                self.found.unnamed |= std::mem::take(&mut self.awaits_braces);
                self.end();
            }
            "," if in_record => {
                self.found.unnamed |= std::mem::take(&mut self.awaits_braces);
                self.declaration = vec![","];
            }
            ":" if in_record && self.declaration.contains(&"enum") => {
                self.awaits_braces = has_no_declarator(&self.declaration);
            }
            ":" if in_record => self.found.unnamed |= has_no_declarator(&self.declaration),
            "=" if in_record => {
                self.assigns = is_member(&self.declaration);
                self.declaration.push(word);
            }
            word => {
                self.found.initialized |= in_record && word == "template";
                self.declaration.push(word);
            }
        }
    }

    /// Reads an alignment, which is the outermost record's where it stands outside of its braces.
    fn alignment(&mut self, word: &'t str) {
        let Some(aligned) = self.alignments.word(word) else {
            return;
        };
        let in_record = self.open.contains(&true);
        let is_behind_braces = self.declaration.first() == Some(&"}");
        if !in_record {
            self.found.aligned = self.found.aligned.and(aligned);
        } else if is_behind_braces {
            self.found.aligned_inside = true;
        }
    }

    fn begin(&mut self, in_record: bool) {
        let is_record = is_record(&self.declaration);
        if is_record && !self.open.contains(&true) {
            self.called = tags(&self.declaration);
            self.found = Found {
                order: self.found.order.or(self.order),
                packing: Packing::before_braces(&self.declaration, self.is_packing),
                aligned: self.found.aligned,
                ..Found::default()
            };
        }
        // Of a record in it, and before its braces.
        let is_aligned = self
            .declaration
            .iter()
            .any(|word| aligned::is_asked_by(word));
        if is_aligned && self.open.contains(&true) {
            self.found.aligned_inside = true;
        }
        // `int n{};`; or the body of a function, which is as good as one here unless it is plain.
        let is_function = self.declaration.contains(&"(") || self.declaration.contains(&"enum");
        self.found.initialized |=
            in_record && !is_record && !is_function && !self.declaration.is_empty();
        self.open.push(is_record);
        self.declaration.clear();
    }

    fn end(&mut self) {
        if !self.open.contains(&true) {
            // After the brace: what is declared to be of the record's type.
            if self.declaration.first() == Some(&"}") {
                let declared = self.declaration.iter().filter(|name| is_name(name));
                self.called.extend(declared.map(|&name| name.to_owned()));
            }
            for name in self.called.drain(..) {
                let is_new = !self.names.contains_key(&name);
                let known = self.names.entry(name).or_default();
                known.unnamed |= self.found.unnamed;
                known.packing = match is_new {
                    true => self.found.packing,
                    false => known.packing.or(self.found.packing),
                };
                known.aligned = known.aligned.and(self.found.aligned);
                known.aligned_inside |= self.found.aligned_inside;
                known.overlapping |= self.found.overlapping;
                known.overlapping_on_windows |= self.found.overlapping_on_windows;
                known.initialized |= self.found.initialized;
                known.order = known.order.or(self.found.order);
                known.untold_functions |= self.found.untold_functions;
            }
            self.found = Found::default();
        }
        self.declaration.clear();
    }
}

fn byte_order(word: &str) -> Option<ByteOrder> {
    match word {
        "big" => Some(ByteOrder::Big),
        "little" => Some(ByteOrder::Little),
        _ => None,
    }
}

/// Whether what stands before an `=` declares a member that is no function, no constant and no other name for a type.
fn is_member(declaration: &[&str]) -> bool {
    let count = |of: &str| declaration.iter().filter(|word| **word == of).count();
    let is_other = declaration
        .iter()
        .any(|word| matches!(*word, "static" | "using" | "typedef" | "enum" | "friend"));
    let in_parentheses = count("(") > count(")");
    let is_operator = matches!(
        declaration.last(),
        Some(&("operator" | "=" | "!" | "<" | ">"))
    );
    !is_other && !in_parentheses && !is_operator
}

/// Whether what has been read of a declaration, since its last comma, ends with an `=` that follows parentheses, and is not in them.
fn is_behind_parameters(declaration: &[&str]) -> bool {
    let count = |of: &str| declaration.iter().filter(|word| **word == of).count();
    declaration.last() == Some(&"=") && count(")") > 0 && count(")") >= count("(")
}

/// The names before the brace of a record; not those of its bases.
fn tags(declaration: &[&str]) -> Vec<String> {
    let before = declaration.iter().take_while(|word| **word != ":");
    let names = before.filter(|word| is_name(word));
    names.map(|&name| name.to_owned()).collect()
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn is_record(declaration: &[&str]) -> bool {
    let keyword = |word: &&str| matches!(*word, "struct" | "union" | "class");
    let is_function = declaration.last() == Some(&")") && !declaration.contains(&"__attribute__");
    let is_other = |word: &&str| matches!(*word, "=" | "enum");
    declaration.iter().any(keyword) && !is_function && !declaration.iter().any(is_other)
}

/// Whether what stands before the colon of a bit-field is a type and nothing else.
pub(super) fn has_no_declarator(declaration: &[&str]) -> bool {
    // Behind the body of a function, too; Qt's `public slots:`.
    let is_label = declaration
        .iter()
        .any(|word| matches!(*word, "public" | "private" | "protected"));
    if is_label {
        return false;
    }
    let (mut keywords, mut names) = (0, 0);
    let mut is_tag = false;
    for &word in declaration {
        match word {
            "const" | "volatile" | "__extension__" | "," | "}" => {}
            "char" | "short" | "int" | "long" | "signed" | "unsigned" | "_Bool" | "__signed__"
            | "__int128" => keywords += 1,
            "enum" => is_tag = true,
            _ if is_tag => {
                is_tag = false;
                keywords += 1;
            }
            _ => names += 1,
        }
    }
    if declaration.first() == Some(&",") {
        names == 0
    } else {
        names == usize::from(keywords == 0)
    }
}

/// Identifiers, numbers and `::`, and every other character by itself.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = line;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let end = if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            // No colon before a width.
            "::".len()
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(word)
    })
}

pub(super) fn without_comments(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find("/*").into_iter().chain(rest.find("//")).min() {
        let (before, comment) = rest.split_at_checked(at).unwrap_or((rest, ""));
        text.push_str(before);
        let end = if comment.starts_with("/*") {
            comment
                .get(2..)
                .and_then(|inside| Some(inside.find("*/")? + 4))
        } else {
            comment.find('\n')
        };
        rest = end.and_then(|end| comment.get(end..)).unwrap_or_default();
        text.push(' ');
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn such(source: &str, such: fn(&Found) -> bool) -> Vec<String> {
        let names = names(source).into_iter();
        let found = names.filter(|(_, found)| such(found));
        found
            .map(|(name, _)| name)
            .filter(|name| name != "struct" && name != "typedef")
            .collect()
    }

    fn found(source: &str) -> Vec<String> {
        such(source, |found| found.unnamed)
    }

    #[test]
    fn packing_is_an_attribute_or_a_pragma_in_force() {
        for (source, packed) in [
            ("struct s { int a; } __attribute__((packed));", true),
            ("struct __attribute__((__packed__)) s { int a; };", true),
            ("struct s { char c; int a __attribute__((packed)); };", true),
            (
                "struct s { struct { int i; } __attribute__((packed)) t; };",
                true,
            ),
            (
                "#pragma pack(push, 1)\nstruct s { int a; };\n#pragma pack(pop)",
                true,
            ),
            ("#pragma pack(2)\nstruct s { int a; };", true),
            (
                "#pragma pack(push, 1)\n#pragma pack(pop)\nstruct s { int a; };",
                false,
            ),
            (
                "#pragma pack(1)\n#pragma pack()\nstruct s { int a; };",
                false,
            ),
            (
                "struct other { int a; } __attribute__((packed)); struct s { int b; };",
                false,
            ),
            ("struct s { int a; }; /* packed */", false),
        ] {
            let names = such(source, |found| found.packing.is_any());
            assert_eq!(names.contains(&"s".to_owned()), packed, "{source}");
        }
    }

    #[test]
    fn what_packs_a_record_is_told_apart() {
        let packing = |record, is_certain, inside, pragma| Packing {
            record,
            is_certain,
            inside,
            pragma,
        };
        for (source, expected) in [
            (
                "struct s { int a; } __attribute__((packed));",
                packing(true, true, false, false),
            ),
            (
                "typedef struct __attribute__((aligned(2), __packed__)) { int a; } s;",
                packing(true, true, false, false),
            ),
            (
                "struct s { char c; int a __attribute__((packed)); };",
                packing(false, false, true, false),
            ),
            (
                "#pragma pack(push, 2)\nstruct s { int a; } __attribute__((packed));",
                packing(true, true, false, true),
            ),
            // A variable's, a name, and a macro that nobody knows.
            (
                "struct s { int a; } v __attribute__((packed));",
                packing(true, false, false, false),
            ),
            (
                "struct s { int a; } packed;",
                packing(true, false, false, false),
            ),
            (
                "struct s { int a; } MY_packed;",
                packing(true, false, false, false),
            ),
            // One of two.
            (
                "struct s { int a; }; void f(void) { struct s { int a; } __attribute__((packed)); }",
                packing(true, false, false, false),
            ),
        ] {
            assert_eq!(names(source)["s"].packing, expected, "{source}");
        }
    }

    #[test]
    fn an_alignment_is_a_records_own_or_a_members_or_of_one_in_it() {
        const NONE: (bool, bool) = (false, false);
        const OWN: (bool, bool) = (true, false);
        const INSIDE: (bool, bool) = (false, true);
        for (source, whose) in [
            ("struct a { _Alignas(8) char b; };", NONE),
            ("struct a { char b __attribute__((aligned(8))); };", NONE),
            ("struct __attribute__((aligned(8))) a { char b; };", OWN),
            ("struct a { char b; } __attribute__((aligned(8)));", OWN),
            ("struct alignas(8) a { char b; };", OWN),
            // Another's, before and behind.
            (
                "struct alignas(8) z { char b; }; struct a { char b; };",
                NONE,
            ),
            (
                "struct a { char b; }; extern int n __attribute__((aligned(8)));",
                NONE,
            ),
            (
                "struct a { struct { char b; } c; char d __attribute__((aligned(8))); };",
                NONE,
            ),
            ("struct a { struct alignas(8) { char b; } c; };", INSIDE),
            (
                "struct a { struct { char b; } __attribute__((aligned(8))) c; };",
                INSIDE,
            ),
            (
                "struct a { struct alignas(4) { char b; } c; } __attribute__((aligned(8)));",
                (true, true),
            ),
            ("struct a { struct { char b; } c; };", NONE),
        ] {
            let names = names(source);
            let found = &names["a"];
            let is_own = found.aligned != Aligned::Naturally;
            assert_eq!((is_own, found.aligned_inside), whose, "{source}");
        }
    }

    #[test]
    fn an_order_of_octets_is_an_attribute_or_a_pragma_in_force() {
        let attribute = r#"__attribute__((scalar_storage_order("big-endian")))"#;
        let pragma = "#pragma scalar_storage_order little-endian\n";
        for (source, order) in [
            (
                format!("struct {attribute} s {{ int a; }};"),
                Some(ByteOrder::Big),
            ),
            (
                format!("struct s {{ int a; }} {attribute};"),
                Some(ByteOrder::Big),
            ),
            (
                format!("{pragma}struct s {{ int a; }};"),
                Some(ByteOrder::Little),
            ),
            (
                format!("struct {attribute} t {{ int a; }}; struct s {{ int b; }};"),
                None,
            ),
            ("int big; struct s { int big, little; };".to_owned(), None),
        ] {
            let found = names(&source).get("s").copied().unwrap_or_default();
            assert_eq!(found.order, order, "{source}");
        }
    }

    #[test]
    fn members_with_initializers_are_found_and_no_others() {
        for (member, initialized) in [
            ("int a = 1;", true),
            ("int a{};", true),
            ("int (*f)(int) = nullptr;", true),
            ("template <class T> s(T);", true),
            ("struct { int b = 2; } t;", true),
            ("int a;", false),
            ("s() = default; s(const s &) = delete;", false),
            ("s &operator=(const s &);", false),
            (
                "static const int K = 3; using T = int; enum { A = 1 };",
                false,
            ),
            (
                "void f(int a = 1); bool operator==(s) const; int h() const { int x = 1; return x; }",
                false,
            ),
        ] {
            let source = format!("class s : public base {{ {member} }};");
            let names = such(&source, |found| found.initialized);
            assert_eq!(names.contains(&"s".to_owned()), initialized, "{member}");
            assert!(!names.contains(&"base".to_owned()), "{member}");
        }
    }

    #[test]
    fn a_tag_is_taken_apart_into_names_without_their_arguments() {
        for (tag, names) in [
            ("s", &["s"][..]),
            ("net::Maybe<std::pair<int, s>>::in", &["net", "Maybe", "in"]),
            ("outer.field", &["outer", "field"]),
        ] {
            assert_eq!(components(tag), names, "{tag}");
        }
    }

    #[test]
    fn a_bit_field_without_a_name_is_found_whatever_its_type() {
        for unnamed in [
            "unsigned : 5;",
            "int a : 3, : 4;",
            "__u16 :16;",
            "const unsigned long long :WIDTH;",
            "enum kind : 2;",
            "char c; int : 0;",
            "struct { short s; struct { int :3; } t; } u;",
        ] {
            assert_eq!(
                found(&format!("struct s {{ {unnamed} }};")),
                ["s"],
                "{unnamed}"
            );
        }
    }

    #[test]
    fn one_with_a_name_is_none() {
        for named in [
            "unsigned a : 5;",
            "__u16 a:16, b:3;",
            "enum kind k : 2;",
            "unsigned int const volatile a : 1;",
            "std::size_t n; net::v1::kind k : 2; ::other o;",
            "int a; /* : 3; */ // :4;\n char *p;",
            "void f() { } public: int a : 3;",
            "public slots: int a;",
            "enum kind : unsigned char { A = 1 } k;",
        ] {
            assert_eq!(
                found(&format!("struct s {{ {named} }};")),
                [""; 0],
                "{named}"
            );
        }
        assert_eq!(
            found("int f(struct s *p) { switch (x) { case 1: a ? b : c; out: return 3; } }"),
            [""; 0]
        );
    }

    #[test]
    fn a_typedef_of_a_record_without_a_tag_is_called_by_it() {
        let names =
            found("#define X :3;\ntypedef struct { int a; int :3; } t; struct other { int b; };");
        assert!(
            names.contains(&"t".to_owned()) && !names.contains(&"other".to_owned()),
            "{names:?}"
        );
        let names = found("union __attribute__((packed)) u { int :3; } v;");
        assert!(names.contains(&"u".to_owned()), "{names:?}");
    }
}
