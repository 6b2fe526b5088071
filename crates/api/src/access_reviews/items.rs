//! The people of a review over HTTP: listed, and answered for. The reviews themselves are in the module above.

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::access_reviews::{self as domain};
use quaymaster_domain::people::Reason;
use quaymaster_service::Cursor;
use quaymaster_service::access_reviews::{self as reviews, ItemFilter, ItemView, NewAnswer};
use quaymaster_service::users::MemberChange;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::{AccessReviewAnswer, AccessReviewItemKind, AccessReviewItemState};
use crate::common::{MemberRole, PersonRef, SubAccountAccess, present};
use crate::extract::{Authed, Json, Path, Query};
use crate::invitations::AssignableRole;
use crate::lists::page_request;
use crate::problem::{Problem, ProblemBody};

/// An answer that was given.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessReviewDecision {
    /// Which.
    kind: AccessReviewAnswer,
    /// Why.
    #[schema(example = "Works on the west coast entries")]
    reason: String,
    /// The access that it was changed to, in words.
    changed_to: Option<String>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    by_name: String,
    /// When.
    at: DateTime<Utc>,
    /// After the date of the review.
    late: bool,
}

/// Which answers the reader can give now.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessReviewItemCapabilities {
    /// Keep.
    keep: bool,
    /// Change.
    change: bool,
    /// Remove.
    remove: bool,
}

/// A person in a review.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessReviewItem {
    /// Identity in this review.
    id: Uuid,
    /// Member, or person of another company.
    kind: AccessReviewItemKind,
    /// Where the person stands, by the clock.
    state: AccessReviewItemState,
    /// The person, with the name as it was when the review began.
    person: PersonRef,
    /// E-mail address on file; empty for people of other companies.
    email: String,
    /// The person's company.
    company_name: String,
    /// Role of a member when the review began.
    role: Option<MemberRole>,
    /// The grant through which a person of another company has access.
    grant_id: Option<Uuid>,
    /// The access when the review began, in words.
    #[schema(example = "Importer, West Coast: structure write, records read")]
    access_summary: String,
    /// Last sign-in of a member, last use of a grant, when the review began.
    last_used_at: Option<DateTime<Utc>>,
    /// The answer.
    decision: Option<AccessReviewDecision>,
    /// Since when the access is suspended by this review.
    access_suspended_at: Option<DateTime<Utc>>,
    /// What the reader can answer.
    can: AccessReviewItemCapabilities,
}

impl From<ItemView> for AccessReviewItem {
    fn from(view: ItemView) -> Self {
        let ItemView {
            item,
            user_name,
            email,
            state,
            late,
            suspended_at,
            answers,
        } = view;
        Self {
            id: item.id.into(),
            kind: item.kind().into(),
            state: state.into(),
            person: PersonRef::new(item.user, user_name, item.person_name),
            email,
            company_name: item.company_name,
            role: item.role.map(Into::into),
            grant_id: item.grant.map(|(id, _)| id),
            access_summary: item.access_summary,
            last_used_at: item.last_used_at,
            decision: item.answered.map(|a| AccessReviewDecision {
                kind: a.answer.into(),
                reason: a.reason,
                changed_to: a.changed_to,
                by_name: a.by_name,
                at: a.at,
                late,
            }),
            access_suspended_at: suspended_at,
            can: AccessReviewItemCapabilities {
                keep: answers.contains(&domain::Answer::Keep),
                change: answers.contains(&domain::Answer::Change),
                remove: answers.contains(&domain::Answer::Remove),
            },
        }
    }
}

/// A page of people in a review.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessReviewItemPage {
    /// The rows.
    items: Vec<AccessReviewItem>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Which people of a review.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AccessReviewItemQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Only people who stand so.
    #[param(inline)]
    state: Option<AccessReviewItemState>,
    /// Only members, or only people of other companies.
    #[param(inline)]
    kind: Option<AccessReviewItemKind>,
}

/// What changes about a member; what is absent stays.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessReviewMemberChange {
    /// The role.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<AssignableRole>)]
    role: Option<Option<AssignableRole>>,
    /// All rights per sub-account.
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000, message = "Name at most 1,000 sub-accounts."))]
    access: Option<Vec<SubAccountAccess>>,
    /// All ports.
    #[schema(max_items = 500)]
    #[validate(length(max = 500, message = "Name at most 500 ports."))]
    port_codes: Option<Vec<String>>,
}

/// An answer to give.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"decision": "keep", "reason": "Works on the west coast entries", "change": null}))]
pub(crate) struct AccessReviewAnswerNew {
    /// Which.
    decision: AccessReviewAnswer,
    /// Why.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
    /// What changes, when a member is answered for with `change`.
    #[validate(nested)]
    change: Option<AccessReviewMemberChange>,
}

/// List the people of an access review
///
/// By name, as things stood when the review began, with the answers. For owner, proxies and staff.
#[utoipa::path(tag = "access-reviews", params(("id" = Uuid, Path, description = "The account"), ("review_id" = Uuid, Path, description = "The review"), AccessReviewItemQuery), responses((status = 200, description = "A page of people", body = AccessReviewItemPage)))]
#[get("/accounts/{id}/access-reviews/{review_id}/items")]
pub(crate) async fn list_access_review_items(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    query: Query<AccessReviewItemQuery>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let AccessReviewItemQuery {
        limit,
        cursor,
        state,
        kind,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let filter = ItemFilter {
        kind: kind.map(Into::into),
        state: state.map(Into::into),
    };
    let found = reviews::items(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        filter,
        &page,
    )
    .await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(AccessReviewItemPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Answer for a person in an access review
///
/// Takes effect at once: `remove` takes a member out of the account, or a person of another company off the grant; `change`
/// changes role, rights or ports of a member as `change` says. For a person of another company `change` says that the grant
/// itself was changed since the review began. An answer can be replaced while the review runs, except `remove`; after its
/// date only people whose access it suspended are answered for, and keep or change brings the access back. The Account Owner
/// answers for everybody, a proxy for Account Users. Making or unmaking a proxy needs a proof of identity of at most ten
/// minutes.
#[utoipa::path(tag = "access-reviews", params(("id" = Uuid, Path, description = "The account"), ("review_id" = Uuid, Path, description = "The review"), ("item_id" = Uuid, Path, description = "The person in this review")), request_body = AccessReviewAnswerNew, responses((status = 200, description = "Answered", body = AccessReviewItem), (status = 409, description = "`review-over` or `nothing-changed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/access-reviews/{review_id}/items/{item_id}/decision")]
pub(crate) async fn answer_access_review_item(
    authed: Authed,
    path: Path<(Uuid, Uuid, Uuid)>,
    body: Json<AccessReviewAnswerNew>,
) -> Result<HttpResponse, Problem> {
    let (account, id, item) = path.0;
    let AccessReviewAnswerNew {
        decision,
        reason,
        change,
    } = body.0;
    let new = NewAnswer {
        answer: decision.into(),
        reason,
        change: change.map(|change| {
            let AccessReviewMemberChange {
                role,
                access,
                port_codes,
            } = change;
            MemberChange {
                role: role.flatten().map(Into::into),
                access: access.map(|list| list.into_iter().map(Into::into).collect()),
                ports: port_codes,
            }
        }),
    };
    let answered = reviews::answer(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        item.into(),
        new,
    )
    .await?;
    Ok(HttpResponse::Ok().json(AccessReviewItem::from(answered)))
}
