//! Tables of DOMAIN section 5, and the lock machine against a plain retelling of the rules.

use super::*;
use proptest::prelude::*;

fn at(days: i64, seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
        + Duration::days(days)
        + Duration::seconds(seconds)
}

fn suspension(by: SuspendedBy, since: DateTime<Utc>) -> Suspension {
    Suspension {
        since,
        by,
        reason: Reason::parse("On leave").unwrap(),
    }
}

fn locked(since: DateTime<Utc>) -> Attempts {
    Attempts {
        failed: 5,
        locked_at: Some(since),
    }
}

fn hash(reservation: Reservation) -> (Attempts, Option<Attempts>, bool) {
    match reservation {
        Reservation::Hash { user, device, last } => (user, device, last),
        Reservation::Locked(state) => panic!("locked: {state:?}"),
    }
}

#[test]
fn precedence() {
    let policy = LockPolicy::default();
    let mut facts = UserLockFacts::activated(at(0, 0));
    assert_eq!(state(&facts, &policy, at(44, 86_399)), LockState::Active);
    assert_eq!(
        state(&facts, &policy, at(45, 0)),
        LockState::Dormant { since: at(45, 0) }
    );
    facts.attempts = locked(at(1, 0));
    assert_eq!(
        state(&facts, &policy, at(50, 0)),
        LockState::FailedAttempts { since: at(1, 0) }
    );
    facts.suspended = Some(suspension(SuspendedBy::Owner, at(2, 0)));
    let found = state(&facts, &policy, at(50, 0));
    assert_eq!(
        (found.kind(), found.since()),
        (LockKind::Suspended, Some(at(2, 0)))
    );
    assert_eq!(lapses_on(&facts, &policy), at(45, 0).date_naive());
}

