//! The identifier register: whom an identifier belongs to. Writing it is in `load`, what staff reads of it in `read`, bulk
//! loads in `imports`.

pub mod imports;
pub mod load;
pub mod read;

use quaymaster_domain::identifiers::{Identifier, IdentifierKind};
use quaymaster_domain::ids::PartyId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::db::Handle;
use crate::entities::{parties, register_entries};
use crate::error::{StoreError, corrupt};
use crate::identifiers::StoredIdentifier;

/// The party of an identifier, with the display name that a refusal may tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredParty {
    /// The party.
    pub id: PartyId,
    /// Display name.
    pub name: String,
}

/// The EIN inside an identifier, where it has one: all importer numbers of one EIN belong to one party.
#[must_use]
pub fn ein_of(identifier: &Identifier) -> Option<String> {
    match identifier.party_key() {
        Identifier::Ein(ein) => Some(ein.as_str().to_owned()),
        _ => None,
    }
}

/// The party of an identifier. Inside a write transaction what was read cannot change until the transaction ends.
///
/// The entry of the identifier itself decides; without one, the entry of its EIN; without that, the other numbers of the
/// same EIN, when they all belong to one party.
///
/// # Errors
/// When the database cannot answer.
pub async fn party_of(
    db: &impl Handle,
    identifier: &StoredIdentifier,
    ein: Option<&str>,
) -> Result<Option<RegisteredParty>, StoreError> {
    let mut found = entry_party(db, identifier.kind, &identifier.lookup).await?;
    if let Some(ein) = ein {
        if found.is_none() && identifier.kind != IdentifierKind::Ein {
            found = entry_party(db, IdentifierKind::Ein, ein).await?;
        }
        if found.is_none() {
            let of_ein: Vec<uuid::Uuid> = register_entries::Entity::find()
                .select_only()
                .column(register_entries::Column::PartyId)
                .filter(register_entries::Column::Ein.eq(ein))
                .lock_shared()
                .into_tuple()
                .all(&db.conn())
                .await?;
            found = match of_ein.split_first() {
                Some((first, rest)) if rest.iter().all(|other| other == first) => Some(*first),
                _ => None,
            };
        }
    }
    let Some(party) = found else { return Ok(None) };
    let row = parties::Entity::find_by_id(party)
        .one(&db.conn())
        .await?
        .ok_or_else(|| corrupt("register_entries", "party_id", party, "no such party"))?;
    Ok(Some(RegisteredParty {
        id: row.id.into(),
        name: row.name,
    }))
}

async fn entry_party(
    db: &impl Handle,
    kind: IdentifierKind,
    lookup: &str,
) -> Result<Option<uuid::Uuid>, StoreError> {
    Ok(register_entries::Entity::find()
        .select_only()
        .column(register_entries::Column::PartyId)
        .filter(register_entries::Column::Kind.eq(kind.as_str()))
        .filter(register_entries::Column::Lookup.eq(lookup))
        .lock_shared()
        .into_tuple()
        .one(&db.conn())
        .await?)
}

/// The address of a party's point of contact, as the register has it.
///
/// # Errors
/// When the database cannot answer.
pub async fn contact_of(db: &impl Handle, party: PartyId) -> Result<Option<String>, StoreError> {
    let row = parties::Entity::find_by_id(party.0).one(&db.conn()).await?;
    Ok(row.and_then(|row| row.contact_email))
}

/// True when the register has the party.
///
/// # Errors
/// When the database cannot answer.
pub async fn party_exists(db: &impl Handle, id: PartyId) -> Result<bool, StoreError> {
    Ok(parties::Entity::find_by_id(id.0)
        .one(&db.conn())
        .await?
        .is_some())
}
