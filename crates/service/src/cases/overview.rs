//! Cases on the screens that show staff one company or one person, and the case in which somebody looks at them.

use quaymaster_domain::access::{Action, Actor, Thing, may, require_read};
use quaymaster_domain::cases::case_number;
use quaymaster_domain::ids::{AccountId, CaseId, UserId};
use quaymaster_store::PageRequest;
use quaymaster_store::cases::{self as store, Case, CaseFilter};

use super::{CaseView, Reader, view};
use crate::Services;
use crate::error::Fault;

/// The open cases about some accounts and about people in them, whoever waits longest first; nothing for those of the
/// staff who do not read cases.
pub(crate) async fn of_accounts(
    actor: &Actor,
    s: &Services,
    accounts: &[AccountId],
    most: u64,
) -> Result<Option<Vec<CaseView>>, Fault> {
    if may(actor, Action::ReadCases, &Thing::Portal).is_err() {
        return Ok(None);
    }
    let scope = require_read(actor, Action::ReadCases, &Thing::Portal)?;
    let found = store::open_of_accounts(&s.db.reader(), &scope, accounts, most).await?;
    Ok(Some(views(actor, s, found).await?))
}

/// The newest cases about one person, closed ones too; nothing for those of the staff who do not read cases.
pub(crate) async fn of_person(
    actor: &Actor,
    s: &Services,
    person: UserId,
    most: u64,
) -> Result<Option<Vec<CaseView>>, Fault> {
    if may(actor, Action::ReadCases, &Thing::Portal).is_err() {
        return Ok(None);
    }
    let scope = require_read(actor, Action::ReadCases, &Thing::Portal)?;
    let filter = CaseFilter {
        person: Some(person),
        ..CaseFilter::default()
    };
    let page = PageRequest {
        limit: most,
        after: None,
    };
    let found = store::list(&s.db.reader(), &scope, &filter, &page).await?;
    Ok(Some(views(actor, s, found.items).await?))
}

async fn views(actor: &Actor, s: &Services, found: Vec<Case>) -> Result<Vec<CaseView>, Fault> {
    let reader = Reader::of(actor)?;
    let db = s.db.reader();
    let mut all = Vec::with_capacity(found.len());
    for case in found {
        all.push(view(s, &db, &reader, case).await?);
    }
    Ok(all)
}

/// Why somebody looks, for the audit trail: the case that is worked on.
///
/// # Errors
/// [`Fault::Invalid`] when the actor reads no such case.
pub(crate) async fn reason(
    actor: &Actor,
    s: &Services,
    case: Option<CaseId>,
) -> Result<Option<String>, Fault> {
    let Some(id) = case else { return Ok(None) };
    let found = match require_read(actor, Action::ReadCases, &Thing::Portal) {
        Ok(scope) => store::find(&s.db.reader(), &scope, id, None).await?,
        Err(_) => None,
    };
    found
        .map(|case| Some(format!("Case {}", case_number(case.serial))))
        .ok_or_else(|| Fault::field("?case_id", "invalid", "there is no such case that you read"))
}
