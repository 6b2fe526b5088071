//! What the row filter costs: a question through the secured source against the same SQL with a list written by hand, both in
//! this process and on the same connections.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Instant;

use futures_util::TryStreamExt as _;
use quaymaster_domain::access::{
    Actor, HeldKey, Membership, Origin, Purpose, ReadScope, RecordKeyKind, ScopeFacts, ScopeFilter,
    read_scope,
};
use quaymaster_domain::clock::Clock as _;
use quaymaster_domain::ids::{AccountId, CompanyId, SessionId, SubAccountId, UserId};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::reports::{Source, Term};
use quaymaster_server::wiring::SystemClock;
use quaymaster_store::reports::query::{Answer, Comparison, Filter, Operand, Question, ask};
use sea_orm::{Statement, StreamTrait as _};

use crate::load::median;
use crate::records::{Records, TURNS};
use crate::report::Row;

/// # Errors
/// When the database cannot answer, or the two answers differ.
pub async fn secured(r: &Records<'_>) -> Result<Vec<Row>, String> {
    let words = |e: sea_orm::DbErr| e.to_string();
    let (actor, facts) = reader(r);
    let scope = || read_scope(&actor, &facts, ScopeFilter::All, Purpose::Reports);
    let mut made = Vec::new();
    for _ in 0..TURNS * 10 {
        let begun = Instant::now();
        let scope: ReadScope = scope();
        made.push(begun.elapsed().as_secs_f64() * 1000.0);
        drop(scope);
    }
    let scope = scope();
    let (from, to) = r.three_years();
    let question = Question {
        source: Source::Lines,
        terms: vec![
            Term::Prefix("hts", 2),
            Term::Text("country_origin"),
            Term::Sum("value_cents"),
            Term::Sum("duty_cents"),
        ],
        grouped: true,
        filter: Some(Filter::Compare(
            Term::Text("entry_date"),
            Comparison::Between,
            vec![Operand::Text(from.clone()), Operand::Text(to.clone())],
        )),
        order: vec![(0, false), (1, false)],
        limit: 1_000_000,
    };
    let sql = format!(
        "SELECT substr(hts, 1, 2), country_origin, CAST(coalesce(sum(value_cents), 0) AS BIGINT), CAST(coalesce(sum(duty_cents), 0) AS BIGINT) FROM entry_lines WHERE importer_key IN ({}) AND entry_date BETWEEN '{from}' AND '{to}' GROUP BY 1, 2 ORDER BY 1, 2",
        r.listed()
    );
    let db = r.place.database.open().await;
    let (mut ours, mut others) = (Vec::new(), Vec::new());
    for turn in 0..=TURNS * 2 {
        let found = Mutex::new(Vec::new());
        let begun = Instant::now();
        ask(&db, &question, &scope, |rows| {
            if let Ok(mut found) = found.lock() {
                found.extend(rows);
            }
            std::future::ready(true)
        })
        .await
        .map_err(|e| e.to_string())?;
        let mine = begun.elapsed();
        let begun = Instant::now();
        let connection = db.pools().0;
        let statement = Statement::from_string(connection.get_database_backend(), sql.as_str());
        let mut rows = connection.stream_raw(statement).await.map_err(words)?;
        let mut wanted = Vec::new();
        while let Some(row) = rows.try_next().await.map_err(words)? {
            let text = |at| row.try_get_by_index(at).map(Answer::Text).map_err(words);
            let number = |at| row.try_get_by_index(at).map(Answer::Int).map_err(words);
            wanted.push(vec![text(0)?, text(1)?, number(2)?, number(3)?]);
        }
        let other = begun.elapsed();
        if wanted.is_empty() || found.into_inner().is_ok_and(|found| found != wanted) {
            return Err("the secured question has another answer than the bare SQL".to_owned());
        }
        if turn > 0 {
            ours.push(mine.as_secs_f64() * 1000.0);
            others.push(other.as_secs_f64() * 1000.0);
        }
    }
    let (ours, other) = (median(ours), median(others));
    Ok(vec![
        Row::at_most(
            &format!(
                "a question through the secured source against the same SQL with a list written by hand, {}",
                r.name
            ),
            ours / other,
            1.1,
            "×",
            format!(
                "{ours:.1} ms against {other:.1} ms, by chapter and country, three years, {} importers, the same rows",
                r.keys.len()
            ),
        ),
        Row::at_most(
            &format!(
                "making the scope of {} numbers, in the process",
                r.keys.len()
            ),
            median(made),
            1.0,
            "ms",
            "without what a request reads for it, which is kept while access does not change"
                .to_owned(),
        ),
    ])
}

/// The owner of an account with all the numbers, as the policy is told of one.
fn reader(r: &Records<'_>) -> (Actor, ScopeFacts) {
    let id = uuid::Uuid::nil();
    let now = SystemClock.now();
    let actor = Actor {
        user: UserId(id),
        client: None,
        name: "Owner".to_owned(),
        staff: None,
        memberships: vec![Membership {
            account: AccountId(id),
            company: CompanyId(id),
            role: MemberRole::Owner,
            access: Vec::new(),
        }],
        guest: None,
        session: SessionId(id),
        proved_at: now,
        now,
        origin: Origin {
            request_id: String::new(),
            network: String::new(),
        },
    };
    let keys = r.keys.iter().map(|key| HeldKey {
        sub_account: SubAccountId(id),
        kind: RecordKeyKind::Importer,
        key: key.clone(),
    });
    let facts = ScopeFacts {
        keys: BTreeMap::from([(AccountId(id), keys.collect())]),
        ..ScopeFacts::default()
    };
    (actor, facts)
}
