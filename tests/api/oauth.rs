//! Tokens of API clients over HTTP: the three ways of proving who a client is, what is refused and in which words, and how soon
//! a token stops.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::Duration;
use ed25519_dalek::{Signer, SigningKey};
use quaymaster_service::Settings;
use quaymaster_tests::{Answer, Caller, Company, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";
const KEY: [u8; 32] = [42; 32];

/// A client of `acme` with its secret.
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) path: String,
}

pub(crate) async fn make(owner: &Caller, company: &Company, body: Value) -> Made {
    let path = format!("/accounts/{}/api-clients", company.account);
    let mut whole = json!({ "name": "ERP", "contact_email": "erp@example.com", "scopes": ["structure:read", "users:read"] });
    for (field, value) in body.as_object().unwrap() {
        whole[field] = value.clone();
    }
    let answer = owner.post(&path, &whole).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let made = answer.json();
    let id = made["client"]["id"].as_str().unwrap().to_owned();
    Made {
        path: format!("{path}/{id}"),
        secret: made["secret"]["secret"].as_str().unwrap().to_owned(),
        id,
    }
}

pub(crate) async fn form(app: &TestApp, fields: &[(&str, &str)]) -> Answer {
    let body: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", value.replace('+', "%2B").replace(' ', "+")))
        .collect();
    let caller = app.anon();
    let body = body.join("&").into_bytes();
    caller
        .send(Method::POST, "/oauth/token", Some(FORM), body)
        .await
}

pub(crate) async fn by_secret(app: &TestApp, client: &Made, secret: &str) -> Answer {
    form(
        app,
        &[
            ("grant_type", "client_credentials"),
            ("client_id", &client.id),
            ("client_secret", secret),
        ],
    )
    .await
}

/// A program with a token.
pub(crate) async fn program(app: &TestApp, client: &Made) -> Caller {
    let answer = by_secret(app, client, &client.secret).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut caller = app.anon();
    caller.token = answer.json()["access_token"].as_str().map(str::to_owned);
    caller
}

fn error(answer: &Answer) -> (u16, String) {
    let word = answer.at("/error");
    (answer.status, word.as_str().unwrap_or_default().to_owned())
}

fn refused(status: u16, word: &str) -> (u16, String) {
    (status, word.to_owned())
}

#[tokio::test]
async fn a_client_gets_a_token_by_each_way_and_uses_it() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let client = make(&owner, &acme, json!({ "public_keys": keys() })).await;

    let post = by_secret(&app, &client, &client.secret).await;
    let basic = STANDARD.encode(format!("{}:{}", client.id, client.secret));
    let basic = app
        .anon()
        .with_header("authorization", &format!("Basic {basic}"))
        .send(
            Method::POST,
            "/oauth/token",
            Some(FORM),
            b"grant_type=client_credentials".to_vec(),
        )
        .await;
    let signed = by_assertion(&app, &assertion(&app, &client, &json!({}))).await;
    for answer in [post, basic, signed] {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.header("cache-control"), "no-store");
        let token = answer.json();
        assert_eq!(token["token_type"], "Bearer");
        assert_eq!(token["expires_in"], 600);
        assert_eq!(token["scope"], "structure:read users:read");
        let mut caller = app.anon();
        caller.token = token["access_token"].as_str().map(str::to_owned);
        let seen = caller
            .get(&format!("/accounts/{}/users", acme.account))
            .await;
        assert_eq!(seen.status, 200, "{}", seen.body);
    }
    let seen = owner.get(&client.path).await.ok();
    assert!(seen["last_used_at"].is_string() && seen["last_used_network"].is_string());
    assert!(seen["secrets"][0]["last_used_at"].is_string());
}

#[tokio::test]
async fn the_last_use_is_kept_to_within_a_minute() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let client = make(&owner, &acme, json!({})).await;
    let mut seen = Vec::new();
    for seconds in [0, 59, 1] {
        app.clock.advance(Duration::seconds(seconds));
        assert_eq!(by_secret(&app, &client, &client.secret).await.status, 200);
        let kept = owner.get(&client.path).await.ok();
        assert_eq!(kept["last_used_at"], kept["secrets"][0]["last_used_at"]);
        seen.push(kept["last_used_at"].clone());
    }
    assert!(seen[0].is_string());
    assert_eq!(seen[0], seen[1]);
    assert_ne!(seen[1], seen[2]);
}

