//! Programs that act for an account: their rows, secrets and used assertions. What a client may be allowed is a rule of the
//! domain; the finders without a scope serve the token endpoint and the start of a request only.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::api_clients::{ApiScope, Block, Kept};
use quaymaster_domain::ids::{
    AccountId, ApiClientId, ApiClientSecretId, CompanyId, SubAccountId, UserId,
};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::api_clients::{Column, Entity, Model};
use crate::entities::{
    accounts, api_client_assertions, api_client_secrets as secrets, sub_accounts,
};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};

/// A program that acts for an account.
#[derive(Clone, Debug)]
pub struct ApiClient {
    /// Identity, and the `client_id` of OAuth.
    pub id: ApiClientId,
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Where its people are reached.
    pub contact_email: String,
    /// What is on record of its life.
    pub kept: Kept,
    /// The scopes in force.
    pub scopes: Vec<ApiScope>,
    /// The scopes that wait for the owner.
    pub pending: Option<Vec<ApiScope>>,
    /// The sub-accounts that it is limited to; `None` means all of the account's.
    pub sub_accounts: Option<Vec<SubAccountId>>,
    /// Where it may come from; none means everywhere.
    pub networks: Vec<Block>,
    /// Its public keys, as JSON text.
    pub jwks: Option<String>,
    /// When it stops to work.
    pub expires_at: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by_name: String,
    /// When the owner last approved its scopes.
    pub approved_at: Option<DateTime<Utc>>,
    /// Who did.
    pub approved_by_name: Option<String>,
    /// When it was ended for good.
    pub ended_at: Option<DateTime<Utc>>,
    /// By whom.
    pub ended_by_name: Option<String>,
    /// When it last got a token.
    pub last_used_at: Option<DateTime<Utc>>,
    /// From where.
    pub last_used_network: Option<String>,
    /// For `If-Match`.
    pub version: i64,
}

/// A secret of a client, without the secret.
#[derive(Clone, Debug)]
pub struct Secret {
    /// Identity.
    pub id: ApiClientSecretId,
    /// Of which client.
    pub client: ApiClientId,
    /// The digest.
    pub hash: String,
    /// Its last characters, by which people tell two apart.
    pub hint: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by_name: String,
    /// When a token was last got with it.
    pub last_used_at: Option<DateTime<Utc>>,
}

fn words<T: Copy>(list: &[T], word: impl Fn(T) -> String) -> String {
    let all: Vec<String> = list.iter().map(|one| word(*one)).collect();
    all.join(" ")
}

fn scope_words(scopes: &[ApiScope]) -> String {
    words(scopes, |scope| scope.as_str().to_owned())
}

/// Reads words with a blank between them.
fn read<T>(
    column: &'static str,
    id: Uuid,
    text: &str,
    one: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, StoreError> {
    text.split_ascii_whitespace()
        .map(|word| one(word).ok_or_else(|| corrupt("api_clients", column, id, word)))
        .collect()
}

impl TryFrom<Model> for ApiClient {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let id = row.id;
        let pending = row
            .pending_scopes
            .map(|text| read("pending_scopes", id, &text, ApiScope::from_word));
        let sub_accounts = row.sub_accounts.map(|text| {
            let one = |word: &str| Uuid::parse_str(word).ok().map(SubAccountId::from);
            read("sub_accounts", id, &text, one)
        });
        Ok(Self {
            id: id.into(),
            account: row.account_id.into(),
            name: row.name,
            contact_email: row.contact_email,
            kept: Kept::from_word(&row.state)
                .ok_or_else(|| corrupt("api_clients", "state", id, &row.state))?,
            scopes: read("scopes", id, &row.scopes, ApiScope::from_word)?,
            pending: pending.transpose()?,
            sub_accounts: sub_accounts.transpose()?,
            networks: read("networks", id, &row.networks, Block::parse)?,
            jwks: row.jwks,
            expires_at: row.expires_at,
            created_at: row.created_at,
            created_by_name: row.created_by_name,
            approved_at: row.approved_at,
            approved_by_name: row.approved_by_name,
            ended_at: row.ended_at,
            ended_by_name: row.ended_by_name,
            last_used_at: row.last_used_at,
            last_used_network: row.last_used_network,
            version: row.version,
        })
    }
}

