//! Builds participants, and keeps what it built: the second run of an unchanged tree compiles nothing.

mod black_box;
mod board;
mod built;
mod c;
mod commands;
mod kept;
mod key;
mod lock;
mod rust;
mod sources;
mod startable;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use cross::process::Invocation;
use cross::runner::Runner;
use cross::rust_std::Place;
use cross::wine::{self, Wine};
use cross::{Host, Target, TargetTools, room, runner};

use crate::participant::{Build, Participant};

pub use black_box::Start;
pub use built::{Asking, Built, Lines, Serving};
pub use rust::RustBuilt;
use sources::{Programs, Sources};

/// Where participants are built and kept.
#[derive(Clone)]
pub struct BuildCache {
    host: Host,
    sources: Sources,
}

impl BuildCache {
    /// A cache for what is built from the sources in `workspace`. It is kept by content: another checkout of the same sources finds it there.
    pub fn new(host: &Host, workspace: Option<PathBuf>) -> Self {
        BuildCache {
            host: host.clone(),
            sources: Sources {
                workspace,
                cache: host.cache(),
            },
        }
    }

    /// Builds a participant, unless the same was built before.
    ///
    /// # Errors
    /// What is missing, or what the compiler said.
    pub async fn build(
        &self,
        participant: &Participant,
        tools: &TargetTools,
    ) -> anyhow::Result<Built> {
        let built = self.build_with_room(participant, tools).await;
        built.map_err(|error| self.or_full(error))
    }

    /// What failed, with what a full disk has to do with it.
    fn or_full(&self, error: anyhow::Error) -> anyhow::Error {
        let full = room::full(&self.sources.cache).or_else(room::full_temporary);
        match full {
            Some(full) => error.context(full),
            None => error,
        }
    }

    async fn build_with_room(
        &self,
        participant: &Participant,
        tools: &TargetTools,
    ) -> anyhow::Result<Built> {
        // What nothing runs is not built.
        tools.runner.as_ref().map_err(Clone::clone)?;
        let programs = match &participant.implementation.build {
            Build::Own(program) => {
                return commands::build(
                    &self.host,
                    &self.sources.cache,
                    participant,
                    program,
                    tools,
                )
                .await;
            }
            Build::Cargo => rust::participant(&self.sources, participant, tools).await?,
            Build::Gcc => {
                let gcc = &tools.gcc.as_ref().map_err(Clone::clone)?.value;
                c::build(&self.sources, participant, gcc).await?
            }
            Build::Clang => {
                let clang = &tools.clang.as_ref().map_err(Clone::clone)?.value;
                c::build(&self.sources, participant, clang).await?
            }
            Build::Zig => {
                let zig = &tools.zig.as_ref().map_err(Clone::clone)?.value;
                cross::zig::check(&self.host)?;
                c::build(&self.sources, participant, zig).await?
            }
        };
        self.by_contract(participant, programs, tools).await
    }

    /// A participant that was built before. `None` where it is still to be built.
    ///
    /// # Errors
    /// What is missing.
    pub async fn kept(
        &self,
        participant: &Participant,
        tools: &TargetTools,
    ) -> anyhow::Result<Option<Built>> {
        tools.runner.as_ref().map_err(Clone::clone)?;
        let kept = match &participant.implementation.build {
            // What changed since the last time is for its own commands to know.
            Build::Own(_) => None,
            Build::Cargo => rust::kept_participant(&self.sources, participant, tools).await?,
            Build::Gcc => {
                let gcc = &tools.gcc.as_ref().map_err(Clone::clone)?.value;
                c::kept(&self.sources, participant, gcc).await?
            }
            Build::Clang => {
                let clang = &tools.clang.as_ref().map_err(Clone::clone)?.value;
                c::kept(&self.sources, participant, clang).await?
            }
            Build::Zig => {
                let zig = &tools.zig.as_ref().map_err(Clone::clone)?.value;
                c::kept(&self.sources, participant, zig).await?
            }
        };
        match kept {
            None => Ok(None),
            Some(programs) => self
                .by_contract(participant, programs, tools)
                .await
                .map(Some),
        }
    }

