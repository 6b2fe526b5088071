//! The replacement of an owner by a named successor, and at a proxy's request when the owner is silent: deadlines, objections,
//! and one owner at every moment.

use chrono::Duration;
use quaymaster_domain::members::StaffRole;
use quaymaster_service::{Settings, owner_successions};
use quaymaster_tests::{Answer, Caller, Company, Person, TestApp};
use serde_json::{Value, json};

use crate::transfers::items;

/// Sessions that outlive the days of a test.
fn patient() -> Settings {
    Settings {
        access_token_life: Duration::days(30),
        session_idle: Duration::days(30),
        session_absolute: Duration::days(60),
        ..Settings::default()
    }
}

fn path(company: &Company) -> String {
    format!("/accounts/{}/owner-successions", company.account)
}

async fn nominate(caller: &Caller, company: &Company, to: &Person, day: Value) -> Answer {
    caller
        .post(
            &format!("{}/nominations", path(company)),
            &json!({ "successor_user_id": to.id, "former_owner_role": "proxy", "takes_over_on": day, "reason": "Retires soon" }),
        )
        .await
}

async fn ask(caller: &Caller, company: &Company, to: &Person) -> Answer {
    caller
        .post(
            &format!("{}/requests", path(company)),
            &json!({ "successor_user_id": to.id, "former_owner_role": "user", "reason": "Has not answered for weeks" }),
        )
        .await
}

fn id(answer: &Answer) -> String {
    answer.ok()["id"].as_str().unwrap().to_owned()
}

async fn owner_of(caller: &Caller, company: &Company) -> Value {
    caller
        .get(&format!("/accounts/{}", company.account))
        .await
        .at("/owner/user_id")
}

fn reason() -> Value {
    json!({ "reason": "I am still here" })
}

#[tokio::test]
async fn a_named_successor_takes_over_when_accepting() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let user = app.sign_in("acme.user").await;
    let proxy = app.sign_in("acme.proxy").await;
    let made = nominate(&owner, &acme, &acme.user, Value::Null).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.at("/state"), "proposed");
    assert_eq!(owner_of(&owner, &acme).await, "acme.owner");
    assert_eq!(
        nominate(&owner, &acme, &acme.proxy, Value::Null)
            .await
            .outcome(),
        (409, "already-exists".to_owned())
    );
    let needs = user.get("/me/needs").await.ok();
    assert_eq!(items(&needs)[0]["kind"], "owner_nominations");
    let one = format!("{}/{}", path(&acme), id(&made));
    assert_eq!(user.get(&one).await.at("/can/accept"), true);
    // Nobody else answers.
    let wrong = proxy.post_empty(&format!("{one}/acceptance")).await;
    assert_eq!(wrong.outcome(), (403, "forbidden".to_owned()));
    let done = user.post_empty(&format!("{one}/acceptance")).await;
    assert_eq!(done.at("/state"), "completed", "{}", done.body);
    assert_eq!(owner_of(&user, &acme).await, "acme.user");
    let list = user.get(&path(&acme)).await.ok();
    assert_eq!(items(&list)[0]["former_owner_role"], "proxy");
    let again = user.post_empty(&format!("{one}/acceptance")).await;
    assert_eq!(again.outcome(), (409, "not-open".to_owned()));
    assert_eq!(
        app.mails_to(&acme.owner.email)
            .await
            .pop()
            .unwrap()
            .template,
        "handed_over"
    );
}

/// The page that the need leads to is this list, and the successor may be a plain user.
#[tokio::test]
async fn a_plain_user_is_listed_what_names_this_person_and_nothing_else() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let user = app.sign_in("acme.user").await;
    ask(&proxy, &acme, &acme.proxy).await.ok();
    assert_eq!(items(&user.get(&path(&acme)).await.ok()), [] as [Value; 0]);
    let made = nominate(&owner, &acme, &acme.user, Value::Null).await;
    let seen = items(&user.get(&path(&acme)).await.ok());
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!(seen[0]["id"], id(&made));
    assert_eq!(seen[0]["can"]["accept"], true);
    assert_eq!(items(&proxy.get(&path(&acme)).await.ok()).len(), 2);
    // What was answered stays readable for the person who answered.
    let one = format!("{}/{}", path(&acme), id(&made));
    user.post(&format!("{one}/decline"), &reason()).await.ok();
    let seen = items(&user.get(&path(&acme)).await.ok());
    assert_eq!(seen[0]["state"], "declined");
}

