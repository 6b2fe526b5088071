//! How owners of accounts are replaced: each succession with its state, and the people who were told of it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::ids::{AccountId, OwnerSuccessionId, UserId};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::owner_successions::{Course, SuccessionKind, SuccessionState, Told};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::accounts::{self, Party};
use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::owner_successions::{ActiveModel, Column, Entity, Model};
use crate::entities::{owner_succession_notices as notices, users};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};

/// A succession.
#[derive(Clone, Debug)]
pub struct OwnerSuccession {
    /// Identity.
    pub id: OwnerSuccessionId,
    /// The account.
    pub account: AccountId,
    /// Kind, state and deadlines.
    pub course: Course,
    /// The owner when it began.
    pub owner: UserId,
    /// The owner's name then.
    pub owner_name: String,
    /// The next owner.
    pub successor: UserId,
    /// What the owner becomes.
    pub former_owner_role: MemberRole,
    /// Why.
    pub reason: String,
    /// When it began.
    pub asked_at: DateTime<Utc>,
    /// Who began it.
    pub asked_by_name: String,
    /// How many working days the waiting time has.
    pub waiting_days: Option<u32>,
    /// When it ended, by whom, and why if a reason was given.
    pub decision: Option<(DateTime<Utc>, String, Option<String>)>,
}

impl TryFrom<Model> for OwnerSuccession {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        const TABLE: &str = "owner_successions";
        let unfit = |column, value: &str| corrupt(TABLE, column, row.id, value);
        let takes_over_on = match &row.takes_over_on {
            None => None,
            Some(text) => Some(
                text.parse::<NaiveDate>()
                    .map_err(|e| corrupt(TABLE, "takes_over_on", row.id, e))?,
            ),
        };
        let waiting_days = match row.waiting_days {
            None => None,
            Some(days) => {
                Some(u32::try_from(days).map_err(|e| corrupt(TABLE, "waiting_days", row.id, e))?)
            }
        };
        Ok(Self {
            course: Course {
                kind: SuccessionKind::from_word(&row.kind)
                    .ok_or_else(|| unfit("kind", &row.kind))?,
                state: SuccessionState::from_word(&row.state)
                    .ok_or_else(|| unfit("state", &row.state))?,
                takes_over_on,
                completes_after: row.completes_after,
            },
            former_owner_role: MemberRole::from_word(&row.former_owner_role)
                .ok_or_else(|| unfit("former_owner_role", &row.former_owner_role))?,
            waiting_days,
            decision: row.decided_at.map(|at| {
                (
                    at,
                    row.decided_by_name.clone().unwrap_or_default(),
                    row.decision_reason.clone(),
                )
            }),
            id: row.id.into(),
            account: row.account_id.into(),
            owner: row.owner_user_id.into(),
            owner_name: row.owner_name,
            successor: row.successor_user_id.into(),
            reason: row.reason,
            asked_at: row.asked_at,
            asked_by_name: row.asked_by_name,
        })
    }
}

/// Somebody who was told of a request.
#[derive(Clone, Debug)]
pub struct Notice {
    /// In which capacity.
    pub whom: Told,
    /// The name on file.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A person by name.
#[derive(Clone, Debug)]
pub struct Named {
    /// The User ID.
    pub user_name: Option<String>,
    /// Given and family name.
    pub name: String,
    /// The last sign-in.
    pub last_sign_in_at: Option<DateTime<Utc>>,
}

/// What successions are shown with.
#[derive(Clone, Debug, Default)]
pub struct Companions {
    /// Accounts with their present owners.
    pub accounts: HashMap<AccountId, Party>,
    /// Owners and successors.
    pub people: HashMap<UserId, Named>,
    /// Who was told.
    pub notices: HashMap<OwnerSuccessionId, Vec<Notice>>,
}

/// Accounts, people and notices of successions that a finder of this module returned.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn companions(
    db: &impl Handle,
    found: &[OwnerSuccession],
) -> Result<Companions, StoreError> {
    if found.is_empty() {
        return Ok(Companions::default());
    }
    let conn = db.conn();
    let people = users::Entity::find()
        .filter(users::Column::Id.is_in(found.iter().flat_map(|f| [f.owner.0, f.successor.0])))
        .all(&conn)
        .await?
        .into_iter()
        .map(|u| {
            let named = Named {
                name: format!("{} {}", u.given_name, u.family_name),
                user_name: u.user_name,
                last_sign_in_at: u.last_sign_in_at,
            };
            (UserId(u.id), named)
        })
        .collect();
    let mut told: HashMap<OwnerSuccessionId, Vec<Notice>> = HashMap::new();
    let rows = notices::Entity::find()
        .filter(notices::Column::SuccessionId.is_in(found.iter().map(|f| f.id.0)))
        .order_by_asc(notices::Column::Id)
        .all(&conn)
        .await?;
    for row in rows {
        let (succession, notice) = notice(row)?;
        told.entry(succession).or_default().push(notice);
    }
    Ok(Companions {
        accounts: accounts::parties(db, found.iter().map(|f| f.account)).await?,
        people,
        notices: told,
    })
}

