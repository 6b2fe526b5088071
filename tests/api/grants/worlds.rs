//! R9 over HTTP, by random worlds: whatever the order of grant, shrink, pause, end, regroup and leave, what people can do in a
//! foreign account is what a model of a few lines says; so nobody ever holds a right that the grant does not.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use quaymaster_domain::clock::Clock;
use quaymaster_service::Settings;
use quaymaster_tests::{Answer, Caller, Company, Person, TestApp};
use serde_json::{Value, json};

const CLIENTS: usize = 2;
const STAFF: usize = 2;

/// The two rights that can be tried out: reading sub-accounts, and seeing people.
type Rights = (bool, bool);

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Invited and accepted; `first` names the first sub-account only, `days` is the end.
    Grant {
        client: usize,
        first: bool,
        rights: Rights,
        days: i64,
    },
    Change {
        client: usize,
        first: bool,
        rights: Rights,
    },
    Pause(usize),
    Resume(usize),
    End(usize),
    Assign {
        client: usize,
        person: usize,
        rights: Option<Rights>,
    },
    Unassign {
        client: usize,
        person: usize,
    },
    TakeOff {
        client: usize,
        person: usize,
    },
    Readmit {
        client: usize,
        person: usize,
    },
    IntoGroup(usize),
    OutOfGroup(usize),
    Team([bool; STAFF]),
    Duty(Option<Rights>),
    NoDuty,
    Leave(usize),
    Join(usize),
    Days(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let (client, person) = (0..CLIENTS, 0..STAFF);
    let rights = any::<Rights>;
    let some = || (any::<bool>(), any::<bool>()).prop_filter("a right", |(a, b)| *a || *b);
    let at = (client.clone(), person.clone());
    prop_oneof![
        4 => (client.clone(), any::<bool>(), some(), 1_i64..6).prop_map(|(client, first, rights, days)| Step::Grant { client, first, rights, days }),
        3 => (client.clone(), any::<bool>(), some()).prop_map(|(client, first, rights)| Step::Change { client, first, rights }),
        2 => client.clone().prop_map(Step::Pause),
        2 => client.clone().prop_map(Step::Resume),
        1 => client.clone().prop_map(Step::End),
        3 => (at.clone(), proptest::option::of(rights())).prop_map(|((client, person), rights)| Step::Assign { client, person, rights }),
        1 => at.clone().prop_map(|(client, person)| Step::Unassign { client, person }),
        1 => at.clone().prop_map(|(client, person)| Step::TakeOff { client, person }),
        2 => at.prop_map(|(client, person)| Step::Readmit { client, person }),
        3 => client.clone().prop_map(Step::IntoGroup),
        1 => client.prop_map(Step::OutOfGroup),
        2 => any::<[bool; STAFF]>().prop_map(Step::Team),
        2 => proptest::option::of(rights()).prop_map(Step::Duty),
        1 => Just(Step::NoDuty),
        1 => person.clone().prop_map(Step::Leave),
        2 => person.prop_map(Step::Join),
        1 => (1_i64..3).prop_map(Step::Days),
    ]
}

/// What the model knows of a client's grant that has not ended.
#[derive(Clone, Debug)]
struct Given {
    id: String,
    first_only: bool,
    rights: Rights,
    paused: bool,
    days_left: i64,
    direct: BTreeMap<usize, Option<Rights>>,
    taken_off: BTreeSet<usize>,
}

#[derive(Debug, Default)]
struct Model {
    given: BTreeMap<usize, Given>,
    group: BTreeSet<usize>,
    team: BTreeSet<usize>,
    duty: Option<Option<Rights>>,
    away: BTreeSet<usize>,
}

