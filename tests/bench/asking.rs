//! Somebody who is signed in and asks one thing after the other, on a connection that is opened anew when the server may have
//! closed it.

use std::io::{BufWriter, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use quaymaster_tests::ServerProcess;
use serde_json::Value;

use crate::load::{Connection, get, post, put};
use crate::stage::token;

/// After how long a connection is opened anew: the server closes those on which nothing happens.
const IDLE: Duration = Duration::from_secs(1);

/// A connection on which somebody asks.
pub struct Asking {
    address: SocketAddr,
    connection: Connection,
    used: Instant,
    token: String,
}

impl Asking {
    /// # Errors
    /// When the person cannot sign in.
    pub async fn open(server: &ServerProcess, user_name: &str) -> Result<Self, String> {
        Ok(Self {
            token: token(server, user_name).await?,
            connection: Connection::open(server.address)
                .await
                .map_err(|e| e.to_string())?,
            address: server.address,
            used: Instant::now(),
        })
    }

    async fn ready(&mut self) -> Result<(), String> {
        if self.used.elapsed() > IDLE {
            self.connection = Connection::open(self.address)
                .await
                .map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    /// The time that a request takes, in milliseconds, and its answer.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn send(&mut self, request: &[u8]) -> Result<(f64, Value), String> {
        self.ready().await?;
        let sent = Instant::now();
        let (status, body) = self
            .connection
            .exchange(request)
            .await
            .map_err(|e| e.to_string())?;
        self.used = Instant::now();
        let took = (self.used - sent).as_secs_f64() * 1000.0;
        if !(200..300).contains(&status) {
            let words = String::from_utf8_lossy(&body);
            return Err(format!("{status} {words}"));
        }
        let answer = serde_json::from_slice(&body).map_err(|e| e.to_string())?;
        Ok((took, answer))
    }

    /// # Errors
    /// When it is refused.
    pub async fn get(&mut self, path: &str) -> Result<(f64, Value), String> {
        let request = get(path, &self.token);
        self.send(&request).await
    }

    /// # Errors
    /// When it is refused.
    pub async fn post(&mut self, path: &str, body: &Value) -> Result<(f64, Value), String> {
        let request = post(path, &self.token, body);
        self.send(&request).await
    }

    /// # Errors
    /// When it is refused.
    pub async fn put(&mut self, path: &str, body: &Value) -> Result<(f64, Value), String> {
        let request = put(path, &self.token, body);
        self.send(&request).await
    }

    /// Puts an answer into a file: how long that takes, in milliseconds.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn download(&mut self, path: &str, target: &Path) -> Result<f64, String> {
        let request = get(path, &self.token);
        self.ready().await?;
        let file = std::fs::File::create(target).map_err(|e| e.to_string())?;
        let mut file = BufWriter::new(file);
        let sent = Instant::now();
        let (status, _) = self
            .connection
            .download(&request, &mut file)
            .await
            .map_err(|e| e.to_string())?;
        file.flush().map_err(|e| e.to_string())?;
        self.used = Instant::now();
        if status != 200 {
            let words = std::fs::read_to_string(target).map_err(|e| e.to_string())?;
            return Err(format!("{status} {words}"));
        }
        Ok((self.used - sent).as_secs_f64() * 1000.0)
    }

    /// Runs a report to its end: how long that takes, in milliseconds, the run, and its first page.
    ///
    /// # Errors
    /// When it fails.
    pub async fn run(&mut self, body: &Value) -> Result<Ran, String> {
        let begun = Instant::now();
        let (_, mut answer) = self.post("/api/v1/report-runs", body).await?;
        let id = answer["run"]["id"].as_str().ok_or("a run without an id")?;
        let path = format!("/api/v1/report-runs/{id}");
        // Whoever waits longer than a moment looks again.
        if answer["page"].is_null() {
            loop {
                let (_, run) = self.get(&path).await?;
                match run["state"].as_str() {
                    Some("done") => break,
                    Some("queued" | "running" | "writing") => tokio::time::sleep(LOOK).await,
                    _ => return Err(format!("the run ended: {run}")),
                }
            }
            let (_, page) = self.get(&format!("{path}/rows")).await?;
            answer["page"] = page;
        }
        Ok(Ran {
            took: begun.elapsed().as_secs_f64() * 1000.0,
            path,
            cached: answer["run"]["from_cache"] == true,
            page: answer["page"].take(),
        })
    }
}

/// How often somebody looks who waits for a run.
const LOOK: Duration = Duration::from_millis(10);

/// A run that is done.
pub struct Ran {
    /// Milliseconds until its first page was there.
    pub took: f64,
    /// Where it is looked at.
    pub path: String,
    /// It took the rows of an equal one.
    pub cached: bool,
    /// Its first page.
    pub page: Value,
}
