//! The folders of a product use each other in one direction.

use std::path::{Path, PathBuf};

/// Each product with its folders. A folder uses only folders that stand after it.
const PRODUCTS: [(&str, &[&str]); 2] = [
    (
        "suite",
        &[
            "report", "run", "miri", "emulator", "nextest", "libtest", "build", "project",
            "results",
        ],
    ),
    (
        "faults",
        &[
            "report",
            "run",
            "scenarios",
            "pair",
            "testbed",
            "inside",
            "observation",
        ],
    ),
];

#[test]
fn no_folder_uses_one_above_it() {
    for (product, folders) in PRODUCTS {
        let source = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(product)
            .join("src");
        let mut found: Vec<_> = children(&source)
            .into_iter()
            .filter(|path| path.is_dir())
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        found.sort();
        let mut known: Vec<_> = folders.to_vec();
        known.sort_unstable();
        assert_eq!(found, known, "the folders of {product}");
        for (place, folder) in folders.iter().enumerate() {
            let allowed = &folders[place..];
            for file in files(&source.join(folder)) {
                let text = std::fs::read_to_string(&file).unwrap();
                for used in used(&text) {
                    assert!(
                        allowed.contains(&used.as_str()),
                        "{} uses `{used}`, which is not below `{folder}`",
                        file.display()
                    );
                }
            }
        }
    }
}

/// The names that follow `crate::` outside of comments.
fn used(source: &str) -> Vec<String> {
    let code = source.lines().map(str::trim_start);
    let code = code.filter(|line| !line.starts_with("//"));
    let after = code.flat_map(|line| line.split("crate::").skip(1));
    let name = |text: &str| {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
        text[..end.unwrap_or(text.len())].to_owned()
    };
    after.map(name).collect()
}

#[test]
fn what_a_source_uses_is_found() {
    let source = "use crate::run::Plan;\n/// [`crate::no`]\nlet x = crate::results::exit;\nuse crate::{a, b};\n";
    assert_eq!(used(source), ["run", "results", ""]);
}

/// All sources below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut sources = Vec::new();
    for path in children(folder) {
        if path.is_dir() {
            sources.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
    sources
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}
