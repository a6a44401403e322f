//! Sends single requests. Does not follow redirects, retry, or store anything.

mod failure;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use percent_encoding::{AsciiSet, percent_encode};
use reqwest::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER,
};
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy, Response, retry};
use tokio::time::Instant;
use url::{Host, Url};

use self::failure::classify;
use super::address_guard::Route;
use super::dns::{GuardedResolver, Lookup};
use super::error::CrawlError;
use super::send_deadline::{self, DeadlineLayer, DeadlinePassed, SendDeadline};
use super::settings::CrawlSettings;
use super::soft404::page_text::PageText;
use super::tls::{Trust, tls_config};
use crate::address::AddressPolicy;
use crate::source_status::ErrorClass;

/// The maximum time that an idle connection is kept.
const MAX_IDLE: Duration = Duration::from_secs(1);

/// The minimum time, because the next request to the host follows shortly after the response.
const MIN_IDLE: Duration = Duration::from_millis(100);

/// How much of a body is read, in bytes.
const MAX_BODY: usize = 256 * 1024;

/// How much of a robots.txt is read, in bytes: the minimum according to RFC 9309, section 2.5.
const MAX_ROBOTS: usize = 500 * 1024;

/// The maximum size of the headers of a response, in bytes.
const MAX_HEAD: usize = 64 * 1024;

/// The two kinds of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// Asks only for the headers.
    Head,
    /// Asks for the page.
    Get,
}

/// What to read of the body of a response to GET.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Nothing, except whether there is a body, where that matters.
    Nothing,
    /// Its text, without the words that contain this one.
    Text(String),
    /// Its bytes: it is a robots.txt.
    Robots,
}

/// One request to be made.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) route: Route,
    pub(super) trust: Trust,
    pub(super) wanted: Wanted,
}

/// The parts of a response that a check needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The `Location` header, as a URL reference.
    pub(super) location: Option<String>,
    /// Whether a header says that this is a bot challenge, not the page.
    pub(super) challenged: bool,
    /// Whether there is no body. Set only where it matters: for 202 in response to GET.
    pub(super) empty: bool,
    /// Whether a header says that the domain is parked.
    pub(super) parked: bool,
    /// The text of the body, if it was requested and is HTML.
    pub(super) text: Option<Box<PageText>>,
    /// The body itself, if it was requested; `None` if it broke off or is compressed.
    pub(super) body: Option<Vec<u8>>,
    /// The pause that the server asks for.
    pub(super) retry_after: Option<Duration>,
}

/// How a request ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// With a response.
    Answer(Answer),
    /// Without a response. `sent` is false if there was no connection to send the request on.
    Failure { class: ErrorClass, sent: bool },
    /// The request was not sent, because its deadline had passed.
    Late,
}

/// The HTTP clients.
pub(super) struct Clients {
    strict: Routes,
    lenient: Routes,
    /// Additional headers, each for one host only.
    headers: Vec<(String, HeaderMap)>,
    /// Additional headers are also sent without encryption to address ranges that the user has allowed, such as
    /// those of an intranet.
    policy: Arc<AddressPolicy>,
}

/// Two clients with the same TLS settings, one for each route.
struct Routes {
    web: Client,
    other: Client,
}

