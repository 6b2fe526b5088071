//! The contract's own quality: what an integrator reads must be complete, named and true. Which operations are public is held
//! by the authorization tests.

use std::collections::{BTreeMap, BTreeSet};

use quaymaster_tests::Contract;
use serde_json::Value;

fn operations() -> Vec<quaymaster_tests::Operation<'static>> {
    let all = Contract::get().operations();
    assert!(all.len() > 20, "the contract has {} operations", all.len());
    all
}

fn is_blank(value: &Value) -> bool {
    value.as_str().is_none_or(|text| text.trim().is_empty())
}

/// Asserts that a list of complaints is empty.
#[track_caller]
fn no(complaints: &[String]) {
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn operations_are_named_described_and_tagged() {
    let contract = Contract::get();
    let tags: BTreeSet<&str> = contract.document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    let mut ids = BTreeMap::new();
    let mut complaints = Vec::new();
    for operation in operations() {
        let id = operation.id();
        *ids.entry(id).or_insert(0) += 1;
        let snake = id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit());
        if id.is_empty() || !snake {
            complaints.push(format!(
                "{} {}: id {id:?}",
                operation.method, operation.path
            ));
        }
        let summary = operation.says["summary"].as_str().unwrap_or_default();
        if summary.is_empty() || summary.len() > 80 || summary.ends_with('.') {
            complaints.push(format!("{id}: summary {summary:?}"));
        }
        let own = operation.says["tags"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        if own.len() != 1
            || !own
                .iter()
                .all(|t| tags.contains(t.as_str().unwrap_or_default()))
        {
            complaints.push(format!("{id}: tags {own:?} are not one of {tags:?}"));
        }
        if !operation.says["security"].is_array() {
            complaints.push(format!("{id}: neither public nor secured"));
        }
    }
    complaints.extend(
        ids.iter()
            .filter(|(_, count)| **count > 1)
            .map(|(id, count)| format!("{id} stands {count} times")),
    );
    no(&complaints);
}

#[test]
fn parameters_are_complete() {
    let mut complaints = Vec::new();
    for operation in operations() {
        let id = operation.id();
        let in_path: BTreeSet<&str> = operation
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        let named: BTreeSet<&str> = operation.parameters("path").into_iter().collect();
        if in_path != named {
            complaints.push(format!(
                "{id}: the path has {in_path:?}, the list {named:?}"
            ));
        }
        let all = operation.says["parameters"].as_array();
        for parameter in all.into_iter().flatten() {
            let name = &parameter["name"];
            if is_blank(&parameter["description"]) {
                complaints.push(format!("{id}: {name} has no description"));
            }
            if !parameter["schema"].is_object() {
                complaints.push(format!("{id}: {name} has no schema"));
            }
        }
    }
    no(&complaints);
}

#[test]
fn refusals_are_problems_and_the_common_ones_are_there() {
    let mut complaints = Vec::new();
    for operation in operations() {
        let id = operation.id();
        let responses = operation.says["responses"].as_object().unwrap();
        let mut wanted = vec!["400", "422", "429", "500", "503"];
        if !operation.is_public() {
            wanted.extend(["401", "403", "423"]);
        }
        if operation.path.contains('{') {
            wanted.push("404");
        }
        if operation.says["requestBody"].is_object() {
            wanted.extend(["413", "415"]);
        }
        if operation.parameters("header").contains(&"If-Match") {
            wanted.extend(["412", "428"]);
        }
        for status in wanted {
            if !responses.contains_key(status) {
                complaints.push(format!("{id}: {status} is missing"));
            }
        }
        if !responses.keys().any(|status| status.starts_with('2')) {
            complaints.push(format!("{id}: no success"));
        }
        for (status, response) in responses {
            if is_blank(&response["description"]) {
                complaints.push(format!("{id}, {status}: no description"));
            }
            // The token endpoint speaks the language of OAuth where RFC 6749 says how.
            let in_oauth = id == "create_token" && ["400", "401"].contains(&status.as_str());
            if in_oauth {
                let media = &response["content"]["application/json"];
                if media["schema"]["$ref"] != "#/components/schemas/OAuthError" {
                    complaints.push(format!("{id}, {status}: is no refusal of OAuth"));
                }
            } else if status.starts_with('4') || status.starts_with('5') {
                let content = response["content"].as_object().cloned().unwrap_or_default();
                let problem = content.get("application/problem+json");
                let refers = problem
                    .is_some_and(|media| media["schema"]["$ref"] == "#/components/schemas/Problem");
                if content.len() != 1 || !refers {
                    complaints.push(format!("{id}, {status}: is no problem"));
                }
            }
        }
    }
    no(&complaints);
}

#[test]
fn idempotency_keys_are_documented_where_json_creates_something() {
    // What holds a secret is never remembered.
    let secret = [
        "add_api_client_secret",
        "create_api_client",
        "create_application",
        "create_session",
        "create_first_administrator",
        "create_webhook",
        "redeem_invitation",
    ];
    let mut complaints = Vec::new();
    for operation in operations() {
        let id = operation.id();
        let creates = operation.method == "post"
            && operation.says["responses"]["201"].is_object()
            && (operation.json_body().is_some() || operation.says["requestBody"].is_null())
            && !secret.contains(&id);
        let takes = operation.parameters("header").contains(&"Idempotency-Key");
        if creates != takes {
            complaints.push(format!("{id}: creates {creates}, takes a key {takes}"));
        }
    }
    no(&complaints);
}

#[test]
fn bodies_are_named_schemas_and_pages_are_called_so() {
    let mut complaints = Vec::new();
    for operation in operations() {
        let id = operation.id();
        let bodies = operation.says["requestBody"]["content"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(kind, media)| ("request".to_owned(), kind.clone(), media.clone()));
        let answers = operation.says["responses"]
            .as_object()
            .into_iter()
            .flatten()
            .flat_map(|(status, response)| {
                let content = response["content"].as_object().cloned().unwrap_or_default();
                content
                    .into_iter()
                    .map(|(kind, media)| (status.clone(), kind, media))
                    .collect::<Vec<_>>()
            });
        for (place, kind, media) in bodies.chain(answers) {
            if kind.ends_with("json")
                && !kind.contains("ndjson")
                && !media["schema"]["$ref"].is_string()
            {
                complaints.push(format!("{id}, {place}: an inline schema"));
            }
        }
        if operation.parameters("query").contains(&"cursor") {
            let schema = operation
                .says
                .pointer("/responses/200/content/application~1json/schema/$ref")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let page = Contract::get()
                .document
                .pointer(schema.trim_start_matches('#'))
                .cloned()
                .unwrap_or_default();
            let shaped = page["properties"]["items"]["type"] == "array"
                && page["properties"]["next_cursor"].is_object();
            if !schema.ends_with("Page") || !shaped {
                complaints.push(format!("{id}: {schema:?} is no page"));
            }
        }
    }
    no(&complaints);
}

#[test]
fn schemas_have_no_anonymous_parts_and_every_field_is_described() {
    let mut complaints = Vec::new();
    let schemas = Contract::get().document["components"]["schemas"]
        .as_object()
        .unwrap();
    for (name, schema) in schemas {
        if is_blank(&schema["description"]) {
            complaints.push(format!("{name} has no description"));
        }
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            let at = format!("{name}.{field}");
            let refers = |part: &Value| part["$ref"].is_string();
            let choices = property["oneOf"].as_array();
            let inline = property["properties"].is_object()
                || property["items"]["properties"].is_object()
                || choices.is_some_and(|all| !all.iter().all(|c| refers(c) || c["type"] == "null"));
            if inline {
                complaints.push(format!("{at} is anonymous"));
            }
            let in_choice =
                choices.is_some_and(|all| all.iter().any(|c| !is_blank(&c["description"])));
            if is_blank(&property["description"]) && !refers(property) && !in_choice {
                complaints.push(format!("{at} has no description"));
            }
        }
    }
    no(&complaints);
}

