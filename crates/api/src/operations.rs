//! What the machinery around the handlers needs to know of each operation, taken from the contract, so that there is no
//! second list: its path, its query parameters, whether it takes an idempotency key.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use actix_web::http::Method;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::{OpenApi, RefOr};

/// Facts of one operation.
pub(crate) struct Facts {
    /// The names of its query parameters.
    pub(crate) query: BTreeSet<String>,
    /// True when a repeated request with the same `Idempotency-Key` is answered from memory.
    pub(crate) takes_key: bool,
    /// True when nobody needs to be signed in.
    pub(crate) public: bool,
}

type Methods = BTreeMap<&'static str, Facts>;

/// Creating operations whose request or answer holds a secret: nothing of them is remembered.
const HOLDS_SECRETS: &[&str] = &[
    "create_session",
    "create_first_administrator",
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

fn table() -> &'static BTreeMap<String, Methods> {
    static TABLE: OnceLock<BTreeMap<String, Methods>> = OnceLock::new();
    TABLE.get_or_init(|| read(&crate::contract::openapi()))
}

fn read(api: &OpenApi) -> BTreeMap<String, Methods> {
    api.paths
        .paths
        .iter()
        .map(|(path, item)| (path.clone(), methods(item)))
        .collect()
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
        RefOr::T(one) if matches!(one.parameter_in, ParameterIn::Query) => Some(one.name.clone()),
        _ => None,
    };
    Facts {
        query: operation
            .parameters
            .iter()
            .flatten()
            .filter_map(named)
            .collect(),
        takes_key: method == "POST" && takes_key(operation),
        public: operation.security.as_ref().is_some_and(Vec::is_empty),
    }
}

/// The operation of a path as the contract writes it.
pub(crate) fn at(method: &Method, template: &str) -> Option<&'static Facts> {
    table().get(template)?.get(method.as_str())
}

/// The operation that a request's path leads to.
pub(crate) fn of_path(method: &Method, path: &str) -> Option<&'static Facts> {
    methods_of(path)?.get(method.as_str())
}

/// The methods that a path takes, as the `Allow` header writes them; `None` when there is no such path.
pub(crate) fn allowed(path: &str) -> Option<String> {
    let mut list: Vec<&str> = methods_of(path)?.keys().copied().collect();
    if list.contains(&"GET") {
        list.push("HEAD");
    }
    list.push("OPTIONS");
    Some(list.join(", "))
}

/// A word of the path counts more than a parameter: `/sessions/current` is not `/sessions/{id}`. Operations of both are
/// not mixed, because no path of the contract has a method that its more general neighbour lacks.
fn methods_of(path: &str) -> Option<&'static Methods> {
    let fits = |template: &str| {
        let mut given = path.split('/');
        let all = template.split('/').all(|wanted| {
            given
                .next()
                .is_some_and(|part| part == wanted || (wanted.starts_with('{') && !part.is_empty()))
        });
        all && given.next().is_none()
    };
    table()
        .iter()
        .filter(|(template, _)| fits(template))
        .min_by_key(|(template, _)| template.matches('{').count())
        .map(|(_, methods)| methods)
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
