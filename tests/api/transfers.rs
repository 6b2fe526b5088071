//! Transfers of business activities between two accounts of one company: what the preview says is what happens, both owners
//! agree to the same thing, and nothing is lost or doubled on the way.

use quaymaster_domain::ids::{AccountId, SubAccountId};
use quaymaster_domain::members::MemberRole;
use quaymaster_tests::{Answer, Caller, Company, Person, TestApp};
use serde_json::{Value, json};

/// Two accounts of one company: the first one of `company()`, and one of Ben's with the activity `service_provider`.
pub(crate) struct Pair {
    pub(crate) acme: Company,
    pub(crate) ben: Person,
    pub(crate) second: AccountId,
    pub(crate) second_number: String,
    pub(crate) second_sub: SubAccountId,
    pub(crate) owner: Caller,
    pub(crate) other: Caller,
}

pub(crate) fn items(list: &Value) -> Vec<Value> {
    list["items"].as_array().cloned().unwrap_or_default()
}

pub(crate) async fn pair(app: &TestApp) -> Pair {
    let world = app.world();
    let acme = world.company("acme").await;
    let ben = world.person("ben.second", None).await;
    let (second, second_number, second_sub) = world
        .account_with(acme.company, "Second", &ben, "service_provider")
        .await;
    world
        .register(acme.party, "importer_number", "28-1111111AA")
        .await;
    world
        .register(acme.party, "importer_number", "28-1111112AA")
        .await;
    world.register(acme.party, "ein", "28-1111119").await;
    Pair {
        owner: app.sign_in("acme.owner").await,
        other: app.sign_in("ben.second").await,
        acme,
        ben,
        second,
        second_number,
        second_sub,
    }
}

pub(crate) async fn activity(caller: &Caller, account: AccountId, activity: &str) {
    caller
        .post(
            &format!("/accounts/{account}/business-activities"),
            &json!({ "activity": activity }),
        )
        .await
        .ok();
}

