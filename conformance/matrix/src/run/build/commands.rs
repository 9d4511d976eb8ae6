//! Builds a user's own participant, by its own commands. They are run every time, into the same folder, unless another run has it: what changed since the last time is for them to know.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use cross::process::Invocation;
use cross::runner::Runner;
use cross::{Host, TargetTools, build_std};
use layout::abi::Scalar;

use super::black_box::Start;
use super::built::{Asking, Built, Lines, Serving};
use super::lock;
use super::startable::startable;
use super::{ending, is_plain, of_wine, started};
use crate::participant::Participant;
use crate::participant::command::Builtin;
use crate::participant::command::{Command, Values};
use crate::participant::program::{Asks, Program, Serves};
use crate::run::network::Network;
use kit::fingerprint::Fingerprint;

const COMMAND_TIMEOUT: Duration = Duration::from_secs(1800);

/// Builds one.
///
/// # Errors
/// A tool that its commands name is missing, or one of them fails: with what it said.
pub(super) async fn build(
    host: &Host,
    cache: &Path,
    participant: &Participant,
    program: &Program,
    tools: &TargetTools,
) -> anyhow::Result<Built> {
    let runner = tools.runner.as_ref().map_err(Clone::clone)?.value.clone();
    let out = folder(cache, participant, program)?;
    let black_box = matches!(program.serves, Some(Serves::BlackBox(_)))
        || matches!(program.asks, Some(Asks::BlackBox(_)));
    if let (true, Some(machine)) = (black_box, runner.machine()) {
        anyhow::bail!(
            "a program as it is (`listen`, `ask`) runs on this machine, where the relay is: on another ({machine}) it has to speak the contract (`server`, `client`)"
        );
    }
    if let (true, Runner::Board(_)) = (black_box, &runner) {
        anyhow::bail!(
            "a program as it is (`listen`, `ask`) has sockets, and a board has a serial line: there it has to answer questions (`server`, `client`; PARTICIPANTS.md, \"On a serial line\")"
        );
    }
    let address = cross::runner::address(host, participant.target)?;
    let values = values(tools, program, &out)?;
    for command in &program.build {
        let words = command.with(&values).words();
        let built = tool(&words, tools).await?.directory(&program.folder);
        built.run(COMMAND_TIMEOUT).await?;
    }
    // What starts on another machine must be copied there first.
    for command in [
        program.serves.as_ref().map(Serves::command),
        program.asks.as_ref().map(Asks::command),
    ] {
        let words = command.map(|command| command.with(&values).words());
        if let Some(first) = words.as_ref().and_then(|words| words.first()) {
            startable(first, &program.folder, &runner, participant.target, host)?;
            runner.bring(first.as_ref()).await?;
        }
    }
    let start = |command: &Command| Start {
        command: command.with(&values),
        runner: runner.clone(),
        folder: program.folder.clone(),
        host: host.clone(),
        variables: Vec::new(),
        network: Network::this_machines(),
    };
    let by_contract = |command: &Command| {
        let words = command.with(&values).words();
        let (image, rest) = words
            .split_first()
            .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        let started = started(&runner, image.as_ref())?.args(rest);
        let invocation = started.directory(program.folder.clone());
        anyhow::Ok(ending(invocation, participant.target).kill_with_parent(host))
    };
    Ok(Built {
        server: match &program.serves {
            Some(Serves::ByContract(command)) => Some(Serving::ByContract(by_contract(command)?)),
            Some(Serves::BlackBox(command)) => Some(Serving::BlackBox(start(command))),
            None => None,
        },
        client: match &program.asks {
            Some(Asks::ByContract(command)) => Some(Asking::ByContract(
                by_contract(command)?.reading_input(),
                match program.json_lines {
                    true => Lines::Json,
                    false => Lines::Words,
                },
            )),
            Some(Asks::BlackBox(command)) => Some(Asking::BlackBox(start(command))),
            None => None,
        },
        compiler: compiler(tools, program).await?,
        is_plain: is_plain(&runner) && !program.in_host_network,
        runner: runner.describe().await,
        wine: of_wine(&runner),
        machine: runner.machine(),
        address,
        is_new: true,
    })
}

