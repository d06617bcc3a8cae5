use super::{
    hybrid::{open_with, seal_with},
    *,
};
use crate::{
    alter::alterations,
    ids::ReplyKey,
    request::{Output, PublicBytes},
};
use codec::MaxEncodedLen;
use proptest::prelude::*;

const ENCLAVE_SECRET: [u8; 32] = [1; 32];
const REPLY_SECRET: [u8; 32] = [2; 32];
const EPHEMERAL: [u8; 32] = [3; 32];

fn sealed_for() -> SealedFor {
    SealedFor {
        genesis: GenesisHash([4; 32]),
        request: RequestId([5; 32]),
        model: ModelId([9; 32]),
        parameters: Commitment([10; 32]),
        attempt: 0,
        provider: Account([6; 32]),
        enclave: EnclaveId([7; 32]),
        key: EncryptionKey(reply_key(&ENCLAVE_SECRET).0),
    }
}

fn input_of(bytes: usize) -> SealedInput {
    SealedInput {
        salt: [8; 32],
        input: PublicBytes::truncate_from(vec![9; bytes]),
        reply_to: reply_key(&REPLY_SECRET),
    }
}

fn output() -> PublicBytes {
    PublicBytes::truncate_from(b"seven".to_vec())
}

#[test]
fn what_is_sealed_opens_with_the_secret_of_its_key() {
    for bytes in [0, 1, 64, MAX_PUBLIC_BYTES as usize] {
        let input = input_of(bytes);
        let sealed = seal_input(&sealed_for(), &input, &EPHEMERAL).unwrap();
        assert_eq!(open_input(&sealed_for(), &ENCLAVE_SECRET, &sealed), Ok(input.clone()));

        let sealed = seal_output(&sealed_for(), &input.reply_to, &input.input, &EPHEMERAL).unwrap();
        let opened = open_output(&sealed_for(), &REPLY_SECRET, &sealed);
        assert_eq!(opened.as_ref(), Ok(&input.input));
    }
}

#[test]
fn the_longest_input_fills_a_ciphertext() {
    assert_eq!(SealedInput::max_encoded_len(), MAX_SEALED_INPUT_BYTES as usize);
    let input = input_of(MAX_PUBLIC_BYTES as usize);
    let sealed = seal_input(&sealed_for(), &input, &EPHEMERAL).unwrap();
    assert_eq!(sealed.len(), MAX_SEALED_BYTES as usize);
}

#[test]
fn a_ciphertext_opens_for_nothing_but_what_it_was_sealed_for() {
    let cases = alterations!(SealedFor {
        genesis: |it: &mut GenesisHash| it.0[0] ^= 1,
        request: |it: &mut RequestId| it.0[0] ^= 1,
        model: |it: &mut ModelId| it.0[0] ^= 1,
        parameters: |it: &mut Commitment| it.0[0] ^= 1,
        attempt: |it: &mut Attempt| *it ^= 1,
        provider: |it: &mut Account| it.0[0] ^= 1,
        enclave: |it: &mut EnclaveId| it.0[0] ^= 1,
        key: |it: &mut EncryptionKey| it.0[0] ^= 1,
    });
    let input = seal_input(&sealed_for(), &input_of(3), &EPHEMERAL).unwrap();
    let reply_to = reply_key(&REPLY_SECRET);
    let answer = seal_output(&sealed_for(), &reply_to, &output(), &EPHEMERAL).unwrap();
    for (field, alter) in cases {
        let mut other = sealed_for();
        alter(&mut other);
        let opened = open_input(&other, &ENCLAVE_SECRET, &input);
        assert_eq!(opened, Err(SealError::DoesNotOpen), "{field}");
        let opened = open_output(&other, &REPLY_SECRET, &answer);
        assert_eq!(opened, Err(SealError::DoesNotOpen), "{field}");
    }
}

