//! Row-level security of trade records in worlds of chance: accounts with sub-accounts, people with rights and limits of ports,
//! grants of every kind. What the portal shows is compared, entry by entry, with an evaluation that is slow and plain.

use std::collections::BTreeSet;

use quaymaster_domain::ids::SubAccountId;
use quaymaster_tests::{Caller, Company, TestApp};
use serde_json::json;

use super::records::{HEADER, hold, import, number, row, seen};

/// Chance that is the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

const PORTS: [&str; 3] = ["2704", "1001", "4601"];
/// Those of the two brokers, and one that no account holds.
const FILERS: [&str; 3] = ["Q7M", "BWC", "ABC"];
const BROKERS: [usize; 2] = [3, 4];
const CLIENTS: [usize; 3] = [0, 1, 2];

struct Entry {
    number: String,
    importer: String,
    filer: &'static str,
    port: &'static str,
}

/// A sub-account and the one number in it.
struct Part {
    id: SubAccountId,
    key: String,
}

impl Part {
    fn matches(&self, entry: &Entry) -> bool {
        self.key == entry.importer || self.key == entry.filer
    }
}

/// What a plain user has in the own account.
#[derive(Default)]
struct Limits {
    reads: BTreeSet<usize>,
    ports: BTreeSet<&'static str>,
}

struct Account {
    company: Company,
    owner: Caller,
    proxy: Caller,
    user: Caller,
    parts: Vec<Part>,
    limits: Limits,
}

struct Grant {
    client: usize,
    broker: usize,
    /// Sub-accounts by their place.
    covers: Vec<usize>,
    records: &'static str,
    /// The user of the broker was assigned to it.
    user: bool,
}

