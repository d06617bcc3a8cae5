//! The payload: its fields, their types and lengths, what they say.

use super::{refused, with_document, with_payload, Hostile, NOW};
use alloc::{format, vec, vec::Vec};
use coset::cbor::Value;

/// The fields of a payload: the key, and the name in the verifier's errors.
const FIELDS: [(&str, &str); 9] = [
    ("module_id", "ModuleId"),
    ("digest", "Digest"),
    ("timestamp", "Timestamp"),
    ("pcrs", "Pcrs"),
    ("certificate", "Certificate"),
    ("cabundle", "Cabundle"),
    ("public_key", "PublicKey"),
    ("user_data", "UserData"),
    ("nonce", "Nonce"),
];
/// The fields that are always there are the first ones.
const REQUIRED: usize = 6;

pub(super) fn all() -> Vec<Hostile> {
    let mut all = missing();
    all.extend(types());
    all.extend(lengths());
    all.extend(keys());
    all.extend(pcrs());
    all.extend(contents());
    all
}

fn missing() -> Vec<Hostile> {
    let without = |(key, field): (&str, &str)| {
        refused(
            format!("no-{key}"),
            "a field that every document has is there",
            with_payload(|payload| payload.remove(key)),
            format!("MissingField({field})"),
        )
    };
    FIELDS.into_iter().take(REQUIRED).map(without).collect()
}

fn types() -> Vec<Hostile> {
    let wrong = |(key, field): (&str, &str)| {
        refused(
            format!("boolean-{key}"),
            "a field has its type",
            with_payload(|payload| payload.set(key, true)),
            format!("FieldType({field})"),
        )
    };
    let pcr = refused(
        "text-pcr",
        "a PCR is bytes",
        with_payload(|payload| entries(payload.get_mut("pcrs"))[0].1 = Value::from("PCR0")),
        "FieldType(Pcrs)",
    );
    FIELDS.into_iter().map(wrong).chain([pcr]).collect()
}

fn lengths() -> Vec<Hostile> {
    let long = |key: &str, field: &str, length: usize| {
        refused(
            format!("{key}-of-{length}-bytes"),
            "a field is as long as AWS specifies",
            with_payload(|payload| payload.set(key, vec![0x30u8; length])),
            format!("FieldLength({field})"),
        )
    };
    vec![
        refused(
            "empty-module_id",
            "a field is as long as AWS specifies",
            with_payload(|payload| payload.set("module_id", "")),
            "FieldLength(ModuleId)",
        ),
        long("certificate", "Certificate", 0),
        long("certificate", "Certificate", 1025),
        long("public_key", "PublicKey", 0),
        long("public_key", "PublicKey", 1025),
        long("user_data", "UserData", 513),
        long("nonce", "Nonce", 513),
        refused(
            "empty-ca-certificate",
            "a field is as long as AWS specifies",
            with_payload(|payload| items(payload.get_mut("cabundle")).push(Value::Bytes(vec![]))),
            "FieldLength(Cabundle)",
        ),
        refused(
            "no-ca-certificates",
            "there is a root",
            with_payload(|payload| items(payload.get_mut("cabundle")).clear()),
            "NoCaCertificates",
        ),
        refused(
            "seven-ca-certificates",
            "there are at most six CA certificates",
            with_document(|document| document.intermediates = 6),
            "TooManyCaCertificates",
        ),
    ]
}

fn keys() -> Vec<Hostile> {
    vec![
        refused(
            "number-as-key",
            "keys are text",
            with_payload(|payload| payload.0.push((Value::from(1), Value::Null))),
            "FieldName",
        ),
        refused(
            "two-timestamps",
            "no field twice",
            with_payload(|payload| payload.0.push(("timestamp".into(), Value::from(NOW)))),
            "DuplicateField",
        ),
        refused(
            "two-nonces",
            "no field twice",
            with_payload(|payload| payload.0.push(("nonce".into(), Value::Null))),
            "DuplicateField",
        ),
    ]
}

fn pcrs() -> Vec<Hostile> {
    let bytes = |length: usize| Value::Bytes(vec![7; length]);
    let index = |name: &str, index: Value| {
        refused(
            name,
            "the index of a PCR is below 32",
            with_payload(|payload| entries(payload.get_mut("pcrs")).push((index, bytes(48)))),
            "PcrIndex",
        )
    };
    let absent = |pcr: u8| {
        refused(
            format!("no-pcr{pcr}"),
            "the image's PCRs are there",
            with_document(|document| {
                document.pcrs.remove(&pcr);
            }),
            format!("MissingPcr({pcr})"),
        )
    };
    let zero = |name: &str, pcrs: &[u8]| {
        refused(
            name,
            "no enclave in debug mode, whose PCRs are zero",
            with_document(|document| document.pcrs.extend(pcrs.iter().map(|pcr| (*pcr, [0; 48])))),
            "Debug",
        )
    };
    vec![
        index("pcr32", Value::from(32)),
        index("pcr256", Value::from(256)),
        index("pcr-of-a-negative-index", Value::from(-1)),
        index("pcr-of-a-text-index", Value::from("0")),
        refused(
            "pcr0-twice",
            "no PCR twice",
            with_payload(|payload| {
                entries(payload.get_mut("pcrs")).push((Value::from(0), bytes(48)));
            }),
            "DuplicatePcr(0)",
        ),
        refused(
            "pcr1-of-32-bytes",
            "a PCR has 48 bytes",
            with_payload(|payload| entries(payload.get_mut("pcrs"))[1].1 = bytes(32)),
            "PcrLength(1)",
        ),
        absent(0),
        absent(1),
        absent(2),
        zero("debug-mode", &[0, 1, 2]),
        zero("debug-mode-by-pcr0", &[0]),
        zero("debug-mode-by-pcr2", &[2]),
    ]
}

fn contents() -> Vec<Hostile> {
    vec![
        refused(
            "digest-sha256",
            "PCRs are made with SHA-384",
            with_payload(|payload| payload.set("digest", "SHA256")),
            "UnknownDigest",
        ),
        refused(
            "timestamp-zero",
            "the time is above 0",
            with_payload(|payload| payload.set("timestamp", 0)),
            "NoTimestamp",
        ),
        refused(
            "timestamp-negative",
            "the time is above 0",
            with_payload(|payload| payload.set("timestamp", -1)),
            "NoTimestamp",
        ),
        refused(
            "from-the-future",
            "a document is at most a minute ahead",
            with_document(|document| document.timestamp_ms = NOW * 1000 + 60_001),
            "FromTheFuture",
        ),
    ]
}

/// The entries of a map.
fn entries(value: Option<&mut Value>) -> &mut Vec<(Value, Value)> {
    value.and_then(Value::as_map_mut).expect("the good document has it")
}

/// The items of an array.
fn items(value: Option<&mut Value>) -> &mut Vec<Value> {
    value.and_then(Value::as_array_mut).expect("the good document has it")
}
