//! The conformance suite: participants x cells -> outcomes -> verdicts -> reports.
//!
//! It knows the participants only as processes, through the contract in `PARTICIPANTS.md`; it links neither `sumsrv` nor `sumcli`, of which one of them is made.
//! The way of a cell: [`select`] turns names into [`cell`]s, [`run`] observes them, [`judged`] puts beside each what its [`protocol`] expects and what the [`verdict`] is, [`infer`] finds causes where no model says them, and [`report`] formats all of it. The two protocols are [`sums`] and [`own`]; nothing else asks which of them it is.

pub mod board;
pub mod cause;
pub mod cell;
pub mod claims;
pub mod counterfactual;
pub mod expectation;
pub mod explain;
pub mod file;
pub mod infer;
pub mod judged;
pub mod message;
pub mod observation;
pub mod outcome;
pub mod own;
pub mod participant;
pub mod portability;
pub mod protocol;
pub mod report;
pub mod run;
pub mod select;
pub mod shards;
pub mod summary;
pub mod sums;
pub mod verdict;
pub mod workspace;
