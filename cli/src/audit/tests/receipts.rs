//! Every field of a receipt is altered, found by walking its JSON; none is forgotten when one is
//! added.

use super::fixture::{plain, zkml};
use crate::audit::{audit, Bundle, Twice, Verdict};
use codec::Decode;
use opg_primitives::receipt::{receipt_id, Receipt};
use serde_json::{json, Value};

/// The paths to all leaves below `value`.
fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}/{key}") };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| leaves(value, &join(key), found)),
        Value::Array(list) if !list.is_empty() => {
            list.iter()
                .enumerate()
                .for_each(|(i, value)| leaves(value, &join(&i.to_string()), found));
        }
        _ => found.push(path.to_owned()),
    }
}

/// Other values that could stand in the place of `value`.
fn others(value: &Value) -> Vec<Value> {
    let words = [
        "Plain",
        "Tee",
        "ZkMl",
        "Named",
        "NoProvider",
        "Absent",
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
    ];
    let bytes = format!("0x{}", "ab".repeat(32));
    match value {
        Value::Bool(b) => vec![json!(!b)],
        Value::Number(n) => {
            let n: u128 = n.to_string().parse().unwrap();
            vec![json!(n + 1), json!(n ^ 1)]
        }
        Value::String(text) if text.starts_with("0x") => {
            let (start, last) = text.split_at(text.len() - 1);
            vec![json!(format!("{start}{}", if last == "0" { '1' } else { '0' }))]
        }
        Value::String(text) if text.parse::<u128>().is_ok() => {
            vec![json!((text.parse::<u128>().unwrap() + 1).to_string())]
        }
        Value::String(text) => {
            let mut all: Vec<Value> = words.iter().map(|word| json!(word)).collect();
            all.push(json!(format!("{text}x")));
            all
        }
        Value::Null => {
            let mut all: Vec<Value> = words.iter().map(|word| json!(word)).collect();
            all.extend([json!(bytes), json!(0)]);
            all
        }
        // An empty list, such as the basis of a cell that rests on nothing.
        _ => words.iter().map(|word| json!([word])).collect(),
    }
}

/// `receipt` with the leaf at `path` altered; none if no other value fits there.
fn altered(receipt: &Receipt, path: &str) -> Option<Receipt> {
    let json = serde_json::to_value(receipt).unwrap();
    let pointer = format!("/{path}");
    others(json.pointer(&pointer).unwrap()).into_iter().find_map(|other| {
        let mut copy = json.clone();
        *copy.pointer_mut(&pointer).unwrap() = other;
        serde_json::from_value::<Receipt>(copy).ok().filter(|changed| changed != receipt)
    })
}

/// Whether `field`, which the audit names, is the one at `path` or has it as a part.
fn names(field: &str, path: &str) -> bool {
    let path = path.replace('/', ".");
    // A cell is named by its claim.
    if path.starts_with("appraised.standings.") {
        return field.starts_with("appraised.standings");
    }
    path == field
        || path.starts_with(&format!("{field}."))
        || field.starts_with(&format!("{path}."))
}

fn every_field(bundle: &Bundle, alter: impl Fn(&mut Bundle, Receipt)) {
    let receipt = bundle.receipt.view.clone();
    let mut paths = Vec::new();
    leaves(&serde_json::to_value(&receipt).unwrap(), "", &mut paths);
    assert!(paths.len() > 150, "{}", paths.len());
    for path in paths {
        let other =
            altered(&receipt, &path).unwrap_or_else(|| panic!("nothing else fits at {path}"));
        let mut changed = bundle.clone();
        alter(&mut changed, other);
        let report = audit(&changed, None);
        assert_eq!(report.verdict, Verdict::Failed, "{path}");
        let fields = report.fields();
        assert!(
            fields.iter().any(|field| names(field, &path)),
            "{path} was altered, named were {fields:?}"
        );
    }
}

#[test]
fn every_field_of_a_zkml_receipt_that_is_altered_is_named() {
    every_field(&zkml(), |bundle, receipt| bundle.receipt = Twice::new(receipt));
}

#[test]
fn every_field_is_named_though_the_id_was_made_to_fit() {
    every_field(&zkml(), |bundle, receipt| {
        bundle.receipt_id = receipt_id(bundle.genesis, &receipt);
        bundle.receipt = Twice::new(receipt);
    });
}

#[test]
fn every_field_of_a_plain_receipt_that_is_altered_is_named() {
    every_field(&plain(), |bundle, receipt| bundle.receipt = Twice::new(receipt));
}

#[test]
fn every_field_of_the_view_that_is_altered_is_named() {
    every_field(&zkml(), |bundle, receipt| bundle.receipt.view = receipt);
}

#[test]
fn every_byte_of_a_receipt_that_is_altered_is_found() {
    let good = plain();
    for place in 0..good.receipt.scale.0.len() {
        let mut bundle = good.clone();
        bundle.receipt.scale.0[place] ^= 1;
        if let Ok(receipt) = Receipt::decode(&mut bundle.receipt.scale.0.as_slice()) {
            bundle.receipt.view = receipt;
        }
        assert_eq!(audit(&bundle, None).verdict, Verdict::Failed, "byte {place}");
    }
}
