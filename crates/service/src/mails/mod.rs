//! What the portal writes to people. Plain text, links from the configured base URL only, no secrets but one-time links
//! and the temporary password that an owner had sent. One file per area holds its letters.

pub(crate) mod access_reviews;
pub(crate) mod api_clients;
pub(crate) mod cases;
pub mod demo;
pub(crate) mod grants;
pub(crate) mod invitations;
pub(crate) mod locks;
pub(crate) mod notices;
pub(crate) mod onboarding;
pub mod outbox;
pub(crate) mod owner_successions;
pub(crate) mod passwords;
pub(crate) mod reports;
pub(crate) mod staff;
pub(crate) mod structure_changes;
pub(crate) mod users;
pub(crate) mod webhooks;

use chrono::Duration;
use quaymaster_domain::ids::{MailId, UserId};
use quaymaster_store::WriteTx;
use quaymaster_store::mails::{NewMail, enqueue};
use quaymaster_store::security_links::{self, SecurityLink};
use quaymaster_store::users::User;

use crate::Services;
use crate::error::Fault;
use crate::secrets::{random_token, token_hash};

/// Letters about what may have been done by somebody else. Each carries a link that says so.
const SECURITY: &[&str] = &[
    "caller_not_verified",
    "caller_phrase",
    "challenge_questions_changed",
    "handed_over",
    "locked",
    "password_changed",
    "password_reset",
    "password_reset_refused",
    "reactivated",
    "suspension_lifted",
];

/// How long the link "this was not me" works.
const NOT_ME_LIFE: Duration = Duration::days(7);

/// The paragraph with the link, which is kept in this transaction.
async fn not_me(
    s: &Services,
    tx: &WriteTx,
    user: UserId,
    template: &'static str,
) -> Result<String, Fault> {
    let (token, now) = (random_token(s.rng.as_ref()), s.now());
    let link = SecurityLink {
        id: s.id(),
        user,
        template: template.to_owned(),
        made_at: now,
        expires_at: now + NOT_ME_LIFE,
        used_at: None,
    };
    security_links::insert(tx, &link, token_hash(&token)).await?;
    Ok(format!(
        "This was not me: within {} days, this link ends every session of your User ID at once, without signing in; your password does not work any more, and you make a new one:\n\n{}/not-me#token={token}\n\n",
        NOT_ME_LIFE.num_days(),
        s.settings.base_url
    ))
}

/// A letter: which template, subject and text.
pub struct Letter {
    /// Name of the template, as support and the person's own list show it.
    pub template: &'static str,
    /// Subject line.
    pub subject: String,
    /// The text between greeting and signature.
    pub text: String,
    /// When set, the letter goes out once for this key.
    pub once: Option<String>,
}

impl Letter {
    /// Puts the letter to a user of the portal into the outbox of this transaction.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn to(self, s: &Services, tx: &WriteTx, user: &User) -> Result<(), Fault> {
        self.later(s, tx, user, Duration::zero()).await?;
        Ok(())
    }

    /// The same, not to be sent before some time has passed; until then it can be withdrawn by the id that is answered.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn later(
        self,
        s: &Services,
        tx: &WriteTx,
        user: &User,
        after: Duration,
    ) -> Result<MailId, Fault> {
        let greeting = format!("Hello {}", user.given_name);
        let to = (Some(user.id), user.email.clone());
        self.send(s, tx, to, &greeting, after).await
    }

    /// The same to somebody who need not be a user of the portal.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn to_outsider(
        self,
        s: &Services,
        tx: &WriteTx,
        name: &str,
        email: &str,
    ) -> Result<(), Fault> {
        let greeting = format!("Hello {name}");
        let to = (None, email.to_owned());
        self.send(s, tx, to, &greeting, Duration::zero()).await?;
        Ok(())
    }

    /// The same to an address whose holder's name is not known, or is not to be told apart from a user's.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn to_address(self, s: &Services, tx: &WriteTx, address: &str) -> Result<(), Fault> {
        let to = (None, address.to_owned());
        self.send(s, tx, to, "Good day", Duration::zero()).await?;
        Ok(())
    }

    async fn send(
        self,
        s: &Services,
        tx: &WriteTx,
        (user, recipient): (Option<UserId>, String),
        greeting: &str,
        after: Duration,
    ) -> Result<MailId, Fault> {
        let (id, now) = (s.id(), s.now());
        let not_me = match user {
            Some(user) if SECURITY.contains(&self.template) => {
                not_me(s, tx, user, self.template).await?
            }
            _ => String::new(),
        };
        let body = format!(
            "{greeting},\n\n{}\n\n{not_me}Quaymaster, {}\nThis mail was sent by the portal itself; answers are not read.\n",
            self.text.trim(),
            s.settings.base_url
        );
        let mail = NewMail {
            id,
            user,
            recipient,
            template: self.template,
            subject: self.subject,
            body,
            dedupe_key: self.once,
            at: now,
            not_before: now + after,
        };
        enqueue(tx, mail).await?;
        Ok(id)
    }
}