pub(crate) async fn sub_account(
    caller: &Caller,
    account: AccountId,
    name: &str,
    activity: &str,
) -> String {
    let made = caller
        .post(
            &format!("/accounts/{account}/sub-accounts"),
            &json!({ "name": name, "activity": activity }),
        )
        .await
        .ok();
    made["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn identifier(
    caller: &Caller,
    account: AccountId,
    sub: &str,
    kind: &str,
    value: &str,
) -> Answer {
    caller
        .post(
            &format!("/accounts/{account}/sub-accounts/{sub}/identifiers"),
            &json!({ "kind": kind, "value": value }),
        )
        .await
}

/// Names of an account's sub-accounts with what stands in them, sorted.
pub(crate) async fn structure(caller: &Caller, account: AccountId) -> Vec<(String, Vec<String>)> {
    let list = caller
        .get(&format!("/accounts/{account}/sub-accounts?limit=200"))
        .await
        .ok();
    items(&list)
        .iter()
        .map(|sub| {
            let mut values: Vec<String> = sub["identifiers"]
                .as_array()
                .unwrap()
                .iter()
                .map(|i| i["value"].as_str().unwrap().to_owned())
                .collect();
            values.sort();
            (sub["name"].as_str().unwrap().to_owned(), values)
        })
        .collect()
}

async fn preview(p: &Pair, activity: &str, more: &str) -> Answer {
    p.owner
        .get(&format!(
            "/accounts/{}/transfers/preview?activity={activity}&to_account_id={}{more}",
            p.acme.account, p.second
        ))
        .await
}

fn proposal(p: &Pair, activity: &str, shared: &Value, version: &Value) -> Value {
    json!({ "activity": activity, "to_account_id": p.second, "shared_identifiers": shared, "reason": "Run from the other office", "preview_version": version })
}

async fn propose(p: &Pair, activity: &str, shared: &Value) -> Answer {
    let more = shared
        .as_str()
        .map_or_else(String::new, |s| format!("&shared_identifiers={s}"));
    let version = preview(p, activity, &more).await.at("/version");
    p.owner
        .post(
            &format!("/accounts/{}/transfers", p.acme.account),
            &proposal(p, activity, shared, &version),
        )
        .await
}

async fn accept(p: &Pair, caller: &Caller, made: &Value) -> Answer {
    caller
        .post(
            &format!(
                "/accounts/{}/transfers/{}/acceptance",
                p.second,
                made["id"].as_str().unwrap()
            ),
            &json!({ "preview_version": made["preview_version"] }),
        )
        .await
}

#[tokio::test]
async fn an_activity_moves_with_everything_that_carries_it() {
    let app = TestApp::start().await;
    let p = pair(&app).await;
    activity(&p.owner, p.acme.account, "exporter").await;
    let coast = sub_account(&p.owner, p.acme.account, "Coast", "exporter").await;
    sub_account(&p.other, p.second, "Coast", "service_provider").await;
    assert_eq!(
        identifier(&p.owner, p.acme.account, &coast, "ein", "28-1111119")
            .await
            .status,
        201
    );
    // One user of both accounts, one of the first only.
    app.world()
        .member(p.second, &p.acme.user, MemberRole::User)
        .await;
    let lone = app.world().person("acme.lone", None).await;
    app.world()
        .member(p.acme.account, &lone, MemberRole::User)
        .await;
    for user in [&p.acme.user, &lone] {
        app.world()
            .execute(
                "INSERT INTO membership_access (account_id, user_id, sub_account_id, structure, records, reports) VALUES (?, ?, ?, 'read', 'read', 'none')",
                vec![p.acme.account.0.into(), user.id.0.into(), coast.parse::<uuid::Uuid>().unwrap().into()],
            )
            .await;
    }

    let siblings = p
        .owner
        .get(&format!("/accounts/{}/sibling-accounts", p.acme.account))
        .await
        .ok();
    assert_eq!(items(&siblings)[0]["account_number"], p.second_number);
    assert_eq!(items(&siblings)[0]["owner"]["user_id"], "ben.second");

    let shown = preview(&p, "exporter", "").await.ok();
    assert_eq!(shown["sub_accounts"][0]["new_name"], "Coast (2)");
    assert_eq!(shown["identifiers"][0]["outcome"], "moves");
    assert_eq!(shown["collisions"][0]["kind"], "sub_account_name");
    let outcome = |user: &str| {
        shown["people"]
            .as_array()
            .unwrap()
            .iter()
            .find(|p| p["person"]["user_id"] == user)
            .map(|p| p["outcome"].clone())
    };
    assert_eq!(outcome("acme.user"), Some(json!("keeps")));
    assert_eq!(outcome("acme.lone"), Some(json!("ends")));
    assert_eq!(outcome("acme.owner"), Some(json!("ends")));
    assert_eq!(outcome("ben.second"), Some(json!("gains")));

    let made = propose(&p, "exporter", &Value::Null).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.at("/can/withdraw"), true);
    assert_eq!(made.at("/can/accept"), false);
    let needs = p.other.get("/me/needs").await.ok();
    assert!(
        items(&needs)
            .iter()
            .any(|n| n["kind"] == "transfer_proposals" && n["account_id"] == json!(p.second))
    );
    let letter = app.mails_to(&p.ben.email).await.pop().unwrap();
    assert_eq!(letter.template, "structure_change_proposed");
    assert!(letter.body.contains("Exporter"), "{}", letter.body);
    // Nothing has moved yet.
    assert_eq!(structure(&p.owner, p.acme.account).await.len(), 2);

    let done = accept(&p, &p.other, &made.json()).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.at("/state"), "accepted");
    assert_eq!(
        structure(&p.owner, p.acme.account).await,
        [("First".to_owned(), vec![])]
    );
    assert_eq!(
        structure(&p.other, p.second).await,
        [
            ("Coast".to_owned(), vec![]),
            ("Coast (2)".to_owned(), vec!["28-1111119".to_owned()]),
            ("First".to_owned(), vec![]),
        ]
    );
    // R1 and R2 hold for whoever tries now.
    let again = p
        .owner
        .post(
            &format!("/accounts/{}/business-activities", p.acme.account),
            &json!({ "activity": "exporter" }),
        )
        .await;
    assert_eq!(again.code(), "activity-held-by-sibling-account");
    // The user of both sees it there, the other one nowhere.
    let user = app.sign_in("acme.user").await;
    assert_eq!(structure(&user, p.second).await.len(), 1);
    let lone = app.sign_in("acme.lone").await;
    assert_eq!(structure(&lone, p.acme.account).await.len(), 0);
    // Both trails tell of it, and the record stays readable from both sides.
    for (caller, account) in [(&p.owner, p.acme.account), (&p.other, p.second)] {
        let trail = caller
            .get(&format!(
                "/accounts/{account}/audit-events?action=transfer.accept"
            ))
            .await
            .ok();
        assert_eq!(items(&trail).len(), 1, "{trail}");
        assert_eq!(trail["items"][0]["actor"]["name"], "Test second");
        let record = caller
            .get(&format!(
                "/accounts/{account}/transfers/{}/preview",
                made.at("/id").as_str().unwrap()
            ))
            .await
            .ok();
        assert_eq!(record["sub_accounts"][0]["name"], "Coast");
        assert_eq!(record["changed"], false);
    }
    assert_eq!(
        app.mails_to(&p.acme.owner.email)
            .await
            .pop()
            .unwrap()
            .template,
        "structure_change_done"
    );
    let late = accept(&p, &p.other, &made.json()).await;
    assert_eq!(late.outcome(), (409, "not-open".to_owned()));
}

