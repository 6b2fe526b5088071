//! Many access requests as one file, and renewing many grants at once, over HTTP.

use actix_web::http::header;
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use quaymaster_service::Cursor;
use quaymaster_service::PageRequest;
use quaymaster_service::grants::batches::{self, Batch, BatchSpool, RowFault, RowView};
use quaymaster_service::grants::{Renewal, renew};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Authed, Json, Path, Query};
use crate::input::Moment;
use crate::lists::{PageQuery, page_request};
use crate::problem::{Code, Problem, ProblemBody};

/// A file of access requests.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantRequestBatch {
    /// Identity.
    id: Uuid,
    /// The account that asks.
    account_id: Uuid,
    /// The name of the file, as it was given.
    #[schema(example = "clients-2026.csv")]
    file_name: Option<String>,
    /// Rows read.
    rows_total: u64,
    /// Requests that were sent.
    rows_ok: u64,
    /// Rows that were refused.
    rows_refused: u64,
    /// When it came.
    created_at: DateTime<Utc>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    created_by_name: String,
}

impl From<Batch> for GrantRequestBatch {
    fn from(batch: Batch) -> Self {
        let Batch {
            id,
            account,
            file_name,
            total,
            ok,
            refused,
            created_at,
            created_by_name,
        } = batch;
        Self {
            id: id.into(),
            account_id: account.into(),
            file_name,
            rows_total: total,
            rows_ok: ok,
            rows_refused: refused,
            created_at,
            created_by_name,
        }
    }
}

/// A page of files.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantRequestBatchPage {
    /// The rows.
    items: Vec<GrantRequestBatch>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Why a row was refused.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantRequestError {
    /// The column; empty when the row as a whole does not fit.
    #[schema(example = "owner_user_id")]
    column: String,
    /// Stable code.
    #[schema(example = "counterparty-not-matched")]
    code: String,
    /// What to do.
    detail: String,
}

impl From<RowFault> for GrantRequestError {
    fn from(found: RowFault) -> Self {
        let RowFault {
            column,
            code,
            detail,
        } = found;
        Self {
            column,
            code,
            detail: crate::problem::sentence(&detail),
        }
    }
}

/// What became of a row.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GrantRequestOutcome {
    /// The request was sent.
    Requested,
    /// It was not.
    Refused,
}

/// What became of a row of a file.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantRequestRow {
    /// The line of the file; the header is line 1.
    #[schema(minimum = 2)]
    row: u64,
    /// What became of it.
    outcome: GrantRequestOutcome,
    /// The request, when it was sent.
    grant_id: Option<Uuid>,
    /// The company that is asked, when it was sent.
    company_name: Option<String>,
    /// Why it was refused; empty when it was sent.
    errors: Vec<GrantRequestError>,
}

impl From<RowView> for GrantRequestRow {
    fn from(view: RowView) -> Self {
        let RowView {
            row,
            grant,
            company,
            errors,
        } = view;
        Self {
            row,
            outcome: if errors.is_empty() {
                GrantRequestOutcome::Requested
            } else {
                GrantRequestOutcome::Refused
            },
            grant_id: grant.map(Into::into),
            company_name: company,
            errors: errors.into_iter().map(Into::into).collect(),
        }
    }
}

/// A page of rows of a file.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantRequestRowPage {
    /// The rows.
    items: Vec<GrantRequestRow>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Which account asks, and what the file is called.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct GrantRequestBatchQuery {
    /// The account that asks.
    account_id: Uuid,
    /// The name of the file, for the list.
    #[param(max_length = 200)]
    file_name: Option<String>,
}

/// Which rows.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct GrantRequestRowQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Only rows of which this became.
    #[param(inline)]
    outcome: Option<GrantRequestOutcome>,
}

