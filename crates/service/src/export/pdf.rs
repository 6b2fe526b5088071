//! Documents as PDF/UA-1: tagged for screen readers, fonts embedded, any script. The only place that knows the library.

use std::num::NonZeroU16;

use chrono::{Datelike, Timelike};
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::{DateTime as PdfTime, Metadata};
use krilla::outline::Outline;
use krilla::page::PageSettings;
use krilla::paint::Stroke;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup,
    TagTree,
};
use krilla::{Document, SerializeSettings};

use super::text::{Style, drawable, set_line, wrap};
use super::{Sheet, chart};

/// US Letter, the long side across, in points.
const PAGE: (f32, f32) = (792.0, 612.0);
const MARGIN: f32 = 36.0;
/// Between the cells of a row.
const GAP: f32 = 6.0;
/// Above and below the text of a row.
const PADDING: f32 = 3.0;
const TITLE: Style = Style {
    size: 15.0,
    bold: true,
};
const FACT: Style = Style {
    size: 9.0,
    bold: false,
};
const HEADING: Style = Style {
    size: 8.0,
    bold: true,
};
const CELL: Style = Style {
    size: 8.0,
    bold: false,
};
const FOOTER: Style = Style {
    size: 7.0,
    bold: false,
};

/// Why no PDF was made.
#[derive(Debug, thiserror::Error)]
#[error("the PDF could not be made: {0}")]
pub struct PdfError(String);

/// A row of cells, each broken into lines.
struct Row(Vec<Vec<String>>);

impl Row {
    fn lines(&self) -> usize {
        self.0.iter().map(Vec::len).max().unwrap_or(0)
    }
}

fn leading(style: Style) -> f32 {
    style.size * 1.3
}

/// A document as PDF.
///
/// # Errors
/// [`PdfError`] when the library refuses; nothing that people type makes it.
pub fn to_pdf(sheet: &Sheet) -> Result<Vec<u8>, PdfError> {
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| PdfError(format!("{error:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        compress_content_streams: true,
        enable_tagging: true,
        xmp_metadata: true,
        configuration,
        ..SerializeSettings::default()
    });
    document.set_metadata(metadata(sheet));
    let widths = widths(sheet);
    let pages = pages(sheet, &widths);
    let (mut tree, total) = (
        TagTree::new().with_lang(Some("en-US".to_owned())),
        pages.len(),
    );
    let mut body = TagGroup::new(Tag::TBody);
    let mut head = TagGroup::new(Tag::THead);
    let headings = headings(sheet, &widths);
    for (number, rows) in pages.iter().enumerate() {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1)
            .ok_or_else(|| PdfError("the size of the page".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        let mut y = MARGIN;
        if number == 0 {
            y = opening(&mut surface, sheet, &mut tree);
        }
        y = if number == 0 {
            let mut row = TagGroup::new(Tag::TR);
            let y = draw_row(&mut surface, &headings, HEADING, &widths, y, |ids| {
                let cell = Tag::TH(TableHeaderScope::Column);
                row.push(group(cell, ids));
            });
            head.push(row);
            y
        } else {
            // Repeated for the eye; a screen reader knows the headings of the table already.
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(
                ArtifactType::PaginationOther,
            )));
            let y = paint_row(&mut surface, &headings, HEADING, &widths, y);
            surface.end_tagged();
            y
        };
        for row in rows {
            line_across(&mut surface, y);
            let mut tagged = TagGroup::new(Tag::TR);
            y = draw_row(&mut surface, row, CELL, &widths, y, |ids| {
                tagged.push(group(Tag::TD, ids));
            });
            body.push(tagged);
        }
        footer(&mut surface, sheet, number + 1, total);
        surface.finish();
        page.finish();
    }
    let mut table = TagGroup::new(Tag::Table);
    table.push(head);
    table.push(body);
    tree.push(table);
    document.set_outline(Outline::new());
    document.set_tag_tree(tree);
    document
        .finish()
        .map_err(|error| PdfError(format!("{error:?}")))
}

fn metadata(sheet: &Sheet) -> Metadata {
    let at = sheet.made_at;
    let small = |n: u32| u8::try_from(n).unwrap_or(0);
    let time = PdfTime::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(sheet.title.clone())
        .language("en-US".to_owned())
        .creator("Quaymaster".to_owned())
        .creation_date(time)
}

fn widths(sheet: &Sheet) -> Vec<f32> {
    let shares: f32 = sheet.columns.iter().map(|c| c.share).sum();
    let gaps = GAP * sheet.columns.len().saturating_sub(1) as f32;
    let room = PAGE.0 - 2.0 * MARGIN - gaps;
    sheet
        .columns
        .iter()
        .map(|c| room * c.share / shares)
        .collect()
}

