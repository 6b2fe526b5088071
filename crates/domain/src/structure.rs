//! The rules of the company structure: which account may hold an activity (R1, R5) and which identifier may be added where
//! (R2, R3). Formats are in `identifiers`, the table of activities in `activities`, who may ask in `access`.

use crate::activities::{AddedBy, BusinessActivity};
use crate::identifiers::IdentifierKind;
use crate::ids::PartyId;

/// Which account of a company holds an activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActivityHolder {
    /// None of them.
    Nobody,
    /// The account in question.
    ThisAccount,
    /// Another account of the same company, by its account number.
    Sibling(String),
}

/// Why an activity is not added or removed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActivityRefusal {
    /// Kept for reading only (R5).
    #[error("{}", AddedBy::Closed.explanation())]
    Closed,
    /// Added and removed by staff (R5).
    #[error("{} Ask support for it", .0.explanation())]
    Restricted(AddedBy),
    /// R1.
    #[error(
        "account {0} of the same company holds this business activity; within one company an activity is held by one account. Add a sub-account there, or have the activity transferred"
    )]
    HeldBySibling(String),
    /// Nothing to add.
    #[error("this account holds the business activity already")]
    AlreadyHeld,
    /// Nothing to remove.
    #[error("this account does not hold the business activity; add it first")]
    NotHeld,
    /// Sub-accounts carry it.
    #[error("sub-accounts of this account carry the business activity; delete them first")]
    InUse,
}

/// May the activity be added to an account? `staff` says whether the actor may add restricted ones.
///
/// # Errors
/// The refusal.
pub fn add_activity(
    activity: BusinessActivity,
    staff: bool,
    holder: ActivityHolder,
) -> Result<(), ActivityRefusal> {
    may_change(activity, staff)?;
    match holder {
        ActivityHolder::Nobody => Ok(()),
        ActivityHolder::ThisAccount => Err(ActivityRefusal::AlreadyHeld),
        ActivityHolder::Sibling(number) => Err(ActivityRefusal::HeldBySibling(number)),
    }
}

/// May the activity be taken from an account where `sub_accounts` carry it?
///
/// # Errors
/// The refusal.
pub fn remove_activity(
    activity: BusinessActivity,
    staff: bool,
    held: bool,
    sub_accounts: u64,
) -> Result<(), ActivityRefusal> {
    if !held {
        return Err(ActivityRefusal::NotHeld);
    }
    may_change(activity, staff)?;
    if sub_accounts > 0 {
        return Err(ActivityRefusal::InUse);
    }
    Ok(())
}

fn may_change(activity: BusinessActivity, staff: bool) -> Result<(), ActivityRefusal> {
    match activity.added_by() {
        AddedBy::Closed => Err(ActivityRefusal::Closed),
        by @ (AddedBy::Staff | AddedBy::StaffForFtzBoard) if !staff => {
            Err(ActivityRefusal::Restricted(by))
        }
        AddedBy::SelfService | AddedBy::Staff | AddedBy::StaffForFtzBoard => Ok(()),
    }
}

/// The parties that a company may speak for: its own and its recorded subsidiaries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kin {
    /// The company's own party.
    pub party: Option<PartyId>,
    /// The parties that staff recorded as its subsidiaries.
    pub subsidiaries: Vec<PartyId>,
}

impl Kin {
    /// True when the party is the company itself or one of its subsidiaries.
    #[must_use]
    pub fn includes(&self, party: PartyId) -> bool {
        self.party == Some(party) || self.subsidiaries.contains(&party)
    }
}

/// Where an identifier stands already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// In no account.
    Nobody,
    /// In this account, perhaps in another of its sub-accounts.
    ThisAccount,
    /// In another account of the portal.
    AnotherAccount,
}

/// What becomes of an identifier that may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addition {
    /// The account gets it.
    New,
    /// The account has it; a further sub-account gets it too.
    FurtherPlace,
    /// The register does not know it: a registrar looks at it first.
    PendingVerification,
}

/// Why an identifier is not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentifierRefusal {
    /// The activity of the sub-account carries no such identifier.
    KindNotForActivity,
    /// R3: it belongs to this party, which is neither the company nor a subsidiary of it.
    Client(PartyId),
    /// R2.
    HeldByAnotherAccount,
}

