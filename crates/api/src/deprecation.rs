//! What is going to end: operations that have a successor, since when, and until when they answer. What the contract says
//! of it and the headers of every answer come from this one list. How the successor works does not belong here.

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use utoipa::openapi::Deprecated;
use utoipa::openapi::path::Operation;

use crate::operations;

/// A day of the calendar, counted from midnight UTC.
type Day = (i32, u32, u32);

/// An operation that is going to end.
#[derive(Debug)]
pub(crate) struct Ending {
    /// Its id in the contract.
    operation: &'static str,
    /// Its path in the contract.
    path: &'static str,
    /// Since when it is deprecated.
    since: Day,
    /// From this day on it may be gone.
    sunset: Day,
    /// The path of the operation to use instead, with the same method.
    successor: &'static str,
}

/// The staff are people of their own: under `/staff` stand invitations, notices and the people of companies too, and a path
/// in which an id and a word could stand at the same place reads as either.
const STAFF_MOVED: (Day, Day) = ((2026, 11, 23), (2027, 6, 1));

const ENDING: &[Ending] = &[
    Ending {
        operation: "update_staff_old_path",
        path: "/api/v1/staff/{user_id}",
        since: STAFF_MOVED.0,
        sunset: STAFF_MOVED.1,
        successor: "/api/v1/staff/members/{user_id}",
    },
    Ending {
        operation: "suspend_staff_old_path",
        path: "/api/v1/staff/{user_id}/suspension",
        since: STAFF_MOVED.0,
        sunset: STAFF_MOVED.1,
        successor: "/api/v1/staff/members/{user_id}/suspension",
    },
    Ending {
        operation: "lift_staff_suspension_old_path",
        path: "/api/v1/staff/{user_id}/suspension",
        since: STAFF_MOVED.0,
        sunset: STAFF_MOVED.1,
        successor: "/api/v1/staff/members/{user_id}/suspension",
    },
    Ending {
        operation: "reactivate_staff_old_path",
        path: "/api/v1/staff/{user_id}/reactivation",
        since: STAFF_MOVED.0,
        sunset: STAFF_MOVED.1,
        successor: "/api/v1/staff/members/{user_id}/reactivation",
    },
];

/// How an operation ends; `None` when it stays.
pub(crate) fn of(operation: &str) -> Option<&'static Ending> {
    ENDING.iter().find(|ending| ending.operation == operation)
}

/// Says in the contract that an operation is going to end, and what to use instead.
pub(crate) fn mark(operation: &mut Operation) {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let Some(ending) = of(id) else { return };
    operation.deprecated = Some(Deprecated::True);
    let ends = midnight(ending.sunset)
        .map(|day| day.format("%Y-%m-%d").to_string())
        .unwrap_or_default();
    let words = format!(
        "Use `{}` instead: this path may be gone from {ends} on.",
        ending.successor
    );
    let description = operation.description.get_or_insert_default();
    if !description.is_empty() {
        description.push_str("\n\n");
    }
    description.push_str(&words);
}

