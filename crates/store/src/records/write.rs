//! Entries written with their lines and the monthly sums, a batch in one transaction. The newest state wins; what is the same
//! is left as it is.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use quaymaster_domain::access::ImportKeys;
use quaymaster_domain::ids::RecordImportId;
use quaymaster_domain::records::{EntryRecord, Sourced};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Value};

use super::{bulk, months};
use crate::db::{WriteTx, sealed::Sealed};
use crate::entities::record_epoch;
use crate::error::{StoreError, corrupt};
use crate::row;

/// An entry on its way in, with what the tables keep of its importer number.
#[derive(Clone, Debug)]
pub struct EntryWrite {
    record: EntryRecord,
    importer_key: String,
    importer_shown: String,
    hash: [u8; 32],
}

impl EntryWrite {
    /// An entry, the normal form of its importer number, or its keyed digest when personal, and what is shown of it. Takes
    /// the fingerprint, so that it need not be taken while others wait.
    #[must_use]
    pub fn new(record: EntryRecord, importer_key: String, importer_shown: String) -> Self {
        Self {
            hash: record.fingerprint(&importer_key),
            record,
            importer_key,
            importer_shown,
        }
    }

    /// The entry.
    #[must_use]
    pub const fn record(&self) -> &EntryRecord {
        &self.record
    }

    /// By what the importer is found.
    #[must_use]
    pub fn importer_key(&self) -> &str {
        &self.importer_key
    }
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was not known.
    New,
    /// It was known otherwise, as of an earlier moment.
    Updated,
    /// It says what is known.
    Unchanged,
    /// Something newer is known; it was left out.
    Older,
    /// It is known under numbers that the importing account has nothing to do with; it was left out.
    Foreign,
}

/// The import that writes.
#[derive(Clone, Copy, Debug)]
pub struct Writing<'a> {
    /// Its identity.
    pub import: RecordImportId,
    /// Under which numbers it may write.
    pub may: &'a ImportKeys,
    /// The moment that its file shows.
    pub state_at: DateTime<Utc>,
    /// Now.
    pub now: DateTime<Utc>,
    /// Whether the monthly sums are kept; without them reports go by the facts alone.
    pub months: bool,
}

struct Known {
    importer_key: String,
    filer_code: String,
    hash: Vec<u8>,
    state_at: DateTime<Utc>,
    measures: months::Measures,
    month: String,
}

const ENTRY_COLUMNS: [&str; 38] = [
    "entry_number",
    "entry_type",
    "importer_key",
    "importer_shown",
    "importer_name",
    "filer_code",
    "filer_name",
    "port",
    "mode",
    "entry_date",
    "entry_month",
    "summary_date",
    "importation_date",
    "review_team",
    "reconciliation",
    "liquidation_status",
    "liquidation_date",
    "liquidation_due",
    "liquidation_source",
    "protest_deadline",
    "protest_source",
    "statement_number",
    "statement_status",
    "payment_due_date",
    "payment_date",
    "line_count",
    "tariff_count",
    "value_cents",
    "duty_cents",
    "mpf_cents",
    "hmf_cents",
    "mpf_expected_cents",
    "hmf_expected_cents",
    "fee_check",
    "content_hash",
    "state_at",
    "import_id",
    "updated_at",
];

const LINE_COLUMNS: [&str; 26] = [
    "entry_number",
    "line_no",
    "ordinal",
    "importer_key",
    "filer_code",
    "port",
    "entry_type",
    "mode",
    "entry_date",
    "hts",
    "country_origin",
    "country_export",
    "manufacturer_id",
    "foreign_exporter_id",
    "spi",
    "quantity_1",
    "uom_1",
    "quantity_2",
    "uom_2",
    "quantity_3",
    "uom_3",
    "value_cents",
    "duty_cents",
    "mpf_cents",
    "hmf_cents",
    "is_first",
];

