//! The registrar's side: the queue, one application with what the register and the portal say of it, the decision.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{AccountRef, Action, Actor, Permit, Thing, require, require_read};
use quaymaster_domain::activities::AddedBy;
use quaymaster_domain::applications::{Stage, StageName};
use quaymaster_domain::ids::{AccountId, ApplicationId};
use quaymaster_domain::people::Reason;
use quaymaster_domain::structure::ActivityHolder;
use quaymaster_store::accounts::{self, Account};
use quaymaster_store::applications::{self as store, Decided};
use quaymaster_store::companies::{self, Company};
use quaymaster_store::db::Handle;
use quaymaster_store::identifier_claims::{self as claims, IdentifierClaim};
use quaymaster_store::{Page, PageRequest, activities, identifiers, users};

use super::approve::{Names, open};
use super::{Application, ApplicationError, json, label, locked, over_at, registered};
use crate::Services;
use crate::error::Fault;
use crate::mails::onboarding as letters;

/// What was checked of an application, as of this moment.
#[derive(Clone, Copy, Debug)]
pub struct Checks {
    /// The e-mail belongs to no user.
    pub email_is_new: bool,
    /// The register knows the identifier under this name.
    pub register_matches: bool,
    /// The register has an address of a contact.
    pub contact_reachable: bool,
    /// No account holds the identifier.
    pub identifier_free: bool,
    /// The code was entered.
    pub code_confirmed: bool,
    /// R1: no other account of the company holds the activity.
    pub activity_free: bool,
    /// R5: the activity needs no registrar.
    pub self_service_activity: bool,
}

impl Checks {
    /// True when nothing is left for a registrar to look at.
    #[must_use]
    pub fn all_passed(self) -> bool {
        let Self {
            email_is_new,
            register_matches,
            contact_reachable,
            identifier_free,
            code_confirmed,
            activity_free,
            self_service_activity,
        } = self;
        email_is_new
            && register_matches
            && contact_reachable
            && identifier_free
            && code_confirmed
            && activity_free
            && self_service_activity
    }
}

/// Makes the checks.
///
/// # Errors
/// When the database cannot answer.
pub(crate) async fn checks(
    s: &Services,
    db: &impl Handle,
    application: &Application,
) -> Result<Checks, Fault> {
    Ok(looked_at(s, db, application).await?.0)
}

struct Around {
    register_company: Option<String>,
    register_contact: Option<String>,
    company: Option<Company>,
}

async fn looked_at(
    s: &Services,
    db: &impl Handle,
    application: &Application,
) -> Result<(Checks, Around), Fault> {
    let form = &application.form;
    let said = registered(s, db, form).await?;
    let company = match &said.party {
        Some(party) => companies::of_party(db, party.id).await?,
        None => None,
    };
    let email_is_new = match form.email.as_deref() {
        Some(email) => users::by_email(db, email).await?.is_none(),
        None => false,
    };
    // What was approved holds its own identifier and activity.
    let own = application.account;
    let identifier_free = match &form.identifier {
        Some(identifier) => {
            let holder = identifiers::holder(db, identifier).await?;
            holder.is_none() || holder == own
        }
        None => false,
    };
    let activity_free = match (&company, form.activity) {
        (Some(company), Some(activity)) => {
            let nobody = AccountRef {
                account: own.unwrap_or(uuid::Uuid::nil().into()),
                company: company.id,
            };
            !matches!(
                activities::holder(db, nobody, activity).await?,
                ActivityHolder::Sibling(_)
            )
        }
        _ => true,
    };
    let checks = Checks {
        email_is_new,
        register_matches: said.same_name,
        contact_reachable: said.contact.is_some(),
        identifier_free,
        code_confirmed: application.code_confirmed_at.is_some(),
        activity_free,
        self_service_activity: form
            .activity
            .is_some_and(|a| a.added_by() == AddedBy::SelfService),
    };
    let around = Around {
        register_company: said.party.map(|p| p.name),
        register_contact: said.contact.map(|c| c.to_string()),
        company,
    };
    Ok((checks, around))
}

/// An application as staff see it.
#[derive(Clone, Debug)]
pub struct ReviewView {
    /// The application.
    pub application: Application,
    /// Where it stands at this moment.
    pub state: StageName,
    /// The checks, made now.
    pub checks: Checks,
    /// The name that the register has for the identifier.
    pub register_company: Option<String>,
    /// The register's contact.
    pub register_contact: Option<String>,
    /// The company of that party, when it has one.
    pub company: Option<Company>,
    /// The newest claim.
    pub claim: Option<IdentifierClaim>,
    /// Since when it waits for the registrar.
    pub waiting_since: Option<DateTime<Utc>>,
    /// When it was over.
    pub decided_at: Option<DateTime<Utc>>,
    /// The account that was opened.
    pub account: Option<Account>,
}

async fn view(
    s: &Services,
    db: &impl Handle,
    application: Application,
) -> Result<ReviewView, Fault> {
    let now = s.now();
    let (checks, around) = looked_at(s, db, &application).await?;
    let Around {
        register_company,
        register_contact,
        company,
    } = around;
    let claim = claims::of_application(db, application.id).await?;
    let account = match application.account {
        Some(id) => accounts::by_invitation(db, id).await?,
        None => None,
    };
    let stage = application.stage.at(now);
    Ok(ReviewView {
        state: stage.name(now),
        checks,
        register_company,
        register_contact,
        company,
        claim,
        waiting_since: match stage {
            Stage::InReview { since } => Some(since),
            _ => None,
        },
        decided_at: over_at(stage),
        account,
        application,
    })
}

