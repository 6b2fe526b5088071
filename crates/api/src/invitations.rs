//! Invitations over HTTP: made, listed, sent again and withdrawn in an account; looked at and redeemed by who has the link.

use actix_web::{HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::people::{EmailAddress, PersonName, UserName};
use quaymaster_service::Cursor;
use quaymaster_service::invitations::{
    self, Invitation as Found, InvitationState as State, Invitee, NewMember, Redemption,
};
use quaymaster_service::users::Rights;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::{MemberRole, StaffRole, SubAccountAccess, wire_enums};
use crate::extract::{Authed, Json, Path, Public, Query};
use crate::lists::page_request;
use crate::problem::{Problem, ProblemBody};

wire_enums! {
    /// The state of an invitation.
    InvitationState = State {
        /// Can be redeemed.
        Open,
        /// The person is a user now.
        Redeemed,
        /// Withdrawn.
        Revoked,
        /// Its days are over; send it again.
        Expired,
    }
}

/// The roles to which people are invited. An owner is named when the account is made, or by handing it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AssignableRole {
    /// Proxy Account Owner; by the Account Owner only (R11).
    Proxy,
    /// Account User.
    User,
}

impl From<AssignableRole> for quaymaster_domain::members::MemberRole {
    fn from(role: AssignableRole) -> Self {
        match role {
            AssignableRole::Proxy => Self::Proxy,
            AssignableRole::User => Self::User,
        }
    }
}

/// Whom to invite to what.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ana.lee@harbor.example", "given_name": "Ana", "family_name": "Lee", "role": "user", "access": [{"sub_account_id": "019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11", "structure": "read", "records": "read", "reports": "run"}], "port_codes": ["2704"]}))]
pub(crate) struct InvitationNew {
    /// Where the link goes.
    #[schema(value_type = String, format = Email, max_length = 254)]
    email: EmailAddress,
    /// Given name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    given_name: PersonName,
    /// Family name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    family_name: PersonName,
    /// The role.
    role: AssignableRole,
    /// What a user may do per sub-account; empty for a proxy, who may do everything.
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000, message = "Name at most 1,000 sub-accounts."))]
    access: Vec<SubAccountAccess>,
    /// Ports (Schedule D) that records are limited to; empty for all.
    #[schema(max_items = 500)]
    #[validate(length(max = 500, message = "Name at most 500 ports."))]
    port_codes: Vec<String>,
}

/// An invitation.
#[derive(Serialize, ToSchema)]
pub(crate) struct Invitation {
    /// Identity.
    id: Uuid,
    /// The account; `null` for the staff.
    account_id: Option<Uuid>,
    /// Where the link went.
    email: String,
    /// Given name.
    given_name: String,
    /// Family name.
    family_name: String,
    /// The role in the account.
    role: Option<MemberRole>,
    /// The role among the staff.
    staff_role: Option<StaffRole>,
    /// The state.
    state: InvitationState,
    /// When it was made or last sent again.
    created_at: DateTime<Utc>,
    /// Until when the link works.
    expires_at: DateTime<Utc>,
    /// By whom.
    invited_by_name: String,
    /// Moves on with every change.
    version: i64,
}

impl Invitation {
    pub(crate) fn new(found: Found, now: DateTime<Utc>) -> Self {
        let state = found.state(now).into();
        let Found {
            id,
            account,
            user,
            role,
            created_at,
            expires_at,
            redeemed_at: _,
            revoked_at: _,
            invited_by_name,
            version,
        } = found;
        Self {
            id: id.into(),
            account_id: account.map(Into::into),
            email: user.email,
            given_name: user.given_name,
            family_name: user.family_name,
            role: role.map(Into::into),
            staff_role: user
                .staff_role
                .filter(|_| account.is_none())
                .map(Into::into),
            state,
            created_at,
            expires_at,
            invited_by_name,
            version,
        }
    }
}

