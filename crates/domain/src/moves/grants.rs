//! What a transfer or a merge does to cross-account grants: they follow the sub-accounts that they name, or end, and never reach
//! further than before because structure moved.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::parts::{AffectedGrant, Collision, CollisionKind, GrantSide, Outcome, Plan};
use crate::ids::{AccountId, SubAccountId};
use crate::members::words;

words! {
    /// What is done to the rows of a grant.
    GrantAct {
        /// Nothing; it is named for information.
        None = "none",
        /// The other account gives it from now on, over the sub-accounts that it names.
        Give = "give",
        /// The other account gives it from now on, over the sub-accounts that move, which it names.
        GiveNamed = "give_named",
        /// The other account receives it from now on.
        Receive = "receive",
        /// The sub-accounts that move are taken out of it.
        Narrow = "narrow",
        /// It names the sub-accounts that it covers today, instead of all.
        Name = "name",
        /// It ends.
        End = "end",
    }
}

/// A grant that lives or waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantFact {
    /// Identity.
    pub id: Uuid,
    /// Who gives.
    pub grantor: AccountId,
    /// Who receives.
    pub recipient: AccountId,
    /// The company on the other side.
    pub company: String,
    /// It covers all sub-accounts, also those that come.
    pub all: bool,
    /// Or these.
    pub sub_accounts: BTreeSet<SubAccountId>,
}

/// The living grants of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// Given by it.
    pub given: Vec<GrantFact>,
    /// Received by it.
    pub received: Vec<GrantFact>,
}

impl Grants {
    fn gives_to(&self, recipient: AccountId) -> bool {
        self.given.iter().any(|g| g.recipient == recipient)
    }

    fn receives_from(&self, grantor: AccountId) -> bool {
        self.received.iter().any(|g| g.grantor == grantor)
    }
}

fn affected(
    grant: &GrantFact,
    side: GrantSide,
    outcome: Outcome,
    act: GrantAct,
    detail: &str,
) -> AffectedGrant {
    AffectedGrant {
        id: grant.id,
        company: grant.company.clone(),
        side,
        outcome,
        act,
        detail: detail.to_owned(),
    }
}

const LEFT_BEHIND: &str = "goes along with the sub-accounts that it covers; what it said about the account itself and about its users stays behind";
const ONESELF: &str = "ends, because it would be a grant to oneself";
const SECOND: &str =
    "ends, because there is a grant between the same two accounts already, which stays as it is";

fn collide(plan: &mut Plan, grant: &GrantFact) {
    plan.collisions.push(Collision {
        kind: CollisionKind::Grant,
        subject: grant.company.clone(),
        solution: "both accounts have a grant with the same account, and there is one between two accounts: that of the account that gets the structure stays, the other one ends".to_owned(),
        needs_choice: false,
    });
}

/// Adds to a plan what a transfer of its sub-accounts does to grants.
pub fn plan_grants_of_transfer(plan: &mut Plan, to: AccountId, giving: &Grants, getting: &Grants) {
    let moved: BTreeSet<SubAccountId> = plan.sub_accounts.iter().map(|s| s.id).collect();
    if moved.is_empty() {
        return;
    }
    let given = GrantSide::Given;
    for grant in &giving.given {
        let line = if grant.all {
            let words = "covers what stays; what moves is no longer covered by it";
            affected(grant, given, Outcome::Shrinks, GrantAct::None, words)
        } else if grant.sub_accounts.is_disjoint(&moved) {
            continue;
        } else if !grant.sub_accounts.is_subset(&moved) {
            let words = "covers what stays; what moves is taken out of it";
            affected(grant, given, Outcome::Shrinks, GrantAct::Narrow, words)
        } else if grant.recipient == to {
            affected(grant, given, Outcome::Ends, GrantAct::End, ONESELF)
        } else if getting.gives_to(grant.recipient) {
            collide(plan, grant);
            affected(grant, given, Outcome::Ends, GrantAct::End, SECOND)
        } else {
            affected(grant, given, Outcome::Moves, GrantAct::Give, LEFT_BEHIND)
        };
        plan.grants.push(line);
    }
    for grant in getting.given.iter().filter(|g| g.all) {
        let words = "is of the account that gets the activity and covers the sub-accounts that it has today; what arrives is not covered by it";
        plan.grants.push(affected(
            grant,
            given,
            Outcome::Stays,
            GrantAct::Name,
            words,
        ));
    }
}

/// Adds to a plan what a merge does to grants.
pub fn plan_grants_of_merge(
    plan: &mut Plan,
    from: AccountId,
    into: AccountId,
    giving: &Grants,
    getting: &Grants,
) {
    for grant in &giving.given {
        let given = GrantSide::Given;
        let line = if grant.recipient == into {
            affected(grant, given, Outcome::Ends, GrantAct::End, ONESELF)
        } else if getting.gives_to(grant.recipient) {
            collide(plan, grant);
            affected(grant, given, Outcome::Ends, GrantAct::End, SECOND)
        } else if grant.all {
            affected(
                grant,
                given,
                Outcome::Moves,
                GrantAct::GiveNamed,
                LEFT_BEHIND,
            )
        } else {
            affected(grant, given, Outcome::Moves, GrantAct::Give, LEFT_BEHIND)
        };
        plan.grants.push(line);
    }
    for grant in &giving.received {
        let received = GrantSide::Received;
        let line = if grant.grantor == into {
            affected(grant, received, Outcome::Ends, GrantAct::End, ONESELF)
        } else if getting.receives_from(grant.grantor) {
            collide(plan, grant);
            affected(grant, received, Outcome::Ends, GrantAct::End, SECOND)
        } else {
            let words = "the surviving account receives it, with the same people";
            affected(grant, received, Outcome::Moves, GrantAct::Receive, words)
        };
        plan.grants.push(line);
    }
    for grant in &getting.given {
        let given = GrantSide::Given;
        if grant.all && grant.recipient != from {
            let words = "is of the surviving account and covers the sub-accounts that it has today; what arrives is not covered by it";
            plan.grants.push(affected(
                grant,
                given,
                Outcome::Stays,
                GrantAct::Name,
                words,
            ));
        }
    }
}
