//! What staff reads of the register: entries with their parties and holders, their history, parties. For readers who may
//! see everything.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::identifiers::IdentifierKind;
use quaymaster_domain::ids::{CompanyId, PartyId, RegisterEntryId, RegisterImportId};
use sea_orm::sea_query::{Expr, LikeExpr, Query};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::companies::{AccountName, PartyName, party_name};
use crate::db::Handle;
use crate::entities::{
    account_identifiers, accounts, companies, parties, register_changes, register_entries,
    subsidiaries,
};
use crate::error::{StoreError, corrupt};
use crate::members::escape_like;
use crate::page::{Cursor, Page, PageRequest};

/// An entry of the register.
#[derive(Clone, Debug)]
pub struct RegisterEntry {
    /// Identity.
    pub id: RegisterEntryId,
    /// Kind of the identifier.
    pub kind: IdentifierKind,
    /// Normal form, masked when personal.
    pub shown: String,
    /// Its party.
    pub party: PartyName,
    /// The party's e-mail address.
    pub contact_email: Option<String>,
    /// The account that holds the identifier.
    pub held_by: Option<AccountName>,
    /// When the entry was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Which entries.
#[derive(Clone, Debug, Default)]
pub struct EntryFilter {
    /// Of exactly this identifier: kind, and normal form or keyed digest.
    pub exact: Option<(IdentifierKind, String)>,
    /// Of this kind.
    pub kind: Option<IdentifierKind>,
    /// Of this party.
    pub party: Option<PartyId>,
    /// Text in the party's name.
    pub q: Option<String>,
}

fn nothing<T>() -> Page<T> {
    Page {
        items: Vec::new(),
        next: None,
    }
}

fn like(q: &str) -> LikeExpr {
    LikeExpr::new(format!("%{}%", escape_like(&q.to_lowercase()))).escape('\\')
}

fn with_party() -> sea_orm::SelectTwo<register_entries::Entity, parties::Entity> {
    let to_party = register_entries::Entity::belongs_to(parties::Entity)
        .from(register_entries::Column::PartyId)
        .to(parties::Column::Id)
        .into();
    register_entries::Entity::find()
        .join(JoinType::InnerJoin, to_party)
        .select_also(parties::Entity)
}

/// Entries in the order in which they were added.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    filter: &EntryFilter,
    page: &PageRequest,
) -> Result<Page<RegisterEntry>, StoreError> {
    if scope.reason().is_none() {
        return Ok(nothing());
    }
    use register_entries::Column;
    let mut wanted = Condition::all();
    if let Some((kind, lookup)) = &filter.exact {
        wanted = wanted
            .add(Column::Kind.eq(kind.as_str()))
            .add(Column::Lookup.eq(lookup.as_str()));
    }
    if let Some(kind) = filter.kind {
        wanted = wanted.add(Column::Kind.eq(kind.as_str()));
    }
    if let Some(party) = filter.party {
        wanted = wanted.add(Column::PartyId.eq(party.0));
    }
    if let Some(q) = &filter.q {
        let named = Query::select()
            .column(parties::Column::Id)
            .from(parties::Entity)
            .and_where(Expr::col((parties::Entity, parties::Column::NameKey)).like(like(q)))
            .to_owned();
        wanted = wanted.add(Column::PartyId.in_subquery(named));
    }
    if let Some(after) = &page.after {
        wanted = wanted.add(Column::Id.gt(after.id()));
    }
    let rows = with_party()
        .filter(wanted)
        .order_by_asc(Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let rows = Page::cut(rows, page, |(entry, _)| Cursor::new([entry.id.to_string()]));
    let Page { items, next } = rows;
    Ok(Page {
        items: with_holders(db, items).await?,
        next,
    })
}

/// One entry by its identifier.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find_exact(
    db: &impl Handle,
    scope: &Scope,
    kind: IdentifierKind,
    lookup: &str,
) -> Result<Option<RegisterEntry>, StoreError> {
    let filter = EntryFilter {
        exact: Some((kind, lookup.to_owned())),
        ..EntryFilter::default()
    };
    let one = PageRequest {
        limit: 1,
        after: None,
    };
    Ok(list(db, scope, &filter, &one).await?.items.pop())
}

