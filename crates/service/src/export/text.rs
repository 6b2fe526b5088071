//! Text on paper: fonts for every script that people's names are written in, shaping, directions, and lines that fit.

use std::io::Read as _;
use std::ops::Range;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Face, UnicodeBuffer};
use unicode_bidi::{BidiInfo, Level};

// The fonts lie packed in the program, which makes it smaller by three megabytes, and are unpacked for the first PDF.

/// Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic and many signs.
static REGULAR: &[u8] = include_bytes!("fonts/DejaVuSans.ttf.gz");
/// The same in bold.
static BOLD: &[u8] = include_bytes!("fonts/DejaVuSans-Bold.ttf.gz");
/// Chinese, Japanese and what else is missing in the others.
static FALLBACK: &[u8] = include_bytes!("fonts/DroidSansFallbackFull.ttf.gz");
/// Korean: every syllable of modern Hangul.
static KOREAN: &[u8] = include_bytes!("fonts/NanumSquareR.ttf.gz");

/// A font for drawing together with its reader for shaping.
struct Loaded {
    font: Font,
    face: Face<'static>,
}

static FONTS: LazyLock<Vec<Loaded>> = LazyLock::new(|| {
    [REGULAR, BOLD, FALLBACK, KOREAN]
        .into_iter()
        .filter_map(|packed| {
            let mut data = Vec::new();
            GzDecoder::new(packed).read_to_end(&mut data).ok()?;
            // Kept for as long as the program runs: readers of fonts borrow from it.
            let data: &'static [u8] = data.leak();
            Some(Loaded {
                font: Font::new(data.into(), 0)?,
                face: Face::from_slice(data, 0)?,
            })
        })
        .collect()
});

/// How a text is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Size in points.
    pub(super) size: f32,
    /// Bold.
    pub(super) bold: bool,
}

/// A stretch of one line in one font and one direction, ready to be drawn.
pub(super) struct Piece {
    /// The font.
    pub(super) font: Font,
    /// The glyphs, in the order in which they are drawn.
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// What they stand for.
    pub(super) text: String,
    /// How wide it is, in points.
    pub(super) width: f32,
}

/// Which fonts are tried for a style, in this order.
fn order(style: Style) -> [usize; 4] {
    if style.bold {
        [1, 2, 3, 0]
    } else {
        [0, 2, 3, 1]
    }
}

fn has(font: usize, c: char) -> bool {
    FONTS
        .get(font)
        .is_some_and(|f| f.face.glyph_index(c).is_some())
}

/// Signs that choose a look of the sign before them and have none of their own.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Nothing disappears silently: a sign that no font has is written as its number.
pub(super) fn drawable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' {
            out.push(c);
        } else if c.is_whitespace() {
            out.push(' ');
        } else if c.is_control() || is_selector(c) {
            // They have no look.
        } else if (0..FONTS.len()).any(|font| has(font, c)) {
            out.push(c);
        } else {
            out.push_str(&format!("[U+{:04X}]", u32::from(c)));
        }
    }
    out
}

/// Cuts a text into stretches of one font.
fn by_font(text: &str, style: Style) -> Vec<(usize, Range<usize>)> {
    let order = order(style);
    let mut runs: Vec<(usize, Range<usize>)> = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let current = runs.last().map(|(font, _)| *font);
        // Blanks and marks stay with what they stand beside.
        let keeps = current.filter(|font| (c == ' ' || is_mark(c)) && has(*font, c));
        let font = keeps
            .or_else(|| order.into_iter().find(|font| has(*font, c)))
            .unwrap_or(0);
        match runs.last_mut() {
            Some((last, range)) if *last == font => range.end = end,
            _ => runs.push((font, at..end)),
        }
    }
    runs
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}')
}

