//! Assertions by every algorithm that the metadata names, and by none that it does not: with a key of another kind, with the
//! public key as a secret, or unsigned, nobody gets a token.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use quaymaster_tests::TestApp;
use serde_json::{Value, json};

use crate::oauth::{by_assertion, claims, make};

/// Keys of these tests only.
const EC: &[u8] = include_bytes!("keys/es256.der");
const RSA: &[u8] = include_bytes!("keys/rs256.der");
const RSA_MODULUS: &str = "31wz9WLfDZk-Jf3a9zdluXbrgb4eVpy9guWufkp4Qfx9c5HeUr9x43jOf2nSPSHUOUPtjbHEtfc1Eu5n4374QdIoiIYLvm0Mfpu7CuOP_yMoAPUUw0y6bzd7ju--eUL-sO-vZ1wGu6A-Z5mybKZ5v2uIQaMCWoFMNSi1UmeWTazJYZ3UcLFZNwCy56NkCZkPQnKUZlS3PjbZgGNRo7zH-27yjhSkQC6UKXGlTcgHPyXfMU4dzJNvOPj6y3rwp5-wg5qXJojhejLncKjuosBRgU77CBEsWpJwobsLLw5cSksbPEph0y63X3rt3p0nL8qaj9k5qM3-6l3vNh0LeMKOiw";

fn ec_key() -> Value {
    json!({
        "kty": "EC", "crv": "P-256", "kid": "one",
        "x": "U3W0XshsMsKTh3UsYmqoXeLzx0_MY1i8msaS4uuThqs", "y": "Z7R8r9N9aIXLN6lI9id1ySsYigtLiuE-KcOKEbVvm1Q",
    })
}

fn rsa_key() -> Value {
    json!({ "kty": "RSA", "kid": "one", "e": "AQAB", "n": RSA_MODULUS })
}

fn signed(algorithm: Algorithm, key: &EncodingKey, claims: &Value) -> String {
    let header = Header {
        kid: Some("one".to_owned()),
        ..Header::new(algorithm)
    };
    jsonwebtoken::encode(&header, claims, key).unwrap()
}

#[tokio::test]
async fn an_assertion_by_each_algorithm_of_the_metadata_is_taken() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let (ec, rsa) = (EncodingKey::from_ec_der(EC), EncodingKey::from_rsa_der(RSA));
    let ways = [
        ("ES256", Algorithm::ES256, ec_key(), &ec),
        ("RS256", Algorithm::RS256, rsa_key(), &rsa),
        ("PS256", Algorithm::PS256, rsa_key(), &rsa),
    ];
    for (name, algorithm, public, key) in ways {
        let body = json!({ "name": name, "public_keys": { "keys": [public] } });
        let client = make(&owner, &acme, body).await;
        let good = signed(algorithm, key, &claims(&app, &client, &json!({})));
        let answer = by_assertion(&app, &good).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
        let mut caller = app.anon();
        caller.token = answer.json()["access_token"].as_str().map(str::to_owned);
        let account = format!("/accounts/{}", acme.account);
        assert_eq!(caller.get(&account).await.status, 200, "{name}");

        // Another claim under the same signature.
        let next = signed(algorithm, key, &claims(&app, &client, &json!({})));
        let (_, signature) = good.rsplit_once('.').unwrap();
        let (body, _) = next.rsplit_once('.').unwrap();
        let forged = by_assertion(&app, &format!("{body}.{signature}")).await;
        assert_eq!(forged.status, 401, "{name}: {}", forged.body);
    }
}

#[tokio::test]
async fn a_public_key_is_no_secret_and_no_signature_is_no_proof() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let keys = json!({ "public_keys": { "keys": [rsa_key()] } });
    let client = make(&owner, &acme, keys).await;
    let of = |changed: Value| claims(&app, &client, &changed);
    let modulus = URL_SAFE_NO_PAD.decode(RSA_MODULUS).unwrap();
    let ec = EncodingKey::from_ec_der(EC);
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = json!({ "alg": "none", "typ": "JWT", "kid": "one" });
    let bad = [
        signed(
            Algorithm::HS256,
            &EncodingKey::from_secret(&modulus),
            &of(json!({})),
        ),
        signed(
            Algorithm::HS256,
            &EncodingKey::from_secret(RSA_MODULUS.as_bytes()),
            &of(json!({})),
        ),
        signed(Algorithm::ES256, &ec, &of(json!({}))),
        format!("{}.{}.", part(&unsigned), part(&of(json!({})))),
    ];
    for assertion in bad {
        let answer = by_assertion(&app, &assertion).await;
        assert_eq!(answer.status, 401, "{assertion}: {}", answer.body);
        assert_eq!(answer.json()["error"], "invalid_client");
    }
}