/// A page of invitations.
#[derive(Serialize, ToSchema)]
pub(crate) struct InvitationPage {
    /// The rows, newest first.
    items: Vec<Invitation>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

impl InvitationPage {
    pub(crate) fn new(found: quaymaster_service::Page<Found>, now: DateTime<Utc>) -> Self {
        Self {
            next_cursor: found.next.as_ref().map(Cursor::encode),
            items: found
                .items
                .into_iter()
                .map(|i| Invitation::new(i, now))
                .collect(),
        }
    }
}

/// Filters of the list of invitations.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct InvitationsQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// Only invitations in this state.
    #[param(inline)]
    state: Option<InvitationState>,
}

/// The token of a link.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "Zm9yLWV4YW1wbGUtb25seS10aGlzLWlzLW5vLXRva2Vu"}))]
pub(crate) struct InvitationToken {
    /// The part of the link after `#token=`.
    #[schema(max_length = 100)]
    #[validate(length(max = 100, message = "A token has at most 100 characters."))]
    token: String,
}

/// What a link invites to.
#[derive(Serialize, ToSchema)]
pub(crate) struct InvitationPreview {
    /// The account; `null` for the staff.
    account_name: Option<String>,
    /// The company; `null` for the staff.
    company_name: Option<String>,
    /// The role in the account.
    role: Option<MemberRole>,
    /// The role among the staff.
    staff_role: Option<StaffRole>,
    /// Given name.
    given_name: String,
    /// Family name.
    family_name: String,
    /// The invited address, most of it hidden.
    #[schema(example = "a•••@harbor.example")]
    email_masked: String,
    /// By whom.
    invited_by_name: String,
    /// Until when the link works.
    expires_at: DateTime<Utc>,
    /// True when the address has a User ID already: redeem with that User ID and its password.
    existing_user: bool,
}

/// The wish to become a user.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "Zm9yLWV4YW1wbGUtb25seS10aGlzLWlzLW5vLXRva2Vu", "user_id": "ana.lee", "password": "seven grey herons at dawn"}))]
pub(crate) struct InvitationRedemption {
    /// The part of the link after `#token=`.
    #[schema(max_length = 100)]
    #[validate(length(max = 100, message = "A token has at most 100 characters."))]
    token: String,
    /// The User ID to choose; or the one that the person has.
    #[schema(value_type = String, min_length = 6, max_length = 32, pattern = r"^[A-Za-z0-9][A-Za-z0-9._@-]{5,31}$")]
    user_id: UserName,
    /// The password to choose; or the one that the person has.
    #[schema(max_length = 512, format = Password)]
    #[validate(length(max = 512, message = "A password has at most 128 characters."))]
    password: String,
}

/// The person is a user.
#[derive(Serialize, ToSchema)]
pub(crate) struct InvitationRedeemed {
    /// The User ID to sign in with.
    user_id: String,
}

/// Invite a person to an account
///
/// A link goes to the address; it works once, for 21 days. The answer is the same whether or not the address has a User ID
/// somewhere in the portal. Proxies are invited by the Account Owner only (R11), with a proof of identity of at most ten
/// minutes.
#[utoipa::path(tag = "invitations", params(("id" = Uuid, Path, description = "The account")), request_body = InvitationNew, responses((status = 201, description = "Invited", body = Invitation), (status = 409, description = "`already-member` or, while an invitation waits, `already-exists`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/invitations")]
pub(crate) async fn create_invitation(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<InvitationNew>,
) -> Result<HttpResponse, Problem> {
    let InvitationNew {
        email,
        given_name,
        family_name,
        role,
        access,
        port_codes,
    } = body.0;
    let new = NewMember {
        invitee: Invitee {
            email,
            given_name,
            family_name,
        },
        role: role.into(),
        rights: Rights {
            access: access.into_iter().map(Into::into).collect(),
            ports: port_codes,
        },
    };
    let s = authed.services();
    let made = invitations::create(&authed.actor, s, path.0.into(), &new).await?;
    Ok(HttpResponse::Created().json(Invitation::new(made, s.now())))
}