fn shape(font: usize, text: &str, rtl: bool, size: f32) -> Option<Piece> {
    let Loaded { font, face } = FONTS.get(font)?;
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    buffer.set_direction(if rtl {
        Direction::RightToLeft
    } else {
        Direction::LeftToRight
    });
    let shaped = rustybuzz::shape(face, &[], buffer);
    let em = font.units_per_em();
    // Where clusters begin, so that each glyph knows which characters it stands for.
    let mut starts: Vec<usize> = shaped
        .glyph_infos()
        .iter()
        .map(|info| info.cluster as usize)
        .collect();
    starts.sort_unstable();
    starts.dedup();
    let end_of = |start: usize| {
        let next = starts.partition_point(|s| *s <= start);
        starts.get(next).copied().unwrap_or(text.len())
    };
    let mut width = 0.0;
    let glyphs = shaped
        .glyph_infos()
        .iter()
        .zip(shaped.glyph_positions())
        .map(|(info, position)| {
            let points = |units: i32| units as f32 / em;
            width += points(position.x_advance);
            let start = info.cluster as usize;
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                points(position.x_advance),
                points(position.x_offset),
                points(position.y_offset),
                points(position.y_advance),
                start..end_of(start),
                None,
            )
        })
        .collect();
    Some(Piece {
        font: font.clone(),
        glyphs,
        text: text.to_owned(),
        width: width * size,
    })
}

/// One line, in the order in which it is drawn from left to right.
pub(super) fn set_line(line: &str, style: Style) -> Vec<Piece> {
    let bidi = BidiInfo::new(line, None);
    let mut pieces = Vec::new();
    for paragraph in &bidi.paragraphs {
        let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let rtl = levels.get(run.start).is_some_and(Level::is_rtl);
            let Some(text) = line.get(run) else { continue };
            let mut fonts = by_font(text, style);
            if rtl {
                fonts.reverse();
            }
            for (font, range) in fonts {
                if let Some(part) = text.get(range) {
                    pieces.extend(shape(font, part, rtl, style.size));
                }
            }
        }
    }
    pieces
}

fn width_of(text: &str, style: Style) -> f32 {
    by_font(text, style)
        .into_iter()
        .filter_map(|(font, range)| shape(font, text.get(range)?, false, style.size))
        .map(|piece| piece.width)
        .sum()
}

/// Breaks a drawable text into lines that are at most so wide: between words, and inside words that are wider than a line.
pub(super) fn wrap(text: &str, style: Style, width: f32) -> Vec<String> {
    let blank = width_of(" ", style);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let (mut line, mut used) = (String::new(), 0.0);
        for word in paragraph.split(' ').filter(|w| !w.is_empty()) {
            let wide = width_of(word, style);
            if !line.is_empty() && used + blank + wide <= width {
                line.push(' ');
                line.push_str(word);
                used += blank + wide;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            if wide <= width {
                line.push_str(word);
                used = wide;
                continue;
            }
            used = 0.0;
            for c in word.chars() {
                let step = width_of(c.encode_utf8(&mut [0; 4]), style);
                if !line.is_empty() && used + step > width {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(c);
                used += step;
            }
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style {
        size: 8.0,
        bold: false,
    };

    #[test]
    fn every_script_has_a_font() {
        let names = "Ana Lee, Łukasz, Ζωή, Олена, დავით, Հայկ, דוד, محمد, 王小明, さくら, サクラ, 김민준, Nguyễn";
        assert_eq!(drawable(names), names);
    }

    #[test]
    fn what_has_no_look_is_named() {
        assert_eq!(drawable("a\u{10FFFF}b"), "a[U+10FFFF]b");
        assert_eq!(drawable("a\tb\u{7}"), "a b");
    }

    #[test]
    fn no_glyph_is_missing_and_no_character_is_lost() {
        for style in [
            STYLE,
            Style {
                bold: true,
                ..STYLE
            },
        ] {
            for text in ["Olena Олена 王小明 (דוד 12) محمد", "김민준", "fi ffl"] {
                let pieces = set_line(text, style);
                let set: usize = pieces.iter().map(|p| p.text.chars().count()).sum();
                assert_eq!(set, text.chars().count(), "{text}");
                for piece in &pieces {
                    let empty = GlyphId::new(0);
                    use krilla::text::Glyph as _;
                    assert!(piece.glyphs.iter().all(|g| g.glyph_id() != empty), "{text}");
                }
            }
        }
    }

    #[test]
    fn lines_fit() {
        let long = "Importer, West Coast: structure write, records read; a-word-that-is-much-wider-than-any-line-of-the-column 王小明王小明王小明王小明王小明王小明";
        let lines = wrap(long, STYLE, 60.0);
        assert!(lines.len() > 5);
        for line in &lines {
            let width: f32 = set_line(line, STYLE).iter().map(|p| p.width).sum();
            assert!(width <= 61.0, "{line}: {width}");
        }
        let unbroken = |text: &str| text.replace(' ', "");
        assert_eq!(unbroken(&lines.concat()), unbroken(long));
    }
}
