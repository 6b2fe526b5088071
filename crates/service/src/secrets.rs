//! Keys that live outside the database, and what is done with them: hashing of tokens, lookup keys and encryption of
//! personal identifiers.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use quaymaster_domain::clock::Rng;
use sha2::{Digest, Sha256};

/// The length of every key, bytes.
pub const KEY_LENGTH: usize = 32;

/// The keys. `Debug` shows none of them.
#[derive(Clone)]
pub struct Secrets {
    /// Keys the password hashes.
    pub pepper: [u8; KEY_LENGTH],
    /// Keys lookups of personal numbers and picks for unknown User IDs.
    pub lookup: [u8; KEY_LENGTH],
    /// Encrypts personal numbers.
    pub encryption: [u8; KEY_LENGTH],
    /// Signs access tokens (Ed25519 seed).
    pub signing: [u8; KEY_LENGTH],
    /// The key that signed before the last rotation; its tokens are read until they end by themselves.
    pub signing_previous: Option<[u8; KEY_LENGTH]>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(redacted)")
    }
}

impl Secrets {
    /// A keyed digest in lower-case hex; `purpose` keeps digests of different uses apart.
    #[must_use]
    pub fn keyed_digest(&self, purpose: &str, value: &str) -> String {
        hex(&self.keyed_bytes(purpose, value))
    }

    /// The same as bytes.
    #[must_use]
    pub fn keyed_bytes(&self, purpose: &str, value: &str) -> [u8; 32] {
        let Ok(mut mac) = <Hmac<Sha256>>::new_from_slice(&self.lookup) else {
            return [0; 32];
        };
        mac.update(&u64::try_from(purpose.len()).unwrap_or(0).to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// Encrypts a personal number: 24 bytes nonce, then the sealed text. `bound_to` must be given again to read it.
    #[must_use]
    pub fn seal(&self, rng: &dyn Rng, bound_to: &str, text: &str) -> Option<Vec<u8>> {
        let mut nonce = [0_u8; 24];
        rng.fill(&mut nonce);
        let cipher = XChaCha20Poly1305::new(&self.encryption.into());
        let sealed = cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: text.as_bytes(),
                    aad: bound_to.as_bytes(),
                },
            )
            .ok()?;
        Some([&nonce[..], &sealed].concat())
    }

    /// Reads what [`seal`](Self::seal) wrote; `None` when the key or the binding differs.
    #[must_use]
    pub fn open(&self, bound_to: &str, sealed: &[u8]) -> Option<String> {
        let (nonce, text) = sealed.split_first_chunk::<24>()?;
        let cipher = XChaCha20Poly1305::new(&self.encryption.into());
        let plain = cipher
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: text,
                    aad: bound_to.as_bytes(),
                },
            )
            .ok()?;
        String::from_utf8(plain).ok()
    }
}

/// An unguessable text of 256 bits for links, cookies and refresh tokens.
#[must_use]
pub fn random_token(rng: &dyn Rng) -> String {
    let mut bytes = [0_u8; 32];
    rng.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is kept of such a text. A plain digest is enough: the text itself has 256 bits.
#[must_use]
pub fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for half in [byte >> 4, byte & 0xf] {
            text.push(char::from(DIGITS[usize::from(half)]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    /// Every call gives the next byte, so that what was drawn can be told.
    #[derive(Default)]
    struct Counting(AtomicU8);

    impl Rng for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            for byte in buffer {
                *byte = self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn secrets(encryption: u8) -> Secrets {
        Secrets {
            pepper: [1; KEY_LENGTH],
            lookup: [2; KEY_LENGTH],
            encryption: [encryption; KEY_LENGTH],
            signing: [4; KEY_LENGTH],
            signing_previous: None,
        }
    }

    #[test]
    fn a_token_carries_all_of_256_random_bits() {
        let token = random_token(&Counting::default());
        let drawn: Vec<u8> = (0..32).collect();
        assert_eq!(URL_SAFE_NO_PAD.decode(&token).unwrap(), drawn);
        assert_eq!(token_hash(&token).len(), 64, "kept as 256 bits");
    }

    #[test]
    fn what_was_sealed_is_read_with_its_key_and_in_its_place_only() {
        let rng = Counting::default();
        let sealed = secrets(3).seal(&rng, "row-1", "900-12-3456").unwrap();
        assert_eq!(
            secrets(3).open("row-1", &sealed).as_deref(),
            Some("900-12-3456")
        );
        assert_eq!(secrets(5).open("row-1", &sealed), None, "another key");
        assert_eq!(secrets(3).open("row-2", &sealed), None, "another row");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(secrets(3).open("row-1", &changed), None, "byte {at}");
            assert_eq!(secrets(3).open("row-1", &sealed[..at]), None, "cut at {at}");
        }
        let again = secrets(3).seal(&rng, "row-1", "900-12-3456").unwrap();
        assert_ne!(sealed[..24], again[..24], "a nonce of its own");
        assert_ne!(sealed[24..], again[24..]);
    }
}
