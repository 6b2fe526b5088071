//! The one way in for secrets: passwords, proofs, temporary passwords, challenge answers, tokens of links. A try is counted
//! before anything is compared, and whoever is not known is treated to the same work as everybody else.
//!
//! Lock order on PostgreSQL, for all transactions here and in those that settle a proof: network, counter, user, device.

mod codes;

use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};
use quaymaster_domain::access::{Origin, Permit};
use quaymaster_domain::challenge_questions::Answer;
use quaymaster_domain::ids::{MailId, PasswordResetId, UserId};
use quaymaster_domain::locks::{
    Attempts, Reservation, UserLockFacts, reserve_attempt, state, succeeded,
};
use quaymaster_domain::passwords::{normalize, temporary};
use quaymaster_store::WriteTx;
use quaymaster_store::attempts;
use quaymaster_store::devices::{self, Device};
use quaymaster_store::sign_ins::{self, Outcome, SignInEvent};
use quaymaster_store::users::{self, User, UserChange};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::Services;
use crate::error::Fault;
use crate::hashing::Ticket;
use crate::mails::locks as letters;
use crate::secrets::token_hash;

pub use codes::{Allowance, CodeRefusal, CodeTried, allowance, code, code_hash, new_code};

/// How long the mail about a lock waits: if the attempt that locked turns out to be right, it is withdrawn.
const LOCK_MAIL_DELAY: Duration = Duration::seconds(30);

/// How many device tokens a browser may show; it keeps one for each of its last users.
pub const DEVICE_TOKENS: usize = 5;

/// What a password is tried for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To begin a session; kept in the record of sign-ins.
    SignIn,
    /// To prove in a session that it is still the same person.
    Proof,
}

/// A try with a password.
pub struct Attempt<'a> {
    /// The User ID as typed.
    pub user_name: &'a str,
    /// The password as typed.
    pub password: &'a str,
    /// The device tokens that the browser showed.
    pub devices: &'a [String],
    /// Browser and system in words.
    pub device: &'a str,
    /// Where from.
    pub origin: &'a Origin,
    /// What for.
    pub purpose: Purpose,
}

/// A password that was right. Nothing has been told to the database about that yet: [`Proven::settle`] does.
pub struct Proven {
    network: Network,
    user: User,
    device: Option<Device>,
    temporary: bool,
    outdated: bool,
    sign_in: Option<Uuid>,
    lock_mail: Option<MailId>,
    ticket: Ticket,
}

/// Tries a password. `None` for every failure of the person: unknown, wrong, locked, dormant and suspended take the same
/// statements and one hash each.
///
/// # Errors
/// [`Fault::Throttled`] when the network has failed too often, [`Fault::Busy`] when too many wait for a hash; neither counts.
pub async fn password(s: &Services, attempt: Attempt<'_>) -> Result<Option<Proven>, Fault> {
    let Attempt {
        user_name,
        password,
        devices: tokens,
        device: device_words,
        origin,
        purpose,
    } = attempt;
    let ticket = s.hasher.admit()?;
    let now = s.now();
    let key = user_key(user_name);
    let subject = format!("user:{}", s.secrets.keyed_digest("user-name", &key));
    let cookies = device_hashes(tokens);
    let policy = s.settings.lock_policy();

    let tx = s.db.begin_write().await?;
    let network = Network::take(s, &tx, origin, now).await?;
    // Also for a known User ID: it costs the same as for an unknown one, and tries on one User ID queue up here.
    let counter = attempts::lock(&tx, &subject, now).await?;
    let user = users::lock_by_key(&tx, &key).await?;
    let device = devices::lock(&tx, user.as_ref().map(|u| u.id), &cookies).await?;
    let facts = match &user {
        Some(user) => user.lock_facts()?,
        None => UserLockFacts::unknown(counter.attempts, now),
    };
    let temporary = temporary_fits(s, user.as_ref(), password, now);
    let reservation = if temporary {
        // 100 random bits are not guessed, so they need no count; a lock by failures does not stop them, others do.
        uncounted(&facts, &policy, now)
    } else {
        reserve_attempt(&facts, device.map(|d| d.attempts), &policy, now)
    };
    let (open, counted, device_counted, last) = match reservation {
        Reservation::Hash { user, device, last } => (true, user, device, last),
        Reservation::Locked(_) => (false, facts.attempts, None, false),
    };
    match &user {
        Some(user) => {
            let change =
                UserChange::default().failures(i64::from(counted.failed), counted.locked_at);
            users::update(&tx, user.id, change).await?;
        }
        None => attempts::set(&tx, &subject, counted, counter.since).await?,
    }
    let device = match (device, device_counted) {
        (Some(device), Some(attempts)) => {
            let device = Device { attempts, ..device };
            devices::set(&tx, device).await?;
            Some(device)
        }
        (device, _) => device,
    };
    let id: Uuid = s.id();
    if purpose == Purpose::SignIn {
        let event = SignInEvent {
            id,
            user: user.as_ref().map(|u| u.id),
            at: now,
            outcome: if open {
                Outcome::Failed
            } else {
                Outcome::RefusedLocked
            },
            device: device_words.to_owned(),
            network: origin.network.clone(),
        };
        sign_ins::insert(&tx, event).await?;
    }
    let lock_mail = if last {
        lock_falls(
            s,
            tx,
            user.as_ref(),
            &subject,
            counted,
            counter.since,
            id,
            origin,
        )
        .await?
    } else {
        tx.commit_bookkeeping().await?;
        None
    };

    let stored = user
        .as_ref()
        .filter(|_| open)
        .and_then(|u| u.password_hash.as_deref());
    let verdict = ticket.verify(&normalize(password), stored).await?;
    Ok(user
        .filter(|_| open && (verdict.matches || temporary))
        .map(|user| Proven {
            network,
            user,
            device,
            temporary,
            outdated: verdict.matches && verdict.outdated,
            sign_in: (purpose == Purpose::SignIn).then_some(id),
            lock_mail,
            ticket,
        }))
}

