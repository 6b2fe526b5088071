//! A running binary, its database and a mail server, all of them ended with the test.

use std::io::Read;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

/// How long something may take that is expected to happen.
const PATIENCE: Duration = Duration::from_secs(120);

/// A port that is free now.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|l| l.local_addr())
        .expect("a free port")
        .port()
}

/// Waits until something holds, looking again and again.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A working folder with the settings of one server.
pub struct Place {
    pub folder: tempfile::TempDir,
    pub port: u16,
    settings: Vec<(String, String)>,
    database: Option<PostgresDatabase>,
}

/// A database of its own in the cluster of the tests.
struct PostgresDatabase {
    admin: String,
    name: String,
}

impl Place {
    /// A new one, on the database that the tests run on.
    pub async fn new() -> Self {
        let mut place = Self {
            folder: tempfile::tempdir().expect("a folder"),
            port: free_port(),
            settings: Vec::new(),
            database: None,
        };
        place.set(
            "QUAYMASTER_SERVER__LISTEN",
            &format!("127.0.0.1:{}", place.port),
        );
        if std::env::var("QUAYMASTER_TEST_DATABASE").as_deref() == Ok("postgres") {
            let admin = std::env::var("QUAYMASTER_TEST_POSTGRES_URL")
                .expect("QUAYMASTER_TEST_POSTGRES_URL; see tests/scripts/postgres.sh");
            let name = format!("server_{}_{}", std::process::id(), place.port);
            let connection = Database::connect(&admin).await.expect("the cluster");
            connection
                .execute_unprepared(&format!("CREATE DATABASE {name}"))
                .await
                .expect("a database");
            connection.close().await.expect("closed");
            let url = admin.replacen("/postgres", &format!("/{name}"), 1);
            place.set("QUAYMASTER_DATABASE__URL", &url);
            place.database = Some(PostgresDatabase { admin, name });
        }
        place
    }

    /// Sets one more variable of the environment.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// The URL of the portal.
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// True on PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.database.is_some()
    }

    /// A command of the binary in this place.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quaymaster"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap_or_default())
            .envs(self.settings.iter().cloned());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the binary runs")
    }

    /// Runs `admin create` for Ana Lee with this on standard input.
    pub fn create_administrator(&self, password: &str) -> Output {
        use std::io::Write;
        let name = ["--given-name", "Ana", "--family-name", "Lee"];
        let mut child = self
            .command(&["admin", "create", "--user-id", "ana.lee"])
            .args(name)
            .args(["--email", "ana.lee@harbor.example"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut input = child.stdin.take().expect("an input");
        input.write_all(password.as_bytes()).expect("written");
        drop(input);
        child.wait_with_output().expect("an end")
    }

    /// Starts `serve` and waits until it is ready.
    pub async fn serve(&self, arguments: &[&str]) -> Running {
        let command = self.command(&[&["serve"], arguments].concat());
        self.start(command, self.port, "").await
    }

    /// Starts one more replica on the same database, with the same keys, and waits until it is ready.
    pub async fn serve_beside(&self, port: u16) -> Running {
        let mut command = self.command(&["serve"]);
        command.env("QUAYMASTER_SERVER__LISTEN", format!("127.0.0.1:{port}"));
        self.start(command, port, "-beside").await
    }

    async fn start(&self, mut command: Command, port: u16, suffix: &str) -> Running {
        let file = |name: &str| {
            let path = self.folder.path().join(format!("{name}{suffix}"));
            Stdio::from(std::fs::File::create(path).expect("a file"))
        };
        let child = command
            .stdout(file("out"))
            .stderr(file("log"))
            .spawn()
            .expect("the binary starts");
        let mut running = Running(child);
        let client = reqwest::Client::new();
        let ready = format!("http://localhost:{port}/readyz");
        until("the server is ready", async || {
            if let Some(ended) = running.0.try_wait().expect("a status") {
                let log = self.read(&format!("log{suffix}"));
                panic!("the server ended ({ended}):\n{log}");
            }
            let answer = client.get(&ready).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
        running
    }

    /// A file of the working folder; empty when it is not there.
    pub fn read(&self, name: &str) -> String {
        let mut text = String::new();
        if let Ok(mut file) = std::fs::File::open(self.folder.path().join(name)) {
            file.read_to_string(&mut text).ok();
        }
        text
    }

    /// A connection to the database beside the server's.
    pub async fn database(&self) -> DatabaseConnection {
        let url = self
            .settings
            .iter()
            .find(|(name, _)| name == "QUAYMASTER_DATABASE__URL")
            .map_or_else(
                || {
                    let path = self.folder.path().join("var/quaymaster.db");
                    format!("sqlite://{}", path.display())
                },
                |(_, url)| url.clone(),
            );
        Database::connect(url).await.expect("the database")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(PostgresDatabase { admin, name }) = self.database.take() else {
            return;
        };
        // Outside the test's runtime, which may be ending.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let connection = Database::connect(&admin).await.expect("the cluster");
                connection
                    .execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)"))
                    .await
                    .expect("dropped");
            });
        })
        .join()
        .ok();
    }
}

