//! Invitations to become a user. Only the hash of the link's token is kept; the invited person's row exists from the start.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::ids::{AccountId, InvitationId, UserId};
use quaymaster_domain::members::MemberRole;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, ExprTrait, IntoActiveModel, JoinType,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{invitations, mails, users};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};
use crate::users::User;

/// An invitation with the invited person.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Identity.
    pub id: InvitationId,
    /// To which account; none for staff.
    pub account: Option<AccountId>,
    /// The invited person's row.
    pub user: User,
    /// The role in the account; follows the membership until the invitation is redeemed or revoked.
    pub role: Option<MemberRole>,
    /// When it was made or last sent again.
    pub created_at: DateTime<Utc>,
    /// Until when it can be redeemed.
    pub expires_at: DateTime<Utc>,
    /// When it was redeemed.
    pub redeemed_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// By whom, as the person was called then.
    pub invited_by_name: String,
    /// Moves on with every change.
    pub version: i64,
}

/// The states of an invitation; each excludes the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationState {
    /// Can be redeemed.
    Open,
    /// Was redeemed.
    Redeemed,
    /// Was withdrawn.
    Revoked,
    /// Its days are over.
    Expired,
}

impl Invitation {
    /// The state at a moment.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> InvitationState {
        if self.redeemed_at.is_some() {
            InvitationState::Redeemed
        } else if self.revoked_at.is_some() {
            InvitationState::Revoked
        } else if self.expires_at <= now {
            InvitationState::Expired
        } else {
            InvitationState::Open
        }
    }
}

/// A new invitation.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// Identity.
    pub id: InvitationId,
    /// To which account; none for staff.
    pub account: Option<AccountId>,
    /// The invited person's row.
    pub user: UserId,
    /// The role in the account.
    pub role: Option<MemberRole>,
    /// Hash of the link's token.
    pub token_hash: String,
    /// Now.
    pub at: DateTime<Utc>,
    /// Until when it can be redeemed.
    pub expires_at: DateTime<Utc>,
    /// By whom.
    pub invited_by_name: String,
}

/// Keeps a new invitation.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, new: NewInvitation) -> Result<(), StoreError> {
    let NewInvitation {
        id,
        account,
        user,
        role,
        token_hash,
        at,
        expires_at,
        invited_by_name,
    } = new;
    let row = invitations::Model {
        id: id.0,
        account_id: account.map(Into::into),
        user_id: user.0,
        role: role.map(|r| r.as_str().to_owned()),
        token_hash,
        created_at: at,
        expires_at,
        redeemed_at: None,
        revoked_at: None,
        invited_by_name,
        version: 1,
    };
    invitations::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

fn with_person() -> sea_orm::SelectTwo<invitations::Entity, users::Entity> {
    let to_user = invitations::Entity::belongs_to(users::Entity)
        .from(invitations::Column::UserId)
        .to(users::Column::Id)
        .into();
    invitations::Entity::find()
        .join(JoinType::InnerJoin, to_user)
        .select_also(users::Entity)
}

fn invitation(
    (row, user): (invitations::Model, Option<users::Model>),
) -> Result<Invitation, StoreError> {
    let user = user.ok_or_else(|| corrupt("invitations", "user_id", row.id, "no such user"))?;
    let role = row
        .role
        .map(|word| {
            MemberRole::from_word(&word).ok_or_else(|| corrupt("invitations", "role", row.id, word))
        })
        .transpose()?;
    Ok(Invitation {
        id: row.id.into(),
        account: row.account_id.map(Into::into),
        user: user.try_into()?,
        role,
        created_at: row.created_at,
        expires_at: row.expires_at,
        redeemed_at: row.redeemed_at,
        revoked_at: row.revoked_at,
        invited_by_name: row.invited_by_name,
        version: row.version,
    })
}

fn in_state(state: InvitationState, now: DateTime<Utc>) -> Condition {
    use invitations::Column;
    let untouched = || {
        Condition::all()
            .add(Column::RedeemedAt.is_null())
            .add(Column::RevokedAt.is_null())
    };
    match state {
        InvitationState::Redeemed => Condition::all().add(Column::RedeemedAt.is_not_null()),
        InvitationState::Revoked => Condition::all()
            .add(Column::RedeemedAt.is_null())
            .add(Column::RevokedAt.is_not_null()),
        InvitationState::Expired => untouched().add(Column::ExpiresAt.lte(now)),
        InvitationState::Open => untouched().add(Column::ExpiresAt.gt(now)),
    }
}

/// The invitations of an account, newest first, within the scope.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    state: Option<InvitationState>,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<Invitation>, StoreError> {
    if !scope.contains(account) {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    let mut wanted = Condition::all().add(invitations::Column::AccountId.eq(account.0));
    if let Some(state) = state {
        wanted = wanted.add(in_state(state, now));
    }
    if let Some(after) = &page.after {
        wanted = wanted.add(invitations::Column::Id.lt(after.id()));
    }
    let rows = with_person()
        .filter(wanted)
        .order_by_desc(invitations::Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let found = rows
        .into_iter()
        .map(invitation)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |i| Cursor::new([i.id.to_string()])))
}

