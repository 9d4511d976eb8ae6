//! The reports of a matrix: claimed before anything runs, written at the end.

use super::{print, unusable};
use crate::cli;
use kit::exit::Exit;
use kit::junit;
use kit::report_file::Unfinished;
use matrix::report::page::page;
use matrix::report::{
    Matrix, MatrixDocument, Tally, annotations, markdown, sarif, suites, terminal,
};

/// The files that were asked for.
pub(super) struct Reports {
    json: Option<(Unfinished, u32)>,
    html: Option<Unfinished>,
    junit: Option<Unfinished>,
    markdown: Option<Unfinished>,
    sarif: Option<Unfinished>,
    github: bool,
}

impl Reports {
    /// Claims their places: what cannot be written is found out now.
    pub(super) fn claim(options: &cli::Reports) -> anyhow::Result<Reports> {
        let claim = |path: &Option<_>| {
            let claimed = path.as_deref().map(Unfinished::claim).transpose();
            claimed.map_err(unusable)
        };
        Ok(Reports {
            json: claim(&options.json)?.map(|report| (report, options.format)),
            html: claim(&options.html)?,
            junit: claim(&options.junit)?,
            markdown: claim(&options.markdown)?,
            sarif: claim(&options.sarif)?,
            github: options.github,
        })
    }

    /// Writes them, and the one for people to standard output.
    pub(super) fn write(self, matrix: &Matrix<'_>, width: usize) -> anyhow::Result<()> {
        if let Some((report, version)) = self.json {
            write_json(report, version, matrix)?;
        }
        if let Some(report) = self.html {
            let page = page(matrix)?;
            report.write(|out| out.write_all(page.as_bytes()))?;
        }
        if let Some(report) = self.junit {
            report.write(|out| junit::write("crossum matrix", &suites::of(matrix), out))?;
        }
        if let Some(report) = self.markdown {
            report.write(|out| out.write_all(markdown::text(matrix).as_bytes()))?;
        }
        if let Some(report) = self.sarif {
            report.write_json(&sarif::document(matrix))?;
        }
        let mut text = String::new();
        terminal::write(matrix, width, &mut text)?;
        if self.github {
            annotations::write(matrix, &mut text)?;
        }
        print(&text)
    }
}

/// Writes the machine-readable report, in this version.
pub(super) fn write_json(
    report: Unfinished,
    version: u32,
    matrix: &Matrix<'_>,
) -> anyhow::Result<()> {
    let document = MatrixDocument::of(matrix);
    match version {
        1 => report.write_json(&document.as_version_1()),
        _ => report.write_json(&document),
    }
}

/// How a command ends that has judged a matrix.
pub(super) fn exit(matrix: &Matrix<'_>) -> Exit {
    let tally = Tally::of(matrix);
    if tally.broken > 0 || matrix.claims.iter().any(|claim| !claim.held) {
        Exit::Failed
    } else if tally.could_not_run > 0 || tally.ran() == 0 || matrix.interrupted {
        Exit::CouldNotRun
    } else {
        Exit::Held
    }
}
