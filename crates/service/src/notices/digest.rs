//! Notices by mail: the own choice, the mails that are due, and the link in them that ends them without signing in.

use chrono::Duration;
use quaymaster_domain::access::{Action, Actor, Origin, Permit, Thing, require, require_read};
use quaymaster_domain::ids::UserId;
use quaymaster_domain::notices::Digest;
use quaymaster_store::notices::digests::{self, Choice};
use quaymaster_store::notices::{self as store, NoticeFilter};
use quaymaster_store::{PageRequest, users};
use subtle::ConstantTimeEq;

use super::NoticeError;
use crate::Services;
use crate::error::Fault;
use crate::mails::notices as letters;
use crate::verifier;

/// How many people are mailed at a time.
const BATCH: u64 = 200;
/// How many notices stand in one mail.
const IN_A_MAIL: u64 = 20;
const PURPOSE: &str = "notice-unsubscribe";

/// How often the actor wants notices by mail.
///
/// # Errors
/// When the database cannot answer.
pub async fn choice(actor: &Actor, s: &Services) -> Result<Digest, Fault> {
    require_read(actor, Action::ReadOwn, &Thing::Oneself)?;
    let found = digests::of_person(&s.db.reader(), actor.user).await?;
    Ok(found.map_or(Digest::Off, |c| c.digest))
}

/// Chooses it. What was shown before is not mailed.
///
/// # Errors
/// When the database refuses.
pub async fn choose(actor: &Actor, s: &Services, digest: Digest) -> Result<Digest, Fault> {
    let permit = require(actor, Action::UpdateOwn, &Thing::Oneself)?;
    set(s, actor.user, digest, permit).await?;
    Ok(digest)
}

async fn set(s: &Services, person: UserId, digest: Digest, permit: Permit) -> Result<(), Fault> {
    let now = s.now();
    let tx = s.db.begin_write().await?;
    users::lock(&tx, person).await?.ok_or(Fault::NotFound)?;
    let before = digests::lock(&tx, person).await?;
    let was = before.map_or(Digest::Off, |c| c.digest);
    let told_until = before
        .filter(|c| c.digest != Digest::Off)
        .map_or(now, |c| c.told_until);
    let next = Choice {
        person,
        digest,
        told_until,
        next_at: now + digest.every().unwrap_or(Duration::zero()),
    };
    digests::keep(&tx, next).await?;
    let json = |digest: Digest| serde_json::json!({ "notice_digest": digest.as_str() }).to_string();
    let permit = permit.change(Some(json(was)), Some(json(digest)));
    Ok(s.commit(tx, permit).await?)
}

/// The text of a person's link: it proves nothing but that a mail of ours named it, and ends nothing but these mails.
fn token(s: &Services, person: UserId) -> String {
    format!(
        "{}.{}",
        person.0.simple(),
        s.secrets.keyed_digest(PURPOSE, &person.to_string())
    )
}

/// Ends the mails of whoever the link was written to. Following it again changes nothing.
///
/// # Errors
/// [`NoticeError::LinkNotValid`]; [`Fault::Throttled`] when the network has failed too often.
pub async fn unsubscribe(s: &Services, given: &str, origin: Origin) -> Result<(), NoticeError> {
    let counted = verifier::token(s, &origin).await?;
    let person = given
        .split_once('.')
        .and_then(|(id, _)| uuid::Uuid::try_parse(id).ok())
        .map(UserId)
        .filter(|id| bool::from(token(s, *id).as_bytes().ct_eq(given.as_bytes())))
        .ok_or(NoticeError::LinkNotValid)?;
    let tx = s.db.begin_write().await?;
    counted.forgive(&tx).await?;
    tx.commit_bookkeeping().await?;
    let user = users::by_id(&s.db.reader(), person)
        .await?
        .ok_or(NoticeError::LinkNotValid)?;
    let permit = Permit::anonymous("notice.unsubscribe", origin)
        .by(person, &user.full_name())
        .about("user", person, user.full_name())
        .because("The link in a mail about notices was followed.");
    Ok(set(s, person, Digest::Off, permit).await?)
}

/// Mails what is new to whoever wants it and is due. Doing it twice, or on two replicas, mails nothing twice.
///
/// # Errors
/// When the database is away.
pub async fn send_due(s: &Services) -> Result<(), Fault> {
    let now = s.now();
    for person in digests::due(&s.db.reader(), now, BATCH).await? {
        let tx = s.db.begin_write().await?;
        let Some(choice) = digests::lock(&tx, person).await? else {
            continue;
        };
        let (Some(every), true) = (choice.digest.every(), choice.next_at <= now) else {
            continue;
        };
        let fresh = NoticeFilter {
            begun_after: Some(choice.told_until),
            ..NoticeFilter::default()
        };
        let page = PageRequest {
            limit: IN_A_MAIL,
            after: None,
        };
        let found = store::of_person(&tx, person, &fresh, now, &page).await?;
        if let Some(user) = users::by_id(&tx, person).await?
            && !found.items.is_empty()
        {
            let notices: Vec<_> = found.items.into_iter().map(|f| f.notice).collect();
            letters::digest(s, &notices, found.next.is_some(), &token(s, person), now)
                .to(s, &tx, &user)
                .await?;
        }
        let next = Choice {
            told_until: now,
            next_at: now + every,
            ..choice
        };
        digests::keep(&tx, next).await?;
        tx.commit_bookkeeping().await?;
    }
    Ok(())
}
