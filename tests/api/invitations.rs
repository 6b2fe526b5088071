//! Invitations: made, sent again, withdrawn, looked at, redeemed; every refusal of each.

use chrono::Duration;
use quaymaster_domain::members::StaffRole;
use quaymaster_tests::{Answer, Caller, Company, TestApp};
use serde_json::{Value, json};

const NEW_PASSWORD: &str = "seven grey herons at dawn";

fn new_user(email: &str) -> Value {
    json!({
        "email": email, "given_name": "Ana", "family_name": "Lee",
        "role": "user", "access": [], "port_codes": [],
    })
}

fn invitations(company: &Company) -> String {
    format!("/accounts/{}/invitations", company.account)
}

async fn redeem(app: &TestApp, token: &str, user_id: &str, password: &str) -> Answer {
    app.anon()
        .post(
            "/invitations/redemptions",
            &json!({ "token": token, "user_id": user_id, "password": password }),
        )
        .await
}

async fn preview(app: &TestApp, token: &str) -> Answer {
    app.anon()
        .post("/invitations/previews", &json!({ "token": token }))
        .await
}

async fn people(caller: &Caller, company: &Company, query: &str) -> Value {
    caller
        .get(&format!("/accounts/{}/users?{query}", company.account))
        .await
        .ok()["items"]
        .clone()
}

#[tokio::test]
async fn an_invited_person_becomes_a_user_with_the_rights_that_were_assigned() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let mut body = new_user("ana.lee@harbor.example");
    body["access"] = json!([{ "sub_account_id": acme.sub_account, "structure": "read", "records": "read", "reports": "run" }]);
    body["port_codes"] = json!(["2704", "0901", "2704"]);
    let made = owner.post(&invitations(&acme), &body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    assert_eq!(made["state"], "open");
    assert_eq!(made["role"], "user");
    assert_eq!(made["expires_at"], "2026-03-23T15:00:00Z");

    let invited = people(&owner, &acme, "state=invited").await;
    assert_eq!(invited[0]["user_id"], Value::Null);
    assert_eq!(invited[0]["state"]["kind"], "invited");
    assert_eq!(invited[0]["next_action"], "resend_invitation");

    let mail = app.mails_to("ana.lee@harbor.example").await.pop().unwrap();
    assert!(mail.subject.contains("acme Trading"), "{}", mail.subject);
    assert!(
        mail.body.contains("http://localhost:8080/welcome#token="),
        "{}",
        mail.body
    );
    let token = mail.token();
    let seen = preview(&app, &token).await.ok();
    assert_eq!(seen["company_name"], "acme Trading");
    assert_eq!(seen["email_masked"], "a•••@harbor.example");
    assert_eq!(seen["existing_user"], false);

    let done = redeem(&app, &token, "Ana.Lee", NEW_PASSWORD).await;
    assert_eq!(done.status, 201, "{}", done.body);
    assert_eq!(done.at("/user_id"), "Ana.Lee");
    let active = people(&owner, &acme, "q=ANA.LEE").await;
    assert_eq!(active[0]["state"]["kind"], "active");
    assert_eq!(active[0]["lapses_on"], "2026-04-16");

    let mut caller = app.anon();
    let signed_in = caller.sign_in("ana.lee", NEW_PASSWORD).await;
    assert_eq!(signed_in.status, 201, "{}", signed_in.body);
    assert_eq!(signed_in.at("/next_step"), "choose_challenge_questions");

    // Used links have the answer of unknown ones.
    for answer in [
        preview(&app, &token).await,
        redeem(&app, &token, "ana.lee2", NEW_PASSWORD).await,
    ] {
        assert_eq!(answer.outcome(), (409, "link-not-valid".to_owned()));
    }
    let list = owner
        .get(&format!("{}?state=redeemed", invitations(&acme)))
        .await
        .ok();
    assert_eq!(list["items"][0]["id"], made["id"]);
    let again = format!(
        "{}/{}/resend",
        invitations(&acme),
        made["id"].as_str().unwrap()
    );
    let answer = owner.post_empty(&again).await;
    assert_eq!(answer.outcome(), (409, "already-member".to_owned()));
}

