//! What time sets off: reviews that a schedule begins, reminders, and the news of a result. Access does not wait for any of
//! this: a suspension counts from the date on, whenever these mails are written.

use chrono::{DateTime, Days, Duration, Utc};
use quaymaster_domain::access::Permit;
use quaymaster_domain::access_reviews::{
    self as rules, REMINDER_DAYS, ReviewFacts, ReviewState, WhenUnanswered,
};
use quaymaster_store::access_reviews::{self as store, AccessReview, Counts, Schedule};
use quaymaster_store::{accounts, mails, members, users};

use super::{json, run};
use crate::Services;
use crate::error::Fault;
use crate::mails::access_reviews as letters;

/// How many reviews are looked at in one go.
const BATCH: u64 = 100;

/// How many people are told in one transaction.
const TOLD_AT_ONCE: usize = 200;

/// Begins scheduled reviews, reminds, and tells results. May run as often and on as many replicas as it likes.
///
/// # Errors
/// When the database cannot answer; what was done before stays.
pub async fn run_due(s: &Services) -> Result<(), Fault> {
    let now = s.now();
    loop {
        let due = store::due_schedules(&s.db.reader(), now, BATCH).await?;
        if due.is_empty() {
            break;
        }
        for schedule in due {
            begin_scheduled(s, &schedule, now).await?;
        }
    }
    let earliest = REMINDER_DAYS.into_iter().max().unwrap_or(0);
    let soon = now + Duration::days(earliest);
    for review in store::untold(&s.db.reader(), soon, BATCH).await? {
        match review.facts.state(now) {
            ReviewState::Running => remind(s, &review, now).await?,
            ReviewState::Finished => tell(s, &review, now).await?,
            ReviewState::Cancelled => {}
        }
    }
    Ok(())
}

/// The days of a scheduled review count from the day on which it really begins, so that nobody loses time to a server that
/// stood still.
async fn begin_scheduled(
    s: &Services,
    schedule: &Schedule,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let tx = s.db.begin_write().await?;
    let Some(place) = accounts::lock_for_job(&tx, schedule.account).await? else {
        return Ok(());
    };
    if !store::move_on(&tx, schedule, rules::next_quarter(now)).await? {
        return Ok(());
    }
    let permit = Permit::system("access_review.schedule", "schedule of access reviews")
        .within(Some(place.id), Some(place.company_id));
    if !place.open || store::any_running(&tx, place.id, now).await? {
        let permit = permit
            .about("access_review_schedule", place.id, "every quarter")
            .because("no review was begun: the account is closed, or another review is running");
        return Ok(s.commit(tx, permit).await?);
    }
    let last_day = now
        .date_naive()
        .checked_add_days(Days::new(schedule.due_days))
        .unwrap_or(now.date_naive());
    let review = AccessReview {
        id: s.id(),
        account: place.id,
        name: rules::default_name(now),
        covers_members: schedule.covers_members,
        covers_outside: schedule.covers_outside,
        note: None,
        scheduled: true,
        started_at: now,
        started_by_name: schedule.set_by_name.clone(),
        facts: ReviewFacts {
            when_unanswered: schedule.when_unanswered,
            due_at: rules::end_of(last_day),
            closed_at: None,
            cancelled: false,
        },
        cancel_reason: None,
    };
    let people = run::begin(s, &tx, &place, &review).await?;
    let permit = permit
        .about("access_review", review.id, review.name.clone())
        .change(None, Some(json(&review, people)));
    Ok(s.commit(tx, permit).await?)
}

async fn counts_of(s: &Services, review: &AccessReview) -> Result<Counts, Fault> {
    let counts = store::counts(&s.db.reader(), &[review.id]).await?;
    Ok(counts.get(&review.id).copied().unwrap_or_default())
}

/// Reminds owner and proxies while answers are missing; every mail goes out once.
async fn remind(s: &Services, review: &AccessReview, now: DateTime<Utc>) -> Result<(), Fault> {
    let Some(days) = rules::reminder_due(review.started_at, review.facts.due_at, now) else {
        return Ok(());
    };
    let open = counts_of(s, review).await?.unanswered;
    if open == 0 {
        return Ok(());
    }
    let key = |user| format!("access-review:{}:{days}:{user}", review.id);
    let managers = members::managers(&s.db.reader(), review.account).await?;
    let keys = managers.iter().map(|m| key(m.user.id));
    let known = mails::known_keys(&s.db.reader(), keys).await?;
    let tx = s.db.begin_write().await?;
    let Some(place) = accounts::lock_for_job(&tx, review.account).await? else {
        return Ok(());
    };
    let mut told = 0;
    for manager in managers {
        let once = key(manager.user.id);
        if known.contains(&once) {
            continue;
        }
        let letter = letters::reminder(s, &place, review, open, days, once);
        letter.to(s, &tx, &manager.user).await?;
        told += 1;
    }
    if told == 0 {
        return Ok(());
    }
    let permit = Permit::system("access_review.remind", "daily job")
        .within(Some(place.id), Some(place.company_id))
        .about("access_review", review.id, review.name.clone())
        .because(format!("{open} people wait for an answer"));
    Ok(s.commit(tx, permit).await?)
}

/// Tells the owner the result, and whoever is suspended by it. The audit trail gets the moment from which it counts.
async fn tell(s: &Services, review: &AccessReview, now: DateTime<Utc>) -> Result<(), Fault> {
    let counts = counts_of(s, review).await?;
    let suspends = review.facts.when_unanswered == WhenUnanswered::Suspend;
    let lapsed = if suspends {
        store::lapsed_members(&s.db.reader(), review.id, now).await?
    } else {
        Vec::new()
    };
    let key = |user| format!("access-review:{}:suspended:{user}", review.id);
    // In pieces: a large account must not hold the one writer for long. Each mail goes out once for its key.
    for piece in lapsed.chunks(TOLD_AT_ONCE) {
        let known = mails::known_keys(&s.db.reader(), piece.iter().map(|u| key(*u))).await?;
        let tx = s.db.begin_write().await?;
        let Some(place) = accounts::lock_for_job(&tx, review.account).await? else {
            return Ok(());
        };
        for user in piece {
            let once = key(*user);
            if known.contains(&once) {
                continue;
            }
            if let Some(user) = users::by_id(&tx, *user).await? {
                letters::suspended(&place, review, once)
                    .to(s, &tx, &user)
                    .await?;
            }
        }
        tx.commit_bookkeeping().await?;
    }
    let tx = s.db.begin_write().await?;
    let Some(place) = accounts::lock_for_job(&tx, review.account).await? else {
        return Ok(());
    };
    if !store::mark_told(&tx, review.id, now).await? {
        return Ok(());
    }
    for manager in members::managers(&tx, review.account).await? {
        letters::result(s, &place, review, counts)
            .to(s, &tx, &manager.user)
            .await?;
    }
    let after = serde_json::json!({
        "state": "finished",
        "since": review.facts.due_at,
        "kept": counts.kept,
        "changed": counts.changed,
        "removed": counts.removed,
        "unanswered": counts.unanswered,
        "unanswered_are": if suspends { "suspended" } else { "reported" },
    });
    let permit = Permit::system("access_review.finish", "the clock")
        .within(Some(place.id), Some(place.company_id))
        .about("access_review", review.id, review.name.clone())
        .change(None, Some(after.to_string()));
    Ok(s.commit(tx, permit).await?)
}
