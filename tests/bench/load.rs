//! A small HTTP client that costs the machine little: it writes prepared requests and reads answers.

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
    fn add(&mut self, status: u16, latency: Duration, body: usize) {
        self.latencies.push(latency);
        *self.statuses.entry(status).or_default() += 1;
        self.body = body;
    }

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

/// The middle one.
pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A GET request.
pub fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n")
        .into_bytes()
}

/// A POST request with a JSON body.
pub fn post(path: &str, token: &str, body: &serde_json::Value) -> Vec<u8> {
    send("POST", path, token, body)
}

/// A PUT request with a JSON body.
pub fn put(path: &str, token: &str, body: &serde_json::Value) -> Vec<u8> {
    send("PUT", path, token, body)
}

fn send(method: &str, path: &str, token: &str, body: &serde_json::Value) -> Vec<u8> {
    let body = body.to_string();
    let authorization = if token.is_empty() {
        String::new()
    } else {
        format!("authorization: Bearer {token}\r\n")
    };
    format!(
        "{method} {path} HTTP/1.1\r\nhost: bench\r\n{authorization}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A POST request with the fields of a form, whose values need no escaping.
pub fn post_form(path: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let fields: Vec<String> = fields.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let body = fields.join("&");
    format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A POST request without a body, with the cookies of a browser.
pub fn post_with_cookie(path: &str, cookie: &str) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nhost: bench\r\ncookie: {cookie}\r\ncontent-length: 0\r\n\r\n")
        .into_bytes()
}

/// One kept connection.
pub struct Connection {
    stream: BufReader<TcpStream>,
    /// The first cookie that the last answer set, as name and value.
    cookie: Option<String>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            cookie: None,
        })
    }

    /// Sends a request and reads the answer: status and body.
    pub async fn exchange(&mut self, request: &[u8]) -> std::io::Result<(u16, Vec<u8>)> {
        let head = self.head(request).await?;
        let mut body = Vec::new();
        self.body(&head, &mut body).await?;
        Ok((head.status, body))
    }

    /// Sends a request and puts the body of the answer aside as it comes, however long it is: status and length.
    pub async fn download(
        &mut self,
        request: &[u8],
        into: &mut impl std::io::Write,
    ) -> std::io::Result<(u16, u64)> {
        let head = self.head(request).await?;
        let length = self.body(&head, into).await?;
        Ok((head.status, length))
    }

    async fn head(&mut self, request: &[u8]) -> std::io::Result<Head> {
        let broken = |words: &str| std::io::Error::other(words.to_owned());
        self.stream.write_all(request).await?;
        let mut line = String::new();
        self.stream.read_line(&mut line).await?;
        let status = line.split(' ').nth(1).and_then(|s| s.parse().ok());
        let mut head = Head {
            status: status.ok_or_else(|| broken("no status line"))?,
            length: Some(0),
        };
        self.cookie = None;
        loop {
            line.clear();
            if self.stream.read_line(&mut line).await? == 0 {
                return Err(broken("the answer ended in its head"));
            }
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                head.length = Some(value.trim().parse().map_err(std::io::Error::other)?);
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                head.length = None;
            } else if self.cookie.is_none() && name.eq_ignore_ascii_case("set-cookie") {
                self.cookie = value.split(';').next().map(|c| c.trim().to_owned());
            }
        }
        Ok(head)
    }

    async fn body(&mut self, head: &Head, into: &mut impl std::io::Write) -> std::io::Result<u64> {
        let mut piece = Vec::new();
        if let Some(length) = head.length {
            piece.resize(length, 0);
            self.stream.read_exact(&mut piece).await?;
            into.write_all(&piece)?;
            return Ok(length as u64);
        }
        let mut all = 0;
        let mut line = String::new();
        loop {
            line.clear();
            self.stream.read_line(&mut line).await?;
            let size = usize::from_str_radix(line.trim(), 16).map_err(std::io::Error::other)?;
            // Every piece is followed by the end of a line, the empty last one too.
            piece.resize(size + 2, 0);
            self.stream.read_exact(&mut piece).await?;
            if size == 0 {
                return Ok(all);
            }
            into.write_all(&piece[..size])?;
            all += size as u64;
        }
    }
}

/// What an answer begins with.
struct Head {
    status: u16,
    /// Of the body; without one it comes in pieces that say theirs.
    length: Option<usize>,
}

/// Keeps the connections busy for `time`, each with requests that carry the cookie of the answer before. `first` makes each
/// connection's first answer.
pub async fn cookie_loop(
    address: SocketAddr,
    connections: usize,
    time: Duration,
    first: impl Fn(usize) -> Vec<u8>,
    path: &'static str,
) -> Result<Outcome, String> {
    let words = |e: std::io::Error| e.to_string();
    let mut ready = Vec::with_capacity(connections);
    for c in 0..connections {
        let mut connection = Connection::open(address).await.map_err(words)?;
        let (status, _) = connection.exchange(&first(c)).await.map_err(words)?;
        if connection.cookie.is_none() {
            return Err(format!("the answer {status} sets no cookie"));
        }
        ready.push(connection);
    }
    let started = Instant::now();
    let tasks: Vec<_> = ready
        .into_iter()
        .map(|mut connection| {
            tokio::spawn(async move {
                let mut outcome = Outcome::default();
                while started.elapsed() < time {
                    let Some(cookie) = connection.cookie.take() else {
                        break;
                    };
                    let bytes = post_with_cookie(path, &cookie);
                    let sent = Instant::now();
                    let (status, body) = connection.exchange(&bytes).await?;
                    outcome.add(status, sent.elapsed(), body.len());
                }
                Ok::<_, std::io::Error>(outcome)
            })
        })
        .collect();
    together(tasks, started).await
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
                    outcome.add(status, sent.elapsed(), body.len());
                    n += 1;
                }
                Ok::<_, std::io::Error>(outcome)
            })
        })
        .collect();
    together(tasks, started).await
}

async fn together(
    tasks: Vec<tokio::task::JoinHandle<std::io::Result<Outcome>>>,
    started: Instant,
) -> Result<Outcome, String> {
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
