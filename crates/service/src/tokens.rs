//! Access tokens: EdDSA JWTs of a few minutes, bound to a session of a person or to an API client. They say who; what may be
//! done is read from the database at every request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use quaymaster_domain::ids::{ApiClientId, ApiClientSecretId, SessionId, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

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

/// What a token of an API client is for. Another word than a person's, so that neither is ever read as the other.
const CLIENT_AUDIENCE: &str = "quaymaster-api:clients";

/// The `typ` of such a token (RFC 9068).
const CLIENT_TYPE: &str = "at+jwt";

#[derive(Serialize, Deserialize)]
struct ClientClaims {
    iss: String,
    aud: String,
    sub: ApiClientId,
    client_id: ApiClientId,
    /// The scopes that were asked for, with a blank between them.
    scope: String,
    /// The secret that it was got with; none for an assertion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sec: Option<ApiClientSecretId>,
    jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// What the token of an API client says.
pub struct ClientToken {
    /// Which client.
    pub client: ApiClientId,
    /// The scopes that were asked for, with a blank between them.
    pub scope: String,
    /// The secret that it was got with.
    pub secret: Option<ApiClientSecretId>,
}

/// How many verified tokens are remembered: under a megabyte.
const REMEMBERED: usize = 4096;

/// What a verified token says.
#[derive(Clone, Copy)]
struct Verified {
    user: UserId,
    session: SessionId,
    not_before: i64,
    expires: i64,
}

impl Verified {
    const fn holds(&self, now: i64) -> bool {
        self.not_before <= now && now < self.expires
    }
}

/// Signs and reads access tokens.
pub struct Tokens {
    encoding: EncodingKey,
    /// The key that signs, then the one before it. A token names its key by `kid`.
    readers: Vec<(String, DecodingKey)>,
    validation: Validation,
    client_validation: Validation,
    /// The public halves of the readers' keys, by the names that tokens carry.
    public: Vec<(String, [u8; 32])>,
    /// Tokens whose signature was found good, by their digest. A signature costs as much to verify as the rest of a
    /// plain request, and the same token comes with every request of five minutes. Nothing about the session is
    /// remembered: whether it has ended is asked of the database each time.
    verified: Mutex<HashMap<[u8; 32], Verified>>,
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
        let validation = validation(AUDIENCE);
        let keys = || [seed].into_iter().chain(previous);
        Ok(Self {
            encoding: EncodingKey::from_ed_der(der.as_bytes()),
            readers: keys().map(reader).collect(),
            public: keys().map(public).collect(),
            validation,
            client_validation: self::validation(CLIENT_AUDIENCE),
            verified: Mutex::default(),
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

    /// A token for an API client.
    ///
    /// # Errors
    /// When signing fails.
    pub fn issue_client(
        &self,
        issuer: &str,
        token: ClientToken,
        jti: String,
        now: DateTime<Utc>,
        life: Duration,
    ) -> Result<String, Fault> {
        let iat = now.timestamp();
        let ClientToken {
            client,
            scope,
            secret,
        } = token;
        let claims = ClientClaims {
            iss: issuer.to_owned(),
            aud: CLIENT_AUDIENCE.to_owned(),
            sub: client,
            client_id: client,
            scope,
            sec: secret,
            jti,
            iat,
            nbf: iat,
            exp: (now + life).timestamp(),
        };
        let header = Header {
            kid: self.readers.first().map(|(kid, _)| kid.clone()),
            typ: Some(CLIENT_TYPE.to_owned()),
            ..Header::new(Algorithm::EdDSA)
        };
        jsonwebtoken::encode(&header, &claims, &self.encoding)
            .map_err(|e| Fault::Internal(format!("signing: {e}")))
    }

    /// The API client that a token belongs to; `None` when it is not ours, not a client's, or not valid now.
    #[must_use]
    pub fn read_client(&self, token: &str, now: DateTime<Utc>) -> Option<ClientToken> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.typ.as_deref() != Some(CLIENT_TYPE) {
            return None;
        }
        let key = self.key(header.kid.as_deref()?)?;
        let claims: ClientClaims = jsonwebtoken::decode(token, key, &self.client_validation)
            .ok()?
            .claims;
        let now = now.timestamp();
        let holds = claims.nbf <= now && now < claims.exp && claims.sub == claims.client_id;
        holds.then_some(ClientToken {
            client: claims.client_id,
            scope: claims.scope,
            secret: claims.sec,
        })
    }

    /// The public keys that tokens are verified with: name and Ed25519 key.
    #[must_use]
    pub fn public_keys(&self) -> &[(String, [u8; 32])] {
        &self.public
    }

    fn key(&self, kid: &str) -> Option<&DecodingKey> {
        let found = self.readers.iter().find(|(known, _)| known == kid);
        found.map(|(_, key)| key)
    }

    /// The session that a token is bound to; `None` when it is not ours, not valid yet or no longer valid.
    #[must_use]
    pub fn read(&self, token: &str, now: DateTime<Utc>) -> Option<(UserId, SessionId)> {
        let now = now.timestamp();
        let digest = Sha256::digest(token.as_bytes()).into();
        let known = self.remembered().get(&digest).copied();
        let found = match known {
            Some(found) => found,
            None => {
                let found = self.verify(token)?;
                self.remember(digest, found, now);
                found
            }
        };
        found.holds(now).then_some((found.user, found.session))
    }

    /// Reads a token whose signature is not known yet.
    fn verify(&self, token: &str) -> Option<Verified> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.typ.as_deref() == Some(CLIENT_TYPE) {
            return None;
        }
        let key = self.key(header.kid.as_deref()?)?;
        let Claims {
            aud: _,
            sub,
            sid,
            iat: _,
            nbf,
            exp,
        } = jsonwebtoken::decode(token, key, &self.validation)
            .ok()?
            .claims;
        Some(Verified {
            user: sub,
            session: sid,
            not_before: nbf,
            expires: exp,
        })
    }

