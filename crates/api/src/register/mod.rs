//! The identifier register over HTTP: entries, history, parties. Bulk loads are in `imports`, what waits for the registrar
//! in `verifications`.

pub(crate) mod imports;
pub(crate) mod verifications;

use actix_web::{HttpResponse, get, post, put};
use chrono::{DateTime, Utc};
use quaymaster_domain::companies::PartyKey;
use quaymaster_domain::people::{CompanyName, EmailAddress};
use quaymaster_service::Cursor;
use quaymaster_service::register::{
    self, EntryQuery, NewEntry, Party as FoundParty, RegisterChange as FoundChange,
    RegisterEntry as FoundEntry,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::AccountRef;
use crate::companies::PartyRef;
use crate::extract::{Authed, Json, Path, Query};
use crate::lists::{PageQuery, page_request};
use crate::problem::Problem;
use crate::words::IdentifierKind;

/// An entry of the identifier register: whom an identifier belongs to.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegisterEntry {
    /// Identity.
    id: Uuid,
    /// Kind of the identifier.
    kind: IdentifierKind,
    /// Normal form; a Social Security number is masked.
    #[schema(example = "08-123456700")]
    value: String,
    /// Its party.
    party: PartyRef,
    /// The party's e-mail address.
    #[schema(example = "customs@harbor.example")]
    contact_email: Option<String>,
    /// The account that holds the identifier.
    held_by: Option<AccountRef>,
    /// When the entry was last changed.
    updated_at: DateTime<Utc>,
}

impl From<FoundEntry> for RegisterEntry {
    fn from(found: FoundEntry) -> Self {
        let FoundEntry {
            id,
            kind,
            shown,
            party,
            contact_email,
            held_by,
            updated_at,
        } = found;
        Self {
            id: id.into(),
            kind: kind.into(),
            value: shown,
            party: party.into(),
            contact_email,
            held_by: held_by.map(|a| AccountRef::new(a.id, a.account_number, a.name)),
            updated_at,
        }
    }
}

/// A page of entries.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegisterEntryPage {
    /// The rows.
    items: Vec<RegisterEntry>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Filters of the list of entries.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RegisterQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// Only identifiers of this kind.
    kind: Option<IdentifierKind>,
    /// Exactly this identifier, with its kind. Not for Social Security numbers: see `POST /identifier-register/searches`.
    #[param(max_length = 64)]
    value: Option<String>,
    /// Only identifiers of this party.
    party_id: Option<Uuid>,
    /// Text in the party's name.
    #[param(max_length = 140)]
    q: Option<String>,
}

/// An identifier to look for in the register.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "importer_number", "value": "08-1234567"}))]
pub(crate) struct RegisterSearch {
    /// Kind.
    kind: IdentifierKind,
    /// The whole identifier.
    #[schema(max_length = 64)]
    #[validate(length(max = 64, message = "An identifier has at most 64 characters."))]
    value: String,
}

/// What an exact search found.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegisterEntryList {
    /// The entry, or nothing.
    items: Vec<RegisterEntry>,
}

/// An entry to write.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "importer_number", "value": "08-1234567", "party_key": "P-000417", "party_name": "Harbor Lane Imports LLC", "contact_email": "customs@harbor.example"}))]
pub(crate) struct RegisterEntryPut {
    /// Kind of the identifier.
    kind: IdentifierKind,
    /// The identifier as it is written.
    #[schema(max_length = 64)]
    #[validate(length(max = 64, message = "An identifier has at most 64 characters."))]
    value: String,
    /// The authority's key of the party.
    #[schema(value_type = String, min_length = 1, max_length = 64)]
    party_key: PartyKey,
    /// The display name of the party.
    #[schema(value_type = String, min_length = 2, max_length = 140)]
    party_name: CompanyName,
    /// The e-mail address of the party.
    #[schema(value_type = Option<String>, format = Email, max_length = 254)]
    contact_email: Option<EmailAddress>,
}

/// What happened to an entry.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RegisterChangeKind {
    /// It was added.
    Added,
    /// It was given to another party, or the party was renamed.
    PartyChanged,
    /// The party's e-mail address was changed.
    ContactChanged,
}

/// A line of an entry's history.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegisterChange {
    /// When.
    at: DateTime<Utc>,
    /// What.
    change: RegisterChangeKind,
    /// By whom.
    #[schema(example = "Ana Lee")]
    by_name: String,
    /// In which bulk load.
    import_id: Option<Uuid>,
    /// The party before: key, name and e-mail address as JSON text.
    before: Option<String>,
    /// The party after: key, name and e-mail address as JSON text.
    after: Option<String>,
}

impl From<FoundChange> for RegisterChange {
    fn from(found: FoundChange) -> Self {
        let FoundChange {
            at,
            change,
            by_name,
            import,
            before,
            after,
        } = found;
        Self {
            at,
            change: match change.as_str() {
                "added" => RegisterChangeKind::Added,
                "contact_changed" => RegisterChangeKind::ContactChanged,
                _ => RegisterChangeKind::PartyChanged,
            },
            by_name,
            import_id: import.map(Into::into),
            before,
            after,
        }
    }
}

