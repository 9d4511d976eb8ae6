//! What a service waits for.

/// What a service waits for after it has answered all that it could.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// More of the request that is not whole yet: at least `want` octets in all.
    Request { want: usize },
    /// That the replies are sent. There is more to answer, but no room for more replies.
    Room,
    /// Nothing: the service is complete.
    Said,
    /// Nothing: a request was too large, and where the next one begins is not known.
    TooLarge,
}
