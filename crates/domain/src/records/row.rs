//! One row of report ES-003: a tariff ordinal of a line of an entry summary, with the header repeated. Text in, typed values
//! or the faults by column out. Messages never repeat what a cell says.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::amounts::{cents, thousandths};
use super::codes::{EntryType, HtsNumber, LiquidationStatus, Mode, StatementStatus};
use super::dates::date;
use super::entry_number::{EntryNumber, EntryNumberProblem};
use super::ports;
use crate::identifiers::{Identifier, IdentifierKind, ImporterNumber};

macro_rules! columns {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $needed:literal, $empty:literal;)+) => {
        /// A column that is read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(usize)]
        pub enum Column { $($(#[$doc])* $variant),+ }

        /// Every column, in the order of [`Column`].
        pub const COLUMNS: &[Column] = &[$(Column::$variant),+];

        impl Column {
            /// Its name in the header.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name),+ } }

            /// Whether a file must have it.
            #[must_use]
            pub const fn is_needed(self) -> bool { match self { $(Self::$variant => $needed),+ } }

            /// Whether its cells may be empty.
            const fn may_be_empty(self) -> bool { match self { $(Self::$variant => $empty),+ } }
        }
    };
}

columns! {
    /// The number of the entry.
    Number = "Entry Summary Number", true, false;
    /// Type.
    Type = "Entry Type Code", true, false;
    /// Importer of record.
    Importer = "Importer Number", true, false;
    /// Its name.
    ImporterName = "Importer Name", false, true;
    /// Name of the filer.
    FilerName = "Filer Name", false, true;
    /// Port of entry.
    Port = "Port of Entry Code", true, false;
    /// Day of entry.
    EntryDate = "Entry Date", true, false;
    /// Day of the summary.
    SummaryDate = "Entry Summary Date", false, true;
    /// Day of importation.
    ImportationDate = "Importation Date", false, true;
    /// The line.
    LineNumber = "Entry Summary Line Number", true, false;
    /// The team that reviews.
    ReviewTeam = "Review Team Number", false, true;
    /// Origin.
    Origin = "Country of Origin Code", true, false;
    /// Export.
    Export = "Country of Export Code", false, true;
    /// Manufacturer.
    Manufacturer = "Manufacturer ID", false, true;
    /// Exporter abroad.
    ForeignExporter = "Foreign Exporter ID", false, true;
    /// Special program.
    Spi = "Line SPI Code", false, true;
    /// Reconciliation.
    Reconciliation = "Reconciliation Indicator", false, true;
    /// The ordinal within the line.
    Ordinal = "Tariff Ordinal Number", true, false;
    /// The tariff number.
    Hts = "HTS Number - Full", true, false;
    /// First quantity.
    Quantity1 = "Line Tariff Quantity (1)", false, true;
    /// Second quantity.
    Quantity2 = "Line Tariff Quantity (2)", false, true;
    /// Third quantity.
    Quantity3 = "Line Tariff Quantity (3)", false, true;
    /// Unit of the first quantity.
    Uom1 = "Line Tariff UOM (1) Code", false, true;
    /// Unit of the second quantity.
    Uom2 = "Line Tariff UOM (2) Code", false, true;
    /// Unit of the third quantity.
    Uom3 = "Line Tariff UOM (3) Code", false, true;
    /// Value.
    Value = "Line Tariff Goods Value Amount", true, true;
    /// Duty.
    Duty = "Line Tariff Duty Amount", true, true;
    /// Day of liquidation.
    LiquidationDate = "Liquidation Date", false, true;
    /// How it was liquidated.
    LiquidationStatus = "Liquidation Status", false, true;
    /// Mode of transport [own]: not in ES-003; the harbor maintenance fee is checked where it is known.
    Mode = "Mode of Transportation Code", false, true;
    /// Merchandise processing fee of the line [own].
    Mpf = "Line MPF Amount", false, true;
    /// Harbor maintenance fee of the line [own].
    Hmf = "Line HMF Amount", false, true;
    /// Statement [own].
    StatementNumber = "Statement Number", false, true;
    /// How the statement is paid [own].
    StatementStatus = "Statement Payment Status Code", false, true;
    /// By when it is to be paid [own].
    PaymentDueDate = "Payment Due Date", false, true;
    /// When it was paid [own].
    PaymentDate = "Payment Date", false, true;
}

/// What a name of a column comes to when case, blanks and signs do not matter: `Line Tariff UOM (1) Code` and
/// `line_tariff_uom_1_code` are the same.
#[must_use]
pub fn fold(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// The column of this name; `None` for others, which are kept out.
#[must_use]
pub fn column_of(name: &str) -> Option<Column> {
    let folded = fold(name);
    COLUMNS.iter().copied().find(|c| fold(c.name()) == folded)
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// The name of the column; empty when it is about the row as a whole.
    pub column: &'static str,
    /// Stable code.
    pub code: &'static str,
    /// What to do, in words.
    pub detail: Cow<'static, str>,
}

impl RowFault {
    /// A fault in a column.
    #[must_use]
    pub fn at(column: Column, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            column: column.name(),
            code,
            detail: detail.into(),
        }
    }

    /// A fault of the row as a whole.
    #[must_use]
    pub fn whole(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            column: "",
            code,
            detail: detail.into(),
        }
    }
}

/// What every row of an entry says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Type.
    pub entry_type: EntryType,
    /// Importer of record.
    pub importer: ImporterNumber,
    /// Its name.
    pub importer_name: Option<String>,
    /// Name of the filer.
    pub filer_name: Option<String>,
    /// Port of entry.
    pub port: String,
    /// Mode of transport.
    pub mode: Option<Mode>,
    /// Day of entry.
    pub entry_date: NaiveDate,
    /// Day of the summary.
    pub summary_date: Option<NaiveDate>,
    /// Day of importation.
    pub importation_date: Option<NaiveDate>,
    /// The team that reviews.
    pub review_team: Option<String>,
    /// Reconciliation.
    pub reconciliation: Option<String>,
    /// Day of liquidation.
    pub liquidation_date: Option<NaiveDate>,
    /// How it was liquidated.
    pub liquidation_status: Option<LiquidationStatus>,
    /// Statement.
    pub statement_number: Option<String>,
    /// How the statement is paid.
    pub statement_status: Option<StatementStatus>,
    /// By when it is to be paid.
    pub payment_due_date: Option<NaiveDate>,
    /// When it was paid.
    pub payment_date: Option<NaiveDate>,
}

