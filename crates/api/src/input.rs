//! What callers send, read strictly: JSON bodies, path and query parameters, `If-Match`. Whatever does not fit is named
//! with a pointer before any use case sees it. Who calls is not looked at here.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use crate::operations;
use crate::problem::{Code, FieldError, Problem, sentence};

/// How large a JSON body may be.
pub(crate) const JSON_LIMIT: usize = 256 * 1024;

/// How much of a parser's message is passed on; it may repeat what was sent.
const MOST_WORDS: usize = 300;

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// A JSON body: read, parsed and validated, with a pointer for every field that does not fit.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request.headers());
        let operation = operations::of_path(request.method(), request.match_info().as_str());
        let body = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_json {
                return Err(Problem::new(
                    Code::UnsupportedMediaType,
                    "Send the body as application/json, in UTF-8.",
                ));
            }
            let bytes =
                body.await
                    .map_err(|error| match error.as_response_error().status_code() {
                        actix_web::http::StatusCode::PAYLOAD_TOO_LARGE => too_large(),
                        _ => {
                            Problem::new(Code::Unreadable, "The body ended before it was complete.")
                        }
                    })?;
            let parsed = parse(&bytes)?;
            operation.map_or(Ok(()), |operation| refuse_misplaced(operation, &bytes))?;
            Ok(Self(parsed))
        })
    }
}

/// True when the body is announced as JSON, once and in UTF-8.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let mut given = headers.get_all(header::CONTENT_TYPE);
    let (Some(value), None) = (given.next(), given.next()) else {
        return false;
    };
    let Ok(value) = value.to_str() else {
        return false;
    };
    let mut parts = value.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default();
    kind.eq_ignore_ascii_case("application/json")
        && parts.all(|parameter| {
            parameter.split_once('=').is_none_or(|(name, value)| {
                !name.eq_ignore_ascii_case("charset")
                    || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
            })
        })
}

pub(crate) fn too_large() -> Problem {
    Problem::new(
        Code::TooLarge,
        format!("The body may have at most {} KiB.", JSON_LIMIT / 1024),
    )
}

fn parse<T: DeserializeOwned + Validate>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value: T = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let at = pointer(error.path());
        let cause = error.into_inner();
        if cause.is_data() {
            let words = cause.to_string();
            let words = words.split(" at line ").next().unwrap_or_default();
            Problem::invalid(vec![unfit(&at, "/", words)])
        } else if is_well_formed(bytes) {
            // Well-formed, but e.g. a number where a word is wanted, which the parser calls a mistake in writing.
            Problem::field(&at, "invalid", "This is not of the right type.")
        } else {
            let what = if cause.to_string().starts_with("recursion limit") {
                "nested too deeply"
            } else {
                "not well-formed JSON"
            };
            Problem::new(
                Code::Unreadable,
                format!(
                    "The body is {what} (line {}, column {}).",
                    cause.line(),
                    cause.column()
                ),
            )
        }
    })?;
    deserializer.end().map_err(|_trailing| {
        Problem::new(
            Code::Unreadable,
            "There is text after the end of the JSON body.",
        )
    })?;
    refuse_nul(bytes)?;
    value
        .validate()
        .map_err(|errors| Problem::invalid(field_errors("", &errors)))?;
    Ok(value)
}

fn is_well_formed(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(bytes).is_ok()
}

/// What the parser takes and the contract does not.
fn refuse_misplaced(operation: &operations::Facts, bytes: &[u8]) -> Result<(), Problem> {
    let value: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
    match operation.misplaced(&value) {
        Some(found) => Err(Problem::field(&found.at, "invalid", found.words)),
        None => Ok(()),
    }
}

/// PostgreSQL cannot keep the character NUL in a text, and no text here needs it.
fn refuse_nul(bytes: &[u8]) -> Result<(), Problem> {
    // JSON can write it in one way only, so that most bodies are looked through once and never parsed again.
    if !bytes.windows(6).any(|six| six == br"\u0000") {
        return Ok(());
    }
    let value: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
    match nul_in(&value, "") {
        Some(at) => Err(Problem::field(&at, "invalid", NUL)),
        None => Ok(()),
    }
}

const NUL: &str = "A text may not contain the character NUL (U+0000).";

fn nul_in(value: &serde_json::Value, at: &str) -> Option<String> {
    use serde_json::Value;
    match value {
        Value::String(text) if text.contains('\0') => Some(at.to_owned()),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| nul_in(item, &format!("{at}/{index}"))),
        Value::Object(fields) => fields
            .iter()
            .find_map(|(name, item)| nul_in(item, &format!("{at}/{}", escaped(name)))),
        _ => None,
    }
}

