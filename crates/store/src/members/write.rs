//! Changes of memberships: roles, rights, joining and leaving. Who may do so is decided above.

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_domain::members::{MemberRole, SubAccountAccess};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter};

use crate::db::{WriteTx, sealed::Sealed};
use crate::entities::{membership_access, membership_ports, memberships};
use crate::error::StoreError;

/// Rights that are kept for a plain user: per sub-account, and the ports that records are limited to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// Per sub-account.
    pub access: Vec<SubAccountAccess>,
    /// Port codes; empty means every port.
    pub ports: Vec<String>,
}

/// Makes a person a member.
///
/// # Errors
/// [`Constraint::Membership`](crate::constraint::Constraint::Membership) when the person is one already,
/// [`Constraint::OneOwner`](crate::constraint::Constraint::OneOwner) for a second owner.
pub async fn insert(
    tx: &WriteTx,
    account: AccountId,
    user: UserId,
    role: MemberRole,
    since: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = memberships::Model {
        account_id: account.0,
        user_id: user.0,
        role: role.as_str().to_owned(),
        since,
        version: 1,
    };
    memberships::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Replaces the rights of a member.
///
/// # Errors
/// [`Constraint::ForeignKey`](crate::constraint::Constraint::ForeignKey) when a sub-account is not the account's.
pub async fn set_rights(
    tx: &WriteTx,
    account: AccountId,
    user: UserId,
    rights: &Rights,
) -> Result<(), StoreError> {
    let conn = tx.conn();
    membership_access::Entity::delete_many()
        .filter(membership_access::Column::AccountId.eq(account.0))
        .filter(membership_access::Column::UserId.eq(user.0))
        .exec(&conn)
        .await?;
    membership_ports::Entity::delete_many()
        .filter(membership_ports::Column::AccountId.eq(account.0))
        .filter(membership_ports::Column::UserId.eq(user.0))
        .exec(&conn)
        .await?;
    add_access(tx, account, user, &rights.access).await?;
    let ports: Vec<_> = rights
        .ports
        .iter()
        .map(|port| {
            membership_ports::Model {
                account_id: account.0,
                user_id: user.0,
                port_code: port.clone(),
            }
            .into_active_model()
        })
        .collect();
    for piece in ports.chunks(500) {
        membership_ports::Entity::insert_many(piece.to_vec())
            .exec_without_returning(&conn)
            .await?;
    }
    Ok(())
}

/// Adds rights of a member, besides those that are there.
///
/// # Errors
/// As [`set_rights`].
pub async fn add_access(
    tx: &WriteTx,
    account: AccountId,
    user: UserId,
    access: &[SubAccountAccess],
) -> Result<(), StoreError> {
    let rows: Vec<_> = access
        .iter()
        .map(|a| {
            membership_access::Model {
                account_id: account.0,
                user_id: user.0,
                sub_account_id: a.sub_account_id.0,
                structure: a.structure.as_str().to_owned(),
                records: a.records.as_str().to_owned(),
                reports: a.reports.as_str().to_owned(),
            }
            .into_active_model()
        })
        .collect();
    // In pieces, because both databases limit the number of values in one statement.
    for piece in rows.chunks(500) {
        membership_access::Entity::insert_many(piece.to_vec())
            .exec_without_returning(&tx.conn())
            .await?;
    }
    Ok(())
}

/// Sets the role and moves the version on. False when the membership is not there any more.
///
/// # Errors
/// [`Constraint::OneOwner`](crate::constraint::Constraint::OneOwner) for a second owner.
pub async fn set_role(
    tx: &WriteTx,
    account: AccountId,
    user: UserId,
    role: MemberRole,
) -> Result<bool, StoreError> {
    let done = memberships::Entity::update_many()
        .col_expr(memberships::Column::Role, Expr::value(role.as_str()))
        .col_expr(
            memberships::Column::Version,
            Expr::col(memberships::Column::Version).add(1),
        )
        .filter(memberships::Column::AccountId.eq(account.0))
        .filter(memberships::Column::UserId.eq(user.0))
        .exec(&tx.conn())
        .await?;
    crate::invitations::follow_role(tx, account, user, role).await?;
    if role == MemberRole::Owner {
        // The owner is not reviewed, and could not be suspended (R8).
        crate::access_reviews::leave_as_member(tx, account, user).await?;
    }
    Ok(done.rows_affected == 1)
}

/// Takes a person out of an account, with all rights in it.
///
/// # Errors
/// When the database refuses; for an owner without a successor, at commit.
pub async fn remove(tx: &WriteTx, account: AccountId, user: UserId) -> Result<(), StoreError> {
    memberships::Entity::delete_many()
        .filter(memberships::Column::AccountId.eq(account.0))
        .filter(memberships::Column::UserId.eq(user.0))
        .exec(&tx.conn())
        .await?;
    // Whoever comes back later comes back with a new membership, about which no old review has a say.
    crate::access_reviews::leave_as_member(tx, account, user).await
}
