//! What is asked of reports: which definition, with which prompts, and what of it the reader may see.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{AccountData, AccountReach, Actor, ReadScope, RecordReach};
use quaymaster_domain::ids::{AccountId, ReportRunId};
use quaymaster_store::{report_runs as store, users};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::engine::{self, Prepared};
use super::library::{Card, by_key};
use super::{filter_of, reporter};
use crate::Services;
use crate::error::Fault;
use crate::records::{ReportReach, report_reach};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The key of a report; exactly one of this and `definition`.
    pub report: Option<String>,
    /// A definition that need not be saved.
    pub definition: Option<serde_json::Value>,
    /// The values of the prompts.
    pub prompts: serde_json::Value,
    /// Only this account; `None` means every account in reach.
    pub account: Option<AccountId>,
    /// Not from the cache.
    pub fresh: bool,
    /// Nobody waits for it.
    pub background: bool,
    /// What the rows are narrowed to beyond the definition's own filter: a list of texts or `{from, to}` for each
    /// dimension.
    pub narrow: serde_json::Map<String, serde_json::Value>,
}

/// A question that is ready to be answered.
pub(super) struct Asked {
    pub report: Option<String>,
    pub name: String,
    pub definition: String,
    pub prompts: String,
    pub account: Option<AccountId>,
    pub prepared: Prepared,
    pub reach: ReportReach,
    pub cache_key: String,
}

/// Looks the report up, checks the prompts, and decides what the actor may see.
pub(super) async fn ask(actor: &Actor, s: &Services, ask: &Ask) -> Result<Asked, Fault> {
    let (report, name, definition) = definition_of(actor, s, ask).await?;
    let (prepared, reach) =
        prepare(actor, s, &definition, &ask.prompts, ask.account, s.now()).await?;
    let data = if prepared.of_records() {
        store::record_epoch(&s.db.reader()).await?.to_string()
    } else {
        // Data of accounts has no count of changes: such rows are made anew each time.
        s.id::<ReportRunId>().to_string()
    };
    let cache_key = fingerprint(&[prepared.canonical(), reach.scope.digest(), &data]);
    Ok(Asked {
        report,
        name,
        definition: definition.to_string(),
        prompts: ask.prompts.to_string(),
        account: ask.account,
        prepared,
        reach,
        cache_key,
    })
}

/// Key, name and definition of what is asked.
pub(super) async fn definition_of(
    actor: &Actor,
    s: &Services,
    ask: &Ask,
) -> Result<(Option<String>, String, serde_json::Value), Fault> {
    let who = reporter(actor, s).await?;
    let (key, name, definition) = match (&ask.report, &ask.definition) {
        (Some(key), None) => {
            let (origin, definition) = by_key(s, &who.shelf, key).await?;
            let card = Card {
                origin,
                starred: false,
                subject: String::new(),
            };
            let value = serde_json::from_str(&definition)
                .map_err(|error| Fault::Internal(format!("a saved definition: {error}")))?;
            (Some(card.key()), card.name().to_owned(), value)
        }
        (None, Some(value)) => (None, "Report that is not saved".to_owned(), value.clone()),
        (report, _) => {
            return Err(Fault::field(
                if report.is_some() {
                    "/definition"
                } else {
                    "/report"
                },
                "invalid",
                "name either a report or a definition",
            ));
        }
    };
    Ok(if ask.narrow.is_empty() {
        (key, name, definition)
    } else {
        let narrowed = narrowed(definition, &ask.narrow);
        (key, format!("{name}, narrowed"), narrowed)
    })
}

/// A definition with further conditions, all of which hold. They are checked like its own.
fn narrowed(
    mut definition: serde_json::Value,
    to: &serde_json::Map<String, serde_json::Value>,
) -> serde_json::Value {
    let condition = |(dim, value): (&String, &serde_json::Value)| match value {
        serde_json::Value::Array(values) => match values.as_slice() {
            [one] => json!({"dim": dim, "op": "eq", "value": one}),
            _ => json!({"dim": dim, "op": "in", "value": values}),
        },
        period => json!({"dim": dim, "op": "between", "value": period}),
    };
    let more = to.iter().map(condition);
    let Some(parts) = definition.as_object_mut() else {
        return definition;
    };
    // A filter whose conditions all hold takes the new ones in: its depth stays as it is.
    let own = parts
        .get_mut("filter")
        .and_then(|filter| filter.get_mut("and"));
    if let Some(all) = own.and_then(serde_json::Value::as_array_mut) {
        all.extend(more);
    } else {
        let own = parts.remove("filter").filter(|filter| !filter.is_null());
        let all: Vec<_> = own.into_iter().chain(more).collect();
        parts.insert("filter".to_owned(), json!({ "and": all }));
    }
    definition
}

/// The time zone of the person.
pub(super) async fn zone(actor: &Actor, s: &Services) -> Result<String, Fault> {
    let user = users::by_id(&s.db.reader(), actor.user).await?;
    Ok(user.ok_or(Fault::NotFound)?.preferences.time_zone)
}

/// Relative dates are those of the person's own calendar, at the moment when the question was asked.
pub(super) async fn prepare(
    actor: &Actor,
    s: &Services,
    definition: &serde_json::Value,
    prompts: &serde_json::Value,
    account: Option<AccountId>,
    asked_at: DateTime<Utc>,
) -> Result<(Prepared, ReportReach), Fault> {
    let zone = zone(actor, s).await?;
    let prepared = engine::prepare(definition, prompts, &zone, asked_at)?;
    let reach = report_reach(s, actor, filter_of(account)).await?;
    for (at, data) in prepared.account_data() {
        barred(&reach.scope, data, &at)?;
    }
    reachable(&reach.scope, account)?;
    Ok((prepared, reach))
}

/// What the actor may see of such rows; refused at that place when these are not for the actor at all.
pub(super) async fn scope_of(
    actor: &Actor,
    s: &Services,
    data: Option<AccountData>,
    account: Option<AccountId>,
    at: &str,
) -> Result<ReadScope, Fault> {
    let scope = report_reach(s, actor, filter_of(account)).await?.scope;
    barred(&scope, data, at)?;
    reachable(&scope, account)?;
    Ok(scope)
}

/// Refuses rows that are not for the reader at all.
pub(super) fn barred(scope: &ReadScope, data: Option<AccountData>, at: &str) -> Result<(), Fault> {
    let barred = data.is_some_and(
        |kind| matches!(scope.accounts(kind), AccountReach::Accounts(list) if list.is_empty()),
    );
    if barred {
        return Err(Fault::field(
            at,
            "forbidden",
            "this is for those who look after an account: its owner and proxies",
        ));
    }
    Ok(())
}

pub(super) fn reachable(scope: &ReadScope, account: Option<AccountId>) -> Result<(), Fault> {
    if account.is_some() && sees_nothing(scope) {
        return Err(Fault::NotFound);
    }
    Ok(())
}

fn sees_nothing(scope: &ReadScope) -> bool {
    let nowhere = AccountData::ALL
        .iter()
        .all(|kind| match scope.accounts(*kind) {
            AccountReach::Everything => false,
            AccountReach::Own(_) => true,
            AccountReach::Accounts(list) => list.is_empty(),
        });
    nowhere && *scope.records() == RecordReach::Nothing
}

fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // The length in front keeps two parts from running into each other.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}
