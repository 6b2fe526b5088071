//! Random pairs of accounts: nothing is lost, nothing is doubled, nobody reaches further than before.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::activities::BusinessActivity;
use crate::identifiers::IdentifierKind;
use crate::ids::{IdentifierId, SubAccountId, UserId};
use crate::members::{MemberRole, RecordsLevel, ReportsLevel, StructureLevel, SubAccountAccess};

fn id(side: u128, kind: u128, n: usize) -> Uuid {
    Uuid::from_u128(side << 64 | kind << 32 | n as u128)
}

/// Sub-accounts by activity and name, identifiers by the sub-accounts in which they stand, members by role, rights, ports.
type Made = (
    Vec<(bool, u8)>,
    Vec<Vec<usize>>,
    Vec<(u8, Vec<usize>, Vec<u8>)>,
);

fn made() -> impl Strategy<Value = Made> {
    (
        proptest::collection::vec((any::<bool>(), 0_u8..6), 1..6),
        proptest::collection::vec(proptest::collection::vec(0_usize..6, 1..4), 0..5),
        proptest::collection::vec(
            (
                0_u8..3,
                proptest::collection::vec(0_usize..6, 0..4),
                proptest::collection::vec(0_u8..3, 0..3),
            ),
            0..6,
        ),
    )
}

/// `people` are shared between both sides, so that some belong to both.
fn side(number: u128, made: &Made, activities: [BusinessActivity; 2], people: &[usize]) -> Side {
    let (subs, identifiers, members) = made;
    let mut used = BTreeSet::new();
    let sub_accounts: Vec<SubAccountFact> = subs
        .iter()
        .enumerate()
        .map(|(n, (first, name))| {
            let mut name = format!("Place {name}");
            while !used.insert(name.clone()) {
                name.push('+');
            }
            SubAccountFact {
                id: SubAccountId(id(number, 1, n)),
                name,
                activity: activities[usize::from(!first)],
                pending: 0,
            }
        })
        .collect();
    let of = |n: usize| sub_accounts[n % sub_accounts.len()].id;
    let identifiers = identifiers
        .iter()
        .enumerate()
        .map(|(n, places)| {
            let places: BTreeSet<SubAccountId> = places.iter().map(|p| of(*p)).collect();
            IdentifierFact {
                id: IdentifierId(id(number, 2, n)),
                kind: IdentifierKind::ImporterNumber,
                shown: format!("28-{number}{n}"),
                places: places
                    .into_iter()
                    .enumerate()
                    .map(|(at, sub_account)| Place {
                        id: IdentifierId(id(number, 3, n * 10 + at)),
                        sub_account,
                    })
                    .collect(),
            }
        })
        .collect();
    let members = members
        .iter()
        .zip(people)
        .enumerate()
        .map(|(n, ((role, access, ports), person))| {
            let role = match (n, role) {
                (0, _) => MemberRole::Owner,
                (_, 0) => MemberRole::Proxy,
                _ => MemberRole::User,
            };
            let access: BTreeSet<SubAccountId> = access.iter().map(|a| of(*a)).collect();
            MemberFact {
                user: UserId(id(9, 9, *person)),
                user_name: (n == 0 || person % 5 != 4).then(|| format!("person.{person}")),
                name: format!("Person {person}"),
                email: format!("person{person}@example.com"),
                suspended: n != 0 && person % 7 == 3,
                role,
                access: if role == MemberRole::User {
                    access
                        .into_iter()
                        .map(|sub_account_id| SubAccountAccess {
                            sub_account_id,
                            structure: StructureLevel::Read,
                            records: RecordsLevel::Read,
                            reports: ReportsLevel::None,
                        })
                        .collect()
                } else {
                    Vec::new()
                },
                ports: if role == MemberRole::User {
                    ports.iter().map(|p| format!("100{p}")).collect()
                } else {
                    BTreeSet::new()
                },
            }
        })
        .collect();
    Side {
        activities: activities.into_iter().collect(),
        sub_accounts,
        identifiers,
        members,
    }
}