#[tokio::test]
async fn shared_identifiers_move_or_stay_as_chosen() {
    for (choice, first, second) in [("move", 0, 1), ("stay", 1, 0)] {
        let app = TestApp::start().await;
        let p = pair(&app).await;
        activity(&p.owner, p.acme.account, "protest_filer").await;
        let protests = sub_account(&p.owner, p.acme.account, "Protests", "protest_filer").await;
        let home = p.acme.sub_account.to_string();
        for sub in [&home, &protests] {
            let added = identifier(
                &p.owner,
                p.acme.account,
                sub,
                "importer_number",
                "28-1111111AA",
            )
            .await;
            assert_eq!(added.status, 201, "{}", added.body);
        }
        let undecided = preview(&p, "protest_filer", "").await.ok();
        assert_eq!(undecided["collisions"][0]["kind"], "shared_identifier");
        assert_eq!(undecided["collisions"][0]["needs_choice"], true);
        let refused = propose(&p, "protest_filer", &Value::Null).await;
        assert_eq!(refused.outcome(), (409, "collision".to_owned()));

        let made = propose(&p, "protest_filer", &json!(choice)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        accept(&p, &p.other, &made.json()).await.ok();
        let held = |subs: Vec<(String, Vec<String>)>| {
            subs.iter().map(|(_, values)| values.len()).sum::<usize>()
        };
        assert_eq!(
            held(structure(&p.owner, p.acme.account).await),
            first,
            "{choice}"
        );
        assert_eq!(
            held(structure(&p.other, p.second).await),
            second,
            "{choice}"
        );
    }
}

#[tokio::test]
async fn every_refusal_of_a_transfer() {
    let app = TestApp::start().await;
    let p = pair(&app).await;
    let stranger = app.world().company("other").await;
    let path = format!("/accounts/{}/transfers", p.acme.account);

    // Nothing would be left.
    let last = preview(&p, "importer", "").await;
    assert_eq!(last.outcome(), (409, "last-sub-account".to_owned()));
    let not_held = preview(&p, "surety", "").await;
    assert_eq!(not_held.status, 422);
    activity(&p.owner, p.acme.account, "exporter").await;
    for wrong in [
        p.acme.account.0,
        stranger.account.0,
        uuid::Uuid::from_u128(7),
    ] {
        let answer = p
            .owner
            .get(&format!(
                "{path}/preview?activity=exporter&to_account_id={wrong}"
            ))
            .await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), "?to_account_id");
        let mut body = proposal(&p, "exporter", &Value::Null, &json!("x"));
        body["to_account_id"] = json!(wrong);
        let answer = p.owner.post(&path, &body).await;
        assert_eq!(answer.at("/errors/0/pointer"), "/to_account_id");
    }
    let blind = p
        .owner
        .post(&path, &proposal(&p, "exporter", &Value::Null, &json!("x")))
        .await;
    assert_eq!(blind.outcome(), (409, "preview-changed".to_owned()));
    let made = propose(&p, "exporter", &Value::Null).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let twice = propose(&p, "exporter", &Value::Null).await;
    assert_eq!(twice.outcome(), (409, "already-exists".to_owned()));

    // Only the other owner answers, and only the proposer takes it back.
    let id = made.at("/id").as_str().unwrap().to_owned();
    let version = json!({ "preview_version": made.at("/preview_version") });
    let own = p
        .owner
        .post(&format!("{path}/{id}/acceptance"), &version)
        .await;
    assert_eq!(own.outcome(), (403, "forbidden".to_owned()));
    let theirs = format!("/accounts/{}/transfers/{id}", p.second);
    let reason = json!({ "reason": "Not now" });
    let wrong = p.other.post(&format!("{theirs}/withdrawal"), &reason).await;
    assert_eq!(wrong.outcome(), (403, "forbidden".to_owned()));
    let proxy = app.sign_in("acme.proxy").await;
    let refused = proxy
        .post(&format!("{path}/{id}/withdrawal"), &reason)
        .await;
    assert_eq!(refused.outcome(), (403, "owner-only".to_owned()));
    let hidden = app
        .sign_in("other.owner")
        .await
        .get(&format!("{path}/{id}"))
        .await;
    assert_eq!(hidden.status, 404);

    let declined = p.other.post(&format!("{theirs}/decline"), &reason).await;
    assert_eq!(declined.at("/state"), "declined");
    assert_eq!(declined.at("/decision_reason"), "Not now");
    let over = p
        .owner
        .post(&format!("{path}/{id}/withdrawal"), &reason)
        .await;
    assert_eq!(over.outcome(), (409, "not-open".to_owned()));
    // It can be proposed again.
    assert_eq!(propose(&p, "exporter", &Value::Null).await.status, 201);
}

