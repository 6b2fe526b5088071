//! The people behind grants: who is assigned, who was removed, who can see an account at this moment, and when they last
//! did. The rights themselves are the domain's to compute.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::grants::{Assignment, Beneficiary, GrantRights, Via};
use quaymaster_domain::ids::{AccountId, GrantId, UserId};
use quaymaster_domain::people::Reason;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use super::GrantRow;
use super::sql::{Sql, TEAMS, passed_on, useful};
use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{grant_people, grant_removals, grant_uses};
use crate::error::StoreError;
use crate::members::escape_like;
use crate::page::{Cursor, Page, PageRequest};

/// A person by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Identity.
    pub id: UserId,
    /// The User ID.
    pub user_name: Option<String>,
    /// Full name.
    pub name: String,
    key: String,
}

fn named(row: &sea_orm::QueryResult) -> Result<Named, StoreError> {
    let given: String = row.try_get("", "given_name")?;
    let family: String = row.try_get("", "family_name")?;
    Ok(Named {
        id: row.try_get::<Uuid>("", "user_id")?.into(),
        user_name: row.try_get("", "user_name")?,
        name: format!("{given} {family}"),
        key: row.try_get("", "name_key")?,
    })
}

const NAME_COLUMNS: &str = "u.id AS user_id, u.user_name, u.given_name, u.family_name, u.name_key";

/// That a person was taken off by the grantor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by_name: String,
    /// Why.
    pub reason: Option<String>,
}

/// That a person was assigned singly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Single {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by_name: String,
    /// Which rights; none means as the grant.
    pub rights: Option<GrantRights>,
}

/// A person behind a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub who: Named,
    /// What was passed on.
    pub part: Beneficiary,
    /// The single assignment, if there is one.
    pub single: Option<Single>,
    /// Names of the teams that look after the client.
    pub teams: Vec<String>,
    /// The removal, if there is one.
    pub removal: Option<Removal>,
    /// The last use.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Everybody who has or had something of a grant by name: its owner, those assigned, those of teams, those removed.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn of_grant(
    db: &impl Handle,
    grant: &GrantRow,
    only: Option<UserId>,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<Person>, StoreError> {
    let mut sql = Sql::new()
        .add("SELECT ")
        .add(NAME_COLUMNS)
        .add(" FROM users u WHERE u.id IN (SELECT owner_user_id FROM accounts WHERE id = ")
        .bind(grant.recipient.0)
        .add(" UNION SELECT user_id FROM grant_people WHERE grant_id = ")
        .bind(grant.id.0)
        .add(" UNION SELECT user_id FROM grant_removals WHERE grant_id = ")
        .bind(grant.id.0)
        .add(" UNION SELECT m.user_id FROM ")
        .add(TEAMS)
        .add(" WHERE c.account_id = ")
        .bind(grant.recipient.0)
        .add(" AND c.client_account_id = ")
        .bind(grant.grantor.0)
        .add(")");
    if let Some(user) = only {
        sql = sql.add(" AND u.id = ").bind(user.0);
    }
    if let Some(after) = &page.after {
        sql = sql
            .add(" AND (u.name_key, u.id) > (")
            .bind(after.part(0).to_owned())
            .add(", ")
            .bind(after.id())
            .add(")");
    }
    let rows = sql
        .add(" ORDER BY u.name_key, u.id LIMIT ")
        .bind(i64::try_from(page.reach()).unwrap_or(i64::MAX))
        .all(db)
        .await?;
    let people = rows.iter().map(named).collect::<Result<Vec<_>, _>>()?;
    let page = Page::cut(people, page, |p| {
        Cursor::new([p.key.clone(), p.id.to_string()])
    });
    let ids: Vec<_> = page.items.iter().map(|p| p.id.0).collect();
    let mut details = details(db, grant, &ids, now).await?;
    Ok(page.map(|who| {
        let id = who.id;
        let mut person = details.remove(&id).unwrap_or_else(|| blank(who.clone()));
        person.who = who;
        person
    }))
}

fn blank(who: Named) -> Person {
    Person {
        who,
        part: Beneficiary::default(),
        single: None,
        teams: Vec::new(),
        removal: None,
        last_used_at: None,
    }
}

