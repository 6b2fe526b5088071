//! What the machinery around the handlers needs to know of each operation, taken from the contract, so that there is no
//! second list: its path, its query parameters, its body, whether it takes an idempotency key.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use actix_web::http::Method;
use quaymaster_domain::api_clients::ApiScope;
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};

use crate::client_operations;
use crate::deprecation::{self, Ending};
use crate::operation_list::Operations;
use crate::routes::{self, BASE};
use crate::shape::{self, Misplaced};

/// Facts of one operation.
pub(crate) struct Facts {
    /// The schemas of its query parameters by name.
    pub(crate) query: BTreeMap<String, Value>,
    /// True when a repeated request with the same `Idempotency-Key` is answered from memory.
    pub(crate) takes_key: bool,
    /// True when nobody needs to be signed in.
    pub(crate) public: bool,
    /// The scope by which an API client may call it; `None` when it is for people.
    pub(crate) client_scope: Option<ApiScope>,
    /// How it ends; `None` when it stays.
    pub(crate) ending: Option<&'static Ending>,
    /// The schema of its JSON body.
    body: Value,
}

impl Facts {
    /// How the text of a query parameter is beyond what the contract says.
    pub(crate) fn beyond(&self, name: &str, text: &str) -> Option<Misplaced> {
        let text = Value::String(text.to_owned());
        shape::misplaced(&table().schemas, self.query.get(name)?, &text)
    }

    /// The first value of a body that is not of the kind, or beyond the limits, of the contract.
    pub(crate) fn misplaced(&self, body: &Value) -> Option<Misplaced> {
        shape::misplaced(&table().schemas, &self.body, body)
    }
}

type Methods = BTreeMap<&'static str, Facts>;

/// The paths of the contract as a tree of their parts.
#[derive(Default)]
struct Branch {
    words: BTreeMap<String, Branch>,
    parameter: Option<Box<Branch>>,
    methods: Option<Methods>,
}

struct Table {
    root: Branch,
    /// Those of the contract's schemas that a request is checked by, by name.
    schemas: Value,
}

/// Creating operations whose request or answer holds a secret: nothing of them is remembered.
const HOLDS_SECRETS: &[&str] = &[
    "add_api_client_secret",
    "create_api_client",
    "create_application",
    "create_session",
    "create_first_administrator",
    "create_webhook",
    "redeem_invitation",
];

/// True for what creates something, in JSON, without a secret.
pub(crate) fn takes_key(operation: &Operation) -> bool {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let in_json = match &operation.request_body {
        None => true,
        Some(RefOr::T(body)) => body.content.keys().all(|kind| kind == "application/json"),
        Some(RefOr::Ref(_)) => false,
    };
    operation.responses.responses.contains_key("201") && in_json && !HOLDS_SECRETS.contains(&id)
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(read)
}

/// Takes one operation after the other, so that the descriptions of all are never in memory at once.
fn read() -> Table {
    let mut root = Branch::default();
    let mut all: BTreeMap<String, Value> = BTreeMap::new();
    routes::areas(&mut Operations::Shown(&mut |paths, schemas| {
        for (path, item) in &paths.paths {
            root.add(&format!("{BASE}{path}"), item);
        }
        for (name, schema) in schemas {
            all.entry(name).or_insert_with(|| {
                serde_json::to_value(schema).map_or(Value::Null, shape::essence)
            });
        }
    }));
    let schemas = shape::reached(root.checked(), |name| all.get(name).cloned());
    Table { root, schemas }
}

impl Branch {
    fn add(&mut self, path: &str, item: &PathItem) {
        let end = path.split('/').fold(self, |branch, part| {
            if part.starts_with('{') {
                branch.parameter.get_or_insert_default()
            } else {
                branch.words.entry(part.to_owned()).or_default()
            }
        });
        end.methods.get_or_insert_default().extend(methods(item));
    }

    /// The schemas that requests are checked by.
    fn checked(&self) -> Vec<&Value> {
        let own = self.methods.iter().flat_map(BTreeMap::values);
        let mut all: Vec<&Value> = own
            .flat_map(|facts| facts.query.values().chain([&facts.body]))
            .collect();
        let below = self.words.values().chain(self.parameter.as_deref());
        all.extend(below.flat_map(Branch::checked));
        all
    }
}

fn methods(item: &PathItem) -> Methods {
    [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, facts(method, operation.as_ref()?))))
    .collect()
}

