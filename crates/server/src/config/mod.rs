//! The typed configuration: one list of keys, each with its default and its rule. Where the values come from is in
//! `source`; what is done with them is elsewhere.

mod source;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quaymaster_service::secrets::KEY_LENGTH;

use source::Reader;
pub use source::{ConfigErrors, Shown, Source};

/// Everything that an operator can set.
#[derive(Clone)]
pub struct Config {
    /// Where to listen and how people reach the portal.
    pub server: Server,
    /// The folder for everything that the server keeps by itself.
    pub data_dir: PathBuf,
    /// The database.
    pub database: Database,
    /// Argon2id and its threads.
    pub hashing: Hashing,
    /// Outgoing mail.
    pub mail: Mail,
    /// Whether webhooks may lead to private addresses, and over plain HTTP.
    pub webhooks_private: bool,
    /// Log lines.
    pub log: Log,
    /// The rules that a deployment may set.
    pub policy: Policy,
    /// How many requests are taken.
    pub limits: Limits,
    /// Keys that come from outside instead of the key file.
    pub keys: Keys,
    /// True for `serve --demo` and the `demo` commands.
    pub demo: bool,
    /// Lets the demo listen on an address that others can reach.
    pub demo_allow_public: bool,
    /// How many rows of trade records the demo world is made with.
    pub demo_record_lines: u64,
    shown: Vec<Shown>,
}

/// Where to listen and how people reach the portal.
#[derive(Clone)]
pub struct Server {
    /// Address and port.
    pub listen: SocketAddr,
    /// What links in mails start with.
    pub base_url: String,
    /// Threads that answer requests.
    pub workers: usize,
    /// Proxies whose forwarded headers are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// How long running requests may take after SIGTERM.
    pub drain: Duration,
}

/// The database.
#[derive(Clone)]
pub struct Database {
    /// `sqlite:<path>` or `postgres://…`.
    pub url: String,
    /// Connections.
    pub connections: u32,
}

/// Argon2id and its threads.
#[derive(Clone)]
pub struct Hashing {
    /// KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
    /// Threads.
    pub threads: usize,
    /// How many may wait.
    pub queue: usize,
}

/// Outgoing mail.
#[derive(Clone)]
pub struct Mail {
    /// Sender, `Name <address>` or an address.
    pub from: String,
    /// The mail server; without one, mails wait in the outbox.
    pub host: Option<String>,
    /// Its port.
    pub port: u16,
    /// Encryption of the connection.
    pub tls: SmtpTls,
    /// User name, when the server wants one.
    pub username: Option<String>,
    /// Password that belongs to it.
    pub password: Option<String>,
    /// How long the server may take to answer.
    pub timeout: Duration,
    /// Tries before a mail is given up.
    pub max_attempts: i64,
    /// Wait after the first failure; doubled after each further one.
    pub first_retry: Duration,
}

/// Encryption of the connection to the mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// TLS from the first byte (port 465).
    Implicit,
    /// Plain at first, then STARTTLS, which must succeed (port 587).
    StartTls,
    /// No encryption; for a mail server on the same machine.
    None,
}

/// Log lines.
#[derive(Clone)]
pub struct Log {
    /// JSON lines instead of readable ones.
    pub json: bool,
    /// What is logged, e.g. `info` or `info,quaymaster_service=debug`.
    pub filter: String,
}

/// The rules that a deployment may set.
#[derive(Clone)]
pub struct Policy {
    /// Consecutive failures that lock.
    pub max_failures: u32,
    /// Days without sign-in that make dormant.
    pub dormant_days: i64,
    /// Failed tries that one network may have within the window.
    pub network_failures: u32,
    /// The time in which the failures of a network are counted.
    pub network_window_minutes: i64,
    /// Hours for which wrong challenge answers keep a User ID from answering again.
    pub answers_lock_hours: i64,
    /// Seconds that an access token lives.
    pub access_token_seconds: i64,
    /// Minutes that a session may be idle.
    pub session_idle_minutes: i64,
    /// Hours that a session lives at most.
    pub session_hours: i64,
    /// Days that an invitation can be redeemed.
    pub invitation_days: i64,
    /// Working days that a silent owner and the officer on file have to object to a successor.
    pub succession_working_days: u32,
    /// Whether applications that passed every check are approved without a registrar.
    pub automatic_approval: bool,
    /// Applications that one network may begin within an hour.
    pub applications_per_hour: u32,
    /// Codes that are mailed within a day for one identifier.
    pub codes_per_day: u32,
}

