//! Sessions and their refresh tokens. Tokens are kept as hashes only.

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::{SessionId, UserId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{refresh_tokens, sessions, users};
use crate::error::StoreError;
use crate::page::{Cursor, Page, PageRequest};
use crate::users::User;

/// A signed-in browser or program.
#[derive(Clone, Debug)]
pub struct Session {
    /// Identity.
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When its refresh token was last used.
    pub last_used_at: DateTime<Utc>,
    /// When the person last proved to be who they are.
    pub authenticated_at: DateTime<Utc>,
    /// When it ends whatever happens.
    pub absolute_expires_at: DateTime<Utc>,
    /// When it was ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Browser and system in words.
    pub device: String,
    /// Network address, shortened.
    pub network: String,
}

impl From<sessions::Model> for Session {
    fn from(row: sessions::Model) -> Self {
        Self {
            id: row.id.into(),
            user_id: row.user_id.into(),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            authenticated_at: row.authenticated_at,
            absolute_expires_at: row.absolute_expires_at,
            ended_at: row.ended_at,
            device: row.device,
            network: row.network,
        }
    }
}

/// Starts a session.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, session: &Session) -> Result<(), StoreError> {
    let Session {
        id,
        user_id,
        created_at,
        last_used_at,
        authenticated_at,
        absolute_expires_at,
        ended_at,
        device,
        network,
    } = session.clone();
    let row = sessions::Model {
        id: id.0,
        user_id: user_id.0,
        created_at,
        last_used_at,
        authenticated_at,
        absolute_expires_at,
        ended_at,
        end_reason: None,
        device,
        network,
    };
    sessions::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// A session with its person, for every signed-in request.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn with_user(
    db: &impl Handle,
    id: SessionId,
) -> Result<Option<(Session, User)>, StoreError> {
    let to_user = sessions::Entity::belongs_to(users::Entity)
        .from(sessions::Column::UserId)
        .to(users::Column::Id)
        .into();
    let found = sessions::Entity::find_by_id(id.0)
        .join(sea_orm::JoinType::InnerJoin, to_user)
        .select_also(users::Entity)
        .one(&db.conn())
        .await?;
    match found {
        Some((session, Some(user))) => Ok(Some((session.into(), user.try_into()?))),
        _ => Ok(None),
    }
}

/// A person's sessions that have not ended, newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn open_of(
    db: &impl Handle,
    user: UserId,
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<Session>, StoreError> {
    let mut wanted = Condition::all()
        .add(sessions::Column::UserId.eq(user.0))
        .add(sessions::Column::EndedAt.is_null())
        .add(sessions::Column::AbsoluteExpiresAt.gt(now))
        .add(sessions::Column::LastUsedAt.gt(idle_since));
    if let Some(after) = &page.after {
        wanted = wanted.add(sessions::Column::Id.lt(after.id()));
    }
    let rows = sessions::Entity::find()
        .filter(wanted)
        .order_by_desc(sessions::Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    Ok(Page::cut(rows, page, |row| Cursor::new([row.id.to_string()])).map(Session::from))
}

/// Ends sessions of a person: one, all, or all but one. Answers how many ended.
///
/// # Errors
/// When the database refuses.
pub async fn end(
    tx: &WriteTx,
    user: UserId,
    which: Ended,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut wanted = Condition::all()
        .add(sessions::Column::UserId.eq(user.0))
        .add(sessions::Column::EndedAt.is_null());
    match which {
        Ended::One(id) => wanted = wanted.add(sessions::Column::Id.eq(id.0)),
        Ended::AllBut(id) => wanted = wanted.add(sessions::Column::Id.ne(id.0)),
        Ended::All => {}
    }
    let done = sessions::Entity::update_many()
        .col_expr(sessions::Column::EndedAt, Expr::value(now))
        .col_expr(sessions::Column::EndReason, Expr::value(reason))
        .filter(wanted)
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected)
}

/// Which sessions end.
#[derive(Clone, Copy, Debug)]
pub enum Ended {
    /// This one.
    One(SessionId),
    /// All others.
    AllBut(SessionId),
    /// Every one.
    All,
}

/// Notes that the session was used, or that the person proved identity again.
///
/// # Errors
/// When the database refuses.
pub async fn touch(
    tx: &WriteTx,
    id: SessionId,
    last_used_at: DateTime<Utc>,
    authenticated_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let mut row = sessions::ActiveModel {
        last_used_at: Set(last_used_at),
        ..Default::default()
    };
    if let Some(at) = authenticated_at {
        row.authenticated_at = Set(at);
    }
    sessions::Entity::update_many()
        .set(row)
        .filter(sessions::Column::Id.eq(id.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// A refresh token as kept.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    /// Identity of the row.
    pub id: Uuid,
    /// The session that it belongs to; all tokens of a session are one family.
    pub session_id: SessionId,
    /// When it was exchanged for the next one.
    pub used_at: Option<DateTime<Utc>>,
}

/// Keeps a new refresh token.
///
/// # Errors
/// When the database refuses.
pub async fn insert_refresh_token(
    tx: &WriteTx,
    id: Uuid,
    session: SessionId,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = refresh_tokens::Model {
        id,
        session_id: session.0,
        token_hash: token_hash.to_owned(),
        issued_at: now,
        used_at: None,
    };
    refresh_tokens::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// A refresh token by its hash, locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock_refresh_token(
    tx: &WriteTx,
    token_hash: &str,
) -> Result<Option<RefreshToken>, StoreError> {
    let row = refresh_tokens::Entity::find()
        .filter(refresh_tokens::Column::TokenHash.eq(token_hash))
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    Ok(row.map(|row| RefreshToken {
        id: row.id,
        session_id: row.session_id.into(),
        used_at: row.used_at,
    }))
}

/// Notes that a refresh token was exchanged.
///
/// # Errors
/// When the database refuses.
pub async fn use_refresh_token(
    tx: &WriteTx,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    refresh_tokens::Entity::update_many()
        .col_expr(refresh_tokens::Column::UsedAt, Expr::value(now))
        .filter(refresh_tokens::Column::Id.eq(id))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Whether a session of this person has not ended.
///
/// # Errors
/// When the database cannot answer.
pub async fn find_open(
    db: &impl Handle,
    user: UserId,
    id: SessionId,
) -> Result<Option<Session>, StoreError> {
    let row = sessions::Entity::find_by_id(id.0)
        .filter(sessions::Column::UserId.eq(user.0))
        .filter(sessions::Column::EndedAt.is_null())
        .one(&db.conn())
        .await?;
    Ok(row.map(Session::from))
}
