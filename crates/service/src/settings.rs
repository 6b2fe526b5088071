//! The policies that a deployment may set. Defaults are the product's.

use std::path::PathBuf;

use chrono::Duration;
use quaymaster_domain::locks::LockPolicy;
use quaymaster_domain::owner_successions::WAITING_DAYS;
use quaymaster_domain::passwords::PasswordPolicy;

use crate::demo::DemoPerson;
use crate::request_limits::RequestLimit;

/// Policies of this deployment.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people reach the portal, without a slash at the end. Links in mails start with it, never with a header.
    pub base_url: String,
    /// Consecutive failures that lock, 3–100.
    pub max_failures: u32,
    /// Days without sign-in that make dormant.
    pub dormant_days: i64,
    /// How many failed tries of any kind one network may have within [`network_window`](Self::network_window).
    pub network_failures: u32,
    /// The time in which the failures of a network are counted.
    pub network_window: Duration,
    /// How long wrong challenge answers keep a User ID from answering again.
    pub answers_lock: Duration,
    /// How long an access token lives, at most five minutes.
    pub access_token_life: Duration,
    /// How long a session may be idle.
    pub session_idle: Duration,
    /// How long a session lives at most.
    pub session_absolute: Duration,
    /// How long an invitation can be redeemed.
    pub invitation_life: Duration,
    /// How many working days a silent owner and the officer on file have to object to a successor.
    pub succession_days: u32,
    /// Whether applications for an account that passed every check are approved without a registrar.
    pub automatic_approval: bool,
    /// How many applications one network may begin within an hour.
    pub applications_per_hour: u32,
    /// How many codes may be mailed within a day for one identifier, and how many mails go to one address that nobody has
    /// proved to own.
    pub codes_per_day: u32,
    /// The folder for files on their way in; the system's own for temporary files unless given.
    pub spool_dir: Option<PathBuf>,
    /// Whether imports keep the monthly sums of records; off only to measure what they cost.
    pub record_months: bool,
    /// How many rows a result of a report has at most: on the screen, in files and for schedules alike.
    pub report_rows: u64,
    /// How many rows of trade records a question that somebody waits for may go through without a period.
    pub report_rows_without_period: u64,
    /// How many requests a caller may send; none means as many as there are.
    pub request_limit: Option<RequestLimit>,
    /// Whether webhooks may lead to private addresses, and over plain HTTP: for trying out on one machine only.
    pub webhooks_private: bool,
    /// True in the demo, which is loud about it.
    pub demo: bool,
    /// The folder of the demo's own mailbox.
    pub demo_mailbox: Option<PathBuf>,
    /// Who may be tried out in the demo.
    pub demo_people: Vec<DemoPerson>,
}

impl Settings {
    /// The numbers behind the locks. Out of range counts of failures fall back to the default; the configuration refuses
    /// them before it comes to that.
    #[must_use]
    pub fn lock_policy(&self) -> LockPolicy {
        let standard = LockPolicy::default();
        let mut policy = standard
            .with_max_failures(self.max_failures)
            .unwrap_or(standard);
        if let Ok(days) = u16::try_from(self.dormant_days) {
            policy.dormant_days = days;
        }
        policy
    }

    /// What a new password must fulfil.
    #[must_use]
    pub fn password_policy(&self) -> PasswordPolicy {
        PasswordPolicy::default()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: "http://localhost:8080".to_owned(),
            max_failures: 5,
            dormant_days: 45,
            network_failures: 1_000,
            network_window: Duration::minutes(10),
            answers_lock: Duration::hours(24),
            access_token_life: Duration::minutes(5),
            session_idle: Duration::minutes(15),
            session_absolute: Duration::hours(12),
            invitation_life: Duration::days(21),
            succession_days: WAITING_DAYS,
            automatic_approval: false,
            applications_per_hour: 30,
            codes_per_day: 10,
            spool_dir: None,
            record_months: true,
            report_rows: 1_000_000,
            report_rows_without_period: 20_000_000,
            request_limit: None,
            webhooks_private: false,
            demo: false,
            demo_mailbox: None,
            demo_people: Vec::new(),
        }
    }
}
