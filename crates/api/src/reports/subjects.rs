//! What reports can be about over HTTP: subjects, their members, and the values to choose from.

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use quaymaster_service::reports::{self, Choice};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::runs::ReportValueKind;
use super::{ReportDefinition, ReportPrompts};
use crate::extract::{Authed, Json, Query};
use crate::operation_list::Operations;
use crate::problem::{Problem, ProblemBody};

/// How many values a list has unless asked for, and at most.
const VALUES: u64 = 50;
const MOST_VALUES: u64 = 200;

pub(super) fn area(config: &mut Operations) {
    config
        .service(list_report_subjects)
        .service(list_report_values)
        .service(find_report_values)
        .service(list_report_changes);
}

/// A dimension or a measure.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportMember {
    /// Permanent id.
    #[schema(example = "entry_date")]
    id: String,
    /// Its label.
    label: String,
    /// What it means.
    definition: String,
    /// Under which heading people look for it.
    #[schema(example = "Dates")]
    topic: String,
    /// How it can be compared in a filter; nothing for a measure.
    operators: Vec<String>,
    /// What kind of values.
    kind: ReportValueKind,
    /// It is computed, not grouped by.
    measure: bool,
    /// Former ids, which still work.
    aliases: Vec<String>,
}

/// What rows can be of.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportSubject {
    /// Permanent id.
    #[schema(example = "entry_lines")]
    id: String,
    /// Its label.
    label: String,
    /// What one row is.
    description: String,
    /// Its dimensions and measures.
    members: Vec<ReportMember>,
    /// The subjects that can stand beside it.
    merges: Vec<ReportMergeable>,
    /// How many rows it has within the reader's rights; `null` unless asked for, and for what is not for the reader.
    rows: Option<ReportSubjectRows>,
    /// When an import changed trade records last; `null` unless asked for, and for data of accounts, which is as of now.
    data_as_of: Option<DateTime<Utc>>,
}

/// A subject that can stand beside another one.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportMergeable {
    /// Its id.
    #[schema(example = "entry_summaries")]
    subject: String,
    /// The ids of the dimensions that both have: groups are made by these.
    #[schema(example = json!(["importer", "entry_month"]))]
    shared: Vec<String>,
}

/// How many rows there are.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportSubjectRows {
    /// The number of rows.
    count: u64,
    /// False when there are more than that.
    exact: bool,
}

/// What to say of the subjects.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportSubjectQuery {
    /// With the number of rows, exact up to 100,000, and how fresh they are.
    counts: Option<bool>,
    /// Count only this account; every one in reach unless given.
    account_id: Option<Uuid>,
}

/// Every subject.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportSubjectList {
    /// The subjects.
    items: Vec<ReportSubject>,
}

/// List subjects of reports
///
/// What reports can be about, with every dimension and measure; with `counts`, how many rows the reader has of each and how
/// fresh they are.
#[utoipa::path(tag = "reports", params(ReportSubjectQuery), responses((status = 200, description = "The subjects", body = ReportSubjectList), (status = 404, description = "No such account here", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/report-subjects")]
pub(crate) async fn list_report_subjects(
    authed: Authed,
    query: Query<ReportSubjectQuery>,
) -> Result<HttpResponse, Problem> {
    let ReportSubjectQuery { counts, account_id } = query.0;
    reports::may(&authed.actor, authed.services()).await?;
    let sizes = if counts == Some(true) {
        reports::sizes(&authed.actor, authed.services(), account_id.map(Into::into)).await?
    } else {
        Vec::new()
    };
    let size = |id: &str| sizes.iter().find(|size| size.subject == id);
    let items = reports::subjects()
        .map(|subject| ReportSubject {
            id: subject.id.to_owned(),
            label: subject.label.to_owned(),
            description: subject.words.to_owned(),
            merges: reports::mergeable(subject)
                .map(|(other, shared)| ReportMergeable {
                    subject: other.to_owned(),
                    shared: shared.into_iter().map(str::to_owned).collect(),
                })
                .collect(),
            rows: size(subject.id)
                .and_then(|size| size.rows)
                .map(|(count, exact)| ReportSubjectRows { count, exact }),
            data_as_of: size(subject.id).and_then(|size| size.as_of),
            members: subject
                .members
                .iter()
                .map(|member| ReportMember {
                    id: member.id.to_owned(),
                    label: member.label.to_owned(),
                    definition: member.words.to_owned(),
                    topic: member.topic.to_owned(),
                    operators: if member.measure {
                        Vec::new()
                    } else {
                        let fitting = member.kind.operators();
                        fitting.iter().map(|o| o.word().to_owned()).collect()
                    },
                    kind: member.kind.into(),
                    measure: member.measure,
                    aliases: member.aliases.iter().map(|a| (*a).to_owned()).collect(),
                })
                .collect(),
        })
        .collect();
    Ok(HttpResponse::Ok().json(ReportSubjectList { items }))
}

