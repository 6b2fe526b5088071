//! What people know: hashes of earlier passwords and of challenge answers. Nothing here can be turned back into a secret.

use chrono::{DateTime, Utc};
use quaymaster_domain::challenge_questions::QuestionId;
use quaymaster_domain::ids::UserId;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{challenge_answers, password_history};
use crate::error::{StoreError, corrupt};

/// The hashes of a person's last passwords, the newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn last_passwords(
    db: &impl Handle,
    user: UserId,
    count: u64,
) -> Result<Vec<String>, StoreError> {
    Ok(password_history::Entity::find()
        .select_only()
        .column(password_history::Column::Hash)
        .filter(password_history::Column::UserId.eq(user.0))
        .order_by_desc(password_history::Column::Id)
        .limit(count)
        .into_tuple::<String>()
        .all(&db.conn())
        .await?)
}

/// Keeps the hash of a password that a person has just chosen.
///
/// # Errors
/// When the database refuses.
pub async fn keep_password(
    tx: &WriteTx,
    id: Uuid,
    user: UserId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = password_history::Model {
        id,
        user_id: user.0,
        hash: hash.to_owned(),
        created_at: now,
    };
    password_history::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// A chosen question with the hash of its answer.
#[derive(Clone)]
pub struct ChallengeAnswer {
    /// The question.
    pub question: QuestionId,
    /// The hash.
    pub hash: String,
}

impl std::fmt::Debug for ChallengeAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ChallengeAnswer")
            .field(&self.question)
            .finish()
    }
}

/// The questions that a person has chosen, in the order of choice; none for nobody, at the same cost.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn challenge_answers(
    db: &impl Handle,
    user: Option<UserId>,
) -> Result<Vec<ChallengeAnswer>, StoreError> {
    let rows = challenge_answers::Entity::find()
        .filter(challenge_answers::Column::UserId.eq(user.map_or(Uuid::nil(), |user| user.0)))
        .order_by_asc(challenge_answers::Column::Ordinal)
        .all(&db.conn())
        .await?;
    rows.into_iter()
        .map(|row| {
            let question = QuestionId::parse(&row.question_id)
                .map_err(|unfit| corrupt("challenge_answers", "question_id", row.user_id, unfit))?;
            Ok(ChallengeAnswer {
                question,
                hash: row.hash,
            })
        })
        .collect()
}

/// Replaces a person's questions.
///
/// # Errors
/// When the database refuses.
pub async fn set_challenge_answers(
    tx: &WriteTx,
    user: UserId,
    answers: Vec<ChallengeAnswer>,
) -> Result<(), StoreError> {
    let conn = tx.conn();
    challenge_answers::Entity::delete_many()
        .filter(challenge_answers::Column::UserId.eq(user.0))
        .exec(&conn)
        .await?;
    let rows =
        answers
            .into_iter()
            .zip(0_i64..)
            .map(|(ChallengeAnswer { question, hash }, ordinal)| {
                challenge_answers::Model {
                    user_id: user.0,
                    question_id: question.as_str().to_owned(),
                    ordinal,
                    hash,
                }
                .into_active_model()
            });
    challenge_answers::Entity::insert_many(rows)
        .exec_without_returning(&conn)
        .await?;
    Ok(())
}
