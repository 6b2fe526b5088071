//! What goes in and out about API clients. No operation.

use chrono::{DateTime, Utc};
use quaymaster_domain::api_clients::{self as domain, ClientName};
use quaymaster_domain::people::EmailAddress;
use quaymaster_service::api_clients::{ApiClient as Client, ClientView, NewSecret, Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::common::{present, wire_enums};
use crate::input::Moment;

/// What an API client may be allowed, by area and level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) enum ApiScope {
    /// Read the account's profile, business activities, sub-accounts and corporate identifiers.
    #[serde(rename = "structure:read")]
    StructureRead,
    /// Add corporate identifiers to sub-accounts and remove them.
    #[serde(rename = "identifiers:write")]
    IdentifiersWrite,
    /// Search and read the trade records of the account's own importer numbers and filer codes.
    #[serde(rename = "records:read")]
    RecordsRead,
    /// Import trade records under the account's own importer numbers and filer codes, and watch the imports.
    #[serde(rename = "records:import")]
    RecordsImport,
    /// Read who is a user of the account, with role and state.
    #[serde(rename = "users:read")]
    UsersRead,
    /// Read the feed of the account's events.
    #[serde(rename = "events:read")]
    EventsRead,
    /// Read the audit trail of the account.
    #[serde(rename = "audit:read")]
    AuditRead,
}

impl From<domain::ApiScope> for ApiScope {
    fn from(scope: domain::ApiScope) -> Self {
        match scope {
            domain::ApiScope::StructureRead => Self::StructureRead,
            domain::ApiScope::IdentifiersWrite => Self::IdentifiersWrite,
            domain::ApiScope::RecordsRead => Self::RecordsRead,
            domain::ApiScope::RecordsImport => Self::RecordsImport,
            domain::ApiScope::UsersRead => Self::UsersRead,
            domain::ApiScope::EventsRead => Self::EventsRead,
            domain::ApiScope::AuditRead => Self::AuditRead,
        }
    }
}

impl From<ApiScope> for domain::ApiScope {
    fn from(scope: ApiScope) -> Self {
        match scope {
            ApiScope::StructureRead => Self::StructureRead,
            ApiScope::IdentifiersWrite => Self::IdentifiersWrite,
            ApiScope::RecordsRead => Self::RecordsRead,
            ApiScope::RecordsImport => Self::RecordsImport,
            ApiScope::UsersRead => Self::UsersRead,
            ApiScope::EventsRead => Self::EventsRead,
            ApiScope::AuditRead => Self::AuditRead,
        }
    }
}

wire_enums! {
    /// Where an API client stands.
    ApiClientState = domain::ClientState {
        /// The owner has not approved it yet; it gets no token.
        AwaitingApproval,
        /// It works.
        Active,
        /// Its time is over; a later `expires_at` brings it back.
        Expired,
        /// Ended for good.
        Ended,
    }
}

/// A scope in words.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiScopeInfo {
    /// The scope.
    scope: ApiScope,
    /// The area.
    #[schema(example = "records")]
    area: &'static str,
    /// The level.
    #[schema(example = "read")]
    level: &'static str,
    /// What it allows.
    words: &'static str,
    /// True when it changes something, so that the owner approves it.
    needs_approval: bool,
    /// True when it is about the account as a whole, so that it does not go with a limit to sub-accounts.
    whole_account: bool,
}

/// Every scope.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiScopeList {
    /// In order.
    items: Vec<ApiScopeInfo>,
}

impl ApiScopeList {
    pub(crate) fn all() -> Self {
        let items = domain::ApiScope::ALL.iter().map(|scope| ApiScopeInfo {
            scope: (*scope).into(),
            area: scope.area(),
            level: scope.level(),
            words: scope.words(),
            needs_approval: scope.writes(),
            whole_account: scope.whole_account(),
        });
        Self {
            items: items.collect(),
        }
    }
}

