//! Business activities: what a company does towards customs, which identifiers belong to it and who adds it (DOMAIN
//! section 3, R5). Which account holds an activity is not decided here.

use crate::identifiers::IdentifierKind;
use crate::members::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a company does towards customs `[CBP]`.
    BusinessActivity {
        /// Brings goods into the country in its own name.
        Importer = "importer",
        /// Sends goods abroad.
        Exporter = "exporter",
        /// Protests against decisions of customs.
        ProtestFiler = "protest_filer",
        /// Stands behind customs bonds.
        Surety = "surety",
        /// Software vendor, service bureau, manifest preparer, port authority.
        ServiceProvider = "service_provider",
        /// Bonded warehouse, container freight station.
        FacilityOperator = "facility_operator",
        /// Represents vessels in port.
        VesselAgency = "vessel_agency",
        /// Drives or crews conveyances.
        DriverCrew = "driver_crew",
        /// Licensed customs broker.
        Broker = "broker",
        /// Files its own entries.
        Filer = "filer",
        /// Carrier by road.
        CarrierTruck = "carrier_truck",
        /// Carrier by rail.
        CarrierRail = "carrier_rail",
        /// Carrier by sea.
        CarrierSea = "carrier_sea",
        /// Carrier by air.
        CarrierAir = "carrier_air",
        /// Operates a foreign-trade zone.
        FtzOperator = "ftz_operator",
        /// Carts bonded goods; closed since 2022.
        Cartman = "cartman",
        /// Ships bonded goods by lighter; closed since 2022.
        Lighterman = "lighterman",
    }
}

words! {
    /// Who adds an activity to an account (R5) `[CBP]`.
    AddedBy {
        /// The Account Owner or a proxy.
        SelfService = "self_service",
        /// Staff only.
        Staff = "staff",
        /// Staff only, on behalf of the FTZ Board.
        StaffForFtzBoard = "staff_for_ftz_board",
        /// Nobody: the activity is kept for reading only.
        Closed = "closed",
    }
}

impl BusinessActivity {
    /// Every activity, in the order of DOMAIN section 3.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        Self::ALL
    }

    /// The kinds of identifiers that belong to the activity; any one of them will do. Empty when it has none.
    #[must_use]
    pub const fn identifier_kinds(self) -> &'static [IdentifierKind] {
        match self {
            Self::Importer => &[IdentifierKind::ImporterNumber],
            Self::Exporter | Self::ServiceProvider => &[IdentifierKind::Ein],
            Self::ProtestFiler => &[IdentifierKind::ImporterNumber, IdentifierKind::FilerCode],
            Self::Surety => &[IdentifierKind::SuretyCode],
            Self::FacilityOperator => &[IdentifierKind::FirmsCode],
            Self::VesselAgency => &[IdentifierKind::Ein, IdentifierKind::Scac],
            Self::Broker | Self::Filer => &[IdentifierKind::FilerCode],
            Self::CarrierTruck | Self::CarrierRail | Self::CarrierSea => &[IdentifierKind::Scac],
            Self::CarrierAir => &[IdentifierKind::AirCarrierCode],
            Self::FtzOperator => &[IdentifierKind::FtzZone],
            Self::DriverCrew | Self::Cartman | Self::Lighterman => &[],
        }
    }

    /// Whether an identifier of this kind may stand under the activity.
    #[must_use]
    pub fn takes(self, kind: IdentifierKind) -> bool {
        self.identifier_kinds().contains(&kind)
    }

    /// Who adds the activity (R5).
    #[must_use]
    pub const fn added_by(self) -> AddedBy {
        match self {
            Self::Importer
            | Self::Exporter
            | Self::ProtestFiler
            | Self::Surety
            | Self::ServiceProvider
            | Self::FacilityOperator
            | Self::VesselAgency
            | Self::DriverCrew => AddedBy::SelfService,
            Self::Broker
            | Self::Filer
            | Self::CarrierTruck
            | Self::CarrierRail
            | Self::CarrierSea
            | Self::CarrierAir => AddedBy::Staff,
            Self::FtzOperator => AddedBy::StaffForFtzBoard,
            Self::Cartman | Self::Lighterman => AddedBy::Closed,
        }
    }

    /// What it is called on screens.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Importer => "Importer",
            Self::Exporter => "Exporter",
            Self::ProtestFiler => "Protest filer",
            Self::Surety => "Surety",
            Self::ServiceProvider => "Service provider",
            Self::FacilityOperator => "Facility operator",
            Self::VesselAgency => "Vessel agency",
            Self::DriverCrew => "Driver or crew",
            Self::Broker => "Broker",
            Self::Filer => "Filer",
            Self::CarrierTruck => "Truck carrier",
            Self::CarrierRail => "Rail carrier",
            Self::CarrierSea => "Sea carrier",
            Self::CarrierAir => "Air carrier",
            Self::FtzOperator => "FTZ operator",
            Self::Cartman => "Cartman",
            Self::Lighterman => "Lighterman",
        }
    }

    /// One sentence that says what it means, for screens.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Importer => {
                "Brings goods into the country and answers for duties and records as importer of record."
            }
            Self::Exporter => "Sends goods out of the country and files export information.",
            Self::ProtestFiler => {
                "Files protests against decisions of customs, for itself or for others."
            }
            Self::Surety => {
                "Underwrites customs bonds and follows the bills and debts that they cover."
            }
            Self::ServiceProvider => {
                "Offers software, transmission, manifest preparation or port services to those who trade."
            }
            Self::FacilityOperator => {
                "Operates a bonded warehouse, a container freight station or another facility with a FIRMS code."
            }
            Self::VesselAgency => "Represents vessels and their operators towards customs in port.",
            Self::DriverCrew => {
                "Drives or crews a truck, train, vessel or aircraft that crosses the border."
            }
            Self::Broker => {
                "Transacts customs business for others with a customs broker's licence."
            }
            Self::Filer => "Files its own entries electronically under a filer code.",
            Self::CarrierTruck => "Carries goods across the border by road.",
            Self::CarrierRail => "Carries goods across the border by rail.",
            Self::CarrierSea => "Carries goods across the border by sea.",
            Self::CarrierAir => "Carries goods across the border by air.",
            Self::FtzOperator => {
                "Operates a foreign-trade zone, a subzone or a site under a grant of the FTZ Board."
            }
            Self::Cartman => {
                "Carted bonded goods within a port; closed since 2022 and kept for reading."
            }
            Self::Lighterman => {
                "Moved bonded goods within a port by lighter; closed since 2022 and kept for reading."
            }
        }
    }
}