fn notice(row: notices::Model) -> Result<(OwnerSuccessionId, Notice), StoreError> {
    let whom = Told::from_word(&row.whom)
        .ok_or_else(|| corrupt("owner_succession_notices", "whom", row.id, &row.whom))?;
    let notice = Notice {
        whom,
        name: row.name,
        at: row.told_at,
    };
    Ok((row.succession_id.into(), notice))
}

fn all(rows: Vec<Model>) -> Result<Vec<OwnerSuccession>, StoreError> {
    rows.into_iter().map(OwnerSuccession::try_from).collect()
}

fn is_open() -> Condition {
    let open = SuccessionState::ALL
        .iter()
        .filter(|s| s.is_open())
        .map(|s| s.as_str());
    Condition::all().add(Column::State.is_in(open))
}

/// The successions of an account, the newest first; only those that name one person as the next owner, if one is given.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    successor: Option<UserId>,
    page: &PageRequest,
) -> Result<Page<OwnerSuccession>, StoreError> {
    let mut rows = Vec::new();
    if scope.contains(account) {
        let mut wanted = Entity::find().filter(Column::AccountId.eq(account.0));
        if let Some(successor) = successor {
            wanted = wanted.filter(Column::SuccessorUserId.eq(successor.0));
        }
        if let Some(after) = &page.after {
            wanted = wanted.filter(Column::Id.lt(after.id()));
        }
        rows = wanted
            .order_by_desc(Column::Id)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    Ok(Page::cut(all(rows)?, page, |f| {
        Cursor::new([f.id.to_string()])
    }))
}

/// The requests of silent owners' proxies in the whole portal, the nearest deadline first; for readers who may see everything.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn requests(
    db: &impl Handle,
    scope: &Scope,
    state: Option<SuccessionState>,
    page: &PageRequest,
) -> Result<Page<OwnerSuccession>, StoreError> {
    let mut rows = Vec::new();
    if scope.reason().is_some() {
        let mut wanted = Entity::find().filter(Column::Kind.eq(SuccessionKind::Request.as_str()));
        if let Some(state) = state {
            wanted = wanted.filter(Column::State.eq(state.as_str()));
        }
        if let Some((after, at)) = page
            .after
            .as_ref()
            .and_then(|c| Some((c, c.part(0).parse::<DateTime<Utc>>().ok()?)))
        {
            wanted = wanted.filter(
                Condition::any().add(Column::CompletesAfter.gt(at)).add(
                    Condition::all()
                        .add(Column::CompletesAfter.eq(at))
                        .add(Column::Id.gt(after.id())),
                ),
            );
        }
        rows = wanted
            .order_by_asc(Column::CompletesAfter)
            .order_by_asc(Column::Id)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    Ok(Page::cut(all(rows)?, page, |f| {
        let end = f.course.completes_after.unwrap_or(f.asked_at);
        Cursor::new([end.to_rfc3339(), f.id.to_string()])
    }))
}

/// One succession, for a service that asks the policy about its account or its successor.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn by_id(
    db: &impl Handle,
    id: OwnerSuccessionId,
) -> Result<Option<OwnerSuccession>, StoreError> {
    Entity::find_by_id(id.0)
        .one(&db.conn())
        .await?
        .map(OwnerSuccession::try_from)
        .transpose()
}

/// The same with its row locked until the transaction ends. The account's row must be locked before.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(
    tx: &WriteTx,
    id: OwnerSuccessionId,
) -> Result<Option<OwnerSuccession>, StoreError> {
    Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(OwnerSuccession::try_from)
        .transpose()
}

