//! Applications for an account over HTTP: what an applicant does without a sign-in. The registrar's side is in `review`.

pub(crate) mod review;

use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::applications::{SixDigits, StageName};
use quaymaster_domain::people::{
    CompanyName, EmailAddress, JobTitle, PersonName, PhoneNumber, Reason,
};
use quaymaster_service::applications::{
    self, ApplicantView, CodeView, Form, FormPatch, Key, NextSteps, Saved,
};
use quaymaster_service::identifier_claims;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::common::{present, wire_enums};
use crate::extract::{Json, Path, Public};
use crate::identifier_claims::ClaimState;
use crate::problem::{Problem, ProblemBody};
use crate::words::{BusinessActivity, IdentifierKind};

wire_enums! {
    /// Where an application stands.
    ApplicationState = StageName {
        /// Saved, not submitted.
        Draft,
        /// A code was mailed to the register's contact.
        AwaitingCode,
        /// The register does not confirm name and identifier, or has no address of a contact.
        NotConfirmed,
        /// Another account holds the identifier; it can be claimed.
        ClaimOffered,
        /// Waits for the claim.
        ClaimFiled,
        /// In the registrar's queue.
        InReview,
        /// An account was opened.
        Approved,
        /// Refused, with a reason.
        Rejected,
        /// Given up by the applicant.
        Withdrawn,
        /// The applicant did not come back within 30 days.
        Expired,
    }
}

/// The code that was mailed to the register's contact.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationCode {
    /// When it was mailed.
    sent_at: DateTime<Utc>,
    /// Until when it works.
    expires_at: DateTime<Utc>,
    /// How many tries are left.
    tries_left: u32,
    /// From when on a further one can be asked for.
    resend_after: DateTime<Utc>,
}

impl From<CodeView> for ApplicationCode {
    fn from(code: CodeView) -> Self {
        let CodeView {
            sent_at,
            expires_at,
            tries_left,
            resend_after,
        } = code;
        Self {
            sent_at,
            expires_at,
            tries_left,
            resend_after,
        }
    }
}

/// The claim that an application waits or waited for.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationClaim {
    /// Identity.
    id: Uuid,
    /// Where it stands.
    state: ClaimState,
    /// When it was filed.
    filed_at: DateTime<Utc>,
    /// Until when the account that holds the identifier has to answer.
    answer_due_at: DateTime<Utc>,
    /// Why it ended as it did.
    outcome_reason: Option<String>,
}

impl From<identifier_claims::IdentifierClaim> for ApplicationClaim {
    fn from(claim: identifier_claims::IdentifierClaim) -> Self {
        Self {
            id: claim.id.into(),
            state: claim.claim.state.into(),
            filed_at: claim.filed_at,
            answer_due_at: claim.claim.answer_due_at,
            outcome_reason: claim.ended.and_then(|e| e.reason),
        }
    }
}

/// What the applicant can do next.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationSteps {
    /// Change the form.
    change: bool,
    /// Submit it.
    submit: bool,
    /// Enter the code.
    enter_code: bool,
    /// Ask for a further code.
    resend_code: bool,
    /// Ask for a review without a code.
    ask_for_review: bool,
    /// Claim the identifier.
    claim: bool,
    /// Give it up.
    withdraw: bool,
}

/// An application as its applicant sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Application {
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
    /// When it was begun.
    created_at: DateTime<Utc>,
    /// When it last changed.
    updated_at: DateTime<Utc>,
    /// Until when it is kept, while it waits for the applicant.
    expires_at: Option<DateTime<Utc>>,
    /// The newest code, while it is waited for.
    code: Option<ApplicationCode>,
    /// The claim.
    claim: Option<ApplicationClaim>,
    /// When it was last submitted.
    submitted_at: Option<DateTime<Utc>>,
    /// When the code was entered.
    code_confirmed_at: Option<DateTime<Utc>>,
    /// When it was over.
    decided_at: Option<DateTime<Utc>>,
    /// The registrar's reason.
    decision_reason: Option<String>,
    /// Where the invitation went, masked.
    #[schema(example = "a•••@example.com")]
    invited_email: Option<String>,
    /// What can be done next.
    can: ApplicationSteps,
}

