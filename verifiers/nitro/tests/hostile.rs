//! Documents that break one rule each, and are refused by the error of that rule: the outside and the fields.

mod common;

use common::{
    issue::{bytes, encode, int, pcr, text, Document, NOW},
    trust,
};
use coset::cbor::Value;
use opg_development_vendor::nitro::ES384;
use opg_verifier_nitro::{
    verify, Error, Field, MAX_CA_CERTIFICATES, MAX_CLOCK_SKEW, MAX_DEPTH, MAX_DOCUMENT_BYTES,
};

fn refused(document: Document) -> Error {
    document.verify().expect_err("must not be accepted")
}

/// What is said of these bytes where nobody is trusted: rules of form come first.
fn said_of(bytes: &[u8]) -> Error {
    verify(bytes, &trust(&[], &[]), NOW).expect_err("must not be accepted")
}

fn nested(depth: usize) -> Value {
    (1..depth).fold(Value::Array(Vec::new()), |inner, _| Value::Array(vec![inner]))
}

#[test]
fn a_document_over_the_bound_is_refused_before_it_is_read() {
    assert_eq!(said_of(&vec![0; MAX_DOCUMENT_BYTES + 1]), Error::TooLong);
}

#[test]
fn a_document_cut_anywhere_is_refused() {
    let good = Document::sound().bytes();
    for len in 0..good.len() {
        assert_eq!(said_of(&good[..len]), Error::Cbor, "{len} bytes");
    }
}

#[test]
fn a_payload_cut_anywhere_is_refused() {
    let document = Document::sound();
    let payload = document.payload.encode();
    for len in 0..payload.len() {
        assert_eq!(said_of(&document.seal(&payload[..len])), Error::Cbor, "{len} bytes");
    }
}

#[test]
fn bytes_after_the_document_or_its_payload_are_refused() {
    let document = Document::sound();
    assert_eq!(said_of(&[document.bytes(), vec![0]].concat()), Error::TrailingBytes);
    let payload = [document.payload.encode(), vec![0]].concat();
    assert_eq!(said_of(&document.seal(&payload)), Error::TrailingBytes);
}

#[test]
fn what_is_nested_too_deep_is_refused() {
    // The payload's map is one level.
    let with = |depth| Document::sound().with(text("unknown"), nested(depth));
    assert!(with(MAX_DEPTH - 1).verify().is_ok());
    assert_eq!(refused(with(MAX_DEPTH)), Error::TooDeep);
    assert_eq!(said_of(&encode(&nested(MAX_DEPTH + 1))), Error::TooDeep);
    assert_eq!(said_of(&vec![0x81; MAX_DOCUMENT_BYTES]), Error::TooDeep);
    assert_eq!(said_of(&vec![0xd2; MAX_DOCUMENT_BYTES]), Error::TooDeep);
}

#[test]
fn what_is_not_a_cose_sign1_is_refused() {
    let document = Document::sound();
    for tag in [17, 98] {
        let tagged = document.clone().enclosed(|envelope| envelope.tag = Some(tag));
        assert_eq!(refused(tagged), Error::NotCoseSign1);
    }
    let twice = [vec![0xd2, 0xd2], document.bytes()].concat();
    assert_eq!(said_of(&twice), Error::NotCoseSign1);
    assert_eq!(said_of(&encode(&Value::Map(Vec::new()))), Error::NotCoseSign1);
    assert_eq!(said_of(&encode(&Value::Array(vec![bytes(&ES384)]))), Error::NotCoseSign1);
    // A detached payload.
    assert_eq!(said_of(&document.with_payload(Value::Null)), Error::NotCoseSign1);
    assert_eq!(said_of(&document.with_payload(text("payload"))), Error::NotCoseSign1);
}

