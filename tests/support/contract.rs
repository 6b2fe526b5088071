//! The contract as a judge: every answer that a test gets is held against it. A small validator for the part of JSON Schema
//! that the contract uses; what it does not know it reports.

use std::sync::LazyLock;

use serde_json::{Map, Value};

/// The contract, read once.
pub struct Contract {
    /// The document.
    pub document: Value,
}

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract {
    document: serde_json::to_value(quaymaster_api::openapi()).unwrap_or_default(),
});

/// The methods that the contract writes in small letters.
pub const METHODS: &[&str] = &["get", "post", "put", "patch", "delete"];

/// One operation of the contract.
#[derive(Clone, Copy)]
pub struct Operation<'a> {
    /// In small letters.
    pub method: &'a str,
    /// With parameters in braces.
    pub path: &'a str,
    /// What the contract says.
    pub says: &'a Value,
}

impl<'a> Operation<'a> {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &'a str {
        self.says["operationId"].as_str().unwrap_or_default()
    }

    /// True when nobody needs to be signed in.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.says["security"].as_array().is_some_and(Vec::is_empty)
    }

    /// The names of its parameters of one kind: `path`, `query`, `header`.
    #[must_use]
    pub fn parameters(&self, kind: &str) -> Vec<&'a str> {
        let all = self.says["parameters"].as_array();
        all.into_iter()
            .flatten()
            .filter(|p| p["in"] == kind)
            .filter_map(|p| p["name"].as_str())
            .collect()
    }

    /// The schema of its JSON body.
    #[must_use]
    pub fn json_body(&self) -> Option<&'a Value> {
        self.says
            .pointer("/requestBody/content/application~1json/schema")
    }

    /// The path without the base path, parameters filled in; a business activity in a path is a word, not an id.
    #[must_use]
    pub fn path_with(&self, parameter: &str) -> String {
        let path = self.path.strip_prefix("/api/v1").unwrap_or(self.path);
        path.split('/')
            .map(|part| match part {
                "{activity}" if uuid::Uuid::parse_str(parameter).is_ok() => "importer",
                part if part.starts_with('{') => parameter,
                part => part,
            })
            .collect::<Vec<_>>()
            .join("/")
    }
}

