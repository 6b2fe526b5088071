//! The short codes: filer, carrier, facility, surety, foreign-trade zone and port.

use super::{has_shape, tidy};
use crate::text::text_newtype;

/// Adds to a code the reading that says what is wrong.
macro_rules! reads {
    ($($name:ident: $read:ident,)+) => {
        $(
            impl $name {
                /// Reads the text, or says what is wrong with it.
                pub(super) fn read(text: &str) -> Result<Self, &'static str> {
                    $read(text).map(Self)
                }
            }
        )+
    };
}

text_newtype! {
    /// A filer code: three letters and digits in any order, but not `000`.
    ///
    /// The published patterns (NNN from 001 to 999, ANN, AAN, AAA, ANA, NAN, NNA, NAA) are all eight mixtures.
    pub struct FilerCode {
        what: "filer code",
        rule: "A filer code has three letters or digits, and is not 000.",
        pattern: "^(?:[A-Za-z][0-9A-Za-z]{2}|[0-9](?:[A-Za-z][0-9A-Za-z]|[0-9][A-Za-z])|[1-9][0-9]{2}|0[1-9][0-9]|00[1-9])$",
        length: 3..=3,
        example: "Q7M",
        parse: |text| read_filer_code(text).ok(),
    }
}

fn read_filer_code(text: &str) -> Result<String, &'static str> {
    match tidy(text) {
        code if code == "000" => Err("000 is not a filer code."),
        code if has_shape(&code, "XXX") => Ok(code),
        code if code.is_empty() => Err("Type the filer code."),
        code if code.chars().count() == 3 => Err("A filer code has letters and digits only."),
        _ => Err("A filer code has three characters."),
    }
}

text_newtype! {
    /// A Standard Carrier Alpha Code: two to four letters.
    pub struct Scac {
        what: "SCAC",
        rule: "A SCAC has two to four letters.",
        pattern: "^[A-Za-z]{2,4}$",
        length: 2..=4,
        example: "QMTK",
        parse: |text| read_scac(text).ok(),
    }
}

fn read_scac(text: &str) -> Result<String, &'static str> {
    match tidy(text) {
        code if ["AA", "AAA", "AAAA"]
            .iter()
            .any(|shape| has_shape(&code, shape)) =>
        {
            Ok(code)
        }
        code if code.is_empty() => Err("Type the SCAC."),
        code if code.bytes().all(|b| b.is_ascii_uppercase()) => {
            Err("A SCAC has two to four letters.")
        }
        _ => Err("A SCAC has letters only, two to four of them."),
    }
}

text_newtype! {
    /// The code of an airline: ICAO's three letters or IATA's two letters and digits.
    pub struct AirCarrierCode {
        what: "air carrier code",
        rule: "An air carrier code has three letters (ICAO) or two letters or digits (IATA).",
        pattern: "^(?:[A-Za-z]{3}|[A-Za-z0-9]{2})$",
        length: 2..=3,
        example: "QMA",
        parse: |text| read_air_carrier_code(text).ok(),
    }
}

fn read_air_carrier_code(text: &str) -> Result<String, &'static str> {
    match tidy(text) {
        code if has_shape(&code, "AAA") || has_shape(&code, "XX") => Ok(code),
        code if code.is_empty() => Err("Type the air carrier code."),
        code if has_shape(&code, "XXX") => {
            Err("A code of three characters (ICAO) has letters only.")
        }
        _ => Err("An air carrier code has three letters (ICAO) or two letters or digits (IATA)."),
    }
}

text_newtype! {
    /// A FIRMS code of a facility: four letters and digits.
    pub struct FirmsCode {
        what: "FIRMS code",
        rule: "A FIRMS code has four letters or digits.",
        pattern: "^[A-Za-z0-9]{4}$",
        length: 4..=4,
        example: "Q123",
        parse: |text| read_firms_code(text).ok(),
    }
}

