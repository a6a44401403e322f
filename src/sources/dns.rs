//! Resolves host names, and checks each address before anything connects to it.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::{ResolverBuilder, TokioResolver};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address_guard::Route;
use crate::address::AddressPolicy;
use crate::source_status::ErrorClass;

/// The future result of a lookup.
pub type LookupFuture = Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, LookupError>> + Send>>;

/// Resolves host names. By default, a run uses the name servers of the system.
pub trait Lookup: Send + Sync {
    /// Returns all addresses of `host`, which is a plain ASCII name without a port.
    fn lookup(&self, host: &str) -> LookupFuture;
}

/// The reason why a lookup returned no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupError {
    /// The name does not exist (NXDOMAIN).
    NoSuchHost,
    /// The name exists, but has no address.
    NoAddress,
    /// The name servers failed (for example, with SERVFAIL) or could not be reached.
    Failed,
    /// The name servers did not answer in time.
    TimedOut,
}

impl From<LookupError> for ErrorClass {
    fn from(error: LookupError) -> Self {
        match error {
            LookupError::NoSuchHost => Self::NxDomain,
            LookupError::NoAddress => Self::NoAddress,
            LookupError::Failed | LookupError::TimedOut => Self::DnsFailure,
        }
    }
}

/// Resolves host names through the name servers in the system's configuration.
pub(super) struct SystemLookup {
    resolver: TokioResolver,
}

impl SystemLookup {
    /// Creates a lookup from the system's configuration. `concurrency` is the maximum number of
    /// requests that need a lookup at the same time.
    pub(super) fn new(concurrency: usize) -> Result<Self, NetError> {
        Self::build(TokioResolver::builder_tokio()?, concurrency)
    }

    fn build(
        mut builder: ResolverBuilder<TokioRuntimeProvider>,
        concurrency: usize,
    ) -> Result<Self, NetError> {
        let options = builder.options_mut();
        // Each lookup requests both IPv4 and IPv6 addresses. Beyond this number of active requests, the
        // resolver fails at once, and a busy resolver must not look like a missing host.
        options.max_active_requests = options.max_active_requests.max(concurrency * 4);
        options.try_tcp_on_error = true;
        Ok(Self { resolver: builder.build()? })
    }
}

impl Lookup for SystemLookup {
    fn lookup(&self, host: &str) -> LookupFuture {
        let resolver = self.resolver.clone();
        // With a final dot, the resolver does not append the search domains of the local network.
        let name = format!("{}.", host.strip_suffix('.').unwrap_or(host));
        Box::pin(async move {
            match resolver.lookup_ip(name).await {
                Ok(found) => Ok(found.iter().collect()),
                Err(error) if error.is_nx_domain() => Err(LookupError::NoSuchHost),
                Err(error) if error.is_no_records_found() => Err(LookupError::NoAddress),
                Err(NetError::Timeout) => Err(LookupError::TimedOut),
                Err(_) => Err(LookupError::Failed),
            }
        })
    }
}

