//! The audit trail over HTTP, of an account and of the whole portal.

use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use quaymaster_service::Cursor;
use quaymaster_service::audit::{self, AuditEntry, AuditFilter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::common::PersonRef;
use crate::extract::{Authed, Path, Query};
use crate::input::Moment;
use crate::lists::page_request;
use crate::problem::Problem;

/// Filters of an account's audit trail.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AccountAuditQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// Only what this person did.
    actor_id: Option<Uuid>,
    /// Only what was done to this thing.
    #[param(max_length = 100)]
    subject_id: Option<String>,
    /// Only this action, e.g. `user.reactivate`.
    #[param(max_length = 100)]
    action: Option<String>,
    /// From this moment on.
    #[param(value_type = Option<DateTime<Utc>>)]
    from: Option<Moment>,
    /// Before this moment.
    #[param(value_type = Option<DateTime<Utc>>)]
    to: Option<Moment>,
}

/// Filters of the portal's audit trail.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// Only what belongs to this account.
    account_id: Option<Uuid>,
    /// Only what this person did.
    actor_id: Option<Uuid>,
    /// Only what was done to this thing.
    #[param(max_length = 100)]
    subject_id: Option<String>,
    /// Only this action, e.g. `user.reactivate`.
    #[param(max_length = 100)]
    action: Option<String>,
    /// From this moment on.
    #[param(value_type = Option<DateTime<Utc>>)]
    from: Option<Moment>,
    /// Before this moment.
    #[param(value_type = Option<DateTime<Utc>>)]
    to: Option<Moment>,
}

/// What kind of caller acted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ActorKind {
    /// A person of a company.
    User,
    /// One of the operator's staff.
    Staff,
    /// The portal itself: a job or the command line.
    System,
    /// Somebody who had not signed in.
    Anonymous,
    /// An API client of the account.
    Client,
}

/// One act, as it was recorded in the transaction that it belongs to. Never changed afterwards.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditEvent {
    /// Identity; sorts by time.
    id: Uuid,
    /// When.
    at: DateTime<Utc>,
    /// What kind of caller.
    actor_kind: ActorKind,
    /// Who, with the name at that moment; `null` for the portal itself and for callers who stayed unknown.
    actor: Option<PersonRef>,
    /// The account on whose behalf staff acted.
    on_behalf_of_account_id: Option<Uuid>,
    /// What was done.
    #[schema(example = "user.reactivate")]
    action: String,
    /// Why it was allowed.
    #[schema(example = "owner of the account")]
    permit: String,
    /// The kind of thing that it was done to.
    #[schema(example = "user")]
    subject_kind: String,
    /// Its id.
    subject_id: Option<String>,
    /// Its name at that moment.
    subject_label: Option<String>,
    /// The account in whose trail it stands.
    account_id: Option<Uuid>,
    /// The request, as in `X-Request-Id`.
    request_id: Option<String>,
    /// The caller's network address.
    ip: Option<String>,
    /// The reason that the actor gave.
    reason: Option<String>,
    /// State before, without secrets.
    #[schema(value_type = Option<Object>)]
    before: Option<serde_json::Value>,
    /// State after, without secrets.
    #[schema(value_type = Option<Object>)]
    after: Option<serde_json::Value>,
}

impl From<AuditEntry> for AuditEvent {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry {
            event,
            actor_user_name,
        } = entry;
        let quaymaster_service::audit::AuditEvent {
            id,
            at,
            actor_kind,
            actor_id,
            actor_name,
            on_behalf_of,
            action,
            permit,
            subject_kind,
            subject_id,
            subject_label,
            account_id,
            company_id: _,
            request_id,
            network,
            reason,
            before,
            after,
        } = event;
        let some = |text: String| Some(text).filter(|t| !t.is_empty());
        let json = |text: Option<String>| text.and_then(|t| serde_json::from_str(&t).ok());
        Self {
            id: id.into(),
            at,
            actor_kind: match actor_kind.as_str() {
                "user" => ActorKind::User,
                "staff" => ActorKind::Staff,
                "system" => ActorKind::System,
                "client" => ActorKind::Client,
                _ => ActorKind::Anonymous,
            },
            actor: actor_id.map(|id| PersonRef::new(id, actor_user_name, actor_name)),
            on_behalf_of_account_id: on_behalf_of.map(Into::into),
            action,
            permit,
            subject_kind,
            subject_id,
            subject_label: some(subject_label),
            account_id: account_id.map(Into::into),
            request_id: some(request_id),
            ip: some(network),
            reason,
            before: json(before),
            after: json(after),
        }
    }
}

/// A page of the audit trail.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditEventPage {
    /// The rows, newest first.
    items: Vec<AuditEvent>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

fn answer(found: quaymaster_service::Page<AuditEntry>) -> HttpResponse {
    HttpResponse::Ok().json(AuditEventPage {
        next_cursor: found.next.as_ref().map(Cursor::encode),
        items: found.items.into_iter().map(Into::into).collect(),
    })
}

/// Read the audit trail of an account
///
/// Who did what to whom, when, from where and why it was allowed, newest first. For the Account Owner, proxies, auditors
/// and administrators.
#[utoipa::path(tag = "audit", params(("id" = Uuid, Path, description = "The account"), AccountAuditQuery), responses((status = 200, description = "A page of the trail", body = AuditEventPage)))]
#[get("/accounts/{id}/audit-events")]
pub(crate) async fn list_account_audit_events(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<AccountAuditQuery>,
) -> Result<HttpResponse, Problem> {
    let AccountAuditQuery {
        limit,
        cursor,
        actor_id,
        subject_id,
        action,
        from,
        to,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let filter = AuditFilter {
        account: None,
        actor: actor_id.map(Into::into),
        subject: subject_id,
        action,
        from: from.map(|m| m.0),
        to: to.map(|m| m.0),
    };
    let found = audit::of_account(
        &authed.actor,
        authed.services(),
        path.0.into(),
        filter,
        &page,
    )
    .await?;
    Ok(answer(found))
}

/// Read the audit trail of the portal
///
/// For auditors and administrators, newest first.
#[utoipa::path(tag = "audit", params(AuditQuery), responses((status = 200, description = "A page of the trail", body = AuditEventPage)))]
#[get("/audit-events")]
pub(crate) async fn list_audit_events(
    authed: Authed,
    query: Query<AuditQuery>,
) -> Result<HttpResponse, Problem> {
    let AuditQuery {
        limit,
        cursor,
        account_id,
        actor_id,
        subject_id,
        action,
        from,
        to,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let filter = AuditFilter {
        account: account_id.map(Into::into),
        actor: actor_id.map(Into::into),
        subject: subject_id,
        action,
        from: from.map(|m| m.0),
        to: to.map(|m| m.0),
    };
    let found = audit::of_portal(&authed.actor, authed.services(), &filter, &page).await?;
    Ok(answer(found))
}