/// A public key (RFC 7517): Ed25519 (`OKP`), P-256 (`EC`) or RSA with 2048 to 4096 bits.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublicKey {
    /// `OKP`, `EC` or `RSA`.
    #[schema(max_length = 8)]
    kty: String,
    /// Its name; needed when there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 128)]
    kid: Option<String>,
    /// `sig`.
    #[serde(rename = "use", default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 8)]
    usage: Option<String>,
    /// `EdDSA`, `ES256`, `RS256` or `PS256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 8)]
    alg: Option<String>,
    /// `Ed25519` or `P-256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 16)]
    crv: Option<String>,
    /// Of `OKP` and `EC`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    x: Option<String>,
    /// Of `EC`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    y: Option<String>,
    /// Of `RSA`: the modulus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1024)]
    n: Option<String>,
    /// Of `RSA`: the exponent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 16)]
    e: Option<String>,
}

/// Public keys (a JSON Web Key Set) for `private_key_jwt`. Private members are refused.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublicKeys {
    /// One to five keys.
    #[schema(min_items = 1, max_items = 5)]
    keys: Vec<PublicKey>,
}

impl PublicKeys {
    /// As it is kept.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A secret of an API client, without the secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiClientSecret {
    /// Identity.
    id: Uuid,
    /// Its last four characters.
    #[schema(example = "x9Qk")]
    hint: String,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    created_by_name: String,
    /// When a token was last got with it, to within a minute.
    last_used_at: Option<DateTime<Utc>>,
}

impl From<Secret> for ApiClientSecret {
    fn from(secret: Secret) -> Self {
        let Secret {
            id,
            client: _,
            hash: _,
            hint,
            created_at,
            created_by_name,
            last_used_at,
        } = secret;
        Self {
            id: id.into(),
            hint,
            created_at,
            created_by_name,
            last_used_at,
        }
    }
}

/// A secret that was made just now. It is not shown again.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiClientSecretMade {
    /// Identity.
    id: Uuid,
    /// The secret: keep it where your program keeps secrets.
    secret: String,
}

impl From<NewSecret> for ApiClientSecretMade {
    fn from(made: NewSecret) -> Self {
        let NewSecret { id, secret } = made;
        Self {
            id: id.into(),
            secret,
        }
    }
}

/// A program that acts for an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiClient {
    /// Identity, and the `client_id` of OAuth.
    id: Uuid,
    /// Its name.
    #[schema(example = "ERP, night run")]
    name: String,
    /// Where its people are reached.
    #[schema(example = "integration@harbor.example")]
    contact_email: String,
    /// Where it stands.
    state: ApiClientState,
    /// What it may do now.
    scopes: Vec<ApiScope>,
    /// What it is to be allowed when the owner approves; `null` when nothing waits.
    pending_scopes: Option<Vec<ApiScope>>,
    /// The sub-accounts that it is limited to; `null` means all of the account's.
    sub_account_ids: Option<Vec<Uuid>>,
    /// Where it may come from; empty means from everywhere.
    #[schema(example = json!(["203.0.113.0/24"]))]
    networks: Vec<String>,
    /// When it stops to work.
    expires_at: DateTime<Utc>,
    /// Its public keys.
    public_keys: Option<PublicKeys>,
    /// Its secrets, without the secrets.
    secrets: Vec<ApiClientSecret>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    created_by_name: String,
    /// When the owner last gave it scopes.
    approved_at: Option<DateTime<Utc>>,
    /// Who did.
    #[schema(example = "Ana Lee")]
    approved_by_name: Option<String>,
    /// When it was ended for good.
    ended_at: Option<DateTime<Utc>>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    ended_by_name: Option<String>,
    /// When it last got a token, to within a minute; a token lives ten minutes.
    last_used_at: Option<DateTime<Utc>>,
    /// From which address.
    #[schema(example = "203.0.113.9")]
    last_used_network: Option<String>,
    /// For `If-Match`.
    version: i64,
}

