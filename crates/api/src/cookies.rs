//! The two cookies: the rotating refresh token and the device cookie. Both are invisible to scripts and never leave
//! this site.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};

use quaymaster_service::verifier::DEVICE_TOKENS;

use crate::extract::Shared;

const REFRESH: &str = "qm_refresh";
const DEVICE: &str = "qm_device";

fn secure(request: &HttpRequest) -> bool {
    request
        .app_data::<Shared>()
        .is_none_or(|s| !s.services().settings.base_url.starts_with("http://"))
}

/// `__Host-` ties a cookie to this host over TLS; plain-HTTP localhost cannot have it.
fn name(request: &HttpRequest, plain: &str) -> String {
    if secure(request) {
        format!("__Host-{plain}")
    } else {
        plain.to_owned()
    }
}

fn build(request: &HttpRequest, plain: &str, value: String, life: Duration) -> Cookie<'static> {
    Cookie::build(name(request, plain), value)
        .path("/")
        .http_only(true)
        .secure(secure(request))
        .same_site(SameSite::Strict)
        .max_age(life)
        .finish()
}

/// The cookie with the refresh token.
pub(crate) fn refresh(request: &HttpRequest, token: String, seconds: i64) -> Cookie<'static> {
    build(request, REFRESH, token, Duration::seconds(seconds))
}

/// The refresh token that came with the request.
pub(crate) fn refresh_of(request: &HttpRequest) -> Option<String> {
    request
        .cookie(&name(request, REFRESH))
        .map(|c| c.value().to_owned())
}

/// Takes the refresh token away from the browser.
pub(crate) fn forget_refresh(request: &HttpRequest) -> Cookie<'static> {
    build(request, REFRESH, String::new(), Duration::ZERO)
}

/// The device cookie, kept for a year: the new token first, then those of others who use this browser.
pub(crate) fn device(request: &HttpRequest, token: String) -> Cookie<'static> {
    let mut tokens = vec![token];
    tokens.extend(devices_of(request));
    tokens.truncate(DEVICE_TOKENS);
    build(request, DEVICE, tokens.join("."), Duration::days(365))
}

/// The device tokens that came with the request, one for each of the last people who signed in here.
pub(crate) fn devices_of(request: &HttpRequest) -> Vec<String> {
    let Some(cookie) = request.cookie(&name(request, DEVICE)) else {
        return Vec::new();
    };
    cookie
        .value()
        .split('.')
        .filter(|token| !token.is_empty() && token.len() <= 64)
        .take(DEVICE_TOKENS)
        .map(str::to_owned)
        .collect()
}
