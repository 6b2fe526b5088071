//! The evidence of a review: who had which access, who decided what and why. As CSV for machines, as PDF for auditors.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Actor;
use quaymaster_domain::access_reviews::{ItemKind, ItemState, ReviewState, WhenUnanswered};
use quaymaster_domain::ids::{AccessReviewId, AccountId};
use quaymaster_domain::members::MemberRole;
use quaymaster_store::access_reviews as store;
use quaymaster_store::accounts::{self, Account};
use quaymaster_store::{Cursor, PageRequest};

use super::{AccessReview, ItemView, item_view, readable};
use crate::Services;
use crate::error::Fault;
use crate::export::{Column, Sheet, to_csv, to_pdf};

/// How many people are read at a time.
const BATCH: u64 = 500;

/// As what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceFormat {
    /// The table, UTF-8.
    Csv,
    /// A document that screen readers can read.
    Pdf,
}

/// A file.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Its name, ASCII.
    pub file_name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The evidence of a review as it is at this moment; a running review says so in it.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn evidence(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: AccessReviewId,
    format: EvidenceFormat,
) -> Result<Evidence, Fault> {
    let (at, scope) = readable(actor, s, account).await?;
    let reader = s.db.reader();
    let place = accounts::find(&reader, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let review = store::find(&reader, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let mut people = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let page = PageRequest {
            limit: BATCH,
            after,
        };
        let filter = store::ItemFilter::default();
        let found = store::list_items(&reader, &scope, account, id, filter, &page).await?;
        let items = found.items.into_iter();
        people.extend(items.map(|person| item_view(actor, at, &review, person)));
        after = found.next;
        if after.is_none() {
            break;
        }
    }
    let extension = match format {
        EvidenceFormat::Csv => "csv",
        EvidenceFormat::Pdf => "pdf",
    };
    let file_name = format!(
        "access-review-{}-{}.{extension}",
        place.account_number,
        review.started_at.format("%Y-%m-%d")
    );
    let sheet = match format {
        EvidenceFormat::Csv => table(&place, &review, &people, actor.now),
        EvidenceFormat::Pdf => document(&place, &review, &people, actor.now),
    };
    // Setting a large document takes a while and would hold up other requests.
    let made = tokio::task::spawn_blocking(move || match format {
        EvidenceFormat::Csv => to_csv(&sheet).map_err(|error| error.to_string()),
        EvidenceFormat::Pdf => to_pdf(&sheet).map_err(|error| error.to_string()),
    });
    let bytes = made
        .await
        .map_err(|error| Fault::Internal(error.to_string()))?
        .map_err(Fault::Internal)?;
    Ok(Evidence { file_name, bytes })
}

fn table(place: &Account, review: &AccessReview, people: &[ItemView], now: DateTime<Utc>) -> Sheet {
    let headings = [
        "review",
        "account_number",
        "person",
        "user_id",
        "kind",
        "company",
        "role",
        "access_at_start",
        "last_used_at",
        "state",
        "decision",
        "reason",
        "changed_to",
        "decided_by",
        "decided_at",
        "late",
        "access_suspended_at",
    ];
    let moment = |at: Option<DateTime<Utc>>| {
        at.map_or_else(String::new, |at| {
            at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        })
    };
    let rows = people.iter().map(|person| {
        let item = &person.item;
        let answered = item.answered.as_ref();
        vec![
            review.name.clone(),
            place.account_number.clone(),
            item.person_name.clone(),
            person.user_name.clone().unwrap_or_default(),
            item.kind().as_str().to_owned(),
            item.company_name.clone(),
            item.role.map_or("", MemberRole::as_str).to_owned(),
            item.access_summary.clone(),
            moment(item.last_used_at),
            person.state.as_str().to_owned(),
            answered.map_or("", |a| a.answer.as_str()).to_owned(),
            answered.map_or_else(String::new, |a| a.reason.clone()),
            answered
                .and_then(|a| a.changed_to.clone())
                .unwrap_or_default(),
            answered.map_or_else(String::new, |a| a.by_name.clone()),
            moment(answered.map(|a| a.at)),
            if person.late { "yes" } else { "" }.to_owned(),
            moment(person.suspended_at),
        ]
    });
    Sheet {
        title: review.name.clone(),
        facts: Vec::new(),
        chart: None,
        columns: headings
            .into_iter()
            .map(|heading| Column {
                heading: heading.into(),
                share: 1.0,
            })
            .collect(),
        rows: rows.collect(),
        made_at: now,
    }
}

fn words(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

fn document(
    place: &Account,
    review: &AccessReview,
    people: &[ItemView],
    now: DateTime<Utc>,
) -> Sheet {
    let column = |heading: &'static str, share| Column {
        heading: heading.into(),
        share,
    };
    let rows = people.iter().map(|person| {
        let item = &person.item;
        let who = match item.kind() {
            ItemKind::Member => item.person_name.clone(),
            ItemKind::Outside => format!("{}\n{}", item.person_name, item.company_name),
        };
        let role = match item.role {
            Some(MemberRole::Owner) => "Account Owner",
            Some(MemberRole::Proxy) => "Proxy Account Owner",
            Some(MemberRole::User) => "Account User",
            None => "Outside, by grant",
        };
        let answered = item.answered.as_ref();
        let mut state = state_words(person.state).to_owned();
        if person.late {
            state.push_str(" (after the date)");
        }
        let mut reason = answered.map_or_else(String::new, |a| a.reason.clone());
        if let Some(to) = answered.and_then(|a| a.changed_to.as_deref()) {
            reason = format!("{reason}\nNow: {to}");
        }
        vec![
            who,
            role.to_owned(),
            item.access_summary.clone(),
            item.last_used_at.map_or_else(String::new, words),
            state,
            reason,
            answered.map_or_else(String::new, |a| format!("{}\n{}", a.by_name, words(a.at))),
        ]
    });
    Sheet {
        title: review.name.clone(),
        facts: facts(place, review, people, now),
        chart: None,
        columns: vec![
            column("Person", 1.5),
            column("Role", 1.1),
            column("Access when the review began", 2.4),
            column("Last use", 1.1),
            column("Result", 1.2),
            column("Reason", 2.0),
            column("Answered by", 1.3),
        ],
        rows: rows.collect(),
        made_at: now,
    }
}

fn facts(
    place: &Account,
    review: &AccessReview,
    people: &[ItemView],
    now: DateTime<Utc>,
) -> Vec<(String, String)> {
    let fact = |label: &str, value: String| (label.to_owned(), value);
    let covers = match (review.covers_members, review.covers_outside) {
        (true, true) => "Members, and people of other companies",
        (true, false) => "Members",
        _ => "People of other companies",
    };
    let unanswered = match review.facts.when_unanswered {
        WhenUnanswered::Suspend => "Access suspended from the date on, until answered",
        WhenUnanswered::Report => "Named here; access stays",
    };
    let state = match review.facts.state(now) {
        ReviewState::Running => "Running: this is not the final result".to_owned(),
        ReviewState::Finished => "Finished".to_owned(),
        ReviewState::Cancelled => format!(
            "Cancelled: {}",
            review.cancel_reason.as_deref().unwrap_or_default()
        ),
    };
    let count = |state: ItemState| people.iter().filter(|p| p.state == state).count();
    let summary: Vec<String> = ItemState::ALL
        .iter()
        .map(|state| (count(*state), state_words(*state)))
        .filter(|(n, _)| *n > 0)
        .map(|(n, words)| format!("{n} {}", words.to_lowercase()))
        .collect();
    let mut all = vec![
        fact(
            "Account",
            format!(
                "{}, {}, {}",
                place.account_number, place.name, place.company_name
            ),
        ),
        fact("Covers", covers.to_owned()),
        fact(
            "Started",
            format!(
                "{} by {}{}",
                words(review.started_at),
                review.started_by_name,
                if review.scheduled {
                    ", by the quarterly schedule"
                } else {
                    ""
                }
            ),
        ),
        fact("Answers until", words(review.facts.due_at)),
        fact("Without an answer", unanswered.to_owned()),
        fact("State", state),
        fact(
            "Result",
            format!("{} people: {}", people.len(), summary.join(", ")),
        ),
    ];
    if let Some(note) = &review.note {
        all.push(fact("Note", note.clone()));
    }
    all
}

fn state_words(state: ItemState) -> &'static str {
    match state {
        ItemState::Open => "Open",
        ItemState::Kept => "Kept",
        ItemState::Changed => "Changed",
        ItemState::Removed => "Removed",
        ItemState::Suspended => "Suspended, not answered",
        ItemState::Reported => "Not answered",
        ItemState::Left => "Left before an answer",
    }
}