fn facts(method: &str, operation: &Operation) -> Facts {
    let named = |parameter: &RefOr<Parameter>| match parameter {
        RefOr::T(one) if matches!(one.parameter_in, ParameterIn::Query) => {
            let schema = serde_json::to_value(&one.schema).unwrap_or_default();
            Some((one.name.clone(), shape::essence(schema)))
        }
        _ => None,
    };
    let body = match &operation.request_body {
        Some(RefOr::T(body)) => body.content.get("application/json"),
        _ => None,
    };
    Facts {
        body: body
            .and_then(|content| match content {
                RefOr::T(content) => serde_json::to_value(&content.schema).ok(),
                RefOr::Ref(_) => None,
            })
            .map(shape::essence)
            .unwrap_or_default(),
        query: operation
            .parameters
            .iter()
            .flatten()
            .filter_map(named)
            .collect(),
        takes_key: method == "POST" && takes_key(operation),
        public: operation.security.as_ref().is_some_and(Vec::is_empty),
        client_scope: operation
            .operation_id
            .as_deref()
            .and_then(client_operations::scope_of),
        ending: operation.operation_id.as_deref().and_then(deprecation::of),
    }
}

/// The operation that a request leads to. `path` is the one that was routed by.
pub(crate) fn of_path(method: &Method, path: &str) -> Option<&'static Facts> {
    find(path, |methods| methods.get(method.as_str()))
}

/// True when a path is one of the contract's own that does not take the method, although a more general one would:
/// nothing is called `refresh`, so `DELETE /sessions/refresh` deletes no session of that name.
pub(crate) fn is_refused(method: &Method, path: &str) -> bool {
    find(path, Some).is_some_and(|methods| !methods.contains_key(method.as_str()))
}

/// The methods that a path takes, as the `Allow` header writes them; `None` when there is no such path.
pub(crate) fn allowed(path: &str) -> Option<String> {
    let mut list: Vec<&str> = find(path, Some)?.keys().copied().collect();
    if list.contains(&"GET") {
        list.push("HEAD");
    }
    list.push("OPTIONS");
    Some(list.join(", "))
}

/// Finds something at the place that a path leads to. A word of the path counts more than a parameter:
/// `/sessions/current` is not `/sessions/{id}`, unless what is looked for is at the latter only.
fn find<T>(path: &str, wanted: impl Fn(&'static Methods) -> Option<T>) -> Option<T> {
    fn at<T>(
        branch: &'static Branch,
        parts: &[&str],
        wanted: &impl Fn(&'static Methods) -> Option<T>,
    ) -> Option<T> {
        let Some((part, rest)) = parts.split_first() else {
            return wanted(branch.methods.as_ref()?);
        };
        let by_word = branch
            .words
            .get(*part)
            .and_then(|next| at(next, rest, wanted));
        by_word.or_else(|| {
            let next = branch.parameter.as_ref().filter(|_| !part.is_empty())?;
            at(next, rest, wanted)
        })
    }
    // No path of the contract has as many parts; nobody makes us look further.
    let parts: Vec<&str> = path.split('/').take(32).collect();
    at(&table().root, &parts, &wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_operations() {
        assert!(of_path(&Method::GET, "/api/v1/accounts/x/users").is_some());
        assert!(of_path(&Method::GET, "/api/v1/accounts/x/users/").is_none());
        assert!(of_path(&Method::GET, "/api/v1/accounts//users").is_none());
        assert!(of_path(&Method::PUT, "/api/v1/accounts/x/users").is_none());
        let public = |path: &str| of_path(&Method::DELETE, path).map(|f| f.public);
        assert_eq!(public("/api/v1/sessions/current"), Some(false));
        assert_eq!(public("/api/v1/sessions/x"), Some(false));
        assert_eq!(public("/api/v1/sessions/refresh"), Some(false));
        assert!(is_refused(&Method::DELETE, "/api/v1/sessions/refresh"));
        assert!(!is_refused(&Method::DELETE, "/api/v1/sessions/current"));
        assert!(!is_refused(&Method::DELETE, "/api/v1/nothing"));
        assert!(of_path(&Method::GET, &"/x".repeat(100_000)).is_none());
        assert_eq!(
            allowed("/api/v1/setup").as_deref(),
            Some("GET, HEAD, OPTIONS")
        );
        assert_eq!(allowed("/api/v1/nothing"), None);
    }

    #[test]
    fn keys_are_taken_where_something_without_a_secret_is_created() {
        let takes = |method: Method, path: &str| of_path(&method, path).map(|f| f.takes_key);
        assert_eq!(takes(Method::POST, "/api/v1/terms-versions"), Some(true));
        assert_eq!(takes(Method::POST, "/api/v1/sessions"), Some(false));
        assert_eq!(
            takes(Method::POST, "/api/v1/setup/administrator"),
            Some(false)
        );
        assert_eq!(takes(Method::GET, "/api/v1/terms-versions"), Some(false));
    }

    #[test]
    fn the_list_of_secrets_names_operations_that_exist() {
        let api = crate::contract::openapi().to_json().unwrap_or_default();
        for id in HOLDS_SECRETS
            .iter()
            .filter(|id| **id != "redeem_invitation")
        {
            assert!(api.contains(&format!("\"operationId\":\"{id}\"")), "{id}");
        }
    }
}
