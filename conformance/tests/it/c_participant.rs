//! The C participant against the golden vectors, on this machine.

use std::path::Path;

use crate::bench::host_command;

/// What the test has in common with the program: the encodings.
fn shared_sources(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let is_shared =
        |path: &std::path::PathBuf| path.extension().is_some_and(|extension| extension == "c");
    entries.filter(is_shared).collect()
}

#[test]
fn every_golden_vector_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let sources = root.join("conformance/matrix/participants/c");
    let folder = tempfile::tempdir().unwrap();
    let test = folder.path().join("vectors");
    let built = host_command("gcc")
        .args([
            "-std=c99",
            "-O2",
            "-Wall",
            "-Wextra",
            "-Wpedantic",
            "-Wconversion",
            "-Werror",
            "-I",
        ])
        .arg(&sources)
        .arg("-o")
        .arg(&test)
        .arg(sources.join("test/vectors.c"))
        .args(shared_sources(&sources))
        .status()
        .expect("gcc is there: the Rust toolchain links with it");
    assert!(built.success());
    let ran = host_command(&test)
        .arg(root.join("proto/vectors"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(
        ran.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    assert!(said.contains(" passed, 0 failed"), "{said}");
}
