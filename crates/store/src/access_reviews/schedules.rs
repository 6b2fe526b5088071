//! The accounts that want a review each quarter.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::access_reviews::WhenUnanswered;
use quaymaster_domain::ids::AccountId;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use super::policy;
use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::access_review_schedules::{Column, Entity, Model};
use crate::error::StoreError;

/// A review each quarter.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Of which account.
    pub account: AccountId,
    /// How many days each review gives.
    pub due_days: u64,
    /// Members are in it.
    pub covers_members: bool,
    /// People of other companies are in it.
    pub covers_outside: bool,
    /// What becomes of people for whom nobody answers.
    pub when_unanswered: WhenUnanswered,
    /// When the next one begins.
    pub next_at: DateTime<Utc>,
    /// When it was set.
    pub set_at: DateTime<Utc>,
    /// By whom.
    pub set_by_name: String,
}

impl TryFrom<Model> for Schedule {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            when_unanswered: policy(
                "access_review_schedules",
                row.account_id,
                &row.when_unanswered,
            )?,
            account: row.account_id.into(),
            due_days: u64::try_from(row.due_days).unwrap_or(0),
            covers_members: row.covers_members,
            covers_outside: row.covers_outside,
            next_at: row.next_at,
            set_at: row.set_at,
            set_by_name: row.set_by_name,
        })
    }
}

/// The schedule of an account.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn schedule(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
) -> Result<Option<Schedule>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    Entity::find_by_id(account.0)
        .one(&db.conn())
        .await?
        .map(Schedule::try_from)
        .transpose()
}

/// Sets the schedule of an account.
///
/// # Errors
/// When the database refuses.
pub async fn set_schedule(tx: &WriteTx, wanted: &Schedule) -> Result<(), StoreError> {
    let row = Model {
        account_id: wanted.account.0,
        due_days: i64::try_from(wanted.due_days).unwrap_or(i64::MAX),
        covers_members: wanted.covers_members,
        covers_outside: wanted.covers_outside,
        when_unanswered: wanted.when_unanswered.as_str().to_owned(),
        next_at: wanted.next_at,
        set_at: wanted.set_at,
        set_by_name: wanted.set_by_name.clone(),
    };
    Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::column(Column::AccountId)
                .update_columns([
                    Column::DueDays,
                    Column::CoversMembers,
                    Column::CoversOutside,
                    Column::WhenUnanswered,
                    Column::NextAt,
                    Column::SetAt,
                    Column::SetByName,
                ])
                .to_owned(),
        )
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Ends the schedule of an account.
///
/// # Errors
/// When the database refuses.
pub async fn delete_schedule(tx: &WriteTx, account: AccountId) -> Result<(), StoreError> {
    Entity::delete_by_id(account.0).exec(&tx.conn()).await?;
    Ok(())
}

/// Schedules whose next review should have begun, the longest due first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn due_schedules(
    db: &impl Handle,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Schedule>, StoreError> {
    Entity::find()
        .filter(Column::NextAt.lte(now))
        .order_by_asc(Column::NextAt)
        .order_by_asc(Column::AccountId)
        .limit(limit)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(Schedule::try_from)
        .collect()
}

/// Moves a schedule on to its next review. False when somebody was faster, or it was set anew or ended.
///
/// # Errors
/// When the database refuses.
pub async fn move_on(
    tx: &WriteTx,
    from: &Schedule,
    next_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = Entity::update_many()
        .col_expr(Column::NextAt, Expr::value(next_at))
        .filter(Column::AccountId.eq(from.account.0))
        .filter(Column::NextAt.eq(from.next_at))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}
