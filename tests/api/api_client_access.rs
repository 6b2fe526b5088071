//! What an API client may do with its token: what its scopes name, in its account, within its limits, and nothing that is for
//! people. The audit trail names it.

use quaymaster_tests::{Company, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::oauth::{make, program};

const ALL: [&str; 7] = [
    "structure:read",
    "identifiers:write",
    "records:read",
    "records:import",
    "users:read",
    "events:read",
    "audit:read",
];

fn of(company: &Company, rest: &str) -> String {
    format!("/accounts/{}{rest}", company.account)
}

#[tokio::test]
async fn each_scope_opens_its_operations_and_no_other() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let reads: [(&str, Vec<String>); 6] = [
        (
            "structure:read",
            vec![
                "/accounts".to_owned(),
                of(&acme, ""),
                of(&acme, "/contacts"),
                of(&acme, "/addresses"),
                of(&acme, "/business-activities"),
                of(&acme, "/sub-accounts"),
                of(&acme, &format!("/sub-accounts/{}", acme.sub_account)),
            ],
        ),
        ("records:read", vec!["/entry-summaries".to_owned()]),
        ("records:import", vec![of(&acme, "/record-imports")]),
        ("users:read", vec![of(&acme, "/users")]),
        ("events:read", vec![of(&acme, "/events")]),
        ("audit:read", vec![of(&acme, "/audit-events")]),
    ];
    for (scope, _) in &reads {
        let body = json!({ "name": format!("Only {scope}"), "scopes": [scope] });
        let program = program(&app, &make(&owner, &acme, body).await).await;
        for (needed, paths) in &reads {
            for path in paths {
                let answer = program.get(path).await;
                if needed == scope {
                    assert_eq!(answer.status, 200, "{scope} {path}: {}", answer.body);
                } else {
                    assert_eq!(answer.code(), "scope-not-granted", "{scope} {path}");
                    assert!(answer.body.contains(needed), "{}", answer.body);
                }
            }
        }
    }
}

/// Every operation that is not open to programs says so, whatever it is called with; every other one knows the client.
#[tokio::test]
async fn with_every_scope_a_program_still_does_nothing_that_is_for_people() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let client = make(&owner, &acme, json!({ "scopes": ALL })).await;
    let program = program(&app, &client).await;
    let contract = serde_json::to_value(quaymaster_api::openapi()).unwrap();
    let mut closed = 0;
    for (path, item) in contract["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let security = operation["security"].as_array().unwrap();
            let open = security.iter().any(|way| way.get("api_client").is_some());
            if security.is_empty() || open {
                continue;
            }
            let below = path.strip_prefix("/api/v1").unwrap();
            let below = below.replace("/accounts/{id}", &of(&acme, ""));
            let path: String = below
                .split('/')
                .map(|part| {
                    if part.starts_with('{') {
                        acme.sub_account.to_string()
                    } else {
                        part.to_owned()
                    }
                })
                .collect::<Vec<_>>()
                .join("/");
            let method: Method = method.to_uppercase().parse().unwrap();
            let answer = program.send(method.clone(), &path, None, Vec::new()).await;
            assert_eq!(
                answer.outcome(),
                (403, "scope-not-granted".to_owned()),
                "{method} {path}: {}",
                answer.body
            );
            closed += 1;
        }
    }
    assert!(closed > 200, "{closed}");
}

#[tokio::test]
async fn a_program_stays_in_its_account_and_within_its_limits() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let owner = app.sign_in("acme.owner").await;
    let second = owner
        .post(
            &of(&acme, "/sub-accounts"),
            &json!({ "name": "Second", "activity": "importer" }),
        )
        .await;
    assert_eq!(second.status, 201, "{}", second.body);
    let second = second.json()["id"].as_str().unwrap().to_owned();
    let free = make(&owner, &acme, json!({ "name": "Free" })).await;
    let free = program(&app, &free).await;
    let limited =
        json!({ "name": "Limited", "scopes": ["structure:read"], "sub_account_ids": [second] });
    let limited = program(&app, &make(&owner, &acme, limited).await).await;
    for program in [&free, &limited] {
        for path in ["", "/sub-accounts", "/contacts"] {
            assert_eq!(program.get(&of(&other, path)).await.status, 404, "{path}");
        }
        let accounts = program.get("/accounts").await.ok();
        assert_eq!(accounts["items"].as_array().unwrap().len(), 1, "{accounts}");
    }
    let seen = |answer: Value| -> usize { answer["items"].as_array().unwrap().len() };
    assert_eq!(seen(free.get(&of(&acme, "/sub-accounts")).await.ok()), 2);
    assert_eq!(seen(limited.get(&of(&acme, "/sub-accounts")).await.ok()), 1);
    let first = of(&acme, &format!("/sub-accounts/{}", acme.sub_account));
    assert_eq!(free.get(&first).await.status, 200);
    assert_eq!(limited.get(&first).await.status, 404);
}

#[tokio::test]
async fn the_audit_trail_names_the_program() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    app.world()
        .register(acme.party, "importer_number", "28-7777777AA")
        .await;
    let owner = app.sign_in("acme.owner").await;
    let client = make(
        &owner,
        &acme,
        json!({ "name": "Number keeper", "scopes": ALL }),
    )
    .await;
    let program = program(&app, &client).await;
    let added = program
        .post(
            &of(
                &acme,
                &format!("/sub-accounts/{}/identifiers", acme.sub_account),
            ),
            &json!({ "kind": "importer_number", "value": "28-7777777AA" }),
        )
        .await;
    assert_eq!(added.status, 201, "{}", added.body);
    let trail = owner
        .get(&of(&acme, "/audit-events?action=identifier.change"))
        .await
        .ok();
    let row = &trail["items"][0];
    assert_eq!(row["actor_kind"], "client", "{row}");
    assert_eq!(row["actor"]["name"], "Number keeper");
    assert_eq!(row["actor"]["id"], client.id);
    assert_eq!(row["permit"], "API client of the account");
    assert!(!trail.to_string().contains(&client.secret));
}

#[tokio::test]
async fn a_token_of_a_program_is_no_session_and_the_other_way_round() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let client = make(&owner, &acme, json!({})).await;
    let program = program(&app, &client).await;
    for path in ["/me", "/sessions", "/me/needs", "/me/memberships"] {
        assert_eq!(
            program.get(path).await.code(),
            "scope-not-granted",
            "{path}"
        );
    }
    for path in ["/sessions/current", "/sessions/refresh"] {
        let answer = program.delete(path).await;
        assert!(answer.status >= 400, "{path}");
    }
    let token = program.token.clone().unwrap();
    assert_eq!(app.services.tokens.read(&token, app.services.now()), None);
    let own = owner.token.clone().unwrap();
    assert!(
        app.services
            .tokens
            .read_client(&own, app.services.now())
            .is_none()
    );
}
