//! The one list of codes with status and title, and the one shape of every refusal (RFC 9457).

use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use quaymaster_domain::access::Denied;
use quaymaster_service::Fault;
use serde::Serialize;
use utoipa::ToSchema;

use crate::middleware::{BASE_PLACEHOLDER, RefusalCode, request_id};

macro_rules! codes {
    ($($variant:ident = $code:literal, $status:ident, $title:literal;)+) => {
        /// The stable codes of refusals.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Code { $($variant),+ }

        impl Code {
            pub(crate) const fn as_str(self) -> &'static str { match self { $(Self::$variant => $code),+ } }
            pub(crate) const fn status(self) -> StatusCode { match self { $(Self::$variant => StatusCode::$status),+ } }
            pub(crate) const fn title(self) -> &'static str { match self { $(Self::$variant => $title),+ } }
            /// Every code, held against the documents.
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),+];
        }
    };
}

codes! {
    Unreadable = "unreadable", BAD_REQUEST, "The request cannot be read";
    NotSignedIn = "not-signed-in", UNAUTHORIZED, "Nobody is signed in";
    SignInFailed = "sign-in-failed", UNAUTHORIZED, "Not signed in";
    SessionEnded = "session-ended", UNAUTHORIZED, "The session has ended";
    Forbidden = "forbidden", FORBIDDEN, "Not allowed";
    OwnerOnly = "owner-only", FORBIDDEN, "Only the Account Owner may do this";
    NotAboveTarget = "not-above-target", FORBIDDEN, "This person has equal or higher power";
    AccessSuspended = "access-suspended", FORBIDDEN, "Access to this account is suspended";
    ProofRequired = "proof-required", FORBIDDEN, "Confirm your password first";
    ScopeNotGranted = "scope-not-granted", FORBIDDEN, "The API client does not have the scope for this";
    NetworkNotAllowed = "network-not-allowed", FORBIDDEN, "The API client may not come from this network";
    CallerNotVerified = "caller-not-verified", FORBIDDEN, "The caller has not been verified";
    SecondAgentRequired = "second-agent-required", FORBIDDEN, "A second agent has to agree";
    CrossSite = "cross-site", FORBIDDEN, "The request came from another site";
    ActivityRestricted = "activity-restricted", FORBIDDEN, "This business activity is added by staff";
    GrantNotActive = "grant-not-active", FORBIDDEN, "The access to this account is not in effect";
    NotFound = "not-found", NOT_FOUND, "There is no such thing here";
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, "This path does not take that method";
    NotLocked = "not-locked", CONFLICT, "There is no lock to lift";
    LastOwner = "last-owner", CONFLICT, "An account has exactly one owner";
    LinkNotValid = "link-not-valid", CONFLICT, "This link does not work any more";
    ActivityHeldBySibling = "activity-held-by-sibling-account", CONFLICT, "Another account of the company holds this activity";
    ActivityClosed = "activity-closed", CONFLICT, "This business activity is closed";
    ActivityInUse = "activity-in-use", CONFLICT, "Sub-accounts carry this activity";
    LastSubAccount = "last-sub-account", CONFLICT, "An account has at least one sub-account";
    IdentifierHeld = "identifier-held-by-another-account", CONFLICT, "Another account holds this identifier";
    ClientIdentifier = "client-identifier", CONFLICT, "This identifier belongs to another company";
    IdentifierNotInRegister = "identifier-not-in-register", CONFLICT, "The register does not know this identifier";
    IdentifierFree = "identifier-free", CONFLICT, "No other account holds this identifier";
    ApplicationClosed = "application-closed", CONFLICT, "The application is not at this step";
    WrongDigits = "code-wrong", CONFLICT, "This is not the code";
    SpentDigits = "code-not-valid", CONFLICT, "This code does not work any more";
    ClaimOffered = "claim-offered", CONFLICT, "The identifier has to be claimed first";
    NoContact = "no-contact", CONFLICT, "The register has no address to write to";
    PersonNotMatched = "person-not-matched", CONFLICT, "User ID and e-mail do not belong together";
    AlreadyMember = "already-member", CONFLICT, "Already a member of this account";
    AlreadyDecided = "already-decided", CONFLICT, "This was decided already";
    AlreadyExists = "already-exists", CONFLICT, "This exists already";
    RunState = "run-state", CONFLICT, "The run is not at this step";
    ReportTooLarge = "report-too-large", CONFLICT, "This is too much to wait for";
    ReportLimit = "report-limit", CONFLICT, "There are too many of these already";
    ScopeChanged = "scope-changed", CONFLICT, "What you may see has changed since";
    AnswersMissing = "answers-missing", CONFLICT, "Some people wait for an answer";
    NothingChanged = "nothing-changed", CONFLICT, "Nothing was changed";
    ReviewOver = "review-over", CONFLICT, "This review is over";
    LastAdministrator = "last-administrator", CONFLICT, "The portal has at least one administrator";
    Collision = "collision", CONFLICT, "Something collides and needs a choice";
    NotOpen = "not-open", CONFLICT, "This is over";
    Waiting = "waiting", CONFLICT, "It is too early for this";
    RequestInProgress = "request-in-progress", CONFLICT, "The same request is on its way";
    SetupDone = "setup-done", CONFLICT, "The portal has an administrator already";
    CaseClosed = "case-closed", CONFLICT, "This case is closed";
    NoticePublished = "notice-published", CONFLICT, "This notice is published";
    NobodyAddressed = "nobody-addressed", CONFLICT, "This notice is for nobody";
    TooManyApiClients = "too-many-api-clients", CONFLICT, "This account has twenty API clients";
    TooManySecrets = "too-many-secrets", CONFLICT, "This API client has two secrets";
    TooManyAttachments = "too-many-attachments", CONFLICT, "This case has ten files";
    NoPerson = "no-person", CONFLICT, "This case is bound to nobody";
    VerificationOver = "verification-over", CONFLICT, "No phrase is awaited";
    CounterpartyNotMatched = "counterparty-not-matched", CONFLICT, "Account number and owner do not belong together";
    GrantExists = "grant-exists", CONFLICT, "The two accounts have a grant or a proposal already";
    GrantState = "grant-state", CONFLICT, "The grant does not stand where this is possible";
    AccountClosed = "account-closed", CONFLICT, "The account is closed";
    NoAccount = "no-account", CONFLICT, "The company has no open account";
    ExceedsGrant = "exceeds-grant", CONFLICT, "This is more than the grant";
    RemovedByGrantor = "removed-by-grantor", CONFLICT, "The grantor has taken this person off";
    PreviewChanged = "preview-changed", CONFLICT, "This is not what was shown any more";
    TooManyWebhooks = "too-many-webhooks", CONFLICT, "This account has ten webhooks";
    WebhookEnded = "webhook-ended", CONFLICT, "This webhook has ended";
    DeliveryWaiting = "delivery-waiting", CONFLICT, "This event is on its way already";
    Stale = "stale", PRECONDITION_FAILED, "Changed by somebody else meanwhile";
    TooLarge = "too-large", PAYLOAD_TOO_LARGE, "The request is too large";
    UnsupportedMediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "This content type is not taken here";
    Invalid = "invalid", UNPROCESSABLE_ENTITY, "Some fields do not fit";
    IdentifierMalformed = "identifier-malformed", UNPROCESSABLE_ENTITY, "The identifier is not written correctly";
    IdentifierKindNotForActivity = "identifier-kind-not-for-activity", UNPROCESSABLE_ENTITY, "This activity does not carry such an identifier";
    IdempotencyConflict = "idempotency-conflict", UNPROCESSABLE_ENTITY, "The idempotency key was used for another request";
    NextStepRequired = "next-step-required", LOCKED, "Something else comes first";
    TermsNotAccepted = "terms-not-accepted", LOCKED, "The Terms and Conditions come first";
    PreconditionRequired = "precondition-required", PRECONDITION_REQUIRED, "The If-Match header is missing";
    Throttled = "throttled", TOO_MANY_REQUESTS, "Too many attempts";
    RateLimited = "rate-limited", TOO_MANY_REQUESTS, "Too many requests";
    Internal = "internal", INTERNAL_SERVER_ERROR, "Something went wrong on our side";
    Busy = "busy", SERVICE_UNAVAILABLE, "The portal is busy";
}

