//! Requests in OpenAI's shape, and how one stands on chain.
//!
//! | | |
//! | --- | --- |
//! | input | one JSON object with one member, `messages` or `prompt`, as its client wrote it: the bytes are hashed as they are, and never written anew |
//! | parameters | the JSON object of all other members, in the order of their names, without spaces between them, each value as it was written; no bytes at all if there are none |
//!
//! What names the model, and what says how an answer is handed out (`stream`, `stream_options`), is
//! not part of it. An answer on chain is whole, and is one text: a parameter that asks for anything else is
//! refused, by who asks before it pays, and by who answers before it takes the lease on. Both do it with
//! the functions of this module.

use crate::{enclave::FinishReason, signed_answer::Face};
use alloc::{
    borrow::ToOwned,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;
use serde::{
    de::{Error, MapAccess, Visitor},
    Deserialize, Deserializer,
};
use serde_json::{value::RawValue, Value};

/// The members that name the model or hold what is to be answered.
pub const ASKED: [&str; 3] = ["messages", "model", "prompt"];
/// The members that say how an answer is handed out, and not what it is.
const DELIVERY: [&str; 2] = ["stream", "stream_options"];
/// The member that sampling is seeded by.
const SEED: &str = "seed";

/// The members of an object, each as it is written. None is there twice: of two, one reader would
/// take the first and another the last.
#[derive(Clone, Debug)]
pub struct Members<'a>(BTreeMap<String, &'a RawValue>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member is there twice"));
                    }
                }
                Ok(Members(members))
            }
        }

        from.deserialize_map(Object)
    }
}

impl<'a> Members<'a> {
    /// Reads an object.
    ///
    /// # Errors
    /// [`Unusable::NotAnObject`].
    pub fn parse(json: &'a [u8]) -> Result<Self, Unusable> {
        // Else the error would repeat what is there instead.
        if json.trim_ascii_start().first() != Some(&b'{') {
            return Err(Unusable::NotAnObject("it does not begin with {".into()));
        }
        serde_json::from_slice(json).map_err(|error| Unusable::NotAnObject(error.to_string()))
    }

    /// The value of that name, as it is written.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).map(|value| value.get())
    }

    /// Writes all members but those of `left_out` in one way: in the order of their names, without
    /// spaces between them, each value as it was written.
    pub fn write(&self, left_out: &[&str]) -> String {
        let kept = self.0.iter().filter(|(name, _)| !left_out.contains(&name.as_str()));
        let written: Vec<_> =
            kept.map(|(name, value)| format!("{}:{}", quoted(name), value.get())).collect();
        format!("{{{}}}", written.join(","))
    }
}

/// `text` as a JSON string.
pub fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// Why a request cannot stand on chain. It repeats nothing of what is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// It is not a JSON object, or has a member twice.
    NotAnObject(String),
    /// The input does not have one member, `messages` or `prompt`, and no other.
    NotOneSubject,
    /// `messages` is not a list, or `prompt` is not a text.
    WrongSubject,
    /// The parameters are not written in the one way that they are committed to in.
    NotCanonical,
    /// A parameter asks for what an answer on chain is not.
    Parameter {
        /// Its name.
        name: String,
        /// Why.
        why: &'static str,
    },
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject(why) => write!(f, "it is not a JSON object: {why}"),
            Self::NotOneSubject => {
                f.write_str("the input is one JSON object with one member, messages or prompt")
            }
            Self::WrongSubject => f.write_str("messages is a list, prompt is one text"),
            Self::NotCanonical => f.write_str(
                "the parameters are one JSON object, in the order of their names, without spaces \
                 between them; no bytes at all if there are none",
            ),
            Self::Parameter { name, why } => write!(f, "{name}: {why}"),
        }
    }
}

impl core::error::Error for Unusable {}

fn refused(name: &str, why: &'static str) -> Unusable {
    Unusable::Parameter { name: name.to_owned(), why }
}

/// The name of the reason why an answer ended.
pub const fn finish_name(reason: FinishReason) -> &'static str {
    match reason {
        FinishReason::Stop => "stop",
        FinishReason::Length => "length",
        FinishReason::ContentFilter => "content_filter",
        FinishReason::ToolCalls => "tool_calls",
    }
}

/// The reason of that name; one that OpenAI's interface does not know is none.
pub fn finish_reason(name: &str) -> Option<FinishReason> {
    match name {
        "stop" => Some(FinishReason::Stop),
        "length" => Some(FinishReason::Length),
        "content_filter" => Some(FinishReason::ContentFilter),
        "tool_calls" | "function_call" => Some(FinishReason::ToolCalls),
        _ => None,
    }
}

/// The member that holds what is to be answered on a path.
const fn subject(face: Face) -> &'static str {
    match face {
        Face::ChatCompletions => "messages",
        Face::Completions => "prompt",
    }
}

