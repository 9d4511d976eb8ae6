//! Places for marks and their names, where none lies over another.

use super::{BOTTOM, Frame, LEFT, LINE, MARK, TOP};

/// Where a label stands.
#[derive(Clone, Copy)]
pub(super) struct Label {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    /// Far enough from its point to need a line to it.
    pub(super) far: bool,
}

impl Label {
    /// How much of it lies over a box.
    pub(super) fn over(&self, left: f64, top: f64, width: f64, height: f64) -> f64 {
        let x = (self.left + self.width).min(left + width) - self.left.max(left);
        let y = (self.top + LINE).min(top + height) - self.top.max(top);
        x.max(0.0) * y.max(0.0)
    }

    /// The end that a line from its point comes to.
    pub(super) fn near_end(&self, x: f64) -> (f64, f64) {
        let to = if x < self.left {
            self.left - 1.0
        } else if x > self.left + self.width {
            self.left + self.width + 1.0
        } else {
            x
        };
        (to, self.top + LINE / 2.0)
    }
}

/// Moves what would hide another mark to its right.
pub(super) fn apart(places: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut moved: Vec<(f64, f64)> = Vec::new();
    for (mut x, y) in places {
        let hides = |x: f64| {
            let near = |other: &&(f64, f64)| (other.0 - x).hypot(other.1 - y) < 1.8 * MARK;
            moved.iter().find(near).copied()
        };
        while let Some((hidden, _)) = hides(x) {
            x = hidden + 2.4 * MARK;
        }
        moved.push((x, y));
    }
    moved
}

/// Finds each label a place near its point: of all that were tried the one that lies least over what stands already, and of these the nearest.
pub(super) fn place(points: &[(f64, f64)], texts: &[String], frame: Frame) -> Vec<Label> {
    let mut placed: Vec<Label> = Vec::new();
    for (&(x, y), text) in points.iter().zip(texts) {
        // Seven units a letter is a little more than any font takes.
        let letters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let width = 7.2 * f64::from(letters) + 2.0;
        let mut best: Option<(f64, Label)> = None;
        for label in tries(x, y, width) {
            let inside = label.left >= LEFT
                && label.left + label.width <= frame.width - 2.0
                && label.top >= TOP - LINE
                && label.top + LINE <= frame.height - BOTTOM;
            let on_labels: f64 = placed
                .iter()
                .map(|other| label.over(other.left, other.top, other.width, LINE))
                .sum();
            let on_marks: f64 = points
                .iter()
                .map(|(x, y)| {
                    label.over(
                        x - MARK - 1.0,
                        y - MARK - 1.0,
                        2.0 * MARK + 2.0,
                        2.0 * MARK + 2.0,
                    )
                })
                .sum();
            let bad = on_labels + on_marks + if inside { 0.0 } else { 1e6 };
            if best.is_none_or(|(least, _)| bad < least) {
                best = Some((bad, label));
            }
            if bad == 0.0 {
                break;
            }
        }
        placed.extend(best.map(|(_, label)| label));
    }
    placed
}

/// Places to try, nearest first: right, left, above, below, and further out.
fn tries(x: f64, y: f64, width: f64) -> impl Iterator<Item = Label> {
    let rings = (0..9_u8).map(|ring| f64::from(ring) * 9.0);
    rings.flat_map(move |out| {
        let beside = MARK + 4.0 + out / 2.0;
        let steps = [0.0, -1.0, 1.0, -0.5, 0.5];
        steps.into_iter().flat_map(move |step| {
            let top = y - LINE / 2.0 + step * out;
            let far = out > 0.0;
            let right = x + beside;
            let left = x - beside - width;
            let above = (x - width / 2.0, y - LINE - MARK - 1.0 - out);
            let below = (x - width / 2.0, y + MARK + 1.0 + out);
            [(right, top), (left, top), above, below].map(|(left, top)| Label {
                left,
                top,
                width,
                far,
            })
        })
    })
}
