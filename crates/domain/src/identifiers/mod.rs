//! Corporate identifiers: the numbers under which customs knows a company (DOMAIN section 3), their formats and normal forms.
//! Which activity takes which kind is in `activities`; who holds an identifier is not decided here.

mod codes;
mod importer;

pub use codes::{AirCarrierCode, FilerCode, FirmsCode, FtzZone, PortCode, Scac, SuretyCode};
pub use importer::{
    CbpAssignedNumber, Ein, EinImporterNumber, ImporterNumber, SocialSecurityNumber,
};

use crate::members::words;
use serde::{Deserialize, Serialize};

words! {
    /// The kinds of corporate identifiers. A port code is none: it does not belong to a company.
    IdentifierKind {
        /// Importer number in one of its three forms.
        ImporterNumber = "importer_number",
        /// Employer identification number.
        Ein = "ein",
        /// Filer code of a broker or self-filer.
        FilerCode = "filer_code",
        /// Standard Carrier Alpha Code.
        Scac = "scac",
        /// ICAO or IATA code of an airline.
        AirCarrierCode = "air_carrier_code",
        /// Facilities Information and Resources Management System code.
        FirmsCode = "firms_code",
        /// Code of a surety company.
        SuretyCode = "surety_code",
        /// Foreign-trade zone, with subzone and site where they are meant.
        FtzZone = "ftz_zone",
    }
}

impl IdentifierKind {
    /// What it is called on screens.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::ImporterNumber => "Importer number",
            Self::Ein => "EIN",
            Self::FilerCode => "Filer code",
            Self::Scac => "SCAC",
            Self::AirCarrierCode => "Air carrier code",
            Self::FirmsCode => "FIRMS code",
            Self::SuretyCode => "Surety code",
            Self::FtzZone => "FTZ zone",
        }
    }

    /// How it is written, in plain words.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::ImporterNumber => ImporterNumber::RULE,
            Self::Ein => Ein::RULE,
            Self::FilerCode => FilerCode::RULE,
            Self::Scac => Scac::RULE,
            Self::AirCarrierCode => AirCarrierCode::RULE,
            Self::FirmsCode => FirmsCode::RULE,
            Self::SuretyCode => SuretyCode::RULE,
            Self::FtzZone => FtzZone::RULE,
        }
    }

    /// The pattern of its text (ECMA 262).
    #[must_use]
    pub const fn pattern(self) -> &'static str {
        match self {
            Self::ImporterNumber => ImporterNumber::PATTERN,
            Self::Ein => Ein::PATTERN,
            Self::FilerCode => FilerCode::PATTERN,
            Self::Scac => Scac::PATTERN,
            Self::AirCarrierCode => AirCarrierCode::PATTERN,
            Self::FirmsCode => FirmsCode::PATTERN,
            Self::SuretyCode => SuretyCode::PATTERN,
            Self::FtzZone => FtzZone::PATTERN,
        }
    }

    /// A right example, fictitious where numbers are assigned to companies.
    #[must_use]
    pub const fn example(self) -> &'static str {
        match self {
            Self::ImporterNumber => ImporterNumber::EXAMPLE,
            Self::Ein => Ein::EXAMPLE,
            Self::FilerCode => FilerCode::EXAMPLE,
            Self::Scac => Scac::EXAMPLE,
            Self::AirCarrierCode => AirCarrierCode::EXAMPLE,
            Self::FirmsCode => FirmsCode::EXAMPLE,
            Self::SuretyCode => SuretyCode::EXAMPLE,
            Self::FtzZone => FtzZone::EXAMPLE,
        }
    }
}

/// Text that is not an identifier of the wanted kind. Says what is wrong and shows a right example; never repeats what was
/// typed, which may be a Social Security number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{problem} For example: {example}")]
pub struct IdentifierError {
    /// The kind that was wanted.
    pub kind: IdentifierKind,
    /// What is wrong, as a sentence.
    pub problem: &'static str,
    /// A right value.
    pub example: &'static str,
}

/// A corporate identifier: kind and normalized value.
///
/// It has no `Serialize` and shows itself [masked](Identifier::masked), so that a Social Security number leaves the system only
/// where [`Identifier::normal`] is written down on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Identifier {
    /// Importer number.
    ImporterNumber(ImporterNumber),
    /// Employer identification number.
    Ein(Ein),
    /// Filer code.
    FilerCode(FilerCode),
    /// Standard Carrier Alpha Code.
    Scac(Scac),
    /// Code of an airline.
    AirCarrierCode(AirCarrierCode),
    /// FIRMS code.
    FirmsCode(FirmsCode),
    /// Surety code.
    SuretyCode(SuretyCode),
    /// Foreign-trade zone.
    FtzZone(FtzZone),
}