impl Grant {
    /// The owner has every grant; all others, proxies too, need to be assigned.
    fn seats(&self, who: Who) -> bool {
        match who {
            Who::Owner => true,
            Who::Proxy => false,
            Who::User => self.user,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Owner,
    Proxy,
    User,
}

impl Who {
    fn manages(self) -> bool {
        self != Self::User
    }
}

struct Universe {
    app: TestApp,
    accounts: Vec<Account>,
    entries: Vec<Entry>,
}

impl Universe {
    /// The rule of DOMAIN section 8, word by word. `through`: only what is seen by this account.
    fn sees(
        &self,
        grants: &[Grant],
        reader: (usize, Who),
        through: Option<usize>,
        entry: &Entry,
    ) -> bool {
        let (home, who) = reader;
        let own = &self.accounts[home];
        let at_port =
            who.manages() || own.limits.ports.is_empty() || own.limits.ports.contains(entry.port);
        let as_member = through.is_none_or(|account| account == home)
            && at_port
            && own.parts.iter().enumerate().any(|(index, part)| {
                part.matches(entry) && (who.manages() || own.limits.reads.contains(&index))
            });
        let filed_by_home = own.parts.iter().any(|part| part.key == entry.filer);
        let as_guest = grants.iter().any(|grant| {
            grant.broker == home
                && through.is_none_or(|account| account == grant.client)
                && grant.seats(who)
                && at_port
                && grant
                    .covers
                    .iter()
                    .map(|index| &self.accounts[grant.client].parts[*index])
                    .any(|part| match grant.records {
                        "all" => part.matches(entry),
                        "own_filings" => part.key == entry.importer && filed_by_home,
                        _ => false,
                    })
        });
        as_member || as_guest
    }

    async fn start(dice: &mut Dice) -> Self {
        let app = TestApp::start().await;
        let mut accounts = Vec::new();
        for (index, prefix) in ["alder", "birch", "cedar", "dock", "ebb"]
            .iter()
            .enumerate()
        {
            let company = app.world().company(prefix).await;
            let owner = app.sign_in(&format!("{prefix}.owner")).await;
            let second = owner
                .post(
                    &format!("/accounts/{}/sub-accounts", company.account),
                    &json!({ "name": "Second", "activity": "importer" }),
                )
                .await
                .ok();
            let second = SubAccountId(second["id"].as_str().unwrap().parse().unwrap());
            let importer = |part: usize| format!("28-00000{index}{part}00");
            let first = match BROKERS.iter().position(|broker| *broker == index) {
                Some(broker) => FILERS[broker].to_owned(),
                None => importer(1),
            };
            accounts.push(Account {
                owner,
                proxy: app.sign_in(&format!("{prefix}.proxy")).await,
                user: app.sign_in(&format!("{prefix}.user")).await,
                parts: vec![
                    Part {
                        id: company.sub_account,
                        key: first,
                    },
                    Part {
                        id: second,
                        key: importer(2),
                    },
                ],
                company,
                limits: Limits::default(),
            });
        }
        // One more importer, whom nobody has.
        let mut importers = vec!["28-000009900".to_owned()];
        for account in &accounts {
            let keys = account.parts.iter().map(|part| part.key.clone());
            importers.extend(keys.filter(|key| key.len() > 3));
        }
        let entries: Vec<Entry> = (1..=80)
            .map(|serial| {
                let filer = dice.of(&FILERS);
                Entry {
                    number: number(filer, serial),
                    importer: importers[dice.below(importers.len())].clone(),
                    filer,
                    port: dice.of(&PORTS),
                }
            })
            .collect();
        // Somebody who held every filer code once brought them in.
        let loader = app.world().company("loader").await;
        for filer in FILERS {
            hold(&app, &loader, "filer_code", filer).await;
        }
        let file: String = entries
            .iter()
            .map(|e| row(&e.number, &e.importer, e.port, 1, "1.00"))
            .collect();
        let bringer = app.sign_in("loader.owner").await;
        let done = import(&app, &bringer, &loader, "", &format!("{HEADER}{file}")).await;
        assert_eq!(done["entries_new"], 80, "{done}");
        for table in ["sub_account_identifiers", "account_identifiers"] {
            let sql = format!("DELETE FROM {table} WHERE account_id = ?");
            app.world()
                .execute(&sql, vec![loader.account.0.into()])
                .await;
        }
        for account in &accounts {
            for part in &account.parts {
                let place = Company {
                    sub_account: part.id,
                    ..account.company.clone()
                };
                let kind = if part.key.len() > 3 {
                    "importer_number"
                } else {
                    "filer_code"
                };
                hold(&app, &place, kind, &part.key).await;
            }
        }
        assert!(seen(&bringer, "").await.is_empty());
        Self {
            app,
            accounts,
            entries,
        }
    }

    /// Other rights and limits for every user.
    async fn change_users(&mut self, dice: &mut Dice) {
        for account in &mut self.accounts {
            let ids = || {
                vec![
                    account.company.account.0.into(),
                    account.company.user.id.0.into(),
                ]
            };
            let world = self.app.world();
            for table in ["membership_access", "membership_ports"] {
                let sql = format!("DELETE FROM {table} WHERE account_id = ? AND user_id = ?");
                world.execute(&sql, ids()).await;
            }
            account.limits = Limits::default();
            for (index, part) in account.parts.iter().enumerate() {
                let level = dice.of(&["none", "read", "read"]);
                if level == "read" {
                    account.limits.reads.insert(index);
                }
                let mut values = ids();
                values.extend([part.id.0.into(), level.into()]);
                world
                    .execute(
                        "INSERT INTO membership_access (account_id, user_id, sub_account_id, structure, records, reports) VALUES (?, ?, ?, 'read', ?, 'none')",
                        values,
                    )
                    .await;
            }
            for port in PORTS {
                if dice.below(4) == 0 {
                    account.limits.ports.insert(port);
                    let mut values = ids();
                    values.push(port.into());
                    world
                        .execute(
                            "INSERT INTO membership_ports (account_id, user_id, port_code) VALUES (?, ?, ?)",
                            values,
                        )
                        .await;
                }
            }
        }
    }

    /// A grant of chance, or none; through the portal, as the owners do it. With its id.
    async fn grant(
        &self,
        dice: &mut Dice,
        client: usize,
        broker: usize,
    ) -> Option<(String, Grant)> {
        if dice.below(4) == 0 {
            return None;
        }
        let (from, to) = (&self.accounts[client], &self.accounts[broker]);
        let covers: Vec<usize> = dice.of(&[&[0, 1][..], &[0], &[1]]).to_vec();
        let records = dice.of(&["all", "own_filings", "own_filings", "none"]);
        let every = covers.len() == 2;
        let named: Vec<SubAccountId> = if every {
            Vec::new()
        } else {
            covers.iter().map(|index| from.parts[*index].id).collect()
        };
        let invitation = json!({
            "account_id": from.company.account, "direction": "invite",
            "counterparty": { "account_number": to.company.account_number, "owner_user_id": to.company.owner.user_name },
            "draft_id": null, "all_sub_accounts": every, "sub_account_ids": named, "top_level": false,
            "rights": { "structure": true, "records": records, "reports": false, "users": false }, "purpose": "You file our entries.",
        });
        let made = from.owner.post("/grants", &invitation).await.ok();
        let id = made["id"].as_str().unwrap().to_owned();
        to.owner
            .post(
                &format!("/grants/{id}/acceptance"),
                &json!({"version": 1, "narrowing": null}),
            )
            .await
            .ok();
        let user = dice.below(2) == 0;
        if user {
            to.owner
                .put(
                    &format!("/grants/{id}/people/{}", to.company.user.id),
                    &json!({ "rights": null }),
                )
                .await
                .ok();
        }
        let grant = Grant {
            client,
            broker,
            covers,
            records,
            user,
        };
        Some((id, grant))
    }

    /// Compares what everybody is shown with what the rule says. Answers how many were shown in all.
    async fn compare(&self, grants: &[Grant], words: &str) -> usize {
        let mut shown = 0;
        for (index, account) in self.accounts.iter().enumerate() {
            for (caller, who) in [
                (&account.owner, Who::Owner),
                (&account.proxy, Who::Proxy),
                (&account.user, Who::User),
            ] {
                let mut filters = vec![None, Some(index)];
                filters.extend(
                    grants
                        .iter()
                        .filter(|grant| grant.broker == index && grant.seats(who))
                        .map(|grant| Some(grant.client)),
                );
                for through in filters {
                    let expected: BTreeSet<&str> = self
                        .entries
                        .iter()
                        .filter(|entry| self.sees(grants, (index, who), through, entry))
                        .map(|entry| entry.number.as_str())
                        .collect();
                    let query = through.map_or_else(String::new, |account| {
                        format!("&account_id={}", self.accounts[account].company.account)
                    });
                    let found = seen(caller, &format!("?limit=200{query}")).await;
                    let different: BTreeSet<&str> = found.iter().map(String::as_str).collect();
                    assert_eq!(found.len(), different.len(), "an entry was shown twice");
                    assert_eq!(
                        different, expected,
                        "{words}: account {index}, {who:?}, through {through:?}"
                    );
                    shown += found.len();
                }
                // The page of an entry is there for the same people.
                for entry in self.entries.iter().step_by(17) {
                    let sees = self.sees(grants, (index, who), None, entry);
                    for path in ["", "/lines"] {
                        let path = format!("/entry-summaries/{}{path}", entry.number);
                        let status = caller.get(&path).await.status;
                        assert_eq!(status, if sees { 200 } else { 404 }, "{words}: {path}");
                    }
                }
            }
        }
        shown
    }
}

#[tokio::test]
async fn everybody_is_shown_what_the_rule_says_and_nothing_else() {
    for seed in [1, 2] {
        let mut dice = Dice(seed);
        let mut universe = Universe::start(&mut dice).await;
        for round in 0..3 {
            universe.change_users(&mut dice).await;
            let words = format!("seed {seed}, round {round}");
            let before = universe
                .compare(&[], &format!("{words}, without grants"))
                .await;
            let mut open = Vec::new();
            for client in CLIENTS {
                for broker in BROKERS {
                    open.extend(universe.grant(&mut dice, client, broker).await);
                }
            }
            let (ids, grants): (Vec<_>, Vec<_>) = open.into_iter().unzip();
            let with = universe.compare(&grants, &words).await;
            assert!(with > before && before > 0, "{words}: {before}, {with}");
            // What ends is gone at once.
            for (id, grant) in ids.iter().zip(&grants) {
                universe.accounts[grant.client]
                    .owner
                    .post(
                        &format!("/grants/{id}/revocation"),
                        &json!({"reason": null}),
                    )
                    .await
                    .ok();
            }
            universe.compare(&[], &format!("{words}, ended")).await;
        }
    }
}
