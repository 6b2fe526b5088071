//! Reports that run by themselves, to whom they are brought, and what became of each delivery. When one is due is computed
//! in the domain.

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::{AccountId, ReportDeliveryId, ReportRunId, ReportScheduleId, UserId};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::report_schedules::{Column, Entity, Model};
use crate::entities::{report_deliveries, report_recipients};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};
use crate::report_runs::words;

words! {
    /// Whether a schedule runs.
    ScheduleState {
        /// It waits for its next time.
        Active = "active",
        /// It waits for its owner.
        Paused = "paused",
        /// It has no next time.
        Ended = "ended",
    }
}

words! {
    /// What became of a delivery.
    DeliveryState {
        /// It is to be made.
        Waiting = "waiting",
        /// The person has it.
        Delivered = "delivered",
        /// There was nothing to bring.
        SkippedEmpty = "skipped_empty",
        /// It was given up.
        Failed = "failed",
    }
}

/// A report that runs by itself.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Identity.
    pub id: ReportScheduleId,
    /// Whose.
    pub owner: UserId,
    /// Only this account; `None` means every account in reach.
    pub account: Option<AccountId>,
    /// The report: a code, or the identity of a saved one.
    pub report: String,
    /// What the report was called when it was last looked at.
    pub report_name: String,
    /// What the schedule is called.
    pub name: String,
    /// When, as JSON text.
    pub timing: String,
    /// The values of the prompts, as JSON text.
    pub prompts: String,
    /// The format of the file.
    pub format: String,
    /// Nothing is brought when there are no rows.
    pub skip_if_empty: bool,
    /// A mail says that it is there.
    pub by_mail: bool,
    /// Whether it runs.
    pub state: ScheduleState,
    /// Why it is paused, in words.
    pub paused_because: Option<String>,
    /// When it is due next.
    pub next_at: Option<DateTime<Utc>>,
    /// When it last ran.
    pub last_run_at: Option<DateTime<Utc>>,
    /// What became of that, in words.
    pub last_result: Option<String>,
    /// Failures in a row.
    pub failures: u64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// For `If-Match`.
    pub version: i64,
}

impl TryFrom<Model> for Schedule {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let state = ScheduleState::from_word(&row.state)
            .ok_or_else(|| corrupt("report_schedules", "state", row.id, &row.state))?;
        Ok(Self {
            id: row.id.into(),
            owner: row.owner_id.into(),
            account: row.account_id.map(Into::into),
            report: row.report_key,
            report_name: row.report_name,
            name: row.name,
            timing: row.timing,
            prompts: row.prompts,
            format: row.format,
            skip_if_empty: row.skip_if_empty,
            by_mail: row.by_mail,
            state,
            paused_because: row.paused_because,
            next_at: row.next_at,
            last_run_at: row.last_run_at,
            last_result: row.last_result,
            failures: u64::try_from(row.failures).unwrap_or(0),
            created_at: row.created_at,
            version: row.version,
        })
    }
}

impl Schedule {
    fn row(&self) -> Model {
        Model {
            id: self.id.0,
            owner_id: self.owner.0,
            account_id: self.account.map(Into::into),
            report_key: self.report.clone(),
            report_name: self.report_name.clone(),
            name: self.name.clone(),
            timing: self.timing.clone(),
            prompts: self.prompts.clone(),
            format: self.format.clone(),
            skip_if_empty: self.skip_if_empty,
            by_mail: self.by_mail,
            state: self.state.as_str().to_owned(),
            paused_because: self.paused_because.clone(),
            next_at: self.next_at,
            last_run_at: self.last_run_at,
            last_result: self.last_result.clone(),
            failures: i64::try_from(self.failures).unwrap_or(i64::MAX),
            created_at: self.created_at,
            version: self.version,
        }
    }
}

