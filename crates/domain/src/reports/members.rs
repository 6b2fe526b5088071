//! What a member of a subject is: its words, its kind of values, and what it is computed from. No subject stands here.

use serde::{Deserialize, Serialize};

/// What kind of values a column has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Any text.
    Text,
    /// `2026-03-01`.
    Date,
    /// `2026-03`.
    Month,
    /// A whole number.
    Integer,
    /// A number with a fixed number of decimals.
    Decimal,
    /// US dollars with cents.
    Money,
    /// A ratio: `0.05` is five per cent.
    Percent,
    /// `true` or `false`.
    Boolean,
}

impl Kind {
    /// True when cells are numbers.
    #[must_use]
    pub const fn is_number(self) -> bool {
        matches!(
            self,
            Self::Integer | Self::Decimal | Self::Money | Self::Percent
        )
    }

    /// How a dimension of this kind can be compared.
    #[must_use]
    pub const fn operators(self) -> &'static [Operator] {
        use Operator::{
            Between, Contains, Empty, Equal, Greater, GreaterOrEqual, In, Less, LessOrEqual,
            NotEmpty, NotEqual, NotIn, StartsWith,
        };
        match self {
            Self::Text => &[
                Equal, NotEqual, In, NotIn, StartsWith, Contains, Empty, NotEmpty,
            ],
            Self::Boolean => &[Equal, NotEqual],
            Self::Date
            | Self::Month
            | Self::Integer
            | Self::Decimal
            | Self::Money
            | Self::Percent => &[
                Equal,
                NotEqual,
                In,
                NotIn,
                Less,
                LessOrEqual,
                Greater,
                GreaterOrEqual,
                Between,
                Empty,
                NotEmpty,
            ],
        }
    }
}

/// How is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The same.
    Equal,
    /// Another one.
    NotEqual,
    /// One of these.
    In,
    /// None of these.
    NotIn,
    /// Less, or earlier.
    Less,
    /// At most.
    LessOrEqual,
    /// More, or later.
    Greater,
    /// At least.
    GreaterOrEqual,
    /// From the first to the second, both included.
    Between,
    /// Begins with, letter by letter.
    StartsWith,
    /// Has in it, letter by letter.
    Contains,
    /// Nothing there.
    Empty,
    /// Something there.
    NotEmpty,
}

impl Operator {
    /// Every one.
    pub const ALL: &'static [Self] = &[
        Self::Equal,
        Self::NotEqual,
        Self::In,
        Self::NotIn,
        Self::Less,
        Self::LessOrEqual,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::Between,
        Self::StartsWith,
        Self::Contains,
        Self::Empty,
        Self::NotEmpty,
    ];

    /// The word in a definition.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Equal => "eq",
            Self::NotEqual => "ne",
            Self::In => "in",
            Self::NotIn => "not_in",
            Self::Less => "lt",
            Self::LessOrEqual => "le",
            Self::Greater => "gt",
            Self::GreaterOrEqual => "ge",
            Self::Between => "between",
            Self::StartsWith => "starts_with",
            Self::Contains => "contains",
            Self::Empty => "empty",
            Self::NotEmpty => "not_empty",
        }
    }

    /// By the word in a definition.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|o| o.word() == word)
    }
}

/// The least or the greatest value of a column in a group: days and numbers have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extreme {
    /// The column of the source.
    pub column: &'static str,
    /// The greatest one.
    pub most: bool,
    /// Values are ISO dates.
    pub text: bool,
}

