//! The deadline of a request, checked right before the request is written.
//!
//! A request cannot be written until it has a connection, and the process may be suspended while
//! the request waits for one. The deadline is therefore checked again when the connection is ready.
//! The delay before the next request to the host counts from that moment. A request whose deadline
//! has passed is not sent, because the lease of its host might end too soon.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

tokio::task_local! {
    static SEND_DEADLINE: Arc<SendDeadline>;
}

/// The time by which a request must be written.
#[derive(Debug)]
pub(super) struct SendDeadline {
    created: Instant,
    start_by: Option<Instant>,
    /// The time of the last check, in nanoseconds after `created`.
    started: AtomicU64,
}

impl SendDeadline {
    /// Creates a deadline at `start_by`. If it is `None`, the request may be written at any time.
    pub(super) fn new(start_by: Option<Instant>) -> Self {
        Self { created: Instant::now(), start_by, started: AtomicU64::new(0) }
    }

    /// Records the current time, and fails if the deadline has passed. Called right before the
    /// request is written.
    pub(super) fn check(&self) -> Result<(), DeadlinePassed> {
        let now = Instant::now();
        let since = u64::try_from((now - self.created).as_nanos()).unwrap_or(u64::MAX);
        self.started.store(since, Ordering::Relaxed);
        if self.start_by.is_some_and(|until| now > until) { Err(DeadlinePassed) } else { Ok(()) }
    }

    /// Returns the time of the last check. The request is not written before this time.
    pub(super) fn started(&self) -> Instant {
        self.created + Duration::from_nanos(self.started.load(Ordering::Relaxed))
    }
}

/// Runs a request, and makes its deadline available to a [`DeadlineConnector`].
pub(super) fn with_deadline<F: Future>(
    deadline: Arc<SendDeadline>,
    request: F,
) -> impl Future<Output = F::Output> {
    SEND_DEADLINE.scope(deadline, request)
}

/// The error of a request whose deadline has passed.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeadlinePassed;

impl fmt::Display for DeadlinePassed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time in which this host may be asked is over")
    }
}

impl std::error::Error for DeadlinePassed {}

/// Wraps a connector in a [`DeadlineConnector`].
#[derive(Clone, Copy, Debug)]
pub(super) struct DeadlineLayer;

impl<S> Layer<S> for DeadlineLayer {
    type Service = DeadlineConnector<S>;

    fn layer(&self, connector: S) -> Self::Service {
        DeadlineConnector { connector }
    }
}

/// A connector that checks the deadline of the request once the connection is ready.
#[derive(Clone, Debug)]
pub(super) struct DeadlineConnector<S> {
    connector: S,
}

type ConnectError = Box<dyn std::error::Error + Send + Sync>;

impl<S, R> Service<R> for DeadlineConnector<S>
where
    S: Service<R, Error = ConnectError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, ConnectError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let connecting = self.connector.call(target);
        Box::pin(async move {
            let connection = connecting.await?;
            // The client may also open connections in the background, which belong to no request yet.
            match SEND_DEADLINE.try_with(|deadline| deadline.check()) {
                Ok(Err(late)) => Err(late.into()),
                Ok(Ok(())) | Err(_) => Ok(connection),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_connection_that_came_too_late_is_not_written_to() {
        let slow = tower_service_of(Duration::from_millis(30));
        for (start_by, good) in [(Some(5), false), (Some(10_000), true), (None, true)] {
            let start_by = start_by.map(|after| Instant::now() + Duration::from_millis(after));
            let deadline = Arc::new(SendDeadline::new(start_by));
            let mut connector = DeadlineLayer.layer(slow.clone());
            let reply = with_deadline(Arc::clone(&deadline), connector.call(())).await;
            assert_eq!(reply.is_ok(), good);
            assert!(deadline.started() >= deadline.created + Duration::from_millis(30));
        }
    }

    #[derive(Clone)]
    struct Slow(Duration);

    fn tower_service_of(time: Duration) -> Slow {
        Slow(time)
    }

    impl Service<()> for Slow {
        type Response = ();
        type Error = ConnectError;
        type Future = Pin<Box<dyn Future<Output = Result<(), ConnectError>> + Send>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, (): ()) -> Self::Future {
            let time = self.0;
            Box::pin(async move {
                tokio::time::sleep(time).await;
                Ok(())
            })
        }
    }
}
