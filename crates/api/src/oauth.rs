//! The token endpoint of API clients, with the shapes of RFC 6749, the keys of its tokens and its metadata (RFC 8414). Who
//! gets a token is decided in the service.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use quaymaster_domain::api_clients::ApiScope;
use quaymaster_service::Fault;
use quaymaster_service::oauth::{self, ALGORITHMS, Credential, TokenError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::extract::Public;
use crate::middleware::OwnShape;
use crate::operation_list::Operations;
use crate::problem::{Code, Problem};
use crate::routes::BASE;

/// Where tokens are got.
pub(crate) const TOKEN_PATH: &str = "/api/v1/oauth/token";

/// The kind of assertion that is taken (RFC 7523).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The operations of this area.
pub(crate) fn area(config: &mut Operations) {
    config.service(create_token).service(list_token_keys);
}

/// The metadata, which RFC 8414 puts outside the base path.
pub(crate) fn metadata(config: &mut web::ServiceConfig) {
    config.route(
        "/.well-known/oauth-authorization-server",
        web::get().to(server_metadata),
    );
}

/// A request for a token (RFC 6749, section 4.4), as a form.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"grant_type": "client_credentials", "client_id": "01938f5e-7c00-7000-8000-000000000001", "client_secret": "the secret that was shown once", "scope": "structure:read"}))]
pub(crate) struct TokenRequest {
    /// `client_credentials`.
    #[serde(default)]
    #[schema(max_length = 64, example = "client_credentials")]
    grant_type: String,
    /// The scopes that the token is to carry, with a blank between them; all that the client has when absent.
    #[schema(max_length = 1000, example = "structure:read")]
    scope: Option<String>,
    /// The client's id, unless it stands in the `Authorization` header.
    #[schema(max_length = 100, example = "019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11")]
    client_id: Option<String>,
    /// The secret, for `client_secret_post`.
    #[schema(
        max_length = 200,
        example = "Zm9yLWV4YW1wbGUtb25seS10aGlzLWlzLW5vLXNlY3JldA"
    )]
    client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, for `private_key_jwt`.
    #[schema(max_length = 100)]
    client_assertion_type: Option<String>,
    /// A JWT that a registered key of the client has signed: `iss` and `sub` are the client's id, `aud` is the issuer or the
    /// token endpoint, `jti` is used once, `exp` is at most five minutes ahead.
    #[schema(max_length = 8000)]
    client_assertion: Option<String>,
}

/// A token for an API client.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClientTokenAnswer {
    /// Send it as `Authorization: Bearer …`.
    access_token: String,
    /// `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds until it ends; ask for another one then.
    #[schema(example = 600)]
    expires_in: i64,
    /// The scopes that it carries.
    #[schema(example = "structure:read")]
    scope: String,
}

/// What went wrong, in the words of RFC 6749.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OAuthErrorCode {
    /// The request cannot be read, or says something twice.
    InvalidRequest,
    /// The client is unknown, has ended, or did not prove who it is.
    InvalidClient,
    /// The client is who it says, but gets no token now: it has expired, waits for approval, or comes from a network that it
    /// is not allowed from.
    UnauthorizedClient,
    /// Another `grant_type` than `client_credentials`.
    UnsupportedGrantType,
    /// A scope that does not exist or that the client does not have.
    InvalidScope,
}

/// A refusal of the token endpoint (RFC 6749, section 5.2).
#[derive(Serialize, ToSchema)]
#[schema(as = OAuthError)]
pub(crate) struct OAuthErrorBody {
    /// What went wrong.
    error: OAuthErrorCode,
    /// The same for people.
    error_description: String,
}

/// A refusal on its way out.
struct Refusal {
    code: OAuthErrorCode,
    words: String,
    basic: bool,
}

impl Refusal {
    fn new(code: OAuthErrorCode, words: &str) -> Self {
        Self {
            code,
            words: words.to_owned(),
            basic: false,
        }
    }

