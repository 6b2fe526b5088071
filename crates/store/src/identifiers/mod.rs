//! Corporate identifiers of accounts: where they stand, within the reader's scope, and where they are put. What waits for
//! the registrar is in `pending`; whom an identifier belongs to is in `register`.

pub mod pending;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::identifiers::IdentifierKind;
use quaymaster_domain::ids::{AccountId, IdentifierId, SubAccountId};
use quaymaster_domain::structure::Holding;
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{account_identifiers, sub_account_identifiers};
use crate::error::{StoreError, corrupt};

/// An identifier as the tables keep it: nothing personal in the clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredIdentifier {
    /// Kind.
    pub kind: IdentifierKind,
    /// Normal form, or its keyed digest when personal. Compared and unique.
    pub lookup: String,
    /// What is shown: normal form, or masked when personal.
    pub shown: String,
    /// The sealed normal form, when personal.
    pub cipher: Option<Vec<u8>>,
}

/// An identifier in one sub-account.
#[derive(Clone, Debug)]
pub struct Place {
    /// Identity of the place.
    pub id: IdentifierId,
    /// The sub-account.
    pub sub_account: SubAccountId,
    /// The identifier.
    pub identifier: StoredIdentifier,
    /// Since when.
    pub added_at: DateTime<Utc>,
    /// Who added it.
    pub added_by_name: String,
}

pub(crate) fn kind(
    table: &'static str,
    id: impl ToString,
    word: &str,
) -> Result<IdentifierKind, StoreError> {
    IdentifierKind::from_word(word).ok_or_else(|| corrupt(table, "kind", id, word))
}

fn place(
    (row, identifier): (
        sub_account_identifiers::Model,
        Option<account_identifiers::Model>,
    ),
) -> Result<Place, StoreError> {
    let identifier = identifier.ok_or_else(|| {
        corrupt(
            "sub_account_identifiers",
            "identifier_id",
            row.id,
            "no such identifier",
        )
    })?;
    Ok(Place {
        id: row.id.into(),
        sub_account: row.sub_account_id.into(),
        identifier: StoredIdentifier {
            kind: kind("account_identifiers", identifier.id, &identifier.kind)?,
            lookup: identifier.lookup,
            shown: identifier.shown,
            cipher: identifier.cipher,
        },
        added_at: row.added_at,
        added_by_name: row.added_by_name,
    })
}

fn with_identifier()
-> sea_orm::SelectTwo<sub_account_identifiers::Entity, account_identifiers::Entity> {
    let to_identifier = sub_account_identifiers::Entity::belongs_to(account_identifiers::Entity)
        .from(sub_account_identifiers::Column::IdentifierId)
        .to(account_identifiers::Column::Id)
        .into();
    sub_account_identifiers::Entity::find()
        .join(JoinType::InnerJoin, to_identifier)
        .select_also(account_identifiers::Entity)
}

/// The identifiers in some sub-accounts, in the order in which they were added. The sub-accounts must come from a finder
/// that took the reader's scope.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn of_sub_accounts(
    db: &impl Handle,
    seen: &[SubAccountId],
) -> Result<Vec<Place>, StoreError> {
    if seen.is_empty() {
        return Ok(Vec::new());
    }
    with_identifier()
        .filter(sub_account_identifiers::Column::SubAccountId.is_in(seen.iter().map(|s| s.0)))
        .order_by_asc(sub_account_identifiers::Column::Id)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(place)
        .collect()
}

/// Where exactly this identifier stands in an account, within the scope.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn search(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    wanted: &StoredIdentifier,
) -> Result<Vec<Place>, StoreError> {
    if !scope.contains(account) {
        return Ok(Vec::new());
    }
    let mut found = with_identifier()
        .filter(account_identifiers::Column::Kind.eq(wanted.kind.as_str()))
        .filter(account_identifiers::Column::Lookup.eq(wanted.lookup.as_str()))
        .filter(sub_account_identifiers::Column::AccountId.eq(account.0));
    if let Some(seen) = scope.sub_accounts(account) {
        found = found.filter(
            sub_account_identifiers::Column::SubAccountId.is_in(seen.into_iter().map(|s| s.0)),
        );
    }
    found
        .order_by_asc(sub_account_identifiers::Column::Id)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(place)
        .collect()
}

/// Where an identifier stands, seen from an account, and its row there. For the rule R2 only: which other account holds
/// it is not told.
///
/// # Errors
/// When the database cannot answer.
pub async fn holding(
    tx: &WriteTx,
    account: AccountId,
    wanted: &StoredIdentifier,
) -> Result<(Holding, Option<IdentifierId>), StoreError> {
    let row = account_identifiers::Entity::find()
        .filter(account_identifiers::Column::Kind.eq(wanted.kind.as_str()))
        .filter(account_identifiers::Column::Lookup.eq(wanted.lookup.as_str()))
        .one(&tx.conn())
        .await?;
    Ok(match row {
        None => (Holding::Nobody, None),
        Some(row) if row.account_id == account.0 => (Holding::ThisAccount, Some(row.id.into())),
        Some(_) => (Holding::AnotherAccount, None),
    })
}

