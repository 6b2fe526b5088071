//! Applications in each state, and identifiers that the broker holds from an old import: one is claimed by a client, one by
//! an application, and one waits to be found by whoever tries the portal.

use chrono::Duration;
use quaymaster_domain::access::Origin;
use quaymaster_domain::activities::BusinessActivity;
use quaymaster_domain::applications::SixDigits;
use quaymaster_domain::companies::PartyKey;
use quaymaster_domain::identifiers::IdentifierKind;
use quaymaster_domain::people::{
    CompanyName, EmailAddress, JobTitle, PersonName, PhoneNumber, Reason,
};
use quaymaster_service::applications::{self, Decision, FormPatch, Key, Outcome};
use quaymaster_service::identifier_claims::{self, NewClaim};
use quaymaster_service::register::{self, NewEntry};
use quaymaster_service::{identifiers, sub_accounts};
use quaymaster_store::mails;

use super::build::Builder;
use super::cast;
use crate::failure::Failure;

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("the demo world: onboarding: {error}"))
}

const REGISTRAR: &str = "rachel.kim";
const BROKER: &str = "victor.stone";

/// A company that applies.
struct Applying {
    key: &'static str,
    name: &'static str,
    domain: &'static str,
    number: &'static str,
    owner: (&'static str, &'static str),
    until: Until,
}

/// How far it has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    /// Nothing was begun: for whoever tries the portal.
    Nothing,
    Draft,
    NotConfirmed,
    AwaitingCode,
    ByHand,
    InReview,
    ClaimOffered,
    ClaimFiled,
    Approved,
    Rejected,
    Withdrawn,
}

impl Until {
    /// The identifier stands in the broker's account from an old import.
    fn held(self) -> bool {
        matches!(self, Self::Nothing | Self::ClaimOffered | Self::ClaimFiled)
    }
}

const APPLYING: &[Applying] = &[
    applying(
        "P-5001",
        "Harvest Moon Candles LLC",
        "harvestmoon.example",
        "19-300000100",
        ("Paula", "Ruiz"),
        Until::Nothing,
    ),
    applying(
        "P-5002",
        "Stillwater Kayaks, Inc.",
        "stillwater.example",
        "19-300000200",
        ("Derek", "Holm"),
        Until::Draft,
    ),
    applying(
        "P-5003",
        "Tamarack Skis Co.",
        "tamarack.example",
        "19-300000300",
        ("Nora", "Vance"),
        Until::NotConfirmed,
    ),
    applying(
        "P-5004",
        "Bramble Jam Works",
        "bramble.example",
        "19-300000400",
        ("Ian", "Sutton"),
        Until::AwaitingCode,
    ),
    applying(
        "P-5005",
        "Copper Kettle Brewing Supply",
        "copperkettle.example",
        "19-300000500",
        ("Tess", "Arnold"),
        Until::ByHand,
    ),
    applying(
        "P-5006",
        "Windrow Farm Machines, Inc.",
        "windrow.example",
        "19-300000600",
        ("Pavel", "Horak"),
        Until::InReview,
    ),
    applying(
        "P-5007",
        "Slate River Marble",
        "slateriver.example",
        "19-300000700",
        ("Lydia", "Cho"),
        Until::ClaimOffered,
    ),
    applying(
        "P-5008",
        "Ivory Coast Cocoa Traders",
        "cocoatraders.example",
        "19-300000800",
        ("Abel", "Kone"),
        Until::ClaimFiled,
    ),
    applying(
        "P-5009",
        "Summit Ridge Tents LLC",
        "summitridge.example",
        "19-300000900",
        ("Gwen", "Baker"),
        Until::Approved,
    ),
    applying(
        "P-5010",
        "Low Tide Surf Boards",
        "lowtide.example",
        "19-300001000",
        ("Kai", "Young"),
        Until::Rejected,
    ),
    applying(
        "P-5011",
        "Old Mill Paper",
        "oldmill.example",
        "19-300001100",
        ("Edith", "Fox"),
        Until::Withdrawn,
    ),
];