/// The last allowed attempt locks: one mail and one audit row, or for nobody one more write and one audit row.
#[expect(
    clippy::too_many_arguments,
    reason = "one caller, whose locals these are"
)]
async fn lock_falls(
    s: &Services,
    tx: WriteTx,
    user: Option<&User>,
    subject: &str,
    counted: Attempts,
    since: DateTime<Utc>,
    attempt: Uuid,
    origin: &Origin,
) -> Result<Option<MailId>, Fault> {
    let permit = Permit::anonymous("user.lock", origin.clone())
        .change(None, Some(r#"{"state":"failed_attempts"}"#.to_owned()));
    let (mail, permit) = match user {
        Some(user) => {
            let letter = letters::locked(s, user, &attempt.to_string());
            let mail = letter.later(s, &tx, user, LOCK_MAIL_DELAY).await?;
            (Some(mail), permit.about("user", user.id, user.full_name()))
        }
        None => {
            attempts::set(&tx, subject, counted, since).await?;
            (None, permit.about("unknown_user", subject, ""))
        }
    };
    s.commit(tx, permit).await?;
    Ok(mail)
}

fn uncounted(
    facts: &UserLockFacts,
    policy: &quaymaster_domain::locks::LockPolicy,
    now: DateTime<Utc>,
) -> Reservation {
    let without_attempts = UserLockFacts {
        attempts: Attempts::default(),
        ..facts.clone()
    };
    let state = state(&without_attempts, policy, now);
    if state.is_active() {
        Reservation::Hash {
            user: facts.attempts,
            device: None,
            last: false,
        }
    } else {
        Reservation::Locked(state)
    }
}

/// What remains to be done once a right password has led to what it was given for.
pub struct Settled {
    /// The person as of this transaction, with the row locked.
    pub user: User,
    /// What to write with the caller's own changes, at least once.
    pub change: UserChange,
    /// The known device that the password came from.
    pub device: Option<Uuid>,
    /// True when it was the temporary password.
    pub temporary: bool,
}

impl Proven {
    /// The person.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.user
    }

    /// The same password with today's cost, when the kept hash is cheaper.
    ///
    /// # Errors
    /// When the hashing threads are gone.
    pub async fn rehash(&self, password: &str) -> Result<Option<String>, Fault> {
        if self.outdated {
            Ok(Some(self.ticket.hash(&normalize(password)).await?))
        } else {
            Ok(None)
        }
    }

    /// The place at the hashing threads, for further hashes of the same request.
    #[must_use]
    pub fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// Clears what the try had counted, first thing in the caller's transaction. `None` when the person was suspended or the
    /// password changed in the meantime.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle(&self, tx: &WriteTx) -> Result<Option<Settled>, Fault> {
        self.network.forgive(tx).await?;
        let Some(user) = users::lock(tx, self.user.id).await? else {
            return Ok(None);
        };
        let same = if self.temporary {
            user.temporary_hash == self.user.temporary_hash
        } else {
            user.password_hash == self.user.password_hash
        };
        if !same || user.suspended_at.is_some() {
            return Ok(None);
        }
        let mut change = UserChange::default();
        if !self.temporary {
            let (counted, device) =
                succeeded(user.lock_facts()?.attempts, self.device.map(|d| d.attempts));
            change = change.failures(i64::from(counted.failed), counted.locked_at);
            if let (Some(known), Some(attempts)) = (self.device, device) {
                devices::set(tx, Device { attempts, ..known }).await?;
            }
        }
        if let Some(mail) = self.lock_mail {
            quaymaster_store::mails::withdraw(tx, mail).await?;
        }
        if let Some(id) = self.sign_in {
            sign_ins::succeeded(tx, id).await?;
        }
        Ok(Some(Settled {
            user,
            change,
            device: self.device.map(|d| d.id),
            temporary: self.temporary,
        }))
    }
}