/// The succession that a link in a mail stops, and who has the link.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn by_token(
    db: &impl Handle,
    token_hash: &str,
) -> Result<Option<(OwnerSuccession, Notice)>, StoreError> {
    let row = notices::Entity::find()
        .filter(notices::Column::TokenHash.eq(token_hash))
        .one(&db.conn())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (succession, notice) = notice(row)?;
    Ok(by_id(db, succession).await?.map(|found| (found, notice)))
}

/// The open successions of an account.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn open_of(
    db: &impl Handle,
    account: AccountId,
) -> Result<Vec<OwnerSuccession>, StoreError> {
    let rows = Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(is_open())
        .order_by_asc(Column::Id)
        .all(&db.conn())
        .await?;
    all(rows)
}

/// The nominations that wait for a person's answer.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn offered_to(
    db: &impl Handle,
    successor: UserId,
) -> Result<Vec<OwnerSuccession>, StoreError> {
    let rows = Entity::find()
        .filter(Column::SuccessorUserId.eq(successor.0))
        .filter(Column::State.eq(SuccessionState::Proposed.as_str()))
        .order_by_asc(Column::Id)
        .all(&db.conn())
        .await?;
    all(rows)
}

/// How many requests are over their waiting time and wait for the registrar.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_ready(
    db: &impl Handle,
    scope: &Scope,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    if scope.reason().is_none() {
        return Ok(0);
    }
    Ok(Entity::find()
        .filter(Column::State.eq(SuccessionState::Waiting.as_str()))
        .filter(Column::CompletesAfter.lte(now))
        .count(&db.conn())
        .await?)
}

/// The accepted nominations whose day has come, for the job that completes them.
///
/// # Errors
/// When the database cannot answer.
pub async fn due(
    db: &impl Handle,
    today: NaiveDate,
    most: u64,
) -> Result<Vec<OwnerSuccessionId>, StoreError> {
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.eq(SuccessionState::Accepted.as_str()))
        .filter(Column::TakesOverOn.lte(today.to_string()))
        .order_by_asc(Column::Id)
        .limit(most)
        .into_tuple()
        .all(&db.conn())
        .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Keeps a succession.
///
/// # Errors
/// [`Constraint::OpenSuccession`](crate::constraint::Constraint::OpenSuccession) when one of the kind is open.
pub async fn insert(tx: &WriteTx, new: &OwnerSuccession) -> Result<(), StoreError> {
    let decision = new.decision.clone();
    let row = Model {
        id: new.id.0,
        account_id: new.account.0,
        kind: new.course.kind.as_str().to_owned(),
        state: new.course.state.as_str().to_owned(),
        owner_user_id: new.owner.0,
        owner_name: new.owner_name.clone(),
        successor_user_id: new.successor.0,
        former_owner_role: new.former_owner_role.as_str().to_owned(),
        reason: new.reason.clone(),
        asked_at: new.asked_at,
        asked_by_name: new.asked_by_name.clone(),
        takes_over_on: new.course.takes_over_on.map(|d| d.to_string()),
        completes_after: new.course.completes_after,
        waiting_days: new.waiting_days.map(i64::from),
        decided_at: decision.as_ref().map(|d| d.0),
        decided_by_name: decision.as_ref().map(|d| d.1.clone()),
        decision_reason: decision.and_then(|d| d.2),
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Notes that somebody was told, with the digest of the link.
///
/// # Errors
/// When the database refuses.
pub async fn insert_notice(
    tx: &WriteTx,
    id: Uuid,
    succession: OwnerSuccessionId,
    new: &Notice,
    token_hash: String,
) -> Result<(), StoreError> {
    let row = notices::Model {
        id,
        succession_id: succession.0,
        whom: new.whom.as_str().to_owned(),
        name: new.name.clone(),
        token_hash,
        told_at: new.at,
    };
    notices::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Moves one on whose row is locked. An acceptance that waits for its day is no end and has no decision.
///
/// # Errors
/// When the database refuses.
pub async fn advance(
    tx: &WriteTx,
    id: OwnerSuccessionId,
    state: SuccessionState,
    decision: Option<(DateTime<Utc>, &str, Option<&str>)>,
) -> Result<(), StoreError> {
    let mut row = ActiveModel {
        id: Unchanged(id.0),
        state: Set(state.as_str().to_owned()),
        ..Default::default()
    };
    if let Some((at, by, reason)) = decision {
        row.decided_at = Set(Some(at));
        row.decided_by_name = Set(Some(by.to_owned()));
        row.decision_reason = Set(reason.map(str::to_owned));
    }
    Entity::update(row)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}
