//! Callers over HTTP: a token, a cookie jar, and short ways to ask.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::contract::Contract;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// The body as JSON; `null` when it is not.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// A value in the body by JSON pointer; `null` when absent.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Value {
        self.json().pointer(pointer).cloned().unwrap_or(Value::Null)
    }

    /// The code of a problem; empty when the answer is none.
    #[must_use]
    pub fn code(&self) -> String {
        self.at("/code").as_str().unwrap_or_default().to_owned()
    }

    /// A header as text; empty when absent.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
    }

    /// Status and code, for one comparison: `(409, "client-identifier")`.
    #[must_use]
    pub fn outcome(&self) -> (u16, String) {
        (self.status, self.code())
    }

    /// Asserts a success and gives the body.
    ///
    /// # Panics
    /// When the answer is no success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{}: {}",
            self.status,
            self.body
        );
        self.json()
    }
}

/// Somebody who asks over HTTP.
#[derive(Clone)]
pub struct Caller {
    client: reqwest::Client,
    base: String,
    /// The access token, once signed in.
    pub token: Option<String>,
    /// Cookies by name.
    pub cookies: BTreeMap<String, String>,
    extra: HeaderMap,
}

impl Caller {
    pub(crate) fn new(client: reqwest::Client, base: String) -> Self {
        Self {
            client,
            base,
            token: None,
            cookies: BTreeMap::new(),
            extra: HeaderMap::new(),
        }
    }

    /// The same caller with one more header on every request.
    ///
    /// # Panics
    /// When name or value are no header.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.extra.insert(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        );
        other
    }

    /// Signs in and keeps token and cookies.
    pub async fn sign_in(&mut self, user_name: &str, password: &str) -> Answer {
        let answer = self
            .post(
                "/sessions",
                &json!({ "user_id": user_name, "password": password }),
            )
            .await;
        self.keep(&answer);
        answer
    }

    /// Keeps the token and cookies of an answer.
    pub fn keep(&mut self, answer: &Answer) {
        if let Some(token) = answer.at("/access_token").as_str() {
            self.token = Some(token.to_owned());
        }
        for cookie in answer
            .headers
            .get_all("set-cookie")
            .iter()
            .filter_map(|v| v.to_str().ok())
        {
            if let Some((name, value)) = cookie
                .split(';')
                .next()
                .and_then(|pair| pair.split_once('='))
            {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Any request; the answer is held against the contract. `path` without the base path of the API unless it starts with `//` (then from the root).
    ///
    /// # Panics
    /// When no answer comes, or one that the contract does not document.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: Vec<u8>,
    ) -> Answer {
        self.try_send(method, path, content_type, body)
            .await
            .unwrap()
    }

    /// The same when the server may be gone.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: Vec<u8>,
    ) -> Result<Answer, reqwest::Error> {
        let path = path
            .strip_prefix('/')
            .filter(|p| p.starts_with('/'))
            .map_or_else(|| format!("/api/v1{path}"), str::to_owned);
        let mut request = self
            .client
            .request(method.clone(), format!("{}{path}", self.base))
            .headers(self.extra.clone());
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if !self.cookies.is_empty() {
            let jar: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header("cookie", jar.join("; "));
        }
        if let Some(kind) = content_type {
            request = request.header("content-type", kind).body(body);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let answer = Answer {
            status,
            headers,
            body: response.text().await?,
        };
        let wrong = Contract::get().judge(
            method.as_str(),
            path.split('?').next().unwrap_or_default(),
            status,
            answer.header("content-type"),
            &answer.body,
        );
        assert!(
            wrong.is_empty(),
            "{method} {path} is answered against the contract: {wrong:#?}\n{}",
            answer.body
        );
        Ok(answer)
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Vec::new()).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(
            Method::POST,
            path,
            Some("application/json"),
            body.to_string().into_bytes(),
        )
        .await
    }

    /// POST without a body.
    pub async fn post_empty(&self, path: &str) -> Answer {
        self.send(Method::POST, path, None, Vec::new()).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(
            Method::PUT,
            path,
            Some("application/json"),
            body.to_string().into_bytes(),
        )
        .await
    }

    /// PATCH with a JSON body and the ETag that was read.
    pub async fn patch(&self, path: &str, etag: &str, body: &Value) -> Answer {
        self.with_header("if-match", etag)
            .send(
                Method::PATCH,
                path,
                Some("application/json"),
                body.to_string().into_bytes(),
            )
            .await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, Vec::new()).await
    }

    /// DELETE with the ETag that was read.
    pub async fn delete_match(&self, path: &str, etag: &str) -> Answer {
        self.with_header("if-match", etag).delete(path).await
    }
}
