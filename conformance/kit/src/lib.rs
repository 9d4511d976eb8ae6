//! What the products share: progress, a pool of tasks, the interrupt, exit codes, names on the command line, what is on this machine and how to get the rest, and the frames of reports (JUnit, SARIF, annotations, HTML, pictures of octets).
//!
//! Nothing in here knows a product.

pub mod annotations;
pub mod changed;
mod debian;
pub mod doctor;
pub mod exit;
pub mod fingerprint;
pub mod html;
pub mod interrupt;
pub mod junit;
pub mod known;
pub mod lines;
pub mod machine;
pub mod machine_names;
pub mod names;
pub mod octets;
pub mod packages;
pub mod packing;
pub mod pool;
pub mod progress;
pub mod property;
pub mod report_file;
pub mod sarif;
pub mod saved_report;
#[cfg(any(test, feature = "schema"))]
pub mod schema;
pub mod setup;
pub mod style;
pub mod table;
pub mod target_list;
pub mod tools;
pub mod words;
mod zig;
