//! TCB info and QE identity: what the vendor says of platforms and of quoting enclaves.

use super::body::QE_SIGNER;
use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use core::time::Duration;
use serde_json::{json, Value};
use x509_cert::der::DateTime;

pub(super) const DAY: u64 = 24 * 60 * 60;
/// How long a document is valid after the day before it is made.
pub(super) const VALID_DAYS: u64 = 29;

/// A date as these documents write it.
pub fn date(seconds: u64) -> String {
    DateTime::from_unix_duration(Duration::from_secs(seconds))
        .expect("the times of this crate are before the year 9999")
        .to_string()
}

/// The TCB info of TDX platforms of this kind, made at `now`.
pub(super) fn tdx_tcb_info(fmspc: &[u8], now: u64) -> Value {
    let zeros = "0".repeat(96);
    let mut info = tcb_info("TDX", fmspc, now);
    info["tdxModule"] = json!({
        "mrsigner": zeros, "attributes": "0".repeat(16), "attributesMask": "F".repeat(16),
    });
    info["tdxModuleIdentities"] = json!([{
        "id": "TDX_01",
        "mrsigner": zeros,
        "attributes": "0".repeat(16),
        "attributesMask": "F".repeat(16),
        "tcbLevels": [
            level(json!({ "isvsvn": 3 }), "UpToDate", now, vec![]),
            level(json!({ "isvsvn": 2 }), "OutOfDate", now, vec!["DEV-SA-3"]),
        ],
    }]);
    info
}

/// The TCB info of SGX platforms of this kind, made at `now`.
pub(super) fn sgx_tcb_info(fmspc: &[u8], now: u64) -> Value {
    tcb_info("SGX", fmspc, now)
}

/// The identity of the quoting enclave for TDX (product 2) or SGX (product 1), made at `now`.
pub(super) fn qe_identity(product: u16, now: u64) -> Value {
    let levels = [
        level(json!({ "isvsvn": 6 }), "UpToDate", now, vec![]),
        level(json!({ "isvsvn": 5 }), "OutOfDate", now, vec!["DEV-SA-2"]),
        level(json!({ "isvsvn": 4 }), "Revoked", now, vec![]),
    ];
    json!({
        "id": if product == 1 { "QE" } else { "TD_QE" },
        "version": 2,
        "issueDate": date(now.saturating_sub(DAY)),
        "nextUpdate": date(now.saturating_add(VALID_DAYS * DAY)),
        "tcbEvaluationDataNumber": 20,
        "miscselect": "00000000",
        "miscselectMask": "FFFFFFFF",
        "attributes": format!("11{}", "0".repeat(30)),
        "attributesMask": format!("FB{}{}", "F".repeat(14), "0".repeat(16)),
        "mrsigner": hex::encode_upper(QE_SIGNER),
        "isvprodid": product,
        "tcbLevels": levels,
    })
}

fn tcb_info(id: &str, fmspc: &[u8], now: u64) -> Value {
    let levels = [
        level(components(7, 13), "UpToDate", now, vec![]),
        level(components(5, 13), "OutOfDate", now, vec!["DEV-SA-1"]),
        level(components(4, 13), "Revoked", now, vec!["DEV-SA-1"]),
    ];
    json!({
        "id": id,
        "version": 3,
        "issueDate": date(now.saturating_sub(DAY)),
        "nextUpdate": date(now.saturating_add(VALID_DAYS * DAY)),
        "fmspc": hex::encode_upper(fmspc),
        "pceId": "0000",
        "tcbType": 0,
        "tcbEvaluationDataNumber": 20,
        "tcbLevels": levels,
    })
}

/// Security versions of all components and of the provisioning enclave.
fn components(sgx: u8, pce: u16) -> Value {
    let all = |svn: u8| vec![json!({ "svn": svn }); 16];
    json!({ "sgxtcbcomponents": all(sgx), "pcesvn": pce, "tdxtcbcomponents": all(0) })
}

fn level(tcb: Value, status: &str, now: u64, advisories: Vec<&str>) -> Value {
    json!({
        "tcb": tcb,
        "tcbDate": date(now.saturating_sub(100 * DAY)),
        "tcbStatus": status,
        "advisoryIDs": advisories,
    })
}
