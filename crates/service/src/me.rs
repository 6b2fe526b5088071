//! The signed-in person: profile, memberships, record of sign-ins, acceptance of the terms.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Action, Actor, Membership, Thing, require, require_read};
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_domain::people::{PersonName, PhoneNumber};
use quaymaster_store::accounts::Account;
use quaymaster_store::sign_ins::{self, SignInEvent};
use quaymaster_store::terms_acceptances;
pub use quaymaster_store::terms_acceptances::TermsAcceptance;
use quaymaster_store::users::{self, Preferences, User, UserChange};
use quaymaster_store::{Page, PageRequest, StoreError, access_reviews, members, terms};

use crate::Services;
use crate::actors::{NextStep, SignedInRequest, next_step};
use crate::error::Fault;

/// A membership with everything that screens show of it.
#[derive(Clone, Debug)]
pub struct Place {
    /// Role and rights.
    pub membership: Membership,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The account.
    pub account: Account,
    /// Ports to which the person is limited there; none means no limit.
    pub ports: Vec<String>,
    /// Since when a review of access has suspended the access to the account.
    pub access_suspended_at: Option<DateTime<Utc>>,
}

/// A person as the person sees it.
#[derive(Clone, Debug)]
pub struct Me {
    /// The row.
    pub user: User,
    /// What must be done first.
    pub next_step: Option<NextStep>,
    /// Memberships by company and account.
    pub places: Vec<Place>,
}

/// The person of a request.
///
/// # Errors
/// When the database cannot answer.
pub async fn of_request(request: &SignedInRequest, s: &Services) -> Result<Me, Fault> {
    require_read(&request.actor, Action::ReadOwn, &Thing::Oneself)?;
    of_user(s, request.user.clone(), request.next_step).await
}

/// The person of a session that has just begun or been renewed.
#[must_use]
pub fn of_session(begun: &crate::sessions::SignedIn) -> Me {
    Me {
        user: begun.user.clone(),
        next_step: begun.next_step,
        places: begun.places.clone(),
    }
}

async fn of_user(s: &Services, user: User, next_step: Option<NextStep>) -> Result<Me, Fault> {
    let places = places(s, user.id).await?;
    Ok(Me {
        user,
        next_step,
        places,
    })
}

/// The own memberships, by company and account.
///
/// # Errors
/// When the database cannot answer.
pub async fn memberships(actor: &Actor, s: &Services) -> Result<Vec<Place>, Fault> {
    require_read(actor, Action::ReadOwn, &Thing::Oneself)?;
    Ok(places(s, actor.user).await?)
}

/// A person's places, for the person and for staff.
pub(crate) async fn places(s: &Services, user: UserId) -> Result<Vec<Place>, StoreError> {
    let mut all = places_of(s, &[user]).await?;
    Ok(all.remove(&user).unwrap_or_default())
}

/// The places of several people; those who belong nowhere are left out.
pub(crate) async fn places_of(
    s: &Services,
    people: &[UserId],
) -> Result<HashMap<UserId, Vec<Place>>, StoreError> {
    let reader = s.db.reader();
    let found = members::of_users(&reader, people).await?;
    let ports = if found.is_empty() {
        Vec::new()
    } else {
        members::ports_of_users(&reader, people).await?
    };
    let ports_at = |user: UserId, at: AccountId| {
        ports
            .iter()
            .filter(|(who, place, _)| *who == user && *place == at)
            .map(|(.., port)| port.clone())
            .collect()
    };
    let lapses = if found.is_empty() {
        HashMap::new()
    } else {
        access_reviews::lapses_of(&reader, people).await?
    };
    let now = s.now();
    Ok(found
        .into_iter()
        .map(|(user, places)| {
            let places = places
                .into_iter()
                .map(|(membership, since, account)| Place {
                    access_suspended_at: lapses
                        .get(&(user, membership.account))
                        .copied()
                        .filter(|at| *at <= now),
                    ports: ports_at(user, membership.account),
                    membership,
                    since,
                    account,
                })
                .collect();
            (user, places)
        })
        .collect())
}

/// A change of the own profile; absent fields stay.
#[derive(Debug, Default)]
pub struct MePatch {
    /// Given name.
    pub given_name: Option<PersonName>,
    /// Family name.
    pub family_name: Option<PersonName>,
    /// Phone number; `Some(None)` takes it away.
    pub phone: Option<Option<PhoneNumber>>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// `light`, `dark`, `system`.
    pub theme: Option<&'static str>,
    /// `comfortable`, `compact`.
    pub density: Option<&'static str>,
}

