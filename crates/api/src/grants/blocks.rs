//! Unwanted companies over HTTP.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::people::Reason;
use quaymaster_service::Cursor;
use quaymaster_service::grants::{self as service, Block, BlockNew, Report};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::AccountRef;
use crate::extract::{Authed, Json, Path, Query};
use crate::lists::{PageQuery, page_request};
use crate::problem::{Problem, ProblemBody};

/// A company whose proposals do not reach an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct BlockedCompany {
    /// The company.
    company_id: Uuid,
    /// Its name.
    #[schema(example = "Harbor Lane Imports LLC")]
    company_name: String,
    /// Why.
    #[schema(example = "We do not know this company.")]
    reason: Option<String>,
    /// Whether the operator was told.
    reported: bool,
    /// Since when.
    blocked_at: DateTime<Utc>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    blocked_by_name: String,
}

impl From<Block> for BlockedCompany {
    fn from(block: Block) -> Self {
        let Block {
            company,
            company_name,
            reason,
            reported,
            at,
            by_name,
        } = block;
        Self {
            company_id: company.into(),
            company_name,
            reason,
            reported,
            blocked_at: at,
            blocked_by_name: by_name,
        }
    }
}

/// A page of blocked companies.
#[derive(Serialize, ToSchema)]
pub(crate) struct BlockedCompanyPage {
    /// The rows.
    items: Vec<BlockedCompany>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// A company to block.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"grant_id": "0197a3c0-0000-7000-8000-000000000001", "reason": "We do not know this company.", "report": true}))]
pub(crate) struct CompanyBlock {
    /// Any proposal or grant with the company.
    grant_id: Uuid,
    /// Why; the company never reads it, the operator does when told.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 500)]
    reason: Option<Reason>,
    /// Whether to tell the operator.
    report: bool,
}

/// List blocked companies
///
/// For owner, proxies and staff.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The account"), PageQuery), responses((status = 200, description = "A page of companies", body = BlockedCompanyPage)))]
#[get("/accounts/{id}/blocked-companies")]
pub(crate) async fn list_blocked_companies(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found =
        service::list_blocked(&authed.actor, authed.services(), path.0.into(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(BlockedCompanyPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Block a company
///
/// For the Account Owner. Proposals of the company that wait are declined; further ones reach nobody, and nobody tells
/// the company.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The account")), request_body = CompanyBlock, responses((status = 201, description = "Blocked", body = BlockedCompany), (status = 409, description = "`already-exists`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/blocked-companies")]
pub(crate) async fn block_company(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<CompanyBlock>,
) -> Result<HttpResponse, Problem> {
    let CompanyBlock {
        grant_id,
        reason,
        report,
    } = body.0;
    let new = BlockNew {
        grant: grant_id.into(),
        reason,
        report,
    };
    let done = service::block(&authed.actor, authed.services(), path.0.into(), new).await?;
    Ok(HttpResponse::build(StatusCode::CREATED).json(BlockedCompany::from(done)))
}

/// Unblock a company
///
/// For the Account Owner. What the company proposed meanwhile stays unseen; it can propose again.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The account"), ("company_id" = Uuid, Path, description = "The company")), responses((status = 204, description = "Unblocked")))]
#[delete("/accounts/{id}/blocked-companies/{company_id}")]
pub(crate) async fn unblock_company(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, company) = path.0;
    service::unblock(
        &authed.actor,
        authed.services(),
        account.into(),
        company.into(),
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Whether a report waits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GrantReportState {
    /// It waits.
    Open,
    /// It is settled.
    Closed,
}

/// What the operator was told about an unwanted company.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantReport {
    /// Identity.
    id: Uuid,
    /// Who reports.
    reported_by: AccountRef,
    /// The person who reports.
    #[schema(example = "Ana Lee")]
    created_by_name: String,
    /// The company.
    company_id: Uuid,
    /// Its name.
    #[schema(example = "Harbor Lane Imports LLC")]
    company_name: String,
    /// Why.
    #[schema(example = "We do not know this company.")]
    reason: Option<String>,
    /// The purpose that the proposal gave.
    #[schema(example = "We file your entries since May.")]
    purpose: String,
    /// Whether it waits.
    state: GrantReportState,
    /// When it was reported.
    created_at: DateTime<Utc>,
    /// When it was settled.
    closed_at: Option<DateTime<Utc>>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    closed_by_name: Option<String>,
    /// With what outcome.
    #[schema(example = "The company was warned.")]
    outcome: Option<String>,
}

impl From<Report> for GrantReport {
    fn from(report: Report) -> Self {
        let Report {
            id,
            account,
            account_number,
            account_name,
            company,
            company_name,
            grant: _,
            purpose,
            reason,
            created_at,
            created_by_name,
            closed,
        } = report;
        let state = if closed.is_some() {
            GrantReportState::Closed
        } else {
            GrantReportState::Open
        };
        let (closed_at, closed_by_name, outcome) = match closed {
            Some((at, by, outcome)) => (Some(at), Some(by), Some(outcome)),
            None => (None, None, None),
        };
        Self {
            id: id.into(),
            reported_by: AccountRef::new(account, account_number, account_name),
            created_by_name,
            company_id: company.into(),
            company_name,
            reason,
            purpose,
            state,
            created_at,
            closed_at,
            closed_by_name,
            outcome,
        }
    }
}

/// A page of reports.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantReportPage {
    /// The rows.
    items: Vec<GrantReport>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Filters of the list of reports.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct GrantReportsQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// In this state.
    state: Option<GrantReportState>,
}

/// The settlement of a report.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"outcome": "The company was warned."}))]
pub(crate) struct GrantReportClosure {
    /// What came of it; kept in the audit trail of the portal.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    outcome: Reason,
}

/// List reports of unwanted companies
///
/// The newest first. For support leads, registrars, auditors and administrators.
#[utoipa::path(tag = "grants", params(GrantReportsQuery), responses((status = 200, description = "A page of reports", body = GrantReportPage)))]
#[get("/grant-reports")]
pub(crate) async fn list_grant_reports(
    authed: Authed,
    query: Query<GrantReportsQuery>,
) -> Result<HttpResponse, Problem> {
    let GrantReportsQuery {
        limit,
        cursor,
        state,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let open = state.map(|state| state == GrantReportState::Open);
    let found = service::list_reports(&authed.actor, authed.services(), open, &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(GrantReportPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Settle a report of an unwanted company
///
/// For support leads and administrators.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The report")), request_body = GrantReportClosure, responses((status = 200, description = "Settled", body = GrantReport), (status = 409, description = "`already-decided`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/grant-reports/{id}/closure")]
pub(crate) async fn close_grant_report(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<GrantReportClosure>,
) -> Result<HttpResponse, Problem> {
    let GrantReportClosure { outcome } = body.0;
    let id = path.0.into();
    let done = service::close_report(&authed.actor, authed.services(), id, &outcome).await?;
    Ok(HttpResponse::Ok().json(GrantReport::from(done)))
}
