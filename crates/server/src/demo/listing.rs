//! What the demo world holds: for scripts as JSON, for people in words. Names and secrets come from the cast, identities
//! from the database.

use quaymaster_domain::access::{Actor, Origin};
use quaymaster_domain::challenge_questions::QuestionId;
use quaymaster_domain::members::StaffRole;
use quaymaster_service::accounts::{self, AccountFilter};
use quaymaster_service::demo::DemoPerson;
use quaymaster_service::{Services, sub_accounts};
use quaymaster_store::users;
use serde::Serialize;
use uuid::Uuid;

use super::cast::{self, Condition};
use crate::failure::Failure;

/// The world, as `quaymaster demo --json` prints it.
#[derive(Serialize)]
pub struct World {
    base_url: String,
    people: Vec<Person>,
    accounts: Vec<Account>,
    identifiers: Vec<Identifier>,
    to_try: Vec<ToTry>,
    mailbox: Mailbox,
}

#[derive(Serialize)]
struct Person {
    role: String,
    id: Option<Uuid>,
    user_id: Option<String>,
    password: Option<&'static str>,
    name: String,
    email: String,
    company: Option<String>,
    account_name: Option<String>,
    state: &'static str,
    answers: Vec<Answer>,
}

#[derive(Serialize)]
struct Answer {
    question_id: &'static str,
    question: &'static str,
    answer: &'static str,
}

#[derive(Serialize)]
struct Account {
    id: Uuid,
    account_number: String,
    name: String,
    company: String,
    company_id: Uuid,
}

#[derive(Serialize)]
struct Identifier {
    kind: &'static str,
    value: String,
    account_id: Uuid,
    account_number: String,
    sub_account_id: Uuid,
    sub_account_name: String,
    pending: bool,
}

#[derive(Serialize)]
struct ToTry {
    case: &'static str,
    kind: &'static str,
    value: &'static str,
    what_happens: &'static str,
}

#[derive(Serialize)]
struct Mailbox {
    page: String,
    api: String,
}

pub(super) async fn read(s: &Services) -> Result<World, Failure> {
    let base = s.settings.base_url.clone();
    let (accounts, identifiers) = structure(s).await?;
    Ok(World {
        people: listed_people(s).await?,
        accounts,
        identifiers,
        to_try: cast::TO_TRY
            .iter()
            .map(|(case, kind, value, what_happens)| ToTry {
                case,
                kind: kind.as_str(),
                value,
                what_happens,
            })
            .collect(),
        mailbox: Mailbox {
            page: format!("{base}/demo/mailbox"),
            api: format!("{base}/api/v1/demo/mails"),
        },
        base_url: base,
    })
}

fn answers() -> Result<Vec<Answer>, Failure> {
    cast::ANSWERS
        .iter()
        .map(|(question_id, answer)| {
            let question = QuestionId::parse(question_id)
                .map_err(|error| Failure::new(error.to_string()))?
                .text();
            Ok(Answer {
                question_id,
                question,
                answer,
            })
        })
        .collect()
}

/// Who can be tried out at once: signed in lately, with every step of the first sign-in done.
pub(crate) fn people() -> Vec<DemoPerson> {
    let members = cast::COMPANIES.iter().flat_map(|company| {
        company.accounts.iter().flat_map(|account| {
            let ready = |p: &&cast::Person| p.condition == Condition::Active;
            account.people.iter().filter(ready).map(|p| DemoPerson {
                role: p.role,
                user_id: p.user_name,
                password: cast::PASSWORD,
                name: format!("{} {}", p.given_name, p.family_name),
                account_name: Some(account.name),
            })
        })
    });
    let staff = cast::STAFF.iter().map(|p| DemoPerson {
        role: p.role.as_str(),
        user_id: p.user_name,
        password: cast::PASSWORD,
        name: format!("{} {}", p.given_name, p.family_name),
        account_name: None,
    });
    members.chain(staff).collect()
}

async fn listed_people(s: &Services) -> Result<Vec<Person>, Failure> {
    let mut all = Vec::new();
    for company in cast::COMPANIES {
        for account in company.accounts {
            for person in account.people {
                let names = (person.given_name, person.family_name);
                let place = Some((company.name, account.name));
                all.push(
                    listed(
                        s,
                        person.role,
                        person.user_name,
                        names,
                        company.domain,
                        place,
                        person.condition,
                    )
                    .await?,
                );
            }
        }
    }
    for member in cast::STAFF {
        let names = (member.given_name, member.family_name);
        all.push(
            listed(
                s,
                member.role.as_str(),
                member.user_name,
                names,
                cast::STAFF_DOMAIN,
                None,
                Condition::Active,
            )
            .await?,
        );
    }
    for (index, names) in cast::CLIENT_OWNERS.iter().enumerate() {
        let user_name = cast::client_user_name(index);
        let domain = cast::client_domain(index);
        let name = cast::CLIENTS[index];
        all.push(
            listed(
                s,
                "client_owner",
                &user_name,
                *names,
                &domain,
                Some((name, name)),
                Condition::Active,
            )
            .await?,
        );
    }
    Ok(all)
}

