//! The merge of one account into another: everything moves, and the emptied account stays for reading.

use serde::{Deserialize, Serialize};

use crate::members::{MemberRole, words};

use super::parts::{
    AffectedPerson, Collision, CollisionKind, Effect, MemberFact, MovingIdentifier, Outcome, Plan,
    RightsMove, SUSPENDED, Side, SideOfPerson, SubAccountFact, move_sub_accounts,
};

words! {
    /// What owner and proxies of the emptied account become in the survivor, when they are not members of it.
    Managers {
        /// Proxies: they manage the whole survivor.
        Proxy = "proxy",
        /// Users with every right in the sub-accounts that moved.
        User = "user",
    }
}

/// What the merge of `from` into `into` would do. Members who have not redeemed their invitation do not move.
#[must_use]
pub fn plan_merge(from: &Side, into: &Side, managers: Managers) -> Plan {
    let mut plan = Plan {
        activities: from.activities.iter().copied().collect(),
        ..Plan::default()
    };
    let moving: Vec<&SubAccountFact> = from.sub_accounts.iter().collect();
    move_sub_accounts(&moving, from, into, &mut plan);
    for identifier in &from.identifiers {
        let sub_accounts = from
            .sub_accounts
            .iter()
            .filter(|s| identifier.places.iter().any(|p| p.sub_account == s.id))
            .map(|s| s.name.clone())
            .collect();
        plan.identifiers.push(MovingIdentifier {
            id: identifier.id,
            kind: identifier.kind,
            shown: identifier.shown.clone(),
            outcome: Outcome::Moves,
            removed: Vec::new(),
            sub_accounts,
            detail: "goes along".to_owned(),
        });
    }
    for member in &from.members {
        if member.user_name.is_none() {
            plan.ending_invitations.push(member.email.clone());
            plan.collisions.push(Collision {
                kind: CollisionKind::Invitation,
                subject: member.email.clone(),
                solution: "the invitation was not redeemed and ends; invite the person to the surviving account"
                    .to_owned(),
                needs_choice: false,
            });
            continue;
        }
        let person = match into.member(member.user) {
            there if member.suspended => AffectedPerson {
                role_after: there.map(|m| m.role),
                ..affected(
                    member,
                    member.role,
                    Effect::Ends,
                    RightsMove::End,
                    SUSPENDED.to_owned(),
                )
            },
            Some(there) => member_of_both(member, there, &mut plan),
            None => newcomer(member, managers),
        };
        plan.people.push(person);
    }
    for member in into.members.iter().filter(|m| m.manages()) {
        if from.member(member.user).is_none() {
            plan.people.push(AffectedPerson {
                side: SideOfPerson::To,
                role_before: None,
                ..affected(
                    member,
                    member.role,
                    Effect::Gains,
                    RightsMove::None,
                    "manages the surviving account, and sees everything that moves".to_owned(),
                )
            });
        }
    }
    plan
}

fn affected(
    member: &MemberFact,
    role_after: MemberRole,
    effect: Effect,
    rights: RightsMove,
    detail: String,
) -> AffectedPerson {
    AffectedPerson {
        user: member.user,
        user_name: member.user_name.clone(),
        name: member.name.clone(),
        side: SideOfPerson::From,
        role_before: Some(member.role),
        role_after: Some(role_after),
        effect,
        rights,
        detail,
    }
}

/// Nobody gets more power over the survivor than before, and nobody who managed what moves loses it.
fn member_of_both(member: &MemberFact, there: &MemberFact, plan: &mut Plan) -> AffectedPerson {
    let (effect, rights, detail) = if there.manages() {
        let detail = format!("stays {} of the surviving account", called(there.role));
        (Effect::Keeps, RightsMove::End, detail)
    } else if member.manages() {
        let detail =
            "stays a user of the surviving account, with every right in what moves".to_owned();
        (Effect::Keeps, RightsMove::Full, detail)
    } else if there.limits_within(member) {
        let detail = "stays a user of the surviving account, and keeps the rights in what moves";
        (Effect::Keeps, RightsMove::Carry, detail.to_owned())
    } else {
        plan.collisions.push(Collision {
            kind: CollisionKind::Ports,
            subject: member.name.clone(),
            solution: "location limits differ between the two accounts, so the rights in what moves end; the owner may give new ones".to_owned(),
            needs_choice: false,
        });
        let detail = "stays a user of the surviving account, whose location limits are wider; the rights in what moves end";
        (Effect::Ends, RightsMove::End, detail.to_owned())
    };
    if member.role != there.role {
        plan.collisions.push(Collision {
            kind: CollisionKind::Role,
            subject: member.name.clone(),
            solution: format!(
                "{} of the account that is emptied and {} of the survivor: the role in the survivor stays",
                called(member.role),
                called(there.role)
            ),
            needs_choice: false,
        });
    }
    affected(member, there.role, effect, rights, detail)
}

fn newcomer(member: &MemberFact, managers: Managers) -> AffectedPerson {
    match (member.manages(), managers) {
        (true, Managers::Proxy) => affected(
            member,
            MemberRole::Proxy,
            Effect::Keeps,
            RightsMove::None,
            "becomes a Proxy Account Owner of the surviving account".to_owned(),
        ),
        (true, Managers::User) => affected(
            member,
            MemberRole::User,
            Effect::Keeps,
            RightsMove::Full,
            "becomes a user of the surviving account, with every right in what moves".to_owned(),
        ),
        (false, _) => affected(
            member,
            MemberRole::User,
            Effect::Keeps,
            RightsMove::Carry,
            "becomes a user of the surviving account, and keeps the rights in what moves"
                .to_owned(),
        ),
    }
}

fn called(role: MemberRole) -> &'static str {
    match role {
        MemberRole::Owner => "Account Owner",
        MemberRole::Proxy => "Proxy Account Owner",
        MemberRole::User => "Account User",
    }
}
