//! People of other companies in a review: who they are when it begins, and what an answer does to their way in.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use quaymaster_domain::access::{Action, Actor, Scope, Thing, require};
use quaymaster_domain::grants::{GrantScope, RecordsScope, SubAccounts};
use quaymaster_domain::ids::{GrantId, SubAccountId};
use quaymaster_domain::people::Reason;
use quaymaster_store::access_reviews::{AccessReview, ReviewItem};
use quaymaster_store::constraint::Constraint;
use quaymaster_store::grants::{self, GrantRow, people as seats};
use quaymaster_store::{Cursor, PageRequest, StoreError, WriteTx, members, users};

use super::ReviewError;
use crate::Services;
use crate::error::Fault;

/// How many people are read at a time.
const BATCH: u64 = 500;

/// Everybody who sees the account through a grant at this moment.
pub(super) async fn people(
    s: &Services,
    tx: &WriteTx,
    scope: &Scope,
    review: &AccessReview,
) -> Result<Vec<ReviewItem>, Fault> {
    let names: HashMap<SubAccountId, String> = members::places(tx, review.account)
        .await?
        .into_iter()
        .map(|p| (p.id, p.name))
        .collect();
    let mut known: HashMap<GrantId, (GrantRow, String)> = HashMap::new();
    let mut items = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let page = PageRequest {
            limit: BATCH,
            after,
        };
        let now = review.started_at;
        let found = seats::outside(tx, scope, review.account, None, now, &page).await?;
        for seat in found.items {
            let (grant, company) = match known.entry(seat.grant) {
                Entry::Occupied(found) => found.into_mut(),
                Entry::Vacant(place) => {
                    let grant = grants::find(tx, scope, seat.grant)
                        .await?
                        .ok_or(Fault::NotFound)?;
                    let places = grants::parties(tx, std::slice::from_ref(&grant)).await?;
                    let company = places
                        .get(&grant.recipient)
                        .map_or_else(String::new, |a| a.company_name.clone());
                    place.insert((grant, company))
                }
            };
            let only = PageRequest {
                limit: 1,
                after: None,
            };
            let person = seats::of_grant(tx, grant, Some(seat.who.id), now, &only)
                .await?
                .items
                .pop();
            let sees = person.as_ref().map_or_else(GrantScope::nothing, |p| {
                quaymaster_domain::grants::effective(&grant.life, true, &p.part, now)
            });
            let user = users::by_id(tx, seat.who.id)
                .await?
                .ok_or(Fault::NotFound)?;
            items.push(ReviewItem {
                id: s.id(),
                review: review.id,
                account: review.account,
                user: seat.who.id,
                grant: Some((seat.grant.0, grant.version)),
                name_key: users::name_key(&user.given_name, &user.family_name),
                person_name: user.full_name(),
                company_name: company.clone(),
                role: None,
                access_summary: in_words(&sees, &names),
                last_used_at: person.and_then(|p| p.last_used_at),
                answered: None,
                lapses_at: review.facts.lapses_at(),
                has_left: false,
            });
        }
        after = found.next;
        if after.is_none() {
            return Ok(items);
        }
    }
}

fn in_words(sees: &GrantScope, names: &HashMap<SubAccountId, String>) -> String {
    let mut rights = Vec::new();
    if sees.rights.structure {
        rights.push("structure");
    }
    match sees.rights.records {
        RecordsScope::None => {}
        RecordsScope::OwnFilings => rights.push("records of own filings"),
        RecordsScope::All => rights.push("all records"),
    }
    if sees.rights.reports {
        rights.push("reports");
    }
    if sees.rights.users {
        rights.push("users");
    }
    let places = match &sees.sub_accounts {
        SubAccounts::All => "All sub-accounts".to_owned(),
        SubAccounts::Named(ids) => {
            let mut all: Vec<&str> = ids
                .iter()
                .filter_map(|id| names.get(id).map(String::as_str))
                .collect();
            all.sort_unstable();
            all.join(", ")
        }
    };
    format!("{places}: {}", rights.join(", "))
}

async fn locked(tx: &WriteTx, scope: &Scope, item: &ReviewItem) -> Result<GrantRow, Fault> {
    let (id, _) = item.grant.ok_or(Fault::NotFound)?;
    grants::lock(tx, scope, GrantId(id))
        .await?
        .ok_or(Fault::NotFound)
}

/// The grant was changed since the review began; answers how it is now, in words.
pub(super) async fn changed(
    tx: &WriteTx,
    scope: &Scope,
    item: &ReviewItem,
) -> Result<String, ReviewError> {
    let grant = locked(tx, scope, item).await?;
    if item
        .grant
        .is_none_or(|(_, version)| version == grant.version)
    {
        return Err(ReviewError::NothingChanged(
            "this grant is as it was when the review began; change it first, or answer with keep",
        ));
    }
    let names = members::places(tx, item.account)
        .await?
        .into_iter()
        .map(|p| (p.id, p.name))
        .collect();
    Ok(in_words(&grant.life.offer.scope, &names))
}

/// Takes a person off the grant. Somebody who was taken off already stays so.
pub(super) async fn remove(
    actor: &Actor,
    s: &Services,
    tx: &WriteTx,
    scope: &Scope,
    item: &ReviewItem,
    reason: &Reason,
) -> Result<(), ReviewError> {
    let grant = locked(tx, scope, item).await?;
    let places = grants::parties(tx, std::slice::from_ref(&grant)).await?;
    let own = places.get(&grant.grantor).ok_or(Fault::NotFound)?;
    let permit = require(
        actor,
        Action::RemoveGrantPerson,
        &Thing::Account(own.place()),
    )?;
    let only = PageRequest {
        limit: 1,
        after: None,
    };
    let before = seats::of_grant(tx, &grant, Some(item.user), actor.now, &only).await?;
    if before.items.first().is_some_and(|p| p.removal.is_some()) {
        return Ok(());
    }
    match seats::remove(
        tx,
        grant.id,
        item.user,
        actor.now,
        &actor.name,
        Some(reason),
    )
    .await
    {
        Ok(()) => {}
        Err(StoreError::Conflict(Constraint::GrantRemoval)) => return Ok(()),
        Err(other) => return Err(other.into()),
    }
    let after = serde_json::json!({ "grant": grant.id, "removed": true }).to_string();
    let permit = permit
        .about("user", item.user, item.person_name.clone())
        .because(reason.as_str())
        .change(None, Some(after));
    if let Some(other) = places.get(&grant.recipient) {
        let theirs = permit
            .clone()
            .within(Some(other.id), Some(other.company_id));
        s.also(tx, theirs).await?;
    }
    s.also(tx, permit).await?;
    Ok(())
}
