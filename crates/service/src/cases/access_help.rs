//! "I can't get in": a message from somebody who cannot sign in. It becomes a case, and is passed on to the owner and the
//! proxies of the User ID's accounts without telling who they are. Known and unknown User IDs are answered alike: what
//! differs happens after the answer.

use chrono::Duration;
use quaymaster_domain::access::{Origin, Permit};
use quaymaster_domain::cases::{CaseState, MessageText, Topic, case_number};
use quaymaster_domain::people::UserName;
use quaymaster_store::cases::{self as store, Case, MessageKind};
use quaymaster_store::{PageRequest, attempts, users};

use super::write_down;
use crate::Services;
use crate::error::Fault;
use crate::mails::cases as letters;
use crate::verifier::{self, user_key};

/// How many messages a day are taken for one User ID.
const A_DAY: i64 = 3;
/// How many are passed on at a time.
const BATCH: u64 = 20;

/// Takes a message. Answers the number of the case, whatever the User ID.
///
/// # Errors
/// [`Fault::Throttled`] when the network or the User ID asked too often.
pub async fn ask_for_help(
    s: &Services,
    user_name: &UserName,
    message: &MessageText,
    origin: Origin,
) -> Result<String, Fault> {
    // Stays counted against the network: nobody needs many of these.
    let _counted = verifier::token(s, &origin).await?;
    let now = s.now();
    let key = user_key(user_name.as_str());
    let subject = format!("help:{}", s.secrets.keyed_digest("access-help", &key));
    let tx = s.db.begin_write().await?;
    let (taken, since) = attempts::take(&tx, &subject, now - Duration::days(1), now).await?;
    if taken > A_DAY {
        let seconds = (since + Duration::days(1) - now).num_seconds().max(1);
        return Err(Fault::Throttled(u64::try_from(seconds).unwrap_or(1)));
    }
    let person = users::by_key(&tx, &key)
        .await?
        .filter(|person| person.staff_role.is_none());
    let case = Case {
        id: s.id(),
        serial: store::next_serial(&tx).await?,
        topic: Topic::AccessAndLock,
        subject: "Cannot sign in".to_owned(),
        state: CaseState::Waiting,
        state_since: now,
        opened_at: now,
        opened_by: None,
        opened_by_name: String::new(),
        typed_user_id: Some(user_name.as_str().to_owned()),
        account: None,
        person: person.map(|person| person.id),
        agent: None,
        relay_due_at: Some(now),
    };
    store::insert(&tx, &case).await?;
    let author = "Somebody who could not sign in";
    write_down(s, &tx, &case, MessageKind::Customer, author, message).await?;
    let number = case_number(case.serial);
    let permit =
        Permit::anonymous("case.open_without_sign_in", origin).about("case", case.id, &number);
    s.commit(tx, permit).await?;
    Ok(number)
}

/// Passes on what waits: one mail to each owner and proxy, once. Doing it twice, or on two replicas, changes nothing more.
///
/// # Errors
/// When the database is away.
pub async fn relay_due(s: &Services) -> Result<(), Fault> {
    if !store::any_to_relay(&s.db.reader()).await? {
        return Ok(());
    }
    let tx = s.db.begin_write().await?;
    for mut case in store::lock_to_relay(&tx, BATCH).await? {
        case.relay_due_at = None;
        store::update(&tx, &case).await?;
        let Some(person) = case.person else { continue };
        let Some(person) = users::by_id(&tx, person).await? else {
            continue;
        };
        let first = PageRequest {
            limit: 1,
            after: None,
        };
        let written = store::messages(&tx, &case, false, &first).await?;
        let Some(message) = written.items.first() else {
            continue;
        };
        for helper in store::who_can_help(&tx, person.id).await? {
            if let Some(helper) = users::by_id(&tx, helper).await?
                && helper.user_name.is_some()
            {
                letters::cannot_get_in(s, &case, &person, &helper, &message.body)
                    .to(s, &tx, &helper)
                    .await?;
            }
        }
    }
    Ok(tx.commit_bookkeeping().await?)
}
