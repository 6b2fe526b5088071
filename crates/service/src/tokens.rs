//! Access tokens: EdDSA JWTs of at most five minutes, bound to a session. They say who; what the person may do is
//! read from the database at every request.

use chrono::{DateTime, Duration, Utc};
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use quaymaster_domain::ids::{SessionId, UserId};
use serde::{Deserialize, Serialize};

use crate::error::Fault;
use crate::secrets::{hex, token_hash};

/// What an access token is for.
const AUDIENCE: &str = "quaymaster-api";

#[derive(Serialize, Deserialize)]
struct Claims {
    aud: String,
    sub: UserId,
    sid: SessionId,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// Signs and reads access tokens.
pub struct Tokens {
    encoding: EncodingKey,
    /// The key that signs, then the one before it. A token names its key by `kid`.
    readers: Vec<(String, DecodingKey)>,
    validation: Validation,
}

impl Tokens {
    /// Takes the Ed25519 seed that signs and the one that signed before the last rotation.
    ///
    /// # Errors
    /// When the key cannot be encoded, which does not happen with 32 bytes.
    pub fn new(seed: &[u8; 32], previous: Option<&[u8; 32]>) -> Result<Self, Fault> {
        let der = SigningKey::from_bytes(seed)
            .to_pkcs8_der()
            .map_err(|e| Fault::Internal(format!("signing key: {e}")))?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "aud", "nbf", "sub"]);
        // Time comes from the injected clock, see `read`.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Ok(Self {
            encoding: EncodingKey::from_ed_der(der.as_bytes()),
            readers: [seed].into_iter().chain(previous).map(reader).collect(),
            validation,
        })
    }

    /// A token for a session.
    ///
    /// # Errors
    /// When signing fails.
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        now: DateTime<Utc>,
        life: Duration,
    ) -> Result<String, Fault> {
        let iat = now.timestamp();
        let claims = Claims {
            aud: AUDIENCE.to_owned(),
            sub: user,
            sid: session,
            iat,
            nbf: iat,
            exp: (now + life).timestamp(),
        };
        let header = Header {
            kid: self.readers.first().map(|(kid, _)| kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        jsonwebtoken::encode(&header, &claims, &self.encoding)
            .map_err(|e| Fault::Internal(format!("signing: {e}")))
    }

    /// The session that a token is bound to; `None` when it is not ours, not valid yet or no longer valid.
    #[must_use]
    pub fn read(&self, token: &str, now: DateTime<Utc>) -> Option<(UserId, SessionId)> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        let kid = header.kid?;
        let (_, key) = self.readers.iter().find(|(known, _)| *known == kid)?;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &self.validation)
            .ok()?
            .claims;
        let now = now.timestamp();
        (claims.nbf <= now && now < claims.exp).then_some((claims.sub, claims.sid))
    }
}

/// The public half of a seed, under the name that tokens carry.
fn reader(seed: &[u8; 32]) -> (String, DecodingKey) {
    let public = SigningKey::from_bytes(seed).verifying_key();
    let kid = token_hash(&hex(public.as_bytes()))
        .chars()
        .take(16)
        .collect();
    (kid, DecodingKey::from_ed_der(public.as_bytes()))
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    const OLD: [u8; 32] = [1; 32];
    const NEW: [u8; 32] = [2; 32];

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap()
    }

    fn issued(by: &Tokens) -> String {
        let (user, session) = (
            UserId(uuid::Uuid::from_u128(1)),
            SessionId(uuid::Uuid::from_u128(2)),
        );
        by.issue(user, session, now(), Duration::minutes(5))
            .unwrap()
    }

    #[test]
    fn a_token_is_read_from_its_first_to_its_last_second() {
        let tokens = Tokens::new(&NEW, None).unwrap();
        let token = issued(&tokens);
        assert!(tokens.read(&token, now() - Duration::seconds(1)).is_none());
        assert!(tokens.read(&token, now()).is_some());
        assert!(
            tokens
                .read(&token, now() + Duration::seconds(299))
                .is_some()
        );
        assert!(tokens.read(&token, now() + Duration::minutes(5)).is_none());
    }

    #[test]
    fn tokens_of_the_key_before_are_read_until_the_next_rotation() {
        let token = issued(&Tokens::new(&OLD, None).unwrap());
        assert!(
            Tokens::new(&NEW, Some(&OLD))
                .unwrap()
                .read(&token, now())
                .is_some()
        );
        assert!(
            Tokens::new(&NEW, None)
                .unwrap()
                .read(&token, now())
                .is_none()
        );
    }

    #[test]
    fn a_token_with_another_algorithm_or_a_changed_claim_is_not_read() {
        let tokens = Tokens::new(&NEW, None).unwrap();
        let token = issued(&tokens);
        let parts: Vec<&str> = token.split('.').collect();
        let none = "eyJhbGciOiJub25lIn0";
        assert!(
            tokens
                .read(&format!("{none}.{}.", parts[1]), now())
                .is_none()
        );
        assert!(
            tokens
                .read(&format!("{}.{}x.{}", parts[0], parts[1], parts[2]), now())
                .is_none()
        );
        assert!(tokens.read("", now()).is_none());
    }
}
