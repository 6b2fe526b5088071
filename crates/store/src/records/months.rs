//! The monthly sums: kept in the transaction of the records that they are made of, compared with them now and then, and made
//! anew when they differ.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Value};

use super::bulk;
use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::error::StoreError;
use crate::row;

/// Additive measures of lines; money in cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Rows: tariff ordinals.
    pub lines: i64,
    /// Entries.
    pub entries: i64,
    /// Value.
    pub value: i64,
    /// Duty.
    pub duty: i64,
    /// Merchandise processing fee.
    pub mpf: i64,
    /// Harbor maintenance fee.
    pub hmf: i64,
}

impl Measures {
    fn add(&mut self, other: &Self, sign: i64) {
        self.lines += sign * other.lines;
        self.entries += sign * other.entries;
        self.value += sign * other.value;
        self.duty += sign * other.duty;
        self.mpf += sign * other.mpf;
        self.hmf += sign * other.hmf;
    }
}

/// By how much the sums of a batch change: importer, month, filer.
#[derive(Default)]
pub(super) struct Deltas {
    sums: BTreeMap<(String, String, String), Measures>,
    shrinks: bool,
}

impl Deltas {
    pub(super) fn add(&mut self, importer: &str, month: &str, filer: &str, more: &Measures) {
        self.at(importer, month, filer).add(more, 1);
    }

    pub(super) fn subtract(&mut self, importer: &str, month: &str, filer: &str, less: &Measures) {
        self.shrinks = true;
        self.at(importer, month, filer).add(less, -1);
    }

    fn at(&mut self, importer: &str, month: &str, filer: &str) -> &mut Measures {
        self.sums
            .entry((importer.to_owned(), month.to_owned(), filer.to_owned()))
            .or_default()
    }
}

const COLUMNS: &str = "importer_key, month, filer_code, lines, first_lines, value_cents, duty_cents, mpf_cents, hmf_cents";

pub(super) async fn apply(tx: &WriteTx, deltas: Deltas) -> Result<(), StoreError> {
    let Deltas { sums, shrinks } = deltas;
    let conn = tx.conn();
    let mut values: Vec<Value> = Vec::with_capacity(sums.len() * 9);
    let mut importers: Vec<String> = Vec::new();
    for ((importer, month, filer), sum) in sums {
        if sum == Measures::default() {
            continue;
        }
        if shrinks {
            importers.push(importer.clone());
        }
        values.extend([
            importer.into(),
            month.into(),
            filer.into(),
            sum.lines.into(),
            sum.entries.into(),
            sum.value.into(),
            sum.duty.into(),
            sum.mpf.into(),
            sum.hmf.into(),
        ]);
    }
    bulk::insert(
        &conn,
        &format!("INSERT INTO record_months ({COLUMNS})"),
        9,
        values,
        " ON CONFLICT (importer_key, month, filer_code) DO UPDATE SET lines = record_months.lines + excluded.lines, \
         first_lines = record_months.first_lines + excluded.first_lines, \
         value_cents = record_months.value_cents + excluded.value_cents, \
         duty_cents = record_months.duty_cents + excluded.duty_cents, \
         mpf_cents = record_months.mpf_cents + excluded.mpf_cents, \
         hmf_cents = record_months.hmf_cents + excluded.hmf_cents",
    )
    .await?;
    if !importers.is_empty() {
        let backend = conn.get_database_backend();
        importers.dedup();
        let sql = format!(
            "DELETE FROM record_months WHERE importer_key {} AND first_lines = 0",
            bulk::in_first(backend)
        );
        let list = bulk::list(backend, importers.iter().map(String::as_str));
        bulk::run(&conn, sql, vec![list]).await?;
    }
    Ok(())
}

/// Notes that records have changed; the sums keep step only when they were changed with them.
pub(super) async fn advance(
    tx: &WriteTx,
    with_months: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let months = if with_months {
        "CASE WHEN months = facts THEN facts + 1 ELSE months END"
    } else {
        "months"
    };
    let sql =
        format!("UPDATE record_epoch SET months = {months}, facts = facts + 1, changed_at = $1");
    bulk::run(&tx.conn(), sql, vec![now.into()]).await
}

/// The sums of the facts, written as the table keeps them.
const FROM_FACTS: &str = "SELECT importer_key, substr(entry_date, 1, 7), filer_code, COUNT(*), SUM(is_first), \
    COALESCE(SUM(value_cents), 0), COALESCE(SUM(duty_cents), 0), COALESCE(SUM(mpf_cents), 0), COALESCE(SUM(hmf_cents), 0) \
    FROM entry_lines";

/// Makes all sums anew from the facts, e.g. after they were found to differ.
///
/// # Errors
/// When the database refuses.
pub async fn rebuild(tx: &WriteTx) -> Result<(), StoreError> {
    let conn = tx.conn();
    let steps = [
        "UPDATE record_epoch SET months = facts".to_owned(),
        "DELETE FROM record_months".to_owned(),
        format!("INSERT INTO record_months ({COLUMNS}) {FROM_FACTS} GROUP BY 1, 2, 3"),
    ];
    for sql in steps {
        bulk::run(&conn, sql, Vec::new()).await?;
    }
    Ok(())
}

/// Takes the sums out of use until they are made anew.
///
/// # Errors
/// When the database refuses.
pub async fn distrust(tx: &WriteTx) -> Result<(), StoreError> {
    bulk::run(
        &tx.conn(),
        "UPDATE record_epoch SET months = -1".to_owned(),
        Vec::new(),
    )
    .await
}

/// Importers with records, from a place in their order on; for choosing samples.
///
/// # Errors
/// When the database cannot answer.
pub async fn importer_after(db: &impl Handle, place: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT MIN(importer_key) FROM entry_lines WHERE importer_key >= $1";
    let rows = row::all(&db.conn(), sql, [place.into()]).await?;
    match rows.first() {
        Some(row) => Ok(row::Cells::of(row)?.take()?),
        None => Ok(None),
    }
}

/// Whether the sums of an importer are those of its facts. Both are read in one statement, so that nothing comes between.
///
/// # Errors
/// When the database cannot answer.
pub async fn agree(db: &impl Handle, importer: &str) -> Result<bool, StoreError> {
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT * FROM ({FROM_FACTS} WHERE importer_key = $1 GROUP BY 1, 2, 3) facts \
         EXCEPT SELECT {COLUMNS} FROM record_months WHERE importer_key = $1) one \
         UNION ALL SELECT COUNT(*) FROM (SELECT {COLUMNS} FROM record_months WHERE importer_key = $1 \
         EXCEPT SELECT * FROM ({FROM_FACTS} WHERE importer_key = $1 GROUP BY 1, 2, 3) facts) other"
    );
    for row in row::all(&db.conn(), &sql, [importer.into()]).await? {
        if row::Cells::of(&row)?.take::<i64>()? != 0 {
            return Ok(false);
        }
    }
    Ok(true)
}
