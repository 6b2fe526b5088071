//! Walks through the password reset. Tokens of links are kept as hashes only.

use chrono::{DateTime, Utc};
use quaymaster_domain::challenge_questions::{ASKED, QuestionId};
use quaymaster_domain::ids::{PasswordResetId, UserId};
use quaymaster_domain::password_reset::Reset;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::password_resets::{ActiveModel, Column, Entity, Model};
use crate::error::{StoreError, corrupt};

/// A walk.
#[derive(Clone, Debug)]
pub struct PasswordReset {
    /// Identity.
    pub id: PasswordResetId,
    /// Whose; empty for a User ID that nobody has.
    pub user: Option<UserId>,
    /// Digest of the User ID that was given.
    pub subject: String,
    /// The questions that were asked.
    pub asked: [QuestionId; ASKED],
    /// Where it stands.
    pub state: Reset,
}

/// The columns that hold a state: its word, its moment, the count of wrong submissions.
fn columns(state: Reset) -> (&'static str, DateTime<Utc>, i64) {
    match state {
        Reset::Questions {
            wrong, expires_at, ..
        } => ("questions", expires_at, i64::from(wrong)),
        Reset::LinkSent { expires_at } => ("link_sent", expires_at, 0),
        Reset::Redeemed { expires_at } => ("redeemed", expires_at, 0),
        Reset::SignedIn { since } => ("signed_in", since, 0),
        Reset::Done { at } => ("done", at, 0),
        Reset::Expired { at } => ("expired", at, 0),
    }
}

impl TryFrom<Model> for PasswordReset {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let unfit =
            |column: &'static str, text: &str| corrupt("password_resets", column, row.id, text);
        let asked = row
            .questions
            .split(' ')
            .map(QuestionId::parse)
            .collect::<Result<Vec<_>, _>>()
            .ok()
            .and_then(|ids| <[QuestionId; ASKED]>::try_from(ids).ok())
            .ok_or_else(|| unfit("questions", &row.questions))?;
        let moment = row.moment;
        let state = match row.state.as_str() {
            "questions" => Reset::Questions {
                asked,
                wrong: u8::try_from(row.wrong).map_err(|_big| unfit("wrong", "too large"))?,
                expires_at: moment,
            },
            "link_sent" => Reset::LinkSent { expires_at: moment },
            "redeemed" => Reset::Redeemed { expires_at: moment },
            "signed_in" => Reset::SignedIn { since: moment },
            "done" => Reset::Done { at: moment },
            "expired" => Reset::Expired { at: moment },
            other => return Err(unfit("state", other)),
        };
        Ok(Self {
            id: row.id.into(),
            user: row.user_id.map(Into::into),
            subject: row.subject,
            asked,
            state,
        })
    }
}

/// Keeps a walk that has just begun.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    tx: &WriteTx,
    reset: &PasswordReset,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let PasswordReset {
        id,
        user,
        subject,
        asked,
        state,
    } = reset.clone();
    let (state, moment, wrong) = columns(state);
    let row = Model {
        id: id.0,
        user_id: user.map(Into::into),
        subject,
        questions: asked.map(|id| id.as_str()).join(" "),
        state: state.to_owned(),
        moment,
        wrong,
        token_hash: None,
        created_at: now,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// One walk.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    db: &impl Handle,
    id: PasswordResetId,
) -> Result<Option<PasswordReset>, StoreError> {
    let row = Entity::find_by_id(id.0).one(&db.conn()).await?;
    row.map(PasswordReset::try_from).transpose()
}

/// One walk, its row locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(tx: &WriteTx, id: PasswordResetId) -> Result<Option<PasswordReset>, StoreError> {
    let row = Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    row.map(PasswordReset::try_from).transpose()
}

/// The walk that a link belongs to.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn by_token(
    db: &impl Handle,
    token_hash: &str,
) -> Result<Option<PasswordReset>, StoreError> {
    let row = Entity::find()
        .filter(Column::TokenHash.eq(token_hash))
        .one(&db.conn())
        .await?;
    row.map(PasswordReset::try_from).transpose()
}

/// The unfinished walks of a person, their rows locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn lock_unfinished(tx: &WriteTx, user: UserId) -> Result<Vec<PasswordReset>, StoreError> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::State.is_not_in(["done", "expired"]))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(&tx.conn())
        .await?;
    rows.into_iter().map(PasswordReset::try_from).collect()
}

/// Writes where a walk stands, and the hash of its link's token when one was just sent.
///
/// # Errors
/// When the database refuses.
pub async fn set(
    tx: &WriteTx,
    id: PasswordResetId,
    state: Reset,
    token_hash: Option<String>,
) -> Result<(), StoreError> {
    let (state, moment, wrong) = columns(state);
    let mut row = ActiveModel {
        state: Set(state.to_owned()),
        moment: Set(moment),
        wrong: Set(wrong),
        ..Default::default()
    };
    if token_hash.is_some() {
        row.token_hash = Set(token_hash);
    }
    Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Forgets walks that began before a moment. Answers how many.
///
/// # Errors
/// When the database refuses.
pub async fn forget(tx: &WriteTx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let done = Entity::delete_many()
        .filter(Column::CreatedAt.lt(before))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected)
}

/// Writes nothing new to a walk, at the cost of [`set`].
///
/// # Errors
/// When the database refuses.
pub async fn touch(tx: &WriteTx, id: PasswordResetId) -> Result<(), StoreError> {
    use sea_orm::sea_query::Expr;
    Entity::update_many()
        .col_expr(Column::State, Expr::col(Column::State))
        .filter(Column::Id.eq(id.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}
