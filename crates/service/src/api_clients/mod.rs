//! API clients of an account: making, changing, approving and ending the programs that act for it. How a client proves who it
//! is stands in `oauth`; what it may do follows from its scopes at every request.

mod keys;
mod reminders;
mod secrets;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{
    AccountRef, Action, Actor, Denied, Permit, Scope, Thing, may, require, require_read,
};
use quaymaster_domain::api_clients::{
    ApiScope, Block, ClientName, ClientState, DEFAULT_LIFE, Kept, LONGEST_LIFE, MOST_CLIENTS,
    beyond_limit, grant,
};
use quaymaster_domain::ids::{AccountId, ApiClientId, SubAccountId};
use quaymaster_domain::people::EmailAddress;
use quaymaster_store::constraint::Constraint;
use quaymaster_store::{Page, PageRequest, StoreError, WriteTx, accounts, sub_accounts, users};
use serde_json::json;

use crate::Services;
use crate::error::Fault;
use crate::mails::api_clients as letters;
use crate::users::place;

pub use keys::KeySet;
pub use quaymaster_store::api_clients::{self as store, ApiClient, Secret};
pub use reminders::send_due;
pub use secrets::{NewSecret, add_secret, remove_secret};

/// Why a client was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum ApiClientError {
    /// The name is taken.
    #[error("this account has an API client of this name already")]
    NameTaken,
    /// The account has as many as it may.
    #[error(
        "an account has at most {MOST_CLIENTS} API clients; end one that is not needed any more"
    )]
    TooMany,
    /// It has two secrets.
    #[error(
        "an API client has at most two secrets, one that works and its successor; remove one first"
    )]
    TooManySecrets,
    /// It was ended.
    #[error("this API client was ended for good; make a new one")]
    Ended,
    /// The owner is asked about nothing.
    #[error("nothing of this API client waits for an approval")]
    NothingWaits,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for ApiClientError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for ApiClientError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::ApiClientName) => Self::NameTaken,
            other => Self::Fault(other.into()),
        }
    }
}

/// A client with what its page shows.
#[derive(Clone, Debug)]
pub struct ClientView {
    /// The client.
    pub client: ApiClient,
    /// Where it stands now.
    pub state: ClientState,
    /// Its secrets, without the secrets.
    pub secrets: Vec<Secret>,
}

/// A client to be made.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Its name.
    pub name: ClientName,
    /// Where its people are reached.
    pub contact_email: EmailAddress,
    /// What it is to be allowed.
    pub scopes: Vec<ApiScope>,
    /// The sub-accounts that it is limited to.
    pub sub_accounts: Option<Vec<SubAccountId>>,
    /// Where it may come from, as typed.
    pub networks: Vec<String>,
    /// When it is to end; after a year when nothing is said.
    pub expires_at: Option<DateTime<Utc>>,
    /// Its public keys, as JSON text.
    pub keys: Option<String>,
    /// Whether a secret is made at once.
    pub with_secret: bool,
}

/// What is to change of a client; `None` leaves it.
#[derive(Clone, Debug, Default)]
pub struct ClientChange {
    /// Its name.
    pub name: Option<ClientName>,
    /// Where its people are reached.
    pub contact_email: Option<EmailAddress>,
    /// What it is to be allowed.
    pub scopes: Option<Vec<ApiScope>>,
    /// The sub-accounts that it is limited to.
    pub sub_accounts: Option<Option<Vec<SubAccountId>>>,
    /// Where it may come from, as typed.
    pub networks: Option<Vec<String>>,
    /// When it is to end.
    pub expires_at: Option<DateTime<Utc>>,
    /// Its public keys, as JSON text.
    pub keys: Option<Option<String>>,
}

async fn readable(
    actor: &Actor,
    s: &Services,
    account: AccountId,
) -> Result<(AccountRef, Scope), Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadApiClients, &Thing::Account(at))?;
    Ok((at, scope))
}

/// What a change of a client is made with.
struct Writing {
    permit: Permit,
    scope: Scope,
    account: accounts::Account,
    by_owner: bool,
    tx: WriteTx,
}