/// The form under which User IDs are compared.
#[must_use]
pub fn user_key(user_name: &str) -> String {
    user_name.trim().to_lowercase()
}

/// What is kept of the device tokens that a browser shows.
#[must_use]
pub fn device_hashes(tokens: &[String]) -> Vec<String> {
    tokens
        .iter()
        .take(DEVICE_TOKENS)
        .map(|token| token_hash(token))
        .collect()
}

/// A temporary password, to be mailed or shown once, and the hash to keep of it.
pub struct Temporary {
    /// The password itself.
    pub password: String,
    /// What is kept.
    pub hash: String,
}

/// Makes a temporary password for a person. It has 100 random bits, so a keyed digest is enough to keep.
#[must_use]
pub fn new_temporary(s: &Services, user: UserId) -> Temporary {
    let mut random = [0_u8; 20];
    s.rng.fill(&mut random);
    let password = temporary(&random);
    let hash = temporary_hash(s, user, &password);
    Temporary { password, hash }
}

fn temporary_hash(s: &Services, user: UserId, password: &str) -> String {
    s.secrets
        .keyed_digest("temporary-password", &format!("{user}:{password}"))
}

/// Whether this is the person's temporary password, in force or not.
pub(crate) fn is_temporary(s: &Services, user: &User, password: &str) -> bool {
    let given = temporary_hash(s, user.id, password.trim());
    let kept = user.temporary_hash.as_deref().unwrap_or_default();
    given.as_bytes().ct_eq(kept.as_bytes()).into()
}

fn temporary_fits(s: &Services, user: Option<&User>, password: &str, now: DateTime<Utc>) -> bool {
    let nobody = UserId(Uuid::nil());
    let Some(user) = user else {
        // The same work as for somebody.
        temporary_hash(s, nobody, password.trim());
        return false;
    };
    is_temporary(s, user, password) && user.temporary_expires_at.is_some_and(|until| now < until)
}

/// One try taken from the allowance of a network.
#[must_use]
pub struct Network(String);

impl Network {
    async fn take(
        s: &Services,
        tx: &WriteTx,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Result<Self, Fault> {
        let subject = network_subject(s, origin);
        let window = s.settings.network_window;
        let (taken, since) = attempts::take(tx, &subject, now - window, now).await?;
        if taken > i64::from(s.settings.network_failures) {
            return Err(throttled(s, since, now));
        }
        Ok(Self(subject))
    }

    /// Gives the try back, first thing in the caller's transaction: it was no failure.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forgive(&self, tx: &WriteTx) -> Result<(), Fault> {
        Ok(attempts::give_back(tx, &self.0).await?)
    }
}

/// Counts a try with a token that cannot be guessed (links, one-time tokens of the set-up), before it is looked up. Wrong ones
/// are limited by network; a right one is given back with [`Network::forgive`] in the transaction that uses it.
///
/// # Errors
/// [`Fault::Throttled`] when the network has failed too often.
pub async fn token(s: &Services, origin: &Origin) -> Result<Network, Fault> {
    let tx = s.db.begin_write().await?;
    let network = Network::take(s, &tx, origin, s.now()).await?;
    tx.commit_bookkeeping().await?;
    Ok(network)
}

/// Whether the network may try a secret that is too long to be guessed and that programs show again and again. Nothing is
/// written: only a failure is counted, afterwards, with [`failed`].
///
/// # Errors
/// [`Fault::Throttled`] when the network has failed too often.
pub async fn may_try(s: &Services, origin: &Origin) -> Result<(), Fault> {
    let now = s.now();
    let stale = now - s.settings.network_window;
    let seen = attempts::taken(&s.db.reader(), &network_subject(s, origin), stale).await?;
    match seen {
        Some((taken, since)) if taken >= i64::from(s.settings.network_failures) => {
            Err(throttled(s, since, now))
        }
        _ => Ok(()),
    }
}

/// Counts a failure of the network after [`may_try`].
///
/// # Errors
/// As [`token`].
pub async fn failed(s: &Services, origin: &Origin) -> Result<(), Fault> {
    token(s, origin).await.map(drop)
}