/// A refusal on its way out.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    pub(crate) detail: String,
    pub(crate) errors: Vec<FieldError>,
    pub(crate) remedy: Option<Box<Remedy>>,
    pub(crate) retry_after: Option<u64>,
}

/// The body of every refusal, `application/problem+json` (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// The address of the page that explains the code and what to do: the portal's own, `/help/refusals/` and the code.
    #[serde(rename = "type")]
    #[schema(example = "https://portal.example.com/help/refusals/not-above-target")]
    kind: String,
    /// What kind of refusal, in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What happened here and what to do next.
    detail: String,
    /// The request id; quote it when you ask for help.
    instance: String,
    /// Stable code.
    #[schema(example = "not-above-target")]
    code: String,
    /// Fields that do not fit.
    errors: Option<Vec<FieldError>>,
    /// The way out, where a rule names one.
    remedy: Option<Remedy>,
}

/// A field that does not fit.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// JSON pointer into the request body; for query and header values `?name` or the header's name.
    #[schema(example = "/new_password")]
    pub(crate) pointer: String,
    /// Stable code.
    #[schema(example = "password-too-short")]
    pub(crate) code: String,
    /// What to do.
    pub(crate) detail: String,
}

/// The way out of a refusal (R4).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Remedy {
    /// What can be done.
    pub(crate) kind: RemedyKind,
    /// Display name of the company that the identifier belongs to, from the register.
    pub(crate) company: String,
    /// Where to send it.
    pub(crate) href: String,
}

