//! Search in trade records, the page of one entry, and who can see it.

use quaymaster_domain::access::{Action, Actor, ReadScope, RecordKeyKind, ScopeFilter, Thing, may};
use quaymaster_domain::grants::RecordsScope;
use quaymaster_domain::identifiers::{Identifier, ImporterNumber};
use quaymaster_domain::members::{MemberRole, RecordsLevel};
use quaymaster_domain::records::EntryNumber;
use quaymaster_store::grants::people;
use quaymaster_store::records::read::{self, Holder, Reaching};
use quaymaster_store::{Page, PageRequest, accounts, members};

use super::scope::{read_scope, scope_of_entry};
use crate::Services;
use crate::error::Fault;
use crate::identifiers::stored;

pub use quaymaster_store::records::read::{Entry, EntryFilter, EntryLine, LiquidationFilter};

/// How many people of a list are named.
const MOST_NAMED: u64 = 200;

/// By what somebody sees an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The account holds the importer number.
    Importer,
    /// The account holds the filer code.
    Filer,
    /// A grant lets the account see it.
    Grant,
}

/// A person who sees an entry.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Full name.
    pub name: String,
    /// Why.
    pub why: String,
}

/// An account whose people see an entry.
#[derive(Clone, Debug)]
pub struct ViewingAccount {
    /// By what.
    pub basis: Basis,
    /// The reason in words.
    pub why: String,
    /// Name of the account, where the reader may know it.
    pub account: Option<String>,
    /// Name of the company, where the reader may know it.
    pub company: Option<String>,
    /// The people, where the reader may know them.
    pub people: Vec<Viewer>,
}

/// An entry with who sees it.
#[derive(Clone, Debug)]
pub struct EntryPage {
    /// The entry.
    pub entry: Entry,
    /// Who sees it, and why.
    pub viewers: Vec<ViewingAccount>,
}

/// The key under which an importer number is searched for.
///
/// # Errors
/// When a personal number cannot be sealed.
pub fn importer_key(s: &Services, number: &ImporterNumber) -> Result<String, Fault> {
    Ok(stored(s, &Identifier::ImporterNumber(number.clone()))?.lookup)
}

/// Entries that the actor may see, the newest day of entry first.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    actor: &Actor,
    s: &Services,
    within: ScopeFilter,
    filter: &EntryFilter,
    page: &PageRequest,
) -> Result<Page<Entry>, Fault> {
    let scope = read_scope(s, actor, within).await?;
    let today = s.now().date_naive();
    Ok(read::list(&s.db.reader(), &scope, filter, today, page).await?)
}

/// One entry with who sees it.
///
/// # Errors
/// [`Fault::NotFound`] when there is none, or the actor may not see it.
pub async fn find(actor: &Actor, s: &Services, number: &EntryNumber) -> Result<EntryPage, Fault> {
    let scope = scope_of_entry(s, actor, number).await?;
    let entry = read::find(&s.db.reader(), &scope, number)
        .await?
        .ok_or(Fault::NotFound)?;
    let viewers = viewers(actor, s, &scope, &entry).await?;
    Ok(EntryPage { entry, viewers })
}

/// The lines of an entry.
///
/// # Errors
/// As [`find`].
pub async fn lines(
    actor: &Actor,
    s: &Services,
    number: &EntryNumber,
    page: &PageRequest,
) -> Result<Page<EntryLine>, Fault> {
    let scope = scope_of_entry(s, actor, number).await?;
    let reader = s.db.reader();
    read::find(&reader, &scope, number)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok(read::lines(&reader, &scope, number, page).await?)
}

