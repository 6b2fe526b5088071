//! Merges of two accounts of one company: everything moves once, nobody gains or loses more than the preview says, and the emptied
//! account stays readable.

use quaymaster_domain::members::MemberRole;
use quaymaster_tests::{Answer, Caller, TestApp};
use serde_json::{Value, json};

use crate::transfers::{Pair, activity, identifier, items, pair, structure, sub_account};

async fn preview(p: &Pair, become_what: &str) -> Value {
    p.other
        .get(&format!(
            "/accounts/{}/merges/preview?other_account_id={}&keep=other&managers_become={become_what}",
            p.second, p.acme.account
        ))
        .await
        .ok()
}

/// Ben proposes that the second account goes into the first.
async fn propose(p: &Pair, become_what: &str) -> Answer {
    let version = preview(p, become_what).await["version"].clone();
    p.other
        .post(
            &format!("/accounts/{}/merges", p.second),
            &json!({ "other_account_id": p.acme.account, "keep": "other", "managers_become": become_what, "reason": "One is enough", "preview_version": version }),
        )
        .await
}

async fn accept(p: &Pair, caller: &Caller, made: &Value) -> Answer {
    caller
        .post(
            &format!(
                "/accounts/{}/merges/{}/acceptance",
                p.acme.account,
                made["id"].as_str().unwrap()
            ),
            &json!({ "preview_version": made["preview_version"] }),
        )
        .await
}

