//! The people behind one grant: the recipient passes it on, the grantor may take single people off it.

use quaymaster_domain::access::{
    Action, Actor, Permit, Thing, may, require, require_read, scope_of,
};
use quaymaster_domain::grants::{GrantRefusal, GrantRights, GrantScope, GrantSide, effective};
use quaymaster_domain::ids::{GrantId, UserId};
use quaymaster_domain::people::Reason;
use quaymaster_store::grants::people::{self as store, Person, Single};
use quaymaster_store::grants::{GrantRow, find as find_grant, parties};
use quaymaster_store::{Page, PageRequest, WriteTx, members};

use super::GrantError;
use super::act::{Loaded, load};
use super::view::may_read;
use crate::Services;
use crate::error::Fault;
use crate::mails::Letter;

/// A person behind a grant.
#[derive(Clone, Debug)]
pub struct PersonView {
    /// The person.
    pub person: Person,
    /// What the person sees at this moment.
    pub sees: GrantScope,
    /// Whether the reader may know the names of the recipient's teams.
    pub names_teams: bool,
}

fn seen(
    grant: &GrantRow,
    both_open: bool,
    person: Person,
    side: Option<GrantSide>,
    now: chrono::DateTime<chrono::Utc>,
) -> PersonView {
    PersonView {
        sees: effective(&grant.life, both_open, &person.part, now),
        names_teams: side != Some(GrantSide::Grantor),
        person,
    }
}

/// The people behind a grant by name, also those who were taken off.
///
/// # Errors
/// [`Fault::NotFound`], [`Fault::Denied`].
pub async fn list_people(
    actor: &Actor,
    s: &Services,
    id: GrantId,
    page: &PageRequest,
) -> Result<Page<PersonView>, Fault> {
    let (reader, now) = (s.db.reader(), s.now());
    let grant = find_grant(&reader, &scope_of(actor), id)
        .await?
        .ok_or(Fault::NotFound)?;
    let places = parties(&reader, std::slice::from_ref(&grant)).await?;
    let side = may_read(actor, &grant, &places)?;
    let both = places.values().all(|a| a.open);
    let found = store::of_grant(&reader, &grant, None, now, page).await?;
    Ok(found.map(|person| seen(&grant, both, person, side, now)))
}

async fn one(
    tx: &WriteTx,
    loaded: &Loaded,
    user: UserId,
    side: GrantSide,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<PersonView, Fault> {
    let page = PageRequest {
        limit: 1,
        after: None,
    };
    let both = loaded.places.values().all(|a| a.open);
    let found = store::of_grant(tx, &loaded.grant, Some(user), now, &page).await?;
    let person = found.items.into_iter().next().ok_or(Fault::NotFound)?;
    Ok(seen(&loaded.grant, both, person, Some(side), now))
}

fn permit(
    actor: &Actor,
    loaded: &Loaded,
    side: GrantSide,
    action: Action,
) -> Result<Permit, GrantError> {
    if !loaded.grant.shown_to(side) || actor.membership(loaded.grant.account(side)).is_none() {
        // The other side and staff are told what they may not; strangers never get here.
        let other = loaded.account(side.other())?.place();
        require_read(actor, Action::ReadGrants, &Thing::Account(other))?;
        if actor.membership(other.account).is_some() {
            return Err(GrantRefusal::OtherSide(super::side_words(side)).into());
        }
        may(actor, action, &Thing::Account(other))?;
        return Err(Fault::NotFound.into());
    }
    let thing = Thing::Account(loaded.account(side)?.place());
    require_read(actor, Action::ReadGrants, &thing)?;
    Ok(require(actor, action, &thing)?)
}

fn rights_json(rights: Option<GrantRights>) -> serde_json::Value {
    match rights {
        None => serde_json::json!("as the grant"),
        Some(r) => serde_json::json!({
            "structure": r.structure, "records": r.records.as_str(), "reports": r.reports, "users": r.users,
        }),
    }
}

/// Both trails get the same row about a person behind a grant.
async fn both_trails(
    s: &Services,
    tx: &WriteTx,
    loaded: &Loaded,
    side: GrantSide,
    permit: &Permit,
) -> Result<(), GrantError> {
    let other = loaded.account(side.other())?.place();
    let row = permit
        .clone()
        .within(Some(other.account), Some(other.company));
    s.also(tx, row).await?;
    Ok(())
}

/// Passes a received grant on to a member of the own account, with all of its rights or fewer (R9).
///
/// # Errors
/// [`GrantRefusal::Exceeds`], [`GrantRefusal::State`], [`GrantError::RemovedByGrantor`], [`Fault::NotFound`] for nobody of
/// the account.
pub async fn assign(
    actor: &Actor,
    s: &Services,
    id: GrantId,
    user: UserId,
    rights: Option<GrantRights>,
) -> Result<PersonView, GrantError> {
    let (side, now) = (GrantSide::Recipient, s.now());
    let tx = s.db.begin_write().await?;
    let loaded = load(actor, &tx, id).await?;
    let permit = permit(actor, &loaded, side, Action::AssignGrantPeople)?;
    loaded.grant.life.assignable(now)?;
    let at = loaded.account(side)?.place();
    let scope = require_read(actor, Action::ReadUsers, &Thing::Account(at))?;
    let member = members::lock(&tx, &scope, at.account, user)
        .await?
        .ok_or(Fault::NotFound)?;
    if let Some(rights) = rights {
        if rights.is_nothing() {
            return Err(GrantRefusal::NoRight.into());
        }
        if !rights.within(loaded.grant.life.offer.scope.rights) {
            return Err(GrantRefusal::Exceeds.into());
        }
    }
    let page = PageRequest {
        limit: 1,
        after: None,
    };
    let before = store::of_grant(&tx, &loaded.grant, Some(user), now, &page)
        .await?
        .items
        .pop();
    if before.as_ref().is_some_and(|p| p.part.removed) {
        return Err(GrantError::RemovedByGrantor);
    }
    let old = before.and_then(|p| p.single);
    if old.as_ref().is_some_and(|single| single.rights == rights) {
        return Ok(one(&tx, &loaded, user, side, now).await?);
    }
    let single = Single {
        at: now,
        by_name: actor.name.clone(),
        rights,
    };
    store::assign(&tx, &loaded.grant, user, &single).await?;
    let name = member.user.full_name();
    let told = |rights| {
        Some(serde_json::json!({ "grant": id, "rights": rights_json(rights) }).to_string())
    };
    let permit = permit
        .about("user", user, name)
        .change(old.and_then(|single| told(single.rights)), told(rights));
    both_trails(s, &tx, &loaded, side, &permit).await?;
    let view = one(&tx, &loaded, user, side, now).await?;
    s.commit(tx, permit).await?;
    Ok(view)
}

/// Takes back a single assignment.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub async fn unassign(
    actor: &Actor,
    s: &Services,
    id: GrantId,
    user: UserId,
) -> Result<(), GrantError> {
    let side = GrantSide::Recipient;
    let tx = s.db.begin_write().await?;
    let loaded = load(actor, &tx, id).await?;
    let permit = permit(actor, &loaded, side, Action::AssignGrantPeople)?;
    let person = one(&tx, &loaded, user, side, s.now()).await?;
    if !store::unassign(&tx, id, user).await? {
        return Err(Fault::NotFound.into());
    }
    let before = serde_json::json!({ "grant": id }).to_string();
    let permit = permit
        .about("user", user, person.person.who.name)
        .change(Some(before), None);
    both_trails(s, &tx, &loaded, side, &permit).await?;
    s.commit(tx, permit).await?;
    Ok(())
}

