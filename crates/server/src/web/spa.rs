//! The single-page app out of the binary: its files with the twins that were compressed at build time, and the page
//! itself for every other path, because the app knows its own routes.

use std::borrow::Cow;

use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use rust_embed::{EmbeddedFile, RustEmbed};

/// What `npm run build` made. A debug build reads the folder when asked, a release build carries it.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../frontend/dist"]
#[allow_missing = true]
struct Files;

const PAGE: &str = "index.html";

const NOT_BUILT: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Quaymaster</title></head><body><h1>The pages of this portal were not built</h1><p>The API works, see <a href=\"/docs/\">its documentation</a>. To have the pages as well, run <code>make run</code>, or <code>npm ci</code> and <code>npm run build</code> in <code>frontend/</code> and build the server again.</p></body></html>\n";

/// What tells the page of a demo that it is one, before it asks the API for anything: the banner stands there from the
/// start and moves nothing away from under a pointer.
const DEMO_MARK: &str = "<head><meta name=\"quaymaster-demo\" content=\"true\">";

pub(super) async fn serve(request: HttpRequest, demo: bool) -> HttpResponse {
    let path = request.path();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return HttpResponse::MethodNotAllowed().finish();
    }
    if path == "/docs" {
        return HttpResponse::PermanentRedirect()
            .insert_header((header::LOCATION, "/docs/"))
            .finish();
    }
    if path.starts_with("/api/") || path == "/api" {
        return HttpResponse::NotFound().finish();
    }
    let name = path.trim_start_matches('/');
    // The build's own notes and the compressed twins are no pages.
    let hidden = name.starts_with('.') || name.ends_with(".br") || name.ends_with(".gz");
    if !name.is_empty() && !hidden && name != PAGE {
        if let Some(file) = Files::get(name) {
            return send(&request, name, &file);
        }
        if name
            .rsplit('/')
            .next()
            .is_some_and(|last| last.contains('.'))
        {
            return HttpResponse::NotFound().finish();
        }
    }
    page(&request, demo)
}

fn page(request: &HttpRequest, demo: bool) -> HttpResponse {
    let Some(file) = Files::get(PAGE) else {
        return HttpResponse::ServiceUnavailable()
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(NOT_BUILT);
    };
    let mut response = HttpResponse::Ok();
    // The page names the hashed files of its build, so an old copy must never be shown.
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    if demo {
        let marked = String::from_utf8_lossy(&file.data).replacen("<head>", DEMO_MARK, 1);
        return response
            .content_type("text/html; charset=utf-8")
            .body(marked);
    }
    encoded(request, response, PAGE, &file)
}

fn send(request: &HttpRequest, name: &str, file: &EmbeddedFile) -> HttpResponse {
    // Files under assets/ carry a hash of their content in their name.
    let forever = name.starts_with("assets/");
    let tag = format!("\"{}\"", short_hash(file));
    let known = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|given| {
            given
                .split(',')
                .any(|t| t.trim().trim_start_matches("W/") == tag)
        });
    let mut response = HttpResponse::build(if known {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::OK
    });
    response
        .insert_header((header::ETAG, tag))
        .insert_header((header::VARY, "accept-encoding"))
        .insert_header((
            header::CACHE_CONTROL,
            if forever {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            },
        ));
    if known {
        return response.finish();
    }
    encoded(request, response, name, file)
}

/// Sends the smallest form that the client takes.
fn encoded(
    request: &HttpRequest,
    mut response: HttpResponseBuilder,
    name: &str,
    file: &EmbeddedFile,
) -> HttpResponse {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let kind = if kind.type_() == "text" || kind.subtype() == "javascript" {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    };
    response.content_type(kind);
    for (coding, suffix) in [("br", "br"), ("gzip", "gz")] {
        if accepts(request.headers(), coding)
            && let Some(twin) = Files::get(&format!("{name}.{suffix}"))
        {
            response.insert_header((header::CONTENT_ENCODING, coding));
            return body(response, &twin);
        }
    }
    body(response, file)
}

fn body(mut response: HttpResponseBuilder, file: &EmbeddedFile) -> HttpResponse {
    match &file.data {
        Cow::Borrowed(bytes) => response.body(actix_web::web::Bytes::from_static(bytes)),
        Cow::Owned(bytes) => response.body(bytes.clone()),
    }
}

fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .any(|part| {
            let (name, weight) = part.split_once(';').unwrap_or((part, ""));
            let refused = weight
                .trim()
                .strip_prefix("q=")
                .and_then(|q| q.trim().parse::<f32>().ok())
                .is_some_and(|q| q <= 0.0);
            name.trim().eq_ignore_ascii_case(coding) && !refused
        })
}

fn short_hash(file: &EmbeddedFile) -> String {
    file.metadata
        .sha256_hash()
        .iter()
        .take(12)
        .map(|b| format!("{b:02x}"))
        .collect()
}
