//! Bytes from somebody who means harm, or is of another version.

mod common;

use common::{job, result, sealed_job};
use opg_primitives::{
    evidence::MAX_PROOF_BYTES,
    ids::Commitment,
    request::{Output, MAX_PUBLIC_BYTES},
    sealed::MAX_SEALED_BYTES,
};
use opg_worker_api::{
    from_json, to_json, DecodeError, ErrorBody, Job, JobInput, JobKey, JobReport, JobStatus,
    KeyError, Text, MAX_JOB_BYTES, MAX_RESULT_BYTES, MAX_TEXT_BYTES,
};
use proptest::prelude::*;
use serde_json::{json, Value};

fn value() -> Value {
    serde_json::to_value(job()).unwrap()
}

fn sealed_value() -> Value {
    serde_json::to_value(sealed_job()).unwrap()
}

fn why(json: &Value) -> String {
    from_json::<Job>(json.to_string().as_bytes()).unwrap_err().to_string()
}

/// A case, what it does to the JSON of a job, and what the error says.
type Case = (&'static str, fn(&mut Value), &'static str);

#[test]
fn each_altered_job_is_refused_with_a_message_that_names_the_thing() {
    let cases: &[Case] = &[
        ("another version", |j| j["version"] = json!(2), "version 2 of the job protocol"),
        ("a version that is text", |j| j["version"] = json!("1"), "invalid type: string"),
        ("an unknown field", |j| j["extra"] = json!(1), "unknown field `extra`"),
        (
            "an unknown inner field",
            |j| j["lease_block"]["extra"] = json!(1),
            "unknown field `extra`",
        ),
        (
            "no request",
            |j| {
                j.as_object_mut().unwrap().remove("request");
            },
            "missing field `request`",
        ),
        (
            "a short request",
            |j| j["request"] = json!("0x00"),
            "a RequestId is 64 hexadecimal digits",
        ),
        ("an attempt over a byte", |j| j["attempt"] = json!(256), "invalid value: integer `256`"),
        ("a negative attempt", |j| j["attempt"] = json!(-1), "invalid value: integer `-1`"),
        ("an unknown mode", |j| j["mode"] = json!("Best"), "unknown variant `Best`"),
        ("input without 0x", |j| j["input"] = json!("00"), "bytes begin with 0x"),
        ("input of half a byte", |j| j["input"] = json!("0x0"), "hexadecimal digits: Odd number"),
        ("input that is not digits", |j| j["input"] = json!("0xzz"), "hexadecimal digits: Invalid"),
        (
            "input over its bound",
            |j| j["input"] = json!(format!("0x{}", "00".repeat(4097))),
            "at most 4096 bytes",
        ),
        ("input as numbers", |j| j["input"] = json!([0, 1]), "expected bytes as 0x"),
        (
            "parameters over their bound",
            |j| j["parameters"] = json!(format!("0x{}", "00".repeat(257))),
            "at most 256 bytes",
        ),
        ("a price that is a number", |j| j["price"] = json!(1), "expected an amount"),
        ("a negative price", |j| j["price"] = json!("-1"), "an amount is decimal digits"),
        ("a price with a plus", |j| j["price"] = json!("+1"), "an amount is decimal digits"),
        (
            "a price with a leading zero",
            |j| j["price"] = json!("01"),
            "an amount is decimal digits",
        ),
        (
            "a price of 2^128",
            |j| j["price"] = json!("340282366920938463463374607431768211456"),
            "below 2^128",
        ),
        (
            "a block number over 32 bits",
            |j| j["ack_by"] = json!(4294967296u64),
            "invalid value: integer `4294967296`",
        ),
        ("a fraction of a block", |j| j["ack_by"] = json!(22.5), "invalid type: floating point"),
        (
            "a lease before its request",
            |j| j["lease_block"]["number"] = json!(8),
            "lease_block: it is before",
        ),
        ("an ack_by before the lease", |j| j["ack_by"] = json!(11), "ack_by: it is before"),
        ("a deadline before the lease", |j| j["deadline"] = json!(11), "deadline: it is before"),
    ];
    for (name, alter, expected) in cases {
        let mut altered = value();
        alter(&mut altered);
        let why = why(&altered);
        assert!(why.contains(expected), "{name}: {why}");
    }
}

