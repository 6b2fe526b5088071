//! Figures about all cases: counted and sorted by the database, nothing about any one case. For readers whose scope is
//! everybody's cases.

use chrono::{DateTime, NaiveDate, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::cases::Topic;
use sea_orm::{ConnectionTrait, DatabaseExecutor, DbBackend, Value};

use crate::db::Handle;
use crate::error::{StoreError, corrupt};
use crate::row;

/// The cases about one topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicFigures {
    /// What they are about.
    pub topic: Topic,
    /// Support's turn.
    pub waiting: i64,
    /// The customer's turn.
    pub answered: i64,
    /// Opened since the moment asked for, closed ones too.
    pub opened: i64,
}

/// Open cases of one age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeFigures {
    /// Support's turn.
    pub waiting: i64,
    /// The customer's turn.
    pub answered: i64,
}

/// How long customers waited until support answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitFigures {
    /// How many answers were given.
    pub answers: i64,
    /// Half of them came within this, seconds; nothing without answers.
    pub median_seconds: Option<i64>,
    /// Nine of ten of them came within this, seconds.
    pub ninety_seconds: Option<i64>,
}

/// How verifications of callers ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerificationFigures {
    /// The caller was the person on file.
    pub passed: i64,
    /// Five wrong phrases.
    pub failed: i64,
    /// The phrase was not said; expired or still awaited.
    pub unfinished: i64,
}

/// Cases by topic; topics without a case are left out.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn by_topic(
    db: &impl Handle,
    scope: &Scope,
    since: DateTime<Utc>,
) -> Result<Vec<TopicFigures>, StoreError> {
    if scope.reason().is_none() {
        return Ok(Vec::new());
    }
    let rows = row::all(
        &db.conn(),
        "SELECT topic, COUNT(CASE WHEN state = 'waiting' THEN 1 END) AS waiting, \
         COUNT(CASE WHEN state = 'answered' THEN 1 END) AS answered, \
         COUNT(CASE WHEN opened_at > $1 THEN 1 END) AS opened FROM cases GROUP BY topic",
        [since.into()],
    )
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for one in rows {
        let word: String = one.try_get("", "topic")?;
        found.push(TopicFigures {
            topic: Topic::parse(&word).ok_or_else(|| corrupt("cases", "topic", "all", &word))?,
            waiting: one.try_get("", "waiting")?,
            answered: one.try_get("", "answered")?,
            opened: one.try_get("", "opened")?,
        });
    }
    Ok(found)
}

/// The open cases that were opened after `from` (all, without it) and not after `to`.
///
/// # Errors
/// When the database cannot answer.
pub async fn open_between(
    db: &impl Handle,
    scope: &Scope,
    from: Option<DateTime<Utc>>,
    to: DateTime<Utc>,
) -> Result<AgeFigures, StoreError> {
    let mut figures = AgeFigures {
        waiting: 0,
        answered: 0,
    };
    if scope.reason().is_none() {
        return Ok(figures);
    }
    let mut sql = "SELECT state, COUNT(*) AS cases FROM cases \
         WHERE state IN ('waiting', 'answered') AND opened_at <= $1"
        .to_owned();
    let mut values: Vec<Value> = vec![to.into()];
    if let Some(from) = from {
        sql.push_str(" AND opened_at > $2");
        values.push(from.into());
    }
    sql.push_str(" GROUP BY state");
    for one in row::all(&db.conn(), &sql, values).await? {
        let count: i64 = one.try_get("", "cases")?;
        match one.try_get::<String>("", "state")?.as_str() {
            "waiting" => figures.waiting = count,
            _ => figures.answered = count,
        }
    }
    Ok(figures)
}

/// How long those waited who were answered since then.
///
/// # Errors
/// When the database cannot answer.
pub async fn waits(
    db: &impl Handle,
    scope: &Scope,
    since: DateTime<Utc>,
) -> Result<WaitFigures, StoreError> {
    let conn = db.conn();
    let answers = if scope.reason().is_some() {
        answers(&conn, since).await?
    } else {
        0
    };
    Ok(WaitFigures {
        answers,
        median_seconds: nth_wait(&conn, since, answers, 50).await?,
        ninety_seconds: nth_wait(&conn, since, answers, 90).await?,
    })
}

async fn answers(conn: &DatabaseExecutor<'_>, since: DateTime<Utc>) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS answers FROM case_answers WHERE at > $1";
    match row::all(conn, sql, [since.into()]).await?.first() {
        Some(row) => Ok(row.try_get("", "answers")?),
        None => Ok(0),
    }
}

/// The wait that so many percent of the answers did not exceed: the nearest rank, so that it is one that was measured.
async fn nth_wait(
    conn: &DatabaseExecutor<'_>,
    since: DateTime<Utc>,
    answers: i64,
    percent: i64,
) -> Result<Option<i64>, StoreError> {
    if answers == 0 {
        return Ok(None);
    }
    let before = (answers * percent + 99) / 100 - 1;
    let seconds = match conn.get_database_backend() {
        DbBackend::Sqlite => {
            "CAST(ROUND((julianday(at) - julianday(waited_since)) * 86400) AS INTEGER)"
        }
        _ => "CAST(ROUND(EXTRACT(EPOCH FROM (at - waited_since))) AS BIGINT)",
    };
    let sql = format!(
        "SELECT {seconds} AS seconds FROM case_answers WHERE at > $1 ORDER BY 1 LIMIT 1 OFFSET {before}"
    );
    let rows = row::all(conn, &sql, [since.into()]).await?;
    Ok(match rows.first() {
        Some(row) => Some(row.try_get("", "seconds")?),
        None => None,
    })
}

/// How many answers support gave on each day (UTC) since then; days without one are left out.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn answers_by_day(
    db: &impl Handle,
    scope: &Scope,
    since: DateTime<Utc>,
) -> Result<Vec<(NaiveDate, i64)>, StoreError> {
    if scope.reason().is_none() {
        return Ok(Vec::new());
    }
    let conn = db.conn();
    let day = match conn.get_database_backend() {
        DbBackend::Sqlite => "strftime('%Y-%m-%d', at)",
        _ => "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
    };
    let sql = format!(
        "SELECT {day} AS day, COUNT(*) AS answers FROM case_answers WHERE at >= $1 GROUP BY 1 ORDER BY 1"
    );
    let mut found = Vec::new();
    for one in row::all(&conn, &sql, [since.into()]).await? {
        let word: String = one.try_get("", "day")?;
        let day = word
            .parse()
            .map_err(|error| corrupt("case_answers", "at", &word, error))?;
        found.push((day, one.try_get("", "answers")?));
    }
    Ok(found)
}

/// How the verifications ended that were begun since then.
///
/// # Errors
/// When the database cannot answer.
pub async fn verifications(
    db: &impl Handle,
    scope: &Scope,
    since: DateTime<Utc>,
) -> Result<VerificationFigures, StoreError> {
    let mut figures = VerificationFigures::default();
    if scope.reason().is_none() {
        return Ok(figures);
    }
    let sql = "SELECT state, COUNT(*) AS callers FROM caller_verifications \
         WHERE started_at > $1 GROUP BY state";
    for one in row::all(&db.conn(), sql, [since.into()]).await? {
        let count: i64 = one.try_get("", "callers")?;
        match one.try_get::<String>("", "state")?.as_str() {
            "verified" => figures.passed = count,
            "failed" => figures.failed = count,
            _ => figures.unfinished = count,
        }
    }
    Ok(figures)
}
