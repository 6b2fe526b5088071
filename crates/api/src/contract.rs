//! The contract: what every operation has in common is added here once, so that handlers name only what is theirs.

use quaymaster_domain::api_clients::ApiScope;
use quaymaster_domain::events::EventType;
use utoipa::openapi::path::{
    HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem,
    PathsBuilder,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ClientCredentials, Flow, Http, HttpAuthScheme, OAuth2, Scopes, SecurityRequirement,
    SecurityScheme,
};
use utoipa::openapi::{
    Components, ContentBuilder, Info, License, OpenApi, OpenApiBuilder, Paths, Ref, RefOr,
    Required, Response, ResponseBuilder, Server, Tag,
};
use utoipa::{PartialSchema, ToSchema};

use crate::operation_list::Operations;
use crate::problem::ProblemBody;
use crate::routes::BASE;
use crate::{client_operations, deprecation, oauth, operations, routes};

const SCHEME: &str = "session";
const CLIENT_SCHEME: &str = "api_client";
/// As an expression of SPDX.
const LICENSE: &str = "MIT OR Apache-2.0";

/// The whole contract, OpenAPI 3.1. Needs no configuration and no database.
#[must_use]
pub fn openapi() -> OpenApi {
    let mut paths = Paths::new();
    let mut components = Components::new();
    routes::areas(&mut Operations::Shown(&mut |operation, schemas| {
        paths.merge(operation);
        components.schemas.extend(schemas);
    }));
    paths.paths = std::mem::take(&mut paths.paths)
        .into_iter()
        .map(|(path, item)| (format!("{BASE}{path}"), item))
        .collect();
    finish(OpenApi::new(info(), paths), components)
}

fn info() -> Info {
    let mut info = Info::new("Quaymaster", env!("CARGO_PKG_VERSION"));
    info.description = Some(DESCRIPTION.to_owned());
    let mut license = License::new(LICENSE);
    license.identifier = Some(LICENSE.to_owned());
    info.license = Some(license);
    info
}

fn finish(mut api: OpenApi, mut components: Components) -> OpenApi {
    let mut schemas = vec![("Problem".to_owned(), ProblemBody::schema())];
    ProblemBody::schemas(&mut schemas);
    components.schemas.extend(schemas);
    components.add_security_scheme(
        SCHEME,
        SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
    );
    let scopes = ApiScope::ALL
        .iter()
        .map(|scope| (scope.as_str(), scope.words()));
    let flow = ClientCredentials::new(oauth::TOKEN_PATH, Scopes::from_iter(scopes));
    components.add_security_scheme(
        CLIENT_SCHEME,
        SecurityScheme::OAuth2(OAuth2::new([Flow::ClientCredentials(flow)])),
    );
    for (path, item) in &mut api.paths.paths {
        let methods = [
            (HttpMethod::Get, item.get.as_mut()),
            (HttpMethod::Post, item.post.as_mut()),
            (HttpMethod::Put, item.put.as_mut()),
            (HttpMethod::Patch, item.patch.as_mut()),
            (HttpMethod::Delete, item.delete.as_mut()),
        ];
        for (method, operation) in methods {
            if let Some(operation) = operation {
                common(path, &method, operation);
            }
        }
    }
    OpenApiBuilder::from(api)
        .servers(Some([Server::new("/")]))
        .webhooks(Some(webhooks()))
        .components(Some(components))
        .tags(Some(tags()))
        .build()
}

/// Adds the answers that follow from an operation's shape: signed in or public, with ids in the path, with a body.
fn common(path: &str, method: &HttpMethod, operation: &mut Operation) {
    deprecation::mark(operation);
    let public = operation.security.as_ref().is_some_and(Vec::is_empty);
    if !public {
        let mut ways = vec![SecurityRequirement::new(SCHEME, Vec::<String>::new())];
        let id = operation.operation_id.as_deref().unwrap_or_default();
        if let Some(scope) = client_operations::scope_of(id) {
            ways.push(SecurityRequirement::new(CLIENT_SCHEME, [scope.as_str()]));
        }
        operation.security = Some(ways);
    }
    let remembered = matches!(method, HttpMethod::Post) && operations::takes_key(operation);
    let mut add = |status: &str, words: &str| {
        operation
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert_with(|| {
                let content = ContentBuilder::new()
                    .schema(Some(Ref::from_schema_name("Problem")))
                    .build();
                ResponseBuilder::new()
                    .description(words)
                    .content("application/problem+json", content)
                    .build()
                    .into()
            });
    };
    if !public {
        add("401", "Nobody is signed in");
        add("403", "Seen but not allowed; the code names the rule");
        add(
            "423",
            "A next step comes first: `next-step-required` or `terms-not-accepted`",
        );
    } else if !matches!(method, HttpMethod::Get) {
        add("403", "The request came from another site");
        add(
            "429",
            "`throttled`: too many failures from this network; see `Retry-After`",
        );
    }
    // A token is counted wherever it is shown, also where none is needed.
    add(
        "429",
        "`rate-limited`: more requests than a caller may send; see `Retry-After` and `RateLimit`",
    );
    if path.contains('{') {
        add("404", "Hidden or absent");
    }
    add("400", "The request cannot be read");
    if operation.request_body.is_some() {
        add("413", "The body is too large");
        add("415", "Wrong content type");
        add("422", "Fields that do not fit, each with a JSON pointer");
    } else {
        add(
            "422",
            "A query parameter does not fit, or is not known here",
        );
    }
    let asks_for_version = operation
        .parameters
        .iter()
        .flatten()
        .any(|p| matches!(p, RefOr::T(p) if p.name == "If-Match"));
    if asks_for_version {
        add("412", "Changed by somebody else meanwhile: `stale`");
        add("428", "`If-Match` is missing");
    }
    if remembered {
        add(
            "409",
            "A request with the same `Idempotency-Key` is on its way: `request-in-progress`",
        );
    }
    let of_account = path.contains("/accounts/{id}") && !matches!(method, HttpMethod::Get);
    if of_account {
        add(
            "409",
            "`account-closed`: nothing changes in this account any more",
        );
    }
    add("500", "Something went wrong on our side");
    add("503", "The portal is busy; see `Retry-After`");
    if remembered {
        operation
            .parameters
            .get_or_insert_default()
            .push(RefOr::T(idempotency_key()));
    }
}

