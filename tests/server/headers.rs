//! The headers that protect a browser, on everything that the binary serves: pages, documentation, API, refusals.

use reqwest::header::HeaderMap;
use reqwest::{Client, Method};

use crate::process::Place;

/// What is asked, and the status that comes back; 0 where it depends on whether the pages were built.
const ASKED: &[(&str, &str, u16)] = &[
    ("GET", "/", 0),
    ("GET", "/sign-in", 0),
    ("GET", "/assets/no-such-file.js", 404),
    ("POST", "/", 405),
    ("GET", "/docs/", 200),
    ("GET", "/docs", 308),
    ("GET", "/docs/portal.js", 200),
    ("GET", "/docs/swagger-ui-bundle.js", 200),
    ("GET", "/docs/no-such-file", 404),
    ("GET", "/api/openapi.json", 200),
    ("GET", "/api/v1/setup", 200),
    ("HEAD", "/api/v1/setup", 200),
    ("OPTIONS", "/api/v1/setup", 204),
    ("GET", "/api/v1/me", 401),
    ("GET", "/api/v1/no/such/path", 404),
    ("DELETE", "/api/v1/setup", 405),
    ("POST", "/api/v1/sessions", 415),
    ("GET", "/api/v1/setup?no_such=1", 422),
    ("GET", "/api/v2", 404),
    ("GET", "/healthz", 200),
    ("GET", "/readyz", 200),
];

/// One directive of a content security policy.
fn directive<'a>(policy: &'a str, name: &str) -> Option<&'a str> {
    policy
        .split(';')
        .filter_map(|part| part.trim().split_once(' '))
        .find(|(directive, _)| *directive == name)
        .map(|(_, sources)| sources.trim())
}

fn check(what: &str, headers: &HeaderMap, secure: bool) {
    let only = |name: &str| -> String {
        let all: Vec<_> = headers.get_all(name).iter().collect();
        assert_eq!(all.len(), 1, "{what}: {name} stands once: {headers:?}");
        all[0].to_str().unwrap().to_owned()
    };
    assert_eq!(only("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(only("referrer-policy"), "no-referrer", "{what}");
    assert_eq!(only("cross-origin-opener-policy"), "same-origin", "{what}");
    assert_eq!(
        only("cross-origin-resource-policy"),
        "same-origin",
        "{what}"
    );
    let policy = only("content-security-policy");
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    assert!(!policy.contains('*'), "{what}: {policy}");
    assert!(!policy.contains("http"), "{what}: {policy}");
    for name in ["default-src", "object-src", "base-uri", "frame-ancestors"] {
        assert_eq!(directive(&policy, name), Some("'none'"), "{what}: {policy}");
    }
    for name in ["script-src", "style-src", "connect-src", "form-action"] {
        assert_eq!(directive(&policy, name), Some("'self'"), "{what}: {policy}");
    }
    let kept = headers.get("strict-transport-security");
    if secure {
        let kept = kept.unwrap_or_else(|| panic!("{what}: no HSTS"));
        let kept = kept.to_str().unwrap();
        let age = kept
            .split(';')
            .next()
            .and_then(|p| p.strip_prefix("max-age="));
        let age: u64 = age.unwrap().parse().unwrap();
        assert!(age >= 31_536_000, "{what}: {kept}");
        assert!(kept.contains("includeSubDomains"), "{what}: {kept}");
    } else {
        assert!(kept.is_none(), "{what}: plain HTTP promises no TLS");
    }
    for name in ["access-control-allow-origin", "server", "x-powered-by"] {
        assert!(!headers.contains_key(name), "{what}: {name}");
    }
}

async fn check_all(place: &Place, secure: bool) {
    let client = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    for (method, path, status) in ASKED {
        let what = format!("{method} {path}");
        let method: Method = method.parse().unwrap();
        let answer = client
            .request(method, place.url(path))
            .send()
            .await
            .unwrap();
        let found = answer.status().as_u16();
        if *status == 0 {
            assert!([200, 503].contains(&found), "{what}: {found}");
        } else {
            assert_eq!(found, *status, "{what}");
        }
        check(&what, answer.headers(), secure);
        let kind = answer.headers().get("content-type");
        if path.starts_with("/api/v1") && found >= 400 {
            assert_eq!(kind.unwrap(), "application/problem+json", "{what}");
        }
        if path.starts_with("/api/v1") {
            assert_eq!(answer.headers()["cache-control"], "no-store", "{what}");
            assert!(answer.headers().contains_key("x-request-id"), "{what}");
        }
    }
}

#[tokio::test]
async fn everything_is_served_with_the_headers_that_protect_a_browser() {
    let mut place = Place::new().await;
    let server = place.serve(&[]).await;
    check_all(&place, false).await;
    assert_eq!(server.stop(), Some(0));
    // As behind a proxy that ends TLS.
    place.set(
        "QUAYMASTER_SERVER__BASE_URL",
        "https://portal.harbor.example",
    );
    let server = place.serve(&[]).await;
    check_all(&place, true).await;
    drop(server);
}

#[tokio::test]
async fn over_tls_the_binary_sets_cookies_of_this_host_alone() {
    let mut place = Place::new().await;
    place.set(
        "QUAYMASTER_SERVER__BASE_URL",
        "https://portal.harbor.example",
    );
    let made = place.create_administrator("seven grey herons at dawn\n");
    assert!(made.status.success());
    let server = place.serve(&[]).await;
    let body = serde_json::json!({ "user_id": "ana.lee", "password": "seven grey herons at dawn" });
    let answer = Client::new()
        .post(place.url("/api/v1/sessions"))
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 201);
    let set: Vec<_> = answer.headers().get_all("set-cookie").iter().collect();
    assert_eq!(set.len(), 2, "{set:?}");
    for cookie in set {
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.starts_with("__Host-qm_"), "{cookie}");
        for attribute in ["; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
    }
    drop(server);
}
