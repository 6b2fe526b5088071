//! Starting, refusing to start, and ending.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use crate::process::{Place, signal};

#[tokio::test]
async fn a_first_start_prints_the_way_to_the_first_administrator_and_keeps_its_keys_to_itself() {
    let place = Place::new().await;
    let server = place.serve(&[]).await;
    let out = place.read("out");
    let link = place.url("/setup#token=");
    let token = out
        .split(&link)
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next())
        .unwrap_or_else(|| panic!("no link in {out}"))
        .to_owned();
    assert!(token.len() >= 22, "{token}");
    assert!(
        !place.read("log").contains(&token),
        "the token is not logged"
    );
    let keys = place.folder.path().join("var/keys.toml");
    let mode = std::fs::metadata(&keys).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let body = serde_json::json!({
        "token": token, "user_id": "ana.lee", "password": "seven grey herons at dawn",
        "given_name": "Ana", "family_name": "Lee", "email": "ana.lee@harbor.example",
    });
    let client = reqwest::Client::new();
    let made = client
        .post(place.url("/api/v1/setup/administrator"))
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(made.status().as_u16(), 201);
    assert_eq!(server.stop(), Some(0));
    let server = place.serve(&[]).await;
    assert!(
        !place.read("out").contains("#token="),
        "no link once there is an administrator"
    );
    let signed_in = client
        .post(place.url("/api/v1/sessions"))
        .json(&serde_json::json!({ "user_id": "ana.lee", "password": "seven grey herons at dawn" }))
        .send()
        .await
        .unwrap();
    assert_eq!(
        signed_in.status().as_u16(),
        201,
        "the keys are those of the first start"
    );
    drop(server);
}

#[tokio::test]
async fn everything_wrong_with_the_configuration_is_said_before_anything_is_made() {
    let mut place = Place::new().await;
    place.set("QUAYMASTER_SERVER__LISTEN", "nowhere");
    place.set("QUAYMASTER_SMTP__PASSWORD", "swordfish-swordfish");
    place.set("QUAYMASTER_POLICY__MAX_FALIURES", "7");
    let done = place.run(&["serve"]);
    assert_eq!(done.status.code(), Some(1));
    let text = String::from_utf8_lossy(&done.stderr);
    assert!(text.contains("server.listen"), "{text}");
    assert!(text.contains("did you mean policy.max_failures?"), "{text}");
    assert!(
        text.contains("smtp.username and smtp.password belong together"),
        "{text}"
    );
    assert!(!text.contains("swordfish"), "{text}");
    assert!(!place.folder.path().join("var").exists());
}

#[tokio::test]
async fn the_contract_needs_neither_configuration_nor_database() {
    let mut place = Place::new().await;
    place.set("QUAYMASTER_SERVER__LISTEN", "nowhere");
    let done = place.run(&["openapi"]);
    assert!(done.status.success());
    let text = String::from_utf8(done.stdout).unwrap();
    assert!(text.ends_with("}\n"));
    assert!(text.contains("\"openapi\": \"3.1.0\""));
    assert!(!place.folder.path().join("var").exists());
}

#[tokio::test]
async fn a_request_that_runs_is_answered_after_sigterm() {
    let place = Place::new().await;
    let server = place.serve(&[]).await;
    let client = reqwest::Client::new();
    // Passwords are hashed one after the other: when the first answer is there, others are under way.
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    for _ in 0..16 {
        let body =
            serde_json::json!({ "user_id": "nobody.here", "password": "no such password here" });
        let request = client
            .post(place.url("/api/v1/sessions"))
            .json(&body)
            .send();
        let tell = tell.clone();
        tokio::spawn(async move { tell.send(request.await) });
    }
    drop(tell);
    let first = told.recv().await.unwrap().unwrap();
    assert!([401, 429, 503].contains(&first.status().as_u16()));
    signal("TERM", server.id());
    let started = Instant::now();
    let mut answered = 0;
    while let Some(request) = told.recv().await {
        if let Ok(answer) = request {
            assert!(
                [401, 429, 503].contains(&answer.status().as_u16()),
                "{}",
                answer.status()
            );
            answered += 1;
        }
    }
    assert!(answered > 0, "requests under way are answered");
    assert_eq!(server.stop(), Some(0));
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn the_pages_the_documentation_and_health_are_served() {
    let place = Place::new().await;
    let server = place.serve(&[]).await;
    let client = reqwest::Client::new();
    let get = async |path: &str| client.get(place.url(path)).send().await.unwrap();
    let docs = get("/docs/").await;
    assert_eq!(docs.status().as_u16(), 200);
    let policy = docs.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(!policy.contains("unsafe"), "{policy}");
    let text = docs.text().await.unwrap();
    assert!(text.contains("Quaymaster API"), "{text}");
    for path in [
        "/docs/swagger-ui-bundle.js",
        "/docs/swagger-ui.css",
        "/docs/portal.js",
        "/docs/portal.css",
        "/api/openapi.json",
        "/healthz",
    ] {
        assert_eq!(get(path).await.status().as_u16(), 200, "{path}");
    }
    for path in [
        "/docs/index.html.map",
        "/docs/..%2f..%2fCargo.toml",
        "/assets/no-such-file.js",
        "/api/v2/anything",
    ] {
        assert_eq!(get(path).await.status().as_u16(), 404, "{path}");
    }
    drop(server);
}

#[tokio::test]
async fn an_administrator_is_made_from_the_command_line_with_a_password_from_standard_input() {
    let place = Place::new().await;
    let refused = place.create_administrator("too short\n");
    assert!(!refused.status.success());
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("15"),
        "the rule is told"
    );
    let made = place.create_administrator("seven grey herons at dawn\n");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let server = place.serve(&[]).await;
    assert!(!place.read("out").contains("#token="));
    drop(server);
}

#[tokio::test]
async fn a_live_sqlite_database_is_copied_into_one_file() {
    let place = Place::new().await;
    if place.is_postgres() {
        let refused = place.run(&["admin", "backup", "copy.db"]);
        assert!(String::from_utf8_lossy(&refused.stderr).contains("pg_dump"));
        return;
    }
    let server = place.serve(&[]).await;
    let done = place.run(&["admin", "backup", "copy.db"]);
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let copy = place.folder.path().join("copy.db");
    let mode = std::fs::metadata(&copy).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let database = sea_orm::Database::connect(format!("sqlite://{}", copy.display()))
        .await
        .unwrap();
    let kept = crate::process::text_of(&database, "SELECT title FROM terms_versions").await;
    assert!(kept.is_some());
    let again = place.run(&["admin", "backup", "copy.db"]);
    assert!(!again.status.success(), "nothing is overwritten");
    drop(server);
}