#[tokio::test]
async fn every_link_that_does_not_work_has_one_answer() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let mut bodies = Vec::new();
    let mut tokens = vec!["unknown".to_owned(), String::new()];
    for name in ["revoked", "expired"] {
        let email = format!("{name}@harbor.example");
        let made = owner
            .post(&invitations(&acme), &new_user(&email))
            .await
            .ok();
        tokens.push(app.token_for(&email).await);
        if name == "revoked" {
            let path = format!("{}/{}", invitations(&acme), made["id"].as_str().unwrap());
            assert_eq!(owner.delete(&path).await.status, 204);
            let twice = owner.delete(&path).await;
            assert_eq!(twice.outcome(), (409, "link-not-valid".to_owned()));
        }
    }
    app.clock.advance(Duration::days(21));
    for token in &tokens {
        for answer in [
            preview(&app, token).await,
            redeem(&app, token, "somebody.new", NEW_PASSWORD).await,
        ] {
            assert_eq!(answer.status, 409, "{token}: {}", answer.body);
            let mut body = answer.json();
            body["instance"] = Value::Null;
            bodies.push(body);
        }
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert_eq!(bodies[0]["code"], "link-not-valid");
}

#[tokio::test]
async fn sending_again_makes_a_new_link_and_restarts_the_days() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let made = owner
        .post(&invitations(&acme), &new_user("ana.lee@harbor.example"))
        .await
        .ok();
    let old = app.token_for("ana.lee@harbor.example").await;
    app.clock.advance(Duration::days(30));
    let owner = app.sign_in("acme.owner").await;
    let list = owner.get(&invitations(&acme)).await.ok();
    assert_eq!(list["items"][0]["state"], "expired");
    let path = format!(
        "{}/{}/resend",
        invitations(&acme),
        made["id"].as_str().unwrap()
    );
    assert_eq!(owner.post_empty(&path).await.status, 204);
    let new = app.token_for("ana.lee@harbor.example").await;
    assert_ne!(old, new);
    assert_eq!(preview(&app, &old).await.code(), "link-not-valid");
    let seen = preview(&app, &new).await.ok();
    assert_eq!(seen["expires_at"], "2026-04-22T15:00:00Z");
    assert_eq!(
        redeem(&app, &new, "ana.lee", NEW_PASSWORD).await.status,
        201
    );
}

#[tokio::test]
async fn a_withdrawn_address_may_be_invited_again() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let made = owner
        .post(&invitations(&acme), &new_user("ana.lee@harbor.example"))
        .await
        .ok();
    let twice = owner
        .post(&invitations(&acme), &new_user("ANA.LEE@harbor.example"))
        .await;
    assert_eq!(twice.outcome(), (409, "already-exists".to_owned()));
    let path = format!("{}/{}", invitations(&acme), made["id"].as_str().unwrap());
    assert_eq!(owner.delete(&path).await.status, 204);
    assert_eq!(people(&owner, &acme, "state=invited").await, json!([]));
    let again = owner
        .post(&invitations(&acme), &new_user("ana.lee@harbor.example"))
        .await;
    assert_eq!(again.status, 201, "{}", again.body);
    let token = app.token_for("ana.lee@harbor.example").await;
    assert_eq!(
        redeem(&app, &token, "ana.lee", NEW_PASSWORD).await.status,
        201
    );
}

#[tokio::test]
async fn members_are_not_invited() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let answer = owner
        .post(&invitations(&acme), &new_user(&acme.user.email))
        .await;
    assert_eq!(answer.outcome(), (409, "already-member".to_owned()));
}

