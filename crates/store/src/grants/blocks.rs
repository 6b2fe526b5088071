//! Companies whose proposals an account does not want, and what the operator is told about them.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::ids::{AccountId, CompanyId, GrantId, GrantReportId};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::HashMap;
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{accounts, companies, company_blocks, grant_reports, grants};
use crate::error::StoreError;
use crate::page::{Cursor, Page, PageRequest};

/// A blocked company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The company.
    pub company: CompanyId,
    /// Its name.
    pub company_name: String,
    /// Why.
    pub reason: Option<String>,
    /// Whether the operator was told.
    pub reported: bool,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by_name: String,
}

async fn company_names(
    db: &impl Handle,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, StoreError> {
    Ok(companies::Entity::find()
        .filter(companies::Column::Id.is_in(ids))
        .all(&db.conn())
        .await?
        .into_iter()
        .map(|c| (c.id, c.name))
        .collect())
}

/// The companies that an account has blocked.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<Block>, StoreError> {
    let mut rows = Vec::new();
    if scope.contains(account) {
        let mut wanted = Condition::all().add(company_blocks::Column::AccountId.eq(account.0));
        if let Some(after) = &page.after {
            wanted = wanted.add(company_blocks::Column::CompanyId.gt(after.id()));
        }
        rows = company_blocks::Entity::find()
            .filter(wanted)
            .order_by_asc(company_blocks::Column::CompanyId)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    let names = company_names(db, rows.iter().map(|r| r.company_id)).await?;
    let found: Vec<_> = rows
        .into_iter()
        .map(|row| Block {
            company_name: names.get(&row.company_id).cloned().unwrap_or_default(),
            company: row.company_id.into(),
            reason: row.reason,
            reported: row.reported,
            at: row.blocked_at,
            by_name: row.blocked_by_name,
        })
        .collect();
    Ok(Page::cut(found, page, |b| {
        Cursor::new([b.company.to_string()])
    }))
}

/// Whether an account has blocked a company. For the one who proposes: nobody is told.
///
/// # Errors
/// When the database cannot answer.
pub async fn blocked(
    tx: &WriteTx,
    account: AccountId,
    company: CompanyId,
) -> Result<bool, StoreError> {
    let n = company_blocks::Entity::find_by_id((account.0, company.0))
        .count(&tx.conn())
        .await?;
    Ok(n > 0)
}

/// Blocks a company.
///
/// # Errors
/// [`Constraint::CompanyBlock`](crate::constraint::Constraint::CompanyBlock) when it is blocked already.
pub async fn insert(tx: &WriteTx, account: AccountId, new: &Block) -> Result<(), StoreError> {
    let row = company_blocks::Model {
        account_id: account.0,
        company_id: new.company.0,
        reason: new.reason.clone(),
        reported: new.reported,
        blocked_at: new.at,
        blocked_by_name: new.by_name.clone(),
    };
    company_blocks::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Lets a company propose again; tells whether it was blocked.
///
/// # Errors
/// When the database refuses.
pub async fn delete(
    tx: &WriteTx,
    account: AccountId,
    company: CompanyId,
) -> Result<bool, StoreError> {
    let gone = company_blocks::Entity::delete_by_id((account.0, company.0))
        .exec(&tx.conn())
        .await?;
    Ok(gone.rows_affected > 0)
}

/// The accounts of a company, for withdrawing what waits.
///
/// # Errors
/// When the database cannot answer.
pub async fn accounts_of(tx: &WriteTx, company: CompanyId) -> Result<Vec<AccountId>, StoreError> {
    let ids: Vec<Uuid> = accounts::Entity::find()
        .select_only()
        .column(accounts::Column::Id)
        .filter(accounts::Column::CompanyId.eq(company.0))
        .into_tuple()
        .all(&tx.conn())
        .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// What the operator is told about an unwanted proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Identity.
    pub id: GrantReportId,
    /// Who reports.
    pub account: AccountId,
    /// Number of that account.
    pub account_number: String,
    /// Name of that account.
    pub account_name: String,
    /// Whom.
    pub company: CompanyId,
    /// Its name.
    pub company_name: String,
    /// The proposal.
    pub grant: GrantId,
    /// The purpose that it gave.
    pub purpose: String,
    /// Why it is reported.
    pub reason: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by_name: String,
    /// When, by whom and with what outcome it was settled.
    pub closed: Option<(DateTime<Utc>, String, String)>,
}

/// Tells the operator.
///
/// # Errors
/// When the database refuses.
pub async fn report(tx: &WriteTx, new: &Report) -> Result<(), StoreError> {
    let row = grant_reports::Model {
        id: new.id.0,
        account_id: new.account.0,
        company_id: new.company.0,
        grant_id: new.grant.0,
        reason: new.reason.clone(),
        state: "open".to_owned(),
        created_at: new.created_at,
        created_by_name: new.created_by_name.clone(),
        closed_at: None,
        closed_by_name: None,
        outcome: None,
    };
    grant_reports::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

async fn reports(
    db: &impl Handle,
    rows: Vec<grant_reports::Model>,
) -> Result<Vec<Report>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let names = company_names(db, rows.iter().map(|r| r.company_id)).await?;
    let conn = db.conn();
    let places: HashMap<Uuid, accounts::Model> = accounts::Entity::find()
        .filter(accounts::Column::Id.is_in(rows.iter().map(|r| r.account_id)))
        .all(&conn)
        .await?
        .into_iter()
        .map(|a| (a.id, a))
        .collect();
    let purposes: HashMap<Uuid, String> = grants::Entity::find()
        .filter(grants::Column::Id.is_in(rows.iter().map(|r| r.grant_id)))
        .all(&conn)
        .await?
        .into_iter()
        .map(|g| (g.id, g.purpose))
        .collect();
    Ok(rows
        .into_iter()
        .map(|row| {
            let place = places.get(&row.account_id);
            Report {
                id: row.id.into(),
                account: row.account_id.into(),
                account_number: place.map(|a| a.account_number.clone()).unwrap_or_default(),
                account_name: place.map(|a| a.name.clone()).unwrap_or_default(),
                company: row.company_id.into(),
                company_name: names.get(&row.company_id).cloned().unwrap_or_default(),
                grant: row.grant_id.into(),
                purpose: purposes.get(&row.grant_id).cloned().unwrap_or_default(),
                reason: row.reason,
                created_at: row.created_at,
                created_by_name: row.created_by_name,
                closed: row.closed_at.map(|at| {
                    (
                        at,
                        row.closed_by_name.unwrap_or_default(),
                        row.outcome.unwrap_or_default(),
                    )
                }),
            }
        })
        .collect())
}

/// What the operator was told, the newest first; the scope must be the portal's.
///
/// # Errors
/// When the database cannot answer.
pub async fn list_reports(
    db: &impl Handle,
    scope: &Scope,
    open: Option<bool>,
    page: &PageRequest,
) -> Result<Page<Report>, StoreError> {
    let mut wanted = Condition::all();
    if let Some(own) = scope.accounts() {
        wanted = wanted.add(grant_reports::Column::AccountId.is_in(own.into_iter().map(|a| a.0)));
    }
    if let Some(open) = open {
        wanted = wanted.add(grant_reports::Column::State.eq(if open { "open" } else { "closed" }));
    }
    if let Some(after) = &page.after {
        wanted = wanted.add(grant_reports::Column::Id.lt(after.id()));
    }
    let rows = grant_reports::Entity::find()
        .filter(wanted)
        .order_by_desc(grant_reports::Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let found = reports(db, rows).await?;
    Ok(Page::cut(found, page, |r| Cursor::new([r.id.to_string()])))
}

/// How many reports wait; the scope must be the portal's.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_open(db: &impl Handle, scope: &Scope) -> Result<u64, StoreError> {
    if scope.accounts().is_some() {
        return Ok(0);
    }
    Ok(grant_reports::Entity::find()
        .filter(grant_reports::Column::State.eq("open"))
        .count(&db.conn())
        .await?)
}

/// One report, locked; the scope must be the portal's.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock_report(
    tx: &WriteTx,
    scope: &Scope,
    id: GrantReportId,
) -> Result<Option<Report>, StoreError> {
    if scope.accounts().is_some() {
        return Ok(None);
    }
    let row = grant_reports::Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    Ok(reports(tx, row.into_iter().collect()).await?.pop())
}

/// Settles a report.
///
/// # Errors
/// When the database refuses.
pub async fn close_report(
    tx: &WriteTx,
    id: GrantReportId,
    at: DateTime<Utc>,
    by_name: &str,
    outcome: &str,
) -> Result<(), StoreError> {
    let row = grant_reports::ActiveModel {
        id: Unchanged(id.0),
        state: Set("closed".to_owned()),
        closed_at: Set(Some(at)),
        closed_by_name: Set(Some(by_name.to_owned())),
        outcome: Set(Some(outcome.to_owned())),
        ..Default::default()
    };
    grant_reports::Entity::update(row)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}
