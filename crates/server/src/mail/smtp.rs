//! One mail to one SMTP server. Retries and bookkeeping are the queue's.

use std::error::Error as _;

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use quaymaster_service::mails::outbox::{QueuedMail, Undelivered};

use crate::config::{Mail, SmtpTls};
use crate::failure::Failure;

#[derive(Clone)]
pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Keeps holiday notices and other robots from answering (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Smtp {
    pub(super) fn new(mail: &Mail, host: &str) -> Result<Self, Failure> {
        let parameters = || {
            TlsParameters::new(host.to_owned())
                .map_err(|error| Failure::new(format!("smtp.host: {error}")))
        };
        let tls = match mail.tls {
            SmtpTls::Implicit => Tls::Wrapper(parameters()?),
            SmtpTls::StartTls => Tls::Required(parameters()?),
            SmtpTls::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(mail.port)
            .tls(tls)
            .timeout(Some(mail.timeout));
        if let (Some(username), Some(password)) = (&mail.username, &mail.password) {
            builder = builder.credentials(Credentials::new(username.clone(), password.clone()));
        }
        let from = mail
            .from
            .parse()
            .map_err(|error| Failure::new(format!("mail.from: {error}")))?;
        Ok(Self {
            transport: builder.build(),
            from,
        })
    }

    pub(super) async fn send(&self, mail: &QueuedMail) -> Result<(), Undelivered> {
        let message = self.message(mail).map_err(|reason| Undelivered {
            reason,
            for_good: true,
        })?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let mut reason = error.to_string();
                if let Some(cause) = error.source() {
                    reason = format!("{reason}: {cause}");
                }
                Err(Undelivered {
                    for_good: error.is_permanent(),
                    reason: reason.chars().take(500).collect(),
                })
            }
        }
    }

    fn message(&self, mail: &QueuedMail) -> Result<Message, String> {
        let to: Mailbox = mail
            .recipient
            .parse()
            .map_err(|error| format!("the address does not fit: {error}"))?;
        let domain = self.from.email.domain();
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject.clone())
            .date(mail.created_at.into())
            // The same in every attempt, so that a mailbox can tell a mail that came twice.
            .message_id(Some(format!("<{}@{domain}>", mail.id)))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.clone())
            .map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone, Utc};
    use quaymaster_domain::ids::MailId;

    fn mail() -> Mail {
        Mail {
            from: "Quaymaster <no-reply@portal.example>".to_owned(),
            host: None,
            port: 25,
            tls: SmtpTls::None,
            username: None,
            password: None,
            timeout: std::time::Duration::from_secs(1),
            max_attempts: 1,
            first_retry: std::time::Duration::from_secs(1),
        }
    }

    fn queued(recipient: &str, subject: &str) -> QueuedMail {
        QueuedMail {
            id: MailId(uuid::Uuid::from_u128(7)),
            recipient: recipient.to_owned(),
            template: "locked".to_owned(),
            subject: subject.to_owned(),
            body: "Grüße".to_owned(),
            attempts: 0,
            created_at: Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap(),
        }
    }

    #[tokio::test]
    async fn a_message_names_itself_the_same_in_every_attempt() {
        let smtp = Smtp::new(&mail(), "127.0.0.1").unwrap();
        let make = || {
            let message = smtp.message(&queued("ana@harbor.example", "Your User ID is locked"));
            String::from_utf8(message.unwrap().formatted()).unwrap()
        };
        let text = make();
        assert_eq!(text, make());
        assert!(
            text.contains("Message-ID: <00000000-0000-0000-0000-000000000007@portal.example>\r\n"),
            "{text}"
        );
        assert!(
            text.contains("Auto-Submitted: auto-generated\r\n"),
            "{text}"
        );
        assert!(
            text.contains("Date: Mon, 02 Mar 2026 15:00:00 +0000\r\n"),
            "{text}"
        );
    }

    #[tokio::test]
    async fn a_subject_cannot_smuggle_headers() {
        let smtp = Smtp::new(&mail(), "127.0.0.1").unwrap();
        let message = smtp
            .message(&queued(
                "ana@harbor.example",
                "Hello\r\nBcc: all@evil.example",
            ))
            .unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        assert!(!text.contains("\r\nBcc:"), "{text}");
    }

    #[tokio::test]
    async fn an_address_that_does_not_fit_is_refused_for_good() {
        let smtp = Smtp::new(&mail(), "127.0.0.1").unwrap();
        assert!(smtp.message(&queued("nobody", "x")).is_err());
    }
}
