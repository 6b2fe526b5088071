//! Groups of clients of an account: who stands in them. Which teams look after them is in `teams`; what a person sees
//! through both is computed where grants are read.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::ids::{AccountId, ClientGroupId, GrantId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::client_groups::{Column, Entity, Model};
use crate::entities::{client_group_clients, grants};
use crate::error::StoreError;
use crate::page::{Cursor, Page, PageRequest};

/// How many rows go into one statement: both databases limit the number of values.
const PIECE: usize = 500;

/// A group of clients.
#[derive(Clone, Debug)]
pub struct ClientGroup {
    /// Identity.
    pub id: ClientGroupId,
    /// The account whose clients they are.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// For `If-Match`.
    pub version: i64,
}

impl From<Model> for ClientGroup {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.into(),
            account: row.account_id.into(),
            name: row.name,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

/// A client in a group.
#[derive(Clone, Debug)]
pub struct GroupClient {
    /// The client's account.
    pub account: AccountId,
    /// Its number.
    pub account_number: String,
    /// Its name.
    pub name: String,
    /// Its company.
    pub company_name: String,
    /// The grant that is in force or held between the two, if there is one.
    pub grant: Option<(GrantId, String, Option<DateTime<Utc>>)>,
    /// When it was put into the group.
    pub added_at: DateTime<Utc>,
}

/// Groups of an account by name.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<ClientGroup>, StoreError> {
    let mut rows = Vec::new();
    if scope.contains(account) {
        let mut wanted = Condition::all().add(Column::AccountId.eq(account.0));
        if let Some(after) = &page.after {
            let name = after.part(0);
            wanted = wanted.add(
                Condition::any().add(Column::NameKey.gt(name)).add(
                    Condition::all()
                        .add(Column::NameKey.eq(name))
                        .add(Column::Id.gt(after.id())),
                ),
            );
        }
        rows = Entity::find()
            .filter(wanted)
            .order_by_asc(Column::NameKey)
            .order_by_asc(Column::Id)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    let page = Page::cut(rows, page, |row| {
        Cursor::new([row.name_key.clone(), row.id.to_string()])
    });
    Ok(page.map(ClientGroup::from))
}

/// One group of an account.
///
/// # Errors
/// When the database cannot answer.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    id: ClientGroupId,
) -> Result<Option<ClientGroup>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    let row = Entity::find_by_id(id.0)
        .filter(Column::AccountId.eq(account.0))
        .one(&db.conn())
        .await?;
    Ok(row.map(Into::into))
}

/// The same, locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: ClientGroupId,
) -> Result<Option<ClientGroup>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    let row = Entity::find_by_id(id.0)
        .filter(Column::AccountId.eq(account.0))
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    Ok(row.map(Into::into))
}

/// Keeps a new group.
///
/// # Errors
/// [`Constraint::ClientGroupName`](crate::constraint::Constraint::ClientGroupName) when the account has one of this name.
pub async fn insert(tx: &WriteTx, new: &ClientGroup) -> Result<(), StoreError> {
    let row = Model {
        id: new.id.0,
        account_id: new.account.0,
        name: new.name.clone(),
        name_key: new.name.to_lowercase(),
        created_at: new.created_at,
        version: new.version,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Renames a locked group and moves its version on.
///
/// # Errors
/// [`Constraint::ClientGroupName`](crate::constraint::Constraint::ClientGroupName).
pub async fn rename(tx: &WriteTx, id: ClientGroupId, name: &str) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Name, Expr::value(name))
        .col_expr(Column::NameKey, Expr::value(name.to_lowercase()))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Deletes a group with everything that hangs on it.
///
/// # Errors
/// When the database refuses.
pub async fn delete(tx: &WriteTx, id: ClientGroupId) -> Result<(), StoreError> {
    Entity::delete_by_id(id.0).exec(&tx.conn()).await?;
    Ok(())
}

/// How many clients stand in each of these groups.
///
/// # Errors
/// When the database cannot answer.
pub async fn sizes(
    db: &impl Handle,
    groups: &[ClientGroupId],
) -> Result<std::collections::HashMap<ClientGroupId, u64>, StoreError> {
    use client_group_clients::Column as Client;
    if groups.is_empty() {
        return Ok(std::collections::HashMap::new());
    }
    let rows = client_group_clients::Entity::find()
        .select_only()
        .column(Client::GroupId)
        .column_as(Client::ClientAccountId.count(), "clients")
        .filter(Client::GroupId.is_in(groups.iter().map(|g| g.0)))
        .group_by(Client::GroupId)
        .into_tuple::<(Uuid, i64)>()
        .all(&db.conn())
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, n)| (id.into(), u64::try_from(n).unwrap_or(0)))
        .collect())
}

