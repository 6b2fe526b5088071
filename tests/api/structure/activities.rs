//! Business activities and sub-accounts (R1, R5), and what users see of them.

use quaymaster_domain::members::StaffRole;
use quaymaster_tests::TestApp;
use serde_json::json;

use super::items;

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
