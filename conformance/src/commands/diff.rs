//! `crossum diff`: what changed between two reports.

use super::{print, unusable};
use crate::cli;
use kit::exit::Exit;
use kit::progress::Progress;
use kit::report_file::Unfinished;
use kit::saved_report::SavedReport;
use matrix::report::MatrixDocument;
use matrix::report::diff::{self, MatrixDiff};

/// The format of the other documents that can be compared.
const CHECK: &str = "crossum-check";

/// Compares.
pub(super) fn run(options: &cli::Diff) -> anyhow::Result<Exit> {
    let report = options.json.as_deref().map(Unfinished::claim);
    let report = report.transpose().map_err(unusable)?;
    let reading = Progress::on_stderr().moment("reading reports");
    let read = |path| SavedReport::read(path).map_err(|error| unusable(error.into()));
    let (before, after) = (read(&options.before)?, read(&options.after)?);
    let mut text = String::new();
    let format = before.format().map_err(|error| unusable(error.into()))?;
    let is_worse = if format == CHECK {
        let types = |it: &SavedReport| {
            check::report::diff::Types::of(it).map_err(|error| unusable(error.into()))
        };
        let diff = check::report::diff::CheckDiff::of(&types(&before)?, &types(&after)?);
        diff.write(&mut text)?;
        if let Some(report) = report {
            report.write_json(&diff)?;
        }
        diff.is_worse()
    } else {
        let (before, after) = (matrix(&before)?, matrix(&after)?);
        let diff = MatrixDiff::of(&before, &after);
        diff::terminal::write(&diff, &mut text)?;
        if let Some(report) = report {
            report.write_json(&diff)?;
        }
        diff.is_worse()
    };
    drop(reading);
    print(&text)?;
    Ok(if is_worse { Exit::Failed } else { Exit::Held })
}

fn matrix(text: &SavedReport) -> anyhow::Result<MatrixDocument<'_>> {
    MatrixDocument::read_from(text).map_err(|error| unusable(error.into()))
}
