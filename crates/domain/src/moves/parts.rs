//! The facts that a plan is made of, and the plan. A plan is kept as JSON: it is what was agreed to, and later the record of
//! what moved.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::grants::GrantAct;
use crate::activities::BusinessActivity;
use crate::identifiers::IdentifierKind;
use crate::ids::{IdentifierId, SubAccountId, UserId};
use crate::members::{MemberRole, SubAccountAccess, words};
use crate::people::SubAccountName;

/// A sub-account as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubAccountFact {
    /// Identity.
    pub id: SubAccountId,
    /// Name, unique within its account.
    pub name: String,
    /// The activity that it carries.
    pub activity: BusinessActivity,
    /// How many identifiers wait for the registrar in it.
    pub pending: u64,
}

/// Where an identifier stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Identity of the place.
    pub id: IdentifierId,
    /// The sub-account.
    pub sub_account: SubAccountId,
}

/// An identifier as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentifierFact {
    /// Identity.
    pub id: IdentifierId,
    /// Kind.
    pub kind: IdentifierKind,
    /// What is shown of it.
    pub shown: String,
    /// Where it stands; at least one place.
    pub places: Vec<Place>,
}

/// A member as he or she is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberFact {
    /// Who.
    pub user: UserId,
    /// The User ID; none until the invitation is redeemed.
    pub user_name: Option<String>,
    /// Given and family name.
    pub name: String,
    /// E-mail address on file.
    pub email: String,
    /// The role.
    pub role: MemberRole,
    /// Rights per sub-account, for plain users.
    pub access: Vec<SubAccountAccess>,
    /// Port codes that records are limited to; empty means every port.
    pub ports: BTreeSet<String>,
    /// An access review has suspended the access, because nobody answered for the person by its date.
    pub suspended: bool,
}

/// What is said of a person whose access is suspended: a move is no way around a review.
pub(super) const SUSPENDED: &str = "access to this account is suspended by an access review in which nobody answered, so no rights go along";

impl MemberFact {
    pub(super) fn manages(&self) -> bool {
        self.role >= MemberRole::Proxy
    }

    /// True when rights that `other` has under own location limits may be carried here without reaching further.
    pub(super) fn limits_within(&self, other: &Self) -> bool {
        if self.manages() {
            return true;
        }
        other.manages()
            || other.ports.is_empty()
            || (!self.ports.is_empty() && self.ports.is_subset(&other.ports))
    }
}

/// One of the two accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// The activities that it holds.
    pub activities: BTreeSet<BusinessActivity>,
    /// Its sub-accounts.
    pub sub_accounts: Vec<SubAccountFact>,
    /// Its identifiers.
    pub identifiers: Vec<IdentifierFact>,
    /// Its members.
    pub members: Vec<MemberFact>,
}

impl Side {
    pub(super) fn member(&self, user: UserId) -> Option<&MemberFact> {
        self.members.iter().find(|m| m.user == user)
    }
}

words! {
    /// What becomes of an identifier or a grant.
    Outcome {
        /// It goes along.
        Moves = "moves",
        /// It is over.
        Ends = "ends",
        /// It remains where it is.
        Stays = "stays",
        /// Part of it goes or ends.
        Shrinks = "shrinks",
    }
}

/// A sub-account that moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovingSubAccount {
    /// Identity.
    pub id: SubAccountId,
    /// Its name now.
    pub name: String,
    /// Its name afterwards, when the old one is taken there.
    pub new_name: Option<String>,
    /// The activity that it carries.
    pub activity: BusinessActivity,
    /// How many identifiers go with it.
    pub identifiers: u64,
    /// How many wait for the registrar in it.
    pub pending: u64,
}

/// An identifier that is affected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovingIdentifier {
    /// Identity.
    pub id: IdentifierId,
    /// Kind.
    pub kind: IdentifierKind,
    /// What is shown of it.
    pub shown: String,
    /// Whether it moves or stays.
    pub outcome: Outcome,
    /// The places that it loses, because an identifier stands in one account only (R2).
    pub removed: Vec<IdentifierId>,
    /// The names of the sub-accounts in which it stands afterwards.
    pub sub_accounts: Vec<String>,
    /// In words.
    pub detail: String,
}

words! {
    /// Which account a person is seen from.
    SideOfPerson {
        /// The one that gives.
        From = "from",
        /// The one that gets.
        To = "to",
    }
}

words! {
    /// What happens to what a person may do.
    Effect {
        /// The same as before.
        Keeps = "keeps",
        /// Access ends.
        Ends = "ends",
        /// Access begins.
        Gains = "gains",
    }
}

words! {
    /// How the rights of a person in moving sub-accounts are treated.
    RightsMove {
        /// There are none in rows: owner and proxies have all of an account.
        None = "none",
        /// The rows go along.
        Carry = "carry",
        /// The rows end.
        End = "end",
        /// Rows are made that allow everything, for somebody who managed the account before.
        Full = "full",
    }
}