/// The resolver for the HTTP client. It returns only addresses that have passed the check. The client
/// therefore connects to a checked address, even if the name gets another address in the meantime.
pub(super) struct GuardedResolver {
    pub(super) lookup: Arc<dyn Lookup>,
    pub(super) policy: Arc<AddressPolicy>,
    /// The route of the client that uses this resolver.
    pub(super) route: Route,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let found = self.lookup.lookup(name.as_str());
        let (policy, route) = (Arc::clone(&self.policy), self.route);
        Box::pin(async move {
            let addresses = found.await.map_err(ErrorClass::from).map_err(GuardError)?;
            check_all(&addresses, &policy, route).map_err(GuardError)?;
            // Port 0 stands for the port of the URL.
            let sockets = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}

/// The resolver for the name of a proxy, which the user chose. It does not check addresses.
pub(super) struct PlainResolver {
    /// The lookup of names.
    pub(super) lookup: Arc<dyn Lookup>,
}

impl Resolve for PlainResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let found = self.lookup.lookup(name.as_str());
        Box::pin(async move {
            let addresses = found.await.map_err(ErrorClass::from).map_err(GuardError)?;
            Ok(Box::new(addresses.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs)
        })
    }
}

/// Checks all addresses of a name, and refuses the name if a single address is refused. A public name
/// that also points into a private network is either misconfigured or an attempt at DNS rebinding. A
/// refusal does no harm, because the verdict is only `unknown`.
fn check_all(addresses: &[IpAddr], policy: &AddressPolicy, route: Route) -> Result<(), ErrorClass> {
    if addresses.is_empty() {
        return Err(ErrorClass::NoAddress);
    }
    for ip in addresses {
        policy.check(*ip).map_err(ErrorClass::AddressRefused)?;
        if route == Route::OtherPort && !policy.opens(*ip) {
            return Err(ErrorClass::PortRefused);
        }
    }
    Ok(())
}

/// An error that carries its class through the error chain of the HTTP client.
#[derive(Debug)]
pub(super) struct GuardError(pub(super) ErrorClass);

impl fmt::Display for GuardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for GuardError {}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, UdpSocket};
    use std::thread;
    use std::time::Duration;

    use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};

    use super::*;
    use crate::address::AddressClass;

    /// Starts a name server on this machine and returns its port. The first letter of a name determines
    /// the answer: `n` does not exist, `s` is a server failure, `b` has no address, and `a` has the
    /// IPv4 address 192.0.2.7.
    fn name_server() -> u16 {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = socket.local_addr().unwrap().port();
        thread::spawn(move || {
            let mut packet = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut packet) {
                let reply = dns_reply(&packet[..length]);
                socket.send_to(&reply, from).unwrap();
            }
        });
        port
    }

    fn dns_reply(query: &[u8]) -> Vec<u8> {
        // The header has 12 bytes. Then comes the name: the length of a label before each label,
        // and a zero byte at the end.
        let name_end = 12 + query[12..].iter().position(|byte| *byte == 0).unwrap();
        let question = &query[12..name_end + 5];
        let kind = query[name_end + 2];
        let letter = query[13].to_ascii_lowercase();
        let code = match letter {
            b'n' => 3,
            b's' => 2,
            _ => 0,
        };
        let answers = u8::from(letter == b'a' && kind == 1);
        let mut reply = query[..2].to_vec();
        reply.extend([0x81, 0x80 | code, 0, 1, 0, answers, 0, 0, 0, 0]);
        reply.extend(question);
        if answers == 1 {
            // The name from the question, type A, class IN, a TTL of 60 seconds, and 4 bytes of data.
            reply.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7]);
        }
        reply
    }

    #[test]
    fn a_missing_name_is_told_apart_from_a_failing_server() {
        let mut udp = ConnectionConfig::udp();
        udp.port = name_server();
        let server = NameServerConfig::new(Ipv4Addr::LOCALHOST.into(), true, vec![udp]);
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        let provider = TokioRuntimeProvider::default();
        let mut builder = TokioResolver::builder_with_config(config, provider);
        builder.options_mut().timeout = Duration::from_secs(1);
        builder.options_mut().attempts = 1;
        let lookup = SystemLookup::build(builder, 4).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let ask = |host| runtime.block_on(lookup.lookup(host));
        assert_eq!(ask("a.example.org"), Ok(vec!["192.0.2.7".parse().unwrap()]));
        assert_eq!(ask("a.example.org."), Ok(vec!["192.0.2.7".parse().unwrap()]));
        assert_eq!(ask("nothing.example.org"), Err(LookupError::NoSuchHost));
        assert_eq!(ask("server.example.org"), Err(LookupError::Failed));
        assert_eq!(ask("bare.example.org"), Err(LookupError::NoAddress));
    }

    fn checked(addresses: &[&str], allowed: &[&str], route: Route) -> Result<(), ErrorClass> {
        let addresses: Vec<IpAddr> = addresses.iter().map(|ip| ip.parse().unwrap()).collect();
        let allowed = allowed.iter().map(|net| net.parse().unwrap()).collect();
        check_all(&addresses, &AddressPolicy::new(allowed), route)
    }

    #[test]
    fn one_refused_address_refuses_the_name() {
        let refused = Err(ErrorClass::AddressRefused(AddressClass::Private));
        assert_eq!(checked(&["93.184.216.34", "10.0.0.1"], &[], Route::WebPort), refused);
        assert_eq!(checked(&["10.0.0.1", "93.184.216.34"], &[], Route::WebPort), refused);
        assert_eq!(checked(&["93.184.216.34", "2606:4700::1111"], &[], Route::WebPort), Ok(()));
        assert_eq!(checked(&[], &[], Route::WebPort), Err(ErrorClass::NoAddress));
    }

    #[test]
    fn other_ports_need_an_opened_address() {
        let open = &["10.0.0.0/8"];
        assert_eq!(checked(&["10.0.0.1"], open, Route::OtherPort), Ok(()));
        assert_eq!(
            checked(&["10.0.0.1", "93.184.216.34"], open, Route::OtherPort),
            Err(ErrorClass::PortRefused)
        );
    }
}
