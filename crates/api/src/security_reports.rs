//! "This was not me" over HTTP: the link in every security mail, for people who are not signed in.

use actix_web::{HttpResponse, post};
use quaymaster_service::security_reports::{self, ReportError, Reported};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::credentials::{ChallengeQuestion, asked};
use crate::extract::{Json, Public};
use crate::problem::{Code, Problem, ProblemBody, sentence};

impl From<ReportError> for Problem {
    fn from(error: ReportError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            ReportError::LinkNotValid => Self::new(Code::LinkNotValid, detail),
            ReportError::Fault(fault) => fault.into(),
        }
    }
}

/// The link of a security mail.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "1ZQ0m3Yw3mTq4GgOQvJrS6cE2p8bQm4nDk5xT7uVw9A"}))]
pub(crate) struct SecurityReportNew {
    /// What follows `#token=` in the link.
    #[schema(max_length = 128)]
    #[validate(length(max = 128, message = "This is not the token of one of our links."))]
    token: String,
}

/// A password reset that a report has begun. Go on with the answers, as after "Forgot your password?".
#[derive(Serialize, ToSchema)]
pub(crate) struct SecurityReportReset {
    /// Identity.
    id: Uuid,
    /// The three questions to answer.
    questions: Vec<ChallengeQuestion>,
}

/// What a report did.
#[derive(Serialize, ToSchema)]
pub(crate) struct SecurityReport {
    /// How many sessions were ended.
    #[schema(example = 2)]
    sessions_ended: u64,
    /// The reset that has begun; `null` for a person who has chosen no questions: support helps.
    reset: Option<SecurityReportReset>,
}

/// Say that it was somebody else
///
/// By the link in a security mail, once and within seven days. Every session of the person ends, the password does not work
/// any more, a password reset begins, and the owner and the proxies of the person's accounts are told.
#[utoipa::path(tag = "sessions", security(), request_body = SecurityReportNew, responses((status = 200, description = "Done", body = SecurityReport), (status = 409, description = "`link-not-valid`: used, run out or unknown", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/security-reports")]
pub(crate) async fn report_not_me(
    public: Public,
    body: Json<SecurityReportNew>,
) -> Result<HttpResponse, Problem> {
    let SecurityReportNew { token } = body.0;
    let Reported {
        sessions_ended,
        reset,
    } = security_reports::report(public.services(), &token, public.origin.clone()).await?;
    Ok(HttpResponse::Ok().json(SecurityReport {
        sessions_ended,
        reset: reset.map(|(id, questions)| SecurityReportReset {
            id: id.into(),
            questions: asked(questions),
        }),
    }))
}
