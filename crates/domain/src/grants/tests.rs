//! Tables: what two scopes have in common, what a person sees, which transition is open to whom.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::*;
use crate::activities::BusinessActivity;
use crate::ids::SubAccountId;
use crate::people::Reason;

fn t0() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn sub(n: u128) -> SubAccountId {
    Uuid::from_u128(n).into()
}

fn named(ids: &[u128]) -> SubAccounts {
    SubAccounts::Named(ids.iter().map(|n| sub(*n)).collect())
}

fn rights(structure: bool, records: RecordsScope, reports: bool, users: bool) -> GrantRights {
    GrantRights {
        structure,
        records,
        reports,
        users,
    }
}

fn offer(ids: &[u128], rights: GrantRights, days: Option<i64>) -> Offer {
    Offer {
        scope: GrantScope {
            sub_accounts: named(ids),
            top_level: false,
            rights,
        },
        ends_at: days.map(|d| t0() + Duration::days(d)),
    }
}

const STRUCTURE: GrantRights = GrantRights {
    structure: true,
    ..GrantRights::NONE
};

fn proposed(by: GrantSide) -> Grant {
    Grant::propose(by, offer(&[1, 2], STRUCTURE, Some(30)), None, t0()).unwrap()
}

fn active() -> Grant {
    proposed(GrantSide::Grantor)
        .accept(GrantSide::Recipient, None, t0())
        .unwrap()
}

fn reason() -> Option<Reason> {
    Some(Reason::parse("Because of that").unwrap())
}

#[test]
fn what_two_rights_have_in_common() {
    use RecordsScope::{All, None as No, OwnFilings};
    for (one, other, both) in [
        (GrantRights::ALL, GrantRights::NONE, GrantRights::NONE),
        (GrantRights::ALL, GrantRights::ALL, GrantRights::ALL),
        (
            rights(true, All, false, true),
            rights(true, OwnFilings, true, false),
            rights(true, OwnFilings, false, false),
        ),
        (
            rights(false, OwnFilings, true, true),
            rights(true, No, true, true),
            rights(false, No, true, true),
        ),
    ] {
        assert_eq!(one.meet(other), both);
        assert_eq!(other.meet(one), both);
        assert!(both.within(one) && both.within(other));
        assert!(one.within(one.join(other)) && other.within(one.join(other)));
    }
}

#[test]
fn what_two_sets_of_sub_accounts_have_in_common() {
    for (one, other, both) in [
        (SubAccounts::All, SubAccounts::All, SubAccounts::All),
        (SubAccounts::All, named(&[1]), named(&[1])),
        (named(&[1, 2]), named(&[2, 3]), named(&[2])),
        (named(&[1]), named(&[2]), named(&[])),
    ] {
        assert_eq!(one.meet(&other), both);
        assert_eq!(other.meet(&one), both);
        assert!(both.within(&one) && both.within(&other));
    }
    assert!(!SubAccounts::All.within(&named(&[1])));
}

#[test]
fn a_person_sees_the_grant_as_far_as_it_was_passed_on() {
    use RecordsScope::{All, OwnFilings};
    let grant = Grant {
        offer: offer(&[1], rights(true, OwnFilings, false, false), Some(30)),
        ..active()
    };
    let by = |list: &[(Via, Option<GrantRights>)], removed| Beneficiary {
        assignments: list
            .iter()
            .map(|(via, rights)| Assignment {
                via: *via,
                rights: *rights,
            })
            .collect(),
        removed,
    };
    let whole = grant.offer.scope.rights;
    let records = rights(false, All, true, true);
    let structure = STRUCTURE;
    for (person, open, seen) in [
        (by(&[], false), true, GrantRights::NONE),
        (by(&[(Via::Owner, None)], false), true, whole),
        (by(&[(Via::Assigned, None)], false), true, whole),
        (
            by(&[(Via::Assigned, Some(records))], false),
            true,
            rights(false, OwnFilings, false, false),
        ),
        (
            by(
                &[(Via::Assigned, Some(records)), (Via::Team, Some(structure))],
                false,
            ),
            true,
            whole,
        ),
        (
            by(
                &[(
                    Via::Team,
                    Some(rights(false, RecordsScope::None, true, true)),
                )],
                false,
            ),
            true,
            GrantRights::NONE,
        ),
        (by(&[(Via::Owner, None)], true), true, GrantRights::NONE),
        (by(&[(Via::Owner, None)], false), false, GrantRights::NONE),
    ] {
        let scope = effective(&grant, open, &person, t0());
        assert_eq!(scope.rights, seen, "{person:?}");
        assert!(scope.within(&grant.offer.scope));
    }
}