fn headings(sheet: &Sheet, widths: &[f32]) -> Row {
    let cells = sheet.columns.iter().zip(widths);
    Row(cells
        .map(|(c, width)| wrap(&drawable(&c.heading), HEADING, *width))
        .collect())
}

/// The rows of each page.
fn pages(sheet: &Sheet, widths: &[f32]) -> Vec<Vec<Row>> {
    let bottom = PAGE.1 - MARGIN - 2.0 * leading(FOOTER);
    let head = row_height(&headings(sheet, widths), HEADING);
    let mut y = top(sheet) + head;
    let mut all = vec![Vec::new()];
    for cells in &sheet.rows {
        let mut rest: Vec<Vec<String>> = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| {
                // An empty cell would be missing in the row for a screen reader.
                let text = if cell.trim().is_empty() { "–" } else { cell };
                wrap(&drawable(text), CELL, *width)
            })
            .collect();
        // A row that is higher than a page goes on, on the next one, as a further row.
        loop {
            let row = Row(rest);
            let height = row_height(&row, CELL);
            let fresh = MARGIN + head;
            if y + height > bottom && y > fresh {
                all.push(Vec::new());
                y = fresh;
            }
            let fits = ((bottom - y - 2.0 * PADDING) / leading(CELL))
                .floor()
                .max(1.0) as usize;
            if row.lines() <= fits {
                y += height;
                if let Some(page) = all.last_mut() {
                    page.push(row);
                }
                break;
            }
            let (now, later) = row
                .0
                .into_iter()
                .map(|mut lines| {
                    let later = lines.split_off(lines.len().min(fits));
                    (lines, later)
                })
                .unzip();
            if let Some(page) = all.last_mut() {
                page.push(Row(now));
            }
            all.push(Vec::new());
            y = fresh;
            rest = later;
        }
    }
    all
}

fn row_height(row: &Row, style: Style) -> f32 {
    row.lines() as f32 * leading(style) + 2.0 * PADDING
}

/// The lines of title and facts.
fn opening_lines(sheet: &Sheet) -> (Vec<String>, Vec<Vec<String>>) {
    let room = PAGE.0 - 2.0 * MARGIN;
    let title = wrap(&drawable(&sheet.title), TITLE, room);
    let facts = sheet
        .facts
        .iter()
        .map(|(label, value)| wrap(&drawable(&format!("{label}: {value}")), FACT, room))
        .collect();
    (title, facts)
}

/// Where the table begins on the first page.
fn top(sheet: &Sheet) -> f32 {
    let (title, facts) = opening_lines(sheet);
    let lines: usize = facts.iter().map(Vec::len).sum();
    let chart = sheet.chart.as_ref().map_or(0.0, |_| chart::HEIGHT);
    MARGIN + title.len() as f32 * leading(TITLE) + lines as f32 * leading(FACT) + chart + 12.0
}

fn opening(surface: &mut Surface<'_>, sheet: &Sheet, tree: &mut TagTree) -> f32 {
    let (title, facts) = opening_lines(sheet);
    let mut y = MARGIN;
    let level = NonZeroU16::MIN;
    let mut block = |lines: &[String], style: Style, tag: fn(NonZeroU16, &Sheet) -> TagGroup| {
        let mut tagged = tag(level, sheet);
        for line in lines {
            tagged.push(draw_line(surface, line, style, MARGIN, y));
            y += leading(style);
        }
        tree.push(tagged);
    };
    block(&title, TITLE, |level, sheet| {
        TagGroup::new(Tag::Hn(level, Some(sheet.title.clone())))
    });
    for fact in &facts {
        block(fact, FACT, |_, _| TagGroup::new(Tag::P));
    }
    if let Some(chart) = &sheet.chart {
        let mut figure = TagGroup::new(Tag::Figure(Some(chart.in_words())));
        figure.push(surface.start_tagged(ContentTag::Other));
        chart::draw(surface, chart, MARGIN, y + 6.0, PAGE.0 - 2.0 * MARGIN);
        surface.end_tagged();
        tree.push(figure);
    }
    top(sheet)
}

fn group(tag: impl Into<krilla::tagging::TagKind>, ids: Vec<Identifier>) -> TagGroup {
    let mut group = TagGroup::new(tag);
    for id in ids {
        group.push(id);
    }
    group
}

/// Draws a row and hands over what stands in each cell. Answers where the next row begins.
fn draw_row(
    surface: &mut Surface<'_>,
    row: &Row,
    style: Style,
    widths: &[f32],
    y: f32,
    mut cell: impl FnMut(Vec<Identifier>),
) -> f32 {
    let mut x = MARGIN;
    for (lines, width) in row.0.iter().zip(widths) {
        let ids = lines
            .iter()
            .enumerate()
            .map(|(n, line)| {
                let down = y + PADDING + n as f32 * leading(style);
                draw_line(surface, line, style, x, down)
            })
            .collect();
        cell(ids);
        x += width + GAP;
    }
    y + row_height(row, style)
}