/// The clients of a group by name.
///
/// # Errors
/// When the database cannot answer.
pub async fn clients(
    db: &impl Handle,
    group: &ClientGroup,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<GroupClient>, StoreError> {
    let conn = db.conn();
    let mut sql = "SELECT a.id AS account_id, a.account_number, a.name, a.name_key, k.name AS company_name, c.added_at, \
         g.id AS grant_id, g.state, g.ends_at FROM client_group_clients c \
         JOIN accounts a ON a.id = c.client_account_id JOIN companies k ON k.id = a.company_id \
         LEFT JOIN grants g ON g.grantor_account_id = a.id AND g.recipient_account_id = c.account_id \
         AND g.state IN ('active', 'paused') AND (g.ends_at IS NULL OR g.ends_at > $2) \
         WHERE c.group_id = $1"
        .to_owned();
    let mut values: Vec<sea_orm::Value> = vec![group.id.0.into(), now.into()];
    if let Some(after) = &page.after {
        sql.push_str(" AND (a.name_key, a.id) > ($3, $4)");
        values.push(after.part(0).to_owned().into());
        values.push(after.id().into());
    }
    sql.push_str(&format!(
        " ORDER BY a.name_key, a.id LIMIT {}",
        page.reach()
    ));
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let mut found = Vec::new();
    for row in conn.query_all_raw(statement).await? {
        let grant: Option<Uuid> = row.try_get("", "grant_id")?;
        let grant = match grant {
            None => None,
            Some(id) => Some((
                GrantId(id),
                row.try_get("", "state")?,
                row.try_get("", "ends_at")?,
            )),
        };
        let key: String = row.try_get("", "name_key")?;
        let client = GroupClient {
            account: row.try_get::<Uuid>("", "account_id")?.into(),
            account_number: row.try_get("", "account_number")?,
            name: row.try_get("", "name")?,
            company_name: row.try_get("", "company_name")?,
            grant,
            added_at: row.try_get("", "added_at")?,
        };
        found.push((key, client));
    }
    let page = Page::cut(found, page, |(key, client)| {
        Cursor::new([key.clone(), client.account.to_string()])
    });
    Ok(page.map(|(_, client)| client))
}

/// Which of these accounts are clients: they gave the account a grant that is in force or held, and are known to it.
///
/// # Errors
/// When the database cannot answer.
pub async fn known_clients(
    db: &impl Handle,
    account: AccountId,
    wanted: &[AccountId],
    now: DateTime<Utc>,
) -> Result<std::collections::HashSet<AccountId>, StoreError> {
    let mut all = std::collections::HashSet::new();
    for piece in wanted.chunks(PIECE) {
        let rows = grants::Entity::find()
            .select_only()
            .column(grants::Column::GrantorAccountId)
            .filter(living_clients(account, now))
            .filter(grants::Column::GrantorAccountId.is_in(piece.iter().map(|a| a.0)))
            .into_tuple::<Uuid>()
            .all(&db.conn())
            .await?;
        all.extend(rows.into_iter().map(AccountId::from));
    }
    Ok(all)
}

fn living_clients(account: AccountId, now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(grants::Column::RecipientAccountId.eq(account.0))
        .add(grants::Column::State.is_in(["active", "paused"]))
        .add(grants::Column::GrantorShown.is_null())
        .add(
            Condition::any()
                .add(grants::Column::EndsAt.is_null())
                .add(grants::Column::EndsAt.gt(now)),
        )
}

/// Puts clients into a group; those that are there already stay as they are. Answers how many are new.
///
/// # Errors
/// When the database refuses.
pub async fn add(
    tx: &WriteTx,
    group: &ClientGroup,
    clients: &[AccountId],
    at: DateTime<Utc>,
    by_name: &str,
) -> Result<u64, StoreError> {
    use sea_orm::sea_query::OnConflict;
    let mut added = 0;
    for piece in clients.chunks(PIECE) {
        let rows = piece.iter().map(|client| {
            client_group_clients::Model {
                group_id: group.id.0,
                client_account_id: client.0,
                account_id: group.account.0,
                added_at: at,
                added_by_name: by_name.to_owned(),
            }
            .into_active_model()
        });
        added += client_group_clients::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::columns([
                    client_group_clients::Column::GroupId,
                    client_group_clients::Column::ClientAccountId,
                ])
                .do_nothing()
                .to_owned(),
            )
            .exec_without_returning(&tx.conn())
            .await?;
    }
    Ok(added)
}

/// Puts every client of the account into a group, in one statement. Answers how many are new.
///
/// # Errors
/// When the database refuses.
pub async fn add_all(
    tx: &WriteTx,
    group: &ClientGroup,
    at: DateTime<Utc>,
    by_name: &str,
) -> Result<u64, StoreError> {
    let conn = tx.conn();
    let statement = Statement::from_sql_and_values(
        conn.get_database_backend(),
        "INSERT INTO client_group_clients (group_id, client_account_id, account_id, added_at, added_by_name) \
         SELECT c.id, g.grantor_account_id, c.account_id, $2, $3 FROM client_groups c \
         JOIN grants g ON g.recipient_account_id = c.account_id \
         WHERE c.id = $1 AND g.state IN ('active', 'paused') AND g.grantor_shown IS NULL \
         AND (g.ends_at IS NULL OR g.ends_at > $2) \
         AND NOT EXISTS (SELECT 1 FROM client_group_clients x WHERE x.group_id = c.id AND x.client_account_id = g.grantor_account_id)",
        [group.id.0.into(), at.into(), by_name.into()],
    );
    Ok(conn.execute_raw(statement).await?.rows_affected())
}

/// Takes clients out of a group. Answers how many were in it.
///
/// # Errors
/// When the database refuses.
pub async fn take_out(
    tx: &WriteTx,
    group: &ClientGroup,
    clients: &[AccountId],
) -> Result<u64, StoreError> {
    let mut gone = 0;
    for piece in clients.chunks(PIECE) {
        gone += client_group_clients::Entity::delete_many()
            .filter(client_group_clients::Column::GroupId.eq(group.id.0))
            .filter(client_group_clients::Column::ClientAccountId.is_in(piece.iter().map(|a| a.0)))
            .exec(&tx.conn())
            .await?
            .rows_affected;
    }
    Ok(gone)
}

/// How many groups an account has.
///
/// # Errors
/// When the database cannot answer.
pub async fn count(db: &impl Handle, account: AccountId) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .count(&db.conn())
        .await?)
}