#[test]
fn a_grant_lets_see_from_its_start_to_its_end_and_not_while_it_is_paused() {
    let start = t0() + Duration::days(2);
    let end = t0() + Duration::days(30);
    let later = Grant::propose(
        GrantSide::Recipient,
        offer(&[1], STRUCTURE, Some(30)),
        Some(start),
        t0(),
    )
    .unwrap();
    assert_eq!(later.in_effect(t0()), Err(NotInEffect::Waiting));
    let later = later.accept(GrantSide::Grantor, None, t0()).unwrap();
    let second = Duration::seconds(1);
    for (at, expected) in [
        (t0(), Err(NotInEffect::NotStarted)),
        (start - second, Err(NotInEffect::NotStarted)),
        (start, Ok(())),
        (end - second, Ok(())),
        (end, Err(NotInEffect::Expired)),
        (end + Duration::days(900), Err(NotInEffect::Expired)),
    ] {
        assert_eq!(later.in_effect(at), expected, "{at}");
    }
    let held = later.pause(GrantSide::Recipient, reason(), start).unwrap();
    assert_eq!(held.in_effect(start), Err(NotInEffect::PausedByRecipient));
    assert_eq!(held.in_effect(end), Err(NotInEffect::Expired));
}

#[test]
fn a_proposal_is_answered_by_the_other_side_only() {
    for by in GrantSide::ALL.iter().copied() {
        let grant = proposed(by);
        assert!(matches!(
            grant.clone().accept(by, None, t0()),
            Err(GrantRefusal::OtherSide(_))
        ));
        assert!(matches!(
            grant.clone().decline(by, None, t0()),
            Err(GrantRefusal::OtherSide(_))
        ));
        assert!(matches!(
            grant.clone().revoke(by.other(), None, t0()),
            Err(GrantRefusal::OtherSide(_))
        ));
        assert!(grant.clone().accept(by.other(), None, t0()).is_ok());
        assert!(grant.clone().decline(by.other(), reason(), t0()).is_ok());
        assert!(grant.revoke(by, reason(), t0()).is_ok());
    }
}

#[test]
fn only_the_grantor_accepts_for_less_and_nobody_for_more() {
    let asked = proposed(GrantSide::Recipient);
    let less = offer(&[1], STRUCTURE, Some(10));
    let accepted = asked
        .clone()
        .accept(GrantSide::Grantor, Some(less.clone()), t0())
        .unwrap();
    assert_eq!(accepted.offer, less);
    for more in [
        offer(&[1, 3], STRUCTURE, Some(10)),
        offer(
            &[1],
            rights(true, RecordsScope::All, false, false),
            Some(10),
        ),
        offer(&[1], STRUCTURE, Some(31)),
        offer(&[1], STRUCTURE, None),
    ] {
        let refused = asked.clone().accept(GrantSide::Grantor, Some(more), t0());
        assert_eq!(refused, Err(GrantRefusal::Exceeds));
    }
    assert!(matches!(
        proposed(GrantSide::Grantor).accept(GrantSide::Recipient, Some(less), t0()),
        Err(GrantRefusal::OtherSide(_))
    ));
}

#[test]
fn the_side_that_paused_resumes() {
    let grant = active();
    let by_recipient = grant
        .clone()
        .pause(GrantSide::Recipient, None, t0())
        .unwrap();
    assert!(matches!(
        by_recipient.clone().resume(GrantSide::Grantor, t0()),
        Err(GrantRefusal::OtherSide(_))
    ));
    assert!(
        by_recipient
            .clone()
            .resume(GrantSide::Recipient, t0())
            .is_ok()
    );
    let taken_over = by_recipient.pause(GrantSide::Grantor, None, t0()).unwrap();
    assert!(
        taken_over
            .clone()
            .resume(GrantSide::Recipient, t0())
            .is_err()
    );
    assert!(taken_over.pause(GrantSide::Recipient, None, t0()).is_err());
}

#[test]
fn what_has_ended_stays_ended() {
    let end = t0() + Duration::days(30);
    let grants = [
        proposed(GrantSide::Grantor)
            .decline(GrantSide::Recipient, None, t0())
            .unwrap(),
        active().revoke(GrantSide::Recipient, None, t0()).unwrap(),
        active().expire(end).unwrap(),
        active(),
    ];
    for grant in grants {
        let at = end;
        for side in GrantSide::ALL.iter().copied() {
            let wanted = grant.offer.clone();
            assert!(grant.clone().accept(side, None, at).is_err());
            assert!(grant.clone().decline(side, None, at).is_err());
            assert!(grant.clone().pause(side, None, at).is_err());
            assert!(grant.clone().resume(side, at).is_err());
            assert!(grant.clone().revoke(side, None, at).is_err());
            assert!(grant.clone().change(side, wanted, at).is_err());
            assert!(grant.clone().accept_change(side, at).is_err());
        }
        assert!(grant.assignable(at).is_err());
    }
    assert!(active().expire(end - Duration::seconds(1)).is_none());
}

