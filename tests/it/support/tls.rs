//! A server with a certificate that the test chooses. It logs its requests.
//!
//! The key in `certificates/` is not secret and is not used anywhere else. `self-signed` is signed
//! with it. `trusted` and `expired` are certificates for the same key. `authority` signed these two
//! with OpenSSL 3.0, and its own key was deleted. The commands for `expired` were:
//!
//! ```text
//! openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key \
//!     -subj "/CN=Dateline tests" -days 36500 -out authority.cert.pem
//! openssl req -new -key key.pem -subj "/CN=127.0.0.1" -out leaf.csr
//! openssl ca -batch -notext -config ca.cnf -cert authority.cert.pem -keyfile ca.key -in leaf.csr \
//!     -startdate 20120324000000Z -enddate 20120325000000Z -out expired.pem
//! openssl x509 -in expired.pem -outform DER -out expired.cert.der
//! ```
//!
//! `ca.cnf` requests `subjectAltName = IP:127.0.0.1`. `trusted` is valid from 2020 to 2120.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A self-signed certificate.
pub const SELF_SIGNED: &[u8] = include_bytes!("certificates/self-signed.cert.der");

/// A certificate for 127.0.0.1, signed by the authority of the tests.
pub const TRUSTED: &[u8] = include_bytes!("certificates/trusted.cert.der");

/// The same certificate, but valid only on one day of 2012.
pub const EXPIRED: &[u8] = include_bytes!("certificates/expired.cert.der");

/// The path of the authority's certificate.
pub const AUTHORITY: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/certificates/authority.cert.pem");

/// A running server. It runs until the tests end.
pub struct TlsServer {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl TlsServer {
    /// Starts a server. It answers with an empty 200 or with a redirect, and with
    /// 404 to a random path.
    pub fn start(certificate: &'static [u8], redirect: Option<String>) -> Self {
        let key = PrivateKeyDer::try_from(&include_bytes!("certificates/self-signed.key.der")[..])
            .unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(certificate)], key)
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&heads);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Clients are expected to reject the certificate and disconnect.
                serve(stream, &config, redirect.as_deref(), &log).unwrap_or_default();
            }
        });
        Self { port, heads }
    }

    /// Returns a URL of this server.
    pub fn url(&self, path: &str) -> String {
        format!("https://127.0.0.1:{}{path}", self.port)
    }

    /// Returns a URL of this server with another host name.
    pub fn url_at(&self, host: &str, path: &str) -> String {
        format!("https://{host}:{}{path}", self.port)
    }

    /// Returns the heads of the requests that arrived, in lower case.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn serve(
    stream: TcpStream,
    config: &Arc<ServerConfig>,
    redirect: Option<&str>,
    log: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    let mut head = [0; 4096];
    let length = stream.read(&mut head)?;
    let head = String::from_utf8_lossy(&head[..length]).to_lowercase();
    let path = head.split(' ').nth(1).unwrap_or_default();
    let is_random = path.len() == 17 && path[1..].bytes().all(|byte| byte.is_ascii_hexdigit());
    log.lock().unwrap().push(head.clone());
    let (status, location) = match redirect {
        None if is_random => (404, String::new()),
        None => (200, String::new()),
        Some(target) => (301, format!("Location: {target}\r\n")),
    };
    write!(
        stream,
        "HTTP/1.1 {status} Whatever\r\nConnection: close\r\n{location}Content-Length: 0\r\n\r\n"
    )
}