#[test]
fn references_lead_somewhere_and_every_schema_is_used() {
    fn collect<'a>(value: &'a Value, all: &mut BTreeSet<&'a str>) {
        match value {
            Value::Object(fields) => {
                if let Some(at) = value["$ref"].as_str() {
                    all.insert(at);
                }
                fields.values().for_each(|v| collect(v, all));
            }
            Value::Array(items) => items.iter().for_each(|v| collect(v, all)),
            _ => {}
        }
    }
    let document = &Contract::get().document;
    let mut used = BTreeSet::new();
    collect(document, &mut used);
    let mut complaints: Vec<String> = used
        .iter()
        .filter(|at| document.pointer(at.trim_start_matches('#')).is_none())
        .map(|at| format!("{at} leads nowhere"))
        .collect();
    for name in document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        if !used.contains(format!("#/components/schemas/{name}").as_str()) {
            complaints.push(format!("{name} is used nowhere"));
        }
    }
    no(&complaints);
}

#[test]
fn request_bodies_are_bounded_closed_and_have_an_example_that_fits() {
    let contract = Contract::get();
    let mut complaints = Vec::new();
    let mut seen = BTreeSet::new();
    for operation in operations() {
        let Some(body) = operation.json_body() else {
            continue;
        };
        let name = body["$ref"]
            .as_str()
            .unwrap_or_default()
            .rsplit('/')
            .next()
            .unwrap_or_default();
        if !seen.insert(name) {
            continue;
        }
        let schema = contract.resolve(body);
        if schema["additionalProperties"] != Value::Bool(false) {
            complaints.push(format!("{name} is open to unknown fields"));
        }
        let fields = schema["properties"].as_object();
        for (field, property) in fields.into_iter().flatten() {
            let kind = &property["type"];
            let is = |wanted: &str| {
                kind == wanted
                    || kind
                        .as_array()
                        .is_some_and(|k| k.iter().any(|k| k == wanted))
            };
            let known = ["uuid", "date", "date-time"]
                .iter()
                .any(|format| property["format"] == *format);
            let bounded = property["maxLength"].is_u64() || property["enum"].is_array() || known;
            if is("string") && !bounded {
                complaints.push(format!("{name}.{field} has no greatest length"));
            }
            if is("array") && !property["maxItems"].is_u64() {
                complaints.push(format!("{name}.{field} has no greatest number of items"));
            }
        }
        let example = example(contract, schema);
        let mut wrong = Vec::new();
        match &example {
            None => complaints.push(format!("{name} has no example")),
            Some(example) => contract.validate(schema, example, "", &mut wrong),
        }
        complaints.extend(wrong.into_iter().map(|w| format!("{name}, example: {w}")));
    }
    no(&complaints);
}

