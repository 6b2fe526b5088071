//! A broker whose clients are many against one whose clients are few: what a request costs must not grow with them.

use quaymaster_tests::{Company, ServerProcess};
use sea_orm::ConnectionTrait;
use std::time::Instant;

use crate::Options;
use crate::load::{Connection, get};
use crate::report::Row;
use crate::stage::{Stage, token};

/// Clients of the two brokers.
const FEW: u64 = 10;
const MANY: u64 = 10_000;

/// How often each request is sent to each broker.
const TURNS: usize = 400;

/// Fills in the clients, all of whom give the one broker access and the first few the other one as well.
async fn fill(stage: &Stage, few: &Company, many: &Company) -> Result<(), String> {
    let raw = stage.database.raw().await;
    let id = |group: u32| format!("unhex('0190000000{group:02x}70008000' || printf('%012x', i))");
    let (company, account) = (id(0x21), id(0x22));
    let own = |id: uuid::Uuid| format!("X'{}'", id.simple());
    let (few, many) = (own(few.account.0), own(many.account.0));
    let member = own(stage.acme.owner.id.0);
    let at = "'2026-03-02T15:00:00+00:00'";
    let n = format!(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {MANY})"
    );
    let grants = |group: u32, broker: &str, clients: u64| {
        format!(
            "INSERT INTO grants (id, grantor_account_id, recipient_account_id, grantor_key, recipient_key, grantor_shown, \
             started_by, suppressed, state, state_at, all_sub_accounts, top_level, structure, records, reports, users, \
             purpose, starts_at, created_at, created_by_name, version) {n} \
             SELECT {}, {account}, {broker}, printf('client %05d', i), 'broker', NULL, 'grantor', 0, 'active', {at}, \
             1, 1, 1, 'all', 1, 0, 'Entries', {at}, {at}, 'the fill', 1 FROM n WHERE i < {clients}",
            id(group)
        )
    };
    // One transaction: an account and its owner need each other at its end.
    let statements = [
        "BEGIN".to_owned(),
        format!(
            "INSERT INTO companies (id, name, name_key, party_id, created_at, version) {n} \
             SELECT {company}, printf('Client %05d', i), printf('client %05d', i), NULL, {at}, 1 FROM n"
        ),
        format!(
            "INSERT INTO accounts (id, company_id, account_number, serial, name, name_key, state, owner_user_id, created_at, version) {n} \
             SELECT {account}, {company}, printf('QX-%08d', i), 1000000 + i, printf('Client %05d', i), printf('client %05d', i), 'open', {member}, {at}, 1 FROM n"
        ),
        format!(
            "INSERT INTO memberships (account_id, user_id, role, since, version) {n} \
             SELECT {account}, {member}, 'owner', {at}, 1 FROM n"
        ),
        grants(0x23, &many, MANY),
        grants(0x24, &few, FEW),
        "COMMIT".to_owned(),
        "ANALYZE".to_owned(),
    ];
    raw.execute_unprepared(&statements.join(";\n"))
        .await
        .map_err(|e| e.to_string())?;
    raw.close().await.map_err(|e| e.to_string())
}

/// One broker's connection and what is asked.
struct Broker {
    connection: Connection,
    requests: Vec<Vec<u8>>,
}

impl Broker {
    async fn open(server: &ServerProcess, name: &str, account: String) -> Result<Self, String> {
        let token = token(server, &format!("{name}.owner")).await?;
        let client = uuid::Uuid::from_u128(0x0190_0000_0022_7000_8000_0000_0000_0000);
        let paths = [
            "/api/v1/accounts?limit=10".to_owned(),
            format!("/api/v1/accounts/{account}/grants-received?limit=10"),
            format!("/api/v1/accounts/{client}/sub-accounts?limit=10"),
        ];
        Ok(Self {
            connection: Connection::open(server.address)
                .await
                .map_err(|e| e.to_string())?,
            requests: paths.iter().map(|path| get(path, &token)).collect(),
        })
    }

    async fn ask(&mut self, which: usize) -> Result<f64, String> {
        let sent = Instant::now();
        let (status, body) = self
            .connection
            .exchange(&self.requests[which])
            .await
            .map_err(|e| e.to_string())?;
        if status != 200 {
            let words = String::from_utf8_lossy(&body);
            return Err(format!("request {which}: {status} {words}"));
        }
        Ok(sent.elapsed().as_secs_f64() * 1000.0)
    }
}

/// What a broker asks for, one after the other for both brokers in turn.
///
/// # Errors
/// When a request is refused.
pub async fn grants(o: &Options, stage: &Stage) -> Result<Vec<Row>, String> {
    let [few, _, many] = &stage.companies[..] else {
        return Err("the stage has three companies".to_owned());
    };
    // Migrated by the first start.
    drop(stage.serve(&o.server));
    fill(stage, few, many).await?;
    let server = stage.serve(&o.server);
    let mut small = Broker::open(&server, "small", few.account.to_string()).await?;
    let mut large = Broker::open(&server, "large", many.account.to_string()).await?;
    let mut rows = Vec::new();
    let names = [
        "list of accounts",
        "list of grants",
        "a client's sub-accounts",
    ];
    for (which, name) in names.into_iter().enumerate() {
        let (mut at_few, mut at_many) = (Vec::new(), Vec::new());
        for turn in 0..TURNS {
            let (a, b) = (small.ask(which).await?, large.ask(which).await?);
            // The first ones warm the caches.
            if turn >= TURNS / 10 {
                at_few.push(a);
                at_many.push(b);
            }
        }
        let (a, b) = (median(at_few), median(at_many));
        rows.push(Row::at_most(
            &format!("{name}, broker with {MANY} grants against {FEW}"),
            b / a,
            1.5,
            "×",
            format!("median {b:.2} ms against {a:.2} ms, SQLite"),
        ));
    }
    Ok(rows)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
