//! Filing a claim: from an account that was refused the identifier, or from an application that waits for it.

use quaymaster_domain::access::{Action, Actor, Origin, Permit, Thing, require, require_read};
use quaymaster_domain::identifier_claims::Claim;
use quaymaster_domain::identifiers::{Identifier, IdentifierKind};
use quaymaster_domain::ids::{AccountId, SubAccountId};
use quaymaster_domain::people::Reason;
use quaymaster_domain::structure;
use quaymaster_store::accounts::{self, Account};
use quaymaster_store::identifiers::{self, StoredIdentifier};
use quaymaster_store::register::{RegisteredParty, ein_of, party_of};
use quaymaster_store::{
    WriteTx, applications, companies, identifier_claims as store, members, sub_accounts, users,
};

use super::{ClaimError, ClaimView, Claimant, Eyes, IdentifierClaim, json, label, view};
use crate::Services;
use crate::applications::{ApplicantView, ApplicationError, Key};
use crate::error::Fault;
use crate::identifiers::{IdentifierError, stored};
use crate::mails::onboarding as letters;
use crate::users::place;

/// A claim to file from an account.
#[derive(Clone, Debug)]
pub struct NewClaim {
    /// The sub-account that is to get the identifier.
    pub sub_account: SubAccountId,
    /// Kind.
    pub kind: IdentifierKind,
    /// The identifier as it is written.
    pub value: String,
    /// Why; the holder reads it.
    pub reason: Reason,
}

/// Files a claim of an identifier that the register gives to the account's company, and that another account holds.
///
/// # Errors
/// The refusals of [`ClaimError`].
pub async fn file(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    new: NewClaim,
) -> Result<ClaimView, ClaimError> {
    let NewClaim {
        sub_account,
        kind,
        value,
        reason,
    } = new;
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadIdentifierClaims, &Thing::Account(at))?;
    let permit = require(actor, Action::FileIdentifierClaim, &Thing::Account(at))?;
    let identifier = Identifier::parse(kind, &value)?;
    let kept = stored(s, &identifier)?;
    let tx = s.db.begin_write().await?;
    let claimant = accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let target = sub_accounts::find(&tx, &scope, account, sub_account)
        .await?
        .ok_or_else(|| {
            Fault::field(
                "/sub_account_id",
                "invalid",
                "this account has no such sub-account",
            )
        })?;
    if structure::fits(target.activity, kind).is_err() {
        return Err(IdentifierError::KindNotForActivity(target.activity, kind).into());
    }
    let party = party_of(&tx, &kept, ein_of(&identifier).as_deref())
        .await?
        .ok_or(ClaimError::NotInRegister)?;
    if !companies::kin(&tx, at.company).await?.includes(party.id) {
        return Err(ClaimError::NotYours(party.name));
    }
    let holder = identifiers::lock_holder(&tx, &kept).await?;
    let holder = holder
        .filter(|holder| *holder != account)
        .ok_or(ClaimError::Free)?;
    let claim = keep(
        s,
        &tx,
        kept,
        party,
        Claimant::Account(account, Some(sub_account)),
        holder,
        &reason,
        &actor.name,
    )
    .await?;
    letters::claim_filed(&claim)
        .to(s, &tx, &owner(&tx, &claimant).await?)
        .await?;
    let permit = permit
        .about("identifier_claim", claim.id, label(&claim))
        .because(reason.as_str())
        .change(None, Some(json(&claim)));
    let found = view(actor, s, &tx, claim, Eyes::Claimant, Some(at)).await?;
    s.commit(tx, permit).await?;
    Ok(found)
}

