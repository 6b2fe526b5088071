//! Judging, keeping and changing passwords. Comparing them with what is kept is the verifier's.

use quaymaster_domain::access::{Action, Thing, require};
use quaymaster_domain::locks;
use quaymaster_domain::passwords::{Context, PasswordError, normalize, reversed};
use quaymaster_domain::people::{CompanyName, EmailAddress, PersonName, UserName};
use quaymaster_store::sessions::{self, Ended};
use quaymaster_store::users::{self, User, UserChange};
use quaymaster_store::{WriteTx, credentials, devices, members};

use crate::Services;
use crate::actors::SignedInRequest;
use crate::error::{Fault, FieldFault};
use crate::hashing::Ticket;
use crate::mails::passwords as letters;
use crate::password_resets;
use crate::sessions::wrong_password;
use crate::verifier::{self, Attempt, Purpose};

/// The words that a person's password may not contain, as far as names on record have words.
#[must_use]
pub fn context<'a>(user: &User, companies: impl IntoIterator<Item = &'a str>) -> Context {
    let mut context = Context::new();
    if let Some(Ok(name)) = user.user_name.as_deref().map(UserName::parse) {
        context = context.user_name(&name);
    }
    for name in [&user.given_name, &user.family_name] {
        if let Ok(name) = PersonName::parse(name) {
            context = context.person(&name);
        }
    }
    if let Ok(email) = EmailAddress::parse(&user.email) {
        context = context.email(&email);
    }
    for company in companies {
        if let Ok(name) = CompanyName::parse(company) {
            context = context.company(&name);
        }
    }
    context
}

/// Judges a new password by everything but its history.
///
/// # Errors
/// One field fault for each rule that it breaks.
pub fn judge(s: &Services, pointer: &str, candidate: &str, context: &Context) -> Result<(), Fault> {
    s.settings
        .password_policy()
        .check(candidate, context)
        .map_err(|errors| Fault::Invalid(errors.iter().map(|e| field(pointer, e)).collect()))
}

fn field(pointer: &str, error: &PasswordError) -> FieldFault {
    FieldFault {
        pointer: pointer.to_owned(),
        code: error.code(),
        detail: error.to_string(),
    }
}

/// Whether a new password, or its reverse, is one of the kept ones. Takes up to two hashes for each.
async fn is_reused(ticket: &Ticket, candidate: &str, kept: &[String]) -> Result<bool, Fault> {
    let candidate = normalize(candidate);
    let backwards = reversed(&candidate);
    for hash in kept {
        if ticket.verify(&candidate, Some(hash)).await?.matches {
            return Ok(true);
        }
        if backwards != candidate && ticket.verify(&backwards, Some(hash)).await?.matches {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes a password that a person has chosen, with its place in the history. The change carries further facts of the same
/// moment, e.g. the User ID at the redemption of an invitation.
///
/// # Errors
/// [`Constraint::UserKey`](quaymaster_store::constraint::Constraint::UserKey) when the change sets a User ID that is taken.
pub async fn keep(
    s: &Services,
    tx: &WriteTx,
    user: quaymaster_domain::ids::UserId,
    hash: String,
    change: UserChange,
) -> Result<(), quaymaster_store::StoreError> {
    let now = s.now();
    credentials::keep_password(tx, s.id(), user, &hash, now).await?;
    users::update(tx, user, change.password(hash, now)).await
}

/// A change of the own password.
pub struct PasswordChange {
    /// The present password, or the temporary one.
    pub current: String,
    /// The new one.
    pub new: String,
    /// Browser and system in words.
    pub device: String,
    /// The device tokens that the browser showed.
    pub devices: Vec<String>,
}

/// Changes the own password: ends all other sessions and any open reset, completes the reset that led here.
///
/// # Errors
/// Field faults at `/current_password` and `/new_password`.
pub async fn change(
    request: &SignedInRequest,
    s: &Services,
    command: PasswordChange,
) -> Result<(), Fault> {
    let actor = &request.actor;
    let permit = require(actor, Action::ChangePassword, &Thing::Oneself)?;
    let PasswordChange {
        current,
        new,
        device,
        devices: tokens,
    } = command;
    let reader = s.db.reader();
    let places = members::of_user(&reader, actor.user).await?;
    let context = context(
        &request.user,
        places
            .iter()
            .map(|(.., account)| account.company_name.as_str()),
    );
    judge(s, "/new_password", &new, &context)?;

    // Who was let in by a temporary password shows it again; it may have run out since.
    let by_temporary =
        request.user.must_change_password && verifier::is_temporary(s, &request.user, &current);
    let proven = if by_temporary {
        None
    } else {
        let attempt = Attempt {
            user_name: request.user.user_name.as_deref().unwrap_or_default(),
            password: &current,
            devices: &tokens,
            device: &device,
            origin: &actor.origin,
            purpose: Purpose::Proof,
        };
        let proven = verifier::password(s, attempt).await?;
        Some(proven.ok_or_else(|| wrong_password("/current_password"))?)
    };
    let own;
    let ticket = match &proven {
        Some(proven) => proven.ticket(),
        None => {
            own = s.hasher.admit()?;
            &own
        }
    };
    let policy = s.settings.password_policy();
    let count = u64::try_from(policy.history).unwrap_or(u64::MAX);
    let mut kept = credentials::last_passwords(&reader, actor.user, count).await?;
    // The present one counts, also when it was chosen before there was a history.
    kept.extend(
        request
            .user
            .password_hash
            .clone()
            .filter(|present| !kept.contains(present)),
    );
    if is_reused(ticket, &new, &kept).await? || verifier::is_temporary(s, &request.user, &new) {
        let reused = PasswordError::Reused {
            history: policy.history,
        };
        return Err(Fault::Invalid(vec![field("/new_password", &reused)]));
    }
    let hash = ticket.hash(&normalize(&new)).await?;

    let now = s.now();
    let tx = s.db.begin_write().await?;
    let (user, mut changes) = match &proven {
        Some(proven) => {
            let settled = proven
                .settle(&tx)
                .await?
                .ok_or_else(|| wrong_password("/current_password"))?;
            (settled.user, settled.change)
        }
        None => {
            let user = users::lock(&tx, actor.user).await?.ok_or(Fault::NotFound)?;
            if user.temporary_hash != request.user.temporary_hash {
                return Err(wrong_password("/current_password"));
            }
            (user, UserChange::default())
        }
    };
    let completed = password_resets::password_changed(&tx, user.id, now).await?;
    if completed {
        let facts = user.lock_facts()?;
        let after = locks::after_password_reset(&facts, &s.settings.lock_policy());
        if after.attempts != facts.attempts {
            changes = changes.failures(i64::from(after.attempts.failed), after.attempts.locked_at);
        }
        if s.settings.lock_policy().reset_lifts_failed_attempts {
            devices::clear_counts(&tx, user.id).await?;
        }
    }
    verifier::clear_answers(s, &tx, &user).await?;
    keep(s, &tx, user.id, hash, changes).await?;
    sessions::end(
        &tx,
        user.id,
        Ended::AllBut(actor.session),
        "password_changed",
        now,
    )
    .await?;
    sessions::touch(&tx, actor.session, now, Some(now)).await?;
    letters::changed(s, &user).to(s, &tx, &user).await?;
    let how = if completed {
        "by self-service reset"
    } else if by_temporary {
        "after a temporary password"
    } else {
        "with the present password"
    };
    s.commit(tx, permit.because(how)).await?;
    Ok(())
}