/// The grantor takes a person off a grant, however it was passed on.
///
/// # Errors
/// [`Fault::NotFound`] for somebody who has nothing of it, [`GrantError::Already`].
pub async fn remove_person(
    actor: &Actor,
    s: &Services,
    id: GrantId,
    user: UserId,
    reason: Option<Reason>,
) -> Result<(), GrantError> {
    let (side, now) = (GrantSide::Grantor, s.now());
    let tx = s.db.begin_write().await?;
    let loaded = load(actor, &tx, id).await?;
    let permit = permit(actor, &loaded, side, Action::RemoveGrantPerson)?;
    loaded.grant.life.assignable(now)?;
    let person = one(&tx, &loaded, user, side, now).await?;
    store::remove(&tx, id, user, now, &actor.name, reason.as_ref()).await?;
    let own = loaded.account(side)?;
    if let Some(who) = quaymaster_store::users::by_id(&tx, user).await?
        && who.user_name.is_some()
    {
        let why = reason
            .as_ref()
            .map_or_else(String::new, |r| format!("\n\nThe reason given:\n\n{r}"));
        Letter {
            template: "grant_person_removed",
            subject: format!("You do not see the account {} any more", own.name),
            text: format!(
                "{} of {} has taken you off the people who may see the account \"{}\".{why}\n\nIf you need it for your work, speak to the Account Owner of your own account.",
                actor.name, own.company_name, own.name
            ),
            once: None,
        }
        .to(s, &tx, &who)
        .await?;
    }
    let after = serde_json::json!({ "grant": id, "removed": true }).to_string();
    let mut permit = permit
        .about("user", user, person.person.who.name)
        .change(None, Some(after));
    if let Some(reason) = &reason {
        permit = permit.because(reason.to_string());
    }
    both_trails(s, &tx, &loaded, side, &permit).await?;
    s.commit(tx, permit).await?;
    Ok(())
}

/// The grantor lets a person back in who was taken off.
///
/// # Errors
/// [`Fault::NotFound`] for somebody who was not.
pub async fn readmit(
    actor: &Actor,
    s: &Services,
    id: GrantId,
    user: UserId,
) -> Result<(), GrantError> {
    let side = GrantSide::Grantor;
    let tx = s.db.begin_write().await?;
    let loaded = load(actor, &tx, id).await?;
    let permit = permit(actor, &loaded, side, Action::ReadmitGrantPerson)?;
    let person = one(&tx, &loaded, user, side, s.now()).await?;
    if !store::readmit(&tx, id, user).await? {
        return Err(Fault::NotFound.into());
    }
    let before = serde_json::json!({ "grant": id, "removed": true }).to_string();
    let permit = permit
        .about("user", user, person.person.who.name)
        .change(Some(before), None);
    both_trails(s, &tx, &loaded, side, &permit).await?;
    s.commit(tx, permit).await?;
    Ok(())
}