/// What can be done.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RemedyKind {
    /// Ask the company that holds the account for access.
    RequestAccess,
    /// Invite the company to apply for an account.
    InviteToApply,
    /// Claim the identifier, which the register gives to this company.
    Claim,
}

impl Problem {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            remedy: None,
            retry_after: None,
        }
    }

    pub(crate) fn invalid(errors: Vec<FieldError>) -> Self {
        Self {
            errors,
            ..Self::new(
                Code::Invalid,
                "Some fields do not fit; each is named with what to do.",
            )
        }
    }

    pub(crate) fn field(pointer: &str, code: &str, detail: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError {
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            detail: detail.into(),
        }])
    }

    pub(crate) fn with_remedy(self, remedy: Remedy) -> Self {
        Self {
            remedy: Some(Box::new(remedy)),
            ..self
        }
    }

    /// The response, with the request's id.
    pub(crate) fn response(&self, request: &HttpRequest) -> HttpResponse {
        self.render(&request_id(request))
    }

    fn render(&self, instance: &str) -> HttpResponse {
        let mut response = HttpResponse::build(self.code.status());
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if self.code.status() == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        let body = ProblemBody {
            kind: format!("{BASE_PLACEHOLDER}/help/refusals/{}", self.code.as_str()),
            title: self.code.title().to_owned(),
            status: self.code.status().as_u16(),
            detail: self.detail.clone(),
            instance: instance.to_owned(),
            code: self.code.as_str().to_owned(),
            errors: (!self.errors.is_empty()).then(|| self.errors.clone()),
            remedy: self.remedy.as_deref().cloned(),
        };
        // Not `.json()`: that would set its own content type.
        let mut response = response.body(serde_json::to_string(&body).unwrap_or_default());
        let code = RefusalCode(self.code.as_str());
        response.extensions_mut().insert(code);
        response
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    /// The request's id is filled in by the request-id middleware, which knows it.
    fn error_response(&self) -> HttpResponse {
        self.render(crate::middleware::INSTANCE_PLACEHOLDER)
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        let code = match denied {
            Denied::Hidden => Code::NotFound,
            Denied::OwnerOnly => Code::OwnerOnly,
            Denied::NotAboveTarget => Code::NotAboveTarget,
            Denied::Forbidden | Denied::StaffRole | Denied::NotGranted => Code::Forbidden,
            Denied::GrantNotActive(_) => Code::GrantNotActive,
            Denied::AccessSuspended => Code::AccessSuspended,
            Denied::ProofTooOld => Code::ProofRequired,
            Denied::ScopeNotGranted(_) | Denied::PeopleOnly => Code::ScopeNotGranted,
            Denied::NetworkNotAllowed => Code::NetworkNotAllowed,
        };
        Self::new(code, sentence(&denied.to_string()))
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        let detail = sentence(&fault.to_string());
        match fault {
            Fault::Denied(denied) => denied.into(),
            Fault::NotFound => Self::new(Code::NotFound, detail),
            Fault::Stale => Self::new(Code::Stale, detail),
            Fault::AccountClosed { .. } => Self::new(Code::AccountClosed, detail),
            Fault::Throttled(seconds) => Self {
                retry_after: Some(seconds),
                ..Self::new(Code::Throttled, detail)
            },
            Fault::Busy(seconds) => Self {
                retry_after: Some(seconds),
                ..Self::new(Code::Busy, detail)
            },
            Fault::Invalid(fields) => Self::invalid(
                fields
                    .into_iter()
                    .map(|f| FieldError {
                        pointer: f.pointer,
                        code: f.code.to_owned(),
                        detail: sentence(&f.detail),
                    })
                    .collect(),
            ),
            Fault::Internal(cause) => {
                tracing::error!(cause, "internal error");
                Self::new(
                    Code::Internal,
                    "This is our fault and has been recorded. Try again; if it happens again, give support the id of this request.",
                )
            }
        }
    }
}

