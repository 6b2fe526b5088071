//! A small chart as it is drawn on paper: bars, lines, areas, a pie, a number. Which rows it is of is decided elsewhere.

use krilla::color::rgb;
use krilla::geom::PathBuilder;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;

use super::pdf::paint_line;
use super::text::{Style, drawable, set_line, wrap};

/// How high it is, with its title and legend.
pub(super) const HEIGHT: f32 = 230.0;

/// Room for the numbers on the left.
const LEFT: f32 = 70.0;
const TITLE: Style = Style {
    size: 10.0,
    bold: true,
};
const LABEL: Style = Style {
    size: 7.0,
    bold: false,
};

/// Apart also for people who do not see all colours alike (Okabe and Ito).
const COLOURS: &[(u8, u8, u8)] = &[
    (0, 114, 178),
    (230, 159, 0),
    (0, 158, 115),
    (204, 121, 167),
    (213, 94, 0),
    (86, 180, 233),
    (110, 110, 110),
    (240, 228, 66),
];

/// What kind of picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Bars side by side.
    Bar,
    /// Bars on top of each other.
    Stacked,
    /// Lines.
    Line,
    /// Lines with the room below filled.
    Area,
    /// Slices of a whole.
    Pie,
    /// One number.
    Number,
}

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What kind.
    pub shape: Shape,
    /// Its title.
    pub title: String,
    /// What it shows, in one sentence.
    pub summary: String,
    /// What stands below each place.
    pub labels: Vec<String>,
    /// Name and values of each series; a value for each label.
    pub series: Vec<(String, Vec<f64>)>,
}

impl Chart {
    /// The picture in words, for those who do not see it.
    pub(super) fn in_words(&self) -> String {
        let words = if self.summary.trim().is_empty() {
            "The table below has its numbers."
        } else {
            self.summary.trim()
        };
        format!("{}. {words}", self.title.trim().trim_end_matches('.'))
    }
}

/// Draws it from its top left corner.
pub(super) fn draw(surface: &mut Surface<'_>, chart: &Chart, x: f32, y: f32, width: f32) {
    paint_line(
        surface,
        &first_line(&chart.title, TITLE, width),
        TITLE,
        x,
        y,
    );
    let legend_y = y + 16.0;
    legend(surface, chart, x, legend_y, width);
    let plot = Plot {
        x: x + LEFT,
        y: legend_y + 16.0,
        width: width - LEFT,
        height: HEIGHT - 70.0,
    };
    match chart.shape {
        Shape::Number => number(surface, chart, x, plot.y),
        Shape::Pie => pie(surface, chart, &plot),
        Shape::Bar | Shape::Stacked => bars(surface, chart, &plot),
        Shape::Line | Shape::Area => lines(surface, chart, &plot),
    }
    surface.set_fill(None);
    surface.set_stroke(None);
}

struct Plot {
    x: f32,
    y: f32,
    width: f32,
    height: f32,
}

impl Plot {
    fn at(&self, value: f64, low: f64, high: f64) -> f32 {
        let share = if high > low {
            ((value - low) / (high - low)) as f32
        } else {
            0.0
        };
        self.y + self.height * (1.0 - share)
    }
}

fn first_line(text: &str, style: Style, width: f32) -> String {
    wrap(&drawable(text), style, width)
        .into_iter()
        .next()
        .unwrap_or_default()
}

fn colour(index: usize) -> Fill {
    let (r, g, b) = COLOURS[index % COLOURS.len()];
    Fill {
        paint: rgb::Color::new(r, g, b).into(),
        ..Fill::default()
    }
}

fn black(surface: &mut Surface<'_>) {
    surface.set_fill(Some(Fill::default()));
    surface.set_stroke(None);
}

