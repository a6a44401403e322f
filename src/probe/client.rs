//! One request, one reply. Nothing is followed, repeated or remembered here.

use std::error::Error;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use percent_encoding::{AsciiSet, percent_encode};
use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, retry};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;
use url::Url;

use super::dns::{GuardError, GuardedResolver, Lookup};
use super::guard::Route;
use super::{ProbeError, ProbeSettings};
use crate::verdict::ErrorClass;

/// The longest a connection is kept without a request on it.
const MAX_IDLE: Duration = Duration::from_secs(1);

/// The two requests a probe makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// Asks for the head of the answer only.
    Head,
    /// Asks for the page; the body is dropped unread.
    Get,
}

/// What is kept of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The `Location` header, as a URL reference.
    pub(super) location: Option<String>,
    /// A header says that this is a test for robots, not the page.
    pub(super) challenged: bool,
    /// There is no body. Only looked at where it matters: for 202 on GET.
    pub(super) empty: bool,
    /// The pause that the server asks for.
    pub(super) retry_after: Option<Duration>,
}

/// How a request ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// With the head of an answer.
    Answer(Answer),
    /// Without one. `sent` is false if there never was a connection to send the request on.
    Failure { class: ErrorClass, sent: bool },
}

/// Whether the certificate of a server must be one that is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// It must.
    Required,
    /// Any will do: to tell a page behind a broken certificate from one that is gone. What is sent
    /// holds no secret, and of the answer nothing is kept but that there is one.
    Any,
}

/// The HTTP clients.
pub(super) struct Clients {
    strict: Routes,
    lenient: Routes,
}

/// Two clients of one trust, one for each route.
struct Routes {
    web: Client,
    other: Client,
}

impl Clients {
    pub(super) fn new(
        settings: &ProbeSettings,
        lookup: &Arc<dyn Lookup>,
    ) -> Result<Self, ProbeError> {
        let (strict, lenient) = (tls_config(Trust::Required)?, tls_config(Trust::Any)?);
        let policy = Arc::new(settings.policy.clone());
        let build = |route, trust| {
            let tls = match trust {
                Trust::Required => &strict,
                Trust::Any => &lenient,
            };
            let (lookup, policy) = (Arc::clone(lookup), Arc::clone(&policy));
            Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .dns_resolver(Arc::new(GuardedResolver { lookup, policy, route }))
                .user_agent(settings.user_agent.as_str())
                .timeout(settings.timeout)
                .connect_timeout(settings.connect_timeout)
                // Redirects are followed hop by hop, each through the guard and its host's gate.
                .redirect(Policy::none())
                .referer(false)
                .no_proxy()
                // The number of requests is decided by the job alone.
                .retry(retry::never())
                // A connection is worth keeping from HEAD to GET and to the host's next URL. Any
                // longer, and a run over thousands of hosts would run out of sockets.
                .pool_max_idle_per_host(1)
                .pool_idle_timeout(settings.delay.saturating_mul(2).min(MAX_IDLE))
                .build()
                .map_err(|error| ProbeError::setup("the HTTP client", error))
        };
        let both = |trust| -> Result<Routes, ProbeError> {
            let (web, other) = (build(Route::WebPort, trust)?, build(Route::OtherPort, trust)?);
            Ok(Routes { web, other })
        };
        Ok(Self { strict: both(Trust::Required)?, lenient: both(Trust::Any)? })
    }

    /// Sends one request and reads the head of its answer.
    pub(super) fn ask(
        &self,
        (route, trust): (Route, Trust),
        method: Method,
        url: Url,
    ) -> impl Future<Output = Reply> + Send + 'static {
        let routes = match trust {
            Trust::Required => &self.strict,
            Trust::Any => &self.lenient,
        };
        let client = match route {
            Route::WebPort => &routes.web,
            Route::OtherPort => &routes.other,
        };
        let port = url.port_or_known_default().unwrap_or_default();
        let request = match method {
            Method::Head => client.head(url),
            Method::Get => client.get(url),
        };
        async move {
            match request.send().await {
                Ok(response) => Reply::Answer(read_head(method, response).await),
                Err(error) => {
                    let class = match classify(&error) {
                        // The resolver is not told the port.
                        ErrorClass::PortRefused(_) => ErrorClass::PortRefused(port),
                        class => class,
                    };
                    Reply::Failure { class, sent: !error.is_connect() }
                }
            }
        }
    }
}