#[tokio::test]
async fn a_nomination_for_a_day_waits_for_it() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let user = app.sign_in("acme.user").await;
    for wrong in ["2026-03-01", "2028-01-01"] {
        let refused = nominate(&owner, &acme, &acme.user, json!(wrong)).await;
        assert_eq!(refused.at("/errors/0/pointer"), "/takes_over_on");
    }
    let made = nominate(&owner, &acme, &acme.user, json!("2026-03-09")).await;
    let one = format!("{}/{}", path(&acme), id(&made));
    let accepted = user.post_empty(&format!("{one}/acceptance")).await;
    assert_eq!(accepted.at("/state"), "accepted", "{}", accepted.body);
    assert_eq!(accepted.at("/ready"), false);
    let early = user.post_empty(&format!("{one}/acceptance")).await;
    assert_eq!(early.outcome(), (409, "waiting".to_owned()));
    assert_eq!(
        owner_successions::complete_due(&app.services)
            .await
            .unwrap(),
        0
    );
    // 9 March begins at four in the morning by UTC: clocks were changed the day before.
    app.clock
        .advance(Duration::days(6) + Duration::hours(12) + Duration::minutes(59));
    assert_eq!(
        owner_successions::complete_due(&app.services)
            .await
            .unwrap(),
        0
    );
    app.clock.advance(Duration::minutes(1));
    assert_eq!(owner_of(&owner, &acme).await, "acme.owner");
    assert_eq!(
        owner_successions::complete_due(&app.services)
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        owner_successions::complete_due(&app.services)
            .await
            .unwrap(),
        0
    );
    assert_eq!(owner_of(&owner, &acme).await, "acme.user");
}

#[tokio::test]
async fn a_nomination_is_declined_withdrawn_or_lapses() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let user = app.sign_in("acme.user").await;
    let made = nominate(&owner, &acme, &acme.user, Value::Null).await;
    let one = format!("{}/{}", path(&acme), id(&made));
    let declined = user.post(&format!("{one}/decline"), &reason()).await;
    assert_eq!(declined.at("/state"), "declined");
    let made = nominate(&owner, &acme, &acme.user, Value::Null).await;
    let one = format!("{}/{}", path(&acme), id(&made));
    let withdrawn = owner.post(&format!("{one}/withdrawal"), &reason()).await;
    assert_eq!(withdrawn.at("/state"), "withdrawn");
    // The successor can no longer sign in on the day: the owner stays, and is told.
    let made = nominate(&owner, &acme, &acme.user, json!("2026-03-04")).await;
    let one = format!("{}/{}", path(&acme), id(&made));
    user.post_empty(&format!("{one}/acceptance")).await.ok();
    app.world().lock(&acme.user).await;
    app.clock.advance(Duration::days(3));
    assert_eq!(
        owner_successions::complete_due(&app.services)
            .await
            .unwrap(),
        0
    );
    assert_eq!(owner.get(&one).await.at("/state"), "lapsed");
    assert_eq!(owner_of(&owner, &acme).await, "acme.owner");
    assert_eq!(
        app.mails_to(&acme.owner.email)
            .await
            .pop()
            .unwrap()
            .template,
        "owner_succession_lapsed"
    );
}

