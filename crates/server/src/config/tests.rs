//! Reading, refusing and printing the configuration.

use std::path::Path;

use super::*;

fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}

fn load(pairs: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    Config::load(
        &Source::read(Some(Path::new("/dev/null")), environment(pairs)),
        false,
    )
}

fn refusal(pairs: &[(&str, &str)]) -> String {
    match load(pairs) {
        Ok(_) => panic!("{pairs:?} was taken"),
        Err(errors) => errors.to_string(),
    }
}

#[test]
fn without_any_setting_the_portal_is_local_on_sqlite() {
    let config = load(&[]).expect("defaults fit");
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.server.base_url, "http://localhost:8080");
    assert_eq!(config.database.url, "sqlite:var/quaymaster.db");
    assert_eq!(
        (config.hashing.memory_kib, config.hashing.passes),
        (19 * 1024, 2)
    );
    assert_eq!(config.policy.max_failures, 5);
    // No credential has a default.
    assert_eq!(config.mail.host, None);
    assert_eq!((config.mail.username, config.mail.password), (None, None));
    let Keys {
        pepper,
        lookup,
        encryption,
        signing,
    } = config.keys;
    assert_eq!([pepper, lookup, encryption, signing], [None; 4]);
}

#[test]
fn nothing_leaves_the_machine_in_the_clear() {
    for fits in [
        "sqlite:var/quaymaster.db",
        "postgres://portal:x@localhost/portal",
        "postgres://portal:x@127.0.0.1:5433/portal?sslmode=disable",
        "postgres://portal@[::1]/portal",
        "postgres:///portal?host=/var/run/postgresql",
        "postgres://portal@%2Fvar%2Frun%2Fpostgresql/portal",
        "postgres://portal:p%40x@db.example:5432/portal?sslmode=verify-full",
        "postgresql://db.example/portal?application_name=x&sslmode=verify-ca&sslrootcert=ca.pem",
    ] {
        let config = load(&[("QUAYMASTER_DATABASE__URL", fits)]).expect(fits);
        assert_eq!(config.database.url, fits);
    }
    for unfit in [
        "postgres://portal:x@db.example/portal",
        "postgresql://portal:x@10.0.0.7:5432/portal?sslmode=prefer",
        "postgres://portal:x@db.example/portal?sslmode=require",
        "postgres://portal:x@db.example/portal?sslmode=verify-full&sslmode=disable",
        "postgres://localhost/portal?host=db.example",
        "postgres://localhost/portal?hostaddr=10.0.0.7",
        "postgres://localhost@db.example/portal",
    ] {
        let text = refusal(&[("QUAYMASTER_DATABASE__URL", unfit)]);
        assert!(text.contains("sslmode=verify-full"), "{unfit}: {text}");
    }
    // The operator may answer for the network instead, in so many words.
    let private = [
        ("QUAYMASTER_DATABASE__URL", "postgres://portal:x@db/portal"),
        ("QUAYMASTER_DATABASE__PRIVATE_NETWORK", "yes"),
    ];
    assert!(load(&private).is_ok());
    let mail = |host: &str, tls: &str| {
        load(&[
            ("QUAYMASTER_SMTP__HOST", host),
            ("QUAYMASTER_SMTP__TLS", tls),
        ])
    };
    for (host, tls) in [
        ("127.0.0.1", "none"),
        ("localhost", "none"),
        ("mail.example", "starttls"),
        ("mail.example", "implicit"),
    ] {
        assert!(mail(host, tls).is_ok(), "{host} {tls}");
    }
    assert!(mail("mail.example", "none").is_err());
}

#[test]
fn the_base_url_follows_the_port_unless_it_is_set() {
    let config = load(&[("QUAYMASTER_SERVER__LISTEN", "127.0.0.1:9123")]).expect("fits");
    assert_eq!(config.server.base_url, "http://localhost:9123");
    let config =
        load(&[("QUAYMASTER_SERVER__BASE_URL", "https://portal.example.com/")]).expect("fits");
    assert_eq!(config.server.base_url, "https://portal.example.com");
}

#[test]
fn plain_http_is_for_the_own_machine_only() {
    for fits in [
        "https://portal.example.com:8443",
        "http://localhost:9123",
        "http://localhost",
        "http://127.0.0.1:80",
        "http://[::1]:8080",
        "http://[::1]",
    ] {
        let config = load(&[("QUAYMASTER_SERVER__BASE_URL", fits)]).expect(fits);
        assert_eq!(config.server.base_url, fits);
    }
    for unfit in [
        "http://portal.example.com",
        "http://localhost.example.com",
        "http://10.0.0.1:8080",
        "http://[::2]",
        "https://",
        "https://portal.example.com/path",
        "https://user@portal.example.com",
        "ftp://localhost",
    ] {
        let text = refusal(&[("QUAYMASTER_SERVER__BASE_URL", unfit)]);
        assert!(text.contains("server.base_url"), "{unfit}: {text}");
    }
}

