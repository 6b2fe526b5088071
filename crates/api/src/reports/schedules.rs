//! Schedules of reports and what they bring, over HTTP.

use super::ProblemBody;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post};
use chrono::{DateTime, NaiveDate, Utc};
use quaymaster_domain::schedules::{Day, Recurrence, Wanted};
use quaymaster_service::Cursor;
use quaymaster_service::reports::{
    self, DeliveryView, FileFormat, NewSchedule, ScheduleChange, ScheduleView,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::runs::ReportFormat;
use super::{ReportPrompts, name_of, stored};
use crate::common::{PersonRef, versioned, wire_enums};
use crate::extract::{Authed, IfMatch, Json, Path, Query};
use crate::lists::{PageQuery, page_request};
use crate::operation_list::Operations;
use crate::problem::Problem;

pub(super) fn area(config: &mut Operations) {
    config
        .service(list_report_schedules)
        .service(create_report_schedule)
        .service(preview_next_runs)
        .service(get_report_schedule)
        .service(update_report_schedule)
        .service(delete_report_schedule)
        .service(run_report_schedule)
        .service(list_schedule_deliveries)
        .service(list_my_report_deliveries)
        .service(mark_report_delivery_read);
}

wire_enums! {
    /// A day of the week.
    ScheduleDay = Day {
        /// Monday.
        Mon,
        /// Tuesday.
        Tue,
        /// Wednesday.
        Wed,
        /// Thursday.
        Thu,
        /// Friday.
        Fri,
        /// Saturday.
        Sat,
        /// Sunday.
        Sun,
    }
    /// Whether a schedule runs.
    ReportScheduleState = reports::ScheduleState {
        /// It waits for its next time.
        Active,
        /// It waits for its owner.
        Paused,
        /// It has no next time.
        Ended,
    }
    /// What became of a delivery.
    ReportDeliveryState = reports::DeliveryState {
        /// It is to be made.
        Waiting,
        /// The person has it.
        Delivered,
        /// There was nothing to bring.
        SkippedEmpty,
        /// It was given up.
        Failed,
    }
}

/// On which days.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RecurrenceKind {
    /// On `date`.
    Once,
    /// Every day.
    Daily,
    /// Monday to Friday without the federal holidays of the United States.
    BusinessDays,
    /// On `weekdays`.
    Weekly,
    /// Every month on `day`; on the last one where a month is shorter.
    MonthlyDay,
    /// Every month on the `nth` of the one day in `weekdays`; the fifth means the last.
    MonthlyWeekday,
}

/// When a schedule runs. Only what belongs to its kind is given.
#[derive(Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "weekly", "weekdays": ["mon"], "time": "07:00", "time_zone": "America/New_York"}))]
pub(crate) struct ScheduleTiming {
    /// On which days.
    kind: RecurrenceKind,
    /// For `once`.
    date: Option<NaiveDate>,
    /// For `weekly` at least one; for `monthly_weekday` one.
    #[schema(max_items = 7)]
    #[validate(length(max = 7, message = "A week has seven days."))]
    weekdays: Option<Vec<ScheduleDay>>,
    /// For `monthly_day`: 1 to 31.
    #[schema(minimum = 1, maximum = 31)]
    day: Option<u32>,
    /// For `monthly_weekday`: 1 to 5, where 5 means the last.
    #[schema(minimum = 1, maximum = 5)]
    nth: Option<u32>,
    /// The time of the day, by the clocks of the time zone.
    #[schema(max_length = 5)]
    time: String,
    /// IANA name of the time zone.
    #[schema(max_length = 60)]
    time_zone: String,
    /// Not before this day.
    starts_on: Option<NaiveDate>,
    /// Not after this day.
    ends_on: Option<NaiveDate>,
}

