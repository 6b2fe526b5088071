//! The demo's mailbox and people over HTTP. Outside the demo there is nothing here.

use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use quaymaster_service::demo::{self as world, DemoPerson};
use quaymaster_service::mails::demo;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::extract::{Public, Query};
use crate::problem::{Problem, ProblemBody};

/// Which mails.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DemoMailsQuery {
    /// The address, or a part of it.
    #[param(max_length = 254)]
    q: Option<String>,
}

/// A mail in the demo's mailbox.
#[derive(Serialize, ToSchema)]
pub(crate) struct DemoMail {
    /// Identity.
    id: String,
    /// To whom.
    to: String,
    /// Subject line.
    subject: String,
    /// Plain text.
    text: String,
    /// HTML text; `null` when the mail has none.
    html: Option<String>,
    /// The links in the text.
    links: Vec<String>,
    /// When it arrived.
    at: DateTime<Utc>,
}

/// The newest mails of the demo's mailbox.
#[derive(Serialize, ToSchema)]
pub(crate) struct DemoMailList {
    /// At most 200, the newest first.
    items: Vec<DemoMail>,
}

impl From<demo::DemoMail> for DemoMail {
    fn from(found: demo::DemoMail) -> Self {
        let demo::DemoMail {
            id,
            to,
            subject,
            text,
            links,
            at,
        } = found;
        Self {
            id,
            to,
            subject,
            text,
            html: None,
            links,
            at,
        }
    }
}

/// Read the demo's mailbox
///
/// In the demo every mail lands here instead of going out, so that e-mailed links can be followed. Outside the demo
/// the answer is 404.
#[utoipa::path(tag = "demo", security(), params(DemoMailsQuery), responses((status = 200, description = "The newest mails", body = DemoMailList), (status = 404, description = "This portal is no demo", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/demo/mails")]
pub(crate) async fn list_demo_mails(
    public: Public,
    query: Query<DemoMailsQuery>,
) -> Result<HttpResponse, Problem> {
    let DemoMailsQuery { q } = query.0;
    let found = demo::list(public.services(), q.as_deref()).await?;
    Ok(HttpResponse::Ok().json(DemoMailList {
        items: found.into_iter().map(Into::into).collect(),
    }))
}

/// Somebody of the demo who can sign in, with everything of the first sign-in done.
#[derive(Serialize, ToSchema)]
pub(crate) struct DemoCaller {
    /// What the person is there for.
    #[schema(example = "owner")]
    role: &'static str,
    /// The User ID.
    #[schema(example = "maria.lopez")]
    user_id: &'static str,
    /// The published password.
    password: &'static str,
    /// Given and family name.
    name: String,
    /// The account of the person; `null` for staff.
    account_name: Option<&'static str>,
}

/// The people of the demo.
#[derive(Serialize, ToSchema)]
pub(crate) struct DemoCallerList {
    /// All of them; the first is the owner of an account in which much can be tried out.
    items: Vec<DemoCaller>,
}

impl From<&DemoPerson> for DemoCaller {
    fn from(found: &DemoPerson) -> Self {
        let DemoPerson {
            role,
            user_id,
            password,
            name,
            account_name,
        } = found;
        Self {
            role,
            user_id,
            password,
            name: name.clone(),
            account_name: *account_name,
        }
    }
}

/// List the people of the demo
///
/// With their passwords, which are published: a program that is tried out in the demo signs in as one of them. Outside
/// the demo the answer is 404.
#[utoipa::path(tag = "demo", security(), responses((status = 200, description = "Who can sign in", body = DemoCallerList), (status = 404, description = "This portal is no demo", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/demo/people")]
pub(crate) async fn list_demo_people(public: Public) -> Result<HttpResponse, Problem> {
    let found = world::people(public.services())?;
    Ok(HttpResponse::Ok().json(DemoCallerList {
        items: found.iter().map(Into::into).collect(),
    }))
}
