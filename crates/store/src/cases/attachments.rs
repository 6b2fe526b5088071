//! Files in cases. For a service that has found the case within the reader's scope.

use chrono::{DateTime, Utc};
use quaymaster_domain::attachments::MediaType;
use quaymaster_domain::ids::{CaseAttachmentId, CaseId};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::{Case, MessageKind};
use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::case_attachments::{Column, Entity, Model};
use crate::error::{StoreError, corrupt};

/// A file in a case, without its content.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Identity.
    pub id: CaseAttachmentId,
    /// The case.
    pub case: CaseId,
    /// When it was added.
    pub at: DateTime<Utc>,
    /// By whom, and for whom.
    pub kind: MessageKind,
    /// Who added it.
    pub author_name: String,
    /// What it is called.
    pub file_name: String,
    /// What it is.
    pub media_type: MediaType,
    /// How many bytes it has.
    pub size: i64,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
}

/// Keeps a file.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, new: &Attachment, content: Vec<u8>) -> Result<(), StoreError> {
    let row = Model {
        id: new.id.0,
        case_id: new.case.0,
        at: new.at,
        kind: new.kind.as_str().to_owned(),
        author_name: new.author_name.clone(),
        file_name: new.file_name.clone(),
        media_type: new.media_type.as_str().to_owned(),
        size: new.size,
        sha256: new.sha256.clone(),
        content,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// How many files a case has.
///
/// # Errors
/// When the database cannot answer.
pub async fn count(db: &impl Handle, case: CaseId) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::CaseId.eq(case.0))
        .count(&db.conn())
        .await?)
}

fn readable(case: &Case, with_notes: bool) -> Condition {
    let all = Condition::all().add(Column::CaseId.eq(case.id.0));
    if with_notes {
        all
    } else {
        all.add(Column::Kind.ne(MessageKind::Note.as_str()))
    }
}

type Row = (
    Uuid,
    Uuid,
    DateTime<Utc>,
    String,
    String,
    String,
    String,
    i64,
    String,
);

fn attachment(row: Row) -> Result<Attachment, StoreError> {
    let (id, case, at, kind, author_name, file_name, media_type, size, sha256) = row;
    Ok(Attachment {
        id: id.into(),
        case: case.into(),
        at,
        kind: MessageKind::from_word(&kind)
            .ok_or_else(|| corrupt("case_attachments", "kind", id, &kind))?,
        author_name,
        file_name,
        media_type: MediaType::from_word(&media_type)
            .ok_or_else(|| corrupt("case_attachments", "media_type", id, &media_type))?,
        size,
        sha256,
    })
}

/// The files of a case, the oldest first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn of_case(
    db: &impl Handle,
    case: &Case,
    with_notes: bool,
) -> Result<Vec<Attachment>, StoreError> {
    let rows: Vec<Row> = Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::CaseId,
            Column::At,
            Column::Kind,
            Column::AuthorName,
            Column::FileName,
            Column::MediaType,
            Column::Size,
            Column::Sha256,
        ])
        .filter(readable(case, with_notes))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(&db.conn())
        .await?;
    rows.into_iter().map(attachment).collect()
}

/// One file of a case with its content.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn content(
    db: &impl Handle,
    case: &Case,
    with_notes: bool,
    id: CaseAttachmentId,
) -> Result<Option<(Attachment, Vec<u8>)>, StoreError> {
    let row = Entity::find_by_id(id.0)
        .filter(readable(case, with_notes))
        .one(&db.conn())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let found = attachment((
        row.id,
        row.case_id,
        row.at,
        row.kind,
        row.author_name,
        row.file_name,
        row.media_type,
        row.size,
        row.sha256,
    ))?;
    Ok(Some((found, row.content)))
}
