//! Corporate identifiers, one request after the other (R2–R4).

use quaymaster_domain::members::StaffRole;
use quaymaster_tests::{Company, TestApp};
use serde_json::json;

use super::{add_path, importer, items, two_companies};

#[tokio::test]
async fn identifiers_are_checked_in_order_and_added() {
    let app = TestApp::start().await;
    let (acme, _) = two_companies(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let path = add_path(&acme);

    let malformed = owner.post(&path, &importer("28-11111")).await;
    assert_eq!(
        malformed.outcome(),
        (422, "identifier-malformed".to_owned())
    );
    assert_eq!(malformed.at("/errors/0/pointer"), "/value");
    let unfit = owner
        .post(&path, &json!({ "kind": "scac", "value": "QMTK" }))
        .await;
    assert_eq!(
        unfit.outcome(),
        (422, "identifier-kind-not-for-activity".to_owned())
    );
    // A badly written number is told before the wrong kind, the kind before the register is asked.
    let both = owner
        .post(&path, &json!({ "kind": "scac", "value": "1" }))
        .await;
    assert_eq!(both.code(), "identifier-malformed");

    let added = owner.post(&path, &importer(" 28-1111111aa ")).await;
    assert_eq!(added.status, 201, "{}", added.body);
    assert_eq!(added.at("/value"), "28-1111111AA");
    assert_eq!(added.at("/state"), "active");
    assert_eq!(added.at("/personal"), false);
    let again = owner.post(&path, &importer("28-1111111AA")).await;
    assert_eq!(again.outcome(), (409, "already-exists".to_owned()));
    // The party of an importer number is that of its EIN.
    assert_eq!(owner.post(&path, &importer("28-1111119")).await.status, 201);
    assert_eq!(
        owner.post(&path, &importer("28-1111119QQ")).await.status,
        201
    );
    // Nothing but the number itself and other numbers of its EIN is in the register here.
    assert_eq!(
        owner.post(&path, &importer("28-1111111BB")).await.status,
        202
    );
}

#[tokio::test]
async fn importer_numbers_of_one_ein_speak_for_each_other() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    app.world()
        .person("rita.registrar", Some(StaffRole::Registrar))
        .await;
    let registrar = app.sign_in("rita.registrar").await;
    let owner = app.sign_in("acme.owner").await;
    let put = |value: &str, key: &str| json!({ "kind": "importer_number", "value": value, "party_key": key, "party_name": format!("{key} Trading"), "contact_email": null });
    let entries = "/identifier-register/entries";
    registrar
        .put(entries, &put("08-1111111AA", "party-acme"))
        .await
        .ok();
    assert_eq!(
        owner
            .post(&add_path(&acme), &importer("08-1111111BB"))
            .await
            .status,
        201
    );
    // When they belong to different parties, nothing follows for a third.
    registrar
        .put(entries, &put("08-1111111CC", "party-none"))
        .await
        .ok();
    assert_eq!(
        owner
            .post(&add_path(&acme), &importer("08-1111111DD"))
            .await
            .status,
        202
    );
    let client = owner
        .post(&add_path(&acme), &importer("08-1111111CC"))
        .await;
    assert_eq!(client.code(), "client-identifier");
}

