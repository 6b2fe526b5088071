//! Reports over HTTP: the library. What can be reported on is in `subjects`, runs are in `runs`, schedules and the inbox in
//! `schedules`.

mod runs;
mod schedules;
mod subjects;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post, put};
use chrono::{DateTime, Utc};
use quaymaster_service::reports::{self, Audience as Who, Card, Origin, ReportView, ShareView};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::{AccountRef, PersonRef, versioned};
use crate::extract::{Authed, IfMatch, Json, Path, Query};
use crate::operation_list::Operations;
use crate::problem::{Problem, ProblemBody};

/// Every operation about reports.
pub(crate) fn area(config: &mut Operations) {
    config
        .service(list_reports)
        .service(create_report)
        .service(get_report)
        .service(update_report)
        .service(delete_report)
        .service(list_report_versions)
        .service(star_report)
        .service(unstar_report)
        .service(list_report_shares)
        .service(share_report)
        .service(unshare_report);
    subjects::area(config);
    runs::area(config);
    schedules::area(config);
}

/// Where a report comes from.
#[derive(Clone, Copy, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReportKind {
    /// It comes with the portal.
    Standard,
    /// The reader saved it.
    Mine,
    /// Somebody else shares it.
    Shared,
}

/// The definition of a report, as the documents describe it: a closed JSON object. What does not fit is refused with a
/// pointer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "serde_json::Value", into = "serde_json::Value")]
#[schema(value_type = Object, example = json!({"v": 1, "subject": "entry_lines", "mode": "aggregate", "columns": [{"id": "c1", "dim": "country"}, {"id": "m1", "measure": "duty"}]}))]
pub(crate) struct ReportDefinition(pub(crate) serde_json::Value);

impl TryFrom<serde_json::Value> for ReportDefinition {
    type Error = &'static str;

    fn try_from(value: serde_json::Value) -> Result<Self, Self::Error> {
        if value.is_object() {
            Ok(Self(value))
        } else {
            Err("this is to be an object")
        }
    }
}

impl From<ReportDefinition> for serde_json::Value {
    fn from(ReportDefinition(value): ReportDefinition) -> Self {
        value
    }
}

/// Values of prompts by their ids: a text, a list of texts, `{"from", "to"}`, or `{"relative": "last_full_month"}`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "serde_json::Value", into = "serde_json::Value")]
#[schema(value_type = Object, example = json!({"p1": {"relative": "last_full_month"}}))]
pub(crate) struct ReportPrompts(pub(crate) serde_json::Value);

impl TryFrom<serde_json::Value> for ReportPrompts {
    type Error = &'static str;

    fn try_from(value: serde_json::Value) -> Result<Self, Self::Error> {
        let Some(answers) = value.as_object() else {
            return Err("this is to be an object");
        };
        if answers.values().any(|a| a.is_number() || a.is_boolean()) {
            return Err("an answer is a text, a list of texts, {from, to} or {relative}");
        }
        Ok(Self(value))
    }
}

impl From<ReportPrompts> for serde_json::Value {
    fn from(ReportPrompts(value): ReportPrompts) -> Self {
        value
    }
}

/// Fields by their ids, each with what its values are narrowed to: a list of texts, `{"from", "to"}`, or
/// `{"relative": "last_full_month"}`. At most 16 fields.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "serde_json::Value", into = "serde_json::Value")]
#[schema(value_type = Object, example = json!({"country": ["CN", "VN"]}))]
pub(crate) struct ReportNarrowing(pub(crate) serde_json::Map<String, serde_json::Value>);

impl TryFrom<serde_json::Value> for ReportNarrowing {
    type Error = &'static str;

    fn try_from(value: serde_json::Value) -> Result<Self, Self::Error> {
        let serde_json::Value::Object(fields) = value else {
            return Err("this is to be an object");
        };
        if fields.len() > 16 {
            return Err("at most 16 fields are narrowed at a time");
        }
        let fits = |value: &serde_json::Value| match value {
            serde_json::Value::Array(values) => !values.is_empty(),
            serde_json::Value::Object(_) => true,
            _ => false,
        };
        if !fields.values().all(fits) {
            return Err("a field is narrowed to a list of texts or to {from, to}");
        }
        Ok(Self(fields))
    }
}

impl From<ReportNarrowing> for serde_json::Value {
    fn from(ReportNarrowing(fields): ReportNarrowing) -> Self {
        Self::Object(fields)
    }
}

