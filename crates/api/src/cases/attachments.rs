//! Files in cases over HTTP: added as they are, listed, and downloaded; nothing of them is ever shown by the portal itself.

use actix_web::http::header;
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, get, post};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use quaymaster_domain::attachments::{FileName, MOST_BYTES, MediaType};
use quaymaster_service::cases::{self, Attachment, NewAttachment};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::CaseAuthor;
use crate::common::FileBytes;
use crate::extract::{Authed, Path, Query};
use crate::problem::{Code, Problem, ProblemBody};

/// A file as the body, of one of the kinds that are taken.
pub(crate) struct FileBody {
    media_type: MediaType,
    content: Vec<u8>,
}

impl FromRequest for FileBody {
    type Error = Problem;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = media_type(request);
        let mut payload = payload.take();
        Box::pin(async move {
            let media_type = media_type.ok_or_else(|| {
                Problem::new(
                    Code::UnsupportedMediaType,
                    "Send a PDF, a PNG or JPEG picture, text or CSV in UTF-8, with its content type.",
                )
            })?;
            let mut read = BytesMut::new();
            while let Some(chunk) = payload.next().await {
                let chunk = chunk.map_err(|_broken| {
                    Problem::new(Code::Unreadable, "The file ended before it was complete.")
                })?;
                if read.len() + chunk.len() > MOST_BYTES {
                    return Err(Problem::new(
                        Code::TooLarge,
                        "A file may have at most 5 MiB; send a smaller one.",
                    ));
                }
                read.extend_from_slice(&chunk);
            }
            Ok(Self {
                media_type,
                content: read.to_vec(),
            })
        })
    }
}

/// The kind that the one `Content-Type` header names; text in another character set than UTF-8 is not taken.
fn media_type(request: &HttpRequest) -> Option<MediaType> {
    let mut given = request.headers().get_all(header::CONTENT_TYPE);
    let (Some(value), None) = (given.next(), given.next()) else {
        return None;
    };
    let mut parts = value.to_str().ok()?.split(';').map(str::trim);
    let kind = MediaType::from_word(&parts.next()?.to_ascii_lowercase())?;
    let in_utf8 = parts.all(|parameter| {
        parameter.split_once('=').is_none_or(|(name, value)| {
            !name.eq_ignore_ascii_case("charset")
                || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
    });
    in_utf8.then_some(kind)
}

/// A file in a case.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseAttachment {
    /// Identity.
    id: Uuid,
    /// When it was added.
    at: DateTime<Utc>,
    /// Who added it.
    author: CaseAuthor,
    /// The name of who added it.
    #[schema(example = "Ana Lee")]
    author_name: String,
    /// What it is called; the ending is one of its type.
    #[schema(example = "screenshot.png")]
    file_name: String,
    /// What it is.
    #[schema(example = "image/png")]
    media_type: String,
    /// How many bytes it has.
    #[schema(example = 48_211)]
    size: i64,
    /// SHA-256 of its bytes, lower-case hex.
    #[schema(min_length = 64, max_length = 64)]
    sha256: String,
}

impl From<Attachment> for CaseAttachment {
    fn from(found: Attachment) -> Self {
        let Attachment {
            id,
            case: _,
            at,
            kind,
            author_name,
            file_name,
            media_type,
            size,
            sha256,
        } = found;
        Self {
            id: id.into(),
            at,
            author: kind.into(),
            author_name,
            file_name,
            media_type: media_type.as_str().to_owned(),
            size,
            sha256,
        }
    }
}

/// The files of a case.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseAttachmentList {
    /// The oldest first; at most ten.
    items: Vec<CaseAttachment>,
}

/// What a file is called and who may see it.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CaseAttachmentQuery {
    /// The name of the file.
    #[param(min_length = 1, max_length = 120, example = "screenshot.png")]
    file_name: String,
    /// For support alone.
    #[serde(default)]
    internal: bool,
}

/// List the files of a case
///
/// The oldest first; internal ones for support and auditors only.
#[utoipa::path(tag = "cases", params(("id" = Uuid, Path, description = "The case")), responses((status = 200, description = "The files", body = CaseAttachmentList)))]
#[get("/cases/{id}/attachments")]
pub(crate) async fn list_case_attachments(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = cases::attachments(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(CaseAttachmentList {
        items: found.into_iter().map(Into::into).collect(),
    }))
}

/// Add a file to a case
///
/// PDF, PNG, JPEG, text or CSV in UTF-8, at most 5 MiB, ten a case. The bytes have to be what the content type says
/// (`attachment-type-lies`). A customer's file asks support like a message does.
#[utoipa::path(tag = "cases", params(("id" = Uuid, Path, description = "The case"), CaseAttachmentQuery), request_body(content((FileBytes = "application/pdf"), (FileBytes = "image/png"), (FileBytes = "image/jpeg"), (String = "text/plain", example = json!("What the screen says: the account is closed.\n")), (String = "text/csv", example = json!("entry,line,what is wrong\nABC-1234567-6,1,duty\n"))), description = "The file"), responses((status = 201, description = "Added", body = CaseAttachment), (status = 409, description = "`too-many-attachments` or `case-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/cases/{id}/attachments")]
pub(crate) async fn add_case_attachment(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<CaseAttachmentQuery>,
    body: FileBody,
) -> Result<HttpResponse, Problem> {
    let CaseAttachmentQuery {
        file_name,
        internal,
    } = query.0;
    let FileBody {
        media_type,
        content,
    } = body;
    let file_name = FileName::parse(&file_name)
        .map_err(|unfit| Problem::field("?file_name", "invalid", unfit.to_string()))?;
    let new = NewAttachment {
        file_name,
        media_type,
        content,
        internal,
    };
    let made = cases::attach(&authed.actor, authed.services(), path.0.into(), new).await?;
    Ok(HttpResponse::Created().json(CaseAttachment::from(made)))
}

/// Download a file of a case
///
/// As a download only: browsers do not show it as a page of the portal, whatever is in it.
#[utoipa::path(tag = "cases", params(("id" = Uuid, Path, description = "The case"), ("attachment_id" = Uuid, Path, description = "The file")), responses((status = 200, description = "The bytes", content((FileBytes = "application/pdf"), (FileBytes = "image/png"), (FileBytes = "image/jpeg"), (String = "text/plain"), (String = "text/csv")))))]
#[get("/cases/{id}/attachments/{attachment_id}")]
pub(crate) async fn download_case_attachment(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (case, file) = path.0;
    let (found, content) =
        cases::attachment(&authed.actor, authed.services(), case.into(), file.into()).await?;
    let content_type = match found.media_type {
        MediaType::Text | MediaType::Csv => format!("{}; charset=utf-8", found.media_type.as_str()),
        other => other.as_str().to_owned(),
    };
    let name = utf8_percent_encode(&found.file_name, NON_ALPHANUMERIC);
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, content_type))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{name}"),
        ))
        .body(content))
}
