//! Reviews of who has access to an account: reading here, starting and closing in `run`, answers in `answer`, the quarterly
//! schedule in `schedule`, what the clock sets off in `clock`, the evidence in `evidence`.

mod answer;
mod clock;
mod evidence;
mod outside;
mod run;
mod schedule;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{
    AccountRef, Action, Actor, Denied, Scope, Thing, may, require_read,
};
use quaymaster_domain::access_reviews::{
    Answer, AnswerError, DueError, ItemKind, ItemState, ReviewState, WhenUnanswered,
};
use quaymaster_domain::ids::{AccessReviewId, AccessReviewItemId, AccountId};
use quaymaster_store::access_reviews::{self as store, Standing};
use quaymaster_store::{Page, PageRequest, StoreError};

use crate::Services;
use crate::error::Fault;
use crate::users::{PersonError, place};

pub use answer::{NewAnswer, answer};
pub use clock::run_due;
pub use evidence::{Evidence, EvidenceFormat, evidence};
pub use quaymaster_store::access_reviews::{AccessReview, Answered, Counts, ReviewItem, Schedule};
pub use run::{NewReview, cancel, complete, start};
pub use schedule::{ScheduleWanted, end_schedule, find_schedule, set_schedule};

/// Why a review was not started, answered or closed.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// One at a time.
    #[error("a review of this account is running; complete or cancel it before another one starts")]
    Running,
    /// Neither members nor outsiders.
    #[error("choose members, people of other companies, or both")]
    CoversNobody,
    /// The last day does not fit.
    #[error(transparent)]
    Due(#[from] DueError),
    /// The review is over.
    #[error("this review is over")]
    Over,
    /// Not the moment for an answer.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// Not everything is answered.
    #[error("{0} people wait for an answer; answer for them, or let the review run until its date")]
    AnswersMissing(u64),
    /// A change that changes nothing.
    #[error("{0}")]
    NothingChanged(&'static str),
    /// The act on the person was refused.
    #[error(transparent)]
    Person(#[from] PersonError),
}

impl From<Fault> for ReviewError {
    fn from(fault: Fault) -> Self {
        Self::Person(fault.into())
    }
}
impl From<Denied> for ReviewError {
    fn from(denied: Denied) -> Self {
        Self::Person(denied.into())
    }
}
impl From<StoreError> for ReviewError {
    fn from(error: StoreError) -> Self {
        Self::Person(error.into())
    }
}

/// A review with what the reader can do about it.
#[derive(Clone, Debug)]
pub struct ReviewView {
    /// The review.
    pub review: AccessReview,
    /// Where it stands.
    pub state: ReviewState,
    /// How its people stand.
    pub counts: Counts,
    /// The reader may answer for somebody.
    pub can_answer: bool,
    /// The reader may complete it now.
    pub can_complete: bool,
    /// The reader may call it off.
    pub can_cancel: bool,
}

/// A person in a review with what the reader can do.
#[derive(Clone, Debug)]
pub struct ItemView {
    /// The person and the answer.
    pub item: ReviewItem,
    /// The User ID.
    pub user_name: Option<String>,
    /// The address on file.
    pub email: String,
    /// Where the person stands.
    pub state: ItemState,
    /// The answer came after the date.
    pub late: bool,
    /// Since when the access is suspended by this review.
    pub suspended_at: Option<DateTime<Utc>>,
    /// The answers that the reader may give now.
    pub answers: Vec<Answer>,
}

/// Which people of a review.
#[derive(Clone, Copy, Debug, Default)]
pub struct ItemFilter {
    /// Members or outsiders.
    pub kind: Option<ItemKind>,
    /// Where they stand.
    pub state: Option<ItemState>,
}

/// The account of a review as the policy wants it, and the reader's scope.
async fn readable(
    actor: &Actor,
    s: &Services,
    account: AccountId,
) -> Result<(AccountRef, Scope), Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadAccessReviews, &Thing::Account(at))?;
    Ok((at, scope))
}

/// The reviews of an account, the newest first.
///
/// # Errors
/// [`Fault::Denied`] for plain users.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<ReviewView>, Fault> {
    let (at, scope) = readable(actor, s, account).await?;
    let reader = s.db.reader();
    let found = store::list(&reader, &scope, account, page).await?;
    let ids: Vec<_> = found.items.iter().map(|r| r.id).collect();
    let counts = store::counts(&reader, &ids).await?;
    Ok(found.map(|review| {
        let counts = counts.get(&review.id).copied().unwrap_or_default();
        review_view(actor, at, review, counts)
    }))
}