/// Reads JSON that was stored; what is damaged is shown as nothing.
pub(super) fn stored(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// A report as the library shows it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportSummary {
    /// The code of a standard report, or the identity of a saved one.
    #[schema(example = "ES-003")]
    key: String,
    /// Where it comes from.
    kind: ReportKind,
    /// The code; `null` for saved ones.
    code: Option<String>,
    /// Its name.
    #[schema(example = "Entry Summary Line Tariff Details")]
    name: String,
    /// What it answers; `null` for saved ones.
    question: Option<String>,
    /// What it is for.
    description: String,
    /// The folder; empty for none.
    folder: String,
    /// Who uses it; `null` for saved ones.
    audience: Option<String>,
    /// What its rows are.
    #[schema(example = "entry_lines")]
    subject: String,
    /// The reader marked it.
    starred: bool,
    /// Who saved it; `null` for standard ones.
    owner_name: Option<String>,
    /// When it was saved last; `null` for standard ones.
    updated_at: Option<DateTime<Utc>>,
    /// For `If-Match`; `null` for standard ones.
    version: Option<i64>,
}

impl From<Card> for ReportSummary {
    fn from(card: Card) -> Self {
        let key = card.key();
        let Card {
            origin,
            starred,
            subject,
        } = card;
        match origin {
            Origin::Standard(report) => Self {
                key,
                kind: ReportKind::Standard,
                code: Some(report.code.to_owned()),
                name: report.name.to_owned(),
                question: Some(report.question.to_owned()),
                description: report.description.to_owned(),
                folder: report.folder.to_owned(),
                audience: Some(report.audience.to_owned()),
                subject,
                starred,
                owner_name: None,
                updated_at: None,
                version: None,
            },
            Origin::Saved(report, mine) => Self {
                key,
                kind: if mine {
                    ReportKind::Mine
                } else {
                    ReportKind::Shared
                },
                code: None,
                name: report.name,
                question: None,
                description: report.description,
                folder: report.folder,
                audience: None,
                subject,
                starred,
                owner_name: Some(report.owner_name),
                updated_at: Some(report.updated_at),
                version: Some(report.version),
            },
        }
    }
}

/// The library.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportList {
    /// The reports; the best match first.
    items: Vec<ReportSummary>,
}

/// A report to use instead.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportInstead {
    /// Its code.
    #[schema(example = "ES-101")]
    code: String,
    /// Its name.
    name: String,
}

/// A report with its definition.
#[derive(Serialize, ToSchema)]
pub(crate) struct Report {
    /// The code of a standard report, or the identity of a saved one.
    #[schema(example = "ES-003")]
    key: String,
    /// Where it comes from.
    kind: ReportKind,
    /// The code; `null` for saved ones.
    code: Option<String>,
    /// Its name.
    #[schema(example = "Entry Summary Line Tariff Details")]
    name: String,
    /// What it answers; `null` for saved ones.
    question: Option<String>,
    /// What it is for.
    description: String,
    /// The folder; empty for none.
    folder: String,
    /// Who uses it; `null` for saved ones.
    audience: Option<String>,
    /// What its rows are.
    #[schema(example = "entry_lines")]
    subject: String,
    /// The reader marked it.
    starred: bool,
    /// Who saved it; `null` for standard ones.
    owner_name: Option<String>,
    /// When it was saved last; `null` for standard ones.
    updated_at: Option<DateTime<Utc>>,
    /// For `If-Match`; `null` for standard ones.
    version: Option<i64>,
    /// The definition.
    definition: ReportDefinition,
    /// Not this one? Use one of these.
    instead: Vec<ReportInstead>,
    /// What changed below it, in words.
    messages: Vec<String>,
    /// The report that it was copied from.
    based_on: Option<String>,
    /// The reader may change, delete and share it.
    can_edit: bool,
    /// Own accounts in which the reader may share it; empty when the reader may not.
    shares_in: Vec<Uuid>,
}

