//! Who and what is in the demo world: fictitious companies and people, and identifiers that are not assigned to anybody
//! (EINs begin with 17, 18, 19, 28 or 29). How the world is built from this is in `build`.

mod clients;
mod register;

use quaymaster_domain::activities::BusinessActivity::{self, *};
use quaymaster_domain::identifiers::IdentifierKind::{self, *};
use quaymaster_domain::members::{MemberRole, StaffRole};

pub(super) use clients::{
    CLIENT_OWNERS, CLIENTS, client_domain, client_ein, client_party, client_user_name,
};
pub(super) use register::REGISTER;

/// The password of everybody. It passes the rules like anybody's.
pub(super) const PASSWORD: &str = "Twelve amber buoys, low tide";

/// The challenge questions that everybody but the newcomer chose, with the answers.
pub(super) const ANSWERS: [(&str, &str); 5] = [
    ("q01", "Buckwheat pancakes"),
    ("q02", "Captain Bear"),
    ("q05", "The Wind in the Reeds"),
    ("q08", "Lighthouse keeper"),
    ("q14", "Over the Sandbar"),
];

/// How a person is found in the world.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// Signed in lately.
    Active,
    /// Locked by failed attempts since yesterday.
    Locked,
    /// Not signed in for sixty days.
    Dormant,
    /// Suspended by the Account Owner.
    Suspended,
    /// Becomes dormant in this many days.
    Lapsing(i64),
    /// Has a password, but has neither chosen questions nor accepted the terms.
    Newcomer,
    /// Has an open invitation; there is no User ID yet.
    Invited,
    /// Was invited and let the days pass.
    InvitationExpired,
}

/// A person in an account.
pub(super) struct Person {
    /// What scripts look for.
    pub(super) role: &'static str,
    pub(super) user_name: &'static str,
    pub(super) given_name: &'static str,
    pub(super) family_name: &'static str,
    pub(super) member: MemberRole,
    pub(super) condition: Condition,
}

const fn person(
    role: &'static str,
    user_name: &'static str,
    names: (&'static str, &'static str),
    member: MemberRole,
    condition: Condition,
) -> Person {
    Person {
        role,
        user_name,
        given_name: names.0,
        family_name: names.1,
        member,
        condition,
    }
}

/// One of the operator's people.
pub(super) struct Staff {
    pub(super) user_name: &'static str,
    pub(super) given_name: &'static str,
    pub(super) family_name: &'static str,
    pub(super) role: StaffRole,
}

/// A sub-account with its identifiers.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) activity: BusinessActivity,
    pub(super) identifiers: &'static [(IdentifierKind, &'static str)],
}

/// A portal account. The first person is the owner.
pub(super) struct Account {
    pub(super) name: &'static str,
    pub(super) people: &'static [Person],
    pub(super) parts: &'static [Part],
}

/// A company with its accounts.
pub(super) struct Company {
    pub(super) name: &'static str,
    pub(super) party: &'static str,
    pub(super) subsidiaries: &'static [&'static str],
    pub(super) domain: &'static str,
    pub(super) accounts: &'static [Account],
}

pub(super) const STAFF_DOMAIN: &str = "portal.example";

pub(super) const STAFF: &[Staff] = &[
    staff("beth.turner", "Beth", "Turner", StaffRole::SupportAgent),
    staff("luis.ortega", "Luis", "Ortega", StaffRole::SupportLead),
    staff("rachel.kim", "Rachel", "Kim", StaffRole::Registrar),
    staff("frank.weber", "Frank", "Weber", StaffRole::Auditor),
    staff("diana.reyes", "Diana", "Reyes", StaffRole::Administrator),
];

const fn staff(
    user_name: &'static str,
    given_name: &'static str,
    family_name: &'static str,
    role: StaffRole,
) -> Staff {
    Staff {
        user_name,
        given_name,
        family_name,
        role,
    }
}