/// How many requests are taken.
#[derive(Clone)]
pub struct Limits {
    /// Of one caller, in the long run; 0 for no limit.
    pub requests_per_minute: u32,
    /// Of one caller, at once.
    pub requests_at_once: u32,
    /// How many replicas share the limits evenly.
    pub replicas: u32,
}

/// Keys that come from outside instead of the key file, each 32 bytes.
#[derive(Clone, Default)]
pub struct Keys {
    /// Keys the password hashes.
    pub pepper: Option<[u8; KEY_LENGTH]>,
    /// Keys lookups of personal numbers.
    pub lookup: Option<[u8; KEY_LENGTH]>,
    /// Encrypts personal numbers.
    pub encryption: Option<[u8; KEY_LENGTH]>,
    /// Signs access tokens.
    pub signing: Option<[u8; KEY_LENGTH]>,
}

impl Config {
    /// Reads file and environment.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn load(source: &Source, demo: bool) -> Result<Self, ConfigErrors> {
        let mut r = Reader::new(source);
        let data_root = r.text("data.dir", "var", "a folder");
        // The demo world has published passwords; it never shares a database, a key or a mailbox with real data.
        let data_dir = if demo {
            PathBuf::from(&data_root).join("demo")
        } else {
            PathBuf::from(&data_root)
        };
        let server = server(&mut r);
        let database = Database {
            url: r.secret_or(
                "database.url",
                format!("sqlite:{}", data_dir.join("quaymaster.db").display()),
                "sqlite:<path of the file> or postgres://user:password@host:5432/database",
                |t| is_database_url(t).then(|| t.to_owned()),
                redact_url,
            ),
            connections: r.number("database.connections", 8, 1, 500),
        };
        let private = r.word("database.private_network", "no", &["no", "yes"]) == "yes";
        if travels_in_the_clear(&database.url) && !private {
            r.complain("database.url names another machine; add sslmode=verify-full (and sslrootcert=<file> for a certificate authority of your own), so that nobody on the way reads along or answers instead; or, where the network between the two is private and protected by itself, set database.private_network to yes");
        }
        let hashing = Hashing {
            memory_kib: r.number("hashing.memory_kib", 19 * 1024, 19 * 1024, 4 * 1024 * 1024),
            passes: r.number("hashing.passes", 2, 2, 100),
            threads: r.number("hashing.threads", spare_cores(), 1, 256),
            queue: r.number("hashing.queue", 512, 1, 100_000),
        };
        let mail = mail(&mut r);
        let webhooks_private =
            r.word("webhooks.allow_private", "false", &["true", "false"]) == "true";
        let log = Log {
            json: r.word("log.format", "human", &["human", "json"]) == "json",
            filter: r.text("log.filter", "info,sqlx=warn,apalis=warn,apalis_core=warn,actix_server=warn", "a level (error, warn, info, debug) or a list such as info,quaymaster_service=debug"),
        };
        let policy = Policy {
            max_failures: r.number("policy.max_failures", 5, 3, 100),
            dormant_days: r.number("policy.dormant_days", 45, 1, 3650),
            network_failures: r.number("policy.network_failures", 1_000, 10, 1_000_000),
            network_window_minutes: r.number("policy.network_window_minutes", 10, 1, 1440),
            answers_lock_hours: r.number("policy.answers_lock_hours", 24, 1, 720),
            access_token_seconds: r.number("policy.access_token_seconds", 300, 30, 300),
            session_idle_minutes: r.number("policy.session_idle_minutes", 15, 1, 1440),
            session_hours: r.number("policy.session_hours", 12, 1, 168),
            invitation_days: r.number("policy.invitation_days", 21, 1, 90),
            succession_working_days: r.number("policy.succession_working_days", 5, 1, 60),
            automatic_approval: r.word("policy.automatic_approval", "no", &["no", "yes"]) == "yes",
            applications_per_hour: r.number("policy.applications_per_hour", 30, 1, 1_000_000),
            codes_per_day: r.number("policy.codes_per_day", 10, 3, 100),
        };
        let limits = Limits {
            requests_per_minute: r.number("limits.requests_per_minute", 1_200, 0, 1_000_000),
            requests_at_once: r.number("limits.requests_at_once", 600, 1, 1_000_000),
            replicas: r.number("limits.replicas", 1, 1, 1_000),
        };
        let mut key = |name| {
            r.secret(
                name,
                "32 bytes in base64 (openssl rand -base64 32)",
                key_bytes,
            )
        };
        let keys = Keys {
            pepper: key("keys.pepper"),
            lookup: key("keys.lookup"),
            encryption: key("keys.encryption"),
            signing: key("keys.signing"),
        };
        let demo_allow_public = r.word("demo.allow_public", "false", &["true", "false"]) == "true";
        let demo_record_lines = r.number("demo.record_lines", DEMO_RECORD_LINES, 0, 10_000_000);
        let shown = r.finish()?;
        Ok(Self {
            server,
            data_dir,
            database,
            hashing,
            mail,
            webhooks_private,
            log,
            policy,
            limits,
            keys,
            demo,
            demo_allow_public,
            demo_record_lines,
            shown,
        })
    }

    /// The effective configuration as TOML, secrets redacted, each line with where its value comes from.
    #[must_use]
    pub fn print(&self) -> String {
        source::print(&self.shown)
    }
}

