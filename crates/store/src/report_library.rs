//! Saved reports with their versions, stars, and who else may use them. A share is of the definition; rows are nobody's
//! business here. What is found is found for one person.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::{AccountId, ReportShareId, SavedReportId, UserId};
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, SelectTwo,
};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::saved_reports::{Column, Entity, Model};
use crate::entities::{report_shares, report_stars, saved_report_versions, users};
use crate::error::StoreError;

/// A report that somebody saved.
#[derive(Clone, Debug)]
pub struct SavedReport {
    /// Identity.
    pub id: SavedReportId,
    /// Whose.
    pub owner: UserId,
    /// The owner's name.
    pub owner_name: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The folder; empty text for none.
    pub folder: String,
    /// The report that it was copied from: a code or an identity.
    pub based_on: Option<String>,
    /// The definition, as JSON text.
    pub definition: String,
    /// When it was saved first.
    pub created_at: DateTime<Utc>,
    /// When it was saved last.
    pub updated_at: DateTime<Utc>,
    /// For `If-Match`.
    pub version: i64,
}

impl SavedReport {
    fn of((row, owner): (Model, Option<users::Model>)) -> Self {
        let owner_name = owner.map_or_else(String::new, |user| {
            format!("{} {}", user.given_name, user.family_name)
        });
        Self {
            id: row.id.into(),
            owner: row.owner_id.into(),
            owner_name,
            name: row.name,
            description: row.description,
            folder: row.folder,
            based_on: row.based_on,
            definition: row.definition,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }

    fn row(&self) -> Model {
        Model {
            id: self.id.0,
            owner_id: self.owner.0,
            name: self.name.clone(),
            name_key: self.name.to_lowercase(),
            description: self.description.clone(),
            folder: self.folder.clone(),
            based_on: self.based_on.clone(),
            definition: self.definition.clone(),
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        }
    }
}

/// Who looks: the person, the own accounts with the right to reports, and the accounts whose grants let the person report.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// The person.
    pub user: UserId,
    /// Own accounts.
    pub accounts: Vec<AccountId>,
    /// Accounts where the person is a guest, at least those of [`sharing_with_guests`].
    pub guest_of: Vec<AccountId>,
}

/// The accounts that share reports with the people of other companies who may report on them.
///
/// # Errors
/// When the database cannot answer.
pub async fn sharing_with_guests(db: &impl Handle) -> Result<Vec<AccountId>, StoreError> {
    let found: Vec<Uuid> = report_shares::Entity::find()
        .select_only()
        .column(report_shares::Column::AccountId)
        .distinct()
        .filter(report_shares::Column::Audience.eq("guests"))
        .into_tuple()
        .all(&db.conn())
        .await?;
    Ok(found.into_iter().map(Into::into).collect())
}

impl Shelf {
    fn ids(accounts: &[AccountId]) -> Vec<Uuid> {
        accounts.iter().map(|a| a.0).collect()
    }

    /// Own reports, and those that are shared with the person.
    fn visible(&self) -> Condition {
        let own = Self::ids(&self.accounts);
        let of = report_shares::Column::AccountId;
        let audience = |word: &str| report_shares::Column::Audience.eq(word);
        let shared = Condition::any()
            .add(
                Condition::all()
                    .add(audience("account"))
                    .add(of.is_in(own.clone())),
            )
            .add(
                Condition::all()
                    .add(audience("person"))
                    .add(report_shares::Column::UserId.eq(self.user.0))
                    .add(of.is_in(own)),
            )
            .add(
                Condition::all()
                    .add(audience("guests"))
                    .add(of.is_in(Self::ids(&self.guest_of))),
            );
        let reports = Query::select()
            .column(report_shares::Column::ReportId)
            .from(report_shares::Entity)
            .cond_where(shared)
            .to_owned();
        Condition::any()
            .add(Column::OwnerId.eq(self.user.0))
            .add(Column::Id.in_subquery(reports))
    }
}

/// Who else may use a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// People with the right to reports in the account.
    Account,
    /// One of them.
    Person(UserId),
    /// People of companies whose accounts the account granted the right to reports.
    Guests,
}

/// That somebody else may use a report.
#[derive(Clone, Debug)]
pub struct Share {
    /// Identity.
    pub id: ReportShareId,
    /// Which report.
    pub report: SavedReportId,
    /// Who.
    pub audience: Audience,
    /// Of which account.
    pub account: AccountId,
    /// Since when.
    pub shared_at: DateTime<Utc>,
}

