//! The JSON of each message, pinned: a change here is a change of the protocol.

mod common;

use codec::Encode;
use common::{job, result, sealed_job, sealed_result};
use opg_primitives::request::DeclineReason;
use opg_worker_api::{
    from_json, to_json, ErrorBody, ErrorCode, Health, JobKey, JobReport, JobStatus, Message,
    Progress, Queue, Served, Text, VERSION,
};

fn pinned<M: Message + PartialEq + std::fmt::Debug>(message: &M, json: &str) {
    assert_eq!(String::from_utf8(to_json(message).unwrap()).unwrap(), json);
    assert_eq!(from_json::<M>(json.as_bytes()).as_ref(), Ok(message));
}

fn hex(byte: u8, times: usize) -> String {
    format!("{byte:02x}").repeat(times)
}

fn report(status: &str) -> String {
    format!(r#"{{"version":1,"request":"0x{}","attempt":1,"status":{status}}}"#, hex(2, 32))
}

#[test]
fn a_job_is_written_as_pinned() {
    let job = job();
    let json = format!(
        concat!(
            r#"{{"version":1,"genesis":"0x{}","request":"0x{}","attempt":1,"provider":"0x{}","#,
            r#""model":"0x{}","mode":"ZkMl","key_version":0,"input":"0x00010e0f","parameters":"0x","#,
            r#""commitments":{{"input":"{}","parameters":"{}"}},"#,
            r#""request_block":{{"number":10,"hash":"0x{}"}},"#,
            r#""lease_block":{{"number":12,"hash":"0x{}"}},"binding":"{}","policy_version":7,"#,
            r#""price":"1500000000000000000000","ack_by":22,"deliver_within":200,"deadline":400}}"#
        ),
        hex(1, 32),
        hex(2, 32),
        hex(3, 32),
        hex(4, 32),
        job.commitments.input,
        job.commitments.parameters,
        hex(6, 32),
        hex(5, 32),
        job.binding,
    );
    pinned(&job, &json);
}

#[test]
fn a_sealed_input_is_written_as_pinned_in_the_place_of_a_public_one() {
    let json = serde_json::to_string(&job()).unwrap();
    let sealed = format!(
        r#"{{"enclave":"0x{}","block":{{"number":14,"hash":"0x{}"}},"ciphertext":"0x{}"}}"#,
        hex(7, 32),
        hex(8, 32),
        hex(9, 100)
    );
    let json = json
        .replace(r#""0x00010e0f""#, &sealed)
        .replace(r#""mode":"ZkMl","key_version":0"#, r#""mode":"Tee","key_version":null"#);
    pinned(&sealed_job(), &json);
}

#[test]
fn a_sealed_output_is_written_as_pinned() {
    let result = sealed_result();
    let json = format!(
        r#"{{"done":{{"output":{{"commitment":"0x{}","ciphertext":"0x{}"}},"evidence":"0x{}"}}}}"#,
        hex(6, 32),
        hex(5, 60),
        hex::encode(result.evidence.encode())
    );
    pinned(&JobReport::new(job().key(), JobStatus::Done(result)), &report(&json));
}

#[test]
fn each_status_is_written_as_pinned() {
    let done = format!(
        r#"{{"done":{{"output":"0x02000000","evidence":"0x02{}{}0000000000{}{}"}}}}"#,
        hex(8, 32),
        hex(9, 64),
        "0103",
        hex(10, 192)
    );
    let cases = [
        (JobStatus::Queued, r#""queued""#),
        (JobStatus::Held, r#""held""#),
        (JobStatus::Accepted, r#""accepted""#),
        (JobStatus::Running { progress: Progress::new(40) }, r#"{"running":{"progress":40}}"#),
        (JobStatus::Done(result()), done.as_str()),
        (
            JobStatus::refused(DeclineReason::NotServed, "no such model"),
            r#"{"refused":{"reason":"NotServed","why":"no such model"}}"#,
        ),
        (JobStatus::failed("the prover died"), r#"{"failed":{"why":"the prover died"}}"#),
    ];
    for (status, json) in cases {
        assert!(json.contains(status.name()), "{json}");
        pinned(&JobReport::new(job().key(), status), &report(json));
    }
}

#[test]
fn an_error_is_written_as_pinned() {
    pinned(
        &ErrorBody::new(ErrorCode::KeyMismatch, "the body is of another job"),
        r#"{"code":"key_mismatch","message":"the body is of another job"}"#,
    );
}

#[test]
fn a_health_report_is_written_as_pinned() {
    use opg_primitives::{
        ids::ModelId,
        mode::{Mode, ModeSet},
    };
    let health = Health {
        version: VERSION,
        service: Text::new("zkml-node 0.1.0"),
        ready: true,
        note: Text::default(),
        genesis: None,
        worker: None,
        models: vec![Served {
            model: ModelId([4; 32]),
            modes: ModeSet::of(&[Mode::Plain, Mode::ZkMl]),
            key_version: Some(0),
        }],
        queue: Queue { length: 1, capacity: 8 },
    };
    let json = format!(
        concat!(
            r#"{{"version":1,"service":"zkml-node 0.1.0","ready":true,"note":"","genesis":null,"#,
            r#""worker":null,"models":[{{"model":"0x{}","modes":["Plain","ZkMl"],"key_version":0}}],"#,
            r#""queue":{{"length":1,"capacity":8}}}}"#
        ),
        hex(4, 32)
    );
    pinned(&health, &json);
}

#[test]
fn the_path_of_a_job_is_pinned_and_read_back() {
    let key = job().key();
    let path = key.path();
    assert_eq!(path, format!("/v1/jobs/0x{}/1", hex(2, 32)));
    let mut parts = path.strip_prefix("/v1/jobs/").unwrap().split('/');
    assert_eq!(JobKey::parse(parts.next().unwrap(), parts.next().unwrap()), Ok(key));
}

#[test]
fn each_error_code_has_its_pinned_name_and_status() {
    let names: Vec<_> = ErrorCode::ALL
        .iter()
        .map(|code| format!("{} {}", serde_json::to_value(code).unwrap(), code.status()))
        .collect();
    assert_eq!(
        names,
        [
            "\"bad_message\" 400",
            "\"unsupported_version\" 400",
            "\"bad_key\" 400",
            "\"key_mismatch\" 400",
            "\"unknown_path\" 404",
            "\"unknown_job\" 404",
            "\"method_not_allowed\" 405",
            "\"timeout\" 408",
            "\"conflict\" 409",
            "\"too_large\" 413",
            "\"unsupported_media_type\" 415",
            "\"internal\" 500",
            "\"unavailable\" 503",
        ]
    );
}