impl ScheduleTiming {
    fn wanted(self, at: &str) -> Result<Wanted, Problem> {
        let Self {
            kind,
            date,
            weekdays,
            day,
            nth,
            time,
            time_zone,
            starts_on,
            ends_on,
        } = self;
        let missing = |name: &str| {
            Problem::field(
                &format!("{at}/{name}"),
                "missing",
                "This is needed for this kind.",
            )
        };
        let days = || weekdays.clone().unwrap_or_default();
        let recurrence = match kind {
            RecurrenceKind::Once => Recurrence::Once {
                date: date.ok_or_else(|| missing("date"))?,
            },
            RecurrenceKind::Daily => Recurrence::Daily,
            RecurrenceKind::BusinessDays => Recurrence::BusinessDays,
            RecurrenceKind::Weekly => Recurrence::Weekly {
                weekdays: days().into_iter().map(Into::into).collect(),
            },
            RecurrenceKind::MonthlyDay => Recurrence::MonthlyDay {
                day: day.ok_or_else(|| missing("day"))?,
            },
            RecurrenceKind::MonthlyWeekday => match days().as_slice() {
                [one] => Recurrence::MonthlyWeekday {
                    nth: nth.ok_or_else(|| missing("nth"))?,
                    weekday: (*one).into(),
                },
                _ => return Err(missing("weekdays")),
            },
        };
        Ok(Wanted {
            recurrence,
            time,
            time_zone,
            starts_on,
            ends_on,
        })
    }
}

impl From<Wanted> for ScheduleTiming {
    fn from(wanted: Wanted) -> Self {
        let Wanted {
            recurrence,
            time,
            time_zone,
            starts_on,
            ends_on,
        } = wanted;
        let mut timing = Self {
            kind: RecurrenceKind::Daily,
            date: None,
            weekdays: None,
            day: None,
            nth: None,
            time,
            time_zone,
            starts_on,
            ends_on,
        };
        match recurrence {
            Recurrence::Once { date } => {
                timing.kind = RecurrenceKind::Once;
                timing.date = Some(date);
            }
            Recurrence::Daily => {}
            Recurrence::BusinessDays => timing.kind = RecurrenceKind::BusinessDays,
            Recurrence::Weekly { weekdays } => {
                timing.kind = RecurrenceKind::Weekly;
                timing.weekdays = Some(weekdays.into_iter().map(Into::into).collect());
            }
            Recurrence::MonthlyDay { day } => {
                timing.kind = RecurrenceKind::MonthlyDay;
                timing.day = Some(day);
            }
            Recurrence::MonthlyWeekday { nth, weekday } => {
                timing.kind = RecurrenceKind::MonthlyWeekday;
                timing.nth = Some(nth);
                timing.weekdays = Some(vec![weekday.into()]);
            }
        }
        timing
    }
}

/// A report that runs by itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportSchedule {
    /// Identity.
    id: Uuid,
    /// The report: a code, or the identity of a saved one.
    report: String,
    /// What the report is called.
    report_name: String,
    /// What the schedule is called.
    name: String,
    /// Only this account; `null` means every one in reach.
    account_id: Option<Uuid>,
    /// When.
    timing: ScheduleTiming,
    /// The values of the prompts; relative dates stay relative.
    prompts: ReportPrompts,
    /// The format of the file.
    format: ReportFormat,
    /// To whom. Everybody gets the rows of the own rights.
    recipients: Vec<PersonRef>,
    /// Nothing is brought when there are no rows.
    skip_if_empty: bool,
    /// A mail says that it is there.
    by_mail: bool,
    /// Whether it runs.
    state: ReportScheduleState,
    /// Why it is paused, in words.
    paused_because: Option<String>,
    /// The next times, at most three.
    next_runs: Vec<DateTime<Utc>>,
    /// When it last ran.
    last_run_at: Option<DateTime<Utc>>,
    /// What became of that, in words.
    last_result: Option<String>,
    /// Failures in a row.
    failures: u64,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// For `If-Match`.
    version: i64,
}

