//! Signs in, lists the people of the account, writes with If-Match, adds an identifier and takes it away again.
//!
//! `cargo add reqwest --features json`, `cargo add tokio --features macros,rt` and `cargo add serde_json` bring what it
//! needs. Set QUAYMASTER_URL, QUAYMASTER_USER and QUAYMASTER_PASSWORD first.

use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::header::ETAG;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

/// Sends a request; answers the body and the ETag. A refusal is an error.
async fn send(request: RequestBuilder) -> Result<(Value, String), Failure> {
    let answer = request.send().await?;
    let refused = answer.status().is_client_error() || answer.status().is_server_error();
    let etag = answer.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
    let etag = etag.unwrap_or_default().to_owned();
    let text = answer.text().await?;
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    if refused {
        let (status, code, detail) = (&body["status"], &body["code"], &body["detail"]);
        return Err(format!("refused: {status} {code}: {detail}").into());
    }
    Ok((body, etag))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let api = format!("{}/api/v1", std::env::var("QUAYMASTER_URL")?);
    let client = Client::new();

    // 1. Sign in. The token is good for five minutes.
    let credentials = json!({
        "user_id": std::env::var("QUAYMASTER_USER")?,
        "password": std::env::var("QUAYMASTER_PASSWORD")?,
    });
    let sign_in = client.post(format!("{api}/sessions")).json(&credentials);
    let (session, _) = send(sign_in).await?;
    let token = text(&session["access_token"]);
    let account = text(&session["user"]["memberships"][0]["account_id"]);
    let account = format!("{api}/accounts/{account}");

    // 2. List the people of the account, page by page.
    let mut query = "?limit=10".to_owned();
    loop {
        let users = client.get(format!("{account}/users{query}"));
        let (page, _) = send(users.bearer_auth(token)).await?;
        for person in page["items"].as_array().into_iter().flatten() {
            println!("{}", text(&person["email"]));
        }
        match page["next_cursor"].as_str() {
            Some(next) => query = format!("?limit=10&cursor={next}"),
            None => break,
        }
    }

    // 3. Change a sub-account, unless somebody else did meanwhile: what was read is named by its ETag.
    let (subs, _) = send(
        client
            .get(format!("{account}/sub-accounts"))
            .bearer_auth(token),
    )
    .await?;
    let mut subs = subs["items"].as_array().into_iter().flatten();
    let importer = subs.find(|sub| sub["activity"] == "importer");
    let importer = importer.ok_or("the account has no sub-account of an importer")?;
    let sub_account = format!("{account}/sub-accounts/{}", text(&importer["id"]));
    let (found, etag) = send(client.get(&sub_account).bearer_auth(token)).await?;
    let name = text(&found["name"]);
    let change = client.patch(&sub_account).json(&json!({ "name": name }));
    send(change.header("If-Match", &etag).bearer_auth(token)).await?;
    println!("still called {name}, version {etag}");

    // 4. Add an identifier. Sent again with the same key, e.g. after a time-out, it is not added twice.
    let identifiers = format!("{sub_account}/identifiers");
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let key = format!("first-calls-{}", now.as_nanos());
    let wanted = json!({ "kind": "importer_number", "value": "17-1000001W2" });
    let add = client.post(&identifiers).header("Idempotency-Key", key);
    let (added, _) = send(add.json(&wanted).bearer_auth(token)).await?;
    println!("added {}: {}", text(&added["value"]), text(&added["state"]));

    // 5. Take it away again, and sign out.
    let identifier = format!("{identifiers}/{}", text(&added["id"]));
    send(client.delete(identifier).bearer_auth(token)).await?;
    send(
        client
            .delete(format!("{api}/sessions/current"))
            .bearer_auth(token),
    )
    .await?;
    Ok(())
}
