//! Markdown of the operator's texts, made safe to show: HTML in it is dropped, pictures are their descriptions, links lead to
//! web and mail addresses or to own paths only. What a text is about does not matter here.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// Why a text is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unsafe {
    /// HTML between the words.
    #[error(
        "there is HTML in this text, which is not shown; write Markdown, and \\< for the sign itself"
    )]
    Html,
    /// A link of another kind.
    #[error(
        "a link here leads neither to a web address, nor to a mail address, nor to a page of this portal"
    )]
    Link,
    /// A picture.
    #[error("pictures are not shown in notices; link to a page that shows it")]
    Picture,
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

/// True for `http`, `https` and `mailto`, and for paths below the portal's own address.
fn leads_somewhere(address: &str) -> bool {
    if address.chars().any(|c| c.is_control() || c == '\\') {
        return false;
    }
    let lower = address.to_ascii_lowercase();
    ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| lower.starts_with(scheme))
        || (lower.starts_with('/') && !lower.starts_with("//"))
}

/// Refuses what would not be shown, so that its author learns of it.
///
/// # Errors
/// The first thing that would be dropped.
pub(crate) fn check(text: &str) -> Result<(), Unsafe> {
    for event in parser(text) {
        match event {
            Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::HtmlBlock) => {
                return Err(Unsafe::Html);
            }
            Event::Start(Tag::Link { dest_url, .. }) if !leads_somewhere(&dest_url) => {
                return Err(Unsafe::Link);
            }
            Event::Start(Tag::Image { .. }) => return Err(Unsafe::Picture),
            _ => {}
        }
    }
    Ok(())
}

/// The text as HTML in which nothing runs and nothing is loaded.
pub(crate) fn render(text: &str) -> String {
    let mut dropped_link = false;
    let safe = parser(text).filter(|event| match event {
        Event::Html(_)
        | Event::InlineHtml(_)
        | Event::Start(Tag::HtmlBlock | Tag::Image { .. })
        | Event::End(TagEnd::HtmlBlock | TagEnd::Image) => false,
        Event::Start(Tag::Link { dest_url, .. }) => {
            dropped_link = !leads_somewhere(dest_url);
            !dropped_link
        }
        Event::End(TagEnd::Link) => !std::mem::take(&mut dropped_link),
        _ => true,
    });
    let mut out = String::with_capacity(text.len() * 2);
    html::push_html(&mut out, safe);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markdown_becomes_html() {
        assert_eq!(
            render("The portal is away on **Sunday**. [Status](/help)"),
            "<p>The portal is away on <strong>Sunday</strong>. <a href=\"/help\">Status</a></p>\n"
        );
        assert_eq!(check("a < b and [mail](mailto:desk@example.com)"), Ok(()));
    }

    #[test]
    fn what_runs_is_refused_and_dropped() {
        for (text, why) in [
            ("<script>alert(1)</script>", Unsafe::Html),
            ("Hello <img src=x onerror=alert(1)>", Unsafe::Html),
            ("<div onclick=alert(1)>x</div>", Unsafe::Html),
            ("[x](javascript:alert(1))", Unsafe::Link),
            ("[x](JaVaScRiPt:alert(1))", Unsafe::Link),
            ("[x](data:text/html;base64,PHNjcmlwdD4=)", Unsafe::Link),
            ("[x](//evil.example)", Unsafe::Link),
            ("[x](/\\evil.example)", Unsafe::Link),
            ("<javascript:alert(1)>", Unsafe::Link),
            ("![x](https://evil.example/pixel.png)", Unsafe::Picture),
        ] {
            assert_eq!(check(text), Err(why), "{text}");
            let shown = render(text).to_ascii_lowercase();
            for harm in ["<script", "<img", "<div", "href", "onerror=\"", "src="] {
                assert!(!shown.contains(harm), "{text} -> {shown}");
            }
        }
    }

    proptest! {
        /// Whatever is typed, only the tags of Markdown come out, and no address of another kind.
        #[test]
        fn only_known_tags_come_out(text in "([a-z<>\"'&=:/()\\[\\]!*_`#\n ]|<script>|javascript:|\\]\\(|<a href=|onload=){0,60}") {
            let shown = render(&text);
            let known = ["p", "strong", "em", "a", "code", "pre", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6",
                "blockquote", "hr", "br", "del", "table", "thead", "tbody", "tr", "th", "td"];
            for part in shown.split('<').skip(1) {
                let name: String = part.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                prop_assert!(known.contains(&name.as_str()), "{} -> {}", text, shown);
                // What stands behind the tag is text, whatever it looks like.
                let tag = part.split('>').next().unwrap_or_default();
                if let Some((_, rest)) = tag.split_once("href=\"") {
                    let address = rest.split('"').next().unwrap_or_default();
                    prop_assert!(leads_somewhere(address), "{} -> {}", text, shown);
                }
            }
        }

        #[test]
        fn what_passes_is_shown_whole(text in "[a-z*_ \n#-]{0,80}") {
            prop_assert_eq!(check(&text), Ok(()));
        }
    }
}
