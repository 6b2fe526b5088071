//! A receiver of events: a real server on this machine that does what the path says, and keeps what it got.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::web::Bytes;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What was received.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Received {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    pub(super) fn event(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Checks the signature as the scheme's specification tells receivers to, with nothing of the portal's code.
    pub(super) fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD
            .decode(secret.strip_prefix("whsec_").unwrap())
            .unwrap();
        let signed = format!(
            "{}.{}.{}",
            self.header("webhook-id"),
            self.header("webhook-timestamp"),
            self.body
        );
        self.header("webhook-signature").split(' ').any(|one| {
            let Some(text) = one.strip_prefix("v1,") else {
                return false;
            };
            let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key).unwrap();
            mac.update(signed.as_bytes());
            mac.verify_slice(&STANDARD.decode(text).unwrap()).is_ok()
        })
    }
}

pub(super) struct Receiver {
    pub(super) address: SocketAddr,
    got: Arc<Mutex<Vec<Received>>>,
    handle: actix_web::dev::ServerHandle,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        let got: Arc<Mutex<Vec<Received>>> = Arc::default();
        let shared = Arc::clone(&got);
        let server = HttpServer::new(move || {
            let got = Arc::clone(&shared);
            App::new().default_service(web::to(move |request: HttpRequest, body: Bytes| {
                let got = Arc::clone(&got);
                async move { answer(&request, &body, &got).await }
            }))
        })
        .workers(1)
        .disable_signals()
        .shutdown_timeout(0)
        .bind(("127.0.0.1", 0))
        .unwrap();
        let address = server.addrs()[0];
        let running = server.run();
        let handle = running.handle();
        tokio::spawn(running);
        Self {
            address,
            got,
            handle,
        }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    pub(super) fn got(&self) -> Vec<Received> {
        self.got
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn answer(request: &HttpRequest, body: &Bytes, got: &Mutex<Vec<Received>>) -> HttpResponse {
    let received = Received {
        path: request.path().to_owned(),
        headers: request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let before = {
        let mut got = got.lock().unwrap_or_else(PoisonError::into_inner);
        got.push(received.clone());
        got.iter()
            .filter(|r| r.header("webhook-id") == received.header("webhook-id"))
            .count()
            - 1
    };
    match received.path.trim_start_matches('/') {
        "hang" => {
            tokio::time::sleep(Duration::from_secs(600)).await;
            HttpResponse::Ok().finish()
        }
        "fail" => HttpResponse::InternalServerError().body("Out of order: \u{1b}[31mdisk\0 full"),
        "fail-twice" if before < 2 => HttpResponse::ServiceUnavailable().finish(),
        "redirect" => HttpResponse::Found()
            .insert_header(("location", "/good"))
            .finish(),
        "gone" => HttpResponse::Gone().finish(),
        // Ten gigabytes, were somebody to read them.
        "flood" => {
            let piece = Bytes::from(vec![b'x'; 1 << 20]);
            let pieces = futures_util::stream::iter(
                std::iter::repeat_n(piece, 10 * 1024).map(Ok::<_, std::io::Error>),
            );
            HttpResponse::Ok().streaming(pieces)
        }
        "slow-body" => {
            let never = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();
            HttpResponse::Ok().streaming(never)
        }
        _ => HttpResponse::NoContent().finish(),
    }
}
