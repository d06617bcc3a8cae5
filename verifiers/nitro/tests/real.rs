//! Documents that AWS signed, from 2022 on.

mod common;

use common::{payload, real_sound, trust, AWS};
use opg_test_support::aws_documents;
use opg_verifier_nitro::{issuers_of, verify, Error, AWS_ROOT};

#[test]
fn real_documents_verify_at_their_own_time() {
    let documents = real_sound();
    for real in &documents {
        let report = verify(&real.bytes, &AWS, real.time)
            .unwrap_or_else(|error| panic!("{}: {error}", real.name));
        assert_eq!(report.root, AWS_ROOT, "{}", real.name);
        assert_eq!(report.timestamp_ms / 1000, real.time, "{}", real.name);
        assert!(report.module_id.starts_with("i-"), "{}", real.name);
        assert!(report.window.contains(real.time), "{}", real.name);
        assert!(report.region.is_some(), "{}", real.name);
        let below_root = issuers_of(&real.bytes).unwrap().split_off(1);
        let issuers: Vec<_> = report.issuers.iter().map(|known| known.fingerprint).collect();
        assert_eq!(issuers, below_root, "{}", real.name);
        assert_eq!(report.issuers.last().and_then(|known| known.path), Some(0), "{}", real.name);
    }
    println!("tried {}", documents.len());
}

#[test]
fn a_real_document_is_refused_outside_of_its_window() {
    let documents = real_sound();
    for real in &documents {
        let window = verify(&real.bytes, &AWS, real.time).unwrap().window;
        let at = |now| verify(&real.bytes, &AWS, now);
        assert!(at(window.not_after).is_ok(), "{}", real.name);
        for late in [window.not_after + 1, window.not_after + 3600] {
            assert!(matches!(at(late), Err(Error::Expired(_))), "{}", real.name);
        }
        // Before its window, a document is from the future: the leaf is made some seconds ahead of it.
        assert!(at(window.not_before - 1).is_err(), "{}", real.name);
        assert_eq!(at(window.not_before - 3600), Err(Error::FromTheFuture), "{}", real.name);
    }
    println!("tried {}", documents.len());
}

#[test]
fn a_real_document_is_refused_under_another_root() {
    let documents = real_sound();
    let mut other = AWS_ROOT;
    other[31] ^= 1;
    for real in &documents {
        for roots in [vec![], vec![other]] {
            let outcome = verify(&real.bytes, &trust(&roots, &[]), real.time);
            assert_eq!(outcome, Err(Error::UnknownRoot), "{}", real.name);
        }
    }
    println!("tried {}", documents.len());
}

#[test]
fn a_real_document_of_a_debug_enclave_is_refused() {
    let documents: Vec<_> = aws_documents().into_iter().filter(|real| real.is_debug()).collect();
    for real in &documents {
        assert_eq!(verify(&real.bytes, &AWS, real.time), Err(Error::Debug), "{}", real.name);
    }
    println!("tried {}", documents.len());
}

#[test]
fn the_signature_of_a_real_document_is_of_its_payload_alone() {
    let documents = real_sound();
    for pair in documents.windows(2) {
        // The payload of the second under the signature of the first.
        let (one, other) = (&pair[0].bytes, payload(&pair[1].bytes));
        let own = payload(one);
        let start = one.windows(own.len()).position(|part| part == own).unwrap();
        let mut mixed = one.clone();
        mixed[start - 2..start].copy_from_slice(&u16::try_from(other.len()).unwrap().to_be_bytes());
        mixed.splice(start..start + own.len(), other);
        assert_eq!(verify(&mixed, &AWS, pair[1].time), Err(Error::WrongSignature));
    }
    println!("tried {}", documents.len().saturating_sub(1));
}