/// What is computed of a row or of a group. The names are columns of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// A text.
    Text(&'static str),
    /// The month of an ISO date.
    Month(&'static str),
    /// The quarter of the calendar year of an ISO date: `2026-Q1`.
    Quarter(&'static str),
    /// The fiscal year of an ISO date, which begins on October 1 of the year before.
    FiscalYear(&'static str),
    /// The first characters of a text.
    Prefix(&'static str, i32),
    /// A whole number.
    Int(&'static str),
    /// The sum of whole numbers.
    Sum(&'static str),
    /// The number of rows.
    Count,
    /// The number of rows that have a number here.
    Filled(&'static str),
    /// The least or the greatest value of a column.
    Extreme(Extreme),
    /// How many different values a dimension has. The whole is not the sum of its parts.
    Distinct(&'static Term),
}

impl Term {
    /// The column of the source.
    #[must_use]
    pub const fn column(self) -> Option<&'static str> {
        match self {
            Self::Text(c)
            | Self::Month(c)
            | Self::Quarter(c)
            | Self::FiscalYear(c)
            | Self::Prefix(c, _)
            | Self::Int(c)
            | Self::Sum(c)
            | Self::Filled(c) => Some(c),
            Self::Extreme(of) => Some(of.column),
            Self::Count => None,
            Self::Distinct(of) => of.column(),
        }
    }

    /// True when values are texts.
    #[must_use]
    pub const fn is_text(self) -> bool {
        match self {
            Self::Text(_)
            | Self::Month(_)
            | Self::Quarter(_)
            | Self::FiscalYear(_)
            | Self::Prefix(..) => true,
            Self::Extreme(of) => of.text,
            Self::Int(_) | Self::Sum(_) | Self::Count | Self::Filled(_) | Self::Distinct(_) => {
                false
            }
        }
    }

    /// True when it is computed over a group.
    #[must_use]
    pub const fn is_aggregate(self) -> bool {
        matches!(
            self,
            Self::Sum(_) | Self::Count | Self::Filled(_) | Self::Extreme(_) | Self::Distinct(_)
        )
    }
}

/// A dimension or a measure of a subject. Ids are permanent: a member that is renamed keeps its old name as an alias.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// Permanent.
    pub id: &'static str,
    /// Names that it had.
    pub aliases: &'static [&'static str],
    /// For people.
    pub label: &'static str,
    /// What it means.
    pub words: &'static str,
    /// Under which heading people look for it.
    pub topic: &'static str,
    /// What kind of values.
    pub kind: Kind,
    /// What it is computed from.
    pub term: Term,
    /// It is computed, not grouped by.
    pub measure: bool,
    /// The whole is the sum of its parts.
    pub adds_up: bool,
}

impl Member {
    /// How many of the stored units make one.
    #[must_use]
    pub const fn unit(&self) -> i128 {
        match self.kind {
            Kind::Money => 100,
            _ => 1,
        }
    }

    /// The same where several subjects stand beside each other: importers are told apart by their keys.
    #[must_use]
    pub const fn among_subjects(&self) -> Self {
        let term = match self.term {
            // What is shown of a personal number is the same of many.
            Term::Text(column) if is_shown_importer(column) => Term::Text("importer_key"),
            term => term,
        };
        Self { term, ..*self }
    }

    /// The measure that counts the different values of this dimension.
    #[must_use]
    pub const fn distinct(&'static self) -> Self {
        Self {
            kind: Kind::Integer,
            term: Term::Distinct(&self.term),
            measure: true,
            adds_up: false,
            ..*self
        }
    }

    /// The measure that is the least or the greatest value of this one: of days, whole numbers, and of the numbers that rows
    /// are summed up from. `None` where values have no such order.
    #[must_use]
    pub fn extreme(&self, most: bool) -> Option<Self> {
        let (column, text) = match (self.term, self.kind) {
            (Term::Text(column), Kind::Date) => (column, true),
            (Term::Int(column) | Term::Sum(column), _) => (column, false),
            _ => return None,
        };
        Some(Self {
            term: Term::Extreme(Extreme { column, most, text }),
            measure: true,
            adds_up: false,
            ..*self
        })
    }

    /// How many rows have a number of this measure, which an average is over. `None` for what is no sum.
    #[must_use]
    pub fn filled(&self) -> Option<Self> {
        let Term::Sum(column) = self.term else {
            return None;
        };
        Some(Self {
            kind: Kind::Integer,
            term: Term::Filled(column),
            ..*self
        })
    }

    pub(super) const fn renamed_from(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }
}

const fn is_shown_importer(column: &str) -> bool {
    matches!(column.as_bytes(), b"importer_shown")
}

pub(super) const fn dim(
    topic: &'static str,
    id: &'static str,
    label: &'static str,
    words: &'static str,
    kind: Kind,
    term: Term,
) -> Member {
    Member {
        id,
        aliases: &[],
        label,
        words,
        topic,
        kind,
        term,
        measure: false,
        adds_up: false,
    }
}

pub(super) const fn sum(
    id: &'static str,
    label: &'static str,
    words: &'static str,
    kind: Kind,
    term: Term,
) -> Member {
    Member {
        measure: true,
        adds_up: true,
        ..dim("Figures", id, label, words, kind, term)
    }
}
