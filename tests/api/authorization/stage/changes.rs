//! Further accounts of the company that is acted on, with open transfers, merges and successions.

use chrono::Duration;
use quaymaster_domain::ids::UserId;
use quaymaster_domain::members::MemberRole;
use quaymaster_service::secrets::token_hash;
use quaymaster_tests::{Caller, Company, Person};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Builder;

/// The link that stops the open request.
pub(crate) const OBJECTION: &str = "objection-of-the-matrix-00000000000000000001";

/// What the entries about changes point at.
pub(crate) struct Changes {
    /// An account of the same company that belongs to somebody else.
    pub(crate) sibling: Uuid,
    /// One that belongs to the owner; proxy and reader are members.
    pub(crate) third: Uuid,
    pub(crate) transfer_given: Uuid,
    pub(crate) transfer_asked: Uuid,
    pub(crate) transfer_asked_version: String,
    pub(crate) transfer_version: String,
    pub(crate) transfer_query: &'static str,
    pub(crate) merge_own: Uuid,
    pub(crate) merge_asked: Uuid,
    pub(crate) merge_asked_version: String,
    pub(crate) merge_version: String,
    pub(crate) merge_query: &'static str,
    pub(crate) nomination: Uuid,
    pub(crate) request: Uuid,
    /// Over its waiting time, in the sibling.
    pub(crate) request_ready: Uuid,
    pub(crate) nomination_query: &'static str,
    pub(crate) request_query: &'static str,
}

/// Queries live as long as the test.
fn kept(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn id_of(answer: &Value) -> Uuid {
    answer["id"].as_str().unwrap().parse().unwrap()
}

async fn version(caller: &Caller, path: &str) -> String {
    let preview = caller.get(path).await.ok();
    preview["version"].as_str().unwrap().to_owned()
}

impl Builder<'_> {
    async fn activity(&self, company: &Company, account: Uuid, activity: &str) {
        self.put(
            "INSERT INTO account_activities (account_id, activity, company_id, added_at, added_by_name) VALUES (?, ?, ?, ?, 'the test')",
            vec![account.into(), activity.into(), company.company.0.into(), self.now()],
        )
        .await;
    }

    async fn transfer(&self, by: &Caller, from: Uuid, to: Uuid, activity: &str) -> (Uuid, String) {
        let query = format!("activity={activity}&to_account_id={to}");
        let version = version(by, &format!("/accounts/{from}/transfers/preview?{query}")).await;
        let body = json!({ "activity": activity, "to_account_id": to, "shared_identifiers": null, "reason": "Moves.", "preview_version": version });
        let made = by.post(&format!("/accounts/{from}/transfers"), &body).await;
        (id_of(&made.ok()), version)
    }

    async fn merge(&self, by: &Caller, own: Uuid, other: Uuid) -> (Uuid, String) {
        let query = format!("other_account_id={other}&keep=other&managers_become=user");
        let version = version(by, &format!("/accounts/{own}/merges/preview?{query}")).await;
        let body = json!({ "other_account_id": other, "keep": "other", "managers_become": "user", "reason": "One is enough.", "preview_version": version });
        let made = by.post(&format!("/accounts/{own}/merges"), &body).await;
        (id_of(&made.ok()), version)
    }

    async fn succession(
        &self,
        account: Uuid,
        kind: &str,
        state: &str,
        owner: UserId,
        successor: UserId,
        after: Option<Duration>,
    ) -> Uuid {
        let id = self.id();
        let now = self.app.services.now();
        self.put(
            "INSERT INTO owner_successions (id, account_id, kind, state, owner_user_id, owner_name, successor_user_id, former_owner_role, reason, asked_at, asked_by_name, completes_after, waiting_days) VALUES (?, ?, ?, ?, ?, 'The Owner', ?, 'user', 'Retires.', ?, 'the test', ?, 5)",
            vec![id.into(), account.into(), kind.into(), state.into(), owner.0.into(), successor.0.into(), now.into(), after.map(|d| now + d).into()],
        )
        .await;
        id
    }

    pub(super) async fn changes(&self, acme: &Company, reader: &Person, plain: &Person) -> Changes {
        let world = self.app.world();
        let other_owner = world.person("sibling.owner", None).await;
        let (sibling, _, _) = world
            .account_with(acme.company, "Sibling", &other_owner, "driver_crew")
            .await;
        let (third, _, _) = world
            .account_with(acme.company, "Third", &acme.owner, "facility_operator")
            .await;
        let next = world.person("sibling.proxy", None).await;
        world.member(sibling, &next, MemberRole::Proxy).await;
        world.member(third, &acme.proxy, MemberRole::Proxy).await;
        world.member(third, reader, MemberRole::User).await;
        let (own, sibling, third) = (acme.account.0, sibling.0, third.0);
        self.activity(acme, own, "service_provider").await;
        self.activity(acme, sibling, "vessel_agency").await;

        let owner = self.app.sign_in("acme.owner").await;
        let theirs = self.app.sign_in("sibling.owner").await;
        let (transfer_given, _) = self
            .transfer(&owner, own, sibling, "service_provider")
            .await;
        let (transfer_asked, transfer_asked_version) =
            self.transfer(&theirs, sibling, own, "vessel_agency").await;
        let transfer_query = kept(format!("activity=exporter&to_account_id={sibling}"));
        let merge_query = kept(format!(
            "other_account_id={third}&keep=this&managers_become=user"
        ));

        let nomination = self
            .succession(
                third,
                "nomination",
                "proposed",
                acme.owner.id,
                reader.id,
                None,
            )
            .await;
        let request = self
            .succession(
                third,
                "request",
                "waiting",
                acme.owner.id,
                acme.proxy.id,
                Some(Duration::days(5)),
            )
            .await;
        let request_ready = self
            .succession(
                sibling,
                "request",
                "waiting",
                other_owner.id,
                next.id,
                Some(Duration::days(-1)),
            )
            .await;
        self.put(
            "INSERT INTO owner_succession_notices (id, succession_id, whom, name, token_hash, told_at) VALUES (?, ?, 'officer', 'Olga Officer', ?, ?)",
            vec![self.id().into(), request.into(), token_hash(OBJECTION).into(), self.now()],
        )
        .await;
        // Last, because what else is open in an account is part of what a merge ends.
        let (merge_own, _) = self.merge(&owner, own, sibling).await;
        let (merge_asked, merge_asked_version) = self.merge(&theirs, sibling, own).await;
        let successor = plain.id;
        let of_kind = |kind: &str| {
            kept(format!(
                "kind={kind}&successor_user_id={successor}&former_owner_role=proxy"
            ))
        };
        Changes {
            transfer_version: version(
                &owner,
                &format!("/accounts/{own}/transfers/preview?{transfer_query}"),
            )
            .await,
            merge_version: version(
                &owner,
                &format!("/accounts/{own}/merges/preview?{merge_query}"),
            )
            .await,
            sibling,
            third,
            transfer_given,
            transfer_asked,
            transfer_asked_version,
            transfer_query,
            merge_own,
            merge_asked,
            merge_asked_version,
            merge_query,
            nomination,
            request,
            request_ready,
            nomination_query: of_kind("nomination"),
            request_query: of_kind("request"),
        }
    }
}