impl Share {
    fn words(&self) -> (&'static str, Option<UserId>) {
        match self.audience {
            Audience::Account => ("account", None),
            Audience::Person(user) => ("person", Some(user)),
            Audience::Guests => ("guests", None),
        }
    }
}

impl From<report_shares::Model> for Share {
    fn from(row: report_shares::Model) -> Self {
        let audience = match (row.audience.as_str(), row.user_id) {
            ("person", Some(user)) => Audience::Person(user.into()),
            ("guests", _) => Audience::Guests,
            _ => Audience::Account,
        };
        Self {
            id: row.id.into(),
            report: row.report_id.into(),
            audience,
            account: row.account_id.into(),
            shared_at: row.shared_at,
        }
    }
}

/// Reports together with the rows of their owners.
fn with_owner(reports: Select<Entity>) -> SelectTwo<Entity, users::Entity> {
    let to_owner = Entity::belongs_to(users::Entity)
        .from(Column::OwnerId)
        .to(users::Column::Id)
        .into();
    reports
        .join(JoinType::InnerJoin, to_owner)
        .select_also(users::Entity)
}

/// Every saved report that a person may use, by name.
///
/// # Errors
/// When the database cannot answer.
pub async fn visible(
    db: &impl Handle,
    shelf: &Shelf,
    limit: u64,
) -> Result<Vec<SavedReport>, StoreError> {
    let rows = with_owner(Entity::find())
        .filter(shelf.visible())
        .order_by_asc(Column::NameKey)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(&db.conn())
        .await?;
    Ok(rows.into_iter().map(SavedReport::of).collect())
}

/// Saved reports of one person or of everybody, in the order of their identities, from behind one on.
///
/// # Errors
/// When the database cannot answer.
pub async fn saved(
    db: &impl Handle,
    owner: Option<UserId>,
    after: Option<SavedReportId>,
    limit: u64,
) -> Result<Vec<SavedReport>, StoreError> {
    let mut found = with_owner(Entity::find());
    if let Some(owner) = owner {
        found = found.filter(Column::OwnerId.eq(owner.0));
    }
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.0));
    }
    let rows = found
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(&db.conn())
        .await?;
    Ok(rows.into_iter().map(SavedReport::of).collect())
}

/// One saved report that a person may use.
///
/// # Errors
/// When the database cannot answer.
pub async fn find(
    db: &impl Handle,
    shelf: &Shelf,
    id: SavedReportId,
) -> Result<Option<SavedReport>, StoreError> {
    let row = with_owner(Entity::find_by_id(id.0))
        .filter(shelf.visible())
        .one(&db.conn())
        .await?;
    Ok(row.map(SavedReport::of))
}

/// One's own report, locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock_own(
    tx: &WriteTx,
    owner: UserId,
    id: SavedReportId,
) -> Result<Option<SavedReport>, StoreError> {
    let row = Entity::find_by_id(id.0)
        .filter(Column::OwnerId.eq(owner.0))
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let user = users::Entity::find_by_id(row.owner_id)
        .one(&tx.conn())
        .await?;
    Ok(Some(SavedReport::of((row, user))))
}

/// How many reports a person has saved.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_own(db: &impl Handle, owner: UserId) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::OwnerId.eq(owner.0))
        .count(&db.conn())
        .await?)
}