impl Contract {
    /// The contract of the application as it is built.
    #[must_use]
    pub fn get() -> &'static Self {
        &CONTRACT
    }

    /// Every operation.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.document["paths"].as_object();
        paths
            .into_iter()
            .flatten()
            .flat_map(|(path, item)| {
                METHODS.iter().filter_map(move |method| {
                    Some(Operation {
                        method,
                        path,
                        says: item.get(method)?,
                    })
                })
            })
            .collect()
    }

    /// The operation that a request leads to; a word of the path counts more than a parameter.
    #[must_use]
    pub fn operation(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        let method = method.to_lowercase();
        let fits = |template: &str| {
            template.split('/').count() == path.split('/').count()
                && template
                    .split('/')
                    .zip(path.split('/'))
                    .all(|(wanted, given)| wanted == given || wanted.starts_with('{'))
        };
        let paths = self.document["paths"].as_object()?;
        let (path, item) = paths
            .iter()
            .filter(|(template, _)| fits(template))
            .min_by_key(|(template, _)| template.matches('{').count())?;
        let method = METHODS.iter().find(|m| **m == method)?;
        Some(Operation {
            method,
            path,
            says: item.get(method)?,
        })
    }

    /// The named schema that a reference leads to, or the schema itself.
    #[must_use]
    pub fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        schema["$ref"]
            .as_str()
            .and_then(|at| self.document.pointer(at.trim_start_matches('#')))
            .unwrap_or(schema)
    }

    /// What is wrong with an answer; nothing for paths and methods that the contract does not know.
    #[must_use]
    pub fn judge(
        &self,
        method: &str,
        path: &str,
        status: u16,
        content_type: &str,
        body: &str,
    ) -> Vec<String> {
        let Some(operation) = self.operation(method, path) else {
            return Vec::new();
        };
        let Some(response) = operation.says["responses"].get(status.to_string()) else {
            return vec![format!("{} does not document {status}", operation.id())];
        };
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        let Some(content) = response["content"].as_object() else {
            return if body.is_empty() {
                Vec::new()
            } else {
                vec![format!(
                    "{}, {status}: a body is not documented",
                    operation.id()
                )]
            };
        };
        let Some(media) = content.get(kind) else {
            return vec![format!(
                "{}, {status}: {kind} is not documented",
                operation.id()
            )];
        };
        if !kind.ends_with("json") {
            return Vec::new();
        }
        let Ok(value) = serde_json::from_str::<Value>(body) else {
            return vec![format!("{}, {status}: the body is no JSON", operation.id())];
        };
        let mut wrong = Vec::new();
        self.validate(&media["schema"], &value, "", &mut wrong);
        wrong
            .into_iter()
            .map(|why| format!("{}, {status}: {why}", operation.id()))
            .collect()
    }

    /// Holds a value against a schema. Properties that the schema does not name are reported too.
    pub fn validate(&self, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
        let schema = self.resolve(schema);
        if let Some(choices) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
            let mut least: Option<Vec<String>> = None;
            for choice in choices {
                let mut here = Vec::new();
                self.validate(choice, value, at, &mut here);
                if here.is_empty() {
                    return;
                }
                if least.as_ref().is_none_or(|l| here.len() <= l.len()) {
                    least = Some(here);
                }
            }
            wrong.extend(least.unwrap_or_default());
            return;
        }
        if let Some(parts) = schema["allOf"].as_array() {
            // Objects in parts are one object: a field of one part is no stranger to the others.
            if let Some(whole) = self.joined(parts) {
                self.validate(&whole, value, at, wrong);
                return;
            }
            for part in parts {
                self.validate(part, value, at, wrong);
            }
            return;
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one],
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        if !kinds.is_empty() && !kinds.iter().any(|kind| is_of(value, kind)) {
            wrong.push(format!("{at}: {value} is not {}", kinds.join(" or ")));
            return;
        }
        if let Some(words) = schema["enum"].as_array()
            && !value.is_null()
            && !words.contains(value)
        {
            wrong.push(format!("{at}: {value} is none of {words:?}"));
        }
        match value {
            Value::String(text) => text_fits(schema, text, at, wrong),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.validate(&schema["items"], item, &format!("{at}/{index}"), wrong);
                }
                let limits = (&schema["minItems"], &schema["maxItems"]);
                in_limits(limits, items.len(), "items", at, wrong);
            }
            Value::Object(fields) => self.fields_fit(schema, fields, at, wrong),
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or_default();
                let below = schema["minimum"]
                    .as_f64()
                    .is_some_and(|least| number < least);
                let above = schema["maximum"].as_f64().is_some_and(|most| number > most);
                if below || above {
                    wrong.push(format!("{at}: {number} is outside its limits"));
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// The object that several objects make together; nothing when a part names no properties.
    fn joined(&self, parts: &[Value]) -> Option<Value> {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for part in parts {
            let part = self.resolve(part);
            properties.extend(part["properties"].as_object()?.clone());
            required.extend(part["required"].as_array().into_iter().flatten().cloned());
        }
        Some(
            serde_json::json!({ "type": "object", "properties": properties, "required": required }),
        )
    }

    fn fields_fit(
        &self,
        schema: &Value,
        fields: &Map<String, Value>,
        at: &str,
        wrong: &mut Vec<String>,
    ) {
        let Some(properties) = schema["properties"].as_object() else {
            // Free-form, e.g. the states in the audit trail.
            return;
        };
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            if !fields.contains_key(name) {
                wrong.push(format!("{at}/{name} is missing"));
            }
        }
        for (name, value) in fields {
            match properties.get(name) {
                Some(property) => self.validate(property, value, &format!("{at}/{name}"), wrong),
                None => wrong.push(format!("{at}/{name} is not documented")),
            }
        }
    }
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

