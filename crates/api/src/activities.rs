//! Business activities over HTTP: the catalogue, and what an account holds.

use actix_web::{HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::activities::BusinessActivity as Kind;
use quaymaster_service::activities::{self, HeldActivity};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Authed, Json, Path, Public, Query};
use crate::lists::PageQuery;
use crate::problem::{Problem, ProblemBody};
use crate::words::{AddedBy, BusinessActivity, IdentifierKind};

/// An activity of the catalogue.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActivityKind {
    /// Which.
    activity: BusinessActivity,
    /// What it is called.
    #[schema(example = "Importer")]
    label: &'static str,
    /// What it means, in one sentence.
    #[schema(
        example = "Brings goods into the country and answers for duties and records as importer of record."
    )]
    description: &'static str,
    /// The kinds of identifiers that belong to it.
    identifier_kinds: Vec<IdentifierKind>,
    /// Who adds it to an account.
    added_by: AddedBy,
}

/// The catalogue.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActivityKindList {
    /// Every activity.
    items: Vec<ActivityKind>,
}

/// An activity of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct Activity {
    /// Which.
    activity: BusinessActivity,
    /// What it is called.
    #[schema(example = "Importer")]
    label: &'static str,
    /// Since when.
    added_at: DateTime<Utc>,
    /// Who added it.
    #[schema(example = "Ana Lee")]
    added_by_name: String,
    /// How many of the sub-accounts that you see carry it.
    sub_account_count: u64,
}

impl From<HeldActivity> for Activity {
    fn from(held: HeldActivity) -> Self {
        let HeldActivity {
            activity,
            added_at,
            added_by_name,
            sub_accounts,
        } = held;
        Self {
            activity: activity.into(),
            label: activity.label(),
            added_at,
            added_by_name,
            sub_account_count: sub_accounts,
        }
    }
}

/// A page of activities.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActivityPage {
    /// The rows.
    items: Vec<Activity>,
    /// Always `null`: an account never has more activities than one page.
    next_cursor: Option<String>,
}

/// An activity to add.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"activity": "protest_filer"}))]
pub(crate) struct ActivityNew {
    /// Which.
    activity: BusinessActivity,
}

/// List the catalogue of business activities
///
/// What each is called, which identifiers belong to it and who adds it.
#[utoipa::path(tag = "structure", security(), responses((status = 200, description = "The catalogue", body = ActivityKindList)))]
#[get("/business-activities")]
pub(crate) async fn list_activity_kinds(_public: Public) -> HttpResponse {
    let items = Kind::all()
        .iter()
        .map(|activity| ActivityKind {
            activity: (*activity).into(),
            label: activity.label(),
            description: activity.description(),
            identifier_kinds: activity
                .identifier_kinds()
                .iter()
                .map(|kind| (*kind).into())
                .collect(),
            added_by: activity.added_by().into(),
        })
        .collect();
    HttpResponse::Ok().json(ActivityKindList { items })
}

/// List the business activities of an account
///
/// For its members and for staff, in the order of the catalogue.
#[utoipa::path(tag = "structure", params(("id" = Uuid, Path, description = "The account"), PageQuery), responses((status = 200, description = "The activities", body = ActivityPage)))]
#[get("/accounts/{id}/business-activities")]
pub(crate) async fn list_activities(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    query.0.request()?;
    let found = activities::list(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(ActivityPage {
        items: found.into_iter().map(Into::into).collect(),
        next_cursor: None,
    }))
}

/// Add a business activity
///
/// Within one company an activity is held by one account only (R1). Restricted activities are added by the registrar
/// (R5).
#[utoipa::path(tag = "structure", params(("id" = Uuid, Path, description = "The account")), request_body = ActivityNew, responses((status = 201, description = "Added", body = Activity), (status = 409, description = "`activity-held-by-sibling-account`, `activity-closed` or `already-exists`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/business-activities")]
pub(crate) async fn add_activity(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<ActivityNew>,
) -> Result<HttpResponse, Problem> {
    let ActivityNew { activity } = body.0;
    let added = activities::add(
        &authed.actor,
        authed.services(),
        path.0.into(),
        activity.into(),
    )
    .await?;
    Ok(HttpResponse::Created().json(Activity::from(added)))
}

/// Remove a business activity
///
/// Only while no sub-account carries it.
#[utoipa::path(tag = "structure", params(("id" = Uuid, Path, description = "The account"), ("activity" = BusinessActivity, Path, description = "The activity")), responses((status = 204, description = "Removed"), (status = 409, description = "`activity-in-use` or `activity-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/accounts/{id}/business-activities/{activity}")]
pub(crate) async fn remove_activity(
    authed: Authed,
    path: Path<(Uuid, BusinessActivity)>,
) -> Result<HttpResponse, Problem> {
    let (account, activity) = path.0;
    activities::remove(
        &authed.actor,
        authed.services(),
        account.into(),
        activity.into(),
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
