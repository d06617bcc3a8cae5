//! The opening of a private request: what only the requester has, and without which nobody reads its
//! input or its output again.
//!
//! It is in a file before the request is on chain, of the commitment's name and for its owner's eyes
//! only. Whoever is given it can read input and output, and check them: `opg audit --opening FILE`.

use crate::{
    audit::bundle::Hex,
    error::{Failure, Result},
    input, keys,
};
use codec::Encode;
use opg_primitives::{
    artefact::Artefact,
    ids::{Commitment, GenesisHash, ModelId, RequestId},
    request::PublicBytes,
    sealed::{open_output, reply_key, seal_input, SealError, SealedBytes, SealedFor, SealedInput},
    statement::{commit_parameters, output_salt},
};
use rand::RngCore;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{
    fmt,
    path::{Path, PathBuf},
};

/// What the file says it is.
pub const MEDIA_TYPE: &str = "application/vnd.opg.opening.v1+json";
/// What keys of messages are derived under.
const EPHEMERAL: &str = "opg/ephemeral/v1";

/// 32 bytes that nobody else has. They print nowhere but in the file.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub [u8; 32]);

impl Secret {
    fn random() -> Self {
        let mut bytes = [0; 32];
        rand::rngs::OsRng.fill_bytes(&mut bytes);
        Self(bytes)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("0x{}", hex::encode(self.0)))
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        use serde::de::Error;
        let text = String::deserialize(from)?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(&text), &mut bytes)
            .map_err(|_| D::Error::custom("a secret is 0x and 64 hexadecimal digits"))?;
        Ok(Self(bytes))
    }
}

/// The opening of one private request.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Opening {
    /// [`MEDIA_TYPE`].
    pub media_type: String,
    /// The chain.
    pub genesis: GenesisHash,
    /// The model that is asked.
    pub model: ModelId,
    /// The commitment to the parameters, which are public.
    pub parameters: Commitment,
    /// The commitment that stands on chain in place of the input.
    pub commitment: Commitment,
    /// The salt of that commitment, from which the output's follows.
    pub salt: Secret,
    /// What opens the output.
    pub reply_secret: Secret,
    /// The input.
    pub input: Hex,
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").field("commitment", &self.commitment).finish_non_exhaustive()
    }
}

impl Opening {
    /// That of a request to `model` that is to be made, with a salt and a key of its own.
    ///
    /// # Errors
    /// Where the input does not fit the model.
    pub fn new(
        genesis: GenesisHash,
        (model, artefact): (ModelId, &Artefact),
        input: &[u8],
        parameters: &[u8],
    ) -> Result<Self> {
        let (salt, reply_secret) = (Secret::random(), Secret::random());
        let commitment = artefact
            .commit_input(salt.0, input)
            .map_err(|error| Failure::data(format!("the input does not fit the model: {error}")))?;
        Ok(Self {
            media_type: MEDIA_TYPE.to_owned(),
            genesis,
            model,
            parameters: commit_parameters(parameters),
            commitment,
            salt,
            reply_secret,
            input: Hex(input.to_vec()),
        })
    }

    /// Where the opening of `commitment` is kept.
    pub fn path(folder: &Path, commitment: Commitment) -> PathBuf {
        folder.join(format!("{commitment}.json"))
    }

