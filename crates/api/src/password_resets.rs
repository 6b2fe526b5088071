//! The self-service password reset over HTTP. Nothing here tells whether a User ID exists.

use actix_web::{HttpRequest, HttpResponse, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::password_reset::LINK_MINUTES;
use quaymaster_service::password_resets::{self, Answers, Redeemed};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::cookies;
use crate::credentials::{ChallengeAnswer, ChallengeQuestion, asked};
use crate::extract::{Json, Path, Public};
use crate::problem::{Problem, ProblemBody};

/// Who forgot the password.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_id": "maria.lopez"}))]
pub(crate) struct PasswordResetStart {
    /// The User ID.
    #[schema(max_length = 128)]
    #[validate(length(max = 128, message = "A User ID has at most 32 characters."))]
    user_id: String,
}

/// A password reset that has begun.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasswordReset {
    /// Identity.
    id: Uuid,
    /// The three questions to answer, always the same for one User ID.
    questions: Vec<ChallengeQuestion>,
}

/// Start a password reset
///
/// Also a User ID that nobody has is asked three questions.
#[utoipa::path(tag = "password-resets", security(), request_body = PasswordResetStart, responses(
    (status = 202, description = "Begun", body = PasswordReset),
    (status = 429, description = "`throttled`: too many tries from this network; see `Retry-After`", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/password-resets")]
pub(crate) async fn start_password_reset(
    public: Public,
    body: Json<PasswordResetStart>,
) -> Result<HttpResponse, Problem> {
    let PasswordResetStart { user_id } = body.0;
    let started = password_resets::start(public.services(), &user_id, &public.origin).await?;
    Ok(HttpResponse::Accepted().json(PasswordReset {
        id: started.id.into(),
        questions: asked(started.asked),
    }))
}

/// Answers to the questions of a password reset.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"answers": [{"question_id": "q01", "answer": "Plum dumplings"}, {"question_id": "q04", "answer": "Mr Oak"}, {"question_id": "q12", "answer": "Beetroot"}]}))]
pub(crate) struct PasswordResetAnswers {
    /// One for each question; capital and small letters count.
    #[schema(min_items = 1, max_items = 5)]
    #[validate(nested)]
    answers: Vec<ChallengeAnswer>,
}

/// What happens next, whether the answers were right or not.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasswordResetAccepted {
    /// What happens next, in words.
    #[schema(
        example = "If the answers were right, an e-mail with a link is on its way to the address on file."
    )]
    message: String,
    /// How long the link works, minutes.
    link_minutes: i64,
}

/// Answer the questions
///
/// Always accepted. Right answers lead to a mail to the address on file; whether they were is told nowhere else. Wrong ones are
/// counted like passwords.
#[utoipa::path(tag = "password-resets", security(), params(("id" = Uuid, Path, description = "The password reset")), request_body = PasswordResetAnswers, responses(
    (status = 202, description = "Accepted", body = PasswordResetAccepted),
    (status = 429, description = "`throttled`: too many tries from this network; see `Retry-After`", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/password-resets/{id}/answers")]
pub(crate) async fn answer_password_reset(
    public: Public,
    request: HttpRequest,
    path: Path<Uuid>,
    body: Json<PasswordResetAnswers>,
) -> Result<HttpResponse, Problem> {
    let PasswordResetAnswers { answers } = body.0;
    if !(1..=5).contains(&answers.len()) {
        return Err(Problem::field(
            "/answers",
            "invalid",
            "Answer the three questions.",
        ));
    }
    let given = Answers {
        answers: answers
            .into_iter()
            .map(
                |ChallengeAnswer {
                     question_id,
                     answer,
                 }| (question_id, answer),
            )
            .collect(),
        devices: cookies::devices_of(&request),
        origin: public.origin.clone(),
    };
    password_resets::answer(public.services(), path.0.into(), given).await?;
    Ok(HttpResponse::Accepted().json(PasswordResetAccepted {
        message: format!(
            "If the answers were right, an e-mail with a link is on its way to the address on file. The link works for {LINK_MINUTES} minutes, once."
        ),
        link_minutes: LINK_MINUTES,
    }))
}

/// The token of a mailed link.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "1ZQ0m3Yw3mTq4GgOQvJrS6cE2p8bQm4nDk5xT7uVw9A"}))]
pub(crate) struct PasswordResetRedemption {
    /// What follows `#token=` in the link.
    #[schema(max_length = 128)]
    #[validate(length(max = 128, message = "This is not the token of one of our links."))]
    token: String,
}

/// A temporary password, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct TemporaryPassword {
    /// Sign in with it.
    #[schema(example = "k7m2p-9xw4d-hq3tz-c6vnb")]
    temporary_password: String,
    /// Until when it works.
    expires_at: DateTime<Utc>,
}

/// Redeem the mailed link
///
/// Shows the temporary password once. Sign in with it; then a new password has to be created.
#[utoipa::path(tag = "password-resets", security(), request_body = PasswordResetRedemption, responses(
    (status = 200, description = "The temporary password", body = TemporaryPassword),
    (status = 409, description = "`link-not-valid`: unknown, used or run out", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`throttled`: too many tries from this network; see `Retry-After`", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/password-resets/redemptions")]
pub(crate) async fn redeem_password_reset(
    public: Public,
    body: Json<PasswordResetRedemption>,
) -> Result<HttpResponse, Problem> {
    let PasswordResetRedemption { token } = body.0;
    let Redeemed {
        password,
        expires_at,
    } = password_resets::redeem(public.services(), &token, public.origin.clone()).await?;
    Ok(HttpResponse::Ok().json(TemporaryPassword {
        temporary_password: password,
        expires_at,
    }))
}
