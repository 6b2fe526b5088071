//! The signed-in person over HTTP: profile, memberships, record of sign-ins, acceptance of the terms.

use actix_web::http::header;
use actix_web::{HttpResponse, get, patch, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::people::{PersonName, PhoneNumber};
use quaymaster_service::me::{self, Me as Found, MePatch as Patch, Place};
use quaymaster_service::sign_ins::{Outcome, SignInEvent as Event};
use quaymaster_service::{Cursor, Services};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::common::{MemberRole, StaffRole, SubAccountAccess};
use crate::extract::{AnyStep, Authed, IfMatch, Json, Query};
use crate::lists::PageQuery;
use crate::problem::{Problem, ProblemBody};
use crate::sessions::NextStep;

/// The signed-in person.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    /// Identity.
    id: Uuid,
    /// The User ID.
    #[schema(example = "ana.lee")]
    user_id: String,
    /// Given name.
    given_name: String,
    /// Family name.
    family_name: String,
    /// E-mail address on file.
    email: String,
    /// Phone number.
    phone: Option<String>,
    /// Role among the operator's staff.
    staff_role: Option<StaffRole>,
    /// IANA name.
    #[schema(example = "America/New_York")]
    time_zone: String,
    /// BCP 47 tag.
    #[schema(example = "en")]
    language: String,
    /// Colors of the screens.
    theme: Theme,
    /// How close the rows of lists stand.
    density: Density,
    /// What must be done before anything else works.
    next_step: Option<NextStep>,
    /// Roles in accounts, by company and account; closed accounts come last.
    memberships: Vec<Membership>,
    /// The last sign-in.
    last_sign_in_at: Option<DateTime<Utc>>,
    /// When the person was invited or made.
    created_at: DateTime<Utc>,
    /// For `If-Match`.
    version: i64,
    /// True when this portal is a demo.
    demo: bool,
}

/// Colors of the screens.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Theme {
    /// As the system has it.
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn of(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// How close the rows of lists stand.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Density {
    /// With room.
    Comfortable,
    /// Close.
    Compact,
}

impl Density {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Comfortable => "comfortable",
            Self::Compact => "compact",
        }
    }

    fn of(word: &str) -> Self {
        match word {
            "compact" => Self::Compact,
            _ => Self::Comfortable,
        }
    }
}

/// A role in an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct Membership {
    /// The account.
    account_id: Uuid,
    /// `QM-NNNN-NNNNN-N`.
    account_number: String,
    /// The account's own name.
    account_name: String,
    /// The company.
    company_id: Uuid,
    /// The company's name.
    company_name: String,
    /// The role.
    role: MemberRole,
    /// Since when.
    since: DateTime<Utc>,
    /// Rights per sub-account; owners and proxies have everything without a row here.
    access: Vec<SubAccountAccess>,
    /// Ports to which the person is limited; none means no limit.
    port_codes: Vec<String>,
    /// Since when the access to the account is suspended by an access review; `null` when it is not.
    access_suspended_at: Option<DateTime<Utc>>,
}

impl From<Place> for Membership {
    fn from(place: Place) -> Self {
        let Place {
            membership,
            since,
            account,
            ports,
            access_suspended_at,
        } = place;
        Self {
            account_id: account.id.into(),
            account_number: account.account_number,
            account_name: account.name,
            company_id: account.company_id.into(),
            company_name: account.company_name,
            role: membership.role.into(),
            since,
            access: membership.access.into_iter().map(Into::into).collect(),
            port_codes: ports,
            access_suspended_at,
        }
    }
}

impl Me {
    pub(crate) fn new(s: &Services, found: Found) -> Self {
        let Found {
            user,
            next_step,
            places,
        } = found;
        Self {
            id: user.id.into(),
            user_id: user.user_name.unwrap_or_default(),
            given_name: user.given_name,
            family_name: user.family_name,
            email: user.email,
            phone: user.phone,
            staff_role: user.staff_role.map(Into::into),
            theme: Theme::of(&user.preferences.theme),
            density: Density::of(&user.preferences.density),
            time_zone: user.preferences.time_zone,
            language: user.preferences.language,
            next_step: next_step.map(Into::into),
            memberships: places.into_iter().map(Into::into).collect(),
            last_sign_in_at: user.last_sign_in.map(|l| l.at),
            created_at: user.created_at,
            version: user.version,
            demo: s.settings.demo,
        }
    }
}

