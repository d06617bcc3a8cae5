//! A server of a test, on a port of its own.
#![allow(dead_code)] // each crate uses its own part

use axum::Router;
use opg_worker_api::server::{bind, serve, Limits};
use std::{net::SocketAddr, time::Duration};
use tokio::{sync::oneshot, task::JoinHandle};

/// A server that can be taken away. It ends with this value, too.
pub struct Server {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    pub async fn new(router: Router) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), router).await
    }

    pub async fn at(address: SocketAddr, router: Router) -> Self {
        let listener = bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let end = async {
            let _ = stopped.await;
        };
        let limits = Limits { grace: Duration::from_secs(1), ..Limits::default() };
        let task = tokio::spawn(serve(listener, router, limits, end));
        Self { address, stop: Some(stop), task }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes it away; its port is free when this returns.
    pub async fn stop(mut self) -> SocketAddr {
        let _ = self.stop.take().unwrap().send(());
        self.task.await.unwrap();
        self.address
    }
}
