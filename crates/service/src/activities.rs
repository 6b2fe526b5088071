//! Business activities of an account (R1, R5).

use quaymaster_domain::access::{
    AccountRef, Action, Actor, Denied, Permit, Thing, require, require_read,
};
use quaymaster_domain::activities::{AddedBy, BusinessActivity};
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::structure::{self, ActivityHolder, ActivityRefusal};
use quaymaster_store::constraint::Constraint;
use quaymaster_store::{StoreError, accounts, activities as store};

use crate::Services;
use crate::error::Fault;
use crate::users::place;

pub use quaymaster_store::activities::HeldActivity;

/// Why an activity was not added or removed.
#[derive(Debug, thiserror::Error)]
pub enum ActivityError {
    /// A rule of the domain.
    #[error(transparent)]
    Refused(#[from] ActivityRefusal),
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for ActivityError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for ActivityError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::ActivityOfAccount) => {
                Self::Refused(ActivityRefusal::AlreadyHeld)
            }
            StoreError::Conflict(Constraint::ForeignKey) => Self::Refused(ActivityRefusal::InUse),
            other => Self::Fault(other.into()),
        }
    }
}

/// The activities of an account, in the order of the catalogue.
///
/// # Errors
/// [`Fault::NotFound`] when the actor may not know of the account.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
) -> Result<Vec<HeldActivity>, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadProfile, &Thing::Account(at))?;
    Ok(store::list(&s.db.reader(), &scope, account).await?)
}

/// The policy's answer, and whether restricted activities are included in it (R5).
fn permit(
    actor: &Actor,
    at: AccountRef,
    activity: BusinessActivity,
) -> Result<(Permit, bool), Denied> {
    let thing = Thing::Account(at);
    let own = require(actor, Action::ChangeActivities, &thing)?;
    if activity.added_by() == AddedBy::SelfService {
        return Ok((own, false));
    }
    match require(actor, Action::ChangeRestrictedActivities, &thing) {
        Ok(of_staff) => Ok((of_staff, true)),
        // The domain names the rule.
        Err(_) => Ok((own, false)),
    }
}

/// Adds an activity to an account.
///
/// # Errors
/// [`ActivityRefusal`] names the rule.
pub async fn add(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    activity: BusinessActivity,
) -> Result<HeldActivity, ActivityError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadProfile, &Thing::Account(at))?;
    let (permit, staff) = permit(actor, at, activity)?;
    let tx = s.db.begin_write().await?;
    accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let holder = store::holder(&tx, at, activity).await?;
    structure::add_activity(activity, staff, holder)?;
    let now = s.now();
    match store::insert(&tx, at.account, at.company, activity, &actor.name, now).await {
        Ok(()) => {}
        Err(StoreError::Conflict(Constraint::ActivityOfCompany)) => {
            // A sibling was quicker. The transaction is over on PostgreSQL; the number is read outside it.
            drop(tx);
            let number = match store::holder(&s.db.reader(), at, activity).await? {
                ActivityHolder::Sibling(number) => number,
                ActivityHolder::Nobody | ActivityHolder::ThisAccount => {
                    return Err(Fault::Busy(1).into());
                }
            };
            return Err(ActivityRefusal::HeldBySibling(number).into());
        }
        Err(other) => return Err(other.into()),
    }
    let permit = permit
        .about("business_activity", activity.as_str(), activity.label())
        .change(None, Some(word(activity)));
    s.commit(tx, permit).await?;
    Ok(HeldActivity {
        activity,
        added_at: now,
        added_by_name: actor.name.clone(),
        sub_accounts: 0,
    })
}

/// Takes an activity from an account in which no sub-account carries it.
///
/// # Errors
/// [`ActivityRefusal`] names the rule.
pub async fn remove(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    activity: BusinessActivity,
) -> Result<(), ActivityError> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadProfile, &Thing::Account(at))?;
    let (permit, staff) = permit(actor, at, activity)?;
    let tx = s.db.begin_write().await?;
    accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let held = store::holder(&tx, at, activity).await? == ActivityHolder::ThisAccount;
    if !held {
        return Err(Fault::NotFound.into());
    }
    let carriers = store::carriers(&tx, account, activity).await?;
    structure::remove_activity(activity, staff, held, carriers)?;
    store::delete(&tx, account, activity).await?;
    let permit = permit
        .about("business_activity", activity.as_str(), activity.label())
        .change(Some(word(activity)), None);
    s.commit(tx, permit).await?;
    Ok(())
}

fn word(activity: BusinessActivity) -> String {
    serde_json::json!({ "activity": activity.as_str() }).to_string()
}
