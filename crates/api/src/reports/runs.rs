//! Runs of reports over HTTP: asked for, looked at, stopped, read in pages, downloaded.

use std::io::Read as _;

use actix_web::http::header;
use actix_web::{HttpResponse, get, post};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use quaymaster_service::Cursor;
use quaymaster_service::reports::{
    self, Ask, CHUNK_ROWS, FileFormat, Kind, ResultColumn as FoundColumn, ResultRow as FoundRow,
    RowKind, Rows, RunView,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::{ReportDefinition, ReportNarrowing, ReportPrompts, stored};
use crate::common::{FileBytes, wire_enums};
use crate::extract::{Authed, Json, Path, Query};
use crate::lists::page_request;
use crate::operation_list::Operations;
use crate::problem::{Problem, ProblemBody};

/// How much of a file is read at a time.
const PIECE: usize = 64 * 1024;

pub(super) fn area(config: &mut Operations) {
    config
        .service(preview_report)
        .service(start_report_run)
        .service(list_report_runs)
        .service(get_report_run)
        .service(cancel_report_run)
        .service(list_report_rows)
        .service(export_report_run);
}

wire_enums! {
    /// What kind of values a column has.
    ReportValueKind = Kind {
        /// Any text.
        Text,
        /// `2026-03-01`.
        Date,
        /// `2026-03`.
        Month,
        /// A whole number.
        Integer,
        /// A number with decimals.
        Decimal,
        /// US dollars with cents.
        Money,
        /// A ratio: `0.05` is five per cent.
        Percent,
        /// `true` or `false`.
        Boolean,
    }
    /// How far a run is.
    ReportRunState = reports::RunState {
        /// It waits.
        Queued,
        /// The database works on it.
        Running,
        /// Rows arrive and are kept.
        Writing,
        /// Its rows can be read.
        Done,
        /// It ended with an error.
        Failed,
        /// Its person stopped it.
        Cancelled,
        /// Its rows were kept for their time, which is over.
        Expired,
    }
    /// Which workers take a run.
    ReportLane = reports::Lane {
        /// Somebody waits.
        Interactive,
        /// It took too long for that, or nobody waits.
        Batch,
    }
    /// The format of a file.
    ReportFormat = FileFormat {
        /// Comma-separated values.
        Csv,
        /// A spreadsheet with typed cells and a cover sheet.
        Xlsx,
        /// A document, tagged for screen readers.
        Pdf,
    }
}

/// What a row stands for.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReportRowKind {
    /// A record, or a group of the finest level.
    Detail,
    /// The total of a group.
    Subtotal,
    /// The total of everything.
    GrandTotal,
    /// Everything below the first ones of a ranking.
    Others,
}

/// A column of a result.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportColumn {
    /// As in the definition.
    #[schema(example = "c1")]
    id: String,
    /// Its heading.
    #[schema(example = "Country of origin")]
    label: String,
    /// What kind of values.
    kind: ReportValueKind,
    /// It is computed, not grouped by.
    measure: bool,
    /// Decimals of a number.
    scale: u32,
    /// The column of the definition that it is of.
    #[schema(example = "c1")]
    of: String,
    /// Which part of that: a value of the pivot as people see it, or `before`, `change`, `rate` of two periods.
    part: Option<String>,
}

impl From<FoundColumn> for ReportColumn {
    fn from(column: FoundColumn) -> Self {
        let FoundColumn {
            id,
            label,
            kind,
            scale,
            measure,
            of,
            part,
        } = column;
        Self {
            id,
            label,
            kind: kind.into(),
            measure,
            scale,
            of,
            part,
        }
    }
}

/// A row of a result.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportRow {
    /// What it stands for.
    kind: ReportRowKind,
    /// For subtotals: how many columns of breaks are fixed.
    level: Option<u32>,
    /// A cell for every column, as exact text: `2026-03-01`, `12`, `1234.50`, `0.0525`; `null` is empty.
    cells: Vec<Option<String>>,
    /// A style for every cell, empty for none; no entry at all when no cell has one.
    alerts: Vec<String>,
}

impl From<FoundRow> for ReportRow {
    fn from(row: FoundRow) -> Self {
        let FoundRow {
            kind,
            cells,
            alerts,
        } = row;
        let (kind, level) = match kind {
            RowKind::Detail => (ReportRowKind::Detail, None),
            RowKind::Subtotal(level) => (ReportRowKind::Subtotal, Some(level)),
            RowKind::GrandTotal => (ReportRowKind::GrandTotal, None),
            RowKind::Others => (ReportRowKind::Others, None),
        };
        Self {
            kind,
            level,
            cells,
            alerts,
        }
    }
}