#[tokio::test]
async fn a_silent_owner_is_succeeded_after_the_waiting_time() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    app.world()
        .person("rita.registrar", Some(StaffRole::Registrar))
        .await;
    app.world()
        .execute(
            "UPDATE parties SET contact_email = 'register@example.com' WHERE id = ?",
            vec![acme.party.0.into()],
        )
        .await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let registrar = app.sign_in("rita.registrar").await;
    proxy
        .post(
            &format!("/accounts/{}/contacts", acme.account),
            &json!({ "kind": "officer", "name": "Olga Officer", "title": null, "email": "olga@example.com", "phone": null }),
        )
        .await
        .ok();
    let shown = proxy
        .get(&format!(
            "{}/preview?kind=request&successor_user_id={}&former_owner_role=user",
            path(&acme),
            acme.proxy.id
        ))
        .await
        .ok();
    assert_eq!(shown["officers"].as_array().unwrap().len(), 2);
    let own = ask(&owner, &acme, &acme.proxy).await;
    assert_eq!(own.outcome(), (403, "forbidden".to_owned()));
    let made = ask(&proxy, &acme, &acme.proxy).await;
    assert_eq!(made.status, 201, "{}", made.body);
    // Monday, 2 March: five working days end with Monday, 9 March; clocks are changed on the 8th.
    assert_eq!(made.at("/completes_after"), "2026-03-10T04:00:00Z");
    assert_eq!(made.at("/waiting_days"), 5);
    assert_eq!(made.at("/told").as_array().unwrap().len(), 3);
    for address in [
        &acme.owner.email[..],
        "olga@example.com",
        "register@example.com",
    ] {
        let letter = app.mails_to(address).await.pop().unwrap();
        assert_eq!(letter.template, "owner_succession_requested");
        assert!(letter.body.contains("10 March 2026, 04:00 UTC"));
        assert!(letter.token().len() > 40);
    }
    // Both sides see the deadline.
    for caller in [&owner, &proxy] {
        let seen = items(&caller.get(&path(&acme)).await.ok());
        assert_eq!(seen[0]["completes_after"], "2026-03-10T04:00:00Z");
    }
    let needs = items(&owner.get("/me/needs").await.ok());
    assert!(
        needs
            .iter()
            .any(|n| n["kind"] == "owner_succession_requests")
    );

    let done = format!("/owner-successions/{}/completion", id(&made));
    app.clock
        .advance(Duration::days(7) + Duration::hours(12) + Duration::minutes(59));
    let early = registrar.post(&done, &reason()).await;
    assert_eq!(early.outcome(), (403, "proof-required".to_owned()));
    let registrar = app.sign_in("rita.registrar").await;
    let early = registrar.post(&done, &reason()).await;
    assert_eq!(early.outcome(), (409, "waiting".to_owned()));
    app.clock.advance(Duration::minutes(1));
    let waiting = registrar.get("/owner-successions?state=waiting").await.ok();
    assert_eq!(items(&waiting)[0]["ready"], true);
    let needs = items(&registrar.get("/me/needs").await.ok());
    assert!(needs.iter().any(|n| n["kind"] == "owner_successions_ready"));
    let completed = registrar.post(&done, &reason()).await;
    assert_eq!(completed.at("/state"), "completed", "{}", completed.body);
    assert_eq!(owner_of(&proxy, &acme).await, "acme.proxy");
    let trail = proxy
        .get(&format!(
            "/accounts/{}/audit-events?action=owner_succession.complete",
            acme.account
        ))
        .await
        .ok();
    assert_eq!(trail["items"][0]["actor_kind"], "staff");
    // The link in the mail stops nothing any more.
    let link = app.token_for("olga@example.com").await;
    let late = app
        .anon()
        .post(
            "/owner-succession-objections",
            &json!({ "token": link, "reason": "Too late" }),
        )
        .await;
    assert_eq!(late.outcome(), (409, "not-open".to_owned()));
}