/// The companies with a story of their own; the first is the one that most journeys are told with.
pub(super) const COMPANIES: &[Company] = &[
    Company {
        name: "Northgate Imports, Inc.",
        party: "P-1001",
        subsidiaries: &["P-1002"],
        domain: "northgate.example",
        accounts: &[
            Account {
                name: "Northgate Imports",
                people: &[
                    person(
                        "owner",
                        "maria.lopez",
                        ("Maria", "Lopez"),
                        MemberRole::Owner,
                        Condition::Active,
                    ),
                    person(
                        "proxy",
                        "james.okoye",
                        ("James", "Okoye"),
                        MemberRole::Proxy,
                        Condition::Active,
                    ),
                    person(
                        "user",
                        "ines.duarte",
                        ("Ines", "Duarte"),
                        MemberRole::User,
                        Condition::Active,
                    ),
                    person(
                        "locked_user",
                        "tom.becker",
                        ("Tom", "Becker"),
                        MemberRole::User,
                        Condition::Locked,
                    ),
                    person(
                        "locked_proxy",
                        "grace.mbeki",
                        ("Grace", "Mbeki"),
                        MemberRole::Proxy,
                        Condition::Locked,
                    ),
                    person(
                        "dormant_user",
                        "aiko.tanaka",
                        ("Aiko", "Tanaka"),
                        MemberRole::User,
                        Condition::Dormant,
                    ),
                    person(
                        "suspended_user",
                        "paul.novak",
                        ("Paul", "Novak"),
                        MemberRole::User,
                        Condition::Suspended,
                    ),
                    person(
                        "lapsing_user",
                        "lena.fischer",
                        ("Lena", "Fischer"),
                        MemberRole::User,
                        Condition::Lapsing(5),
                    ),
                    person(
                        "lapsing_user_later",
                        "omar.haddad",
                        ("Omar", "Haddad"),
                        MemberRole::User,
                        Condition::Lapsing(19),
                    ),
                    person(
                        "newcomer",
                        "sam.rivera",
                        ("Sam", "Rivera"),
                        MemberRole::User,
                        Condition::Newcomer,
                    ),
                    person(
                        "invited_user",
                        "",
                        ("Nora", "Quinn"),
                        MemberRole::User,
                        Condition::Invited,
                    ),
                    person(
                        "invitation_expired",
                        "",
                        ("Felix", "Adler"),
                        MemberRole::User,
                        Condition::InvitationExpired,
                    ),
                ],
                parts: &[
                    Part {
                        name: "Importer, East Coast",
                        activity: Importer,
                        identifiers: &[(ImporterNumber, "17-100000100")],
                    },
                    Part {
                        name: "Importer, West Coast",
                        activity: Importer,
                        identifiers: &[
                            (ImporterNumber, "17-1000001W1"),
                            (ImporterNumber, "17-100000200"),
                        ],
                    },
                    Part {
                        name: "Protests",
                        activity: ProtestFiler,
                        identifiers: &[],
                    },
                ],
            },
            Account {
                name: "Northgate Export Services",
                people: &[
                    person(
                        "second_owner",
                        "helen.park",
                        ("Helen", "Park"),
                        MemberRole::Owner,
                        Condition::Active,
                    ),
                    person(
                        "second_user",
                        "ivan.petrov",
                        ("Ivan", "Petrov"),
                        MemberRole::User,
                        Condition::Active,
                    ),
                ],
                parts: &[
                    Part {
                        name: "Export desk",
                        activity: Exporter,
                        identifiers: &[(Ein, "17-1000001")],
                    },
                    Part {
                        name: "Warehouse, Elizabeth",
                        activity: FacilityOperator,
                        identifiers: &[(FirmsCode, "E9N1")],
                    },
                ],
            },
        ],
    },
    Company {
        name: "Bluewater Customs Brokers LLC",
        party: "P-2001",
        subsidiaries: &[],
        domain: "bluewater.example",
        accounts: &[Account {
            name: "Bluewater Customs Brokers",
            people: &[
                person(
                    "broker_owner",
                    "victor.stone",
                    ("Victor", "Stone"),
                    MemberRole::Owner,
                    Condition::Active,
                ),
                person(
                    "broker_proxy",
                    "priya.nair",
                    ("Priya", "Nair"),
                    MemberRole::Proxy,
                    Condition::Active,
                ),
                person(
                    "broker_user",
                    "dan.cole",
                    ("Dan", "Cole"),
                    MemberRole::User,
                    Condition::Active,
                ),
                person(
                    "broker_dormant_user",
                    "ruth.meyer",
                    ("Ruth", "Meyer"),
                    MemberRole::User,
                    Condition::Dormant,
                ),
            ],
            parts: &[
                Part {
                    name: "Brokerage",
                    activity: Broker,
                    identifiers: &[(FilerCode, "BWC")],
                },
                Part {
                    name: "Own imports",
                    activity: Importer,
                    identifiers: &[(ImporterNumber, "18-100000100")],
                },
            ],
        }],
    },
    Company {
        name: "Ironwood Trucking Co.",
        party: "P-3001",
        subsidiaries: &[],
        domain: "ironwood.example",
        accounts: &[Account {
            name: "Ironwood Trucking",
            people: &[person(
                "carrier_owner",
                "carla.mendes",
                ("Carla", "Mendes"),
                MemberRole::Owner,
                Condition::Active,
            )],
            parts: &[Part {
                name: "Border trucking",
                activity: CarrierTruck,
                identifiers: &[(Scac, "IRWT")],
            }],
        }],
    },
    Company {
        name: "Granite Surety Company",
        party: "P-3002",
        subsidiaries: &[],
        domain: "granite.example",
        accounts: &[Account {
            name: "Granite Surety",
            people: &[
                person(
                    "surety_owner",
                    "peter.lang",
                    ("Peter", "Lang"),
                    MemberRole::Owner,
                    Condition::Active,
                ),
                person(
                    "surety_proxy",
                    "mia.conti",
                    ("Mia", "Conti"),
                    MemberRole::Proxy,
                    Condition::Active,
                ),
            ],
            parts: &[Part {
                name: "Customs bonds",
                activity: Surety,
                identifiers: &[(SuretyCode, "917")],
            }],
        }],
    },
    Company {
        name: "Prairie Grain Exporters, Inc.",
        party: "P-3003",
        subsidiaries: &[],
        domain: "prairie.example",
        accounts: &[Account {
            name: "Prairie Grain",
            people: &[
                person(
                    "exporter_owner",
                    "anna.kowalski",
                    ("Anna", "Kowalski"),
                    MemberRole::Owner,
                    Condition::Dormant,
                ),
                person(
                    "exporter_proxy",
                    "otto.berg",
                    ("Otto", "Berg"),
                    MemberRole::Proxy,
                    Condition::Active,
                ),
            ],
            parts: &[Part {
                name: "Grain exports",
                activity: Exporter,
                identifiers: &[(Ein, "28-1000001")],
            }],
        }],
    },
    Company {
        name: "Silverline Electronics Corp.",
        party: "P-3004",
        subsidiaries: &[],
        domain: "silverline.example",
        accounts: &[Account {
            name: "Silverline Electronics",
            people: &[person(
                "target_owner",
                "ethan.brooks",
                ("Ethan", "Brooks"),
                MemberRole::Owner,
                Condition::Active,
            )],
            parts: &[Part {
                name: "Consumer electronics",
                activity: Importer,
                identifiers: &[(ImporterNumber, "19-100000100")],
            }],
        }],
    },
];