/// Rows of a run.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportRows {
    /// The columns.
    columns: Vec<ReportColumn>,
    /// The number of the first row, from zero.
    from: u64,
    /// The rows.
    rows: Vec<ReportRow>,
    /// How many there are.
    total: u64,
}

impl From<Rows> for ReportRows {
    fn from(found: Rows) -> Self {
        let Rows {
            columns,
            from,
            rows,
            total,
        } = found;
        Self {
            columns: columns.into_iter().map(Into::into).collect(),
            from,
            rows: rows.into_iter().map(Into::into).collect(),
            total,
        }
    }
}

/// A prompt with its value, in words.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportPromptValue {
    /// Its label.
    #[schema(example = "Period")]
    label: String,
    /// Its value.
    #[schema(example = "2026-02-01, 2026-02-28")]
    value: String,
}

/// Why these rows and no others.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportExplain {
    /// Which identifiers and grants decided, in sentences.
    sentences: Vec<String>,
    /// As of when the data is.
    data_as_of: Option<DateTime<Utc>>,
    /// Said when the limit cut the result.
    row_limit: Option<String>,
    /// The prompts.
    prompts: Vec<ReportPromptValue>,
}

/// A run of a report.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportRun {
    /// Identity.
    id: Uuid,
    /// The report; `null` for a definition that was not saved.
    report: Option<String>,
    /// What it is called.
    name: String,
    /// How far it is.
    state: ReportRunState,
    /// Which workers take it.
    lane: ReportLane,
    /// Rows that are kept so far.
    rows_written: u64,
    /// Rows that are expected, when that is known.
    rows_expected: Option<u64>,
    /// How many rows it has, when it is done.
    rows_total: Option<u64>,
    /// More rows were there than are kept.
    limit_reached: bool,
    /// How many rows are kept at most.
    row_limit: u64,
    /// It took the rows of an equal one.
    from_cache: bool,
    /// When it was asked for.
    queued_at: DateTime<Utc>,
    /// When work began.
    started_at: Option<DateTime<Utc>>,
    /// When it ended.
    finished_at: Option<DateTime<Utc>>,
    /// Until when its rows are kept.
    expires_at: Option<DateTime<Utc>>,
    /// How long the work took.
    took_ms: Option<i64>,
    /// Why it failed, in words with what to do.
    failure: Option<String>,
    /// The schedule that asked for it.
    schedule_id: Option<Uuid>,
    /// The values of the prompts.
    prompts: ReportPrompts,
    /// The definition.
    definition: ReportDefinition,
    /// Why these rows; `null` unless it is done and read by itself.
    explain: Option<ReportExplain>,
}

impl From<RunView> for ReportRun {
    fn from(view: RunView) -> Self {
        let RunView {
            run,
            rows,
            row_limit,
            sentences,
            data_as_of,
            prompts,
        } = view;
        let took = run.started_at.zip(run.finished_at);
        let explained = data_as_of.is_some();
        Self {
            id: run.id.into(),
            report: run.report,
            name: run.name,
            state: run.state.into(),
            lane: run.lane.into(),
            rows_written: run.rows_written,
            rows_expected: run.rows_expected,
            rows_total: rows,
            limit_reached: run.limit_reached,
            row_limit,
            from_cache: run.from_cache,
            queued_at: run.queued_at,
            started_at: run.started_at,
            finished_at: run.finished_at,
            expires_at: run.expires_at,
            took_ms: took.map(|(from, to)| (to - from).num_milliseconds()),
            failure: run.failure,
            schedule_id: run.schedule.map(Into::into),
            prompts: ReportPrompts(stored(&run.prompts)),
            definition: ReportDefinition(stored(&run.definition)),
            explain: explained.then(|| ReportExplain {
                sentences,
                data_as_of,
                row_limit: run.limit_reached.then(|| reports::limit_words(row_limit)),
                prompts: prompts
                    .into_iter()
                    .map(|(label, value)| ReportPromptValue { label, value })
                    .collect(),
            }),
        }
    }
}

