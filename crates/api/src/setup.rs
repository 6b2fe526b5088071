//! The first administrator over HTTP. Both operations are public; the second needs the one-time token that the portal
//! printed at its start.

use actix_web::{HttpResponse, get, post};
use quaymaster_domain::people::{EmailAddress, PersonName, UserName};
use quaymaster_service::setup::{self, NewAdministrator};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::extract::{Json, Public};
use crate::problem::{Problem, ProblemBody};

/// What a visitor may know of this portal before signing in.
#[derive(Serialize, ToSchema)]
pub(crate) struct Setup {
    /// True while nobody is an administrator.
    needs_first_administrator: bool,
    /// True in the demo.
    demo: bool,
    /// The version of the portal.
    #[schema(example = "0.1.0")]
    version: String,
    /// Where people reach the portal.
    #[schema(example = "https://portal.example")]
    base_url: String,
}

/// The first administrator, with the one-time token.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "Zm9yLWV4YW1wbGUtb25seS10aGlzLWlzLW5vLXRva2Vu", "user_id": "ana.lee", "password": "seven grey herons at dawn", "given_name": "Ana", "family_name": "Lee", "email": "ana.lee@harbor.example"}))]
pub(crate) struct FirstAdministrator {
    /// The one-time token that the portal printed at its start.
    #[schema(max_length = 100)]
    #[validate(length(max = 100, message = "A token has at most 100 characters."))]
    token: String,
    /// The User ID to sign in with.
    #[schema(value_type = String, min_length = 6, max_length = 32, pattern = r"^[A-Za-z0-9][A-Za-z0-9._@-]{5,31}$")]
    user_id: UserName,
    /// The password.
    #[schema(min_length = 15, max_length = 128, format = Password)]
    #[validate(length(max = 512, message = "A password has at most 128 characters."))]
    password: String,
    /// Given name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    given_name: PersonName,
    /// Family name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    family_name: PersonName,
    /// E-mail address.
    #[schema(value_type = String, format = Email, max_length = 254)]
    email: EmailAddress,
}

/// The first administrator was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct FirstAdministratorCreated {
    /// The User ID to sign in with.
    user_id: String,
}

/// Tell whether the portal is set up
///
/// Whether there is an administrator, whether this is the demo, which version runs, and where people reach it.
#[utoipa::path(tag = "setup", security(), responses((status = 200, description = "The state of the set-up", body = Setup)))]
#[get("/setup")]
pub(crate) async fn get_setup(public: Public) -> Result<HttpResponse, Problem> {
    let s = public.services();
    Ok(HttpResponse::Ok().json(Setup {
        needs_first_administrator: setup::needs_administrator(s).await?,
        demo: s.settings.demo,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        base_url: s.settings.base_url.clone(),
    }))
}

/// Make the first administrator
///
/// Works once, with the token that the portal printed at its start, and only while there is no administrator. Then sign
/// in.
#[utoipa::path(tag = "setup", security(), request_body = FirstAdministrator, responses((status = 201, description = "Made", body = FirstAdministratorCreated), (status = 409, description = "`setup-done`, `link-not-valid` or `already-exists`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/setup/administrator")]
pub(crate) async fn create_first_administrator(
    public: Public,
    body: Json<FirstAdministrator>,
) -> Result<HttpResponse, Problem> {
    let FirstAdministrator {
        token,
        user_id,
        password,
        given_name,
        family_name,
        email,
    } = body.0;
    let name = user_id.as_str().to_owned();
    let new = NewAdministrator {
        user_name: user_id,
        password,
        given_name,
        family_name,
        email,
    };
    setup::create_first_administrator(public.services(), &token, new, public.origin.clone())
        .await?;
    Ok(HttpResponse::Created().json(FirstAdministratorCreated { user_id: name }))
}
