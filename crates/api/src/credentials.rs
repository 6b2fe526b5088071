//! What the signed-in person knows, over HTTP: password and challenge questions.

use actix_web::{HttpRequest, HttpResponse, get, put};
use quaymaster_domain::challenge_questions::{QuestionId, questions};
use quaymaster_service::challenge_questions::{self as service, Choice};
use quaymaster_service::passwords::{self, PasswordChange as Change};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::cookies;
use crate::extract::{AnyStep, Json, Public, device};
use crate::problem::{Problem, ProblemBody};

/// The present and the new password.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "correct horse battery staple", "new_password": "seven quiet lanterns by the lake"}))]
pub(crate) struct PasswordChange {
    /// The present password; the temporary one when that was used to sign in.
    #[schema(max_length = 512, format = Password)]
    #[validate(length(max = 512, message = "A password has at most 128 characters."))]
    current_password: String,
    /// The new password: 15 to 128 characters, no other composition rule.
    #[schema(max_length = 4096, format = Password)]
    #[validate(length(max = 4096, message = "A password has at most 128 characters."))]
    new_password: String,
}

/// Change the own password
///
/// Ends all other sessions. Works at the next step `change_password`, where the temporary password is the present one.
/// Refusals of the new one carry `password-too-short`, `password-too-long`, `password-breached`, `password-reused` or
/// `password-contains-context` at `/new_password`.
#[utoipa::path(tag = "me", request_body = PasswordChange, responses(
    (status = 204, description = "Changed"),
    (status = 429, description = "`throttled`: too many failures from this network; see `Retry-After`", body = ProblemBody, content_type = "application/problem+json"),
))]
#[put("/me/password")]
pub(crate) async fn change_password(
    any: AnyStep,
    request: HttpRequest,
    body: Json<PasswordChange>,
) -> Result<HttpResponse, Problem> {
    let PasswordChange {
        current_password,
        new_password,
    } = body.0;
    let change = Change {
        current: current_password,
        new: new_password,
        device: device(&request),
        devices: cookies::devices_of(&request),
    };
    passwords::change(&any.signed_in, any.services(), change).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A challenge question.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChallengeQuestion {
    /// Permanent id.
    #[schema(max_length = 3, example = "q01")]
    id: String,
    /// The question as it is asked.
    #[schema(example = "What was the first dish that you learned to cook?")]
    text: String,
}

impl From<QuestionId> for ChallengeQuestion {
    fn from(id: QuestionId) -> Self {
        Self {
            id: id.as_str().to_owned(),
            text: id.text().to_owned(),
        }
    }
}

/// Challenge questions.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChallengeQuestionList {
    /// The questions.
    items: Vec<ChallengeQuestion>,
}

/// List the challenge questions
///
/// All that can be chosen from.
#[utoipa::path(tag = "me", security(), responses((status = 200, description = "The questions", body = ChallengeQuestionList)))]
#[get("/challenge-questions")]
pub(crate) async fn list_challenge_questions(_public: Public) -> HttpResponse {
    HttpResponse::Ok().json(ChallengeQuestionList {
        items: questions().map(|q| q.id.into()).collect(),
    })
}

/// List the own challenge questions
///
/// The chosen ones, without the answers, which nobody can read.
#[utoipa::path(tag = "me", responses((status = 200, description = "The questions", body = ChallengeQuestionList)))]
#[get("/me/challenge-questions")]
pub(crate) async fn get_my_challenge_questions(any: AnyStep) -> Result<HttpResponse, Problem> {
    let chosen = service::chosen(any.actor(), any.services()).await?;
    Ok(HttpResponse::Ok().json(ChallengeQuestionList {
        items: chosen.into_iter().map(Into::into).collect(),
    }))
}

/// A question with its answer.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChallengeAnswer {
    /// The question.
    #[schema(max_length = 3, example = "q01")]
    #[validate(length(
        max = 16,
        message = "A challenge question is named by its id, q01 to q20."
    ))]
    pub(crate) question_id: String,
    /// The answer, 3 to 100 characters; capital and small letters count.
    #[schema(max_length = 400, format = Password)]
    #[validate(length(max = 400, message = "An answer has 3 to 100 characters."))]
    pub(crate) answer: String,
}

/// Five questions with answers.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "correct horse battery staple", "answers": [
    {"question_id": "q01", "answer": "Plum dumplings"}, {"question_id": "q04", "answer": "Mr Oak"}, {"question_id": "q07", "answer": "The Tin Drums"},
    {"question_id": "q12", "answer": "Beetroot"}, {"question_id": "q16", "answer": "A raft"}]}))]
pub(crate) struct ChallengeChoice {
    /// The present password; needed when questions were chosen before.
    #[schema(max_length = 512, format = Password)]
    #[validate(length(max = 512, message = "A password has at most 128 characters."))]
    current_password: Option<String>,
    /// Exactly five, all different.
    #[schema(min_items = 5, max_items = 5)]
    #[validate(nested)]
    answers: Vec<ChallengeAnswer>,
}

/// Choose challenge questions
///
/// At first sign-in without the password, later with it. Three of the five are asked when the password is reset.
#[utoipa::path(tag = "me", request_body = ChallengeChoice, responses(
    (status = 204, description = "Chosen"),
    (status = 412, description = "`stale`: chosen meanwhile in another session", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`throttled`: too many failures from this network; see `Retry-After`", body = ProblemBody, content_type = "application/problem+json"),
))]
#[put("/me/challenge-questions")]
pub(crate) async fn choose_challenge_questions(
    any: AnyStep,
    request: HttpRequest,
    body: Json<ChallengeChoice>,
) -> Result<HttpResponse, Problem> {
    let ChallengeChoice {
        current_password,
        answers,
    } = body.0;
    let choice = Choice {
        current_password,
        answers: answers
            .into_iter()
            .map(
                |ChallengeAnswer {
                     question_id,
                     answer,
                 }| (question_id, answer),
            )
            .collect(),
        device: device(&request),
        devices: cookies::devices_of(&request),
    };
    service::choose_questions(&any.signed_in, any.services(), choice).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The questions of a list of ids, for the password reset.
pub(crate) fn asked(ids: impl IntoIterator<Item = QuestionId>) -> Vec<ChallengeQuestion> {
    ids.into_iter().map(Into::into).collect()
}