#[test]
fn each_altered_job_with_a_sealed_input_is_refused_with_a_message_that_names_the_thing() {
    let cases: &[Case] = &[
        ("a mode without an enclave", |j| j["mode"] = json!("Plain"), "the mode has no enclave"),
        ("an unknown inner field", |j| j["input"]["salt"] = json!("0x00"), "unknown field `salt`"),
        (
            "no enclave",
            |j| {
                j["input"].as_object_mut().unwrap().remove("enclave");
            },
            "missing field `enclave`",
        ),
        (
            "a ciphertext over its bound",
            |j| {
                let bytes = MAX_SEALED_BYTES as usize + 1;
                j["input"]["ciphertext"] = json!(format!("0x{}", "00".repeat(bytes)));
            },
            "at most",
        ),
        (
            "a delivery in the block that the lease was drawn from",
            |j| j["input"]["block"]["number"] = json!(12),
            "delivered outside its lease",
        ),
        (
            "a delivery after the lease",
            |j| j["input"]["block"]["number"] = json!(23),
            "delivered outside its lease",
        ),
    ];
    for (name, alter, expected) in cases {
        let mut altered = sealed_value();
        alter(&mut altered);
        let why = why(&altered);
        assert!(why.contains(expected), "{name}: {why}");
    }
}

