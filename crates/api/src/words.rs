//! The enumerations of the domain as the wire carries them. The compiler holds both lists together.

use quaymaster_domain::{activities, companies, identifiers};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::common::wire_enums;

wire_enums! {
    /// What a company does towards customs.
    BusinessActivity = activities::BusinessActivity {
        /// Brings goods into the country in its own name.
        Importer,
        /// Sends goods abroad.
        Exporter,
        /// Protests against decisions of customs.
        ProtestFiler,
        /// Stands behind customs bonds.
        Surety,
        /// Software vendor, service bureau, manifest preparer, port authority.
        ServiceProvider,
        /// Bonded warehouse, container freight station.
        FacilityOperator,
        /// Represents vessels in port.
        VesselAgency,
        /// Drives or crews conveyances.
        DriverCrew,
        /// Licensed customs broker.
        Broker,
        /// Files its own entries.
        Filer,
        /// Carrier by road.
        CarrierTruck,
        /// Carrier by rail.
        CarrierRail,
        /// Carrier by sea.
        CarrierSea,
        /// Carrier by air.
        CarrierAir,
        /// Operates a foreign-trade zone.
        FtzOperator,
        /// Closed since 2022.
        Cartman,
        /// Closed since 2022.
        Lighterman,
    }

    /// Who adds an activity to an account.
    AddedBy = activities::AddedBy {
        /// The Account Owner or a proxy.
        SelfService,
        /// Staff only.
        Staff,
        /// Staff only, on behalf of the FTZ Board.
        StaffForFtzBoard,
        /// Nobody.
        Closed,
    }

    /// The kind of a corporate identifier.
    IdentifierKind = identifiers::IdentifierKind {
        /// EIN with suffix, Social Security number or number assigned by CBP.
        ImporterNumber,
        /// Employer identification number.
        Ein,
        /// Filer code.
        FilerCode,
        /// Standard Carrier Alpha Code.
        Scac,
        /// ICAO or IATA code.
        AirCarrierCode,
        /// FIRMS code.
        FirmsCode,
        /// Surety code.
        SuretyCode,
        /// Foreign-trade zone.
        FtzZone,
    }

    /// What a contact is for.
    ContactKind = companies::ContactKind {
        /// Day-to-day business.
        Business,
        /// Bills and payments.
        Billing,
        /// Compliance with customs law.
        Compliance,
        /// The officer of the company on file.
        Officer,
    }

    /// What an address is for.
    AddressKind = companies::AddressKind {
        /// Where the company is.
        Physical,
        /// Where letters go.
        Mailing,
    }
}
