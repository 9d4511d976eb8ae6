//! `crossum interop`: implementations by others against ours.

use cross::Host;

use super::{print, unusable, width};
use crate::cli;
use interop::report::{Interop, InteropReport, terminal};
use interop::{ALL, exit, requests, select, try_all};
use kit::exit::Exit;
use kit::progress::Progress;
use kit::report_file::Unfinished;

/// Tries them.
pub(super) async fn run(options: cli::Interop) -> anyhow::Result<Exit> {
    let encoding = options.encoding.as_deref().unwrap_or(ALL);
    let selected = select(encoding, &options.only)?;
    let mut text = String::new();
    if options.list {
        terminal::list(&selected, width(), &mut text)?;
        print(&text)?;
        return Ok(Exit::Held);
    }
    let report = options.json.as_deref().map(Unfinished::claim);
    let report = report.transpose().map_err(unusable)?;
    let host = Host::this();
    super::say_if_nothing_is_kept(&host);
    let requests = requests(options.requests, options.seed);
    let bar = Progress::on_stderr().phase("trying implementations", selected.len());
    let tried = try_all(selected, &requests, &host, &bar).await;
    drop(bar);
    let interop = Interop {
        tried: &tried,
        requests: requests.len(),
        seed: options.seed,
    };
    if let Some(report) = report {
        report.write_json(&InteropReport::of(&interop))?;
    }
    terminal::write(&interop, width(), &mut text)?;
    print(&text)?;
    Ok(exit(&tried))
}
