//! A broker whose clients are many against one whose clients are few: what a request costs must not grow with them, whether
//! the owner asks or somebody to whom the clients are passed on; and dividing the many among people is one request.

use chrono::Days;
use quaymaster_domain::clock::Clock as _;
use quaymaster_domain::records::EntryNumber;
use quaymaster_server::wiring::SystemClock;
use quaymaster_tests::Company;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::Options;
use crate::asking::Asking;
use crate::load::median;
use crate::measure::{forget_peak, memory_of};
use crate::report::Row;
use crate::stage::Stage;

/// Clients of the two brokers.
const FEW: u64 = 10;
const MANY: u64 = 10_000;

/// People of the larger broker besides its owner, all of whom are in one team.
const TEAM: usize = 50;

/// Entries of each client. Those of the few are the newest, so that both brokers find the same on the first page.
const ENTRIES: u64 = 5;

/// How often each request is sent to each broker.
const TURNS: usize = 400;

/// Fills in the clients, all of whom give the one broker access and the first few the other one as well.
async fn fill(stage: &Stage, few: &Company, many: &Company) -> Result<(), String> {
    let raw = stage.database.raw().await;
    let id = |group: u32| format!("unhex('0190000000{group:02x}70008000' || printf('%012x', i))");
    let (company, account) = (id(0x21), id(0x22));
    let (sub, identifier) = (id(0x25), id(0x26));
    let importer = "printf('28-%07d00', i)";
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
        format!(
            "INSERT INTO account_activities (account_id, company_id, activity, added_at, added_by_name) {n} \
             SELECT {account}, {company}, 'importer', {at}, 'the fill' FROM n"
        ),
        format!(
            "INSERT INTO sub_accounts (id, account_id, name, activity, created_at, version) {n} \
             SELECT {sub}, {account}, 'Imports', 'importer', {at}, 1 FROM n"
        ),
        format!(
            "INSERT INTO account_identifiers (id, account_id, kind, lookup, shown) {n} \
             SELECT {identifier}, {account}, 'importer_number', {importer}, {importer} FROM n"
        ),
        format!(
            "INSERT INTO sub_account_identifiers (id, sub_account_id, account_id, identifier_id, added_at, added_by_name) {n} \
             SELECT {identifier}, {sub}, {account}, {identifier}, {at}, 'the fill' FROM n"
        ),
        entries(at)?,
        grants(0x23, &many, MANY),
        grants(0x24, &few, FEW),
        // With the proxy and the user who are there.
        format!(
            "INSERT INTO memberships (account_id, user_id, role, since, version) \
             SELECT {many}, id, 'user', {at}, 1 FROM users WHERE user_name LIKE 'crowd.member%' ORDER BY user_name LIMIT {}",
            TEAM - 2
        ),
        "COMMIT".to_owned(),
        "ANALYZE".to_owned(),
    ];
    raw.execute_unprepared(&statements.join(";\n"))
        .await
        .map_err(|e| e.to_string())?;
    raw.close().await.map_err(|e| e.to_string())
}

/// The entry of this turn of a client.
fn number(client: u64, turn: u64) -> Result<EntryNumber, String> {
    let serial = u32::try_from(client * ENTRIES + turn).map_err(|e| e.to_string())?;
    EntryNumber::make("Q7M", serial).ok_or_else(|| format!("{serial} is no serial"))
}