/// Ask many companies for access
///
/// CSV in UTF-8 with a header, at most 100,000 rows and 64 MiB. Columns, in any order: `account_number` and `owner_user_id`,
/// or `identifier_kind` and `identifier` of the client; `structure`, `reports`, `users`, `top_level` (`yes` or `no`),
/// `records` (`none`, `own_filings`, `all`), `purpose`, `ends_on` (`YYYY-MM-DD`, `until revoked`, or empty for 12 months).
/// Every row is a whole request or none: those that fit are sent, those that do not are listed with what is wrong. Each
/// company's Account Owner answers for itself. For the Account Owner, with a proof of identity of at most ten minutes.
#[utoipa::path(tag = "grants", params(GrantRequestBatchQuery), request_body(content = String, content_type = "text/csv", description = "The file", example = json!("account_number,owner_user_id,structure,records,reports,users,purpose,ends_on\nQM-0000-00001-8,ana.lee,yes,own_filings,no,no,We file your entries,2027-06-30\n")), responses((status = 201, description = "Worked through", body = GrantRequestBatch), (status = 404, description = "Hidden or absent", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/grant-request-batches")]
pub(crate) async fn create_grant_request_batch(
    authed: Authed,
    request: HttpRequest,
    query: Query<GrantRequestBatchQuery>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let GrantRequestBatchQuery {
        account_id,
        file_name,
    } = query.0;
    let mut spool = BatchSpool::begin(&authed.actor, authed.services(), account_id.into()).await?;
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let encoding = request
        .headers()
        .get(header::CONTENT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if !crate::user_imports::is_csv(kind) || !matches!(encoding, "" | "identity") {
        return Err(Problem::new(
            Code::UnsupportedMediaType,
            "Send the file as text/csv in UTF-8, not compressed.",
        ));
    }
    let file_name = file_name
        .map(|name| {
            name.chars()
                .filter(|c| !c.is_control())
                .take(200)
                .collect::<String>()
        })
        .filter(|name| !name.trim().is_empty());
    let mut payload = payload;
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_broken| {
            Problem::new(
                Code::Unreadable,
                "The file ended before it was complete; nothing of it was taken.",
            )
        })?;
        spool.write(&piece).await?;
    }
    let done = batches::request_many(&authed.actor, authed.services(), file_name, spool).await?;
    Ok(HttpResponse::Created().json(GrantRequestBatch::from(done)))
}