fn network_subject(s: &Services, origin: &Origin) -> String {
    let network = network_of(&origin.network);
    format!("network:{}", s.secrets.keyed_digest("network", &network))
}

fn throttled(s: &Services, since: DateTime<Utc>, now: DateTime<Utc>) -> Fault {
    let seconds = (since + s.settings.network_window - now)
        .num_seconds()
        .max(1);
    Fault::Throttled(u64::try_from(seconds).unwrap_or(1))
}

/// What counts as one network: an IPv4 address, or the 64 bits of an IPv6 address that a provider gives to one customer.
fn network_of(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.to_string(),
            None => {
                let [a, b, c, d, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        },
        _ => address.to_owned(),
    }
}

/// A try with challenge answers in one walk through the password reset.
pub struct AnswersAttempt<'a> {
    /// The walk.
    pub reset: PasswordResetId,
    /// Digest of the User ID that the walk is about; see [`reset_subject`].
    pub subject: &'a str,
    /// Whose answers, when the User ID is known.
    pub user: Option<UserId>,
    /// The device tokens that the browser showed.
    pub devices: &'a [String],
    /// Each answer as typed with the hash of the right one, if there is one.
    pub answers: [(&'a str, Option<&'a str>); 3],
    /// Where from.
    pub origin: &'a Origin,
}

/// Challenge answers that were compared.
pub struct Answered {
    /// All three were right, and the try was within the limits.
    pub right: bool,
    network: Network,
    counter: String,
}

/// The digest of a User ID under which the answers to its questions are counted.
#[must_use]
pub fn reset_subject(s: &Services, user_name: &str) -> String {
    s.secrets
        .keyed_digest("password-reset", &user_key(user_name))
}

/// Compares three challenge answers. Tries are counted over all walks of one User ID and locked like passwords; a lock ends
/// after a while, because nobody else can lift it. A known device has its own count. Always three hashes.
///
/// # Errors
/// [`Fault::Throttled`] when the network has failed too often, [`Fault::Busy`] when too many wait for a hash.
pub async fn answers(s: &Services, attempt: AnswersAttempt<'_>) -> Result<Answered, Fault> {
    let AnswersAttempt {
        reset,
        subject,
        user,
        devices: tokens,
        answers,
        origin,
    } = attempt;
    let ticket = s.hasher.admit()?;
    let now = s.now();
    let policy = s.settings.lock_policy();
    let tx = s.db.begin_write().await?;
    let network = Network::take(s, &tx, origin, now).await?;
    // Not locked: the count that matters here is the counter's.
    let device = devices::find(&tx, user, &device_hashes(tokens)).await?;
    let counter = match device {
        Some(device) => format!("answers-device:{}", device.id),
        None if subject.is_empty() => format!("answers-walk:{reset}"),
        None => format!("answers:{subject}"),
    };
    let kept = attempts::lock(&tx, &counter, now).await?;
    let over = kept
        .attempts
        .locked_at
        .is_some_and(|at| now >= at + s.settings.answers_lock);
    let (before, since) = if over {
        (Attempts::default(), now)
    } else {
        (kept.attempts, kept.since)
    };
    let reserved = before.reserve(&policy, now);
    attempts::set(&tx, &counter, reserved.unwrap_or(before), since).await?;
    tx.commit_bookkeeping().await?;

    let mut right = reserved.is_some();
    for (typed, stored) in answers {
        let answer = Answer::parse(typed);
        let secret = answer.as_ref().map_or("", Answer::secret);
        let verdict = ticket.verify(secret, stored).await?;
        right &= verdict.matches && answer.is_some();
    }
    Ok(Answered {
        right,
        network,
        counter,
    })
}

impl Answered {
    /// Clears the count of right answers, or touches that of wrong ones: the same statements. First thing in the caller's
    /// transaction.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle(&self, s: &Services, tx: &WriteTx) -> Result<(), Fault> {
        let now = s.now();
        if self.right {
            self.network.forgive(tx).await?;
            attempts::set(tx, &self.counter, Attempts::default(), now).await?;
        } else {
            // Two statements as well, and nothing changes.
            let kept = attempts::lock(tx, &self.counter, now).await?;
            attempts::set(tx, &self.counter, kept.attempts, kept.since).await?;
        }
        Ok(())
    }
}

/// Clears the count of a person's challenge answers, because the person has been reactivated or has proved identity otherwise.
///
/// # Errors
/// When the database refuses.
pub async fn clear_answers(s: &Services, tx: &WriteTx, user: &User) -> Result<(), Fault> {
    let subject = reset_subject(s, user.user_name.as_deref().unwrap_or_default());
    Ok(attempts::set(
        tx,
        &format!("answers:{subject}"),
        Attempts::default(),
        s.now(),
    )
    .await?)
}
