//! What the end of a claim does: the identifier leaves the holder and goes where it was claimed for, in one transaction, so
//! that it never stands in two accounts (R2); both sides are told, and both trails keep it.

use quaymaster_domain::access::{Action, Actor, Permit, Thing, require_read};
use quaymaster_domain::identifier_claims::{ClaimState, Decider};
use quaymaster_domain::identifiers::IdentifierKind;
use quaymaster_domain::ids::{AccountId, ApplicationId, IdentifierClaimId, SubAccountId};
use quaymaster_store::accounts::{self, Account};
use quaymaster_store::identifier_claims::{self as store, Ended};
use quaymaster_store::identifiers::{self, StoredIdentifier};
use quaymaster_store::sub_accounts::{self, SubAccount};
use quaymaster_store::{WriteTx, applications};

use super::file::tell_managers;
use super::{ClaimError, Claimant, IdentifierClaim, Side, json, label, side_of};
use crate::Services;
use crate::error::Fault;
use crate::identifiers::{IdentifierError, unsealed};
use crate::mails::onboarding as letters;
use crate::users::place;

/// A claim with both its sides, everything locked until the transaction ends.
pub(super) struct Between {
    /// The claim.
    pub(super) claim: IdentifierClaim,
    /// Who holds the identifier at this moment.
    pub(super) holder: Option<AccountId>,
    /// The account of the holder, or of the last one.
    pub(super) holder_account: Option<Account>,
    /// Where the identifier goes, when an account claims it.
    target: Option<(Account, SubAccount)>,
}

/// Locks the accounts by id, then the claim.
pub(super) async fn lock_both(tx: &WriteTx, id: IdentifierClaimId) -> Result<Between, Fault> {
    let seen = store::by_id(tx, id).await?.ok_or(Fault::NotFound)?;
    let target = target_of(tx, &seen).await?;
    let mut both: Vec<AccountId> = target.iter().map(|t| t.account).collect();
    both.extend(identifiers::holder(tx, &seen.identifier).await?);
    both.sort_unstable();
    both.dedup();
    for account in &both {
        accounts::lock_by_invitation(tx, *account).await?;
    }
    let claim = store::lock(tx, id).await?.ok_or(Fault::NotFound)?;
    let holder = identifiers::lock_holder(tx, &claim.identifier).await?;
    if holder.is_some_and(|holder| !both.contains(&holder)) {
        // It moved on while the locks were waited for; the next try finds it.
        return Err(Fault::Busy(1));
    }
    let holder_account = accounts::by_invitation(tx, holder.unwrap_or(claim.holder)).await?;
    let target = match target {
        Some(sub_account) => accounts::by_invitation(tx, sub_account.account)
            .await?
            .map(|account| (account, sub_account)),
        None => None,
    };
    Ok(Between {
        claim,
        holder,
        holder_account,
        target,
    })
}

/// The sub-account that the identifier is for. When that was deleted, another one of the account that carries such an
/// identifier.
async fn target_of(tx: &WriteTx, claim: &IdentifierClaim) -> Result<Option<SubAccount>, Fault> {
    let Claimant::Account(account, wanted) = claim.claimant else {
        return Ok(None);
    };
    if let Some(wanted) = wanted
        && let Some(found) = sub_accounts::of_claim(tx, wanted).await?
    {
        return Ok(Some(found));
    }
    let all = sub_accounts::all_of(tx, account).await?;
    Ok(all
        .into_iter()
        .find(|sub| sub.activity.takes(claim.identifier.kind)))
}

/// Writes a claim that has just ended, moves the identifier when it was released, tells both sides, and writes the trail of
/// the claimant. The caller's own permit is for the holder's. `by_holder` when the holder acts, whose people know already.
pub(super) async fn carry_out(
    s: &Services,
    tx: &WriteTx,
    between: &Between,
    claim: &mut IdentifierClaim,
    action: &'static str,
    by_holder: bool,
) -> Result<(), ClaimError> {
    let before = json(&between.claim);
    let released = claim.claim.state == ClaimState::Released;
    if let Some(holder) = between.holder {
        claim.holder = holder;
        if released {
            identifiers::take_out(tx, holder, &claim.identifier).await?;
        }
    }
    store::save(tx, claim).await?;
    if let Some(holder) = between.holder_account.as_ref().filter(|_| !by_holder) {
        tell_managers(s, tx, holder, || letters::claim_over(claim, released, true)).await?;
    }
    match claim.claimant {
        Claimant::Account(account, _) => {
            if released && let Some((account, sub_account)) = &between.target {
                put(s, tx, account, sub_account, claim).await?;
            }
            let claimant = match &between.target {
                Some((account, _)) => Some(account.clone()),
                None => accounts::by_invitation(tx, account).await?,
            };
            if let Some(claimant) = claimant {
                tell_managers(s, tx, &claimant, || {
                    letters::claim_over(claim, released, false)
                })
                .await?;
                let theirs = Permit::system(action, "Quaymaster")
                    .within(Some(claimant.id), Some(claimant.company_id))
                    .about("identifier_claim", claim.id, label(claim))
                    .change(Some(before), Some(json(claim)));
                let theirs = match claim.ended.as_ref().and_then(|e| e.reason.as_deref()) {
                    Some(reason) => theirs.because(reason),
                    None => theirs,
                };
                s.also(tx, theirs).await?;
            }
        }
        Claimant::Application(id) if released => {
            crate::applications::goes_on(s, tx, id).await?;
        }
        Claimant::Application(id) => crate::applications::kept_by_holder(s, tx, id).await?,
    }
    Ok(())
}

