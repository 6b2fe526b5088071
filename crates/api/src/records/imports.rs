//! Imports of trade records. The body is streamed to disk as it comes; a worker imports it.

use actix_web::http::header;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse, get, post};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, stream};
use quaymaster_service::Cursor;
use quaymaster_service::records::import::{
    self, Format, ImportError, ImportState, LARGEST_FILE, NewImport, Phase, RecordImport as Found,
    RowError as FoundError, Upload,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::common::wire_enums;
use crate::extract::{Authed, Path, Query};
use crate::input::Moment;
use crate::lists::PageQuery;
use crate::problem::{Code, Problem, sentence};

wire_enums! {
    /// How an import of records stands.
    RecordImportState = ImportState {
        /// Waits for its turn.
        Queued,
        /// At work.
        Running,
        /// At its end.
        Finished,
        /// Broken off; the entries counted are kept.
        Failed,
        /// Called off; the entries counted are kept.
        Cancelled,
    }
}

wire_enums! {
    /// What an import does at the moment.
    RecordImportPhase = Phase {
        /// Nothing yet.
        Waiting,
        /// Reads, checks and sorts the rows.
        Reading,
        /// Writes entries.
        Writing,
        /// Nothing any more.
        Done,
    }
}

/// An import of trade records.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordImport {
    /// Identity.
    id: Uuid,
    /// The account that takes the records in.
    account_id: Uuid,
    /// `csv` or `ndjson`.
    #[schema(example = "csv")]
    format: String,
    /// The name of the file, as it was given.
    #[schema(example = "ES-003 2026-03.csv")]
    file_name: Option<String>,
    /// How it stands.
    state: RecordImportState,
    /// What it does at the moment.
    phase: RecordImportPhase,
    /// How far it has come, percent.
    #[schema(minimum = 0, maximum = 100)]
    progress: u8,
    /// Why it broke off.
    failure: Option<String>,
    /// What there is to say about the file, e.g. which columns were kept out.
    notes: Vec<String>,
    /// The moment that the file shows; of two files the later one wins.
    state_at: DateTime<Utc>,
    /// Size of the file.
    bytes_total: u64,
    /// How much of it was read.
    bytes_read: u64,
    /// Rows read, without the header.
    rows_total: u64,
    /// Rows refused; each is listed with its reason.
    rows_refused: u64,
    /// Rows that repeated another row of the file.
    rows_duplicate: u64,
    /// Entries that were not known.
    entries_new: u64,
    /// Entries that were known otherwise.
    entries_updated: u64,
    /// Entries that said what is known.
    entries_unchanged: u64,
    /// Entries of which something newer is known.
    entries_older: u64,
    /// Entries refused.
    entries_refused: u64,
    /// True when it was called off and has not stopped yet, or has.
    cancel_asked: bool,
    /// When it was taken in.
    created_at: DateTime<Utc>,
    /// When work began.
    started_at: Option<DateTime<Utc>>,
    /// When it came to its end.
    finished_at: Option<DateTime<Utc>>,
    /// Who imports: the name of the person or of the API client.
    #[schema(example = "Ana Lee")]
    by_name: String,
}

impl From<Found> for RecordImport {
    fn from(found: Found) -> Self {
        let progress = import::progress(&found);
        let Found {
            id,
            account,
            format,
            file_name,
            file: _,
            state,
            phase,
            failure,
            notes,
            state_at,
            bytes_total,
            bytes_read,
            counts,
            checkpoint: _,
            cancel_asked,
            worker: _,
            lease_until: _,
            created_at,
            started_at,
            updated_at: _,
            finished_at,
            by: _,
            by_name,
        } = found;
        Self {
            id: id.into(),
            account_id: account.into(),
            format,
            file_name,
            state: state.into(),
            phase: phase.into(),
            progress,
            failure,
            notes,
            state_at,
            bytes_total,
            bytes_read,
            rows_total: counts.rows,
            rows_refused: counts.rows_unfit + counts.rows_left,
            rows_duplicate: counts.duplicates,
            entries_new: counts.new,
            entries_updated: counts.updated,
            entries_unchanged: counts.unchanged,
            entries_older: counts.older,
            entries_refused: counts.refused,
            cancel_asked,
            created_at,
            started_at,
            finished_at,
            by_name,
        }
    }
}

