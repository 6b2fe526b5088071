//! What the contract says about a request beyond what the parser knows: the parser takes a list of the fields' values for
//! an object, and an object with one name for a word; and it knows no limits. Rules with words of their own are checked
//! before, where the fields are.

use serde_json::{Map, Value};

/// What of a schema is looked at. Its words and examples are most of a contract and would stay in memory for nothing.
const LOOKED_AT: &[&str] = &[
    "$ref",
    "type",
    "oneOf",
    "anyOf",
    "allOf",
    "properties",
    "additionalProperties",
    "items",
    "maxItems",
    "maxLength",
    "minimum",
    "maximum",
];

/// Where the contract's schemas are.
const SCHEMAS: &str = "#/components/schemas/";

/// A place where something else stands than the contract says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misplaced {
    /// JSON pointer.
    pub(crate) at: String,
    /// What belongs there.
    pub(crate) words: String,
}

/// A schema without what is never looked at.
pub(crate) fn essence(schema: Value) -> Value {
    match schema {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .filter(|(key, _)| LOOKED_AT.contains(&key.as_str()))
                .map(|(key, value)| match (key.as_str(), value) {
                    // Here the keys are names of fields.
                    ("properties", Value::Object(named)) => {
                        let named = named.into_iter().map(|(name, one)| (name, essence(one)));
                        (key, Value::Object(named.collect()))
                    }
                    (_, value) => (key, essence(value)),
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(essence).collect()),
        other => other,
    }
}

/// The schemas that `roots` lead to, by name, each without what is never looked at.
pub(crate) fn reached(roots: Vec<&Value>, schema: impl Fn(&str) -> Option<Value>) -> Value {
    let mut names = Vec::new();
    roots.into_iter().for_each(|root| refers(root, &mut names));
    let mut found = Map::new();
    while let Some(name) = names.pop() {
        if found.contains_key(&name) {
            continue;
        }
        let one = schema(&name).map(essence).unwrap_or_default();
        refers(&one, &mut names);
        found.insert(name, one);
    }
    Value::Object(found)
}

/// Adds the names that a schema refers to.
fn refers(schema: &Value, names: &mut Vec<String>) {
    match schema {
        Value::Object(fields) => {
            let name = fields.get("$ref").and_then(Value::as_str);
            names.extend(
                name.and_then(|text| text.strip_prefix(SCHEMAS))
                    .map(str::to_owned),
            );
            fields.values().for_each(|field| refers(field, names));
        }
        Value::Array(items) => items.iter().for_each(|item| refers(item, names)),
        _ => {}
    }
}

/// Looks for the first value that is of another kind or beyond a limit. `components` are the contract's schemas.
pub(crate) fn misplaced(components: &Value, schema: &Value, value: &Value) -> Option<Misplaced> {
    look(components, schema, value, "")
}

fn look(components: &Value, schema: &Value, value: &Value, at: &str) -> Option<Misplaced> {
    let schema = resolved(components, schema);
    for several in ["oneOf", "anyOf"] {
        if let Some(options) = schema[several].as_array() {
            return look_in_one(components, options, value, at);
        }
    }
    if let Some(all) = schema["allOf"].as_array() {
        return all
            .iter()
            .find_map(|part| look(components, part, value, at));
    }
    let kind = &schema["type"];
    if kind.is_null() {
        return None;
    }
    let takes = |name: &str| {
        kind == name
            || kind
                .as_array()
                .is_some_and(|kinds| kinds.iter().any(|k| k == name))
    };
    match value {
        Value::Array(_) if !takes("array") => Some(instead(at, takes("object"))),
        Value::Object(_) if !takes("object") => Some(instead(at, false)),
        Value::String(text) if takes("string") => {
            let most = schema["maxLength"].as_u64()?;
            let long = u64::try_from(text.chars().count()).unwrap_or(u64::MAX) > most;
            long.then(|| beyond(at, format!("A text here has at most {most} characters.")))
        }
        Value::Number(number) if takes("integer") || takes("number") => {
            let number = number.as_f64()?;
            let (least, most) = (schema["minimum"].as_f64(), schema["maximum"].as_f64());
            if let Some(least) = least.filter(|least| number < *least) {
                return Some(beyond(at, format!("A number here is {least} or more.")));
            }
            let most = most.filter(|most| number > *most)?;
            Some(beyond(at, format!("A number here is {most} or less.")))
        }
        Value::Array(items) => {
            let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
            if let Some(most) = schema["maxItems"].as_u64().filter(|most| count > *most) {
                return Some(beyond(
                    at,
                    format!("A list here has at most {most} entries."),
                ));
            }
            let inner = schema.get("items")?;
            items
                .iter()
                .enumerate()
                .find_map(|(index, item)| look(components, inner, item, &format!("{at}/{index}")))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            let inner = schema["properties"]
                .get(name)
                .or_else(|| schema.get("additionalProperties"))?;
            let name = name.replace('~', "~0").replace('/', "~1");
            look(components, inner, field, &format!("{at}/{name}"))
        }),
        _ => None,
    }
}

