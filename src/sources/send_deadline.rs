//! When a request is really written, and whether it still may be.
//!
//! Between the moment in which a request is let go and that in which it is written there is a
//! connection to be made, and the process may be stopped for as long as somebody likes. So the time
//! is looked at again once the connection is there: it is from then on that the next request of the
//! host waits, and a host that was held only until then is not asked any more.

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

/// One request's permit.
#[derive(Debug)]
pub(super) struct SendDeadline {
    made: Instant,
    start_by: Option<Instant>,
    /// When it was last looked at, in nanoseconds after `made`.
    started: AtomicU64,
}

impl SendDeadline {
    /// A permit to start until `start_by`; without one, at any time.
    pub(super) fn new(start_by: Option<Instant>) -> Self {
        Self { made: Instant::now(), start_by, started: AtomicU64::new(0) }
    }

    /// Looks at the time, right before a request is written.
    pub(super) fn check(&self) -> Result<(), DeadlinePassed> {
        let now = Instant::now();
        let since = u64::try_from((now - self.made).as_nanos()).unwrap_or(u64::MAX);
        self.started.store(since, Ordering::Relaxed);
        if self.start_by.is_some_and(|until| now > until) { Err(DeadlinePassed) } else { Ok(()) }
    }

    /// When the request was written, at the earliest.
    pub(super) fn started(&self) -> Instant {
        self.made + Duration::from_nanos(self.started.load(Ordering::Relaxed))
    }
}

/// Runs a request under its deadline.
pub(super) fn watched<F: Future>(
    deadline: Arc<SendDeadline>,
    request: F,
) -> impl Future<Output = F::Output> {
    SEND_DEADLINE.scope(deadline, request)
}

/// The request came too late.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeadlinePassed;

impl fmt::Display for DeadlinePassed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time in which this host may be asked is over")
    }
}

impl std::error::Error for DeadlinePassed {}

/// Puts a [`Fence`] behind each connection that is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fences;

impl<S> Layer<S> for Fences {
    type Service = Fence<S>;

    fn layer(&self, connector: S) -> Self::Service {
        Fence { connector }
    }
}

/// A connector that looks at the request's deadline once the connection is there.
#[derive(Clone, Debug)]
pub(super) struct Fence<S> {
    connector: S,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl<S, R> Service<R> for Fence<S>
where
    S: Service<R, Error = Failure>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, Failure>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let connecting = self.connector.call(target);
        Box::pin(async move {
            let connection = connecting.await?;
            // A connection that is finished in the background is nobody's yet.
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
            let mut fence = Fences.layer(slow.clone());
            let reply = watched(Arc::clone(&deadline), fence.call(())).await;
            assert_eq!(reply.is_ok(), good);
            assert!(deadline.started() >= deadline.made + Duration::from_millis(30));
        }
    }

    #[derive(Clone)]
    struct Slow(Duration);

    fn tower_service_of(time: Duration) -> Slow {
        Slow(time)
    }

    impl Service<()> for Slow {
        type Response = ();
        type Error = Failure;
        type Future = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
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