/// Identifiers to try in the demo: what happens when they are added.
pub(super) const TO_TRY: &[(&str, IdentifierKind, &str, &str)] = &[
    (
        "held_by_another_company",
        ImporterNumber,
        "19-100000100",
        "Silverline holds it: asks to request access (R3, R4)",
    ),
    (
        "of_a_company_without_account",
        ImporterNumber,
        "19-100000500",
        "Redwood has no account: asks to invite it to apply (R4)",
    ),
    (
        "unknown_to_the_register",
        ImporterNumber,
        "29-100000100",
        "waits for the registrar",
    ),
    (
        "held_from_an_old_import",
        ImporterNumber,
        "19-300000100",
        "Harvest Moon Candles LLC has no account, and Bluewater holds its number: apply, then claim it",
    ),
    (
        "own_and_free",
        ImporterNumber,
        "17-1000001W2",
        "Northgate's own, held by no account yet",
    ),
];

/// The identifier that waits for the registrar from the start.
pub(super) const WAITING: (IdentifierKind, &str) = (ImporterNumber, "29-100000200");

/// The client's identifier for which the broker has drafted an access request.
pub(super) const DRAFTED: (IdentifierKind, &str) = (ImporterNumber, "18-200000300");

/// The address of a person without a User ID is made of the names.
pub(super) fn email(user_name: &str, names: (&str, &str), domain: &str) -> String {
    if user_name.is_empty() {
        format!(
            "{}.{}@{domain}",
            names.0.to_lowercase(),
            names.1.to_lowercase()
        )
    } else {
        format!("{user_name}@{domain}")
    }
}

/// User IDs of the broker's owner and of the employee who looks after clients.
pub(super) struct Broker {
    pub(super) owner: &'static str,
    pub(super) employee: &'static str,
}

/// The broker's people, if the story has a broker.
pub(super) fn broker() -> Option<Broker> {
    let people = COMPANIES
        .iter()
        .flat_map(|company| company.accounts)
        .flat_map(|account| account.people);
    let named = |role: &str| {
        people
            .clone()
            .find(|person| person.role == role)
            .map(|person| person.user_name)
    };
    Some(Broker {
        owner: named("broker_owner")?,
        employee: named("broker_user")?,
    })
}