async fn details(
    db: &impl Handle,
    grant: &GrantRow,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<HashMap<UserId, Person>, StoreError> {
    let mut all: HashMap<UserId, Person> = HashMap::new();
    if ids.is_empty() {
        return Ok(all);
    }
    let conn = db.conn();
    let nobody = |id: UserId| {
        blank(Named {
            id,
            user_name: None,
            name: String::new(),
            key: String::new(),
        })
    };
    let owner = Sql::new()
        .add("SELECT owner_user_id FROM accounts WHERE id = ")
        .bind(grant.recipient.0)
        .all(db)
        .await?;
    for row in &owner {
        let id: UserId = row.try_get::<Uuid>("", "owner_user_id")?.into();
        let person = all.entry(id).or_insert_with(|| nobody(id));
        person.part.assignments.push(Assignment {
            via: Via::Owner,
            rights: None,
        });
    }
    let singles = grant_people::Entity::find()
        .filter(grant_people::Column::GrantId.eq(grant.id.0))
        .filter(grant_people::Column::UserId.is_in(ids.iter().copied()))
        .all(&conn)
        .await?;
    for row in singles {
        let id: UserId = row.user_id.into();
        let rights = rights_of(&row)?;
        let person = all.entry(id).or_insert_with(|| nobody(id));
        person.part.assignments.push(Assignment {
            via: Via::Assigned,
            rights,
        });
        person.single = Some(Single {
            at: row.assigned_at,
            by_name: row.assigned_by_name,
            rights,
        });
    }
    let by_team = Sql::new()
        .add("SELECT m.user_id, n.name, t.structure, t.records, t.reports, t.users FROM ")
        .add(TEAMS)
        .add(" JOIN teams n ON n.id = t.team_id WHERE c.account_id = ")
        .bind(grant.recipient.0)
        .add(" AND c.client_account_id = ")
        .bind(grant.grantor.0)
        .add(" AND m.user_id IN ")
        .list(ids.iter().copied())
        .add(" ORDER BY n.name")
        .all(db)
        .await?;
    for row in &by_team {
        let id: UserId = row.try_get::<Uuid>("", "user_id")?.into();
        let rights = passed_on(row, "")?;
        let person = all.entry(id).or_insert_with(|| nobody(id));
        person.part.assignments.push(Assignment {
            via: Via::Team,
            rights,
        });
        let name: String = row.try_get("", "name")?;
        if !person.teams.contains(&name) {
            person.teams.push(name);
        }
    }
    let removals = grant_removals::Entity::find()
        .filter(grant_removals::Column::GrantId.eq(grant.id.0))
        .filter(grant_removals::Column::UserId.is_in(ids.iter().copied()))
        .all(&conn)
        .await?;
    for row in removals {
        let id: UserId = row.user_id.into();
        let person = all.entry(id).or_insert_with(|| nobody(id));
        person.part.removed = true;
        person.removal = Some(Removal {
            at: row.removed_at,
            by_name: row.removed_by_name,
            reason: row.reason,
        });
    }
    let suspended = Sql::new()
        .add("SELECT y.user_id FROM access_review_items y WHERE y.user_id IN ")
        .list(ids.iter().copied())
        .add(" AND (y.grant_id = ")
        .bind(grant.id.0)
        .add(" OR (y.grant_id IS NULL AND y.account_id = ")
        .bind(grant.recipient.0)
        .add(")) AND y.lapses_at <= ")
        .bind(now)
        .all(db)
        .await?;
    for row in &suspended {
        let id: UserId = row.try_get::<Uuid>("", "user_id")?.into();
        let person = all.entry(id).or_insert_with(|| nobody(id));
        person.part.removed = true;
    }
    let uses = grant_uses::Entity::find()
        .filter(grant_uses::Column::GrantId.eq(grant.id.0))
        .filter(grant_uses::Column::UserId.is_in(ids.iter().copied()))
        .all(&conn)
        .await?;
    for row in uses {
        let id: UserId = row.user_id.into();
        let person = all.entry(id).or_insert_with(|| nobody(id));
        person.last_used_at = Some(row.last_used_at);
    }
    Ok(all)
}

fn rights_of(row: &grant_people::Model) -> Result<Option<GrantRights>, StoreError> {
    let Some(word) = &row.records else {
        return Ok(None);
    };
    Ok(Some(GrantRights {
        structure: row.structure.unwrap_or(false),
        records: super::records(row.grant_id, word)?,
        reports: row.reports.unwrap_or(false),
        users: row.users.unwrap_or(false),
    }))
}

/// Pairs of grant and person who can see something at this moment, as a common table `seat (grant_id, user_id)`.
fn seated(sql: Sql, which: impl Fn(Sql) -> Sql, now: DateTime<Utc>) -> Sql {
    let both = " AND EXISTS (SELECT 1 FROM accounts a JOIN accounts b ON b.id = g.recipient_account_id \
                WHERE a.id = g.grantor_account_id AND a.state = 'open' AND b.state = 'open')";
    let sql = sql.add(
        "WITH seat AS (SELECT g.id AS grant_id, r.owner_user_id AS user_id FROM grants g \
         JOIN accounts r ON r.id = g.recipient_account_id WHERE ",
    );
    let sql = which(sql).add(" AND ").in_effect(now).add(both).add(
        " UNION SELECT g.id, p.user_id FROM grants g JOIN grant_people p ON p.grant_id = g.id WHERE ",
    );
    let sql = which(sql)
        .add(" AND ")
        .in_effect(now)
        .add(both)
        .add(" AND ")
        .add(&useful("p"))
        .add(" UNION SELECT g.id, m.user_id FROM grants g JOIN ")
        .add(&TEAMS.replacen(
            "client_group_clients c",
            "client_group_clients c ON c.account_id = g.recipient_account_id AND c.client_account_id = g.grantor_account_id",
            1,
        ))
        .add(" WHERE ");
    which(sql)
        .add(" AND ")
        .in_effect(now)
        .add(both)
        .add(" AND ")
        .add(&useful("t"))
        .add(") ")
}

/// A person and a grant through which the account can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideSeat {
    /// Who.
    pub who: Named,
    /// Through which grant.
    pub grant: GrantId,
}

