//! The sources around a file: where a header that is not found may be, and which declares a name.
//!
//! They are looked through from near to far: the file's own folder with all that is below, then that of the folder above, and so on to the project's root.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::reading::tokens::{is_name, raw, tokens};

/// What is around a file.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// The folders above it, the nearest first.
    above: Vec<PathBuf>,
    /// Of each of them, the sources below that are not below the one before. Sorted.
    rings: Vec<Vec<PathBuf>>,
}

/// So many folders above a file are looked through where nothing says where its project begins.
const MAX_ABOVE: usize = 4;

/// So many entries of folders are looked at.
const MAX_ENTRIES: usize = 20_000;

/// So deep below each.
const MAX_DEPTH: usize = 7;

/// Larger files are not read.
const MAX_OCTETS: u64 = 2 << 20;

/// What says where a project begins.
const ROOTS: [&str; 5] = [".git", ".hg", ".svn", "crossum.toml", "WORKSPACE"];

impl Around {
    /// Looks around a file.
    pub(super) fn of(file: &Path) -> Around {
        let file = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        let above = above(&file);
        let mut entries = 0;
        let mut done: Option<&Path> = None;
        let mut rings = Vec::new();
        for folder in &above {
            let mut ring = Vec::new();
            walk(folder, done, MAX_DEPTH, &mut entries, &mut ring);
            ring.retain(|found| *found != file);
            ring.sort();
            rings.push(ring);
            done = Some(folder);
        }
        Around { above, rings }
    }

    /// The folders from which an included header is found: that above the file, if one is it; else all of the nearest ring that has any.
    pub(super) fn folders(&self, header: &str) -> Vec<PathBuf> {
        let header = Path::new(header);
        if header.as_os_str().is_empty() || header.is_absolute() {
            return Vec::new();
        }
        let is_there = |folder: &&PathBuf| folder.join(header).is_file();
        if let Some(folder) = self.above.iter().find(is_there) {
            return vec![folder.clone()];
        }
        let depth = header.components().count();
        let mut rings = self.rings.iter().map(|ring| {
            let found = ring.iter().filter(|file| file.ends_with(header));
            let folders = found.filter_map(|file| file.ancestors().nth(depth));
            let folders: BTreeSet<&Path> = folders.collect();
            folders.into_iter().map(Path::to_owned).collect::<Vec<_>>()
        });
        rings.find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// What is found in one pass through all of them.
    pub(super) fn find(&self, wanted: &Wanted<'_>) -> Found {
        let mut found = Found {
            declaring: vec![Vec::new(); wanted.names.len()],
            ..Found::default()
        };
        for ring in &self.rings {
            look_through(ring, wanted, &mut found);
            let mut all = found.declaring.iter();
            // Farther away is another project's.
            if !found.headers.is_empty() && all.all(|declaring| !declaring.is_empty()) {
                break;
            }
        }
        found.headers.truncate(wanted.at_most);
        found.sources.truncate(wanted.at_most);
        found
    }
}

/// What is looked for.
pub(super) struct Wanted<'w> {
    /// Names that are to be declared.
    pub(super) names: &'w [&'w str],
    /// Names of files that are to be included.
    pub(super) files: &'w [&'w str],
    /// So many of each.
    pub(super) at_most: usize,
}

/// Where something is; the nearest first.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Of each name, the headers that declare it or define a macro of it.
    pub(super) declaring: Vec<Vec<PathBuf>>,
    /// The headers that include one of the files.
    pub(super) headers: Vec<PathBuf>,
    /// The sources that do.
    pub(super) sources: Vec<PathBuf>,
}

