//! Answers, good ones and such as only an enclave that lies would sign.

use super::enclaves::{
    key, of_small_order, other, other_key, ours, Enclave, CONFIGURATION, GENESIS, PROVIDER,
};
use codec::Encode;
use ed25519_zebra::SigningKey;
use opg_primitives::{
    enclave::{FinishReason, Usage},
    ids::{Account, ConfigurationId, Digest, EnclaveId, GenesisHash, Signature},
    signed_answer::{
        carrier, AnswerStatement, ChoiceEnd, Face, Parts, SignedAnswer, Status, Ungraded,
    },
    statement::commit_parameters,
};
use serde::Serialize;
use sp_crypto_hashing::sha2_256;

/// What a client sent and got.
#[derive(Serialize)]
pub struct Answer {
    pub name: &'static str,
    pub face: Face,
    pub stream: bool,
    pub request: String,
    pub response: String,
    /// The header `x-opg-answer-id`.
    pub id: String,
    /// The header `x-opg-signed-answer`.
    pub header: Option<String>,
}

/// The network that ran, where one did.
pub const DIGEST: Digest = Digest([9; 32]);

const CHAT: &str =
    r#"{"model":"tiny","messages":[{"role":"user","content":"Grüße"}],"max_tokens":8}"#;
const CHAT_STREAM: &str =
    r#"{"model":"tiny","messages":[{"role":"user","content":"Hi"}],"stream":true}"#;
const COMPLETION: &str = r#"{"model":"tiny","prompt":"Once"}"#;
const COMPLETION_STREAM: &str = r#"{"model":"tiny","prompt":"Once","stream":true}"#;
/// With white space after it, and what could be taken for a mark in it.
const CHAT_BODY: &str = concat!(
    r#"{"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assistant","#,
    r#""content":"Grüße,\"signed_answer\":no"},"finish_reason":"stop"}]}"#,
    "\n"
);
const COMPLETION_BODY: &str =
    r#"{"choices":[{"index":0,"text":" upon","finish_reason":"length"}]}"#;
/// Lines end in both ways, and one part is a remark.
pub const CHAT_PARTS: [&str; 4] = [
    "data: {\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}\n\n",
    ": keep alive\r\n\r\n",
    "data: {\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lö\"}}]}\n\n",
    "data: {\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
];
const COMPLETION_PARTS: [&str; 1] =
    ["data: {\"choices\":[{\"index\":0,\"text\":\" upon\",\"finish_reason\":\"length\"}]}\n\n"];
pub const DONE: &str = "data: [DONE]\n\n";

/// How a statement differs from the plain one.
type Alter = fn(&mut AnswerStatement);

fn unaltered(_: &mut AnswerStatement) {}

