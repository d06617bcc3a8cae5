//! The payload of a document: a map, of which every entry can be altered.

use alloc::vec::Vec;
use coset::cbor::{ser::into_writer, Value};

/// The entries of the payload's map, in order, repeated ones too.
#[derive(Clone, Debug)]
pub struct Payload(pub Vec<(Value, Value)>);

impl Payload {
    pub(crate) fn new<const N: usize>(entries: [(&str, Value); N]) -> Self {
        Self(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// Puts a value in the place of the one with this key; behind all others where there is none.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        let (key, value) = (Value::from(key), value.into());
        match self.0.iter_mut().find(|(present, _)| *present == key) {
            Some((_, present)) => *present = value,
            None => self.0.push((key, value)),
        }
    }

    /// The value with this key, to be altered; none where there is none.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let key = Value::from(key);
        self.0.iter_mut().find(|(present, _)| *present == key).map(|(_, value)| value)
    }

    /// Takes the entry with this key out.
    pub fn remove(&mut self, key: &str) {
        let key = Value::from(key);
        self.0.retain(|(present, _)| *present != key);
    }

    /// Its bytes, as AWS wrote them until December 2025.
    pub fn encode(&self) -> Vec<u8> {
        encode(&Value::Map(self.0.clone()))
    }

    /// Its bytes as a map of indefinite length, as AWS has written them since.
    pub fn encode_indefinite(&self) -> Vec<u8> {
        let mut bytes = Vec::from([0xbf]);
        for (key, value) in &self.0 {
            bytes.extend(encode(key));
            bytes.extend(encode(value));
        }
        bytes.push(0xff);
        bytes
    }
}

/// The bytes of a CBOR value.
pub fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    into_writer(value, &mut bytes).expect("a vector takes what is written to it");
    bytes
}
