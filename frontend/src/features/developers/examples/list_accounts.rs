//! Gets a token as an API client and lists the accounts that it may see.
//!
//! `cargo add reqwest --features json`, `cargo add tokio --features macros,rt` and `cargo add serde_json` bring what it
//! needs. Set QUAYMASTER_URL, QUAYMASTER_CLIENT_ID and QUAYMASTER_CLIENT_SECRET first.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

type Failure = Box<dyn std::error::Error>;

/// Sends a request; answers the body. A refusal is an error.
async fn send(request: RequestBuilder) -> Result<Value, Failure> {
    let answer = request.send().await?;
    let status = answer.status();
    let text = answer.text().await?;
    if !status.is_success() {
        return Err(format!("refused: {status} {text}").into());
    }
    Ok(serde_json::from_str(&text)?)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let api = format!("{}/api/v1", std::env::var("QUAYMASTER_URL")?);
    let id = std::env::var("QUAYMASTER_CLIENT_ID")?;
    let secret = std::env::var("QUAYMASTER_CLIENT_SECRET")?;
    let client = Client::new();

    // 1. Get a token with the client's id and secret. It is good for ten minutes; then the program gets the next one.
    let asked = client
        .post(format!("{api}/oauth/token"))
        .basic_auth(id, Some(secret))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    let granted = send(asked).await?;
    let token = text(&granted["access_token"]);

    // 2. Send it with every request.
    let wanted = client.get(format!("{api}/accounts")).bearer_auth(token);
    let accounts = send(wanted).await?;
    for account in accounts["items"].as_array().into_iter().flatten() {
        let (number, name) = (text(&account["account_number"]), text(&account["name"]));
        println!("may see {number}, {name}");
    }
    Ok(())
}
