//! The mails that warn of dormancy, 15, 7 and 1 days before. A job calls this as often as it likes: each mail goes out once.

use chrono::Duration;
use quaymaster_domain::access::Permit;
use quaymaster_domain::locks::next_dormancy_mail;
use quaymaster_store::{mails, users};

use crate::Services;
use crate::error::Fault;
use crate::mails::Letter;
use crate::mails::locks::dormancy_near;

/// How many people are looked at in one go.
const BATCH: u64 = 200;

/// Puts every mail that is due into the outbox. Answers how many.
///
/// # Errors
/// When the database cannot answer; what was put there before stays.
pub async fn send_due_mails(s: &Services) -> Result<usize, Fault> {
    let now = s.now();
    let policy = s.settings.lock_policy();
    let life = Duration::days(i64::from(policy.dormant_days));
    let earliest = policy.mail_days.into_iter().max().unwrap_or(0);
    let (from, until) = (now - life, now - life + Duration::days(i64::from(earliest)));
    let mut after = None;
    let mut sent = 0;
    loop {
        let people = users::clock_began_within(&s.db.reader(), from, until, after, BATCH).await?;
        let Some(last) = people.last() else {
            return Ok(sent);
        };
        after = Some(last.id);
        let mut due = Vec::new();
        for user in &people {
            // Which ones went out already is known by their keys.
            if let Some(mail) = next_dormancy_mail(&user.lock_facts()?, &policy, None, now) {
                due.push((user, dormancy_near(s, user, mail)));
            }
        }
        let keys = due.iter().filter_map(|(_, letter)| letter.once.clone());
        let known = mails::known_keys(&s.db.reader(), keys).await?;
        due.retain(|(_, letter): &(_, Letter)| {
            letter.once.as_ref().is_none_or(|key| !known.contains(key))
        });
        if due.is_empty() {
            continue;
        }
        let count = due.len();
        let tx = s.db.begin_write().await?;
        for (user, letter) in due {
            letter.to(s, &tx, user).await?;
        }
        let permit = Permit::system("dormancy.warn", "daily job").because(format!(
            "{count} people were told that their User ID will be locked"
        ));
        s.commit(tx, permit).await?;
        sent += count;
    }
}