/// Looks at what is to be answered as far as it can be without knowing the model.
fn check_subject(face: Face, value: &str) -> Result<(), Unusable> {
    let good = match face {
        Face::ChatCompletions => value.starts_with('['),
        Face::Completions => value.starts_with('"'),
    };
    match good {
        true => Ok(()),
        false => Err(Unusable::WrongSubject),
    }
}

/// Looks at the parameters of a request. `seeded` says that its sampling is seeded by the lease.
fn check_parameters(parameters: &Members<'_>, seeded: bool) -> Result<(), Unusable> {
    for (name, value) in &parameters.0 {
        let (name, value) = (name.as_str(), value.get());
        let is = |neutral: &[&str]| value == "null" || neutral.contains(&value);
        match name {
            _ if ASKED.contains(&name) => return Err(refused(name, "it is no parameter")),
            _ if DELIVERY.contains(&name) => {
                return Err(refused(name, "an answer on chain is whole"));
            }
            SEED if seeded => {
                return Err(refused(
                    name,
                    "the lease gives it, so that nobody picks the best of many answers",
                ));
            }
            "n" | "best_of" if !is(&["1"]) => {
                return Err(refused(name, "an answer on chain is one answer"));
            }
            "tools" | "functions" if !is(&["[]"]) => {
                return Err(refused(name, "an answer on chain is a text, and calls nothing"));
            }
            "audio" if !is(&[]) => return Err(refused(name, "an answer on chain is a text")),
            _ => {}
        }
    }
    Ok(())
}

/// A request as it stands on chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnChain {
    /// The input.
    pub input: Vec<u8>,
    /// The parameters.
    pub parameters: Vec<u8>,
}

impl OnChain {
    /// Asks `value` on the path of `face`, with parameters as [`Members::write`] writes them. Nothing of it
    /// is looked at: that is for [`read`].
    pub fn new(face: Face, value: &str, parameters: &str) -> Self {
        let input = format!("{{{}:{value}}}", quoted(subject(face)));
        let parameters = if parameters == "{}" { "" } else { parameters };
        Self { input: input.into_bytes(), parameters: parameters.as_bytes().to_vec() }
    }
}

/// What of a request's body goes on chain. `seeded` says that the model's sampling is seeded by the
/// lease.
///
/// # Errors
/// [`Unusable`].
pub fn split(face: Face, body: &Members<'_>, seeded: bool) -> Result<OnChain, Unusable> {
    let subject = subject(face);
    let value = body.get(subject).ok_or(Unusable::NotOneSubject)?;
    let left_out = [&["model", subject][..], &DELIVERY].concat();
    let on_chain = OnChain::new(face, value, &body.write(&left_out));
    read(&on_chain.input, &on_chain.parameters, seeded)?;
    Ok(on_chain)
}

/// A request that was read from the chain.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// On which path it is to be asked.
    pub face: Face,
    subject: &'a str,
    parameters: Members<'a>,
}

/// Reads a request from the chain. `seeded` says that the model's sampling is seeded by the lease.
///
/// # Errors
/// [`Unusable`].
pub fn read<'a>(
    input: &'a [u8],
    parameters: &'a [u8],
    seeded: bool,
) -> Result<Asked<'a>, Unusable> {
    let members = Members::parse(input)?;
    let mut names = members.0.keys().map(String::as_str);
    let face = match (names.next(), names.next()) {
        (Some("messages"), None) => Face::ChatCompletions,
        (Some("prompt"), None) => Face::Completions,
        _ => return Err(Unusable::NotOneSubject),
    };
    let subject = members.get(subject(face)).ok_or(Unusable::NotOneSubject)?;
    check_subject(face, subject)?;
    let parameters = match parameters {
        [] => Members(BTreeMap::new()),
        bytes => {
            let members = Members::parse(bytes)?;
            if members.0.is_empty() || members.write(&[]).as_bytes() != bytes {
                return Err(Unusable::NotCanonical);
            }
            members
        }
    };
    check_parameters(&parameters, seeded)?;
    Ok(Asked { face, subject, parameters })
}