/// Adds to each entry the account that holds the identifier.
async fn with_holders(
    db: &impl Handle,
    rows: Vec<(register_entries::Model, Option<parties::Model>)>,
) -> Result<Vec<RegisterEntry>, StoreError> {
    let conn = db.conn();
    let mut by_kind: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (entry, _) in &rows {
        by_kind
            .entry(entry.kind.clone())
            .or_default()
            .push(entry.lookup.clone());
    }
    let mut holders: HashMap<(String, String), AccountName> = HashMap::new();
    for (kind, lookups) in by_kind {
        let to_account = account_identifiers::Entity::belongs_to(accounts::Entity)
            .from(account_identifiers::Column::AccountId)
            .to(accounts::Column::Id)
            .into();
        let held = account_identifiers::Entity::find()
            .join(JoinType::InnerJoin, to_account)
            .select_also(accounts::Entity)
            .filter(account_identifiers::Column::Kind.eq(kind.as_str()))
            .filter(account_identifiers::Column::Lookup.is_in(lookups))
            .all(&conn)
            .await?;
        for (identifier, account) in held {
            if let Some(account) = account {
                let name = AccountName {
                    id: account.id.into(),
                    account_number: account.account_number,
                    name: account.name,
                };
                holders.insert((identifier.kind, identifier.lookup), name);
            }
        }
    }
    rows.into_iter()
        .map(|(entry, party)| {
            let party = party.ok_or_else(|| {
                corrupt("register_entries", "party_id", entry.id, "no such party")
            })?;
            Ok(RegisterEntry {
                kind: crate::identifiers::kind("register_entries", entry.id, &entry.kind)?,
                id: entry.id.into(),
                shown: entry.shown,
                contact_email: party.contact_email.clone(),
                party: party_name(party),
                held_by: holders.remove(&(entry.kind, entry.lookup)),
                updated_at: entry.updated_at,
            })
        })
        .collect()
}

/// A line of an entry's history.
#[derive(Clone, Debug)]
pub struct RegisterChange {
    /// When.
    pub at: DateTime<Utc>,
    /// `added`, `party_changed` or `contact_changed`.
    pub change: String,
    /// By whom.
    pub by_name: String,
    /// In which bulk load.
    pub import: Option<RegisterImportId>,
    /// Party before, JSON text.
    pub before: Option<String>,
    /// Party after, JSON text.
    pub after: Option<String>,
}

/// The history of an entry, the newest first; `None` when there is no such entry.
///
/// # Errors
/// When the database cannot answer.
pub async fn history(
    db: &impl Handle,
    scope: &Scope,
    entry: RegisterEntryId,
    page: &PageRequest,
) -> Result<Option<Page<RegisterChange>>, StoreError> {
    let conn = db.conn();
    let known = register_entries::Entity::find_by_id(entry.0)
        .one(&conn)
        .await?;
    if known.is_none() || scope.reason().is_none() {
        return Ok(None);
    }
    use register_changes::Column;
    let mut wanted = register_changes::Entity::find().filter(Column::EntryId.eq(entry.0));
    if let Some(after) = &page.after {
        wanted = wanted.filter(Column::Id.lt(after.id()));
    }
    let rows = wanted
        .order_by_desc(Column::Id)
        .limit(page.reach())
        .all(&conn)
        .await?;
    let found = Page::cut(rows, page, |row| Cursor::new([row.id.to_string()]));
    Ok(Some(found.map(|row| RegisterChange {
        at: row.at,
        change: row.change,
        by_name: row.by_name,
        import: row.import_id.map(Into::into),
        before: row.before,
        after: row.after,
    })))
}

