//! What is done to answers and enclaves, and the verdict that each has to get.

use super::{
    answers::{Answer, CHAT_PARTS, DIGEST, DONE},
    enclaves::{of_small_order, on_chain, other, ours, unapproved, Enclave, NOW},
};
use opg_primitives::{
    attestation::Vendor,
    ids::{Digest, EnclaveId},
    signed_answer::carrier,
};
use serde::Serialize;

/// A case.
#[derive(Default, Serialize)]
pub struct Case {
    pub name: &'static str,
    pub answer: &'static str,
    pub edit: Option<Edit>,
    pub enclave: Option<Enclave>,
    pub now: Option<u64>,
    pub network: Option<Digest>,
    pub fault: Option<&'static str>,
    pub attested: bool,
}

/// `cut` bytes of `what` at byte `at` become `put`.
#[derive(Serialize)]
pub struct Edit {
    pub what: &'static str,
    pub at: usize,
    pub cut: usize,
    pub put: String,
}

impl Edit {
    /// `text`, edited if it is what `edit` is of.
    pub fn applied(edit: Option<&Self>, what: &str, text: &str) -> String {
        let mut text = text.to_owned();
        if let Some(edit) = edit.filter(|edit| edit.what == what) {
            text.replace_range(edit.at..edit.at + edit.cut, &edit.put);
        }
        text
    }
}

/// The verdict on an answer as it is.
const FORGED: [(&str, &str); 14] = [
    ("of-another-enclave", "Key"),
    ("in-its-name", "Signature"),
    ("of-another-chain", "Chain"),
    ("of-another-provider", "Enclave"),
    ("of-another-id", "Enclave"),
    ("of-another-configuration", "Configuration"),
    ("of-another-model", "Model"),
    ("of-another-path", "Face"),
    ("broken-off", "Aborted"),
    ("of-a-stream", "Response"),
    ("broken-off-stream", "Aborted"),
    ("stream-of-a-body", "Parts"),
    ("stream-of-other-parts", "Parts"),
    ("by-anybody", "Key"),
];

/// Edits of a whole answer: the case, what becomes what, the last time that it stands there, and the
/// verdict.
const OF_A_BODY: [(&str, &str, &str, &str); 18] = [
    ("a byte before the signed answer", "Grüße", "Grüsse", "Response"),
    ("a member before the signed answer", MARK, ",\"x\":1,\"signed_answer\":", "Response"),
    ("a digit of the key", "key\":\"0xea4a", "key\":\"0xea4b", "Key"),
    ("another number", "\"sequence\":3", "\"sequence\":4", "Signature"),
    ("another usage", "\"output\":70000", "\"output\":7", "Signature"),
    ("a zero before a number", "\"sequence\":3", "\"sequence\":03", "Malformed"),
    ("a digit in upper case", "key\":\"0xea", "key\":\"0xEA", "Malformed"),
    ("space in the signed answer", "\"sequence\":3", "\"sequence\": 3", "Malformed"),
    ("a needless escape", "\"ChatCompletions\"", "\"\\u0043hatCompletions\"", "Malformed"),
    ("a path that there is not", "\"ChatCompletions\"", "\"Responses\"", "Malformed"),
    ("a grade", "not on chain: no grade", "on chain: evidence A", "Malformed"),
    ("a member too many", "\"sequence\":3", "\"grade\":1,\"sequence\":3", "Malformed"),
    ("a member too few", "\"sequence\":3,", "", "Malformed"),
    ("a member behind the signed answer", "}\n", ",\"x\":1}\n", "Malformed"),
    ("space behind the body", "}\n", "}\n\n", "Response"),
    ("no space behind the body", "}\n", "}", "Response"),
    ("the last brace cut off", "}\n", "\n", "Malformed"),
    ("no mark", MARK, ",\"signed-answer\":", "Missing"),
];
const MARK: &str = carrier::MARK;

/// The same of a stream.
fn of_a_stream() -> Vec<(&'static str, String, String, &'static str)> {
    let [_, remark, third, last] = CHAT_PARTS;
    let chunk = "data: {\"id\":\"chatcmpl-1\",\"object\"";
    let text = "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"!\"}}],\"usage\":null";
    let fixed = [
        ("a byte of the first part", "Hel", "Bel", "Response"),
        ("a byte of a remark", "keep", "Keep", "Response"),
        ("a byte of a middle part", "lö", "la", "Response"),
        ("a byte of the last part", "\"delta\":{}", "\"delta\":[]", "Response"),
        ("another line end", "alive\r\n\r\n", "alive\n\n", "Response"),
        ("a part dropped", third, "", "Response"),
        ("the end mark cut off", DONE, "", "Carrier"),
        ("the end mark cut in two", DONE, "data: [DO", "Missing"),
        ("no mark in a stream", MARK, ",\"signed-answer\":", "Missing"),
        ("text in the last chunk", "\"choices\":[],\"usage\":null", text, "Carrier"),
        ("a name in the last chunk written otherwise", "\\u0009", "\\t", "Carrier"),
        ("a digit in a stream's signed answer", "\"sequence\":3", "\"sequence\":4", "Signature"),
        ("a member behind a stream's signed answer", "}}\n\n", "},\"x\":1}\n\n", "Malformed"),
    ];
    let made = [
        ("two parts swapped", [remark, third].concat(), [third, remark].concat(), "Response"),
        ("a part doubled", third.to_owned(), third.repeat(2), "Response"),
        ("a part put in", last.to_owned(), format!(": more\n\n{last}"), "Response"),
        ("a part behind the signed answer", DONE.to_owned(), format!(": x\n\n{DONE}"), "Missing"),
        ("a part behind the end mark", DONE.to_owned(), format!("{DONE}: x\n\n"), "Missing"),
        ("an end mark in the middle", last.to_owned(), format!("{DONE}{last}"), "Response"),
        // Clients take a bare carriage return for the end of a line, too.
        (
            "an end mark within a part",
            last.to_owned(),
            format!("data: [DONE]\r\r{last}"),
            "Response",
        ),
        ("another name in the last chunk", chunk.to_owned(), chunk.replace('1', "9"), "Carrier"),
        (
            "an event before the last chunk",
            chunk.to_owned(),
            format!("event: x\n{chunk}"),
            "Carrier",
        ),
    ];
    let fixed = fixed.map(|(name, from, to, fault)| (name, from.to_owned(), to.to_owned(), fault));
    fixed.into_iter().chain(made).collect()
}

