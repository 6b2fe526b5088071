//! What changes about a grant that is there: the grantor widens and shrinks it, the recipient gives up and asks for more.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Action, Actor};
use quaymaster_domain::grants::{GrantRights, GrantScope, GrantSide, Offer, SubAccounts};
use quaymaster_domain::ids::{GrantId, SubAccountId};
use quaymaster_domain::people::Reason;
use quaymaster_store::grants::{Asked, GrantRow};

use super::act::{Done, act, finish, fits, load};
use super::view::view;
use super::{GrantError, GrantView};
use crate::Services;
use crate::error::Fault;
use crate::mails::grants::Event;

/// What changes about a grant.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    /// All sub-accounts instead of named ones, or the other way round.
    pub all_sub_accounts: Option<bool>,
    /// The named ones.
    pub sub_accounts: Option<Vec<SubAccountId>>,
    /// The account's own profile.
    pub top_level: Option<bool>,
    /// Which rights.
    pub rights: Option<GrantRights>,
    /// What for.
    pub purpose: Option<Reason>,
    /// Until when; cleared for "until revoked".
    pub ends_at: Option<Option<DateTime<Utc>>>,
}

/// Changes what a grant covers. Tells whether a part of it waits for the grantor.
///
/// # Errors
/// [`GrantError::Refused`], [`Fault::Stale`] when it is not at `version` any more.
pub async fn update(
    actor: &Actor,
    s: &Services,
    id: GrantId,
    version: i64,
    patch: Patch,
) -> Result<(GrantView, bool), GrantError> {
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let loaded = load(actor, &tx, id).await?;
    let grant = &loaded.grant;
    let offer = &grant.life.offer;
    let Patch {
        all_sub_accounts,
        sub_accounts,
        top_level,
        rights,
        purpose,
        ends_at,
    } = patch;
    let old_all = offer.scope.sub_accounts == SubAccounts::All;
    let wanted = Offer {
        scope: GrantScope {
            sub_accounts: if all_sub_accounts.unwrap_or(old_all && sub_accounts.is_none()) {
                SubAccounts::All
            } else {
                match sub_accounts {
                    Some(ids) => SubAccounts::Named(ids.into_iter().collect()),
                    None => {
                        SubAccounts::Named(offer.scope.sub_accounts.named().into_iter().collect())
                    }
                }
            },
            top_level: top_level.unwrap_or(offer.scope.top_level),
            rights: rights.unwrap_or(offer.scope.rights),
        },
        ends_at: ends_at.unwrap_or(offer.ends_at),
    };
    let purpose = purpose.unwrap_or_else(|| grant.purpose.clone());
    let (side, permit, changed) = loaded.decide(actor, Action::ChangeGrant, |side| {
        let changed = grant.life.clone().change(side, wanted.clone(), now)?;
        if grant.version != version {
            return Err(Fault::Stale.into());
        }
        if side == GrantSide::Recipient {
            knows(grant, &wanted)?;
        }
        Ok(changed)
    })?;
    if wanted.scope != offer.scope {
        fits(&tx, grant.grantor, &wanted.scope).await?;
    }
    let asked = changed
        .grant
        .asked
        .is_some()
        .then(|| match (&grant.asked, changed.waits) {
            (Some(old), false) => old.clone(),
            _ => Asked {
                purpose: purpose.clone(),
                at: now,
                by_name: actor.name.clone(),
            },
        });
    let waits = changed.waits;
    let after = GrantRow {
        life: changed.grant,
        asked,
        purpose: if waits {
            grant.purpose.clone()
        } else {
            purpose
        },
        version: version + 1,
        ..grant.clone()
    };
    if after.life == grant.life && after.purpose == grant.purpose {
        let mut seen = view(actor, s, &tx, vec![grant.clone()], |_| Some(side)).await?;
        return Ok((seen.pop().ok_or(Fault::NotFound)?, waits));
    }
    let done = Done {
        after,
        event: if waits {
            Event::ChangeAsked
        } else {
            Event::Changed
        },
        reason: None,
    };
    let seen = finish(actor, s, tx, &loaded, side, permit, done).await?;
    Ok((seen, waits))
}

/// The recipient names only sub-accounts that it has been shown.
fn knows(grant: &GrantRow, wanted: &Offer) -> Result<(), Fault> {
    match (
        &wanted.scope.sub_accounts,
        &grant.life.offer.scope.sub_accounts,
    ) {
        (SubAccounts::Named(ids), SubAccounts::Named(known)) if !ids.is_subset(known) => {
            Err(Fault::field(
                "/sub_account_ids",
                "invalid",
                "name sub-accounts of the grant only, or ask for all of them; the other company names further ones",
            ))
        }
        _ => Ok(()),
    }
}

/// Agrees to what the recipient asked for, read at `version`.
///
/// # Errors
/// [`GrantError::Refused`], [`Fault::Stale`].
pub async fn accept_change(
    actor: &Actor,
    s: &Services,
    id: GrantId,
    version: i64,
) -> Result<GrantView, GrantError> {
    let now = s.now();
    act(actor, s, id, Action::ChangeGrant, |side, grant, _| {
        let life = grant.life.clone().accept_change(side, now)?;
        if grant.version != version {
            return Err(Fault::Stale.into());
        }
        let purpose = grant
            .asked
            .as_ref()
            .map_or_else(|| grant.purpose.clone(), |asked| asked.purpose.clone());
        Ok(Done {
            after: GrantRow {
                life,
                purpose,
                asked: None,
                ..grant.clone()
            },
            event: Event::ChangeAccepted,
            reason: None,
        })
    })
    .await
}

/// Refuses what the recipient asked for.
///
/// # Errors
/// [`GrantError::Refused`].
pub async fn decline_change(
    actor: &Actor,
    s: &Services,
    id: GrantId,
    reason: Option<Reason>,
) -> Result<GrantView, GrantError> {
    let only = GrantSide::Grantor;
    drop_change(actor, s, id, only, Event::ChangeDeclined, reason).await
}

/// Takes back what the recipient asked for.
///
/// # Errors
/// [`GrantError::Refused`].
pub async fn withdraw_change(
    actor: &Actor,
    s: &Services,
    id: GrantId,
) -> Result<GrantView, GrantError> {
    let only = GrantSide::Recipient;
    drop_change(actor, s, id, only, Event::ChangeWithdrawn, None).await
}

async fn drop_change(
    actor: &Actor,
    s: &Services,
    id: GrantId,
    only: GrantSide,
    event: Event,
    reason: Option<Reason>,
) -> Result<GrantView, GrantError> {
    let now = s.now();
    act(actor, s, id, Action::ChangeGrant, |side, grant, _| {
        Ok(Done {
            after: GrantRow {
                life: grant.life.clone().drop_change(side, only, now)?,
                asked: None,
                ..grant.clone()
            },
            event,
            reason: reason.clone(),
        })
    })
    .await
}
