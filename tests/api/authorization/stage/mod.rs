//! The fixed world of the matrix: one company with everything that an operation can act on, another one that owns
//! what it must not touch, staff of each role, and everybody signed in. Put straight into the store.

mod build;
mod changes;
mod clients;
mod desk;

use std::collections::BTreeMap;

use quaymaster_domain::members::{MemberRole, StaffRole};
use quaymaster_tests::{Caller, Company, Frozen, Person, TestApp};
use uuid::Uuid;

use build::Builder;

pub(super) use changes::{Changes, OBJECTION};
pub(crate) use clients::{ApiClient, CLIENT_SECRET};
pub(super) use desk::{Desk, NOT_ME};

/// The kinds of caller, in the order of the columns.
pub(super) const CALLERS: &[(&str, &str)] = &[
    ("anonymous", "nobody is signed in"),
    ("stranger", "the owner of another company's account"),
    ("user", "a user of the account without any right"),
    ("reader", "a user with structure:read in the sub-account"),
    ("writer", "a user with structure:write in the sub-account"),
    ("proxy", "a proxy of the account"),
    ("owner", "the owner of the account"),
    (
        "newcomer",
        "a proxy of the account who has not accepted the current terms",
    ),
    (
        "recipient",
        "the owner of another account to which the account has given a grant with every right",
    ),
    (
        "employee",
        "a user of that other account to whom the grant is passed on",
    ),
    ("paused", "a user of a third account, whose grant is paused"),
    ("ended", "a user of a fourth account, whose grant has ended"),
    ("agent", "staff: support agent"),
    ("lead", "staff: support lead"),
    ("registrar", "staff: registrar"),
    ("auditor", "staff: auditor"),
    ("admin", "staff: administrator"),
    ("program", "an API client of the account with every scope"),
    (
        "idle",
        "an API client of the account with one scope, that for the events",
    ),
    (
        "foreign",
        "an API client of another company's account with every scope",
    ),
];

/// Secrets whose digests stand in the store.
pub(super) const INVITATION: &str = "invitation-of-the-matrix-0000000000000000001";
/// What an applicant returns with; a digit is put behind it, as one token opens one application.
pub(super) const APPLICATIONS: [&str; 4] = [
    "application-token-of-the-matrix-1",
    "application-token-of-the-matrix-2",
    "application-token-of-the-matrix-3",
    "application-token-of-the-matrix-4",
];
/// The code of the first application.
pub(super) const CODE: &str = "042917";
/// A link of a password reset.
pub(super) const RESET: &str = "reset-link-of-the-matrix-0000000000000000001";

/// A signed-in caller, to be repeated on every copy of the world.
#[derive(Clone, Default)]
pub(super) struct Credentials {
    token: Option<String>,
    cookies: BTreeMap<String, String>,
    /// The session, or that of the owner for whoever has none.
    pub(super) session: String,
}

impl Credentials {
    pub(super) fn on(&self, app: &TestApp) -> Caller {
        let mut caller = app.anon();
        caller.token.clone_from(&self.token);
        caller.cookies = self.cookies.clone();
        caller
    }
}