/// So many runs of the files in one folder may go on at a time.
const MAX_RUNS: usize = 32;

/// Where it is built: a folder for each participant and target of the files in one folder. Another run of these files has its own, for it would write over programs that run.
fn folder(cache: &Path, participant: &Participant, program: &Program) -> anyhow::Result<PathBuf> {
    let mut project = Fingerprint::default();
    project.add(&program.folder.display().to_string());
    let place = |run: usize| match run {
        1 => cache.join("own").join(project.to_string()),
        more => cache.join("own").join(format!("{project}.{more}")),
    };
    let free = lock::first_free((1..=MAX_RUNS).map(place))
        .with_context(|| format!("cannot make {}", place(1).display()))?;
    let free = free.with_context(|| {
        let folder = program.folder.display();
        format!("{MAX_RUNS} runs of the files in {folder} go on already")
    })?;
    let out = free.join(participant.id.to_string());
    std::fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    Ok(out)
}

/// All commands of a program.
fn commands(program: &Program) -> impl Iterator<Item = &Command> {
    let serves = program.serves.iter().map(Serves::command);
    let asks = program.asks.iter().map(Asks::command);
    program.build.iter().chain(serves).chain(asks)
}

/// What the variables stand for on a target; a tool that no command names may be missing.
fn values(tools: &TargetTools, program: &Program, out: &Path) -> anyhow::Result<Values> {
    let one = |text: String| vec![text];
    let pointer = tools.abi.size(Scalar::Pointer);
    let mut values = Values::from([
        (Builtin::Target, one(tools.target.name.clone())),
        (Builtin::Gnu, one(tools.target.gnu.clone())),
        (Builtin::Out, one(out.display().to_string())),
        (Builtin::Abi, one(tools.abi.name().to_owned())),
        (Builtin::ByteOrder, one(tools.abi.byte_order().to_string())),
        (Builtin::Bits, one((8 * pointer).to_string())),
    ]);
    let named = |builtin| commands(program).any(|command| command.has(builtin));
    if named(Builtin::Gcc) {
        let gcc = &tools.gcc.as_ref().map_err(Clone::clone)?.value;
        values.insert(Builtin::Gcc, gcc.words());
    }
    if named(Builtin::Clang) {
        let clang = &tools.clang.as_ref().map_err(Clone::clone)?.value;
        values.insert(Builtin::Clang, clang.words());
    }
    if named(Builtin::Sysroot) {
        let library = &tools.c_library.as_ref().map_err(Clone::clone)?.value;
        values.insert(Builtin::Sysroot, one(library.display().to_string()));
    }
    Ok(values)
}

/// A command of the build. `cargo` gets the target's linker and standard library, which may have to be built first.
async fn tool(words: &[String], tools: &TargetTools) -> anyhow::Result<Invocation> {
    let (first, rest) = words
        .split_first()
        .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    if first != "cargo" {
        return Ok(Invocation::new(first).args(rest));
    }
    let gcc = &tools.gcc.as_ref().map_err(Clone::clone)?.value;
    let std = tools.rust.as_ref().map_err(Clone::clone)?.value.clone();
    let std = build_std::build(std, tools.target).await?;
    Ok(std.cargo(gcc.linker(), &[]).args(rest))
}

/// The compilers that its commands name, such as `gcc 12.2.0`.
async fn compiler(tools: &TargetTools, program: &Program) -> anyhow::Result<String> {
    let mut names = Vec::new();
    for (builtin, compiler) in [(Builtin::Gcc, &tools.gcc), (Builtin::Clang, &tools.clang)] {
        let mut build = program.build.iter();
        if let (true, Ok(found)) = (build.any(|command| command.has(builtin)), compiler) {
            names.push(found.value.version().await?);
        }
    }
    let is_cargo = |command: &Command| command.words().first().is_some_and(|word| word == "cargo");
    if let (true, Ok(std)) = (program.build.iter().any(is_cargo), &tools.rust) {
        names.push(format!("rustc {}", std.value.toolchain.release));
    }
    Ok(match names.as_slice() {
        [] => "its own commands".to_owned(),
        names => names.join(", "),
    })
}