#[test]
fn any_other_protected_header_is_refused() {
    let others: [&[u8]; 6] = [
        &[],                                         // none
        &[0xa0],                                     // {}
        &[0xa1, 0x01, 0x26],                         // {1: -7}, ES256
        &[0xa2, 0x01, 0x38, 0x22, 0x04, 0x41, 0x00], // {1: -35, 4: h'00'}
        &[0xa2, 0x01, 0x38, 0x22, 0x01, 0x38, 0x22], // {1: -35, 1: -35}
        &[0xa1, 0x01, 0x38, 0x22, 0x00],             // {1: -35}, and a byte
    ];
    for protected in others {
        let document =
            Document::sound().enclosed(|envelope| envelope.protected = protected.to_vec());
        assert_eq!(refused(document), Error::ProtectedHeader, "{protected:02x?}");
    }
}

#[test]
fn anything_in_the_unprotected_header_is_refused() {
    for (label, value) in [(1, int(-35)), (4, bytes(b"key")), (7, nested(3))] {
        let unprotected = Value::Map(vec![(int(label), value)]);
        let document = Document::sound().enclosed(|envelope| envelope.unprotected = unprotected);
        assert_eq!(refused(document), Error::UnprotectedHeader, "label {label}");
    }
}

#[test]
fn a_signature_of_another_length_is_refused() {
    let document = Document::sound();
    for len in [0, 64, 95, 97, 132] {
        let changed = document.with_signature(&vec![1; len]);
        assert_eq!(said_of(&changed), Error::SignatureLength, "{len} bytes");
    }
}

#[test]
fn a_payload_that_is_no_map_is_refused() {
    let document = Document::sound();
    for payload in [Value::Null, text("payload"), Value::Array(Vec::new())] {
        assert_eq!(said_of(&document.seal(&encode(&payload))), Error::NotAMap);
    }
    let tagged = encode(&Value::Tag(1, Box::new(Value::Map(document.payload.0.clone()))));
    assert_eq!(said_of(&document.seal(&tagged)), Error::NotAMap);
}

#[test]
fn a_key_that_is_no_text_is_refused() {
    for key in [int(1), bytes(b"nonce"), Value::Null] {
        assert_eq!(refused(Document::sound().with(key, Value::Null)), Error::FieldName);
    }
}

#[test]
fn a_key_that_occurs_twice_is_refused() {
    let sound = Document::sound();
    for (name, value) in &sound.payload.0 {
        let twice = sound.clone().with(name.clone(), value.clone());
        assert_eq!(refused(twice), Error::DuplicateField, "{name:?}");
    }
    let unknown = sound.with(text("unknown"), int(1)).with(text("unknown"), int(1));
    assert_eq!(refused(unknown), Error::DuplicateField);
}

const REQUIRED: [Field; 6] = [
    Field::ModuleId,
    Field::Digest,
    Field::Timestamp,
    Field::Pcrs,
    Field::Certificate,
    Field::Cabundle,
];

#[test]
fn a_document_without_a_required_field_is_refused() {
    for field in REQUIRED {
        let document = Document::sound().without(field.name());
        assert_eq!(refused(document), Error::MissingField(field));
    }
}

#[test]
fn a_field_of_another_type_is_refused() {
    for field in REQUIRED {
        for value in [Value::Null, Value::Bool(true)] {
            let document = Document::sound().set(field.name(), value);
            assert_eq!(refused(document), Error::FieldType(field));
        }
    }
    for field in [Field::PublicKey, Field::UserData, Field::Nonce] {
        for value in [text("text"), Value::Bool(true), Value::Array(Vec::new())] {
            let document = Document::sound().set(field.name(), value);
            assert_eq!(refused(document), Error::FieldType(field));
        }
    }
    let text_in_bundle = Document::sound().set("cabundle", Value::Array(vec![text("certificate")]));
    assert_eq!(refused(text_in_bundle), Error::FieldType(Field::Cabundle));
}

