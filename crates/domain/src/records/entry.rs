//! Rows of one entry made into the entry: whole, or not at all.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::dates::{Deadlines, deadlines};
use super::entry_number::EntryNumber;
use super::fees::{FeeBasis, Fees, fees, is_mpf_free};
use super::row::{Column, Header, Line, RecordRow, RowFault};

/// An entry summary with its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRecord {
    /// Its number.
    pub number: EntryNumber,
    /// The header.
    pub header: Header,
    /// Tariff ordinals by line and ordinal; fees stand on the first of a line.
    pub lines: Vec<Line>,
    /// How many lines.
    pub line_count: i64,
    /// Value, cents.
    pub value: i64,
    /// Duty, cents.
    pub duty: i64,
    /// Fees.
    pub fees: Fees,
    /// Deadlines.
    pub deadlines: Deadlines,
}

/// An entry that was put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assembled {
    /// The entry.
    pub record: EntryRecord,
    /// How many rows said what another row said already.
    pub duplicates: u64,
}

/// Puts an entry together from its rows, each with its number in the file, sorted by line, ordinal and row.
///
/// # Errors
/// The rows that contradict an earlier one, with the columns. There must be a row; without any there is no fault either.
pub fn assemble(rows: Vec<(u64, RecordRow)>) -> Result<Assembled, Vec<(u64, RowFault)>> {
    let mut faults = Vec::new();
    let mut duplicates = 0;
    let mut lines: Vec<(u64, Line)> = Vec::with_capacity(rows.len());
    let mut first: Option<(u64, EntryNumber, Header)> = None;
    for (
        row,
        RecordRow {
            number,
            header,
            line,
        },
    ) in rows
    {
        match &mut first {
            None => first = Some((row, number, header)),
            Some((first_row, _, known)) => {
                for column in contradictions(known, &header) {
                    faults.push((
                        row,
                        RowFault::at(
                            column,
                            "contradiction",
                            format!(
                                "Row {first_row} of the same entry says something else here; all rows of an entry agree in it."
                            ),
                        ),
                    ));
                }
                // Names are for reading only: the first one counts.
                if known.importer_name.is_none() {
                    known.importer_name = header.importer_name;
                }
                if known.filer_name.is_none() {
                    known.filer_name = header.filer_name;
                }
            }
        }
        match lines.last() {
            Some((before, last))
                if (last.line_no, last.ordinal) == (line.line_no, line.ordinal) =>
            {
                if *last == line {
                    duplicates += 1;
                } else {
                    faults.push((
                        row,
                        RowFault::at(
                            Column::Ordinal,
                            "contradiction",
                            format!(
                                "Row {before} has the same line and ordinal of this entry and says something else."
                            ),
                        ),
                    ));
                }
            }
            _ => lines.push((row, line)),
        }
    }
    let Some((_, number, header)) = first else {
        return Err(faults);
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    let lines = lines.into_iter().map(|(_, line)| line).collect();
    Ok(Assembled {
        record: total(number, header, lines),
        duplicates,
    })
}

fn contradictions(one: &Header, other: &Header) -> Vec<Column> {
    let Header {
        entry_type,
        importer,
        importer_name: _,
        filer_name: _,
        port,
        mode,
        entry_date,
        summary_date,
        importation_date,
        review_team,
        reconciliation,
        liquidation_date,
        liquidation_status,
        statement_number,
        statement_status,
        payment_due_date,
        payment_date,
    } = one;
    [
        (Column::Type, *entry_type != other.entry_type),
        (Column::Importer, *importer != other.importer),
        (Column::Port, *port != other.port),
        (Column::Mode, *mode != other.mode),
        (Column::EntryDate, *entry_date != other.entry_date),
        (Column::SummaryDate, *summary_date != other.summary_date),
        (
            Column::ImportationDate,
            *importation_date != other.importation_date,
        ),
        (Column::ReviewTeam, *review_team != other.review_team),
        (
            Column::Reconciliation,
            *reconciliation != other.reconciliation,
        ),
        (
            Column::LiquidationDate,
            *liquidation_date != other.liquidation_date,
        ),
        (
            Column::LiquidationStatus,
            *liquidation_status != other.liquidation_status,
        ),
        (
            Column::StatementNumber,
            *statement_number != other.statement_number,
        ),
        (
            Column::StatementStatus,
            *statement_status != other.statement_status,
        ),
        (
            Column::PaymentDueDate,
            *payment_due_date != other.payment_due_date,
        ),
        (Column::PaymentDate, *payment_date != other.payment_date),
    ]
    .into_iter()
    .filter_map(|(column, differs)| differs.then_some(column))
    .collect()
}

/// Sums, fees and deadlines. The report repeats what it says of a line on each of its ordinals, so fees are taken once a
/// line and kept on its first ordinal.
fn total(number: EntryNumber, header: Header, mut lines: Vec<Line>) -> EntryRecord {
    let (mut value, mut mpf_value, mut duty, mut line_count) = (0_i64, 0_i64, 0_i64, 0_i64);
    let (mut mpf, mut hmf) = (None::<i64>, None::<i64>);
    let mut start = 0;
    while start < lines.len() {
        let line_no = lines[start].line_no;
        let end = lines[start..]
            .iter()
            .position(|l| l.line_no != line_no)
            .map_or(lines.len(), |n| start + n);
        line_count += 1;
        let ordinals = &mut lines[start..end];
        let line_mpf = ordinals.iter().find_map(|l| l.mpf);
        let line_hmf = ordinals.iter().find_map(|l| l.hmf);
        let free = ordinals.iter().any(|l| is_mpf_free(l.spi.as_deref()));
        for (index, ordinal) in ordinals.iter_mut().enumerate() {
            let worth = ordinal.value.unwrap_or(0);
            value = value.saturating_add(worth);
            if !free {
                mpf_value = mpf_value.saturating_add(worth);
            }
            duty = duty.saturating_add(ordinal.duty.unwrap_or(0));
            ordinal.mpf = line_mpf.filter(|_| index == 0);
            ordinal.hmf = line_hmf.filter(|_| index == 0);
        }
        let add = |sum: Option<i64>, part: Option<i64>| match (sum, part) {
            (None, None) => None,
            (a, b) => Some(a.unwrap_or(0).saturating_add(b.unwrap_or(0))),
        };
        mpf = add(mpf, line_mpf);
        hmf = add(hmf, line_hmf);
        start = end;
    }
    let basis = FeeBasis {
        entry_type: header.entry_type,
        mode: header.mode,
        entry_date: header.entry_date,
        value,
        mpf_value,
        lines: line_count,
    };
    EntryRecord {
        deadlines: deadlines(
            header.entry_date,
            header.liquidation_date,
            header.liquidation_status,
        ),
        fees: fees(&basis, mpf, hmf),
        number,
        header,
        lines,
        line_count,
        value,
        duty,
    }
}

impl EntryRecord {
    /// A fingerprint of everything that it says, SHA-256: equal ones need no second look. The importer comes as the key
    /// that is kept of it, so that nothing personal goes in.
    #[must_use]
    pub fn fingerprint(&self, importer_key: &str) -> [u8; 32] {
        let mut text = String::with_capacity(256 + self.lines.len() * 96);
        let Header {
            entry_type,
            importer: _,
            importer_name,
            filer_name,
            port,
            mode,
            entry_date,
            summary_date,
            importation_date,
            review_team,
            reconciliation,
            liquidation_date,
            liquidation_status,
            statement_number,
            statement_status,
            payment_due_date,
            payment_date,
        } = &self.header;
        // Writing to a `String` does not fail. The Debug form quotes texts, so that none can imitate two.
        let _ = writeln!(
            text,
            "1 {} {entry_type:?} {importer_key} {importer_name:?} {filer_name:?} {port} {mode:?} {entry_date} {summary_date:?} \
             {importation_date:?} {review_team:?} {reconciliation:?} {liquidation_date:?} {liquidation_status:?} \
             {statement_number:?} {statement_status:?} {payment_due_date:?} {payment_date:?}",
            self.number.as_str()
        );
        let number = |text: &mut String, value: Option<i64>| match value {
            Some(value) => {
                let _ = write!(text, " {value}");
            }
            None => text.push_str(" -"),
        };
        // Codes have no blanks in them.
        let code = |text: &mut String, value: Option<&String>| {
            text.push(' ');
            text.push_str(value.map_or("-", String::as_str));
        };
        for line in &self.lines {
            let _ = write!(
                text,
                "{} {} {} {}",
                line.line_no,
                line.ordinal,
                line.hts.as_str(),
                line.country_origin
            );
            code(&mut text, line.country_export.as_ref());
            code(&mut text, line.manufacturer_id.as_ref());
            code(&mut text, line.foreign_exporter_id.as_ref());
            code(&mut text, line.spi.as_ref());
            for (quantity, unit) in &line.quantities {
                number(&mut text, *quantity);
                code(&mut text, unit.as_ref());
            }
            number(&mut text, line.value);
            number(&mut text, line.duty);
            number(&mut text, line.mpf);
            number(&mut text, line.hmf);
            text.push('\n');
        }
        Sha256::digest(text.as_bytes()).into()
    }
}