impl From<&ApiClient> for Model {
    fn from(client: &ApiClient) -> Self {
        Self {
            id: client.id.0,
            account_id: client.account.0,
            name: client.name.clone(),
            name_key: client.name.to_lowercase(),
            contact_email: client.contact_email.clone(),
            state: client.kept.as_str().to_owned(),
            scopes: scope_words(&client.scopes),
            pending_scopes: client.pending.as_deref().map(scope_words),
            sub_accounts: client
                .sub_accounts
                .as_deref()
                .map(|ids| words(ids, |id| id.to_string())),
            networks: words(&client.networks, |block| block.to_string()),
            jwks: client.jwks.clone(),
            expires_at: client.expires_at,
            created_at: client.created_at,
            created_by_name: client.created_by_name.clone(),
            approved_at: client.approved_at,
            approved_by_name: client.approved_by_name.clone(),
            ended_at: client.ended_at,
            ended_by_name: client.ended_by_name.clone(),
            last_used_at: client.last_used_at,
            last_used_network: client.last_used_network.clone(),
            version: client.version,
        }
    }
}

impl From<secrets::Model> for Secret {
    fn from(row: secrets::Model) -> Self {
        Self {
            id: row.id.into(),
            client: row.client_id.into(),
            hash: row.secret_hash,
            hint: row.hint,
            created_at: row.created_at,
            created_by_name: row.created_by_name,
            last_used_at: row.last_used_at,
        }
    }
}

/// Clients of an account, the newest first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<ApiClient>, StoreError> {
    let mut rows = Vec::new();
    if scope.contains(account) {
        let mut wanted = Condition::all().add(Column::AccountId.eq(account.0));
        if let Some(after) = &page.after {
            wanted = wanted.add(Column::Id.lt(after.id()));
        }
        rows = Entity::find()
            .filter(wanted)
            .order_by_desc(Column::Id)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    let page = Page::cut(rows, page, |row| Cursor::new([row.id.to_string()]));
    let items = page.items.into_iter().map(ApiClient::try_from);
    Ok(Page {
        items: items.collect::<Result<_, _>>()?,
        next: page.next,
    })
}

/// One client of an account.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    id: ApiClientId,
) -> Result<Option<ApiClient>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    let row = Entity::find_by_id(id.0)
        .filter(Column::AccountId.eq(account.0))
        .one(&db.conn())
        .await?;
    row.map(ApiClient::try_from).transpose()
}

/// The same, locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: ApiClientId,
) -> Result<Option<ApiClient>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    let row = Entity::find_by_id(id.0)
        .filter(Column::AccountId.eq(account.0))
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    row.map(ApiClient::try_from).transpose()
}

/// How many clients of an account have not ended.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_open(db: &impl Handle, account: AccountId) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::EndedAt.is_null())
        .count(&db.conn())
        .await?)
}

/// How many clients of an account have scopes that wait for the owner.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_waiting(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
) -> Result<u64, StoreError> {
    if !scope.contains(account) {
        return Ok(0);
    }
    Ok(Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::EndedAt.is_null())
        .filter(Column::PendingScopes.is_not_null())
        .count(&db.conn())
        .await?)
}

