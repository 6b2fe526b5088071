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
    decoding: DecodingKey,
    kid: String,
    validation: Validation,
}

impl Tokens {
    /// Takes the Ed25519 seed.
    ///
    /// # Errors
    /// When the key cannot be encoded, which does not happen with 32 bytes.
    pub fn new(seed: &[u8; 32]) -> Result<Self, Fault> {
        let key = SigningKey::from_bytes(seed);
        let der = key
            .to_pkcs8_der()
            .map_err(|e| Fault::Internal(format!("signing key: {e}")))?;
        let public = key.verifying_key();
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "aud", "nbf", "sub"]);
        // Time comes from the injected clock, see `read`.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Ok(Self {
            encoding: EncodingKey::from_ed_der(der.as_bytes()),
            decoding: DecodingKey::from_ed_der(public.as_bytes()),
            kid: token_hash(&hex(public.as_bytes()))
                .chars()
                .take(16)
                .collect(),
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
            kid: Some(self.kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        jsonwebtoken::encode(&header, &claims, &self.encoding)
            .map_err(|e| Fault::Internal(format!("signing: {e}")))
    }

    /// The session that a token is bound to; `None` when it is not ours, not valid yet or no longer valid.
    #[must_use]
    pub fn read(&self, token: &str, now: DateTime<Utc>) -> Option<(UserId, SessionId)> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.kid.as_deref() != Some(self.kid.as_str()) {
            return None;
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation)
            .ok()?
            .claims;
        let now = now.timestamp();
        (claims.nbf <= now && now < claims.exp).then_some((claims.sub, claims.sid))
    }
}