/// The example of a body: its own, or put together from those of its fields.
pub(crate) fn example(contract: &Contract, schema: &Value) -> Option<Value> {
    let schema = contract.resolve(schema);
    let own = schema.get("example").or_else(|| schema["examples"].get(0));
    if let Some(own) = own {
        return Some(own.clone());
    }
    let fields = schema["properties"].as_object()?;
    let required: BTreeSet<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut made = serde_json::Map::new();
    for (name, property) in fields {
        let resolved = contract.resolve(property);
        let value = property
            .get("example")
            .or_else(|| property["examples"].get(0))
            .or_else(|| resolved["enum"].get(0))
            .cloned()
            .or_else(|| match property["format"].as_str() {
                Some("password") => Some(Value::from("seven grey herons at dawn")),
                _ => None,
            });
        match value {
            Some(value) => {
                made.insert(name.clone(), value);
            }
            None if required.contains(name.as_str()) => return None,
            None => {}
        }
    }
    Some(Value::Object(made))
}
#[test]
fn the_published_contract_is_this_one() {
    let published =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/openapi.json");
    let published = std::fs::read_to_string(published).unwrap();
    let fresh = quaymaster_api::openapi().to_pretty_json().unwrap();
    assert!(
        published.trim_end() == fresh.trim_end(),
        "openapi/openapi.json is not what the server says; run make openapi"
    );
}
