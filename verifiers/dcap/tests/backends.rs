//! RustCrypto and ring give the same answers, and so does a memo of what was found good.

mod common;

use common::issue::{issue, tdx4, NOW};
use common::{any_status, intel, sample, sha256};
use opg_development_vendor::Key;
use opg_verifier_dcap::{
    collateral_facts, verify_with, CryptoProvider, Memoised, Ring, RustCrypto, SignatureMemo,
};
use std::cell::RefCell;
use std::collections::HashSet;
use x509_cert::der::{asn1::UintRef, Encode};

#[test]
fn both_back_ends_accept_and_refuse_the_same_signatures() {
    let (public, message, signature) = signed();
    // Every bit of r and s, and the edges of both.
    let mut raw: Vec<[u8; 64]> = (0..512)
        .map(|bit| {
            let mut changed = signature;
            changed[bit / 8] ^= 1 << (bit % 8);
            changed
        })
        .collect();
    raw.extend([signature, [0; 64], [0xff; 64], high_s(&signature)]);
    let mut good = 0;
    for signature in raw {
        let der = der(&signature);
        let verdict = RustCrypto::sig_algo().verify_signature(&public, message, &der).is_ok();
        let ring = Ring::sig_algo().verify_signature(&public, message, &der).is_ok();
        assert_eq!(verdict, ring, "{signature:02x?}");
        good += usize::from(verdict);
    }
    assert_eq!(good, 2, "the signature, and the one with the other s");
}

#[test]
fn both_back_ends_refuse_keys_that_are_no_points() {
    let (good, message, signature) = signed();
    let signature = der(&signature);
    let mut keys = vec![good.clone(), vec![], vec![4], vec![0; 65], good[..64].to_vec()];
    for at in [1, 32, 33, 64] {
        let mut changed = good.clone();
        changed[at] ^= 1;
        keys.push(changed);
    }
    for public in keys {
        let verdict = RustCrypto::sig_algo().verify_signature(&public, message, &signature).is_ok();
        let ring = Ring::sig_algo().verify_signature(&public, message, &signature).is_ok();
        assert_eq!(verdict, ring, "{public:02x?}");
        assert_eq!(verdict, public == good);
    }
}

#[test]
fn both_back_ends_hash_the_same() {
    for length in [0, 1, 55, 56, 63, 64, 111, 112, 127, 128, 1000] {
        let data = vec![0x5a; length];
        assert_eq!(RustCrypto::sha256(&data), Ring::sha256(&data));
        assert_eq!(RustCrypto::sha384(&data), Ring::sha384(&data));
    }
}

thread_local! {
    static KNOWN: RefCell<HashSet<[u8; 32]>> = RefCell::default();
    static ASKED: RefCell<usize> = const { RefCell::new(0) };
    static CHECKED: RefCell<usize> = const { RefCell::new(0) };
}

struct Counting;

impl SignatureMemo for Counting {
    fn is_known(digest: &[u8; 32]) -> bool {
        ASKED.with_borrow_mut(|asked| *asked += 1);
        KNOWN.with_borrow(|known| known.contains(digest))
    }

    fn found_good(digest: &[u8; 32]) {
        CHECKED.with_borrow_mut(|checked| *checked += 1);
        KNOWN.with_borrow_mut(|known| known.insert(*digest));
    }
}

type Memo = Memoised<RustCrypto, Counting>;

fn checked(work: impl FnOnce()) -> usize {
    CHECKED.with_borrow_mut(|checked| *checked = 0);
    work();
    CHECKED.with_borrow(|checked| *checked)
}

#[test]
fn a_quote_with_a_stored_collateral_costs_three_signatures() {
    let sample = sample("tdx_quote");
    let root = intel();
    let store = || {
        collateral_facts::<Memo>(&sample.collateral, &root, sample.from).expect("good");
    };
    let verify = || {
        let memo = verify_with::<Memo>(
            &sample.quote,
            &sample.collateral,
            &root,
            &any_status(),
            sample.from,
        );
        let plain = verify_with::<RustCrypto>(
            &sample.quote,
            &sample.collateral,
            &root,
            &any_status(),
            sample.from,
        );
        assert_eq!(memo, plain);
        assert!(memo.is_ok());
    };
    // Both revocation lists, the PCK CA, the signer that both documents share, the two documents.
    assert_eq!(checked(store), 6);
    // The PCK certificate, the QE report, the quote.
    assert_eq!(checked(verify), 3);
    assert_eq!(checked(verify), 0);
}

#[test]
fn a_memo_does_not_let_pass_what_it_has_not_seen() {
    let issued = issue(&tdx4());
    let verify = |quote: &[u8]| {
        verify_with::<Memo>(quote, &issued.collateral, &issued.root, &any_status(), NOW)
    };
    assert!(verify(&issued.quote).is_ok());
    let mut quote = issued.quote.clone();
    quote[48 + 136] ^= 1;
    let plain =
        verify_with::<RustCrypto>(&quote, &issued.collateral, &issued.root, &any_status(), NOW);
    assert!(plain.is_err());
    assert_eq!(verify(&quote), plain);
    assert_eq!(verify(&quote), plain, "a bad signature is not remembered");
    assert!(ASKED.with_borrow(|asked| *asked > 0));
    assert_ne!(sha256(&quote), sha256(&issued.quote));
}

/// A public key, a message, and its signature: r and s.
fn signed() -> (Vec<u8>, &'static [u8], [u8; 64]) {
    let key = Key::derive_p256("back ends", &[]);
    let message: &'static [u8] = b"signed once";
    let signature = key.sign_fixed(message).try_into().expect("r and s have 32 bytes each");
    (key.public_bytes(), message, signature)
}

/// r and s as DER, with the signs that DER wants.
fn der(signature: &[u8; 64]) -> Vec<u8> {
    let (r, s) = signature.split_at(32);
    let numbers = [r, s].map(|number| UintRef::new(number).expect("32 bytes are few"));
    numbers.to_vec().to_der().expect("two numbers are few")
}

/// The same signature with the order of the group minus s.
fn high_s(signature: &[u8; 64]) -> [u8; 64] {
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
        0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let mut other = *signature;
    let mut borrow = 0;
    for at in (0..32).rev() {
        let difference = i32::from(ORDER[at]) - i32::from(signature[32 + at]) - borrow;
        borrow = i32::from(difference < 0);
        other[32 + at] = (difference + 256 * borrow) as u8;
    }
    other
}