const fn applying(
    key: &'static str,
    name: &'static str,
    domain: &'static str,
    number: &'static str,
    owner: (&'static str, &'static str),
    until: Until,
) -> Applying {
    Applying {
        key,
        name,
        domain,
        number,
        owner,
        until,
    }
}

/// A second importer number of the first client, which the broker holds as well.
const OF_A_CLIENT: &str = "18-2000001A1";

/// The register of those days gave the identifiers to the broker, who added them; later it was set right.
pub(super) async fn old_import(world: &Builder) -> Result<(), Failure> {
    let s = world.services();
    world.move_to_ago(Duration::days(50));
    let (broker_key, broker_name) = ("P-2001", "Bluewater Customs Brokers LLC");
    let wrong: Vec<&str> = APPLYING
        .iter()
        .filter(|a| a.until.held())
        .map(|a| a.number)
        .chain([OF_A_CLIENT])
        .collect();
    for number in &wrong {
        entry(
            world,
            number,
            broker_key,
            broker_name,
            "licenses@bluewater.example",
        )
        .await?;
    }
    let broker = world.actor_of(BROKER).await?;
    let account = broker
        .memberships
        .first()
        .map(|m| m.account)
        .ok_or_else(|| broken("the broker has no account"))?;
    let subs = sub_accounts::list(&broker, s, account, &super::first_page())
        .await
        .map_err(broken)?;
    let imports = subs
        .items
        .iter()
        .find(|v| v.sub_account.activity == BusinessActivity::Importer)
        .map(|v| v.sub_account.id)
        .ok_or_else(|| broken("the broker has no sub-account for imports"))?;
    for number in &wrong {
        let kind = IdentifierKind::ImporterNumber;
        identifiers::add(&broker, s, account, imports, kind, number)
            .await
            .map_err(broken)?;
    }
    world.move_to_ago(Duration::days(40));
    for company in APPLYING {
        let contact = format!("office@{}", company.domain);
        entry(world, company.number, company.key, company.name, &contact).await?;
    }
    let contact = format!("customs@{}", cast::client_domain(0));
    let name = cast::CLIENTS.first().copied().unwrap_or_default();
    entry(world, OF_A_CLIENT, &cast::client_party(0), name, &contact).await
}

async fn entry(
    world: &Builder,
    number: &str,
    key: &str,
    name: &str,
    contact: &str,
) -> Result<(), Failure> {
    let registrar = world.actor_of(REGISTRAR).await?;
    let new = NewEntry {
        kind: IdentifierKind::ImporterNumber,
        value: number.to_owned(),
        party_key: PartyKey::parse(key).map_err(broken)?,
        party_name: CompanyName::parse(name).map_err(broken)?,
        contact_email: Some(EmailAddress::parse(contact).map_err(broken)?),
    };
    register::set(&registrar, world.services(), new)
        .await
        .map_err(broken)?;
    Ok(())
}

/// Applications of the last days, and the client's claim.
pub(super) async fn tell(world: &Builder) -> Result<(), Failure> {
    let s = world.services();
    world.move_to_ago(Duration::days(4));
    let client = world.actor_of(&cast::client_user_name(0)).await?;
    let account = client
        .memberships
        .first()
        .map(|m| m.account)
        .ok_or_else(|| broken("the client has no account"))?;
    let subs = sub_accounts::list(&client, s, account, &super::first_page())
        .await
        .map_err(broken)?;
    let sub_account = subs
        .items
        .first()
        .map(|v| v.sub_account.id)
        .ok_or_else(|| broken("the client has no sub-account"))?;
    let claim = NewClaim {
        sub_account,
        kind: IdentifierKind::ImporterNumber,
        value: OF_A_CLIENT.to_owned(),
        reason: reason(
            "This is our second number. You filed under it before we had an account of our own.",
        )?,
    };
    identifier_claims::file(&client, s, account, claim)
        .await
        .map_err(broken)?;
    for (hours, company) in (0_i64..).zip(APPLYING) {
        world.move_to_ago(Duration::hours(90 - hours * 2));
        apply(world, company).await?;
    }
    Ok(())
}

