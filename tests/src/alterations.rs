//! Every field of a receipt, altered one at a time.
//!
//! Fields are found by walking the receipt's JSON, so that none is forgotten when one is added.
//! Each alteration is a receipt again, and so has a valid encoding: what is wrong with it is what
//! it says.

use anyhow::Context;
use opg_primitives::receipt::Receipt;
use serde_json::{json, Value};

/// A receipt in which one field is altered.
#[derive(Clone, Debug)]
pub struct Alteration {
    /// The field, as a path from the receipt: `lease.lease_block.0`.
    pub field: String,
    /// The altered receipt.
    pub receipt: Receipt,
    /// What an audit compares as one, and names instead of a field inside: an enum, or a cell of
    /// the table by its claim.
    whole: Option<String>,
}

impl Alteration {
    /// Whether `named`, a field that an audit names, is the one that was altered, or a part of it.
    pub fn is_named_by(&self, named: &str) -> bool {
        let part = named.strip_prefix(self.field.as_str());
        part.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            || self.whole.as_deref() == Some(named)
    }
}

/// `receipt` in all its alterations: each value replaced by another, each optional part taken out,
/// each list without its last element.
///
/// `other` is another receipt. A part that `receipt` lacks and no guess can make is put in as it
/// stands there.
///
/// # Errors
/// When a value is found that nothing else can stand in the place of.
pub fn all(receipt: &Receipt, other: &Receipt) -> anyhow::Result<Vec<Alteration>> {
    let (said, other) = (serde_json::to_value(receipt)?, serde_json::to_value(other)?);
    let mut places = Vec::new();
    walk(&said, "", &mut places);
    let mut found = Vec::new();
    for place in places {
        let value = said.pointer(&place).with_context(|| format!("nothing is at {place}"))?;
        let with = |value: Value| put(receipt, &said, &place, value);
        if is_leaf(value) {
            let lent = other.pointer(&place).cloned();
            let changed = guesses(value).into_iter().chain(lent).find_map(with);
            found.push(changed.with_context(|| format!("nothing else fits at {place}"))?);
        }
        found.extend(less(value).and_then(with));
    }
    Ok(found)
}

/// The places of all values below `value`, as JSON pointers.
fn walk(value: &Value, place: &str, found: &mut Vec<String>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (key, value) in below {
        let place = format!("{place}/{key}");
        walk(value, &place, found);
        found.push(place);
    }
}

fn is_leaf(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => true,
    }
}

/// `receipt` with `value` at `place`, if that is another receipt. `said` is `receipt` as JSON.
fn put(receipt: &Receipt, said: &Value, place: &str, value: Value) -> Option<Alteration> {
    let mut altered = said.clone();
    *altered.pointer_mut(place)? = value;
    let altered: Receipt = serde_json::from_value(altered).ok()?;
    (altered != *receipt).then(|| Alteration {
        field: place.trim_start_matches('/').replace('/', "."),
        receipt: altered,
        whole: whole(said, place),
    })
}

/// What an audit names instead of the field at `place`.
fn whole(said: &Value, place: &str) -> Option<String> {
    const TABLE: &str = "/appraised/standings/";
    if let Some(cell) = place.strip_prefix(TABLE) {
        let index = cell.split('/').next()?;
        let claim = said.pointer(&format!("{TABLE}{index}/claim"))?.as_str()?;
        return Some(format!("appraised.standings.{claim}"));
    }
    let enums = ["outcome", "lease.selection"];
    let inside = |name: &&str| place.starts_with(&format!("/{}/", name.replace('.', "/")));
    enums.into_iter().find(inside).map(str::to_owned)
}

/// `value` with less in it.
fn less(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Array(list) => {
            let (_, rest) = list.split_last()?;
            Some(Value::from(rest.to_vec()))
        }
        _ => Some(Value::Null),
    }
}

/// Names of variants, two or more of each enum in a receipt.
const WORDS: &[&str] = &[
    "Plain",
    "Tee",
    "ZkMl",
    "Named",
    "NoProvider",
    "Cancelled",
    "BadSignature",
    "InvalidProof",
    "Busy",
    "Unfit",
    "Absent",
    "NotApplicable",
    "Signed",
    "Enforced",
    "Proven",
    "Public",
    "Withheld",
    "Everyone",
    "Nobody",
    "Anyone",
    "Pass",
    "Fail",
    "Runtime",
    "WorkerKey",
    "WorkerSignature",
    "Proof",
    "ModeAsked",
    "Answerer",
    "TeeOpen",
    "Bare",
    "Operator",
    "Unknown",
    "A",
    "B",
    "Aws",
    "Amd",
    "Nitro",
    "SevSnp",
    "UpToDate",
    "OutOfDate",
    "Stop",
    "Length",
    "Loaded",
    "Upstream",
];

