//! What the operator's desk has: notices, and what a case carries.

use chrono::Duration;
use quaymaster_service::secrets::token_hash;
use quaymaster_tests::{Company, Person};
use uuid::Uuid;

use super::Builder;

/// A link of a security mail to `acme.plain`.
pub(crate) const NOT_ME: &str = "not-me-link-of-the-matrix-00000000000000001";

/// What the operator's desk has.
pub(crate) struct Desk {
    /// A notice to the people of `acme`, shown now.
    pub(crate) notice: Uuid,
    /// A draft for the same people.
    pub(crate) draft: Uuid,
    /// The token with which the owner of `acme` ends notices by mail.
    pub(crate) unsubscribe: String,
    /// A file in the case.
    pub(crate) attachment: Uuid,
    /// A prepared answer.
    pub(crate) canned: Uuid,
}

impl Desk {
    pub(super) async fn build(b: &Builder<'_>, acme: &Company, plain: &Person, case: Uuid) -> Self {
        let now = b.app.services.now();
        let notice = b.notice(acme, "published").await;
        let draft = b.notice(acme, "draft").await;
        b.put(
            "INSERT INTO security_links (id, token_hash, user_id, template, made_at, expires_at) VALUES (?, ?, ?, 'locked', ?, ?)",
            vec![b.id().into(), token_hash(NOT_ME).into(), plain.id.0.into(), now.into(), (now + Duration::days(7)).into()],
        )
        .await;
        let (attachment, canned) = (b.id(), b.id());
        b.put(
            "INSERT INTO case_attachments (id, case_id, at, kind, author_name, file_name, media_type, size, sha256, content) VALUES (?, ?, ?, 'customer', 'the test', 'note.txt', 'text/plain', 5, ?, ?)",
            vec![attachment.into(), case.into(), now.into(), token_hash("hello").into(), b"hello".to_vec().into()],
        )
        .await;
        b.put(
            "INSERT INTO canned_answers (id, title, title_key, topic, body, updated_by_name, updated_at, version) VALUES (?, 'Locked', 'locked', NULL, 'Ask your Account Owner first.', 'the test', ?, 1)",
            vec![canned.into(), now.into()],
        )
        .await;
        let owner = acme.owner.id;
        let digest = b
            .app
            .services
            .secrets
            .keyed_digest("notice-unsubscribe", &owner.to_string());
        Self {
            notice,
            draft,
            unsubscribe: format!("{}.{digest}", owner.0.simple()),
            attachment,
            canned,
        }
    }
}

impl Builder<'_> {
    async fn notice(&self, acme: &Company, state: &str) -> Uuid {
        let id = self.id();
        let now = self.app.services.now();
        let begun = (state == "published").then_some(now);
        self.put(
            "INSERT INTO notices (id, title, body, category, action_required, audience, state, begins_at, published_at, created_at, created_by_name, version) VALUES (?, 'A notice', 'Read this.', 'news', ?, 'companies', ?, ?, ?, ?, 'the test', 1)",
            vec![id.into(), true.into(), state.into(), begun.into(), begun.into(), now.into()],
        )
        .await;
        self.put(
            "INSERT INTO notice_targets (notice_id, target) VALUES (?, ?)",
            vec![id.into(), format!("company:{}", acme.company).into()],
        )
        .await;
        id
    }
}