fn answer(s: &Services, found: Found) -> HttpResponse {
    let etag = format!("\"v{}\"", found.user.version);
    HttpResponse::Ok()
        .insert_header((header::ETAG, etag))
        .json(Me::new(s, found))
}

/// Who am I
///
/// The person of the session, at whatever next step.
#[utoipa::path(tag = "me", responses((status = 200, description = "The person", body = Me, headers(("ETag" = String, description = "For `If-Match`")))))]
#[get("/me")]
pub(crate) async fn get_me(any: AnyStep) -> Result<HttpResponse, Problem> {
    let found = me::of_request(&any.signed_in, any.services()).await?;
    Ok(answer(any.services(), found))
}

/// Changes of the own profile; absent fields stay.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"phone": "+12025550147", "theme": "dark"}))]
pub(crate) struct MePatch {
    /// Given name.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, nullable = false, min_length = 1, max_length = 100)]
    given_name: Option<PersonName>,
    /// Family name.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, nullable = false, min_length = 1, max_length = 100)]
    family_name: Option<PersonName>,
    /// Phone number; `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 60)]
    phone: Option<Option<PhoneNumber>>,
    /// IANA name.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_length = 64, example = "America/Chicago")]
    #[validate(custom(function = is_time_zone))]
    time_zone: Option<String>,
    /// BCP 47 tag.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_length = 35, example = "en")]
    #[validate(custom(function = is_language))]
    language: Option<String>,
    /// Colors of the screens.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    theme: Option<Theme>,
    /// How close the rows of lists stand.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    density: Option<Density>,
}

/// Tells an absent field (`None`) from one that is there: what is there must be a value of the type, and `null` is one only
/// where the type is itself an option.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn unfit(words: &'static str) -> ValidationError {
    ValidationError::new("invalid").with_message(words.into())
}

fn is_time_zone(name: &str) -> Result<(), ValidationError> {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+'))
    };
    if name.len() <= 64 && name.split('/').count() <= 3 && name.split('/').all(part) {
        Ok(())
    } else {
        Err(unfit(
            "A time zone is named as in the IANA database, e.g. America/New_York.",
        ))
    }
}

fn is_language(tag: &str) -> Result<(), ValidationError> {
    let part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if tag.len() <= 35 && tag.split('-').all(part) {
        Ok(())
    } else {
        Err(unfit("A language is a BCP 47 tag, e.g. en or es-MX."))
    }
}

/// Change the own profile
///
/// Names, phone and how the screens look. The e-mail address on file is changed by support.
#[utoipa::path(tag = "me", params(("If-Match" = String, Header, description = "The ETag that was read")), request_body = MePatch, responses(
    (status = 200, description = "The person", body = Me, headers(("ETag" = String, description = "For `If-Match`"))),
    (status = 412, description = "`stale`: changed meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    (status = 428, description = "`precondition-required`: `If-Match` is missing", body = ProblemBody, content_type = "application/problem+json"),
))]
#[patch("/me")]
pub(crate) async fn update_me(
    authed: Authed,
    version: IfMatch,
    body: Json<MePatch>,
) -> Result<HttpResponse, Problem> {
    let MePatch {
        given_name,
        family_name,
        phone,
        time_zone,
        language,
        theme,
        density,
    } = body.0;
    let patch = Patch {
        given_name,
        family_name,
        phone,
        time_zone,
        language,
        theme: theme.map(Theme::as_str),
        density: density.map(Density::as_str),
    };
    let found = me::update(&authed.actor, authed.services(), version.0, patch).await?;
    Ok(answer(authed.services(), found))
}

/// A page of memberships.
#[derive(Serialize, ToSchema)]
pub(crate) struct MembershipPage {
    /// The memberships, by company and account; closed accounts come last.
    items: Vec<Membership>,
    /// Always `null`: nobody has so many that they do not fit one page.
    next_cursor: Option<String>,
}

/// List the own memberships
///
/// Every account in which the person has a role.
#[utoipa::path(tag = "me", responses((status = 200, description = "The memberships", body = MembershipPage)))]
#[get("/me/memberships")]
pub(crate) async fn list_my_memberships(authed: Authed) -> Result<HttpResponse, Problem> {
    let found = me::memberships(&authed.actor, authed.services()).await?;
    Ok(HttpResponse::Ok().json(MembershipPage {
        items: found.into_iter().map(Into::into).collect(),
        next_cursor: None,
    }))
}

