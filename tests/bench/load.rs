//! A small HTTP client that costs the machine little: it writes prepared requests and reads answers with a length.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// What came of a load.
#[derive(Default)]
pub struct Outcome {
    latencies: Vec<Duration>,
    /// How often each status came.
    pub statuses: BTreeMap<u16, usize>,
    /// How long it took.
    pub elapsed: Duration,
    /// The size of the last body.
    pub body: usize,
}

impl Outcome {
    /// Answers per second.
    pub fn rate(&self) -> f64 {
        count(self.latencies.len()) / self.elapsed.as_secs_f64()
    }

    /// The latency that this share of the answers did not exceed, in milliseconds.
    pub fn percentile(&mut self, share: f64) -> f64 {
        self.latencies.sort_unstable();
        let last = self.latencies.len().saturating_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index into the latencies"
        )]
        let index = (count(last) * share).round() as usize;
        self.latencies
            .get(index)
            .map_or(0.0, |l| l.as_secs_f64() * 1000.0)
    }

    /// Fails unless every answer had this status.
    pub fn all(self, status: u16) -> Result<Self, String> {
        if self.statuses.keys().eq([&status]) {
            Ok(self)
        } else {
            Err(format!("expected {status} only, got {:?}", self.statuses))
        }
    }
}

/// A number of things as a factor.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
pub fn count(n: usize) -> f64 {
    n as f64
}

/// A GET request.
pub fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n")
        .into_bytes()
}

/// A POST request with a JSON body.
pub fn post(path: &str, token: &str, body: &serde_json::Value) -> Vec<u8> {
    let body = body.to_string();
    let authorization = if token.is_empty() {
        String::new()
    } else {
        format!("authorization: Bearer {token}\r\n")
    };
    format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\n{authorization}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// One kept connection.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    pub async fn open(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends a request and reads the answer: status and body.
    pub async fn exchange(&mut self, request: &[u8]) -> std::io::Result<(u16, Vec<u8>)> {
        let broken = |words: &str| std::io::Error::other(words.to_owned());
        self.0.write_all(request).await?;
        let mut line = String::new();
        self.0.read_line(&mut line).await?;
        let status = line.split(' ').nth(1).and_then(|s| s.parse().ok());
        let status = status.ok_or_else(|| broken("no status line"))?;
        let mut length = 0;
        loop {
            line.clear();
            if self.0.read_line(&mut line).await? == 0 {
                return Err(broken("the answer ended in its head"));
            }
            if line == "\r\n" {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().map_err(std::io::Error::other)?;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await?;
        Ok((status, body))
    }
}

/// Keeps `connections` busy for `time`, each with its next request as soon as the answer is there. Requests are made by
/// the number of the connection and of the request.
pub async fn closed_loop(
    address: SocketAddr,
    connections: usize,
    time: Duration,
    request: impl Fn(usize, usize) -> Vec<u8> + Send + Sync + 'static,
) -> Result<Outcome, String> {
    let request = Arc::new(request);
    let started = Instant::now();
    let tasks: Vec<_> = (0..connections)
        .map(|c| {
            let request = Arc::clone(&request);
            tokio::spawn(async move {
                let mut outcome = Outcome::default();
                let mut connection = Connection::open(address).await?;
                let mut n = 0;
                while started.elapsed() < time {
                    let bytes = request(c, n);
                    let sent = Instant::now();
                    let (status, body) = connection.exchange(&bytes).await?;
                    outcome.latencies.push(sent.elapsed());
                    *outcome.statuses.entry(status).or_default() += 1;
                    outcome.body = body.len();
                    n += 1;
                }
                Ok::<_, std::io::Error>(outcome)
            })
        })
        .collect();
    let mut all = Outcome::default();
    for task in tasks {
        let one = task
            .await
            .map_err(|e| e.to_string())?
            .map_err(|e| e.to_string())?;
        all.latencies.extend(one.latencies);
        for (status, n) in one.statuses {
            *all.statuses.entry(status).or_default() += n;
        }
        all.body = one.body;
    }
    all.elapsed = started.elapsed();
    Ok(all)
}