/// List files of access requests
///
/// The newest first. For owner, proxies and staff.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The account"), PageQuery), responses((status = 200, description = "A page of files", body = GrantRequestBatchPage)))]
#[get("/accounts/{id}/grant-request-batches")]
pub(crate) async fn list_grant_request_batches(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found =
        batches::list_batches(&authed.actor, authed.services(), path.0.into(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(GrantRequestBatchPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Read a file of access requests
///
/// For owner, proxies and staff.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The file")), responses((status = 200, description = "The file", body = GrantRequestBatch)))]
#[get("/grant-request-batches/{id}")]
pub(crate) async fn get_grant_request_batch(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = batches::find_batch(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(GrantRequestBatch::from(found)))
}

/// List the rows of a file of access requests
///
/// In the order of the file. For owner, proxies and staff.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The file"), GrantRequestRowQuery), responses((status = 200, description = "A page of rows", body = GrantRequestRowPage)))]
#[get("/grant-request-batches/{id}/rows")]
pub(crate) async fn list_grant_request_rows(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<GrantRequestRowQuery>,
) -> Result<HttpResponse, Problem> {
    let GrantRequestRowQuery {
        limit,
        cursor,
        outcome,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let refused = outcome.map(|o| o == GrantRequestOutcome::Refused);
    let found = batches::batch_rows(
        &authed.actor,
        authed.services(),
        path.0.into(),
        refused,
        &page,
    )
    .await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(GrantRequestRowPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Download what became of every row of a file
///
/// CSV: row, outcome, company, grant, and for a refused row column, code and what to do. For owner, proxies and staff.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The file")), responses((status = 200, description = "The result", body = String, content_type = "text/csv")))]
#[get("/grant-request-batches/{id}/result")]
pub(crate) async fn get_grant_request_result(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = path.0;
    batches::find_batch(&authed.actor, authed.services(), id.into()).await?;
    // A thousand rows at a time: the file may be long, memory stays the same.
    let state = (authed, id, None::<Cursor>, true);
    let pieces = futures_util::stream::unfold(Some(state), |state| async {
        let (authed, id, after, first) = state?;
        let page = PageRequest { limit: 1000, after };
        let rows =
            batches::batch_rows(&authed.actor, authed.services(), id.into(), None, &page).await;
        match rows {
            Err(fault) => {
                tracing::warn!(%fault, "a download of the result of requests broke off");
                let broken = std::io::Error::other("the result broke off");
                Some((Err(broken), None))
            }
            Ok(rows) => {
                let piece = batches::result_csv(&rows.items, first).map(Bytes::from);
                let next = rows.next.map(|next| (authed, id, Some(next), false));
                Some((piece, next))
            }
        }
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"access-requests-result.csv\"",
        ))
        .streaming(Box::pin(pieces)))
}

/// Grants to renew.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"grant_ids": ["019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11"], "ends_at": "2028-01-01T00:00:00Z"}))]
pub(crate) struct GrantRenewalNew {
    /// The grants.
    #[schema(min_items = 1, max_items = 200)]
    #[validate(length(min = 1, max = 200, message = "Name 1 to 200 grants."))]
    grant_ids: Vec<Uuid>,
    /// The new end; `null` for "until revoked".
    #[schema(value_type = Option<DateTime<Utc>>)]
    ends_at: Option<Moment>,
}

/// What became of a grant that was to be renewed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GrantRenewalOutcome {
    /// It ends on the new day.
    Renewed,
    /// The other side was asked: a recipient cannot make a grant last longer by itself.
    Asked,
    /// It was not.
    Refused,
}

/// What became of a grant that was to be renewed.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantRenewalResult {
    /// The grant.
    grant_id: Uuid,
    /// What became of it.
    outcome: GrantRenewalOutcome,
    /// Stable code of the refusal.
    #[schema(example = "grant-state")]
    code: Option<String>,
    /// The refusal in words.
    detail: Option<String>,
}

/// What became of each grant.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantRenewalReport {
    /// In the order of the request.
    results: Vec<GrantRenewalResult>,
}

/// Renew many grants
///
/// Every grant stands for itself. Whoever gave a grant makes it last longer at once; whoever received it asks the other
/// side. For the Account Owner, with a proof of identity of at most ten minutes.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The account")), request_body = GrantRenewalNew, responses((status = 200, description = "What became of each", body = GrantRenewalReport)))]
#[post("/accounts/{id}/grant-renewals")]
pub(crate) async fn renew_grants(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<GrantRenewalNew>,
) -> Result<HttpResponse, Problem> {
    let GrantRenewalNew { grant_ids, ends_at } = body.0;
    let ids: Vec<_> = grant_ids.into_iter().map(Into::into).collect();
    let done = renew(
        &authed.actor,
        authed.services(),
        path.0.into(),
        &ids,
        ends_at.map(|at| at.0),
    )
    .await?;
    let mut results = Vec::with_capacity(done.len());
    for (id, outcome) in done {
        let (outcome, problem) = match outcome {
            Ok(Renewal::Renewed) => (GrantRenewalOutcome::Renewed, None),
            Ok(Renewal::Asked) => (GrantRenewalOutcome::Asked, None),
            Err(error) => (GrantRenewalOutcome::Refused, Some(Problem::from(error))),
        };
        let detail = problem.as_ref().map(|p| {
            p.errors
                .first()
                .map_or_else(|| p.detail.clone(), |field| field.detail.clone())
        });
        results.push(GrantRenewalResult {
            grant_id: id.into(),
            outcome,
            code: problem.map(|p| p.code.as_str().to_owned()),
            detail,
        });
    }
    Ok(HttpResponse::Ok().json(GrantRenewalReport { results }))
}
