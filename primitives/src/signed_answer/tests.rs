use super::{carrier::*, *};
use crate::alter::alterations;

fn statement() -> AnswerStatement {
    AnswerStatement {
        genesis: GenesisHash([1; 32]),
        provider: Account([2; 32]),
        enclave: EnclaveId([3; 32]),
        configuration: ConfigurationId([4; 32]),
        id: "answer-1".into(),
        upstream_id: Some("chatcmpl-1".into()),
        face: Face::ChatCompletions,
        received: Digest([5; 32]),
        forwarded: Digest([5; 32]),
        got: Digest([6; 32]),
        sent: Digest([6; 32]),
        stream: None,
        model_asked: "a".into(),
        model_named: Some("a-2026".into()),
        network: None,
        parameters: Commitment([7; 32]),
        finish: alloc::vec![ChoiceEnd { index: 0, finish: FinishReason::Stop }],
        usage: Some(Usage { input: 1, output: 2 }),
        started: 1_000,
        finished: 2_000,
        sequence: 3,
        previous: Digest([8; 32]),
        status: Status::Complete,
    }
}

fn signed(statement: AnswerStatement) -> SignedAnswer {
    SignedAnswer {
        standing: Ungraded,
        statement,
        session_key: SessionKey([9; 32]),
        signature: Signature([10; 64]),
    }
}

#[test]
fn every_field_of_a_statement_changes_what_is_signed() {
    let cases = alterations!(AnswerStatement {
        genesis: |it: &mut GenesisHash| it.0[0] ^= 1,
        provider: |it: &mut Account| it.0[0] ^= 1,
        enclave: |it: &mut EnclaveId| it.0[0] ^= 1,
        configuration: |it: &mut ConfigurationId| it.0[0] ^= 1,
        id: |it: &mut String| it.push('x'),
        upstream_id: |it: &mut Option<String>| *it = None,
        face: |it: &mut Face| *it = Face::Completions,
        received: |it: &mut Digest| it.0[0] ^= 1,
        forwarded: |it: &mut Digest| it.0[0] ^= 1,
        got: |it: &mut Digest| it.0[0] ^= 1,
        sent: |it: &mut Digest| it.0[0] ^= 1,
        stream: |it: &mut Option<Parts>| *it = Some(Parts::default()),
        model_asked: |it: &mut String| it.push('x'),
        model_named: |it: &mut Option<String>| *it = None,
        network: |it: &mut Option<Digest>| *it = Some(Digest([0; 32])),
        parameters: |it: &mut Commitment| it.0[0] ^= 1,
        finish: |it: &mut Vec<ChoiceEnd>| it.clear(),
        usage: |it: &mut Option<Usage>| *it = None,
        started: |it: &mut u64| *it += 1,
        finished: |it: &mut u64| *it += 1,
        sequence: |it: &mut u64| *it += 1,
        previous: |it: &mut Digest| it.0[0] ^= 1,
        status: |it: &mut Status| *it = Status::Aborted,
    });
    for (field, alter) in cases {
        let mut other = statement();
        alter(&mut other);
        assert_ne!(other.signing_hash(), statement().signing_hash(), "{field}");
    }
}

#[test]
fn a_body_is_opened_to_the_byte_as_it_was_sealed() {
    for body in
        ["{\"a\":1}", "{\"a\":{\"b\":\"}\"}}\n", "{ \"x\" : \",\\\"signed_answer\\\":\" } \r\n"]
    {
        let sealed = seal_body(body.as_bytes(), b"{\"s\":{}}").unwrap();
        let (opened, answer) = open_body(&sealed).unwrap();
        assert_eq!(opened, body.as_bytes());
        assert_eq!(answer, b"{\"s\":{}}");
    }
}

#[test]
fn what_is_no_object_with_a_member_takes_no_answer() {
    for body in ["", "{}", "{ }", "[1]", "null", "{\"a\":1} x"] {
        assert_eq!(seal_body(body.as_bytes(), b"{}"), None, "{body}");
        assert_eq!(open_body(body.as_bytes()), None, "{body}");
    }
}

#[test]
fn a_part_ends_after_a_blank_line_whichever_way_lines_end() {
    for (bytes, end) in [
        ("data: 1\n\nrest", Some(9)),
        ("data: 1\r\n\r\nrest", Some(11)),
        ("data: 1\n\r\nrest", Some(10)),
        ("data: 1\ndata: 2\n\n", Some(17)),
        ("data: 1\n", None),
        ("data: 1\r\r\n", None),
        ("data: 1\n\r\r\n", None),
        ("\n\n", Some(2)),
        ("\ndata\n\n", Some(7)),
        ("", None),
    ] {
        assert_eq!(part_end(bytes.as_bytes()), end, "{bytes:?}");
    }
}

