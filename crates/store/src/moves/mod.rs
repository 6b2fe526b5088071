//! Structure on its way between two accounts of one company: the facts that a plan is made of, and the rows that move with it.
//! Both accounts' rows are locked before anything moves; what a plan says is not decided here.

pub mod grants;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use quaymaster_domain::activities::BusinessActivity;
use quaymaster_domain::ids::{AccountId, IdentifierId, SubAccountId, UserId};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::moves::{IdentifierFact, MemberFact, Place, Side, SubAccountFact};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{
    access_request_drafts, account_activities, account_identifiers, addresses, contacts,
    membership_access, membership_ports, memberships, pending_identifiers, sub_account_identifiers,
    sub_accounts, users,
};
use crate::error::{StoreError, corrupt};
use crate::members::sub_account_access;

/// How many values go into one statement.
const PIECE: usize = 500;

/// Everything about an account that a plan asks for. For a service that has asked the policy.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn facts(
    db: &impl Handle,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Side, StoreError> {
    let conn = db.conn();
    let activities = account_activities::Entity::find()
        .filter(account_activities::Column::AccountId.eq(account.0))
        .all(&conn)
        .await?
        .iter()
        .map(|row| crate::activities::activity("account_activities", account, &row.activity))
        .collect::<Result<BTreeSet<_>, _>>()?;
    let waiting: HashMap<Uuid, i64> = pending_identifiers::Entity::find()
        .select_only()
        .column(pending_identifiers::Column::SubAccountId)
        .column_as(pending_identifiers::Column::Id.count(), "n")
        .filter(pending_identifiers::Column::AccountId.eq(account.0))
        .filter(pending_identifiers::Column::State.eq("pending"))
        .group_by(pending_identifiers::Column::SubAccountId)
        .into_tuple()
        .all(&conn)
        .await?
        .into_iter()
        .collect();
    let sub_accounts = sub_accounts::Entity::find()
        .filter(sub_accounts::Column::AccountId.eq(account.0))
        .order_by_asc(sub_accounts::Column::Name)
        .all(&conn)
        .await?
        .into_iter()
        .map(|row| {
            Ok(SubAccountFact {
                activity: crate::activities::activity("sub_accounts", row.id, &row.activity)?,
                pending: waiting
                    .get(&row.id)
                    .map_or(0, |n| u64::try_from(*n).unwrap_or_default()),
                id: row.id.into(),
                name: row.name,
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Side {
        activities,
        sub_accounts,
        identifiers: identifiers(db, account).await?,
        members: members(db, account, now).await?,
    })
}

async fn identifiers(
    db: &impl Handle,
    account: AccountId,
) -> Result<Vec<IdentifierFact>, StoreError> {
    let conn = db.conn();
    let mut places: HashMap<Uuid, Vec<Place>> = HashMap::new();
    let standing = sub_account_identifiers::Entity::find()
        .filter(sub_account_identifiers::Column::AccountId.eq(account.0))
        .order_by_asc(sub_account_identifiers::Column::Id)
        .all(&conn)
        .await?;
    for row in standing {
        places.entry(row.identifier_id).or_default().push(Place {
            id: row.id.into(),
            sub_account: row.sub_account_id.into(),
        });
    }
    account_identifiers::Entity::find()
        .filter(account_identifiers::Column::AccountId.eq(account.0))
        .order_by_asc(account_identifiers::Column::Id)
        .all(&conn)
        .await?
        .into_iter()
        .map(|row| {
            Ok(IdentifierFact {
                kind: crate::identifiers::kind("account_identifiers", row.id, &row.kind)?,
                places: places.remove(&row.id).unwrap_or_default(),
                id: row.id.into(),
                shown: row.shown,
            })
        })
        .collect()
}

async fn members(
    db: &impl Handle,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<MemberFact>, StoreError> {
    let conn = db.conn();
    let suspended = crate::access_reviews::suspended(db, account, now).await?;
    let rows = memberships::Entity::find()
        .filter(memberships::Column::AccountId.eq(account.0))
        .order_by_asc(memberships::Column::UserId)
        .all(&conn)
        .await?;
    let mut people: HashMap<Uuid, users::Model> = HashMap::new();
    for piece in rows.chunks(PIECE) {
        let found = users::Entity::find()
            .filter(users::Column::Id.is_in(piece.iter().map(|m| m.user_id)))
            .all(&conn)
            .await?;
        people.extend(found.into_iter().map(|u| (u.id, u)));
    }
    let mut access: HashMap<Uuid, Vec<_>> = HashMap::new();
    let rights = membership_access::Entity::find()
        .filter(membership_access::Column::AccountId.eq(account.0))
        .order_by_asc(membership_access::Column::SubAccountId)
        .all(&conn)
        .await?;
    for row in &rights {
        access
            .entry(row.user_id)
            .or_default()
            .push(sub_account_access(row)?);
    }
    let mut ports: HashMap<Uuid, BTreeSet<String>> = HashMap::new();
    let limits = membership_ports::Entity::find()
        .filter(membership_ports::Column::AccountId.eq(account.0))
        .all(&conn)
        .await?;
    for row in limits {
        ports.entry(row.user_id).or_default().insert(row.port_code);
    }
    rows.into_iter()
        .map(|row| {
            let user = people
                .remove(&row.user_id)
                .ok_or_else(|| corrupt("memberships", "user_id", row.user_id, "no such user"))?;
            Ok(MemberFact {
                user: row.user_id.into(),
                user_name: user.user_name,
                name: format!("{} {}", user.given_name, user.family_name),
                email: user.email,
                role: MemberRole::from_word(&row.role)
                    .ok_or_else(|| corrupt("memberships", "role", row.user_id, &row.role))?,
                access: access.remove(&row.user_id).unwrap_or_default(),
                ports: ports.remove(&row.user_id).unwrap_or_default(),
                suspended: suspended.contains(&row.user_id.into()),
            })
        })
        .collect()
}

/// How many contacts and postal addresses an account has.
///
/// # Errors
/// When the database cannot answer.
pub async fn profile_counts(
    db: &impl Handle,
    account: AccountId,
) -> Result<(u64, u64), StoreError> {
    let conn = db.conn();
    Ok((
        contacts::Entity::find()
            .filter(contacts::Column::AccountId.eq(account.0))
            .count(&conn)
            .await?,
        addresses::Entity::find()
            .filter(addresses::Column::AccountId.eq(account.0))
            .count(&conn)
            .await?,
    ))
}

/// Lets the checks between structure and what stands in it wait for the end of the transaction, in which they move together.
/// What does not fit then fails the commit.
///
/// # Errors
/// When the database refuses.
pub async fn defer_checks(tx: &WriteTx) -> Result<(), StoreError> {
    let conn = tx.conn();
    let words = match conn.get_database_backend() {
        DbBackend::Sqlite => "PRAGMA defer_foreign_keys = ON",
        _ => "SET CONSTRAINTS ALL DEFERRED",
    };
    conn.execute_unprepared(words).await?;
    Ok(())
}

/// Moves an activity. Its sub-accounts must follow in the same transaction.
///
/// # Errors
/// When the database refuses.
pub async fn activity(
    tx: &WriteTx,
    from: AccountId,
    to: AccountId,
    activity: BusinessActivity,
) -> Result<(), StoreError> {
    account_activities::Entity::update_many()
        .col_expr(account_activities::Column::AccountId, Expr::value(to.0))
        .filter(account_activities::Column::AccountId.eq(from.0))
        .filter(account_activities::Column::Activity.eq(activity.as_str()))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Moves a sub-account with the places of its identifiers and with what waits in it; perhaps under another name. Rights in
/// it must be moved or ended in the same transaction.
///
/// # Errors
/// [`Constraint::SubAccountName`](crate::constraint::Constraint::SubAccountName) when the name is taken there.
pub async fn sub_account(
    tx: &WriteTx,
    id: SubAccountId,
    to: AccountId,
    new_name: Option<&str>,
) -> Result<(), StoreError> {
    let conn = tx.conn();
    let mut change = sub_accounts::Entity::update_many()
        .col_expr(sub_accounts::Column::AccountId, Expr::value(to.0))
        .col_expr(
            sub_accounts::Column::Version,
            Expr::col(sub_accounts::Column::Version).add(1),
        )
        .filter(sub_accounts::Column::Id.eq(id.0));
    if let Some(name) = new_name {
        change = change.col_expr(sub_accounts::Column::Name, Expr::value(name));
    }
    change.exec(&conn).await?;
    sub_account_identifiers::Entity::update_many()
        .col_expr(
            sub_account_identifiers::Column::AccountId,
            Expr::value(to.0),
        )
        .filter(sub_account_identifiers::Column::SubAccountId.eq(id.0))
        .exec(&conn)
        .await?;
    pending_identifiers::Entity::update_many()
        .col_expr(pending_identifiers::Column::AccountId, Expr::value(to.0))
        .filter(pending_identifiers::Column::SubAccountId.eq(id.0))
        .exec(&conn)
        .await?;
    Ok(())
}

/// Moves an identifier; its places go with their sub-accounts.
///
/// # Errors
/// When the database refuses.
pub async fn identifier(tx: &WriteTx, id: IdentifierId, to: AccountId) -> Result<(), StoreError> {
    account_identifiers::Entity::update_many()
        .col_expr(account_identifiers::Column::AccountId, Expr::value(to.0))
        .filter(account_identifiers::Column::Id.eq(id.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Takes places of identifiers away that keep others.
///
/// # Errors
/// When the database refuses.
pub async fn remove_places(tx: &WriteTx, places: &[IdentifierId]) -> Result<(), StoreError> {
    for piece in places.chunks(PIECE) {
        sub_account_identifiers::Entity::delete_many()
            .filter(sub_account_identifiers::Column::Id.is_in(piece.iter().map(|p| p.0)))
            .exec(&tx.conn())
            .await?;
    }
    Ok(())
}

/// Moves the rights of a member of both accounts in some sub-accounts.
///
/// # Errors
/// When the database refuses.
pub async fn carry_rights(
    tx: &WriteTx,
    user: UserId,
    from: AccountId,
    to: AccountId,
    moved: &[SubAccountId],
) -> Result<(), StoreError> {
    for piece in moved.chunks(PIECE) {
        membership_access::Entity::update_many()
            .col_expr(membership_access::Column::AccountId, Expr::value(to.0))
            .filter(membership_access::Column::AccountId.eq(from.0))
            .filter(membership_access::Column::UserId.eq(user.0))
            .filter(membership_access::Column::SubAccountId.is_in(piece.iter().map(|s| s.0)))
            .exec(&tx.conn())
            .await?;
    }
    Ok(())
}

/// Ends whatever rights the members of an account still have in some sub-accounts that have left it.
///
/// # Errors
/// When the database refuses.
pub async fn end_rights(
    tx: &WriteTx,
    from: AccountId,
    moved: &[SubAccountId],
) -> Result<(), StoreError> {
    for piece in moved.chunks(PIECE) {
        membership_access::Entity::delete_many()
            .filter(membership_access::Column::AccountId.eq(from.0))
            .filter(membership_access::Column::SubAccountId.is_in(piece.iter().map(|s| s.0)))
            .exec(&tx.conn())
            .await?;
    }
    Ok(())
}

/// Moves the location limits of a member who has become one of another account.
///
/// # Errors
/// When the database refuses.
pub async fn carry_ports(
    tx: &WriteTx,
    user: UserId,
    from: AccountId,
    to: AccountId,
) -> Result<(), StoreError> {
    membership_ports::Entity::update_many()
        .col_expr(membership_ports::Column::AccountId, Expr::value(to.0))
        .filter(membership_ports::Column::AccountId.eq(from.0))
        .filter(membership_ports::Column::UserId.eq(user.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Moves contacts and postal addresses.
///
/// # Errors
/// When the database refuses.
pub async fn profile(tx: &WriteTx, from: AccountId, to: AccountId) -> Result<(), StoreError> {
    let conn = tx.conn();
    contacts::Entity::update_many()
        .col_expr(contacts::Column::AccountId, Expr::value(to.0))
        .filter(contacts::Column::AccountId.eq(from.0))
        .exec(&conn)
        .await?;
    addresses::Entity::update_many()
        .col_expr(addresses::Column::AccountId, Expr::value(to.0))
        .filter(addresses::Column::AccountId.eq(from.0))
        .exec(&conn)
        .await?;
    Ok(())
}

/// The companies to which both accounts have a draft for the same identifier.
///
/// # Errors
/// When the database cannot answer.
pub async fn drafts_twice(
    db: &impl Handle,
    from: AccountId,
    to: AccountId,
) -> Result<Vec<String>, StoreError> {
    use access_request_drafts::{Column, Entity};
    let rows = Entity::find()
        .filter(Column::AccountId.is_in([from.0, to.0]))
        .order_by_asc(Column::Id)
        .all(&db.conn())
        .await?;
    let (here, there): (Vec<_>, Vec<_>) = rows.into_iter().partition(|d| d.account_id == from.0);
    Ok(here
        .into_iter()
        .filter(|d| {
            there
                .iter()
                .any(|o| o.identifier_kind == d.identifier_kind && o.lookup == d.lookup)
        })
        .map(|d| d.company_name)
        .collect())
}

/// Moves drafts of access requests; of two for the same identifier, the one there stays.
///
/// # Errors
/// When the database refuses.
pub async fn drafts(tx: &WriteTx, from: AccountId, to: AccountId) -> Result<(), StoreError> {
    use access_request_drafts::{Column, Entity};
    let conn = tx.conn();
    let there: BTreeSet<(String, String)> = Entity::find()
        .filter(Column::AccountId.eq(to.0))
        .all(&conn)
        .await?
        .into_iter()
        .map(|d| (d.identifier_kind, d.lookup))
        .collect();
    let here = Entity::find()
        .filter(Column::AccountId.eq(from.0))
        .all(&conn)
        .await?;
    for draft in here {
        if there.contains(&(draft.identifier_kind, draft.lookup)) {
            Entity::delete_by_id(draft.id).exec(&conn).await?;
        } else {
            Entity::update_many()
                .col_expr(Column::AccountId, Expr::value(to.0))
                .filter(Column::Id.eq(draft.id))
                .exec(&conn)
                .await?;
        }
    }
    Ok(())
}

/// Makes somebody of the emptied account a member of the survivor; how long the person has been one is kept.
///
/// # Errors
/// When the database refuses.
pub async fn member(
    tx: &WriteTx,
    user: UserId,
    from: AccountId,
    to: AccountId,
    role: MemberRole,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let since = memberships::Entity::find_by_id((from.0, user.0))
        .one(&tx.conn())
        .await?
        .map_or(now, |row| row.since);
    crate::members::insert(tx, to, user, role, since).await
}