#[test]
fn the_policies_of_guessing_can_be_set_within_their_limits() {
    let policy = load(&[]).expect("defaults fit").policy;
    let told = |p: &Policy| {
        (
            p.network_failures,
            p.network_window_minutes,
            p.answers_lock_hours,
        )
    };
    assert_eq!(told(&policy), (1_000, 10, 24));
    let keys = [
        ("QUAYMASTER_POLICY__NETWORK_FAILURES", "50", "9", "1000001"),
        (
            "QUAYMASTER_POLICY__NETWORK_WINDOW_MINUTES",
            "30",
            "0",
            "1441",
        ),
        ("QUAYMASTER_POLICY__ANSWERS_LOCK_HOURS", "48", "0", "721"),
    ];
    let pairs: Vec<_> = keys.iter().map(|(key, good, ..)| (*key, *good)).collect();
    let policy = load(&pairs).expect("fits").policy;
    assert_eq!(told(&policy), (50, 30, 48));
    for (key, _, low, high) in keys {
        for unfit in [low, high] {
            assert!(refusal(&[(key, unfit)]).contains(key), "{key} {unfit}");
        }
    }
}

#[test]
fn the_environment_wins_over_the_file() {
    let folder = std::env::temp_dir().join(format!("quaymaster-config-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("folder");
    let file = folder.join("q.toml");
    std::fs::write(&file, "[policy]\nmax_failures = 7\nsession_hours = 3\n").expect("file");
    let source = Source::read(
        Some(&file),
        environment(&[("QUAYMASTER_POLICY__MAX_FAILURES", "9")]),
    );
    let config = Config::load(&source, false).expect("fits");
    std::fs::remove_dir_all(&folder).expect("removed");
    assert_eq!(
        (config.policy.max_failures, config.policy.session_hours),
        (9, 3)
    );
}

#[test]
fn everything_wrong_is_said_at_once_and_by_name() {
    let text = refusal(&[
        ("QUAYMASTER_SERVER__LISTEN", "nowhere"),
        ("QUAYMASTER_POLICY__MAX_FAILURES", "2"),
        ("QUAYMASTER_SERVER__BASE_ULR", "https://portal.example.com"),
        (
            "QUAYMASTER_DATABASE__URL",
            "mysql://root:hunter2hunter2@db/x",
        ),
        ("QUAYMASTER_SMTP__USERNAME", "portal"),
    ]);
    assert!(
        text.starts_with("the configuration has 5 mistakes:"),
        "{text}"
    );
    assert!(
        text.contains("server.listen (QUAYMASTER_SERVER__LISTEN) must be an address and a port"),
        "{text}"
    );
    assert!(text.contains("policy.max_failures (QUAYMASTER_POLICY__MAX_FAILURES) must be a number from 3 to 100, not \"2\""), "{text}");
    assert!(
        text.contains(
            "server.base_ulr (QUAYMASTER_SERVER__BASE_ULR) is no key; did you mean server.base_url?"
        ),
        "{text}"
    );
    assert!(
        text.contains("database.url (QUAYMASTER_DATABASE__URL) must be sqlite:"),
        "{text}"
    );
    assert!(
        text.contains("smtp.username and smtp.password belong together"),
        "{text}"
    );
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn secrets_are_never_printed() {
    let key = STANDARD.encode([7_u8; 32]);
    let config = load(&[
        (
            "QUAYMASTER_DATABASE__URL",
            "postgres://portal:hunter2hunter2@db:5432/portal?sslmode=verify-full&password=hunter3",
        ),
        ("QUAYMASTER_SMTP__USERNAME", "portal"),
        ("QUAYMASTER_SMTP__PASSWORD", "swordfish-swordfish"),
        ("QUAYMASTER_KEYS__PEPPER", &key),
    ])
    .expect("fits");
    assert_eq!(config.keys.pepper, Some([7_u8; 32]));
    let text = config.print();
    for secret in ["hunter2", "hunter3", "swordfish", key.as_str()] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(
        text.contains(
            "url = \"postgres://portal:(redacted)@db:5432/portal\"  # QUAYMASTER_DATABASE__URL"
        ),
        "{text}"
    );
    assert!(text.parse::<toml::Table>().is_ok(), "{text}");
}

#[test]
fn the_demo_keeps_to_a_folder_of_its_own() {
    let config = Config::load(
        &Source::read(Some(Path::new("/dev/null")), Vec::new()),
        true,
    )
    .expect("fits");
    assert_eq!(config.database.url, "sqlite:var/demo/quaymaster.db");
    assert_eq!(config.data_dir, Path::new("var/demo"));
}
