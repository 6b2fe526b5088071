//! Codes that are mailed to somebody else and typed in: few digits, so few tries, counted before anything is compared. And
//! allowances of what strangers may ask the portal to do.

use chrono::Duration;
use quaymaster_domain::access::Origin;
use quaymaster_domain::applications::{SixDigits, StageRefusal};
use quaymaster_domain::ids::ApplicationId;
use quaymaster_store::{WriteTx, applications, attempts};
use subtle::ConstantTimeEq;

use super::{Network, network_of};
use crate::Services;
use crate::error::Fault;

/// How many wrong codes one identifier may see within [`WRONG_WINDOW`], whoever types them into whichever application.
const WRONG_CODES: i64 = 25;
const WRONG_WINDOW: Duration = Duration::hours(24);

/// Why a code was not compared.
#[derive(Debug, thiserror::Error)]
pub enum CodeRefusal {
    /// No code is awaited, or it is over.
    #[error(transparent)]
    Stage(#[from] StageRefusal),
    /// Not about the code.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<quaymaster_store::StoreError> for CodeRefusal {
    fn from(error: quaymaster_store::StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// A code that was compared.
pub struct CodeTried {
    /// It was right, and within the limits.
    pub right: bool,
    /// What the code was kept as; the caller checks that it is the newest one still.
    pub code_hash: Option<String>,
    /// Tries that are left for this code.
    pub left: u32,
    network: Network,
    of_identifier: String,
}

/// What is kept of the code of an application.
#[must_use]
pub fn code_hash(s: &Services, application: ApplicationId, code: &SixDigits) -> String {
    s.secrets.keyed_digest(
        "application-code",
        &format!("{application}:{}", code.as_str()),
    )
}

/// Six random digits.
#[must_use]
pub fn new_code(s: &Services) -> SixDigits {
    loop {
        let mut bytes = [0_u8; 4];
        s.rng.fill(&mut bytes);
        let number = u32::from_be_bytes(bytes);
        // The part of the range that a million does not divide would make some codes likelier.
        if number < u32::MAX - u32::MAX % 1_000_000
            && let Ok(code) = SixDigits::parse(&format!("{:06}", number % 1_000_000))
        {
            return code;
        }
    }
}

/// Tries a code of an application whose token was right. The try is counted for the code, for the identifier and for the
/// network, and written, before the code is compared.
///
/// # Errors
/// [`CodeRefusal::Stage`] when no code is awaited or it is over; [`Fault::Throttled`] when too many were wrong.
pub async fn code(
    s: &Services,
    application: ApplicationId,
    typed: &SixDigits,
    origin: &Origin,
) -> Result<CodeTried, CodeRefusal> {
    let now = s.now();
    let tx = s.db.begin_write().await?;
    let network = Network::take(s, &tx, origin, now).await?;
    let mut found = applications::lock(&tx, application)
        .await?
        .ok_or(Fault::NotFound)?;
    let reserved = match found.stage.try_code(now) {
        Ok(reserved) => reserved,
        Err(refusal) => {
            // What was taken stays taken.
            tx.commit_bookkeeping().await?;
            return Err(refusal.into());
        }
    };
    let of_identifier = found
        .form
        .identifier
        .as_ref()
        .map_or_else(String::new, |i| {
            subject(
                s,
                "application-code",
                &format!("{}:{}", i.kind.as_str(), i.lookup),
            )
        });
    take_one(&tx, &of_identifier, WRONG_CODES, WRONG_WINDOW, now).await?;
    found.stage = reserved;
    applications::save(&tx, &mut found).await?;
    tx.commit_bookkeeping().await?;

    let given = code_hash(s, application, typed);
    let kept = found.code_hash.clone().unwrap_or_default();
    let left = match reserved {
        quaymaster_domain::applications::Stage::AwaitingCode { tries, .. } => {
            quaymaster_domain::applications::CODE_TRIES.saturating_sub(tries)
        }
        _ => 0,
    };
    Ok(CodeTried {
        right: given.as_bytes().ct_eq(kept.as_bytes()).into(),
        code_hash: found.code_hash,
        left,
        network,
        of_identifier,
    })
}

impl CodeTried {
    /// Gives back what a right code was counted, first thing in the caller's transaction.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forgive(&self, tx: &WriteTx) -> Result<(), Fault> {
        self.network.forgive(tx).await?;
        Ok(attempts::give_back(tx, &self.of_identifier).await?)
    }
}

fn subject(s: &Services, purpose: &str, value: &str) -> String {
    format!("{purpose}:{}", s.secrets.keyed_digest(purpose, value))
}

async fn take_one(
    tx: &WriteTx,
    subject: &str,
    limit: i64,
    window: Duration,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), Fault> {
    let (taken, since) = attempts::take(tx, subject, now - window, now).await?;
    if taken > limit {
        let seconds = (since + window - now).num_seconds().max(1);
        return Err(Fault::Throttled(u64::try_from(seconds).unwrap_or(1)));
    }
    Ok(())
}

/// What a stranger may ask for only so often.
#[derive(Clone, Copy, Debug)]
pub enum Allowance<'a> {
    /// New applications from one network.
    Applications(&'a Origin),
    /// Mails with a code to the register's contact of one identifier: its kind and lookup.
    Codes(&'a str, &'a str),
    /// Mails to an address that nobody has proved to own.
    Mails(&'a str),
}

/// Takes one from an allowance, in a transaction of its own that stays also when what it was taken for fails.
///
/// # Errors
/// [`Fault::Throttled`] when nothing is left.
pub async fn allowance(s: &Services, of: Allowance<'_>) -> Result<(), Fault> {
    let now = s.now();
    let (subject, limit, window) = match of {
        Allowance::Applications(origin) => (
            subject(s, "applications", &network_of(&origin.network)),
            s.settings.applications_per_hour,
            Duration::hours(1),
        ),
        Allowance::Codes(kind, lookup) => (
            subject(s, "application-mail", &format!("{kind}:{lookup}")),
            s.settings.codes_per_day,
            Duration::hours(24),
        ),
        Allowance::Mails(address) => (
            subject(s, "stranger-mail", &address.to_lowercase()),
            s.settings.codes_per_day,
            Duration::hours(24),
        ),
    };
    let tx = s.db.begin_write().await?;
    let taken = take_one(&tx, &subject, i64::from(limit), window, now).await;
    tx.commit_bookkeeping().await?;
    taken
}