#[tokio::test]
async fn a_token_carries_what_was_asked_for_and_ends_after_ten_minutes() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let client = make(&owner, &acme, json!({})).await;
    let asked = |scope| {
        [
            ("grant_type", "client_credentials"),
            ("client_id", client.id.as_str()),
            ("client_secret", client.secret.as_str()),
            ("scope", scope),
        ]
    };
    let less = form(&app, &asked("structure:read")).await.ok();
    assert_eq!(less["scope"], "structure:read");
    let mut caller = app.anon();
    caller.token = less["access_token"].as_str().map(str::to_owned);
    let users = format!("/accounts/{}/users", acme.account);
    let refusal = caller.get(&users).await;
    assert_eq!(refusal.outcome(), refused(403, "scope-not-granted"));
    assert!(refusal.body.contains("users:read"), "{}", refusal.body);
    for scope in ["records:read", "structure:read everything", "owner"] {
        let answer = form(&app, &asked(scope)).await;
        assert_eq!(error(&answer), refused(400, "invalid_scope"));
    }
    let account = format!("/accounts/{}", acme.account);
    app.clock.advance(Duration::seconds(599));
    assert_eq!(caller.get(&account).await.status, 200);
    app.clock.advance(Duration::seconds(1));
    assert_eq!(
        caller.get(&account).await.outcome(),
        refused(401, "not-signed-in")
    );
}

#[tokio::test]
async fn whoever_does_not_prove_itself_gets_one_answer() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let client = make(&owner, &acme, json!({})).await;
    let ended = make(&owner, &acme, json!({ "name": "Ended" })).await;
    let other = make(&owner, &acme, json!({ "name": "Other" })).await;
    owner.delete_match(&ended.path, "\"v1\"").await;
    let unknown = Made {
        id: "019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11".to_owned(),
        secret: client.secret.clone(),
        path: String::new(),
    };
    let nonsense = Made {
        id: "nobody".to_owned(),
        secret: client.secret.clone(),
        path: String::new(),
    };
    let mut seen = Vec::new();
    for (who, secret) in [
        (&client, "wrong"),
        (&client, ""),
        (&client, other.secret.as_str()),
        (&ended, ended.secret.as_str()),
        (&unknown, unknown.secret.as_str()),
        (&nonsense, nonsense.secret.as_str()),
    ] {
        let answer = by_secret(&app, who, secret).await;
        assert_eq!(error(&answer), refused(401, "invalid_client"));
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        assert!(!answer.body.contains(&client.secret));
        seen.push(answer.body);
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[tokio::test]
async fn unfit_requests_are_answered_in_the_words_of_the_standard() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let client = make(&owner, &acme, json!({})).await;
    let (id, secret) = (client.id.as_str(), client.secret.as_str());
    let grant = ("grant_type", "client_credentials");
    for (fields, expected) in [
        (vec![], "invalid_request"),
        (vec![("grant_type", "password")], "unsupported_grant_type"),
        (vec![grant, grant], "invalid_request"),
        (vec![grant], "invalid_client"),
        (vec![grant, ("client_id", id)], "invalid_client"),
        (
            vec![
                grant,
                ("client_secret", secret),
                ("client_id", id),
                ("client_assertion", "x"),
            ],
            "invalid_request",
        ),
        (vec![grant, ("client_assertion", "x")], "invalid_request"),
    ] {
        let answer = form(&app, &fields).await;
        assert_eq!(answer.at("/error"), expected, "{fields:?} {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/json");
    }
    let json = app
        .anon()
        .post(
            "/oauth/token",
            &json!({ "grant_type": "client_credentials" }),
        )
        .await;
    assert_eq!(json.outcome(), refused(415, "unsupported-media-type"));
    for value in ["Basic", "Basic !!!", "Bearer abc", "Basic bm9jb2xvbg=="] {
        let answer = app
            .anon()
            .with_header("authorization", value)
            .send(
                Method::POST,
                "/oauth/token",
                Some(FORM),
                b"grant_type=client_credentials".to_vec(),
            )
            .await;
        assert_eq!(error(&answer), refused(401, "invalid_client"), "{value}");
        assert!(answer.header("www-authenticate").starts_with("Basic"));
    }
}

