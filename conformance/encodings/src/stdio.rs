//! What `snprintf` and `sscanf` of this machine's C library cost, measured by a small C program that times itself.

use std::time::Duration;

use anyhow::Context as _;
use cross::compiler::Compiler;
use cross::process::Invocation;
use proto::Request;

use kit::tools::Tools;

use super::native::{Nanoseconds, TIMES};

/// The program, which says what it does.
const SOURCE: &str = include_str!("../../../gauge/benches/stdio.c");

const MEASUREMENT_TIMEOUT: Duration = Duration::from_secs(120);

/// Measures with the tools of this machine.
///
/// # Errors
/// This machine is none of the targets, or has no compiler of its own; those of [`measure`].
pub async fn measure_here(tools: &Tools, values: &[Request]) -> anyhow::Result<Nanoseconds> {
    let native = cross::targets().find(|target| target.is_native());
    let native = native.context("this machine is none of the targets")?;
    let target_tools = tools.by_target.get(&native.name);
    let target_tools = target_tools.context("no tools were looked for")?;
    let compiler = &target_tools.gcc.as_ref().map_err(Clone::clone)?.value;
    measure(compiler, values).await
}

/// Builds it with this machine's compiler and runs it on these values.
///
/// # Errors
/// The compiler's, or the program's when a value did not come back.
pub async fn measure(compiler: &Compiler, values: &[Request]) -> anyhow::Result<Nanoseconds> {
    let folder = tempfile::Builder::new()
        .prefix("crossum-stdio-")
        .tempdir()?;
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("stdio.c"), SOURCE)?;
    let lines = values
        .iter()
        .map(|value| format!("{} {}\n", value.a, value.b));
    std::fs::write(at("values"), lines.collect::<String>())?;
    compiler
        .build(
            &["-std=c99", "-O2", "-D_POSIX_C_SOURCE=199309L"],
            &[at("stdio.c")],
            folder.path(),
            &at("stdio"),
        )
        .await?;
    let said = Invocation::new(at("stdio"))
        .arg(at("values"))
        .arg(TIMES.to_string())
        .run(MEASUREMENT_TIMEOUT)
        .await?;
    let numbers = said.split_whitespace().map(str::parse);
    let numbers = numbers.collect::<Result<Vec<f64>, _>>();
    match numbers.as_deref() {
        Ok([encode, decode]) => Ok(Nanoseconds {
            encode: *encode,
            decode: *decode,
        }),
        _ => Err(anyhow::anyhow!(
            "`{}`: two numbers were expected",
            said.trim()
        )),
    }
    .context("the C program that measures snprintf and sscanf")
}