fn reason(words: &str) -> Result<Reason, Failure> {
    Reason::parse(words).map_err(broken)
}

async fn apply(world: &Builder, company: &Applying) -> Result<(), Failure> {
    let s = world.services();
    let until = company.until;
    if until == Until::Nothing {
        return Ok(());
    }
    let origin = Origin {
        request_id: s.id::<uuid::Uuid>().to_string(),
        network: "198.51.100.23".to_owned(),
    };
    let named = if until == Until::NotConfirmed {
        "Tamarack Winter Sports"
    } else {
        company.name
    };
    let (given, family) = company.owner;
    let email = cast::email("", company.owner, company.domain);
    let fields = FormPatch {
        company_name: Some(Some(CompanyName::parse(named).map_err(broken)?)),
        identifier_kind: Some(Some(IdentifierKind::ImporterNumber)),
        identifier_value: Some(Some(company.number.to_owned())),
        activity: Some(Some(BusinessActivity::Importer)),
        owner_given_name: Some(Some(PersonName::parse(given).map_err(broken)?)),
        owner_family_name: Some(Some(PersonName::parse(family).map_err(broken)?)),
        email: Some(Some(EmailAddress::parse(&email).map_err(broken)?)),
        phone: Some(Some(PhoneNumber::parse("+1 202 555 0147").map_err(broken)?)),
        officer_name: Some(Some(PersonName::parse("Robin Ames").map_err(broken)?)),
        officer_title: Some(Some(JobTitle::parse("President").map_err(broken)?)),
        officer_acknowledges: Some(true),
    };
    let begun = applications::create(s, fields, until != Until::Draft, &origin)
        .await
        .map_err(broken)?;
    let key = Key {
        id: begun.view.application.id,
        token: begun.resume_token,
    };
    match until {
        Until::Nothing | Until::Draft | Until::NotConfirmed | Until::AwaitingCode => {}
        Until::ByHand => {
            let note = reason("Our contact on file has retired; her mailbox is closed.")?;
            applications::ask_review(s, &key, &note, &origin)
                .await
                .map_err(broken)?;
        }
        Until::Withdrawn => {
            applications::withdraw(s, &key, &origin)
                .await
                .map_err(broken)?;
        }
        Until::InReview
        | Until::ClaimOffered
        | Until::ClaimFiled
        | Until::Approved
        | Until::Rejected => {
            let code = mailed_code(world, &format!("office@{}", company.domain)).await?;
            applications::enter_code(s, &key, &code, &origin)
                .await
                .map_err(broken)?;
        }
    }
    match until {
        Until::ClaimFiled => {
            let why = reason("The number is ours; a broker entered it years ago.")?;
            identifier_claims::file_for_application(s, &key, &why, &origin)
                .await
                .map_err(broken)?;
        }
        Until::Approved | Until::Rejected => {
            let (outcome, words) = if until == Until::Approved {
                (Outcome::Approve, "Everything fits.")
            } else {
                (
                    Outcome::Reject,
                    "The officer named here does not know of the application.",
                )
            };
            let decision = Decision {
                outcome,
                reason: reason(words)?,
                account_name: None,
                sub_account_name: None,
            };
            let registrar = world.actor_of(REGISTRAR).await?;
            applications::decide(&registrar, s, key.id, decision)
                .await
                .map_err(broken)?;
        }
        _ => {}
    }
    Ok(())
}

/// The code in the newest mail to the register's contact, which waits in the outbox.
async fn mailed_code(world: &Builder, contact: &str) -> Result<SixDigits, Failure> {
    let s = world.services();
    let reader = s.db.reader();
    for due in mails::due(&reader, s.now(), 100_000).await?.iter().rev() {
        let Some(mail) = mails::queued(&reader, due.id).await? else {
            continue;
        };
        if mail.recipient == contact && mail.template == "application_code" {
            let code = mail
                .body
                .lines()
                .find_map(|line| SixDigits::parse(line).ok());
            return code.ok_or_else(|| broken("a mail without a code"));
        }
    }
    Err(broken("no code was mailed"))
}