/// A run that was asked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportRunStarted {
    /// The run.
    run: ReportRun,
    /// Its first thousand rows when it is done; `null` while it goes on.
    page: Option<ReportRows>,
}

/// A page of runs.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportRunPage {
    /// The rows, the newest first.
    items: Vec<ReportRun>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// The first rows of a definition.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportPreview {
    /// The columns.
    columns: Vec<ReportColumn>,
    /// The first ten rows.
    rows: Vec<ReportRow>,
    /// There are more.
    more: bool,
    /// What changed below the definition, in words.
    messages: Vec<String>,
}

/// A definition to look at.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"definition": {"v": 1, "subject": "entry_lines", "mode": "aggregate", "columns": [{"id": "c1", "dim": "country"}, {"id": "m1", "measure": "duty"}]}, "prompts": {}, "account_id": null}))]
pub(crate) struct ReportPreviewNew {
    /// The definition.
    definition: ReportDefinition,
    /// The values of its prompts.
    prompts: ReportPrompts,
    /// Only this account; `null` means every one in reach.
    account_id: Option<Uuid>,
}

/// A report to run.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"report": "ES-003", "definition": null, "prompts": {"p1": {"from": "2026-02-01", "to": "2026-02-28"}}, "account_id": null, "fresh": false}))]
pub(crate) struct ReportRunNew {
    /// The key of a report; exactly one of this and `definition`.
    #[schema(max_length = 40)]
    #[validate(length(max = 40, message = "A key has at most 40 characters."))]
    report: Option<String>,
    /// A definition that need not be saved.
    definition: Option<ReportDefinition>,
    /// The values of the prompts.
    prompts: ReportPrompts,
    /// Only this account; `null` means every one in reach.
    account_id: Option<Uuid>,
    /// Not from the cache.
    fresh: bool,
    /// Nobody waits for it: it may take as long as it needs, and is read when it is done. Not unless given.
    #[serde(default)]
    background: bool,
    /// What the rows are narrowed to beyond the filter of the report. Nothing unless given.
    narrow: Option<ReportNarrowing>,
}

/// Look at the first rows of a definition
///
/// Ten rows; nothing is kept.
#[utoipa::path(tag = "reports", request_body = ReportPreviewNew, responses((status = 200, description = "The first rows", body = ReportPreview), (status = 404, description = "No such report or account here", body = ProblemBody, content_type = "application/problem+json"), (status = 409, description = "`report-too-large`: name a period", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/report-previews")]
pub(crate) async fn preview_report(
    authed: Authed,
    body: Json<ReportPreviewNew>,
) -> Result<HttpResponse, Problem> {
    let ReportPreviewNew {
        definition,
        prompts,
        account_id,
    } = body.0;
    let found = reports::preview(
        &authed.actor,
        authed.services(),
        &definition.0,
        &prompts.0,
        account_id.map(Into::into),
    )
    .await?;
    Ok(HttpResponse::Ok().json(ReportPreview {
        columns: found.columns.into_iter().map(Into::into).collect(),
        rows: found.rows.into_iter().map(Into::into).collect(),
        more: found.more,
        messages: found.messages,
    }))
}

/// Run a report
///
/// Answered with the first rows when it is done within a second and a half; otherwise it goes on by itself and is read
/// later. Equal runs share their rows.
#[utoipa::path(tag = "reports", request_body = ReportRunNew, responses((status = 200, description = "Done", body = ReportRunStarted), (status = 202, description = "It goes on", body = ReportRunStarted), (status = 404, description = "No such report or account here", body = ProblemBody, content_type = "application/problem+json"), (status = 409, description = "`report-limit`: too many own runs at a time; `report-too-large`: name a period, or run it in the background", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/report-runs")]
pub(crate) async fn start_report_run(
    authed: Authed,
    body: Json<ReportRunNew>,
) -> Result<HttpResponse, Problem> {
    let ReportRunNew {
        report,
        definition,
        prompts,
        account_id,
        fresh,
        background,
        narrow,
    } = body.0;
    let ask = Ask {
        report,
        definition: definition.map(|d| d.0),
        prompts: prompts.0,
        account: account_id.map(Into::into),
        fresh,
        background,
        narrow: narrow.map(|n| n.0).unwrap_or_default(),
    };
    let started = reports::start(&authed.actor, authed.services(), &ask).await?;
    let answer = ReportRunStarted {
        page: started.page.map(Into::into),
        run: started.view.into(),
    };
    Ok(if answer.page.is_some() {
        HttpResponse::Ok().json(answer)
    } else {
        HttpResponse::Accepted().json(answer)
    })
}

