//! Bulk loads of the register: how far each came, and the rows that it refused.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::ids::RegisterImportId;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{register_import_errors as errors, register_imports as imports};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};

/// How a bulk load stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportState {
    /// At work.
    Running,
    /// At its end.
    Finished,
    /// Broken off; the rows up to there are kept.
    Failed,
}

impl ImportState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Failed => "failed",
        }
    }
}

/// A bulk load.
#[derive(Clone, Debug)]
pub struct RegisterImport {
    /// Identity.
    pub id: RegisterImportId,
    /// `csv` or `ndjson`.
    pub format: String,
    /// The name of the file, as the caller gave it.
    pub file_name: Option<String>,
    /// How it stands.
    pub state: ImportState,
    /// Why it broke off.
    pub failure: Option<String>,
    /// Rows read.
    pub total: u64,
    /// New entries.
    pub added: u64,
    /// Changed entries.
    pub changed: u64,
    /// Rows that said what the register says.
    pub unchanged: u64,
    /// Rows refused.
    pub refused: u64,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it last came forward.
    pub updated_at: DateTime<Utc>,
    /// When it came to its end.
    pub finished_at: Option<DateTime<Utc>>,
    /// Who loaded.
    pub by_name: String,
}

/// Why a row was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The row in the file.
    pub row: u64,
    /// The column; empty when the row as a whole does not fit.
    pub column: String,
    /// Stable code.
    pub code: String,
    /// What to do.
    pub detail: String,
}

fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl RegisterImport {
    fn row(&self) -> imports::ActiveModel {
        imports::Model {
            id: self.id.0,
            format: self.format.clone(),
            file_name: self.file_name.clone(),
            state: self.state.as_str().to_owned(),
            failure: self.failure.clone(),
            rows_total: count(self.total),
            rows_added: count(self.added),
            rows_changed: count(self.changed),
            rows_unchanged: count(self.unchanged),
            rows_refused: count(self.refused),
            started_at: self.started_at,
            updated_at: self.updated_at,
            finished_at: self.finished_at,
            by_name: self.by_name.clone(),
        }
        .into_active_model()
    }
}

impl TryFrom<imports::Model> for RegisterImport {
    type Error = StoreError;

    fn try_from(row: imports::Model) -> Result<Self, StoreError> {
        let state = match row.state.as_str() {
            "running" => ImportState::Running,
            "finished" => ImportState::Finished,
            "failed" => ImportState::Failed,
            other => return Err(corrupt("register_imports", "state", row.id, other)),
        };
        let count = |n: i64| u64::try_from(n).unwrap_or_default();
        Ok(Self {
            id: row.id.into(),
            format: row.format,
            file_name: row.file_name,
            state,
            failure: row.failure,
            total: count(row.rows_total),
            added: count(row.rows_added),
            changed: count(row.rows_changed),
            unchanged: count(row.rows_unchanged),
            refused: count(row.rows_refused),
            started_at: row.started_at,
            updated_at: row.updated_at,
            finished_at: row.finished_at,
            by_name: row.by_name,
        })
    }
}

/// Begins a bulk load.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, new: &RegisterImport) -> Result<(), StoreError> {
    imports::Entity::insert(new.row())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Keeps how far a bulk load came.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &WriteTx, import: &RegisterImport) -> Result<(), StoreError> {
    imports::Entity::update(import.row().reset_all())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Keeps the refusals of rows.
///
/// # Errors
/// When the database refuses.
pub async fn insert_errors(
    tx: &WriteTx,
    import: RegisterImportId,
    refused: &[RowError],
) -> Result<(), StoreError> {
    let mut last = (0, 0);
    let rows: Vec<_> = refused
        .iter()
        .map(|error| {
            last = if last.0 == error.row {
                (error.row, last.1 + 1)
            } else {
                (error.row, 0)
            };
            errors::Model {
                import_id: import.0,
                row_no: count(error.row),
                ordinal: last.1,
                column_name: error.column.clone(),
                code: error.code.clone(),
                detail: error.detail.clone(),
            }
            .into_active_model()
        })
        .collect();
    // Each has six values, and a statement takes a limited number of them.
    for some in rows.chunks(2000) {
        errors::Entity::insert_many(some.iter().cloned())
            .exec_without_returning(&tx.conn())
            .await?;
    }
    Ok(())
}

/// Bulk loads, the newest first; for readers who may see everything.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    page: &PageRequest,
) -> Result<Page<RegisterImport>, StoreError> {
    let mut rows = Vec::new();
    if scope.reason().is_some() {
        let mut wanted = imports::Entity::find();
        if let Some(after) = &page.after {
            wanted = wanted.filter(imports::Column::Id.lt(after.id()));
        }
        rows = wanted
            .order_by_desc(imports::Column::Id)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    let found = rows
        .into_iter()
        .map(RegisterImport::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |i| Cursor::new([i.id.to_string()])))
}

/// One bulk load; for readers who may see everything.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    id: RegisterImportId,
) -> Result<Option<RegisterImport>, StoreError> {
    if scope.reason().is_none() {
        return Ok(None);
    }
    imports::Entity::find_by_id(id.0)
        .one(&db.conn())
        .await?
        .map(RegisterImport::try_from)
        .transpose()
}

/// The refusals of a bulk load in the order of the file; for readers who may see everything.
///
/// # Errors
/// When the database cannot answer.
pub async fn list_errors(
    db: &impl Handle,
    scope: &Scope,
    id: RegisterImportId,
    page: &PageRequest,
) -> Result<Page<RowError>, StoreError> {
    let mut rows = Vec::new();
    if scope.reason().is_some() {
        let mut wanted = Condition::all().add(errors::Column::ImportId.eq(id.0));
        if let Some(after) = &page.after {
            let row: i64 = after.part(0).parse().unwrap_or(0);
            let ordinal: i64 = after.part(1).parse().unwrap_or(0);
            wanted = wanted.add(
                Condition::any().add(errors::Column::RowNo.gt(row)).add(
                    Condition::all()
                        .add(errors::Column::RowNo.eq(row))
                        .add(errors::Column::Ordinal.gt(ordinal)),
                ),
            );
        }
        rows = errors::Entity::find()
            .filter(wanted)
            .order_by_asc(errors::Column::RowNo)
            .order_by_asc(errors::Column::Ordinal)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    let found = Page::cut(rows, page, |row| {
        Cursor::new([
            row.row_no.to_string(),
            row.ordinal.to_string(),
            row.import_id.to_string(),
        ])
    });
    Ok(found.map(|row| RowError {
        row: u64::try_from(row.row_no).unwrap_or_default(),
        column: row.column_name,
        code: row.code,
        detail: row.detail,
    }))
}
