//! What a report holds that was measured: two runs of the same differ in this, and in nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::observation::Observation;
use crate::run::Results;
use crate::shards::costs::{self, Costs};

/// Every measured field of a matrix's document; they stand in its `summary`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Measured {
    /// All processes.
    pub processes: u64,
    /// Those of the run phase.
    pub processes_run: u64,
    /// Those of the build phase: compilers, and questions about versions.
    pub processes_build: u64,
    /// Two questions to each participant.
    pub processes_prove: u64,
    /// How many times longer two processes a cell would take, measured on a sample in the same run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub two_processes_a_cell: Option<f64>,
    /// That sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<Sample>,
    /// How long the phases took.
    pub seconds: Seconds,
    /// What each participant cost, by its name: what `crossum plan --costs` goes by.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub costs: BTreeMap<String, Cost>,
}

/// A sample of cells with two processes each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sample {
    /// How many cells.
    pub cells: usize,
    /// What all of them took together.
    pub seconds: f64,
}

/// How long the phases took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Seconds {
    /// Building, or finding everything built.
    pub build: f64,
    /// Asking every participant about itself.
    pub prove: f64,
    /// Running the cells.
    pub run: f64,
}

/// What one participant cost, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Cost {
    /// Building it; left out where it was there already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<f64>,
    /// Its share, as a client, of the run phase.
    pub run: f64,
    /// Of so many cells.
    pub cells: usize,
}

impl Measured {
    /// What a run measured.
    pub fn of(results: &Results) -> Measured {
        let (seconds, processes) = (results.seconds, results.processes);
        // Clients drive at the same time: each is given that part of the phase that its own time is of all their times.
        let driving: f64 = results.costs.values().map(|cost| cost.driving).sum();
        let share = if driving > 0.0 {
            seconds.run / driving
        } else {
            0.0
        };
        let costs = results.costs.iter().map(|(id, cost)| {
            let cost = Cost {
                build: cost.building.map(rounded),
                run: rounded(cost.driving * share),
                cells: cost.cells,
            };
            (id.to_string(), cost)
        });
        Measured {
            processes: processes.build + processes.prove + processes.run + processes.sample,
            processes_run: processes.run,
            processes_build: processes.build,
            processes_prove: processes.prove,
            two_processes_a_cell: two_processes_a_cell(results),
            sample: results.sample.map(|sampled| Sample {
                cells: sampled.cells,
                seconds: rounded(sampled.seconds),
            }),
            seconds: Seconds {
                build: rounded(seconds.build),
                prove: rounded(seconds.prove),
                run: rounded(seconds.run),
            },
            costs: costs.collect(),
        }
    }

    /// What a plan goes by.
    pub fn costs(&self) -> Costs {
        let costs = self.costs.iter().map(|(id, cost)| {
            let cost = costs::Cost {
                build: cost.build,
                run: cost.run,
                cells: cost.cells,
            };
            (id.clone(), cost)
        });
        Costs::new(costs.collect())
    }

    /// Adds what another machine measured on its part. What is no sum (the sample) is left out.
    pub fn add(&mut self, other: &Measured) {
        // A file may say anything: what does not fit stays at the most that does.
        for (mine, its) in [
            (&mut self.processes, other.processes),
            (&mut self.processes_run, other.processes_run),
            (&mut self.processes_build, other.processes_build),
            (&mut self.processes_prove, other.processes_prove),
        ] {
            *mine = mine.saturating_add(its);
        }
        (self.two_processes_a_cell, self.sample) = (None, None);
        let (mine, its) = (&mut self.seconds, other.seconds);
        mine.build = rounded(mine.build + its.build);
        mine.prove = rounded(mine.prove + its.prove);
        mine.run = rounded(mine.run + its.run);
        for (id, its) in &other.costs {
            let mine = self.costs.entry(id.clone()).or_default();
            // Each shard builds it once: what one build costs is the most that one did.
            mine.build = match (mine.build, its.build) {
                (Some(mine), Some(its)) => Some(mine.max(its)),
                (mine, its) => mine.or(its),
            };
            mine.run = rounded(mine.run + its.run);
            mine.cells = mine.cells.saturating_add(its.cells);
        }
    }
}

/// How many times longer two processes a cell would take, if a sample was measured.
fn two_processes_a_cell(results: &Results) -> Option<f64> {
    let sampled = results.sample?;
    let ran = results.observations.iter();
    let ran = count(
        ran.filter(|seen| matches!(seen, Observation::Ran(_)))
            .count(),
    )?;
    let cells = count(sampled.cells)?;
    (results.seconds.run > 0.0 && cells > 0.0)
        .then(|| rounded(sampled.seconds / cells * ran / results.seconds.run))
}

/// As a number to reckon with; a count that does not fit 32 bits is none of ours.
fn count(count: usize) -> Option<f64> {
    u32::try_from(count).ok().map(f64::from)
}

/// Milliseconds: more digits would be noise.
fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}