/// Does the activity of a sub-account carry this kind of identifier?
///
/// # Errors
/// [`IdentifierRefusal::KindNotForActivity`].
pub fn fits(activity: BusinessActivity, kind: IdentifierKind) -> Result<(), IdentifierRefusal> {
    if activity.takes(kind) {
        Ok(())
    } else {
        Err(IdentifierRefusal::KindNotForActivity)
    }
}

/// May an identifier be added to an account of the company `kin` describes? `registered` is its party in the register.
///
/// R3 comes before R2, so that somebody who types a client's number learns the way to the client and nothing about where
/// the number stands.
///
/// # Errors
/// The refusal.
pub fn add_identifier(
    kin: &Kin,
    registered: Option<PartyId>,
    holding: Holding,
) -> Result<Addition, IdentifierRefusal> {
    let Some(party) = registered else {
        return Ok(Addition::PendingVerification);
    };
    if !kin.includes(party) {
        return Err(IdentifierRefusal::Client(party));
    }
    match holding {
        Holding::Nobody => Ok(Addition::New),
        Holding::ThisAccount => Ok(Addition::FurtherPlace),
        Holding::AnotherAccount => Err(IdentifierRefusal::HeldByAnotherAccount),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn party(n: u128) -> PartyId {
        Uuid::from_u128(n).into()
    }

    #[test]
    fn restricted_activities_are_for_staff_and_closed_ones_for_nobody() {
        for activity in BusinessActivity::all() {
            let member = add_activity(*activity, false, ActivityHolder::Nobody);
            let staff = add_activity(*activity, true, ActivityHolder::Nobody);
            match activity.added_by() {
                AddedBy::SelfService => assert_eq!((member, staff), (Ok(()), Ok(()))),
                by @ (AddedBy::Staff | AddedBy::StaffForFtzBoard) => {
                    assert_eq!(
                        (member, staff),
                        (Err(ActivityRefusal::Restricted(by)), Ok(()))
                    );
                }
                AddedBy::Closed => {
                    let closed = Err(ActivityRefusal::Closed);
                    assert_eq!((member, staff), (closed.clone(), closed));
                }
            }
        }
    }

    #[test]
    fn a_sibling_keeps_its_activity() {
        let sibling = ActivityHolder::Sibling("QM-0000-00001-8".to_owned());
        let refusal = add_activity(BusinessActivity::Importer, true, sibling).unwrap_err();
        assert!(refusal.to_string().contains("QM-0000-00001-8"));
    }

    #[test]
    fn an_activity_in_use_stays() {
        let remove =
            |sub_accounts| remove_activity(BusinessActivity::Importer, false, true, sub_accounts);
        assert_eq!(remove(0), Ok(()));
        assert_eq!(remove(1), Err(ActivityRefusal::InUse));
        assert_eq!(
            remove_activity(BusinessActivity::Importer, false, false, 0),
            Err(ActivityRefusal::NotHeld)
        );
    }

    proptest! {
        /// Whatever the register says and wherever the identifier stands: it is added at once only when the party is kin
        /// and no other account has it, and a client's identifier is never told apart by where it stands.
        #[test]
        fn only_kin_and_only_one_account(
            own in proptest::option::of(0_u128..4),
            subsidiaries in proptest::collection::vec(0_u128..4, 0..3),
            registered in proptest::option::of(0_u128..4),
            holding in prop_oneof![Just(Holding::Nobody), Just(Holding::ThisAccount), Just(Holding::AnotherAccount)],
        ) {
            let kin = Kin { party: own.map(party), subsidiaries: subsidiaries.iter().copied().map(party).collect() };
            let outcome = add_identifier(&kin, registered.map(party), holding);
            match registered {
                None => prop_assert_eq!(outcome, Ok(Addition::PendingVerification)),
                Some(n) if own != Some(n) && !subsidiaries.contains(&n) => {
                    prop_assert_eq!(outcome, Err(IdentifierRefusal::Client(party(n))));
                }
                Some(_) => match holding {
                    Holding::AnotherAccount => prop_assert_eq!(outcome, Err(IdentifierRefusal::HeldByAnotherAccount)),
                    Holding::Nobody => prop_assert_eq!(outcome, Ok(Addition::New)),
                    Holding::ThisAccount => prop_assert_eq!(outcome, Ok(Addition::FurtherPlace)),
                },
            }
        }
    }
}