#[test]
fn the_grantor_changes_at_will_and_the_recipient_asks_for_more() {
    let more = offer(
        &[1, 2],
        rights(true, RecordsScope::All, false, false),
        Some(30),
    );
    let by_grantor = active()
        .change(GrantSide::Grantor, more.clone(), t0())
        .unwrap();
    assert!(!by_grantor.waits);
    assert_eq!(by_grantor.grant.offer, more);

    let asked = active()
        .change(GrantSide::Recipient, more.clone(), t0())
        .unwrap();
    assert!(asked.waits);
    assert_eq!(asked.grant.offer, active().offer);
    assert_eq!(asked.grant.asked, Some(more.clone()));
    assert!(matches!(
        asked
            .grant
            .clone()
            .accept_change(GrantSide::Recipient, t0()),
        Err(GrantRefusal::OtherSide(_))
    ));
    let agreed = asked
        .grant
        .clone()
        .accept_change(GrantSide::Grantor, t0())
        .unwrap();
    assert_eq!((agreed.offer, agreed.asked), (more, None));
    let refused = asked
        .grant
        .drop_change(GrantSide::Grantor, GrantSide::Grantor, t0())
        .unwrap();
    assert_eq!(refused, active());
    assert_eq!(
        active().accept_change(GrantSide::Grantor, t0()),
        Err(GrantRefusal::NoChangeWaits)
    );
}

#[test]
fn what_the_recipient_gives_up_is_gone_at_once_though_the_rest_waits() {
    let mixed = offer(&[1], rights(true, RecordsScope::All, false, false), None);
    let changed = active()
        .change(GrantSide::Recipient, mixed.clone(), t0())
        .unwrap();
    assert!(changed.waits);
    assert_eq!(changed.grant.offer, offer(&[1], STRUCTURE, Some(30)));
    assert_eq!(changed.grant.asked, Some(mixed));
}

#[test]
fn nothing_is_not_granted_and_ends_come_after_starts() {
    let propose = |offer, start: Option<i64>| {
        let start = start.map(|d| t0() + Duration::days(d));
        Grant::propose(GrantSide::Grantor, offer, start, t0())
    };
    for (grant, refusal) in [
        (
            propose(offer(&[1], GrantRights::NONE, None), None),
            GrantRefusal::NoRight,
        ),
        (
            propose(offer(&[], STRUCTURE, None), None),
            GrantRefusal::NoSubAccount,
        ),
        (
            propose(offer(&[1], STRUCTURE, Some(0)), None),
            GrantRefusal::EndPast,
        ),
        (
            propose(offer(&[1], STRUCTURE, Some(-3)), None),
            GrantRefusal::EndPast,
        ),
        (
            propose(offer(&[1], STRUCTURE, Some(5)), Some(5)),
            GrantRefusal::EndBeforeStart,
        ),
        (
            propose(offer(&[1], STRUCTURE, Some(5)), Some(9)),
            GrantRefusal::EndBeforeStart,
        ),
    ] {
        assert_eq!(grant, Err(refusal));
    }
    let profile_only = Offer {
        scope: GrantScope {
            top_level: true,
            ..offer(&[], STRUCTURE, None).scope
        },
        ends_at: None,
    };
    assert!(propose(profile_only, None).is_ok());
}

#[test]
fn reminders_come_30_7_and_1_days_before() {
    let end = t0() + Duration::days(100);
    for (days, due) in [
        (31, None),
        (30, Some(30)),
        (8, Some(30)),
        (7, Some(7)),
        (2, Some(7)),
        (1, Some(1)),
        (0, None),
        (-1, None),
    ] {
        assert_eq!(reminder_due(end, end - Duration::days(days)), due, "{days}");
    }
}

#[test]
fn records_are_where_importer_numbers_and_filer_codes_are() {
    for (activity, yes) in [
        (BusinessActivity::Importer, true),
        (BusinessActivity::Broker, true),
        (BusinessActivity::ProtestFiler, true),
        (BusinessActivity::DriverCrew, false),
        (BusinessActivity::CarrierSea, false),
        (BusinessActivity::Surety, false),
    ] {
        assert_eq!(has_records(activity), yes, "{activity:?}");
    }
}