impl From<ReportView> for Report {
    fn from(view: ReportView) -> Self {
        let ReportView {
            card,
            definition,
            messages,
            shares_in,
        } = view;
        let (instead, based_on, mine) = match &card.origin {
            Origin::Standard(report) => {
                let named = report.instead.iter().map(|code| ReportInstead {
                    code: (*code).to_owned(),
                    name: reports::name_of(code).to_owned(),
                });
                (named.collect(), None, false)
            }
            Origin::Saved(report, mine) => (Vec::new(), report.based_on.clone(), *mine),
        };
        let ReportSummary {
            key,
            kind,
            code,
            name,
            question,
            description,
            folder,
            audience,
            subject,
            starred,
            owner_name,
            updated_at,
            version,
        } = card.into();
        Self {
            key,
            kind,
            code,
            name,
            question,
            description,
            folder,
            audience,
            subject,
            starred,
            owner_name,
            updated_at,
            version,

            definition: ReportDefinition(stored(&definition)),
            instead,
            messages,
            based_on,
            can_edit: mine,
            shares_in: if mine {
                shares_in.into_iter().map(Into::into).collect()
            } else {
                Vec::new()
            },
        }
    }
}

fn answer(status: StatusCode, view: ReportView) -> HttpResponse {
    let report = Report::from(view);
    match report.version {
        Some(version) => versioned(status, version, &report),
        None => HttpResponse::build(status).json(report),
    }
}

/// A report to save.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Duty by country", "description": "", "folder": "", "definition": {"v": 1, "subject": "entry_lines", "mode": "aggregate", "columns": [{"id": "c1", "dim": "country"}, {"id": "m1", "measure": "duty"}]}, "based_on": null}))]
pub(crate) struct ReportNew {
    /// Its name; differs from the others in the folder.
    #[schema(min_length = 1, max_length = 120)]
    #[validate(length(min = 1, max = 120, message = "A name has 1 to 120 characters."))]
    name: String,
    /// What it is for.
    #[schema(max_length = 1000)]
    #[validate(length(max = 1000, message = "A description has at most 1,000 characters."))]
    description: String,
    /// The folder; empty for none.
    #[schema(max_length = 80)]
    #[validate(length(max = 80, message = "A folder has at most 80 characters."))]
    folder: String,
    /// The definition.
    definition: ReportDefinition,
    /// The key of the report that it is copied from.
    #[schema(max_length = 40)]
    #[validate(length(max = 40, message = "A key has at most 40 characters."))]
    based_on: Option<String>,
}

/// What is to change; what is absent stays.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Duty by country of origin"}))]
pub(crate) struct ReportPatch {
    /// Its name.
    #[schema(min_length = 1, max_length = 120)]
    #[validate(length(min = 1, max = 120, message = "A name has 1 to 120 characters."))]
    name: Option<String>,
    /// What it is for.
    #[schema(max_length = 1000)]
    #[validate(length(max = 1000, message = "A description has at most 1,000 characters."))]
    description: Option<String>,
    /// The folder.
    #[schema(max_length = 80)]
    #[validate(length(max = 80, message = "A folder has at most 80 characters."))]
    folder: Option<String>,
    /// The definition.
    definition: Option<ReportDefinition>,
}

/// A name without blanks around it.
fn name_of(name: &str) -> Result<String, Problem> {
    let name = name.trim();
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Problem::field(
            "/name",
            "invalid",
            "A name is one line of 1 to 120 characters.",
        ));
    }
    Ok(name.to_owned())
}

/// Filters of the library.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportQuery {
    /// Words of question, name, description or code.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Only these.
    kind: Option<ReportKind>,
    /// Only marked ones.
    starred: Option<bool>,
}

/// List reports
///
/// Standard reports, own ones, and those that others share; the best match first. For everybody with the right to run
/// reports in an own account, guests whose grant gives it, and staff.
#[utoipa::path(tag = "reports", params(ReportQuery), responses((status = 200, description = "The library", body = ReportList)))]
#[get("/reports")]
pub(crate) async fn list_reports(
    authed: Authed,
    query: Query<ReportQuery>,
) -> Result<HttpResponse, Problem> {
    let ReportQuery { q, kind, starred } = query.0;
    let words = q.unwrap_or_default();
    let found = reports::list(&authed.actor, authed.services(), &words).await?;
    let items = found
        .into_iter()
        .map(ReportSummary::from)
        .filter(|report| kind.is_none_or(|kind| report.kind == kind))
        .filter(|report| starred.is_none_or(|starred| report.starred == starred))
        .collect();
    Ok(HttpResponse::Ok().json(ReportList { items }))
}

