//! Signatures at the edges of their ranges.

mod common;

use common::certificates::signing_key;
use opg_test_support::{unhex, vectors};
use opg_verifier_x509::{
    p384::ecdsa::{signature::Signer, Signature},
    rsa::{pkcs1::DecodeRsaPublicKey, traits::PublicKeyParts, BigUint, RsaPublicKey},
    verify_p384_sha384, verify_pss_sha384, Error,
};

const MESSAGE: &[u8] = b"signed";

fn bytes(signature: &Signature) -> [u8; 96] {
    signature.to_bytes().to_vec().try_into().unwrap()
}

fn sign(number: u8) -> Signature {
    signing_key(number).sign(MESSAGE)
}

/// The order of P-384.
fn order() -> Vec<u8> {
    unhex(
        "ffffffffffffffffffffffffffffffffffffffffffffffff\
         c7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    )
}

#[test]
fn a_high_s_and_its_low_twin_both_pass() {
    let signature = sign(1);
    let twin = Signature::from_scalars(signature.r(), -signature.s()).unwrap();
    assert_ne!(signature, twin);
    for signature in [signature, twin] {
        assert_eq!(
            verify_p384_sha384(signing_key(1).verifying_key(), MESSAGE, &bytes(&signature)),
            Ok(())
        );
    }
}

#[test]
fn r_and_s_lie_between_0_and_the_order() {
    let good = bytes(&sign(1));
    for value in [vec![0; 48], order(), vec![0xff; 48]] {
        for half in [0..48, 48..96] {
            let mut changed = good;
            changed[half].copy_from_slice(&value);
            assert_eq!(
                verify_p384_sha384(signing_key(1).verifying_key(), MESSAGE, &changed),
                Err(Error::MalformedSignature)
            );
        }
    }
}

#[test]
fn another_message_or_key_is_refused() {
    let signature = bytes(&sign(1));
    assert_eq!(
        verify_p384_sha384(signing_key(1).verifying_key(), b"other", &signature),
        Err(Error::WrongSignature)
    );
    assert_eq!(
        verify_p384_sha384(signing_key(2).verifying_key(), MESSAGE, &signature),
        Err(Error::WrongSignature)
    );
}

#[test]
fn an_rsa_signature_is_as_long_as_the_modulus_and_below_it() {
    let Some(folder) = vectors("wycheproof") else {
        println!("tried 0: no vectors");
        return;
    };
    let text =
        std::fs::read_to_string(folder.join("rsa_pss_4096_sha384_mgf1_48_test.json")).unwrap();
    let set: serde_json::Value = serde_json::from_str(&text).unwrap();
    let group = &set["testGroups"][0];
    let key = unhex(group["publicKeyAsn"].as_str().unwrap());
    let key = RsaPublicKey::from_pkcs1_der(&key).unwrap();
    let (mut tried, mut plus_modulus) = (0, 0);
    for case in group["tests"].as_array().unwrap().iter().filter(|c| c["result"] == "valid") {
        let message = unhex(case["msg"].as_str().unwrap());
        let signature = unhex(case["sig"].as_str().unwrap());
        assert_eq!(verify_pss_sha384(&key, &message, &signature), Ok(()));
        let longer = [vec![0], signature.clone()].concat();
        assert_eq!(verify_pss_sha384(&key, &message, &longer), Err(Error::MalformedSignature));
        // The same number modulo n; a verifier that reduces would accept it.
        let sum = (BigUint::from_bytes_be(&signature) + key.n()).to_bytes_be();
        if sum.len() == key.size() {
            assert_eq!(verify_pss_sha384(&key, &message, &sum), Err(Error::MalformedSignature));
            plus_modulus += 1;
        }
        tried += 1;
    }
    assert!(tried > 0 && plus_modulus > 0);
    println!("tried {tried}, {plus_modulus} of them with the modulus added");
}