/// TLS by `ring` and the system's certificate store. Handed to the clients instead of being
/// installed for the whole process, which belongs to the program, not to this module.
fn tls_config(trust: Trust) -> Result<ClientConfig, ProbeError> {
    let failed = |error| ProbeError::setup("TLS with the system's certificates", error);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = match trust {
        Trust::Required => Arc::new(Verifier::new(Arc::clone(&provider)).map_err(failed)?),
        Trust::Any => Arc::new(AnyCertificate(Arc::clone(&provider))),
    };
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth())
}

/// Takes any certificate, and still has the server prove that it is its own.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

async fn read_head(method: Method, mut response: Response) -> Answer {
    let status = response.status().as_u16();
    let headers = response.headers();
    let mut answer = Answer {
        status,
        location: headers.get(LOCATION).map(|value| reference(value.as_bytes())),
        challenged: is_challenge(headers),
        empty: headers.get(CONTENT_LENGTH).is_some_and(|length| length.as_bytes() == b"0"),
        retry_after: headers.get(RETRY_AFTER).and_then(asked_pause),
    };
    if status == 202 && method == Method::Get && !answer.empty {
        // One piece of the body is enough to know that there is one.
        answer.empty = !matches!(response.chunk().await, Ok(Some(piece)) if !piece.is_empty());
    }
    answer
}

/// The longest pause that a server is granted.
const LONGEST_PAUSE: Duration = Duration::from_hours(24);

#[expect(clippy::disallowed_methods, reason = "a server may ask for a pause until a date")]
fn asked_pause(value: &HeaderValue) -> Option<Duration> {
    pause(value, SystemTime::now())
}

/// The pause of a `Retry-After` header: seconds, or a date (RFC 9110, section 10.2.3).
fn pause(value: &HeaderValue, now: SystemTime) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    let pause = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        // A date that has passed asks for nothing more.
        Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(now).unwrap_or_default(),
    };
    Some(pause.min(LONGEST_PAUSE))
}

fn is_challenge(headers: &HeaderMap) -> bool {
    headers.get("cf-mitigated").is_some_and(|value| value.as_bytes() == b"challenge")
        || headers.contains_key("x-amzn-waf-action")
}

/// The text of a `Location` header. Bytes that are not UTF-8 are escaped, for a path in another
/// encoding must go back to the server as it came.
fn reference(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => percent_encode(bytes, &AsciiSet::EMPTY).to_string(),
    }
}

/// Finds the reason of a failure in the chain of errors, the most telling one first.
fn classify(error: &reqwest::Error) -> ErrorClass {
    let mut found = None;
    let mut link = Some(error as &(dyn Error + 'static));
    while let Some(error) = link {
        found = found.or_else(|| classify_link(error));
        link = error.source();
    }
    match found {
        Some(class) => class,
        None if error.is_timeout() => ErrorClass::TimedOut,
        None if error.is_connect() => ErrorClass::Unreachable,
        None => ErrorClass::Protocol,
    }
}

fn classify_link(error: &(dyn Error + 'static)) -> Option<ErrorClass> {
    if let Some(GuardError(class)) = error.downcast_ref() {
        return Some(*class);
    }
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(classify_tls(error));
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        // Closed in the middle of an answer, or before it began.
        return error.is_incomplete_message().then_some(ErrorClass::Reset);
    }
    let error = error.downcast_ref::<io::Error>()?;
    // An error wrapped in an input or output error is skipped by `source`: look inside.
    if let Some(class) = error.get_ref().and_then(|inner| classify_link(inner)) {
        return Some(class);
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some(ErrorClass::Refused),
        io::ErrorKind::TimedOut => Some(ErrorClass::TimedOut),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            Some(ErrorClass::Unreachable)
        }
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof => Some(ErrorClass::Reset),
        _ => None,
    }
}

fn classify_tls(error: &rustls::Error) -> ErrorClass {
    match error {
        rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => {
            ErrorClass::Certificate
        }
        _ => ErrorClass::Tls,
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

    #[test]
    fn wrapped_errors_are_looked_into() {
        let tls = rustls::Error::InvalidCertificate(rustls::CertificateError::Expired);
        let wrapped = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, tls));
        assert_eq!(classify_link(&wrapped), Some(ErrorClass::Certificate));
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(classify_link(&refused), Some(ErrorClass::Refused));
        let guard = io::Error::other(GuardError(ErrorClass::NxDomain));
        assert_eq!(classify_link(&guard), Some(ErrorClass::NxDomain));
    }
}
