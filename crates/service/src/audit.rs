//! Reading the audit trail: of one account, or of the whole portal. Writing it is part of every commit.

use quaymaster_domain::access::{Action, Actor, Thing, require_read};
use quaymaster_domain::ids::AccountId;
use quaymaster_store::{Page, PageRequest, audit, users};

use crate::Services;
use crate::error::Fault;
use crate::users::place;

pub use quaymaster_store::audit::{AuditEvent, AuditFilter};

/// A row of the trail with what the reader needs to recognise the actor.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// The row.
    pub event: AuditEvent,
    /// The actor's User ID. Companies are not told those of the operator's staff.
    pub actor_user_name: Option<String>,
}

/// The trail of one account, newest first.
///
/// # Errors
/// [`Fault::NotFound`] or [`Fault::Denied`] when the actor may not read it.
pub async fn of_account(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    filter: AuditFilter,
    page: &PageRequest,
) -> Result<Page<AuditEntry>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadAudit, &Thing::Account(at))?;
    let filter = AuditFilter {
        account: Some(account),
        ..filter
    };
    let found = audit::list(&s.db.reader(), &scope, &filter, page).await?;
    with_user_names(s, found, actor.staff.is_some()).await
}

/// The trail of the whole portal, newest first.
///
/// # Errors
/// [`Fault::Denied`] for everybody but auditors and administrators.
pub async fn of_portal(
    actor: &Actor,
    s: &Services,
    filter: &AuditFilter,
    page: &PageRequest,
) -> Result<Page<AuditEntry>, Fault> {
    let scope = require_read(actor, Action::ReadPortalAudit, &Thing::Portal)?;
    let found = audit::list(&s.db.reader(), &scope, filter, page).await?;
    with_user_names(s, found, true).await
}

/// The last rows of the trails of some accounts, for the screen that shows their company.
pub(crate) async fn of_accounts(
    actor: &Actor,
    s: &Services,
    accounts: &[AccountId],
    most: u64,
) -> Result<Vec<AuditEntry>, Fault> {
    let scope = require_read(actor, Action::ReadPortalAudit, &Thing::Portal)?;
    let items = audit::of_accounts(&s.db.reader(), &scope, accounts, most).await?;
    let page = Page { items, next: None };
    Ok(with_user_names(s, page, true).await?.items)
}

async fn with_user_names(
    s: &Services,
    page: Page<AuditEvent>,
    staff_too: bool,
) -> Result<Page<AuditEntry>, Fault> {
    let shown = |event: &AuditEvent| staff_too || event.actor_kind != "staff";
    let ids = page
        .items
        .iter()
        .filter(|e| shown(e))
        .filter_map(|e| e.actor_id);
    let names = users::user_names(&s.db.reader(), ids).await?;
    Ok(page.map(|event| AuditEntry {
        actor_user_name: event
            .actor_id
            .filter(|_| shown(&event))
            .and_then(|id| names.get(&id).cloned()),
        event,
    }))
}
