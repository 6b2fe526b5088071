//! Writing the register: entries and their parties, one by one or a thousand at a time, each change with its history.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use quaymaster_domain::identifiers::IdentifierKind;
use quaymaster_domain::ids::RegisterImportId;
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::db::{WriteTx, sealed::Sealed};
use crate::entities::{parties, register_changes, register_entries};
use crate::error::StoreError;
use crate::identifiers::StoredIdentifier;

/// What the register shall say of one identifier.
#[derive(Clone, Debug)]
pub struct EntryRow {
    /// The identifier.
    pub identifier: StoredIdentifier,
    /// The EIN inside it, where there is one.
    pub ein: Option<String>,
    /// The key of its party.
    pub party_key: String,
    /// The display name of its party.
    pub party_name: String,
    /// The e-mail address of its party; `None` leaves what is there.
    pub contact_email: Option<Option<String>>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryOutcome {
    /// A new entry.
    Added,
    /// The entry or its party was changed.
    Changed,
    /// The register said so already.
    Unchanged,
}

/// Who writes, and in the course of what.
pub struct Origin<'a> {
    /// The name of the person.
    pub by_name: &'a str,
    /// The bulk load, if it is one.
    pub import: Option<RegisterImportId>,
    /// Now.
    pub at: DateTime<Utc>,
}

#[derive(Clone, PartialEq, Eq)]
struct PartyState {
    id: Uuid,
    name: String,
    contact: Option<String>,
}

impl PartyState {
    fn json(&self, key: &str) -> String {
        serde_json::json!({ "party_key": key, "party_name": self.name, "contact_email": self.contact })
            .to_string()
    }
}

struct EntryState {
    id: Uuid,
    party: String,
    stored: bool,
    moved: bool,
}

/// The state of a batch in memory: rows are applied to it one after the other and written at the end.
struct Batch {
    parties: BTreeMap<String, (Option<PartyState>, PartyState)>,
    entries: HashMap<(IdentifierKind, String), EntryState>,
    added: Vec<register_entries::Model>,
    changes: Vec<register_changes::Model>,
}

/// Writes rows into the register, a later row over an earlier one. `id` makes new identities.
///
/// # Errors
/// [`Constraint::PartyKey`](crate::constraint::Constraint::PartyKey) or
/// [`Constraint::RegisterIdentifier`](crate::constraint::Constraint::RegisterIdentifier) when somebody wrote the same in
/// the same instant; trying again settles it.
pub async fn apply(
    tx: &WriteTx,
    rows: &[EntryRow],
    origin: &Origin<'_>,
    id: &(dyn Fn() -> Uuid + Sync),
) -> Result<Vec<EntryOutcome>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut batch = read(tx, rows).await?;
    let outcomes = rows.iter().map(|row| batch.take(row, origin, id)).collect();
    write(tx, batch, origin).await?;
    Ok(outcomes)
}

/// Reads and locks what the rows speak of, always in the same order, so that two loads wait instead of blocking each
/// other.
async fn read(tx: &WriteTx, rows: &[EntryRow]) -> Result<Batch, StoreError> {
    let conn = tx.conn();
    let keys: BTreeSet<&str> = rows.iter().map(|r| r.party_key.as_str()).collect();
    let found = parties::Entity::find()
        .filter(parties::Column::PartyKey.is_in(keys))
        .order_by_asc(parties::Column::PartyKey)
        .lock_exclusive()
        .all(&conn)
        .await?;
    let mut of_id: HashMap<Uuid, String> = HashMap::new();
    let mut all = BTreeMap::new();
    let mut keep = |row: parties::Model, all: &mut BTreeMap<_, _>| {
        let state = PartyState {
            id: row.id,
            name: row.name,
            contact: row.contact_email,
        };
        of_id.insert(row.id, row.party_key.clone());
        all.insert(row.party_key, (Some(state.clone()), state));
    };
    for row in found {
        keep(row, &mut all);
    }
    let mut by_kind: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in rows {
        by_kind
            .entry(row.identifier.kind.as_str())
            .or_default()
            .insert(&row.identifier.lookup);
    }
    let mut known = Vec::new();
    for (kind, lookups) in by_kind {
        known.extend(
            register_entries::Entity::find()
                .filter(register_entries::Column::Kind.eq(kind))
                .filter(register_entries::Column::Lookup.is_in(lookups))
                .order_by_asc(register_entries::Column::Lookup)
                .lock_exclusive()
                .all(&conn)
                .await?,
        );
    }
    // The parties that entries are taken from, for the history.
    let known_parties: BTreeSet<Uuid> = known.iter().map(|e| e.party_id).collect();
    let missing: Vec<Uuid> = known_parties
        .into_iter()
        .filter(|id| !of_id.contains_key(id))
        .collect();
    let mut former = BTreeMap::new();
    if !missing.is_empty() {
        for row in parties::Entity::find()
            .filter(parties::Column::Id.is_in(missing))
            .all(&conn)
            .await?
        {
            of_id.insert(row.id, row.party_key.clone());
            let state = PartyState {
                id: row.id,
                name: row.name,
                contact: row.contact_email,
            };
            former.insert(row.party_key, (Some(state.clone()), state));
        }
    }
    all.extend(former);
    let mut entries = HashMap::with_capacity(known.len());
    for row in known {
        let kind = crate::identifiers::kind("register_entries", row.id, &row.kind)?;
        let state = EntryState {
            id: row.id,
            party: of_id.get(&row.party_id).cloned().unwrap_or_default(),
            stored: true,
            moved: false,
        };
        entries.insert((kind, row.lookup), state);
    }
    Ok(Batch {
        parties: all,
        entries,
        added: Vec::new(),
        changes: Vec::new(),
    })
}

