//! The upstream of a machine that has no other: a small language model in this very process, on a
//! port of loopback that the system chooses. So it is asked by the same bytes over the same way as any
//! other upstream.

use opg_primitives::ids::Digest;
use opg_tiny_lm::{openai::router, TinyLm};
use opg_worker_api::server::{bind, serve, Exit, Failure, Limits};
use std::{
    future::pending,
    net::{Ipv4Addr, SocketAddr},
};
use tokio::task::JoinHandle;

/// The model, as it is served.
#[derive(Debug)]
pub struct Embedded {
    /// Its address, to which the paths are added.
    pub base: String,
    /// The SHA-256 of its network.
    pub network: Digest,
    /// What serves it; it ends with the runtime.
    pub serving: JoinHandle<()>,
}

/// Serves the model with these limits.
///
/// # Errors
/// If there is no port, or the model was damaged in the build.
pub async fn start(limits: Limits) -> Result<Embedded, Failure> {
    let model = TinyLm::embedded().map_err(|error| Failure::new(Exit::Config, error))?;
    let network = Digest(model.digest());
    let listener = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    let address = listener.local_addr().map_err(|error| Failure::new(Exit::Address, error))?;
    let serving = tokio::spawn(serve(listener, router(model), limits, pending()));
    Ok(Embedded { base: format!("http://{address}/v1"), network, serving })
}
