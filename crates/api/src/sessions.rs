//! Sessions over HTTP.

use actix_web::{HttpRequest, HttpResponse, post};
use quaymaster_service::sessions::{self, SignIn as Command, SignedIn as Begun};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::cookies;
use crate::extract::{Json, Public, device};
use crate::problem::Problem;

/// User ID and password.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// The User ID; capital and small letters are the same.
    #[schema(max_length = 128, example = "maria.lopez")]
    #[validate(length(max = 128, message = "A User ID has at most 32 characters."))]
    user_id: String,
    /// The password, or a temporary password.
    #[schema(max_length = 512, format = Password)]
    #[validate(length(max = 512, message = "A password has at most 128 characters."))]
    password: String,
}

/// A session that has begun or been renewed.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignedIn {
    /// Send it as `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: String,
    /// Seconds until the access token ends.
    expires_in: i64,
    /// The session.
    session_id: Uuid,
    /// What must be done before anything else works.
    next_step: Option<NextStep>,
}

/// What must be done before anything else works.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NextStep {
    /// Create a new password.
    ChangePassword,
    /// Choose five challenge questions.
    ChooseChallengeQuestions,
    /// Accept the current Terms and Conditions.
    AcceptTerms,
}

impl From<quaymaster_service::actors::NextStep> for NextStep {
    fn from(step: quaymaster_service::actors::NextStep) -> Self {
        use quaymaster_service::actors::NextStep as Step;
        match step {
            Step::ChangePassword => Self::ChangePassword,
            Step::ChooseChallengeQuestions => Self::ChooseChallengeQuestions,
            Step::AcceptTerms => Self::AcceptTerms,
        }
    }
}

/// Sign in
///
/// Answers the access token and sets the refresh cookie. Every failure has the same answer, whether the User ID is
/// unknown, the password wrong or the person locked.
#[utoipa::path(tag = "sessions", security(), request_body = SignIn, responses((status = 201, description = "Signed in", body = SignedIn)))]
#[post("/sessions")]
pub(crate) async fn create_session(
    public: Public,
    request: HttpRequest,
    body: Json<SignIn>,
) -> Result<HttpResponse, Problem> {
    let SignIn { user_id, password } = body.0;
    let command = Command {
        user_name: user_id,
        password,
        device: device(&request),
        origin: public.origin.clone(),
    };
    let begun = sessions::sign_in(public.services(), command).await?;
    Ok(answer(&public, &request, begun))
}

fn answer(public: &Public, request: &HttpRequest, begun: Begun) -> HttpResponse {
    let now = public.services().now();
    let cookie = cookies::refresh(
        request,
        begun.refresh_token,
        (begun.session_expires_at - now).num_seconds(),
    );
    HttpResponse::Created().cookie(cookie).json(SignedIn {
        access_token: begun.access_token,
        token_type: "Bearer".to_owned(),
        expires_in: (begun.access_expires_at - now).num_seconds(),
        session_id: begun.session.into(),
        next_step: begun.next_step.map(Into::into),
    })
}
