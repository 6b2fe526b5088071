//! Applications for an account over HTTP: the registrar's queue and decision.

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::companies::AccountName;
use quaymaster_domain::people::{Reason, SubAccountName};
use quaymaster_service::Cursor;
use quaymaster_service::applications::{
    self, Checks, Decision, Form, Outcome, ReviewFilter, ReviewView,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::{ApplicationClaim, ApplicationState};
use crate::common::{AccountRef, wire_enums};
use crate::extract::{Authed, Json, Path, Query};
use crate::lists::page_request;
use crate::problem::{Problem, ProblemBody};
use crate::words::{BusinessActivity, IdentifierKind};

/// What was checked of an application, as of this moment.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationChecks {
    /// The e-mail belongs to no user of the portal.
    email_is_new: bool,
    /// The register knows the identifier under this name.
    register_matches: bool,
    /// The register has an address of a contact.
    contact_reachable: bool,
    /// No account holds the identifier (R2).
    identifier_free: bool,
    /// The code was entered.
    code_confirmed: bool,
    /// No other account of the company holds the activity (R1).
    activity_free: bool,
    /// The activity needs no registrar (R5).
    self_service_activity: bool,
}

/// A company by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationCompany {
    /// Identity.
    id: Uuid,
    /// Name.
    #[schema(example = "Harbor Lane Imports LLC")]
    name: String,
}

/// An application as staff see it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationReview {
    /// Identity.
    id: Uuid,
    /// Where it stands.
    state: ApplicationState,
    /// Name of the company, as the register has it.
    #[schema(example = "Harbor Lane Imports LLC")]
    company_name: Option<String>,
    /// Kind of the identifier; comes with `identifier_value`.
    identifier_kind: Option<IdentifierKind>,
    /// An identifier of the company, as it is written.
    #[schema(example = "08-1234567")]
    identifier_value: Option<String>,
    /// What the company does towards customs; the activity of the first sub-account.
    activity: Option<BusinessActivity>,
    /// Given name of the future Account Owner.
    #[schema(example = "Ana")]
    owner_given_name: Option<String>,
    /// Family name of the future Account Owner.
    #[schema(example = "Lee")]
    owner_family_name: Option<String>,
    /// Business e-mail of the future Account Owner; the invitation goes there.
    #[schema(example = "ana.lee@example.com")]
    email: Option<String>,
    /// Telephone number.
    #[schema(example = "+1 202 555 0147")]
    phone: Option<String>,
    /// The officer of the company who acknowledges the application.
    #[schema(example = "Rosa Grant")]
    officer_name: Option<String>,
    /// The officer's title.
    #[schema(example = "Chief Compliance Officer")]
    officer_title: Option<String>,
    /// The officer acknowledges.
    officer_acknowledges: bool,
    /// The checks, made now.
    checks: ApplicationChecks,
    /// The name that the register has for the identifier.
    register_company: Option<String>,
    /// The contact that the register names.
    register_contact_email: Option<String>,
    /// The company of that party, when it is recorded already.
    company: Option<ApplicationCompany>,
    /// Why the applicant asks for a review without a code.
    review_note: Option<String>,
    /// The newest claim.
    claim: Option<ApplicationClaim>,
    /// When it was begun.
    created_at: DateTime<Utc>,
    /// When it was last submitted.
    submitted_at: Option<DateTime<Utc>>,
    /// When the code was entered.
    code_confirmed_at: Option<DateTime<Utc>>,
    /// Since when it waits for the registrar.
    waiting_since: Option<DateTime<Utc>>,
    /// When it was over.
    decided_at: Option<DateTime<Utc>>,
    /// Who decided.
    decided_by_name: Option<String>,
    /// Why.
    decision_reason: Option<String>,
    /// The account that was opened.
    account: Option<AccountRef>,
}