#[tokio::test]
async fn an_expired_waiting_or_misplaced_client_is_told_why() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let soon = app.services.now() + Duration::minutes(5);
    let expiring = make(&owner, &acme, json!({ "expires_at": soon })).await;
    let caller = program(&app, &expiring).await;
    app.clock.advance(Duration::minutes(5));
    let answer = by_secret(&app, &expiring, &expiring.secret).await;
    assert_eq!(error(&answer), refused(400, "unauthorized_client"));
    assert!(answer.body.contains("expired"), "{}", answer.body);
    let account = format!("/accounts/{}", acme.account);
    assert_eq!(caller.get(&account).await.status, 401, "its token too");
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;

    let wanted = json!({ "name": "Waits", "scopes": ["identifiers:write"] });
    let waiting = make(&proxy, &acme, wanted).await;
    let answer = by_secret(&app, &waiting, &waiting.secret).await;
    assert_eq!(error(&answer), refused(400, "unauthorized_client"));
    assert!(answer.body.contains("approval"), "{}", answer.body);

    let elsewhere = json!({ "name": "Elsewhere", "networks": ["203.0.113.0/24"] });
    let elsewhere = make(&owner, &acme, elsewhere).await;
    let answer = by_secret(&app, &elsewhere, &elsewhere.secret).await;
    assert_eq!(error(&answer), refused(400, "unauthorized_client"));
    assert!(answer.body.contains("network"), "{}", answer.body);

    let here = json!({ "name": "Here", "networks": ["127.0.0.0/8", "::1"] });
    let here = make(&owner, &acme, here).await;
    let caller = program(&app, &here).await;
    assert_eq!(caller.get(&account).await.status, 200);
    let moved = json!({ "networks": ["203.0.113.0/24"] });
    owner.patch(&here.path, "\"v1\"", &moved).await.ok();
    let answer = caller.get(&account).await;
    assert_eq!(answer.outcome(), refused(403, "network-not-allowed"));
}

#[tokio::test]
async fn ending_a_client_or_taking_its_secret_stops_its_tokens_at_once() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let client = make(&owner, &acme, json!({})).await;
    let account = format!("/accounts/{}", acme.account);
    let first = program(&app, &client).await;
    let made = owner.post_empty(&format!("{}/secrets", client.path)).await;
    let second = made.json()["secret"].as_str().unwrap().to_owned();
    let rotated = Made {
        id: client.id.clone(),
        secret: second,
        path: client.path.clone(),
    };
    let successor = program(&app, &rotated).await;
    assert_eq!(first.get(&account).await.status, 200);
    let secrets = owner.get(&client.path).await.ok()["secrets"].clone();
    let old = secrets[0]["id"].as_str().unwrap();
    owner
        .delete(&format!("{}/secrets/{old}", client.path))
        .await;
    assert_eq!(first.get(&account).await.status, 401);
    let answer = by_secret(&app, &client, &client.secret).await;
    assert_eq!(error(&answer), refused(401, "invalid_client"));
    assert_eq!(successor.get(&account).await.status, 200);

    let narrower = json!({ "scopes": ["users:read"] });
    owner.patch(&client.path, "\"v1\"", &narrower).await.ok();
    let answer = successor.get(&account).await;
    assert_eq!(answer.outcome(), refused(403, "scope-not-granted"));
    owner.delete_match(&client.path, "\"v2\"").await;
    assert_eq!(successor.get(&account).await.status, 401);
}

fn keys() -> Value {
    let x = URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(&KEY).verifying_key().to_bytes());
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "one", "x": x }] })
}

/// Claims that are right, with some changed; `null` takes one away.
pub(crate) fn claims(app: &TestApp, client: &Made, changed: &Value) -> Value {
    let now = app.services.now().timestamp();
    let mut all = json!({
        "iss": client.id, "sub": client.id, "aud": app.services.settings.base_url,
        "jti": app.services.id::<uuid::Uuid>(), "iat": now, "exp": now + 120,
    });
    for (name, value) in changed.as_object().unwrap() {
        if value.is_null() {
            all.as_object_mut().unwrap().remove(name);
        } else {
            all[name] = value.clone();
        }
    }
    all
}