impl From<ApplicantView> for Application {
    fn from(view: ApplicantView) -> Self {
        let ApplicantView {
            application,
            state,
            expires_at,
            code,
            claim,
            decided_at,
            invited_email,
            can,
        } = view;
        let NextSteps {
            change,
            submit,
            enter_code,
            resend_code,
            ask_for_review,
            claim: may_claim,
            withdraw,
        } = can;
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
            created_at: application.created_at,
            updated_at: application.updated_at,
            expires_at,
            code: code.map(Into::into),
            claim: claim.map(Into::into),
            submitted_at: application.submitted_at,
            code_confirmed_at: application.code_confirmed_at,
            decided_at,
            decision_reason: application.decided.map(|d| d.reason),
            invited_email,
            can: ApplicationSteps {
                change,
                submit,
                enter_code,
                resend_code,
                ask_for_review,
                claim: may_claim,
                withdraw,
            },
        }
    }
}

/// A new application. Everything may be left out of one that is only saved.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"company_name": "Harbor Lane Imports LLC", "identifier_kind": "importer_number", "identifier_value": "08-1234567", "activity": "importer", "owner_given_name": "Ana", "owner_family_name": "Lee", "email": "ana.lee@example.com", "phone": "+1 202 555 0147", "officer_name": "Rosa Grant", "officer_title": "Chief Compliance Officer", "officer_acknowledges": true, "submit": true}))]
pub(crate) struct ApplicationNew {
    /// Name of the company, as the register has it.
    #[schema(value_type = Option<String>, min_length = 2, max_length = 140)]
    company_name: Option<CompanyName>,
    /// Kind of the identifier; comes with `identifier_value`.
    identifier_kind: Option<IdentifierKind>,
    /// An identifier of the company, as it is written.
    #[schema(max_length = 64)]
    #[validate(length(max = 64, message = "An identifier has at most 64 characters."))]
    identifier_value: Option<String>,
    /// What the company does towards customs; the activity of the first sub-account.
    activity: Option<BusinessActivity>,
    /// Given name of the future Account Owner.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    owner_given_name: Option<PersonName>,
    /// Family name of the future Account Owner.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    owner_family_name: Option<PersonName>,
    /// Business e-mail of the future Account Owner; the invitation goes there.
    #[schema(value_type = Option<String>, format = Email, max_length = 254)]
    email: Option<EmailAddress>,
    /// Telephone number.
    #[schema(value_type = Option<String>, min_length = 8, max_length = 60)]
    phone: Option<PhoneNumber>,
    /// The officer of the company who acknowledges the application.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    officer_name: Option<PersonName>,
    /// The officer's title.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    officer_title: Option<JobTitle>,
    /// The officer acknowledges; needed to submit.
    #[serde(default)]
    officer_acknowledges: bool,
    /// Submit it at once instead of only saving it.
    #[serde(default)]
    submit: bool,
}

impl From<ApplicationNew> for FormPatch {
    fn from(new: ApplicationNew) -> Self {
        let ApplicationNew {
            company_name,
            identifier_kind,
            identifier_value,
            activity,
            owner_given_name,
            owner_family_name,
            email,
            phone,
            officer_name,
            officer_title,
            officer_acknowledges,
            submit: _,
        } = new;
        Self {
            company_name: Some(company_name),
            identifier_kind: Some(identifier_kind.map(Into::into)),
            identifier_value: Some(identifier_value),
            activity: Some(activity.map(Into::into)),
            owner_given_name: Some(owner_given_name),
            owner_family_name: Some(owner_family_name),
            email: Some(email),
            phone: Some(phone),
            officer_name: Some(officer_name),
            officer_title: Some(officer_title),
            officer_acknowledges: Some(officer_acknowledges),
        }
    }
}

/// Changes of an application: absent stays, `null` clears.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ana.lee@example.com"}))]
pub(crate) struct ApplicationPatch {
    /// Name of the company, as the register has it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 2, max_length = 140)]
    company_name: Option<Option<CompanyName>>,
    /// Kind of the identifier; comes with `identifier_value`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<IdentifierKind>)]
    identifier_kind: Option<Option<IdentifierKind>>,
    /// An identifier of the company, as it is written.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 64)]
    identifier_value: Option<Option<String>>,
    /// What the company does towards customs; the activity of the first sub-account.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<BusinessActivity>)]
    activity: Option<Option<BusinessActivity>>,
    /// Given name of the future Account Owner.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    owner_given_name: Option<Option<PersonName>>,
    /// Family name of the future Account Owner.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    owner_family_name: Option<Option<PersonName>>,
    /// Business e-mail of the future Account Owner; the invitation goes there.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Email, max_length = 254)]
    email: Option<Option<EmailAddress>>,
    /// Telephone number.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 8, max_length = 60)]
    phone: Option<Option<PhoneNumber>>,
    /// The officer of the company who acknowledges the application.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    officer_name: Option<Option<PersonName>>,
    /// The officer's title.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    officer_title: Option<Option<JobTitle>>,
    /// The officer acknowledges.
    officer_acknowledges: Option<bool>,
}

