//! The keys that live outside the database: from the environment, or from one file that the first start makes. Losing
//! them makes password hashes and encrypted numbers unreadable, so they belong into the backup, apart from the database.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quaymaster_domain::clock::Rng;
use quaymaster_service::secrets::{KEY_LENGTH, Secrets};

use crate::config::Keys;
use crate::failure::Failure;

/// The file in the data folder.
const FILE: &str = "keys.toml";

const PREVIOUS: &str = "signing_previous";

const NAMES: [&str; 4] = ["pepper", "lookup", "encryption", "signing"];

const HEAD: &str = "# Keys of this portal. Keep a copy in a safe place, apart from the database: without them nobody can\n# sign in and encrypted numbers cannot be read. Never share them.\n";

/// Where the key file is.
#[must_use]
pub fn file_in(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE)
}

/// The keys of this deployment.
///
/// # Errors
/// When the file cannot be made, cannot be read, is readable by others or does not hold the keys.
pub fn load(given: &Keys, data_dir: &Path, rng: &dyn Rng) -> Result<Secrets, Failure> {
    let from_outside = [given.pepper, given.lookup, given.encryption, given.signing];
    let mut signing_previous = None;
    let [pepper, lookup, encryption, signing] = if from_outside.iter().all(Option::is_some) {
        from_outside.map(Option::unwrap_or_default)
    } else {
        let (mut all, previous) = from_file(&data_dir.join(FILE), rng)?;
        signing_previous = previous;
        for (slot, key) in all.iter_mut().zip(from_outside) {
            if let Some(key) = key {
                *slot = key;
            }
        }
        all
    };
    Ok(Secrets {
        pepper,
        lookup,
        encryption,
        signing,
        signing_previous,
    })
}

/// The four keys of the file, and the signing key before the last rotation.
type FromFile = ([[u8; KEY_LENGTH]; 4], Option<[u8; KEY_LENGTH]>);

fn from_file(path: &Path, rng: &dyn Rng) -> Result<FromFile, Failure> {
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        Failure::new(format!("{} {what}: {error}", path.display()))
    };
    match fs::metadata(path) {
        Ok(found) => {
            if found.permissions().mode() & 0o077 != 0 {
                return Err(Failure::new(format!(
                    "{} can be read by others; run chmod 600 {0} and consider making new keys",
                    path.display()
                )));
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            make(path, rng).map_err(|e| failed("cannot be made", &e))?;
        }
        Err(error) => return Err(failed("cannot be read", &error)),
    }
    let text = fs::read_to_string(path).map_err(|e| failed("cannot be read", &e))?;
    let table = text
        .parse::<toml::Table>()
        .map_err(|_hidden| Failure::new(format!("{} is not well-formed TOML", path.display())))?;
    let read = |name: &str| {
        let text = table.get(name).and_then(toml::Value::as_str)?;
        let bytes = STANDARD.decode(text).ok()?;
        <[u8; KEY_LENGTH]>::try_from(bytes).ok()
    };
    let unfit = |name: &str| {
        Failure::new(format!(
            "{} must hold {name}, 32 bytes in base64",
            path.display()
        ))
    };
    let mut keys = [[0_u8; KEY_LENGTH]; 4];
    for (slot, name) in keys.iter_mut().zip(NAMES) {
        *slot = read(name).ok_or_else(|| unfit(name))?;
    }
    let previous = match table.get(PREVIOUS) {
        None => None,
        Some(_) => Some(read(PREVIOUS).ok_or_else(|| unfit(PREVIOUS))?),
    };
    Ok((keys, previous))
}

