//! One way to call an operation: where its path, query, body and headers come from. No world and no judgement.

use std::collections::BTreeMap;

use quaymaster_tests::{Answer, Caller};
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

/// Stands for the caller's own session in a path.
pub(super) const OWN_SESSION: &str = "\u{0}session";

/// A valid request of an operation on the fixed world.
#[derive(Clone)]
pub(super) struct Ask {
    /// The operation's id in the contract.
    pub(super) operation: &'static str,
    /// What is special about it; empty for the plain one.
    pub(super) case: &'static str,
    path: Vec<(&'static str, String)>,
    query: &'static str,
    body: Option<(String, String)>,
    etag: &'static str,
    header: Option<(&'static str, &'static str)>,
}

/// The plain request of an operation.
pub(super) fn ask(operation: &'static str) -> Ask {
    Ask {
        operation,
        case: "",
        path: Vec::new(),
        query: "",
        body: None,
        etag: "\"v1\"",
        header: None,
    }
}

impl Ask {
    /// Names what is special.
    pub(super) fn case(self, case: &'static str) -> Self {
        Self { case, ..self }
    }

    /// A parameter of the path.
    pub(super) fn at(mut self, name: &'static str, value: impl ToString) -> Self {
        self.path.push((name, value.to_string()));
        self
    }

    /// The query, without the question mark.
    pub(super) fn query(self, query: &'static str) -> Self {
        Self { query, ..self }
    }

    /// One more header.
    pub(super) fn header(self, name: &'static str, value: &'static str) -> Self {
        let header = Some((name, value));
        Self { header, ..self }
    }

    /// A JSON body.
    pub(super) fn json(self, body: Value) -> Self {
        let body = Some(("application/json".to_owned(), body.to_string()));
        Self { body, ..self }
    }

    /// A body of another kind.
    pub(super) fn text(self, content_type: &'static str, body: &str) -> Self {
        let body = Some((content_type.to_owned(), body.to_owned()));
        Self { body, ..self }
    }

    /// The same request with another body.
    pub(super) fn with_body(&self, content_type: &str, body: &str) -> Self {
        let body = Some((content_type.to_owned(), body.to_owned()));
        Self {
            body,
            ..self.clone()
        }
    }

    /// Its body as JSON, or the fields of a form; `None` when it is neither.
    pub(super) fn body(&self) -> Option<Value> {
        let (kind, text) = self.body.as_ref()?;
        if kind == "application/x-www-form-urlencoded" {
            let fields: BTreeMap<String, String> = serde_urlencoded::from_str(text).ok()?;
            return serde_json::to_value(fields).ok();
        }
        serde_json::from_str(text).ok()
    }

    /// The same request with another value of a parameter of the path.
    pub(super) fn instead(mut self, name: &str, value: &str) -> Self {
        for (_, old) in self.path.iter_mut().filter(|(own, _)| *own == name) {
            value.clone_into(old);
        }
        self
    }

    /// The line's name in the matrix.
    pub(super) fn label(&self) -> String {
        if self.case.is_empty() {
            self.operation.to_owned()
        } else {
            format!("{} [{}]", self.operation, self.case)
        }
    }

    /// The names of the path's parameters.
    pub(super) fn parameters(&self) -> Vec<&'static str> {
        self.path.iter().map(|(name, _)| *name).collect()
    }

    /// The same request about things that do not exist; `None` when there is nothing to be absent.
    pub(super) fn absent(&self) -> Option<Self> {
        let mut other = self.clone();
        let mut changed = false;
        for (index, (_, value)) in other.path.iter_mut().enumerate() {
            if Uuid::parse_str(value).is_ok() {
                *value = format!("00000000-0000-7000-8000-00000000000{index}");
                changed = true;
            }
        }
        changed.then_some(other)
    }

    /// Sends it. `template` is the path of the contract below the base path.
    pub(super) async fn send(
        &self,
        caller: &Caller,
        method: &Method,
        template: &str,
        session: &str,
    ) -> Answer {
        let mut path = template.to_owned();
        for (name, value) in &self.path {
            let value = if value == OWN_SESSION { session } else { value };
            path = path.replace(&format!("{{{name}}}"), value);
        }
        if !self.query.is_empty() {
            path = format!("{path}?{}", self.query);
        }
        let conditional = [Method::PUT, Method::PATCH, Method::DELETE].contains(method);
        let caller = if conditional {
            caller.with_header("if-match", self.etag)
        } else {
            caller.clone()
        };
        let caller = match self.header {
            Some((name, value)) => caller.with_header(name, value),
            None => caller,
        };
        let (content_type, body) = match &self.body {
            Some((kind, text)) => (Some(kind.as_str()), text.clone().into_bytes()),
            None => (None, Vec::new()),
        };
        caller.send(method.clone(), &path, content_type, body).await
    }
}
