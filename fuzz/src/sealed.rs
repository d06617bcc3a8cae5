//! Private inputs: whoever knows an enclave's key can seal anything to it.

use codec::{DecodeAll, Encode};
use opg_primitives::{
    ids::{Account, Commitment, EnclaveId, EncryptionKey, GenesisHash, ModelId, RequestId},
    request::PublicBytes,
    sealed::{open_input, reply_key, seal_input, SealError, SealedFor, SealedInput},
};

/// The secret of the enclave's key.
const SECRET: [u8; 32] = [0x5e; 32];
const EPHEMERAL: [u8; 32] = [0xe9; 32];

fn place() -> SealedFor {
    SealedFor {
        genesis: GenesisHash([1; 32]),
        request: RequestId([2; 32]),
        model: ModelId([6; 32]),
        parameters: Commitment([7; 32]),
        attempt: 3,
        provider: Account([4; 32]),
        enclave: EnclaveId([5; 32]),
        key: EncryptionKey(reply_key(&SECRET).0),
    }
}

/// A ciphertext as it is brought, and a plaintext, which is sealed first.
pub fn input(data: &[u8]) -> bool {
    let opened = open_input(&place(), &SECRET, data).is_ok();
    let Ok(input) = SealedInput::decode_all(&mut &*data) else { return opened };
    assert_eq!(input.encode(), data, "a plaintext has one encoding");
    let sealed = seal_input(&place(), &input, &EPHEMERAL).expect("the enclave's key is good");
    match open_input(&place(), &SECRET, &sealed) {
        Ok(again) => assert!(again == input, "it opens to something else"),
        Err(error) => assert_eq!(error, SealError::LowOrderKey, "it does not open"),
    }
    true
}

/// Ciphertexts and plaintexts, of inputs of several lengths, and one whose key to reply to is none.
pub fn inputs() -> Vec<Vec<u8>> {
    let sealed = |length: usize, reply_to| {
        let input = PublicBytes::truncate_from(vec![0x61; length]);
        let input = SealedInput { salt: [6; 32], input, reply_to };
        let ciphertext = seal_input(&place(), &input, &EPHEMERAL).expect("the key is good");
        [ciphertext.to_vec(), input.encode()]
    };
    let mut inputs: Vec<_> = [0, 1, 64, 4096]
        .into_iter()
        .flat_map(|length| sealed(length, reply_key(&[7; 32])))
        .collect();
    inputs.extend(sealed(8, Default::default()));
    inputs
}