impl Batch {
    fn take(
        &mut self,
        row: &EntryRow,
        origin: &Origin<'_>,
        id: &(dyn Fn() -> Uuid + Sync),
    ) -> EntryOutcome {
        let (_, party) = self
            .parties
            .entry(row.party_key.clone())
            .or_insert_with(|| {
                let new = PartyState {
                    id: id(),
                    name: row.party_name.clone(),
                    contact: None,
                };
                (None, new)
            });
        let before = party.clone();
        party.name.clone_from(&row.party_name);
        if let Some(contact) = &row.contact_email {
            party.contact.clone_from(contact);
        }
        let after = party.clone();
        let key = (row.identifier.kind, row.identifier.lookup.clone());
        let mut note = |entry: Uuid, change: &str, from: Option<String>| {
            self.changes.push(register_changes::Model {
                id: id(),
                entry_id: entry,
                at: origin.at,
                change: change.to_owned(),
                by_name: origin.by_name.to_owned(),
                import_id: origin.import.map(Into::into),
                before: from,
                after: Some(after.json(&row.party_key)),
            });
        };
        match self.entries.get_mut(&key) {
            None => {
                let entry = id();
                note(entry, "added", None);
                self.added.push(register_entries::Model {
                    id: entry,
                    kind: row.identifier.kind.as_str().to_owned(),
                    lookup: row.identifier.lookup.clone(),
                    shown: row.identifier.shown.clone(),
                    cipher: row.identifier.cipher.clone(),
                    ein: row.ein.clone(),
                    party_id: after.id,
                    updated_at: origin.at,
                });
                let state = EntryState {
                    id: entry,
                    party: row.party_key.clone(),
                    stored: false,
                    moved: false,
                };
                self.entries.insert(key, state);
                EntryOutcome::Added
            }
            Some(entry) if entry.party != row.party_key => {
                let former = self
                    .parties
                    .get(&entry.party)
                    .map(|(_, former)| former.json(&entry.party));
                note(entry.id, "party_changed", former);
                entry.party.clone_from(&row.party_key);
                if entry.stored {
                    entry.moved = true;
                } else if let Some(new) = self.added.iter_mut().find(|new| new.id == entry.id) {
                    new.party_id = after.id;
                }
                EntryOutcome::Changed
            }
            Some(entry) if before != after => {
                let change = if before.name == after.name {
                    "contact_changed"
                } else {
                    "party_changed"
                };
                note(entry.id, change, Some(before.json(&row.party_key)));
                EntryOutcome::Changed
            }
            Some(_) => EntryOutcome::Unchanged,
        }
    }
}

async fn write(tx: &WriteTx, batch: Batch, origin: &Origin<'_>) -> Result<(), StoreError> {
    let conn = tx.conn();
    let Batch {
        parties: all,
        entries,
        added,
        changes,
    } = batch;
    let mut moved = Vec::new();
    for entry in entries.into_values().filter(|e| e.moved) {
        if let Some((_, party)) = all.get(&entry.party) {
            moved.push((entry.id, party.id));
        }
    }
    let mut new_parties = Vec::new();
    for (key, (before, after)) in all {
        match before {
            None => new_parties.push(parties::Model {
                id: after.id,
                party_key: key,
                name_key: after.name.to_lowercase(),
                name: after.name,
                contact_email: after.contact,
                created_at: origin.at,
                updated_at: origin.at,
            }),
            Some(before) if before != after => {
                let change = parties::ActiveModel {
                    id: Unchanged(after.id),
                    name_key: Set(after.name.to_lowercase()),
                    name: Set(after.name),
                    contact_email: Set(after.contact),
                    updated_at: Set(origin.at),
                    ..Default::default()
                };
                parties::Entity::update(change)
                    .exec_without_returning(&conn)
                    .await?;
            }
            Some(_) => {}
        }
    }
    if !new_parties.is_empty() {
        let rows = new_parties
            .into_iter()
            .map(IntoActiveModel::into_active_model);
        parties::Entity::insert_many(rows)
            .exec_without_returning(&conn)
            .await?;
    }
    moved.sort_unstable();
    for (entry, party) in moved {
        let change = register_entries::ActiveModel {
            id: Unchanged(entry),
            party_id: Set(party),
            updated_at: Set(origin.at),
            ..Default::default()
        };
        register_entries::Entity::update(change)
            .exec_without_returning(&conn)
            .await?;
    }
    if !added.is_empty() {
        let rows = added.into_iter().map(IntoActiveModel::into_active_model);
        register_entries::Entity::insert_many(rows)
            .exec_without_returning(&conn)
            .await?;
    }
    if !changes.is_empty() {
        let rows = changes.into_iter().map(IntoActiveModel::into_active_model);
        register_changes::Entity::insert_many(rows)
            .exec_without_returning(&conn)
            .await?;
    }
    Ok(())
}
