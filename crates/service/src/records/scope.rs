//! The scope of trade records of a reader, as the rows are at this request. What staff see by their role goes on record.

use std::sync::Arc;

use quaymaster_domain::access::{
    Action, Actor, Purpose, ReadScope, RecordReach, ScopeFacts, ScopeFilter, Thing,
    read_scope as decide, require, seats_of,
};
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::records::EntryNumber;
use quaymaster_store::records::facts::{self, Wanted};
use quaymaster_store::records::{read, scope_keys};

use super::scope_cache::Reach;
use crate::Services;
use crate::error::Fault;

/// What the actor may look up of trade records.
///
/// # Errors
/// When the database cannot answer.
pub async fn read_scope(
    s: &Services,
    actor: &Actor,
    filter: ScopeFilter,
) -> Result<ReadScope, Fault> {
    Ok(reach(s, actor, filter, Purpose::Lookup).await?.scope)
}

/// What the actor may look up of one entry: as much of the scope as has to do with the numbers under which it stands, so that
/// one record is not dearer for somebody with ten thousand clients. For an entry that does not exist the same is asked.
pub(super) async fn scope_of_entry(
    s: &Services,
    actor: &Actor,
    number: &EntryNumber,
) -> Result<ReadScope, Fault> {
    let numbers = read::numbers(&s.db.reader(), number).await?;
    let numbers = numbers.unwrap_or_default();
    let facts = known(s, actor, Wanted::Numbers(&numbers)).await?;
    make(s, actor, ScopeFilter::All, Purpose::Lookup, &facts).await
}

/// What somebody may report on.
#[derive(Clone, Debug)]
pub struct ReportReach {
    /// The rows.
    pub scope: ReadScope,
    /// The accounts of other companies that let them.
    pub through: Arc<[AccountId]>,
}

/// What the actor may report on: trade records where the right to reports is held as well, and data of accounts.
///
/// # Errors
/// When the database cannot answer.
pub async fn report_reach(
    s: &Services,
    actor: &Actor,
    filter: ScopeFilter,
) -> Result<ReportReach, Fault> {
    let Reach { scope, through } = reach(s, actor, filter, Purpose::Reports).await?;
    Ok(ReportReach { scope, through })
}

async fn reach(
    s: &Services,
    actor: &Actor,
    filter: ScopeFilter,
    purpose: Purpose,
) -> Result<Reach, Fault> {
    let now = s.now();
    let whole = filter == ScopeFilter::All;
    let (found, ticket) = if whole {
        s.scopes.look(&s.db, actor, purpose, now).await?
    } else {
        (None, None)
    };
    if let Some(found) = found {
        return Ok(found);
    }
    let facts = known(s, actor, filter.into()).await?;
    let guests = facts.guests.iter();
    let through = guests.filter(|guest| guest.has(|rights| rights.reports));
    let reach = Reach {
        through: through.map(|guest| guest.account).collect(),
        scope: make(s, actor, filter, purpose, &facts).await?,
    };
    if whole {
        s.scopes
            .keep(&s.db, actor, purpose, ticket, (&facts, &reach), now)
            .await?;
    }
    Ok(reach)
}

async fn make(
    s: &Services,
    actor: &Actor,
    filter: ScopeFilter,
    purpose: Purpose,
    facts: &ScopeFacts,
) -> Result<ReadScope, Fault> {
    let scope = decide(actor, facts, filter, purpose);
    if scope.reason().is_some() && *scope.records() != RecordReach::Nothing {
        note(s, actor, filter).await?;
    }
    scope_keys::keep(&s.db, &scope, s.now()).await?;
    Ok(scope)
}

/// What the policy needs to know.
pub(super) async fn known(
    s: &Services,
    actor: &Actor,
    wanted: Wanted<'_>,
) -> Result<ScopeFacts, Fault> {
    Ok(facts::of(&s.db.reader(), &seats_of(actor), wanted, s.now()).await?)
}

/// Staff who read records of companies leave a row in the trail.
async fn note(s: &Services, actor: &Actor, filter: ScopeFilter) -> Result<(), Fault> {
    let permit = require(actor, Action::ReadEveryRecord, &Thing::Portal)?;
    let permit = match filter {
        ScopeFilter::All => permit,
        ScopeFilter::Account(account) => permit
            .about("account", account, "")
            .within(Some(account), None),
    };
    let tx = s.db.begin_write().await?;
    Ok(s.commit(tx, permit).await?)
}
