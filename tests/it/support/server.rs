//! A web server on a loopback address. Each of its built-in paths misbehaves in its own way, and a
//! test may add other behaviour. The server logs every connection and request, so that tests can
//! check which requests were made and which were not.
//!
//! The server uses one thread per connection and one connection per request, which is slow but
//! simple.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// A request as the server received it.
#[derive(Clone, Debug)]
pub struct Request {
    /// `HEAD` or `GET`.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The `Host` header without the port.
    pub host: String,
    /// The port of the server.
    pub port: u16,
    /// All header lines, in lower case.
    pub headers: Vec<String>,
    /// The time at which the server had read the head of the request.
    pub at: Instant,
    /// The number of requests to the same host that were being answered at that time, including
    /// this one.
    pub together: usize,
    /// Whether the built-in behaviour has reported a random path as missing.
    is_reported_missing: bool,
}

#[derive(Default)]
struct Log {
    connections: AtomicUsize,
    requests: Mutex<Vec<Request>>,
    answering: Mutex<Vec<String>>,
    taken: Mutex<Vec<u64>>,
    closed: AtomicBool,
    is_dishonest: AtomicBool,
}

impl Request {
    /// Returns whether the request asks for a random, nonexistent path. Its answer shows whether
    /// the server reports missing pages.
    pub fn asks_for_trust(&self) -> bool {
        self.method == "HEAD" && self.has_random_path()
    }

    fn has_random_path(&self) -> bool {
        let name = self.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let name = name.split('.').next().unwrap_or_default();
        name.len() == 16 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }
}

/// The behaviour that a test adds. `None` stands for the built-in behaviour.
type Behaviour = dyn Fn(&Request) -> Option<Answer> + Send + Sync;

/// A running server. It stops when it is dropped.
pub struct Server {
    address: SocketAddr,
    log: Arc<Log>,
}

impl Server {
    /// Starts a server on `127.0.0.1`, on a port that the system chooses.
    pub fn start() -> Self {
        Self::start_at(Ipv4Addr::LOCALHOST.into(), 0).unwrap()
    }

    /// Starts a server with added behaviour.
    pub fn serving(behaviour: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static) -> Self {
        Self::open(Ipv4Addr::LOCALHOST.into(), 0, Arc::new(behaviour)).unwrap()
    }

    /// Starts a server whose added behaviour also answers the requests that ask whether the server
    /// reports missing pages.
    pub fn dishonest(
        behaviour: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static,
    ) -> Self {
        let behaviour =
            move |request: &Request| behaviour(request).or_else(|| Some(answer(request)));
        let server = Self::open(Ipv4Addr::LOCALHOST.into(), 0, Arc::new(behaviour)).unwrap();
        server.log.is_dishonest.store(true, Ordering::SeqCst);
        server
    }

    /// Starts a server on another loopback address. Some systems have only one.
    pub fn start_at(ip: IpAddr, port: u16) -> io::Result<Self> {
        Self::open(ip, port, Arc::new(|_| None))
    }

