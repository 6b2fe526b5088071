//! The real binary as a child process: for what can only be seen from outside, such as being killed and being measured.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::caller::Caller;
use crate::database::TestDatabase;

/// A running server. Killed when dropped.
pub struct ServerProcess {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
}

/// The line that tells that requests are taken.
const READY: &str = "Quaymaster serves";

/// How often another port is tried when the chosen one was taken meanwhile.
const ATTEMPTS: usize = 3;

impl ServerProcess {
    /// Starts the server on a database, with the keys of [`TestApp`](crate::TestApp), and waits until it takes requests.
    /// `settings` are environment variables.
    ///
    /// # Panics
    /// When it does not start; what it wrote to standard error is shown.
    #[must_use]
    pub fn start(binary: &Path, database: &TestDatabase, settings: &[(&str, &str)]) -> Self {
        for _ in 0..ATTEMPTS {
            if let Some(running) = Self::try_start(binary, database, settings) {
                return running;
            }
        }
        panic!("{} does not start", binary.display());
    }

    fn try_start(
        binary: &Path,
        database: &TestDatabase,
        settings: &[(&str, &str)],
    ) -> Option<Self> {
        let key = |group: &str, end: &str| format!("{}{end}", group.repeat(10));
        let address = free_address();
        let mut command = Command::new(binary);
        command
            .arg("serve")
            .current_dir(database.dir.path())
            .env("QUAYMASTER_SERVER__LISTEN", address.to_string())
            .env("QUAYMASTER_DATABASE__URL", &database.url)
            .env("QUAYMASTER_LOG__FILTER", "error")
            // Tests and measurements send as much as they can; the limit has tests of its own.
            .env("QUAYMASTER_LIMITS__REQUESTS_PER_MINUTE", "0")
            .env("QUAYMASTER_KEYS__PEPPER", key("AQEB", "AQE="))
            .env("QUAYMASTER_KEYS__LOOKUP", key("AgIC", "AgI="))
            .env("QUAYMASTER_KEYS__ENCRYPTION", key("AwMD", "AwM="))
            .env("QUAYMASTER_KEYS__SIGNING", key("BAQE", "BAQ="))
            .envs(settings.iter().copied());
        Self::launch(command, address)
    }

    /// Starts another program that takes an address as its last argument and writes the same line when it listens.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_other(binary: &Path, arguments: &[&str]) -> Self {
        for _ in 0..ATTEMPTS {
            let address = free_address();
            let mut command = Command::new(binary);
            command.args(arguments).arg(address.to_string());
            if let Some(running) = Self::launch(command, address) {
                return running;
            }
        }
        panic!("{} does not start", binary.display());
    }

    fn launch(mut command: Command, address: SocketAddr) -> Option<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        let (ready, line) = std::sync::mpsc::channel();
        // Reads to the end, so that the server never waits for a reader.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if line.contains(READY) {
                    // Nobody waits any more once the first line has come.
                    let _ = ready.send(());
                }
            }
        });
        let running = Self { address, child };
        line.recv_timeout(Duration::from_secs(60)).ok()?;
        Some(running)
    }

    /// The process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Somebody who has not signed in.
    #[must_use]
    pub fn anon(&self, client: &reqwest::Client) -> Caller {
        Caller::new(client.clone(), format!("http://{}", self.address))
    }

    /// `kill -9`: no goodbye of any kind.
    ///
    /// # Panics
    /// When the process cannot be waited for.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // Gone already, perhaps.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Free at this moment; when somebody else is quicker, the next attempt takes another.
fn free_address() -> SocketAddr {
    let probe = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    probe.local_addr().unwrap()
}

/// The binary of this workspace in the profile of the tests, built when it is not up to date.
///
/// # Panics
/// When it does not compile.
#[must_use]
pub fn server_binary() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    // What cargo tells a test about its own package would make dependencies compile anew that look at such variables.
    for (name, _) in std::env::vars_os() {
        let told = name.to_string_lossy().starts_with("CARGO_");
        if told && name != "CARGO_HOME" && name != "CARGO_TARGET_DIR" {
            build.env_remove(name);
        }
    }
    // The whole workspace is named, so that the dependencies have the features that the tests have compiled them with.
    let output = build
        .args([
            "build",
            "--workspace",
            "--bin",
            "quaymaster",
            "--message-format=json",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "the server does not compile");
    let messages = String::from_utf8(output.stdout).unwrap();
    let executable = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "quaymaster")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    executable.expect("cargo names the executable it has built")
}
