//! What wine needs around it to start Rust's programs: a library that older ones lack, and silence about what they lack besides.
//!
//! Wine looks into `WINEPATH` last, so that one that has the library uses its own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::compiler::Compiler;
use crate::host::Host;

const SOURCE: &str = include_str!("wine/bcryptprimitives.c");
const LIBRARY: &str = "bcryptprimitives.dll";
const SYSTEM: &str = "-ladvapi32";

/// The library could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot make {LIBRARY}, which Rust's programs need under wine: {0}")]
pub struct NoLibrary(String);

/// The variables for a program under wine. What the user set stays, or comes first.
///
/// # Errors
/// [`NoLibrary`].
pub async fn variables(
    host: &Host,
    compiler: &Compiler,
) -> Result<Vec<(&'static str, OsString)>, NoLibrary> {
    let folder = host.cache().join("wine");
    made(&folder, compiler)
        .await
        .map_err(|error| NoLibrary(error.to_string()))?;
    // Wine separates folders as Windows does.
    let folders = host.variable("WINEPATH").into_iter().map(OsString::from);
    let folders: Vec<_> = folders.chain([folder.into_os_string()]).collect();
    let mut variables = vec![("WINEPATH", folders.join(";".as_ref()))];
    if host.variable("WINEDEBUG").is_none() {
        variables.push(("WINEDEBUG", "-all".into()));
    }
    Ok(variables)
}

/// Makes the library, unless it is there.
async fn made(folder: &Path, compiler: &Compiler) -> Result<(), Box<dyn std::error::Error>> {
    let library = folder.join(LIBRARY);
    if library.is_file() {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    // Another run may be doing the same: it is there as a whole or not at all.
    let scratch = tempfile::tempdir_in(folder)?;
    let place = |name: &str| -> PathBuf { scratch.path().join(name) };
    std::fs::write(place("source.c"), SOURCE)?;
    compiler
        .library(&place("source.c"), &[SYSTEM], &place(LIBRARY))
        .await?;
    std::fs::rename(place(LIBRARY), library)?;
    Ok(())
}
