//! Exact numbers and calculations over columns.

use std::cmp::Ordering;

use serde_json::Value;

use super::MOST_NESTING;
use super::column::{Column, What};
use super::read::Read;

/// An exact number: a whole one over another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reports) struct Ratio {
    top: i128,
    bottom: i128,
}

impl Ratio {
    pub(in crate::reports) const fn new(top: i128, bottom: i128) -> Self {
        Self { top, bottom }
    }

    /// This less the other; `None` when the numbers are too large.
    pub(in crate::reports) fn less(self, other: Self) -> Option<Self> {
        sum(self, other, -1)
    }

    /// This over the other; `None` when that is nothing.
    pub(in crate::reports) fn over(self, other: Self) -> Option<Self> {
        (other.top != 0).then_some(())?;
        Some(Self::new(
            self.top.checked_mul(other.bottom)?,
            self.bottom.checked_mul(other.top)?,
        ))
    }

    /// How it compares with another one: exactly, whatever their size, by their whole parts and what remains.
    pub(in crate::reports) fn order(self, other: Self) -> Ordering {
        let upright = |ratio: Self| {
            if ratio.bottom < 0 {
                (ratio.top.saturating_neg(), ratio.bottom.saturating_neg())
            } else {
                (ratio.top, ratio.bottom)
            }
        };
        let (mut left, mut right) = (upright(self), upright(other));
        loop {
            let (one, two) = (left.0.div_euclid(left.1), right.0.div_euclid(right.1));
            let rests = (left.0.rem_euclid(left.1), right.0.rem_euclid(right.1));
            if one != two || rests.0 == 0 || rests.1 == 0 {
                return one.cmp(&two).then(rests.0.signum().cmp(&rests.1.signum()));
            }
            // Of what remains, the one whose reverse is less is more.
            (left, right) = ((right.1, rests.1), (left.1, rests.0));
        }
    }

    /// As a decimal with so many places, halves away from zero.
    pub(in crate::reports) fn rounded(self, scale: u32) -> String {
        let grown = 10_i128.pow(scale.min(9));
        let (top, bottom) = if self.bottom < 0 {
            (-self.top, -self.bottom)
        } else {
            (self.top, self.bottom)
        };
        let whole = top.saturating_mul(grown);
        let size = whole.abs();
        let rounded = (size.saturating_mul(2).saturating_add(bottom)) / bottom.saturating_mul(2);
        let sign = if whole < 0 && rounded != 0 { "-" } else { "" };
        if scale == 0 {
            return format!("{sign}{rounded}");
        }
        let width = scale.min(9) as usize;
        format!("{sign}{}.{:0width$}", rounded / grown, rounded % grown)
    }
}

/// A calculation over other columns. Total: what cannot be computed is empty.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::reports) enum Calc {
    Column(String),
    Number(Ratio),
    Add(Box<Calc>, Box<Calc>),
    Sub(Box<Calc>, Box<Calc>),
    Mul(Box<Calc>, Box<Calc>),
    Div(Box<Calc>, Box<Calc>),
}

impl Calc {
    /// `None` never; the inner `None` is an empty cell.
    pub(in crate::reports) fn value(
        &self,
        column: &impl Fn(&str) -> Option<Ratio>,
    ) -> Option<Option<Ratio>> {
        Some(self.number(column))
    }

    pub(super) fn number(&self, column: &impl Fn(&str) -> Option<Ratio>) -> Option<Ratio> {
        let both = |a: &Self, b: &Self| Some((a.number(column)?, b.number(column)?));
        match self {
            Self::Column(id) => column(id),
            Self::Number(number) => Some(*number),
            Self::Add(a, b) => both(a, b).and_then(|(a, b)| sum(a, b, 1)),
            Self::Sub(a, b) => both(a, b).and_then(|(a, b)| sum(a, b, -1)),
            Self::Mul(a, b) => {
                let (a, b) = both(a, b)?;
                Some(Ratio::new(
                    a.top.checked_mul(b.top)?,
                    a.bottom.checked_mul(b.bottom)?,
                ))
            }
            Self::Div(a, b) => {
                let (a, b) = both(a, b)?;
                a.over(b)
            }
        }
    }

    pub(super) fn read(
        value: &Value,
        at: &str,
        depth: usize,
        earlier: &[Column],
        read: &mut Read,
    ) -> Option<Self> {
        if depth > MOST_NESTING {
            return read.no(at, "invalid", format!("at most {MOST_NESTING} levels"));
        }
        if let Value::String(text) = value {
            return match number(text) {
                Some(number) => Some(Self::Number(number)),
                None => read.no(at, "invalid", "a number is written like 0.25"),
            };
        }
        let map = read.object(at, value, &["col", "add", "sub", "mul", "div"])?;
        let Some((name, inner)) = map.iter().next().filter(|_| map.len() == 1) else {
            return read.no(at, "invalid", "name one of col, add, sub, mul, div");
        };
        if name == "col" {
            let id = read.text(at, map, "col")?;
            let fits = earlier
                .iter()
                .any(|c| c.id == id && c.is_figure() && !matches!(c.what, What::Calc { .. }));
            return if fits {
                Some(Self::Column(id))
            } else {
                read.no(
                    &format!("{at}/col"),
                    "invalid",
                    "this is to be a column of numbers that stands before this one",
                )
            };
        }
        let below = format!("{at}/{name}");
        let Some([a, b]) = inner
            .as_array()
            .and_then(|l| <&[Value; 2]>::try_from(l.as_slice()).ok())
        else {
            return read.no(&below, "invalid", "this takes a list of two");
        };
        let a = Self::read(a, &format!("{below}/0"), depth + 1, earlier, read)?;
        let b = Self::read(b, &format!("{below}/1"), depth + 1, earlier, read)?;
        let (a, b) = (Box::new(a), Box::new(b));
        Some(match name.as_str() {
            "add" => Self::Add(a, b),
            "sub" => Self::Sub(a, b),
            "mul" => Self::Mul(a, b),
            _ => Self::Div(a, b),
        })
    }
}

fn sum(a: Ratio, b: Ratio, sign: i128) -> Option<Ratio> {
    let left = a.top.checked_mul(b.bottom)?;
    let right = b.top.checked_mul(a.bottom)?.checked_mul(sign)?;
    Some(Ratio::new(
        left.checked_add(right)?,
        a.bottom.checked_mul(b.bottom)?,
    ))
}

/// A decimal number of at most 15 digits.
pub(in crate::reports) fn number(text: &str) -> Option<Ratio> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{part}");
    let fits = !whole.is_empty()
        && all.len() <= 15
        && part.len() <= 9
        && all.bytes().all(|b| b.is_ascii_digit())
        && !text.ends_with('.');
    let top: i128 = fits.then(|| all.parse().ok()).flatten()?;
    let bottom = 10_i128.checked_pow(u32::try_from(part.len()).ok()?)?;
    Some(Ratio::new(sign * top, bottom))
}

/// A number in whole units of a member, e.g. cents; `None` when it has more decimals than that.
pub(in crate::reports) fn units(text: &str, unit: i128) -> Option<i64> {
    let found = number(text)?;
    let grown = found.top.checked_mul(unit)?;
    (grown % found.bottom == 0)
        .then(|| i64::try_from(grown / found.bottom).ok())
        .flatten()
}