/// What the entries point at.
pub(super) struct Stage {
    /// The company that is acted on.
    pub(super) acme: Company,
    /// The one that must not be touched.
    pub(super) other: Company,
    /// A further sub-account of `acme` in which no user has a right.
    pub(super) second_sub: Uuid,
    /// A user of `acme`, locked, with a session.
    pub(super) locked: Person,
    /// A proxy of `acme`, locked.
    pub(super) locked_proxy: Person,
    /// A user of `acme` who is fine.
    pub(super) plain: Person,
    /// A user of `acme`, suspended by the owner.
    pub(super) suspended: Person,
    /// A user of `acme`, suspended by the staff.
    pub(super) stopped: Person,
    /// A person of no company.
    pub(super) free: Person,
    /// The session of `locked`.
    pub(super) session: Uuid,
    /// Placement of an identifier in the first sub-account of `acme`.
    pub(super) identifier: Uuid,
    pub(super) contact: Uuid,
    pub(super) address: Uuid,
    /// An open invitation to `acme`.
    pub(super) invitation: Uuid,
    /// An open invitation to the staff.
    pub(super) staff_invitation: Uuid,
    pub(super) draft: Uuid,
    /// A webhook of `acme`, and an event for it that was given up.
    pub(super) webhook: Uuid,
    pub(super) webhook_delivery: Uuid,
    /// A program of `acme`.
    pub(super) api_client: ApiClient,
    /// A team of `acme`, a group of clients that it looks after, and a file of requests.
    pub(super) team: Uuid,
    pub(super) client_group: Uuid,
    pub(super) grant_batch: Uuid,
    /// A running review of access of `acme`, and `plain` and `locked_proxy` in it.
    pub(super) review: Uuid,
    pub(super) reviewed_user: Uuid,
    pub(super) reviewed_proxy: Uuid,
    pub(super) pending: Uuid,
    /// A party without a company.
    pub(super) free_party: Uuid,
    /// A recorded subsidiary of `acme`.
    pub(super) subsidiary: Uuid,
    pub(super) register_entry: Uuid,
    pub(super) register_import: Uuid,
    /// An import of trade records of `acme` that waits, and an entry of its importer number.
    pub(super) record_import: Uuid,
    pub(super) password_reset: Uuid,
    /// An invitation to apply that was not mailed yet.
    pub(super) apply_draft: Uuid,
    /// Applications: waiting for the code, saved, with a claim offered, in review.
    pub(super) applications: [Uuid; 4],
    /// Claims: of what `acme` holds, filed by `acme`, disputed.
    pub(super) claims: [Uuid; 3],
    /// Staff that are acted on: locked and suspended.
    pub(super) locked_staff: Person,
    pub(super) suspended_staff: Person,
    /// A case of `acme.user` about `locked`, with a verified caller.
    pub(super) case: Uuid,
    /// A case about `locked` in which a phrase was sent.
    pub(super) called_case: Uuid,
    /// A case about the owner of `acme` with an action that waits for a second agent.
    pub(super) owner_case: Uuid,
    pub(super) case_action: Uuid,
    /// Notices, and what a case carries.
    pub(super) desk: Desk,
    /// The company that has a grant of `acme`.
    pub(super) broker: Company,
    /// That grant, active, with a change that waits; the broker's proxy was taken off it.
    pub(super) grant: Uuid,
    /// A grant of `acme` that `acme` has paused.
    pub(super) paused_grant: Uuid,
    /// A request to `acme` that waits.
    pub(super) proposal: Uuid,
    /// A report of an unwanted company.
    pub(super) grant_report: Uuid,
    /// Transfers, merges, successions.
    pub(super) changes: Changes,
    /// By the name of the column.
    pub(super) callers: BTreeMap<&'static str, Credentials>,
    /// To be copied from.
    pub(super) frozen: Frozen,
}

