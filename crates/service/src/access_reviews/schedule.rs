//! The quarterly schedule of an account.

use quaymaster_domain::access::{Action, Actor, Thing, require};
use quaymaster_domain::access_reviews::{self as rules, WhenUnanswered};
use quaymaster_domain::ids::AccountId;
use quaymaster_store::access_reviews::{self as store, Schedule};
use quaymaster_store::accounts;

use super::{ReviewError, readable};
use crate::Services;
use crate::error::Fault;

/// A schedule to set.
#[derive(Clone, Copy, Debug)]
pub struct ScheduleWanted {
    /// How many days each review gives.
    pub due_days: u64,
    /// Members are in it.
    pub covers_members: bool,
    /// People of other companies are in it.
    pub covers_outside: bool,
    /// What becomes of people for whom nobody answers.
    pub when_unanswered: WhenUnanswered,
}

/// The schedule of an account.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub async fn find_schedule(
    actor: &Actor,
    s: &Services,
    account: AccountId,
) -> Result<Schedule, Fault> {
    let (_, scope) = readable(actor, s, account).await?;
    store::schedule(&s.db.reader(), &scope, account)
        .await?
        .ok_or(Fault::NotFound)
}

/// Has a review begin on the first day of every quarter. Owner only.
///
/// # Errors
/// The refusals of [`ReviewError`].
pub async fn set_schedule(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    wanted: ScheduleWanted,
) -> Result<Schedule, ReviewError> {
    let ScheduleWanted {
        due_days,
        covers_members,
        covers_outside,
        when_unanswered,
    } = wanted;
    let (at, scope) = readable(actor, s, account).await?;
    let permit = require(actor, Action::RunAccessReviews, &Thing::Account(at))?;
    if !rules::SCHEDULED_DAYS.contains(&due_days) {
        return Err(Fault::field("/due_days", "invalid", "choose 7 to 90 days").into());
    }
    if !covers_members && !covers_outside {
        return Err(ReviewError::CoversNobody);
    }
    let tx = s.db.begin_write().await?;
    accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let before = store::schedule(&tx, &scope, account).await?;
    let schedule = Schedule {
        account,
        due_days,
        covers_members,
        covers_outside,
        when_unanswered,
        // A review that is due and only waits for the job is not lost by a change of the schedule.
        next_at: before
            .as_ref()
            .map_or_else(|| rules::next_quarter(actor.now), |old| old.next_at),
        set_at: actor.now,
        set_by_name: actor.name.clone(),
    };
    store::set_schedule(&tx, &schedule).await?;
    let permit = permit
        .about("access_review_schedule", account, "every quarter")
        .change(before.as_ref().map(json), Some(json(&schedule)));
    s.commit(tx, permit).await?;
    Ok(schedule)
}

/// Ends the schedule. Owner only.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub async fn end_schedule(actor: &Actor, s: &Services, account: AccountId) -> Result<(), Fault> {
    let (at, scope) = readable(actor, s, account).await?;
    let permit = require(actor, Action::RunAccessReviews, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let before = store::schedule(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    store::delete_schedule(&tx, account).await?;
    let permit = permit
        .about("access_review_schedule", account, "every quarter")
        .change(Some(json(&before)), None);
    s.commit(tx, permit).await?;
    Ok(())
}

fn json(schedule: &Schedule) -> String {
    serde_json::json!({
        "due_days": schedule.due_days,
        "covers_members": schedule.covers_members,
        "covers_outside": schedule.covers_outside,
        "when_unanswered": schedule.when_unanswered.as_str(),
        "next_at": schedule.next_at,
    })
    .to_string()
}
