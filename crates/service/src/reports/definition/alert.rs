//! Comparisons of a result's numbers: which groups are kept and which cells are marked.

use quaymaster_domain::reports::Operator;
use serde_json::Value;

use super::calc::{Ratio, number};
use super::column::Column;
use super::read::Read;

/// A comparison of a column of numbers with a number.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::reports) struct Test {
    pub column: String,
    op: Operator,
    value: Ratio,
}

impl Test {
    pub(super) fn read(
        column: &str,
        word: &str,
        value: &Value,
        at: &str,
        columns: &[Column],
        read: &mut Read,
    ) -> Option<Self> {
        let op = match Operator::of(word) {
            Some(
                op @ (Operator::Equal
                | Operator::NotEqual
                | Operator::Less
                | Operator::LessOrEqual
                | Operator::Greater
                | Operator::GreaterOrEqual),
            ) => op,
            _ => return read.no(at, "invalid", "compare by eq, ne, lt, le, gt or ge"),
        };
        let numeric = |c: &Column| c.id == column && c.is_figure();
        if !columns.iter().any(numeric) {
            return read.no(at, "invalid", "this compares a column of numbers");
        }
        let Some(value) = value.as_str().and_then(number) else {
            return read.no(at, "invalid", "a number is written as a text like \"0.25\"");
        };
        Some(Self {
            column: column.to_owned(),
            op,
            value,
        })
    }

    /// An empty cell passes no comparison.
    pub(in crate::reports) fn passes(&self, found: Option<Ratio>) -> bool {
        let Some(order) = found.map(|f| f.order(self.value)) else {
            return false;
        };
        match self.op {
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Greater => order.is_gt(),
            _ => order.is_ge(),
        }
    }
}

/// When a cell is marked, and how.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::reports) struct Alert {
    pub when: Test,
    pub style: String,
}

impl Alert {
    pub(super) fn read(
        value: &Value,
        at: &str,
        columns: &[Column],
        read: &mut Read,
    ) -> Option<Self> {
        let map = read.object(at, value, &["when", "style"])?;
        let style = read.text(at, map, "style")?;
        if !["warn", "bad", "good"].contains(&style.as_str()) {
            return read.no(
                &format!("{at}/style"),
                "invalid",
                "choose one of warn, bad, good",
            );
        }
        let below = format!("{at}/when");
        let pair = map
            .get("when")
            .and_then(Value::as_object)
            .filter(|when| when.len() == 1)
            .and_then(|when| when.iter().next())
            .and_then(|(word, sides)| Some((word, sides.as_array()?)));
        let Some((word, [left, right])) = pair.and_then(|(word, sides)| {
            Some((word, <&[Value; 2]>::try_from(sides.as_slice()).ok()?))
        }) else {
            return read.no(&below, "invalid", "compare a column with a number");
        };
        let column = read.object(&below, left, &["col"])?;
        let column = read.text(&below, column, "col")?;
        let when = Test::read(&column, word, right, &below, columns, read)?;
        if columns.iter().any(|c| c.id == column && c.hidden) {
            return read.no(&below, "invalid", "a cell that is not shown is not marked");
        }
        Some(Self { when, style })
    }
}
