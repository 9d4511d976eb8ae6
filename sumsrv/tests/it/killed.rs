//! A server that is killed under load, and a client that must know exactly what it lost.

use sumcli::bench::{Plan, bench};
use tokio::time::timeout;

use crate::{process::Server, proxy::Proxy, running::HANG};

const MESSAGE: u64 = 16;
const CONNECTIONS: usize = 4;

#[tokio::test]
async fn a_client_counts_what_it_sent_and_what_was_answered_as_a_proxy_does() {
    for enough in [1, 20_000] {
        let server = Server::start(&["network"]);
        let proxy = Proxy::new(server.addr(0)).await;
        let plan = Plan {
            connections: CONNECTIONS,
            depth: 16,
            duration: HANG,
            patience: HANG,
            ..Plan::default()
        };
        let network = proto::named("network").unwrap();
        let measured = tokio::spawn(bench(network, proxy.addr, plan));
        proxy.accept(CONNECTIONS).await;
        proxy.until(|total| total.replied >= enough * MESSAGE).await;
        server.signal("KILL");
        let report = timeout(HANG, measured).await.expect("the client ends");
        let report = report.unwrap().unwrap();
        let (mut asked, mut replied) = (0, 0);
        for counts in proxy.counts().await {
            asked += counts.asked;
            replied += counts.replied;
        }
        assert_eq!(report.sent, asked / MESSAGE);
        assert_eq!(report.answered, replied / MESSAGE);
        assert_eq!(report.unanswered(), report.sent - report.answered);
        assert_eq!((report.wrong, report.refused), (0, 0));
        let lost = format!("of {CONNECTIONS} connections {CONNECTIONS} were lost");
        assert!(report.failure().unwrap().starts_with(&lost), "{report}");
    }
}