#[test]
fn the_limits_are_those_of_the_domain() {
    let policy = LockPolicy::default();
    assert_eq!(
        (policy.max_failures(), policy.dormant_days, policy.mail_days),
        (5, 45, [15, 7, 1])
    );
    for right in [3, 5, 100] {
        assert_eq!(
            policy.with_max_failures(right).unwrap().max_failures(),
            right
        );
    }
    for wrong in [0, 2, 101, u32::MAX] {
        assert!(policy.with_max_failures(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_fifth_attempt_locks_unless_it_is_right() {
    let policy = LockPolicy::default();
    let mut facts = UserLockFacts::activated(at(0, 0));
    for n in 1..=5 {
        let (user, device, last) = hash(reserve_attempt(&facts, None, &policy, at(0, n)));
        assert_eq!(
            (user.failed, device, last),
            (u32::try_from(n).unwrap(), None, n == 5)
        );
        facts.attempts = user;
    }
    assert_eq!(
        state(&facts, &policy, at(0, 6)),
        LockState::FailedAttempts { since: at(0, 5) }
    );
    let refused = reserve_attempt(&facts, None, &policy, at(9, 0));
    assert_eq!(
        refused,
        Reservation::Locked(LockState::FailedAttempts { since: at(0, 5) })
    );
    let (user, _) = succeeded(facts.attempts, None);
    assert_eq!(user, Attempts::default());
}

#[test]
fn strangers_do_not_stop_a_known_device() {
    let policy = LockPolicy::default();
    let facts = UserLockFacts {
        attempts: locked(at(0, 1)),
        ..UserLockFacts::activated(at(0, 0))
    };
    let (user, device, last) = hash(reserve_attempt(
        &facts,
        Some(Attempts::default()),
        &policy,
        at(0, 2),
    ));
    assert_eq!((user, last), (facts.attempts, false));
    let (user, device) = succeeded(user, device);
    assert_eq!(user, facts.attempts, "the strangers stay locked out");
    assert_eq!(device, Some(Attempts::default()));
}

#[test]
fn a_known_device_that_fails_too_often_locks_the_user() {
    let policy = LockPolicy::default();
    let mut facts = UserLockFacts::activated(at(0, 0));
    let mut device = Attempts::default();
    for n in 1..=5 {
        let (user, counted, last) = hash(reserve_attempt(&facts, Some(device), &policy, at(0, n)));
        assert_eq!(last, n == 5);
        facts.attempts = user;
        device = counted.unwrap();
    }
    assert_eq!(
        state(&facts, &policy, at(0, 6)),
        LockState::FailedAttempts { since: at(0, 5) }
    );
    assert!(matches!(
        reserve_attempt(&facts, Some(device), &policy, at(0, 6)),
        Reservation::Locked(_)
    ));
    assert!(matches!(
        reserve_attempt(&facts, None, &policy, at(0, 6)),
        Reservation::Locked(_)
    ));
    assert!(matches!(
        reserve_attempt(&facts, Some(Attempts::default()), &policy, at(0, 6)),
        Reservation::Hash { .. }
    ));
    // Had the last one been right, the lock that it set would be gone again.
    let (user, device) = succeeded(facts.attempts, Some(device));
    assert_eq!((user.locked_at, device), (None, Some(Attempts::default())));
}

#[test]
fn suspension_and_dormancy_stop_known_devices_too() {
    let policy = LockPolicy::default();
    let dormant = UserLockFacts::activated(at(0, 0));
    let suspended = suspend(&dormant, suspension(SuspendedBy::Staff, at(0, 0))).unwrap();
    for facts in [dormant, suspended] {
        for device in [None, Some(Attempts::default())] {
            assert!(matches!(
                reserve_attempt(&facts, device, &policy, at(45, 0)),
                Reservation::Locked(_)
            ));
        }
    }
}

#[test]
fn who_may_lift() {
    use LiftedBy::{Owner, PasswordReset, Proxy, Staff};
    let policy = LockPolicy::default();
    let failed = LockState::FailedAttempts { since: at(0, 0) };
    let dormant = LockState::Dormant { since: at(0, 0) };
    let suspended = |by| LockState::Suspended {
        since: at(0, 0),
        by,
        reason: Reason::parse("On leave").unwrap(),
    };
    let (user, proxy, owner) = (
        Some(MemberRole::User),
        Some(MemberRole::Proxy),
        Some(MemberRole::Owner),
    );
    for (state, role, expected) in [
        (LockState::Active, user, &[][..]),
        (failed.clone(), user, &[Owner, Proxy, Staff, PasswordReset]),
        (failed.clone(), proxy, &[Owner, Staff, PasswordReset]),
        (failed.clone(), owner, &[Staff, PasswordReset]),
        (failed.clone(), None, &[Staff, PasswordReset]),
        (dormant.clone(), user, &[Owner, Proxy, Staff]),
        (dormant.clone(), proxy, &[Owner, Staff]),
        (dormant, owner, &[Staff]),
        (suspended(SuspendedBy::Owner), user, &[Owner]),
        (suspended(SuspendedBy::Owner), owner, &[Staff]),
        (suspended(SuspendedBy::Proxy), user, &[Owner, Proxy]),
        (suspended(SuspendedBy::Proxy), proxy, &[Owner]),
        (suspended(SuspendedBy::Staff), user, &[Staff]),
    ] {
        assert_eq!(
            state.lifted_by(&policy, role),
            expected,
            "{state:?} {role:?}"
        );
    }
    let strict = LockPolicy {
        reset_lifts_failed_attempts: false,
        ..policy
    };
    assert_eq!(failed.lifted_by(&strict, owner), [Staff]);
}

#[test]
fn reactivation_restarts_the_clock_only_when_it_ran_out() {
    let policy = LockPolicy::default();
    let facts = UserLockFacts {
        attempts: locked(at(10, 0)),
        ..UserLockFacts::activated(at(0, 0))
    };
    let early = reactivate(
        &facts,
        &policy,
        Some(MemberRole::User),
        LiftedBy::Proxy,
        at(20, 0),
    )
    .unwrap();
    assert_eq!(early, UserLockFacts::activated(at(0, 0)));
    let late = reactivate(
        &facts,
        &policy,
        Some(MemberRole::User),
        LiftedBy::Owner,
        at(60, 0),
    )
    .unwrap();
    assert_eq!(late, UserLockFacts::activated(at(60, 0)));
    assert_eq!(
        reactivate(&early, &policy, None, LiftedBy::Staff, at(20, 0)),
        Err(LiftError::NotLocked)
    );
    for (role, by) in [
        (MemberRole::Proxy, LiftedBy::Proxy),
        (MemberRole::Owner, LiftedBy::Owner),
        (MemberRole::User, LiftedBy::PasswordReset),
    ] {
        assert_eq!(
            reactivate(&facts, &policy, Some(role), by, at(20, 0)),
            Err(LiftError::NotByThis)
        );
    }
}

#[test]
fn the_temporary_password_of_a_reactivation_lives_until_midnight() {
    let moment = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    for (now, ends) in [
        ("2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"),
        ("2028-02-28T12:00:00Z", "2028-02-29T00:00:00Z"),
    ] {
        assert_eq!(temporary_password_ends(moment(now)), moment(ends));
    }
}

#[test]
fn a_suspension_is_lifted_by_the_side_that_made_it() {
    let policy = LockPolicy::default();
    let role = Some(MemberRole::User);
    let active = UserLockFacts::activated(at(0, 0));
    let suspended = suspend(&active, suspension(SuspendedBy::Owner, at(1, 0))).unwrap();
    assert_eq!(
        reactivate(&suspended, &policy, role, LiftedBy::Owner, at(2, 0)),
        Err(LiftError::Suspended)
    );
    for by in [LiftedBy::Proxy, LiftedBy::Staff, LiftedBy::PasswordReset] {
        assert_eq!(
            lift_suspension(&suspended, &policy, role, by, at(2, 0)),
            Err(LiftError::NotByThis)
        );
    }
    assert_eq!(
        lift_suspension(&suspended, &policy, role, LiftedBy::Owner, at(2, 0)).unwrap(),
        active
    );
    let long_after =
        lift_suspension(&suspended, &policy, role, LiftedBy::Owner, at(80, 0)).unwrap();
    assert_eq!(long_after, UserLockFacts::activated(at(80, 0)));
    assert_eq!(
        lift_suspension(&active, &policy, role, LiftedBy::Owner, at(2, 0)),
        Err(LiftError::NotLocked)
    );
    let weaker = suspension(SuspendedBy::Proxy, at(3, 0));
    assert_eq!(suspend(&suspended, weaker), Err(LiftError::NotByThis));
    assert!(suspend(&suspended, suspension(SuspendedBy::Staff, at(3, 0))).is_ok());
}

#[test]
fn dormancy_mails() {
    let policy = LockPolicy::default();
    let facts = UserLockFacts::activated(at(0, 0));
    for (day, second, sent, expected) in [
        (29, 86_399, None, None),
        (30, 0, None, Some(15)),
        (30, 0, Some(15), None),
        (37, 86_399, Some(15), None),
        (38, 0, Some(15), Some(7)),
        (39, 0, None, Some(7)),
        (39, 0, Some(7), None),
        (44, 0, Some(7), Some(1)),
        (44, 86_399, None, Some(1)),
        (44, 86_399, Some(1), None),
        (45, 0, None, None),
    ] {
        let mail = next_dormancy_mail(&facts, &policy, sent, at(day, second));
        assert_eq!(
            mail.map(|mail| mail.days_before),
            expected,
            "day {day}, {second} s, sent {sent:?}"
        );
        assert!(mail.is_none_or(|mail| mail.dormant_at == at(45, 0)));
    }
    let suspended = suspend(&facts, suspension(SuspendedBy::Owner, at(1, 0))).unwrap();
    assert_eq!(
        next_dormancy_mail(&suspended, &policy, None, at(40, 0)),
        None
    );
}

#[derive(Debug, Clone)]
enum Step {
    /// From an unknown browser, or from one of two known devices.
    Try {
        device: Option<usize>,
        right: bool,
    },
    Wait {
        hours: i64,
    },
    Suspend,
    Lift,
    Reactivate,
    Reset,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (proptest::option::of(0..2_usize), prop::bool::weighted(0.2)).prop_map(|(device, right)| Step::Try { device, right }),
        3 => (0..400_i64).prop_map(|hours| Step::Wait { hours }),
        1 => Just(Step::Suspend),
        1 => Just(Step::Lift),
        1 => Just(Step::Reactivate),
        1 => Just(Step::Reset),
    ]
}

/// The rules told the slow way: who failed how often in a row is read off the whole history each time.
#[derive(Default)]
struct Model {
    /// Each failure or success since the last lift: `None` for unknown browsers.
    history: Vec<(Option<usize>, bool)>,
    user_locked: bool,
    /// Known devices that used up their attempts.
    burnt: [bool; 2],
    suspended: bool,
    hour: i64,
    active_hour: i64,
}

impl Model {
    fn in_a_row(&self, who: Option<usize>) -> usize {
        self.history
            .iter()
            .rev()
            .filter(|(other, _)| *other == who)
            .take_while(|(_, right)| !right)
            .count()
    }

    fn dormant(&self) -> bool {
        self.hour - self.active_hour >= 45 * 24
    }

    /// Whether the attempt is hashed at all.
    fn attempt(&mut self, who: Option<usize>, right: bool, max: usize) -> bool {
        let shut = match who {
            None => self.user_locked,
            Some(device) => self.burnt[device],
        };
        if shut || self.suspended || self.dormant() {
            return false;
        }
        self.history.push((who, right));
        if right {
            self.active_hour = self.hour;
        } else if self.in_a_row(who) >= max {
            self.user_locked = true;
            if let Some(device) = who {
                self.burnt[device] = true;
            }
        }
        true
    }

    fn clear(&mut self) {
        self.history.clear();
        self.user_locked = false;
        self.burnt = [false; 2];
    }

    fn kind(&self) -> LockKind {
        match (self.suspended, self.user_locked, self.dormant()) {
            (true, _, _) => LockKind::Suspended,
            (_, true, _) => LockKind::FailedAttempts,
            (_, _, true) => LockKind::Dormant,
            _ => LockKind::Active,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_machine_does_what_the_rules_say(steps in proptest::collection::vec(step(), 1..80), max in 3..7_u32) {
        let policy = LockPolicy::default().with_max_failures(max).unwrap();
        let role = Some(MemberRole::User);
        let mut facts = UserLockFacts::activated(at(0, 0));
        let mut devices = [Attempts::default(); 2];
        let mut model = Model::default();
        for (n, step) in steps.into_iter().enumerate() {
            // Each step has its own moment, as in life; the model's hours do not notice.
            let now = at(0, model.hour * 3600) + Duration::microseconds(i64::try_from(n).unwrap());
            match step {
                Step::Try { device, right } => {
                    let expected = model.attempt(device, right, max as usize);
                    match reserve_attempt(&facts, device.map(|device| devices[device]), &policy, now) {
                        Reservation::Locked(state) => {
                            prop_assert!(!expected, "step {}: refused by {:?}", n, state);
                            prop_assert!(!state.is_active());
                        }
                        Reservation::Hash { user, device: counted, last } => {
                            prop_assert!(expected, "step {}: should be refused", n);
                            let was_locked = facts.attempts.locked_at.is_some();
                            let (user, counted) = if right { succeeded(user, counted) } else { (user, counted) };
                            facts.attempts = user;
                            if let (Some(device), Some(counted)) = (device, counted) {
                                devices[device] = counted;
                            }
                            if right {
                                facts.last_active_at = at(0, model.hour * 3600);
                            } else {
                                prop_assert_eq!(last, !was_locked && model.user_locked);
                            }
                        }
                    }
                }
                Step::Wait { hours } => model.hour += hours,
                Step::Suspend => {
                    facts = suspend(&facts, suspension(SuspendedBy::Owner, now)).unwrap();
                    model.suspended = true;
                }
                Step::Lift => {
                    let lifted = lift_suspension(&facts, &policy, role, LiftedBy::Owner, at(0, model.hour * 3600));
                    prop_assert_eq!(lifted.is_ok(), model.suspended);
                    if let Ok(lifted) = lifted {
                        facts = lifted;
                        model.suspended = false;
                        if model.dormant() {
                            model.active_hour = model.hour;
                        }
                    }
                }
                Step::Reactivate => {
                    let before = model.kind();
                    let lifted = reactivate(&facts, &policy, role, LiftedBy::Proxy, at(0, model.hour * 3600));
                    prop_assert_eq!(lifted.is_ok(), matches!(before, LockKind::FailedAttempts | LockKind::Dormant));
                    if let Ok(lifted) = lifted {
                        facts = lifted;
                        devices = [Attempts::default(); 2];
                        model.clear();
                        if model.dormant() {
                            model.active_hour = model.hour;
                        }
                        prop_assert_eq!(model.kind(), LockKind::Active);
                    }
                }
                Step::Reset => {
                    facts = after_password_reset(&facts, &policy);
                    devices = [Attempts::default(); 2];
                    model.clear();
                }
            }
            let now = at(0, model.hour * 3600);
            let found = state(&facts, &policy, now);
            prop_assert_eq!(found.kind(), model.kind(), "step {}", n);
            prop_assert_eq!(found.since().is_some(), !found.is_active());
            prop_assert_eq!(found.lifted_by(&policy, role).is_empty(), found.is_active());
        }
    }

    #[test]
    fn parallel_tries_get_no_more_than_the_limit(tries in 1..200_usize, max in 3..=100_u32) {
        let policy = LockPolicy::default().with_max_failures(max).unwrap();
        let mut attempts = Attempts::default();
        let mut granted = 0;
        for n in 0..tries {
            prop_assert_eq!(attempts.left(&policy) as usize, (max as usize).saturating_sub(n));
            if let Some(after) = attempts.reserve(&policy, at(0, 0)) {
                attempts = after;
                granted += 1;
            }
        }
        prop_assert_eq!(granted, tries.min(max as usize));
    }
}