#[test]
fn a_ciphertext_with_any_bit_changed_does_not_open() {
    let sealed = seal_input(&sealed_for(), &input_of(3), &EPHEMERAL).unwrap();
    for at in 0..sealed.len() {
        for bit in 0..8 {
            let mut other = sealed.clone();
            other[at] ^= 1 << bit;
            let opened = open_input(&sealed_for(), &ENCLAVE_SECRET, &other);
            // The key's highest bit does not reach the shared secret (RFC 7748, section 5), but the
            // key itself is hashed with it.
            assert_eq!(opened, Err(SealError::DoesNotOpen), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn a_ciphertext_that_was_cut_or_lengthened_does_not_open() {
    let sealed = seal_input(&sealed_for(), &input_of(3), &EPHEMERAL).unwrap();
    let shortest = (KEY_BYTES + TAG_BYTES) as usize;
    for length in 0..sealed.len() {
        let expected = if length < shortest { SealError::Length } else { SealError::DoesNotOpen };
        let opened = open_input(&sealed_for(), &ENCLAVE_SECRET, &sealed[..length]);
        assert_eq!(opened, Err(expected), "{length} bytes");
    }
    let longer = [sealed.as_slice(), &[0]].concat();
    let opened = open_input(&sealed_for(), &ENCLAVE_SECRET, &longer);
    assert_eq!(opened, Err(SealError::DoesNotOpen));
    let too_long = vec![9; MAX_SEALED_BYTES as usize + 1];
    let opened = open_input(&sealed_for(), &ENCLAVE_SECRET, &too_long);
    assert_eq!(opened, Err(SealError::Length));
}

#[test]
fn an_input_does_not_open_as_an_output_nor_an_output_as_an_input() {
    let to = sealed_for();
    let input = seal_input(&to, &input_of(3), &EPHEMERAL).unwrap();
    assert_eq!(open_output(&to, &ENCLAVE_SECRET, &input), Err(SealError::DoesNotOpen));

    let plaintext = PublicBytes::truncate_from(input_of(3).encode());
    let answer = seal_output(&to, &ReplyKey(to.key.0), &plaintext, &EPHEMERAL).unwrap();
    assert_eq!(open_input(&to, &ENCLAVE_SECRET, &answer), Err(SealError::DoesNotOpen));
}

#[test]
fn another_secret_opens_nothing() {
    let sealed = seal_input(&sealed_for(), &input_of(3), &EPHEMERAL).unwrap();
    let opened = open_input(&sealed_for(), &REPLY_SECRET, &sealed);
    assert_eq!(opened, Err(SealError::DoesNotOpen));
}

#[test]
fn nothing_is_sealed_to_a_key_of_low_order_nor_opened_from_one() {
    let low = [0; 32];
    let to = SealedFor { key: EncryptionKey(low), ..sealed_for() };
    assert_eq!(seal_input(&to, &input_of(3), &EPHEMERAL), Err(SealError::LowOrderKey));
    let sealed = seal_output(&sealed_for(), &ReplyKey(low), &output(), &EPHEMERAL);
    assert_eq!(sealed, Err(SealError::LowOrderKey));

    let mut sealed = seal_input(&sealed_for(), &input_of(3), &EPHEMERAL).unwrap();
    sealed[..32].copy_from_slice(&low);
    let opened = open_input(&sealed_for(), &ENCLAVE_SECRET, &sealed);
    assert_eq!(opened, Err(SealError::LowOrderKey));

    let mut input = input_of(3);
    input.reply_to = ReplyKey(low);
    let sealed = seal_input(&sealed_for(), &input, &EPHEMERAL).unwrap();
    let opened = open_input(&sealed_for(), &ENCLAVE_SECRET, &sealed);
    assert_eq!(opened, Err(SealError::LowOrderKey));
}

#[test]
fn what_opens_and_is_no_sealed_input_is_malformed() {
    let to = sealed_for();
    let info = Domain::SealedInput.tag().as_bytes();
    let mut longer = input_of(3).encode();
    longer.push(0);
    for plaintext in [vec![], vec![0; 64], longer] {
        let sealed = seal_with(&to.key.0, info, &to.encode(), &plaintext, &EPHEMERAL).unwrap();
        let opened = open_input(&to, &ENCLAVE_SECRET, &sealed);
        assert_eq!(opened, Err(SealError::Malformed));
    }
}

#[test]
fn who_keeps_the_ephemeral_bytes_can_seal_the_same_again() {
    let seal = |ephemeral| seal_input(&sealed_for(), &input_of(3), &ephemeral).unwrap();
    assert_eq!(seal(EPHEMERAL), seal(EPHEMERAL));
    assert_ne!(seal(EPHEMERAL), seal([4; 32]));
}

#[test]
fn what_is_printed_of_a_sealed_input_holds_neither_salt_nor_input() {
    let printed = format!("{:?}", input_of(3));
    assert!(printed.contains("reply_to"));
    assert!(!printed.contains("salt") && !printed.contains("input:"), "{printed}");
}

#[test]
fn the_commitment_of_a_public_output_is_under_the_salt_of_no_salt() {
    use crate::statement::{commit_output, output_salt, NO_SALT};
    let request = RequestId([1; 32]);
    let public = Output::Public(output());
    let by_hand = commit_output(output_salt(NO_SALT, request), &output());
    assert_eq!((public.commitment(request), public.sealed_digest()), (by_hand, None));
}

/// RFC 9180, appendix A.2.1: the first encryption, by the functions that everything here goes through.
#[test]
fn the_suite_is_that_of_the_rfc() {
    fn bytes<const N: usize>(digits: &str) -> [u8; N] {
        hex::decode(digits).unwrap().try_into().unwrap()
    }
    let ephemeral = bytes("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b");
    let secret = bytes("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
    let key: [u8; 32] = bytes("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");
    let info = bytes::<20>("4f6465206f6e2061204772656369616e2055726e");
    let aad = b"Count-0";
    let plaintext = b"Beauty is truth, truth beauty";
    let sealed: [u8; 77] = bytes(concat!(
        "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db",
        "21993c62ce81883d2dd1b51a28",
    ));
    assert_eq!(reply_key(&secret).0, key);
    assert_eq!(seal_with(&key, &info, aad, plaintext, &ephemeral).unwrap(), sealed);
    assert_eq!(open_with(&secret, &info, aad, &sealed).unwrap().as_slice(), plaintext);
}

proptest! {
    #[test]
    fn hostile_bytes_never_open(bytes in proptest::collection::vec(any::<u8>(), 0..4400)) {
        prop_assert!(open_input(&sealed_for(), &ENCLAVE_SECRET, &bytes).is_err());
        prop_assert!(open_output(&sealed_for(), &REPLY_SECRET, &bytes).is_err());
    }

    /// Whoever knows the enclave's key can make it open anything.
    #[test]
    fn a_hostile_plaintext_is_an_input_or_malformed(
        plaintext in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let to = sealed_for();
        let info = Domain::SealedInput.tag().as_bytes();
        let sealed = seal_with(&to.key.0, info, &to.encode(), &plaintext, &EPHEMERAL).unwrap();
        match open_input(&to, &ENCLAVE_SECRET, &sealed) {
            Ok(input) => prop_assert_eq!(input.encode(), plaintext),
            Err(error) => prop_assert!(
                matches!(error, SealError::Malformed | SealError::LowOrderKey)
            ),
        }
    }
}