/// The permit, and a transaction in which the account's row is locked, so that changes of its clients come one by one.
async fn writing(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    action: Action,
) -> Result<Writing, Fault> {
    let (at, scope) = readable(actor, s, account).await?;
    let permit = require(actor, action, &Thing::Account(at))?;
    let by_owner = may(actor, Action::ApproveApiClient, &Thing::Account(at)).is_ok();
    let tx = s.db.begin_write().await?;
    let account = accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok(Writing {
        permit,
        scope,
        account,
        by_owner,
        tx,
    })
}

/// One client, locked, that has not ended.
async fn open(
    w: &Writing,
    id: ApiClientId,
    read: Option<i64>,
) -> Result<ApiClient, ApiClientError> {
    let client = store::lock(&w.tx, &w.scope, w.account.id, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if read.is_some_and(|read| read != client.version) {
        return Err(Fault::Stale.into());
    }
    if client.kept == Kept::Ended {
        return Err(ApiClientError::Ended);
    }
    Ok(client)
}

fn view(client: ApiClient, secrets: Vec<Secret>, now: DateTime<Utc>) -> ClientView {
    ClientView {
        state: client.kept.at(client.expires_at, now),
        client,
        secrets,
    }
}

/// What the audit trail keeps of a client. Nothing of its secrets.
fn trail(client: &ApiClient) -> String {
    let words = |scopes: &[ApiScope]| -> Vec<&'static str> {
        scopes.iter().map(|scope| scope.as_str()).collect()
    };
    json!({
        "name": client.name,
        "contact_email": client.contact_email,
        "state": client.kept.as_str(),
        "scopes": words(&client.scopes),
        "pending_scopes": client.pending.as_deref().map(words),
        "sub_accounts": client.sub_accounts,
        "networks": client.networks.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "public_keys": client.jwks.is_some(),
        "expires_at": client.expires_at,
    })
    .to_string()
}

/// The clients of an account, the newest first, ended ones too.
///
/// # Errors
/// [`Fault::Denied`] for plain users.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<ClientView>, Fault> {
    let (_, scope) = readable(actor, s, account).await?;
    let reader = s.db.reader();
    let found = store::list(&reader, &scope, account, page).await?;
    let ids: Vec<_> = found.items.iter().map(|client| client.id).collect();
    let mut secrets = store::secrets(&reader, &ids).await?;
    let now = s.now();
    Ok(found.map(|client| {
        let own = secrets.remove(&client.id).unwrap_or_default();
        view(client, own, now)
    }))
}