#[test]
fn a_field_shorter_or_longer_than_aws_allows_is_refused() {
    for (field, len) in [
        (Field::Certificate, 0),
        (Field::Certificate, 1025),
        (Field::PublicKey, 0),
        (Field::PublicKey, 1025),
        (Field::UserData, 513),
        (Field::Nonce, 513),
    ] {
        let document = Document::sound().set(field.name(), bytes(&vec![7; len]));
        assert_eq!(refused(document), Error::FieldLength(field), "{len} bytes");
    }
    for len in [0, 1025] {
        let bundle = Value::Array(vec![bytes(&vec![7; len])]);
        let document = Document::sound().set("cabundle", bundle);
        assert_eq!(refused(document), Error::FieldLength(Field::Cabundle), "{len} bytes");
    }
    let nameless = Document::sound().set("module_id", text(""));
    assert_eq!(refused(nameless), Error::FieldLength(Field::ModuleId));
}

#[test]
fn another_digest_is_refused() {
    for digest in ["SHA256", "sha384", "SHA384 ", ""] {
        let document = Document::sound().set("digest", text(digest));
        assert_eq!(refused(document), Error::UnknownDigest, "{digest:?}");
    }
}

#[test]
fn a_time_that_is_not_above_0_is_refused() {
    for time in [0, -1] {
        assert_eq!(refused(Document::sound().set("timestamp", int(time))), Error::NoTimestamp);
    }
}

#[test]
fn a_document_from_the_future_is_refused() {
    let ahead = i64::try_from((NOW + MAX_CLOCK_SKEW) * 1000 + 1).unwrap();
    assert_eq!(refused(Document::sound().set("timestamp", int(ahead))), Error::FromTheFuture);
    let end_of_time = Value::Integer(u64::MAX.into());
    assert_eq!(refused(Document::sound().set("timestamp", end_of_time)), Error::FromTheFuture);
}

fn with_pcr(index: Value, value: Value) -> Document {
    let mut document = Document::sound();
    document.pcrs().push((index, value));
    document
}

#[test]
fn a_pcr_s_index_is_an_integer_below_32() {
    for index in [int(32), int(256), int(-1), text("16"), Value::Null] {
        assert_eq!(refused(with_pcr(index, bytes(&[1; 48]))), Error::PcrIndex);
    }
}

#[test]
fn a_pcr_that_occurs_twice_is_refused() {
    for index in [0, 15] {
        let twice = with_pcr(int(index.into()), bytes(&pcr(index)));
        assert_eq!(refused(twice), Error::DuplicatePcr(index));
    }
}

#[test]
fn a_pcr_is_48_bytes() {
    for len in [0, 32, 47, 49, 64] {
        assert_eq!(refused(with_pcr(int(16), bytes(&vec![1; len]))), Error::PcrLength(16));
    }
    assert_eq!(refused(with_pcr(int(16), text("16"))), Error::FieldType(Field::Pcrs));
}

#[test]
fn the_pcrs_of_the_image_must_be_there() {
    for index in [0, 1, 2] {
        let mut document = Document::sound();
        document.pcrs().remove(index.into());
        assert_eq!(refused(document), Error::MissingPcr(index));
    }
    let none = Document::sound().set("pcrs", Value::Map(Vec::new()));
    assert_eq!(refused(none), Error::MissingPcr(0));
}

#[test]
fn a_debug_enclave_is_refused_by_any_pcr_of_its_image() {
    let zero = |indices: &[usize]| {
        let mut document = Document::sound();
        for index in indices {
            document.pcrs()[*index].1 = bytes(&[0; 48]);
        }
        refused(document)
    };
    for indices in [&[0, 1, 2][..], &[0], &[1], &[2]] {
        assert_eq!(zero(indices), Error::Debug, "{indices:?}");
    }
}

#[test]
fn a_document_without_ca_certificates_or_with_too_many_is_refused() {
    let of = |certificates| Document::sound().set("cabundle", Value::Array(certificates));
    assert_eq!(refused(of(Vec::new())), Error::NoCaCertificates);
    let many = vec![bytes(&[7]); MAX_CA_CERTIFICATES + 1];
    assert_eq!(refused(of(many)), Error::TooManyCaCertificates);
}