/// Who sees an entry. Whoever runs an account, and staff, are told its people and the grants that it gave; everybody else is
/// told the reasons, and the grant that leads to the own account.
async fn viewers(
    actor: &Actor,
    s: &Services,
    scope: &ReadScope,
    entry: &Entry,
) -> Result<Vec<ViewingAccount>, Fault> {
    let reader = s.db.reader();
    let mut all = Vec::new();
    for holder in read::holders(&reader, entry).await? {
        let known = accounts::find(
            &reader,
            &quaymaster_domain::access::scope_of(actor),
            holder.account,
        )
        .await?;
        let runs = known.as_ref().is_some_and(|account| {
            may(actor, Action::ReadUsers, &Thing::Account(account.place())).is_ok()
        });
        let (basis, why) = match holder.kind {
            RecordKeyKind::Importer => (
                Basis::Importer,
                format!(
                    "Members of the account that holds the importer number {} see its entries, whoever filed them.",
                    entry.importer_shown
                ),
            ),
            RecordKeyKind::Filer => (
                Basis::Filer,
                format!(
                    "Members of the account that holds the filer code {} see what was filed under it.",
                    entry.number.filer_code()
                ),
            ),
        };
        let people = if runs {
            people_of(s, &holder, entry).await?
        } else {
            Vec::new()
        };
        let member = actor.membership(holder.account).is_some();
        let told = member || scope.reason().is_some() || runs;
        all.push(ViewingAccount {
            basis,
            why,
            account: told.then(|| holder.name.clone()),
            company: told.then(|| holder.company.clone()),
            people,
        });
        for grant in read::reaching(&reader, &holder, entry.number.filer_code(), s.now()).await? {
            let own = actor.membership(grant.recipient).is_some();
            if runs || own {
                all.push(by_grant(s, &holder, &grant, runs).await?);
            }
        }
    }
    Ok(all)
}

/// The members of an account that holds a number of the entry, as far as they see it.
async fn people_of(s: &Services, holder: &Holder, entry: &Entry) -> Result<Vec<Viewer>, Fault> {
    let reader = s.db.reader();
    let rights = members::rights_of_all(&reader, holder.account).await?;
    let mut people = Vec::new();
    for member in members::joined(&reader, holder.account).await? {
        let why = match member.role {
            MemberRole::Owner => "Account Owner".to_owned(),
            MemberRole::Proxy => "Proxy Account Owner".to_owned(),
            MemberRole::User => {
                let Some(rights) = rights.get(&member.user.id) else {
                    continue;
                };
                let reads = rights.access.iter().any(|a| {
                    a.records >= RecordsLevel::Read
                        && holder.sub_accounts.contains(&a.sub_account_id)
                });
                let here = rights.ports.is_empty() || rights.ports.contains(&entry.port);
                if !reads || !here {
                    continue;
                }
                if rights.ports.is_empty() {
                    "Account User with the right to trade records of the sub-account".to_owned()
                } else {
                    format!(
                        "Account User with the right to trade records of the sub-account, at the port {}",
                        entry.port
                    )
                }
            }
        };
        people.push(Viewer {
            name: member.user.full_name(),
            why,
        });
    }
    Ok(people)
}

async fn by_grant(
    s: &Services,
    holder: &Holder,
    grant: &Reaching,
    runs: bool,
) -> Result<ViewingAccount, Fault> {
    let what = match grant.records {
        RecordsScope::OwnFilings => "the records that they filed themselves",
        RecordsScope::All | RecordsScope::None => "its records",
    };
    let mut people = Vec::new();
    if runs {
        let page = PageRequest {
            limit: MOST_NAMED,
            after: None,
        };
        let scope = quaymaster_domain::access::scope_of_job(holder.account);
        let found =
            people::outside(&s.db.reader(), &scope, holder.account, None, s.now(), &page).await?;
        for seat in found.items {
            if seat.grant == grant.grant {
                people.push(Viewer {
                    name: seat.who.name,
                    why: "Has the grant, or a part of it".to_owned(),
                });
            }
        }
    }
    Ok(ViewingAccount {
        basis: Basis::Grant,
        why: format!(
            "The account {} lets people of {} see {what} by a grant that is in effect.",
            holder.name, grant.company
        ),
        account: Some(grant.name.clone()),
        company: Some(grant.company.clone()),
        people,
    })
}