fn box_of(surface: &mut Surface<'_>, x: f32, y: f32, width: f32, height: f32) {
    let mut path = PathBuilder::new();
    path.move_to(x, y);
    path.line_to(x + width, y);
    path.line_to(x + width, y + height);
    path.line_to(x, y + height);
    path.close();
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn legend(surface: &mut Surface<'_>, chart: &Chart, x: f32, y: f32, width: f32) {
    let names: Vec<&str> = match chart.shape {
        Shape::Number => Vec::new(),
        Shape::Pie => chart.labels.iter().map(String::as_str).collect(),
        _ => chart.series.iter().map(|(name, _)| name.as_str()).collect(),
    };
    let mut at = x;
    for (index, name) in names.iter().enumerate().take(COLOURS.len()) {
        let text = first_line(name, LABEL, 110.0);
        if at + 130.0 > x + width {
            break;
        }
        surface.set_stroke(None);
        surface.set_fill(Some(colour(index)));
        box_of(surface, at, y + 1.0, 7.0, 7.0);
        black(surface);
        paint_line(surface, &text, LABEL, at + 11.0, y);
        at += 130.0;
    }
}

/// Thousands and millions are shortened: there is little room.
fn short(value: f64) -> String {
    let size = value.abs();
    if size >= 1e9 {
        format!("{:.1} bn", value / 1e9)
    } else if size >= 1e6 {
        format!("{:.1} M", value / 1e6)
    } else if size >= 1e4 {
        format!("{:.0} k", value / 1e3)
    } else if size >= 10.0 || size == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}

/// Lowest and highest value, zero among them.
fn reach(chart: &Chart) -> (f64, f64) {
    let mut low = 0.0_f64;
    let mut high = 0.0_f64;
    for place in 0..chart.labels.len() {
        let values = chart
            .series
            .iter()
            .filter_map(|(_, values)| values.get(place))
            .copied();
        if chart.shape == Shape::Stacked {
            high = high.max(values.clone().filter(|v| *v > 0.0).sum());
            low = low.min(values.filter(|v| *v < 0.0).sum());
        } else {
            for value in values {
                high = high.max(value);
                low = low.min(value);
            }
        }
    }
    (low, high)
}

fn axes(surface: &mut Surface<'_>, chart: &Chart, plot: &Plot, low: f64, high: f64) {
    for step in 0..=4 {
        let value = low + (high - low) * f64::from(step) / 4.0;
        let y = plot.at(value, low, high);
        let mut path = PathBuilder::new();
        path.move_to(plot.x, y);
        path.line_to(plot.x + plot.width, y);
        if let Some(path) = path.finish() {
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                width: 0.3,
                paint: rgb::Color::new(150, 150, 150).into(),
                ..Stroke::default()
            }));
            surface.draw_path(&path);
        }
        black(surface);
        paint_line(surface, &short(value), LABEL, plot.x - LEFT, y - 4.0);
    }
    let count = chart.labels.len().max(1);
    let step = plot.width / count as f32;
    // As many labels as fit beside each other.
    let every = (44.0 / step).ceil().max(1.0) as usize;
    for (index, label) in chart.labels.iter().enumerate().step_by(every) {
        let room = step * every as f32 - 4.0;
        let text = first_line(label, LABEL, room);
        let x = plot.x + step * index as f32 + 2.0;
        paint_line(surface, &text, LABEL, x, plot.y + plot.height + 4.0);
    }
}

fn bars(surface: &mut Surface<'_>, chart: &Chart, plot: &Plot) {
    let (low, high) = reach(chart);
    axes(surface, chart, plot, low, high);
    let step = plot.width / chart.labels.len().max(1) as f32;
    let stacked = chart.shape == Shape::Stacked;
    let room = step * 0.8;
    let wide = if stacked {
        room
    } else {
        room / chart.series.len().max(1) as f32
    };
    for place in 0..chart.labels.len() {
        let (mut up, mut down) = (0.0, 0.0);
        for (index, (_, values)) in chart.series.iter().enumerate() {
            let value = values.get(place).copied().unwrap_or(0.0);
            let from = match (stacked, value < 0.0) {
                (true, true) => down,
                (true, false) => up,
                (false, _) => 0.0,
            };
            let to = from + value;
            if value < 0.0 {
                down = to;
            } else {
                up = to;
            }
            let (a, b) = (plot.at(from, low, high), plot.at(to, low, high));
            let beside = if stacked { 0.0 } else { wide * index as f32 };
            let x = plot.x + step * (place as f32 + 0.1) + beside;
            surface.set_stroke(None);
            surface.set_fill(Some(colour(index)));
            box_of(surface, x, a.min(b), wide * 0.95, (a - b).abs());
        }
    }
}