impl Stage {
    /// Builds the world once.
    pub(super) async fn build() -> Self {
        let app = TestApp::start().await;
        let world = app.world();
        let b = Builder { app: &app };
        world.terms(1).await;

        let acme = world.company("acme").await;
        let other = world.company("other").await;
        let reader = b
            .member(acme.account, "acme.reader", MemberRole::User)
            .await;
        let writer = b
            .member(acme.account, "acme.writer", MemberRole::User)
            .await;
        b.access(&acme, reader.id, "read").await;
        b.access(&acme, writer.id, "write").await;
        let newcomer = b
            .member(acme.account, "acme.newcomer", MemberRole::Proxy)
            .await;
        b.put(
            "UPDATE users SET terms_version = NULL WHERE id = ?",
            vec![newcomer.id.0.into()],
        )
        .await;
        let locked = b
            .member(acme.account, "acme.locked", MemberRole::User)
            .await;
        let locked_proxy = b
            .member(acme.account, "acme.locked.proxy", MemberRole::Proxy)
            .await;
        let plain = b.member(acme.account, "acme.plain", MemberRole::User).await;
        let suspended = b
            .member(acme.account, "acme.suspended", MemberRole::User)
            .await;
        let stopped = b
            .member(acme.account, "acme.stopped", MemberRole::User)
            .await;
        b.suspend(&stopped, "staff").await;
        world.lock(&locked).await;
        world.lock(&locked_proxy).await;
        b.suspend(&suspended, "owner").await;
        let session = b.session(&locked).await;
        let free = world.person("free.person", None).await;

        let second_sub = b.id();
        b.put(
            "INSERT INTO sub_accounts (id, account_id, name, activity, created_at, version) VALUES (?, ?, 'Second', 'importer', ?, 1)",
            vec![second_sub.into(), acme.account.0.into(), b.now()],
        )
        .await;
        b.put(
            "INSERT INTO account_activities (account_id, activity, company_id, added_at, added_by_name) VALUES (?, 'exporter', ?, ?, 'the test')",
            vec![acme.account.0.into(), acme.company.0.into(), b.now()],
        )
        .await;
        let identifier = b.identifier(&acme, "28-1111111AA").await;
        b.identifier(&other, "28-2222222AA").await;
        world
            .register(acme.party, "importer_number", "28-1111112AA")
            .await;
        let (contact, address) = b.profile(&acme).await;
        let invitation = b.invitation("ivy", Some(&acme), INVITATION).await;
        let staff_invitation = b
            .invitation("ira", None, "another invitation of the matrix")
            .await;
        let (draft, pending, register_import, register_entry) = b.register(&acme).await;
        let record_import = b.records(&acme).await;
        let (review, reviewed_user, reviewed_proxy) = b
            .review(&acme, [(&plain, "user"), (&locked_proxy, "proxy")])
            .await;
        let free_party = b.party("party-free").await;
        let subsidiary = b.party("party-subsidiary").await;
        b.put(
            "INSERT INTO subsidiaries (company_id, party_id, recorded_at) VALUES (?, ?, ?)",
            vec![acme.company.0.into(), subsidiary.into(), b.now()],
        )
        .await;
        let password_reset = b.id();
        b.put(
            "INSERT INTO password_resets (id, user_id, subject, questions, state, moment, wrong, token_hash, created_at) VALUES (?, ?, 'subject', 'q01 q02 q03', 'link_sent', ?, 0, ?, ?)",
            vec![
                password_reset.into(),
                plain.id.0.into(),
                (app.services.now() + chrono::Duration::minutes(30)).into(),
                quaymaster_service::secrets::token_hash(RESET).into(),
                b.now(),
            ],
        )
        .await;

        let broker = world.company("broker").await;
        let held = world.company("held").await;
        let past = world.company("past").await;
        let asker = world.company("asker").await;
        let grant = b.grant(&acme, &broker, "active").await;
        let (webhook, webhook_delivery) = b.webhook(&acme).await;
        let (team, client_group, grant_batch) = b.team(&acme, &broker).await;
        let api_client = b.api_client(&acme).await;
        let paused_grant = b.grant(&acme, &held, "paused").await;
        b.grant(&acme, &past, "ended").await;
        let proposal = b.grant(&acme, &asker, "proposed").await;
        let grant_report = b
            .around_grants(&acme, &broker, &other, grant, proposal)
            .await;
        let (apply_draft, applications, claims) = b.onboarding(&acme, &other).await;

        let agent = world
            .person("staff.agent", Some(StaffRole::SupportAgent))
            .await;
        for (name, role) in [
            ("staff.lead", StaffRole::SupportLead),
            ("staff.registrar", StaffRole::Registrar),
            ("staff.auditor", StaffRole::Auditor),
            ("staff.admin", StaffRole::Administrator),
        ] {
            world.person(name, Some(role)).await;
        }
        let locked_staff = world
            .person("staff.locked", Some(StaffRole::SupportAgent))
            .await;
        let suspended_staff = world
            .person("staff.suspended", Some(StaffRole::SupportAgent))
            .await;
        world.lock(&locked_staff).await;
        b.suspend(&suspended_staff, "staff").await;

        let case = b
            .case(1, acme.user.id, locked.id, locked_staff.id, "verified")
            .await;
        let called_case = b.case(2, acme.user.id, locked.id, agent.id, "sent").await;
        let owner_case = b
            .case(3, acme.user.id, acme.owner.id, locked_staff.id, "verified")
            .await;
        let case_action = b.id();
        b.put(
            "INSERT INTO case_actions (id, case_id, person_id, kind, reason, state, asked_at, agent_id, agent_name) VALUES (?, ?, ?, 'reset_password', 'Called.', 'awaiting_second_agent', ?, ?, 'the test')",
            vec![case_action.into(), owner_case.into(), acme.owner.id.0.into(), b.now(), locked_staff.id.0.into()],
        )
        .await;

        let desk = Desk::build(&b, &acme, &plain, case).await;
        let changes = b.changes(&acme, &reader, &plain).await;
        let mut callers = sign_in(&app).await;
        for (kind, company, scopes) in [
            ("program", &acme, clients::every_scope()),
            ("idle", &acme, "events:read".to_owned()),
            ("foreign", &other, clients::every_scope()),
        ] {
            let credentials = Credentials {
                token: Some(b.program(company, kind, &scopes).await),
                session: callers["owner"].session.clone(),
                ..Credentials::default()
            };
            callers.insert(kind, credentials);
        }
        let frozen = app.freeze().await;
        Self {
            acme,
            other,
            second_sub,
            locked,
            locked_proxy,
            plain,
            suspended,
            stopped,
            free,
            session,
            identifier,
            contact,
            address,
            invitation,
            staff_invitation,
            draft,
            webhook,
            webhook_delivery,
            api_client,
            team,
            client_group,
            grant_batch,
            review,
            reviewed_user,
            reviewed_proxy,
            pending,
            free_party,
            subsidiary,
            register_entry,
            register_import,
            record_import,
            password_reset,
            apply_draft,
            applications,
            claims,
            locked_staff,
            suspended_staff,
            case,
            called_case,
            owner_case,
            case_action,
            desk,
            broker,
            grant,
            paused_grant,
            proposal,
            grant_report,
            changes,
            callers,
            frozen,
        }
    }
}

