//! What an approval makes, in the transaction of whoever approves: company if new, account, first sub-account with the
//! identifier, owner with an invitation. And the approval that needs nobody, where a deployment wants that.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Permit;
use quaymaster_domain::applications::ClaimOutcome;
use quaymaster_domain::companies::AccountName;
use quaymaster_domain::ids::ApplicationId;
use quaymaster_domain::people::{CompanyName, EmailAddress, PersonName, SubAccountName};
use quaymaster_store::accounts::Account;
use quaymaster_store::applications::{self as store, Decided};
use quaymaster_store::companies::{self, Company};
use quaymaster_store::{WriteTx, identifiers};

use super::{Application, ApplicationError, checks, json, label, locked, registered};
use crate::Services;
use crate::companies::{OpenAccount, open_in};
use crate::error::Fault;
use crate::identifiers::{decide, unsealed};
use crate::invitations::Invitee;
use crate::mails::onboarding as letters;

/// Names that the registrar may give; otherwise they follow from the application.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Of the account.
    pub account: Option<AccountName>,
    /// Of its first sub-account.
    pub sub_account: Option<SubAccountName>,
}

/// Opens the account of an application whose row is locked and which is in review.
///
/// # Errors
/// [`ApplicationError::NotInRegister`], [`ApplicationError::Held`], R1.
pub(super) async fn open(
    s: &Services,
    tx: &WriteTx,
    application: &mut Application,
    names: Names,
    by_name: &str,
    reason: &str,
) -> Result<Account, ApplicationError> {
    let now = s.now();
    let stage = application.stage.approve(now)?;
    let said = registered(s, tx, &application.form).await?;
    let party = said.party.ok_or(ApplicationError::NotInRegister)?;
    let form = application.form.clone();
    let unfit = |what: &str| Fault::Internal(format!("an application in review has no {what}"));
    let identifier = form.identifier.clone().ok_or_else(|| unfit("identifier"))?;
    let activity = form.activity.ok_or_else(|| unfit("activity"))?;
    if identifiers::holder(tx, &identifier).await?.is_some() {
        return Err(ApplicationError::Held);
    }
    let company = company_of(s, tx, party.id, &party.name, now).await?;
    let word = |text: Option<String>, what: &str| text.ok_or_else(|| unfit(what));
    let person = |text: String| {
        PersonName::parse(&text).map_err(|e| Fault::Internal(format!("a kept name: {e}")))
    };
    let email = word(form.email, "e-mail")?;
    let owner = Invitee {
        email: EmailAddress::parse(&email)
            .map_err(|e| Fault::Internal(format!("a kept address: {e}")))?,
        given_name: person(word(form.owner_given_name, "owner")?)?,
        family_name: person(word(form.owner_family_name, "owner")?)?,
    };
    let name = match names.account {
        Some(name) => name,
        None => AccountName::parse(&shortened(&company.name))
            .map_err(|e| Fault::Internal(format!("a company's name: {e}")))?,
    };
    let sub_account = match names.sub_account {
        Some(name) => name,
        None => SubAccountName::parse(activity.label())
            .map_err(|e| Fault::Internal(format!("an activity's name: {e}")))?,
    };
    let new = OpenAccount {
        name,
        owner,
        sub_account,
        activity,
    };
    let (account, first) = open_in(s, tx, &company, new, by_name).await?;
    // Drivers and crews carry no identifier; theirs only proved who the company is.
    if activity.takes(identifier.kind) {
        let plain = unsealed(s, &identifier)?;
        decide(s, tx, account.place(), &first, &plain, identifier, by_name).await?;
    }
    if let Some(contact) = said.contact {
        letters::opened(application, &account.account_number)
            .to_address(s, tx, contact.as_str())
            .await?;
    }
    application.stage = stage;
    application.account = Some(account.id);
    application.updated_at = now;
    application.decided = Some(Decided {
        by_name: by_name.to_owned(),
        reason: reason.to_owned(),
    });
    Ok(account)
}

/// The names of companies may be longer than those of accounts.
fn shortened(name: &str) -> String {
    name.chars().take(80).collect()
}

/// The company of a party, recorded now if it is new, its row locked.
async fn company_of(
    s: &Services,
    tx: &WriteTx,
    party: quaymaster_domain::ids::PartyId,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Company, ApplicationError> {
    if let Some(known) = companies::of_party(tx, party).await? {
        let locked = companies::lock(tx, known.id).await?;
        return Ok(locked.ok_or(Fault::NotFound)?);
    }
    let name = CompanyName::parse(name)
        .map_err(|e| Fault::Internal(format!("a party's name: {e}")))?
        .to_string();
    let company = Company {
        id: s.id(),
        name,
        party: Some(party),
        created_at: now,
        version: 1,
    };
    companies::insert(tx, company.id, &company.name, Some(party), now).await?;
    Ok(company)
}

/// The name in the trail of a decision that nobody took.
const BY_ITSELF: &str = "Automatic approval";

/// Approves an application in review whose checks are all passed, where the deployment wants that; otherwise answers it as
/// it was.
///
/// # Errors
/// When the database refuses.
pub(super) async fn automatically(
    s: &Services,
    tx: &WriteTx,
    mut application: Application,
) -> Result<Application, ApplicationError> {
    let now = s.now();
    if !s.settings.automatic_approval || application.stage.approve(now).is_err() {
        return Ok(application);
    }
    if !checks(s, tx, &application).await?.all_passed() {
        return Ok(application);
    }
    let before = json(&application, now);
    let reason =
        "Every check was passed, and this deployment approves such applications by itself.";
    let account = open(s, tx, &mut application, Names::default(), BY_ITSELF, reason).await?;
    store::save(tx, &mut application).await?;
    let permit = Permit::system("application.decide", BY_ITSELF)
        .within(Some(account.id), Some(account.company_id))
        .about("application", application.id, label(&application))
        .because(reason)
        .change(Some(before), Some(json(&application, now)));
    s.also(tx, permit).await?;
    Ok(application)
}

/// The identifier that an application waited for is free: it goes on, up to its approval where that needs nobody.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn goes_on(
    s: &Services,
    tx: &WriteTx,
    id: ApplicationId,
) -> Result<(), ApplicationError> {
    claim_over(s, tx, id, ClaimOutcome::Released).await
}

/// The holder keeps the identifier that an application waited for: the registrar decides what follows.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn kept_by_holder(
    s: &Services,
    tx: &WriteTx,
    id: ApplicationId,
) -> Result<(), ApplicationError> {
    claim_over(s, tx, id, ClaimOutcome::Kept).await
}

async fn claim_over(
    s: &Services,
    tx: &WriteTx,
    id: ApplicationId,
    outcome: ClaimOutcome,
) -> Result<(), ApplicationError> {
    let now = s.now();
    let mut application = locked(tx, id).await?;
    let before = json(&application, now);
    let Ok(stage) = application.stage.claim_over(outcome, now) else {
        // Withdrawn meanwhile.
        return Ok(());
    };
    application.stage = stage;
    application.updated_at = now;
    store::save(tx, &mut application).await?;
    if let Some(address) = &application.form.email {
        letters::application_claim_over(outcome == ClaimOutcome::Released)
            .to_address(s, tx, address)
            .await?;
    }
    let permit = Permit::system("application.claim_over", "Quaymaster")
        .about("application", id, label(&application))
        .change(Some(before), Some(json(&application, now)));
    s.also(tx, permit).await?;
    if outcome == ClaimOutcome::Released {
        automatically(s, tx, application).await?;
    }
    Ok(())
}
