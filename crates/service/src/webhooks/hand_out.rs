//! From the events of an account to its webhooks: numbers are given and deliveries made in one transaction, so that an
//! event that has a number is on its way to every webhook that wants it, once.

use quaymaster_domain::ids::AccountId;
use quaymaster_store::account_events as events;
use quaymaster_store::webhooks as store;

use super::log::new_delivery;
use crate::Services;
use crate::error::Fault;
use crate::events::cloud_event;

/// How many events are handed out in one transaction.
const AT_ONCE: u64 = 200;

/// How many accounts one round looks after.
const ACCOUNTS: u64 = 200;

/// Gives numbers to the new events of an account and puts them on their way. Doing it twice, or from two replicas at once,
/// changes nothing more.
///
/// # Errors
/// When the database is away.
pub async fn hand_out(s: &Services, account: AccountId) -> Result<(), Fault> {
    let tx = s.db.begin_write().await?;
    let new = events::number_new(&tx, account, AT_ONCE).await?;
    let hooks = store::living(&tx, account).await?;
    let mut deliveries = Vec::new();
    for event in &new {
        let wanted = hooks
            .iter()
            .filter(|hook| hook.kinds.is_empty() || hook.kinds.contains(&event.kind))
            // What happened before there was a webhook was never meant for it.
            .filter(|hook| event.at >= hook.created_at);
        for hook in wanted {
            let body = cloud_event(event).to_string();
            deliveries.push(new_delivery(s, hook.id, event.id, event.kind, body));
        }
    }
    store::insert_deliveries(&tx, &deliveries).await?;
    Ok(tx.commit_bookkeeping().await?)
}

/// The same for every account that has new events. Answers how many accounts were looked after.
///
/// # Errors
/// When the database is away.
pub async fn hand_out_all(s: &Services) -> Result<usize, Fault> {
    let accounts = events::accounts_with_new(&s.db.reader(), ACCOUNTS).await?;
    for account in &accounts {
        match hand_out(s, *account).await {
            // A row that does not fit must not keep the events of everybody else.
            Err(Fault::Internal(cause)) => {
                tracing::error!(cause, %account, "events of an account cannot be handed out");
            }
            other => other?,
        }
    }
    Ok(accounts.len())
}
