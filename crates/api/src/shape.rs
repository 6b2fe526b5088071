//! What the contract says about a request beyond what the parser knows: the parser takes a list of the fields' values for
//! an object, and an object with one name for a word; and it knows no limits. Rules with words of their own are checked
//! before, where the fields are.

use serde_json::Value;

/// A place where something else stands than the contract says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misplaced {
    /// JSON pointer.
    pub(crate) at: String,
    /// What belongs there.
    pub(crate) words: String,
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
            .strip_prefix("#/components/schemas/")
            .map_or(schema, |name| &components[name]),
        None => schema,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
