//! What the support desk does in a case over HTTP: taking it, naming the person, verifying the caller, acting on the person;
//! and the phrases that the person reads in an own session.

use actix_web::{HttpResponse, get, post, put};
use chrono::{DateTime, Utc};
use quaymaster_domain::cases::{self as domain, Verification};
use quaymaster_domain::people::{Reason, UserName};
use quaymaster_service::cases::{
    self, ActionState, CallerVerification as VerificationRow, CaseAction as ActionRow,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::Case;
use crate::common::wire_enums;
use crate::extract::{Authed, Json, Path};
use crate::problem::{Problem, ProblemBody};

wire_enums! {
    /// What staff do about the person of a case.
    CaseActionKind = domain::ActionKind {
        /// Lifts failed attempts and dormancy.
        Reactivate,
        /// Sends a temporary password to the e-mail on file; also lifts failed attempts and dormancy.
        ResetPassword,
    }
}

/// How far an action has come.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaseActionState {
    /// About an Account Owner: a second agent has to agree.
    AwaitingSecondAgent,
    /// Done.
    Done,
}

/// What staff did about the person of a case, or will when a second agent agrees.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseAction {
    /// Identity.
    id: Uuid,
    /// What.
    kind: CaseActionKind,
    /// Why, in the agent's words.
    #[schema(example = "Locked out, has to file today.")]
    reason: String,
    /// How far it has come.
    state: CaseActionState,
    /// When the first agent asked for it.
    asked_at: DateTime<Utc>,
    /// The first agent.
    #[schema(example = "Beth Turner")]
    agent: String,
    /// When it was done.
    done_at: Option<DateTime<Utc>>,
    /// The second agent, about an Account Owner.
    #[schema(example = "Luis Ortega")]
    second_agent: Option<String>,
}

impl From<ActionRow> for CaseAction {
    fn from(action: ActionRow) -> Self {
        let ActionRow {
            id,
            case: _,
            person: _,
            kind,
            reason,
            state,
            asked_at,
            agent: _,
            agent_name,
        } = action;
        let (state, done_at, second_agent) = match state {
            ActionState::AwaitingSecondAgent => (CaseActionState::AwaitingSecondAgent, None, None),
            ActionState::Done { at, second } => (
                CaseActionState::Done,
                Some(at),
                second.map(|(_, name)| name),
            ),
        };
        Self {
            id: id.into(),
            kind: kind.into(),
            reason,
            state,
            asked_at,
            agent: agent_name,
            done_at,
            second_agent,
        }
    }
}

/// How far the verification of a caller has come.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CallerVerificationState {
    /// The phrase was sent to the person on file.
    Sent,
    /// The caller said it.
    Verified,
    /// Five wrong phrases.
    Failed,
}

/// The verification of a caller as the person on file. The phrase itself is never shown to staff.
#[derive(Serialize, ToSchema)]
pub(crate) struct CallerVerification {
    /// How far it has come.
    state: CallerVerificationState,
    /// When the phrase was sent.
    started_at: DateTime<Utc>,
    /// The agent who sent it.
    #[schema(example = "Beth Turner")]
    agent: String,
    /// Until when the phrase, or the verification, counts; `null` after five wrong phrases.
    until: Option<DateTime<Utc>>,
    /// Wrong phrases so far.
    #[schema(example = 1)]
    wrong: u32,
}

impl From<VerificationRow> for CallerVerification {
    fn from(found: VerificationRow) -> Self {
        let VerificationRow {
            id: _,
            case: _,
            person: _,
            phrase: _,
            state,
            started_at,
            agent: _,
            agent_name,
        } = found;
        let (word, wrong) = match state {
            Verification::Sent { wrong, .. } => (CallerVerificationState::Sent, wrong),
            Verification::Verified { .. } => (CallerVerificationState::Verified, 0),
            Verification::Failed { .. } => (CallerVerificationState::Failed, domain::MOST_WRONG),
        };
        Self {
            state: word,
            started_at,
            agent: agent_name,
            until: state.until(),
            wrong,
        }
    }
}

/// Whether the reader takes a case.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"mine": true}))]
pub(crate) struct CaseAssignment {
    /// True to take it, false to give it back.
    mine: bool,
}

/// Take a case
///
/// For support: takes a case, or gives it back.
#[utoipa::path(tag = "cases", params(("id" = Uuid, Path, description = "The case")), request_body = CaseAssignment, responses((status = 200, description = "Taken or given back", body = Case)))]
#[put("/cases/{id}/assignment")]
pub(crate) async fn assign_case(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<CaseAssignment>,
) -> Result<HttpResponse, Problem> {
    let CaseAssignment { mine } = body.0;
    let found = cases::assign(&authed.actor, authed.services(), path.0.into(), mine).await?;
    Ok(HttpResponse::Ok().json(Case::from(found)))
}

/// Whom a case is about.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_id": "ana.lee"}))]
pub(crate) struct CasePerson {
    /// The User ID that the caller names.
    #[schema(value_type = String, min_length = 6, max_length = 32)]
    user_id: UserName,
}

/// Name the person of a case
///
/// For support: binds the case to the one User ID that the caller claims. A verification as somebody else does not carry
/// over.
#[utoipa::path(tag = "cases", params(("id" = Uuid, Path, description = "The case")), request_body = CasePerson, responses((status = 200, description = "Bound", body = Case)))]
#[put("/cases/{id}/person")]
pub(crate) async fn name_case_person(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<CasePerson>,
) -> Result<HttpResponse, Problem> {
    let CasePerson { user_id } = body.0;
    let found = cases::bind(&authed.actor, authed.services(), path.0.into(), &user_id).await?;
    Ok(HttpResponse::Ok().json(Case::from(found)))
}

