//! The contract as it is served, and Swagger UI at `/docs/` under our own page: no request leaves this server, and the
//! content security policy stays as strict as everywhere else.

use std::sync::{Arc, OnceLock};

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use utoipa_swagger_ui::Config;

use crate::problem::{Code, Problem};

const PAGE: &str = include_str!("index.html");
const STYLE: &str = include_str!("portal.css");
const START: &str = include_str!("portal.js");
const SIGN_IN: &str = include_str!("sign-in.js");

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(contract)
        .service(page)
        .service(style)
        .service(start)
        .service(sign_in)
        .service(swagger_file);
}

#[get("/api/openapi.json")]
async fn contract() -> HttpResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| crate::openapi().to_json().unwrap_or_default());
    HttpResponse::Ok()
        .content_type("application/json")
        .body(text.as_str())
}

fn text(kind: &'static str, body: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(body)
}

#[get("/docs/")]
async fn page() -> HttpResponse {
    text("text/html; charset=utf-8", PAGE)
}

#[get("/docs/portal.css")]
async fn style() -> HttpResponse {
    text("text/css; charset=utf-8", STYLE)
}

#[get("/docs/portal.js")]
async fn start() -> HttpResponse {
    text("text/javascript; charset=utf-8", START)
}

#[get("/docs/sign-in.js")]
async fn sign_in() -> HttpResponse {
    text("text/javascript; charset=utf-8", SIGN_IN)
}

/// The files of Swagger UI itself, from this binary.
#[get("/docs/{file}")]
async fn swagger_file(file: web::Path<String>) -> Result<HttpResponse, Problem> {
    let absent = || Problem::new(Code::NotFound, "There is no such file.");
    let served = matches!(file.as_str(), "swagger-ui.css" | "swagger-ui-bundle.js");
    let found = served
        .then(|| utoipa_swagger_ui::serve(&file, Arc::new(Config::from("/api/openapi.json"))))
        .and_then(Result::ok)
        .flatten()
        .ok_or_else(absent)?;
    let kind = if found.content_type.contains("charset") {
        found.content_type
    } else {
        format!("{}; charset=utf-8", found.content_type)
    };
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, "max-age=3600"))
        .body(found.bytes.into_owned()))
}