/// Save a report
///
/// An own one, or a copy of another: copy its definition and name it in `based_on`.
#[utoipa::path(tag = "reports", request_body = ReportNew, responses((status = 201, description = "Saved", body = Report), (status = 404, description = "No such account, report or person here", body = ProblemBody, content_type = "application/problem+json"), (status = 409, description = "`already-exists`: the name is taken in the folder", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/reports")]
pub(crate) async fn create_report(
    authed: Authed,
    body: Json<ReportNew>,
) -> Result<HttpResponse, Problem> {
    let ReportNew {
        name,
        description,
        folder,
        definition,
        based_on,
    } = body.0;
    let new = reports::NewReport {
        name: name_of(&name)?,
        description,
        folder: folder.trim().to_owned(),
        definition: definition.0,
        based_on,
    };
    let made = reports::create(&authed.actor, authed.services(), new).await?;
    Ok(answer(StatusCode::CREATED, made))
}

/// Read a report
///
/// By its code, or by the identity of a saved one.
#[utoipa::path(tag = "reports", params(("key" = String, Path, description = "Code or identity", max_length = 40)), responses((status = 200, description = "The report", body = Report)))]
#[get("/reports/{key}")]
pub(crate) async fn get_report(
    authed: Authed,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let found = reports::find(&authed.actor, authed.services(), &path.0).await?;
    Ok(answer(StatusCode::OK, found))
}

/// Change an own report
///
/// Its former definition stays among its versions.
#[utoipa::path(tag = "reports", params(("key" = String, Path, description = "Identity of a saved report", max_length = 40), ("If-Match" = String, Header, description = "The ETag that was read")), request_body = ReportPatch, responses((status = 200, description = "The report as it is now", body = Report), (status = 409, description = "`already-exists`: the name is taken in the folder", body = ProblemBody, content_type = "application/problem+json")))]
#[patch("/reports/{key}")]
pub(crate) async fn update_report(
    authed: Authed,
    path: Path<String>,
    if_match: IfMatch,
    body: Json<ReportPatch>,
) -> Result<HttpResponse, Problem> {
    let ReportPatch {
        name,
        description,
        folder,
        definition,
    } = body.0;
    let change = reports::Change {
        name: name.map(|name| name_of(&name)).transpose()?,
        description,
        folder: folder.map(|folder| folder.trim().to_owned()),
        definition: definition.map(|d| d.0),
    };
    let (actor, s) = (&authed.actor, authed.services());
    let found = reports::update(actor, s, &path.0, if_match.0, change).await?;
    Ok(answer(StatusCode::OK, found))
}

