//! The two fees as a check of what was reported: merchandise processing (class 499) and harbor maintenance (class 501).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::codes::{EntryType, Mode};
use super::dates::fiscal_year;
use crate::members::words;

words! {
    /// What comparing a reported fee with the computed one found.
    FeeCheck {
        /// They agree, as far as rounding of lines goes.
        Fits = "fits",
        /// They do not.
        Differs = "differs",
        /// One of them is not known.
        Unknown = "unknown",
    }
}

/// One fee of an entry, in cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fee {
    /// What the file says.
    pub reported: Option<i64>,
    /// What the rule gives; `None` where the rule does not apply or not everything that it needs is known.
    pub computed: Option<i64>,
    /// Whether they agree.
    pub check: FeeCheck,
}

/// The fees of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fees {
    /// Merchandise processing fee.
    pub mpf: Fee,
    /// Harbor maintenance fee.
    pub hmf: Fee,
}

impl Fees {
    /// Both together: one that differs is enough, one that is not known leaves it open.
    #[must_use]
    pub fn check(&self) -> FeeCheck {
        match (self.mpf.check, self.hmf.check) {
            (FeeCheck::Differs, _) | (_, FeeCheck::Differs) => FeeCheck::Differs,
            (FeeCheck::Fits, FeeCheck::Fits) => FeeCheck::Fits,
            _ => FeeCheck::Unknown,
        }
    }
}

/// Lowest and highest merchandise processing fee of a formal entry (class 499) by fiscal year, cents.
///
/// CBP adjusts the bounds of 19 CFR 24.23(b)(1)(i)(B)(1) to inflation every year by a general notice "Customs User Fees To Be
/// Adjusted for Inflation", in force from 1 October: Federal Register documents 2021-16237 (fiscal year 2022), 2022-16533
/// (2023), 2023-16197 (2024), 2024-15990 (2025) and 2025-13869 (2026); 2021 and 2027 by the notices for those years. The rate
/// of 0.3464 % has not changed in these years.
const MPF_BOUNDS: [(i32, i64, i64); 7] = [
    (2021, 2_723, 52_833),
    (2022, 2_775, 53_840),
    (2023, 2_966, 57_535),
    (2024, 3_167, 61_435),
    (2025, 3_271, 63_462),
    (2026, 3_358, 65_150),
    (2027, 3_458, 67_086),
];

/// Special programs whose goods owe no merchandise processing fee (19 CFR 24.23(c)).
const NO_MPF: [&str; 14] = [
    "AU", "BH", "CL", "CO", "IL", "KR", "OM", "P", "P+", "PA", "PE", "S", "S+", "SG",
];

/// Whether goods of this special program owe no merchandise processing fee.
#[must_use]
pub fn is_mpf_free(spi: Option<&str>) -> bool {
    spi.is_some_and(|spi| NO_MPF.contains(&spi))
}

/// What the fees are computed from.
#[derive(Clone, Copy, Debug)]
pub struct FeeBasis {
    /// Type of the entry.
    pub entry_type: EntryType,
    /// Mode of transport, when known.
    pub mode: Option<Mode>,
    /// The day of entry.
    pub entry_date: NaiveDate,
    /// Value of all lines, cents.
    pub value: i64,
    /// Value of the lines that owe the merchandise processing fee, cents.
    pub mpf_value: i64,
    /// How many lines: each may be rounded.
    pub lines: i64,
}

/// Computes both fees and compares them with what was reported.
#[must_use]
pub fn fees(basis: &FeeBasis, mpf: Option<i64>, hmf: Option<i64>) -> Fees {
    let tolerance = basis.lines.max(1);
    let fee = |reported: Option<i64>, computed: Option<i64>| Fee {
        reported,
        computed,
        check: match (reported, computed) {
            (Some(a), Some(b)) if (a - b).abs() <= tolerance => FeeCheck::Fits,
            (Some(_), Some(_)) => FeeCheck::Differs,
            _ => FeeCheck::Unknown,
        },
    };
    Fees {
        mpf: fee(mpf, computed_mpf(basis)),
        hmf: fee(hmf, computed_hmf(basis)),
    }
}

