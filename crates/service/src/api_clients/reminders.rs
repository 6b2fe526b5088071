//! Telling owners and contacts that an API client ends soon. Nothing that anybody may do depends on it.

use chrono::Duration;
use quaymaster_domain::access::Permit;
use quaymaster_domain::api_clients::{REMINDER_DAYS, reminder_due};
use quaymaster_store::{mails, users};

use super::store;
use crate::Services;
use crate::error::Fault;
use crate::mails::api_clients as letters;

/// How many clients are looked at in one go.
const BATCH: u64 = 200;

/// Puts every reminder that is due into the outbox: 30, 7 and 1 days before the end, to the owner of the account and to the
/// client's contact. Answers how many.
///
/// # Errors
/// When the database cannot answer; what was put there before stays.
pub async fn send_due(s: &Services) -> Result<usize, Fault> {
    let now = s.now();
    let horizon = now + Duration::days(REMINDER_DAYS.into_iter().max().unwrap_or(0));
    let (mut after, mut sent) = (None, 0);
    loop {
        let reader = s.db.reader();
        let found = store::ending(&reader, now, horizon, after, BATCH).await?;
        let Some(last) = found.last() else {
            return Ok(sent);
        };
        after = Some(last.client.id);
        let mut due = Vec::new();
        for ending in &found {
            if let Some(days) = reminder_due(ending.client.expires_at, now) {
                let to_owner = letters::ending(s, &ending.client, &ending.account_name, days, true);
                let to_contact =
                    letters::ending(s, &ending.client, &ending.account_name, days, false);
                due.push((Some(ending.owner), String::new(), to_owner));
                due.push((None, ending.client.contact_email.clone(), to_contact));
            }
        }
        let keys = due.iter().filter_map(|(.., letter)| letter.once.clone());
        let known = mails::known_keys(&reader, keys).await?;
        due.retain(|(.., letter)| letter.once.as_ref().is_none_or(|key| !known.contains(key)));
        if due.is_empty() {
            continue;
        }
        let tx = s.db.begin_write().await?;
        let count = due.len();
        for (owner, contact, letter) in due {
            match owner {
                None => letter.to_address(s, &tx, &contact).await?,
                Some(owner) => {
                    if let Some(owner) = users::by_id(&tx, owner).await? {
                        letter.to(s, &tx, &owner).await?;
                    }
                }
            }
        }
        let permit = Permit::system("api_client.remind", "periodic job")
            .because(format!("{count} reminders of API clients that end soon"));
        s.commit(tx, permit).await?;
        sent += count;
    }
}