    fn response(self) -> HttpResponse {
        let status = match self.code {
            OAuthErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if status == StatusCode::UNAUTHORIZED {
            let scheme = if self.basic {
                "Basic realm=\"api clients\""
            } else {
                "Bearer"
            };
            response.insert_header((header::WWW_AUTHENTICATE, scheme));
        }
        let mut response = response.json(OAuthErrorBody {
            error: self.code,
            error_description: self.words,
        });
        response.extensions_mut().insert(OwnShape);
        response
    }
}

/// Why a request for a token is not even looked at.
enum NoToken {
    Refusal(Refusal),
    Problem(Problem),
}

impl From<Refusal> for NoToken {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}
impl From<Problem> for NoToken {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// Get a token for an API client
///
/// OAuth 2.0 client credentials. The client proves who it is by `client_secret_basic`, `client_secret_post` or
/// `private_key_jwt`, in one way only. Refusals have the shape of RFC 6749, and are the same for a client that does not
/// exist, has ended, or shows a wrong secret.
#[utoipa::path(tag = "api-clients", request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"), responses(
    (status = 200, description = "A token", body = ClientTokenAnswer),
    (status = 400, description = "`invalid_request`, `unauthorized_client`, `unsupported_grant_type` or `invalid_scope`", body = OAuthErrorBody),
    (status = 401, description = "`invalid_client`", body = OAuthErrorBody)
), security())]
#[post("/oauth/token")]
pub(crate) async fn create_token(
    public: Result<Public, Problem>,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let public = match public {
        Ok(public) => public,
        // An address that cannot be read is refused in the words of OAuth, like a form.
        Err(problem) if problem.code == Code::Unreadable => {
            return Ok(Refusal::new(OAuthErrorCode::InvalidRequest, &problem.detail).response());
        }
        Err(problem) => return Err(problem),
    };
    let basic = request.headers().contains_key(header::AUTHORIZATION);
    let asked = match read(&request, &body) {
        Ok(asked) => asked,
        Err(NoToken::Refusal(refusal)) => return Ok(refusal.response()),
        Err(NoToken::Problem(problem)) => return Err(problem),
    };
    let s = public.services();
    let base = s.settings.base_url.clone();
    let credential = match credential(&request, &asked, &base) {
        Ok(credential) => credential,
        Err(refusal) => return Ok(refusal.response()),
    };
    let issued = oauth::token(s, credential, asked.scope.as_deref(), &public.origin).await;
    let (code, words) = match issued {
        Ok(issued) => {
            return Ok(HttpResponse::Ok()
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .json(ClientTokenAnswer {
                    access_token: issued.token,
                    token_type: "Bearer",
                    expires_in: issued.expires_in,
                    scope: issued.scope,
                }));
        }
        Err(TokenError::Fault(fault)) => return Err(fault.into()),
        Err(error @ TokenError::InvalidClient) => (OAuthErrorCode::InvalidClient, error),
        Err(error @ TokenError::Unauthorized(_)) => (OAuthErrorCode::UnauthorizedClient, error),
        Err(error @ TokenError::InvalidScope(_)) => (OAuthErrorCode::InvalidScope, error),
    };
    let refusal = Refusal {
        code,
        words: crate::problem::sentence(&words.to_string()),
        basic,
    };
    Ok(refusal.response())
}

fn read(request: &HttpRequest, body: &[u8]) -> Result<TokenRequest, NoToken> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    if !kind
        .trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    {
        return Err(Problem::new(
            Code::UnsupportedMediaType,
            "Send the request as a form (application/x-www-form-urlencoded).",
        )
        .into());
    }
    let asked: TokenRequest = serde_urlencoded::from_bytes(body).map_err(|_cause| {
        Refusal::new(
            OAuthErrorCode::InvalidRequest,
            "The form cannot be read, or says something twice.",
        )
    })?;
    let (code, words) = match asked.grant_type.as_str() {
        "client_credentials" => return Ok(asked),
        "" => (
            OAuthErrorCode::InvalidRequest,
            "Say grant_type=client_credentials.",
        ),
        _ => (
            OAuthErrorCode::UnsupportedGrantType,
            "Only client_credentials is given here.",
        ),
    };
    Err(Refusal::new(code, words).into())
}

