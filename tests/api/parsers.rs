//! Everything that reads text from outside, fed with what nobody would send: it refuses or it reads, but it neither panics
//! nor hangs. Seconds in a test run; with `QUAYMASTER_FUZZ_SECONDS` each parser is fed for as long as that.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use quaymaster_domain::text::TextRule;
use quaymaster_tests::{Caller, TestApp};
use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::json;

/// How many values are tried when no time is given.
const CASES: usize = 1500;

/// The same for what goes over HTTP.
const REQUESTS: usize = 150;

/// Whatever takes this long hangs.
const HANGS: Duration = Duration::from_secs(60);

/// Values of a strategy: always the same few, or new ones for as long as the environment says.
struct Feed {
    runner: TestRunner,
    left: usize,
    until: Option<Instant>,
}

impl Feed {
    fn new(cases: usize) -> Self {
        let seconds = std::env::var("QUAYMASTER_FUZZ_SECONDS").ok();
        let seconds = seconds.map(|text| text.parse::<u64>().unwrap());
        let runner = if seconds.is_some() {
            TestRunner::new(Config::default())
        } else {
            TestRunner::deterministic()
        };
        Self {
            runner,
            left: cases,
            until: seconds.map(|s| Instant::now() + Duration::from_secs(s)),
        }
    }

    fn next<S: Strategy>(&mut self, strategy: &S) -> Option<S::Value> {
        let more = match self.until {
            Some(until) => Instant::now() < until,
            None => self.left > 0,
        };
        self.left = self.left.saturating_sub(1);
        more.then(|| strategy.new_tree(&mut self.runner).unwrap().current())
    }
}

/// Feeds a parser in a thread that is watched.
fn feed<S>(strategy: S, parser: fn(&S::Value))
where
    S: Strategy + Send + 'static,
    S::Value: Debug,
{
    let (tell, told) = std::sync::mpsc::channel();
    let work = std::thread::spawn(move || {
        let mut feed = Feed::new(CASES);
        let mut fed = 0;
        while let Some(value) = feed.next(&strategy) {
            // Nobody waits any more when the test has failed.
            let _ = tell.send(());
            if catch_unwind(AssertUnwindSafe(|| parser(&value))).is_err() {
                panic!("the parser panics on {value:?}");
            }
            fed += 1;
        }
        fed
    });
    loop {
        match told.recv_timeout(HANGS) {
            Ok(()) => {}
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => panic!("the parser hangs"),
        }
    }
    let fed = work
        .join()
        .unwrap_or_else(|cause| std::panic::resume_unwind(cause));
    assert!(fed > 0);
}

/// One change to a text, by character.
fn mend(text: &str, at: usize, what: u8, with: char) -> String {
    let mut all: Vec<char> = text.chars().collect();
    let at = at % (all.len() + 1);
    match what % 4 {
        0 => all.insert(at, with),
        1 if at < all.len() => {
            all.remove(at);
        }
        2 if at < all.len() => all[at] = with,
        _ => all.truncate(at),
    }
    all.into_iter().collect()
}

/// Text of every kind, and right text with up to six mistakes.
fn texts(right: &'static [&'static str]) -> impl Strategy<Value = String> + Send {
    let changes = proptest::collection::vec((any::<usize>(), any::<u8>(), any::<char>()), 0..6);
    let nearly = (proptest::sample::select(right), changes).prop_map(|(text, changes)| {
        changes
            .into_iter()
            .fold(text.to_owned(), |text, (at, what, with)| {
                mend(&text, at, what, with)
            })
    });
    prop_oneof![
        6 => nearly,
        3 => any::<String>(),
        2 => "[ -~]{0,80}",
        1 => (any::<char>(), 0_usize..20_000).prop_map(|(c, n)| c.to_string().repeat(n)),
        1 => "[\u{0300}-\u{036f}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{feff}\u{0}]{0,60}",
    ]
}

