//! API clients: one that is acted on, with a secret and a scope that waits for the owner, and those that act.

use quaymaster_domain::api_clients::ApiScope;
use quaymaster_tests::Company;
use reqwest::Method;
use uuid::Uuid;

use super::build::Builder;

/// Its secret, whose digest stands in the store.
pub(crate) const CLIENT_SECRET: &str = "client-secret-of-the-matrix-000000000000001";

/// What a path needs of it.
#[derive(Clone, Copy)]
pub(crate) struct ApiClient {
    pub(crate) id: Uuid,
    pub(crate) secret: Uuid,
}

/// Everything that an API client may be allowed.
pub(super) fn every_scope() -> String {
    let words: Vec<_> = ApiScope::ALL.iter().map(|scope| scope.as_str()).collect();
    words.join(" ")
}

impl Builder<'_> {
    /// The one that is acted on.
    pub(super) async fn api_client(&self, company: &Company) -> ApiClient {
        let waiting = Some("structure:read identifiers:write");
        self.client(company, "erp", "structure:read", waiting, CLIENT_SECRET)
            .await
    }

    /// One that acts; answers its access token.
    pub(super) async fn program(&self, company: &Company, name: &str, scopes: &str) -> String {
        let secret = format!("{CLIENT_SECRET}-of-{name}");
        let client = self.client(company, name, scopes, None, &secret).await;
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={secret}",
            client.id
        );
        let kind = Some("application/x-www-form-urlencoded");
        let caller = self.app.anon();
        let answer = caller
            .send(Method::POST, "/oauth/token", kind, form.into_bytes())
            .await;
        answer.ok()["access_token"].as_str().unwrap().to_owned()
    }

    async fn client(
        &self,
        company: &Company,
        name: &str,
        scopes: &str,
        waiting: Option<&str>,
        its_secret: &str,
    ) -> ApiClient {
        let (id, secret) = (self.id(), self.id());
        let end = self.app.services.now() + chrono::Duration::days(300);
        self.put(
            "INSERT INTO api_clients (id, account_id, name, name_key, contact_email, state, scopes, pending_scopes, networks, expires_at, created_at, created_by_name, version) VALUES (?, ?, ?, ?, 'erp@example.com', 'active', ?, ?, '', ?, ?, 'the test', 1)",
            vec![
                id.into(),
                company.account.0.into(),
                name.into(),
                name.into(),
                scopes.into(),
                waiting.into(),
                end.into(),
                self.now(),
            ],
        )
        .await;
        self.put(
            "INSERT INTO api_client_secrets (id, client_id, secret_hash, hint, created_at, created_by_name) VALUES (?, ?, ?, 'abcd', ?, 'the test')",
            vec![
                secret.into(),
                id.into(),
                quaymaster_service::secrets::token_hash(its_secret).into(),
                self.now(),
            ],
        )
        .await;
        ApiClient { id, secret }
    }
}
