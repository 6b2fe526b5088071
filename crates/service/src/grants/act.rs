//! What the two sides do to a grant that is there. One way through for all: lock, ask the policy for each side that the
//! actor is on, let the domain decide, save, audit in both trails, write to both owners.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{
    Action, Actor, Permit, Thing, may, require, require_read, scope_of,
};
use quaymaster_domain::grants::{
    GrantRefusal, GrantRights, GrantScope, GrantSide, GrantState, Offer, RecordsScope, SubAccounts,
    has_records,
};
use quaymaster_domain::ids::{AccountId, GrantId};
use quaymaster_domain::people::Reason;
use quaymaster_store::accounts::Account;
use quaymaster_store::db::Handle;
use quaymaster_store::grants::{self as store, GrantRow};
use quaymaster_store::{WriteTx, members, users};

use super::view::{audit_json, both_open, own_sides, view};
use super::{GrantError, GrantView};
use crate::Services;
use crate::error::Fault;
use crate::mails::grants::{Event, letter};

/// Less than was asked for, as the grantor accepts it.
#[derive(Clone, Debug)]
pub struct Narrowing {
    /// Which sub-accounts.
    pub sub_accounts: SubAccounts,
    /// The account's own profile.
    pub top_level: bool,
    /// Which rights.
    pub rights: GrantRights,
    /// Until when.
    pub ends_at: Option<DateTime<Utc>>,
}

/// What an act makes of a grant, and what both sides are told.
pub(super) struct Done {
    pub(super) after: GrantRow,
    pub(super) event: Event,
    pub(super) reason: Option<Reason>,
}

pub(super) struct Loaded {
    pub(super) grant: GrantRow,
    pub(super) places: HashMap<AccountId, Account>,
}

pub(super) async fn load(actor: &Actor, tx: &WriteTx, id: GrantId) -> Result<Loaded, GrantError> {
    let grant = store::lock(tx, &scope_of(actor), id)
        .await?
        .ok_or(Fault::NotFound)?;
    let places = store::parties(tx, std::slice::from_ref(&grant)).await?;
    Ok(Loaded { grant, places })
}

impl Loaded {
    pub(super) fn account(&self, side: GrantSide) -> Result<&Account, Fault> {
        self.places
            .get(&self.grant.account(side))
            .ok_or_else(|| Fault::Internal(format!("a grant without account: {}", self.grant.id)))
    }

    /// Asks policy and domain for each side that the actor is on; the first that may and can does it.
    pub(super) fn decide<T>(
        &self,
        actor: &Actor,
        action: Action,
        mut act: impl FnMut(GrantSide) -> Result<T, GrantError>,
    ) -> Result<(GrantSide, Permit, T), GrantError> {
        let mut refused: Option<GrantError> = None;
        for side in own_sides(actor, &self.grant) {
            let thing = Thing::Account(self.account(side)?.place());
            let allowed = require_read(actor, Action::ReadGrants, &thing)
                .and_then(|_| require(actor, action, &thing));
            match allowed {
                Ok(permit) => match act(side) {
                    Ok(done) => return Ok((side, permit, done)),
                    Err(refusal) => refused = Some(refusal),
                },
                Err(denied) => {
                    refused.get_or_insert(denied.into());
                }
            }
        }
        if let Some(refusal) = refused {
            return Err(refusal);
        }
        // Nobody of the two companies: staff, who may look.
        let thing = Thing::Account(self.account(GrantSide::Grantor)?.place());
        may(actor, action, &thing)?;
        Err(Fault::NotFound.into())
    }
}

/// Saves, writes both audit rows and both letters. The caller commits with the permit that is answered.
pub(super) async fn settle(
    actor_name: &str,
    s: &Services,
    tx: &WriteTx,
    loaded: &Loaded,
    side: Option<GrantSide>,
    permit: Permit,
    done: &Done,
) -> Result<Permit, GrantError> {
    let Done {
        after,
        event,
        reason,
    } = done;
    let before = &loaded.grant;
    let learnt = before.grantor_shown.is_some() && after.grantor_shown.is_none();
    let name = learnt
        .then(|| loaded.account(GrantSide::Grantor).map(|a| a.name.clone()))
        .transpose()?;
    store::save(tx, before, after, name.as_deref()).await?;
    let change = (Some(audit_json(before)), Some(audit_json(after)));
    let dressed = |permit: Permit, mine: GrantSide| -> Result<Permit, Fault> {
        let permit = permit
            .about("grant", after.id, shown_name(after, loaded, mine.other())?)
            .change(change.0.clone(), change.1.clone());
        Ok(match reason {
            Some(why) => permit.because(why.to_string()),
            None => permit,
        })
    };
    tell(
        actor_name,
        s,
        tx,
        after,
        loaded,
        *event,
        reason.as_ref(),
        side,
    )
    .await?;
    let Some(side) = side else {
        for mine in GrantSide::ALL {
            if after.shown_to(*mine) {
                let at = loaded.account(*mine)?.place();
                let row =
                    dressed(permit.clone(), *mine)?.within(Some(at.account), Some(at.company));
                s.also(tx, row).await?;
            }
        }
        return Ok(permit);
    };
    let other = side.other();
    if after.shown_to(other) {
        let at = loaded.account(other)?.place();
        // The other company learns who acted, unless it knows no more than a name from the register.
        let theirs = if other == GrantSide::Recipient && after.grantor_shown.is_some() {
            Permit::system(
                permit_name(*event),
                after.grantor_shown.as_deref().unwrap_or_default(),
            )
        } else {
            permit.clone()
        };
        let row = dressed(theirs, other)?.within(Some(at.account), Some(at.company));
        s.also(tx, row).await?;
    }
    Ok(dressed(permit, side)?)
}