/// One client.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn find(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: ApiClientId,
) -> Result<ClientView, Fault> {
    let (_, scope) = readable(actor, s, account).await?;
    let reader = s.db.reader();
    let client = store::find(&reader, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let secrets = store::secrets(&reader, &[id]).await?.remove(&id);
    Ok(view(client, secrets.unwrap_or_default(), s.now()))
}

fn blocks(typed: &[String]) -> Result<Vec<Block>, Fault> {
    let mut all = Vec::with_capacity(typed.len());
    for (at, text) in typed.iter().enumerate() {
        let block = Block::parse(text.trim()).ok_or_else(|| {
            Fault::field(
                &format!("/networks/{at}"),
                "invalid",
                "write an address or a block of addresses such as 203.0.113.0/24, with no bits set beyond its length; to allow every network, leave the list empty",
            )
        })?;
        if !all.contains(&block) {
            all.push(block);
        }
    }
    Ok(all)
}

fn end(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<DateTime<Utc>, Fault> {
    if expires_at <= now || expires_at > now + LONGEST_LIFE {
        return Err(Fault::field(
            "/expires_at",
            "invalid",
            "the end lies in the future, at most two years ahead; it can be moved later",
        ));
    }
    Ok(expires_at)
}

/// Holds the limits against the account's structure and the scopes.
async fn check_limits(w: &Writing, client: &ApiClient) -> Result<(), Fault> {
    let limits = client.sub_accounts.as_deref();
    if let Some(limits) = limits {
        let own = sub_accounts::all_of(&w.tx, w.account.id).await?;
        if let Some(at) = limits
            .iter()
            .position(|id| !own.iter().any(|sub_account| sub_account.id == *id))
        {
            return Err(Fault::field(
                &format!("/sub_account_ids/{at}"),
                "unknown",
                "this account has no such sub-account",
            ));
        }
    }
    let wanted = client.pending.as_deref().unwrap_or(&client.scopes);
    if let Some(scope) = beyond_limit(wanted, limits) {
        return Err(Fault::field(
            "/scopes",
            "whole-account",
            format!(
                "{} is about the account as a whole; a client with it cannot be limited to sub-accounts",
                scope.as_str()
            ),
        ));
    }
    Ok(())
}

/// Makes a client. What a proxy wants it to change waits for the owner, who gets a letter.
///
/// # Errors
/// Every [`ApiClientError`] but those about secrets and approvals.
pub async fn create(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    new: NewClient,
) -> Result<(ClientView, Option<NewSecret>), ApiClientError> {
    let w = writing(actor, s, account, Action::ManageApiClients).await?;
    let now = s.now();
    if let Some(keys) = &new.keys {
        KeySet::read(keys).map_err(bad_keys)?;
    }
    if store::count_open(&w.tx, account).await? >= MOST_CLIENTS {
        return Err(ApiClientError::TooMany);
    }
    let granted = grant(None, &new.scopes, w.by_owner);
    let expires_at = match new.expires_at {
        Some(at) => end(at, now)?,
        None => now + DEFAULT_LIFE,
    };
    let client = ApiClient {
        id: s.id(),
        account,
        name: new.name.as_str().to_owned(),
        contact_email: new.contact_email.as_str().to_owned(),
        kept: if granted.waits {
            Kept::AwaitingApproval
        } else {
            Kept::Active
        },
        scopes: granted.scopes,
        pending: granted.pending,
        sub_accounts: new.sub_accounts,
        networks: blocks(&new.networks)?,
        jwks: new.keys,
        expires_at,
        created_at: now,
        created_by_name: actor.name.clone(),
        approved_at: w.by_owner.then_some(now),
        approved_by_name: w.by_owner.then(|| actor.name.clone()),
        ended_at: None,
        ended_by_name: None,
        last_used_at: None,
        last_used_network: None,
        version: 1,
    };
    check_limits(&w, &client).await?;
    store::insert(&w.tx, &client).await?;
    let mut all = Vec::new();
    let mut made = None;
    if new.with_secret {
        let (row, shown) = secrets::make(s, actor, client.id);
        store::insert_secret(&w.tx, &row).await?;
        all.push(row);
        made = Some(shown);
    }
    tell_owner(s, &w, &client, None, &actor.name).await?;
    let permit = w
        .permit
        .about("api_client", client.id, client.name.clone())
        .change(None, Some(trail(&client)));
    s.commit(w.tx, permit).await?;
    Ok((view(client, all, now), made))
}

fn bad_keys(why: &'static str) -> Fault {
    Fault::field("/public_keys", "invalid", why)
}

/// A letter to the owner when something new waits.
async fn tell_owner(
    s: &Services,
    w: &Writing,
    client: &ApiClient,
    before: Option<&ApiClient>,
    by: &str,
) -> Result<(), Fault> {
    let news =
        client.pending.is_some() && before.is_none_or(|before| before.pending != client.pending);
    if news && let Some(owner) = users::by_id(&w.tx, w.account.owner).await? {
        letters::waiting(s, client, &w.account.name, by)
            .to(s, &w.tx, &owner)
            .await?;
    }
    Ok(())
}

/// Changes a client. Fewer scopes count at once; more that write wait for the owner unless the owner gives them.
///
/// # Errors
/// Every [`ApiClientError`] but those about secrets and approvals.
pub async fn update(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: ApiClientId,
    read: i64,
    change: ClientChange,
) -> Result<ClientView, ApiClientError> {
    let ClientChange {
        name,
        contact_email,
        scopes,
        sub_accounts,
        networks,
        expires_at,
        keys,
    } = change;
    let w = writing(actor, s, account, Action::ManageApiClients).await?;
    let before = open(&w, id, Some(read)).await?;
    let now = s.now();
    let mut after = before.clone();
    if let Some(name) = name {
        name.as_str().clone_into(&mut after.name);
    }
    if let Some(email) = contact_email {
        email.as_str().clone_into(&mut after.contact_email);
    }
    if let Some(wanted) = scopes {
        let waiting = before.kept == Kept::AwaitingApproval;
        let had = (!waiting).then_some(before.scopes.as_slice());
        let granted = grant(had, &wanted, w.by_owner);
        after.scopes = granted.scopes;
        after.pending = granted.pending;
        after.kept = if granted.waits {
            Kept::AwaitingApproval
        } else {
            Kept::Active
        };
        if w.by_owner {
            after.approved_at = Some(now);
            after.approved_by_name = Some(actor.name.clone());
        }
    }
    if let Some(limits) = sub_accounts {
        after.sub_accounts = limits;
    }
    if let Some(typed) = networks {
        after.networks = blocks(&typed)?;
    }
    if let Some(at) = expires_at {
        after.expires_at = end(at, now)?;
    }
    if let Some(keys) = keys {
        if let Some(keys) = &keys {
            KeySet::read(keys).map_err(bad_keys)?;
        }
        after.jwks = keys;
    }
    check_limits(&w, &after).await?;
    store::update(&w.tx, &after).await?;
    after.version += 1;
    tell_owner(s, &w, &after, Some(&before), &actor.name).await?;
    let secrets = store::secrets(&w.tx, &[id]).await?.remove(&id);
    let permit = w
        .permit
        .about("api_client", id, after.name.clone())
        .change(Some(trail(&before)), Some(trail(&after)));
    s.commit(w.tx, permit).await?;
    Ok(view(after, secrets.unwrap_or_default(), now))
}

/// The owner lets a client have the scopes that wait.
///
/// # Errors
/// [`ApiClientError::NothingWaits`], [`ApiClientError::Ended`].
pub async fn approve(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: ApiClientId,
) -> Result<ClientView, ApiClientError> {
    let w = writing(actor, s, account, Action::ApproveApiClient).await?;
    let before = open(&w, id, None).await?;
    let mut after = before.clone();
    let now = s.now();
    after.scopes = after.pending.take().ok_or(ApiClientError::NothingWaits)?;
    after.kept = Kept::Active;
    after.approved_at = Some(now);
    after.approved_by_name = Some(actor.name.clone());
    store::update(&w.tx, &after).await?;
    after.version += 1;
    let secrets = store::secrets(&w.tx, &[id]).await?.remove(&id);
    let permit = w
        .permit
        .about("api_client", id, after.name.clone())
        .change(Some(trail(&before)), Some(trail(&after)));
    s.commit(w.tx, permit).await?;
    Ok(view(after, secrets.unwrap_or_default(), now))
}

/// Ends a client for good: its tokens stop at once, its secrets and keys are forgotten, the row stays for reading.
///
/// # Errors
/// [`ApiClientError::Ended`] when it has ended already.
pub async fn end_client(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: ApiClientId,
    read: i64,
) -> Result<(), ApiClientError> {
    let w = writing(actor, s, account, Action::EndApiClient).await?;
    let before = open(&w, id, Some(read)).await?;
    let after = ApiClient {
        kept: Kept::Ended,
        pending: None,
        jwks: None,
        ended_at: Some(s.now()),
        ended_by_name: Some(actor.name.clone()),
        ..before.clone()
    };
    store::update(&w.tx, &after).await?;
    store::delete_secrets(&w.tx, id, None).await?;
    let permit = w
        .permit
        .about("api_client", id, after.name.clone())
        .change(Some(trail(&before)), Some(trail(&after)));
    s.commit(w.tx, permit).await?;
    Ok(())
}
