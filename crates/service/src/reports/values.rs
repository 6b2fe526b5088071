//! The values that a dimension has, to choose from in a prompt or a filter: within the reader's own rights, by how they begin,
//! never all of them. Filters are made of values elsewhere.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration as Wait;

use quaymaster_domain::access::{Actor, ReadScope};
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::reports::{Member, Source, Term};
use quaymaster_store::reports::query::{Answer, Comparison, Filter, Operand, Question, ask};

use super::{asking, engine, members, reporter};
use crate::Services;
use crate::error::Fault;

/// Somebody waits in front of a list.
const MOST_TIME: Wait = Wait::from_secs(10);

/// Values of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// As a filter takes them, with what people see of them.
    pub items: Vec<(String, String)>,
    /// There are more.
    pub more: bool,
}

/// The first values of a dimension in their order, of texts those that begin like this, as it is written or in capitals.
///
/// # Errors
/// [`Fault::Invalid`] where there is no such subject or dimension, or the rows are not for the actor; [`Fault::Busy`] when it
/// takes too long.
pub async fn values(
    actor: &Actor,
    s: &Services,
    (subject, dimension): (&str, &str),
    begins: &str,
    account: Option<AccountId>,
    limit: u64,
) -> Result<Values, Fault> {
    reporter(actor, s).await?;
    if members::of(subject).is_none() {
        let names = members::names().join(", ");
        return Err(Fault::field(
            "?subject",
            "invalid",
            format!("choose one of {names}"),
        ));
    }
    let Some(member) = members::find(subject, dimension)
        .map(|found| found.member)
        .filter(|member| !member.measure)
    else {
        return Err(Fault::field(
            "?dim",
            "invalid",
            "this subject has no dimension of this name",
        ));
    };
    begins_of_text(member, begins, "?q")?;
    let source = members::source(subject);
    let scope = asking::scope_of(actor, s, source.account_data(), account, "?subject").await?;
    look(s, &scope, member, vec![(source, None)], begins, limit).await
}

/// What somebody is choosing for.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The report or the definition, the answers so far, and the account.
    pub ask: asking::Ask,
    /// The prompt that is being answered.
    pub prompt: String,
    /// How values begin.
    pub begins: String,
    /// How many.
    pub limit: u64,
}

/// The values for a prompt of a report: those that the filter and the prompts before it leave.
///
/// # Errors
/// [`Fault::Invalid`] where the report, the prompt or an answer before it does not fit; as [`values`].
pub async fn choices(actor: &Actor, s: &Services, choice: &Choice) -> Result<Values, Fault> {
    reporter(actor, s).await?;
    let ask = &choice.ask;
    let (_, _, definition) = asking::definition_of(actor, s, ask).await?;
    let zone = asking::zone(actor, s).await?;
    let left = engine::left(&definition, &choice.prompt, &ask.prompts, &zone, s.now())?;
    begins_of_text(&left.member, &choice.begins, "/q")?;
    let mut scope = None;
    let mut asked = Vec::new();
    for (at, source, filter) in left.sources {
        scope = Some(asking::scope_of(actor, s, source.account_data(), ask.account, &at).await?);
        asked.push((source, filter));
    }
    let scope = scope.ok_or(Fault::NotFound)?;
    look(s, &scope, &left.member, asked, &choice.begins, choice.limit).await
}

fn begins_of_text(member: &Member, begins: &str, at: &str) -> Result<(), Fault> {
    if begins.is_empty() || member.term.is_text() {
        return Ok(());
    }
    Err(Fault::field(
        at,
        "invalid",
        "only texts are looked for by how they begin",
    ))
}

/// The first values in the rows of these sources that their filters leave.
async fn look(
    s: &Services,
    scope: &ReadScope,
    member: &Member,
    asked: Vec<(Source, Option<Filter>)>,
    begins: &str,
    limit: u64,
) -> Result<Values, Fault> {
    let term = member.term;
    let mut filter = vec![Filter::Compare(term, Comparison::NotEmpty, Vec::new())];
    if !begins.is_empty() {
        let begin =
            |text: String| Filter::Compare(term, Comparison::Begins, vec![Operand::Text(text)]);
        filter.push(Filter::Any(vec![
            begin(begins.to_owned()),
            begin(begins.to_uppercase()),
        ]));
    }
    let found = Mutex::new(BTreeSet::new());
    let asking = async {
        for (source, left) in asked {
            let question = Question {
                source,
                grouped: true,
                terms: vec![term],
                filter: Some(Filter::All(filter.iter().cloned().chain(left).collect())),
                order: vec![(0, false)],
                limit: limit.saturating_add(1),
            };
            ask(&s.db, &question, scope, |rows| {
                let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                found.extend(rows.into_iter().flatten());
                std::future::ready(true)
            })
            .await?;
        }
        Ok::<(), Fault>(())
    };
    tokio::time::timeout(MOST_TIME, asking)
        .await
        .map_err(|_elapsed| Fault::Busy(MOST_TIME.as_secs()))??;
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let more = found.len() as u64 > limit;
    let items = found
        .into_iter()
        .take(usize::try_from(limit).unwrap_or(usize::MAX))
        .filter_map(|answer| match answer {
            Answer::Empty => None,
            // A personal number is a digest here: nobody could choose among those.
            Answer::Text(text) if term == Term::Text("importer_key") && text.len() > 20 => None,
            Answer::Text(text) => {
                let shown = members::text(member, &text);
                Some((text, shown))
            }
            Answer::Int(number) => Some((number.to_string(), number.to_string())),
        })
        .collect();
    Ok(Values { items, more })
}