/// A party of the register.
#[derive(Clone, Debug)]
pub struct Party {
    /// Key and name.
    pub party: PartyName,
    /// E-mail address.
    pub contact_email: Option<String>,
    /// How many identifiers belong to it.
    pub identifiers: u64,
    /// The company that is linked to it, or that records it as a subsidiary.
    pub company: Option<(CompanyId, String)>,
}

/// Parties by name.
///
/// # Errors
/// When the database cannot answer.
pub async fn list_parties(
    db: &impl Handle,
    scope: &Scope,
    key: Option<&str>,
    q: Option<&str>,
    page: &PageRequest,
) -> Result<Page<Party>, StoreError> {
    if scope.reason().is_none() {
        return Ok(nothing());
    }
    use parties::Column;
    let conn = db.conn();
    let mut wanted = Condition::all();
    if let Some(key) = key {
        wanted = wanted.add(Column::PartyKey.eq(key));
    }
    if let Some(q) = q {
        wanted = wanted.add(Expr::col((parties::Entity, Column::NameKey)).like(like(q)));
    }
    if let Some(after) = &page.after {
        let name = after.part(0);
        wanted = wanted.add(
            Condition::any().add(Column::NameKey.gt(name)).add(
                Condition::all()
                    .add(Column::NameKey.eq(name))
                    .add(Column::Id.gt(after.id())),
            ),
        );
    }
    let rows = parties::Entity::find()
        .filter(wanted)
        .order_by_asc(Column::NameKey)
        .order_by_asc(Column::Id)
        .limit(page.reach())
        .all(&conn)
        .await?;
    let Page { items, next } = Page::cut(rows, page, |row| {
        Cursor::new([row.name_key.clone(), row.id.to_string()])
    });
    let ids: Vec<Uuid> = items.iter().map(|p| p.id).collect();
    let counts: HashMap<Uuid, i64> = register_entries::Entity::find()
        .select_only()
        .column(register_entries::Column::PartyId)
        .column_as(register_entries::Column::Id.count(), "n")
        .filter(register_entries::Column::PartyId.is_in(ids.iter().copied()))
        .group_by(register_entries::Column::PartyId)
        .into_tuple()
        .all(&conn)
        .await?
        .into_iter()
        .collect();
    let mut linked = companies_of(db, &ids).await?;
    let items = items
        .into_iter()
        .map(|row| Party {
            identifiers: counts
                .get(&row.id)
                .map_or(0, |n| u64::try_from(*n).unwrap_or_default()),
            company: linked.remove(&row.id),
            contact_email: row.contact_email.clone(),
            party: party_name(row),
        })
        .collect();
    Ok(Page { items, next })
}

async fn companies_of(
    db: &impl Handle,
    party_ids: &[Uuid],
) -> Result<HashMap<Uuid, (CompanyId, String)>, StoreError> {
    let conn = db.conn();
    let mut found = HashMap::new();
    let parents = subsidiaries::Entity::find()
        .filter(subsidiaries::Column::PartyId.is_in(party_ids.iter().copied()))
        .all(&conn)
        .await?;
    let named: HashMap<Uuid, String> = companies::Entity::find()
        .filter(companies::Column::Id.is_in(parents.iter().map(|s| s.company_id)))
        .all(&conn)
        .await?
        .into_iter()
        .map(|c| (c.id, c.name))
        .collect();
    for row in parents {
        if let Some(name) = named.get(&row.company_id) {
            found.insert(row.party_id, (row.company_id.into(), name.clone()));
        }
    }
    // A party with a company of its own is shown with that one.
    let own = companies::Entity::find()
        .filter(companies::Column::PartyId.is_in(party_ids.iter().copied()))
        .all(&conn)
        .await?;
    for company in own {
        if let Some(party) = company.party_id {
            found.insert(party, (company.id.into(), company.name));
        }
    }
    Ok(found)
}
