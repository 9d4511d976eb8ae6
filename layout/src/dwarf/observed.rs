//! How types lie in the file that was read.

/// How a record or an enumeration lies in the file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Observed {
    /// `sizeof`, in octets.
    pub size: u64,
    /// Its alignment, in octets, where the compiler writes what comes out: rustc for every type, gcc where an attribute in it asked for one. Clang writes only what was asked for.
    pub align: Option<u64>,
    /// One for each member of the record, in the same order.
    pub members: Vec<ObservedMember>,
    /// Of a C++ class that is taken for no plain old data because of functions that may be defaulted: Clang does not say.
    pub may_be_pod: bool,
}

/// Where a member lies in its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ObservedMember {
    /// As DWARF 5's `DW_AT_data_bit_offset` counts (5.7.6): from the start of the record, and within an octet from the end that comes first: the least significant bit on a little-endian machine, the most significant one on a big-endian machine.
    pub bit_offset: u64,
    /// In bits; `None` for a type whose size the file does not tell.
    pub bit_size: Option<u64>,
    /// Its alignment in octets, where the compiler writes what comes out for every member: LDC and Zig do.
    pub align: Option<u64>,
    /// A virtual base class: where it lies only a running program tells, and the offset here is none.
    pub is_computed: bool,
}