#[tokio::test]
async fn inviting_tells_nothing_about_who_has_a_user_id() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let owner = app.sign_in("acme.owner").await;
    let mut shapes = Vec::new();
    for email in [other.user.email.as_str(), "nobody.here@example.com"] {
        let made = owner.post(&invitations(&acme), &new_user(email)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let mut shown = made.json();
        let mut seen = people(&owner, &acme, "state=invited").await[0].clone();
        let path = format!("{}/{}", invitations(&acme), shown["id"].as_str().unwrap());
        for field in ["id", "email"] {
            shown[field] = Value::Null;
            seen[field] = Value::Null;
        }
        shapes.push((shown, seen));
        if email.starts_with("nobody") {
            assert_eq!(owner.delete(&path).await.status, 204);
        } else {
            // Kept for the second half; the list shows one at a time.
            let token = app.token_for(email).await;
            assert_eq!(preview(&app, &token).await.ok()["existing_user"], true);
            assert_eq!(owner.delete(&path).await.status, 204);
        }
    }
    assert_eq!(shapes[0], shapes[1]);
}

#[tokio::test]
async fn who_has_a_user_id_joins_with_it() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let owner = app.sign_in("acme.owner").await;
    let mut body = new_user(&other.user.email);
    body["access"] = json!([{ "sub_account_id": acme.sub_account, "structure": "write", "records": "none", "reports": "none" }]);
    owner.post(&invitations(&acme), &body).await.ok();
    let token = app.token_for(&other.user.email).await;
    for (user_id, password) in [
        ("other.user", "not the password"),
        ("somebody.new", quaymaster_tests::PASSWORD),
        ("other.owner", quaymaster_tests::PASSWORD),
    ] {
        let answer = redeem(&app, &token, user_id, password).await;
        assert_eq!(answer.outcome(), (401, "sign-in-failed".to_owned()));
    }
    let done = redeem(&app, &token, "OTHER.USER", quaymaster_tests::PASSWORD).await;
    assert_eq!(done.status, 201, "{}", done.body);
    let joined = people(&owner, &acme, "q=other.user").await;
    assert_eq!(joined.as_array().unwrap().len(), 1);
    assert_eq!(joined[0]["id"], json!(other.user.id));
    // The name on file stays the person's own.
    assert_eq!(joined[0]["given_name"], "Test");
    assert_eq!(people(&owner, &acme, "state=invited").await, json!([]));
    let twice = redeem(&app, &token, "other.user", quaymaster_tests::PASSWORD).await;
    assert_eq!(twice.outcome(), (409, "link-not-valid".to_owned()));
}

#[tokio::test]
async fn joining_takes_no_more_tries_than_signing_in() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let owner = app.sign_in("acme.owner").await;
    owner
        .post(&invitations(&acme), &new_user(&other.user.email))
        .await
        .ok();
    let token = app.token_for(&other.user.email).await;
    for _ in 0..5 {
        let answer = redeem(&app, &token, "other.user", "not the password").await;
        assert_eq!(answer.status, 401);
    }
    let right = redeem(&app, &token, "other.user", quaymaster_tests::PASSWORD).await;
    assert_eq!(right.outcome(), (401, "sign-in-failed".to_owned()));
    let elsewhere = app.sign_in("other.owner").await;
    let locked = people(&elsewhere, &other, "state=failed_attempts").await;
    assert_eq!(locked[0]["user_id"], "other.user");
}

#[tokio::test]
async fn user_ids_and_passwords_that_do_not_fit_are_named() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    owner
        .post(&invitations(&acme), &new_user("ana.lee@harbor.example"))
        .await
        .ok();
    let token = app.token_for("ana.lee@harbor.example").await;
    for (user_id, password, pointer, code) in [
        ("ana", NEW_PASSWORD, "/user_id", "invalid"),
        ("ACME.owner", NEW_PASSWORD, "/user_id", "already-exists"),
        ("ana.lee", "too short", "/password", "password-too-short"),
        (
            "ana.lee",
            "my name is ana.lee and more",
            "/password",
            "password-contains-context",
        ),
        (
            "ana.lee",
            "the acme company is mine",
            "/password",
            "password-contains-context",
        ),
        (
            "ana.lee",
            "passwordpassword",
            "/password",
            "password-breached",
        ),
    ] {
        let answer = redeem(&app, &token, user_id, password).await;
        assert_eq!(answer.outcome(), (422, "invalid".to_owned()), "{password}");
        assert_eq!(answer.at("/errors/0/pointer"), pointer, "{}", answer.body);
        assert_eq!(answer.at("/errors/0/code"), code, "{}", answer.body);
    }
    assert_eq!(
        redeem(&app, &token, "ana.lee", NEW_PASSWORD).await.status,
        201
    );
}

