//! What people see as guests, computed from the rows as they are at the moment of the question (R9). A request that
//! names one account costs the same whatever the number of grants; lists walk an index in their own order.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Guest, Scope, Seat, Seats, Standing};
use quaymaster_domain::grants::{Assignment, Beneficiary, NotInEffect, Via, effective};
use quaymaster_domain::ids::{AccountId, CompanyId, GrantId, UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::sql::{Sql, TEAMS, passed_on, useful};
use super::{GrantRow, load};
use crate::accounts::AccountFilter;
use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{grant_uses, grants};
use crate::error::StoreError;
use crate::members::escape_like;

/// How far back grants between the same two accounts are looked at, for the words of a refusal.
const HISTORY: u64 = 20;

/// A grant with what a person has of it.
#[derive(Clone, Debug)]
pub struct Part {
    /// The grant.
    pub grant: GrantRow,
    /// Company of the grantor.
    pub company: CompanyId,
    /// Whether both accounts are open.
    pub both_open: bool,
    /// What was passed on to the person.
    pub person: Beneficiary,
    /// When the person last used it.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// What a person has of the grants that lead into some accounts: those not ended, or the history as well. The newest first.
async fn parts(
    db: &impl Handle,
    user: UserId,
    own: &[(AccountId, bool)],
    accounts: &[AccountId],
    history: bool,
    now: DateTime<Utc>,
) -> Result<Vec<Part>, StoreError> {
    if own.is_empty() || accounts.is_empty() {
        return Ok(Vec::new());
    }
    let recipients = || own.iter().map(|(id, _)| id.0);
    let grantors = || accounts.iter().map(|id| id.0);
    let mut sql = Sql::new()
        .add(
            "SELECT g.id AS grant_id, a.company_id AS company_id, \
             CASE WHEN a.state = 'open' AND r.state = 'open' THEN 1 ELSE 0 END AS both_open, \
             p.user_id AS assigned, p.structure AS p_structure, p.records AS p_records, p.reports AS p_reports, \
             p.users AS p_users, x.user_id AS removed, u.last_used_at AS last_used_at \
             FROM grants g JOIN accounts a ON a.id = g.grantor_account_id JOIN accounts r ON r.id = g.recipient_account_id \
             LEFT JOIN grant_people p ON p.grant_id = g.id AND p.user_id = ",
        )
        .bind(user.0)
        .add(" LEFT JOIN grant_removals x ON x.grant_id = g.id AND x.user_id = ")
        .bind(user.0)
        .add(" LEFT JOIN grant_uses u ON u.grant_id = g.id AND u.user_id = ")
        .bind(user.0)
        .add(" WHERE g.grantor_account_id IN ")
        .list(grantors())
        .add(" AND g.recipient_account_id IN ")
        .list(recipients());
    sql = if history {
        sql.add(" AND g.state <> 'proposed' ORDER BY g.id DESC LIMIT ")
            .bind(i64::try_from(HISTORY).unwrap_or(i64::MAX))
    } else {
        sql.add(" AND g.state = 'active' ORDER BY g.id DESC")
    };
    let rows = sql.all(db).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids = rows
        .iter()
        .map(|row| row.try_get::<Uuid>("", "grant_id"))
        .collect::<Result<Vec<_>, _>>()?;
    let found = grants::Entity::find()
        .filter(grants::Column::Id.is_in(ids))
        .all(&db.conn())
        .await?;
    let mut found: HashMap<GrantId, GrantRow> = load(db, found)
        .await?
        .into_iter()
        .map(|g| (g.id, g))
        .collect();
    let mut teams: HashMap<(Uuid, Uuid), Vec<Assignment>> = HashMap::new();
    let by_team = Sql::new()
        .add("SELECT c.account_id, c.client_account_id, t.structure, t.records, t.reports, t.users FROM ")
        .add(TEAMS)
        .add(" WHERE m.user_id = ")
        .bind(user.0)
        .add(" AND c.account_id IN ")
        .list(recipients())
        .add(" AND c.client_account_id IN ")
        .list(grantors())
        .all(db)
        .await?;
    for row in &by_team {
        let rights = passed_on(row, "")?;
        teams
            .entry((
                row.try_get("", "account_id")?,
                row.try_get("", "client_account_id")?,
            ))
            .or_default()
            .push(Assignment {
                via: Via::Team,
                rights,
            });
    }
    // Reviews of access suspend people behind a grant, and members of the recipient.
    let suspended = Sql::new()
        .add("SELECT grant_id, account_id FROM access_review_items WHERE user_id = ")
        .bind(user.0)
        .add(" AND lapses_at <= ")
        .bind(now)
        .all(db)
        .await?;
    let mut lapsed: Vec<(Option<Uuid>, Uuid)> = Vec::with_capacity(suspended.len());
    for row in &suspended {
        lapsed.push((row.try_get("", "grant_id")?, row.try_get("", "account_id")?));
    }
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        let id: Uuid = row.try_get("", "grant_id")?;
        let Some(grant) = found.remove(&GrantId(id)) else {
            continue;
        };
        let mut assignments = Vec::new();
        if own
            .iter()
            .any(|(account, owner)| *owner && *account == grant.recipient)
        {
            assignments.push(Assignment {
                via: Via::Owner,
                rights: None,
            });
        }
        if row.try_get::<Option<Uuid>>("", "assigned")?.is_some() {
            assignments.push(Assignment {
                via: Via::Assigned,
                rights: passed_on(row, "p_")?,
            });
        }
        if let Some(more) = teams.get(&(grant.recipient.0, grant.grantor.0)) {
            assignments.extend(more.iter().copied());
        }
        all.push(Part {
            company: row.try_get::<Uuid>("", "company_id")?.into(),
            both_open: row.try_get::<i32>("", "both_open")? == 1,
            person: Beneficiary {
                assignments,
                removed: row.try_get::<Option<Uuid>>("", "removed")?.is_some()
                    || lapsed.iter().any(|(through, account)| match through {
                        Some(through) => *through == id,
                        None => *account == grant.recipient.0,
                    }),
            },
            last_used_at: row.try_get("", "last_used_at")?,
            grant,
        });
    }
    Ok(all)
}

fn seat(part: &Part, now: DateTime<Utc>) -> Option<Seat> {
    let scope = effective(&part.grant.life, part.both_open, &part.person, now);
    (!scope.rights.is_nothing()).then_some(Seat {
        grant: part.grant.id,
        recipient: part.grant.recipient,
        scope,
        until: part.grant.life.offer.ends_at,
        last_used_at: part.last_used_at,
    })
}

/// Why a person who had something of a grant sees nothing through it.
fn why_not(part: &Part, now: DateTime<Utc>) -> Option<NotInEffect> {
    let had = !part.person.assignments.is_empty() || part.last_used_at.is_some();
    if !had {
        return None;
    }
    if let Err(why) = part.grant.life.in_effect(now) {
        return Some(why);
    }
    Some(if !part.both_open {
        NotInEffect::Closed
    } else if part.person.removed {
        NotInEffect::Removed
    } else {
        NotInEffect::NotPassedOn
    })
}

/// How a person stands in an account of somebody else; `None` when no grant ever led there for the person.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn standing(
    db: &impl Handle,
    seats: &Seats,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<Guest>, StoreError> {
    let found = parts(db, seats.user(), seats.own(), &[account], true, now).await?;
    let Some(first) = found.first() else {
        return Ok(None);
    };
    let company = first.company;
    let seated: Vec<_> = found.iter().filter_map(|part| seat(part, now)).collect();
    let standing = if seated.is_empty() {
        match found.iter().find_map(|part| why_not(part, now)) {
            Some(why) => Standing::Not(why),
            None => return Ok(None),
        }
    } else {
        Standing::Seated(seated)
    };
    Ok(Some(Guest {
        account,
        company,
        standing,
    }))
}

/// What a person of an account has of every grant that led or leads into another account, the newest first. For the
/// explanation; the scope must have one of the two accounts.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn explain(
    db: &impl Handle,
    scope: &Scope,
    user: UserId,
    own: &[(AccountId, bool)],
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<Part>, StoreError> {
    let seen = |id: &AccountId| scope.contains(*id) || scope.contains(account);
    let own: Vec<_> = own.iter().filter(|(id, _)| seen(id)).copied().collect();
    let mut found = parts(db, user, &own, &[account], true, now).await?;
    found.retain(|part| {
        let sides = [
            quaymaster_domain::grants::GrantSide::Grantor,
            quaymaster_domain::grants::GrantSide::Recipient,
        ];
        sides
            .into_iter()
            .any(|side| scope.contains(part.grant.account(side)) && part.grant.shown_to(side))
    });
    Ok(found)
}

/// Where a page of guest accounts goes on: name and id of the last account.
#[derive(Clone, Debug)]
pub struct After<'a> {
    /// The lower-case name.
    pub name: &'a str,
    /// The account.
    pub id: Uuid,
}