/// Puts a released identifier where it was claimed for. When the register has changed since, so that the claimant may not
/// hold it any more, it stays free.
async fn put(
    s: &Services,
    tx: &WriteTx,
    account: &Account,
    sub_account: &SubAccount,
    claim: &IdentifierClaim,
) -> Result<(), ClaimError> {
    let identifier = unsealed(s, &claim.identifier)?;
    let put = crate::identifiers::decide(
        s,
        tx,
        account.place(),
        sub_account,
        &identifier,
        claim.identifier.clone(),
        &claim.filed_by_name,
    );
    match put.await {
        Ok(_) | Err(IdentifierError::Client(_) | IdentifierError::KindNotForActivity(..)) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

/// Where the applicant of an application is written to.
pub(super) async fn address_of(
    tx: &WriteTx,
    application: ApplicationId,
) -> Result<Option<String>, Fault> {
    let found = applications::by_id(tx, application).await?;
    Ok(found.and_then(|a| a.form.email))
}

/// The holder took a claimed identifier out of its structure: that is a release. The account's row is locked, and the
/// identifier stands in no account any more.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn let_go(
    s: &Services,
    tx: &WriteTx,
    account: AccountId,
    taken: &StoredIdentifier,
    by_name: &str,
) -> Result<(), Fault> {
    if identifiers::holder(tx, taken).await?.is_some() {
        return Ok(());
    }
    let Some(claim) = store::lock_open_of(tx, taken).await? else {
        return Ok(());
    };
    let before = claim.clone();
    let mut claim = claim;
    claim.holder = account;
    claim.claim = match claim.claim.release() {
        Ok(released) => released,
        Err(_over) => return Ok(()),
    };
    claim.ended = Some(Ended {
        at: s.now(),
        by: Decider::Holder,
        by_name: by_name.to_owned(),
        reason: None,
    });
    let target = target_of(tx, &claim).await?;
    let target = match target {
        Some(sub_account) => accounts::lock_by_invitation(tx, sub_account.account)
            .await?
            .map(|found| (found, sub_account)),
        None => None,
    };
    let between = Between {
        holder: None,
        holder_account: accounts::by_invitation(tx, account).await?,
        claim: before,
        target,
    };
    let own = Permit::system("identifier_claim.release", "Quaymaster")
        .within(
            Some(account),
            between.holder_account.as_ref().map(|a| a.company_id),
        )
        .about("identifier_claim", claim.id, label(&claim))
        .because("The claimed identifier was taken out of the structure.")
        .change(Some(json(&between.claim)), Some(json(&claim)));
    s.also(tx, own).await?;
    let done = carry_out(
        s,
        tx,
        &between,
        &mut claim,
        "identifier_claim.release",
        true,
    )
    .await;
    done.map_err(|error| match error {
        ClaimError::Fault(fault) => fault,
        other => Fault::Internal(other.to_string()),
    })
}

/// An account was given an identifier that it has claimed, in another way: the claim has reached its end.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn satisfied(
    s: &Services,
    tx: &WriteTx,
    account: AccountId,
    given: &StoredIdentifier,
    by_name: &str,
) -> Result<(), Fault> {
    let Some(mut claim) = store::lock_open_of(tx, given).await? else {
        return Ok(());
    };
    if !matches!(claim.claimant, Claimant::Account(id, _) if id == account) {
        return Ok(());
    }
    let Ok(released) = claim.claim.release() else {
        return Ok(());
    };
    claim.claim = released;
    claim.ended = Some(Ended {
        at: s.now(),
        by: Decider::Claimant,
        by_name: by_name.to_owned(),
        reason: None,
    });
    Ok(store::save(tx, &mut claim).await?)
}

/// What a release would do.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Kind.
    pub kind: IdentifierKind,
    /// The identifier as it is shown.
    pub shown: String,
    /// The sub-accounts that lose it.
    pub sub_accounts: Vec<(SubAccountId, String)>,
    /// Active grants through which somebody else sees one of them.
    pub grants: u64,
    /// True when an application waits for it.
    pub to_application: bool,
}

/// Shows what a release would do, to holder and staff.
///
/// # Errors
/// [`ClaimRefusal::Over`](quaymaster_domain::identifier_claims::ClaimRefusal::Over) when there is nothing to release.
pub async fn preview(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: IdentifierClaimId,
) -> Result<Preview, ClaimError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadIdentifierClaims, &Thing::Account(at))?;
    let reader = s.db.reader();
    let claim = store::by_id(&reader, id).await?.ok_or(Fault::NotFound)?;
    if side_of(&reader, &claim, account).await? != Some(Side::Holder) {
        return Err(Fault::NotFound.into());
    }
    claim.claim.release()?;
    let places = identifiers::search(&reader, &scope, account, &claim.identifier).await?;
    let mut named = Vec::with_capacity(places.len());
    for found in places {
        if let Some(sub) = sub_accounts::find(&reader, &scope, account, found.sub_account).await? {
            named.push((sub.id, sub.name));
        }
    }
    let ids: Vec<_> = named.iter().map(|(id, _)| *id).collect();
    let grants = store::grants_showing(&reader, account, &ids, s.now()).await?;
    Ok(Preview {
        kind: claim.identifier.kind,
        shown: claim.identifier.shown,
        sub_accounts: named,
        grants,
        to_application: matches!(claim.claimant, Claimant::Application(_)),
    })
}