impl From<ClientView> for ApiClient {
    fn from(view: ClientView) -> Self {
        let ClientView {
            client,
            state,
            secrets,
        } = view;
        let Client {
            id,
            account: _,
            name,
            contact_email,
            kept: _,
            scopes,
            pending,
            sub_accounts,
            networks,
            jwks,
            expires_at,
            created_at,
            created_by_name,
            approved_at,
            approved_by_name,
            ended_at,
            ended_by_name,
            last_used_at,
            last_used_network,
            version,
        } = client;
        let wire = |list: Vec<domain::ApiScope>| list.into_iter().map(Into::into).collect();
        Self {
            id: id.into(),
            name,
            contact_email,
            state: state.into(),
            scopes: wire(scopes),
            pending_scopes: pending.map(wire),
            sub_account_ids: sub_accounts.map(|ids| ids.into_iter().map(Into::into).collect()),
            networks: networks.iter().map(ToString::to_string).collect(),
            expires_at,
            public_keys: jwks.and_then(|text| serde_json::from_str(&text).ok()),
            secrets: secrets.into_iter().map(Into::into).collect(),
            created_at,
            created_by_name,
            approved_at,
            approved_by_name,
            ended_at,
            ended_by_name,
            last_used_at,
            last_used_network,
            version,
        }
    }
}

/// A page of API clients.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiClientPage {
    /// The rows.
    pub(crate) items: Vec<ApiClient>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    pub(crate) next_cursor: Option<String>,
}

/// A client that was made just now, with its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiClientMade {
    /// The client.
    pub(crate) client: ApiClient,
    /// Its secret; `null` when none was asked for.
    pub(crate) secret: Option<ApiClientSecretMade>,
}

/// An API client to be made.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "ERP, night run", "contact_email": "integration@harbor.example", "scopes": ["structure:read", "records:read"], "networks": ["203.0.113.0/24"]}))]
pub(crate) struct ApiClientNew {
    /// Its name; differs from the others of the account.
    #[schema(value_type = String, min_length = 2, max_length = 80)]
    pub(crate) name: ClientName,
    /// Where its people are reached.
    #[schema(value_type = String, format = Email, max_length = 254)]
    pub(crate) contact_email: EmailAddress,
    /// What it is to be allowed.
    #[schema(min_items = 1, max_items = 20)]
    #[validate(length(min = 1, max = 20, message = "Choose at least one scope."))]
    pub(crate) scopes: Vec<ApiScope>,
    /// The sub-accounts that it is limited to; `null` or absent means all of the account's, later ones too.
    #[schema(min_items = 1, max_items = 200)]
    #[validate(length(
        min = 1,
        max = 200,
        message = "Name 1 to 200 sub-accounts, or none of them for all."
    ))]
    pub(crate) sub_account_ids: Option<Vec<Uuid>>,
    /// Addresses and blocks of addresses that it may come from; empty or absent means from everywhere.
    #[schema(max_items = 50)]
    #[validate(length(max = 50, message = "A client is limited to at most 50 networks."))]
    pub(crate) networks: Option<Vec<String>>,
    /// When it stops to work, at most two years ahead; absent means after one year.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub(crate) expires_at: Option<Moment>,
    /// Public keys for `private_key_jwt`.
    pub(crate) public_keys: Option<PublicKeys>,
    /// Whether a secret is made at once; absent means yes.
    pub(crate) with_secret: Option<bool>,
}

/// What changes about an API client.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"scopes": ["structure:read"], "networks": []}))]
pub(crate) struct ApiClientPatch {
    /// Its name.
    #[schema(value_type = Option<String>, min_length = 2, max_length = 80)]
    pub(crate) name: Option<ClientName>,
    /// Where its people are reached.
    #[schema(value_type = Option<String>, format = Email, max_length = 254)]
    pub(crate) contact_email: Option<EmailAddress>,
    /// Everything that it is to be allowed.
    #[schema(min_items = 1, max_items = 20)]
    #[validate(length(min = 1, max = 20, message = "Choose at least one scope."))]
    pub(crate) scopes: Option<Vec<ApiScope>>,
    /// The sub-accounts that it is limited to; `null` means all of the account's.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<Uuid>>, min_items = 1, max_items = 200)]
    pub(crate) sub_account_ids: Option<Option<Vec<Uuid>>>,
    /// Addresses and blocks of addresses that it may come from; empty means from everywhere.
    #[schema(max_items = 50)]
    #[validate(length(max = 50, message = "A client is limited to at most 50 networks."))]
    pub(crate) networks: Option<Vec<String>>,
    /// When it stops to work.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub(crate) expires_at: Option<Moment>,
    /// Public keys for `private_key_jwt`; `null` takes them away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<PublicKeys>)]
    pub(crate) public_keys: Option<Option<PublicKeys>>,
}
