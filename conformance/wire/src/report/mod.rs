//! Reports on octets that were read: one file a format.

pub mod compat;
pub mod document;
pub mod guess;
pub mod locked;
pub mod page;
pub mod port;
pub mod table;
pub mod values;

use crate::form::{Form, Forms};

/// Records of a dump, read as one form.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'r> {
    /// The dump's name.
    pub dump: &'r str,
    /// The type.
    pub forms: &'r Forms,
    /// As which of its forms it is read.
    pub form: &'r Form,
    /// Each with its place in the dump.
    pub records: &'r [(u64, &'r [u8])],
}
