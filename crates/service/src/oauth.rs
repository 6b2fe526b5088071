//! How API clients get tokens (OAuth 2.0 client credentials, RFC 6749 and 7523) and what a token is worth at a request. What a
//! client may be allowed is decided in `api_clients`; the shapes of OAuth are the API's.

use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{Algorithm, Validation};
use quaymaster_domain::access::{ActingClient, Actor, Denied, Origin};
use quaymaster_domain::api_clients::{ApiScope, ClientState, from_allowed};
use quaymaster_domain::ids::{ApiClientId, ApiClientSecretId, CompanyId, SubAccountId};
use quaymaster_store::StoreError;
use quaymaster_store::api_clients::{self as store, ApiClient, Presented};
use quaymaster_store::constraint::Constraint;
use serde::Deserialize;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::Services;
use crate::api_clients::KeySet;
use crate::error::Fault;
use crate::secrets::token_hash;
use crate::tokens::ClientToken;
use crate::verifier;

/// How long a client's token lives.
pub const TOKEN_LIFE: Duration = Duration::minutes(10);

/// How far the clocks of a client and of the portal may differ.
const SKEW: Duration = Duration::seconds(60);

/// An assertion that is valid for longer is not taken: it would have to be remembered for longer.
const ASSERTION_LIFE: Duration = Duration::minutes(5);

/// The algorithms that assertions may be signed with.
pub const ALGORITHMS: [(&str, Algorithm); 4] = [
    ("EdDSA", Algorithm::EdDSA),
    ("ES256", Algorithm::ES256),
    ("RS256", Algorithm::RS256),
    ("PS256", Algorithm::PS256),
];

/// How a client proves who it is.
pub enum Credential {
    /// Its id and a secret.
    Secret {
        /// The `client_id` as given.
        client: String,
        /// The secret.
        secret: String,
    },
    /// A signed assertion (`private_key_jwt`).
    Assertion {
        /// The `client_id` as given beside it, if any.
        client: Option<String>,
        /// The JWT.
        assertion: String,
        /// Whom it may be meant for: the issuer, or the token endpoint.
        audiences: Vec<String>,
    },
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The same for a client that does not exist, has ended, or did not prove itself.
    #[error("the client is unknown, or it did not prove who it is")]
    InvalidClient,
    /// It is who it says, and gets nothing.
    #[error("{0}")]
    Unauthorized(String),
    /// It asks for what it was not given.
    #[error("{0}")]
    InvalidScope(String),
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for TokenError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::ApiClientAssertion) => Self::InvalidClient,
            other => Self::Fault(other.into()),
        }
    }
}

/// A token that was made just now.
pub struct Issued {
    /// The token.
    pub token: String,
    /// The scopes that it carries, with a blank between them.
    pub scope: String,
    /// Seconds until it ends.
    pub expires_in: i64,
}

/// A use is written down again when the last one was this long ago, or from another network: a program that asks for tokens
/// all the time must not make the database write all the time.
const USE_PRECISION: Duration = Duration::minutes(1);

/// A client that has proved who it is.
struct Proven {
    presented: Presented,
    secret: Option<SecretShown>,
    /// The digest of the assertion's id, and until when it would be taken.
    assertion: Option<(String, DateTime<Utc>)>,
}

/// The secret that a client has shown.
struct SecretShown {
    id: ApiClientSecretId,
    last_used_at: Option<DateTime<Utc>>,
}

/// Gives a client a token. Failures are counted by network; what is right costs no write, but for the time of its use.
///
/// # Errors
/// [`TokenError`]; [`Fault::Throttled`] when the network has failed too often.
pub async fn token(
    s: &Services,
    credential: Credential,
    scope: Option<&str>,
    origin: &Origin,
) -> Result<Issued, TokenError> {
    verifier::may_try(s, origin).await?;
    let issued = issue(s, credential, scope, origin).await;
    if let Err(TokenError::InvalidClient) = issued {
        verifier::failed(s, origin).await?;
    }
    issued
}

async fn issue(
    s: &Services,
    credential: Credential,
    scope: Option<&str>,
    origin: &Origin,
) -> Result<Issued, TokenError> {
    let proven = match &credential {
        Credential::Secret { client, secret } => by_secret(s, client, secret).await?,
        Credential::Assertion {
            client,
            assertion,
            audiences,
        } => by_assertion(s, client.as_deref(), assertion, audiences).await?,
    };
    let proven = proven.ok_or(TokenError::InvalidClient)?;
    let client = &proven.presented.client;
    let now = s.now();
    let scopes = welcome(&proven.presented, now, origin).and_then(|()| wanted(client, scope));
    remember(s, &proven, scopes.is_ok(), origin, now).await?;
    let words: Vec<&str> = scopes?.iter().map(|scope| scope.as_str()).collect();
    let scope = words.join(" ");
    let token = ClientToken {
        client: client.id,
        scope: scope.clone(),
        secret: proven.secret.map(|secret| secret.id),
    };
    let jti = s.id::<Uuid>().to_string();
    let issuer = &s.settings.base_url;
    Ok(Issued {
        token: s.tokens.issue_client(issuer, token, jti, now, TOKEN_LIFE)?,
        scope,
        expires_in: TOKEN_LIFE.num_seconds(),
    })
}

