//! One person of the portal as staff see it, and suspending a person. What is done to a person stands in the trail of every
//! account that the person belongs to. Reactivation is an act in a case (R6).

use quaymaster_domain::access::{
    AccountRef, Action, Actor, Permit, Thing, may, require, require_read,
};
use quaymaster_domain::ids::{AccountId, CaseId, UserId};
use quaymaster_domain::locks::{self, LiftError, LiftedBy, SuspendedBy, Suspension};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::people::Reason;
use quaymaster_store::mails::{self, MailRecord};
use quaymaster_store::sessions::{self, Ended, Session};
use quaymaster_store::sign_ins::{self, SignInEvent};
use quaymaster_store::users::{self, User, UserChange};
use quaymaster_store::{PageRequest, WriteTx};

use super::StaffError;
use crate::Services;
use crate::cases::{CaseView, in_every_trail, overview};
use crate::error::Fault;
use crate::grants::guests::{self, GuestAccount};
use crate::mails::{staff as letters, users as user_letters};
use crate::me::{Place, places};
use crate::users::{self as users_of, EffectiveAccess, UserState, state_json, state_of};

/// How many sessions, sign-ins and mails are shown.
const SHOWN: u64 = 20;

/// A person as staff see it.
#[derive(Clone)]
pub struct Person {
    /// The person.
    pub user: User,
    /// Whether and why the person cannot sign in.
    pub state: UserState,
    /// Roles in accounts.
    pub places: Vec<Place>,
    /// Open sessions, newest first.
    pub sessions: Vec<Session>,
    /// The last sign-ins and attempts, newest first.
    pub recent_sign_ins: Vec<SignInEvent>,
    /// The last mails, newest first.
    pub mails: Vec<MailRecord>,
    /// What the person can do in each account, and where each right comes from.
    pub access: Vec<(AccountId, EffectiveAccess)>,
    /// Accounts of others that the person sees, and through which grant.
    pub guest_access: Vec<GuestAccount>,
    /// The newest cases about the person; nothing for those of the staff who do not read cases.
    pub cases: Option<Vec<CaseView>>,
}

/// One person. That somebody looked, and in which case, stands in the trail of every account that the person belongs to.
///
/// # Errors
/// [`Fault::Denied`] for people without a staff role; [`Fault::NotFound`] also for one of the staff, unless the actor may see
/// the staff; [`Fault::Invalid`] for a case that the actor does not read.
pub async fn person(
    actor: &Actor,
    s: &Services,
    user: UserId,
    case: Option<CaseId>,
) -> Result<Person, Fault> {
    let seen = look(actor, s, user).await?;
    let permit = require(actor, Action::ReadPerson, &Thing::Portal)?.about(
        "user",
        user,
        seen.user.full_name(),
    );
    let permit = match overview::reason(actor, s, case).await? {
        Some(reason) => permit.because(reason),
        None => permit,
    };
    let tx = s.db.begin_write().await?;
    in_every_trail(s, tx, user, permit).await?;
    Ok(seen)
}

/// The person without a row in the trail, for whoever has just left one.
async fn look(actor: &Actor, s: &Services, user: UserId) -> Result<Person, Fault> {
    require_read(actor, Action::ReadPerson, &Thing::Portal)?;
    let reader = s.db.reader();
    let found = users::by_id(&reader, user).await?;
    let found = visible(actor, found)?;
    let now = s.now();
    let page = PageRequest {
        limit: SHOWN,
        after: None,
    };
    let places = places(s, user).await?;
    let open = sessions::open_of(&reader, user, now, now - s.settings.session_idle, &page).await?;
    let recent = sign_ins::of_user(&reader, user, &page).await?;
    let mut access = Vec::with_capacity(places.len());
    let mut guest_access = Vec::new();
    for place in &places {
        let account = place.account.id;
        access.push((account, users_of::explain(actor, s, account, user).await?));
        let through = guests::of_member(actor, s, account, user, &page).await?;
        guest_access.extend(through.items);
    }
    Ok(Person {
        state: state(s, &found, &places)?,
        places,
        sessions: open.items,
        recent_sign_ins: recent.items,
        mails: mails::of_user(&reader, user, SHOWN).await?,
        access,
        guest_access,
        cases: overview::of_person(actor, s, user, SHOWN).await?,
        user: found,
    })
}

/// The staff are seen by who may see the staff.
fn visible(actor: &Actor, found: Option<User>) -> Result<User, Fault> {
    found
        .filter(|user| {
            user.staff_role.is_none() || may(actor, Action::ReadStaff, &Thing::Portal).is_ok()
        })
        .ok_or(Fault::NotFound)
}