impl From<ReviewView> for ApplicationReview {
    fn from(view: ReviewView) -> Self {
        let ReviewView {
            application,
            state,
            checks,
            register_company,
            register_contact,
            company,
            claim,
            waiting_since,
            decided_at,
            account,
        } = view;
        let Checks {
            email_is_new,
            register_matches,
            contact_reachable,
            identifier_free,
            code_confirmed,
            activity_free,
            self_service_activity,
        } = checks;
        let Form {
            company_name,
            identifier,
            activity,
            owner_given_name,
            owner_family_name,
            email,
            phone,
            officer_name,
            officer_title,
            officer_acknowledges,
        } = application.form;
        let (decided_by_name, decision_reason) =
            application.decided.map(|d| (d.by_name, d.reason)).unzip();
        Self {
            id: application.id.into(),
            state: state.into(),
            company_name,
            identifier_kind: identifier.as_ref().map(|i| i.kind.into()),
            identifier_value: identifier.map(|i| i.shown),
            activity: activity.map(Into::into),
            owner_given_name,
            owner_family_name,
            email,
            phone,
            officer_name,
            officer_title,
            officer_acknowledges,
            checks: ApplicationChecks {
                email_is_new,
                register_matches,
                contact_reachable,
                identifier_free,
                code_confirmed,
                activity_free,
                self_service_activity,
            },
            register_company,
            register_contact_email: register_contact,
            company: company.map(|c| ApplicationCompany {
                id: c.id.into(),
                name: c.name,
            }),
            review_note: application.review_note,
            claim: claim.map(Into::into),
            created_at: application.created_at,
            submitted_at: application.submitted_at,
            code_confirmed_at: application.code_confirmed_at,
            waiting_since,
            decided_at,
            decided_by_name,
            decision_reason,
            account: account.map(|a| AccountRef::new(a.id, a.account_number, a.name)),
        }
    }
}

/// A page of applications.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationPage {
    /// The rows.
    items: Vec<ApplicationReview>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Which applications.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ApplicationQuery {
    /// Only those in this state; those in review unless given.
    state: Option<ApplicationState>,
    /// Only those whose company's name contains this.
    #[param(max_length = 100)]
    q: Option<String>,
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

wire_enums! {
    /// What becomes of an application.
    ApplicationOutcome = Outcome {
        /// An account is opened, and its owner invited.
        Approve,
        /// No account is opened.
        Reject,
        /// The applicant may claim the identifier that an account holds.
        OfferClaim,
    }
}

/// A decision about an application.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"outcome": "approve", "reason": "Checked by telephone.", "account_name": "Harbor Lane, imports", "sub_account_name": "Importer"}))]
pub(crate) struct ApplicationDecision {
    /// What.
    outcome: ApplicationOutcome,
    /// Why; the applicant reads it.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
    /// Name of the account that is opened; the company's unless given.
    #[schema(value_type = Option<String>, min_length = 2, max_length = 80)]
    account_name: Option<AccountName>,
    /// Name of its first sub-account; the activity's unless given.
    #[schema(value_type = Option<String>, min_length = 2, max_length = 80)]
    sub_account_name: Option<SubAccountName>,
}

/// List applications
///
/// For staff: the registrar's queue, the longest waiting first, or with `state` another list, the newest first.
#[utoipa::path(tag = "applications", params(ApplicationQuery), responses((status = 200, description = "A page of applications", body = ApplicationPage)))]
#[get("/applications")]
pub(crate) async fn list_applications(
    authed: Authed,
    query: Query<ApplicationQuery>,
) -> Result<HttpResponse, Problem> {
    let ApplicationQuery {
        state,
        q,
        limit,
        cursor,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let filter = ReviewFilter {
        state: state.map(Into::into),
        q,
    };
    let found = applications::list(&authed.actor, authed.services(), &filter, &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(ApplicationPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Show an application to staff
///
/// With the checks as of now and what the register says.
#[utoipa::path(tag = "applications", params(("id" = Uuid, Path, description = "The application")), responses((status = 200, description = "The application", body = ApplicationReview)))]
#[get("/applications/{id}/review")]
pub(crate) async fn get_application_review(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = applications::review(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(ApplicationReview::from(found)))
}

/// Decide an application
///
/// For the registrar. An approval opens company (if new), account and first sub-account with the identifier, and invites
/// the owner, all at once.
#[utoipa::path(tag = "applications", params(("id" = Uuid, Path, description = "The application")), request_body = ApplicationDecision, responses((status = 200, description = "Decided", body = ApplicationReview), (status = 409, description = "`application-closed`, `identifier-not-in-register`, `claim-offered` (an account holds the identifier) or `activity-held-by-sibling-account`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/applications/{id}/decision")]
pub(crate) async fn decide_application(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<ApplicationDecision>,
) -> Result<HttpResponse, Problem> {
    let ApplicationDecision {
        outcome,
        reason,
        account_name,
        sub_account_name,
    } = body.0;
    let decision = Decision {
        outcome: outcome.into(),
        reason,
        account_name,
        sub_account_name,
    };
    let found =
        applications::decide(&authed.actor, authed.services(), path.0.into(), decision).await?;
    Ok(HttpResponse::Ok().json(ApplicationReview::from(found)))
}
