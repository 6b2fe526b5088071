//! Is the caller the person on file? A one-time phrase goes to the e-mail on file, or is read in a session of the person's
//! own, and the agent types what the caller says. The company sees each outcome in its trail.

use chrono::{DateTime, Duration, Utc};
use quaymaster_domain::access::{Action, Actor, Permit, Thing, require, require_read};
use quaymaster_domain::cases::{
    PHRASE_MINUTES, Verification, VerificationOver, case_number, normal_phrase, phrase,
};
use quaymaster_domain::ids::{CallerVerificationId, CaseId, UserId};
use quaymaster_store::cases::verifications::{self as store, CallerVerification};
use quaymaster_store::{WriteTx, members, users};
use subtle::ConstantTimeEq;

use super::{CaseError, CaseView, bound, get};
use crate::Services;
use crate::error::Fault;
use crate::mails::cases as letters;

/// Sends a phrase to the person on file. An earlier phrase of the case ends.
///
/// # Errors
/// [`CaseError::NoPerson`]; [`VerificationOver::Failed`] after five wrong phrases.
pub async fn start(actor: &Actor, s: &Services, id: CaseId) -> Result<CaseView, CaseError> {
    let permit = require(actor, Action::WorkCases, &Thing::Portal)?;
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let (case, person) = bound(actor, &tx, id).await?;
    let last = store::last(&tx, case.id, person).await?;
    let wrong = match last.as_ref().map(|l| l.state) {
        Some(state) if !state.can_start_again() => return Err(VerificationOver::Failed.into()),
        // A new phrase does not give new tries.
        Some(Verification::Sent { wrong, .. }) => wrong,
        _ => 0,
    };
    let person = users::by_id(&tx, person).await?.ok_or(Fault::NotFound)?;
    let mut random = [0_u8; 5];
    s.rng.fill(&mut random);
    let words = phrase(random);
    let id: CallerVerificationId = s.id();
    let sealed = s
        .secrets
        .seal(s.rng.as_ref(), &bound_to(id), &words)
        .ok_or_else(|| Fault::Internal("a phrase could not be sealed".to_owned()))?;
    let new = CallerVerification {
        id,
        case: case.id,
        person: person.id,
        phrase: sealed,
        state: Verification::Sent { at: now, wrong },
        started_at: now,
        agent: actor.user,
        agent_name: actor.name.clone(),
    };
    store::insert(&tx, &new).await?;
    letters::phrase(&case, &words).to(s, &tx, &person).await?;
    let permit = permit
        .about("user", person.id, person.full_name())
        .because(format!(
            "Case {}: a phrase was sent to the e-mail on file.",
            case_number(case.serial)
        ));
    in_every_trail(s, tx, person.id, permit).await?;
    Ok(get(actor, s, case.id).await?)
}

fn bound_to(id: CallerVerificationId) -> String {
    format!("caller-verification:{id}")
}

/// Types what the caller said. A wrong phrase is counted before the answer; the fifth ends it for this case.
///
/// # Errors
/// [`CaseError::VerificationOver`] when no phrase is awaited; [`CaseError::PhraseOfAnother`] for one that another agent sent.
pub async fn hear(
    actor: &Actor,
    s: &Services,
    id: CaseId,
    said: &str,
) -> Result<CaseView, CaseError> {
    let permit = require(actor, Action::WorkCases, &Thing::Portal)?;
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let (case, person) = bound(actor, &tx, id).await?;
    let Some(mut verification) = store::last(&tx, case.id, person).await? else {
        return Err(VerificationOver::Expired.into());
    };
    let kept = s
        .secrets
        .open(&bound_to(verification.id), &verification.phrase)
        .ok_or_else(|| Fault::Internal("a phrase was sealed with another key".to_owned()))?;
    let right: bool = normal_phrase(said)
        .as_bytes()
        .ct_eq(normal_phrase(&kept).as_bytes())
        .into();
    let heard = verification.state.hear(right, now)?;
    // Only who sent the phrase speaks with the caller; what another agent types counts as no try.
    if verification.agent != actor.user {
        return Err(CaseError::PhraseOfAnother(verification.agent_name));
    }
    verification.state = heard;
    store::update(&tx, &verification).await?;
    let person = users::by_id(&tx, person).await?.ok_or(Fault::NotFound)?;
    let number = case_number(case.serial);
    let words = match verification.state {
        Verification::Verified { .. } => {
            format!("Case {number}: the caller said the phrase and counts as the person on file.")
        }
        Verification::Sent { wrong, .. } => {
            format!("Case {number}: the caller said a wrong phrase ({wrong} of 5).")
        }
        Verification::Failed { .. } => {
            letters::not_verified(&case).to(s, &tx, &person).await?;
            format!("Case {number}: the caller said a fifth wrong phrase and is not helped.")
        }
    };
    let permit = permit
        .about("user", person.id, person.full_name())
        .because(words);
    in_every_trail(s, tx, person.id, permit).await?;
    Ok(get(actor, s, case.id).await?)
}

/// A phrase that the signed-in person may tell an agent.
#[derive(Clone, Debug)]
pub struct OpenPhrase {
    /// The number of the case.
    pub case: CaseId,
    /// The phrase.
    pub phrase: String,
    /// The agent who asked for it.
    pub agent_name: String,
    /// Until when it counts.
    pub until: DateTime<Utc>,
}

/// The phrases that wait to be said by the signed-in person.
///
/// # Errors
/// When the database cannot answer.
pub async fn open_phrases(actor: &Actor, s: &Services) -> Result<Vec<OpenPhrase>, Fault> {
    require_read(actor, Action::ReadOwn, &Thing::Oneself)?;
    let since = s.now() - Duration::minutes(PHRASE_MINUTES);
    let begun = store::begun_with(&s.db.reader(), actor.user, since).await?;
    let mut seen = Vec::new();
    let mut open = Vec::new();
    for found in begun {
        // Only the last phrase of a case counts.
        if seen.contains(&found.case) {
            continue;
        }
        seen.push(found.case);
        if !matches!(found.state, Verification::Sent { .. }) {
            continue;
        }
        let phrase = s
            .secrets
            .open(&bound_to(found.id), &found.phrase)
            .ok_or_else(|| Fault::Internal("a phrase was sealed with another key".to_owned()))?;
        open.push(OpenPhrase {
            case: found.case,
            phrase,
            agent_name: found.agent_name,
            until: found.started_at + Duration::minutes(PHRASE_MINUTES),
        });
    }
    Ok(open)
}

/// Commits an act of staff on a person with a row in the trail of every account that the person belongs to.
pub(crate) async fn in_every_trail(
    s: &Services,
    tx: WriteTx,
    person: UserId,
    permit: Permit,
) -> Result<(), Fault> {
    let found = members::of_user(&tx, person).await?;
    let mut trails = found.iter().map(|(_, _, account)| {
        let at = account.place();
        permit.clone().within(Some(at.account), Some(at.company))
    });
    let last = trails.next_back();
    for permit in trails {
        s.also(&tx, permit).await?;
    }
    s.commit(tx, last.unwrap_or(permit)).await?;
    Ok(())
}