#[tokio::test]
async fn a_clients_identifier_is_refused_with_the_way_to_the_client() {
    let app = TestApp::start().await;
    let (acme, other) = two_companies(&app).await;
    app.world()
        .person("rita.registrar", Some(StaffRole::Registrar))
        .await;
    let registrar = app.sign_in("rita.registrar").await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let drafts = format!("/accounts/{}/access-request-drafts", acme.account);

    let refused = owner
        .post(&add_path(&acme), &importer("28-2222222AA"))
        .await;
    assert_eq!(refused.outcome(), (409, "client-identifier".to_owned()));
    assert_eq!(
        refused.at("/remedy"),
        json!({ "kind": "request_access", "company": "other Trading", "href": format!("/api/v1{drafts}") })
    );
    // The refusal is the same whether the client has added it already or not, and never names the account.
    let client = app.sign_in("other.owner").await;
    assert_eq!(
        client
            .post(&add_path(&other), &importer("28-2222222AA"))
            .await
            .status,
        201
    );
    let later = owner
        .post(&add_path(&acme), &importer("28-2222222AA"))
        .await;
    assert_eq!(later.at("/detail"), refused.at("/detail"));
    assert_eq!(later.at("/remedy"), refused.at("/remedy"));
    assert!(
        !later.body.contains(&other.account_number)
            && !later.body.contains(&other.account.to_string())
    );

    // A company without an account is invited to apply.
    registrar
        .put("/identifier-register/entries", &json!({ "kind": "importer_number", "value": "28-3333333", "party_key": "P-3", "party_name": "Third Trading", "contact_email": null }))
        .await
        .ok();
    let refused = owner.post(&add_path(&acme), &importer("28-3333333")).await;
    assert_eq!(refused.at("/remedy/kind"), "invite_to_apply");
    assert_eq!(refused.at("/remedy/company"), "Third Trading");

    // The remedy works where it points, for the owner alone (R11).
    let draft = |value: &str| json!({ "sub_account_id": acme.sub_account, "identifier_kind": "importer_number", "identifier_value": value, "note": "We file your entries." });
    assert_eq!(
        proxy.post(&drafts, &draft("28-2222222AA")).await.outcome(),
        (403, "owner-only".to_owned())
    );
    let kept = owner.post(&drafts, &draft("28-2222222AA")).await;
    assert_eq!(kept.status, 201, "{}", kept.body);
    assert_eq!(kept.at("/kind"), "request_access");
    assert_eq!(kept.at("/company"), "other Trading");
    assert_eq!(
        owner.post(&drafts, &draft("28-2222222AA")).await.code(),
        "already-exists"
    );
    assert_eq!(
        owner.post(&drafts, &draft("28-3333333")).await.at("/kind"),
        "invite_to_apply"
    );
    assert_eq!(
        owner.post(&drafts, &draft("28-9999999")).await.code(),
        "identifier-not-in-register"
    );
    assert_eq!(
        owner
            .post(&drafts, &draft("28-1111111AA"))
            .await
            .at("/errors/0/pointer"),
        "/identifier_value"
    );
    assert_eq!(items(&proxy.get(&drafts).await.ok()).len(), 2);
    let one = format!("{drafts}/{}", kept.at("/id").as_str().unwrap());
    assert_eq!(proxy.delete(&one).await.code(), "owner-only");
    assert_eq!(owner.delete(&one).await.status, 204);
    assert_eq!(owner.delete(&one).await.status, 404);
    assert_eq!(client.delete(&one).await.status, 404);
}

#[tokio::test]
async fn an_identifier_stands_in_one_account_of_the_company() {
    let app = TestApp::start().await;
    let (acme, _) = two_companies(&app).await;
    let (sibling, _, sub) = app
        .world()
        .account_with(acme.company, "Second", &acme.owner, "protest_filer")
        .await;
    let owner = app.sign_in("acme.owner").await;
    let there = format!("/accounts/{sibling}/sub-accounts/{sub}/identifiers");
    let placed = owner
        .post(&add_path(&acme), &importer("28-1111111AA"))
        .await
        .ok();

    let refused = owner.post(&there, &importer("28-1111111AA")).await;
    assert_eq!(
        refused.outcome(),
        (409, "identifier-held-by-another-account".to_owned())
    );
    assert!(
        !refused.body.contains(&acme.account_number),
        "{}",
        refused.body
    );
    // The way out is a claim; it names the company as the register has it, and never who holds the identifier.
    assert_eq!(refused.at("/remedy/kind"), "claim");
    assert_eq!(refused.at("/remedy/company"), "acme Trading");

    // A further sub-account of the same account takes it too; it is free when the last place is.
    let made = owner
        .post(
            &format!("/accounts/{}/sub-accounts", acme.account),
            &json!({ "name": "Second", "activity": "importer" }),
        )
        .await
        .ok();
    let second = format!(
        "/accounts/{}/sub-accounts/{}",
        acme.account,
        made["id"].as_str().unwrap()
    );
    owner
        .post(&format!("{second}/identifiers"), &importer("28-1111111AA"))
        .await
        .ok();
    let first_place = format!("{}/{}", add_path(&acme), placed["id"].as_str().unwrap());
    assert_eq!(owner.delete(&first_place).await.status, 204);
    assert_eq!(owner.delete(&first_place).await.status, 404);
    assert_eq!(
        owner.post(&there, &importer("28-1111111AA")).await.status,
        409
    );
    assert_eq!(owner.delete_match(&second, "\"v1\"").await.status, 204);
    assert_eq!(
        owner.post(&there, &importer("28-1111111AA")).await.status,
        201
    );
}