impl Clients {
    pub(super) fn new(
        settings: &CrawlSettings,
        lookup: &Arc<dyn Lookup>,
    ) -> Result<Self, CrawlError> {
        let (strict, lenient) = (tls_config(Trust::Required)?, tls_config(Trust::Any)?);
        let policy = Arc::new(settings.policy.clone());
        let build = |route, trust| {
            let tls = match trust {
                Trust::Required => &strict,
                Trust::Any => &lenient,
            };
            let (lookup, policy) = (Arc::clone(lookup), Arc::clone(&policy));
            // Never use a proxy from the environment.
            let builder = match &settings.proxy {
                None => Client::builder().no_proxy(),
                Some(proxy) => Client::builder().no_proxy().proxy(
                    Proxy::all(proxy.clone())
                        .map_err(|error| CrawlError::setup("the proxy", error))?,
                ),
            };
            builder
                .tls_backend_preconfigured(tls.clone())
                .dns_resolver(Arc::new(GuardedResolver { lookup, policy, route }))
                .user_agent(settings.user_agent.as_str())
                .timeout(settings.timeout)
                .connect_timeout(settings.connect_timeout)
                .connector_layer(DeadlineLayer)
                // Redirects are followed hop by hop, each through the guard and its host's gate.
                .redirect(Policy::none())
                .referer(false)
                // Only the check decides on retries.
                .retry(retry::never())
                // Keep a connection from HEAD to GET and for the host's next URL. Keeping it any
                // longer, a run over thousands of hosts would run out of sockets.
                .pool_max_idle_per_host(1)
                .pool_idle_timeout(settings.delay.saturating_mul(2).clamp(MIN_IDLE, MAX_IDLE))
                .build()
                .map_err(|error| CrawlError::setup("the HTTP client", error))
        };
        let both = |trust| -> Result<Routes, CrawlError> {
            let (web, other) = (build(Route::WebPort, trust)?, build(Route::OtherPort, trust)?);
            Ok(Routes { web, other })
        };
        Ok(Self {
            strict: both(Trust::Required)?,
            lenient: both(Trust::Any)?,
            headers: settings.hosts.headers().to_vec(),
            policy: Arc::new(settings.policy.clone()),
        })
    }

    /// Sends one request, and reads the requested parts of the response. Does not send it if `start_by` has
    /// passed by the time the connection is ready.
    pub(super) fn ask(
        &self,
        asked: Request,
        start_by: Option<Instant>,
    ) -> impl Future<Output = Timed> + Send + 'static {
        let routes = match asked.trust {
            Trust::Required => &self.strict,
            Trust::Any => &self.lenient,
        };
        let client = match asked.route {
            Route::WebPort => &routes.web,
            Route::OtherPort => &routes.other,
        };
        let headers = self.headers_for(&asked);
        let Request { method, url, wanted, .. } = asked;
        let request = match method {
            Method::Head => client.head(url),
            Method::Get => client.get(url),
        };
        let request = headers.into_iter().fold(request, reqwest::RequestBuilder::headers);
        let deadline = Arc::new(SendDeadline::new(start_by));
        let sent = Arc::clone(&deadline);
        send_deadline::with_deadline(deadline, async move {
            let reply = match sent.check() {
                Err(DeadlinePassed) => Reply::Late,
                Ok(()) => match request.send().await {
                    Ok(response) => read(method, &wanted, response).await,
                    Err(error) => failure(&error),
                },
            };
            Timed { reply, started: sent.started() }
        })
    }

    /// Returns the secret headers of a request: only for their own host, and only if nobody can eavesdrop.
    fn headers_for(&self, asked: &Request) -> Option<HeaderMap> {
        // The client for other ports connects only to addresses in allowed ranges.
        let opened = match asked.url.host() {
            _ if asked.route == Route::OtherPort => true,
            Some(Host::Ipv4(ip)) => self.policy.opens(ip.into()),
            Some(Host::Ipv6(ip)) => self.policy.opens(ip.into()),
            Some(Host::Domain(_)) | None => false,
        };
        if asked.trust == Trust::Any || !(asked.url.scheme() == "https" || opened) {
            return None;
        }
        let host = asked.url.host_str()?;
        self.headers.iter().find(|(own, _)| own == host).map(|(_, headers)| headers.clone())
    }
}

/// A reply, and the time at which its request was sent.
#[derive(Debug)]
pub(super) struct Timed {
    pub(super) reply: Reply,
    pub(super) started: Instant,
}

fn failure(error: &reqwest::Error) -> Reply {
    match classify(error) {
        None => Reply::Late,
        Some(class) => Reply::Failure { class, sent: !error.is_connect() },
    }
}