/// A tariff ordinal of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line.
    pub line_no: u32,
    /// The ordinal within it.
    pub ordinal: u32,
    /// Tariff number.
    pub hts: HtsNumber,
    /// Origin.
    pub country_origin: String,
    /// Export.
    pub country_export: Option<String>,
    /// Manufacturer.
    pub manufacturer_id: Option<String>,
    /// Exporter abroad.
    pub foreign_exporter_id: Option<String>,
    /// Special program.
    pub spi: Option<String>,
    /// Up to three quantities, thousandths, each with its unit.
    pub quantities: [(Option<i64>, Option<String>); 3],
    /// Value, cents.
    pub value: Option<i64>,
    /// Duty, cents.
    pub duty: Option<i64>,
    /// Merchandise processing fee of the line, cents.
    pub mpf: Option<i64>,
    /// Harbor maintenance fee of the line, cents.
    pub hmf: Option<i64>,
}

/// A row that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// The number of the entry.
    pub number: EntryNumber,
    /// The header.
    pub header: Header,
    /// The line.
    pub line: Line,
}

/// The longest text of a name.
const LONGEST_NAME: usize = 200;
/// The longest text of a code.
const LONGEST_CODE: usize = 40;
/// The highest number of a line.
const HIGHEST_LINE: u32 = 99_999;
/// The highest ordinal within a line.
const HIGHEST_ORDINAL: u32 = 999;

/// The cells of a row by [`Column`].
pub type Cells<'a> = [&'a str; COLUMNS.len()];

struct Reader<'a> {
    cells: &'a Cells<'a>,
    faults: Vec<RowFault>,
}