/// Turns a parser's words about one field into the field's error. The parser names unknown, missing and doubled fields
/// in its words only.
fn unfit(at: &str, separator: &str, words: &str) -> FieldError {
    let named = |before: &str| {
        let (name, _) = words.strip_prefix(before)?.split_once('`')?;
        Some(name.to_owned())
    };
    let below = |name: &str| {
        let tail = format!("{separator}{}", escaped(name));
        if at.ends_with(&tail) {
            at.to_owned()
        } else {
            format!("{at}{tail}")
        }
    };
    let (pointer, code, detail) = if let Some(name) = named("missing field `") {
        (below(&name), "missing", "This is needed.".to_owned())
    } else if let Some(name) = named("duplicate field `") {
        (below(&name), "duplicate", "This is given twice.".to_owned())
    } else if let Some(name) = named("unknown field `") {
        let known = words
            .split_once("expected ")
            .map(|(_, known)| format!(" Known here: {}.", known.trim_start_matches("one of ")))
            .unwrap_or_default();
        (
            below(&name),
            "unknown",
            format!("There is nothing of this name here.{known}"),
        )
    } else {
        (at.to_owned(), "invalid", sentence(words))
    };
    FieldError {
        pointer,
        code: code.to_owned(),
        detail: detail.chars().take(MOST_WORDS).collect(),
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", escaped(key)),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

fn field_errors(prefix: &str, errors: &ValidationErrors) -> Vec<FieldError> {
    let mut all = Vec::new();
    for (field, kind) in errors.errors() {
        let at = format!("{prefix}/{field}");
        match kind {
            ValidationErrorsKind::Field(list) => all.extend(list.iter().map(|error| FieldError {
                pointer: at.clone(),
                code: "invalid".to_owned(),
                detail: error.message.as_ref().map_or_else(
                    || format!("This value does not fit ({}).", error.code),
                    ToString::to_string,
                ),
            })),
            ValidationErrorsKind::Struct(inner) => all.extend(field_errors(&at, inner)),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    all.extend(field_errors(&format!("{at}/{index}"), inner));
                }
            }
        }
    }
    all
}

/// Path parameters. What does not parse is a thing that does not exist.
pub(crate) struct Path<T>(pub(crate) T);

impl<T> Deref for Path<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = Problem;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let path = web::Path::<T>::from_request(request, payload);
        Box::pin(async move {
            let found = path.await.map_err(|_unfit| {
                Problem::new(
                    Code::NotFound,
                    "There is no such thing here, or you may not see it.",
                )
            })?;
            Ok(Self(found.into_inner()))
        })
    }
}

/// Query parameters; unknown ones are refused.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(query(request.query_string()).map(Self))
    }
}

fn query<T: DeserializeOwned>(raw: &str) -> Result<T, Problem> {
    parameters(raw)?;
    let parsed = serde_urlencoded::Deserializer::new(form_urlencoded::parse(raw.as_bytes()));
    serde_path_to_error::deserialize(parsed).map_err(|error| {
        let name = error.path().to_string();
        let at = if name == "." {
            String::new()
        } else {
            format!("?{name}")
        };
        Problem::invalid(vec![unfit(&at, "?", &error.into_inner().to_string())])
    })
}

/// The names of the parameters of a query string, each once and with a value that is text.
fn parameters(raw: &str) -> Result<BTreeSet<String>, Problem> {
    // The parser below puts a replacement character where the text is no UTF-8; that would be somebody else's text.
    if percent_encoding::percent_decode_str(raw)
        .decode_utf8()
        .is_err()
    {
        return Err(Problem::new(
            Code::Unreadable,
            "The query of this address is not UTF-8.",
        ));
    }
    let mut names = BTreeSet::new();
    for (name, value) in form_urlencoded::parse(raw.as_bytes()) {
        let at = format!("?{}", name.replace('\0', "\u{fffd}"));
        if name.contains('\0') || value.contains('\0') {
            return Err(Problem::field(&at, "invalid", NUL));
        }
        if !names.insert(name.into_owned()) {
            return Err(Problem::field(&at, "duplicate", "This is given twice."));
        }
    }
    Ok(names)
}

