//! The only policy: who may do what. Everything that reads or writes asks here and gets a `Scope` or a `Permit`,
//! which nothing else can make.

mod actions;
mod actor;
mod guest;
mod permit;
mod policy;
mod power;
mod records;
mod scope;

pub use actions::{Action, GuestNeed, MemberNeed};
pub use actor::{ActingClient, Actor, Membership, Origin};
pub use guest::{Guest, Seat, Standing};
pub use permit::{ActorKind, ActorStamp, Permit, PermitParts};
pub use policy::{
    AccountRef, Denied, Thing, may, require, require_read, scope_of, scope_of_job, seats_of,
};
pub use power::{PersonalAct, Roles};
pub use records::{
    AccountData, AccountReach, HeldKey, ImportKeys, KeyList, KeyPart, Ports, Purpose,
    ReachedAccount, ReadScope, RecordKeyKind, RecordKeys, RecordReach, ScopeFacts, ScopeFilter,
    import_keys, read_scope,
};
pub use scope::{Scope, Seats};