const fn permit_name(event: Event) -> &'static str {
    match event {
        Event::Declined => "grant.decline",
        Event::Accepted => "grant.accept",
        _ => "grant.change",
    }
}

/// The name of a side as the other sees it.
fn shown_name(grant: &GrantRow, loaded: &Loaded, side: GrantSide) -> Result<String, Fault> {
    if side == GrantSide::Grantor
        && let Some(shown) = &grant.grantor_shown
    {
        return Ok(shown.clone());
    }
    Ok(loaded.account(side)?.name.clone())
}

/// A letter to the owner of each side that is shown the grant.
#[expect(clippy::too_many_arguments, reason = "each is a word of the letter")]
async fn tell(
    actor_name: &str,
    s: &Services,
    tx: &WriteTx,
    grant: &GrantRow,
    loaded: &Loaded,
    event: Event,
    reason: Option<&Reason>,
    by: Option<GrantSide>,
) -> Result<(), GrantError> {
    for mine in GrantSide::ALL.iter().copied() {
        if !grant.shown_to(mine) {
            continue;
        }
        let own = loaded.account(mine)?;
        let Some(owner) = users::by_id(tx, own.owner).await? else {
            continue;
        };
        // An invited owner who has not come yet has no use for letters about grants.
        if owner.user_name.is_none() {
            continue;
        }
        let hidden = mine == GrantSide::Recipient && grant.grantor_shown.is_some();
        let who = match by {
            Some(side) if side == mine => actor_name.to_owned(),
            Some(_) if hidden => shown_name(grant, loaded, mine.other())?,
            Some(side) => format!("{} of {}", actor_name, loaded.account(side)?.company_name),
            None => String::new(),
        };
        letter(
            s,
            event,
            mine,
            own,
            &shown_name(grant, loaded, mine.other())?,
            &who,
            grant,
            reason,
        )
        .to(s, tx, &owner)
        .await?;
    }
    Ok(())
}

pub(super) async fn act(
    actor: &Actor,
    s: &Services,
    id: GrantId,
    action: Action,
    then: impl Fn(GrantSide, &GrantRow, &Loaded) -> Result<Done, GrantError>,
) -> Result<GrantView, GrantError> {
    let tx = s.db.begin_write().await?;
    let loaded = load(actor, &tx, id).await?;
    let (side, permit, mut done) =
        loaded.decide(actor, action, |side| then(side, &loaded.grant, &loaded))?;
    done.after.version = loaded.grant.version + 1;
    finish(actor, s, tx, &loaded, side, permit, done).await
}

pub(super) async fn finish(
    actor: &Actor,
    s: &Services,
    tx: WriteTx,
    loaded: &Loaded,
    side: GrantSide,
    permit: Permit,
    done: Done,
) -> Result<GrantView, GrantError> {
    let permit = settle(&actor.name, s, &tx, loaded, Some(side), permit, &done).await?;
    let mut seen = view(actor, s, &tx, vec![done.after], |_| Some(side)).await?;
    s.commit(tx, permit).await?;
    seen.pop().ok_or_else(|| Fault::NotFound.into())
}

/// Accepts a proposal that was read at `version`.
///
/// # Errors
/// [`GrantError::Refused`], [`Fault::Stale`] when the proposal was changed since, [`GrantError::AccountClosed`].
pub async fn accept(
    actor: &Actor,
    s: &Services,
    id: GrantId,
    version: i64,
    narrowed: Option<Narrowing>,
) -> Result<GrantView, GrantError> {
    let now = s.now();
    let offer = narrowed.map(|n| Offer {
        scope: GrantScope {
            sub_accounts: n.sub_accounts,
            top_level: n.top_level,
            rights: n.rights,
        },
        ends_at: n.ends_at,
    });
    let tx = s.db.begin_write().await?;
    let loaded = load(actor, &tx, id).await?;
    let (side, permit, life) = loaded.decide(actor, Action::AcceptGrant, |side| {
        let life = loaded.grant.life.clone().accept(side, offer.clone(), now)?;
        if loaded.grant.version != version {
            return Err(Fault::Stale.into());
        }
        both_open(&loaded.grant, &loaded.places, side)?;
        Ok(life)
    })?;
    if let Some(offer) = &offer {
        fits(&tx, loaded.grant.grantor, &offer.scope).await?;
    }
    let after = GrantRow {
        life,
        grantor_shown: None,
        version: version + 1,
        ..loaded.grant.clone()
    };
    let done = Done {
        after,
        event: Event::Accepted,
        reason: None,
    };
    finish(actor, s, tx, &loaded, side, permit, done).await
}

