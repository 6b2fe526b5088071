//! The last weeks of the story: invitations, a suspension, locks, an identifier that waits, and the chapters of the other files.

use chrono::Duration;
use quaymaster_domain::access::Actor;
use quaymaster_domain::activities::BusinessActivity;
use quaymaster_domain::ids::{AccountId, SubAccountId};
use quaymaster_domain::members::MemberRole;
use quaymaster_domain::people::{EmailAddress, PersonName, Reason};
use quaymaster_service::access_requests::{self, NewDraft};
use quaymaster_service::invitations::{self, Invitee, NewMember};
use quaymaster_service::{identifiers, sub_accounts, users as people};

use super::super::cast::{self, Condition};
use super::{Builder, DEVICE, NETWORK, broken, rights};
use crate::failure::Failure;

impl Builder {
    /// What happened in the last weeks: invitations, a suspension, locks, an identifier that waits.
    pub(super) async fn recent_events(&self) -> Result<(), Failure> {
        for company in cast::COMPANIES {
            for account in company.accounts {
                self.invite(
                    account,
                    company.domain,
                    Condition::InvitationExpired,
                    Duration::days(30),
                )
                .await?;
            }
        }
        super::super::changes::earlier(self).await?;
        for company in cast::COMPANIES {
            for account in company.accounts {
                self.suspend(account).await?;
            }
        }
        super::super::cases::earlier(self).await?;
        super::super::notices::earlier(self).await?;
        super::super::grants::load(self).await?;
        super::super::teams::load(self).await?;
        super::super::reviews::load(self).await?;
        super::super::onboarding::tell(self).await?;
        for company in cast::COMPANIES {
            for account in company.accounts {
                self.invite(
                    account,
                    company.domain,
                    Condition::Invited,
                    Duration::days(2),
                )
                .await?;
            }
        }
        self.waiting_identifier().await?;
        self.draft().await?;
        for company in cast::COMPANIES {
            for account in company.accounts {
                self.lock(account).await?;
            }
        }
        super::super::cases::latest(self).await?;
        super::super::changes::latest(self).await?;
        self.clock.move_to(self.now);
        Ok(())
    }

    /// The account of the story and its owner.
    async fn owned(&self, account: &cast::Account) -> Result<(AccountId, Actor), Failure> {
        let owner = account.people.first().map_or("", |p| p.user_name);
        let actor = self.actor(&self.known(owner).await?).await?;
        let id = actor
            .memberships
            .iter()
            .find(|m| m.role == MemberRole::Owner)
            .map(|m| m.account)
            .ok_or_else(|| Failure::new(format!("{owner} owns no account")))?;
        Ok((id, actor))
    }

    async fn invite(
        &self,
        account: &cast::Account,
        domain: &str,
        condition: Condition,
        ago: Duration,
    ) -> Result<(), Failure> {
        for person in account.people.iter().filter(|p| p.condition == condition) {
            self.clock.move_to(self.now - ago);
            let (id, actor) = self.owned(account).await?;
            let subs = sub_accounts::list(&actor, &self.s, id, &super::super::first_page()).await?;
            let subs: Vec<SubAccountId> = subs.items.iter().map(|v| v.sub_account.id).collect();
            let names = (person.given_name, person.family_name);
            let invitee = Invitee {
                email: told!(
                    names.1,
                    EmailAddress::parse(&cast::email("", names, domain))
                ),
                given_name: told!(names.0, PersonName::parse(names.0)),
                family_name: told!(names.1, PersonName::parse(names.1)),
            };
            let new = NewMember {
                invitee,
                role: person.member,
                rights: rights(&subs),
            };
            told!(
                names.1,
                invitations::create(&actor, &self.s, id, &new).await
            );
        }
        Ok(())
    }

    async fn suspend(&self, account: &cast::Account) -> Result<(), Failure> {
        for person in account
            .people
            .iter()
            .filter(|p| p.condition == Condition::Suspended)
        {
            self.clock.move_to(self.now - Duration::days(9));
            let (id, actor) = self.owned(account).await?;
            let reason = told!(
                "a reason",
                Reason::parse("On leave until the spring; asked for it in writing")
            );
            let user = self.known(person.user_name).await?.id;
            told!(
                person.user_name,
                people::suspend(&actor, &self.s, id, user, &reason).await
            );
        }
        Ok(())
    }

    async fn waiting_identifier(&self) -> Result<(), Failure> {
        let Some(account) = cast::COMPANIES.first().and_then(|c| c.accounts.first()) else {
            return Ok(());
        };
        self.clock.move_to(self.now - Duration::days(1));
        let (id, actor) = self.owned(account).await?;
        let subs = sub_accounts::list(&actor, &self.s, id, &super::super::first_page()).await?;
        let importing = subs
            .items
            .iter()
            .find(|v| v.sub_account.activity == BusinessActivity::Importer);
        if let Some(sub) = importing {
            let (kind, value) = cast::WAITING;
            told!(
                value,
                identifiers::add(&actor, &self.s, id, sub.sub_account.id, kind, value).await
            );
        }
        Ok(())
    }

    /// The broker wants to see a client's records and begins to ask (R4).
    async fn draft(&self) -> Result<(), Failure> {
        let Some(account) = cast::COMPANIES
            .iter()
            .flat_map(|company| company.accounts)
            .find(|account| {
                account
                    .parts
                    .iter()
                    .any(|p| p.activity == BusinessActivity::Broker)
            })
        else {
            return Ok(());
        };
        let (id, actor) = self.owned(account).await?;
        let (kind, value) = cast::DRAFTED;
        let new = NewDraft {
            sub_account: None,
            kind,
            value: value.to_owned(),
            note: Some(told!(
                "a note",
                Reason::parse(
                    "We file your entries since the spring and would like to see them here"
                )
            )),
        };
        told!(
            value,
            access_requests::create(&actor, &self.s, id, new).await
        );
        Ok(())
    }

    /// Locks people the way it happens: too many wrong passwords.
    async fn lock(&self, account: &cast::Account) -> Result<(), Failure> {
        for person in account
            .people
            .iter()
            .filter(|p| p.condition == Condition::Locked)
        {
            self.clock.move_to(self.now - Duration::hours(18));
            for _ in 0..self.s.settings.max_failures {
                super::super::attempt::fail_to_sign_in(&self.s, person.user_name, DEVICE, NETWORK)
                    .await?;
            }
        }
        Ok(())
    }
}
