//! Structure that moves between two accounts of one company: what a transfer of an activity or a merge would do to
//! sub-accounts, identifiers and people, and how each collision is solved. Pure: facts in, plan out. Who may ask for it, and
//! how the plan is carried out, is elsewhere.

mod grants;
mod merge;
mod parts;
mod transfer;

#[cfg(test)]
mod tests;

pub use grants::{GrantAct, GrantFact, Grants, plan_grants_of_merge, plan_grants_of_transfer};
pub use merge::{Managers, plan_merge};
pub use parts::{
    AffectedGrant, AffectedPerson, Collision, CollisionKind, Effect, GrantSide, IdentifierFact,
    MemberFact, MovingIdentifier, MovingSubAccount, Outcome, Place, Plan, RightsMove, Side,
    SideOfPerson, SubAccountFact,
};
pub use transfer::{Shared, TransferRefusal, plan_transfer};