fn computed_mpf(basis: &FeeBasis) -> Option<i64> {
    if !basis.entry_type.is_formal_consumption() {
        return None;
    }
    let year = fiscal_year(basis.entry_date);
    let (_, least, most) = MPF_BOUNDS.iter().find(|(y, ..)| *y == year)?;
    if basis.mpf_value == 0 {
        return Some(0);
    }
    // 0.3464 %, rounded to the cent.
    Some(part(basis.mpf_value, 3_464, 1_000_000).clamp(*least, *most))
}

fn computed_hmf(basis: &FeeBasis) -> Option<i64> {
    // 0.125 % of what came over the ocean (26 U.S.C. 4461, 19 CFR 24.24); it has no bounds.
    basis.mode.map(|mode| {
        if mode.is_ocean() {
            part(basis.value, 125, 100_000)
        } else {
            0
        }
    })
}

fn part(value: i64, of: i64, whole: i64) -> i64 {
    let exact = i128::from(value) * i128::from(of);
    let rounded = (exact + i128::from(whole) / 2) / i128::from(whole);
    i64::try_from(rounded).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basis(year: i32, month: u32, value: i64) -> FeeBasis {
        FeeBasis {
            entry_type: EntryType::Consumption,
            mode: Some(Mode::VesselContainer),
            entry_date: NaiveDate::from_ymd_opt(year, month, 1).unwrap(),
            value,
            mpf_value: value,
            lines: 1,
        }
    }

    #[test]
    fn the_bounds_go_by_fiscal_year() {
        let mpf = |basis: &FeeBasis| fees(basis, None, None).mpf.computed;
        // 10,000.00 × 0.3464 % = 34.64.
        assert_eq!(mpf(&basis(2026, 9, 1_000_000)), Some(3_464));
        assert_eq!(mpf(&basis(2026, 9, 100)), Some(3_358));
        assert_eq!(mpf(&basis(2026, 10, 100)), Some(3_458));
        assert_eq!(mpf(&basis(2026, 9, 100_000_000)), Some(65_150));
        assert_eq!(mpf(&basis(2026, 10, 100_000_000)), Some(67_086));
        for (year, least, most) in MPF_BOUNDS {
            // A fiscal year begins in October of the year before.
            assert_eq!(mpf(&basis(year - 1, 10, 100)), Some(least));
            assert_eq!(mpf(&basis(year, 9, 100_000_000)), Some(most));
        }
        assert_eq!(mpf(&basis(2019, 1, 100)), None);
        let free = FeeBasis {
            mpf_value: 0,
            ..basis(2026, 9, 1_000_000)
        };
        assert_eq!(mpf(&free), Some(0));
        let informal = FeeBasis {
            entry_type: EntryType::Informal,
            ..basis(2026, 9, 100)
        };
        assert_eq!(mpf(&informal), None);
    }

    #[test]
    fn harbor_maintenance_is_for_the_ocean() {
        let hmf = |basis: &FeeBasis| fees(basis, None, None).hmf.computed;
        assert_eq!(hmf(&basis(2026, 9, 1_000_000)), Some(1_250));
        assert_eq!(
            hmf(&FeeBasis {
                mode: Some(Mode::Air),
                ..basis(2026, 9, 1_000_000)
            }),
            Some(0)
        );
        assert_eq!(
            hmf(&FeeBasis {
                mode: None,
                ..basis(2026, 9, 1_000_000)
            }),
            None
        );
    }

    #[test]
    fn a_cent_a_line_is_rounding() {
        let of = |mpf| fees(&basis(2026, 9, 1_000_000), Some(mpf), Some(1_250)).check();
        assert_eq!(of(3_464), FeeCheck::Fits);
        assert_eq!(of(3_465), FeeCheck::Fits);
        assert_eq!(of(3_466), FeeCheck::Differs);
        assert_eq!(
            fees(&basis(2026, 9, 1), None, Some(0)).check(),
            FeeCheck::Unknown
        );
    }
}