/// Delete an own report
///
/// Schedules of it are paused with the reason; runs keep their rows.
#[utoipa::path(tag = "reports", params(("key" = String, Path, description = "Identity of a saved report", max_length = 40), ("If-Match" = String, Header, description = "The ETag that was read")), responses((status = 204, description = "Deleted")))]
#[delete("/reports/{key}")]
pub(crate) async fn delete_report(
    authed: Authed,
    path: Path<String>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    reports::delete(&authed.actor, authed.services(), &path.0, if_match.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A former definition.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportVersion {
    /// Its number.
    version: i64,
    /// When it was saved.
    saved_at: DateTime<Utc>,
    /// The definition.
    definition: ReportDefinition,
}

/// Former definitions.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportVersionList {
    /// The newest first; the last hundred.
    items: Vec<ReportVersion>,
}

/// List versions of a report
///
/// The newest first.
#[utoipa::path(tag = "reports", params(("key" = String, Path, description = "Code or identity", max_length = 40)), responses((status = 200, description = "The versions", body = ReportVersionList)))]
#[get("/reports/{key}/versions")]
pub(crate) async fn list_report_versions(
    authed: Authed,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let found = reports::versions(&authed.actor, authed.services(), &path.0).await?;
    let items = found
        .into_iter()
        .map(|v| ReportVersion {
            version: v.version,
            saved_at: v.saved_at,
            definition: ReportDefinition(stored(&v.definition)),
        })
        .collect();
    Ok(HttpResponse::Ok().json(ReportVersionList { items }))
}

/// Mark a report
///
/// For oneself; marking it again changes nothing.
#[utoipa::path(tag = "reports", params(("key" = String, Path, description = "Code or identity", max_length = 40)), responses((status = 204, description = "Marked")))]
#[put("/reports/{key}/star")]
pub(crate) async fn star_report(
    authed: Authed,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    reports::star(&authed.actor, authed.services(), &path.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Take the mark off a report
///
/// For oneself.
#[utoipa::path(tag = "reports", params(("key" = String, Path, description = "Code or identity", max_length = 40)), responses((status = 204, description = "Not marked any more")))]
#[delete("/reports/{key}/star")]
pub(crate) async fn unstar_report(
    authed: Authed,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    reports::unstar(&authed.actor, authed.services(), &path.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// With whom a report is shared.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReportAudience {
    /// Everybody with the right to reports in the account.
    Account,
    /// One member of the account.
    Person,
    /// People of companies to which the account granted the right to reports.
    Guests,
}

/// That others may use a report. It is the definition that is shared: everybody sees the rows of the own rights.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportShare {
    /// Identity.
    id: Uuid,
    /// Who.
    audience: ReportAudience,
    /// Of which account.
    account: AccountRef,
    /// The person; `null` unless it is one.
    person: Option<PersonRef>,
    /// Since when.
    shared_at: DateTime<Utc>,
}

impl From<ShareView> for ReportShare {
    fn from(view: ShareView) -> Self {
        let ShareView {
            share,
            account: (number, name),
            person,
        } = view;
        Self {
            id: share.id.into(),
            audience: match share.audience {
                Who::Account => ReportAudience::Account,
                Who::Person(_) => ReportAudience::Person,
                Who::Guests => ReportAudience::Guests,
            },
            account: AccountRef::new(share.account, number, name),
            person: person.map(|(id, user_name, name)| PersonRef::new(id, user_name, name)),
            shared_at: share.shared_at,
        }
    }
}

/// With whom a report is shared.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportShareList {
    /// The oldest first.
    items: Vec<ReportShare>,
}

/// With whom to share a report.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"audience": "account", "account_id": "019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11", "user_id": null}))]
pub(crate) struct ReportShareNew {
    /// Who.
    audience: ReportAudience,
    /// Of which own account.
    account_id: Uuid,
    /// The person, when it is one.
    user_id: Option<Uuid>,
}

/// List with whom an own report is shared
///
/// The oldest first.
#[utoipa::path(tag = "reports", params(("key" = String, Path, description = "Identity of a saved report", max_length = 40)), responses((status = 200, description = "The shares", body = ReportShareList)))]
#[get("/reports/{key}/shares")]
pub(crate) async fn list_report_shares(
    authed: Authed,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let found = reports::shares(&authed.actor, authed.services(), &path.0).await?;
    let items = found.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(ReportShareList { items }))
}

/// Share an own report
///
/// The definition only: everybody sees the rows of the own rights. For people with the right to share reports in the
/// account.
#[utoipa::path(tag = "reports", params(("key" = String, Path, description = "Identity of a saved report", max_length = 40)), request_body = ReportShareNew, responses((status = 201, description = "Shared", body = ReportShare), (status = 409, description = "`already-exists`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/reports/{key}/shares")]
pub(crate) async fn share_report(
    authed: Authed,
    path: Path<String>,
    body: Json<ReportShareNew>,
) -> Result<HttpResponse, Problem> {
    let ReportShareNew {
        audience,
        account_id,
        user_id,
    } = body.0;
    let audience = match (audience, user_id) {
        (ReportAudience::Account, None) => Who::Account,
        (ReportAudience::Guests, None) => Who::Guests,
        (ReportAudience::Person, Some(user)) => Who::Person(user.into()),
        _ => {
            return Err(Problem::field(
                "/user_id",
                "invalid",
                "Name a person when the audience is one, and only then.",
            ));
        }
    };
    let new = reports::NewShare {
        audience,
        account: account_id.into(),
    };
    let made = reports::share(&authed.actor, authed.services(), &path.0, new).await?;
    Ok(HttpResponse::Created().json(ReportShare::from(made)))
}

/// Stop sharing an own report
///
/// Runs that others made stay theirs.
#[utoipa::path(tag = "reports", params(("key" = String, Path, description = "Identity of a saved report", max_length = 40), ("share_id" = Uuid, Path, description = "The share")), responses((status = 204, description = "Not shared any more")))]
#[delete("/reports/{key}/shares/{share_id}")]
pub(crate) async fn unshare_report(
    authed: Authed,
    path: Path<(String, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (key, id) = path.0;
    reports::unshare(&authed.actor, authed.services(), &key, id.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}
