//! Files in cases: which kinds are taken, how large, and whether the bytes are what they are said to be. Where they are kept
//! is not decided here.

use crate::members::words;
use crate::text::{one_line, text_newtype};
use serde::{Deserialize, Serialize};

/// The most bytes of a file.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;
/// The most files in a case.
pub const MOST_IN_A_CASE: u64 = 10;

words! {
    /// The kinds of files that are taken. [own]
    MediaType {
        /// A document.
        Pdf = "application/pdf",
        /// A picture.
        Png = "image/png",
        /// A photograph.
        Jpeg = "image/jpeg",
        /// Text in UTF-8.
        Text = "text/plain",
        /// A table in UTF-8.
        Csv = "text/csv",
    }
}

text_newtype! {
    /// The name of a file: 1 to 120 characters, one line, without slashes, quotation marks and the like.
    pub struct FileName {
        what: "file name",
        rule: "A file name has 1 to 120 characters and none of / \\ : * ? \" < > |.",
        pattern: r#"^[^\s\x00-\x1F\x7F-\x9F\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF/\\:*?"<>|]+$"#,
        length: 1..=120,
        example: "screenshot.png",
        parse: |text| one_line(text, 1, 120)
            .filter(|name| !name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|'])),
    }
}

/// The bytes are not what they are said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this file is not what its type says ({0}); save it again in that format, or send it as what it is"
)]
pub struct Lies(&'static str);

impl MediaType {
    /// Looks whether the first bytes, or for text all of them, are what the type says.
    ///
    /// # Errors
    /// [`Lies`].
    pub fn check(self, content: &[u8]) -> Result<(), Lies> {
        let fits = match self {
            Self::Pdf => content.starts_with(b"%PDF-"),
            Self::Png => content.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => content.starts_with(b"\xff\xd8\xff"),
            Self::Text | Self::Csv => std::str::from_utf8(content).is_ok_and(is_plain),
        };
        if fits {
            Ok(())
        } else {
            Err(Lies(self.as_str()))
        }
    }

    /// The ending of file names.
    #[must_use]
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &[".pdf"],
            Self::Png => &[".png"],
            Self::Jpeg => &[".jpg", ".jpeg"],
            Self::Text => &[".txt", ".log"],
            Self::Csv => &[".csv"],
        }
    }

    /// The name under which a file is kept: its ending is one of the type's, whatever it was called.
    #[must_use]
    pub fn name(self, given: &FileName) -> String {
        let lower = given.as_str().to_lowercase();
        let endings = self.endings();
        if endings.iter().any(|ending| lower.ends_with(ending)) {
            return given.as_str().to_owned();
        }
        let ending = endings.first().copied().unwrap_or_default();
        format!("{}{ending}", given.as_str())
    }
}

/// Text that a browser or a program would not take for something else.
fn is_plain(text: &str) -> bool {
    let begins = text.trim_start_matches('\u{feff}').trim_start();
    let start: String = begins.chars().take(16).collect::<String>().to_lowercase();
    let markup = ["<!doctype", "<html", "<script", "<svg", "<?xml", "%pdf-"];
    !markup.iter().any(|mark| start.starts_with(mark))
        && !text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::testing::assert_kept;

    #[test]
    fn bytes_are_what_they_are_said_to_be() {
        for (kind, content) in [
            (MediaType::Pdf, &b"%PDF-1.7 ..."[..]),
            (MediaType::Png, b"\x89PNG\r\n\x1a\nrest"),
            (MediaType::Jpeg, b"\xff\xd8\xff\xe0rest"),
            (MediaType::Text, "Gr\u{fc}\u{df}e\n".as_bytes()),
            (MediaType::Csv, b"a,b\r\n1,2\r\n"),
        ] {
            assert_eq!(kind.check(content), Ok(()));
        }
        for (kind, content) in [
            (MediaType::Pdf, &b"MZ\x90\x00"[..]),
            (MediaType::Png, b"%PDF-1.7"),
            (MediaType::Jpeg, b""),
            (MediaType::Text, b"MZ\x90\x00"),
            (MediaType::Text, b"\x00\x01"),
            (MediaType::Text, b" \n<HTML><script>"),
            (MediaType::Csv, b"<script>alert(1)</script>"),
        ] {
            assert_eq!(kind.check(content), Err(Lies(kind.as_str())));
        }
    }

    #[test]
    fn names_end_as_their_type_says() {
        let name = |text: &str| FileName::parse(text).unwrap();
        assert_eq!(MediaType::Pdf.name(&name("a.PDF")), "a.PDF");
        assert_eq!(MediaType::Pdf.name(&name("a.exe")), "a.exe.pdf");
        assert_kept::<FileName>(FileName::EXAMPLE);
        for unfit in ["", "../etc/passwd", "a\\b", "a\"b", "a\nb"] {
            assert!(FileName::parse(unfit).is_err(), "{unfit}");
        }
    }
}