/// Filters of runs.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportRunQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Only runs in this state.
    state: Option<ReportRunState>,
}

/// List own runs
///
/// The newest first.
#[utoipa::path(tag = "reports", params(ReportRunQuery), responses((status = 200, description = "A page of runs", body = ReportRunPage)))]
#[get("/report-runs")]
pub(crate) async fn list_report_runs(
    authed: Authed,
    query: Query<ReportRunQuery>,
) -> Result<HttpResponse, Problem> {
    let ReportRunQuery {
        limit,
        cursor,
        state,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let state = state.map(Into::into);
    let found = reports::list_runs(&authed.actor, authed.services(), state, &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(ReportRunPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Read an own run
///
/// With its progress while it goes on, and with why it has these rows when it is done.
#[utoipa::path(tag = "reports", params(("id" = Uuid, Path, description = "The run")), responses((status = 200, description = "The run", body = ReportRun)))]
#[get("/report-runs/{id}")]
pub(crate) async fn get_report_run(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = reports::view(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(ReportRun::from(found)))
}

/// Cancel an own run
///
/// The database stops working on it.
#[utoipa::path(tag = "reports", params(("id" = Uuid, Path, description = "The run")), responses((status = 200, description = "Cancelled", body = ReportRun), (status = 409, description = "`run-state`: it is over", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/report-runs/{id}/cancellation")]
pub(crate) async fn cancel_report_run(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = reports::cancel(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(ReportRun::from(found)))
}

/// Which rows.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportRowsQuery {
    /// The number of the first row, from zero.
    #[param(minimum = 0, maximum = 1_000_000)]
    from: Option<u64>,
    /// How many, 1–1000; 1000 unless given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
}

/// Read rows of an own run
///
/// From a number on, in the order of the report. Only while the reader's rights are those that the rows were made under.
#[utoipa::path(tag = "reports", params(("id" = Uuid, Path, description = "The run"), ReportRowsQuery), responses((status = 200, description = "Rows", body = ReportRows), (status = 409, description = "`run-state`: it is not done, or over its time; `scope-changed`: run it again", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/report-runs/{id}/rows")]
pub(crate) async fn list_report_rows(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<ReportRowsQuery>,
) -> Result<HttpResponse, Problem> {
    let ReportRowsQuery { from, limit } = query.0;
    let limit = limit.unwrap_or(CHUNK_ROWS);
    if !(1..=CHUNK_ROWS).contains(&limit) {
        return Err(Problem::field(
            "?limit",
            "invalid",
            "Ask for 1 to 1000 rows.",
        ));
    }
    let from = from.unwrap_or(0);
    let found = reports::rows(&authed.actor, authed.services(), path.0.into(), from, limit).await?;
    Ok(HttpResponse::Ok().json(ReportRows::from(found)))
}

/// Which file.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportExportQuery {
    /// The format.
    format: ReportFormat,
}

/// Download an own run
///
/// All its rows as CSV, XLSX or PDF. XLSX and PDF say why these rows, how fresh, and with which prompts.
#[utoipa::path(tag = "reports", params(("id" = Uuid, Path, description = "The run"), ReportExportQuery), responses((status = 200, description = "The file", content((String = "text/csv"), (FileBytes = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (FileBytes = "application/pdf"))), (status = 409, description = "`run-state`: it is not done, or over its time; `scope-changed`: run it again", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/report-runs/{id}/export")]
pub(crate) async fn export_report_run(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<ReportExportQuery>,
) -> Result<HttpResponse, Problem> {
    let ReportExportQuery { format } = query.0;
    let done = reports::download(
        &authed.actor,
        authed.services(),
        path.0.into(),
        format.into(),
    )
    .await?;
    let pieces = futures_util::stream::unfold(Some(done.file), |file| async {
        let mut file = file?;
        let mut piece = vec![0; PIECE];
        // A piece of a local file: short enough to be read here.
        match file.read(&mut piece) {
            Ok(0) => None,
            Ok(read) => {
                piece.truncate(read);
                Some((Ok(Bytes::from(piece)), Some(file)))
            }
            Err(error) => Some((Err(error), None)),
        }
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, done.format.media_type()))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", done.name),
        ))
        .streaming(Box::pin(pieces)))
}
