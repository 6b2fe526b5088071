//! What the monthly sums cost an import: the portal's own import of the same file into a database that takes their rows and
//! throws them away.

use std::path::Path;

use quaymaster_tests::DatabaseKind;
use sea_orm::ConnectionTrait as _;

use crate::Options;
use crate::records::{Taken, kind_words, take_in};
use crate::report::Row;
use crate::stage::Stage;

/// Rows of the sums end here, before anything is written of them.
fn triggers(kind: DatabaseKind) -> &'static str {
    match kind {
        DatabaseKind::Sqlite => {
            "CREATE TRIGGER no_sums BEFORE INSERT ON record_months BEGIN SELECT RAISE(IGNORE); END"
        }
        DatabaseKind::Postgres => {
            "CREATE FUNCTION no_sums() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; \
             CREATE TRIGGER no_sums BEFORE INSERT ON record_months FOR EACH ROW EXECUTE FUNCTION no_sums()"
        }
    }
}

/// # Errors
/// When a row is refused, or the sums were kept all the same.
pub async fn sums(
    o: &Options,
    kind: DatabaseKind,
    csv: &Path,
    with: &Taken,
) -> Result<Row, String> {
    let place = Stage::build(kind).await?;
    let raw = place.database.raw().await;
    raw.execute_unprepared(triggers(kind))
        .await
        .map_err(|e| e.to_string())?;
    let server = place.serve(&o.server);
    let without = take_in(&place, &raw, &server, csv).await?;
    drop(server);
    raw.close().await.map_err(|e| e.to_string())?;
    let count = |table: &str| format!("SELECT count(*) AS n FROM {table}");
    let lines = place.database.number(&count("entry_lines")).await;
    let kept = place.database.number(&count("record_months")).await;
    if kept != 0 || u64::try_from(lines) != Ok(with.rows) || without.rows != with.rows {
        return Err(format!("{lines} lines came in, and {kept} sums"));
    }
    let (with, bare) = (with.per_second(), without.per_second());
    Ok(Row::at_least(
        &format!(
            "record import with the monthly sums against without, {}",
            kind_words(kind)
        ),
        with / bare,
        0.6,
        "×",
        format!(
            "{with:.0} rows/s against {bare:.0}, {} rows; without, a trigger throws the sums away",
            without.rows
        ),
    ))
}