impl From<ScheduleView> for ReportSchedule {
    fn from(view: ScheduleView) -> Self {
        let ScheduleView {
            schedule,
            timing,
            recipients,
            next,
        } = view;
        Self {
            id: schedule.id.into(),
            report: schedule.report,
            report_name: schedule.report_name,
            name: schedule.name,
            account_id: schedule.account.map(Into::into),
            timing: timing.into(),
            prompts: ReportPrompts(stored(&schedule.prompts)),
            format: FileFormat::from_word(&schedule.format)
                .unwrap_or(FileFormat::Csv)
                .into(),
            recipients: recipients
                .into_iter()
                .map(|(id, user_name, name)| PersonRef::new(id, user_name, name))
                .collect(),
            skip_if_empty: schedule.skip_if_empty,
            by_mail: schedule.by_mail,
            state: schedule.state.into(),
            paused_because: schedule.paused_because,
            next_runs: next,
            last_run_at: schedule.last_run_at,
            last_result: schedule.last_result,
            failures: schedule.failures,
            created_at: schedule.created_at,
            version: schedule.version,
        }
    }
}

/// A page of schedules.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportSchedulePage {
    /// The rows, the newest first.
    items: Vec<ReportSchedule>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// A schedule to make.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"report": "DU-102", "name": "Duty each Monday", "account_id": null, "timing": {"kind": "weekly", "weekdays": ["mon"], "time": "07:00", "time_zone": "America/New_York"}, "prompts": {"p1": {"relative": "last_full_month"}}, "format": "xlsx", "recipient_ids": [], "skip_if_empty": true, "by_mail": true}))]
pub(crate) struct ReportScheduleNew {
    /// The report: a code, or the identity of a saved one.
    #[schema(max_length = 40)]
    #[validate(length(max = 40, message = "A key has at most 40 characters."))]
    report: String,
    /// What it is called.
    #[schema(min_length = 1, max_length = 120)]
    #[validate(length(min = 1, max = 120, message = "A name has 1 to 120 characters."))]
    name: String,
    /// Only this account; `null` means every one in reach.
    account_id: Option<Uuid>,
    /// When.
    timing: ScheduleTiming,
    /// The values of the prompts.
    prompts: ReportPrompts,
    /// The format of the file.
    format: ReportFormat,
    /// Members of own accounts; nobody named means oneself.
    #[schema(max_items = 50)]
    #[validate(length(max = 50, message = "A schedule has at most 50 recipients."))]
    recipient_ids: Vec<Uuid>,
    /// Nothing is brought when there are no rows.
    skip_if_empty: bool,
    /// A mail says that it is there.
    by_mail: bool,
}

/// What is to change; what is absent stays.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"paused": true}))]
pub(crate) struct ReportSchedulePatch {
    /// What it is called.
    #[schema(min_length = 1, max_length = 120)]
    #[validate(length(min = 1, max = 120, message = "A name has 1 to 120 characters."))]
    name: Option<String>,
    /// When.
    timing: Option<ScheduleTiming>,
    /// The values of the prompts.
    prompts: Option<ReportPrompts>,
    /// The format of the file.
    format: Option<ReportFormat>,
    /// Members of own accounts; nobody named means oneself.
    #[schema(max_items = 50)]
    #[validate(length(max = 50, message = "A schedule has at most 50 recipients."))]
    recipient_ids: Option<Vec<Uuid>>,
    /// Nothing is brought when there are no rows.
    skip_if_empty: Option<bool>,
    /// A mail says that it is there.
    by_mail: Option<bool>,
    /// Hold it, or let it go on.
    paused: Option<bool>,
}

/// The next times.
#[derive(Serialize, ToSchema)]
pub(crate) struct NextRuns {
    /// At most three.
    next_runs: Vec<DateTime<Utc>>,
}