/// A page of imports.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordImportPage {
    /// The rows.
    items: Vec<RecordImport>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Why a row was refused. What the row says is not repeated.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordImportError {
    /// The row in the file; the header of a CSV file is row 1.
    row: u64,
    /// The number of the entry, where it could be read.
    #[schema(example = "ABC-1234567-6")]
    entry_number: Option<String>,
    /// The column; empty when the row as a whole does not fit.
    #[schema(example = "Entry Date")]
    column: String,
    /// Stable code.
    #[schema(example = "date")]
    code: String,
    /// What to do.
    #[schema(example = "There is no such day in the calendar.")]
    detail: String,
}

impl From<FoundError> for RecordImportError {
    fn from(found: FoundError) -> Self {
        let FoundError {
            row,
            entry,
            column,
            code,
            detail,
        } = found;
        Self {
            row,
            entry_number: entry,
            column,
            code,
            detail: sentence(&detail),
        }
    }
}

/// A page of refused rows.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordImportErrorPage {
    /// The rows.
    items: Vec<RecordImportError>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// What an import may be told besides the file.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecordImportQuery {
    /// The name of the file, for the list of imports.
    #[param(max_length = 200)]
    file_name: Option<String>,
    /// The moment that the file shows, e.g. when the report was run; now unless given. Of two files the later one wins.
    #[param(value_type = Option<DateTime<Utc>>)]
    state_at: Option<Moment>,
}

/// Import trade records
///
/// A file in UTF-8 of up to 2 GiB as report ES-003 writes it: CSV whose first row names the columns, in any order, or one
/// JSON object a line with the same names. It is taken in and imported in the background; ask for the import to see how it
/// comes forward. Entries are taken whole or not at all; every refused row is listed with column and reason. An entry
/// that is known already is replaced when the file is newer. For Account Owner and proxies, and for API clients with the scope
/// `records:import`, which import under the account's own numbers.
#[utoipa::path(tag = "records", params(("id" = Uuid, Path, description = "The account"), RecordImportQuery), request_body(content((String = "text/csv", example = json!("Entry Summary Number,Entry Type Code,Importer Number,Port of Entry Code,Entry Date,Entry Summary Line Number,Country of Origin Code,Tariff Ordinal Number,HTS Number - Full,Line Tariff Goods Value Amount,Line Tariff Duty Amount\nABC-1234567-6,01,28-1111111AA,2704,01/15/2026,1,CN,1,8471.30.0100,1250.00,31.25\n")), (String = "application/x-ndjson", example = json!("{\"Entry Summary Number\": \"ABC-1234567-6\", \"Entry Type Code\": \"01\", \"Importer Number\": \"28-1111111AA\", \"Port of Entry Code\": \"2704\", \"Entry Date\": \"01/15/2026\", \"Entry Summary Line Number\": \"1\", \"Country of Origin Code\": \"CN\", \"Tariff Ordinal Number\": \"1\", \"HTS Number - Full\": \"8471.30.0100\", \"Line Tariff Goods Value Amount\": \"1250.00\", \"Line Tariff Duty Amount\": \"31.25\"}\n"))), description = "The file"), responses((status = 202, description = "Taken in", body = RecordImport)))]
#[post("/accounts/{id}/record-imports")]
pub(crate) async fn import_records(
    authed: Authed,
    request: HttpRequest,
    path: Path<Uuid>,
    query: Query<RecordImportQuery>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let RecordImportQuery {
        file_name,
        state_at,
    } = query.0;
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
    let account = path.0.into();
    let (actor, services) = (&authed.actor, authed.services());
    let mut upload = Upload::begin(actor, services, account).await?;
    let mut payload = payload;
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_broken| {
            Problem::new(
                Code::Unreadable,
                "The file ended before it was complete; nothing of it was imported.",
            )
        })?;
        upload.write(&piece).await?;
    }
    let new = NewImport {
        format,
        file_name,
        state_at: state_at.map(|m| m.0),
    };
    let taken = import::accept(actor, services, account, new, upload).await?;
    Ok(HttpResponse::Accepted().json(RecordImport::from(taken)))
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

