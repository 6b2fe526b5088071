//! Accounts and their profile: name, contacts, addresses.

use quaymaster_domain::members::StaffRole;
use quaymaster_tests::TestApp;
use serde_json::{Value, json};

#[tokio::test]
async fn members_list_own_accounts_and_staff_all() {
    let app = TestApp::start().await;
    let world = app.world();
    let acme = world.company("acme").await;
    let other = world.company("other").await;
    world
        .person("sue.support", Some(StaffRole::SupportAgent))
        .await;
    let owner = app.sign_in("acme.owner").await;
    let support = app.sign_in("sue.support").await;

    let own = owner.get("/accounts").await.ok();
    assert_eq!(own["items"].as_array().map(Vec::len), Some(1));
    let account = &own["items"][0];
    assert_eq!(account["account_number"], json!(acme.account_number));
    assert_eq!(account["my_role"], "owner");
    assert_eq!(account["state"], "open");
    assert_eq!(account["owner"]["user_id"], "acme.owner");
    assert_eq!(
        (&account["sub_account_count"], &account["user_count"]),
        (&json!(1), &json!(3))
    );

    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = support
            .get(&format!("/accounts?limit=1{cursor}"))
            .await
            .ok();
        seen.push(page["items"][0]["name"].as_str().unwrap().to_owned());
        assert_eq!(page["items"][0]["my_role"], Value::Null);
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["acme Trading", "other Trading"]);
    for (q, found) in [
        ("OTHER", 1),
        (other.account_number.as_str(), 1),
        ("qm-0000", 2),
        ("trading", 2),
        ("nothing", 0),
        ("_", 0),
    ] {
        let list = support.get(&format!("/accounts?q={q}")).await.ok();
        assert_eq!(list["items"].as_array().map(Vec::len), Some(found), "{q}");
    }
    let hidden = owner
        .get(&format!("/accounts?company_id={}", other.company))
        .await
        .ok();
    assert_eq!(hidden["items"], json!([]));
    assert_eq!(
        owner
            .get(&format!("/accounts/{}", other.account))
            .await
            .status,
        404
    );
    let bad = owner.get("/accounts?cursor=zzz").await;
    assert_eq!(bad.outcome(), (422, "invalid".to_owned()));
}

#[tokio::test]
async fn an_account_is_renamed_by_who_has_read_it() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let proxy = app.sign_in("acme.proxy").await;
    let path = format!("/accounts/{}", acme.account);
    let etag = proxy.get(&path).await.header("etag").to_owned();
    let renamed = proxy
        .patch(&path, &etag, &json!({ "name": "Acme, imports" }))
        .await;
    assert_eq!(renamed.at("/name"), "Acme, imports", "{}", renamed.body);
    let stale = proxy.patch(&path, &etag, &json!({ "name": "Acme" })).await;
    assert_eq!(stale.outcome(), (412, "stale".to_owned()));
    for body in [
        json!({ "name": "A" }),
        json!({ "names": "Acme" }),
        json!({ "name": "Ac\u{202e}me" }),
    ] {
        let unfit = proxy.patch(&path, renamed.header("etag"), &body).await;
        assert_eq!(unfit.outcome(), (422, "invalid".to_owned()), "{body}");
    }
    let trail = proxy
        .get(&format!("{path}/audit-events?action=account.update"))
        .await
        .ok();
    assert_eq!(trail["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn contacts_and_addresses_are_kept() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let user = app.sign_in("acme.user").await;
    let contacts = format!("/accounts/{}/contacts", acme.account);
    let addresses = format!("/accounts/{}/addresses", acme.account);

    let contact = json!({ "kind": "officer", "name": "Ana Lee", "title": "CFO", "email": "ana@harbor.example", "phone": "(202) 555-0147" });
    let made = owner.post(&contacts, &contact).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.at("/phone"), "+12025550147");
    let one = format!("{contacts}/{}", made.at("/id").as_str().unwrap());
    let changed = owner
        .patch(&one, "\"v1\"", &json!({ "title": null, "phone": null }))
        .await
        .ok();
    assert_eq!(
        (&changed["title"], &changed["phone"], &changed["email"]),
        (&Value::Null, &Value::Null, &json!("ana@harbor.example"))
    );
    assert_eq!(
        owner
            .patch(&one, "\"v1\"", &json!({ "name": "Bo" }))
            .await
            .code(),
        "stale"
    );
    let unfit = owner
        .patch(&one, "\"v2\"", &json!({ "email": "nobody" }))
        .await;
    assert_eq!(unfit.at("/errors/0/pointer"), "/email");
    assert_eq!(
        user.get(&contacts).await.ok()["items"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(
        user.post(&contacts, &contact).await.outcome(),
        (403, "forbidden".to_owned())
    );
    assert_eq!(owner.delete_match(&one, "\"v2\"").await.status, 204);

    let address = json!({ "kind": "mailing", "line1": "1 Pier Road", "line2": "Suite 2", "city": "Oakland", "region": "CA", "postal_code": "94607", "country": "us" });
    let made = owner.post(&addresses, &address).await;
    assert_eq!(made.at("/country"), "US", "{}", made.body);
    let one = format!("{addresses}/{}", made.at("/id").as_str().unwrap());
    let changed = owner
        .patch(&one, "\"v1\"", &json!({ "line2": null, "city": "Alameda" }))
        .await
        .ok();
    assert_eq!(
        (&changed["line2"], &changed["city"], &changed["region"]),
        (&Value::Null, &json!("Alameda"), &json!("CA"))
    );
    let unfit = owner
        .patch(&one, "\"v2\"", &json!({ "country": "XX" }))
        .await;
    assert_eq!(unfit.at("/errors/0/pointer"), "/country");
    assert_eq!(owner.delete_match(&one, "\"v2\"").await.status, 204);
    assert_eq!(owner.get(&addresses).await.ok()["items"], json!([]));
}
