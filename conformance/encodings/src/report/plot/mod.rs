//! Points with names in a plane, as SVG: octets to the right, cost upwards, and no name over another.

mod labels;

use maud::{Markup, html};

use labels::{apart, place};

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
    /// What a pointer resting on it shows, and a screen reader says.
    pub(super) description: String,
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

/// Draws the points; `cost` says what is upwards. Of no points there is no picture.
pub(super) fn draw(points: &[Point<'_>], frame: Frame, title: &str, cost: &str) -> Markup {
    if points.is_empty() {
        return html! {};
    }
    let scales = Scales::of(points, frame);
    let Frame { width, height, .. } = frame;
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
    html! {
        svg viewBox={ "0 0 " (width) " " (height) } role="group" aria-label=(title) {
            (axes(&scales, cost))
            @for ((point, (x, y)), label) in points.iter().zip(&places).zip(&labels) {
                @if label.far {
                    @let (to_x, to_y) = label.near_end(*x);
                    line.leader x1=(tenths(*x)) y1=(tenths(*y)) x2=(tenths(to_x)) y2=(tenths(to_y)) {}
                }
                g { title { (point.description) } (mark(point.portable, *x, *y)) }
            }
            @for ((point, text), label) in points.iter().zip(&texts).zip(&labels) {
                a href={ "#" (anchor(point.name)) } aria-label=(point.description) {
                    text.label x=(tenths(label.left)) y=(tenths(label.top + LINE - 3.5)) { (text) }
                }
            }
        }
    }
}

/// A length in the picture's units; tenths are finer than any screen.
fn tenths(length: f64) -> String {
    format!("{length:.1}")
}

/// The name of an encoding's row, to be pointed at.
pub(super) fn anchor(name: &str) -> String {
    let kept = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-');
    format!("encoding-{}", kept.collect::<String>())
}

/// A disc where it is portable, a diamond where it is not, a square where nobody knows: shape tells, and colour too.
pub(super) fn mark(portable: Option<bool>, x: f64, y: f64) -> Markup {
    let r = MARK;
    html! {
        @match portable {
            Some(true) => circle.fill-good cx=(tenths(x)) cy=(tenths(y)) r=(r) {},
            Some(false) => {
                @let (left, right, top, bottom) = (x - r - 1.0, x + r + 1.0, y - r - 1.0, y + r + 1.0);
                path.fill-bad d=(format!("M{left:.1} {y:.1}L{x:.1} {top:.1}L{right:.1} {y:.1}L{x:.1} {bottom:.1}Z")) {}
            }
            None => {
                @let side = 2.0 * (r - 1.0);
                rect.fill-part x=(tenths(x - r + 1.0)) y=(tenths(y - r + 1.0)) width=(side) height=(side) {}
            }
        }
    }
}

fn axes(scales: &Scales, cost: &str) -> Markup {
    let Frame { width, height, .. } = scales.frame;
    let (right, bottom) = (width - RIGHT, height - BOTTOM);
    html! {
        @for tick in scales.ticks_y() {
            @let y = scales.y(tick);
            path.axis d=(format!("M{LEFT} {y:.1}H{right}")) {}
            text.tick text-anchor="end" x=(tenths(LEFT - 6.0)) y=(tenths(y + 4.0)) { (tick) }
        }
        @for tick in scales.ticks_x() {
            @let x = scales.x(tick);
            path.axis d=(format!("M{x:.1} {TOP}V{bottom}")) {}
            text.tick text-anchor="middle" x=(tenths(x)) y=(tenths(bottom + 18.0)) { (tick) }
        }
        text.tick x="4" y="16" { (cost) " ↑" }
        text.tick text-anchor="end" x=(right) y=(tenths(height - 8.0)) { "octets of a request and its reply, median →" }
    }
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
            description: "told".to_owned(),
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
        let svg = draw(&points(&[(16.0, 0.0)]), WIDE, "t", "cost").into_string();
        assert!(svg.starts_with("<svg") && !svg.contains("NaN") && !svg.contains("inf"));
        assert_eq!(draw(&[], WIDE, "t", "cost").into_string(), "");
    }
}
