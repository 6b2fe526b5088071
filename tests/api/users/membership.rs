//! Roles and rights, adding and taking out; every refusal of each (R8, R11).

use quaymaster_service::Settings;

use super::*;

#[tokio::test]
async fn rights_are_changed_and_guarded_by_the_version() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let path = one(&acme, &acme.user);
    let right = json!([{ "sub_account_id": acme.sub_account, "structure": "write", "records": "read", "reports": "share" }]);
    let body = json!({ "access": right, "port_codes": ["2709", "2704"] });
    let blind = owner
        .send(
            reqwest::Method::PATCH,
            &path,
            Some("application/json"),
            body.to_string().into_bytes(),
        )
        .await;
    assert_eq!(blind.outcome(), (428, "precondition-required".to_owned()));
    let done = owner.patch(&path, "\"v1\"", &body).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.header("etag"), "\"v2\"");
    let stale = owner.patch(&path, "\"v1\"", &body).await;
    assert_eq!(stale.outcome(), (412, "stale".to_owned()));
    let shown = owner.get(&path).await.ok();
    assert_eq!(shown["access"], right);
    assert_eq!(shown["port_codes"], json!(["2704", "2709"]));
    // What is absent stays; what changes nothing moves nothing.
    let same = owner.patch(&path, "\"v2\"", &json!({})).await;
    assert_eq!(same.header("etag"), "\"v2\"");
    let ports = owner
        .patch(&path, "\"v2\"", &json!({ "port_codes": [] }))
        .await;
    assert_eq!(ports.header("etag"), "\"v3\"");
    let shown = owner.get(&path).await.ok();
    assert_eq!(shown["access"], right);
    assert_eq!(shown["port_codes"], json!([]));
    // The person has the right at the next request.
    let user = app.sign_in("acme.user").await;
    let sub_account = format!(
        "/accounts/{}/sub-accounts/{}",
        acme.account, acme.sub_account
    );
    assert_eq!(user.get(&sub_account).await.status, 200);
    let none = owner.patch(&path, "\"v3\"", &json!({ "access": [] })).await;
    assert_eq!(none.status, 200);
    assert_eq!(user.get(&sub_account).await.status, 404);

    let proxy = app.sign_in("acme.proxy").await;
    let second = member(&app, &acme, "acme.proxy2", MemberRole::Proxy).await;
    for (caller, target) in [
        (&proxy, &second),
        (&proxy, &acme.owner),
        (&proxy, &acme.proxy),
    ] {
        let answer = caller
            .patch(&one(&acme, target), "\"v1\"", &json!({ "access": [] }))
            .await;
        assert_eq!(answer.outcome(), (403, "not-above-target".to_owned()));
    }
    let answer = owner
        .patch(&one(&acme, &second), "\"v1\"", &json!({ "access": right }))
        .await;
    assert_eq!(answer.at("/errors/0/pointer"), "/access");
}

#[tokio::test]
async fn proxies_are_made_and_unmade_by_the_owner_with_a_fresh_proof() {
    let settings = Settings {
        access_token_life: Duration::minutes(14),
        ..Settings::default()
    };
    let app = TestApp::start_with(settings).await;
    let acme = app.world().company("acme").await;
    let proxy = app.sign_in("acme.proxy").await;
    let path = one(&acme, &acme.user);
    let to_proxy = json!({ "role": "proxy" });
    let answer = proxy.patch(&path, "\"v1\"", &to_proxy).await;
    assert_eq!(answer.outcome(), (403, "owner-only".to_owned()));
    let owner = app.sign_in("acme.owner").await;
    let right = json!({ "access": [{ "sub_account_id": acme.sub_account, "structure": "read", "records": "none", "reports": "none" }] });
    owner.patch(&path, "\"v1\"", &right).await.ok();
    app.clock.advance(Duration::minutes(11));
    let late = owner.patch(&path, "\"v2\"", &to_proxy).await;
    assert_eq!(late.outcome(), (403, "proof-required".to_owned()));
    let added = json!({ "user_id": "x.unknown", "email": "x@example.com", "role": "proxy", "access": [], "port_codes": [] });
    let late = owner.post(&users(&acme), &added).await;
    assert_eq!(late.outcome(), (403, "proof-required".to_owned()));
    let owner = app.sign_in("acme.owner").await;
    let done = owner.patch(&path, "\"v2\"", &to_proxy).await.ok();
    assert_eq!(done["role"], "proxy");
    assert_eq!(owner.get(&path).await.ok()["access"], json!([]));
    let done = owner
        .patch(&path, "\"v3\"", &json!({ "role": "user" }))
        .await
        .ok();
    assert_eq!(done["role"], "user");
    assert_eq!(owner.get(&path).await.ok()["access"], json!([]));
    for body in [
        json!({ "role": "owner" }),
        json!({ "role": null, "extra": 1 }),
        json!({ "access": [{ "sub_account_id": acme.sub_account }] }),
    ] {
        assert_eq!(
            owner.patch(&path, "\"v4\"", &body).await.status,
            422,
            "{body}"
        );
    }
    // The owner's own role is changed by handing the account over.
    let own = owner
        .patch(
            &one(&acme, &acme.owner),
            "\"v1\"",
            &json!({ "role": "user" }),
        )
        .await;
    assert_eq!(own.outcome(), (409, "last-owner".to_owned()));
}

