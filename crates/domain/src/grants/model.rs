//! The life of a grant against a model that is written the other way round, and R9 over random worlds: whatever the order
//! of grant, shrink, pause, end, regroup and leave, nobody ever holds a right that the grant does not.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::ids::SubAccountId;

fn t0() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn sides() -> impl Strategy<Value = GrantSide> {
    prop_oneof![Just(GrantSide::Grantor), Just(GrantSide::Recipient)]
}

fn any_rights() -> impl Strategy<Value = GrantRights> {
    (
        any::<bool>(),
        prop_oneof![
            Just(RecordsScope::None),
            Just(RecordsScope::OwnFilings),
            Just(RecordsScope::All)
        ],
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(structure, records, reports, users)| GrantRights {
            structure,
            records,
            reports,
            users,
        })
}

fn any_scope() -> impl Strategy<Value = GrantScope> {
    let subs = prop_oneof![
        Just(SubAccounts::All),
        proptest::collection::btree_set(0_u128..4, 0..4).prop_map(|ids| {
            SubAccounts::Named(
                ids.into_iter()
                    .map(|n| SubAccountId(Uuid::from_u128(n)))
                    .collect(),
            )
        })
    ];
    (subs, any::<bool>(), any_rights()).prop_map(|(sub_accounts, top_level, rights)| GrantScope {
        sub_accounts,
        top_level,
        rights,
    })
}

fn any_offer() -> impl Strategy<Value = Offer> {
    (any_scope(), proptest::option::of(-2_i64..60)).prop_map(|(scope, days)| Offer {
        scope,
        ends_at: days.map(|d| t0() + Duration::days(d)),
    })
}

#[derive(Clone, Debug)]
enum Step {
    Accept(GrantSide, Option<Offer>),
    Decline(GrantSide),
    Pause(GrantSide),
    Resume(GrantSide),
    Revoke(GrantSide),
    Change(GrantSide, Offer),
    AcceptChange(GrantSide),
    DropChange(GrantSide),
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        (sides(), proptest::option::of(any_offer())).prop_map(|(s, o)| Step::Accept(s, o)),
        sides().prop_map(Step::Decline),
        sides().prop_map(Step::Pause),
        sides().prop_map(Step::Resume),
        sides().prop_map(Step::Revoke),
        (sides(), any_offer()).prop_map(|(s, o)| Step::Change(s, o)),
        sides().prop_map(Step::AcceptChange),
        sides().prop_map(Step::DropChange),
        (0_i64..20).prop_map(Step::Wait),
    ]
}

/// What the model knows: a word, who asked, who holds, and the most that the grantor has ever agreed to since.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Model {
    word: &'static str,
    asker: GrantSide,
    holder: Option<GrantSide>,
    /// What the grantor stands behind: nobody ever gets more.
    agreed: Option<Offer>,
    waits: Option<Offer>,
}

fn apply(grant: &Grant, step: &Step, now: DateTime<Utc>) -> Result<Grant, GrantRefusal> {
    let grant = grant.clone();
    match step {
        Step::Accept(side, less) => grant.accept(*side, less.clone(), now),
        Step::Decline(side) => grant.decline(*side, None, now),
        Step::Pause(side) => grant.pause(*side, None, now),
        Step::Resume(side) => grant.resume(*side, now),
        Step::Revoke(side) => grant.revoke(*side, None, now),
        Step::Change(side, offer) => grant.change(*side, offer.clone(), now).map(|c| c.grant),
        Step::AcceptChange(side) => grant.accept_change(*side, now),
        Step::DropChange(side) => grant.drop_change(*side, *side, now),
        Step::Wait(_) => Ok(grant),
    }
}

