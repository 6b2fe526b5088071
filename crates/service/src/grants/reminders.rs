//! What the clock does to grants, for the jobs: telling both sides that an end is near or has come. Nothing that anybody
//! sees depends on it; a grant ends at the second of its end by itself.

use chrono::Duration;
use quaymaster_domain::access::Permit;
use quaymaster_domain::grants::{GrantSide, GrantState, REMINDER_DAYS, reminder_due};
use quaymaster_store::grants::{self as store, GrantRow};
use quaymaster_store::{mails, users};

use super::act::{Done, Loaded, settle};
use crate::Services;
use crate::error::Fault;
use crate::mails::Letter;
use crate::mails::grants::{Event, ending};

/// How many grants are looked at in one go.
const BATCH: u64 = 200;

/// Writes down which grants have ended, with a letter to both sides. Answers how many.
///
/// # Errors
/// When the database cannot answer; what was written before stays.
pub async fn end_due(s: &Services) -> Result<usize, Fault> {
    let mut ended = 0;
    loop {
        let due = store::ending(&s.db.reader(), s.now(), None, BATCH).await?;
        if due.is_empty() {
            return Ok(ended);
        }
        let tx = s.db.begin_write().await?;
        let now = s.now();
        for grant in due {
            // Another replica may have been quicker, or the end was moved.
            let Some(grant) = store::lock_for_job(&tx, grant.id).await? else {
                continue;
            };
            let Some(life) = grant.life.clone().expire(now) else {
                continue;
            };
            let places = store::parties(&tx, std::slice::from_ref(&grant)).await?;
            let done = Done {
                after: GrantRow {
                    life,
                    asked: None,
                    version: grant.version + 1,
                    ..grant.clone()
                },
                event: Event::Expired,
                reason: None,
            };
            let loaded = Loaded { grant, places };
            let permit = Permit::system("grant.expire", "end of the grant");
            settle("", s, &tx, &loaded, None, permit, &done)
                .await
                .map(drop)
                .map_err(|error| match error {
                    super::GrantError::Fault(fault) => fault,
                    other => Fault::Internal(other.to_string()),
                })?;
            ended += 1;
        }
        let permit = Permit::system("grant.expire", "periodic job")
            .because("grants whose end has come are written down as ended");
        s.commit(tx, permit).await?;
    }
}

/// Puts every reminder that is due into the outbox: 30, 7 and 1 days before the end, to both sides. Answers how many.
///
/// # Errors
/// When the database cannot answer; what was put there before stays.
pub async fn send_due(s: &Services) -> Result<usize, Fault> {
    let now = s.now();
    let horizon = now + Duration::days(REMINDER_DAYS.into_iter().max().unwrap_or(0));
    let (mut after, mut sent) = (None, 0);
    loop {
        let found = store::ending(&s.db.reader(), horizon, after, BATCH).await?;
        let Some(last) = found.last() else {
            return Ok(sent);
        };
        after = last.life.offer.ends_at.map(|at| (at, last.id));
        let mut due = Vec::new();
        for grant in &found {
            // A proposal that nobody has answered needs no reminder of its end.
            let living = matches!(
                grant.life.at(now),
                GrantState::Active { .. } | GrantState::Paused { .. }
            );
            if let (true, Some(ends_at)) = (living, grant.life.offer.ends_at)
                && let Some(days) = reminder_due(ends_at, now)
            {
                due.push((grant, ends_at, days));
            }
        }
        let rows: Vec<GrantRow> = due.iter().map(|(grant, ..)| (*grant).clone()).collect();
        let places = store::parties(&s.db.reader(), &rows).await?;
        let mut letters = Vec::new();
        for (grant, ends_at, days) in due {
            for mine in GrantSide::ALL.iter().copied() {
                let (Some(own), Some(other)) = (
                    places.get(&grant.account(mine)),
                    places.get(&grant.account(mine.other())),
                ) else {
                    continue;
                };
                let letter = ending(s, mine, own, &other.name, grant, ends_at, days);
                letters.push((own.owner, letter));
            }
        }
        let keys = letters
            .iter()
            .filter_map(|(_, l): &(_, Letter)| l.once.clone());
        let known = mails::known_keys(&s.db.reader(), keys).await?;
        letters.retain(|(_, l)| l.once.as_ref().is_none_or(|key| !known.contains(key)));
        if letters.is_empty() {
            continue;
        }
        let tx = s.db.begin_write().await?;
        let mut count = 0;
        for (owner, letter) in letters {
            if let Some(owner) = users::by_id(&tx, owner).await?
                && owner.user_name.is_some()
            {
                letter.to(s, &tx, &owner).await?;
                count += 1;
            }
        }
        let permit = Permit::system("grant.remind", "periodic job")
            .because(format!("{count} reminders of grants that end soon"));
        s.commit(tx, permit).await?;
        sent += count;
    }
}