/// The highest role anywhere decides who may lift a lock.
fn power(places: &[Place]) -> Option<MemberRole> {
    places.iter().map(|p| p.membership.role).max()
}

fn state(s: &Services, user: &User, places: &[Place]) -> Result<UserState, Fault> {
    Ok(state_of(
        user.user_name.is_some(),
        &user.lock_facts()?,
        &s.settings.lock_policy(),
        power(places),
        user.created_at,
        s.now(),
    ))
}

/// The person, locked, for an act of support leads and administrators. On one of the staff only administrators act.
async fn load(
    actor: &Actor,
    s: &Services,
    tx: &WriteTx,
    user: UserId,
) -> Result<(User, Vec<Place>, Permit), StaffError> {
    let permit = require(actor, Action::SuspendPerson, &Thing::Portal)?;
    let found = users::lock(tx, user).await?;
    let found = visible(actor, found)?;
    if found.id == actor.user {
        return Err(StaffError::Oneself);
    }
    let permit = if found.staff_role.is_some() {
        require(actor, Action::ManageStaff, &Thing::Portal)?
    } else {
        permit
    };
    let permit = permit.about("user", user, found.full_name());
    Ok((found, places(s, user).await?, permit))
}

/// Suspends a person; every session ends in the same transaction. Only staff lift it again.
///
/// # Errors
/// [`StaffError::LastAdministrator`], [`StaffError::Oneself`].
pub async fn suspend_person(
    actor: &Actor,
    s: &Services,
    user: UserId,
    reason: &Reason,
) -> Result<Person, StaffError> {
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let able = quaymaster_store::staff::lock_administrators(&tx).await?;
    let (found, places, permit) = load(actor, s, &tx, user).await?;
    super::spare_the_last(&able, user)?;
    let before = state(s, &found, &places)?;
    let suspension = Suspension {
        since: now,
        by: SuspendedBy::Staff,
        reason: reason.clone(),
    };
    let facts = locks::suspend(&found.lock_facts()?, suspension)?;
    users::update(&tx, user, UserChange::default().lock_facts(&facts)).await?;
    sessions::end(&tx, user, Ended::All, "suspended", now).await?;
    if found.user_name.is_some() {
        letters::suspended(reason.as_str())
            .to(s, &tx, &found)
            .await?;
    }
    let permit = permit.because(reason.as_str());
    finish(actor, s, tx, user, &places, &before, permit).await
}

/// Lifts a suspension that staff made.
///
/// # Errors
/// [`StaffError::NotLocked`], [`StaffError::LiftedByCompany`].
pub async fn lift_person_suspension(
    actor: &Actor,
    s: &Services,
    user: UserId,
) -> Result<Person, StaffError> {
    let tx = s.db.begin_write().await?;
    let (found, places, permit) = load(actor, s, &tx, user).await?;
    let before = state(s, &found, &places)?;
    let facts = locks::lift_suspension(
        &found.lock_facts()?,
        &s.settings.lock_policy(),
        power(&places),
        LiftedBy::Staff,
        s.now(),
    )
    .map_err(|error| match error {
        LiftError::NotLocked => StaffError::NotLocked("this person is not suspended"),
        LiftError::NotByThis => {
            let who: Vec<_> = before.lifted_by.iter().map(|by| by.in_words()).collect();
            StaffError::LiftedByCompany(who.join(" or "))
        }
        LiftError::Suspended => error.into(),
    })?;
    users::update(&tx, user, UserChange::default().lock_facts(&facts)).await?;
    if found.user_name.is_some() {
        user_letters::suspension_lifted("The operator of the portal")
            .to(s, &tx, &found)
            .await?;
    }
    finish(actor, s, tx, user, &places, &before, permit).await
}

/// Writes the act into the trail of every account of the person, and into the portal's when there is none.
async fn finish(
    actor: &Actor,
    s: &Services,
    tx: WriteTx,
    user: UserId,
    places: &[Place],
    before: &UserState,
    permit: Permit,
) -> Result<Person, StaffError> {
    let after = users::by_id(&tx, user).await?.ok_or(Fault::NotFound)?;
    let after = state(s, &after, places)?;
    let permit = permit.change(Some(state_json(before)), Some(state_json(&after)));
    let within = |at: AccountRef| permit.clone().within(Some(at.account), Some(at.company));
    let mut trails = places.iter().map(|p| p.account.place());
    let last = trails.next_back().map(within);
    for at in trails {
        s.also(&tx, within(at)).await?;
    }
    s.commit(tx, last.unwrap_or(permit)).await?;
    Ok(look(actor, s, user).await?)
}