impl Model {
    /// What a person can do in a client's account: the number of sub-accounts, and seeing people. `None` is the owner.
    fn may(&self, client: usize, person: Option<usize>) -> (usize, bool) {
        let Some(given) = self
            .given
            .get(&client)
            .filter(|g| !g.paused && g.days_left > 0)
        else {
            return (0, false);
        };
        let mut parts: Vec<Option<Rights>> = Vec::new();
        match person {
            None => parts.push(None),
            Some(person) if given.taken_off.contains(&person) || self.away.contains(&person) => {}
            Some(person) => {
                parts.extend(given.direct.get(&person));
                if self.group.contains(&client) && self.team.contains(&person) {
                    parts.extend(self.duty);
                }
            }
        }
        let has = |of: fn(Rights) -> bool| {
            of(given.rights) && parts.iter().any(|part| part.is_none_or(of))
        };
        let subs = if given.first_only { 1 } else { 2 };
        (if has(|r| r.0) { subs } else { 0 }, has(|r| r.1))
    }
}

fn words((structure, users): Rights) -> Value {
    json!({ "structure": structure, "records": "none", "reports": false, "users": users })
}

struct World {
    app: TestApp,
    broker: Company,
    clients: Vec<Company>,
    staff: Vec<Person>,
    owners: Vec<Caller>,
    broker_owner: Caller,
    people: Vec<Caller>,
    group: String,
    team: String,
}

impl World {
    async fn start() -> Self {
        // Whoever does not have to prove anything stays signed in.
        let app = TestApp::start_with(Settings {
            access_token_life: Duration::days(400),
            session_idle: Duration::days(400),
            session_absolute: Duration::days(400),
            ..Settings::default()
        })
        .await;
        let broker = app.world().company("broker").await;
        let mut clients = Vec::new();
        for n in 0..CLIENTS {
            clients.push(app.world().company(&format!("client{n}")).await);
        }
        let staff = vec![broker.user.clone(), broker.proxy.clone()];
        let mut people = Vec::new();
        for person in &staff {
            people.push(app.sign_in(&person.user_name).await);
        }
        let mut world = Self {
            broker_owner: app.sign_in("broker.owner").await,
            owners: Vec::new(),
            group: String::new(),
            team: String::new(),
            app,
            broker,
            clients,
            staff,
            people,
        };
        world.sign_in_owners().await;
        for (client, owner) in world.clients.iter().zip(&world.owners) {
            let body = json!({ "name": "Second", "activity": "importer" });
            let path = format!("/accounts/{}/sub-accounts", client.account);
            owner.post(&path, &body).await.ok();
        }
        let made = |answer: Answer| answer.at("/id").as_str().unwrap_or_default().to_owned();
        let named = json!({ "name": "All of them" });
        world.group = made(
            world
                .broker_owner
                .post(&world.at("client-groups"), &named)
                .await,
        );
        world.team = made(world.broker_owner.post(&world.at("teams"), &named).await);
        world
    }

    /// Owners act with a fresh proof of identity.
    async fn sign_in_owners(&mut self) {
        self.broker_owner = self.app.sign_in("broker.owner").await;
        self.owners.clear();
        for client in &self.clients {
            self.owners
                .push(self.app.sign_in(&client.owner.user_name).await);
        }
    }

    fn at(&self, rest: &str) -> String {
        format!("/accounts/{}/{rest}", self.broker.account)
    }

    fn sub_accounts(&self, client: usize, first: bool) -> Value {
        let named = [self.clients[client].sub_account.to_string()];
        if first { json!(named) } else { json!([]) }
    }

    async fn invite(&self, client: usize, first: bool, rights: Rights, days: i64) -> Answer {
        let ends_at = self.app.clock.now() + Duration::days(days);
        let body = json!({
            "account_id": self.clients[client].account, "direction": "invite",
            "counterparty": { "account_number": self.broker.account_number, "owner_user_id": "broker.owner" },
            "draft_id": null, "all_sub_accounts": !first, "sub_account_ids": self.sub_accounts(client, first),
            "top_level": false, "rights": words(rights), "purpose": "You file our entries", "ends_at": ends_at,
        });
        let made = self.owners[client].post("/grants", &body).await;
        if made.status == 201 {
            let grant = made.at("/id");
            super::accept(&self.broker_owner, grant.as_str().unwrap(), 1)
                .await
                .ok();
        }
        made
    }

