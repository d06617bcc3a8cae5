//! AWS Nitro Enclaves: the Nitro Secure Module, a device that takes and gives CBOR by one ioctl.
//!
//! By hand, after the driver's header `linux/nsm.h` and the vendor's own library: that one draws in
//! a CBOR crate that nobody maintains.
#![allow(unsafe_code)]

use super::{io, Document, Platform, PlatformError, Request};
use ciborium::Value;
use nix::libc::iovec;
use opg_primitives::attestation::AttestationFormat;
use std::{fs::OpenOptions, os::fd::AsRawFd, path::PathBuf};

/// The device.
const DEVICE: &str = "/dev/nsm";
/// The most bytes of an answer, as the driver has it.
const MAX_ANSWER_BYTES: usize = 0x3000;

/// What goes to the driver: where the request is, and where the answer may be written.
#[repr(C)]
pub struct Message {
    request: iovec,
    response: iovec,
}

nix::ioctl_readwrite!(
    /// One request to the module.
    nsm_process,
    0x0a,
    0,
    Message
);

/// The Nitro Secure Module of this enclave.
#[derive(Clone, Debug)]
pub struct NitroPlatform {
    device: PathBuf,
}

impl Default for NitroPlatform {
    fn default() -> Self {
        Self { device: DEVICE.into() }
    }
}

impl NitroPlatform {
    fn wrong(&self, why: impl std::fmt::Display) -> PlatformError {
        PlatformError::Answer { device: self.device.display().to_string(), why: why.to_string() }
    }

    /// Sends `request` and gives the answer.
    fn process(&self, request: &mut [u8]) -> Result<Vec<u8>, PlatformError> {
        let device = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&self.device)
            .map_err(io("cannot be opened", &self.device))?;
        let mut answer = vec![0u8; MAX_ANSWER_BYTES];
        let mut message = Message {
            request: iovec { iov_base: request.as_mut_ptr().cast(), iov_len: request.len() },
            response: iovec { iov_base: answer.as_mut_ptr().cast(), iov_len: answer.len() },
        };
        // SAFETY: both vectors outlive the call, and the driver writes at most `iov_len` bytes to
        // the second, whose length it then sets.
        let done = unsafe { nsm_process(device.as_raw_fd(), &mut message) };
        done.map_err(|error| io("the request failed", &self.device)(error.into()))?;
        answer.truncate(message.response.iov_len);
        Ok(answer)
    }
}

/// The request for a document, as the module reads it.
fn encode(request: &Request<'_>) -> Value {
    let text = |text: &str| Value::Text(text.into());
    let (user_data, _) = request.report_data.split_at(32);
    let fields = vec![
        (text("user_data"), Value::Bytes(user_data.to_vec())),
        (text("nonce"), Value::Bytes(request.nonce.to_vec())),
        (text("public_key"), Value::Bytes(request.public_key.to_vec())),
    ];
    Value::Map(vec![(text("Attestation"), Value::Map(fields))])
}

/// The document in the module's answer, or what it says instead.
fn decode(answer: &[u8]) -> Result<Vec<u8>, String> {
    let value: Value = ciborium::from_reader(answer).map_err(|error| error.to_string())?;
    let field = |map: Value, name: &str| {
        let entries = map.into_map().ok()?;
        entries.into_iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
    };
    if let Some(Value::Text(error)) = field(value.clone(), "Error") {
        return Err(format!("the module says {error}"));
    }
    field(value, "Attestation")
        .and_then(|answer| field(answer, "document"))
        .and_then(|document| document.into_bytes().ok())
        .ok_or_else(|| "the answer holds no document".into())
}

impl Platform for NitroPlatform {
    fn name(&self) -> &'static str {
        "AWS Nitro Enclaves"
    }

    fn format(&self) -> AttestationFormat {
        AttestationFormat::Nitro
    }

    fn attest(&self, request: &Request<'_>) -> Result<Document, PlatformError> {
        let mut bytes = Vec::new();
        ciborium::into_writer(&encode(request), &mut bytes).map_err(|error| self.wrong(error))?;
        let answer = self.process(&mut bytes)?;
        let bytes = decode(&answer).map_err(|why| self.wrong(why))?;
        Ok(Document { bytes, endorsements: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_is_the_cbor_that_the_module_reads() {
        let request = Request { report_data: &[1; 64], nonce: &[2; 32], public_key: &[3; 32] };
        let mut bytes = Vec::new();
        ciborium::into_writer(&encode(&request), &mut bytes).unwrap();
        let by_hand = [
            b"\xa1\x6bAttestation\xa3\x69user_data\x58\x20".as_slice(),
            &[1; 32],
            b"\x65nonce\x58\x20",
            &[2; 32],
            b"\x6apublic_key\x58\x20",
            &[3; 32],
        ]
        .concat();
        assert_eq!(hex::encode(bytes), hex::encode(by_hand));
    }

    #[test]
    fn the_document_or_the_modules_error_is_read() {
        let answer = b"\xa1\x6bAttestation\xa1\x68document\x43\x01\x02\x03";
        assert_eq!(decode(answer), Ok(vec![1, 2, 3]));
        let error = decode(b"\xa1\x65Error\x6dInvalidIndex!").unwrap_err();
        assert!(error.contains("InvalidIndex!"), "{error}");
        assert!(decode(b"\xa0").unwrap_err().contains("no document"));
        assert!(decode(b"\xff").is_err());
    }

    #[test]
    fn outside_an_enclave_the_device_is_named() {
        let platform = NitroPlatform { device: "/nonexistent/nsm".into() };
        let request = Request { report_data: &[0; 64], nonce: &[], public_key: &[] };
        let error = platform.attest(&request).unwrap_err().to_string();
        assert!(error.contains("/nonexistent/nsm: cannot be opened"), "{error}");
    }
}
