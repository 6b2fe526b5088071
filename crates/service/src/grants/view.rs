//! A grant as one of its sides, or staff, sees it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{AccountRef, Action, Actor, Thing, may, require_read, scope_of};
use quaymaster_domain::grants::{GrantRefusal, GrantSide, GrantState, NotInEffect, SubAccounts};
use quaymaster_domain::ids::{AccountId, GrantId};
use quaymaster_store::accounts::{self, Account, AccountSummary};
use quaymaster_store::db::Handle;
use quaymaster_store::grants::{self as store, GrantRow, NamedSubAccount, people};

use super::GrantError;
use crate::Services;
use crate::error::Fault;

/// One of the two companies.
#[derive(Clone, Debug)]
pub struct Party {
    /// Account and owner; none while the reader knows no more than the company's name.
    pub account: Option<(Account, AccountSummary)>,
    /// The company's name, or the register's.
    pub company_name: String,
}

/// Whether the reader can do something, and if not, why.
pub type Capability = Result<(), String>;

/// What the reader can do.
#[derive(Clone, Debug)]
pub struct Capabilities {
    /// Accept the proposal.
    pub accept: Capability,
    /// Decline it.
    pub decline: Capability,
    /// Withdraw the own proposal.
    pub withdraw: Capability,
    /// Hold.
    pub pause: Capability,
    /// Let go on.
    pub resume: Capability,
    /// End.
    pub revoke: Capability,
    /// Change what is covered.
    pub change: Capability,
    /// Answer a change that was asked for.
    pub answer_change: Capability,
    /// Pass it on to own people.
    pub assign_people: Capability,
    /// Take people off it.
    pub remove_people: Capability,
    /// Block the other company.
    pub block: Capability,
}

/// A grant as it is seen.
#[derive(Clone, Debug)]
pub struct GrantView {
    /// The grant.
    pub grant: GrantRow,
    /// The state by the clock.
    pub state: GrantState,
    /// The reader's side; none for staff.
    pub my_side: Option<GrantSide>,
    /// Who lets the other see.
    pub grantor: Party,
    /// Who sees.
    pub recipient: Party,
    /// Whether it lets anybody see anything.
    pub in_effect: Result<(), NotInEffect>,
    /// The sub-accounts that it names, as far as the reader may know them.
    pub sub_accounts: Vec<NamedSubAccount>,
    /// How many people see something at this moment.
    pub people: u64,
    /// The last use by anybody.
    pub last_used_at: Option<DateTime<Utc>>,
    /// What the reader can do.
    pub can: Capabilities,
    /// The moment of the view.
    pub now: DateTime<Utc>,
}

/// The sides on which the actor is, as far as they are shown the grant.
pub(crate) fn own_sides(actor: &Actor, grant: &GrantRow) -> Vec<GrantSide> {
    GrantSide::ALL
        .iter()
        .copied()
        .filter(|side| actor.membership(grant.account(*side)).is_some() && grant.shown_to(*side))
        .collect()
}

/// One grant.
///
/// # Errors
/// [`Fault::NotFound`] when the actor is on neither side; [`Fault::Denied`] for plain users.
pub async fn find(actor: &Actor, s: &Services, id: GrantId) -> Result<GrantView, Fault> {
    let reader = s.db.reader();
    let grant = store::find(&reader, &scope_of(actor), id)
        .await?
        .ok_or(Fault::NotFound)?;
    let places = store::parties(&reader, std::slice::from_ref(&grant)).await?;
    let side = may_read(actor, &grant, &places)?;
    let mut found = view(actor, s, &reader, vec![grant], |_| side).await?;
    found.pop().ok_or(Fault::NotFound)
}

