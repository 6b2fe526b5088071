//! How powerful a person counts in an act that touches the person as a whole, in every account at once: locks, sessions,
//! temporary passwords. What touches one account alone goes by the role there.

use super::actor::Actor;
use crate::ids::AccountId;
use crate::members::MemberRole;

/// What the act does to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonalAct {
    /// It lets the person in again.
    Help,
    /// It shuts the person out.
    Harm,
}

/// Every role that a person has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// In accounts.
    pub accounts: Vec<(AccountId, MemberRole)>,
    /// Whether the person is one of the operator's staff.
    pub staff: bool,
}

impl Roles {
    /// The role that R6 compares with the actor's in `here` [own].
    ///
    /// Help takes the highest role that the person has anywhere: who answers for one company is not let in by a proxy of
    /// another. Harm needs power over the person in every account that it would shut the person out of; without it the
    /// person counts like an owner, and the way is to take the person out of the account. Staff count like owners.
    #[must_use]
    pub fn power(&self, actor: &Actor, act: PersonalAct, here: AccountId) -> MemberRole {
        let in_place = self.role_in(here).unwrap_or(MemberRole::User);
        if self.staff {
            return MemberRole::Owner;
        }
        match act {
            PersonalAct::Help => self
                .accounts
                .iter()
                .map(|(_, role)| *role)
                .max()
                .unwrap_or(in_place),
            PersonalAct::Harm => {
                let above_everywhere = self.accounts.iter().all(|(account, role)| {
                    *account == here
                        || actor
                            .membership(*account)
                            .is_some_and(|own| own.role > *role)
                });
                if above_everywhere {
                    in_place
                } else {
                    MemberRole::Owner
                }
            }
        }
    }

    /// The role in one account.
    #[must_use]
    pub fn role_in(&self, account: AccountId) -> Option<MemberRole> {
        self.accounts
            .iter()
            .find(|(found, _)| *found == account)
            .map(|(_, role)| *role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Membership, Origin};
    use crate::ids::{CompanyId, SessionId, UserId};
    use chrono::DateTime;
    use uuid::Uuid;

    fn account(n: u128) -> AccountId {
        Uuid::from_u128(n).into()
    }

    fn actor(roles: &[(u128, MemberRole)]) -> Actor {
        Actor {
            user: UserId(Uuid::from_u128(99)),
            name: "Somebody".to_owned(),
            staff: None,
            memberships: roles
                .iter()
                .map(|(n, role)| Membership {
                    account: account(*n),
                    company: CompanyId(Uuid::from_u128(*n)),
                    role: *role,
                    access: Vec::new(),
                })
                .collect(),
            guest: None,
            client: None,
            session: SessionId(Uuid::from_u128(98)),
            proved_at: DateTime::UNIX_EPOCH,
            now: DateTime::UNIX_EPOCH,
            origin: Origin {
                request_id: String::new(),
                network: String::new(),
            },
        }
    }

    fn target(roles: &[(u128, MemberRole)], staff: bool) -> Roles {
        Roles {
            accounts: roles.iter().map(|(n, role)| (account(*n), *role)).collect(),
            staff,
        }
    }

    #[test]
    fn one_account_goes_by_the_role_there() {
        let owner = actor(&[(1, MemberRole::Owner)]);
        for role in MemberRole::ALL {
            for act in [PersonalAct::Help, PersonalAct::Harm] {
                let power = target(&[(1, *role)], false).power(&owner, act, account(1));
                assert_eq!(power, *role);
            }
        }
    }

    #[test]
    fn help_goes_by_the_highest_role_anywhere() {
        let owner = actor(&[(1, MemberRole::Owner)]);
        let elsewhere = target(&[(1, MemberRole::User), (2, MemberRole::Owner)], false);
        assert_eq!(
            elsewhere.power(&owner, PersonalAct::Help, account(1)),
            MemberRole::Owner
        );
        let two_desks = target(&[(1, MemberRole::User), (2, MemberRole::User)], false);
        assert_eq!(
            two_desks.power(&owner, PersonalAct::Help, account(1)),
            MemberRole::User
        );
    }

    #[test]
    fn harm_needs_power_in_every_account() {
        let shared = target(&[(1, MemberRole::User), (2, MemberRole::User)], false);
        let here_only = actor(&[(1, MemberRole::Owner)]);
        let everywhere = actor(&[(1, MemberRole::Owner), (2, MemberRole::Proxy)]);
        let equal_there = actor(&[(1, MemberRole::Owner), (2, MemberRole::User)]);
        for (by, expected) in [
            (&here_only, MemberRole::Owner),
            (&everywhere, MemberRole::User),
            (&equal_there, MemberRole::Owner),
        ] {
            assert_eq!(shared.power(by, PersonalAct::Harm, account(1)), expected);
        }
    }

    #[test]
    fn staff_count_like_owners() {
        let owner = actor(&[(1, MemberRole::Owner)]);
        let staff = target(&[(1, MemberRole::User)], true);
        for act in [PersonalAct::Help, PersonalAct::Harm] {
            assert_eq!(staff.power(&owner, act, account(1)), MemberRole::Owner);
        }
    }
}