/// Writes a batch, in which every entry stands once. Answers what became of each, in order.
///
/// # Errors
/// When the database refuses.
pub async fn apply(
    tx: &WriteTx,
    batch: &[&EntryWrite],
    writing: &Writing<'_>,
) -> Result<Vec<Outcome>, StoreError> {
    let conn = tx.conn();
    // One writer of records at a time: batches of two imports may hold the same entries.
    record_epoch::Entity::find_by_id(1)
        .lock_exclusive()
        .one(&conn)
        .await?;
    let known = known(tx, batch).await?;
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut written: Vec<&EntryWrite> = Vec::new();
    let mut replaced: Vec<&str> = Vec::new();
    let mut seen_again: Vec<&str> = Vec::new();
    let mut sums = months::Deltas::default();
    for entry in batch {
        let number = entry.record.number.as_str();
        let outcome = match known.get(number) {
            None => Outcome::New,
            Some(old) if !writing.may.takes(&old.importer_key, &old.filer_code) => Outcome::Foreign,
            Some(old) if old.hash == entry.hash => {
                if old.state_at < writing.state_at {
                    seen_again.push(number);
                }
                Outcome::Unchanged
            }
            Some(old) if old.state_at > writing.state_at => Outcome::Older,
            Some(old) => {
                replaced.push(number);
                sums.subtract(
                    &old.importer_key,
                    &old.month,
                    &old.filer_code,
                    &old.measures,
                );
                Outcome::Updated
            }
        };
        if matches!(outcome, Outcome::New | Outcome::Updated) {
            sums.add(
                &entry.importer_key,
                &month_of(entry.record.header.entry_date),
                entry.record.number.filer_code(),
                &measures(&entry.record),
            );
            written.push(*entry);
        }
        outcomes.push(outcome);
    }
    let backend = conn.get_database_backend();
    if !replaced.is_empty() {
        let sql = format!(
            "DELETE FROM entry_lines WHERE entry_number {}",
            bulk::in_first(backend)
        );
        bulk::run(&conn, sql, vec![bulk::list(backend, replaced)]).await?;
    }
    if !seen_again.is_empty() {
        let sql = format!(
            "UPDATE entries SET state_at = $2 WHERE entry_number {} AND state_at < $2",
            bulk::in_first(backend)
        );
        let values = vec![bulk::list(backend, seen_again), writing.state_at.into()];
        bulk::run(&conn, sql, values).await?;
    }
    if !written.is_empty() {
        insert_entries(tx, &written, writing).await?;
        insert_lines(tx, &written).await?;
        if writing.months {
            months::apply(tx, sums).await?;
        }
        months::advance(tx, writing.months, writing.now).await?;
    }
    Ok(outcomes)
}

async fn known(tx: &WriteTx, batch: &[&EntryWrite]) -> Result<HashMap<String, Known>, StoreError> {
    let conn = tx.conn();
    let backend = conn.get_database_backend();
    let sql = format!(
        "SELECT entry_number, importer_key, filer_code, content_hash, state_at, entry_month, tariff_count, value_cents, \
         duty_cents, mpf_cents, hmf_cents FROM entries WHERE entry_number {}",
        bulk::in_first(backend)
    );
    let numbers = batch.iter().map(|e| e.record.number.as_str());
    let mut found = HashMap::new();
    for row in row::all(&conn, &sql, [bulk::list(backend, numbers)]).await? {
        let mut cells = row::Cells::of(&row)?;
        let number: String = cells.take()?;
        let known = Known {
            importer_key: cells.take()?,
            filer_code: cells.take()?,
            hash: cells.take()?,
            state_at: cells.take()?,
            month: cells.take()?,
            measures: months::Measures {
                lines: cells.take()?,
                entries: 1,
                value: cells.take()?,
                duty: cells.take()?,
                mpf: cells.take::<Option<i64>>()?.unwrap_or(0),
                hmf: cells.take::<Option<i64>>()?.unwrap_or(0),
            },
        };
        found.insert(number, known);
    }
    Ok(found)
}

