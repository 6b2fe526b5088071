//! How the fixed world is built, through the operations themselves where that does not cost too much.

use chrono::Duration;
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_domain::members::MemberRole;
use quaymaster_service::secrets::token_hash;
use quaymaster_tests::{Company, Person, TestApp};
use sea_orm::Value;
use uuid::Uuid;

use super::{APPLICATIONS, CODE};

/// Short for arranging.
pub(super) struct Builder<'a> {
    pub(super) app: &'a TestApp,
}

impl Builder<'_> {
    pub(super) fn id(&self) -> Uuid {
        self.app.services.id()
    }

    pub(super) fn now(&self) -> Value {
        self.app.services.now().into()
    }

    pub(super) async fn put(&self, sql: &str, values: Vec<Value>) {
        self.app.world().execute(sql, values).await;
    }

    pub(super) async fn member(&self, account: AccountId, name: &str, role: MemberRole) -> Person {
        let person = self.app.world().person(name, None).await;
        self.app.world().member(account, &person, role).await;
        person
    }

    pub(super) async fn access(&self, company: &Company, person: UserId, structure: &str) {
        self.put(
            "INSERT INTO membership_access (account_id, user_id, sub_account_id, structure, records, reports) VALUES (?, ?, ?, ?, 'none', 'none')",
            vec![company.account.0.into(), person.0.into(), company.sub_account.0.into(), structure.into()],
        )
        .await;
    }

    pub(super) async fn party(&self, key: &str) -> Uuid {
        let id = self.id();
        self.put(
            "INSERT INTO parties (id, party_key, name, name_key, contact_email, created_at, updated_at) VALUES (?, ?, ?, ?, NULL, ?, ?)",
            vec![id.into(), key.into(), key.into(), key.into(), self.now(), self.now()],
        )
        .await;
        id
    }

    pub(super) async fn suspend(&self, person: &Person, by: &str) {
        self.put(
            "UPDATE users SET suspended_at = ?, suspended_by_kind = ?, suspended_reason = 'Left the company.' WHERE id = ?",
            vec![self.now(), by.into(), person.id.0.into()],
        )
        .await;
    }

    /// An identifier that stands in the register and in the first sub-account.
    pub(super) async fn identifier(&self, company: &Company, normal: &str) -> Uuid {
        self.app
            .world()
            .register(company.party, "importer_number", normal)
            .await;
        let (identifier, placement) = (self.id(), self.id());
        self.put(
            "INSERT INTO account_identifiers (id, account_id, kind, lookup, shown, cipher) VALUES (?, ?, 'importer_number', ?, ?, NULL)",
            vec![identifier.into(), company.account.0.into(), normal.into(), normal.into()],
        )
        .await;
        self.put(
            "INSERT INTO sub_account_identifiers (id, sub_account_id, account_id, identifier_id, added_at, added_by_name) VALUES (?, ?, ?, ?, ?, 'the test')",
            vec![placement.into(), company.sub_account.0.into(), company.account.0.into(), identifier.into(), self.now()],
        )
        .await;
        placement
    }

    /// A case of somebody about a person, with a verification of the caller.
    pub(super) async fn case(
        &self,
        serial: i64,
        of: UserId,
        person: UserId,
        agent: UserId,
        state: &str,
    ) -> Uuid {
        let (case, verification) = (self.id(), self.id());
        self.put(
            "INSERT INTO cases (id, serial, topic, subject, state, state_since, opened_at, opened_by, opened_by_name, person_id) VALUES (?, ?, 'password', 'Forgotten', 'waiting', ?, ?, ?, 'the test', ?)",
            vec![case.into(), serial.into(), self.now(), self.now(), of.0.into(), person.0.into()],
        )
        .await;
        let phrase = self
            .app
            .services
            .secrets
            .seal(
                self.app.services.rng.as_ref(),
                &format!("caller-verification:{verification}"),
                "amber buoy crane ocean 07",
            )
            .unwrap();
        self.put(
            "INSERT INTO caller_verifications (id, case_id, person_id, phrase, state, moment, wrong, started_at, agent_id, agent_name) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, 'the test')",
            vec![verification.into(), case.into(), person.0.into(), phrase.into(), state.into(), self.now(), self.now(), agent.0.into()],
        )
        .await;
        case
    }

    pub(super) async fn profile(&self, company: &Company) -> (Uuid, Uuid) {
        let (contact, address) = (self.id(), self.id());
        self.put(
            "INSERT INTO contacts (id, account_id, kind, name, title, email, phone, version) VALUES (?, ?, 'business', 'Ann Bell', NULL, NULL, NULL, 1)",
            vec![contact.into(), company.account.0.into()],
        )
        .await;
        self.put(
            "INSERT INTO addresses (id, account_id, kind, line1, line2, city, region, postal_code, country, version) VALUES (?, ?, 'mailing', '1 Pier Road', NULL, 'Oakland', 'CA', '94607', 'US', 1)",
            vec![address.into(), company.account.0.into()],
        )
        .await;
        (contact, address)
    }

    /// Somebody who has not redeemed the invitation to an account yet, or that to the staff.
    pub(super) async fn invitation(
        &self,
        name: &str,
        company: Option<&Company>,
        token: &str,
    ) -> Uuid {
        let (user, invitation) = (self.id(), self.id());
        let now = self.app.services.now();
        let email = format!("{name}@example.com");
        // The address stays free for others until the invitation is redeemed.
        let key = format!("{email} {invitation}");
        let staff_role = company.is_none().then(|| "auditor".to_owned());
        self.put(
            "INSERT INTO users (id, user_name, user_key, given_name, family_name, name_key, email, email_key, staff_role, password_hash, \
             must_change_password, failed_count, dormancy_starts_at, has_challenge_questions, time_zone, language, theme, density, created_at, version) \
             VALUES (?, NULL, NULL, 'Ivy', 'Invited', 'invited ivy', ?, ?, ?, NULL, ?, 0, ?, ?, 'America/New_York', 'en', 'system', 'comfortable', ?, 1)",
            vec![user.into(), email.into(), key.into(), staff_role.into(), false.into(), now.into(), false.into(), now.into()],
        )
        .await;
        if let Some(company) = company {
            self.put(
                "INSERT INTO memberships (account_id, user_id, role, since, version) VALUES (?, ?, 'user', ?, 1)",
                vec![company.account.0.into(), user.into(), now.into()],
            )
            .await;
        }
        let account = company.map(|c| c.account.0);
        let role = company.map(|_| "user".to_owned());
        self.put(
            "INSERT INTO invitations (id, account_id, user_id, role, token_hash, created_at, expires_at, redeemed_at, revoked_at, invited_by_name, version) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, 'the test', 1)",
            vec![invitation.into(), account.into(), user.into(), role.into(), token_hash(token).into(), now.into(), (now + Duration::days(21)).into()],
        )
        .await;
        invitation
    }

    /// An import of records that waits, with a refused row, and an entry.
    pub(super) async fn records(&self, acme: &Company) -> Uuid {
        let import = self.id();
        self.put(
            "INSERT INTO record_imports (id, account_id, format, file_name, file, state, phase, failure, notes, state_at, bytes_total, bytes_read, rows_total, rows_done, rows_unfit, rows_left, rows_duplicate, entries_new, entries_updated, entries_unchanged, entries_older, entries_refused, checkpoint, cancel_asked, worker, lease_until, created_at, started_at, updated_at, finished_at, by_user, by_name) \
             VALUES (?, ?, 'csv', NULL, NULL, 'queued', 'waiting', NULL, '[]', ?, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, ?, NULL, NULL, ?, NULL, ?, NULL, ?, 'the test')",
            vec![import.into(), acme.account.0.into(), self.now(), false.into(), self.now(), self.now(), acme.owner.id.0.into()],
        )
        .await;
        self.put(
            "INSERT INTO record_import_errors (import_id, row_no, ordinal, entry_number, column_name, code, detail) VALUES (?, 3, 0, NULL, 'Entry Date', 'date', 'There is no such day.')",
            vec![import.into()],
        )
        .await;
        self.put(
            "INSERT INTO entries (entry_number, entry_type, importer_key, importer_shown, filer_code, port, entry_date, entry_month, line_count, tariff_count, value_cents, duty_cents, fee_check, content_hash, state_at, import_id, updated_at) \
             VALUES ('Q7M00000011', '01', ?, ?, 'Q7M', '2704', '2026-01-15', '2026-01', 1, 1, 100, 0, 'unknown', ?, ?, ?, ?)",
            vec!["28-1111111AA".into(), "28-1111111AA".into(), vec![0_u8].into(), self.now(), import.into(), self.now()],
        )
        .await;
        import
    }

    /// A draft, something that waits for the registrar, a load of the register with an error, an entry with history.
    pub(super) async fn register(&self, acme: &Company) -> (Uuid, Uuid, Uuid, Uuid) {
        let [draft, pending, import, entry, change] = [(); 5].map(|()| self.id());
        self.put(
            "INSERT INTO access_request_drafts (id, account_id, sub_account_id, kind, company_name, identifier_kind, lookup, shown, note, created_at, created_by_name) VALUES (?, ?, ?, 'request_access', 'other Trading', 'importer_number', '28-2222223AA', '28-2222223AA', NULL, ?, 'the test')",
            vec![draft.into(), acme.account.0.into(), acme.sub_account.0.into(), self.now()],
        )
        .await;
        self.put(
            "INSERT INTO pending_identifiers (id, account_id, sub_account_id, kind, lookup, shown, cipher, state, requested_at, requested_by_name, decided_at, decided_by_name, reason) VALUES (?, ?, ?, 'importer_number', '28-7777777AA', '28-7777777AA', NULL, 'pending', ?, 'the test', NULL, NULL, NULL)",
            vec![pending.into(), acme.account.0.into(), acme.sub_account.0.into(), self.now()],
        )
        .await;
        self.put(
            "INSERT INTO register_imports (id, format, file_name, state, failure, rows_total, rows_added, rows_changed, rows_unchanged, rows_refused, started_at, updated_at, finished_at, by_name) VALUES (?, 'csv', 'parties.csv', 'finished', NULL, 2, 1, 0, 0, 1, ?, ?, ?, 'the test')",
            vec![import.into(), self.now(), self.now(), self.now()],
        )
        .await;
        self.put(
            "INSERT INTO register_import_errors (import_id, row_no, ordinal, column_name, code, detail) VALUES (?, 3, 1, 'value', 'identifier-malformed', 'Nine digits.')",
            vec![import.into()],
        )
        .await;
        self.put(
            "INSERT INTO register_entries (id, kind, lookup, shown, cipher, party_id, updated_at) VALUES (?, 'importer_number', '28-1111118AA', '28-1111118AA', NULL, ?, ?)",
            vec![entry.into(), acme.party.0.into(), self.now()],
        )
        .await;
        self.put(
            "INSERT INTO register_changes (id, entry_id, at, change, by_name, import_id, before, after) VALUES (?, ?, ?, 'added', 'the test', ?, NULL, 'acme Trading')",
            vec![change.into(), entry.into(), self.now(), import.into()],
        )
        .await;
        (draft, pending, import, entry)
    }

    /// A grant with every right, passed on to the recipient's user; asked for by the recipient.
    pub(super) async fn grant(&self, grantor: &Company, recipient: &Company, state: &str) -> Uuid {
        let id = self.id();
        let by = (state == "paused" || state == "ended").then(|| "grantor".to_owned());
        let how = (state == "ended").then(|| "revoked".to_owned());
        let start = (state != "proposed").then(|| self.app.services.now());
        self.put(
            "INSERT INTO grants (id, grantor_account_id, recipient_account_id, grantor_key, recipient_key, started_by, suppressed, state, state_at, \
             state_by, ended_how, all_sub_accounts, top_level, structure, records, reports, users, purpose, starts_at, created_at, created_by_name, version) \
             VALUES (?, ?, ?, ?, ?, 'recipient', ?, ?, ?, ?, ?, ?, ?, ?, 'all', ?, ?, 'Filing of entries.', ?, ?, 'the test', 1)",
            vec![
                id.into(),
                grantor.account.0.into(),
                recipient.account.0.into(),
                "grantor".into(),
                "recipient".into(),
                false.into(),
                state.into(),
                self.now(),
                by.into(),
                how.into(),
                true.into(),
                true.into(),
                true.into(),
                true.into(),
                true.into(),
                start.into(),
                self.now(),
            ],
        )
        .await;
        self.put(
            "INSERT INTO grant_people (grant_id, user_id, account_id, assigned_at, assigned_by_name) VALUES (?, ?, ?, ?, 'the test')",
            vec![id.into(), recipient.user.id.0.into(), recipient.account.0.into(), self.now()],
        )
        .await;
        id
    }

    /// A change that waits, somebody who was taken off, a blocked company, a report.
    pub(super) async fn around_grants(
        &self,
        acme: &Company,
        broker: &Company,
        other: &Company,
        grant: Uuid,
        proposal: Uuid,
    ) -> Uuid {
        self.put(
            "INSERT INTO grant_changes (grant_id, all_sub_accounts, sub_account_ids, top_level, structure, records, reports, users, purpose, ends_at, proposed_at, proposed_by_name) \
             VALUES (?, ?, '[]', ?, ?, 'all', ?, ?, 'More of it.', NULL, ?, 'the test')",
            vec![grant.into(), true.into(), true.into(), true.into(), true.into(), true.into(), self.now()],
        )
        .await;
        self.put(
            "INSERT INTO grant_removals (grant_id, user_id, removed_at, removed_by_name, reason) VALUES (?, ?, ?, 'the test', NULL)",
            vec![grant.into(), broker.proxy.id.0.into(), self.now()],
        )
        .await;
        self.put(
            "INSERT INTO company_blocks (account_id, company_id, reason, reported, blocked_at, blocked_by_name) VALUES (?, ?, NULL, ?, ?, 'the test')",
            vec![acme.account.0.into(), other.company.0.into(), false.into(), self.now()],
        )
        .await;
        let report = self.id();
        self.put(
            "INSERT INTO grant_reports (id, account_id, company_id, grant_id, reason, state, created_at, created_by_name) VALUES (?, ?, ?, ?, NULL, 'open', ?, 'the test')",
            vec![report.into(), acme.account.0.into(), other.company.0.into(), proposal.into(), self.now()],
        )
        .await;
        report
    }

    /// A webhook, and an event for it that was given up.
    pub(super) async fn webhook(&self, company: &Company) -> (Uuid, Uuid) {
        let (hook, delivery) = (self.id(), self.id());
        let secret = self
            .app
            .services
            .secrets
            .seal(
                self.app.services.rng.as_ref(),
                &format!("webhook:{hook}"),
                "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            )
            .unwrap();
        self.put(
            "INSERT INTO webhooks (id, account_id, url, kinds, state, secret, created_at, created_by_name, version) VALUES (?, ?, 'https://hooks.example.com/a', '[]', 'active', ?, ?, 'the test', 1)",
            vec![hook.into(), company.account.0.into(), secret.into(), self.now()],
        )
        .await;
        self.put(
            "INSERT INTO webhook_deliveries (id, webhook_id, event_id, kind, body, state, attempts, tries, created_at, next_attempt_at, finished_at) VALUES (?, ?, ?, 'user.locked', '{}', 'failed', 1, 1, ?, ?, ?)",
            vec![delivery.into(), hook.into(), self.id().into(), self.now(), self.now(), self.now()],
        )
        .await;
        (hook, delivery)
    }

    /// A team that looks after a group with a client in it, and a file of requests.
    pub(super) async fn team(&self, broker: &Company, client: &Company) -> (Uuid, Uuid, Uuid) {
        let [team, group, batch] = [(); 3].map(|()| self.id());
        let account = broker.account.0;
        for (table, id) in [("teams", team), ("client_groups", group)] {
            self.put(
                &format!("INSERT INTO {table} (id, account_id, name, name_key, created_at, version) VALUES (?, ?, 'First', 'first', ?, 1)"),
                vec![id.into(), account.into(), self.now()],
            )
            .await;
        }
        self.put(
            "INSERT INTO client_group_clients (group_id, client_account_id, account_id, added_at, added_by_name) VALUES (?, ?, ?, ?, 'the test')",
            vec![group.into(), client.account.0.into(), account.into(), self.now()],
        )
        .await;
        self.put(
            "INSERT INTO team_client_groups (team_id, group_id, account_id, assigned_at, assigned_by_name) VALUES (?, ?, ?, ?, 'the test')",
            vec![team.into(), group.into(), account.into(), self.now()],
        )
        .await;
        self.put(
            "INSERT INTO grant_batches (id, account_id, file_name, rows_total, rows_ok, rows_refused, created_at, created_by_name) VALUES (?, ?, NULL, 1, 0, 1, ?, 'the test')",
            vec![batch.into(), account.into(), self.now()],
        )
        .await;
        self.put(
            "INSERT INTO grant_batch_rows (batch_id, row_no, outcome, errors) VALUES (?, 2, 'refused', '[]')",
            vec![batch.into()],
        )
        .await;
        (team, group, batch)
    }

    /// A running review of access with a user and a proxy in it, and a schedule.
    pub(super) async fn review(
        &self,
        acme: &Company,
        people: [(&Person, &str); 2],
    ) -> (Uuid, Uuid, Uuid) {
        let [review, first, second] = [(); 3].map(|()| self.id());
        let due = self.app.services.now() + Duration::days(14);
        self.put(
            "INSERT INTO access_reviews (id, account_id, name, covers_members, covers_outside, when_unanswered, note, scheduled, started_at, started_by_name, due_at, closed_at, cancel_reason, told_at) VALUES (?, ?, 'Review', ?, ?, 'report', NULL, ?, ?, 'the test', ?, NULL, NULL, NULL)",
            vec![review.into(), acme.account.0.into(), true.into(), true.into(), false.into(), self.now(), due.into()],
        )
        .await;
        for (item, (person, role)) in [first, second].into_iter().zip(people) {
            self.put(
                "INSERT INTO access_review_items (id, review_id, account_id, user_id, grant_id, name_key, person_name, company_name, role, access_summary, has_left) VALUES (?, ?, ?, ?, NULL, 'name', 'Name', 'acme Trading', ?, 'Nothing', ?)",
                vec![item.into(), review.into(), acme.account.0.into(), person.id.0.into(), role.into(), false.into()],
            )
            .await;
        }
        self.put(
            "INSERT INTO access_review_schedules (account_id, due_days, covers_members, covers_outside, when_unanswered, next_at, set_at, set_by_name) VALUES (?, 14, ?, ?, 'report', ?, ?, 'the test')",
            vec![acme.account.0.into(), true.into(), true.into(), due.into(), self.now()],
        )
        .await;
        (review, first, second)
    }

    /// A company without an account, an invitation of it, applications in its name, and claims.
    pub(super) async fn onboarding(
        &self,
        acme: &Company,
        other: &Company,
    ) -> (Uuid, [Uuid; 4], [Uuid; 3]) {
        let now = self.app.services.now();
        let party = self.id();
        self.put(
            "INSERT INTO parties (id, party_key, name, name_key, contact_email, created_at, updated_at) VALUES (?, 'party-apply', 'Apply Trading', 'apply trading', 'contact@apply.example', ?, ?)",
            vec![party.into(), now.into(), now.into()],
        )
        .await;
        for number in ["28-4444441AA", "28-4444442AA"] {
            self.app
                .world()
                .register(party.into(), "importer_number", number)
                .await;
        }
        let draft = self.id();
        self.put(
            "INSERT INTO access_request_drafts (id, account_id, sub_account_id, kind, company_name, identifier_kind, lookup, shown, note, created_at, created_by_name) VALUES (?, ?, NULL, 'invite_to_apply', 'Apply Trading', 'importer_number', '28-4444441AA', '28-4444441AA', NULL, ?, 'the test')",
            vec![draft.into(), acme.account.0.into(), now.into()],
        )
        .await;
        // Held by `other` although the register gives it to the applicant.
        self.hold(other, "28-4444442AA").await;
        let applications = [(); 4].map(|()| self.id());
        let code = quaymaster_domain::applications::SixDigits::parse(CODE).unwrap();
        let states = ["awaiting_code", "draft", "claim_offered", "in_review"];
        for ((id, token), state) in applications.iter().zip(APPLICATIONS).zip(states) {
            let number = if state == "claim_offered" {
                "28-4444442AA"
            } else {
                "28-4444441AA"
            };
            let hash =
                quaymaster_service::verifier::code_hash(&self.app.services, (*id).into(), &code);
            let until = (state != "in_review").then(|| now + Duration::days(30));
            self.put(
                "INSERT INTO applications (id, token_hash, state, company_name, company_key, identifier_kind, lookup, shown, activity, owner_given_name, owner_family_name, email, phone, officer_name, officer_title, officer_acknowledges, code_hash, code_sent_at, code_tries, created_at, updated_at, expires_at, submitted_at, waiting_since, version) VALUES (?, ?, ?, 'Apply Trading', 'apply trading', 'importer_number', ?, ?, 'importer', 'Ann', 'Apply', 'ann@apply.example', '+12025550147', 'Rosa Grant', 'Chief', ?, ?, ?, 0, ?, ?, ?, ?, ?, 1)",
                vec![
                    (*id).into(),
                    token_hash(token).into(),
                    state.into(),
                    number.into(),
                    number.into(),
                    true.into(),
                    hash.into(),
                    (now - Duration::minutes(5)).into(),
                    now.into(),
                    now.into(),
                    until.into(),
                    now.into(),
                    (state == "in_review").then_some(now).into(),
                ],
            )
            .await;
        }
        let claims = [(); 3].map(|()| self.id());
        for number in ["28-5555551AA", "28-5555553AA"] {
            self.app
                .world()
                .register(other.party, "importer_number", number)
                .await;
            self.hold(acme, number).await;
        }
        self.app
            .world()
            .register(acme.party, "importer_number", "28-5555552AA")
            .await;
        self.hold(other, "28-5555552AA").await;
        // To be claimed still.
        self.app
            .world()
            .register(acme.party, "importer_number", "28-5555554AA")
            .await;
        self.hold(other, "28-5555554AA").await;
        let rows = [
            ("28-5555551AA", "open", other, acme),
            ("28-5555552AA", "open", acme, other),
            ("28-5555553AA", "disputed", other, acme),
        ];
        for (id, (number, state, claimant, holder)) in claims.iter().zip(rows) {
            self.put(
                "INSERT INTO identifier_claims (id, state, kind, lookup, shown, party_id, claimant_company, claimant_account_id, sub_account_id, holder_account_id, reason, filed_at, filed_by_name, answer_due_at, version) VALUES (?, ?, 'importer_number', ?, ?, ?, 'a company', ?, ?, ?, 'It is ours.', ?, 'the test', ?, 1)",
                vec![
                    (*id).into(),
                    state.into(),
                    number.into(),
                    number.into(),
                    claimant.party.0.into(),
                    claimant.account.0.into(),
                    claimant.sub_account.0.into(),
                    holder.account.0.into(),
                    now.into(),
                    (now + Duration::days(7)).into(),
                ],
            )
            .await;
        }
        (draft, applications, claims)
    }

    /// An identifier in the first sub-account, whatever the register says.
    pub(super) async fn hold(&self, company: &Company, normal: &str) {
        let (identifier, placement) = (self.id(), self.id());
        self.put(
            "INSERT INTO account_identifiers (id, account_id, kind, lookup, shown, cipher) VALUES (?, ?, 'importer_number', ?, ?, NULL)",
            vec![identifier.into(), company.account.0.into(), normal.into(), normal.into()],
        )
        .await;
        self.put(
            "INSERT INTO sub_account_identifiers (id, sub_account_id, account_id, identifier_id, added_at, added_by_name) VALUES (?, ?, ?, ?, ?, 'the test')",
            vec![placement.into(), company.sub_account.0.into(), company.account.0.into(), identifier.into(), self.now()],
        )
        .await;
    }

    pub(super) async fn session(&self, person: &Person) -> Uuid {
        let id = self.id();
        let now = self.app.services.now();
        self.put(
            "INSERT INTO sessions (id, user_id, created_at, last_used_at, authenticated_at, absolute_expires_at, ended_at, end_reason, device, network) VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, 'Firefox on Linux', '192.0.2.1')",
            vec![id.into(), person.id.0.into(), now.into(), now.into(), now.into(), (now + Duration::hours(12)).into()],
        )
        .await;
        id
    }
}
