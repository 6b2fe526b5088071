//! Everything that outsiders can see of an account: the people, the kill switch, and why one person can or cannot.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{Action, Actor, Thing, require, require_read};
use quaymaster_domain::grants::{
    Assignment, GrantRights, GrantScope, GrantSide, GrantState, NotInEffect, RecordsScope,
    SubAccounts, Via, effective,
};
use quaymaster_domain::ids::{AccountId, GrantId, SubAccountId, UserId};
use quaymaster_domain::people::Reason;
use quaymaster_store::accounts::Account;
use quaymaster_store::grants::people::{self, Named};
use quaymaster_store::grants::seats::{self, Part};
use quaymaster_store::grants::{self as store, GrantFilter, NamedSubAccount, StateFilter};
use quaymaster_store::members::{self, Place};
use quaymaster_store::{Page, PageRequest, users};

use super::GrantError;
use super::act::{Loaded, revoked, settle};
use crate::Services;
use crate::error::Fault;
use crate::users::place;

/// A person of another company who sees something of the account at this moment.
#[derive(Clone, Debug)]
pub struct OutsidePerson {
    /// Who.
    pub who: Named,
    /// The account of the other company.
    pub through: Account,
    /// The grant.
    pub grant: GrantId,
    /// How it was passed on.
    pub via: Vec<Via>,
    /// What the person sees.
    pub sees: GrantScope,
    /// The sub-accounts that the grant names.
    pub sub_accounts: Vec<NamedSubAccount>,
    /// Until when.
    pub until: Option<DateTime<Utc>>,
    /// The last use.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// How many outsiders there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutsideAccess {
    /// Different people who see something at this moment.
    pub people: u64,
    /// Grants given that are active or paused.
    pub grants: u64,
    /// Own proposals that wait.
    pub proposals: u64,
}

/// What the kill switch has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// People who saw something until then.
    pub people: u64,
    /// Grants that were active or paused.
    pub grants: u64,
}

/// The ways by which something was passed on, each once.
pub(crate) fn ways(assignments: &[Assignment]) -> Vec<Via> {
    Via::ALL
        .iter()
        .copied()
        .filter(|via| assignments.iter().any(|a| a.via == *via))
        .collect()
}

/// Who can see the account at this moment, by name.
///
/// # Errors
/// [`Fault::Denied`] for plain users and guests.
pub async fn outside_people(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    q: Option<&str>,
    page: &PageRequest,
) -> Result<Page<OutsidePerson>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadGrants, &Thing::Account(at))?;
    let (reader, now) = (s.db.reader(), s.now());
    let found = people::outside(&reader, &scope, account, q, now, page).await?;
    let mut items = Vec::with_capacity(found.items.len());
    let one = PageRequest {
        limit: 1,
        after: None,
    };
    for seat in found.items {
        let Some(grant) = store::find(&reader, &scope, seat.grant).await? else {
            continue;
        };
        let places = store::parties(&reader, std::slice::from_ref(&grant)).await?;
        let Some(through) = places.get(&grant.recipient).cloned() else {
            continue;
        };
        let person = people::of_grant(&reader, &grant, Some(seat.who.id), now, &one)
            .await?
            .items
            .pop();
        let Some(person) = person else { continue };
        let both = places.values().all(|a| a.open);
        items.push(OutsidePerson {
            via: ways(&person.part.assignments),
            sees: effective(&grant.life, both, &person.part, now),
            sub_accounts: store::named_sub_accounts(
                &reader,
                grant.life.offer.scope.sub_accounts.named(),
            )
            .await?,
            until: grant.life.offer.ends_at,
            last_used_at: person.last_used_at,
            grant: grant.id,
            who: seat.who,
            through,
        });
    }
    Ok(Page {
        items,
        next: found.next,
    })
}

async fn count(
    s: &Services,
    db: &impl quaymaster_store::db::Handle,
    scope: &quaymaster_domain::access::Scope,
    account: AccountId,
) -> Result<OutsideAccess, Fault> {
    let now = s.now();
    let of = |state, started_by| GrantFilter {
        state: Some(state),
        started_by,
        ..GrantFilter::of(GrantSide::Grantor)
    };
    let n = |filter| async move { store::count(db, scope, account, &filter, now).await };
    Ok(OutsideAccess {
        people: people::count_outside(db, scope, account, now).await?,
        grants: n(of(StateFilter::Active, None)).await? + n(of(StateFilter::Paused, None)).await?,
        proposals: n(of(StateFilter::Proposed, Some(GrantSide::Grantor))).await?,
    })
}

/// How many outsiders can see the account, through how many grants.
///
/// # Errors
/// [`Fault::Denied`] for plain users and guests.
pub async fn outside_access(
    actor: &Actor,
    s: &Services,
    account: AccountId,
) -> Result<OutsideAccess, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadGrants, &Thing::Account(at))?;
    count(s, &s.db.reader(), &scope, account).await
}

