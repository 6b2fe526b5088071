//! Letters about API clients: to the owner who has to decide, and before the end.

use quaymaster_store::api_clients::ApiClient;

use super::Letter;
use crate::Services;

/// Scopes wait for the owner.
pub(crate) fn waiting(s: &Services, client: &ApiClient, account: &str, by: &str) -> Letter {
    let scopes: Vec<String> = client
        .pending
        .iter()
        .flatten()
        .map(|scope| format!("- {}: {}", scope.as_str(), scope.words()))
        .collect();
    Letter {
        template: "api_client_waiting",
        subject: format!("The API client \"{}\" needs your approval", client.name),
        text: format!(
            "{by} wants the API client \"{}\" of the account \"{account}\" to be allowed this:\n\n{}\n\nBecause something would be changed by it, you decide. Nothing new works before that. See it from {}/company",
            client.name,
            scopes.join("\n"),
            s.settings.base_url
        ),
        once: None,
    }
}

/// A client ends soon. To the owner, who can move the end, or to the contact, who can ask for it.
pub(crate) fn ending(
    s: &Services,
    client: &ApiClient,
    account: &str,
    days: i64,
    owner: bool,
) -> Letter {
    let in_days = if days == 1 {
        "within 1 day".to_owned()
    } else {
        format!("within {days} days")
    };
    let end = client.expires_at.format("%-d %B %Y, %H:%M UTC");
    let next = if owner {
        format!(
            "If the program is to go on, set a later end, from {}/company; if not, you need to do nothing.",
            s.settings.base_url
        )
    } else {
        "You are its contact. If the program is to go on, ask the Account Owner or a Proxy Account Owner of the account for a later end.".to_owned()
    };
    Letter {
        template: "api_client_ending",
        subject: format!("The API client \"{}\" ends {in_days}", client.name),
        text: format!(
            "The API client \"{}\" of the account \"{account}\" gets no access after {end}. {next}",
            client.name
        ),
        once: Some(format!(
            "api_client_ending:{}:{owner}:{days}:{}",
            client.id,
            client.expires_at.timestamp()
        )),
    }
}
