//! The declarations of a crate: its modules are followed from the file that it begins with (The Rust Reference, Module source filenames).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::declared::{self, Declared};

/// No file of a person is larger, and few generated ones.
const MAX_OCTETS: u64 = 16 << 20;
/// Files of one crate.
const MAX_FILES: usize = 10_000;
/// Brackets in one another: reading them takes room on the stack.
const MAX_BRACKETS: usize = 256;
/// The same of what stands before a type or an expression: `&`, `*`.
const MAX_PREFIXES: usize = 1024;

/// All that a crate declares in its modules.
#[derive(Default)]
pub(super) struct Text {
    /// Types by their paths, without the crate: `a::b::Type`. Several where a `cfg` chooses.
    pub(super) types: BTreeMap<String, Vec<Declared>>,
    /// `type` aliases by their paths.
    pub(super) aliases: BTreeMap<String, Vec<syn::Type>>,
    /// Of each module the names that it imports, and the paths that they are for.
    pub(super) imports: BTreeMap<(String, String), Vec<String>>,
    /// The paths of its modules.
    pub(super) modules: BTreeSet<String>,
    files: usize,
}

/// Where the files of a module's modules are.
struct Folder {
    /// Of modules in it.
    inside: PathBuf,
    /// Of those that say a `path`.
    beside: PathBuf,
}

impl Text {
    /// Of the crate that begins with this file; `None` where that cannot be read.
    pub(super) fn of(root: &Path) -> Option<Text> {
        let mut text = Text::default();
        let beside = root.parent()?.to_owned();
        let folder = Folder {
            inside: beside.clone(),
            beside,
        };
        text.file(root, "", &folder).then_some(text)
    }

    /// Whether it could be read.
    fn file(&mut self, file: &Path, module: &str, folder: &Folder) -> bool {
        self.files += 1;
        if self.files > MAX_FILES {
            return false;
        }
        let Some(items) = parsed(file) else {
            return false;
        };
        let name = declared::name(file);
        self.items(&items, module, folder, &name);
        true
    }

    fn items(&mut self, items: &[syn::Item], module: &str, folder: &Folder, file: &Arc<str>) {
        for item in items {
            if let Some((name, declared)) = Declared::of(item, module, file) {
                let types = self.types.entry(joined(module, &name)).or_default();
                types.push(declared);
                continue;
            }
            match item {
                syn::Item::Type(of) => {
                    let path = joined(module, &of.ident.to_string());
                    self.aliases.entry(path).or_default().push((*of.ty).clone());
                }
                syn::Item::Use(of) => self.import(module, "", &of.tree),
                syn::Item::Mod(of) => self.module(of, module, folder, file),
                // `extern "C" { type Opaque; }` and macros declare what is not known here.
                _ => {}
            }
        }
    }