impl From<ApplicationPatch> for FormPatch {
    fn from(changes: ApplicationPatch) -> Self {
        let ApplicationPatch {
            company_name,
            identifier_kind,
            identifier_value,
            activity,
            owner_given_name,
            owner_family_name,
            email,
            phone,
            officer_name,
            officer_title,
            officer_acknowledges,
        } = changes;
        Self {
            company_name,
            identifier_kind: identifier_kind.map(|new| new.map(Into::into)),
            identifier_value,
            activity: activity.map(|new| new.map(Into::into)),
            owner_given_name,
            owner_family_name,
            email,
            phone,
            officer_name,
            officer_title,
            officer_acknowledges,
        }
    }
}

/// An application that was begun.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationBegun {
    /// The application.
    application: Application,
    /// Send it as `Application-Token` to return; told this once.
    resume_token: String,
}

/// The code that the register's contact was mailed.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "042917"}))]
pub(crate) struct ApplicationCodeEntry {
    /// Six digits; blanks do not matter.
    #[schema(value_type = String, min_length = 6, max_length = 20)]
    code: SixDigits,
}

/// Why a review without a code is asked for.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "The contact on file has left the company."}))]
pub(crate) struct ApplicationReviewRequest {
    /// For the registrar.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    note: Reason,
}

/// The claim of an application.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "It is ours; the broker entered it in an old import."}))]
pub(crate) struct ApplicationClaimNew {
    /// Why; the account that holds the identifier reads it.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
}

/// What opens an application. A missing header is a wrong one.
fn key(id: Uuid, request: &HttpRequest) -> Key {
    let mut given = request.headers().get_all("application-token");
    let token = match (given.next(), given.next()) {
        (Some(one), None) => one.to_str().unwrap_or_default(),
        _ => "",
    };
    Key {
        id: id.into(),
        token: token.to_owned(),
    }
}

fn ok(view: ApplicantView) -> HttpResponse {
    HttpResponse::Ok().json(Application::from(view))
}

/// Begin an application for an account
///
/// Open to everybody. Saves the form, and with `submit` hands it in: when the register knows the identifier under this
/// company's name, a six-digit code goes to the contact that the *register* names. The answer never depends on whether the
/// e-mail belongs to a user or the identifier stands in an account.
#[utoipa::path(tag = "applications", security(), request_body = ApplicationNew, responses((status = 201, description = "Begun", body = ApplicationBegun)))]
#[post("/applications")]
pub(crate) async fn create_application(
    public: Public,
    body: Json<ApplicationNew>,
) -> Result<HttpResponse, Problem> {
    let submit = body.0.submit;
    let begun = applications::create(public.services(), body.0.into(), submit, &public.origin);
    let Saved { view, resume_token } = begun.await?;
    Ok(HttpResponse::Created().json(ApplicationBegun {
        application: view.into(),
        resume_token,
    }))
}

/// Show an application
///
/// For whoever has its token. Unknown applications and wrong tokens have one answer.
#[utoipa::path(tag = "applications", security(), params(("id" = Uuid, Path, description = "The application"), ("Application-Token" = String, Header, description = "The token that the application was begun with")), responses((status = 200, description = "As it stands now", body = Application), (status = 429, description = "`throttled`: too many wrong tokens from this network", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/applications/{id}")]
pub(crate) async fn get_application(
    public: Public,
    request: HttpRequest,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let key = key(path.0, &request);
    let found = applications::find(public.services(), &key, &public.origin).await?;
    Ok(ok(found))
}

/// Change an application
///
/// Until the code was entered. A change of company, identifier, activity, owner or e-mail makes it a draft again.
#[utoipa::path(tag = "applications", security(), params(("id" = Uuid, Path, description = "The application"), ("Application-Token" = String, Header, description = "The token that the application was begun with")), request_body = ApplicationPatch, responses((status = 200, description = "As it stands now", body = Application), (status = 409, description = "`application-closed`: this does not follow on where it stands", body = ProblemBody, content_type = "application/problem+json")))]
#[patch("/applications/{id}")]
pub(crate) async fn update_application(
    public: Public,
    request: HttpRequest,
    path: Path<Uuid>,
    body: Json<ApplicationPatch>,
) -> Result<HttpResponse, Problem> {
    let key = key(path.0, &request);
    let found =
        applications::update(public.services(), &key, body.0.into(), &public.origin).await?;
    Ok(ok(found))
}