/// Looks through the files of a ring.
fn look_through(ring: &[PathBuf], wanted: &Wanted<'_>, found: &mut Found) {
    for file in ring {
        let Some(text) = text(file) else { continue };
        let includes = |names: &[&str]| {
            let mut names = names.iter();
            names.any(|name| text.contains(name) && includes(&text, name))
        };
        if includes(wanted.files) {
            let place = match is_header(file) {
                true => &mut found.headers,
                false => &mut found.sources,
            };
            place.push(file.clone());
        }
        if !is_header(file) {
            continue;
        }
        for (name, declaring) in wanted.names.iter().zip(&mut found.declaring) {
            let is_full = declaring.len() >= wanted.at_most;
            if !is_full && text.contains(name) && declares(&text, name) {
                declaring.push(file.clone());
            }
        }
    }
}

/// The folders that are looked through, the nearest first.
fn above(file: &Path) -> Vec<PathBuf> {
    let home = std::env::home_dir();
    let mut above: Vec<PathBuf> = Vec::new();
    for folder in file.ancestors().skip(1) {
        let is_top = folder.parent().is_none()
            || home.as_deref() == Some(folder)
            || folder == std::env::temp_dir()
            // That of this run: standard input is in a file there, and other files have nothing to do with it.
            || folder == tempfile::env::temp_dir();
        if is_top && !above.is_empty() {
            break;
        }
        above.push(folder.to_owned());
        if ROOTS.iter().any(|root| folder.join(root).exists()) {
            return above;
        }
    }
    above.truncate(1 + MAX_ABOVE);
    above
}

/// All sources below a folder, but for those below one that is done. Links are not followed.
fn walk(
    folder: &Path,
    done: Option<&Path>,
    depth: usize,
    entries: &mut usize,
    found: &mut Vec<PathBuf>,
) {
    let Ok(listed) = std::fs::read_dir(folder) else {
        return;
    };
    let mut below = Vec::new();
    for entry in listed.flatten() {
        *entries += 1;
        if *entries > MAX_ENTRIES {
            return;
        }
        let (path, Ok(kind)) = (entry.path(), entry.file_type()) else {
            continue;
        };
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if kind.is_dir() {
            let is_left_out = name.starts_with('.') || matches!(&*name, "node_modules" | "target");
            if depth > 0 && !is_left_out && done != Some(&*path) {
                below.push(path);
            }
        } else if kind.is_file() && (is_header(&path) || is_source(&path)) {
            found.push(path);
        }
    }
    // The order of a folder's entries is nobody's.
    below.sort();
    for folder in below {
        walk(&folder, done, depth - 1, entries, found);
    }
}

fn is_header(path: &Path) -> bool {
    // Qt's and Eigen's have no extension, and begin with a capital.
    let is_bare = path.extension().is_none()
        && path
            .file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| {
                name.starts_with(|c: char| c.is_ascii_uppercase())
                    && name.contains(|c: char| c.is_ascii_lowercase())
            });
    is_bare || has_extension(path, &["h", "hh", "hpp", "hxx", "inc", "inl"])
}

fn is_source(path: &Path) -> bool {
    has_extension(path, &["c", "cc", "cpp", "cxx"])
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extensions.contains(&extension))
}

fn text(path: &Path) -> Option<String> {
    let data = std::fs::metadata(path).ok()?;
    let is_small = data.is_file() && data.len() <= MAX_OCTETS;
    let octets = is_small.then(|| std::fs::read(path).ok()).flatten()?;
    Some(String::from_utf8_lossy(&octets).into_owned())
}

/// Whether a text includes a file of this name, by whatever folder.
fn includes(text: &str, name: &str) -> bool {
    included(text).any(|path| Path::new(path).file_name() == Some(name.as_ref()))
}

/// What a text includes, as it is written.
pub(super) fn included(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let directive = line.trim_start().strip_prefix('#')?.trim_start();
        let rest = directive.strip_prefix("include")?.trim_start();
        rest.get(1..)?.split(['"', '>']).next()
    })
}

