//! Reviews of access: the campaigns here, the people in them in `items`, the quarterly schedules in `schedules`, and what a
//! review does to the access of people in `lapses`.

mod items;
mod lapses;
mod schedules;

pub use items::*;
pub use lapses::*;
pub use schedules::*;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::access_reviews::{Answer, ReviewFacts, WhenUnanswered};
use quaymaster_domain::ids::{AccessReviewId, AccountId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::access_review_items as item_rows;
use crate::entities::access_reviews::{Column, Entity, Model};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};

/// A campaign.
#[derive(Clone, Debug)]
pub struct AccessReview {
    /// Identity.
    pub id: AccessReviewId,
    /// Of which account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// The members of the account are in it.
    pub covers_members: bool,
    /// People of other companies are in it.
    pub covers_outside: bool,
    /// To the reviewers.
    pub note: Option<String>,
    /// Started by the quarterly schedule.
    pub scheduled: bool,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Who began it.
    pub started_by_name: String,
    /// Everything that decides.
    pub facts: ReviewFacts,
    /// Why it was called off.
    pub cancel_reason: Option<String>,
}

impl TryFrom<Model> for AccessReview {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            facts: ReviewFacts {
                when_unanswered: policy("access_reviews", row.id, &row.when_unanswered)?,
                due_at: row.due_at,
                closed_at: row.closed_at,
                cancelled: row.cancel_reason.is_some(),
            },
            id: row.id.into(),
            account: row.account_id.into(),
            name: row.name,
            covers_members: row.covers_members,
            covers_outside: row.covers_outside,
            note: row.note,
            scheduled: row.scheduled,
            started_at: row.started_at,
            started_by_name: row.started_by_name,
            cancel_reason: row.cancel_reason,
        })
    }
}

fn policy(table: &'static str, id: Uuid, word: &str) -> Result<WhenUnanswered, StoreError> {
    WhenUnanswered::from_word(word).ok_or_else(|| corrupt(table, "when_unanswered", id, word))
}

/// Keeps a new campaign.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, new: &AccessReview) -> Result<(), StoreError> {
    let row = Model {
        id: new.id.0,
        account_id: new.account.0,
        name: new.name.clone(),
        covers_members: new.covers_members,
        covers_outside: new.covers_outside,
        when_unanswered: new.facts.when_unanswered.as_str().to_owned(),
        note: new.note.clone(),
        scheduled: new.scheduled,
        started_at: new.started_at,
        started_by_name: new.started_by_name.clone(),
        due_at: new.facts.due_at,
        closed_at: new.facts.closed_at,
        cancel_reason: new.cancel_reason.clone(),
        told_at: None,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// The campaigns of an account, the newest first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<AccessReview>, StoreError> {
    let mut rows = Vec::new();
    if scope.contains(account) {
        let mut wanted = Entity::find().filter(Column::AccountId.eq(account.0));
        if let Some(after) = &page.after {
            wanted = wanted.filter(Column::Id.lt(after.id()));
        }
        rows = wanted
            .order_by_desc(Column::Id)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    let found = rows
        .into_iter()
        .map(AccessReview::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |r| Cursor::new([r.id.to_string()])))
}

/// One campaign of an account.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    id: AccessReviewId,
) -> Result<Option<AccessReview>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    Entity::find_by_id(id.0)
        .filter(Column::AccountId.eq(account.0))
        .one(&db.conn())
        .await?
        .map(AccessReview::try_from)
        .transpose()
}

/// One campaign of an account, locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: AccessReviewId,
) -> Result<Option<AccessReview>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    Entity::find_by_id(id.0)
        .filter(Column::AccountId.eq(account.0))
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(AccessReview::try_from)
        .transpose()
}

/// True when a campaign of the account waits for answers at this moment. The account's row must be locked.
///
/// # Errors
/// When the database cannot answer.
pub async fn any_running(
    tx: &WriteTx,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let found = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::ClosedAt.is_null())
        .filter(Column::DueAt.gt(now))
        .into_tuple::<Uuid>()
        .one(&tx.conn())
        .await?;
    Ok(found.is_some())
}

/// The campaigns of an account that wait for answers at this moment.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn running(
    db: &impl Handle,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<AccessReview>, StoreError> {
    Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::ClosedAt.is_null())
        .filter(Column::DueAt.gt(now))
        .order_by_asc(Column::Id)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(AccessReview::try_from)
        .collect()
}

/// Closes a campaign before its date; with a reason it is called off.
///
/// # Errors
/// When the database refuses.
pub async fn close(
    tx: &WriteTx,
    id: AccessReviewId,
    at: DateTime<Utc>,
    cancel_reason: Option<&str>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::ClosedAt, Expr::value(at))
        .col_expr(
            Column::CancelReason,
            Expr::value(cancel_reason.map(str::to_owned)),
        )
        .filter(Column::Id.eq(id.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Campaigns whose reminders or result may have to be told: neither closed nor told, and due before a moment.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn untold(
    db: &impl Handle,
    due_before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<AccessReview>, StoreError> {
    Entity::find()
        .filter(Column::ToldAt.is_null())
        .filter(Column::ClosedAt.is_null())
        .filter(Column::DueAt.lte(due_before))
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(AccessReview::try_from)
        .collect()
}

/// Notes that the result of a campaign was told. False when somebody was faster.
///
/// # Errors
/// When the database refuses.
pub async fn mark_told(
    tx: &WriteTx,
    id: AccessReviewId,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = Entity::update_many()
        .col_expr(Column::ToldAt, Expr::value(at))
        .filter(Column::Id.eq(id.0))
        .filter(Column::ToldAt.is_null())
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// How the people of a campaign stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// People in it.
    pub total: u64,
    /// Keep.
    pub kept: u64,
    /// Change.
    pub changed: u64,
    /// Remove.
    pub removed: u64,
    /// Without an answer and still in it.
    pub unanswered: u64,
    /// Out of it without an answer.
    pub left: u64,
}

#[derive(FromQueryResult)]
struct Counted {
    review_id: Uuid,
    decision: Option<String>,
    has_left: bool,
    people: i64,
}

/// The counts of these campaigns.
///
/// # Errors
/// When the database cannot answer.
pub async fn counts(
    db: &impl Handle,
    reviews: &[AccessReviewId],
) -> Result<HashMap<AccessReviewId, Counts>, StoreError> {
    use item_rows::Column as Item;
    if reviews.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = item_rows::Entity::find()
        .select_only()
        .column(Item::ReviewId)
        .column(Item::Decision)
        .column(Item::HasLeft)
        .expr_as(Item::Id.count(), "people")
        .filter(Item::ReviewId.is_in(reviews.iter().map(|r| r.0)))
        .group_by(Item::ReviewId)
        .group_by(Item::Decision)
        .group_by(Item::HasLeft)
        .into_model::<Counted>()
        .all(&db.conn())
        .await?;
    let mut all: HashMap<AccessReviewId, Counts> = HashMap::new();
    for Counted {
        review_id,
        decision,
        has_left,
        people,
    } in rows
    {
        let counts = all.entry(review_id.into()).or_default();
        let people = u64::try_from(people).unwrap_or(0);
        counts.total += people;
        match decision.as_deref().and_then(Answer::from_word) {
            Some(Answer::Keep) => counts.kept += people,
            Some(Answer::Change) => counts.changed += people,
            Some(Answer::Remove) => counts.removed += people,
            None if has_left => counts.left += people,
            None => counts.unanswered += people,
        }
    }
    Ok(all)
}
