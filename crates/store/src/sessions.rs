//! Sessions and their refresh tokens. Tokens are kept as hashes only.

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::{SessionId, UserId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{refresh_tokens, sessions, users};
use crate::error::StoreError;
use crate::page::{Cursor, Page, PageRequest};
use crate::row::{self, Cells};
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

/// A refresh token that somebody presents.
#[derive(Debug)]
pub struct Presented {
    /// Identity of the row.
    pub id: Uuid,
    /// What is kept of the token.
    pub token_hash: String,
    /// When it was exchanged for the next one.
    pub used_at: Option<DateTime<Utc>>,
    /// The session that it belongs to, all of whose tokens are one family, and the person; or how their rows do not fit.
    pub holder: Result<(Session, User), StoreError>,
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

/// Refresh tokens by their hashes, locked until the transaction ends, and the version of the terms in force. Those that
/// are not known are left out.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock_presented(
    tx: &WriteTx,
    hashes: &[&str],
) -> Result<(Vec<Presented>, Option<i64>), StoreError> {
    let conn = tx.conn();
    let hashes = row::padded(hashes);
    let mut sql = format!(
        "SELECT {}, {}, (SELECT MAX(terms_versions.version) FROM terms_versions), \
         refresh_tokens.id, refresh_tokens.token_hash, refresh_tokens.used_at \
         FROM refresh_tokens JOIN sessions ON sessions.id = refresh_tokens.session_id \
         JOIN users ON users.id = sessions.user_id \
         WHERE refresh_tokens.token_hash IN ({})",
        sessions::Model::COLUMNS,
        users::Model::COLUMNS,
        row::places(hashes.len())
    );
    if conn.get_database_backend() == DbBackend::Postgres {
        // In one order, so that two processes do not wait for each other.
        sql.push_str(" ORDER BY refresh_tokens.id FOR UPDATE OF refresh_tokens");
    }
    let rows = row::all(&conn, &sql, hashes.into_iter().map(Into::into)).await?;
    let mut presented = Vec::with_capacity(rows.len());
    let mut current_terms = None;
    for row in &rows {
        let mut cells = Cells::of(row)?;
        let session = sessions::Model::take(&mut cells)?;
        let user = users::Model::take(&mut cells)?;
        current_terms = cells.take()?;
        presented.push(Presented {
            id: cells.take()?,
            token_hash: cells.take()?,
            used_at: cells.take()?,
            holder: User::try_from(user).map(|user| (session.into(), user)),
        });
    }
    Ok((presented, current_terms))
}

/// A refresh token that is exchanged for the next one.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The row of the token that was presented.
    pub used: Uuid,
    /// The row of the next one.
    pub next: Uuid,
    /// What is kept of the next one.
    pub next_hash: String,
    /// Their session.
    pub session: SessionId,
}

/// Exchanges refresh tokens; their sessions count as used.
///
/// # Errors
/// When the database refuses.
pub async fn rotate(
    tx: &WriteTx,
    rotations: &[Rotation],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let conn = tx.conn();
    let used: Vec<_> = rotations.iter().map(|r| r.used).collect();
    refresh_tokens::Entity::update_many()
        .col_expr(refresh_tokens::Column::UsedAt, Expr::value(now))
        .filter(refresh_tokens::Column::Id.is_in(row::padded(&used)))
        .exec(&conn)
        .await?;
    let rows = rotations.iter().map(|rotation| {
        refresh_tokens::Model {
            id: rotation.next,
            session_id: rotation.session.0,
            token_hash: rotation.next_hash.clone(),
            issued_at: now,
            used_at: None,
        }
        .into_active_model()
    });
    refresh_tokens::Entity::insert_many(rows)
        .exec_without_returning(&conn)
        .await?;
    let touched: Vec<_> = rotations.iter().map(|r| r.session.0).collect();
    sessions::Entity::update_many()
        .col_expr(sessions::Column::LastUsedAt, Expr::value(now))
        .filter(sessions::Column::Id.is_in(row::padded(&touched)))
        .exec(&conn)
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
