//! What reports can be about over HTTP: subjects, their members, and the values to choose from.

use actix_web::{HttpResponse, get};
use quaymaster_service::reports;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::runs::ReportValueKind;
use crate::extract::{Authed, Query};
use crate::problem::{Problem, ProblemBody};

/// How many values a list has unless asked for, and at most.
const VALUES: u64 = 50;
const MOST_VALUES: u64 = 200;

pub(super) fn area(config: &mut ServiceConfig) {
    config
        .service(list_report_subjects)
        .service(list_report_values);
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
}

/// Every subject.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportSubjectList {
    /// The subjects.
    items: Vec<ReportSubject>,
}

/// List subjects of reports
///
/// What reports can be about, with every dimension and measure.
#[utoipa::path(tag = "reports", responses((status = 200, description = "The subjects", body = ReportSubjectList)))]
#[get("/report-subjects")]
pub(crate) async fn list_report_subjects(authed: Authed) -> Result<HttpResponse, Problem> {
    reports::may(&authed.actor, authed.services()).await?;
    let items = reports::subjects()
        .map(|subject| ReportSubject {
            id: subject.id.to_owned(),
            label: subject.label.to_owned(),
            description: subject.words.to_owned(),
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
    let items = found
        .items
        .into_iter()
        .map(|(value, label)| ReportValue { value, label })
        .collect();
    Ok(HttpResponse::Ok().json(ReportValueList {
        items,
        more: found.more,
    }))
}