/// List the invitations of an account
///
/// For the Account Owner, proxies and staff, the newest first.
#[utoipa::path(tag = "invitations", params(("id" = Uuid, Path, description = "The account"), InvitationsQuery), responses((status = 200, description = "A page of invitations", body = InvitationPage)))]
#[get("/accounts/{id}/invitations")]
pub(crate) async fn list_invitations(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<InvitationsQuery>,
) -> Result<HttpResponse, Problem> {
    let InvitationsQuery {
        limit,
        cursor,
        state,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let s = authed.services();
    let state = state.map(Into::into);
    let found = invitations::list(&authed.actor, s, path.0.into(), state, &page).await?;
    Ok(HttpResponse::Ok().json(InvitationPage::new(found, s.now())))
}

/// Send an invitation again
///
/// With a new link that works for 21 days from now; the old link is dead.
#[utoipa::path(tag = "invitations", params(("id" = Uuid, Path, description = "The account"), ("invitation_id" = Uuid, Path, description = "The invitation")), responses((status = 204, description = "Sent"), (status = 409, description = "`already-member`: it was redeemed; `link-not-valid`: it was withdrawn", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/invitations/{invitation_id}/resend")]
pub(crate) async fn resend_invitation(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    invitations::resend(&authed.actor, authed.services(), account.into(), id.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Withdraw an invitation
///
/// The link is dead and the person is no longer in the account. The address may be invited again.
#[utoipa::path(tag = "invitations", params(("id" = Uuid, Path, description = "The account"), ("invitation_id" = Uuid, Path, description = "The invitation")), responses((status = 204, description = "Withdrawn"), (status = 409, description = "`already-member`: it was redeemed; `link-not-valid`: it was withdrawn before; `last-owner`: it invites the owner", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/accounts/{id}/invitations/{invitation_id}")]
pub(crate) async fn revoke_invitation(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    invitations::revoke(&authed.actor, authed.services(), account.into(), id.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Show what an invitation is for
///
/// For whoever has the link. Unknown, used, withdrawn and expired links have one answer.
#[utoipa::path(tag = "invitations", security(), request_body = InvitationToken, responses((status = 200, description = "What the link invites to", body = InvitationPreview), (status = 409, description = "`link-not-valid`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/invitations/previews")]
pub(crate) async fn preview_invitation(
    public: Public,
    body: Json<InvitationToken>,
) -> Result<HttpResponse, Problem> {
    let InvitationToken { token } = body.0;
    let found = invitations::preview(public.services(), &token, &public.origin).await?;
    let invitations::Preview {
        invitation,
        account,
        staff_role,
        existing_user,
    } = found;
    let (account_name, company_name) = account.map(|a| (a.name, a.company_name)).unzip();
    let masked = EmailAddress::parse(&invitation.user.email).map(|e| e.masked());
    Ok(HttpResponse::Ok().json(InvitationPreview {
        account_name,
        company_name,
        role: invitation.role.map(Into::into),
        staff_role: staff_role.map(Into::into),
        given_name: invitation.user.given_name,
        family_name: invitation.user.family_name,
        email_masked: masked.unwrap_or_default(),
        invited_by_name: invitation.invited_by_name,
        expires_at: invitation.expires_at,
        existing_user,
    }))
}

/// Redeem an invitation
///
/// Choose a User ID and a password; then sign in, choose challenge questions and accept the terms. Who has a User ID
/// already joins with that one and its password.
#[utoipa::path(tag = "invitations", security(), request_body = InvitationRedemption, responses((status = 201, description = "The person is a user; sign in next", body = InvitationRedeemed), (status = 401, description = "`sign-in-failed`: the address has a User ID, and this is not it with its password", body = ProblemBody, content_type = "application/problem+json"), (status = 409, description = "`link-not-valid` or `already-member`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/invitations/redemptions")]
pub(crate) async fn redeem_invitation(
    public: Public,
    body: Json<InvitationRedemption>,
) -> Result<HttpResponse, Problem> {
    let InvitationRedemption {
        token,
        user_id,
        password,
    } = body.0;
    let redemption = Redemption {
        token,
        user_name: user_id,
        password,
        origin: public.origin.clone(),
    };
    let user_id = invitations::redeem(public.services(), redemption).await?;
    Ok(HttpResponse::Created().json(InvitationRedeemed { user_id }))
}