#[tokio::test]
async fn proxies_are_the_owners_to_invite() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let user = app.sign_in("acme.user").await;
    let stranger = app.sign_in("other.owner").await;
    let mut as_proxy = new_user("ana.lee@harbor.example");
    as_proxy["role"] = json!("proxy");
    let path = invitations(&acme);
    assert_eq!(
        proxy.post(&path, &as_proxy).await.outcome(),
        (403, "owner-only".to_owned())
    );
    assert_eq!(
        user.post(&path, &new_user("x.y@harbor.example"))
            .await
            .outcome(),
        (403, "forbidden".to_owned())
    );
    assert_eq!(
        stranger
            .post(&path, &new_user("x.y@harbor.example"))
            .await
            .outcome(),
        (404, "not-found".to_owned())
    );
    let made = owner.post(&path, &as_proxy).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let one = format!("{path}/{}", made.at("/id").as_str().unwrap());
    for answer in [
        proxy.post_empty(&format!("{one}/resend")).await,
        proxy.delete(&one).await,
    ] {
        assert_eq!(answer.outcome(), (403, "not-above-target".to_owned()));
    }
    // The path of another account does not lead to it.
    let elsewhere = format!(
        "/accounts/{}/invitations/{}",
        other.account,
        made.at("/id").as_str().unwrap()
    );
    assert_eq!(
        stranger.delete(&elsewhere).await.outcome(),
        (404, "not-found".to_owned())
    );
    // An old proof is not enough to make a proxy.
    app.clock.advance(Duration::minutes(11));
    as_proxy["email"] = json!("second@harbor.example");
    let late = app.sign_in("acme.owner").await;
    app.clock.advance(Duration::minutes(4));
    assert_eq!(late.post(&path, &as_proxy).await.status, 201);
    app.clock.advance(Duration::seconds(50));
    assert_eq!(owner.delete(&one).await.status, 401);
    assert_eq!(late.delete(&one).await.status, 204);
}

#[tokio::test]
async fn rights_are_checked_against_the_account() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let owner = app.sign_in("acme.owner").await;
    let right = |id: &Value| json!({ "sub_account_id": id, "structure": "read", "records": "none", "reports": "none" });
    let own = json!(acme.sub_account);
    let foreign = json!(other.sub_account);
    for (field, value, pointer) in [
        (
            "access",
            json!([right(&foreign)]),
            "/access/0/sub_account_id",
        ),
        (
            "access",
            json!([right(&own), right(&own)]),
            "/access/1/sub_account_id",
        ),
        ("port_codes", json!(["2704", "27O4"]), "/port_codes/1"),
        ("role", json!("owner"), "/role"),
        ("email", json!("nobody"), "/email"),
        ("given_name", json!(" "), "/given_name"),
    ] {
        let mut body = new_user("ana.lee@harbor.example");
        body[field] = value;
        let answer = owner.post(&invitations(&acme), &body).await;
        assert_eq!(answer.outcome(), (422, "invalid".to_owned()), "{body}");
        assert_eq!(answer.at("/errors/0/pointer"), pointer, "{}", answer.body);
    }
    let mut body = new_user("ana.lee@harbor.example");
    body["role"] = json!("proxy");
    body["access"] = json!([right(&own)]);
    let answer = owner.post(&invitations(&acme), &body).await;
    assert_eq!(answer.at("/errors/0/pointer"), "/access", "{}", answer.body);
}