fn measures(record: &EntryRecord) -> months::Measures {
    months::Measures {
        lines: count(record.lines.len()),
        entries: 1,
        value: record.value,
        duty: record.duty,
        mpf: record.fees.mpf.reported.unwrap_or(0),
        hmf: record.fees.hmf.reported.unwrap_or(0),
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn iso(date: NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}

fn month_of(date: NaiveDate) -> String {
    date.format("%Y-%m").to_string()
}

fn when(date: Option<NaiveDate>) -> Value {
    date.map(iso).into()
}

fn sourced(date: Option<Sourced>) -> [Value; 2] {
    [
        when(date.map(|d| d.date)),
        date.map(|d| d.source.as_str().to_owned()).into(),
    ]
}

async fn insert_entries(
    tx: &WriteTx,
    written: &[&EntryWrite],
    writing: &Writing<'_>,
) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::with_capacity(written.len() * ENTRY_COLUMNS.len());
    for entry in written {
        let EntryWrite {
            record,
            importer_key,
            importer_shown,
            hash,
        } = entry;
        let header = &record.header;
        let [due, due_source] = sourced(record.deadlines.liquidation);
        let [protest, protest_source] = sourced(record.deadlines.protest);
        values.extend([
            record.number.as_str().into(),
            header.entry_type.as_str().into(),
            importer_key.as_str().into(),
            importer_shown.as_str().into(),
            header.importer_name.clone().into(),
            record.number.filer_code().into(),
            header.filer_name.clone().into(),
            header.port.as_str().into(),
            header.mode.map(|m| m.as_str().to_owned()).into(),
            iso(header.entry_date).into(),
            month_of(header.entry_date).into(),
            when(header.summary_date),
            when(header.importation_date),
            header.review_team.clone().into(),
            header.reconciliation.clone().into(),
            header
                .liquidation_status
                .map(|s| s.as_str().to_owned())
                .into(),
            when(header.liquidation_date),
            due,
            due_source,
            protest,
            protest_source,
            header.statement_number.clone().into(),
            header
                .statement_status
                .map(|s| s.as_str().to_owned())
                .into(),
            when(header.payment_due_date),
            when(header.payment_date),
            record.line_count.into(),
            count(record.lines.len()).into(),
            record.value.into(),
            record.duty.into(),
            record.fees.mpf.reported.into(),
            record.fees.hmf.reported.into(),
            record.fees.mpf.computed.into(),
            record.fees.hmf.computed.into(),
            record.fees.check().as_str().into(),
            hash.to_vec().into(),
            writing.state_at.into(),
            writing.import.0.into(),
            writing.now.into(),
        ]);
    }
    let sets: Vec<String> = ENTRY_COLUMNS[1..]
        .iter()
        .map(|c| format!("{c} = excluded.{c}"))
        .collect();
    bulk::insert(
        &tx.conn(),
        &format!("INSERT INTO entries ({})", ENTRY_COLUMNS.join(", ")),
        ENTRY_COLUMNS.len(),
        values,
        &format!(
            " ON CONFLICT (entry_number) DO UPDATE SET {}",
            sets.join(", ")
        ),
    )
    .await
}

async fn insert_lines(tx: &WriteTx, written: &[&EntryWrite]) -> Result<(), StoreError> {
    let rows: usize = written.iter().map(|e| e.record.lines.len()).sum();
    let mut values: Vec<Value> = Vec::with_capacity(rows * LINE_COLUMNS.len());
    for entry in written {
        let record = &entry.record;
        let header = &record.header;
        let date = iso(header.entry_date);
        for (index, line) in record.lines.iter().enumerate() {
            let [(q1, u1), (q2, u2), (q3, u3)] = &line.quantities;
            values.extend([
                record.number.as_str().into(),
                i64::from(line.line_no).into(),
                i64::from(line.ordinal).into(),
                entry.importer_key.as_str().into(),
                record.number.filer_code().into(),
                header.port.as_str().into(),
                header.entry_type.as_str().into(),
                header.mode.map(|m| m.as_str().to_owned()).into(),
                date.as_str().into(),
                line.hts.as_str().into(),
                line.country_origin.as_str().into(),
                line.country_export.clone().into(),
                line.manufacturer_id.clone().into(),
                line.foreign_exporter_id.clone().into(),
                line.spi.clone().into(),
                (*q1).into(),
                u1.clone().into(),
                (*q2).into(),
                u2.clone().into(),
                (*q3).into(),
                u3.clone().into(),
                line.value.into(),
                line.duty.into(),
                line.mpf.into(),
                line.hmf.into(),
                i64::from(index == 0).into(),
            ]);
        }
    }
    bulk::insert(
        &tx.conn(),
        &format!("INSERT INTO entry_lines ({})", LINE_COLUMNS.join(", ")),
        LINE_COLUMNS.len(),
        values,
        "",
    )
    .await
}

/// How far the records and the monthly sums have come: caches and rollups are right while these are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// Of the records.
    pub facts: i64,
    /// Of the sums.
    pub months: i64,
    /// When records last changed.
    pub changed_at: Option<DateTime<Utc>>,
}

/// How far the records have come.
///
/// # Errors
/// When the database cannot answer.
pub async fn epoch(db: &impl crate::db::Handle) -> Result<Epoch, StoreError> {
    let row = record_epoch::Entity::find()
        .filter(record_epoch::Column::Id.eq(1))
        .one(&db.conn())
        .await?
        .ok_or_else(|| corrupt("record_epoch", "id", 1, "there is no row"))?;
    Ok(Epoch {
        facts: row.facts,
        months: row.months,
        changed_at: row.changed_at,
    })
}