    fn open(ip: IpAddr, port: u16, behaviour: Arc<Behaviour>) -> io::Result<Self> {
        let listener = TcpListener::bind((ip, port))?;
        let address = listener.local_addr()?;
        let log = Arc::new(Log::default());
        let shared = Arc::clone(&log);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.closed.load(Ordering::SeqCst) {
                    break;
                }
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (log, behaviour) = (Arc::clone(&shared), Arc::clone(&behaviour));
                thread::spawn(move || {
                    // Tests include clients that disconnect early.
                    serve(stream, address.port(), &*behaviour, &log).unwrap_or_default();
                });
            }
        });
        Ok(Self { address, log })
    }

    /// Returns the port of the server.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns a URL of this server.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Returns a URL of this server with another host name.
    pub fn url_at(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port())
    }

    /// Returns the number of connections, used or not.
    pub fn connections(&self) -> usize {
        self.log.connections.load(Ordering::SeqCst)
    }

    /// Returns all requests, in order of arrival, except those that only ask whether the server
    /// reports missing pages.
    pub fn requests(&self) -> Vec<Request> {
        let mut requests = self.all_requests();
        requests.retain(|request| !request.asks_for_trust() && !request.is_reported_missing);
        requests
    }

    /// Returns all requests, in order of arrival.
    pub fn all_requests(&self) -> Vec<Request> {
        self.log.requests.lock().unwrap().clone()
    }

    /// Returns all requests as `METHOD path`.
    pub fn lines(&self) -> Vec<String> {
        self.requests().iter().map(|r| format!("{} {}", r.method, r.path)).collect()
    }

    /// Returns the requests to one host as `METHOD path`.
    pub fn lines_at(&self, host: &str) -> Vec<String> {
        let requests = self.requests();
        let own = requests.iter().filter(|request| request.host == host);
        own.map(|r| format!("{} {}", r.method, r.path)).collect()
    }

    /// Returns the number of bytes of a flood that the client accepted. Waits until the client
    /// disconnects.
    pub fn taken(&self) -> u64 {
        loop {
            if let Some(taken) = self.log.taken.lock().unwrap().first() {
                return *taken;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.log.closed.store(true, Ordering::SeqCst);
        // This connection wakes the accepting thread, which then sees the flag. Failure is
        // harmless.
        drop(TcpStream::connect(self.address));
    }
}

/// Answers one request.
fn serve(mut stream: TcpStream, port: u16, behaviour: &Behaviour, log: &Log) -> io::Result<()> {
    let Some(head) = read_head(&mut stream)? else { return Ok(()) };
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let headers: Vec<String> = lines.map(str::to_lowercase).collect();
    let host = headers.iter().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name).to_owned();

    let at = Instant::now();
    let together = {
        let mut answering = log.answering.lock().unwrap();
        answering.push(host.clone());
        answering.iter().filter(|other| **other == host).count()
    };
    let is_reported_missing = false;
    let request = Request {
        method,
        path,
        host: host.clone(),
        port,
        headers,
        at,
        together,
        is_reported_missing,
    };
    let index = {
        let mut requests = log.requests.lock().unwrap();
        requests.push(request.clone());
        requests.len() - 1
    };

    let is_honest = !log.is_dishonest.load(Ordering::SeqCst);
    let answer = if is_honest && request.asks_for_trust() {
        status(404)
    } else {
        behaviour(&request).unwrap_or_else(|| {
            if is_honest && request.has_random_path() {
                log.requests.lock().unwrap()[index].is_reported_missing = true;
                return status(404);
            }
            answer(&request)
        })
    };
    if matches!(answer, Answer::Slow) {
        thread::sleep(Duration::from_millis(40));
    }
    // Count the request as answered before sending the answer. Otherwise, the next request could
    // arrive first.
    {
        let mut answering = log.answering.lock().unwrap();
        let place = answering.iter().position(|other| *other == host);
        place.map(|place| answering.swap_remove(place));
    }
    send(stream, &request, answer, log)
}

/// Reads the head of a request, up to the empty line. Returns `None` if the client disconnects
/// earlier, for example because it only tests the port.
fn read_head(stream: &mut TcpStream) -> io::Result<Option<String>> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        // The last byte of a request to `/reset` stays unread, so that closing resets the
        // connection.
        if head.starts_with(b"HEAD /reset ") || head.starts_with(b"GET /reset ") {
            break;
        }
        if stream.read(&mut byte)? == 0 {
            return Ok(None);
        }
        // This is the first byte of a TLS handshake, which this server does not support. Read the
        // whole greeting, because closing with unread bytes would reset the connection.
        if head.is_empty() && byte[0] == 0x16 {
            let _ = stream.read(&mut [0; 16 * 1024])?;
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")?;
            return Ok(None);
        }
        head.push(byte[0]);
    }
    Ok(Some(String::from_utf8_lossy(&head).into_owned()))
}

