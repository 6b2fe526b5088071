//! Builds the demo world through the services, as people would, on a clock that starts half a year ago. Only what no
//! service does in one step (a person with a password, an account with its owner) is put into the store directly.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use quaymaster_domain::access::{Action, Actor, Origin, Permit, Thing, require};
use quaymaster_domain::account_number::AccountNumber;
use quaymaster_domain::activities::{AddedBy, BusinessActivity};
use quaymaster_domain::challenge_questions::QuestionId;
use quaymaster_domain::ids::{AccountId, CompanyId, SubAccountId, UserId};
use quaymaster_domain::members::{
    MemberRole, RecordsLevel, ReportsLevel, StaffRole, StructureLevel, SubAccountAccess,
};
use quaymaster_domain::people::{CompanyName, SubAccountName};
use quaymaster_service::{Services, activities, companies, identifiers, sub_accounts, terms};
use quaymaster_store::credentials::ChallengeAnswer;
use quaymaster_store::members::Rights;
use quaymaster_store::users::{self, LastSignIn, NewUser, UserChange};
use quaymaster_store::{WriteTx, accounts, credentials, members, terms_acceptances};

use super::cast::{self, Condition, Person};
use super::clock::StageClock;
use crate::failure::Failure;

/// How long ago the portal was opened.
const OPENED: Duration = Duration::days(190);

const DEVICE: &str = "Chrome on Windows";
const NETWORK: &str = "203.0.113.20";

/// A person who was put into the world.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) id: UserId,
    name: String,
    staff: Option<StaffRole>,
}

pub(super) struct Builder {
    pub(super) s: Services,
    pub(super) clock: Arc<StageClock>,
    /// The present, at which the story ends.
    pub(super) now: DateTime<Utc>,
    password: String,
    answers: Vec<ChallengeAnswer>,
    terms: terms::TermsVersion,
}

/// Anything that goes wrong here is a defect of the world's description or of the portal.
fn broken(what: &str) -> impl Fn(&dyn std::fmt::Display) -> Failure {
    move |error| Failure::new(format!("the demo world: {what}: {error}"))
}

macro_rules! told {
    ($what:expr, $result:expr) => {
        $result.map_err(|error| broken($what)(&error))?
    };
}
mod recent;

impl Builder {
    pub(super) async fn new(
        s: Services,
        clock: Arc<StageClock>,
        now: DateTime<Utc>,
    ) -> Result<Self, Failure> {
        clock.move_to(now - OPENED);
        terms::publish_first(&s).await?;
        let terms = terms::current(&s).await?;
        // Everybody has the same secrets, so each is hashed once and the hash is shared. Outside the demo no two hashes
        // are ever the same.
        let password = s.hasher.hash(cast::PASSWORD).await?;
        let mut answers = Vec::new();
        for (question, answer) in cast::ANSWERS {
            let question = told!(question, QuestionId::parse(question));
            let hash = s.hasher.hash(answer).await?;
            answers.push(ChallengeAnswer { question, hash });
        }
        Ok(Self {
            s,
            clock,
            now,
            password,
            answers,
            terms,
        })
    }

    pub(super) async fn build(&self, record_lines: u64) -> Result<(), Failure> {
        let registrar = self.staff().await?;
        super::register::load(&self.s, &self.actor(&registrar).await?).await?;
        let mut day = self.now - OPENED + Duration::days(3);
        for company in cast::COMPANIES {
            self.company(&registrar, company, day).await?;
            day += Duration::days(2);
        }
        for index in 0..cast::CLIENTS.len() {
            self.client(&registrar, index, day).await?;
            day += Duration::days(3);
        }
        super::onboarding::old_import(self).await?;
        self.recent_events().await?;
        super::records::load(self, record_lines).await?;
        super::reports::load(self).await?;
        self.clock.move_to(self.now);
        Ok(())
    }

    /// The operator's people. Answers the registrar.
    async fn staff(&self) -> Result<Known, Failure> {
        let mut registrar = None;
        for member in cast::STAFF {
            let known = self
                .person(
                    member.user_name,
                    (member.given_name, member.family_name),
                    cast::STAFF_DOMAIN,
                    Some(member.role),
                    Condition::Active,
                )
                .await?;
            if member.role == StaffRole::Registrar {
                registrar = Some(known);
            }
        }
        registrar.ok_or_else(|| Failure::new("the demo world has no registrar"))
    }

