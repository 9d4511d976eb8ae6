//! The failure scenarios: a real server, a real client, and a real kernel that makes the failures.
//!
//! Each scenario is a file in `scenarios`. It gets a [`Lab`] to start programs and networks in, and writes what it [`Observed`] beside what must be observed.
//! No scenario waits for a time: it waits until a state can be seen, with a bound (`testbed::wait`).
//!
//! The folders use each other in one direction: `report` and `run` use `scenarios`, which use `testbed`, which uses `observation`.

mod observation;
pub mod report;
mod run;
mod scenarios;
mod testbed;

pub use observation::{Account, Halt, Observed, Point};
pub use run::{ScenarioResult, ScenarioVerdict, exit, run};
pub use scenarios::{Place, Scenario, ScenarioFuture, all, named};
pub use testbed::{HostTools, Lab};
