//! The codes of entry summaries: types, modes of transport, tariff numbers, liquidation and payment.

use serde::{Deserialize, Serialize};

use crate::members::words;

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $label:literal;)+ }) => {
        words! { $(#[$doc])* $name { $($(#[$vdoc])* $variant = $code),+ } }

        impl $name {
            /// What it means, for people.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }
    };
}

coded! {
    /// The type of an entry.
    EntryType {
        /// 01
        Consumption = "01", "Consumption, free and dutiable";
        /// 02
        Quota = "02", "Consumption, quota/visa";
        /// 03
        AntiDumping = "03", "Consumption, antidumping/countervailing duty";
        /// 06
        Ftz = "06", "Consumption, foreign-trade zone";
        /// 07
        QuotaAntiDumping = "07", "Consumption, quota/visa and antidumping/countervailing duty";
        /// 11
        Informal = "11", "Informal, free and dutiable";
        /// 12
        InformalQuota = "12", "Informal, quota/visa";
        /// 21
        Warehouse = "21", "Warehouse";
        /// 22
        ReWarehouse = "22", "Re-warehouse";
        /// 23
        TemporaryBond = "23", "Temporary importation under bond";
        /// 31
        Withdrawal = "31", "Warehouse withdrawal, consumption";
        /// 32
        WithdrawalQuota = "32", "Warehouse withdrawal, quota/visa";
        /// 34
        WithdrawalAntiDumping = "34", "Warehouse withdrawal, antidumping/countervailing duty";
        /// 38
        WithdrawalBoth = "38", "Warehouse withdrawal, quota/visa and antidumping/countervailing duty";
        /// 51
        Government = "51", "Government, Defense Contract Management";
        /// 52
        GovernmentDutiable = "52", "Government, dutiable";
    }
}

impl EntryType {
    /// Whether the merchandise processing fee of formal entries is computed here: consumption entries.
    #[must_use]
    pub const fn is_formal_consumption(self) -> bool {
        matches!(
            self,
            Self::Consumption
                | Self::Quota
                | Self::AntiDumping
                | Self::Ftz
                | Self::QuotaAntiDumping
        )
    }
}

coded! {
    /// The mode of transport.
    Mode {
        /// 10
        Vessel = "10", "Vessel";
        /// 11
        VesselContainer = "11", "Vessel, containerized";
        /// 12
        BorderWater = "12", "Border, waterborne";
        /// 20
        Rail = "20", "Rail";
        /// 21
        RailContainer = "21", "Rail, containerized";
        /// 30
        Truck = "30", "Truck";
        /// 31
        TruckContainer = "31", "Truck, containerized";
        /// 40
        Air = "40", "Air";
        /// 41
        AirContainer = "41", "Air, containerized";
        /// 50
        Mail = "50", "Mail";
        /// 60
        Passenger = "60", "Passenger, hand-carried";
        /// 70
        Fixed = "70", "Fixed transport installation";
    }
}

impl Mode {
    /// Over the ocean, where the harbor maintenance fee is due.
    #[must_use]
    pub const fn is_ocean(self) -> bool {
        matches!(self, Self::Vessel | Self::VesselContainer)
    }
}

coded! {
    /// How an entry was or is to be liquidated.
    LiquidationStatus {
        /// As entered.
        AsEntered = "as_entered", "As entered";
        /// More is owed.
        Increase = "increase", "Increase";
        /// Something is paid back.
        Refund = "refund", "Refund";
        /// Later.
        Extended = "extended", "Extended";
        /// Held.
        Suspended = "suspended", "Suspended";
    }
}

impl LiquidationStatus {
    /// Reads the words of reports in any case; text after the first words is taken for detail.
    ///
    /// # Errors
    /// What may stand there.
    pub fn read(text: &str) -> Result<Option<Self>, &'static str> {
        let plain: String = text
            .chars()
            .filter(char::is_ascii_alphabetic)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        Ok(Some(match plain.as_str() {
            "" | "notliquidated" | "unliquidated" | "open" => return Ok(None),
            "asentered" | "liquidatedasentered" | "nochange" | "liquidatednochange" => {
                Self::AsEntered
            }
            "increase" | "liquidatedincrease" | "changeincrease" | "bill" => Self::Increase,
            "refund" | "liquidatedrefund" | "decrease" | "changerefund" => Self::Refund,
            "extended" | "extension" | "liquidationextended" => Self::Extended,
            "suspended" | "suspension" | "liquidationsuspended" => Self::Suspended,
            _ => {
                return Err(
                    "A liquidation status is one of: As entered, Increase, Refund, Extended, Suspended, Unliquidated.",
                );
            }
        }))
    }

    /// Whether it says that the entry was liquidated.
    #[must_use]
    pub const fn is_liquidated(self) -> bool {
        matches!(self, Self::AsEntered | Self::Increase | Self::Refund)
    }
}

coded! {
    /// How a statement is paid.
    StatementStatus {
        /// AU
        Authorized = "AU", "Payment authorized";
        /// NP
        NotPaid = "NP", "Not paid";
        /// PD
        Paid = "PD", "Paid";
    }
}

/// A number of the Harmonized Tariff Schedule, digits only: ten, or eight in the chapters 98 and 99.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HtsNumber(String);

impl HtsNumber {
    /// Reads a number with or without points.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const FORM: &str = "An HTS number has ten digits, NNNN.NN.NNNN; in the chapters 98 and 99 eight, NNNN.NN.NN.";
        if text.len() > 20 {
            return Err(FORM);
        }
        let digits: String = text.chars().filter(|c| *c != '.').collect();
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(FORM);
        }
        let chapter: u32 = digits.get(..2).and_then(|c| c.parse().ok()).unwrap_or(0);
        let fits = match digits.len() {
            10 => true,
            8 => chapter >= 98,
            _ => false,
        };
        if !fits {
            return Err(FORM);
        }
        // 77 is kept free in the schedule.
        if chapter == 0 || chapter == 77 {
            return Err("There is no such chapter in the tariff schedule.");
        }
        Ok(Self(digits))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The two digits of the chapter.
    #[must_use]
    pub fn chapter(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }

    /// Whether amounts may be left out: additional duties and special provisions stand beside the number of the goods.
    #[must_use]
    pub fn may_have_no_amounts(&self) -> bool {
        matches!(self.chapter(), "98" | "99")
    }

    /// With points, as people write it.
    #[must_use]
    pub fn dotted(digits: &str) -> String {
        let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
        format!(
            "{}.{}.{}",
            part(0..4),
            part(4..6),
            digits.get(6..).unwrap_or_default()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tariff_numbers_have_ten_digits_or_eight() {
        for text in ["8471.30.0100", "8471300100", "9903.88.03", "9802.00.8068"] {
            let number = HtsNumber::parse(text).unwrap();
            assert_eq!(
                HtsNumber::parse(&HtsNumber::dotted(number.as_str())),
                Ok(number)
            );
        }
        for text in [
            "",
            "8471.30.01",
            "847130010",
            "84713001000",
            "0071300100",
            "7701300100",
            "8471.30.01O0",
        ] {
            assert!(HtsNumber::parse(text).is_err(), "{text}");
        }
        assert!(HtsNumber::parse("99038803").unwrap().may_have_no_amounts());
    }

    #[test]
    fn liquidation_is_read_as_reports_write_it() {
        assert_eq!(
            LiquidationStatus::read("As Entered"),
            Ok(Some(LiquidationStatus::AsEntered))
        );
        assert_eq!(
            LiquidationStatus::read("EXTENDED"),
            Ok(Some(LiquidationStatus::Extended))
        );
        assert_eq!(LiquidationStatus::read(""), Ok(None));
        assert!(LiquidationStatus::read("perhaps").is_err());
    }
}
