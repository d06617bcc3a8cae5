//! In what form data is on chain, and who can read it.

use crate::{attestation::Vendor, reference::ModelBinding, request::Output};
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
    /// The enclaves that it was sealed to, one of each provider that is counted.
    #[codec(index = 2)]
    Enclave,
    /// The same, and the upstream that one of them forwards to.
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
    /// The requester, and whom it gives the data.
    #[codec(index = 7)]
    Requester,
}

impl ReadableBy {
    /// Who reads what is sealed to an enclave of `vendor` whose code binds its model so. Nothing keeps the
    /// operator of a development vendor's out.
    pub const fn of_enclave(vendor: Vendor, binding: ModelBinding) -> Self {
        match (vendor, binding) {
            (Vendor::Development, _) => Self::Providers,
            (_, ModelBinding::Upstream) => Self::Upstream,
            (_, ModelBinding::InImage(_) | ModelBinding::Loaded) => Self::Enclave,
        }
    }

    /// The less confined of the readers of two enclaves.
    pub const fn wider(self, other: Self) -> Self {
        match (self, other) {
            (Self::Enclave, _) => other,
            (Self::Upstream, Self::Providers) => Self::Providers,
            _ => self,
        }
    }
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
    /// How many providers may have seen the input: those that held a lease, or, of a private one, those
    /// to whose enclaves it was sealed.
    pub providers_that_saw: u8,
}

impl FieldDisclosure {
    /// In clear.
    pub const PUBLIC: Self = Self { form: Form::Public, readable_by: ReadableBy::Everyone };
    /// There is nothing.
    pub const NOTHING: Self = Self { form: Form::NotApplicable, readable_by: ReadableBy::Nobody };

    /// How an output of that form is on chain.
    pub const fn of_output(output: &Output) -> Self {
        match output {
            Output::Public(_) => Self::PUBLIC,
            Output::Sealed { .. } => {
                Self { form: Form::Encrypted, readable_by: ReadableBy::Requester }
            }
        }
    }
}

impl Disclosure {
    /// That of a request whose input is public: nothing is hidden but the model's weights.
    pub fn of_public_input(has_parameters: bool, has_output: bool, providers_that_saw: u8) -> Self {
        let (public, nothing) = (FieldDisclosure::PUBLIC, FieldDisclosure::NOTHING);
        Self {
            input: public,
            parameters: if has_parameters { public } else { nothing },
            output: if has_output { public } else { nothing },
            weights: FieldDisclosure { form: Form::Withheld, readable_by: ReadableBy::ModelOwner },
            providers_that_saw,
        }
    }

    /// That of a private request. `readers` is who can read what was sealed, beside the requester; none
    /// if nothing was, and the commitment is all that there is. Who reads the input beside an enclave knows
    /// the output that it gave as well.
    pub fn of_private_input(
        has_parameters: bool,
        has_output: bool,
        readers: Option<ReadableBy>,
        providers_that_saw: u8,
    ) -> Self {
        let input = match readers {
            Some(readable_by) => FieldDisclosure { form: Form::Encrypted, readable_by },
            None => {
                FieldDisclosure { form: Form::Committed, readable_by: ReadableBy::HoldersOfSalt }
            }
        };
        let knowing = match readers {
            Some(others @ (ReadableBy::Upstream | ReadableBy::Providers)) => others,
            _ => ReadableBy::Requester,
        };
        let output = match has_output {
            true => FieldDisclosure { form: Form::Encrypted, readable_by: knowing },
            false => FieldDisclosure::NOTHING,
        };
        Self {
            input,
            output,
            ..Self::of_public_input(has_parameters, has_output, providers_that_saw)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_request_hides_its_input_and_output_and_nothing_else() {
        let private = Disclosure::of_private_input(true, true, Some(ReadableBy::Enclave), 1);
        let input = FieldDisclosure { form: Form::Encrypted, readable_by: ReadableBy::Enclave };
        let output = FieldDisclosure { form: Form::Encrypted, readable_by: ReadableBy::Requester };
        let public = Disclosure::of_public_input(true, true, 1);
        assert_eq!(private, Disclosure { input, output, ..public });
    }

    #[test]
    fn who_reads_a_private_input_beside_the_enclave_knows_the_output_too() {
        for readers in [ReadableBy::Upstream, ReadableBy::Providers] {
            let private = Disclosure::of_private_input(false, true, Some(readers), 1);
            assert_eq!(private.output, FieldDisclosure { readable_by: readers, ..private.output });
            assert_eq!(private.output.form, Form::Encrypted);
        }
    }

    #[test]
    fn the_operator_reads_what_is_sealed_to_an_enclave_that_no_hardware_keeps() {
        let of = ReadableBy::of_enclave;
        assert_eq!(of(Vendor::Amd, ModelBinding::Loaded), ReadableBy::Enclave);
        assert_eq!(of(Vendor::Amd, ModelBinding::Upstream), ReadableBy::Upstream);
        assert_eq!(of(Vendor::Development, ModelBinding::Loaded), ReadableBy::Providers);
        assert_eq!(of(Vendor::Development, ModelBinding::Upstream), ReadableBy::Providers);
    }

    #[test]
    fn of_several_readers_the_least_confined_are_named() {
        let narrow_first = [ReadableBy::Enclave, ReadableBy::Upstream, ReadableBy::Providers];
        for (place, one) in narrow_first.into_iter().enumerate() {
            for other in &narrow_first[place..] {
                assert_eq!((one.wider(*other), other.wider(one)), (*other, *other));
            }
        }
    }

    #[test]
    fn what_was_never_sealed_only_the_holder_of_the_salt_knows() {
        let private = Disclosure::of_private_input(false, false, None, 0);
        let committed =
            FieldDisclosure { form: Form::Committed, readable_by: ReadableBy::HoldersOfSalt };
        assert_eq!((private.input, private.output), (committed, FieldDisclosure::NOTHING));
        assert_eq!(private.providers_that_saw, 0);
    }
}
