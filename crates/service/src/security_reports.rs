//! "This was not me": the link in every security mail, followed by somebody who need not be signed in. Whoever acted in the
//! person's name is out at once, and the way back is a password reset with its questions. [own]

use quaymaster_domain::access::{Origin, Permit};
use quaymaster_domain::challenge_questions::{ASKED, CHOSEN, QuestionId};
use quaymaster_domain::ids::PasswordResetId;
use quaymaster_domain::password_reset::{Reset, ask_three};
use quaymaster_store::cases::who_can_help;
use quaymaster_store::password_resets::{self, PasswordReset};
use quaymaster_store::sessions::{self, Ended};
use quaymaster_store::users::{self, User, UserChange};
use quaymaster_store::{StoreError, WriteTx, credentials, security_links as links};

use crate::Services;
use crate::cases::in_every_trail;
use crate::error::Fault;
use crate::mails::passwords as letters;
use crate::secrets::token_hash;
use crate::verifier;

/// Why a link did nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Unknown, used or run out: one answer.
    #[error(
        "this link does not work any more; if somebody else uses your User ID, choose \"Forgot your password?\" on the sign-in page, and tell the Account Owner of your account or support"
    )]
    LinkNotValid,
    /// Not about the link.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for ReportError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What a report did.
#[derive(Clone, Debug)]
pub struct Reported {
    /// How many sessions were ended.
    pub sessions_ended: u64,
    /// The reset that has begun; none for a person who has chosen no questions.
    pub reset: Option<(PasswordResetId, [QuestionId; ASKED])>,
}

/// Ends every session, makes the password useless, begins a reset, and tells who answers for the person's accounts.
///
/// # Errors
/// [`ReportError::LinkNotValid`]; [`Fault::Throttled`] when the network has failed too often.
pub async fn report(s: &Services, token: &str, origin: Origin) -> Result<Reported, ReportError> {
    let counted = verifier::token(s, &origin).await?;
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let link = links::lock(&tx, &token_hash(token))
        .await?
        .filter(|link| link.used_at.is_none() && now < link.expires_at)
        .ok_or(ReportError::LinkNotValid)?;
    counted.forgive(&tx).await?;
    links::used(&tx, link.id, now).await?;
    let person = users::lock(&tx, link.user)
        .await?
        .ok_or(ReportError::LinkNotValid)?;
    let sessions_ended = sessions::end(&tx, person.id, Ended::All, "not_me", now).await?;
    for walk in password_resets::lock_unfinished(&tx, person.id).await? {
        password_resets::set(&tx, walk.id, walk.state.supersede(now), None).await?;
    }
    users::update(&tx, person.id, UserChange::default().no_password()).await?;
    let reset = begin_reset(s, &tx, &person).await?;
    for helper in who_can_help(&tx, person.id).await? {
        if let Some(helper) = users::by_id(&tx, helper).await?
            && helper.user_name.is_some()
        {
            letters::not_me_reported(s, &person, &link.template)
                .to(s, &tx, &helper)
                .await?;
        }
    }
    let after = serde_json::json!({ "sessions_ended": sessions_ended, "letter": link.template });
    let permit = Permit::anonymous("security.report_not_me", origin)
        .by(person.id, &person.full_name())
        .about("user", person.id, person.full_name())
        .because("The link \"this was not me\" in a security mail was followed: every session was ended and the password does not work any more.")
        .change(None, Some(after.to_string()));
    in_every_trail(s, tx, person.id, permit).await?;
    Ok(Reported {
        sessions_ended,
        reset,
    })
}

async fn begin_reset(
    s: &Services,
    tx: &WriteTx,
    person: &User,
) -> Result<Option<(PasswordResetId, [QuestionId; ASKED])>, Fault> {
    let now = s.now();
    let user_name = person.user_name.as_deref().unwrap_or_default();
    let answers = credentials::challenge_answers(tx, Some(person.id)).await?;
    let chosen: Vec<_> = answers.into_iter().map(|a| a.question).collect();
    let Ok(chosen) = <[QuestionId; CHOSEN]>::try_from(chosen) else {
        return Ok(None);
    };
    let key = verifier::user_key(user_name);
    let asked = ask_three(chosen, &s.secrets.keyed_bytes("challenge-questions", &key));
    let reset = PasswordReset {
        id: s.id(),
        user: Some(person.id),
        subject: verifier::reset_subject(s, user_name),
        asked,
        state: Reset::begin(asked, now),
    };
    password_resets::insert(tx, &reset, now).await?;
    Ok(Some((reset.id, asked)))
}