/// One review.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn find(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: AccessReviewId,
) -> Result<ReviewView, Fault> {
    let (at, scope) = readable(actor, s, account).await?;
    let reader = s.db.reader();
    let review = store::find(&reader, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let counts = store::counts(&reader, &[id]).await?;
    let counts = counts.get(&id).copied().unwrap_or_default();
    Ok(review_view(actor, at, review, counts))
}

/// The people of a review by name.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn items(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: AccessReviewId,
    filter: ItemFilter,
    page: &PageRequest,
) -> Result<Page<ItemView>, Fault> {
    let (at, scope) = readable(actor, s, account).await?;
    let reader = s.db.reader();
    let review = store::find(&reader, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let wanted = store::ItemFilter {
        kind: filter.kind,
        standing: filter
            .state
            .map(|state| standing(&review, state, actor.now)),
    };
    let found = store::list_items(&reader, &scope, account, id, wanted, page).await?;
    Ok(found.map(|person| item_view(actor, at, &review, person)))
}

/// A state as the rows know it: what an unanswered person is goes by the review.
fn standing(review: &AccessReview, state: ItemState, now: DateTime<Utc>) -> Standing {
    let unanswered = match (review.facts.state(now), review.facts.when_unanswered) {
        (ReviewState::Running, _) => Some(ItemState::Open),
        (ReviewState::Finished, WhenUnanswered::Suspend) => Some(ItemState::Suspended),
        (ReviewState::Finished, WhenUnanswered::Report) => Some(ItemState::Reported),
        (ReviewState::Cancelled, _) => None,
    };
    match state {
        ItemState::Kept => Standing::Answered(Answer::Keep),
        ItemState::Changed => Standing::Answered(Answer::Change),
        ItemState::Removed => Standing::Answered(Answer::Remove),
        ItemState::Left => Standing::Left,
        state if unanswered == Some(state) => Standing::Unanswered,
        ItemState::Open | ItemState::Suspended | ItemState::Reported => Standing::Nobody,
    }
}

fn review_view(actor: &Actor, at: AccountRef, review: AccessReview, counts: Counts) -> ReviewView {
    let state = review.facts.state(actor.now);
    let thing = Thing::Account(at);
    let runs = may(actor, Action::RunAccessReviews, &thing).is_ok();
    let running = state == ReviewState::Running;
    let waits = running
        || (state == ReviewState::Finished
            && counts.unanswered > 0
            && review.facts.when_unanswered == WhenUnanswered::Suspend);
    ReviewView {
        state,
        can_answer: waits && may(actor, Action::AnswerAccessReview, &thing).is_ok(),
        can_complete: running && runs && counts.unanswered == 0,
        can_cancel: running && runs,
        review,
        counts,
    }
}

/// What is acted on when somebody answers for a person.
fn thing_of(at: AccountRef, item: &ReviewItem) -> (Action, Thing) {
    match item.role {
        Some(role) => (
            Action::AnswerAccessReview,
            Thing::Member(at, item.user, role),
        ),
        None => (Action::AnswerForOutsider, Thing::Account(at)),
    }
}

fn item_view(
    actor: &Actor,
    at: AccountRef,
    review: &AccessReview,
    person: store::ReviewedPerson,
) -> ItemView {
    let store::ReviewedPerson {
        item,
        user_name,
        email,
    } = person;
    let (action, thing) = thing_of(at, &item);
    let may_now = review.facts.may_answer(item.facts(), actor.now).is_ok()
        && may(actor, action, &thing).is_ok();
    ItemView {
        state: review.facts.item_state(item.facts(), actor.now),
        late: item
            .answered
            .as_ref()
            .is_some_and(|answered| answered.at >= review.facts.due_at),
        suspended_at: item.lapses_at.filter(|lapse| *lapse <= actor.now),
        answers: if may_now {
            Answer::ALL.to_vec()
        } else {
            Vec::new()
        },
        email: match item.kind() {
            ItemKind::Member => email,
            // The address of another company's person is that company's business.
            ItemKind::Outside => String::new(),
        },
        user_name,
        item,
    }
}

/// An account and one of its reviews, both locked, in the order in which everybody locks them.
async fn locked(
    tx: &quaymaster_store::WriteTx,
    scope: &Scope,
    account: AccountId,
    id: AccessReviewId,
) -> Result<(quaymaster_store::accounts::Account, AccessReview), Fault> {
    let account = quaymaster_store::accounts::lock(tx, scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let review = store::lock(tx, scope, account.id, id)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok((account, review))
}

/// What the audit trail keeps of a review.
fn json(review: &AccessReview, people: u64) -> String {
    serde_json::json!({
        "name": review.name,
        "covers_members": review.covers_members,
        "covers_outside": review.covers_outside,
        "when_unanswered": review.facts.when_unanswered.as_str(),
        "due_at": review.facts.due_at,
        "people": people,
    })
    .to_string()
}

/// What the audit trail keeps of an answer.
fn answer_json(item: AccessReviewItemId, answered: Option<&Answered>) -> String {
    serde_json::json!({
        "item": item,
        "decision": answered.map(|a| a.answer.as_str()),
        "changed_to": answered.and_then(|a| a.changed_to.as_deref()),
    })
    .to_string()
}