/// Who can see an account through its grants at this moment, by name.
///
/// # Errors
/// When the database cannot answer.
pub async fn outside(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    q: Option<&str>,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<OutsideSeat>, StoreError> {
    if !scope.contains(account) {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    let mut sql = seated(
        Sql::new(),
        |sql| sql.add("g.grantor_account_id = ").bind(account.0),
        now,
    )
    .add("SELECT s.grant_id, ")
    .add(NAME_COLUMNS)
    .add(" FROM seat s JOIN users u ON u.id = s.user_id WHERE ")
    .not_removed(now);
    if let Some(q) = q {
        let pattern = format!("%{}%", escape_like(&q.to_lowercase()));
        sql = sql
            .add(" AND (u.name_key LIKE ")
            .bind(pattern.clone())
            .add(" ESCAPE '\\' OR u.user_key LIKE ")
            .bind(pattern)
            .add(" ESCAPE '\\')");
    }
    if let Some(after) = &page.after {
        let user = Uuid::parse_str(after.part(1)).unwrap_or_default();
        sql = sql
            .add(" AND (u.name_key, u.id, s.grant_id) > (")
            .bind(after.part(0).to_owned())
            .add(", ")
            .bind(user)
            .add(", ")
            .bind(after.id())
            .add(")");
    }
    let rows = sql
        .add(" ORDER BY u.name_key, u.id, s.grant_id LIMIT ")
        .bind(i64::try_from(page.reach()).unwrap_or(i64::MAX))
        .all(db)
        .await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        items.push(OutsideSeat {
            who: named(row)?,
            grant: row.try_get::<Uuid>("", "grant_id")?.into(),
        });
    }
    Ok(Page::cut(items, page, |s| {
        Cursor::new([s.who.key.clone(), s.who.id.to_string(), s.grant.to_string()])
    }))
}

/// How many different people can see an account through its grants at this moment.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_outside(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    if !scope.contains(account) {
        return Ok(0);
    }
    let rows = seated(
        Sql::new(),
        |sql| sql.add("g.grantor_account_id = ").bind(account.0),
        now,
    )
    .add("SELECT COUNT(DISTINCT s.user_id) AS n FROM seat s WHERE ")
    .not_removed(now)
    .all(db)
    .await?;
    let n: i64 = rows.first().map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(u64::try_from(n).unwrap_or_default())
}

