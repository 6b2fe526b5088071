//! The audit trail: written from permits, read by scope, never changed (a trigger refuses it).

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Permit, Scope};
use quaymaster_domain::ids::{AccountId, AuditEventId, CompanyId, UserId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::audit_events::{ActiveModel, Column, Entity, Model};
use crate::error::StoreError;
use crate::page::{Cursor, Page, PageRequest};

/// A row of the audit trail.
#[derive(Clone, Debug)]
pub struct AuditEvent {
    /// Its id; sorts by time.
    pub id: AuditEventId,
    /// When.
    pub at: DateTime<Utc>,
    /// `user`, `staff`, `system`, `anonymous` or `client`.
    pub actor_kind: String,
    /// Who, when a person or an API client.
    pub actor_id: Option<UserId>,
    /// The actor's name at that moment.
    pub actor_name: String,
    /// The account on whose behalf staff acted.
    pub on_behalf_of: Option<AccountId>,
    /// What was done.
    pub action: String,
    /// Why it was allowed.
    pub permit: String,
    /// The kind of the thing acted on.
    pub subject_kind: String,
    /// Its id.
    pub subject_id: Option<String>,
    /// Its name at that moment.
    pub subject_label: String,
    /// The account in whose trail this stands.
    pub account_id: Option<AccountId>,
    /// The company in whose trail this stands.
    pub company_id: Option<CompanyId>,
    /// The request.
    pub request_id: String,
    /// Where from.
    pub network: String,
    /// The reason that the actor gave.
    pub reason: Option<String>,
    /// State before, JSON text.
    pub before: Option<String>,
    /// State after, JSON text.
    pub after: Option<String>,
}

/// Which rows of the trail.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Of this account only.
    pub account: Option<AccountId>,
    /// Done by this person.
    pub actor: Option<UserId>,
    /// Done to this thing.
    pub subject: Option<String>,
    /// This action only.
    pub action: Option<String>,
    /// From this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub to: Option<DateTime<Utc>>,
}

pub(crate) async fn insert(
    tx: &WriteTx,
    permit: Permit,
    id: AuditEventId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let parts = permit.into_parts();
    crate::account_events::of_act(tx, &parts, id.0, at).await?;
    let (subject_kind, subject_id, subject_label) = parts.subject;
    let on_behalf_of = (parts.actor.kind == quaymaster_domain::access::ActorKind::Staff)
        .then_some(parts.account)
        .flatten();
    let row = ActiveModel {
        id: Set(id.0),
        at: Set(at),
        actor_kind: Set(parts.actor.kind.as_str().to_owned()),
        actor_id: Set(parts
            .actor
            .user
            .map(Into::into)
            .or(parts.actor.client.map(Into::into))),
        actor_name: Set(parts.actor.name),
        on_behalf_of: Set(on_behalf_of.map(Into::into)),
        action: Set(parts.action.to_owned()),
        permit: Set(parts.basis.to_owned()),
        subject_kind: Set(subject_kind.to_owned()),
        subject_id: Set(subject_id),
        subject_label: Set(subject_label),
        account_id: Set(parts.account.map(Into::into)),
        company_id: Set(parts.company.map(Into::into)),
        session_id: Set(parts.actor.session.map(Into::into)),
        request_id: Set(parts.actor.origin.request_id),
        network: Set(parts.actor.origin.network),
        reason: Set(parts.reason),
        before: Set(parts.before),
        after: Set(parts.after),
    };
    Entity::insert(row)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// True when the trail of this database holds such an act. Tells nothing else, so it needs no scope.
///
/// # Errors
/// When the database cannot answer.
pub async fn happened(db: &impl Handle, action: &str) -> Result<bool, StoreError> {
    let found = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Action.eq(action))
        .into_tuple::<uuid::Uuid>()
        .one(&db.conn())
        .await?;
    Ok(found.is_some())
}

/// The first act of this database's trail, which tells what kind of database it is.
///
/// # Errors
/// When the database cannot answer.
pub async fn first_action(db: &impl Handle) -> Result<Option<String>, StoreError> {
    Ok(Entity::find()
        .select_only()
        .column(Column::Action)
        .order_by_asc(Column::Id)
        .into_tuple::<String>()
        .one(&db.conn())
        .await?)
}

/// The newest rows first, within the scope.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    filter: &AuditFilter,
    page: &PageRequest,
) -> Result<Page<AuditEvent>, StoreError> {
    let mut wanted = Condition::all();
    if let Some(accounts) = scope.accounts() {
        wanted = wanted.add(Column::AccountId.is_in(accounts.into_iter().map(|a| a.0)));
    }
    if let Some(account) = filter.account {
        wanted = wanted.add(Column::AccountId.eq(account.0));
    }
    if let Some(actor) = filter.actor {
        wanted = wanted.add(Column::ActorId.eq(actor.0));
    }
    if let Some(subject) = &filter.subject {
        wanted = wanted.add(Column::SubjectId.eq(subject.as_str()));
    }
    if let Some(action) = &filter.action {
        wanted = wanted.add(Column::Action.eq(action.as_str()));
    }
    if let Some(from) = filter.from {
        wanted = wanted.add(Column::At.gte(from));
    }
    if let Some(to) = filter.to {
        wanted = wanted.add(Column::At.lt(to));
    }
    if let Some(after) = &page.after {
        wanted = wanted.add(Column::Id.lt(after.id()));
    }
    let rows = Entity::find()
        .filter(wanted)
        .order_by_desc(Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    Ok(Page::cut(rows, page, |row| Cursor::new([row.id.to_string()])).map(AuditEvent::from))
}

/// The last rows of the trails of these accounts, newest first; for readers of every trail.
///
/// # Errors
/// When the database cannot answer.
pub async fn of_accounts(
    db: &impl Handle,
    scope: &Scope,
    accounts: &[AccountId],
    most: u64,
) -> Result<Vec<AuditEvent>, StoreError> {
    if scope.reason().is_none() || accounts.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Entity::find()
        .filter(Column::AccountId.is_in(accounts.iter().map(|a| a.0)))
        .order_by_desc(Column::Id)
        .limit(most)
        .all(&db.conn())
        .await?;
    Ok(rows.into_iter().map(AuditEvent::from).collect())
}

impl From<Model> for AuditEvent {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.into(),
            at: row.at,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id.map(Into::into),
            actor_name: row.actor_name,
            on_behalf_of: row.on_behalf_of.map(Into::into),
            action: row.action,
            permit: row.permit,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            subject_label: row.subject_label,
            account_id: row.account_id.map(Into::into),
            company_id: row.company_id.map(Into::into),
            request_id: row.request_id,
            network: row.network,
            reason: row.reason,
            before: row.before,
            after: row.after,
        }
    }
}