/// Keeps a new schedule.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, schedule: &Schedule) -> Result<(), StoreError> {
    Entity::insert(schedule.row().into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Keeps a changed schedule, whose row is locked.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &WriteTx, schedule: &Schedule) -> Result<(), StoreError> {
    let row = schedule.row();
    Entity::update(row.into_active_model().reset_all())
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Deletes a schedule; what it brought stays.
///
/// # Errors
/// When the database refuses.
pub async fn delete(tx: &WriteTx, id: ReportScheduleId) -> Result<(), StoreError> {
    report_deliveries::Entity::delete_many()
        .filter(report_deliveries::Column::ScheduleId.eq(id.0))
        .filter(report_deliveries::Column::State.eq("waiting"))
        .exec(&tx.conn())
        .await?;
    Entity::delete_by_id(id.0).exec(&tx.conn()).await?;
    Ok(())
}

/// A person's schedules, the newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    db: &impl Handle,
    owner: UserId,
    page: &PageRequest,
) -> Result<Page<Schedule>, StoreError> {
    let mut query = Entity::find().filter(Column::OwnerId.eq(owner.0));
    if let Some(after) = &page.after {
        query = query.filter(Column::Id.lt(after.id()));
    }
    let rows = query
        .order_by_desc(Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let all = rows
        .into_iter()
        .map(TryInto::try_into)
        .collect::<Result<Vec<Schedule>, _>>()?;
    Ok(Page::cut(all, page, |s| Cursor::new([s.id.to_string()])))
}

/// How many schedules a person has.
///
/// # Errors
/// When the database cannot answer.
pub async fn count(db: &impl Handle, owner: UserId) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::OwnerId.eq(owner.0))
        .count(&db.conn())
        .await?)
}