/// Writes down what has to be: an assertion is used up whatever comes of it; a use counts when there is a token.
async fn remember(
    s: &Services,
    proven: &Proven,
    welcome: bool,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<(), TokenError> {
    let client = &proven.presented.client;
    let old = |at: Option<DateTime<Utc>>| at.is_none_or(|at| now - at >= USE_PRECISION);
    let news = welcome
        && (old(client.last_used_at)
            || client.last_used_network.as_deref() != Some(origin.network.as_str())
            || proven
                .secret
                .as_ref()
                .is_some_and(|secret| old(secret.last_used_at)));
    if proven.assertion.is_none() && !news {
        return Ok(());
    }
    let tx = s.db.begin_write().await?;
    if let Some((jti, until)) = &proven.assertion {
        store::use_assertion(&tx, client.id, jti.clone(), *until).await?;
    }
    if news {
        let secret = proven.secret.as_ref().map(|secret| secret.id);
        store::used(&tx, client.id, secret, &origin.network, now).await?;
    }
    Ok(tx.commit_bookkeeping().await?)
}

/// Whether a client that is who it says gets anything now.
fn welcome(presented: &Presented, now: DateTime<Utc>, origin: &Origin) -> Result<(), TokenError> {
    let client = &presented.client;
    let no = |words: String| Err(TokenError::Unauthorized(words));
    if !presented.account_open {
        return no("the account of this client is closed".to_owned());
    }
    match client.kept.at(client.expires_at, now) {
        ClientState::Active => {}
        ClientState::Expired => {
            return no(format!(
                "this client expired on {}; an owner or proxy of the account can set a later end",
                client.expires_at.format("%Y-%m-%d %H:%M UTC")
            ));
        }
        ClientState::AwaitingApproval => {
            return no("this client waits for the approval of the Account Owner".to_owned());
        }
        ClientState::Ended => return Err(TokenError::InvalidClient),
    }
    if !from_allowed(&client.networks, &origin.network) {
        return no("this client may not come from this network".to_owned());
    }
    Ok(())
}

/// The scopes of the token: those asked for, or all that the client has.
fn wanted(client: &ApiClient, asked: Option<&str>) -> Result<Vec<ApiScope>, TokenError> {
    let Some(asked) = asked.filter(|text| !text.trim().is_empty()) else {
        return Ok(client.scopes.clone());
    };
    let mut scopes = Vec::new();
    for word in asked.split_ascii_whitespace() {
        let scope = ApiScope::from_word(word).filter(|scope| client.scopes.contains(scope));
        let scope = scope.ok_or_else(|| {
            TokenError::InvalidScope(
                "a scope was asked for that does not exist or that this client does not have"
                    .to_owned(),
            )
        })?;
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    Ok(scopes)
}

fn id_of(text: &str) -> Option<ApiClientId> {
    Uuid::parse_str(text).ok().map(Into::into)
}

/// One look at the secrets, whether the client exists or not: an ended one has none.
async fn by_secret(s: &Services, client: &str, secret: &str) -> Result<Option<Proven>, Fault> {
    let id = id_of(client).unwrap_or_else(|| Uuid::nil().into());
    let given = token_hash(secret);
    let reader = s.db.reader();
    let kept = store::secrets(&reader, &[id]).await?.remove(&id);
    let fits = kept
        .unwrap_or_default()
        .into_iter()
        .find(|kept| bool::from(kept.hash.as_bytes().ct_eq(given.as_bytes())));
    let Some(fits) = fits else { return Ok(None) };
    let presented = store::presented(&reader, id).await?;
    Ok(presented.map(|presented| Proven {
        presented,
        secret: Some(SecretShown {
            id: fits.id,
            last_used_at: fits.last_used_at,
        }),
        assertion: None,
    }))
}

#[derive(Deserialize)]
struct AssertionClaims {
    iss: String,
    sub: String,
    jti: String,
    exp: i64,
    #[serde(default)]
    iat: Option<i64>,
    #[serde(default)]
    nbf: Option<i64>,
}

async fn by_assertion(
    s: &Services,
    client: Option<&str>,
    assertion: &str,
    audiences: &[String],
) -> Result<Option<Proven>, Fault> {
    // Whose keys to take is what it says; that it is so is what the signature shows.
    let said = jsonwebtoken::dangerous::insecure_decode::<AssertionClaims>(assertion);
    let Some(id) = said.ok().and_then(|said| id_of(&said.claims.sub)) else {
        return Ok(None);
    };
    let Some(presented) = store::presented(&s.db.reader(), id).await? else {
        return Ok(None);
    };
    let keys = presented.client.jwks.as_deref();
    let Some(claims) = keys.and_then(|keys| verified(keys, assertion, audiences)) else {
        return Ok(None);
    };
    let of_client = claims.iss == claims.sub
        && id_of(&claims.sub) == Some(id)
        && client.is_none_or(|given| id_of(given) == Some(id));
    let now = s.now();
    let Some(until) = DateTime::from_timestamp(claims.exp, 0) else {
        return Ok(None);
    };
    let latest = (now + SKEW).timestamp();
    let in_time = until + SKEW > now
        && until <= now + ASSERTION_LIFE + SKEW
        && claims.iat.is_none_or(|at| at <= latest)
        && claims.nbf.is_none_or(|at| at <= latest);
    let named = (1..=255).contains(&claims.jti.len());
    Ok((of_client && in_time && named).then(|| Proven {
        presented,
        secret: None,
        assertion: Some((token_hash(&claims.jti), until + SKEW)),
    }))
}

/// The claims of an assertion that one of the client's keys has signed for us. Time is looked at afterwards.
fn verified(keys: &str, assertion: &str, audiences: &[String]) -> Option<AssertionClaims> {
    let header = jsonwebtoken::decode_header(assertion).ok()?;
    let keys = KeySet::read(keys).ok()?;
    let (key, algorithms) = keys.find(header.kid.as_deref())?;
    if !algorithms.contains(&header.alg) {
        return None;
    }
    let mut validation = Validation::new(header.alg);
    validation.set_audience(audiences);
    validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    Some(
        jsonwebtoken::decode(assertion, &key, &validation)
            .ok()?
            .claims,
    )
}

/// The actor that a client's token stands for at this moment; `None` when the token is worth nothing any more. An ended
/// client, a removed secret, a narrowed scope count at once.
pub(crate) async fn actor_of(
    s: &Services,
    said: &ClientToken,
    origin: Origin,
) -> Result<Option<Actor>, Fault> {
    let reader = s.db.reader();
    let now = s.now();
    let Some(presented) = store::presented(&reader, said.client).await? else {
        return Ok(None);
    };
    let client = presented.client;
    if !presented.account_open || client.kept.at(client.expires_at, now) != ClientState::Active {
        return Ok(None);
    }
    if let Some(secret) = said.secret
        && !store::has_secret(&reader, client.id, secret).await?
    {
        return Ok(None);
    }
    if said.secret.is_none() && client.jwks.is_none() {
        return Ok(None);
    }
    if !from_allowed(&client.networks, &origin.network) {
        return Err(Denied::NetworkNotAllowed.into());
    }
    let scopes = said
        .scope
        .split_ascii_whitespace()
        .filter_map(ApiScope::from_word)
        .filter(|scope| client.scopes.contains(scope));
    let scopes = scopes.collect();
    Ok(Some(program(
        client,
        presented.company,
        presented.reached,
        scopes,
        now,
        origin,
    )))
}

/// A program whose work goes on after its request, with what it may do at this moment; `None` when it may do nothing any more.
pub(crate) async fn at_work(
    s: &Services,
    client: ApiClientId,
    origin: Origin,
) -> Result<Option<Actor>, Fault> {
    let now = s.now();
    let Some(presented) = store::presented(&s.db.reader(), client).await? else {
        return Ok(None);
    };
    let client = presented.client;
    if !presented.account_open || client.kept.at(client.expires_at, now) != ClientState::Active {
        return Ok(None);
    }
    let scopes = client.scopes.clone();
    Ok(Some(program(
        client,
        presented.company,
        presented.reached,
        scopes,
        now,
        origin,
    )))
}

fn program(
    client: ApiClient,
    company: CompanyId,
    sub_accounts: Vec<SubAccountId>,
    scopes: Vec<ApiScope>,
    now: DateTime<Utc>,
    origin: Origin,
) -> Actor {
    let acting = ActingClient {
        id: client.id,
        account: client.account,
        company,
        scopes,
        sub_accounts,
    };
    Actor::program(acting, client.name, now, origin)
}
