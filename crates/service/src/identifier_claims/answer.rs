//! Answers to a claim: the holder releases or disputes, the claimant withdraws, a registrar decides.

use quaymaster_domain::access::{Action, Actor, Origin, Permit, Thing, require, require_read};
use quaymaster_domain::identifier_claims::Decider;
use quaymaster_domain::ids::{AccountId, ApplicationId, IdentifierClaimId};
use quaymaster_domain::people::Reason;
use quaymaster_store::accounts;
use quaymaster_store::identifier_claims::{self as store, Answer, Ended};
use quaymaster_store::{WriteTx, identifiers};

use super::effect::{self, Between};
use super::file::tell_managers;
use super::{
    ClaimError, ClaimView, Claimant, Eyes, IdentifierClaim, Side, json, label, side_of, view,
};
use crate::Services;
use crate::error::Fault;
use crate::mails::onboarding as letters;
use crate::users::place;

/// The holder lets the identifier go.
///
/// # Errors
/// The refusals of [`ClaimError`].
pub async fn release(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: IdentifierClaimId,
    reason: Option<&Reason>,
) -> Result<ClaimView, ClaimError> {
    let at = place(actor, s, account).await?;
    require_read(actor, Action::ReadIdentifierClaims, &Thing::Account(at))?;
    stands(s, id, account, Side::Holder).await?;
    let permit = require(actor, Action::ReleaseIdentifierClaim, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let between = effect::lock_both(&tx, id).await?;
    let mut claim = between.claim.clone();
    let before = json(&claim);
    if between.holder != Some(account) {
        // Somebody released it meanwhile, or it moved to a sibling account.
        claim.claim.release()?;
        return Err(Fault::NotFound.into());
    }
    claim.claim = claim.claim.release()?;
    claim.ended = Some(Ended {
        at: s.now(),
        by: Decider::Holder,
        by_name: actor.name.clone(),
        reason: reason.map(ToString::to_string),
    });
    effect::carry_out(
        s,
        &tx,
        &between,
        &mut claim,
        "identifier_claim.release",
        true,
    )
    .await?;
    let permit = with_reason(permit, reason)
        .about("identifier_claim", id, label(&claim))
        .change(Some(before), Some(json(&claim)));
    let found = view(actor, s, &tx, claim, Eyes::Holder, Some(at)).await?;
    s.commit(tx, permit).await?;
    Ok(found)
}

fn with_reason(permit: Permit, reason: Option<&Reason>) -> Permit {
    match reason {
        Some(reason) => permit.because(reason.as_str()),
        None => permit,
    }
}

/// Makes sure that an account stands on a side, before anything else is told.
async fn stands(
    s: &Services,
    id: IdentifierClaimId,
    account: AccountId,
    wanted: Side,
) -> Result<(), Fault> {
    let reader = s.db.reader();
    let claim = store::by_id(&reader, id).await?.ok_or(Fault::NotFound)?;
    let side = side_of(&reader, &claim, account).await?;
    match side {
        Some(side) if side == wanted => Ok(()),
        Some(_) => Err(Fault::Denied(quaymaster_domain::access::Denied::Forbidden)),
        None => Err(Fault::NotFound),
    }
}

/// The holder says that the identifier is his.
///
/// # Errors
/// The refusals of [`ClaimError`].
pub async fn dispute(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: IdentifierClaimId,
    reason: &Reason,
) -> Result<ClaimView, ClaimError> {
    let at = place(actor, s, account).await?;
    require_read(actor, Action::ReadIdentifierClaims, &Thing::Account(at))?;
    stands(s, id, account, Side::Holder).await?;
    let permit = require(actor, Action::DisputeIdentifierClaim, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let mut claim = store::lock(&tx, id).await?.ok_or(Fault::NotFound)?;
    let before = json(&claim);
    claim.claim = claim.claim.dispute()?;
    claim.holder = account;
    claim.answer = Some(Answer {
        at: s.now(),
        by_name: actor.name.clone(),
        reason: reason.to_string(),
    });
    store::save(&tx, &mut claim).await?;
    match claim.claimant {
        Claimant::Account(claimant, _) => {
            if let Some(claimant) = accounts::by_invitation(&tx, claimant).await? {
                tell_managers(s, &tx, &claimant, || letters::claim_disputed(&claim)).await?;
                let theirs = Permit::system("identifier_claim.dispute", "Quaymaster")
                    .within(Some(claimant.id), Some(claimant.company_id))
                    .about("identifier_claim", id, label(&claim))
                    .because(reason.as_str())
                    .change(Some(before.clone()), Some(json(&claim)));
                s.also(&tx, theirs).await?;
            }
        }
        Claimant::Application(application) => {
            if let Some(address) = effect::address_of(&tx, application).await? {
                letters::claim_disputed(&claim)
                    .to_address(s, &tx, &address)
                    .await?;
            }
        }
    }
    let permit = permit
        .about("identifier_claim", id, label(&claim))
        .because(reason.as_str())
        .change(Some(before), Some(json(&claim)));
    let found = view(actor, s, &tx, claim, Eyes::Holder, Some(at)).await?;
    s.commit(tx, permit).await?;
    Ok(found)
}

/// The claimant gives the claim up.
///
/// # Errors
/// The refusals of [`ClaimError`].
pub async fn withdraw(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: IdentifierClaimId,
    reason: Option<&Reason>,
) -> Result<ClaimView, ClaimError> {
    let at = place(actor, s, account).await?;
    require_read(actor, Action::ReadIdentifierClaims, &Thing::Account(at))?;
    stands(s, id, account, Side::Claimant).await?;
    let permit = require(actor, Action::WithdrawIdentifierClaim, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let mut claim = store::lock(&tx, id).await?.ok_or(Fault::NotFound)?;
    let before = json(&claim);
    withdrawn(s, &tx, &mut claim, &actor.name, reason).await?;
    let permit = with_reason(permit, reason)
        .about("identifier_claim", id, label(&claim))
        .change(Some(before), Some(json(&claim)));
    let found = view(actor, s, &tx, claim, Eyes::Claimant, Some(at)).await?;
    s.commit(tx, permit).await?;
    Ok(found)
}

async fn withdrawn(
    s: &Services,
    tx: &WriteTx,
    claim: &mut IdentifierClaim,
    by_name: &str,
    reason: Option<&Reason>,
) -> Result<(), ClaimError> {
    let before = json(claim);
    claim.claim = claim.claim.withdraw()?;
    claim.ended = Some(Ended {
        at: s.now(),
        by: Decider::Claimant,
        by_name: by_name.to_owned(),
        reason: reason.map(ToString::to_string),
    });
    if let Some(holder) = identifiers::holder(tx, &claim.identifier).await? {
        claim.holder = holder;
    }
    store::save(tx, claim).await?;
    if let Some(holder) = accounts::by_invitation(tx, claim.holder).await? {
        tell_managers(s, tx, &holder, || letters::claim_over(claim, false, true)).await?;
        let theirs = Permit::system("identifier_claim.withdraw", "Quaymaster")
            .within(Some(holder.id), Some(holder.company_id))
            .about("identifier_claim", claim.id, label(claim))
            .change(Some(before), Some(json(claim)));
        s.also(tx, theirs).await?;
    }
    Ok(())
}

/// Ends the open claim of an application that is given up.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn withdraw_of(
    s: &Services,
    tx: &WriteTx,
    application: ApplicationId,
    origin: &Origin,
) -> Result<(), Fault> {
    let Some(found) = store::of_application(tx, application).await? else {
        return Ok(());
    };
    let Some(mut claim) = store::lock(tx, found.id).await? else {
        return Ok(());
    };
    if !claim.claim.is_open() {
        return Ok(());
    }
    let name = claim.filed_by_name.clone();
    match withdrawn(s, tx, &mut claim, &name, None).await {
        Ok(()) => {}
        Err(ClaimError::Fault(fault)) => return Err(fault),
        Err(other) => return Err(Fault::Internal(other.to_string())),
    }
    let permit = Permit::anonymous("identifier_claim.withdraw", origin.clone()).about(
        "identifier_claim",
        claim.id,
        label(&claim),
    );
    Ok(s.also(tx, permit).await?)
}

/// A registrar decides what is disputed or was not answered in time.
///
/// # Errors
/// [`ClaimRefusal::Waiting`](quaymaster_domain::identifier_claims::ClaimRefusal::Waiting) while the holder has time.
pub async fn decide(
    actor: &Actor,
    s: &Services,
    id: IdentifierClaimId,
    release: bool,
    reason: &Reason,
) -> Result<ClaimView, ClaimError> {
    let permit = require(actor, Action::DecideIdentifierClaim, &Thing::Portal)?;
    let tx = s.db.begin_write().await?;
    let between = effect::lock_both(&tx, id).await?;
    let Between { claim, .. } = &between;
    let mut claim = claim.clone();
    let before = json(&claim);
    claim.claim = claim.claim.decide(release, s.now())?;
    claim.ended = Some(Ended {
        at: s.now(),
        by: Decider::Registrar,
        by_name: actor.name.clone(),
        reason: Some(reason.to_string()),
    });
    effect::carry_out(
        s,
        &tx,
        &between,
        &mut claim,
        "identifier_claim.decide",
        false,
    )
    .await?;
    let holder = between.holder_account.as_ref();
    let permit = permit
        .within(holder.map(|a| a.id), holder.map(|a| a.company_id))
        .about("identifier_claim", id, label(&claim))
        .because(reason.as_str())
        .change(Some(before), Some(json(&claim)));
    let found = view(actor, s, &tx, claim, Eyes::Staff, None).await?;
    s.commit(tx, permit).await?;
    Ok(found)
}
