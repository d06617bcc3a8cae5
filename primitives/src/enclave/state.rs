//! How a program asks a node of an enclave, whose state the runtime keeps: keys, calls and answers of
//! JSON-RPC as bytes, for programs that have no metadata at hand.
//!
//! That the runtime keeps and says it so is tested there.

use super::{EnclaveFault, EnclaveRecord};
use crate::{
    attestation::Session,
    ids::{Account, EnclaveId, ModelId},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeAll, Encode};
use sp_crypto_hashing::twox_128;

/// The pallet that keeps enclaves, as the runtime calls it.
const PALLET: &[u8] = b"Attestation";
/// The view function that says whether an enclave may answer, by its signature.
const MAY_ANSWER: &[u8] =
    b"may_answer(EnclaveId,Account,ModelId) -> Result<EnclaveRecord,EnclaveFault>";

/// The function of the runtime that view functions are called by, for `state_call`.
pub const VIEW: &str = "RuntimeViewFunction_execute_view_function";

/// The key that the state holds an enclave under.
pub fn key(enclave: EnclaveId) -> Vec<u8> {
    [twox_128(PALLET).as_slice(), twox_128(b"Enclaves").as_slice(), enclave.0.as_slice()].concat()
}

/// What the newest document of an enclave attests, of what the state holds under its key: that
/// begins with it.
pub fn session(mut held: &[u8]) -> Option<Session> {
    Session::decode(&mut held).ok()
}

/// What [`VIEW`] is given to say whether `enclave` may answer for `provider`, of `model`.
pub fn ask_may_answer(enclave: EnclaveId, provider: Account, model: ModelId) -> Vec<u8> {
    let arguments = (enclave, provider, model).encode();
    (twox_128(PALLET), twox_128(MAY_ANSWER), arguments).encode()
}

/// What [`VIEW`] then says; none if that is no answer to it.
pub fn may_answer(said: &[u8]) -> Option<Result<EnclaveRecord, EnclaveFault>> {
    // What follows the first byte is why the view function was not called.
    let answer = match said.split_first()? {
        (0, mut answer) => Vec::<u8>::decode_all(&mut answer).ok()?,
        _ => return None,
    };
    DecodeAll::decode_all(&mut answer.as_slice()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_was_not_made_is_no_answer() {
        let said =
            |answer: Result<EnclaveRecord, EnclaveFault>| Ok::<_, ()>(answer.encode()).encode();
        assert_eq!(may_answer(&said(Err(EnclaveFault::Revoked))), Some(Err(EnclaveFault::Revoked)));
        // NotImplemented, nothing, and a word too many.
        assert_eq!(may_answer(&[1, 0]), None);
        assert_eq!(may_answer(&[]), None);
        let longer = [said(Err(EnclaveFault::Revoked)), Vec::from([0])].concat();
        assert_eq!(may_answer(&longer), None);
    }
}