/// The one way in which the client proves who it is.
fn credential(
    request: &HttpRequest,
    asked: &TokenRequest,
    base: &str,
) -> Result<Credential, Refusal> {
    let invalid = |words| Refusal::new(OAuthErrorCode::InvalidRequest, words);
    let in_header = request.headers().get(header::AUTHORIZATION);
    let ways = [
        in_header.is_some(),
        asked.client_secret.is_some(),
        asked.client_assertion.is_some(),
    ];
    if ways.iter().filter(|way| **way).count() > 1 {
        return Err(invalid("Prove who the client is in one way only."));
    }
    if let Some(value) = in_header {
        let (client, secret) = value.to_str().ok().and_then(basic).ok_or_else(|| Refusal {
            basic: true,
            ..Refusal::new(
                OAuthErrorCode::InvalidClient,
                "The Authorization header is not that of client_secret_basic.",
            )
        })?;
        if asked.client_id.as_ref().is_some_and(|id| *id != client) {
            return Err(invalid("client_id and the Authorization header differ."));
        }
        return Ok(Credential::Secret { client, secret });
    }
    if let Some(assertion) = &asked.client_assertion {
        if asked.client_assertion_type.as_deref() != Some(ASSERTION_TYPE) {
            return Err(invalid("This client_assertion_type is not taken."));
        }
        return Ok(Credential::Assertion {
            client: asked.client_id.clone(),
            assertion: assertion.clone(),
            audiences: vec![base.to_owned(), format!("{base}{TOKEN_PATH}")],
        });
    }
    match (&asked.client_id, &asked.client_secret) {
        (Some(client), Some(secret)) => Ok(Credential::Secret {
            client: client.clone(),
            secret: secret.clone(),
        }),
        _ => Err(Refusal::new(
            OAuthErrorCode::InvalidClient,
            "The client did not say who it is.",
        )),
    }
}

/// Id and secret of `client_secret_basic`: each is written like in a form first (RFC 6749, section 2.3.1).
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, rest) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
    let (client, secret) = text.split_once(':')?;
    let plain = |text: &str| {
        form_urlencoded::parse(format!("v={text}").as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
    };
    Some((plain(client)?, plain(secret)?))
}

/// A public key of the portal (RFC 7517).
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenKey {
    /// `OKP`.
    #[schema(example = "OKP")]
    kty: &'static str,
    /// `Ed25519`.
    #[schema(example = "Ed25519")]
    crv: &'static str,
    /// `EdDSA`.
    #[schema(example = "EdDSA")]
    alg: &'static str,
    /// `sig`.
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    usage: &'static str,
    /// Its name, as tokens carry it.
    kid: String,
    /// The key.
    x: String,
}

/// The public keys of the portal.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenKeyList {
    /// The one that signs, then the one before it.
    keys: Vec<TokenKey>,
}

/// List the public keys of access tokens
///
/// A JSON Web Key Set. What a token allows is decided by the portal at every request; the keys only show that a token is its own.
#[utoipa::path(tag = "api-clients", responses((status = 200, description = "The keys", body = TokenKeyList)), security())]
#[get("/oauth/jwks")]
pub(crate) async fn list_token_keys(public: Public) -> HttpResponse {
    let keys = public.services().tokens.public_keys();
    HttpResponse::Ok().json(TokenKeyList {
        keys: keys
            .iter()
            .map(|(kid, key)| TokenKey {
                kty: "OKP",
                crv: "Ed25519",
                alg: "EdDSA",
                usage: "sig",
                kid: kid.clone(),
                x: URL_SAFE_NO_PAD.encode(key),
            })
            .collect(),
    })
}

/// What programs need to know to get tokens (RFC 8414).
#[derive(Serialize)]
struct ServerMetadata {
    issuer: String,
    token_endpoint: String,
    jwks_uri: String,
    service_documentation: String,
    scopes_supported: Vec<&'static str>,
    response_types_supported: [&'static str; 0],
    grant_types_supported: [&'static str; 1],
    token_endpoint_auth_methods_supported: [&'static str; 3],
    token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
}

async fn server_metadata(public: Public) -> Result<HttpResponse, Problem> {
    let base = &public.services().settings.base_url;
    if base.is_empty() {
        return Err(Fault::Internal("no base URL".to_owned()).into());
    }
    Ok(HttpResponse::Ok().json(ServerMetadata {
        issuer: base.clone(),
        token_endpoint: format!("{base}{TOKEN_PATH}"),
        jwks_uri: format!("{base}{BASE}/oauth/jwks"),
        service_documentation: format!("{base}/docs/"),
        scopes_supported: ApiScope::ALL.iter().map(|scope| scope.as_str()).collect(),
        response_types_supported: [],
        grant_types_supported: ["client_credentials"],
        token_endpoint_auth_methods_supported: [
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
        ],
        token_endpoint_auth_signing_alg_values_supported: ALGORITHMS
            .iter()
            .map(|(name, _)| *name)
            .collect(),
    }))
}