    fn module(&mut self, of: &syn::ItemMod, module: &str, folder: &Folder, file: &Arc<str>) {
        let name = of.ident.to_string();
        let name = name.trim_start_matches("r#");
        let path = joined(module, name);
        self.modules.insert(path.clone());
        let said = of.attrs.iter().find_map(|attribute| match &attribute.meta {
            syn::Meta::NameValue(value) if value.path.is_ident("path") => match &value.value {
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        });
        if let Some((_, items)) = &of.content {
            let inside = folder.inside.join(said.as_deref().unwrap_or(name));
            let folder = Folder {
                beside: inside.clone(),
                inside,
            };
            return self.items(items, &path, &folder, file);
        }
        if let Some(said) = said {
            let its = folder.beside.join(said);
            let beside = its.parent().unwrap_or(&folder.beside).to_owned();
            let folder = Folder {
                inside: beside.clone(),
                beside,
            };
            self.file(&its, &path, &folder);
            return;
        }
        let plain = folder.inside.join(format!("{name}.rs"));
        let inside = folder.inside.join(name);
        let (its, beside) = match plain.is_file() {
            true => (plain, folder.inside.clone()),
            false => (inside.join("mod.rs"), inside.clone()),
        };
        self.file(&its, &path, &Folder { inside, beside });
    }

    /// The names that a `use` brings into a module.
    fn import(&mut self, module: &str, before: &str, tree: &syn::UseTree) {
        let (name, path) = match tree {
            syn::UseTree::Path(of) => {
                let before = joined(before, &of.ident.to_string());
                return self.import(module, &before, &of.tree);
            }
            syn::UseTree::Group(of) => {
                for tree in &of.items {
                    self.import(module, before, tree);
                }
                return;
            }
            syn::UseTree::Name(of) => (of.ident.to_string(), joined(before, &of.ident.to_string())),
            syn::UseTree::Rename(of) => {
                (of.rename.to_string(), joined(before, &of.ident.to_string()))
            }
            syn::UseTree::Glob(_) => ("*".to_owned(), before.to_owned()),
        };
        let key = (module.to_owned(), name);
        self.imports.entry(key).or_default().push(path);
    }
}

/// `a::b`, or `b` in the outermost module.
pub(super) fn joined(module: &str, name: &str) -> String {
    match module {
        "" => name.to_owned(),
        module => format!("{module}::{name}"),
    }
}

/// The items of a file; `None` where they cannot be read.
fn parsed(file: &Path) -> Option<Vec<syn::Item>> {
    let metadata = std::fs::metadata(file).ok()?;
    if !metadata.is_file() || metadata.len() > MAX_OCTETS {
        return None;
    }
    let text = std::fs::read_to_string(file).ok()?;
    if !is_flat(&text) {
        return None;
    }
    Some(syn::parse_file(&text).ok()?.items)
}

/// Whether nothing is nested too deep in a text, by its characters alone: a comment may look deep, and nothing that is deep looks flat.
fn is_flat(text: &str) -> bool {
    let (mut brackets, mut angles, mut prefixes) = (0_usize, 0_usize, 0_usize);
    for octet in text.bytes() {
        match octet {
            b'(' | b'[' | b'{' => brackets += 1,
            b')' | b']' | b'}' => brackets = brackets.saturating_sub(1),
            b'<' => angles += 1,
            b'>' => angles = angles.saturating_sub(1),
            b'&' | b'*' | b'!' | b'-' => prefixes += 1,
            _ => {}
        }
        // Neither goes on over the end of a declaration.
        if matches!(octet, b';' | b'{' | b'}' | b',') {
            (angles, prefixes) = (0, 0);
        }
        if brackets.max(angles) > MAX_BRACKETS || prefixes > MAX_PREFIXES {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_followed_and_what_is_too_deep_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        let deep = format!(
            "const X: i32 = {}1{};",
            "(".repeat(100_000),
            ")".repeat(100_000)
        );
        write(
            "lib.rs",
            "mod a; mod deep; mod inline { pub mod inner; struct I; } #[path = \"else/where.rs\"] mod c; pub struct Root { pub x: u8 }\nuse std::ffi::{c_long as long, c_int}; type Len = long;",
        );
        write("a.rs", "mod b;\n\n  #[repr(C)] struct A { r#type: u8 }");
        write("a/b.rs", "struct B(u8, u16);");
        write("deep.rs", &deep);
        write("inline/inner.rs", "enum E { X, Y(u8) }");
        write("else/where.rs", "mod next; union U { a: u8 }");
        write("else/next.rs", "struct N;");
        let text = Text::of(&folder.path().join("lib.rs")).unwrap();
        let paths: Vec<&str> = text.types.keys().map(String::as_str).collect();
        assert_eq!(
            paths,
            [
                "Root",
                "a::A",
                "a::b::B",
                "c::U",
                "c::next::N",
                "inline::I",
                "inline::inner::E"
            ]
        );
        let a = &text.types["a::A"][0];
        assert_eq!(a.place.line, 3);
        match &a.contents {
            super::super::declared::Contents::Fields(fields) => {
                assert_eq!((fields[0].name.as_str(), fields[0].column), ("type", 25));
            }
            super::super::declared::Contents::Variants(_) => panic!("a struct has fields"),
        }
        let import = |name: &str| text.imports[&(String::new(), name.to_owned())].clone();
        assert_eq!(import("long"), ["std::ffi::c_long"]);
        assert!(text.aliases.contains_key("Len"));
    }
}