/// What puts the entries of all clients in.
fn entries(at: &str) -> Result<String, String> {
    let today = SystemClock.now().date_naive();
    let mut rows = Vec::new();
    for client in 0..MANY {
        for turn in 0..ENTRIES {
            let age = if client < FEW {
                turn
            } else {
                30 + (client * 37 + turn * 73) % 365
            };
            let day = today - Days::new(age);
            let importer = format!("28-{client:07}00");
            rows.push(format!(
                "('{}', '01', '{importer}', '{importer}', 'Client', 'Q7M', '2704', '{day}', '{}', 1, 1, 100000, 1000, \
                 'unknown', x'00', {at}, x'00', {at})",
                number(client, turn)?.as_str(),
                day.format("%Y-%m"),
            ));
        }
    }
    let insert = "INSERT INTO entries (entry_number, entry_type, importer_key, importer_shown, importer_name, filer_code, port, \
                  entry_date, entry_month, line_count, tariff_count, value_cents, duty_cents, fee_check, content_hash, state_at, \
                  import_id, updated_at) VALUES ";
    let pieces = rows.chunks(500);
    let statements: Vec<_> = pieces
        .map(|some| format!("{insert}{}", some.join(", ")))
        .collect();
    Ok(statements.join(";\n"))
}

fn id(made: &Value) -> Result<&str, String> {
    made["id"]
        .as_str()
        .ok_or_else(|| format!("no identity in {made}"))
}

