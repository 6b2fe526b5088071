//! The transfer of one business activity with the sub-accounts that carry it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::activities::{AddedBy, BusinessActivity};
use crate::ids::SubAccountId;
use crate::members::{MemberRole, words};

use super::parts::{
    AffectedPerson, Collision, CollisionKind, Effect, MemberFact, MovingIdentifier, Outcome, Plan,
    RightsMove, SUSPENDED, Side, SideOfPerson, SubAccountFact, move_sub_accounts,
};

words! {
    /// What becomes of identifiers that stand in moving and in staying sub-accounts (R2 allows one account only).
    Shared {
        /// They go along and leave the sub-accounts that stay.
        Move = "move",
        /// They stay and leave the sub-accounts that move.
        Stay = "stay",
    }
}

/// Why an activity cannot be transferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferRefusal {
    /// The account does not hold it.
    #[error("this account does not hold the business activity {}", .0.label())]
    NotHeld(BusinessActivity),
    /// Kept for reading only.
    #[error("this business activity has been closed since 2022; it stays where it is, for reading")]
    Closed,
    /// Nothing would be left.
    #[error(
        "every account has at least one sub-account, and nothing would be left in this one; merge the two accounts instead"
    )]
    NothingLeft,
}

/// What the transfer of an activity would do.
///
/// # Errors
/// The refusal.
pub fn plan_transfer(
    from: &Side,
    to: &Side,
    activity: BusinessActivity,
    shared: Option<Shared>,
) -> Result<Plan, TransferRefusal> {
    if !from.activities.contains(&activity) {
        return Err(TransferRefusal::NotHeld(activity));
    }
    if activity.added_by() == AddedBy::Closed {
        return Err(TransferRefusal::Closed);
    }
    let moving: Vec<&SubAccountFact> = from
        .sub_accounts
        .iter()
        .filter(|s| s.activity == activity)
        .collect();
    if !moving.is_empty() && moving.len() == from.sub_accounts.len() {
        return Err(TransferRefusal::NothingLeft);
    }
    let mut plan = Plan {
        activities: vec![activity],
        ..Plan::default()
    };
    move_sub_accounts(&moving, from, to, &mut plan);
    let moved: BTreeSet<SubAccountId> = moving.iter().map(|s| s.id).collect();
    move_identifiers(from, &moved, shared, &mut plan);
    people(from, to, &moved, &mut plan);
    Ok(plan)
}

fn move_identifiers(
    from: &Side,
    moved: &BTreeSet<SubAccountId>,
    shared: Option<Shared>,
    plan: &mut Plan,
) {
    for identifier in &from.identifiers {
        let (going, staying): (Vec<_>, Vec<_>) = identifier
            .places
            .iter()
            .partition(|p| moved.contains(&p.sub_account));
        if going.is_empty() {
            continue;
        }
        let names = |places: &[&super::Place]| -> Vec<String> {
            from.sub_accounts
                .iter()
                .filter(|s| places.iter().any(|p| p.sub_account == s.id))
                .map(|s| s.name.clone())
                .collect()
        };
        let named = format!("{} {}", identifier.kind.label(), identifier.shown);
        let (outcome, kept, lost, detail) = if staying.is_empty() {
            let detail = "goes along".to_owned();
            (Outcome::Moves, going, Vec::new(), detail)
        } else {
            let (outcome, kept, lost) = match shared {
                Some(Shared::Stay) => (Outcome::Stays, staying, going),
                Some(Shared::Move) | None => (Outcome::Moves, going, staying),
            };
            let detail = format!(
                "{}, and is taken out of {}",
                if outcome == Outcome::Stays {
                    "stays"
                } else {
                    "goes along"
                },
                names(&lost).join(", ")
            );
            plan.collisions.push(Collision {
                kind: CollisionKind::SharedIdentifier,
                subject: named,
                solution: if shared.is_none() {
                    "it stands in sub-accounts that move and in others that stay, and an identifier stands in one account only; choose whether such identifiers move or stay".to_owned()
                } else {
                    format!("it {detail}, because an identifier stands in one account only")
                },
                needs_choice: shared.is_none(),
            });
            (outcome, kept, lost, detail)
        };
        plan.identifiers.push(MovingIdentifier {
            id: identifier.id,
            kind: identifier.kind,
            shown: identifier.shown.clone(),
            outcome,
            removed: lost.iter().map(|p| p.id).collect(),
            sub_accounts: names(&kept),
            detail,
        });
    }
}

fn people(from: &Side, to: &Side, moved: &BTreeSet<SubAccountId>, plan: &mut Plan) {
    let has_rights = |m: &MemberFact| m.access.iter().any(|a| moved.contains(&a.sub_account_id));
    for member in &from.members {
        let there = to.member(member.user);
        let affected = member.manages() || has_rights(member);
        if !affected {
            continue;
        }
        let (effect, rights, detail) = match (member.manages(), there) {
            (_, Some(there)) if there.manages() => (
                Effect::Keeps,
                if member.manages() {
                    RightsMove::None
                } else {
                    RightsMove::End
                },
                "manages the other account too and goes on seeing everything that moves",
            ),
            (false, _) if member.suspended => (Effect::Ends, RightsMove::End, SUSPENDED),
            (true, _) => (
                Effect::Ends,
                RightsMove::None,
                "manages this account only, and no longer sees what moves",
            ),
            (false, Some(there)) if there.limits_within(member) => (
                Effect::Keeps,
                RightsMove::Carry,
                "is a user of the other account too, and keeps the rights in what moves",
            ),
            (false, Some(_)) => (
                Effect::Ends,
                RightsMove::End,
                "is a user of the other account too, but without this account's location limits; the rights in what moves end",
            ),
            (false, None) => (
                Effect::Ends,
                RightsMove::End,
                "is no member of the other account; the rights in what moves end",
            ),
        };
        let stays_out = rights == RightsMove::End && effect == Effect::Ends;
        if stays_out && !member.suspended && there.is_some() {
            plan.collisions.push(Collision {
                kind: CollisionKind::Ports,
                subject: member.name.clone(),
                solution:
                    "location limits differ between the two accounts, so the rights in what moves end; the other account's owner may give new ones"
                        .to_owned(),
                needs_choice: false,
            });
        }
        plan.people.push(AffectedPerson {
            user: member.user,
            user_name: member.user_name.clone(),
            name: member.name.clone(),
            side: SideOfPerson::From,
            role_before: Some(member.role),
            role_after: there.map(|m| m.role),
            effect,
            rights,
            detail: detail.to_owned(),
        });
    }
    let gains = |m: &&MemberFact| {
        m.role >= MemberRole::Proxy
            && from
                .member(m.user)
                .is_none_or(|before| !before.manages() && !has_rights(before))
    };
    for member in to.members.iter().filter(gains) {
        plan.people.push(AffectedPerson {
            user: member.user,
            user_name: member.user_name.clone(),
            name: member.name.clone(),
            side: SideOfPerson::To,
            role_before: from.member(member.user).map(|m| m.role),
            role_after: Some(member.role),
            effect: Effect::Gains,
            rights: RightsMove::None,
            detail: "manages the account that gets it, and sees everything that moves".to_owned(),
        });
    }
}
