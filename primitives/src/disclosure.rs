//! In what form data is on chain, and who can read it.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The form in which data is on chain.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Form {
    /// In clear.
    #[codec(index = 0)]
    Public,
    /// As a salted commitment.
    #[codec(index = 1)]
    Committed,
    /// As a ciphertext.
    #[codec(index = 2)]
    Encrypted,
    /// Not at all.
    #[codec(index = 3)]
    Withheld,
    /// There is none, as of parameters of a fixed circuit.
    #[codec(index = 4)]
    NotApplicable,
}

/// Who can read data, as far as the chain can say.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum ReadableBy {
    /// Everyone.
    #[codec(index = 0)]
    Everyone,
    /// The requester and every provider that held a lease; how many stands beside it.
    #[codec(index = 1)]
    Providers,
    /// One enclave, which the receipt names.
    #[codec(index = 2)]
    Enclave,
    /// An enclave and the upstream that it forwards to.
    #[codec(index = 3)]
    Upstream,
    /// Who holds the salt.
    #[codec(index = 4)]
    HoldersOfSalt,
    /// The model's owner and whom it gave the data.
    #[codec(index = 5)]
    ModelOwner,
    /// Nobody: there is nothing to read.
    #[codec(index = 6)]
    Nobody,
}

/// One field's disclosure.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FieldDisclosure {
    /// The form on chain.
    pub form: Form,
    /// Who can read it.
    pub readable_by: ReadableBy,
}

/// What was hidden. Requester, model, price, block times and sizes are always public.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Disclosure {
    /// The input.
    pub input: FieldDisclosure,
    /// The parameters.
    pub parameters: FieldDisclosure,
    /// The output.
    pub output: FieldDisclosure,
    /// The model's weights.
    pub weights: FieldDisclosure,
    /// How many providers held a lease of this request and may have seen its input.
    pub providers_that_saw: u8,
}

impl Disclosure {
    /// That of a request whose input is public: nothing is hidden but the model's weights.
    pub fn of_public_input(has_parameters: bool, has_output: bool, providers_that_saw: u8) -> Self {
        let public = FieldDisclosure { form: Form::Public, readable_by: ReadableBy::Everyone };
        let nothing =
            FieldDisclosure { form: Form::NotApplicable, readable_by: ReadableBy::Nobody };
        Self {
            input: public,
            parameters: if has_parameters { public } else { nothing },
            output: if has_output { public } else { nothing },
            weights: FieldDisclosure { form: Form::Withheld, readable_by: ReadableBy::ModelOwner },
            providers_that_saw,
        }
    }
}