impl AddedBy {
    /// One sentence for the screen on which somebody wonders why there is no button.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::SelfService => "The Account Owner or a Proxy Account Owner adds this activity.",
            Self::Staff => {
                "Only the operator's staff adds this activity, after checking the authority for it."
            }
            Self::StaffForFtzBoard => {
                "Only the operator's staff adds this activity, on behalf of the FTZ Board."
            }
            Self::Closed => {
                "This activity has been closed since 2022. It stays visible where it exists and cannot be added."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of DOMAIN section 3, word for word.
    const TABLE: &[(&str, &[&str], &str)] = &[
        ("importer", &["importer_number"], "self_service"),
        ("exporter", &["ein"], "self_service"),
        (
            "protest_filer",
            &["importer_number", "filer_code"],
            "self_service",
        ),
        ("surety", &["surety_code"], "self_service"),
        ("service_provider", &["ein"], "self_service"),
        ("facility_operator", &["firms_code"], "self_service"),
        ("vessel_agency", &["ein", "scac"], "self_service"),
        ("driver_crew", &[], "self_service"),
        ("broker", &["filer_code"], "staff"),
        ("filer", &["filer_code"], "staff"),
        ("carrier_truck", &["scac"], "staff"),
        ("carrier_rail", &["scac"], "staff"),
        ("carrier_sea", &["scac"], "staff"),
        ("carrier_air", &["air_carrier_code"], "staff"),
        ("ftz_operator", &["ftz_zone"], "staff_for_ftz_board"),
        ("cartman", &[], "closed"),
        ("lighterman", &[], "closed"),
    ];

    #[test]
    fn the_table_holds() {
        assert_eq!(BusinessActivity::all().len(), TABLE.len());
        for (activity, (word, kinds, added_by)) in BusinessActivity::all().iter().zip(TABLE) {
            assert_eq!(
                serde_json::to_value(activity).unwrap(),
                serde_json::json!(word)
            );
            assert_eq!(BusinessActivity::from_word(word), Some(*activity));
            let found: Vec<_> = activity
                .identifier_kinds()
                .iter()
                .map(|kind| kind.as_str())
                .collect();
            assert_eq!(found, *kinds, "{word}");
            assert_eq!(activity.added_by().as_str(), *added_by, "{word}");
            for kind in IdentifierKind::ALL {
                assert_eq!(
                    activity.takes(*kind),
                    kinds.contains(&kind.as_str()),
                    "{word}"
                );
            }
        }
    }

    #[test]
    fn every_activity_is_explained() {
        for activity in BusinessActivity::all() {
            assert!(!activity.label().is_empty());
            assert!(activity.description().ends_with('.'));
            assert!(activity.added_by().explanation().ends_with('.'));
        }
    }
}