impl<'a> Reader<'a> {
    fn raw(&self, column: Column) -> &'a str {
        self.cells[column as usize].trim()
    }

    /// The text of a cell; `None` when it is empty. An empty one that is needed is a fault.
    fn text(&mut self, column: Column) -> Option<&'a str> {
        let text = self.raw(column);
        if text.is_empty() {
            if !column.may_be_empty() {
                self.faults
                    .push(RowFault::at(column, "missing", "This cell is needed."));
            }
            return None;
        }
        if text.starts_with(['=', '@', '＝', '＠', '＋', '－']) {
            self.faults.push(RowFault::at(
                column,
                "formula",
                "A cell may not begin like a formula of a spreadsheet.",
            ));
            return None;
        }
        Some(text)
    }

    fn with<T>(
        &mut self,
        column: Column,
        code: &'static str,
        read: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        let text = self.text(column)?;
        match read(text) {
            Ok(value) => Some(value),
            Err(words) => {
                self.faults.push(RowFault::at(column, code, words));
                None
            }
        }
    }

    fn date(&mut self, column: Column) -> Option<NaiveDate> {
        self.with(column, "date", date)
    }

    fn amount(&mut self, column: Column) -> Option<i64> {
        self.with(column, "amount", cents)
    }

    /// A name: line breaks and runs of blanks become one blank.
    fn name(&mut self, column: Column) -> Option<String> {
        let text = self.text(column)?;
        if text.starts_with(['+', '-']) {
            self.faults.push(RowFault::at(
                column,
                "formula",
                "A cell may not begin like a formula of a spreadsheet.",
            ));
            return None;
        }
        let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if plain.chars().count() > LONGEST_NAME {
            self.faults.push(RowFault::at(
                column,
                "too-large",
                "A name has at most 200 characters.",
            ));
            return None;
        }
        if plain.chars().any(char::is_control) {
            self.faults.push(RowFault::at(
                column,
                "invalid",
                "A name has no control characters.",
            ));
            return None;
        }
        Some(plain)
    }

    /// A code: letters, digits and these signs, in capitals.
    fn code(&mut self, column: Column, longest: usize, signs: &str) -> Option<String> {
        self.with(column, "invalid", |text| {
            let fits = text.len() <= longest.min(LONGEST_CODE)
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || signs.contains(c))
                && text.starts_with(|c: char| c.is_ascii_alphanumeric());
            fits.then(|| text.to_ascii_uppercase())
                .ok_or("This is not a code as it stands in the report.")
        })
    }

    fn country(&mut self, column: Column) -> Option<String> {
        self.with(column, "invalid", |text| {
            let fits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
            fits.then(|| text.to_ascii_uppercase())
                .ok_or("A country code has two letters.")
        })
    }

    fn number(&mut self, column: Column, highest: u32) -> Option<u32> {
        self.with(column, "invalid", |text| {
            let digits =
                !text.is_empty() && text.len() <= 8 && text.bytes().all(|b| b.is_ascii_digit());
            digits
                .then(|| text.parse::<u32>().ok())
                .flatten()
                .filter(|n| (1..=highest).contains(n))
                .ok_or("This is a whole number from 1; a line up to 99999, an ordinal up to 999.")
        })
    }
}

/// The number of the entry, as far as it can be read: rows that are refused for other reasons still name their entry.
fn entry_number(reader: &mut Reader<'_>) -> Option<EntryNumber> {
    let text = reader.text(Column::Number)?;
    match EntryNumber::parse(text) {
        Ok(number) => Some(number),
        Err(problem) => {
            let (code, words) = match problem {
                EntryNumberProblem::Form => (
                    "invalid",
                    "An entry number has a filer code of three letters or digits, seven digits and a check digit: FFF-NNNNNNN-C.",
                ),
                EntryNumberProblem::CheckDigit => (
                    "check-digit",
                    "The check digit of the entry number does not fit; one of the characters is not right.",
                ),
            };
            reader
                .faults
                .push(RowFault::at(Column::Number, code, words));
            None
        }
    }
}

fn importer(reader: &mut Reader<'_>) -> Option<ImporterNumber> {
    let text = reader.text(Column::Importer)?;
    match ImporterNumber::parse(text) {
        Ok(number) => Some(number),
        Err(_rule) => {
            // The identifier's own parser says more exactly what is wrong.
            let words = match Identifier::parse(IdentifierKind::ImporterNumber, text) {
                Err(unfit) => unfit.to_string(),
                Ok(_) => ImporterNumber::RULE.to_owned(),
            };
            reader
                .faults
                .push(RowFault::at(Column::Importer, "invalid", words));
            None
        }
    }
}

/// Codes of digits lose leading zeros in spreadsheets; they are put back.
fn zero_filled(text: &str, digits: usize) -> String {
    if text.len() < digits && text.bytes().all(|b| b.is_ascii_digit()) {
        format!("{text:0>digits$}")
    } else {
        text.to_ascii_uppercase()
    }
}