#[tokio::test]
async fn an_address_invited_by_many_at_once_is_invited_once() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let path = invitations(&acme);
    let body = new_user("ana.lee@harbor.example");
    let answers = futures_util::future::join_all((0..20).map(|_| owner.post(&path, &body))).await;
    let made = answers.iter().filter(|a| a.status == 201).count();
    assert_eq!(made, 1);
    for answer in answers.iter().filter(|a| a.status != 201) {
        assert_eq!(answer.outcome(), (409, "already-exists".to_owned()));
    }
    // And the link is redeemed once.
    let token = app.token_for("ana.lee@harbor.example").await;
    let names: Vec<_> = (0..20).map(|n| format!("ana.lee.{n:02}")).collect();
    let answers = futures_util::future::join_all(
        names
            .iter()
            .map(|name| redeem(&app, &token, name, NEW_PASSWORD)),
    )
    .await;
    let done = answers.iter().filter(|a| a.status == 201).count();
    assert_eq!(done, 1);
    // A loser either finds the link used, or a user under the address that is not the one named.
    for answer in answers.iter().filter(|a| a.status != 201) {
        assert!(
            ["link-not-valid", "sign-in-failed"].contains(&answer.code().as_str()),
            "{}",
            answer.body
        );
    }
}

/// An account whose owner has not joined yet: the registrar helps, nobody takes the invitation back, and whoever follows
/// the link is the owner, also with a User ID from before.
#[tokio::test]
async fn an_invited_owner_joins_with_an_own_or_a_new_user_id() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    app.world()
        .person("the.registrar", Some(StaffRole::Registrar))
        .await;
    app.world()
        .person("the.auditor", Some(StaffRole::Auditor))
        .await;
    let registrar = app.sign_in("the.registrar").await;
    let auditor = app.sign_in("the.auditor").await;
    for (email, user_id, password, activity) in [
        (
            "ana.lee@harbor.example",
            "ana.lee",
            NEW_PASSWORD,
            "exporter",
        ),
        (
            other.user.email.as_str(),
            "other.user",
            quaymaster_tests::PASSWORD,
            "surety",
        ),
    ] {
        let made = registrar
            .post(
                &format!("/companies/{}/accounts", acme.company),
                &json!({
                    "name": format!("{activity} account"),
                    "owner": { "email": email, "given_name": "Ana", "family_name": "Lee" },
                    "first_sub_account": { "name": "First", "activity": activity },
                }),
            )
            .await
            .ok();
        assert_eq!(made["owner"]["user_id"], Value::Null);
        let path = format!("/accounts/{}/invitations", made["id"].as_str().unwrap());
        let list = registrar.get(&path).await.ok();
        assert_eq!(list["items"][0]["role"], "owner");
        let one = format!("{path}/{}", list["items"][0]["id"].as_str().unwrap());
        assert_eq!(
            auditor.post_empty(&format!("{one}/resend")).await.outcome(),
            (403, "forbidden".to_owned())
        );
        assert_eq!(registrar.delete(&one).await.status, 403);
        let old = app.token_for(email).await;
        let again = registrar.post_empty(&format!("{one}/resend")).await;
        assert_eq!(again.status, 204, "{}", again.body);
        let token = app.token_for(email).await;
        assert_eq!(preview(&app, &old).await.code(), "link-not-valid");
        assert_eq!(preview(&app, &token).await.ok()["role"], "owner");
        let done = redeem(&app, &token, user_id, password).await;
        assert_eq!(done.status, 201, "{}", done.body);
        let account = registrar
            .get(&format!("/accounts/{}", made["id"].as_str().unwrap()))
            .await
            .ok();
        assert_eq!(account["owner"]["user_id"], user_id);
        assert_eq!(account["user_count"], 1);
    }
    // One person now belongs to two companies, in two roles.
    let mut both = app.anon();
    both.sign_in("other.user", quaymaster_tests::PASSWORD).await;
    let accounts = both.get("/accounts").await.ok();
    let roles: Vec<_> = accounts["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["my_role"].as_str().unwrap())
        .collect();
    assert_eq!(roles.len(), 2);
    assert!(roles.contains(&"owner") && roles.contains(&"user"));
}