/// Send the phrase to the person on file
///
/// For support. The person gets it by e-mail and in an own session, and says it to the agent within 15 minutes. Sending again
/// ends the phrase before, and gives no new tries.
#[utoipa::path(tag = "cases", params(("id" = Uuid, Path, description = "The case")), responses((status = 200, description = "Sent", body = Case), (status = 409, description = "`no-person`, `case-closed` or `verification-over`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/cases/{id}/caller-verification")]
pub(crate) async fn start_caller_verification(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = cases::start(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(Case::from(found)))
}

/// What the caller said.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"phrase": "amber buoy crane ocean 07"}))]
pub(crate) struct CallerPhraseTry {
    /// The phrase; upper case, blanks and punctuation do not matter.
    #[schema(max_length = 200)]
    #[validate(length(max = 200, message = "A phrase has at most 200 characters."))]
    phrase: String,
}

/// Type what the caller said
///
/// For support. A wrong phrase is answered with 200 and counted; the fifth ends the verification for this case. The company
/// sees each outcome in its audit trail.
#[utoipa::path(tag = "cases", params(("id" = Uuid, Path, description = "The case")), request_body = CallerPhraseTry, responses((status = 200, description = "Verified, or counted as wrong", body = Case), (status = 409, description = "`no-person`, `case-closed` or `verification-over`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/cases/{id}/caller-verification/tries")]
pub(crate) async fn try_caller_phrase(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<CallerPhraseTry>,
) -> Result<HttpResponse, Problem> {
    let CallerPhraseTry { phrase } = body.0;
    let found = cases::hear(&authed.actor, authed.services(), path.0.into(), &phrase).await?;
    Ok(HttpResponse::Ok().json(Case::from(found)))
}

/// What to do about the person of a case.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "reactivate", "reason": "Locked out, has to file today."}))]
pub(crate) struct CaseActionNew {
    /// What.
    kind: CaseActionKind,
    /// Why; the company sees it.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
}

/// Act on the person of a case
///
/// For support, in a case bound to one User ID, when the caller was verified in the last 15 minutes (R6). About an Account
/// Owner it is answered with 202 and waits for a second agent.
#[utoipa::path(tag = "cases", params(("id" = Uuid, Path, description = "The case")), request_body = CaseActionNew, responses((status = 201, description = "Done", body = CaseAction), (status = 202, description = "Waits for a second agent", body = CaseAction), (status = 409, description = "`not-locked`, `no-person` or `case-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/cases/{id}/actions")]
pub(crate) async fn act_in_case(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<CaseActionNew>,
) -> Result<HttpResponse, Problem> {
    let CaseActionNew { kind, reason } = body.0;
    let (_, action) = cases::act(
        &authed.actor,
        authed.services(),
        path.0.into(),
        kind.into(),
        &reason,
    )
    .await?;
    let mut response = match action.state {
        ActionState::Done { .. } => HttpResponse::Created(),
        ActionState::AwaitingSecondAgent => HttpResponse::Accepted(),
    };
    Ok(response.json(CaseAction::from(action)))
}

/// Agree as the second agent
///
/// For a support agent other than the one who asked, while the caller still counts as verified.
#[utoipa::path(tag = "cases", params(("id" = Uuid, Path, description = "The case"), ("action_id" = Uuid, Path, description = "The action")), responses((status = 200, description = "Done", body = CaseAction), (status = 409, description = "`already-decided`, `not-locked`, `no-person` or `case-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/cases/{id}/actions/{action_id}/approval")]
pub(crate) async fn approve_case_action(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (case, action) = path.0;
    let (_, action) =
        cases::approve(&authed.actor, authed.services(), case.into(), action.into()).await?;
    Ok(HttpResponse::Ok().json(CaseAction::from(action)))
}

/// A phrase to say to an agent of support.
#[derive(Serialize, ToSchema)]
pub(crate) struct CallerPhrase {
    /// The case.
    case_id: Uuid,
    /// The phrase.
    #[schema(example = "amber buoy crane ocean 07")]
    phrase: String,
    /// The agent who asked for it.
    #[schema(example = "Beth Turner")]
    agent: String,
    /// Until when it counts.
    until: DateTime<Utc>,
}

/// The phrases that wait to be said.
#[derive(Serialize, ToSchema)]
pub(crate) struct CallerPhraseList {
    /// The phrases, newest first.
    items: Vec<CallerPhrase>,
}

/// List own phrases for support
///
/// What the signed-in person may tell an agent of support to be verified as the person on file.
#[utoipa::path(tag = "cases", responses((status = 200, description = "The phrases", body = CallerPhraseList)))]
#[get("/me/caller-phrases")]
pub(crate) async fn list_my_caller_phrases(authed: Authed) -> Result<HttpResponse, Problem> {
    let found = cases::open_phrases(&authed.actor, authed.services()).await?;
    let items = found
        .into_iter()
        .map(|open| CallerPhrase {
            case_id: open.case.into(),
            phrase: open.phrase,
            agent: open.agent_name,
            until: open.until,
        })
        .collect();
    Ok(HttpResponse::Ok().json(CallerPhraseList { items }))
}