async fn read(method: Method, wanted: &Wanted, mut response: Response) -> Reply {
    if head_length(response.headers()) > MAX_HEAD {
        return Reply::Failure { class: ErrorClass::Protocol, sent: true };
    }
    let mut answer = read_head(response.headers(), response.status().as_u16());
    let mut body = Vec::new();
    if answer.status == 202 && method == Method::Get && !answer.empty {
        // One chunk is enough to know that there is a body.
        let first = response.chunk().await.ok().flatten();
        body.extend_from_slice(&first.unwrap_or_default());
        answer.empty = body.is_empty();
    }
    if method == Method::Get && (200..300).contains(&answer.status) {
        match wanted {
            Wanted::Nothing => {}
            Wanted::Text(echo) => {
                if is_html(response.headers()) {
                    read_body(&mut response, MAX_BODY, &mut body).await;
                    answer.text = Some(Box::new(PageText::read(&body, echo)));
                }
            }
            Wanted::Robots => {
                let is_whole = read_body(&mut response, MAX_ROBOTS, &mut body).await;
                answer.body = (is_whole && !is_packed(response.headers())).then_some(body);
            }
        }
    }
    Reply::Answer(answer)
}

/// Reads the first `most` bytes of a body. If the body breaks off or does not end in time, keeps what has
/// arrived, because the response itself is already known. Returns whether all the wanted bytes arrived.
/// Does not decompress, because requests do not accept compression.
async fn read_body(response: &mut Response, most: usize, body: &mut Vec<u8>) -> bool {
    body.truncate(most);
    while body.len() < most {
        match response.chunk().await {
            Ok(Some(piece)) => {
                let room = most - body.len();
                body.extend_from_slice(&piece[..piece.len().min(room)]);
            }
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
    true
}

fn is_packed(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_ENCODING).is_some_and(|value| value != "identity")
}

fn head_length(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

fn is_html(headers: &HeaderMap) -> bool {
    let html = headers.get(CONTENT_TYPE).is_none_or(|value| {
        let value = value.as_bytes().to_ascii_lowercase();
        value.starts_with(b"text/html") || value.starts_with(b"application/xhtml")
    });
    html && !is_packed(headers)
}

fn read_head(headers: &HeaderMap, status: u16) -> Answer {
    Answer {
        status,
        location: headers.get(LOCATION).map(|value| reference(value.as_bytes())),
        challenged: is_challenge(headers),
        empty: headers.get(CONTENT_LENGTH).is_some_and(|length| length.as_bytes() == b"0"),
        parked: headers.contains_key("x-adblock-key"),
        retry_after: headers.get(RETRY_AFTER).and_then(asked_pause),
        text: None,
        body: None,
    }
}

/// The maximum pause that a server can ask for.
const LONGEST_PAUSE: Duration = Duration::from_hours(24);

#[expect(clippy::disallowed_methods, reason = "a server may ask for a pause until a date")]
fn asked_pause(value: &HeaderValue) -> Option<Duration> {
    pause(value, SystemTime::now())
}

/// Parses a `Retry-After` header: seconds, or a date (RFC 9110, section 10.2.3).
fn pause(value: &HeaderValue, now: SystemTime) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    let pause = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        // A date in the past means no pause.
        Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(now).unwrap_or_default(),
    };
    Some(pause.min(LONGEST_PAUSE))
}

fn is_challenge(headers: &HeaderMap) -> bool {
    headers.get("cf-mitigated").is_some_and(|value| value.as_bytes() == b"challenge")
        || headers.contains_key("x-amzn-waf-action")
}

/// Returns the text of a `Location` header. Escapes bytes that are not UTF-8, because a path in another
/// encoding must return to the server unchanged.
fn reference(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => percent_encode(bytes, &AsciiSet::EMPTY).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_seconds_or_a_date_and_never_more_than_a_day() {
        let now = httpdate::parse_http_date("Sun, 25 Mar 2012 12:00:00 GMT").unwrap();
        let pause = |text: &'static str| pause(&HeaderValue::from_static(text), now);
        assert_eq!(pause("121"), Some(Duration::from_secs(121)));
        assert_eq!(pause("Sun, 25 Mar 2012 12:01:30 GMT"), Some(Duration::from_secs(90)));
        assert_eq!(pause("Sun, 25 Mar 2012 11:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(pause("99999999999"), Some(LONGEST_PAUSE));
        assert_eq!(pause("soon"), None);
        assert_eq!(pause("-5"), None);
    }

    #[test]
    fn a_location_keeps_its_bytes() {
        assert_eq!(reference(b"/a?b=c"), "/a?b=c");
        assert_eq!(reference("/é".as_bytes()), "/é");
        assert_eq!(reference(b"/caf\xe9"), "/caf%E9");
    }
}
