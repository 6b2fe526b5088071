//! The demo world: made once, told to people and scripts, loud about itself.

use serde_json::{Value, json};

use crate::process::Place;

#[tokio::test]
async fn the_world_is_made_once_and_everybody_in_it_can_do_what_the_story_says() {
    let place = Place::new().await;
    let server = place.serve(&["--demo"]).await;
    let told = place.read("out");
    assert!(told.contains("THIS IS THE DEMO"), "{told}");
    let done = place.run(&["demo", "--json"]);
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let world: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(world["base_url"], place.url(""));
    let people = world["people"].as_array().unwrap();
    assert_eq!(
        people
            .iter()
            .filter(|p| p["role"] == "client_owner")
            .count(),
        40
    );
    assert_eq!(world["accounts"].as_array().unwrap().len(), 48);
    let client = reqwest::Client::new();
    let sign_in = async |role: &str| {
        let person = people
            .iter()
            .find(|p| p["role"] == role)
            .unwrap_or_else(|| panic!("no {role}"));
        let body = json!({ "user_id": person["user_id"], "password": person["password"] });
        let answer = client
            .post(place.url("/api/v1/sessions"))
            .json(&body)
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        (status, answer.json::<Value>().await.unwrap())
    };
    for role in [
        "owner",
        "proxy",
        "user",
        "broker_owner",
        "carrier_owner",
        "surety_owner",
        "exporter_owner",
        "target_owner",
        "lapsing_user",
        "support_agent",
        "support_lead",
        "registrar",
        "auditor",
        "administrator",
        "client_owner",
    ] {
        let (status, body) = sign_in(role).await;
        assert_eq!(
            (status, &body["next_step"]),
            (201, &Value::Null),
            "{role}: {body}"
        );
    }
    for role in [
        "locked_user",
        "locked_proxy",
        "dormant_user",
        "suspended_user",
    ] {
        assert_eq!(sign_in(role).await.0, 401, "{role}");
    }
    let (status, body) = sign_in("newcomer").await;
    assert_eq!(
        (status, &body["next_step"]),
        (201, &json!("choose_challenge_questions"))
    );
    let setup: Value = client
        .get(place.url("/api/v1/setup"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(setup["demo"], true);
    let people: Value = client
        .get(place.url("/api/v1/demo/people"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let people = people["items"].as_array().unwrap();
    assert!(people.len() > 10, "{people:?}");
    for person in people.iter().take(3) {
        let credentials = json!({ "user_id": person["user_id"], "password": person["password"] });
        let answer = client
            .post(place.url("/api/v1/sessions"))
            .json(&credentials)
            .send()
            .await
            .unwrap();
        let session: Value = answer.json().await.unwrap();
        assert_eq!(session["next_step"], Value::Null, "{person}: {session}");
    }
    let mails = crate::process::until("the invitation is in the mailbox", async || {
        let answer = client
            .get(place.url("/api/v1/demo/mails?q=nora.quinn"))
            .send()
            .await
            .unwrap();
        let list: Value = answer.json().await.unwrap();
        (!list["items"].as_array()?.is_empty()).then_some(list)
    })
    .await;
    let link = mails["items"][0]["links"][0].as_str().unwrap();
    assert!(link.starts_with(&place.url("/welcome#token=")), "{link}");
    assert_eq!(server.stop(), Some(0));
    let server = place.serve(&["--demo"]).await;
    let again = place.run(&["demo", "--json"]);
    assert_eq!(again.stdout, done.stdout, "a second start keeps the world");
    drop(server);
}

#[tokio::test]
async fn the_demo_does_not_listen_where_others_could_reach_it() {
    let mut place = Place::new().await;
    let public = format!("0.0.0.0:{}", place.port);
    place.set("QUAYMASTER_SERVER__LISTEN", &public);
    let refused = place.run(&["serve", "--demo"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("demo.allow_public"));
}

#[tokio::test]
async fn outside_the_demo_there_is_no_mailbox_and_no_demo_data_is_served() {
    let mut place = Place::new().await;
    let server = place.serve(&[]).await;
    for what in ["mails", "people"] {
        let answer = reqwest::get(place.url(&format!("/api/v1/demo/{what}")))
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), 404, "{what}");
    }
    assert_eq!(server.stop(), Some(0));
    if place.is_postgres() {
        // Here both would share one database; what is real in it keeps the demo out.
        let made = place.create_administrator("seven grey herons at dawn\n");
        assert!(made.status.success());
        let refused = place.run(&["demo", "load"]);
        assert!(
            !refused.status.success(),
            "a database with real data is no place for the demo"
        );
        return;
    }
    assert!(place.run(&["demo", "load"]).status.success());
    place.set("QUAYMASTER_DATABASE__URL", "sqlite:var/demo/quaymaster.db");
    let refused = place.run(&["serve"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--demo"));
}