/// Which values.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportValueQuery {
    /// The subject.
    #[param(max_length = 40, example = "entry_lines")]
    subject: String,
    /// The dimension.
    #[param(max_length = 200, example = "country")]
    dim: String,
    /// How values begin; for texts only.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Only this account; every one in reach unless given.
    account_id: Option<Uuid>,
    /// How many, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// A value to choose.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportValue {
    /// As a filter or a prompt takes it.
    #[schema(example = "CN")]
    value: String,
    /// As people read it.
    #[schema(example = "CN")]
    label: String,
}

/// Values to choose from.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportValueList {
    /// The first ones in their order.
    items: Vec<ReportValue>,
    /// There are more: say how they begin.
    more: bool,
}

/// List values of a dimension
///
/// Those that occur in rows of the reader's own rights, to choose from in a prompt or a filter.
#[utoipa::path(tag = "reports", params(ReportValueQuery), responses((status = 200, description = "The values", body = ReportValueList), (status = 404, description = "No such account here", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/report-values")]
pub(crate) async fn list_report_values(
    authed: Authed,
    query: Query<ReportValueQuery>,
) -> Result<HttpResponse, Problem> {
    let ReportValueQuery {
        subject,
        dim,
        q,
        account_id,
        limit,
    } = query.0;
    let limit = limit.unwrap_or(VALUES);
    if !(1..=MOST_VALUES).contains(&limit) {
        return Err(Problem::field(
            "?limit",
            "invalid",
            "Ask for 1 to 200 values.",
        ));
    }
    let found = reports::values(
        &authed.actor,
        authed.services(),
        (&subject, &dim),
        q.as_deref().unwrap_or_default(),
        account_id.map(Into::into),
        limit,
    )
    .await?;
    Ok(listed(found))
}

fn listed(found: reports::Values) -> HttpResponse {
    let items = found
        .items
        .into_iter()
        .map(|(value, label)| ReportValue { value, label })
        .collect();
    HttpResponse::Ok().json(ReportValueList {
        items,
        more: found.more,
    })
}

