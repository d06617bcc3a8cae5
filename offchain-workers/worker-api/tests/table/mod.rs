//! Bad input to the job protocol, tried on the real routers of worker and gateway alike: each case
//! with the status, the code and the message that it gets.

use opg_worker_api::{from_json, ErrorBody, ErrorCode, Job, MAX_JOB_BYTES};
use reqwest::{Client, Method};
use serde_json::{json, Value};

/// What is sent.
enum Sent {
    /// A body, with the content type of the protocol.
    Json(Vec<u8>),
    /// A body in pieces, without a length before it.
    Chunked(Vec<u8>),
    /// A body with another content type, or none.
    Typed(Option<&'static str>),
    /// No body.
    Nothing,
}

struct Case {
    name: &'static str,
    method: Method,
    path: String,
    sent: Sent,
    code: ErrorCode,
    says: &'static str,
}

fn altered(job: &Job, alter: impl FnOnce(&mut Value)) -> Sent {
    let mut json = serde_json::to_value(job).unwrap();
    alter(&mut json);
    Sent::Json(json.to_string().into_bytes())
}

fn cases(job: &Job) -> Vec<Case> {
    use ErrorCode::*;
    let path = job.key().path();
    let id = job.request.to_string();
    let whole = serde_json::to_vec(job).unwrap();
    let body = |name, sent, code, says| Case {
        name,
        method: Method::PUT,
        path: path.clone(),
        sent,
        code,
        says,
    };
    let key = |name, path: String, says| Case {
        name,
        method: Method::PUT,
        path,
        sent: Sent::Json(whole.clone()),
        code: BadKey,
        says,
    };
    let other = |name, method, path: &str, code, says| Case {
        name,
        method,
        path: path.to_owned(),
        sent: Sent::Nothing,
        code,
        says,
    };
    let set = |field: &'static str, value: Value| altered(job, move |json| json[field] = value);
    let with_tail: Vec<u8> = [whole.as_slice(), b"{}"].concat();
    let repeated = String::from_utf8(whole.clone()).unwrap().replacen('{', "{\"attempt\":0,", 1);
    vec![
        body("an empty body", Sent::Json(vec![]), BadMessage, "not a job: EOF"),
        body("no JSON", Sent::Json(b"hello".to_vec()), BadMessage, "not a job: expected value"),
        body("not UTF-8", Sent::Json(vec![b'"', 0xff, b'"']), BadMessage, "not a job"),
        body("a list", Sent::Json(b"[]".to_vec()), BadMessage, "not a job"),
        body("deep nesting", Sent::Json(b"[".repeat(8000)), BadMessage, "not a job"),
        body("bytes after the job", Sent::Json(with_tail), BadMessage, "trailing characters"),
        body(
            "a field twice",
            Sent::Json(repeated.into_bytes()),
            BadMessage,
            "duplicate field `attempt`",
        ),
        body(
            "another version",
            set("version", json!(2)),
            UnsupportedVersion,
            "version 2 of the job protocol",
        ),
        body("an unknown field", set("extra", json!(0)), BadMessage, "unknown field `extra`"),
        body(
            "a missing field",
            altered(job, |j| {
                j.as_object_mut().unwrap().remove("binding");
            }),
            BadMessage,
            "missing field `binding`",
        ),
        body("an unknown mode", set("mode", json!("Best")), BadMessage, "unknown variant `Best`"),
        body("a number as price", set("price", json!(5)), BadMessage, "an amount as a string"),
        body("half a byte of input", set("input", json!("0x0")), BadMessage, "hexadecimal digits"),
        body(
            "input over 4 KiB",
            set("input", json!(format!("0x{}", "00".repeat(4097)))),
            BadMessage,
            "at most 4096 bytes",
        ),
        body(
            "a lease before its request",
            altered(job, |j| j["lease_block"]["number"] = json!(0)),
            BadMessage,
            "lease_block: it is before",
        ),
        body(
            "a body over 16 KiB",
            Sent::Json(vec![b' '; MAX_JOB_BYTES + 1]),
            TooLarge,
            "at most 16384 bytes",
        ),
        body(
            "the same in pieces",
            Sent::Chunked(vec![b' '; MAX_JOB_BYTES + 1]),
            TooLarge,
            "at most 16384 bytes",
        ),
        body(
            "a form",
            Sent::Typed(Some("application/x-www-form-urlencoded")),
            UnsupportedMediaType,
            "application/json",
        ),
        body("no content type", Sent::Typed(None), UnsupportedMediaType, "application/json"),
        body(
            "the body of another attempt",
            set("attempt", json!(job.attempt ^ 1)),
            KeyMismatch,
            "the path names",
        ),
        key("a request without 0x", format!("/v1/jobs/{}/1", &id[2..]), "a request is 0x"),
        key(
            "a request in upper case",
            format!("/v1/jobs/0x{}/1", "AB".repeat(32)),
            "a request is 0x",
        ),
        key("a path that climbs", "/v1/jobs/%2e%2e%2f%2e%2e%2fetc/1".to_owned(), "a request is 0x"),
        key("a path that is not UTF-8", "/v1/jobs/%ff/1".to_owned(), "UTF-8"),
        key("an attempt over a byte", format!("/v1/jobs/{id}/256"), "an attempt is a number"),
        key(
            "an attempt with a zero before it",
            format!("/v1/jobs/{id}/01"),
            "an attempt is a number",
        ),
        other(
            "a job that nobody put",
            Method::GET,
            &format!("/v1/jobs/0x{}/9", "ee".repeat(32)),
            UnknownJob,
            "no job 0xeeee",
        ),
        other("a job that cannot be", Method::GET, "/v1/jobs/1/1", BadKey, "a request is 0x"),
        other("a deletion", Method::DELETE, &path, MethodNotAllowed, "has no DELETE"),
        other(
            "a preflight of a web page",
            Method::OPTIONS,
            &path,
            MethodNotAllowed,
            "has no OPTIONS",
        ),
        other("a put to health", Method::PUT, "/v1/health", MethodNotAllowed, "has no PUT"),
        other(
            "another version's path",
            Method::GET,
            "/v2/health",
            UnknownPath,
            "no such path: /v2/health",
        ),
        other("the root", Method::GET, "/", UnknownPath, "no such path: /"),
    ]
}

/// Tries every case on the server at `url`, whose good job is `job`, and says how many there were.
pub async fn try_all(url: &str, job: &Job) -> usize {
    let client = Client::builder().no_proxy().build().unwrap();
    let cases = cases(job);
    for case in &cases {
        let request = client.request(case.method.clone(), format!("{url}{}", case.path));
        let request = match &case.sent {
            Sent::Json(body) => {
                request.header("content-type", "application/json").body(body.clone())
            }
            Sent::Chunked(body) => {
                let pieces: Vec<_> = body
                    .chunks(1000)
                    .map(|piece| Ok::<_, std::io::Error>(piece.to_vec()))
                    .collect();
                request
                    .header("content-type", "application/json")
                    .body(reqwest::Body::wrap_stream(futures::stream::iter(pieces)))
            }
            Sent::Typed(Some(kind)) => {
                request.header("content-type", *kind).body(serde_json::to_vec(job).unwrap())
            }
            Sent::Typed(None) => request.body(serde_json::to_vec(job).unwrap()),
            Sent::Nothing => request,
        };
        let response =
            request.send().await.unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let status = response.status().as_u16();
        let bytes = response.bytes().await.unwrap();
        let error: ErrorBody = from_json(&bytes)
            .unwrap_or_else(|error| panic!("{}: {status}, {error}: {bytes:?}", case.name));
        assert_eq!(
            (error.code, status),
            (case.code, case.code.status()),
            "{}: {}",
            case.name,
            error.message
        );
        assert!(error.message.as_str().contains(case.says), "{}: {}", case.name, error.message);
    }
    // None of it left a job behind.
    let left = client.get(format!("{url}{}", job.key().path())).send().await.unwrap();
    assert_eq!(left.status().as_u16(), 404, "a bad case left a job behind");
    cases.len()
}