    /// How programs that speak the contract are started.
    async fn by_contract(
        &self,
        participant: &Participant,
        programs: Programs,
        tools: &TargetTools,
    ) -> anyhow::Result<Built> {
        let runner = tools.runner.as_ref().map_err(Clone::clone)?.value.clone();
        let Programs {
            server,
            client,
            compiler,
            is_new,
        } = programs;
        let address = runner::address(&self.host, participant.target)?;
        runner.bring(&server).await?;
        if client != server {
            runner.bring(&client).await?;
        }
        let variables = self.variables(participant, &runner, tools).await?;
        let start = |program: &Path| {
            let invocation = ending(started(&runner, program)?, participant.target);
            let variables = variables.iter();
            let invocation = variables.fold(invocation, |all, (name, value)| all.env(name, value));
            anyhow::Ok(invocation.kill_with_parent(&self.host))
        };
        Ok(Built {
            server: Some(Serving::ByContract(start(&server)?)),
            client: Some(Asking::ByContract(
                start(&client)?.reading_input(),
                Lines::Words,
            )),
            compiler,
            is_plain: is_plain(&runner),
            runner: runner.describe().await,
            wine: of_wine(&runner),
            machine: runner.machine(),
            address,
            is_new,
        })
    }

    /// What a program needs around it: Rust's, under wine, a library that older ones lack.
    async fn variables(
        &self,
        participant: &Participant,
        runner: &Runner,
        tools: &TargetTools,
    ) -> anyhow::Result<Vec<(&'static str, OsString)>> {
        if !matches!(
            (&participant.implementation.build, runner),
            (Build::Cargo, Runner::Wine(_))
        ) {
            return Ok(Vec::new());
        }
        let gcc = &tools.gcc.as_ref().map_err(Clone::clone)?.value;
        Ok(wine::variables(&self.host, participant.target, gcc).await?)
    }

    /// Builds the program whose instructions are counted, unless the same was built before.
    ///
    /// # Errors
    /// What is missing, or what the compiler said.
    pub async fn gauge(&self, tools: &TargetTools) -> anyhow::Result<RustBuilt> {
        let built = rust::gauge(&self.sources, tools).await;
        built.map_err(|error| self.or_full(error))
    }

    /// Builds `sumsrv` and `sumcli`, with their options and their log, unless the same were built before. They are in the folder, by these names.
    ///
    /// # Errors
    /// What is missing, or what the compiler said.
    pub async fn programs(&self, tools: &TargetTools) -> anyhow::Result<RustBuilt> {
        let built = rust::programs(&self.sources, tools).await;
        built.map_err(|error| self.or_full(error))
    }

    /// Whether a participant's standard library is yet to be built, which takes most of a minute.
    pub fn is_slow(tools: &TargetTools, participant: &Participant) -> bool {
        participant.implementation.build == Build::Cargo
            && tools
                .rust
                .as_ref()
                .is_ok_and(|std| matches!(std.value.place, Place::ToBeBuilt { .. }))
    }
}

/// What starts a program that speaks the contract; a board's image has somebody who speaks it for it.
fn started(runner: &Runner, program: &Path) -> anyhow::Result<Invocation> {
    match runner {
        Runner::Board(board) => board::invocation(board, program),
        _ => Ok(runner.invocation(program)),
    }
}

/// Whether no command of the user's starts programs.
fn is_plain(runner: &Runner) -> bool {
    matches!(
        runner,
        Runner::Native | Runner::Qemu { .. } | Runner::Wine(_) | Runner::Board(_)
    )
}

fn of_wine(runner: &Runner) -> Option<Wine> {
    match runner {
        Runner::Wine(wine) => Some(wine.clone()),
        _ => None,
    }
}

/// A program that speaks the contract, with what asks it to end: Windows has no SIGTERM.
fn ending(program: Invocation, target: &Target) -> Invocation {
    match target.is_windows() {
        true => program.ending_with_input(),
        false => program,
    }
}
