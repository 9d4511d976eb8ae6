//! Points with names in a plane, as SVG: octets to the right, cost upwards, and no name over another.

use std::fmt::Write as _;

use kit::html::escape;

/// One encoding.
pub(super) struct Point<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Its letter in the table.
    pub(super) letter: char,
    /// Octets.
    pub(super) x: f64,
    /// Cost.
    pub(super) y: f64,
    /// Whether it is portable, as far as that is known.
    pub(super) portable: Option<bool>,
    /// What a pointer resting on it is told.
    pub(super) told: String,
}

/// How large a plot is, and how much its points say.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) width: f64,
    pub(super) height: f64,
    /// Names, where there is room; letters elsewhere.
    pub(super) names: bool,
}

const LEFT: f64 = 52.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 44.0;
const MARK: f64 = 5.0;
const LINE: f64 = 14.0;

/// Both axes: where a value lies.
struct Scales {
    frame: Frame,
    x: (f64, f64),
    /// Logarithms.
    y: (f64, f64),
}

impl Scales {
    /// With a little room around the points.
    fn of(points: &[Point<'_>], frame: Frame) -> Scales {
        let over = |of: &dyn Fn(&Point<'_>) -> f64| {
            points.iter().map(of).fold(
                (f64::INFINITY, f64::NEG_INFINITY),
                |(least, most), value| (least.min(value), most.max(value)),
            )
        };
        let (left, right) = over(&|point| point.x);
        let (low, high) = over(&|point| point.y.max(0.1).log10());
        let room = (right - left).max(1.0) * 0.06;
        let air = (high - low).max(0.3) * 0.06;
        Scales {
            frame,
            x: ((left - room).max(0.0), right + room),
            y: (low - air, high + air),
        }
    }

    fn x(&self, value: f64) -> f64 {
        let (least, most) = self.x;
        LEFT + (value - least) / (most - least) * (self.frame.width - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        let (least, most) = self.y;
        let share = (value.max(0.1).log10() - least) / (most - least);
        self.frame.height - BOTTOM - share * (self.frame.height - TOP - BOTTOM)
    }

    /// Round numbers of octets.
    fn ticks_x(&self) -> Vec<f64> {
        let (least, most) = self.x;
        let wanted = (self.frame.width / 90.0).max(2.0);
        let steps = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
        let step = steps
            .into_iter()
            .find(|step| (most - least) / step <= wanted);
        let step = step.unwrap_or(512.0);
        let first = (least / step).ceil();
        let ticks = (0..64_u8).map(|at| (first + f64::from(at)) * step);
        ticks.take_while(|tick| *tick <= most).collect()
    }

    /// 1, 2 and 5 of each power of ten.
    fn ticks_y(&self) -> Vec<f64> {
        let powers = (-1..8_i8).map(|power| 10_f64.powi(power.into()));
        powers
            .flat_map(|power| [power, 2.0 * power, 5.0 * power])
            .filter(|tick| (self.y.0..=self.y.1).contains(&tick.log10()))
            .collect()
    }
}

/// Draws the points; `cost` says what is upwards.
pub(super) fn draw(points: &[Point<'_>], frame: Frame, title: &str, cost: &str) -> String {
    if points.is_empty() {
        return String::new();
    }
    let scales = Scales::of(points, frame);
    let Frame { width, height, .. } = frame;
    let mut svg = format!(
        r#"<svg viewBox="0 0 {width} {height}" role="group" aria-label="{}">"#,
        escape(title)
    );
    axes(&scales, cost, &mut svg);
    let places = apart(
        points
            .iter()
            .map(|point| (scales.x(point.x), scales.y(point.y))),
    );
    let texts: Vec<_> = points
        .iter()
        .map(|point| match frame.names {
            true => point.name.to_owned(),
            false => point.letter.to_string(),
        })
        .collect();
    let labels = place(&places, &texts, frame);
    for ((point, (x, y)), label) in points.iter().zip(&places).zip(&labels) {
        if label.far {
            let (to_x, to_y) = label.near_end(*x);
            let _ = write!(
                svg,
                r#"<line class="leader" x1="{x:.1}" y1="{y:.1}" x2="{to_x:.1}" y2="{to_y:.1}"/>"#
            );
        }
        let _ = write!(
            svg,
            "<g><title>{}</title>{}</g>",
            escape(&point.told),
            mark(point.portable, *x, *y)
        );
    }
    for ((point, text), label) in points.iter().zip(&texts).zip(&labels) {
        let _ = write!(
            svg,
            r##"<a href="#{}" aria-label="{}"><text class="label" x="{:.1}" y="{:.1}">{}</text></a>"##,
            anchor(point.name),
            escape(&point.told),
            label.left,
            label.top + LINE - 3.5,
            escape(text)
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// The name of an encoding's row, to be pointed at.
pub(super) fn anchor(name: &str) -> String {
    let kept = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-');
    format!("encoding-{}", kept.collect::<String>())
}

/// A disc where it is portable, a diamond where it is not, a square where nobody knows: shape tells, and colour too.
pub(super) fn mark(portable: Option<bool>, x: f64, y: f64) -> String {
    let r = MARK;
    match portable {
        Some(true) => format!(r#"<circle class="fill-good" cx="{x:.1}" cy="{y:.1}" r="{r}"/>"#),
        Some(false) => format!(
            r#"<path class="fill-bad" d="M{:.1} {y:.1}L{x:.1} {:.1}L{:.1} {y:.1}L{x:.1} {:.1}Z"/>"#,
            x - r - 1.0,
            y - r - 1.0,
            x + r + 1.0,
            y + r + 1.0
        ),
        None => format!(
            r#"<rect class="fill-part" x="{:.1}" y="{:.1}" width="{s}" height="{s}"/>"#,
            x - r + 1.0,
            y - r + 1.0,
            s = 2.0 * (r - 1.0)
        ),
    }
}

fn axes(scales: &Scales, cost: &str, svg: &mut String) {
    let Frame { width, height, .. } = scales.frame;
    let (right, bottom) = (width - RIGHT, height - BOTTOM);
    for tick in scales.ticks_y() {
        let y = scales.y(tick);
        let _ = write!(
            svg,
            r#"<path class="axis" d="M{LEFT} {y:.1}H{right}"/><text class="tick" text-anchor="end" x="{:.1}" y="{:.1}">{tick}</text>"#,
            LEFT - 6.0,
            y + 4.0
        );
    }
    for tick in scales.ticks_x() {
        let x = scales.x(tick);
        let _ = write!(
            svg,
            r#"<path class="axis" d="M{x:.1} {TOP}V{bottom}"/><text class="tick" text-anchor="middle" x="{x:.1}" y="{:.1}">{tick}</text>"#,
            bottom + 18.0
        );
    }
    let _ = write!(
        svg,
        r#"<text class="tick" x="4" y="16">{} &#8593;</text><text class="tick" text-anchor="end" x="{right}" y="{:.1}">octets of a request and its reply, median &#8594;</text>"#,
        escape(cost),
        height - 8.0
    );
}

/// Where a label stands.
#[derive(Clone, Copy)]
struct Label {
    left: f64,
    top: f64,
    width: f64,
    /// Far enough from its point to need a line to it.
    far: bool,
}

impl Label {
    /// How much of it lies over a box.
    fn over(&self, left: f64, top: f64, width: f64, height: f64) -> f64 {
        let x = (self.left + self.width).min(left + width) - self.left.max(left);
        let y = (self.top + LINE).min(top + height) - self.top.max(top);
        x.max(0.0) * y.max(0.0)
    }

    /// The end that a line from its point comes to.
    fn near_end(&self, x: f64) -> (f64, f64) {
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
fn apart(places: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
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
fn place(points: &[(f64, f64)], texts: &[String], frame: Frame) -> Vec<Label> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn points(places: &[(f64, f64)]) -> Vec<Point<'static>> {
        let point = |&(x, y): &(f64, f64)| Point {
            name: "an-encoding",
            letter: 'a',
            x,
            y,
            portable: Some(true),
            told: "told".to_owned(),
        };
        places.iter().map(point).collect()
    }

    const WIDE: Frame = Frame {
        width: 1100.0,
        height: 520.0,
        names: true,
    };

    #[test]
    fn labels_of_a_crowd_lie_apart_and_inside() {
        let crowd: Vec<_> = (0..20_u8)
            .map(|at| (30.0 + f64::from(at % 4), 90.0 + f64::from(at)))
            .collect();
        let crowd = points(&[&crowd[..], &[(24.0, 20.0), (80.0, 4000.0)]].concat());
        let scales = Scales::of(&crowd, WIDE);
        let places = apart(
            crowd
                .iter()
                .map(|point| (scales.x(point.x), scales.y(point.y))),
        );
        let texts = vec!["an-encoding".to_owned(); places.len()];
        let labels = place(&places, &texts, WIDE);
        for (at, label) in labels.iter().enumerate() {
            assert!(label.left >= LEFT && label.left + label.width <= WIDE.width);
            for other in &labels[..at] {
                assert_eq!(label.over(other.left, other.top, other.width, LINE), 0.0);
            }
        }
    }

    #[test]
    fn no_mark_hides_another() {
        let places = apart([(10.0, 10.0), (10.0, 10.0), (11.0, 11.0), (60.0, 10.0)].into_iter());
        for (at, (x, y)) in places.iter().enumerate() {
            for (other_x, other_y) in &places[..at] {
                assert!((x - other_x).hypot(y - other_y) > MARK);
            }
        }
        assert_eq!(places[0], (10.0, 10.0));
        assert_eq!(places[3], (60.0, 10.0));
    }

    #[test]
    fn one_point_alone_and_none_are_drawn_too() {
        let svg = draw(&points(&[(16.0, 0.0)]), WIDE, "t", "cost");
        assert!(svg.starts_with("<svg") && !svg.contains("NaN") && !svg.contains("inf"));
        assert_eq!(draw(&[], WIDE, "t", "cost"), "");
    }
}