/// The account that holds an identifier, for a claim of it. What was read cannot change until the transaction ends.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock_holder(
    tx: &WriteTx,
    wanted: &StoredIdentifier,
) -> Result<Option<AccountId>, StoreError> {
    let row = account_identifiers::Entity::find()
        .filter(account_identifiers::Column::Kind.eq(wanted.kind.as_str()))
        .filter(account_identifiers::Column::Lookup.eq(wanted.lookup.as_str()))
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    Ok(row.map(|row| row.account_id.into()))
}

/// The account that holds an identifier, without a lock.
///
/// # Errors
/// When the database cannot answer.
pub async fn holder(
    db: &impl Handle,
    wanted: &StoredIdentifier,
) -> Result<Option<AccountId>, StoreError> {
    let row = account_identifiers::Entity::find()
        .filter(account_identifiers::Column::Kind.eq(wanted.kind.as_str()))
        .filter(account_identifiers::Column::Lookup.eq(wanted.lookup.as_str()))
        .one(&db.conn())
        .await?;
    Ok(row.map(|row| row.account_id.into()))
}

/// Takes an identifier out of an account altogether. The account's row must be locked.
///
/// # Errors
/// When the database refuses.
pub async fn take_out(
    tx: &WriteTx,
    account: AccountId,
    identifier: &StoredIdentifier,
) -> Result<(), StoreError> {
    let conn = tx.conn();
    let row = account_identifiers::Entity::find()
        .filter(account_identifiers::Column::AccountId.eq(account.0))
        .filter(account_identifiers::Column::Kind.eq(identifier.kind.as_str()))
        .filter(account_identifiers::Column::Lookup.eq(identifier.lookup.as_str()))
        .one(&conn)
        .await?;
    let Some(row) = row else { return Ok(()) };
    sub_account_identifiers::Entity::delete_many()
        .filter(sub_account_identifiers::Column::IdentifierId.eq(row.id))
        .exec(&conn)
        .await?;
    account_identifiers::Entity::delete_by_id(row.id)
        .exec(&conn)
        .await?;
    Ok(())
}

/// Gives an account an identifier. It stands nowhere until [`insert_place`].
///
/// # Errors
/// [`Constraint::Identifier`](crate::constraint::Constraint::Identifier) when another account has it (R2).
pub async fn insert(
    tx: &WriteTx,
    id: IdentifierId,
    account: AccountId,
    identifier: &StoredIdentifier,
) -> Result<(), StoreError> {
    let row = account_identifiers::Model {
        id: id.0,
        account_id: account.0,
        kind: identifier.kind.as_str().to_owned(),
        lookup: identifier.lookup.clone(),
        shown: identifier.shown.clone(),
        cipher: identifier.cipher.clone(),
    };
    account_identifiers::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Puts an identifier of an account into one of its sub-accounts.
///
/// # Errors
/// [`Constraint::SubAccountIdentifier`](crate::constraint::Constraint::SubAccountIdentifier) when it stands there already.
pub async fn insert_place(
    tx: &WriteTx,
    account: AccountId,
    identifier: IdentifierId,
    place: &Place,
) -> Result<(), StoreError> {
    let row = sub_account_identifiers::Model {
        id: place.id.0,
        sub_account_id: place.sub_account.0,
        account_id: account.0,
        identifier_id: identifier.0,
        added_at: place.added_at,
        added_by_name: place.added_by_name.clone(),
    };
    sub_account_identifiers::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Takes an identifier out of a sub-account; out of the account too when that was its last place. Tells what was taken.
/// The account's row must be locked.
///
/// # Errors
/// When the database refuses.
pub async fn remove_place(
    tx: &WriteTx,
    sub_account: SubAccountId,
    id: IdentifierId,
) -> Result<Option<StoredIdentifier>, StoreError> {
    let conn = tx.conn();
    let row = with_identifier()
        .filter(sub_account_identifiers::Column::Id.eq(id.0))
        .filter(sub_account_identifiers::Column::SubAccountId.eq(sub_account.0))
        .one(&conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let held = row.0.identifier_id;
    let taken = place(row)?;
    sub_account_identifiers::Entity::delete_by_id(id.0)
        .exec(&conn)
        .await?;
    let left = sub_account_identifiers::Entity::find()
        .filter(sub_account_identifiers::Column::IdentifierId.eq(held))
        .count(&conn)
        .await?;
    if left == 0 {
        account_identifiers::Entity::delete_by_id(held)
            .exec(&conn)
            .await?;
    }
    Ok(Some(taken.identifier))
}
