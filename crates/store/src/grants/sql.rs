//! Statements for the questions that join grants with people. Placeholders are numbered, which both databases take.

use chrono::{DateTime, Utc};
use quaymaster_domain::grants::{GrantRights, RecordsScope};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use uuid::Uuid;

use crate::db::Handle;
use crate::error::StoreError;

/// A statement under construction.
pub(crate) struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub(crate) fn new() -> Self {
        Self {
            text: String::with_capacity(2048),
            values: Vec::new(),
        }
    }

    /// Adds text of our own.
    pub(crate) fn add(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Adds a value in its place.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Adds `(a, b, c)`; there must be at least one.
    pub(crate) fn list(mut self, ids: impl IntoIterator<Item = Uuid>) -> Self {
        let mut separator = "(";
        for id in ids {
            self = self.add(separator).bind(id);
            separator = ", ";
        }
        self.add(")")
    }

    /// The grant `g` is in effect, by its own row.
    pub(crate) fn in_effect(self, now: DateTime<Utc>) -> Self {
        self.add("g.state = 'active' AND g.starts_at <= ")
            .bind(now)
            .add(" AND (g.ends_at IS NULL OR g.ends_at > ")
            .bind(now)
            .add(")")
    }

    /// The grantor lets the person of the seat `s` see it: neither taken off nor suspended by a review of access, there or
    /// as a member of the recipient.
    pub(crate) fn not_removed(self, now: DateTime<Utc>) -> Self {
        self.add(
            "NOT EXISTS (SELECT 1 FROM grant_removals x WHERE x.grant_id = s.grant_id AND x.user_id = s.user_id) \
             AND NOT EXISTS (SELECT 1 FROM access_review_items y WHERE y.user_id = s.user_id AND (y.grant_id = s.grant_id \
             OR (y.grant_id IS NULL AND y.account_id = (SELECT z.recipient_account_id FROM grants z WHERE z.id = s.grant_id))) \
             AND y.lapses_at <= ",
        )
        .bind(now)
        .add(")")
    }

    pub(crate) async fn all(self, db: &impl Handle) -> Result<Vec<QueryResult>, StoreError> {
        let conn = db.conn();
        let statement =
            Statement::from_sql_and_values(conn.get_database_backend(), self.text, self.values);
        Ok(conn.query_all_raw(statement).await?)
    }
}

/// Rights of what was passed on, `x`, have something in common with those of the grant `g`.
pub(crate) fn useful(x: &str) -> String {
    format!(
        "({x}.records IS NULL OR ({x}.structure AND g.structure) OR ({x}.reports AND g.reports) OR ({x}.users AND g.users) \
         OR ({x}.records <> 'none' AND g.records <> 'none'))"
    )
}

/// Teams `t` that look after the client of grant `g`; with members `m`.
pub(crate) const TEAMS: &str = "client_group_clients c \
    JOIN team_client_groups t ON t.group_id = c.group_id \
    JOIN team_members m ON m.team_id = t.team_id";

/// The four columns of rights that were passed on; `None` means as the grant.
pub(crate) fn passed_on(
    row: &QueryResult,
    prefix: &str,
) -> Result<Option<GrantRights>, StoreError> {
    let records: Option<String> = row.try_get(prefix, "records")?;
    let Some(word) = records else { return Ok(None) };
    let flag = |column: &str| -> Result<bool, StoreError> {
        Ok(row
            .try_get::<Option<bool>>(prefix, column)?
            .unwrap_or(false))
    };
    Ok(Some(GrantRights {
        structure: flag("structure")?,
        records: RecordsScope::from_word(&word)
            .ok_or_else(|| crate::error::corrupt("grant_people", "records", "", &word))?,
        reports: flag("reports")?,
        users: flag("users")?,
    }))
}
