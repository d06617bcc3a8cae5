//! What a job is kept and asked for by.

use alloc::{format, string::String};
use core::fmt;
use opg_primitives::{ids::RequestId, Attempt};

/// The key of a job: one lease. It is also what an answer is signed for once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobKey {
    /// The request.
    pub request: RequestId,
    /// The attempt.
    pub attempt: Attempt,
}

/// Why the parts of a path are not a job's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// The request is not `0x` and 64 digits in lower case.
    Request,
    /// The attempt is not a number from 0 to 255 without leading zeros.
    Attempt,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "a request is 0x and 64 hexadecimal digits in lower case",
            Self::Attempt => "an attempt is a number from 0 to 255",
        })
    }
}

impl core::error::Error for KeyError {}

impl JobKey {
    /// Reads the two parts of a path. Each key has one way to be written, so that nothing is kept
    /// under two names.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn parse(request: &str, attempt: &str) -> Result<Self, KeyError> {
        let digits = request.strip_prefix("0x").ok_or(KeyError::Request)?;
        if digits.chars().any(|digit| digit.is_ascii_uppercase()) {
            return Err(KeyError::Request);
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| KeyError::Request)?;
        let number: Attempt = attempt.parse().map_err(|_| KeyError::Attempt)?;
        if format!("{number}") != attempt {
            return Err(KeyError::Attempt);
        }
        Ok(Self { request: RequestId(bytes), attempt: number })
    }

    /// The path of this job.
    pub fn path(&self) -> String {
        format!("/v1/jobs/{}/{}", self.request, self.attempt)
    }
}

impl fmt::Display for JobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.request, self.attempt)
    }
}