fn lines(surface: &mut Surface<'_>, chart: &Chart, plot: &Plot) {
    let (low, high) = reach(chart);
    axes(surface, chart, plot, low, high);
    let step = plot.width / chart.labels.len().max(1) as f32;
    let zero = plot.at(0.0, low, high);
    for (index, (_, values)) in chart.series.iter().enumerate() {
        let points: Vec<(f32, f32)> = values
            .iter()
            .enumerate()
            .map(|(place, value)| {
                let x = plot.x + step * (place as f32 + 0.5);
                (x, plot.at(*value, low, high))
            })
            .collect();
        let (Some(first), Some(last)) = (points.first(), points.last()) else {
            continue;
        };
        let mut path = PathBuilder::new();
        path.move_to(first.0, first.1);
        for (x, y) in points.iter().skip(1) {
            path.line_to(*x, *y);
        }
        let fill = colour(index);
        if chart.shape == Shape::Area {
            path.line_to(last.0, zero);
            path.line_to(first.0, zero);
            path.close();
            surface.set_stroke(None);
            surface.set_fill(Some(fill));
        } else {
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                width: 1.5,
                paint: fill.paint,
                ..Stroke::default()
            }));
        }
        if let Some(path) = path.finish() {
            surface.draw_path(&path);
        }
    }
}

fn pie(surface: &mut Surface<'_>, chart: &Chart, plot: &Plot) {
    let Some((_, values)) = chart.series.first() else {
        return;
    };
    let whole: f64 = values.iter().filter(|v| **v > 0.0).sum();
    if whole <= 0.0 {
        return;
    }
    let radius = plot.height / 2.0;
    let (cx, cy) = (plot.x + plot.width / 3.0, plot.y + radius);
    let mut from = -std::f64::consts::FRAC_PI_2;
    for (index, value) in values.iter().enumerate().filter(|(_, v)| **v > 0.0) {
        let to = from + value / whole * std::f64::consts::TAU;
        let mut path = PathBuilder::new();
        path.move_to(cx, cy);
        // Short straight pieces are not to be told from an arc at this size.
        let pieces = ((to - from) / 0.05).ceil().max(1.0) as u32;
        for piece in 0..=pieces {
            let angle = from + (to - from) * f64::from(piece) / f64::from(pieces);
            let (sin, cos) = angle.sin_cos();
            path.line_to(cx + radius * cos as f32, cy + radius * sin as f32);
        }
        path.close();
        surface.set_stroke(None);
        surface.set_fill(Some(colour(index)));
        if let Some(path) = path.finish() {
            surface.draw_path(&path);
        }
        from = to;
    }
    black(surface);
}

fn number(surface: &mut Surface<'_>, chart: &Chart, x: f32, y: f32) {
    let value = chart.series.first().and_then(|(_, v)| v.first());
    let style = Style {
        size: 28.0,
        bold: true,
    };
    let text = value.map_or_else(|| "–".to_owned(), |v| short(*v));
    black(surface);
    // Laid out once to be sure that the fonts have every sign of it.
    if !set_line(&text, style).is_empty() {
        paint_line(surface, &text, style, x, y + 40.0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Column, Sheet, to_pdf};
    use super::*;

    #[test]
    fn every_kind_of_chart_is_a_tagged_figure() {
        for shape in [
            Shape::Bar,
            Shape::Stacked,
            Shape::Line,
            Shape::Area,
            Shape::Pie,
            Shape::Number,
        ] {
            let sheet = Sheet {
                title: "Duty by chapter".to_owned(),
                facts: Vec::new(),
                chart: Some(Chart {
                    shape,
                    title: "Duty".to_owned(),
                    summary: "Chapter 64 leads".to_owned(),
                    labels: (0..30).map(|n| format!("Chapter {n}")).collect(),
                    series: vec![
                        (
                            "Duty".to_owned(),
                            (0..30).map(|n| f64::from(n) * 1e5).collect(),
                        ),
                        (
                            "Value".to_owned(),
                            (0..30).map(|n| f64::from(5 - n)).collect(),
                        ),
                    ],
                }),
                columns: vec![Column {
                    heading: "Name".into(),
                    share: 1.0,
                }],
                rows: vec![vec!["x".to_owned()]],
                made_at: chrono::DateTime::UNIX_EPOCH,
            };
            // The library checks PDF/UA-1 itself.
            let file = to_pdf(&sheet).unwrap();
            let text = String::from_utf8_lossy(&file);
            assert!(text.contains("/Figure"), "{shape:?}");
            assert!(text.contains("Chapter 64 leads"), "{shape:?}");
        }
    }

    #[test]
    fn axes_hold_every_value_and_zero() {
        let chart = |shape| Chart {
            shape,
            title: String::new(),
            summary: String::new(),
            labels: vec!["a".to_owned()],
            series: vec![
                ("x".to_owned(), vec![3.0]),
                ("y".to_owned(), vec![4.0]),
                ("z".to_owned(), vec![-2.0]),
            ],
        };
        assert_eq!(reach(&chart(Shape::Bar)), (-2.0, 4.0));
        assert_eq!(reach(&chart(Shape::Stacked)), (-2.0, 7.0));
    }
}