/// Submit a saved application
///
/// Every field is needed. The state tells whether a code was mailed or the register does not confirm what was given.
#[utoipa::path(tag = "applications", security(), params(("id" = Uuid, Path, description = "The application"), ("Application-Token" = String, Header, description = "The token that the application was begun with")), responses((status = 200, description = "As it stands now", body = Application), (status = 409, description = "`application-closed`: this does not follow on where it stands", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/applications/{id}/submission")]
pub(crate) async fn submit_application(
    public: Public,
    request: HttpRequest,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let key = key(path.0, &request);
    let found = applications::submit(public.services(), &key, &public.origin).await?;
    Ok(ok(found))
}

/// Mail a further code
///
/// The code before stops working; nothing starts again. Once a minute, and so many a day for one identifier.
#[utoipa::path(tag = "applications", security(), params(("id" = Uuid, Path, description = "The application"), ("Application-Token" = String, Header, description = "The token that the application was begun with")), responses((status = 200, description = "As it stands now", body = Application), (status = 409, description = "`application-closed`: this does not follow on where it stands", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/applications/{id}/codes")]
pub(crate) async fn resend_application_code(
    public: Public,
    request: HttpRequest,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let key = key(path.0, &request);
    let found = applications::resend(public.services(), &key, &public.origin).await?;
    Ok(ok(found))
}

/// Enter the code
///
/// Works for ten minutes and five tries.
#[utoipa::path(tag = "applications", security(), params(("id" = Uuid, Path, description = "The application"), ("Application-Token" = String, Header, description = "The token that the application was begun with")), request_body = ApplicationCodeEntry, responses((status = 200, description = "As it stands now", body = Application), (status = 409, description = "`code-wrong`, `code-not-valid` (ask for a new one) or `application-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/applications/{id}/code")]
pub(crate) async fn enter_application_code(
    public: Public,
    request: HttpRequest,
    path: Path<Uuid>,
    body: Json<ApplicationCodeEntry>,
) -> Result<HttpResponse, Problem> {
    let key = key(path.0, &request);
    let found =
        applications::enter_code(public.services(), &key, &body.0.code, &public.origin).await?;
    Ok(ok(found))
}

/// Ask for a review without a code
///
/// When the contact on file cannot be reached, or the register is out of date: a registrar looks at the application by hand.
#[utoipa::path(tag = "applications", security(), params(("id" = Uuid, Path, description = "The application"), ("Application-Token" = String, Header, description = "The token that the application was begun with")), request_body = ApplicationReviewRequest, responses((status = 200, description = "As it stands now", body = Application), (status = 409, description = "`application-closed`: this does not follow on where it stands", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/applications/{id}/review-requests")]
pub(crate) async fn ask_for_application_review(
    public: Public,
    request: HttpRequest,
    path: Path<Uuid>,
    body: Json<ApplicationReviewRequest>,
) -> Result<HttpResponse, Problem> {
    let key = key(path.0, &request);
    let found =
        applications::ask_review(public.services(), &key, &body.0.note, &public.origin).await?;
    Ok(ok(found))
}

/// Claim the identifier of an application
///
/// In the state `claim_offered`. The account that holds the identifier has five working days to release or dispute it; the application waits.
#[utoipa::path(tag = "applications", security(), params(("id" = Uuid, Path, description = "The application"), ("Application-Token" = String, Header, description = "The token that the application was begun with")), request_body = ApplicationClaimNew, responses((status = 200, description = "As it stands now", body = Application), (status = 409, description = "`application-closed`, or `already-exists`: somebody has claimed it already", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/applications/{id}/claims")]
pub(crate) async fn claim_for_application(
    public: Public,
    request: HttpRequest,
    path: Path<Uuid>,
    body: Json<ApplicationClaimNew>,
) -> Result<HttpResponse, Problem> {
    let key = key(path.0, &request);
    let found = identifier_claims::file_for_application(
        public.services(),
        &key,
        &body.0.reason,
        &public.origin,
    )
    .await?;
    Ok(ok(found))
}

/// Give an application up
///
/// A claim that it has filed ends too.
#[utoipa::path(tag = "applications", security(), params(("id" = Uuid, Path, description = "The application"), ("Application-Token" = String, Header, description = "The token that the application was begun with")), responses((status = 200, description = "As it stands now", body = Application), (status = 409, description = "`application-closed`: this does not follow on where it stands", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/applications/{id}/withdrawal")]
pub(crate) async fn withdraw_application(
    public: Public,
    request: HttpRequest,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let key = key(path.0, &request);
    let found = applications::withdraw(public.services(), &key, &public.origin).await?;
    Ok(ok(found))
}
