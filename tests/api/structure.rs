//! Activities, sub-accounts and corporate identifiers: the rules R1–R5 as a caller meets them.

use quaymaster_domain::members::StaffRole;
use quaymaster_tests::{Caller, Company, DatabaseKind, TestApp};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::{Value, json};

fn items(list: &Value) -> Vec<Value> {
    list["items"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn the_catalogue_is_open_to_everybody() {
    let app = TestApp::start().await;
    let catalogue = app.anon().get("/business-activities").await.ok();
    assert_eq!(items(&catalogue).len(), 17);
    assert_eq!(catalogue["items"][0]["activity"], "importer");
    assert_eq!(
        catalogue["items"][0]["identifier_kinds"],
        json!(["importer_number"])
    );
}

#[tokio::test]
async fn activities_are_added_listed_and_removed() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let path = format!("/accounts/{}/business-activities", company.account);

    let added = owner.post(&path, &json!({ "activity": "exporter" })).await;
    assert_eq!(added.status, 201, "{}", added.body);
    assert_eq!(added.at("/label"), "Exporter");
    let again = owner.post(&path, &json!({ "activity": "exporter" })).await;
    assert_eq!(again.outcome(), (409, "already-exists".to_owned()));

    let list = owner.get(&path).await.ok();
    let listed: Vec<_> = items(&list)
        .iter()
        .map(|a| (a["activity"].clone(), a["sub_account_count"].clone()))
        .collect();
    assert_eq!(
        listed,
        [(json!("importer"), json!(1)), (json!("exporter"), json!(0))]
    );

    let in_use = owner.delete(&format!("{path}/importer")).await;
    assert_eq!(in_use.outcome(), (409, "activity-in-use".to_owned()));
    assert_eq!(owner.delete(&format!("{path}/exporter")).await.status, 204);
    let gone = owner.delete(&format!("{path}/exporter")).await;
    assert_eq!(gone.outcome(), (404, "not-found".to_owned()));
    let unknown = owner.delete(&format!("{path}/piracy")).await;
    assert_eq!(unknown.outcome(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn a_sibling_account_keeps_its_activity() {
    let app = TestApp::start().await;
    let world = app.world();
    let company = world.company("acme").await;
    let (sibling, _, _) = world
        .account_with(company.company, "Second", &company.owner, "exporter")
        .await;
    let owner = app.sign_in("acme.owner").await;

    let refused = owner
        .post(
            &format!("/accounts/{sibling}/business-activities"),
            &json!({ "activity": "importer" }),
        )
        .await;
    assert_eq!(
        refused.outcome(),
        (409, "activity-held-by-sibling-account".to_owned())
    );
    let detail = refused.at("/detail");
    let detail = detail.as_str().unwrap();
    assert!(detail.contains(&company.account_number), "{detail}");

    // Another company may hold it all the same.
    world.company("other").await;
    let stranger = app.sign_in("other.owner").await;
    let accounts = stranger.get("/accounts").await.ok();
    assert_eq!(items(&accounts).len(), 1);
}

#[tokio::test]
async fn restricted_activities_are_the_registrars_and_closed_ones_nobodys() {
    let app = TestApp::start().await;
    let world = app.world();
    let company = world.company("acme").await;
    world
        .person("rita.registrar", Some(StaffRole::Registrar))
        .await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let user = app.sign_in("acme.user").await;
    let registrar = app.sign_in("rita.registrar").await;
    let path = format!("/accounts/{}/business-activities", company.account);
    let add = |activity: &str| json!({ "activity": activity });

    for restricted in ["broker", "carrier_truck", "ftz_operator"] {
        for member in [&owner, &proxy] {
            let refused = member.post(&path, &add(restricted)).await;
            assert_eq!(refused.outcome(), (403, "activity-restricted".to_owned()));
        }
        assert_eq!(user.post(&path, &add(restricted)).await.status, 403);
        assert_eq!(registrar.post(&path, &add(restricted)).await.status, 201);
        let refused = owner.delete(&format!("{path}/{restricted}")).await;
        assert_eq!(refused.outcome(), (403, "activity-restricted".to_owned()));
    }
    for closed in ["cartman", "lighterman"] {
        for caller in [&owner, &registrar] {
            let refused = caller.post(&path, &add(closed)).await;
            assert_eq!(refused.outcome(), (409, "activity-closed".to_owned()));
        }
    }
    assert_eq!(
        user.post(&path, &add("exporter")).await.outcome(),
        (403, "forbidden".to_owned())
    );
    assert_eq!(proxy.post(&path, &add("exporter")).await.status, 201);
    let unfit = owner.post(&path, &add("piracy")).await;
    assert_eq!(unfit.outcome(), (422, "invalid".to_owned()));
    assert_eq!(unfit.at("/errors/0/pointer"), "/activity");
    let trail = owner
        .get(&format!(
            "/accounts/{}/audit-events?action=activity.change_restricted",
            company.account
        ))
        .await
        .ok();
    assert_eq!(items(&trail).len(), 3, "{trail}");
}

#[tokio::test]
async fn sub_accounts_are_created_renamed_and_deleted() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let path = format!("/accounts/{}/sub-accounts", company.account);

    let not_held = owner
        .post(&path, &json!({ "name": "Out", "activity": "exporter" }))
        .await;
    assert_eq!(not_held.outcome(), (422, "invalid".to_owned()));
    assert_eq!(not_held.at("/errors/0/pointer"), "/activity");
    let made = owner
        .post(
            &path,
            &json!({ "name": " West  Coast ", "activity": "importer" }),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.at("/name"), "West Coast");
    assert_eq!(made.header("etag"), "\"v1\"");
    let one = format!("{path}/{}", made.at("/id").as_str().unwrap());

    let taken = owner
        .post(&path, &json!({ "name": "First", "activity": "importer" }))
        .await;
    assert_eq!(taken.outcome(), (409, "already-exists".to_owned()));
    let taken = owner
        .patch(&one, "\"v1\"", &json!({ "name": "First" }))
        .await;
    assert_eq!(taken.outcome(), (409, "already-exists".to_owned()));

    let renamed = owner
        .patch(&one, "\"v1\"", &json!({ "name": "East Coast" }))
        .await;
    assert_eq!(renamed.status, 200, "{}", renamed.body);
    assert_eq!(renamed.header("etag"), "\"v2\"");
    let stale = owner
        .patch(&one, "\"v1\"", &json!({ "name": "Nowhere" }))
        .await;
    assert_eq!(stale.outcome(), (412, "stale".to_owned()));
    let blind = owner.delete(&one).await;
    assert_eq!(blind.outcome(), (428, "precondition-required".to_owned()));
    assert_eq!(owner.delete_match(&one, "\"v1\"").await.code(), "stale");
    assert_eq!(owner.delete_match(&one, "\"v2\"").await.status, 204);
    assert_eq!(owner.get(&one).await.status, 404);

    let first = format!("{path}/{}", company.sub_account);
    let last = owner.delete_match(&first, "\"v1\"").await;
    assert_eq!(last.outcome(), (409, "last-sub-account".to_owned()));
}

#[tokio::test]
async fn users_see_and_change_what_was_assigned() {
    let app = TestApp::start().await;
    let world = app.world();
    let company = world.company("acme").await;
    world
        .register(company.party, "importer_number", "28-1111112AA")
        .await;
    let owner = app.sign_in("acme.owner").await;
    let path = format!("/accounts/{}/sub-accounts", company.account);
    let made = owner
        .post(&path, &json!({ "name": "Second", "activity": "importer" }))
        .await
        .ok();
    let second = format!("{path}/{}", made["id"].as_str().unwrap());
    let first = format!("{path}/{}", company.sub_account);
    let right = |structure: &'static str| {
        let world = app.world();
        let (account, user, sub) = (company.account, company.user.id, company.sub_account);
        async move {
            world
                .execute(
                    "DELETE FROM membership_access WHERE account_id = ?",
                    vec![account.0.into()],
                )
                .await;
            world
                .execute(
                    "INSERT INTO membership_access (account_id, user_id, sub_account_id, structure, records, reports) VALUES (?, ?, ?, ?, 'none', 'none')",
                    vec![account.0.into(), user.0.into(), sub.0.into(), structure.into()],
                )
                .await;
        }
    };
    let user = app.sign_in("acme.user").await;
    assert_eq!(items(&user.get(&path).await.ok()).len(), 0);
    assert_eq!(user.get(&first).await.status, 404);
    let identifier = json!({ "kind": "importer_number", "value": "28-1111112AA" });
    let add = format!("{first}/identifiers");
    assert_eq!(user.post(&add, &identifier).await.status, 404);

    right("read").await;
    assert_eq!(items(&user.get(&path).await.ok()).len(), 1);
    assert_eq!(user.get(&first).await.status, 200);
    assert_eq!(user.get(&second).await.status, 404);
    assert_eq!(
        user.post(&add, &identifier).await.outcome(),
        (403, "forbidden".to_owned())
    );

    right("write").await;
    assert_eq!(user.post(&add, &identifier).await.status, 201);
    assert_eq!(
        user.patch(&first, "\"v1\"", &json!({ "name": "Mine" }))
            .await
            .status,
        200
    );
    assert_eq!(
        user.patch(&second, "\"v1\"", &json!({ "name": "Mine too" }))
            .await
            .status,
        404
    );
    assert_eq!(
        user.delete_match(&first, "\"v2\"").await.outcome(),
        (403, "forbidden".to_owned())
    );

    // What stands where the reader cannot look is not found by searching either.
    owner
        .post(&format!("{second}/identifiers"), &identifier)
        .await
        .ok();
    let search = format!("/accounts/{}/identifier-searches", company.account);
    assert_eq!(items(&user.post(&search, &identifier).await.ok()).len(), 1);
    assert_eq!(items(&owner.post(&search, &identifier).await.ok()).len(), 2);
}

/// Two companies, their parties and numbers in the register.
async fn two_companies(app: &TestApp) -> (Company, Company) {
    let world = app.world();
    let acme = world.company("acme").await;
    let other = world.company("other").await;
    world
        .register(acme.party, "importer_number", "28-1111111AA")
        .await;
    world.register(acme.party, "ein", "28-1111119").await;
    world
        .register(other.party, "importer_number", "28-2222222AA")
        .await;
    (acme, other)
}

fn importer(value: &str) -> Value {
    json!({ "kind": "importer_number", "value": value })
}

fn add_path(company: &Company) -> String {
    format!(
        "/accounts/{}/sub-accounts/{}/identifiers",
        company.account, company.sub_account
    )
}

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
    assert_eq!(refused.at("/remedy"), Value::Null);

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

/// 200 clients at once add the same to two accounts, half of them to each.
async fn race(callers: &[Caller], paths: [&str; 2], body: &Value) -> [Vec<(u16, String)>; 2] {
    let tasks: Vec<_> = (0..200)
        .map(|n| {
            let caller = callers[n % callers.len()].clone();
            let path = paths[n / callers.len() % 2].to_owned();
            let body = body.clone();
            tokio::spawn(async move {
                let answer = caller.post(&path, &body).await;
                (path, answer.outcome())
            })
        })
        .collect();
    let mut outcomes = [Vec::new(), Vec::new()];
    for task in tasks {
        let (path, outcome) = task.await.unwrap();
        outcomes[usize::from(path == paths[1])].push(outcome);
    }
    outcomes
}

/// Exactly one of all got through; the rest of its account learn that it is there, everybody else the rule.
fn assert_one_won(outcomes: &[Vec<(u16, String)>; 2], rule: &str) {
    let won = |some: &[(u16, String)]| some.iter().filter(|(status, _)| *status == 201).count();
    assert_eq!(outcomes.iter().map(Vec::len).sum::<usize>(), 200);
    assert_eq!(won(&outcomes[0]) + won(&outcomes[1]), 1, "{outcomes:?}");
    let (winner, loser) = if won(&outcomes[0]) == 1 {
        (0, 1)
    } else {
        (1, 0)
    };
    for (status, code) in &outcomes[winner] {
        assert!(
            *status == 201 || (*status, code.as_str()) == (409, "already-exists"),
            "{status} {code}"
        );
    }
    for outcome in &outcomes[loser] {
        assert_eq!(*outcome, (409, rule.to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_200_at_once_one_gets_the_identifier() {
    // One that the register names itself, and one that it knows by its EIN only.
    for value in ["28-1111111AA", "28-1111119AB"] {
        let app = TestApp::start().await;
        let (acme, _) = two_companies(&app).await;
        let (sibling, _, sub) = app
            .world()
            .account_with(acme.company, "Second", &acme.owner, "protest_filer")
            .await;
        let callers = [
            app.sign_in("acme.owner").await,
            app.sign_in("acme.owner").await,
        ];
        let there = format!("/accounts/{sibling}/sub-accounts/{sub}/identifiers");
        let outcomes = race(&callers, [&add_path(&acme), &there], &importer(value)).await;
        assert_one_won(&outcomes, "identifier-held-by-another-account");
        let raw = app.database.raw().await;
        for table in ["account_identifiers", "sub_account_identifiers"] {
            let sql = format!("SELECT COUNT(*) AS n FROM {table}");
            assert_eq!(count(&raw, &sql).await, 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_200_at_once_one_gets_the_activity() {
    let app = TestApp::start().await;
    let (acme, _) = two_companies(&app).await;
    let (sibling, _, _) = app
        .world()
        .account_with(acme.company, "Second", &acme.owner, "protest_filer")
        .await;
    let callers = [
        app.sign_in("acme.owner").await,
        app.sign_in("acme.owner").await,
    ];
    let here = format!("/accounts/{}/business-activities", acme.account);
    let there = format!("/accounts/{sibling}/business-activities");
    let outcomes = race(
        &callers,
        [&here, &there],
        &json!({ "activity": "exporter" }),
    )
    .await;
    assert_one_won(&outcomes, "activity-held-by-sibling-account");
}

async fn count(raw: &DatabaseConnection, sql: &str) -> i64 {
    raw.query_one_raw(Statement::from_string(raw.get_database_backend(), sql))
        .await
        .unwrap()
        .unwrap()
        .try_get("", "n")
        .unwrap()
}

#[tokio::test]
async fn a_social_security_number_is_nowhere_to_be_read() {
    const NUMBER: &str = "900-12-3456";
    let app = TestApp::start().await;
    let (acme, other) = two_companies(&app).await;
    app.world()
        .person("rita.registrar", Some(StaffRole::Registrar))
        .await;
    let registrar = app.sign_in("rita.registrar").await;
    let owner = app.sign_in("acme.owner").await;
    let stranger = app.sign_in("other.owner").await;
    let search = format!("/accounts/{}/identifier-searches", acme.account);
    let mut heard = String::new();
    let mut note = |answer: quaymaster_tests::Answer| {
        heard.push_str(&answer.body);
        answer
    };

    let waiting = note(owner.post(&add_path(&acme), &importer(NUMBER)).await);
    assert_eq!(waiting.status, 202, "{}", waiting.body);
    assert_eq!(waiting.at("/value"), "***-**-3456");
    assert_eq!(waiting.at("/personal"), true);
    let list = note(registrar.get("/pending-verifications").await);
    let decision = format!(
        "/pending-verifications/{}/decision",
        list.at("/items/0/id").as_str().unwrap()
    );
    let accepted = note(registrar
        .post(&decision, &json!({ "decision": "accept", "reason": "On file.", "party": { "key": "party-acme", "name": "acme Trading" } }))
        .await);
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    let client = note(stranger.post(&add_path(&other), &importer(NUMBER)).await);
    assert_eq!(client.code(), "client-identifier");
    let draft = note(stranger
        .post(&format!("/accounts/{}/access-request-drafts", other.account), &json!({ "sub_account_id": null, "identifier_kind": "importer_number", "identifier_value": NUMBER, "note": null }))
        .await);
    assert_eq!(draft.at("/identifier"), "***-**-3456");

    let found = note(owner.post(&search, &importer(NUMBER)).await);
    assert_eq!(found.at("/items/0/identifier/value"), "***-**-3456");
    let another = note(owner.post(&search, &importer("900-12-3457")).await);
    assert_eq!(another.at("/items"), json!([]));
    let in_address = note(
        registrar
            .get(&format!(
                "/identifier-register?kind=importer_number&value={NUMBER}"
            ))
            .await,
    );
    assert_eq!(in_address.outcome(), (422, "invalid".to_owned()));
    let entry = note(
        registrar
            .post("/identifier-register/searches", &importer(NUMBER))
            .await,
    );
    assert_eq!(entry.at("/items/0/value"), "***-**-3456");
    let imported = note(registrar
        .send(
            reqwest::Method::POST,
            "/identifier-register/imports",
            Some("text/csv"),
            format!("kind,value,party_key,party_name\nimporter_number,{NUMBER},party-acme,acme Trading\nein,{NUMBER},party-acme,acme Trading\nimporter_number,900-12-34567,{NUMBER},x\n").into_bytes(),
        )
        .await);
    assert_eq!(
        (imported.at("/rows_unchanged"), imported.at("/rows_refused")),
        (json!(1), json!(2)),
        "{}",
        imported.body
    );
    let id = imported.at("/id");
    for path in [
        format!(
            "/identifier-register/imports/{}/errors",
            id.as_str().unwrap()
        ),
        format!(
            "/identifier-register/entries/{}/history",
            entry.at("/items/0/id").as_str().unwrap()
        ),
        format!("/accounts/{}/sub-accounts", acme.account),
        format!("/accounts/{}/audit-events", acme.account),
    ] {
        let caller = if path.starts_with("/accounts") {
            &owner
        } else {
            &registrar
        };
        let read = note(caller.get(&path).await);
        assert_eq!(read.status, 200, "{path}: {}", read.body);
    }
    for written in ["900-12-3456", "900123456"] {
        assert!(!heard.contains(written), "{heard}");
        assert!(!everything_stored(&app).await.contains(written));
    }
}

/// Every text and every byte that the database of a test keeps.
async fn everything_stored(app: &TestApp) -> String {
    if DatabaseKind::of_run() == DatabaseKind::Sqlite {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(app.database.dir.path()).unwrap() {
            all.extend(std::fs::read(entry.unwrap().path()).unwrap());
        }
        assert!(!all.is_empty());
        return String::from_utf8_lossy(&all).into_owned();
    }
    let raw = app.database.raw().await;
    let tables = raw
        .query_all_raw(Statement::from_string(
            raw.get_database_backend(),
            "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = 'public'",
        ))
        .await
        .unwrap();
    let mut all = String::new();
    for table in tables {
        let name: String = table.try_get("", "name").unwrap();
        // Bytes come as hexadecimal, so that a number in them shows as its own digits' codes.
        let sql =
            format!("SELECT COALESCE(string_agg(t::text, ' '), '') AS n FROM \"{name}\" AS t");
        let row = raw
            .query_one_raw(Statement::from_string(raw.get_database_backend(), sql))
            .await
            .unwrap()
            .unwrap();
        all.push_str(&row.try_get::<String>("", "n").unwrap());
    }
    assert!(all.contains("party-acme"));
    let hex: String = "900-12-3456".bytes().map(|b| format!("{b:02x}")).collect();
    assert!(!all.contains(&hex));
    all
}
