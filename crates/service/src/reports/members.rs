//! The subjects of reports with their members, and the reports that come with the portal. Identities are permanent: a
//! member that is renamed keeps its old name as an alias.

use quaymaster_store::report_query::{Source, Term};

use super::table::Kind;

/// A dimension or a measure of a subject.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// Permanent id.
    pub id: &'static str,
    /// Former ids, which still work.
    pub aliases: &'static [&'static str],
    /// Its label.
    pub label: &'static str,
    /// What it means.
    pub words: &'static str,
    /// What kind of values.
    pub kind: Kind,
    /// How it is computed of the stored columns.
    pub(super) term: Term,
    /// It is computed, not grouped by.
    pub measure: bool,
    /// Groups add up to their total.
    pub adds_up: bool,
}

impl Member {
    /// How many of the stored units make one.
    pub(super) const fn unit(&self) -> i128 {
        match self.kind {
            Kind::Money => 100,
            _ => 1,
        }
    }
}

const fn dim(
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
        kind,
        term,
        measure: false,
        adds_up: false,
    }
}

const fn sum(
    id: &'static str,
    label: &'static str,
    words: &'static str,
    kind: Kind,
    term: Term,
) -> Member {
    Member {
        measure: true,
        adds_up: true,
        ..dim(id, label, words, kind, term)
    }
}

const ENTRIES: &[Member] = &[
    dim(
        "entry_number",
        "Entry number",
        "Filer code, seven digits, check digit.",
        Kind::Text,
        Term::Text("entry_number"),
    ),
    dim(
        "entry_type",
        "Entry type",
        "Two digits, e.g. 01 consumption.",
        Kind::Text,
        Term::Text("entry_type"),
    ),
    dim(
        "importer",
        "Importer number",
        "The importer of record; personal numbers are masked.",
        Kind::Text,
        Term::Text("importer_shown"),
    ),
    dim(
        "importer_name",
        "Importer",
        "The name that the records give to the importer.",
        Kind::Text,
        Term::Text("importer_name"),
    ),
    dim(
        "filer",
        "Filer code",
        "Who filed.",
        Kind::Text,
        Term::Text("filer_code"),
    ),
    dim(
        "filer_name",
        "Filer",
        "The name of who filed.",
        Kind::Text,
        Term::Text("filer_name"),
    ),
    dim(
        "port",
        "Port",
        "Port of entry, Schedule D.",
        Kind::Text,
        Term::Text("port"),
    ),
    dim(
        "mode",
        "Mode of transport",
        "Two digits, e.g. 11 vessel, container.",
        Kind::Text,
        Term::Text("mode"),
    ),
    dim(
        "entry_date",
        "Entry date",
        "The day of the entry.",
        Kind::Date,
        Term::Text("entry_date"),
    ),
    dim(
        "entry_month",
        "Entry month",
        "The month of the entry.",
        Kind::Month,
        Term::Month("entry_date"),
    ),
    dim(
        "liquidation_status",
        "Liquidation status",
        "As entered, increase, refund, extended, suspended.",
        Kind::Text,
        Term::Text("liquidation_status"),
    ),
    dim(
        "liquidation_date",
        "Liquidation date",
        "The day of liquidation, when it is known.",
        Kind::Date,
        Term::Text("liquidation_date"),
    ),
    Member {
        aliases: &["liquidation_expected"],
        ..dim(
            "liquidation_due",
            "Liquidation due",
            "Reported, or 314 days after the entry.",
            Kind::Date,
            Term::Text("liquidation_due"),
        )
    },
    dim(
        "protest_deadline",
        "Protest deadline",
        "180 days after liquidation.",
        Kind::Date,
        Term::Text("protest_deadline"),
    ),
    dim(
        "fee_check",
        "Fee check",
        "Whether the fees fit the rule: fits, differs, unknown.",
        Kind::Text,
        Term::Text("fee_check"),
    ),
    dim(
        "statement_number",
        "Statement",
        "The statement that the entry is paid on.",
        Kind::Text,
        Term::Text("statement_number"),
    ),
    dim(
        "statement_status",
        "Payment status",
        "AU authorized, NP not paid, PD paid.",
        Kind::Text,
        Term::Text("statement_status"),
    ),
    sum(
        "entered_value",
        "Entered value",
        "Value of the goods in US dollars.",
        Kind::Money,
        Term::Sum("value_cents"),
    ),
    sum(
        "duty",
        "Duty",
        "Duty in US dollars.",
        Kind::Money,
        Term::Sum("duty_cents"),
    ),
    sum(
        "mpf",
        "Merchandise processing fee",
        "Class 499, in US dollars.",
        Kind::Money,
        Term::Sum("mpf_cents"),
    ),
    sum(
        "hmf",
        "Harbor maintenance fee",
        "Class 501, in US dollars.",
        Kind::Money,
        Term::Sum("hmf_cents"),
    ),
    sum(
        "lines",
        "Lines",
        "How many lines.",
        Kind::Integer,
        Term::Sum("line_count"),
    ),
    sum(
        "entries",
        "Entries",
        "How many entry summaries.",
        Kind::Integer,
        Term::Count,
    ),
];

