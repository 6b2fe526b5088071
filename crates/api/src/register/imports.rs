//! Bulk loads of the identifier register over HTTP. The body is streamed to disk as it comes.

use actix_web::http::header;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use quaymaster_service::Cursor;
use quaymaster_service::register::import::{
    self, Format, ImportError, ImportState, LARGEST_FILE, RegisterImport as Found,
    RowError as FoundError, Spool,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::extract::{Authed, Path, Query};
use crate::lists::PageQuery;
use crate::problem::{Code, Problem, sentence};

/// How a bulk load stands.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RegisterImportState {
    /// At work.
    Running,
    /// At its end.
    Finished,
    /// Broken off; the rows counted are kept.
    Failed,
}

/// A bulk load of the identifier register.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegisterImport {
    /// Identity.
    id: Uuid,
    /// `csv` or `ndjson`.
    #[schema(example = "csv")]
    format: String,
    /// How it stands.
    state: RegisterImportState,
    /// Why it broke off.
    failure: Option<String>,
    /// Rows read, without the header.
    rows_total: u64,
    /// New entries.
    rows_added: u64,
    /// Changed entries.
    rows_changed: u64,
    /// Rows that said what the register says.
    rows_unchanged: u64,
    /// Rows refused; the first 10,000 are listed with their reasons.
    rows_refused: u64,
    /// When it began.
    started_at: DateTime<Utc>,
    /// When it came to its end.
    finished_at: Option<DateTime<Utc>>,
    /// Who loaded.
    #[schema(example = "Ana Lee")]
    by_name: String,
    /// The name of the file, as it was given.
    #[schema(example = "register-2026-03.csv")]
    file_name: Option<String>,
}

impl From<Found> for RegisterImport {
    fn from(found: Found) -> Self {
        let Found {
            id,
            format,
            file_name,
            state,
            failure,
            total,
            added,
            changed,
            unchanged,
            refused,
            started_at,
            updated_at: _,
            finished_at,
            by_name,
        } = found;
        Self {
            id: id.into(),
            format,
            state: match state {
                ImportState::Running => RegisterImportState::Running,
                ImportState::Finished => RegisterImportState::Finished,
                ImportState::Failed => RegisterImportState::Failed,
            },
            failure,
            rows_total: total,
            rows_added: added,
            rows_changed: changed,
            rows_unchanged: unchanged,
            rows_refused: refused,
            started_at,
            finished_at,
            by_name,
            file_name,
        }
    }
}

/// A page of bulk loads.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegisterImportPage {
    /// The rows.
    items: Vec<RegisterImport>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Why a row was refused. What the row says is not repeated.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowError {
    /// The row in the file; the header of a CSV file is row 1.
    row: u64,
    /// The column; empty when the row as a whole does not fit.
    #[schema(example = "value")]
    column: String,
    /// Stable code.
    #[schema(example = "identifier-malformed")]
    code: String,
    /// What to do.
    #[schema(example = "An EIN has nine digits, with a hyphen after the second.")]
    detail: String,
}

impl From<FoundError> for RowError {
    fn from(found: FoundError) -> Self {
        let FoundError {
            row,
            column,
            code,
            detail,
        } = found;
        Self {
            row,
            column,
            code,
            detail: sentence(&detail),
        }
    }
}

/// A page of refused rows.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowErrorPage {
    /// The rows.
    items: Vec<RowError>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// What a bulk load may be told besides the file.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// The name of the file, for the list of loads.
    #[param(max_length = 200)]
    file_name: Option<String>,
}

/// Load the identifier register
///
/// A file in UTF-8 of up to 2 GiB: CSV whose first row names the columns `kind, value, party_key, party_name` and, if wanted,
/// `contact_email` in any order, or one JSON object a line with these texts. Good rows are kept, refused ones listed by
/// row and column. A row that says what the register says changes nothing, so a file can be loaded again. For the
/// registrar.
#[utoipa::path(tag = "register", params(ImportQuery), request_body(content((String = "text/csv", example = json!("kind,value,party_key,party_name,contact_email\nimporter_number,28-6666666AA,P-000417,Harbor Lane Imports LLC,customs@harbor.example\n")), (String = "application/x-ndjson", example = json!("{\"kind\": \"importer_number\", \"value\": \"28-6666666AA\", \"party_key\": \"P-000417\", \"party_name\": \"Harbor Lane Imports LLC\", \"contact_email\": \"customs@harbor.example\"}\n"))), description = "The file"), responses((status = 201, description = "Loaded to its end, or as far as it came", body = RegisterImport)))]
#[post("/identifier-register/imports")]
pub(crate) async fn import_register(
    authed: Authed,
    request: HttpRequest,
    query: Query<ImportQuery>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let ImportQuery { file_name } = query.0;
    let format = format_of(&request)?;
    let file_name = file_name
        .map(|name| {
            name.chars()
                .filter(|c| !c.is_control())
                .take(200)
                .collect::<String>()
        })
        .filter(|name| !name.trim().is_empty());
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<u64>().ok());
    if announced.is_some_and(|size| size > LARGEST_FILE) {
        return Err(ImportError::TooLarge.into());
    }
    let mut spool = Spool::begin(&authed.actor, authed.services())?;
    let mut payload = payload;
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_broken| {
            Problem::new(
                Code::Unreadable,
                "The file ended before it was complete; nothing of it was loaded.",
            )
        })?;
        spool.write(&piece).await?;
    }
    let done = import::load(&authed.actor, authed.services(), format, file_name, spool).await?;
    Ok(HttpResponse::Created().json(RegisterImport::from(done)))
}

fn format_of(request: &HttpRequest) -> Result<Format, Problem> {
    let header = |name| {
        request
            .headers()
            .get(name)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
    };
    if !matches!(header(header::CONTENT_ENCODING), "" | "identity") {
        return Err(Problem::new(
            Code::UnsupportedMediaType,
            "Send the file as it is, not compressed.",
        ));
    }
    let kind = header(header::CONTENT_TYPE)
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match kind.as_str() {
        "text/csv" => Ok(Format::Csv),
        "application/x-ndjson" => Ok(Format::Ndjson),
        _ => Err(Problem::new(
            Code::UnsupportedMediaType,
            "Send the file as text/csv or application/x-ndjson.",
        )),
    }
}

/// List loads of the identifier register
///
/// The newest first.
#[utoipa::path(tag = "register", params(PageQuery), responses((status = 200, description = "A page of loads", body = RegisterImportPage)))]
#[get("/identifier-register/imports")]
pub(crate) async fn list_register_imports(
    authed: Authed,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found = import::list(&authed.actor, authed.services(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(RegisterImportPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Read a load of the identifier register
///
/// While it runs its counts grow.
#[utoipa::path(tag = "register", params(("import_id" = Uuid, Path, description = "The load")), responses((status = 200, description = "The load", body = RegisterImport)))]
#[get("/identifier-register/imports/{import_id}")]
pub(crate) async fn get_register_import(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = import::find(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(RegisterImport::from(found)))
}

/// List the refused rows of a load
///
/// In the order of the file; the first 10,000.
#[utoipa::path(tag = "register", params(("import_id" = Uuid, Path, description = "The load"), PageQuery), responses((status = 200, description = "A page of refused rows", body = RowErrorPage)))]
#[get("/identifier-register/imports/{import_id}/errors")]
pub(crate) async fn list_register_import_errors(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found = import::list_errors(&authed.actor, authed.services(), path.0.into(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(RowErrorPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}
