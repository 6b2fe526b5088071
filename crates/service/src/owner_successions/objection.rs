//! An objection stops a request: by the owner who is signed in, or by whoever has the link that the owner, the officers and the
//! register's contact were sent.

use quaymaster_domain::access::{Action, Actor, Origin, Permit, Thing, require, require_read};
use quaymaster_domain::ids::{AccountId, OwnerSuccessionId};
use quaymaster_domain::owner_successions::SuccessionState;
use quaymaster_domain::people::Reason;
use quaymaster_store::accounts::Account;
use quaymaster_store::{WriteTx, accounts, members, owner_successions as store, users};

use super::{Notice, OwnerSuccession, SuccessionError, SuccessionView, lock, one, state_json};
use crate::Services;
use crate::error::Fault;
use crate::mails::owner_successions as letters;
use crate::secrets::token_hash;
use crate::users::place;
use crate::verifier;

/// The owner objects.
///
/// # Errors
/// [`SuccessionError::Step`] when it is over or not a request.
pub async fn object(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: OwnerSuccessionId,
    reason: &Reason,
) -> Result<SuccessionView, SuccessionError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadSuccessions, &Thing::Account(at))?;
    let permit = require(actor, Action::ObjectToSuccession, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let (account, found) = lock(&tx, &scope, account, id).await?;
    let permit = permit.about("owner_succession", id, account.name.clone());
    let permit = stop(s, &tx, &account, &found, &actor.name, reason, permit).await?;
    let view = one(actor, s, &tx, id).await?;
    s.commit(tx, permit).await?;
    Ok(view)
}

/// Stops it and tells owner and proxies.
async fn stop(
    s: &Services,
    tx: &WriteTx,
    account: &Account,
    found: &OwnerSuccession,
    by_name: &str,
    reason: &Reason,
    permit: Permit,
) -> Result<Permit, SuccessionError> {
    let state = found.course.object()?;
    let decision = Some((s.now(), by_name, Some(reason.as_str())));
    store::advance(tx, found.id, state, decision).await?;
    for person in members::managing(tx, account.id).await? {
        letters::objected(account, by_name, reason.as_str())
            .to(s, tx, &person)
            .await?;
    }
    Ok(permit
        .because(reason.as_str())
        .change(state_json(found.course.state), state_json(state)))
}

/// What a link stops.
#[derive(Clone, Debug)]
pub struct Objectionable {
    /// The succession.
    pub succession: OwnerSuccession,
    /// Its account.
    pub account: Account,
    /// The name of the next owner.
    pub successor_name: String,
    /// Who was sent the link.
    pub notice: Notice,
}

async fn by_link(s: &Services, token: &str) -> Result<Objectionable, SuccessionError> {
    let reader = s.db.reader();
    let (succession, notice) = store::by_token(&reader, &token_hash(token))
        .await?
        .ok_or(SuccessionError::LinkNotValid)?;
    let account = accounts::by_invitation(&reader, succession.account)
        .await?
        .ok_or(SuccessionError::LinkNotValid)?;
    let successor = users::by_id(&reader, succession.successor).await?;
    Ok(Objectionable {
        account,
        successor_name: successor.map_or_else(String::new, |u| u.full_name()),
        succession,
        notice,
    })
}

/// Shows what a link stops.
///
/// # Errors
/// [`SuccessionError::LinkNotValid`] for every link that is unknown.
pub async fn preview_objection(
    s: &Services,
    token: &str,
    origin: &Origin,
) -> Result<Objectionable, SuccessionError> {
    let counted = verifier::token(s, origin).await?;
    let found = by_link(s, token).await?;
    let tx = s.db.begin_write().await?;
    counted.forgive(&tx).await?;
    tx.commit_bookkeeping().await?;
    Ok(found)
}

/// Objects by link, without signing in.
///
/// # Errors
/// [`SuccessionError::LinkNotValid`] for every link that is unknown; [`SuccessionError::Step`] when it is over.
pub async fn object_by_link(
    s: &Services,
    token: &str,
    reason: &Reason,
    origin: &Origin,
) -> Result<Objectionable, SuccessionError> {
    let counted = verifier::token(s, origin).await?;
    let mut found = by_link(s, token).await?;
    let tx = s.db.begin_write().await?;
    counted.forgive(&tx).await?;
    let account = accounts::lock_by_invitation(&tx, found.account.id)
        .await?
        .ok_or(Fault::NotFound)?;
    let succession = store::lock(&tx, found.succession.id)
        .await?
        .ok_or(Fault::NotFound)?;
    let by = format!("{} ({})", found.notice.name, capacity(&found.notice));
    let permit = Permit::anonymous(Action::ObjectToSuccession.name(), origin.clone())
        .within(Some(account.id), Some(account.company_id))
        .about("owner_succession", succession.id, account.name.clone());
    let permit = stop(s, &tx, &account, &succession, &by, reason, permit).await?;
    s.commit(tx, permit).await?;
    found.succession.course.state = SuccessionState::Objected;
    Ok(found)
}

fn capacity(notice: &Notice) -> &'static str {
    use quaymaster_domain::owner_successions::Told;
    match notice.whom {
        Told::Owner => "Account Owner, by the link in the mail",
        Told::Officer => "officer on file, by the link in the mail",
        Told::RegisterContact => "contact in the identifier register, by the link in the mail",
    }
}