/// A try to sign in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignInEvent {
    /// When.
    at: DateTime<Utc>,
    /// How it ended.
    outcome: SignInOutcome,
    /// Browser and system in words.
    #[schema(example = "Firefox on Windows")]
    device: String,
    /// Network address.
    #[schema(example = "203.0.113.7")]
    network: String,
}

/// How a try to sign in ended.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignInOutcome {
    /// A session began.
    Succeeded,
    /// The password was wrong.
    Failed,
    /// The person was locked, whatever the password was.
    RefusedLocked,
}

impl From<Event> for SignInEvent {
    fn from(event: Event) -> Self {
        let Event {
            id: _,
            user: _,
            at,
            outcome,
            device,
            network,
        } = event;
        Self {
            at,
            outcome: match outcome {
                Outcome::Succeeded => SignInOutcome::Succeeded,
                Outcome::Failed => SignInOutcome::Failed,
                Outcome::RefusedLocked => SignInOutcome::RefusedLocked,
            },
            device,
            network,
        }
    }
}

/// A page of tries to sign in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignInEventPage {
    /// The tries, newest first.
    items: Vec<SignInEvent>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// List the own sign-ins
///
/// Successes and failures, newest first.
#[utoipa::path(tag = "me", params(PageQuery), responses((status = 200, description = "A page of tries", body = SignInEventPage)))]
#[get("/me/sign-ins")]
pub(crate) async fn list_my_sign_ins(
    authed: Authed,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let found = me::sign_ins(&authed.actor, authed.services(), &query.0.request()?).await?;
    Ok(HttpResponse::Ok().json(SignInEventPage {
        next_cursor: found.next.as_ref().map(Cursor::encode),
        items: found.items.into_iter().map(Into::into).collect(),
    }))
}

/// An acceptance of the Terms and Conditions.
#[derive(Serialize, ToSchema)]
pub(crate) struct TermsAcceptance {
    /// Which version.
    version: i64,
    /// The hash of the text that was accepted.
    sha256: String,
    /// When.
    accepted_at: DateTime<Utc>,
}

impl From<me::TermsAcceptance> for TermsAcceptance {
    fn from(found: me::TermsAcceptance) -> Self {
        let me::TermsAcceptance {
            version,
            sha256,
            accepted_at,
        } = found;
        Self {
            version,
            sha256,
            accepted_at,
        }
    }
}

/// A page of acceptances.
#[derive(Serialize, ToSchema)]
pub(crate) struct TermsAcceptancePage {
    /// The acceptances, newest version first.
    items: Vec<TermsAcceptance>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// List the own acceptances of the terms
///
/// Newest version first.
#[utoipa::path(tag = "me", params(PageQuery), responses((status = 200, description = "A page of acceptances", body = TermsAcceptancePage)))]
#[get("/me/terms-acceptances")]
pub(crate) async fn list_my_terms_acceptances(
    authed: Authed,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let found =
        me::terms_acceptances(&authed.actor, authed.services(), &query.0.request()?).await?;
    Ok(HttpResponse::Ok().json(TermsAcceptancePage {
        next_cursor: found.next.as_ref().map(Cursor::encode),
        items: found.items.into_iter().map(Into::into).collect(),
    }))
}

/// The version that is accepted, named twice: by number and by the hash of the text that was read.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 1, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}))]
pub(crate) struct TermsAccept {
    /// The version.
    #[schema(minimum = 1)]
    version: i64,
    /// The hash of its text.
    #[schema(min_length = 64, max_length = 64)]
    #[validate(length(equal = 64, message = "A SHA-256 hash has 64 hexadecimal digits."))]
    sha256: String,
}

/// Accept the terms
///
/// The version in force, at whatever next step. Accepting it again answers the acceptance on record.
#[utoipa::path(tag = "me", request_body = TermsAccept, responses(
    (status = 201, description = "Accepted", body = TermsAcceptance),
    (status = 412, description = "`stale`: another version is in force; read it first", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/me/terms-acceptances")]
pub(crate) async fn accept_terms(
    any: AnyStep,
    body: Json<TermsAccept>,
) -> Result<HttpResponse, Problem> {
    let TermsAccept { version, sha256 } = body.0;
    let accepted = me::accept_terms(any.actor(), any.services(), version, &sha256).await?;
    Ok(HttpResponse::Created().json(TermsAcceptance::from(accepted)))
}