    /// Does a step and keeps in the model what the portal agreed to.
    async fn take(&mut self, model: &mut Model, step: Step) {
        let grant = |client: usize, rest: &str| {
            model
                .given
                .get(&client)
                .map(|g| format!("/grants/{}{rest}", g.id))
        };
        let someone = |client: usize, person: usize, rest: &str| {
            grant(client, &format!("/people/{}{rest}", self.staff[person].id))
        };
        let reason = json!({ "reason": "Our own reasons" });
        let answer = match step {
            Step::Grant {
                client,
                first,
                rights,
                days,
            } => {
                let made = self.invite(client, first, rights, days).await;
                let over = model.given.get(&client).is_none_or(|g| g.days_left <= 0);
                assert_eq!(made.status == 201, over, "{}", made.body);
                if made.status == 201 {
                    let given = Given {
                        id: made.at("/id").as_str().unwrap().to_owned(),
                        first_only: first,
                        rights,
                        paused: false,
                        days_left: days,
                        direct: BTreeMap::new(),
                        taken_off: BTreeSet::new(),
                    };
                    model.given.insert(client, given);
                }
                return;
            }
            Step::Change {
                client,
                first,
                rights,
            } => {
                let Some(path) = grant(client, "") else {
                    return;
                };
                let etag = self.owners[client]
                    .get(&path)
                    .await
                    .header("etag")
                    .to_owned();
                let body = json!({ "all_sub_accounts": !first, "sub_account_ids": self.sub_accounts(client, first), "rights": words(rights) });
                self.owners[client].patch(&path, &etag, &body).await
            }
            Step::Pause(client) | Step::Resume(client) | Step::End(client) => {
                let what = match step {
                    Step::Pause(_) => "/pause",
                    Step::Resume(_) => "/resume",
                    _ => "/revocation",
                };
                let Some(path) = grant(client, what) else {
                    return;
                };
                self.owners[client].post(&path, &reason).await
            }
            Step::Assign {
                client,
                person,
                rights,
            } => {
                let Some(path) = someone(client, person, "") else {
                    return;
                };
                let body = json!({ "rights": rights.map(words) });
                self.broker_owner.put(&path, &body).await
            }
            Step::Unassign { client, person } => {
                let Some(path) = someone(client, person, "") else {
                    return;
                };
                self.broker_owner.delete(&path).await
            }
            Step::TakeOff { client, person } => {
                let Some(path) = someone(client, person, "/removal") else {
                    return;
                };
                self.owners[client].post(&path, &reason).await
            }
            Step::Readmit { client, person } => {
                let Some(path) = someone(client, person, "/removal") else {
                    return;
                };
                self.owners[client].delete(&path).await
            }
            Step::IntoGroup(client) => {
                let path = self.at(&format!("client-groups/{}/clients", self.group));
                let body =
                    json!({ "all": false, "client_account_ids": [self.clients[client].account] });
                self.broker_owner.post(&path, &body).await
            }
            Step::OutOfGroup(client) => {
                let path = self.at(&format!("client-groups/{}/clients/removal", self.group));
                let body = json!({ "client_account_ids": [self.clients[client].account] });
                self.broker_owner.post(&path, &body).await
            }
            Step::Team(of) => {
                let wanted: Vec<_> = (0..STAFF)
                    .filter(|n| of[*n])
                    .map(|n| self.staff[n].id)
                    .collect();
                let path = self.at(&format!("teams/{}/members", self.team));
                self.broker_owner
                    .put(&path, &json!({ "user_ids": wanted }))
                    .await
            }
            Step::Duty(rights) => {
                let path = self.at(&format!("teams/{}/client-groups/{}", self.team, self.group));
                let body = json!({ "rights": rights.map(words) });
                self.broker_owner.put(&path, &body).await
            }
            Step::NoDuty => {
                let path = self.at(&format!("teams/{}/client-groups/{}", self.team, self.group));
                self.broker_owner.delete(&path).await
            }
            Step::Leave(person) => {
                let path = self.at(&format!("users/{}", self.staff[person].id));
                let etag = self.broker_owner.get(&path).await.header("etag").to_owned();
                self.broker_owner.delete_match(&path, &etag).await
            }
            Step::Join(person) => {
                let who = &self.staff[person];
                let body = json!({ "user_id": who.user_name, "email": who.email, "role": "user", "access": [], "port_codes": [] });
                self.broker_owner.post(&self.at("users"), &body).await
            }
            Step::Days(days) => {
                self.app.clock.advance(Duration::days(days));
                self.sign_in_owners().await;
                for given in model.given.values_mut() {
                    given.days_left -= days;
                }
                return;
            }
        };
        assert!(answer.status < 500, "{step:?}: {}", answer.body);
        if answer.status >= 300 {
            return;
        }
        let mut given = |client: usize, then: &dyn Fn(&mut Given)| {
            if let Some(given) = model.given.get_mut(&client) {
                then(given);
            }
        };
        match step {
            Step::Change {
                client,
                first,
                rights,
            } => given(client, &|g| {
                g.first_only = first;
                g.rights = rights;
            }),
            Step::Pause(client) => given(client, &|g| g.paused = true),
            Step::Resume(client) => given(client, &|g| g.paused = false),
            Step::End(client) => {
                model.given.remove(&client);
            }
            Step::Assign {
                client,
                person,
                rights,
            } => given(client, &|g| {
                g.direct.insert(person, rights);
            }),
            Step::Unassign { client, person } => given(client, &|g| {
                g.direct.remove(&person);
            }),
            Step::TakeOff { client, person } => given(client, &|g| {
                g.taken_off.insert(person);
            }),
            Step::Readmit { client, person } => given(client, &|g| {
                g.taken_off.remove(&person);
            }),
            Step::IntoGroup(client) => {
                model.group.insert(client);
            }
            Step::OutOfGroup(client) => {
                model.group.remove(&client);
            }
            Step::Team(of) => model.team = (0..STAFF).filter(|n| of[*n]).collect(),
            Step::Duty(rights) => model.duty = Some(rights),
            Step::NoDuty => model.duty = None,
            Step::Leave(person) => {
                model.away.insert(person);
                model.team.remove(&person);
                for given in model.given.values_mut() {
                    given.direct.remove(&person);
                }
            }
            Step::Join(person) => {
                model.away.remove(&person);
            }
            Step::Grant { .. } | Step::Days(_) => {}
        }
    }