/// One schedule of a person.
///
/// # Errors
/// When the database cannot answer.
pub async fn find(
    db: &impl Handle,
    owner: UserId,
    id: ReportScheduleId,
) -> Result<Option<Schedule>, StoreError> {
    let row = Entity::find_by_id(id.0)
        .filter(Column::OwnerId.eq(owner.0))
        .one(&db.conn())
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// A schedule, locked until the transaction ends, for its owner or for whoever works on it.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock(tx: &WriteTx, id: ReportScheduleId) -> Result<Option<Schedule>, StoreError> {
    let row = Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// The active schedules of a report.
///
/// # Errors
/// When the database cannot answer.
pub async fn of_report(db: &impl Handle, report: &str) -> Result<Vec<Schedule>, StoreError> {
    let rows = Entity::find()
        .filter(Column::ReportKey.eq(report))
        .filter(Column::State.eq("active"))
        .all(&db.conn())
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Schedules whose time has come.
///
/// # Errors
/// When the database cannot answer.
pub async fn due(
    db: &impl Handle,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Schedule>, StoreError> {
    let rows = Entity::find()
        .filter(Column::State.eq("active"))
        .filter(Column::NextAt.lte(now))
        .order_by_asc(Column::NextAt)
        .limit(limit)
        .all(&db.conn())
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// To whom a schedule brings its report.
///
/// # Errors
/// When the database cannot answer.
pub async fn recipients(db: &impl Handle, id: ReportScheduleId) -> Result<Vec<UserId>, StoreError> {
    let rows = report_recipients::Entity::find()
        .filter(report_recipients::Column::ScheduleId.eq(id.0))
        .order_by_asc(report_recipients::Column::UserId)
        .all(&db.conn())
        .await?;
    Ok(rows.into_iter().map(|row| row.user_id.into()).collect())
}

/// Makes a schedule bring its report to these people.
///
/// # Errors
/// When the database refuses.
pub async fn set_recipients(
    tx: &WriteTx,
    id: ReportScheduleId,
    people: &[UserId],
) -> Result<(), StoreError> {
    report_recipients::Entity::delete_many()
        .filter(report_recipients::Column::ScheduleId.eq(id.0))
        .exec(&tx.conn())
        .await?;
    let rows = people.iter().map(|user| {
        report_recipients::Model {
            schedule_id: id.0,
            user_id: user.0,
        }
        .into_active_model()
    });
    report_recipients::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([
                report_recipients::Column::ScheduleId,
                report_recipients::Column::UserId,
            ])
            .do_nothing()
            .to_owned(),
        )
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// What a schedule brings to one person at one time.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Identity.
    pub id: ReportDeliveryId,
    /// The schedule.
    pub schedule: ReportScheduleId,
    /// Whose schedule.
    pub owner: UserId,
    /// To whom.
    pub user: UserId,
    /// The time of the schedule.
    pub due_at: DateTime<Utc>,
    /// What the schedule was called.
    pub schedule_name: String,
    /// What the report was called.
    pub report_name: String,
    /// The format of the file.
    pub format: String,
    /// What became of it.
    pub state: DeliveryState,
    /// Why, in words.
    pub detail: Option<String>,
    /// How often it was tried.
    pub attempts: u64,
    /// Not to be tried before.
    pub next_attempt_at: DateTime<Utc>,
    /// The run with the rows.
    pub run: Option<ReportRunId>,
    /// How many rows.
    pub rows: Option<u64>,
    /// When it was made, or became what it is.
    pub at: DateTime<Utc>,
    /// When the person opened it.
    pub read_at: Option<DateTime<Utc>>,
}

impl TryFrom<report_deliveries::Model> for Delivery {
    type Error = StoreError;

    fn try_from(row: report_deliveries::Model) -> Result<Self, StoreError> {
        let state = DeliveryState::from_word(&row.state)
            .ok_or_else(|| corrupt("report_deliveries", "state", row.id, &row.state))?;
        Ok(Self {
            id: row.id.into(),
            schedule: row.schedule_id.into(),
            owner: row.owner_id.into(),
            user: row.user_id.into(),
            due_at: row.due_at,
            schedule_name: row.schedule_name,
            report_name: row.report_name,
            format: row.format,
            state,
            detail: row.detail,
            attempts: u64::try_from(row.attempts).unwrap_or(0),
            next_attempt_at: row.next_attempt_at,
            run: row.run_id.map(Into::into),
            rows: row.row_count.and_then(|n| u64::try_from(n).ok()),
            at: row.at,
            read_at: row.read_at,
        })
    }
}

impl Delivery {
    fn row(&self) -> report_deliveries::Model {
        report_deliveries::Model {
            id: self.id.0,
            schedule_id: self.schedule.0,
            owner_id: self.owner.0,
            user_id: self.user.0,
            due_at: self.due_at,
            schedule_name: self.schedule_name.clone(),
            report_name: self.report_name.clone(),
            format: self.format.clone(),
            state: self.state.as_str().to_owned(),
            detail: self.detail.clone(),
            attempts: i64::try_from(self.attempts).unwrap_or(i64::MAX),
            next_attempt_at: self.next_attempt_at,
            run_id: self.run.map(Into::into),
            row_count: self.rows.and_then(|n| i64::try_from(n).ok()),
            at: self.at,
            read_at: self.read_at,
        }
    }
}

/// Keeps a delivery that is to be made, once a time and person.
///
/// # Errors
/// When the database refuses.
pub async fn plan(tx: &WriteTx, delivery: &Delivery) -> Result<(), StoreError> {
    use report_deliveries::Column as C;
    report_deliveries::Entity::insert(delivery.row().into_active_model())
        .on_conflict(
            OnConflict::columns([C::ScheduleId, C::DueAt, C::UserId])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Deliveries that are to be tried now.
///
/// # Errors
/// When the database cannot answer.
pub async fn waiting(
    db: &impl Handle,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Delivery>, StoreError> {
    use report_deliveries::Column as C;
    let rows = report_deliveries::Entity::find()
        .filter(C::State.eq("waiting"))
        .filter(C::NextAttemptAt.lte(now))
        .order_by_asc(C::NextAttemptAt)
        .order_by_asc(C::Id)
        .limit(limit)
        .all(&db.conn())
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Takes a waiting delivery for a while, unless another worker was faster. An attempt is counted before it is made.
///
/// # Errors
/// When the database refuses.
pub async fn take(
    tx: &WriteTx,
    delivery: &Delivery,
    until: DateTime<Utc>,
) -> Result<bool, StoreError> {
    use report_deliveries::Column as C;
    let done = report_deliveries::Entity::update_many()
        .col_expr(C::NextAttemptAt, Expr::value(until))
        .col_expr(C::Attempts, Expr::col(C::Attempts).add(1))
        .filter(C::Id.eq(delivery.id.0))
        .filter(C::State.eq("waiting"))
        .filter(C::NextAttemptAt.eq(delivery.next_attempt_at))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Keeps what became of a waiting delivery. Answers false when there is none any more.
///
/// # Errors
/// When the database refuses.
pub async fn settle(tx: &WriteTx, delivery: &Delivery) -> Result<bool, StoreError> {
    use report_deliveries::Column as C;
    let row = delivery.row();
    let done = report_deliveries::Entity::update_many()
        .col_expr(C::State, Expr::value(row.state))
        .col_expr(C::Detail, Expr::value(row.detail))
        .col_expr(C::NextAttemptAt, Expr::value(row.next_attempt_at))
        .col_expr(C::RunId, Expr::value(row.run_id))
        .col_expr(C::RowCount, Expr::value(row.row_count))
        .col_expr(C::At, Expr::value(row.at))
        .filter(C::Id.eq(row.id))
        .filter(C::State.eq("waiting"))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// What was brought to a person, the newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn inbox(
    db: &impl Handle,
    user: UserId,
    unread: bool,
    page: &PageRequest,
) -> Result<Page<Delivery>, StoreError> {
    use report_deliveries::Column as C;
    let mut query = report_deliveries::Entity::find()
        .filter(C::UserId.eq(user.0))
        .filter(C::State.eq("delivered"));
    if unread {
        query = query.filter(C::ReadAt.is_null());
    }
    deliveries(db, query, page).await
}

/// What a schedule of a person brought to everybody, the newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn log(
    db: &impl Handle,
    owner: UserId,
    schedule: ReportScheduleId,
    page: &PageRequest,
) -> Result<Page<Delivery>, StoreError> {
    use report_deliveries::Column as C;
    let query = report_deliveries::Entity::find()
        .filter(C::OwnerId.eq(owner.0))
        .filter(C::ScheduleId.eq(schedule.0));
    deliveries(db, query, page).await
}

async fn deliveries(
    db: &impl Handle,
    query: sea_orm::Select<report_deliveries::Entity>,
    page: &PageRequest,
) -> Result<Page<Delivery>, StoreError> {
    use report_deliveries::Column as C;
    let mut query = query;
    if let Some(after) = &page.after {
        query = query.filter(C::Id.lt(after.id()));
    }
    let rows = query
        .order_by_desc(C::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let all = rows
        .into_iter()
        .map(TryInto::try_into)
        .collect::<Result<Vec<Delivery>, _>>()?;
    Ok(Page::cut(all, page, |d| Cursor::new([d.id.to_string()])))
}

/// Notes that a person opened what was brought. Answers whether it is that person's.
///
/// # Errors
/// When the database refuses.
pub async fn mark_read(
    tx: &WriteTx,
    user: UserId,
    id: ReportDeliveryId,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    use report_deliveries::Column as C;
    let done = report_deliveries::Entity::update_many()
        .col_expr(
            C::ReadAt,
            Expr::expr(sea_orm::sea_query::Func::coalesce([
                Expr::col(C::ReadAt),
                Expr::value(Some(at)),
            ])),
        )
        .filter(C::Id.eq(id.0))
        .filter(C::UserId.eq(user.0))
        .filter(C::State.eq("delivered"))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// How many deliveries a person has not opened.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_unread(db: &impl Handle, user: UserId) -> Result<u64, StoreError> {
    use report_deliveries::Column as C;
    Ok(report_deliveries::Entity::find()
        .filter(C::UserId.eq(user.0))
        .filter(C::State.eq("delivered"))
        .filter(C::ReadAt.is_null())
        .count(&db.conn())
        .await?)
}