#[tokio::test]
async fn what_the_register_does_not_know_waits_and_blocks_nobody() {
    let app = TestApp::start().await;
    let (acme, other) = two_companies(&app).await;
    app.world()
        .person("rita.registrar", Some(StaffRole::Registrar))
        .await;
    let registrar = app.sign_in("rita.registrar").await;
    let owner = app.sign_in("acme.owner").await;
    let stranger = app.sign_in("other.owner").await;

    let waiting = owner.post(&add_path(&acme), &importer("28-4444444")).await;
    assert_eq!(waiting.status, 202, "{}", waiting.body);
    assert_eq!(waiting.at("/state"), "pending_verification");
    assert_eq!(
        owner
            .post(&add_path(&acme), &importer("28-4444444"))
            .await
            .code(),
        "already-exists"
    );
    assert_eq!(
        stranger
            .post(&add_path(&other), &importer("28-4444444"))
            .await
            .status,
        202
    );
    let list = registrar
        .get("/pending-verifications?state=pending")
        .await
        .ok();
    assert_eq!(items(&list).len(), 2);
    let id_of = |account: &Company| {
        let found = items(&list)
            .into_iter()
            .find(|p| p["account"]["id"] == json!(account.account))
            .unwrap();
        format!(
            "/pending-verifications/{}/decision",
            found["id"].as_str().unwrap()
        )
    };
    let (ours, theirs) = (id_of(&acme), id_of(&other));

    let nobody = registrar
        .post(
            &ours,
            &json!({ "decision": "accept", "reason": "On file.", "party": null }),
        )
        .await;
    assert_eq!(nobody.at("/errors/0/pointer"), "/party", "{}", nobody.body);
    let client = registrar
        .post(&ours, &json!({ "decision": "accept", "reason": "On file.", "party": { "key": "party-other", "name": "other Trading" } }))
        .await;
    assert_eq!(client.outcome(), (409, "client-identifier".to_owned()));
    // Nothing of the refused decision was kept.
    let unknown = registrar
        .post("/identifier-register/searches", &importer("28-4444444"))
        .await
        .ok();
    assert_eq!(unknown["items"], json!([]));

    let accepted = registrar
        .post(&ours, &json!({ "decision": "accept", "reason": "On file.", "party": { "key": "party-acme", "name": "acme Trading" } }))
        .await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    assert_eq!(accepted.at("/state"), "accepted");
    let again = registrar
        .post(
            &ours,
            &json!({ "decision": "reject", "reason": "On file.", "party": null }),
        )
        .await;
    assert_eq!(again.outcome(), (409, "already-decided".to_owned()));
    let sub = owner
        .get(&format!(
            "/accounts/{}/sub-accounts/{}",
            acme.account, acme.sub_account
        ))
        .await
        .ok();
    assert_eq!(sub["identifiers"][0]["state"], "active", "{sub}");
    assert_eq!(sub["identifiers"].as_array().map(Vec::len), Some(1));

    let late = registrar
        .post(
            &theirs,
            &json!({ "decision": "accept", "reason": "On file.", "party": null }),
        )
        .await;
    assert_eq!(late.code(), "client-identifier");
    let rejected = registrar
        .post(
            &theirs,
            &json!({ "decision": "reject", "reason": "Not theirs.", "party": null }),
        )
        .await
        .ok();
    assert_eq!(rejected["reason"], "Not theirs.");
    let sub = stranger
        .get(&format!(
            "/accounts/{}/sub-accounts/{}",
            other.account, other.sub_account
        ))
        .await
        .ok();
    assert_eq!(sub["identifiers"], json!([]));

    // One that waits can be withdrawn by who asked.
    let waiting = owner
        .post(&add_path(&acme), &importer("28-5555555"))
        .await
        .ok();
    let place = format!("{}/{}", add_path(&acme), waiting["id"].as_str().unwrap());
    assert_eq!(owner.delete(&place).await.status, 204);
    assert_eq!(
        items(
            &registrar
                .get("/pending-verifications?state=pending")
                .await
                .ok()
        )
        .len(),
        0
    );
}

#[tokio::test]
async fn a_subsidiarys_identifier_may_be_added_once_staff_recorded_it() {
    let app = TestApp::start().await;
    let (acme, _) = two_companies(&app).await;
    let world = app.world();
    world
        .person("rita.registrar", Some(StaffRole::Registrar))
        .await;
    let registrar = app.sign_in("rita.registrar").await;
    let owner = app.sign_in("acme.owner").await;
    let entry = registrar
        .put("/identifier-register/entries", &json!({ "kind": "importer_number", "value": "28-6666666", "party_key": "P-6", "party_name": "Little Acme", "contact_email": null }))
        .await
        .ok();
    assert_eq!(
        owner
            .post(&add_path(&acme), &importer("28-6666666"))
            .await
            .code(),
        "client-identifier"
    );
    let subsidiaries = format!("/companies/{}/subsidiaries", acme.company);
    let party = entry["party"]["id"].as_str().unwrap();
    let company = registrar
        .post(&subsidiaries, &json!({ "party_id": party }))
        .await;
    assert_eq!(company.status, 201, "{}", company.body);
    assert_eq!(company.at("/subsidiaries/0/name"), "Little Acme");
    assert_eq!(
        owner
            .post(&add_path(&acme), &importer("28-6666666"))
            .await
            .status,
        201
    );
    assert_eq!(
        registrar
            .delete(&format!("{subsidiaries}/{party}"))
            .await
            .status,
        204
    );
    assert_eq!(
        owner
            .post(&add_path(&acme), &importer("28-6666666AA"))
            .await
            .status,
        409
    );
    let held = registrar
        .post("/identifier-register/searches", &importer("28-6666666"))
        .await
        .ok();
    assert_eq!(
        held["items"][0]["held_by"]["account_number"],
        json!(acme.account_number)
    );
}