    /// What somebody is answered in a client's account.
    async fn tries(&self, who: &Caller, client: usize) -> (usize, bool) {
        let account = format!("/accounts/{}", self.clients[client].account);
        let subs = who.get(&format!("{account}/sub-accounts")).await;
        let users = who.get(&format!("{account}/users")).await;
        let count = match subs.status {
            200 => subs.at("/items").as_array().map_or(0, Vec::len),
            _ => 0,
        };
        (count, users.status == 200)
    }
}

#[tokio::test]
async fn nobody_ever_holds_a_right_that_the_grant_does_not() {
    let mut runner = TestRunner::new(Config {
        rng_seed: RngSeed::Fixed(9),
        ..Config::default()
    });
    let steps = proptest::collection::vec(step(), 45);
    // How often somebody saw something; a world in which nobody ever does would prove nothing.
    let mut seen = 0;
    for case in 0..3 {
        let mut world = World::start().await;
        let mut model = Model::default();
        let mut done = Vec::new();
        for step in steps.new_tree(&mut runner).unwrap().current() {
            done.push(step);
            world.take(&mut model, step).await;
            for client in 0..CLIENTS {
                let callers = [(None, &world.broker_owner)]
                    .into_iter()
                    .chain((0..STAFF).map(|n| (Some(n), &world.people[n])));
                for (person, caller) in callers {
                    let expected = model.may(client, person);
                    let found = world.tries(caller, client).await;
                    assert_eq!(
                        found, expected,
                        "world {case}, {person:?} at client {client} after {done:?}\n{model:?}"
                    );
                    seen += usize::from(person.is_some() && found != (0, false));
                }
            }
        }
    }
    assert!(seen > 40, "{seen}");
}
