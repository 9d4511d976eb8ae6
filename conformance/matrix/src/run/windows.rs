//! Windows' programs of a run, each time they meet: all are in one prefix of wine's, which is made for that.

use cross::Host;
use cross::process::Invocation;
use cross::wine::{NoPrefix, Prefix};

use super::build::Built;

/// A prefix for those of these that wine starts; `None` where there is none of them. Its server is started by way of `start`.
///
/// # Errors
/// It cannot be made.
pub(super) async fn prefix_for(
    built: impl Iterator<Item = &Built>,
    host: &Host,
    start: impl FnOnce(Invocation) -> Invocation,
) -> Result<Option<Prefix>, NoPrefix> {
    let mut wines = built.filter_map(|built| built.wine.as_ref());
    match wines.next() {
        None => Ok(None),
        Some(wine) => Prefix::new(wine, host, start).await.map(Some),
    }
}
