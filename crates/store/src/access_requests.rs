//! Stored drafts of access requests and of invitations to apply (R4), within the reader's scope.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::identifiers::IdentifierKind;
use quaymaster_domain::ids::{AccessRequestDraftId, AccountId, SubAccountId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::access_request_drafts::{ActiveModel, Column, Entity, Model};
use crate::error::{StoreError, corrupt};
use crate::identifiers::kind;
use crate::page::{Cursor, Page, PageRequest};

/// What the way to a client's records is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayOut {
    /// The client has an open account: ask it for access.
    RequestAccess,
    /// The client has none: invite it to apply.
    InviteToApply,
}

impl WayOut {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RequestAccess => "request_access",
            Self::InviteToApply => "invite_to_apply",
        }
    }
}

/// A draft.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Identity.
    pub id: AccessRequestDraftId,
    /// The account that asks.
    pub account: AccountId,
    /// The sub-account that it is for.
    pub sub_account: Option<SubAccountId>,
    /// Request or invitation.
    pub way_out: WayOut,
    /// The register's display name of the client.
    pub company: String,
    /// The kind of the client's identifier.
    pub identifier_kind: IdentifierKind,
    /// Its normal form or keyed digest.
    pub lookup: String,
    /// What is shown of it.
    pub shown: String,
    /// A note to the client.
    pub note: Option<String>,
    /// When it was drafted.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by_name: String,
    /// When the client was last invited to apply.
    pub invited_at: Option<DateTime<Utc>>,
}

impl TryFrom<Model> for Draft {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let way_out = match row.kind.as_str() {
            "request_access" => WayOut::RequestAccess,
            "invite_to_apply" => WayOut::InviteToApply,
            other => return Err(corrupt("access_request_drafts", "kind", row.id, other)),
        };
        Ok(Self {
            identifier_kind: kind("access_request_drafts", row.id, &row.identifier_kind)?,
            id: row.id.into(),
            account: row.account_id.into(),
            sub_account: row.sub_account_id.map(Into::into),
            way_out,
            company: row.company_name,
            lookup: row.lookup,
            shown: row.shown,
            note: row.note,
            created_at: row.created_at,
            created_by_name: row.created_by_name,
            invited_at: row.invited_at,
        })
    }
}

/// The drafts of an account, the newest first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<Draft>, StoreError> {
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
        .map(Draft::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |d| Cursor::new([d.id.to_string()])))
}

/// Keeps a draft.
///
/// # Errors
/// [`Constraint::AccessRequestDraft`](crate::constraint::Constraint::AccessRequestDraft) when the account has one for
/// the same identifier.
pub async fn insert(tx: &WriteTx, new: &Draft) -> Result<(), StoreError> {
    let row = Model {
        id: new.id.0,
        account_id: new.account.0,
        sub_account_id: new.sub_account.map(Into::into),
        kind: new.way_out.as_str().to_owned(),
        company_name: new.company.clone(),
        identifier_kind: new.identifier_kind.as_str().to_owned(),
        lookup: new.lookup.clone(),
        shown: new.shown.clone(),
        note: new.note.clone(),
        created_at: new.created_at,
        created_by_name: new.created_by_name.clone(),
        invited_at: new.invited_at,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Notes that the client was invited.
///
/// # Errors
/// When the database refuses.
pub async fn invited(
    tx: &WriteTx,
    id: AccessRequestDraftId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let change = ActiveModel {
        invited_at: Set(Some(at)),
        ..Default::default()
    };
    Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(id.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Throws a draft away. Tells what it was.
///
/// # Errors
/// When the database refuses.
pub async fn delete(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: AccessRequestDraftId,
) -> Result<Option<Draft>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    let conn = tx.conn();
    let row = Entity::find_by_id(id.0)
        .filter(Column::AccountId.eq(account.0))
        .lock_exclusive()
        .one(&conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Entity::delete_by_id(id.0).exec(&conn).await?;
    Draft::try_from(row).map(Some)
}

/// Lets go of a sub-account that is about to be deleted: its drafts belong to the account from then on.
///
/// # Errors
/// When the database refuses.
pub async fn leave_sub_account(tx: &WriteTx, sub_account: SubAccountId) -> Result<(), StoreError> {
    let change = ActiveModel {
        sub_account_id: Set(None),
        ..Default::default()
    };
    Entity::update_many()
        .set(change)
        .filter(Column::SubAccountId.eq(sub_account.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// A draft that is about to be sent, locked.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: AccessRequestDraftId,
) -> Result<Option<Draft>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    let row = Entity::find_by_id(id.0)
        .filter(Column::AccountId.eq(account.0))
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    row.map(Draft::try_from).transpose()
}
