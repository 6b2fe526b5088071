//! Postal addresses: their parts and the list of countries. Who lives there belongs to the modules that use them.

use crate::text::{line_pattern, one_line, text_newtype};
use serde::{Deserialize, Serialize};

text_newtype! {
    /// A line of an address, e.g. street and number: 1 to 100 characters, one line, trimmed.
    pub struct AddressLine {
        what: "address line",
        rule: "An address line has 1 to 100 characters in one line.",
        pattern: line_pattern!(1),
        length: 1..=100,
        example: "1200 Pier Road",
        parse: |text| one_line(text, 1, 100),
    }
}

text_newtype! {
    /// A city or town: 1 to 80 characters, one line, trimmed.
    pub struct City {
        what: "city",
        rule: "A city has 1 to 80 characters in one line.",
        pattern: line_pattern!(1),
        length: 1..=80,
        example: "Long Beach",
        parse: |text| one_line(text, 1, 80),
    }
}

text_newtype! {
    /// A state, province or region, by name or by its usual abbreviation: 1 to 80 characters, one line, trimmed.
    pub struct Region {
        what: "state, province or region",
        rule: "A state, province or region has 1 to 80 characters in one line.",
        pattern: line_pattern!(1),
        length: 1..=80,
        example: "CA",
        parse: |text| one_line(text, 1, 80),
    }
}

text_newtype! {
    /// A postal code of any country: 2 to 16 letters, digits, inner blanks and hyphens; kept in upper case.
    pub struct PostalCode {
        what: "postal code",
        rule: "A postal code has 2 to 16 letters, digits, blanks and hyphens, e.g. 90802 or SW1A 1AA.",
        pattern: r"^[A-Za-z0-9][A-Za-z0-9 -]{0,14}[A-Za-z0-9]$",
        length: 2..=16,
        example: "90802",
        parse: |text| {
            let kept = one_line(text, 2, 16)?.to_ascii_uppercase();
            let fits = kept.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ' || b == b'-')
                && !kept.starts_with('-')
                && !kept.ends_with('-');
            fits.then_some(kept)
        },
    }
}

text_newtype! {
    /// A country by its two letters (ISO 3166-1 alpha-2), kept in upper case. Only codes that are officially assigned.
    pub struct CountryCode {
        what: "country",
        rule: "A country is given by its two letters (ISO 3166-1), e.g. US, MX or DE.",
        pattern: "^[A-Za-z]{2}$",
        length: 2..=2,
        example: "US",
        parse: |text| {
            let code = text.trim().to_ascii_uppercase();
            COUNTRIES.split_ascii_whitespace().any(|country| country == code).then_some(code)
        },
    }
}

/// The officially assigned codes of ISO 3166-1 alpha-2, in alphabetical order.
const COUNTRIES: &str = "\
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR \
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP \
KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ \
NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW \
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ \
UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

impl CountryCode {
    /// Every country, in alphabetical order of the codes.
    pub fn all() -> impl Iterator<Item = &'static str> {
        COUNTRIES.split_ascii_whitespace()
    }
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Street and number, or post-office box.
    pub line1: AddressLine,
    /// Building, floor, suite.
    #[serde(default)]
    pub line2: Option<AddressLine>,
    /// City or town.
    pub city: City,
    /// State, province or region, where the country has them.
    #[serde(default)]
    pub region: Option<Region>,
    /// Postal code, where the country has them.
    #[serde(default)]
    pub postal_code: Option<PostalCode>,
    /// Country.
    pub country: CountryCode,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::testing::{assert_kept, matching};
    use proptest::prelude::*;

    #[test]
    fn countries_are_listed_once_and_in_order() {
        let codes: Vec<_> = CountryCode::all().collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.is_sorted_by(|a, b| a < b));
        for code in codes {
            assert_kept::<CountryCode>(code);
        }
    }

    #[test]
    fn tables() {
        assert_eq!(CountryCode::parse(" us ").unwrap().as_str(), "US");
        for wrong in ["", "U", "USA", "XX", "EU", "UK", "U S", "US CA"] {
            assert!(CountryCode::parse(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(PostalCode::parse("sw1a  1aa").unwrap().as_str(), "SW1A 1AA");
        for wrong in ["", "1", "-1", "1-", "12345678901234567", "90802;"] {
            assert!(PostalCode::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn addresses_survive_json() {
        let json = r#"{"line1":"1200 Pier Road","city":"Long Beach","region":"CA","postal_code":"90802","country":"us"}"#;
        let address: Address = serde_json::from_str(json).unwrap();
        assert_eq!(address.country.as_str(), "US");
        assert_eq!(address.line2, None);
        let again: Address =
            serde_json::from_str(&serde_json::to_string(&address).unwrap()).unwrap();
        assert_eq!(again, address);
        assert!(serde_json::from_str::<Address>(&json.replace("city", "town")).is_err());
    }

    proptest! {
        #[test]
        fn postal_code_pattern(text in matching::<PostalCode>()) {
            assert_kept::<PostalCode>(&text);
        }

        #[test]
        fn address_line_pattern(text in matching::<AddressLine>()) {
            assert_kept::<AddressLine>(&text);
            assert_kept::<City>(&text.chars().filter(|c| !c.is_whitespace()).take(80).collect::<String>());
        }

        #[test]
        fn any_text_is_kept_or_refused(text in any::<String>()) {
            for kept in [PostalCode::parse(&text).map(String::from), CountryCode::parse(&text).map(String::from)].into_iter().flatten() {
                prop_assert!(kept.is_ascii());
            }
        }
    }
}