/// The side from which the actor reads a grant; none for staff.
pub(crate) fn may_read(
    actor: &Actor,
    grant: &GrantRow,
    places: &HashMap<AccountId, Account>,
) -> Result<Option<GrantSide>, Fault> {
    let at = |side| {
        places
            .get(&grant.account(side))
            .map(Account::place)
            .ok_or(Fault::NotFound)
    };
    let mut refused = None;
    // Whoever is on both sides answers a proposal from the side that was asked.
    let mut sides = own_sides(actor, grant);
    sides.sort_by_key(|side| *side == grant.life.started_by);
    for side in &sides {
        match require_read(actor, Action::ReadGrants, &Thing::Account(at(*side)?)) {
            Ok(_) => return Ok(Some(*side)),
            Err(denied) => refused = Some(denied),
        }
    }
    if let Some(denied) = refused {
        return Err(denied.into());
    }
    require_read(
        actor,
        Action::ReadGrants,
        &Thing::Account(at(GrantSide::Grantor)?),
    )?;
    Ok(None)
}

/// Grants that a finder has returned, as the reader sees them.
pub(crate) async fn view(
    actor: &Actor,
    s: &Services,
    db: &impl Handle,
    found: Vec<GrantRow>,
    side: impl Fn(&GrantRow) -> Option<GrantSide>,
) -> Result<Vec<GrantView>, Fault> {
    let now = s.now();
    let places = store::parties(db, &found).await?;
    let all: Vec<Account> = places.values().cloned().collect();
    let mut summaries = accounts::summaries(db, &all).await?;
    let mut counts = people::summary(db, &found, now).await?;
    let named = store::named_sub_accounts(
        db,
        found
            .iter()
            .flat_map(|g| g.life.offer.scope.sub_accounts.named()),
    )
    .await?;
    let mut views = Vec::with_capacity(found.len());
    for grant in found {
        let my_side = side(&grant);
        let hidden = my_side == Some(GrantSide::Recipient) && grant.grantor_shown.is_some();
        let mut party = |side: GrantSide| -> Result<Party, Fault> {
            let account = places
                .get(&grant.account(side))
                .ok_or_else(|| Fault::Internal(format!("a grant without account: {}", grant.id)))?;
            Ok(match (&grant.grantor_shown, side) {
                (Some(shown), GrantSide::Grantor) if hidden => Party {
                    account: None,
                    company_name: shown.clone(),
                },
                _ => Party {
                    company_name: account.company_name.clone(),
                    account: Some((
                        account.clone(),
                        summaries.entry(account.id).or_default().clone(),
                    )),
                },
            })
        };
        let (grantor, recipient) = (party(GrantSide::Grantor)?, party(GrantSide::Recipient)?);
        let sub_accounts = match &grant.life.offer.scope.sub_accounts {
            SubAccounts::Named(ids) if !hidden => named
                .iter()
                .filter(|sub| ids.contains(&sub.id))
                .cloned()
                .collect(),
            _ => Vec::new(),
        };
        let (people, last_used_at) = counts.remove(&grant.id).unwrap_or_default();
        views.push(GrantView {
            state: grant.life.at(now),
            in_effect: effect(&grant, &places, now),
            can: capabilities(actor, &grant, my_side, &places, now),
            my_side,
            grantor,
            recipient,
            sub_accounts,
            people,
            last_used_at,
            now,
            grant,
        });
    }
    Ok(views)
}

fn effect(
    grant: &GrantRow,
    places: &HashMap<AccountId, Account>,
    now: DateTime<Utc>,
) -> Result<(), NotInEffect> {
    grant.life.in_effect(now)?;
    let open = |side| places.get(&grant.account(side)).is_some_and(|a| a.open);
    if open(GrantSide::Grantor) && open(GrantSide::Recipient) {
        Ok(())
    } else {
        Err(NotInEffect::Closed)
    }
}