#[test]
fn parts_are_the_same_however_they_came() {
    let stream = b"data: 1\n\n: note\r\n\r\ndata: 2\n\n";
    let by_hand = [&b"data: 1\n\n"[..], b": note\r\n\r\n", b"data: 2\n\n"]
        .iter()
        .fold(Parts::default(), |parts, part| parts.with(part));
    assert_eq!(Parts::of(stream), by_hand);
    assert_eq!(by_hand.count, 3);
    let hash = sp_crypto_hashing::blake2_256(
        &[b"\x48opg/stream-part/v1".as_slice(), &[0; 32], b"\x24data: 1\n\n"].concat(),
    );
    assert_eq!(link(Digest([0; 32]), b"data: 1\n\n"), Digest(hash));
}

/// A stream of two parts, whole, with the chunk of its signed answer.
fn stream() -> (SignedAnswer, Vec<u8>) {
    let parts = b"data: {\"a\":1}\n\ndata: {\"a\":2}\n\n";
    let answer = signed(AnswerStatement {
        sent: Digest(sha2_256(parts)),
        stream: Some(Parts::of(parts)),
        ..statement()
    });
    let chunk = chunk(&answer.statement, b"{\"s\":1}");
    let whole = [&parts[..], &chunk, b"data: [DONE]\n\n"].concat();
    (answer, whole)
}

#[test]
fn a_stream_is_checked_and_given_without_its_signed_answer() {
    let (answer, whole) = stream();
    assert_eq!(answer.check_stream(&whole), Ok(&b"data: {\"a\":1}\n\ndata: {\"a\":2}\n\n"[..]));
    assert_eq!(open_stream(&whole).unwrap().answer, b"{\"s\":1}");
}

#[test]
fn no_byte_of_a_stream_can_change_but_those_of_the_answers_own_json_and_the_end_marks_space() {
    let (answer, whole) = stream();
    let opened = open_stream(&whole).unwrap();
    let json = opened.answer.as_ptr() as usize - whole.as_ptr() as usize;
    let done = whole.len() - b"data: [DONE]\n\n".len();
    for position in 0..whole.len() {
        let mut altered = whole.clone();
        altered[position] ^= 1;
        if answer.check_stream(&altered).is_ok() {
            let of_json = (json..json + opened.answer.len()).contains(&position);
            // The two line feeds and the space after the colon are what a reader skips.
            let of_space = position >= done && whole[position].is_ascii_whitespace();
            assert!(of_json || of_space, "position {position}");
        }
    }
}

#[test]
fn what_is_put_into_the_chunk_or_after_it_is_found() {
    let (answer, whole) = stream();
    let text = String::from_utf8(whole).unwrap();
    let put = text.replace("\"choices\":[]", "\"choices\":[{\"delta\":{\"content\":\"x\"}}]");
    assert_eq!(answer.check_stream(put.as_bytes()), Err(Fault::Carrier));
    let after = text.replace("data: [DONE]\n\n", "data: {\"a\":3}\n\ndata: [DONE]\n\n");
    assert_eq!(answer.check_stream(after.as_bytes()), Err(Fault::Missing));
    let cut = text.replace("data: [DONE]\n\n", "");
    assert_eq!(answer.check_stream(cut.as_bytes()), Err(Fault::Carrier));
    let dropped = text.replacen("data: {\"a\":1}\n\n", "", 1);
    assert_eq!(answer.check_stream(dropped.as_bytes()), Err(Fault::Response));
}

#[test]
fn a_body_that_was_altered_in_one_byte_is_found() {
    let body = b"{\"a\":1}";
    let answer = signed(AnswerStatement { sent: Digest(sha2_256(body)), ..statement() });
    let sealed = seal_body(body, b"{\"s\":1}").unwrap();
    assert_eq!(answer.check_body(&sealed), Ok(body.to_vec()));
    let altered = sealed.iter().map(|byte| if *byte == b'1' { b'2' } else { *byte });
    assert_eq!(answer.check_body(&altered.collect::<Vec<_>>()), Err(Fault::Response));
    assert_eq!(answer.check_body(body), Err(Fault::Missing));
}

#[test]
fn who_signed_is_who_the_caller_trusts() {
    let answer = signed(statement());
    let hash = answer.statement.signing_hash();
    let verify = |key: &SessionKey, signed: &[u8; 32], _: &Signature| {
        *key == SessionKey([9; 32]) && *signed == hash
    };
    assert_eq!(answer.check_signature(SessionKey([9; 32]), verify), Ok(()));
    assert_eq!(answer.check_signature(SessionKey([0; 32]), verify), Err(Fault::Key));
    assert_eq!(answer.check_signature(SessionKey([9; 32]), |_, _, _| false), Err(Fault::Signature));
}

#[cfg(feature = "serde")]
#[test]
fn a_signed_answer_says_that_it_has_no_grade_and_nothing_else_is_read() {
    let json = serde_json::to_string(&signed(statement())).unwrap();
    assert!(json.starts_with("{\"standing\":\"not on chain: no grade\","), "{json}");
    assert!(!json.contains(MARK));
    assert_eq!(serde_json::from_str::<SignedAnswer>(&json).unwrap(), signed(statement()));
    let graded = json.replace(STANDING, "evidence A");
    assert!(serde_json::from_str::<SignedAnswer>(&graded).is_err());
}
