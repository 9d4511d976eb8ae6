//! Members of a record, each with its place.

use super::observed::ObservedMember;
use super::program::MemberSource;
use crate::abi::ByteOrder;
use crate::types::Member;

/// A member as it is declared, and where it lies.
pub(super) struct Placed {
    pub(super) member: Member,
    pub(super) observed: ObservedMember,
    pub(super) source: MemberSource,
    /// What an attribute asked for, on the member or on its type, in octets.
    pub(super) asked: Option<u32>,
    pub(super) depth: usize,
    /// See [`Resolved::stored`](super::reader::Resolved::stored).
    pub(super) stored: Option<ByteOrder>,
}

/// Why the contents of a record are not known, in words.
pub(super) type Reason = String;
