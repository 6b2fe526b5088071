//! Renewing many grants at once: every grant stands for itself, so that one refusal holds up nobody else.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Action, Actor, Thing, require, require_read, scope_of};
use quaymaster_domain::ids::{AccountId, GrantId};
use quaymaster_store::grants as store;

use super::{GrantError, Patch, update};
use crate::Services;
use crate::error::Fault;
use crate::users::place;

/// What became of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// It ends on the new day.
    Renewed,
    /// The grantor was asked.
    Asked,
}

/// Gives grants of an account another end. Owner only (R11).
///
/// # Errors
/// [`Fault::Denied`] for everybody else; what is refused for single grants is in the answer.
pub async fn renew(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    grants: &[GrantId],
    ends_at: Option<DateTime<Utc>>,
) -> Result<Vec<(GrantId, Result<Renewal, GrantError>)>, Fault> {
    let at = place(actor, s, account).await?;
    require_read(actor, Action::ReadGrants, &Thing::Account(at))?;
    // A proof that is too old is one refusal for all of them.
    let _permit = require(actor, Action::ChangeGrant, &Thing::Account(at))?;
    let mut all = Vec::with_capacity(grants.len());
    for id in grants {
        all.push((*id, one(actor, s, account, *id, ends_at).await));
    }
    Ok(all)
}

async fn one(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: GrantId,
    ends_at: Option<DateTime<Utc>>,
) -> Result<Renewal, GrantError> {
    let found = store::find(&s.db.reader(), &scope_of(actor), id)
        .await?
        .filter(|grant| grant.grantor == account || grant.recipient == account)
        .ok_or(Fault::NotFound)?;
    let patch = Patch {
        ends_at: Some(ends_at),
        ..Patch::default()
    };
    let (_, waits) = update(actor, s, id, found.version, patch).await?;
    Ok(if waits {
        Renewal::Asked
    } else {
        Renewal::Renewed
    })
}