fn statement(name: &str, face: Face, request: &str, sent: &[u8]) -> AnswerStatement {
    let digest = |bytes: &[u8]| Digest(sha2_256(bytes));
    AnswerStatement {
        genesis: GENESIS,
        provider: PROVIDER,
        enclave: ours().id,
        configuration: CONFIGURATION,
        id: format!("opg-{name}"),
        upstream_id: Some("chatcmpl-1".into()),
        face,
        received: digest(request.as_bytes()),
        forwarded: digest(request.as_bytes()),
        got: digest(sent),
        sent: digest(sent),
        stream: None,
        model_asked: "tiny".into(),
        // What JSON has more than one way to write.
        model_named: Some("tiny \"2026\"\\\t\u{1}\u{7f}ü/".into()),
        network: None,
        parameters: commit_parameters(br#"{"max_tokens":8}"#),
        finish: vec![ChoiceEnd { index: 0, finish: FinishReason::Stop }],
        usage: Some(Usage { input: 1, output: 70_000 }),
        started: 1_799_999_999_250,
        finished: 1_800_000_000_000,
        sequence: 3,
        previous: Digest([8; 32]),
        status: Status::Complete,
    }
}

/// As an enclave without an upstream signs.
fn inside(statement: &mut AnswerStatement) {
    statement.upstream_id = None;
    statement.model_named = None;
    statement.network = Some(DIGEST);
    statement.usage = None;
    statement.finish = vec![ChoiceEnd { index: 0, finish: FinishReason::Length }];
    // More than a float holds.
    statement.sequence = u64::MAX - 1;
}

fn sign(statement: AnswerStatement, key: &SigningKey, of: &Enclave) -> SignedAnswer {
    let signature = Signature(key.sign(&statement.signing_hash()).to_bytes());
    SignedAnswer { standing: Ungraded, statement, session_key: of.session_key, signature }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// A whole answer, of which `signed` is said.
fn sealed(name: &'static str, request: &str, body: &str, signed: &SignedAnswer) -> Answer {
    let json = serde_json::to_vec(signed).unwrap();
    Answer {
        name,
        face: Face::ChatCompletions,
        stream: false,
        request: request.into(),
        response: text(carrier::seal_body(body.as_bytes(), &json).unwrap()),
        id: signed.statement.id.clone(),
        header: Some(hex::encode(signed.encode())),
    }
}

/// A stream, of which `signed` is said.
fn streamed(
    name: &'static str,
    request: &str,
    parts: &str,
    done: &str,
    signed: &SignedAnswer,
) -> Answer {
    let json = serde_json::to_vec(signed).unwrap();
    let chunk = text(carrier::chunk(&signed.statement, &json));
    Answer {
        name,
        face: Face::ChatCompletions,
        stream: true,
        request: request.into(),
        response: format!("{parts}{chunk}{done}"),
        id: signed.statement.id.clone(),
        header: None,
    }
}

/// A whole chat answer that `key` signs in the name of `of`, with something altered.
fn chat(name: &'static str, key: &SigningKey, of: &Enclave, alter: Alter) -> Answer {
    let mut said = statement(name, Face::ChatCompletions, CHAT, CHAT_BODY.as_bytes());
    alter(&mut said);
    sealed(name, CHAT, CHAT_BODY, &sign(said, key, of))
}

/// A stream of `parts`, likewise.
fn chat_stream(name: &'static str, parts: &str, alter: Alter) -> Answer {
    let mut said = statement(name, Face::ChatCompletions, CHAT_STREAM, parts.as_bytes());
    said.stream = Some(Parts::of(parts.as_bytes()));
    alter(&mut said);
    streamed(name, CHAT_STREAM, parts, DONE, &sign(said, &key(), &ours()))
}

fn completion(name: &'static str) -> Answer {
    let body = COMPLETION_BODY;
    let mut said = statement(name, Face::Completions, COMPLETION, body.as_bytes());
    inside(&mut said);
    let answer = sealed(name, COMPLETION, body, &sign(said, &key(), &ours()));
    Answer { face: Face::Completions, ..answer }
}

fn completion_stream(name: &'static str, parts: &str, done: &str) -> Answer {
    let mut said = statement(name, Face::Completions, COMPLETION_STREAM, parts.as_bytes());
    inside(&mut said);
    said.stream = Some(Parts::of(parts.as_bytes()));
    let signed = sign(said, &key(), &ours());
    let answer = streamed(name, COMPLETION_STREAM, parts, done, &signed);
    Answer { face: Face::Completions, ..answer }
}

/// A stream of an upstream that is such a node itself.
fn nested(name: &'static str) -> Answer {
    let inner = chat_stream("inner", &CHAT_PARTS.concat(), unaltered);
    let parts = inner.response.strip_suffix(DONE).unwrap();
    chat_stream(name, parts, unaltered)
}

/// All answers. Each that [`super::cases`] does not refuse as it is is good.
pub fn all() -> Vec<Answer> {
    let (ours, parts) = (ours(), CHAT_PARTS.concat());
    let mut all = vec![
        chat("chat", &key(), &ours, unaltered),
        completion("completion"),
        chat_stream("chat-stream", &parts, unaltered),
        completion_stream("completion-stream", &COMPLETION_PARTS.concat(), "data:[DONE]\r\n\r\n"),
        completion_stream("empty-stream", "", "data: [DONE]"),
        nested("nested-stream"),
        // What follows is refused.
        chat("of-another-enclave", &other_key(), &other(), unaltered),
        chat("in-its-name", &other_key(), &ours, unaltered),
    ];
    let forged: [(&'static str, Alter); 8] = [
        ("of-another-chain", |it| it.genesis = GenesisHash([0x11; 32])),
        ("of-another-provider", |it| it.provider = Account([0x12; 32])),
        ("of-another-id", |it| it.enclave = EnclaveId([0x13; 32])),
        ("of-another-configuration", |it| it.configuration = ConfigurationId([0x14; 32])),
        ("of-another-model", |it| it.model_asked = "large".into()),
        ("of-another-path", |it| it.face = Face::Completions),
        ("broken-off", |it| it.status = Status::Aborted),
        ("of-a-stream", |it| it.stream = Some(Parts::default())),
    ];
    all.extend(forged.map(|(name, alter)| chat(name, &key(), &ours, alter)));
    all.extend([
        chat_stream("broken-off-stream", &parts, |it| it.status = Status::Aborted),
        chat_stream("stream-of-a-body", &parts, |it| it.stream = None),
        chat_stream("stream-of-other-parts", &parts, |it| {
            it.stream = it.stream.map(|parts| parts.with(b"data: more\n\n"));
        }),
        anybodys("by-anybody"),
    ]);
    all
}

/// An answer that anybody can sign: by a key of small order.
fn anybodys(name: &'static str) -> Answer {
    let enclave = of_small_order();
    let mut said = statement(name, Face::ChatCompletions, CHAT, CHAT_BODY.as_bytes());
    said.enclave = enclave.id;
    let mut signature = [0; 64];
    signature[0] = 1;
    let signed = SignedAnswer {
        standing: Ungraded,
        statement: said,
        session_key: enclave.session_key,
        signature: Signature(signature),
    };
    sealed(name, CHAT, CHAT_BODY, &signed)
}
