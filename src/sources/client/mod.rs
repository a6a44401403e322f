//! Sends single requests. Does not follow redirects, retry or store anything.

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
use super::dns::{GuardedResolver, Lookup, PlainResolver};
use super::error::CrawlError;
use super::send_deadline::{self, DeadlineLayer, DeadlinePassed, SendDeadline};
use super::settings::CrawlSettings;
use super::soft404::page_text::{PageText, refresh_target};
use super::tls::{Trust, tls_config};
use crate::address::AddressPolicy;
use crate::source_status::ErrorClass;

/// The maximum time that an idle connection stays open.
const MAX_IDLE: Duration = Duration::from_secs(1);

/// The minimum time that an idle connection stays open. Even without a delay between requests, the
/// next request to the host can then reuse the connection.
const MIN_IDLE: Duration = Duration::from_millis(100);

/// The maximum number of bytes that are read from a body.
const MAX_BODY: usize = 256 * 1024;

/// The number of bytes that are read from a robots.txt, which is the minimum according to RFC
/// 9309, section 2.5.
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

/// The part of the body to read from a response to GET.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Nothing. For status 202, only whether the body is empty.
    Nothing,
    /// The text of the page, without the words that contain this string.
    Text(String),
    /// The bytes of a robots.txt.
    Robots,
}

/// A request to send.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    /// The kind of client that may send the request.
    pub(super) route: Route,
    /// The certificates that the request accepts.
    pub(super) trust: Trust,
    /// The part of the body to read.
    pub(super) wanted: Wanted,
}

/// The parts of a response that a check needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The `Location` header, as a URL reference.
    pub(super) location: Option<String>,
    /// The target of a `Refresh` header that redirects at once, as a URL reference.
    pub(super) refresh: Option<String>,
    /// Whether a header says that this is a bot challenge, not the page.
    pub(super) challenged: bool,
    /// Whether the body is known to be empty. This is known if `Content-Length` is 0. If a response
    /// to GET has status 202, the start of the body is read to find out.
    pub(super) empty: bool,
    /// Whether a header says that the domain is parked.
    pub(super) parked: bool,
    /// The text of the body, if the request wanted it and the body is HTML or plain text.
    pub(super) text: Option<Box<PageText>>,
    /// The body itself, if the request wanted it. `None` if the body broke off or is compressed.
    pub(super) body: Option<Vec<u8>>,
    /// The pause that the server asks for in `Retry-After`, at most `LONGEST_PAUSE`.
    pub(super) retry_after: Option<Duration>,
}

impl Answer {
    /// Returns whether the server asks for a pause: with status 429, or with `Retry-After` and a
    /// 5xx status.
    pub(super) fn asks_for_pause(&self) -> bool {
        let is_timed = self.retry_after.is_some_and(|pause| !pause.is_zero());
        self.status == 429 || is_timed && (500..=599).contains(&self.status)
    }
}

/// The result of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// A response.
    Answer(Answer),
    /// No usable response. `sent` is `false` if the request was not sent, because no
    /// connection was established.
    Failure { class: ErrorClass, sent: bool },
    /// The request was not sent, because its deadline had passed.
    Late,
}

/// The HTTP clients of a run.
pub(super) struct Clients {
    strict: Routes,
    lenient: Routes,
    /// The additional headers of each host.
    headers: Vec<(String, HeaderMap)>,
    /// The policy with the address ranges that the user has allowed, such as an intranet. To these
    /// addresses, additional headers are sent even without encryption.
    policy: Arc<AddressPolicy>,
}

/// Two clients with the same TLS settings, one for each route.
struct Routes {
    web: Client,
    other: Client,
}

impl Clients {
    /// Builds the clients.
    ///
    /// # Errors
    /// Returns an error if TLS, the proxy or the HTTP client cannot be set up.
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
                None => Client::builder().no_proxy().dns_resolver(Arc::new(GuardedResolver {
                    lookup,
                    policy,
                    route,
                })),
                // The proxy is the only host that this client resolves, and it may have any address.
                Some(proxy) => Client::builder()
                    .no_proxy()
                    .proxy(
                        Proxy::all(proxy.clone())
                            .map_err(|error| CrawlError::setup("the proxy", error))?,
                    )
                    .dns_resolver(Arc::new(PlainResolver { lookup })),
            };
            builder
                .tls_backend_preconfigured(tls.clone())
                .user_agent(settings.user_agent.as_str())
                .timeout(settings.timeout)
                .connect_timeout(settings.connect_timeout)
                .connector_layer(DeadlineLayer)
                // Do not follow redirects, because each must pass the address guard and wait for
                // its host.
                .redirect(Policy::none())
                .referer(false)
                // Only the check decides whether to retry.
                .retry(retry::never())
                // Keep a connection from HEAD to GET and for the next URL of the host. If connections
                // stayed open longer, a run over thousands of hosts would use up all sockets.
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

    /// Sends a request and reads the wanted parts of the response. Does not send the request if
    /// `start_by` has passed by the time the connection is ready.
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

    /// Returns the additional headers of a request. They may be secret, so they are sent only to
    /// their own host, and only with verified encryption or to an address that the user has
    /// allowed.
    fn headers_for(&self, asked: &Request) -> Option<HeaderMap> {
        // With `Route::OtherPort`, the client connects only to addresses in allowed ranges.
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
    /// The earliest time at which the request may have been sent.
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
                if is_text(response.headers()) {
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

/// Reads at most `most` bytes of a body. If the body breaks off or does not end in time, keeps the
/// bytes that have arrived, and returns `false`. Does not decompress the body, because requests do
/// not accept compression.
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

/// Returns whether the body is compressed.
fn is_packed(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_ENCODING).is_some_and(|value| value != "identity")
}

fn head_length(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

/// Returns whether the body is HTML or plain text, and not compressed.
fn is_text(headers: &HeaderMap) -> bool {
    const TYPES: [&[u8]; 3] = [b"text/html", b"text/plain", b"application/xhtml"];
    let is_text = headers.get(CONTENT_TYPE).is_none_or(|value| {
        let value = value.as_bytes().to_ascii_lowercase();
        TYPES.iter().any(|known| value.starts_with(known))
    });
    is_text && !is_packed(headers)
}

fn read_head(headers: &HeaderMap, status: u16) -> Answer {
    Answer {
        status,
        location: headers.get(LOCATION).map(|value| reference(value.as_bytes())),
        refresh: headers
            .get("refresh")
            .and_then(|value| refresh_target(&reference(value.as_bytes()))),
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

#[expect(clippy::disallowed_methods, reason = "a pause until a date depends on the current time")]
fn asked_pause(value: &HeaderValue) -> Option<Duration> {
    pause(value, SystemTime::now())
}

/// Parses a `Retry-After` header, which contains seconds or a date (RFC 9110, section 10.2.3).
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

/// Returns the text of a `Location` header. Escapes bytes if the header is not UTF-8, because a path in
/// another encoding must return to the server unchanged.
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