fn world() -> impl Strategy<Value = (Side, Side)> {
    let people = || Just((0..9_usize).collect::<Vec<_>>()).prop_shuffle();
    (made(), made(), people(), people()).prop_map(|(a, b, first, second)| {
        use BusinessActivity::{DriverCrew, Exporter, Importer, ServiceProvider};
        (
            side(1, &a, [Importer, Exporter], &first),
            side(2, &b, [ServiceProvider, DriverCrew], &second),
        )
    })
}

/// The names that the receiving account has afterwards.
fn names_after(plan: &Plan, to: &Side) -> Vec<String> {
    let moved = plan
        .sub_accounts
        .iter()
        .map(|s| s.new_name.clone().unwrap_or_else(|| s.name.clone()));
    to.sub_accounts
        .iter()
        .map(|s| s.name.clone())
        .chain(moved)
        .collect()
}

fn all_different<T: Ord + Clone>(items: &[T]) -> bool {
    items.iter().cloned().collect::<BTreeSet<_>>().len() == items.len()
}

proptest! {
    #[test]
    fn a_transfer_loses_and_doubles_nothing((from, to) in world(), stay in proptest::option::of(any::<bool>())) {
        let shared = stay.map(|stay| if stay { Shared::Stay } else { Shared::Move });
        let activity = BusinessActivity::Importer;
        let carrying: Vec<_> = from.sub_accounts.iter().filter(|s| s.activity == activity).collect();
        let plan = match plan_transfer(&from, &to, activity, shared) {
            Ok(plan) => plan,
            Err(refusal) => {
                prop_assert_eq!(refusal, TransferRefusal::NothingLeft);
                prop_assert_eq!(carrying.len(), from.sub_accounts.len());
                return Ok(());
            }
        };
        // Exactly the sub-accounts of the activity move, and all names there differ afterwards.
        let moved: BTreeSet<SubAccountId> = plan.sub_accounts.iter().map(|s| s.id).collect();
        prop_assert_eq!(&moved, &carrying.iter().map(|s| s.id).collect());
        prop_assert!(moved.len() < from.sub_accounts.len() || carrying.is_empty());
        prop_assert!(all_different(&names_after(&plan, &to)));
        // R2: afterwards no identifier stands in both accounts, and none has lost every place.
        let listed: BTreeMap<_, _> = plan.identifiers.iter().map(|i| (i.id, i)).collect();
        prop_assert_eq!(listed.len(), plan.identifiers.len());
        for identifier in &from.identifiers {
            let removed = listed.get(&identifier.id).map_or(&[][..], |i| &i.removed[..]);
            let left: Vec<_> = identifier.places.iter().filter(|p| !removed.contains(&p.id)).collect();
            prop_assert!(!left.is_empty());
            let goes = left.iter().any(|p| moved.contains(&p.sub_account));
            let stays = left.iter().any(|p| !moved.contains(&p.sub_account));
            prop_assert!(goes != stays);
            let moves = listed.get(&identifier.id).is_some_and(|i| i.outcome == Outcome::Moves);
            prop_assert_eq!(goes, moves);
            // Without a choice the proposer is asked.
            if !removed.is_empty() && shared.is_none() {
                prop_assert!(plan.needs_choice());
            }
        }
        if shared.is_some() {
            prop_assert!(!plan.needs_choice());
        }
        // Rights are carried to members of the other account only, and only under limits that are at least as narrow.
        for person in &plan.people {
            if person.rights == RightsMove::Carry {
                let (here, there) = (from.member(person.user).unwrap(), to.member(person.user).unwrap());
                prop_assert_eq!(there.role, MemberRole::User);
                // A move is no way around a review in which nobody answered.
                prop_assert!(!here.suspended);
                prop_assert!(here.ports.is_empty() || (!there.ports.is_empty() && there.ports.is_subset(&here.ports)));
            }
        }
        // Everybody who had anything in what moves is named.
        for member in &from.members {
            let had = member.manages() || member.access.iter().any(|a| moved.contains(&a.sub_account_id));
            prop_assert_eq!(had, plan.people.iter().any(|p| p.user == member.user && p.side == SideOfPerson::From));
        }
    }

    #[test]
    fn a_merge_loses_and_doubles_nothing((from, into) in world(), as_user in any::<bool>()) {
        let managers = if as_user { Managers::User } else { Managers::Proxy };
        let plan = plan_merge(&from, &into, managers);
        prop_assert!(!plan.needs_choice());
        prop_assert_eq!(plan.sub_accounts.len(), from.sub_accounts.len());
        prop_assert_eq!(plan.identifiers.len(), from.identifiers.len());
        prop_assert_eq!(plan.activities.len(), from.activities.len());
        prop_assert!(all_different(&names_after(&plan, &into)));
        prop_assert!(plan.identifiers.iter().all(|i| i.removed.is_empty()));
        for member in &from.members {
            let named: Vec<_> = plan.people.iter().filter(|p| p.user == member.user && p.side == SideOfPerson::From).collect();
            if member.user_name.is_none() {
                prop_assert!(named.is_empty());
                prop_assert!(plan.ending_invitations.contains(&member.email));
                continue;
            }
            prop_assert_eq!(named.len(), 1);
            if member.suspended {
                prop_assert_eq!(named[0].role_after, into.member(member.user).map(|m| m.role));
                prop_assert_eq!((named[0].effect, named[0].rights), (Effect::Ends, RightsMove::End));
                continue;
            }
            let after = named[0].role_after.unwrap();
            match into.member(member.user) {
                // Nobody gets more power over the survivor than before.
                Some(there) => prop_assert_eq!(after, there.role),
                None => {
                    prop_assert!(after < MemberRole::Owner);
                    prop_assert!(after == MemberRole::User || (member.manages() && !as_user));
                }
            }
            // Whoever managed what moves can do everything in it afterwards.
            if member.manages() {
                prop_assert!(after >= MemberRole::Proxy || named[0].rights == RightsMove::Full);
            } else {
                prop_assert!(named[0].rights != RightsMove::Full);
            }
        }
    }

    /// A plan is kept as text and read back as the same plan.
    #[test]
    fn a_plan_is_read_back_as_it_was((from, into) in world()) {
        let plan = plan_merge(&from, &into, Managers::User);
        let text = serde_json::to_string(&plan).unwrap();
        prop_assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
    }
}

