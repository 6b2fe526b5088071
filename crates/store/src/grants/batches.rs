//! Files of access requests: what became of every row.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::ids::{AccountId, GrantBatchId, GrantId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{grant_batch_rows, grant_batches};
use crate::error::StoreError;
use crate::page::{Cursor, Page, PageRequest};

/// A file.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Identity.
    pub id: GrantBatchId,
    /// The account that asks.
    pub account: AccountId,
    /// Its name, as it was given.
    pub file_name: Option<String>,
    /// Rows read.
    pub total: u64,
    /// Requests that were sent.
    pub ok: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by_name: String,
}

/// What became of a row.
#[derive(Clone, Debug)]
pub struct BatchRow {
    /// The line of the file; the header is line 1.
    pub row: u64,
    /// The request, when it was sent.
    pub grant: Option<GrantId>,
    /// Whom it asks.
    pub company: Option<String>,
    /// Why it was refused, as JSON; empty when it was sent.
    pub errors: Option<String>,
}

fn small(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

fn large(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl From<grant_batches::Model> for Batch {
    fn from(row: grant_batches::Model) -> Self {
        Self {
            id: row.id.into(),
            account: row.account_id.into(),
            file_name: row.file_name,
            total: small(row.rows_total),
            ok: small(row.rows_ok),
            refused: small(row.rows_refused),
            created_at: row.created_at,
            created_by_name: row.created_by_name,
        }
    }
}

/// Keeps a file that begins.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, new: &Batch) -> Result<(), StoreError> {
    let row = grant_batches::Model {
        id: new.id.0,
        account_id: new.account.0,
        file_name: new.file_name.clone(),
        rows_total: large(new.total),
        rows_ok: large(new.ok),
        rows_refused: large(new.refused),
        created_at: new.created_at,
        created_by_name: new.created_by_name.clone(),
    };
    grant_batches::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Keeps what became of further rows, and the counts so far.
///
/// # Errors
/// When the database refuses.
pub async fn advance(tx: &WriteTx, batch: &Batch, rows: &[BatchRow]) -> Result<(), StoreError> {
    let conn = tx.conn();
    for piece in rows.chunks(500) {
        let rows = piece.iter().map(|row| {
            grant_batch_rows::Model {
                batch_id: batch.id.0,
                row_no: large(row.row),
                grant_id: row.grant.map(Into::into),
                company_name: row.company.clone(),
                outcome: if row.errors.is_none() {
                    "requested"
                } else {
                    "refused"
                }
                .to_owned(),
                errors: row.errors.clone(),
            }
            .into_active_model()
        });
        grant_batch_rows::Entity::insert_many(rows)
            .exec_without_returning(&conn)
            .await?;
    }
    use grant_batches::Column;
    grant_batches::Entity::update_many()
        .col_expr(Column::RowsTotal, Expr::value(large(batch.total)))
        .col_expr(Column::RowsOk, Expr::value(large(batch.ok)))
        .col_expr(Column::RowsRefused, Expr::value(large(batch.refused)))
        .filter(Column::Id.eq(batch.id.0))
        .exec(&conn)
        .await?;
    Ok(())
}

/// The files of an account, the newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<Batch>, StoreError> {
    let mut rows = Vec::new();
    if scope.contains(account) {
        let mut wanted = Condition::all().add(grant_batches::Column::AccountId.eq(account.0));
        if let Some(after) = &page.after {
            wanted = wanted.add(grant_batches::Column::Id.lt(after.id()));
        }
        rows = grant_batches::Entity::find()
            .filter(wanted)
            .order_by_desc(grant_batches::Column::Id)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    let rows = rows.into_iter().map(Batch::from).collect();
    Ok(Page::cut(rows, page, |b: &Batch| {
        Cursor::new([b.id.to_string()])
    }))
}

/// One file, if the scope has its account.
///
/// # Errors
/// When the database cannot answer.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    id: GrantBatchId,
) -> Result<Option<Batch>, StoreError> {
    let row = grant_batches::Entity::find_by_id(id.0)
        .one(&db.conn())
        .await?;
    Ok(row
        .map(Batch::from)
        .filter(|batch| scope.contains(batch.account)))
}

/// The rows of a file, in its order; `refused` picks those that were refused, or those that were not.
///
/// # Errors
/// When the database cannot answer.
pub async fn rows(
    db: &impl Handle,
    batch: &Batch,
    refused: Option<bool>,
    page: &PageRequest,
) -> Result<Page<BatchRow>, StoreError> {
    use grant_batch_rows::Column;
    let mut wanted = Condition::all().add(Column::BatchId.eq(batch.id.0));
    if let Some(refused) = refused {
        wanted = wanted.add(Column::Outcome.eq(if refused { "refused" } else { "requested" }));
    }
    if let Some(after) = &page.after {
        let row: i64 = after.part(0).parse().unwrap_or(i64::MAX);
        wanted = wanted.add(Column::RowNo.gt(row));
    }
    let found = grant_batch_rows::Entity::find()
        .filter(wanted)
        .order_by_asc(Column::RowNo)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let found = found
        .into_iter()
        .map(|row| BatchRow {
            row: small(row.row_no),
            grant: row.grant_id.map(Into::into),
            company: row.company_name,
            errors: row.errors,
        })
        .collect();
    Ok(Page::cut(found, page, |r: &BatchRow| {
        Cursor::new([r.row.to_string(), batch.id.to_string()])
    }))
}
