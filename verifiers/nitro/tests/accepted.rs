//! What is accepted, and what of it is reported.

mod common;

use common::issue::{
    bytes, chain_with_cas, changed, int, link, pcrs, sound_chain, text, Document, LEAF, MODULE_ID,
    NOW,
};
use coset::cbor::Value;
use opg_development_vendor::{
    certificate::{basic_constraints, name, VALID_UNTIL},
    nitro::{LEAF_HEAD_START, LEAF_SECONDS},
};
use opg_verifier_nitro::{
    issuers_of, Window, MAX_CA_CERTIFICATES, MAX_CLOCK_SKEW, MAX_DOCUMENT_BYTES,
};
use p384::ecdsa::Signature;

#[test]
fn a_report_holds_what_the_document_says() {
    let document = Document::sound();
    let report = document.verify().unwrap();
    assert_eq!(report.root, document.root);
    assert_eq!(report.module_id, MODULE_ID);
    assert_eq!(report.timestamp_ms, NOW * 1000);
    assert_eq!(report.pcrs, pcrs());
    assert_eq!(report.public_key.as_deref(), Some(b"public key".as_slice()));
    assert_eq!(report.user_data.as_deref(), Some(b"user data".as_slice()));
    assert_eq!(report.nonce.as_deref(), Some(b"nonce".as_slice()));
    let not_before = NOW - LEAF_HEAD_START;
    assert_eq!(report.window, Window { not_before, not_after: not_before + LEAF_SECONDS });
    assert_eq!(report.region.as_deref(), Some("eu-central-1"));
}

#[test]
fn issuers_are_described_from_the_top() {
    let document = Document::sound();
    let report = document.verify().unwrap();
    let mut fingerprints = issuers_of(&document.bytes()).unwrap();
    assert_eq!(fingerprints.remove(0), document.root);
    let found: Vec<_> = report.issuers.iter().map(|known| known.fingerprint).collect();
    assert_eq!(found, fingerprints);
    let paths: Vec<_> = report.issuers.iter().map(|known| known.path).collect();
    assert_eq!(paths, [Some(2), Some(1), Some(0)]);
    assert!(report.issuers.iter().all(|known| known.root == document.root));
}

#[test]
fn the_window_is_what_all_certificates_have_in_common() {
    let mut chain = sound_chain();
    link(&mut chain, 1).template.not_before = NOW - 5;
    link(&mut chain, 3).template.not_after = NOW + 7;
    link(&mut chain, LEAF).template.not_after = NOW + 9;
    let report = Document::of(&chain).verify().unwrap();
    assert_eq!(report.window, Window { not_before: NOW - 5, not_after: NOW + 7 });
    let windows: Vec<_> = report.issuers.iter().map(|known| known.window).collect();
    let from_region = Window { not_before: NOW - 5, not_after: VALID_UNTIL };
    assert_eq!(windows, [from_region, from_region, report.window]);
}

#[test]
fn path_lengths_shrink_on_the_way_down() {
    // The zone's and the instance's CA say nothing, or more than they have.
    let mut chain = sound_chain();
    link(&mut chain, 2).template.set(basic_constraints(true, None));
    link(&mut chain, 3).template.set(basic_constraints(true, Some(9)));
    let report = Document::of(&chain).verify().unwrap();
    let paths: Vec<_> = report.issuers.iter().map(|known| known.path).collect();
    assert_eq!(paths, [Some(2), Some(1), Some(0)]);
}

#[test]
fn the_region_is_none_where_the_leaf_s_name_has_another_form() {
    for common_name in [
        "i-other-enc.eu-central-1.aws".to_string(),
        format!("{MODULE_ID}.eu-central-1.example"),
        format!("{MODULE_ID}..aws"),
        format!("{MODULE_ID}.Eu Central.aws"),
        MODULE_ID.to_string(),
    ] {
        let chain = changed(LEAF, |leaf| leaf.template.subject = name(&common_name));
        assert_eq!(Document::of(&chain).verify().unwrap().region, None, "{common_name}");
    }
}

