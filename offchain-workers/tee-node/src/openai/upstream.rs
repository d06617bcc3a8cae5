//! The way to the upstream: bytes out, bytes in. Nothing is followed, unpacked or written anew.

use super::ApiError;
use axum::{
    body::{Body, Bytes, HttpBody},
    http::{
        header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE},
        uri::Scheme,
        HeaderValue, Method, Request, Response, Uri,
    },
};
use futures::StreamExt;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{connect::HttpConnector, Client},
    rt::{TokioExecutor, TokioTimer},
};
use opg_primitives::ids::Digest;
use rustls::{
    crypto::ring,
    pki_types::{pem::PemObject, CertificateDer},
    ClientConfig, RootCertStore,
};
use std::{sync::Arc, time::Duration};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a connection stays open without use.
const IDLE: Duration = Duration::from_secs(5);

/// What is wrong with what the operator says of the upstream.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the upstream: {0}")]
pub struct UpstreamError(pub String);

fn wrong(why: impl std::fmt::Display) -> UpstreamError {
    UpstreamError(why.to_string())
}

/// An upstream.
pub struct Upstream {
    client: Client<HttpsConnector<HttpConnector>, Body>,
    base: String,
    authorization: Option<HeaderValue>,
    network: Option<Digest>,
}

/// The certificates of `pem` as the only ones that are trusted.
fn roots(pem: &[u8]) -> Result<RootCertStore, UpstreamError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate =
            certificate.map_err(|error| wrong(format!("its trust store: {error}")))?;
        roots.add(certificate).map_err(|error| wrong(format!("its trust store: {error}")))?;
    }
    match roots.is_empty() {
        true => Err(wrong("its trust store holds no certificate")),
        false => Ok(roots),
    }
}

impl Upstream {
    /// The upstream at `base`, such as `http://127.0.0.1:8000/v1`: the paths of OpenAI's interface
    /// follow it. `trusted` are the certificates, in PEM, that TLS is verified by, and no others;
    /// `key` is the operator's key to it; `network` is the SHA-256 of what runs there, if that is
    /// inside this enclave.
    ///
    /// # Errors
    /// [`UpstreamError`].
    pub fn new(
        base: &str,
        trusted: Option<&[u8]>,
        key: Option<&str>,
        network: Option<Digest>,
    ) -> Result<Self, UpstreamError> {
        let uri = base.parse::<Uri>().map_err(|error| wrong(format!("its address: {error}")))?;
        let authority = uri.authority().map(|authority| authority.as_str()).unwrap_or_default();
        if authority.is_empty() || authority.contains('@') || uri.query().is_some() {
            return Err(wrong("its address is http or https, a host, and a path"));
        }
        let roots = match (uri.scheme(), trusted) {
            (Some(scheme), None) if *scheme == Scheme::HTTP => RootCertStore::empty(),
            (Some(scheme), Some(pem)) if *scheme == Scheme::HTTPS => roots(pem)?,
            (Some(scheme), None) if *scheme == Scheme::HTTPS => {
                let why = "https needs the certificates that are trusted, --upstream-ca FILE";
                return Err(wrong(why));
            }
            (Some(scheme), Some(_)) if *scheme == Scheme::HTTP => {
                return Err(wrong("http has no certificates; --upstream-ca is for https"));
            }
            _ => return Err(wrong("its address begins with http:// or https://")),
        };
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(wrong)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .retry_canceled_requests(false)
            .build(connector);
        let authorization = match key {
            None => None,
            Some(key) => {
                let mut value = HeaderValue::try_from(format!("Bearer {key}"))
                    .map_err(|_| wrong("its key cannot stand in a header"))?;
                value.set_sensitive(true);
                Some(value)
            }
        };
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self { client, base, authorization, network })
    }

    /// The SHA-256 of the network, if it runs inside.
    pub fn network(&self) -> Option<Digest> {
        self.network
    }

    /// Sends `body` to `path`, and gives the answer's head; its body comes as it comes.
    ///
    /// # Errors
    /// 502.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
        accept: &'static str,
    ) -> Result<Response<Body>, ApiError> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, accept);
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        let request = request.body(Body::from(body)).map_err(ApiError::internal)?;
        let response = self.client.request(request).await.map_err(|error| {
            tracing::warn!(error = %cause(&error), "the upstream does not answer");
            ApiError::upstream("the upstream does not answer")
        })?;
        if response.headers().contains_key(CONTENT_ENCODING) {
            return Err(ApiError::upstream("the upstream packed its answer, unasked"));
        }
        Ok(response.map(Body::new))
    }
}

/// The cause of an error, without the address.
fn cause(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

/// Reads a body of at most `most` bytes.
///
/// # Errors
/// 502.
pub async fn read(body: Body, most: usize) -> Result<Bytes, ApiError> {
    // Its length, where the upstream says it before.
    let least = usize::try_from(HttpBody::size_hint(&body).lower()).unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(least.min(most));
    let mut stream = body.into_data_stream();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| ApiError::upstream("the upstream's answer broke off"))?;
        if bytes.len().saturating_add(chunk.len()) > most {
            return Err(ApiError::upstream(format!("the upstream's answer is over {most} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_an_upstream_is_named() {
        for (base, trusted, says) in [
            ("ftp://127.0.0.1/v1", None, "begins with http"),
            ("127.0.0.1:8000", None, "its address"),
            ("http://name:word@127.0.0.1/v1", None, "a host, and a path"),
            ("http://127.0.0.1/v1?x=1", None, "a host, and a path"),
            ("https://127.0.0.1/v1", None, "--upstream-ca FILE"),
            ("https://127.0.0.1/v1", Some(&b"none"[..]), "holds no certificate"),
            ("http://127.0.0.1/v1", Some(&b"none"[..]), "is for https"),
        ] {
            let error = Upstream::new(base, trusted, None, None).err().unwrap().to_string();
            assert!(error.contains(says), "{base}: {error}");
        }
    }
}
