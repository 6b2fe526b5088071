//! Applications for an account: what the applicant does without a sign-in is in `apply`, the code in `confirm`, what the
//! registrar does in `review`, what an approval makes in `approve`.
//!
//! Until the code was right, nothing is looked up but the register: whether the e-mail belongs to a user, and whether an
//! account holds the identifier, cannot be told from an answer or from its time.

mod apply;
mod approve;
mod confirm;
mod review;

use chrono::{DateTime, Duration, Utc};
use quaymaster_domain::access::{Denied, Origin};
use quaymaster_domain::applications::{
    CODE_MINUTES, CODE_TRIES, RESEND_SECONDS, Stage, StageName, StageRefusal,
};
use quaymaster_domain::ids::ApplicationId;
use quaymaster_domain::people::EmailAddress;
use quaymaster_domain::structure::ActivityRefusal;
use quaymaster_store::constraint::Constraint;
use quaymaster_store::db::Handle;
use quaymaster_store::identifier_claims::{self as claims, IdentifierClaim};
use quaymaster_store::register::{self, RegisteredParty, ein_of, party_of};
use quaymaster_store::{StoreError, WriteTx, applications as store};
use subtle::ConstantTimeEq;

use crate::Services;
use crate::companies::CompanyError;
use crate::error::Fault;
use crate::identifiers::{IdentifierError, unsealed};
use crate::secrets::token_hash;
use crate::verifier::{self, CodeRefusal};

pub use apply::{FormPatch, Saved, ask_review, create, find, resend, submit, update, withdraw};
pub(crate) use approve::{goes_on, kept_by_holder};
pub use confirm::enter_code;
pub use quaymaster_store::applications::{Application, Form};
pub(crate) use review::checks;
pub use review::{
    Checks, CompanyApplication, Decision, Outcome, ReviewFilter, ReviewView, decide, list,
    of_company, review,
};

/// Why a step of an application was refused.
#[derive(Debug, thiserror::Error)]
pub enum ApplicationError {
    /// It does not follow on where the application stands.
    #[error(transparent)]
    Stage(#[from] StageRefusal),
    /// Not the code.
    #[error("this is not the code; {}", tries_left(*.0))]
    CodeWrong(u32),
    /// An approval of an identifier that nobody knows.
    #[error(
        "the identifier register does not know this identifier; enter it into the register first, or reject the application"
    )]
    NotInRegister,
    /// An approval while somebody else holds the identifier.
    #[error(
        "an account holds this identifier, and an identifier stands in one account only (R2); offer the claim to the applicant, or reject the application"
    )]
    Held,
    /// R1 or R5.
    #[error(transparent)]
    Activity(#[from] ActivityRefusal),
    /// A claim for the identifier is open already.
    #[error("somebody has claimed this identifier already; the claim has to be decided first")]
    AlreadyClaimed,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

fn tries_left(left: u32) -> String {
    match left {
        0 => "it was the last try, ask for a new code".to_owned(),
        1 => "one try is left".to_owned(),
        more => format!("{more} tries are left"),
    }
}

impl From<Denied> for ApplicationError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for ApplicationError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::IdentifierClaim) => Self::AlreadyClaimed,
            StoreError::Conflict(Constraint::Identifier) => Self::Held,
            // Two applications of one company were approved at once: the next try finds the company.
            StoreError::Conflict(Constraint::CompanyParty | Constraint::ActivityOfCompany) => {
                Self::Fault(Fault::Busy(1))
            }
            other => Self::Fault(other.into()),
        }
    }
}
impl From<CodeRefusal> for ApplicationError {
    fn from(refusal: CodeRefusal) -> Self {
        match refusal {
            CodeRefusal::Stage(stage) => Self::Stage(stage),
            CodeRefusal::Fault(fault) => Self::Fault(fault),
        }
    }
}
impl From<CompanyError> for ApplicationError {
    fn from(error: CompanyError) -> Self {
        match error {
            CompanyError::Activity(refusal) => Self::Activity(refusal),
            CompanyError::Fault(fault) => Self::Fault(fault),
            other => Self::Fault(Fault::Internal(other.to_string())),
        }
    }
}
impl From<IdentifierError> for ApplicationError {
    fn from(error: IdentifierError) -> Self {
        match error {
            IdentifierError::HeldByAnotherAccount(_) => Self::Held,
            IdentifierError::Fault(fault) => Self::Fault(fault),
            other => Self::Fault(Fault::Internal(other.to_string())),
        }
    }
}

/// What opens an application: its id and the token that its applicant was given.
#[derive(Clone)]
pub struct Key {
    /// Which.
    pub id: ApplicationId,
    /// The token.
    pub token: String,
}

/// The application that a key opens. A wrong token is counted against the network; unknown applications and wrong tokens have
/// one answer and take one look.
async fn opened(s: &Services, key: &Key, origin: &Origin) -> Result<Application, Fault> {
    let found = store::by_id(&s.db.reader(), key.id).await?;
    let given = token_hash(&key.token);
    let kept = found.as_ref().map_or("", |a| a.token_hash.as_str());
    let fits: bool = given.as_bytes().ct_eq(kept.as_bytes()).into();
    match found {
        Some(application) if fits => Ok(application),
        _ => {
            // Not given back: it was a failure.
            let _counted = verifier::token(s, origin).await?;
            Err(Fault::NotFound)
        }
    }
}

