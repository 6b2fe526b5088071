//! What the list of users is measured against: actix-web and sqlx, the same rows of the same database as JSON, no
//! sign-in, no rules. Arguments: URL of an SQLite database, account, address to listen on.
#![expect(
    clippy::disallowed_types,
    reason = "this program is the plain way of doing it"
)]

use std::error::Error;
use std::io::Write as _;
use std::str::FromStr;

use actix_web::web::{Data, Path};
use actix_web::{App, HttpResponse, HttpServer, web};
use chrono::{DateTime, Utc};
use sea_orm::sqlx;
use serde::Serialize;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use uuid::Uuid;

#[derive(Serialize)]
struct LastSignIn {
    at: DateTime<Utc>,
    device: Option<String>,
    network: Option<String>,
}

#[derive(Serialize)]
struct State {
    kind: &'static str,
    since: Option<DateTime<Utc>>,
    reason: Option<String>,
    lifted_by: Vec<&'static str>,
}

#[derive(Serialize)]
struct User {
    id: Uuid,
    user_id: Option<String>,
    given_name: String,
    family_name: String,
    email: String,
    role: String,
    state: State,
    last_sign_in: Option<LastSignIn>,
    lapses_on: String,
    next_action: Option<String>,
    since: DateTime<Utc>,
    version: i64,
}

#[derive(Serialize)]
struct Page {
    items: Vec<User>,
    next_cursor: Option<String>,
}

type Row = (
    Uuid,
    Option<String>,
    String,
    String,
    String,
    String,
    DateTime<Utc>,
    i64,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
    Option<String>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    Option<String>,
    Option<String>,
);

const SQL: &str = "SELECT u.id, u.user_name, u.given_name, u.family_name, u.email, m.role, m.since, m.version, \
    u.locked_at, u.suspended_at, u.suspended_reason, u.dormancy_starts_at, u.last_sign_in_at, u.last_sign_in_device, u.last_sign_in_network \
    FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.account_id = ? ORDER BY u.name_key, u.id LIMIT 51";

fn user(row: Row) -> User {
    let (id, user_id, given_name, family_name, email, role, since, version, ..) = &row;
    let (.., locked, suspended, reason, dormancy, at, device, network) = row.clone();
    let kind = match (suspended, locked) {
        (Some(_), _) => "suspended",
        (None, Some(_)) => "failed_attempts",
        (None, None) => "active",
    };
    User {
        id: *id,
        user_id: user_id.clone(),
        given_name: given_name.clone(),
        family_name: family_name.clone(),
        email: email.clone(),
        role: role.clone(),
        state: State {
            kind,
            since: suspended.or(locked),
            reason,
            lifted_by: Vec::new(),
        },
        last_sign_in: at.map(|at| LastSignIn {
            at,
            device,
            network,
        }),
        lapses_on: (dormancy + chrono::Duration::days(45))
            .date_naive()
            .to_string(),
        next_action: None,
        since: *since,
        version: *version,
    }
}

async fn list(pool: Data<SqlitePool>, account: Path<Uuid>) -> HttpResponse {
    let rows: Result<Vec<Row>, _> = sqlx::query_as(SQL)
        .bind(*account)
        .fetch_all(pool.get_ref())
        .await;
    match rows {
        Ok(rows) => HttpResponse::Ok().json(Page {
            items: rows.into_iter().take(50).map(user).collect(),
            next_cursor: None,
        }),
        Err(error) => HttpResponse::InternalServerError().body(error.to_string()),
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(address)) = (arguments.next(), arguments.next()) else {
        return Err("give the URL of an SQLite database and an address".into());
    };
    let options = SqliteConnectOptions::from_str(&url)?.pragma("query_only", "on");
    let pool = SqlitePoolOptions::new()
        .max_connections(8)
        .connect_with(options)
        .await?;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::new(pool.clone()))
            .route("/users/{account}", web::get().to(list))
    })
    .bind(&address)?;
    writeln!(
        std::io::stdout(),
        "Quaymaster serves nothing here: {address}"
    )?;
    Ok(server.run().await?)
}