/// How many people see something through each grant at this moment, and the last use of each.
///
/// # Errors
/// When the database cannot answer.
pub async fn summary(
    db: &impl Handle,
    found: &[GrantRow],
    now: DateTime<Utc>,
) -> Result<BTreeMap<GrantId, (u64, Option<DateTime<Utc>>)>, StoreError> {
    let mut all = BTreeMap::new();
    if found.is_empty() {
        return Ok(all);
    }
    let ids = || found.iter().map(|g| g.id.0);
    let uses = Sql::new()
        .add("SELECT grant_id, MAX(last_used_at) AS used FROM grant_uses WHERE grant_id IN ")
        .list(ids())
        .add(" GROUP BY grant_id")
        .all(db)
        .await?;
    for row in &uses {
        let id: Uuid = row.try_get("", "grant_id")?;
        all.insert(GrantId(id), (0, row.try_get("", "used")?));
    }
    let counts = seated(Sql::new(), |sql| sql.add("g.id IN ").list(ids()), now)
        .add("SELECT s.grant_id, COUNT(*) AS n FROM seat s WHERE ")
        .not_removed(now)
        .add(" GROUP BY s.grant_id")
        .all(db)
        .await?;
    for row in &counts {
        let id: Uuid = row.try_get("", "grant_id")?;
        let n: i64 = row.try_get("", "n")?;
        all.entry(GrantId(id)).or_insert((0, None)).0 = u64::try_from(n).unwrap_or_default();
    }
    Ok(all)
}

/// Assigns a person singly, or changes what was assigned.
///
/// # Errors
/// [`Constraint::ForeignKey`](crate::constraint::Constraint::ForeignKey) when the person is no member of the recipient.
pub async fn assign(
    tx: &WriteTx,
    grant: &GrantRow,
    user: UserId,
    single: &Single,
) -> Result<(), StoreError> {
    use sea_orm::sea_query::OnConflict;
    let Single {
        at,
        by_name,
        rights,
    } = single;
    let row = grant_people::ActiveModel {
        grant_id: Set(grant.id.0),
        user_id: Set(user.0),
        account_id: Set(grant.recipient.0),
        structure: Set(rights.map(|r| r.structure)),
        records: Set(rights.map(|r| r.records.as_str().to_owned())),
        reports: Set(rights.map(|r| r.reports)),
        users: Set(rights.map(|r| r.users)),
        assigned_at: Set(*at),
        assigned_by_name: Set(by_name.clone()),
    };
    grant_people::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([grant_people::Column::GrantId, grant_people::Column::UserId])
                .update_columns([
                    grant_people::Column::Structure,
                    grant_people::Column::Records,
                    grant_people::Column::Reports,
                    grant_people::Column::Users,
                    grant_people::Column::AssignedAt,
                    grant_people::Column::AssignedByName,
                ])
                .to_owned(),
        )
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Takes back a single assignment; tells whether there was one.
///
/// # Errors
/// When the database refuses.
pub async fn unassign(tx: &WriteTx, grant: GrantId, user: UserId) -> Result<bool, StoreError> {
    let gone = grant_people::Entity::delete_many()
        .filter(grant_people::Column::GrantId.eq(grant.0))
        .filter(grant_people::Column::UserId.eq(user.0))
        .exec(&tx.conn())
        .await?;
    Ok(gone.rows_affected > 0)
}

/// Takes a person off a grant, however assigned.
///
/// # Errors
/// [`Constraint::GrantRemoval`](crate::constraint::Constraint::GrantRemoval) when that was done already.
pub async fn remove(
    tx: &WriteTx,
    grant: GrantId,
    user: UserId,
    at: DateTime<Utc>,
    by_name: &str,
    reason: Option<&Reason>,
) -> Result<(), StoreError> {
    let row = grant_removals::Model {
        grant_id: grant.0,
        user_id: user.0,
        removed_at: at,
        removed_by_name: by_name.to_owned(),
        reason: reason.map(ToString::to_string),
    };
    grant_removals::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Lets a removed person back in; tells whether there was one.
///
/// # Errors
/// When the database refuses.
pub async fn readmit(tx: &WriteTx, grant: GrantId, user: UserId) -> Result<bool, StoreError> {
    let gone = grant_removals::Entity::delete_many()
        .filter(grant_removals::Column::GrantId.eq(grant.0))
        .filter(grant_removals::Column::UserId.eq(user.0))
        .exec(&tx.conn())
        .await?;
    Ok(gone.rows_affected > 0)
}
