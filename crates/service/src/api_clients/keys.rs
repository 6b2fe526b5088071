//! The public keys that a client has registered, and what its assertions are verified with. Nothing private gets in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey};

/// The most keys of a client: the one in use, its successor, and room for several machines.
const MOST_KEYS: usize = 5;

/// Shorter RSA keys are not taken (2048 bits).
const RSA_BYTES: usize = 256;

/// Longer ones cost too much to verify with (4096 bits).
const MOST_RSA_BYTES: usize = 512;

/// The public keys of a client.
pub struct KeySet(JwkSet);

impl KeySet {
    /// Reads a JSON Web Key Set.
    ///
    /// # Errors
    /// What does not fit, in words.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        let set: JwkSet = serde_json::from_str(text).map_err(|_cause| {
            "this is no JSON Web Key Set; each key has `kty` and the public members of its kind"
        })?;
        if set.keys.is_empty() || set.keys.len() > MOST_KEYS {
            return Err("register one to five keys");
        }
        for key in &set.keys {
            algorithms(key)?;
            DecodingKey::from_jwk(key).map_err(|_cause| "a key cannot be read")?;
        }
        let mut ids: Vec<_> = set.keys.iter().map(|key| &key.common.key_id).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() != set.keys.len() {
            return Err("each key has a `kid` of its own when there are several");
        }
        Ok(Self(set))
    }

    /// The key that an assertion names, with the algorithms that fit it. Without a name there must be one key only.
    pub(crate) fn find(&self, kid: Option<&str>) -> Option<(DecodingKey, &'static [Algorithm])> {
        let key = match (kid, self.0.keys.as_slice()) {
            (Some(kid), keys) => keys
                .iter()
                .find(|key| key.common.key_id.as_deref() == Some(kid))?,
            (None, [only]) => only,
            (None, _) => return None,
        };
        Some((DecodingKey::from_jwk(key).ok()?, algorithms(key).ok()?))
    }
}

/// The algorithms that fit a key.
fn algorithms(key: &Jwk) -> Result<&'static [Algorithm], &'static str> {
    let length = |text: &str| URL_SAFE_NO_PAD.decode(text).map_or(0, |bytes| bytes.len());
    match &key.algorithm {
        AlgorithmParameters::OctetKeyPair(pair)
            if pair.curve == EllipticCurve::Ed25519 && length(&pair.x) == 32 =>
        {
            Ok(&[Algorithm::EdDSA])
        }
        AlgorithmParameters::EllipticCurve(curve)
            if curve.curve == EllipticCurve::P256
                && length(&curve.x) == 32
                && length(&curve.y) == 32 =>
        {
            Ok(&[Algorithm::ES256])
        }
        AlgorithmParameters::RSA(rsa) => {
            let bytes = URL_SAFE_NO_PAD.decode(&rsa.n).unwrap_or_default();
            let bytes = bytes.iter().skip_while(|byte| **byte == 0).count();
            if (RSA_BYTES..=MOST_RSA_BYTES).contains(&bytes) {
                Ok(&[Algorithm::RS256, Algorithm::PS256])
            } else {
                Err("an RSA key has 2048 to 4096 bits")
            }
        }
        _ => Err("take Ed25519 (`OKP`), P-256 (`EC`) or RSA keys with their public members"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ed(kid: &str) -> serde_json::Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "x": URL_SAFE_NO_PAD.encode([7; 32]) })
    }

    fn read(keys: &[serde_json::Value]) -> Result<KeySet, &'static str> {
        KeySet::read(&json!({ "keys": keys }).to_string())
    }

    #[test]
    fn keys_are_found_by_their_name() {
        let set = read(&[ed("a"), ed("b")]).unwrap_or_else(|why| panic!("{why}"));
        assert!(set.find(Some("b")).is_some());
        assert!(set.find(Some("c")).is_none());
        assert!(set.find(None).is_none(), "which of the two?");
        let one = read(&[ed("a")]).unwrap_or_else(|why| panic!("{why}"));
        assert!(one.find(None).is_some());
    }

    #[test]
    fn weak_shared_and_doubled_keys_are_refused() {
        let rsa = |bytes: usize| json!({ "kty": "RSA", "kid": "r", "n": URL_SAFE_NO_PAD.encode(vec![0xc5; bytes]), "e": "AQAB" });
        assert!(read(&[rsa(256)]).is_ok());
        for wrong in [
            vec![],
            vec![rsa(128)],
            vec![rsa(1024)],
            vec![json!({ "kty": "oct", "k": "c2VjcmV0" })],
            vec![json!({ "kty": "EC", "crv": "P-384", "x": "AA", "y": "AA" })],
            vec![json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA" })],
            vec![ed("a"), ed("a")],
            (0..6).map(|n| ed(&n.to_string())).collect(),
        ] {
            assert!(read(&wrong).is_err(), "{wrong:?}");
        }
        assert!(KeySet::read("[]").is_err());
    }
}
