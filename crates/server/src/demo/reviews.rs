//! The broker's review of who has access: an earlier one that was completed, the quarterly schedule, and one that is running and
//! half answered. Through the services.

use chrono::Duration;
use quaymaster_domain::access::Actor;
use quaymaster_domain::access_reviews::{Answer, ReviewName, WhenUnanswered};
use quaymaster_domain::ids::{AccessReviewId, AccountId};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::people::Reason;
use quaymaster_service::access_reviews::{self, ItemFilter, NewAnswer, NewReview, ScheduleWanted};

use super::build::Builder;
use super::{cast, first_page};
use crate::failure::Failure;

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("the demo world: reviews: {error}"))
}

fn reason(text: &str) -> Result<Reason, Failure> {
    Reason::parse(text).map_err(broken)
}

/// What the owner said, by User ID.
const ANSWERS: [(&str, &str); 2] = [
    (
        "priya.nair",
        "Stands in for me, and runs the Long Beach desk.",
    ),
    ("dan.cole", "Files entries on both coasts."),
];

async fn start(
    b: &Builder,
    owner: &Actor,
    account: AccountId,
    name: &str,
    note: &str,
) -> Result<AccessReviewId, Failure> {
    let s = b.services();
    let due_on = (s.now() + Duration::days(12)).date_naive();
    let new = NewReview {
        name: Some(ReviewName::parse(name).map_err(broken)?),
        covers_members: true,
        covers_outside: true,
        due_on,
        when_unanswered: WhenUnanswered::Suspend,
        note: Some(reason(note)?),
    };
    let view = access_reviews::start(owner, s, account, new)
        .await
        .map_err(broken)?;
    Ok(view.review.id)
}

/// Answers "keep" for the named people, and for everybody when `all` is set.
async fn keep(
    b: &Builder,
    owner: &Actor,
    account: AccountId,
    review: AccessReviewId,
    all: bool,
) -> Result<(), Failure> {
    let s = b.services();
    let page = first_page();
    let found = access_reviews::items(owner, s, account, review, ItemFilter::default(), &page)
        .await
        .map_err(broken)?;
    for view in found.items {
        let known = ANSWERS
            .iter()
            .find(|(person, _)| view.user_name.as_deref() == Some(*person));
        let words = match known {
            Some((_, words)) => words,
            None if all => "Still needed.",
            None => continue,
        };
        let new = NewAnswer {
            answer: Answer::Keep,
            reason: reason(words)?,
            change: None,
        };
        access_reviews::answer(owner, s, account, review, view.item.id, new)
            .await
            .map_err(broken)?;
    }
    Ok(())
}

/// Tells the story of the broker's reviews.
///
/// # Errors
/// When the description does not fit the portal.
pub(super) async fn load(b: &Builder) -> Result<(), Failure> {
    let Some(people) = cast::broker() else {
        return Ok(());
    };
    b.move_to_ago(Duration::hours(66));
    let owner = b.actor_of(people.owner).await?;
    let account = owner
        .memberships
        .iter()
        .find(|m| m.role == MemberRole::Owner)
        .map(|m| m.account)
        .ok_or_else(|| broken("the broker has no owner"))?;
    let first = "Before the desks were formed";
    let done = start(
        b,
        &owner,
        account,
        first,
        "Everybody who is to stay is kept.",
    )
    .await?;
    keep(b, &owner, account, done, true).await?;
    let s = b.services();
    access_reviews::complete(&owner, s, account, done)
        .await
        .map_err(broken)?;
    let each_quarter = ScheduleWanted {
        due_days: 14,
        covers_members: true,
        covers_outside: true,
        when_unanswered: WhenUnanswered::Suspend,
    };
    access_reviews::set_schedule(&owner, s, account, each_quarter)
        .await
        .map_err(broken)?;
    b.move_to_ago(Duration::hours(50));
    let owner = b.actor_of(people.owner).await?;
    let note = "Ruth has not signed in for two months: does she still need it?";
    let running = start(b, &owner, account, "After the desks were formed", note).await?;
    keep(b, &owner, account, running, false).await
}
