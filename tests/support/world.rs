//! Companies and people for a test, put straight into the store: what a test is about goes over HTTP, its stage does
//! not.

use chrono::Utc;
use quaymaster_domain::ids::{AccountId, CompanyId, PartyId, SubAccountId, UserId};
use quaymaster_domain::members::{MemberRole, StaffRole};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

use crate::app::TestApp;

/// The password of everybody in a test.
pub const PASSWORD: &str = "blue-harbour lantern 47";

/// A company with one account, its people and one sub-account.
#[derive(Clone, Debug)]
pub struct Company {
    /// The company.
    pub company: CompanyId,
    /// Its party in the register.
    pub party: PartyId,
    /// Its account.
    pub account: AccountId,
    /// The account number.
    pub account_number: String,
    /// The first sub-account, an importer's.
    pub sub_account: SubAccountId,
    /// The Account Owner, User ID `<prefix>.owner`.
    pub owner: Person,
    /// A proxy, User ID `<prefix>.proxy`.
    pub proxy: Person,
    /// An Account User without any right, User ID `<prefix>.user`.
    pub user: Person,
}

/// A person who can sign in.
#[derive(Clone, Debug)]
pub struct Person {
    /// Identity.
    pub id: UserId,
    /// The User ID.
    pub user_name: String,
    /// The address on file.
    pub email: String,
}

/// Puts things into the store.
pub struct World<'a> {
    app: &'a TestApp,
}

impl<'a> World<'a> {
    pub(crate) fn new(app: &'a TestApp) -> Self {
        Self { app }
    }