/// A page of an entry's history.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegisterChangePage {
    /// The rows.
    items: Vec<RegisterChange>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// A company by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompanyRef {
    /// Identity.
    id: Uuid,
    /// Name.
    #[schema(example = "Harbor Lane Imports LLC")]
    name: String,
}

/// A legal entity in the identifier register.
#[derive(Serialize, ToSchema)]
pub(crate) struct Party {
    /// Identity.
    id: Uuid,
    /// The authority's key.
    #[schema(example = "P-000417")]
    key: String,
    /// Display name.
    #[schema(example = "Harbor Lane Imports LLC")]
    name: String,
    /// E-mail address.
    #[schema(example = "customs@harbor.example")]
    contact_email: Option<String>,
    /// How many identifiers belong to it.
    identifier_count: u64,
    /// The company that is linked to it, or that records it as a subsidiary.
    company: Option<CompanyRef>,
}

impl From<FoundParty> for Party {
    fn from(found: FoundParty) -> Self {
        let FoundParty {
            party,
            contact_email,
            identifiers,
            company,
        } = found;
        Self {
            id: party.id.into(),
            key: party.key,
            name: party.name,
            contact_email,
            identifier_count: identifiers,
            company: company.map(|(id, name)| CompanyRef {
                id: id.into(),
                name,
            }),
        }
    }
}

/// A page of parties.
#[derive(Serialize, ToSchema)]
pub(crate) struct PartyPage {
    /// The rows.
    items: Vec<Party>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Filters of the list of parties.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PartiesQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// Exactly this key.
    #[param(max_length = 64)]
    key: Option<String>,
    /// Text in the name.
    #[param(max_length = 140)]
    q: Option<String>,
}

fn wanted(text: Option<String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

/// List entries of the identifier register
///
/// For registrar, auditor and administrator.
#[utoipa::path(tag = "register", params(RegisterQuery), responses((status = 200, description = "A page of entries", body = RegisterEntryPage)))]
#[get("/identifier-register")]
pub(crate) async fn list_register_entries(
    authed: Authed,
    query: Query<RegisterQuery>,
) -> Result<HttpResponse, Problem> {
    let RegisterQuery {
        limit,
        cursor,
        kind,
        value,
        party_id,
        q,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let filter = EntryQuery {
        kind: kind.map(Into::into),
        value: wanted(value),
        party: party_id.map(Into::into),
        q: wanted(q),
    };
    let found = register::list(&authed.actor, authed.services(), filter, &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(RegisterEntryPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Find an entry of the identifier register
///
/// By the exact identifier. For a Social Security number this is the only way.
#[utoipa::path(tag = "register", request_body = RegisterSearch, responses((status = 200, description = "The entry, or nothing", body = RegisterEntryList)))]
#[post("/identifier-register/searches")]
pub(crate) async fn search_register(
    authed: Authed,
    body: Json<RegisterSearch>,
) -> Result<HttpResponse, Problem> {
    let RegisterSearch { kind, value } = body.0;
    let found = register::search(&authed.actor, authed.services(), kind.into(), &value).await?;
    Ok(HttpResponse::Ok().json(RegisterEntryList {
        items: found.into_iter().map(Into::into).collect(),
    }))
}

/// Write an entry of the identifier register
///
/// Adds it, or changes the party of what is there. For the registrar.
#[utoipa::path(tag = "register", request_body = RegisterEntryPut, responses((status = 200, description = "The entry as it is now", body = RegisterEntry)))]
#[put("/identifier-register/entries")]
pub(crate) async fn set_register_entry(
    authed: Authed,
    body: Json<RegisterEntryPut>,
) -> Result<HttpResponse, Problem> {
    let RegisterEntryPut {
        kind,
        value,
        party_key,
        party_name,
        contact_email,
    } = body.0;
    let new = NewEntry {
        kind: kind.into(),
        value,
        party_key,
        party_name,
        contact_email,
    };
    let written = register::set(&authed.actor, authed.services(), new).await?;
    Ok(HttpResponse::Ok().json(RegisterEntry::from(written)))
}

/// List the history of an entry
///
/// The newest first.
#[utoipa::path(tag = "register", params(("entry_id" = Uuid, Path, description = "The entry"), PageQuery), responses((status = 200, description = "A page of changes", body = RegisterChangePage)))]
#[get("/identifier-register/entries/{entry_id}/history")]
pub(crate) async fn list_register_history(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found = register::history(&authed.actor, authed.services(), path.0.into(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(RegisterChangePage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// List parties of the identifier register
///
/// By name.
#[utoipa::path(tag = "register", params(PartiesQuery), responses((status = 200, description = "A page of parties", body = PartyPage)))]
#[get("/parties")]
pub(crate) async fn list_parties(
    authed: Authed,
    query: Query<PartiesQuery>,
) -> Result<HttpResponse, Problem> {
    let PartiesQuery {
        limit,
        cursor,
        key,
        q,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let (key, q) = (wanted(key), wanted(q));
    let found = register::list_parties(
        &authed.actor,
        authed.services(),
        key.as_deref(),
        q.as_deref(),
        &page,
    )
    .await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(PartyPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}
