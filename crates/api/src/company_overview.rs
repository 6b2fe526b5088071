//! One company on one screen for staff, over HTTP. Changing a company is in `companies`.

use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use quaymaster_service::applications::CompanyApplication as FoundApplication;
use quaymaster_service::staff::{self, AccountOverview as FoundAccount, CompanyOverview as Found};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::accounts::Account;
use crate::applications::ApplicationState;
use crate::audit::AuditEvent;
use crate::cases::Case;
use crate::common::PersonRef;
use crate::extract::{Authed, Path, Query};
use crate::invitations::Invitation;
use crate::me::SignInEvent;
use crate::problem::Problem;
use crate::support::MailRecord;
use crate::users::AccountUser;

/// Why staff look.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LookQuery {
    /// The case that is worked on; its number stands in the audit trail as the reason.
    pub(crate) case_id: Option<Uuid>,
}

/// A mail to one of the company's people: that it was written and what became of it, not what it says.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompanyMail {
    /// To whom.
    to: PersonRef,
    /// The mail.
    mail: MailRecord,
}

/// A try of one of the company's people to sign in.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompanySignIn {
    /// Who tried.
    person: PersonRef,
    /// The try, and how it ended.
    sign_in: SignInEvent,
}

/// An application for an account that names the company, or that opened one of its accounts.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompanyApplication {
    /// Identity.
    id: Uuid,
    /// Where it stands.
    state: ApplicationState,
    /// Given and family name of the future Account Owner.
    #[schema(example = "Ana Lee")]
    owner_name: String,
    /// Business e-mail of the future Account Owner.
    #[schema(example = "ana.lee@example.com")]
    email: Option<String>,
    /// When it was last submitted.
    submitted_at: Option<DateTime<Utc>>,
    /// When it was over.
    decided_at: Option<DateTime<Utc>>,
    /// Why it was decided so.
    decision_reason: Option<String>,
}

impl From<FoundApplication> for CompanyApplication {
    fn from(found: FoundApplication) -> Self {
        let FoundApplication {
            application,
            state,
            decided_at,
        } = found;
        let names = [
            application.form.owner_given_name,
            application.form.owner_family_name,
        ];
        Self {
            id: application.id.into(),
            state: state.into(),
            owner_name: names.into_iter().flatten().collect::<Vec<_>>().join(" "),
            email: application.form.email,
            submitted_at: application.submitted_at,
            decided_at,
            decision_reason: application.decided.map(|decided| decided.reason),
        }
    }
}

/// An account of the company.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountOverview {
    /// The account.
    account: Account,
    /// The owner, then the proxies, each with the state.
    managers: Vec<AccountUser>,
    /// People who cannot sign in, at most 20 of each kind: failed attempts, dormant, suspended.
    locked: Vec<AccountUser>,
    /// Invitations that wait to be redeemed, at most 20, newest first.
    invitations: Vec<Invitation>,
    /// How many unknown identifiers wait for the registrar.
    #[schema(example = 1)]
    pending_identifiers: u64,
}

/// A company on one screen.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompanyOverview {
    /// Identity.
    id: Uuid,
    /// The company's name.
    #[schema(example = "Harbor Lane Imports LLC")]
    name: String,
    /// When it was recorded.
    created_at: DateTime<Utc>,
    /// Its accounts by name, closed ones too.
    accounts: Vec<AccountOverview>,
    /// The last 20 applications that name it or opened one of its accounts, newest first, drafts aside.
    applications: Vec<CompanyApplication>,
    /// Open cases about its accounts and people, at most 20, whoever waits longest first; `null` for registrars and
    /// administrators, who do not read cases.
    cases: Option<Vec<Case>>,
    /// The last 20 tries of its people to sign in, newest first, with how each ended.
    sign_ins: Vec<CompanySignIn>,
    /// The last 20 mails to its people, newest first.
    mails: Vec<CompanyMail>,
    /// The last 20 rows of its audit trail, newest first; `null` unless you read audit trails.
    audit_events: Option<Vec<AuditEvent>>,
}

impl AccountOverview {
    fn new(found: FoundAccount, now: DateTime<Utc>) -> Self {
        let FoundAccount {
            account,
            managers,
            locked,
            invitations,
            pending_identifiers,
        } = found;
        Self {
            account: account.into(),
            managers: managers.into_iter().map(Into::into).collect(),
            locked: locked.into_iter().map(Into::into).collect(),
            invitations: invitations
                .into_iter()
                .map(|one| Invitation::new(one, now))
                .collect(),
            pending_identifiers,
        }
    }
}

impl CompanyOverview {
    fn new(found: Found, now: DateTime<Utc>) -> Self {
        let Found {
            company,
            accounts,
            applications,
            cases,
            sign_ins,
            mails,
            trail,
        } = found;
        Self {
            id: company.id.into(),
            name: company.name,
            created_at: company.created_at,
            accounts: accounts
                .into_iter()
                .map(|one| AccountOverview::new(one, now))
                .collect(),
            applications: applications.into_iter().map(Into::into).collect(),
            cases: cases.map(|all| all.into_iter().map(Into::into).collect()),
            sign_ins: sign_ins
                .into_iter()
                .map(|one| CompanySignIn {
                    person: PersonRef::new(one.user, one.user_name, one.name),
                    sign_in: one.event.into(),
                })
                .collect(),
            mails: mails
                .into_iter()
                .map(|one| CompanyMail {
                    to: PersonRef::new(one.user, one.user_name, one.name),
                    mail: one.mail.into(),
                })
                .collect(),
            audit_events: trail.map(|all| all.into_iter().map(Into::into).collect()),
        }
    }
}

/// Read everything about a company
///
/// For staff, on one screen: accounts with owner and proxies, who is locked and why, open invitations, applications, open cases,
/// its people's last tries to sign in and how they ended, mails to them and what became of them, the last rows of its audit trail. That you looked stands in that trail.
#[utoipa::path(tag = "staff", params(("company_id" = Uuid, Path, description = "The company"), LookQuery), responses((status = 200, description = "The company", body = CompanyOverview)))]
#[get("/staff/companies/{company_id}")]
pub(crate) async fn get_company_overview(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<LookQuery>,
) -> Result<HttpResponse, Problem> {
    let LookQuery { case_id } = query.0;
    let s = authed.services();
    let found = staff::company(&authed.actor, s, path.0.into(), case_id.map(Into::into)).await?;
    Ok(HttpResponse::Ok().json(CompanyOverview::new(found, s.now())))
}
