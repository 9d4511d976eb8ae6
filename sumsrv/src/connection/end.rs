//! Why a connection ended.

use std::fmt;

/// Why a connection ended, when it did not break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The peer closed between two requests.
    Closed,
    /// The peer closed inside a request.
    Short,
    /// No octet came for too long, between two requests.
    Idle,
    /// A request was begun and not finished in its time.
    Slow,
    /// The peer did not read its replies.
    Deaf,
    /// The service was complete, as daytime is after its line.
    Said,
    /// A request was over the cap.
    TooLarge,
    /// The server stops.
    Stopped,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            End::Closed => "the peer closed",
            End::Short => "the peer closed inside a request",
            End::Idle => "idle for too long",
            End::Slow => "a request took too long",
            End::Deaf => "the peer does not read its replies",
            End::Said => "everything is said",
            End::TooLarge => "a request was too large",
            End::Stopped => "the server stops",
        })
    }
}