#[test]
fn a_tagged_document_is_the_same() {
    let untagged = Document::sound();
    let tagged = untagged.clone().enclosed(|envelope| envelope.tag = Some(18));
    assert_ne!(untagged.bytes(), tagged.bytes());
    assert_eq!(untagged.verify().unwrap(), tagged.verify().unwrap());
}

#[test]
fn a_payload_of_indefinite_length_is_accepted() {
    let document = Document::sound();
    let indefinite = document.seal(&document.payload.encode_indefinite());
    let report = document.judge(&indefinite).unwrap();
    let definite = document.verify().unwrap();
    assert_ne!(report.payload_hash, definite.payload_hash);
    assert_eq!(report.pcrs, definite.pcrs);
}

#[test]
fn a_signature_s_twin_is_the_same_document() {
    let document = Document::sound();
    let good = document.bytes();
    let (front, signature) = good.split_at(good.len() - 96);
    let signature = Signature::from_slice(signature).unwrap();
    let twin = Signature::from_scalars(signature.r(), -signature.s()).unwrap();
    let twin = [front, twin.to_bytes().as_slice()].concat();
    assert_ne!(good, twin);
    assert_eq!(document.judge(&twin), document.judge(&good));
    assert!(document.judge(&twin).is_ok());
}

#[test]
fn unknown_fields_are_skipped_whatever_they_are() {
    let nested = Value::Array(vec![Value::Map(vec![(int(1), Value::Null), (int(1), int(2))])]);
    let document = Document::sound().with(text("unknown"), nested).with(text(""), Value::Null);
    let mut report = document.verify().unwrap();
    report.payload_hash = Document::sound().verify().unwrap().payload_hash;
    assert_eq!(report, Document::sound().verify().unwrap());
}

#[test]
fn optional_fields_may_be_null_or_left_out() {
    for field in ["public_key", "user_data", "nonce"] {
        let null = Document::sound().set(field, Value::Null).verify().unwrap();
        let without = Document::sound().without(field).verify().unwrap();
        for report in [null, without] {
            let found = match field {
                "public_key" => report.public_key,
                "user_data" => report.user_data,
                _ => report.nonce,
            };
            assert_eq!(found, None, "{field}");
        }
    }
}

#[test]
fn fields_may_be_as_long_as_aws_allows() {
    for (field, len) in [
        ("public_key", 1),
        ("public_key", 1024),
        ("user_data", 0),
        ("user_data", 512),
        ("nonce", 512),
    ] {
        let document = Document::sound().set(field, bytes(&vec![7; len]));
        assert!(document.verify().is_ok(), "{field} of {len} bytes");
    }
}

#[test]
fn only_the_pcrs_of_the_image_must_be_there() {
    let mut document = Document::sound();
    document.pcrs().truncate(3);
    document.pcrs().push((int(31), bytes(&[9; 48])));
    assert_eq!(document.verify().unwrap().pcrs.len(), 4);
}

#[test]
fn a_chain_may_be_as_short_as_a_root_and_as_long_as_the_bound() {
    for cas in [1, MAX_CA_CERTIFICATES as u8] {
        let report = Document::of(&chain_with_cas(cas)).verify().unwrap();
        assert_eq!(report.issuers.len(), usize::from(cas) - 1);
    }
}

#[test]
fn a_document_may_be_ahead_by_the_clocks_skew() {
    let ahead = i64::try_from((NOW + MAX_CLOCK_SKEW) * 1000).unwrap();
    assert!(Document::sound().set("timestamp", int(ahead)).verify().is_ok());
}

#[test]
fn a_document_may_fill_the_bound() {
    let document = Document::sound();
    let fill = |len: usize| document.clone().with(text("fill"), bytes(&vec![0; len])).bytes();
    // The length of the filling takes three bytes from 256 on.
    let room = MAX_DOCUMENT_BYTES - fill(256).len();
    let full = fill(256 + room);
    assert_eq!(full.len(), MAX_DOCUMENT_BYTES);
    assert!(document.judge(&full).is_ok());
}
