//! The one address that is ever dialled: the operator's own gateway, on loopback.
//!
//! It comes from the node's own storage, under [`STORAGE_KEY`], never from chain state: a registered
//! endpoint would be hostile input that reaches into the operator's network. Whatever is stored, only
//! its port is used.

use alloc::{format, string::String};
use core::fmt;
use opg_worker_api::GATEWAY_PORT;

/// Where an operator stores the gateway's port, in the node's persistent off-chain storage: as
/// `8650`, or as `http://127.0.0.1:8650`.
pub const STORAGE_KEY: &[u8] = b"opg::gateway";

const PREFIX: &str = "http://127.0.0.1:";

/// A gateway on this machine; by default at [`GATEWAY_PORT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gateway {
    port: u16,
}

impl Default for Gateway {
    fn default() -> Self {
        Self { port: GATEWAY_PORT }
    }
}

/// What is stored under [`STORAGE_KEY`] names no port on loopback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoGateway;

impl fmt::Display for NoGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the stored gateway is neither a port nor {PREFIX}PORT")
    }
}

impl Gateway {
    /// Reads what an operator stored.
    ///
    /// # Errors
    /// [`NoGateway`] for anything but a port from 1 on, alone or after `http://127.0.0.1:`.
    pub fn parse(stored: &[u8]) -> Result<Self, NoGateway> {
        let text = core::str::from_utf8(stored).map_err(|_| NoGateway)?.trim();
        let digits = text.strip_prefix(PREFIX).unwrap_or(text);
        let digits = digits.strip_suffix('/').unwrap_or(digits);
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(NoGateway);
        }
        match digits.parse() {
            Ok(0) | Err(_) => Err(NoGateway),
            Ok(port) => Ok(Self { port }),
        }
    }

    /// The address of `path`, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{PREFIX}{}{path}", self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_a_gateway_on_loopback() {
        for stored in
            [&b"8700"[..], b"http://127.0.0.1:8700", b"http://127.0.0.1:8700/", b" 8700\n"]
        {
            let gateway = Gateway::parse(stored).unwrap();
            assert_eq!(gateway.url("/v1/jobs/0x00/1"), "http://127.0.0.1:8700/v1/jobs/0x00/1");
        }
        assert_eq!(Gateway::default().url("/"), "http://127.0.0.1:8650/");
    }

    #[test]
    fn any_other_address_is_refused() {
        for stored in [
            &b""[..],
            b"0",
            b"65536",
            b"-1",
            b"+1",
            b"http://10.0.0.1:8650",
            b"http://127.0.0.1:8650@10.0.0.1:80",
            b"http://127.0.0.1:8650/path",
            b"http://127.0.0.1.example:8650",
            b"https://127.0.0.1:8650",
            b"localhost:8650",
            b"[::1]:8650",
            b"8650 8651",
            b"\xff\xfe",
        ] {
            assert_eq!(Gateway::parse(stored), Err(NoGateway), "{stored:?}");
        }
    }
}
