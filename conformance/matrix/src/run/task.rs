//! One exchange that a client is to have, and its answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use super::contract::Answer;
use crate::protocol::{Encoding, Vector};

/// One line to drive.
#[derive(Clone)]
pub(super) struct Task {
    pub(super) encoding: Arc<dyn Encoding>,
    pub(super) address: SocketAddr,
    pub(super) vector: Vector,
}

/// An answer, and when it came.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) answer: Answer,
    pub(super) when: Instant,
}