/// The same as part of something that is tagged as a whole.
fn paint_row(surface: &mut Surface<'_>, row: &Row, style: Style, widths: &[f32], y: f32) -> f32 {
    let mut x = MARGIN;
    for (lines, width) in row.0.iter().zip(widths) {
        for (n, line) in lines.iter().enumerate() {
            let down = y + PADDING + n as f32 * leading(style);
            paint_line(surface, line, style, x, down);
        }
        x += width + GAP;
    }
    y + row_height(row, style)
}

fn draw_line(surface: &mut Surface<'_>, line: &str, style: Style, x: f32, y: f32) -> Identifier {
    let id = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
    paint_line(surface, line, style, x, y);
    surface.end_tagged();
    id
}

/// `y` is the top of the line.
pub(super) fn paint_line(surface: &mut Surface<'_>, line: &str, style: Style, x: f32, y: f32) {
    let mut at = Point::from_xy(x, y + style.size);
    for piece in set_line(line, style) {
        surface.draw_glyphs(
            at,
            &piece.glyphs,
            piece.font,
            &piece.text,
            style.size,
            false,
        );
        at.x += piece.width;
    }
}

fn line_across(surface: &mut Surface<'_>, y: f32) {
    let mut path = PathBuilder::new();
    path.move_to(MARGIN, y);
    path.line_to(PAGE.0 - MARGIN, y);
    let Some(path) = path.finish() else { return };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(
        ArtifactType::Layout,
    )));
    surface.set_stroke(Some(Stroke {
        width: 0.4,
        ..Stroke::default()
    }));
    surface.draw_path(&path);
    surface.set_stroke(None);
    surface.end_tagged();
}

fn footer(surface: &mut Surface<'_>, sheet: &Sheet, number: usize, total: usize) {
    let made = sheet.made_at.format("%-d %B %Y, %H:%M UTC");
    let line = drawable(&format!(
        "{} · made on {made} · page {number} of {total}",
        sheet.title
    ));
    let room = PAGE.0 - 2.0 * MARGIN;
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(
        ArtifactType::Footer,
    )));
    if let Some(line) = wrap(&line, FOOTER, room).first() {
        paint_line(surface, line, FOOTER, MARGIN, PAGE.1 - MARGIN - FOOTER.size);
    }
    surface.end_tagged();
}

#[cfg(test)]
mod tests {
    use super::super::Column;
    use super::*;

    fn sheet(rows: Vec<Vec<String>>) -> Sheet {
        Sheet {
            title: "Access review, Q4 2026: Пример 王小明".to_owned(),
            facts: vec![("Account".to_owned(), "QM-0000-00001-8".to_owned())],
            chart: None,
            columns: vec![
                Column {
                    heading: "Person".into(),
                    share: 1.0,
                },
                Column {
                    heading: "Reason".into(),
                    share: 2.0,
                },
            ],
            rows,
            made_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_document_of_any_script_is_valid_for_screen_readers() {
        let cell = |text: &str| text.to_owned();
        let rows = vec![
            vec![cell("Ana Lee"), cell("=HYPERLINK(\"x\")")],
            vec![cell("محمد دוד"), cell("")],
            vec![cell("王小明 \u{1F600}\u{FE0F}"), cell("two\nlines")],
            vec![cell("Long"), "word ".repeat(3000)],
        ];
        // The library checks PDF/UA-1 itself and refuses what does not conform.
        let file = to_pdf(&sheet(rows)).unwrap();
        assert!(file.starts_with(b"%PDF-1.7"));
        let text = String::from_utf8_lossy(&file);
        for sign in ["/StructTreeRoot", "/FontFile", "pdfuaid:part", "/Table"] {
            assert!(text.contains(sign), "{sign}");
        }
        assert!(text.matches("/Type /Page\n").count() + text.matches("/Type/Page").count() > 1);
    }

    #[test]
    fn a_table_without_rows_is_a_document_too() {
        assert!(to_pdf(&sheet(Vec::new())).is_ok());
    }

    #[test]
    fn every_row_is_on_a_page_once() {
        let rows = (0..500)
            .map(|n| vec![n.to_string(), "x".to_owned()])
            .collect();
        let sheet = sheet(rows);
        let pages = pages(&sheet, &widths(&sheet));
        let firsts: Vec<String> = pages
            .iter()
            .flatten()
            .filter_map(|row| row.0.first()?.first().cloned())
            .collect();
        let wanted: Vec<String> = (0..500).map(|n| n.to_string()).collect();
        assert_eq!(firsts, wanted);
        assert!(pages.len() > 5);
    }
}
