//! What the source may not hold, and what the documents say of it: programs that are started, addresses that are called,
//! cryptography that stands in no list.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// Every Rust file below a folder, with its path from the root.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root().join(folder)).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = format!("{folder}/{name}");
        if root().join(&path).is_dir() {
            found.extend(sources(&path));
        } else if name.ends_with(".rs") {
            let text = read(&path);
            found.push((path, text));
        }
    }
    found
}

/// The dependencies of the crates that make the binary, those of their tests left out.
fn dependencies() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for name in ["domain", "store", "service", "api", "server"] {
        let manifest = read(&format!("crates/{name}/Cargo.toml"));
        let mut counts = false;
        for line in manifest.lines() {
            if line.starts_with('[') {
                counts = line == "[dependencies]";
            } else if counts && let Some((dependency, _)) = line.split_once('=') {
                all.insert(dependency.trim().to_owned());
            }
        }
    }
    assert!(
        all.contains("actix-web") && all.contains("sea-orm"),
        "{all:?}"
    );
    all
}

#[test]
fn no_program_is_started_with_what_somebody_sent() {
    let mut starting = BTreeSet::new();
    let files = sources("crates");
    assert!(files.len() > 300, "{}", files.len());
    for (path, text) in &files {
        if text.contains("process::Command") || text.contains("libc::system") {
            starting.insert(path.as_str());
        }
    }
    // `admin create` takes the echo from a terminal.
    assert_eq!(
        starting,
        BTreeSet::from(["crates/server/src/commands/admin.rs"])
    );
    let text = read("crates/server/src/commands/admin.rs");
    let started: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("Program::new"))
        .collect();
    assert_eq!(started.len(), 2, "{started:?}");
    for line in started {
        assert!(
            line.contains("Program::new(\"stty\").arg(\"-echo\")")
                || line.contains("Program::new(\"stty\").arg(\"echo\")"),
            "{line}"
        );
    }
}

/// The portal calls its database and its mail server, which the configuration names, and the webhooks of accounts, and nobody
/// else. Webhooks are called in one file, which checks each address and follows nothing (tests/api/webhooks/wrong.rs). Whoever
/// adds another client of HTTP decides here which addresses it may call, and how it treats redirects.
#[test]
fn no_address_is_called_that_somebody_sent() {
    const CLIENTS: &[&str] = &[
        "reqwest",
        "ureq",
        "awc",
        "isahc",
        "curl",
        "surf",
        "attohttpc",
        "minreq",
        "webhook",
        "hickory-resolver",
        "ssh2",
        "suppaftp",
        "redis",
        "lapin",
    ];
    let all = dependencies();
    let found: Vec<_> = CLIENTS.iter().filter(|c| all.contains(**c)).collect();
    assert!(found.is_empty(), "{found:?}");
    for (path, text) in sources("crates") {
        let is_sender = path.ends_with("crates/server/src/webhooks/sender.rs");
        for word in ["TcpStream::connect", "hyper::client", "lookup_host"] {
            assert!(is_sender || !text.contains(word), "{path} uses {word}");
        }
        for word in ["UdpSocket", "UnixStream::connect"] {
            assert!(!text.contains(word), "{path} uses {word}");
        }
    }
}

/// What draws chance, hashes, signs, seals and compares, by name: the table of docs/SECURITY.md says it all.
#[test]
fn the_inventory_of_cryptography_is_complete() {
    const KNOWN: &[&str] = &[
        "aead",
        "aes",
        "aes-gcm",
        "argon2",
        "bcrypt",
        "blake2",
        "blake3",
        "chacha20",
        "chacha20poly1305",
        "crc",
        "crc32fast",
        "digest",
        "ed25519-dalek",
        "fastrand",
        "getrandom",
        "hkdf",
        "hmac",
        "jsonwebtoken",
        "lettre",
        "md-5",
        "md5",
        "native-tls",
        "oorandom",
        "openssl",
        "p256",
        "pbkdf2",
        "rand",
        "ring",
        "rsa",
        "rustls",
        "scrypt",
        "sea-orm",
        "sha-1",
        "sha1",
        "sha2",
        "sha3",
        "siphasher",
        "subtle",
        "tokio-rustls",
        "x25519-dalek",
        "xxhash-rust",
    ];
    let all = dependencies();
    let used: BTreeSet<String> = KNOWN
        .iter()
        .filter(|name| all.contains(**name))
        .map(|name| (*name).to_owned())
        .collect();
    let document = read("docs/SECURITY.md");
    let (_, section) = document.split_once("\n## Keys and cryptography\n").unwrap();
    let told: BTreeSet<String> = section
        .lines()
        .skip_while(|line| !line.starts_with("| use |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .flat_map(|line| {
            let last = line.trim_matches('|').rsplit('|').next().unwrap();
            last.split(',')
                .map(|name| name.trim().trim_matches('`').to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(
        told, used,
        "the last column of the table in docs/SECURITY.md"
    );
}
