//! Answering for a person. What an answer does happens in the same transaction.

use std::collections::HashMap;

use quaymaster_domain::access::{Action, Actor, Thing, may, require};
use quaymaster_domain::access_reviews::Answer;
use quaymaster_domain::ids::{AccessReviewId, AccessReviewItemId, AccountId, SubAccountId};
use quaymaster_domain::people::Reason;
use quaymaster_store::WriteTx;
use quaymaster_store::access_reviews::{self as store, Answered, ReviewItem};
use quaymaster_store::{members, users};

use super::{
    ItemView, ReviewError, answer_json, item_view, locked, outside, readable, run, thing_of,
};
use crate::Services;
use crate::error::Fault;
use crate::mails::access_reviews as letters;
use crate::users::{MemberChange, change_in, remove_in, rights};

/// An answer to give.
#[derive(Clone, Debug)]
pub struct NewAnswer {
    /// Which.
    pub answer: Answer,
    /// Why.
    pub reason: Reason,
    /// What changes about a member.
    pub change: Option<MemberChange>,
}

/// Answers for a person, and does what the answer says.
///
/// # Errors
/// The refusals of [`ReviewError`], among them those of changing and removing a member.
pub async fn answer(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: AccessReviewId,
    item: AccessReviewItemId,
    new: NewAnswer,
) -> Result<ItemView, ReviewError> {
    let NewAnswer {
        answer,
        reason,
        change,
    } = new;
    let (at, scope) = readable(actor, s, account).await?;
    // Whoever may answer for nobody is told so before anything is looked up.
    may(actor, Action::AnswerAccessReview, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    let (place, review) = locked(&tx, &scope, account, id).await?;
    let mut person = store::lock_item(&tx, &scope, account, id, item)
        .await?
        .ok_or(Fault::NotFound)?;
    let member = members::find(&tx, &scope, account, person.item.user).await?;
    let (action, mut thing) = thing_of(at, &person.item);
    if let (Some(_), Some(member)) = (person.item.role, &member) {
        // The power that counts is that of the role as it is now.
        thing = Thing::Member(at, person.item.user, member.role);
    }
    let mut permit = require(actor, action, &thing)?;
    review.facts.may_answer(person.item.facts(), actor.now)?;
    let suspended = person.item.lapses_at.is_some_and(|at| at <= actor.now);
    if change.is_some() && (answer != Answer::Change || person.item.role.is_none()) {
        return Err(unfit("this answer takes no change; leave it out").into());
    }
    let changed_to = match (answer, person.item.role) {
        (Answer::Keep, _) => None,
        (Answer::Change, Some(_)) => {
            Some(change_member(actor, s, &tx, &person.item, change, reason.as_str()).await?)
        }
        (Answer::Remove, Some(_)) => {
            let removal = remove_in(actor, s, &tx, account, person.item.user, None).await?;
            s.also(&tx, removal.because(reason.as_str())).await?;
            None
        }
        (Answer::Change, None) => Some(outside::changed(&tx, &scope, &person.item).await?),
        (Answer::Remove, None) => {
            outside::remove(actor, s, &tx, &scope, &person.item, &reason).await?;
            None
        }
    };
    let answered = Answered {
        answer,
        reason: reason.to_string(),
        changed_to,
        at: actor.now,
        by_name: actor.name.clone(),
    };
    // After the act: leaving takes a person out of every review, and this answer puts the person back into this one.
    store::set_answer(&tx, item, &answered).await?;
    if suspended
        && answer != Answer::Remove
        && let Some(user) = users::by_id(&tx, person.item.user).await?
    {
        letters::restored(&actor.name, &place, reason.as_str())
            .to(s, &tx, &user)
            .await?;
    }
    permit = permit
        .about("access_review_item", item, person.item.person_name.clone())
        .because(reason.as_str())
        .change(
            Some(answer_json(item, person.item.answered.as_ref())),
            Some(answer_json(item, Some(&answered))),
        );
    person.item.answered = Some(answered);
    person.item.lapses_at = None;
    let view = item_view(actor, at, &review, person);
    s.commit(tx, permit).await?;
    Ok(view)
}

fn unfit(detail: &str) -> Fault {
    Fault::field("/change", "invalid", detail)
}

/// Changes a member, and answers the new access in words.
async fn change_member(
    actor: &Actor,
    s: &Services,
    tx: &WriteTx,
    item: &ReviewItem,
    change: Option<MemberChange>,
    reason: &str,
) -> Result<String, ReviewError> {
    let change = change
        .filter(|c| c.role.is_some() || c.access.is_some() || c.ports.is_some())
        .ok_or_else(|| unfit("say what changes: the role, the rights or the ports"))?;
    let (account, user) = (item.account, item.user);
    let (view, permit) = change_in(actor, s, tx, account, user, None, change).await?;
    let Some(permit) = permit else {
        return Err(ReviewError::NothingChanged(
            "this person has just this access already; answer with keep instead",
        ));
    };
    s.also(tx, permit.because(reason)).await?;
    let names: HashMap<SubAccountId, String> = members::places(tx, account)
        .await?
        .into_iter()
        .map(|p| (p.id, p.name))
        .collect();
    let own = rights::of(tx, account, user).await?;
    let words = run::in_words(view.member.role, &own, &names);
    Ok(format!("{}: {words}", role_word(view.member.role)))
}

fn role_word(role: quaymaster_domain::members::MemberRole) -> &'static str {
    use quaymaster_domain::members::MemberRole;
    match role {
        MemberRole::Owner => "Account Owner",
        MemberRole::Proxy => "Proxy Account Owner",
        MemberRole::User => "Account User",
    }
}
