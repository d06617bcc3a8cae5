//! Reads what people type or hand in as files. Every error names the argument or file.

use crate::error::{Failure, Result};
use opg_primitives::{
    ids::{ModelId, Signature},
    openai::{self, quoted, Members, OnChain},
    signed_answer::Face,
    Balance,
};
use std::{
    io::Read,
    path::{Path, PathBuf},
};

/// Decimals of the token.
pub const DECIMALS: u32 = 18;
/// The most bytes that are read of any file.
const MAX_FILE: u64 = 64 * 1024 * 1024;

/// The bytes of `path`, or of standard input if it is `-`.
pub fn bytes(path: &Path) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut content)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut content))
    };
    read.map_err(|error| {
        let what = match error.kind() {
            std::io::ErrorKind::NotFound => "the file does not exist".into(),
            std::io::ErrorKind::PermissionDenied => "the file may not be read".into(),
            std::io::ErrorKind::IsADirectory => "this is a directory, not a file".into(),
            _ => format!("the file cannot be read: {error}"),
        };
        Failure::data(what).at(path.display())
    })?;
    if content.len() as u64 > MAX_FILE {
        return Err(Failure::data(format!("the file has more than {} MiB", MAX_FILE >> 20))
            .at(path.display()));
    }
    Ok(content)
}

/// Writes `content` to `path`, which must not exist yet unless `force`.
pub fn write(path: &Path, content: &[u8], force: bool) -> Result<()> {
    if path.exists() && !force {
        return Err(Failure::data("the file exists already")
            .at(path.display())
            .help("choose another name, or add --force to overwrite it"));
    }
    std::fs::write(path, content).map_err(|error| {
        Failure::data(format!("the file cannot be written: {error}")).at(path.display())
    })
}

/// 32 bytes from `0x` and 64 hexadecimal digits.
pub fn hex32(what: &str, text: &str) -> Result<[u8; 32]> {
    let digits = text.strip_prefix("0x").ok_or_else(|| {
        Failure::usage(format!("{what} does not start with 0x"))
            .at(text)
            .help(format!("{what} is 0x and 64 hexadecimal digits"))
    })?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(digits, &mut bytes).map_err(|error| {
        let why = match error {
            hex::FromHexError::InvalidHexCharacter { c, index } => {
                format!("{what} has {c:?} at digit {}, which is not hexadecimal", index + 1)
            }
            _ => format!("{what} has {} digits after 0x, not 64", digits.len()),
        };
        Failure::usage(why).at(text).help(format!("{what} is 0x and 64 hexadecimal digits"))
    })?;
    Ok(bytes)
}

/// A signature: `0x` and 128 hexadecimal digits.
pub fn signature(text: &str) -> Result<Signature> {
    let mut bytes = [0; 64];
    hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes).map_err(|error| {
        Failure::usage(format!("the signature cannot be read: {error}"))
            .at(text)
            .help("a signature is 0x and 128 hexadecimal digits")
    })?;
    Ok(Signature(bytes))
}

/// A model's id.
pub fn model_id(text: &str) -> Result<ModelId> {
    hex32("a model id", text).map(ModelId)
}

/// An amount of OPG, as `12`, `0.5` or `0.000000000000000001`, in units of 10^-18.
pub fn amount(text: &str) -> Result<Balance> {
    let wrong = |why: &str| {
        Failure::usage(format!("the amount {why}"))
            .at(text)
            .help("an amount is a number of OPG such as 12 or 0.5, with at most 18 decimals")
    };
    let number = text.trim().trim_end_matches("OPG").trim_end();
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Err(wrong("has no digit"));
    }
    if !whole.chars().chain(fraction.chars()).all(|c| c.is_ascii_digit()) {
        return Err(wrong("is not a number"));
    }
    if fraction.len() > DECIMALS as usize {
        return Err(wrong("has more than 18 decimals"));
    }
    format!("{whole}{fraction:0<width$}", width = DECIMALS as usize)
        .parse()
        .map_err(|_| wrong("is more than there can be"))
}

/// The integers of a quantised input, one byte an element: a JSON array, or numbers with commas or
/// blanks between them.
pub fn elements(place: &str, text: &str) -> Result<Vec<u8>> {
    let trimmed = text.trim();
    let inner = match trimmed.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').ok_or_else(|| {
            Failure::data("the input starts with [ but does not end with ]").at(place)
        })?,
        None => trimmed,
    };
    let words =
        inner.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty());
    let values: Vec<u8> = words
        .enumerate()
        .map(|(index, word)| {
            word.parse::<u8>().map_err(|_| {
                Failure::data(format!(
                    "input element {index} is {word:?}, not a number from 0 to 255"
                ))
                .at(place)
                .help(
                    "give the quantised input: integers, one for each element of the model's shape",
                )
            })
        })
        .collect::<Result<_>>()?;
    if values.is_empty() {
        return Err(Failure::data("the input is empty").at(place));
    }
    Ok(values)
}