#[tokio::test]
async fn what_has_changed_since_is_not_accepted() {
    let app = TestApp::start().await;
    let p = pair(&app).await;
    activity(&p.owner, p.acme.account, "exporter").await;
    let coast = sub_account(&p.owner, p.acme.account, "Coast", "exporter").await;
    let made = propose(&p, "exporter", &Value::Null).await.ok();
    identifier(&p.owner, p.acme.account, &coast, "ein", "28-1111119")
        .await
        .ok();
    let refused = accept(&p, &p.other, &made).await;
    assert_eq!(refused.outcome(), (409, "preview-changed".to_owned()));
    let now = p
        .other
        .get(&format!(
            "/accounts/{}/transfers/{}/preview",
            p.second,
            made["id"].as_str().unwrap()
        ))
        .await
        .ok();
    assert_eq!(now["changed"], true);
    // Looking at it again is not enough: the proposer has not agreed to that.
    let refused = p
        .other
        .post(
            &format!(
                "/accounts/{}/transfers/{}/acceptance",
                p.second,
                made["id"].as_str().unwrap()
            ),
            &json!({ "preview_version": now["version"] }),
        )
        .await;
    assert_eq!(refused.code(), "preview-changed");
    assert_eq!(structure(&p.other, p.second).await.len(), 1);
}

/// Two hundred clients accept in the same instant, while the structure is changed: one wins, and afterwards everything
/// stands in exactly one account.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_acceptances_at_once_one_wins() {
    let app = TestApp::start().await;
    let p = pair(&app).await;
    activity(&p.owner, p.acme.account, "exporter").await;
    let coast = sub_account(&p.owner, p.acme.account, "Coast", "exporter").await;
    let made = propose(&p, "exporter", &Value::Null).await.ok();
    let (accepted, added) = futures_util::future::join(
        futures_util::future::join_all((0..200).map(|_| accept(&p, &p.other, &made))),
        identifier(&p.owner, p.acme.account, &coast, "ein", "28-1111119"),
    )
    .await;
    let won = accepted.iter().filter(|a| a.status == 200).count();
    for answer in &accepted {
        assert!(
            answer.status == 200
                || ["not-open", "preview-changed", "busy"].contains(&answer.code().as_str()),
            "{}",
            answer.body
        );
    }
    let first = structure(&p.owner, p.acme.account).await;
    let second = structure(&p.other, p.second).await;
    let count =
        |subs: &[(String, Vec<String>)], name: &str| subs.iter().filter(|(n, _)| n == name).count();
    assert_eq!(count(&first, "Coast") + count(&second, "Coast"), 1);
    let values = first
        .iter()
        .chain(&second)
        .flat_map(|(_, values)| values)
        .count();
    // Either the identifier was first and nobody could accept, or the sub-account was gone before it came.
    match added.status {
        201 => assert_eq!((won, values), (0, 1)),
        _ => assert_eq!((won, values), (1, 0), "{}", added.body),
    }
}