/// Other values that might stand in the place of `value`.
fn guesses(value: &Value) -> Vec<Value> {
    let words = WORDS.iter().map(|word| Value::from(*word));
    match value {
        Value::Bool(flag) => vec![json!(!flag)],
        Value::Number(number) => match number.as_u64() {
            // The lower one is for what is the highest already.
            Some(number) => vec![json!(number.saturating_add(1)), json!(number.saturating_sub(1))],
            None => Vec::new(),
        },
        Value::String(text) => match text.parse::<u128>() {
            Ok(amount) => vec![json!(amount.saturating_add(1).to_string())],
            Err(_) if text.starts_with("0x") => vec![json!(with_another_last_digit(text))],
            Err(_) => words.chain([json!(format!("{text}x"))]).collect(),
        },
        Value::Null => {
            words.chain([json!(format!("0x{}", "ab".repeat(32))), json!(0), an_enclave()]).collect()
        }
        // An empty list, such as the basis of a cell that rests on nothing.
        _ => words.map(|word| Value::from(vec![word])).collect(),
    }
}

/// What a receipt might say of an enclave and its run.
fn an_enclave() -> Value {
    let id = format!("0x{}", "cd".repeat(32));
    json!({
        "enclave": {
            "id": id,
            "vendor": "Aws",
            "format": "Nitro",
            "measurement": id,
            "binding": "Loaded",
            "platform": id,
            "platform_known": true,
            "configuration": id,
            "verified": 1,
            "valid_until": 2,
            "tcb": "UpToDate",
            "advisories": [],
            "platform_holder_known": true,
        },
        "run": {
            "model": { "Network": id },
            "finish": "Stop",
            "usage": { "input": 1, "output": 1 },
            "started": 1,
            "finished": 2,
            "sequence": 0,
            "previous": id,
        },
    })
}

fn with_another_last_digit(text: &str) -> String {
    let (start, last) = text.split_at(text.len().saturating_sub(1));
    format!("{start}{}", if last == "0" { '1' } else { '0' })
}

#[cfg(test)]
mod tests {
    use super::*;
    use codec::{Decode, Encode};
    use std::collections::BTreeSet;

    fn sample() -> Receipt {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sample/receipt.json");
        let bundle: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        serde_json::from_value(bundle["receipt"]["view"].clone()).unwrap()
    }

    /// The same without what only an answer brings.
    fn without_answer() -> Receipt {
        let mut receipt = sample();
        receipt.lease = None;
        receipt.output = None;
        receipt.evidence = None;
        receipt.appraised = None;
        receipt.checks = Default::default();
        receipt
    }

    #[test]
    fn every_leaf_is_altered_and_reads_back_from_its_encoding() {
        for (receipt, other) in [(sample(), without_answer()), (without_answer(), sample())] {
            let said = serde_json::to_value(&receipt).unwrap();
            let mut places = Vec::new();
            walk(&said, "", &mut places);
            places.retain(|place| is_leaf(said.pointer(place).unwrap()));
            let leaves: BTreeSet<_> =
                places.iter().map(|place| place[1..].replace('/', ".")).collect();
            let altered = all(&receipt, &other).unwrap();
            let fields: BTreeSet<_> =
                altered.iter().map(|alteration| alteration.field.clone()).collect();
            assert!(fields.is_superset(&leaves), "{:?}", leaves.difference(&fields));
            for Alteration { field, receipt: altered, .. } in altered {
                assert_ne!(altered, receipt, "{field}");
                assert_eq!(Receipt::decode(&mut altered.encode().as_slice()), Ok(altered));
            }
        }
    }

    #[test]
    fn an_alteration_changes_its_field_and_no_other() {
        let receipt = sample();
        let said = serde_json::to_value(&receipt).unwrap();
        for Alteration { field, receipt: altered, .. } in all(&receipt, &receipt).unwrap() {
            let mut altered = serde_json::to_value(&altered).unwrap();
            let place = format!("/{}", field.replace('.', "/"));
            *altered.pointer_mut(&place).unwrap() = said.pointer(&place).unwrap().clone();
            assert_eq!(altered, said, "{field}");
        }
    }

    #[test]
    fn optional_parts_are_taken_out_and_put_in() {
        let parts = ["lease", "output", "evidence", "appraised", "mode.achieved"];
        let altered = all(&sample(), &without_answer()).unwrap();
        for part in parts {
            assert!(altered.iter().any(|alteration| alteration.field == part), "{part}");
        }
        let altered = all(&without_answer(), &sample()).unwrap();
        for part in ["lease", "output", "evidence", "appraised", "checks"] {
            assert!(altered.iter().any(|alteration| alteration.field == part), "{part}");
        }
    }

    #[test]
    fn a_field_is_named_by_itself_its_parts_and_the_enum_or_cell_that_holds_it() {
        let altered = all(&sample(), &without_answer()).unwrap();
        let of = |field: &str| altered.iter().find(|alteration| alteration.field == field).unwrap();
        assert!(of("payment.held").is_named_by("payment.held"));
        assert!(!of("payment.held").is_named_by("payment"));
        assert!(!of("payment.held").is_named_by("payment.held_back"));
        assert!(of("lease").is_named_by("lease.sequence"));
        assert!(of("lease.selection.Drawn.redraws").is_named_by("lease.selection"));
        assert!(of("appraised.standings.0.redo").is_named_by("appraised.standings.ModeAsked"));
        assert!(!of("appraised.standings.0.redo").is_named_by("appraised.standings.ModelRan"));
    }
}
