//! Importing users from a CSV file over HTTP.

use actix_web::http::header;
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, post};
use futures_util::StreamExt;
use quaymaster_service::user_imports::{self, CellFault, Outcome, ReportRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::common::wire_enums;
use crate::extract::{Authed, Path, Query};
use crate::problem::{Code, Problem, sentence};

/// How large the file may be.
const LIMIT: usize = 1024 * 1024;

/// A CSV file as the body, at most 1 MiB.
pub(crate) struct CsvBody(Vec<u8>);

impl FromRequest for CsvBody {
    type Error = Problem;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_csv = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(is_csv);
        let mut payload = payload.take();
        Box::pin(async move {
            if !is_csv {
                return Err(Problem::new(
                    Code::UnsupportedMediaType,
                    "Send the file as text/csv, in UTF-8.",
                ));
            }
            let mut read = BytesMut::new();
            while let Some(chunk) = payload.next().await {
                let chunk = chunk.map_err(|_broken| {
                    Problem::new(Code::Unreadable, "The file ended before it was complete.")
                })?;
                if read.len() + chunk.len() > LIMIT {
                    return Err(Problem::new(
                        Code::TooLarge,
                        "The file may have at most 1 MiB; split it.",
                    ));
                }
                read.extend_from_slice(&chunk);
            }
            Ok(Self(read.to_vec()))
        })
    }
}

pub(crate) fn is_csv(value: &str) -> bool {
    let mut parts = value.split(';').map(str::trim);
    parts
        .next()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("text/csv"))
        && parts.all(|parameter| {
            parameter.split_once('=').is_none_or(|(name, value)| {
                !name.eq_ignore_ascii_case("charset")
                    || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
            })
        })
}

/// How to run an import.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UserImportQuery {
    /// True: only say what would become of each row; nothing is stored and nobody is mailed.
    dry_run: Option<bool>,
}

wire_enums! {
    /// What becomes of a row.
    UserImportOutcome = Outcome {
        /// Fits. In a dry run: would be invited, or is there already just so. Otherwise: was there already just so.
        Ok,
        /// Was invited.
        Invited,
        /// Was not invited.
        Refused,
    }
}

/// A cell that does not fit.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserImportError {
    /// The column; `null` when the row as a whole does not fit.
    #[schema(example = "sub_account")]
    column: Option<String>,
    /// Stable code.
    #[schema(example = "invalid")]
    code: String,
    /// What to do.
    detail: String,
}

impl From<CellFault> for UserImportError {
    fn from(fault: CellFault) -> Self {
        let CellFault {
            column,
            code,
            detail,
        } = fault;
        Self {
            column: column.map(|c| c.name().to_owned()),
            code: code.to_owned(),
            detail: sentence(&detail),
        }
    }
}

/// What becomes of a row of the file.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserImportRow {
    /// The line of the file; the header is line 1.
    #[schema(minimum = 2)]
    row: u64,
    /// The address as it stands there.
    email: String,
    /// What becomes of it.
    outcome: UserImportOutcome,
    /// What does not fit.
    errors: Vec<UserImportError>,
}

impl From<ReportRow> for UserImportRow {
    fn from(row: ReportRow) -> Self {
        let ReportRow {
            line,
            email,
            outcome,
            errors,
        } = row;
        Self {
            row: line,
            email,
            outcome: outcome.into(),
            errors: errors.into_iter().map(Into::into).collect(),
        }
    }
}

/// What becomes of each row.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserImportReport {
    /// True when nothing was stored.
    dry_run: bool,
    /// Rows below the header.
    rows_total: u64,
    /// Rows that fit.
    rows_ok: u64,
    /// Rows that were refused.
    rows_refused: u64,
    /// The rows, in the order of the file.
    rows: Vec<UserImportRow>,
}

/// Invite people from a file
///
/// CSV in UTF-8 with a header, at most 2,000 rows and 1 MiB. Columns, in any order: `email`, `given_name`, `family_name`
/// (needed), `role` (`user` or `proxy`), `sub_account` (name or identity), `structure`, `records`, `reports`, `port_codes`
/// (with blanks between them). Several rows with one address give rights in several sub-accounts. Every person stands for
/// itself: who fits is invited, who does not is named with what is wrong. A file that is sent again invites nobody twice;
/// a person who is there already with other rights is refused.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "The account"), UserImportQuery), request_body(content = String, content_type = "text/csv", description = "The file", example = json!("email,given_name,family_name,role,sub_account,structure,records,reports,port_codes\nana.lee@harbor.example,Ana,Lee,user,\"Importer, West Coast\",read,read,run,2704 2709\n")), responses((status = 200, description = "What becomes of each row", body = UserImportReport)))]
#[post("/accounts/{id}/user-imports")]
pub(crate) async fn import_users(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<UserImportQuery>,
    body: CsvBody,
) -> Result<HttpResponse, Problem> {
    let UserImportQuery { dry_run } = query.0;
    let dry_run = dry_run.unwrap_or(false);
    let rows = user_imports::run(
        &authed.actor,
        authed.services(),
        path.0.into(),
        &body.0,
        dry_run,
    )
    .await?;
    let refused = rows
        .iter()
        .filter(|row| row.outcome == Outcome::Refused)
        .count() as u64;
    let total = rows.len() as u64;
    Ok(HttpResponse::Ok().json(UserImportReport {
        dry_run,
        rows_total: total,
        rows_ok: total - refused,
        rows_refused: refused,
        rows: rows.into_iter().map(Into::into).collect(),
    }))
}