/// Keeps a new client.
///
/// # Errors
/// [`Constraint::ApiClientName`](crate::constraint::Constraint::ApiClientName) when the account has one of this name.
pub async fn insert(tx: &WriteTx, new: &ApiClient) -> Result<(), StoreError> {
    Entity::insert(Model::from(new).into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Writes a locked client back and moves its version on. When and where it was last used stays as it is.
///
/// # Errors
/// [`Constraint::ApiClientName`](crate::constraint::Constraint::ApiClientName).
pub async fn update(tx: &WriteTx, client: &ApiClient) -> Result<(), StoreError> {
    let row = Model::from(client);
    Entity::update_many()
        .col_expr(Column::Name, Expr::value(row.name))
        .col_expr(Column::NameKey, Expr::value(row.name_key))
        .col_expr(Column::ContactEmail, Expr::value(row.contact_email))
        .col_expr(Column::State, Expr::value(row.state))
        .col_expr(Column::Scopes, Expr::value(row.scopes))
        .col_expr(Column::PendingScopes, Expr::value(row.pending_scopes))
        .col_expr(Column::SubAccounts, Expr::value(row.sub_accounts))
        .col_expr(Column::Networks, Expr::value(row.networks))
        .col_expr(Column::Jwks, Expr::value(row.jwks))
        .col_expr(Column::ExpiresAt, Expr::value(row.expires_at))
        .col_expr(Column::ApprovedAt, Expr::value(row.approved_at))
        .col_expr(Column::ApprovedByName, Expr::value(row.approved_by_name))
        .col_expr(Column::EndedAt, Expr::value(row.ended_at))
        .col_expr(Column::EndedByName, Expr::value(row.ended_by_name))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(row.id))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// The secrets of these clients, the older first.
///
/// # Errors
/// When the database cannot answer.
pub async fn secrets(
    db: &impl Handle,
    clients: &[ApiClientId],
) -> Result<HashMap<ApiClientId, Vec<Secret>>, StoreError> {
    let mut all: HashMap<ApiClientId, Vec<Secret>> = HashMap::new();
    if clients.is_empty() {
        return Ok(all);
    }
    let rows = secrets::Entity::find()
        .filter(secrets::Column::ClientId.is_in(clients.iter().map(|id| id.0)))
        .order_by_asc(secrets::Column::Id)
        .all(&db.conn())
        .await?;
    for row in rows {
        all.entry(row.client_id.into())
            .or_default()
            .push(row.into());
    }
    Ok(all)
}

/// Keeps a new secret.
///
/// # Errors
/// When the database refuses.
pub async fn insert_secret(tx: &WriteTx, new: &Secret) -> Result<(), StoreError> {
    let row = secrets::Model {
        id: new.id.0,
        client_id: new.client.0,
        secret_hash: new.hash.clone(),
        hint: new.hint.clone(),
        created_at: new.created_at,
        created_by_name: new.created_by_name.clone(),
        last_used_at: new.last_used_at,
    };
    secrets::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Forgets a secret of a client; `None` forgets all of them. Answers how many there were.
///
/// # Errors
/// When the database refuses.
pub async fn delete_secrets(
    tx: &WriteTx,
    client: ApiClientId,
    one: Option<ApiClientSecretId>,
) -> Result<u64, StoreError> {
    let mut wanted = Condition::all().add(secrets::Column::ClientId.eq(client.0));
    if let Some(id) = one {
        wanted = wanted.add(secrets::Column::Id.eq(id.0));
    }
    let done = secrets::Entity::delete_many()
        .filter(wanted)
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected)
}

/// A client with what decides whether and where it may act: its account's company and present sub-accounts.
#[derive(Clone, Debug)]
pub struct Presented {
    /// The client.
    pub client: ApiClient,
    /// The company of its account.
    pub company: CompanyId,
    /// False when nothing happens in the account any more.
    pub account_open: bool,
    /// The sub-accounts that it reaches at this moment.
    pub reached: Vec<SubAccountId>,
}

/// The client that somebody claims to be. For the token endpoint and the start of a request.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn presented(db: &impl Handle, id: ApiClientId) -> Result<Option<Presented>, StoreError> {
    let conn = db.conn();
    let Some(row) = Entity::find_by_id(id.0).one(&conn).await? else {
        return Ok(None);
    };
    let client = ApiClient::try_from(row)?;
    let account = accounts::Entity::find_by_id(client.account.0)
        .one(&conn)
        .await?
        .ok_or_else(|| corrupt("api_clients", "account_id", id, "no such account"))?;
    let of_account: Vec<Uuid> = sub_accounts::Entity::find()
        .select_only()
        .column(sub_accounts::Column::Id)
        .filter(sub_accounts::Column::AccountId.eq(client.account.0))
        .into_tuple()
        .all(&conn)
        .await?;
    let reached = of_account
        .into_iter()
        .map(SubAccountId::from)
        .filter(|id| {
            client
                .sub_accounts
                .as_ref()
                .is_none_or(|only| only.contains(id))
        })
        .collect();
    Ok(Some(Presented {
        company: account.company_id.into(),
        account_open: account.state == "open",
        reached,
        client,
    }))
}

/// True while a client still has a secret.
///
/// # Errors
/// When the database cannot answer.
pub async fn has_secret(
    db: &impl Handle,
    client: ApiClientId,
    secret: ApiClientSecretId,
) -> Result<bool, StoreError> {
    let found = secrets::Entity::find_by_id(secret.0)
        .filter(secrets::Column::ClientId.eq(client.0))
        .one(&db.conn())
        .await?;
    Ok(found.is_some())
}

/// Notes that a client got a token, with which secret if with one, and from where.
///
/// # Errors
/// When the database refuses.
pub async fn used(
    tx: &WriteTx,
    client: ApiClientId,
    secret: Option<ApiClientSecretId>,
    network: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(at))
        .col_expr(Column::LastUsedNetwork, Expr::value(network))
        .filter(Column::Id.eq(client.0))
        .exec(&tx.conn())
        .await?;
    if let Some(id) = secret {
        secrets::Entity::update_many()
            .col_expr(secrets::Column::LastUsedAt, Expr::value(at))
            .filter(secrets::Column::Id.eq(id.0))
            .exec(&tx.conn())
            .await?;
    }
    Ok(())
}