/// The accounts that a person sees as a guest, by name, walked along the index of each own account's grants.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub(crate) async fn accounts(
    db: &impl Handle,
    user: UserId,
    own: &[(AccountId, bool)],
    filter: &AccountFilter,
    after: Option<After<'_>>,
    limit: u64,
    now: DateTime<Utc>,
) -> Result<Vec<(String, Uuid)>, StoreError> {
    let mut all = Vec::new();
    for (recipient, owner) in own {
        let mut sql = Sql::new()
            .add("SELECT g.grantor_key, g.grantor_account_id FROM grants g JOIN accounts a ON a.id = g.grantor_account_id ");
        if filter.q.is_some() {
            sql = sql.add("JOIN companies o ON o.id = a.company_id ");
        }
        sql = sql
            .add("WHERE g.recipient_account_id = ")
            .bind(recipient.0)
            .add(" AND ")
            .in_effect(now)
            .add(" AND a.state = 'open' AND EXISTS (SELECT 1 FROM accounts r WHERE r.id = ")
            .bind(recipient.0)
            .add(" AND r.state = 'open') AND NOT EXISTS (SELECT 1 FROM grant_removals x WHERE x.grant_id = g.id AND x.user_id = ")
            .bind(user.0)
            .add(") AND NOT EXISTS (SELECT 1 FROM access_review_items y WHERE y.user_id = ")
            .bind(user.0)
            .add(" AND y.grant_id = g.id AND y.lapses_at <= ")
            .bind(now)
            .add(")");
        if !owner {
            sql = sql
                .add(" AND (EXISTS (SELECT 1 FROM grant_people p WHERE p.grant_id = g.id AND p.user_id = ")
                .bind(user.0)
                .add(" AND ")
                .add(&useful("p"))
                .add(") OR EXISTS (SELECT 1 FROM ")
                .add(TEAMS)
                .add(" WHERE c.account_id = g.recipient_account_id AND c.client_account_id = g.grantor_account_id AND m.user_id = ")
                .bind(user.0)
                .add(" AND ")
                .add(&useful("t"))
                .add("))");
        }
        if let Some(company) = filter.company {
            sql = sql.add(" AND a.company_id = ").bind(company.0);
        }
        if let Some(q) = &filter.q {
            let pattern = format!("%{}%", escape_like(&q.to_lowercase()));
            let number = format!("%{}%", escape_like(&q.to_uppercase()));
            sql = sql
                .add(" AND (g.grantor_key LIKE ")
                .bind(pattern.clone())
                .add(" ESCAPE '\\' OR o.name_key LIKE ")
                .bind(pattern)
                .add(" ESCAPE '\\' OR a.account_number LIKE ")
                .bind(number)
                .add(" ESCAPE '\\')");
        }
        if let Some(after) = &after {
            sql = sql
                .add(" AND (g.grantor_key, g.grantor_account_id) > (")
                .bind(after.name.to_owned())
                .add(", ")
                .bind(after.id)
                .add(")");
        }
        let rows = sql
            .add(" ORDER BY g.grantor_key, g.grantor_account_id LIMIT ")
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .all(db)
            .await?;
        for row in rows {
            all.push((
                row.try_get::<String>("", "grantor_key")?,
                row.try_get::<Uuid>("", "grantor_account_id")?,
            ));
        }
    }
    all.sort_unstable();
    all.dedup();
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(all)
}

