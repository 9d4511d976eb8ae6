//! The failure scenarios: a real server, a real client, and a real kernel that makes the failures.
//!
//! Each scenario is a file in `scenarios`. It gets a [`Lab`] to start programs and networks in, and writes what it [`Observed`] beside what must be observed.
//! No scenario waits for a time: it waits until a state can be seen, with a bound (`testbed::wait`).
//!
//! The folders use each other in one direction: `report` and `run` use `scenarios`, which use `pair` and `testbed`, which use `observation`. What scenarios start inside the hosts that they make is [`inside`].

pub mod inside;
mod observation;
mod pair;
pub mod report;
mod run;
mod scenarios;
mod testbed;

pub use observation::{Account, Halt, Observed, Point};
pub use pair::{Asking, PairLab, Programs, Said, Terms, TermsError};
pub use run::{ScenarioResult, ScenarioVerdict, exit, run};
pub use scenarios::{About, Place, Scenario, ScenarioFuture, all, named, of_pairs, weather};
pub use testbed::{HostTools, Lab};