/// Reads a row. The number of the entry comes apart: also a row that is refused belongs to an entry.
pub fn read_row(cells: &Cells<'_>) -> (Option<EntryNumber>, Result<RecordRow, Vec<RowFault>>) {
    let mut r = Reader {
        cells,
        faults: Vec::new(),
    };
    let number = entry_number(&mut r);
    let entry_type = r.with(Column::Type, "unknown-entry-type", |text| {
        EntryType::from_word(&zero_filled(text, 2)).ok_or(
            "An entry type is one of 01, 02, 03, 06, 07, 11, 12, 21, 22, 23, 31, 32, 34, 38, 51, 52.",
        )
    });
    let importer = importer(&mut r);
    let port = r.with(Column::Port, "unknown-port", |text| {
        let code = zero_filled(text, 4);
        if ports::is_known(&code) {
            Ok(code)
        } else {
            Err("Schedule D has no port with this code; a port code has four digits.")
        }
    });
    let entry_date = r.date(Column::EntryDate);
    let line_no = r.number(Column::LineNumber, HIGHEST_LINE);
    let ordinal = r.number(Column::Ordinal, HIGHEST_ORDINAL);
    let hts = r.with(Column::Hts, "invalid", HtsNumber::parse);
    let country_origin = r.country(Column::Origin);
    let value = r.amount(Column::Value);
    let duty = r.amount(Column::Duty);
    if let Some(hts) = &hts
        && !hts.may_have_no_amounts()
    {
        for column in [Column::Value, Column::Duty] {
            if r.raw(column).is_empty() {
                r.faults.push(RowFault::at(
                    column,
                    "missing",
                    "This amount is needed; it may be empty on numbers of the chapters 98 and 99 only.",
                ));
            }
        }
    }
    let mut quantity = |column: Column, unit: Column| {
        (
            r.with(column, "amount", thousandths),
            r.code(unit, 6, "./-"),
        )
    };
    let quantities = [
        quantity(Column::Quantity1, Column::Uom1),
        quantity(Column::Quantity2, Column::Uom2),
        quantity(Column::Quantity3, Column::Uom3),
    ];
    let header = (
        r.name(Column::ImporterName),
        r.name(Column::FilerName),
        r.with(Column::Mode, "invalid", |text| {
            Mode::from_word(text).ok_or(
                "A mode of transport is one of 10, 11, 12, 20, 21, 30, 31, 40, 41, 50, 60, 70.",
            )
        }),
        r.date(Column::SummaryDate),
        r.date(Column::ImportationDate),
        r.code(Column::ReviewTeam, 10, "-"),
        r.code(Column::Reconciliation, 20, "-/ "),
        r.date(Column::LiquidationDate),
        r.with(
            Column::LiquidationStatus,
            "invalid",
            LiquidationStatus::read,
        )
        .flatten(),
        r.code(Column::StatementNumber, 20, "-"),
        r.with(Column::StatementStatus, "invalid", |text| {
            StatementStatus::from_word(&text.to_ascii_uppercase())
                .ok_or("A payment status is one of AU, NP, PD.")
        }),
        r.date(Column::PaymentDueDate),
        r.date(Column::PaymentDate),
    );
    let rest = (
        if r.raw(Column::Export).is_empty() {
            None
        } else {
            r.country(Column::Export)
        },
        r.code(Column::Manufacturer, 20, "-"),
        r.code(Column::ForeignExporter, 30, "-./"),
        r.code(Column::Spi, 7, "+*&.,/"),
        r.amount(Column::Mpf),
        r.amount(Column::Hmf),
    );
    let faults = r.faults;
    let row = match (
        (&number, entry_type, importer, port, entry_date),
        (line_no, ordinal, hts, country_origin),
    ) {
        (
            (Some(number), Some(entry_type), Some(importer), Some(port), Some(entry_date)),
            (Some(line_no), Some(ordinal), Some(hts), Some(country_origin)),
        ) if faults.is_empty() => Ok(RecordRow {
            number: number.clone(),
            header: Header {
                entry_type,
                importer,
                importer_name: header.0,
                filer_name: header.1,
                port,
                mode: header.2,
                entry_date,
                summary_date: header.3,
                importation_date: header.4,
                review_team: header.5,
                reconciliation: header.6,
                liquidation_date: header.7,
                liquidation_status: header.8,
                statement_number: header.9,
                statement_status: header.10,
                payment_due_date: header.11,
                payment_date: header.12,
            },
            line: Line {
                line_no,
                ordinal,
                hts,
                country_origin,
                country_export: rest.0,
                manufacturer_id: rest.1,
                foreign_exporter_id: rest.2,
                spi: rest.3,
                quantities,
                value,
                duty,
                mpf: rest.4,
                hmf: rest.5,
            },
        }),
        _ => Err(faults),
    };
    (number, row)
}