/// An answer of the server.
pub enum Answer {
    /// A status, additional header lines and a body.
    Plain(u16, String, String),
    /// Status 200, after a short time.
    Slow,
    /// No answer, for longer than any test waits.
    Silence,
    /// A reset of the connection.
    Reset,
    /// A regular close of the connection, without an answer.
    Close,
    /// A status and a body that never ends.
    Endless(u16),
    /// Something that is not HTTP.
    Noise,
    /// These bytes, including the head.
    Raw(Vec<u8>),
    /// These bytes, followed by single bytes at intervals while the client waits.
    Drip(&'static str),
    /// A page of this length in bytes, as far as the client accepts it.
    Flood(u64),
}

/// Returns an answer with a status and a plain text.
pub fn status(status: u16) -> Answer {
    text(status, "some text\n")
}

/// Returns an answer with a plain text, such as a robots.txt.
pub fn text(status: u16, text: &str) -> Answer {
    Answer::Plain(status, "Content-Type: text/plain\r\n".to_owned(), text.to_owned())
}

/// Returns an answer with an HTML page.
pub fn page(html: &str) -> Answer {
    Answer::Plain(200, "Content-Type: text/html\r\n".to_owned(), html.to_owned())
}

/// Returns an answer with a status and a header line.
pub fn with_header(status: u16, line: &str) -> Answer {
    Answer::Plain(status, format!("{line}\r\n"), String::new())
}

/// Returns a redirect.
pub fn redirect(status: u16, to: &str) -> Answer {
    with_header(status, &format!("Location: {to}"))
}

#[expect(clippy::disallowed_methods, reason = "an answer may name a time")]
fn answer(request: &Request) -> Answer {
    let port = request.port;
    let head = request.method == "HEAD";
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    match path {
        "/head-403" if head => status(403),
        "/head-404" if head => status(404),
        "/head-405" | "/endless" | "/endless-404" | "/endless-202" if head => status(405),
        "/head-silent" if head => Answer::Silence,
        "/moved" => redirect(301, "/ok"),
        "/found" => redirect(302, "/ok"),
        "/moved-to-gone" => redirect(301, "/404"),
        "/permanent-chain" => redirect(308, "/moved"),
        "/mixed-chain" => redirect(308, "/found"),
        "/slash" => redirect(301, "/slash/"),
        "/no-location" => status(302),
        "/loop" => redirect(302, "/loop-back"),
        "/loop-back" => redirect(302, "/loop"),
        "/self" => redirect(302, "/self"),
        "/to-metadata" => redirect(302, "http://169.254.169.254/latest/meta-data/"),
        "/to-neighbour" => redirect(302, &format!("http://127.0.0.2:{port}/ok")),
        "/to-user" => redirect(302, &format!("http://me:secret@127.0.0.1:{port}/ok")),
        "/to-ftp" => redirect(302, "ftp://127.0.0.1/ok"),
        "/to-host" => redirect(302, &format!("http://{query}:{port}/slow")),
        "/202-empty" => text(202, ""),
        "/cf-challenge" => with_header(403, "cf-mitigated: challenge"),
        "/waf-challenge" => with_header(405, "x-amzn-waf-action: captcha"),
        "/503-later" => with_header(503, "Retry-After: 120"),
        "/429-soon" => with_header(429, "Retry-After: 1"),
        "/429-date" => {
            // HTTP dates have whole seconds, so the date for two seconds from now may be up to one
            // second early.
            let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(2));
            with_header(429, &format!("Retry-After: {soon}"))
        }
        "/slow" => Answer::Slow,
        "/silence" => Answer::Silence,
        "/reset" => Answer::Reset,
        "/close" => Answer::Close,
        "/endless" => Answer::Endless(200),
        "/endless-404" => Answer::Endless(404),
        "/endless-202" => Answer::Endless(202),
        "/noise" => Answer::Noise,
        _ => by_name(path),
    }
}

/// Returns the answer for a path without special behaviour. `/404` and similar paths have that
/// status. `/chain-3` redirects to `/chain-2`, and so on down to `/chain-0`. All other paths have a
/// page.
fn by_name(path: &str) -> Answer {
    if let Some(left) = path.strip_prefix("/chain-").and_then(|left| left.parse::<u32>().ok()) {
        return match left.checked_sub(1) {
            Some(left) => redirect(302, &format!("/chain-{left}")),
            None => status(200),
        };
    }
    status(path[1..].parse().unwrap_or(200))
}

fn send(mut stream: TcpStream, request: &Request, answer: Answer, log: &Log) -> io::Result<()> {
    match answer {
        Answer::Plain(status, headers, body) => send_page(stream, request, status, &headers, &body),
        Answer::Slow => send_page(stream, request, 200, "Content-Type: text/plain\r\n", "late\n"),
        Answer::Silence => {
            // The read ends when the client gives up.
            let _ = stream.read(&mut [0]);
            Ok(())
        }
        // Closing with unread bytes resets the connection. Otherwise, it is a regular close.
        Answer::Reset | Answer::Close => Ok(()),
        Answer::Endless(status) => {
            write!(stream, "HTTP/1.1 {status} Whatever\r\nConnection: close\r\n\r\n")?;
            loop {
                stream.write_all(&[b'x'; 4096])?;
            }
        }
        Answer::Noise => stream.write_all(b"220 mail.example ready\r\n\r\n"),
        Answer::Raw(bytes) => stream.write_all(&bytes),
        Answer::Drip(beginning) => {
            stream.write_all(beginning.as_bytes())?;
            loop {
                thread::sleep(Duration::from_millis(10));
                stream.write_all(b"x")?;
            }
        }
        Answer::Flood(length) => {
            let taken = flood(&mut stream, length);
            log.taken.lock().unwrap().push(taken);
            Ok(())
        }
    }
}

/// Sends a page of this length in bytes. Returns the number of bytes that the client accepted.
fn flood(stream: &mut TcpStream, length: u64) -> u64 {
    let head = format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    let mut taken = 0;
    let mut piece = stream.write_all(head.as_bytes());
    while piece.is_ok() && taken < length {
        piece = stream.write_all(&[b'x'; 4096]);
        taken += 4096;
    }
    taken
}

fn send_page(
    mut stream: TcpStream,
    request: &Request,
    status: u16,
    headers: &str,
    body: &str,
) -> io::Result<()> {
    let length = body.len();
    let body = if request.method == "HEAD" { "" } else { body };
    write!(
        stream,
        "HTTP/1.1 {status} Whatever\r\nConnection: close\r\nContent-Length: {length}\r\n\
         {headers}\r\n{body}"
    )
}
