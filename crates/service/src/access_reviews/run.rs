//! Starting a review, closing it when everything is answered, calling it off.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use quaymaster_domain::access::{Action, Actor, Thing, require, scope_of_job};
use quaymaster_domain::access_reviews::{
    self as rules, ReviewFacts, ReviewName, ReviewState, WhenUnanswered,
};
use quaymaster_domain::ids::{AccessReviewId, AccountId, SubAccountId};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::members::{RecordsLevel, ReportsLevel, StructureLevel};
use quaymaster_domain::people::Reason;
use quaymaster_store::access_reviews::{self as store, AccessReview, ReviewItem};
use quaymaster_store::accounts::{self, Account};
use quaymaster_store::members::{self, Rights};
use quaymaster_store::{WriteTx, users};

use super::{ReviewError, ReviewView, json, locked, outside, readable, review_view};
use crate::Services;
use crate::error::Fault;
use crate::mails::access_reviews as letters;

/// A review to start.
#[derive(Clone, Debug)]
pub struct NewReview {
    /// Its name; one is made of the quarter when there is none.
    pub name: Option<ReviewName>,
    /// Members are in it.
    pub covers_members: bool,
    /// People of other companies are in it.
    pub covers_outside: bool,
    /// Its last day, UTC.
    pub due_on: NaiveDate,
    /// What becomes of people for whom nobody answers.
    pub when_unanswered: WhenUnanswered,
    /// To the reviewers.
    pub note: Option<Reason>,
}

/// Starts a review over everybody who has access now. Owner only.
///
/// # Errors
/// The refusals of [`ReviewError`].
pub async fn start(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    new: NewReview,
) -> Result<ReviewView, ReviewError> {
    let (at, scope) = readable(actor, s, account).await?;
    let permit = require(actor, Action::RunAccessReviews, &Thing::Account(at))?;
    let due_at = rules::due(new.due_on, actor.now)?;
    if !new.covers_members && !new.covers_outside {
        return Err(ReviewError::CoversNobody);
    }
    let tx = s.db.begin_write().await?;
    let place = accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    if store::any_running(&tx, account, actor.now).await? {
        return Err(ReviewError::Running);
    }
    let review = AccessReview {
        id: s.id(),
        account,
        name: new
            .name
            .map_or_else(|| rules::default_name(actor.now), Into::into),
        covers_members: new.covers_members,
        covers_outside: new.covers_outside,
        note: new.note.map(Into::into),
        scheduled: false,
        started_at: actor.now,
        started_by_name: actor.name.clone(),
        facts: ReviewFacts {
            when_unanswered: new.when_unanswered,
            due_at,
            closed_at: None,
            cancelled: false,
        },
        cancel_reason: None,
    };
    let people = begin(s, &tx, &place, &review).await?;
    let counts = store::counts(&tx, &[review.id]).await?;
    let counts = counts.get(&review.id).copied().unwrap_or_default();
    let permit = permit
        .about("access_review", review.id, review.name.clone())
        .change(None, Some(json(&review, people)));
    s.commit(tx, permit).await?;
    Ok(review_view(actor, at, review, counts))
}

/// Keeps a review with its people, and tells the reviewers. The account's row is locked. Answers how many people.
pub(super) async fn begin(
    s: &Services,
    tx: &WriteTx,
    place: &Account,
    review: &AccessReview,
) -> Result<u64, Fault> {
    let mut items = Vec::new();
    if review.covers_members {
        items.extend(members_of(s, tx, place, review).await?);
    }
    if review.covers_outside {
        let scope = scope_of_job(place.id);
        items.extend(outside::people(s, tx, &scope, review).await?);
    }
    store::insert(tx, review).await?;
    store::insert_items(tx, &items).await?;
    for manager in members::managers(tx, place.id).await? {
        letters::started(s, place, review, items.len())
            .to(s, tx, &manager.user)
            .await?;
    }
    Ok(items.len() as u64)
}