/// Which applications.
#[derive(Clone, Debug, Default)]
pub struct ReviewFilter {
    /// In this state; those in review unless given.
    pub state: Option<StageName>,
    /// Whose company's name contains this.
    pub q: Option<String>,
}

/// Applications for staff: the queue, the longest waiting first, or those in another state, the newest first.
///
/// # Errors
/// [`Fault::Denied`] for everybody else.
pub async fn list(
    actor: &Actor,
    s: &Services,
    filter: &ReviewFilter,
    page: &PageRequest,
) -> Result<Page<ReviewView>, Fault> {
    let scope = require_read(actor, Action::ReadApplications, &Thing::Portal)?;
    let reader = s.db.reader();
    let state = filter.state.unwrap_or(StageName::InReview);
    let Page { items, next } =
        store::list(&reader, &scope, state, s.now(), filter.q.as_deref(), page).await?;
    let mut views = Vec::with_capacity(items.len());
    for application in items {
        views.push(view(s, &reader, application).await?);
    }
    Ok(Page { items: views, next })
}

/// An application on the screen of a company, without the checks.
#[derive(Clone, Debug)]
pub struct CompanyApplication {
    /// The application.
    pub application: Application,
    /// Where it stands at this moment.
    pub state: StageName,
    /// When it was over.
    pub decided_at: Option<DateTime<Utc>>,
}

/// The newest applications that name a company or opened one of its accounts, for staff.
///
/// # Errors
/// [`Fault::Denied`] for everybody else.
pub async fn of_company(
    actor: &Actor,
    s: &Services,
    name: &str,
    accounts: &[AccountId],
    most: u64,
) -> Result<Vec<CompanyApplication>, Fault> {
    let scope = require_read(actor, Action::ReadApplications, &Thing::Portal)?;
    let now = s.now();
    let found = store::of_company(&s.db.reader(), &scope, name, accounts, most).await?;
    let views = found.into_iter().map(|application| {
        let stage = application.stage.at(now);
        CompanyApplication {
            state: stage.name(now),
            decided_at: over_at(stage),
            application,
        }
    });
    Ok(views.collect())
}

/// One application for staff.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub async fn review(actor: &Actor, s: &Services, id: ApplicationId) -> Result<ReviewView, Fault> {
    require_read(actor, Action::ReadApplications, &Thing::Portal)?;
    let reader = s.db.reader();
    let found = store::by_id(&reader, id).await?.ok_or(Fault::NotFound)?;
    view(s, &reader, found).await
}

/// What the registrar decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An account is opened.
    Approve,
    /// No account is opened.
    Reject,
    /// The applicant may claim the identifier that an account holds.
    OfferClaim,
}

/// A decision.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What.
    pub outcome: Outcome,
    /// Why; the applicant reads it.
    pub reason: Reason,
    /// Names of what is opened.
    pub account_name: Option<quaymaster_domain::companies::AccountName>,
    /// Name of the first sub-account.
    pub sub_account_name: Option<quaymaster_domain::people::SubAccountName>,
}

/// Decides an application in review.
///
/// # Errors
/// The refusals of [`ApplicationError`].
pub async fn decide(
    actor: &Actor,
    s: &Services,
    id: ApplicationId,
    decision: Decision,
) -> Result<ReviewView, ApplicationError> {
    let Decision {
        outcome,
        reason,
        account_name,
        sub_account_name,
    } = decision;
    let permit = require(actor, Action::DecideApplication, &Thing::Portal)?;
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let mut application = locked(&tx, id).await?;
    let before = json(&application, now);
    let permit = match outcome {
        Outcome::Approve => {
            let names = Names {
                account: account_name,
                sub_account: sub_account_name,
            };
            let opened = open(
                s,
                &tx,
                &mut application,
                names,
                &actor.name,
                reason.as_str(),
            );
            let account = opened.await?;
            permit.within(Some(account.id), Some(account.company_id))
        }
        Outcome::Reject => {
            application.stage = application.stage.reject(now)?;
            application.decided = Some(Decided {
                by_name: actor.name.clone(),
                reason: reason.to_string(),
            });
            write(s, &tx, &application, letters::rejected(reason.as_str())).await?;
            permit
        }
        Outcome::OfferClaim => {
            let stage = application.stage.offer_claim(now)?;
            let held = match &application.form.identifier {
                Some(identifier) => identifiers::holder(&tx, identifier).await?.is_some(),
                None => false,
            };
            if !held {
                return Err(Fault::field(
                    "/outcome",
                    "invalid",
                    "no account holds this identifier, so there is nothing to claim",
                )
                .into());
            }
            application.stage = stage;
            write(s, &tx, &application, letters::claim_offered()).await?;
            permit
        }
    };
    application.updated_at = now;
    store::save(&tx, &mut application).await?;
    let permit: Permit = permit
        .about("application", id, label(&application))
        .because(reason.as_str())
        .change(Some(before), Some(json(&application, now)));
    let found = view(s, &tx, application).await?;
    s.commit(tx, permit).await?;
    Ok(found)
}

async fn write(
    s: &Services,
    tx: &quaymaster_store::WriteTx,
    application: &Application,
    letter: crate::mails::Letter,
) -> Result<(), Fault> {
    match &application.form.email {
        Some(address) => letter.to_address(s, tx, address).await,
        None => Ok(()),
    }
}