/// Whether a text declares a name at its end of a typedef or of a record's braces, as a tag, or as a macro. Whoever asks compiles it.
fn declares(text: &str, name: &str) -> bool {
    let is_macro = |line: &str| {
        let rest = line.trim_start().strip_prefix('#')?.trim_start();
        let defined = rest
            .strip_prefix("define")?
            .trim_start()
            .strip_prefix(name)?;
        defined
            .chars()
            .next()
            .is_none_or(|next| !is_of_name(next))
            .then_some(())
    };
    if text.lines().any(|line| is_macro(line).is_some()) {
        return true;
    }
    let source = raw(text);
    let code = source
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let all: Vec<&str> = code.flat_map(tokens).collect();
    // The depth of braces at which a typedef began.
    let mut typedef: Option<i32> = None;
    let mut depth = 0;
    let mut enumeration = false;
    for (at, token) in all.iter().enumerate() {
        let next = all.get(at + 1).copied().unwrap_or_default();
        let last = at.checked_sub(1).and_then(|at| all.get(at)).copied();
        match *token {
            "typedef" => typedef = Some(depth),
            "enum" => enumeration = true,
            "{" => depth += 1,
            "}" => depth -= 1,
            ";" => {
                enumeration = false;
                typedef = typedef.filter(|begun| depth > *begun);
            }
            token if token == name => {
                let is_tag = matches!(last, Some("struct" | "union" | "enum" | "class"))
                    && matches!(next, "{" | ":");
                let is_named = typedef == Some(depth)
                    && matches!(next, ";" | "," | "[" | ")" | "__attribute__")
                    || last == Some("}") && next == ";"
                    || last == Some("using") && next == "=";
                let is_enumerator = enumeration
                    && matches!(last, Some("{" | ","))
                    && matches!(next, "=" | "," | "}");
                if is_tag || is_named || is_enumerator {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

fn is_of_name(c: char) -> bool {
    is_name("_") && (c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_they_are_declared_and_not_where_they_are_used() {
        for (text, is_declared) in [
            ("typedef float vec3_t[3];", true),
            ("typedef struct { float x; } vec3_t;", true),
            ("struct vec3_t { float x; };", true),
            ("PACKED( typedef struct { float x; }) vec3_t;", true),
            ("typedef struct { float x; vec3_t; } other;", false),
            ("#define vec3_t float", true),
            ("#  define vec3_t(x) x", true),
            ("using vec3_t = float;", true),
            ("enum e { a, vec3_t = 2 };", true),
            ("typedef float (*vec3_t)(int);", true),
            ("struct s { vec3_t low; };", false),
            ("void f(vec3_t a);", false),
            ("#define vec3_tt 1", false),
            ("// typedef float vec3_t;", false),
        ] {
            assert_eq!(declares(text, "vec3_t"), is_declared, "{text}");
        }
    }

    #[test]
    fn the_nearest_folder_with_a_header_is_found_and_two_alike_are_both() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let write = |path: &str, text: &str| {
            let file = root.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        std::fs::create_dir(root.join(".git")).unwrap();
        write(
            "net/include/net/a.h",
            "#include <net/b.h>\n#include \"port.h\"\n",
        );
        write("net/include/net/b.h", "");
        write("port/one/port.h", "typedef int port_t;");
        write("port/two/port.h", "");
        write("net/main.c", "# include \"net/a.h\"");
        let around = Around::of(&root.join("net/include/net/a.h"));
        assert_eq!(around.folders("net/b.h"), [root.join("net/include")]);
        assert_eq!(
            around.folders("port.h"),
            [root.join("port/one"), root.join("port/two")]
        );
        assert!(around.folders("none.h").is_empty());
        let found = around.find(&Wanted {
            names: &["none_t", "port_t"],
            files: &["a.h"],
            at_most: 9,
        });
        let port = root.join("port/one/port.h");
        assert_eq!(found.declaring, [vec![], vec![port]]);
        assert!(found.headers.is_empty());
        assert_eq!(found.sources, [root.join("net/main.c")]);
    }
}