/// One value of one row, as text.
pub async fn text_of(database: &DatabaseConnection, sql: &str) -> Option<String> {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let row = database
        .query_one_raw(statement)
        .await
        .expect("an answer")?;
    row.try_get_by_index::<Option<String>>(0).expect("a text")
}

/// Puts mails into the outbox, as any act of the portal does.
pub async fn queue_mails(database: &DatabaseConnection, count: usize) {
    for index in 0..count {
        let id = format!("0190{:04x}{:024x}", std::process::id() & 0xffff, index);
        let (id, now) = match database.get_database_backend() {
            DbBackend::Sqlite => (
                format!("x'{id}'"),
                "strftime('%Y-%m-%d %H:%M:%S.000000+00:00', 'now')",
            ),
            _ => (format!("'{id}'::uuid"), "now()"),
        };
        let sql = format!(
            "INSERT INTO mails (id, recipient, template, subject, body, state, attempts, created_at, next_attempt_at) \
             VALUES ({id}, 'person{index}@harbor.example', 'locked', 'Subject {index}', 'Body {index}', 'queued', 0, {now}, {now})"
        );
        database.execute_unprepared(&sql).await.expect("a mail");
    }
}

/// A server process.
pub struct Running(Child);

impl Running {
    /// SIGTERM, and the exit code.
    pub fn stop(mut self) -> Option<i32> {
        signal("TERM", self.0.id());
        self.0.wait().expect("a status").code()
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("a status");
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

/// Sends a signal.
pub fn signal(name: &str, process: u32) {
    let done = Command::new("kill")
        .args([format!("-{name}"), process.to_string()])
        .status()
        .expect("kill");
    assert!(done.success());
}

impl Drop for Running {
    fn drop(&mut self) {
        // Ended already in the tests that end it themselves.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The project's mail server on a port of ours.
pub struct MailServer {
    child: Child,
    folder: PathBuf,
}

impl MailServer {
    /// Starts it. What arrives is kept in `folder`.
    pub fn start(folder: &Path, port: u16) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/scripts/smtp.sh");
        let mut child = Command::new(script)
            .arg("serve")
            .arg(folder)
            .args(["--port", &port.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the mail server starts");
        // It prints its address once it listens.
        let mut first = [0_u8; 7];
        child
            .stdout
            .as_mut()
            .expect("an output")
            .read_exact(&mut first)
            .expect("the mail server runs; tests/scripts/setup.sh test installs it");
        assert_eq!(&first, b"smtp://");
        Self {
            child,
            folder: folder.to_owned(),
        }
    }

    /// What arrived.
    pub fn arrived(&self) -> Vec<String> {
        let mut files: Vec<_> = std::fs::read_dir(&self.folder)
            .expect("the folder")
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|e| e == "eml"))
            .collect();
        files.sort();
        files
            .iter()
            .map(|file| std::fs::read_to_string(file).expect("a mail"))
            .collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