impl Asked<'_> {
    /// The body that asks `model` this, with `seed` where the request names none itself.
    pub fn body(&self, model: &str, seed: u32) -> String {
        let member = |name: &str, value: &str| format!("{}:{value}", quoted(name));
        let mut members =
            Vec::from([member("model", &quoted(model)), member(subject(self.face), self.subject)]);
        members.extend(self.parameters.0.iter().map(|(name, value)| member(name, value.get())));
        if self.parameters.get(SEED).is_none() {
            members.push(member(SEED, &seed.to_string()));
        }
        format!("{{{}}}", members.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_chain(face: Face, body: &str) -> Result<OnChain, Unusable> {
        split(face, &Members::parse(body.as_bytes()).unwrap(), true)
    }

    #[test]
    fn what_is_to_be_answered_stands_as_it_was_written_and_all_else_in_one_way() {
        let body = r#"{ "top_p" : 0.50, "stream":true, "messages":[ {"role": "user"} ],
            "model":"a","max_tokens":7, "stream_options":{"include_usage":true}}"#;
        let split = on_chain(Face::ChatCompletions, body).unwrap();
        assert_eq!(split.input, br#"{"messages":[ {"role": "user"} ]}"#);
        assert_eq!(split.parameters, br#"{"max_tokens":7,"top_p":0.50}"#);
    }

    #[test]
    fn a_request_without_parameters_has_no_bytes_of_them() {
        let split = on_chain(Face::Completions, r#"{"prompt":"x","model":"a"}"#).unwrap();
        assert_eq!(
            (split.input.as_slice(), split.parameters.len()),
            (&br#"{"prompt":"x"}"#[..], 0)
        );
    }

    #[test]
    fn what_was_split_is_put_together_with_the_name_of_the_model_and_the_seed() {
        let body = r#"{"prompt":"x \u00e9","temperature":0.7,"model":"id"}"#;
        let split = on_chain(Face::Completions, body).unwrap();
        let asked = read(&split.input, &split.parameters, true).unwrap();
        assert_eq!(asked.face, Face::Completions);
        assert_eq!(
            asked.body("a \"b\"", 9),
            r#"{"model":"a \"b\"","prompt":"x \u00e9","temperature":0.7,"seed":9}"#
        );
    }

    #[test]
    fn a_seed_of_the_request_is_used_only_where_the_lease_gives_none() {
        let parameters = br#"{"seed":3}"#;
        let input = br#"{"prompt":"x"}"#;
        let asked = read(input, parameters, false).unwrap();
        assert_eq!(asked.body("a", 9), r#"{"model":"a","prompt":"x","seed":3}"#);
        let refused = read(input, parameters, true).unwrap_err();
        assert!(refused.to_string().starts_with("seed: the lease gives it"), "{refused}");
    }

    #[test]
    fn an_input_that_is_not_one_subject_is_unusable() {
        for (input, unusable) in [
            (&b"{}"[..], Unusable::NotOneSubject),
            (br#"{"messages":[],"prompt":"x"}"#, Unusable::NotOneSubject),
            (br#"{"messages":[],"model":"a"}"#, Unusable::NotOneSubject),
            (br#"{"input":"x"}"#, Unusable::NotOneSubject),
            (br#"{"messages":"x"}"#, Unusable::WrongSubject),
            (br#"{"prompt":["x","y"]}"#, Unusable::WrongSubject),
        ] {
            let text = String::from_utf8_lossy(input);
            assert_eq!(read(input, b"", false).unwrap_err(), unusable, "{text}");
        }
        for input in [&b""[..], b"secret", br#""secret""#, b"{\xff", br#"{"prompt":"x"} "secret""#]
        {
            let unusable = read(input, b"", false).unwrap_err();
            assert!(matches!(unusable, Unusable::NotAnObject(_)), "{unusable:?}");
            assert!(!unusable.to_string().contains("secret"), "{unusable}");
        }
    }

    #[test]
    fn parameters_are_read_in_one_writing_alone() {
        let of = |parameters: &[u8]| read(br#"{"prompt":"x"}"#, parameters, true).map(drop);
        assert_eq!(of(br#"{"a":1,"b":2}"#), Ok(()));
        for parameters in
            [&b"{}"[..], br#"{"b":2,"a":1}"#, br#"{"a": 1}"#, b"{\"a\":1}\n", br#"{"\u0061":1}"#]
        {
            assert_eq!(of(parameters), Err(Unusable::NotCanonical));
        }
    }

    #[test]
    fn a_parameter_that_asks_for_what_no_answer_on_chain_is_is_refused_by_its_name() {
        let of =
            |parameters: &str| read(br#"{"prompt":"x"}"#, parameters.as_bytes(), true).map(drop);
        for (name, value) in [
            ("n", "2"),
            ("best_of", "3"),
            ("stream", "false"),
            ("stream_options", "{}"),
            ("tools", "[{}]"),
            ("functions", "[{}]"),
            ("audio", "{}"),
            ("model", "\"a\""),
            ("messages", "[]"),
            ("prompt", "\"x\""),
        ] {
            match of(&format!("{{\"{name}\":{value}}}")) {
                Err(Unusable::Parameter { name: found, .. }) => assert_eq!(found, name),
                other => panic!("{name}: {other:?}"),
            }
        }
        for good in [r#"{"n":1}"#, r#"{"tools":[]}"#, r#"{"tools":null}"#, r#"{"stop":["a"]}"#] {
            assert_eq!(of(good), Ok(()), "{good}");
        }
    }
}