fn bytes(right: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> + Send {
    let spoiled = (
        texts(right),
        proptest::collection::vec(any::<(usize, u8)>(), 0..4),
    )
        .prop_map(|(text, changes)| {
            let mut bytes = text.into_bytes();
            for (at, with) in changes {
                if !bytes.is_empty() {
                    let at = at % bytes.len();
                    bytes[at] = with;
                }
            }
            bytes
        });
    prop_oneof![3 => spoiled, 1 => proptest::collection::vec(any::<u8>(), 0..400)]
}

/// What is read can be written and read again.
fn round_trip<T: TextRule + Into<String>>(text: &str) {
    if let Ok(value) = T::parse(text) {
        let kept: String = value.into();
        let again: Result<T, _> = T::parse(&kept);
        let again: String = again
            .unwrap_or_else(|_| panic!("{kept:?} is kept and not read"))
            .into();
        assert_eq!(again, kept);
    }
}

const IDENTIFIERS: &[&str] = &[
    "28-1234567AB",
    "12-3456789",
    "219-09-9999",
    "081234-56789",
    "ABCD",
    "A12",
    "F123",
    "FTZ 49",
    "123A-01",
    "2704",
];

#[test]
fn identifiers() {
    use quaymaster_domain::identifiers::{Identifier, IdentifierKind};
    feed(texts(IDENTIFIERS), |text| {
        for kind in IdentifierKind::ALL {
            if let Ok(found) = Identifier::parse(*kind, text) {
                let again = Identifier::parse(*kind, found.normal());
                assert_eq!(again.unwrap().normal(), found.normal());
                let _ = (found.masked(), found.party_key());
            }
        }
    });
}

#[test]
fn account_numbers() {
    use quaymaster_domain::account_number::AccountNumber;
    feed(
        texts(&["1000-0000-17", "QM-0000-0017", "0000001"]),
        |text| {
            round_trip::<AccountNumber>(text);
            if let Ok(number) = AccountNumber::parse(text) {
                assert_eq!(AccountNumber::from_serial(number.serial()), Some(number));
            }
        },
    );
    feed(any::<u64>(), |serial| {
        if let Some(number) = AccountNumber::from_serial(*serial) {
            assert_eq!(number.serial(), *serial);
        }
    });
}

#[test]
fn names_addresses_and_numbers_of_people() {
    use quaymaster_domain::addresses::{AddressLine, City, CountryCode, PostalCode, Region};
    use quaymaster_domain::companies::{AccountName, PartyKey};
    use quaymaster_domain::identifiers::PortCode;
    use quaymaster_domain::people::{
        CompanyName, EmailAddress, JobTitle, PersonName, PhoneNumber, Reason, SubAccountName,
        UserName,
    };
    const RIGHT: &[&str] = &[
        "ana.lee",
        "ana.lee@harbor.example",
        "Ana Lee",
        "+1 202 555 0123 ext. 7",
        "94607-1234",
        "US",
        "1 Pier Road",
        "Harbor Lane Imports LLC",
        "2704",
    ];
    feed(texts(RIGHT), |text| {
        let _ = (UserName::parse(text), EmailAddress::parse(text));
        if let Ok(mail) = EmailAddress::parse(text) {
            let _ = (mail.masked(), mail.local_part().to_owned());
        }
        round_trip::<PersonName>(text);
        round_trip::<JobTitle>(text);
        round_trip::<PhoneNumber>(text);
        round_trip::<Reason>(text);
        round_trip::<CompanyName>(text);
        round_trip::<SubAccountName>(text);
        round_trip::<AccountName>(text);
        round_trip::<PartyKey>(text);
        round_trip::<AddressLine>(text);
        round_trip::<City>(text);
        round_trip::<Region>(text);
        round_trip::<PostalCode>(text);
        round_trip::<CountryCode>(text);
        round_trip::<PortCode>(text);
    });
}

#[test]
fn passwords_and_answers() {
    use quaymaster_domain::passwords::{Context, PasswordPolicy, normalize, reversed};
    feed(
        texts(&["Seven geese over Mobile Bay", "password", "ﬁve ﬂags"]),
        |text| {
            let policy = PasswordPolicy::default();
            let context = Context::new().word(text).word("harbor");
            let _ = policy.check(text, &context);
            let once = normalize(text);
            assert_eq!(normalize(&once), once);
            let _ = reversed(text);
            let _ = quaymaster_domain::challenge_questions::QuestionId::parse(text);
        },
    );
}

#[test]
fn cursors() {
    use quaymaster_service::Cursor;
    const RIGHT: &[&str] = &[
        "WyJhIiwiMDE5ZDNjMWUtN2I2YS03YzExLTlmMWUtMGY0YzdmMGE5ZDExIl0",
        "W10",
        "WyJcdTAwMDAiLCIwMTlkM2MxZS03YjZhLTdjMTEtOWYxZS0wZjRjN2YwYTlkMTEiXQ",
    ];
    feed(texts(RIGHT), |text| {
        if let Some(cursor) = Cursor::decode(text) {
            assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }
    });
}

#[test]
fn access_tokens() {
    use chrono::{TimeZone, Utc};
    use quaymaster_service::tokens::Tokens;
    const RIGHT: &[&str] = &[
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJFZERTQSJ9.eyJhdWQiOiJxdWF5bWFzdGVyIn0.AAAA",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
        "eyJhbGciOiJIUzI1NiJ9.e30.AAAA",
        "a.b.c",
        "..",
    ];
    feed(texts(RIGHT), |text| {
        let tokens = Tokens::new(&[4; 32], Some(&[5; 32])).unwrap();
        let now = Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap();
        assert_eq!(tokens.read(text, now), None, "nobody can make a token");
    });
}

#[test]
fn configuration() {
    use quaymaster_server::config::{Config, Source};
    const RIGHT: &[&str] = &[
        "127.0.0.1:8080",
        "[::]:8080",
        "https://portal.example.com",
        "http://[::1]:8080",
        "postgres://portal:secret@db:5432/portal?x=y",
        "sqlite:var/quaymaster.db",
        "Quaymaster <no-reply@localhost>",
        "192.0.2.1, ::1",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "true",
        "5",
    ];
    const KEYS: &[&str] = &[
        "SERVER__LISTEN",
        "SERVER__BASE_URL",
        "SERVER__TRUSTED_PROXIES",
        "SERVER__DRAIN_SECONDS",
        "DATABASE__URL",
        "MAIL__FROM",
        "SMTP__PORT",
        "LOG__FORMAT",
        "POLICY__MAX_FAILURES",
        "KEYS__PEPPER",
        "DEMO__ALLOW_PUBLIC",
    ];
    feed(texts(RIGHT), |text| {
        for key in KEYS {
            let pairs = vec![(format!("QUAYMASTER_{key}"), text.clone())];
            let source = Source::read(Some(std::path::Path::new("/dev/null")), pairs);
            match Config::load(&source, false) {
                Ok(config) => {
                    let _ = config.print();
                }
                Err(errors) => assert!(!errors.to_string().is_empty()),
            }
        }
        let pairs = vec![(format!("QUAYMASTER_{text}"), "1".to_owned())];
        let source = Source::read(Some(std::path::Path::new("/dev/null")), pairs);
        let _ = Config::load(&source, true).map(|c| c.print());
    });
}

#[test]
fn configuration_files() {
    use quaymaster_server::config::{Config, Source};
    const RIGHT: &[&str] = &[
        "[server]\nlisten = \"127.0.0.1:80\"\ntrusted_proxies = [\"192.0.2.1\"]\n[policy]\nmax_failures = 7\n",
        "[keys]\npepper = '''x'''\n[smtp]\nport = 0x19\n",
    ];
    feed(bytes(RIGHT), |text| {
        thread_local! {
            static FOLDER: tempfile::TempDir = tempfile::TempDir::new().unwrap();
        }
        let file = FOLDER.with(|folder| folder.path().join("q.toml"));
        std::fs::write(&file, text).unwrap();
        let source = Source::read(Some(&file), Vec::new());
        let _ = Config::load(&source, false).map(|c| c.print());
    });
}

/// Sends until the feed is empty; nothing is answered with an error of ours.
async fn send<S: Strategy>(strategy: S, ask: impl AsyncFn(&S::Value) -> Option<u16>)
where
    S::Value: Debug,
{
    let mut feed = Feed::new(REQUESTS);
    let mut asked = 0;
    while let Some(value) = feed.next(&strategy) {
        let answer = tokio::time::timeout(HANGS, ask(&value)).await;
        let answer = answer.unwrap_or_else(|_| panic!("no answer to {value:?}"));
        if let Some(status) = answer {
            assert!(status < 500, "{status} to {value:?}");
            asked += 1;
        }
    }
    assert!(asked > REQUESTS / 4, "{asked}");
}

/// A header of any bytes that HTTP allows there; `None` when it does not.
async fn with_header(app: &TestApp, path: &str, name: &str, value: &[u8]) -> Option<u16> {
    let value = HeaderValue::from_bytes(value).ok()?;
    let request = app
        .client
        .post(format!("http://{}/api/v1{path}", app.address))
        .header("content-type", "application/json")
        .header(name, value)
        .body("{}");
    Some(request.send().await.unwrap().status().as_u16())
}

#[tokio::test]
async fn cookies_and_other_headers() {
    let settings = quaymaster_service::Settings {
        network_failures: 1_000_000,
        ..Default::default()
    };
    let app = TestApp::start_with(settings).await;
    const RIGHT: &[&str] = &[
        "qm_refresh=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG; qm_device=a.b.c",
        "__Host-qm_refresh=\"x\"; =; a=b=c;;",
        "Bearer eyJ.e30.AAAA",
        "192.0.2.1, [::1]:8080, unknown",
        "W/\"v7\", \"v8\"",
        "application/json; charset=\"utf-8\"; charset=utf-16",
        "gzip;q=0.5, br;q=nan, *",
    ];
    for name in [
        "cookie",
        "authorization",
        "x-forwarded-for",
        "if-match",
        "idempotency-key",
        "user-agent",
        "origin",
        "sec-fetch-site",
    ] {
        send(bytes(RIGHT), async |value| {
            with_header(&app, "/sessions/refresh", name, value).await
        })
        .await;
    }
}

#[tokio::test]
async fn queries_and_bodies() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    const QUERIES: &[&str] = &[
        "q=a&limit=50&cursor=W10",
        "from=2026-03-02T15:00:00Z&to=2026-03-02&limit=1",
        "role=owner&state=active&lapses_before=2026-03-02",
    ];
    let lists =
        ["users", "audit-events"].map(|list| format!("/accounts/{}/{list}", company.account));
    send(texts(QUERIES), async |query| {
        let mut worst = 0;
        for list in &lists {
            // Only what can stand in an address at all.
            let query: String = query
                .chars()
                .filter(|c| !c.is_control() && *c != '#')
                .collect();
            let path = format!("{list}?{query}");
            let answer = owner.try_send(Method::GET, &path, None, Vec::new()).await;
            worst = worst.max(answer.ok()?.status);
        }
        Some(worst)
    })
    .await;
    const BODIES: &[&str] = &[
        r#"{"name":"Third","activity":"importer"}"#,
        r#"{"kind":"importer_number","value":"28-1234567AB"}"#,
        r#"{"access":[{"sub_account_id":null,"structure":"read"}],"port_codes":["2704"]}"#,
    ];
    let paths = [
        format!("/accounts/{}/sub-accounts", company.account),
        format!("/accounts/{}/identifier-searches", company.account),
        format!("/accounts/{}/invitations", company.account),
    ];
    send(bytes(BODIES), async |body| {
        let mut worst = 0;
        for path in &paths {
            worst = worst.max(post(&owner, path, "application/json", body).await);
        }
        Some(worst)
    })
    .await;
}