/// Makes a new signing key. Tokens of the present one are read until they end, at most five minutes later; the one
/// before it is forgotten. Counts from the next start.
///
/// # Errors
/// When there is no key file, or it cannot be replaced.
pub fn rotate_signing(data_dir: &Path, rng: &dyn Rng) -> Result<(), Failure> {
    let path = data_dir.join(FILE);
    let ([pepper, lookup, encryption, signing], _) = from_file(&path, rng)?;
    let mut fresh = [0_u8; KEY_LENGTH];
    rng.fill(&mut fresh);
    let mut text = HEAD.to_owned();
    let named = NAMES.into_iter().zip([pepper, lookup, encryption, fresh]);
    for (name, key) in named.chain([(PREVIOUS, signing)]) {
        text.push_str(&format!("{name} = \"{}\"\n", STANDARD.encode(key)));
    }
    let partial = written(data_dir, &text)?;
    fs::rename(&partial, &path)?;
    fs::File::open(data_dir)?.sync_all()?;
    Ok(())
}

/// Writes new keys so that a crash leaves either all of them or none, and never replaces keys that are there.
fn make(path: &Path, rng: &dyn Rng) -> std::io::Result<()> {
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    fs::create_dir_all(&folder)?;
    let mut text = HEAD.to_owned();
    for name in NAMES {
        let mut key = [0_u8; KEY_LENGTH];
        rng.fill(&mut key);
        text.push_str(&format!("{name} = \"{}\"\n", STANDARD.encode(key)));
    }
    let partial = written(&folder, &text)?;
    // A hard link fails when another process was quicker; a rename would throw its keys away.
    let linked = fs::hard_link(&partial, path);
    fs::remove_file(&partial)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    fs::File::open(&folder)?.sync_all()
}

/// A file beside the keys, complete on disk before it takes their place.
fn written(folder: &Path, text: &str) -> std::io::Result<PathBuf> {
    let partial = folder.join(format!(".{FILE}.{}", std::process::id()));
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&partial)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(partial)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wiring::SystemRng;

    fn folder(name: &str) -> PathBuf {
        let folder =
            std::env::temp_dir().join(format!("quaymaster-keys-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn the_first_start_makes_keys_that_only_the_owner_reads_and_later_starts_keep_them() {
        let folder = folder("kept");
        let first = load(&Keys::default(), &folder, &SystemRng).expect("made");
        let mode = fs::metadata(folder.join(FILE))
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = load(&Keys::default(), &folder, &SystemRng).expect("read");
        assert_eq!(first.pepper, again.pepper);
        assert_eq!(first.signing, again.signing);
        assert_ne!(first.pepper, first.signing);
        assert_eq!(
            fs::read_dir(&folder).expect("folder").count(),
            1,
            "nothing temporary stays"
        );
        fs::remove_dir_all(&folder).expect("removed");
    }

    #[test]
    fn keys_that_others_can_read_are_refused() {
        let folder = folder("open");
        load(&Keys::default(), &folder, &SystemRng).expect("made");
        fs::set_permissions(folder.join(FILE), fs::Permissions::from_mode(0o644)).expect("changed");
        let refusal = load(&Keys::default(), &folder, &SystemRng).expect_err("refused");
        assert!(refusal.to_string().contains("chmod 600"), "{refusal}");
        fs::remove_dir_all(&folder).expect("removed");
    }

    #[test]
    fn a_rotation_keeps_the_other_keys_and_the_signing_key_before() {
        let folder = folder("rotated");
        let before = load(&Keys::default(), &folder, &SystemRng).expect("made");
        assert_eq!(before.signing_previous, None);
        rotate_signing(&folder, &SystemRng).expect("rotated");
        let after = load(&Keys::default(), &folder, &SystemRng).expect("read");
        assert_eq!(after.signing_previous, Some(before.signing));
        assert_ne!(after.signing, before.signing);
        assert_eq!((after.pepper, after.lookup), (before.pepper, before.lookup));
        fs::remove_dir_all(&folder).expect("removed");
    }

    #[test]
    fn keys_from_the_environment_leave_no_file() {
        let folder = folder("outside");
        let given = Keys {
            pepper: Some([1; 32]),
            lookup: Some([2; 32]),
            encryption: Some([3; 32]),
            signing: Some([4; 32]),
        };
        let keys = load(&given, &folder, &SystemRng).expect("taken");
        assert_eq!((keys.pepper, keys.signing), ([1; 32], [4; 32]));
        assert!(!folder.exists());
    }
}