/// One of the options has to fit; when only one can be meant, it is the one that says what does not.
fn look_in_one(
    components: &Value,
    options: &[Value],
    value: &Value,
    at: &str,
) -> Option<Misplaced> {
    let mut refusals = Vec::new();
    for option in options {
        if option["type"] == "null" && !value.is_null() {
            continue;
        }
        refusals.push(look(components, option, value, at)?);
    }
    if refusals.len() > 1 {
        return Some(instead(at, false));
    }
    refusals.pop()
}

fn instead(at: &str, object: bool) -> Misplaced {
    let words = if object {
        "This is a JSON object."
    } else {
        "This is not of the right type."
    };
    beyond(at, words.to_owned())
}

fn beyond(at: &str, words: String) -> Misplaced {
    Misplaced {
        at: at.to_owned(),
        words,
    }
}

fn resolved<'a>(components: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => reference
            .strip_prefix(SCHEMAS)
            .map_or(schema, |name| &components[name]),
        None => schema,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_requests_are_checked_by_is_kept_and_nothing_else() {
        let all = json!({
            "Asked": { "type": "object", "description": "A question.", "required": ["description"], "properties": {
                "description": { "type": "string", "maxLength": 3, "example": "why" },
                "again": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Asked" }] },
                "list": { "type": "array", "items": { "$ref": "#/components/schemas/Inner" } },
            } },
            "Inner": { "type": "integer", "minimum": 1, "description": "A number." },
            "Answer": { "type": "string" },
        });
        let root = json!({ "$ref": "#/components/schemas/Asked" });
        assert_eq!(
            reached(vec![&root], |name| all.get(name).cloned()),
            json!({
                "Asked": { "type": "object", "properties": {
                    "description": { "type": "string", "maxLength": 3 },
                    "again": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Asked" }] },
                    "list": { "type": "array", "items": { "$ref": "#/components/schemas/Inner" } },
                } },
                "Inner": { "type": "integer", "minimum": 1 },
            })
        );
    }

    #[test]
    fn values_are_of_the_kind_and_within_the_limits_of_the_contract() {
        let components = json!({
            "Body": { "type": "object", "properties": {
                "word": { "type": "string", "maxLength": 3 },
                "count": { "type": ["integer", "null"], "minimum": 1, "maximum": 9 },
                "inner": { "$ref": "#/components/schemas/Inner" },
                "perhaps": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Inner" }] },
                "list": { "type": ["array", "null"], "maxItems": 2, "items": { "$ref": "#/components/schemas/Inner" } },
                "either": { "oneOf": [{ "$ref": "#/components/schemas/Inner" }, { "type": "string" }] },
                "named": { "type": "object", "additionalProperties": { "type": "integer" } },
                "free": {},
            } },
            "Inner": { "type": "object", "properties": { "x/y": { "type": "integer" } } },
        });
        let body = json!({ "$ref": "#/components/schemas/Body" });
        for (value, wanted) in [
            (json!({ "word": "a", "inner": { "x/y": 1 } }), None),
            (json!({ "perhaps": null, "list": null, "free": [{}] }), None),
            (
                json!({ "perhaps": {}, "either": "a", "named": { "n": 1 } }),
                None,
            ),
            (json!({ "word": "äöü", "count": 9, "list": [{}, {}] }), None),
            (json!({ "word": "abcd" }), Some("/word")),
            (json!({ "count": 0 }), Some("/count")),
            (json!({ "count": 10 }), Some("/count")),
            (json!({ "count": "many" }), None),
            (json!({ "list": [{}, {}, {}] }), Some("/list")),
            (json!([]), Some("")),
            (json!({ "word": { "a": null } }), Some("/word")),
            (json!({ "word": ["a"] }), Some("/word")),
            (json!({ "inner": [1] }), Some("/inner")),
            (json!({ "inner": { "x/y": [1] } }), Some("/inner/x~1y")),
            (json!({ "perhaps": [1] }), Some("/perhaps")),
            (json!({ "perhaps": { "x/y": {} } }), Some("/perhaps/x~1y")),
            (json!({ "list": {} }), Some("/list")),
            (json!({ "list": [{}, [1]] }), Some("/list/1")),
            (json!({ "either": [] }), Some("/either")),
            (json!({ "named": { "n": [1] } }), Some("/named/n")),
        ] {
            let found = misplaced(&components, &body, &value).map(|m| m.at);
            assert_eq!(found.as_deref(), wanted, "{value}");
        }
    }
}