    async fn person(
        &self,
        user_name: &str,
        names: (&str, &str),
        domain: &str,
        staff: Option<StaffRole>,
        condition: Condition,
    ) -> Result<Known, Failure> {
        let tx = self.s.db.begin_write().await?;
        let known = self
            .put_person(&tx, user_name, names, domain, staff, condition)
            .await?;
        let permit =
            Permit::system("demo.add_person", "demo world").about("user", known.id, &known.name);
        self.s.commit(tx, permit).await?;
        Ok(known)
    }

    /// A person with User ID and password, in the condition of the story.
    async fn put_person(
        &self,
        tx: &WriteTx,
        user_name: &str,
        names: (&str, &str),
        domain: &str,
        staff: Option<StaffRole>,
        condition: Condition,
    ) -> Result<Known, Failure> {
        let at = self.s.now();
        let id: UserId = self.s.id();
        let new = NewUser {
            id,
            given_name: names.0.to_owned(),
            family_name: names.1.to_owned(),
            email: cast::email(user_name, names, domain),
            staff_role: staff,
            at,
        };
        users::insert(tx, new).await?;
        let mut change = UserChange::default()
            .user_name(user_name)
            .password(self.password.clone(), at);
        credentials::keep_password(tx, self.s.id(), id, &self.password, at).await?;
        if condition != Condition::Newcomer {
            credentials::set_challenge_answers(tx, id, self.answers.clone()).await?;
            let accepted = terms_acceptances::TermsAcceptance {
                version: self.terms.version,
                sha256: self.terms.sha256.clone(),
                accepted_at: at,
            };
            terms_acceptances::insert(tx, id, self.s.id(), &accepted).await?;
            change = change
                .challenge_questions_chosen()
                .terms(self.terms.version);
        }
        let last = match condition {
            Condition::Dormant => Some(self.now - Duration::days(60)),
            Condition::Lapsing(days) => {
                let dormant_after = Duration::days(self.s.settings.dormant_days);
                Some(self.now - dormant_after + Duration::days(days))
            }
            Condition::Newcomer => None,
            _ => Some(self.now - Duration::hours(20)),
        };
        change = match last {
            Some(at) => change.signed_in(&LastSignIn {
                at,
                device: DEVICE.to_owned(),
                network: NETWORK.to_owned(),
            }),
            None => change.dormancy_restart(self.now - Duration::days(1)),
        };
        users::update(tx, id, change).await?;
        Ok(Known {
            id,
            name: format!("{} {}", names.0, names.1),
            staff,
        })
    }

    /// The person as the author of what is done next.
    pub(super) async fn actor(&self, who: &Known) -> Result<Actor, Failure> {
        let memberships = members::of_user(&self.s.db.reader(), who.id)
            .await?
            .into_iter()
            .map(|(membership, ..)| membership)
            .collect();
        let now = self.s.now();
        Ok(Actor {
            user: who.id,
            name: who.name.clone(),
            staff: who.staff,
            memberships,
            guest: None,
            client: None,
            session: self.s.id(),
            proved_at: now,
            now,
            origin: Origin {
                request_id: self.s.id::<uuid::Uuid>().to_string(),
                network: NETWORK.to_owned(),
            },
        })
    }

    /// A company of the story with its accounts.
    async fn company(
        &self,
        registrar: &Known,
        company: &cast::Company,
        day: DateTime<Utc>,
    ) -> Result<(), Failure> {
        self.clock.move_to(day);
        let id = self
            .put_company(registrar, company.name, company.party, company.subsidiaries)
            .await?;
        let mut proxies = Vec::new();
        for account in company.accounts {
            let Some((first, others)) = account.people.split_first() else {
                continue;
            };
            let owner = (first.user_name, (first.given_name, first.family_name));
            let (account_id, owner) = self
                .account(registrar, id, account.name, owner, company.domain)
                .await?;
            let mut subs = Vec::new();
            for part in account.parts {
                subs.push(self.part(registrar, &owner, account_id, part).await?);
            }
            for person in others {
                self.member(&owner, account_id, &subs, person, company.domain)
                    .await?;
            }
            // The proxy of the first account helps in the others as well: one User ID, several accounts.
            for proxy in &proxies {
                self.join(account_id, proxy, MemberRole::Proxy).await?;
            }
            if proxies.is_empty()
                && let Some(proxy) = others
                    .iter()
                    .find(|p| p.member == MemberRole::Proxy && p.condition == Condition::Active)
            {
                proxies.push(self.known(proxy.user_name).await?);
            }
        }
        Ok(())
    }

