//! The files that have a part of another file's debug information.

/// What [`links`](super::links) says of a file, found by whoever opens files.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Companions<'a> {
    /// The whole file that `dwz -m` moved to what several files have in common. It must be the one that is meant: [`Alternate::id`](super::Alternate::id) says which.
    pub alternate: Option<&'a [u8]>,
    /// The whole files, `.dwo` or `.dwp`, that may have the types of split units. One that has not is passed over: a unit is known by its number.
    pub split: Vec<&'a [u8]>,
}
