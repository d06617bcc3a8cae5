//! Accounts and worker keys: from development names and files, never from arguments.

use crate::{
    error::{Failure, Result},
    input,
};
use ed25519_zebra::{SigningKey, VerificationKey};
use opg_primitives::ids::{Account, Signature, WorkerKey};
use rand::RngCore;
use std::{path::Path, str::FromStr};
use subxt::utils::AccountId32;
use subxt_signer::{bip39::Mnemonic, sr25519::Keypair, SecretUri};

/// The development accounts, whose secrets everybody knows.
const DEVELOPMENT: [&str; 8] =
    ["//Alice", "//Bob", "//Charlie", "//Dave", "//Eve", "//Ferdie", "//One", "//Two"];

/// An account that can sign.
pub struct Signer {
    /// Its key.
    pub pair: Keypair,
    /// Whether everybody knows its secret.
    pub development: bool,
}

impl Signer {
    /// The account.
    pub fn account(&self) -> Account {
        Account(self.pair.public_key().0)
    }

    /// The signer that `--account` names: a development name, or a key file.
    pub fn load(named: Option<&str>) -> Result<Self> {
        let named = named.ok_or_else(|| {
            Failure::usage("nobody is named to sign")
                .help("add --account FILE (make one with `opg account new FILE`), or on a development chain --account //Alice")
        })?;
        if named.starts_with("//") {
            let pair = development(named)?;
            return Ok(Self { pair, development: true });
        }
        if looks_secret(named) {
            return Err(Failure::usage("--account was given a secret, which other users of this machine can read in the list of processes")
                .help("put the secret into a file that only you can read, and give the file; then take the secret out of use"));
        }
        let path = Path::new(named);
        let text = secret_text(path)?;
        let pair = pair_from(&text).map_err(|why| {
            Failure::data(format!("the key file cannot be read: {why}"))
                .at(path.display())
                .help("a key file holds 0x and 64 hexadecimal digits, or a mnemonic; `opg account new FILE` makes one")
        })?;
        Ok(Self { pair, development: false })
    }
}

fn development(name: &str) -> Result<Keypair> {
    let unknown = || {
        Failure::usage("there is no such development account")
            .at(name)
            .help(format!("they are {}", DEVELOPMENT.join(", ")))
    };
    if !DEVELOPMENT.contains(&name) {
        return Err(unknown());
    }
    let uri = SecretUri::from_str(name).map_err(|_| unknown())?;
    Keypair::from_uri(&uri).map_err(|_| unknown())
}

/// Whether `text` is a seed or a mnemonic rather than a file's name.
fn looks_secret(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let seed = digits.len() == 64 && digits.chars().all(|c| c.is_ascii_hexdigit());
    seed || text.split_whitespace().count() >= 12
}

fn pair_from(text: &str) -> std::result::Result<Keypair, String> {
    let text = text.trim();
    if let Some(digits) = text.strip_prefix("0x") {
        let mut seed = [0; 32];
        hex::decode_to_slice(digits, &mut seed).map_err(|error| error.to_string())?;
        return Keypair::from_secret_key(seed).map_err(|error| error.to_string());
    }
    let phrase = Mnemonic::parse(text).map_err(|error| error.to_string())?;
    Keypair::from_phrase(&phrase, None).map_err(|error| error.to_string())
}

/// The text of a file that nobody else can read.
fn secret_text(path: &Path) -> Result<String> {
    let text = String::from_utf8(input::bytes(path)?)
        .map_err(|_| Failure::data("the key file is not text").at(path.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let open = std::fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0);
        if open {
            return Err(Failure::data("others on this machine can read the key file")
                .at(path.display())
                .help(format!("chmod 600 {}", path.display())));
        }
    }
    Ok(text)
}

/// Makes a new account, and writes its secret to `path` for its owner's eyes only.
pub fn create(path: &Path) -> Result<Account> {
    let mut seed = [0; 32];
    rand::rngs::OsRng.fill_bytes(&mut seed);
    let pair = Keypair::from_secret_key(seed)
        .map_err(|error| Failure::failed(format!("no key could be made: {error}")))?;
    write_secret(path, &format!("0x{}\n", hex::encode(seed)))?;
    Ok(Account(pair.public_key().0))
}

/// Writes a secret to a new file that only its owner can read.
pub fn write_secret(path: &Path, text: &str) -> Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| {
        let failure = match error.kind() {
            std::io::ErrorKind::AlreadyExists => Failure::data("the file exists already")
                .help("a key is never overwritten: choose another name"),
            _ => Failure::data(format!("the file cannot be written: {error}")),
        };
        failure.at(path.display())
    })
}

/// An account from its address, `0x` and its public key, or a development name.
pub fn account(text: &str) -> Result<Account> {
    if text.starts_with("//") {
        return development(text).map(|pair| Account(pair.public_key().0));
    }
    if text.starts_with("0x") {
        return input::hex32("an account", text).map(Account);
    }
    AccountId32::from_str(text).map(|id| Account(id.0)).map_err(|error| {
        Failure::usage(format!("this is no account: {error}"))
            .at(text)
            .help("an account is an address such as 5Grw..., 0x and 64 digits, or //Alice on a development chain")
    })
}

/// A worker's key, from the file with its seed.
pub struct Worker(SigningKey);

impl Worker {
    /// Reads the seed, 64 hexadecimal digits with or without `0x`.
    pub fn load(path: &Path) -> Result<Self> {
        let text = secret_text(path)?;
        let digits = text.trim();
        let mut seed = [0; 32];
        hex::decode_to_slice(digits.strip_prefix("0x").unwrap_or(digits), &mut seed).map_err(
            |error| {
                Failure::data(format!("the worker's seed cannot be read: {error}"))
                    .at(path.display())
                    .help("it is 64 hexadecimal digits")
            },
        )?;
        Ok(Self(SigningKey::from(seed)))
    }

    /// Its public key.
    pub fn key(&self) -> WorkerKey {
        WorkerKey(VerificationKey::from(&self.0).into())
    }

    /// Its signature over `message`.
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_account_signs_with_what_its_file_holds_and_is_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        let account = create(&path).unwrap();
        let signer = Signer::load(path.to_str()).unwrap();
        assert_eq!(signer.account(), account);
        assert!(!signer.development);
        assert_eq!(create(&path).unwrap_err().what, "the file exists already");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        create(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let failure = Signer::load(path.to_str()).err().unwrap();
        assert_eq!(failure.what, "others on this machine can read the key file");
    }

    #[test]
    fn a_secret_as_an_argument_is_refused() {
        for secret in [
            "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a",
            "bottom drive obey lake curtain smoke basket hold race lonely fit walk",
        ] {
            let failure = Signer::load(Some(secret)).err().unwrap();
            assert!(failure.what.starts_with("--account was given a secret"), "{secret}");
        }
    }

    #[test]
    fn an_account_is_read_from_address_hex_and_name() {
        let alice = account("//Alice").unwrap();
        assert_eq!(account("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"), Ok(alice));
        assert_eq!(account(&alice.to_string()), Ok(alice));
        assert!(account("5Grw").is_err());
    }

    #[test]
    fn a_workers_signature_verifies_under_its_key() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("worker.key");
        write_secret(&path, &"07".repeat(32)).unwrap();
        let worker = Worker::load(&path).unwrap();
        let key = VerificationKey::try_from(worker.key().0).unwrap();
        assert!(key.verify(&worker.sign(b"hello").0.into(), b"hello").is_ok());
    }
}
