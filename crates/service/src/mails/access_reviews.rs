//! Letters about reviews of access: to those who answer, and to those whose access a review has suspended.

use quaymaster_domain::access_reviews::{WhenUnanswered, day_before};
use quaymaster_store::access_reviews::{AccessReview, Counts};
use quaymaster_store::accounts::Account;

use super::Letter;
use crate::Services;

fn link(s: &Services, review: &AccessReview) -> String {
    format!("{}/access/reviews/{}", s.settings.base_url, review.id)
}

fn last_day(review: &AccessReview) -> String {
    day_before(review.facts.due_at)
        .format("%-d %B %Y")
        .to_string()
}

fn consequence(review: &AccessReview) -> &'static str {
    match review.facts.when_unanswered {
        WhenUnanswered::Suspend => {
            "Whoever is not answered for by then loses access to the account at that moment, until somebody answers."
        }
        WhenUnanswered::Report => {
            "Whoever is not answered for by then keeps the access and is named in the result."
        }
    }
}

fn people(count: u64) -> String {
    if count == 1 {
        "1 person".to_owned()
    } else {
        format!("{count} people")
    }
}

/// A review has begun.
pub(crate) fn started(
    s: &Services,
    account: &Account,
    review: &AccessReview,
    count: usize,
) -> Letter {
    let note = review
        .note
        .as_deref()
        .map_or_else(String::new, |note| format!("\n\nA note to you: {note}"));
    Letter {
        template: "access_review_started",
        subject: format!("{}: say who keeps access to {}", review.name, account.name),
        text: format!(
            "The access review \"{}\" of the portal account \"{}\" of {} has begun, started by {}. {} wait for an answer: keep, change or remove, each with a reason.\n\nAnswers are taken until the end of {} (UTC). {}{note}\n\n{}",
            review.name,
            account.name,
            account.company_name,
            review.started_by_name,
            people(count as u64),
            last_day(review),
            consequence(review),
            link(s, review),
        ),
        once: None,
    }
}

/// The date is near, and answers are missing.
pub(crate) fn reminder(
    s: &Services,
    account: &Account,
    review: &AccessReview,
    open: u64,
    days: i64,
    once: String,
) -> Letter {
    let left = if days == 1 {
        "1 day".to_owned()
    } else {
        format!("{days} days")
    };
    Letter {
        template: "access_review_reminder",
        subject: format!(
            "{left} left to answer in the access review of {}",
            account.name
        ),
        text: format!(
            "In the access review \"{}\" of the portal account \"{}\", {} still without an answer: {}. Answers are taken until the end of {} (UTC).\n\n{}\n\n{}",
            review.name,
            account.name,
            if open == 1 {
                "one person is"
            } else {
                "people are"
            },
            people(open),
            last_day(review),
            consequence(review),
            link(s, review),
        ),
        once: Some(once),
    }
}

/// The date has passed.
pub(crate) fn result(
    s: &Services,
    account: &Account,
    review: &AccessReview,
    counts: Counts,
) -> Letter {
    let unanswered = match (counts.unanswered, review.facts.when_unanswered) {
        (0, _) => "Everybody was answered for.".to_owned(),
        (n, WhenUnanswered::Suspend) => format!(
            "Nobody answered for {}; their access to the account is suspended since the date. An answer brings it back at once.",
            people(n)
        ),
        (n, WhenUnanswered::Report) => format!(
            "Nobody answered for {}; their access is as it was.",
            people(n)
        ),
    };
    Letter {
        template: "access_review_result",
        subject: format!("Result of the access review of {}", account.name),
        text: format!(
            "The access review \"{}\" of the portal account \"{}\" has ended: {} kept, {} changed, {} removed. {unanswered}\n\nThe evidence can be downloaded as PDF and CSV:\n\n{}",
            review.name,
            account.name,
            counts.kept,
            counts.changed,
            counts.removed,
            link(s, review),
        ),
        once: None,
    }
}

/// Your access is suspended.
pub(crate) fn suspended(account: &Account, review: &AccessReview, once: String) -> Letter {
    Letter {
        template: "access_suspended_by_review",
        subject: format!("Your access to {} is suspended", account.name),
        text: format!(
            "The portal account \"{}\" of {} was reviewed: its owner confirms from time to time who has access. Nobody answered for you until the end of {} (UTC), so your access to this account is suspended. Your User ID works, and other accounts of yours are not affected.\n\nAsk the Account Owner or a Proxy Account Owner of the account to answer for you; your access is back at once.",
            account.name,
            account.company_name,
            last_day(review),
        ),
        once: Some(once),
    }
}

/// Your access is back.
pub(crate) fn restored(by: &str, account: &Account, reason: &str) -> Letter {
    Letter {
        template: "access_restored_by_review",
        subject: format!("Your access to {} is back", account.name),
        text: format!(
            "{by} has answered for you in the access review of the portal account \"{}\" of {}. Your access is not suspended any more. The reason given:\n\n{reason}",
            account.name, account.company_name
        ),
        once: None,
    }
}