/// Passes all clients of a broker on to all of its people, by one group and one team. Answers how long it took to put the
/// clients into the group that the team looks after, how many they are, and how many people.
async fn divide(owner: &mut Asking, broker: &Company) -> Result<(f64, u64, usize), String> {
    let at = format!("/api/v1/accounts/{}", broker.account);
    let named = json!({ "name": "All of them" });
    let (_, group) = owner.post(&format!("{at}/client-groups"), &named).await?;
    let (_, team) = owner.post(&format!("{at}/teams"), &named).await?;
    let (group, team) = (id(&group)?, id(&team)?);
    let (_, people) = owner.get(&format!("{at}/users?limit=200")).await?;
    let people: Vec<&Value> = people["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|person| person["role"] != "owner")
        .map(|person| &person["id"])
        .collect();
    owner
        .put(
            &format!("{at}/teams/{team}/members"),
            &json!({ "user_ids": people }),
        )
        .await?;
    owner
        .put(
            &format!("{at}/teams/{team}/client-groups/{group}"),
            &json!({ "rights": null }),
        )
        .await?;
    let (took, added) = owner
        .post(
            &format!("{at}/client-groups/{group}/clients"),
            &json!({ "all": true, "client_account_ids": [] }),
        )
        .await?;
    let clients = added["client_count"].as_u64().unwrap_or(0);
    Ok((took, clients, people.len()))
}

/// What the two brokers are compared by: a name, who asks, and the path.
fn questions(broker: &Company) -> Result<[(&'static str, bool, String); 10], String> {
    let client = uuid::Uuid::from_u128(0x0190_0000_0022_7000_8000_0000_0000_0000);
    let account = broker.account;
    let accounts = || "/api/v1/accounts?limit=10".to_owned();
    let entry = format!("/api/v1/entry-summaries/{}", number(0, 0)?);
    let newest = || "/api/v1/entry-summaries?limit=10".to_owned();
    let of_one = || format!("/api/v1/entry-summaries?account_id={client}&limit=10");
    let subs = || format!("/api/v1/accounts/{client}/sub-accounts?limit=10");
    Ok([
        ("list of accounts", true, accounts()),
        (
            "list of grants",
            true,
            format!("/api/v1/accounts/{account}/grants-received?limit=10"),
        ),
        ("a client's sub-accounts", true, subs()),
        (
            "what an employee effectively sees",
            true,
            format!(
                "/api/v1/accounts/{account}/users/{}/guest-access?limit=10",
                broker.user.id
            ),
        ),
        ("one entry", true, entry),
        ("newest entries of one client", true, of_one()),
        ("newest entries of all clients", true, newest()),
        (
            "newest entries of all clients, as an employee",
            false,
            newest(),
        ),
        ("list of accounts, as an employee", false, accounts()),
        ("a client's sub-accounts, as an employee", false, subs()),
    ])
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
    let mut owners = [
        Asking::open(&server, "small.owner").await?,
        Asking::open(&server, "large.owner").await?,
    ];
    let mut employees = [
        Asking::open(&server, "small.user").await?,
        Asking::open(&server, "large.user").await?,
    ];
    divide(&mut owners[0], few).await?;
    // What the server needs for the small broker, before it has anything to do for the large one.
    for (_, as_owner, path) in questions(few)? {
        let small = if as_owner {
            &mut owners[0]
        } else {
            &mut employees[0]
        };
        small.get(&path).await?;
    }
    // The peak so far is that of the sign-ins, which hash.
    let before = forget_peak(&server)?;
    let (took, clients, people) = divide(&mut owners[1], many).await?;
    let mut rows = vec![Row::at_most(
        &format!("{clients} clients to a team of {people}, one request"),
        took / 1000.0,
        5.0,
        "s",
        "SQLite, full durability".to_owned(),
    )];
    let divided = memory_of(&server, "VmHWM")?;
    rows.push(Row::at_most(
        &format!("growth of resident memory (peak) by dividing {clients} clients"),
        divided - before,
        32.0,
        "MiB",
        format!("{before:.0} MiB before, {divided:.0} MiB after"),
    ));
    if clients != MANY || people != TEAM {
        return Err(format!(
            "{clients} clients and {people} people were divided"
        ));
    }
    for ((name, as_owner, small), (_, _, large)) in
        questions(few)?.into_iter().zip(questions(many)?)
    {
        let [a, b] = if as_owner {
            &mut owners
        } else {
            &mut employees
        };
        let (mut at_few, mut at_many) = (Vec::new(), Vec::new());
        for turn in 0..TURNS {
            let (fast, _) = a.get(&small).await?;
            let (slow, answer) = b.get(&large).await?;
            if answer["items"].as_array().is_some_and(Vec::is_empty)
                && !name.contains("sub-accounts")
            {
                return Err(format!("{name}: nothing is listed"));
            }
            // The first ones warm the caches.
            if turn >= TURNS / 10 {
                at_few.push(fast);
                at_many.push(slow);
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
    rows.push(report(&mut owners).await?);
    let (after, own) = (memory_of(&server, "VmHWM")?, memory_of(&server, "RssAnon")?);
    rows.push(Row::at_most(
        &format!("growth of resident memory (peak) by all requests of the broker with {MANY} grants"),
        after - before,
        128.0,
        "MiB",
        format!(
            "{before:.0} MiB before, {after:.0} MiB at most, {own:.0} MiB of it without files when all is done"
        ),
    ));
    Ok(rows)
}

/// The entries of the last days, which are those of the few clients, so that both brokers get the same rows.
async fn report([few, many]: &mut [Asking; 2]) -> Result<Row, String> {
    let today = SystemClock.now().date_naive();
    let from = today - Days::new(ENTRIES);
    let body = json!({
        "report": "ES-101", "definition": null, "prompts": {"p1": {"from": from, "to": today}},
        "account_id": null, "fresh": true,
    });
    let (mut at_few, mut at_many) = (Vec::new(), Vec::new());
    let mut rows = 0;
    for turn in 0..TURNS / 4 {
        let (a, b) = (few.run(&body).await?, many.run(&body).await?);
        rows = a.page["total"].as_u64().unwrap_or_default();
        if rows != FEW * ENTRIES || a.page["rows"] != b.page["rows"] {
            return Err(format!("the report has {rows} rows, or others for each"));
        }
        // The first ones warm the caches.
        if turn >= TURNS / 40 {
            at_few.push(a.took);
            at_many.push(b.took);
        }
    }
    let (a, b) = (median(at_few), median(at_many));
    Ok(Row::at_most(
        &format!(
            "a report of {rows} entries of the last days, broker with {MANY} grants against {FEW}"
        ),
        b / a,
        1.5,
        "×",
        format!("median {b:.2} ms against {a:.2} ms, the same rows, SQLite"),
    ))
}