/// List imports of trade records
///
/// The newest first. For Account Owner and proxies, and for API clients with the scope `records:import`.
#[utoipa::path(tag = "records", params(("id" = Uuid, Path, description = "The account"), PageQuery), responses((status = 200, description = "A page of imports", body = RecordImportPage)))]
#[get("/accounts/{id}/record-imports")]
pub(crate) async fn list_record_imports(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found = import::list(&authed.actor, authed.services(), path.0.into(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(RecordImportPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Read an import of trade records
///
/// While it runs its counts grow.
#[utoipa::path(tag = "records", params(("id" = Uuid, Path, description = "The account"), ("import_id" = Uuid, Path, description = "The import")), responses((status = 200, description = "The import", body = RecordImport)))]
#[get("/accounts/{id}/record-imports/{import_id}")]
pub(crate) async fn get_record_import(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let found = import::find(&authed.actor, authed.services(), account.into(), id.into()).await?;
    Ok(HttpResponse::Ok().json(RecordImport::from(found)))
}

/// Call an import of trade records off
///
/// One that waits is over at once; one that runs stops after the batch that it writes. Entries written before stay, whole.
#[utoipa::path(tag = "records", params(("id" = Uuid, Path, description = "The account"), ("import_id" = Uuid, Path, description = "The import")), responses((status = 200, description = "Called off", body = RecordImport), (status = 409, description = "It is over", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/record-imports/{import_id}/cancellation")]
pub(crate) async fn cancel_record_import(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let done = import::cancel(&authed.actor, authed.services(), account.into(), id.into()).await?;
    Ok(HttpResponse::Ok().json(RecordImport::from(done)))
}

/// List the refused rows of an import of trade records
///
/// In the order of the file.
#[utoipa::path(tag = "records", params(("id" = Uuid, Path, description = "The account"), ("import_id" = Uuid, Path, description = "The import"), PageQuery), responses((status = 200, description = "A page of refused rows", body = RecordImportErrorPage)))]
#[get("/accounts/{id}/record-imports/{import_id}/errors")]
pub(crate) async fn list_record_import_errors(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let (account, id) = path.0;
    let found = import::errors(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        &page,
    )
    .await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(RecordImportErrorPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Download the refused rows of an import of trade records
///
/// CSV with row, entry number, column, code and reason of every refusal, in the order of the file.
#[utoipa::path(tag = "records", params(("id" = Uuid, Path, description = "The account"), ("import_id" = Uuid, Path, description = "The import")), responses((status = 200, description = "The refused rows", body = String, content_type = "text/csv")))]
#[get("/accounts/{id}/record-imports/{import_id}/error-file")]
pub(crate) async fn get_record_import_error_file(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let file =
        import::error_file(&authed.actor, authed.services(), account.into(), id.into()).await?;
    let name = file.name();
    let pieces = stream::unfold(Some(file), |file| async {
        let mut file = file?;
        match file.piece().await {
            Ok(piece) => piece.map(|piece| (Ok(Bytes::from(piece)), Some(file))),
            Err(fault) => {
                tracing::warn!(%fault, "a download of refused rows broke off");
                Some((Err(std::io::Error::other("the file broke off")), None))
            }
        }
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .streaming(Box::pin(pieces)))
}
