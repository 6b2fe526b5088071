//! Choosing challenge questions. Asking them is part of the password reset.

use quaymaster_domain::access::{Action, Actor, Thing, require, require_read};
use quaymaster_domain::challenge_questions::{Answer, ChoiceError, QuestionId, choose};
use quaymaster_domain::people::UserName;
use quaymaster_store::credentials::{self, ChallengeAnswer};
use quaymaster_store::users::{self, UserChange};

use crate::Services;
use crate::actors::SignedInRequest;
use crate::error::{Fault, FieldFault};
use crate::mails::passwords as letters;
use crate::sessions::wrong_password;
use crate::verifier::{self, Attempt, Purpose};

/// A choice of five questions with answers.
pub struct Choice {
    /// The present password; needed when questions were chosen before.
    pub current_password: Option<String>,
    /// Question and answer as typed.
    pub answers: Vec<(String, String)>,
    /// Browser and system in words.
    pub device: String,
    /// The device tokens that the browser showed.
    pub devices: Vec<String>,
}

/// The questions that the person has chosen.
///
/// # Errors
/// When the database cannot answer.
pub async fn chosen(actor: &Actor, s: &Services) -> Result<Vec<QuestionId>, Fault> {
    require_read(actor, Action::ReadOwn, &Thing::Oneself)?;
    let answers = credentials::challenge_answers(&s.db.reader(), Some(actor.user)).await?;
    Ok(answers.into_iter().map(|a| a.question).collect())
}

fn read(choice: &[(String, String)], user_name: &str) -> Result<Vec<(QuestionId, Answer)>, Fault> {
    let mut faults = Vec::new();
    let mut parsed = Vec::new();
    for (at, (question, answer)) in choice.iter().enumerate() {
        match QuestionId::parse(question) {
            Ok(id) => parsed.push((id, answer.as_str())),
            Err(unfit) => faults.push(FieldFault {
                pointer: format!("/answers/{at}/question_id"),
                code: "invalid",
                detail: unfit.to_string(),
            }),
        }
    }
    if !faults.is_empty() {
        return Err(Fault::Invalid(faults));
    }
    let user = UserName::parse(user_name)
        .map_err(|_rule| Fault::Internal("a User ID on record does not fit".to_owned()))?;
    choose(&parsed, &user).map_err(|errors| {
        let fault = |error: &ChoiceError| FieldFault {
            pointer: match (error.at(), error) {
                (None, _) => "/answers".to_owned(),
                (Some(at), ChoiceError::SameQuestion { .. }) => {
                    format!("/answers/{at}/question_id")
                }
                (Some(at), _) => format!("/answers/{at}/answer"),
            },
            code: "invalid",
            detail: error.to_string(),
        };
        Fault::Invalid(errors.iter().map(fault).collect())
    })
}

/// Chooses the questions, at first sign-in without and later with the present password.
///
/// # Errors
/// Field faults at `/answers` and `/current_password`.
pub async fn choose_questions(
    request: &SignedInRequest,
    s: &Services,
    choice: Choice,
) -> Result<(), Fault> {
    let actor = &request.actor;
    let permit = require(actor, Action::ChooseQuestions, &Thing::Oneself)?;
    let Choice {
        current_password,
        answers,
        device,
        devices,
    } = choice;
    let user_name = request.user.user_name.as_deref().unwrap_or_default();
    let answers = read(&answers, user_name)?;
    let again = request.user.has_challenge_questions;
    let proven = if again {
        let Some(password) = current_password else {
            return Err(Fault::field(
                "/current_password",
                "required",
                "to choose other questions, give your present password",
            ));
        };
        let attempt = Attempt {
            user_name,
            password: &password,
            devices: &devices,
            device: &device,
            origin: &actor.origin,
            purpose: Purpose::Proof,
        };
        let proven = verifier::password(s, attempt).await?;
        Some(proven.ok_or_else(|| wrong_password("/current_password"))?)
    } else {
        None
    };
    let own;
    let ticket = match &proven {
        Some(proven) => proven.ticket(),
        None => {
            own = s.hasher.admit()?;
            &own
        }
    };
    let mut hashed = Vec::with_capacity(answers.len());
    for (question, answer) in answers {
        let hash = ticket.hash(answer.secret()).await?;
        hashed.push(ChallengeAnswer { question, hash });
    }

    let tx = s.db.begin_write().await?;
    let (user, change) = match &proven {
        Some(proven) => {
            let settled = proven
                .settle(&tx)
                .await?
                .ok_or_else(|| wrong_password("/current_password"))?;
            (settled.user, settled.change)
        }
        None => {
            let user = users::lock(&tx, actor.user).await?.ok_or(Fault::NotFound)?;
            if user.has_challenge_questions {
                // Chosen meanwhile in another session, so that now the password is needed.
                return Err(Fault::Stale);
            }
            (user, UserChange::default())
        }
    };
    credentials::set_challenge_answers(&tx, user.id, hashed).await?;
    users::update(&tx, user.id, change.challenge_questions_chosen()).await?;
    if again {
        letters::questions_changed(s, &user)
            .to(s, &tx, &user)
            .await?;
    }
    s.commit(tx, permit).await?;
    Ok(())
}