const LINES: &[Member] = &[
    dim(
        "entry_number",
        "Entry number",
        "Filer code, seven digits, check digit.",
        Kind::Text,
        Term::Text("entry_number"),
    ),
    dim(
        "line",
        "Line",
        "Number of the line in the entry.",
        Kind::Integer,
        Term::Int("line_no"),
    ),
    dim(
        "ordinal",
        "Tariff ordinal",
        "Number of the tariff in the line.",
        Kind::Integer,
        Term::Int("ordinal"),
    ),
    dim(
        "entry_type",
        "Entry type",
        "Two digits, e.g. 01 consumption.",
        Kind::Text,
        Term::Text("entry_type"),
    ),
    dim(
        "importer",
        "Importer number",
        "The importer of record; personal numbers are not shown.",
        Kind::Text,
        Term::Text("importer_key"),
    ),
    dim(
        "filer",
        "Filer code",
        "Who filed.",
        Kind::Text,
        Term::Text("filer_code"),
    ),
    dim(
        "port",
        "Port",
        "Port of entry, Schedule D.",
        Kind::Text,
        Term::Text("port"),
    ),
    dim(
        "mode",
        "Mode of transport",
        "Two digits, e.g. 11 vessel, container.",
        Kind::Text,
        Term::Text("mode"),
    ),
    dim(
        "entry_date",
        "Entry date",
        "The day of the entry.",
        Kind::Date,
        Term::Text("entry_date"),
    ),
    dim(
        "entry_month",
        "Entry month",
        "The month of the entry.",
        Kind::Month,
        Term::Month("entry_date"),
    ),
    dim(
        "hts",
        "HTS number",
        "Ten digits; eight in chapters 98 and 99.",
        Kind::Text,
        Term::Text("hts"),
    ),
    dim(
        "hts.chapter",
        "HTS chapter",
        "The first two digits of the HTS number.",
        Kind::Text,
        Term::Prefix("hts", 2),
    ),
    dim(
        "hts.heading",
        "HTS heading",
        "The first four digits of the HTS number.",
        Kind::Text,
        Term::Prefix("hts", 4),
    ),
    Member {
        aliases: &["country_of_origin"],
        ..dim(
            "country",
            "Country of origin",
            "Two letters.",
            Kind::Text,
            Term::Text("country_origin"),
        )
    },
    dim(
        "country_export",
        "Country of export",
        "Two letters.",
        Kind::Text,
        Term::Text("country_export"),
    ),
    dim(
        "manufacturer",
        "Manufacturer",
        "Manufacturer identification code.",
        Kind::Text,
        Term::Text("manufacturer_id"),
    ),
    dim(
        "spi",
        "Preference",
        "Special program indicator.",
        Kind::Text,
        Term::Text("spi"),
    ),
    sum(
        "entered_value",
        "Entered value",
        "Value of the goods in US dollars.",
        Kind::Money,
        Term::Sum("value_cents"),
    ),
    sum(
        "duty",
        "Duty",
        "Duty in US dollars.",
        Kind::Money,
        Term::Sum("duty_cents"),
    ),
    sum(
        "mpf",
        "Merchandise processing fee",
        "Class 499, in US dollars.",
        Kind::Money,
        Term::Sum("mpf_cents"),
    ),
    sum(
        "hmf",
        "Harbor maintenance fee",
        "Class 501, in US dollars.",
        Kind::Money,
        Term::Sum("hmf_cents"),
    ),
    sum(
        "lines",
        "Tariff lines",
        "How many tariff ordinals of lines.",
        Kind::Integer,
        Term::Count,
    ),
    sum(
        "entries",
        "Entries",
        "How many entry summaries.",
        Kind::Integer,
        Term::Sum("is_first"),
    ),
];

