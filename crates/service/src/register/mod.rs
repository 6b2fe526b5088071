//! The identifier register for the registrar and those who read it: entries, their history, parties, one entry at a time.
//! Bulk loads are in `import`, what waits for the registrar in `verifications`.

pub mod import;
mod rows;
pub mod verifications;

use quaymaster_domain::access::{Action, Actor, Denied, Thing, require, require_read};
use quaymaster_domain::companies::PartyKey;
use quaymaster_domain::identifiers::{Identifier, IdentifierError as Malformed, IdentifierKind};
use quaymaster_domain::ids::{PartyId, RegisterEntryId};
use quaymaster_domain::people::{CompanyName, EmailAddress};
use quaymaster_store::constraint::Constraint;
use quaymaster_store::register::load::{self, EntryRow, Origin};
use quaymaster_store::register::{ein_of, read};
use quaymaster_store::{Page, PageRequest, StoreError};

use crate::Services;
use crate::error::Fault;
use crate::identifiers::stored;

pub use quaymaster_store::register::read::{Party, RegisterChange, RegisterEntry};

/// Why an entry was not found or written.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Not written correctly.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A kind without a value, or the other way round.
    #[error("give kind and value together, or kind alone")]
    KindAndValue,
    /// Addresses are kept in logs and histories.
    #[error(
        "a Social Security number has no place in the address of a request, because addresses are kept in logs; send it in the body of POST /identifier-register/searches"
    )]
    PersonalInAddress,
    /// Not specific.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Denied> for RegisterError {
    fn from(denied: Denied) -> Self {
        Self::Fault(denied.into())
    }
}
impl From<StoreError> for RegisterError {
    fn from(error: StoreError) -> Self {
        match error {
            // Somebody wrote the same in the same instant; the next attempt finds it.
            StoreError::Conflict(Constraint::PartyKey | Constraint::RegisterIdentifier) => {
                Self::Fault(Fault::Busy(1))
            }
            other => Self::Fault(other.into()),
        }
    }
}

/// Which entries.
#[derive(Clone, Debug, Default)]
pub struct EntryQuery {
    /// Of this kind.
    pub kind: Option<IdentifierKind>,
    /// Of exactly this identifier; needs the kind.
    pub value: Option<String>,
    /// Of this party.
    pub party: Option<PartyId>,
    /// Text in the party's name.
    pub q: Option<String>,
}

/// Entries of the register.
///
/// # Errors
/// [`Fault::Denied`] for those who may not read the register; the refusals of [`RegisterError`].
pub async fn list(
    actor: &Actor,
    s: &Services,
    query: EntryQuery,
    page: &PageRequest,
) -> Result<Page<RegisterEntry>, RegisterError> {
    let EntryQuery {
        kind,
        value,
        party,
        q,
    } = query;
    let scope = require_read(actor, Action::ReadRegister, &Thing::Portal)?;
    let exact = match (kind, value) {
        (None, Some(_)) => return Err(RegisterError::KindAndValue),
        (Some(kind), Some(value)) => {
            let identifier = Identifier::parse(kind, &value)?;
            if identifier.is_personal() {
                return Err(RegisterError::PersonalInAddress);
            }
            Some((kind, identifier.normal().to_owned()))
        }
        (_, None) => None,
    };
    let filter = read::EntryFilter {
        kind: kind.filter(|_| exact.is_none()),
        exact,
        party,
        q,
    };
    Ok(read::list(&s.db.reader(), &scope, &filter, page).await?)
}

/// The entry of exactly this identifier, also of a Social Security number.
///
/// # Errors
/// As [`list`].
pub async fn search(
    actor: &Actor,
    s: &Services,
    kind: IdentifierKind,
    value: &str,
) -> Result<Option<RegisterEntry>, RegisterError> {
    let scope = require_read(actor, Action::ReadRegister, &Thing::Portal)?;
    let kept = stored(s, &Identifier::parse(kind, value)?)?;
    Ok(read::find_exact(&s.db.reader(), &scope, kind, &kept.lookup).await?)
}

/// The history of an entry, the newest first.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such entry.
pub async fn history(
    actor: &Actor,
    s: &Services,
    entry: RegisterEntryId,
    page: &PageRequest,
) -> Result<Page<RegisterChange>, Fault> {
    let scope = require_read(actor, Action::ReadRegister, &Thing::Portal)?;
    read::history(&s.db.reader(), &scope, entry, page)
        .await?
        .ok_or(Fault::NotFound)
}

/// Parties of the register by name.
///
/// # Errors
/// [`Fault::Denied`] for those who may not read the register.
pub async fn list_parties(
    actor: &Actor,
    s: &Services,
    key: Option<&str>,
    q: Option<&str>,
    page: &PageRequest,
) -> Result<Page<Party>, Fault> {
    let scope = require_read(actor, Action::ReadRegister, &Thing::Portal)?;
    Ok(read::list_parties(&s.db.reader(), &scope, key, q, page).await?)
}

/// An entry to write.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// Kind of the identifier.
    pub kind: IdentifierKind,
    /// The identifier as it is written.
    pub value: String,
    /// The key of its party.
    pub party_key: PartyKey,
    /// The name of its party.
    pub party_name: CompanyName,
    /// The e-mail address of its party.
    pub contact_email: Option<EmailAddress>,
}

/// Writes one entry with its party: adds it, or changes what is there.
///
/// # Errors
/// [`RegisterError::Malformed`]; [`Fault::Denied`] for everybody but the registrar.
pub async fn set(
    actor: &Actor,
    s: &Services,
    new: NewEntry,
) -> Result<RegisterEntry, RegisterError> {
    let NewEntry {
        kind,
        value,
        party_key,
        party_name,
        contact_email,
    } = new;
    let scope = require_read(actor, Action::ReadRegister, &Thing::Portal)?;
    let permit = require(actor, Action::ManageRegister, &Thing::Portal)?;
    let identifier = Identifier::parse(kind, &value)?;
    let row = EntryRow {
        ein: ein_of(&identifier),
        identifier: stored(s, &identifier)?,
        party_key: party_key.into(),
        party_name: party_name.into(),
        contact_email: Some(contact_email.map(Into::into)),
    };
    let tx = s.db.begin_write().await?;
    let before = read::find_exact(&tx, &scope, kind, &row.identifier.lookup).await?;
    let origin = Origin {
        by_name: &actor.name,
        import: None,
        at: s.now(),
    };
    load::apply(&tx, std::slice::from_ref(&row), &origin, &|| s.id()).await?;
    let after = read::find_exact(&tx, &scope, kind, &row.identifier.lookup)
        .await?
        .ok_or_else(|| Fault::Internal("the entry that was just written is gone".to_owned()))?;
    let label = format!("{} {}", kind.label(), after.shown);
    let permit = permit
        .about("register_entry", after.id, label)
        .change(before.as_ref().map(json), Some(json(&after)));
    s.commit(tx, permit).await?;
    Ok(after)
}

fn json(entry: &RegisterEntry) -> String {
    serde_json::json!({ "party_key": entry.party.key, "party_name": entry.party.name, "contact_email": entry.contact_email })
        .to_string()
}
