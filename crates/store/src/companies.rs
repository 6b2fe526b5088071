//! Companies, the parties that they may speak for, and their accounts. Read by staff; the rules about parties also read
//! here, without showing anything.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::ids::{AccountId, CompanyId, PartyId};
use quaymaster_domain::structure::Kin;
use sea_orm::sea_query::{Expr, LikeExpr};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{accounts, companies, parties, subsidiaries};
use crate::error::{StoreError, corrupt};
use crate::members::escape_like;
use crate::page::{Cursor, Page, PageRequest};

/// A company.
#[derive(Clone, Debug)]
pub struct Company {
    /// Identity.
    pub id: CompanyId,
    /// Name.
    pub name: String,
    /// Its party in the register, once linked.
    pub party: Option<PartyId>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// For `If-Match`.
    pub version: i64,
}

impl From<companies::Model> for Company {
    fn from(row: companies::Model) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            party: row.party_id.map(Into::into),
            created_at: row.created_at,
            version: row.version,
        }
    }
}

/// A party as companies show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyName {
    /// Identity.
    pub id: PartyId,
    /// The authority's key.
    pub key: String,
    /// Display name.
    pub name: String,
}

/// An account as companies show it.
#[derive(Clone, Debug)]
pub struct AccountName {
    /// Identity.
    pub id: AccountId,
    /// Account number.
    pub account_number: String,
    /// Name.
    pub name: String,
}

/// What belongs to a company besides its own row.
#[derive(Clone, Debug)]
pub struct CompanyParts {
    /// Its party.
    pub party: Option<PartyName>,
    /// Recorded subsidiaries.
    pub subsidiaries: Vec<PartyName>,
    /// Its accounts by name.
    pub accounts: Vec<AccountName>,
}

/// Companies by name; for readers who may see everything.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    q: Option<&str>,
    page: &PageRequest,
) -> Result<Page<Company>, StoreError> {
    if scope.reason().is_none() {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    let mut wanted = Condition::all();
    if let Some(q) = q {
        wanted = wanted.add(
            Expr::col((companies::Entity, companies::Column::NameKey))
                .like(LikeExpr::new(format!("%{}%", escape_like(&q.to_lowercase()))).escape('\\')),
        );
    }
    if let Some(after) = &page.after {
        let name = after.part(0);
        wanted = wanted.add(
            Condition::any()
                .add(companies::Column::NameKey.gt(name))
                .add(
                    Condition::all()
                        .add(companies::Column::NameKey.eq(name))
                        .add(companies::Column::Id.gt(after.id())),
                ),
        );
    }
    let rows = companies::Entity::find()
        .filter(wanted)
        .order_by_asc(companies::Column::NameKey)
        .order_by_asc(companies::Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    Ok(Page::cut(rows, page, |c| {
        Cursor::new([c.name_key.clone(), c.id.to_string()])
    })
    .map(Company::from))
}

/// One company; for readers who may see everything.
///
/// # Errors
/// When the database cannot answer.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    id: CompanyId,
) -> Result<Option<Company>, StoreError> {
    if scope.reason().is_none() {
        return Ok(None);
    }
    let row = companies::Entity::find_by_id(id.0).one(&db.conn()).await?;
    Ok(row.map(Company::from))
}

/// One company with its row locked until the transaction ends: everything that spans its accounts or changes its kin
/// takes this lock first.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock(tx: &WriteTx, id: CompanyId) -> Result<Option<Company>, StoreError> {
    let row = companies::Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    Ok(row.map(Company::from))
}

/// The company that is linked to a party, if there is one.
///
/// # Errors
/// When the database cannot answer.
pub async fn of_party(db: &impl Handle, party: PartyId) -> Result<Option<Company>, StoreError> {
    let row = companies::Entity::find()
        .filter(companies::Column::PartyId.eq(party.0))
        .one(&db.conn())
        .await?;
    Ok(row.map(Company::from))
}

/// Party, subsidiaries and accounts of a company that a finder of this module returned.
///
/// # Errors
/// When the database cannot answer.
pub async fn parts(db: &impl Handle, company: &Company) -> Result<CompanyParts, StoreError> {
    let conn = db.conn();
    let recorded: Vec<uuid::Uuid> = subsidiaries::Entity::find()
        .select_only()
        .column(subsidiaries::Column::PartyId)
        .filter(subsidiaries::Column::CompanyId.eq(company.id.0))
        .into_tuple()
        .all(&conn)
        .await?;
    let wanted = recorded.iter().copied().chain(company.party.map(|p| p.0));
    let named: Vec<PartyName> = parties::Entity::find()
        .filter(parties::Column::Id.is_in(wanted))
        .order_by_asc(parties::Column::NameKey)
        .order_by_asc(parties::Column::Id)
        .all(&conn)
        .await?
        .into_iter()
        .map(party_name)
        .collect();
    let held = accounts::Entity::find()
        .filter(accounts::Column::CompanyId.eq(company.id.0))
        .order_by_asc(accounts::Column::NameKey)
        .order_by_asc(accounts::Column::Id)
        .all(&conn)
        .await?;
    Ok(CompanyParts {
        party: named.iter().find(|p| Some(p.id) == company.party).cloned(),
        subsidiaries: named
            .into_iter()
            .filter(|p| recorded.contains(&p.id.0))
            .collect(),
        accounts: held
            .into_iter()
            .map(|a| AccountName {
                id: a.id.into(),
                account_number: a.account_number,
                name: a.name,
            })
            .collect(),
    })
}