/// Edits of a request or a header: the case, the answer, what of it, what becomes what, the verdict.
const BESIDE: [(&str, &str, &str, &str, &str, &str); 5] = [
    ("another request", "chat", "request", "Grüße", "Grüsse", "Request"),
    ("space in the request", "chat", "request", ",\"max", ", \"max", "Request"),
    ("a digit of the header", "chat", "header", "ea4a6c63", "ea4b6c63", "Header"),
    ("the name in the header", "chat", "id", "opg-chat", "opg-cat", "Header"),
    ("the name in a stream's header", "chat-stream", "id", "opg-chat", "opg-cat", "Header"),
];

fn edited(
    answers: &[Answer],
    (name, answer, what): (&'static str, &'static str, &'static str),
    (from, to): (&str, &str),
    fault: &'static str,
) -> Case {
    let of = answers.iter().find(|of| of.name == answer).unwrap();
    let text = match what {
        "response" => Some(&of.response),
        "request" => Some(&of.request),
        "id" => Some(&of.id),
        _ => of.header.as_ref(),
    };
    let at = text.and_then(|text| text.rfind(from)).expect(name);
    let edit = Edit { what, at, cut: from.len(), put: to.to_owned() };
    Case { name, answer, edit: Some(edit), fault: Some(fault), ..Case::default() }
}

/// What is said of the enclave or expected of the network.
fn of_enclaves() -> Vec<Case> {
    let other_network = Digest([10; 32]);
    let case = |name, answer, enclave| Case { name, answer, enclave, ..Case::default() };
    let attested = |name, answer, vendor, binding, network| Case {
        attested: true,
        ..case(name, answer, Some(on_chain(vendor, binding, network)))
    };
    let refused =
        |name, answer, enclave, fault| Case { fault: Some(fault), ..case(name, answer, enclave) };
    let misplaced = Enclave { id: EnclaveId([3; 32]), ..ours() };
    let revoked = Enclave { revoked: true, ..ours() };
    let loaded = || Some(on_chain(Vendor::Intel, "Loaded", None));
    vec![
        refused("another enclave than expected", "chat", Some(other()), "Key"),
        refused("anybody's answer", "by-anybody", Some(of_small_order()), "SmallOrder"),
        refused("an id that is not of the key", "chat", Some(misplaced), "Identity"),
        Case { now: Some(NOW + 3600), ..case("the last second", "chat", None) },
        Case { now: Some(NOW + 3601), ..refused("past its window", "chat", None, "Expired") },
        refused("revoked", "chat", Some(revoked), "Revoked"),
        refused("not approved", "chat", Some(unapproved(Vendor::Intel)), "NotApproved"),
        attested("an upstream, attested", "chat", Vendor::Intel, "Upstream", None),
        attested("a loaded network, attested", "completion", Vendor::Amd, "Loaded", None),
        attested(
            "a measured network, attested",
            "completion",
            Vendor::Aws,
            "InImage",
            Some(DIGEST),
        ),
        attested("a stream, attested", "chat-stream", Vendor::Aws, "Upstream", None),
        case(
            "the development vendor, on chain",
            "chat",
            Some(on_chain(Vendor::Development, "Upstream", None)),
        ),
        refused(
            "another network than was measured",
            "completion",
            Some(on_chain(Vendor::Aws, "InImage", Some(other_network))),
            "Model",
        ),
        refused("an upstream where the network runs inside", "chat", loaded(), "Model"),
        refused(
            "a network where there is an upstream",
            "completion",
            Some(on_chain(Vendor::Intel, "Upstream", None)),
            "Model",
        ),
        Case { network: Some(DIGEST), ..case("the network expected", "completion", None) },
        Case {
            network: Some(other_network),
            ..refused("another network than expected", "completion", None, "Model")
        },
        Case {
            network: Some(DIGEST),
            ..refused("an upstream where a network is expected", "chat", None, "Model")
        },
    ]
}

/// All cases.
pub fn all(answers: &[Answer]) -> Vec<Case> {
    let mut all: Vec<_> = FORGED
        .map(|(name, fault)| Case { name, answer: name, fault: Some(fault), ..Case::default() })
        .into();
    all.extend(OF_A_BODY.map(|(name, from, to, fault)| {
        edited(answers, (name, "chat", "response"), (from, to), fault)
    }));
    all.extend(of_a_stream().into_iter().map(|(name, from, to, fault)| {
        edited(answers, (name, "chat-stream", "response"), (&from, &to), fault)
    }));
    all.extend(BESIDE.map(|(name, answer, what, from, to, fault)| {
        edited(answers, (name, answer, what), (from, to), fault)
    }));
    all.extend(of_enclaves());
    all
}