/// The kill switch: ends every grant given, and withdraws the own proposals. `people` is the number that was shown.
///
/// # Errors
/// [`GrantError::PreviewChanged`] when it is another number by now.
pub async fn end_outside_access(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    people: u64,
    reason: Option<Reason>,
) -> Result<Ended, GrantError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadGrants, &Thing::Account(at))?;
    let permit = require(actor, Action::EndOutsideAccess, &Thing::Account(at))?;
    let (side, now) = (GrantSide::Grantor, s.now());
    let tx = s.db.begin_write().await?;
    let given = store::lock_given(&tx, &scope, account).await?;
    let there = count(s, &tx, &scope, account).await?;
    if there.people != people {
        return Err(GrantError::PreviewChanged(format!(
            "by now {} can see this account, not {people}; look again and confirm that number",
            if there.people == 1 {
                "1 person".to_owned()
            } else {
                format!("{} people", there.people)
            }
        )));
    }
    for grant in given {
        let state = grant.life.at(now);
        let mine = grant.life.started_by == side;
        if matches!(state, GrantState::Ended { .. })
            || (matches!(state, GrantState::Proposed { .. }) && !mine)
        {
            continue;
        }
        let mut done = revoked(&grant, side, reason.clone(), now)?;
        done.after.version = grant.version + 1;
        let places = store::parties(&tx, std::slice::from_ref(&grant)).await?;
        let loaded = Loaded { grant, places };
        let row = settle(
            &actor.name,
            s,
            &tx,
            &loaded,
            Some(side),
            permit.clone(),
            &done,
        )
        .await?;
        s.also(&tx, row).await?;
    }
    let counted = |n: OutsideAccess| {
        Some(
            serde_json::json!({ "people": n.people, "grants": n.grants, "proposals": n.proposals })
                .to_string(),
        )
    };
    let mut permit = permit.about("account", account, "").change(
        counted(there),
        counted(count(s, &tx, &scope, account).await?),
    );
    if let Some(reason) = reason {
        permit = permit.because(reason.to_string());
    }
    s.commit(tx, permit).await?;
    Ok(Ended {
        people: there.people,
        grants: there.grants,
    })
}

/// What a person sees of one sub-account, with the reason.
#[derive(Clone, Debug)]
pub struct OutsideSubAccount {
    /// The sub-account.
    pub place: Place,
    /// The rights there.
    pub rights: GrantRights,
    /// Why, in words.
    pub why: String,
}

/// One grant that leads, or led, into the account for the person.
#[derive(Clone, Debug)]
pub struct OutsideGrant {
    /// The grant.
    pub grant: GrantId,
    /// The account of the other company.
    pub through: Account,
    /// The state by the clock.
    pub state: GrantState,
    /// How it was passed on.
    pub via: Vec<Via>,
    /// What it gives the person, or why nothing.
    pub why: String,
}

/// Why an outsider can, or cannot, see the account.
#[derive(Clone, Debug)]
pub struct OutsideExplained {
    /// Who.
    pub person: quaymaster_store::users::User,
    /// Whether anything can be seen at this moment.
    pub can_see: bool,
    /// Per sub-account that can be seen.
    pub sub_accounts: Vec<OutsideSubAccount>,
    /// The users of the account.
    pub users: bool,
    /// The account's own profile.
    pub top_level: bool,
    /// The grants, the newest first.
    pub grants: Vec<OutsideGrant>,
    /// What decides, in sentences.
    pub explanations: Vec<String>,
}

