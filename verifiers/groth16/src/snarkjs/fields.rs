//! A JSON object of which every field must be taken exactly once.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
};
use core::fmt;
use serde::{
    de::{MapAccess, Visitor},
    Deserialize, Deserializer,
};
use serde_json::Value;

use super::{Error, MAX_JSON_LEN};

/// Parses any JSON value of bounded length; serde_json bounds the nesting.
pub(super) fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, Error> {
    if json.len() > MAX_JSON_LEN {
        return Err(Error::TooLong);
    }
    serde_json::from_str(json).map_err(|error| {
        if error.is_data() {
            Error::WrongType("the whole".into())
        } else {
            Error::NotJson(error.to_string())
        }
    })
}

/// The fields of an object. Unlike `serde_json::Map` it notices a name that is there twice.
pub(super) struct Object {
    fields: BTreeMap<String, Value>,
    duplicate: Option<String>,
}

impl Object {
    pub(super) fn parse(json: &str) -> Result<Self, Error> {
        let object: Self = parse(json)?;
        match object.duplicate {
            Some(name) => Err(Error::DuplicateField(name)),
            None => Ok(object),
        }
    }

    pub(super) fn take(&mut self, name: &'static str) -> Result<Value, Error> {
        self.fields.remove(name).ok_or(Error::MissingField(name))
    }

    pub(super) fn take_string(&mut self, name: &'static str) -> Result<String, Error> {
        match self.take(name)? {
            Value::String(text) => Ok(text),
            _ => Err(Error::WrongType(name.into())),
        }
    }

    /// Drops a field that may or may not be there.
    pub(super) fn discard(&mut self, name: &str) {
        self.fields.remove(name);
    }

    /// Refuses what nobody took.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        match self.fields.pop_first() {
            Some((name, _)) => Err(Error::UnknownField(name)),
            None => Ok(()),
        }
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut object = Object { fields: BTreeMap::new(), duplicate: None };
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if object.fields.insert(name.clone(), value).is_some() {
                        object.duplicate.get_or_insert(name);
                    }
                }
                Ok(object)
            }
        }

        deserializer.deserialize_map(Fields)
    }
}