/// What rows can be of.
#[derive(Debug)]
pub struct Subject {
    /// Permanent id.
    pub id: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What one row is.
    pub words: &'static str,
    source: Source,
    /// Its dimensions and measures.
    pub members: &'static [Member],
}

const SUBJECTS: &[Subject] = &[
    Subject {
        id: "entry_summaries",
        label: "Entry summaries",
        words: "One row for an entry summary: dates, liquidation, totals, statements.",
        source: Source::Entries,
        members: ENTRIES,
    },
    Subject {
        id: "entry_lines",
        label: "Entry lines and tariffs",
        words: "One row for a tariff ordinal of a line: HTS number, origin, value, duty, fees.",
        source: Source::Lines,
        members: LINES,
    },
];

/// The names of the subjects.
pub(super) fn names() -> Vec<&'static str> {
    SUBJECTS.iter().map(|s| s.id).collect()
}

/// The members of a subject.
pub(super) fn of(subject: &str) -> Option<&'static [Member]> {
    SUBJECTS.iter().find(|s| s.id == subject).map(|s| s.members)
}

/// A member by its name or an old one of it; true when the name is old.
pub(super) fn find(subject: &str, name: &str) -> Option<(&'static Member, bool)> {
    let all = of(subject)?;
    let now = all.iter().find(|m| m.id == name).map(|m| (m, false));
    now.or_else(|| {
        all.iter()
            .find(|m| m.aliases.contains(&name))
            .map(|m| (m, true))
    })
}

/// Which rows a subject is of.
pub(super) fn source(subject: &str) -> Source {
    SUBJECTS
        .iter()
        .find(|s| s.id == subject)
        .map_or(Source::Entries, |s| s.source)
}

/// True when a subject is of trade records.
pub(super) fn is_of_records(subject: &str) -> bool {
    SUBJECTS.iter().any(|s| s.id == subject)
}

/// What people see of a stored text. Personal numbers are stored as digests, which say nothing.
pub(super) fn text(member: &Member, stored: &str) -> String {
    match member.term {
        Term::Text("entry_number") if stored.len() == 11 && stored.is_ascii() => {
            format!("{}-{}-{}", &stored[..3], &stored[3..10], &stored[10..])
        }
        Term::Text("importer_key") if stored.len() > 20 => "personal number".to_owned(),
        _ => stored.to_owned(),
    }
}

/// The subjects with their members.
pub fn subjects() -> impl Iterator<Item = &'static Subject> {
    SUBJECTS.iter()
}

/// A report that comes with the portal.
#[derive(Clone, Debug)]
pub struct Standard {
    /// Its code.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it answers.
    pub question: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// The folder.
    pub folder: &'static str,
    /// Who uses it.
    pub audience: &'static str,
    /// What its rows are.
    pub subject: &'static str,
    /// The definition, as JSON text.
    pub definition: &'static str,
    /// Codes to use instead for something else.
    pub instead: &'static [&'static str],
}

/// The reports that come with the portal.
pub fn catalogue() -> &'static [Standard] {
    CATALOGUE
}