/// Explains what a person of another company sees of an account: to its owner, proxies and staff, and to the owner and
/// proxies of the person's own account.
///
/// # Errors
/// [`Fault::NotFound`] for somebody who never had anything to do with the account.
pub async fn explain_outside(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    user: UserId,
) -> Result<OutsideExplained, Fault> {
    let (reader, now) = (s.db.reader(), s.now());
    let memberships = members::of_user(&reader, user).await?;
    let own: Vec<(AccountId, bool)> = memberships
        .iter()
        .map(|(m, ..)| {
            (
                m.account,
                m.role == quaymaster_domain::members::MemberRole::Owner,
            )
        })
        .collect();
    // The person's own company asks in its own name; everybody else needs the right in the account itself.
    let side = own.iter().find_map(|(id, _)| {
        let membership = actor.membership(*id)?;
        let at = quaymaster_domain::access::AccountRef {
            account: *id,
            company: membership.company,
        };
        require_read(actor, Action::ReadGrants, &Thing::Account(at)).ok()
    });
    let scope = match (side, actor.membership(account)) {
        (Some(scope), None) => scope,
        _ => {
            let at = place(actor, s, account).await?;
            require_read(actor, Action::ReadGrants, &Thing::Account(at))?
        }
    };
    let parts = seats::explain(&reader, &scope, user, &own, account, s.now()).await?;
    let parts: Vec<Part> = parts
        .into_iter()
        .filter(|p| !p.person.assignments.is_empty() || p.last_used_at.is_some())
        .collect();
    if parts.is_empty() {
        return Err(Fault::NotFound);
    }
    let person = users::by_id(&reader, user).await?.ok_or(Fault::NotFound)?;
    let mut grants = Vec::new();
    let mut scopes: Vec<(GrantScope, String)> = Vec::new();
    for part in &parts {
        let Some((_, _, through)) = memberships
            .iter()
            .find(|(m, ..)| m.account == part.grant.recipient)
        else {
            continue;
        };
        let sees = effective(&part.grant.life, part.both_open, &part.person, now);
        let via = ways(&part.person.assignments);
        let why = reason(part, &sees, &via, through, now);
        if !sees.rights.is_nothing() {
            scopes.push((sees, why.clone()));
        }
        grants.push(OutsideGrant {
            grant: part.grant.id,
            through: through.clone(),
            state: part.grant.life.at(now),
            via,
            why,
        });
    }
    let sub_accounts = members::places(&reader, account)
        .await?
        .into_iter()
        .filter_map(|place| rights_in(place, &scopes))
        .collect();
    let can_see = !scopes.is_empty();
    let name = person.full_name();
    let mut explanations = vec![if can_see {
        format!("{name} can see something of this account at this moment.")
    } else {
        format!("{name} sees nothing of this account at this moment.")
    }];
    explanations.extend(grants.iter().map(|g| g.why.clone()));
    Ok(OutsideExplained {
        can_see,
        users: scopes.iter().any(|(scope, _)| scope.rights.users),
        top_level: scopes
            .iter()
            .any(|(scope, _)| scope.top_level && scope.rights.structure),
        sub_accounts,
        grants,
        explanations,
        person,
    })
}

fn rights_in(place: Place, scopes: &[(GrantScope, String)]) -> Option<OutsideSubAccount> {
    let id: SubAccountId = place.id;
    let here: Vec<_> = scopes
        .iter()
        .filter(|(scope, _)| match &scope.sub_accounts {
            SubAccounts::All => true,
            SubAccounts::Named(ids) => ids.contains(&id),
        })
        .collect();
    let rights = here
        .iter()
        .map(|(scope, _)| scope.rights)
        .fold(GrantRights::NONE, GrantRights::join);
    let useful = rights.structure || rights.reports || rights.records != RecordsScope::None;
    useful.then(|| OutsideSubAccount {
        place,
        rights,
        why: here
            .iter()
            .map(|(_, why)| why.as_str())
            .collect::<Vec<_>>()
            .join(" "),
    })
}

fn reason(
    part: &Part,
    sees: &GrantScope,
    via: &[Via],
    through: &Account,
    now: DateTime<Utc>,
) -> String {
    let account = format!("{} of {}", through.account_number, through.company_name);
    if !sees.rights.is_nothing() {
        let how = via
            .iter()
            .map(|via| match via {
                Via::Owner => "as its Account Owner",
                Via::Assigned => "by an assignment of its own",
                Via::Team => "through a team that looks after this client",
            })
            .collect::<Vec<_>>()
            .join(" and ");
        let until = part.grant.life.offer.ends_at.map_or_else(
            || "until it is revoked".to_owned(),
            |at| format!("until {}", at.format("%-d %B %Y, %H:%M UTC")),
        );
        return format!(
            "The grant to {account} is passed on to this person {how}; it lasts {until}."
        );
    }
    let why = match part.grant.life.in_effect(now) {
        Err(why) => why,
        Ok(()) if !part.both_open => NotInEffect::Closed,
        Ok(()) if part.person.removed => {
            return format!(
                "The grant to {account} is in effect, but this person was taken off it."
            );
        }
        Ok(()) => {
            return format!(
                "The grant to {account} is in effect, but it is not passed on to this person."
            );
        }
    };
    let words = match why {
        NotInEffect::Waiting => "waits for an answer",
        NotInEffect::NotStarted => "has not started yet",
        NotInEffect::PausedByGrantor | NotInEffect::PausedByRecipient => "is paused",
        NotInEffect::Expired => "has come to its end",
        NotInEffect::EndedByGrantor | NotInEffect::EndedByRecipient => "has been ended",
        NotInEffect::Closed => "belongs to a closed account",
        NotInEffect::Removed | NotInEffect::NotPassedOn => "gives this person nothing",
    };
    format!("The grant to {account} {words}.")
}