    pub(super) async fn known(&self, user_name: &str) -> Result<Known, Failure> {
        let user = users::by_key(&self.s.db.reader(), user_name)
            .await?
            .ok_or_else(|| Failure::new(format!("the demo world has no {user_name}")))?;
        Ok(Known {
            id: user.id,
            name: user.full_name(),
            staff: user.staff_role,
        })
    }

    async fn put_company(
        &self,
        registrar: &Known,
        name: &str,
        party: &str,
        subsidiaries: &[&str],
    ) -> Result<CompanyId, Failure> {
        let actor = self.actor(registrar).await?;
        let party = super::register::party(&self.s, &actor, party).await?;
        let parsed = told!(name, CompanyName::parse(name));
        let made = told!(
            name,
            companies::create(&actor, &self.s, &parsed, Some(party)).await
        );
        let id = made.company.id;
        for key in subsidiaries {
            let subsidiary = super::register::party(&self.s, &actor, key).await?;
            told!(
                key,
                companies::add_subsidiary(&actor, &self.s, id, subsidiary).await
            );
        }
        Ok(id)
    }

    /// An account with its owner, in one transaction (R8).
    async fn account(
        &self,
        registrar: &Known,
        company: CompanyId,
        name: &str,
        owner: (&str, (&str, &str)),
        domain: &str,
    ) -> Result<(AccountId, Known), Failure> {
        let actor = self.actor(registrar).await?;
        let permit = told!(
            name,
            require(&actor, Action::ManageCompanies, &Thing::Portal)
        );
        let tx = self.s.db.begin_write().await?;
        let owner = self
            .put_person(&tx, owner.0, owner.1, domain, None, Condition::Active)
            .await?;
        let serial = accounts::next_serial(&tx).await?;
        let number = AccountNumber::from_serial(serial)
            .ok_or_else(|| Failure::new("the account numbers are used up"))?;
        let id: AccountId = self.s.id();
        accounts::insert(
            &tx,
            accounts::NewAccount {
                id,
                company,
                serial,
                account_number: number.to_string(),
                name: name.to_owned(),
                owner: owner.id,
                at: self.s.now(),
            },
        )
        .await?;
        members::insert(&tx, id, owner.id, MemberRole::Owner, self.s.now()).await?;
        let permit = permit
            .about("account", id, name)
            .within(Some(id), Some(company));
        self.s.commit(tx, permit).await?;
        Ok((id, owner))
    }

    /// A sub-account with its activity and identifiers: the registrar adds what only staff may, the owner the rest.
    async fn part(
        &self,
        registrar: &Known,
        owner: &Known,
        account: AccountId,
        part: &cast::Part,
    ) -> Result<SubAccountId, Failure> {
        self.activity(registrar, owner, account, part.activity)
            .await?;
        let actor = self.actor(owner).await?;
        let name = told!(part.name, SubAccountName::parse(part.name));
        let view = told!(
            part.name,
            sub_accounts::create(&actor, &self.s, account, &name, part.activity).await
        );
        let id = view.sub_account.id;
        for (kind, value) in part.identifiers {
            told!(
                value,
                identifiers::add(&actor, &self.s, account, id, *kind, value).await
            );
        }
        Ok(id)
    }

    async fn activity(
        &self,
        registrar: &Known,
        owner: &Known,
        account: AccountId,
        activity: BusinessActivity,
    ) -> Result<(), Failure> {
        let actor = self
            .actor(if activity.added_by() == AddedBy::SelfService {
                owner
            } else {
                registrar
            })
            .await?;
        let held = activities::list(&actor, &self.s, account).await?;
        if !held.iter().any(|h| h.activity == activity) {
            told!(
                activity.as_str(),
                activities::add(&actor, &self.s, account, activity).await
            );
        }
        Ok(())
    }