/// Everybody but the owner, who answers for the account and could not be taken out of it (R8).
async fn members_of(
    s: &Services,
    tx: &WriteTx,
    place: &Account,
    review: &AccessReview,
) -> Result<Vec<ReviewItem>, Fault> {
    let names: HashMap<SubAccountId, String> = members::places(tx, place.id)
        .await?
        .into_iter()
        .map(|p| (p.id, p.name))
        .collect();
    let mut rights = members::rights_of_all(tx, place.id).await?;
    let mut items = Vec::new();
    for member in members::joined(tx, place.id).await? {
        if member.role == MemberRole::Owner {
            continue;
        }
        let own = rights.remove(&member.user.id).unwrap_or_default();
        items.push(ReviewItem {
            id: s.id(),
            review: review.id,
            account: place.id,
            user: member.user.id,
            grant: None,
            name_key: users::name_key(&member.user.given_name, &member.user.family_name),
            person_name: member.user.full_name(),
            company_name: place.company_name.clone(),
            role: Some(member.role),
            access_summary: in_words(member.role, &own, &names),
            last_used_at: member.user.last_sign_in.map(|last| last.at),
            answered: None,
            lapses_at: review.facts.lapses_at(),
            has_left: false,
        });
    }
    Ok(items)
}

/// What a member may do, in words that still say it when sub-accounts have other names.
pub(super) fn in_words(
    role: MemberRole,
    rights: &Rights,
    names: &HashMap<SubAccountId, String>,
) -> String {
    if role != MemberRole::User {
        return "Everything in every sub-account".to_owned();
    }
    let mut parts: Vec<String> = rights
        .access
        .iter()
        .map(|a| {
            let mut levels = Vec::new();
            if a.structure != StructureLevel::None {
                levels.push(format!("structure {}", a.structure.as_str()));
            }
            if a.records != RecordsLevel::None {
                levels.push(format!("records {}", a.records.as_str()));
            }
            if a.reports != ReportsLevel::None {
                levels.push(format!("reports {}", a.reports.as_str()));
            }
            let name = names.get(&a.sub_account_id).map_or("", String::as_str);
            format!("{name}: {}", levels.join(", "))
        })
        .collect();
    parts.sort();
    if parts.is_empty() {
        parts.push("The account's profile only".to_owned());
    }
    if !rights.ports.is_empty() {
        parts.push(format!("ports {}", rights.ports.join(", ")));
    }
    parts.join("; ")
}

/// Closes a review in which everything is answered, before its date. Owner only.
///
/// # Errors
/// [`ReviewError::AnswersMissing`], [`ReviewError::Over`].
pub async fn complete(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: AccessReviewId,
) -> Result<ReviewView, ReviewError> {
    close(actor, s, account, id, None).await
}

/// Calls a review off: nobody is suspended by it. Answers that were given stay in force. Owner only.
///
/// # Errors
/// [`ReviewError::Over`].
pub async fn cancel(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: AccessReviewId,
    reason: &Reason,
) -> Result<ReviewView, ReviewError> {
    close(actor, s, account, id, Some(reason)).await
}

async fn close(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: AccessReviewId,
    cancelled: Option<&Reason>,
) -> Result<ReviewView, ReviewError> {
    let (at, scope) = readable(actor, s, account).await?;
    let mut permit = require(actor, Action::RunAccessReviews, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let (_, mut review) = locked(&tx, &scope, account, id).await?;
    if review.facts.state(actor.now) != ReviewState::Running {
        return Err(ReviewError::Over);
    }
    if let Some(reason) = cancelled {
        store::let_go(&tx, id).await?;
        permit = permit.because(reason.as_str());
    }
    let counts = store::counts(&tx, &[id]).await?;
    let counts = counts.get(&id).copied().unwrap_or_default();
    if counts.unanswered > 0 {
        return Err(ReviewError::AnswersMissing(counts.unanswered));
    }
    let reason = cancelled.map(Reason::as_str);
    store::close(&tx, id, actor.now, reason).await?;
    let before = state_json(review.facts.state(actor.now), None);
    review.facts.closed_at = Some(actor.now);
    review.facts.cancelled = reason.is_some();
    review.cancel_reason = reason.map(str::to_owned);
    let after = state_json(review.facts.state(actor.now), Some(actor.now));
    let permit = permit
        .about("access_review", id, review.name.clone())
        .change(Some(before), Some(after));
    s.commit(tx, permit).await?;
    Ok(review_view(actor, at, review, counts))
}

fn state_json(state: ReviewState, at: Option<DateTime<Utc>>) -> String {
    serde_json::json!({ "state": state.as_str(), "closed_at": at }).to_string()
}