/// A capital at the front and a full stop at the end.
pub(crate) fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let Some(first) = chars.next() else {
        return String::new();
    };
    let mut out: String = first.to_uppercase().chain(chars).collect();
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

/// For what no operation answers: paths that do not exist, methods that a path does not take, and `OPTIONS`.
pub(crate) async fn no_operation(request: HttpRequest) -> HttpResponse {
    let Some(allowed) = crate::operations::allowed(request.path()) else {
        return Problem::new(
            Code::NotFound,
            "There is no such path in this API; the contract is at /api/openapi.json.",
        )
        .response(&request);
    };
    let mut response = if *request.method() == Method::OPTIONS {
        HttpResponse::NoContent().finish()
    } else {
        Problem::new(
            Code::MethodNotAllowed,
            format!("This path takes {allowed}."),
        )
        .response(&request)
    };
    if let Ok(value) = header::HeaderValue::from_str(&allowed) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;

    #[actix_web::test]
    async fn what_went_wrong_inside_is_not_told() {
        let cause = "SELECT secret FROM users: connection to 10.0.0.7 lost";
        let problem = Problem::from(Fault::Internal(cause.to_owned()));
        let response = problem.error_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let bytes = to_bytes(response.into_body()).await.unwrap_or_default();
        let told = String::from_utf8_lossy(&bytes).into_owned();
        assert!(told.contains("\"code\":\"internal\""), "{told}");
        for word in ["SELECT", "secret", "users", "10.0.0.7", "lost"] {
            assert!(!told.contains(word), "{told}");
        }
    }

    #[test]
    fn the_documented_codes_are_these() {
        let documented: Vec<&str> = include_str!("../../../docs/API.md")
            .lines()
            .skip_while(|line| !line.starts_with("| code |"))
            .skip(2)
            .take_while(|line| line.starts_with('|'))
            .collect();
        let real: Vec<String> = Code::ALL
            .iter()
            .map(|c| {
                format!(
                    "| `{}` | {} | {} |",
                    c.as_str(),
                    c.status().as_u16(),
                    c.title()
                )
            })
            .collect();
        assert_eq!(documented, real, "the table of docs/API.md");
    }
}