fn signed(header: &Value, claims: &Value, key: &[u8; 32]) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    let signature = SigningKey::from_bytes(key).sign(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

fn assertion(app: &TestApp, client: &Made, changed: &Value) -> String {
    let header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": "one" });
    signed(&header, &claims(app, client, changed), &KEY)
}

pub(crate) async fn by_assertion(app: &TestApp, assertion: &str) -> Answer {
    form(
        app,
        &[
            ("grant_type", "client_credentials"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", assertion),
        ],
    )
    .await
}

#[tokio::test]
async fn an_assertion_is_used_once_also_by_many_at_once() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let client = make(&owner, &acme, json!({ "public_keys": keys() })).await;
    let once = assertion(&app, &client, &json!({}));
    let tries = futures_util::future::join_all((0..8).map(|_| by_assertion(&app, &once))).await;
    let won = tries.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(won, 1);
    for answer in tries.iter().filter(|answer| answer.status != 200) {
        assert_eq!(error(answer), refused(401, "invalid_client"));
    }
    // It is remembered for as long as it would be taken.
    for _ in 0..3 {
        app.clock.advance(Duration::seconds(59));
        quaymaster_service::housekeeping::tidy(&app.services)
            .await
            .unwrap();
        assert_eq!(by_assertion(&app, &once).await.status, 401);
    }
    app.clock.advance(Duration::seconds(10));
    quaymaster_service::housekeeping::tidy(&app.services)
        .await
        .unwrap();
    let kept = app
        .database
        .number("SELECT COUNT(*) AS n FROM api_client_assertions")
        .await;
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn an_assertion_for_another_time_audience_or_client_is_refused() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let client = make(&owner, &acme, json!({ "public_keys": keys() })).await;
    let other = make(&owner, &acme, json!({ "name": "Other" })).await;
    let now = app.services.now().timestamp();
    let base = app.services.settings.base_url.clone();
    for right in [
        json!({ "iat": now + 59 }),
        json!({ "nbf": now + 60 }),
        json!({ "exp": now - 59, "iat": now - 200 }),
        json!({ "exp": now + 360 }),
        json!({ "iat": null }),
        json!({ "aud": format!("{base}/api/v1/oauth/token") }),
        json!({ "aud": ["https://elsewhere.example", base] }),
    ] {
        let answer = by_assertion(&app, &assertion(&app, &client, &right)).await;
        assert_eq!(answer.status, 200, "{right}: {}", answer.body);
    }
    for wrong in [
        json!({ "iat": now + 61 }),
        json!({ "nbf": now + 61 }),
        json!({ "exp": now - 60 }),
        json!({ "exp": now + 361 }),
        json!({ "exp": null }),
        json!({ "jti": null }),
        json!({ "jti": "" }),
        json!({ "aud": "https://elsewhere.example" }),
        json!({ "aud": null }),
        json!({ "iss": other.id }),
        json!({ "iss": other.id, "sub": other.id }),
        json!({ "sub": null }),
    ] {
        let answer = by_assertion(&app, &assertion(&app, &client, &wrong)).await;
        assert_eq!(error(&answer), refused(401, "invalid_client"), "{wrong}");
    }
    let right = claims(&app, &client, &json!({}));
    for (header, key) in [
        (json!({ "alg": "EdDSA", "kid": "two" }), KEY),
        (json!({ "alg": "EdDSA", "kid": "one" }), [7; 32]),
        (json!({ "alg": "ES256", "kid": "one" }), KEY),
        (json!({ "alg": "HS256", "kid": "one" }), KEY),
        (json!({ "alg": "none", "kid": "one" }), KEY),
        (
            json!({ "alg": "EdDSA", "kid": "one", "jwk": keys()["keys"][0] }),
            [7; 32],
        ),
    ] {
        let answer = by_assertion(&app, &signed(&header, &right, &key)).await;
        assert_eq!(error(&answer), refused(401, "invalid_client"), "{header}");
    }
    for nonsense in ["", "a.b.c", "x"] {
        let answer = by_assertion(&app, nonsense).await;
        assert_eq!(error(&answer), refused(401, "invalid_client"), "{nonsense}");
    }
}

#[tokio::test]
async fn wrong_secrets_are_throttled_and_right_ones_are_not() {
    let settings = Settings {
        network_failures: 4,
        ..Settings::default()
    };
    let app = TestApp::start_with(settings).await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let client = make(&owner, &acme, json!({})).await;
    for _ in 0..6 {
        assert_eq!(by_secret(&app, &client, &client.secret).await.status, 200);
    }
    for _ in 0..4 {
        assert_eq!(by_secret(&app, &client, "wrong").await.status, 401);
    }
    let answer = by_secret(&app, &client, "wrong").await;
    assert_eq!(answer.outcome(), refused(429, "throttled"));
    assert!(!answer.header("retry-after").is_empty());
}

#[tokio::test]
async fn metadata_and_keys_say_what_programs_need() {
    let app = TestApp::start().await;
    let base = app.services.settings.base_url.clone();
    let metadata = app
        .anon()
        .get("//.well-known/oauth-authorization-server")
        .await
        .ok();
    assert_eq!(metadata["issuer"], base);
    assert_eq!(
        metadata["token_endpoint"],
        format!("{base}/api/v1/oauth/token")
    );
    assert_eq!(metadata["jwks_uri"], format!("{base}/api/v1/oauth/jwks"));
    assert_eq!(
        metadata["grant_types_supported"],
        json!(["client_credentials"])
    );
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let client = make(&owner, &acme, json!({})).await;
    let token = program(&app, &client).await.token.unwrap();
    let keys = app.anon().get("/oauth/jwks").await.ok();
    let set: jsonwebtoken::jwk::JwkSet = serde_json::from_value(keys).unwrap();
    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    let key = set.find(header.kid.as_deref().unwrap()).unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    validation.validate_exp = false;
    validation.set_audience(&["quaymaster-api:clients"]);
    let key = jsonwebtoken::DecodingKey::from_jwk(key).unwrap();
    let claims = jsonwebtoken::decode::<Value>(&token, &key, &validation)
        .unwrap()
        .claims;
    assert_eq!(
        (&claims["iss"], &claims["sub"]),
        (&json!(base), &json!(client.id))
    );
}