#[tokio::test]
async fn people_are_taken_out_but_the_owner_never() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let user = app.sign_in("acme.user").await;
    let last = owner.delete_match(&one(&acme, &acme.owner), "\"v1\"").await;
    assert_eq!(last.outcome(), (409, "last-owner".to_owned()));
    for (caller, target, code) in [
        (&proxy, &acme.owner, "not-above-target"),
        (&proxy, &acme.proxy, "not-above-target"),
        (&user, &acme.user, "forbidden"),
    ] {
        let answer = caller.delete_match(&one(&acme, target), "\"v1\"").await;
        assert_eq!(answer.outcome(), (403, code.to_owned()));
    }
    let blind = owner.delete(&one(&acme, &acme.user)).await;
    assert_eq!(blind.status, 428);
    let stale = owner.delete_match(&one(&acme, &acme.user), "\"v9\"").await;
    assert_eq!(stale.outcome(), (412, "stale".to_owned()));
    assert_eq!(
        proxy
            .delete_match(&one(&acme, &acme.user), "\"v1\"")
            .await
            .status,
        204
    );
    assert_eq!(owner.get(&one(&acme, &acme.user)).await.status, 404);
    assert_eq!(
        user.get(&format!("/accounts/{}", acme.account))
            .await
            .status,
        404
    );

    // Somebody who was only invited: the link is dead, the address free again.
    let invitation = json!({ "email": "ana.lee@harbor.example", "given_name": "Ana", "family_name": "Lee", "role": "user", "access": [], "port_codes": [] });
    let invitations = format!("/accounts/{}/invitations", acme.account);
    owner.post(&invitations, &invitation).await.ok();
    let token = app.token_for("ana.lee@harbor.example").await;
    let invited = list(&owner, &acme, "state=invited").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let gone = owner
        .delete_match(&format!("{}/{invited}", users(&acme)), "\"v1\"")
        .await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    let seen = app
        .anon()
        .post("/invitations/previews", &json!({ "token": token }))
        .await;
    assert_eq!(seen.code(), "link-not-valid");
    assert_eq!(owner.post(&invitations, &invitation).await.status, 201);
}

#[tokio::test]
async fn a_user_of_the_portal_is_added_by_user_id_and_address_together() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let owner = app.sign_in("acme.owner").await;
    let body = |user_id: &str, email: &str| json!({ "user_id": user_id, "email": email, "role": "user", "access": [], "port_codes": ["2704"] });
    let mut answers = Vec::new();
    for (user_id, email) in [
        ("other.user", "somebody.else@example.com"),
        ("other.owner", other.user.email.as_str()),
        ("nobody.at.all", other.user.email.as_str()),
        ("nobody.at.all", "somebody.else@example.com"),
    ] {
        let answer = owner.post(&users(&acme), &body(user_id, email)).await;
        assert_eq!(answer.outcome(), (409, "person-not-matched".to_owned()));
        let mut json = answer.json();
        json["instance"] = Value::Null;
        answers.push(json);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    let added = owner
        .post(&users(&acme), &body("OTHER.user", "Other.User@EXAMPLE.com"))
        .await;
    assert_eq!(added.status, 201, "{}", added.body);
    assert_eq!(added.at("/id"), json!(other.user.id));
    let twice = owner
        .post(&users(&acme), &body("other.user", &other.user.email))
        .await;
    assert_eq!(twice.outcome(), (409, "already-member".to_owned()));
    let mail = app.mails_to(&other.user.email).await.pop().unwrap();
    assert_eq!(mail.template, "added_to_account");
    let user = app.sign_in("other.user").await;
    assert_eq!(
        user.get(&format!("/accounts/{}", acme.account))
            .await
            .status,
        200
    );
}