proptest! {
    /// Every step is allowed by the domain exactly when the model allows it, and leads where the model says.
    #[test]
    fn the_life_of_a_grant_is_that_of_the_model(
        asker in sides(),
        first in any_offer(),
        walk in proptest::collection::vec(steps(), 1..24),
    ) {
        let mut now = t0();
        let sound = |offer: &Offer, now| {
            offer.sound().is_ok() && offer.ends_at.is_none_or(|end| end > now)
        };
        let born = Grant::propose(asker, first.clone(), None, now);
        prop_assert_eq!(born.is_ok(), sound(&first, now));
        let Ok(mut grant) = born else { return Ok(()) };
        let mut model = Model {
            word: "proposed",
            asker,
            holder: None,
            agreed: (asker == GrantSide::Grantor).then(|| first.clone()),
            waits: None,
        };
        for step in walk {
            if let Step::Wait(days) = step {
                now += Duration::days(days);
            }
            let over = model.word == "ended" || grant.offer.ends_at.is_some_and(|end| end <= now);
            let old = grant.offer.clone();
            let next: Option<Model> = match &step {
                Step::Wait(_) => Some(model.clone()),
                _ if over => None,
                Step::Accept(side, less) => {
                    let fits = match less {
                        None => true,
                        Some(less) => *side == GrantSide::Grantor && less.within(&old) && sound(less, now),
                    };
                    (model.word == "proposed" && *side != model.asker && fits).then(|| Model {
                        word: "active",
                        agreed: Some(less.clone().unwrap_or_else(|| old.clone())),
                        ..model.clone()
                    })
                }
                Step::Decline(side) => (model.word == "proposed" && *side != model.asker)
                    .then(|| Model { word: "ended", ..model.clone() }),
                Step::Pause(side) => {
                    let taken_over = model.word == "paused"
                        && model.holder == Some(GrantSide::Recipient)
                        && *side == GrantSide::Grantor;
                    (model.word == "active" || taken_over).then(|| Model {
                        word: "paused",
                        holder: Some(*side),
                        ..model.clone()
                    })
                }
                Step::Resume(side) => (model.word == "paused" && model.holder == Some(*side))
                    .then(|| Model { word: "active", holder: None, ..model.clone() }),
                Step::Revoke(side) => (model.word != "proposed" || *side == model.asker)
                    .then(|| Model { word: "ended", waits: None, ..model.clone() }),
                Step::Change(side, wanted) => {
                    let may = model.word != "proposed" || *side == model.asker;
                    (may && sound(wanted, now)).then(|| {
                        let whole = model.word == "proposed"
                            || *side == GrantSide::Grantor
                            || wanted.within(&old);
                        let by_grantor = *side == GrantSide::Grantor;
                        Model {
                            agreed: if by_grantor { Some(wanted.clone()) } else { model.agreed.clone() },
                            waits: if whole {
                                model.waits.clone().filter(|w| !w.within(wanted))
                            } else {
                                Some(wanted.clone())
                            },
                            ..model.clone()
                        }
                    })
                }
                Step::AcceptChange(side) => match &model.waits {
                    Some(waits) if *side == GrantSide::Grantor && model.word != "proposed" && sound(waits, now) => {
                        Some(Model { agreed: Some(waits.clone()), waits: None, ..model.clone() })
                    }
                    _ => None,
                },
                Step::DropChange(_) => (model.waits.is_some() && model.word != "proposed")
                    .then(|| Model { waits: None, ..model.clone() }),
            };
            let done = apply(&grant, &step, now);
            prop_assert_eq!(done.is_ok(), next.is_some(), "{:?} from {:?}: {:?}", step, model, done);
            if let (Ok(done), Some(next)) = (done, next) {
                grant = done;
                model = next;
            }
            let stored = grant.state.word();
            prop_assert_eq!(stored, model.word);
            prop_assert_eq!(&grant.asked, &model.waits);
            if grant.in_effect(now).is_ok() {
                prop_assert_eq!(model.word, "active");
                let agreed = model.agreed.clone();
                prop_assert!(agreed.is_some_and(|agreed| grant.offer.within(&agreed)), "more than the grantor agreed to");
                prop_assert!(grant.offer.ends_at.is_none_or(|end| now < end));
            }
        }
    }
}

/// A random world: a few grants of one client to a few brokers, people who come and go, teams and groups.
#[derive(Clone, Debug)]
enum Act {
    Life(usize, Step),
    Assign(usize, usize, Option<GrantRights>),
    Unassign(usize, usize),
    Remove(usize, usize),
    Readmit(usize, usize),
    Leave(usize, usize),
    Join(usize, usize),
    Own(usize, usize),
    JoinTeam(usize, usize),
    LeaveTeam(usize, usize),
    Group(usize, bool),
    Link(usize, Option<Option<GrantRights>>),
    Close(bool),
}

const BROKERS: usize = 3;
const PEOPLE: usize = 4;

fn acts() -> impl Strategy<Value = Act> {
    let pair = || (0..BROKERS, 0..PEOPLE);
    prop_oneof![
        6 => (0..BROKERS, steps()).prop_map(|(g, s)| Act::Life(g, s)),
        2 => (pair(), proptest::option::of(any_rights())).prop_map(|((g, p), r)| Act::Assign(g, p, r)),
        1 => pair().prop_map(|(g, p)| Act::Unassign(g, p)),
        1 => pair().prop_map(|(g, p)| Act::Remove(g, p)),
        1 => pair().prop_map(|(g, p)| Act::Readmit(g, p)),
        1 => pair().prop_map(|(g, p)| Act::Leave(g, p)),
        1 => pair().prop_map(|(g, p)| Act::Join(g, p)),
        1 => pair().prop_map(|(g, p)| Act::Own(g, p)),
        1 => pair().prop_map(|(g, p)| Act::JoinTeam(g, p)),
        1 => pair().prop_map(|(g, p)| Act::LeaveTeam(g, p)),
        1 => (0..BROKERS, any::<bool>()).prop_map(|(g, b)| Act::Group(g, b)),
        1 => (0..BROKERS, proptest::option::of(proptest::option::of(any_rights()))).prop_map(|(g, l)| Act::Link(g, l)),
        1 => any::<bool>().prop_map(Act::Close),
    ]
}