/// Refuses query parameters that the contract does not name for this operation.
pub(crate) fn refuse_unknown_parameters(request: &HttpRequest) -> Result<(), Problem> {
    if request.query_string().is_empty() {
        return Ok(());
    }
    let given = parameters(request.query_string())?;
    let path = request.match_info().as_str();
    let Some(operation) = operations::of_path(request.method(), path) else {
        return Ok(());
    };
    let unknown = given
        .iter()
        .find(|name| !operation.query.contains_key(*name));
    match unknown {
        None => form_urlencoded::parse(request.query_string().as_bytes())
            .find_map(|(name, text)| Some((operation.beyond(&name, &text)?, name)))
            .map_or(Ok(()), |(found, name)| {
                Err(Problem::field(&format!("?{name}"), "invalid", found.words))
            }),
        Some(name) => {
            let words = if operation.query.is_empty() {
                "This operation takes no query parameters.".to_owned()
            } else {
                let known: Vec<&str> = operation.query.keys().map(String::as_str).collect();
                format!(
                    "There is no such query parameter. Known here: {}.",
                    known.join(", ")
                )
            };
            let shown: String = name.chars().take(100).collect();
            Err(Problem::field(&format!("?{shown}"), "unknown", words))
        }
    }
}

/// The version in `If-Match`, which changes of edited resources ask for.
pub(crate) struct IfMatch(pub(crate) i64);

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut given = request.headers().get_all(header::IF_MATCH);
        let version = match (given.next(), given.next()) {
            (None, _) => {
                return std::future::ready(Err(Problem::new(
                    Code::PreconditionRequired,
                    "Send the ETag that you read in the If-Match header, so that nobody's change is lost.",
                )));
            }
            (Some(one), None) => one.to_str().ok().and_then(version_of),
            (Some(_), Some(_)) => None,
        };
        // What is not one ETag of ours can never be the current one.
        std::future::ready(Ok(Self(version.unwrap_or(-1))))
    }
}

/// Proxies that compress make a weak tag of ours; the version is the same.
fn version_of(tag: &str) -> Option<i64> {
    let tag = tag.trim();
    tag.strip_prefix("W/")
        .unwrap_or(tag)
        .strip_prefix("\"v")?
        .strip_suffix('"')?
        .parse()
        .ok()
}

/// A moment in a filter, in the years that both databases can compare.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
#[serde(try_from = "chrono::DateTime<chrono::Utc>")]
pub(crate) struct Moment(pub(crate) chrono::DateTime<chrono::Utc>);

impl TryFrom<chrono::DateTime<chrono::Utc>> for Moment {
    type Error = &'static str;

    fn try_from(at: chrono::DateTime<chrono::Utc>) -> Result<Self, Self::Error> {
        in_reach(at.date_naive()).then_some(Self(at)).ok_or(REACH)
    }
}

/// A day in a filter, in the years that both databases can compare.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
#[serde(try_from = "chrono::NaiveDate")]
pub(crate) struct Day(pub(crate) chrono::NaiveDate);

impl TryFrom<chrono::NaiveDate> for Day {
    type Error = &'static str;

    fn try_from(day: chrono::NaiveDate) -> Result<Self, Self::Error> {
        in_reach(day).then_some(Self(day)).ok_or(REACH)
    }
}

const REACH: &str = "a date lies between the years 1900 and 2999";

