//! Where a signed answer stands in a body or a stream, to the byte.
//!
//! | | |
//! | --- | --- |
//! | body | `{…` `,"signed_answer":` JSON `}` and the white space that was after the `}` |
//! | stream | parts, then [`chunk_head`] `,"signed_answer":` JSON `}` and a blank line, then `[DONE]` |
//!
//! The mark cannot stand inside a JSON string, which has no bare quotation mark, and the JSON of a
//! signed answer does not hold it: so the last one is the one that counts.

use super::{AnswerStatement, Face};
use alloc::{format, string::String, vec::Vec};

/// What stands before the JSON of a signed answer.
pub const MARK: &str = ",\"signed_answer\":";
/// What ends the chunk of a signed answer.
const CHUNK_END: &str = "}\n\n";

/// The length of the first part of `bytes`: up to and including the line feed of a blank line. None
/// if there is no blank line yet.
///
/// A line ends with a line feed, which a carriage return may precede.
pub fn part_end(bytes: &[u8]) -> Option<usize> {
    let (mut blank, mut returned) = (false, false);
    for (position, byte) in bytes.iter().enumerate() {
        match byte {
            b'\n' if blank => return position.checked_add(1),
            b'\n' => (blank, returned) = (true, false),
            b'\r' if blank && !returned => returned = true,
            _ => blank = false,
        }
    }
    None
}

/// Whether `part` is the end mark of a stream.
pub fn is_done(part: &[u8]) -> bool {
    part.trim_ascii()
        .strip_prefix(b"data:")
        .is_some_and(|data| data.trim_ascii_start() == b"[DONE]")
}

/// Puts `answer`, which is JSON, into `body`, a JSON object with at least one member.
pub fn seal_body(body: &[u8], answer: &[u8]) -> Option<Vec<u8>> {
    let (object, space) = closing(body)?;
    if object.trim_ascii_end().last().is_none_or(|last| *last == b'{') {
        return None;
    }
    Some([object, MARK.as_bytes(), answer, b"}", space].concat())
}

/// Takes the signed answer out of `body`: what the body was without it, and its JSON.
pub fn open_body(body: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let (object, space) = closing(body)?;
    let at = find_last(object, MARK.as_bytes())?;
    let (before, from_mark) = object.split_at_checked(at)?;
    let answer = from_mark.strip_prefix(MARK.as_bytes())?;
    Some(([before, b"}", space].concat(), answer))
}

/// A JSON object without its last brace, and the white space after that.
fn closing(body: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, space) = body.split_at_checked(body.trim_ascii_end().len())?;
    let object = body.trim_ascii_end().strip_suffix(b"}")?;
    Some((object, space))
}

/// A stream, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened<'a> {
    /// The parts that are signed.
    pub signed: &'a [u8],
    /// The chunk of the signed answer up to the mark.
    pub before: &'a [u8],
    /// The JSON of the signed answer.
    pub answer: &'a [u8],
    /// Whether the end mark follows. Nothing else does.
    pub done: bool,
}

/// Takes `stream` apart, if it ends with the chunk of a signed answer, or with that and the end
/// mark.
pub fn open_stream(stream: &[u8]) -> Option<Opened<'_>> {
    let mark = find_last(stream, MARK.as_bytes())?;
    let mut start = 0usize;
    let (chunk, rest) = loop {
        let (_, from_here) = stream.split_at_checked(start)?;
        let length = part_end(from_here)?;
        let end = start.checked_add(length)?;
        if mark < end {
            break from_here.split_at_checked(length)?;
        }
        start = end;
    };
    let (signed, _) = stream.split_at_checked(start)?;
    let (before, from_mark) = chunk.split_at_checked(mark.checked_sub(start)?)?;
    let answer = from_mark.strip_prefix(MARK.as_bytes())?.strip_suffix(CHUNK_END.as_bytes())?;
    let done = match rest.is_empty() {
        true => false,
        false if is_done(rest) => true,
        false => return None,
    };
    Some(Opened { signed, before, answer, done })
}

fn find_last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}

/// How the chunk of a signed answer begins. It has the form of the chunk that holds the usage, and
/// no choice, and all of it follows from what is signed: nobody adds to an answer in it.
pub fn chunk_head(statement: &AnswerStatement) -> Vec<u8> {
    let object = match statement.face {
        Face::ChatCompletions => "chat.completion.chunk",
        Face::Completions => "text_completion",
    };
    let id = statement.upstream_id.as_ref().unwrap_or(&statement.id);
    let model = statement.model_named.as_ref().unwrap_or(&statement.model_asked);
    let created = statement.started.checked_div(1000).unwrap_or_default();
    format!(
        "data: {{\"id\":{},\"object\":\"{object}\",\"created\":{created},\"model\":{},\
         \"choices\":[],\"usage\":null",
        json_string(id),
        json_string(model)
    )
    .into_bytes()
}

/// The chunk of a signed answer whose JSON is `answer`.
pub fn chunk(statement: &AnswerStatement, answer: &[u8]) -> Vec<u8> {
    [chunk_head(statement).as_slice(), MARK.as_bytes(), answer, CHUNK_END.as_bytes()].concat()
}

/// `text` as a JSON string, in which only what has to be is escaped.
fn json_string(text: &str) -> String {
    let mut json = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => json.push(other),
        }
    }
    json.push('"');
    json
}
