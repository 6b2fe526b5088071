//! One attempt: name to addresses, addresses checked, connection to the address that was checked, one request, one answer.
//! Nothing is followed, nothing is kept open, and nothing in the environment (proxies) takes part.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Request, Response, header};
use hyper_util::rt::TokioIo;
use quaymaster_domain::webhooks::{Outcome, Target, is_public};
use quaymaster_service::webhooks::deliver::{Parcel, Reply};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::failure::Failure;

/// How much of an answer is read; the rest is dropped with the connection.
const MOST_READ: usize = 64 * 1024;

/// How many addresses of a name are tried.
const MOST_ADDRESSES: usize = 4;

/// How long an attempt may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until the connection stands.
    pub connect: Duration,
    /// Until the answer is there.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(15),
        }
    }
}

/// That a name leads nowhere.
#[derive(Clone, Copy, Debug)]
pub struct Unresolved;

/// Finds the addresses of a name.
pub trait Resolve: Send + Sync {
    /// Every address of the name.
    fn resolve(
        &self,
        host: String,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, Unresolved>> + Send + '_>>;
}

/// The operating system's way.
struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(
        &self,
        host: String,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, Unresolved>> + Send + '_>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0))
                .await
                .map_err(|_unknown| Unresolved)?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Sends events. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    open: bool,
    limits: Limits,
    resolver: Arc<dyn Resolve>,
    tls: Arc<ClientConfig>,
}

/// What went wrong, for the log of deliveries.
struct Trouble(Outcome, String);

impl Sender {
    /// Sends to public addresses over TLS only, unless `open`.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(open: bool) -> Result<Self, Failure> {
        Self::with(open, Limits::default(), Arc::new(SystemResolver))
    }

    /// The same with other limits and another way to find addresses.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn with(open: bool, limits: Limits, resolver: Arc<dyn Resolve>) -> Result<Self, Failure> {
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Failure::new(format!("TLS for webhooks: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            open,
            limits,
            resolver,
            tls: Arc::new(tls),
        })
    }

    /// Makes one attempt.
    pub async fn send(&self, parcel: &Parcel) -> Reply {
        let started = Instant::now();
        let reply = |outcome, status, detail, body| Reply {
            outcome,
            status,
            detail,
            body,
            took: started.elapsed(),
        };
        let answered = match timeout(self.limits.total, self.exchange(parcel)).await {
            Ok(Ok(answered)) => answered,
            Ok(Err(Trouble(outcome, detail))) => return reply(outcome, None, detail, None),
            Err(_) => {
                let detail = format!(
                    "The receiver did not answer within {} seconds.",
                    self.limits.total.as_secs_f32()
                );
                return reply(Outcome::TimedOut, None, detail, None);
            }
        };
        let status = answered.response.status().as_u16();
        let rest = self.limits.total.saturating_sub(started.elapsed());
        let body = beginning(answered, rest).await;
        let (outcome, detail) = meaning(status);
        reply(outcome, Some(status), detail, Some(body))
    }

    /// From the address to the head of the answer.
    async fn exchange(&self, parcel: &Parcel) -> Result<Answered, Trouble> {
        let target = Target::parse(&parcel.url, self.open)
            .map_err(|error| Trouble(Outcome::AddressRefused, sentence(&error.to_string())))?;
        let stream = self.connect(&target).await?;
        if !target.secure {
            return request(stream, &target, parcel).await;
        }
        let name = ServerName::try_from(target.host.trim_end_matches('.').to_owned()).map_err(
            |_unfit| {
                Trouble(
                    Outcome::TlsFailed,
                    "No certificate can be valid for this host.".to_owned(),
                )
            },
        )?;
        let secured = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream);
        let secured = secured.await.map_err(|error| {
            Trouble(
                Outcome::TlsFailed,
                format!("The connection could not be secured: {error}."),
            )
        })?;
        request(secured, &target, parcel).await
    }

    /// The name is looked up once, every address is checked, and the connection goes to one that was.
    async fn connect(&self, target: &Target) -> Result<TcpStream, Trouble> {
        let connecting = async {
            let addresses = match target.literal() {
                Some(address) => vec![address],
                None => self
                    .resolver
                    .resolve(target.host.clone())
                    .await
                    .map_err(|Unresolved| nowhere(target))?,
            };
            if addresses.is_empty() {
                return Err(nowhere(target));
            }
            // One private address among others is refused as well: nobody's name leads there by accident.
            if !self.open && !addresses.iter().all(|address| is_public(*address)) {
                return Err(Trouble(
                    Outcome::AddressRefused,
                    format!(
                        "{} leads to a private address; events are sent to public addresses only.",
                        target.host
                    ),
                ));
            }
            let mut last = None;
            for address in addresses.into_iter().take(MOST_ADDRESSES) {
                match TcpStream::connect(SocketAddr::new(address, target.port)).await {
                    Ok(stream) => return Ok(stream),
                    Err(error) => last = Some(error),
                }
            }
            let why = last.map_or_else(String::new, |error| format!(": {error}"));
            Err(Trouble(
                Outcome::NotConnected,
                format!(
                    "Nobody answers at {} port {}{why}.",
                    target.host, target.port
                ),
            ))
        };
        timeout(self.limits.connect, connecting)
            .await
            .unwrap_or_else(|_| {
                Err(Trouble(
                    Outcome::TimedOut,
                    format!(
                        "No connection to {} within {} seconds.",
                        target.host,
                        self.limits.connect.as_secs_f32()
                    ),
                ))
            })
    }
}