impl Identifier {
    /// Reads an identifier of the given kind. Blanks are dropped, letters made upper case, hyphens put where they belong.
    ///
    /// # Errors
    /// [`IdentifierError`] that says what is wrong with the text and shows a right example.
    pub fn parse(kind: IdentifierKind, text: &str) -> Result<Self, IdentifierError> {
        let read = match kind {
            IdentifierKind::ImporterNumber => ImporterNumber::read(text).map(Self::ImporterNumber),
            IdentifierKind::Ein => Ein::read(text).map(Self::Ein),
            IdentifierKind::FilerCode => FilerCode::read(text).map(Self::FilerCode),
            IdentifierKind::Scac => Scac::read(text).map(Self::Scac),
            IdentifierKind::AirCarrierCode => AirCarrierCode::read(text).map(Self::AirCarrierCode),
            IdentifierKind::FirmsCode => FirmsCode::read(text).map(Self::FirmsCode),
            IdentifierKind::SuretyCode => SuretyCode::read(text).map(Self::SuretyCode),
            IdentifierKind::FtzZone => FtzZone::read(text).map(Self::FtzZone),
        };
        read.map_err(|problem| IdentifierError {
            kind,
            problem,
            example: kind.example(),
        })
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> IdentifierKind {
        match self {
            Self::ImporterNumber(_) => IdentifierKind::ImporterNumber,
            Self::Ein(_) => IdentifierKind::Ein,
            Self::FilerCode(_) => IdentifierKind::FilerCode,
            Self::Scac(_) => IdentifierKind::Scac,
            Self::AirCarrierCode(_) => IdentifierKind::AirCarrierCode,
            Self::FirmsCode(_) => IdentifierKind::FirmsCode,
            Self::SuretyCode(_) => IdentifierKind::SuretyCode,
            Self::FtzZone(_) => IdentifierKind::FtzZone,
        }
    }

    /// The normal form, in full: what is compared and stored (encrypted, when [personal](Identifier::is_personal)).
    #[must_use]
    pub fn normal(&self) -> &str {
        match self {
            Self::ImporterNumber(value) => value.normal(),
            Self::Ein(value) => value.as_str(),
            Self::FilerCode(value) => value.as_str(),
            Self::Scac(value) => value.as_str(),
            Self::AirCarrierCode(value) => value.as_str(),
            Self::FirmsCode(value) => value.as_str(),
            Self::SuretyCode(value) => value.as_str(),
            Self::FtzZone(value) => value.as_str(),
        }
    }

    /// What screens, logs and the audit trail show: the normal form, or `***-**-1234` for a Social Security number.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::ImporterNumber(value) => value.masked(),
            _ => self.normal().to_owned(),
        }
    }

    /// Whether it is personal data: a Social Security number.
    #[must_use]
    pub const fn is_personal(&self) -> bool {
        match self {
            Self::ImporterNumber(value) => value.is_personal(),
            _ => false,
        }
    }

    /// The identifier under which the register finds the party.
    ///
    /// For an importer number in EIN form that is the EIN, because the party of `12-3456789XX` is that of EIN `12-3456789`; for
    /// all others it is the identifier itself.
    #[must_use]
    pub fn party_key(&self) -> Self {
        match self {
            Self::ImporterNumber(ImporterNumber::Ein(number)) => Self::Ein(number.ein()),
            other => other.clone(),
        }
    }
}

impl std::fmt::Display for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Longer text is no identifier; reading stops here, so that a megabyte costs no more than a line.
const LONGEST: usize = 64;

/// Text without blanks, in upper case, with every sort of hyphen and dash made `-`.
fn tidy(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .take(LONGEST)
        .map(|c| match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' => '-',
            other => other.to_ascii_uppercase(),
        })
        .collect()
}

/// Whether text has the shape: `9` stands for a digit, `A` for a capital letter, `X` for either, `-` for itself.
fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text
            .bytes()
            .zip(shape.bytes())
            .all(|(byte, wanted)| match wanted {
                b'9' => byte.is_ascii_digit(),
                b'A' => byte.is_ascii_uppercase(),
                b'X' => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
                other => byte == other,
            })
}

#[cfg(test)]
mod tests;