fn capabilities(
    actor: &Actor,
    grant: &GrantRow,
    side: Option<GrantSide>,
    places: &HashMap<AccountId, Account>,
    now: DateTime<Utc>,
) -> Capabilities {
    let at: Option<AccountRef> = side
        .and_then(|side| places.get(&grant.account(side)))
        .map(Account::place);
    let ask =
        |action: Action, then: &dyn Fn(GrantSide) -> Result<(), GrantRefusal>| match (side, at) {
            (Some(side), Some(at)) => {
                then(side).map_err(|refusal| refusal.to_string())?;
                may(actor, action, &Thing::Account(at)).map_err(|denied| denied.to_string())
            }
            _ => Err("this is for the two companies of the grant".to_owned()),
        };
    let life = || grant.life.clone();
    let of_side = |wanted: GrantSide| {
        move |side: GrantSide| {
            if side == wanted {
                Ok(())
            } else {
                Err(GrantRefusal::OtherSide(super::side_words(wanted)))
            }
        }
    };
    let proposed = matches!(grant.life.at(now), GrantState::Proposed { .. });
    let revoke = ask(Action::RevokeGrant, &|side| {
        life().revoke(side, None, now).map(drop)
    });
    let not_proposed = || Err("this grant does not wait for an answer".to_owned());
    Capabilities {
        accept: ask(Action::AcceptGrant, &|side| {
            life().accept(side, None, now).map(drop)
        }),
        decline: ask(Action::DeclineGrant, &|side| {
            life().decline(side, None, now).map(drop)
        }),
        withdraw: if proposed {
            revoke.clone()
        } else {
            not_proposed()
        },
        revoke: if proposed {
            Err("this grant waits for an answer; it can be withdrawn or declined".to_owned())
        } else {
            revoke
        },
        pause: ask(Action::PauseGrant, &|side| {
            life().pause(side, None, now).map(drop)
        }),
        resume: ask(Action::ResumeGrant, &|side| {
            life().resume(side, now).map(drop)
        }),
        change: ask(Action::ChangeGrant, &|side| {
            life().change(side, grant.life.offer.clone(), now).map(drop)
        }),
        answer_change: ask(Action::ChangeGrant, &|side| {
            life().accept_change(side, now).map(drop)
        }),
        assign_people: ask(Action::AssignGrantPeople, &|side| {
            of_side(GrantSide::Recipient)(side)?;
            grant.life.assignable(now)
        }),
        remove_people: ask(Action::RemoveGrantPerson, &|side| {
            of_side(GrantSide::Grantor)(side)?;
            grant.life.assignable(now)
        }),
        block: ask(Action::BlockCompany, &|_| Ok(())),
    }
}

/// The state that the audit trail keeps. Sub-accounts are counted, not named: both companies read it.
pub(crate) fn audit_json(grant: &GrantRow) -> String {
    let offer = &grant.life.offer;
    let rights = offer.scope.rights;
    serde_json::json!({
        "state": grant.life.state.word(),
        "sub_accounts": match &offer.scope.sub_accounts {
            SubAccounts::All => serde_json::json!("all"),
            SubAccounts::Named(ids) => serde_json::json!(ids.len()),
        },
        "top_level": offer.scope.top_level,
        "structure": rights.structure,
        "records": rights.records.as_str(),
        "reports": rights.reports,
        "users": rights.users,
        "purpose": grant.purpose.as_str(),
        "starts_at": grant.life.starts_at,
        "ends_at": offer.ends_at,
        "waiting_change": grant.life.asked.is_some(),
    })
    .to_string()
}

/// A refusal when the two accounts of a grant are not both open.
pub(crate) fn both_open(
    grant: &GrantRow,
    places: &HashMap<AccountId, Account>,
    own: GrantSide,
) -> Result<(), GrantError> {
    let closed = |side| places.get(&grant.account(side)).is_none_or(|a| !a.open);
    if closed(own) {
        return Err(GrantError::AccountClosed("your account is closed"));
    }
    if closed(own.other()) {
        return Err(GrantError::AccountClosed("the other account is closed"));
    }
    Ok(())
}
