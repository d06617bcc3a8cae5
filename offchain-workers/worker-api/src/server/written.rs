//! When what was given to a connection is written: for whoever cuts it after that, and not before.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::watch,
};

/// Tells a response's body when its connection has written what the body gave. It is in the extensions
/// of every request.
///
/// A body that fails has its connection dropped at once, with all that is not written yet.
#[derive(Clone, Debug)]
pub struct Written(watch::Receiver<u64>);

impl Written {
    /// From here on is waited for. To be called right before the body gives its last bytes.
    pub fn mark(&mut self) {
        self.0.borrow_and_update();
    }

    /// Waits until all that was given before, and right after the mark, is with the system. At once if
    /// the connection is gone.
    pub async fn wait(&mut self) {
        // An error is the end of the connection: nothing will be written any more.
        let _ = self.0.changed().await;
    }
}

/// Notes that all is written.
#[derive(Debug)]
pub struct Writer(watch::Sender<u64>);

impl Writer {
    /// Notes that a connection has written all that it was given until now.
    pub fn note(&self) {
        self.0.send_modify(|flushes| *flushes = flushes.wrapping_add(1));
    }
}

/// The two ends.
pub fn written() -> (Writer, Written) {
    let (send, receive) = watch::channel(0);
    (Writer(send), Written(receive))
}

/// A stream of bytes that notes when it is flushed: the server does that when it has nothing left to
/// write.
#[derive(Debug)]
pub(super) struct Noting<S> {
    stream: S,
    writer: Writer,
}

impl<S> Noting<S> {
    /// Notes the flushes of `stream`.
    pub(super) fn new(stream: S, writer: Writer) -> Self {
        Self { stream, writer }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Noting<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Noting<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if matches!(flushed, Poll::Ready(Ok(()))) {
            self.writer.note();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