/// Files the claim of an application to which it was offered; goes on at once when the identifier has become free.
///
/// # Errors
/// [`ApplicationError::Stage`] when no claim is offered.
pub async fn file_for_application(
    s: &Services,
    key: &Key,
    reason: &Reason,
    origin: &Origin,
) -> Result<ApplicantView, ApplicationError> {
    let found = crate::applications::find(s, key, origin).await?;
    let now = s.now();
    found.application.stage.claim(true, now)?;
    let tx = s.db.begin_write().await?;
    let mut application = applications::lock(&tx, key.id)
        .await?
        .ok_or(Fault::NotFound)?;
    let unfit = |what: &str| Fault::Internal(format!("an application with a claim has no {what}"));
    let kept = application
        .form
        .identifier
        .clone()
        .ok_or_else(|| unfit("identifier"))?;
    let holder = identifiers::lock_holder(&tx, &kept).await?;
    application.stage = application.stage.claim(holder.is_some(), now)?;
    application.updated_at = now;
    applications::save(&tx, &mut application).await?;
    let permit =
        Permit::anonymous("identifier_claim.file", origin.clone()).because(reason.as_str());
    let permit = match holder {
        None => permit.about("application", application.id, ""),
        Some(holder) => {
            let identifier = crate::identifiers::unsealed(s, &kept)?;
            let party = party_of(&tx, &kept, ein_of(&identifier).as_deref())
                .await?
                .ok_or(ApplicationError::NotInRegister)?;
            let name = format!(
                "{} {}",
                application
                    .form
                    .owner_given_name
                    .as_deref()
                    .unwrap_or_default(),
                application
                    .form
                    .owner_family_name
                    .as_deref()
                    .unwrap_or_default()
            );
            let claimant = Claimant::Application(application.id);
            let claim = keep(s, &tx, kept, party, claimant, holder, reason, &name)
                .await
                .map_err(as_application)?;
            permit
                .about("identifier_claim", claim.id, label(&claim))
                .change(None, Some(json(&claim)))
        }
    };
    s.commit(tx, permit).await?;
    Ok(crate::applications::find(s, key, origin).await?)
}

fn as_application(error: ClaimError) -> ApplicationError {
    match error {
        ClaimError::AlreadyClaimed => ApplicationError::AlreadyClaimed,
        ClaimError::Fault(fault) => ApplicationError::Fault(fault),
        other => ApplicationError::Fault(Fault::Internal(other.to_string())),
    }
}

/// Keeps the claim, tells the holder, and writes it into the holder's trail.
#[expect(
    clippy::too_many_arguments,
    reason = "two callers, whose locals these are"
)]
async fn keep(
    s: &Services,
    tx: &WriteTx,
    identifier: StoredIdentifier,
    party: RegisteredParty,
    claimant: Claimant,
    holder: AccountId,
    reason: &Reason,
    filed_by: &str,
) -> Result<IdentifierClaim, ClaimError> {
    let now = s.now();
    let claim = IdentifierClaim {
        id: s.id(),
        claim: Claim::file(now),
        identifier,
        party: party.id,
        claimant_company: party.name,
        claimant,
        holder,
        reason: reason.to_string(),
        filed_at: now,
        filed_by_name: filed_by.to_owned(),
        answer: None,
        ended: None,
        version: 1,
    };
    store::insert(tx, &claim).await?;
    let held_in = accounts::by_invitation(tx, holder)
        .await?
        .ok_or(Fault::NotFound)?;
    tell_managers(s, tx, &held_in, || letters::claim_received(s, &claim)).await?;
    let permit = Permit::system("identifier_claim.file", "Quaymaster")
        .within(Some(held_in.id), Some(held_in.company_id))
        .about("identifier_claim", claim.id, label(&claim))
        .because(reason.as_str())
        .change(None, Some(json(&claim)));
    s.also(tx, permit).await?;
    Ok(claim)
}

/// The owner of an account.
pub(super) async fn owner(tx: &WriteTx, account: &Account) -> Result<users::User, Fault> {
    users::by_id(tx, account.owner)
        .await?
        .ok_or_else(|| Fault::Internal("an owner without a row".to_owned()))
}

/// Writes to the owner and the proxies of an account.
pub(super) async fn tell_managers(
    s: &Services,
    tx: &WriteTx,
    account: &Account,
    letter: impl Fn() -> crate::mails::Letter,
) -> Result<(), Fault> {
    for person in members::managing(tx, account.id).await? {
        letter().to(s, tx, &person).await?;
    }
    Ok(())
}