fn nowhere(target: &Target) -> Trouble {
    Trouble(
        Outcome::NotResolved,
        format!("The name {} leads nowhere.", target.host),
    )
}

/// The head of an answer, and the connection that its body comes over, which ends with it.
struct Answered {
    response: Response<Incoming>,
    _connection: Connection,
}

/// The task that drives a connection. Dropped, it ends, and the connection with it.
struct Connection(tokio::task::JoinHandle<()>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn request(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    target: &Target,
    parcel: &Parcel,
) -> Result<Answered, Trouble> {
    let broken = |error: &hyper::Error| {
        let outcome = if error.is_parse() {
            Outcome::BrokenAnswer
        } else {
            Outcome::NotConnected
        };
        Trouble(outcome, format!("The connection broke: {error}."))
    };
    let unfit = |error: hyper::http::Error| {
        Trouble(
            Outcome::AddressRefused,
            format!("The address cannot be asked for: {error}."),
        )
    };
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MOST_READ)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| broken(&error))?;
    let connection = Connection(tokio::spawn(async move {
        // Whatever ends it is told to the one who waits for the answer.
        connection.await.ok();
    }));
    let request = Request::post(&target.path)
        .header(header::HOST, &target.authority)
        .header(header::USER_AGENT, "Quaymaster-Webhooks/1")
        .header(
            header::CONTENT_TYPE,
            "application/cloudevents+json; charset=utf-8",
        )
        .header(header::ACCEPT, "*/*")
        .header(header::CONNECTION, "close")
        .header("webhook-id", parcel.id.to_string())
        .header("webhook-timestamp", parcel.timestamp.to_string())
        .header("webhook-signature", &parcel.signature)
        .body(Full::new(Bytes::from(parcel.body.clone())))
        .map_err(unfit)?;
    let response = sender
        .send_request(request)
        .await
        .map_err(|error| broken(&error))?;
    Ok(Answered {
        response,
        _connection: connection,
    })
}

/// The beginning of the body. The status is known by now; a body that hangs or never ends changes nothing.
async fn beginning(mut answered: Answered, rest: Duration) -> Vec<u8> {
    let mut read = Vec::new();
    let reading = async {
        while read.len() < MOST_READ {
            let Some(Ok(frame)) = answered.response.frame().await else {
                return;
            };
            if let Ok(data) = frame.into_data() {
                let room = MOST_READ - read.len();
                read.extend_from_slice(&data[..data.len().min(room)]);
            }
        }
    };
    // Over or not, what was read until then is what there is.
    timeout(rest.min(Duration::from_secs(2)), reading)
        .await
        .ok();
    read
}

fn meaning(status: u16) -> (Outcome, String) {
    match status {
        200..=299 => (
            Outcome::Delivered,
            format!("The receiver took the event ({status})."),
        ),
        300..=399 => (
            Outcome::Redirected,
            format!(
                "The receiver answered {status} and named another address. Redirects are not followed; change the address of the webhook."
            ),
        ),
        410 => (
            Outcome::Gone,
            "The receiver answered 410: it says that this address is gone.".to_owned(),
        ),
        _ => (
            Outcome::RefusedStatus,
            format!("The receiver answered {status}; only 2xx counts as received."),
        ),
    }
}

fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_uppercase(), chars.as_str())
    })
}
