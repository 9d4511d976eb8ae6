//! zig, which builds static programs for machines of Linux whose C library it brings itself: a Clang, and musl's source.
//!
//! One version of it is known ([`PACKAGE`]), in a folder of the cache that `crossum setup --with zig` fills. Nothing is looked for on the search path: what other versions lay out would be another claim.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::find::{Finding, Found, Missing, Origin, Remedy};
use crate::host::Host;
use crate::seal;

/// Its version.
pub const VERSION: &str = "0.17.1";

/// Its package on PyPI.
pub const PACKAGE: &str = "ziglang";

/// The SHA-256 of the package's wheels that are accepted.
pub const DIGESTS: [&str; 1] = ["ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54"];

/// What of `setup --with` brings it.
pub const WITH: &str = "zig";

/// The program in its folder.
const PROGRAM: &str = "zig";

/// The folder that it is in, if it is here.
pub fn folder(host: &Host) -> PathBuf {
    host.cache().join("zig").join(VERSION)
}

/// Looks for it.
///
/// # Errors
/// It is not here. What it is wanted for is told as `what`.
pub fn find(host: &Host, what: &str) -> Finding<PathBuf> {
    let program = folder(host).join(PROGRAM);
    if program.is_file() {
        return Ok(Found {
            value: program.clone(),
            origin: Origin::Cache(program),
        });
    }
    Err(Missing {
        what: what.to_owned(),
        looked: vec![program.display().to_string()],
        remedy: Remedy::Setup(WITH),
    })
}

/// Whether it is as it was brought. Its files are many, and are read once a run.
///
/// # Errors
/// It is not, and why.
pub fn check(host: &Host) -> Result<(), Changed> {
    static CHECKED: OnceLock<Result<(), String>> = OnceLock::new();
    let checked =
        CHECKED.get_or_init(|| seal::check(&folder(host)).map_err(|error| error.to_string()));
    checked.clone().map_err(Changed)
}

/// It is not what was brought.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}: remove that folder, and `crossum setup --with zig` brings it anew")]
pub struct Changed(String);

/// Its own library, whatever the user's environment names, and where it keeps the C libraries that it built, each once.
pub(crate) fn variables(host: &Host) -> Vec<(&'static str, OsString)> {
    let built = host.cache().join("zig").join(format!("built-{VERSION}"));
    [
        ("ZIG_LIB_DIR", folder(host).join("lib")),
        ("ZIG_GLOBAL_CACHE_DIR", built.clone()),
        ("ZIG_LOCAL_CACHE_DIR", built),
    ]
    .map(|(name, folder)| (name, folder.into_os_string()))
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compiler;
    use crate::target::all;

    #[test]
    fn a_target_of_zig_that_was_not_brought_says_what_brings_it() {
        let empty = tempfile::tempdir().unwrap();
        let cache = empty.path().join("cache").display().to_string();
        let host = Host::new([("CROSSUM_CACHE".to_owned(), cache)], "/");
        for target in all() {
            let missing = compiler::zig(&host, target).unwrap_err();
            assert_eq!(
                missing.remedy == Remedy::Setup(WITH),
                target.zig.is_some(),
                "{missing}"
            );
        }
        assert!(check(&host).is_err());
    }

    #[test]
    fn a_digest_is_of_64_digits() {
        let is_digest = |digest: &&str| {
            digest.len() == 64 && digest.bytes().all(|octet| octet.is_ascii_hexdigit())
        };
        assert!(DIGESTS.iter().all(is_digest));
    }
}
