//! An API client of the account, with a secret and a scope that waits for the owner.

use quaymaster_tests::Company;
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

impl Builder<'_> {
    pub(super) async fn api_client(&self, company: &Company) -> ApiClient {
        let (id, secret) = (self.id(), self.id());
        let end = self.app.services.now() + chrono::Duration::days(300);
        self.put(
            "INSERT INTO api_clients (id, account_id, name, name_key, contact_email, state, scopes, pending_scopes, networks, expires_at, created_at, created_by_name, version) VALUES (?, ?, 'ERP', 'erp', 'erp@example.com', 'active', 'structure:read', 'structure:read identifiers:write', '', ?, ?, 'the test', 1)",
            vec![id.into(), company.account.0.into(), end.into(), self.now()],
        )
        .await;
        self.put(
            "INSERT INTO api_client_secrets (id, client_id, secret_hash, hint, created_at, created_by_name) VALUES (?, ?, ?, 'abcd', ?, 'the test')",
            vec![
                secret.into(),
                id.into(),
                quaymaster_service::secrets::token_hash(CLIENT_SECRET).into(),
                self.now(),
            ],
        )
        .await;
        ApiClient { id, secret }
    }
}
