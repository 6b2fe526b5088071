//! The texts of a version of the Terms and Conditions, as an administrator writes them. Acceptance is kept elsewhere.

use crate::text::{line_pattern, one_line, several_lines, text_newtype};

text_newtype! {
    /// The heading of a version: 2 to 140 characters, one line, trimmed.
    pub struct TermsTitle {
        what: "title of the terms",
        rule: "The title of the terms has 2 to 140 characters in one line.",
        pattern: line_pattern!(2),
        length: 2..=140,
        example: "Terms and Conditions",
        parse: |text| one_line(text, 2, 140),
    }
}

text_newtype! {
    /// The text of a version, Markdown: 20 to 60,000 characters. Its hash is what people accept.
    pub struct TermsBody {
        what: "text of the terms",
        rule: "The text of the terms has 20 to 60,000 characters.",
        pattern: r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]{20,}$",
        length: 20..=60_000,
        example: "# Terms and Conditions\n\nEvery person has an own User ID and does not share it.",
        parse: |text| several_lines(text, 20, 60_000),
    }
}

text_newtype! {
    /// What differs from the version before, for people who accepted that one: 3 to 1,000 characters, several lines.
    pub struct WhatChanged {
        what: "description of the change",
        rule: "The description of what changed has 3 to 1,000 characters.",
        pattern: r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]{3,}$",
        length: 3..=1_000,
        example: "Section 3 now says that User IDs may not be shared.",
        parse: |text| several_lines(text, 3, 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::testing::assert_kept;

    #[test]
    fn examples_are_kept() {
        assert_kept::<TermsTitle>(TermsTitle::EXAMPLE);
        assert_kept::<TermsBody>(TermsBody::EXAMPLE);
        assert_kept::<WhatChanged>(WhatChanged::EXAMPLE);
    }

    #[test]
    fn limits() {
        assert!(TermsTitle::parse("T").is_err());
        assert!(TermsTitle::parse("Two\nlines").is_err());
        assert!(TermsBody::parse("short").is_err());
        assert!(TermsBody::parse(&"x".repeat(60_000)).is_ok());
        assert!(TermsBody::parse(&"x".repeat(60_001)).is_err());
        assert!(TermsBody::parse(&format!("{}\0", "x".repeat(30))).is_err());
        assert!(WhatChanged::parse("  ").is_err());
    }
}