/// List own schedules of reports
///
/// The newest first.
#[utoipa::path(tag = "reports", params(PageQuery), responses((status = 200, description = "A page of schedules", body = ReportSchedulePage)))]
#[get("/report-schedules")]
pub(crate) async fn list_report_schedules(
    authed: Authed,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found = reports::list_schedules(&authed.actor, authed.services(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(ReportSchedulePage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Schedule a report
///
/// It runs by itself and brings everybody the rows of the own rights of that moment.
#[utoipa::path(tag = "reports", request_body = ReportScheduleNew, responses((status = 201, description = "Made", body = ReportSchedule), (status = 404, description = "No such account, report or person here", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/report-schedules")]
pub(crate) async fn create_report_schedule(
    authed: Authed,
    body: Json<ReportScheduleNew>,
) -> Result<HttpResponse, Problem> {
    let ReportScheduleNew {
        report,
        name,
        account_id,
        timing,
        prompts,
        format,
        recipient_ids,
        skip_if_empty,
        by_mail,
    } = body.0;
    let new = NewSchedule {
        report,
        name: name_of(&name)?,
        account: account_id.map(Into::into),
        timing: timing.wanted("/timing")?,
        prompts: prompts.0,
        format: format.into(),
        recipients: recipient_ids.into_iter().map(Into::into).collect(),
        skip_if_empty,
        by_mail,
    };
    let made = reports::create_schedule(&authed.actor, authed.services(), new).await?;
    let version = made.schedule.version;
    Ok(versioned(
        StatusCode::CREATED,
        version,
        &ReportSchedule::from(made),
    ))
}

/// Look at the next times of a timing
///
/// Across changes of the clock, month ends and leap days.
#[utoipa::path(tag = "reports", request_body = ScheduleTiming, responses((status = 200, description = "The next times", body = NextRuns)))]
#[post("/report-schedules/next-runs")]
pub(crate) async fn preview_next_runs(
    authed: Authed,
    body: Json<ScheduleTiming>,
) -> Result<HttpResponse, Problem> {
    let wanted = body.0.wanted("")?;
    let next_runs = reports::next_runs(&authed.actor, authed.services(), wanted).await?;
    Ok(HttpResponse::Ok().json(NextRuns { next_runs }))
}

/// Read an own schedule
///
/// With its recipients and next times.
#[utoipa::path(tag = "reports", params(("id" = Uuid, Path, description = "The schedule")), responses((status = 200, description = "The schedule", body = ReportSchedule)))]
#[get("/report-schedules/{id}")]
pub(crate) async fn get_report_schedule(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = reports::find_schedule(&authed.actor, authed.services(), path.0.into()).await?;
    let version = found.schedule.version;
    Ok(versioned(
        StatusCode::OK,
        version,
        &ReportSchedule::from(found),
    ))
}

/// Change an own schedule
///
/// Also to hold it, or to let it go on.
#[utoipa::path(tag = "reports", params(("id" = Uuid, Path, description = "The schedule"), ("If-Match" = String, Header, description = "The ETag that was read")), request_body = ReportSchedulePatch, responses((status = 200, description = "The schedule as it is now", body = ReportSchedule)))]
#[patch("/report-schedules/{id}")]
pub(crate) async fn update_report_schedule(
    authed: Authed,
    path: Path<Uuid>,
    if_match: IfMatch,
    body: Json<ReportSchedulePatch>,
) -> Result<HttpResponse, Problem> {
    let ReportSchedulePatch {
        name,
        timing,
        prompts,
        format,
        recipient_ids,
        skip_if_empty,
        by_mail,
        paused,
    } = body.0;
    let change = ScheduleChange {
        name: name.map(|name| name_of(&name)).transpose()?,
        timing: timing.map(|t| t.wanted("/timing")).transpose()?,
        prompts: prompts.map(|p| p.0),
        format: format.map(Into::into),
        recipients: recipient_ids.map(|ids| ids.into_iter().map(Into::into).collect()),
        skip_if_empty,
        by_mail,
        paused,
    };
    let (actor, s) = (&authed.actor, authed.services());
    let found = reports::update_schedule(actor, s, path.0.into(), if_match.0, change).await?;
    let version = found.schedule.version;
    Ok(versioned(
        StatusCode::OK,
        version,
        &ReportSchedule::from(found),
    ))
}

/// Delete an own schedule
///
/// What it brought stays.
#[utoipa::path(tag = "reports", params(("id" = Uuid, Path, description = "The schedule"), ("If-Match" = String, Header, description = "The ETag that was read")), responses((status = 204, description = "Deleted")))]
#[delete("/report-schedules/{id}")]
pub(crate) async fn delete_report_schedule(
    authed: Authed,
    path: Path<Uuid>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (actor, s) = (&authed.actor, authed.services());
    reports::delete_schedule(actor, s, path.0.into(), if_match.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Run an own schedule now
///
/// Everybody on its list gets the report within a minute; its times stay as they are.
#[utoipa::path(tag = "reports", params(("id" = Uuid, Path, description = "The schedule")), responses((status = 202, description = "On its way")))]
#[post("/report-schedules/{id}/runs")]
pub(crate) async fn run_report_schedule(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    reports::run_now(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// What a schedule brought to one person at one time.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportDelivery {
    /// Identity.
    id: Uuid,
    /// The schedule.
    schedule_id: Uuid,
    /// What the schedule was called.
    schedule_name: String,
    /// What the report was called.
    report_name: String,
    /// To whom.
    recipient_name: String,
    /// The format of the file.
    format: ReportFormat,
    /// What became of it.
    state: ReportDeliveryState,
    /// Why, in words.
    detail: Option<String>,
    /// The run with the rows; the recipient reads and downloads it.
    run_id: Option<Uuid>,
    /// How many rows.
    rows: Option<u64>,
    /// The time of the schedule.
    due_at: DateTime<Utc>,
    /// When it became what it is.
    at: DateTime<Utc>,
    /// When the recipient opened it.
    read_at: Option<DateTime<Utc>>,
}

impl From<DeliveryView> for ReportDelivery {
    fn from(view: DeliveryView) -> Self {
        let DeliveryView {
            delivery,
            recipient_name,
        } = view;
        Self {
            id: delivery.id.into(),
            schedule_id: delivery.schedule.into(),
            schedule_name: delivery.schedule_name,
            report_name: delivery.report_name,
            recipient_name,
            format: FileFormat::from_word(&delivery.format)
                .unwrap_or(FileFormat::Csv)
                .into(),
            state: delivery.state.into(),
            detail: delivery.detail,
            run_id: delivery.run.map(Into::into),
            rows: delivery.rows,
            due_at: delivery.due_at,
            at: delivery.at,
            read_at: delivery.read_at,
        }
    }
}

/// A page of deliveries.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportDeliveryPage {
    /// The rows, the newest first.
    items: Vec<ReportDelivery>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// List what an own schedule brought
///
/// To everybody, the newest first.
#[utoipa::path(tag = "reports", params(("id" = Uuid, Path, description = "The schedule"), PageQuery), responses((status = 200, description = "A page of deliveries", body = ReportDeliveryPage)))]
#[get("/report-schedules/{id}/deliveries")]
pub(crate) async fn list_schedule_deliveries(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found = reports::deliveries(&authed.actor, authed.services(), path.0.into(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(ReportDeliveryPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Filters of the inbox.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportInboxQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Only what was not opened.
    unread: Option<bool>,
}

/// List reports that were brought to me
///
/// The newest first.
#[utoipa::path(tag = "reports", params(ReportInboxQuery), responses((status = 200, description = "A page of deliveries", body = ReportDeliveryPage)))]
#[get("/me/report-deliveries")]
pub(crate) async fn list_my_report_deliveries(
    authed: Authed,
    query: Query<ReportInboxQuery>,
) -> Result<HttpResponse, Problem> {
    let ReportInboxQuery {
        limit,
        cursor,
        unread,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let unread = unread.unwrap_or(false);
    let found = reports::inbox(&authed.actor, authed.services(), unread, &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(ReportDeliveryPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Mark a report that was brought to me as read
///
/// Again changes nothing.
#[utoipa::path(tag = "reports", params(("id" = Uuid, Path, description = "The delivery")), responses((status = 204, description = "Read")))]
#[post("/me/report-deliveries/{id}/read")]
pub(crate) async fn mark_report_delivery_read(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    reports::mark_read(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}