fn in_limits(
    (least, most): (&Value, &Value),
    count: usize,
    what: &str,
    at: &str,
    wrong: &mut Vec<String>,
) {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    if least.as_u64().is_some_and(|n| count < n) || most.as_u64().is_some_and(|n| count > n) {
        wrong.push(format!("{at}: {count} {what} are outside the limits"));
    }
}

fn text_fits(schema: &Value, text: &str, at: &str, wrong: &mut Vec<String>) {
    let limits = (&schema["minLength"], &schema["maxLength"]);
    in_limits(limits, text.chars().count(), "characters", at, wrong);
    let fits = match schema["format"].as_str() {
        Some("uuid") => uuid::Uuid::parse_str(text).is_ok(),
        Some("date-time") => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        Some("date") => chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok(),
        Some("email") => text.contains('@'),
        None | Some(_) => true,
    };
    if !fits {
        wrong.push(format!("{at}: {text:?} is no {}", schema["format"]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_judge_sees_what_is_wrong() {
        let contract = Contract {
            document: json!({ "components": { "schemas": { "Word": { "type": "string", "enum": ["a"] } } } }),
        };
        let schema = json!({
            "type": "object",
            "required": ["id", "word"],
            "properties": {
                "id": { "type": "string", "format": "uuid" },
                "word": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Word" }] },
                "list": { "type": ["array", "null"], "items": { "type": "integer" }, "maxItems": 1 },
            },
        });
        let count = |value: Value| {
            let mut wrong = Vec::new();
            contract.validate(&schema, &value, "", &mut wrong);
            wrong.len()
        };
        let id = "019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11";
        assert_eq!(count(json!({ "id": id, "word": "a", "list": [1] })), 0);
        assert_eq!(count(json!({ "id": id, "word": null, "list": null })), 0);
        assert_eq!(count(json!({ "id": "x", "word": "a" })), 1);
        assert_eq!(count(json!({ "id": id, "word": "b" })), 1);
        assert_eq!(count(json!({ "id": id })), 1);
        assert_eq!(count(json!({ "id": id, "word": "a", "more": 1 })), 1);
        assert_eq!(count(json!({ "id": id, "word": "a", "list": ["x"] })), 1);
        assert_eq!(count(json!({ "id": id, "word": "a", "list": [1, 2] })), 1);
        assert_eq!(count(json!([])), 1);
        let parts = json!({ "allOf": [schema, { "type": "object", "required": ["more"], "properties": { "more": { "type": "integer" } } }] });
        let count = |value: Value| {
            let mut wrong = Vec::new();
            contract.validate(&parts, &value, "", &mut wrong);
            wrong.len()
        };
        assert_eq!(count(json!({ "id": id, "word": "a", "more": 1 })), 0);
        assert_eq!(count(json!({ "id": id, "word": "a" })), 1);
        assert_eq!(
            count(json!({ "id": id, "word": "a", "more": 1, "else": 1 })),
            1
        );
    }

    #[test]
    fn the_judge_knows_the_contract() {
        let contract = Contract::get();
        let setup = "/api/v1/setup";
        let good =
            r#"{"needs_first_administrator":true,"demo":false,"version":"1","base_url":"x"}"#;
        let json = "application/json";
        assert!(contract.judge("GET", setup, 200, json, good).is_empty());
        assert_eq!(contract.judge("GET", setup, 418, json, good).len(), 1);
        assert_eq!(
            contract.judge("GET", setup, 200, "text/plain", good).len(),
            1
        );
        assert_eq!(contract.judge("GET", setup, 200, json, "{}").len(), 4);
        assert!(
            contract
                .judge("GET", "/api/v1/nothing", 404, json, "")
                .is_empty()
        );
    }
}