/// The same again, its row locked now.
async fn locked(tx: &WriteTx, id: ApplicationId) -> Result<Application, Fault> {
    store::lock(tx, id).await?.ok_or(Fault::NotFound)
}

/// The code as its applicant sees it.
#[derive(Clone, Copy, Debug)]
pub struct CodeView {
    /// When it was mailed.
    pub sent_at: DateTime<Utc>,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
    /// How many tries are left.
    pub tries_left: u32,
    /// From when on a further one can be asked for.
    pub resend_after: DateTime<Utc>,
}

/// What the applicant may do next.
#[derive(Clone, Copy, Debug)]
pub struct NextSteps {
    /// Change the form.
    pub change: bool,
    /// Submit it.
    pub submit: bool,
    /// Enter the code.
    pub enter_code: bool,
    /// Ask for a further code, now or in a moment.
    pub resend_code: bool,
    /// Ask for a review without a code.
    pub ask_for_review: bool,
    /// Claim the identifier.
    pub claim: bool,
    /// Give it up.
    pub withdraw: bool,
}

/// An application as its applicant sees it.
#[derive(Clone, Debug)]
pub struct ApplicantView {
    /// The application.
    pub application: Application,
    /// Where it stands at this moment.
    pub state: StageName,
    /// Until when it waits for the applicant.
    pub expires_at: Option<DateTime<Utc>>,
    /// The newest code.
    pub code: Option<CodeView>,
    /// The claim.
    pub claim: Option<IdentifierClaim>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Where the invitation went, masked.
    pub invited_email: Option<String>,
    /// What can be done next.
    pub can: NextSteps,
}

async fn view(
    s: &Services,
    db: &impl Handle,
    application: Application,
) -> Result<ApplicantView, Fault> {
    let now = s.now();
    let claim = claims::of_application(db, application.id).await?;
    let stage = application.stage.at(now);
    let state = stage.name(now);
    let code = match stage {
        Stage::AwaitingCode { sent_at, tries, .. } => Some(CodeView {
            sent_at,
            expires_at: sent_at + Duration::minutes(CODE_MINUTES),
            tries_left: CODE_TRIES.saturating_sub(tries),
            resend_after: sent_at + Duration::seconds(RESEND_SECONDS),
        }),
        _ => None,
    };
    let invited_email = application
        .form
        .email
        .as_deref()
        .filter(|_| state == StageName::Approved)
        .and_then(|email| EmailAddress::parse(email).ok())
        .map(|email| email.masked());
    Ok(ApplicantView {
        state,
        expires_at: stage.until(),
        code,
        claim,
        decided_at: over_at(stage),
        invited_email,
        can: NextSteps {
            change: stage.change(false, now).is_ok(),
            submit: stage.submit(true, now).is_ok(),
            enter_code: stage.try_code(now).is_ok(),
            resend_code: state == StageName::AwaitingCode,
            ask_for_review: stage.ask_review(now).is_ok(),
            claim: stage.claim(true, now).is_ok(),
            withdraw: stage.withdraw(now).is_ok(),
        },
        application,
    })
}

/// When an application was over, once it is.
fn over_at(stage: Stage) -> Option<DateTime<Utc>> {
    match stage {
        Stage::Approved { at }
        | Stage::Rejected { at }
        | Stage::Withdrawn { at }
        | Stage::Expired { at } => Some(at),
        _ => None,
    }
}

/// What the register says of a form.
struct Registered {
    /// The party of the identifier.
    party: Option<RegisteredParty>,
    /// Its contact, when the register has an address that can be written to.
    contact: Option<EmailAddress>,
    /// The name is the same.
    same_name: bool,
}

async fn registered(s: &Services, db: &impl Handle, form: &Form) -> Result<Registered, Fault> {
    let mut found = Registered {
        party: None,
        contact: None,
        same_name: false,
    };
    let Some(kept) = &form.identifier else {
        return Ok(found);
    };
    let identifier = unsealed(s, kept)?;
    found.party = party_of(db, kept, ein_of(&identifier).as_deref()).await?;
    if let Some(party) = &found.party {
        let contact = register::contact_of(db, party.id).await?;
        found.contact = contact.and_then(|email| EmailAddress::parse(&email).ok());
        found.same_name = form
            .company_name
            .as_deref()
            .is_some_and(|name| quaymaster_domain::applications::same_company(name, &party.name));
    }
    Ok(found)
}

/// What the audit trail keeps of a form: no address, no telephone.
fn json(application: &Application, now: DateTime<Utc>) -> String {
    let form = &application.form;
    serde_json::json!({
        "state": application.stage.name(now).as_str(),
        "company_name": form.company_name,
        "identifier_kind": form.identifier.as_ref().map(|i| i.kind.as_str()),
        "identifier": form.identifier.as_ref().map(|i| &i.shown),
        "activity": form.activity.map(quaymaster_domain::activities::BusinessActivity::as_str),
    })
    .to_string()
}

fn label(application: &Application) -> String {
    application.form.company_name.clone().unwrap_or_default()
}