#[tokio::test]
async fn an_objection_stops_it_with_or_without_signing_in() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    app.world()
        .person("rita.registrar", Some(StaffRole::Registrar))
        .await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let registrar = app.sign_in("rita.registrar").await;
    let made = ask(&proxy, &acme, &acme.proxy).await;
    let one = format!("{}/{}", path(&acme), id(&made));
    let objected = owner.post(&format!("{one}/objection"), &reason()).await;
    assert_eq!(objected.at("/state"), "objected", "{}", objected.body);
    app.clock.advance(Duration::days(20));
    let registrar_again = app.sign_in("rita.registrar").await;
    let refused = registrar_again
        .post(
            &format!("/owner-successions/{}/completion", id(&made)),
            &reason(),
        )
        .await;
    assert_eq!(refused.outcome(), (409, "not-open".to_owned()));
    drop(registrar);

    let proxy = app.sign_in("acme.proxy").await;
    let made = ask(&proxy, &acme, &acme.user).await;
    let token = app.token_for(&acme.owner.email).await;
    let anon = app.anon();
    let unknown = anon
        .post(
            "/owner-succession-objections/preview",
            &json!({ "token": "no-such-token" }),
        )
        .await;
    assert_eq!(unknown.outcome(), (409, "link-not-valid".to_owned()));
    let shown = anon
        .post(
            "/owner-succession-objections/preview",
            &json!({ "token": token }),
        )
        .await
        .ok();
    assert_eq!(shown["told_as"], "owner");
    assert_eq!(shown["successor_name"], "Test user");
    let stopped = anon
        .post(
            "/owner-succession-objections",
            &json!({ "token": token, "reason": "I am on leave" }),
        )
        .await
        .ok();
    assert_eq!(stopped["state"], "objected");
    let seen = proxy
        .get(&format!("{}/{}", path(&acme), id(&made)))
        .await
        .ok();
    assert_eq!(seen["decision_reason"], "I am on leave");
    assert_eq!(
        app.mails_to(&acme.proxy.email)
            .await
            .pop()
            .unwrap()
            .template,
        "owner_succession_objected"
    );
}

/// Everything that replaces the owner at once, two hundred times: exactly one owner, and what was told is what happened.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_every_way_at_once_one_wins() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    app.world()
        .person("rita.registrar", Some(StaffRole::Registrar))
        .await;
    let proxy = app.sign_in("acme.proxy").await;
    let asked = ask(&proxy, &acme, &acme.proxy).await;
    app.clock.advance(Duration::days(10));
    let owner = app.sign_in("acme.owner").await;
    let user = app.sign_in("acme.user").await;
    let registrar = app.sign_in("rita.registrar").await;
    let named = nominate(&owner, &acme, &acme.user, Value::Null).await;
    let accept = format!("{}/{}/acceptance", path(&acme), id(&named));
    let complete = format!("/owner-successions/{}/completion", id(&asked));
    let hand = json!({ "successor_user_id": acme.proxy.id, "former_owner_role": "user", "reason": "At once" });
    let answers = futures_util::future::join_all((0..200).map(|n| {
        let (owner, user, registrar) = (owner.clone(), user.clone(), registrar.clone());
        let (accept, complete, hand, at) = (&accept, &complete, &hand, path(&acme));
        async move {
            match n % 3 {
                0 => user.post_empty(accept).await,
                1 => registrar.post(complete, &reason()).await,
                _ => owner.post(&at, hand).await,
            }
        }
    }))
    .await;
    let won: Vec<_> = answers.iter().filter(|a| a.status == 200).collect();
    assert_eq!(won.len(), 1);
    for answer in answers.iter().filter(|a| a.status != 200) {
        assert!(
            ["not-open", "last-owner", "forbidden", "owner-only", "busy"]
                .contains(&answer.code().as_str()),
            "{}",
            answer.body
        );
    }
    let people = registrar
        .get(&format!("/accounts/{}/users?role=owner", acme.account))
        .await
        .ok();
    assert_eq!(items(&people).len(), 1);
    assert_eq!(
        items(&people)[0]["user_id"],
        owner_of(&registrar, &acme).await
    );
    // Nothing is left open that could replace the new owner.
    let list = items(&registrar.get(&path(&acme)).await.ok());
    assert!(
        list.iter()
            .all(|s| !["proposed", "accepted", "waiting"].contains(&s["state"].as_str().unwrap())),
        "{list:?}"
    );
}