/// Writes down that an assertion was used.
///
/// # Errors
/// [`Constraint::ApiClientAssertion`](crate::constraint::Constraint::ApiClientAssertion) when it was used before.
pub async fn use_assertion(
    tx: &WriteTx,
    client: ApiClientId,
    jti_hash: String,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = api_client_assertions::Model {
        client_id: client.0,
        jti_hash,
        expires_at,
    };
    api_client_assertions::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Forgets used assertions that would be refused for their age.
///
/// # Errors
/// When the database refuses.
pub async fn forget_assertions(tx: &WriteTx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let done = api_client_assertions::Entity::delete_many()
        .filter(api_client_assertions::Column::ExpiresAt.lt(before))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected)
}

/// A client whose end is near, with the owner of its account.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The client.
    pub client: ApiClient,
    /// The account's name.
    pub account_name: String,
    /// The owner.
    pub owner: UserId,
}

/// Clients of open accounts that end before a moment and have not ended yet. For the job that reminds.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn ending(
    db: &impl Handle,
    now: DateTime<Utc>,
    before: DateTime<Utc>,
    after: Option<ApiClientId>,
    limit: u64,
) -> Result<Vec<Ending>, StoreError> {
    let mut wanted = Condition::all()
        .add(Column::EndedAt.is_null())
        .add(Column::ExpiresAt.gt(now))
        .add(Column::ExpiresAt.lte(before));
    if let Some(after) = after {
        wanted = wanted.add(Column::Id.gt(after.0));
    }
    let conn = db.conn();
    let rows = Entity::find()
        .filter(wanted)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(&conn)
        .await?;
    let of: HashMap<Uuid, accounts::Model> = accounts::Entity::find()
        .filter(accounts::Column::Id.is_in(rows.iter().map(|row| row.account_id)))
        .all(&conn)
        .await?
        .into_iter()
        .map(|account| (account.id, account))
        .collect();
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(account) = of.get(&row.account_id) else {
            continue;
        };
        found.push(Ending {
            account_name: account.name.clone(),
            owner: account.owner_user_id.into(),
            client: row.try_into()?,
        });
    }
    Ok(found)
}
