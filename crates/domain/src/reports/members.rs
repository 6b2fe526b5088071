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

/// What is computed of a row or of a group. The names are columns of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// A text.
    Text(&'static str),
    /// The month of an ISO date.
    Month(&'static str),
    /// The first characters of a text.
    Prefix(&'static str, i32),
    /// A whole number.
    Int(&'static str),
    /// The sum of whole numbers.
    Sum(&'static str),
    /// The number of rows.
    Count,
    /// How many different values a dimension has. The whole is not the sum of its parts.
    Distinct(&'static Term),
}

impl Term {
    /// The column of the source.
    #[must_use]
    pub const fn column(self) -> Option<&'static str> {
        match self {
            Self::Text(c) | Self::Month(c) | Self::Prefix(c, _) | Self::Int(c) | Self::Sum(c) => {
                Some(c)
            }
            Self::Count => None,
            Self::Distinct(of) => of.column(),
        }
    }

    /// True when values are texts.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Text(_) | Self::Month(_) | Self::Prefix(..))
    }

    /// True when it is computed over a group.
    #[must_use]
    pub const fn is_aggregate(self) -> bool {
        matches!(self, Self::Sum(_) | Self::Count | Self::Distinct(_))
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

    pub(super) const fn renamed_from(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }
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
