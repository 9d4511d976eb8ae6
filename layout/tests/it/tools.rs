//! What a test could not try, for want of a compiler: it is named on standard error, once.
//!
//! `CROSSUM_TEST_TOOLS=all` says that everything which `crossum setup` installs is here. Then a test that could not ask one of these programs fails.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};
use std::sync::{LazyLock, Mutex, PoisonError};

/// Names a program that could not be started because it is not here.
///
/// # Panics
/// When everything is said to be here, and this program is part of it; or when it could not be started for another reason.
pub(crate) fn not_here(program: &str, error: &io::Error) {
    assert_eq!(error.kind(), ErrorKind::NotFound, "{program}: {error}");
    let all = std::env::var("CROSSUM_TEST_TOOLS").is_ok_and(|tools| tools == "all");
    if let Err(why) = may_be_missing(program, all) {
        panic!("{why}");
    }
    name(format!("{program}: it is not here"));
}

/// Names what a program that is here does not do: an older one lacks an option, a target, or its headers.
pub(crate) fn not_done(what: impl Display, says: &str) {
    let says = says.lines().next().unwrap_or_default();
    name(format!("{what}: {says}"));
}

fn may_be_missing(program: &str, all: bool) -> Result<(), String> {
    if all && INSTALLED.contains(program) {
        return Err(format!(
            "`{program}` is not here, but CROSSUM_TEST_TOOLS=all says so: `crossum setup` installs it"
        ));
    }
    Ok(())
}

/// Standard error itself, not `eprintln!`: that of a test that passes is shown to nobody.
fn name(what: String) {
    static NAMED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut named = NAMED.lock().unwrap_or_else(PoisonError::into_inner);
    if !named.contains(&what) {
        let _ = writeln!(std::io::stderr(), "not tried: {what}");
        named.insert(what);
    }
}

/// What `crossum setup` installs for the targets of the matrix, and what Rust comes with.
static INSTALLED: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let table: toml::Table = include_str!("../../../cross/targets.toml")
        .parse()
        .expect("the table of targets");
    let targets = table["target"].as_array().expect("rows");
    let cross = targets
        .iter()
        .filter(|target| target.get("with").is_none())
        // What zig alone builds for has no prefix, and `setup --with` alone brings it.
        .filter_map(|target| Some(format!("{}-gcc", target.get("gnu")?.as_str()?)));
    let host = ["ar", "clang", "clang++", "gcc", "rustc"].map(str::to_owned);
    cross.chain(host).collect()
});

#[test]
fn only_what_is_installed_must_be_here_and_only_when_all_is_said_to_be() {
    for (program, must) in [
        ("clang", true),
        ("gcc", true),
        ("s390x-linux-gnu-gcc", true),
        ("x86_64-w64-mingw32-gcc", false),
        ("sh4-linux-gnu-gcc", true),
        ("clang-19", false),
        ("avr-gcc", false),
    ] {
        assert_eq!(may_be_missing(program, true).is_err(), must, "{program}");
        assert_eq!(may_be_missing(program, false), Ok(()), "{program}");
    }
}