    fn remember(&self, digest: [u8; 32], found: Verified, now: i64) {
        let mut all = self.remembered();
        if all.len() >= REMEMBERED {
            all.retain(|_, token| now < token.expires);
            if all.len() >= REMEMBERED {
                // More than this at once is rare, and the price of forgetting is one verification each.
                all.clear();
            }
        }
        all.insert(digest, found);
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], Verified>> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is asked of a token for an audience. Time comes from the injected clock.
fn validation(audience: &str) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["exp", "aud", "nbf", "sub"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

/// The public half of a seed, under the name that tokens carry.
fn public(seed: &[u8; 32]) -> (String, [u8; 32]) {
    let public = SigningKey::from_bytes(seed).verifying_key();
    let kid = token_hash(&hex(public.as_bytes()))
        .chars()
        .take(16)
        .collect();
    (kid, public.to_bytes())
}

fn reader(seed: &[u8; 32]) -> (String, DecodingKey) {
    let (kid, key) = public(seed);
    (kid, DecodingKey::from_ed_der(&key))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use chrono::TimeZone;
    use ed25519_dalek::Signer;
    use serde_json::json;

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
    fn a_remembered_token_ends_like_any_other_and_memory_stays_bounded() {
        let tokens = Tokens::new(&NEW, None).unwrap();
        let token = issued(&tokens);
        for _ in 0..2 {
            assert!(tokens.read(&token, now()).is_some());
            assert!(tokens.read(&token, now() + Duration::minutes(5)).is_none());
            assert!(tokens.read(&token, now() - Duration::seconds(1)).is_none());
        }
        let verified = tokens.verify(&token).unwrap();
        for n in 0..2 * REMEMBERED as u64 {
            let mut digest = [0; 32];
            digest[..8].copy_from_slice(&n.to_be_bytes());
            tokens.remember(digest, verified, now().timestamp());
            assert!(tokens.remembered().len() <= REMEMBERED);
        }
        assert!(tokens.read(&token, now()).is_some());
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

    /// A token made by hand: this header, these claims, signed by this key.
    fn signed(header: &serde_json::Value, claims: &serde_json::Value, seed: &[u8; 32]) -> String {
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let signature = SigningKey::from_bytes(seed).sign(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    fn kid(seed: &[u8; 32]) -> String {
        reader(seed).0
    }

    fn claims() -> serde_json::Value {
        let (user, session) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
        let from = now().timestamp();
        json!({ "aud": AUDIENCE, "sub": user, "sid": session, "iat": from, "nbf": from, "exp": from + 300 })
    }

    #[test]
    fn a_token_with_another_algorithm_or_a_changed_claim_is_not_read() {
        let tokens = Tokens::new(&NEW, None).unwrap();
        let header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": kid(&NEW) });
        let good = signed(&header, &claims(), &NEW);
        assert!(tokens.read(&good, now()).is_some(), "made like ours");

        let body = good.split('.').nth(1).unwrap();
        for alg in ["none", "None", "NONE", ""] {
            let header = json!({ "alg": alg, "kid": kid(&NEW) }).to_string();
            let bare = format!("{}.{body}.", URL_SAFE_NO_PAD.encode(header));
            assert!(tokens.read(&bare, now()).is_none(), "{alg:?}");
        }
        // The public key is no secret: whoever takes it for a key of a MAC gets nowhere.
        let public = SigningKey::from_bytes(&NEW).verifying_key();
        for alg in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let header = Header {
                kid: Some(kid(&NEW)),
                ..Header::new(alg)
            };
            let key = EncodingKey::from_secret(public.as_bytes());
            let confused = jsonwebtoken::encode(&header, &claims(), &key).unwrap();
            assert!(tokens.read(&confused, now()).is_none(), "{alg:?}");
        }
        let (head, rest) = good.split_once('.').unwrap();
        let (_, signature) = rest.split_once('.').unwrap();
        let mut other = claims();
        other["sub"] = json!(uuid::Uuid::from_u128(3));
        let other = URL_SAFE_NO_PAD.encode(other.to_string());
        let changed = format!("{head}.{other}.{signature}");
        for unfit in [changed.as_str(), &format!("{good}x"), ""] {
            assert!(tokens.read(unfit, now()).is_none(), "{unfit}");
        }
    }

    #[test]
    fn a_key_that_comes_with_the_token_is_not_taken() {
        const FOREIGN: [u8; 32] = [9; 32];
        let tokens = Tokens::new(&NEW, None).unwrap();
        let public = SigningKey::from_bytes(&FOREIGN).verifying_key();
        let own = URL_SAFE_NO_PAD.encode(public.as_bytes());
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": own });
        for header in [
            json!({ "alg": "EdDSA", "kid": kid(&NEW), "jwk": jwk }),
            json!({ "alg": "EdDSA", "kid": kid(&NEW), "jku": "https://evil.example/keys" }),
            json!({ "alg": "EdDSA", "kid": kid(&NEW), "x5u": "https://evil.example/chain" }),
            json!({ "alg": "EdDSA", "kid": kid(&FOREIGN), "jwk": jwk }),
            json!({ "alg": "EdDSA", "jwk": jwk }),
        ] {
            let forged = signed(&header, &claims(), &FOREIGN);
            assert!(tokens.read(&forged, now()).is_none(), "{header}");
        }
    }

    #[test]
    fn a_token_for_somebody_else_is_not_read_though_we_signed_it() {
        let tokens = Tokens::new(&NEW, None).unwrap();
        let header = json!({ "alg": "EdDSA", "kid": kid(&NEW) });
        for audience in [json!("another-service"), json!([]), json!(""), json!(null)] {
            let mut other = claims();
            other["aud"] = audience;
            let token = signed(&header, &other, &NEW);
            assert!(tokens.read(&token, now()).is_none(), "{other}");
        }
        for missing in ["aud", "exp", "nbf", "sub", "sid"] {
            let mut other = claims();
            other.as_object_mut().unwrap().remove(missing);
            let token = signed(&header, &other, &NEW);
            assert!(tokens.read(&token, now()).is_none(), "without {missing}");
        }
    }
}