    async fn join(&self, account: AccountId, who: &Known, role: MemberRole) -> Result<(), Failure> {
        let tx = self.s.db.begin_write().await?;
        members::insert(&tx, account, who.id, role, self.s.now()).await?;
        let permit = Permit::system("demo.add_member", "demo world")
            .about("user", who.id, &who.name)
            .within(Some(account), None);
        Ok(self.s.commit(tx, permit).await?)
    }

    async fn member(
        &self,
        owner: &Known,
        account: AccountId,
        subs: &[SubAccountId],
        person: &Person,
        domain: &str,
    ) -> Result<(), Failure> {
        // Invitations are made at the end of the story; they would expire otherwise.
        if matches!(
            person.condition,
            Condition::Invited | Condition::InvitationExpired
        ) {
            return Ok(());
        }
        let names = (person.given_name, person.family_name);
        let tx = self.s.db.begin_write().await?;
        let known = self
            .put_person(&tx, person.user_name, names, domain, None, person.condition)
            .await?;
        members::insert(&tx, account, known.id, person.member, self.s.now()).await?;
        if person.member == MemberRole::User {
            members::set_rights(&tx, account, known.id, &rights(subs)).await?;
        }
        let permit = Permit::system("demo.add_member", "demo world")
            .about("user", known.id, &known.name)
            .because(format!("{} of {}", person.member.as_str(), owner.name))
            .within(Some(account), None);
        Ok(self.s.commit(tx, permit).await?)
    }

    /// A client company of the broker.
    async fn client(
        &self,
        registrar: &Known,
        index: usize,
        day: DateTime<Utc>,
    ) -> Result<(), Failure> {
        self.clock.move_to(day);
        let name = cast::CLIENTS[index];
        let company = self
            .put_company(registrar, name, &cast::client_party(index), &[])
            .await?;
        let user_name = cast::client_user_name(index);
        let owner = (user_name.as_str(), cast::CLIENT_OWNERS[index]);
        let (account, owner) = self
            .account(registrar, company, name, owner, &cast::client_domain(index))
            .await?;
        self.activity(registrar, &owner, account, BusinessActivity::Importer)
            .await?;
        let actor = self.actor(&owner).await?;
        let part = told!(name, SubAccountName::parse("Imports"));
        let view = told!(
            name,
            sub_accounts::create(&actor, &self.s, account, &part, BusinessActivity::Importer).await
        );
        let number = format!("{}00", cast::client_ein(index));
        let kind = quaymaster_domain::identifiers::IdentifierKind::ImporterNumber;
        told!(
            &number,
            identifiers::add(&actor, &self.s, account, view.sub_account.id, kind, &number).await
        );
        Ok(())
    }

    /// What the further chapters of the story work with.
    pub(super) fn services(&self) -> &Services {
        &self.s
    }

    /// Goes on to a moment that long ago, unless the story is further already.
    pub(super) fn move_to_ago(&self, ago: Duration) {
        self.clock.move_to(self.now - ago);
    }

    /// Somebody of the story, as the actor of a request at this moment.
    pub(super) async fn actor_of(&self, user_name: &str) -> Result<Actor, Failure> {
        self.actor(&self.known(user_name).await?).await
    }
}

/// What an ordinary user of the demo may do: look at the structure everywhere, and work in the first sub-account.
fn rights(subs: &[SubAccountId]) -> Rights {
    let access = subs
        .iter()
        .enumerate()
        .map(|(index, id)| SubAccountAccess {
            sub_account_id: *id,
            structure: if index == 0 {
                StructureLevel::Write
            } else {
                StructureLevel::Read
            },
            records: if index < 2 {
                RecordsLevel::Read
            } else {
                RecordsLevel::None
            },
            reports: if index == 0 {
                ReportsLevel::Share
            } else {
                ReportsLevel::Run
            },
        })
        .collect();
    Rights {
        access,
        ports: vec!["2704".to_owned(), "4601".to_owned()],
    }
}
