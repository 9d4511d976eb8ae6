//! A request that is sent again in another manner: what comes back is as long as it was.

use crate::observation::{Halt, Observed};
use crate::pair::{ClientEnds, Hosts, Manner, PairLab, recorded, replay};

/// Records a client's request, sends it again as it was and then in another manner, and compares how many octets of a reply come.
pub(super) async fn replayed(
    lab: &PairLab,
    observed: &mut Observed,
    scenario: &str,
    manner: Manner,
) -> Result<(), Halt> {
    let mut hosts = Hosts::bare(lab, scenario, ClientEnds::Reply).await?;
    let (request, _) = recorded(&hosts).await?;
    hosts.begin_undisturbed().await?;
    let usual = replay(&hosts, &request, Manner::Whole, None).await?;
    let Some(usual) = usual.filter(|octets| *octets > 0) else {
        return Err(Halt::CouldNotRun(
            "the server does not answer the client's octets when somebody else sends them"
                .to_owned(),
        ));
    };
    let got = replay(&hosts, &request, manner, Some(usual)).await?;
    let words = |octets| format!("a reply of {octets} octets");
    let seen = got.map_or("no whole reply".to_owned(), words);
    observed.client.is(words(usual), seen);
    hosts.aftermath(observed).await
}