/// One broker with its grant and people, kept as the tables keep them.
#[derive(Clone, Debug, Default)]
struct Broker {
    grant: Option<Grant>,
    owner: Option<usize>,
    members: BTreeSet<usize>,
    assigned: BTreeMap<usize, Option<GrantRights>>,
    removed: BTreeSet<usize>,
    team: BTreeSet<usize>,
    grouped: bool,
    link: Option<Option<GrantRights>>,
}

impl Broker {
    fn beneficiary(&self, person: usize) -> Beneficiary {
        let mut assignments = Vec::new();
        if self.owner == Some(person) {
            assignments.push(Assignment {
                via: Via::Owner,
                rights: None,
            });
        }
        if let Some(rights) = self.assigned.get(&person) {
            assignments.push(Assignment {
                via: Via::Assigned,
                rights: *rights,
            });
        }
        if let (true, Some(rights), true) = (self.grouped, self.link, self.team.contains(&person)) {
            assignments.push(Assignment {
                via: Via::Team,
                rights,
            });
        }
        Beneficiary {
            assignments,
            removed: self.removed.contains(&person),
        }
    }

    fn leave(&mut self, person: usize) {
        if self.owner == Some(person) {
            return;
        }
        self.members.remove(&person);
        self.assigned.remove(&person);
        self.team.remove(&person);
    }
}

proptest! {
    /// R9.
    #[test]
    fn nobody_ever_holds_a_right_that_the_grant_does_not(
        offers in proptest::collection::vec(any_offer(), BROKERS),
        walk in proptest::collection::vec(acts(), 1..60),
    ) {
        let mut now = t0();
        let mut open = true;
        let mut world: Vec<Broker> = offers
            .into_iter()
            .map(|offer| Broker {
                grant: Grant::propose(GrantSide::Grantor, offer, None, now).ok(),
                owner: Some(0),
                members: (0..2).collect(),
                ..Broker::default()
            })
            .collect();
        for act in walk {
            match act {
                Act::Life(g, step) => {
                    if let Step::Wait(days) = step {
                        now += Duration::days(days);
                    }
                    let broker = &mut world[g];
                    if let Some(grant) = &broker.grant
                        && let Ok(done) = apply(grant, &step, now)
                    {
                        broker.grant = Some(done);
                    }
                }
                Act::Assign(g, p, rights) => {
                    let broker = &mut world[g];
                    if broker.members.contains(&p)
                        && let Some(grant) = &broker.grant
                        && grant.assignable(now).is_ok()
                        && rights.is_none_or(|r| r.within(grant.offer.scope.rights))
                    {
                        broker.assigned.insert(p, rights);
                    }
                }
                Act::Unassign(g, p) => {
                    world[g].assigned.remove(&p);
                }
                Act::Remove(g, p) => {
                    world[g].removed.insert(p);
                }
                Act::Readmit(g, p) => {
                    world[g].removed.remove(&p);
                }
                Act::Leave(g, p) => world[g].leave(p),
                Act::Join(g, p) => {
                    world[g].members.insert(p);
                }
                Act::Own(g, p) => {
                    if world[g].members.contains(&p) {
                        world[g].owner = Some(p);
                    }
                }
                Act::JoinTeam(g, p) => {
                    if world[g].members.contains(&p) {
                        world[g].team.insert(p);
                    }
                }
                Act::LeaveTeam(g, p) => {
                    world[g].team.remove(&p);
                }
                Act::Group(g, grouped) => world[g].grouped = grouped,
                Act::Link(g, link) => world[g].link = link,
                Act::Close(closed) => open = !closed,
            }
            for broker in &world {
                let Some(grant) = &broker.grant else { continue };
                for person in 0..PEOPLE {
                    let sees = effective(grant, open, &broker.beneficiary(person), now);
                    prop_assert!(sees.rights.is_nothing() || sees.within(&grant.offer.scope));
                    let nothing = !open
                        || grant.in_effect(now).is_err()
                        || broker.removed.contains(&person)
                        || !broker.members.contains(&person);
                    if nothing {
                        prop_assert!(sees.rights.is_nothing(), "{person} sees {sees:?}");
                    }
                }
            }
        }
    }
}
