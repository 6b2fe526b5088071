//! One search over companies, accounts, people and identifiers for the staff. Each kind is searched only for who may see
//! it; identifiers, also personal ones, are found by their exact value.

use quaymaster_domain::access::{Action, Actor, Thing, may, require_read};
use quaymaster_domain::identifiers::{Identifier, IdentifierKind};
use quaymaster_domain::ids::AccountId;
use quaymaster_store::accounts::{self, Account, AccountFilter};
use quaymaster_store::users::User;
use quaymaster_store::{PageRequest, companies, members, staff as store};
use uuid::Uuid;

use crate::Services;
use crate::error::Fault;
use crate::identifiers::stored;

/// How many of each kind are shown; who does not find it types more.
const MOST: u64 = 10;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitKind {
    /// A company.
    Company,
    /// A portal account.
    Account,
    /// A person.
    User,
    /// A corporate identifier.
    Identifier,
}

/// A thing that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// Its identity.
    pub id: Uuid,
    /// The account that it belongs to, when it is one or belongs to one only.
    pub account: Option<AccountId>,
    /// What it is called.
    pub title: String,
    /// What tells it from others of the same name.
    pub subtitle: String,
}

/// Finds what the text stands for. Identifiers first, because an exact value is what was meant.
///
/// # Errors
/// [`Fault::Denied`] for people without a staff role.
pub async fn search(actor: &Actor, s: &Services, q: &str) -> Result<Vec<Hit>, Fault> {
    require_read(actor, Action::ReadCompanies, &Thing::Portal)?;
    let q = q.trim();
    let allowed = |action| may(actor, action, &Thing::Portal).is_ok();
    let mut hits = Vec::new();
    if allowed(Action::ReadStructure) {
        hits.extend(identifiers(actor, s, q).await?);
    }
    if allowed(Action::ReadCompanies) {
        hits.extend(companies_named(actor, s, q).await?);
    }
    if allowed(Action::ReadAccount) {
        hits.extend(accounts_named(actor, s, q).await?);
    }
    if allowed(Action::ReadPerson) {
        hits.extend(people(actor, s, q).await?);
    }
    Ok(hits)
}

fn first_page() -> PageRequest {
    PageRequest {
        limit: MOST,
        after: None,
    }
}

async fn identifiers(actor: &Actor, s: &Services, q: &str) -> Result<Vec<Hit>, Fault> {
    let scope = require_read(actor, Action::ReadStructure, &Thing::Portal)?;
    let reader = s.db.reader();
    let mut hits = Vec::new();
    for kind in IdentifierKind::ALL {
        let Ok(identifier) = Identifier::parse(*kind, q) else {
            continue;
        };
        let wanted = stored(s, &identifier)?;
        let Some((id, account)) = store::find_identifier(&reader, &scope, &wanted).await? else {
            continue;
        };
        let Some(holder) = accounts::find(&reader, &scope, account).await? else {
            continue;
        };
        hits.push(Hit {
            kind: HitKind::Identifier,
            id,
            account: Some(account),
            title: wanted.shown,
            subtitle: format!("{} of {}", kind.label(), account_words(&holder)),
        });
    }
    Ok(hits)
}

fn account_words(account: &Account) -> String {
    format!("{}, {}", account.name, account.account_number)
}

async fn companies_named(actor: &Actor, s: &Services, q: &str) -> Result<Vec<Hit>, Fault> {
    let scope = require_read(actor, Action::ReadCompanies, &Thing::Portal)?;
    let found = companies::list(&s.db.reader(), &scope, Some(q), &first_page()).await?;
    Ok(found
        .items
        .into_iter()
        .map(|company| Hit {
            kind: HitKind::Company,
            id: company.id.into(),
            account: None,
            title: company.name,
            subtitle: format!("Company since {}", company.created_at.format("%-d %B %Y")),
        })
        .collect())
}

async fn accounts_named(actor: &Actor, s: &Services, q: &str) -> Result<Vec<Hit>, Fault> {
    let scope = require_read(actor, Action::ReadAccount, &Thing::Portal)?;
    let filter = AccountFilter {
        company: None,
        q: Some(q.to_owned()),
    };
    let found = accounts::list(&s.db.reader(), &scope, &filter, &first_page()).await?;
    Ok(found
        .items
        .into_iter()
        .map(|account| Hit {
            kind: HitKind::Account,
            id: account.id.into(),
            account: Some(account.id),
            subtitle: format!("{}, {}", account.account_number, account.company_name),
            title: account.name,
        })
        .collect())
}

async fn people(actor: &Actor, s: &Services, q: &str) -> Result<Vec<Hit>, Fault> {
    let scope = require_read(actor, Action::ReadPerson, &Thing::Portal)?;
    let staff_too = may(actor, Action::ReadStaff, &Thing::Portal).is_ok();
    let reader = s.db.reader();
    let found = store::search_people(&reader, &scope, q, staff_too, MOST).await?;
    let ids: Vec<_> = found.iter().map(|user| user.id).collect();
    let roles = members::roles_of(&reader, &ids).await?;
    Ok(found
        .into_iter()
        .map(|user| {
            let mut own = roles.iter().filter(|(id, ..)| *id == user.id);
            let account = match (own.next(), own.next()) {
                (Some((_, account, _)), None) => Some(*account),
                _ => None,
            };
            Hit {
                kind: HitKind::User,
                id: user.id.into(),
                account,
                title: user.full_name(),
                subtitle: person_words(&user),
            }
        })
        .collect())
}

fn person_words(user: &User) -> String {
    match &user.user_name {
        Some(name) => format!("{name}, {}", user.email),
        None => format!("invited, {}", user.email),
    }
}
