//! The tables of DOMAIN section 3 and the properties of every format.

use super::*;
use crate::text::TextRule;
use crate::text::testing::{assert_kept, matching};
use proptest::prelude::*;

/// Kind, typed text, normal form.
const RIGHT: &[(IdentifierKind, &str, &str)] = &[
    (
        IdentifierKind::ImporterNumber,
        "12-3456789AB",
        "12-3456789AB",
    ),
    (IdentifierKind::ImporterNumber, "12-3456789", "12-345678900"),
    (
        IdentifierKind::ImporterNumber,
        "12-345678900",
        "12-345678900",
    ),
    (
        IdentifierKind::ImporterNumber,
        " 12 - 3456789 x1 ",
        "12-3456789X1",
    ),
    (
        IdentifierKind::ImporterNumber,
        "123456789ab",
        "12-3456789AB",
    ),
    (
        IdentifierKind::ImporterNumber,
        "12\u{2011}3456789",
        "12-345678900",
    ),
    (IdentifierKind::ImporterNumber, "987-65-4321", "987-65-4321"),
    (
        IdentifierKind::ImporterNumber,
        "262704-00017",
        "262704-00017",
    ),
    (IdentifierKind::Ein, "12-3456789", "12-3456789"),
    (IdentifierKind::Ein, "123456789", "12-3456789"),
    (IdentifierKind::FilerCode, "001", "001"),
    (IdentifierKind::FilerCode, "999", "999"),
    (IdentifierKind::FilerCode, "a12", "A12"),
    (IdentifierKind::FilerCode, "AB1", "AB1"),
    (IdentifierKind::FilerCode, "ABC", "ABC"),
    (IdentifierKind::FilerCode, "A1B", "A1B"),
    (IdentifierKind::FilerCode, "1A2", "1A2"),
    (IdentifierKind::FilerCode, "12A", "12A"),
    (IdentifierKind::FilerCode, "1AB", "1AB"),
    (IdentifierKind::Scac, "ab", "AB"),
    (IdentifierKind::Scac, "ABC", "ABC"),
    (IdentifierKind::Scac, "ABCD", "ABCD"),
    (IdentifierKind::AirCarrierCode, "dal", "DAL"),
    (IdentifierKind::AirCarrierCode, "5x", "5X"),
    (IdentifierKind::FirmsCode, "w123", "W123"),
    (IdentifierKind::SuretyCode, "036", "036"),
    (IdentifierKind::FtzZone, "045", "045"),
    (IdentifierKind::FtzZone, "045-02a", "045-02A"),
    (IdentifierKind::FtzZone, "045-0001", "045-0001"),
    (IdentifierKind::FtzZone, "045-02A-0001", "045-02A-0001"),
];

/// Kind, typed text, words that the message must contain.
const WRONG: &[(IdentifierKind, &str, &str)] = &[
    (IdentifierKind::ImporterNumber, "", "Type"),
    (
        IdentifierKind::ImporterNumber,
        "12-3456789O0",
        "letters O, I or Z",
    ),
    (
        IdentifierKind::ImporterNumber,
        "12-3456789AI",
        "letters O, I or Z",
    ),
    (
        IdentifierKind::ImporterNumber,
        "12-3456789ZZ",
        "letters O, I or Z",
    ),
    (
        IdentifierKind::ImporterNumber,
        "123456789Z1",
        "letters O, I or Z",
    ),
    (
        IdentifierKind::ImporterNumber,
        "12-3456789A",
        "two characters",
    ),
    (IdentifierKind::ImporterNumber, "123456789", "hyphens"),
    (IdentifierKind::ImporterNumber, "12345678901", "hyphen"),
    (
        IdentifierKind::ImporterNumber,
        "12-345678",
        "none of the three",
    ),
    (
        IdentifierKind::ImporterNumber,
        "12-3456789ABC",
        "none of the three",
    ),
    (
        IdentifierKind::ImporterNumber,
        "12-3456789-AB",
        "none of the three",
    ),
    (
        IdentifierKind::ImporterNumber,
        "1-23456789AB",
        "none of the three",
    ),
    (
        IdentifierKind::ImporterNumber,
        "987-654-321",
        "none of the three",
    ),
    (
        IdentifierKind::ImporterNumber,
        "26270-400017",
        "none of the three",
    ),
    (
        IdentifierKind::ImporterNumber,
        "262704-0001A",
        "none of the three",
    ),
    (
        IdentifierKind::ImporterNumber,
        "１２-3456789",
        "none of the three",
    ),
    (IdentifierKind::Ein, "", "Type"),
    (IdentifierKind::Ein, "12-3456789AB", "suffix"),
    (IdentifierKind::Ein, "123-45-6789", "Social Security"),
    (IdentifierKind::Ein, "12-345678X", "digits"),
    (IdentifierKind::Ein, "12-345678", "nine digits"),
    (IdentifierKind::Ein, "1-23456789", "nine digits"),
    (IdentifierKind::FilerCode, "000", "000"),
    (IdentifierKind::FilerCode, "AB", "three"),
    (IdentifierKind::FilerCode, "ABCD", "three"),
    (IdentifierKind::FilerCode, "A-1", "letters and digits"),
    (IdentifierKind::FilerCode, "ÄB1", "letters and digits"),
    (IdentifierKind::Scac, "A", "two to four"),
    (IdentifierKind::Scac, "ABCDE", "two to four"),
    (IdentifierKind::Scac, "AB1", "letters only"),
    (IdentifierKind::AirCarrierCode, "A", "three letters"),
    (IdentifierKind::AirCarrierCode, "A12", "letters only"),
    (IdentifierKind::AirCarrierCode, "ABCD", "three letters"),
    (IdentifierKind::FirmsCode, "W12", "four"),
    (IdentifierKind::FirmsCode, "W12-", "letters and digits"),
    (IdentifierKind::SuretyCode, "36", "three digits"),
    (IdentifierKind::SuretyCode, "A36", "digits only"),
    (IdentifierKind::FtzZone, "45", "leading zeros"),
    (IdentifierKind::FtzZone, "000", "no zone 000"),
    (IdentifierKind::FtzZone, "045-2A", "subzone"),
    (IdentifierKind::FtzZone, "045-0001-02A", "subzone"),
    (IdentifierKind::FtzZone, "04502A", "three digits"),
];

