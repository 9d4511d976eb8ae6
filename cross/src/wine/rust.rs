//! What wine needs around it to start Rust's programs: a library that older ones lack, and silence about what they lack besides.
//!
//! Wine looks into `WINEPATH` last, so that one that has the library uses its own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::compiler::Compiler;
use crate::host::Host;
use crate::scratch::Scratch;
use crate::seal;
use crate::target::Target;

const SOURCE: &str = include_str!("bcryptprimitives.c");
const LIBRARY: &str = "bcryptprimitives.dll";
/// Holds nothing but the library.
const LIBRARY_FOLDER: &str = "library";
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
    target: &Target,
    compiler: &Compiler,
) -> Result<Vec<(&'static str, OsString)>, NoLibrary> {
    let folder = host
        .cache()
        .join("wine")
        .join(&target.name)
        .join(LIBRARY_FOLDER);
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

/// Makes the library, unless it is there as it was made.
async fn made(folder: &Path, compiler: &Compiler) -> Result<(), Box<dyn std::error::Error>> {
    if seal::check(folder).is_ok() {
        return Ok(());
    }
    let around = folder.parent().unwrap_or(folder);
    std::fs::create_dir_all(around)?;
    let scratch = Scratch::new_in(around)?;
    let place = |name: &str| -> PathBuf { scratch.path().join(name) };
    std::fs::write(place("source.c"), SOURCE)?;
    std::fs::create_dir(place(LIBRARY_FOLDER))?;
    let library = place(LIBRARY_FOLDER).join(LIBRARY);
    compiler
        .library(&place("source.c"), &[SYSTEM], &library)
        .await?;
    Ok(seal::put(&place(LIBRARY_FOLDER), folder)?)
}