/// Changes the own profile.
///
/// # Errors
/// [`Fault::Stale`] when the profile is not at the version that was read.
pub async fn update(actor: &Actor, s: &Services, read: i64, patch: MePatch) -> Result<Me, Fault> {
    let permit = require(actor, Action::UpdateOwn, &Thing::Oneself)?;
    let MePatch {
        given_name,
        family_name,
        phone,
        time_zone,
        language,
        theme,
        density,
    } = patch;
    let tx = s.db.begin_write().await?;
    let before = users::lock(&tx, actor.user).await?.ok_or(Fault::NotFound)?;
    if before.version != read {
        return Err(Fault::Stale);
    }
    let mut after = before.clone();
    if let Some(name) = given_name {
        after.given_name = name.into();
    }
    if let Some(name) = family_name {
        after.family_name = name.into();
    }
    if let Some(phone) = phone {
        after.phone = phone.map(Into::into);
    }
    let kept = &before.preferences;
    after.preferences = Preferences {
        time_zone: time_zone.unwrap_or_else(|| kept.time_zone.clone()),
        language: language.unwrap_or_else(|| kept.language.clone()),
        theme: theme.map_or_else(|| kept.theme.clone(), str::to_owned),
        density: density.map_or_else(|| kept.density.clone(), str::to_owned),
    };
    let change = UserChange::default()
        .profile(
            &after.given_name,
            &after.family_name,
            after.phone.as_deref(),
        )
        .preferences(after.preferences.clone())
        .next_version(read);
    users::update(&tx, actor.user, change).await?;
    after.version = read + 1;
    s.commit(
        tx,
        permit.change(Some(profile_json(&before)), Some(profile_json(&after))),
    )
    .await?;
    let step = next_step(s, &after).await?;
    of_user(s, after, step).await
}

fn profile_json(user: &User) -> String {
    let Preferences {
        time_zone,
        language,
        theme,
        density,
    } = &user.preferences;
    serde_json::json!({
        "given_name": user.given_name, "family_name": user.family_name, "phone": user.phone,
        "time_zone": time_zone, "language": language, "theme": theme, "density": density,
    })
    .to_string()
}

/// The own record of sign-ins, the newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn sign_ins(
    actor: &Actor,
    s: &Services,
    page: &PageRequest,
) -> Result<Page<SignInEvent>, Fault> {
    require_read(actor, Action::ReadOwn, &Thing::Oneself)?;
    Ok(sign_ins::of_user(&s.db.reader(), actor.user, page).await?)
}

/// The own acceptances of the terms, the newest version first.
///
/// # Errors
/// When the database cannot answer.
pub async fn terms_acceptances(
    actor: &Actor,
    s: &Services,
    page: &PageRequest,
) -> Result<Page<TermsAcceptance>, Fault> {
    require_read(actor, Action::ReadOwn, &Thing::Oneself)?;
    Ok(terms_acceptances::of_user(&s.db.reader(), actor.user, page).await?)
}

/// Accepts the terms in force (R10). Accepting the same version again answers the acceptance on record.
///
/// # Errors
/// [`Fault::Stale`] when version and hash are not those in force.
pub async fn accept_terms(
    actor: &Actor,
    s: &Services,
    version: i64,
    sha256: &str,
) -> Result<TermsAcceptance, Fault> {
    let permit = require(actor, Action::AcceptTerms, &Thing::Oneself)?;
    let tx = s.db.begin_write().await?;
    // The row is locked, so that two acceptances of one person come one after the other.
    let user = users::lock(&tx, actor.user).await?.ok_or(Fault::NotFound)?;
    let current = terms::current(&tx).await?.ok_or(Fault::NotFound)?;
    if current.version != version || current.sha256 != sha256.to_lowercase() {
        return Err(Fault::Stale);
    }
    if let Some(found) = terms_acceptances::find(&tx, user.id, version).await? {
        return Ok(found);
    }
    let acceptance = TermsAcceptance {
        version,
        sha256: current.sha256,
        accepted_at: s.now(),
    };
    terms_acceptances::insert(&tx, user.id, actor.session, &acceptance).await?;
    users::update(&tx, user.id, UserChange::default().terms(version)).await?;
    let after = serde_json::json!({ "version": version, "sha256": acceptance.sha256 }).to_string();
    let label = format!("{}, version {version}", current.title);
    s.commit(
        tx,
        permit
            .about("terms", version, label)
            .change(None, Some(after)),
    )
    .await?;
    Ok(acceptance)
}
