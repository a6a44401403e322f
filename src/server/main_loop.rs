//! The main loop: reads messages, answers requests in order, and publishes diagnostics whenever no
//! message is waiting.

use std::collections::HashSet;
use std::io::{BufRead, Write};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde_json::Value;

use super::client::Client;
use super::dispatch::{self, Answer};
use super::framing::{self, Frame};
use super::message::{Failure, Incoming};
use super::state::State;
use crate::session::guarded;

/// The maximum number of messages that were read but not handled. The client then waits.
const MOST_WAITING: usize = 256;

/// What the main loop waits for.
enum Event {
    /// A message from the client.
    Message(Incoming),
    /// The end of the input.
    End,
}

/// The ids of the requests that the client has cancelled.
type Cancelled = Arc<Mutex<HashSet<String>>>;

/// Whether the client has initialized the server or shut it down.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    New,
    Running,
    ShutDown,
}

/// The server.
struct Server {
    state: State,
    phase: Phase,
    cancelled: Cancelled,
}

/// Serves a client until it ends the connection. Returns whether it has shut the server down before.
pub(super) fn serve(
    input: impl BufRead + Send + 'static,
    output: impl Write + Send + 'static,
) -> bool {
    let (sender, events) = sync_channel(MOST_WAITING);
    let cancelled = Cancelled::default();
    let reader = Arc::clone(&cancelled);
    // The thread may wait for input when the server ends, so nothing joins it.
    let started =
        thread::Builder::new().spawn(move || read_messages(input, &sender, &reader)).is_ok();
    let state = State::new(Client::new(Box::new(output)));
    let mut server = Server { state, phase: Phase::New, cancelled };
    started && server.run(&events)
}

/// Reads messages until the end of the input.
fn read_messages(mut input: impl BufRead, events: &SyncSender<Event>, cancelled: &Cancelled) {
    while let Ok(Some(frame)) = framing::read(&mut input) {
        let message = match frame {
            Frame::Body(body) => Incoming::parse(&body),
            Frame::TooLarge(bytes) => {
                Incoming::Malformed { id: Value::Null, failure: Failure::too_large(bytes) }
            }
        };
        // Requests that wait can be cancelled only before it is their turn.
        if let Incoming::Notification { method, params } = &message
            && method == "$/cancelRequest"
            && let Some(id) = params.get("id")
        {
            cancelled.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_string());
        }
        if events.send(Event::Message(message)).is_err() {
            return;
        }
    }
    let _ = events.send(Event::End);
}

impl Server {
    /// Handles events until the connection ends. Returns whether the client has shut the server down.
    fn run(&mut self, events: &Receiver<Event>) -> bool {
        while !self.state.client.is_gone() {
            let event = if self.state.has_work() {
                match events.try_recv() {
                    Ok(event) => event,
                    Err(TryRecvError::Empty) => {
                        self.publish_next();
                        continue;
                    }
                    Err(TryRecvError::Disconnected) => break,
                }
            } else {
                self.forget_cancelled();
                match events.recv() {
                    Ok(event) => event,
                    Err(_) => break,
                }
            };
            match event {
                Event::Message(Incoming::Notification { method, .. }) if method == "exit" => break,
                Event::Message(message) => self.handle(message),
                Event::End => break,
            }
        }
        self.phase == Phase::ShutDown
    }

    /// Publishes the diagnostics of one page. A panic here would be a bug, but must not end the server.
    fn publish_next(&mut self) {
        let _ = guarded(|| self.state.work());
    }

    fn handle(&mut self, message: Incoming) {
        match message {
            Incoming::Request { id, method, params } => {
                let answer = if self.is_cancelled(&id) {
                    Err(Failure::cancelled())
                } else {
                    guarded(|| self.answer(&method, params))
                        .unwrap_or_else(|panic| Err(Failure::bug(&panic.to_string())))
                };
                self.state.client.respond(&id, answer);
            }
            Incoming::Notification { method, params } if self.phase == Phase::Running => {
                let _ = guarded(|| dispatch::notification(&mut self.state, &method, params));
            }
            Incoming::Malformed { id, failure } => self.state.client.respond(&id, Err(failure)),
            Incoming::Notification { .. } | Incoming::Response => {}
        }
    }

    fn answer(&mut self, method: &str, params: Value) -> Answer {
        match (self.phase, method) {
            (Phase::New, "initialize") => {
                let answer = dispatch::initialize(&mut self.state, &params);
                self.phase = Phase::Running;
                answer
            }
            (Phase::New, _) => Err(Failure::not_initialized()),
            (Phase::Running, "initialize") => {
                Err(Failure::invalid_request("the server is already initialized"))
            }
            (Phase::Running, "shutdown") => {
                self.phase = Phase::ShutDown;
                Ok(Value::Null)
            }
            (Phase::Running, _) => dispatch::request(&mut self.state, method, params),
            (Phase::ShutDown, _) => Err(Failure::invalid_request("the server is shut down")),
        }
    }

    fn is_cancelled(&self, id: &Value) -> bool {
        self.cancelled.lock().unwrap_or_else(PoisonError::into_inner).remove(&id.to_string())
    }

    /// Forgets the cancelled requests that were answered before the cancellation arrived.
    fn forget_cancelled(&self) {
        self.cancelled.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