/// The quantised input that `ask` was given: numbers in `file`, raw bytes in `raw`, or `values`.
pub fn quantised(
    file: Option<&PathBuf>,
    raw: Option<&PathBuf>,
    values: Option<&str>,
) -> Result<Vec<u8>> {
    match (file, raw, values) {
        (Some(path), _, _) => {
            let place = path.display().to_string();
            let text = String::from_utf8(bytes(path)?).map_err(|_| {
                Failure::data("the file is not text")
                    .at(&place)
                    .help("for raw bytes, one an element, use --input-bytes")
            })?;
            elements(&place, &text)
        }
        (_, Some(path), _) => bytes(path),
        (_, _, Some(text)) => elements("--values", text),
        _ => Err(Failure::usage("no input was given").help(
            "give one of --input FILE, --input-bytes FILE, --values 0,12,3,...; to a text model \
             --prompt TEXT, --message TEXT, --messages FILE",
        )),
    }
}

/// What `ask` was given to ask a text model, as it stands on chain; none if it was given no text. That the
/// model takes a seed of the request's own is looked at when the model is known.
pub fn text(
    prompt: Option<&str>,
    message: Option<&str>,
    messages: Option<&Path>,
    parameters: Option<&str>,
) -> Result<Option<OnChain>> {
    let (face, place, subject) = match (prompt, message, messages) {
        (Some(text), _, _) => (Face::Completions, "--prompt".to_owned(), quoted(text)),
        (_, Some(text), _) => {
            let messages = format!("[{{\"role\":\"user\",\"content\":{}}}]", quoted(text));
            (Face::ChatCompletions, "--message".to_owned(), messages)
        }
        (_, _, Some(path)) => {
            let place = path.display().to_string();
            let text = String::from_utf8(bytes(path)?)
                .map_err(|_| Failure::data("the file is not text").at(&place))?;
            (Face::ChatCompletions, place, text.trim().to_owned())
        }
        (None, None, None) => return Ok(None),
    };
    let parameters = match parameters {
        None => "{}".to_owned(),
        Some(json) => {
            let members = Members::parse(json.as_bytes()).map_err(|error| {
                Failure::data(format!("the parameters cannot be read: {error}"))
                    .at("--parameters")
                    .help("give a JSON object, such as '{\"max_tokens\":64}'")
            })?;
            members.write(&[])
        }
    };
    let asked = OnChain::new(face, &subject, &parameters);
    openai::read(&asked.input, &asked.parameters, false).map_err(|error| {
        Failure::data(format!("the request cannot be made on chain: {error}")).at(place)
    })?;
    Ok(Some(asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_to_the_last_unit() {
        assert_eq!(amount("1"), Ok(1_000_000_000_000_000_000));
        assert_eq!(amount("0.000000000000000001"), Ok(1));
        assert_eq!(amount("12.5 OPG"), Ok(12_500_000_000_000_000_000));
        assert_eq!(amount(".5"), Ok(500_000_000_000_000_000));
    }

    #[test]
    fn what_is_no_amount_is_refused_by_name() {
        for (text, why) in [
            ("", "the amount has no digit"),
            (".", "the amount has no digit"),
            ("-1", "the amount is not a number"),
            ("1e3", "the amount is not a number"),
            ("0.0000000000000000001", "the amount has more than 18 decimals"),
            ("999999999999999999999999999999", "the amount is more than there can be"),
        ] {
            assert_eq!(amount(text).map_err(|failure| failure.what), Err(why.into()), "{text:?}");
        }
    }

    #[test]
    fn elements_are_read_from_json_commas_and_blanks() {
        for text in ["[1, 2,3]", "1,2,3", "1 2\n3", " [1 2 3] "] {
            assert_eq!(elements("here", text), Ok(vec![1, 2, 3]), "{text:?}");
        }
    }

    #[test]
    fn a_text_stands_on_chain_as_one_object_and_its_parameters_in_order() {
        let of = |prompt, message, parameters| text(prompt, message, None, parameters).unwrap();
        assert_eq!(of(None, None, None), None);
        let asked = of(Some("a \"b\""), None, Some("{\"top_p\": 0.5, \"max_tokens\":1}")).unwrap();
        assert_eq!(asked.input, br#"{"prompt":"a \"b\""}"#);
        assert_eq!(asked.parameters, br#"{"max_tokens":1,"top_p":0.5}"#);
        let asked = of(None, Some("7?"), Some("{}")).unwrap();
        assert_eq!(asked.input, br#"{"messages":[{"role":"user","content":"7?"}]}"#);
        assert_eq!(asked.parameters, b"");
    }

    #[test]
    fn a_text_that_cannot_stand_on_chain_says_why() {
        for (parameters, says) in [
            ("7", "it does not begin with {"),
            ("{\"stream\":true}", "stream: an answer on chain is whole"),
            ("{\"model\":\"a\"}", "model: it is no parameter"),
        ] {
            let failure = text(Some("x"), None, None, Some(parameters)).unwrap_err();
            assert!(failure.what.contains(says), "{}", failure.what);
        }
    }

    #[test]
    fn an_element_out_of_range_is_named() {
        let failure = elements("here", "1,256").unwrap_err();
        assert_eq!(failure.what, "input element 1 is \"256\", not a number from 0 to 255");
    }
}