/// The invitations to the staff, newest first; for readers who may see everything.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list_to_staff(
    db: &impl Handle,
    scope: &Scope,
    state: Option<InvitationState>,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<Invitation>, StoreError> {
    if scope.reason().is_none() {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    let mut wanted = Condition::all().add(invitations::Column::AccountId.is_null());
    if let Some(state) = state {
        wanted = wanted.add(in_state(state, now));
    }
    if let Some(after) = &page.after {
        wanted = wanted.add(invitations::Column::Id.lt(after.id()));
    }
    let rows = with_person()
        .filter(wanted)
        .order_by_desc(invitations::Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let found = rows
        .into_iter()
        .map(invitation)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |i| Cursor::new([i.id.to_string()])))
}

/// How many open invitations of an account end before a moment, within the scope.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_expiring(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    now: DateTime<Utc>,
    before: DateTime<Utc>,
) -> Result<u64, StoreError> {
    if !scope.contains(account) {
        return Ok(0);
    }
    Ok(invitations::Entity::find()
        .filter(invitations::Column::AccountId.eq(account.0))
        .filter(in_state(InvitationState::Open, now))
        .filter(invitations::Column::ExpiresAt.lt(before))
        .count(&db.conn())
        .await?)
}

/// One invitation of an account, locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: InvitationId,
) -> Result<Option<Invitation>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    let found = lock_by_id(tx, id).await?;
    Ok(found.filter(|i| i.account == Some(account)))
}

/// One invitation, whatever it invites to, locked until the transaction ends: for the redemption and for the staff's own.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock_by_id(tx: &WriteTx, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
    let locked = invitations::Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    if locked.is_none() {
        return Ok(None);
    }
    with_person()
        .filter(invitations::Column::Id.eq(id.0))
        .one(&tx.conn())
        .await?
        .map(invitation)
        .transpose()
}

/// The invitation that a link belongs to.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn by_token(
    db: &impl Handle,
    token_hash: &str,
) -> Result<Option<Invitation>, StoreError> {
    with_person()
        .filter(invitations::Column::TokenHash.eq(token_hash))
        .one(&db.conn())
        .await?
        .map(invitation)
        .transpose()
}

/// The newest invitation of a person to an account.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn newest_of(
    db: &impl Handle,
    account: AccountId,
    user: UserId,
) -> Result<Option<Invitation>, StoreError> {
    with_person()
        .filter(invitations::Column::AccountId.eq(account.0))
        .filter(invitations::Column::UserId.eq(user.0))
        .order_by_desc(invitations::Column::Id)
        .one(&db.conn())
        .await?
        .map(invitation)
        .transpose()
}

/// What happens to an invitation.
#[derive(Clone, Debug)]
pub enum InvitationChange {
    /// A new link with new days; the old link is dead.
    Resent {
        /// Hash of the new token.
        token_hash: String,
        /// Now.
        at: DateTime<Utc>,
        /// The new end.
        expires_at: DateTime<Utc>,
    },
    /// Withdrawn.
    Revoked(DateTime<Utc>),
    /// Redeemed by this person, who may have been a user before.
    Redeemed(DateTime<Utc>, UserId),
}

/// Writes the change.
///
/// # Errors
/// When the database refuses.
pub async fn update(
    tx: &WriteTx,
    read: &Invitation,
    change: InvitationChange,
) -> Result<(), StoreError> {
    let mut row = invitations::ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(read.id.0),
        version: Set(read.version + 1),
        ..Default::default()
    };
    match change {
        InvitationChange::Resent {
            token_hash,
            at,
            expires_at,
        } => {
            row.token_hash = Set(token_hash);
            row.created_at = Set(at);
            row.expires_at = Set(expires_at);
        }
        InvitationChange::Revoked(at) => {
            row.revoked_at = Set(Some(at));
        }
        InvitationChange::Redeemed(at, by) => {
            row.redeemed_at = Set(Some(at));
            row.user_id = Set(by.0);
        }
    }
    invitations::Entity::update(row).exec(&tx.conn()).await?;
    Ok(())
}

/// Lets open invitations follow a change of the invited person's role.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn follow_role(
    tx: &WriteTx,
    account: AccountId,
    user: UserId,
    role: MemberRole,
) -> Result<(), StoreError> {
    invitations::Entity::update_many()
        .col_expr(invitations::Column::Role, Expr::value(role.as_str()))
        .filter(invitations::Column::AccountId.eq(account.0))
        .filter(invitations::Column::UserId.eq(user.0))
        .filter(invitations::Column::RedeemedAt.is_null())
        .filter(invitations::Column::RevokedAt.is_null())
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Hands mails and invitations of an invited row to the user who turned out to be that person.
///
/// # Errors
/// When the database refuses.
pub async fn hand_over(tx: &WriteTx, from: UserId, to: UserId) -> Result<(), StoreError> {
    invitations::Entity::update_many()
        .col_expr(invitations::Column::UserId, Expr::value(to.0))
        .filter(Expr::col(invitations::Column::UserId).eq(from.0))
        .exec(&tx.conn())
        .await?;
    mails::Entity::update_many()
        .col_expr(mails::Column::UserId, Expr::value(to.0))
        .filter(Expr::col(mails::Column::UserId).eq(from.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}
