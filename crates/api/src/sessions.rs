//! Sessions over HTTP.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, delete, get, post};
use chrono::{DateTime, Utc};
use quaymaster_service::sessions::{self, Proof, SignIn as Command, SignedIn as Begun};
use quaymaster_service::{Cursor, Services, me};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::cookies;
use crate::extract::{AnyStep, Authed, Json, Path, Public, Query, device};
use crate::lists::PageQuery;
use crate::me::Me;
use crate::problem::{Problem, ProblemBody};

/// User ID and password.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_id": "maria.lopez", "password": "correct horse battery staple"}))]
pub(crate) struct SignIn {
    /// The User ID; capital and small letters are the same.
    #[schema(max_length = 128)]
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
    /// Who is signed in.
    user: Me,
}

/// What must be done before anything else works.
#[derive(Clone, Copy, Serialize, ToSchema)]
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

/// A signed-in browser or program.
#[derive(Serialize, ToSchema)]
pub(crate) struct Session {
    /// Identity.
    id: Uuid,
    /// True for the session of this request.
    current: bool,
    /// When it began.
    created_at: DateTime<Utc>,
    /// When it was last used.
    last_used_at: DateTime<Utc>,
    /// When it ends whatever happens.
    expires_at: DateTime<Utc>,
    /// Browser and system in words.
    #[schema(example = "Firefox on Windows")]
    device: String,
    /// Network address.
    #[schema(example = "203.0.113.7")]
    network: String,
}

impl Session {
    pub(crate) fn new(session: sessions::Session, current: Option<Uuid>) -> Self {
        let sessions::Session {
            id,
            user_id: _,
            created_at,
            last_used_at,
            authenticated_at: _,
            absolute_expires_at,
            ended_at: _,
            device,
            network,
        } = session;
        Self {
            id: id.into(),
            current: current == Some(id.into()),
            created_at,
            last_used_at,
            expires_at: absolute_expires_at,
            device,
            network,
        }
    }
}

/// A page of sessions.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionPage {
    /// The sessions, newest first.
    items: Vec<Session>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Sign in
///
/// Answers the access token and sets the refresh cookie and the device cookie. Every failure has the same answer, whether
/// the User ID is unknown, the password wrong or the person locked. The session of a refresh cookie that comes along ends.
#[utoipa::path(tag = "sessions", security(), request_body = SignIn, responses(
    (status = 201, description = "Signed in", body = SignedIn),
    (status = 401, description = "`sign-in-failed`: not signed in, for whatever reason", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`throttled`: too many failures from this network; see `Retry-After`", body = ProblemBody, content_type = "application/problem+json"),
))]
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
        devices: cookies::devices_of(&request),
        replaces: cookies::refresh_of(&request),
        origin: public.origin.clone(),
    };
    let begun = sessions::sign_in(public.services(), command).await?;
    Ok(answer(
        HttpResponse::Created(),
        public.services(),
        &request,
        begun,
    ))
}

/// Renew the session
///
/// Takes the refresh cookie, answers a new access token and sets the next refresh cookie. A cookie that was exchanged
/// before ends the session.
#[utoipa::path(tag = "sessions", security(), responses(
    (status = 200, description = "Renewed", body = SignedIn),
    (status = 401, description = "`session-ended`: ended, idle for too long, or at its limit", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`throttled`: too many failures from this network; see `Retry-After`", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/sessions/refresh")]
pub(crate) async fn refresh_session(
    public: Public,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let token = cookies::refresh_of(&request);
    let begun =
        sessions::refresh(public.services(), token.as_deref(), public.origin.clone()).await?;
    Ok(answer(
        HttpResponse::Ok(),
        public.services(),
        &request,
        begun,
    ))
}

fn answer(
    mut response: HttpResponseBuilder,
    s: &Services,
    request: &HttpRequest,
    begun: Begun,
) -> HttpResponse {
    let now = s.now();
    let me = me::of_session(&begun);
    let Begun {
        session,
        access_token,
        access_expires_at,
        refresh_token,
        device_token,
        session_expires_at,
        next_step,
        user: _,
        places: _,
    } = begun;
    let seconds = (session_expires_at - now).num_seconds();
    response.cookie(cookies::refresh(request, refresh_token, seconds));
    if let Some(token) = device_token {
        response.cookie(cookies::device(request, token));
    }
    response.json(SignedIn {
        access_token,
        token_type: "Bearer".to_owned(),
        expires_in: (access_expires_at - now).num_seconds(),
        session_id: session.into(),
        next_step: next_step.map(Into::into),
        user: Me::new(s, me),
    })
}

/// List the own sessions
///
/// Those that have not ended, newest first.
#[utoipa::path(tag = "sessions", params(PageQuery), responses((status = 200, description = "A page of sessions", body = SessionPage)))]
#[get("/sessions")]
pub(crate) async fn list_sessions(
    authed: Authed,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let found = sessions::list(&authed.actor, authed.services(), &query.0.request()?).await?;
    let current = Some(authed.actor.session.into());
    Ok(HttpResponse::Ok().json(SessionPage {
        next_cursor: found.next.as_ref().map(Cursor::encode),
        items: found
            .items
            .into_iter()
            .map(|session| Session::new(session, current))
            .collect(),
    }))
}

/// End the present session
///
/// Signs out: access token and refresh cookie stop working at once. Works at any next step.
#[utoipa::path(tag = "sessions", responses((status = 204, description = "Ended")))]
#[delete("/sessions/current")]
pub(crate) async fn end_current_session(
    any: AnyStep,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    sessions::end(any.actor(), any.services(), any.actor().session).await?;
    Ok(HttpResponse::NoContent()
        .cookie(cookies::forget_refresh(&request))
        .finish())
}

/// End one of the own sessions
///
/// Works at any next step.
#[utoipa::path(tag = "sessions", params(("id" = Uuid, Path, description = "The session")), responses((status = 204, description = "Ended")))]
#[delete("/sessions/{id}")]
pub(crate) async fn end_session(any: AnyStep, path: Path<Uuid>) -> Result<HttpResponse, Problem> {
    sessions::end(any.actor(), any.services(), path.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The password again.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "correct horse battery staple"}))]
pub(crate) struct IdentityProof {
    /// The present password.
    #[schema(max_length = 512, format = Password)]
    #[validate(length(max = 512, message = "A password has at most 128 characters."))]
    password: String,
}

/// Prove identity again
///
/// For the acts that ask for a proof of at most ten minutes (`proof-required`). A wrong password counts as at sign-in. Goes on
/// with a session of its own until the same limit: answers its access token and sets its refresh cookie; the tokens from before
/// stop working.
#[utoipa::path(tag = "sessions", request_body = IdentityProof, responses(
    (status = 200, description = "Proved; a new session", body = SignedIn),
    (status = 429, description = "`throttled`: too many failures from this network; see `Retry-After`", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/sessions/current/proofs")]
pub(crate) async fn prove_identity(
    any: AnyStep,
    request: HttpRequest,
    body: Json<IdentityProof>,
) -> Result<HttpResponse, Problem> {
    let IdentityProof { password } = body.0;
    let proof = Proof {
        password,
        device: device(&request),
        devices: cookies::devices_of(&request),
    };
    let begun = sessions::prove(&any.signed_in, any.services(), proof).await?;
    Ok(answer(HttpResponse::Ok(), any.services(), &request, begun))
}
