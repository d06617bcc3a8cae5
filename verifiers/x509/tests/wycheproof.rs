//! The Wycheproof sets for both kinds of signature, through this crate and through `ring`. The two give the same verdict
//! on every case, and the one that the set expects.

use opg_test_support::{unhex, vectors};
use opg_verifier_x509::{
    p384::ecdsa::{Signature, VerifyingKey},
    rsa::{pkcs1::DecodeRsaPublicKey, RsaPublicKey},
    verify_p384_sha384, verify_pss_sha384, Error,
};
use ring::signature::{
    UnparsedPublicKey, VerificationAlgorithm, ECDSA_P384_SHA384_ASN1, RSA_PSS_2048_8192_SHA384,
};
use serde_json::Value;

/// Runs each case of a file: `ours` and `ring` get the key, as the field `key` of its group has it, message and signature.
fn run(
    file: &str,
    key: impl Fn(&Value) -> &Value,
    ours: impl Fn(&[u8], &[u8], &[u8]) -> Result<(), Error>,
    ring: &'static dyn VerificationAlgorithm,
) {
    let Some(folder) = vectors("wycheproof") else {
        println!("tried 0: no vectors");
        return;
    };
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    let set: Value = serde_json::from_str(&text).unwrap();
    let hex = |value: &Value| unhex(value.as_str().unwrap());
    let (mut tried, mut valid) = (0, 0);
    for group in set["testGroups"].as_array().unwrap() {
        let key = hex(key(group));
        for case in group["tests"].as_array().unwrap() {
            let (message, signature) = (hex(&case["msg"]), hex(&case["sig"]));
            let expected = case["result"] == "valid";
            let found = ours(&key, &message, &signature);
            assert_eq!(found.is_ok(), expected, "this crate says {found:?} to {case}");
            let found = UnparsedPublicKey::new(ring, &key).verify(&message, &signature);
            assert_eq!(found.is_ok(), expected, "ring says {found:?} to {case}");
            tried += 1;
            valid += usize::from(expected);
        }
    }
    assert_eq!(set["numberOfTests"], tried);
    assert!(valid > 0 && valid < tried);
    println!("tried {tried}, {valid} of them valid");
}

#[test]
fn p384_agrees_with_wycheproof_and_ring() {
    let ours = |key: &[u8], message: &[u8], signature: &[u8]| {
        // The sets have DER, as certificates do; COSE has r and s.
        let signature = Signature::from_der(signature).map_err(|_| Error::MalformedSignature)?;
        let r_s: [u8; 96] = signature.to_bytes().to_vec().try_into().unwrap();
        verify_p384_sha384(&VerifyingKey::from_sec1_bytes(key).unwrap(), message, &r_s)
    };
    run(
        "ecdsa_secp384r1_sha384_test.json",
        |group| &group["publicKey"]["uncompressed"],
        ours,
        &ECDSA_P384_SHA384_ASN1,
    );
}

#[test]
fn rsa_pss_agrees_with_wycheproof_and_ring() {
    let ours = |key: &[u8], message: &[u8], signature: &[u8]| {
        verify_pss_sha384(&RsaPublicKey::from_pkcs1_der(key).unwrap(), message, signature)
    };
    run(
        "rsa_pss_4096_sha384_mgf1_48_test.json",
        |group| &group["publicKeyAsn"],
        ours,
        &RSA_PSS_2048_8192_SHA384,
    );
}