/// Tells with every answer of an operation that is going to end since when (`Deprecation`, RFC 9745), until when
/// (`Sunset`, RFC 8594) and what to use instead (`Link` with `successor-version`, RFC 5829).
///
/// # Errors
/// Those of what it surrounds.
pub(crate) async fn announce(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let facts = operations::of_path(request.method(), request.path());
    let ending = facts.and_then(|facts| facts.ending);
    let headers = ending.map_or_else(Vec::new, |ending| headers(ending, request.path()));
    let mut response = next.call(request).await?.map_into_boxed_body();
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

fn headers(ending: &Ending, path: &str) -> Vec<(HeaderName, String)> {
    let mut all = Vec::new();
    if let Some(since) = midnight(ending.since) {
        let name = HeaderName::from_static("deprecation");
        all.push((name, format!("@{}", since.timestamp())));
    }
    if let Some(sunset) = midnight(ending.sunset) {
        let value = sunset.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        all.push((HeaderName::from_static("sunset"), value));
    }
    if let Some(successor) = successor(ending, path) {
        all.push((
            header::LINK,
            format!("<{successor}>; rel=\"successor-version\""),
        ));
    }
    all
}

/// Where a request to this path goes from now on; `None` when what stands in place of an id is none.
fn successor(ending: &Ending, path: &str) -> Option<String> {
    let given = |wanted: &str| {
        let mut both = ending.path.split('/').zip(path.split('/'));
        let (_, value) = both.find(|(name, _)| *name == wanted)?;
        uuid::Uuid::parse_str(value).ok().map(|_| value)
    };
    let parts = ending.successor.split('/').map(|part| {
        if part.starts_with('{') {
            given(part)
        } else {
            Some(part)
        }
    });
    Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
}

fn midnight((year, month, day): Day) -> Option<DateTime<Utc>> {
    let day = NaiveDate::from_ymd_opt(year, month, day)?;
    Some(day.and_time(NaiveTime::MIN).and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::Method;
    use chrono::Days;

    /// What is promised: whoever reads of it on the first day has half a year.
    const NOTICE: Days = Days::new(180);

    const EXAMPLE: Ending = Ending {
        operation: "get_old",
        path: "/api/v1/old/{id}",
        since: (2026, 3, 2),
        sunset: (2026, 9, 30),
        successor: "/api/v1/new/{id}/parts",
    };

    #[test]
    fn headers_are_written_as_the_standards_say() {
        let path = "/api/v1/old/01938f5e-7c00-7000-8000-000000000001";
        let all = headers(&EXAMPLE, path);
        let written: Vec<(&str, &str)> = all
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            written,
            [
                ("deprecation", "@1772409600"),
                ("sunset", "Wed, 30 Sep 2026 00:00:00 GMT"),
                (
                    "link",
                    "</api/v1/new/01938f5e-7c00-7000-8000-000000000001/parts>; rel=\"successor-version\""
                ),
            ]
        );
    }

    #[test]
    fn what_is_no_id_is_not_written_back() {
        for value in ["", "x>; rel=\"next\"", "..", "01938f5e"] {
            let path = format!("/api/v1/old/{value}");
            assert_eq!(successor(&EXAMPLE, &path), None, "{value}");
        }
        assert_eq!(successor(&EXAMPLE, "/api/v1/old"), None);
    }

    #[test]
    fn every_entry_is_an_operation_with_a_successor_that_stays_and_with_half_a_year_of_notice() {
        let api = serde_json::to_value(crate::contract::openapi()).unwrap();
        let paths = api["paths"].as_object().unwrap();
        for ending in ENDING {
            let id = ending.operation;
            let (since, sunset) = (midnight(ending.since), midnight(ending.sunset));
            let notice = since.unwrap() + NOTICE;
            assert!(sunset.unwrap() >= notice, "{id}: {sunset:?}, {notice}");
            let (method, old) = paths[ending.path]
                .as_object()
                .and_then(|item| item.iter().find(|(_, says)| says["operationId"] == id))
                .unwrap_or_else(|| panic!("{id} does not stand at {}", ending.path));
            assert_eq!(old["deprecated"], true, "{id}");
            let words = old["description"].as_str().unwrap();
            assert!(words.contains(ending.successor), "{id}: {words}");
            let new = &paths[ending.successor][method];
            assert!(new.is_object(), "{id}: {} is no path", ending.successor);
            assert!(new["deprecated"] != true, "{id}: its successor ends too");
            let verb = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let facts = operations::of_path(&verb, ending.path).unwrap();
            assert!(facts.ending.is_some(), "{id} is not announced");
        }
        let marked = paths
            .values()
            .flat_map(|item| item.as_object().unwrap().values())
            .filter(|operation| operation["deprecated"] == true)
            .count();
        assert_eq!(marked, ENDING.len());
    }
}