/// What the portal sends to the webhooks of accounts: one entry for each type of event.
fn webhooks() -> Paths {
    let mut all = PathsBuilder::new();
    for event in EventType::ALL {
        let name = event.as_str();
        let body = RequestBodyBuilder::new()
            .description(Some("The event; what is signed, byte for byte"))
            .content(
                "application/cloudevents+json",
                ContentBuilder::new()
                    .schema(Some(Ref::from_schema_name("AccountEvent")))
                    .build(),
            )
            .required(Some(Required::True))
            .build();
        let mut operation = OperationBuilder::new()
            .operation_id(Some(format!("on_{}", name.replace('.', "_"))))
            .tag("webhooks")
            .summary(Some(name))
            .description(Some(event.describe()))
            .request_body(Some(body))
            // The portal does not sign in at a receiver: what it sends is signed.
            .securities(Some([]))
            .response(
                "2XX",
                Response::new("The receiver has the event; anything else is tried again"),
            )
            .response(
                "410",
                Response::new("The receiver is gone: the webhook is paused"),
            );
        for (header, words) in [
            ("webhook-id", "The event; the same at every attempt"),
            (
                "webhook-timestamp",
                "When this attempt was signed, seconds since 1970",
            ),
            (
                "webhook-signature",
                "`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64; two of them, parted by a blank, for a day after a change of the secret",
            ),
        ] {
            let text = ObjectBuilder::new().schema_type(Type::String).build();
            operation = operation.parameter(
                ParameterBuilder::new()
                    .name(header)
                    .parameter_in(ParameterIn::Header)
                    .required(Required::True)
                    .description(Some(words))
                    .schema(Some(text))
                    .build(),
            );
        }
        all = all.path(name, PathItem::new(HttpMethod::Post, operation));
    }
    all.build()
}

fn idempotency_key() -> Parameter {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(255))
        .build();
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("Any text of your own, e.g. a UUID. The same key with the same request is answered from memory for 24 hours, with `Idempotency-Replayed: true`; with another request it is refused as `idempotency-conflict`."))
        .schema(Some(text))
        .build()
}

const DESCRIPTION: &str = "Company accounts for customs and trade. Every refusal is `application/problem+json` with a stable `code`, says what to do next, and leads by its `type` to the page that explains the code. Lists are keyset pages: pass `next_cursor` as `cursor`. Edited resources answer an `ETag` and ask for `If-Match`; creating requests take an `Idempotency-Key`.";

fn tags() -> Vec<Tag> {
    let tag = |name: &str, words: &str| {
        utoipa::openapi::tag::TagBuilder::new()
            .name(name)
            .description(Some(words))
            .build()
    };
    vec![
        tag("sessions", "Signing in and out"),
        tag("accounts", "Portal accounts and their profile"),
        tag(
            "companies",
            "Companies, their subsidiaries and the opening of accounts; for staff",
        ),
        tag(
            "applications",
            "Applying for an account, and the registrar's queue",
        ),
        tag(
            "identifier-claims",
            "Identifiers that stand in somebody else's account",
        ),
        tag(
            "structure",
            "Business activities, sub-accounts and corporate identifiers",
        ),
        tag(
            "me",
            "The signed-in person: profile, password, questions, terms",
        ),
        tag("password-resets", "Forgot your password?"),
        tag(
            "register",
            "The identifier register: whom an identifier belongs to; for staff",
        ),
        tag(
            "structure-changes",
            "Transfers of business activities and merges of accounts, with their previews",
        ),
        tag(
            "owner-successions",
            "How owners are replaced: by a named successor, or when the owner is silent",
        ),
        tag("users", "People of an account: roles, locks, reactivation"),
        tag(
            "grants",
            "Cross-account access: who lets whom see what, and the people behind it",
        ),
        tag(
            "teams",
            "Teams and groups of clients: passing many grants on to many people",
        ),
        tag(
            "access-reviews",
            "Who keeps access to an account: campaigns with answers and evidence",
        ),
        tag("invitations", "Becoming a user by a mailed link"),
        tag(
            "audit",
            "Who did what, when, from where and why it was allowed",
        ),
        tag("terms", "Versions of the Terms and Conditions"),
        tag(
            "staff",
            "The operator's staff, and what they see and do about people",
        ),
        tag(
            "cases",
            "Requests to support, verified callers, and what support does for them",
        ),
        tag(
            "records",
            "Trade records: imports, and the entry summaries that the reader may see",
        ),
        tag(
            "notices",
            "What the operator tells portal users, and who has acknowledged it",
        ),
        tag(
            "reports",
            "Reports: the library, runs with their rows and files, shares, schedules and what they bring",
        ),
        tag(
            "webhooks",
            "Events of an account: the feed, and the addresses that they are sent to",
        ),
        tag(
            "api-clients",
            "Programs that act for an account: what they may do, their secrets, their tokens",
        ),
        tag("setup", "The first administrator"),
        tag(
            "demo",
            "The mailbox and the people of the demo; answers 404 outside it",
        ),
    ]
}
