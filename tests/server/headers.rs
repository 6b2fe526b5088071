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
    ("GET", "/docs/sign-in.js", 200),
    ("GET", "/docs/swagger-ui-bundle.js", 200),
    ("GET", "/docs/swagger-ui.css", 200),
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
        let kind = kind.map(|kind| kind.to_str().unwrap().to_owned());
        let body = answer.bytes().await.unwrap();
        if !body.is_empty() {
            let kind = kind.unwrap_or_else(|| panic!("{what} says not what it is"));
            if kind.starts_with("text/") {
                assert!(kind.ends_with("; charset=utf-8"), "{what}: {kind}");
            }
            let json = serde_json::from_slice::<serde_json::Value>(&body).is_ok();
            assert_eq!(kind.contains("json"), json, "{what}: {kind}");
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

/// A folder, a hidden file, the source, a way out of the folder, a page of some monitoring: none of it is there.
#[tokio::test]
async fn nothing_but_the_portal_is_served() {
    let place = Place::new().await;
    let server = place.serve(&[]).await;
    let client = Client::new();
    let page = client.get(place.url("/")).send().await.unwrap();
    let (of_page, page) = (page.status(), page.bytes().await.unwrap());
    for path in [
        "/assets/",
        "/assets",
        "/.git/config",
        "/.git/HEAD",
        "/.env",
        "/.vite/manifest.json",
        "/keys.toml",
        "/var/keys.toml",
        "/var/quaymaster.db",
        "/quaymaster.toml",
        "/index.html.br",
        "/..%2f..%2fCargo.toml",
        "/assets/..%2f..%2f..%2fCargo.toml",
        "/assets/%2e%2e/%2e%2e/Cargo.toml",
        "/docs/..%2fportal.js",
        "/docs/%2e%2e%2fmod.rs",
        "/%2fetc%2fpasswd",
        "//etc/passwd",
        "/metrics",
        "/debug",
        "/debug/pprof/",
        "/actuator/health",
        "/server-status",
        "/api/docs",
        "/api/metrics",
        "/api/v1/metrics",
        "/api/v1/debug",
    ] {
        let answer = client.get(place.url(path)).send().await.unwrap();
        let status = answer.status();
        let body = answer.bytes().await.unwrap();
        // What the pages themselves may have a route for is answered with the page.
        let the_page = status == of_page && body == page;
        let nothing = status == 404 && body.len() < 1000;
        assert!(
            the_page || nothing,
            "{path}: {status} {}",
            String::from_utf8_lossy(&body)
        );
    }
    let words = client.get(place.url("/healthz")).send().await.unwrap();
    assert_eq!(words.text().await.unwrap(), "ok");
    let words = client.get(place.url("/readyz")).send().await.unwrap();
    assert_eq!(words.text().await.unwrap(), "ready");
    drop(server);
}

/// Where one request ends and the next begins is never a matter of opinion: what two readers could take differently is
/// refused, and nothing behind it is taken for a request.
#[tokio::test]
async fn no_request_hides_in_another_one() {
    use std::io::{Read, Write};

    let place = Place::new().await;
    let server = place.serve(&[]).await;
    let port = place.port;
    let hidden = "GET /api/v1/setup HTTP/1.1\r\nHost: x\r\n\r\n";
    let head = "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    let ask = |text: String| {
        let mut line = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        line.set_read_timeout(Some(std::time::Duration::from_secs(3)))
            .unwrap();
        line.write_all(text.as_bytes()).unwrap();
        let mut heard = Vec::new();
        let mut piece = [0_u8; 4096];
        while let Ok(count @ 1..) = line.read(&mut piece) {
            heard.extend_from_slice(&piece[..count]);
        }
        String::from_utf8_lossy(&heard).into_owned()
    };
    for (what, text) in [
        (
            "two lengths",
            format!("{head}Content-Length: 2\r\nContent-Length: 60\r\n\r\n{{}}{hidden}"),
        ),
        (
            "a list of lengths",
            format!("{head}Content-Length: 2, 60\r\n\r\n{{}}{hidden}"),
        ),
        (
            "a signed length",
            format!("{head}Content-Length: +2\r\n\r\n{{}}{hidden}"),
        ),
        (
            "an unknown coding",
            format!("{head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}"),
        ),
        (
            "two codings",
            format!("{head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}"),
        ),
        (
            "a length that is no number",
            format!("{head}Content-Length: 0x2\r\n\r\n{{}}{hidden}"),
        ),
    ] {
        let heard = ask(text);
        assert!(
            heard.is_empty() || heard.starts_with("HTTP/1.1 4"),
            "{what}: {heard}"
        );
        assert!(
            !heard.contains("needs_first_administrator"),
            "{what}: {heard}"
        );
    }
    // With both, the length counts for nothing: the body ends with its last piece, and what follows is a request.
    let both = format!(
        "{head}Content-Length: 9999\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n{hidden}"
    );
    let heard = ask(both);
    let refused = heard.starts_with("HTTP/1.1 400") && !heard.contains("HTTP/1.1 200");
    let by_pieces = heard.starts_with("HTTP/1.1 422") && heard.contains("HTTP/1.1 200");
    assert!(refused || by_pieces, "{heard}");
    drop(server);
}

/// Whoever asks cannot say where from; a proxy that was named can.
#[tokio::test]
async fn where_a_request_comes_from_is_said_by_named_proxies_only() {
    for (proxies, forwarded, wanted) in [
        ("", "203.0.113.9", "127.0.0.1"),
        ("192.0.2.1", "203.0.113.9", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        // The client wrote the first two; the proxy put the address that it saw behind them.
        (
            "127.0.0.1",
            "10.0.0.1, 127.0.0.1, 198.51.100.7",
            "198.51.100.7",
        ),
        (
            "127.0.0.1,192.0.2.1",
            "10.0.0.1, 198.51.100.7, 192.0.2.1",
            "198.51.100.7",
        ),
        ("127.0.0.1", "junk", "127.0.0.1"),
    ] {
        let mut place = Place::new().await;
        if !proxies.is_empty() {
            place.set("QUAYMASTER_SERVER__TRUSTED_PROXIES", proxies);
        }
        let made = place.create_administrator("seven grey herons at dawn\n");
        assert!(made.status.success());
        let server = place.serve(&[]).await;
        let client = Client::new();
        let body =
            serde_json::json!({ "user_id": "ana.lee", "password": "seven grey herons at dawn" });
        let answer = client
            .post(format!("http://127.0.0.1:{}/api/v1/sessions", place.port))
            .header("x-forwarded-for", forwarded)
            .header("x-real-ip", "203.0.113.77")
            .header("forwarded", "for=203.0.113.78")
            .header("x-client-ip", "203.0.113.79")
            .header("x-user-id", "00000000-0000-0000-0000-000000000000")
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), 201);
        let database = place.database().await;
        let kept = crate::process::text_of(&database, "SELECT network FROM sessions").await;
        assert_eq!(kept.as_deref(), Some(wanted), "{proxies:?}: {forwarded}");
        let tried = crate::process::text_of(&database, "SELECT network FROM sign_ins").await;
        assert_eq!(tried.as_deref(), Some(wanted), "{proxies:?}: {forwarded}");
        assert_eq!(server.stop(), Some(0));
        let log = place.read("log");
        let line = log.lines().find(|line| line.contains("/api/v1/sessions"));
        assert!(line.is_some_and(|line| line.contains(wanted)), "{log}");
    }
}