/// A person who is affected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AffectedPerson {
    /// Who.
    pub user: UserId,
    /// The User ID.
    pub user_name: Option<String>,
    /// Given and family name.
    pub name: String,
    /// The account from which the effect is told.
    pub side: SideOfPerson,
    /// The role in the giving account before.
    pub role_before: Option<MemberRole>,
    /// The role in the receiving account afterwards.
    pub role_after: Option<MemberRole>,
    /// What happens.
    pub effect: Effect,
    /// How single rights are treated.
    pub rights: RightsMove,
    /// In words.
    pub detail: String,
}

words! {
    /// Whose grant it is, seen from the giving account.
    GrantSide {
        /// The account gave it.
        Given = "given",
        /// The account received it.
        Received = "received",
    }
}

/// A cross-account grant that is affected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AffectedGrant {
    /// Identity.
    pub id: uuid::Uuid,
    /// The company on the other side.
    pub company: String,
    /// Given or received.
    pub side: GrantSide,
    /// What becomes of it.
    pub outcome: Outcome,
    /// What is done to it.
    pub act: GrantAct,
    /// In words.
    pub detail: String,
}

words! {
    /// What kind of things collide.
    CollisionKind {
        /// A name that is taken.
        SubAccountName = "sub_account_name",
        /// An identifier in moving and staying sub-accounts.
        SharedIdentifier = "shared_identifier",
        /// A person with different roles.
        Role = "role",
        /// A person with different location limits.
        Ports = "ports",
        /// An invitation that was not redeemed.
        Invitation = "invitation",
        /// Drafts to the same company.
        Draft = "draft",
        /// Grants with the same account.
        Grant = "grant",
    }
}

/// Two things that cannot both stay as they are, and what is done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collision {
    /// What kind.
    pub kind: CollisionKind,
    /// What collides.
    pub subject: String,
    /// How it is solved.
    pub solution: String,
    /// True while a choice of the proposer is missing.
    pub needs_choice: bool,
}

/// Everything that would happen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The activities that move.
    pub activities: Vec<BusinessActivity>,
    /// The sub-accounts that move.
    pub sub_accounts: Vec<MovingSubAccount>,
    /// The identifiers that are affected.
    pub identifiers: Vec<MovingIdentifier>,
    /// The people who are affected.
    pub people: Vec<AffectedPerson>,
    /// The grants that are affected.
    pub grants: Vec<AffectedGrant>,
    /// What collides.
    pub collisions: Vec<Collision>,
    /// How many contacts move.
    pub contacts: u64,
    /// How many postal addresses move.
    pub addresses: u64,
    /// Invitations that end, by address.
    pub ending_invitations: Vec<String>,
    /// Other open changes that end, in words.
    pub ending_changes: Vec<String>,
}

impl Plan {
    /// True while a choice of the proposer is missing.
    #[must_use]
    pub fn needs_choice(&self) -> bool {
        self.collisions.iter().any(|c| c.needs_choice)
    }
}

/// Names for sub-accounts that move into an account: the old one, or the old one with the first number that is free.
pub(super) fn renamed(moving: &[&SubAccountFact], there: &Side) -> Vec<Option<String>> {
    let mut taken: BTreeSet<String> = there.sub_accounts.iter().map(|s| s.name.clone()).collect();
    let clash: BTreeSet<String> = moving
        .iter()
        .filter(|s| taken.contains(&s.name))
        .map(|s| s.name.clone())
        .collect();
    taken.extend(moving.iter().map(|s| s.name.clone()));
    moving
        .iter()
        .map(|sub| {
            if !clash.contains(&sub.name) {
                return None;
            }
            let free = (2_u32..)
                .map(|n| numbered(&sub.name, n))
                .find(|name| !taken.contains(name));
            taken.extend(free.clone());
            free
        })
        .collect()
}

fn numbered(name: &str, n: u32) -> String {
    let tail = format!(" ({n})");
    let room = SubAccountName::MAX - tail.chars().count();
    let head: String = name.chars().take(room).collect();
    format!("{}{tail}", head.trim_end())
}

/// The sub-accounts that move, with their new names, and the collisions of names.
pub(super) fn move_sub_accounts(
    moving: &[&SubAccountFact],
    from: &Side,
    there: &Side,
    plan: &mut Plan,
) {
    let names = renamed(moving, there);
    for (sub, new_name) in moving.iter().zip(names) {
        let identifiers = from
            .identifiers
            .iter()
            .filter(|i| i.places.iter().any(|p| p.sub_account == sub.id))
            .count();
        if let Some(new) = &new_name {
            plan.collisions.push(Collision {
                kind: CollisionKind::SubAccountName,
                subject: sub.name.clone(),
                solution: format!(
                    "the other account has a sub-account of this name, so the one that moves is called \"{new}\" there"
                ),
                needs_choice: false,
            });
        }
        plan.sub_accounts.push(MovingSubAccount {
            id: sub.id,
            name: sub.name.clone(),
            new_name,
            activity: sub.activity,
            identifiers: identifiers as u64,
            pending: sub.pending,
        });
    }
}
