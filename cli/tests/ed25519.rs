//! The runtime's rule for Ed25519 signatures and that of all programs, `opg audit` and the clients and
//! gateways in Rust, give the same verdicts, at the edges too, where other rules differ. What they call is
//! one function; the clients in other languages have their own tests.

use opg_primitives::ids::Signature;
use serde_json::Value;

/// A signature, and whether it has to be taken.
struct Case {
    name: String,
    key: [u8; 32],
    message: Vec<u8>,
    signature: Vec<u8>,
    taken: bool,
}

impl Case {
    /// The verdicts of the runtime, through its host function, and of programs. What has not the length of
    /// a signature is none in the type of either.
    fn verdicts(&self) -> [bool; 2] {
        let Ok(bytes) = <[u8; 64]>::try_from(self.signature.as_slice()) else { return [false; 2] };
        let signature = Signature(bytes);
        [
            pallet_verification::verifies(&self.key, &self.message, &signature),
            opg_cli::ed25519::verifies(&self.key, &self.message, &signature),
        ]
    }

    fn check(&self) {
        assert_eq!(self.verdicts(), [self.taken; 2], "{}", self.name);
    }
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap().to_owned()
}

fn bytes(value: &Value, field: &str) -> Vec<u8> {
    hex::decode(text(value, field)).unwrap()
}

#[test]
fn both_take_and_refuse_the_same_at_the_edges() {
    // Made by `ed25519/make.py`, which says how, and shares no code with either.
    let cases: Vec<Value> = serde_json::from_str(include_str!("ed25519/cases.json")).unwrap();
    assert_eq!(cases.len(), 69);
    for value in &cases {
        Case {
            name: text(value, "name"),
            key: bytes(value, "key").try_into().unwrap(),
            message: bytes(value, "message"),
            signature: bytes(value, "signature"),
            taken: value["taken"].as_bool().unwrap(),
        }
        .check();
    }
}

/// Where ZIP 215 is meant to differ from RFC 8032, which Wycheproof goes by: an R that is the neutral
/// point, encoded with the sign that zero does not have.
const TAKEN_BY_ZIP_215: [u64; 1] = [151];

#[test]
fn both_agree_with_wycheproof_but_where_zip_215_is_meant_to_differ() {
    let Some(folder) = opg_test_support::vectors("wycheproof") else {
        println!("tried 0: the vectors are not here");
        return;
    };
    let file = opg_test_support::read(&folder.join("ed25519_test.json"));
    let set: Value = serde_json::from_slice(&file).unwrap();
    let mut tried = 0;
    for group in set["testGroups"].as_array().unwrap() {
        let key: [u8; 32] = bytes(&group["publicKey"], "pk").try_into().unwrap();
        for test in group["tests"].as_array().unwrap() {
            let name = format!("wycheproof {}: {}", test["tcId"], test["comment"]);
            let by_zip_215 = test["tcId"].as_u64().is_some_and(|id| TAKEN_BY_ZIP_215.contains(&id));
            let taken = test["result"] == "valid" || by_zip_215;
            let (message, signature) = (bytes(test, "msg"), bytes(test, "sig"));
            Case { name, key, message, signature, taken }.check();
            tried += 1;
        }
    }
    println!("tried {tried}");
    assert_eq!(Some(tried), set["numberOfTests"].as_u64());
}
