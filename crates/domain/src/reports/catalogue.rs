//! The reports that come with the portal: what they answer, for whom, and what to use instead. The definitions are files of
//! JSON beside this one, in the same form as those that people save.

/// A report that comes with the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standard {
    /// Its code: the published one where the report is known by one.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it answers, as a question.
    pub question: &'static str,
    /// What its rows are.
    pub description: &'static str,
    /// The folder.
    pub folder: &'static str,
    /// Who uses it.
    pub audience: &'static str,
    /// The subject.
    pub subject: &'static str,
    /// The definition, as JSON text.
    pub definition: &'static str,
    /// Codes of reports that answer what this one does not.
    pub instead: &'static [&'static str],
}

/// A standard report by its code.
#[must_use]
pub fn standard(code: &str) -> Option<&'static Standard> {
    STANDARD.iter().find(|report| report.code == code)
}

/// Every standard report, by folder.
pub const STANDARD: &[Standard] = &[
    Standard {
        code: "ES-003",
        name: "Entry Summary Line Tariff Details",
        question: "What exactly was entered, line by line and tariff by tariff?",
        description: "Every tariff ordinal of every line with its origin, value and duty.",
        folder: "Entry summaries",
        audience: "Importers and brokers",
        subject: "entry_lines",
        definition: include_str!("catalogue/ES-003.json"),
        instead: &["ES-101", "DU-101"],
    },
    Standard {
        code: "ES-101",
        name: "Entry Summaries",
        question: "Which entries were filed?",
        description: "One row for an entry summary with its totals and dates.",
        folder: "Entry summaries",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/ES-101.json"),
        instead: &["ES-003", "ES-104"],
    },
    Standard {
        code: "ES-102",
        name: "Entries by Port",
        question: "Through which ports do the goods come in?",
        description: "Entries, value and duty by port of entry and mode of transport.",
        folder: "Entry summaries",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/ES-102.json"),
        instead: &["ES-103", "DU-104"],
    },
    Standard {
        code: "ES-103",
        name: "Entries by Type",
        question: "Which types of entry are filed?",
        description: "Entries, value and duty by entry type.",
        folder: "Entry summaries",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/ES-103.json"),
        instead: &["ES-102", "ES-104"],
    },
    Standard {
        code: "ES-104",
        name: "Entries by Month",
        question: "How does the number of entries develop?",
        description: "Entries, lines and value by month.",
        folder: "Entry summaries",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/ES-104.json"),
        instead: &["DU-102", "ES-101"],
    },
    Standard {
        code: "ES-105",
        name: "Entries by Filer",
        question: "Who files for us, and how much?",
        description: "Entries, value and duty by filer and importer.",
        folder: "Entry summaries",
        audience: "Importers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/ES-105.json"),
        instead: &["CA-101", "ES-101"],
    },
    Standard {
        code: "ES-106",
        name: "Entries Under Reconciliation",
        question: "Which entries are flagged for reconciliation?",
        description: "Entries with a reconciliation flag, by importer.",
        folder: "Entry summaries",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/ES-106.json"),
        instead: &["LQ-101"],
    },
    Standard {
        code: "ES-107",
        name: "Entries by Review Team",
        question: "Which teams review our entries?",
        description: "Entries and value by review team.",
        folder: "Entry summaries",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/ES-107.json"),
        instead: &["ES-103"],
    },
    Standard {
        code: "DU-101",
        name: "Duty by Chapter and Country",
        question: "Where does the duty come from?",
        description: "Value, duty and average rate by HTS chapter and country of origin.",
        folder: "Duty analysis",
        audience: "Importers and brokers",
        subject: "entry_lines",
        definition: include_str!("catalogue/DU-101.json"),
        instead: &["DU-106", "DU-104"],
    },
    Standard {
        code: "DU-102",
        name: "Duty by Month",
        question: "How does duty develop over time?",
        description: "Value, duty and entries by month.",
        folder: "Duty analysis",
        audience: "Importers and brokers",
        subject: "entry_lines",
        definition: include_str!("catalogue/DU-102.json"),
        instead: &["DU-101", "DU-105"],
    },
    Standard {
        code: "DU-103",
        name: "Duty by Importer",
        question: "Which importers pay the most duty?",
        description: "The hundred importers with the most duty, and the others as one row.",
        folder: "Duty analysis",
        audience: "Brokers",
        subject: "entry_lines",
        definition: include_str!("catalogue/DU-103.json"),
        instead: &["DU-105", "DU-102"],
    },
    Standard {
        code: "DU-104",
        name: "Duty by Country of Origin",
        question: "How much duty is paid for goods of which country?",
        description: "Value, duty and average rate by country of origin; the 25 with the most duty.",
        folder: "Duty analysis",
        audience: "Importers and brokers",
        subject: "entry_lines",
        definition: include_str!("catalogue/DU-104.json"),
        instead: &["DU-101", "DU-107"],
    },
    Standard {
        code: "DU-105",
        name: "Duty by Importer and Month",
        question: "What did each client pay, month by month?",
        description: "Value and duty by importer and month with a total for each importer.",
        folder: "Duty analysis",
        audience: "Brokers",
        subject: "entry_lines",
        definition: include_str!("catalogue/DU-105.json"),
        instead: &["DU-103", "DU-102"],
    },
    Standard {
        code: "DU-106",
        name: "Duty by HTS Number",
        question: "Which goods cost the most duty?",
        description: "The hundred HTS numbers with the most duty, and the others as one row.",
        folder: "Duty analysis",
        audience: "Importers and brokers",
        subject: "entry_lines",
        definition: include_str!("catalogue/DU-106.json"),
        instead: &["DU-101", "ES-003"],
    },
    Standard {
        code: "DU-107",
        name: "Duty by Manufacturer",
        question: "From which manufacturers do the dutiable goods come?",
        description: "Value and duty by manufacturer and country of origin; the hundred with the most duty.",
        folder: "Duty analysis",
        audience: "Importers and brokers",
        subject: "entry_lines",
        definition: include_str!("catalogue/DU-107.json"),
        instead: &["DU-104"],
    },
    Standard {
        code: "DU-108",
        name: "Additional Duties",
        question: "How much is paid under chapters 98 and 99?",
        description: "Duty of chapters 98 and 99 by HTS number and country of origin.",
        folder: "Duty analysis",
        audience: "Importers and brokers",
        subject: "entry_lines",
        definition: include_str!("catalogue/DU-108.json"),
        instead: &["DU-101", "DU-109"],
    },
    Standard {
        code: "DU-109",
        name: "Preferences Claimed",
        question: "Where do we claim preferences, and what remains to be paid?",
        description: "Value and duty by special program indicator and country.",
        folder: "Duty analysis",
        audience: "Importers and brokers",
        subject: "entry_lines",
        definition: include_str!("catalogue/DU-109.json"),
        instead: &["DU-104"],
    },
    Standard {
        code: "DU-110",
        name: "Fees by Importer",
        question: "How much were the processing and harbor fees?",
        description: "Merchandise processing and harbor maintenance fees by importer and month.",
        folder: "Duty analysis",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/DU-110.json"),
        instead: &["DQ-101", "REV-102"],
    },
    Standard {
        code: "AR-007",
        name: "Periodic Statement Detail",
        question: "Which entries are on which statement?",
        description: "Entries by statement with duty and fees, and a total for each statement.",
        folder: "Statements",
        audience: "Importers and brokers",
        subject: "statements",
        definition: include_str!("catalogue/AR-007.json"),
        instead: &["REV-101", "REV-103"],
    },
    Standard {
        code: "REV-101",
        name: "Statements",
        question: "What is to be paid, statement by statement?",
        description: "Duty and fees by statement and payment status.",
        folder: "Statements",
        audience: "Importers and brokers",
        subject: "statements",
        definition: include_str!("catalogue/REV-101.json"),
        instead: &["AR-007", "REV-102"],
    },
    Standard {
        code: "REV-102",
        name: "Payments by Month",
        question: "How much was paid in which month?",
        description: "Duty and fees by the month of the payment.",
        folder: "Statements",
        audience: "Importers and brokers",
        subject: "statements",
        definition: include_str!("catalogue/REV-102.json"),
        instead: &["REV-101", "DU-102"],
    },
    Standard {
        code: "REV-103",
        name: "Unpaid Statements",
        question: "Which statements are not paid yet?",
        description: "Entries that are not paid, by the day on which payment is due.",
        folder: "Statements",
        audience: "Importers and brokers",
        subject: "statements",
        definition: include_str!("catalogue/REV-103.json"),
        instead: &["REV-104", "AR-007"],
    },
    Standard {
        code: "REV-104",
        name: "Payments Coming Up",
        question: "What has to be paid in the next thirty days?",
        description: "Duty and fees by the day on which payment is due and importer.",
        folder: "Statements",
        audience: "Importers and brokers",
        subject: "statements",
        definition: include_str!("catalogue/REV-104.json"),
        instead: &["REV-103"],
    },
    Standard {
        code: "ES-701",
        name: "Courtesy Notice of Liquidation",
        question: "Which entries were liquidated, and how?",
        description: "Liquidated entries with their status and the last day of a protest.",
        folder: "Liquidation",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/ES-701.json"),
        instead: &["LQ-101", "LQ-102"],
    },
    Standard {
        code: "LQ-101",
        name: "Liquidations Due",
        question: "Which entries liquidate next month?",
        description: "Entries that are not liquidated, by the day on which liquidation is due.",
        folder: "Liquidation",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/LQ-101.json"),
        instead: &["LQ-105", "LQ-103"],
    },
    Standard {
        code: "LQ-102",
        name: "Protest Deadlines",
        question: "Until when can a liquidation be protested?",
        description: "Liquidated entries by the last day of a protest.",
        folder: "Liquidation",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/LQ-102.json"),
        instead: &["ES-701", "LQ-101"],
    },
    Standard {
        code: "LQ-103",
        name: "Liquidations Extended or Suspended",
        question: "Which liquidations are extended or suspended?",
        description: "Entries whose liquidation was extended or suspended, oldest first.",
        folder: "Liquidation",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/LQ-103.json"),
        instead: &["LQ-101"],
    },
    Standard {
        code: "LQ-104",
        name: "Liquidations by Outcome",
        question: "How do our entries liquidate?",
        description: "Liquidated entries by month and outcome.",
        folder: "Liquidation",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/LQ-104.json"),
        instead: &["ES-701"],
    },
    Standard {
        code: "LQ-105",
        name: "Liquidations Coming Up by Month",
        question: "When does how much liquidate?",
        description: "Entries that are not liquidated by the month in which it is due.",
        folder: "Liquidation",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/LQ-105.json"),
        instead: &["LQ-101"],
    },
    Standard {
        code: "DQ-101",
        name: "Fee Check",
        question: "Which entries have fees that do not fit the rule?",
        description: "Entries whose processing or harbor fee differs from what the rule of the fiscal year gives.",
        folder: "Data quality",
        audience: "Importers and brokers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/DQ-101.json"),
        instead: &["DQ-102", "DU-110"],
    },
    Standard {
        code: "DQ-102",
        name: "Fee Check by Filer",
        question: "Whose entries have fees that do not fit?",
        description: "Entries by filer and result of the fee check.",
        folder: "Data quality",
        audience: "Importers",
        subject: "entry_summaries",
        definition: include_str!("catalogue/DQ-102.json"),
        instead: &["DQ-101"],
    },
    Standard {
        code: "DQ-103",
        name: "Entries Without a Statement",
        question: "Which entries are on no statement?",
        description: "Entries without a statement number, oldest first.",
        folder: "Data quality",
        audience: "Importers and brokers",
        subject: "statements",
        definition: include_str!("catalogue/DQ-103.json"),
        instead: &["REV-103"],
    },
    Standard {
        code: "DQ-104",
        name: "Lines Without a Manufacturer",
        question: "Which lines name no manufacturer?",
        description: "Tariff lines without a manufacturer identification code.",
        folder: "Data quality",
        audience: "Importers and brokers",
        subject: "entry_lines",
        definition: include_str!("catalogue/DQ-104.json"),
        instead: &["ES-003"],
    },
    Standard {
        code: "UA-101",
        name: "People and Roles",
        question: "Who can get into our accounts, and as what?",
        description: "Everybody in the account with role and last sign-in.",
        folder: "Users and access",
        audience: "Owners and proxies",
        subject: "users",
        definition: include_str!("catalogue/UA-101.json"),
        instead: &["UA-102", "UA-103"],
    },
    Standard {
        code: "UA-102",
        name: "People by Role",
        question: "How many people are in our accounts?",
        description: "People, locked and suspended ones by account and role.",
        folder: "Users and access",
        audience: "Owners and proxies",
        subject: "users",
        definition: include_str!("catalogue/UA-102.json"),
        instead: &["UA-101"],
    },
    Standard {
        code: "UA-103",
        name: "People Who Never Signed In",
        question: "Who has never used the access?",
        description: "People without any sign-in, longest member first.",
        folder: "Users and access",
        audience: "Owners and proxies",
        subject: "users",
        definition: include_str!("catalogue/UA-103.json"),
        instead: &["UA-101", "SI-101"],
    },
    Standard {
        code: "UA-104",
        name: "Locked and Suspended People",
        question: "Who cannot sign in at the moment?",
        description: "People who are locked or suspended.",
        folder: "Users and access",
        audience: "Owners and proxies",
        subject: "users",
        definition: include_str!("catalogue/UA-104.json"),
        instead: &["SI-102"],
    },
    Standard {
        code: "SI-101",
        name: "Sign-ins",
        question: "Who signed in when, and from where?",
        description: "Every try to sign in by people of the account.",
        folder: "Sign-ins and locks",
        audience: "Owners and proxies",
        subject: "sign_ins",
        definition: include_str!("catalogue/SI-101.json"),
        instead: &["SI-102", "UA-103"],
    },
    Standard {
        code: "SI-102",
        name: "Failed Sign-ins",
        question: "Whose sign-ins fail?",
        description: "Failed and refused tries by person, most failures first.",
        folder: "Sign-ins and locks",
        audience: "Owners and proxies",
        subject: "sign_ins",
        definition: include_str!("catalogue/SI-102.json"),
        instead: &["SI-101", "UA-104"],
    },
    Standard {
        code: "SI-103",
        name: "Sign-ins by Month",
        question: "How much is the portal used?",
        description: "Tries to sign in by month and outcome.",
        folder: "Sign-ins and locks",
        audience: "Owners and proxies",
        subject: "sign_ins",
        definition: include_str!("catalogue/SI-103.json"),
        instead: &["SI-101"],
    },
    Standard {
        code: "CA-101",
        name: "Access Given and Received",
        question: "Which other companies see our data, and which do we see?",
        description: "Grants in force or paused, by direction.",
        folder: "Cross-account access",
        audience: "Owners and proxies",
        subject: "grants",
        definition: include_str!("catalogue/CA-101.json"),
        instead: &["CA-102", "CA-103"],
    },
    Standard {
        code: "CA-102",
        name: "Access Without an End",
        question: "Which access goes on until somebody ends it?",
        description: "Grants that have no last day, oldest state first.",
        folder: "Cross-account access",
        audience: "Owners and proxies",
        subject: "grants",
        definition: include_str!("catalogue/CA-102.json"),
        instead: &["CA-101", "CA-103"],
    },
    Standard {
        code: "CA-103",
        name: "Access That Ends",
        question: "Which access ends in the next ninety days?",
        description: "Grants by their last day.",
        folder: "Cross-account access",
        audience: "Owners and proxies",
        subject: "grants",
        definition: include_str!("catalogue/CA-103.json"),
        instead: &["CA-102"],
    },
    Standard {
        code: "CA-104",
        name: "Access by Rights",
        question: "How much may other companies see?",
        description: "Grants by direction and right to trade records.",
        folder: "Cross-account access",
        audience: "Owners and proxies",
        subject: "grants",
        definition: include_str!("catalogue/CA-104.json"),
        instead: &["CA-101"],
    },
    Standard {
        code: "ID-101",
        name: "Identifiers",
        question: "Which numbers are in which sub-account?",
        description: "Every identifier with its sub-account and business activity.",
        folder: "Identifiers",
        audience: "Owners and proxies",
        subject: "identifiers",
        definition: include_str!("catalogue/ID-101.json"),
        instead: &["ID-102"],
    },
    Standard {
        code: "ID-102",
        name: "Identifiers by Kind",
        question: "How many numbers are there of which kind?",
        description: "Identifiers by account, activity and kind.",
        folder: "Identifiers",
        audience: "Owners and proxies",
        subject: "identifiers",
        definition: include_str!("catalogue/ID-102.json"),
        instead: &["ID-101"],
    },
    Standard {
        code: "CS-101",
        name: "Cases",
        question: "What became of our cases?",
        description: "Cases with topic and state, newest first.",
        folder: "Support",
        audience: "Everybody",
        subject: "cases",
        definition: include_str!("catalogue/CS-101.json"),
        instead: &["CS-102"],
    },
    Standard {
        code: "CS-102",
        name: "Cases by Topic",
        question: "What do cases turn about?",
        description: "Cases by topic and state.",
        folder: "Support",
        audience: "Everybody",
        subject: "cases",
        definition: include_str!("catalogue/CS-102.json"),
        instead: &["CS-101"],
    },
    Standard {
        code: "AU-101",
        name: "Audit Trail",
        question: "Who did what?",
        description: "Every event of the accounts' audit trails.",
        folder: "Audit",
        audience: "Owners and proxies",
        subject: "audit",
        definition: include_str!("catalogue/AU-101.json"),
        instead: &["AU-102"],
    },
    Standard {
        code: "AU-102",
        name: "Audit Events by Action",
        question: "What is done how often?",
        description: "Events by action and month.",
        folder: "Audit",
        audience: "Owners and proxies",
        subject: "audit",
        definition: include_str!("catalogue/AU-102.json"),
        instead: &["AU-101"],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::reports::{Operator, subject};

    /// Every object below a value.
    fn objects<'v>(value: &'v Value, all: &mut Vec<&'v serde_json::Map<String, Value>>) {
        match value {
            Value::Object(map) => {
                all.push(map);
                map.values().for_each(|v| objects(v, all));
            }
            Value::Array(list) => list.iter().for_each(|v| objects(v, all)),
            _ => {}
        }
    }

    #[test]
    fn every_report_names_members_of_its_subject() {
        assert!(STANDARD.len() >= 30);
        let codes: BTreeSet<_> = STANDARD.iter().map(|r| r.code).collect();
        assert_eq!(codes.len(), STANDARD.len());
        for report in STANDARD {
            assert!(report.question.ends_with('?'), "{}", report.code);
            assert!(!report.instead.is_empty(), "{}", report.code);
            for other in report.instead {
                assert!(
                    *other != report.code && codes.contains(other),
                    "{}",
                    report.code
                );
            }
            let definition: Value = serde_json::from_str(report.definition).unwrap();
            assert_eq!(definition["subject"], report.subject, "{}", report.code);
            let about = subject(report.subject).unwrap();
            let mut all = Vec::new();
            objects(&definition, &mut all);
            let mut named = 0;
            for map in all {
                for (key, measure) in [("dim", false), ("measure", true)] {
                    let Some(name) = map.get(key).and_then(Value::as_str) else {
                        continue;
                    };
                    named += 1;
                    let found = about.find(name).unwrap();
                    assert_eq!(found.message, None, "{} {name}", report.code);
                    assert_eq!(found.member.measure, measure, "{} {name}", report.code);
                    if let Some(word) = map.get("op").and_then(Value::as_str) {
                        let operator = Operator::of(word).unwrap();
                        assert!(
                            found.member.kind.operators().contains(&operator),
                            "{} {name} {word}",
                            report.code
                        );
                    }
                }
            }
            assert!(named > 1, "{}", report.code);
        }
        let used: BTreeSet<_> = STANDARD.iter().map(|r| r.subject).collect();
        assert_eq!(used.len(), 9, "every subject has a report");
    }
}