#[test]
fn a_taken_name_gets_the_first_free_number() {
    let sub = |n: usize, name: &str| SubAccountFact {
        id: SubAccountId(id(1, 1, n)),
        name: name.to_owned(),
        activity: BusinessActivity::Importer,
        pending: 0,
    };
    let long = "x".repeat(80);
    let there = Side {
        sub_accounts: vec![sub(7, "First"), sub(8, &long)],
        ..Side::default()
    };
    let from = Side {
        sub_accounts: vec![
            sub(0, "First"),
            sub(1, "First (2)"),
            sub(2, &long),
            sub(3, "Own"),
        ],
        ..Side::default()
    };
    let plan = plan_merge(&from, &there, Managers::Proxy);
    let names: Vec<_> = plan
        .sub_accounts
        .iter()
        .map(|s| s.new_name.as_deref())
        .collect();
    let cut = format!("{} (2)", "x".repeat(76));
    assert_eq!(names, [Some("First (3)"), None, Some(cut.as_str()), None]);
}

#[test]
fn closed_and_foreign_activities_do_not_move() {
    let side = Side {
        activities: [BusinessActivity::Cartman].into(),
        ..Side::default()
    };
    assert_eq!(
        plan_transfer(&side, &Side::default(), BusinessActivity::Cartman, None),
        Err(TransferRefusal::Closed)
    );
    assert_eq!(
        plan_transfer(&side, &Side::default(), BusinessActivity::Surety, None),
        Err(TransferRefusal::NotHeld(BusinessActivity::Surety))
    );
}
