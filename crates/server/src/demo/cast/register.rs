//! The identifier register of the demo world.

use quaymaster_domain::identifiers::IdentifierKind::{self, *};

/// Parties of the register beside the companies above: key, name, contact, identifiers.
pub(crate) type RegisterParty = (
    &'static str,
    &'static str,
    &'static str,
    &'static [(IdentifierKind, &'static str)],
);

/// The register. Every identifier of a company stands here, and some that no account holds.
pub(crate) const REGISTER: &[RegisterParty] = &[
    (
        "P-1001",
        "Northgate Imports, Inc.",
        "compliance@northgate.example",
        &[
            (Ein, "17-1000001"),
            (ImporterNumber, "17-100000100"),
            (ImporterNumber, "17-1000001W1"),
            (ImporterNumber, "17-1000001W2"),
            (FirmsCode, "E9N1"),
        ],
    ),
    (
        "P-1002",
        "Northgate Outdoor LLC",
        "compliance@northgate.example",
        &[(Ein, "17-1000002"), (ImporterNumber, "17-100000200")],
    ),
    (
        "P-2001",
        "Bluewater Customs Brokers LLC",
        "licenses@bluewater.example",
        &[
            (FilerCode, "BWC"),
            (Ein, "18-1000001"),
            (ImporterNumber, "18-100000100"),
        ],
    ),
    (
        "P-3001",
        "Ironwood Trucking Co.",
        "dispatch@ironwood.example",
        &[(Scac, "IRWT"), (Ein, "28-1000002")],
    ),
    (
        "P-3002",
        "Granite Surety Company",
        "bonds@granite.example",
        &[(SuretyCode, "917")],
    ),
    (
        "P-3003",
        "Prairie Grain Exporters, Inc.",
        "trade@prairie.example",
        &[(Ein, "28-1000001"), (ImporterNumber, "28-100000100")],
    ),
    (
        "P-3004",
        "Silverline Electronics Corp.",
        "customs@silverline.example",
        &[
            (Ein, "19-1000001"),
            (ImporterNumber, "19-100000100"),
            (ImporterNumber, "19-1000001A1"),
        ],
    ),
    (
        "P-3005",
        "Redwood Furniture Makers, Inc.",
        "office@redwood.example",
        &[(Ein, "19-1000005"), (ImporterNumber, "19-100000500")],
    ),
];