impl Stage {
    /// Makes the broker's account a client of `acme` in a copy of the world: there `acme` has grants to give only.
    pub(super) async fn make_client(&self, app: &TestApp) {
        let b = Builder { app };
        b.grant(&self.broker, &self.acme, "active").await;
    }
}

/// Signs in whoever has a column.
async fn sign_in(app: &TestApp) -> BTreeMap<&'static str, Credentials> {
    let mut all = BTreeMap::new();
    for (kind, _) in CALLERS {
        let user_name = match *kind {
            "anonymous" | "program" | "idle" | "foreign" => continue,
            "stranger" => "other.owner".to_owned(),
            "recipient" => "broker.owner".to_owned(),
            "employee" => "broker.user".to_owned(),
            "paused" => "held.user".to_owned(),
            "ended" => "past.user".to_owned(),
            "agent" | "lead" | "registrar" | "auditor" | "admin" => format!("staff.{kind}"),
            _ => format!("acme.{kind}"),
        };
        let mut caller = app.anon();
        let answer = caller
            .sign_in(&user_name, quaymaster_tests::PASSWORD)
            .await
            .ok();
        let credentials = Credentials {
            token: caller.token,
            cookies: caller.cookies,
            session: answer["session_id"].as_str().unwrap().to_owned(),
        };
        all.insert(*kind, credentials);
    }
    let session = all["owner"].session.clone();
    all.insert(
        "anonymous",
        Credentials {
            session,
            ..Credentials::default()
        },
    );
    all
}