/// Enough to try reports with. Builds for tests make a world again and again and take few.
const DEMO_RECORD_LINES: u64 = if cfg!(debug_assertions) {
    1_000
} else {
    200_000
};

const DEFAULT_SENDER: &str = "Quaymaster <no-reply@localhost>";

fn server(r: &mut Reader<'_>) -> Server {
    let listen = r.parsed(
        "server.listen",
        SocketAddr::from(([127, 0, 0, 1], 8080)),
        "127.0.0.1:8080",
        "an address and a port such as 127.0.0.1:8080 or [::]:8080",
        |t| t.parse::<SocketAddr>().ok(),
    );
    let own = format!("http://localhost:{}", listen.port());
    Server {
        listen,
        base_url: r.parsed(
            "server.base_url",
            own.clone(),
            &own,
            "the address that people type, such as https://portal.example.com, without a path; http:// is for localhost only",
            base_url,
        ),
        workers: r.number("server.workers", cores(), 1, 1024),
        trusted_proxies: r.parsed(
            "server.trusted_proxies",
            Vec::new(),
            "",
            "IP addresses separated by commas",
            |t| {
                t.split(',')
                    .map(str::trim)
                    .filter(|p| !p.is_empty())
                    .map(|p| p.parse().ok())
                    .collect()
            },
        ),
        drain: Duration::from_secs(r.number("server.drain_seconds", 25, 0, 25)),
    }
}

