//! The conformance suite: participants x cells -> outcomes -> verdicts -> reports.
//!
//! It knows the participants only as processes, through the contract in `PARTICIPANTS.md`; it links neither `sumsrv` nor `sumcli`.
//! The way through: [`select`] chooses, [`cell`]s are formed, [`run`] observes, [`predict`] says what should have been, [`verdict`] compares, [`report`] tells. [`commands`] puts them together.

pub mod cell;
pub mod check;
pub mod claims;
pub mod cli;
pub mod commands;
pub mod encoding;
pub mod encodings;
pub mod exit;
pub mod faults;
pub(crate) mod fingerprint;
pub mod interrupt;
pub mod judged;
pub(crate) mod lines;
pub mod outcome;
pub mod own;
pub mod participant;
pub mod predict;
pub mod progress;
pub mod report;
pub mod run;
pub mod select;
pub mod settings;
pub mod shards;
pub mod suite;
pub mod summary;
pub mod vectors;
pub mod verdict;
pub mod workspace;