    /// Writes it into `folder`, where only its owner can read it; the file.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn save(&self, folder: &Path) -> Result<PathBuf> {
        std::fs::create_dir_all(folder).map_err(|error| {
            Failure::data(format!("the folder cannot be made: {error}"))
                .at(folder.display())
                .help("name another one with --data FOLDER")
        })?;
        let path = Self::path(folder, self.commitment);
        let mut text = serde_json::to_string_pretty(self)
            .map_err(|error| Failure::data(format!("the opening cannot be written: {error}")))?;
        text.push('\n');
        keys::write_secret(&path, &text)?;
        Ok(path)
    }

    /// Reads one.
    ///
    /// # Errors
    /// Where the file is no opening. What is in it is never part of the message.
    pub fn load(path: &Path) -> Result<Self> {
        let wrong = |what: String| {
            Failure::data(what)
                .at(path.display())
                .help("an opening is what `opg ask --private` wrote before it asked")
        };
        let opening: Self = serde_json::from_slice(&input::bytes(path)?).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            wrong(format!("the file is no opening: line {line}, column {column} cannot be read"))
        })?;
        if opening.media_type != MEDIA_TYPE {
            return Err(wrong(format!("the file is no {MEDIA_TYPE:?}")));
        }
        Ok(opening)
    }

    /// The one of `commitment` in `folder`; none if there is none.
    ///
    /// # Errors
    /// Where there is one that cannot be read.
    pub fn find(folder: &Path, commitment: Commitment) -> Result<Option<Self>> {
        let path = Self::path(folder, commitment);
        match path.exists() {
            true => Self::load(&path).map(Some),
            false => Ok(None),
        }
    }

    /// The input, sealed to an enclave. For the same one it is the same ciphertext each time, so that it
    /// can be shown later what was sealed.
    ///
    /// # Errors
    /// Where the enclave's key is none, or the input is longer than one may be.
    pub fn seal(&self, to: &SealedFor) -> std::result::Result<SealedBytes, SealError> {
        let input = PublicBytes::try_from(self.input.0.clone()).map_err(|_| SealError::Length)?;
        let reply_to = reply_key(&self.reply_secret.0);
        let input = SealedInput { salt: self.salt.0, input, reply_to };
        // Each enclave, attempt and request has its own: none is ever used for two plaintexts.
        let ephemeral =
            (EPHEMERAL, self.reply_secret.0, to).using_encoded(sp_crypto_hashing::blake2_256);
        seal_input(to, &input, &ephemeral)
    }

    /// The output that the enclave sealed that the input was sealed to.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open(
        &self,
        from: &SealedFor,
        ciphertext: &[u8],
    ) -> std::result::Result<PublicBytes, SealError> {
        open_output(from, &self.reply_secret.0, ciphertext)
    }

    /// The salt of the commitment to the output.
    pub fn output_salt(&self, request: RequestId) -> [u8; 32] {
        output_salt(self.salt.0, request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opg_primitives::{
        artefact::{TextInterface, TextModel, TextSource},
        ids::{Account, Digest, EnclaveId, EncryptionKey},
        names::{EngineName, ModelName},
        sealed::{open_input, seal_output},
    };

    const ENCLAVE_SECRET: [u8; 32] = [9; 32];

    fn artefact() -> Artefact {
        Artefact::Text(TextModel {
            name: ModelName::try_from("a").unwrap(),
            source: TextSource::Weights {
                file: Digest([1; 32]),
                engine: EngineName::try_from("b/1").unwrap(),
            },
            interface: TextInterface { max_input: 64, max_output: 64 },
        })
    }

    fn opening() -> Opening {
        Opening::new(GenesisHash([7; 32]), (ModelId([8; 32]), &artefact()), b"{}", b"").unwrap()
    }

    fn to() -> SealedFor {
        SealedFor {
            genesis: GenesisHash([7; 32]),
            request: RequestId([1; 32]),
            model: ModelId([8; 32]),
            parameters: commit_parameters(b""),
            attempt: 0,
            provider: Account([2; 32]),
            enclave: EnclaveId([3; 32]),
            key: EncryptionKey(reply_key(&ENCLAVE_SECRET).0),
        }
    }

    #[test]
    fn an_opening_reads_back_from_a_file_that_only_its_owner_can_read() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("openings");
        let opening = opening();
        assert_eq!(Opening::find(&folder, opening.commitment), Ok(None));
        let path = opening.save(&folder).unwrap();
        assert_eq!(Opening::load(&path), Ok(opening.clone()));
        assert_eq!(Opening::find(&folder, opening.commitment), Ok(Some(opening.clone())));
        assert!(opening.save(&folder).is_err(), "it was overwritten");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn two_openings_of_the_same_input_have_nothing_in_common() {
        let (one, other) = (opening(), opening());
        assert_ne!(one.commitment, other.commitment);
        assert!(one.reply_secret != other.reply_secret);
    }

    #[test]
    fn the_enclave_opens_what_was_sealed_and_the_requester_its_answer() {
        let opening = opening();
        let sealed = opening.seal(&to()).unwrap();
        assert_eq!(opening.seal(&to()), Ok(sealed.clone()));
        assert_ne!(opening.seal(&SealedFor { attempt: 1, ..to() }), Ok(sealed.clone()));
        let opened = open_input(&to(), &ENCLAVE_SECRET, &sealed).unwrap();
        let commitment = artefact().commit_input(opened.salt, &opened.input).unwrap();
        assert_eq!(commitment, opening.commitment);
        let output = PublicBytes::try_from(b"yes".to_vec()).unwrap();
        let answer = seal_output(&to(), &opened.reply_to, &output, &[5; 32]).unwrap();
        assert_eq!(opening.open(&to(), &answer), Ok(output));
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_without_its_secrets() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("opening.json");
        let text = serde_json::to_string(&opening()).unwrap();
        let digits = hex::encode([0xab; 32]);
        for wrong in [format!("{{\"salt\":\"{digits}"), text.replace("opening.v1", "other.v1")] {
            std::fs::write(&path, &wrong).unwrap();
            let failure = Opening::load(&path).unwrap_err();
            assert!(failure.what.contains("no "), "{}", failure.what);
            assert!(!failure.what.contains(&digits), "{}", failure.what);
        }
    }

    #[test]
    fn what_is_printed_of_an_opening_holds_no_secret() {
        let opening = opening();
        let printed = format!("{opening:?}");
        assert!(!printed.contains("salt") && !printed.contains("input"), "{printed}");
    }
}