/// The seats of a person in accounts that [`accounts`] has found.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub(crate) async fn in_accounts(
    db: &impl Handle,
    user: UserId,
    own: &[(AccountId, bool)],
    accounts: &[AccountId],
    now: DateTime<Utc>,
) -> Result<HashMap<AccountId, Vec<(Seat, Part)>>, StoreError> {
    let mut all: HashMap<AccountId, Vec<(Seat, Part)>> = HashMap::new();
    for part in parts(db, user, own, accounts, false, now).await? {
        if let Some(seat) = seat(&part, now) {
            all.entry(part.grant.grantor)
                .or_default()
                .push((seat, part));
        }
    }
    Ok(all)
}

/// Notes that a person has just used grants.
///
/// # Errors
/// When the database refuses.
pub async fn note_use(
    tx: &WriteTx,
    user: UserId,
    used: &[GrantId],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    use sea_orm::sea_query::OnConflict;
    let rows = used.iter().map(|grant| grant_uses::ActiveModel {
        grant_id: sea_orm::ActiveValue::Set(grant.0),
        user_id: sea_orm::ActiveValue::Set(user.0),
        last_used_at: sea_orm::ActiveValue::Set(now),
    });
    grant_uses::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([grant_uses::Column::GrantId, grant_uses::Column::UserId])
                .update_column(grant_uses::Column::LastUsedAt)
                .to_owned(),
        )
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}