#[tokio::test]
async fn two_accounts_become_one() {
    let app = TestApp::start().await;
    let p = pair(&app).await;
    let sub = p.second_sub.to_string();
    identifier(&p.other, p.second, &sub, "ein", "28-1111119")
        .await
        .ok();
    // Somebody of both with different roles, and somebody who has not joined yet.
    app.world()
        .member(p.second, &p.acme.user, MemberRole::Proxy)
        .await;
    let own = app.world().person("second.user", None).await;
    app.world().member(p.second, &own, MemberRole::User).await;
    app.world()
        .execute(
            "INSERT INTO membership_access (account_id, user_id, sub_account_id, structure, records, reports) VALUES (?, ?, ?, 'write', 'read', 'none')",
            vec![p.second.0.into(), own.id.0.into(), p.second_sub.0.into()],
        )
        .await;
    p.other
        .post(
            &format!("/accounts/{}/invitations", p.second),
            &json!({ "email": "late@example.com", "given_name": "Lou", "family_name": "Late", "role": "user", "access": [], "port_codes": [] }),
        )
        .await
        .ok();
    let late = app.token_for("late@example.com").await;
    p.other
        .post(
            &format!("/accounts/{}/contacts", p.second),
            &json!({ "kind": "officer", "name": "Olga Officer", "title": null, "email": "olga@example.com", "phone": null }),
        )
        .await
        .ok();

    let shown = preview(&p, "user").await;
    assert_eq!(shown["into"]["id"], json!(p.acme.account));
    assert_eq!(shown["sub_accounts"][0]["new_name"], "First (2)");
    assert_eq!(shown["contact_count"], 1);
    assert_eq!(shown["ending_invitations"], json!(["late@example.com"]));
    let kinds: Vec<_> = shown["collisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["kind"].as_str().unwrap().to_owned())
        .collect();
    for kind in ["sub_account_name", "role", "invitation"] {
        assert!(kinds.iter().any(|k| k == kind), "{kind}: {kinds:?}");
    }

    let made = propose(&p, "user").await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(
        app.mails_to(&p.acme.owner.email)
            .await
            .pop()
            .unwrap()
            .template,
        "structure_change_proposed"
    );
    // The proposer does not consent for the other side.
    let alone = p
        .other
        .post(
            &format!(
                "/accounts/{}/merges/{}/acceptance",
                p.second,
                made.at("/id").as_str().unwrap()
            ),
            &json!({ "preview_version": made.at("/preview_version") }),
        )
        .await;
    assert_eq!(alone.outcome(), (403, "forbidden".to_owned()));
    let done = accept(&p, &p.owner, &made.json()).await;
    assert_eq!(done.status, 200, "{}", done.body);

    assert_eq!(
        structure(&p.owner, p.acme.account).await,
        [
            ("First".to_owned(), vec![]),
            ("First (2)".to_owned(), vec!["28-1111119".to_owned()]),
        ]
    );
    let people = p
        .owner
        .get(&format!("/accounts/{}/users?limit=200", p.acme.account))
        .await
        .ok();
    let mut roles: Vec<_> = items(&people)
        .iter()
        .map(|u| {
            (
                u["user_id"].as_str().unwrap_or_default().to_owned(),
                u["role"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    roles.sort();
    let expected = [
        ("acme.owner", "owner"),
        ("acme.proxy", "proxy"),
        ("acme.user", "user"),
        ("ben.second", "user"),
        ("second.user", "user"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(u, r)| ((*u).to_owned(), (*r).to_owned()))
        .collect();
    assert_eq!(roles, expected);
    // Whoever managed what moved still has every right in it, and nothing beyond.
    for (name, seen) in [("ben.second", 1), ("acme.user", 1), ("second.user", 1)] {
        let caller = app.sign_in(name).await;
        assert_eq!(
            structure(&caller, p.acme.account).await.len(),
            seen,
            "{name}"
        );
    }
    let contacts = p
        .owner
        .get(&format!("/accounts/{}/contacts", p.acme.account))
        .await
        .ok();
    assert_eq!(items(&contacts)[0]["name"], "Olga Officer");
    let link = app
        .anon()
        .post("/invitations/previews", &json!({ "token": late }))
        .await;
    assert_eq!(link.outcome(), (409, "link-not-valid".to_owned()));
    for action in ["merge.propose", "merge.accept"] {
        let trail = p
            .owner
            .get(&format!(
                "/accounts/{}/audit-events?action={action}",
                p.acme.account
            ))
            .await
            .ok();
        assert_eq!(items(&trail).len(), 1, "{action}");
    }
}

#[tokio::test]
async fn the_emptied_account_stays_for_reading_and_follows_the_survivors_owner() {
    let app = TestApp::start().await;
    let p = pair(&app).await;
    let made = propose(&p, "proxy").await.ok();
    accept(&p, &p.owner, &made).await.ok();
    let path = format!("/accounts/{}", p.second);
    let account = p.owner.get(&path).await.ok();
    assert_eq!(account["state"], "closed");
    assert_eq!(
        account["merged_into"]["account_number"],
        p.acme.account_number
    );
    assert_eq!(account["user_count"], 1);
    // The portal opens with the first, which is one in use.
    let me = p.owner.get("/me").await.ok();
    let places: Vec<_> = me["memberships"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["account_id"].clone())
        .collect();
    assert_eq!(places, [json!(p.acme.account), json!(p.second)]);
    let trail = p.owner.get(&format!("{path}/audit-events")).await.ok();
    assert!(
        items(&trail).iter().any(|e| e["action"] == "merge.propose"),
        "{trail}"
    );
    // Its former owner is a proxy of the survivor now and no longer sees it.
    assert_eq!(p.other.get(&path).await.status, 404);

    // Whatever would change it is refused in words that name the survivor.
    let sibling = app.world().person("third.owner", None).await;
    let (third, _, _) = app
        .world()
        .account_with(p.acme.company, "Third", &sibling, "driver_crew")
        .await;
    for (at, body) in [
        (
            "contacts",
            json!({ "kind": "billing", "name": "Bo Cole", "title": null, "email": null, "phone": null }),
        ),
        ("business-activities", json!({ "activity": "exporter" })),
        (
            "invitations",
            json!({ "email": "x@example.com", "given_name": "X", "family_name": "Y", "role": "user", "access": [], "port_codes": [] }),
        ),
    ] {
        let refused = p.owner.post(&format!("{path}/{at}"), &body).await;
        assert_eq!(
            refused.outcome(),
            (409, "account-closed".to_owned()),
            "{at}"
        );
        let words = refused.at("/detail");
        assert!(
            words.as_str().unwrap().contains(&p.acme.account_number),
            "{words}"
        );
    }
    let renamed = p
        .owner
        .patch(&path, "\"v2\"", &json!({ "name": "Again" }))
        .await;
    assert_eq!(renamed.code(), "account-closed");
    let target = app
        .sign_in("third.owner")
        .await
        .get(&format!(
            "/accounts/{third}/merges/preview?other_account_id={}&keep=this",
            p.second
        ))
        .await;
    assert_eq!(target.at("/errors/0/pointer"), "?other_account_id");

    // The next owner of the survivor reads it, the former does not.
    p.owner
        .post(
            &format!("/accounts/{}/owner-successions", p.acme.account),
            &json!({ "successor_user_id": p.acme.proxy.id, "former_owner_role": "user", "reason": "Retires" }),
        )
        .await
        .ok();
    let next = app.sign_in("acme.proxy").await;
    let trail = next.get(&format!("{path}/audit-events")).await.ok();
    assert!(!items(&trail).is_empty());
    assert_eq!(p.owner.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_merge_ends_what_else_was_on_its_way() {
    let app = TestApp::start().await;
    let p = pair(&app).await;
    activity(&p.other, p.second, "exporter").await;
    let query = format!("activity=exporter&to_account_id={}", p.acme.account);
    let path = format!("/accounts/{}/transfers", p.second);
    let version = p
        .other
        .get(&format!("{path}/preview?{query}"))
        .await
        .at("/version");
    let transfer = p
        .other
        .post(
            &path,
            &json!({ "activity": "exporter", "to_account_id": p.acme.account, "shared_identifiers": null, "reason": "Moves", "preview_version": version }),
        )
        .await
        .ok();
    let shown = preview(&p, "proxy").await;
    assert_eq!(shown["ending_changes"].as_array().unwrap().len(), 1);
    let made = propose(&p, "proxy").await.ok();
    accept(&p, &p.owner, &made).await.ok();
    let gone = p
        .owner
        .get(&format!(
            "/accounts/{}/transfers/{}",
            p.acme.account,
            transfer["id"].as_str().unwrap()
        ))
        .await
        .ok();
    assert_eq!(gone["state"], "superseded");
}

/// Both owners accept opposite merges in the same instant, a hundred times each: one account survives, with everything once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_opposite_merges_at_once_one_happens() {
    let app = TestApp::start().await;
    let p = pair(&app).await;
    sub_account(&p.owner, p.acme.account, "Inland", "importer").await;
    let first = propose(&p, "proxy").await.ok();
    let path = format!("/accounts/{}/merges", p.acme.account);
    let query = format!(
        "other_account_id={}&keep=other&managers_become=proxy",
        p.second
    );
    let version = p
        .owner
        .get(&format!("{path}/preview?{query}"))
        .await
        .at("/version");
    let second = p
        .owner
        .post(
            &path,
            &json!({ "other_account_id": p.second, "keep": "other", "managers_become": "proxy", "reason": "The other way", "preview_version": version }),
        )
        .await
        .ok();
    let theirs = |_| {
        let body = json!({ "preview_version": second["preview_version"] });
        let path = format!(
            "/accounts/{}/merges/{}/acceptance",
            p.second,
            second["id"].as_str().unwrap()
        );
        let caller = p.other.clone();
        async move { caller.post(&path, &body).await }
    };
    let (a, b) = futures_util::future::join(
        futures_util::future::join_all((0..100).map(|_| accept(&p, &p.owner, &first))),
        futures_util::future::join_all((0..100).map(theirs)),
    )
    .await;
    let won = a.iter().chain(&b).filter(|x| x.status == 200).count();
    assert_eq!(won, 1);
    assert!(
        a.iter()
            .chain(&b)
            .all(|x| x.status < 500 || x.status == 503)
    );
    let (survivor, owner) = if a.iter().any(|x| x.status == 200) {
        (p.acme.account, &p.owner)
    } else {
        (p.second, &p.other)
    };
    assert_eq!(structure(owner, survivor).await.len(), 3);
}