#[test]
fn normal_forms() {
    for (kind, typed, normal) in RIGHT {
        let identifier =
            Identifier::parse(*kind, typed).unwrap_or_else(|error| panic!("{typed:?}: {error}"));
        assert_eq!(identifier.normal(), *normal, "{typed:?}");
        assert_eq!(identifier.kind(), *kind);
    }
}

#[test]
fn refusals_say_what_is_wrong_and_show_an_example() {
    for (kind, typed, words) in WRONG {
        let error = Identifier::parse(*kind, typed).expect_err(typed);
        assert!(error.problem.contains(words), "{typed:?}: {error}");
        assert!(error.to_string().ends_with(kind.example()), "{error}");
    }
}

#[test]
fn every_kind_has_a_right_example() {
    for kind in IdentifierKind::ALL {
        let identifier = Identifier::parse(*kind, kind.example()).unwrap();
        assert_eq!(identifier.normal(), kind.example());
        assert!(!identifier.is_personal());
    }
    assert_kept::<PortCode>(PortCode::EXAMPLE);
    assert_eq!(PortCode::parse("2704").unwrap().district(), "27");
    for wrong in ["", "270", "27045", "27A4", "27-04"] {
        assert!(PortCode::parse(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn social_security_numbers_show_masked_everywhere() {
    let identifier = Identifier::parse(IdentifierKind::ImporterNumber, "987-65-4321").unwrap();
    assert!(identifier.is_personal());
    assert_eq!(identifier.masked(), "***-**-4321");
    assert_eq!(identifier.to_string(), "***-**-4321");
    assert!(!format!("{identifier:?}").contains("987"));
    assert_eq!(identifier.normal(), "987-65-4321");
}

#[test]
fn the_party_of_an_importer_number_is_that_of_its_ein() {
    let ein = Identifier::parse(IdentifierKind::Ein, "12-3456789").unwrap();
    for typed in ["12-3456789AB", "12-3456789", "12-345678917"] {
        let importer = Identifier::parse(IdentifierKind::ImporterNumber, typed).unwrap();
        assert_eq!(importer.party_key(), ein, "{typed}");
    }
    for (kind, typed) in [
        (IdentifierKind::ImporterNumber, "987-65-4321"),
        (IdentifierKind::ImporterNumber, "262704-00017"),
        (IdentifierKind::FilerCode, "A12"),
    ] {
        let identifier = Identifier::parse(kind, typed).unwrap();
        assert_eq!(identifier.party_key(), identifier);
    }
}

#[test]
fn the_parts_of_a_zone() {
    let zone = FtzZone::parse("045-02A-0001").unwrap();
    assert_eq!(
        (zone.zone(), zone.subzone(), zone.site()),
        ("045", Some("02A"), Some("0001"))
    );
    let site = FtzZone::parse("045-0001").unwrap();
    assert_eq!(
        (site.zone(), site.subzone(), site.site()),
        ("045", None, Some("0001"))
    );
}

#[test]
fn kinds_have_their_words() {
    for kind in IdentifierKind::ALL {
        assert_eq!(IdentifierKind::from_word(kind.as_str()), Some(*kind));
        assert_eq!(
            serde_json::to_value(kind).unwrap(),
            serde_json::json!(kind.as_str())
        );
        assert!(!kind.label().is_empty() && kind.rule().ends_with('.'));
    }
    assert_eq!(IdentifierKind::ALL.len(), 8);
}

fn any_kind() -> impl Strategy<Value = IdentifierKind> {
    proptest::sample::select(IdentifierKind::ALL)
}

/// Texts near the formats: the characters that occur in them, in lengths around theirs.
fn near() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[0-9A-C OIZ-]{0,14}").unwrap()
}

/// The formats once more, as an independent list of normal forms.
fn is_normal(kind: IdentifierKind, text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits =
        |text: &str, count: usize| text.len() == count && text.chars().all(|c| c.is_ascii_digit());
    let plain = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
    };
    match kind {
        IdentifierKind::ImporterNumber => match parts.as_slice() {
            [a, b] if digits(a, 2) => {
                b.len() == 9
                    && digits(&b[..7], 7)
                    && plain(&b[7..])
                    && !b[7..].contains(['O', 'I', 'Z'])
            }
            [a, b] => digits(a, 6) && digits(b, 5),
            [a, b, c] => digits(a, 3) && digits(b, 2) && digits(c, 4),
            _ => false,
        },
        IdentifierKind::Ein => matches!(parts.as_slice(), [a, b] if digits(a, 2) && digits(b, 7)),
        IdentifierKind::FilerCode => text.len() == 3 && plain(text) && text != "000",
        IdentifierKind::Scac => {
            (2..=4).contains(&text.len()) && text.chars().all(|c| c.is_ascii_uppercase())
        }
        IdentifierKind::AirCarrierCode => match text.len() {
            2 => plain(text),
            3 => text.chars().all(|c| c.is_ascii_uppercase()),
            _ => false,
        },
        IdentifierKind::FirmsCode => text.len() == 4 && plain(text),
        IdentifierKind::SuretyCode => digits(text, 3),
        IdentifierKind::FtzZone => {
            digits(parts[0], 3)
                && parts[0] != "000"
                && match &parts[1..] {
                    [] => true,
                    [one] => (one.len() == 3 || one.len() == 4) && plain(one),
                    [sub, site] => sub.len() == 3 && site.len() == 4 && plain(sub) && plain(site),
                    _ => false,
                }
        }
    }
}

fn assert_fixed_point(kind: IdentifierKind, text: &str) {
    if let Ok(identifier) = Identifier::parse(kind, text) {
        let normal = identifier.normal().to_owned();
        assert!(
            is_normal(kind, &normal),
            "{kind:?} {text:?} became {normal:?}"
        );
        assert_eq!(Identifier::parse(kind, &normal).unwrap(), identifier);
        assert_eq!(
            Identifier::parse(kind, &normal.to_ascii_lowercase()).unwrap(),
            identifier
        );
        let spread: String = normal.chars().flat_map(|c| [' ', c, '\t']).collect();
        assert_eq!(Identifier::parse(kind, &spread).unwrap(), identifier);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn texts_near_the_formats(kind in any_kind(), text in near()) {
        assert_fixed_point(kind, &text);
        let bare: String = text.chars().filter(|c| *c != ' ').collect();
        if is_normal(kind, &bare) {
            prop_assert!(Identifier::parse(kind, &text).is_ok());
        }
    }

    #[test]
    fn any_text(kind in any_kind(), text in any::<String>()) {
        assert_fixed_point(kind, &text);
    }

    #[test]
    fn messages_never_repeat_what_was_typed(text in "[0-9]{8,20}") {
        for kind in IdentifierKind::ALL {
            if let Err(error) = Identifier::parse(*kind, &text) {
                prop_assert!(!error.to_string().contains(&text));
            }
        }
    }

    #[test]
    fn a_changed_length_is_refused(kind in any_kind(), text in "[0-9]{1}") {
        let longer = format!("{}{text}{text}{text}{text}", kind.example());
        prop_assert!(Identifier::parse(kind, &longer).is_err());
    }
}

macro_rules! patterns_hold {
    ($($test:ident: $type:ty = $kind:ident,)+) => {
        proptest! {
            $(
                #[test]
                fn $test(text in matching::<$type>()) {
                    prop_assert!(<$type as TextRule>::parse(&text).is_ok(), "{:?}", text);
                    prop_assert!(Identifier::parse(IdentifierKind::$kind, &text).is_ok());
                }
            )+
        }
    };
}

patterns_hold! {
    importer_number_pattern: ImporterNumber = ImporterNumber,
    ein_pattern: Ein = Ein,
    filer_code_pattern: FilerCode = FilerCode,
    scac_pattern: Scac = Scac,
    air_carrier_code_pattern: AirCarrierCode = AirCarrierCode,
    firms_code_pattern: FirmsCode = FirmsCode,
    surety_code_pattern: SuretyCode = SuretyCode,
    ftz_zone_pattern: FtzZone = FtzZone,
}

proptest! {
    #[test]
    fn codes_survive_json(filer in matching::<FilerCode>(), zone in matching::<FtzZone>(), port in matching::<PortCode>(), ein in matching::<Ein>()) {
        assert_kept::<FilerCode>(&filer);
        assert_kept::<FtzZone>(&zone);
        assert_kept::<PortCode>(&port);
        assert_kept::<Ein>(&ein);
    }
}
