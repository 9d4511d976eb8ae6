//! What a service waits for.

/// What a service waits for when it has answered what it could.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// At least `want` octets in all of the request that is not whole yet.
    Request { want: usize },
    /// That the replies leave: there is more to answer, but no room for it.
    Room,
    /// Nothing any more: everything is said.
    Said,
    /// Nothing any more: where the next request begins, nobody can tell.
    TooLarge,
}
