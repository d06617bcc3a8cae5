//! Identifiers, digests and keys: 32 bytes each, of distinct types so that none is taken for
//! another. Printed and serialised as `0x` and 64 hexadecimal digits.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

macro_rules! bytes32 {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode,
            DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
        )]
        pub struct $name(pub [u8; 32]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("0x")?;
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl From<[u8; 32]> for $name {
            fn from(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl From<$name> for [u8; 32] {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                use serde::de::Error;
                let text = alloc::string::String::deserialize(from)?;
                let digits = text.strip_prefix("0x").unwrap_or(&text);
                let mut bytes = [0; 32];
                hex::decode_to_slice(digits, &mut bytes).map_err(|error| {
                    D::Error::custom(alloc::format!(
                        concat!("a ", stringify!($name), " is 64 hexadecimal digits: {}"),
                        error
                    ))
                })?;
                Ok(Self(bytes))
            }
        }
    )*};
}

bytes32! {
    /// An account, as the runtime's `AccountId32` without its crate.
    Account,
    /// The hash of a block's header.
    BlockHash,
    /// The hash of the genesis block: which chain this is.
    GenesisHash,
    /// A plain blake2-256 or SHA-256 digest of bytes; the field that holds it says of which.
    Digest,
    /// The identity of a request, fixed at its inclusion; see [`crate::request::RequestIdentity`].
    RequestId,
    /// The identity of a receipt; see [`crate::receipt::receipt_id`].
    ReceiptId,
    /// The identity of a model's version; see [`crate::artefact::Artefact::model_id`].
    ModelId,
    /// A commitment to an input, an output, or parameters; see [`crate::statement`].
    Commitment,
    /// What an answer is bound to; see [`crate::statement::binding`].
    Binding,
    /// A worker's Ed25519 public key: it signs answers.
    WorkerKey,
    /// A dispatcher's Sr25519 public key: it signs what a provider does with its lease.
    DispatcherKey,
    /// One offence, slashed once: the lease that it happened in.
    OffenceId,
    /// One enclave: its keys under its provider; see [`crate::attestation::Session::enclave`].
    EnclaveId,
    /// An enclave's Ed25519 public key: it signs answers.
    SessionKey,
    /// An enclave's X25519 public key: inputs are encrypted to it.
    EncryptionKey,
    /// A requester's X25519 public key: the output of one private request is encrypted to it.
    ReplyKey,
    /// What an attestation document is fresh by; see [`crate::attestation::challenge`].
    Challenge,
    /// What an enclave was set up with; see [`crate::attestation::Configuration::id`].
    ConfigurationId,
    /// What was measured, under its vendor; see [`crate::reference::Measurement::id`].
    MeasurementId,
    /// A machine, by its vendor's own number for it, hashed.
    PlatformId,
}

/// A signature of 64 bytes, Ed25519 or Sr25519 as its field says.
#[derive(
    Clone, Copy, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Signature(pub [u8; 64]);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0x")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Signature {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{self:?}"))
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Signature {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let text = alloc::string::String::deserialize(from)?;
        let mut bytes = [0; 64];
        hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(&text), &mut bytes).map_err(
            |error| D::Error::custom(alloc::format!("a signature is 128 digits: {error}")),
        )?;
        Ok(Self(bytes))
    }
}