fn read_firms_code(text: &str) -> Result<String, &'static str> {
    match tidy(text) {
        code if has_shape(&code, "XXXX") => Ok(code),
        code if code.is_empty() => Err("Type the FIRMS code."),
        code if code.chars().count() == 4 => Err("A FIRMS code has letters and digits only."),
        _ => Err("A FIRMS code has four characters."),
    }
}

text_newtype! {
    /// The code of a surety company: three digits.
    pub struct SuretyCode {
        what: "surety code",
        rule: "A surety code has three digits.",
        pattern: "^[0-9]{3}$",
        length: 3..=3,
        example: "907",
        parse: |text| read_surety_code(text).ok(),
    }
}

fn read_surety_code(text: &str) -> Result<String, &'static str> {
    match tidy(text) {
        code if has_shape(&code, "999") => Ok(code),
        code if code.is_empty() => Err("Type the surety code."),
        code if has_shape(&code, "XXX") => Err("A surety code has digits only."),
        _ => Err("A surety code has three digits."),
    }
}

text_newtype! {
    /// A foreign-trade zone `ZZZ[-SSS][-TTTT]` `[own]`: zone (three digits, not 000), subzone (three letters or digits), site (four
    /// letters or digits). The lengths tell a subzone from a site, so either may be left out.
    pub struct FtzZone {
        what: "FTZ zone",
        rule: "An FTZ zone has three digits, then, where meant, a hyphen and a subzone of three characters, and a hyphen and a site of four, e.g. 045, 045-02A, 045-02A-0001.",
        pattern: "^(?:[1-9][0-9]{2}|0[1-9][0-9]|00[1-9])(?:-[A-Za-z0-9]{3})?(?:-[A-Za-z0-9]{4})?$",
        length: 3..=12,
        example: "045-02A-0001",
        parse: |text| read_ftz_zone(text).ok(),
    }
}

fn read_ftz_zone(text: &str) -> Result<String, &'static str> {
    let text = tidy(text);
    if !["999", "999-XXX", "999-XXXX", "999-XXX-XXXX"]
        .iter()
        .any(|shape| has_shape(&text, shape))
    {
        return Err(if text.is_empty() {
            "Type the FTZ zone."
        } else if !text
            .split('-')
            .next()
            .is_some_and(|zone| has_shape(zone, "999"))
        {
            "An FTZ zone begins with three digits; write leading zeros."
        } else {
            "After the zone come a subzone of three characters, a site of four, or both, each after a hyphen."
        });
    }
    if text.starts_with("000") {
        return Err("There is no zone 000.");
    }
    Ok(text)
}

impl FtzZone {
    /// The three digits of the zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        self.as_str().split('-').next().unwrap_or_default()
    }

    /// The three characters of the subzone, where one is meant.
    #[must_use]
    pub fn subzone(&self) -> Option<&str> {
        self.as_str()
            .split('-')
            .skip(1)
            .find(|part| part.len() == 3)
    }

    /// The four characters of the site, where one is meant.
    #[must_use]
    pub fn site(&self) -> Option<&str> {
        self.as_str()
            .split('-')
            .skip(1)
            .find(|part| part.len() == 4)
    }
}

text_newtype! {
    /// A port of entry (Schedule D): two digits of the district, two of the port. Not an identifier of a company.
    pub struct PortCode {
        what: "port code",
        rule: "A port code has four digits: two for the district, two for the port.",
        pattern: "^[0-9]{4}$",
        length: 4..=4,
        example: "2704",
        parse: |text| Some(tidy(text)).filter(|code| has_shape(code, "9999")),
    }
}

impl PortCode {
    /// The two digits of the district.
    #[must_use]
    pub fn district(&self) -> &str {
        self.as_str().get(..2).unwrap_or_default()
    }
}

reads! {
    FilerCode: read_filer_code,
    Scac: read_scac,
    AirCarrierCode: read_air_carrier_code,
    FirmsCode: read_firms_code,
    SuretyCode: read_surety_code,
    FtzZone: read_ftz_zone,
}
