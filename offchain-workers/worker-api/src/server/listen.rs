//! Listening, with a bound on connections and a deadline on each step.

use super::{
    written::{written, Noting},
    Exit, Failure,
};
use axum::Router;
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{service_fn, Service},
    Request,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{future::Future, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::{watch, Semaphore},
    time::{sleep, timeout},
};

/// The bounds of a listener.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once; more wait.
    pub connections: u32,
    /// How long the head of a request may take, and how long a connection may be idle.
    pub head: Duration,
    /// How long a connection may live.
    pub connection: Duration,
    /// How long open requests may take once the program ends.
    pub grace: Duration,
    /// The most bytes of a head.
    pub head_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 128,
            head: Duration::from_secs(10),
            connection: Duration::from_secs(120),
            grace: Duration::from_secs(5),
            head_bytes: 16 * 1024,
        }
    }
}

/// Listens on `address`. An address that is not of this machine alone is allowed, and said in the
/// log, since the protocol has neither secrecy nor a login.
///
/// # Errors
/// [`Exit::Address`].
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "listening beyond this machine: whoever reaches it can hand in jobs");
    }
    TcpListener::bind(address).await.map_err(|error| {
        Failure::new(Exit::Address, format!("cannot listen on {address}: {error}"))
    })
}

/// Serves `router` until `shutdown` is ready, then lets open requests end within the grace.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) {
    let room = Arc::new(Semaphore::new(limits.connections as usize));
    let (end, ended) = watch::channel(());
    let mut shutdown = pin!(shutdown);
    loop {
        let next = async {
            let permit = room.clone().acquire_owned().await.ok()?;
            Some((listener.accept().await, permit))
        };
        let (accepted, permit) = tokio::select! {
            () = &mut shutdown => break,
            next = next => match next {
                Some(next) => next,
                None => break,
            },
        };
        match accepted {
            Ok((stream, _)) => {
                // Parts of an answer go out as they come; without it, they only come later.
                let _ = stream.set_nodelay(true);
                let (router, ended) = (router.clone(), ended.clone());
                tokio::spawn(async move {
                    connection(stream, router, limits, ended).await;
                    drop(permit);
                });
            }
            Err(error) => {
                // Out of file descriptors, mostly: what is open has to end first.
                tracing::warn!(%error, "a connection was not accepted");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    drop(end);
    if timeout(limits.grace, room.acquire_many(limits.connections)).await.is_err() {
        tracing::warn!("open requests were cut off at the end");
    }
}

async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    router: Router,
    limits: Limits,
    mut ended: watch::Receiver<()>,
) {
    let (writer, written) = written();
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(written.clone());
        router.call(request)
    });
    let mut connection = pin!(http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(limits.head_bytes)
        .serve_connection(TokioIo::new(Noting::new(stream, writer)), service));
    tokio::select! {
        result = connection.as_mut() => {
            if let Err(error) = result {
                tracing::debug!(%error, "a connection broke");
            }
            return;
        }
        _ = ended.changed() => {}
        () = sleep(limits.connection) => {}
    }
    connection.as_mut().graceful_shutdown();
    if timeout(limits.grace, connection).await.is_err() {
        tracing::debug!("a connection was cut off");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Written;
    use axum::{
        body::{Body, Bytes},
        routing::get,
        Extension,
    };
    use futures::stream;
    use tokio::io::{duplex, AsyncReadExt, AsyncWriteExt};

    const LAST: usize = 64 * 1024;

    /// Gives its last bytes, waits until they are written, and fails.
    async fn fails(Extension(written): Extension<Written>) -> Body {
        Body::from_stream(stream::unfold((written, false), |(mut written, given)| async move {
            if given {
                written.wait().await;
                return Some((Err(std::io::Error::other("a fault")), (written, true)));
            }
            written.mark();
            Some((Ok(Bytes::from(vec![b'x'; LAST])), (written, true)))
        }))
    }

    #[tokio::test]
    async fn a_body_that_waits_before_it_fails_is_written_whole_however_slowly_it_is_read() {
        // A kilobyte at a time is all that goes through.
        let (mut client, server) = duplex(1024);
        let (_end, ended) = watch::channel(());
        let router = Router::new().route("/", get(fails));
        tokio::spawn(connection(server, router, Limits::default(), ended));
        client.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        let mut bytes = Vec::new();
        client.read_to_end(&mut bytes).await.unwrap();
        assert_eq!(bytes.iter().filter(|byte| **byte == b'x').count(), LAST);
        assert!(!bytes.ends_with(b"0\r\n\r\n"), "the connection is cut");
    }
}