async fn listed(
    s: &Services,
    role: &str,
    user_name: &str,
    names: (&str, &str),
    domain: &str,
    place: Option<(&str, &str)>,
    condition: Condition,
) -> Result<Person, Failure> {
    let joined = !user_name.is_empty();
    let id = if joined {
        users::by_key(&s.db.reader(), user_name)
            .await?
            .map(|u| u.id.0)
    } else {
        None
    };
    let state = match condition {
        Condition::Active | Condition::Lapsing(_) | Condition::Newcomer => "active",
        Condition::Locked => "failed_attempts",
        Condition::Dormant => "dormant",
        Condition::Suspended => "suspended",
        Condition::Invited | Condition::InvitationExpired => "invited",
    };
    Ok(Person {
        role: role.to_owned(),
        id,
        user_id: joined.then(|| user_name.to_owned()),
        password: joined.then_some(cast::PASSWORD),
        name: format!("{} {}", names.0, names.1),
        email: cast::email(user_name, names, domain),
        company: place.map(|p| p.0.to_owned()),
        account_name: place.map(|p| p.1.to_owned()),
        state,
        answers: if joined && condition != Condition::Newcomer {
            answers()?
        } else {
            Vec::new()
        },
    })
}

/// Read as the registrar of the world would.
async fn structure(s: &Services) -> Result<(Vec<Account>, Vec<Identifier>), Failure> {
    let registrar = cast::STAFF
        .iter()
        .find(|m| m.role == StaffRole::Registrar)
        .map_or("", |m| m.user_name);
    let user = users::by_key(&s.db.reader(), registrar)
        .await?
        .ok_or_else(|| Failure::new("the demo world has no registrar"))?;
    let now = s.now();
    let actor = Actor {
        user: user.id,
        name: user.full_name(),
        staff: user.staff_role,
        memberships: Vec::new(),
        guest: None,
        client: None,
        session: s.id(),
        proved_at: now,
        now,
        origin: Origin {
            request_id: String::new(),
            network: String::new(),
        },
    };
    let (mut found, mut identifiers) = (Vec::new(), Vec::new());
    let mut page = super::first_page();
    loop {
        let part = accounts::list(&actor, s, &AccountFilter::default(), None, &page).await?;
        for view in part.items {
            let account = view.account;
            let subs = sub_accounts::list(&actor, s, account.id, &super::first_page()).await?;
            for sub in subs.items {
                for identifier in sub.identifiers {
                    identifiers.push(Identifier {
                        kind: identifier.kind.as_str(),
                        value: identifier.shown,
                        account_id: account.id.0,
                        account_number: account.account_number.clone(),
                        sub_account_id: sub.sub_account.id.0,
                        sub_account_name: sub.sub_account.name.clone(),
                        pending: identifier.pending,
                    });
                }
            }
            found.push(Account {
                id: account.id.0,
                account_number: account.account_number,
                name: account.name,
                company: account.company_name,
                company_id: account.company_id.0,
            });
        }
        match part.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    Ok((found, identifiers))
}

impl World {
    /// The JSON text.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn to_json(&self) -> Result<String, Failure> {
        serde_json::to_string_pretty(self).map_err(|error| Failure::new(error.to_string()))
    }

    /// Who may sign in, and how, for a person at a terminal.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut text = format!(
            "\n  THIS IS THE DEMO. Companies and people are fictitious, and everybody has the same password:\n\n      {}\n\n",
            cast::PASSWORD
        );
        let told = |person: &&Person| person.role != "client_owner" && person.user_id.is_some();
        for person in self.people.iter().filter(told) {
            let place = person.account_name.as_deref().unwrap_or("the operator");
            let state = match person.state {
                "active" => String::new(),
                other => format!(", {}", other.replace('_', " ")),
            };
            text.push_str(&format!(
                "  {:<16} {:<20} {}{}\n",
                person.user_id.as_deref().unwrap_or_default(),
                person.role.replace('_', " "),
                place,
                state
            ));
        }
        text.push_str(&format!(
            "\n  and the owners of the broker's {} clients. `quaymaster demo --json` tells everything,\n  the answers to the challenge questions too. Every mail lands in {}\n\n  Portal  {}\n  API     {}/docs/\n",
            cast::CLIENTS.len(),
            self.mailbox.page,
            self.base_url,
            self.base_url
        ));
        text
    }
}