pub(crate) fn party_name(row: parties::Model) -> PartyName {
    PartyName {
        id: row.id.into(),
        key: row.party_key,
        name: row.name,
    }
}

/// Records a company.
///
/// # Errors
/// [`Constraint::CompanyParty`](crate::constraint::Constraint::CompanyParty) when another company is linked to the party.
pub async fn insert(
    tx: &WriteTx,
    id: CompanyId,
    name: &str,
    party: Option<PartyId>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = companies::Model {
        id: id.0,
        name: name.to_owned(),
        name_key: name.to_lowercase(),
        party_id: party.map(Into::into),
        created_at: at,
        version: 1,
    };
    companies::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Changes name and party of a company whose row was locked at version `read`.
///
/// # Errors
/// As [`insert`].
pub async fn update(
    tx: &WriteTx,
    id: CompanyId,
    name: &str,
    party: Option<PartyId>,
    read: i64,
) -> Result<(), StoreError> {
    let change = companies::ActiveModel {
        id: Unchanged(id.0),
        name: Set(name.to_owned()),
        name_key: Set(name.to_lowercase()),
        party_id: Set(party.map(Into::into)),
        version: Set(read + 1),
        ..Default::default()
    };
    companies::Entity::update(change)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Records a subsidiary.
///
/// # Errors
/// [`Constraint::Subsidiary`](crate::constraint::Constraint::Subsidiary) or
/// [`Constraint::SubsidiaryParty`](crate::constraint::Constraint::SubsidiaryParty) when the party is one already, here
/// or elsewhere.
pub async fn add_subsidiary(
    tx: &WriteTx,
    company: CompanyId,
    party: PartyId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = subsidiaries::Model {
        company_id: company.0,
        party_id: party.0,
        recorded_at: at,
    };
    subsidiaries::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Takes a subsidiary away; false when there was none.
///
/// # Errors
/// When the database refuses.
pub async fn remove_subsidiary(
    tx: &WriteTx,
    company: CompanyId,
    party: PartyId,
) -> Result<bool, StoreError> {
    let gone = subsidiaries::Entity::delete_by_id((company.0, party.0))
        .exec(&tx.conn())
        .await?;
    Ok(gone.rows_affected > 0)
}

/// The parties that a company may speak for (R3). They cannot change until the transaction ends.
///
/// # Errors
/// When the database cannot answer.
pub async fn kin(tx: &WriteTx, id: CompanyId) -> Result<Kin, StoreError> {
    let conn = tx.conn();
    let row = companies::Entity::find_by_id(id.0)
        .lock_shared()
        .one(&conn)
        .await?
        .ok_or_else(|| corrupt("companies", "id", id, "no such company"))?;
    let recorded: Vec<uuid::Uuid> = subsidiaries::Entity::find()
        .select_only()
        .column(subsidiaries::Column::PartyId)
        .filter(subsidiaries::Column::CompanyId.eq(id.0))
        .into_tuple()
        .all(&conn)
        .await?;
    Ok(Kin {
        party: row.party_id.map(Into::into),
        subsidiaries: recorded.into_iter().map(Into::into).collect(),
    })
}

/// True when a company that may speak for the party has an open account. Tells the remedy of R4, not which company.
///
/// # Errors
/// When the database cannot answer.
pub async fn party_has_open_account(db: &impl Handle, party: PartyId) -> Result<bool, StoreError> {
    let conn = db.conn();
    let own = companies::Entity::find()
        .select_only()
        .column(companies::Column::Id)
        .filter(companies::Column::PartyId.eq(party.0))
        .into_tuple::<uuid::Uuid>()
        .all(&conn)
        .await?;
    let parents = subsidiaries::Entity::find()
        .select_only()
        .column(subsidiaries::Column::CompanyId)
        .filter(subsidiaries::Column::PartyId.eq(party.0))
        .into_tuple::<uuid::Uuid>()
        .all(&conn)
        .await?;
    let found = accounts::Entity::find()
        .filter(accounts::Column::CompanyId.is_in(own.into_iter().chain(parents)))
        .filter(accounts::Column::State.eq("open"))
        .one(&conn)
        .await?;
    Ok(found.is_some())
}

/// Name and address of the contact that the identifier register has for a company's own party.
///
/// # Errors
/// When the database cannot answer.
pub async fn register_contact(
    db: &impl Handle,
    id: CompanyId,
) -> Result<Option<(String, String)>, StoreError> {
    let conn = db.conn();
    let company = companies::Entity::find_by_id(id.0).one(&conn).await?;
    let Some(party) = company.and_then(|c| c.party_id) else {
        return Ok(None);
    };
    let party = parties::Entity::find_by_id(party).one(&conn).await?;
    Ok(party.and_then(|p| p.contact_email.map(|email| (p.name, email))))
}
