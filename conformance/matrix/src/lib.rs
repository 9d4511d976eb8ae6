//! The conformance suite: participants x cells -> outcomes -> verdicts -> reports.
//!
//! It knows the participants only as processes, through the contract in `PARTICIPANTS.md`; it links neither `sumsrv` nor `sumcli`.
//! The way through: [`select`] chooses, [`cell`]s are formed, [`run`] observes, [`predict`] says what should have been, [`verdict`] compares, [`report`] tells.

pub mod cause;
pub mod cell;
pub mod claims;
pub mod expectation;
pub mod explain;
pub mod file;
pub mod infer;
pub mod judged;
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
