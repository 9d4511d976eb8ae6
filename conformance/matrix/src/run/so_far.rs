//! What is known while a run goes on: a picture on a terminal, a line for each thing that is new elsewhere.
//!
//! It is told from what the cells' clients have told. What becomes of a server later may take cells back; the report has the last word.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use layout::Abis;

use super::plan::Plan;
use crate::cause::Cause;
use crate::judged::{JudgedCell, Model};
use crate::observation::Observation;
use crate::protocol::Vector;
use crate::summary::Summary;
use crate::verdict::CellVerdict;
use kit::progress::{Picture, Progress};
use kit::words::{grouped, some};

/// The picture is drawn again no sooner.
const DRAWN_AGAIN: Duration = Duration::from_millis(100);

/// Of cells that are not as claimed, so many have a line: the report has them all.
const TOLD: usize = 12;

/// What is known so far.
pub(super) struct SoFar<'a> {
    plan: &'a Plan,
    model: Model<'a>,
    began: Instant,
    picture: Picture,
    drawn: Option<Instant>,
    /// By their places in the plan's list.
    encodings: BTreeMap<usize, Row>,
    /// What each cell is counted as, by its number.
    counted: BTreeMap<usize, Counted>,
    /// How many cells that are not as claimed have had a line.
    told: usize,
}

/// What is known of an encoding.
#[derive(Default)]
struct Row {
    right: usize,
    wrong: usize,
    not_as_claimed: usize,
    could_not_run: usize,
    causes: BTreeSet<String>,
}

/// What a cell counts as.
#[derive(Clone, Copy)]
struct Counted {
    is_right: bool,
    verdict: CellVerdict,
}

impl<'a> SoFar<'a> {
    /// Nothing is known. The time of what is told counts from now.
    pub(super) fn new(plan: &'a Plan, abis: &'a Abis, progress: &Progress) -> SoFar<'a> {
        SoFar {
            plan,
            model: Model::new(abis),
            began: Instant::now(),
            picture: progress.picture(),
            drawn: None,
            encodings: BTreeMap::new(),
            counted: BTreeMap::new(),
            told: 0,
        }
    }

    /// Takes what was observed of a cell, by its number in the plan; what was observed of it before counts no more.
    pub(super) fn note(&mut self, number: usize, observation: &Observation) {
        let Some(cell) = self.plan.cells.get(number) else {
            return;
        };
        let judged = self.model.judge(cell.clone(), observation.clone());
        let Some(verdict) = judged.verdict else {
            return;
        };
        let mut encodings = self.plan.encodings.iter();
        let name = cell.encoding.name();
        let Some(place) = encodings.position(|encoding| encoding.name() == name) else {
            return;
        };
        let is_right = matches!(
            judged.summary,
            Some(Summary::Correct | Summary::Unrepresentable)
        );
        let counted = Counted { is_right, verdict };
        let is_first = self.counted.is_empty();
        let row = self.encodings.entry(place).or_default();
        if let Some(before) = self.counted.insert(number, counted) {
            before.count(row, |count| *count -= 1);
        }
        let is_first_wrong = row.wrong == 0;
        counted.count(row, |count| *count += 1);
        let is_wrong = row.wrong > 0;
        if counted.is_wrong() {
            let causes = judged.causes().iter();
            row.causes.extend(causes.map(ToString::to_string));
        }
        self.tell(&judged, is_first, is_first_wrong && is_wrong);
        if self.drawn.is_none_or(|drawn| drawn.elapsed() > DRAWN_AGAIN) {
            self.drawn = Some(Instant::now());
            self.picture.draw(self.lines());
        }
    }

    /// A line of what is new, where there is no picture.
    fn tell(&mut self, judged: &JudgedCell, is_first: bool, is_first_wrong: bool) {
        let seconds = self.began.elapsed().as_secs_f64();
        let (picture, vectors) = (&self.picture, self.plan.protocol.vectors());
        let say = |what: &str| {
            let line = format!(
                "{seconds:.1} s: {what} in {}: {}",
                judged.cell,
                seen(judged, vectors)
            );
            picture.log(line);
        };
        if is_first {
            say("the first cell is known");
        }
        if judged.verdict == Some(CellVerdict::Broken) {
            self.told += 1;
            if self.told <= TOLD {
                say("NOT as claimed");
            }
        } else if is_first_wrong {
            say("wrong");
        }
    }

    /// The picture: a line for each encoding that is not right everywhere, and one for the others.
    fn lines(&self) -> String {
        let mut lines = String::new();
        let (mut others, mut cells) = (0, 0);
        for (place, row) in &self.encodings {
            let Some(encoding) = self.plan.encodings.get(*place) else {
                continue;
            };
            if row.wrong + row.not_as_claimed + row.could_not_run == 0 {
                others += 1;
                cells += row.right;
                continue;
            }
            let causes: Vec<_> = row.causes.iter().map(String::as_str).collect();
            let (right, wrong) = (grouped(row.right), grouped(row.wrong));
            let name = encoding.name();
            // Writing to a string does not fail.
            let _ = write!(
                lines,
                "{name:<16}{right:>6} right {wrong:>6} wrong  {}",
                causes.join(", ")
            );
            for (count, what) in [
                (row.not_as_claimed, "NOT as claimed"),
                (row.could_not_run, "could not run"),
            ] {
                if count > 0 {
                    let _ = write!(lines, "  {} {what}", grouped(count));
                }
            }
            lines.push('\n');
        }
        if others > 0 {
            let (others, cells) = (some(others, "encoding"), some(cells, "cell"));
            let _ = write!(lines, "{others} right in all of {cells} so far");
        }
        lines
    }
}

impl Counted {
    fn is_wrong(self) -> bool {
        matches!(self.verdict, CellVerdict::Held | CellVerdict::Broken) && !self.is_right
    }

    /// Changes the numbers in which this cell is counted.
    fn count(self, row: &mut Row, change: impl Fn(&mut usize)) {
        match self.verdict {
            CellVerdict::Unsupported => return,
            CellVerdict::CouldNotRun => return change(&mut row.could_not_run),
            CellVerdict::Broken => change(&mut row.not_as_claimed),
            CellVerdict::Held => {}
        }
        change(match self.is_right {
            true => &mut row.right,
            false => &mut row.wrong,
        });
    }
}

/// One exchange of a cell, in words: the first that is not as predicted, else the first that is not as promised, else the first.
fn seen(judged: &JudgedCell, vectors: &[Vector]) -> String {
    if let Some(why) = judged.trouble() {
        return format!("could not run: {why}");
    }
    let all = judged.exchanges().iter();
    let all = all.zip(&judged.expected.vectors).zip(vectors);
    let unlike = |predicted: bool| {
        all.clone()
            .find(|((exchange, expected), _)| match predicted {
                true => expected.predicted(exchange) == Some(false),
                false => !expected.kept(exchange),
            })
    };
    let one = unlike(true).or_else(|| unlike(false));
    let Some(((exchange, expected), vector)) = one.or_else(|| all.clone().next()) else {
        return "nothing was asked".to_owned();
    };
    let mut words = format!("asked {vector}, got {}", exchange.outcome);
    if !expected.kept(exchange) {
        words.push_str(&format!(", not {}", expected.promised));
    }
    let causes: Vec<_> = judged.causes().iter().map(Cause::to_string).collect();
    match expected.predicted(exchange) {
        Some(true) if causes.is_empty() => words.push_str("; as predicted"),
        Some(true) => words.push_str(&format!("; as predicted, because of {}", causes.join(", "))),
        Some(false) => words.push_str("; NOT as predicted"),
        None => {}
    }
    words
}
