//! What a review does to access by the clock: from `lapses_at` on, a person for whom nobody answered has none to the
//! account. Computed wherever access is read; no job has to have run.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::{AccountId, UserId};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::items::leave;
use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::access_review_items::{Column, Entity};
use crate::error::StoreError;

/// The moments from which the access of these members to an account is suspended; many lie ahead.
///
/// # Errors
/// When the database cannot answer.
pub async fn lapses(
    db: &impl Handle,
    account: AccountId,
    people: &[UserId],
) -> Result<HashMap<UserId, DateTime<Utc>>, StoreError> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let wanted = Condition::all()
        .add(Column::UserId.is_in(people.iter().map(|p| p.0)))
        .add(Column::AccountId.eq(account.0));
    let mut all: HashMap<UserId, DateTime<Utc>> = HashMap::new();
    for (user, _, at) in of_members(db, wanted).await? {
        let first = all.entry(user).or_insert(at);
        *first = std::cmp::min(at, *first);
    }
    Ok(all)
}

/// The moments from which the access of these people as members is suspended.
///
/// # Errors
/// When the database cannot answer.
pub async fn lapses_of(
    db: &impl Handle,
    people: &[UserId],
) -> Result<HashMap<(UserId, AccountId), DateTime<Utc>>, StoreError> {
    let wanted = Condition::all().add(Column::UserId.is_in(people.iter().map(|user| user.0)));
    let mut all: HashMap<(UserId, AccountId), DateTime<Utc>> = HashMap::new();
    for (user, account, at) in of_members(db, wanted).await? {
        let first = all.entry((user, account)).or_insert(at);
        *first = std::cmp::min(at, *first);
    }
    Ok(all)
}

async fn of_members(
    db: &impl Handle,
    wanted: Condition,
) -> Result<Vec<(UserId, AccountId, DateTime<Utc>)>, StoreError> {
    let rows = Entity::find()
        .select_only()
        .columns([Column::UserId, Column::AccountId, Column::LapsesAt])
        .filter(wanted)
        .filter(Column::GrantId.is_null())
        .filter(Column::LapsesAt.is_not_null())
        .into_tuple::<(Uuid, Uuid, DateTime<Utc>)>()
        .all(&db.conn())
        .await?;
    Ok(rows
        .into_iter()
        .map(|(user, account, at)| (user.into(), account.into(), at))
        .collect())
}

/// The members of an account whose access is suspended at a moment.
///
/// # Errors
/// When the database cannot answer.
pub async fn suspended(
    db: &impl Handle,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<BTreeSet<UserId>, StoreError> {
    let wanted = Condition::all()
        .add(Column::AccountId.eq(account.0))
        .add(Column::LapsesAt.lte(now));
    let found = of_members(db, wanted).await?;
    Ok(found.into_iter().map(|(user, ..)| user).collect())
}

/// A grant is given by another account from now on: reviews of the one that gave it wait no longer for an answer about its
/// people. Whoever is suspended by one is answered, for the caller to keep off the grant.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn leave_with_grant(
    tx: &WriteTx,
    grant: Uuid,
    now: DateTime<Utc>,
) -> Result<BTreeSet<UserId>, StoreError> {
    let of_grant = Condition::all().add(Column::GrantId.eq(grant));
    let rows = Entity::find()
        .select_only()
        .column(Column::UserId)
        .filter(of_grant.clone())
        .filter(Column::LapsesAt.lte(now))
        .into_tuple::<Uuid>()
        .all(&tx.conn())
        .await?;
    leave(tx, of_grant).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// An account is closed: its running reviews are called off with this reason, nobody waits in older ones any more, and no
/// other one begins.
///
/// # Errors
/// When the database refuses.
pub async fn end_all(
    tx: &WriteTx,
    account: AccountId,
    now: DateTime<Utc>,
    reason: &str,
) -> Result<(), StoreError> {
    for running in super::running(tx, account, now).await? {
        super::close(tx, running.id, now, Some(reason)).await?;
    }
    leave(tx, Condition::all().add(Column::AccountId.eq(account.0))).await?;
    super::delete_schedule(tx, account).await
}

/// A member has lost the membership or become the owner: reviews wait no longer for an answer, and nothing lapses.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn leave_as_member(
    tx: &WriteTx,
    account: AccountId,
    user: UserId,
) -> Result<(), StoreError> {
    let wanted = Condition::all()
        .add(Column::AccountId.eq(account.0))
        .add(Column::UserId.eq(user.0))
        .add(Column::GrantId.is_null());
    leave(tx, wanted).await
}

/// How many people of running reviews wait for an answer, and how many are suspended since one ended.
///
/// # Errors
/// When the database cannot answer.
pub async fn waiting(
    db: &impl Handle,
    scope: &quaymaster_domain::access::Scope,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(u64, u64), StoreError> {
    use crate::entities::access_reviews as reviews;
    use sea_orm::PaginatorTrait;
    if !scope.contains(account) {
        return Ok((0, 0));
    }
    let running = Query::select()
        .column(reviews::Column::Id)
        .from(reviews::Entity)
        .and_where(reviews::Column::AccountId.eq(account.0))
        .and_where(reviews::Column::ClosedAt.is_null())
        .and_where(reviews::Column::DueAt.gt(now))
        .to_owned();
    let conn = db.conn();
    let open = Entity::find()
        .filter(Column::ReviewId.in_subquery(running))
        .filter(Column::Decision.is_null())
        .filter(Column::HasLeft.eq(false))
        .count(&conn)
        .await?;
    let suspended = Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::LapsesAt.lte(now))
        .count(&conn)
        .await?;
    Ok((open, suspended))
}

/// The members whose access a review has suspended.
///
/// # Errors
/// When the database cannot answer.
pub async fn lapsed_members(
    db: &impl Handle,
    review: quaymaster_domain::ids::AccessReviewId,
    now: DateTime<Utc>,
) -> Result<Vec<UserId>, StoreError> {
    let rows = Entity::find()
        .select_only()
        .column(Column::UserId)
        .filter(Column::ReviewId.eq(review.0))
        .filter(Column::GrantId.is_null())
        .filter(Column::LapsesAt.lte(now))
        .into_tuple::<Uuid>()
        .all(&db.conn())
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
