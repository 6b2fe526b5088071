//! The demo's mailbox over HTTP. Outside the demo there is nothing here.

use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
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