/// Declines a proposal.
///
/// # Errors
/// [`GrantError::Refused`].
pub async fn decline(
    actor: &Actor,
    s: &Services,
    id: GrantId,
    reason: Option<Reason>,
) -> Result<GrantView, GrantError> {
    let now = s.now();
    act(actor, s, id, Action::DeclineGrant, |side, grant, _| {
        Ok(Done {
            after: GrantRow {
                life: grant.life.clone().decline(side, reason.clone(), now)?,
                ..grant.clone()
            },
            event: Event::Declined,
            reason: reason.clone(),
        })
    })
    .await
}

/// Holds a grant.
///
/// # Errors
/// [`GrantError::Refused`].
pub async fn pause(
    actor: &Actor,
    s: &Services,
    id: GrantId,
    reason: Option<Reason>,
) -> Result<GrantView, GrantError> {
    let now = s.now();
    act(actor, s, id, Action::PauseGrant, |side, grant, _| {
        Ok(Done {
            after: GrantRow {
                life: grant.life.clone().pause(side, reason.clone(), now)?,
                ..grant.clone()
            },
            event: Event::Paused,
            reason: reason.clone(),
        })
    })
    .await
}

/// Lets a held grant go on.
///
/// # Errors
/// [`GrantError::Refused`], [`GrantError::AccountClosed`].
pub async fn resume(actor: &Actor, s: &Services, id: GrantId) -> Result<GrantView, GrantError> {
    let now = s.now();
    act(actor, s, id, Action::ResumeGrant, |side, grant, loaded| {
        let life = grant.life.clone().resume(side, now)?;
        both_open(grant, &loaded.places, side)?;
        Ok(Done {
            after: GrantRow {
                life,
                ..grant.clone()
            },
            event: Event::Resumed,
            reason: None,
        })
    })
    .await
}

/// Ends a grant, or withdraws the own proposal.
///
/// # Errors
/// [`GrantError::Refused`].
pub async fn revoke(
    actor: &Actor,
    s: &Services,
    id: GrantId,
    reason: Option<Reason>,
) -> Result<GrantView, GrantError> {
    let now = s.now();
    act(actor, s, id, Action::RevokeGrant, |side, grant, _| {
        Ok(revoked(grant, side, reason.clone(), now)?)
    })
    .await
}

/// A grant that one side ends.
pub(super) fn revoked(
    grant: &GrantRow,
    side: GrantSide,
    reason: Option<Reason>,
    now: DateTime<Utc>,
) -> Result<Done, GrantRefusal> {
    let event = match grant.life.at(now) {
        GrantState::Proposed { .. } => Event::Withdrawn,
        _ => Event::Revoked,
    };
    Ok(Done {
        after: GrantRow {
            life: grant.life.clone().revoke(side, reason.clone(), now)?,
            asked: None,
            ..grant.clone()
        },
        event,
        reason,
    })
}

/// Whether the grantor has these sub-accounts, and whether they have what the rights speak of.
///
/// # Errors
/// [`Fault::Invalid`] names each that does not fit.
pub(crate) async fn fits(
    db: &impl Handle,
    grantor: AccountId,
    scope: &GrantScope,
) -> Result<(), Fault> {
    let SubAccounts::Named(ids) = &scope.sub_accounts else {
        return Ok(());
    };
    let places = members::places(db, grantor).await?;
    let mut faults = Vec::new();
    for (n, id) in ids.iter().enumerate() {
        let pointer = format!("/sub_account_ids/{n}");
        match places.iter().find(|p| p.id == *id) {
            None => faults.push(crate::error::FieldFault {
                pointer,
                code: "invalid",
                detail: "the account has no such sub-account".to_owned(),
            }),
            Some(place)
                if scope.rights.records != RecordsScope::None && !has_records(place.activity) =>
            {
                faults.push(crate::error::FieldFault {
                    pointer,
                    code: "right-not-in-sub-account",
                    detail: format!(
                        "{} carries the activity {}, which has no trade records; leave this sub-account out, or give no right to records",
                        place.name,
                        place.activity.label()
                    ),
                });
            }
            Some(_) => {}
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Fault::Invalid(faults))
    }
}