fn in_reach(day: chrono::NaiveDate) -> bool {
    use chrono::Datelike;
    (1900..=2999).contains(&day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, Validate, Debug)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "read by the parser only")]
        kind: u8,
    }

    #[derive(serde::Deserialize, Debug)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        Only,
    }

    #[derive(serde::Deserialize, Validate, Debug)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[expect(dead_code, reason = "read by the parser only")]
        word: Option<Word>,
        #[expect(dead_code, reason = "read by the parser only")]
        name: String,
        #[expect(dead_code, reason = "read by the parser only")]
        list: Vec<Inner>,
    }

    fn errors(body: &str) -> (u16, Vec<(String, String)>) {
        let problem = parse::<Body>(body.as_bytes()).unwrap_err();
        let named = problem
            .errors
            .iter()
            .map(|e| (e.pointer.clone(), e.code.clone()))
            .collect();
        (problem.code.status().as_u16(), named)
    }

    #[test]
    fn each_unfit_field_is_named() {
        let one = |at: &str, code: &str| (422, vec![(at.to_owned(), code.to_owned())]);
        for (body, at, code) in [
            (r#"{"list":[]}"#, "/name", "missing"),
            (r#"{"name":1,"list":[]}"#, "/name", "invalid"),
            (
                r#"{"name":"a","list":[{"kind":300}]}"#,
                "/list/0/kind",
                "invalid",
            ),
            (
                r#"{"name":"a","list":[{"kind":1},{}]}"#,
                "/list/1/kind",
                "missing",
            ),
            (
                r#"{"name":"a","list":[{"kind":1,"x/y":1}]}"#,
                "/list/0/x~1y",
                "unknown",
            ),
            (r#"{"name":"a","list":[],"name":"b"}"#, "/name", "duplicate"),
            (r#"{"name":"a","list":[],"extra":1}"#, "/extra", "unknown"),
            (r#"{"name":"a\u0000b","list":[]}"#, "/name", "invalid"),
            (r#""text""#, "", "invalid"),
            (r#"{"word":7,"name":"a","list":[]}"#, "/word", "invalid"),
            (
                r#"{"word":"other","name":"a","list":[]}"#,
                "/word",
                "invalid",
            ),
        ] {
            assert_eq!(errors(body), one(at, code), "{body}");
        }
    }

    #[test]
    fn what_is_no_json_is_unreadable() {
        let deep = "[".repeat(100_000);
        for body in [
            "",
            "{",
            "{'name':1}",
            "{\"name\":\"\u{0}\",\"list\":[]}",
            r#"{"name":"\ud800","list":[]}"#,
            r#"{"name":"a","list":[]} x"#,
            &format!("{{\"name\":{deep}"),
            &format!("{{\"list\":{deep}"),
        ] {
            let (status, _) = errors(body);
            assert!(matches!(status, 400 | 422), "{status}");
        }
        let broken = parse::<Body>(b"{\"name\":\"\xff\",\"list\":[]}").unwrap_err();
        assert_eq!(broken.code, Code::Unreadable);
    }

    #[test]
    fn an_escaped_backslash_before_u0000_is_plain_text() {
        assert!(parse::<Body>(br#"{"name":"a\\u0000","list":[]}"#).is_ok());
    }

    #[derive(serde::Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Filters {
        #[expect(dead_code, reason = "read by the parser only")]
        limit: Option<u64>,
        #[expect(dead_code, reason = "read by the parser only")]
        from: Option<Moment>,
        #[expect(dead_code, reason = "read by the parser only")]
        q: String,
    }

    #[test]
    fn each_unfit_parameter_is_named() {
        for (raw, at) in [
            ("q=a&limit=x", "?limit"),
            ("q=a&limit=-1", "?limit"),
            ("q=a&other=1", "?other"),
            ("q=a&q=b", "?q"),
            ("q=a%00", "?q"),
            ("limit=1", "?q"),
            ("q=a&from=yesterday", "?from"),
            ("q=a&from=-200000-01-01T00:00:00Z", "?from"),
        ] {
            let problem = query::<Filters>(raw).unwrap_err();
            assert_eq!(problem.code, Code::Invalid, "{raw}");
            assert_eq!(problem.errors[0].pointer, at, "{raw}");
        }
        let broken = query::<Filters>("q=%ff").unwrap_err();
        assert_eq!(broken.code, Code::Unreadable);
        assert!(query::<Filters>("q=a+b%20c&from=2026-03-02T15:00:00Z").is_ok());
    }

    #[test]
    fn versions_are_read_from_our_tags_only() {
        assert_eq!(version_of("\"v7\""), Some(7));
        assert_eq!(version_of(" W/\"v7\" "), Some(7));
        for other in ["*", "v7", "\"7\"", "\"v7", "\"v7\", \"v8\"", ""] {
            assert_eq!(version_of(other), None, "{other}");
        }
    }

    #[test]
    fn only_json_in_utf8_is_json() {
        let mut headers = HeaderMap::new();
        for (value, yes) in [
            ("application/json", true),
            ("Application/JSON; charset=UTF-8", true),
            ("application/json; charset=utf-16", false),
            ("text/plain", false),
            ("application/jsonx", false),
            ("", false),
        ] {
            headers.insert(
                header::CONTENT_TYPE,
                header::HeaderValue::from_static(value),
            );
            assert_eq!(is_json(&headers), yes, "{value}");
        }
        headers.insert(
            header::CONTENT_TYPE,
            header::HeaderValue::from_static("application/json"),
        );
        headers.append(
            header::CONTENT_TYPE,
            header::HeaderValue::from_static("text/plain"),
        );
        assert!(!is_json(&headers));
    }
}