/// Keeps a new report with its first version.
///
/// # Errors
/// [`StoreError::Conflict`] when the name is taken in the folder.
pub async fn insert(tx: &WriteTx, report: &SavedReport) -> Result<(), StoreError> {
    Entity::insert(report.row().into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    insert_version(tx, report).await
}

async fn insert_version(tx: &WriteTx, report: &SavedReport) -> Result<(), StoreError> {
    let row = saved_report_versions::Model {
        report_id: report.id.0,
        version: report.version,
        definition: report.definition.clone(),
        saved_at: report.updated_at,
    };
    saved_report_versions::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Keeps a changed report as a further version.
///
/// # Errors
/// [`StoreError::Conflict`] when the name is taken in the folder.
pub async fn update(tx: &WriteTx, report: &SavedReport) -> Result<(), StoreError> {
    let row = report.row();
    Entity::update_many()
        .col_expr(Column::Name, Expr::value(row.name))
        .col_expr(Column::NameKey, Expr::value(row.name_key))
        .col_expr(Column::Description, Expr::value(row.description))
        .col_expr(Column::Folder, Expr::value(row.folder))
        .col_expr(Column::Definition, Expr::value(row.definition))
        .col_expr(Column::UpdatedAt, Expr::value(row.updated_at))
        .col_expr(Column::Version, Expr::value(row.version))
        .filter(Column::Id.eq(row.id))
        .exec(&tx.conn())
        .await?;
    insert_version(tx, report).await
}

/// Deletes a report with its versions and shares.
///
/// # Errors
/// When the database refuses.
pub async fn delete(tx: &WriteTx, id: SavedReportId) -> Result<(), StoreError> {
    report_stars::Entity::delete_many()
        .filter(report_stars::Column::ReportKey.eq(id.to_string()))
        .exec(&tx.conn())
        .await?;
    Entity::delete_by_id(id.0).exec(&tx.conn()).await?;
    Ok(())
}

/// A former definition of a report.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its number.
    pub version: i64,
    /// The definition, as JSON text.
    pub definition: String,
    /// When it was saved.
    pub saved_at: DateTime<Utc>,
}

/// The versions of a report, the newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn versions(
    db: &impl Handle,
    id: SavedReportId,
    limit: u64,
) -> Result<Vec<Version>, StoreError> {
    let rows = saved_report_versions::Entity::find()
        .filter(saved_report_versions::Column::ReportId.eq(id.0))
        .order_by_desc(saved_report_versions::Column::Version)
        .limit(limit)
        .all(&db.conn())
        .await?;
    let version = |row: saved_report_versions::Model| Version {
        version: row.version,
        definition: row.definition,
        saved_at: row.saved_at,
    };
    Ok(rows.into_iter().map(version).collect())
}

/// The keys of reports that a person marked.
///
/// # Errors
/// When the database cannot answer.
pub async fn stars(db: &impl Handle, user: UserId) -> Result<HashSet<String>, StoreError> {
    let rows = report_stars::Entity::find()
        .filter(report_stars::Column::UserId.eq(user.0))
        .all(&db.conn())
        .await?;
    Ok(rows.into_iter().map(|row| row.report_key).collect())
}

/// Marks a report, once.
///
/// # Errors
/// When the database refuses.
pub async fn star(
    tx: &WriteTx,
    user: UserId,
    key: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = report_stars::Model {
        user_id: user.0,
        report_key: key.to_owned(),
        starred_at: at,
    };
    report_stars::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([
                report_stars::Column::UserId,
                report_stars::Column::ReportKey,
            ])
            .do_nothing()
            .to_owned(),
        )
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Takes the mark away.
///
/// # Errors
/// When the database refuses.
pub async fn unstar(tx: &WriteTx, user: UserId, key: &str) -> Result<(), StoreError> {
    report_stars::Entity::delete_many()
        .filter(report_stars::Column::UserId.eq(user.0))
        .filter(report_stars::Column::ReportKey.eq(key))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Who else may use a report, the oldest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn shares(db: &impl Handle, report: SavedReportId) -> Result<Vec<Share>, StoreError> {
    let rows = report_shares::Entity::find()
        .filter(report_shares::Column::ReportId.eq(report.0))
        .order_by_asc(report_shares::Column::Id)
        .all(&db.conn())
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Lets somebody else use a report.
///
/// # Errors
/// [`StoreError::Conflict`] when that is so already.
pub async fn insert_share(tx: &WriteTx, share: &Share) -> Result<(), StoreError> {
    let (audience, user) = share.words();
    let row = report_shares::Model {
        id: share.id.0,
        report_id: share.report.0,
        audience: audience.to_owned(),
        account_id: share.account.0,
        user_id: user.map(Into::into),
        target: format!(
            "{audience} {} {}",
            share.account,
            user.map_or_else(String::new, |u| u.to_string())
        ),
        shared_at: share.shared_at,
    };
    report_shares::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Ends a share. Answers whether there was one.
///
/// # Errors
/// When the database refuses.
pub async fn delete_share(
    tx: &WriteTx,
    report: SavedReportId,
    id: ReportShareId,
) -> Result<bool, StoreError> {
    let done = report_shares::Entity::delete_many()
        .filter(report_shares::Column::Id.eq(id.0))
        .filter(report_shares::Column::ReportId.eq(report.0))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected > 0)
}
