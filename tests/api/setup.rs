//! The first administrator: one token, used once, and never beside an administrator.

use quaymaster_domain::members::StaffRole;
use quaymaster_service::setup;
use quaymaster_tests::TestApp;
use serde_json::{Value, json};

fn first(token: &str) -> Value {
    json!({
        "token": token,
        "user_id": "ana.lee",
        "password": "seven grey herons at dawn",
        "given_name": "Ana",
        "family_name": "Lee",
        "email": "ana.lee@harbor.example",
    })
}

#[tokio::test]
async fn the_token_makes_one_administrator_and_stops_working() {
    let app = TestApp::start().await;
    let state = app.anon().get("/setup").await.ok();
    assert_eq!(state["needs_first_administrator"], true);
    assert_eq!(state["demo"], false);
    assert_eq!(state["base_url"], "http://localhost:8080");

    let token = setup::prepare(&app.services).await.unwrap().unwrap();
    assert_eq!(
        setup::link(&app.services, &token),
        format!("http://localhost:8080/setup#token={token}")
    );
    let made = app
        .anon()
        .post("/setup/administrator", &first(&token))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.json(), json!({ "user_id": "ana.lee" }));
    assert_eq!(
        app.anon()
            .get("/setup")
            .await
            .at("/needs_first_administrator"),
        false
    );

    let again = app
        .anon()
        .post("/setup/administrator", &first(&token))
        .await;
    assert_eq!(again.outcome(), (409, "setup-done".to_owned()));
    assert_eq!(setup::prepare(&app.services).await.unwrap(), None);

    let mut ana = app.anon();
    let signed_in = ana.sign_in("Ana.Lee", "seven grey herons at dawn").await;
    assert_eq!(signed_in.status, 201, "{}", signed_in.body);
    assert_eq!(signed_in.at("/next_step"), "choose_challenge_questions");
    let closed = ana.get("/staff").await;
    assert!(matches!(closed.status, 404 | 423), "{}", closed.body);
}

#[tokio::test]
async fn wrong_old_and_missing_tokens_are_refused_alike() {
    let app = TestApp::start().await;
    let refused = (409, "link-not-valid".to_owned());
    let none = app.anon().post("/setup/administrator", &first("x")).await;
    assert_eq!(none.outcome(), refused);
    let old = setup::prepare(&app.services).await.unwrap().unwrap();
    let new = setup::prepare(&app.services).await.unwrap().unwrap();
    assert_ne!(old, new);
    for token in [old.as_str(), "", "guess"] {
        let answer = app.anon().post("/setup/administrator", &first(token)).await;
        assert_eq!(answer.outcome(), refused, "{token:?}");
    }
    app.anon()
        .post("/setup/administrator", &first(&new))
        .await
        .ok();
}

#[tokio::test]
async fn an_administrator_closes_the_set_up() {
    let app = TestApp::start().await;
    let token = setup::prepare(&app.services).await.unwrap().unwrap();
    app.world()
        .person("the.admin", Some(StaffRole::Administrator))
        .await;
    let answer = app
        .anon()
        .post("/setup/administrator", &first(&token))
        .await;
    assert_eq!(answer.outcome(), (409, "setup-done".to_owned()));
}

#[tokio::test]
async fn twenty_at_once_make_one_administrator() {
    let app = TestApp::start().await;
    let token = setup::prepare(&app.services).await.unwrap().unwrap();
    let tries = (0..20).map(|n| {
        let mut body = first(&token);
        body["user_id"] = json!(format!("ana.lee{n}"));
        body["email"] = json!(format!("ana{n}@harbor.example"));
        let caller = app.anon();
        async move { caller.post("/setup/administrator", &body).await.status }
    });
    let mut outcomes = futures_util::future::join_all(tries).await;
    outcomes.sort_unstable();
    assert_eq!(outcomes[0], 201);
    assert!(outcomes[1..].iter().all(|s| *s == 409), "{outcomes:?}");
}

#[tokio::test]
async fn the_password_is_judged_and_nothing_is_stored_by_half() {
    let app = TestApp::start().await;
    let token = setup::prepare(&app.services).await.unwrap().unwrap();
    for (password, code) in [
        ("short", "password-too-short"),
        ("ana.lee and the seven seas", "password-contains-context"),
    ] {
        let mut body = first(&token);
        body["password"] = json!(password);
        let answer = app.anon().post("/setup/administrator", &body).await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), "/password");
        assert_eq!(answer.at("/errors/0/code"), code);
    }
    app.anon()
        .post("/setup/administrator", &first(&token))
        .await
        .ok();
}

#[tokio::test]
async fn the_command_line_makes_further_administrators() {
    use quaymaster_domain::people::{EmailAddress, PersonName, UserName};
    let app = TestApp::start().await;
    let new = setup::NewAdministrator {
        user_name: UserName::parse("bo.chen").unwrap(),
        password: "seven grey herons at dawn".to_owned(),
        given_name: PersonName::parse("Bo").unwrap(),
        family_name: PersonName::parse("Chen").unwrap(),
        email: EmailAddress::parse("bo@harbor.example").unwrap(),
    };
    setup::create_administrator(&app.services, new.clone())
        .await
        .unwrap();
    let twice = setup::create_administrator(&app.services, new).await;
    assert!(
        matches!(
            twice,
            Err(setup::SetupError::UserNameTaken | setup::SetupError::EmailTaken)
        ),
        "{twice:?}"
    );
    assert_eq!(
        app.anon()
            .get("/setup")
            .await
            .at("/needs_first_administrator"),
        false
    );
}
