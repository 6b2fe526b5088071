//! Secrets of API clients: shown once, kept as a digest, two at a time so that one can be replaced while the other works.

use quaymaster_domain::access::{Action, Actor};
use quaymaster_domain::api_clients::MOST_SECRETS;
use quaymaster_domain::ids::{AccountId, ApiClientId, ApiClientSecretId};
use serde_json::json;

use super::{ApiClientError, Secret, open, store, writing};
use crate::Services;
use crate::error::Fault;
use crate::secrets::{random_token, token_hash};

/// Tells people and scanners of repositories what they have found.
const PREFIX: &str = "qmcs_";

/// How many of the last characters are shown later.
const HINT: usize = 4;

/// A secret that was made just now; it is not shown again.
pub struct NewSecret {
    /// Identity.
    pub id: ApiClientSecretId,
    /// The secret itself.
    pub secret: String,
}

/// A new secret and the row that is kept of it. A plain digest is enough: the secret has 256 random bits, so that nobody
/// guesses it from its digest however fast the digest is; Argon2id slows the guessing of what people choose, and would let
/// anybody who asks for tokens keep the hashing threads busy.
pub(super) fn make(s: &Services, actor: &Actor, client: ApiClientId) -> (Secret, NewSecret) {
    let secret = format!("{PREFIX}{}", random_token(s.rng.as_ref()));
    let id = s.id();
    let row = Secret {
        id,
        client,
        hash: token_hash(&secret),
        hint: secret.chars().skip(secret.len() - HINT).collect(),
        created_at: s.now(),
        created_by_name: actor.name.clone(),
        last_used_at: None,
    };
    (row, NewSecret { id, secret })
}

/// Gives a client a further secret.
///
/// # Errors
/// [`ApiClientError::TooManySecrets`], [`ApiClientError::Ended`].
pub async fn add_secret(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: ApiClientId,
) -> Result<NewSecret, ApiClientError> {
    let w = writing(actor, s, account, Action::ManageApiClients).await?;
    let client = open(&w, id, None).await?;
    let had = store::secrets(&w.tx, &[id]).await?.remove(&id);
    if had.unwrap_or_default().len() >= MOST_SECRETS {
        return Err(ApiClientError::TooManySecrets);
    }
    let (row, made) = make(s, actor, id);
    store::insert_secret(&w.tx, &row).await?;
    let permit = w
        .permit
        .about("api_client", id, client.name)
        .change(None, Some(json!({ "secret_added": row.id }).to_string()));
    s.commit(w.tx, permit).await?;
    Ok(made)
}

/// Takes a secret from a client. Tokens that were got with it stop at once.
///
/// # Errors
/// [`Fault::NotFound`] when the client has no such secret.
pub async fn remove_secret(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: ApiClientId,
    secret: ApiClientSecretId,
) -> Result<(), ApiClientError> {
    let w = writing(actor, s, account, Action::EndApiClient).await?;
    let client = open(&w, id, None).await?;
    if store::delete_secrets(&w.tx, id, Some(secret)).await? == 0 {
        return Err(Fault::NotFound.into());
    }
    let permit = w
        .permit
        .about("api_client", id, client.name)
        .change(Some(json!({ "secret_removed": secret }).to_string()), None);
    s.commit(w.tx, permit).await?;
    Ok(())
}