const CATALOGUE: &[Standard] = &[
    Standard {
        code: "ES-003",
        name: "Entry Summary Line Tariff Details",
        question: "What exactly was entered, line by line and tariff by tariff?",
        description: "Every tariff ordinal of every line with its origin, value and duty.",
        folder: "Entry summaries",
        audience: "Importers and brokers",
        subject: "entry_lines",
        definition: r#"{"v": 1, "subject": "entry_lines", "mode": "detail", "columns": [{"id": "c1", "dim": "entry_number"}, {"id": "c2", "dim": "line"}, {"id": "c3", "dim": "ordinal"}, {"id": "c4", "dim": "entry_type"}, {"id": "c5", "dim": "importer"}, {"id": "c6", "dim": "filer"}, {"id": "c7", "dim": "port"}, {"id": "c8", "dim": "entry_date"}, {"id": "c9", "dim": "hts"}, {"id": "c10", "dim": "country"}, {"id": "c11", "dim": "manufacturer"}, {"id": "m12", "measure": "entered_value"}, {"id": "m13", "measure": "duty"}], "filter": {"and": [{"dim": "entry_date", "op": "between", "prompt": "p1"}]}, "prompts": [{"id": "p1", "label": "Period", "required": true, "default": {"relative": "last_full_month"}}], "grand_total": false, "sort": [{"col": "c8", "dir": "asc"}]}"#,
        instead: &["ES-100", "DU-101"],
    },
    Standard {
        code: "ES-100",
        name: "Entry Summaries",
        question: "Which entries were filed?",
        description: "One row for an entry summary with its totals and dates.",
        folder: "Entry summaries",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: r#"{"v": 1, "subject": "entry_summaries", "mode": "detail", "columns": [{"id": "c1", "dim": "entry_number"}, {"id": "c2", "dim": "entry_type"}, {"id": "c3", "dim": "importer"}, {"id": "c4", "dim": "importer_name"}, {"id": "c5", "dim": "filer"}, {"id": "c6", "dim": "port"}, {"id": "c7", "dim": "entry_date"}, {"id": "c8", "dim": "liquidation_status"}, {"id": "c9", "dim": "liquidation_due"}, {"id": "m10", "measure": "lines"}, {"id": "m11", "measure": "entered_value"}, {"id": "m12", "measure": "duty"}, {"id": "m13", "measure": "mpf"}, {"id": "m14", "measure": "hmf"}], "filter": {"and": [{"dim": "entry_date", "op": "between", "prompt": "p1"}]}, "prompts": [{"id": "p1", "label": "Period", "required": true, "default": {"relative": "last_full_month"}}], "grand_total": false, "sort": [{"col": "c7", "dir": "asc"}]}"#,
        instead: &["ES-003"],
    },
    Standard {
        code: "DU-101",
        name: "Duty by Chapter and Country",
        question: "Where does the duty come from?",
        description: "Value, duty and average rate by HTS chapter and country of origin.",
        folder: "Duty",
        audience: "Importers and brokers",
        subject: "entry_lines",
        definition: r#"{"v": 1, "subject": "entry_lines", "mode": "aggregate", "columns": [{"id": "c1", "dim": "hts.chapter"}, {"id": "c2", "dim": "country"}, {"id": "m3", "measure": "entered_value"}, {"id": "m4", "measure": "duty"}, {"id": "x1", "label": "Duty rate", "type": "percent", "calc": {"div": [{"col": "m4"}, {"col": "m3"}]}}], "filter": {"and": [{"dim": "entry_date", "op": "between", "prompt": "p1"}]}, "prompts": [{"id": "p1", "label": "Period", "required": true, "default": {"relative": "last_12_months"}}], "grand_total": true, "breaks": [{"col": "c1"}], "views": [{"kind": "table"}, {"kind": "bar", "x": "c1", "y": ["m4"], "title": "Duty by chapter", "summary": "Duty in US dollars for each HTS chapter."}]}"#,
        instead: &["DU-102", "ES-003"],
    },
    Standard {
        code: "DU-102",
        name: "Duty by Month",
        question: "How does duty develop over time?",
        description: "Value, duty and entries by month.",
        folder: "Duty",
        audience: "Importers and brokers",
        subject: "entry_lines",
        definition: r#"{"v": 1, "subject": "entry_lines", "mode": "aggregate", "columns": [{"id": "c1", "dim": "entry_month"}, {"id": "m2", "measure": "entered_value"}, {"id": "m3", "measure": "duty"}, {"id": "m4", "measure": "entries"}], "filter": {"and": [{"dim": "entry_date", "op": "between", "prompt": "p1"}]}, "prompts": [{"id": "p1", "label": "Period", "required": true, "default": {"relative": "last_12_months"}}], "grand_total": true, "sort": [{"col": "c1", "dir": "asc"}], "views": [{"kind": "table"}, {"kind": "line", "x": "c1", "y": ["m3"], "title": "Duty by month", "summary": "Duty in US dollars for each month."}]}"#,
        instead: &["DU-101"],
    },
    Standard {
        code: "DU-103",
        name: "Duty by Importer",
        question: "Which importers pay the most duty?",
        description: "The hundred importers with the most duty, and the others as one row.",
        folder: "Duty",
        audience: "Brokers",
        subject: "entry_lines",
        definition: r#"{"v": 1, "subject": "entry_lines", "mode": "aggregate", "columns": [{"id": "c1", "dim": "importer"}, {"id": "m2", "measure": "entered_value"}, {"id": "m3", "measure": "duty"}, {"id": "m4", "measure": "entries"}], "filter": {"and": [{"dim": "entry_date", "op": "between", "prompt": "p1"}]}, "prompts": [{"id": "p1", "label": "Period", "required": true, "default": {"relative": "last_12_months"}}], "grand_total": true, "top": {"col": "m3", "n": 100, "others": true}}"#,
        instead: &["DU-101"],
    },
    Standard {
        code: "DU-104",
        name: "Fees by Importer",
        question: "How much were the processing and harbor fees?",
        description: "Merchandise processing and harbor maintenance fees by importer and month.",
        folder: "Duty",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: r#"{"v": 1, "subject": "entry_summaries", "mode": "aggregate", "columns": [{"id": "c1", "dim": "importer"}, {"id": "c2", "dim": "entry_month"}, {"id": "m3", "measure": "mpf"}, {"id": "m4", "measure": "hmf"}, {"id": "m5", "measure": "entries"}], "filter": {"and": [{"dim": "entry_date", "op": "between", "prompt": "p1"}]}, "prompts": [{"id": "p1", "label": "Period", "required": true, "default": {"relative": "last_12_months"}}], "grand_total": true, "breaks": [{"col": "c1"}]}"#,
        instead: &["DQ-101"],
    },
    Standard {
        code: "LQ-101",
        name: "Liquidations Due",
        question: "Which entries liquidate next month?",
        description: "Entries by the day on which liquidation is due.",
        folder: "Liquidation",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: r#"{"v": 1, "subject": "entry_summaries", "mode": "detail", "columns": [{"id": "c1", "dim": "liquidation_due"}, {"id": "c2", "dim": "entry_number"}, {"id": "c3", "dim": "importer"}, {"id": "c4", "dim": "entry_date"}, {"id": "c5", "dim": "liquidation_status"}, {"id": "m6", "measure": "entered_value"}, {"id": "m7", "measure": "duty"}], "filter": {"and": [{"dim": "liquidation_due", "op": "between", "prompt": "p1"}]}, "prompts": [{"id": "p1", "label": "Period", "required": true, "default": {"relative": "next_30_days"}}], "grand_total": false, "sort": [{"col": "c1", "dir": "asc"}]}"#,
        instead: &["LQ-102"],
    },
    Standard {
        code: "LQ-102",
        name: "Protest Deadlines",
        question: "Until when can a liquidation be protested?",
        description: "Entries by the last day of a protest.",
        folder: "Liquidation",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: r#"{"v": 1, "subject": "entry_summaries", "mode": "detail", "columns": [{"id": "c1", "dim": "protest_deadline"}, {"id": "c2", "dim": "entry_number"}, {"id": "c3", "dim": "importer"}, {"id": "c4", "dim": "liquidation_date"}, {"id": "c5", "dim": "liquidation_status"}, {"id": "m6", "measure": "duty"}], "filter": {"and": [{"dim": "protest_deadline", "op": "between", "prompt": "p1"}]}, "prompts": [{"id": "p1", "label": "Period", "required": true, "default": {"relative": "next_30_days"}}], "grand_total": false, "sort": [{"col": "c1", "dir": "asc"}]}"#,
        instead: &["LQ-101"],
    },
    Standard {
        code: "DQ-101",
        name: "Fee Check",
        question: "Which entries have fees that do not fit the rule?",
        description: "Entries by the result of comparing the reported fees with the computed ones.",
        folder: "Data quality",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: r#"{"v": 1, "subject": "entry_summaries", "mode": "detail", "columns": [{"id": "c1", "dim": "fee_check"}, {"id": "c2", "dim": "entry_number"}, {"id": "c3", "dim": "importer"}, {"id": "c4", "dim": "entry_date"}, {"id": "m5", "measure": "entered_value"}, {"id": "m6", "measure": "mpf"}, {"id": "m7", "measure": "hmf"}], "filter": {"and": [{"dim": "entry_date", "op": "between", "prompt": "p1"}]}, "prompts": [{"id": "p1", "label": "Period", "required": true, "default": {"relative": "last_full_month"}}], "grand_total": false, "breaks": [{"col": "c1"}]}"#,
        instead: &["DU-104"],
    },
];