async fn post(caller: &Caller, path: &str, kind: &str, body: &[u8]) -> u16 {
    let answer = caller.send(Method::POST, path, Some(kind), body.to_vec());
    answer.await.status
}

#[tokio::test]
async fn imports() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    let staff = Some(quaymaster_domain::members::StaffRole::Registrar);
    app.world().person("the.registrar", staff).await;
    let owner = app.sign_in("acme.owner").await;
    let registrar = app.sign_in("the.registrar").await;
    const PEOPLE: &[&str] = &[
        "email,given_name,family_name,role,sub_account,structure,records,reports,port_codes\ncy@example.com,Cy,Dane,user,First,read,none,none,2704 2709\n",
        "\u{feff}email;given_name;family_name;role\r\n\"a\"\"b\"@example.com;\"Multi\nline\";Dane;user\r\n",
    ];
    let users = format!("/accounts/{}/user-imports?dry_run=true", company.account);
    send(bytes(PEOPLE), async |file| {
        Some(post(&owner, &users, "text/csv", file).await)
    })
    .await;
    const ENTRIES: &[&str] = &[
        "kind,value,party_key,party_name,contact_email\nimporter_number,28-1234567AB,p1,Acme,a@example.com\nscac,ABCD,p2,Globex,\n",
        "value,kind,party_key,party_name\n\"28-1234567\"\"AB\",importer_number,p1,\"A\nB\"\n",
    ];
    let register = "/identifier-register/imports";
    send(bytes(ENTRIES), async |file| {
        Some(post(&registrar, register, "text/csv", file).await)
    })
    .await;
    const LINES: &[&str] = &[
        "{\"kind\":\"importer_number\",\"value\":\"28-1234567AB\",\"party_key\":\"p1\",\"party_name\":\"Acme\"}\n{\"kind\":\"scac\"}\n",
        "[1,2]\n\n{}\n\"text\"\n{\"kind\":{\"a\":[[[[]]]]}}\n",
    ];
    send(bytes(LINES), async |file| {
        Some(post(&registrar, register, "application/x-ndjson", file).await)
    })
    .await;
    // A line without an end, and columns without number.
    for (kind, file) in [
        ("text/csv", "a,".repeat(100_000)),
        ("text/csv", format!("kind,value\n{}", "\"".repeat(100_001))),
        ("application/x-ndjson", "{\"kind\":".repeat(50_000)),
    ] {
        let answer = post(&registrar, register, kind, file.as_bytes());
        let status = tokio::time::timeout(HANGS, answer).await.unwrap();
        assert!(status < 500, "{status}");
    }
    let search = json!({ "kind": "scac", "value": "ABCD" });
    let still = registrar
        .post("/identifier-register/searches", &search)
        .await;
    assert_eq!(still.status, 200, "{}", still.body);
}
