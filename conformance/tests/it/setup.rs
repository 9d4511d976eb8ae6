//! What a run installs before it begins, and what it leaves to whoever needs it.

use cross::Host;

use crate::bench::{Bench, not_tried};

/// No toolchain has its standard library, so that it is built from source.
const WITHOUT_STD: &str = "mips-unknown-linux-gnu";

/// A cache without any standard library, and a Rust that no rustup stands in front of.
async fn bench() -> Option<Bench> {
    let bench = Bench::new();
    let toolchains = cross::rust_std::toolchains(&Host::this()).await;
    let with_source = toolchains.iter().find(|one| one.source().is_some())?;
    let programs = bench.path("bin");
    std::fs::create_dir(&programs).unwrap();
    for (name, program) in [("cargo", &with_source.cargo), ("rustc", &with_source.rustc)] {
        std::os::unix::fs::symlink(program, programs.join(name)).unwrap();
    }
    let path = format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", programs.display());
    let cache = bench.path("cache").display().to_string();
    Some(
        bench
            .with_variable("PATH", path)
            .with_variable("CROSSUM_CACHE", cache),
    )
}

/// Participants in C need no library of Rust's: none is built before they meet.
#[tokio::test]
async fn no_standard_library_is_built_before_somebody_needs_it() {
    let Some(bench) = bench().await else {
        return not_tried("a toolchain with the source of Rust's library");
    };
    // Without `--yes`, and without a terminal, nothing is done.
    let todo = bench.run(&["setup", "--targets", WITHOUT_STD]);
    let library =
        format!("build the Rust standard library (a minute each, once) for: {WITHOUT_STD}");
    if todo.stdout.contains("install") || !todo.stdout.contains(&library) {
        return not_tried("setup on a machine that lacks nothing but a library of Rust's");
    }
    let participants = format!("c-gcc@{WITHOUT_STD}");
    let ran = bench.matrix(
        &participants,
        "text",
        &["--vectors", "1", "--setup", "--yes"],
    );
    assert_eq!(ran.status, 0, "{ran}");
    assert!(ran.stdout.contains(&library), "{ran}");
    assert!(ran.stdout.contains("1 as predicted, 0 not"), "{ran}");
    assert!(bench.path("cache/participants").is_dir(), "{ran}");
    assert!(!bench.path("cache/sysroots").exists(), "{ran}");
}