    /// Runs one statement behind the application's back; `?` marks the values.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn execute(&self, sql: &str, values: Vec<Value>) {
        let raw = self.app.database.raw().await;
        execute(&raw, sql, values).await;
        // Whatever it was, it may decide who sees what.
        let changed = "UPDATE access_epoch SET changes = changes + 1";
        execute(&raw, changed, Vec::new()).await;
        raw.close().await.unwrap();
    }

    /// A person with a password, questions and the current terms accepted.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn person(&self, user_name: &str, staff: Option<StaffRole>) -> Person {
        let s = &self.app.services;
        let id: UserId = s.id();
        let email = format!("{user_name}@example.com");
        let hash = s.hasher.hash(PASSWORD).await.unwrap();
        let now = s.now();
        let family_name = user_name
            .split('.')
            .next_back()
            .unwrap_or(user_name)
            .to_owned();
        let raw = self.app.database.raw().await;
        execute(
            &raw,
            "INSERT INTO users (id, user_name, user_key, given_name, family_name, name_key, email, email_key, staff_role, password_hash, \
             password_changed_at, must_change_password, failed_count, dormancy_starts_at, terms_version, has_challenge_questions, \
             time_zone, language, theme, density, created_at, version) \
             VALUES (?, ?, ?, 'Test', ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, \
             (SELECT MAX(version) FROM terms_versions), ?, 'America/New_York', 'en', 'system', 'comfortable', ?, 1)",
            vec![
                id.0.into(),
                user_name.into(),
                user_name.to_lowercase().into(),
                family_name.clone().into(),
                format!("{} test", family_name.to_lowercase()).into(),
                email.clone().into(),
                email.clone().into(),
                staff.map(|r| r.as_str().to_owned()).into(),
                hash.into(),
                now.into(),
                false.into(),
                now.into(),
                true.into(),
                now.into(),
            ],
        )
        .await;
        raw.close().await.unwrap();
        Person {
            id,
            user_name: user_name.to_owned(),
            email,
        }
    }

    /// A company with its party, one account, owner, proxy, user and one importer sub-account.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn company(&self, prefix: &str) -> Company {
        let s = &self.app.services;
        let now = s.now();
        let owner = self.person(&format!("{prefix}.owner"), None).await;
        let proxy = self.person(&format!("{prefix}.proxy"), None).await;
        let user = self.person(&format!("{prefix}.user"), None).await;
        let party: PartyId = s.id();
        let company: CompanyId = s.id();
        let raw = self.app.database.raw().await;
        let name = format!("{prefix} Trading");
        execute(
            &raw,
            "INSERT INTO parties (id, party_key, name, name_key, contact_email, created_at, updated_at) VALUES (?, ?, ?, ?, NULL, ?, ?)",
            vec![party.0.into(), format!("party-{prefix}").into(), name.clone().into(), name.to_lowercase().into(), now.into(), now.into()],
        )
        .await;
        execute(
            &raw,
            "INSERT INTO companies (id, name, name_key, party_id, created_at, version) VALUES (?, ?, ?, ?, ?, 1)",
            vec![company.0.into(), name.clone().into(), name.to_lowercase().into(), party.0.into(), now.into()],
        )
        .await;
        raw.close().await.unwrap();
        let (account, account_number, sub_account) = self.account(company, &name, &owner).await;
        self.member(account, &proxy, MemberRole::Proxy).await;
        self.member(account, &user, MemberRole::User).await;
        Company {
            company,
            party,
            account,
            account_number,
            sub_account,
            owner,
            proxy,
            user,
        }
    }

    /// A further account of a company with a sub-account. The first account of a company holds the activity
    /// `importer`, further ones hold none and get an `exporter` sub-account only when asked for over HTTP.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn account(
        &self,
        company: CompanyId,
        name: &str,
        owner: &Person,
    ) -> (AccountId, String, SubAccountId) {
        self.account_with(company, name, owner, "importer").await
    }

    /// An account whose first sub-account carries this activity.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn account_with(
        &self,
        company: CompanyId,
        name: &str,
        owner: &Person,
        activity: &str,
    ) -> (AccountId, String, SubAccountId) {
        use sea_orm::TransactionTrait;
        let s = &self.app.services;
        let now = s.now();
        let account: AccountId = s.id();
        let sub_account: SubAccountId = s.id();
        let raw = self.app.database.raw().await;
        let tx = raw.begin().await.unwrap();
        let serial = next_serial(&tx).await;
        let number = quaymaster_domain::account_number::AccountNumber::from_serial(
            u64::try_from(serial).unwrap(),
        )
        .unwrap()
        .to_string();
        execute(
            &tx,
            "INSERT INTO accounts (id, company_id, account_number, serial, name, name_key, state, owner_user_id, created_at, version) VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, 1)",
            vec![account.0.into(), company.0.into(), number.clone().into(), serial.into(), name.into(), name.to_lowercase().into(), owner.id.0.into(), now.into()],
        )
        .await;
        execute(&tx, "INSERT INTO memberships (account_id, user_id, role, since, version) VALUES (?, ?, 'owner', ?, 1)", vec![account.0.into(), owner.id.0.into(), now.into()]).await;
        execute(
            &tx,
            "INSERT INTO account_activities (account_id, activity, company_id, added_at, added_by_name) VALUES (?, ?, ?, ?, 'the test')",
            vec![account.0.into(), activity.into(), company.0.into(), now.into()],
        )
        .await;
        execute(
            &tx,
            "INSERT INTO sub_accounts (id, account_id, name, activity, created_at, version) VALUES (?, ?, 'First', ?, ?, 1)",
            vec![sub_account.0.into(), account.0.into(), activity.into(), now.into()],
        )
        .await;
        tx.commit().await.unwrap();
        raw.close().await.unwrap();
        (account, number, sub_account)
    }

    /// Makes a person a member of an account.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn member(&self, account: AccountId, person: &Person, role: MemberRole) {
        self.execute(
            "INSERT INTO memberships (account_id, user_id, role, since, version) VALUES (?, ?, ?, ?, 1)",
            vec![account.0.into(), person.id.0.into(), role.as_str().into(), self.app.services.now().into()],
        )
        .await;
    }

    /// Puts an identifier of a party into the register (not for Social Security numbers).
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn register(&self, party: PartyId, kind: &str, normal: &str) {
        let id: Uuid = self.app.services.id();
        self.execute(
            "INSERT INTO register_entries (id, kind, lookup, shown, cipher, party_id, updated_at) VALUES (?, ?, ?, ?, NULL, ?, ?)",
            vec![id.into(), kind.into(), normal.into(), normal.into(), party.0.into(), self.app.services.now().into()],
        )
        .await;
    }

    /// Locks a person by failed attempts, since now.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn lock(&self, person: &Person) {
        self.execute(
            "UPDATE users SET failed_count = 5, locked_at = ? WHERE id = ?",
            vec![self.app.services.now().into(), person.id.0.into()],
        )
        .await;
    }

    /// Publishes a version of the terms.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn terms(&self, version: i64) {
        let now: chrono::DateTime<Utc> = self.app.services.now();
        self.execute(
            "INSERT INTO terms_versions (version, title, body, sha256, what_changed, published_at) VALUES (?, 'Terms and Conditions', 'Be fair.', ?, 'Everything.', ?)",
            vec![version.into(), format!("{version:064}").into(), now.into()],
        )
        .await;
    }
}

async fn next_serial(conn: &impl ConnectionTrait) -> i64 {
    let statement = Statement::from_string(
        conn.get_database_backend(),
        "SELECT COALESCE(MAX(serial), 0) + 1 AS n FROM accounts",
    );
    conn.query_one_raw(statement)
        .await
        .unwrap()
        .unwrap()
        .try_get("", "n")
        .unwrap()
}

async fn execute(conn: &impl ConnectionTrait, sql: &str, values: Vec<Value>) {
    let backend = conn.get_database_backend();
    let sql = if backend == DbBackend::Postgres {
        numbered(sql)
    } else {
        sql.to_owned()
    };
    conn.execute_raw(Statement::from_sql_and_values(backend, sql, values))
        .await
        .unwrap();
}

/// PostgreSQL numbers its marks.
fn numbered(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 32);
    let mut n = 0;
    for c in sql.chars() {
        if c == '?' {
            n += 1;
            out.push_str(&format!("${n}"));
        } else {
            out.push(c);
        }
    }
    out
}