/// Which prompt is being answered, and what was answered before it.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"report": "ES-003", "definition": null, "prompt": "p2", "prompts": {"p1": {"relative": "last_full_month"}}, "q": null, "account_id": null, "limit": 50}))]
pub(crate) struct ReportChoice {
    /// The key of a report; either this or `definition`.
    #[validate(length(max = 40, message = "A key has at most 40 characters."))]
    #[schema(max_length = 40)]
    report: Option<String>,
    /// A definition that need not be saved.
    definition: Option<ReportDefinition>,
    /// The id of the prompt.
    #[validate(length(
        min = 1,
        max = 200,
        message = "The id of a prompt has 1 to 200 characters."
    ))]
    #[schema(min_length = 1, max_length = 200)]
    prompt: String,
    /// The answers so far. Those of the prompts that stand before it count; without an answer, their defaults.
    prompts: ReportPrompts,
    /// How values begin; for texts only.
    #[validate(length(max = 200, message = "Values begin with at most 200 characters."))]
    #[schema(max_length = 200)]
    q: Option<String>,
    /// Only this account; every one in reach unless given.
    account_id: Option<Uuid>,
    /// How many, 1–200; 50 unless given.
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// List values for a prompt
///
/// Those that the fixed filters of the report and the answers of the prompts before this one leave, in rows of the reader's own
/// rights. What is answered for this prompt and for those after it is not looked at.
#[utoipa::path(tag = "reports", request_body = ReportChoice, responses((status = 200, description = "The values", body = ReportValueList), (status = 404, description = "No such report or account here", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/report-values")]
pub(crate) async fn find_report_values(
    authed: Authed,
    body: Json<ReportChoice>,
) -> Result<HttpResponse, Problem> {
    let ReportChoice {
        report,
        definition,
        prompt,
        prompts,
        q,
        account_id,
        limit,
    } = body.0;
    let limit = limit.unwrap_or(VALUES);
    if !(1..=MOST_VALUES).contains(&limit) {
        return Err(Problem::field(
            "/limit",
            "invalid",
            "Ask for 1 to 200 values.",
        ));
    }
    let choice = Choice {
        ask: reports::Ask {
            report,
            definition: definition.map(Into::into),
            prompts: prompts.into(),
            account: account_id.map(Into::into),
            fresh: false,
            background: false,
            narrow: serde_json::Map::new(),
        },
        prompt,
        begins: q.unwrap_or_default(),
        limit,
    };
    let found = reports::choices(&authed.actor, authed.services(), &choice).await?;
    Ok(listed(found))
}

/// A name in a definition that a member does not have any more.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportMemberChange {
    /// The name in the definition.
    #[schema(example = "country_of_origin")]
    name: String,
    /// What happened to it.
    kind: ReportMemberChangeKind,
    /// The id of the member to name now.
    #[schema(example = "country")]
    member: String,
    /// Its label.
    label: String,
    /// What happened, in words.
    message: String,
}

/// What happened to a member.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReportMemberChangeKind {
    /// It has another name.
    Renamed,
    /// Another one stands in its place.
    Retired,
}

/// A saved report that names members which were renamed or retired.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportChange {
    /// The key of the report.
    key: Uuid,
    /// Its name.
    name: String,
    /// Its folder; empty for none.
    folder: String,
    /// Who saved it.
    owner_name: String,
    /// What its rows are.
    #[schema(example = "entry_lines")]
    subject: String,
    /// The names, each once.
    members: Vec<ReportMemberChange>,
}

/// Saved reports that are touched.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportChangeList {
    /// The reports; a thousand at most.
    items: Vec<ReportChange>,
}

/// Whose reports.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportChangeQuery {
    /// Everybody's, for administrators; own ones unless given.
    everyone: Option<bool>,
}

/// List reports with renamed members
///
/// Saved reports that name dimensions or measures which were renamed or retired. They go on working with what took their
/// place; saving them with the new names takes them off this list.
#[utoipa::path(tag = "reports", params(ReportChangeQuery), responses((status = 200, description = "The reports", body = ReportChangeList)))]
#[get("/report-changes")]
pub(crate) async fn list_report_changes(
    authed: Authed,
    query: Query<ReportChangeQuery>,
) -> Result<HttpResponse, Problem> {
    let ReportChangeQuery { everyone } = query.0;
    let found = reports::touched(&authed.actor, authed.services(), everyone == Some(true)).await?;
    let change = |change: reports::MemberChange| ReportMemberChange {
        name: change.name,
        kind: if change.retired {
            ReportMemberChangeKind::Retired
        } else {
            ReportMemberChangeKind::Renamed
        },
        member: change.member.to_owned(),
        label: change.label.to_owned(),
        message: change.message,
    };
    let items = found
        .into_iter()
        .map(|found| ReportChange {
            key: found.report.id.into(),
            name: found.report.name,
            folder: found.report.folder,
            owner_name: found.report.owner_name,
            subject: found.subject,
            members: found.changes.into_iter().map(change).collect(),
        })
        .collect();
    Ok(HttpResponse::Ok().json(ReportChangeList { items }))
}