fn mail(r: &mut Reader<'_>) -> Mail {
    let tls = match r
        .word("smtp.tls", "starttls", &["implicit", "starttls", "none"])
        .as_str()
    {
        "implicit" => SmtpTls::Implicit,
        "none" => SmtpTls::None,
        _ => SmtpTls::StartTls,
    };
    let usual = match tls {
        SmtpTls::Implicit => 465,
        SmtpTls::StartTls => 587,
        SmtpTls::None => 25,
    };
    let username = r.optional("smtp.username", "the user name at the mail server");
    let password = r.secret("smtp.password", "the password at the mail server", |t| {
        Some(t.to_owned())
    });
    let host = r.optional("smtp.host", "the name of the mail server");
    if tls == SmtpTls::None && host.as_deref().is_some_and(|host| !is_own_machine(host)) {
        r.complain("smtp.tls is none, which is for a mail server on the own machine only");
    }
    if username.is_some() != password.is_some() {
        r.complain("smtp.username and smtp.password belong together; set both or neither");
    }
    Mail {
        from: r.parsed(
            "mail.from",
            DEFAULT_SENDER.to_owned(),
            DEFAULT_SENDER,
            "an address, or Name <address>",
            |t| {
                t.parse::<lettre::message::Mailbox>()
                    .ok()
                    .map(|_| t.to_owned())
            },
        ),
        host,
        port: r.number("smtp.port", usual, 1, 65535),
        tls,
        username,
        password,
        timeout: Duration::from_secs(r.number("smtp.timeout_seconds", 20, 1, 300)),
        max_attempts: r.number("mail.max_attempts", 40, 1, 1000),
        first_retry: Duration::from_secs(r.number("mail.first_retry_seconds", 15, 1, 3600)),
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Hashing leaves one core to everything else.
fn spare_cores() -> usize {
    cores().saturating_sub(1).max(1)
}

/// Browsers keep `__Host-` cookies and send passwords safely over TLS only; on the own machine they trust plain HTTP.
fn base_url(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    let plain = text.strip_prefix("http://");
    let rest = plain.or_else(|| text.strip_prefix("https://"))?;
    let fits = !rest.is_empty()
        && rest
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
    (fits && plain.is_none_or(is_own_machine)).then(|| text.to_owned())
}

fn is_own_machine(host_and_port: &str) -> bool {
    let host = match host_and_port.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => host,
        _ => host_and_port,
    };
    ["localhost", "127.0.0.1", "[::1]"].contains(&host)
}

fn is_database_url(text: &str) -> bool {
    ["sqlite:", "postgres://", "postgresql://"]
        .iter()
        .any(|scheme| {
            text.strip_prefix(scheme)
                .is_some_and(|rest| !rest.is_empty())
        })
}

/// True for PostgreSQL on another machine without TLS whose certificate is verified.
fn travels_in_the_clear(url: &str) -> bool {
    let Some((_, rest)) = url
        .split_once("://")
        .filter(|_| url.starts_with("postgres"))
    else {
        return false;
    };
    let (place, options) = rest.split_once('?').unwrap_or((rest, ""));
    let place = place.split('/').next().unwrap_or_default();
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    let options: Vec<_> = options
        .split('&')
        .filter_map(|o| o.split_once('='))
        .collect();
    let here = |host: &str| {
        let socket =
            host.starts_with('/') || host.get(..3).is_some_and(|s| s.eq_ignore_ascii_case("%2f"));
        host.is_empty() || socket || is_own_machine(host)
    };
    let elsewhere = !here(place)
        || options
            .iter()
            .any(|(name, host)| ["host", "hostaddr"].contains(name) && !here(host));
    let modes: Vec<_> = options
        .iter()
        .filter(|(name, _)| ["sslmode", "ssl-mode"].contains(name))
        .map(|(_, mode)| *mode)
        .collect();
    let verified = |mode: &&str| ["verify-full", "verify-ca"].contains(mode);
    elsewhere && (modes.is_empty() || !modes.iter().all(verified))
}

/// The URL without its password.
fn redact_url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((login, place)) => {
            let user = login.split(':').next().unwrap_or_default();
            // Options after the question mark may carry a password as well.
            let place = place.split('?').next().unwrap_or_default();
            format!("{scheme}://{user}:(redacted)@{place}")
        }
        None => format!("{scheme}://{}", rest.split('?').next().unwrap_or_default()),
    }
}

fn key_bytes(text: &str) -> Option<[u8; KEY_LENGTH]> {
    STANDARD.decode(text.trim()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests;
