//! What a type in a header is: this machine's compiler reads the header, and its debug information has the type.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use cross::Host;
use cross::process::{Exit, Invocation};
use layout::dwarf::{self, Program};
use layout::fit::{self, Alignments, probe};
use layout::{Abi, Abis};

use super::declared::{DeclaredTypes, NamedType};
use super::{MessageType, MessageTypes, TypesOf};
use crate::protocol::Encoding;

/// The machines that exchange the messages.
#[derive(Clone, Copy)]
pub struct Machines<'a> {
    /// Their ABIs.
    pub all: &'a [&'a Abi],
    /// The table that these are of.
    pub table: &'a Abis,
}

const COMPILE_TIMEOUT: Duration = Duration::from_secs(120);

/// The types of all encodings that name one. Headers are looked for in `folder`. What cannot be read is told with its reason.
pub async fn types_of(
    encodings: &[Arc<dyn Encoding>],
    folder: &Path,
    machines: Machines<'_>,
    host: &Host,
) -> TypesOf {
    let mut types = TypesOf::new();
    for encoding in encodings {
        if let Some(declared) = encoding.types() {
            let read = both(declared, folder, machines, host).await;
            let read = read.map_err(|error| format!("{error:#}"));
            types.insert(encoding.name().to_owned(), read);
        }
    }
    types
}

async fn both(
    declared: &DeclaredTypes,
    folder: &Path,
    machines: Machines<'_>,
    host: &Host,
) -> anyhow::Result<MessageTypes> {
    let client = read(&declared.client, folder, machines, host).await?;
    let server = match declared.server == declared.client {
        true => client.clone(),
        false => read(&declared.server, folder, machines, host).await?,
    };
    Ok(MessageTypes { server, client })
}

/// Reads one type. Attributes that debug information does not have are found from how the type lies, and from what the compiler says of alignments; where that leaves something open, the type is not read.
async fn read(
    named: &NamedType,
    folder: &Path,
    machines: Machines<'_>,
    host: &Host,
) -> anyhow::Result<MessageType> {
    let header = folder.join(&named.header);
    let header = header
        .canonicalize()
        .with_context(|| format!("cannot read {}", header.display()))?;
    let scratch = tempfile::tempdir().context("no place for an object file")?;
    let include = format!("#include \"{}\"\n", header.display());
    let object = compiled(&include, "-c", scratch.path(), host).await?;
    let mut program = dwarf::read(&object).map_err(anyhow::Error::from)?;
    let questions = include.clone() + &probe::source(&program, &program.named);
    // A compiler that refuses one question answers none; then more may stay open.
    let answers = compiled(&questions, "-c", scratch.path(), host).await.ok();
    let answers = answers.and_then(|object| dwarf::read(&object).ok());
    let mut told = answers.map_or_else(Alignments::default, |answers| {
        probe::answers(&answers, &program.named)
    });
    let text = compiled(&include, "-E", scratch.path(), host).await.ok();
    if let Some(text) = text {
        told.read_source(&program, &String::from_utf8_lossy(&text));
    }
    let fit = fit::best(&mut program, machines.table, machines.all, &told)
        .context("this machine's compiler has an ABI that is in no table")?;
    let found = program
        .named
        .iter()
        .find(|one| one.name.to_string() == named.name);
    let id = found
        .map(|found| found.kind)
        .with_context(|| unknown(named, &program))?;
    let on_one = |open: &&&fit::Ambiguity| {
        let mut machines = machines.all.iter();
        machines.any(|abi| open.abis.contains(abi.name()))
    };
    if let Some(open) = fit.about(&program.types, id).iter().find(on_one) {
        anyhow::bail!("{named}: {}", open.why);
    }
    Ok(MessageType {
        name: named.to_string(),
        types: program.types,
        id,
    })
}

fn unknown(named: &NamedType, program: &Program) -> String {
    let names: Vec<String> = program
        .named
        .iter()
        .map(|one| one.name.to_string())
        .collect();
    let near = cross::target::nearest(&named.name, names.iter().map(String::as_str));
    format!(
        "{} has no type `{}`{}",
        named.header,
        named.name,
        cross::target::did_you_mean(near)
    )
}

/// What a compiler makes of a text: an object with the types in it, used or not; or what its preprocessor leaves.
async fn compiled(text: &str, step: &str, scratch: &Path, host: &Host) -> anyhow::Result<Vec<u8>> {
    let (source, made) = (scratch.join("message.c"), scratch.join("made"));
    std::fs::write(&source, text).context("no place for a source file")?;
    let names = ["cc", "gcc", "clang"];
    let compiler = names.into_iter().find_map(|name| host.program(name));
    let compiler = compiler.context("no C compiler: cc, gcc or clang reads the type's header")?;
    let compiling = Invocation::new(compiler)
        .args([
            "-g",
            "-gdwarf-5",
            "-fno-eliminate-unused-debug-types",
            "-w",
            step,
            "-o",
        ])
        .arg(&made)
        .arg(&source);
    let output = compiling.output(COMPILE_TIMEOUT).await?;
    anyhow::ensure!(
        output.exit == Exit::Code(0),
        "the header does not compile:\n{}",
        output.stderr.trim_end()
    );
    std::fs::read(&made).context("the compiler left nothing")
}