#[test]
fn a_repeated_field_is_refused() {
    let twice = value().to_string().replacen('{', r#"{"attempt":0,"#, 1);
    let error = from_json::<Job>(twice.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("duplicate field `attempt`"), "{error}");
}

#[test]
fn trailing_bytes_are_refused() {
    let mut bytes = to_json(&job()).unwrap();
    bytes.extend_from_slice(b" {}");
    assert!(matches!(from_json::<Job>(&bytes), Err(DecodeError::Malformed { .. })));
}

#[test]
fn a_job_over_its_bound_is_refused_before_it_is_read() {
    let spaces = vec![b' '; MAX_JOB_BYTES + 1];
    assert_eq!(
        from_json::<Job>(&spaces),
        Err(DecodeError::TooLarge { name: "job", limit: MAX_JOB_BYTES })
    );
}

#[test]
fn deep_nesting_is_refused() {
    let deep = "[".repeat(MAX_JOB_BYTES);
    assert!(matches!(from_json::<Job>(deep.as_bytes()), Err(DecodeError::Malformed { .. })));
    let inside = format!(r#"{{"version":1,"x":{}"#, "[".repeat(8000));
    assert!(matches!(from_json::<Job>(inside.as_bytes()), Err(DecodeError::Malformed { .. })));
}

#[test]
fn the_largest_job_and_the_largest_report_fit_their_bounds() {
    let mut job = job();
    let public = vec![255; MAX_PUBLIC_BYTES as usize];
    job.input = JobInput::Public(public.clone().try_into().unwrap());
    job.parameters = vec![255; 256].try_into().unwrap();
    job.price = u128::MAX;
    job.key_version = Some(u32::MAX);
    for number in
        [&mut job.ack_by, &mut job.deliver_within, &mut job.deadline, &mut job.policy_version]
    {
        *number = u32::MAX;
    }
    let bytes = to_json(&job).unwrap();
    assert!(bytes.len() <= MAX_JOB_BYTES, "{}", bytes.len());
    assert_eq!(from_json::<Job>(&bytes), Ok(job.clone()));

    let mut sealed = Job { mode: opg_primitives::mode::Mode::Tee, ..job.clone() };
    let ciphertext: opg_primitives::sealed::SealedBytes =
        vec![255; MAX_SEALED_BYTES as usize].try_into().unwrap();
    let JobInput::Sealed(mut delivered) = sealed_job().input else { unreachable!() };
    (delivered.block.number, delivered.ciphertext) = (u32::MAX, ciphertext.clone());
    sealed.input = JobInput::Sealed(delivered);
    let bytes = to_json(&sealed).unwrap();
    assert!(bytes.len() <= MAX_JOB_BYTES, "{}", bytes.len());
    assert_eq!(from_json::<Job>(&bytes), Ok(sealed));

    let mut result = result();
    if let opg_primitives::evidence::Evidence::ZkMl { proof, .. } = &mut result.evidence {
        *proof = vec![255; MAX_PROOF_BYTES as usize].try_into().unwrap();
    }
    for output in [
        Output::Public(public.try_into().unwrap()),
        Output::Sealed { commitment: Commitment([255; 32]), ciphertext },
    ] {
        let result = opg_worker_api::JobResult { output, ..result.clone() };
        let report = JobReport::new(job.key(), JobStatus::Done(result));
        let bytes = to_json(&report).unwrap();
        assert!(bytes.len() <= MAX_RESULT_BYTES, "{}", bytes.len());
        assert_eq!(from_json(&bytes), Ok(report));
    }
}

#[test]
fn evidence_with_a_byte_too_many_or_too_few_is_refused() {
    let report = JobReport::new(job().key(), JobStatus::Done(result()));
    let json = serde_json::to_value(&report).unwrap();
    let evidence = json["status"]["done"]["evidence"].as_str().unwrap().to_owned();
    for altered in
        [format!("{evidence}00"), evidence[..evidence.len() - 2].to_owned(), "0x01".to_owned()]
    {
        let mut json = json.clone();
        json["status"]["done"]["evidence"] = json!(altered);
        let error = from_json::<JobReport>(json.to_string().as_bytes()).unwrap_err();
        assert!(error.to_string().contains("not its SCALE encoding"), "{error}");
    }
}

#[test]
fn a_report_of_an_unknown_status_or_progress_is_refused() {
    for (status, expected) in [
        (json!("finished"), "unknown variant"),
        (json!({"running": {"progress": 101}}), "0 to 100 percent"),
        (json!({"running": {"progress": 1, "eta": 2}}), "unknown field `eta`"),
        (json!({"refused": {"reason": "Tired", "why": ""}}), "unknown variant `Tired`"),
        (json!({"failed": {"why": "x".repeat(MAX_TEXT_BYTES + 1)}}), "at most 256 bytes"),
        (json!({"failed": {"why": "\u{1b}[2J"}}), "no control character"),
    ] {
        let mut json = serde_json::to_value(JobReport::new(job().key(), JobStatus::Held)).unwrap();
        json["status"] = status;
        let error = from_json::<JobReport>(json.to_string().as_bytes()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn an_error_of_an_unknown_code_is_refused() {
    assert!(from_json::<ErrorBody>(br#"{"code":"teapot","message":""}"#).is_err());
}

#[test]
fn a_key_has_one_way_to_be_written() {
    let request = format!("0x{}", "ab".repeat(32));
    assert!(JobKey::parse(&request, "0").is_ok());
    for bad in [
        &request[2..],
        &request[..64],
        &request.to_uppercase(),
        &format!("0x{}", "AB".repeat(32)),
        "",
        "../../etc",
    ] {
        assert_eq!(JobKey::parse(bad, "0"), Err(KeyError::Request), "{bad}");
    }
    for bad in ["", "00", "+1", "-1", "256", "1 ", "1.0", "one"] {
        assert_eq!(JobKey::parse(&request, bad), Err(KeyError::Attempt), "{bad}");
    }
}

#[test]
fn a_text_is_cut_at_a_character_and_holds_no_control_character() {
    let text = Text::new("ü".repeat(200));
    assert_eq!(text.as_str(), "ü".repeat(MAX_TEXT_BYTES / 2));
    assert_eq!(Text::new("a\nb\u{1b}[31m").as_str(), "a b [31m");
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        let _ = from_json::<Job>(&bytes);
        let _ = from_json::<JobReport>(&bytes);
    }

    #[test]
    fn a_job_with_one_byte_altered_is_refused_or_is_another_job_or_the_same(
        at in 0usize..1200, to in any::<u8>(),
    ) {
        let mut bytes = to_json(&job()).unwrap();
        let at = at % bytes.len();
        let was = std::mem::replace(&mut bytes[at], to);
        if let Ok(read) = from_json::<Job>(&bytes) {
            // Only the case of a hexadecimal digit may change without changing the job.
            prop_assert!(read != job() || was.eq_ignore_ascii_case(&to));
        }
    }

    #[test]
    fn a_sealed_job_with_one_byte_altered_is_refused_or_is_another_job_or_the_same(
        at in 0usize..1600, to in any::<u8>(),
    ) {
        let mut bytes = to_json(&sealed_job()).unwrap();
        let at = at % bytes.len();
        let was = std::mem::replace(&mut bytes[at], to);
        if let Ok(read) = from_json::<Job>(&bytes) {
            prop_assert!(read != sealed_job() || was.eq_ignore_ascii_case(&to));
        }
    }

    #[test]
    fn a_job_of_any_bytes_round_trips(
        input in proptest::collection::vec(any::<u8>(), 0..4096),
        parameters in proptest::collection::vec(any::<u8>(), 0..256),
        price in any::<u128>(), attempt in any::<u8>(), key_version in any::<Option<u32>>(),
    ) {
        let mut job = job();
        job.input = JobInput::Public(input.try_into().unwrap());
        job.parameters = parameters.try_into().unwrap();
        (job.price, job.attempt, job.key_version) = (price, attempt, key_version);
        prop_assert_eq!(from_json::<Job>(&to_json(&job).unwrap()), Ok(job));
    }
}
